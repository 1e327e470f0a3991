"""Small trade wars with closed forms: two goods with linear demand, two lobbies, two countries with CES preferences.

They check and explain what the other modules of this room do with payoffs. Bagwell and Staiger (1990), Dixit (1987),
Grossman and Helpman (1995), Gros (1987); the closed forms are derived for this package. Side 0 is home, 1 is foreign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detente.bargain.truce import IncentiveConstraint, incentive_constraint
from detente.errors import NotConverged, QuestionError

MAX_ROUNDS = 200  # of best responses


class TariffPayoffs(NamedTuple):
    """A side's welfare under free trade (C), when it alone sets its best tariff (D), and in the tariff war (N)."""

    cooperation: float
    temptation: float
    punishment: float


@dataclass(frozen=True)
class LinearTariffGame:
    """Each side imports one good from the other; demand and supply are linear, tariffs specific.

    slope: of home's and foreign's import demand and export supply. volume: of each good at free trade. Raises
    QuestionError unless all are positive.

    >>> game = LinearTariffGame()
    >>> round(game.optimal_tariff(0), 4), round(game.incentive_constraint(0).critical_discount_factor, 4)
    (0.6667, 0.6)
    """

    slope: tuple[float, float] = (1.0, 1.0)
    volume: float = 1.0

    def __post_init__(self) -> None:
        if min(self.slope) <= 0 or self.volume <= 0:
            raise QuestionError(f"slopes {self.slope} and volume {self.volume} must be positive")

    def optimal_tariff(self, side: int) -> float:
        """The tariff that is best for a side whatever the other does: the inverse elasticity of export supply."""
        m, x = self.slope[side], self.slope[1 - side]
        return self.volume / x / (1 + m / (m + x))

    def imports(self, side: int, tariff: float) -> float:
        """What a side imports at its tariff."""
        m, x = self.slope[side], self.slope[1 - side]
        return self.volume - tariff * m * x / (m + x)

    def welfare(self, side: int, own: float, other: float) -> float:
        """A side's consumer surplus and revenue from imports plus producer surplus from exports, at both tariffs."""
        imports, exports = self.imports(side, own), self.imports(1 - side, other)
        m = self.slope[side]
        return imports**2 / (2 * m) + own * imports + exports**2 / (2 * m)

    def payoffs(self, side: int) -> TariffPayoffs:
        """A side's welfare in free trade, breaking it alone, and the tariff war."""
        own, other = self.optimal_tariff(side), self.optimal_tariff(1 - side)
        return TariffPayoffs(self.welfare(side, 0, 0), self.welfare(side, own, 0), self.welfare(side, own, other))

    def incentive_constraint(
        self, side: int, *, lapse: float = 0.0, lag: int = 1, punishment_rounds: int | None = None
    ) -> IncentiveConstraint:
        """What it takes that a side keeps free trade; terms as in `truce.incentive_constraint`."""
        c, d, n = self.payoffs(side)
        return incentive_constraint(c, d, n, lapse=lapse, lag=lag, punishment_rounds=punishment_rounds)


def most_cooperative_tariff(discount: float, game: LinearTariffGame | None = None) -> float:
    """The lowest tariff that two equal sides can sustain, given their discount factor a round.

    With r = d / (1 - d) and t_N the Nash tariff it is t_N (1.5 - r) / (1.5 + r), and free trade from d = 3/5. Raises
    QuestionError. Bagwell and Staiger (1990).

    >>> round(most_cooperative_tariff(0.5), 4)
    0.1333
    """
    game = game or LinearTariffGame()
    if game.slope[0] != game.slope[1]:
        raise QuestionError(f"the closed form is for two equal sides, not for slopes {game.slope}")
    if not 0 <= discount < 1:
        raise QuestionError(f"the discount factor is {discount}; it must lie from 0 to below 1")
    r = discount / (1 - discount)
    return max(0.0, game.optimal_tariff(0) * (1.5 - r) / (1.5 + r))


