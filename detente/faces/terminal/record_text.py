"""The record on a terminal: proposals, the state of the talks, review one by one, conflicts, people, checks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.errors import DetenteError, QuestionError
from detente.faces.tables import Cell, Column
from detente.faces.talks_view import (
    capitals,
    clock_view,
    confirmation_rows,
    conflict_rows,
    next_dates,
    passed_meetings,
    quotation,
    recent_measures,
    remark_rows,
)
from detente.faces.terminal import talks_text
from detente.faces.terminal.layout import console, print_notes, safe_text, section, table_of, verbatim
from detente.faces.words import day, readable, side_name, with_count
from detente.safe_io import read_json

KEYS = "[a]ccept  [e]dit  [r]efuse  [s]kip  [q]uit"
RANKS = ("preferred", "deprecated")  # overrides that are marked beside a claim
UNSAID = dict.fromkeys(
    ("rate", "rate_kind", "status", "target_text", "announced", "signed", "legal_from", "until", "suspended_until")
) | {"targets": (), "sources": ()}  # what an act may leave out
DAY_NAMES = {"legal_from": "in force", "suspended_until": "suspended until"}
TERMS = {"rate_pct": "rate in percent", "rate_pp": "rate in points", "text_expiry": "expiry in the texts"}
JsonRow = dict[str, Any]  # a row of an answer's data, in the keys of the command line


def proposals(answer: Answer) -> None:
    """The facts that are proposed from a document; of an endpoint's answer, how much of it was dropped."""
    facts = answer.data["facts"]
    section(console(), f"{with_count(len(facts), 'fact')} proposed, none reviewed", table_of(facts, FACT_COLUMNS))
    if possible := answer.data.get("possible"):
        title = f"{with_count(len(possible), 'possible fact')}, of which the reader is not sure"
        section(console(), title, table_of(possible, FACT_COLUMNS))
    if dropped := answer.data.get("dropped"):
        listed = ", ".join(f"{count} {reason}" for reason, count in dropped.items())
        console().print(safe_text(f"Dropped from the answer: {listed}."))
    print_notes(answer)


def text(answer: Answer) -> None:
    """The text of a document as it was read, verbatim."""
    sys.stdout.write(answer.data["text"])


def state(answer: Answer) -> None:
    """The state of the talks."""
    out, data = console(), answer.data
    case, clock = data["case"], data["reading"]["clock"]
    out.print(safe_text(f"{case['title']}, state on {day(data['as_of'])}, as known on {day(data['known'])}", "bold"))
    out.print(safe_text(data["reading"]["headline"]))
    talks_text.clock(out, clock_view(clock, case))
    talks_text.confirmations(out, confirmation_rows(data["reading"]["matrix"], case), capitals(case))
    if data["measures"]:
        section(out, "Measures", table_of(data["measures"], MEASURE_COLUMNS))
    talks_text.measures(out, recent_measures(data))
    talks_text.remarks(out, remark_rows(data))
    talks_text.next_dates(out, next_dates(data))
    for line in passed_meetings(data):
        out.print(safe_text(line, "yellow"))
    talks_text.conflicts(out, conflict_rows(data))


def added(answer: Answer) -> None:
    """Which statements were written, and where."""
    out, data = console(), answer.data
    for row in data["added"]:
        out.print(safe_text(f"added {row['statement']}  {readable(row['kind'])} from {row['source']}"))
    for row in data["already_there"]:
        out.print(safe_text(f"already there {row['statement']}  {readable(row['kind'])}", "dim"))
    for name in data["sources"]:
        out.print(safe_text(f"source {name}"))
    print_notes(answer)


def retracted(answer: Answer) -> None:
    """Which statement no longer stands."""
    _curated(answer, f"retracted {answer.data['retracted']}")


