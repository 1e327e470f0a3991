"""The economy a question is priced on: world, model, elasticities, horizon; and how outcomes are set against a base.

A world with one sector compares two equilibria of the base year. A world with sectors is first brought to the duties in
force with long-run elasticities; that equilibrium is the baseline, and outcomes are solved from it at the horizon.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np

from detente import labels
from detente.ask.pricing import duties
from detente.ask.pricing.duties import Layer
from detente.economy import calibrate, elasticities, horizons
from detente.economy import world as worlds
from detente.economy.models import multi_sector, one_sector
from detente.economy.policy import nothing, stack, tariffs
from detente.economy.solve import Options, rebased, solve
from detente.economy.uncertainty import Band, band, spread
from detente.economy.world import World
from detente.errors import QuestionError

DEFAULT_WORLD = "icio-2022"
LARGE = 0.0025  # share of world income from which a third economy is listed by name
ONE_SECTOR: dict[str, dict[str, Any]] = {
    "one-sector": {},
    "roundabout": {"labour_share": one_sector.ROUNDABOUT},
    "eaton-kortum": {"eaton_kortum": True},
    "pass-through": {"pass_through": 0.25},
    "elasticity-8": {"elasticity": 8.0},
}
MULTI_SECTOR = "multi-sector"
MOST_DRAWS = 100_000  # draws
SET_WITH_ERRORS = "caliendo-parro-2015"  # the set with standard errors
CLOSURES = {
    "lump_sum": "duty goes to households as a transfer; trade deficits stay fixed relative to world income",
    "income_tax_relief": "duty lowers the tax on labour; trade deficits stay fixed relative to world income",
}
RATIO = ("real_income", "welfare", "price", "wage", "real_wage", "employment", "exports_nominal", "imports_nominal")
REPORTED_AS = {"exports_nominal": "exports", "imports_nominal": "imports"}
REPORTED = (
    "real_income", "linear_welfare", "terms_of_trade", "volume_of_trade", "real_wage", "gdp", "price", "wage",
    "exports", "imports", "gain",
)  # fmt: skip
SOLVER_OPTIONS = {
    MULTI_SECTOR: Options(tolerance=1e-9)
}  # the multi-sector tables are balanced to 1e-15; one-sector: 1e-11
Levels = Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Priced:
    """One outcome: percent changes [n] by quantity, by sector [s,n] where there are sectors, and the solver's proof.

    trade: of a baseline with sectors, goods between the two parties before duty, beside what was observed.
    """

    change: dict[str, np.ndarray]
    sectors: dict[str, np.ndarray]
    residual: float
    iterations: int
    converged: bool
    trade: tuple[dict[str, Any], ...] = ()

    def proof(self) -> dict[str, Any]:
        """gap, steps and converged in JSON types."""
        return {"gap": self.residual, "steps": self.iterations, "converged": self.converged}


@dataclass(frozen=True, eq=False)
class PricingContext:
    """A world calibrated for a model; elasticity and horizon where the model has sectors."""

    name: str
    world: World
    model: str
    elasticity: str
    horizon: str

    @cached_property
    def goods(self) -> tuple[str, ...]:
        """Sectors that bear duties; none in a world of one sector."""
        if not self.world.sectors:
            return ()
        return tuple(s for s, good in zip(self.world.sectors, self.world.structure.goods, strict=True) if good)

    @property
    def options(self) -> Options:
        """Tolerance and steps of the model."""
        return SOLVER_OPTIONS.get(self.model, Options())

    def levels(self, layers: Sequence[Layer]) -> dict[tuple[str, ...], float]:
        """{cell: tariff level as a fraction}: the base year's tariff and the layers added since."""
        added = duties.by_sector(layers, self.goods) if self.world.sectors else duties.totals(layers)
        return {cell: self.base_tariff(cell) + rate for cell, rate in added.items()}

    @cached_property
    def base_tariff(self) -> Callable[[tuple[str, ...]], float]:
        """The base year's tariff on a cell: looked up once, since every outcome asks for the same ones."""

        @cache
        def before(cell: tuple[str, ...]) -> float:
            *sector, n, i = cell
            at = (*(self.world.sector(s) for s in sector), self.world.index(n), self.world.index(i))
            return float(self.world.tariff[at])

        return before

    def price(
        self, base: Levels, outcomes: Sequence[Levels], *, revenue: str = "lump_sum"
    ) -> tuple[Priced, list[Priced]]:
        """The base against the base year, and every outcome against the base. Raises NotConverged, QuestionError."""
        if self.model == MULTI_SECTOR:
            if revenue != "lump_sum":
                raise QuestionError(f"{self.name}: the multi-sector model gives duty to households; leave revenue out")
            return self._from_base(base, outcomes)
        policies = [tariffs(self.world, dict(levels), revenue=revenue) for levels in ({}, base, *outcomes)]
        found = solve(self.world, stack(self.world, policies), options=self.options)

        def ratio(k: int, on: int) -> Priced:
            report = found.report
            change = {n: 100 * ((1 + report[n][k] / 100) / (1 + report[n][on] / 100) - 1) for n in RATIO}
            change["revenue"] = 100 * (report["revenue"][k] - report["revenue"][on])
            change = {REPORTED_AS.get(name, name): values for name, values in change.items()}
            return Priced(change, {}, float(found.residual[k]), int(found.iterations[k]), bool(found.converged[k]))

        return ratio(1, 0), [ratio(k, 1) for k in range(2, len(policies))]

    def _from_base(self, base: Levels, outcomes: Sequence[Levels]) -> tuple[Priced, list[Priced]]:
        key = tuple(base.items())
        (_, at), (first, before) = baseline_equilibrium(self, key), baseline_results(self, key)
        if not outcomes:
            return first, []
        batch = stack(self.world, [tariffs(self.world, levels) for levels in outcomes])
        found = solve(at, horizons.relative_to(self.world, at, batch), multi_sector, options=self.options)
        return first, [priced_scenario(found, k, before) for k in range(len(outcomes))]

    def _trade(self, held: Any) -> tuple[dict[str, Any], ...]:
        """Goods between the USA and China, bn USD before duty: base year, baseline, and what customs observed."""
        before = self.world.duty_free * self.world.spending[:, :, None]
        after = multi_sector.trade(self.world, held.policy, held.state)
        goods = self.world.structure.goods
        found = []
        for n, i in (("USA", "CHN"), ("CHN", "USA")):
            if not {n, i} <= set(self.world.economies):
                continue
            cell = (self.world.index(n), self.world.index(i))
            year = self.world.origin.year
            then, (last, now) = observed_trade(n, i).get(year), max(observed_trade(n, i).items())
            if then is None:
                continue
            old, new = (float(flows[goods][:, *cell].sum()) for flows in (before, after))
            found.append(
                {
                    "importer": n, "exporter": i, "base_year": year, "base": old / 1e3, "baseline": new / 1e3,
                    "change": 100 * (new / old - 1), "observed_year": last, "observed": now,
                    "observed_change": 100 * (now / then - 1),
                }
            )  # fmt: skip
        return tuple(found)

    def bands(
        self,
        base: Levels,
        outcomes: Mapping[str, Levels],
        *,
        draws: int = 0,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
        found: Mapping[str, Priced] | None = None,
    ) -> Band | None:
        """Low and high of real income: lognormal draws, or the spread of all sets; None for a world of one sector.

        found: the outcomes as this setting has priced them, so that its own set need not be solved again.
        """
        if self.model != MULTI_SECTOR:
            return None
        policies = {name: tariffs(self.world, levels) for name, levels in outcomes.items()}
        held = tariffs(self.world, base)
        if draws:
            return band(
                self.world, policies, elasticity=self.elasticity, count=draws, seed=seed, baseline=held,
                horizon=self.horizon, progress=progress,
            )  # fmt: skip
        sets = elasticities.names(self.world.sectors)
        if len(sets) < 2:
            return None
        known = {self.elasticity: np.stack([found[name].change["real_income"] for name in outcomes])} if found else None
        return spread(self.world, policies, sets=sets, baseline=held, horizon=self.horizon, known=known)

    def mean(self, values: np.ndarray) -> float:
        """The mean of economies, weighted with their final spending in the base year."""
        weight = self.weight
        return float(values @ weight / weight.sum())

    @property
    def weight(self) -> np.ndarray:
        """Final spending [n] in the base year: income and transfers."""
        return self.world.income + self.world.transfer

    def money(self, values: np.ndarray, code: str) -> dict[str, Any]:
        """A percent change of real income in bn USD of the base year, and in USD a household where those are known."""
        million = {"thousand USD": 1e-3, "million USD": 1.0}.get(self.world.origin.unit)
        if million is None or code not in self.world.economies:
            return {"bn_usd": None, "usd_a_household": None}
        n = self.world.index(code)
        gain = float(values[n]) / 100 * float(self.weight[n]) * million  # million USD
        homes = labels.HOUSEHOLDS.get(code)
        return {"bn_usd": gain / 1e3, "usd_a_household": gain / homes[0] if homes else None}

    def most_affected(self, values: np.ndarray, *, count: int = 5) -> list[str]:
        """The large third economies that gain or lose most; small ones move with the deficits the closure fixes."""
        large = self.weight / self.weight.sum() >= LARGE
        names = self.world.economies
        order = [n for n in np.argsort(-np.abs(values)) if large[n] and names[n] not in ("USA", "CHN", "ROW")]
        return [names[n] for n in order[:count]]

    def closure(self, revenue: str) -> dict[str, str]:
        """What is held fixed, and how duties are used: the name and its meaning."""
        return {"name": revenue, "meaning": CLOSURES[revenue]}

    def metadata(self) -> dict[str, Any]:
        """What a reader needs beside the numbers: world, model, elasticities, horizon, closure, sources."""
        structure = self.world.structure
        if self.model == MULTI_SECTOR:
            chosen = horizons.horizon(self.horizon)
            source = {"name": self.elasticity, "source": structure.elasticity_from}
            horizon = {"name": chosen.name, "span": chosen.span, "source": chosen.source, "limits": chosen.limits}
        else:
            source = {
                "name": f"{structure.elasticity:g}",
                "source": f"trade elasticity {structure.elasticity:g}, labour supply {structure.labour_supply:g}:"
                " Ignatenko, Lashkaripour, Macedoni and Simonovska (2025)",
            }
            horizon = {"name": "long", "span": "long run", "source": "", "limits": ""}
        return {
            "world": self.name,
            "year": self.world.origin.year,
            "model": self.model,
            "economies": len(self.world.economies),
            "sectors": max(len(self.world.sectors), 1),
            "elasticity": source,
            "horizon": horizon,
            "tolerance": self.options.tolerance,
            "sources": list(self.world.origin.sources),
        }


