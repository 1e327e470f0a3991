"""Payoffs as a function of tariffs, and its derivatives by one implicit adjoint; what `strategic` optimises.

Axes: s sector, n importer, i exporter. With x the state and x = step(x, tariff) at an equilibrium, the derivative of a
weighted payoff g is g_tariff + bar * step_tariff, where bar = g_x + bar * step_x. A model takes part with two functions
beside its equations: `payoff`, ln of what each government maximises, and `pull`, the vector-Jacobian product of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detente.economy import engine
from detente.economy.access import PanelAccess
from detente.economy.models import backward
from detente.economy.policy import tariffs
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

TOLERANCE = 1e-11  # of an equilibrium of a small model
ROUGH = 1e-9  # and of a large one
FEW = 60  # unknowns up to which Newton's Jacobian at every point is cheaper than chord steps
ADJOINT = 1e-9  # relative, of the adjoint's own equations


@dataclass(frozen=True, eq=False)
class Point:
    """One equilibrium: tariff [s,n,i], ln payoffs [n] over the baseline's, the state's row and the solver's gap."""

    ground: PayoffSolver
    tariff: np.ndarray
    payoff: np.ndarray
    x: np.ndarray
    reach: Any
    residual: float
    iterations: int
    kept: dict[str, np.ndarray] = field(default_factory=dict)

    def gradient(self, weight: np.ndarray) -> tuple[np.ndarray, float]:
        """Derivatives [s,n,i] of the weighted sum of ln payoffs to every tariff; how far off the adjoint is (relative).

        weight [n].
        """
        v, bars, off = self.adjoint(weight)
        return backward.tariffs(v, self.reach, bars, self.tariff), off

    def adjoint(self, weight: np.ndarray) -> tuple[Any, backward.Cotangents, float]:
        """Markets, the bars of the weighted sum of ln payoffs at them, and how far off the adjoint is (relative).

        weight [...,n]: several sums at once.
        """
        model, world = self.ground.model, self.ground.world
        state = engine.to_state(model, world, self.x)
        zero = engine.to_state(model, world, np.zeros((*weight.shape[:-1], self.x.size)))
        right = engine.to_row(model.vjp(world, self.reach, state, zero, weight)[0])

        def through(bar: np.ndarray) -> np.ndarray:
            return engine.to_row(model.vjp(world, self.reach, state, engine.to_state(model, world, bar), 0 * weight)[0])

        size = np.maximum(np.abs(right).max(-1, keepdims=True), 1e-300)
        if self.x.size <= engine.LARGE:
            bar = np.linalg.solve(self.slope().T, right[..., None])[..., 0]
        else:
            bar = self._steered(weight, right / size, through) * size
        off = np.abs(bar - through(bar) - right) / size
        _, bars = model.vjp(world, self.reach, state, engine.to_state(model, world, bar), weight)
        return model.markets(world, self.reach, state), bars, float(off.max())

    def slope(self) -> np.ndarray:
        """1 - step_x [u,u], row by row from `pull`; of a small model."""
        if "slope" not in self.kept:
            model, world, eye = self.ground.model, self.ground.world, np.eye(self.x.size)
            moved = engine.to_state(model, world, eye)
            nothing = np.zeros((self.x.size, self.payoff.size))
            rows, _ = model.vjp(world, self.reach, engine.to_state(model, world, self.x), moved, nothing)
            self.kept["slope"] = eye - engine.to_row(rows)
        return self.kept["slope"]

    def _steered(self, weight: np.ndarray, right: np.ndarray, through: Any) -> np.ndarray:
        """bar [...,u] = right + through(bar) of a large model, from where such weights stood last."""
        ground, key = self.ground, (*weight.shape, *weight.argmax(-1).flat)
        rows = right.reshape(-1, right.shape[-1])
        steer = engine.preconditioner(ground.model, ground.world)

        def move(bar: np.ndarray) -> np.ndarray:
            return (right + through(bar.reshape(right.shape)) - bar.reshape(right.shape)).reshape(rows.shape)

        first = ground.bars.get(key, np.zeros_like(rows))
        with np.errstate(all="ignore"):  # a row that has arrived moves no more
            found = engine.chord(move, first, steer.back, ADJOINT / 10, 60)  # type: ignore[attr-defined]
        ground.bars[key] = found.x
        return found.x.reshape(right.shape)


