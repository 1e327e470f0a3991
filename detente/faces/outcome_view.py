"""Outcomes as rows to lay out: duties, real income with its band, probability; their tables and their chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.faces import tables, words
from detente.faces.tables import Cell, Column

SERIES = (("USA", "USA"), ("CHN", "China"), ("WLD", "World"))  # economies shown of every outcome, with their names
PAIR = ("USA", "CHN")


@dataclass(frozen=True)
class Estimate:
    """A percent change with its band; low and high are None where no band is known."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def sign_unknown(self) -> bool:
        """Whether the band crosses zero."""
        return self.low is not None and self.high is not None and self.low < 0 < self.high


@dataclass(frozen=True)
class PackageItem:
    """A term of a deal: the instrument of the model that stands for it, or why none does."""

    item: str
    by: str
    instrument: str
    priced: bool
    quote: str


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome of a brief.

    title, rule: what it is called and how it is resolved; baseline: the first row, the duties in force, from which the
    others are measured; duties: percentage points added on average, by imposer; income: percent of real income by the
    codes of SERIES; third: the third economies most affected; relief: real income under the other closure.
    """

    title: str
    income: Mapping[str, Estimate]
    rule: str = ""
    known_since: str | None = None
    baseline: bool = False
    duties: Mapping[str, float] | None = None
    third: tuple[tuple[str, float], ...] = ()
    relief: Mapping[str, float] | None = None
    probability: float | None = None
    probability_source: str = ""
    notes: tuple[str, ...] = ()
    items: tuple[PackageItem, ...] = ()


@dataclass(frozen=True)
class Mark:
    """One value of the outcomes chart."""

    code: str
    name: str
    estimate: Estimate


@dataclass(frozen=True)
class ChartRow:
    """The marks of one outcome, in the order of SERIES."""

    title: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class ControlRow:
    """An export control priced by the model of critical inputs: percent of real income, short horizon."""

    title: str
    volume_left: float
    usa: Estimate
    usa_if_others_capped: float | None
    china_if_sellers_keep_rent: float
    china_if_buyers_keep_rent: float


def outcome_rows(outcomes: Iterable[Mapping[str, Any]]) -> tuple[OutcomeRow, ...]:
    """The rows of a brief's outcomes, in the order of its answer."""
    return tuple(_row(outcome, number == 0) for number, outcome in enumerate(outcomes))


def chart_rows(rows: Sequence[OutcomeRow]) -> tuple[ChartRow, ...]:
    """What the chart of outcomes shows: every outcome but the baseline, from which the others are measured."""
    return tuple(
        ChartRow(row.title, tuple(Mark(code, name, row.income[code]) for code, name in SERIES))
        for row in rows
        if not row.baseline
    )


def control_rows(controls: Iterable[Mapping[str, Any]]) -> tuple[ControlRow, ...]:
    """The rows of a brief's export controls."""
    return tuple(
        ControlRow(
            row["title"],
            row["left"],
            Estimate(row["real_income"]["USA"], row["low"]["USA"], row["high"]["USA"]),
            row["others_capped"] and row["others_capped"]["USA"],
            row["rent_to_exporters"]["CHN"],
            row["rent_to_importers"]["CHN"],
        )
        for row in controls
    )


def controls_meaning(controls: Sequence[Mapping[str, Any]]) -> str:
    """What the numbers of the export controls are, below their table."""
    return (
        "Percent of real income. The model of critical inputs prices quantity limits on magnets and compounds; it is"
        f" not the model of the duties. 5 to 95 %: the two of {controls[0]['draws']:,} draws at these percentiles, from"
        " sourced priors, most of which are assumptions with wide ranges. Volume left: the mean over the months of the"
        " limit, after stocks are used up. Other makers capped: makers elsewhere can add a fifth at most. Rent: the"
        " scarcity rent."
    )


def notes_by_outcome(rows: Iterable[OutcomeRow]) -> list[str]:
    """Every note once, after the outcomes that it belongs to."""
    titles: dict[str, list[str]] = {}
    for row in rows:
        for note in row.notes:
            titles.setdefault(note, []).append(row.title)
    return [f"{'; '.join(outcomes)}: {note}" for note, outcomes in titles.items()]


