"""Scenario: a policy that a user writes in YAML, as a list of measures or as a mapping with `measures`.

name: Geneva lapses
baseline: in-force            # or none
measures:
  - by: USA                   # ISO3 or name, a bloc with members, a list, or all
    against: CHN
    flow: imports             # or exports: a tax that `by` levies on what it sells to `against`, of the seller's price
    products: all             # sectors, HS codes ("8703", "HS 87"), a list of both, or all
    except: [C26, MEX]        # sectors, HS codes and economies that are left out
    rate: 24 pp               # added to what is in force; '34 %' is the level instead of what is in force
    coverage: 61 %            # share of the trade to which the rate applies, 100 % by default
                              # a limit on quantities: products: rare-earth-magnets, rate: -50 % volume, and
                              # rent: 100 %, the part of the scarcity rent that the exporter keeps
    from: 2025-11-10          # before it, and after `until`, the measure does not hold
    note: what the official texts suspended

The order of measures does not matter: levels are set first, points are added on top. Two levels on more than the whole
of the same trade contradict each other and are refused.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from detente.ask.pricing.context import PricingContext, TariffLevels, use_of_revenue
from detente.ask.pricing.scenario_cells import Cell, Covered, covered, outside_world
from detente.errors import QuestionError
from detente.record.field_types import shown
from detente.safe_io import read_text
from detente.safe_yaml import read_yaml

KEYS = ("by", "against", "flow", "products", "except", "rate", "coverage", "rent", "from", "until", "note")
REQUIRED = ("by", "against", "rate")
IMPORTS, EXPORTS = "imports", "exports"  # what a measure falls on
TOP = ("name", "note", "world", "baseline", "revenue", "measures")
RATE = re.compile(r"\s*([+\-−]?\d+(?:\.\d+)?)\s*(pp|%)\s*(volume)?\s*", re.ASCII)
MOST_BYTES = 1_000_000
MOST_MEASURES = 100_000
MOST_DEPTH = 6  # levels of a scenario that a caller gives as mappings and lists
NIL = 1e-9  # of a level, as a fraction: a difference below it is rounding
SHORT = 3  # names in the title of a scenario without a name
Measure = Mapping[str, Any]  # as written, with the keys KEYS
UNNAMED = "scenario"  # what messages call one that was given without a name


class Rate(NamedTuple):
    """A rate as a fraction, in its unit: pp (added to the duty), % (the level of the duty), or volume (its change)."""

    value: float
    unit: str


@dataclass(frozen=True)
class Scenario:
    """A scenario as written; world, baseline and use of revenue are None unless the file names them."""

    name: str
    measures: tuple[Measure, ...]
    note: str = ""
    world: str | None = None
    baseline: str | None = None
    revenue: str | None = None

    @property
    def has_quantity_limits(self) -> bool:
        """Whether a measure limits quantities."""
        return any(parse_rate(m.get("rate"), self.name).unit == "volume" for m in self.measures)

    def levels(
        self, context: PricingContext, base: TariffLevels, day: str, *, skip_limits: bool = False
    ) -> dict[Cell, float]:
        """{cell: tariff level as a fraction} after the measures that hold on a day; see `applied`.

        Raises QuestionError for a tax on exports too.
        """
        applied = self.applied(context, base, day, skip_limits=skip_limits)
        if applied.exports:
            raise QuestionError(
                f"{self.name}: neither a baseline nor a scenario with limits on quantities has a tax on exports; set"
                " one scenario against another, or on top of it, by `detente compare`"
            )
        return applied.levels

    def applied(
        self,
        context: PricingContext,
        base: TariffLevels,
        day: str,
        *,
        skip_limits: bool = False,
        exports: TariffLevels | None = None,
    ) -> Applied:
        """The measures that hold on a day, over the baseline's levels; exports: its taxes on exports, none by default.

        Where none holds yet, those that hold on the first day on which one does. skip_limits: ignore measures that
        limit quantities instead of refusing them. Raises QuestionError where all have ended, and for levels that
        contradict each other.
        """
        day, first = self._day(day)
        outside, without = outside_world(self.measures, context.world)
        duties, later = [], [*filter(None, (first, without))]
        for number, measure in enumerate(self.measures, start=1):
            where = f"{self.name}, measure {number}"
            rate = parse_rate(measure.get("rate"), where)
            if number in outside:
                continue
            if rate.unit == "volume":  # limits have days of their own
                _refuse_limit(measure, where, skip_limits)
            elif not _holds_on(measure, day):
                later.append(_why_not(measure, day, number))
            else:
                on_exports = measure.get("flow") == EXPORTS
                duties.append(_Duty(number, where, rate, _covered(measure, context, where), on_exports))
        return _apply(duties, context, Start(base, exports or {}), later)

    def _day(self, day: str) -> tuple[str, str]:
        """The day that duties are priced as on, and why where it is not the one asked for."""
        dated = [m for m in self.measures if parse_rate(m.get("rate"), self.name).unit != "volume"]
        if not dated or any(_holds_on(m, day) for m in dated):
            return day, ""
        starts = (parse_day(m.get("from"), self.name, "from") or "" for m in dated)
        later = min(filter(lambda start: start > day[:10], starts), default=None)
        if later is None:
            raise QuestionError(f"{self.name}: every measure has ended by {day[:10]}; ask for an earlier day")
        return later, f"priced as on {later}, the first day on which a measure holds; none does on {day[:10]}"


@dataclass(frozen=True)
class MeasureEffect:
    """What one measure does: its number in the scenario, from 1, and the mean duty on the trade that it falls on.

    before, after: percent, weighted by trade of the base year, None where nothing is traded; after is that of the
    whole scenario. added {cell: fraction}: what the measure adds. cut: cells in which its level is below the duty in
    force, of `cells`. below_zero: cells in which the scenario makes it a subsidy. on_exports: whether it is a tax on
    exports instead of a duty. set_part: the part of that trade on which the scenario sets the level, a fraction.
    """

    number: int
    before: float | None
    after: float | None
    cells: int
    cut: int
    below_zero: int
    added: Mapping[Cell, float]
    on_exports: bool = False
    set_part: float = 0.0

    def with_mean(self, before: float) -> MeasureEffect:
        """The effect with another mean before, on the same trade otherwise weighted; the mean after moves with it.

        Exact where the scenario treats all that trade alike.
        """
        if self.before is None or self.after is None:
            return self
        after = before + (self.after - self.before) + self.set_part * (self.before - before)
        return replace(self, before=before, after=after)


@dataclass(frozen=True)
class Applied:
    """A scenario on a baseline: {cell: level as a fraction}, the effect of each measure that holds, and notes.

    exports {cell: fraction of the seller's price}: taxes that exporters levy on their sales to an importer.
    """

    levels: dict[Cell, float]
    effects: tuple[MeasureEffect, ...]
    notes: tuple[str, ...]
    exports: Mapping[Cell, float] = field(default_factory=dict)


class Start(NamedTuple):
    """What a scenario is applied to: {cell: duty} and {cell: tax on exports}, fractions."""

    levels: TariffLevels
    exports: TariffLevels


class _Duty(NamedTuple):
    number: int
    where: str
    rate: Rate
    covered: Covered
    on_exports: bool


def _refuse_limit(measure: Measure, where: str, skip_limits: bool) -> None:
    if not skip_limits:
        raise QuestionError(f"{where}: {measure['rate']!r} is a limit on quantities; only `detente price` has it")


def _covered(measure: Measure, context: PricingContext, where: str) -> Covered:
    """The cells of a measure with the part of trade that its rate applies to."""
    share, whole = parse_share(measure.get("coverage"), where), covered(measure, context, where)
    return Covered({cell: share * part for cell, part in whole.cells.items()}, whole.notes)


def _apply(duties: Sequence[_Duty], context: PricingContext, start: Start, later: Sequence[str]) -> Applied:
    """Levels first, then points, whatever the order of the measures; taxes on exports likewise."""

    def in_force(cell: Cell) -> float:
        level = start.levels.get(cell)
        return context.base_tariff(cell) if level is None else level

    exports, imports = ([duty for duty in duties if duty.on_exports is of_exports] for of_exports in (True, False))
    levels, effects = _added(imports, context, start.levels, in_force)
    taxes, of_exports = _added(exports, context, start.exports, lambda cell: start.exports.get(cell, 0.0))
    by_number = {effect.number: effect for effect in sorted((*effects, *of_exports), key=lambda effect: effect.number)}
    notes = [*later, *(note for duty in duties for note in duty.covered.notes)]
    notes += [words for duty in duties for words in _warnings(duty, by_number[duty.number])]
    return Applied(levels, tuple(by_number.values()), tuple(dict.fromkeys(notes)), taxes)


def _added(
    duties: Sequence[_Duty], context: PricingContext, base: TariffLevels, in_force: Callable[[Cell], float]
) -> tuple[dict[Cell, float], list[MeasureEffect]]:
    """The levels after some duties, and the effect of each. Raises QuestionError where levels contradict each other."""
    _check_levels(duties)
    added: list[dict[Cell, float]] = []
    levels, set_parts = dict(base), _set_parts(duties)
    for duty in duties:
        of_level = duty.rate.unit == "%"
        own = {c: part * (duty.rate.value - (in_force(c) if of_level else 0)) for c, part in duty.covered.cells.items()}
        added.append(own)
        for cell, change in own.items():
            levels[cell] = levels.get(cell, in_force(cell)) + change
    _check_above_minus_one(levels, duties)
    after = _After(levels, set_parts)
    return levels, [_effect(duty, own, context, in_force, after) for duty, own in zip(duties, added, strict=True)]


class _After(NamedTuple):
    """{cell: level} under a whole scenario, and {cell: the part of its trade on which the scenario sets the level}."""

    levels: Mapping[Cell, float]
    set_parts: Mapping[Cell, float]


def _set_parts(duties: Sequence[_Duty]) -> dict[Cell, float]:
    parts: dict[Cell, float] = {}
    for duty in (d for d in duties if d.rate.unit == "%"):
        for cell, part in duty.covered.cells.items():
            parts[cell] = parts.get(cell, 0.0) + part
    return parts


def _check_levels(duties: Sequence[_Duty]) -> None:
    """Raises QuestionError where two measures set a level on the same trade."""
    of_cell: dict[Cell, tuple[float, _Duty]] = {}
    for duty in (d for d in duties if d.rate.unit == "%"):
        for cell, part in duty.covered.cells.items():
            taken, other = of_cell.get(cell, (0.0, duty))
            if taken + part > 1 + 1e-9:
                raise QuestionError(
                    f"{other.where} and measure {duty.number} both set the level of {_sides(cell, duty)}"
                    f"{f' in {cell[0]}' if len(cell) > 2 else ''}: {100 * other.rate.value:g} % and"
                    f" {100 * duty.rate.value:g} %; leave one out, use `except`, or write one in pp, which is added"
                )
            of_cell[cell] = (taken + part, other if taken else duty)


def _sides(cell: Cell, duty: _Duty) -> str:
    """Who levies on whose goods, or on its own exports to whom."""
    importer, exporter = cell[-2:]
    return f"{exporter} on its exports to {importer}" if duty.on_exports else f"{importer} on {exporter}"


def _check_above_minus_one(levels: TariffLevels, duties: Sequence[_Duty]) -> None:
    """Raises QuestionError for a level of -100 % or less."""
    for duty in duties:
        low = next((cell for cell in duty.covered.cells if levels[cell] <= -1), None)
        if low is not None:
            raise QuestionError(
                f"{duty.where}: {_sides(low, duty)} comes to {levels[low]:.0%}; duties must be above -100 %"
            )


def _effect(
    duty: _Duty,
    added: Mapping[Cell, float],
    context: PricingContext,
    in_force: Callable[[Cell], float],
    under: _After,
) -> MeasureEffect:
    """The mean duty before and after on the cells of a measure, weighted by the base year's trade."""
    parts = duty.covered.cells
    weights = {cell: context.base_trade(cell) * part for cell, part in parts.items()}
    total = sum(weights.values())

    def mean(level: Callable[[Cell], float]) -> float | None:
        return 100 * sum(w * level(cell) for cell, w in weights.items()) / total if total > 0 else None

    cut = _cuts(duty, in_force)
    below_zero = sum(under.levels[cell] < min(in_force(cell), 0.0) - NIL and added[cell] < 0 for cell in parts)
    set_part = (mean(lambda cell: under.set_parts.get(cell, 0.0)) or 0.0) / 100
    before, after = mean(in_force), mean(under.levels.__getitem__)
    return MeasureEffect(duty.number, before, after, len(parts), cut, below_zero, added, duty.on_exports, set_part)


def _cuts(duty: _Duty, in_force: Callable[[Cell], float]) -> int:
    """In how many cells the level of a measure is below a duty in force."""
    if duty.rate.unit != "%":
        return 0
    return sum(in_force(cell) > max(duty.rate.value, 0.0) + NIL for cell in duty.covered.cells)


def _warnings(duty: _Duty, effect: MeasureEffect) -> Iterator[str]:
    """What a reader may not expect of a measure: a level below what is in force, a subsidy, no goods at all."""
    what = "tax on exports" if duty.on_exports else "duty"
    mean = "" if effect.before is None else f" (on average {effect.before:.1f} % by trade of the base year)"
    if effect.cut:
        yield (
            f"{duty.where}: the level of {100 * duty.rate.value:g} % is below the {what} in force{mean} in {effect.cut}"
            f" of {effect.cells} cells, so it cuts there; write pp to add"
        )
    if effect.below_zero:
        yield (
            f"{duty.where}: the {what} comes to less than zero in {effect.below_zero} of {effect.cells} cells: that is"
            " a subsidy, priced as one"
        )
    if not any(duty.covered.cells.values()):
        yield f"{duty.where}: it falls on no goods, so that it changes nothing"


def shipped() -> list[str]:
    """Names of the scenarios in the package."""
    folder = resources.files("detente") / "scenarios"
    return sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".yaml"))


