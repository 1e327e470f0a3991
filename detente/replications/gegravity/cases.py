"""gegravity 0.3's own example: Canada and Japan sign an agreement, 30 economies, 2006; once, and over ten draws.

Axes: i exporter, j importer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.economy.models import gravity
from detente.replications import Row, read

PAPER = "gegravity"
NEAR = 1e-6  # percent, and relative for levels: their root finder stops near 1e-8
FAR = 2e-6  # for the Monte Carlo: one of their ten trials stops earlier
SIGMA = {"one sector": 5.0, "monte carlo": 7.0}
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
TERMS = {
    "baseline imr": "inward_before",
    "conditional imr": "inward_after",
    "experiment imr": "inward_after",
    "baseline omr": "outward_before",
    "conditional omr": "outward_after",
    "experiment omr": "outward_after",
}


def data() -> tuple[tuple[str, ...], dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Economies, covariates [i,j], output [i] and expenditure [j] of the sample."""
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
    return codes, covariates, output, expenditure


def agreed(codes: tuple[str, ...], covariates: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The covariates with an agreement between Canada and Japan."""
    pta = covariates["pta"].copy()
    i, j = codes.index("CAN"), codes.index("JPN")
    pta[i, j] = pta[j, i] = 1
    return covariates | {"pta": pta}


def coefficients() -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, estimates and covariance of the gravity equation."""
    table = read(PAPER, "coefficients.csv")
    names = [r["name"] for r in table]
    return (
        names,
        np.array([float(r["estimate"]) for r in table]),
        np.array([[float(r[k]) for k in names] for r in table]),
    )


def rows(data_folder: object = None) -> Iterator[Row]:
    """Every cell of the example's country results, resistances and bilateral trade, then of its Monte Carlo."""
    codes, covariates, output, expenditure = data()
    names, estimates, covariance = coefficients()
    after = agreed(codes, covariates)

    def answer(case: str, coefs: dict) -> dict[str, np.ndarray]:
        base = gravity.access(covariates, coefs)
        world = gravity.Gravity(codes, base, output, expenditure, SIGMA[case], "DEU")
        return gravity.conditional(world, gravity.access(after, coefs))

    case = "one sector"
    found = answer(case, dict(zip(names, estimates, strict=True)))
    for table, columns in (("country_results", COLUMNS), ("resistances", TERMS)):
        for k, r in enumerate(read(PAPER, f"{table}.csv")):
            for theirs, ours in columns.items():
                unit = "percent" if "percent" in theirs else "ratio"
                yield Row(
                    table,
                    case,
                    r["country"],
                    theirs,
                    float(found[ours][k]),
                    float(r[theirs]),
                    tolerance=NEAR,
                    unit=unit,
                )
    for r in read(PAPER, "trade.csv"):
        i, j = codes.index(r["exporter"]), codes.index(r["importer"])
        pair = f"{r['exporter']}-{r['importer']}"
        for theirs, ours in (("baseline modeled trade", "trade_before"), ("experiment trade", "trade_after")):
            value = float(r[theirs])
            yield Row(
                "trade", case, pair, theirs, float(found[ours][i, j]), value, tolerance=NEAR * value, unit="million USD"
            )
    yield from monte_carlo(codes, answer, names, gravity.drawn(estimates, covariance, DRAWS, SEED))


def monte_carlo(codes: tuple[str, ...], answer, names: list[str], draws: np.ndarray) -> Iterator[Row]:
    """The ten draws themselves, then mean, standard deviation, standard error and median of every result."""
    case = "monte carlo"
    for row in read(PAPER, "draws.csv"):
        for k in range(DRAWS):
            draw = float(draws[k, names.index(row["var"])])
            yield Row("draws", case, row["var"], str(k), draw, float(row[str(k)]), tolerance=1e-12, unit="coefficient")
    found = answer(case, dict(zip(names, draws.T, strict=True)))
    summary = {
        "mean": lambda x: x.mean(0),
        "std": lambda x: x.std(0, ddof=1),
        "sem": lambda x: x.std(0, ddof=1) / np.sqrt(len(x)),
        "median": lambda x: np.median(x, 0),
    }
    for r in read(PAPER, "monte_carlo.csv"):
        for theirs, ours in COLUMNS.items():
            value = float(summary[r["statistic"]](found[ours])[codes.index(r["country"])])
            unit = "percent" if "percent" in theirs else "ratio"
            quantity = f"{theirs}, {r['statistic']}"
            yield Row("monte_carlo", case, r["country"], quantity, value, float(r[theirs]), tolerance=FAR, unit=unit)
