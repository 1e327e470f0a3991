"""Verbs of saying: where a sentence says that somebody says something, and who stands as its subject."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import load, vocabulary
from detente.record.propose.relate import predicates as grammar
from detente.record.propose.relate.predicates import Predicate, Span
from detente.record.propose.relate.speaker import listed

SPEECH = frozenset(["say", "announce", "confirm", "deny", "decline", "threaten", "promise", "propose", "ask"])
# verbs of speech that are themselves the act
ACTS = SPEECH - {"say", "ask"}
CLAUSE_OPENER = re.compile(
    r"(?:After|While|As|When|In|On|At|Speaking|Under|For|If|Meanwhile|According|Last|Earlier|Yesterday|Asked|Back|Before|With"
    r"|Since|Although|Though|Despite|Following|Unlike|Later|Until|Once)\b"
)
BRACKETS = re.compile(r"\s\([^()]{1,60}\)(?=\s\w)")
PARENTHESIS = re.compile(r",\s(?:who|which|(?:with|of|to|from|by) (?:whom|which))\b[^,;]*(?=,)")
WHEREABOUTS = re.compile(
    r",\s(?:speaking|talking|addressing|answering|responding|replying|testifying|appearing|standing|flanked|accompanied)\b"
    r"[^,;\"]*,(?=\s(?:\w+ly\s|also\s|then\s|later\s)?\w+(?:ed|aid|old)\b)"
)  # of a speaker, between the name and the verb


class Mark(NamedTuple):
    """A verb of saying: its place, concept, verb, and the noun phrase before it; behind: the speaker, where he follows the
    verb; is_last: whether a clause stands before that may be what is said; is_passive: whether he stands behind "by"."""

    start: int
    end: int
    concept: str
    verb: str
    subject: Span | None
    form: str = "past"
    behind: Span | None = None
    is_last: bool = False
    is_passive: bool = False


def marks(reading: Reading, s: Sentence, acts: Sequence[Predicate], quoted: list[Span]) -> list[Mark]:
    """The verbs of saying of a sentence that open an utterance, words in quotation marks left out."""
    quiet = hushed(s.piece, quoted)
    return _english(quiet, s, acts, reading) if reading.language == "en" else _by_words(quiet, s, reading)


def hushed(piece: Piece, quoted: list[Span]) -> Piece:
    """The sentence with the words in quotation marks blanked, but for a sign at their end."""
    text = piece.text
    first = max(bisect_left(quoted, piece.start, key=lambda q: q.start) - 1, 0)
    for q in quoted[first : bisect_left(quoted, piece.end, key=lambda q: q.start)]:
        a, b = max(q.start + 1, piece.start) - piece.start, min(q.end - 1, piece.end) - piece.start
        if a < b and b - a > 1:
            keep = text[b - 1] if text[b - 1] in ",.?!" else " "
            text = text[:a] + " " * (b - a - 1) + keep + text[b:]
    return Piece(text, piece.start, piece.end, piece.line)


def _english(quiet: Piece, s: Sentence, acts: Sequence[Predicate], reading: Reading) -> list[Mark]:
    """The verbs of saying of an English sentence that open an utterance."""
    text = PARENTHESIS.sub(lambda m: ", " + " " * (len(m.group()) - 2), quiet.text)
    for aside in (BRACKETS, WHEREABOUTS):
        text = aside.sub(lambda m: " " * len(m.group()), text)
    if text != s.piece.text:
        acts = grammar.find(Piece(text, quiet.start, quiet.end, quiet.line), "en", list(s.terms))
    marks = []
    for p in acts:
        p = _as_view(_plain_call(p, text, quiet.start), text, quiet.start)
        if p.concept in SPEECH and not p.is_noun:
            p = replace(p, subject=subject_of(p, acts, text, quiet.start))
        if p.concept not in SPEECH or p.is_noun or not _opens_utterance(p, text, quiet.start):
            continue
        agent = _agent(p, text, quiet.start)
        behind = agent or _behind(p, acts, text, quiet)
        if behind is None and not _has_complement(p, acts, text, quiet.start):
            continue
        marks.append(
            Mark(
                p.start,
                _end_of_verb(p, text, quiet.start),
                p.concept,
                p.verb,
                p.subject,
                p.tense,
                behind,
                _stands_behind(p, acts, text, quiet.start),
                agent is not None,
            )
        )
    return marks


def _plain_call(p: Predicate, text: str, base: int) -> Predicate:
    """ "Called the duty on cars a threat" is call and no "call on", whose particle stands right behind."""
    verb, _, particle = p.verb.partition(" ")
    behind = text[p.end - base :].lstrip()
    return (
        replace(p, concept="say", verb=verb)
        if verb == "call" and p.concept == "ask" and not behind.startswith(particle)
        else p
    )


JUDGES = re.compile(
    r"\s(?:no|little|room|signs?|progress|(?:a|any|some|much|no) (?:chance|need|reason|risk|way|hope)|reasons?)\b"
    r"|\s(?!\w+ing\b)[^,.;]{1,60}?\s(?:too(?=\s\w)|as|to be|enough|sufficient|insufficient|acceptable|unacceptable|fair|unfair|illegal|unlawful"
    r"|excessive|inadequate|necessary|unnecessary|essential|premature|closed|settled|legitimate)\b"
)


def _as_view(p: Predicate, text: str, base: int) -> Predicate:
    """ "Sees no reason to hurry" and "considers the sum too high" are views and no meeting or plan."""
    is_view = (
        p.verb in ("see", "consider", "find") and p.voice == "active" and p.tense in ("present", "past", "perfect")
    )
    return replace(p, concept="say", verb="regard") if is_view and JUDGES.match(text[p.end - base :]) else p


def _end_of_verb(p: Predicate, text: str, base: int) -> int:
    """Where a verb ends with the words that belong to it: let it be known, speak of."""
    _, _, particles = p.verb.partition(" ")
    m = re.match(rf"[^,.;\"]{{0,40}}?\b{re.escape(particles)}\b", text[p.end - base :]) if particles else None
    return p.end + m.end() if m else p.end


QUOTED_AS = re.compile(r"\b(?:quot|cit|report)\w*\b[^,;]*\bas\s$")
SPEAKING = re.compile(r"\b(?:is|are|was|were|had been) (?:speaking|talking)$")
PLACE = re.compile(
    r"\s(?:on the (?:sidelines|margins)|at|in|after|before|during|ahead of|from|alongside|to reporters)\b"
)
PARTICIPIAL = r"\s(?:in|on|at|by|for|about|whether|if|as|to)\b"


def _opens_utterance(p: Predicate, text: str, base: int) -> bool:
    """Whether somebody is said to say something here: no condition, no negation, no wish to say it."""
    before, after = text[: p.start - base], text[p.end - base :]
    if SPEAKING.search(text[: p.end - base]) and PLACE.match(after):
        return False  # was speaking at a forum: what was said stands elsewhere
    if (p.negated and p.verb not in VIEWS) or p.modal or p.opener in ("if", "unless", "whether", "should"):
        return False
    if p.concept == "ask" and not re.match(r"\s(?:\w+\s){0,3}?(?:for|to|on)\b", after):
        return False
    if _is_participial(p, before, after):
        return False
    return _is_stated(p, text, base) if p.is_finite else _goes_on(p, before)


def _is_participial(p: Predicate, before: str, after: str) -> bool:
    """Whether a form only says more of the noun before it: the delegation, expected in Paris on Monday."""
    if p.verb not in verbs_that("of_object") or not re.match(PARTICIPIAL, after):
        return False
    return re.search(r",\s(?:once\s|long\s)?$", before) is not None


def _is_stated(p: Predicate, text: str, base: int) -> bool:
    """Whether a verb with a tense asks no question, and is active or names who says it."""
    words, after = text[p.start - base :], text[p.end - base :]
    if text.rstrip().endswith("?") and re.match(r"(?:did|does|do|has|have)\b", words, re.I):
        return False
    return p.voice == "active" or bool(re.match(r"(?! as \w+ing\b).*\bby\b", after, re.S))


def _goes_on(p: Predicate, before: str) -> bool:
    """Whether a verb without a tense reports: ", adding that", "was careful to add", "is quoted as saying"."""
    if p.tense == "infinitive":
        return bool(re.search(r"\b(?:careful|quick|keen|on|continued)\s$", before))
    return p.tense == "gerund" and bool(re.search(r",\s(?:\w+ly\s|also\s)?$", before) or QUOTED_AS.search(before))


def subject_of(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> Span | None:
    """The noun phrase before a verb; where the grammar saw one further off, the words between the last verb and it."""
    if p.subject is None and p.is_finite:
        return _last_phrase(p, acts, text, base)
    if p.subject is None or p.subject.end > p.start or p.tense in ("gerund", "infinitive"):
        return p.subject
    return _nearer_phrase(p, p.subject, acts, text, base) or p.subject


def _nearer_phrase(p: Predicate, subject: Span, acts: Sequence[Predicate], text: str, base: int) -> Span | None:
    """The words between the last verb behind a subject and the verb, if they may be a noun phrase behind a comma."""
    before = [q for q in acts if subject.end <= q.start and q.end < p.start and not q.is_noun]
    start = before[-1].end if before else subject.end
    gap = text[start - base : p.start - base]
    if stop := re.match(r".*[.!?*]\s+(?=\S)", gap):
        start, gap = start + stop.end(), gap[stop.end() :]
        return Span(start, start + len(gap.rstrip())) if len(gap.strip()) > 2 else None
    lead = re.match(r"(?:[^,\"]*(?:,\"?|\")\s)?\s*(?:,?\s*(?:and|but|while)\s)?", gap)
    words = gap[lead.end() :].strip(' ,"') if lead else ""
    is_small = re.fullmatch(r"(?:\w+ly|also|and|but|then|later|yesterday|today|again|\s)+", words)
    if len(words) < 4 or is_small or "," not in gap:
        return None
    begin = start + gap.find(words)
    return Span(begin, begin + len(words))


APPOSED = re.compile(r"(?:[A-ZÀ-Ý][\w'.-]+\s?){1,4}, (?:the|an?|its|his|her) [^,]*$")


def _last_phrase(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> Span | None:
    """The noun phrase right before a verb: behind the last comma, or a name with an office in commas."""
    ends = [q.end for q in acts if q.is_finite and q.end < p.start]
    phrase = text[max(ends, default=base) - base : p.start - base]
    kept = phrase.rstrip(' ,;"')
    apposed = APPOSED.search(kept)
    begin = apposed.start() if apposed else max(kept.rfind(", ") + 2, 0) if ", " in kept else 0
    begin += len(kept[begin:]) - len(kept[begin:].lstrip(' ,;"'))
    return Span(p.start - len(phrase) + begin, p.start) if len(kept) - begin > 1 else None


AGENT = re.compile(
    r"[^,;:\"]{0,60}?\bby\s(?!\w+ing\b|(?:the\s)?(?:tele)?phone|(?:e-?)?mail|letter|text|message|video|the (?:end|hour)|next|then|\w+day\b|\d)"
    r"(?P<who>[\w.'-](?:[^,.;:\"]|\.(?=[\w ]))*?)"
    r"(?=\s(?:as|for|that|because|which|who|and|but|after|when|over|on|to)\b|[,;:\"]|\.?\"?$)"
)
NOT_OF_AGENT = frozenset(["quote", "cite", "declare"])  # he is quoted by the agency; declared void by a court


def _agent(p: Predicate, text: str, base: int) -> Span | None:
    """The speaker behind the "by" of a passive: the duty was criticised by Li."""
    if p.voice != "passive" or not p.is_finite or p.verb in NOT_OF_AGENT:
        return None
    agent = AGENT.match(text, p.end - base)
    return Span(base + agent.start("who"), base + agent.end("who")) if agent else None


OBJECTS = re.compile(r"\b(?:it|them|him|her|us|me|itself|themselves)$")  # no speaker: has thought better of it
UNCUT = r"(?:[^,.;:\"]|\.(?=[\w ]))"  # a letter up to a comma or the end; the dots of "U.S." and "Mr." end nothing


SPEAKER = re.compile(
    rf"\s(?!(?:that|he|she|it|they|there|in|on|at|to|so|after|before|of|about)\b)"
    rf"(?:the |an? |one |two |his |her |its |some |several )?[\w.'-]{UNCUT}*(?:, (?:the|an?|its|his|her|who)\b{UNCUT}*)?"
)


def _behind(p: Predicate, acts: Sequence[Predicate], text: str, quiet: Piece) -> Span | None:
    """The speaker behind the verb: "..., said Li", else None."""
    before, after = text[: p.start - quiet.start], text[p.end - quiet.start :]
    if not (_is_invertible(p) and re.search(r"(?:[,?!]\"?|\"|[-–—])\s(?:\w+ly\s|so\s)?$", before)):
        return None
    m = SPEAKER.match(after)
    if not m or unaddressed(after) != after or OBJECTS.search(m.group()):
        return None
    stop = p.end + m.end()
    if any(q.start < stop and q.start > p.end and q.is_finite and q.opener not in ("who", "which") for q in acts):
        return None
    name = re.match(r"[\w.' -]{3,40}, (?:the|an?|who)\b[^,]*,\s?$", before)
    return None if name and not re.match(r"[^,]*,", after) else Span(p.end, stop)


def _is_invertible(p: Predicate) -> bool:
    """Whether the speaker may follow a verb."""
    needs_object = (verbs_that("of_object") - INVERTIBLE) | {"tell", "inform", "assure", "brief"}
    return p.concept == "say" and p.is_finite and p.verb not in needs_object


VIEWS = frozenset(["want", "wish", "expect", "believe", "think"])  # what is not wanted is a view too
INVERTIBLE = frozenset(
    ["explain", "admit", "concede", "stress", "emphasise", "emphasize", "complain", "repeat", "reveal", "predict"]
)


@cache
def verbs_that(key: str) -> frozenset[str]:
    """The English verbs of a list of speech.yaml: of_object, guarded."""
    return frozenset(load("en", "speech.yaml").get(key, ()))


def _has_complement(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> bool:
    """Whether something is said: a clause, words in quotation marks, or for some verbs an object; or it stands before."""
    after = unaddressed(text[p.end - base :])
    if re.match(r"\s*(?:that\b|[:,]?\s*\"|as much|otherwise|differently|so\b)", after):
        return True
    if _stands_behind(p, acts, text, base):
        return True
    if p.verb in verbs_that("guarded"):
        return bool(re.match(r"\s(?:\w+ ){0,4}?that\b", after)) or (
            '"' in after[:60] and p.verb in verbs_that("of_object")
        )
    if p.concept in ACTS or p.verb in verbs_that("of_object"):
        return bool(after.strip(" .,"))
    clause = [
        q
        for q in acts
        if q.start > p.end and q.is_finite and q.opener not in ("who", "which", "after", "before", "when")
    ]
    words = after.split()
    return bool(clause) or '"' in after[:40] or (len(words) > 3 and words[0] not in ("nothing", "little", "no", "so"))


def unaddressed(after: str) -> str:
    """What follows a verb, without whom it is told to, where and when."""
    m = re.match(r"\s(?:to\s)?(?:the\s|an?\s|his\s|her\s|its\s|their\s)?(?:[\w-]+\s){0,2}?$", after)
    lead = re.match(
        rf"\s(?:to\s)?(?:the\s|an?\s|his\s|her\s|its\s|their\s|me\b|us\b)?(?:[\w-]+\s)?{listed('en', 'addressees').pattern}",
        after,
        re.I,
    )
    rest = after[lead.end() :] if lead else after
    when = re.match(
        r"\s(?:in|on|at|after|before|late|earlier|last|this|yesterday|today)\b[^,.;\"]{0,40}?(?=\sthat\b|[,.;\"]|$)",
        rest,
    )
    return rest[when.end() :] if when and not m else rest


SUBORDINATE = frozenset(
    ["after", "before", "while", "as", "when", "since", "although", "though", "until", "once", "that", "which", "who", "because",
     "where", "whether", "despite", "following", "whose", "if"]
)  # fmt: skip


def _stands_behind(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> bool:
    """Whether what is said stands before the speaker: a main clause, words in quotation marks or a verbless phrase."""
    start = (p.subject.start if p.subject and p.subject.end <= p.start else p.start) - base
    before = text[:start]
    if not re.search(r"(?:[,?!]\"?|\"|[-–—;])\s*(?:but |and |as )?(?:the |an? )?$", before):
        return False
    if '"' in before:
        return True
    clauses = [q for q in acts if q.is_finite and q.end - base <= start]
    if not clauses:
        return len(before) > 25 and not CLAUSE_OPENER.match(text)
    return any(q.opener not in SUBORDINATE for q in clauses) or not CLAUSE_OPENER.match(text)


@cache
def _words(language: str) -> re.Pattern[str]:
    verbs = [
        v for form, readings in vocabulary(language).verbs.items() for v in readings if v.concept in SPEECH - {"ask"}
    ]
    body = "|".join(re.escape(v.verb) for v in sorted(verbs, key=lambda v: -len(v.verb)))
    return re.compile(f"(?:{body})" if language == "zh" else rf"(?<!\w)(?:{body})(?!\w)", re.I)


NOT_SAID = re.compile(
    r"(?:没有|未|尚未|不|不愿|愿意|不愿意|不肯|拒绝|没|可以|如果[^，。]*|若[^，。]*|chưa|không|sẽ|để|bị)\s?$", re.I
)
RUMOUR = re.compile(r"(?:^|[，,。：:])\s*(?:此前|日前)?(?:有|Có)[^，,]{0,6}$", re.I)
NOT_VERB = re.compile(
    r"发布会|公布的|宣布的|确认书|介绍会|回应的|希望(?:之|渺茫|的)|反对(?:意见|声)|说(?:法|明|服)|称(?:为|號|号)|报道说的|要求的|希望的|反对(?:党|派)|(?:tuyên bố|thông báo)(?: chung|\s?(?:của|này))|gọi (?:điện|là thỏa)|muốn ký"
)


def _by_words(quiet: Piece, s: Sentence, reading: Reading) -> list[Mark]:
    """The verbs of saying of a Vietnamese or Chinese sentence, each with the words before it back to a sign."""
    text = quiet.text
    concepts = {v.verb: v.concept for readings in vocabulary(reading.language).verbs.values() for v in readings}
    out: list[Mark] = []
    for m in _words(reading.language).finditer(text):
        concept = concepts[m.group().lower()]
        if _is_no_report(text, m, concept, reading.language):
            continue
        bound = max((text.rfind(x, 0, m.start()) for x in '，。；：,;:"'), default=-1) + 1
        begin = max(bound, out[-1].end - quiet.start if out else 0)
        if not out and not text[begin : m.start()].strip():
            begin = _before_apposition(text, begin)
        subject = Span(quiet.start + begin, quiet.start + m.start())
        parted = bool(out) and re.search("；|;", text[out[-1].end - quiet.start : m.start()])
        if not out or parted or _names_speaker(reading, s, subject):
            out.append(Mark(subject.end, quiet.start + m.end(), concept, m.group(), subject, "past"))
    return out


def _before_apposition(text: str, begin: int) -> int:
    """Where a name begins behind which an office stands in commas before the verb."""
    signs = [i + 1 for i, x in enumerate(text[: max(begin - 1, 0)]) if x in '，。；：,;:"']
    return signs[-2] if len(signs) > 1 else 0


def _is_no_report(text: str, m: re.Match[str], concept: str, language: str) -> bool:
    """Whether a word is no verb of saying here: negated, part of a noun, a rumour, a demand in a question."""
    before, after = text[: m.start()], text[m.end() :]
    if NOT_SAID.search(before) or NOT_VERB.match(text[m.start() :]) or RUMOUR.search(before):
        return True
    if m.group() in ("要求", "希望", "muốn", "đòi") and text.rstrip().endswith(("？", "?")):
        return True
    if language != "zh":
        return False
    is_noun = re.match(r"了?[，。]?的", after[:2]) is not None
    return is_noun or (concept == "threaten" and not re.match("要|将|对|说|称|加|美|中|，|：|,|:", after))


def _names_speaker(reading: Reading, s: Sentence, subject: Span) -> bool:
    """Whether the words before a verb name a person, an office or an observer."""
    words = reading.text[subject.start : subject.end]
    persons = any(subject.start <= n.start < subject.end for n in s.people)
    sides = [x for x in s.sides if subject.start <= x.start < subject.end]
    behind = reading.text[sides[-1].end : subject.end] if sides else "-"
    alone = re.fullmatch(r"\s*(?:方面|则|却|也|亦|还|随后|此前|\s?thì|\s?cũng|\s?lại)?\s*", behind) is not None
    return persons or alone or any(listed(reading.language, key).search(words) for key in ("offices", "observers"))