Written = str | Path | Scenario | Mapping[str, Any] | Sequence[Mapping[str, Any]]  # a scenario as a caller gives it


def load(given: Written) -> Scenario:
    """A scenario: one shipped, by name; a YAML file; or what such a file holds, as a mapping or a list of measures.

    A mapping with the keys of a measure is a scenario of that one measure. Raises QuestionError saying what is wrong
    and where.

    >>> load({"by": "USA", "against": "EU", "products": "8703", "rate": "10 pp"}).name
    '10 pp by USA on EU, 8703'
    """
    if isinstance(given, Scenario):
        return given
    if not isinstance(given, str | os.PathLike):
        return _load_plain(given)
    name = str(given)
    if name in shipped():
        text = (resources.files("detente") / "scenarios" / f"{name}.yaml").read_text("utf-8")
    else:
        text = _read(Path(name))
    return _scenario(read_yaml(text, name, size=MOST_BYTES), name, Path(name).stem)


def _load_plain(given: Any) -> Scenario:
    """The scenario of a mapping or of a list of measures; tuples and sets count as lists."""
    plain = _plain(given)
    if isinstance(plain, dict) and "measures" not in plain and set(plain) & set(REQUIRED):
        plain = {"measures": [plain]}
    name = str(plain.get("name") or UNNAMED)[:80] if isinstance(plain, dict) else UNNAMED
    return _scenario(plain, name, "")


