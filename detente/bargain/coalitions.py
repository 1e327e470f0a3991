"""Three parties and more: Shapley values, and pairs that bargain at once (Nash-in-Nash)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import factorial

from detente.errors import QuestionError

Value = Callable[[frozenset[str]], float]
LARGEST = 16  # parties; the work doubles with each


def shapley(parties: Sequence[str], value: Value) -> dict[str, float]:
    """What each party adds, averaged over every order of joining. Shapley (1953)."""
    n = len(parties)
    if not 1 <= n <= LARGEST or len(set(parties)) < n:
        raise QuestionError(f"{n} parties; from 1 to {LARGEST}, each named once")
    worth = {frozenset(s): value(frozenset(s)) for k in range(n + 1) for s in combinations(parties, k)}
    found = dict.fromkeys(parties, 0.0)
    for party in parties:
        for others, total in worth.items():
            if party not in others:
                chance = factorial(len(others)) * factorial(n - len(others) - 1) / factorial(n)
                found[party] += chance * (worth[others | {party}] - total)
    return found


def nash_in_nash(
    hub: str, partners: Sequence[str], value: Value, *, power: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Each pair of the hub and a partner splits what its deal adds, given all other deals. Horn and Wolinsky (1988).

    value(partners with a deal) is the joint worth; power: each partner's share of what it adds, a half unless said.
    """
    if hub in partners or not partners:
        raise QuestionError(f"the hub {hub!r} needs partners other than itself")
    everyone = frozenset(partners)
    total = value(everyone)
    paid = {p: (power or {}).get(p, 0.5) * (total - value(everyone - {p})) for p in partners}
    return {hub: total - sum(paid.values()), **paid}
