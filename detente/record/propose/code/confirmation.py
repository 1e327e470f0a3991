"""Confirmations: what a side confirms, what it denies, and on what it is silent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from detente.record.fact import By
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.code import answers
from detente.record.propose.code.rules import Draft, Rule, patterned
from detente.record.propose.relate import parties
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.attribution import Utterance
from detente.record.propose.relate.predicates import Predicate, Span
from detente.record.propose.relate.speaker import JOINT, NOBODY, Speaker, listed, speaker
from detente.record.propose.relate.speech_verbs import subject_of

STATUSES = ("confirmed", "denied", "not_commented")
POLARITY = {"confirmed": "affirms", "denied": "denies", "not_commented": "silent"}
STOP = {
    "en": re.compile(r",?\s(?:but|while|although|though|whereas)\s|;\s|\s[–—]\s|(?<!\b[A-Z])\.\s"),
    "vi": re.compile(r",\s(?:nhưng|còn|trong khi)\s|;\s"),
    "zh": re.compile(r"[；。]|，(?:但|而|不过)"),
}
NEITHER = re.compile(r"\b(?:neither(?! (?:confirm|den[iy]|admit|fed\b))|both|each)\b|hai bên|双方|雙方|均|都", re.I)


def find(analysis: Analysis, statuses: Sequence[str] = STATUSES) -> list[Draft]:
    """The confirmations of a document in reading order; one for each side where both are meant.

    statuses: which of confirmed, denied and not_commented to look for.
    """
    language = analysis.reading.language
    wanted = [rule for rule in patterned("confirmation", language) if rule.gives["status"] in statuses]
    answered = [d for d in answers.find(analysis) if d.value["status"] in statuses]
    stated = (draft for s in analysis.reading.sentences for draft in _in_sentence(analysis, s, wanted))
    return [*answered, *(d for d in stated if not _overlaps(d, answered))]


def _overlaps(draft: Draft, others: Sequence[Draft]) -> bool:
    return any(draft.start < d.end and d.start < draft.end for d in others)


def _in_sentence(analysis: Analysis, s: Sentence, wanted: Sequence[Rule]) -> Iterator[Draft]:
    """The confirmations of a sentence, each stretch read by one rule, each side and status once."""
    taken: list[tuple[int, int]] = []
    known: set[tuple[str, str]] = set()
    matches = ((rule, m) for rule in wanted for m in _matches(analysis, s, rule))
    for rule, m in matches:
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        drafts = [d for d in _drafts(analysis, s, rule, m) if (d.value["by_side"], d.value["status"]) not in known]
        known |= {(d.value["by_side"], d.value["status"]) for d in drafts}
        taken += [m.span()] if drafts else []
        yield from drafts


def _matches(analysis: Analysis, s: Sentence, rule: Rule) -> list[re.Match[str]]:
    """Where a rule's pattern stands in a sentence, unless another pattern forbids it."""
    unless, text = rule.gives.get("unless"), s.piece.text
    return [
        m
        for m in rule.matches(analysis, s)
        if not (unless and re.search(unless, text[max(0, m.start() - 40) : m.end() + 40], re.I))
    ]


def _drafts(analysis: Analysis, s: Sentence, rule: Rule, m: re.Match[str]) -> list[Draft]:
    status = str(rule.gives["status"])
    place = s.piece.start + m.start()
    spoken = next(
        (u for u in analysis.attribution.within(s) if u.start <= place < u.end or abs(u.verb - place) < 4), None
    )
    if status != "not_commented" and _is_supposed(analysis, s, m, bool(rule.gives.get("in_speech"))):
        return []
    who, opening = _who(analysis, s, rule, m, spoken)
    sides = (
        [who.side]
        if rule.gives.get("in_speech") and who.side not in (JOINT, None)
        else _sides(analysis, s, who, opening, m)
    )
    start, end = _quote(analysis, s, rule, m, opening, spoken)
    by = _by(analysis, s, status, who, spoken)
    value = {"status": status, **_of(analysis, s, m, end)}
    return [
        Draft(
            "confirmation", start, end, {"by_side": side, **value}, confidence=float(rule.gives.get("confidence", 0.75)), by=by,
            polarity=POLARITY[status], rule=rule.id,
        )
        for side in sides
    ]  # fmt: skip


