"""Outcomes as rows to lay out: duties, real income with its band, probability; their tables and their chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente import labels
from detente.faces import tables, words
from detente.faces.tables import Cell, Column

WORLD = "WLD"
MOST_DUTY_COLUMNS = 2  # pairs whose duties have columns of their own
Pair = tuple[str, str]  # who imposes a duty, and on whose goods


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
    others are measured; duties: percentage points added on average, by imposer and target; income: percent of real
    income of the parties and the world, by code; third: the third economies most affected; relief: real income under
    the other closure.
    """

    title: str
    income: Mapping[str, Estimate]
    rule: str = ""
    known_since: str | None = None
    baseline: bool = False
    duties: Mapping[Pair, float] | None = None
    third: tuple[tuple[str, float], ...] = ()
    relief: Mapping[str, float] | None = None
    probability: float | None = None
    probability_source: str = ""
    notes: tuple[str, ...] = ()
    items: tuple[PackageItem, ...] = ()


@dataclass(frozen=True)
class ControlRow:
    """An export control priced by the model of critical inputs: percent of real income by party, short horizon.

    by: whose control it is; capped: if makers elsewhere cannot add much; sellers_keep, buyers_keep: the scarcity rent.
    """

    title: str
    by: str
    volume_left: float
    income: Mapping[str, Estimate]
    capped: Mapping[str, float | None]
    sellers_keep: Mapping[str, float | None]
    buyers_keep: Mapping[str, float | None]


def outcome_rows(outcomes: Iterable[Mapping[str, Any]], parties: Sequence[str]) -> tuple[OutcomeRow, ...]:
    """The rows of a brief's outcomes, in the order of its answer, with the real income of the parties and the world."""
    return tuple(_row(outcome, parties, number == 0) for number, outcome in enumerate(outcomes))


def series(rows: Sequence[OutcomeRow]) -> tuple[tuple[str, str], ...]:
    """The economies that the rows show, with the names by which they are drawn."""
    return tuple((code, words.economy(code)) for code in (rows[0].income if rows else ()))


def tone_place(code: str, codes: Sequence[str]) -> int | None:
    """Which of the parties' colours a code has, from 0; None for the world and for others."""
    parties = [party for party in codes if party != WORLD]
    return parties.index(code) if code in parties else None