def _plain(given: Any, depth: int = 0) -> Any:
    """Nested mappings and sequences as dicts and lists. Raises QuestionError where they nest too deep."""
    if depth > MOST_DEPTH:
        raise QuestionError(f"{UNNAMED}: nested deeper than {MOST_DEPTH} levels; a scenario has measures, no more")
    if isinstance(given, Mapping):
        return {key: _plain(value, depth + 1) for key, value in given.items()}
    if isinstance(given, list | tuple | set | frozenset):
        return [_plain(value, depth + 1) for value in (sorted(given, key=str) if isinstance(given, set) else given)]
    return given


def _scenario(content: Any, where: str, title: str) -> Scenario:
    """The scenario of what a file or a caller wrote; title: its name where it has none, by default its measures."""
    written = _mapping(content, where)
    for number, measure in enumerate(written["measures"], start=1):
        _check_measure(measure, f"{where}, measure {number}")
    revenue = written.get("revenue")
    if revenue is not None:
        revenue = use_of_revenue(revenue, f"{where}: revenue")
    world, baseline = (str(written[key]) if written.get(key) else None for key in ("world", "baseline"))
    name, note = str(written.get("name") or title or _title(written["measures"])), str(written.get("note") or "")
    return Scenario(name, tuple(written["measures"]), note, world, baseline, revenue)


