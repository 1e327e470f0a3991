"""Export controls priced: quantity limits on thin products, with their bands, rents, profile over time and cliffs.

The priors of `dossiers/critical-inputs` say how much of each product who makes, who uses, and how hard it is to
replace; mid values give the number, draws the band. The world is brought to the duties in force first, then the
products are split from their host sectors.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing.context import (
    CLOSURES,
    DEFAULT_WORLD,
    PricingContext,
    baseline_equilibrium,
    equilibrium_proof,
    pricing_context,
)
from detente.ask.pricing.scenario import rate, share
from detente.ask.pricing.scenario_rows import written_scenario
from detente.economy import horizons, second_order
from detente.economy.models import critical_inputs
from detente.economy.policy import Policy, limited, tariffs
from detente.economy.products import Node, effective, profile, split, spread
from detente.economy.solve import Options, solve
from detente.economy.world import World
from detente.errors import DataError, NotConverged, QuestionError

HOSTS = {"magnet": "C27", "compound": "C20"}
PRODUCTS = {"rare-earth-magnets": "magnet", "rare-earth-compounds": "compound", "electronics": "C26"}
OUTER, MATERIALS = 0.5, 0.2  # value added against materials, and among materials, in the first years: assumption
MONTHS = 18.0  # how long a limit without an end is taken to last
OTHERS = ("DEU", "JPN", "KOR", "PHL", "TWN")  # who else makes magnets in the split world
UNUSED = ("left", "near ban", "outside")  # of the priors: a scenario says its own volumes
BASE_YEAR = "duties of the base year"
DRAWS = 60  # behind the band unless more are asked
SOLVED = Options(tolerance=1e-8)
COARSE = Options(tolerance=1e-6)  # of what is read to three digits: draws, and what else a limit might do


@dataclass(frozen=True)
class Prior:
    """low, mid, high of one number, and where it is from."""

    low: float
    mid: float
    high: float
    source: str
    verification: str

    def drawn(self, u: float) -> float:
        """The triangular draw at a uniform number; in logs where the range spans more than a factor of two."""
        logs = self.low > 0 and self.high / self.low > 2
        low, mid, high = (math.log(x) if logs else x for x in (self.low, self.mid, self.high))
        if high <= low:
            return self.mid
        peak = (mid - low) / (high - low)
        if u < peak:
            x = low + math.sqrt(u * (high - low) * (mid - low))
        else:
            x = high - math.sqrt((1 - u) * (high - low) * (high - mid))
        return math.exp(x) if logs else x


@cache
def priors() -> dict[tuple[str, str, str], Prior]:
    """{(node, quantity, at): prior} of every number that is known."""
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "priors.csv").read_text("utf-8")
    return {
        (r["node"], r["quantity"], r["at"]): Prior(
            float(r["low"]), float(r["mid"]), float(r["high"]), r["source"], r["verification"]
        )
        for r in csv.DictReader(text.splitlines())
        if r["mid"]
    }


Values = dict[tuple[str, str, str], float]


def mid() -> Values:
    """Every prior at its middle."""
    return {key: p.mid for key, p in priors().items()}


def draw(k: int, seed: int) -> Values:
    """Every prior drawn, apart from each other."""
    u = np.random.default_rng((seed, k)).random(len(priors()))
    return {key: p.drawn(float(x)) for (key, p), x in zip(priors().items(), u, strict=True)}


def nodes(v: Values) -> tuple[Node, ...]:
    """The products as nodes, from values of the priors."""
    found = []
    for name, host in HOSTS.items():
        cost = {
            user: x for (node, quantity, at), x in v.items() if (node, quantity) == (name, "cost")
            for user in at.split()
        }  # fmt: skip
        china = min(v[name, "supply", "CHN"], 0.99)
        supply, origins = {"CHN": china}, {("USA", "CHN"): v[name, "imports", "CHN"]}
        if name == "magnet":
            rest = {at: v[name, "imports", at] for at in ("EU", "JPN", "KOR", "PHL", "TWN")}
            scale = (1 - china) / max(sum(rest.values()), 1e-9)
            supply |= {c: x * scale for c, x in rest.items() if c != "EU"}
            supply["DEU"] = rest["EU"] * scale  # the EU's magnets are taken to be made in Germany
        found.append(
            Node(name, host, supply, cost, origins=origins, sigma=v[name, "sigma", ""], elasticity=v[name, "theta", ""])
        )
    return tuple(found)


def world(ground: World, v: Values) -> World:
    """The world with magnets and compounds apart; compounds go into magnets, so magnets are split first."""
    return split(ground, *nodes(v), outer=OUTER, materials=MATERIALS)


@dataclass(frozen=True)
class Limit:
    """One measure: product, importers, exporter; fraction of volume left, or the prior's name; months; rent or None."""

    product: str
    importers: tuple[str, ...]
    exporter: str
    fraction: float
    months: float
    rent: float | None


