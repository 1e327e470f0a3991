"""Negotiations and tables of offers, as answers: outcomes, the Pareto line, and what bargaining solutions choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from detente.bargain import negotiation, solutions
from detente.bargain.negotiation import Negotiation
from detente.bargain.outcomes import PayoffTable, pareto_efficient

MOST_LISTED = 1_000  # outcomes of one list in an answer
Values = Callable[[int], dict[str, str] | None]  # the values of the issues in an outcome, by its place


def of_negotiation(domain: Negotiation, as_written: bool) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The keys of the answer about a negotiation over issues, and its notes."""
    head = {
        "issues": [{"name": i.name, "kind": i.kind, "values": list(i.values)} for i in domain.issues],
        "discount": {own.party: own.discount for own in domain.preferences},
    }
    if len(domain.preferences) < 2:
        return _without_parties(domain) | head, ("a bargain needs the preferences of two parties or more",)
    table = negotiation.outcome_table(domain)
    missing = [own.party for own in domain.preferences if own.reservation is None]
    data = of_table(table, negotiation.RESERVATION, domain.title, lambda k: negotiation.values_of(domain, k))
    return data | head, (*_notes(domain, missing, as_written), *LIST_NOTES)


LIST_NOTES = (
    "the solutions choose among the outcomes listed, without lotteries between them; gains are over the disagreement"
    " point, and an outcome that leaves somebody no gain is not chosen",
)


def _without_parties(domain: Negotiation) -> dict[str, Any]:
    """What there is to say of issues without two parties."""
    parties = [own.party for own in domain.preferences]
    whose = f"the preferences of {parties[0]} alone" if parties else "no preferences"
    return {
        "kind": "negotiation",
        "title": domain.title,
        "parties": parties,
        "outcomes": domain.size,
        "words": f"{domain.size:,} outcomes of {len(domain.issues)} issues, and {whose}: name the files of the parties"
        " too.",
        "disagreement": None,
        "ranges": {},
        "better_for_all": None,
        "pareto_count": None,
        "pareto": [],
        "solutions": [],
    }


def _notes(domain: Negotiation, missing: list[str], as_written: bool) -> list[str]:
    notes = []
    if any(own.cap == 1 for own in domain.preferences):
        notes.append(
            "evaluations of each issue are divided by the largest of them, and a sum above 1 counts as 1, as GENIUS has"
            " it; --evaluations as-written takes them as they stand"
        )
    if as_written:
        notes.append("evaluations are taken as they stand in the files")
    if missing:
        notes.append(f"no reservation value in the file of {', '.join(missing)}: 0 is taken")
    if any(own.discount not in (None, 1.0) for own in domain.preferences):
        notes.append("utilities are those of an agreement at once; the discount factors of the files are listed only")
    if any(issue.kind == "real" for issue in domain.issues):
        notes.append("real issues are cut into a grid of points; --grid sets how many")
    return notes


def of_offers(table: PayoffTable, without_deal: str | None, title: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The keys of the answer about a table of offers, and its notes."""
    data = of_table(table, without_deal, title, lambda _: None) | {"issues": None, "discount": {}}
    if without_deal is None:
        note = "no row says what the parties have without a deal; add one named disagreement to see the solutions"
        return data, (note,)
    return data, LIST_NOTES


def of_table(table: PayoffTable, without_deal: str | None, title: str, values: Values) -> dict[str, Any]:
    """Outcomes with payoffs: their ranges, the Pareto line, the solutions where a disagreement point is given."""
    efficient = np.flatnonzero(pareto_efficient(table.payoff))
    line = efficient[np.lexsort(table.payoff[efficient].T[::-1])][::-1]  # from the first party's best outcome on
    better = None if without_deal is None else int(np.all(table.gains(without_deal) > 0, axis=1).sum())
    chosen = [] if without_deal is None else [_solution(table, without_deal, s, values) for s in solutions.SOLUTIONS]
    lowest, highest = table.payoff.min(0), table.payoff.max(0)
    return {
        "kind": "negotiation",
        "title": title,
        "parties": list(table.parties),
        "outcomes": len(table.names),
        "words": _words(table, len(efficient), better, chosen),
        "disagreement": None if without_deal is None else {
            "name": without_deal, "payoffs": _payoffs(table, table.disagreement_point(without_deal)),
        },
        "ranges": {
            party: {"low": float(a), "high": float(b)}
            for party, a, b in zip(table.parties, lowest, highest, strict=True)
        },
        "better_for_all": better,
        "pareto_count": len(efficient),
        "pareto": [
            {"outcome": table.names[k], "values": values(int(k)), "payoffs": _payoffs(table, table.payoff[k])}
            for k in line[:MOST_LISTED]
        ],
        "solutions": chosen,
    }  # fmt: skip


def _payoffs(table: PayoffTable, row: np.ndarray) -> dict[str, float]:
    return {party: float(x) for party, x in zip(table.parties, row, strict=True)}


def _solution(table: PayoffTable, without_deal: str, solution: str, values: Values) -> dict[str, Any]:
    deal = solutions.solve(table, without_deal, solution)
    if deal.outcome is None or deal.payoff is None or deal.gain is None:
        empty = dict.fromkeys(("outcome", "values", "payoffs", "gains", "value"))
        return {"solution": solution, **empty, "ties": [], "why": deal.why}
    return {
        "solution": solution,
        "outcome": deal.outcome,
        "values": values(table.names.index(deal.outcome)),
        "payoffs": _payoffs(table, deal.payoff),
        "gains": _payoffs(table, deal.gain),
        "value": deal.value,
        "ties": list(deal.ties[:MOST_LISTED]),
        "why": "",
    }


def _words(table: PayoffTable, efficient: int, better: int | None, rows: list[dict[str, Any]]) -> str:
    line = "1 is" if efficient == 1 else f"{efficient:,} are"
    text = f"Of {len(table.names):,} outcomes {line} Pareto-efficient"
    if better is None:
        return f"{text}."
    if not better:
        return f"{text}, and none leaves every party better off than without a deal."
    values = rows[0]["values"]
    nash = ", ".join(f"{issue} {value}" for issue, value in values.items()) if values else rows[0]["outcome"]
    if len({row["outcome"] for row in rows}) == 1:
        return f"{text}; Nash, Kalai-Smorodinsky and the egalitarian solution choose {nash}."
    return f"{text}; the Nash bargain is {nash}."