def _title(measures: Sequence[Measure]) -> str:
    """A scenario without a name by its first measure: "10 pp by USA on EU, 8703"."""
    if not measures:
        return "no measures"
    first, more = measures[0], len(measures) - 1
    by, against, products = (_short(first.get(key)) for key in ("by", "against", "products"))
    goods = f", {products}" if products and products != "all" else ""
    return f"{first['rate']} by {by} on {against}{goods}" + (f", and {more} more" if more else "")


def _short(names: Any) -> str:
    """Names of economies or goods, the first few of many."""
    listed = names if isinstance(names, list) else [] if names is None else [names]
    return ", ".join(map(str, listed[:SHORT])) + (", ..." if len(listed) > SHORT else "")


def as_option(given: Written | None) -> Any:
    """How the options of an answer name a scenario: its name or file, or what was given, in JSON types."""
    if given is None:
        return None
    if isinstance(given, Scenario):
        written = {"name": given.name, "note": given.note, "world": given.world, "baseline": given.baseline,
                   "revenue": given.revenue, "measures": list(given.measures)}  # fmt: skip
        return _json({key: value for key, value in written.items() if value})
    return str(given) if isinstance(given, str | Path) else _json(_plain(given))


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _read(path: Path) -> str:
    if not os.path.exists(path):
        raise QuestionError(f"no scenario or file {str(path)!r}; shipped are {', '.join(shipped())}")
    return read_text(path, size=MOST_BYTES)