def pending(answer: Answer) -> None:
    """Which proposals wait for a decision."""
    out, data = console(), answer.data
    title = f"{len(data['pending'])} of {with_count(data['proposed'], 'proposal')} wait for a decision"
    acts = [row for row in data["pending"] if row["kind"] == "act"]
    rows = [row for row in data["pending"] if row["kind"] != "act"]
    section(out, title, *([table_of(rows, PENDING_COLUMNS)] if rows or not acts else []))
    for row in acts:
        _print_act(out, {**UNSAID, **row["value"], **row, "accepted": False})
    for line in data.get("remarks", ()):
        out.print(safe_text(line, "dim"))
    if data["decided"]:
        section(out, "Decided before", table_of(data["decided"], DECISION_COLUMNS))
    print_notes(answer)


def reviewed(answer: Answer) -> None:
    """What was decided, and what still waits."""
    out, data = console(), answer.data
    rows = [*data["accepted"], *data["edited"], *data["refused"]]
    section(out, "Decided", table_of(rows, DECISION_COLUMNS))
    statements, waiting = with_count(len(data["added"]), "statement"), with_count(data["pending"], "proposal")
    out.print(safe_text(f"{statements} added; {waiting} left to decide"))
    changed(out, data["changed"])
    _added_to_duties(out, data)
    print_notes(answer)


def started(answer: Answer) -> None:
    """Which negotiation was started, between whom and where."""
    out, data = console(), answer.data
    out.print(safe_text(f"{data['dossier']}: {data['title']}", "bold"))
    for party in data["parties"]:
        out.print(verbatim(f"{party['code']}  {party['name']}, {party['capital']}, {party['zone']}"))
    out.print(safe_text(f"its files are in {data['folder']}; add to it with --case {data['dossier']}", "dim"))
    print_notes(answer)


def updated(answer: Answer) -> None:
    """What each file of a folder proposes, and what an update changed."""
    out, data = console(), answer.data
    _official_files(out, data)
    for row in data["documents"]:
        document = row["document"]
        counts = f"{len(row['added'])} added, {len(row['pending'])} of {with_count(row['proposed'], 'proposal')} wait"
        title = f"{document['title'] or document['id']} ({day(document['published'])}): {counts}"
        section(out, title, *([table_of(row["pending"], PENDING_COLUMNS)] if row["pending"] else []))
        if row["changed"]:
            changed(out, row["changed"])
    if data["changed"]:
        changed(out, data["changed"])
    _not_read(out, data)
    files = with_count(len(data["files"]), "official file") + ", " if data["files"] else ""
    documents = with_count(len(data["documents"]), "document")
    statements, waiting = with_count(data["added"], "statement"), with_count(data["pending"], "proposal")
    own = len(data["accepted"]["acts"])
    into_duties = f", {with_count(own, 'act')} added to your duties" if own else ""
    out.print(
        safe_text(
            f"{files}{documents} read; {statements} added{into_duties}; {waiting} left to decide with `record review`"
        )
    )
    print_notes(answer)


def _official_files(out: Console, data: JsonRow) -> None:
    """The files of feeds, the acts that they give with their days, and what else is in them."""
    if data["files"]:
        section(out, with_count(len(data["files"]), "official file"))
    for row in data["files"]:
        out.print(safe_text(_file_line(row)))
    _print_acts(out, data["acts"])
    _remarks(out, data)


def _print_acts(out: Console, acts: list[JsonRow]) -> None:
    """The acts with something new in full, the others on a line each."""
    news = [row for row in acts if row["pending"] or row["accepted"]]
    known = [row for row in acts if row not in news]
    if news:
        section(out, f"{with_count(len(news), 'act')} with something new")
    for row in news:
        _print_act(out, row)
    if known:
        section(out, f"{with_count(len(known), 'act')} known already, about others, or without a source")
    for row in known:
        out.print(safe_text(f"{_act_title(row)}; ledger: {_ledger_standing(row)}"))


