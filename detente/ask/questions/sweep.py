"""Many scenarios on many worlds and elasticities: rows keyed by what made them, so a killed sweep goes on.

scenarios: [uniform-10, mine.yaml]      # shipped names or files
worlds: [icio-2022]
elasticities: [fontagne-2022, caliendo-parro-2015]
scale: [0.5, 1, 2]                      # of what each scenario changes; or {from: 0, to: 2, count: 201}

Rows are solved side by side in parts of PART; a part is one line of the journal, written at once. What a worker of a
cluster is sent is the part's description: the arrays are built where they are used.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from detente.ask.answer import Answer
from detente.ask.pricing import scenario
from detente.ask.pricing.context import DEFAULT_WORLD, Levels, PricingContext, pricing_context
from detente.ask.pricing.scenario import Scenario
from detente.economy.policy import stack, tariffs
from detente.economy.solve import solve
from detente.errors import QuestionError
from detente.safe_io import read_json_lines, read_text, write_file

KEYS = ("scenarios", "worlds", "elasticities", "scale")
RANGE = ("from", "to", "count")
LIMIT = 1_000_000  # rows of a grid
PART = 64  # rows solved side by side: the boundaries never move, so that a sweep gone on with gives the same numbers
JOURNAL = "parts.jsonl"
PATIENCE = "10s"  # for a cluster to answer
Task = tuple[str, str, str | None, float]  # scenario, world, elasticity, scale
Row = dict[str, Any]


class Part(NamedTuple):
    """Rows of one world and elasticity set: the scenarios they need by name, and (scenario, scale) of each."""

    world: str
    elasticity: str | None
    scenarios: dict[str, Scenario]
    rows: tuple[tuple[str, float], ...]


def grid(path: str | Path) -> list[Task]:
    """The scenarios of a grid file, every combination once. Raises QuestionError saying what is wrong and where."""
    text = read_text(path)
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise QuestionError(f"{path}: not YAML; a grid is a mapping with the keys {', '.join(KEYS)}") from None
    if not isinstance(found, dict) or not isinstance(found.get("scenarios"), list) or not found["scenarios"]:
        raise QuestionError(f"{path}: a grid is a mapping with `scenarios`, a list of names or files")
    unknown = [str(key) for key in found if key not in KEYS]
    if unknown:
        raise QuestionError(f"{path}: unknown key {unknown[0]!r}; the keys are {', '.join(KEYS)}")
    if isinstance(found.get("scale"), dict):
        found["scale"] = _range(path, found["scale"])
    for key in KEYS:
        if key in found and not isinstance(found[key], list):
            raise QuestionError(f"{path}: {key} is a list, such as [{found[key]}]")
    scales = found.get("scale", [1])
    for scale in scales:
        if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0 <= scale <= 100:
            raise QuestionError(f"{path}: scale {scale!r} is not a number from 0 to 100")
    worlds, sets = found.get("worlds", [DEFAULT_WORLD]), found.get("elasticities", [None])
    rows = len(found["scenarios"]) * len(worlds) * len(sets) * len(scales)
    if rows > LIMIT:
        raise QuestionError(f"{path}: {rows} rows, at most {LIMIT}; split the grid")
    tasks = [
        (str(name), str(world), None if one is None else str(one), float(scale))
        for world in worlds
        for one in sets
        for name in found["scenarios"]
        for scale in scales
    ]
    return list(dict.fromkeys(tasks))


def _range(path: str | Path, written: dict[Any, Any]) -> list[float]:
    """The numbers of {from: 0, to: 2, count: 201}, ends included."""
    values: list[Any] = [written.get(key) for key in RANGE]
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    if set(written) != set(RANGE) or not numbers or not isinstance(values[2], int) or not 2 <= values[2] <= LIMIT:
        raise QuestionError(
            f"{path}: a range of scales is {{from: 0, to: 2, count: 201}} with a whole count from 2 to {LIMIT}"
        )
    return [float(x) for x in np.linspace(float(values[0]), float(values[1]), values[2])]


def keys(part: Part) -> list[str]:
    """The hash of what each row depends on: version, world, elasticities, scenario with its content, scale."""
    version = metadata.version("detente")
    content = {
        name: json.dumps([name, one.revenue, *map(dict, one.written)], default=str)
        for name, one in part.scenarios.items()
    }
    made = ([version, part.world, part.elasticity, content[name], scale] for name, scale in part.rows)
    return [hashlib.sha256(json.dumps(each).encode()).hexdigest()[:32] for each in made]


def sweep(
    path: str | Path,
    out: str | Path,
    *,
    resume: bool = False,
    dask: str | None = None,
    day: str = "2026-01-01",
    progress: Callable[[int, int, float], None] | None = None,
) -> Answer:
    """Solve a grid against each world's base year and write a row a scenario to `out`.

    In process, or by the workers of a running Dask cluster at the address `dask`. A part of rows is on disk before the
    next is counted; with resume, rows that are there are kept and not solved again. A scenario without equilibrium is a
    row that says so. progress(done, of, seconds left). Raises QuestionError where the grid cannot be read, the cluster
    does not answer, or the folder already holds rows and resume is not asked.
    """
    tasks = grid(path)
    written = {name: scenario.load(name) for name in dict.fromkeys(task[0] for task in tasks)}
    for world, elasticity in dict.fromkeys(task[1:3] for task in tasks):  # refused before anything is written
        at = pricing_context(world, None, elasticity)
        for one in written.values():
            one.levels(at, {}, day)
            if one.revenue not in (None, "lump_sum") and at.world.sectors:
                raise QuestionError(f"{one.name}: on {world} duty goes to households; leave revenue out")
    rows = {key: task for part in parts(tasks, written) for key, task in zip(keys(part), told(part), strict=True)}
    folder = Path(out)
    journal = folder / JOURNAL
    if journal.exists() and not resume:
        raise QuestionError(f"{folder} already holds rows; add --resume to go on, or name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done = kept(journal)
        left = parts([task for k, task in rows.items() if k not in done], written)
        total, count, started = sum(len(part.rows) for part in left), 0, time.monotonic()
        with journal.open("a", encoding="utf-8") as lines:
            for found in clustered(dask, left, day) if dask else here(left, day):
                lines.write(json.dumps(found) + "\n")
                lines.flush()
                os.fsync(lines.fileno())
                done |= {row["key"]: row for row in found}
                count += len(found)
                if progress:
                    progress(count, total, (time.monotonic() - started) / count * (total - count))
        file = table(folder, [done[k] for k in rows])
    except OSError as error:
        raise QuestionError(f"{folder}: cannot be written ({error.strerror}); name a folder of your own") from None
    lost = sum(not done[k]["converged"] for k in rows)
    data = {"out": str(folder), "file": file, "rows": len(rows), "solved": total, "lost": lost}
    note = () if file.endswith("parquet") else ("written as CSV: pyarrow is not installed, and Parquet needs it",)
    return Answer("sweep", data, note, {"grid": str(path), "resume": resume, "dask": dask})


def parts(tasks: Iterable[Task], written: dict[str, Scenario]) -> list[Part]:
    """Tasks in parts of one world, elasticity set and use of revenue, PART rows at most."""
    groups: dict[tuple[str, str | None, str | None], list[tuple[str, float]]] = {}
    for name, world, elasticity, scale in tasks:
        groups.setdefault((world, elasticity, written[name].revenue), []).append((name, scale))
    found = []
    for (world, elasticity, _), rows in groups.items():
        for at in range(0, len(rows), PART):
            some = tuple(rows[at : at + PART])
            found.append(Part(world, elasticity, {name: written[name] for name, _ in some}, some))
    return found


def told(part: Part) -> list[Task]:
    """The tasks of a part."""
    return [(name, part.world, part.elasticity, scale) for name, scale in part.rows]


def kept(journal: Path) -> dict[str, Row]:
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


def here(left: list[Part], day: str) -> Iterator[list[Row]]:
    """Parts solved in this process, one on each core, in order."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            yield from pool.map(partial(solved, day=day), left)
        finally:
            pool.shutdown(cancel_futures=True)