class PayoffSolver:
    """A world and a model, asked for payoffs at many tariffs near each other: it starts where it last stood."""

    def __init__(self, world: World, model: Any):
        if not world.sectors or not hasattr(model, "vjp"):
            raise QuestionError(f"{world.name}: strategic tariffs need a world with sectors, such as icio-2022")
        self.world, self.model = world, model
        self.zero = engine.to_row(model.start(world))
        self.base = model.payoff(world, model.prepare(world, tariffs(world, {})), model.start(world))
        self.last = (world.tariff, world.panels, self.zero)
        self.bars: dict[tuple[int, ...], np.ndarray] = {}  # where adjoints of a large model last stood

    def at(self, tariff: np.ndarray, *, check: bool = True) -> Point:
        """The equilibrium at tariffs [s,n,i]. Raises NotConverged; without check payoffs are then minus infinity."""
        with np.errstate(all="ignore"):
            return self._at(tariff, check)

    def _at(self, tariff: np.ndarray, check: bool) -> Point:
        model, world, (before, both, x) = self.model, self.world, self.last
        both = self._panels(tariff, before, both)
        reach = model.prepare(world, tariffs(world, {}))._replace(access=PanelAccess(both))
        move = engine.residual_function(model, world, None, reach)  # type: ignore[arg-type]
        small = x.size <= engine.LARGE
        goal = TOLERANCE if small else ROUGH
        found = self._newton(reach, move, x, goal) if x.size <= FEW else self._chord(move, x, goal)
        if not found.residual <= goal and x is not self.zero:
            found = self._newton(reach, move, self.zero, goal) if small else self._chord(move, self.zero, goal)
        if not found.residual <= goal:
            found = engine.solve_one(model, world, tariffs(world, tariff), goal, 200)
        state = engine.to_state(model, world, found.x)
        payoff = model.payoff(world, reach, state) - self.base
        if not (found.residual <= goal and np.isfinite(payoff).all()):
            if check:
                raise NotConverged(
                    f"{world.name}: no equilibrium at these tariffs: a market misses by {float(found.residual):.1e}"
                    " (relative); try a lower bound on tariffs"
                )
            return Point(self, tariff, np.full_like(self.base, -np.inf), found.x, reach, float(found.residual), 0)
        self.last = (tariff, both, found.x)
        return Point(self, tariff, payoff, found.x, reach, float(found.residual), int(found.iterations))

    def _panels(self, tariff: np.ndarray, before: np.ndarray, both: np.ndarray) -> np.ndarray:
        """The access's arrays, rows of importers whose tariffs stay kept."""
        world, n = self.world, len(self.world.economies)
        rows = np.flatnonzero((tariff != before).any((0, 2)))
        both = both.copy()
        theta = world.structure.elasticity[:, None, None]
        duty = np.log1p(tariff[:, rows])
        gross = world.share[:, rows] * np.exp(-theta * (duty - np.log1p(world.tariff[:, rows])))
        both[:, rows], both[:, n + rows] = gross, gross * np.exp(-duty)
        return both

    def _newton(self, reach: Any, move: Any, x: np.ndarray, goal: float) -> engine.Solution:
        """Newton with the Jacobian that `pull` gives row by row."""
        model, world, eye = self.model, self.world, np.eye(x.size)
        miss = move(x)
        gap, steps = np.abs(miss).max(), 0
        while steps < 30 and goal < gap < engine.DIVERGED:
            steps += 1
            state = engine.to_state(model, world, x)
            rows, _ = model.vjp(
                world, reach, state, engine.to_state(model, world, eye), np.zeros((x.size, self.base.size))
            )
            push = np.linalg.solve(eye - engine.to_row(rows), miss)
            if not np.isfinite(push).all():
                break
            push *= min(1.0, 1.0 / max(np.abs(push).max(), 1e-300))
            x = x + push
            miss = move(x)
            gap = np.abs(miss).max()
        return engine.Solution(x, np.asarray(gap), np.asarray(steps))

    def _chord(self, move: Any, x: np.ndarray, goal: float) -> engine.Solution:
        found = engine.chord(move, x[None], engine.preconditioner(self.model, self.world), goal, 60)
        return engine.Solution(found.x[0], found.residual[0], found.iterations[0])
