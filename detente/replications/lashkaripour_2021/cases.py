"""The Nash tariffs of Lashkaripour (2021), table 1, without and with markups; and those of 2022 for every set.

Axes: s sector, n importer, i exporter. The author's trade cubes carry no licence; `data` is a folder that holds
wiod2014.npz. Without it the published cells are all missed; the cases of 2022 need nothing but the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from detente.economy import calibrate, elasticities, nash_closed_form
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
MARKUPS = (
    "the paper takes elasticities and markups of a draft of Lashkaripour and Lugovskyy from an appendix not at hand;"
    " ours are those of the published version, on a rebuilt cube, and how it averages a country's rates is not stated"
)
INPUTS = (
    "needs the input-output table of 2014 and its trade in final goods, which the cube lacks, and the closed form of"
    " markups and inputs together, which is not built"
)
DIGITS = {
    "baseline_tariff": 1, "baseline_gdp": 2, "distorted_tariff": 1, "distorted_gdp": 2, "integrated_tariff": 1,
    "integrated_gdp": 2,
}  # fmt: skip
WHY = {"baseline": REBUILT, "distorted": MARKUPS, "integrated": INPUTS, "cooperative": MARKUPS}
MEAN = {
    "baseline_tariff": 40.5, "baseline_gdp": -2.42, "distorted_tariff": 37.5, "distorted_gdp": -2.63,
    "integrated_tariff": 48.9, "integrated_gdp": -2.81, "cooperative_gdp": 0.46,
}  # table 1, averages of its 43 countries in 2014; the last from the note on gains from cooperation  # fmt: skip
NEAR = 0.05  # points, of averages
SHIPPED = "icio-2022"
SET, MARKED = "IS", "LL"  # in the cubes: the paper's own estimates; those that come with markups
OWN = "in-sample"  # the paper's own, here
REST = "ROW"  # in the cube, not in table 1


def cube(data: Path | str, name: str = "wiod2014", elasticity: str = SET, *, markups: bool = False) -> World:
    """A trade cube of the author's, balanced; its flows are at prices with duty. Raises DataError.

    markups: with the profit margins of Lashkaripour and Lugovskyy (2023), table 3; the cube of 2014 only.
    """
    for at in (Path(data), Path(data) / "lashkaripour", Path(data) / "worlds" / "lashkaripour"):
        if (at / f"{name}.npz").exists():
            break
    else:
        raise DataError(f"{data}: no {name}.npz there or in lashkaripour below it; give the folder of the trade cubes")
    with np.load(at / f"{name}.npz", allow_pickle=False) as raw:
        spent, duty = (raw[key].astype(float).transpose(2, 1, 0) for key in ("X", "t"))
        theta = raw[f"eps_{elasticity}"].astype(float)
        economies, sectors = (tuple(str(code) for code in raw[key].tolist()) for key in ("countries", "sectors"))
    labour = None
    if markups:
        margin = {row["sector"]: float(row["margin"]) for row in read(PAPER, "margins.csv")}
        if set(sectors) - set(margin):
            raise DataError(f"{name}: no profit margin for {min(set(sectors) - set(margin))!r}; take wiod2014")
        labour = 1 / (1 + np.array([margin[sector] for sector in sectors]))
    origin = Origin(name, int(name[-4:]), "million USD", ("Lashkaripour (2021), replication files",), "not stated")
    found = fixed_firms.calibrate(economies, sectors, spent / (1 + duty), duty, theta, origin, labour=labour)
    return fixed_firms.balanced(found)


def rows(data: Path | str | None = None) -> Iterator[Row]:
    """Table 1: Nash tariffs and real GDP of 2014, a model at a time; then 2022, a set of elasticities at a time."""
    printed = read(PAPER, "published.csv")
    ours = {} if data is None else table(data)
    for quantity, published in MEAN.items():
        values = [value for code, value in ours.get(quantity, {}).items() if code != REST]
        value = float(np.mean(values)) if values else float("nan")
        row = Row("Table1", "2014", "mean", quantity, value, published, tolerance=NEAR)
        why = INPUTS if quantity.startswith("integrated") else NEEDS if data is None else WHY[quantity.split("_")[0]]
        yield (
            row
            if row.matches
            else Row("Table1", "2014", "mean", quantity, value, published, tolerance=NEAR, missed=why)
        )
    for line in printed:
        for quantity, digits in DIGITS.items():
            value = ours.get(quantity, {}).get(line["iso3"], float("nan"))
            row = Row("Table1", "2014", line["iso3"], quantity, value, float(line[quantity]), digits)
            model = quantity.split("_")[0]
            why = "" if row.matches else NEEDS if data is None and model != "integrated" else WHY[model]
            yield Row("Table1", "2014", line["iso3"], quantity, value, float(line[quantity]), digits, missed=why)
    yield from shipped()


def table(data: Path | str) -> dict[str, dict[str, float]]:
    """{quantity: {economy: ours}} of table 1 and the gains from cooperation, on the author's cube of 2014.

    A country's rate with markups is the mean over what it imports, weighted by imports of 2014.
    """
    plain, marked = (
        nash_closed_form.nash(cube(data)),
        nash_closed_form.nash(cube(data, elasticity=MARKED, markups=True)),
    )
    across = ~np.eye(len(marked.rate), dtype=bool)
    imports = (marked.world.duty_free * marked.world.spending[..., None] * across).sum(2)
    columns = {
        "baseline_tariff": 100 * plain.rate,
        "baseline_gdp": plain.real_income,
        "distorted_tariff": 100 * (marked.duty * imports).sum(0) / imports.sum(0),
        "distorted_gdp": marked.real_income,
        "cooperative_gdp": nash_closed_form.cooperative(marked.world).real_income,
    }
    return {q: dict(zip(plain.world.economies, map(float, v), strict=True)) for q, v in columns.items()}


def shipped() -> Iterator[Row]:
    """Nash tariffs of 2022, for every set of elasticities as labour alone; for the paper's own also with inputs."""
    for name in elasticities.names(calibrate.shipped(SHIPPED).sectors):
        world = calibrate.shipped(SHIPPED, name)
        found = {name: nash_closed_form.nash(nash_closed_form.without_inputs(world))}
        if name == OWN:
            bare, content = nash_closed_form.final_goods(world)
            found[f"{name}, inputs with drawback"] = nash_closed_form.nash(bare, content=content)
        for case, one in found.items():
            for code, n in (("mean", None), *((code, one.world.index(code)) for code in ("USA", "CHN"))):
                for quantity, values in (("nash_tariff", 100 * one.rate), ("real_income", one.real_income)):
                    yield Row("2022", case, code, quantity, float(values.mean() if n is None else values[n]))
