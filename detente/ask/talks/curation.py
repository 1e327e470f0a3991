"""The record as its keepers use it: add, review, retract, rank, decide names, check. An answer says what was written.

A shipped dossier is read-only: a keeper's lines lie over it, in a folder of the same name under the home folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from detente.ask.answer import Answer
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks import changes, reading_process
from detente.ask.talks.dossier import document_metadata, resolve_days, source_of, today
from detente.ask.talks.proposal_rows import proposal_row
from detente.ask.talks.reading_process import DocumentReading
from detente.errors import QuestionError, RecordError
from detente.record import checks, review
from detente.record import document as documents
from detente.record.document import Document
from detente.record.fact import By, FactDate, Source, Statement, plain
from detente.record.field_types import shown
from detente.record.review import Decision
from detente.record.starting import check_name, own_names
from detente.record.store import Record, shipped_dossiers
from detente.safe_io import read_json, read_json_lines

TUPLES = ("flags", "carries")  # fields of a source that are tuples
DERIVED = ("schema", "id", "recorded_at")  # fields of a statement that the record makes
LISTED_UNDER = {"accept": "accepted", "edit": "edited", "refuse": "refused"}

JsonRow = dict[str, Any]


class Reason(NamedTuple):
    """Who takes a decision and why; known: the day from which it counts as known, today by default."""

    by: str
    why: str
    known: str | None = None

    def to_json(self, line: Statement) -> JsonRow:
        """The reason as it stands in the answer, with the day that was written."""
        return {"by": self.by, "why": self.why, "known": line.known}


def open_for_writing(dossier: str, home: str | None, *, new: bool = False, broken: list[str] | None = None) -> Record:
    """A dossier to work on: a shipped one under the lines of `home`, one's own from `home`, or a new one there.

    broken: takes what is wrong with lines that cannot be read, as `Record.load`. Raises QuestionError where there is
    none of that name.
    """
    if dossier in shipped_dossiers() or dossier in own_names(home):
        return Record.load(dossier, home, broken=broken)
    if os.sep in dossier and os.path.isdir(dossier):
        return Record.load(dossier, broken=broken)
    if new and home:
        return Record(check_name(dossier), Path(home) / dossier)
    names = ", ".join(dict.fromkeys([*shipped_dossiers(), *own_names(home)]))
    raise QuestionError(
        f"no dossier {dossier[:80]!r}; there is {names}; `record new NAME --parties IND,USA` starts a new one"
    )


def add(text: str, *, dossier: str = DEFAULT_DOSSIER, home: str | None = None, by: str | None = None) -> Answer:
    """Add statements and sources given as JSON: one object, a list, or one object a line. All or none are written.

    by: who wrote the statements down, where they do not say so. Raises RecordError, QuestionError.
    """
    sources, statements = _read_input(text, by)
    record = open_for_writing(dossier, home, new=bool(sources))
    before = {s.id for s in record.statements()}
    known_sources = set(record.sources)
    record.add_all(statements, sources=sources)
    rows = [{"statement": s.id, "kind": s.kind, "source": s.source, "new": s.id not in before} for s in statements]
    data = {
        "added": [row for row in rows if row["new"]],
        "already_there": [row for row in rows if not row["new"]],
        "sources": [s.id for s in sources if s.id not in known_sources],
    }
    return written("record add", record, data, {"dossier": dossier})


def retract(
    statement: str,
    *,
    why: str | None = None,
    by: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """Say that a statement no longer stands, since when and why; what was known before stays.

    known: the day from which the retraction counts as known, today by default. Raises RecordError, QuestionError.
    """
    record = open_for_writing(dossier, home)
    if not (by or "").strip():
        raise RecordError("a retraction needs who decided it; give --by")
    original = record.find(statement)
    keeper = By(name=by, side=original.by.side, mode=original.by.mode)
    line = record.retract(original.id, known=known or today(), why=why or "", by=keeper)
    data = {
        "retracted": original.id, "line": line.id, "kind": original.kind, "why": line.note, "by": by,
        "known": line.known,
    }  # fmt: skip
    return written("record retract", record, data, {"dossier": dossier})


def pending(
    path: str | Path,
    *,
    published: str | None = None,
    url: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """What a document proposes and nobody has decided, and what was decided before. Raises RecordError."""
    document, proposals, record = _proposals(path, published, url, dossier, home)
    decided = review.decided_on(record)
    comparisons = review.compared(record, proposals)
    data = {
        "document": document_metadata(document),
        "pending": [proposal_row(s, comparisons[s.id]) for s in review.undecided(record, proposals)],
        "decided": [_decision_row(decided[s.id]) for s in proposals if s.id in decided],
        "proposed": len(proposals),
    }
    return written("record review", record, data, {"dossier": dossier, "published": document.published})


def decide(
    path: str | Path,
    decisions: Sequence[Mapping[str, Any]],
    *,
    by: str | None = None,
    published: str | None = None,
    url: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
    on: str | None = None,
) -> Answer:
    """Take decisions on a document's proposals: accept, edit or refuse, each with who and why. All or none are written.

    on: the day of the decisions, today by default. Raises RecordError, QuestionError.
    """
    document, proposals, record = _proposals(path, published, url, dossier, home)
    decided = wanted(decisions, [s.id for s in review.undecided(record, proposals)], by)
    data = _decided(document, proposals, record, decided, on)
    return written("record review", record, data, {"dossier": dossier, "published": document.published})


def _decided(
    document: Document, proposals: list[Statement], record: Record, decided: list[Decision], on: str | None = None
) -> JsonRow:
    """Write decisions, and what they changed."""
    day = changes.day_of(document)
    before = changes.snapshot(record, day)
    added = review.apply(record, proposals, decided, source=source_of(document), on=on, text=document.text)
    data: JsonRow = {"document": document_metadata(document), **{name: [] for name in LISTED_UNDER.values()}}
    latest = review.decided_on(record)
    for decision in decided:
        proposal = next(s for s in proposals if s.id.startswith(decision.proposal))
        data[LISTED_UNDER[decision.decision]].append(_decision_row(latest[proposal.id]))
    data |= {"added": [s.id for s in added], "pending": len(review.undecided(record, proposals))}
    data["changed"] = changes.since(before, record, added)
    return data


def claims(reading: DocumentReading, *, dossier: str = DEFAULT_DOSSIER, home: str | None = None) -> list[JsonRow]:
    """What a document proposes, how each stands to the record, and the decision that was taken on it, if one was."""
    record, proposals = open_for_writing(dossier, home), list(reading.proposed)
    comparisons, waiting = review.compared(record, proposals), {s.id for s in review.undecided(record, proposals)}
    decided = review.decided_on(record)
    return [
        {
            **proposal_row(s, comparisons[s.id]), "waits": s.id in waiting,
            "decided": _decision_row(decided[s.id]) if s.id in decided else None,
        }
        for s in proposals
    ]  # fmt: skip


def accept(
    path: str | Path,
    chosen: Sequence[str],
    *,
    by: str,
    why: str = "",
    published: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """Accept proposals of a document by their ids, as `decide` does; those that are settled already stay as they are.

    The answer lists the accepted, those `already` settled with who settled them, and the `conflicts` of the record in
    which an accepted claim now stands. Raises RecordError for an id that the document does not propose, QuestionError.
    """
    document, proposals, record = _proposals(path, published, None, dossier, home)
    names = list(dict.fromkeys(chosen))
    _check_chosen(names, proposals)
    settled = review.decided_on(record)
    waiting = {s.id for s in review.undecided(record, proposals)}
    decisions = [Decision(name, "accept", by, why) for name in names if name in waiting]
    data = _decided(document, proposals, record, decisions)
    data["already"] = [
        _decision_row(settled[name]) if name in settled else {"proposal": name, "statement": name}
        for name in names
        if name not in waiting
    ]
    data["conflicts"] = _conflicts_of(record, set(data["added"]))
    return written("record review", record, data, {"dossier": dossier, "published": document.published})


def _check_chosen(names: Sequence[str], proposals: Iterable[Statement]) -> None:
    """Raises QuestionError where nothing is chosen, RecordError for what is none of the proposals."""
    if not names:
        raise QuestionError("no claim is chosen; tick those to accept")
    known = {s.id for s in proposals}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise RecordError(f"the document makes no claim {shown(unknown)}; read it again and choose among its claims")


def _conflicts_of(record: Record, statements: set[str]) -> list[JsonRow]:
    """The matters on which claims of the record differ today, one of these statements among them."""
    rows: list[JsonRow] = plain(record.as_of(today()).conflicts)
    return [row for row in rows if statements & {claim["statement"] for claim in row["claims"]}]


def conflicts(
    *, dossier: str = DEFAULT_DOSSIER, home: str | None = None, as_of: str | None = None, known: str | None = None
) -> Answer:
    """Claims that differ, side by side, the one shown and why; and where trackers date one act differently."""
    as_of, known = resolve_days(as_of, known)
    record = open_for_writing(dossier, home)
    rows = plain(record.as_of(as_of, known).conflicts)
    data = {"as_of": as_of, "known": known, "conflicts": rows, "trackers": _trackers(rows, record)}
    options = {"dossier": dossier, "as_of": as_of, "known": known}
    return Answer("record conflicts", data, _notes(record), options)


def rank(
    statement: str, level: str, reason: Reason, *, dossier: str = DEFAULT_DOSSIER, home: str | None = None
) -> Answer:
    """Override the default view, with a reason: prefer a claim, deprecate it, or take an override back.

    level: preferred, deprecated or normal. Raises RecordError.
    """
    record = open_for_writing(dossier, home)
    line = review.rank(record, statement, level, who=reason.by, why=reason.why, known=reason.known)
    data = {"line": line.id, "of": line.value["of"], "rank": level, **reason.to_json(line)}
    return written("record conflicts", record, data, {"dossier": dossier})


def people(
    name: str | None = None,
    *,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
) -> Answer:
    """People: side, offices by date, names in print; and every decision on a name.

    name: only people with a form of their name that contains this. Raises QuestionError where nobody has.
    """
    as_of, known = resolve_days(as_of, known)
    record = open_for_writing(dossier, home)
    rows = plain(record.as_of(as_of, known).people)
    if name:
        rows = [row for row in rows if _has_name(row, name)]
        if not rows:
            raise QuestionError(f"{dossier} has no person and no name in print like {name!r} on {as_of}")
    offices = _offices(record, known)
    for row in rows:
        row["offices"] = offices.get(row["person"], [])
    decisions = [_name_decision_row(s) for s in review.names_decided(record, known)]
    data = {"as_of": as_of, "known": known, "people": rows, "decisions": decisions}
    return Answer("record people", data, _notes(record), {"dossier": dossier, "as_of": as_of, "known": known})


def _has_name(row: JsonRow, name: str) -> bool:
    return any(name.casefold() in form.casefold() for form in (row["person"], *row["surfaces"]))


def _offices(record: Record, known: str) -> dict[str, list[JsonRow]]:
    offices: dict[str, list[JsonRow]] = {}
    for s in record.statements(known=known):
        if s.kind == "participant" and s.value.get("role"):
            offices.setdefault(s.value["person"], []).append(
                {"role": s.value["role"], "from": s.valid_from, "to": s.valid_to, "verification": s.verification}
            )
    return offices


def name(
    surface: str, person: str, decision: str, reason: Reason, *, dossier: str = DEFAULT_DOSSIER, home: str | None = None
) -> Answer:
    """Decide that a name in print is a person, is not, or that it is open.

    decision: same, not_same or unsure. Raises RecordError.
    """
    record = open_for_writing(dossier, home)
    line = review.same_person(record, surface, person, decision, who=reason.by, why=reason.why, known=reason.known)
    data = {"line": line.id, **dict(line.value), **reason.to_json(line)}
    return written("record people", record, data, {"dossier": dossier})


def check(*, dossier: str = DEFAULT_DOSSIER, home: str | None = None, documents: str | None = None) -> Answer:
    """Check every line against its kind and quotes against the texts at hand; list what a person should look at again.

    documents: a folder with the sources' files, named by source id. Raises QuestionError.
    """
    broken: list[str] = []
    record = open_for_writing(dossier, home, broken=broken)
    texts = _texts(documents) if documents else None
    placed, compared = checks.quotes_checked(record, texts or (lambda _: None))
    in_lines = [checks.Finding("wrong", "line", None, f"{line}; correct or remove that line") for line in broken]
    rows = [
        {"rule": finding.rule, "statement": finding.statement, "says": finding.says, "level": finding.level}
        for finding in (*in_lines, *checks.findings(record, texts))
    ]
    data = {
        "statements": len(record.statements()),
        "sources": len(record.sources),
        "quotes": {"with_a_place": placed, "held_against_a_text": compared},
        "wrong": [row for row in rows if row["level"] == "wrong"],
        "look": [row for row in rows if row["level"] == "look"],
    }
    return written("record check", record, data, {"dossier": dossier, "documents": documents})


def _proposals(
    path: str | Path, published: str | None, url: str | None, dossier: str, home: str | None
) -> tuple[Document, list[Statement], Record]:
    reading = reading_process.read(path, published=published, url=url)
    return reading.document, list(reading.proposed), open_for_writing(dossier, home)


def wanted(entries: Iterable[Mapping[str, Any]], waiting: Sequence[str], by: str | None) -> list[Decision]:
    """Decisions as given; `all` means every proposal that waits, by its id, and is not named elsewhere.

    Raises RecordError for a field that no decision has, QuestionError where there is no decision.
    """
    entries = list(entries)
    named = [str(entry.get("proposal", "")) for entry in entries]
    rest = [name for name in waiting if not any(start != "all" and name.startswith(start) for start in named)]
    decisions = []
    for proposal, entry in zip(named, entries, strict=True):
        _check_fields(entry)
        for statement in rest if proposal == "all" else [proposal]:
            decisions.append(_decision(statement, entry, by))
    if not decisions:
        raise QuestionError("no decision is given, or no proposal waits for one; list the proposals with --list")
    return decisions


def _check_fields(entry: Mapping[str, Any]) -> None:
    unknown = entry.keys() - {"proposal", "decision", "by", "why", "change", *review.EDITABLE}
    if unknown:
        raise RecordError(f"a decision has the unknown field {', '.join(sorted(unknown))}; see `record review --help`")


def _decision(proposal: str, entry: Mapping[str, Any], by: str | None) -> Decision:
    change = {key: entry[key] for key in review.EDITABLE if key in entry and key != "by"}
    change |= entry.get("change") or {}
    who, why = str(entry.get("by") or by or ""), str(entry.get("why") or "")
    return Decision(proposal, str(entry.get("decision", "")), who, why, change or None)


def _decision_row(s: Statement) -> JsonRow:
    return {
        "proposal": s.value["proposal"], "decision": s.value["decision"], "kind": s.value.get("proposed_kind"),
        "statement": s.value.get("statement"), "by": s.by.name, "why": s.note, "known": s.known,
        "recorded_at": s.recorded_at, "quote": s.quote, "line": s.id,
    }  # fmt: skip


def _name_decision_row(s: Statement) -> JsonRow:
    return {
        "surface": s.value["surface"], "person": s.value["person"], "decision": s.value["decision"],
        "by": s.by.name, "why": s.note, "known": s.known, "recorded_at": s.recorded_at, "statement": s.id,
    }  # fmt: skip


def _trackers(conflicts: Iterable[JsonRow], record: Record) -> list[JsonRow]:
    """The days that different publishers give for one act, side by side."""
    rows = []
    for row in conflicts:
        dated = [claim for claim in row["claims"] if str(claim["value"])[:4].isdigit()]
        if len({claim["value"] for claim in dated}) < 2:
            continue
        days: dict[str, list[JsonRow]] = {}
        for claim in dated:
            days.setdefault(claim["value"], []).append(_tracker_claim(claim, record))
        rows.append({"act": row["about"], "days": days, "shown": row["shown"], "why": row["why"]})
    return rows


def _tracker_claim(claim: JsonRow, record: Record) -> JsonRow:
    source = record.sources.get(claim["source"])
    return {
        "publisher": source.publisher if source else None, "published": source.published if source else None,
        "source": claim["source"], "quote": claim["quote"], "statement": claim["statement"],
    }  # fmt: skip


def _texts(folder: str) -> Callable[[str], str | None]:
    """What gives a source's text by its id, from a folder of files named by source id."""
    if not Path(folder).is_dir():
        raise QuestionError(f"{folder} is not a folder; --documents names the folder with the sources' files")
    files = {path.stem: path for path in sorted(Path(folder).iterdir()) if path.is_file()}

    def text(source: str) -> str | None:
        return documents.text_of(files[source]) if source in files else None

    return text


