"""The outcomes of the first screen: their figures, and the sentences on chances, units and who loses more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente import labels
from detente.faces import words
from detente.faces.first_screen.sentences import with_days
from detente.faces.first_screen.view import Change, Party, Row

JsonRow = Mapping[str, Any]

BALANCES = {"balanced": "trade balanced", "valuation": "deficits revalued"}  # by the name of the closure
NARROW_BAND = 0.1  # percent: below it a change has two decimals


def rows_view(screen: JsonRow, parties: Sequence[Party]) -> tuple[Row, ...]:
    """The outcomes in words, duties also as changes against those of the baseline."""
    pairs, outcomes = pairs_by_change(screen), screen["outcomes"]
    today = next((levels_of(row, parties, pairs) for row in outcomes if row["baseline"]), None)
    return tuple(row_view(row, parties, pairs, screen["as_of"], today) for row in outcomes)


def levels_of(row: JsonRow, parties: Sequence[Party], pairs: Mapping[str, Sequence[str]]) -> tuple[float | None, ...]:
    """The duty of each party under an outcome, percent."""
    return tuple(_duty(row, pairs[party.code]) for party in parties)


def row_view(
    row: JsonRow,
    parties: Sequence[Party],
    pairs: Mapping[str, Sequence[str]],
    as_of: str,
    today: Sequence[float | None] | None,
) -> Row:
    """An outcome in words. pairs: {party: the pairs whose duties it levies}, as `pairs_by_change` orders them; today:
    the duties in force, one a party.
    """
    levels = levels_of(row, parties, pairs)
    interval = row["chance_interval"]
    return Row(
        name=row["name"],
        title=words.visible(row["title"]),
        rule=labels.capital_first(with_days(row["rule"], as_of)),
        chance="" if row["chance"] is None else words.percent(row["chance"]),
        chance_range=words.percent_interval(*interval) if interval else "",
        share=row["chance"],
        duties=tuple(words.level(level, unit="") for level in levels),
        levels=levels,
        moves=tuple(map(_moved, levels, today or [None] * len(levels))),
        changes=tuple(_change(row, party) for party in parties),
        baseline=row["baseline"],
        later=words.day_near(row["known_since"], as_of) if row["known_since"] else "",
        why=row["why"] or "",
    )


def pairs_by_change(screen: JsonRow) -> dict[str, list[str]]:
    """{party: the pairs whose duties it levies}, the one whose duty changes most over the outcomes first."""
    pairs: dict[str, list[str]] = {row["code"]: [] for row in screen["parties"]}
    for line in screen["lines"]:
        pairs[line["by"]].append(f"{line['by']} on {line['against']}")
    return {code: sorted(of_party, key=lambda pair: -_spread(pair, screen)) for code, of_party in pairs.items()}


def _spread(pair: str, screen: JsonRow) -> float:
    values = [row["duty"][pair] for row in screen["outcomes"] if row["duty"].get(pair) is not None]
    return max(values) - min(values) if values else 0.0


def _duty(row: JsonRow, pairs: Sequence[str]) -> float | None:
    """The duty of a party under an outcome: of the first of its pairs for which one is known."""
    return next((row["duty"][pair] for pair in pairs if row["duty"].get(pair) is not None), None)


def _moved(level: float | None, today: float | None) -> str:
    """By how many points a duty differs from that of today: whole points, one decimal below one."""
    if level is None or today is None:
        return "?"
    points = level - today
    return words.signed(points, 1 if 0.05 <= abs(points) < 1 else 0)


def _change(row: JsonRow, party: Party) -> Change:
    if row["baseline"]:
        return Change("none")
    change = row["change"].get(party.code)
    if change is None:
        return Change("unknown")
    value, low, high = change["percent"], change["low"], change["high"]
    if low is None:
        return Change("value", words.dollars(change["usd_a_household"]), words.signed(value, 1))
    digits = 2 if high - low < NARROW_BAND else 1
    ends = words.signed(low, digits), words.signed(high, digits)
    kind = "either" if low < 0 < high and ends[0] != ends[1] else "value"
    dollars = "" if kind == "either" else words.dollars(change["usd_a_household"])
    return Change(kind, dollars, words.signed(value, digits), *ends, (value, low, high))


def chance_note(chances: JsonRow | None, rows: Sequence[Row], as_of: str) -> str:
    """What the chances are of, from how many earlier deadlines, and what the rest is."""
    if chances is None:
        return "No forecast: no deadline of these talks that a forecast is made for is open on this day."
    shown = sum(round(100 * row.share) for row in rows if row.share is not None)
    rest = f"; {100 - shown} % other endings" if shown < 100 else ""
    day = words.day_near(chances["deadline"], as_of)
    return f"Chances by {day}: a model of {chances['n']} earlier deadlines{rest}; expiry in any form."


def unit_note(units: JsonRow) -> str:
    """What dollars and percent are, over which horizon and band, and the proof."""
    band = f", {units['sets']} sets of elasticities" if units["sets"] > 1 else ""
    balance = BALANCES.get(units["closure"], "trade balance fixed")
    return f"$: a household a year, of {units['year']}. %: real income over {units['span']}, {balance}{band}."


def split_note(split: JsonRow | None, parties: Sequence[Party]) -> str:
    """Who loses more turns with the horizon: how, in one sentence."""
    if split is None:
        return ""
    short = {party.code: party.short for party in parties}
    first = {row["loses_more"]["near"] for row in split["rows"]}
    then = {row["loses_more"]["long"] for row in split["rows"]}
    names = [words.lower_first(row["title"]) for row in split["rows"]]
    where = f"“{names[0]}”" if len(names) == 1 else words.with_count(len(names), "outcome")
    if len(first) == len(then) == 1:
        return (
            f"Who loses more depends on the horizon: in {where}, {short[first.pop()]} in the first years,"
            f" {short[then.pop()]} in the long run."
        )
    return f"Who loses more depends on the horizon in {where}."


def closure_note(turns: JsonRow | None, parties: Sequence[Party]) -> str:
    """Whose sign turns with the closure: in which outcomes, and what is held fixed where it gains, in one sentence."""
    if turns is None:
        return ""
    short = {party.code: party.short for party in parties}
    first, *others = turns["rows"]
    gains = [labels.closure(name) for name, value in first["columns"].items() if value is not None and value > 0]
    where = f"{short[first['party']]} gains by “{words.lower_first(first['title'])}” only with {labels.joined(gains)}"
    more = f", and {words.with_count(len(others), 'other sign')} turn" if len(others) > 1 else ""
    more = ", and another sign turns" if len(others) == 1 else more
    return f"Some signs depend on the closure: {where}{more}."
