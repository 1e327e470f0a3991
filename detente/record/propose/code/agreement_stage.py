"""Where an agreement stands: talks, framework, agreed, text pending, signed, ratified, in force, terminated and so on."""

from __future__ import annotations

import re
from collections.abc import Container

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import vocabulary
from detente.record.propose.code import extension, truce
from detente.record.propose.code.periods import parties_of, stretch
from detente.record.propose.code.rules import Draft, Rule, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.parties import preposition
from detente.record.propose.relate.predicates import Predicate, Span

INTRANSITIVE = frozenset(
    ["be", "start", "collapse", "begin_effect", "remain", "keep", "expire", "conclude", "do", "visit"]
)
HEADS = ("", "of")
DIRECT = ("", "of", "on", "to", "about", "over")  # what may stand between a verb and the term that it acts on
# acts that have a kind of their own: who agrees to them has no stage beside it
OWN_KIND = frozenset(["suspend", "extend", "meet", "speak", "visit", "hold", "attend"])
TALKING = (
    r"\b(?:keep|continue|resume|start|open|begin|(?:return|go back|get back|come back) to|launch|hold|enter|step up|speed up|intensify|accelerate|pursue|conduct|deepen|press (?:on|ahead) with|restart)\b"
    r"[^.;]{0,30}\b(?:talking|negotiating|talks|negotiations?|consultations|dialogue|table)\b"
    r"|(?:继续|恢复|启动|重启|开始|加快)\S{0,4}(?:谈判|磋商|对话)|(?:khởi động|nối lại|tiếp tục|bắt đầu) (?:các )?(?:cuộc )?đàm phán"
)
JOINT = (
    r"^(?:they|both|the two|two|each|we|the (?:sides|parties|teams|leaders|negotiators|delegations|presidents|ministers))\b"
    r"|\bheads of state\b|双方|两国|双边|hai (?:bên|nước)"
)
OTHER_KINDS = r"\b(?:meeting|visit|call|pause|truce|extension)\b"
TERMS = r"\b(?:rates?|terms|price|tariffs?|duties|deal|framework|arrangement|in principle)\b"
FIRM = ("signed", "terminated", "framework", "preliminary_consensus", "announced", "in_force", "ratified")


def find(analysis: Analysis) -> list[Draft]:
    """The stages of a document; a clause with a pause or an extension has no stage of agreeing beside it."""
    periods = [*truce.find(analysis), *extension.find(analysis)]
    drafts: list[Draft] = []
    for sentence, predicate in analysis.each():
        rule = next((r for r in rules("agreement_stage") if _fits(analysis, sentence, predicate, r)), None)
        if rule is None or not rule.gives.get("stage"):
            continue
        draft = _draft(analysis, sentence, predicate, rule)
        is_period = draft.value["stage"] not in FIRM and _overlaps(draft, periods)
        if not is_period and not _overlaps(draft, drafts):
            drafts.append(draft)
    return drafts


def _overlaps(draft: Draft, others: list[Draft]) -> bool:
    return any(d.start < draft.end and draft.start < d.end for d in others)


def _fits(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> bool:
    if not rule.fits(analysis, sentence, predicate) or predicate.verb in _hoping(analysis):
        return False
    clause = analysis.reading.text[predicate.clause.start : predicate.clause.end]
    if "unless" in rule.gives and re.search(rule.gives["unless"], clause, re.I):
        return False
    if rule.object and not _is_about(analysis, sentence, predicate, rule):
        return False
    if rule.gives.get("verb") and predicate.verb not in rule.gives["verb"]:
        return False
    complement = rule.gives.get("complement")
    return complement is None or _has_complement(analysis, sentence, predicate, complement)


def _is_about(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> bool:
    """Whether the term is the object of a verb that acts on it, or the head of the subject of one that does not."""
    is_english = analysis.reading.language == "en"
    if predicate.concept in INTRANSITIVE or predicate.voice == "passive" or not is_english:
        subject = _named_in(analysis, sentence, predicate.subject, rule)
        if any(word in HEADS or not is_english for word in subject):
            return True
        if predicate.concept == "collapse":
            return False
    lead = Span(predicate.object.start, min(predicate.object.end, predicate.object.start + 90))
    return any(word in DIRECT or not is_english for word in _named_in(analysis, sentence, lead, rule))


def _named_in(analysis: Analysis, sentence: Sentence, span: Span | None, rule: Rule) -> list[str]:
    """The prepositions, or nothing, that govern the terms of a rule in a stretch of text."""
    if span is None:
        return []
    terms = [t for t in sentence.terms if span.start <= t.start < span.end and t.concept in rule.object]
    return [preposition(analysis.reading.text[span.start : t.start], analysis.reading.language) for t in terms]


def _hoping(analysis: Analysis) -> Container[str]:
    """Verbs that only wish for what they name."""
    return vocabulary(analysis.reading.language).marks["not_asserting"]  # type: ignore[no-any-return]


def _has_complement(analysis: Analysis, sentence: Sentence, predicate: Predicate, wanted: str) -> bool:
    """Whether what is agreed is talking on, some act of both, or a thing that has a kind of its own."""
    governed = [p for p in analysis.predicates[sentence.number] if p.governor == predicate.number and not p.is_noun]
    concepts = {p.concept for p in governed}
    end = max([predicate.object.end, *(p.clause.end for p in governed if p.clause.end - predicate.end < 160)])
    text = analysis.reading.text[predicate.end : end]
    if wanted == "talks":
        is_talking = "negotiate" in concepts or re.search(TALKING, text)
        is_other = concepts & {"meet", "visit", "implement"} or re.search(r"\bexten(?:sion|d)", text)
        return bool(is_talking) and not is_other
    return _has_terms(analysis, sentence, predicate, concepts, text)


def _has_terms(analysis: Analysis, sentence: Sentence, predicate: Predicate, concepts: set[str], text: str) -> bool:
    """Whether what is agreed has no kind of its own: an act of both, or a rate, a price, terms."""
    is_english = analysis.reading.language == "en"
    if predicate.voice == "passive" or concepts & OWN_KIND or re.search(OTHER_KINDS, text):
        return False
    if is_english and not concepts and not re.search(r"[A-Za-z]{3}", text):
        return False
    if _is_joint(analysis, sentence, predicate):
        return True
    return not concepts and is_english and bool(re.search(TERMS, text))


def _is_joint(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> bool:
    """Whether both sides agree, not one of them to what the other asks."""
    is_pair = len(analysis.actor(sentence, predicate).sides) > 1 or analysis.reading.author == "joint"
    return is_pair or bool(re.search(JOINT, _subject(analysis, predicate), re.I))


def _subject(analysis: Analysis, predicate: Predicate) -> str:
    span = predicate.subject
    return analysis.reading.text[span.start : span.end].strip() if span else ""


def _draft(analysis: Analysis, sentence: Sentence, predicate: Predicate, rule: Rule) -> Draft:
    span = stretch(analysis, sentence, predicate)
    tense = "future" if predicate.modal == "will" else "past"
    expr = next((e for e in sentence.times if span.start <= e.start < span.end), None)
    when = analysis.reading.when(expr, tense, sentence.number) if expr else None
    day = (when.iso, expr.words) if when and expr else (None, None)
    value = {"stage": rule.gives["stage"], "parties": parties_of(analysis, sentence, span, predicate)}
    return Draft(
        "agreement_stage", *Span(*span), value, day, confidence=rule.gives.get("confidence", 0.6), rule=rule.id
    )
