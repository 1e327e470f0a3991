"""Many scenarios on many worlds and elasticities. A row's key is a hash of its inputs, so a killed sweep can continue.

scenarios: [uniform-10, mine.yaml]      # shipped names or files
worlds: [icio-2022]
elasticities: [fontagne-2022, caliendo-parro-2015]
scale: [0.5, 1, 2]                      # of what each scenario changes; or {from: 0, to: 2, count: 201}

Rows are solved together in parts of PART_SIZE; a part is one line of the journal and is on disk before the next is
counted. A worker of a cluster is sent the description of a part and builds the arrays itself.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module, metadata
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import numpy as np

from detente.ask.answer import Answer
from detente.ask.pricing import scenario
from detente.ask.pricing.context import DEFAULT_WORLD, PricingContext, pricing_context
from detente.ask.pricing.scenario import Applied, Scenario
from detente.ask.tabular import saving
from detente.ask.tabular.provenance import Provenance
from detente.ask.tabular.sweeps import sweep_table
from detente.economy.policy import Policy, stack
from detente.economy.solve import solve
from detente.errors import QuestionError
from detente.safe_io import read_json_lines, read_text, reason
from detente.safe_yaml import SIZE as MOST_BYTES
from detente.safe_yaml import read_yaml

KEYS = ("scenarios", "worlds", "elasticities", "scale")
RANGE = ("from", "to", "count")
LIMIT = 1_000_000  # rows of a grid
MOST_SCALE = 100
PART_SIZE = 64  # rows solved together; fixed, so that a continued sweep solves the same batches and gives the same file
JOURNAL = "parts.jsonl"
PATIENCE = 10.0  # seconds for a cluster to answer
ADDRESS = re.compile(r"(?:tcp://)?([\w.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})", re.ASCII)  # of its scheduler


class Task(NamedTuple):
    """One row of a grid."""

    scenario: str
    world: str
    elasticity: str | None
    scale: float


class SweepRow(TypedDict):
    """One solved row: percent change of real income against the base year, and the solver's proof."""

    key: str
    scenario: str
    world: str
    elasticity: str | None
    scale: float
    converged: bool
    gap: float | None
    steps: int
    real_income: dict[str, float]


class Part(NamedTuple):
    """Rows of one world and elasticity set: the scenarios they need by name, and (scenario, scale) of each."""

    world: str
    elasticity: str | None
    scenarios: dict[str, Scenario]
    rows: tuple[tuple[str, float], ...]

    def tasks(self) -> list[Task]:
        """The tasks of the part."""
        return [Task(name, self.world, self.elasticity, scale) for name, scale in self.rows]

    def keys(self) -> list[str]:
        """The hash of everything each row depends on: version, world, elasticities, the scenario's content, scale."""
        version = metadata.version("detente")
        content = {
            name: json.dumps([name, s.revenue, *map(dict, s.measures)], default=str)
            for name, s in self.scenarios.items()
        }
        inputs = ([version, self.world, self.elasticity, content[name], scale] for name, scale in self.rows)
        return [hashlib.sha256(json.dumps(each).encode()).hexdigest()[:32] for each in inputs]


