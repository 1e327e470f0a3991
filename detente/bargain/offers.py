"""Offers in turn, deadlines, outside and inside options, breakdown, private information, and who blinks.

A share is of one pie of size 1 unless a size is given; 0 is the first mover, 1 the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from detente.bargain.outcomes import PayoffTable
from detente.errors import QuestionError


def _between(name: str, value: float, low: float = 0.0, high: float = 1.0, *, open_high: bool = False) -> float:
    if not math.isfinite(value) or value < low or value > high or (open_high and value == high):
        span = f"from {low:g} to {'below ' if open_high else ''}{high:g}"
        raise QuestionError(f"{name} is {value}; it lies {span}")
    return float(value)


def rubinstein(first: float, second: float) -> float:
    """The first mover's share with offers in turn for ever, discount factors a round. Rubinstein (1982).

    Raises QuestionError where both never discount: every share is then an equilibrium.
    """
    d1, d2 = _between("the first discount factor", first), _between("the second discount factor", second)
    if d1 == d2 == 1:
        raise QuestionError("both discount factors are 1: nobody minds waiting, and any share can be agreed")
    return (1 - d2) / (1 - d1 * d2)


def rubinstein_limit(first: float, second: float) -> float:
    """The first party's share as offers become frequent, rates of discount r: r2 / (r1 + r2)."""
    if not (first >= 0 and second >= 0 and 0 < first + second < math.inf):
        raise QuestionError(f"rates of discount are {first} and {second}; both at least 0, and not both 0")
    return second / (first + second)


@dataclass(frozen=True)
class Offers:
    """share: what the first proposer gets; rounds: (proposer, shares of both) that each round would agree on."""

    share: float
    rounds: tuple[tuple[int, tuple[float, float]], ...]
    agreed: bool


def deadline(
    discount: float | tuple[float, float],
    count: int,
    *,
    order: Sequence[int] | None = None,
    no_deal: tuple[float, float] = (0.0, 0.0),
    outside: tuple[float, float] | None = None,
    breakdown: float = 0.0,
    at_breakdown: tuple[float, float] = (0.0, 0.0),
    size: float = 1.0,
) -> Offers:
    """`count` offers, then no deal: solved backwards from the last, so every answer is best where it is given.

    With one discount factor and no deal worth nothing the share is (1 - (-d)^T) / (1 + d): the last proposer gains.
    order: who proposes each round, in turn unless said. outside: what a responder gets by leaving now. breakdown:
    chance after each refusal that talks end with at_breakdown. Ståhl (1972).
    """
    d = (discount, discount) if isinstance(discount, int | float) else tuple(discount)
    for each in d:
        _between("a discount factor", each)
    _between("the chance of breakdown", breakdown)
    if count < 1:
        raise QuestionError(f"{count} offers: there is at least one")
    turn = tuple(k % 2 for k in range(count)) if order is None else tuple(order)
    if len(turn) != count or any(k not in (0, 1) for k in turn):
        raise QuestionError(f"the order names the proposer, 0 or 1, of each of {count} offers")
    value = (float(no_deal[0]), float(no_deal[1]))
    rounds: list[tuple[int, tuple[float, float]]] = []
    agreed = False
    for proposer in reversed(turn):
        other = 1 - proposer
        wait = [breakdown * at_breakdown[p] + (1 - breakdown) * d[p] * value[p] for p in (0, 1)]
        if not rounds:
            wait = [d[p] * value[p] for p in (0, 1)]
        demand = max(wait[other], outside[other]) if outside else wait[other]
        keep = size - demand
        agreed = keep >= wait[proposer]
        if agreed:
            value = (keep, demand) if proposer == 0 else (demand, keep)
        elif outside and outside[other] > wait[other]:
            value = (outside[0], outside[1])
        else:
            value = (wait[0], wait[1])
        rounds.append((proposer, value))
    return Offers(value[turn[0]], tuple(reversed(rounds)), agreed)


@dataclass(frozen=True)
class ListOffers:
    """outcome: what the first offer settles on, None for no deal; value [p]: of the game; path: first to last."""

    outcome: str | None
    value: tuple[float, ...]
    path: tuple[tuple[str, str | None], ...]


