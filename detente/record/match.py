"""Joins a proposal to what the record holds: new, same, moves the end of, changes the rate of, contradicts, corrects.

A proposal read from a document seldom names the act it speaks of. `match` finds the statement of the record that it
speaks of, by sides, type, goods, rate and days, and says how the two stand to each other; `joined` gives the proposal
the identity of that act, so that an accepted fact moves the row of the state it belongs to.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from detente import labels
from detente.record.fact import Statement

RELATIONS = ("new", "same", "moves the end of", "changes the rate of", "contradicts", "corrects")
IDENTITY = {
    "measure": ("measure", "authority"), "truce": ("truce",), "extension": ("truce",), "agreement_stage": ("deal",),
    "threat": ("threat",), "planned_meeting": ("event",), "confirmation": ("event",),
}  # fmt: skip
ENDS = ("until", "suspended_until", "expiry", "new_expiry", "end", "due")
RATES = ("rate_pct", "rate_pp")
DATES = ("legal_from", "effective", "date", "start", "announced")
STATES = ("status", "stage")
NAMED_BY_KIND = ("measure", "threat")  # kinds whose acts are named by the key that the kind is called
NEAR = 3  # days within which two days are taken to be one
WORD = re.compile(r"[^\W\d_]{4,}|\d{5,}|(?<!\d)\d{3}(?!\d)")  # days, years and rates are compared on their own
HEADING = re.compile(r"\d{4}\.\d\d\.\d\d(?:-[A-Z]{2,3})?")  # by which a schedule of tariffs names an act
COMMON = frozenset({
    "goods", "duty", "duties", "tariff", "tariffs", "percent", "that", "this", "with", "from", "other",
    "certain", "will", "would", "have", "been", "which", "than", "additional", "added", "imports", "imported",
    "exports", "exported", "products", "imposed", "impose", "imposes", "levied", "raised", "raise", "raises",
    "increased", "lowered", "reduced", "reduce", "reduces", "suspended", "took", "take", "takes", "effect",
    "effective", "rate", "level", "announced", "into", "until", "starting",
    *(calendar.month_name[k].lower() for k in range(1, 13)),
})  # fmt: skip
EVERYBODY = "ALL"
LEAST = 2.0  # score from which two measures are taken to be one act


@dataclass(frozen=True)
class Match:
    """How a proposal stands to the record: relation, one of RELATIONS; of: the statement it is compared with, None
    for a new fact; keys: what differs, {key: (in the record, proposed)}; why: the comparison in words.
    """

    relation: str
    of: Statement | None = None
    keys: Mapping[str, tuple[Any, Any]] | None = None
    why: str = ""


def match(proposal: Statement, record: Iterable[Statement]) -> Match:
    """How a proposal stands to the statements of a record, the latest known last.

    >>> match(proposal, record.statements()).relation
    'moves the end of'
    """
    score = SCORES.get(_family(proposal), _same_keys)
    scored = [(score(proposal, s), str(s.known), k, s) for k, s in enumerate(record) if _family(s) == _family(proposal)]
    best = max(((p, known, k, s) for p, known, k, s in scored if p > 0), key=lambda row: row[:3], default=None)
    if best is None:
        return Match("new", why="the record holds nothing of this kind that it could speak of")
    return _relation(proposal, _latest_of_act(proposal, best[3], [s for *_, s in scored]))


def _latest_of_act(proposal: Statement, of: Statement, family: Iterable[Statement]) -> Statement:
    """The last word on the act before the proposal; one that gives an end, where the proposal gives one."""
    if proposal.kind not in NAMED_BY_KIND or not of.value.get(proposal.kind):
        return of
    same_act = _earlier_words(proposal, of, family)
    with_end = [s for s in same_act if _first(s, ENDS)] if _first(proposal, ENDS) else []
    return max(with_end or same_act or [of], key=_day_said)


def _earlier_words(proposal: Statement, of: Statement, family: Iterable[Statement]) -> list[Statement]:
    """What the record says on the act by the day of the proposal."""
    return [s for s in family if _named_alike(s, of, proposal.kind) and not _later(s, proposal)]


def joined(proposal: Statement, comparison: Match) -> Statement:
    """The proposal under the identity of the act that it speaks of, as the record names it; itself where it is new.

    An act that falls on everybody goes on doing so where the proposal names one of those it falls on.
    """
    if comparison.of is None:
        return proposal
    known = comparison.of.value
    keys = IDENTITY.get(proposal.kind, ())
    own = {k: known[k] for k in keys if known.get(k) and (k == proposal.kind or not proposal.value.get(k))}
    if known.get("target") == EVERYBODY and proposal.value.get("target"):
        own["target"] = EVERYBODY
    return replace(proposal, value={**proposal.value, **own}) if own else proposal


def _family(statement: Statement) -> str:
    """Truces and their extensions speak of one act."""
    return "truce" if statement.kind == "extension" else statement.kind


def _relation(proposal: Statement, of: Statement) -> Match:
    """Compare the two, key by key: the end, the rate, then the rest."""
    differing = _differing(proposal, of)
    clash = {key: pair for key, pair in differing.items() if pair[0] is not None}
    if _later(proposal, of) and _has_another_end(proposal, of):
        why = f"the end moves from {_first(of, ENDS)} to {_first(proposal, ENDS)}"
        return Match("moves the end of", of, differing, why)
    if _later(proposal, of) and clash.keys() & set(RATES):
        why = f"the rate changes from {_first(of, RATES):g} to {_first(proposal, RATES):g}"
        return Match("changes the rate of", of, differing, why)
    if not clash:
        return Match("same", of, differing, "the record holds it already")
    if _moves_on(clash, proposal, of):
        return Match("new", of, clash, "a later step of the same act: " + _in_words(clash))
    relation = "corrects" if _corrects(proposal, of) else "contradicts"
    return Match(relation, of, clash, _in_words(clash))


def _differing(proposal: Statement, of: Statement) -> dict[str, tuple[Any, Any]]:
    """{key: (in the record, proposed)} of the terms that the proposal gives and the record does not give alike."""
    return {
        key: (of.value.get(key), proposal.value[key])
        for key in (*ENDS, *RATES, *DATES, *STATES)
        if proposal.value.get(key) is not None and not _agree(key, of.value.get(key), proposal.value[key])
        if key != "status" or not _is_announced_for_its_day(proposal, of)
    }


def _is_announced_for_its_day(proposal: Statement, of: Statement) -> bool:
    """Whether one announces for a day what the other has in force from that day: the same, said before and after."""
    starts = {str(s.value.get("legal_from"))[:10] for s in (proposal, of)}
    return (
        {s.value.get("status") for s in (proposal, of)} == {"announced", "in_force"}
        and starts != {"None"}
        and len(starts) == 1
    )


def _has_another_end(proposal: Statement, of: Statement) -> bool:
    """Whether both give an end, and not the same one."""
    end, known_end = _first(proposal, ENDS), _first(of, ENDS)
    return bool(end and known_end) and not _near(end, known_end)


def _corrects(proposal: Statement, of: Statement) -> bool:
    """Whether the side, or where none speaks the source, that said the one said the other later."""
    same_voice = proposal.by.side == of.by.side and (proposal.by.side is not None or proposal.source == of.source)
    return same_voice and _later(proposal, of)


def _in_words(clash: Mapping[str, tuple[Any, Any]]) -> str:
    return "; ".join(f"{key.replace('_', ' ')} {old} in the record, {new} here" for key, (old, new) in clash.items())


def _moves_on(clash: Mapping[str, tuple[Any, Any]], proposal: Statement, of: Statement) -> bool:
    """Whether what differs is a new status or stage on a later day, rather than another account of the same step."""
    return bool(clash.keys() & set(STATES)) and _later(proposal, of)


def _agree(key: str, old: Any, new: Any) -> bool:
    if old == new:
        return True
    if key in RATES and old is not None:
        return abs(float(old) - float(new)) < 1e-9
    return key in (*ENDS, *DATES) and bool(old) and _near(str(old), str(new), exact=True)


def _first(statement: Statement, keys: Sequence[str]) -> Any:
    return next((statement.value[k] for k in keys if statement.value.get(k) is not None), None)


def _later(proposal: Statement, of: Statement) -> bool:
    """Whether the proposal was said after what the record holds."""
    return _day_said(proposal) > _day_said(of)


def _day_said(statement: Statement) -> str:
    """The day on which something was said, else the one on which it was known."""
    return str(statement.asserted or statement.known or "")


def _near(a: str, b: str, *, exact: bool = False) -> bool:
    """Whether two days are one; a month or year agrees with the days in it."""
    a, b = str(a)[:10], str(b)[:10]
    if a.startswith(b) or b.startswith(a):
        return True
    if exact or len(a) < 10 or len(b) < 10:
        return False
    try:
        return abs((date.fromisoformat(a) - date.fromisoformat(b)).days) <= NEAR
    except ValueError:
        return False


def _words(statement: Statement) -> frozenset[str]:
    """The content words of what a statement speaks of."""
    value = statement.value
    keys = ("scope", "product", "authority", "instrument", "on", "event", "of", "object")
    text = " ".join(str(value.get(k) or "") for k in keys)
    text += " " + " ".join(str(value.get(k) or "").replace("-", " ") for k in ("measure", "threat", "truce", "deal"))
    return frozenset(WORD.findall(f"{text} {statement.quote}".lower())) - COMMON - _names_of_sides(value)


def _names_of_sides(value: Mapping[str, Any]) -> frozenset[str]:
    """The words of the names of the sides, which every act of theirs shares."""
    sides = [value.get(k) for k in ("imposer", "target", "by_side", "against")] + list(value.get("parties") or ())
    return frozenset(WORD.findall(" ".join(labels.name(str(side)) for side in sides if side).lower()))


def _overlap(proposal: Statement, of: Statement) -> float:
    """The share of the smaller one's words that both have, 0 to 1."""
    a, b = _words(proposal), _words(of)
    if not a and not b and proposal.kind == "measure":
        return 1.0  # neither names goods: both fall on all
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _named_alike(proposal: Statement, of: Statement, key: str) -> bool:
    return bool(proposal.value.get(key)) and proposal.value.get(key) == of.value.get(key)


