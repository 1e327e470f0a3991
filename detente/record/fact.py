"""Source, By, FactDate, Statement: what was said, by whom, where it stands, and since when it is known.

All are frozen. Dates are ISO strings, EDTF where uncertain (2026-05, 2025-11-01~); intervals a/b.
A statement's id hashes its canonical JSON without the audit fields, so the same claim has the same id everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

SCHEMA = 1
AUDIT = ("recorded_at", "coder", "confidence")
MODES = ("direct", "reported", "document", "narrator")
MODALITIES = ("fact", "intention", "threat", "report")
POLARITIES = ("affirms", "denies", "silent")
VERIFICATIONS = ("official read", "computed", "read in excerpt", "press read", "secondary", "general knowledge")


@dataclass(frozen=True)
class Source:
    """A document: who published it, when, where it can be read, and how far it may be copied.

    kind: official, joint, court, press or dataset; `side` is the publisher's side (ISO3, or null).
    """

    id: str
    title: str
    publisher: str
    published: str
    kind: str
    side: str | None = None
    url: str | None = None
    language: str = "en"
    retrieved: str | None = None
    sha256: str | None = None
    licence: str = ""


@dataclass(frozen=True)
class By:
    """Who asserts: a name if borne, the asserter's side (ISO3, press, joint or None), how, and through which publisher."""

    name: str | None = None
    side: str | None = None
    mode: str = "document"
    via: str | None = None


@dataclass(frozen=True)
class FactDate:
    """The date of the fact, the words that give it, and the date they are resolved against."""

    iso: str | None = None
    expr: str | None = None
    anchor: str | None = None


@dataclass(frozen=True)
class Statement:
    """One fact that one passage of one source asserts.

    kind and value: the kinds and keys of kinds/*.yaml. start, end: place of the quote in the source's text as read.
    asserted: when the claimant said it; known: when the public could know it; valid_from, valid_to: when it is true
    (a deadline is a value, never valid_to). recorded_at, coder, confidence are audit fields and not part of the id.
    """

    kind: str
    value: Mapping[str, Any]
    by: By
    source: str
    quote: str = ""
    start: int | None = None
    end: int | None = None
    date: FactDate = field(default_factory=FactDate)
    asserted: str | None = None
    known: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    modality: str = "fact"
    polarity: str = "affirms"
    flags: tuple[str, ...] = ()
    note: str = ""
    verification: str = ""
    supersedes: str | None = None
    retracts: str | None = None
    recorded_at: str | None = None
    coder: str | None = None
    confidence: float | None = None

    @property
    def id(self) -> str:
        """Sixteen hex digits of the hash of the canonical JSON without the audit fields."""
        told = {k: v for k, v in self.as_dict().items() if k not in AUDIT}
        text = json.dumps({"schema": SCHEMA, **told}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types, every field."""
        return {**asdict(replace(self, value={})), "value": dict(self.value), "flags": list(self.flags)}