def alternating_offers_discrete(
    given: PayoffTable, disagreement: str, order: Sequence[str], discount: Mapping[str, float]
) -> ListOffers:
    """Offers in turn over outcomes that cannot be split, the last one before no deal; solved backwards.

    order: who proposes each round. The proposer picks what is best for it among outcomes that leave every other party
    no worse off than waiting; gains over the disagreement point are discounted a round.
    """
    for party in given.parties:
        _between(f"the discount factor of {party}", discount.get(party, math.nan))
    if not order or any(p not in given.parties for p in order):
        raise QuestionError(f"the order names the proposer of each round, out of {', '.join(given.parties)}")
    gain = given.gains(disagreement).tolist()
    value, path, agreed = [0.0] * len(given.parties), [], None
    for proposer in reversed(order):
        own = given.parties.index(proposer)
        wait = [discount[p] * v for p, v in zip(given.parties, value, strict=True)]
        able = [k for k, row in enumerate(gain) if all(g >= w for g, w in zip(row, wait, strict=True))]
        if able:
            best = max(able, key=lambda k: (gain[k][own], sum(gain[k])))
            value, agreed = list(gain[best]), given.names[best]
        else:
            value, agreed = wait, None
        path.append((proposer, agreed))
    return ListOffers(agreed, tuple(value), tuple(reversed(path)))


def outside_option(discount: float | tuple[float, float], option: float) -> float:
    """The responder's share when it may leave for `option`: the larger of that and what it bargains for.

    A threat worth less than the deal is worth nothing. Shaked and Sutton (1984); Binmore, Shaked and Sutton (1989).
    Raises QuestionError for an option larger than the pie: the responder leaves.
    """
    d1, d2 = (discount, discount) if isinstance(discount, int | float) else discount
    if not option <= 1:
        raise QuestionError(f"the outside option {option} is worth more than the whole pie: no deal is made")
    return max(1 - rubinstein(d1, d2), option)


def inside_option(flows: tuple[float, float], rates: tuple[float, float], *, size: float = 1.0) -> tuple[float, float]:
    """Both shares when each enjoys a flow while talks go on: the value of the flows is the disagreement point.

    share = PV1 + r2 / (r1 + r2) * (size - PV1 - PV2), PV = flow / rate. Muthoo (1999), chapter 6. Raises QuestionError
    where the flows are worth more than a deal.
    """
    if min(rates) <= 0:
        raise QuestionError(f"rates of discount are {rates}; a flow for ever has a value only if they are positive")
    return split(flows[0] / rates[0], flows[1] / rates[1], rubinstein_limit(*rates), size=size)


def split(first: float, second: float, power: float, *, size: float = 1.0) -> tuple[float, float]:
    """Both shares when each has `first`, `second` without a deal and the first gets `power` of what a deal adds."""
    _between("bargaining power", power)
    added = size - first - second
    if not added >= 0:
        raise QuestionError(f"without a deal both have {first + second:g} of {size:g}: a deal adds nothing")
    return first + power * added, second + (1 - power) * added


def breakdown(
    chance: float,
    points: tuple[float, float] = (0.0, 0.0),
    utilities: tuple[Callable[[float], float], Callable[[float], float]] | None = None,
) -> float:
    """The first mover's share when each refusal ends talks with a chance, paying `points`, and nobody discounts.

    As the chance falls it tends to the Nash solution with `points` as disagreement. Binmore, Rubinstein and Wolinsky
    (1986). utilities: increasing, of a share in [0, 1]; the share itself unless given.
    """
    from scipy.optimize import brentq

    _between("the chance of breakdown", chance)
    if chance == 0:
        raise QuestionError("without a chance of breakdown nobody minds waiting, and any share can be agreed")
    u1, u2 = utilities or ((lambda x: x), (lambda x: x))
    if u1(1) < points[0] or u2(1) < points[1]:
        raise QuestionError("one side has more after a breakdown than the whole pie is worth: no deal is made")

    def inverse(u: Callable[[float], float], level: float) -> float:
        if level <= u(0):
            return 0.0
        return 1.0 if level >= u(1) else float(brentq(lambda x: u(x) - level, 0, 1, xtol=1e-15))

    def miss(x: float) -> float:
        theirs = inverse(u1, chance * points[0] + (1 - chance) * u1(x))  # the first's share when the second proposes
        return u2(1 - x) - (chance * points[1] + (1 - chance) * u2(1 - theirs))

    if miss(0) < 0:
        raise QuestionError("what both have after a breakdown exceeds the pie: no deal is made")
    return 1.0 if miss(1) >= 0 else float(brentq(miss, 0, 1, xtol=1e-15))


