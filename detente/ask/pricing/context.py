"""The economy on which a question is priced: world, model, elasticities, horizon; and how outcomes are compared.

In a world with one sector, two equilibria of the base year are compared. A world with sectors is first solved under the
duties in force with long-run elasticities; that equilibrium is the baseline, from which outcomes are solved at the
horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np

from detente import labels
from detente.ask.pricing import duties, duty_layers
from detente.ask.pricing.duty_layers import DutyLayer
from detente.ask.pricing.observed_trade import ModelTrade, model_trade
from detente.ask.pricing.own_elasticities import OWN, Elasticity, OwnElasticities, own
from detente.economy import calibrate, elasticities, horizons, tables
from detente.economy import world as worlds
from detente.economy.models import lent_duty, multi_sector, one_sector
from detente.economy.models.multi_sector import baseline_totals
from detente.economy.policy import Policy, nothing, stack, tariffs
from detente.economy.solve import Equilibrium, Options, rebased, solve
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
MOST_DRAWS = 100_000
SET_WITH_ERRORS = "caliendo-parro-2015"  # the elasticity set with standard errors
DEFICIT = "deficit"  # the use of revenue by which new duty is lent abroad
REVENUE = {  # uses of revenue by the names of questions
    "transfer": "lump_sum",
    "labour-tax": "income_tax_relief",
    "deficit": DEFICIT,
}
USES = {
    "lump_sum": "duty goes to households as a transfer",
    "income_tax_relief": "duty lowers the tax on labour",
    DEFICIT: "duty beyond the baseline's lowers the government's deficit: it is lent abroad, not spent",
}
CLOSURES = {use: f"{words}; trade deficits stay fixed relative to world income" for use, words in USES.items()} | {
    DEFICIT: f"{USES[DEFICIT]}; trade deficits else stay fixed relative to world income"
}
RATIO = ("real_income", "welfare", "price", "wage", "real_wage", "employment", "exports_nominal", "imports_nominal")
REPORTED_AS = {"exports_nominal": "exports", "imports_nominal": "imports"}
REPORTED = (
    "real_income", "linear_welfare", "terms_of_trade", "volume_of_trade", "real_wage", "gdp", "price", "wage",
    "exports", "imports", "gain",
)  # fmt: skip
SOLVER_OPTIONS = {MULTI_SECTOR: Options(tolerance=1e-9)}  # its tables balance to 1e-15; one-sector: the default 1e-11
TariffLevels = Mapping[tuple[str, ...], float]  # {(importer, exporter) or (sector, importer, exporter): fraction}
BaselineLevels = tuple[tuple[tuple[str, ...], float], ...]  # the items of TariffLevels, which can be hashed


@dataclass(frozen=True)
class PricedOutcome:
    """One outcome: percent changes [n] by quantity and, in a world with sectors, [s,n]; and the solver's proof.

    trade: only of a baseline with sectors, the flows of which customs have observed the trade. solved: in a world with
    sectors, the batch it was solved in and its place there.
    """

    change: dict[str, np.ndarray]
    sectors: dict[str, np.ndarray]
    residual: float
    iterations: int
    converged: bool
    trade: tuple[ModelTrade, ...] = ()
    solved: tuple[Equilibrium, int | tuple[()]] | None = None

    @property
    def flows(self) -> np.ndarray | None:
        """Purchases [s,n,i] before duty under this outcome; None where the world has one sector."""
        if self.solved is None:
            return None
        batch, k = self.solved
        unknowns = type(batch.state)(*(values[k] for values in batch.state))
        policy = batch.policy[k] if isinstance(k, int) else batch.policy
        return np.asarray(multi_sector.trade(batch.world, policy, unknowns))

    def proof(self) -> dict[str, Any]:
        """The solver's proof in JSON types."""
        return solver_proof(self.residual, self.iterations, self.converged)


def solver_proof(residual: float, iterations: int, converged: bool) -> dict[str, Any]:
    """The keys of every `solver` object; `gap` and `steps` are the former names of `residual` and `iterations`."""
    return {
        "gap": residual, "steps": iterations, "converged": converged, "residual": residual, "iterations": iterations,
    }  # fmt: skip


def closure(revenue: str) -> dict[str, str]:
    """A closure by name, with what it means."""
    return {"name": revenue, "meaning": CLOSURES[revenue]}


def use_of_revenue(written: Any, where: str = "--revenue") -> str:
    """A key of USES from its name in questions, or from itself. Raises QuestionError.

    >>> use_of_revenue("labour-tax")
    'income_tax_relief'
    """
    use = REVENUE.get(written, written) if isinstance(written, str) else None
    if use not in USES:
        raise QuestionError(f"{where} {str(written)[:40]!r}: it is one of {', '.join(REVENUE)}")
    return use


