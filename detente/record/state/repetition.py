"""Echoes: a voice that repeats itself is cited by its last word by the day and its last at hand, some by the first too.

This keeps a state small however long the record is; what a row says does not depend on how often it was said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from detente.record.fact import Statement, days, moment, plain, start_of_day
from detente.record.state.claims import HEARSAY, asserted_on, is_asserted_by, source_weight

NAMED = {"measure": "measure", "truce": "truce", "extension": "truce", "agreement_stage": "deal", "threat": "threat"}
ALONE = ("agenda_item", "participant", "name_variant")  # their value says all there is to say
ABOUT_RECORD = ("rank", "identity")
UNUSED = ("statement", "review")  # no row of the state rests on them
FIRST_TOO = ("truce", "extension", "agreement_stage", "threat", "planned_meeting")  # since when it was said counts


def repetition_key(s: Statement) -> str | None:
    """What two statements share when one repeats the other; None for a kind that no row of the state rests on."""
    if s.kind in UNUSED:
        return None
    if s.kind in ABOUT_RECORD or not _stands_alone(s):
        return s.id
    hearsay = s.verification in HEARSAY
    told: tuple[object, ...] = (
        s.kind, s.value, s.by.side, source_weight(s), hearsay, s.date.iso, s.valid_from, s.valid_to, s.modality, s.polarity,
        s.flags,
    )  # fmt: skip
    if s.kind == "confirmation" and not s.value.get("date"):  # which meeting it speaks of depends on the month
        told = (*told, asserted_on(s)[:7])
    return hashlib.blake2b(json.dumps(told, sort_keys=True, default=plain).encode(), digest_size=8).hexdigest()


def _stands_alone(s: Statement) -> bool:
    """Whether its value says which truce, deal, meeting it speaks of; else source and day have to say it."""
    if s.kind in ALONE:
        return True
    if s.kind in NAMED:
        return bool(s.value.get(NAMED[s.kind]))
    if s.kind == "meeting":
        return bool(s.value.get("start"))
    if s.kind == "confirmation":
        return bool(s.value.get("event") or s.value.get("of"))
    return s.kind == "planned_meeting" and bool(s.value.get("date") and s.value.get("event"))


def sort_key(s: Statement) -> str:
    """The one order of statements: by the day said, then place, then id; a blank sorts before what follows a date."""
    return f"{asserted_on(s)} {s.start or 0:010d} {s.id}"


def assertion_time(s: Statement) -> tuple[float, float]:
    """The instant it counts as said: for a day asked about (by calendar days), and for a time (by the side's clock)."""
    said = asserted_on(s)
    if not said:
        return float("-inf"), float("-inf")
    if "T" in said:
        return (at := moment(said).timestamp()), at
    first = days(said)[0]
    if first.year < 2:  # open before
        return float("-inf"), float("-inf")
    return moment(first.isoformat()).timestamp(), start_of_day(first, s.by.side).timestamp()


def without_repetitions(told: Iterable[Statement], at: str) -> list[Statement]:
    """Of each echo the last said by `at`, the last, and for some kinds the first; in the one order.

    Statements that no row uses are out.
    """
    ordered = sorted(((sort_key(s), key, s) for s in told if (key := repetition_key(s))), key=lambda r: r[0])
    first = {key: s for _, key, s in reversed(ordered) if s.kind in FIRST_TOO}
    last = {key: s for _, key, s in ordered}
    by_then = {key: s for _, key, s in ordered if is_asserted_by(s, at)}
    kept = {s.id for chosen in (first, last, by_then) for s in chosen.values()}
    return [s for _, _, s in ordered if s.id in kept]