def _read_input(text: str, by: str | None) -> tuple[list[Source], list[Statement]]:
    sources, statements = [], []
    for entry in _objects(text):
        inner = entry.get("source")
        if isinstance(inner, dict):
            sources.append(_source(inner))
            entry = {**entry, "source": inner.get("id")}
        if "kind" in entry and "value" in entry:
            statements.append(_statement(entry, by))
        elif "publisher" in entry:
            sources.append(_source(entry))
        elif not isinstance(inner, dict):
            raise RecordError("an object is a statement (kind, value, by, source, known) or a source (id, publisher)")
    if not sources and not statements:
        raise RecordError("there is nothing to add; give a statement or a source as JSON")
    return sources, statements


def _objects(text: str) -> list[JsonRow]:
    """The objects of one JSON document, or of JSON lines: there the first line is a document of its own."""
    first, _, rest = text.strip().partition("\n")
    if rest and _is_json(first):
        objects = [value for _, value in read_json_lines(text, "the input", error=RecordError)]
    else:
        whole = read_json(text, "the input", error=RecordError) if text.strip() else []
        objects = whole if isinstance(whole, list) else [whole]
    if not all(isinstance(entry, dict) for entry in objects):
        raise RecordError("a statement or source is a JSON object; this is something else")
    return objects


