"""The Nash tariffs of Lashkaripour (2021), table 1, first model; and those of 2022 for every set of elasticities.

Axes: s sector, n importer, i exporter. The author's trade cubes carry no licence; `data` is a folder that holds
wiod2014.npz. Without it the published cells are all missed; the cases of 2022 need nothing but the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from detente.economy import calibrate, elasticities, one_step
from detente.economy.models import fixed_firms
from detente.economy.world import Origin, World
from detente.errors import DataError
from detente.replications import Row, read

PAPER = "lashkaripour"
NEEDS = "needs --data: the author's trade cubes state no licence, so they do not ship"
REBUILT = (
    "the paper uses TRAINS tariffs and its own cut of the tables; the cube at hand is rebuilt with other tariffs, so"
    " averages of welfare agree and single economies need not"
)
DIGITS = {"baseline_tariff": 1, "baseline_gdp": 2}
MEAN = {"baseline_tariff": 40.5, "baseline_gdp": -2.42}  # table 1, averages of 2014
NEAR = 0.05  # points, of averages
SHIPPED = "icio-2022"
SET = "IS"  # the paper's own estimates


def cube(data: Path | str, name: str = "wiod2014", elasticity: str = SET) -> World:
    """A trade cube of the author's, balanced; its flows are at prices with duty. Raises DataError."""
    for at in (Path(data), Path(data) / "lashkaripour", Path(data) / "worlds" / "lashkaripour"):
        if (at / f"{name}.npz").exists():
            break
    else:
        raise DataError(f"{data}: no {name}.npz there or in lashkaripour below it; give the folder of the trade cubes")
    with np.load(at / f"{name}.npz", allow_pickle=False) as raw:
        spent, duty = (raw[key].astype(float).transpose(2, 1, 0) for key in ("X", "t"))
        theta = raw[f"eps_{elasticity}"].astype(float)
        economies, sectors = (tuple(str(code) for code in raw[key].tolist()) for key in ("countries", "sectors"))
    origin = Origin(name, int(name[-4:]), "million USD", ("Lashkaripour (2021), replication files",), "not stated")
    return fixed_firms.balanced(fixed_firms.calibrate(economies, sectors, spent / (1 + duty), duty, theta, origin))


def rows(data: Path | str | None = None) -> Iterator[Row]:
    """Table 1, the model without profits or inputs: Nash tariffs and real GDP of 2014; then 2022, a set at a time."""
    printed = read(PAPER, "published.csv")
    ours: dict[str, dict[str, float]] = {}
    if data is not None:
        found = one_step.nash(cube(data), feedback=True)
        columns = {"baseline_tariff": 100 * found.rate, "baseline_gdp": found.real_income}
        ours = {q: dict(zip(found.world.economies, map(float, v), strict=True)) for q, v in columns.items()}
        for quantity, values in columns.items():
            row = Row("Table1", "2014", "mean", quantity, float(values.mean()), MEAN[quantity], tolerance=NEAR)
            yield row if row.matches else Row("Table1", "2014", "mean", quantity, row.ours, row.published,
                                              tolerance=NEAR, missed=REBUILT)  # fmt: skip
    for line in printed:
        for quantity, digits in DIGITS.items():
            value = ours.get(quantity, {}).get(line["iso3"], float("nan"))
            row = Row("Table1", "2014", line["iso3"], quantity, value, float(line[quantity]), digits)
            why = NEEDS if data is None else "" if row.matches else REBUILT
            yield Row("Table1", "2014", line["iso3"], quantity, value, float(line[quantity]), digits, missed=why)
    for name in elasticities.names(calibrate.shipped(SHIPPED).sectors):
        found = one_step.nash(one_step.without_inputs(calibrate.shipped(SHIPPED, name)))
        for code, n in (("mean", None), *((code, found.world.index(code)) for code in ("USA", "CHN"))):
            for quantity, values in (("nash_tariff", 100 * found.rate), ("real_income", found.real_income)):
                yield Row("2022", name, code, quantity, float(values.mean() if n is None else values[n]))