@dataclass(frozen=True)
class Threat:
    """demand: above what war would give; refused: the chance that it is, and there is war; payoff: the demander's."""

    demand: float
    refused: float
    payoff: float


def private_cost(win: float, own: float, high: float, low: float = 0.0) -> Threat:
    """The best demand when the other's cost of war is private, uniform from low to high.

    win: the expected share from war; own: one's own cost of it. More asked is more often refused. The mechanism of
    Fearon (1995); the closed form for uniform costs is this package's.
    """
    if not (0 <= low < high < math.inf and own >= 0):
        raise QuestionError(f"costs: own {own} at least 0, the other's from {low} to a higher {high}")
    _between("the chance of winning", win)
    demand = min(max((high - own) / 2, low), high)
    refused = (demand - low) / (high - low)
    return Threat(demand, refused, (1 - refused) * (win + demand) + refused * (win - own))


@dataclass(frozen=True)
class DoubleAuction:
    """Two private values, uniform on [low, high], and the split of bid and ask: linear strategies.

    Chatterjee and Samuelson (1983). No mechanism trades more often by itself: Myerson and Satterthwaite (1983).
    """

    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise QuestionError(f"values run from {self.low} to {self.high}: the second must be higher")

    def bid(self, value: float) -> float:
        """What a buyer with this value offers."""
        return 2 * value / 3 + self.high / 12 + self.low / 4

    def ask(self, cost: float) -> float:
        """What a seller with this cost asks."""
        return 2 * cost / 3 + self.high / 4 + self.low / 12

    @property
    def trade(self) -> float:
        """The chance of a deal: value exceeds cost by a quarter of the range."""
        return 9 / 32

    @property
    def gains(self) -> float:
        """Expected gains from trade."""
        return (self.high - self.low) * 9 / 64

    @property
    def first_best(self) -> float:
        """Expected gains if both values were known."""
        return (self.high - self.low) / 6


@dataclass(frozen=True)
class Concession:
    """rate: of conceding, each [p]; until: when one is surely tough; at_once: chance [p] of giving in at the start."""

    rate: tuple[float, float]
    until: float
    at_once: tuple[float, float]
    weaker: int | None


def reputational_war_of_attrition(
    demand: tuple[float, float], rate: tuple[float, float], tough: tuple[float, float]
) -> Concession:
    """War of attrition between two who may be of a kind that never yields. Abreu and Gul (2000).

    demand: the share each insists on; rate: discount; tough: prior chance of the unyielding kind. Party i concedes at
    r_j (1 - a_i) / (a_1 + a_2 - 1); the one whose reputation grows slower gives in at once with some chance.
    """
    a, r, z = demand, rate, tough
    over = a[0] + a[1] - 1
    if not (0 < a[0] < 1 and 0 < a[1] < 1):
        raise QuestionError(f"demands are shares between 0 and 1, not {a}")
    if over <= 0:
        raise QuestionError(f"demands of {a[0]} and {a[1]} fit together: nobody has to concede")
    if min(r) <= 0 or not all(0 < x < 1 for x in z):
        raise QuestionError(f"rates {r} must be positive and chances {z} between 0 and 1")
    rates = (r[1] * (1 - a[0]) / over, r[0] * (1 - a[1]) / over)
    times = [-math.log(z[p]) / rates[p] for p in (0, 1)]
    until = min(times)
    once = tuple(max(0.0, 1 - z[p] * math.exp(rates[p] * until)) if times[p] > until else 0.0 for p in (0, 1))
    weaker = None if times[0] == times[1] else int(times[1] > times[0])
    return Concession(rates, until, (once[0], once[1]), weaker)
