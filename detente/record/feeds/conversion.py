"""From an update to the record: sources, and proposals of the kind `measure`, valid by detente.record.kinds.check.

A proposal is no reviewed fact. Where a feed gives no day at all, such as a tracker, the caller says since when the file
was at hand; without that the item stays out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from detente.record.fact import By, FactDate, Source, Statement, moment
from detente.record.feeds.model import FeedAct, FeedSource, Update
from detente.record.kinds import check, check_source

LEVELS = ("level", "total", "floor_total", "cap_total")
LONGEST = 500  # characters of a title that are kept
FLAGS = {"floor_total": "lower bound", "cap_total": "upper bound"}


def record_source(row: FeedSource, known: str) -> Source:
    """A source of a feed as the record keeps it; known: as in `sources`. Raises RecordError."""
    return check_source(_source(row, known))


def sources(update: Update, known: str | None = None, present: Sequence[str] = ()) -> list[Source]:
    """The sources of an update as the record keeps them.

    known: the day on which the files were at hand, for sources that give no day. present: ids of sources that the
    record has already, which are left out. Raises RecordError for a source that cannot be stored.
    """
    rows = [s for s in update.sources if s.id not in present and (s.published or known)]
    return [check_source(_source(row, known or "")) for row in rows]


def _source(row: FeedSource, known: str) -> Source:
    return Source(
        id=row.id,
        title=row.title[:LONGEST],
        publisher=row.publisher,
        published=row.published or known,
        kind=row.kind,
        side=row.side,
        url=row.url,
        language=row.language,
        licence=row.licence,
    )


def proposals(update: Update, known: str | None = None) -> list[Statement]:
    """A statement for each act, target and source that told of it first, and the ends that an ended basis entails.

    known: as in `sources`. Raises RecordError for a statement that cannot be stored.
    """
    statements = {s.id: s for act in update.acts for s in proposals_of(act, update, known)}
    ends = {s.id: s for act in update.acts for s in entailed_by(act, update, known)}
    return list({**statements, **ends}.values())


def proposals_of(act: FeedAct, update: Update, known: str | None = None) -> list[Statement]:
    """The statements of one act, one for each target; none where it has no source or no day on which it was known."""
    return [check(s) for s in _statements(act, update, known)] if act.sources and (act.known or known) else []


def entailed_by(act: FeedAct, update: Update, known: str | None = None) -> list[Statement]:
    """The ends of other measures that an act entails: it ends the legal basis on which they rest."""
    if not act.sources or not (act.known or known) or not _ends_a_basis(act):
        return []
    return [check(s) for end in _entailed(act, update) for s in _statements(end, update, known)]


def _statements(act: FeedAct, update: Update, known: str | None) -> Iterator[Statement]:
    """One statement a target; an end that an entry gives is known since its last edit only."""
    for stage in _stages(act):
        for target in act.targets or (None,):
            yield _statement(stage, target, update, known)


def _stages(act: FeedAct) -> tuple[FeedAct, ...]:
    if act.status != "ended" or not act.until or (act.edited or "") <= (act.known or ""):
        return (act,)
    return replace(act, until=None, status=None), replace(act, known=act.edited, legal_from=act.until)


def _statement(act: FeedAct, target: str | None, update: Update, known: str | None) -> Statement:
    source = update.by_id[act.sources[0]]
    since = act.known or known or ""
    quote, start, end = _place(act.quote, source.text)
    return Statement(
        kind="measure",
        value=_value(act, target, since),
        by=By(side=source.side or "press", mode="document" if source.side else "reported", via=source.publisher),
        source=source.id,
        quote=quote,
        start=start,
        end=end,
        date=FactDate(iso=act.legal_from),
        asserted=_asserted(act, source, since),
        known=since,
        flags=_flags(act),
        note=_note(act),
        verification=_verification(act, source, start),
        confidence=act.confidence,
    )


def _asserted(act: FeedAct, source: FeedSource, since: str) -> str:
    """The day on the document, but never after the day on which it could be read."""
    published = act.published or source.published or since
    return published if moment(published) <= moment(since) else since


def _place(quote: str | None, text: str) -> tuple[str, int | None, int | None]:
    """The quote verbatim with its place in the source's text, however its lines are broken there."""
    if not quote or not text:
        return quote or "", None, None
    match = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    return (match[0], match.start(), match.end()) if match else (quote, None, None)


