"""Checks: what is wrong with a record, and what deserves a second look; a finding names its statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from detente.errors import RecordError
from detente.record.fact import Statement, days, has_started
from detente.record.kinds import check, check_quote, check_source
from detente.record.state import unretracted
from detente.record.state.claims import PRESS, asserted_on, source_weight
from detente.record.state.stages import LADDER
from detente.record.state.truces import expiry_of
from detente.record.store import Record

ALL_TIME = "2999-12-31"
BEFORE_FORCE = LADDER.index("agreed")  # what enters into force was agreed, signed or ratified first
ACTS = ("in_force", "suspended", "reduced", "ended")


@dataclass(frozen=True)
class Finding:
    """`wrong` breaks a rule of the record; `look` may be right, and a person should say so."""

    level: str
    rule: str
    statement: str | None
    says: str


def findings(record: Record, texts: Callable[[str], str | None] | None = None) -> list[Finding]:
    """Everything found; `texts` gives a source's text by its id where it is at hand."""
    standing = unretracted(record.statements(), ALL_TIME)
    return [
        *_each_line(record, texts),
        *_ladder(standing),
        *_deadlines(standing),
        *_legal_basis(standing),
    ]


def quotes_checked(record: Record, texts: Callable[[str], str | None]) -> tuple[int, int]:
    """How many quotes with a place there are, and how many of them could be held against a text."""
    placed = [s for s in record.statements() if s.quote and s.start is not None]
    at_hand = {name: texts(name) is not None for name in {s.source for s in placed}}
    return len(placed), sum(at_hand[s.source] for s in placed)


def _each_line(record: Record, texts: Callable[[str], str | None] | None) -> Iterator[Finding]:
    read: dict[str, str | None] = {}
    for s in record.statements():
        try:
            check(s)
        except RecordError as refused:
            rule = "asserted after known" if "asserted" in str(refused) else "valid"
            yield Finding("wrong", rule, s.id, str(refused))
        if s.source not in record.sources:
            yield Finding("wrong", "source", s.id, f"{s.kind}: source {s.source!r} is not in the record")
        if texts is None or not s.quote:
            continue
        if s.source not in read:
            read[s.source] = texts(s.source)
        text = read[s.source]
        if text is not None and s.start is not None:
            try:
                check_quote(s, text)
            except RecordError as refused:
                yield Finding("wrong", "quote verbatim", s.id, str(refused))
    for source in record.sources.values():
        try:
            check_source(source)
        except RecordError as refused:
            yield Finding("wrong", "source", None, str(refused))


def _ladder(standing: list[Statement]) -> Iterator[Finding]:
    """An agreement in force without an agreement before it, by the same side, on the same deal."""
    deals: dict[tuple[str, str], list[Statement]] = {}
    for s in standing:
        if s.kind == "agreement_stage" and s.value.get("deal"):
            deals.setdefault((s.value["deal"], s.by.side or "press"), []).append(s)
    for (deal, side), told in deals.items():
        before = -1
        for s in sorted(told, key=asserted_on):
            step = LADDER.index(s.value["stage"])
            if s.value["stage"] == "in_force" and 0 <= before < BEFORE_FORCE:
                jump = f"{LADDER[before]} to in_force"
                yield Finding(
                    "look",
                    "ladder",
                    s.id,
                    f"{deal} by {side}: {jump}, with no act between; an order or a gazette is missing",
                )
            before = max(before, step) if s.value["stage"] not in ("suspended", "terminated", "invalidated") else before


def _deadlines(standing: list[Statement]) -> Iterator[Finding]:
    """Two ends of one truce by one party, said on one day: only one can be open."""
    ends: dict[tuple[str, str, str], list[Statement]] = {}
    for s in standing:
        if s.kind in ("truce", "extension") and s.value.get("truce") and expiry_of(s) and source_weight(s) > PRESS:
            for party in s.value.get("parties") or [] if s.by.side == "joint" else [s.by.side or ""]:
                ends.setdefault((s.value["truce"], party, asserted_on(s)[:10]), []).append(s)
    for (truce, party, day), told in ends.items():
        still_open = [s for s in told if not has_started(str(expiry_of(s)), day)]
        given = sorted({str(expiry_of(s)) for s in still_open}, key=lambda e: days(e)[0])
        if len(given) > 1:
            says = f"truce {truce}: {party} gives {' and '.join(given)} on {day}; one deadline can be open"
            yield Finding("look", "one open deadline", still_open[-1].id, says)


def _legal_basis(standing: list[Statement]) -> Iterator[Finding]:
    """An act of an official text with no authority and no instrument anywhere in the life of its measure."""
    lives: dict[str, list[Statement]] = {}
    for s in standing:
        if s.kind == "measure" and s.value.get("measure"):
            lives.setdefault(s.value["measure"], []).append(s)
    for name, told in lives.items():
        acts = [
            s for s in told if s.value["status"] in ACTS and s.value["type"] not in ("purchase_commitment", "other")
        ]
        if acts and not any(s.value.get("authority") or s.value.get("instrument") for s in told):
            yield Finding(
                "look", "legal basis", acts[0].id, f"{name}: {acts[0].value['status']} without authority or instrument"
            )
