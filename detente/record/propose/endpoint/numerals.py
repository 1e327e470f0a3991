"""Numbers as texts write them: digits or words, in English, Vietnamese and Chinese, each with what it counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from detente.record.shipped import reader_file, yaml_of

PERCENT, POINTS, ORDINAL, OTHER = "percent", "points", "ordinal", ""
LONGEST = 12  # words of one number, or Chinese digits read one by one
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,12}(?:[.,]\d{1,6})?"
_CHINESE = "零〇一二两兩三四五六七八九十百千万萬"
_UNIT = re.compile(
    r"[\s-]?\(?(?:(?P<points>percentage[\s-]points?|points?\b|pp\b|điểm phần trăm|điểm|个百分点|個百分點)"
    r"|(?P<percent>%|％|per\s?cent|pct\b|phần trăm|成(?![为為立功员員本果]))(?![\s-]points?\b))",
    re.I,
)
_LIST = re.compile(
    r"\s?(?:\(?(?:[,、/–—-]|and|or|to|through|plus|up to|và|hoặc|đến|lên|xuống|còn|至|和|到|或)\s?){1,3}", re.I
)
_TOKEN = re.compile(rf"(?<![\d.,])(?:{_DIGITS})|[{_CHINESE}]+(?:点[{_CHINESE}]+)?|[^\W\d_{_CHINESE}]+")
_SCALE = re.compile(
    r"[\s-]?(?:(?P<t>trillion|nghìn tỷ|万亿|萬億)|(?P<b>billions?|bn\b|b\b|tỷ|tỉ|十亿|十億)|(?P<y>亿|億)"
    r"|(?P<m>millions?|mmt\b|mn\b|m\b|triệu|百万|百萬)|(?P<w>万|萬)|(?P<k>thousand|nghìn|ngàn|千))",
    re.I,
)
_AFTER_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.I)
_BEFORE_ORDINAL = re.compile(r"(?:第|thứ\s|vòng\s|phiên\s|lần\s|[Rr]ound\s|No\.\s?)$")
_ORDINAL_WORD = re.compile(r"(?:first|second|third|fifth|[a-z]{2}th|ieth)$", re.I)
_SCALES = {"t": 1e12, "b": 1e9, "y": 1e8, "m": 1e6, "w": 1e4, "k": 1e3}
Part = tuple[str, float]


class Number(NamedTuple):
    """A number in a text: its place, its value with millions and the like worked in, and what it counts."""

    start: int
    end: int
    value: float
    unit: str = OTHER


def numbers(text: str, language: str) -> list[Number]:
    """The numbers of a text in reading order; each of `10, 15 and 25 percent` counts percent."""
    bare = _plain(text, language)
    full = [_with_scale(n, text) for n in bare]
    units = [_unit(n, text) for n in full]
    for i in range(len(full) - 2, -1, -1):
        is_bare = full[i] == bare[i] and not units[i]
        if is_bare and units[i + 1] and _LIST.fullmatch(text, full[i].end, full[i + 1].start):
            units[i] = units[i + 1]
    return [n._replace(unit=unit) for n, unit in zip(full, units, strict=True)]


def _unit(number: Number, text: str) -> str:
    if text[max(0, number.start - 3) : number.start] == "百分之":
        return PERCENT
    unit = _UNIT.match(text, number.end)
    if unit is None:
        before, word = text[max(0, number.start - 8) : number.start], text[number.start : number.end]
        is_ordinal = _AFTER_ORDINAL.match(text, number.end) or _BEFORE_ORDINAL.search(before)
        return ORDINAL if is_ordinal or _ORDINAL_WORD.search(word) else OTHER
    return POINTS if unit["points"] else PERCENT


def _with_scale(number: Number, text: str) -> Number:
    scale = _SCALE.match(text, number.end)
    if scale is None or scale.lastgroup is None:
        return number
    return number._replace(end=scale.end(), value=number.value * _SCALES[scale.lastgroup])


def _plain(text: str, language: str) -> list[Number]:
    """Numbers in digits and in words, without scale and unit."""
    out: list[Number] = []
    run: list[tuple[int, int, Part]] = []
    known = words(language)
    for token in _TOKEN.finditer(text):
        start, end, word = token.start(), token.end(), unicodedata.normalize("NFC", token[0]).lower()
        part = known.get(word)
        if run and not _goes_on(run, part, text, start):
            out += _spelled(run)
            run = []
        if word[0].isdecimal() or word[0] in _CHINESE:
            out += _written(start, word, language)
        elif part is not None and (run or not _multiplies(part, language)):
            run.append((start, end, part))
    return sorted(out + _spelled(run))


def _written(start: int, word: str, language: str) -> list[Number]:
    if word[0].isdecimal():
        return [Number(start, start + len(word), figure(word, language))]
    return _chinese(start, word)


def _goes_on(run: list[tuple[int, int, Part]], part: Part | None, text: str, start: int) -> bool:
    """Whether a word goes on with the run of number words before it."""
    return part is not None and len(run) < LONGEST and _joined(text, run[-1][1], start)


def _multiplies(part: Part, language: str) -> bool:
    """Whether a number word is no number by itself: million, the hundred of phần trăm."""
    return part[0] == "big" or (part[0] == "times" and part[1] >= 100 and language != "en")


def _joined(text: str, end: int, start: int) -> bool:
    return start - end <= 2 and not text[end:start].strip(" -\n")


def figure(digits: str, language: str) -> float:
    """The value of digits; in Vietnamese a comma is a decimal sign and a point separates thousands."""
    group, decimal = (".", ",") if language == "vi" else (",", ".")
    if re.fullmatch(rf"\d{{1,3}}(?:[{group}]\d{{3}})+(?:[{decimal}]\d+)?", digits):
        digits = digits.replace(group, "")
    return float(digits.replace(",", "."))


@cache
def _table(language: str) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = yaml_of(reader_file("endpoint", "number_words.yaml"))
    return tables.get(language, tables["en"])


@cache
def words(language: str) -> dict[str, Part]:
    """The number words of a language: word → (part, value); part is unit, ten, times, big or and."""
    parts = ("unit", "ten", "times", "big", "and")
    table = _table(language)
    return {str(word): (part, float(value)) for part in parts for word, value in table[part].items()}


def says_free(text: str, language: str) -> bool:
    """Whether a text speaks of a duty of nothing: zero, duty-free, 零关税."""
    return re.search(_table(language)["free"], text, re.I) is not None


def _spelled(run: Iterable[tuple[int, int, Part]]) -> list[Number]:
    """The numbers that a run of number words holds: twenty-five, one hundred and forty-five, hai mươi lăm."""
    out: list[Number] = []
    parts: list[Part] = []
    start = end = 0
    for begin, stop, part in run:
        if part[0] == "and":
            continue
        if parts and not _continues(parts[-1], part):
            out.append(Number(start, end, _value(parts)))
            parts = []
        start = start if parts else begin
        end = stop
        parts.append(part)
    out += [Number(start, end, _value(parts))] if parts else []
    return out


def _continues(last: Part, part: Part) -> bool:
    """Whether a number word goes on with the number before it."""
    if part[0] in ("times", "big"):
        return True
    if part[0] == "ten":
        return last[0] in ("times", "big")
    return last[0] in ("times", "big") or (last[0] == "ten" and last[1] % 10 == 0)


def _value(parts: Iterable[Part]) -> float:
    total = section = digit = 0.0
    for part, value in parts:
        if part == "unit":
            digit = value
        elif part == "ten":
            section += value
        elif part == "times":
            section, digit = section + (digit or 1) * value, 0.0
        else:
            total, section, digit = total + (section + digit or 1) * value, 0.0, 0.0
    return total + section + digit


def _chinese(start: int, text: str) -> list[Number]:
    """The value of Chinese numerals, decimals after 点 included; digits in a row are read one by one."""
    known = words("zh")
    whole, point, decimals = text.partition("点")
    if not _are_digits(decimals) or len(text) > LONGEST or _multiplies(known[text[0]], "zh"):
        return []
    one_by_one = len(whole) > 1 and _are_digits(whole)
    value = float(_digits(whole)) if one_by_one else _value(known[c] for c in whole)
    return [Number(start, start + len(text), value + float(f"0.{_digits(decimals)}") if point else value)]


def _are_digits(text: str) -> bool:
    return all(words("zh")[c][0] == "unit" for c in text)


def _digits(text: str) -> str:
    return "".join(str(int(words("zh")[c][1])) for c in text)
