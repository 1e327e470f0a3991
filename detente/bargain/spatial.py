"""Where a group of actors drifts: the weighted mean as baseline, a probabilistic election, expected-utility challenges.

Axes: a actor, o option, d dimension of an issue. Studies of European decisions found that salience-weighted models
forecast best, so the mean is always shown. The probabilistic Condorcet election follows the published description of
KAPSARC's toolkit (KTAB); the expected-utility round is that of Bueno de Mesquita as read by Scholz, Calbert and Smith
(2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.errors import NotConverged, QuestionError

LAWS = {"linear": 1, "square": 2, "quartic": 4}  # powers of the strengths in the probability of winning
SELF_SUPPORT = 1e-10  # strength of an option against itself, so that one everybody prefers is not challenged
LEAST_STRENGTH = 1e-8  # of a coalition, so that no option is beaten for certain
MAX_ITERATIONS = 20_000


@dataclass(frozen=True, eq=False)
class Actors:
    """Actors with a position on a line: names, position [a], and capability and salience [a], which are weights.

    Raises QuestionError unless all numbers are finite, weights are not negative, and some actor has both weights.
    """

    names: tuple[str, ...]
    position: np.ndarray
    capability: np.ndarray
    salience: np.ndarray

    def __post_init__(self) -> None:
        shape = (len(self.names),)
        for name in ("position", "capability", "salience"):
            values = getattr(self, name)
            if values.shape != shape or not np.isfinite(values).all() or (name != "position" and (values < 0).any()):
                sign = "" if name == "position" else " that is not negative"
                raise QuestionError(f"{name} needs a finite number for each actor{sign}")
        if not self.names or not (self.capability * self.salience).sum() > 0:
            raise QuestionError("no actor has both capability and salience")

    @property
    def weight(self) -> np.ndarray:
        """Capability times salience [a]."""
        weight: np.ndarray = self.capability * self.salience
        return weight


def mean_position(actors: Actors) -> float:
    """The mean position, weighted with capability times salience."""
    return float(actors.weight @ actors.position / actors.weight.sum())


def median_position(actors: Actors) -> float:
    """The position that no other beats when an actor's vote is its weight times the distance it is spared."""
    options = np.unique(actors.position)
    utility = -np.abs(options[None] - actors.position[:, None])
    strength = coalition_strength(actors.weight, utility)
    return float(options[int(np.argmax((strength >= strength.T).sum(1)))])


def distance_utility(ideal: np.ndarray, option: np.ndarray, salience: np.ndarray) -> np.ndarray:
    """Utilities [a,o] on issues of several dimensions: 1 - sqrt(sum s^2 d^2 / sum s^2).

    ideal: points [a,d] in [0, 1]. option: points [o,d] in [0, 1]. salience: of each dimension to each actor [a,d].

    >>> distance_utility(np.array([[0.0, 0.0]]), np.array([[0.5, 0.5], [1.0, 1.0]]), np.ones((1, 2))).tolist()
    [[0.5, 0.0]]
    """
    distance = option[None] - ideal[:, None]  # [a,o,d]
    square = salience[:, None] ** 2
    utility: np.ndarray = 1 - np.sqrt((square * distance**2).sum(-1) / square.sum(-1))
    return utility


