"""solve: a world and a policy to an Equilibrium that carries its own proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.economy import engine
from detente.economy.models import one_sector
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError


@dataclass(frozen=True)
class Options:
    """tolerance: largest relative miss of any market; steps: how many iterations may be spent on one scenario."""

    tolerance: float = 1e-11
    steps: int = 200


def rebased(found: Equilibrium, name: str | None = None) -> World:
    """The world whose baseline is this equilibrium: outcomes solved from it are changes against it.

    Two steps equal the direct ratio at the same elasticities and nominal deficits. Raises QuestionError for many scenarios
    at once, and for a model that cannot: the one-sector model's labour supply has no baseline but its own.
    """
    if not hasattr(found.model, "rebase"):
        raise QuestionError("only a model with sectors can take an equilibrium as its new baseline")
    return found.model.rebase(found.world, found.policy, found.state, name or f"{found.world.name}, rebased")


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """report: name -> array [...,n]; state: the model's unknowns; gap, steps, converged [...]: the solver's proof."""

    world: World
    policy: Policy
    model: Any
    report: dict[str, np.ndarray]
    state: Any
    gap: np.ndarray
    steps: np.ndarray
    converged: np.ndarray

    def of(self, quantity: str, economy: str) -> np.ndarray:
        """One reported quantity of one economy, [...]. Raises QuestionError where there is none."""
        if quantity not in self.report:
            raise QuestionError(f"the model reports no {quantity!r}; it reports {', '.join(sorted(self.report))}")
        return self.report[quantity][..., self.world.index(economy)]


def solve(
    world: World, policy: Policy, model: Any = one_sector, *, options: Options = Options(), check: bool = True
) -> Equilibrium:
    """The equilibrium of `model` under `policy`; leading axes of the policy are scenarios.

    Raises NotConverged, carrying the Equilibrium where it stood, unless check is False: then flags tell.
    """
    found = engine.run(model, world, policy, options.tolerance, options.steps)
    state = engine.shaped(model, world, found.x)
    converged = np.asarray(found.gap <= options.tolerance)
    equilibrium = Equilibrium(world, policy, model, found.report or {}, state, found.gap, found.steps, converged)
    if check and not converged.all():
        missed = np.atleast_1d(~converged)
        worst = np.atleast_1d(found.gap)[missed].max()
        raise NotConverged(
            f"{int(missed.sum())} of {missed.size} scenarios on {world.name} did not reach an equilibrium: a market misses by"
            f" {worst:.1e} (relative) after {int(np.max(found.steps))} steps, asked {options.tolerance:.0e};"
            " the shock may be too large for any equilibrium: try smaller rates, or Options(steps=...)",
            equilibrium,
        )
    return equilibrium
