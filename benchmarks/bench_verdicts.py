"""Threats in every setting, side by side, beside the same setting by setting with fresh worlds.

    python benchmarks/bench_verdicts.py [AS_OF]

Both in one process; the second is the code that a question about one setting runs, once a setting of fixed deficits.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from detente.ask.pricing.priced_day import price_day
from detente.ask.pricing.scenario_keys import OutcomeKey
from detente.ask.questions.leverage import threats
from detente.economy import elasticities, robustness
from detente.economy.policy import tariffs
from detente.economy.uncertainty import spread


def main() -> int:
    """Print both times, their ratio, and by how much the values differ."""
    as_of = sys.argv[1] if len(sys.argv) > 1 else "2025-10-26"
    day = price_day(as_of=as_of)
    world, base = day.context.world, tariffs(day.context.world, dict(day.base_levels))
    outcomes = {t.name: tariffs(world, dict(day.levels[OutcomeKey(t.name)])) for t in threats(day)}
    names = elasticities.names(world.sectors)
    robustness.real_income_by_variant(world, base, outcomes, sets=names[:1])
    start = time.perf_counter()
    grid = robustness.real_income_by_variant(world, base, outcomes)
    whole = time.perf_counter() - start
    start = time.perf_counter()
    apart = {}
    for name in names:
        for horizon in robustness.HORIZONS:
            apart[name, horizon] = spread(world, outcomes, sets=[name], baseline=base, horizon=horizon).values[0]
    one_by_one = time.perf_counter() - start
    fixed = [k for k, v in enumerate(grid.settings) if v.closure == "fixed"]
    off = max(
        float(np.nanmax(np.abs(grid.values[k] - apart[grid.settings[k].elasticity, grid.settings[k].horizon])))
        for k in fixed
    )
    print(f"{len(outcomes)} threats in {len(grid.settings)} settings: {whole:.2f} s")
    print(f"the same in the {len(apart)} settings of fixed deficits, one by one: {one_by_one:.2f} s")
    ratio = one_by_one / len(apart) / (whole / len(grid.settings))
    print(f"a setting: {ratio:.1f} times as long one by one; values differ by {off:.1e} points")
    return 0


if __name__ == "__main__":
    sys.exit(main())
