"""Agenda items: subjects under discussion or still open, each with its own short quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import LANGUAGES, load
from detente.record.propose.code.rules import Draft, Rule, rules
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Span

PARTS = re.compile(
    r",\s?(?:and |or |but |with )?|\s(?:and|or|as well as|along with|plus)\s|、|，|和|以及|与|及|\svà\s|\svề\s"
)
BREAK = re.compile(
    r"\s(?:with(?! respect)|in(?! the (?:area|field)s? of)|at|by|while|after|before|when|which|who|said|says|told|that|because|until|if|to|were|was|are|is"
    r"|will|would|has|have|had|remains?|again|vốn|trong|tại)\s|\sagain$"
    r"|\b(?:on|last|next) (?:\w+day|week|month)\b"
)
NONE = re.compile(
    r"\b(?:no|any|without|not|never|nor|neither)\s(?:\w+\s){0,2}$|n['’]t\s(?:\w+\s)?$|(?:không|chưa)\s(?:được\s)?$|(?:没有?|未|不)$",
    re.I,
)
LEAD = re.compile(
    r"(?:(?:[\w-]+ ){0,3}(?:with respect to|in the (?:areas?|fields?) of|related to|relating to|such as|including) )?(?:(?:on|about|of|over|for|the|a|an|both|also|its|their|both|including|likely)\s)+",
    re.I,
)
PRONOUN = re.compile(
    r"\b(?:it|this|that|these|those|they|them|he|she|we|us|you|I|everything|nothing|others?|more|much|what|how)\b", re.I
)
VAGUE = re.compile(
    r"\b(?:economic|trade|bilateral|issues?|matters?|relations(?:hip)?|ways?|situation|progress|cooperation|details?|plans?|talks|questions?|concerns?|differences|next|steps?|future|topics?|time|day|thing|road|work|cards?|case|said|agreement|deal|text|results?|hours?|replacement|dates?|arrangement|group)\b|một cách|mang tính|tinh thần|经贸|双方|问题|关系",
    re.I,
)
TALKS = {  # how an exchange goes, before what it is about
    "en": re.compile(
        r"\s*in(?:to)?\s[\w\s,'-]{0,80}?\b(?:talks|discussions?|exchanges?|dialogues?|negotiations?|consultations?|conversations?)\b(?:\s(?:on|about|over|regarding)\s)?",
        re.I,
    ),
    "vi": re.compile(r"\s*(?:một cách|thẳng thắn|sâu rộng|cởi mở|mang tính|trên tinh thần)\s[^.;:]{0,80}?\bvề\s", re.I),
    "zh": re.compile(r"(?!)"),
}
NEAR = 12  # subjects of the sentences before that may reach into a sentence
LONGEST = 80  # characters of one subject
UNNAMED = 4  # words of a subject that no topic names


def find(analysis: Analysis) -> list[Draft]:
    """The agenda items of a document, once a topic and place."""
    drafts: list[Draft] = []
    for sentence in analysis.reading.sentences:
        here = [d for d in drafts[-NEAR:] if d.end > sentence.piece.start]
        before = len(here)
        subjects = ((rule, s) for rule, span in _lists(analysis, sentence) for s in _subjects(analysis, span, rule))
        for rule, (start, end, topic) in subjects:
            if not any(d.start < end and start < d.end for d in here):
                prior = 0.4 if rule.gives.get("whole") else 0.55
                here.append(Draft("agenda_item", start, end, {"topic": topic}, rule=rule.id, confidence=prior))
        drafts += here[before:]
    return drafts


def _lists(analysis: Analysis, sentence: Sentence) -> Iterator[tuple[Rule, Span]]:
    """The stretches of a sentence in which subjects stand, with the rule that says so."""
    for rule in rules("agenda_item"):
        spans = _framed(analysis, sentence, rule) if rule.verbs else _matched(analysis, sentence, rule)
        yield from ((rule, span) for span in spans)


def _framed(analysis: Analysis, sentence: Sentence, rule: Rule) -> Iterator[Span]:
    """What the verbs of a rule act on."""
    for p in analysis.predicates[sentence.number]:
        if rule.fits(analysis, sentence, p):
            yield (
                Span(*p.subject[:2]) if p.voice == "passive" and p.subject else _discussed(analysis, sentence, p.object)
            )


def _discussed(analysis: Analysis, sentence: Sentence, span: Span) -> Span:
    """What an exchange is about, without what it is like: in free and frank discussions on dairy."""
    talks = TALKS[analysis.reading.language].match(analysis.reading.text, span.start, sentence.piece.end)
    return Span(min(talks.end(), span.end), span.end) if talks else span


def _matched(analysis: Analysis, sentence: Sentence, rule: Rule) -> Iterator[Span]:
    """Where the pattern of a rule shows subjects that no negation stands before."""
    text, base = sentence.piece.text, sentence.piece.start
    if rule.language != analysis.reading.language:
        return
    for m in rule.matches(analysis, sentence):
        if m.start() < len(text) and not NONE.search(text[max(0, m.start() - 24) : m.start()]):
            start, end = _list_of(rule, m)
            yield Span(base + start, base + end)


def _list_of(rule: Rule, m: re.Match[str]) -> tuple[int, int]:
    """Where the subjects stand: in a group of the pattern, or before it back to the next sign."""
    text = m.string
    if rule.gives.get("list") == "before":
        if text[m.end() :].lstrip().startswith("?"):
            return m.start(), m.start()
        end = len(text[: m.start()].rstrip(" :|–—-\n\t"))
        start = max(text.rfind(sign, 0, end) for sign in '.;:()"|。；：，？') + 1
        return max(start, end - 110), end
    name = "list" if m.group("list") else "before"
    return m.start(name), m.end(name)


def _subjects(analysis: Analysis, span: Span, rule: Rule) -> list[tuple[int, int, str]]:
    """The subjects of a stretch: start, end, topic; one that no topic names is "other" where the rule allows it."""
    text, language = analysis.reading.text, analysis.reading.language
    if rule.gives.get("whole"):
        return _whole(text, language, span)
    is_before = rule.gives.get("list") == "before"
    stop = None if language == "zh" or is_before else BREAK.search(text, span.start + 3, span.end)
    parts = _parts(text, span.start, stop.start() if stop else span.end)
    subjects = _named([(a, b, topic_of(text[a:b], language)) for a, b in parts], text, rule.gives.get("any"))
    if len(subjects) != 1 or not is_before or language != "en":
        return subjects
    start, end, topic = subjects[0]
    return [(start, max(end, _clause_end(text, rule, end)), topic)]


def _whole(text: str, language: str, span: Span) -> list[tuple[int, int, str]]:
    """A stretch as one subject if it names a topic and what is wanted of it."""
    words = text[span.start : span.end]
    topic = topic_of(words, language)
    return [(*span, topic)] if topic and re.search(CHANGE.get(language, "(?!)"), words, re.I) else []


def _named(
    parts: list[tuple[int, int, str | None]], text: str, is_any: bool | str | None
) -> list[tuple[int, int, str]]:
    """The parts of a list that a topic names, and short ones without a topic: beside one with, or if any are taken.

    is_any: whether any are taken, "list" for two and more.
    """
    takes_any = is_any is True or (is_any == "list" and len(parts) > 1) or any(topic for _, _, topic in parts)
    return [(a, b, topic or "other") for a, b, topic in parts if topic or (takes_any and _is_short(text[a:b]))]


def _clause_end(text: str, rule: Rule, end: int) -> int:
    """A single subject is quoted with the words that say it is open."""
    m = rule.pattern.match(text, end + 1) if rule.pattern else None
    return m.end() if m else end


# what a party wants of a subject when the subject is open
CHANGE = {
    "en": r"\b(?:open\w*|lift\w*|scrap\w*|abolish\w*|exempt\w*|relief|quotas?|lowered|limit\w*|withdraw\w*|repeal\w*|restor\w+|relax\w*|protect\w*|recogni\w+|halt\w*|stop\w*|curb\w*|end to|share of|remov\w+|lower\w*|cut\w*|exten\w+|prolong\w*|longer|zero|halv\w+|reduc\w+|eas\w+|access|suspension|licen[cs]\w+|rule|end|drop\w*|more)\b",
    "vi": r"mở cửa|giảm|dỡ|bỏ|gia hạn|hạ|miễn|nới",
    "zh": r"扩大|开放|取消|撤销|降|延长|放宽|解除|豁免|减",
}


def _is_short(words: str) -> bool:
    if VAGUE.search(words) or not words[:1].isalpha():
        return False
    is_word = re.search(r"\w{3}|[^\x00-\x7f]", words) is not None
    return is_word and len(words.split()) <= UNNAMED and len(words) < 40 and not PRONOUN.search(words)


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for m in PARTS.finditer(text, start, end):
        yield from _trimmed(text, begin, m.start())
        begin = m.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    lead = LEAD.match(text, start, end)
    start = lead.end() if lead else start
    while start < end and text[start] in " \"'.,了过":
        start += 1
    while end > start and text[end - 1] in " \"'.,":
        end -= 1
    if 1 < end - start <= LONGEST:
        yield start, end


@cache
def _topics(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    known = language if language in LANGUAGES else "en"
    edge = r"(?<!\w)(?:{})" if language != "zh" else "{}"
    rows = load("", "topics.yaml")
    return tuple((name, re.compile(edge.format(words.get(known, "(?!)")), re.I)) for name, words in rows.items())


def topics_of(words: str, language: str) -> Iterator[str]:
    """The topics of the closed list that words name, in its order.

    >>> list(topics_of("tariffs and rare earths", "en"))
    ['rare_earths', 'tariffs']
    """
    return (name for name, pattern in _topics(language) if pattern.search(words))


def topic_of(words: str, language: str) -> str | None:
    """The first topic of the closed list that words name.

    >>> topic_of("a longer truce on tariffs", "en")
    'truce_extension'
    """
    return next(topics_of(words, language), None)
