"""Who acts on whom: the one place that says which side acts, which side is acted on, and who belongs to a noun.

A place is never a party: a city is no side, and a side behind "in" or "at" only hosts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.words import any_of, load, vocabulary
from detente.record.propose.relate.predicates import DETERMINERS, PREPOSITIONS, Predicate, Span

HOSTING = frozenset(["in", "at", "near", "outside", "via", "through"])
TOWARDS = frozenset(["on", "against", "from", "for", "upon", "of", "to", "towards", "toward", "over", "into"])
GOODS = re.compile(
    r"\s(?:\w+[- ]){0,3}?(?:goods|products?|imports?|exports?|shipments?|steel|alumini?um|cars?|autos?|vehicles?|buyers?"
    r"|beef|pork|soy\w*|farm\w*|wine|whisky|cheese|chips?|ships?|vessels?|compan(?:y|ies)|firms?|origin|entities"
    r"|textiles?|copper|lumber|timber|dairy|seafood|fish|canola|rapeseed|aircraft|content|investors?|users?)\b"
)
GOODS_ZH = re.compile(
    r"(?:的|进口|输\w|出口)?(?:商品|产品|货物|船舶|企业|公司|实体|用户|大豆|汽车|钢|铝|农产品|电影|牛肉|猪肉|乳制品|白兰地|电动车)"
)
BOTH = re.compile(
    r"\b(?:both (?:sides|countries|parties|governments|capitals|delegations|economies|leaders|nations)|the two"
    r"(?: (?:sides|countries|parties|governments|capitals|delegations|economies|leaders|nations|presidents))?"
    r"|(?:each|either|neither) (?:side|country|party|government|capital|delegation)|the (?:sides|parties|delegations"
    r"|negotiators)|each other|both)\b",
    re.I,
)
ORIGIN = re.compile(r"\b(?:originating|produced|made|manufactured|grown|built|assembled|mined|raised) in (?:the )?$")
OF_TWO = re.compile(r"\b[Tt]he (latter|former)\b(?! [a-z]+(?:er|or|ent)\b)")
HE = re.compile(r"\b(?:he|she)\b", re.I)
IT = re.compile(r"\b(?:it|its|they|their|nước này|phía này)\b|该国", re.I)
IT_LAST = re.compile(r"\b(?:it|they)\s*$", re.I)
OFFICE = re.compile(
    r"\b(?:the|its|their|his|a|an) (?:[\w-]+ ){0,3}?(?:ministry|government|administration|president|minister|premier|secretary"
    r"|spokes(?:man|woman|person)|officials?|negotiators?|commission|department|office|agency|delegation|bloc|side|ministers"
    r"|authorities|cabinet|parliament|customs|capital)\b",
    re.I,
)


class Party(NamedTuple):
    """Sides that a phrase stands for, with the person if it names one, and where."""

    sides: tuple[str, ...]
    person: str | None
    start: int
    end: int


class Focus(NamedTuple):
    """Who the sentences before spoke of last: a person and their side, and a side."""

    person: str | None = None
    person_side: str | None = None
    side: str | None = None


QUANTIFIERS = frozenset(["all", "both", "most", "many", "half", "only", "also", "even", "just"])
NOBODY = Party((), None, 0, 0)
NO_FOCUS = Focus()


def preposition(text: str, language: str = "en") -> str:
    """The preposition that governs what follows a stretch of text: "on most of the" gives of, "China" gives nothing.

    text: the sentence up to the mention. Of other languages: the English preposition that theirs stands for.
    """
    if language != "en":
        table = vocabulary(language).marks.get("prepositions", {})
        before = text.rstrip().lower()
        matches = [(len(w), name) for name, words in table.items() for w in words if before.endswith(w)]
        return str(max(matches)[1]) if matches else ""
    behind, is_new = "", False  # a determiner opens a noun phrase: what stands before it belongs to another
    for written in reversed(re.findall(r"[\w'-]+|[^\w\s]", text)[-5:]):
        word = written.lower()
        if word in PREPOSITIONS:
            return str(word)
        if (is_new and word not in QUANTIFIERS) or _ends_phrase(written, behind):
            return ""
        is_new = is_new or word in ("the", "a", "an")
        behind = word
    return ""


def _ends_phrase(written: str, behind: str) -> bool:
    """Whether a word, or sign, has a preposition of its own, so that none before it reaches further: in Geneva the Swiss."""
    word = written.lower()
    is_name = written[0].isupper() and behind not in ("and", "or") and word not in DETERMINERS
    return is_name or not word[0].isalnum() or word in ("which", "who", "that", "but")


def _before(reading: Reading, base: int, start: int) -> str:
    """The text before a mention, with the article that is part of the mention."""
    article = "the " if reading.text[start : start + 4].lower() == "the " else ""
    return reading.text[base:start] + article


def party(reading: Reading, sentence: Sentence, span: Span | None, focus: Focus = NO_FOCUS) -> Party:
    """Whom a noun phrase stands for: the sides and persons it names that no preposition governs, else a pronoun's.

    Several sides joined by and are all of them; both sides are the document's parties.
    """
    if span is None:
        return NOBODY
    named = _heads(reading, sentence, span)
    if named:
        people = [n for n in sentence.people if any(n.start == a for a, _, _ in named)]
        sides = tuple(dict.fromkeys(side for _, _, side in named))
        return Party(sides, people[0].name if len(people) == 1 else None, named[0][0], named[-1][1])
    return _pronoun(reading, sentence, span, focus)


def _heads(reading: Reading, sentence: Sentence, span: Span) -> list[tuple[int, int, str]]:
    """The mentions of a phrase that it is about: start, end, side."""
    base = span.start
    matches: list[tuple[int, int, str]] = []
    for start, end, side in _mentions(sentence, span):
        word = preposition(_before(reading, base, start), reading.language)
        attached = word in ("of", "for") and _is_office(reading.text[base:start])
        if reading.language == "zh" and matches and GOODS_ZH.match(reading.text[end : end + 8]):
            continue
        if word and not attached:
            if word == "with" and matches:
                matches.append((start, end, side))
            continue
        matches.append((start, end, side))
    return matches


def _mentions(sentence: Sentence, span: Span) -> list[tuple[int, int, str]]:
    sides = [(m.start, m.end, m.side) for m in sentence.sides if span.start <= m.start < span.end]
    people = [(n.start, n.end, n.side) for n in sentence.people if span.start <= n.start < span.end and n.side]
    return sorted(sides + people)


def _is_office(text: str) -> bool:
    return bool(
        re.search(
            r"(?:spokes\w+|minist\w+|government|officials?|president|head|envoy|representative|negotiators?|secretary"
            r"|commissioner|ambassador|office|members?|parliament) (?:of|for) (?:the )?(?:[\w']+ ){0,2}$", text, re.I,
        )
    )  # fmt: skip


def _pronoun(reading: Reading, sentence: Sentence, span: Span, focus: Focus) -> Party:
    text = reading.text[span.start : span.end]
    if re.match(r"(?:who|which|that|whose)\b", text):
        return _antecedent(sentence, span)
    if m := OF_TWO.search(text):
        side = side_of_two(reading, sentence, span, m)
        return _party((side,) if side else (), None, span, m)
    if m := _both(reading.language).search(text):
        return _party(tuple(reading.parties), None, span, m)
    if m := HE.search(text):
        return _he(sentence, span, m, focus)
    office = OFFICE.search(text) if reading.language == "en" else None
    if office and reading.author not in (None, "joint") and office.group().lower().startswith("the "):
        return _party((str(reading.author),), None, span, office)  # the issuer of an order or notice acts
    m = _spoken_of_last(reading.language, text) or office
    return _party((focus.side,), None, span, m) if m and focus.side else NOBODY


def _spoken_of_last(language: str, text: str) -> re.Match[str] | None:
    """The word that stands for the side spoken of last."""
    return IT.match(text) or IT_LAST.search(text) if language == "en" else _same(language).search(text)


@cache
def _same(language: str) -> re.Pattern[str]:
    """The words that stand for the side spoken of last."""
    return re.compile(any_of(load(language, "speech.yaml").get("same", ())), re.I)


@cache
def _both(language: str) -> re.Pattern[str]:
    """The words for both sides at the head of a phrase: of English anywhere, of other languages as speech.yaml lists them."""
    if language == "en":
        return BOTH
    return re.compile(rf"(?:^|[\s，；：])\s*{any_of(load(language, 'speech.yaml')['both'])}", re.I)


def side_of_two(reading: Reading, sentence: Sentence, span: Span, m: re.Match[str]) -> str | None:
    """The side that "the latter" or "the former" stands for: of the last two named before, also by the sentence before.

    m: of OF_TWO in the span.
    """
    named = dict.fromkeys(x.side for x in sentence.sides if x.end <= span.start + m.start())
    if len(named) < 2 and sentence.number:
        named = dict.fromkeys([*(x.side for x in reading.sentences[sentence.number - 1].sides), *named])
    two = list(named)[-2:]
    return two[-1 if m.group(1) == "latter" else 0] if two else None


def _he(sentence: Sentence, span: Span, m: re.Match[str], focus: Focus) -> Party:
    """Whom he or she stands for: the first person of the sentence, else the one of the sentences before."""
    own = next(((n.name, n.side) for n in sentence.people if n.end <= span.start and n.side), None)
    name, side = own or (focus.person, focus.person_side)
    return _party((side,) if side else (), name, span, m)


def _party(sides: tuple[str, ...], person: str | None, span: Span, m: re.Match[str]) -> Party:
    """The party that words of a phrase stand for."""
    return Party(sides, person, span.start + m.start(), span.start + m.end())


def _antecedent(sentence: Sentence, span: Span) -> Party:
    """Whom a relative pronoun stands for: the last side or person named before it."""
    named = _mentions(sentence, Span(sentence.piece.start, span.start))
    if not named:
        return NOBODY
    start, end, side = named[-1]
    person = next((n.name for n in sentence.people if n.start == start), None)
    return Party((side,), person, start, end)


def actor(reading: Reading, sentence: Sentence, predicate: Predicate, focus: Focus = NO_FOCUS) -> Party:
    """The side that acts: the subject of the active, the one behind "by" of the passive, the owner of a noun."""
    if predicate.is_noun:
        return owner(reading, sentence, predicate.start, predicate.object)
    if predicate.voice == "passive":
        named = _by(reading, sentence, predicate.object)
        is_before = not named.sides and reading.language != "en" and predicate.subject is not None
        return _by(reading, sentence, predicate.subject) if is_before and predicate.subject else named
    decider = _decider(reading, sentence, predicate.start) if predicate.relation == "to" else NOBODY
    return decider if decider.sides else party(reading, sentence, predicate.subject, focus)


DECISION = re.compile(
    r"'s?\s(?:[\w-]+\s){0,2}(?:decision|plan|threat|move|intention|pledge|promise|offer|proposal|vow|commitment|readiness|order)s?\s(?:to\s)?$"
)


def _decider(reading: Reading, sentence: Sentence, place: int) -> Party:
    """Whose decision, plan or threat an act right behind it is: Chile's decision to tax copper."""
    m = DECISION.search(reading.text, max(sentence.piece.start, place - 60), place)
    named = [x for x in _mentions(sentence, Span(sentence.piece.start, place)) if m and 0 <= x[1] - m.start() < 3]
    if not named:
        return NOBODY
    start, end, side = named[-1]
    person = next((n.name for n in sentence.people if n.start == start), None)
    return Party((side,), person, start, end)


