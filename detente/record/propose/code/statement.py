"""Statements: what speakers say and think, what a reporter judges of the talks, what an official text judges."""

from __future__ import annotations

import re
from dataclasses import replace

from detente.record.fact import By
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.code import confirmation
from detente.record.propose.code.rules import Draft, Rule, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.attribution import Utterance
from detente.record.propose.relate.speaker import JOINT, listed
from detente.record.propose.relate.speech_verbs import verbs_that
from detente.record.propose.relate.tone import tone

# words that say nothing of their own: "Washington says so", "they want it"; the day above a post, the name below it
TRIVIAL = re.compile(
    r"^[\w.' -]{2,40}\b(?:says? so|said so|said nothing|said little|wants? (?:it|that))$|^[A-Z]\w+ \d{1,2}, \d{4}$|\(@\w+\)$"
)
CONDITION = re.compile(r"(?:Only )?[Ii]f\b|Unless\b|如果|若|Nếu\b")
META = re.compile(
    r"(?:As )?I (?:said|told you|just said|confirm)\b|(?:That|This) is all\b|Let me (?:repeat|finish)\b|We (?:just )?(?:met|spoke|talked)\b|I have (?:not )?(?:seen|read)\b"
)
SHORT = {"en": 12, "vi": 10, "zh": 4}
FOR_BOTH = re.compile(
    r"\b(?:both (?:countries|sides|governments)|both \w+ and \w+|the two (?:heads of state|leaders)) (?:\w+ly )?"
    r"(?:are|had|believe|want|hope|wish)\b",
    re.I,
)


def find(analysis: Analysis) -> list[Draft]:
    """The statements of a document in reading order; a sentence that only declines to comment is none."""
    out: list[Draft] = []
    silences = analysis.reading.spread(confirmation.find(analysis, ("not_commented",)))
    for s in analysis.reading.sentences:
        spoken = analysis.attribution.within(s)
        silent = silences.get(s.number, ())
        drafts = [d for u in spoken for d in _uttered(analysis, u)]
        drafts = [d for d in drafts if not any(x.start <= d.start + 3 and d.end <= x.end + 3 for x in silent)]
        out += drafts or _judged(analysis, s, spoken)
    return out


def _uttered(analysis: Analysis, u: Utterance) -> list[Draft]:
    reading, who = analysis.reading, u.speaker
    u = replace(u, end=u.start + len(reading.text[u.start : u.end].rstrip(" .。;；")))
    text = reading.text[u.start : u.end]
    if who.side == JOINT or not _counts(analysis, u, text):
        return []
    more = {}
    if who.described and not who.name:
        more["speaker_described"] = re.sub(r"^(?:the|a|an)\s", "", who.described, flags=re.I)
    by = analysis.attribution.claimant(u)
    rule, sure = _rule(reading.language, u)
    if u.concept == "turn" and not _bears_on_talks(analysis, u, text):
        rule, sure = "statement.turn_in_passing", 0.35
    return [_draft(reading, u.start, u.end, who.name, who.side, by, rule, sure, **more)]


def _rule(language: str, u: Utterance) -> tuple[str, float]:
    """The id of the rule that an utterance comes from, and how often such ones are right."""
    if u.concept in BY_CONCEPT:
        return BY_CONCEPT[u.concept]
    if u.is_act:
        return "statement.act", 0.4
    if not u.speaker.name and not u.speaker.side:
        return "statement.unnamed", 0.65
    if language == "en" and u.word in verbs_that("of_object"):
        return ("statement.quoted_words", 0.8) if u.direct else ("statement.view", 0.7)
    return ("statement.said_in_words", 0.85) if u.direct else ("statement.said", 0.72)


BY_CONCEPT = {
    "quote": ("statement.quoted", 0.6),
    "turn": ("statement.turn", 0.65),
    "per": ("statement.according", 0.72),
    "ask": ("statement.asked", 0.35),
}


