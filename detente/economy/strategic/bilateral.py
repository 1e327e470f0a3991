"""Bilateral talks, pair by pair: each agreement is best for its two given all others. Nash-in-Nash.

Horn and Wolinsky (1988), as Bagwell, Staiger and Yurukoglu (2021) use it for tariffs: a pair chooses its two-way
tariffs to make (W_i - d_i)^z (W_j - d_j)^(1-z) largest while all other pairs' tariffs stand; d is what both have if the
pair's own tariffs stay where they were and the others' agreements stand. Under MFN a good's tariff is one for all
partners, set by the importer and its principal supplier, and gains are measured from each good's mean tariff.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from detente.economy.payoff_solver import PayoffSolver, Point
from detente.economy.strategic.answers import Proof, Strategic, answer
from detente.economy.strategic.levers import BOUNDS, Lever, free
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

SETTLED = 1e-5  # change of any tariff in a round at which agreements stand
ROUNDS = 60  # of all pairs
CUTS = (0.5, 0.2, 1.0, 0.05, 0.0, -0.2, -0.5)  # of either side's tariffs, from which a search starts where both gain
TRIED = 24  # deviations of each pair


class Pair(NamedTuple):
    """Two players and what each sets in their agreement; either may set nothing under MFN."""

    names: tuple[str, str]
    levers: tuple[Lever, ...]


def narrowed(lever: Lever, kept: np.ndarray, world: World) -> Lever | None:
    """A lever with some of its cells [m] only; None where none is left."""
    if not kept.any():
        return None
    flows = (world.duty_free * world.spending[..., None])[tuple(c[kept] for c in lever.cells)]
    lever.cells = tuple(c[kept] for c in lever.cells)
    lever.group = np.unique(lever.group[kept], return_inverse=True)[1]
    matter = flows * (world.structure.elasticity[lever.cells[0]] + 1) / world.spending[:, lever.economy].sum()
    lever.scale = np.sqrt(np.bincount(lever.group, matter))
    lever.weight = flows / np.bincount(lever.group, flows)[lever.group]
    return lever


def pairs(world: World, players: Sequence[str], mfn: bool, bounds: tuple[float, float]) -> list[Pair]:
    """Who talks with whom about which cells. Under MFN only a principal supplier among the players talks on a good."""
    flows = world.duty_free * world.spending[..., None]
    at = [world.index(p) for p in players]
    found = []
    for one, other in combinations(players, 2):
        levers = []
        for n, i in ((one, other), (other, one)):
            if not free(world, world.index(n), [i])[0].size:
                continue
            if not mfn:
                levers.append(Lever(world, world.index(n), "vector", bounds, [i]))
                continue
            lever = Lever(world, world.index(n), "mfn", bounds)
            others = [k for k in at if k != world.index(n)]
            first = np.array(others)[flows[:, world.index(n)][:, others].argmax(1)]  # [s] who sells most
            kept = narrowed(lever, first[lever.cells[0]] == world.index(i), world)
            levers += [kept] if kept else []
        if levers:
            found.append(Pair((one, other), tuple(levers)))
    return found


class Talk:
    """One pair's agreement while all other tariffs stand at `tariff`; `before`: with the pair's own where they were."""

    def __init__(
        self, ground: PayoffSolver, pair: Pair, tariff: np.ndarray, power: float, base: np.ndarray, cuts: bool = False
    ):
        self.ground, self.pair, self.tariff = ground, pair, tariff
        self.place = [ground.world.index(name) for name in pair.names]
        self.power = np.array([power, 1 - power])
        ends = np.cumsum([0, *(lever.scale.size for lever in pair.levers)])
        self.slots = [slice(a, b) for a, b in pairwise(ends)]
        self.scale = np.concatenate([lever.scale for lever in pair.levers])
        self.old = self.take(base)
        self.low = np.concatenate([lever.low * lever.scale for lever in pair.levers])
        self.high = np.concatenate([lever.high * lever.scale for lever in pair.levers])
        if cuts:
            self.high = np.maximum(self.low, np.minimum(self.high, self.old))
        self.before = ground.at(self.put(self.old)).payoff[self.place]

    def put(self, z: np.ndarray) -> np.ndarray:
        """All tariffs with the pair's own at z."""
        levels = self.tariff
        for lever, at in zip(self.pair.levers, self.slots, strict=True):
            levels = lever.put(levels, z[at])
        return levels

    def take(self, tariff: np.ndarray) -> np.ndarray:
        """The pair's z in given tariffs."""
        return np.concatenate([lever.take(tariff) for lever in self.pair.levers])

    def gain(self, point: Point) -> np.ndarray:
        """Both sides' gains in payoff over no agreement of the pair."""
        return np.expm1(point.payoff[self.place] - self.before)

    def worth(self, z: np.ndarray) -> float:
        """ln of the weighted product of gains; minus infinity where a side does not gain."""
        gain = self.gain(self.ground.at(self.put(z), check=False))
        return float(self.power @ np.log(gain)) if np.isfinite(gain).all() and (gain > 0).all() else -np.inf

    def slope(self, z: np.ndarray) -> tuple[float, np.ndarray, float]:
        """worth, its derivatives to z, and how far off the adjoint is."""
        point = self.ground.at(self.put(z), check=False)
        gain = self.gain(point)
        if not np.isfinite(gain).all() or (gain <= 0).any():
            return -np.inf, np.zeros_like(z), 0.0
        weight = np.zeros(len(self.ground.world.economies))
        weight[self.place] = self.power * (1 + gain) / gain
        slopes, off = point.gradient(weight)
        worth = float(self.power @ np.log(gain))
        return worth, np.concatenate([lever.back(slopes) for lever in self.pair.levers]), off

    def settle(self, z: np.ndarray) -> np.ndarray:
        """The pair's best agreement uphill from z, or from cuts of both tariffs where z gives nothing to somebody."""
        cuts = [c for c in product(CUTS, repeat=len(self.slots)) if any(c)]
        ways = (np.concatenate([(1 - c) * self.old[at] for c, at in zip(cut, self.slots, strict=True)]) for cut in cuts)
        starts = [z, *(np.clip(way, self.low, self.high) for way in ways)]
        first = next((s for s in starts if np.isfinite(self.worth(s))), None)
        if first is None:
            return self.old  # no common gain was found: no agreement

        def loss(y: np.ndarray) -> tuple[float, np.ndarray]:
            worth, slopes, _ = self.slope(y)
            return (-worth, -slopes) if np.isfinite(worth) else (1e3, 0 * y)

        box = list(zip(self.low, self.high, strict=True))
        found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=box,
                         options={"maxiter": 500, "gtol": 1e-10, "ftol": 1e-15, "maxcor": 30})  # fmt: skip
        return found.x if self.worth(found.x) >= self.worth(first) else first

    def proof(self, tariff: np.ndarray, seed: int = 0) -> Proof:
        """First-order conditions of the product of gains, and what sampled deviations of the pair add to it."""
        z = self.take(tariff)
        worth, slopes, off = self.slope(z)
        point = self.ground.at(self.put(z))
        if not np.isfinite(worth):
            return Proof(0.0, 0.0, 0, 0.0, point.residual)
        near = 1e-9 * (self.high - self.low)
        held = ((z <= self.low + near) & (slopes < 0)) | ((z >= self.high - near) & (slopes > 0))
        first = float(np.abs(slopes[~held]).max(initial=0))
        rng, most = np.random.default_rng(seed), -np.inf
        for k in range(TRIED):
            noise = (0.01, 0.1, 0.5)[k % 3] * rng.standard_normal(z.size)
            lifted = z + 0.01 * self.scale * (z == 0) * rng.random(z.size)
            trial = np.clip(lifted * np.exp(noise), self.low, self.high)
            most = max(most, self.worth(trial) - worth)
        return Proof(first, 100 * float(np.expm1(most)) if np.isfinite(most) else -100.0, TRIED, off, point.residual)