def priced_scenario(equilibrium: Any, k: Any, before: Any) -> Priced:
    """Row k of a multi-sector equilibrium; before: the revenue [n] it is told against."""
    change = {name: equilibrium.report[name][k] for name in REPORTED}
    change["revenue"] = 100 * (equilibrium.report["revenue"][k] - before)
    sectors = {n: v[k] for n, v in equilibrium.report.items() if n.startswith("sector_")}
    gap, steps, converged = (
        np.asarray(x)[k] for x in (equilibrium.residual, equilibrium.iterations, equilibrium.converged)
    )
    return Priced(change, sectors, float(gap), int(steps), bool(converged))


@lru_cache(maxsize=8)
def baseline_results(on: PricingContext, base: tuple[tuple[tuple[str, ...], float], ...]) -> tuple[Priced, np.ndarray]:
    """(the base against the base year, its own revenue [n]): what all outcomes of one base share."""
    stood, at = baseline_equilibrium(on, base)
    none = solve(on.world, nothing(on.world), multi_sector, options=on.options)
    still = solve(at, nothing(at), multi_sector, options=on.options)
    first = replace(priced_scenario(stood, (), none.report["revenue"]), trade=on._trade(stood))
    return first, still.report["revenue"]


@lru_cache(maxsize=8)
def baseline_equilibrium(at: PricingContext, base: tuple[tuple[tuple[str, ...], float], ...]) -> tuple[Any, World]:
    """The equilibrium under a baseline's duties, and the world rebased on it at the horizon; kept, since many ask."""
    stood, world = _equilibrium_under(at.world, base)
    return stood, horizons.at_horizon(world, at.horizon)