def _is_json(text: str) -> bool:
    try:
        read_json(text)
    except QuestionError:
        return False
    return True


def _statement(entry: Mapping[str, Any], by: str | None) -> Statement:
    fields = {key: value for key, value in entry.items() if key not in DERIVED}
    try:
        fields["by"] = By(**(fields.get("by") or {}))
        fields["date"] = FactDate(**(fields.get("date") or {}))
        fields["flags"] = _as_tuple(fields.get("flags") or [])
        statement = Statement(**{"source": "", "coder": by, **fields})
    except TypeError as error:
        raise RecordError(f"a statement has an unknown or missing field: {_reason(error)}") from None
    if not isinstance(statement.value, dict):
        raise RecordError(
            f"{shown(statement.kind)}: value is {shown(statement.value)}; give the keys of the kind as an object"
        )
    return statement


def _source(entry: Mapping[str, Any]) -> Source:
    fields: JsonRow = {
        key: _as_tuple(value) if key in TUPLES else value for key, value in entry.items() if key != "schema"
    }
    try:
        return Source(**{"title": "", "published": "", "kind": "press", **fields})
    except TypeError as error:
        raise RecordError(f"a source has an unknown or missing field: {_reason(error)}") from None


def _as_tuple(value: Any) -> Any:
    """A list as a tuple; what is no list stays, and is refused when its type is checked."""
    return tuple(value) if isinstance(value, list) else value


def _reason(error: TypeError) -> str:
    return (str(error).partition("__init__() ")[2] or str(error))[:200]


def written(question: str, record: Record, data: JsonRow, options: JsonRow) -> Answer:
    """An answer that also says which dossier it is about and in which folder its lines lie."""
    where = {"dossier": record.name, "folder": str(record.folder) if record.folder else None}
    return Answer(question, {**data, **where}, _notes(record), options)


def _notes(record: Record) -> tuple[str, ...]:
    notes = list(record.notices)
    if record.name in shipped_dossiers() and record.folder is not None:
        notes.append(f"{record.name} is shipped read-only; your lines are kept in {record.folder} and read over it")
    return tuple(notes)