def _row(outcome: Mapping[str, Any], baseline: bool) -> OutcomeRow:
    policy = outcome["policy"]
    income = outcome["real_income"]
    duty = policy["average_added_duty"]
    return OutcomeRow(
        title=outcome["title"],
        rule=outcome["rule"],
        known_since=outcome["known_since"],
        baseline=baseline,
        duties={"USA": duty["USA on CHN"], "CHN": duty["CHN on USA"]},
        income={code: _estimate(outcome, code) for code, _ in SERIES},
        third=tuple((code, income[code]) for code in outcome["third"]),
        relief=outcome.get("with_income_tax_relief"),
        probability=outcome["probability"],
        probability_source=outcome.get("probability_from") or "",
        notes=tuple(outcome["notes"]),
        items=tuple(
            PackageItem(item["item"], item["by"], item["instrument"], item["priced"], item.get("quote") or "")
            for item in policy["items"]
        ),
    )


def _estimate(outcome: Mapping[str, Any], code: str) -> Estimate:
    low, high = (outcome[end][code] if outcome.get(end) else None for end in ("low", "high"))
    return Estimate(outcome["real_income"][code], low, high)


def estimate_cell(estimate: Estimate, digits: int = 2, *, baseline: bool = False) -> Cell:
    """A value with its band; no band where it is a single point or where nothing is compared."""
    text = words.signed(estimate.value, digits)
    if baseline or estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return Cell(text)
    band = (words.signed(estimate.low, digits), words.signed(estimate.high, digits))
    return Cell(text, band=band, tone="unsure" if estimate.sign_unknown else "")


def _title(row: OutcomeRow) -> Cell:
    since = f"(terms known since {words.day(row.known_since)})" if row.known_since else ""
    return Cell(row.title, detail=row.rule, more=(Cell(since, tone="soft"),) if since else ())


def _income(code: str, name: str) -> Column[OutcomeRow]:
    def cell(row: OutcomeRow) -> Cell:
        return estimate_cell(row.income[code], baseline=row.baseline)

    return Column(name, cell, "number", code)


def _third(row: OutcomeRow) -> Cell:
    if row.baseline:
        return Cell("baseline of the rows below", tone="soft")
    return Cell(" · ".join(f"{code} {words.signed(value)}" for code, value in row.third))


def _probability(row: OutcomeRow) -> Cell:
    if row.probability is None:
        return Cell("not known", tone="soft")
    return Cell(words.percent(row.probability), detail=row.probability_source)


def _relief(code: str, name: str) -> Column[OutcomeRow]:
    """Real income under the second closure, which a star marks."""
    return tables.numbers(f"{name}*", lambda row: row.relief[code] if row.relief else None, 2, key=f"{code}*")


def _duty(imposer: str, heading: str) -> Column[OutcomeRow]:
    def text(row: OutcomeRow) -> str:
        return words.decimal(row.duties[imposer]) if row.duties else words.UNKNOWN

    return Column(heading, text, "number", f"{imposer} duty")


OUTCOME_COLUMNS: tuple[Column[OutcomeRow], ...] = (
    Column("outcome", _title, "name", "outcome"),
    _duty("USA", "US→CN"),
    _duty("CHN", "CN→US"),
    *(_income(code, name) for code, name in SERIES),
    Column("third economies most affected", _third, key="third"),
    *(_relief(code, name) for code, name in SERIES if code in PAIR),
    Column("probability", _probability, "number", "probability", wide=True),
)
INCOME = ("outcome", *(code for code, _ in SERIES), "probability")  # the narrow table of outcomes
DUTIES = ("outcome", "USA duty", "CHN duty", *(code for code, _ in SERIES), "third")  # the wide one
RELIEF = ("USA*", "CHN*")

ITEM_COLUMNS: tuple[Column[PackageItem], ...] = (
    Column("item", lambda item: item.item),
    Column("by", lambda item: item.by),
    Column("instrument", lambda item: Cell(item.instrument, tone="" if item.priced else "soft")),
    Column("quotation", lambda item: Cell(quote=item.quote), key="quotation"),
)

CONTROL_COLUMNS: tuple[Column[ControlRow], ...] = (
    Column("control", lambda row: row.title, "name"),
    Column("volume left", lambda row: words.percent(row.volume_left), "number"),
    tables.numbers("USA", lambda row: row.usa.value),
    Column("USA, 5 to 95 %", lambda row: words.interval(row.usa.low, row.usa.high, 3), "number"),
    tables.numbers("USA, other makers capped", lambda row: row.usa_if_others_capped),
    tables.numbers("China, sellers keep the rent", lambda row: row.china_if_sellers_keep_rent),
    tables.numbers("China, buyers keep the rent", lambda row: row.china_if_buyers_keep_rent),
)