def _by(reading: Reading, sentence: Sentence, span: Span) -> Party:
    named = [
        (start, end, side)
        for start, end, side in _mentions(sentence, span)
        if preposition(_before(reading, span.start, start), reading.language) == "by"
    ]
    if not named:
        return NOBODY
    person = next((n.name for n in sentence.people if n.start == named[0][0]), None)
    return Party(tuple(dict.fromkeys(x[2] for x in named)), person, named[0][0], named[-1][1])


def owner(reading: Reading, sentence: Sentence, noun: int, behind: Span) -> Party:
    """The side a noun belongs to: the Chinese duties, Ottawa's duties, the duties of the USA, duties imposed by it.

    noun: where the noun starts. behind: the stretch after the noun in which "by" or "of" may name the owner.
    """
    before = [m for m in sentence.sides if m.end <= noun and noun - m.end < 40]
    for m in reversed(before):
        between = reading.text[m.end : noun]
        if re.fullmatch(
            r"(?:'s?)?\s(?:[\w%.\"-]+\s){0,4}", between + "" if between.endswith(" ") else between + " "
        ) and not (
            GOODS.match(reading.text[m.end : noun + 1])
            or re.search(r"\b(?:on|against|from|to|that|which)\b|^\s(?:and|or)\b", between)
        ):
            return Party((m.side,), None, m.start, m.end)
    return _by(reading, sentence, behind)


