"""Bilateral bargains, pair by pair: each agreement is best for its two given all others. Nash-in-Nash.

Horn and Wolinsky (1988), as Bagwell, Staiger and Yurukoglu (2021) use it for tariffs: a pair chooses its two-way
tariffs to maximise (W_i - d_i)^z (W_j - d_j)^(1-z) while all other pairs' tariffs are fixed; the disagreement payoffs d
are what both have if the pair's own tariffs stay where they were and the others' agreements hold. Under MFN a good's
tariff is one for all partners, set by the importer and its principal supplier, and gains are measured from each good's
mean tariff.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from detente.economy.payoff_solver import PayoffSolver, Point
from detente.economy.strategic.instruments import (
    BOUNDS,
    ON_BOUND,
    Instrument,
    Instruments,
    instrument,
    restricted,
    tariff_cells,
)
from detente.economy.strategic.results import SAMPLES, Proof, StrategicTariffs, summarise
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

SETTLED = 1e-5  # change of any tariff in a round below which agreements have settled
ROUNDS = 60  # of all pairs
CUTS = (0.5, 0.2, 1.0, 0.05, 0.0, -0.2, -0.5)  # of either side's tariffs; a search starts from one where both gain
NOISE = (0.01, 0.1, 0.5)  # standard deviations, in logs, of sampled deviations


class Pair(NamedTuple):
    """Two players and the instruments of their agreement; either may set nothing under MFN."""

    names: tuple[str, str]
    instruments: tuple[Instrument, ...]


def negotiating_pairs(world: World, players: Sequence[str], mfn: bool, bounds: tuple[float, float]) -> list[Pair]:
    """Which players negotiate with each other, about which cells.

    Under MFN only the principal supplier among the players negotiates on a good.
    """
    pairs = []
    for first, second in combinations(players, 2):
        both = [
            _principal_supplier_goods(world, importer, exporter, players, bounds)
            if mfn
            else instrument(world, world.index(importer), "vector", bounds, [exporter])
            for importer, exporter in ((first, second), (second, first))
            if tariff_cells(world, world.index(importer), [exporter])[0].size
        ]
        instruments = tuple(each for each in both if each is not None)
        if instruments:
            pairs.append(Pair((first, second), instruments))
    return pairs


def _principal_supplier_goods(
    world: World, importer: str, exporter: str, players: Sequence[str], bounds: tuple[float, float]
) -> Instrument | None:
    """The importer's MFN tariffs on goods of which, among the players, the exporter sells it most; None without any."""
    n, i = world.index(importer), world.index(exporter)
    flows = world.duty_free * world.spending[..., None]
    full = instrument(world, n, "mfn", bounds)
    others = [k for k in (world.index(player) for player in players) if k != n]
    principal = np.array(others)[flows[:, n][:, others].argmax(1)]  # [s]
    return restricted(full, principal[full.cells[0]] == i, world)


class PairBargain:
    """One pair's bargain while all other tariffs are fixed; z: both sides' scaled tariffs one after another.

    tariff [s,n,i]: everyone's now. power: the first side's bargaining power. base [s,n,i]: the tariffs that gains are
    measured from. cuts: no tariff may rise above the base's.
    """

    def __init__(
        self, solver: PayoffSolver, pair: Pair, tariff: np.ndarray, power: float, base: np.ndarray, cuts: bool = False
    ):
        self.solver, self.joint, self.tariff = solver, Instruments(pair.instruments), tariff
        self.sides = [solver.world.index(name) for name in pair.names]
        self.power = np.array([power, 1 - power])
        self.scale = np.concatenate([part.scale for part in self.joint.parts])
        self.base = self.joint.from_tariff(base)
        self.low, self.high = (np.concatenate(ends) for ends in zip(*(p.bounds for p in self.joint.parts), strict=True))
        if cuts:
            self.high = np.maximum(self.low, np.minimum(self.high, self.base))
        self.disagreement = solver.solve(self.to_tariff(self.base)).payoff[self.sides]

    def to_tariff(self, z: np.ndarray) -> np.ndarray:
        """Everyone's tariffs [s,n,i], with the pair's own at z."""
        return self.joint.to_tariff(self.tariff, z)

    def from_tariff(self, tariff: np.ndarray) -> np.ndarray:
        """The pair's z in given tariffs."""
        return self.joint.from_tariff(tariff)

    def gain(self, point: Point) -> np.ndarray:
        """Both sides' gains in payoff over disagreement."""
        return np.asarray(np.expm1(point.payoff[self.sides] - self.disagreement))

    def log_product(self, z: np.ndarray) -> float:
        """ln of the weighted product of gains; minus infinity where a side does not gain."""
        gain = self.gain(self.solver.solve(self.to_tariff(z), check=False))
        return float(self.power @ np.log(gain)) if _all_gain(gain) else -np.inf

    def derivatives(self, z: np.ndarray) -> tuple[float, np.ndarray, float]:
        """The log product, its derivatives with respect to z, and the adjoint's relative error."""
        point = self.solver.solve(self.to_tariff(z), check=False)
        gain = self.gain(point)
        if not _all_gain(gain):
            return -np.inf, np.zeros_like(z), 0.0
        weight = np.zeros(len(self.solver.world.economies))
        weight[self.sides] = self.power * (1 + gain) / gain
        slopes, error = point.gradient(weight)
        return float(self.power @ np.log(gain)), self.joint.gradient(slopes), error

    def agreement(self, z: np.ndarray) -> np.ndarray:
        """The pair's best agreement by ascent from z, or from cuts of both tariffs where somebody loses at z.

        Where no common gain is found there is no agreement: the base's tariffs.
        """
        cuts = [cut for cut in product(CUTS, repeat=len(self.joint.slots)) if any(cut)]
        ways = (
            np.concatenate([(1 - c) * self.base[slot] for c, slot in zip(cut, self.joint.slots, strict=True)])
            for cut in cuts
        )
        starts = [z, *(np.clip(way, self.low, self.high) for way in ways)]
        first = next((start for start in starts if np.isfinite(self.log_product(start))), None)
        if first is None:
            return self.base

        def loss(y: np.ndarray) -> tuple[float, np.ndarray]:
            value, slopes, _ = self.derivatives(y)
            return (-value, -slopes) if np.isfinite(value) else (1e3, 0 * y)

        box = list(zip(self.low, self.high, strict=True))
        best = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=box,
                        options={"maxiter": 500, "gtol": 1e-10, "ftol": 1e-15, "maxcor": 30})  # fmt: skip
        z_best: np.ndarray = best.x if self.log_product(best.x) >= self.log_product(first) else first
        return z_best

    def proof(self, tariff: np.ndarray, seed: int = 0) -> Proof:
        """First-order conditions of the product of gains, and what sampled deviations of the pair add to it."""
        z = self.from_tariff(tariff)
        value, slopes, error = self.derivatives(z)
        point = self.solver.solve(self.to_tariff(z))
        if not np.isfinite(value):
            return Proof(0.0, 0.0, 0, 0.0, point.residual)
        margin = ON_BOUND * (self.high - self.low)
        bound = ((z <= self.low + margin) & (slopes < 0)) | ((z >= self.high - margin) & (slopes > 0))
        first_order = float(np.abs(slopes[~bound]).max(initial=0))
        rng, most = np.random.default_rng(seed), -np.inf
        for k in range(SAMPLES):
            noise = NOISE[k % len(NOISE)] * rng.standard_normal(z.size)
            lifted = z + 0.01 * self.scale * (z == 0) * rng.random(z.size)
            sample = np.clip(lifted * np.exp(noise), self.low, self.high)
            most = max(most, self.log_product(sample) - value)
        deviation = 100 * float(np.expm1(most)) if np.isfinite(most) else -100.0
        return Proof(first_order, deviation, SAMPLES, error, point.residual)


