"""Whom a phrase names as the one who speaks: a person, an office of a side, a house, somebody who is left unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from detente.record import people, spelling
from detente.record.propose.annotate import homes, introduced, places
from detente.record.propose.annotate.dates import WEEKDAY
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.offices import Named
from detente.record.propose.annotate.words import UPPER, any_of, load
from detente.record.propose.relate.parties import OF_TWO, side_of_two
from detente.record.propose.relate.predicates import Span

JOINT = "joint"
FAR, NEXT = 30, 6  # sentences back in which an office is looked for; sentences at the head of a report
REACH = 60  # characters between a side and the noun that is named with it
HOUSE = re.compile(
    r"\b(?:ministry|department|embassy|parliament|palace|treasury|commission|council|cabinet|congress|senate|agency|customs)\b"
    r"|部|bộ"
)
SEVERAL = re.compile(
    r"\b(?:ministers|presidents|premiers|secretaries|governments|ministries|leaders|negotiators|delegations) of (?:the )?$",
    re.I,
)
DEFINITE = re.compile(r"(?:(?:and|but|as|while)\s)?the\s", re.I)
OTHER_PHRASE = re.compile(r"\b(?:and|or|with|by|that|to|from|in|on|at|said|says|was|is|are|were|has|have|had|its?)\b")
PRONOUN = re.compile(
    r"\b(?:he|she|they|it|who|which|whom|him|her)\b\W*(?:(?:\w+ly|also|again|later|then|now|even|only|once|twice|still|too)\W*)?$",
    re.I,
)
GOVERNED = re.compile(
    r"\b(?:[Ff]or|[Ww]ith|[Ll]ike|[Uu]nder|[Dd]espite|with|of|against|between|by|to|than|from|for|on|about|over|in|at|like|after)\s(?:the\s)?$"
)
TOWARDS = {"en": GOVERNED, "vi": re.compile(r"\b(?:với|cho|của|cùng)\s$"), "zh": re.compile("[向对与同和跟给]$")}
SELF = re.compile(r"\b(?:I|we)\b\W*(?:\w+ly\W*|also\W*)?$", re.I)
RELATIVE = re.compile(r"\bwh(?:o|om|ich)\b.*\s$")  # before a pronoun that is no speaker: Li, who signed it
ASIDE = 4  # words before ", it says," that are no clause: the Commission, it says, has replied
SAID_BEFORE = re.compile(r"[,?!]\"?\s$")
SPELT = re.compile(
    r"(?:[A-ZÀ-ÖØ-ÝĐ][\w'-]+\s(?:[A-Z]\.\s|(?:van|von|de|der|da|al|bin)\s)*){1,3}[A-ZÀ-ÖØ-ÝĐ][\w'-]+(?:\s[JS]r\.?)?$"
)
OF_BODY = re.compile(
    r"(?P<name>[A-ZÀ-ÖØ-ÝĐ][\w'-]+\s(?:[\w.'-]+\s){0,3}?[A-ZÀ-ÖØ-ÝĐ][\w'-]+)\s(?:of|from|at)\s(?!course\b)"
)
NO_NAME = re.compile(
    rf"\b{WEEKDAY}\b|\b(?:January|February|March|April|June|July|August|September"
    r"|October|November|December|The|A|An|In|On|At|But|And|Press|Office|Ministry|Department|Chamber|Association|House"
    r"|Council|Commission|Bank|Group|Court|Party|Union|Foundation|Institute|Exchange|Federation|Board|Street|Journal"
    r"|Times|News|Agency|Agreement|Act|Section|Post|Inc|Ltd|PLC|Company|Corporation|Group)\b"
)


class Speaker(NamedTuple):
    """Who speaks: the name of a person or None, the side or None, the words for somebody unnamed, whether a reporter's I."""

    name: str | None = None
    side: str | None = None
    described: str | None = None
    itself: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anybody is named or described."""
        return self != NOBODY


NOBODY = Speaker()


@cache
def listed(language: str, key: str) -> re.Pattern[str]:
    """A pattern of the words of a list of languages/<language>/speech.yaml, longest first."""
    words = load(language, "speech.yaml").get(key, ())
    edges = ("", "") if language == "zh" else (r"(?<![\w-])", r"(?![\w-])")
    return re.compile(f"{edges[0]}{any_of(w.lower() for w in words)}{edges[1]}", re.I)


def speaker(reading: Reading, sentence: Sentence, span: Span | None, last: Speaker, first: bool = False) -> Speaker:
    """Who speaks, by the noun phrase before or behind a verb of saying.

    last: who spoke before, for pronouns. first: whether the phrase opens with the speaker, as in "said Li in Beijing".
    """
    if span is None or span.end <= span.start:
        return NOBODY
    text = reading.text[span.start : span.end]
    if reading.language == "en":
        text = _head(text, first)
        if first:
            span = Span(span.start, span.start + len(text))
        else:
            span = Span(span.end - len(text), span.end)
    both = listed(reading.language, "both").search(text)
    if both and both.start() < 25:
        return Speaker(side=JOINT, described=both.group())
    return (
        _person(reading, sentence, span, first)
        or _pronoun(reading, sentence, span, text, last)
        or _described(reading, sentence, span, text, last)
        or _side(reading, sentence, span, first)
        or _owned_by_person(sentence, span, text)
        or _spelt(reading, sentence, span, text)
        or _anybody(reading, text)
        or NOBODY
    )


ANYBODY = re.compile(
    r"(?:an?|another|one|two|several|many|some)\s(?:[\w'-]+\s){0,3}?[\w-]{2,}(?:er|or|ist|man|woman|men|women|ian|eer|ant|ent)s?"
    r"(?=$|\s(?:in|at|from|of|to|on|with|who)\b|,)", re.I,
)  # fmt: skip


def _anybody(reading: Reading, text: str) -> Speaker | None:
    """Somebody of a trade whom no list knows: a watchmaker in Bienne."""
    m = ANYBODY.match(text.strip(' ,"')) if reading.language == "en" else None
    return Speaker(described=text.strip(' ,"')) if m else None


def _head(text: str, first: bool) -> str:
    """The part of a phrase that may name the speaker: without an opening "on Monday," or "after the talks,"."""
    if first:
        m = re.search(
            r"\s(?:on (?=\w+day)|in a\b|at a\b|after\b|when\b|before\b|during\b|, (?:and|but|while)\b)|[;:]", text
        )
        return text[: m.start()] if m else text
    m = re.search(r"^(?:[^,]*\b\w+day\b[^,]*|(?:[Aa]fter|[Ii]n|[Oo]n|[Aa]t|[Bb]efore|[Ff]or|[Ww]ith)\b[^,]*|[Mm]eanwhile|[Hh]owever"
                  r"|[Ll]ater|[Ee]arlier|[Ss]eparately|[Bb]ut),\s", text)  # fmt: skip
    return text[m.end() :] if m else text


def _person(reading: Reading, sentence: Sentence, span: Span, first: bool) -> Speaker | None:
    """The person a phrase is about: not behind a preposition, not an owner; "who" and an office in commas belong to him."""
    inside = [n for n in sentence.people if span.start <= n.start and n.end <= span.end]
    named = [n for n in inside if not _is_governed(reading, n, span)]
    if not named:
        return None
    n = named[0] if first else named[-1]
    if first or reading.language != "en":
        return Speaker(n.name, n.side or None)
    return _last_person(reading, named, span)


def _last_person(reading: Reading, named: list[Named], span: Span) -> Speaker | None:
    """The last person of an English phrase, the one before where "and" joins them; not one whose office speaks."""
    n = named[-1]
    if len(named) > 1 and re.match(r"\s?,?\s?(?:and|,)\s", reading.text[named[-2].end : n.begin] + " "):
        return Speaker(named[-2].name, named[-2].side)
    return None if owns_office(reading, n) else Speaker(n.name, n.side or None)


def owns_office(reading: Reading, n: Named) -> bool:
    """Whether an office behind a name speaks for the person: Trump aides, Li's spokesman."""
    return reading.language == "en" and _owned().match(reading.text, max(n.end, n.stop)) is not None


