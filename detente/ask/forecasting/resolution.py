"""How an extension of a truce resolves: rules that are queries on the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from detente.record.state import State
from detente.record.state.rows import Truce, TruceLink

JOINT = "joint"
RULES = {
    "announced": "a statement of any party, made by the deadline, moves the end of the truce past it",
    "mutual": "statements of every party, or a joint one, made by the deadline, move the end of the truce past it",
    "in force": "an official instrument, issued by the deadline, moves the end of the truce past it",
}


@dataclass(frozen=True)
class Resolution:
    """How a rule about a deadline stands.

    status: met, not met or open. on: the day on which the rule was met. evidence: ids of the statements that meet it.
    """

    truce: str
    deadline: str
    rule: str
    meaning: str
    status: str
    on: str | None
    evidence: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The resolution in the keys of an answer."""
        return {**asdict(self), "evidence": list(self.evidence)}


@dataclass(frozen=True)
class _Extension:
    """A statement of a party, or of all together, that gives a truce an end; days as ISO dates."""

    statement: str
    side: str
    asserted: str
    new_end: str
    has_instrument: bool


def resolutions(state: State, since: str = "") -> tuple[Resolution, ...]:
    """Every deadline of every truce in the state, from a day on, under every rule."""
    rows: list[Resolution] = []
    for truce in state.truces:
        extensions = [_extension(link) for link in truce.chain if link.by_side in (*truce.parties, JOINT)]
        for deadline in sorted({e.new_end for e in extensions if e.new_end and e.new_end >= since}):
            passed = state.known[:10] > deadline
            rows += [_resolve(truce, deadline, rule, extensions, passed) for rule in RULES]
    return tuple(rows)


def _extension(link: TruceLink) -> _Extension:
    end, asserted = ((day or "")[:10] for day in (link.new_expiry, link.asserted))
    return _Extension(link.statement, link.by_side or "", asserted, end, bool(link.instrument))


def _resolve(truce: Truce, deadline: str, rule: str, extensions: Sequence[_Extension], passed: bool) -> Resolution:
    timely = [e for e in extensions if e.new_end > deadline and e.asserted <= deadline]
    proof = _proof(rule, timely, truce.parties)
    status = "met" if proof else "not met" if passed else "open"
    evidence = tuple(e.statement for e in proof)
    return Resolution(truce.truce, deadline, rule, RULES[rule], status, _met_on(rule, proof, truce.parties), evidence)


def _proof(rule: str, timely: Sequence[_Extension], parties: Sequence[str]) -> Sequence[_Extension]:
    """The extensions made in time that meet a rule."""
    if rule == "in force":
        return [e for e in timely if e.has_instrument]
    sides = {e.side for e in timely}
    if rule == "mutual" and not (JOINT in sides or set(parties) <= sides):
        return ()
    return timely


def _met_on(rule: str, proof: Sequence[_Extension], parties: Sequence[str]) -> str | None:
    """The day on which a rule was met; for mutual, when the last party had spoken or all spoke together."""
    if rule != "mutual":
        return min((e.asserted for e in proof), default=None)
    first: dict[str, str] = {}
    for e in proof:
        first[e.side] = min(e.asserted, first.get(e.side, e.asserted))
    days = [max(first[side] for side in parties)] if parties and set(parties) <= set(first) else []
    return min([*days, *([first[JOINT]] if JOINT in first else [])], default=None)