def _all_gain(gain: np.ndarray) -> bool:
    return bool(np.isfinite(gain).all() and (gain > 0).all())


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
) -> StrategicTariffs:
    """Tariffs at which every pair's agreement is its Nash bargain given all others: Nash-in-Nash.

    power: the first-named player's bargaining power in each pair, between 0 and 1. cuts: no tariff may rise above where
    it was, as in rounds of concessions. bounds: of a tariff, as fractions. Payoffs are in percent over the tariffs that
    gains are measured from; the proof of each pair is under "A-B". Raises QuestionError for fewer than two players, a
    power that is out of range and players that do not trade; NotConverged where agreements do not settle.
    """
    players = tuple(dict.fromkeys(economies))
    if len(players) < 2:
        raise QuestionError("bilateral talks need two economies or more, such as --for USA,CHN")
    if not 0 < power < 1:
        raise QuestionError(f"bargaining power must be between 0 and 1, not {power}")
    solver = PayoffSolver(world, model)
    pairs = negotiating_pairs(world, players, mfn, bounds)
    if not pairs:
        raise QuestionError(f"{', '.join(players)} buy no goods from each other in {world.name}")
    base = _means(world, pairs)

    def bargain(pair: Pair, tariff: np.ndarray) -> PairBargain:
        return PairBargain(solver, pair, tariff, power, base, cuts)

    tariff, taken, change = _settle(pairs, bargain, base, rounds)
    if not change <= SETTLED:
        raise NotConverged(
            f"{world.name}: agreements of {', '.join(players)} still change by {change:.1e} after {taken} rounds of"
            f" {len(pairs)} pairs; name fewer players, or raise the lowest tariff"
        )
    proof = {"-".join(pair.names): bargain(pair, tariff).proof(tariff) for pair in pairs}
    kind = "mfn" if mfn else "vector"
    return summarise(
        solver,
        "bilateral",
        kind,
        players,
        tariff,
        proof,
        rounds=taken,
        base=solver.solve(base),
        method="Nash-in-Nash",
    )


def _means(world: World, pairs: list[Pair]) -> np.ndarray:
    """The baseline's tariffs [s,n,i], with the mean over partners where an instrument sets one rate for them."""
    tariff = world.tariff.copy()
    for pair in pairs:
        joint = Instruments(pair.instruments)
        tariff = joint.to_tariff(tariff, joint.from_tariff(tariff))
    return tariff


def _settle(
    pairs: list[Pair], bargain: Callable[[Pair, np.ndarray], PairBargain], tariff: np.ndarray, rounds: int
) -> tuple[np.ndarray, int, float]:
    """Rounds of all pairs until agreements settle: tariffs [s,n,i], rounds taken, and the last change of any tariff."""
    taken, change = 0, np.inf
    while taken < rounds and not change <= SETTLED:
        before, taken = tariff, taken + 1
        for pair in pairs:
            talks = bargain(pair, tariff)
            tariff = talks.to_tariff(talks.agreement(talks.from_tariff(tariff)))
        change = float(np.abs(tariff - before).max())
    return tariff, taken, change