@cache
def _owned() -> re.Pattern[str]:
    """What a person named just before owns."""
    return re.compile(rf"(?:\s|'s?\s(?:[\w-]+\s){{0,2}}?){listed('en', 'offices').pattern}", re.I)


def _is_governed(reading: Reading, n: Named, span: Span) -> bool:
    """Whether a person stands behind a preposition or owns what follows: with Li, Li's spokesman."""
    lead = reading.text[max(span.start, n.begin - 12) : n.begin]
    return reading.text[n.end : n.end + 1] == "'" or TOWARDS[reading.language].search(lead) is not None


def _offices(language: str, text: str) -> re.Match[str] | None:
    """The last office or observer that a text names."""
    last = None
    for key in ("offices", "observers"):
        for m in listed(language, key).finditer(text):
            last = m if last is None or m.start() > last.start() else last
    return last


def _pronoun(reading: Reading, sentence: Sentence, span: Span, text: str, last: Speaker) -> Speaker | None:
    """Whom a pronoun stands for: we and I of a text's author, who and he of a person before, it of a side before."""
    known = last if last.is_known else None
    if reading.language != "en":
        m = listed(reading.language, "pronouns").search(text)
        return known if m and not _offices(reading.language, text) else None
    if SELF.search(text):
        return Speaker(side=reading.author if reading.official else None, itself=True)
    if m := OF_TWO.search(text):
        side = side_of_two(reading, sentence, span, m)
        return Speaker(side=side) if side else known
    m = PRONOUN.search(text)
    if not m or RELATIVE.search(text[: m.start()]):
        return None
    word, place = m.group().lower().split()[0].strip(" ,"), span.start + m.start()
    if word in ("who", "which", "whom"):
        return _relative(reading, sentence, place)
    if word in ("he", "she"):
        return _he(reading, sentence, place, last) or known
    return _it(reading, sentence, place, last) if word == "it" else known


