"""Trade between the two parties in the baseline, beside what customs have observed since the base year."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from detente.economy.models import multi_sector
from detente.economy.solve import Equilibrium
from detente.economy.world import World

FLOWS = (("USA", "CHN"), ("CHN", "USA"))  # importer, exporter


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
    """Both flows between the parties under an equilibrium; those without an observation of the base year are left out.

    world: a world with sectors, in million USD.
    """
    before = world.duty_free * world.spending[:, :, None]
    after = multi_sector.trade(world, equilibrium.policy, equilibrium.state)
    goods, year = world.structure.goods, world.origin.year
    changes = []
    for importer, exporter in FLOWS:
        observed = observed_trade(importer, exporter)
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
def observed_trade(importer: str, exporter: str) -> dict[int, float]:
    """{year: goods in bn USD} as US customs recorded them."""
    text = (resources.files("detente") / "dossiers" / "us-china" / "observed_trade.csv").read_text("utf-8")
    return {
        int(row["year"]): float(row["goods_bn_usd"])
        for row in csv.DictReader(text.splitlines())
        if (row["importer"], row["exporter"]) == (importer, exporter)
    }
