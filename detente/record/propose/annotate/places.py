"""Sides and cities in a text: which economy a word stands for, and where something takes place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from detente.record.people import read_table


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
SHORT = frozenset({"U.S.", "US", "EU", "UK", "U.K.", "United States", "PRC"})
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
        for column, form in (("metonyms", "metonym"), ("adjectives", "adjective"), ("names", "name")):
            for word in row[column].split("|"):
                if word:
                    words["en"][word] = (row["iso"], form)
        for word in (*row["metonyms"].split("|"), *row["names"].split("|")):
            if word and word not in ("US", "the States", "America"):
                words["vi"].setdefault(word, (row["iso"], "name"))
        for language in LANGUAGES:
            for word in row[language].split("|"):
                if word:
                    words[language].setdefault(word, (row["iso"], "name"))
    return words


@cache
def _sides(language: str) -> re.Pattern[str]:
    words = sorted(table()[language], key=len, reverse=True)
    body = "|".join(re.escape(w) for w in words)
    if language == "zh":
        return re.compile(f"(?:{body})")
    return re.compile(rf"(?<![\w-])(?:(?:the|The|THE)\s)?(?P<w>{body})(?!\w)(?:'s?(?!\w))?")


@cache
def _cities(language: str) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    names: dict[str, tuple[str, str]] = {}
    for row in read_table("cities.csv"):
        column = row["city"] + "|" + row["aliases"] if language == "en" else row[language]
        for word in column.split("|"):
            if word:
                names[word] = (row["city"], row["country"])
    body = "|".join(re.escape(w) for w in sorted(names, key=len, reverse=True))
    return re.compile(f"(?:{body})" if language == "zh" else rf"(?<!\w)(?:{body})(?!\w)"), names


@cache
def capitals() -> dict[str, str]:
    """Economy → the city its government sits in."""
    return {row["iso"]: row["capital"] for row in read_table("sides.csv")}


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
        side, form = words[word]
        after = text[m.end() : m.end() + 14]
        if (
            word in ("US", "Anh", "Ý", "Đức", "Nga", "Pháp", "Bỉ", "Úc", "Trung")
            and language == "vi"
            and after[:3] == " ta"
        ):
            continue
        if word == "Trung" and (
            after.startswith((" ương", " tâm", " Đông")) or not re.search(r"(Mỹ|Việt|Nga)\s?-\s?$", text[: m.start()])
        ):
            continue
        if language == "zh" and word == "美" and text[m.end() : m.end() + 1] == "元":
            continue
        if language == "zh" and len(word) == 1 and not _is_abbreviation(text, m.start(), words):
            continue
        if (
            language == "en"
            and form == "name"
            and (m.group().endswith(("'s", "'")) or re.match(r"[- ](?:China|EU|side)", after))
        ):
            form = "adjective" if m.group().endswith(("'s", "'")) else form
        if (
            re.search(r"(?:North|South|Latin|Central)\s$", text[max(0, m.start() - 8) : m.start()])
            and word == "America"
        ):
            continue
        noun = re.match(r"\s([a-z]+)", after)
        if form == "name" and word in SHORT and noun and not VERBAL.fullmatch(noun.group(1)):
            form = "adjective"
        mentions.append(Mention(m.start() + offset, m.end() + offset, side, form, word))
    return mentions


def cities(text: str, language: str, offset: int = 0, near: str | None = None) -> list[City]:
    """Cities named or described; `near` is the city of the dateline, for a description that fits more than one."""
    language = language if language in LANGUAGES else "en"
    pattern, names = _cities(language)
    mentions = []
    for m in pattern.finditer(text):
        name, country = names[m.group()]
        word = re.search(r"(\w+)\W+(?:the )?$", text[max(0, m.start() - 20) : m.start()])
        before = word.group(1).lower() if word else ""
        if re.match(
            r"\s(?:[Jj]oint|[Ss]tatement|truce|deal|agreement|[Aa]rrangement|framework|accord|consensus|round's)",
            text[m.end() : m.end() + 14],
        ) and before not in ("in", "at"):
            continue
        metonym = name in _seats()
        placed = before in (
            "in",
            "at",
            "near",
            "outside",
            "tại",
            "ở",
            "thăm",
            "tới",
            "đến",
            "sang",
            "visit",
            "visits",
            "visiting",
            "reached",
            "visited",
            "held",
            "to",
            "Spain",
            "spain",
        ) or (
            language == "zh"
            and (
                re.search(r"[在于到赴访抵]$", text[max(0, m.start() - 2) : m.start()])
                or re.match(r"(?:会谈|磋商|谈判|会晤|峰会|会议)", text[m.end() : m.end() + 2])
            )
        )
        heads = re.search(r"\d,\s$", text[max(0, m.start() - 3) : m.start()]) and re.match(
            r"[.:—–]", text[m.end() : m.end() + 1]
        )
        if metonym and not (placed or heads):
            continue
        mentions.append(City(m.start() + offset, m.end() + offset, name, country))
    for m in _described(language).finditer(text):
        who, known_words = m.group("who"), table()[language]
        side = known_words.get(who, known_words.get(who.split()[-1] if language == "en" else who, ("", "")))[0]
        place: str | None = capitals().get(side, "")
        if m.group("what").lower() not in ("capital", "thủ đô", "首都"):
            known = {row["city"]: row["country"] for row in read_table("cities.csv")} if near else {}
            place = near if known.get(near or "") == side else None
        if place and not any(abs(c.start - offset - m.start()) < 40 and c.name == place for c in mentions):
            mentions.append(City(m.start() + offset, m.end() + offset, place, side, True))
    return sorted(mentions, key=lambda c: c.start)


@cache
def _described(language: str) -> re.Pattern[str]:
    if language == "zh":
        body = "|".join(re.escape(w) for w in sorted(table()[language], key=len, reverse=True))
        return re.compile(rf"(?P<who>{body})(?P<what>首都)")
    if language == "vi":
        return re.compile(r"(?P<what>thủ đô)\s(?:của\s)?(?P<who>[A-ZÀ-ỸĐ]\w+(?:\s[A-ZÀ-ỸĐ]\w+)*)")
    return re.compile(
        r"(?<![\w-])(?P<who>[A-Z]\w+(?:\s[A-Z]\w+)?)(?:'s)?\s(?:[a-z-]{1,12}\s){0,2}?(?P<what>capital|city)\b"
    )
