"""Threats: announced harm that hangs on a condition, or that is threatened, considered or possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from detente.record.propose.annotate.amounts import Rate
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import Term
from detente.record.propose.code import tables
from detente.record.propose.code.measure import day
from detente.record.propose.code.policy import CONDITION, Act, acts, hangs, is_condition, rate_of, rates_in, trimmed
from detente.record.propose.code.roles import Imposers
from detente.record.propose.code.rules import Draft, terms_in
from detente.record.propose.relate import parties
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Span

LONGEST = 240  # characters of a sentence that is quoted with its condition


def find(analysis: Analysis) -> list[Draft]:
    """The threats of a document in reading order, one for each sentence, side and rate."""
    ledger = Imposers(analysis)
    for act in acts(analysis, "measure"):
        ledger.learn(act)
    drafts: list[Draft] = []
    for act in acts(analysis, "threat"):
        draft = _draft(analysis.reading, act, ledger) if _is_threat(analysis, act) else None
        if draft:
            drafts.append(draft)
    near = analysis.reading.spread(drafts)
    for sentence in analysis.reading.sentences:
        piece = sentence.piece
        if not any(d.start < piece.end and piece.start < d.end for d in near.get(sentence.number, ())):
            drafts += _conditional(analysis, sentence, ledger)
    return drafts + [d for d in tables.find(analysis, ledger) if d.kind == "threat"]


HARM = frozenset(
    ["duty", "fee", "export_control", "import_ban", "ban", "countermeasure", "sanction", "quota", "entity_listing"]
)
HARMS = re.compile(r"\bretaliat\w+|\btaxed\b|trả đũa|đáp trả|biện pháp|反制|报复|加税|措施", re.I)
SOFT = re.compile(
    r"\b(?:lift|lower|remov|exempt|spare|fall|cut|reduc|drop|suspend|halve|free|zero|hope)\w*|giảm|miễn|bỏ|降|取消|免|下调",
    re.I,
)


def _conditional(analysis: Analysis, sentence: Sentence, ledger: Imposers) -> Iterator[Draft]:
    """If the talks fail, the rate goes to 25 percent: what a sentence with a condition says of a duty outside the condition."""
    piece = sentence.piece
    m = CONDITION.search(piece.text)
    if m is None or piece.text.rstrip().endswith(("?", "？")):
        return
    for clause in _consequences(analysis, sentence, piece.start + m.start()):
        words = analysis.reading.text[clause.start : clause.end]
        terms = _harmed(sentence, clause)
        side = _by_whom(analysis, sentence, clause, ledger) if terms or HARMS.search(words) else None
        if side and not SOFT.search(words):
            rate = _level(analysis.reading.text, rates_in(sentence, clause))
            value: dict[str, Any] = {"by_side": side} | ({rate.key: rate.value} if rate else {})
            span = Span(piece.start, piece.end) if piece.end - piece.start < LONGEST else clause
            start, end = trimmed(analysis.reading.text, span.start, span.end)
            yield Draft("threat", start, end, value, confidence=0.4, modality="threat", rule="threat.conditional")
            return


def _level(text: str, rates: list[Rate]) -> Rate | None:
    """The rate to which a duty would go, else the first one named: the 10% duties will be raised to 25%."""
    reached = (r for r in rates if TO.search(text[max(0, r.start - 16) : r.start]))
    return next(reached, next(iter(rates), None))


TO = re.compile(r"(?:\bto|lên|至|到)\s?(?:as much as |up to |about |over )?$")


def _harmed(sentence: Sentence, clause: Span) -> list[Term]:
    """What a threat is about, of the terms of a clause: duties, bans, controls."""
    return [t for t in terms_in(sentence, clause) if t.concept in HARM]


def _consequences(analysis: Analysis, sentence: Sentence, condition: int) -> Iterator[Span]:
    """The clauses outside the condition of a sentence; in other languages than English what follows the condition."""
    if analysis.reading.language != "en":
        yield _without_condition(analysis.reading.text, sentence.piece, condition)
        return
    for p in analysis.predicates[sentence.number]:
        is_condition = p.opener in CONDITIONS or p.start < condition < p.clause.start
        if not (p.is_noun or p.negated or is_condition or p.concept in ("say", "be", "ask", "threaten")):
            yield p.clause


def _without_condition(text: str, piece: Piece, condition: int) -> Span:
    """What follows the condition of a Chinese or Vietnamese sentence behind a comma, else what stands before it."""
    comma = re.compile("[,，]").search(text, condition, piece.end)
    return Span(comma.end(), piece.end) if comma else Span(piece.start, condition)


CONDITIONS = ("if", "unless", "should", "once", "when", "until", "whether", "failing")


def _by_whom(analysis: Analysis, sentence: Sentence, clause: Span, ledger: Imposers) -> str | None:
    """Who would act: the subject, the owner of the duty, the one who speaks, the one whom the condition is not put to."""
    verbs = [
        p
        for p in analysis.predicates[sentence.number]
        if clause.start <= p.start < clause.end and p.opener not in CONDITIONS
    ]
    own = [s for p in verbs if p.concept != "say" for s in analysis.actor(sentence, p).sides if s != "joint"]
    if analysis.reading.language != "en":
        own = list(parties.party(analysis.reading, sentence, clause).sides[:1])
    for term in _harmed(sentence, clause) if not own else ():
        own += parties.owner(analysis.reading, sentence, term.start, Span(term.end, clause.end)).sides
    hit = parties.target(analysis.reading, sentence, clause).sides
    by = analysis.by_at(sentence, sentence.piece.end - 1).side
    others = [by if by not in ("press", "joint", None) else None, ledger.against(next(iter(hit), None))]
    return next((s for s in [*own, *others] if s and s not in hit), None)


def _is_threat(analysis: Analysis, act: Act) -> bool:
    if is_condition(analysis, act):
        return False
    if act.rule.gives.get("word"):
        return True
    return hangs(analysis, act) and act.modality not in ("negated", "denied", "hoped", "question")


def _draft(reading: Reading, act: Act, ledger: Imposers) -> Draft | None:
    side = _side(reading, act, ledger)
    if side is None:
        return None
    sure = ledger.roles(act)[0].sure
    value: dict[str, Any] = {"by_side": side}
    rates = rate_of(reading, act)
    if rates:
        value[rates[0].key] = rates[0].value
    iso, words = day(reading, act)
    is_day = iso is not None and len(iso) == 10
    if is_day and (reading.anchor is None or str(iso) > reading.anchor[:10] or act.modality == "superseded"):
        value["effective"] = iso
    start, end = _span(reading, act)
    return Draft("threat", start, end, value, (iso, words) if is_day else (None, None), (), 0.7 if sure else 0.5,
                 modality="threat", rule=act.rule.id)  # fmt: skip


def _side(reading: Reading, act: Act, ledger: Imposers) -> str | None:
    """Who threatens: who would act; where the sentence does not say it, not the side that the condition is put to."""
    roles = ledger.roles(act)[0]
    if roles.sure:
        return roles.imposer
    asked, target = ledger.asked(act), roles.target
    if act.rule.gives.get("role") == "patient" and asked and asked != target:
        return asked
    speaker = ledger.speaker(act)
    if speaker and speaker not in (asked, target):
        return speaker
    if roles.imposer and roles.imposer != asked:
        return roles.imposer
    if asked is None:
        return None
    return ledger.against(asked, act.type)


def _span(reading: Reading, act: Act) -> tuple[int, int]:
    """The harm with its condition where the sentence is short, else the harm alone."""
    piece = act.sentence.piece
    m = CONDITION.search(piece.text)
    if m is None or piece.end - piece.start > LONGEST:
        return act.start, act.end
    return trimmed(reading.text, min(act.start, piece.start + m.start()), piece.end)
