"""The brief as every face lays it out: built once from an answer, formatted, not yet escaped.

The terminal, the page, the HTML file, the PDF and the one-file export choose what they have room for; the words, the
tables and the order of the rows are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente import labels
from detente.ask.answer import Answer
from detente.ask.registry import DEFAULT_DOSSIER
from detente.faces import duties_view, outcome_view, proof, tables, words
from detente.faces.card_view import CardView, card_view
from detente.faces.forecast_view import ForecastView, forecast_view
from detente.faces.outcome_view import OutcomeRow
from detente.faces.tables import Column, Table
from detente.faces.talks_view import (
    CHAIN_COLUMNS,
    CONFLICT_COLUMNS,
    NEXT_COLUMNS,
    RECENT_COLUMNS,
    REMARK_COLUMNS,
    ClockView,
    Confirmation,
    ConflictRow,
    DocumentView,
    NextDate,
    RecentMeasure,
    RemarkRow,
    TalksView,
    capitals,
    clock_view,
    confirmation_rows,
    conflict_rows,
    document_view,
    next_dates,
    party_codes,
    recent_measures,
    remark_rows,
    talks_view,
)


@dataclass(frozen=True)
class SourceRow:
    """A document that the brief rests on."""

    published: str
    publisher: str
    title: str
    url: str


@dataclass(frozen=True)
class OutcomesView:
    """The outcomes priced: rows, what their numbers mean, and what they rest on.

    unit: what is measured against what; duties: the unit of the duties; bands: what low and high are over; long_run:
    the second line, where the horizon is nearer; by_closure: the signs that turn with the closure; averages: the
    average duty of each pair; acts: those that make it up; level: what the duties in force are worth; closures: whether
    there is real income under a second closure; proof: everything the numbers rest on; summary: the same in one line;
    not_priced: what is on record and not in the numbers, with reasons.
    """

    rows: tuple[OutcomeRow, ...]
    unit: str
    duties: str
    bands: str
    long_run: str
    by_closure: str
    averages: str
    acts: tuple[dict[str, Any], ...]
    level: str
    closures: bool
    proof: tuple[str, ...]
    summary: str
    examples: tuple[str, ...]
    not_priced: tuple[str, ...]
    notes: tuple[str, ...]

    def wide_table(self) -> Table:
        """Duties and real income of every outcome, with the third economies most affected."""
        return tables.build(self.rows, outcome_view.duty_columns(self.rows, closures=self.closures))

    def acts_table(self) -> Table:
        """The acts by which the parties levy duties on each other, with how sure each is."""
        return tables.build(self.acts, duties_view.PARTY_ACT_COLUMNS)

    def item_tables(self) -> list[tuple[str, Table]]:
        """The terms of each deal, under its title."""
        return [(row.title, tables.build(row.items, outcome_view.ITEM_COLUMNS)) for row in self.rows if row.items]


@dataclass(frozen=True)
class ControlsView:
    """Export controls on record, their meaning, and the name under which the first is priced in full."""

    rows: tuple[outcome_view.ControlRow, ...]
    meaning: str
    scenario: str

    def table(self) -> Table:
        """What each control is worth."""
        return tables.build(self.rows, outcome_view.control_columns(self.rows))


@dataclass(frozen=True)
class BriefView:
    """A brief to lay out.

    case, title: of the negotiation; capitals: of its parties; bargaining: deal, truce and leverage, each in words.
    """

    as_of: str
    known: str
    case: str
    title: str
    capitals: tuple[str, ...]
    headline: str
    clock: ClockView | None
    confirmations: tuple[Confirmation, ...]
    talks: TalksView
    measures: tuple[RecentMeasure, ...]
    remarks: tuple[RemarkRow, ...]
    outcomes: OutcomesView
    controls: ControlsView | None
    card: CardView | None
    bargaining: tuple[tuple[str, str], ...]
    forecast: ForecastView | None
    document: DocumentView | None
    dates: tuple[NextDate, ...]
    conflicts: tuple[ConflictRow, ...]
    sources: tuple[SourceRow, ...]
    evidence: tuple[SourceRow, ...]
    notes: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command that prints this brief."""
        dossier = "" if self.case == DEFAULT_DOSSIER else f"--dossier {self.case} "
        return f"detente brief {dossier}--as-of {self.as_of} --known {self.known}"

    def chain_table(self) -> Table:
        """The texts that set or move the end of the truce."""
        return tables.build(self.clock.chain if self.clock else (), CHAIN_COLUMNS)

    def dates_table(self, limit: int | None = None) -> Table:
        """The next dates, without who says so."""
        return tables.build(self.dates[:limit], tables.pick(NEXT_COLUMNS, "date", "event", "status"))

    def measure_table(self) -> Table:
        """The measures of late."""
        return tables.build(self.measures, RECENT_COLUMNS)

    def remark_table(self) -> Table:
        """What was said of late."""
        return tables.build(self.remarks, REMARK_COLUMNS)

    def conflict_table(self) -> Table:
        """Where sources differ, with the words of each claim."""
        return tables.build(self.conflicts, tables.pick(CONFLICT_COLUMNS, "subject", "quoted claims", "shown"))