def sweep(
    path: str | Path,
    out: str | Path,
    *,
    resume: bool = False,
    dask: str | None = None,
    day: str = "2026-01-01",
    progress: Callable[[int, int, float], None] | None = None,
) -> Answer:
    """Solve a grid against each world's base year and write one row for each scenario to `out`.

    The rows are solved in this process, or by the workers of a running Dask cluster at the address `dask`. With
    resume, rows that are on disk are kept and not solved again. A scenario without equilibrium is a row that says so.
    progress(done, count, seconds left) is called after each part. Raises QuestionError where the grid cannot be read,
    the cluster does not answer, or the folder already holds rows and resume is False.
    """
    tasks = grid(path)
    scenarios = _load_scenarios(tasks, day)
    by_key: dict[str, Task] = {}
    for part in parts(tasks, scenarios):
        by_key |= dict(zip(part.keys(), part.tasks(), strict=True))
    folder = Path(out)
    try:
        _open_folder(folder, resume)
        done = read_journal(folder / JOURNAL)
        left = parts([task for key, task in by_key.items() if key not in done], scenarios)
        solver = on_cluster(dask, left, day) if dask else in_process(left, day)
        solved = _write_journal(folder / JOURNAL, solver, sum(len(part.rows) for part in left), progress)
        known = done | solved
        rows = [known[key] for key in by_key]
        file = write_table(folder, rows)
    except OSError as error:
        raise QuestionError(f"{folder}: cannot be written ({error.strerror}); name a folder of your own") from None
    lost = sum(not row["converged"] for row in rows)
    data = {"out": str(folder), "file": file, "rows": len(rows), "solved": len(solved), "lost": lost}
    notes = () if file.endswith("parquet") else ("written as CSV: pyarrow is not installed, and Parquet needs it",)
    return Answer("sweep", data, notes, {"grid": str(path), "resume": resume, "dask": dask})


def _open_folder(folder: Path, resume: bool) -> None:
    if (folder / JOURNAL).exists() and not resume:
        raise QuestionError(f"{folder} already holds rows; add --resume to continue, or name another folder")
    folder.mkdir(parents=True, exist_ok=True)


def grid(path: str | Path) -> list[Task]:
    """The tasks of a grid file, every combination once. Raises QuestionError saying what is wrong and where."""
    lists = _read_lists(path)
    scenarios, scales = lists["scenarios"], lists["scale"]
    worlds, sets = map(str, lists["worlds"]), [None if name is None else str(name) for name in lists["elasticities"]]
    count = len(scenarios) * len(lists["worlds"]) * len(sets) * len(scales)
    if count > LIMIT:
        raise QuestionError(f"{path}: {count} rows, at most {LIMIT}; split the grid")
    tasks = [
        Task(str(name), world, elasticity, float(scale))
        for world, elasticity, name, scale in product(worlds, sets, scenarios, scales)
    ]
    return list(dict.fromkeys(tasks))


def _read_lists(path: str | Path) -> dict[str, list[Any]]:
    """The four lists of a grid, those left out at their defaults, each value checked."""
    written = _read_mapping(path)
    unknown = [str(key) for key in written if key not in KEYS]
    if unknown:
        raise QuestionError(f"{path}: unknown key {unknown[0]!r}; the keys are {', '.join(KEYS)}")
    if isinstance(written.get("scale"), dict):
        written["scale"] = _range(path, written["scale"])
    for key, value in written.items():
        if not isinstance(value, list):
            raise QuestionError(f"{path}: {key} is a list, such as [{value}]")
    lists = {"worlds": [DEFAULT_WORLD], "elasticities": [None], "scale": [1], **written}
    for scale in lists["scale"]:
        if not _is_number(scale) or not 0 <= scale <= MOST_SCALE:
            raise QuestionError(f"{path}: scale {scale!r} is not a number from 0 to {MOST_SCALE}")
    return lists


def _read_mapping(path: str | Path) -> dict[Any, Any]:
    """The YAML of a grid, which has at least a list of scenarios."""
    written = read_yaml(read_text(path, size=MOST_BYTES), str(path))
    if not isinstance(written, dict) or not isinstance(written.get("scenarios"), list) or not written["scenarios"]:
        raise QuestionError(f"{path}: a grid is a mapping with `scenarios`, a list of names or files")
    return written


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _range(path: str | Path, written: Mapping[Any, Any]) -> list[float]:
    """The numbers of {from: 0, to: 2, count: 201}, ends included."""
    values: list[Any] = [written.get(key) for key in RANGE]
    first, last, count = values
    whole = isinstance(count, int) and not isinstance(count, bool) and 2 <= count <= LIMIT
    if set(written) != set(RANGE) or not _is_number(first) or not _is_number(last) or not whole:
        raise QuestionError(
            f"{path}: a range of scales is {{from: 0, to: 2, count: 201}} with a whole count from 2 to {LIMIT}"
        )
    return [float(x) for x in np.linspace(float(first), float(last), count)]


