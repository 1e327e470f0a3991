"""Measures that lean on one named before: they, so do, 15 for Japan and 50 for Brazil."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.code import listed
from detente.record.propose.code.policy import CONDITION, rates_in, trimmed
from detente.record.propose.code.roles import Imposers
from detente.record.propose.code.rules import Draft, terms_in
from detente.record.propose.relate import parties
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span

STATUS = {
    "suspend": "suspended", "end": "ended", "vanish": "ended", "keep": "in_force", "remain": "in_force", "cut": "reduced",
    "fall": "reduced", "rise": "in_force", "raise": "in_force", "begin_effect": "in_force", "start": "in_force",
    "impose": "in_force",
}  # fmt: skip
OF_SUBJECT = {"remain", "rise", "fall", "begin_effect", "start", "vanish", "end"}  # what is so without an object
LATER = {"rise", "raise", "begin_effect", "start", "impose"}
PRONOUN = re.compile(
    r"\W*(?:they|it|these|those|both|all (?:of them|three|four|these|those)|the (?:former|latter|rest|others?|same|package|measures?|list))(?: (?:on|for|in|due|of) [\w ,'-]{2,60})?\s*", re.I,
)  # fmt: skip
SO_DO = re.compile(r"\b(?:and )?(?:so|as) (?:do|does|did|are|is|will|would)\b (?P<rest>[^.;]{3,120})", re.I)
BACK = 2  # sentences that a pronoun reaches back


def find(analysis: Analysis, ledger: Imposers, drafts: Sequence[Draft]) -> list[Draft]:
    """The measures of a document that lean on those already read; drafts: those, in reading order."""
    out: list[Draft] = []
    table: dict[int, list[Draft]] = {}
    for draft in drafts:
        _file(analysis, table, draft)
    for sentence in analysis.reading.sentences:
        here = list(table.get(sentence.number, ()))
        for draft in _leaning(analysis, sentence, ledger, table, here):
            if not any(draft.start == h.start and draft.value == h.value for h in here):
                out.append(draft)
                _file(analysis, table, draft)
    return out


def _leaning(
    analysis: Analysis, sentence: Sentence, ledger: Imposers, table: dict[int, list[Draft]], here: Sequence[Draft]
) -> list[Draft]:
    """What the constructions of this module read in a sentence."""
    near = [d for back in range(BACK, -1, -1) for d in table.get(sentence.number - back, ())]
    before = [d for d in near if d.start < sentence.piece.end]
    drafts = list(_pronouns(analysis, sentence, before, here))
    drafts += listed.find(analysis, sentence, before, [*here, *drafts])
    if drafts or not before:
        return drafts
    return list(_so_do(analysis, sentence, before))


def _file(analysis: Analysis, table: dict[int, list[Draft]], draft: Draft) -> None:
    """Put a draft under the number of its sentence."""
    sentence = analysis.reading.sentence_at(draft.start)
    if sentence is not None:
        table.setdefault(sentence.number, []).append(draft)


def _last(drafts: Sequence[Draft], place: int) -> list[Draft]:
    """The drafts of the last measure before a place: one for each pair of sides."""
    past = [d for d in drafts if d.start < place]
    return [d for d in past if past and d.start == max(past, key=lambda d: d.start).start]


def _pronouns(
    analysis: Analysis, sentence: Sentence, before: Sequence[Draft], here: Sequence[Draft]
) -> Iterator[Draft]:
    """They were suspended, it stays at 25 percent: the last measure in another state."""
    text = analysis.reading.text
    for p in analysis.predicates[sentence.number]:
        if not _leans(text, sentence, p) or any(d.start <= p.start < d.end for d in here):
            continue
        status = _state(analysis, sentence, p)
        if status is None:
            continue
        start, end = trimmed(text, p.clause.start, p.clause.end)
        rates = rates_in(sentence, Span(start, end))
        for d in _last(before, p.start):
            value = {k: v for k, v in d.value.items() if k in ("type", "imposer", "target")} | {"status": status}
            value |= {rates[-1].key: rates[-1].value} if rates else {}
            yield replace(
                d, start=start, end=end, value=value, date=(None, None), confidence=0.5, rule="measure.pronoun"
            )


def _leans(text: str, sentence: Sentence, p: Predicate) -> bool:
    """Whether a predicate says of a pronoun alone in what state a measure is."""
    if p.concept not in STATUS or p.subject is None or p.is_noun:
        return False
    if not PRONOUN.fullmatch(text[p.subject.start : p.subject.end]):
        return False
    if p.voice != "passive" and p.concept not in OF_SUBJECT:
        return False
    names_side = any(p.subject.start <= m.start < p.subject.end for m in sentence.sides)
    return not names_side and not any(t.group == "objects" for t in terms_in(sentence, p.object))


def _state(analysis: Analysis, sentence: Sentence, p: Predicate) -> str | None:
    modality = analysis.modality(sentence, p)
    if modality not in ("asserted", "agreed", "planned") or CONDITION.search(sentence.piece.text):
        return None
    is_later = p.concept in LATER and (modality == "planned" or _is_ahead(analysis, sentence, p))
    return "announced" if is_later else STATUS[p.concept]


def _is_ahead(analysis: Analysis, sentence: Sentence, p: Predicate) -> bool:
    """Whether a present tense is of a day to come: it climbs to 25 percent on 1 January."""
    today, times = (analysis.reading.anchor or "")[:10], sentence.within("times", p.start, p.clause.end)
    days = [analysis.reading.when(e, "future", sentence.number) for e in times if p.tense == "present"]
    return bool(today) and any(when is not None and when.iso > today for when in days)


def _so_do(analysis: Analysis, sentence: Sentence, before: Sequence[Draft]) -> Iterator[Draft]:
    """So do the EU's counter-duties, as do 50 percent on steel: the state of the last measure, of another."""
    text, base = sentence.piece.text, sentence.piece.start
    m = SO_DO.search(text)
    models = _last(before, base + m.start()) if m else []
    if m is None or not models:
        return
    span = Span(base + m.start("rest"), base + m.end("rest"))
    terms = [t for t in terms_in(sentence, span) if t.group == "objects"]
    rates = rates_in(sentence, span)
    if terms or rates:
        roles = _roles_beside(analysis, sentence, span, (terms or rates)[0].start, models[0].value["imposer"])
        value = {k: v for k, v in models[0].value.items() if not k.startswith("rate")} | roles
        value |= {rates[0].key: rates[0].value} if rates else {}
        start, end = trimmed(analysis.reading.text, base + m.start(), span.end)
        yield Draft("measure", start, end, value, confidence=0.6, rule="measure.so_do")


def _roles_beside(
    analysis: Analysis, sentence: Sentence, span: Span, place: int, imposer: str | None
) -> dict[str, str | None]:
    """Whose the measure at a place is and on whom; imposer: whose the measure before is, on whom another's falls."""
    owner = parties.owner(analysis.reading, sentence, place, span).sides
    target = parties.target(analysis.reading, sentence, span).sides
    if not owner or owner[0] == imposer:
        return {"imposer": imposer, "target": target[0] if target else None}
    return {"imposer": owner[0], "target": target[0] if target else imposer}
