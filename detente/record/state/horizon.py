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

    def covers(self, date: str, *, asked: str | None = None) -> bool:
        """Whether the record would tell, had something else happened on the date.

        asked: the day of the question, where news may have come up to that day.
        """
        if self.last_known is None:
            return True
        last = days(self.last_known[:10])[1]
        followed = last + timedelta(days=FOLLOWED_DAYS)
        return days(date)[0] <= (followed if asked is None or days(asked[:10])[1] <= followed else last)


UNLIMITED = Horizon(None)
