"""Options that several questions share, each once."""

from __future__ import annotations

from dataclasses import replace

from detente.ask.registry.question import Option, ValueType

DEFAULT_DOSSIER = "us-china"  # the negotiation of a question that names none

DAY_OF_TALKS = ("as_of", "known", "dossier", "horizon", "closure")  # what a tool about a priced day takes

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
