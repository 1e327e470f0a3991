"""The test of 2025: what each horizon and set of elasticities predicts, beside both customs; a fit that ends in 2022.

python docs/elasticity_test.py          # writes the tables of docs/models/test-of-2025.md
python docs/elasticity_test.py --check  # exit 1 if they are stale
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.ask.pricing.context import pricing_context
from detente.ask.pricing.named_policies import day_asked
from detente.ask.questions import duties
from detente.ask.questions.path import yearly_duties
from detente.economy import elasticities, horizons
from detente.economy.calibrate import with_elasticity
from detente.economy.models import multi_sector
from detente.economy.policy import Policy
from detente.economy.solve import Options, rebased, solve
from detente.economy.uncertainty import theta_of
from detente.economy.world import World

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "models" / "test-of-2025.md"
TRADE = DOCS / "trade-by-year.csv"
MARKS = ("<!-- {} -->", "<!-- end of {} -->")
KNOWN = "2026-10-09"  # the record's last day
FIRST, LAST = 2018, 2022  # years of the fit; the years before give the drift
PAIR = ("USA", "CHN")
OPTIONS = Options(tolerance=1e-8)
OBSERVED = (  # percent, goods, 2024 to 2025
    ("US customs", -29.7, -25.9, "Census FT-900, general imports and exports: observed_trade.csv of us-china"),
    ("Chinese customs", -20.0, -14.6, "General Administration of Customs; general knowledge, not read again"),
)
OBSERVED_RELATIVE, OBSERVED_IMPORTS = -0.447, 4.6  # US customs: ln(from China / from others), all imports in percent


class Prediction(NamedTuple):
    """Percent changes of trade from 2024 to 2025, and of the ln of imports from one over those from others."""

    imports: float
    exports: float
    relative: float
    all_imports: float


class Fit(NamedTuple):
    """The elasticity that the years of the fit support best, its root mean square error, and the drift taken out."""

    theta: float
    error: float
    drift: float


def yearly_average() -> dict[int, float]:
    """The mean duty over the days of each year, percent, of the first of the pair on the second."""
    steps = duties.series(*PAIR, as_of=f"{LAST}-12-31", known=KNOWN, since="2017-12-31")

    def average(day: str) -> float:
        return [step.average for step in steps if step.day <= day][-1]

    def year_mean(year: int) -> float:
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        return float(np.mean([average(date.fromordinal(n).isoformat()) for n in range(first, last + 1)]))

    return {2017: average("2017-12-31")} | {year: year_mean(year) for year in range(FIRST, LAST + 1)}


def relative_trade() -> dict[int, float]:
    """ln of imports from the second of the pair over those from all others, by year."""
    rows = csv.DictReader(TRADE.read_text("utf-8").splitlines())
    return {
        int(row["year"]): float(np.log(float(row["from_exporter_musd"]) / float(row["from_others_musd"])))
        for row in rows
        if (row["importer"], row["exporter"]) == PAIR
    }


def drifts() -> dict[str, float]:
    """The yearly drift of relative trade before the duties, taken out in three ways."""
    trade, years = relative_trade(), np.arange(2012, 2018)
    slope = float(np.polyfit(years, [trade[int(y)] for y in years], 1)[0])
    return {"slope of 2012 to 2017": slope, "ends of 2012 to 2017": (trade[2017] - trade[2012]) / 5, "none": 0.0}


def changes(drift: float) -> tuple[np.ndarray, np.ndarray]:
    """By year of the fit: the change of relative trade since 2017 less a drift, and that of ln duty."""
    trade, duty, years = relative_trade(), yearly_average(), range(FIRST, LAST + 1)
    change = np.array([trade[y] - trade[2017] - drift * (y - 2017) for y in years])
    return change, np.array([np.log1p(duty[y] / 100) - np.log1p(duty[2017] / 100) for y in years])


def fit(drift: float) -> Fit:
    """The elasticity of the years FIRST to LAST: duties work at once, with 1 + theta on flows before duty."""
    change, rise = changes(drift)
    grid = np.arange(0, 10, 0.05)
    errors = [float(np.sqrt(np.mean((change + (1 + theta) * rise) ** 2))) for theta in grid]
    best = int(np.argmin(errors))
    return Fit(float(grid[best]), errors[best], drift)


def predictions() -> Iterator[tuple[str, str, Prediction]]:
    """(horizon, set, prediction) of every horizon and set, and of one to two years at both ends of its range."""
    context, day = pricing_context(), day_asked(KNOWN, KNOWN, "us-china", None)
    before, after = yearly_duties(context, day, range(2024, 2026))
    for name in elasticities.names(context.world.sectors):
        world = with_elasticity(context.world, theta_of(elasticities.named(name, context.world.sectors), context.world))
        based = rebased(solve(world, before, multi_sector, options=OPTIONS))
        policy = horizons.relative_to(context.world, based, after)
        for horizon in horizons.HORIZONS:
            yield horizon, name, predicted(horizons.at_horizon(based, horizon), policy)
        mean = horizons.mean_elasticity(based, np.asarray(based.structure.elasticity))
        for theta in horizons.NEAR_RANGE:
            scaled = with_elasticity(based, np.asarray(based.structure.elasticity) * theta / mean)
            yield f"near, mean {theta:g}", name, predicted(scaled, policy)


def predicted(world: World, policy: Policy) -> Prediction:
    """What a world says of trade under a policy."""
    equilibrium = solve(world, policy, multi_sector, options=OPTIONS)
    goods, (n, i) = world.structure.goods, (world.index(code) for code in PAIR)
    old = (world.duty_free * world.spending[..., None])[goods].sum(0)
    new = multi_sector.trade(world, policy, equilibrium.state)[goods].sum(0)

    def imports(flows: np.ndarray) -> float:
        return float(flows[n].sum() - flows[n, n])

    relative = np.log(new[n, i] / (imports(new) - new[n, i])) - np.log(old[n, i] / (imports(old) - old[n, i]))
    changes = (new[n, i] / old[n, i], new[i, n] / old[i, n], imports(new) / imports(old))
    first, second, every = (100 * (float(x) - 1) for x in changes)
    return Prediction(first, second, float(relative), every)


def fit_table() -> str:
    """The years of the fit: duty, change of relative trade less drift, and what the fit and the long run give."""
    fits, duty = {name: fit(drift) for name, drift in drifts().items()}, yearly_average()
    best = next(iter(fits.values()))
    change, rise = changes(best.drift)
    context = pricing_context()
    long = horizons.mean_elasticity(context.world, np.asarray(context.world.structure.elasticity))
    lines = [
        f"| year | mean duty, % | observed | theta {best.theta:.2f} | theta {long:.2f}, the long run |",
        "|---|---|---|---|---|",
    ]
    for year, seen, up in zip(range(FIRST, LAST + 1), change, rise, strict=True):
        implied = " | ".join(f"{-(1 + theta) * up:+.3f}" for theta in (best.theta, long))
        lines.append(f"| {year} | {duty[year]:.1f} | {seen:+.3f} | {implied} |")
    noise = float(np.std(np.diff([relative_trade()[y] for y in range(2012, 2018)])))
    lines += ["", "| drift taken out | a year | best theta | root mean square error |", "|---|---|---|---|"]
    lines += [f"| {name} | {f.drift:+.3f} | {f.theta:.2f} | {f.error:.3f} |" for name, f in fits.items()]
    lines += [
        "",
        f"A normal year moved relative trade by {noise:.3f} (standard deviation of 2012 to 2017): a rise of duty by 10"
        f" points fixes 1 + theta to no better than {noise / 0.1:.1f} either way.",
    ]
    return "\n".join(lines)


def prediction_table() -> str:
    """The predictions of 2025, each horizon over all sets, beside what customs saw."""
    rows = list(predictions())
    default = pricing_context().elasticity
    lines = [
        "| | imports from China, % | exports to China, % | ln (China / others) | all imports, % |",
        "|---|---|---|---|---|",
    ]
    for name, imports, exports, _ in OBSERVED:
        own = name == OBSERVED[0][0]
        more = f"{OBSERVED_RELATIVE:+.3f} | {OBSERVED_IMPORTS:+.1f}" if own else " | "
        lines.append(f"| **{name}** | {imports:+.1f} | {exports:+.1f} | {more} |")
    for horizon in dict.fromkeys(h for h, _, _ in rows):
        of = {name: p for h, name, p in rows if h == horizon}
        cells = []
        for k, form in enumerate(("{:+.1f}", "{:+.1f}", "{:+.3f}", "{:+.1f}")):
            values = [p[k] for p in of.values()]
            cells.append(f"{form.format(of[default][k])} ({form.format(min(values))} to {form.format(max(values))})")
        lines.append(f"| {horizon} | {' | '.join(cells)} |")
    return "\n".join(lines)


def page() -> str:
    """The page with its tables made again."""
    text = PAGE.read_text("utf-8")
    for name, table in (("fit", fit_table()), ("predictions", prediction_table())):
        start, end = (mark.format(name) for mark in MARKS)
        head, _, rest = text.partition(start)
        text = f"{head}{start}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return text


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    made = page()
    if "--check" in arguments:
        if made != PAGE.read_text("utf-8"):
            print(f"{PAGE.name} is stale: python docs/elasticity_test.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
