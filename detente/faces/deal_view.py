"""A deal as rows to lay out: the exchange of duties, and the packages that solutions agree on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.ask.pricing.possible_outcomes import STATUS_QUO
from detente.ask.pricing.scenario_keys import BEST_RESPONSES
from detente.faces import words

PAYOFFS = {"real_income": "real income", "government": "government"}
SOLUTIONS = {"nash": "Nash", "kalai-smorodinsky": "Kalai-Smorodinsky", "egalitarian": "egalitarian"}


@dataclass(frozen=True)
class PredictedDeal:
    """A deal with the solutions that agree on it; main: above the disagreement point that was asked for."""

    payoff: str
    disagreement: str
    solutions: str
    package: str
    gain: Mapping[str, float | None]
    main: bool


def disagreement_name(point: str, points: Mapping[str, Mapping[str, Any]]) -> str:
    """What a disagreement point is called: without a running truce, "truce" is the duties in force.

    points: the disagreement points of a deal's answer, by key.
    """
    if point == "truce" and point in points and points[point]["outcome"] == STATUS_QUO:
        return "duties in force"
    return point


def predicted_deals(
    deals: Iterable[Mapping[str, Any]], disagreement: str, points: Mapping[str, Mapping[str, Any]] | None = None
) -> list[PredictedDeal]:
    """Solutions that land on one package as one row, with their names; points: as in `disagreement_name`."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in deals:
        groups.setdefault((row["payoff"], row["disagreement"], row["outcome"] or ""), []).append(row)
    return [
        PredictedDeal(
            PAYOFFS[payoff],
            disagreement_name(point, points or {}),
            "all three" if len(rows) == len(SOLUTIONS) else ", ".join(SOLUTIONS[row["solution"]] for row in rows),
            package or f"no deal: {rows[0]['why']}",
            rows[0]["gain"] or {},
            point == disagreement,
        )
        for (payoff, point, package), rows in groups.items()
    ]


@dataclass(frozen=True)
class ExchangeRow:
    """A line of the exchange: what it is, the change of each side's added duty in points, and each side's gain."""

    name: str
    points: Mapping[str, float]
    gain: Mapping[str, float]


def exchange_rows(row: Mapping[str, Any], sides: Sequence[str]) -> list[ExchangeRow]:
    """An exchange by one payoff: by itself, without a deal, agreed; then the deal, split, and the gain over today."""
    alone, agreed, deal, today = (row[key] for key in ("best_responses", "agreed", "deal", "over_today"))
    start = [
        ExchangeRow("best response of one side alone", row["alone_points"], {}),
        ExchangeRow("best responses of all sides", alone["points"], alone["payoff"]),
    ]
    if row["disagreement"] != BEST_RESPONSES:
        start.append(ExchangeRow(f"without a deal: {row['disagreement']}", {}, row["without"]))
    if agreed is None:
        return [*start, ExchangeRow(f"the deal: {row['why']}", {}, dict.fromkeys(sides, 0.0))]
    parts = [("of it by its own move", "own"), ("of it by the others' moves", "others")]
    return [
        *start,
        ExchangeRow("the deal, over what they have without it", agreed["points"], deal["total"]),
        *(ExchangeRow(name, {}, deal[key]) for name, key in parts if deal[key]),
        ExchangeRow("the same, over the duties in force", {}, today["total"]),
        *(ExchangeRow(name, {}, today[key]) for name, key in parts),
    ]


@dataclass(frozen=True)
class ItemsView:
    """The items of a deal, or those on record: the title with how many are priced, those priced, and lines that name
    the others under each reason."""

    title: str
    priced: tuple[Mapping[str, Any], ...]
    not_priced: tuple[str, ...]


def items_views(groups: Iterable[Mapping[str, Any]]) -> list[ItemsView]:
    """The `items` of a deal's answer to lay out."""
    return [_items_view(group) for group in groups]


def _items_view(group: Mapping[str, Any]) -> ItemsView:
    total = _income(group["real_income"])
    duties = f"; its duties together {total}" if total else ""
    reasons: dict[str, list[str]] = {}
    for row in group["rows"]:
        if not row["priced"]:
            reasons.setdefault(row["instrument"], []).append(item_name(row))
    return ItemsView(
        f"{group['title']}, item by item: {group['priced']} of {group['of']} priced{duties}",
        tuple(row for row in group["rows"] if row["priced"]),
        tuple(f"{words.some(names)}: {why}" for why, names in reasons.items()),
    )


def item_price(row: Mapping[str, Any]) -> str:
    """What an item is worth by real income; a dash where only a quantity, or nothing, is known."""
    return _income(row["real_income"]) or words.UNKNOWN


def item_name(row: Mapping[str, Any]) -> str:
    """An item with its status."""
    return words.measure({**row, "measure": row["item"]})


def _income(income: Mapping[str, float | None] | None) -> str:
    """Real income of the sides in a row; empty where there is none."""
    return ", ".join(
        f"{words.economy(side)} {words.signed(x, 3)} %" for side, x in (income or {}).items() if x is not None
    )