def managed_trade_tariffs(
    discount: float, volumes: Sequence[float], probabilities: Sequence[float], slope: float = 1.0
) -> list[float]:
    """The lowest tariffs that two equal sides can sustain when the volume of trade is drawn anew each round.

    volumes, probabilities: of each state. Returns a tariff for each state. A surge in trade raises what cheating pays
    today, so the tariff rises with the volume. Raises QuestionError. Bagwell and Staiger (1990).

    >>> [round(t, 4) for t in managed_trade_tariffs(0.6, [0.8, 1.2], [0.5, 0.5])]
    [0.0, 0.126]
    """
    from scipy.optimize import brentq

    if not 0 <= discount < 1 or abs(sum(probabilities) - 1) > 1e-9 or len(probabilities) != len(volumes):
        raise QuestionError(
            f"the discount factor {discount} must lie from 0 to below 1, and each volume needs a probability; they sum"
            " to 1"
        )
    games = [LinearTariffGame((slope, slope), v) for v in volumes]

    def sustainable(future: float) -> list[float]:
        # cheating on a common tariff t gains W(t_N, t) - W(t, t) = 3 b (t_N - t)^2 / 8
        return [max(0.0, g.optimal_tariff(0) - math.sqrt(8 * max(future, 0) / (3 * slope))) for g in games]

    def value(future: float) -> float:
        tariffs = sustainable(future)
        peace = sum(p * g.welfare(0, t, t) for p, g, t in zip(probabilities, games, tariffs, strict=True))
        nash = ((g, g.optimal_tariff(0)) for g in games)
        war = sum(p * g.welfare(0, t, t) for p, (g, t) in zip(probabilities, nash, strict=True))
        return discount / (1 - discount) * (peace - war)

    highest = value(math.inf)
    if value(highest) >= highest:
        return sustainable(highest)
    low = highest * 1e-9
    if value(low) <= low:
        return sustainable(0.0)
    return sustainable(float(brentq(lambda future: value(future) - future, low, highest, xtol=1e-15)))


def critical_size_ratio(low: float = 1.0, high: float = 10.0) -> float:
    """The ratio of sizes above which the larger side wins the tariff war, so that it never keeps free trade by itself.

    low, high: a bracket. The mechanism of Kennan and Riezman (1988), in the linear game.

    >>> round(critical_size_ratio(), 4)
    1.3761
    """
    from scipy.optimize import brentq

    def war_gain(size: float) -> float:
        payoffs = LinearTariffGame((size, 1.0)).payoffs(0)
        return payoffs.punishment - payoffs.cooperation

    return float(brentq(war_gain, low, high, xtol=1e-13))


@dataclass(frozen=True)
class Market:
    """A good in one country, with demand `demand - p` and supply `supply * p` at the price p."""

    demand: float
    supply: float

    @property
    def slope(self) -> float:
        """How much net imports fall with the price."""
        return 1 + self.supply


@dataclass(frozen=True)
class LobbyEquilibrium:
    """The importer's tariff and the exporter's tax, both specific; their sum, the wedge; home and world price."""

    tariff: float
    tax: float
    wedge: float
    price: float
    world_price: float


def lobbying_tariffs(
    home: Market,
    foreign: Market,
    weight: tuple[float, float],
    *,
    organised: tuple[bool, bool] = (True, True),
    talks: bool = False,
    foreign_acts: bool = True,
) -> LobbyEquilibrium:
    """Trade policy of two governments that weigh welfare against the contributions of organised producers.

    weight: a of welfare, in each government. organised: whether producers lobby. talks: a trade agreement rather than a
    trade war. foreign_acts: whether foreign taxes exports. In the war the tariff is (1/a) S / |M'| + X / X', which is a
    political term plus the inverse export supply elasticity, and the export tax likewise. In talks only the wedge is
    determined: (1/a) S / |M'| - (1/a*) S* / X'. The model is linear, so one step solves it. Raises QuestionError.
    Grossman and Helpman (1995).

    >>> home, foreign = Market(10, 0.5), Market(10, 1.5)
    >>> round(lobbying_tariffs(home, foreign, (1.5, 1.5), talks=True).wedge, 4)
    -1.25
    """
    if min(weight) <= 0:
        raise QuestionError(f"welfare weights {weight} must be positive")
    m, x = home.slope, foreign.slope
    influence = [float(o) / a for o, a in zip(organised, weight, strict=True)]
    free_trade_price = (home.demand + foreign.demand) / (m + x)

    def prices(wedge: float) -> tuple[float, float]:
        return free_trade_price + wedge * x / (m + x), free_trade_price - wedge * m / (m + x)

    def chosen(wedge: float) -> tuple[float, float]:
        p, q = prices(wedge)
        exports = x * q - foreign.demand
        lobby, rival = influence[0] * home.supply * p / m, influence[1] * foreign.supply * q / x
        if talks:
            return lobby, -rival
        return lobby + exports / x, (exports / m - rival) if foreign_acts else 0.0

    intercept, unit = sum(chosen(0.0)), sum(chosen(1.0))
    wedge = intercept / (1 - (unit - intercept))
    tariff, tax = chosen(wedge)
    return LobbyEquilibrium(tariff, tax, wedge, *prices(wedge))