def policy(
    world: World, limits: Sequence[Limit], v: Values, rent: float, duties: Mapping[Any, float], *, capped: bool = False
) -> Policy:
    """The limits on the split world, eased by stocks over their months, on top of duties.

    capped: other makers of magnets can add no more than the prior of plants outside says.
    """
    with_nodes = dict(duties)
    for (sector, *pair), level in duties.items():
        with_nodes |= {(node, *pair): level for node, host in HOSTS.items() if host == sector}
    base = tariffs(world, with_nodes) if duties else None
    fractions: dict[tuple[Any, Any, Any], float] = {}
    rents: dict[tuple[Any, Any, Any], float] = {}
    for one in limits:
        stocks = v.get((one.product, "stocks", ""), 0.0)
        share = v.get((one.product, "imports", "CHN"), 1.0) if one.exporter == "CHN" else 1.0
        left = effective(one.fraction, one.months, stocks, share)
        key = (one.product, "*" if one.importers == ("*",) else one.importers, one.exporter)
        fractions[key] = max(left, 0.01)
        rents[key] = rent if one.rent is None else one.rent
    if capped:
        named = {key[2] for key in fractions}
        added: dict[tuple[Any, Any, Any], float] = {
            ("magnet", "all", maker): v["magnet", "outside", ""] for maker in OTHERS if maker not in named
        }
        fractions |= added
        rents |= dict.fromkeys(added, rent)
    return limited(world, fractions, rent=rents, policy=base)


def split_and_limit(
    ground: World, limits: Sequence[Limit], v: Values, duties: Mapping[Any, float]
) -> tuple[World, Policy]:
    """The split world and the limits on it, at values of the priors."""
    here = world(ground, v)
    return here, policy(here, limits, v, v["magnet", "rent", ""], duties)


@lru_cache(maxsize=8)
def base(
    world_name: str, horizon: str, levels: tuple[tuple[tuple[str, ...], float], ...]
) -> tuple[PricingContext, World]:
    """The world under the duties in force, with the elasticities of a horizon.

    Where duties leave less trade than the products' own imports of 2024 (145 % in April 2025), the base year's duties.
    """
    at = pricing_context(world_name, horizon=horizon)
    ground = baseline_equilibrium(at, levels)[1]
    if set(HOSTS.values()) <= set(ground.sectors):
        try:
            world(ground, {key: p.high if key[1] in ("cost", "imports") else p.mid for key, p in priors().items()})
        except DataError:
            ground = replace(baseline_equilibrium(at, ())[1], name=f"{at.name}, {BASE_YEAR}")
    return at, ground


