"""Signs of how talks stand, read off the state of a day as known then: each a number, in words, with its statements.

No forecast uses them: out of sample they made the forecasts worse. They stand beside the probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from detente.record.case import Case
from detente.record.fact import days
from detente.record.state import State
from detente.record.state.rows import NextDate, Stage

JOINT = "joint"
BOTH = "confirmed_both"
EXTENSION = "truce_extension"
STAGES = (
    "talks", "proposed", "framework", "preliminary_consensus", "submitted_for_internal_approval", "approved_internally",
    "announced", "agreed", "text_pending", "signed", "ratified", "in_force",
)  # fmt: skip
RECENT = timedelta(days=120)  # a stage or a remark that is older says nothing about the talks of the day
TONES = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}
NAMES = ("meeting", "stage", "confirmed", "extension", "tone")


@dataclass(frozen=True)
class Sign:
    """One sign: its name, its value from -1 to 1, what it says in words, and the statements behind it."""

    name: str
    value: float
    words: str
    statements: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The sign in the keys of an answer."""
        return {
            "sign": self.name, "value": self.value, "what": self.words, "statements": list(self.statements),
        }  # fmt: skip


def signs(state: State, case: Case, day: date) -> tuple[Sign, ...]:
    """The signs of a state on a day; those of which the record says nothing are left out.

    meeting: the share of the parties that announced a meeting ahead. stage: how far the last deal stands on the ladder
    of stages. confirmed: 1 where every side confirms that. extension: 1 where an extension is discussed. tone: the mean
    of the remarks, from -1 to 1. Stages and remarks count for 120 days.
    """
    return tuple(sign for part in (_meetings, _stage, _extension, _tone) for sign in part(state, case, day))


def values(read: Iterable[Sign]) -> tuple[float, ...]:
    """The values in the order of NAMES; 0 for a sign that is not there."""
    by_name = {sign.name: sign.value for sign in read}
    return tuple(by_name.get(name, 0.0) for name in NAMES)


def _meetings(state: State, case: Case, day: date) -> Iterator[Sign]:
    rows = [row for row in state.next if row.kind == "meeting" and _announced_by(row, case)]
    if rows:
        share = max(_share(row, case) for row in rows)
        words = "; ".join(f"{row.what} on {row.date}, {(row.status or '').replace('_', ' ')}" for row in rows)
        yield Sign("meeting", share, words, tuple(row.statement for row in rows))


def _announced_by(row: NextDate, case: Case) -> bool:
    return bool({*row.by_sides} & {JOINT, *case.parties})


def _share(row: NextDate, case: Case) -> float:
    return 1.0 if JOINT in row.by_sides else sum(p in row.by_sides for p in case.parties) / len(case.parties)


def _stage(state: State, case: Case, day: date) -> Iterator[Sign]:
    recent = [row for row in state.stages if row.stage in STAGES and _is_recent(row.asserted, day)]
    if recent:
        last: Stage = max(recent, key=lambda row: (str(row.asserted), STAGES.index(row.stage)))
        place = (STAGES.index(last.stage) + 1) / len(STAGES)
        words = f"{last.deal}: {last.stage.replace('_', ' ')}, by {last.by_side or 'nobody named'}"
        yield Sign("stage", place, words, last.statements)
        if last.status == BOTH:
            yield Sign("confirmed", 1.0, f"{last.deal}: every side confirms the stage", last.statements)


def _extension(state: State, case: Case, day: date) -> Iterator[Sign]:
    for item in state.agenda:
        if item.topic == EXTENSION:
            yield Sign("extension", 1.0, "an extension of the truce is discussed", item.statements)


def _tone(state: State, case: Case, day: date) -> Iterator[Sign]:
    rows = [row for row in state.remarks if row.tone in TONES and _is_recent(row.asserted, day)]
    if rows:
        mean = sum(TONES[str(row.tone)] for row in rows) / len(rows)
        yield Sign("tone", mean, f"{len(rows)} remarks with a tone, mean {mean:+.1f}", _statements(rows))


def _statements(rows: Sequence[Any]) -> tuple[str, ...]:
    return tuple(row.statement for row in rows)


def _is_recent(asserted: str | None, day: date) -> bool:
    return asserted is not None and day - days(asserted[:10])[1] <= RECENT
