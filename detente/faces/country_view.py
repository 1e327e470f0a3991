"""What a day's negotiation means for one economy, as rows to lay out: outcomes, and sectors under one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente import labels
from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.faces import proof, tables, words
from detente.faces.outcome_view import Estimate, estimate_cell
from detente.faces.tables import Cell, Column, Table

JsonRow = Mapping[str, Any]
SORTS = {"share": "share_of_output", "output": "output", "exports": "exports", "employment": "employment",
         "name": "name"}  # fmt: skip
NOT_PRICED = "not priced"


@dataclass(frozen=True)
class CountryView:
    """An economy under the outcomes of a day, in words; chosen: the outcome whose sectors are shown, by name."""

    code: str
    name: str
    place: str
    headline: str
    in_force: str
    outcomes: tuple[JsonRow, ...]
    chosen: str
    chosen_title: str
    sectors: tuple[JsonRow, ...]
    sort: str
    has_jobs: bool
    has_dollars: bool
    has_chances: bool
    digits: int
    unit: str
    proof: str

    def outcome_table(self) -> Table:
        """A row an outcome."""
        return tables.build(self.outcomes, self.outcome_columns())

    def outcome_columns(self) -> tuple[Column[JsonRow], ...]:
        """Chance, real income with its band, dollars a household, billions, trade and prices."""
        return (
            Column("if …", _title, "name", "outcome"),
            *([Column("chance", _chance, "number", "chance")] if self.has_chances else []),
            Column("real income, %", lambda row: _income(row, self.digits), "number", "real_income"),
            *([Column("USD a household", _dollars, "number", "usd")] if self.has_dollars else []),
            Column("bn USD a year", lambda row: words.signed(row["bn_usd"], 1), "number", "bn_usd"),
            Column("exports, %", lambda row: words.signed(row["exports"], 1), "number", "exports"),
            Column("imports, %", lambda row: words.signed(row["imports"], 1), "number", "imports"),
        )

    def sector_columns(self) -> tuple[Column[JsonRow], ...]:
        """Share of output, then what the chosen outcome changes."""
        changes = ("output", "exports", *(["employment"] if self.has_jobs else []))
        return (
            Column("sector", lambda row: _capital(row["name"]), "name", "name"),
            Column("share of output, %", lambda row: words.decimal(row["share_of_output"]), "number", "share"),
            *(_change(key) for key in changes),
        )

    def sector_table(self) -> Table:
        """A row a sector, in the order asked for."""
        return tables.build(self.sectors, self.sector_columns())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _change(key: str) -> Column[JsonRow]:
    return Column(f"{key}, %", lambda row: words.signed(row[key]), "number", key)


def _title(row: JsonRow) -> Cell:
    return Cell(words.visible(row["title"]), detail=words.visible(row["rule"]))


def _chance(row: JsonRow) -> Cell | str:
    return Cell("no forecast", tone="soft") if row["chance"] is None else words.percent(row["chance"])


def _income(row: JsonRow, digits: int) -> Cell:
    if row["baseline"]:
        return Cell("no change", tone="soft")
    if row["why"]:
        return Cell(f"{NOT_PRICED}: {row['why']}", tone="soft")
    return estimate_cell(Estimate(row["real_income"], row["low"], row["high"]), digits)


def _dollars(row: JsonRow) -> Cell:
    if row["usd_a_household"] is None:
        return Cell(words.UNKNOWN)
    text = words.with_dollar(words.dollars(row["usd_a_household"]))
    ends = (row["usd_low"], row["usd_high"])
    if None in ends or ends[0] == ends[1]:
        return Cell(text)
    low, high = (words.with_dollar(words.dollars(end)) for end in sorted(ends))
    return Cell(text, band=(low, high))


def country_view(answer: Answer, outcome: str | None = None, sort: str | None = None) -> CountryView:
    """The view of an answer. outcome: whose sectors are shown, the likeliest change by default; sort: a key of SORTS.

    Raises QuestionError for an outcome without a price, or an unknown order.
    """
    data = answer.data
    country, rows, about = data["country"], tuple(data["outcomes"]), data["economy"]
    priced = [row for row in rows if row["real_income"] is not None]
    chosen, digits = _chosen(priced, outcome), _digits([row["real_income"] for row in priced])
    order, name = _order(sort), chosen["name"] if chosen else ""
    place = proof.place(country["code"])
    return CountryView(
        code=country["code"],
        name=country["name"],
        place=place,
        headline=_headline(place, chosen, digits),
        in_force=_in_force(country, about),
        outcomes=rows,
        chosen=name,
        chosen_title=chosen["title"] if chosen else "",
        sectors=tuple(_sorted([row for row in data["sectors"] if row["outcome"] == name], SORTS[order])),
        sort=order,
        has_jobs=data["employment"] is None,
        has_dollars=country["households_million"] is not None,
        has_chances=any(row["chance"] is not None for row in rows),
        digits=digits,
        unit=_unit(data),
        proof=proof.summary(about, about["residual"]),
    )


def _order(sort: str | None) -> str:
    """The order asked for, by output unless one is. Raises QuestionError."""
    order = sort or "output"
    if order not in SORTS:
        raise QuestionError(f"sort {order[:40]!r}: it is one of {', '.join(SORTS)}")
    return order


def _chosen(priced: Sequence[JsonRow], name: str | None) -> JsonRow | None:
    """The outcome by name; by default the likeliest that changes something, else the first; None where none does.

    Raises QuestionError for one that is not priced.
    """
    if name:
        row = next((row for row in priced if row["name"] == name), None)
        if row is None:
            known = ", ".join(row["name"] for row in priced) or "none"
            raise QuestionError(f"outcome {name[:40]!r} changes nothing here or is not there; there is {known}")
        return row
    return max(priced, key=lambda row: row["chance"] or 0.0, default=None)


def _sorted(rows: Sequence[JsonRow], key: str) -> list[JsonRow]:
    """Names from A, shares from the largest, changes from the largest loss; what is not known comes last."""
    if key == "name":
        return sorted(rows, key=lambda row: str(row[key]))
    sign = -1 if key == "share_of_output" else 1
    return sorted(rows, key=lambda row: (row[key] is None, sign * (row[key] or 0.0)))


def _digits(values: Sequence[float]) -> int:
    """Decimals by which the largest change has two figures at least: 2, of small changes 3 or 4."""
    largest = max(map(abs, values), default=1.0)
    return 2 if largest >= 0.1 else 3 if largest >= 0.01 else 4


def _headline(place: str, row: JsonRow | None, digits: int) -> str:
    """What the chosen outcome means for the economy, in a sentence."""
    if row is None:
        return f"No outcome on this day changes anything for {place}."
    estimate = Estimate(row["real_income"], row["low"], row["high"])
    title = words.visible(row["title"])
    band = words.interval(row["low"], row["high"], digits) if row["low"] is not None else ""
    if estimate.sign_unknown:
        return f"{title}: whether {place} would gain or lose real income is open, {band} %."
    verb = "gain" if estimate.value > 0 else "lose"
    between = f" ({band} over the sets of elasticities)" if band else ""
    return f"{title}: {place} would {verb} {words.decimal(abs(estimate.value), digits)} % of real income{between}."


def _in_force(country: JsonRow, about: JsonRow) -> str:
    """What the duties in force have changed since the base year."""
    value = words.signed(country["in_force_against_base_year"])
    return f"The duties in force on this day already change its real income by {value} % against {about['year']}."


def _unit(data: JsonRow) -> str:
    """What the numbers are, below the tables."""
    about, bands = data["economy"], data["bands"]
    span = f"{about['horizon']['name']} horizon, {about['horizon']['span']}"
    band = f" Below a value: {bands['meaning']}." if bands else ""
    return f"Percent change against the duties in force; {span}; USD of {about['year']}.{band}"


def economies_by_name(codes: Sequence[str]) -> list[tuple[str, str]]:
    """The economies of a world by code and name, in the order of their names."""
    return sorted(((code, labels.name(code)) for code in codes), key=lambda pair: pair[1])