def _remarks(out: Console, data: JsonRow) -> None:
    """Where feeds differ, what they name besides acts, and the questions of markets."""
    for row in data["conflicts"]:
        words = f"{row['shown']} by {row['shown_by']} stands, {row['other']} by {row['other_by']} beside it"
        out.print(safe_text(f"conflict on {row['act']}, {readable(row['field'])}: {words}"))
    for line in data["remarks"]:
        out.print(safe_text(line, "dim"))
    if data["questions"]:
        section(out, with_count(len(data["questions"]), "market question"), table_of(data["questions"], MARKET_COLUMNS))


def _file_line(row: JsonRow) -> str:
    """What a file is, and what stands in it."""
    tables = [f"{t['title']}, {with_count(t['rows'], 'row')}" for t in row["tables"]]
    acts = [with_count(len(row["acts"]), "act")] if row["acts"] else []
    what = f"{row['title']}, {readable(row['part'])}" if row["part"] not in row["title"] else row["title"]
    return f"{row['file']}: {what}" + "".join(f"; {part}" for part in (*row["sources"], *acts, *tables))


def _print_act(out: Console, row: JsonRow) -> None:
    out.print(
        safe_text(f"{row['proposal']}  {_act_title(row)}  [{'accepted' if row['accepted'] else 'waits'}]", "bold")
    )
    out.print(safe_text(f"  ledger: {_ledger_standing(row)}"))
    for statement in row["statements"]:
        out.print(safe_text(f"  record: {_measure(statement)}, {_relation_with_reason(statement)}"))
    if row["sources"]:
        out.print(safe_text(f"  from {', '.join(row['sources'])}", "dim"))


def _act_title(row: JsonRow) -> str:
    """Who levies what on whom, and the days of it."""
    target = " ".join(row["targets"]) or row["target_text"] or ""
    parts = [f"{row['act']}: {row['imposer']}" + (f" on {target}" if target else ""), _act_rate(row), row["status"]]
    return ", ".join(filter(None, [*parts, _act_days(row)]))


def _not_read(out: Console, data: JsonRow) -> None:
    for row in data["fetched"]:
        line = f"saved {row['file']} from {row['address']}" if row["file"] else f"not saved: {row['why']}"
        out.print(safe_text(line, "dim" if row["file"] else "yellow"))
    for row in data["unread"]:
        where = "" if row["why"].startswith(row["file"]) else f"{row['file']}: "
        out.print(safe_text(f"not read: {where}{row['why']}", "yellow"))


def changed(out: Console, change: JsonRow) -> None:
    """What a review changed in the state: the clock, the rows, the duties."""
    pairs_moved = [row for row in change["duties"] if row["before_pp"] != row["after_pp"]]
    lines = [*_clock_change(change["clock"]), *map(_row_change, change["rows"]), *map(_duty_change, pairs_moved)]
    lines += [*map(_ledger_change, change["ledger"]), *_income_change(change["real_income"])]
    lines += [f"kept, not shown: {row['measure']}, {row['why']}" for row in change["without_effect"]]
    lines += [f"priced on an assumption: {row['measure']}, {row['why']}" for row in change["assumed"]]
    lines += [f"not priced: {row['measure']}, {row['why']}" for row in change["not_priced"]]
    when = f"{day(change['as_of'])}, as known on {day(change['known'])}"
    out.print()
    out.print(
        safe_text(f"Changed in the state on {when}" if lines else f"Nothing changed in the state on {when}", "bold")
    )
    for line in lines:
        out.print(safe_text(line))
    if change["duties"] and not pairs_moved:
        out.print(safe_text("The average duties stay as they were: " + "; ".join(map(_duty, change["duties"])), "dim"))


def _clock_change(clock: JsonRow) -> list[str]:
    """The end of the truce, where it moved or its standing changed."""
    before, after = clock["before"] or {}, clock["after"] or {}
    if before == after:
        return []
    parts = [_from_to(key, before.get(key), after.get(key)) for key in ("expiry", "status", "days_left")]
    return ["clock: " + ", ".join(filter(None, parts))] if any(parts) else []


