"""Capital fixed and adjusted, beside the two figures in the abstract of Baqaee and Malmberg (2025)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.economy.calibrate import shipped
from detente.economy.models import capital
from detente.economy.policy import Policy, tariffs
from detente.economy.solve import Options, solve
from detente.economy.world import World
from detente.replications import Row, read
from detente.replications.other_models.cases import rates_of_april

PAPER = "baqaee-malmberg"
CHINA, ANSWER = 1.45, 1.25  # points of the two sides on each other, from 11 April 2025
SHARES = (capital.SHARE, 0.40, 0.45)
REPORTED = ("consumption", "real_income", "capital", "real_gdp", "real_wage")
QUANTITIES = {"consumption with fixed capital": capital.NOW, "consumption in the long run": capital.LONG_RUN}
OPTIONS = Options(tolerance=1e-9)
WHY = (
    "only the abstract was at hand: their tariffs, elasticities and share of capital were not seen, and their owners of"
    " capital look ahead"
)


def policy(world: World) -> Policy:
    """The schedule of 2 April 2025 on every partner, with the duties of the USA and China on each other."""
    duties: dict[tuple[str, ...], float] = {
        ("USA", e): rate for e, rate in rates_of_april(world, exempt=("USA",)).items()
    }
    return tariffs(world, duties | {("USA", "CHN"): CHINA, ("CHN", "USA"): ANSWER}, added=True)


def rows(data: object = None) -> Iterator[Row]:
    """The published figures beside ours, then ours for every economy and share of capital."""
    world = shipped("icio-2022")
    case = read(PAPER, "published.csv")[0]["case"]
    solved = {
        (name, share): solve(capital.with_capital(world, share), policy(world), model, options=OPTIONS)
        for share in SHARES
        for name, model in QUANTITIES.items()
    }
    for r in read(PAPER, "published.csv"):
        ours = float(solved[r["quantity"], capital.SHARE].of("consumption", r["economy"]))
        digits = len(r["value"].partition(".")[2])
        yield Row(r["table"], r["case"], r["economy"], r["quantity"], ours, float(r["value"]), digits, missed=WHY)
    for (name, share), equilibrium in solved.items():
        stock = name.removeprefix("consumption ")
        for quantity in REPORTED:
            values = np.asarray(equilibrium.report[quantity]).tolist()
            for economy, value in zip(world.economies, values, strict=True):
                yield Row(f"share of capital {share:.2f}", case, economy, f"{quantity} {stock}", value)