class ArmingtonEquilibrium(NamedTuple):
    """welfare [n] of each country, and its spending shares [n,i] on each good at border prices."""

    welfare: list[float]
    border_share: list[list[float]]


@dataclass(frozen=True)
class ArmingtonTariffGame:
    """Two countries that produce one good each and consume both with CES preferences; duties go to households.

    elasticity: of substitution, above 1. labour [n]: the second country's wage is the numeraire. taste [n,i]: of
    country n for the good of country i. Gros (1987).

    >>> game = ArmingtonTariffGame(4.0, (1.0, 1.0), ((1.0, 0.4), (0.4, 1.0)))
    >>> [round(t, 4) for t in game.nash_tariffs()]
    [0.3711, 0.3711]
    """

    elasticity: float
    labour: tuple[float, float]
    taste: tuple[tuple[float, float], tuple[float, float]]

    def equilibrium(self, tariff: tuple[float, float]) -> ArmingtonEquilibrium:
        """The equilibrium at ad valorem tariffs, with the wage at which trade is balanced."""
        from scipy.optimize import brentq

        def imbalance(log_wage: float) -> float:
            _, border = self._demand(log_wage, tariff)
            return border[0][1] - border[1][0]

        log_wage = float(brentq(imbalance, -20, 20, xtol=1e-15))
        welfare, border = self._demand(log_wage, tariff)
        return ArmingtonEquilibrium(welfare, [[v / sum(row) for v in row] for row in border])

    def _demand(self, log_wage: float, tariff: tuple[float, float]) -> tuple[list[float], list[list[float]]]:
        """(welfare [n], spending at border prices [n,i]) at a relative wage."""
        s, wage = self.elasticity, (math.exp(log_wage), 1.0)
        welfare, border = [], []
        for n in (0, 1):
            gross = [wage[i] * (1 + (tariff[n] if i != n else 0)) for i in (0, 1)]
            weight = [self.taste[n][i] * gross[i] ** (1 - s) for i in (0, 1)]
            share = [v / sum(weight) for v in weight]
            revenue = tariff[n] / (1 + tariff[n]) * share[1 - n]
            income = wage[n] * self.labour[n] / (1 - revenue)
            welfare.append(income / sum(weight) ** (1 / (1 - s)))
            border.append([share[i] * income / (1 + (tariff[n] if i != n else 0)) for i in (0, 1)])
        return welfare, border

    def inverse_elasticity(self, side: int, tariff: tuple[float, float]) -> float:
        """1 / ((s - 1) share), with the share of the partner's spending on its own good at border prices."""
        border_share = self.equilibrium(tariff).border_share
        return 1 / ((self.elasticity - 1) * border_share[1 - side][1 - side])

    def best_response(self, side: int, other: float) -> float:
        """A side's best tariff against the other's: the one that equals the inverse elasticity."""
        from scipy.optimize import brentq

        def residual(t: float) -> float:
            return t - self.inverse_elasticity(side, (t, other) if side == 0 else (other, t))

        return float(brentq(residual, 0.0, 100.0, xtol=1e-13))

    def nash_tariffs(self) -> tuple[float, float]:
        """Both sides' tariffs in the tariff war, each a best response to the other. Raises NotConverged."""
        t = (0.3, 0.3)
        for _ in range(MAX_ROUNDS):
            new = (self.best_response(0, t[1]), self.best_response(1, t[0]))
            if max(abs(new[0] - t[0]), abs(new[1] - t[1])) < 1e-12:
                return new
            t = new
        raise NotConverged(f"best responses still move after {MAX_ROUNDS} rounds; the last tariffs are {t}")

    def payoffs(self, side: int) -> TariffPayoffs:
        """A side's welfare in free trade, breaking it alone, and the tariff war."""
        alone = self.best_response(side, 0.0)
        tariffs = ((0.0, 0.0), (alone, 0.0) if side == 0 else (0.0, alone), self.nash_tariffs())
        return TariffPayoffs(*(self.equilibrium(t).welfare[side] for t in tariffs))