def target(reading: Reading, sentence: Sentence, span: Span) -> Party:
    """The sides that a measure falls on, in a stretch of text: on Chinese goods, on imports from Japan, against India."""
    named = []
    for m in sentence.sides:
        if not span.start <= m.start < span.end:
            continue
        word = preposition(_before(reading, span.start, m.start), reading.language)
        if reading.language == "zh" and GOODS_ZH.match(reading.text[m.end : m.end + 8]):
            named.append(m)
            continue
        goods = m.form == "adjective" and GOODS.match(reading.text[m.end : m.end + 60])
        goods = goods or ORIGIN.search(reading.text[max(span.start, m.start - 24) : m.start])
        if goods or (word in TOWARDS and word not in HOSTING):
            named.append(m)
    if not named:
        return NOBODY
    return Party(tuple(dict.fromkeys(m.side for m in named)), None, named[0].start, named[-1].end)


def patient(reading: Reading, sentence: Sentence, predicate: Predicate, focus: Focus = NO_FOCUS) -> Party:
    """The side that is acted on: who faces or was hit with a duty; else the target named in the object or the subject."""
    if predicate.voice == "passive" or predicate.concept == "face":
        met = party(reading, sentence, predicate.subject, focus)
        goods = target(reading, sentence, predicate.subject) if predicate.subject else NOBODY
        if goods.sides or met.sides:
            return goods if goods.sides else met
    reach = Span(predicate.object.start, max(predicate.object.end, predicate.clause.end))
    named = target(reading, sentence, reach)
    if named.sides or predicate.subject is None:
        return named
    return target(reading, sentence, predicate.subject)
