"""Bargaining over issues of several dimensions, turn by turn, as in the spatial model of politics of KTAB.

Axes: a, i, j, k, n actor, h the actor that estimates, d dimension. In each turn every actor looks for the rival that it
gains most from challenging; the two would meet between their positions. Each actor then has several bargains in which
it takes part, beside no bargain at all, and the one that a probabilistic election makes likeliest moves it. Written
from the published description of KAPSARC's toolkit and its source (MIT licence), with its usual settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.bargain.spatial import LAWS, conditional_condorcet, distance_utility, risk_adjusted, risk_attitudes
from detente.errors import QuestionError

MOST_ACTORS = 200
MOST_TURNS = 100
LEAST_TURNS = 2
AT_REST = 0.02  # of the first turn's movement: below it the positions have come to rest
SIGNIFICANT = 1e-4  # movement added to that of the first turn
LEAST_GAIN = 1e-5  # expected from a challenge that is made
LEAST_STRENGTH = 1e-10  # of either side of a contest
LEAST_WEIGHT = 1e-6  # of an own position in a compromise
STEP = 1e4  # steps of a dimension to which compromises are rounded
SAME = 1e-3  # positions that are nearer are one option
OWN_PART = {"full": 0.0, "two-thirds": 1 / 3, "half": 1 / 2, "one-third": 2 / 3, "none": 1.0}


@dataclass(frozen=True, eq=False)
class SpatialActors:
    """Actors with positions on several dimensions.

    names. dimensions: names [d]. capability [a]. position [a,d] from 0 to 1. salience [a,d]: shares of attention, of
    which an actor has 1 to give. adjustment [a,a]: how far an actor's ideal follows the positions of others and its
    own; by default its own alone. Raises QuestionError.
    """

    names: tuple[str, ...]
    dimensions: tuple[str, ...]
    capability: np.ndarray
    position: np.ndarray
    salience: np.ndarray
    adjustment: np.ndarray | None = None

    def __post_init__(self) -> None:
        shape = (len(self.names), len(self.dimensions))
        if not 2 <= shape[0] <= MOST_ACTORS or not shape[1]:
            raise QuestionError(f"{shape[0]} actors and {shape[1]} dimensions; 2 to {MOST_ACTORS} actors are solved")
        if self.capability.shape != shape[:1] or self.position.shape != shape or self.salience.shape != shape:
            raise QuestionError("every actor needs a capability, and a position and a salience on each dimension")
        self._check("position", (self.position < 0) | (self.position > 1), "from 0 to 100")
        self._check("salience", (self.salience < 0) | (self.salience > 1), "from 0 to 100")
        total = self.salience.sum(1)
        self._check("salience", ((total <= 0) | (total > 1 + 1e-9))[:, None], "above 0 and at most 100 in all")
        self._check("capability", (self.capability <= 0)[:, None], "above 0")

    def _check(self, what: str, wrong: np.ndarray, range_of: str) -> None:
        """Refuse numbers outside their range, naming the actor."""
        bad = np.argwhere(wrong | ~np.isfinite(getattr(self, what).reshape(len(self.names), -1).sum(1))[:, None])
        if len(bad):
            raise QuestionError(f"the {what} of {self.names[int(bad[0][0])]!r} must be {range_of}")

    @property
    def weight(self) -> np.ndarray:
        """Capability times all attention [a]."""
        weight: np.ndarray = self.capability * self.salience.sum(1)
        return weight

    def mean_position(self) -> np.ndarray:
        """The mean position [d], weighted with capability times salience on the dimension."""
        weight = self.capability[:, None] * self.salience
        total = weight.sum(0)
        mean: np.ndarray = (weight * self.position).sum(0) / np.where(total > 0, total, 1)
        return mean


class SpatialTerms(NamedTuple):
    """The settings of the model.

    law: how strength becomes a probability of winning. spread: of risk attitudes, min, mid or max. adjust: how far an
    actor believes that others take the risks they take, rather than its own: full, two-thirds, half, one-third, none.
    powers: of salience and of the probability of winning in the weight of a position in a compromise.
    """

    law: str = "linear"
    spread: str = "mid"
    adjust: str = "one-third"
    powers: tuple[int, int] = (2, 2)


class Bargain(NamedTuple):
    """A challenge: who challenges whom, the probability of winning and the gain of the first, where they meet [d]."""

    initiator: int
    receiver: int
    probability: float
    gain: float
    positions: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class SpatialTurn:
    """A turn: positions [a,d] and risk attitudes [a] at its start, the probability of each actor's position [a].

    value [a,n]: what the position of n is worth to a without regard to risk, utility [a,n]: with regard to it.
    bargains: that are proposed. chosen: of them, the one that moves each actor, None for one that stays.
    """

    position: np.ndarray
    value: np.ndarray
    risk: np.ndarray
    utility: np.ndarray
    probability: np.ndarray
    bargains: tuple[Bargain, ...]
    chosen: tuple[Bargain | None, ...]


def spatial_bargaining(
    actors: SpatialActors, terms: SpatialTerms | None = None, *, turns: int = MOST_TURNS
) -> list[SpatialTurn]:
    """The turns until positions move by less than 2 % of what they moved in the first one; the last has no bargains.

    turns: at most so many. Raises QuestionError for unknown settings. KTAB's spatial model of politics.

    >>> actors = SpatialActors(("a", "b", "c"), ("x",), np.array([1.0, 1.0, 3.0]), np.array([[0.0], [0.5], [1.0]]),
    ...                        np.full((3, 1), 0.5))
    >>> spatial_bargaining(actors)[-1].position.round(2).ravel().tolist()
    [0.53, 0.53, 0.54]
    """
    terms = terms or SpatialTerms()
    _check_terms(terms)
    position, ideal = actors.position, actors.position
    history: list[SpatialTurn] = []
    moved: list[float] = []
    while len(history) < turns and not _at_rest(moved):
        turn = _turn(actors, terms, position, ideal)
        history.append(turn)
        new = np.array([_moved_to(turn, k) for k in range(len(position))])
        moved.append(float(np.linalg.norm(new - position, axis=1).sum()))
        position, ideal = new, _new_ideals(actors, new, ideal)
    history.append(_turn(actors, terms, position, ideal, is_last=True))
    return history


def _check_terms(terms: SpatialTerms) -> None:
    if terms.law not in LAWS or terms.adjust not in OWN_PART:
        raise QuestionError(
            f"there is no law {terms.law!r} or adjustment {terms.adjust!r}; laws are {', '.join(LAWS)}, adjustments"
            f" {', '.join(OWN_PART)}"
        )


def _at_rest(moved: Sequence[float]) -> bool:
    """Whether the last turn moved the positions little, compared with the first."""
    return len(moved) >= LEAST_TURNS and moved[-1] < AT_REST * (moved[0] + SIGNIFICANT)


def _new_ideals(actors: SpatialActors, position: np.ndarray, ideal: np.ndarray) -> np.ndarray:
    """Ideals [a,d] that follow positions as far as the actors let them."""
    if actors.adjustment is None:
        return position
    kept = np.clip(1 - actors.adjustment.sum(1), 0, 1)[:, None]
    followed: np.ndarray = actors.adjustment @ position + kept * ideal
    return followed


def _moved_to(turn: SpatialTurn, k: int) -> np.ndarray:
    """Where an actor is after a turn [d]."""
    bargain = turn.chosen[k]
    return turn.position[k] if bargain is None else bargain.positions[0 if bargain.initiator == k else 1]


def _turn(
    actors: SpatialActors, terms: SpatialTerms, position: np.ndarray, ideal: np.ndarray, *, is_last: bool = False
) -> SpatialTurn:
    value = distance_utility(ideal, position, actors.salience)
    likely = conditional_condorcet(actors.capability, value, law=terms.law)
    risk = risk_attitudes(likely, terms.spread) if np.ptp(likely) > 0 else np.zeros(len(likely))
    utility = risk_adjusted(value, risk)
    probability = _of_positions(actors, terms, position, utility)
    none: tuple[Bargain | None, ...] = (None,) * len(risk)
    turn = SpatialTurn(position, value, risk, utility, probability, (), none)
    if is_last:
        return turn
    proposed = (_best_challenge(actors, terms, turn, i) for i in range(len(risk)))
    bargains = tuple(bargain for bargain in proposed if bargain is not None)
    chosen = tuple(_chosen(actors, terms, turn, ideal, bargains, k) for k in range(len(risk)))
    return SpatialTurn(position, value, risk, utility, probability, bargains, chosen)


def _of_positions(actors: SpatialActors, terms: SpatialTerms, position: np.ndarray, utility: np.ndarray) -> np.ndarray:
    """The probability [a] of each actor's position; positions that are nearly the same are one option."""
    near = np.linalg.norm(position[:, None] - position[None], axis=-1) < SAME
    options: list[int] = []
    for k in range(len(position)):
        if not any(near[k, o] for o in options):
            options.append(k)
    likely = conditional_condorcet(actors.capability, utility[:, options], law=terms.law)
    option_of = [next(place for place, o in enumerate(options) if near[k, o]) for k in range(len(position))]
    probability: np.ndarray = likely[option_of]
    return probability


