"""Review: accept, edit or refuse a proposal, rank a claim, decide who a name in print is.

Each decision is a line of its own that says who took it, when and why. Nothing is deleted or changed: a decision can be
followed by another, and retracted like any statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from detente.errors import RecordError
from detente.record.fact import By, FactDate, Source, Statement
from detente.record.joining import Joined, join
from detente.record.kinds import check
from detente.record.state import unretracted
from detente.record.state.claims import ALL_TIME, in_decision_order
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
    settled = decided_on(record).keys() | {s.id for s in record.statements()}
    return [s for s in proposals if s.id not in settled]


def decided_on(record: Record) -> dict[str, Statement]:
    """Proposal id → the latest decision on it that was not retracted."""
    retracted = {s.retracts for s in record.statements() if s.retracts}
    reviews = [s for s in record.statements() if s.kind == "review" and s.retracts is None]
    return {s.value["proposal"]: s for s in reviews if s.id not in retracted}


def compared(record: Record, proposals: Sequence[Statement]) -> dict[str, Joined]:
    """Proposal id → how it stands to the record, and the statement that it would become."""
    standing = _standing(record)
    return {s.id: join(s, proposals, standing) for s in proposals}


def _standing(record: Record) -> list[Statement]:
    return unretracted(record.statements(), ALL_TIME)


def apply(
    record: Record,
    proposals: Sequence[Statement],
    decisions: Sequence[Decision],
    *,
    source: Source,
    on: str | date | None = None,
    text: str | None = None,
) -> list[Statement]:
    """Write the decisions and the statements they accept, all or none; gives the statements added.

    source: the document the proposals come from. on: the day of the decisions, today by default. text: that of the
    source; every quote must then stand verbatim at its place. Raises RecordError, and then nothing is written. An
    accepted statement carries the identity of the act that it speaks of, in the record or accepted before it here.
    """
    by_id = {s.id: s for s in proposals}
    reviewed: set[str] = set()
    standing = _standing(record)
    added, reviews = [], []
    for decision in decisions:
        proposal = _proposal(by_id, decision)
        if proposal.id in reviewed:
            raise RecordError(f"proposal {proposal.id} is decided twice in one review; give one decision on it")
        reviewed.add(proposal.id)
        accepted = None
        if decision.decision != "refuse":
            accepted = _accepted(join(proposal, proposals, standing).statement, decision, source)
            added.append(accepted)
            standing.append(accepted)
        reviews.append(_review(proposal, decision, accepted, on))
    record.add_all([*added, *reviews], sources=[source] if source.id not in record.sources else [], text=text)
    return [record.find(s.id) for s in added]


def rank(
    record: Record, statement: str, level: str, *, who: str, why: str, known: str | date | None = None
) -> Statement:
    """Write that a claim is preferred, normal again or deprecated, with a reason. Raises RecordError.

    statement: its id or the start of it. level: preferred, normal or deprecated.
    """
    claim = record.find(statement)
    if claim.kind in ("rank", "review", "identity"):
        raise RecordError(f"{claim.id} is a decision, not a claim; retract it instead")
    return record.add(_line("rank", {"of": claim.id, "rank": level}, claim.source, who, why, known))


def same_person(
    record: Record, surface: str, person: str, decision: str, *, who: str, why: str, known: str | date | None = None
) -> Statement:
    """Write whether a name in print is a person, with a reason. Raises RecordError.

    surface: the name in print. person: the usual English name. decision: same, not_same or unsure.
    """
    value = {"surface": surface.strip(), "person": person.strip(), "decision": decision}
    if not value["surface"] or not value["person"]:
        raise RecordError("a decision on a name needs the name in print and the person; one of them is empty")
    line = check(_line("identity", value, REVIEWERS.id, who, why, known))
    record.add_all([line], sources=[] if REVIEWERS.id in record.sources else [REVIEWERS])
    return record.find(line.id)


def names_decided(record: Record, known: str | None = None) -> list[Statement]:
    """Every decision on a name that stands on a day, or now, in the order the decisions were taken."""
    standing = unretracted(record.statements(), known or ALL_TIME)
    return in_decision_order(s for s in standing if s.kind == "identity")


def _proposal(by_id: Mapping[str, Statement], decision: Decision) -> Statement:
    """The proposal that a decision is about, if the decision is complete."""
    if decision.decision not in DECISIONS:
        raise RecordError(f"{decision.decision!r} is not a decision; choose one of {', '.join(DECISIONS)}")
    if not decision.who.strip():
        raise RecordError("a decision needs who took it; give a name")
    if decision.decision != "accept" and not decision.why.strip():
        raise RecordError(f"to {decision.decision} {decision.proposal} needs a reason; say why")
    matches = [s for i, s in by_id.items() if i.startswith(decision.proposal)] if decision.proposal else []
    if len(matches) != 1:
        raise RecordError(
            f"{len(matches)} proposals of this document have ids that start with {decision.proposal!r}; list them with"
            " --list"
        )
    return matches[0]


def _accepted(proposal: Statement, decision: Decision, source: Source) -> Statement:
    """The statement that an accepted or edited proposal becomes."""
    is_official = source.kind in ("official", "joint", "court")
    statement = replace(proposal, coder=decision.who, verification="official read" if is_official else "press read")
    if decision.decision == "edit":
        statement = _edited(statement, decision.change or {})
    if statement.known is None:
        raise RecordError(f"{statement.kind}: the document has no publication date; give --published")
    return check(statement)


def _edited(statement: Statement, change: Mapping[str, Any]) -> Statement:
    editable = f"give one of {', '.join(EDITABLE)} (the quote stays as printed)"
    fixed = sorted(change.keys() - set(EDITABLE))
    if fixed:
        raise RecordError(f"{statement.kind}: {', '.join(fixed)} cannot be edited; {editable}")
    if not change:
        raise RecordError(f"{statement.kind}: an edit changes nothing; {editable}")
    try:
        return replace(statement, **{name: _merged(statement, name, value) for name, value in change.items()})
    except TypeError as error:
        raise RecordError(
            f"{statement.kind}: the edit cannot be read: {error}; give fields as in the proposal"
        ) from None


def _merged(statement: Statement, name: str, value: Any) -> Any:
    """The new value of a field: parts of value, by and date are changed one by one, and null takes a key out."""
    if name == "value":
        return {k: v for k, v in {**statement.value, **value}.items() if v is not None}
    if name == "by":
        return By(**{**vars(statement.by), **value})
    if name == "date":
        return FactDate(**{**vars(statement.date), **value})
    return tuple(value) if name == "flags" else value


def _review(proposal: Statement, decision: Decision, accepted: Statement | None, on: str | date | None) -> Statement:
    """The line that records a decision, with the quote that it is about."""
    value: dict[str, Any] = {"decision": decision.decision, "proposal": proposal.id, "proposed_kind": proposal.kind}
    if accepted is not None:
        value["statement"] = accepted.id
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
