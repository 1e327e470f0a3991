"""A negotiation as data: who negotiates, where their clocks stand, what can be priced; read from `case.yaml`, checked.

Everything that a case says about the world carries its source and the day it could be known, so that an answer as known
on a day can leave out what came later. A negotiation that has no `case.yaml` is described by its parties alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import yaml

from detente import labels
from detente.errors import RecordError
from detente.record import duties
from detente.record.duties import Ledger
from detente.safe_io import read_text
from detente.safe_yaml import read_yaml_document

FILE = "case.yaml"
LIMIT = 200_000  # bytes
PLAIN_POINTS = 10.0  # of the presets of a case that names none
Row = TypeVar("Row")
PARTY = re.compile(r"[A-Z]{3}|EU")


@dataclass(frozen=True)
class Place:
    """Where a party speaks from: its capital, and the IANA time zone of its legal clock."""

    capital: str
    zone: str

    @property
    def clock(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True)
class Lever:
    """Duties of one party on another, or on all others, that a what-if moves by points."""

    name: str
    by: str
    against: str
    title: str


@dataclass(frozen=True)
class Preset:
    """A named position of the levers, in percentage points."""

    name: str
    title: str
    levers: Mapping[str, float]


@dataclass(frozen=True)
class PressScenario:
    """Rates that the press names and the official texts do not: duties by measure, in percentage points.

    needs: a measure that must be in force or suspended for the scenario to make sense; replaces: measures whose duties
    the named rates take the place of.
    """

    name: str
    title: str
    rule: str
    points: Mapping[str, float]
    replaces: tuple[str, ...]
    needs: str | None
    note: str
    source: str
    known: str


@dataclass(frozen=True)
class ControlScenario:
    """An export control on record, or an assumption, with the shipped scenario that prices it.

    measure: the measure of the record, None for an assumption; statuses: those in which the scenario applies.
    limit: where no scenario stands for it, (product or sector, importer, share of the volume left).
    """

    name: str
    by: str
    title: str
    measure: str | None
    statuses: tuple[str, ...]
    limit: tuple[str, str, float] | None
    source: str
    known: str


@dataclass(frozen=True)
class Deal:
    """The terms of a deal that a text made known: an outcome from the day they are known until they are in force.

    source: the text, whose measures of the record are the items of the deal.
    """

    name: str
    title: str
    rule: str
    source: str
    known: str
    in_force: str
    note: str


@dataclass(frozen=True, eq=False)
class Case:
    """parties: ISO3 codes or EU, two or more, in the order they are shown; related: negotiations whose history informs
    a forecast; history: names of the negotiation in the history of deadlines, as prefixes; territories: customs
    territories that duties on a party also fall on, but for measures whose name starts as one of
    territories_except; contains: {measure: the measure whose duty it includes}; titles: {measure: how it is spoken
    of}; blocs: economies of the matrix of a what-if, `others` for all that are not named; own_ledger: the ledger of
    duties with the user's own acts, where there are some.
    """

    name: str
    title: str
    parties: tuple[str, ...]
    places: Mapping[str, Place]
    related: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    territories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contains: Mapping[str, str] = field(default_factory=dict)
    levers: tuple[Lever, ...] = ()
    presets: tuple[Preset, ...] = ()
    press_scenarios: tuple[PressScenario, ...] = ()
    controls: tuple[ControlScenario, ...] = ()
    deals: tuple[Deal, ...] = ()
    territories_except: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    blocs: tuple[str, ...] = ()
    own_ledger: Ledger | None = None

    @property
    def ledger(self) -> Ledger:
        """The ledger of duties: the user's own, else the shipped one."""
        return self.own_ledger or duties.shipped()

    def capital(self, side: str) -> str:
        """How a side is spoken of: its capital; the code itself for a side that is no party and has none."""
        return self.places[side].capital if side in self.places else place(side).capital

    def clock(self, side: str) -> ZoneInfo:
        """The legal clock of a side."""
        return (self.places.get(side) or place(side)).clock

    def others(self, side: str) -> tuple[str, ...]:
        """The other parties."""
        return tuple(party for party in self.parties if party != side)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every ordered pair of parties, the first named first."""
        return tuple((a, b) for a in self.parties for b in self.parties if a != b)


def place(code: str) -> Place:
    """The capital and the time zone of an economy or bloc; the code itself and UTC where none is known."""
    return Place(labels.capital(code), labels.zone(code))


def bare(name: str, parties: Sequence[str], title: str = "") -> Case:
    """The case of a negotiation of which only the parties are known. Raises RecordError for an unknown code."""
    _check_parties(name, parties)
    levers = {(by, against): _lever_of_pair(by, against) for by, against in permutations(parties, 2)}
    words = " and ".join(labels.name(code) for code in parties)
    return Case(name, title or f"Talks of {words}", tuple(parties), {c: place(c) for c in parties},
                levers=tuple(levers.values()), presets=_plain_presets(parties, levers))  # fmt: skip


def _check_parties(name: str, parties: Sequence[str]) -> None:
    for code in parties:
        if not PARTY.fullmatch(code) or labels.name(code) == code:
            raise RecordError(f"{name}: {code!r} is not an economy; write ISO 3166 codes such as IND or KOR, or EU")
    if len(set(parties)) < 2 or len(set(parties)) != len(parties):
        raise RecordError(f"{name}: a negotiation has at least two different parties; {', '.join(parties) or 'none'}")


def _lever_of_pair(by: str, against: str) -> Lever:
    """The lever that moves all duties of one party on another."""
    title = f"Duties of {labels.name(by)} on {labels.name(against)}"
    return Lever(f"{by}_on_{against}".lower(), by, against, title)


def _plain_presets(parties: Sequence[str], levers: Mapping[tuple[str, str], Lever]) -> tuple[Preset, ...]:
    """Ten points by each party on all the others, and by all on each other."""
    alone = [
        Preset(f"{by}-plus-10".lower(), f"{labels.name(by)}: 10 points more",
               {lever.name: PLAIN_POINTS for (imposer, _), lever in levers.items() if imposer == by})
        for by in parties
    ]  # fmt: skip
    everybody = {lever.name: PLAIN_POINTS for lever in levers.values()}
    return (
        *alone,
        Preset("all-plus-10", f"{'Both' if len(parties) == 2 else 'All'}: 10 points more", everybody),
    )


def read(text: str, name: str) -> Case:
    """The case of a `case.yaml`. Raises RecordError with the line where it is wrong."""
    document = read_yaml_document(text, f"{name}/{FILE}", size=LIMIT, error=RecordError)
    return _Reader(name, document.lines).case(document.value)


def write(case: Case) -> str:
    """The `case.yaml` of a case that its parties describe."""
    data = {"title": case.title, "parties": list(case.parties), "related": list(case.related)}
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


class _Reader:
    """Turns the parsed file into a Case, field by field; what is wrong is refused with its line."""

    KEYS = frozenset({
        "title", "parties", "places", "related", "history", "territories", "contains", "levers", "presets",
        "press_scenarios", "export_controls", "deals", "territories_except", "titles", "blocs",
    })  # fmt: skip

    def __init__(self, name: str, lines: Mapping[tuple[Any, ...], int]):
        self.name, self.lines = name, lines

    def fail(self, path: tuple[Any, ...], why: str) -> NoReturn:
        """Refuse, naming file and line."""
        while path and path not in self.lines:
            path = path[:-1]
        raise RecordError(f"{self.name}/{FILE}, line {self.lines.get(path, 1)}: {why}")

    def case(self, data: Any) -> Case:
        """The whole file."""
        if not isinstance(data, dict):
            self.fail((), "the file holds keys such as title and parties")
        self.check_keys(data)
        plain = self.plain(data)
        levers = self.each(data, "levers", self.lever)
        return Case(
            name=self.name, title=plain.title, parties=plain.parties,
            places={**plain.places, **dict(self.places(data))},
            related=self.texts(data, ("related",)), history=self.texts(data, ("history",)),
            territories={k: tuple(v) for k, v in self.mapping(data, ("territories",)).items()},
            contains=self.words(data, ("contains",)), titles=self.words(data, ("titles",)),
            blocs=self.texts(data, ("blocs",)), territories_except=self.texts(data, ("territories_except",)),
            deals=self.each(data, "deals", self.deal), levers=levers or plain.levers,
            presets=self.each(data, "presets", self.preset) or (() if levers else plain.presets),
            press_scenarios=self.each(data, "press_scenarios", self.press),
            controls=self.each(data, "export_controls", self.control),
        )  # fmt: skip

    def check_keys(self, data: Mapping[Any, Any]) -> None:
        """Refuse a key that no case has."""
        for key in data:
            if key not in self.KEYS:
                self.fail((key,), f"{key!r} is not a key of a case; there is {', '.join(sorted(self.KEYS))}")

    def plain(self, data: Any) -> Case:
        """The case that its parties alone describe."""
        parties = self.texts(data, ("parties",))
        try:
            return bare(self.name, parties, self.text(data, ("title",)))
        except RecordError as error:
            self.fail(("parties",), str(error).split(": ", 1)[-1])

    def each(self, data: Any, key: str, row: Callable[[Any, tuple[Any, ...]], Row]) -> tuple[Row, ...]:
        """Every row of a list, read by the method for one."""
        return tuple(row(data, (key, k)) for k in range(len(self.rows(data, (key,)))))

    def get(self, data: Any, path: tuple[Any, ...], default: Any = None) -> Any:
        """The value at a path; the default where a key is absent."""
        for key in path:
            if isinstance(data, dict):
                data = data.get(key)
            elif isinstance(data, list) and isinstance(key, int) and key < len(data):
                data = data[key]
            else:
                return default
        return default if data is None else data

    def text(self, data: Any, path: tuple[Any, ...], *, needed: bool = True) -> str:
        """A text."""
        value = self.get(data, path)
        if isinstance(value, date):
            value = value.isoformat()
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fail(path, f"{path[-1]} must be a text")
        return " ".join(value.split())

    def day(self, data: Any, path: tuple[Any, ...]) -> str:
        """A day, YYYY-MM-DD."""
        value = self.text(data, path)
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(path, f"{path[-1]} {value!r} is not a day; write it as 2025-10-27")

    def rows(self, data: Any, path: tuple[Any, ...]) -> list[Any]:
        """A list, empty where the key is absent."""
        value = self.get(data, path, [])
        if not isinstance(value, list):
            self.fail(path, f"{path[-1]} must be a list")
        return value

    def texts(self, data: Any, path: tuple[Any, ...]) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self.text(data, (*path, k)) for k in range(len(self.rows(data, path))))

    def mapping(self, data: Any, path: tuple[Any, ...]) -> dict[str, Any]:
        """A mapping, empty where the key is absent."""
        value = self.get(data, path, {})
        if not isinstance(value, dict):
            self.fail(path, f"{path[-1]} must be a mapping")
        return value

    def number(self, data: Any, path: tuple[Any, ...]) -> float:
        """A finite number."""
        value = self.get(data, path)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
            self.fail(path, f"{path[-1]} must be a number, not {value!r}")
        return float(value)

    def numbers(self, data: Any, path: tuple[Any, ...]) -> dict[str, float]:
        """{name: number}."""
        return {key: self.number(data, (*path, key)) for key in self.mapping(data, path)}

    def words(self, data: Any, path: tuple[Any, ...]) -> dict[str, str]:
        """{name: text}."""
        return {key: self.text(data, (*path, key)) for key in self.mapping(data, path)}

    def deal(self, data: Any, path: tuple[Any, ...]) -> Deal:
        """The terms of one deal."""
        name, title, rule, source, note = (
            self.text(data, (*path, key)) for key in ("name", "title", "rule", "source", "note")
        )
        return Deal(
            name, title, rule, source, self.day(data, (*path, "known")), self.day(data, (*path, "in_force")), note
        )

    def places(self, data: Any) -> Iterator[tuple[str, Place]]:
        """Capitals and time zones that the file names itself."""
        for code in self.mapping(data, ("places",)):
            zone = self.text(data, ("places", code, "zone"))
            try:
                ZoneInfo(zone)
            except (KeyError, ValueError, OSError):
                self.fail(("places", code, "zone"), f"{zone!r} is not a time zone, such as Asia/Kolkata")
            yield code, Place(self.text(data, ("places", code, "name")), zone)

    def lever(self, data: Any, path: tuple[Any, ...]) -> Lever:
        """One lever of the what-if."""
        return Lever(*(self.text(data, (*path, key)) for key in ("name", "by", "against", "title")))

    def preset(self, data: Any, path: tuple[Any, ...]) -> Preset:
        """One preset of the what-if."""
        return Preset(
            self.text(data, (*path, "name")), self.text(data, (*path, "title")), self.numbers(data, (*path, "levers"))
        )

    def press(self, data: Any, path: tuple[Any, ...]) -> PressScenario:
        """One scenario of the press."""
        name, title, rule, note, source = (
            self.text(data, (*path, key)) for key in ("name", "title", "rule", "note", "source")
        )
        return PressScenario(
            name, title, rule, self.numbers(data, (*path, "points")), self.texts(data, (*path, "replaces")),
            self.text(data, (*path, "needs"), needed=False) or None, note, source, self.day(data, (*path, "known")),
        )  # fmt: skip

    def control(self, data: Any, path: tuple[Any, ...]) -> ControlScenario:
        """One export control to price."""
        name, by, title, source = (self.text(data, (*path, key)) for key in ("name", "by", "title", "source"))
        limit = self.get(data, (*path, "limit"))
        return ControlScenario(
            name, by, title, self.text(data, (*path, "measure"), needed=False) or None,
            self.texts(data, (*path, "statuses")),
            (
                self.text(data, (*path, "limit", "product")), self.text(data, (*path, "limit", "against")),
                self.number(data, (*path, "limit", "left")),
            ) if limit is not None else None,
            source, self.day(data, (*path, "known")),
        )  # fmt: skip


def load(folder: Path | Any, name: str, parties: Sequence[str] = ()) -> Case | None:
    """The case in a folder (a path, or a folder of the package); without a file, the one that `parties` describe.

    None where there is neither. Raises RecordError.
    """
    file = folder / FILE
    if file.is_file():
        is_own = isinstance(file, Path)
        return read(read_text(file, size=LIMIT, error=RecordError) if is_own else file.read_text("utf-8"), name)
    return bare(name, parties) if parties else None
