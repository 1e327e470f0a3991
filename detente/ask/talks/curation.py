"""The record as its keepers use it: add, review, retract, rank, decide names, check. An answer says what was written.

A shipped dossier is read-only: a keeper's lines lie over it, in a folder of the same name under the home folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.ask.talks.dossier import described, read_document, source
from detente.errors import QuestionError, RecordError
from detente.record import checks, document, propose, review
from detente.record.document import Document
from detente.record.fact import By, FactDate, Source, Statement, plain
from detente.record.review import Decision
from detente.record.store import Record, shipped_dossiers
from detente.safe_io import read_json, read_json_lines

RANKS = ("preferred", "normal", "deprecated")
JUDGEMENTS = ("same", "not_same", "unsure")
_TUPLES = ("flags", "carries")


def opened(dossier: str, home: str | None, *, new: bool = False) -> Record:
    """A dossier to work on: shipped ones under the lines of `home`, one's own from `home`, or a new one there.

    Raises QuestionError.
    """
    if dossier in shipped_dossiers() or (home and (Path(home) / dossier).is_dir()):
        return Record.load(dossier, home)
    if Path(dossier).name != dossier and Path(dossier).is_dir():
        return Record.load(dossier)
    own = sorted(p.name for p in Path(home).iterdir() if p.is_dir()) if home and Path(home).is_dir() else []
    there = ", ".join(dict.fromkeys([*shipped_dossiers(), *own]))
    if new and home and Path(dossier).name == dossier and dossier not in ("", ".", "..", "none"):
        return Record(dossier, Path(home) / dossier)
    raise QuestionError(f"no dossier {dossier!r}; there is {there}; `record add` with a source starts a new one")


def add(text: str, *, dossier: str, home: str | None, by: str | None = None) -> Answer:
    """Statements and sources as JSON: one object, a list, or one object a line. All or none are written."""
    sources, statements = _read_input(text, by)
    record = opened(dossier, home, new=bool(sources))
    before = {s.id for s in record.statements()}
    known_sources = set(record.sources)
    record.add_all(statements, sources=sources)
    rows = [{"statement": s.id, "kind": s.kind, "source": s.source, "new": s.id not in before} for s in statements]
    data = {
        "added": [r for r in rows if r["new"]],
        "already_there": [r for r in rows if not r["new"]],
        "sources": [s.id for s in sources if s.id not in known_sources],
        **_where(record),
    }
    return Answer("record add", data, _notes(record), {"dossier": dossier})


def retract(statement: str, *, why: str, by: str, known: str | None, dossier: str, home: str | None) -> Answer:
    """Say that a statement no longer stands, since when and why; what was known before stays."""
    record = opened(dossier, home)
    if not by.strip():
        raise RecordError("a retraction needs who took it; give --by")
    told = record.find(statement)
    line = record.retract(
        told.id, known=known or _today(), why=why, by=By(name=by, side=told.by.side, mode=told.by.mode)
    )
    data = {"retracted": told.id, "line": line.id, "kind": told.kind, "why": line.note, "by": by, "known": line.known}
    return Answer("record retract", {**data, **_where(record)}, _notes(record), {"dossier": dossier})


def pending(path: str, *, published: str | None, url: str | None, dossier: str, home: str | None) -> Answer:
    """What a document proposes and nobody has decided, and what was decided before."""
    found, told, record = _proposals(path, published, url, dossier, home)
    waiting = review.undecided(record, told)
    decided = review.decided_on(record)
    data = {
        "document": described(found),
        "pending": [_proposal(s) for s in waiting],
        "decided": [_decision(decided[s.id]) for s in told if s.id in decided],
        "proposed": len(told),
        **_where(record),
    }
    return Answer("record review", data, _notes(record), {"dossier": dossier, "published": found.published})


def decide(
    path: str,
    decisions: Sequence[Mapping[str, Any]],
    *,
    by: str | None,
    published: str | None,
    url: str | None,
    dossier: str,
    home: str | None,
    on: str | None = None,
) -> Answer:
    """Decisions on a document's proposals: accept, edit or refuse, each with who and why. All or none are written."""
    found, told, record = _proposals(path, published, url, dossier, home)
    waiting = review.undecided(record, told)
    wanted = _wanted(decisions, waiting, by)
    added = review.apply(record, told, wanted, source=source(found), on=on, text=found.text)
    data: dict[str, Any] = {"document": described(found), "accepted": [], "edited": [], "refused": []}
    latest = review.decided_on(record)
    ids = {s.id: s for s in told}
    for decision in wanted:
        full = next(i for i in ids if i.startswith(decision.proposal))
        data[{"accept": "accepted", "edit": "edited", "refuse": "refused"}[decision.decision]].append(
            _decision(latest[full])
        )
    data |= {"added": [s.id for s in added], "pending": len(review.undecided(record, told)), **_where(record)}
    return Answer("record review", data, _notes(record), {"dossier": dossier, "published": found.published})


