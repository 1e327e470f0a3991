"""Every question once: its function, its options, its JSON Schema and its view in the terminal.

The command line, the tools for assistants, the page of commands and the tests read this list, so a new question is one
file in `ask/questions` and one entry in QUESTIONS. A function is named as text, `module:function` below `detente.ask`,
and imported when the question is asked: reading the registry imports nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.ask.answer import Answer


DEFAULT_DOSSIER = "us-china"  # the negotiation of a question that names none


class ValueType(Enum):
    """What the value of an option is; each face reads and checks it in its own way."""

    TEXT = "text"
    DAY = "day"  # YYYY-MM-DD
    CODES = "codes"  # ISO3 codes with commas between; a list of codes in Python
    FILE = "file"
    FOLDER = "folder"
    INTEGER = "integer"
    NUMBER = "number"
    SWITCH = "switch"

    @property
    def python(self) -> type:
        """The type of one value as a face reads it."""
        return {"integer": int, "number": float, "switch": bool}.get(self.value, str)


@dataclass(frozen=True)
class Option:
    """One argument of a question.

    name: of the option, with underscores. argument: of the function, where it has another name. choices, minimum,
    maximum: what the function accepts. positional: given by its place on the command line. many: several values.
    stdin: a single hyphen stands for the standard input. remote: giving it asks another machine. alias: another name
    that the command line takes. python: its help for callers in Python, where more may be given there.
    """

    name: str
    help: str
    type: ValueType = ValueType.TEXT
    default: Any = None
    required: bool = False
    argument: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    positional: bool = False
    many: bool = False
    stdin: bool = False
    remote: bool = False
    alias: str = ""
    python: str = ""

    @property
    def flags(self) -> tuple[str, ...]:
        """What the command line calls the option: its flag, and its alias if it has one."""
        return (self.flag, *([f"--{self.alias}"] if self.alias else []))

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True)
class Tool:
    """A question as a tool for assistants: its name, what it says it does, and the options that it shows."""

    name: str
    description: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question.

    name: the words of its command, which its answers carry too. function: `module:function` below detente.ask.
    summary, description: its help, a sentence and the rest. schema: the file in ask/schemas that its JSON meets. view:
    `module:function` below detente.faces.terminal that prints its answer. tool: for assistants, if it is one. command:
    whether the command line has it. writes: whether asking it writes files. python: `module:function` for callers in
    Python, where that is another one. tables: `module:function` below detente.ask.tabular that makes the tables of its
    answers, where they are not the lists in its data.
    """

    name: str
    function: str
    summary: str
    options: tuple[Option, ...]
    description: str = ""
    schema: str = "answer"
    view: str = "answer_text:answer"
    tool: Tool | None = None
    command: bool = True
    writes: bool = False
    python: str = ""
    tables: str = ""

    @property
    def public_name(self) -> str:
        """What the question is called in Python: `detente.tariffs_nash`."""
        return self.name.replace("-", "_").replace(" ", "_")

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the command."""
        return tuple(self.name.split())

    @property
    def of_a_day(self) -> bool:
        """Whether the answer depends on a day, which is today unless one is given."""
        return any(option.name == "as_of" for option in self.options)

    @property
    def repeatable(self) -> bool:
        """Whether `rerun` may ask it again: a command that reads and answers."""
        return self.command and not self.writes and self.name != "rerun"

    def option(self, name: str) -> Option:
        """An option by name. Raises KeyError."""
        return {option.name: option for option in self.options}[name]

    def load(self) -> Callable[..., Answer]:
        """The function that answers, imported now."""
        return _load(self.function)

    def load_python(self) -> Callable[..., Answer]:
        """The function that answers a caller in Python, imported now."""
        return _load(self.python or self.function)

    def ask(self, values: Mapping[str, Any], **supplied: Any) -> Answer:
        """The answer for values by option name; supplied: arguments that a face adds, such as `progress`."""
        from detente.ask import recognition

        recognition.check_document(self.name, values)
        own = {option.name: option.argument or option.name for option in self.options}
        return self.load()(**{own[name]: value for name, value in values.items()}, **supplied)


def _load(name: str) -> Callable[..., Answer]:
    """A function below detente.ask by its name, `module:function`."""
    module, function = name.split(":")
    loaded: Callable[..., Answer] = getattr(import_module(f"detente.ask.{module}"), function)
    return loaded


# Options that several questions share.
AS_OF = Option("as_of", "The day asked about, YYYY-MM-DD, to its end in UTC; today by default.", ValueType.DAY)
KNOWN = Option(
    "known",
    "Use only what was known by the end of this day, YYYY-MM-DD; by default the day asked about.",
    ValueType.DAY,
)
PUBLISHED = Option("published", "The day the document was published, YYYY-MM-DD, if it does not say so.", ValueType.DAY)
DOSSIER = Option(
    "dossier", "A negotiation by name, shipped or your own, or none.", default=DEFAULT_DOSSIER, alias="case"
)
HOME = Option("home", "Folder with your own dossiers (default: the user data folder).", ValueType.FOLDER)
WORLD = Option(
    "world",
    "icio-2022 (81 economies by 28 sectors), wiod-2011, world-2023 (194 by 1), or the file of a table of your own.",
    default="icio-2022",
    python="A world by name (icio-2022, wiod-2011, world-2023), or your own table as a file.",
)
WORLDS = "A world by name (icio-2022, wiod-2011, world-2023), your own table as a file, or one from detente.world."
ANY_WORLD = replace(WORLD, default=None, python=WORLDS)
HORIZON = Option(
    "horizon",
    "The time that trade has had to adjust: short, near (one to two years), medium or long.",
    default="long",
    choices=("short", "near", "medium", "long"),
)
OWN_HORIZON = replace(
    HORIZON,
    help="The time that trade has had to adjust: short, near (one to two years), medium or long; by default near where"
    " a deadline lies within two years, and long if none does.",
    default=None,
)
DRAWS = Option(
    "draws",
    "Number of draws of the elasticities behind low and high; 0 shows the spread over the published sets.",
    ValueType.INTEGER,
    default=0,
    minimum=0,
    maximum=100_000,
)
SEED = Option("seed", "Seed of the draws.", ValueType.INTEGER, default=0)
ELASTICITY = Option(
    "elasticity",
    "A published set of elasticities, by name.",
    python="A published set of elasticities by name, a number for all sectors, or {sector: theta}; sectors left out"
    " keep those of the world's own set.",
)
DOCUMENT = Option(
    "document",
    "A report or official text: txt, md, html or pdf.",
    ValueType.FILE,
    required=True,
    argument="path",
    positional=True,
)
URL = Option("url", "Where the document can be read.")
BY = Option("by", "Who decides.")
WHY = Option("why", "The reason.")
PARTIES = Option("parties", "The parties of a new negotiation: ISO3 codes or EU, with commas between.", ValueType.CODES)
DECIDED = Option("known", "The day from which the decision counts as known (default: today).", ValueType.DAY)
CLOSURE = Option("closure", "fixed deficits, or balanced.", default="fixed", choices=("fixed", "balanced"))
TRADE_CLOSURE = replace(
    CLOSURE,
    help="fixed deficits, balanced trade, or valuation: fixed but for what a rise of wages adds to payments on debts"
    " in own currency.",
    choices=("fixed", "balanced", "valuation"),
)
DAYS = (AS_OF, KNOWN)
PRICED_DAY = (AS_OF, KNOWN, DOSSIER, WORLD, OWN_HORIZON, TRADE_CLOSURE)

# Options of `tariffs`.
PLAYERS = Option(
    "for",
    "The economies whose tariffs are asked about: ISO3 codes with commas between, or all.",
    ValueType.CODES,
    required=True,
    argument="economies",
)
TARIFF_MODEL = Option(
    "model",
    "multi-sector (with input-output links), labour-only, or for nash one-step (all economies at once).",
    choices=("multi-sector", "labour-only", "one-step"),
)
TARIFF_KIND = Option(
    "kind",
    "vector (a rate for each sector and partner), mfn (a rate for each sector) or uniform (one rate).",
    default="vector",
    choices=("vector", "mfn", "uniform"),
)
AGAINST = Option("against", "Only tariffs on these partners: ISO3 codes with commas between.", ValueType.CODES)
TARIFF_GAME = (PLAYERS, ANY_WORLD, TARIFF_MODEL, ELASTICITY)
TARIFF_SEARCH = (*TARIFF_GAME, TARIFF_KIND, AGAINST)

# Options of questions about models with capital, paths, comparisons and cards.
POLICY = Option(
    "name",
    "A scenario, shipped or a YAML file, against the duties in force; without one, the duties in force.",
    positional=True,
    python="A scenario by name, as a YAML file, or as a mapping, against the duties in force; without one, the duties"
    " in force.",
)
FOR = Option("for", "Economies to show too: ISO3 codes or EU, with commas between.", ValueType.CODES,
             argument="economies")  # fmt: skip
SECTORS = replace(
    WORLD, help="icio-2022 (81 economies by 28 sectors), or the file of a table of your own.", python=WORLDS
)
WORLD_FILE = Option("name", "A shipped world, or the file of a table.", ValueType.FILE, required=True, positional=True)
PRICED_POLICY = (POLICY, FOR, SECTORS, ELASTICITY, AS_OF, KNOWN, DOSSIER, HOME)

GROUPS = {
    "record": "The record: documents, statements, the state of the talks.",
    "tariffs": "Tariffs that are optimal for one economy, hold in a trade war, or would be agreed in talks.",
    "world": "Worlds: tables of your own imported, checked and described, and those that ship.",
}

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
            ("as_of", "known", "dossier", "horizon", "closure"),
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
                " -200 to 200, such as usa_on_can=10; the tool cases lists them.",
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
            ("as_of", "known", "dossier", "horizon", "closure"),
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
            ("as_of", "known", "dossier", "horizon", "closure"),
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
            ("as_of", "known", "dossier", "horizon", "closure"),
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
    Question(
        "sweep",
        "questions.sweep:sweep",
        "Solve a grid of scenarios, one row each, against the base year; what is solved is on disk at once.",
        (
            Option(
                "grid",
                "YAML: scenarios, worlds, elasticities, scale, each a list.",
                ValueType.FILE,
                required=True,
                argument="path",
                positional=True,
            ),
            Option("out", "Folder for the rows; it is created if it does not exist.", ValueType.FILE, required=True),
            Option("resume", "Continue a sweep that was stopped.", ValueType.SWITCH, default=False),
            Option("dask", "Address of a running Dask scheduler, tcp://host:8786."),
        ),
        "A grid is YAML: `scenarios` (names or files), and optionally `worlds`, `elasticities` and `scale`, each a"
        " list; every combination is a row. `scale` may be a range, {from: 0, to: 2, count: 201}. A row's key is a hash"
        " of everything it depends on, so a sweep that was killed continues with --resume. The result is Parquet where"
        " pyarrow is installed, else CSV.",
        tables="recorded:sweep",
        schema="sweep",
        view="tariff_text:sweep",
        writes=True,
    ),
    Question(
        "replicate",
        "questions.replicate:replicate",
        "Published numbers beside ours, with the gap, one row each; exit 1 where one that should match does not.",
        (
            Option("paper", "A paper; without one, all of them.", positional=True),
            Option("data", "Folder with what a paper's licence keeps out of the package.", ValueType.FILE),
        ),
        schema="replicate",
        view="replication_text:replicate",
    ),
    Question(
        "rerun",
        "questions.rerun:rerun",
        "Repeat a stored output and say what differs; exit 1 where anything does.",
        (
            Option(
                "file",
                "What a command printed with --json.",
                ValueType.FILE,
                required=True,
                argument="path",
                positional=True,
            ),
            Option(
                "tolerance",
                "Numbers that differ by less than this count as equal.",
                ValueType.NUMBER,
                default=1e-12,
                minimum=0,
                maximum=1,
            ),
        ),
        "Where the stored command took its day from the calendar, it is repeated for that same day. Only commands that"
        " read and answer are repeated, never one that writes a file or asks an endpoint.",
        schema="rerun",
        view="rerun_commands:comparison",
    ),
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
        "Who is exposed to whom: real income to the growth of others, or to duties.",
        (
            Option("of", "The economy that grows, or whose goods bear the duties: an ISO3 code."),
            Option("to", "productivity or duty.", default="productivity", choices=("productivity", "duty")),
            replace(CLOSURE, default="balanced"),
            SECTORS,
            ELASTICITY,
        ),
        "First-order effects of one percent of productivity, or of one point of duty, at the base year.",
        tables="priced:exposure",
        schema="exposure",
        view="dynamics_text:exposure",
    ),
    Question(
        "record show",
        "talks.dossier:show",
        "The state of the talks on a day as known on a day.",
        (DOSSIER, *DAYS, HOME),
        tables="recorded:record",
        schema="state",
        view="record_text:state",
        tool=Tool(
            "state",
            "The talks on a day: the truce and its clock, stages, who confirmed what, measures, threats, conflicts.",
            ("as_of", "known", "dossier"),
        ),
    ),
    Question(
        "record propose",
        "talks.dossier:proposals",
        "The facts that a document asserts, each with its quote and place.",
        (
            DOCUMENT,
            PUBLISHED,
            URL,
            Option("endpoint", "Address of an OpenAI-compatible endpoint to ask instead.", remote=True),
            Option("model", "The endpoint's model."),
            Option(
                "passes",
                "With an endpoint: 1 lists the facts, 2 lets the model check each once more.",
                ValueType.INTEGER,
                default=2,
                minimum=1,
                maximum=2,
            ),
            Option(
                "timeout",
                "Seconds for the whole exchange with an endpoint.",
                ValueType.NUMBER,
                default=600.0,
                minimum=1,
                maximum=86400,
            ),
        ),
        "Rules read it, offline. With --endpoint a chat endpoint is asked, hosted or local; its key is read from"
        " DETENTE_ENDPOINT_KEY, and each fact it returns is checked against the text: quote, numbers and dates.",
        schema="proposals",
        view="record_text:proposals",
    ),
    Question(
        "record text",
        "talks.dossier:text",
        "The text of a document as read: what start and end of a fact index.",
        (DOCUMENT,),
        schema="text",
        view="record_text:text",
    ),
    Question(
        "record add",
        "talks.curation:add",
        "Add statements and sources given as JSON: one object, a list, or one object a line; all or none.",
        (
            Option(
                "file",
                "A file with JSON, or - for the standard input.",
                ValueType.FILE,
                default="-",
                argument="text",
                positional=True,
                stdin=True,
            ),
            BY,
            DOSSIER,
            HOME,
        ),
        "A statement has kind, value, by, source and known; its source is an id in the dossier or an object of its"
        " own.",
        schema="added",
        view="record_text:added",
        writes=True,
    ),
    Question(
        "record new",
        "talks.starting:new",
        "Start a negotiation of your own: a folder with its parties, ready for documents.",
        (
            Option("name", "Its name, such as india-usa.", required=True, positional=True),
            replace(PARTIES, required=True),
            Option("title", "What it is called in answers (default: the talks of the parties)."),
            HOME,
        ),
        "Nothing is looked up: capitals and time zones come with the package. A folder that is there is never changed.",
        schema="started",
        view="record_text:started",
        writes=True,
    ),
    Question(
        "record update",
        "talks.updating:update",
        "What a folder of downloaded files says that a negotiation and your duties do not hold yet: documents, feeds.",
        (
            Option(
                "folder",
                "A folder with its subfolders, or one file.",
                ValueType.FOLDER,
                required=True,
                argument="path",
                positional=True,
            ),
            DOSSIER,
            Option(
                "accept_official",
                "Accept what official documents and feeds say and nothing contradicts; needs --by.",
                ValueType.SWITCH,
                default=False,
            ),
            BY,
            Option(
                "fetch",
                "First save the official files that have a fixed address into the folder; asks the network.",
                ValueType.SWITCH,
                default=False,
            ),
            HOME,
        ),
        "Documents (txt, md, html, pdf) are read as sentences. Files of official and public feeds are recognised by"
        " what is in them and become sources and acts, each with its days and with how it stands to the record and to"
        " the ledger of duties. Nothing is written without --accept-official: statements then go into the record, acts"
        " into your own duties. What was decided before is left out, so that an update that was stopped goes on where"
        " it stood.",
        schema="updated",
        view="record_text:updated",
        writes=True,
    ),
    Question(
        "record review",
        "talks.curation:pending",
        "Accept, edit or refuse what a document proposes: one by one at a terminal, elsewhere by flags or a file.",
        (DOCUMENT, PUBLISHED, URL, DOSSIER, HOME),
        "Each proposal is compared with the record: new, same as a statement, moves its end, changes its rate,"
        " contradicts or corrects it. What is accepted joins the act it speaks of, and the answer says what changed."
        " --new --parties starts the negotiation first.",
        schema="reviewed",
        view="record_text:pending",
        writes=True,
    ),
    Question(
        "record retract",
        "talks.curation:retract",
        "Say that a statement no longer stands, and why; what was known before stays as it was.",
        (
            Option("statement", "The statement, by its id or the start of it.", required=True, positional=True),
            WHY,
            BY,
            DECIDED,
            DOSSIER,
            HOME,
        ),
        schema="retracted",
        view="record_text:retracted",
        writes=True,
    ),
    Question(
        "record conflicts",
        "talks.curation:conflicts",
        "Where sources differ: every claim, the one shown and why. An override is a line of its own, with a reason.",
        (*DAYS, DOSSIER, HOME),
        schema="conflicts",
        view="record_text:conflicts",
    ),
    Question(
        "record people",
        "talks.curation:people",
        "People: side, offices by date, names in print; and every decision on a name: who took it, when and why.",
        (
            Option("name", "Only people whose name, in any form, contains this.", positional=True),
            *DAYS,
            DOSSIER,
            HOME,
        ),
        schema="people",
        view="record_text:people",
    ),
    Question(
        "record export",
        "talks.exchange:export",
        "Write people and sources as FollowTheMoney entities, and decisions on names as judgements of nomenklatura.",
        (
            Option("entities", "File for the entities, one JSON object a line.", ValueType.FILE),
            Option("judgements", "File for the judgements, one JSON list a line.", ValueType.FILE),
            DOSSIER,
            *DAYS,
            HOME,
        ),
        "People are those of the day, with their offices; sources those published by --known.",
        schema="exported",
        writes=True,
    ),
    Question(
        "record judgements",
        "talks.exchange:judge",
        "Take judgements of nomenklatura into the record, as decisions on names; all or none.",
        (
            Option(
                "file",
                "Lines of JSON: two ids, positive, negative or unsure, score, user, day.",
                ValueType.FILE,
                required=True,
                argument="path",
                positional=True,
            ),
            Option("entities", "A file of FollowTheMoney with the names of the ids.", ValueType.FILE),
            replace(BY, help="Who decided, where a line does not say."),
            DOSSIER,
            HOME,
        ),
        "Of two names, the one that the record has as a person is the person; the other is the name in print. What is"
        " withdrawn, not judged, or names an id without a name is left out and listed.",
        schema="judged",
        writes=True,
    ),
    Question(
        "record check",
        "talks.curation:check",
        "Check lines against their kinds, quotes against texts, stages, deadlines, legal basis; exit 1 on an error.",
        (
            Option("documents", "A folder with the sources' files, named by source id.", ValueType.FILE),
            DOSSIER,
            HOME,
        ),
        schema="check",
        view="record_text:checked",
    ),
    Question(
        "world import",
        "questions.own_worlds:import_table",
        "Import a table as published, or your own, as a world that --world takes.",
        (
            Option("files", "The table's file, or its folder.", ValueType.FILE, positional=True, many=True),
            Option("out", "The .npz to write.", ValueType.FILE, required=True),
            Option(
                "layout",
                "How the file is laid out: auto, oecd (ICIO, FIGARO), pymrio (a folder, EXIOBASE too), wiod (xlsx, CSV)"
                ", gravity (exporter, importer, flow), plain or har (GTAP).",
                default="auto",
            ),
            Option(
                "mend",
                "Change what makes the table no economy (empty cells, negative sales, inputs above output), and record"
                " each change.",
                ValueType.SWITCH,
                default=False,
            ),
            Option(
                "shares",
                "Import shares: joint for all buyers of a good, apart for final and intermediate use, or by-user (small"
                " tables).",
                default="joint",
            ),
            Option(
                "map", "Group economies and sectors by a CSV: axis, code, group.", ValueType.FILE, argument="groups"
            ),
            Option(
                "tariffs",
                "Tariffs in the base year, a CSV: importer, rate or rate_pct, perhaps exporter, and sector or hs.",
                ValueType.FILE,
                argument="tariff_file",
            ),
            Option("services", "Sectors that bear no duty, with commas between.", ValueType.CODES),
            Option("year", "The table's year; of gravity data, the year to take.", ValueType.INTEGER),
            Option("unit", "The table's unit, such as million USD."),
        ),
        "What is odd (negative stocks, empty cells, rows and columns that do not add up) is reported with its size."
        " Nothing is changed without --mend, and nothing is written for a table that is no economy.",
        schema="world_import",
        view="world_text:imported",
        writes=True,
    ),
    Question(
        "world check",
        "questions.own_worlds:check",
        "What is odd in a table, with its size, and whether it is an economy; exit 1 if it is none.",
        (WORLD_FILE,),
        schema="world_check",
        view="world_text:checked",
    ),
    Question(
        "world describe",
        "questions.own_worlds:describe",
        "A world's economies and sectors: size, trade, tariffs, elasticities, and where it comes from.",
        (WORLD_FILE,),
        schema="world_describe",
        view="world_text:description",
    ),
    Question(
        "world list",
        "questions.own_worlds:listing",
        "The worlds that ship, and the layouts that can be imported.",
        (),
        schema="world_list",
        view="world_text:listed",
    ),
    Question(
        "world template",
        "questions.own_worlds:template",
        "Print a small table in the plain layout, to be filled with your own numbers.",
        (),
        schema="world_template",
        view="world_text:template",
    ),
)


def find(name: str) -> Question:
    """A question by name, such as `tariffs nash`. Raises KeyError."""
    return {question.name: question for question in QUESTIONS}[name]
