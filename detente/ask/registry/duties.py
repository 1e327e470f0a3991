"""The ledger of duties: what is levied on a day, and acts of your own."""

from __future__ import annotations

from detente.ask.registry.options import DAYS, HOME
from detente.ask.registry.question import Option, Question, Tool, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "duties",
        "questions.duties:duties",
        "What one economy levies on another's goods on a day: added points, average duty, each act's part.",
        (
            *DAYS,
            Option(
                "since",
                "The day from which added duty counts; by default 2024-12-31, for days up to it 2017-12-31.",
                ValueType.DAY,
            ),
            Option("by", "Only duties of this economy: an ISO3 code or EU."),
            Option("against", "Only duties on this partner: an ISO3 code, EU, or WLD for all together."),
            Option(
                "series",
                "Also the duty by day since that day, for one pair.",
                ValueType.SWITCH,
                default=False,
                argument="by_day",
            ),
            Option(
                "compare",
                "Also our averages beside published ones: the last by --as-of, or all without it.",
                ValueType.SWITCH,
                default=False,
            ),
            HOME,
        ),
        "Without --by and --against: every pair with a duty, or with an act that has no rate. --add FILE.csv adds acts"
        " of your own, one a line, with the columns id, by, against, rate, from, known, source.",
        tables="recorded:duties",
        schema="duties",
        view="duties_text:duties",
        tool=Tool(
            "duties",
            "The duties in force on a day, pair by pair: added percentage points, average duty in percent, each act's"
            " part with its source, and what has no rate and why.",
            ("as_of", "known", "since", "by", "against", "series", "compare"),
        ),
    ),
    Question(
        "add-duties",
        "questions.own_acts:add",
        "Add acts of your own to the ledger of duties.",
        (
            Option("file", "A CSV with an act a line.", ValueType.FILE, required=True, argument="path"),
            HOME,
        ),
        schema="duties_added",
        view="duties_text:added",
        command=False,
        writes=True,
    ),
)
