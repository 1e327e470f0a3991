"""How far a record follows events: after its last known day nothing is taken to have happened by the calendar alone."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from detente.record.fact import days

FOLLOWED_DAYS = 30  # news of a change reaches a record that is kept up within these days of its last statement


class Horizon(NamedTuple):
    """The last known day of a record; None where nothing is known, or nothing is to be held back.

    >>> Horizon("2026-10-08").covers("2026-11-10")
    False
    """

    last_known: str | None

    def covers(self, date: str) -> bool:
        """Whether the record would tell, had something else happened on the date."""
        if self.last_known is None:
            return True
        return days(date)[0] <= days(self.last_known[:10])[1] + timedelta(days=FOLLOWED_DAYS)


UNLIMITED = Horizon(None)
