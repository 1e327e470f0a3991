"""Many scenarios on many worlds and elasticities: rows keyed by what made them, so a killed sweep goes on.

scenarios: [uniform-10, mine.yaml]      # shipped names or files
worlds: [icio-2022]
elasticities: [fontagne-2022, caliendo-parro-2015]
scale: [0.5, 1, 2]                      # of what each scenario changes
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import yaml

from detente.ask import scenario
from detente.ask.answer import Answer
from detente.ask.economy import DEFAULT_WORLD, Levels, Setting, setting
from detente.errors import NotConverged, QuestionError

KEYS = ("scenarios", "worlds", "elasticities", "scale")
LIMIT = 1_000_000  # rows of a grid
JOURNAL = "rows.jsonl"
LOST = -1  # steps of a scenario without equilibrium
Task = tuple[str, str, str | None, float]  # scenario, world, elasticity, scale


def grid(path: str | Path) -> list[Task]:
    """The scenarios of a grid file, every combination once. Raises QuestionError saying what is wrong and where."""
    try:
        found = yaml.safe_load(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise QuestionError(f"{path}: not YAML; a grid is a mapping with the keys {', '.join(KEYS)}") from None
    if not isinstance(found, dict) or not isinstance(found.get("scenarios"), list) or not found["scenarios"]:
        raise QuestionError(f"{path}: a grid is a mapping with `scenarios`, a list of names or files")
    unknown = [str(key) for key in found if key not in KEYS]
    if unknown:
        raise QuestionError(f"{path}: unknown key {unknown[0]!r}; the keys are {', '.join(KEYS)}")
    for key in KEYS:
        if key in found and not isinstance(found[key], list):
            raise QuestionError(f"{path}: {key} is a list, such as [{found[key]}]")
    scales = found.get("scale", [1])
    for scale in scales:
        if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0 <= scale <= 100:
            raise QuestionError(f"{path}: scale {scale!r} is not a number from 0 to 100")
    sets = found.get("elasticities", [None])
    tasks = [
        (str(name), str(world), None if one is None else str(one), float(scale))
        for world in found.get("worlds", [DEFAULT_WORLD])
        for one in sets
        for name in found["scenarios"]
        for scale in scales
    ]
    if len(tasks) > LIMIT:
        raise QuestionError(f"{path}: {len(tasks)} rows, at most {LIMIT}; split the grid")
    return list(dict.fromkeys(tasks))


def key(task: Task, content: str) -> str:
    """The hash of what a row depends on: world, elasticities, the scenario's content, scale and version."""
    _, world, elasticity, scale = task
    parts = [metadata.version("detente"), world, elasticity, content, scale]
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()[:32]


def sweep(
    path: str | Path,
    out: str | Path,
    *,
    resume: bool = False,
    day: str = "2026-01-01",
    progress: Callable[[int, int, float], None] | None = None,
) -> Answer:
    """Solve a grid against each world's base year and write a row a scenario to `out`.

    Every row is on disk before the next is begun; with resume, rows that are there are kept and not solved again. A
    scenario without equilibrium is a row that says so. progress(done, of, seconds left). Raises QuestionError where the
    grid cannot be read or the folder already holds rows and resume is not asked.
    """
    tasks = grid(path)
    written = {name: scenario.load(name) for name in dict.fromkeys(task[0] for task in tasks)}
    content = {name: json.dumps([dict(m) for m in s.written], default=str) for name, s in written.items()}
    keys = {key(task, content[task[0]]): task for task in tasks}
    settings = {(task[1], task[2]): setting(task[1], None, task[2]) for task in tasks}
    levels = {
        (name, world): s.levels(at, {}, day) for name, s in written.items() for (world, _), at in settings.items()
    }
    folder = Path(out)
    journal = folder / JOURNAL
    if journal.exists() and not resume:
        raise QuestionError(f"{folder} already holds rows; add --resume to go on, or name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done = kept(journal)
        left = [(k, task) for k, task in keys.items() if k not in done]
        started = time.monotonic()
        with journal.open("a", encoding="utf-8") as lines:
            for count, (k, (name, world, elasticity, scale)) in enumerate(left, start=1):
                row = solved(settings[world, elasticity], levels[name, world], scale)
                row = {"key": k, "scenario": name, "world": world, "elasticity": elasticity, "scale": scale, **row}
                lines.write(json.dumps(row) + "\n")
                lines.flush()
                os.fsync(lines.fileno())
                if progress:
                    progress(count, len(left), (time.monotonic() - started) / count * (len(left) - count))
        found = kept(journal)
        file = table(folder, [found[k] for k in keys])
    except OSError as error:
        raise QuestionError(f"{folder}: cannot be written ({error.strerror}); name a folder of your own") from None
    lost = sum(not found[k]["converged"] for k in keys)
    data = {"out": str(folder), "file": file, "rows": len(keys), "solved": len(left), "lost": lost}
    note = () if file.endswith("parquet") else ("written as CSV: pyarrow is not installed, and Parquet needs it",)
    return Answer("sweep", data, note, {"grid": str(path), "resume": resume})


def kept(journal: Path) -> dict[str, dict[str, Any]]:
    """Rows on disk by key. A line cut short by a kill is dropped from the file, so that the next one starts clean."""
    if not journal.exists():
        return {}
    text = journal.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    if whole != text:
        with journal.open("r+b") as lines:
            lines.truncate(len(whole))
    return {row["key"]: row for row in map(json.loads, whole.splitlines())}


def solved(at: Setting, levels: Levels, scale: float) -> dict[str, Any]:
    """One scenario against the base year, scaled: real income of every economy, and the solver's proof."""
    moved = {cell: at.before(cell) + scale * (rate - at.before(cell)) for cell, rate in levels.items()}
    try:
        _, (found,) = at.price({}, [moved])
    except NotConverged:
        return {"converged": False, "gap": None, "steps": LOST, "real_income": {}}
    real = found.change["real_income"]
    return {**found.proof(), "real_income": dict(zip(at.world.economies, map(float, real), strict=True))}


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
    file = folder / "sweep.parquet"
    part = file.with_suffix(".part")
    parquet.write_table(pyarrow.table(columns), part)
    part.replace(file)
    return file.name


def _csv(folder: Path, columns: dict[str, list[Any]]) -> str:
    import csv

    file = folder / "sweep.csv"
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(columns)
        writer.writerows(_by_row(columns))
    part.replace(file)
    return file.name


def _by_row(columns: dict[str, list[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*columns.values(), strict=True)
