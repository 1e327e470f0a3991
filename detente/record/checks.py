"""Checks: what is wrong with a record, and what a person should look at again; a finding names its statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente.errors import RecordError
from detente.record.fact import Statement, days, has_started
from detente.record.kinds import AssertedAfterKnown, check, check_quote, check_source
from detente.record.state import unretracted
from detente.record.state.claims import ALL_TIME, PRESS, asserted_on, grouped, source_weight
from detente.record.state.stages import LADDER
from detente.record.state.truces import expiry_of
from detente.record.store import Record, Texts

BEFORE_FORCE = LADDER.index("agreed")  # what enters into force was agreed, signed or ratified first
AFTER_FORCE = ("suspended", "terminated", "invalidated")  # stages that do not lead up to another
LEGAL_ACTS = ("in_force", "suspended", "reduced", "ended")
NO_LEGAL_ACTS = ("purchase_commitment", "other")  # types of measure that need no legal basis


@dataclass(frozen=True)
class Finding:
    """A level of `wrong` breaks a rule of the record; `look` may be right, and a person should say so."""

    level: str
    rule: str
    statement: str | None
    says: str


def findings(record: Record, texts: Texts | None = None, *, known: str = ALL_TIME) -> list[Finding]:
    """Everything that deserves attention; `texts` gives the text of a source by its id where it is at hand.

    known: the day up to which statements count, which stages, deadlines and legal bases are compared by.
    """
    standing = unretracted(record.statements(), known)
    return [
        *_statements(record, texts),
        *_sources(record),
        *_ladder(standing),
        *_deadlines(standing),
        *_legal_basis(standing),
    ]


def quotes_checked(record: Record, texts: Texts) -> tuple[int, int]:
    """How many quotes with a place there are, and how many of them could be compared with a text."""
    placed = [s for s in record.statements() if s.quote and s.start is not None]
    at_hand = {name: texts(name) is not None for name in {s.source for s in placed}}
    return len(placed), sum(at_hand[s.source] for s in placed)


def _statements(record: Record, texts: Texts | None) -> Iterator[Finding]:
    """Statements that break their kind, name a source that is not there, or misquote it."""
    cache: dict[str, str | None] = {}
    for s in record.statements():
        try:
            check(s)
        except RecordError as error:
            rule = "asserted after known" if isinstance(error, AssertedAfterKnown) else "valid"
            yield Finding("wrong", rule, s.id, str(error))
        if s.source not in record.sources:
            yield Finding("wrong", "source", s.id, f"{s.kind}: source {s.source!r} is not in the record")
        if texts is not None and s.quote and s.start is not None:
            if s.source not in cache:
                cache[s.source] = texts(s.source)
            yield from _quote(s, cache[s.source])


def _quote(s: Statement, text: str | None) -> Iterator[Finding]:
    if text is None:
        return
    try:
        check_quote(s, text)
    except RecordError as error:
        yield Finding("wrong", "quote verbatim", s.id, str(error))


def _sources(record: Record) -> Iterator[Finding]:
    for source in record.sources.values():
        try:
            check_source(source)
        except RecordError as error:
            yield Finding("wrong", "source", None, str(error))


def _ladder(standing: Iterable[Statement]) -> Iterator[Finding]:
    """An agreement in force without an agreement before it, by the same side, on the same deal."""
    stages = [s for s in standing if s.kind == "agreement_stage" and s.value.get("deal")]
    for (deal, side), group in grouped(stages, lambda s: (s.value["deal"], s.by.side or "press")).items():
        highest = -1  # on the ladder so far
        for s in sorted(group, key=asserted_on):
            stage = s.value["stage"]
            if stage == "in_force" and 0 <= highest < BEFORE_FORCE:
                jump = f"{LADDER[highest]} to in_force, with no act between"
                yield Finding("look", "ladder", s.id, f"{deal} by {side}: {jump}; an order or a gazette is missing")
            if stage not in AFTER_FORCE:
                highest = max(highest, LADDER.index(stage))


def _deadlines(standing: Iterable[Statement]) -> Iterator[Finding]:
    """Two ends of one truce given by one party on one day: only one deadline can be open."""
    claims = [(party, s) for s in standing if _gives_deadline(s) for party in _speakers(s)]
    by_party = grouped(claims, lambda claim: (claim[1].value["truce"], claim[0], asserted_on(claim[1])[:10]))
    for (truce, party, day), group in by_party.items():
        is_open = [s for _, s in group if not has_started(str(expiry_of(s)), day)]
        ends = sorted({str(expiry_of(s)) for s in is_open}, key=lambda end: days(end)[0])
        if len(ends) > 1:
            says = f"truce {truce}: {party} gives {' and '.join(ends)} on {day}; one deadline can be open"
            yield Finding("look", "one open deadline", is_open[-1].id, says)


def _speakers(s: Statement) -> list[str]:
    """The sides for which a statement speaks."""
    return list(s.value.get("parties") or []) if s.by.side == "joint" else [s.by.side or ""]


def _gives_deadline(s: Statement) -> bool:
    if s.kind not in ("truce", "extension") or source_weight(s) <= PRESS:
        return False
    return bool(s.value.get("truce") and expiry_of(s))


def _legal_basis(standing: Iterable[Statement]) -> Iterator[Finding]:
    """A legal act without authority or instrument in any statement on its measure."""
    measures = [s for s in standing if s.kind == "measure" and s.value.get("measure")]
    for name, group in grouped(measures, lambda s: s.value["measure"]).items():
        acts = [s for s in group if _is_legal_act(s)]
        if acts and not any(map(_names_basis, group)):
            says = f"{name}: {acts[0].value['status']} without authority or instrument"
            yield Finding("look", "legal basis", acts[0].id, says)


def _is_legal_act(s: Statement) -> bool:
    return s.value["status"] in LEGAL_ACTS and s.value["type"] not in NO_LEGAL_ACTS


def _names_basis(s: Statement) -> bool:
    return bool(s.value.get("authority") or s.value.get("instrument"))
