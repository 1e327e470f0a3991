"""Where a group drifts: weighted mean as baseline, probabilistic Condorcet, expected utility as an option.

Axes: a actor, o option. Tests on European decisions found salience-weighted models best, so the mean is always shown.
The probabilistic Condorcet election follows the published description of KAPSARC's toolkit, the expected-utility round
that of Bueno de Mesquita as Scholz, Calbert and Smith (2011) read him.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.errors import NotConverged, QuestionError

LAWS = {"linear": 1, "square": 2, "quartic": 4}
ALONE = 1e-10  # support an option gives itself, so that one everybody prefers is left in peace


@dataclass(frozen=True, eq=False)
class Actors:
    """names; position [a] on a line; capability and salience [a]."""

    names: tuple[str, ...]
    position: np.ndarray
    capability: np.ndarray
    salience: np.ndarray

    def __post_init__(self) -> None:
        shape = (len(self.names),)
        for name in ("position", "capability", "salience"):
            values = getattr(self, name)
            if values.shape != shape or not np.isfinite(values).all() or (name != "position" and (values < 0).any()):
                raise QuestionError(f"{name} is a finite number an actor, not negative where it is a weight")
        if not self.names or not (self.capability * self.salience).sum() > 0:
            raise QuestionError("no actor has both capability and salience")

    @property
    def weight(self) -> np.ndarray:
        """Capability times salience [a]."""
        return self.capability * self.salience


def mean(actors: Actors) -> float:
    """The mean position, weighted with capability times salience."""
    return float(actors.weight @ actors.position / actors.weight.sum())


def median(actors: Actors) -> float:
    """The position that no other beats when each actor's weight counts times the distance saved."""
    options = np.unique(actors.position)
    utility = -np.abs(options[None] - actors.position[:, None])
    margin = coalitions(actors.weight, utility)
    return float(options[int(np.argmax((margin >= margin.T).sum(1)))])


def utilities(ideal: np.ndarray, option: np.ndarray, salience: np.ndarray) -> np.ndarray:
    """1 - distance weighted with salience [a,o]: ideal [a,d], option [o,d] in [0, 1], salience [a,d].

    u = 1 - sqrt(sum s^2 d^2 / sum s^2).
    """
    apart = option[None] - ideal[:, None]  # [a,o,d]
    square = salience[:, None] ** 2
    return 1 - np.sqrt((square * apart**2).sum(-1) / square.sum(-1))


