"""Where an act stands on a day, as known on a day: in force without a rate on file, announced, or suspended.

Acts whose rates are on file are levied by the ledger; here is what it does not levy, each with the reason. Of an end or
a suspension only the day is on file, not the day it became known: it counts once that day is not after the day of
knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from detente.record.duties import ALL, Act, Ledger, read_table, with_union

NO_DUTY = ("end", "status", "none", "authority", "suspension")  # kinds of act that add no duty of their own
_CODE = re.compile(r"\b[A-Z]{3}\b|\bEU27\b")
_EXCEPT = f"{ALL}-EXCEPT"


class Target(NamedTuple):
    """Whom an act falls on: the economies it names, or all but some."""

    everybody: bool
    codes: frozenset[str]

    def includes(self, partner: str) -> bool:
        """Whether it falls on a partner."""
        named = not self.codes.isdisjoint(with_union(partner))
        return not named if self.everybody else named

    def names(self, partner: str) -> bool:
        """Whether it falls on a partner, and not simply on everybody."""
        return not self.everybody and self.includes(partner)


class Unpriced(NamedTuple):
    """An act that counts on a day but has no rate on file, and why."""

    act: Act
    reason: str


@cache
def target_of(text: str) -> Target:
    """The economies that the target of an act means: 'ALL', 'ALL-EXCEPT CAN;MEX', 'CHN; HKG'."""
    if text.startswith(_EXCEPT):
        return Target(True, frozenset(_CODE.findall(text.removeprefix(_EXCEPT))))
    if text.startswith(ALL):
        return Target(True, frozenset())
    return Target(False, frozenset(_CODE.findall(text)))


def unpriced(ledger: Ledger, day: str, known: str) -> tuple[Unpriced, ...]:
    """Acts in force on a day, as known on a day, that have no rate on file; and those of which that is not known."""
    rated = ledger.rated(known)
    return tuple(
        Unpriced(act, _reason(act, day, known))
        for act in _counted(ledger, day, known)
        if act.id not in rated and _is_in_force(act, day, known)
    )


def announced(ledger: Ledger, day: str, known: str) -> tuple[Act, ...]:
    """Acts that were announced but are not in force yet on a day, as known on a day."""
    return tuple(
        act
        for act in _counted(ledger, day, known)
        if act.legal_from > day or (act.rate_kind == "pending" and not act.legal_from)
    )


def suspended(ledger: Ledger, day: str, known: str) -> tuple[Act, ...]:
    """Acts that are suspended on a day, in whole or in part, as known on a day."""
    return tuple(act for act in _counted(ledger, day, known) if is_suspended(act, day, known))


def is_suspended(act: Act, day: str, known: str) -> bool:
    """Whether an act is suspended on a day; a suspension whose end is not known yet goes on."""
    if not act.suspended_from or act.suspended_from > min(day, known):
        return False
    return not _has_passed(act.suspended_until, day, known)


def suspended_until(act: Act, known: str) -> str | None:
    """The last day of a suspension, None where it is not known."""
    return act.suspended_until if act.suspended_until and act.suspended_until <= known else None


def _counted(ledger: Ledger, day: str, known: str) -> Iterator[Act]:
    """Acts known by a day that set a duty and have not ended."""
    for act in ledger.acts.values():
        is_known = "" < act.known <= known
        if is_known and act.rate_kind not in NO_DUTY and not _has_passed(act.legal_until, day, known):
            yield act


def _has_passed(last: str, day: str, known: str) -> bool:
    """Whether a last day lies behind, as known on a day."""
    return bool(last) and last < day and last <= known


def _is_in_force(act: Act, day: str, known: str) -> bool:
    """Whether an act may be in force: one that took effect or will have, or of which that is not known."""
    if act.ever_in_force == "unknown":
        return True
    if not act.legal_from or act.legal_from > day or is_suspended(act, day, known):
        return False
    return act.ever_in_force != "no" or _suspension_ended(act, day, known)


def _suspension_ended(act: Act, day: str, known: str) -> bool:
    return bool(act.suspended_from) and _has_passed(act.suspended_until, day, known)


def _reason(act: Act, day: str, known: str) -> str:
    """Why an act has no rate on file."""
    if _suspension_ended(act, day, known):
        return f"its suspension was to end on {act.suspended_until}; what followed is not known"
    shipped = _reasons().get(act.id)
    return (
        shipped or f"no rate by class of goods is on file; the act says {act.rate or 'nothing'} on {act.scope or '?'}"
    )


@cache
def _reasons() -> dict[str, str]:
    return {row["id"]: row["reason"] for row in read_table("not_priced.csv")}