def horizon_words(name: str) -> dict[str, str]:
    """A horizon by name, with its span, its source and its limits. Raises QuestionError."""
    chosen = horizons.horizon(name)
    return {"name": chosen.name, "span": chosen.span, "source": chosen.source, "limits": chosen.limits}


def equilibrium_proof(equilibrium: Equilibrium) -> dict[str, Any]:
    """The proof of an equilibrium of one scenario in JSON types."""
    return solver_proof(float(equilibrium.residual), int(equilibrium.iterations), bool(equilibrium.converged))


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
        """Sectors that bear duties; none in a world with one sector."""
        if not self.world.sectors:
            return ()
        return tuple(s for s, good in zip(self.world.sectors, self.world.structure.goods, strict=True) if good)

    @property
    def options(self) -> Options:
        """The solver's tolerance and largest number of iterations for the model."""
        return SOLVER_OPTIONS.get(self.model, Options())

    @property
    def with_fixed_deficits(self) -> PricingContext:
        """The same context with its deficits fixed: itself, unless it is under another closure."""
        return self

    @property
    def closed_by(self) -> str:
        """The name of the closure of the trade balance."""
        return "fixed"

    @property
    def outcome_model(self) -> Any:
        """The model with sectors by which outcomes are solved from their baseline."""
        return multi_sector

    def policy(self, levels: TariffLevels, exports: TariffLevels | None = None, revenue: str = "lump_sum") -> Policy:
        """The policy of tariff levels and taxes on exports by cell, of this context's world.

        revenue: how duty is used, of economy.policy.REVENUE. Raises QuestionError for taxes on exports that the model
        does not have.
        """
        if exports and self.model != MULTI_SECTOR:
            raise QuestionError(f"{self.name}: the model {self.model} has no taxes on exports; take icio-2022")
        return tariffs(self.world, dict(levels), revenue=revenue, exports=exports)

    def levels(self, layers: Sequence[DutyLayer]) -> dict[tuple[str, ...], float]:
        """{cell: tariff level as a fraction}: the base year's tariff plus the layers added since."""
        added = (
            duty_layers.added_by_sector(layers, self.goods) if self.world.sectors else duty_layers.added_by_pair(layers)
        )
        return {cell: self.base_tariff(cell) + rate for cell, rate in added.items()}

    @cached_property
    def base_tariff(self) -> Callable[[tuple[str, ...]], float]:
        """The base year's tariff on a cell, cached because every outcome needs the same ones."""

        @cache
        def base_tariff(cell: tuple[str, ...]) -> float:
            *sector, n, i = cell
            index = (*(self.world.sector(s) for s in sector), self.world.index(n), self.world.index(i))
            return float(self.world.tariff[index])

        return base_tariff

    def base_trade(self, cell: tuple[str, ...]) -> float:
        """What the base year trades in a cell before duty, in the world's unit."""
        *sector, n, i = cell
        place = (self.world.index(n), self.world.index(i))
        flows = self.flows
        return float(flows[self.world.sector(sector[0]), *place] if sector else flows[place])

    @cached_property
    def flows(self) -> np.ndarray:
        """What the base year trades before duty, in the world's unit: [s,n,i], or [n,i] in a world with one sector."""
        return np.asarray(self.world.duty_free * self.world.spending[..., None])

    def price(
        self,
        base: TariffLevels,
        outcomes: Sequence[TariffLevels],
        *,
        revenue: str = "lump_sum",
        exports: Sequence[TariffLevels] = (),
    ) -> tuple[PricedOutcome, list[PricedOutcome]]:
        """The baseline against the base year, and every outcome against the baseline.

        revenue: how duty is used, a key of CLOSURES. exports: taxes on exports in each outcome, none by default. Raises
        NotConverged, QuestionError.
        """
        if self.model == MULTI_SECTOR:
            return self._price_from_baseline(base, outcomes, revenue, exports)
        if revenue == DEFICIT:
            raise QuestionError(
                f"{self.name}: the model {self.model} has no debt to pay off; take transfer or labour-tax"
            )
        taxes = [{}, {}, *(exports or [{}] * len(outcomes))]
        each = zip(({}, base, *outcomes), taxes, strict=True)
        policies = [self.policy(levels, taxed, revenue) for levels, taxed in each]
        equilibria = solve(self.world, stack(self.world, policies), options=self.options)
        return _ratio(equilibria, 1, 0), [_ratio(equilibria, k, 1) for k in range(2, len(policies))]

    def _price_from_baseline(
        self, base: TariffLevels, outcomes: Sequence[TariffLevels], use: str, exports: Sequence[TariffLevels]
    ) -> tuple[PricedOutcome, list[PricedOutcome]]:
        key = tuple(base.items())
        (_, rebased_world), (baseline, revenue) = baseline_equilibrium(self, key), baseline_results(self, key)
        if not outcomes:
            return baseline, []
        taxes = exports or [{}] * len(outcomes)
        each = zip(outcomes, taxes, strict=True)
        batch = stack(self.world, [self.policy(levels, taxed) for levels, taxed in each])
        policy = horizons.relative_to(self.world, rebased_world, batch)
        equilibria = solve(rebased_world, policy, self._model_of(use), options=self.options)
        priced = [priced_scenario(equilibria, k, revenue) for k in range(len(outcomes))]
        return baseline, [_with_relief(x, rebased_world) for x in priced] if use == "income_tax_relief" else priced

    def _model_of(self, use: str) -> Any:
        """The model of outcomes under a use of revenue. Raises QuestionError where the closure rules it out."""
        if use != DEFICIT:
            return self.outcome_model
        if self.closed_by != "fixed":
            raise QuestionError(
                f"--revenue deficit: new duty is lent abroad, which the closure {self.closed_by!r} rules out"
            )
        return lent_duty

    def bands(
        self,
        base: TariffLevels,
        outcomes: Mapping[str, TariffLevels],
        *,
        draws: int = 0,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
        results: Mapping[str, PricedOutcome] | None = None,
        exports: Mapping[str, TariffLevels] | None = None,
    ) -> Band | None:
        """The band of real income: over lognormal draws, or over all elasticity sets; None for a one-sector world.

        results: the outcomes as priced on this context, so that its own elasticity set need not be solved again.
        exports: taxes on exports by outcome.
        """
        if self.model != MULTI_SECTOR:
            return None
        policies = self._policies(outcomes, exports or {})
        baseline = tariffs(self.world, base)
        if draws and self.elasticity == OWN:
            raise QuestionError("--draws: your own elasticities have no standard errors; name a set that has them")
        if draws:
            return band(
                self.world, policies, elasticity=self.elasticity, count=draws, seed=seed, baseline=baseline,
                horizon=self.horizon, progress=progress,
            )  # fmt: skip
        sets = elasticities.names(self.world.sectors)
        if len(sets) < 2 or self.elasticity == OWN:
            return None
        known = None
        if results:
            known = {self.elasticity: np.stack([results[name].change["real_income"] for name in outcomes])}
        return spread(self.world, policies, sets=sets, baseline=baseline, horizon=self.horizon, known=known)

    def _policies(self, outcomes: Mapping[str, TariffLevels], exports: Mapping[str, TariffLevels]) -> dict[str, Policy]:
        """The policies of outcomes by name, with the taxes on exports of each."""
        return {name: self.policy(levels, exports.get(name)) for name, levels in outcomes.items()}

    def mean(self, values: np.ndarray) -> float:
        """The mean over economies, weighted by their final spending in the base year."""
        return float(values @ self.weight / self.weight.sum())

    @property
    def weight(self) -> np.ndarray:
        """Final spending [n] in the base year: income plus transfers."""
        return np.asarray(self.world.income + self.world.transfer)

    def economies_of(self, party: str) -> list[int]:
        """The places in the world of a party's economies: itself, or the members of a bloc; none that it lacks."""
        return [self.world.index(code) for code in duties.economies_of(party) if code in self.world.economies]

    def check_economies(self, codes: Sequence[str]) -> None:
        """Raises QuestionError for a code that is no economy of the world and no bloc with members in it."""
        for code in codes:
            if not self.economies_of(code):
                raise QuestionError(f"{code!r} is no economy of {self.name} and no bloc; write ISO3 codes or EU")

    def cells(self, importers: Sequence[str], exporters: Sequence[str]) -> list[tuple[str, ...]]:
        """The tariff cells of importers on exporters: one each sector with goods; in a one-sector world one a pair."""
        pairs = [(n, i) for n in importers for i in exporters if n != i]
        return [(sector, *pair) for pair in pairs for sector in self.goods] if self.goods else [*pairs]

    def of_party(self, values: np.ndarray, party: str) -> float:
        """The value of an economy, or the mean over a bloc's members, weighted as `mean` weights; values [n].

        Raises QuestionError for a party that the world does not have.
        """
        places = self.economies_of(party)
        if not places:
            raise QuestionError(
                f"{self.name} has no economy of its own for {labels.name(party)}; world-2023 has most, take --world"
                " world-2023"
            )
        if len(places) == 1:
            return float(values[places[0]])
        return float(values[places] @ self.weight[places] / self.weight[places].sum())

    def parties(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Those parties that the world has."""
        return tuple(code for code in codes if self.economies_of(code))

    def money(self, values: np.ndarray, code: str) -> dict[str, float | None]:
        """A percent change of real income in bn USD of the base year, and in USD a household where these are known."""
        million = self.world.origin.million_usd
        places = self.economies_of(code)
        if million is None or not places:
            return {"bn_usd": None, "usd_a_household": None}
        gain = sum(float(values[n]) / 100 * float(self.weight[n]) for n in places) * million  # million USD
        households = labels.households().get(code)  # (millions, source)
        return {"bn_usd": gain / 1e3, "usd_a_household": gain / households[0] if households else None}

    def most_affected(self, values: np.ndarray, parties: Sequence[str], *, count: int = 5) -> list[str]:
        """The large third economies that gain or lose most; small ones follow the deficits the closure fixes."""
        large = self.weight / self.weight.sum() >= LARGE
        names = self.world.economies
        inside = {n for party in parties for n in self.economies_of(party)}
        order = [n for n in np.argsort(-np.abs(values)) if large[n] and n not in inside and names[n] != "ROW"]
        return [names[n] for n in order[:count]]

    def closure(self, revenue: str) -> dict[str, str]:
        """What is held fixed, and how duties are used: the name and its meaning."""
        return closure(revenue)

    def metadata(self) -> dict[str, Any]:
        """What a reader needs beside the numbers: world, model, elasticities, horizon, tolerance, sources."""
        structure = self.world.structure
        if self.model == MULTI_SECTOR:
            source = {"name": self.elasticity, "source": structure.elasticity_from}
            horizon = horizon_words(self.horizon)
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


def _ratio(equilibria: Equilibrium, k: int, on: int) -> PricedOutcome:
    """Scenario k of a one-sector batch, as changes against scenario `on` of the same batch."""
    report = equilibria.report
    change = {name: 100 * ((1 + report[name][k] / 100) / (1 + report[name][on] / 100) - 1) for name in RATIO}
    change["revenue"] = 100 * (report["revenue"][k] - report["revenue"][on])
    change = {REPORTED_AS.get(name, name): values for name, values in change.items()}
    return PricedOutcome(change, {}, *proof_of(equilibria, k))


def priced_scenario(equilibria: Equilibrium, k: int | tuple[()], revenue: np.ndarray) -> PricedOutcome:
    """Scenario k of a multi-sector equilibrium, () where it has one; revenue [n]: of the base it is compared with."""
    report = equilibria.report
    change = {name: report[name][k] for name in REPORTED}
    change["revenue"] = 100 * (report["revenue"][k] - revenue)
    sectors = {name: values[k] for name, values in report.items() if name.startswith("sector_")}
    return PricedOutcome(change, sectors, *proof_of(equilibria, k), solved=(equilibria, k))


def _with_relief(outcome: PricedOutcome, world: World) -> PricedOutcome:
    """The outcome with the real wage after a labour tax that falls by the new duty, in percent.

    Labour is fixed, so the tax moves nothing: what households receive as a transfer they receive as wages.
    """
    change = outcome.change
    relief = change["revenue"] * baseline_totals(world).income / world.income  # percent of the baseline's wages
    after_tax = change["real_wage"] + relief / (1 + change["price"] / 100)
    return replace(outcome, change={**change, "real_wage_after_tax": after_tax})


def proof_of(equilibria: Equilibrium, k: int | tuple[()]) -> tuple[float, int, bool]:
    """The residual, the iterations and whether scenario k of a batch converged."""
    residual, iterations, converged = (
        np.asarray(x)[k] for x in (equilibria.residual, equilibria.iterations, equilibria.converged)
    )
    return float(residual), int(iterations), bool(converged)


@lru_cache(maxsize=8)
def baseline_results(context: PricingContext, base: BaselineLevels) -> tuple[PricedOutcome, np.ndarray]:
    """(the baseline against the base year, its own revenue [n]): what all outcomes of one baseline share."""
    equilibrium, rebased_world = baseline_equilibrium(context, base)
    base_year = solve(context.world, nothing(context.world), multi_sector, options=context.options)
    unchanged = solve(rebased_world, nothing(rebased_world), multi_sector, options=context.options)
    baseline = priced_scenario(equilibrium, (), base_year.report["revenue"])
    return replace(baseline, trade=model_trade(context.world, equilibrium)), unchanged.report["revenue"]


@lru_cache(maxsize=8)
def baseline_equilibrium(context: PricingContext, base: BaselineLevels) -> tuple[Equilibrium, World]:
    """The equilibrium under a baseline's duties, and the world rebased on it at the horizon."""
    equilibrium, world = _equilibrium_under(context.world, base)
    return equilibrium, horizons.at_horizon(world, context.horizon)


@lru_cache(maxsize=8)
def _equilibrium_under(world: World, base: BaselineLevels) -> tuple[Equilibrium, World]:
    """The same before any horizon, so that contexts on one world share it."""
    equilibrium = solve(world, tariffs(world, dict(base)), multi_sector, options=SOLVER_OPTIONS[MULTI_SECTOR])
    return equilibrium, rebased(equilibrium, f"{world.name}, duties in force")


def check_draws(draws: int) -> None:
    """Raises QuestionError if draws is negative or above MOST_DRAWS."""
    if not 0 <= draws <= MOST_DRAWS:
        raise QuestionError(f"--draws {draws}: from 0 (the spread of all elasticity sets) to {MOST_DRAWS}")


def pricing_context(
    world: str | World = DEFAULT_WORLD,
    model: str | None = None,
    elasticity: Elasticity | None = None,
    horizon: str = "long",
) -> PricingContext:
    """A world calibrated for a question: one shipped, by name, the file of a table of one's own, or one calibrated.

    elasticity: a published set by name, one number for all sectors, or {sector: theta}; sectors that it leaves out keep
    those of the world's own set. Raises QuestionError for an unknown or unsuitable name, DataError for a table that
    describes no economy.
    """
    chosen = elasticity if elasticity is None or isinstance(elasticity, str) else own(elasticity)
    return _pricing_context(world, model, chosen, horizon)


@cache
def _pricing_context(
    world: str | World, model: str | None, elasticity: str | OwnElasticities | None, horizon: str
) -> PricingContext:
    horizons.horizon(horizon)
    if isinstance(elasticity, OwnElasticities):
        known = _pricing_context(world, model, None, horizon)
        return replace(known, world=elasticity.given_to(known.world), elasticity=OWN)
    if isinstance(world, World):
        return _context_of(world, model, elasticity, horizon)
    table = tables.load(world)
    if not isinstance(table, worlds.InputOutput):
        return _one_sector_context(world, table, model, elasticity, horizon)
    if model not in (None, MULTI_SECTOR):
        raise QuestionError(f"{world} has sectors and runs the model {MULTI_SECTOR}; {model!r} needs world-2023")
    known_world = calibrate.shipped(world, elasticity)
    return PricingContext(world, known_world, MULTI_SECTOR, elasticity or _set_of(known_world), horizon)


def _one_sector_context(
    world: str, table: worlds.TradeTable, model: str | None, elasticity: str | None, horizon: str
) -> PricingContext:
    model = model or "one-sector"
    if model not in ONE_SECTOR:
        raise QuestionError(f"{world} runs {', '.join(sorted(ONE_SECTOR))}; {model!r} is none of them")
    if elasticity is not None or horizon != "long":
        raise QuestionError(f"{world} has one elasticity and one horizon, the long run; take icio-2022 for others")
    return PricingContext(world, one_sector.calibrate(table, **ONE_SECTOR[model]), model, "4", horizon)


def _context_of(world: World, model: str | None, elasticity: str | None, horizon: str) -> PricingContext:
    """A world that is calibrated already; its own elasticities unless a set is named."""
    if not world.sectors:
        if elasticity is not None or horizon != "long" or model not in (None, "one-sector"):
            raise QuestionError(f"{world.name} is calibrated as it is, in the long run; give its name instead")
        return PricingContext(world.name, world, "one-sector", f"{world.structure.elasticity:g}", horizon)
    if model not in (None, MULTI_SECTOR):
        raise QuestionError(f"{world.name} has sectors and runs the model {MULTI_SECTOR}, not {model!r}")
    if elasticity is not None:
        world = calibrate.with_elasticity(world, elasticity)
    return PricingContext(world.name, world, MULTI_SECTOR, elasticity or _set_of(world), horizon)


def _set_of(world: World) -> str:
    """The name of the set that a world's elasticities come from; OWN for those of a caller."""
    name = str(world.structure.elasticity_from).split(":")[0]
    return name if name in elasticities.names(world.sectors) else OWN
