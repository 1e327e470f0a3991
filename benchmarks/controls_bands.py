"""Which two of many draws of the priors stand at the ends of each control's band: what a brief prices alone.

    python benchmarks/controls_bands.py [draws]

Prices every control of the negotiation shown by default under all draws, with the duties in force on DAY, and writes
bands.csv of detente/dossiers/critical-inputs: for each end the draw nearest the percentiles of both sides. 5,000 draws
took 11 minutes of one core. The order of draws hardly changes with the duties: rank correlation 0.999 between
2025-10-26 and 2026-09-30.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from critical_inputs import DAY, grounded

from detente.ask.cases import case_of
from detente.ask.pricing import recorded_controls
from detente.ask.pricing.critical_input_priors import drawn_values
from detente.ask.pricing.export_controls import split_and_limit
from detente.ask.registry import DEFAULT_DOSSIER
from detente.economy.products import solve_draws

FILE = Path(__file__).parent.parent / "detente" / "dossiers" / "critical-inputs" / "bands.csv"
SIDES = ("USA", "CHN")


def main(count):
    ground = grounded()
    drawn = [drawn_values(k, 0) for k in range(count)]
    places, rows = [ground.index(c) for c in SIDES], []
    for control in case_of(DEFAULT_DOSSIER).controls:
        name, limits = control.name, recorded_controls.control_limits(control, ground.economies, DAY)
        found = solve_draws(
            lambda k, asked=limits: split_and_limit(ground, asked, drawn[k], {}),
            count,
            lambda e: e.report["real_income"][places],
        )
        real = np.array([(np.nan, np.nan) if x is None else x for x in found])
        ends = np.nanpercentile(real, (5, 95), axis=0)
        for end, (usa, chn) in (("worst for USA", (0, 1)), ("best for USA", (1, 0))):
            if np.corrcoef(real[~np.isnan(real[:, 0])].T)[0, 1] > 0:
                chn = usa
            wanted = np.array([ends[usa, 0], ends[chn, 1]])
            k = int(np.nanargmin(np.abs(real / wanted - 1).sum(1)))
            rows.append([name, end, k, *(f"{x:.6g}" for x in (wanted[0], real[k, 0], wanted[1], real[k, 1]))])
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        head = [f"{c} {what}" for c in SIDES for what in (f"percentile of {count}", "of this draw")]
        writer.writerows([["control", "end", "draw", *head], *rows])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else recorded_controls.DRAWS)