def _row_change(row: JsonRow) -> str:
    """One row that is new, changed or gone."""
    name = " ".join(str(value) for value in row["row"].values() if value)
    parts = [_from_to(key, old, new, row["change"] == "new") for key, (old, new) in row["keys"].items()]
    return f"{row['change']} {row['table'].removesuffix('s')}: {name}" + "".join(f", {part}" for part in parts if part)


def _from_to(key: str, old: Any, new: Any, is_new: bool = False) -> str:
    """A key and how its value changed; nothing where it did not."""
    if old == new:
        return ""
    label = TERMS.get(key, readable(key))
    return (
        f"{label} {readable(new)}" if is_new or old is None else f"{label} {readable(old)} → {readable(new or 'none')}"
    )


def _duty(row: JsonRow) -> str:
    return f"{side_name(row['by'])} on {side_name(row['against'])} {row['after_pp']:.2f} points"


def _duty_change(row: JsonRow) -> str:
    pair = f"{side_name(row['by'])} on {side_name(row['against'])}"
    return f"average duty added by {pair}: {row['before_pp']:.2f} → {row['after_pp']:.2f} points"


def _ledger_change(row: JsonRow) -> str:
    return f"{_duty_change(row)}, from {day(row['as_of'])}, as known on {day(row['known'])}"


def _income_change(income: JsonRow | None) -> list[str]:
    """Real income of the parties under the duties before and after, with the proof and the setting."""
    if income is None:
        return []
    if income["why"]:
        return [f"real income not priced: {income['why']}"]
    economy, solver = income["economy"], income["solver"]
    parties = [f"{side_name(p['party'])} {p['before_pct']:+.3f} → {p['after_pct']:+.3f} %" for p in income["parties"]]
    setting = f"{economy['world']}, {economy['elasticity']['name']}, horizon {economy['horizon']['name']}"
    proof = f"largest residual {solver['residual']:.0e}"
    return [f"real income against {economy['year']}: {'; '.join(parties)} ({setting}; {proof})"]


def walk(answer: Answer, decide: Callable[[JsonRow], JsonRow]) -> None:
    """Review one proposal after the other; each decision is written as it is taken, and what it changed is shown."""
    out, rows = console(), answer.data["pending"]
    if not rows:
        out.print(safe_text("nothing waits for a decision"))
    for number, row in enumerate(rows, start=1):
        _show_proposal(out, row, f"{number} of {len(rows)}")
        if not _decide_on(out, row, decide):
            out.print(safe_text("stopped; what was decided is written", "dim"))
            return


def _relation(row: JsonRow) -> str:
    """How a proposal stands to the record, in words."""
    match = row["match"]
    if match["relation"] == "new":
        return "new"
    as_ = "same as" if match["relation"] == "same" else match["relation"]
    return f"{as_} {match['of']}"


def _relation_with_reason(row: JsonRow) -> str:
    return f"{_relation(row)}: {row['match']['why']}" if row["match"]["of"] else _relation(row)


def _show_proposal(out: Console, row: JsonRow, place: str) -> None:
    speaker = row["by"]["name"] or side_name(row["by"]["side"])
    out.print()
    out.print(safe_text(f"{place}  {readable(row['kind'])}  {row['proposal']}", "bold"))
    out.print(safe_text(f'"{row["quote"]}"'))
    out.print(safe_text(f"{_value(row)}  ·  {speaker}, {row['by']['mode']}"))
    for line in _standing_lines(row):
        out.print(safe_text(line, "cyan"))
    if row["flags"]:
        out.print(safe_text(f"flags: {readable(', '.join(row['flags']))}", "yellow"))


