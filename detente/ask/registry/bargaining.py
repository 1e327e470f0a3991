"""What players with the payoffs of a day would do: deals, the truce, leverage, games of your own."""

from __future__ import annotations

from detente.ask.registry.options import DAY_OF_TALKS, HOME, PRICED_DAY
from detente.ask.registry.question import Option, Question, Tool, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "deal",
        "questions.deal:deal",
        "What an agreement adds to what each side does by itself, and which packages both sides gain from.",
        (
            *PRICED_DAY,
            Option(
                "disagreement",
                "What both sides have without a deal: what each does by itself, the lottery of lapse and truce with the"
                " forecast's chance, the truce as it stands, or the war.",
                default="best-responses",
                choices=("best-responses", "lottery", "truce", "war"),
            ),
            Option(
                "all_sets",
                "Where talks land with every elasticity set, not by horizon and closure alone; takes longer.",
                ValueType.SWITCH,
                default=False,
                argument="all_sets",
            ),
            Option(
                "continuous",
                "Also deals with a payment between the sides.",
                ValueType.SWITCH,
                default=False,
                argument="without_steps",
            ),
            HOME,
        ),
        tables="bargaining:deal",
        schema="deal",
        view="bargaining_text:deal",
        tool=Tool(
            "deal",
            "Where talks would land: what each side does by itself, what an agreement adds, and packages of the"
            " record's measures.",
            DAY_OF_TALKS,
        ),
    ),
    Question(
        "truce",
        "questions.truce:truce",
        "Whether the truce enforces itself: what each side has under it, by breaking it alone, and in the war after.",
        (*PRICED_DAY, HOME),
        tables="bargaining:truce",
        schema="truce",
        view="bargaining_text:truce",
        tool=Tool(
            "truce",
            "Whether the truce enforces itself: gain from breaking it, loss from the war after, and the patience that"
            " each side needs.",
            DAY_OF_TALKS,
        ),
    ),
    Question(
        "leverage",
        "questions.leverage:leverage",
        "Who loses more by which threat, which threat is credible, and where each side depends on the other.",
        (*PRICED_DAY, HOME),
        tables="bargaining:leverage",
        schema="leverage",
        view="bargaining_text:leverage",
        tool=Tool(
            "leverage",
            "Whose threat hurts whom, what it costs its sender, and whether it is credible.",
            DAY_OF_TALKS,
        ),
    ),
    Question(
        "side-deals",
        "questions.side_deals:side_deals",
        "What deals of one economy with several others add, pair by pair, and how each would be split.",
        (
            Option(
                "with",
                "Partners: ISO3 codes or EU, with commas between.",
                ValueType.CODES,
                required=True,
                argument="partners",
            ),
            Option("hub", "The economy whose deals they are; by default the first party of the dossier."),
            *PRICED_DAY,
            HOME,
        ),
        schema="side_deals",
        tables="bargaining:side_deals",
        view="bargaining_text:side_deals",
    ),
    Question(
        "positions",
        "questions.positions:positions",
        "Where a group of stakeholders moves, from your own table: mean, median, probabilities, rounds of challenges.",
        (
            Option(
                "file",
                "CSV with the columns name, position, salience, capability.",
                ValueType.FILE,
                required=True,
                argument="path",
                positional=True,
            ),
            Option(
                "law",
                "How strength becomes a probability of winning: linear, square or quartic.",
                default="linear",
                choices=("linear", "square", "quartic"),
            ),
        ),
        schema="positions",
        view="bargaining_text:positions",
    ),
    Question(
        "game",
        "questions.game:game",
        "What a game of your own comes to: equilibria of games, bargains of negotiations, drift of groups.",
        (
            Option(
                "files",
                "The game: one file, or the files of one negotiation.",
                ValueType.FILE,
                positional=True,
                many=True,
            ),
            Option(
                "evaluations",
                "Of GENIUS files: divided by the largest of their issue (genius), or as-written.",
                default="genius",
                choices=("genius", "as-written"),
            ),
            Option(
                "grid",
                "Points into which a real issue of a negotiation is cut.",
                ValueType.INTEGER,
                default=21,
                minimum=2,
                maximum=1001,
            ),
        ),
        "Reads Gambit .nfg and .efg, domains and preferences of GENIUS (XML) and NegMAS (JSON), scenarios of KTAB"
        " (CSV and XML), and tables of offers (CSV). The format is known by the content of the file, not by its name.",
        schema="game",
        view="game_text:game",
    ),
)