def priced(
    limits: Sequence[Limit],
    at: PricingContext,
    ground: World,
    duties: Mapping[Any, float],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    brief: bool = False,
) -> dict[str, Any]:
    """One scenario: economies, sectors, prices, rents, profile, cliffs, second order, bands and what drives them.

    brief: without the second order and the long run, which take as long as the rest.
    """
    v = mid()
    here = world(ground, v)
    rent = v["magnet", "rent", ""]
    asked = policy(here, limits, v, rent, duties)
    one = solve(here, asked, options=SOLVED)
    real = one.report["real_income"]
    names = here.economies
    low, high, drivers, lost = banded(limits, at, ground, duties, draws, seed, progress)
    free = solve(here, policy(here, limits, v, 0.0, duties), options=SOLVED).report["real_income"]
    kept = solve(here, policy(here, limits, v, 1.0, duties), options=SOLVED).report["real_income"]
    second: list[float] | None = None
    if not brief:
        try:
            second = [float(x) for x in second_order.expansion(here, one.policy).second]
        except NotConverged:  # the path from no limit is too steep for three solutions near its start
            second = None
    economies = {
        code: {
            "real_income": float(real[n]), "real_income_low": float(low[n]), "real_income_high": float(high[n]),
            "second_order": None if second is None else second[n], "rent_to_importers": float(free[n]),
            "rent_to_exporters": float(kept[n]), "price": float(one.report["price"][n]),
            "wage": float(one.report["wage"][n]),
        }
        for n, code in enumerate(names)
    }  # fmt: skip
    large = [c for c in ("USA", "CHN", "JPN", "DEU", "KOR", "MEX") if c in names]
    sectors = {
        code: {
            s: {"output": float(one.report["sector_output"][k, names.index(code)])}
            for k, s in enumerate(here.sectors)
            if abs(one.report["sector_output"][k, names.index(code)]) > 1e-4
        }
        for code in large
    }
    scarce = critical_inputs.scarcities(here, one.policy, one.state)
    rows = [
        {
            "product": x.product, "on": list(x.importers), "by": x.exporter, "left": s.limit, "volume": s.volume,
            "wedge_percent": 100 * s.wedge, "rent_bn_usd": s.rent / 1e3, "binds": s.wedge > 1e-9,
            "months": x.months,
            "profile": profile(x.fraction, x.months, v.get((x.product, "stocks", ""), 0.0),
                               v.get((x.product, "imports", "CHN"), 1.0) if x.exporter == "CHN" else 1.0),
        }
        for x, s in zip(limits, scarce, strict=True)
    ]  # fmt: skip
    return {
        "economies": economies | {"WLD": {"real_income": at.mean(real)}},
        "sectors": sectors,
        "limits": rows,
        "node_price": {
            name: {c: float(critical_inputs.node_price(one, name)[names.index(c)]) for c in large}
            for name in ("magnet", "compound")
        },
        "cliffs": cliffs(here, large),
        "others_capped": with_capped_rivals(here, limits, v, rent, duties),
        "with_time": None if brief else long_run(limits, at, ground, duties),
        "draws": {"count": draws, "lost": lost, "seed": seed, "drivers": drivers},
        "solver": equilibrium_proof(one),
    }


def with_capped_rivals(
    here: World, limits: Sequence[Limit], v: Values, rent: float, duties: Mapping[Any, float]
) -> dict[str, Any] | None:
    """Real income of both sides where other makers of magnets cannot add more than a prior says; None without them."""
    if not any(one.product == "magnet" for one in limits):
        return None
    try:
        one = solve(here, policy(here, limits, v, rent, duties, capped=True), options=COARSE)
    except NotConverged:
        return None
    return {"at_most": v["magnet", "outside", ""], **{c: float(one.of("real_income", c)) for c in ("USA", "CHN")}}


