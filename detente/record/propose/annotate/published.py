"""The day of publication that a document's own first lines state: a line that is a date, or a dateline with its year.

A day named in a sentence is an event, never the day of publication; so is the day of a headed line such as "Deadline:".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from detente.record.propose.annotate import dateline, dates

LINES, WIDTH = 8, 80  # lines at the head of a text that are looked at; characters of one that is a date and no more
PLACE = r"(?:[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,3},\s)?"  # "Washington, 27 October 2025"
LABEL = re.compile(
    r"\b(?:date|dated|published|posted|released?|issued|on|at|by|the|for immediate release|ngày|đăng|phát hành|lúc|thứ"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|hai|ba|tư|năm|sáu|bảy|chủ nhật"
    r"|am|pm|a\.m|p\.m|gmt|utc|[a-z]{1,3}[sd]?t|z)\b"
    r"|发布|發布|发表|發表|时间|時間|日期|于|於|[星期周週][期]?[一二三四五六日天]|t?\d{1,2}[:.h时時]\d{2}(?:[:.分]\d{2})?z?|[+-]\d{1,4}"
)
UPDATED = re.compile(r"(?:last )?(?:updated|modified)|cập nhật|更新")
SENT = re.compile(r"[\u4e00-\u9fff]{2,10}$"), re.compile(r"[电電讯訊]")  # what stands before and after the day


def day_of(text: str, language: str = "en") -> str | None:
    """The day, as YYYY-MM-DD, on which a document says at its head that it was published; None where it says none.

    text: the document proper. A day without a year, one that can be read in two orders, and two different days do not count.

    >>> day_of("GENEVA, 12 May 2025 (Wire) - The two sides agreed on Monday to cut their duties.")
    '2025-05-12'
    """
    lines = [line.strip() for line in text[: LINES * 1000].splitlines() if line.strip()][:LINES]
    for days in (_alone(lines, language), _datelines(lines, language), _alone(lines, language, UPDATED)):
        if stated := set(days):
            return stated.pop() if len(stated) == 1 else None
    return None


def _alone(lines: Iterable[str], language: str, word: re.Pattern[str] | None = None) -> Iterator[str]:
    """The days of lines that are a date and no more; with a word, of those that begin with it."""
    for line in lines:
        bare = line.lower() if len(line) <= WIDTH else ""
        headed = word.match(bare) if word else None
        if not bare or (word and not headed):
            continue
        start = headed.end() if headed else 0
        for expr, day in _days(line[start:], language):
            rest = line[start : start + expr.start], line[start + expr.end :]
            if _is_sent(*rest) or not _other_words(*rest):
                yield day


def _datelines(lines: Iterable[str], language: str) -> Iterator[str]:
    for line in lines:
        if sent := dateline.read(line):
            yield from (day for _, day in _days(sent.day, language))
        elif language == "zh":
            yield from (day for e, day in _days(line[:WIDTH], language) if _is_sent(line[: e.start], line[e.end :]))


def _days(text: str, language: str) -> Iterator[tuple[dates.Expr, str]]:
    """Whole days with a year that the text itself gives."""
    for expr in dates.spot(text, language, 0, None if language == "en" else False):
        when = dates.resolve(expr, None)
        if when and when.is_day and when.iso and dict(expr.parts).get("order") != "unknown":
            yield expr, when.iso


def _is_sent(before: str, after: str) -> bool:
    """Whether the day stands in a Chinese dateline: agency and city before it, "dispatch" after it."""
    return bool(SENT[0].search(before) and SENT[1].match(after))


def _other_words(before: str, after: str) -> bool:
    """Whether a line says more than its date: words that are no label, weekday, time or place."""
    rest = re.sub(rf"^{PLACE}$", "", before) + " " + after
    return bool(re.search(r"\w", LABEL.sub(" ", rest.lower())))
