"""Make the file of governments' weights on duty revenue: one weight each, from the months of their duties.

python docs/governments.py  # writes dossiers/history/government_weights.csv; prices every month, a minute or two

A decision is a month in which a party of a dossier raised its mean duty on the others by more than half a point, cut
it, or left it, by what was known at the beginning and at the end of the month.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.ask.cases import case_of
from detente.ask.pricing import duties
from detente.ask.pricing.context import PricingContext, TariffLevels, pricing_context
from detente.ask.pricing.government_weights import SHIPPED, SLOPE_STEP
from detente.ask.pricing.priced_day import cells_between, with_duty_change
from detente.bargain import revealed_weights
from detente.bargain.forecast import paired_difference
from detente.record.case import Case
from detente.record.store import Record, shipped_dossiers

FILE = Path(__file__).resolve().parents[1] / "detente" / "dossiers" / "history" / SHIPPED
HORIZONS = ("long", "medium", "near")
MONTHS = [f"{year}-{month:02d}-01" for year in range(2018, 2027) for month in range(1, 13)][:-1]
KNOWN = MONTHS[12::3] + MONTHS[-1:]  # by quarter
SMALLEST = 0.5  # points of the mean duty: a smaller change is none
COLUMNS = ("government", "horizon", "known", "decisions", "weight", "brier", "base_rate", "low", "high", "why")


class Decision(NamedTuple):
    """A month of a government: its step, and what a point more of its duty would have brought (income, revenue)."""

    month: str
    known: str
    step: int
    brings: tuple[float, float]


def decisions(dossier: str) -> Iterator[tuple[tuple[str, str], Decision]]:
    """((government, horizon), decision) of every month of a dossier."""
    record, case = Record.load(dossier), case_of(dossier)
    contexts = {horizon: pricing_context(horizon=horizon) for horizon in HORIZONS}
    first = contexts[HORIZONS[0]]
    if any(not first.economies_of(party) for party in case.parties):
        return
    before: tuple[str, dict[str, float], dict[tuple[str, str], tuple[float, float]]] | None = None
    for month in MONTHS:
        layers = duties.in_force(record.as_of(month, month), first.world.economies, case)
        base = first.levels(layers)
        duty = {side: mean_duty(first, case, side, base) for side in case.parties}
        if before:
            for (side, horizon), brings in before[2].items():
                change = duty[side] - before[1][side]
                yield (
                    (side, horizon),
                    Decision(before[0], month, int(np.sign(change)) * (abs(change) > SMALLEST), brings),
                )
        slopes = {(s, h): x for h, context in contexts.items() for s, x in slopes_of(context, case, base).items()}
        before = month, duty, slopes


def mean_duty(context: PricingContext, case: Case, side: str, levels: TariffLevels) -> float:
    """The mean duty of a side on the others in points, weighted by trade of the base year."""
    world = context.world
    trade = world.share * world.spending[..., None]
    cells = cells_between(context, side, case.others(side))
    weight = [float(trade[world.sector(s), world.index(n), world.index(i)]) for s, n, i in cells]
    return 100 * float(np.average([levels.get(cell, context.base_tariff(cell)) for cell in cells], weights=weight))


def slopes_of(context: PricingContext, case: Case, base: TariffLevels) -> dict[str, tuple[float, float]]:
    """{side: percent of real income, and points of revenue, that a point more of its duty brings}."""
    steps = [(side, x) for side in case.parties for x in (SLOPE_STEP, -SLOPE_STEP)]
    levels = [with_duty_change(context, base, side, case.others(side), x) for side, x in steps]
    _, priced = context.price(base, levels)
    slopes = {}
    for k, side in enumerate(case.parties):
        up, down = priced[2 * k], priced[2 * k + 1]
        income, revenue = (
            (context.of_party(up.change[name], side) - context.of_party(down.change[name], side)) / 2
            for name in ("real_income", "revenue")
        )
        slopes[side] = income, revenue
    return slopes


def estimate(government: str, horizon: str, known: str, rows: list[Decision]) -> list[str]:
    """The line of a government as known on a day."""
    rows = sorted((row for row in rows if row.known <= known), key=lambda row: row.month)
    brings, steps = np.array([row.brings for row in rows]), [row.step for row in rows]
    fitted = revealed_weights.fit(brings, steps)
    weight = None if fitted.weights is None else float(fitted.weights[0])
    numbers = [weight, *mean_scores(revealed_weights.scores(brings, steps, [row.month for row in rows]), rows)]
    texts = ["" if x is None else f"{x:.4f}" for x in numbers]
    return [government, horizon, known, str(len(rows)), *texts, fitted.why]


def mean_scores(scored: list[revealed_weights.ScoredStep], rows: list[Decision]) -> list[float | None]:
    """The Brier scores by the weights and by the base rate, and the interval of their difference."""
    if not scored:
        return [None] * 4
    own, base = [x.brier for x in scored], [x.base_rate for x in scored]
    difference = paired_difference(own, base, [rows[x.index].month for x in scored])
    return [float(np.mean(own)), float(np.mean(base)), difference.low, difference.high]


def main() -> int:
    """Write the file."""
    every: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for dossier in shipped_dossiers():
        for key, decision in decisions(dossier):
            every[key].append(decision)
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (government, horizon), rows in sorted(every.items()):
            writer.writerows(estimate(government, horizon, known, rows) for known in KNOWN)
    return 0


if __name__ == "__main__":
    sys.exit(main())
