"""Our figures beside those of other models for the same tariffs, like with like, with the ratio and why they differ.

The schedule of 2 April 2025 is that of the Liberation Day replication, without what was exempt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from detente.economy import horizons
from detente.economy.calibrate import shipped
from detente.economy.models import capital, held_wages, multi_sector
from detente.economy.policy import Policy, tariffs
from detente.economy.solve import Options, solve
from detente.economy.world import World
from detente.replications import Row, read

PAPER = "other-models"
EXEMPT = ("BLR", "CAN", "MEX", "RUS", "USA")  # of the order of 2 April 2025
TAIWAN = 0.32  # the order's annex; the schedule at hand leaves it out
FLOOR = 0.10  # for those the order does not name
OURS = ("real_income", "real_wage", "price", "exports", "imports", "linear_welfare")
OPTIONS = Options(tolerance=1e-9)


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


def reports(world: World, policy: Policy) -> dict[str, dict[str, np.ndarray]]:
    """What our models report on a policy, by the horizon and the stock of capital that published.csv names."""
    with_capital = capital.with_capital(world)
    near, near_capital = (horizons.at_horizon(w, "near") for w in (world, with_capital))
    solved = {
        "long fixed": solve(world, policy, multi_sector),
        "long now": solve(with_capital, policy, capital.NOW, options=OPTIONS),
        "near now": solve(near_capital, policy, capital.NOW, options=OPTIONS),
        "near held": solve(near, policy, held_wages, options=OPTIONS),
    }
    return {name: equilibrium.report for name, equilibrium in solved.items()}


def rows(data: object = None) -> Iterator[Row]:
    """A row for every published figure, like with like as far as our models have it, then all of ours for the tariffs.

    Each published figure says by how much ours is of it.
    """
    world = shipped("icio-2022")
    ours = {case: reports(world, policy) for case, policy in policies(world).items()}
    for r in read(PAPER, "published.csv"):
        *setting, quantity = r["ours"].split()
        report = ours[r["case"]][" ".join(setting)]
        mine, value = float(report[quantity][world.index(r["economy"])]), float(r["value"])
        digits, missed = len(r["value"].partition(".")[2]), f"ours is {mine / value:.2f} of it; {r['why']}"
        yield Row(r["model"], r["case"], r["economy"], r["quantity"], mine, value, digits, missed=missed)
    for case, by_setting in ours.items():
        for quantity in OURS:
            values = np.asarray(by_setting["long fixed"][quantity])
            for economy, mine in zip(world.economies, values.tolist(), strict=True):
                yield Row("icio-2022", case, economy, quantity, mine)
