"""solve: a world and a policy to an Equilibrium that carries its own proof."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.economy import engine as numpy_engine
from detente.economy.engine import Solution
from detente.economy.equilibrium import DEFAULT, Equilibrium, Options, rebased
from detente.economy.model import Model, check_model, check_report
from detente.economy.models import capital, critical_inputs, held_wages, lent_duty, multi_sector, one_sector, valuation
from detente.economy.models import path as yearly_path
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

__all__ = ["DEFAULT", "Equilibrium", "Options", "rebased", "solve"]


WITH_EXPORT_TAXES = (multi_sector, valuation, lent_duty, held_wages)


def solve(
    world: World,
    policy: Policy,
    model: Model | None = None,
    *,
    options: Options = DEFAULT,
    engine: str = "numpy",
    check: bool = True,
    start: Equilibrium | None = None,
) -> Equilibrium:
    """The equilibrium of a model under a policy; leading axes of the policy are scenarios.

    model: see detente.economy.model; if not given, critical_inputs for a world with critical products or nests,
    multi_sector for another world with sectors, else one_sector. engine: `numpy`, or `jax`, which compiles for each new
    shape and then maps many scenarios, on a GPU where there is one; it needs the `jax` extra. start: a similar
    scenario's equilibrium, from which numpy solves one scenario in fewer steps, to the same result within the
    tolerance.

    Whatever the engine, the residual is computed anew from the state by the model's equations on numpy; it must be
    within the tolerance, everything reported must be finite, and nobody's real income may fall by 100 % or more.
    Raises NotConverged, which carries the best point reached, where that is not so; with check=False the Equilibrium
    is returned and `converged` says which scenarios it is true of. Raises QuestionError for an object that is not a
    model, an unknown engine, or a policy without scenarios.

    >>> world = one_sector.calibrate(detente.economy.world.table("world-2023"))
    >>> solve(world, tariffs(world, {("USA", "CHN"): 0.6})).of("real_income", "USA")
    """
    chosen = _model_for(world, policy, model)
    if policy.export_tax is not None and not _has_export_taxes(chosen):
        raise QuestionError(
            "taxes on exports are known to the models of many sectors without limits on quantities; leave them out"
        )
    if policy.shape == (0,):
        raise QuestionError("a batch needs at least one scenario")
    solution, by_numpy = _run(engine, chosen, world, policy, options, None if start is None else start.state)
    check_report(chosen, solution.report, policy.shape)
    solution, again = _with_proof(chosen, world, policy, solution, options)
    equilibrium = Equilibrium(
        world,
        policy,
        chosen,
        solution.report or {},
        numpy_engine.to_state(chosen, world, solution.x),
        solution.residual,
        solution.iterations,
        _converged(solution, policy.shape, options),
        _engine_in_words(engine, by_numpy + again, np.size(solution.residual)),
    )
    if check and not equilibrium.converged.all():
        raise NotConverged(_reason(equilibrium, options), equilibrium)
    return equilibrium


def _model_for(world: World, policy: Policy, model: Model | None) -> Model:
    """The model asked for, or the one for such a world. Raises QuestionError for what is not a model, and for quantity
    limits in a model without them."""
    if model is None and not isinstance(world.structure, critical_inputs.Structure):
        model = multi_sector if world.sectors else one_sector
    asked: object = model  # critical_inputs stands for its Model with as many wedges as the policy has limits
    if model is None or asked is critical_inputs:
        return critical_inputs.model_for(policy)
    check_model(model)
    if policy.limits is not None and not isinstance(model, critical_inputs.Model):
        raise QuestionError("only the model critical_inputs knows quantity limits; nest or split the world first")
    return model


def _has_export_taxes(model: Model) -> bool:
    """Whether a model solves policies with taxes on exports."""
    return model in WITH_EXPORT_TAXES or isinstance(model, capital.Model | yearly_path.Model)


def _engine_in_words(name: str, by_numpy: int, scenarios: int) -> str:
    """The engine, with the number of scenarios that JAX left to numpy."""
    return f"jax, {by_numpy} of {scenarios} by numpy" if name == "jax" and by_numpy else name


def _run(name: str, model: Model, world: World, policy: Policy, options: Options, start: Any) -> tuple[Solution, int]:
    """The solution of the named engine, and how many scenarios another engine left to numpy."""
    if name == "numpy":
        return numpy_engine.run(model, world, policy, options.tolerance, options.max_iterations, start), 0
    if name != "jax":
        raise QuestionError(f"no engine is named {name!r}; there is numpy, and jax with the `jax` extra")
    from detente.economy.engine_jax import solver

    return solver.run(model, world, policy, options.tolerance, options.max_iterations)


def _with_proof(
    model: Model, world: World, policy: Policy, solution: Solution, options: Options
) -> tuple[Solution, int]:
    """The solution with its residuals computed anew from its states, and how many scenarios numpy solved again.

    Those are the ones that an engine took for solved and that the equations do not confirm: by rounding, or because
    the engine was wrong.
    """
    residual = numpy_engine.recomputed_residual(model, world, policy, solution.x)
    doubtful = np.argwhere((solution.residual <= options.tolerance) & ~(residual <= options.tolerance))
    solution = solution._replace(residual=residual)
    if not len(doubtful):
        return solution, 0
    x, iterations = np.array(solution.x), np.array(solution.iterations)
    report = {name: np.array(values) for name, values in (solution.report or {}).items()}
    solution = Solution(x, np.array(residual), iterations, report)
    for place in map(tuple, doubtful):
        scenario = policy[int(place[0])] if place else policy
        start = numpy_engine.to_state(model, world, x[place]) if np.isfinite(x[place]).all() else None
        again = numpy_engine.run(model, world, scenario, options.tolerance, options.max_iterations, start)
        again = again._replace(residual=numpy_engine.recomputed_residual(model, world, scenario, again.x))
        numpy_engine.replace_scenario(solution, place, again._replace(iterations=iterations[place] + again.iterations))
    return solution, len(doubtful)


def _converged(solution: Solution, scenarios: tuple[int, ...], options: Options) -> np.ndarray:
    """Which scenarios [...] are equilibria: a residual within the tolerance, and a report that is defined."""
    converged = np.asarray(solution.residual <= options.tolerance)
    for undefined in _undefined(solution.report or {}, scenarios).values():
        converged = converged & ~undefined
    return converged


def _undefined(report: dict[str, np.ndarray], scenarios: tuple[int, ...]) -> dict[str, np.ndarray]:
    """In which scenarios [...] each reported quantity is not finite, or real income has fallen by 100 % or more."""
    rows = {name: np.asarray(values).reshape(*scenarios, -1) for name, values in report.items()}
    undefined = {name: ~np.isfinite(values).all(-1) for name, values in rows.items()}
    if "real_income" in rows:
        undefined["real_income"] = undefined["real_income"] | (rows["real_income"] <= -100).any(-1)
    return undefined


def _reason(equilibrium: Equilibrium, options: Options) -> str:
    """Why scenarios are not equilibria, and what to try: the message of NotConverged."""
    failed = np.atleast_1d(~equilibrium.converged)
    residual = np.atleast_1d(equilibrium.residual)
    cleared = failed & (residual <= options.tolerance)
    why = []
    if (failed & ~cleared).any():
        why.append(
            f"the largest relative excess demand is {residual[failed & ~cleared].max():.1e} after"
            f" {int(np.max(equilibrium.iterations))} iterations, and {options.tolerance:.0e} is asked"
        )
    undefined = _undefined(equilibrium.report, equilibrium.policy.shape)
    names = [name for name, where in undefined.items() if (np.atleast_1d(where) & cleared).any()]
    if names:
        what = "finite, and above -100 %" if names == ["real_income"] else "finite"
        why.append(f"where markets clear, {', '.join(names)} of some economy is not {what}")
    return (
        f"{int(failed.sum())} of {failed.size} scenarios on {equilibrium.world.name} did not reach an equilibrium:"
        f" {'; '.join(why)}. The shock may be too large for any equilibrium: try smaller rates, or"
        " Options(max_iterations=...)"
    )
