"""What a policy does to economies, beyond its price: over time, in parts, for a household, for one economy."""

from __future__ import annotations

from dataclasses import replace

from detente.ask.registry.options import (
    CLOSURE,
    DAYS,
    DOSSIER,
    ELASTICITY,
    FOR,
    HOME,
    HORIZON,
    PRICED_DAY,
    PRICED_POLICY,
    SECTORS,
)
from detente.ask.registry.question import Option, Question, Tool, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "capital",
        "questions.capital:capital",
        "What duties do now, in the long run when capital has adjusted, and over the whole way.",
        (
            *PRICED_POLICY,
            CLOSURE,
            Option(
                "share",
                "Capital's part of value added, a fraction.",
                ValueType.NUMBER,
                default=1 / 3,
                minimum=0,
                maximum=0.9,
            ),
            Option(
                "discount",
                "Of the whole way, a fraction a year.",
                ValueType.NUMBER,
                default=0.03,
                minimum=0.001,
                maximum=0.5,
            ),
        ),
        "Without a scenario: the duties in force on the day against the base year. Consumption in the long run is not"
        " welfare, for capital is consumed on the way down; the whole way is what to read.",
        tables="priced:capital",
        schema="capital",
        view="dynamics_text:capital",
    ),
    Question(
        "card",
        "questions.card:card",
        "The household card: average duties, prices, dollars a household and revenue, each line by its concept.",
        PRICED_POLICY,
        "Without a scenario: the duties in force on the day against the base year. A card for every economy, with the"
        " lines that its data carry.",
        tables="priced:card",
        schema="card",
        view="dynamics_text:card",
    ),
    Question(
        "country",
        "questions.country:country",
        "What a day's negotiation means for one economy: real income and sectors under each outcome.",
        (
            Option(
                "economy",
                "The economy: a name, an ISO3 code, or EU.",
                required=True,
                positional=True,
            ),
            *PRICED_DAY,
            HOME,
        ),
        "Outcomes, chances, horizon, closure and prices are those of `detente brief` on the same day.",
        tables="priced:country",
        schema="country",
        view="country_text:country",
        tool=Tool(
            "country",
            "What each outcome of a day's negotiation changes for one economy and for its sectors, in percent.",
            ("economy", "as_of", "known", "dossier", "horizon", "closure"),
        ),
    ),
    Question(
        "path",
        "questions.path:path",
        "What duties do year by year: production, real wages, jobs, capital and trade.",
        (
            *PRICED_POLICY,
            Option("until", "The last year; by default ten after that of the day.", ValueType.INTEGER),
            Option(
                "theta",
                "The mean elasticity of trade to which the set is scaled; 0 takes the set as published.",
                ValueType.NUMBER,
                default=1.5,
                minimum=0,
                maximum=50,
            ),
            Option(
                "stay",
                "The part of buyers that keeps its sources from one year to the next, a fraction.",
                ValueType.NUMBER,
                default=0.0,
                minimum=0,
                maximum=0.99,
            ),
            Option(
                "floor",
                "The lowest wage as a part of last year's, such as 0.984; without it wages fall freely.",
                ValueType.NUMBER,
                minimum=0.5,
                maximum=1,
            ),
        ),
        "Without a scenario: each year's mean of the duties in force, as known, against the base year. A scenario holds"
        " from the first year on. Consumption is not shown: in the first years its sign turns with the closure.",
        tables="priced:path",
        schema="path",
        view="dynamics_text:path",
    ),
    Question(
        "compare",
        "questions.compare:compare",
        "One policy instead of another, and what each measure, pair or sector contributes.",
        (
            Option(
                "a",
                "A scenario, a file, in-force, none, or a day, YYYY-MM-DD.",
                required=True,
                positional=True,
                python="A scenario by name, as a YAML file, or as a mapping; or in-force, none, or a day, YYYY-MM-DD.",
            ),
            Option("b", "The policy that it takes the place of, named alike.", required=True, positional=True),
            Option("on_top", "Add A's measures to B instead.", ValueType.SWITCH, default=False),
            Option(
                "by",
                "Also what each part contributes: measure, partner or sector.",
                choices=("measure", "partner", "sector"),
            ),
            FOR,
            SECTORS,
            ELASTICITY,
            HORIZON,
            *DAYS,
            DOSSIER,
            HOME,
        ),
        "Both are solved from the same baseline, the duties in force on the day; the answer is their ratio. Parts add"
        " up to the whole (Aumann and Shapley); for up to ten measures Shapley's values stand beside them.",
        tables="priced:compare",
        schema="compare",
        view="dynamics_text:compare",
    ),
    Question(
        "exposure",
        "questions.exposure:exposure",
        "Who is exposed to whom: real income to the growth of others, to duties, or to taxes on exports.",
        (
            Option("of", "The economy that grows, whose goods bear the duties, or that taxes its exports: ISO3 code."),
            Option(
                "to",
                "productivity, duty or export-tax.",
                default="productivity",
                choices=("productivity", "duty", "export-tax"),
            ),
            replace(CLOSURE, default="balanced"),
            SECTORS,
            ELASTICITY,
        ),
        "First-order effects of one percent of productivity, or of one point of duty or of tax on exports, at the base"
        " year.",
        tables="priced:exposure",
        schema="exposure",
        view="dynamics_text:exposure",
    ),
)