def _relative(reading: Reading, sentence: Sentence, place: int) -> Speaker | None:
    """The person or side right before a relative pronoun."""
    earlier = [n for n in sentence.people if n.end <= place]
    if earlier and place - earlier[-1].stop < 60:
        return Speaker(earlier[-1].name, earlier[-1].side or None)
    sides = [x for x in sentence.sides if x.end <= place]
    return Speaker(side=sides[-1].side, described=sides[-1].words) if sides else None


def _he(reading: Reading, sentence: Sentence, place: int, last: Speaker) -> Speaker | None:
    """The person whom the sentence opened with; the last it named, where several unnamed people spoke before."""
    earlier = [n for n in sentence.people if n.end <= place and reading.text[n.end : n.end + 2] != "'s"]
    if not earlier:
        return None
    lead = reading.text[sentence.piece.start : earlier[0].begin]
    if len(lead) < 12 and not GOVERNED.search(lead):
        return Speaker(earlier[0].name, earlier[0].side or None)
    several = last.name is None and last.described
    return Speaker(earlier[-1].name, earlier[-1].side or None) if several else None


def _it(reading: Reading, sentence: Sentence, place: int, last: Speaker) -> Speaker | None:
    """Whom "it" stands for: who spoke before what is said, the side this sentence named, the subject of one before it."""
    is_behind = _is_behind_said(reading.text[sentence.piece.start : place])
    if is_behind and last.side:
        return Speaker(side=last.side) if last.name else last
    earlier = _two_before(reading, sentence)
    own, before = (
        _subjects(reading, sentence, place)[-1:],
        [x for s in earlier for x in _subjects(reading, s, place)[:1]],
    )
    named = [x for s in earlier for x in s.sides if x.form != "adjective"]
    first = next(iter([*before, *own] if is_behind else [*own, *before, *named]), None)
    if first:
        return Speaker(side=first.side, described=first.words)
    return Speaker(side=last.side) if last.side else None


