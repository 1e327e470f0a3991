"""Codes that sentences name: a run after a word that announces codes, or alone where the form is plain."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from detente.record.hs.codes import DOTTED_RANGE, LONG, NATIONAL, NO_CHAPTER, RANGE, Code, from_digits
from detente.record.hs.lists import YEAR, in_column, in_list

NEARBY = 400  # characters around the word "chapter" in which a text is about codes
DATE = re.compile(r"(?:19|20)\d\d\.(?:0[1-9]|1[0-2])\.(?:0[1-9]|[12]\d|3[01])")
ITEM = re.compile(rf"(?:(?P<ex>\bex\s*)|\bfrom\s+)?{RANGE}", re.I)
LONE = re.compile(rf"(?<![\w.,$€£¥₹/-])(?<![$€£¥₹] ){DOTTED_RANGE}")
SEPARATOR = re.compile(
    r"(?:\((?![^()]{0,80}\d{4})[^()]{0,80}\)|\n\s*[-–]\s|[\s,;:/&()\[\]•·*、，；：和及或]"
    r"|\b(?:and|or|as well as|plus|và|y|e|et|und)\b)*",
    re.I,
)
EXCEPT = re.compile(
    r"[\s,;(]*\b(?:except(?: for)?|excluding|excl\.|other than|but not|not including)\s+"
    r"(?:(?:those|goods|articles|products) (?:of|under|in) )?",
    re.I,
)
_SYSTEM = r"HS|HTS(?:US)?|NCM|TARIC|harmoni[sz]ed (?:tariff )?(?:system|schedule)(?: of the [\w ]{1,40}?)?"
_NOUN = r"codes?|(?:sub-?)?headings?|numbers?|items?|lines?|chapters?"
_ADJECTIVE = r"tariff|customs|product|commodity|CN|statistical reporting|statistical|reporting"
_OTHER_LANGUAGES = (
    r"税则号列?|税号|品目|商品编[号码]|(?:HS)?编码|"
    r"\b(?:mã (?:HS|số|hàng)|(?:phân )?nhóm|sub-?partidas?|partidas?|fracci(?:ón|ones) arancelarias?|"
    r"(?:sous-)?positions? tarifaires?|Zolltarifnummern?|KN-Codes?)\b"
)
OPENER = re.compile(
    rf"(?:\b(?P<system>{_SYSTEM})(?:-?(?:2|4|6|8|10)\b|(?=\d{{4}})|\b)[\s-]*(?:\d{{1,2}}-digit\s+)?"
    rf"(?:(?:{_ADJECTIVE})\s+)*(?:{_NOUN})?"
    rf"|\b(?P<chapter>chapters?)\b|\bsub-?headings?\b|\bheadings?\b|\b(?:{_ADJECTIVE}) (?:{_NOUN})\b"
    rf"|{_OTHER_LANGUAGES}|\b(?=ex\s+{LONG}))"
    r"(?:[^\d.;\n]{0,40}(?:(?:19|20)\d\d\)?)?[^\d.;\n]{0,10}:(?=\s*\d))?"  # "HS codes of cars (HS 2017): 8703"
    r"[\s:：#(（]*(?:nos?\.\s*)?",
    re.I,
)
EDITION = re.compile(r"\d{4}\s+(?:edition|version|nomenclature|classification|revision|codes?\b|basis)", re.I)
_TARIFF = r"HS|HTS(?:US)?|CN|NCM|TARIC|harmoni[sz]ed|nomenclature|schedule|tariff|customs"
OTHER_CHAPTER = re.compile(  # "chapter 11 bankruptcy", "chapter 3 of the report", "chapter 27 of title 10"
    rf"\s*(?:bankruptcy|,? of\b(?![^.;,]{{0,60}}\b(?:{_TARIFF})\b))", re.I
)
OF_A_CODE = re.compile(r"(?:U\.?S\.?C\.?|\bCode|\btitle \w+),?\s*$", re.I)  # "5 U.S.C. chapter 71"
OTHER_WORD = re.compile(r"\b(?!(?:except|excluding|other|than|including|chapters?)\b)[a-z]{4,}", re.I)
GOODS_OF = re.compile(r"\b(?:goods|products|articles|commodities|items|imports)\b(?: \w+){0,4} $", re.I)
ABOUT_CODES = re.compile(
    r"\b(?:HS|HTS(?:US)?|CN codes?|NCM|TARIC|harmoni[sz]ed|tariff (?:schedule|lines?|codes?|items?)|"
    r"customs (?:tariff|codes?)|(?:sub)?headings?)\b",
    re.I,
)


class Named(NamedTuple):
    """A code that a text names, and where."""

    place: int
    end: int
    code: Code


def codes_in(text: str, headings: frozenset[str]) -> tuple[str, ...]:
    """The codes that a sentence, a list or a CSV names, in digits and in its order.

    "-870310" is one that is excepted, "ex 8703" some goods of 8703. Years, dates, amounts and percentages are no codes:
    a number of 4 digits is one after a word such as "HS" or "heading", or in a list of nothing else. Chapters 98 and
    99 are left out: they hold national provisions. headings: the headings that exist, which tell some numbers apart.

    >>> codes_in("HS 8703 and 7206-7229, 25 % from 2025", frozenset({"8703", "7206"}))
    ('8703', '7206-7229')
    """
    codes = in_column(text, headings) or in_list(text, headings) or _in_prose(text, headings)
    return tuple(dict.fromkeys(str(code) for code in codes if not code.first.startswith(NATIONAL)))


def _in_prose(text: str, headings: frozenset[str]) -> list[Code]:
    runs = list(_runs(text, headings))
    named = [item for run in runs for item in run]
    starts = [run[0].place for run in runs]
    for item in _lone(text, headings):
        run = bisect_right(starts, item.place) - 1
        if run < 0 or item.place >= runs[run][-1].end:
            named.append(item)
    return [item.code for item in sorted(named)]


def _runs(text: str, headings: frozenset[str]) -> Iterator[list[Named]]:
    """The codes after each word that announces them."""
    end = 0
    for opener in OPENER.finditer(text):
        if opener.start() < end or not _announces(opener, text):
            continue
        run = list(_run(text, opener, headings))
        if run and not (opener["chapter"] and OTHER_CHAPTER.match(text, run[-1].end)):
            end = run[-1].end
            yield run


def _announces(opener: re.Match[str], text: str) -> bool:
    """Whether a word announces codes here: "chapter" only in a text on codes, or where nothing else is said."""
    if not opener["chapter"]:
        return not EDITION.match(text, opener.end())
    start, end = opener.span()
    if OF_A_CODE.search(text[max(0, start - 20) : start]):
        return False
    if GOODS_OF.search(text[max(0, start - 60) : start]):
        return True
    around = f"{text[max(0, start - NEARBY) : start]} {text[end : end + NEARBY]}"
    return ABOUT_CODES.search(around) is not None or not OTHER_WORD.search(around)


def _run(text: str, opener: re.Match[str], headings: frozenset[str]) -> Iterator[Named]:
    """The codes that follow an opener without anything between but separators and exceptions.

    An exception lasts to the end of its bracket, or to a code that none of those before it contains.
    """
    place = opener.end()
    whole: list[Code] = []
    is_minus = _is_excepted(text, opener.start())
    allows_short = bool(opener["system"] or opener["chapter"])
    while True:
        start, is_minus = _next(text, place, is_minus)
        item = _item(text, start)
        if item is None or not _is_meant(item.code, allows_short, headings):
            return
        is_minus = is_minus and (not whole or any(code.contains(item.code) for code in whole[-NEARBY:]))
        yield item._replace(code=item.code._replace(minus=is_minus))
        whole += [] if is_minus else [item.code]
        allows_short = allows_short and len(item.code.first) == 2
        place = item.end


def _next(text: str, place: int, is_minus: bool) -> tuple[int, bool]:
    """Where the next code of a run may stand, and whether it is excepted."""
    end = _after_separator(text, place)
    excepted = EXCEPT.match(text, end)
    between = text[place:end]
    closes = between.count(")") > between.count("(")
    return (excepted.end(), True) if excepted else (end, is_minus and not closes)


def _item(text: str, place: int) -> Named | None:
    """The code or range that stands at a place."""
    item = ITEM.match(text, place)
    if item is None:
        return None
    is_part = bool(item["ex"])
    if span := from_digits(item[2], item[3]):
        return Named(place, item.end(), span._replace(part=is_part))
    code = from_digits(item[2], None)
    return Named(place, item.end(2), code._replace(part=is_part)) if code else None


def _lone(text: str, headings: frozenset[str]) -> Iterator[Named]:
    """Numbers with points that are codes by their form: two points and no date, or one in a text on codes."""
    about_codes = ABOUT_CODES.search(text) is not None
    for match in LONE.finditer(text):
        code = from_digits(match[1], match[2])
        if code is None or not code.exists(headings) or DATE.fullmatch(match[1]):
            continue
        if match[1].count(".") > 1 or (about_codes and len(code.first) in (6, 8)):
            yield Named(match.start(), match.end(), code._replace(minus=_is_excepted(text, match.start())))


def _after_separator(text: str, place: int) -> int:
    match = SEPARATOR.match(text, place)
    return match.end() if match else place


def _is_excepted(text: str, place: int) -> bool:
    """Whether a text says just before a place that what follows is left out."""
    before = [*EXCEPT.finditer(text, max(0, place - 60), place)]
    return bool(before) and before[-1].end() == place


def _is_meant(code: Code, allows_short: bool, headings: frozenset[str]) -> bool:
    """Whether a number in a run of codes is one: short ones only among chapters, years only if they are headings."""
    if len(code.first) == 2:
        return allows_short and code.first not in NO_CHAPTER
    return code.exists(headings) or len(code.first) > 4 or not YEAR.fullmatch(code.first)
