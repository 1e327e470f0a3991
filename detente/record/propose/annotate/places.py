"""Sides and cities in a text: which economy a word stands for, and where something takes place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from detente.record.people import read_table
from detente.record.propose.annotate.words import UPPER, any_of, load


@dataclass(frozen=True)
class Mention:
    """A side named in the text; form is name, adjective, metonym, person or pair."""

    start: int
    end: int
    side: str
    form: str
    words: str


@dataclass(frozen=True)
class City:
    """A city named or described in the text."""

    start: int
    end: int
    name: str
    country: str
    described: bool = False


LANGUAGES = ("vi", "zh")  # read beside English: each has a column in names/sides.csv and names/cities.csv
SHORT = frozenset(load("en", "marks.yaml")["short_sides"])
PLACING = frozenset(word for x in ("en", *LANGUAGES) for word in load(x, "marks.yaml").get("placing", []))
VERBAL = re.compile(
    r"will|would|has|have|had|is|are|was|were|and|or|to|in|on|at|for|by|from|with|also|can|could|may|might"
    r"|must|shall|does"
    r"|did|but|as|of|since|until|that|which|who|when|while|said|says|agrees|intends|plans|commits|maintains"
    r"|imposes|put|took"
    r"|struck|kept|made|gave|held|went|came|became|began|rose|fell|cut|cuts|set|sets|hit|hits|let|told|knew|found"
    r"|lost|won"
    r"|left|sent|brought|bought|sold|sought|thought|paid|spent|built|sat|stood|spoke|broke|chose|drew|drove|grew"
    r"|threw|wrote|withdrew|fought|laid|led|felt|lifts|drops|keeps|gets|got|gives|makes|takes|raises|lowers"
    r"|suspends|removes|ends|buys|offers|calls|accuses|threatens|denies|refuses|accepts|again|still|already"
    r"|never|ever|once|only|instead|meanwhile|therefore|alone|both|together|entered|concluded"
    r"|met|sees|wants|expects|remains|confirms|reaffirms|then|now|not|after|before|if|[a-z]+ed"
)


@cache
def table() -> dict[str, dict[str, tuple[str, str]]]:
    """For each language: word → (side, form)."""
    words: dict[str, dict[str, tuple[str, str]]] = {language: {} for language in ("en", *LANGUAGES)}
    for row in read_table("sides.csv"):
        side = row["iso"]
        for column, form in (("metonyms", "metonym"), ("adjectives", "adjective"), ("names", "name")):
            words["en"] |= dict.fromkeys(_parts(row[column]), (side, form))
        foreign = {*_parts(row["metonyms"]), *_parts(row["names"])} - {*load("vi", "marks.yaml")["not_sides"]}
        for language, own in (("vi", foreign), *((x, _parts(row[x])) for x in LANGUAGES)):
            for word in own:
                words[language].setdefault(word, (side, "name"))
    return words


def _parts(cell: str) -> list[str]:
    """The words of a cell, parted by a bar."""
    return [word for word in cell.split("|") if word]


@cache
def _sides(language: str) -> re.Pattern[str]:
    body = any_of(table()[language])
    if language == "zh":
        return re.compile(body)
    return re.compile(rf"(?<![\w-])(?:(?:the|The|THE)\s)?(?P<w>{body})(?!\w)(?:'s?(?!\w))?")


@cache
def _cities(language: str) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    names: dict[str, tuple[str, str]] = {}
    for row in read_table("cities.csv"):
        column = row["city"] + "|" + row["aliases"] if language == "en" else row[language]
        names |= dict.fromkeys(_parts(column), (row["city"], row["country"]))
    body = any_of(names)
    return re.compile(body if language == "zh" else rf"(?<!\w){body}(?!\w)"), names


@cache
def _in_capitals() -> dict[str, str]:
    return {name.upper(): name for name in _cities("en")[1]}


def city_as_written(name: str) -> str:
    """The English name of a listed city as running text has it, however its letters are; another name as it is.

    >>> city_as_written("DAR ES SALAAM")
    'Dar es Salaam'
    """
    return _in_capitals().get(name.upper(), name)


def forms() -> Iterable[str]:
    """The English names of sides and cities, as they are written."""
    return (*table()["en"], *_cities("en")[1])


@cache
def capitals() -> dict[str, str]:
    """Economy → the city its government sits in."""
    return {row["iso"]: row["capital"] for row in read_table("sides.csv")}


@cache
def bodies() -> frozenset[str]:
    """The sides without a capital: organisations that are party to no talks."""
    return frozenset(side for side, capital in capitals().items() if not capital)


@cache
def _seats() -> frozenset[str]:
    """The cities whose names stand for a government as well."""
    return frozenset(capitals().values())


def _is_abbreviation(text: str, place: int, words: Mapping[str, tuple[str, str]]) -> bool:
    """Whether one character stands for a side: beside another such character, or before both, two, the side of."""
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if after in ("双", "两", "方"):
        return True
    pair = text[place + 1 : place + 3]
    if after in words and pair not in words and text[place + 2 : place + 3] != "洲":
        return True
    lead = text[place - 2 : place] if place > 1 else ""
    return before in words and lead not in words and after != "洲"


def sides(text: str, language: str, offset: int = 0) -> list[Mention]:
    """Sides named in a text, in reading order."""
    language = language if language in LANGUAGES else "en"
    words = table()[language]
    mentions = []
    for m in _sides(language).finditer(text):
        word = m.group("w") if language != "zh" else m.group()
        if not _names_other(text, m, word, language):
            side, form = words[word]
            form = _form(word, form, m.group(), text[m.end() : m.end() + 14], language)
            mentions.append(Mention(m.start() + offset, m.end() + offset, side, form, word))
    return [m for i, m in enumerate(mentions) if not (i and _is_added(text, mentions[i - 1], m, offset))]


def _is_added(text: str, first: Mention, second: Mention, offset: int) -> bool:
    """Whether a side stands in brackets behind another, of which some count it a part: Taiwan (China)."""
    between = text[first.end - offset : second.start - offset]
    return between.strip() in ("(", "（") and text[second.end - offset : second.end - offset + 1] in (")", "）")


def _names_other(text: str, m: re.Match[str], word: str, language: str) -> bool:
    """Whether the word of a side stands for something else here: English, a region, a part of another word."""
    before, after = text[max(0, m.start() - 14) : m.start()], text[m.end() : m.end() + 14]
    if language == "zh" and len(word) == 1 and not _is_abbreviation(text, m.start(), table()["zh"]):
        return True
    return any(
        word in words and behind.search(before) and ahead.match(after) for words, behind, ahead in _homonyms()[language]
    )


@cache
def _homonyms() -> dict[str, list[tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]]]:
    """For each language: words of sides, and what stands before and after them where they mean something else."""
    return {
        language: [
            (frozenset(row["words"]), re.compile(row.get("before", "")), re.compile(row.get("after", "")))
            for row in load(language, "marks.yaml").get("homonyms", [])
        ]
        for language in ("en", *LANGUAGES)
    }


def _form(word: str, form: str, surface: str, after: str, language: str) -> str:
    """The form of a mention: a possessive qualifies, and so does a short name right before a noun."""
    if form == "name" and language == "en" and surface.endswith(("'s", "'")):
        return "adjective"
    noun = re.match(r"\s([a-z]+)", after)
    return "adjective" if form == "name" and word in SHORT and noun and not VERBAL.fullmatch(noun.group(1)) else form


LABELS = re.compile(
    r"\s(?:[Jj]oint|[Ss]tatement|truce|deal|agreement|[Aa]rrangement|framework|accord|consensus|round's)"
)  # behind the city that a text of that name is called after


def cities(text: str, language: str, offset: int = 0, near: str | None = None) -> list[City]:
    """Cities named or described; `near` is the city of the dateline, for a description that fits more than one."""
    language = language if language in LANGUAGES else "en"
    pattern, names = _cities(language)
    mentions = []
    for m in pattern.finditer(text):
        name, country = names[m.group()]
        word = re.search(r"(\w+)\W+(?:the )?$", text[max(0, m.start() - 20) : m.start()])
        before = word.group(1).lower() if word else ""
        if LABELS.match(text[m.end() : m.end() + 14]) and before not in ("in", "at"):
            continue
        if name not in _seats() or _is_place(text, m, before, language):
            mentions.append(City(m.start() + offset, m.end() + offset, name, country))
    for m in _described(language).finditer(text):
        side = _described_side(m.group("who"), language)
        place = _described_city(m.group("what"), side, near)
        if place and not any(abs(c.start - offset - m.start()) < 40 and c.name == place for c in mentions):
            mentions.append(City(m.start() + offset, m.end() + offset, place, side, True))
    return sorted(mentions, key=lambda c: c.start)


_WORD = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]*[a-zà-öø-ÿā-ž]"
UNLISTED = re.compile(
    rf"\b(?:(?P<prep>[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Tt]o|[Ff]rom|[Ll]eft|[Vv]ia|[Rr]eached|[Vv]isit(?:s|ed|ing)?|[Cc]ity(?: of)?)\s|^\W*)"
    rf"(?P<name>{_WORD}(?:(?:\s(?:d[aeo]s?|del|la|el|of|the|al))?[ -]{_WORD}){{0,2}})(?P<after>,|\s(?:on|in|this|last|yesterday|for)\b|[.;:]|\s?$)?"
)


def unlisted(text: str, offset: int = 0) -> list[tuple[int, int, str, str]]:
    """Names that may be cities no table lists: start, end, name, and what stands before and behind.

    At the head of a sentence only what a comma or a stop follows is looked at.
    """
    spans = []
    for m in UNLISTED.finditer(text):
        if m.group("prep") or (m.group("after") or " ") in ",.:":
            about = f"{(m.group('prep') or 'head').lower()} {(m.group('after') or '').strip()}"
            spans.append((m.start("name") + offset, m.end("name") + offset, m.group("name"), about))
    return spans


def city_named(words: str, language: str) -> str | None:
    """The usual English name of a city that a text names, None where no table lists it."""
    listed = _cities(language if language in LANGUAGES else "en")[1].get(words)
    return listed[0] if listed else None


@cache
def _blocs() -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
    names = {
        name: frozenset(_parts(row["members"])) for row in read_table("blocs.csv") for name in _parts(row["names"])
    }
    return re.compile(rf"(?<!\w){any_of(names)}(?!\w)"), names


def blocs(text: str) -> list[frozenset[str]]:
    """The members of the blocs without a code of their own that a text names, in reading order."""
    pattern, names = _blocs()
    return [names[m.group()] for m in pattern.finditer(text)]


def _is_place(text: str, m: re.Match[str], before: str, language: str) -> bool:
    """Whether the seat of a government is a place here: a word of place stands beside it, or it heads a dateline."""
    if before in PLACING:
        return True
    if language == "zh" and (
        re.search(r"[在于到赴访抵]$", text[max(0, m.start() - 2) : m.start()])
        or re.match(r"(?:会谈|磋商|谈判|会晤|峰会|会议)", text[m.end() : m.end() + 2])
    ):
        return True
    follows_day = re.search(r"\d,\s$", text[max(0, m.start() - 3) : m.start()])
    return bool(follows_day and re.match(r"[.:—–]", text[m.end() : m.end() + 1]))


def _described_side(who: str, language: str) -> str:
    """The side of a description, the last word of it if the whole is none; empty if it names none."""
    words = table()[language]
    return words.get(who, words.get(who.split()[-1] if language == "en" else who, ("", "")))[0]


def _described_city(what: str, side: str, near: str | None) -> str | None:
    """The capital of a side, or the city of the dateline where that lies there and only "city" is said."""
    if what.lower() in ("capital", "thủ đô", "首都"):
        return capitals().get(side, "")
    return near if near and _countries().get(near) == side else None


@cache
def _countries() -> dict[str, str]:
    return {row["city"]: row["country"] for row in read_table("cities.csv")}


@cache
def _described(language: str) -> re.Pattern[str]:
    if language == "zh":
        body = "|".join(re.escape(w) for w in sorted(table()[language], key=len, reverse=True))
        return re.compile(rf"(?P<who>{body})(?P<what>首都)")
    if language == "vi":
        return re.compile(rf"(?P<what>thủ đô)\s(?:của\s)?(?P<who>[{UPPER}]\w+(?:\s[{UPPER}]\w+)*)")
    return re.compile(
        r"(?<![\w-])(?P<who>[A-Z]\w+(?:\s[A-Z]\w+)?)(?:'s)?\s(?:[a-z-]{1,12}\s){0,2}?(?P<what>capital|city)\b"
    )