def _is_behind_said(lead: str) -> bool:
    """Whether what is said stands before a pronoun, and no aside: ", it said"; not the Commission, it says, has replied."""
    return SAID_BEFORE.search(lead) is not None and (lead.rstrip().endswith('"') or len(lead.split()) > ASIDE)


def _two_before(reading: Reading, sentence: Sentence) -> list[Sentence]:
    """The two sentences before one, the nearest first."""
    return reading.sentences[max(0, sentence.number - 2) : sentence.number][::-1]


def _subjects(reading: Reading, s: Sentence, place: int) -> list[places.Mention]:
    """The sides before a place that no preposition governs, those of an adjective only with an office or a house."""
    return [x for x in s.sides if x.end <= place and _may_be_subject(reading, s, x)]


def _may_be_subject(reading: Reading, s: Sentence, x: places.Mention) -> bool:
    if GOVERNED.search(reading.text[max(s.piece.start, x.start - 10) : x.start]):
        return False
    behind = reading.text[x.end : min(s.piece.end, x.end + REACH)].lower()
    office = listed("en", "offices").search(behind)
    return x.form != "adjective" or (office is not None and not OTHER_PHRASE.search(behind[: office.start()]))


def _described(reading: Reading, sentence: Sentence, span: Span, text: str, last: Speaker) -> Speaker | None:
    """An office, a house or an observer: "a commerce ministry spokesperson", "two traders in Shanghai"."""
    language = reading.language
    office, familiar = listed(language, "offices").search(text), listed(language, "familiar").search(text)
    words = re.sub(r"^(?:and|but|while|when|that|as|also|then)\s", "", text.strip(" ,"))
    if familiar and not office:
        return Speaker(described=words)
    if person := _of_body(language, words):
        houses = [x.side for x in sentence.sides_within(span.start, span.end) if x.form == "metonym"]
        side = _official(reading, sentence, span, words, last).side if office else next(iter(houses), None)
        return Speaker(person, side, words)
    if office and (named := _spelt(reading, sentence, span, text)):
        return named
    if _is_observer(language, text, office):
        inside = [] if listed(language, "media").search(text) else sentence.sides_within(span.start, span.end)
        side = inside[0].side if inside else None
        return _owned_by_person(sentence, span, text) or Speaker(side=side, described=words)
    return _official(reading, sentence, span, words, last) if office else None


def _of_body(language: str, words: str) -> str | None:
    """A person named with an association, a company or another body of no side: Ana Prieto of the growers' federation."""
    m = OF_BODY.match(words) if language == "en" else None
    is_name = m and introduced.given(m["name"].split()[0]) and not NO_NAME.search(m["name"])
    return m["name"] if m and is_name else None


OF_MINISTRY = re.compile(
    r"\s(?:and\s\w+\s)?(?:ministry|minister|department|secretary)\b", re.I
)  # the industry ministry


def _is_observer(language: str, text: str, office: re.Match[str] | None) -> bool:
    """Whether a phrase is about an observer: one that no office of the phrase includes or, but in English, precedes."""
    observers = listed(language, "observers").search(text)
    if observers is None or office is None:
        return observers is not None
    is_inside = office.start() <= observers.start() < office.end() or bool(OF_MINISTRY.match(text, observers.end()))
    return not is_inside and (observers.start() > office.start() or language == "en")


def _official(reading: Reading, sentence: Sentence, span: Span, words: str, last: Speaker) -> Speaker:
    """An office of a side, or the person whom the text named in it before: the minister."""
    text = reading.text[span.start : span.end]
    inside = sentence.sides_within(span.start, span.end)
    owner = _owner_of_office(reading, sentence, span, text, inside[0].side if inside else None)
    if owner and owner.name and re.search(r"\b(?:the|our)\s", text, re.I):
        return owner
    if inside:
        return Speaker(side=inside[0].side, described=words)
    if reading.official and reading.author != JOINT:
        return Speaker(side=reading.author, described=words)
    if EMBASSY.search(text) and (guest := _guest(reading, sentence, span)):
        return Speaker(side=guest, described=words)
    side = _possessor(sentence, span, text, last) or _seat(sentence, span) or (owner.side if owner else None)
    return Speaker(side=side or _side_before(reading, sentence, span, last), described=words)


