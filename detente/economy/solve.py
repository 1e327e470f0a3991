"""solve: a world and a policy to an Equilibrium that carries its own proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.economy import engine as on_numpy
from detente.economy.models import critical_inputs, multi_sector, one_sector
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError


@dataclass(frozen=True)
class Options:
    """tolerance: largest relative miss of any market; steps: how many iterations may be spent on one scenario."""

    tolerance: float = 1e-11
    max_iterations: int = 200


DEFAULT = Options()


def rebased(found: Equilibrium, name: str | None = None) -> World:
    """The world whose baseline is this equilibrium: outcomes solved from it are changes against it.

    Two steps equal the direct ratio at the same elasticities and nominal deficits. Raises QuestionError for many
    scenarios at once, and for a model that cannot: the one-sector model's labour supply has no baseline but its own.
    """
    if not hasattr(found.model, "rebase"):
        raise QuestionError("only a model with sectors can take an equilibrium as its new baseline")
    return found.model.rebase(found.world, found.policy, found.state, name or f"{found.world.name}, rebased")


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """report: name -> array [...,n]; state: the model's unknowns; gap, steps, converged [...]: the solver's proof.

    engine: what solved it, in words; where JAX left scenarios to numpy's Newton steps, how many.
    """

    world: World
    policy: Policy
    model: Any
    report: dict[str, np.ndarray]
    state: Any
    residual: np.ndarray
    iterations: np.ndarray
    converged: np.ndarray
    engine: str = "numpy"

    def of(self, quantity: str, economy: str) -> np.ndarray:
        """One reported quantity of one economy, [...]. Raises QuestionError where there is none."""
        if quantity not in self.report:
            raise QuestionError(f"the model reports no {quantity!r}; it reports {', '.join(sorted(self.report))}")
        return self.report[quantity][..., self.world.index(economy)]

    def proof(self) -> dict[str, Any]:
        """gap, steps and converged of one scenario in JSON types."""
        return {"gap": float(self.residual), "steps": int(self.iterations), "converged": bool(self.converged)}

    def to_xarray(self) -> Any:
        """The whole report as an xarray Dataset by scenario, sector and economy, with the solver's proof beside it.

        Needs the `table` extra. A policy's own scenario axes are numbered from 0.
        """
        import xarray

        lead = ("scenario",) if self.policy.shape else ()
        labels: dict[str, Any] = {"economy": list(self.world.economies)}
        if self.world.sectors:
            labels["sector"] = list(self.world.sectors)
        if lead:
            labels["scenario"] = np.arange(self.policy.shape[0])
        arrays: dict[str, Any] = {
            name: ((*lead, "sector", "economy") if values.ndim > len(lead) + 1 else (*lead, "economy"), values)
            for name, values in self.report.items()
        }
        proof = {"gap": self.residual, "steps": self.iterations, "converged": self.converged}
        arrays |= {name: (lead, np.asarray(values)) for name, values in proof.items()}
        return xarray.Dataset(arrays, labels, attrs={"world": self.world.name, "unit": self.world.origin.unit})

    def to_pandas(self, quantity: str) -> Any:
        """One quantity as a pandas frame: scenarios or sectors down, economies across. Needs the `table` extra.

        Raises QuestionError where there is none.
        """
        import pandas

        if quantity not in self.report:
            raise QuestionError(f"the model reports no {quantity!r}; it reports {', '.join(sorted(self.report))}")
        values, across = self.report[quantity], pandas.Index(self.world.economies, name="economy")
        if values.ndim == 1:
            return pandas.Series(values, across, name=quantity)
        down: list[Any] = [pandas.RangeIndex(len(values), name="scenario")] if self.policy.shape else []
        if values.ndim > 1 + len(down):
            down.append(pandas.Index(self.world.sectors, name="sector"))
        index = down[0] if len(down) == 1 else pandas.MultiIndex.from_product(down)
        return pandas.DataFrame(values.reshape(-1, len(across)), index, across)


def solve(
    world: World,
    policy: Policy,
    model: Any = None,
    *,
    options: Options = DEFAULT,
    engine: str = "numpy",
    check: bool = True,
    start: Equilibrium | None = None,
) -> Equilibrium:
    """The equilibrium of `model` under `policy`; leading axes of the policy are scenarios.

    Without a model: critical_inputs for a world with critical nodes or nests, multi_sector for another world with
    sectors, else one_sector. engine: `numpy`, or `jax`, which compiles for each new shape and then maps many scenarios,
    on a GPU where there is one; it needs the `jax` extra. start: a similar scenario's equilibrium, from which numpy
    solves one scenario in fewer steps; what it finds is the same to the tolerance.

    Raises NotConverged, carrying the Equilibrium where it stood, unless check is False: then flags tell. Raises
    QuestionError for an engine that is not there.
    """
    if model is None:
        nested = isinstance(world.structure, critical_inputs.Structure)
        model = critical_inputs if nested else multi_sector if world.sectors else one_sector
    if model is critical_inputs:
        model = critical_inputs.model_for(policy)
    elif policy.limits is not None and not isinstance(model, critical_inputs.Model):
        raise QuestionError("only the model critical_inputs knows quantity limits; nest or split the world first")
    found, by = _run(engine, model, world, policy, options, None if start is None else start.state)
    state = on_numpy.to_state(model, world, found.x)
    converged = np.asarray(found.residual <= options.tolerance)
    equilibrium = Equilibrium(
        world, policy, model, found.report or {}, state, found.residual, found.iterations, converged, by
    )
    if check and not converged.all():
        missed = np.atleast_1d(~converged)
        worst = np.atleast_1d(found.residual)[missed].max()
        raise NotConverged(
            f"{int(missed.sum())} of {missed.size} scenarios on {world.name} did not reach an equilibrium: a market"
            f" misses by {worst:.1e} (relative) after {int(np.max(found.iterations))} iterations, asked"
            f" {options.tolerance:.0e}; the shock may be too large for any equilibrium: try smaller rates, or"
            " Options(max_iterations=...)",
            equilibrium,
        )
    return equilibrium


def _run(
    name: str, model: Any, world: World, policy: Policy, options: Options, start: Any
) -> tuple[on_numpy.Solution, str]:
    """What the named engine found, and what solved it in words."""
    if name == "numpy":
        return on_numpy.run(model, world, policy, options.tolerance, options.max_iterations, start), name
    if name != "jax":
        raise QuestionError(f"no engine is named {name!r}; there is numpy, and jax with the `jax` extra")
    from detente.economy import engine_jax

    found, walked = engine_jax.run(model, world, policy, options.tolerance, options.max_iterations)
    return found, f"jax, {walked} of {np.size(found.residual)} by numpy" if walked else "jax"
