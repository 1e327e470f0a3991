"""Review: accept, edit or refuse a proposal, rank a claim, decide a name. Each is a line of its own: who, when, why.

Nothing is deleted or changed: a decision can be followed by another, and retracted like any statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from detente.errors import RecordError
from detente.record.fact import By, FactDate, Source, Statement
from detente.record.kinds import check
from detente.record.state import unretracted
from detente.record.state.claims import in_decision_order
from detente.record.store import Record

DECISIONS = ("accept", "edit", "refuse")
EDITABLE = ("kind", "value", "by", "date", "asserted", "known", "valid_from", "valid_to", "flags", "modality", "note")
REVIEWERS = Source(
    "review", "Decisions of the reviewers of this record", "this record", "2018-01-01", "dataset", licence="own work"
)


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided on one proposal; `change` holds the fields an edit sets."""

    proposal: str
    decision: str
    who: str
    why: str = ""
    change: Mapping[str, Any] | None = None


def undecided(record: Record, proposals: Iterable[Statement]) -> list[Statement]:
    """The proposals on which no decision stands and that are not in the record."""
    decided, present = decided_on(record), {s.id for s in record.statements()}
    return [s for s in proposals if s.id not in decided and s.id not in present]


def decided_on(record: Record) -> dict[str, Statement]:
    """Proposal id → the latest decision on it that was not retracted."""
    told = [s for s in record.statements() if s.kind == "review"]
    undone = {s.retracts for s in record.statements() if s.retracts}
    return {s.value["proposal"]: s for s in told if s.id not in undone and s.retracts is None}


def apply(
    record: Record,
    proposals: Sequence[Statement],
    decisions: Sequence[Decision],
    *,
    source: Source,
    on: str | date | None = None,
    text: str | None = None,
) -> list[Statement]:
    """Write the decisions and the statements they accept, all or none; the statements added.

    With the source's `text` every quote must stand verbatim at its place. Raises RecordError, and then nothing is
    written.
    """
    by_id = {s.id: s for s in proposals}
    seen: set[str] = set()
    added, reviews = [], []
    for decision in decisions:
        proposal = _proposal(by_id, decision)
        if proposal.id in seen:
            raise RecordError(f"proposal {proposal.id} is decided twice in one review; keep one line")
        seen.add(proposal.id)
        taken = None if decision.decision == "refuse" else _taken(proposal, decision, source)
        if taken is not None:
            added.append(taken)
        reviews.append(_review(proposal, decision, taken, on))
    record.add_all([*added, *reviews], sources=[source] if source.id not in record.sources else [], text=text)
    return [record.find(s.id) for s in added]


def rank(
    record: Record, statement: str, level: str, *, who: str, why: str, known: str | date | None = None
) -> Statement:
    """Prefer a claim, put it back to normal, or deprecate it, with a reason. Raises RecordError."""
    told = record.find(statement)
    if told.kind in ("rank", "review", "identity"):
        raise RecordError(f"{told.id} is a decision, not a claim; retract it instead")
    return record.add(_line("rank", {"of": told.id, "rank": level}, told.source, who, why, known))


def same_person(
    record: Record, surface: str, person: str, decision: str, *, who: str, why: str, known: str | date | None = None
) -> Statement:
    """Decide that a name in print is a person, is not, or that it is open; with a reason. Raises RecordError."""
    value = {"surface": surface.strip(), "person": person.strip(), "decision": decision}
    if not value["surface"] or not value["person"]:
        raise RecordError("a decision on a name needs the name in print and the person; one of them is empty")
    line = check(_line("identity", value, REVIEWERS.id, who, why, known))
    record.add_all([line], sources=[] if REVIEWERS.id in record.sources else [REVIEWERS])
    return record.find(line.id)


def names_decided(record: Record, known: str | None = None) -> list[Statement]:
    """Every decision on a name that stands, in the order it was taken."""
    told = record.statements() if known is None else record.statements(known=known)
    return in_decision_order(s for s in unretracted(told, known or "2999-12-31") if s.kind == "identity")


def _proposal(by_id: Mapping[str, Statement], decision: Decision) -> Statement:
    if decision.decision not in DECISIONS:
        raise RecordError(f"decision {decision.decision!r} is none; choose one of {', '.join(DECISIONS)}")
    if not decision.who.strip():
        raise RecordError("a decision needs who took it; give a name")
    if decision.decision != "accept" and not decision.why.strip():
        raise RecordError(f"to {decision.decision} {decision.proposal} needs a reason; say why")
    hits = [s for i, s in by_id.items() if i.startswith(decision.proposal)] if decision.proposal else []
    if len(hits) != 1:
        raise RecordError(
            f"{len(hits)} proposals of this document have ids that start with {decision.proposal!r}; list them with"
            " --list"
        )
    return hits[0]


def _taken(proposal: Statement, decision: Decision, source: Source) -> Statement:
    official = source.kind in ("official", "joint", "court")
    told = replace(proposal, coder=decision.who, verification="official read" if official else "press read")
    if decision.decision == "edit":
        told = _edited(told, decision.change or {})
    if told.known is None:
        raise RecordError(f"{told.kind}: the document has no publication date; give --published")
    return check(told)


def _edited(told: Statement, change: Mapping[str, Any]) -> Statement:
    odd = change.keys() - set(EDITABLE)
    if odd or not change:
        said = f"{', '.join(sorted(odd))} cannot be edited" if odd else "an edit changes nothing"
        raise RecordError(f"{told.kind}: {said}; give one of {', '.join(EDITABLE)} (the quote stays as printed)")
    new = dict(change)
    try:
        if "value" in new:
            merged = {**told.value, **new["value"]}
            new["value"] = {k: v for k, v in merged.items() if v is not None}
        if "by" in new:
            new["by"] = By(**{**vars(told.by), **new["by"]})
        if "date" in new:
            new["date"] = FactDate(**{**vars(told.date), **new["date"]})
        if "flags" in new:
            new["flags"] = tuple(new["flags"])
    except TypeError as refused:
        raise RecordError(f"{told.kind}: the edit cannot be read: {refused}") from None
    return replace(told, **new)


def _review(proposal: Statement, decision: Decision, taken: Statement | None, on: str | date | None) -> Statement:
    value: dict[str, Any] = {"decision": decision.decision, "proposal": proposal.id, "proposed_kind": proposal.kind}
    if taken is not None:
        value["statement"] = taken.id
    if decision.decision != "accept":
        value["value"] = dict(proposal.value)
    why = decision.why.strip() or "the passage says so"
    line = _line("review", value, proposal.source, decision.who, why, on)
    return replace(line, quote=proposal.quote, start=proposal.start, end=proposal.end)


def _line(kind: str, value: Mapping[str, Any], source: str, who: str, why: str, known: str | date | None) -> Statement:
    if not who.strip() or not why.strip():
        raise RecordError(f"a {kind} needs who decided and why; give a name and a reason")
    day = known.isoformat() if isinstance(known, date) else known or date.today().isoformat()
    by = By(name=who.strip(), mode="document", via="this record")
    return Statement(kind, dict(value), by, source, asserted=day, known=day, note=why.strip(), coder=who.strip())