def _is_supposed(analysis: Analysis, s: Sentence, m: re.Match[str], in_speech: bool) -> bool:
    """Whether the words stand in a condition, a wish or a question, and a verb of confirming in a negation."""
    text = s.piece.text
    if text.rstrip('" ').endswith(("?", "？")):
        return True
    if in_speech:
        return False
    if analysis.reading.language != "en":
        return bool(
            re.search(
                r"(?:如果|若|一旦|能否|是否|没有|沒有|未|不|尚未)[^，。]{0,6}$|(?:nếu|chưa|không)\s(?:\S+\s){0,2}$",
                text[: m.start()],
                re.I,
            )
        )
    predicate = _predicate(analysis, s, m)
    return bool(
        re.search(r"\b(?:if|unless|until|whether|once)\b[^,;]{0,50}$", text[: m.start()], re.I)
        or (predicate and (predicate.negated or predicate.modal or predicate.tense == "infinitive"))
    )


def _predicate(analysis: Analysis, s: Sentence, m: re.Match[str]) -> Predicate | None:
    start, end = s.piece.start + m.start(), s.piece.start + m.end()
    acts = [p for p in analysis.predicates[s.number] if p.start < end and start < p.end + 1 and not p.is_noun]
    return acts[-1 if any(m.groupdict().values()) else 0] if acts else None


def _who(
    analysis: Analysis, s: Sentence, rule: Rule, m: re.Match[str], spoken: Utterance | None
) -> tuple[Speaker, int]:
    """Who confirms, denies or is silent, and where the noun phrase or the clause starts."""
    if rule.gives.get("in_speech"):
        return (spoken.speaker, spoken.start) if spoken else _floor(analysis, s)
    group = next((k for k, v in m.groupdict().items() if v), None)
    if group:
        span = Span(s.piece.start + m.start(group), s.piece.start + m.end(group))
        return speaker(analysis.reading, s, span, _last(analysis, s), first=True), _clause(analysis, s, m).start
    subject = _subject(analysis, s, m)
    if spoken and abs(spoken.verb - s.piece.start - m.start()) < 4 and spoken.speaker.is_known:
        return spoken.speaker, min(spoken.start, subject.start)
    return _of_subject(analysis, s, subject, m, spoken)


def _of_subject(
    analysis: Analysis, s: Sentence, subject: Span, m: re.Match[str], spoken: Utterance | None
) -> tuple[Speaker, int]:
    """Who the subject names; else the one who has the floor, or the side that a foreign text named last."""
    reading, last = analysis.reading, _last(analysis, s)
    is_parted = reading.language != "en" and APART.search(reading.text, subject.start, s.piece.start + m.start())
    if is_parted and spoken and spoken.speaker.is_known:
        return spoken.speaker, subject.start
    who = speaker(reading, s, subject, last)
    if who.itself:
        return _floor(analysis, s)
    if not who.is_known and (holder := _holder_of_floor(reading, spoken)):
        return holder, subject.start
    if not who.side and _leaves_side_open(reading.language, reading.text[subject.start : subject.end]):
        named = [x.side for x in s.sides if x.end <= s.piece.start + m.start()]
        return who._replace(side=next(reversed(named), last.side)), subject.start
    return who, subject.start


def _holder_of_floor(reading: Reading, spoken: Utterance | None) -> Speaker | None:
    """Who speaks where nobody is named: in a turn or a quotation its speaker, in an official text its issuer."""
    if spoken and spoken.concept in ("turn", "quote"):
        return spoken.speaker
    return Speaker(side=reading.author) if reading.official and reading.author != JOINT else None


def _leaves_side_open(language: str, subject: str) -> bool:
    """Whether a subject that is no English one is a pronoun or an office, whose side the words before it name."""
    words = re.sub(r"[\s，,]|[他她]|ông|bà", "", subject, flags=re.I)
    return language != "en" and (len(words) < 3 or listed(language, "offices").search(words) is not None)


APART = re.compile("[，,；;]")  # between what seems to be the subject and its verb, which is in another clause


def _floor(analysis: Analysis, s: Sentence) -> tuple[Speaker, int]:
    by = analysis.by_at(s, s.piece.end - 1)
    known = by.side not in ("press", None)
    return (Speaker(by.name, by.side) if known else NOBODY), s.piece.start