@lru_cache(maxsize=8)
def _equilibrium_under(world: World, base: tuple[tuple[tuple[str, ...], float], ...]) -> tuple[Any, World]:
    """The same before any horizon: settings of one world share it."""
    stood = solve(world, tariffs(world, dict(base)), multi_sector, options=SOLVER_OPTIONS[MULTI_SECTOR])
    return stood, rebased(stood, f"{world.name}, duties in force")


def check_draws(draws: int) -> None:
    """Raises QuestionError for a number of draws that is none."""
    if not 0 <= draws <= MOST_DRAWS:
        raise QuestionError(f"--draws {draws}: from 0 (the spread of all sets) to {MOST_DRAWS}")


def observed_trade(importer: str, exporter: str) -> dict[int, float]:
    """{year: goods in bn USD} as US customs counted them."""
    text = (resources.files("detente") / "dossiers" / "us-china" / "observed_trade.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        int(r["year"]): float(r["goods_bn_usd"]) for r in rows if (r["importer"], r["exporter"]) == (importer, exporter)
    }


@cache
def pricing_context(
    world: str = DEFAULT_WORLD, model: str | None = None, elasticity: str | None = None, horizon: str = "long"
) -> PricingContext:
    """A shipped world, or an .npz table of the user's, set up for a question.

    Raises QuestionError for a name that is none or does not fit, DataError for a table that is no economy.
    """
    horizons.horizon(horizon)
    table = None if world.endswith(".npz") else worlds.table(world)
    if table is None or isinstance(table, worlds.InputOutput):
        if model not in (None, MULTI_SECTOR):
            raise QuestionError(f"{world} has sectors and runs the model {MULTI_SECTOR}; {model!r} needs world-2023")
        known = calibrate.shipped(world, elasticity)
        chosen = elasticity or str(known.structure.elasticity_from).split(":")[0]
        return PricingContext(world, known, MULTI_SECTOR, chosen, horizon)
    model = model or "one-sector"
    if model not in ONE_SECTOR:
        raise QuestionError(f"{world} runs {', '.join(sorted(ONE_SECTOR))}; {model!r} is none of them")
    if elasticity is not None or horizon != "long":
        raise QuestionError(f"{world} has one elasticity and one horizon, the long run; take icio-2022 for others")
    return PricingContext(world, one_sector.calibrate(table, **ONE_SECTOR[model]), model, "4", horizon)