def _counts(analysis: Analysis, u: Utterance, text: str) -> bool:
    """Whether an utterance is a statement: not the bare act, not a courtesy, not too short."""
    reading = analysis.reading
    if u.speaker.itself or len(text.strip('" .')) < SHORT[reading.language] or TRIVIAL.search(text):
        return False
    if not (u.speaker.name or u.direct) and u.word and listed(reading.language, "wishes").fullmatch(u.word):
        return False
    if u.is_act and not (u.direct and re.search(r'"[^"]*(?:\s[^"\s]+){4,}"', text)):
        return False
    if u.concept not in ("quote", "turn"):
        return u.direct or not reading.official
    return _asserts(analysis, u, text)


def _asserts(analysis: Analysis, u: Utterance, text: str) -> bool:
    """Whether words without a verb of saying are neither a courtesy nor a question, and say something."""
    if listed(analysis.reading.language, "courtesies").search(text) or text.rstrip('" ').endswith(("?", "？")):
        return False
    return u.concept == "quote" or _says_something(analysis, u, text)


def _says_something(analysis: Analysis, u: Utterance, text: str) -> bool:
    """Whether a sentence of a turn asserts anything: with a finite verb, no bare condition, more than four words."""
    language = analysis.reading.language
    if CONDITION.match(text):
        return False
    if language != "en":
        return len(text) > (6 if language == "zh" else 20)
    verbs = [p for p in analysis.predicates[u.sentence] if p.is_finite]
    return bool(verbs) and len(text.split()) > 3 and not META.match(text)


def _bears_on_talks(analysis: Analysis, u: Utterance, text: str) -> bool:
    """Whether a sentence of a turn speaks of talks, terms or limits, or says what will, may or may not be."""
    terms = analysis.reading.sentences[u.sentence].terms
    if any(t.group in ("talks", "agreements", "limits") for t in terms if u.start <= t.start < u.end):
        return True
    verbs = [p for p in analysis.predicates[u.sentence] if p.is_finite and u.start <= p.start < u.end]
    is_open = any(p.modal or p.negated or p.concept in ("say", "intend", "agree", "promise") for p in verbs)
    return is_open or tone(text, analysis.reading.language) != "neutral"


def _judged(analysis: Analysis, s: Sentence, spoken: list[Utterance]) -> list[Draft]:
    """A judgement of the reporter, or of the author of an official text, by the rules' patterns."""
    if any(not u.is_act and not u.speaker.itself for u in spoken):
        return []
    by = analysis.by_at(s, s.piece.end - 1)
    voice = {"document": "author", "narrator": "narrator", "reported": "readout"}.get(by.mode)
    if voice is None or by.side == JOINT:
        return []
    for rule in rules("statement"):
        span = _fitting(analysis, s, rule) if rule.gives.get("voice") == voice else None
        if span:
            sure = 0.5 if voice == "narrator" else 0.6
            return [_draft(analysis.reading, *span, by.name, by.side, by, rule.id, sure)]
    return []


def _fitting(analysis: Analysis, s: Sentence, rule: Rule) -> tuple[int, int] | None:
    unless = rule.gives.get("unless")
    if rule.language != analysis.reading.language and rule.gives.get("voice") != "readout":
        return None
    m = next(rule.matches(analysis, s), None)
    if not m or (unless and re.search(unless, s.piece.text)):
        return None
    c = s.piece if rule.gives.get("whole") else s.clause_at(s.piece.start + m.start())
    return c.start, c.start + len(c.text.rstrip(".。 "))


def _draft(
    reading: Reading,
    start: int,
    end: int,
    name: str | None,
    side: str | None,
    by: By,
    rule: str,
    sure: float,
    **more: str,
) -> Draft:
    words = reading.text[start:end]
    flags: tuple[str, ...] = ()
    if by.mode == "direct" and _is_translated(reading):
        flags, by = ("back_translated_quote",), By(by.name, by.side, "reported", by.via)
    if side not in ("press", JOINT, None) and FOR_BOTH.search(words):
        flags += ("one_side_speaks_for_both",)
    value = {"speaker": name, "side": side, "tone": tone(words, reading.language), **more}
    return Draft("statement", start, end, value, flags=flags, confidence=sure, by=by, rule=rule)


def _is_translated(reading: Reading) -> bool:
    publisher = (reading.document.publisher or "").lower()
    return reading.language != "en" or "translat" in publisher or reading.garbled
