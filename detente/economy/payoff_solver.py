"""Payoffs as a function of tariffs, and their derivatives by one implicit adjoint; what `strategic` optimises.

Axes: s sector, n importer, i exporter, u unknown. With x the unknowns and x = step(x, tariff) at an equilibrium, the
derivative of a weighted payoff g with respect to the tariffs is

    g_tariff + y step_tariff        where the adjoint y = g_x + y step_x

A model takes part with two functions beside its equations: `payoff`, ln of what each government maximises, and `vjp`,
the vector-Jacobian product of step and payoff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from detente.economy import engine
from detente.economy.access import PanelAccess
from detente.economy.models import backward, multi_sector
from detente.economy.policy import of_levels, tariffs
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

TOLERANCE = 1e-11  # residual of an equilibrium of a small model
TOLERANCE_LARGE = 1e-9  # and of a large one
SMALL = 60  # unknowns up to which Newton's Jacobian at every point is cheaper than chord steps
NEWTON_STEPS, CHORD_STEPS = 30, 60
ADJOINT_TOLERANCE = 1e-9  # relative, of the adjoint's own equations
Residual = Callable[[np.ndarray], np.ndarray]  # of rows of unknowns [...,u]


@dataclass(frozen=True, eq=False)
class Point:
    """One equilibrium.

    tariff, export_tax [s,n,i]. payoff [n]: ln, over the baseline's; minus infinity where no equilibrium was reached. x
    [u]: the unknowns in a row. residual, iterations: of the solver.
    """

    solver: PayoffSolver
    tariff: np.ndarray
    payoff: np.ndarray
    x: np.ndarray
    prepared: Any
    residual: float
    iterations: int
    export_tax: np.ndarray | None = None

    def gradient(self, weight: np.ndarray) -> tuple[np.ndarray, float]:
        """Derivatives [s,n,i] of the weighted sum of ln payoffs with respect to every tariff, and the adjoint's error.

        weight [n]. The error is relative. Raises QuestionError at a point with taxes on exports.
        """
        if self.export_tax is not None:
            raise QuestionError("tariffs are chosen where there are no taxes on exports; leave them out")
        v, cotangents, error = self.adjoint(weight)
        return backward.tariff_derivatives(v, self.prepared, cotangents, self.tariff), error

    def adjoint(self, weight: np.ndarray) -> tuple[Any, backward.Cotangents, float]:
        """The markets, the cotangents of the weighted sum of ln payoffs at them, and the adjoint's relative error.

        weight [...,n]: several sums at once.
        """
        _, v, cotangents, error = self.multipliers(weight)
        return v, cotangents, error

    def multipliers(self, weight: np.ndarray) -> tuple[np.ndarray, Any, backward.Cotangents, float]:
        """The adjoint [...,u] itself, what an equation's shift is worth, and then as `adjoint`."""
        model, world = self.solver.model, self.solver.world
        unknowns = engine.to_state(model, world, self.x)
        zero = engine.to_state(model, world, np.zeros((*weight.shape[:-1], self.x.size)))
        direct = engine.to_row(model.vjp(world, self.prepared, unknowns, zero, weight)[0])

        def through_step(y: np.ndarray) -> np.ndarray:
            next_cotangent = engine.to_state(model, world, y)
            return engine.to_row(model.vjp(world, self.prepared, unknowns, next_cotangent, 0 * weight)[0])

        size = np.maximum(np.abs(direct).max(-1, keepdims=True), 1e-300)
        if self.x.size <= engine.LARGE:
            y = np.linalg.solve(self.jacobian.T, direct[..., None])[..., 0]
        else:
            y = self._adjoint_by_chord(weight, direct / size, through_step) * size
        error = np.abs(y - through_step(y) - direct) / size
        _, cotangents = model.vjp(world, self.prepared, unknowns, engine.to_state(model, world, y), weight)
        return y, model.markets(world, self.prepared, unknowns), cotangents, float(error.max())

    @cached_property
    def jacobian(self) -> np.ndarray:
        """1 - step_x [u,u], row by row from `vjp`; for a small model."""
        return self.solver.jacobian(self.prepared, self.x)

    def _adjoint_by_chord(self, weight: np.ndarray, direct: np.ndarray, through_step: Residual) -> np.ndarray:
        """y [...,u] = direct + through_step(y) of a large model, starting from the last adjoint of such weights."""
        solver, key = self.solver, (*weight.shape, *weight.argmax(-1).flat)
        rows = direct.reshape(-1, direct.shape[-1])
        preconditioner: Any = engine.preconditioner(solver.model, solver.world)

        def residual(y: np.ndarray) -> np.ndarray:
            y = y.reshape(direct.shape)
            excess: np.ndarray = direct + through_step(y) - y
            return excess.reshape(rows.shape)

        first = solver.last_adjoint.get(key, np.zeros_like(rows))
        with np.errstate(all="ignore"):  # a row that has converged changes no more, and its history is then singular
            solution = engine.chord(residual, first, preconditioner.transposed, ADJOINT_TOLERANCE / 10, CHORD_STEPS)
        solver.last_adjoint[key] = solution.x
        return solution.x.reshape(direct.shape)