def _mapping(written: Any, name: str) -> dict[str, Any]:
    """The scenario as a mapping with known keys and a list of measures."""
    if isinstance(written, list):
        written = {"measures": written}
    if not isinstance(written, dict) or not isinstance(written.get("measures"), list):
        raise QuestionError(f"{name}: a scenario is a list of measures, or a mapping with the key `measures`")
    _check_keys(written, TOP, name)
    if len(written["measures"]) > MOST_MEASURES:
        raise QuestionError(f"{name}: {len(written['measures'])} measures; at most {MOST_MEASURES} are read")
    return written


def _check_keys(written: Mapping[Any, Any], known: tuple[str, ...], where: str) -> None:
    unknown = [str(key) for key in written if key not in known]
    if unknown:
        raise QuestionError(f"{where}: unknown key {unknown[0]!r}; the keys are {', '.join(known)}")


def _check_measure(measure: object, where: str) -> None:
    """Raises QuestionError for a measure with unknown or missing keys, or a rate or coverage that cannot be read."""
    if not isinstance(measure, dict):
        raise QuestionError(f"{where}: a measure is a mapping with the keys {', '.join(KEYS)}")
    _check_keys(measure, KEYS, where)
    missing = [key for key in REQUIRED if key not in measure]
    if missing:
        raise QuestionError(f"{where}: {missing[0]!r} is missing")
    rate = parse_rate(measure["rate"], where)
    parse_share(measure.get("coverage"), where)
    if measure.get("rent") is not None and rate.unit != "volume":
        raise QuestionError(f"{where}: rent is of a limit on volume, and {measure['rate']!r} is none; leave it out")
    _check_days(measure, where)
    falls_on = measure.get("flow", IMPORTS)
    if falls_on not in (IMPORTS, EXPORTS):
        raise QuestionError(f"{where}: flow {shown(falls_on)}; a measure falls on imports or on exports")
    if falls_on == EXPORTS and rate.unit == "volume":
        raise QuestionError(f"{where}: a limit on volume says who is limited by `by` and `against`; leave `flow` out")