def risk_adjusted(utility: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Utilities [a,o] under risk attitudes [a] from -1 (averse) to 1: (1 - d) (1 + d R) with d = 1 - utility.

    >>> risk_adjusted(np.array([[0.5]]), np.array([1.0])).tolist()
    [[0.75]]
    """
    if (np.abs(risk) > 1).any():
        raise QuestionError("risk attitudes must lie from -1 to 1")
    distance = 1 - utility
    adjusted: np.ndarray = (1 - distance) * (1 + distance * np.asarray(risk)[:, None])
    return adjusted


LOWEST = {"min": 0.0, "mid": -0.5, "max": -1.0}  # where the range of risk attitudes starts; it ends at 1


def risk_attitudes(probability: np.ndarray, spread: str = "max") -> np.ndarray:
    """Risk attitudes [a] that rise linearly with the probability [a] that an actor's position wins.

    spread: attitudes range from 0 (min), -1/2 (mid) or -1 (max) to 1. Raises QuestionError.

    >>> risk_attitudes(np.array([0.1, 0.2, 0.7])).round(3).tolist()
    [-1.0, -0.667, 1.0]
    """
    if spread not in LOWEST:
        raise QuestionError(f"there is no spread of risk attitudes {spread!r}; choose {', '.join(LOWEST)}")
    p = np.asarray(probability, dtype=float)
    if not np.isfinite(p).all() or (p < 0).any() or not np.ptp(p) > 0:
        raise QuestionError("probabilities must be finite, not negative and not all the same")
    attitudes: np.ndarray = np.clip(LOWEST[spread] + (1 - LOWEST[spread]) * (p - p.min()) / np.ptp(p), -1, 1)
    return attitudes


def coalition_strength(weight: np.ndarray, utility: np.ndarray) -> np.ndarray:
    """The strength [o,o] of the actors that prefer the row to the column: weight [a] times their gain in utility [a,o].

    This is proportional voting.

    >>> coalition_strength(np.array([2.0, 1.0]), np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [[0.0, 2.0], [1.0, 0.0]]
    """
    gain = utility[:, :, None] - utility[:, None, :]
    strength: np.ndarray = np.einsum("a,aij->ij", weight, np.maximum(gain, 0))
    return strength


def victory_probability(strength: np.ndarray, law: str = "linear") -> np.ndarray:
    """The probability [o,o] that the row beats the column: its share of both strengths [o,o], each to the law's power.

    law: linear, square or quartic. Without any strength it is a half. Raises QuestionError.

    >>> victory_probability(np.array([[0.0, 2.0], [1.0, 0.0]]), "square").tolist()
    [[0.5, 0.8], [0.2, 0.5]]
    """
    if law not in LAWS:
        raise QuestionError(f"there is no victory law {law!r}; choose {', '.join(LAWS)}")
    strength = strength / (strength.max() or 1)
    power = strength ** LAWS[law]
    both = power + power.T
    probability: np.ndarray = np.where(both > 0, power / np.where(both > 0, both, 1), 0.5)
    return probability


@dataclass(frozen=True, eq=False)
class Election:
    """probability [o] of each option. support [o]: weight times utility. residual, iterations, converged: the proof."""

    probability: np.ndarray
    support: np.ndarray
    residual: float
    iterations: int
    converged: bool


def probabilistic_condorcet(
    weight: np.ndarray, utility: np.ndarray, *, law: str = "linear", incentive: bool = True, tolerance: float = 1e-12
) -> Election:
    """The probabilities of options in a Markov process: the favourite is challenged, the winner is the new one.

    weight [a]. utility [a,o]. law: of victory. incentive: options challenge in proportion to the strength behind them
    times their probability of winning; otherwise all alike. Raises QuestionError, NotConverged. KTAB's PCE.

    >>> probabilistic_condorcet(np.array([2.0, 1.0]), np.array([[1.0, 0.0], [0.0, 1.0]])).probability.round(2).tolist()
    [0.67, 0.33]
    """
    weight, utility = np.asarray(weight, dtype=float), np.asarray(utility, dtype=float)
    _check_election(weight, utility)
    strength = coalition_strength(weight, utility)
    wins = victory_probability(strength, law)
    challenge = _challenge_probability(strength, wins, incentive)
    count = utility.shape[1]
    probability, residual, iterations = np.full(count, 1 / count), np.inf, 0
    while residual > tolerance and iterations < MAX_ITERATIONS:
        pairing = challenge * probability  # [i,j] that j is the favourite and i its challenger
        new = (wins * (pairing + pairing.T)).sum(1)
        residual = float(np.abs(new - probability).max())
        probability = (probability + new) / 2
        iterations += 1
    if residual > tolerance:
        raise NotConverged(
            f"the probabilities of {count} options still change by {residual:.1e} after {iterations} iterations"
        )
    return Election(probability, weight @ utility, residual, iterations, True)


def _check_election(weight: np.ndarray, utility: np.ndarray) -> None:
    if utility.ndim != 2 or weight.shape != utility.shape[:1] or not utility.size:
        raise QuestionError("utilities must be a table of actors by options, with a weight for each actor")
    if not (np.isfinite(utility).all() and np.isfinite(weight).all()):
        raise QuestionError("weights and utilities must be finite")
    if not ((weight >= 0).all() and weight.sum() > 0):
        raise QuestionError("weights must not be negative, and at least one must be positive")


def _challenge_probability(strength: np.ndarray, wins: np.ndarray, incentive: bool) -> np.ndarray:
    """The probability [i,j] that option i challenges the favourite j."""
    count = len(strength)
    if not incentive:
        return np.full((count, count), 1 / count)
    scale = strength.max() or 1.0
    motive = strength / scale * wins + SELF_SUPPORT / scale * np.eye(count)
    if not strength.any():
        motive = np.ones((count, count))
    challenge: np.ndarray = motive / motive.sum(0)
    return challenge


def conditional_condorcet(weight: np.ndarray, utility: np.ndarray, *, law: str = "linear") -> np.ndarray:
    """The probability [o] that an option beats every other, given that one of them does.

    weight [a]. utility [a,o]. law: of victory. Raises QuestionError. KTAB's conditional PCE.

    >>> conditional_condorcet(np.array([2.0, 1.0]), np.array([[1.0, 0.0], [0.0, 1.0]])).round(4).tolist()
    [0.6667, 0.3333]
    """
    weight, utility = np.asarray(weight, dtype=float), np.asarray(utility, dtype=float)
    _check_election(weight, utility)
    wins = victory_probability(coalition_strength(weight, utility) + LEAST_STRENGTH, law)
    logs = np.log(wins).sum(1)
    likely = np.exp(logs - logs.max())
    probability: np.ndarray = likely / likely.sum()
    return probability


class Offer(NamedTuple):
    """An actor moves to a position because of another: by confrontation, compromise or capitulation."""

    actor: str
    to: str
    kind: str
    position: float


@dataclass(frozen=True, eq=False)
class ChallengeRound:
    """One round of challenges: risk [a] attitudes, position [a] after it, and the offers that were accepted.

    expected [a,a]: what the row expects from challenging the column, in the row's view. expected_by_other [a,a]: what
    the column expects from challenging the row, also in the row's view.
    """

    risk: np.ndarray
    expected: np.ndarray
    expected_by_other: np.ndarray
    position: np.ndarray
    offers: tuple[Offer, ...]


def challenge_round(actors: Actors, *, status_quo: float = 1.0, span: float | None = None) -> ChallengeRound:
    """One round of the expected-utility model: attitudes to risk, challenges, and whom each actor gives way to.

    status_quo: the probability that a state that is not challenged lasts. span: the width of the issue, by default that
    of the positions. In this reading the probabilities of two rivals sum to less than one, and a compromise is chosen
    by where it ends. Raises QuestionError where all positions are the same. Scholz, Calbert and Smith (2011).

    >>> actors = Actors(("a", "b", "c"), np.array([0.0, 0.4, 1.0]), np.array([1.0, 3.0, 1.0]), np.full(3, 0.5))
    >>> [(offer.actor, offer.kind, offer.to) for offer in challenge_round(actors).offers]
    [('a', 'confrontation', 'b'), ('c', 'confrontation', 'b')]
    """
    x = actors.position
    span = span or float(np.ptp(x))
    if not span > 0:
        raise QuestionError("all actors have the same position: there is nothing to bargain about")
    risk = _risk_from_exposure(actors, span, status_quo)
    own, others = _expected_utilities(actors, risk, span, status_quo)
    position, offers = x.copy(), []
    for i, name in enumerate(actors.names):
        best = _best_offer(actors, own, others, i)
        if best is not None:
            position[i] = best.position
            offers.append(Offer(name, actors.names[best.rival], best.kind, float(best.position)))
    return ChallengeRound(risk, own, others, position, tuple(offers))


def _risk_from_exposure(actors: Actors, span: float, status_quo: float) -> np.ndarray:
    """Risk attitudes [a]: the less the others expect from challenging an actor, the more risk it takes."""
    threat = _expected_utilities(actors, np.ones(len(actors.names)), span, status_quo)[0]
    np.fill_diagonal(threat, 0)
    exposure = threat.sum(0)  # what others expect from challenging an actor, with risk attitudes of 1
    low, high = exposure.min(), exposure.max()
    relative = (2 * exposure - high - low) / (high - low) if high > low else np.zeros(len(exposure))
    risk: np.ndarray = (1 - relative / 3) / (1 + relative / 3)
    return risk


def _expected_utilities(
    actors: Actors, risk: np.ndarray, span: float, status_quo: float
) -> tuple[np.ndarray, np.ndarray]:
    """([i,j] i's from challenging j, [i,j] j's from challenging i), both seen with i's attitude to risk."""
    x, s, count = actors.position, actors.salience, len(actors.position)
    own, others = np.zeros((count, count)), np.zeros((count, count))
    distance = np.abs(x[:, None] - x[None]) / span  # [a,o]
    loss = distance ** risk[:, None]
    vote = actors.weight[:, None, None] * (loss[:, None, :] - loss[:, :, None])  # [a,o,o]
    wins = np.where(x[:, None] == x[None], 0.0, np.maximum(vote, 0).sum(0) / np.abs(vote).sum())
    for i in range(count):
        success = 2 - 4 * (0.5 - 0.5 * distance) ** risk[i]
        failure = 2 - 4 * (0.5 + 0.5 * distance) ** risk[i]
        unchallenged = status_quo * (2 - 4 * 0.5 ** risk[i])
        contest = s[None] * (wins * success + (1 - wins) * failure)
        value = contest + (1 - s[None]) * success - unchallenged  # [challenger, challenged]
        own[i], others[i] = value[i], value[:, i]
    return own, others


class _Move(NamedTuple):
    """Where an actor would move because of a rival; of several moves of a kind the one with the least cost is taken."""

    kind: str
    cost: float
    rival: int
    position: float


KINDS = ("confrontation", "compromise", "capitulation")  # in the order in which an actor prefers them


def _best_offer(actors: Actors, own: np.ndarray, others: np.ndarray, i: int) -> _Move | None:
    """The move that actor i makes, None where it keeps its position."""
    x = actors.position
    rivals = [j for j in range(len(x)) if x[i] != x[j]]
    moves = [m for j in rivals if (m := _move(x[i], x[j], own[i, j], others[i, j], j)) is not None]
    return min(moves, key=lambda m: (KINDS.index(m.kind), m.cost), default=None)


def _move(x: float, rival_x: float, own: float, other: float, rival: int) -> _Move | None:
    """What follows between two actors from what each expects of challenging the other, in the first one's view."""
    if other > own > 0:
        return _Move("confrontation", abs(x - rival_x), rival, rival_x)
    if not other > 0 > own:
        return None
    if other > -own:
        middle = (abs(own) * x + abs(other) * rival_x) / (abs(own) + abs(other))
        return _Move("compromise", middle, rival, x + (rival_x - x) * abs(own / other))
    return _Move("capitulation", abs(x - rival_x), rival, rival_x)
