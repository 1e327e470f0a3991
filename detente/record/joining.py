"""What a proposal becomes in the record: compared with what is there, with the identity of the act it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from detente.record.fact import Statement
from detente.record.hs.words import names_in
from detente.record.match import COMMON, ENDS, RATES, WORD, Match, joined, match

NAMED = {"measure": "measure", "threat": "threat", "truce": "truce"}  # kind → the key that identifies its act
TERM_OF = {"suspended": "suspended_until", "in_force": "until", "reduced": "until"}  # status → what its end is called

ON_GOODS = re.compile(
    r"(?:percent|per cent|%|tariffs?|dut(?:y|ies)|lev(?:y|ies))\s(?:\w+\s){0,2}?on\s+(?:imports?\s+of\s+)?"
    r"([^,.;]{3,60}?)"
    r"(?=\s(?:of|from|by|on|to|until|starting|effective|in|at|that|which|will|would)\b|[,.;]|\s*$)"
)
ALL_GOODS = re.compile(
    r"\b(?:all|every|most)\s(?:\w+\s){0,2}(?:goods|imports|products|exports)\b|\b(?:mọi|tất cả|toàn bộ)\b"
    r"|(?:所有|全部|一切).{0,8}(?:商品|产品|產品|进口|進口)",
    re.I,
)
OWN_WORDS = ("direct", "document")  # modes in which a side speaks itself
LASTING = {  # relation → terms of a measure that stay as they are where the proposal does not speak of them
    "same": ("legal_from", "suspended_until", "until", "due", "truce"),
    "moves the end of": ("legal_from", "truce"),
    "changes the rate of": ("suspended_until", "until", "due", "truce"),
}


class Joined(NamedTuple):
    """A proposal beside the record: how it stands to it, and the statement that it becomes."""

    proposal: Statement
    match: Match
    statement: Statement


def join(proposal: Statement, document: Sequence[Statement], record: Sequence[Statement]) -> Joined:
    """Compare a proposal with a record.

    document: every proposal of the same document; the end of a measure may stand in one of its own. record: the
    statements that stand.
    """
    completed = with_goods(with_end(proposal, document))
    comparison = match(completed, record)
    statement = _with_lasting_terms(joined(completed, comparison), comparison)
    return Joined(proposal, comparison, _named(statement, comparison, record))


def with_end(proposal: Statement, document: Iterable[Statement]) -> Statement:
    """A measure with the end that an extension proposed from the same passage gives; anything else as it is.

    >>> with_end(suspension, [suspension, extension]).value["suspended_until"]
    '2027-01-10'
    """
    value = proposal.value
    term = TERM_OF.get(value.get("status") or "") if proposal.kind == "measure" else None
    if term is None or _given(value, ENDS):
        return proposal
    ends = {s.value.get("new_expiry") for s in document if s.kind == "extension" and _overlaps(s, proposal)} - {None}
    return replace(proposal, value={**value, term: ends.pop()}) if len(ends) == 1 else proposal


def with_goods(proposal: Statement) -> Statement:
    """A duty with the goods that its own passage names; a duty on all goods, and anything else, as it is.

    >>> with_goods(duty).value["scope"]  # imposed a tariff of 25 percent on steel of India
    'steel'
    """
    value = proposal.value
    if proposal.kind != "measure" or value.get("type") != "tariff" or _given(value, ("scope", "product")):
        return proposal
    phrases = filter(None, (_goods(m[1]) for m in ON_GOODS.finditer(proposal.quote)))
    goods = next(phrases, None) or _named_goods(proposal.quote)
    return replace(proposal, value={**value, "scope": goods}) if goods else proposal


def _goods(words: str) -> str | None:
    """The goods of a phrase such as "Indian steel and aluminium"; None where it names none, such as "Indian goods"."""
    goods = " ".join(word for word in words.split() if not word[0].isupper() and word not in ("all", "the", "its"))
    return goods if set(WORD.findall(goods)) - COMMON else None


def _named_goods(quote: str) -> str | None:
    """The goods that a passage names by words, in any language that is read; None where it speaks of all goods."""
    return None if ALL_GOODS.search(quote) else ", ".join(names_in(quote)) or None


def _overlaps(a: Statement, b: Statement) -> bool:
    """Whether two quotations of one document share characters."""
    if a.start is None or a.end is None or b.start is None or b.end is None:
        return False
    return a.start < b.end and b.start < a.end


def _with_lasting_terms(statement: Statement, comparison: Match) -> Statement:
    """A measure with the terms that the act keeps; its rate too, where the proposal gives none."""
    if comparison.of is None or comparison.relation not in LASTING:
        return statement
    if statement.kind == "threat":
        return _with_fate(statement, comparison.of)
    known, value = comparison.of.value, statement.value
    if statement.kind != "measure" or known["status"] != value["status"]:
        return statement
    keys = _lasting_keys(value, comparison.relation)
    kept = {k: known[k] for k in keys if known.get(k) is not None and value.get(k) is None}
    return replace(statement, value={**value, **kept}) if kept else statement


def _lasting_keys(value: Mapping[str, Any], relation: str) -> list[str]:
    """The terms that an act keeps under a relation: no rate and no end where the proposal gives one itself."""
    keys = [*RATES, *LASTING[relation]]
    given = [group for group in (RATES, ENDS) if _given(value, group)]
    return [key for key in keys if not any(key in group for group in given)]


def _with_fate(threat: Statement, of: Statement) -> Statement:
    """A threat as it is reported, with what became of it: a report does not renew what its author has withdrawn."""
    status = of.value.get("status")
    is_own_word = threat.by.side in (threat.value.get("by_side"), "joint") and threat.by.mode in OWN_WORDS
    if not status or threat.value.get("status") or is_own_word:
        return threat
    return replace(threat, value={**threat.value, "status": status})


def _given(value: Mapping[str, Any], keys: Iterable[str]) -> bool:
    return any(value.get(key) is not None for key in keys)


def _named(statement: Statement, comparison: Match, record: Sequence[Statement]) -> Statement:
    """A new act with a name of its own, so that a later document can move it."""
    key = NAMED.get(statement.kind)
    if key is None or statement.value.get(key) or comparison.of is not None:
        return statement
    taken = {s.value.get(key) for s in record}
    name = _name(statement)
    numbered = (name if k == 1 else f"{name}-{k}" for k in range(1, len(taken) + 2))
    return replace(statement, value={**statement.value, key: next(n for n in numbered if n not in taken)})


def _name(statement: Statement) -> str:
    """Sides, type and day of an act, with hyphens between."""
    value = statement.value
    sides = value.get("parties") or [value.get("imposer") or value.get("by_side"), value.get("target")]
    what = value.get("type") or statement.kind
    day = value.get("legal_from") or value.get("start") or statement.asserted or statement.known
    parts = [*map(str, filter(None, sides)), str(what).replace("_", "-"), str(day or "")]
    return "-".join(filter(None, parts)).lower()
