"""What each view of the page shows: one answer of `ask` or a few, charts of them, and how to repeat and cite them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple

from detente import labels
from detente.ask.answer import Answer
from detente.ask.tabular.priced import country_numbers
from detente.errors import QuestionError
from detente.faces import answers, duties_view, replication_view, tables, words
from detente.faces.answers import DutySteps
from detente.faces.brief_view import BriefView, brief_view
from detente.faces.country_view import CountryView, country_view, economies_by_name
from detente.faces.deal_view import disagreement_name
from detente.faces.first_screen.build import screen_view
from detente.faces.first_screen.view import ScreenView
from detente.faces.forecast_view import DecisionPoint, ForecastView, forecast_view
from detente.faces.measures_view import DATES, DateSpread, MeasureRow, by_status, date_spreads
from detente.faces.outcome_view import WORLD
from detente.faces.page import captions, charts
from detente.faces.page.view_query import NAMES, ViewQuery
from detente.faces.picture.chart import Caption, Chart
from detente.faces.tables import Table
from detente.faces.talks_view import Sources, party_codes, reference
from detente.faces.timeline_view import TimelineView, checks_in_words, one_of, read_choice, timeline_view

if TYPE_CHECKING:
    from detente.ask.questions.what_if import Board

MEASURE_COLUMNS = ("measure", "type", "imposer", "target", "status", "rate_pct", "rate_pp", *tuple(DATES)[:3],
                   "suspended_until", "published", "source", "verification")  # fmt: skip
CHANGE = "Percent change against the duties in force"
DISAGREEMENTS = {"best-responses": "what each does by itself", "truce": "the truce as it stands", "war": "war"}
PAYOFFS = ("real_income", "government")
DUTIES = ("levels", "changes")  # how duties are shown: as their level, or as the change against the day's
WHAT_IF_SWITCHES = ("bands", "map")
WHAT_IF_OPTIONS = ("preset", "horizon", "outcome", "sectors", *WHAT_IF_SWITCHES)  # beside levers and pairs of blocs
NUMBER = re.compile(r"[-+−]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,4})?")
MOST_CELLS = 400  # published cells shown of a paper; all are in the CSV
JsonRow = dict[str, Any]  # a row of an answer's data, in the keys of the command line


@dataclass(frozen=True)
class NowContent:
    """The brief and its first screen, the forecast beside it, the decision point that is drawn, the duties by day.

    duty: one of DUTIES.
    """

    brief: BriefView
    screen: ScreenView
    forecast: ForecastView
    point: DecisionPoint | None
    steps: tuple[DutySteps, ...]
    duty: str


@dataclass(frozen=True)
class RecordContent:
    """A page of the timeline, measures by legal status, dates that differ, people, what to look at again."""

    brief: BriefView
    parties: tuple[str, ...]
    timeline: TimelineView
    measures: Mapping[str, tuple[MeasureRow, ...]]
    spreads: tuple[DateSpread, ...]
    people: list[JsonRow]
    checks: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class WhatIfContent:
    """What the levers are set to; sectors_of: the economy whose sectors are shown; map: whether there is one; duty:
    one of DUTIES; duties: the average duties of each pair; weights: what they are weighted by; at_zero: a sentence on
    each pair of which some goods have fewer duties than the points taken off.
    """

    levers: Mapping[str, float]
    cells: Mapping[tuple[str, str], float]
    exports: Mapping[tuple[str, str], float]
    horizon: str  # as priced
    bands: bool
    sectors_of: str
    map: bool
    duty: str
    duties: Table
    weights: str
    at_zero: tuple[str, ...]


@dataclass(frozen=True)
class CountryContent:
    """The economy shown, None where the page lists them all; every economy of the world by code and name.

    outcomes: of the list, by name and title; income: {economy: {outcome: percent}} of it. sort: its order, the name of
    an outcome, or "" for names.
    """

    country: CountryView | None
    economies: list[tuple[str, str]]
    outcomes: tuple[tuple[str, str], ...] = ()
    income: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sort: str = ""


@dataclass(frozen=True)
class TableContent:
    """The parties by code and name, the disagreement points in words, the point and the payoff chosen, the deals for
    them, the brief's words on the truce, and leverage counted over settings.
    """

    parties: tuple[tuple[str, str], ...]
    disagreements: Mapping[str, str]
    disagreement: str
    payoff: str
    deals: list[JsonRow]
    truce: JsonRow | None
    leverage: JsonRow | None

    @property
    def sides(self) -> list[str]:
        """The codes of the parties."""
        return [code for code, _ in self.parties]


@dataclass(frozen=True)
class MethodsContent:
    """The papers, the one chosen, the first of its published cells and their count, and versions of the data."""

    papers: list[str]
    paper: str
    cells: list[JsonRow]
    count: int
    meta: JsonRow


Content = NowContent | RecordContent | WhatIfContent | CountryContent | TableContent | MethodsContent


@dataclass(frozen=True)
class ViewModel:
    """title; headline; the answers shown; charts by id; rows: a tidy table; command and python repeat it."""

    title: str
    headline: str
    answers: Mapping[str, Answer]
    charts: Mapping[str, Chart]
    rows: list[JsonRow]
    command: str
    python: str
    content: Content


def now(query: ViewQuery) -> ViewModel:
    """The headline, the clock, who confirmed what, the outcomes priced, how likely, the next dates."""
    duty = _choice(query, "duty", DUTIES)
    answer, forecast = answers.brief(query.as_of, query.known), answers.forecast(query.as_of, query.known)
    brief, likely = brief_view(answer), forecast_view(forecast.data)
    point = likely.main
    drawn, asked = {}, (query.as_of, query.known)
    if point:
        title = f"{point.negotiation}: how it may end by {words.day(point.deadline)}"
        unit = f"Probability in percent with its 90 % range, from {point.n} decision points"
        drawn["probabilities"] = Chart(captions.recorded(title, unit, asked), charts.probabilities(point))
    steps = answers.duty_steps(query.as_of, query.known)
    if steps:
        title = "Duties that the parties added on each other since the end of 2017"
        unit = "Percentage points, mean over all goods weighted by trade"
        plot = charts.duties(steps, query.as_of, answers.parties())
        drawn["duties"] = Chart(captions.recorded(title, unit, asked), plot)
    return ViewModel(
        title="Now",
        headline=brief.headline,
        answers={"brief": answer, "forecast": forecast},
        charts=drawn,
        rows=list(_outcome_records(answer.data["outcomes"])),
        command=brief.command,
        python=_python(query, "brief"),
        content=NowContent(brief, screen_view(answer.data["first_screen"]), likely, point, steps, duty),
    )


def _command(query: ViewQuery, words: str, *, more: str = "") -> str:
    """The command that repeats a question on the days and the negotiation of a query."""
    return f"detente {words} --as-of {query.as_of} --known {query.known}{more}{answers.case_option()}"


def _python(query: ViewQuery, name: str, *, first: str = "", more: str = "") -> str:
    """The line of Python that does the same."""
    days = f'as_of="{query.as_of}", known="{query.known}"'
    return f"import detente; detente.{name}({first}{days}{more}{answers.case_argument()})"


def _outcome_records(outcomes: list[JsonRow]) -> Iterator[JsonRow]:
    """A row a number."""
    for outcome in outcomes:
        low, high = outcome["low"] or {}, outcome["high"] or {}
        for code, value in outcome["real_income"].items():
            yield {
                "outcome": outcome["name"], "economy": code, "real_income": value, "low": low.get(code),
                "high": high.get(code), "probability": outcome["probability"],
            }  # fmt: skip


def record(query: ViewQuery) -> ViewModel:
    """The timeline as chosen, conflicts, measures by legal status, where trackers differ."""
    choice = read_choice(query.parameters)
    answer, happened = answers.brief(query.as_of, query.known), answers.timeline(query.as_of, query.known)
    state = answer.data["state"]
    parties = party_codes(answer.data["case"])
    measures = state["measures"]
    sources = {source["id"]: source for source in answer.data["reading"]["sources"]}
    counts = (
        words.with_count(len(state[key]), noun) for key, noun in {"measures": "measure", "rounds": "round"}.items()
    )
    differ = words.with_count(len(state["conflicts"]), "matter")
    return ViewModel(
        title="Record",
        headline=f"{', '.join(counts)}, {differ} on which sources differ.",
        answers={"brief": answer, "timeline": happened},
        charts={},
        rows=[_measure_record(measure, sources) for measure in measures],
        command=_command(query, "record show"),
        python="import detente; "
        f'detente.Record.load("{answers.shown().dossier}").as_of("{query.as_of}", "{query.known}")',
        content=RecordContent(
            brief_view(answer),
            parties,
            timeline_view(answers.timeline_entries(query.as_of, query.known), choice, parties),
            by_status(measures, sources),
            date_spreads(measures),
            state["people"],
            checks_in_words(happened.data),
        ),
    )


def _measure_record(measure: JsonRow, sources: Sources) -> JsonRow:
    """A measure with the names of its sides and of its source beside the codes."""
    title, url = reference(measure["source"], sources)
    row = {"measure": measure["measure"], "title": words.measure_name(measure)}
    row |= {key: measure.get(key) for key in MEASURE_COLUMNS if key != "measure"}
    names = {f"{key}_name": labels.name(measure[key]) for key in ("imposer", "target") if measure[key]}
    return {**row, **names, "quote": measure["quote"] or None, "source_title": title, "url": url or None}


class AskedMoves(NamedTuple):
    """What a query moves: levers, pairs of blocs, taxes on exports; and the horizon it names."""

    levers: dict[str, float]
    cells: dict[tuple[str, str], float]
    exports: dict[tuple[str, str], float]
    horizon: str | None


def read_levers(query: Mapping[str, str]) -> AskedMoves:
    """What a query moves.

    Raises QuestionError for an unknown name or preset, and for what is not a number of points.
    """
    from detente.ask.questions.what_if import TO

    board = answers.board()
    pairs = {f"{by}-{on}": (by, on) for by, on in permutations(board.blocs, 2)}
    taxes = {f"{by}{TO}{on}": (by, on) for by, on in pairs.values()}
    _check_names(query, (*board.levers, *pairs, *taxes))
    preset = query.get("preset", "")
    levers = _levers_of(preset, board) if preset else {name: _points(query, name) for name in board.levers}
    cells, exports = ({pair: _points(query, name) for name, pair in names.items()} for names in (pairs, taxes))
    return AskedMoves(_moved(levers), _moved(cells), _moved(exports), query.get("horizon") or None)


def _levers_of(preset: str, board: Board) -> dict[str, float]:
    """The levers of a preset. Raises QuestionError for an unknown one."""
    if preset not in board.presets:
        raise QuestionError(f"no preset is named {preset[:40]!r}; there is {', '.join(board.presets) or 'none'}")
    return dict(board.presets[preset][1])


def _check_names(query: Mapping[str, str], levers: Sequence[str]) -> None:
    """Raises QuestionError for a parameter that a what-if does not have, and for a switch that is neither 1 nor 0."""
    others = {name for names in NAMES.values() for name in names} | answers.levers_at_hand()
    unknown = next((name for name in query if name not in (*levers, *WHAT_IF_OPTIONS, *others)), None)
    if unknown is not None:
        names = ", ".join((*levers, *WHAT_IF_OPTIONS))
        raise QuestionError(f"a what-if has no parameter {unknown[:40]!r}; there is {names}")
    for name in WHAT_IF_SWITCHES:
        if query.get(name, "") not in ("", "0", "1"):
            raise QuestionError(f"{name} {query[name][:40]!r}: write 1 for yes or 0 for no")


def _moved(points: Mapping[Any, float]) -> dict[Any, float]:
    """The points that are not zero."""
    return {key: value for key, value in points.items() if value}


def _points(query: Mapping[str, str], name: str) -> float:
    """The points that a query gives under a name; none is zero. Raises QuestionError for an invalid number."""
    from detente.ask.questions.what_if import LIMIT, check_points

    written = query.get(name, "").strip()
    if not written:
        return 0.0
    if not NUMBER.fullmatch(written):
        raise QuestionError(
            f"{name} {written[:40]!r} is not a number of points; write one from -{LIMIT:g} to {LIMIT:g}"
        )
    value = float(written.replace("−", "-"))
    check_points(name, value)
    return value


def what_if(query: ViewQuery) -> ViewModel:
    """Levers, presets and the matrix, priced; economies ranked, by sector, and a map."""
    levers, cells, exports, horizon = read_levers(query.parameters)
    duty = _choice(query, "duty", DUTIES)
    bands = query.parameters.get("bands") == "1"
    outcome = query.parameters.get("outcome") or None
    moves = tuple(levers.items()), tuple(cells.items()), tuple(exports.items())
    answer = answers.what_if(*moves, query.as_of, query.known, horizon, bands, outcome)
    data = answer.data
    parties = answers.parties()
    priced_at = str(answer.options["horizon"])
    about, asked = data["economy"], (query.as_of, query.known)
    title = "Real income: the parties and the economies most affected"
    unit = f"Percent change against the duties in force{'; lines: over all sets of elasticities' if bands else ''}"
    moved = _moves(data)
    caption = captions.priced(title, unit, about, asked, moved)
    drawn = {"economies": Chart(caption, charts.economies(data["economies"], parties))}
    sectors_of = query.parameters.get("sectors") or parties[0]
    if data["sectors"]:
        sectors_of = sectors_of if sectors_of in data["shown"] else data["shown"][0]
        title = f"Employment by sector: {labels.name(sectors_of)}"
        plot = charts.sectors(data["sectors"], sectors_of, parties)
        drawn["sectors"] = Chart(captions.priced(title, CHANGE, about, asked, moved), plot)
    if query.parameters.get("map") == "1":
        caption = captions.priced("Real income by economy", CHANGE, about, asked, moved)
        drawn["map"] = Chart(caption, charts.world_map(data["economies"]))
    return ViewModel(
        title="What if",
        headline=_income_sentence(data),
        answers={"what-if": answer},
        charts=drawn,
        rows=data["economies"],
        command=f"curl {shlex.quote('http://127.0.0.1:8000/api/what-if?' + query.encoded)}",
        python=f"import detente; detente.what_if({levers!r}, {cells!r}, exports={exports!r},"
        f" as_of={query.as_of!r}, known={query.known!r}, horizon={priced_at!r}, bands={bands}, outcome={outcome!r}"
        f"{answers.case_argument()})",
        content=WhatIfContent(
            levers,
            cells,
            exports,
            priced_at,
            bands,
            sectors_of,
            "map" in drawn,
            duty,
            tables.build(data["duties"], duties_view.what_if_columns(about["year"], levels=duty == "levels")),
            duties_view.weights_in_words(data["duties"]),
            _at_zero(data["moves"]),
        ),
    )


def _moves(data: JsonRow) -> str:
    """What was moved, in words."""
    moves = [
        f"{words.economy(move['by'])} on {words.economy(move['on'])} {words.signed(move['points'], 0)} points"
        for move in data["moves"]
    ]
    start = [data["outcome"]["title"]] if data["outcome"] else []
    return ", ".join([*start, *moves]) or "No duty is moved"


def _at_zero(moves: list[JsonRow]) -> tuple[str, ...]:
    """What is said of a move that takes more off than some goods have."""
    return tuple(
        f"{words.economy(move['by'])} on {words.economy(move['on'])}: goods with a duty below"
        f" {words.decimal(-move['points'])} % end at zero, {words.decimal(move['trade_at_zero_pct'])} % of the trade;"
        f" the average duty goes from {words.decimal(move['average_before_pct'])} to"
        f" {words.decimal(move['average_after_pct'])} %."
        for move in moves
        if move["cells_at_zero"]
    )


def _income_sentence(data: JsonRow) -> str:
    income = {row["economy"]: row["real_income"] for row in data["economies"]}
    shown = [f"{words.economy(code)} {words.signed(income[code])} %" for code in answers.parties() if code in income]
    world = f"world {words.signed(data['world_mean'])} %"
    return f"Real income: {', '.join([*shown, world])}, against the duties in force."


def country(query: ViewQuery) -> ViewModel:
    """What the day means for one economy and its sectors; without one, for every economy of the world."""
    written = query.parameters.get("economy", "").strip()
    if not written:
        return _every_country(query)
    answer = answers.country(written, query.as_of, query.known)
    shown = country_view(answer, query.parameters.get("outcome"), query.parameters.get("sort"))
    drawn = {}
    if shown.sectors:
        rows = [{**row, "economy": shown.code} for row in shown.sectors]
        title = f"{shown.name}, output by sector: {shown.chosen_title}"
        asked = (query.as_of, query.known)
        caption = captions.priced(title, f"{CHANGE}, volumes", answer.data["economy"], asked)
        drawn["output"] = Chart(caption, charts.sectors(rows, shown.code, answers.parties(), "output"))
    return ViewModel(
        title=f"What it means for {shown.place}",
        headline=shown.headline,
        answers={"country": answer},
        charts=drawn,
        rows=country_numbers(answer.data),
        command=_command(query, f"country {shown.code}"),
        python=_python(query, "country", first=f'"{shown.code}", '),
        content=CountryContent(shown, economies_by_name(answer.data["economies"])),
    )


def _income_by_economy(outcomes: Sequence[JsonRow]) -> dict[str, dict[str, float]]:
    """{economy: {outcome: percent of real income}}."""
    income: dict[str, dict[str, float]] = {}
    for row in outcomes:
        for code, value in row["real_income"].items():
            income.setdefault(code, {})[row["name"]] = value
    return income


def _every_country(query: ViewQuery) -> ViewModel:
    """Every economy under every outcome of the brief."""
    answer = answers.brief(query.as_of, query.known)
    priced = answer.data["outcomes"][1:]
    income = _income_by_economy(priced)
    sort = query.parameters.get("sort", "")
    economies = economies_by_name([code for code in income if code != WORLD])
    if sort in {row["name"] for row in priced}:
        economies.sort(key=lambda pair: income[pair[0]][sort])
    elif sort not in ("", "name"):
        raise QuestionError(f"sort {sort[:40]!r}: it is name, or an outcome of the day")
    return ViewModel(
        title="What it means for each economy",
        headline="What the outcomes of this day mean for each economy",
        answers={"brief": answer},
        charts={},
        rows=list(_outcome_records(answer.data["outcomes"])),
        command=_command(query, "brief"),
        python=_python(query, "brief"),
        content=CountryContent(None, economies, tuple((row["name"], row["title"]) for row in priced), income, sort),
    )


def table(query: ViewQuery) -> ViewModel:
    """The exchange, the plane of payoffs, the deals, the truce, leverage; the disagreement point is a switch."""
    answer, brief = answers.deal(query.as_of, query.known), answers.brief(query.as_of, query.known)
    data = answer.data
    first = next(iter(data["disagreements"]), next(iter(DISAGREEMENTS)))
    disagreement = _choice(query, "fallback", tuple(DISAGREEMENTS), first)
    payoff = _choice(query, "payoff", PAYOFFS)
    parties = party_codes(brief.data["case"])
    plane = _plane(query, data, payoff, disagreement, parties)
    return ViewModel(
        title="Table",
        headline=data["words"],
        answers={"deal": answer, "brief": brief},
        charts={"plane": plane} if plane else {},
        rows=[
            {
                "package": row["name"],
                "payoff": name,
                "economy": party,
                "gain": value.get(party),
                "pareto": row["pareto"][name],
            }
            for row in data["packages"]
            for name, value in row["payoff"].items()
            for party in parties
        ],
        command=_command(query, "deal", more=f" --disagreement {disagreement}"),
        python=_python(query, "deal", more=f', disagreement="{disagreement}"'),
        content=TableContent(
            tuple((party, words.economy(party)) for party in parties),
            _disagreements(data["disagreements"]),
            disagreement,
            payoff,
            [row for row in data["deals"] if (row["payoff"], row["disagreement"]) == (payoff, disagreement)],
            answers.truce(query.as_of, query.known).data if brief.data["truce"] else None,
            answers.leverage(query.as_of, query.known).data if brief.data["leverage"] else None,
        ),
    )


def _plane(query: ViewQuery, deal: JsonRow, payoff: str, disagreement: str, parties: Sequence[str]) -> Chart | None:
    """The plane of payoffs; None where there is none to draw."""
    named = _disagreements(deal["disagreements"])[disagreement]
    plane = charts.plane(deal, payoff, disagreement, parties, named)
    if not plane:
        return None
    title = "What each package is worth to each side, and the packages that nobody can leave without a loss to somebody"
    unit = f"{CHANGE}; shaded: both gain over the disagreement point"
    asked = (query.as_of, query.known)
    if not deal["proof"]:
        return Chart(captions.recorded(title, unit, asked), plane)
    return Chart(captions.priced(title, unit, deal["proof"], asked), plane)


def _disagreements(points: JsonRow) -> dict[str, str]:
    """The disagreement points in words; on a day without a truce, the first is the duties in force."""
    first = disagreement_name("truce", points)
    return DISAGREEMENTS if first == "truce" else DISAGREEMENTS | {"truce": f"the {first}"}


def _choice(query: ViewQuery, name: str, choices: tuple[str, ...], first: str | None = None) -> str:
    """A parameter that is one of some choices; unless given, `first` or the first of them. Raises QuestionError."""
    return one_of(query.parameters, name, choices) or first or choices[0]


def methods(query: ViewQuery) -> ViewModel:
    """Published and our values for every table a paper printed, data hashes, limits, versions."""
    from detente.ask.questions import replicate

    papers = list(replicate.papers())
    paper = _paper(query, papers)
    answer = answers.replication(paper) if paper else None
    cells = [row for row in answer.data["rows"] if row["published"] is not None] if answer else []
    meta = answers.forecast(query.as_of, query.known).to_json()["meta"]
    plot = charts.differences(cells)
    drawn = {"differences": Chart(_differences_caption(paper), plot)} if plot else {}
    return ViewModel(
        title="Methods",
        headline=_replication_sentence(paper, answer, len(cells)),
        answers={"replicate": answer} if answer else {},
        charts=drawn,
        rows=cells,
        command=f"detente replicate {paper}".rstrip(),
        python=f"import detente; detente.replicate({paper or papers[0]!r})",
        content=MethodsContent(papers, paper, cells[:MOST_CELLS], len(cells), meta),
    )


def _differences_caption(paper: str) -> Caption:
    title = f"How far ours lie from the published numbers: {replication_view.title(paper)}"
    unit = "Numbers by their distance from print, in units of the last digit that is printed"
    return Caption(title, (unit,), captions.source("replications"))


def _paper(query: ViewQuery, papers: list[str]) -> str:
    """The paper chosen; empty where none is. Raises QuestionError for an unknown one."""
    paper = query.parameters.get("paper") or ""
    if paper and paper not in papers:
        raise QuestionError(f"no replication is named {paper[:40]!r}; there is {', '.join(papers)}")
    return paper


def _replication_sentence(paper: str, answer: Answer | None, count: int) -> str:
    if answer is None:
        return "Every model stands beside a published table; cells that differ stay visible, with their reason."
    missed = answer.data["missed"]
    differ = missed if isinstance(missed, int) else len(missed)
    published = words.with_count(count, "published number")
    return f"{replication_view.title(paper)}: {published}; {differ} should match and do not."


BUILDERS: dict[str, Callable[[ViewQuery], ViewModel]] = {
    "now": now, "record": record, "what-if": what_if, "country": country, "table": table, "methods": methods,
}  # fmt: skip