def brief_view(answer: Answer) -> BriefView:
    """The view of a brief's answer."""
    data = answer.data
    reading, state = data["reading"], data["state"]
    named = {source["id"]: source for source in reading["sources"]}
    return BriefView(
        as_of=data["as_of"],
        known=data["known"],
        case=data["case"]["name"],
        title=data["case"]["title"],
        capitals=capitals(data["case"]),
        headline=reading["headline"],
        clock=clock_view(reading["clock"], data["case"], named),
        confirmations=confirmation_rows(reading["matrix"], data["case"]),
        talks=talks_view(state, reading),
        measures=recent_measures(state),
        remarks=remark_rows(state),
        outcomes=_outcomes(data),
        controls=controls_view(data["controls"]),
        card=card_view(data["card"]) if data.get("card") else None,
        bargaining=tuple(
            (name, data[name]["words"]) for name in ("deal", "truce", "leverage") if data[name] is not None
        ),
        forecast=forecast_view(data["forecast"]) if data["forecast"] else None,
        document=document_view(data["document"], reading),
        dates=next_dates(state),
        conflicts=conflict_rows(state, named),
        sources=tuple(_source(source) for source in reading["sources"]),
        evidence=_evidence(data["evidence"]),
        notes=answer.notes,
    )


def controls_view(controls: Sequence[Mapping[str, Any]] | None) -> ControlsView | None:
    """The view of export controls on record; None without any."""
    if not controls:
        return None
    meaning = outcome_view.controls_meaning(controls)
    return ControlsView(outcome_view.control_rows(controls), meaning, controls[0]["name"])


def _outcomes(data: Mapping[str, Any]) -> OutcomesView:
    economy, outcomes = data["economy"], data["outcomes"]
    parties = party_codes(data["case"])
    rows = outcome_view.outcome_rows(outcomes, parties)
    iterations = max(outcome["solver"]["steps"] for outcome in outcomes)
    pairs = labels.joined([outcome_view.duty_heading(pair) for pair in outcome_view.duty_pairs(rows)])
    sets = economy["bands"]["source"] if economy["bands"] else "one set"
    return OutcomesView(
        rows=rows,
        unit=f"Percent change in real income against the duties in force on {words.day(data['as_of'])}, over"
        f" {economy['horizon']['span']}.",
        long_run=_long_run(outcomes, parties),
        by_closure=_by_closure(outcomes),
        duties=f"{pairs}: average additional duty since {economy['added_since'][:4]}, percentage points."
        if pairs
        else "",
        bands=f"Low and high: over {sets} of elasticities.",
        averages=duties_view.averages_in_words(economy["duties"]),
        acts=tuple(duties_view.party_acts(economy["duties"])),
        level=_level(economy, parties),
        closures=economy["other_closure"] is not None,
        proof=tuple(proof.of_brief(economy, iterations)),
        summary=proof.summary(economy, economy["gap"]),
        examples=tuple(_examples(outcomes[1:2], economy["year"])),
        not_priced=tuple(_not_priced(economy["not_priced"])),
        notes=tuple(outcome_view.notes_by_outcome(rows)),
    )