EMBASSY = re.compile(r"\b(?:embassy|consulate|high commission)\b", re.I)


def _guest(reading: Reading, sentence: Sentence, span: Span) -> str | None:
    """Whose embassy one in a city is: of the side named last that is not at home there."""
    host = _seat(sentence, span)
    named = [*_named_before(reading, sentence, span.start), *reading.parties]
    return next((side for side in named if side != host), None) if host else None


def _possessor(sentence: Sentence, span: Span, text: str, last: Speaker) -> str | None:
    """The side of the person an office belongs to: his office, the office of NAME."""
    named = [n for n in sentence.people if n.end <= span.end and n.side]
    if re.match(r"(?:and |but )?(?:his|her|its|their)\b", text.strip(), re.I):
        return next((n.side for n in named if n.end <= span.start), last.side)
    return next((n.side for n in named if n.start >= span.start), None)


def _side_before(reading: Reading, sentence: Sentence, span: Span, last: Speaker) -> str | None:
    """The side of an office that is named without one: of a party with ministries, of who spoke.

    Before the side named last comes the home of the text, and no side is taken that has no such office.
    """
    text = reading.text[span.start : span.end].lower()
    before = _named_before(reading, sentence, span.start)
    own = [side for side in reading.parties if reading.language == "vi" and people.naming(side).own_reading]
    if own and re.search(r"\bbộ (?!trưởng)", text):
        return own[0]  # in its own language a ministry needs no country
    if "ministry" in text:
        named = [side for side in (reading.home, *before, *reading.parties) if side in _with_ministries()]
        return next((side for side in named if side in reading.parties), next(iter(named), None))
    spoke = last.side if last.side not in (JOINT, "press") else None
    return homes.likeliest([spoke, reading.home, *before, *reading.parties], text) or spoke or next(iter(before), None)


def _owned_by_person(sentence: Sentence, span: Span, text: str) -> Speaker | None:
    """What a person owns speaks for the person's side: Li's order said."""
    n = next((n for n in sentence.people if span.start <= n.start and n.end < span.end and n.side), None)
    is_owner = n is not None and text[n.end - span.end : n.end - span.end + 2] in ("'s", "' ")
    return Speaker(side=n.side, described=text.strip(' ,"')) if n and is_owner else None


def _seat(sentence: Sentence, span: Span) -> str | None:
    """The side that a city in a phrase stands for, else its country's."""
    city = next((c for c in sentence.cities if span.start <= c.start and c.end <= span.end), None)
    return places.table()["en"].get(city.name, (city.country, ""))[0] if city else None


def _owner_of_office(reading: Reading, sentence: Sentence, span: Span, text: str, side: str | None) -> Speaker | None:
    """The person or the house whose office the text named before: the president, the ministry.

    side: that of the office, where it is named with one.
    """
    noun = _noun(reading.language, text)
    is_house = bool(HOUSE.search(noun))
    holder = None if is_house else _holder(_sentences_with_names(reading, sentence), text, side)
    if holder or side or not noun:
        return holder
    if not is_house and not DEFINITE.match(text.strip(" ,")):
        return None
    owner = _named_with(reading, sentence, span.start, noun)
    return Speaker(side=owner) if owner else None


def _noun(language: str, text: str) -> str:
    """The noun of an office as other mentions of it hold it; empty where there is none."""
    if language == "en":
        head = _offices(language, text)
        return head.group().lower() if head else ""
    house = re.search(r"部|\bbộ\b|(?=发言人)", text)
    return (house.group() or "部") if house else ""


def _sentences_with_names(reading: Reading, sentence: Sentence) -> Iterable[Sentence]:
    """Where the holder of an office is looked for: in what stands before; for a headline, which leaves the name out, behind."""
    if sentence.number == 0:
        return reading.sentences[1:NEXT]
    return reversed(reading.sentences[max(0, sentence.number - FAR) : sentence.number])