def conflicts(*, dossier: str, home: str | None, as_of: str, known: str) -> Answer:
    """Claims that differ, side by side, the one shown and why; and where trackers date one act differently."""
    record = opened(dossier, home)
    state = record.as_of(as_of, known)
    rows = plain(state.conflicts)
    data = {"as_of": as_of, "known": known, "conflicts": rows, "trackers": _trackers(rows, record)}
    return Answer("record conflicts", data, _notes(record), {"dossier": dossier, "as_of": as_of, "known": known})


def rank(statement: str, level: str, *, why: str, by: str, known: str | None, dossier: str, home: str | None) -> Answer:
    """Override the default view: prefer a claim, deprecate it, or put it back to normal, with a reason."""
    record = opened(dossier, home)
    line = review.rank(record, statement, level, who=by, why=why, known=known)
    data = {"line": line.id, "of": line.value["of"], "rank": level, "by": by, "why": why, "known": line.known}
    return Answer("record conflicts", {**data, **_where(record)}, _notes(record), {"dossier": dossier})


def people(*, dossier: str, home: str | None, as_of: str, known: str, name: str | None = None) -> Answer:
    """Who: side, offices by date, names in print; and every decision on a name."""
    record = opened(dossier, home)
    state = record.as_of(as_of, known)
    rows = plain(state.people)
    if name:
        wanted = name.casefold()
        rows = [r for r in rows if any(wanted in x.casefold() for x in (r["person"], *r["surfaces"]))]
        if not rows:
            raise QuestionError(f"no person or name in print like {name!r} in {dossier} on {as_of}")
    offices: dict[str, list[dict[str, Any]]] = {}
    for s in record.statements(known=known):
        if s.kind == "participant" and s.value.get("role"):
            offices.setdefault(s.value["person"], []).append(
                {"role": s.value["role"], "from": s.valid_from, "to": s.valid_to, "verification": s.verification}
            )
    for row in rows:
        row["offices"] = offices.get(row["person"], [])
    decisions = [
        {
            "surface": s.value["surface"], "person": s.value["person"], "decision": s.value["decision"],
            "by": s.by.name, "why": s.note, "known": s.known, "recorded_at": s.recorded_at, "statement": s.id,
        }
        for s in review.names_decided(record, known)
    ]  # fmt: skip
    data = {"as_of": as_of, "known": known, "people": rows, "decisions": decisions}
    return Answer("record people", data, _notes(record), {"dossier": dossier, "as_of": as_of, "known": known})


def name(
    surface: str, person: str, decision: str, *, why: str, by: str, known: str | None, dossier: str, home: str | None
) -> Answer:
    """Decide that a name in print is a person, is not, or that it is open."""
    record = opened(dossier, home)
    line = review.same_person(record, surface, person, decision, who=by, why=why, known=known)
    data = {"line": line.id, **dict(line.value), "by": by, "why": why, "known": line.known}
    return Answer("record people", {**data, **_where(record)}, _notes(record), {"dossier": dossier})


def check(*, dossier: str, home: str | None, documents: str | None = None) -> Answer:
    """Every line against its kind, quotes against the texts at hand, and what a person should look at again."""
    record = opened(dossier, home)
    texts = _texts(documents) if documents else None
    found = checks.findings(record, texts)
    placed, held = checks.quotes_checked(record, texts or (lambda _: None))
    rows = [{"rule": f.rule, "statement": f.statement, "says": f.says, "level": f.level} for f in found]
    data = {
        "statements": len(record.statements()),
        "sources": len(record.sources),
        "quotes": {"with_a_place": placed, "held_against_a_text": held},
        "wrong": [r for r in rows if r["level"] == "wrong"],
        "look": [r for r in rows if r["level"] == "look"],
        **_where(record),
    }
    return Answer("record check", data, _notes(record), {"dossier": dossier, "documents": documents})


def _proposals(
    path: str, published: str | None, url: str | None, dossier: str, home: str | None
) -> tuple[Document, list[Statement], Record]:
    found = read_document(path, published=published, url=url)
    return found, propose.propose(found), opened(dossier, home)


def _wanted(decisions: Iterable[Mapping[str, Any]], waiting: Sequence[Statement], by: str | None) -> list[Decision]:
    """Decisions as given; `all` means every proposal that waits and is not named elsewhere."""
    told = list(decisions)
    named = [str(d.get("proposal", "")) for d in told]
    wanted = []
    for given in told:
        odd = given.keys() - {"proposal", "decision", "by", "why", "change", *review.EDITABLE}
        if odd:
            raise RecordError(f"a decision has the odd field {', '.join(sorted(odd))}; see `record review --help`")
        change = {**{k: given[k] for k in review.EDITABLE if k in given and k != "by"}, **(given.get("change") or {})}
        proposal, who = str(given.get("proposal", "")), str(given.get("by") or by or "")
        ids = [proposal]
        if proposal == "all":
            ids = [s.id for s in waiting if not any(n != "all" and s.id.startswith(n) for n in named)]
        for each in ids:
            wanted.append(
                Decision(each, str(given.get("decision", "")), who, str(given.get("why") or ""), change or None)
            )
    if not wanted:
        raise QuestionError("no decision given, or nothing waits for one; list the proposals with --list")
    return wanted