def _standing_lines(row: JsonRow) -> list[str]:
    """How a proposal stands to the record; an act of a feed, to the ledger and to the record by each statement."""
    if row["kind"] != "act":
        return [_relation_with_reason(row)]
    statements = [f"record: {_measure(s)}, {_relation_with_reason(s)}" for s in row["statements"]]
    return [f"ledger: {_ledger_standing(row)}", *statements]


def _measure(statement: JsonRow) -> str:
    """The measure that a statement is about, as the record names it."""
    return str(statement["match"]["joins"].get("measure") or statement["value"].get("measure"))


def _ledger_standing(row: JsonRow) -> str:
    """How an act stands to the ledger of duties, and what it would add there."""
    ledger = row["ledger"]
    relation = "same as" if ledger["relation"] == "same" else ledger["relation"]
    adds = f"; adds {', '.join(ledger['adds'])}" if ledger["adds"] else ""
    moved = "; ".join(f"{readable(key)} {old or 'none'} → {new}" for key, (old, new) in ledger["keys"].items())
    no_rate = f"; not priced: {ledger['why_not']}" if ledger["why_not"] else ""
    return f"{relation} {ledger['of'] or ''}".strip() + (f" ({moved})" if moved else "") + adds + no_rate


def _act_rate(row: JsonRow) -> str:
    rate = row["rate"]
    values = rate if isinstance(rate, list) else [] if rate is None else [rate]
    return " / ".join(f"{value:g}" for value in values) + (f" {readable(row['rate_kind'])}" if values else "")


def _act_days(row: JsonRow) -> str:
    """The days of an act, each under its name."""
    names = ("announced", "signed", "legal_from", "until", "suspended_until", "known")
    return ", ".join(f"{DAY_NAMES.get(name, name)} {str(row[name])[:10]}" for name in names if row[name])


def _decide_on(out: Console, row: JsonRow, decide: Callable[[JsonRow], JsonRow]) -> bool:
    """Ask until a decision can be written; False if the reviewer stops."""
    while True:
        key = ask(f"{KEYS}: ").lower()[:1]
        if key in ("q", ""):
            return False
        if key == "s":
            return True
        if key not in DECISIONS:
            continue
        try:
            result = decide({"proposal": row["proposal"], **DECISIONS[key]()})
        except DetenteError as error:
            out.print(safe_text(str(error), "red"))
            continue
        if key != "r":
            changed(out, result["changed"])
            _added_to_duties(out, result)
        return True


def _added_to_duties(out: Console, data: JsonRow) -> None:
    for name in data.get("acts", ()):
        out.print(safe_text(f"added to your duties: {name}"))


def ask(question: str) -> str:
    """A line typed by the reviewer; the end of the input reads as q."""
    try:
        return input(question).strip()
    except EOFError:
        return "q"


def _accept() -> JsonRow:
    return {"decision": "accept"}


def _edit() -> JsonRow:
    value = pairs(ask("key=value, separated by blanks: ").split())
    return {"decision": "edit", "value": value, "why": ask("why: ")}


def _refuse() -> JsonRow:
    return {"decision": "refuse", "why": ask("why: ")}


DECISIONS: dict[str, Callable[[], JsonRow]] = {"a": _accept, "e": _edit, "r": _refuse}


def pairs(texts: Iterable[str]) -> dict[str, Any]:
    """KEY=VALUE texts as a mapping; a value that is JSON is read as JSON. Raises QuestionError."""
    values: dict[str, Any] = {}
    for written in texts:
        key, equals, value = written.partition("=")
        if not equals or not key.strip():
            raise QuestionError(f"{written!r} is not KEY=VALUE; write for example new_expiry=2026-11-10")
        try:
            values[key.strip()] = read_json(value)
        except QuestionError:
            values[key.strip()] = value
    return values