def _opposed(old: Any, new: Any) -> bool:
    return bool(old) and bool(new) and old != new and EVERYBODY not in (old, new)


def _measures(proposal: Statement, of: Statement) -> float:
    """One act of a side: type and sides agree, and goods, rate or days tie the two together."""
    if _named_alike(proposal, of, "measure"):
        return 10.0
    a, b = proposal.value, of.value
    if not _may_be_one_measure(proposal, of):
        return 0.0
    rate = any(a.get(k) is not None and a.get(k) == b.get(k) for k in RATES)
    day = any(a.get(k) and b.get(k) and _near(str(a[k]), str(b[k])) for k in ("legal_from", "suspended_until", "until"))
    goods = _overlap(proposal, of)
    instrument = _named_alike(proposal, of, "instrument") or _cites(proposal, of)
    score = 1.5 * rate + 1.0 * day + 2.0 * goods + 3.0 * instrument + 1.5 * _prolongs(proposal, of)
    return score if score >= LEAST else 0.0


def _named_apart(proposal: Statement, of: Statement) -> bool:
    """Whether both are named, and by one source or by two headings of a schedule: then they are two acts."""
    names = [s.value.get("measure") for s in (proposal, of)]
    return all(names) and (proposal.source == of.source or all(HEADING.fullmatch(str(name)) for name in names))


