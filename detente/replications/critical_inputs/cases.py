"""Export controls beside published numbers: the closed forms of "What if?", and the ECB's range for rare earths.

Nothing is fitted: the priors of dossiers/critical-inputs stand as they were written down before any run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from detente.economy import second_order
from detente.replications import Row, read

PAPER = "critical-inputs"


class Scenario(NamedTuple):
    """A scenario of `detente price NAME --as-of 2025-10-26`, and US real income there at mid priors, percent."""

    name: str
    real_income: float


OURS = {  # the test prices the scenarios again
    "partial restriction for 18 months": Scenario("rare-earths-partial-18-months", -0.018),
    "near-total ban with very low substitution": Scenario("rare-earths-near-ban", -0.545),
}


def closed_forms() -> dict[str, float]:
    """The losses of "What if?" by case, percent of output."""
    return {
        "energy: share 4 % and -10 % at sigma 0.04": 100 * float(second_order.ces_loss(0.04, 0.9, 0.04)),
        "gas: share 1 % and -30 % at sigma 0.1": 100 * float(second_order.ces_loss(0.01, 0.7, 0.1)),
        "sufficient statistic: share 1.2 % tripled and -30 %": 100
        * float(second_order.sufficient_statistic(0.012, 0.036, -0.3)),
    }


def rows(data: object = None) -> Iterator[Row]:
    """A row for every published figure."""
    forms = closed_forms()
    for r in read(PAPER, "published.csv"):
        ours = forms[r["case"]] if r["case"] in forms else OURS[r["case"]].real_income
        yield Row(
            r["table"], r["case"], r["economy"], r["quantity"], ours, float(r["value"]), int(r["digits"]),
            missed=r["why"],
        )  # fmt: skip