def _holder(sentences: Iterable[Sentence], text: str, side: str | None) -> Speaker | None:
    """The first person whom sentences name with the office of a phrase."""
    kind = people.office(text)
    if kind is None or re.search(r"officials?|side|adviser|\ban?\b|aides?|office|administration", text):
        return None
    holders = (n for s in sentences for n in reversed(s.people) if n.role and people.office(n.role) == kind)
    return next((Speaker(n.name, n.side or None) for n in holders if side in (None, n.side)), None)


def _named_with(reading: Reading, sentence: Sentence, place: int, noun: str) -> str | None:
    """The side that the text before a place named last together with a noun: the Chinese ministry, a ministry in Beijing."""
    for s in reversed(reading.sentences[max(0, sentence.number - FAR) : sentence.number + 1]):
        if noun in s.piece.text.lower():
            sides = [x.side for x in s.sides if x.end <= place and _stands_with(reading, s, x, noun)]
            sides += [
                homes.of_city(c) for c in s.cities if c.end <= place and _belongs_to(_up_to(reading, s, c.start), noun)
            ]
            sides = sides or [n.side for n in s.people if n.end <= place and n.side and noun in n.role.lower()]
            if sides:
                return sides[-1]
    return None


def _stands_with(reading: Reading, s: Sentence, x: places.Mention, noun: str) -> bool:
    """Whether a side is named in one phrase with a noun."""
    before = _up_to(reading, s, x.start)
    behind = reading.text[x.end : min(s.piece.end, x.end + REACH)].lower()
    if reading.language == "en":
        return noun in x.words.lower() or _leads_to(behind, noun) or _belongs_to(before, noun)
    reach = 4 if reading.language == "zh" else 30
    return noun in behind[:reach] + before[-reach:] + x.words


def _up_to(reading: Reading, s: Sentence, place: int) -> str:
    """The words of a sentence right before a place."""
    return reading.text[max(s.piece.start, place - REACH) : place].lower()


def _leads_to(behind: str, noun: str) -> bool:
    """Whether the words behind a side lead to a noun: China's commerce ministry."""
    m = re.match(rf"(?:'s?)?\s((?:[\w.-]+\s){{0,4}}){noun}\b", behind)
    return m is not None and not OTHER_PHRASE.search(m.group(1))


def _belongs_to(before: str, noun: str) -> bool:
    """Whether a noun is named with the side that comes next: the ministry of finance in Beijing, the department of Peru."""
    of = r"(?:\s(?:of|for)\s[\w-]+(?:\sand\s[\w-]+)?)?"
    return re.search(rf"\b{noun}{of}\s(?:of|for|in|from)\s(?:the\s)?$", before) is not None


@cache
def _with_ministries() -> frozenset[str]:
    """The sides whose offices are ministries: those of which no department is listed as a name of the government."""
    houses: dict[str, list[str]] = {}
    for word, (side, _) in places.table()["en"].items():
        houses.setdefault(side, []).append(word)
    return frozenset(s for s, words in houses.items() if not any(w.endswith("Department") for w in words))


def _named_before(reading: Reading, sentence: Sentence, place: int) -> list[str]:
    """The sides that the paragraph and the one before it named before a place, the last first."""
    near = reading.sentences[max(0, sentence.number - 6) : sentence.number + 1]
    named = sorted(
        [(x.start, x.side) for s in near for x in s.sides if x.start < place]
        + [(n.start, n.side) for s in near for n in s.people if n.start < place and n.side]
    )
    return list(dict.fromkeys(side for _, side in reversed(named)))


