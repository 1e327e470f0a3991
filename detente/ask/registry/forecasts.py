"""How talks may end, and how such forecasts did."""

from __future__ import annotations

from dataclasses import replace

from detente.ask.registry.options import DAYS, DOSSIER, HOME, KNOWN
from detente.ask.registry.question import Option, Question, Tool, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "forecast",
        "questions.forecast:forecast",
        "How likely deal, extension, lapse and breach are by the next deadlines, with reasons and the track record.",
        (
            *DAYS,
            DOSSIER,
            Option("points", "CSV of decision points to score, with the columns of the history.", ValueType.FILE),
            Option("questions", "JSON of questions of Polymarket or Metaculus, as decision points.", ValueType.FILE),
            HOME,
        ),
        "The probabilities use only what was known on --as-of. With a later --known, the resolution rules say what"
        " happened. Each number stands with the size of its sample; the base rate is shown unless the richer model"
        " clearly beat it out of sample before that day.",
        tables="recorded:forecast",
        schema="forecast",
        view="forecast_text:forecast",
        tool=Tool(
            "forecast",
            "How likely each ending of the open decision points is, with the cases behind it and the track record.",
            ("as_of", "known", "dossier"),
        ),
    ),
    Question(
        "freeze-forecasts",
        "questions.frozen_forecasts:freeze",
        "Write today's forecasts of the open points to a ledger that only grows.",
        (DOSSIER, HOME),
        schema="frozen_forecasts",
        view="frozen_text:frozen",
        command=False,
        writes=True,
    ),
    Question(
        "score-forecasts",
        "questions.frozen_forecasts:score",
        "The scores of frozen forecasts whose points have ended, with crowds and markets beside them.",
        (
            replace(KNOWN, help="Endings as known by the end of this day, YYYY-MM-DD; today by default."),
            Option("points", "CSV of decision points with their endings, beside the history.", ValueType.FILE),
            Option("crowd", "CSV of values of crowds and markets.", ValueType.FILE, argument="crowd_values"),
            HOME,
        ),
        schema="forecast_scores",
        view="frozen_text:scores",
        command=False,
    ),
)
