"""Dates as documents write them, in English, Vietnamese and Chinese, and the days they mean.

An expression is found first and resolved later: which year or week is meant depends on the tense and on the day
it is counted from. A date the text does not bear stays None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
NUMBERS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
NUMBERS |= {"a": 1, "an": 1, "another": 1, "ninety": 90, "sixty": 60, "thirty": 30, "hai": 2, "một": 1, "ba": 3}
NUMBERS |= {c: n for n, c in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "兩": 2,
    "三十": 30,
    "九十": 90,
    "六十": 60,
}
VI_DAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5}
ZH_DAYS = {c: n for n, c in enumerate("一二三四五六")} | {"日": 6, "天": 6}

_MON = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b"
)
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_NUM = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirty|sixty|ninety|a|an)"

PATTERNS = {
    "en": (
        r"(?P<iso>\d{4}-\d\d-\d\d)(?!\d)",
        rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?(?:-|–|to|and|&)\s?(?P<d2>\d{{1,2}})(?:st|nd|rd"
        rf"|th)?)?\s+(?:of\s+)?(?P<m1>{_MON})\.?(?:,?\s+(?P<y1>\d{{4}})\b)?",
        rf"(?P<m2>{_MON})\.?,?\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d*\s?(?:%|percent"
        rf"|billion))(?:\s?(?:-|–|to|and|through)\s?(?P<m3>{_MON})?\s?(?P<d4>\d{{1,2}})\b(?!\s?(?:%|percent"
        rf"|{_MON})))?(?:,?\s+(?P<y2>\d{{4}})\b)?",
        r"(?:(?P<d5>\d{1,2})\s?(?:-|–|to|and)\s?)?(?<![\d/])(?P<d6>\d{1,2})/(?P<n1>\d{1,2})(?:/(?P<y3>\d{4}))?"
        r"(?![\d/])",
        rf"(?P<rel>last|next|this|coming)\s+(?P<m4>{_MON})(?!\s\d)",
        rf"(?P<m5>{_MON})\.?,?\s+(?:of\s+)?(?P<y4>(?:19|20)\d\d)\b",
        rf"(?:(?P<relday>last|next|this|coming)\s+)?(?P<w1>{_DAY})\b",
        r"(?P<rel2>last|next|this|previous)\s+(?P<unit>month|week|year)\b",
        r"(?P<day>today|yesterday|tomorrow|last night|tonight|the same day|that day)\b",
        r"(?P<next>the (?:next|following) day|a day later|one day later|the day after)\b",
        rf"(?P<n>{_NUM})\s+(?P<u2>day|week|month|year)s?\s+(?P<dir>earlier|ago|later|before)\b",
        r"(?P<wkend>(?:a|the|this|last)?\s?weekend)\b",
        rf"(?:in|of|since|until|till|from|by|late|early|mid|during|to|after|before|for)[\s-](?P<m6>{_MON})(?!\s\d)",
    ),
    "vi": (
        r"(?P<iso>\d{4}-\d\d-\d\d)(?!\d)",
        r"(?:ngày\s+)?(?P<d1>\d{1,2})(?:\s?(?:-|–|và"
        r"|đến)\s?(?P<d2>\d{1,2}))?\s+tháng\s+(?P<n1>\d{1,2})(?:(?:\s+năm|/|,)\s?(?P<y1>\d{4}))?",
        r"(?:ngày\s+)?(?:(?P<d5>\d{1,2})\s?(?:-|–|và"
        r"|đến)\s?)?(?<![\d/])(?P<d6>\d{1,2})/(?P<n2>\d{1,2})(?:/(?P<y3>\d{4}))?(?![\d/])",
        r"tháng\s+(?P<n3>\d{1,2})(?:(?:\s+năm\s+|/)(?P<y4>\d{4}|nay|ngoái))?",
        r"(?:(?<=hôm )|(?<=ngày )|(?<=vào )|(?<=sáng )|(?<=chiều )|(?<=tối )"
        r"|(?=[Tt]hứ\s+[HBTNS]))[Tt]hứ\s+(?P<w1>[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb]ảy)\b",
        r"(?P<w2>[Cc]hủ\s+[Nn]hật)",
        r"(?P<day>hôm nay|hôm qua|ngày mai)",
        r"(?P<rel2>[Tt]háng trước|[Tt]háng tới|[Tt]háng này|[Tt]uần trước|[Tt]uần tới|[Nn]ăm ngoái)",
        r"(?P<wkend>cuối tuần)",
    ),
    "zh": (
        r"(?P<y1>\d{4})年(?P<n1>\d{1,2})月(?P<d1>\d{1,2})日(?:(?:至|到|-|和)(?P<d2>\d{1,2})日)?",
        r"(?P<rely>去年|今年|明年)?(?P<n2>\d{1,2})月(?P<d3>\d{1,2})日?(?:(?:至|到|-|和)(?P<d4>\d{1,2})日)?(?<=日)",
        r"(?P<y2>\d{4})年(?P<n3>\d{1,2})月",
        r"(?P<rely2>去年|今年|明年)?(?P<n4>\d{1,2})月(?!\d)",
        r"(?P<relw>上|下|本|这)?(?:周|星期|礼拜|週)(?P<w1>[一二三四五六日天])",
        r"(?P<rel2>上个?月|下个?月|本月|上周|下周|去年)(?:(?P<d5>\d{1,2})日)?",
        r"(?P<day>今天|今日|昨天|昨日|明天|明日|当天|当日)",
        r"(?P<wkend>周末)",
    ),
}


@dataclass(frozen=True)
class Expr:
    """An expression of time in the text, not yet resolved."""

    start: int
    end: int
    words: str
    parts: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        return next((v for k, v in self.parts if k == name), None)


@dataclass(frozen=True)
class When:
    """A resolved time: iso is a day, a month or, with last, the first day of an interval."""

    iso: str
    last: str | None
    expr: Expr

    @property
    def span(self) -> str:
        return f"{self.iso}/{self.last}" if self.last else self.iso

    @property
    def is_day(self) -> bool:
        return len(self.iso) == 10


@cache
def _pattern(language: str) -> list[re.Pattern[str]]:
    return [re.compile(p, re.I if language == "en" else 0) for p in PATTERNS.get(language, PATTERNS["en"])]


def spot(text: str, language: str = "en", offset: int = 0) -> list[Expr]:
    """Expressions of time in reading order; of overlapping ones the first listed pattern wins."""
    taken: list[Expr] = []
    for pattern in _pattern(language):
        for m in pattern.finditer(text):
            a, b = m.span()
            if any(a < e.end - offset and e.start - offset < b for e in taken):
                continue
            parts = tuple((k, v) for k, v in m.groupdict().items() if v)
            if any(k[0] in "mw" and k[1:].isdigit() and v[0].islower() for k, v in parts) and language == "en":
                continue  # may, march and sun are words
            taken.append(Expr(a + offset, b + offset, m.group(), parts))
    return sorted(taken, key=lambda e: e.start)


def resolve(expr: Expr, anchor: str | None, tense: str | None = None, current: str | None = None) -> When | None:
    """The time meant; tense is past, future or None (nearest), current the day the narrative stands at."""
    day = _day(anchor)
    now = _day(current) or day
    get = expr.get
    if get("iso"):
        return _when(expr, *_parse(get("iso")))
    number = next((get(k) for k in ("n1", "n2", "n3", "n4") if get(k)), None)
    name = next((get(k) for k in ("m1", "m2", "m4", "m5", "m6") if get(k)), None)
    month = int(number) if number else (_month(name) if name else None)
    if get("n") or get("next"):
        return _counted(expr, now, day)
    if month is not None:
        return _calendar(expr, month, day, tense)
    if get("w1") or get("w2"):
        return _weekday(expr, day, now, tense)
    if day is None:
        return None
    if word := get("day"):
        return _near(expr, word.lower(), day, now)
    if word := get("rel2"):
        return _unit(expr, word, get("unit"), day)
    if get("wkend"):
        saturday = day - timedelta(days=(day.weekday() - 5) % 7)
        if tense == "future":
            saturday += timedelta(days=7 if saturday < day else 0)
        return _when(expr, saturday, saturday + timedelta(days=1))
    return None


def _calendar(expr: Expr, month: int, day: date | None, tense: str | None) -> When | None:
    get = expr.get
    if not 1 <= month <= 12:
        return None
    first = next((get(k) for k in ("d5", "d1", "d3", "d6") if get(k)), None)
    second = get("d2") or get("d4") or (get("d6") if get("d5") else None)
    year_text = next((get(k) for k in ("y1", "y2", "y3", "y4") if get(k)), None)
    year = int(year_text) if year_text and year_text.isdigit() else None
    rely = get("rely") or get("rely2") or (year_text if year_text and not year_text.isdigit() else None)
    if year is None and rely and day:
        year = day.year + {"去年": -1, "明年": 1, "ngoái": -1}.get(rely, 0)
    if year is None and day is None:
        return None
    rel = (get("rel") or "").lower()
    if first is None:
        if year is None and day:
            near = {"last": "past", "next": "future", "coming": "future"}.get(rel or "", tense)
            year = _year_of(month, 15, day, near, strict=rel == "last", whole=True)
        return When(f"{year:04d}-{month:02d}", None, expr)
    start = int(first)
    if year is None and day:
        year = _year_of(month, start, day, tense)
    a = _date(year, month, start)
    b = _date(year, _month(get("m3") or "") or month, int(second)) if second else None
    return _when(expr, a, b if a and b and b > a else None)


def _year_of(month: int, day: int, anchor: date, tense: str | None, strict: bool = False, whole: bool = False) -> int:
    years = [anchor.year - 1, anchor.year, anchor.year + 1]
    dates = [(y, _date(y, month, min(day, 28))) for y in years]
    if whole:
        key = (anchor.year, anchor.month)
        if tense == "past":
            return max(y for y in years if ((y, month) < key if strict else (y, month) <= key))
        if tense == "future":
            return min(y for y in years if (y, month) >= key)
    elif tense == "past":
        return max(y for y, d in dates if d and d <= anchor)
    elif tense == "future":
        return min(y for y, d in dates if d and d >= anchor)
    return min(dates, key=lambda p: abs((p[1] - anchor).days) if p[1] else 10**6)[0]


def _weekday(expr: Expr, day: date | None, now: date | None, tense: str | None) -> When | None:
    w = (expr.get("w1") or "").lower()
    index = DAYS.index(w) if w in DAYS else VI_DAYS.get(w, ZH_DAYS.get(w)) if w else 6
    if day is None or index is None:
        return None
    rel = (expr.get("relday") or expr.get("relw") or "").lower()
    if rel in ("next", "coming", "下") or (tense == "future" and rel not in ("last", "上")):
        base = now if tense == "future" and now else day
        ahead = (index - base.weekday()) % 7
        return _when(expr, base + timedelta(days=ahead or (7 if rel else 0)), None)
    back = (day.weekday() - index) % 7
    if rel == "上":
        back = day.weekday() + 7 - index
    elif rel == "last" and back == 0:
        back = 7
    return _when(expr, day - timedelta(days=back), None)


def _near(expr: Expr, word: str, day: date, now: date | None) -> When | None:
    if word in ("the same day", "that day", "当天", "当日"):
        return _when(expr, now or day, None)
    back = word in ("yesterday", "last night", "hôm qua", "昨天", "昨日")
    ahead = word in ("tomorrow", "ngày mai", "明天", "明日")
    return _when(expr, day + timedelta(days=ahead - back), None)


def _unit(expr: Expr, word: str, unit: str | None, day: date) -> When | None:
    low = word.lower()
    step = 1 if low in ("next", "tháng tới") or low.startswith("下") else 0
    step = -1 if low in ("last", "previous", "tháng trước") or low.startswith(("上", "去")) else step
    if unit == "month" or "tháng" in low or "月" in low:
        index = day.year * 12 + day.month - 1 + step
        year, month = divmod(index, 12)
        if d := expr.get("d5"):
            return _when(expr, _date(year, month + 1, int(d)), None)
        return When(f"{year:04d}-{month + 1:02d}", None, expr)
    return None


def _counted(expr: Expr, now: date | None, day: date | None) -> When | None:
    if expr.get("next"):
        return _when(expr, now + timedelta(days=1) if now else None, None)
    n, unit, way = number(expr.get("n")), expr.get("u2"), expr.get("dir")
    if n is None or day is None:
        return None
    sign = 1 if way == "later" else -1
    base = (now or day) if way in ("later", "before") else day
    if unit == "day":
        return _when(expr, base + timedelta(days=sign * n), None)
    if unit == "month":
        year, month = divmod(base.year * 12 + base.month - 1 + sign * n, 12)
        return When(f"{year:04d}-{month + 1:02d}", None, expr)
    return None


def number(word: str | None) -> int | None:
    """A small number in digits or words."""
    if word is None:
        return None
    if word.isdigit() and word.isascii():
        return int(word) if len(word) < 7 else None
    return NUMBERS.get(word.lower())


@cache
def _duration() -> re.Pattern[str]:
    word = "|".join(
        sorted(
            (re.escape(w) for w in NUMBERS if (w.isascii() and len(w) > 2) or w in ("a", "an", "một", "hai", "ba")),
            key=len,
            reverse=True,
        )
    )
    return re.compile(
        rf"(?<![\d.])(?P<n>\d{{1,4}}|\b(?:{word}))[\s-]+(?:more |full |further |additional |thêm )?"
        r"(?P<u>days?|weeks?|months?|years?|ngày|tháng|năm|tuần)\b"
        r"|(?P<zn>\d{1,4}|[一二两兩三四五六七八九十]{1,3})(?P<zu>天|日内|个月|個月|年|周)(?!\d)",
        re.I,
    )


def durations(text: str, offset: int = 0) -> list[tuple[int, int, int, str]]:
    """Lengths of time: start, end, number, unit (day, week, month, year)."""
    units = {"ngày": "day", "tháng": "month", "năm": "year", "tuần": "week", "天": "day", "日内": "day"}
    units |= {"个月": "month", "個月": "month", "年": "year", "周": "week"}
    spans = []
    for m in _duration().finditer(text):
        n = number(m.group("n") or m.group("zn"))
        unit = (m.group("u") or m.group("zu")).lower()
        if n and not re.match(r"\s(?:earlier|ago|later|before|old)\b", text[m.end() : m.end() + 9]):
            spans.append((m.start() + offset, m.end() + offset, n, units.get(unit, unit.rstrip("s"))))
    return spans


def add_duration(iso: str, n: int, unit: str) -> str | None:
    """The day n units after a day: ninety days from 12 August are 10 November."""
    day = _day(iso)
    if day is None or len(iso) != 10:
        return None
    try:
        if unit in ("day", "week"):
            return (day + timedelta(days=n * (7 if unit == "week" else 1))).isoformat()
        year, month = divmod(day.year * 12 + day.month - 1 + n * (12 if unit == "year" else 1), 12)
        return date(
            year, month + 1, min(day.day, 28 if month == 1 else 30 if month in (3, 5, 8, 10) else 31)
        ).isoformat()
    except (ValueError, OverflowError):
        return None


def _month(name: str) -> int | None:
    low = name.lower().rstrip(".")[:3]
    return next((i + 1 for i, m in enumerate(MONTHS) if low and m.startswith(low)), None)


def _parse(iso: str | None) -> tuple[date | None, None]:
    try:
        return date.fromisoformat(iso or ""), None
    except ValueError:
        return None, None


def _day(iso: str | None) -> date | None:
    if not iso:
        return None
    try:
        day = date.fromisoformat((iso + "-15")[:10] if len(iso) == 7 else iso[:10])
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year or 0, month, day)
    except ValueError:
        return None


def _when(expr: Expr, a: date | None, b: date | None) -> When | None:
    return When(a.isoformat(), b.isoformat() if b else None, expr) if a else None
