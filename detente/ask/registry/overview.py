"""The questions that most people ask: the brief of a day, prices, a what-if, the negotiations on file."""

from __future__ import annotations

from dataclasses import replace

from detente.ask.registry.options import (
    ANY_WORLD,
    DAY_OF_TALKS,
    DAYS,
    DOCUMENT,
    DOSSIER,
    DRAWS,
    ELASTICITY,
    FOR,
    HOME,
    HORIZON,
    OWN_HORIZON,
    PUBLISHED,
    SEED,
    TRADE_CLOSURE,
    WORLD,
)
from detente.ask.registry.question import Option, Question, Tool, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "brief",
        "questions.brief:brief",
        "The main job: read a document, set its facts beside the record, price the outcomes.",
        (
            replace(DOCUMENT, required=False),
            PUBLISHED,
            replace(DOSSIER, default=None, help=f"{DOSSIER.help} By default the one that the document is about."),
            *DAYS,
            WORLD,
            OWN_HORIZON,
            TRADE_CLOSURE,
            DRAWS,
            HOME,
        ),
        "Without a document it shows the state of the day. The command alone, without a document and without a day,"
        " reads the example report in the package.",
        tables="priced:brief",
        schema="brief",
        view="screen_text:brief",
        tool=Tool(
            "brief",
            "The brief of a day: state of the talks, outcomes priced for every economy, deal, truce, leverage,"
            " evidence.",
            DAY_OF_TALKS,
        ),
    ),
    Question(
        "price",
        "questions.price:price",
        "What a scenario is worth to every economy.",
        (
            Option(
                "names",
                "Shipped scenarios by name, or YAML files.",
                positional=True,
                many=True,
                python="A scenario, or a list of scenarios: a shipped one by name, a YAML file, or what such a file"
                " holds as a mapping, such as {'by': 'USA', 'against': 'EU', 'products': 'C29', 'rate': '10 pp'}. A"
                " list of such measures is one scenario.",
            ),
            ANY_WORLD,
            Option(
                "model",
                "multi-sector (icio-2022); one-sector, roundabout, eaton-kortum, ... (world-2023); or a Python file of"
                " your own, FILE.py, which is run.",
            ),
            ELASTICITY,
            HORIZON,
            DRAWS,
            SEED,
            Option(
                "baseline",
                "What changes are measured from: in-force (on --as-of), none (the base year), or a scenario.",
            ),
            TRADE_CLOSURE,
            Option(
                "revenue",
                "What duty is used for: transfer (to households), labour-tax (a lower tax on labour) or deficit (new"
                " duty pays off debt); by default as the scenario says, else transfer.",
                choices=("transfer", "labour-tax", "deficit"),
            ),
            Option(
                "closures",
                "Real income with every closure and every use of revenue, side by side.",
                ValueType.SWITCH,
                default=False,
            ),
            replace(
                FOR,
                help="Economies whose sectors are shown too: ISO3 codes or EU, with commas between, or all.",
            ),
            *DAYS,
            DOSSIER,
            HOME,
        ),
        "A scenario is YAML: a list of measures with the keys by, against, flow, products, rate, coverage, from, until,"
        " note. A rate carries its unit: '24 pp' is added to what is in force, '34 %' is the level instead of it."
        " Without a name, the error lists the shipped scenarios.",
        tables="priced:price",
        schema="price",
        view="price_text:price",
        tool=Tool(
            "price",
            "What shipped scenarios are worth to every economy, in percent of real income against the duties in force"
            " on a day.",
            ("names", "as_of", "known", "dossier", "horizon", "closure", "revenue"),
        ),
    ),
    Question(
        "what-if",
        "questions.what_if:by_moves",
        "What it is worth to every economy when the duties of one side on the other move by points.",
        (
            Option(
                "moves",
                "Levers of the case by name, each with the percentage points that it adds to the duties in force, from"
                " -200 to 200, such as usa_on_can=10; the tool cases lists them. A-to-B=10 is a tax of A on what it"
                " sells to B, from 0 to 200, where A and B are economies or blocs of the case.",
                default=(),
                many=True,
            ),
            *DAYS,
            DOSSIER,
            OWN_HORIZON,
            Option(
                "bands",
                "Also low and high over every published set of elasticities; slower.",
                ValueType.SWITCH,
                default=False,
            ),
        ),
        tables="priced:what_if",
        schema="what_if",
        python="questions.what_if:whatif",
        tool=Tool(
            "what-if",
            "What it is worth to every economy, in percent of real income, when today's duties of one side on the"
            " other move by percentage points.",
            ("moves", "as_of", "known", "dossier", "horizon", "bands"),
        ),
        command=False,
    ),
    Question(
        "cases",
        "talks.listing:cases",
        "The negotiations on file, with their parties, their levers and the days of their records.",
        (),
        schema="cases",
        tool=Tool("cases", "The negotiations on file: names, parties, levers of a what-if, days.", ()),
        command=False,
    ),
)
