"""The household card as every face lays it out: lines side by side, tenths of households, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.faces import proof, tables, words
from detente.faces.tables import Column, Table

JsonRow = Mapping[str, Any]
MOST_CARDS = 4
LINES = (  # a line of the card: its words, its key, its digits, its unit
    ("average duty, base year", "rate_base", 1, " %"),
    ("average duty before substitution", "rate_before", 1, " %"),
    ("average duty after substitution", "rate_after", 1, " %"),
    ("prices before substitution", "price_before", 2, " %"),
    ("  of which the duties themselves", "price_direct", 2, " %"),
    ("prices after substitution", "price_after", 2, " %"),
    ("prices in equilibrium, over wages", "price_equilibrium", 2, " %"),
    ("a household before refund", "before_refund_usd_a_household", 0, " USD"),
    ("  the same after substitution", "after_substitution_usd_a_household", 0, " USD"),
    ("new duty a household, the refund", "new_duty_usd_a_household", 0, " USD"),
    ("own taxes on exports a household, refunded too", "export_tax_usd_a_household", 0, " USD"),
    ("a household after refund", "after_refund_usd_a_household", 0, " USD"),
    ("real income", "real_income", 2, " %"),
    ("consumption in the long run", "consumption_long_run", 2, " %"),
    ("real GDP now", "real_gdp_now", 2, " %"),
    ("real GDP in the long run", "real_gdp_long_run", 2, " %"),
    ("duty, base year", "duty_base_bn_usd", 1, " bn USD"),
    ("new duty a year", "new_duty_bn_usd", 1, " bn USD"),
    ("new duty in ten years", "ten_years_bn_usd", 0, " bn USD"),
    ("  as far as it is collected", "ten_years_collected_bn_usd", 0, " bn USD"),
    ("own taxes on exports before substitution", "export_tax_before_bn_usd", 1, " bn USD"),
    ("own taxes on exports, collected a year", "export_tax_bn_usd", 1, " bn USD"),
    ("others' taxes on exports, paid a year", "export_tax_paid_bn_usd", 1, " bn USD"),
)
LEVELS = ("rate_base", "rate_before", "rate_after", "duty_base_bn_usd")
INCOME_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("tenth by income", lambda row: f"{row['group']} of {row['of']}", "name"),
    Column("prices before substitution", lambda row: f"{words.signed(row['price'])} %", "number"),
    Column("a household before refund", lambda row: f"{words.signed(row['usd_a_household'], 0)} USD", "number"),
)


@dataclass(frozen=True)
class CardView:
    """A card to lay out.

    title: the duties, what they are set against, the year of the dollars. lines: one column for each economy.
    by_income: the tenths of households of an economy, under its name. collected: what was last collected of the written
    duty, a sentence an economy. setting: elasticities, horizon, closure and proof. notes: how to read the lines, and
    where they come from.
    """

    title: str
    lines: Table
    by_income: tuple[tuple[str, Table], ...]
    collected: tuple[str, ...]
    setting: str
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The title as a sentence."""
        return f"{self.title[:1].upper()}{self.title[1:]}."


def card_view(data: JsonRow, codes: Sequence[str] | None = None, notes: Sequence[str] = ()) -> CardView:
    """The view of a card's data: of the economies named, or of all in it; at most four side by side."""
    rows = {row["economy"]: row for row in data["rows"]}
    listed = [rows[code] for code in (codes or rows) if code in rows][:MOST_CARDS]
    shown = [{**row, **(row["export_taxes"] or {})} for row in listed]
    return CardView(
        title=f"{data['name']} against {data['baseline']}; USD of {data['year']}",
        lines=_lines(shown),
        by_income=tuple(_by_income(shown)),
        collected=tuple(_collected(row) for row in shown if row["collected"]),
        setting=_setting(data),
        notes=tuple(notes or data["notes"]),
    )


def _lines(shown: Sequence[JsonRow]) -> Table:
    """The lines that any of the economies has, a column for each."""
    columns: list[Column[Any]] = [Column("", lambda line: line[0], "name"), *map(_column, shown)]
    return tables.build([line for line in LINES if any(row.get(line[1]) is not None for row in shown)], columns)


def _by_income(shown: Sequence[JsonRow]) -> Iterator[tuple[str, Table]]:
    """The tenths of households of the economies for which they are known in dollars."""
    for row in shown:
        groups = [group for group in row["by_income"] or () if group["usd_a_household"] is not None]
        if groups:
            yield words.economy(row["economy"]), tables.build(groups, INCOME_COLUMNS)


def _column(row: JsonRow) -> Column[Any]:
    """The lines of one economy."""
    return Column(words.economy(row["economy"]), lambda line: _value(row.get(line[1]), line), "number")


def _value(value: float | None, line: tuple[str, str, int, str]) -> str:
    if value is None:
        return ""
    _, key, digits, unit = line
    return (words.decimal(value, digits) if key in LEVELS else words.signed(value, digits)) + unit


def _collected(row: JsonRow) -> str:
    """What was last collected of the written duty."""
    last = row["collected"]
    where, share, written = words.economy(row["economy"]), words.percent(last["of_written"]), last["written"]
    rates = f"{last['rate']:g} % collected, {share} of the written {words.decimal(written)} %"
    return f"{where}, {words.day(last['period'])}: {rates}"


def _setting(data: JsonRow) -> str:
    """What the lines rest on, in one line."""
    parts = (
        data["elasticity"]["source"],
        f"{data['horizon']['name']} horizon ({data['horizon']['span']})",
        data["closure"]["meaning"],
        proof.residual(data["solver"]["residual"], tolerance=data["tolerance"]),
    )
    return f"Proof: {'; '.join(parts)}."