def bilateral(
    world: World,
    model: Any,
    economies: Sequence[str],
    *,
    mfn: bool = False,
    power: float = 0.5,
    cuts: bool = False,
    bounds: tuple[float, float] = BOUNDS,
    rounds: int = ROUNDS,
) -> Strategic:
    """Tariffs at which every pair's agreement is its Nash deal given all others: Nash-in-Nash.

    power: the first-named player's bargaining power in each pair; cuts: no tariff may rise above where it
    was, as in rounds of concessions; bounds: of a tariff, as fractions. Payoffs are in
    percent over the tariffs that gains are measured from; the proof of each pair is under "A-B", with no deviation
    tried where a pair has no agreement. Raises QuestionError for fewer than two players, NotConverged where agreements
    still move after `rounds` of all pairs.
    """
    players = tuple(dict.fromkeys(economies))
    if len(players) < 2:
        raise QuestionError("bilateral talks are for two economies or more, such as --for USA,CHN")
    if not 0 < power < 1:
        raise QuestionError(f"bargaining power {power}: between 0 and 1")
    ground = PayoffSolver(world, model)
    tables = pairs(world, players, mfn, bounds)
    if not tables:
        raise QuestionError(f"{', '.join(players)} buy no goods from each other in {world.name}")
    base = world.tariff.copy()
    for lever in (lever for pair in tables for lever in pair.levers):
        base = lever.put(base, lever.take(base))  # under MFN: the mean over partners
    tariff, moved, turn = base.copy(), np.inf, 0
    while turn < rounds and moved > SETTLED:
        start, turn = tariff, turn + 1
        for pair in tables:
            talk = Talk(ground, pair, tariff, power, base, cuts)
            tariff = talk.put(talk.settle(talk.take(tariff)))
        moved = float(np.abs(tariff - start).max())
    if moved > SETTLED:
        raise NotConverged(
            f"{world.name}: agreements of {', '.join(players)} still move by {moved:.1e} after {rounds} rounds of"
            f" {len(tables)} pairs; name fewer players, or raise the lowest tariff"
        )
    proof = {"-".join(pair.names): Talk(ground, pair, tariff, power, base, cuts).proof(tariff) for pair in tables}
    kind = "mfn" if mfn else "vector"
    return answer(
        ground, "bilateral", kind, players, tariff, proof, rounds=turn, base=ground.at(base), method="Nash-in-Nash"
    )
