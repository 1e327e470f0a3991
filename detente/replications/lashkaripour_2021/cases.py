"""The Nash tariffs of Lashkaripour (2021), table 1, without and with markups; and those of 2022 for every set.

Axes: s sector, n importer, i exporter. The author's trade cubes carry no licence; `data` is a folder that holds
wiod2014.npz. Without it no published cell has a value of ours; the cases of 2022 need nothing but the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from detente.economy import calibrate, elasticities, nash_closed_form
from detente.economy.models import fixed_firms
from detente.economy.world import Origin, World
from detente.errors import DataError
from detente.replications import Row, data_folder, read

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
MEAN_TOLERANCE = 0.05  # points
SHIPPED = "icio-2022"
CUBE_SET, CUBE_SET_MARKUPS = "IS", "LL"  # names in the cubes: the paper's own estimates; those that come with markups
PAPER_SET = "in-sample"  # the paper's own estimates, as this package names them
REST = "ROW"  # in the cube, not in table 1
SHOWN = ("USA", "CHN")
Table = dict[str, dict[str, float]]  # quantity -> economy -> ours


def cube(data: Path | str, name: str = "wiod2014", elasticity: str = CUBE_SET, *, markups: bool = False) -> World:
    """A trade cube of the author's, balanced; its flows are at prices with duty.

    markups: with the profit margins of Lashkaripour and Lugovskyy (2023), table 3; the cube of 2014 only. Raises
    DataError where the folder or a margin is missing.
    """
    folder = data_folder(data, "lashkaripour", f"{name}.npz")
    with np.load(folder / f"{name}.npz", allow_pickle=False) as raw:
        paid, duty = (raw[key].astype(float).transpose(2, 1, 0) for key in ("X", "t"))
        theta = raw[f"eps_{elasticity}"].astype(float)
        economies, sectors = (tuple(str(code) for code in raw[key].tolist()) for key in ("countries", "sectors"))
    labour = _labour_shares(sectors, name) if markups else None
    origin = Origin(name, int(name[-4:]), "million USD", ("Lashkaripour (2021), replication files",), "not stated")
    world = fixed_firms.calibrate(economies, sectors, paid / (1 + duty), duty, theta, origin, labour=labour)
    return fixed_firms.balanced(world)


def _labour_shares(sectors: tuple[str, ...], name: str) -> np.ndarray:
    """Labour's share of sales [s] that leaves the published profit margins."""
    margin = {row["sector"]: float(row["margin"]) for row in read(PAPER, "margins.csv")}
    if missing := set(sectors) - set(margin):
        raise DataError(f"{name}: no profit margin for {min(missing)!r}; take wiod2014")
    return np.asarray(1 / (1 + np.array([margin[sector] for sector in sectors])))


def rows(data: Path | str | None = None) -> Iterator[Row]:
    """Table 1: Nash tariffs and real GDP of 2014, model by model; then 2022, for each set of elasticities."""
    ours = {} if data is None else table_one(data)
    for quantity, published in MEAN.items():
        values = [value for code, value in ours.get(quantity, {}).items() if code != REST]
        value = float(np.mean(values)) if values else float("nan")
        row = Row("Table1", "2014", "mean", quantity, value, published, tolerance=MEAN_TOLERANCE)
        yield _explained(row, without_data=data is None)
    for line in read(PAPER, "published.csv"):
        for quantity, digits in DIGITS.items():
            value = ours.get(quantity, {}).get(line["iso3"], float("nan"))
            row = Row("Table1", "2014", line["iso3"], quantity, value, float(line[quantity]), digits)
            yield _explained(row, without_data=data is None)
    yield from tariffs_of_2022()


def _explained(row: Row, *, without_data: bool) -> Row:
    """The row, with the reason where it does not match."""
    if row.matches:
        return row
    model = row.quantity.split("_")[0]
    return replace(row, missed=NEEDS if without_data and model != "integrated" else WHY[model])


def table_one(data: Path | str) -> Table:
    """Our values of table 1 and of the gains from cooperation, on the author's cube of 2014.

    A country's rate with markups is the mean over what it imports, weighted by imports of 2014.
    """
    plain = nash_closed_form.nash(cube(data))
    distorted = nash_closed_form.nash(cube(data, elasticity=CUBE_SET_MARKUPS, markups=True))
    foreign = ~np.eye(len(distorted.rate), dtype=bool)
    imports = (distorted.world.duty_free * distorted.world.spending[..., None] * foreign).sum(2)
    columns = {
        "baseline_tariff": 100 * plain.rate,
        "baseline_gdp": plain.real_income,
        "distorted_tariff": 100 * (distorted.duty * imports).sum(0) / imports.sum(0),
        "distorted_gdp": distorted.real_income,
        "cooperative_gdp": nash_closed_form.cooperative(distorted.world).real_income,
    }
    economies = plain.world.economies
    return {name: dict(zip(economies, map(float, values), strict=True)) for name, values in columns.items()}


def tariffs_of_2022() -> Iterator[Row]:
    """Nash tariffs of 2022, for every set of elasticities as labour alone; for the paper's own also with inputs."""
    for name in elasticities.names(calibrate.shipped(SHIPPED).sectors):
        world = calibrate.shipped(SHIPPED, name)
        cases = {name: nash_closed_form.nash(nash_closed_form.without_inputs(world))}
        if name == PAPER_SET:
            final_goods, content = nash_closed_form.final_goods(world)
            cases[f"{name}, inputs with drawback"] = nash_closed_form.nash(final_goods, content=content)
        for case, result in cases.items():
            columns = {"nash_tariff": 100 * result.rate, "real_income": result.real_income}
            for code in ("mean", *SHOWN):
                for quantity, values in columns.items():
                    ours = values.mean() if code == "mean" else values[result.world.index(code)]
                    yield Row("2022", case, code, quantity, float(ours))
