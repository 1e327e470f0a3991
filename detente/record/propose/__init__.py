"""Proposed statements of a document, each with quote and place: rules only, no model, no network, nothing invented."""

from __future__ import annotations

from detente.record.propose.run import facts, propose

__all__ = ["facts", "propose"]