def _side(reading: Reading, sentence: Sentence, span: Span, first: bool) -> Speaker | None:
    """A side named as the one who speaks: Beijing, the White House; both, of which the ministers speak."""
    inside = sentence.sides_within(span.start, span.end)
    if len({x.side for x in inside}) == 2 and SEVERAL.search(reading.text[span.start : inside[0].start]):
        return Speaker(side=JOINT, described=reading.text[span.start : span.end].strip(" ,"))
    named = [x for x in inside if reading.language != "en" or not _is_qualifier(reading, x, span)]
    if not named:
        seat = _seat(sentence, span) if first else None
        return Speaker(side=seat) if seat else None
    between = reading.text[named[0].end : named[-1].start]
    if len({x.side for x in named}) == 2 and (not between or re.search(r"\band\b|\bvà\b|[和与]", between)):
        return Speaker(side=JOINT, described="both")
    x = named[0] if first else named[-1]
    return Speaker(side=x.side, described=x.words)


def _is_qualifier(reading: Reading, x: places.Mention, span: Span) -> bool:
    """Whether a side stands in an adjective or behind a preposition."""
    lead = reading.text[max(span.start, x.start - 10) : x.start]
    return x.form == "adjective" or GOVERNED.search(lead) is not None


def _spelt(reading: Reading, sentence: Sentence, span: Span, text: str) -> Speaker | None:
    """A person whom no table lists, by the way the name is written, with the side that stands beside it."""
    if reading.language != "en":
        return _spelt_in_vietnamese(reading, sentence, span, text) if reading.language == "vi" else None
    phrase = re.split(r",\s", text.strip(" ,"))[0]
    m = SPELT.search(phrase) or SPELT.search(text.strip(" ,"))
    if (
        not m
        or NO_NAME.search(m.group())
        or places.cities(f"in {m.group()}", "en")
        or m.group() in places.table()["en"]
    ):
        return None
    name = _without_office(re.sub(r"^.*'s\s", "", m.group()))
    place = span.start + text.find(name) + len(name)
    if name.endswith((" Jr", " Sr")) and reading.text[place : place + 1] == ".":
        name, place = f"{name}.", place + 1
    is_name = " " in name and not introduced.is_no_name(name.split()[0])
    return Speaker(name, _side_beside(reading, sentence, span, place)) if is_name else None


def _without_office(name: str) -> str:
    """A name without the words of an office before it: Trade Relations Grace Fu."""
    words = name.split()
    while len(words) > 2 and introduced.is_no_name(words[0]):
        words = words[1:]
    return " ".join(words)


def _side_beside(reading: Reading, sentence: Sentence, span: Span, place: int) -> str | None:
    """The side of a person no table lists: in brackets behind the name, in the phrase, else the one named last."""
    own = homes.stated(reading.text, place, place, sentence.sides, sentence.cities)
    near = [x.side for x in sentence.sides_within(span.start - 20, span.end) if x.form != "metonym"]
    stated = next(iter([*filter(None, [own]), *near]), None)
    before = _named_before(reading, sentence, span.start)
    office = reading.text[span.start : span.end]
    return stated or homes.likeliest([reading.home, *before], office) or next(iter(before), None)


SYLLABLE = rf"(?<!\w)[{UPPER}][a-zà-ỹ]+"


def _spelt_in_vietnamese(reading: Reading, sentence: Sentence, span: Span, text: str) -> Speaker | None:
    """A Vietnamese name behind an office, without its accents: Thứ trưởng Trần Quốc Bảo."""
    m = re.search(rf"(?:{SYLLABLE}\s){{1,3}}{SYLLABLE}(?=\W*$|\s*,)", text)
    if not m or not re.search(r"[à-ỹđ]", m.group()):
        return None
    if sentence.sides and any(span.start + m.start() <= x.start < span.start + m.end() for x in sentence.sides):
        return None
    words = m.group().split()
    if "Bộ" in words:
        return None  # a ministry whose official is left unnamed
    named = words[-4:] if words[0] not in ("Công", "Ngoại", "Thương") else words[-3:]
    own = [iso for iso in reading.parties if people.naming(iso).own_reading]
    inside = [x.side for x in sentence.sides if span.start <= x.start < span.end]
    return Speaker(spelling.unaccented(" ".join(named)).title(), next(iter(inside or own), None))