def _long_run(outcomes: Sequence[Mapping[str, Any]], parties: Sequence[str]) -> str:
    """Real income of the outcomes in the long run, where they are priced at a nearer horizon; empty where not."""
    rows = [row for row in outcomes[1:] if "long_run" in row]
    changes = [
        f"{row['title']}: "
        + ", ".join(f"{words.economy(code)} {words.signed(income[code])} %" for code in parties if code in income)
        for row in rows
        if any(code in (income := row["long_run"]["real_income"]) for code in parties)
    ]
    return f"In the long run: {'; '.join(changes)}." if changes else ""


def _by_closure(outcomes: Sequence[Mapping[str, Any]]) -> str:
    """The signs of real income that turn with the closure, or that none does; empty where there is one closure."""
    rows = [row for row in outcomes[1:] if row.get("closures")]
    if not rows:
        return ""
    names = labels.joined([labels.closure(name) for name in rows[0]["closures"]["real_income"]])
    turning = [
        f"{row['title']}, {code}: {_each_closure(row['closures']['real_income'], code)}"
        for row in rows
        for code in row["closures"]["turns_for"]
    ]
    if not turning:
        return f"No sign of a party's real income turns with the closure ({names})."
    return f"Signs that turn with the closure: {'; '.join(turning)}."


def _each_closure(income: Mapping[str, Mapping[str, float | None]], code: str) -> str:
    """Real income of one party under each closure."""
    return ", ".join(f"{words.signed(row[code], 3)} % with {labels.closure(name)}" for name, row in income.items())


def _level(economy: Mapping[str, Any], parties: Sequence[str]) -> str:
    """What the duties in force are worth themselves."""
    income = economy["baseline"]["real_income"]
    changes = [f"{words.signed(income[code])} % in {proof.place(code)}" for code in parties if code in income]
    return (
        f"Against the economy of {economy['year']}, the duties in force change real income in the long run by"
        f" {', '.join(changes)}{' and ' if changes else ''}{words.signed(income['WLD'])} % in the world."
    )


def _examples(outcomes: Sequence[Mapping[str, Any]], year: int) -> list[str]:
    """The first outcome that changes anything, in money and in jobs."""
    lines = []
    for outcome in outcomes:
        title = words.lower_first(outcome["title"])
        money = [_money(code, value) for code, value in outcome["money"].items() if value["bn_usd"] is not None]
        if money:
            lines.append(f"In money of {year}, {title}: {'; '.join(money)}.")
        if outcome.get("industries"):
            jobs = "; ".join(
                f"{words.economy(code)} {_industries(outcome['industries'][code])}" for code in outcome["industries"]
            )
            lines.append(f"Largest changes in employment, {title}, percent: {jobs}.")
    return lines


def _not_priced(measures: Sequence[Mapping[str, Any]]) -> list[str]:
    """The measures on record that are not in the numbers, under each reason why."""
    by_reason: dict[str, list[str]] = {}
    for row in measures:
        by_reason.setdefault(row["why"], []).append(words.measure(row))
    return [f"Not priced: {words.some(names)}: {reason}." for reason, names in by_reason.items()]


def _money(code: str, value: Mapping[str, Any]) -> str:
    household = value["usd_a_household"]
    per_household = "" if household is None else f", {words.signed(household, 0)} USD a household"
    return f"{words.economy(code)} {words.signed(value['bn_usd'], 1)} bn USD a year{per_household}"


def _industries(industries: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{row['name']} {words.signed(row['employment'], 1)}" for row in industries)


def _source(source: Mapping[str, Any]) -> SourceRow:
    return SourceRow(
        source["published"], source["publisher"] or "", source["title"] or source["id"], source.get("url") or ""
    )


def _evidence(evidence: Sequence[Mapping[str, Any]]) -> tuple[SourceRow, ...]:
    """The sources behind every statement that the brief cites, each once."""
    cited = {row["source"]["id"]: row["source"] for row in evidence if isinstance(row.get("source"), dict)}
    return tuple(_source(source) for source in cited.values())


SOURCE_COLUMNS: tuple[Column[SourceRow], ...] = (
    Column("published", lambda source: source.published, "day"),
    Column("publisher", lambda source: source.publisher),
    Column("title", lambda source: source.title),
)
