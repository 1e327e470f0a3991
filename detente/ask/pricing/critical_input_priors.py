"""The priors of `dossiers/critical-inputs`, and the world with magnets and rare-earth compounds as products apart.

The priors say how much of each product each economy makes and each sector uses, and how hard it is to replace. Their
central values give the number of a scenario, draws from them its band.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from detente.economy.products import Product, split
from detente.economy.world import World

HOSTS = {"magnet": "C27", "compound": "C20"}  # product: the sector it is split from
OUTER, MATERIALS = 0.5, 0.2  # value added against materials, and among materials, in the first years: assumption
UNUSED = ("left", "near ban", "outside")  # quantities that a scenario sets itself
PriorKey = tuple[str, str, str]  # product, quantity, place: a sector, an economy or nothing
PriorValues = dict[PriorKey, float]


@dataclass(frozen=True)
class Prior:
    """A triangular prior of one number, from low to high with its mode at mid, and where it is from."""

    low: float
    mid: float
    high: float
    source: str
    verification: str

    def quantile(self, u: float) -> float:
        """The value at a probability; triangular in logs where the range spans more than a factor of two."""
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
def in_role(role: str) -> tuple[str, ...]:
    """The economies of a role in origins.csv: the importer and the supplier of the priors, other makers of magnets,
    the one that stands for the EU's makers, those listed by sector."""
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "origins.csv").read_text("utf-8")
    return tuple(row["economy"] for row in csv.DictReader(text.splitlines()) if row["role"] == role)


@cache
def priors() -> dict[PriorKey, Prior]:
    """Every prior that has a value."""
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "priors.csv").read_text("utf-8")
    return {
        (r["node"], r["quantity"], r["at"]): Prior(
            float(r["low"]), float(r["mid"]), float(r["high"]), r["source"], r["verification"]
        )
        for r in csv.DictReader(text.splitlines())
        if r["mid"]
    }


def central_values() -> PriorValues:
    """Every prior at its mid value."""
    return {key: prior.mid for key, prior in priors().items()}


def drawn_values(draw: int, seed: int) -> PriorValues:
    """Every prior drawn independently; the same draw and seed give the same values."""
    u = np.random.default_rng((seed, draw)).random(len(priors()))
    return {key: prior.quantile(float(x)) for (key, prior), x in zip(priors().items(), u, strict=True)}


def prior_name(key: PriorKey) -> str:
    """A prior in words."""
    return " ".join(part for part in key if part)


def priors_json() -> list[dict[str, Any]]:
    """Every prior with its range and source, in JSON types."""
    return [
        {"prior": prior_name(key), "low": p.low, "mid": p.mid, "high": p.high, "source": p.source,
         "verification": p.verification}
        for key, p in priors().items()
    ]  # fmt: skip


def split_world(world: World, values: PriorValues) -> World:
    """The world with both products split from their hosts; magnets first, because compounds are an input to them.

    Raises DataError where the flows of the hosts leave no room for a product.
    """
    products = [_product(name, host, values) for name, host in HOSTS.items()]
    return split(world, *products, outer=OUTER, materials=MATERIALS)


def _product(name: str, host: str, values: PriorValues) -> Product:
    cost = {
        user: x
        for (product, quantity, users), x in values.items()
        if (product, quantity) == (name, "cost")
        for user in users.split()
    }
    (importer,), (supplier,) = in_role("importer"), in_role("supplier")
    origins = {(importer, supplier): values[name, "imports", supplier]}
    sigma, theta = values[name, "sigma", ""], values[name, "theta", ""]
    return Product(name, host, _supply(name, values), cost, origins=origins, sigma=sigma, elasticity=theta)


def _supply(name: str, values: PriorValues) -> dict[str, float]:
    """{economy: share of world production}; what is missing follows the host."""
    (supplier,), (union_maker,), makers = in_role("supplier"), in_role("union_maker"), in_role("maker")
    largest = min(values[name, "supply", supplier], 0.99)
    if name != "magnet":
        return {supplier: largest}
    imports = {maker: values[name, "imports", maker] for maker in ("EU", *makers)}
    scale = (1 - largest) / max(sum(imports.values()), 1e-9)
    supply = {supplier: largest} | {maker: imports[maker] * scale for maker in makers}
    return supply | {union_maker: imports["EU"] * scale}