def _load_scenarios(tasks: Sequence[Task], day: str) -> dict[str, Scenario]:
    """The scenarios of a grid by name. Raises QuestionError for what cannot be solved, before anything is written."""
    scenarios = {name: scenario.load(name) for name in dict.fromkeys(task.scenario for task in tasks)}
    for world, elasticity in dict.fromkeys((task.world, task.elasticity) for task in tasks):
        context = pricing_context(world, None, elasticity)
        for s in scenarios.values():
            applied = s.applied(context, {}, day)
            context.policy(applied.levels, applied.exports, _revenue(s))
            if s.revenue not in (None, "lump_sum") and context.world.sectors:
                raise QuestionError(f"{s.name}: on {world} duty goes to households; leave revenue out")
    return scenarios


def parts(tasks: Iterable[Task], scenarios: Mapping[str, Scenario]) -> list[Part]:
    """Tasks in parts of one world, elasticity set and use of revenue, PART_SIZE rows at most."""
    groups: dict[tuple[str, str | None, str | None], list[tuple[str, float]]] = {}
    for task in tasks:
        group = (task.world, task.elasticity, scenarios[task.scenario].revenue)
        groups.setdefault(group, []).append((task.scenario, task.scale))
    divided = []
    for (world, elasticity, _), rows in groups.items():
        for start in range(0, len(rows), PART_SIZE):
            some = tuple(rows[start : start + PART_SIZE])
            divided.append(Part(world, elasticity, {name: scenarios[name] for name, _ in some}, some))
    return divided


def read_journal(journal: Path) -> dict[str, SweepRow]:
    """Rows on disk by key. A line cut short by a kill is dropped from the file, so that the next one starts clean."""
    if not journal.exists():
        return {}
    text = journal.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    if whole != text:
        with journal.open("r+b") as lines:
            lines.truncate(len(whole))
    try:
        parts = read_json_lines(whole.decode("utf-8", "replace"), str(journal))
        return {row["key"]: row for _, part in parts for row in part}
    except (QuestionError, TypeError, KeyError):
        raise QuestionError(f"{journal}: a line is not one of a sweep's; name another folder") from None


