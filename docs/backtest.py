"""The page of past forecasts: each decision point as it would have been forecast, what happened, and the score."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from signs import WITH_SIGNS, trial

from detente.ask.forecasting import frozen
from detente.ask.forecasting.calls import scored_calls
from detente.ask.forecasting.track_record import (
    ModelScore,
    ScoredForecast,
    backtest,
    model_scores,
    of_trade,
    select_model,
    shipped,
    written,
)
from detente.bargain.endings import BASE_RATE, HAZARD_AND_RIDGE
from detente.bargain.forecast import (
    LEAD_TIMES,
    CalibrationBin,
    calibration,
    murphy_decomposition,
    paired_difference,
)
from detente.record.history import CLASSES, load

Pairs = tuple[list[float], list[float]]  # probabilities, and whether what they were given to occurred (1 or 0)


def table(head: list[str], lines: list[list[str]]) -> str:
    """A Markdown table."""
    rule = ["---"] * len(head)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *lines))


def summary(forecasts: Sequence[ScoredForecast]) -> str:
    """The models' scores on both questions."""
    return table(
        ["model", "n", "points", "negotiations", "Brier", "log", "gain", "90 % range", "by the day: Brier", "gain",
         "90 % range"],
        [
            [s.model, str(s.n), str(s.points), str(s.negotiations), f"{s.brier:.3f}", f"{s.log:.2f}",
             _gain(s.relative_difference), f"{s.difference.low:+.3f} to {s.difference.high:+.3f}",
             f"{s.bite_brier:.3f}", _gain(s.bite_relative_difference),
             f"{s.bite_difference.low:+.3f} to {s.bite_difference.high:+.3f}"]
            for s in model_scores(forecasts)
        ],
    )  # fmt: skip


def _gain(relative_difference: float) -> str:
    """By how much a score lies below the base rate's."""
    return f"{-100 * relative_difference + 0.0:.1f} %"


def signs_difference() -> str:
    """By how much the signs change the score of the model that is shown, with the range."""
    forecasts = trial()
    with_signs, without = ([f for f in forecasts if f.model == m] for m in (WITH_SIGNS, HAZARD_AND_RIDGE))
    d = paired_difference([f.brier for f in with_signs], [f.brier for f in without], [f.cluster for f in without])
    return f"{abs(d.mean):.3f} {'higher' if d.mean > 0 else 'lower'} (90 % range {d.low:+.3f} to {d.high:+.3f})"


def bargaining() -> list[ScoredForecast]:
    """The bargaining calls as forecasts, with the base rate and the model that is shown on the same points."""
    own = scored_calls()
    keys = {(f.id, f.lead_time) for f in own}
    beside = [f for f in shipped() if (f.id, f.lead_time) in keys and f.model in (BASE_RATE, HAZARD_AND_RIDGE)]
    return [*beside, *own]


def frozen_forecasts() -> str:
    """The shipped lines of the ledger."""
    lines = [
        [f.made, str(f.point["negotiation"]), str(f.point["deadline"]), f.shown,
         " ".join(f"{100 * f.forecasts[f.shown][c]:.0f}" for c in CLASSES), f.sha256[:12]]
        for f in frozen.shipped()
    ]  # fmt: skip
    return table(["frozen", "negotiation", "deadline", "model", "chances", "hash"], lines)


def with_derived_kinds() -> list[ScoredForecast]:
    """The track record if every kind and every count of moves were derived by rule, as for a file without them."""
    return backtest([replace(p, kind="", chain=None) for p in load()])


def models() -> list[str]:
    """The models of the track record."""
    return list(dict.fromkeys(f.model for f in shipped()))


def by_class(forecasts: list[ScoredForecast]) -> Pairs:
    """The probability of every class in every forecast, and whether it occurred."""
    probabilities = [p for f in forecasts for p in f.probability]
    return probabilities, [float(c == f.outcome_class) for f in forecasts for c in CLASSES]


def decomposition() -> str:
    """The parts of each model's Brier score, and its score by lead time beside the base rate's."""
    lines = []
    base = {(f.id, f.lead_time): f.brier for f in shipped() if f.model == BASE_RATE}
    for name in models():
        forecasts = [f for f in shipped() if f.model == name]
        probabilities, occurred = by_class(forecasts)
        parts = murphy_decomposition([round(p, 1) for p in probabilities], occurred)
        cells = [f"{x:.3f}" for x in parts]
        lines.append([name, *cells, *(by_lead_time(forecasts, base, days) for days in LEAD_TIMES)])
    head = ["model", "Brier a class", "reliability", "resolution", "uncertainty", *(f"{k} before" for k in LEAD_TIMES)]
    return table(head, lines)


def by_lead_time(forecasts: list[ScoredForecast], base: dict[tuple[str, int], float], days: int) -> str:
    """A model's mean Brier score at a lead time, with the difference to the base rate's and n."""
    same = [f for f in forecasts if f.lead_time == days]
    score, base_score = sum(f.brier for f in same), sum(base[f.id, days] for f in same)
    return f"{score / len(same):.3f} ({100 * (score / base_score - 1):+.0f} %, n {len(same)})"


