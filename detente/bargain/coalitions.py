"""Games of three or more parties: the Shapley value, and pairs that bargain at the same time (Nash-in-Nash)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np

from detente.errors import NotConverged, QuestionError

CharacteristicFunction = Callable[[frozenset[str]], float]  # the payoff that a coalition can secure for itself
MAX_PARTIES = 16  # the work doubles with each
PAIR_ROUNDS = 60  # in which every pair takes its turn


def shapley(parties: Sequence[str], value: CharacteristicFunction) -> dict[str, float]:
    """What each party adds to a coalition, averaged over every order of joining.

    parties: names, from 1 to 16. value: the payoff of a coalition, called once for each. Returns {party: value}, which
    sums to the payoff of all parties together. Raises QuestionError. Shapley (1953).

    >>> shares = shapley(["hub", "x", "y"], lambda s: {1: 0.0, 2: 0.7, 3: 1.0}[len(s)] if "hub" in s else 0.0)
    >>> {party: round(share, 4) for party, share in shares.items()}
    {'hub': 0.5667, 'x': 0.2167, 'y': 0.2167}
    """
    n = len(parties)
    if not 1 <= n <= MAX_PARTIES or len(set(parties)) < n:
        raise QuestionError(f"there are {n} parties; give from 1 to {MAX_PARTIES}, each named once")
    payoffs = {frozenset(s): value(frozenset(s)) for k in range(n + 1) for s in combinations(parties, k)}
    shares = dict.fromkeys(parties, 0.0)
    for party in parties:
        for others, payoff in payoffs.items():
            if party not in others:
                probability = factorial(len(others)) * factorial(n - len(others) - 1) / factorial(n)
                shares[party] += probability * (payoffs[others | {party}] - payoff)
    return shares


def nash_in_nash(
    hub: str, partners: Sequence[str], value: CharacteristicFunction, *, power: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Payoffs when the hub splits with each partner what their deal adds, all other deals being in place.

    value: the joint payoff when a set of partners has a deal with the hub. power: each partner's share of what its deal
    adds, a half by default. Returns {party: payoff}. Raises QuestionError. Horn and Wolinsky (1988).

    >>> payoffs = nash_in_nash("hub", ["x", "y"], lambda s: {0: 0.0, 1: 0.7, 2: 1.0}[len(s)])
    >>> {party: round(payoff, 4) for party, payoff in payoffs.items()}
    {'hub': 0.7, 'x': 0.15, 'y': 0.15}
    """
    if hub in partners or not partners:
        raise QuestionError(f"the hub {hub!r} needs at least one partner, and is not its own")
    everyone = frozenset(partners)
    total = value(everyone)
    paid = {p: (power or {}).get(p, 0.5) * (total - value(everyone - {p})) for p in partners}
    return {hub: total - sum(paid.values()), **paid}


class PairSolution(NamedTuple):
    """What one pair settles on while all other agreements stand.

    alone [2]: the settings of its one-sided best responses. settings [2]: those agreed on, the same as alone where
    nothing is agreed. gain [2]: over the best responses. agreed: whether there is an agreement.
    """

    alone: np.ndarray
    settings: np.ndarray
    gain: np.ndarray
    agreed: bool


@dataclass(frozen=True, eq=False)
class PairAgreements:
    """Agreements of all pairs that hold while the others stand; settings [pair,2].

    solutions: of each pair at these settings. rounds: until nothing moved. moved: the largest move of the last round.
    """

    settings: np.ndarray
    solutions: tuple[PairSolution, ...]
    rounds: int
    moved: float


def pair_agreements(
    solve_pair: Callable[[int, np.ndarray], PairSolution],
    start: np.ndarray,
    scale: np.ndarray,
    *,
    order: Sequence[int] | None = None,
    tolerance: float = 1e-3,
) -> PairAgreements:
    """The fixed point at which each pair's settings are its solution given those of all other pairs.

    solve_pair(k, settings [pair,2]): the solution of pair k. scale [pair,2]: the unit of the tolerance for one unit of
    a setting, such as points of duty. order: in which pairs take their turns, each using the latest of the others.
    Raises NotConverged. Horn and Wolinsky (1988).

    >>> def split(k, x):  # each pair wants half of what the other leaves
    ...     half = np.full(2, (1 - x[1 - k].sum() / 2) / 4)
    ...     return PairSolution(half, half, np.zeros(2), False)
    >>> pair_agreements(split, np.zeros((2, 2)), np.ones((2, 2)), tolerance=1e-9).settings.round(6).tolist()
    [[0.2, 0.2], [0.2, 0.2]]
    """
    settings = np.array(start, dtype=float)
    turns = list(range(len(settings))) if order is None else list(order)
    solutions: dict[int, PairSolution] = {}
    for rounds in range(1, PAIR_ROUNDS + 1):
        before = settings.copy()
        for k in turns:
            solutions[k] = solve_pair(k, settings.copy())
            settings[k] = solutions[k].settings
        moved = float((np.abs(settings - before) * scale).max())
        if moved <= tolerance:
            return PairAgreements(settings, tuple(solutions[k] for k in range(len(settings))), rounds, moved)
    raise NotConverged(
        f"the agreements of pairs still move by {moved:.1e} after {PAIR_ROUNDS} rounds; no fixed point was found"
    )