def _proposal(s: Statement) -> dict[str, Any]:
    return {
        "proposal": s.id, "kind": s.kind, "quote": s.quote, "start": s.start, "end": s.end, "by": dict(vars(s.by)),
        "value": plain(s.value), "date": dict(vars(s.date)), "flags": list(s.flags), "confidence": s.confidence,
    }  # fmt: skip


def _decision(s: Statement) -> dict[str, Any]:
    return {
        "proposal": s.value["proposal"], "decision": s.value["decision"], "kind": s.value.get("proposed_kind"),
        "statement": s.value.get("statement"), "by": s.by.name, "why": s.note, "known": s.known,
        "recorded_at": s.recorded_at, "quote": s.quote, "line": s.id,
    }  # fmt: skip


def _trackers(rows: Iterable[dict[str, Any]], record: Record) -> list[dict[str, Any]]:
    """The days that different publishers give for one act, side by side."""
    found = []
    for row in rows:
        dated = [c for c in row["claims"] if str(c["value"])[:4].isdigit()]
        if len({c["value"] for c in dated}) < 2:
            continue
        days: dict[str, list[dict[str, Any]]] = {}
        for claim in dated:
            told = record.sources.get(claim["source"])
            days.setdefault(claim["value"], []).append(
                {"publisher": told.publisher if told else None, "published": told.published if told else None,
                 "source": claim["source"], "quote": claim["quote"], "statement": claim["statement"]}
            )  # fmt: skip
        found.append({"act": row["about"], "days": days, "shown": row["shown"], "why": row["why"]})
    return found


def _texts(folder: str) -> Callable[[str], str | None]:
    where = Path(folder)
    if not where.is_dir():
        raise QuestionError(f"{folder} is no folder; --documents names the folder with the sources' files")
    files = {p.stem: p for p in sorted(where.iterdir()) if p.is_file()}

    def text(name: str) -> str | None:
        return document.read(files[name]).text if name in files else None

    return text


def _read_input(text: str, by: str | None) -> tuple[list[Source], list[Statement]]:
    sources, statements = [], []
    for told in _objects(text):
        inner = told.get("source")
        if isinstance(inner, dict):
            sources.append(_source(inner))
            told = {**told, "source": inner.get("id")}
        if "kind" in told and "value" in told:
            statements.append(_statement(told, by))
        elif "publisher" in told:
            sources.append(_source(told))
        elif not isinstance(inner, dict):
            raise RecordError("an object is a statement (kind, value, by, source, known) or a source (id, publisher)")
    if not sources and not statements:
        raise RecordError("nothing to add; give a statement or a source as JSON")
    return sources, statements


def _objects(text: str) -> list[dict[str, Any]]:
    """The objects of one JSON document, or of JSON lines: there the first line is a document of its own."""
    first, _, rest = text.strip().partition("\n")
    if rest and _is_json(first):
        found = [value for _, value in read_json_lines(text, "the input", error=RecordError)]
    else:
        whole = read_json(text, "the input", error=RecordError) if text.strip() else []
        found = whole if isinstance(whole, list) else [whole]
    if not all(isinstance(each, dict) for each in found):
        raise RecordError("a statement or source is a JSON object; this is something else")
    return found


def _is_json(text: str) -> bool:
    try:
        read_json(text)
    except QuestionError:
        return False
    return True


def _statement(told: Mapping[str, Any], by: str | None) -> Statement:
    kept = {k: v for k, v in told.items() if k not in ("schema", "id", "recorded_at")}
    try:
        kept["by"] = By(**(kept.get("by") or {}))
        kept["date"] = FactDate(**(kept.get("date") or {}))
        kept["flags"] = tuple(kept.get("flags") or ())
        found = Statement(**{"source": "", "coder": by, **kept})
    except TypeError as refused:
        raise RecordError(f"a statement has an odd or missing field: {_after(refused)}") from None
    if not isinstance(found.value, dict):
        raise RecordError(f"{found.kind}: value is {found.value!r}; give the keys of the kind as an object")
    return found


def _source(told: Mapping[str, Any]) -> Source:
    kept: dict[str, Any] = {k: tuple(v) if k in _TUPLES else v for k, v in told.items() if k != "schema"}
    try:
        return Source(**{"title": "", "published": "", "kind": "press", **kept})
    except TypeError as refused:
        raise RecordError(f"a source has an odd or missing field: {_after(refused)}") from None


def _after(refused: TypeError) -> str:
    return str(refused).partition("__init__() ")[2] or str(refused)


def _where(record: Record) -> dict[str, Any]:
    return {"dossier": record.name, "folder": str(record.folder) if record.folder else None}


def _notes(record: Record) -> tuple[str, ...]:
    said = list(record.notices)
    if record.name in shipped_dossiers() and record.folder is not None:
        said.append(f"{record.name} ships read-only; your lines lie over it in {record.folder}")
    return tuple(said)


def _today() -> str:
    return date.today().isoformat()
