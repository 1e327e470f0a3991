"""Small trade wars with closed forms: two goods on straight lines, two lobbies, two countries with CES tastes.

They check what the rest of this room does with payoffs, and explain it. Bagwell and Staiger (1990), Dixit (1987),
Grossman and Helpman (1995), Gros (1987); the closed forms are derived for this package.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from detente.bargain.truce import Hold, hold
from detente.errors import QuestionError


@dataclass(frozen=True)
class Lines:
    """Each side imports one good; demand and supply are straight lines; volume: at free trade.

    slope: of home and of foreign, as importer and as exporter.
    """

    slope: tuple[float, float] = (1.0, 1.0)
    volume: float = 1.0

    def __post_init__(self) -> None:
        if min(self.slope) <= 0 or self.volume <= 0:
            raise QuestionError(f"slopes {self.slope} and volume {self.volume} must be positive")

    def best(self, side: int) -> float:
        """The tariff that is best for a side whatever the other does: the inverse elasticity of export supply."""
        m, x = self.slope[side], self.slope[1 - side]
        return self.volume / x / (1 + m / (m + x))

    def traded(self, side: int, tariff: float) -> float:
        """What a side imports at its tariff."""
        m, x = self.slope[side], self.slope[1 - side]
        return self.volume - tariff * m * x / (m + x)

    def welfare(self, side: int, own: float, other: float) -> float:
        """Consumer surplus and revenue from imports, producer surplus from exports."""
        bought, sold = self.traded(side, own), self.traded(1 - side, other)
        m = self.slope[side]
        return bought**2 / (2 * m) + own * bought + sold**2 / (2 * m)

    def payoffs(self, side: int) -> tuple[float, float, float]:
        """(C, D, N): free trade, breaking it alone, the tariff war."""
        own, other = self.best(side), self.best(1 - side)
        return self.welfare(side, 0, 0), self.welfare(side, own, 0), self.welfare(side, own, other)

    def hold(self, side: int, **terms: Any) -> Hold:
        """What it takes that a side keeps free trade."""
        return hold(*self.payoffs(side), **terms)


def most_cooperative(discount: float, lines: Lines | None = None) -> float:
    """The lowest tariff that two equal sides can hold: 0 from patience 3/5, else t_N (1.5 - r) / (1.5 + r)."""
    lines = lines or Lines()
    if lines.slope[0] != lines.slope[1]:
        raise QuestionError("the closed form is for two equal sides")
    if not 0 <= discount < 1:
        raise QuestionError(f"the discount factor is {discount}; it lies from 0 to below 1")
    r = discount / (1 - discount)
    return max(0.0, lines.best(0) * (1.5 - r) / (1.5 + r))


def managed(discount: float, volumes: Sequence[float], chances: Sequence[float], slope: float = 1.0) -> list[float]:
    """The lowest tariffs that two equal sides hold, one a state, when volumes are drawn anew each round.

    A surge raises what cheating pays today, so the tariff rises with the volume. Bagwell and Staiger (1990).
    """
    from scipy.optimize import brentq

    if not 0 <= discount < 1 or abs(sum(chances) - 1) > 1e-9 or len(chances) != len(volumes):
        raise QuestionError("a discount factor below 1, and a chance a volume, summing to 1, are needed")
    lines = [Lines((slope, slope), v) for v in volumes]

    def lowest(future: float) -> list[float]:
        found = []
        for one in lines:
            # cheating on a common tariff t gains (W(t_N, t) - W(t, t)) = 3 b (t_N - t)^2 / 8
            found.append(max(0.0, one.best(0) - math.sqrt(8 * max(future, 0) / (3 * slope))))
        return found

    def value(future: float) -> float:
        held = sum(p * one.welfare(0, t, t) for p, one, t in zip(chances, lines, lowest(future), strict=True))
        war = sum(p * one.welfare(0, one.best(0), one.best(0)) for p, one in zip(chances, lines, strict=True))
        return discount / (1 - discount) * (held - war)

    top = value(math.inf)
    if value(top) >= top:
        return lowest(top)
    low = top * 1e-9
    if value(low) <= low:
        return lowest(0.0)
    return lowest(float(brentq(lambda f: value(f) - f, low, top, xtol=1e-15)))


def critical_size(low: float = 1.0, high: float = 10.0) -> float:
    """Size ratio above which the larger side wins the tariff war, so that it never holds free trade by itself."""
    from scipy.optimize import brentq

    def gain(size: float) -> float:
        c, _, n = Lines((size, 1.0)).payoffs(0)
        return n - c

    return float(brentq(gain, low, high, xtol=1e-13))


@dataclass(frozen=True)
class Market:
    """Demand `demand - p` and supply `supply * p` of one good in one country."""

    demand: float
    supply: float

    @property
    def slope(self) -> float:
        """How much net imports fall with the price."""
        return 1 + self.supply


@dataclass(frozen=True)
class Lobbied:
    """tariff of the importer, tax of the exporter (both specific), the wedge between the prices, and the prices."""

    tariff: float
    tax: float
    wedge: float
    price: float
    world: float


def lobbies(
    home: Market,
    foreign: Market,
    weight: tuple[float, float],
    *,
    organised: tuple[bool, bool] = (True, True),
    talks: bool = False,
    foreign_acts: bool = True,
) -> Lobbied:
    """Two governments with a welfare weight each, and organised producers. Grossman and Helpman (1995).

    War: tariff = political term + inverse elasticity of what the other sells, (1/a) S / |M'| + X / X'; the exporter
    taxes alike. talks: only the wedge is pinned down, (1/a) S / |M'| - (1/a*) S* / X'. Linear, so solved at once.
    """
    if min(weight) <= 0:
        raise QuestionError(f"welfare weights {weight} must be positive")
    m, x = home.slope, foreign.slope
    pull = [float(o) / a for o, a in zip(organised, weight, strict=True)]
    free = (home.demand + foreign.demand) / (m + x)

    def at(wedge: float) -> tuple[float, float]:
        return free + wedge * x / (m + x), free - wedge * m / (m + x)

    def want(wedge: float) -> tuple[float, float]:
        p, q = at(wedge)
        traded = x * q - foreign.demand
        lobby, rival = pull[0] * home.supply * p / m, pull[1] * foreign.supply * q / x
        if talks:
            return lobby, -rival
        return lobby + traded / x, (traded / m - rival) if foreign_acts else 0.0

    zero, one = sum(want(0.0)), sum(want(1.0))
    wedge = zero / (1 - (one - zero))
    tariff, tax = want(wedge)
    return Lobbied(tariff, tax, wedge, *at(wedge))


@dataclass(frozen=True)
class Armington:
    """Two countries, a good each, CES tastes over both, duties to households; labour is the numeraire of the second.

    elasticity of substitution above 1; labour [2]; taste [2][2]: of each country (row) for each good.
    """

    elasticity: float
    labour: tuple[float, float]
    taste: tuple[tuple[float, float], tuple[float, float]]

    def solved(self, tariff: tuple[float, float]) -> tuple[list[float], list[list[float]]]:
        """(welfare [2], spending shares at border prices [2][2]) at given tariffs; balance fixes the wage."""
        from scipy.optimize import brentq

        s = self.elasticity

        def parts(log_wage: float) -> tuple[list[float], list[list[float]], float]:
            wage = (math.exp(log_wage), 1.0)
            welfare, border = [], []
            for n in (0, 1):
                gross = [wage[i] * (1 + (tariff[n] if i != n else 0)) for i in (0, 1)]
                weight = [self.taste[n][i] * gross[i] ** (1 - s) for i in (0, 1)]
                share = [v / sum(weight) for v in weight]
                duty = tariff[n] / (1 + tariff[n]) * share[1 - n]
                income = wage[n] * self.labour[n] / (1 - duty)
                welfare.append(income / sum(weight) ** (1 / (1 - s)))
                net = [share[i] * income / (1 + (tariff[n] if i != n else 0)) for i in (0, 1)]
                border.append(net)
            return welfare, border, border[0][1] - border[1][0]

        at = brentq(lambda w: parts(w)[2], -20, 20, xtol=1e-15)
        welfare, border, _ = parts(at)
        return welfare, [[v / sum(row) for v in row] for row in border]

    def rule(self, side: int, tariff: tuple[float, float]) -> float:
        """1 / ((s - 1) share): the share of the partner's spending on its own good, at border prices."""
        _, border = self.solved(tariff)
        return 1 / ((self.elasticity - 1) * border[1 - side][1 - side])

    def best(self, side: int, other: float) -> float:
        """A side's best tariff against the other's: where the rule holds."""
        from scipy.optimize import brentq

        def miss(t: float) -> float:
            return t - self.rule(side, (t, other) if side == 0 else (other, t))

        return float(brentq(miss, 0.0, 100.0, xtol=1e-13))

    def war(self, steps: int = 200) -> tuple[float, float]:
        """Both at their best answers."""
        t = (0.3, 0.3)
        for _ in range(steps):
            new = (self.best(0, t[1]), self.best(1, t[0]))
            if max(abs(new[0] - t[0]), abs(new[1] - t[1])) < 1e-12:
                break
            t = new
        return new

    def payoffs(self, side: int) -> tuple[float, float, float]:
        """(C, D, N): free trade, breaking it alone, the tariff war."""
        alone = self.best(side, 0.0)
        pair = (alone, 0.0) if side == 0 else (0.0, alone)
        return tuple(self.solved(t)[0][side] for t in ((0.0, 0.0), pair, self.war()))  # type: ignore[return-value]
