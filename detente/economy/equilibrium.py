"""Equilibrium: what solve returns, with its own proof; and the options of a solution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.economy.model import Model, model_name
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError


@dataclass(frozen=True)
class Options:
    """tolerance: the largest residual of an equilibrium; max_iterations: solver steps that one scenario may take."""

    tolerance: float = 1e-11
    max_iterations: int = 200


DEFAULT = Options()


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A solution of a model for a policy of [...] scenarios, and the proof that it is an equilibrium.

    report: name -> array [...,n], or [...,s,n]; state: the model's unknowns. residual [...]: the largest relative
    excess demand, computed from the state by the model's equations on numpy, whatever engine found it. iterations
    [...]: steps of the solver. converged [...]: whether the residual is within the tolerance and everything reported is
    finite. engine: what solved it, in words, with the number of scenarios that JAX left to numpy.
    """

    world: World
    policy: Policy
    model: Model
    report: dict[str, np.ndarray]
    state: Any
    residual: np.ndarray
    iterations: np.ndarray
    converged: np.ndarray
    engine: str = "numpy"

    def of(self, quantity: str, economy: str) -> np.ndarray:
        """One reported quantity of one economy, [...]. Raises QuestionError for an unknown quantity or economy."""
        return self._values(quantity)[..., self.world.index(economy)]

    def _values(self, quantity: str) -> np.ndarray:
        if quantity not in self.report:
            raise QuestionError(f"the model reports no {quantity!r}; it reports {', '.join(sorted(self.report))}")
        return self.report[quantity]

    def proof(self) -> dict[str, Any]:
        """The residual ("gap"), iterations ("steps") and converged of one scenario in JSON types."""
        return {"gap": float(self.residual), "steps": int(self.iterations), "converged": bool(self.converged)}

    def to_xarray(self) -> Any:
        """The whole report as an xarray Dataset by scenario, sector and economy, with the solver's proof beside it.

        Needs the `table` extra. A policy's scenarios are numbered from 0.
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

        Raises QuestionError for an unknown quantity.
        """
        import pandas

        values, across = self._values(quantity), pandas.Index(self.world.economies, name="economy")
        if values.ndim == 1:
            return pandas.Series(values, across, name=quantity)
        down: list[Any] = [pandas.RangeIndex(len(values), name="scenario")] if self.policy.shape else []
        if values.ndim > 1 + len(down):
            down.append(pandas.Index(self.world.sectors, name="sector"))
        index = down[0] if len(down) == 1 else pandas.MultiIndex.from_product(down)
        return pandas.DataFrame(values.reshape(-1, len(across)), index, across)


def rebased(equilibrium: Equilibrium, name: str | None = None) -> World:
    """The world whose baseline is this equilibrium: outcomes solved from it are changes against it.

    Two steps equal the direct ratio at the same elasticities and nominal deficits. Raises QuestionError for many
    scenarios at once, and for a model without `rebase`: the one-sector model's labour supply has no other baseline.
    """
    model, old = equilibrium.model, equilibrium.world
    rebase = getattr(model, "rebase", None)
    if rebase is None:
        raise QuestionError(f"{model_name(model)} cannot take an equilibrium as its new baseline: it has no `rebase`")
    world: World = rebase(old, equilibrium.policy, equilibrium.state, name or f"{old.name}, rebased")
    return world
