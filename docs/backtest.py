"""The back-test page: each decision point as it would have been forecast, what came, and the score."""

from __future__ import annotations

import csv
import io

from detente.ask.forecasting.track_record import AHEAD, BASE, BETTER, chosen, rows, scores, shipped
from detente.bargain.forecast import calibration, murphy
from detente.record.history import CLASSES, load


def table(head: list[str], lines: list[list[str]]) -> str:
    """A Markdown table."""
    rule = ["---"] * len(head)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *lines))


def summary(apart: bool) -> str:
    """The models' scores."""
    return table(
        ["model", "n", "points", "negotiations", "Brier", "log", "less base rate", "90 % range"],
        [
            [r["model"], str(r["n"]), str(r["points"]), str(r["negotiations"]), f"{r['brier']:.3f}", f"{r['log']:.2f}",
             f"{r['less_base_rate']:+.3f}", f"{r['low']:+.3f} to {r['high']:+.3f}"]
            for r in scores(shipped(apart))
        ],
    )  # fmt: skip


def parts() -> str:
    """Each model's Brier score taken apart, and by days before: the score, and the share by which it beats the base."""
    lines = []
    names = list(dict.fromkeys(s.model for s in shipped()))
    base = {(s.id, s.ahead): s.brier for s in shipped() if s.model == BASE}
    for name in names:
        mine = [s for s in shipped() if s.model == name]
        pairs = [(round(x, 1), float(c == s.came)) for s in mine for c, x in zip(CLASSES, s.chance, strict=True)]
        told = murphy([p for p, _ in pairs], [o for _, o in pairs])
        cells = [f"{x:.3f}" for x in told]
        for ahead in AHEAD:
            here = [s for s in mine if s.ahead == ahead]
            score, least = sum(s.brier for s in here), sum(base[s.id, ahead] for s in here)
            cells.append(f"{score / len(here):.3f} ({100 * (score / least - 1):+.0f} %, n {len(here)})")
        lines.append([name, *cells])
    head = ["model", "Brier a class", "reliability", "resolution", "uncertainty", *(f"{k} before" for k in AHEAD)]
    return table(head, lines)


def page() -> str:
    """docs/forecasts.md."""
    told = scores(shipped())
    model = chosen(told)
    base, best = told[0], min(told, key=lambda r: r["brier"])
    verdict = (
        f"The best of them, {best['model']}, has a Brier score {-100 * best['share']:.0f} % below the base rate's, and the"
        f" range of the difference crosses zero: **no model is {100 * BETTER:.0f} % better out of sample, so the base rate"
        " is what is shown.**"
        if model == BASE
        else f"**The {model} model is shown**: {-100 * best['share']:.0f} % below the base rate out of sample."
    )
    shown = [s for s in shipped() if s.model == model]
    pairs = [(x, float(c == s.came)) for s in shown for c, x in zip(CLASSES, s.chance, strict=True)]
    bins = calibration([p for p, _ in pairs], [o for _, o in pairs])
    points = {p.id: p for p in load()}
    lines = []
    for one in points:
        for s in (s for s in shown if s.id == one):
            others = {m.model: m for m in shipped() if (m.id, m.ahead) == (one, s.ahead)}
            p = points[one]
            lines.append(
                [p.negotiation, p.deadline.isoformat(), str(s.ahead), str(s.n),
                 " ".join(f"{100 * x:.0f}" for x in s.chance), s.came, p.ended.isoformat() if p.ended else "",
                 *(f"{m.brier:.2f}" for m in others.values())]
            )  # fmt: skip
    names = list(dict.fromkeys(s.model for s in shipped()))
    return f"""# How good the forecasts would have been

Made by `python docs/refresh.py` from `dossiers/history`. Each decision point that was still open {", ".join(map(str, AHEAD))}
days before its day is forecast from those that had ended by then (rolling origin), and scored. Brier scores are summed over five
classes: 0 is perfect, 2 is certain and wrong. Differences are paired, their range resampled by whole negotiations.

{summary(False)}

{verdict}

The score in its parts (Murphy: reliability minus resolution plus uncertainty; probabilities rounded to tenths, mean over
the classes), and by days before the deadline, with the percentage by which it differs from the base rate's:

{parts()}

The models again, without learning from the negotiation that the point belongs to:

{summary(True)}

How often things happened that the {model} gave a certain probability, over all classes:

{table(["chance", "mean", "came", "n", "90 % range"], [[f"{100 * b.low:.0f} to {100 * b.high:.0f} %", f"{100 * b.forecast:.0f} %", f"{100 * b.came.hits / b.came.n:.0f} %", str(b.came.n), f"{100 * b.came.low:.0f} to {100 * b.came.high:.0f} %"] for b in bins])}

For comparison, always forecasting an *extension* has a Brier score of {told[-1]["brier"]:.3f}, since a certain forecast that fails
costs 2. One market price is at hand, for another rule (a tariff agreement by 31 May 2026, 66.5 %, which did not come
about); it scores 0.442 on the two-class scale. There are no dated positions of stakeholders, so no salience-weighted mean
is scored. The base rate's Brier score is {base["brier"]:.3f}.

## Every forecast

Probabilities in percent, in the order: {", ".join(CLASSES)}. Scores: {", ".join(names)}.

{table(["negotiation", "deadline", "days before", "n", "chances", "came", "on", *names], lines)}
"""


def data() -> str:
    """docs/forecasts.csv."""
    out = io.StringIO()
    found = rows(shipped())
    writer = csv.DictWriter(out, list(found[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue()
