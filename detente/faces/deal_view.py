"""A deal as rows to lay out: the deals that solutions agree on, and what would happen to them at home."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from detente.ask.pricing.possible_outcomes import STATUS_QUO
from detente.faces import words

PAYOFFS = {"real_income": "real income", "government": "government", "government_unbound": "government, unbound"}
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


def ratification(vote: Mapping[str, Any]) -> str:
    """Which sectors at home do not lose by a deal, and how far each rule of a vote is from turning."""
    rules = "; ".join(
        f"{rule['rule']}: {'passes' if rule['passes'] else 'fails'}, turns if each sector insists on"
        f" {words.signed(rule['margin'])} % employment or more ({rule['pivot']})"
        for rule in vote["rules"]
    )
    return f"Sectors with {words.percent(vote['support'])} of the value added do not lose. {rules}."


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
    return ", ".join(f"{side} {words.signed(x, 3)} %" for side, x in (income or {}).items() if x is not None)
