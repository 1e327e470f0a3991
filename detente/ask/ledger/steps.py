"""The duty of one economy on another's goods by day: a step for each day on which an act changes it."""

from __future__ import annotations

from typing import NamedTuple

from detente.ask.ledger.pairs import ROUNDING, Days
from detente.record.duties import Ledger, Levied


class Change(NamedTuple):
    """What an act adds before a day and from that day on, in percentage points; name: the act in words."""

    act: str
    before: float
    after: float
    name: str


class Step(NamedTuple):
    """The duty from a day until the next step: added since the first day, all together in percent, and what changed."""

    day: str
    added: float
    average: float | None
    changed: tuple[Change, ...]

    def to_json(self) -> dict[str, object]:
        """The step in the keys of an answer."""
        changed = [{"id": x.act, "name": x.name, "before": x.before, "after": x.after} for x in self.changed]
        return {"day": self.day, "additional_pp": self.added, "average_pct": self.average, "changed": changed}


def steps(ledger: Ledger, by: str, against: str, days: Days) -> list[Step]:
    """The duty by day from the day the count begins to the day asked about; the first step changes nothing."""
    turning = ledger.changes(by, against, days.since, days.as_of, days.known)
    levied = [ledger.levied(by, against, day, days.known) for day in turning]
    ordinary = ledger.ordinary(by, against)
    return [
        Step(
            day,
            now.total - levied[0].total,
            None if ordinary is None else ordinary + now.total,
            _changed(ledger, levied[k - 1], now) if k else (),
        )
        for k, (day, now) in enumerate(zip(turning, levied, strict=True))
    ]


def _changed(ledger: Ledger, before: Levied, after: Levied) -> tuple[Change, ...]:
    """The acts whose points differ, the largest change first."""
    changes = [
        Change(act, before.points.get(act, 0.0), after.points.get(act, 0.0), ledger.acts[act].title)
        for act in dict.fromkeys([*before.points, *after.points])
    ]
    moved = [x for x in changes if abs(x.after - x.before) > ROUNDING]
    return tuple(sorted(moved, key=lambda x: (-abs(x.after - x.before), x.act)))