def parse_rate(written: Any, where: str) -> Rate:
    """The rate of '24 pp', '34 %' or '-80 % volume'. Raises QuestionError for anything else."""
    if isinstance(written, bool) or not isinstance(written, str):
        raise QuestionError(
            f"{where}: rate {shown(written)} has no unit; write '24 pp' (added to what is in force) or '34 %' (the"
            " level)"
        )
    match = RATE.fullmatch(written)
    if not match:
        raise QuestionError(
            f"{where}: rate {shown(written)} cannot be read; write a number and its unit, '24 pp' or '34 %'"
        )
    value = float(match[1].replace("−", "-")) / 100
    if not math.isfinite(value):
        raise QuestionError(f"{where}: rate {shown(written)} is no number that can be priced; write '24 pp' or '34 %'")
    if not match[3]:
        return Rate(value, match[2])
    if match[2] != "%" or not -1 <= value < 0:
        raise QuestionError(f"{where}: a limit is written '-80 % volume', from -99 % to below 0; not {written!r}")
    return Rate(value, "volume")


def parse_share(written: Any, where: str, key: str = "coverage") -> float:
    """The fraction of '61 %'; 1 where nothing is written. Raises QuestionError for anything else."""
    if written is None:
        return 1.0
    match = RATE.fullmatch(written) if isinstance(written, str) else None
    percent = float(match[1].replace("−", "-")) if match and match[2] == "%" else None
    if percent is None or not 0 <= percent <= 100:
        raise QuestionError(f"{where}: {key} {shown(written)} is not a share; write it from '0 %' to '100 %'")
    return abs(percent) / 100


def _check_days(measure: Measure, where: str) -> None:
    """Raises QuestionError for what is no date, and where a measure ends before it starts."""
    start, end = parse_day(measure.get("from"), where, "from"), parse_day(measure.get("until"), where, "until")
    if start and end and end < start:
        raise QuestionError(f"{where}: it ends on {end}, before it starts on {start}; write `until` after `from`")


def _holds_on(measure: Measure, day: str) -> bool:
    """Whether a measure holds on a day."""
    start, end = (parse_day(measure.get(key), "", key) for key in ("from", "until"))
    return (not start or start <= day[:10]) and (not end or day[:10] <= end)


def _why_not(measure: Measure, day: str, number: int) -> str:
    """Why a measure does not hold on a day."""
    start = parse_day(measure.get("from"), "", "from")
    if start and start > day[:10]:
        return f"measure {number} starts on {start}"
    return f"measure {number} ended on {parse_day(measure.get('until'), '', 'until')}"


def parse_day(written: Any, where: str, key: str) -> str | None:
    """An ISO date, None where nothing is written. Raises QuestionError for anything but a date."""
    if written is None:
        return None
    if isinstance(written, datetime | date):
        return written.isoformat()[:10]
    try:
        return date.fromisoformat(str(written)).isoformat()
    except ValueError:
        raise QuestionError(f"{where}: {key} is {shown(written)}; a date is written 2025-11-10") from None
