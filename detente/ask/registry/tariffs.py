"""Tariffs that are optimal, hold in a trade war, or would be agreed."""

from __future__ import annotations

from detente.ask.registry.options import TARIFF_GAME, TARIFF_SEARCH
from detente.ask.registry.question import Option, Question, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "tariffs optimal",
        "questions.tariffs:optimal",
        "The tariffs that make each economy named best off if nobody retaliates.",
        TARIFF_SEARCH,
        "Every answer carries the size of its first-order conditions and the largest gain of any sampled deviation.",
        schema="tariffs",
        tables="bargaining:tariffs",
        view="tariff_text:tariffs",
    ),
    Question(
        "tariffs nash",
        "questions.tariffs:nash",
        "Tariffs that are each named economy's best response to the others'.",
        TARIFF_SEARCH,
        "Economies not named keep the tariffs of the baseline; with --model one-step every economy plays.",
        schema="tariffs",
        tables="bargaining:tariffs",
        view="tariff_text:tariffs",
    ),
    Question(
        "tariffs cooperative",
        "questions.tariffs:cooperative",
        "Tariffs on each other that make all economies named better off.",
        (
            *TARIFF_SEARCH,
            Option(
                "base",
                "What gains are measured from: factual, nash or free.",
                default="factual",
                choices=("factual", "nash", "free"),
            ),
            Option(
                "rule",
                "'equal gains' or 'nash product'.",
                default="equal gains",
                choices=("equal gains", "nash product"),
            ),
        ),
        "Gains are equal in percent, or their product is largest. Only tariffs that the players levy on each other"
        " move, unless --against says otherwise.",
        schema="tariffs",
        tables="bargaining:tariffs",
        view="tariff_text:tariffs",
    ),
    Question(
        "tariffs bilateral",
        "questions.tariffs:bilateral",
        "Tariffs agreed pair by pair, each agreement best for its two while all others stand (Nash-in-Nash).",
        (
            *TARIFF_GAME,
            Option("mfn", "One tariff for each good and all partners.", ValueType.SWITCH, default=False),
            Option("cuts", "Concessions only: no tariff may rise.", ValueType.SWITCH, default=False),
            Option(
                "power",
                "Bargaining power of the first-named of each pair, 0 to 1.",
                ValueType.NUMBER,
                default=0.5,
                minimum=0,
                maximum=1,
            ),
        ),
        "Without an agreement a pair keeps its own tariffs as they are. With --mfn the importer and its principal"
        " supplier set a good's tariff for everybody.",
        schema="tariffs",
        tables="bargaining:tariffs",
        view="tariff_text:tariffs",
    ),
)
