"""Rates without a verb of their own, in a list: 10 percent on energy, 50 on steel; 15 for Japan, 50 for Brazil.

Each rate that no act of the sentence has is one measure. What its own words do not say is taken from the measure before it,
or from the side that acts before the list; where nobody is known who takes it, the measure has no imposer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.code.policy import CONDITION, trimmed
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate

RATED = ("tariff", "fee")
ACTING = frozenset(["impose", "raise", "tax", "retaliate", "announce"])
NEUTRAL = frozenset(["be", "face", "impose", "remain", "keep", "tax", "visit", "say"])  # among the words about a rate
ON = r"\s(?:on|for|against|with|đối với|với|cho)\s"
BARE = re.compile(rf"(?<![\w.,$€£¥/:–-])(?P<n>\d{{1,3}}(?:\.\d{{1,2}})?)(?={ON})")
NOT_BARE = re.compile(
    r"\b(?:section|article|list|annex|no|part|page|chapter|paragraph|table|order|phase|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|by|of|than|from|in|since|until|days?|on|ngày|tháng"
    r"|số)\.?\s$", re.I,
)  # fmt: skip
END = re.compile(
    r"[;；。:]|,(?=\s(?:and |but |while )?(?:\d|$|[a-z]+ (?:are|is|pay|pays|remain)))|(?<=\w)\s(?:and|but|while)\s$"
)  # behind the words about a rate


class Rated(NamedTuple):
    """A rate of a list, from where to where the words about it stand, and its key and value."""

    start: int
    end: int
    key: str
    value: float


def find(analysis: Analysis, sentence: Sentence, before: Sequence[Draft], here: Sequence[Draft]) -> Iterator[Draft]:
    """The listed rates of a sentence that none of its measures has; before: the measures of the sentences before."""
    if CONDITION.search(sentence.piece.text) or sentence.piece.text.rstrip().endswith(("?", "？")):
        return
    models = [d for d in [*before, *here] if d.value.get("type") in RATED]
    listed = list(_listed(analysis.reading.text, sentence))
    for rated in listed if len(listed) > 1 else ():
        if not any(_has(h, rated) for h in here):
            past = [d for d in models if d.start < rated.start]
            yield from _drafts(analysis, sentence, max(past, key=lambda d: d.start, default=None), rated)


def _has(draft: Draft, rated: Rated) -> bool:
    """Whether a measure holds the place of a rate and has that rate, or none at all."""
    rates = [v for k, v in draft.value.items() if k.startswith("rate")]
    is_other = rated.value not in rates and (rates or draft.value["imposer"] is None)
    return draft.start <= rated.start < draft.end and not is_other


def _listed(text: str, sentence: Sentence) -> Iterator[Rated]:
    """The rates of a sentence with the goods or sides behind them, those without a sign too if one has it."""
    atoms = [(r.start, r.end, r.key, r.value) for r in sentence.rates if r.of in ("duty", "bare", "beside")]
    if atoms:
        atoms = sorted([*atoms, *_bare(sentence)])
    for i, (start, end, key, value) in enumerate(atoms):
        if re.compile(ON).match(text, end):
            right = atoms[i + 1][0] if i + 1 < len(atoms) else sentence.piece.end
            cut = END.search(text[end:right])
            yield Rated(start, end + cut.start() if cut else right, key, value)


def _bare(sentence: Sentence) -> Iterator[tuple[int, int, str, float]]:
    """Numbers that stand for a rate in a list, and are no time or number of something else."""
    piece = sentence.piece
    taken = [(r.start, r.end) for r in sentence.rates] + [(e.start, e.end) for e in sentence.times]
    for m in BARE.finditer(piece.text):
        start, end = piece.start + m.start(), piece.start + m.end()
        if not any(a < end and start < b for a, b in taken) and not NOT_BARE.search(piece.text[: m.start()]):
            value = float(m.group("n"))
            yield start, end, "rate_pct", int(value) if value == int(value) else value


def _drafts(analysis: Analysis, sentence: Sentence, model: Draft | None, rated: Rated) -> Iterator[Draft]:
    """The measure of a rate, one for each side that it falls on; model: the measure before it."""
    verbs = [p for p in analysis.predicates[sentence.number] if not p.is_noun]
    if any(rated.start <= p.start < rated.end and p.concept not in NEUTRAL for p in verbs):
        return
    start, end = trimmed(analysis.reading.text, rated.start, rated.end)
    base = _base(model, _actor(analysis, sentence, [p for p in verbs if p.start < rated.start]))
    sides = [m.side for m in sentence.sides if start <= m.start < end and m.side != base["imposer"]]
    for side in dict.fromkeys(sides) or [base["target"]]:
        value = {**base, "target": side, rated.key: rated.value}
        yield Draft("measure", start, end, value, confidence=0.5, rule="measure.listed_rate")


def _base(model: Draft | None, actor: str | None) -> dict[str, Any]:
    """What a rate takes over from the measure before it; actor: who acts in the sentence before the list."""
    base: dict[str, Any] = {"type": "tariff", "imposer": None, "target": None, "status": "in_force"}
    if model:
        base |= {k: model.value[k] for k in base}
    return base | {"imposer": actor, "target": base["imposer"]} if actor and actor != base["imposer"] else base


def _actor(analysis: Analysis, sentence: Sentence, verbs: Sequence[Predicate]) -> str | None:
    """The side that acts in the last clause before a rate: London hit back: 30 percent on cheese."""
    acting = [p for p in verbs if p.concept in ACTING]
    sides = analysis.actor(sentence, acting[-1]).sides if acting else ()
    return sides[0] if len(sides) == 1 else None