def clustered(address: str, left: list[Part], day: str) -> Iterator[list[Row]]:
    """Parts solved by the workers of a running Dask cluster, as they come.

    The scheduler gives a part of a worker that died to another. Raises QuestionError where no cluster answers, no
    worker is left to solve a part, or a worker runs another version.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise QuestionError("a sweep on a cluster needs Dask: pip install 'detente[dask]'") from None
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise QuestionError(
            f"no Dask scheduler answers at {address!r} ({type(error).__name__}); is it running?"
        ) from None
    with client:
        asked = {client.submit(solved, part, day=day, pure=False, retries=2): part for part in left}
        for future in distributed.as_completed(list(asked), loop=client.loop):
            if future.status != "finished":
                why = type(future.exception()).__name__
                raise QuestionError(f"a part was lost on the cluster ({why}); rows so far are kept: add --resume")
            rows, part = future.result(), asked.pop(future)
            if [row["key"] for row in rows] != keys(part):
                raise QuestionError("a worker runs another version of détente; install the same everywhere")
            future.release()
            yield rows


def solved(part: Part, day: str) -> list[Row]:
    """A part's scenarios against the base year, scaled: real income of every economy, and the solver's proof."""
    at = pricing_context(part.world, None, part.elasticity)
    levels = {name: one.levels(at, {}, day) for name, one in part.scenarios.items()}
    asked = [
        tariffs(at.world, scaled(at, levels[name], scale), revenue=part.scenarios[name].revenue or "lump_sum")
        for name, scale in part.rows
    ]
    found = solve(at.world, stack(at.world, asked), options=at.options, check=False)
    rows: list[Row] = []
    for k, (made, (name, scale)) in enumerate(zip(keys(part), part.rows, strict=True)):
        converged, gap = bool(found.converged[k]), float(found.residual[k])
        real = dict(zip(at.world.economies, map(float, found.report["real_income"][k]), strict=True))
        rows.append(
            {
                "key": made, "scenario": name, "world": part.world, "elasticity": part.elasticity,
                "scale": scale, "converged": converged, "gap": gap if np.isfinite(gap) else None,
                "steps": int(found.iterations[k]), "real_income": real if converged else {},
            }
        )  # fmt: skip
    return rows


def scaled(at: PricingContext, levels: Levels, scale: float) -> dict[tuple[str, ...], float]:
    """Tariff levels whose distance from the base year's is scaled."""
    return {cell: at.base_tariff(cell) + scale * (rate - at.base_tariff(cell)) for cell, rate in levels.items()}


def table(folder: Path, rows: list[dict[str, Any]]) -> str:
    """The rows in the grid's order as one file, a column an economy: Parquet, or CSV where pyarrow is absent."""
    economies = sorted({code for row in rows for code in row["real_income"]})
    head = ("key", "scenario", "world", "elasticity", "scale", "converged", "gap", "steps")
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in head}
    columns |= {f"real_income_{code}": [row["real_income"].get(code) for row in rows] for code in economies}
    try:
        pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        return _csv(folder, columns)
    content = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), content)
    write_file(folder / "sweep.parquet", content.getvalue())
    return "sweep.parquet"


def _csv(folder: Path, columns: dict[str, list[Any]]) -> str:
    import csv

    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow(columns)
    writer.writerows(_by_row(columns))
    write_file(folder / "sweep.csv", content.getvalue())
    return "sweep.csv"


def _by_row(columns: dict[str, list[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*columns.values(), strict=True)
