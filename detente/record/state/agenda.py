"""The agenda: the subjects that were named of late."""

from __future__ import annotations

from collections.abc import Iterable

from detente.record.fact import Statement
from detente.record.state.claims import asserted_on, days_apart, grouped, ids, is_asserted_by, sorted_sides
from detente.record.state.rows import AgendaItem

RECENT_DAYS = 120  # how long a subject stays on the agenda after it was last named


def derive_agenda(statements: Iterable[Statement], as_of: str) -> list[AgendaItem]:
    """One row a subject, for subjects named within RECENT_DAYS of the latest mention of any."""
    asserted = sorted((s for s in statements if is_asserted_by(s, as_of)), key=asserted_on)
    latest = max(map(asserted_on, asserted), default="")
    recent = [s for s in asserted if not asserted_on(s) or days_apart(asserted_on(s), latest) <= RECENT_DAYS]
    by_topic = grouped(recent, lambda s: str(s.value["topic"]))
    return [_item(topic, by_topic[topic]) for topic in sorted(by_topic)]


def _item(topic: str, mentions: list[Statement]) -> AgendaItem:
    return AgendaItem(
        topic=topic,
        by_sides=tuple(sorted_sides(s.by.side or "press" for s in mentions)),
        asserted=max(map(asserted_on, mentions)) or None,
        statements=ids(mentions),
    )
