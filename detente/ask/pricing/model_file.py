"""A user's own model in a Python file, priced as the shipped ones are: `detente price SCENARIO --model FILE.py`.

The file is run with the rights of the process, so only the command line and Python lead here: the page and the tools
for assistants take no model, and `rerun` refuses a stored command that names a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from detente.ask.pricing.context import DEFAULT_WORLD, PricedOutcome, PricingContext, TariffLevels, proof_of
from detente.economy import calibrate, engine, tables
from detente.economy import world as worlds
from detente.economy.equilibrium import Equilibrium
from detente.economy.model import errors_of_model, load_model
from detente.economy.models import one_sector
from detente.economy.policy import stack
from detente.economy.solve import solve
from detente.economy.world import World
from detente.errors import QuestionError

SUFFIX = ".py"
BASELINE = 1e-8  # residual up to which a world is an equilibrium of the model without a policy
PERCENT = ("real_income", "welfare", "real_wage", "wage", "price", "gdp", "employment", "exports", "imports")
SECTORAL = ("sector_output", "sector_employment", "sector_price")


def is_model_file(model: str | None) -> bool:
    """Whether a model is named by a Python file."""
    return model is not None and model.endswith(SUFFIX)


def model_context(
    path: str, world: str = DEFAULT_WORLD, elasticity: str | None = None, horizon: str = "long"
) -> ModelContext:
    """A shipped world, or the file of a table of one's own, calibrated for the model in a Python file, which is run.

    The file's own `calibrate(table)` makes the world, if it has one; else one_sector's calibration, or multi_sector's
    where the table has sectors. Raises QuestionError for a file that is not a model, or of which the world is not an
    equilibrium without a policy; DataError where Python cannot run it.
    """
    model = load_model(path)
    if horizon != "long":
        raise QuestionError(f"{path}: a model of your own is priced in the long run; leave --horizon {horizon} out")
    with errors_of_model(path):
        economy = _calibrated(path, model, world, elasticity)
        residual = engine.baseline_residual(model, economy)
    if not residual <= BASELINE:
        raise QuestionError(
            f"{path}: without a policy, {world} is not an equilibrium of this model: the residual at start(world) is"
            f" {residual:.1e}; a function calibrate(table) in the file can make a world that is"
        )
    name = elasticity or str(getattr(economy.structure, "elasticity_from", path)).split(":")[0]
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return ModelContext(world, economy, path, name, horizon, model, digest)


def _calibrated(path: str, model: ModuleType, name: str, elasticity: str | None) -> World:
    table = tables.load(name)
    if hasattr(model, "calibrate"):
        if elasticity is not None:
            raise QuestionError(f"{path}: its calibrate(table) sets the elasticities; leave --elasticity out")
        world = model.calibrate(table)
        if not isinstance(world, World):
            raise QuestionError(f"{path}: calibrate(table) returned {type(world).__name__}, not a detente.World")
        return worlds.check(world)
    if isinstance(table, worlds.InputOutput):
        return calibrate.shipped(name, elasticity)
    if elasticity is not None:
        raise QuestionError(f"{name} has one elasticity; leave --elasticity out, or take icio-2022")
    return one_sector.calibrate(table)


@dataclass(frozen=True, eq=False)
class ModelContext(PricingContext):
    """A world calibrated for a user's own model; `model` is the path of its file, sha256 the file's digest."""

    module: Any
    sha256: str

    def price(
        self,
        base: TariffLevels,
        outcomes: Sequence[TariffLevels],
        *,
        revenue: str = "lump_sum",
        exports: Sequence[TariffLevels] = (),
    ) -> tuple[PricedOutcome, list[PricedOutcome]]:
        """The base against the base year, and every outcome against the base. Raises NotConverged, QuestionError."""
        if revenue != "lump_sum":
            raise QuestionError(f"{self.model}: a model of your own uses the duty as it does; leave revenue out")
        if any(exports):
            raise QuestionError(f"{self.model}: taxes on exports are multi-sector's; leave them out")
        policies = stack(self.world, [self.policy(levels) for levels in ({}, base, *outcomes)])
        with errors_of_model(self.model):
            equilibria = solve(self.world, policies, self.module, options=self.options)
        if "real_income" not in equilibria.report:
            raise QuestionError(
                f"{self.model}: its report has no 'real_income', the percent change by which outcomes are compared; it"
                f" has {', '.join(sorted(equilibria.report)) or 'nothing'}"
            )
        priced = [_against(equilibria, k, min(k - 1, 1)) for k in range(1, 2 + len(outcomes))]
        return priced[0], priced[1:]

    def bands(self, *arguments: Any, draws: int = 0, **options: Any) -> None:
        """No band: the elasticities are the model's own. Raises QuestionError where draws are asked for."""
        if draws:
            raise QuestionError(f"{self.model}: draws of elasticities are multi-sector's; leave --draws out")

    def closure(self, revenue: str) -> dict[str, str]:
        """What the model holds fixed, in the words of its CLOSURE."""
        return {"name": "model", "meaning": getattr(self.module, "CLOSURE", f"as {self.model} has it")}

    def metadata(self) -> dict[str, Any]:
        """World, model and its digest, elasticities, horizon, sources."""
        return {
            "world": self.name,
            "year": self.world.origin.year,
            "model": self.model,
            "model_sha256": self.sha256,
            "economies": len(self.world.economies),
            "sectors": max(len(self.world.sectors), 1),
            "elasticity": {
                "name": self.elasticity,
                "source": str(getattr(self.world.structure, "elasticity_from", f"as {self.model} has them")),
            },
            "horizon": {"name": "long", "span": "long run", "source": "", "limits": ""},
            "tolerance": self.options.tolerance,
            "sources": list(self.world.origin.sources),
        }


def _against(equilibria: Equilibrium, k: int, on: int) -> PricedOutcome:
    """Scenario k against scenario `on`, in the quantities that are reported."""

    def change(name: str) -> np.ndarray:
        values = equilibria.report[name]
        return np.asarray(100 * ((1 + values[k] / 100) / (1 + values[on] / 100) - 1))

    changes = {name: change(name) for name in PERCENT if name in equilibria.report}
    if "revenue" in equilibria.report:
        revenue = equilibria.report["revenue"]
        changes["revenue"] = 100 * (revenue[k] - revenue[on])
    sectoral = all(name in equilibria.report for name in SECTORAL)
    sectors = {name: change(name) for name in SECTORAL} if sectoral else {}
    return PricedOutcome(changes, sectors, *proof_of(equilibria, k))