class PayoffSolver:
    """Payoffs of a world and a model at many tariffs close to each other: each solve starts from the last solution.

    Raises QuestionError for a world without sectors or a model without `vjp`.
    """

    def __init__(self, world: World, model: Any):
        if not world.sectors or not hasattr(model, "vjp"):
            raise QuestionError(f"{world.name}: strategic tariffs need a world with sectors, such as icio-2022")
        self.world, self.model = world, model
        self.zero = engine.to_row(model.start(world))
        self.base_payoff = model.payoff(world, model.prepare(world, tariffs(world, {})), model.start(world))
        self.reset()

    def reset(self) -> None:
        """Start the next solve from the baseline."""
        self.last_wedge, self.last_stacked, self.last_x = self.world.tariff, self.world.panels, self.zero
        self.last_adjoint: dict[tuple[int, ...], np.ndarray] = {}  # of a large model, by weights

    def solve(self, tariff: np.ndarray, export_tax: np.ndarray | None = None, *, check: bool = True) -> Point:
        """The equilibrium at tariffs and taxes on exports [s,n,i], none by default.

        Raises NotConverged; without check payoffs are then minus infinity.
        """
        with np.errstate(all="ignore"):
            return self._solve(tariff, export_tax, check)

    def _solve(self, tariff: np.ndarray, export_tax: np.ndarray | None, check: bool) -> Point:
        model, world = self.model, self.world
        wedge = tariff if export_tax is None else (1 + tariff) * (1 + export_tax) - 1
        stacked = self._stacked(wedge)
        prepared = model.prepare(world, tariffs(world, {}))._replace(access=PanelAccess(stacked))
        if export_tax is not None:
            taxes = multi_sector.export_taxes(world, of_levels(world, tariff, export_tax))
            prepared = prepared._replace(exports=taxes)
        tolerance = TOLERANCE if self.zero.size <= engine.LARGE else TOLERANCE_LARGE
        solution = self._equilibrium(tariff, export_tax, prepared, tolerance)
        unknowns = engine.to_state(model, world, solution.x)
        payoff = model.payoff(world, prepared, unknowns) - self.base_payoff
        residual = float(solution.residual)
        if not (residual <= tolerance and np.isfinite(payoff).all()):
            if check:
                raise NotConverged(
                    f"{world.name}: no equilibrium at these tariffs: a market has an excess demand of {residual:.1e}"
                    " (relative); try a lower bound on tariffs"
                )
            lost = np.full_like(self.base_payoff, -np.inf)
            return Point(self, tariff, lost, solution.x, prepared, residual, 0, export_tax)
        self.last_wedge, self.last_stacked, self.last_x = wedge, stacked, solution.x
        return Point(self, tariff, payoff, solution.x, prepared, residual, int(solution.iterations), export_tax)

    def _equilibrium(
        self, tariff: np.ndarray, export_tax: np.ndarray | None, prepared: Any, tolerance: float
    ) -> engine.Solution:
        """From the last solution, then from the baseline, then by the engine; it may not have converged."""
        model, world, x = self.model, self.world, self.last_x
        residual = engine.residual_function(model, world, None, prepared)  # type: ignore[arg-type]
        by_newton, by_chord = self._newton, self._chord
        first = by_newton if x.size <= SMALL else by_chord
        solution = first(prepared, residual, x, tolerance)
        if not solution.residual <= tolerance and x is not self.zero:
            second = by_newton if x.size <= engine.LARGE else by_chord
            solution = second(prepared, residual, self.zero, tolerance)
        if not solution.residual <= tolerance:
            policy = of_levels(world, tariff, 0 * tariff if export_tax is None else export_tax)
            solution = engine.solve_one(model, world, policy, tolerance, 200)
        return solution

    def _stacked(self, wedge: np.ndarray) -> np.ndarray:
        """The access's arrays [s,2n,i] at new wedges; only rows of importers whose wedges differ are computed."""
        world, n = self.world, len(self.world.economies)
        rows = np.flatnonzero((wedge != self.last_wedge).any((0, 2)))
        stacked = self.last_stacked.copy()
        theta = world.structure.elasticity[:, None, None]
        duty = np.log1p(wedge[:, rows])
        gross = world.share[:, rows] * np.exp(-theta * (duty - np.log1p(world.tariff[:, rows])))
        stacked[:, rows], stacked[:, n + rows] = gross, gross * np.exp(-duty)
        return stacked

    def jacobian(self, prepared: Any, x: np.ndarray) -> np.ndarray:
        """1 - step_x [u,u] at unknowns x [u], row by row from `vjp`."""
        model, world, eye = self.model, self.world, np.eye(x.size)
        unknowns, each = engine.to_state(model, world, x), engine.to_state(model, world, eye)
        rows, _ = model.vjp(world, prepared, unknowns, each, np.zeros((x.size, self.base_payoff.size)))
        return np.asarray(eye - engine.to_row(rows))

    def _newton(self, prepared: Any, residual: Residual, x: np.ndarray, tolerance: float) -> engine.Solution:
        """Newton with the Jacobian that `vjp` gives row by row."""
        r = residual(x)
        worst, iterations = np.abs(r).max(), 0
        while iterations < NEWTON_STEPS and tolerance < worst < engine.DIVERGED:
            iterations += 1
            step = np.linalg.solve(self.jacobian(prepared, x), r)
            if not np.isfinite(step).all():
                break
            step *= min(1.0, 1.0 / max(np.abs(step).max(), 1e-300))
            x = x + step
            r = residual(x)
            worst = np.abs(r).max()
        return engine.Solution(x, np.asarray(worst), np.asarray(iterations))

    def _chord(self, prepared: Any, residual: Residual, x: np.ndarray, tolerance: float) -> engine.Solution:
        preconditioner = engine.preconditioner(self.model, self.world)
        solution = engine.chord(residual, x[None], preconditioner, tolerance, CHORD_STEPS)
        return engine.Solution(solution.x[0], solution.residual[0], solution.iterations[0])
