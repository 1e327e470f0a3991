"""Optimal, Nash and cooperative tariffs; every answer with its first-order conditions and sampled deviations.

Axes: s sector, n importer, i exporter. Governments maximise the model's `payoff`: real income, or Ossa's weighted
sector income. Tariffs are searched in units in which a point of any matters alike: t * sqrt(imports * sigma / income).
The closed forms of the one-sector model (Ignatenko et al. 2025) are at the end; they use baseline shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from detente.economy.payoffs import Ground, Point
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

KINDS = ("vector", "mfn", "uniform")
BASES = ("factual", "nash", "free")
BOUNDS = (0.0, 10.0)  # of a tariff searched, as fractions: Ossa's
STARTS = 4  # where a search may start: several optima are known with political weights
SAMPLES = 24  # deviations tried of each answer
STEADY = 1e-6  # mean tariff change between rounds of best responses at which Nash tariffs stand
EQUAL = 1e-7  # ln points by which equal gains may differ


@dataclass(frozen=True, eq=False)
class Proof:
    """What an answer rests on.

    first_order: largest derivative of ln payoff to a scaled tariff away from its bounds. deviation: the most that any
    sampled deviation gains, percent of the payoff (no gain: at most 0 up to rounding); samples: how many were tried.
    adjoint: how far off the adjoint's own equations are; gap: of the equilibrium; starts: searches compared.
    """

    first_order: float
    deviation: float
    samples: int
    adjoint: float
    gap: float
    starts: int = 1


@dataclass(frozen=True, eq=False)
class Strategic:
    """tariff [s,n,i] as fractions; payoff [n] percent over the base; report: name -> [n]; proof: by player."""

    world: World
    question: str
    kind: str
    players: tuple[str, ...]
    tariff: np.ndarray
    payoff: np.ndarray
    report: dict[str, np.ndarray]
    proof: dict[str, Proof]
    rounds: int = 0

    def rates(self, economy: str) -> np.ndarray:
        """Tariffs [s,i] of one economy."""
        return self.tariff[:, self.world.index(economy)]

    def median(self, economy: str) -> float:
        """The median tariff of one economy over goods and partners that it buys from."""
        return float(np.median(self.tariff[free(self.world, self.world.index(economy))]))

    def mean(self, economy: str) -> float:
        """The trade-weighted mean tariff of one economy, baseline imports before duty."""
        n = self.world.index(economy)
        cells = free(self.world, n)
        weight = (self.world.duty_free * self.world.spending[..., None])[cells]
        return float(self.tariff[cells] @ weight / weight.sum())


def free(world: World, n: int, partners: Sequence[str] | None = None) -> tuple[np.ndarray, ...]:
    """The cells that economy n can set: goods it buys from others, or from some partners only."""
    mask = np.zeros(world.tariff.shape, bool)
    mask[world.structure.goods, n] = world.share[world.structure.goods, n] > 0
    mask[:, n, n] = False
    if partners is not None:
        kept = np.isin(np.arange(len(world.economies)), [world.index(partner) for partner in partners])
        mask[:, :, ~kept] = False
    return np.nonzero(mask)


class Lever:
    """A player's tariffs as a short vector z: one entry a cell, a sector, or one for all; scaled."""

    def __init__(
        self, world: World, n: int, kind: str, bounds: tuple[float, float], partners: Sequence[str] | None = None
    ):
        if kind not in KINDS:
            raise QuestionError(f"kind is {kind!r}; it is one of {', '.join(KINDS)}")
        self.cells = free(world, n, partners)
        if not self.cells[0].size:
            raise QuestionError(f"{world.economies[n]} buys no goods from others in {world.name}; it sets no tariff")
        group = {"vector": np.arange(self.cells[0].size), "mfn": self.cells[0], "uniform": 0 * self.cells[0]}[kind]
        self.group = np.unique(group, return_inverse=True)[1]
        flows = (world.duty_free * world.spending[..., None])[self.cells]
        matter = flows * (world.structure.elasticity[self.cells[0]] + 1) / world.spending[:, n].sum()
        self.scale = np.sqrt(np.bincount(self.group, matter))
        self.weight = flows / np.bincount(self.group, flows)[self.group]
        self.low, self.high = bounds
        self.economy = n

    def put(self, tariff: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Tariffs with the player's own replaced."""
        changed = tariff.copy()
        changed[self.cells] = (z / self.scale)[self.group]
        return changed

    def take(self, tariff: np.ndarray) -> np.ndarray:
        """z of tariffs: their trade-weighted means where one entry stands for many."""
        mean = np.bincount(self.group, tariff[self.cells] * self.weight)
        return np.clip(mean, self.low, self.high) * self.scale

    def back(self, slope: np.ndarray) -> np.ndarray:
        """Derivatives to z, from derivatives [s,n,i]."""
        return np.bincount(self.group, slope[self.cells]) / self.scale

    def inside(self, z: np.ndarray, slope: np.ndarray) -> float:
        """The largest slope that a bound does not hold back."""
        t, near = z / self.scale, 1e-9 * (self.high - self.low)
        held = ((t <= self.low + near) & (slope < 0)) | ((t >= self.high - near) & (slope > 0))
        return float(np.abs(slope[~held]).max(initial=0))


def best_response(
    ground: Ground, lever: Lever, tariff: np.ndarray, z: np.ndarray, *, tolerance: float = 1e-9
) -> tuple[np.ndarray, float]:
    """The player's z that maximises its payoff, other tariffs held, from one start; and the ln payoff there."""
    mine = np.eye(len(ground.world.economies))[lever.economy]

    def loss(z: np.ndarray) -> tuple[float, np.ndarray]:
        point = ground.at(lever.put(tariff, z), check=False)
        if not np.isfinite(point.payoff).all():
            return 1e3, np.zeros_like(z)
        slope, _ = point.gradient(mine)
        return -float(point.payoff[lever.economy]), -lever.back(slope)

    box = list(zip(lever.low * lever.scale, lever.high * lever.scale, strict=True))
    found = minimize(
        loss, z, jac=True, method="L-BFGS-B", bounds=box,
        options={"maxiter": 2000, "maxfun": 4000, "gtol": tolerance, "ftol": 1e-16, "maxcor": 30},
    )  # fmt: skip
    return found.x, -float(found.fun)


def openings(ground: Ground, lever: Lever, tariff: np.ndarray, count: int, seed: int) -> list[np.ndarray]:
    """Where searches start: the tariffs as they are, one over the elasticity, weighted sectors up, then random."""
    world, rng = ground.world, np.random.default_rng(seed)
    theta = world.structure.elasticity[lever.cells[0]]
    weight = getattr(world.structure, "weight", np.ones_like(world.spending))[lever.cells[0], lever.economy]
    favoured = np.clip((1 / theta) * np.exp(4 * (weight - 1)), lever.low, lever.high)
    found = [lever.take(tariff)]
    for rates in (1 / theta, favoured, *(favoured * rng.lognormal(0, 1, theta.size) for _ in range(max(count - 3, 0)))):
        full = tariff.copy()
        full[lever.cells] = rates
        found.append(lever.take(full))
    return found[:count]


def proven(ground: Ground, lever: Lever, tariff: np.ndarray, *, starts: int, seed: int) -> Proof:
    """First-order conditions of one player at these tariffs, and what sampled deviations gain."""
    n, rng = lever.economy, np.random.default_rng(seed)
    point = ground.at(tariff)
    slope, off = point.gradient(np.eye(len(ground.world.economies))[n])
    z = lever.take(tariff)
    most = -np.inf
    trials = [0 * z, lever.take(ground.world.tariff), 1.1 * z, 0.9 * z]
    trials += [z * np.exp(size * rng.standard_normal(z.size)) for size in (1e-2, 0.1, 0.5) for _ in range(SAMPLES // 4)]
    trials += [np.where(rng.random(z.size) < 0.1, rng.uniform(0, 1, z.size) * lever.scale, z) for _ in range(2)]
    for trial in trials:
        bounded = np.clip(trial, lever.low * lever.scale, lever.high * lever.scale)
        other = ground.at(lever.put(tariff, bounded), check=False)
        most = max(most, float(100 * np.expm1(other.payoff[n] - point.payoff[n])))
    ground.at(tariff)
    return Proof(lever.inside(z, lever.back(slope)), most, len(trials), off, point.gap, starts)


def optimal(
    world: World,
    model: Any,
    economy: str,
    *,
    kind: str = "vector",
    bounds: tuple[float, float] = BOUNDS,
    partners: Sequence[str] | None = None,
    tariff: np.ndarray | None = None,
    starts: int = 1,
    seed: int = 0,
) -> Strategic:
    """The tariffs that make one economy best off if nobody answers: a rate a cell, a sector (mfn), or one (uniform).

    tariff [s,n,i]: everyone's, the baseline's if not given. partners: whose goods bear the tariffs searched, all if not
    given; the others' stay. starts: searches compared; the best is kept. Raises
    QuestionError for an economy the world does not have, NotConverged.
    """
    ground = Ground(world, model)
    lever = Lever(world, world.index(economy), kind, bounds, partners)
    tariff = world.tariff if tariff is None else tariff
    found = [
        best_response(ground, lever, tariff, z, tolerance=1e-9) for z in openings(ground, lever, tariff, starts, seed)
    ]
    z, _ = max(found, key=lambda each: each[1])
    best = lever.put(tariff, z)
    proof = proven(ground, lever, best, starts=starts, seed=seed)
    return answer(ground, "optimal", kind, (economy,), best, {economy: proof})


def nash(
    world: World,
    model: Any,
    economies: Sequence[str] | None = None,
    *,
    kind: str = "vector",
    bounds: tuple[float, float] = BOUNDS,
    partners: Sequence[str] | None = None,
    start: np.ndarray | None = None,
    rounds: int = 60,
    starts: int = 1,
    seed: int = 0,
) -> Strategic:
    """Tariffs that are everyone's best response to the others', by best responses in turn from unilateral optima.

    economies: the players, all if not given; the others keep the baseline's. partners: as for `optimal`. It ends where
    first-order conditions of all players hold together: scaled tariffs move by less than STEADY in a round. starts:
    searches compared for each unilateral optimum. start [s,n,i]: tariffs to begin
    from instead. Raises NotConverged.
    """
    players = tuple(economies or world.economies)
    ground = Ground(world, model)
    levers = [Lever(world, world.index(economy), kind, bounds, partners) for economy in players]
    tariff = world.tariff.copy() if start is None else start
    for lever in levers if start is None else ():
        searched = [
            best_response(ground, lever, world.tariff, z, tolerance=1e-5)
            for z in openings(ground, lever, world.tariff, starts, seed)
        ]
        tariff = lever.put(tariff, max(searched, key=lambda each: each[1])[0])
    moved, turn = np.inf, 0
    while moved >= STEADY:
        if turn == rounds:
            raise NotConverged(
                f"{world.name}: Nash tariffs still move by {moved:.1e} (scaled) after {rounds} rounds;"
                " try kind='uniform'"
            )
        before, turn = tariff, turn + 1
        for lever in levers:
            z, _ = best_response(ground, lever, tariff, lever.take(tariff))
            tariff = lever.put(tariff, z)
        moved = max(float(np.abs(lever.take(tariff) - lever.take(before)).max()) for lever in levers)
    proof = {
        p: proven(ground, lever, tariff, starts=starts, seed=seed) for p, lever in zip(players, levers, strict=True)
    }
    return answer(ground, "nash", kind, players, tariff, proof, turn)


def cooperative(
    world: World,
    model: Any,
    economies: Sequence[str] | None = None,
    *,
    rule: str = "equal gains",
    base: np.ndarray | None = None,
    kind: str = "vector",
    bounds: tuple[float, float] = BOUNDS,
    partners: Sequence[str] | None = None,
    rounds: int = 30,
) -> Strategic:
    """Tariffs that make the players best off together: equal percentage gains for all, or the product of gains.

    rule: `equal gains` (Ossa's talks) or `nash product`. base [s,n,i]: the tariffs that gains are measured from and
    talks start at, the baseline's if not given; pass Nash or free-trade tariffs for the other two. partners: as for
    `optimal`. By an augmented Lagrangian for equal gains. Raises NotConverged where gains cannot be made equal or no
    common gain is found.
    """
    if rule not in ("equal gains", "nash product"):
        raise QuestionError(f"rule is {rule!r}; it is equal gains or nash product")
    players = tuple(economies or world.economies)
    place = np.array([world.index(economy) for economy in players])
    ground = Ground(world, model)
    levers = [Lever(world, n, kind, bounds, partners) for n in place]
    ends = np.cumsum([0, *(lever.scale.size for lever in levers)])
    base = world.tariff if base is None else base
    start = ground.at(base)
    low = np.concatenate([lever.low * lever.scale for lever in levers])
    high = np.concatenate([lever.high * lever.scale for lever in levers])

    def put(z: np.ndarray) -> np.ndarray:
        tariff = base
        for lever, a, b in zip(levers, ends[:-1], ends[1:], strict=True):
            tariff = lever.put(tariff, z[a:b])
        return tariff

    def back(slope: np.ndarray) -> np.ndarray:
        return np.concatenate([lever.back(slope) for lever in levers])

    def search(z: np.ndarray, value: Any, tolerance: float, count: int) -> np.ndarray:
        """z that maximises value(gains [p]) -> (number, its derivatives [p])."""

        def loss(z: np.ndarray) -> tuple[float, np.ndarray]:
            point = ground.at(put(z), check=False)
            gain = (point.payoff - start.payoff)[place]
            total, by_gain = value(gain) if np.isfinite(gain).all() else (-np.inf, 0 * gain)
            if not np.isfinite(total):
                return 1e3, np.zeros_like(z)
            weight = np.zeros(len(world.economies))
            weight[place] = by_gain
            return -total, -back(point.gradient(weight)[0])

        box = list(zip(low, high, strict=True))
        options = {"maxiter": count, "maxfun": 2 * count, "gtol": tolerance, "ftol": 1e-16, "maxcor": 50}
        return minimize(loss, z, jac=True, method="L-BFGS-B", bounds=box, options=options).x

    z = np.clip(np.concatenate([lever.take(base) for lever in levers]), low, high)
    multiplier, penalty, size = np.zeros(len(players)), 100.0, len(players)

    def equal(gain: np.ndarray) -> tuple[float, np.ndarray]:
        off = gain - gain.mean()
        pull = multiplier + penalty * off
        return float(gain.mean() - multiplier @ off - penalty / 2 * off @ off), 1 / size - (pull - pull.mean())

    def product(gain: np.ndarray) -> tuple[float, np.ndarray]:
        if (gain <= 0).any():
            return -np.inf, 0 * gain
        return float(np.log(gain).sum()) * 1e-3, 1e-3 / gain

    spread = np.inf
    for turn in range(1, rounds + 1):
        z = search(z, equal, 1e-8, 1500 if turn > 1 else 3000)
        gain = (ground.at(put(z)).payoff - start.payoff)[place]
        off = gain - gain.mean()
        if rule == "nash product" and (gain > 0).all():
            z = search(z, product, 1e-9, 4000)
            break
        multiplier = multiplier + penalty * off
        if np.abs(off).max() < EQUAL:
            break
        if np.abs(off).max() > 0.25 * spread:
            penalty *= 4
        spread = float(np.abs(off).max())
    else:
        raise NotConverged(f"{world.name}: gains still differ by {100 * spread:.1e} percent after {rounds} rounds")
    tariff = put(z)
    point = ground.at(tariff)
    gain = (point.payoff - start.payoff)[place]
    if rule == "nash product" and (gain <= 0).any():
        raise NotConverged(f"{world.name}: no tariffs found that make all of {', '.join(players)} better off")
    weight = np.zeros(len(world.economies))
    weight[place] = 1e-3 / gain if rule == "nash product" else 1 / size - (multiplier - multiplier.mean())
    weight /= np.abs(weight).sum()
    slope, adjoint = point.gradient(weight)
    worst = max(
        lever.inside(z[a:b], lever.back(slope)) for lever, a, b in zip(levers, ends[:-1], ends[1:], strict=True)
    )
    rng, most = np.random.default_rng(0), -np.inf
    for k in range(SAMPLES):
        trial = np.clip(z * np.exp((0.01, 0.1, 0.3)[k % 3] * rng.standard_normal(z.size)), low, high)
        other = ground.at(put(trial), check=False).payoff - point.payoff
        most = max(most, float(100 * np.expm1(other[place].min())))
    proof = Proof(worst, most, SAMPLES, adjoint, point.gap)
    return answer(ground, "cooperative", kind, players, tariff, dict.fromkeys(players, proof), turn, start)


def answer(
    ground: Ground,
    question: str,
    kind: str,
    players: tuple[str, ...],
    tariff: np.ndarray,
    proof: dict[str, Proof],
    rounds: int = 0,
    base: Point | None = None,
) -> Strategic:
    """What the tariffs do to every economy, against the baseline, or against `base`."""
    point = ground.at(tariff)
    payoff = 100 * np.expm1(point.payoff - (0 if base is None else base.payoff))
    report = reported(ground, point)
    if base is not None:
        before = reported(ground, base)
        report = {
            name: 100 * ((1 + values / 100) / (1 + before[name] / 100) - 1)
            if name != "revenue"
            else values - before[name]
            for name, values in report.items()
        }
    return Strategic(ground.world, question, kind, players, tariff, payoff, report, proof, rounds)


def reported(ground: Ground, point: Point) -> dict[str, np.ndarray]:
    """The model's report of a point, without quantities that are not one number an economy nor a percent change."""
    from detente.economy import engine
    from detente.economy.policy import tariffs

    state = engine.shaped(ground.model, ground.world, point.x)
    report = ground.model.report(ground.world, tariffs(ground.world, {}), point.reach, state)
    kept = ("real_income", "government", "wage", "profit", "price", "exports", "imports", "revenue", "real_wage")
    return {name: values for name, values in report.items() if name in kept}


def optimal_tariff(world: World, economy: str, *, base: str = "spending") -> float:
    """The uniform tariff, a fraction, that makes `economy` best off if nobody answers, at baseline shares.

    base: foreign value over `spending`, or over `income` as the paper's optimal/optimal case has it.
    """
    if base not in ("spending", "income"):
        raise QuestionError(f"base is {base!r}; it is spending or income")
    s, n = world.structure, world.index(economy)
    others = np.arange(len(world.economies)) != n
    share = world.share[others, n]  # of each partner's spending that goes to `economy`
    sold = (share * world.spending[others] * (1 - s.local[others]) * (1 - share)).sum()
    own = world.share[n, n] * world.spending[n]
    bought = (1 - s.local[n]) * (getattr(world, base)[n] - own)
    return float(1 / ((1 + sold / bought * s.elasticity) * s.response[n] - 1))


def retaliation(world: World, against: str) -> np.ndarray:
    """The tariff [n] that each partner levies on `against` if all partners act as one region; zero for itself."""
    s, u = world.structure, world.index(against)
    rest = np.arange(len(world.economies)) != u
    sales = world.share * world.spending[:, None]  # [n,i]
    exports = sales[u, rest].sum()  # of the rest to `against`
    own = sales[np.ix_(rest, rest)].sum()
    share = exports / world.spending[u]
    sold = exports * (1 - s.local[u]) * (1 - share)
    bought = (1 - s.local[rest][0]) * (world.income[rest].sum() - own)
    rate = 1 / ((1 + sold / bought * s.elasticity) * s.response - 1)
    return np.where(rest, rate, 0.0)