def _may_be_one_measure(proposal: Statement, of: Statement) -> bool:
    """Whether type, sides and rate allow that a proposal speaks of a measure of the record."""
    a, b = proposal.value, of.value
    is_alike = all(a[key] == b[key] for key in ("type", "imposer")) and not _named_apart(proposal, of)
    return is_alike and not _opposed(a.get("target"), b.get("target")) and not _is_rate_of_its_own(a, b)


def _is_rate_of_its_own(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether the proposal gives one target a rate that differs from the record's for everybody: an act of its own."""
    is_one_of_all = b.get("target") == EVERYBODY and a.get("target") not in (None, EVERYBODY)
    return is_one_of_all and any(None not in (a.get(k), b.get(k)) and a[k] != b[k] for k in RATES)


def _cites(proposal: Statement, of: Statement) -> bool:
    """Whether the passage names the instrument of the record."""
    instrument = str(of.value.get("instrument") or "").lower()
    return bool(instrument) and instrument in " ".join(proposal.quote.lower().split())


def _prolongs(proposal: Statement, of: Statement) -> bool:
    """Whether both give an end to a suspension, and the record's is of a whole act rather than of a part of one."""
    both = all(s.value["status"] == "suspended" and _first(s, ENDS) for s in (proposal, of))
    return both and not of.value.get("part_of")


def _truces(proposal: Statement, of: Statement) -> float:
    """One truce: the same parties, and an end that is that of the record or moves it."""
    if _named_alike(proposal, of, "truce"):
        return 10.0
    if _has_other_parties(proposal, of):
        return 0.0
    if _names_known_end(proposal, of):
        return 3.0
    return 1.0 if proposal.kind == "extension" else 0.5 * bool(_overlap(proposal, of) > 0.3)


def _has_other_parties(proposal: Statement, of: Statement) -> bool:
    """Whether both name their parties, and not the same ones."""
    mine, theirs = set(proposal.value.get("parties") or ()), set(of.value.get("parties") or ())
    return bool(mine and theirs) and mine != theirs


def _names_known_end(proposal: Statement, of: Statement) -> bool:
    """Whether the end of the record is the one that the proposal gives, or the one that it moves."""
    known_end = _first(of, ENDS)
    ends = (_first(proposal, ENDS), proposal.value.get("old_expiry"))
    return bool(known_end) and any(end and _near(end, known_end) for end in ends)


def _meetings(proposal: Statement, of: Statement) -> float:
    """One meeting: the same city or contact, within a few days."""
    a, b = proposal.value, of.value
    place = ("city", "mode_of_contact")
    if any(_opposed(a.get(k), b.get(k)) for k in place) or not any(_named_alike(proposal, of, k) for k in place):
        return 0.0
    return 2.0 if a.get("start") and b.get("start") and _near(str(a["start"]), str(b["start"])) else 0.0


def _threats(proposal: Statement, of: Statement) -> float:
    """One threat: the same side against the same target, tied by rate, day or goods."""
    if _named_alike(proposal, of, "threat"):
        return 10.0
    a, b = proposal.value, of.value
    if a["by_side"] != b["by_side"] or _opposed(a.get("against"), b.get("against")):
        return 0.0
    day = bool(a.get("effective") and b.get("effective") and _near(str(a["effective"]), str(b["effective"])))
    score = 1.0 * _named_alike(proposal, of, "rate_pct") + day + 2.0 * _overlap(proposal, of)
    return score if score >= 1.0 else 0.0


def _stages(proposal: Statement, of: Statement) -> float:
    """One agreement of the same parties, as the same side speaks of it."""
    if _named_alike(proposal, of, "deal"):
        return 10.0 - 1.0 * (proposal.by.side != of.by.side)
    if _has_other_parties(proposal, of):
        return 0.0
    return 1.0 + (proposal.by.side == of.by.side) if proposal.value["stage"] == of.value["stage"] else 0.0


def _events(proposal: Statement, of: Statement) -> float:
    """One planned meeting, or one side's word on one event."""
    if proposal.kind == "confirmation" and proposal.value["by_side"] != of.value["by_side"]:
        return 0.0
    day = any(
        proposal.value.get(k) and of.value.get(k) and _near(str(proposal.value[k]), str(of.value[k])) for k in ("date",)
    )
    people = bool(set(proposal.value.get("participants") or ()) & set(of.value.get("participants") or ()))
    score = 1.0 * day + 1.0 * people + 2.0 * _overlap(proposal, of)
    return score if score >= 1.5 else 0.0


def _same_keys(proposal: Statement, of: Statement) -> float:
    """Other kinds: the same value, or nothing."""
    shared = {k: v for k, v in proposal.value.items() if v is not None}
    return 1.0 if shared and all(of.value.get(k) == v for k, v in shared.items()) else 0.0


SCORES: dict[str, Callable[[Statement, Statement], float]] = {
    "measure": _measures, "truce": _truces, "meeting": _meetings, "threat": _threats, "agreement_stage": _stages,
    "planned_meeting": _events, "confirmation": _events,
}  # fmt: skip