def long_run(limits: Sequence[Limit], at: PricingContext, ground: World, duties: Mapping[Any, float]) -> dict[str, Any]:
    """The same limit for good, when other suppliers answer with their host's long-run elasticity."""
    v = {key: x for key, x in mid().items() if key[1] != "stocks"}
    long = pricing_context(at.name).world
    theta = float(long.structure.elasticity[long.sector("C27")])
    v |= {(node, "theta", ""): theta for node in HOSTS}
    here = world(ground, v)
    one = solve(here, policy(here, limits, v, v["magnet", "rent", ""], duties), options=SOLVED)
    return {"horizon": "long", "theta": v["magnet", "theta", ""],
            **{c: float(one.of("real_income", c)) for c in ("USA", "CHN")}}  # fmt: skip


def banded(
    limits: Sequence[Limit], at: PricingContext, ground: World, duties: Mapping[Any, float], draws: int, seed: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[np.ndarray, np.ndarray, list[dict[str, Any]], int]:  # fmt: skip
    """(5th, 95th percentile [n], rank correlations of US real income with each prior, draws without equilibrium)."""
    if draws < 2:
        raise QuestionError(f"--draws {draws}: the band of a limit needs two draws at least")
    values = [draw(k, seed) for k in range(draws)]
    found = spread(
        lambda k: split_and_limit(ground, limits, values[k], duties),
        draws,
        lambda e: np.asarray(e.report["real_income"]),
        progress=progress,
    )
    good = [k for k, x in enumerate(found) if x is not None]
    if len(good) < 2:
        raise QuestionError("no draw of the priors has an equilibrium under these limits; ease them")
    real = np.array([found[k] for k in good])
    usa = real[:, ground.index("USA")]
    rows = []
    for key, prior in priors().items():
        if key[1] in UNUSED:
            continue
        x = np.array([values[k][key] for k in good])
        if np.ptp(x) > 0:
            rank = float(np.corrcoef(x.argsort().argsort(), usa.argsort().argsort())[0, 1])
            rows.append({"prior": " ".join(part for part in key if part), "rank_correlation": rank,
                         "verification": prior.verification})  # fmt: skip
    rows.sort(key=lambda r: -abs(float(str(r["rank_correlation"]))))
    return np.percentile(real, 5, axis=0), np.percentile(real, 95, axis=0), rows[:8], draws - len(good)


def cliffs(here: World, codes: Sequence[str]) -> list[dict[str, Any]]:
    """Where the loss turns one for one: the part of volume below which a user falls with the product."""
    found = []
    for name in ("magnet", "compound"):
        table = second_order.cliffs(here, name)
        for code in codes:
            column = table[:, here.index(code)]
            known = np.flatnonzero(np.isfinite(column[: len(here.sectors) - len(HOSTS)]))  # the final users alone
            if known.size:
                k = int(known[np.argmax(column[known])])
                found.append({"product": name, "economy": code, "economy_name": labels.name(code),
                              "sector": here.sectors[k],
                              "sector_name": labels.sector(here.sectors[k]),
                              "volume": float(column[k])})  # fmt: skip
    return found


def limits_of(written: Sequence[Mapping[str, Any]], name: str, economies: Sequence[str], on: str) -> list[Limit]:
    """The quantity limits of a scenario's measures. Raises QuestionError saying which measure is wrong and why."""
    found = []
    for number, measure in enumerate(written, start=1):
        where = f"{name}, measure {number}"
        change, unit = rate(measure.get("rate"), where)
        if unit != "volume":
            continue
        products = measure.get("products", "all")
        for product in products if isinstance(products, list) else [products]:
            if product not in PRODUCTS:
                known = ", ".join(PRODUCTS)
                raise QuestionError(f"{where}: {product!r} has no limit on quantities here; there is {known}")
            start, end = (measure.get(k) for k in ("from", "until"))
            months = MONTHS if end is None else max(1.0, (_day(end) - _day(start or on)).days / 30.4)
            by = measure.get("by")
            if by not in economies:
                raise QuestionError(f"{where}: by is {by!r}; a limit on quantities has one exporter, as ISO3 code")
            on_whom = measure.get("against")
            importers: tuple[str, ...] = ("*",)
            if on_whom != "all":
                codes = [str(c) for c in (on_whom if isinstance(on_whom, list) else [on_whom])]
                wide = [c for code in codes for c in (labels.members("EU") if code == "EU" else [code])]
                importers = tuple(c for c in wide if c in economies and c != by)
            if not importers:
                raise QuestionError(f"{where}: against is {on_whom!r}; no economy of the world is named")
            fraction = 1 + change
            if fraction <= 0:
                raise QuestionError(f"{where}: {measure['rate']!r} leaves nothing, and that has no price; write -99 %")
            rent = None if measure.get("rent") is None else share(measure["rent"], where, "rent")
            found.append(Limit(PRODUCTS[product], importers, str(by), fraction, months, rent))
    return found


def _day(written: Any) -> date:
    return written if isinstance(written, date) else date.fromisoformat(str(written)[:10])


def answer(
    scenarios: Sequence[tuple[str, str, list[Limit], Mapping[Any, float], Sequence[Mapping[str, Any]]]],
    levels: Mapping[tuple[str, ...], float],
    *,
    world_name: str = DEFAULT_WORLD,
    horizon: str = "short",
    draws: int = DRAWS,
    seed: int = 0,
    options: dict[str, Any],
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Scenarios (name, note, limits, duties, measures) priced beside each other, in the keys of `price`."""
    at, ground = base(world_name, horizon, tuple(levels.items()))
    if not ground.sectors or not {"C20", "C26", "C27"} <= set(ground.sectors):
        raise QuestionError(f"{world_name} has no sectors to split critical inputs from; take icio-2022")
    rows = []
    for name, note, limits, duties, written in scenarios:
        found = priced(limits, at, ground, duties, draws=draws or DRAWS, seed=seed, progress=progress)
        real = np.array([found["economies"][c]["real_income"] for c in ground.economies])
        rows.append({**written_scenario(name, note, written), "third": at.most_affected(real), **found})
    chosen = horizons.horizon(horizon)
    told = {
        **at.metadata(), "model": "critical-inputs",
        "horizon": {"name": chosen.name, "span": chosen.span, "source": chosen.source, "limits": chosen.limits},
        "tolerance": SOLVED.tolerance,
        "baseline": {"name": "in-force", "as_of": options["as_of"], "real_income": {}, "solver": rows[0]["solver"]},
        "bands": {"meaning": "5th to 95th percentile of draws of the priors", "by": [],
                  "source": f"{draws or DRAWS} draws", "lost": sum(r["draws"]["lost"] for r in rows)},
        "closure": {"name": "lump_sum", "meaning": CLOSURES["lump_sum"]},
        "scenarios": rows,
        "priors": [
            {"prior": " ".join(k for k in key if k), "low": p.low, "mid": p.mid, "high": p.high, "source": p.source,
             "verification": p.verification}
            for key, p in priors().items()
        ],
    }  # fmt: skip
    late = f"priced under the {BASE_YEAR}: those in force that day leave less trade than the products' own imports"
    notes = (*NOTES, late) if ground.name.endswith(BASE_YEAR) else NOTES
    return Answer(
        "price", told, notes, {**options, "model": "critical-inputs", "horizon": horizon, "draws": draws or DRAWS}
    )


NOTES = (
    "percent of real income against the duties in force and no limit; a limit's volume is the mean over its months,"
    " stocks drawn down first",
    "priors are in dossiers/critical-inputs, each with its source; most ranges are assumptions and nothing is fitted",
    f"value added against materials {OUTER}, among materials {MATERIALS}: assumptions for the first years",
    "the gain of the limiting side rests on who keeps the scarcity rent, from a buyers' auction to exporters' licences;"
    " where the wedge runs to many times the price, no buyer would pay it and the model is past what it can say",
    "gallium, germanium, graphite, lithography and design software have no cost share at hand and are not priced;"
    " electronics as a whole stands in for chips where a scenario limits them, which overstates",
)
