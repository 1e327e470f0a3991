"""Repeated assertions: of statements that say the same, a state uses the last by the day, the last known, some first.

This keeps a state small however long the record is; what a row says does not depend on how often it was said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from detente.record.fact import Statement, days, moment, plain, start_of_day
from detente.record.state.claims import HEARSAY, asserted_on, is_asserted_by, source_weight

# kind → the key of its value that names the truce, deal or measure it concerns
NAMED = {"measure": "measure", "truce": "truce", "extension": "truce", "agreement_stage": "deal", "threat": "threat"}
SELF_CONTAINED = ("agenda_item", "participant", "name_variant", "statement")  # the value says all there is to say
ABOUT_RECORD = ("rank", "identity")
UNUSED = ("review",)  # no row of the state rests on them
FIRST_COUNTS = ("truce", "extension", "agreement_stage", "threat", "planned_meeting")  # it matters since when
NEVER = float("-inf")


def repetition_key(s: Statement) -> str | None:
    """A hash that two statements share when one repeats the other; None for a kind that no row of the state uses."""
    if not is_used(s):
        return None
    if s.kind in ABOUT_RECORD or not _names_its_subject(s):
        return s.id
    content: tuple[object, ...] = (
        s.kind, s.value, s.by.side, source_weight(s), s.verification in HEARSAY, s.date.iso, s.valid_from, s.valid_to,
        s.modality, s.polarity, s.flags,
    )  # fmt: skip
    if s.kind == "confirmation" and not s.value.get("date"):  # which meeting it concerns depends on the month
        content = (*content, asserted_on(s)[:7])
    return hashlib.blake2b(json.dumps(content, sort_keys=True, default=plain).encode(), digest_size=8).hexdigest()


def is_used(s: Statement) -> bool:
    """Whether a row of the state can rest on it; words without a subject say nothing of the talks."""
    return s.kind not in UNUSED and (s.kind != "statement" or bool(s.value.get("about")))


def _names_its_subject(s: Statement) -> bool:
    """Whether its value says which truce, deal or meeting it concerns; otherwise its source and day have to."""
    if s.kind in SELF_CONTAINED:
        return True
    if s.kind in NAMED:
        return bool(s.value.get(NAMED[s.kind]))
    if s.kind == "meeting":
        return bool(s.value.get("start"))
    if s.kind == "confirmation":
        return bool(s.value.get("event") or s.value.get("of"))
    return s.kind == "planned_meeting" and bool(s.value.get("date") and s.value.get("event"))


def sort_key(s: Statement) -> str:
    """The one order of statements: by day of assertion, then place, then id; a blank sorts before any other sign."""
    return f"{asserted_on(s)} {s.start or 0:010d} {s.id}"


def assertion_time(s: Statement) -> tuple[float, float]:
    """The instant from which it counts as asserted, as two POSIX timestamps.

    The first is for a day asked about, by calendar days; the second for a time of day, by the clock of the side.
    """
    asserted = asserted_on(s)
    if not asserted:
        return NEVER, NEVER
    if "T" in asserted:
        instant = moment(asserted).timestamp()
        return instant, instant
    first = days(asserted)[0]
    if first.year < 2:  # an open start
        return NEVER, NEVER
    return moment(first.isoformat()).timestamp(), start_of_day(first, s.by.side).timestamp()


def without_repetitions(statements: Iterable[Statement], as_of: str) -> list[Statement]:
    """The statements in order, of repeated ones only the last asserted by the day, the last, and for some the first.

    Statements that no row of the state uses are left out.
    """
    ordered = sorted(filter(is_used, statements), key=sort_key)
    keys = {s.id: repetition_key(s) for s in ordered}

    def last_of_each(some: Iterable[Statement]) -> set[str]:
        return set({keys[s.id]: s.id for s in some}.values())

    first = last_of_each(s for s in reversed(ordered) if s.kind in FIRST_COUNTS)
    last_by_day = last_of_each(s for s in ordered if is_asserted_by(s, as_of))
    used = first | last_by_day | last_of_each(ordered)
    return [s for s in ordered if s.id in used]
