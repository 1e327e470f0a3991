"""Alternating offers with and without a deadline, outside and inside options, risk of breakdown, private information.

Shares are of one pie of size 1 unless a size is given. Party 0 makes the first offer, party 1 responds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detente.bargain.outcomes import PayoffTable
from detente.errors import QuestionError

Shares = tuple[float, float]  # of party 0 and party 1
Utility = Callable[[float], float]  # increasing, of a share in [0, 1]


def _check_fraction(name: str, value: float) -> float:
    if not math.isfinite(value) or value < 0 or value > 1:
        raise QuestionError(f"{name} is {value}; it must lie from 0 to 1")
    return float(value)


def rubinstein(first: float, second: float) -> float:
    """The share of the party that makes the first offer, with alternating offers and no deadline.

    first, second: discount factors a round. Raises QuestionError where both are 1: every share is then an equilibrium.
    Rubinstein (1982).

    >>> round(rubinstein(0.9, 0.9), 4)
    0.5263
    """
    d1 = _check_fraction("the first discount factor", first)
    d2 = _check_fraction("the second discount factor", second)
    if d1 == d2 == 1:
        raise QuestionError("both discount factors are 1: waiting costs nobody anything, and any share can be agreed")
    return (1 - d2) / (1 - d1 * d2)


def rubinstein_limit(first: float, second: float) -> float:
    """The first party's share as offers become frequent, with rates of discount r1 and r2: r2 / (r1 + r2).

    >>> round(rubinstein_limit(0.05, 0.15), 4)
    0.75
    """
    if not (first >= 0 and second >= 0 and 0 < first + second < math.inf):
        raise QuestionError(f"rates of discount are {first} and {second}; they must be at least 0 and not both 0")
    return second / (first + second)


class OfferRound(NamedTuple):
    """Who proposes in a round, and the shares that both would get if the game started there."""

    proposer: int
    shares: Shares


@dataclass(frozen=True)
class FiniteOffers:
    """share: of the first proposer. rounds: from first to last. agreed: whether the first offer is accepted."""

    share: float
    rounds: tuple[OfferRound, ...]
    agreed: bool


def finite_alternating_offers(
    discount: float | tuple[float, float],
    count: int,
    *,
    order: Sequence[int] | None = None,
    disagreement_point: Shares = (0.0, 0.0),
    outside: Shares | None = None,
    breakdown_probability: float = 0.0,
    breakdown_point: Shares = (0.0, 0.0),
    size: float = 1.0,
) -> FiniteOffers:
    """The subgame-perfect outcome of `count` offers before a deadline, by backward induction. Ståhl (1972).

    discount: factors a round, of both or each. order: the proposer of each round, alternating by default.
    disagreement_point: payoffs after the last refusal. outside: payoffs when the responder leaves in a round.
    breakdown_probability: that talks end after a refusal, with breakdown_point as payoffs. size: of the pie.
    Raises QuestionError. With one discount factor d and T offers the share is (1 - (-d)^T) / (1 + d): the last
    proposer has the advantage.

    >>> round(finite_alternating_offers(0.9, 10).share, 4)
    0.3428
    """
    d = (discount, discount) if isinstance(discount, int | float) else discount
    turn = _checked_order(order, count)
    for factor in d:
        _check_fraction("a discount factor", factor)
    b = _check_fraction("the probability of breakdown", breakdown_probability)
    value = (float(disagreement_point[0]), float(disagreement_point[1]))
    rounds: list[OfferRound] = []
    agreed = False
    for proposer in reversed(turn):
        if rounds:
            waiting = [b * breakdown_point[p] + (1 - b) * d[p] * value[p] for p in (0, 1)]
        else:  # a refusal of the last offer leads to the disagreement point for sure
            waiting = [d[p] * value[p] for p in (0, 1)]
        value, agreed = _offer(proposer, (waiting[0], waiting[1]), outside, size)
        rounds.append(OfferRound(proposer, value))
    return FiniteOffers(value[turn[0]], tuple(reversed(rounds)), agreed)


def _checked_order(order: Sequence[int] | None, count: int) -> tuple[int, ...]:
    if count < 1:
        raise QuestionError(f"there are {count} offers; give at least 1")
    turn = tuple(k % 2 for k in range(count)) if order is None else tuple(order)
    if len(turn) != count or any(k not in (0, 1) for k in turn):
        raise QuestionError(f"the order must name the proposer, 0 or 1, of each of {count} offers")
    return turn


def _offer(proposer: int, waiting: Shares, outside: Shares | None, size: float) -> tuple[Shares, bool]:
    """(shares, whether there is an agreement) of a round in which a refusal leads to `waiting`."""
    responder = 1 - proposer
    demand = max(waiting[responder], outside[responder]) if outside else waiting[responder]
    rest = size - demand
    if rest >= waiting[proposer]:
        return ((rest, demand) if proposer == 0 else (demand, rest)), True
    if outside and outside[responder] > waiting[responder]:
        return outside, False
    return waiting, False


@dataclass(frozen=True)
class DiscreteOffers:
    """outcome: what the first offer leads to, None for no deal. value [p]: of the game to each party.

    path: (proposer, outcome agreed on if the game started there) of each round, from first to last.
    """

    outcome: str | None
    value: tuple[float, ...]
    path: tuple[tuple[str, str | None], ...]


def alternating_offers_discrete(
    table: PayoffTable, disagreement_point: str, order: Sequence[str], discount: Mapping[str, float]
) -> DiscreteOffers:
    """Alternating offers over outcomes that cannot be divided, by backward induction from the last offer.

    order: the proposer of each round. discount: each party's factor a round, on gains over the disagreement point. The
    proposer picks what is best for it among the outcomes that leave no other party worse off than waiting. Raises
    QuestionError.

    >>> from detente.bargain.outcomes import Package, payoff_table
    >>> packages = [Package("x", {"a": 3, "b": 1}), Package("y", {"a": 1, "b": 3})]
    >>> table = payoff_table(packages, {"status quo": {"a": 0, "b": 0}})
    >>> alternating_offers_discrete(table, "status quo", ["a", "b"], {"a": 1.0, "b": 1.0}).outcome
    'y'
    """
    for party in table.parties:
        _check_fraction(f"the discount factor of {party}", discount.get(party, math.nan))
    if not order or any(p not in table.parties for p in order):
        raise QuestionError(f"the order must name the proposer of each round, out of {', '.join(table.parties)}")
    gain = table.gains(disagreement_point).tolist()
    value, path, agreed = [0.0] * len(table.parties), [], None
    for proposer in reversed(order):
        waiting = [discount[p] * v for p, v in zip(table.parties, value, strict=True)]
        best = _best_acceptable(gain, waiting, table.parties.index(proposer))
        if best is None:
            value, agreed = waiting, None
        else:
            value, agreed = list(gain[best]), table.names[best]
        path.append((proposer, agreed))
    return DiscreteOffers(agreed, tuple(value), tuple(reversed(path)))


def _best_acceptable(gain: Sequence[Sequence[float]], waiting: Sequence[float], proposer: int) -> int | None:
    """The outcome that is best for a proposer among those that nobody likes less than waiting."""
    acceptable = [k for k, row in enumerate(gain) if all(g >= w for g, w in zip(row, waiting, strict=True))]
    return max(acceptable, key=lambda k: (gain[k][proposer], sum(gain[k])), default=None)


def outside_option(discount: float | tuple[float, float], option: float) -> float:
    """The responder's share when it may leave for `option`: the larger of the option and its share in bargaining.

    An option worth less than that share changes nothing. Raises QuestionError where the option exceeds the pie.
    Shaked and Sutton (1984); Binmore, Shaked and Sutton (1989).

    >>> round(outside_option(0.9, 0.3), 4), outside_option(0.9, 0.6)
    (0.4737, 0.6)
    """
    d1, d2 = (discount, discount) if isinstance(discount, int | float) else discount
    if not option <= 1:
        raise QuestionError(f"the outside option is {option}, more than the whole pie: there is no deal")
    return max(1 - rubinstein(d1, d2), option)


def inside_option(flows: Shares, rates: tuple[float, float], *, size: float = 1.0) -> Shares:
    """Both shares when each party enjoys a flow while talks last: the present values are the disagreement point.

    flows: payoffs per unit of time. rates: of discount, positive. The first share is
    PV1 + r2 / (r1 + r2) * (size - PV1 - PV2) with PV = flow / rate. Raises QuestionError where the flows are worth
    more than a deal. Muthoo (1999), chapter 6.

    >>> [round(share, 3) for share in inside_option((0.01, 0.0), (0.05, 0.05))]
    [0.6, 0.4]
    """
    if min(rates) <= 0:
        raise QuestionError(f"rates of discount are {rates}; a permanent flow has a value only if they are positive")
    return split_surplus(flows[0] / rates[0], flows[1] / rates[1], rubinstein_limit(*rates), size=size)


def split_surplus(first: float, second: float, power: float, *, size: float = 1.0) -> Shares:
    """Both shares when the parties have `first` and `second` at the disagreement point and split the surplus.

    power: the first party's fraction of the surplus. Raises QuestionError where the surplus is negative.

    >>> split_surplus(0.25, 0.25, 0.5)
    (0.5, 0.5)
    """
    _check_fraction("bargaining power", power)
    surplus = size - first - second
    if not surplus >= 0:
        raise QuestionError(f"the disagreement point is worth {first + second:g} and a deal {size:g}: no surplus")
    return first + power * surplus, second + (1 - power) * surplus


def _linear(share: float) -> float:
    return share


def breakdown_risk(
    probability: float, breakdown_point: Shares = (0.0, 0.0), utilities: tuple[Utility, Utility] = (_linear, _linear)
) -> float:
    """The first proposer's share when each refusal ends the talks with a probability and nobody discounts.

    breakdown_point: payoffs if talks end so. utilities: of shares, the share itself by default. As the probability
    falls, the share tends to the Nash solution with breakdown_point as disagreement point. Raises QuestionError.
    Binmore, Rubinstein and Wolinsky (1986).

    >>> round(breakdown_risk(1e-6, (0.2, 0.1)), 4)
    0.55
    """
    from scipy.optimize import brentq

    _check_fraction("the probability of breakdown", probability)
    if probability == 0:
        raise QuestionError("without a risk of breakdown waiting costs nobody anything, and any share can be agreed")
    u1, u2 = utilities
    if u1(1) < breakdown_point[0] or u2(1) < breakdown_point[1]:
        raise QuestionError("one party prefers a breakdown to the whole pie: there is no deal")

    def residual(x: float) -> float:
        waiting = probability * breakdown_point[0] + (1 - probability) * u1(x)
        counteroffer = _inverse(u1, waiting)  # the first party's share when the second proposes
        return u2(1 - x) - (probability * breakdown_point[1] + (1 - probability) * u2(1 - counteroffer))

    if residual(0) < 0:
        raise QuestionError("the payoffs after a breakdown exceed the pie: there is no deal")
    return 1.0 if residual(1) >= 0 else float(brentq(residual, 0, 1, xtol=1e-15))


def _inverse(utility: Utility, level: float) -> float:
    """The share in [0, 1] at which a utility reaches a level, or the nearer end."""
    from scipy.optimize import brentq

    if level <= utility(0):
        return 0.0
    return 1.0 if level >= utility(1) else float(brentq(lambda x: utility(x) - level, 0, 1, xtol=1e-15))


@dataclass(frozen=True)
class Ultimatum:
    """demand: beyond the expected share from war. rejected: the probability of war. payoff: of who makes the demand."""

    demand: float
    rejected: float
    payoff: float


def ultimatum_under_private_cost(win: float, own: float, high: float, low: float = 0.0) -> Ultimatum:
    """The best demand when the other's cost of war is private information, uniform from low to high.

    win: the expected share from war. own: one's own cost of it. A larger demand is rejected more often. Raises
    QuestionError. The mechanism is Fearon's (1995); the closed form for uniform costs is derived for this package.

    >>> round(ultimatum_under_private_cost(0.5, 0.1, 0.4).rejected, 4)
    0.375
    """
    if not (0 <= low < high < math.inf and own >= 0):
        raise QuestionError(
            f"one's own cost {own} must be at least 0, and the other's run from {low} of at least 0 to more, not {high}"
        )
    _check_fraction("the expected share from war", win)
    demand = min(max((high - own) / 2, low), high)
    rejected = (demand - low) / (high - low)
    return Ultimatum(demand, rejected, (1 - rejected) * (win + demand) + rejected * (win - own))


@dataclass(frozen=True)
class DoubleAuction:
    """The linear equilibrium of a sealed-bid double auction: private values, uniform on [low, high], equal split.

    Chatterjee and Samuelson (1983). Myerson and Satterthwaite (1983) show that no mechanism gains more.

    >>> auction = DoubleAuction()
    >>> auction.trade_probability, round(auction.bid(0.8), 4)
    (0.28125, 0.6167)
    """

    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise QuestionError(f"values run from {self.low} to {self.high}; the second must be higher")

    def bid(self, value: float) -> float:
        """What a buyer with this value offers."""
        return 2 * value / 3 + self.high / 12 + self.low / 4

    def ask(self, cost: float) -> float:
        """What a seller with this cost asks."""
        return 2 * cost / 3 + self.high / 4 + self.low / 12

    @property
    def trade_probability(self) -> float:
        """The probability of a deal: value exceeds cost by a quarter of the range."""
        return 9 / 32

    @property
    def expected_gains(self) -> float:
        """Expected gains from trade; (high - low) / 6 if both values were known."""
        return (self.high - self.low) * 9 / 64


@dataclass(frozen=True)
class WarOfAttrition:
    """rate [p]: at which each party concedes. end: when a party that has not conceded is surely tough.

    initial [p]: the probability of conceding at once. weaker: the party that may do so, None where neither does.
    """

    rate: Shares
    end: float
    initial: Shares
    weaker: int | None


def reputational_war_of_attrition(
    demand: Shares, rate: tuple[float, float], tough: tuple[float, float]
) -> WarOfAttrition:
    """The war of attrition between two parties, either of which may be of a type that never yields.

    demand: the share each insists on. rate: of discount. tough: the prior probability of the unyielding type. Party i
    concedes at r_j (1 - a_i) / (a_1 + a_2 - 1); the party whose reputation grows more slowly may concede at once.
    Raises QuestionError. Abreu and Gul (2000).

    >>> [round(x, 4) for x in reputational_war_of_attrition((0.6, 0.7), (0.05, 0.08), (0.1, 0.1)).rate]
    [0.1067, 0.05]
    """
    _check_attrition(demand, rate, tough)
    a, r, z = demand, rate, tough
    excess = a[0] + a[1] - 1
    rates = (r[1] * (1 - a[0]) / excess, r[0] * (1 - a[1]) / excess)
    times = [-math.log(z[p]) / rates[p] for p in (0, 1)]
    end = min(times)

    def initial(p: int) -> float:
        return max(0.0, 1 - z[p] * math.exp(rates[p] * end)) if times[p] > end else 0.0

    weaker = None if times[0] == times[1] else int(times[1] > times[0])
    return WarOfAttrition(rates, end, (initial(0), initial(1)), weaker)


def _check_attrition(demand: Shares, rate: tuple[float, float], tough: tuple[float, float]) -> None:
    if not all(0 < x < 1 for x in demand):
        raise QuestionError(f"demands are {demand}; they must be shares between 0 and 1")
    if demand[0] + demand[1] <= 1:
        raise QuestionError(f"demands of {demand[0]} and {demand[1]} are compatible: nobody has to concede")
    if min(rate) <= 0 or not all(0 < x < 1 for x in tough):
        raise QuestionError(f"rates {rate} must be positive and probabilities {tough} lie between 0 and 1")
