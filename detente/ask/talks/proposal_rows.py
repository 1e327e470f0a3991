"""A proposal as an answer shows it: what it says, and how it stands to the record."""

from __future__ import annotations

from typing import Any

from detente.record.fact import Statement, plain
from detente.record.joining import Joined

JsonRow = dict[str, Any]


def proposal_row(s: Statement, comparison: Joined) -> JsonRow:
    """A proposal as it waits for a decision, with how it stands to the record."""
    return {
        "proposal": s.id, "kind": s.kind, "quote": s.quote, "start": s.start, "end": s.end, "by": dict(vars(s.by)),
        "value": plain(s.value), "date": dict(vars(s.date)), "flags": list(s.flags), "confidence": s.confidence,
        "match": match_row(comparison),
    }  # fmt: skip


def match_row(comparison: Joined) -> JsonRow:
    """How a proposal stands to the record, the statement it is compared with, what differs, and the act it joins."""
    match = comparison.match
    joins = {k: v for k, v in comparison.statement.value.items() if v != comparison.proposal.value.get(k)}
    return {
        "relation": match.relation, "of": match.of.id if match.of else None,
        "keys": {key: [plain(old), plain(new)] for key, (old, new) in (match.keys or {}).items()},
        "why": match.why, "joins": plain(joins),
    }  # fmt: skip