def _value(act: FeedAct, target: str | None, since: str) -> dict[str, Any]:
    is_listed = act.status == "listed"
    value = {
        "measure": act.id if target in (None, "ALL") or len(act.targets) < 2 else f"{act.id}-{target}",
        "type": act.type,
        "imposer": act.imposer,
        "target": target,
        **_rates(act),
        "status": _status(act, since),
        "authority": act.authority,
        "instrument": act.instrument,
        "announced": act.announced,
        "signed": act.signed,
        "legal_from": None if is_listed else _ended_from(act),
        "suspended_until": act.suspended_until_text or act.suspended_until,
        "published": act.published,
        "until": act.until or act.last_day,
        "scope": _scope(act),
        "duration_days": act.by_days,
    }
    return {key: item for key, item in value.items() if item is not None}


def _ended_from(act: FeedAct) -> str | None:
    if act.status == "suspended":
        return act.suspended_from or (act.legal_from if act.ever_in_force is None else None)
    return act.legal_from


def _rates(act: FeedAct) -> dict[str, Any]:
    if isinstance(act.rate, tuple):
        return {"rates": {f"rate {number}": rate for number, rate in enumerate(act.rate, 1)}}
    if act.rate is None:
        return {}
    return {"rate_pct" if act.rate_kind in LEVELS else "rate_pp": act.rate}


def _status(act: FeedAct, since: str) -> str:
    """The record's word for the stage: a listing is never `in_force`."""
    if act.status in ("ended", "suspended", "announced"):
        return act.status
    if act.status == "listed" or act.legal_from is None:
        return "in_force" if act.status == "extended" else "announced"
    if (act.old_rate is not None and isinstance(act.rate, float) and act.rate < act.old_rate) or act.rate == 0:
        return "reduced"
    return "announced" if since[:10] < act.legal_from else "in_force"


def _scope(act: FeedAct) -> str | None:
    parts = (act.target_text, act.scope, ", ".join(act.products))
    return "; ".join(part for part in parts if part) or None


def _flags(act: FeedAct) -> tuple[str, ...]:
    named = {
        "listed": act.status == "listed",
        "retroactive": bool(act.retroactive),
        "tracker day": act.tracker_day,
        "kind of rate unconfirmed": act.rate_kind == "total" and act.confidence is not None,
        FLAGS.get(act.rate_kind, ""): act.rate_kind in FLAGS,
        "column": act.column is not None,
    }
    return tuple(flag for flag, holds in named.items() if holds)


def _note(act: FeedAct) -> str:
    also = ", ".join(f"{who} from {day}" for who, day in act.also_from.items())
    extra = {
        "also for": also,
        "later": act.later,
        "rate before": None if act.old_rate is None else f"{act.old_rate:g}",
        "day before": act.old_legal_from,
        "end before": act.old_until,
        "last day": act.legal_until,
        "also in": ", ".join(act.sources[1:]),
        "column": act.column,
    }
    parts = [act.note, *(f"{name}: {value}" for name, value in extra.items() if value)]
    return "; ".join(part for part in parts if part)


def _verification(act: FeedAct, source: FeedSource, start: int | None) -> str:
    if act.verification:
        return act.verification
    if source.kind != "official":
        return "secondary"
    return "official read" if start is not None else "read in excerpt"


# An end of a whole legal basis


def _ends_a_basis(act: FeedAct) -> bool:
    return act.status == "ended" and act.targets == ("ALL",) and act.authority is not None and not act.tracker_day


def _entailed(act: FeedAct, update: Update) -> Iterator[FeedAct]:
    """The ends of measures on that basis, in this import and in the record: what was suspended does not come back."""
    note = "; ".join(part for part in (act.note, f"it rests on {act.authority}, all of whose duties end") if part)
    for other in update.acts:
        if other.status != "ended" and _is_other(act, other.id, other.imposer, other.authority):
            yield replace(act, id=other.id, targets=other.targets, type=other.type, note=note)
    for measure in update.existing:
        if _is_other(act, measure.id, measure.imposer, measure.authority):
            yield replace(act, id=measure.id, targets=(measure.target,) if measure.target else (), note=note)


def _is_other(act: FeedAct, identity: str, imposer: str, authority: str | None) -> bool:
    return identity != act.id and imposer == act.imposer and authority == act.authority