def verdict(scores: list[ModelScore], model: str) -> str:
    """Which model is shown, and why."""
    richer = next(s for s in scores if s.model == HAZARD_AND_RIDGE)
    gain, bite = _gain(richer.relative_difference), _gain(richer.bite_relative_difference)
    if model == BASE_RATE:
        return (
            f"The mean of hazards and ridge regression has a Brier score {gain} below the base rate's, and the range of"
            " the difference crosses zero: **the base rate is what is shown.**"
        )
    return (
        f"**{HAZARD_AND_RIDGE} is shown**: out of sample its Brier score is {gain} below the base rate's, and {bite}"
        " below on the question whether what was announced came by the day. No other model is a candidate, so that none"
        " is picked for its luck."
    )


def calibration_row(b: CalibrationBin) -> list[str]:
    """A bin of the calibration table in percent."""
    rate = b.observed
    return [
        f"{100 * b.low:.0f} to {100 * b.high:.0f} %", f"{100 * b.forecast:.0f} %", f"{100 * rate.hits / rate.n:.0f} %",
        str(rate.n), f"{100 * rate.low:.0f} to {100 * rate.high:.0f} %",
    ]  # fmt: skip


def every_forecast(model: str) -> str:
    """Each forecast of the model that is shown, with the Brier scores of all models."""
    briers: dict[tuple[str, int], list[float]] = {}
    for f in shipped():
        briers.setdefault((f.id, f.lead_time), []).append(f.brier)
    shown = [f for f in shipped() if f.model == model]
    lines = [
        [p.negotiation, p.deadline.isoformat(), str(f.lead_time), str(f.n),
         " ".join(f"{100 * x:.0f}" for x in f.probability), f.outcome_class, p.ended.isoformat() if p.ended else "",
         *(f"{x:.2f}" for x in briers[f.id, f.lead_time])]
        for p in load() for f in shown if f.id == p.id
    ]  # fmt: skip
    return table(["negotiation", "deadline", "days before", "n", "chances", "came", "on", *models()], lines)


def page() -> str:
    """docs/forecasts.md."""
    scores = model_scores(shipped())
    model = select_model(scores)
    base, always_extension = scores[0], scores[-1]
    bins = calibration(*by_class([f for f in shipped() if f.model == model]))
    points = load()
    return f"""# How good the forecasts would have been

Made by `python docs/refresh.py` from `dossiers/history`: {len(points)} decision points, {len(of_trade(points))} of them of trade.
Each point of trade that was still open {", ".join(map(str, LEAD_TIMES))} days before its deadline is forecast from what had
ended by then (rolling origin), and scored. A Brier score is the squared distance of the probabilities from what came, summed
over five classes: 0 is perfect, 2 is certain and wrong. *Unexecuted* is a threat that was withdrawn, or whose day passed
without it being carried out. *By the day* is the question with two answers whether what was announced, or worse, came by the
day (lapse or breach). A gain is how far a score lies below the base rate's; differences are paired, and their range comes from
resampling whole negotiations, the links of one chain of extensions counting as one negotiation.

{summary(shipped())}

{verdict(scores, model)}

The same models when they learn nothing from the point's own negotiation:

{summary(backtest(points, exclude_same_negotiation=True))}

The parts of the score (Murphy: reliability less resolution plus uncertainty; probabilities rounded to tenths, mean over the
classes), and the score by days before the deadline, with its difference to the base rate's:

{decomposition()}

How often outcomes occurred, by the probability that {model} gave them, over all classes:

{table(["probability", "mean", "came", "n", "90 % range"], [calibration_row(b) for b in bins])}

## What did not help

Learning from the points of other domains too (sanctions, budgets, arms control): the gain over the base rate is smaller.

{summary(backtest(points, learn_from_all=True))}

With the kind of every deadline and the number of its moves derived by rule, as for a file that does not give them:

{summary(with_derived_kinds())}

With dated signs from the records in the regression: whether a meeting ahead was announced by one side or by all, the stage that
the last deal had reached and whether every side confirmed it, whether an extension was discussed, and the tone of remarks, each
read off the state of the day as known then. Over the points of the negotiations on record, {WITH_SIGNS} has a Brier score
{signs_difference()} than {HAZARD_AND_RIDGE}, so no model uses them; they stand beside the probabilities.

{summary(trial())}

## Bargaining answers

What the bargaining answers would have said of the points that they are about, each call halfway to the base rate. The gain is
over the base rate on the same points. There are too few to judge.

{summary(bargaining())}

## Frozen forecasts

Forecasts of points that were open on the day on which they were made, as they ship; `detente forecast --score` scores them once
the points have ended. Probabilities of what is shown, in percent: {", ".join(CLASSES)}.

{frozen_forecasts()}

## Elsewhere

Always forecasting *extension* scores {always_extension.brier:.3f}, since a certain forecast that fails costs 2; the base rate
scores {base.brier:.3f}. One market quote is available, for another rule: a tariff agreement by 31 May 2026, quoted at 66.5 %, did
not happen, which scores 0.442 on the two-class scale. No dated positions of stakeholders are available, so no
salience-weighted mean is scored. The days on which meetings were announced are on file for few points, so no model uses the
meetings of the history.

## Every forecast

Probabilities of {model} in percent: {", ".join(CLASSES)}. The last columns are the Brier scores of all models.

{every_forecast(model)}
"""


def data() -> str:
    """docs/forecasts.csv."""
    out = io.StringIO()
    rows = [f.to_row() for f in shipped()]
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def track_record() -> str:
    """The track record that ships with the package: the forecasts of every point by every model."""
    return written(backtest(load()))
