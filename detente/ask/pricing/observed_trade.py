"""Trade between economies in the baseline, beside what customs have observed since the base year."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from detente.economy.models import multi_sector
from detente.economy.solve import Equilibrium
from detente.economy.world import World

FILE = "observed_trade.csv"  # in the folder of a negotiation


@dataclass(frozen=True)
class ModelTrade:
    """Goods that an importer buys from an exporter in the model, bn USD before duty.

    base and baseline: before and under the baseline's duties; change: between them, in percent.
    """

    importer: str
    exporter: str
    base_year: int
    base: float
    baseline: float
    change: float


def model_trade(world: World, equilibrium: Equilibrium) -> tuple[ModelTrade, ...]:
    """The flows on file under an equilibrium, as far as the world has them.

    world: a world with sectors, in million USD.
    """
    before = world.duty_free * world.spending[:, :, None]
    after = multi_sector.trade(world, equilibrium.policy, equilibrium.state)
    goods, changes = world.structure.goods, []
    for importer, exporter in dict.fromkeys((row["importer"], row["exporter"]) for row in _rows()):
        if {importer, exporter} <= set(world.economies):
            cell = (world.index(importer), world.index(exporter))
            base, baseline = (float(flows[goods][:, *cell].sum()) for flows in (before, after))
            change = 100 * (baseline / base - 1)
            changes.append(ModelTrade(importer, exporter, world.origin.year, base / 1e3, baseline / 1e3, change))
    return tuple(changes)


def with_observed(trade: ModelTrade, known: str) -> dict[str, Any] | None:
    """The change of a flow in the model beside the one that customs had published by a day, as JSON.

    None where they had published no later year than the base year by then, or not that one.
    """
    observed = observed_trade(trade.importer, trade.exporter, known)
    last_year = max(observed, default=trade.base_year)
    if trade.base_year not in observed or last_year <= trade.base_year:
        return None
    last = observed[last_year]
    return {
        **vars(trade),
        "observed_year": last_year,
        "observed": last,
        "observed_change": 100 * (last / observed[trade.base_year] - 1),
    }


def observed_trade(importer: str, exporter: str, known: str) -> dict[int, float]:
    """{year: goods in bn USD} as customs recorded them and had published by a day."""
    return {
        int(row["year"]): float(row["goods_bn_usd"])
        for row in _rows()
        if (row["importer"], row["exporter"]) == (importer, exporter) and row["known"] <= known
    }


@cache
def _rows() -> tuple[dict[str, str], ...]:
    """The flows on file of all shipped negotiations."""
    folders = sorted((resources.files("detente") / "dossiers").iterdir(), key=lambda folder: folder.name)
    files = [folder / FILE for folder in folders if (folder / FILE).is_file()]
    return tuple(row for file in files for row in csv.DictReader(file.read_text("utf-8").splitlines()))