def _last(analysis: Analysis, s: Sentence) -> Speaker:
    """Who spoke last before a sentence: of the utterances of the line, else whom the sentences before it were about."""
    for number in range(s.number, max(-1, s.number - 4), -1):
        spoken = [u for u in analysis.attribution.within(analysis.reading.sentences[number]) if number < s.number]
        if spoken and spoken[-1].speaker.is_known:
            return spoken[-1].speaker
    focus = analysis.focus[s.number]
    return Speaker(focus.person, focus.person_side) if focus.person else Speaker(side=focus.side)


def _subject(analysis: Analysis, s: Sentence, m: re.Match[str]) -> Span:
    """The noun phrase before the verb that a pattern hit, else the words before it back to a sign."""
    predicate = _predicate(analysis, s, m)
    place = s.piece.start + m.start()
    if predicate:
        subject = subject_of(predicate, analysis.predicates[s.number], s.piece.text, s.piece.start)
        predicate = replace(predicate, subject=subject)
    if predicate and predicate.subject and predicate.subject.start < place and predicate.subject.end <= place + 1:
        return predicate.subject
    text = s.piece.text[: m.start()]
    begin = max((text.rfind(x) + len(x) for x in ("; ", ", ", "，", "；", ": ", "：", '"') if x in text), default=0)
    if len(text[begin:].strip()) < 2:
        begin = 0
    return Span(s.piece.start + begin, place)


def _clause(analysis: Analysis, s: Sentence, m: re.Match[str]) -> Span:
    predicate = _predicate(analysis, s, m)
    if predicate:
        return predicate.clause
    c = s.clause_at(s.piece.start + m.start())
    return Span(c.start, c.end)


def _sides(analysis: Analysis, s: Sentence, who: Speaker, opening: int, m: re.Match[str]) -> list[str]:
    reading = analysis.reading
    begin = max(0, opening - s.piece.start)
    if analysis.reading.language != "en":  # both is said of others, unless it stands in the clause of the silent one
        begin = max(begin, *(s.piece.text.rfind(sign, 0, m.start()) for sign in ",，"))
    if who.side == JOINT or NEITHER.search(s.piece.text[begin : m.end()]):
        met = parties.party(reading, s, Span(max(s.piece.start, opening - 40), s.piece.start + m.end()))
        sides = met.sides if len(met.sides) > 1 else tuple(reading.parties)
        if who.side == JOINT or len(sides) == 2:
            return [x for x in sides if x] if len(sides) > 1 else []
    return [who.side] if who.side and who.side != "press" else []


def _quote(
    analysis: Analysis, s: Sentence, rule: Rule, m: re.Match[str], opening: int, spoken: Utterance | None
) -> tuple[int, int]:
    """The clause from the one who is silent or denies to its end; a claim that stands before the verb belongs to it."""
    base, text, language = s.piece.start, s.piece.text, analysis.reading.language
    start = min(opening, base + m.start())
    stop = STOP[language].search(text[m.end() :])
    end = base + m.end() + (stop.start() if stop else len(text) - m.end())
    if spoken and (rule.gives.get("in_speech") or (spoken.verb - base <= m.start() + 3 <= spoken.verb - base + 20)):
        start, end = min(start, spoken.start), max(spoken.end, min(end, base + m.end()))
    quote = analysis.reading.text[start:end]
    return start, start + len(quote.rstrip(' .,;。，；"')) + (1 if quote.rstrip(" .,;。，；").endswith('"') else 0)


def _by(analysis: Analysis, s: Sentence, status: str, who: Speaker, spoken: Utterance | None) -> By | None:
    reading = analysis.reading
    if reading.official:
        return None
    turn = analysis.attribution.turns.get(s.piece.line)
    if turn and turn.kind in ("person", "answer", "side"):
        return analysis.by_at(s, s.piece.end - 1)
    if status == "not_commented":
        return reading.default_by()
    name, side = (None, JOINT) if who.side == JOINT else (who.name, who.side)
    return By(name, side, "direct" if spoken and spoken.direct else "reported", reading.via)


def _of(analysis: Analysis, s: Sentence, m: re.Match[str], end: int) -> dict[str, str]:
    """The claim that is confirmed or denied, where it stands behind the verb."""
    words = analysis.reading.text[s.piece.start + m.end() : end]
    claim = re.sub(r"^\W*(?:(?:on )?\w+day,? )?(?:(?:that|to|on|about|whether|of)\b)?\s*", "", words).strip(' .,;"')
    return {"of": claim} if 8 < len(claim) < 160 else {}