def _write_journal(
    journal: Path,
    solver: Iterable[list[SweepRow]],
    total: int,
    progress: Callable[[int, int, float], None] | None,
) -> dict[str, SweepRow]:
    """Write each part as it is solved, flushed to disk; the rows by key."""
    rows: dict[str, SweepRow] = {}
    count, started = 0, time.monotonic()
    with journal.open("a", encoding="utf-8") as lines:
        for part in solver:
            lines.write(json.dumps(part) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
            rows |= {row["key"]: row for row in part}
            count += len(part)
            if progress:
                progress(count, total, (time.monotonic() - started) / count * (total - count))
    return rows


def in_process(left: list[Part], day: str) -> Iterator[list[SweepRow]]:
    """Parts solved in this process, one on each core, in order."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            yield from pool.map(partial(solve_part, day=day), left)
        finally:
            pool.shutdown(cancel_futures=True)


def on_cluster(address: str, left: list[Part], day: str) -> Iterator[list[SweepRow]]:
    """Parts solved by the workers of a running Dask cluster, as they come.

    The scheduler gives a part of a worker that died to another. Raises QuestionError where no cluster answers, no
    worker is left to solve a part, or a worker runs another version.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise QuestionError("a sweep on a cluster needs Dask: pip install 'detente[dask]'") from None
    with _quiet("distributed"), _client(distributed, address) as client:
        futures = {client.submit(solve_part, part, day=day, pure=False, retries=2): part for part in left}
        for future in distributed.as_completed(list(futures), loop=client.loop):
            rows = _rows_of(future, futures.pop(future))
            future.release()
            yield rows


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a package's log from the terminal: what it would say there, an error of ours says in one line."""
    names = [each for each in logging.root.manager.loggerDict if f"{each}.".startswith(f"{name}.")]
    logs = [logging.getLogger(each) for each in names]
    before = [log.disabled for log in logs]
    for log in logs:
        log.disabled = True
    try:
        yield
    finally:
        for log, disabled in zip(logs, before, strict=True):
            log.disabled = disabled


def _client(distributed: Any, address: str) -> Any:
    written = ADDRESS.fullmatch(address)
    if not written or not 0 < int(written[2]) < 65536:
        raise QuestionError(f"no Dask scheduler answers at {address[:60]!r}: an address is written tcp://HOST:PORT")
    try:
        socket.create_connection((written[1].strip("[]"), int(written[2])), PATIENCE).close()
        # a client whose connection fails would wait for it once more when it is collected, and print where it failed
        client = type("Client", (distributed.Client,), {"__del__": lambda self: None})
        return _within(2 * PATIENCE, lambda: client(address, timeout=PATIENCE, set_as_default=False))
    except (OSError, ValueError, TypeError) as error:
        raise QuestionError(f"no Dask scheduler answers at {address!r} ({reason(error)}); is it running?") from None


def _within(seconds: float, work: Callable[[], Any]) -> Any:
    """What work gives or raises in a thread of its own. Raises TimeoutError after so many seconds; it then goes on."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # it is raised where it is waited for
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result(timeout=seconds)


def _rows_of(future: Any, part: Part) -> list[SweepRow]:
    """The rows of a finished part, checked against the keys that this version gives them."""
    if future.status != "finished":
        fault = future.exception()
        why = type(fault).__name__ if fault else "the scheduler is gone"
        raise QuestionError(f"a part was lost on the cluster ({why}); rows so far are kept: add --resume")
    rows: list[SweepRow] = future.result()
    if [row["key"] for row in rows] != part.keys():
        raise QuestionError("a worker runs another version of détente; install the same everywhere")
    return rows


def solve_part(part: Part, day: str) -> list[SweepRow]:
    """A part's scenarios against the base year, scaled: real income of every economy, and the solver's proof."""
    context = pricing_context(part.world, None, part.elasticity)
    applied = {name: s.applied(context, {}, day) for name, s in part.scenarios.items()}
    policies = [scaled(context, applied[name], scale, _revenue(part.scenarios[name])) for name, scale in part.rows]
    equilibria = solve(context.world, stack(context.world, policies), options=context.options, check=False)
    rows: list[SweepRow] = []
    for k, (key, task) in enumerate(zip(part.keys(), part.tasks(), strict=True)):
        converged, residual = bool(equilibria.converged[k]), float(equilibria.residual[k])
        changes = dict(zip(context.world.economies, map(float, equilibria.report["real_income"][k]), strict=True))
        rows.append(
            {
                "key": key, "scenario": task.scenario, "world": task.world, "elasticity": task.elasticity,
                "scale": task.scale, "converged": converged, "gap": residual if np.isfinite(residual) else None,
                "steps": int(equilibria.iterations[k]), "real_income": changes if converged else {},
            }
        )  # fmt: skip
    return rows


def _revenue(written: Scenario) -> str:
    return written.revenue or "lump_sum"


def scaled(context: PricingContext, applied: Applied, scale: float, revenue: str) -> Policy:
    """The policy of a scenario with its distance from the base year's duties scaled, and its taxes on exports."""
    base = context.base_tariff
    levels = {cell: base(cell) + scale * (rate - base(cell)) for cell, rate in applied.levels.items()}
    return context.policy(levels, {cell: scale * rate for cell, rate in applied.exports.items()}, revenue)


def write_table(folder: Path, rows: list[SweepRow]) -> str:
    """Write the rows in the grid's order, with a description beside them, and return the name of the file.

    Parquet, or CSV where pyarrow is not installed.
    """
    about = Provenance("sweep", metadata.version("detente"), {})
    has_parquet = find_spec("pyarrow") is not None
    file = folder / ("sweep.parquet" if has_parquet else "sweep.csv")
    saving.save(file, [sweep_table(rows)], about)
    return file.name
