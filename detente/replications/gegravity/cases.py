"""gegravity 0.3's own example: Canada and Japan sign an agreement, 30 economies, 2006; once, and over ten draws.

Axes: i exporter, j importer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from detente.economy.models import gravity
from detente.replications import Row, read

PAPER = "gegravity"
TOLERANCE = 1e-6  # percent, and relative for levels: their root finder stops near 1e-8
TOLERANCE_DRAWS = 2e-6  # for the Monte Carlo: one of their ten trials stops earlier
SIGMA = {"one sector": 5.0, "monte carlo": 7.0}
REFERENCE = "DEU"
DRAWS, SEED = 10, 1
COLUMNS = {
    "factory gate price change (percent)": "price",
    "omr change (percent)": "outward",
    "imr change (percent)": "inward",
    "GDP change (percent)": "gdp",
    "welfare statistic": "welfare",
    "terms of trade change (percent)": "terms_of_trade",
    "output change (percent)": "output",
    "expenditure change (percent)": "expenditure",
    "foreign exports change (percent)": "exports",
    "foreign imports change (percent)": "imports",
    "intranational trade change (percent)": "domestic",
}
RESISTANCES = {
    "baseline imr": "inward_before",
    "conditional imr": "inward_after",
    "experiment imr": "inward_after",
    "baseline omr": "outward_before",
    "conditional omr": "outward_after",
    "experiment omr": "outward_after",
}
TRADE = {"baseline modeled trade": "trade_before", "experiment trade": "trade_after"}
STATISTICS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "mean": lambda x: x.mean(0),
    "std": lambda x: x.std(0, ddof=1),
    "sem": lambda x: x.std(0, ddof=1) / np.sqrt(len(x)),
    "median": lambda x: np.asarray(np.median(x, 0)),
}
Covariates = dict[str, np.ndarray]  # name -> [i,j]


class Sample(NamedTuple):
    """The example's economies, covariates [i,j], output [i] and expenditure [j]."""

    economies: tuple[str, ...]
    covariates: Covariates
    output: np.ndarray
    expenditure: np.ndarray

    def with_agreement(self) -> Covariates:
        """The covariates with an agreement between Canada and Japan."""
        pta = self.covariates["pta"].copy()
        i, j = self.economies.index("CAN"), self.economies.index("JPN")
        pta[i, j] = pta[j, i] = 1
        return self.covariates | {"pta": pta}

    def results(self, case: str, coefficients: Mapping[str, np.ndarray | float]) -> dict[str, np.ndarray]:
        """What the agreement does under coefficients of the gravity equation."""
        access = gravity.access(self.covariates, coefficients)
        world = gravity.Gravity(self.economies, access, self.output, self.expenditure, SIGMA[case], REFERENCE)
        return gravity.conditional(world, gravity.access(self.with_agreement(), coefficients))


def sample() -> Sample:
    """The data of the example."""
    economies = read(PAPER, "economies.csv")
    codes = tuple(r["country"] for r in economies)
    place = {code: k for k, code in enumerate(codes)}
    pairs = read(PAPER, "pairs.csv")
    names = [name for name in pairs[0] if name not in ("exporter", "importer")]
    covariates = {name: np.zeros((len(codes), len(codes))) for name in names}
    for r in pairs:
        i, j = place[r["exporter"]], place[r["importer"]]
        for name in names:
            covariates[name][i, j] = covariates[name][j, i] = float(r[name])
    output, expenditure = (np.array([float(r[key]) for r in economies]) for key in ("output", "expenditure"))
    return Sample(codes, covariates, output, expenditure)


class Coefficients(NamedTuple):
    """The gravity equation's coefficients [k]: names, estimates and covariance [k,k]."""

    names: list[str]
    estimates: np.ndarray
    covariance: np.ndarray


def coefficients() -> Coefficients:
    """The estimates of the example."""
    rows = read(PAPER, "coefficients.csv")
    names = [r["name"] for r in rows]
    estimates = np.array([float(r["estimate"]) for r in rows])
    return Coefficients(names, estimates, np.array([[float(r[k]) for k in names] for r in rows]))


def rows(data: object = None) -> Iterator[Row]:
    """Every cell of the example's country results, resistances and bilateral trade, then of its Monte Carlo."""
    example, fit = sample(), coefficients()
    case = "one sector"
    results = example.results(case, dict(zip(fit.names, fit.estimates, strict=True)))
    for table, columns in (("country_results", COLUMNS), ("resistances", RESISTANCES)):
        for k, r in enumerate(read(PAPER, f"{table}.csv")):
            for theirs, ours in columns.items():
                value = float(results[ours][k])
                yield Row(table, case, r["country"], theirs, value, float(r[theirs]), tolerance=TOLERANCE,
                          unit=_unit(theirs))  # fmt: skip
    for r in read(PAPER, "trade.csv"):
        i, j = example.economies.index(r["exporter"]), example.economies.index(r["importer"])
        pair = f"{r['exporter']}-{r['importer']}"
        for theirs, ours in TRADE.items():
            value = float(r[theirs])
            yield Row("trade", case, pair, theirs, float(results[ours][i, j]), value, tolerance=TOLERANCE * value,
                      unit="million USD")  # fmt: skip
    yield from monte_carlo(example, fit)


def _unit(column: str) -> str:
    return "percent" if "percent" in column else "ratio"


def monte_carlo(example: Sample, fit: Coefficients) -> Iterator[Row]:
    """The ten draws themselves, then mean, standard deviation, standard error and median of every result."""
    case = "monte carlo"
    draws = gravity.coefficient_draws(fit.estimates, fit.covariance, DRAWS, SEED)
    for row in read(PAPER, "draws.csv"):
        for k in range(DRAWS):
            draw = float(draws[k, fit.names.index(row["var"])])
            yield Row("draws", case, row["var"], str(k), draw, float(row[str(k)]), tolerance=1e-12, unit="coefficient")
    results = example.results(case, dict(zip(fit.names, draws.T, strict=True)))
    for r in read(PAPER, "monte_carlo.csv"):
        n, statistic = example.economies.index(r["country"]), STATISTICS[r["statistic"]]
        for theirs, ours in COLUMNS.items():
            value = float(statistic(results[ours])[n])
            quantity = f"{theirs}, {r['statistic']}"
            yield Row("monte_carlo", case, r["country"], quantity, value, float(r[theirs]), tolerance=TOLERANCE_DRAWS,
                      unit=_unit(theirs))  # fmt: skip
