"""The schedule of 2 April 2025 answered in kind, year by year to 2028.

Beside it stand the figures in the abstract of Rodriguez-Clare, Ulate and Vasquez (2025).
"""

from __future__ import annotations

from collections.abc import Iterator

from detente.economy.calibrate import shipped
from detente.economy.models import capital
from detente.economy.policy import Policy, tariffs
from detente.economy.world import World
from detente.economy.yearly import RIGID, years
from detente.replications import Row, read
from detente.replications.other_models.cases import rates_of_april

PAPER = "rodriguez-clare"
FIRST, LAST = 2025, 2028
REPORTED = ("real_gdp", "real_wage", "unemployment", "capital")
WHY = {
    "real_wage": "theirs has states of the USA and workers who leave the labour force; ours has neither, and only the"
    " abstract was at hand"
}


def policy(world: World) -> Policy:
    """The order of 2 April 2025 without exemptions, and the same points of every partner on the USA."""
    rates = rates_of_april(world, exempt=("USA",))
    duties: dict[tuple[str, ...], float] = {("USA", e): rate for e, rate in rates.items()}
    return tariffs(world, duties | {(e, "USA"): rate for e, rate in rates.items()}, added=True)


def rows(data: object = None) -> Iterator[Row]:
    """The published figures beside ours, then ours for every economy and year, with and without the floor."""
    world = capital.with_capital(shipped("icio-2022"))
    published = read(PAPER, "published.csv")
    case = published[0]["case"]
    paths = {
        case: years(world, [policy(world)] * (LAST - FIRST + 1), floor=RIGID),
        "2 April 2025 answered in kind, wages fall freely": years(world, [policy(world)] * (LAST - FIRST + 1)),
    }
    for r in published:
        ours = float(paths[r["case"]].report[r["ours"]][-1, world.index(r["economy"])])
        digits = len(r["value"].partition(".")[2])
        missed = WHY.get(r["ours"], "")
        yield Row(r["table"], r["case"], r["economy"], r["quantity"], ours, float(r["value"]), digits, missed=missed)
    for name, path in paths.items():
        for quantity in REPORTED:
            for year, values in zip(range(FIRST, LAST + 1), path.report[quantity].tolist(), strict=True):
                for economy, value in zip(world.economies, values, strict=True):
                    yield Row("icio-2022", name, economy, f"{quantity} {year}", value)
