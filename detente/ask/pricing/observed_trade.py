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
class TradeChange:
    """Goods that an importer buys from an exporter, bn USD before duty; changes in percent since the base year.

    base, baseline and change: of the model, before and under the baseline's duties. observed and observed_change: of
    customs, in the last year on file.
    """

    importer: str
    exporter: str
    base_year: int
    base: float
    baseline: float
    change: float
    observed_year: int
    observed: float
    observed_change: float

    def to_json(self) -> dict[str, Any]:
        """The fields as they are."""
        return dict(vars(self))


def trade_changes(world: World, equilibrium: Equilibrium) -> tuple[TradeChange, ...]:
    """The flows on file under an equilibrium; those without an observation of the base year are left out.

    world: a world with sectors, in million USD.
    """
    before = world.duty_free * world.spending[:, :, None]
    after = multi_sector.trade(world, equilibrium.policy, equilibrium.state)
    goods, year = world.structure.goods, world.origin.year
    changes = []
    for (importer, exporter), observed in observed_trade().items():
        if not {importer, exporter} <= set(world.economies) or year not in observed:
            continue
        cell = (world.index(importer), world.index(exporter))
        base, baseline = (float(flows[goods][:, *cell].sum()) for flows in (before, after))
        last_year, last = max(observed.items())
        changes.append(
            TradeChange(
                importer, exporter, year, base / 1e3, baseline / 1e3, 100 * (baseline / base - 1),
                last_year, last, 100 * (last / observed[year] - 1),
            )
        )  # fmt: skip
    return tuple(changes)


@cache
def observed_trade() -> dict[tuple[str, str], dict[int, float]]:
    """{(importer, exporter): {year: goods in bn USD}} as customs recorded them, over all shipped negotiations."""
    flows: dict[tuple[str, str], dict[int, float]] = {}
    for folder in sorted((resources.files("detente") / "dossiers").iterdir(), key=lambda folder: folder.name):
        if (folder / FILE).is_file():
            for row in csv.DictReader((folder / FILE).read_text("utf-8").splitlines()):
                years = flows.setdefault((row["importer"], row["exporter"]), {})
                years[int(row["year"])] = float(row["goods_bn_usd"])
    return flows