def estimated_utility(turn: SpatialTurn, h: int, adjust: str) -> np.ndarray:
    """What the positions [n] are worth to each actor [a] in the view of h, who sees others' risks through its own."""
    own = OWN_PART[adjust]
    return risk_adjusted(turn.value, own * turn.risk[h] + (1 - own) * turn.risk)


def _best_challenge(actors: SpatialActors, terms: SpatialTerms, turn: SpatialTurn, i: int) -> Bargain | None:
    """The challenge from which an actor expects most; None where it expects nothing from any."""
    utility = estimated_utility(turn, i, terms.adjust)
    victory = contest(actors, utility, i)
    gain = expected_gain(actors, utility, victory, i)
    gain[i] = -np.inf
    j = int(np.argmax(gain))
    if not gain[j] > LEAST_GAIN:
        return None
    p = float(victory[j])
    positions = _compromise(actors, terms, turn.position, (i, j), p)
    return Bargain(i, j, p, float(gain[j]), positions)


def contest(actors: SpatialActors, utility: np.ndarray, i: int) -> np.ndarray:
    """The probability [j] that an actor wins a contest with each other, third parties included.

    utility [a,n]: of the positions, in the view of whoever estimates. A third party sides with whom it prefers, and is
    exposed with its own position if that side loses (half committed).
    """
    w, own = actors.weight, np.diagonal(utility)
    both = [w[i] * (own[i] - utility[i]), w * (utility[:, i] - own)]  # [j] the votes of the two
    strength = LEAST_STRENGTH + sum(np.maximum(v, 0) for v in both)
    against = LEAST_STRENGTH + sum(np.maximum(-v, 0) for v in both)
    side = w[:, None] * (utility[:, i, None] - utility)  # [n,j]
    joined = strength + np.maximum(side, 0)
    p = joined / (joined + against + np.maximum(-side, 0))
    vote = w[:, None] * (p * (own - utility[:, i])[:, None] + (1 - p) * (utility - own[:, None]))
    vote[i] = 0
    np.fill_diagonal(vote, 0)
    total = strength + np.maximum(vote, 0).sum(0)
    probability: np.ndarray = total / (total + against + np.maximum(-vote, 0).sum(0))
    return probability


