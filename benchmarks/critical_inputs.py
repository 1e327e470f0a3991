"""Measures the priors of critical inputs: draws, China over tightness, one prior at its ends; writes the README.

    python benchmarks/critical_inputs.py [draws]

Writes measured.csv and README.md of detente/replications/critical_inputs; 200 draws took 36 s of processor time.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from detente.ask.pricing.critical_input_priors import (
    HOSTS,
    UNUSED,
    central_values,
    drawn_values,
    priors,
    split_world,
)
from detente.ask.pricing.export_controls import SOLVED, control_base
from detente.ask.questions.what_if import baseline
from detente.economy.policy import limited
from detente.economy.products import effective, solve_draws
from detente.economy.solve import solve

HERE = Path(__file__).parent.parent / "detente" / "replications" / "critical_inputs"
DAY, MONTHS = "2025-10-26", 18.0
OTHERS = ("DEU", "JPN", "KOR", "PHL", "TWN")  # who else makes magnets in the split world
PARTIAL, NEAR = "left", "near ban"
CASES = {"partial restriction, 18 months": PARTIAL, "near-total ban, 18 months": NEAR}


def limits(here, v, left, rent, capped):
    """The limit on China, eased by stocks, and where capped what others can add."""
    asked = {}
    for node in HOSTS:
        stocks, share = v.get((node, "stocks", ""), 0.0), v[node, "imports", "CHN"]
        asked[node, "*", "CHN"] = max(0.01, effective(left, MONTHS, stocks, share))
    if capped:
        asked |= {("magnet", "all", maker): v["magnet", "outside", ""] for maker in OTHERS}
    return limited(here, asked, rent=rent)


def ranked(x, y):
    """Rank correlation."""
    return float(np.corrcoef(x.argsort().argsort(), y.argsort().argsort())[0, 1])


def drawn(ground, values, key, capped):
    """(rows of one case, rank correlations by prior) over all draws."""
    sides = [ground.index(c) for c in ("USA", "CHN")]

    def build(k):
        here, v = split_world(ground, values[k]), values[k]
        return here, limits(here, v, v["magnet", key, ""], v["magnet", "rent", ""], capped)

    found = solve_draws(build, len(values), lambda e: np.asarray(e.report["real_income"])[sides])
    good = [k for k, x in enumerate(found) if x is not None]
    usa, chn = np.array([found[k] for k in good]).T
    told = {"draws": len(good), "lost": len(values) - len(good)}
    told |= {f"USA {q}th percentile": float(np.percentile(usa, q)) for q in (5, 25, 50, 75, 95)}
    told |= {f"CHN {q}th percentile": float(np.percentile(chn, q)) for q in (5, 50, 95)}
    low, high = (-0.6, -0.3) if key == PARTIAL else (-2.5, -1.5)
    inside = (usa >= low) & (usa <= high)
    told |= {"share inside": float(inside.mean()), "share beyond": float((usa < low).mean())}
    drivers = []
    for one, p in priors().items():
        out = one[1] in UNUSED and one[1] != key and not (capped and one[1] == "outside")
        x = np.array([values[k][one] for k in good])
        if out or not np.ptp(x) > 0:
            continue
        within = float(np.median(x[inside])) if inside.any() else float("nan")
        drivers.append((" ".join(q for q in one if q), ranked(x, usa), float(np.median(x)), within, p.verification))
    return told, sorted(drivers, key=lambda r: -abs(r[1]))[:6]


def table(head, rows):
    """A table in Markdown."""
    return "\n".join(["| " + " | ".join(r) + " |" for r in [head, ["---"] * len(head), *rows]])


def grounded():
    """The world under the duties in force on DAY, at the short horizon, without any product apart."""
    levels = baseline(DAY, DAY, "us-china", "icio-2022", "short", None)
    return control_base("icio-2022", "short", tuple(levels.items())).world


def main(count):
    ground = grounded()
    values = [drawn_values(k, 0) for k in range(count)]
    rows, parts, medians = [], [], {}
    for case, key in CASES.items():
        for capped in (False, True):
            told, drivers = drawn(ground, values, key, capped)
            where = f"{case}; others {'at most as the prior of plants outside says' if capped else 'free to expand'}"
            rows += [("draws", where, name, x) for name, x in told.items()]
            rows += [("rank correlation", where, name, rho) for name, rho, *_ in drivers]
            medians[case, capped] = told
            parts.append(f"### {where[0].upper()}{where[1:]}\n\n" + table(
                ["prior", "rank correlation with US income", "median of all draws", "median of draws inside", "known"],
                [[n, f"{r:+.2f}", f"{m:.3g}", "none inside" if np.isnan(i) else f"{i:.3g}", ver]
                 for n, r, m, i, ver in drivers]))  # fmt: skip
    v = central_values()
    here = split_world(ground, v)
    china = []
    for left in (0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02):
        line = [f"{100 * left:.0f} %"]
        for capped in (False, True):
            for rent in (0.0, 0.5, 1.0):
                one = solve(here, limits(here, v, left, rent, capped), options=SOLVED)
                for c in ("CHN", "USA") if rent == 0.5 else ("CHN",):
                    x = float(one.of("real_income", c))
                    rows.append(("tightness", f"left {left:g}, rent {rent:g}, capped {int(capped)}", c, x))
                    line.append(f"{x:+.3f}")
        china.append(line)
    ends = []
    for key, p in priors().items():
        if p.high <= p.low or key[1] in (NEAR, "rent"):
            continue
        line = []
        for x in (p.low, p.high):
            w = {**v, key: x}
            there = split_world(ground, w)
            asked = limits(there, w, w["magnet", PARTIAL, ""], w["magnet", "rent", ""], True)
            line.append(float(solve(there, asked, options=SOLVED).of("real_income", "USA")))
        name = " ".join(q for q in key if q)
        rows += [("sensitivity", name, end, x) for end, x in zip(("low", "high"), line, strict=True)]
        ends.append((abs(line[1] - line[0]), [name, f"{p.low:g} to {p.high:g}", f"{line[0]:+.3f}", f"{line[1]:+.3f}"]))
    with (HERE / "measured.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", "case", "quantity", "value"])
        writer.writerows([(*r[:3], f"{r[3]:.6g}") for r in rows])
    shares = [
        [case, "yes" if capped else "no", f"{t['USA 5th percentile']:+.2f}", f"{t['USA 50th percentile']:+.2f}",
         f"{t['USA 95th percentile']:+.2f}", f"{100 * t['share inside']:.1f} %", f"{100 * t['share beyond']:.1f} %",
         f"{t['CHN 5th percentile']:+.2f} to {t['CHN 95th percentile']:+.2f}", f"{t['draws']} ({t['lost']} lost)"]
        for (case, capped), t in medians.items()
    ]  # fmt: skip
    text = (Path(__file__).with_name("critical_inputs.md")).read_text("utf-8")
    text = text.replace("{shares}", table(
        ["case", "others' output capped", "USA 5 %", "USA median", "USA 95 %", "draws inside", "draws that lose more",
         "China 5 to 95 %", "draws"], shares))  # fmt: skip
    text = text.replace("{drivers}", "\n\n".join(parts))
    text = text.replace("{china}", table(
        ["left", "CHN, buyers keep the rent", "CHN, half", "USA, half", "CHN, sellers keep it", "CHN, buyers; capped",
         "CHN, half; capped", "USA, half; capped", "CHN, sellers; capped"], china))  # fmt: skip
    text = text.replace("{ends}", table(
        ["prior", "range", "USA at the low end", "USA at the high end"],
        [line for _, line in sorted(ends, key=lambda e: -e[0])]))  # fmt: skip
    (HERE / "README.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