def conflicts(answer: Answer) -> None:
    """Every claim with who, when and where; the one shown and why; where trackers differ."""
    out, data = console(), answer.data
    out.print(safe_text(f"Where sources differ on {day(data['as_of'])}, as known on {day(data['known'])}", "bold"))
    if not data["conflicts"]:
        out.print(safe_text("No sources differ."))
    for row in data["conflicts"]:
        title = row["about"] + ("" if row["open"] else " (past)")
        reason = safe_text(f"Shown because {row['why']}", "dim")
        section(out, title, table_of(row["claims"], _claim_columns(row["shown"])), reason)
    if data["trackers"]:
        days = [(row["act"], when, sources) for row in data["trackers"] for when, sources in row["days"].items()]
        section(out, "Where trackers differ", table_of(_once(days), TRACKER_COLUMNS))
    print_notes(answer)


def _once(days: list[tuple[str, str, list[JsonRow]]]) -> list[tuple[str, str, list[JsonRow]]]:
    """The days of each act, which is named in its first row only."""
    acts: set[str] = set()
    rows = []
    for act, when, sources in days:
        rows.append(("" if act in acts else act, when, sources))
        acts.add(act)
    return rows


def _claim_columns(preferred: Any) -> list[Column[JsonRow]]:
    """The claims of a conflict; those that stand are marked."""
    values = preferred if isinstance(preferred, list) else [preferred]

    def mark(claim: JsonRow) -> str:
        return claim["rank"] if claim["rank"] in RANKS else "shown" if claim["value"] in values else ""

    return [
        Column("", mark),
        Column("value", lambda claim: readable(claim["value"])),
        Column("by", lambda claim: side_name(claim["by_side"])),
        Column("on", lambda claim: day(claim["asserted"]), "day"),
        Column("statement", lambda claim: claim["statement"]),
        Column("words", _claim_words),
    ]


def _claim_words(claim: JsonRow) -> Cell:
    """The quotation, its source below it, and the reason of an override."""
    ranked = claim["ranked"]
    override = (Cell(f"[{ranked['by']}: {ranked['why']}]"),) if ranked else ()
    cell = quotation(claim["quote"])
    return Cell(cell.text, quote=cell.quote, more=(Cell(claim["source"]), *override))


def ranked(answer: Answer) -> None:
    """The override that was written."""
    _curated(answer, f"{answer.data['of']} is {answer.data['rank']}")


def _curated(answer: Answer, decision: str) -> None:
    """A reviewer's decision on a statement: from when it holds, whose it is and why."""
    data = answer.data
    console().print(safe_text(f"{decision} from {data['known']} on, by {data['by']}: {data['why']}"))
    print_notes(answer)


def people(answer: Answer) -> None:
    """Who is who, and the decisions on names in print."""
    out, data = console(), answer.data
    title = f"People on {day(data['as_of'])}, as known on {day(data['known'])}"
    section(out, title, table_of(data["people"], PEOPLE_COLUMNS))
    if data["decisions"]:
        section(out, "Decisions on names", table_of(data["decisions"], NAME_COLUMNS))
    print_notes(answer)


def _office(role: JsonRow) -> str:
    ends = f" to {role['to']}" if role["to"] else ""
    return str(role["role"]) + (f" (from {role['from']}{ends})" if role["from"] else "")


def named(answer: Answer) -> None:
    """The decision on a name that was written."""
    data = answer.data
    verb = {"same": "is", "not_same": "is not", "unsure": "may be"}[data["decision"]]
    console().print(safe_text(f'"{data["surface"]}" {verb} {data["person"]}, by {data["by"]}: {data["why"]}'))
    print_notes(answer)


def checked(answer: Answer) -> None:
    """What is wrong in a dossier, and what to look at again."""
    out, data = console(), answer.data
    quotes = data["quotes"]
    statements, sources = with_count(data["statements"], "statement"), with_count(data["sources"], "source")
    out.print(
        safe_text(
            f"{statements} from {sources}; of {quotes['with_a_place']} quotations that give a place in their text,"
            f" {quotes['held_against_a_text']} were compared with it"
        )
    )
    for level, title in (("wrong", "Wrong"), ("look", "To look at again")):
        if data[level]:
            section(out, title, table_of(data[level], CHECK_COLUMNS))
    if not data["wrong"]:
        out.print(safe_text("Nothing is wrong.", "green"))
    print_notes(answer)