def expected_gain(actors: SpatialActors, utility: np.ndarray, victory: np.ndarray, i: int) -> np.ndarray:
    """What an actor expects to gain from challenging each other [j], who may give way without a contest."""
    attention = actors.salience.sum(1)
    won, lost = 2 * utility[i, i], 2 * utility[i]
    challenge = (1 - attention) * won + attention * (victory * won + (1 - victory) * lost)
    gain: np.ndarray = challenge - (utility[i, i] + utility[i])
    return gain


def _compromise(
    actors: SpatialActors, terms: SpatialTerms, position: np.ndarray, pair: tuple[int, int], p: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where two actors would meet [d], each by its own account; p: that the first one wins."""
    (i, j), (n, m) = pair, terms.powers
    first, second = actors.salience[i] ** n * p**m, actors.salience[j] ** n * (1 - p) ** m
    total = first + second + LEAST_WEIGHT
    a = ((first + LEAST_WEIGHT) * position[i] + second * position[j]) / total
    b = (first * position[i] + (second + LEAST_WEIGHT) * position[j]) / total
    return np.floor(a * STEP + 0.5) / STEP, np.floor(b * STEP + 0.5) / STEP


def _chosen(
    actors: SpatialActors,
    terms: SpatialTerms,
    turn: SpatialTurn,
    ideal: np.ndarray,
    bargains: Sequence[Bargain],
    k: int,
) -> Bargain | None:
    """The bargain of an actor that is likeliest in an election by all, None for the one to stay."""
    own = [bargain for bargain in bargains if k in (bargain.initiator, bargain.receiver)]
    worth = np.stack([turn.utility.sum(1), *(_after(actors, turn, ideal, bargain) for bargain in own)], axis=1)
    likely = conditional_condorcet(actors.capability, worth / len(turn.risk), law=terms.law)
    return [None, *own][int(np.argmax(likely))]


def _after(actors: SpatialActors, turn: SpatialTurn, ideal: np.ndarray, bargain: Bargain) -> np.ndarray:
    """What all positions together are worth to each actor [a] after a bargain."""
    pair = [bargain.initiator, bargain.receiver]
    new = distance_utility(ideal, np.array(bargain.positions), actors.salience)
    change = risk_adjusted(new, turn.risk).sum(1) - turn.utility[:, pair].sum(1)
    total: np.ndarray = turn.utility.sum(1) + change
    return total
