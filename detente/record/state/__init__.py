"""State: the talks on a day, as one could know on a day, and who says so."""

from __future__ import annotations

from detente.record.state.claims import corroboration, unretracted
from detente.record.state.derive import State, derive

__all__ = ["State", "corroboration", "derive", "unretracted"]