def _speaker(row: JsonRow) -> str:
    return row["by"]["name"] or row["by"]["side"] or "?"


def _value(row: JsonRow) -> str:
    """The value of a fact as KEY=VALUE pairs; what is empty is left out."""
    filled = ((key, value) for key, value in row["value"].items() if value not in (None, [], ""))
    return ", ".join(f"{key}={'+'.join(map(str, v)) if isinstance(v, list) else v}" for key, v in filled)


def _rate(row: JsonRow) -> str:
    rate = row["rate_pp"] if row["rate_pp"] is not None else row["rate_pct"]
    return "" if rate is None else f"{rate:g}"


def _publishers(row: tuple[str, str, list[JsonRow]]) -> str:
    return ", ".join(dict.fromkeys(str(source["publisher"] or source["source"]) for source in row[2]))


def _quote(row: JsonRow) -> Cell:
    return Cell(quote=row["quote"])


FACT_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("kind", lambda fact: readable(fact["kind"])),
    Column("by", _speaker),
    Column("value", _value),
    Column("quotation", _quote),
    Column("place", lambda fact: f"{fact['start']}-{fact['end']}", "number"),
)
PENDING_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("proposal", lambda row: row["proposal"]),
    Column("stands", _relation_with_reason),
    Column("kind", lambda row: readable(row["kind"])),
    Column("by", _speaker),
    Column("value", _value),
    Column("quotation", _quote),
)
MARKET_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("question", lambda row: row["title"]),
    Column("market", lambda row: row["market"]),
    Column("yes", lambda row: "" if row["probability"] is None else f"{100 * row['probability']:.0f} %", "number"),
    Column("deadline", lambda row: row["deadline"] or "", "day"),
    Column("status", lambda row: row["status"]),
)
DECISION_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("proposal", lambda row: row["proposal"]),
    Column("decision", lambda row: row["decision"]),
    Column("kind", lambda row: readable(row["kind"])),
    Column("by", lambda row: row["by"]),
    Column("why", lambda row: row["why"] or ""),
    Column("statement", lambda row: row["statement"] or ""),
)
MEASURE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("measure", lambda row: row["measure"] or row["type"]),
    Column("by", lambda row: row["imposer"]),
    Column("on", lambda row: row["target"] or "all"),
    Column("rate", _rate, "number"),
    Column("status", lambda row: readable(row["status"])),
    Column("legal from", lambda row: row["legal_from"] or "", "day"),
    Column("suspended until", lambda row: row["suspended_until"] or "", "day"),
    Column("authority", lambda row: row["authority"] or ""),
)
PEOPLE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("person", lambda row: row["person"]),
    Column("side", lambda row: row["side"] or "?"),
    Column("office on the day", lambda row: "; ".join(_office(role) for role in row["roles"])),
    Column("names in print", lambda row: ", ".join(row["surfaces"])),
)
NAME_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("name in print", lambda row: row["surface"]),
    Column("is", lambda row: readable(row["decision"])),
    Column("person", lambda row: row["person"]),
    Column("by", lambda row: row["by"]),
    Column("known", lambda row: row["known"]),
    Column("why", lambda row: row["why"] or ""),
)
CHECK_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("rule", lambda row: row["rule"]),
    Column("statement", lambda row: row["statement"] or ""),
    Column("what", lambda row: row["says"]),
)
TRACKER_COLUMNS: tuple[Column[tuple[str, str, list[JsonRow]]], ...] = (
    Column("act", lambda row: row[0]),
    Column("day", lambda row: day(row[1]), "day"),
    Column("given by", _publishers),
)
