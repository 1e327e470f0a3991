"""The horizon that a question of the talks carries: a decision near at hand is priced at one to two years."""

from __future__ import annotations

from datetime import date

from detente.ask.pricing.possible_outcomes import running_truce
from detente.economy import tables
from detente.economy import world as worlds
from detente.record.state import State

MONTHS = 24  # a deadline within them makes the question one of the first years
NEAR, LONG = "near", "long"


def horizon_of(state: State, world: str, asked: str | None = None) -> str:
    """The horizon asked for; else near where a truce ends or a threat takes effect within two years, and long if not.

    world: by name, or the path of a table; one without sectors has the long run alone.
    """
    if asked:
        return asked
    if not isinstance(tables.load(world), worlds.InputOutput):
        return LONG
    return NEAR if any(_is_near(day, state.as_of) for day in _deadlines(state)) else LONG


def _deadlines(state: State) -> list[str]:
    """The days on which a truce ends or a threat takes effect, as the record has them."""
    running = running_truce(state)
    truce = [str(running.expiry)] if running is not None and running.expiry else []
    return [*truce, *(str(threat.effective) for threat in state.threats if threat.effective)]


def _is_near(deadline: str, as_of: str) -> bool:
    """Whether a day lies ahead of another, by two years at most."""
    try:
        end, start = date.fromisoformat(deadline[:10]), date.fromisoformat(as_of[:10])
    except ValueError:  # a month or an interval: no day to count to
        return False
    months = 12 * (end.year - start.year) + end.month - start.month
    return end >= start and (months, end.day) <= (MONTHS, start.day if months == MONTHS else 31)