def control_rows(controls: Iterable[Mapping[str, Any]]) -> tuple[ControlRow, ...]:
    """The rows of a brief's export controls."""
    return tuple(
        ControlRow(
            row["title"],
            row["by"],
            row["left"],
            {code: Estimate(row["real_income"][code], row["low"][code], row["high"][code]) for code in row["low"]},
            row["others_capped"] or {},
            row["rent_to_exporters"],
            row["rent_to_importers"],
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


def _row(outcome: Mapping[str, Any], parties: Sequence[str], baseline: bool) -> OutcomeRow:
    policy = outcome["policy"]
    income = outcome["real_income"]
    duties = {
        (by, on): value for pair, value in policy["average_added_duty"].items() for by, on in [pair.split(" on ")]
    }
    return OutcomeRow(
        title=outcome["title"],
        rule=outcome["rule"],
        known_since=outcome["known_since"],
        baseline=baseline,
        duties=duties,
        income={code: _estimate(outcome, code) for code in (*parties, WORLD) if income.get(code) is not None},
        third=tuple((code, income[code]) for code in outcome["third"]),
        relief=outcome.get("with_income_tax_relief"),
        probability=outcome["probability"],
        probability_source=outcome.get("probability_from") or "",
        notes=tuple(outcome["notes"]),
        items=tuple(
            PackageItem(
                labels.measure(item["item"]), item["by"], item["instrument"], item["priced"], item.get("quote") or ""
            )
            for item in policy["items"]
        ),
    )


def _estimate(outcome: Mapping[str, Any], code: str) -> Estimate:
    low, high = (outcome[end].get(code) if outcome.get(end) else None for end in ("low", "high"))
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
        estimate = row.income.get(code)
        return Cell(words.UNKNOWN) if estimate is None else estimate_cell(estimate, baseline=row.baseline)

    return Column(name, cell, "number", code)


def _third(row: OutcomeRow) -> Cell:
    if row.baseline:
        return Cell("baseline of the rows below", tone="soft")
    return Cell(" · ".join(f"{code} {words.signed(value)}" for code, value in row.third))


def _relief(code: str, name: str) -> Column[OutcomeRow]:
    """Real income under the second closure, which a star marks."""

    def value(row: OutcomeRow) -> float | None:
        return row.relief.get(code) if row.relief else None

    return tables.numbers(f"{name}*", value, 2, key=f"{code}*")


def _duty(pair: Pair) -> Column[OutcomeRow]:
    def text(row: OutcomeRow) -> str:
        return words.decimal(row.duties.get(pair)) if row.duties else words.UNKNOWN

    return Column(duty_heading(pair), text, "number")


def duty_heading(pair: Pair) -> str:
    """What the column of a duty is called: US→China."""
    return "→".join(map(labels.short, pair))


def duty_pairs(rows: Sequence[OutcomeRow]) -> tuple[Pair, ...]:
    """The pairs between which the rows have duties."""
    return tuple(dict.fromkeys(pair for row in rows for pair in row.duties or ()))


def _added_duties(row: OutcomeRow) -> str:
    """The duties of many pairs in one cell, those that are not zero."""
    duties = (row.duties or {}).items()
    return " · ".join(f"{duty_heading(pair)} {words.decimal(value)}" for pair, value in duties if value) or "none"


OUTCOME = Column("outcome", _title, "name", "outcome")
DUTIES = Column("additional duties", _added_duties, key="duties")
THIRD = Column("third economies most affected", _third, key="third")


def duty_columns(rows: Sequence[OutcomeRow], *, closures: bool) -> tuple[Column[OutcomeRow], ...]:
    """The wide table of outcomes: duties, real income, third economies; with closures, income under the second one."""
    shown = series(rows)
    relief = [_relief(code, name) for code, name in shown if code != WORLD] if closures else []
    pairs = duty_pairs(rows)
    duties = [_duty(pair) for pair in pairs] if len(pairs) <= MOST_DUTY_COLUMNS else [DUTIES]
    return (OUTCOME, *duties, *(_income(code, name) for code, name in shown), THIRD, *relief)


ITEM_COLUMNS: tuple[Column[PackageItem], ...] = (
    Column("item", lambda item: item.item),
    Column("by", lambda item: item.by),
    Column("instrument", lambda item: Cell(item.instrument, tone="" if item.priced else "soft")),
    Column("quotation", lambda item: Cell(quote=item.quote), key="quotation"),
)


def control_columns(rows: Sequence[ControlRow]) -> tuple[Column[ControlRow], ...]:
    """What the controls cost those whom they hit, and who keeps the scarcity rent at the side of the first."""
    by = rows[0].by
    others = [code for code in rows[0].income if code != by]
    return (
        Column("control", lambda row: row.title, "name"),
        Column("volume left", lambda row: words.percent(row.volume_left), "number"),
        *(column for code in others for column in _hit_by_a_control(code)),
        tables.numbers(f"{words.economy(by)}, sellers keep the rent", lambda row: row.sellers_keep.get(by)),
        tables.numbers(f"{words.economy(by)}, buyers keep the rent", lambda row: row.buyers_keep.get(by)),
    )


def _hit_by_a_control(code: str) -> tuple[Column[ControlRow], ...]:
    name = words.economy(code)

    def band(row: ControlRow) -> str:
        estimate = row.income[code]
        return words.interval(estimate.low, estimate.high, 3)

    return (
        tables.numbers(name, lambda row: row.income[code].value),
        Column(f"{name}, 5 to 95 %", band, "number"),
        tables.numbers(f"{name}, other makers capped", lambda row: row.capped.get(code)),
    )