def with_risk(utility: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Utility [a,o] under risk attitudes [a] from -1 to 1: (1 - d) (1 + d R) with d = 1 - utility."""
    if (np.abs(risk) > 1).any():
        raise QuestionError("risk attitudes lie from -1 to 1")
    far = 1 - utility
    return (1 - far) * (1 + far * np.asarray(risk)[:, None])


LOWEST = {"min": 0.0, "mid": -0.5, "max": -1.0}  # where the range of risk attitudes starts; it ends at 1


def risk_from(chance: np.ndarray, spread: str = "max") -> np.ndarray:
    """Risk attitudes [a] from the chances [a] that each actor's position wins: the safest dares most, in even steps.

    spread: attitudes from 0 (min), -1/2 (mid) or -1 (max) up to 1.
    """
    if spread not in LOWEST:
        raise QuestionError(f"no spread of risk attitudes is named {spread!r}; there is {', '.join(LOWEST)}")
    chance = np.asarray(chance, dtype=float)
    if not np.isfinite(chance).all() or (chance < 0).any() or not np.ptp(chance) > 0:
        raise QuestionError("chances must be finite, not negative and not all alike")
    return LOWEST[spread] + (1 - LOWEST[spread]) * (chance - chance.min()) / np.ptp(chance)


def coalitions(weight: np.ndarray, utility: np.ndarray) -> np.ndarray:
    """Strength [o,o] of those who prefer the row to the column: weight times what they gain (proportional votes)."""
    gain = utility[:, :, None] - utility[:, None, :]
    return np.einsum("a,aij->ij", weight, np.maximum(gain, 0))


def victory(strength: np.ndarray, law: str = "linear") -> np.ndarray:
    """Chance [o,o] that the row beats the column: strength over both strengths, each to the law's power."""
    if law not in LAWS:
        raise QuestionError(f"no victory law is named {law!r}; there is {', '.join(LAWS)}")
    strength = strength / (strength.max() or 1)
    power = strength ** LAWS[law]
    both = power + power.T
    return np.where(both > 0, power / np.where(both > 0, both, 1), 0.5)


def odds(first: float, second: float, law: str = "linear") -> float:
    """The chance that a strength beats another."""
    return float(victory(np.array([[0.0, first], [second, 0.0]]), law)[0, 1])


@dataclass(frozen=True, eq=False)
class Election:
    """chance [o] of each option; support [o]: weight times utility; gap, steps, converged: the iteration's proof."""

    chance: np.ndarray
    support: np.ndarray
    residual: float
    iterations: int
    converged: bool


def condorcet(
    weight: np.ndarray, utility: np.ndarray, *, law: str = "linear", incentive: bool = True, tolerance: float = 1e-12
) -> Election:
    """Chances of options as a Markov process of challenges: the favourite is challenged, the winner becomes favourite.

    incentive: challenges in proportion to the strength behind them times their chance of success; else all alike.
    Raises QuestionError, NotConverged.
    """
    weight, utility = np.asarray(weight, dtype=float), np.asarray(utility, dtype=float)
    if utility.ndim != 2 or weight.shape != utility.shape[:1] or not utility.size:
        raise QuestionError("utilities are an actor by option table, with a weight an actor")
    if not (np.isfinite(utility).all() and np.isfinite(weight).all() and (weight >= 0).all() and weight.sum() > 0):
        raise QuestionError("weights must be finite and not negative, one positive, and utilities finite")
    strength = coalitions(weight, utility)
    wins = victory(strength, law)
    count = utility.shape[1]
    if incentive:
        scale = strength.max() or 1.0
        push = strength / scale * wins + ALONE / scale * np.eye(count)
        if not strength.any():
            push = np.ones((count, count))
        challenge = push / push.sum(0)  # [i,j] that i challenges the favourite j
    else:
        challenge = np.full((count, count), 1 / count)
    chance, gap, steps = np.full(count, 1 / count), np.inf, 0
    while gap > tolerance and steps < 20_000:
        meet = challenge * chance  # [i,j] j is the favourite and i its challenger
        new = (wins * (meet + meet.T)).sum(1)
        gap = float(np.abs(new - chance).max())
        chance = (chance + new) / 2
        steps += 1
    if gap > tolerance:
        raise NotConverged(f"chances of {count} options still move by {gap:.1e} after {steps} steps")
    return Election(chance, weight @ utility, gap, steps, True)


@dataclass(frozen=True, eq=False)
class Round:
    """One round of challenges: risk [a], position [a] after it, offers (actor, other, kind, position) accepted.

    expected [a,a]: what the row expects from challenging the column, in its own view; expected_of [a,a]: what the
    column expects from challenging the row, in the row's view.
    """

    risk: np.ndarray
    expected: np.ndarray
    expected_of: np.ndarray
    position: np.ndarray
    offers: tuple[tuple[str, str, str, float], ...]


def challenges(actors: Actors, *, status_quo: float = 1.0, span: float | None = None) -> Round:
    """One round of the expected-utility model: risk from exposure, challenges, and whom each gives way to.

    status_quo: chance that an unchallenged state stays. span: width of the issue, that of the positions unless said. In
    this reading the chances of two rivals sum to less than one, and a compromise is chosen by where it ends.
    """
    x = actors.position
    span = span or float(np.ptp(x))
    if not span > 0:
        raise QuestionError("all actors hold one position: there is nothing to bargain about")
    risk = np.ones(len(x))
    danger = _expected(actors, risk, span, status_quo)[0]
    np.fill_diagonal(danger, 0)
    exposed = danger.sum(0)  # what others expect from challenging an actor, seen with risk 1
    low, high = exposed.min(), exposed.max()
    acceptance = (2 * exposed - high - low) / (high - low) if high > low else np.zeros(len(x))
    risk = (1 - acceptance / 3) / (1 + acceptance / 3)
    own, theirs = _expected(actors, risk, span, status_quo)
    moved, offers = x.copy(), []
    for i in range(len(x)):
        found = _best_offer(actors, own, theirs, i)
        if found is not None:
            j, kind, to = found
            moved[i] = to
            offers.append((actors.names[i], actors.names[j], kind, float(to)))
    return Round(risk, own, theirs, moved, tuple(offers))


def _expected(actors: Actors, risk: np.ndarray, span: float, status_quo: float) -> tuple[np.ndarray, np.ndarray]:
    """([i,j] i's from challenging j, [i,j] j's from challenging i), both seen with i's attitude to risk."""
    x, s, count = actors.position, actors.salience, len(actors.position)
    own, theirs = np.zeros((count, count)), np.zeros((count, count))
    away = np.abs(x[:, None] - x[None]) / span  # [a,o]
    loss = away ** risk[:, None]
    vote = actors.weight[:, None, None] * (loss[:, None, :] - loss[:, :, None])  # [a,o,o]
    wins = np.where(x[:, None] == x[None], 0.0, np.maximum(vote, 0).sum(0) / np.abs(vote).sum())
    for i in range(count):
        up, down = 2 - 4 * (0.5 - 0.5 * away) ** risk[i], 2 - 4 * (0.5 + 0.5 * away) ** risk[i]
        stay = status_quo * (2 - 4 * 0.5 ** risk[i])
        value = s[None] * (wins * up + (1 - wins) * down) + (1 - s[None]) * up - stay  # [challenger, challenged]
        own[i], theirs[i] = value[i], value[:, i]
    return own, theirs


def _best_offer(actors: Actors, own: np.ndarray, theirs: np.ndarray, i: int) -> tuple[int, str, float] | None:
    x = actors.position
    kinds: dict[str, list[tuple[float, int, float]]] = {"confrontation": [], "compromise": [], "capitulation": []}
    for j in range(len(x)):
        if x[i] == x[j]:
            continue
        mine, other = own[i, j], theirs[i, j]
        if other > mine > 0:
            kinds["confrontation"].append((abs(x[i] - x[j]), j, x[j]))
        elif other > 0 > mine and other > -mine:
            middle = (abs(mine) * x[i] + abs(other) * x[j]) / (abs(mine) + abs(other))
            kinds["compromise"].append((middle, j, x[i] + (x[j] - x[i]) * abs(mine / other)))
        elif other > 0 > mine:
            kinds["capitulation"].append((abs(x[i] - x[j]), j, x[j]))
    for kind, found in kinds.items():
        if found:
            _, j, to = min(found, key=lambda row: row[0])
            return j, kind, float(to)
    return None
