"""Our figures beside those of other models for the same tariffs: they should differ, and each row says why.

The schedule of 2 April 2025 is that of the Liberation Day replication, without what was exempt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from detente.economy.calibrate import shipped
from detente.economy.models import multi_sector
from detente.economy.policy import Policy, tariffs
from detente.economy.solve import solve
from detente.economy.world import World
from detente.replications import Row, read

PAPER = "other-models"
EXEMPT = ("BLR", "CAN", "MEX", "RUS", "USA")  # of the order of 2 April 2025
TAIWAN = 0.32  # the order's annex; the schedule at hand leaves it out
FLOOR = 0.10  # for those the order does not name
OURS = ("real_income", "real_wage", "price", "exports", "imports", "linear_welfare")
STATIC = (
    "a static trade model leaves out capital, confidence and frictions, which roughly triple such figures elsewhere"
)


def rates_of_april(world: World, exempt: Sequence[str] = EXEMPT) -> dict[str, float]:
    """{exporter: points of the order of 2 April 2025} of every economy that is not exempt."""
    rates = {row["iso3"]: float(row["applied"]) for row in read("liberation-day", "tariffs.csv")}
    rates["TWN"] = TAIWAN
    return {e: rates.get(e, FLOOR) for e in world.economies if e not in exempt}


def april_schedule(world: World) -> Policy:
    """The tariffs of 2 April 2025 on top of what is in force, on every good; exempt goods are not taken out."""
    on: dict[tuple[str, ...], float] = {("USA", e): rate for e, rate in rates_of_april(world).items()}
    return tariffs(world, on, added=True)


def policies(world: World) -> dict[str, Policy]:
    """The cases by name."""
    pair: dict[tuple[str, ...], float] = {("USA", "CHN"): 0.25, ("CHN", "USA"): 0.25}
    wall: dict[tuple[str, ...], float] = {("USA", e): 0.10 for e in world.economies if e != "USA"}
    wall |= {("USA", "CHN"): 1.45, ("CHN", "USA"): 1.25}
    return {
        "2 April 2025": april_schedule(world),
        "25 points on all trade of the USA and China": tariffs(world, pair, added=True),
        "145 and 125 points between the USA and China and 10 on other imports of the USA": tariffs(
            world, wall, added=True
        ),
    }


def rows(data: object = None) -> Iterator[Row]:
    """A row for every published figure, then every quantity and economy of ours for the same tariffs."""
    world = shipped("icio-2022")
    equilibria = {case: solve(world, policy, multi_sector) for case, policy in policies(world).items()}
    for r in read(PAPER, "published.csv"):
        ours, value = float(equilibria[r["case"]].of(r["ours"], r["economy"])), float(r["value"])
        digits, missed = len(r["value"].partition(".")[2]), f"{r['why']}; {STATIC}" if r["why"] else ""
        yield Row(r["model"], r["case"], r["economy"], r["quantity"], ours, value, digits, missed=missed)
    for case, equilibrium in equilibria.items():
        for quantity in OURS:
            values = np.asarray(equilibrium.report[quantity])
            for economy, ours in zip(world.economies, values.tolist(), strict=True):
                yield Row("icio-2022", case, economy, quantity, ours)
