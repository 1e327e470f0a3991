"""The ledger of frozen forecasts: dated, hashed lines that are only ever added, each after the one before.

A line holds what every model gave for one point on one day, with the hash of the line before it: a line that was
changed, taken out or put between others no longer fits. The lines that ship and those in a home are two such chains.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from detente.ask.forecasting.bargaining_answers import BargainingForecast
from detente.ask.forecasting.points import PointForecast
from detente.errors import RecordError
from detente.record import log_file
from detente.record.history import CLASSES
from detente.record.log_file import LogFile
from detente.safe_io import read_json_lines, reason

SCHEMA = 1
FOLDER, FILE = "forecasts", "frozen.jsonl"
SHIPPED = "frozen.jsonl"
FIRST = ""  # the hash before the first line
DIGITS = 6  # of a probability
KEYS = ("schema", "made", "dossier", "point", "shown", "n", "forecasts", "duty_points", "previous", "sha256")


@dataclass(frozen=True)
class Frozen:
    """What was forecast of one point on one day.

    made: the day whose knowledge was used. point: id, negotiation, deadline, at_stake, kind and stake. shown: the name
    of the forecast that is shown. n: points behind it. forecasts {name: {class: probability}}. duty_points {name:
    {side: expected change of its duty in points}}. previous, sha256: the hashes of the line before and of this one.
    """

    made: str
    dossier: str
    point: Mapping[str, Any]
    shown: str
    n: int
    forecasts: Mapping[str, Mapping[str, float]]
    duty_points: Mapping[str, Mapping[str, float]]
    previous: str = FIRST
    sha256: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """Everything but the hashes."""
        return {
            "schema": SCHEMA, "made": self.made, "dossier": self.dossier, "point": dict(self.point),
            "shown": self.shown, "n": self.n, "forecasts": {k: dict(v) for k, v in self.forecasts.items()},
            "duty_points": {k: dict(v) for k, v in self.duty_points.items()},
        }  # fmt: skip

    @property
    def key(self) -> tuple[str, str, str]:
        """What is frozen once: a point of a negotiation on a day."""
        return self.made, self.dossier, str(self.point["id"])

    def to_json(self) -> dict[str, Any]:
        """The line in JSON types."""
        return {**self.content, "previous": self.previous, "sha256": self.sha256}

    def after(self, previous: str) -> Frozen:
        """The line as it stands after one with this hash."""
        return replace(self, previous=previous, sha256=_hash({**self.content, "previous": previous}))


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def frozen_of(forecast: PointForecast, made: date, dossier: str, answers: Sequence[BargainingForecast]) -> Frozen:
    """A point's forecast as a line, with the bargaining answers about it."""
    point = forecast.point
    every = {**forecast.by_model, **{answer.call.name: answer.probability for answer in answers}}
    return Frozen(
        made=made.isoformat(),
        dossier=dossier,
        point={
            "id": point.id, "negotiation": point.negotiation, "deadline": point.deadline.isoformat(),
            "at_stake": point.at_stake, "kind": forecast.kind, "stake": point.stake,
        },
        shown=forecast.model,
        n=forecast.n,
        forecasts={name: {c: round(p[c], DIGITS) for c in CLASSES} for name, p in every.items()},
        duty_points={a.call.name: {k: round(v, DIGITS) for k, v in a.duty_points.items()} for a in answers},
    )  # fmt: skip


def freeze(home: str | Path, forecasts: Sequence[Frozen]) -> list[Frozen]:
    """Add forecasts to the ledger in a home folder; returns those that are new.

    A point that was frozen on the same day already is left as it is. Two processes at once lose nothing, and a line
    that was cut off in a write is moved aside. Raises RecordError where the ledger cannot be read or written.
    """
    folder = Path(home) / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordError(
            f"{folder}: no folder can be made here ({reason(error)}); name another one with --home"
        ) from None
    with log_file.lock(folder):
        log = LogFile(folder / FILE)
        written = _read(log, may_repair=True)
        known = {line.key for line in written}
        new: list[Frozen] = []
        previous = written[-1].sha256 if written else FIRST
        for forecast in forecasts:
            if forecast.key not in known:
                new.append(forecast.after(previous))
                previous = new[-1].sha256
        if new:
            log.append("".join(json.dumps(line.to_json(), ensure_ascii=False) + "\n" for line in new))
    return new


def own(home: str | Path | None) -> list[Frozen]:
    """The forecasts frozen in a home folder. Raises RecordError for a line that is broken or was changed."""
    if home is None or not (Path(home) / FOLDER / FILE).is_file():
        return []
    return _read(LogFile(Path(home) / FOLDER / FILE), may_repair=False)


def shipped() -> list[Frozen]:
    """The forecasts frozen in the package."""
    text = (resources.files("detente") / "dossiers" / "history" / SHIPPED).read_text("utf-8")
    return parse(text, SHIPPED)


def _read(log: LogFile, *, may_repair: bool) -> list[Frozen]:
    """The lines of a ledger; one cut off at the end does not count, and is moved aside where that is allowed."""
    whole, torn = log.read_new()
    lines = parse(whole, str(log.path))
    if not torn.strip():
        return lines
    with suppress(RecordError, UnicodeDecodeError):
        last = parse(torn.decode("utf-8"), str(log.path), lines[-1].sha256 if lines else FIRST)
        if may_repair:
            log.end_last_line(torn)
        return [*lines, *last]
    if may_repair:
        log.set_aside(torn)
    return lines


def parse(text: str, name: str, previous: str = FIRST) -> list[Frozen]:
    """The forecasts of a text, each checked against its hash and the line before it. Raises RecordError."""
    lines = []
    for number, value in read_json_lines(text, name, error=RecordError):
        line = _line(value, f"{name}, line {number}")
        if line.after(previous).sha256 != line.sha256 or line.previous != previous:
            raise RecordError(
                f"{name}, line {number}: the line or one before it was changed, added or taken out after it was"
                " written; restore the file from a copy"
            )
        previous = line.sha256
        lines.append(line)
    return lines


def _line(value: Any, where: str) -> Frozen:
    if not isinstance(value, dict) or set(value) != set(KEYS) or value["schema"] != SCHEMA:
        raise RecordError(f"{where}: not a frozen forecast of schema {SCHEMA}; its keys are {', '.join(KEYS)}")
    try:
        line = Frozen(**{key: value[key] for key in KEYS if key != "schema"})
        date.fromisoformat(line.made)
        date.fromisoformat(line.point["deadline"])
        complete = all(set(p) == set(CLASSES) for p in line.forecasts.values()) and line.shown in line.forecasts
    except (AttributeError, KeyError, TypeError, ValueError):
        complete = False
    if not complete:
        raise RecordError(f"{where}: a frozen forecast lacks a field or has a wrong one; restore the line")
    return line
