"""Dates as documents write them, in English, Vietnamese and Chinese, and the days they mean.

An expression is found first and resolved later: which year or week is meant depends on the tense and on the day
it is counted from. A date the text does not bear stays None.
"""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache

from detente.record.propose.annotate.prefilter import Prefilter

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
]  # fmt: skip
ORDINALS += [*(f"twenty-{word}" for word in ORDINALS[:9]), "thirtieth", "thirty-first"]
VI_DIGITS = {
    w: n for n, w in enumerate(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"])
} | {"tư": 4, "lăm": 5, "mốt": 1}
ZH_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2, "廿": 20}
VI_DAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5}
ZH_DAYS = {c: n for n, c in enumerate("一二三四五六")} | {"日": 6, "天": 6}
BACK = frozenset(["yesterday", "last night", "hôm qua", "đêm qua", "昨天", "昨日", "昨晚"])
AHEAD = frozenset(["tomorrow", "ngày mai", "明天", "明日"])
SHIFT = {"前天": -2, "后天": 2, "後天": 2, "hôm kia": -2, "ngày kia": 2}
SAME = frozenset(["the same day", "that day", "当天", "当日", "cùng ngày"])
UNITS = {
    "ngày": "day", "tháng": "month", "năm": "year", "tuần": "week", "天": "day", "日内": "day", "日": "day",
    "个月": "month", "個月": "month", "年": "year", "周": "week", "週": "week", "个星期": "week", "fortnight": "week",
}  # fmt: skip

_MON = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b"
)
WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_SMALL = "|".join(sorted(SMALL[1:], key=len, reverse=True))
_TENS = rf"(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(SMALL[1:10])}))?"
_HUNDRED = rf"(?:a|one|two|three) hundred(?:(?: and)? (?:{_TENS}|{_SMALL}))?"
_NUM = rf"(?:\d{{1,4}}|{_HUNDRED}|{_TENS}|{_SMALL}|an?)"
_VINUM = r"(?:\d{1,4}|(?:hai|ba|bốn|năm|sáu|bảy|tám|chín) mươi(?: (?:lăm|một|[a-zăố]{2,4}))?|một trăm tám mươi|mười|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
_ZHNUM = r"(?:\d{1,4}|[一二两兩三四五六七八九十百零]{1,5})"
_TH = r"(?:st|nd|rd|th)"
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_LATE_ORDINAL = "|".join(sorted(ORDINALS[3:], key=len, reverse=True))
_YEAR = r"\s(?:of\s)?(?P<rely>next|last|this)\syear\b"
_AFTER_DAY = (
    r"(?=\s?[.,;:)?!–—-]|\s?$|\s(?:and|but|at|in|to|for|when|after|unless|if|as|or|with|the|it|they|he|she|we|on|by|from|is|was|are|were"
    r"|has|had|will|would|that|which|because|before|instead|a|an)\b)"
)

# words before a weekday in small letters; elsewhere "thứ năm" is an ordinal: the fifth round
_VI_DAY_AFTER = ("hôm", "ngày", "vào", "sáng", "chiều", "tối", "đêm", "trưa", "đến", "tới", "từ", "trước", "hết")
PATTERNS = {
    "en": (
        r"(?<!\d)(?P<iso>\d{4}-\d\d-\d\d)(?!\d)",
        rf"(?<![\d/.])(?P<d1>\d{{1,2}}){_TH}?(?:\s?(?P<j1>-|–|to|and|or|&|through)\s?(?P<d2>\d{{1,2}}){_TH}?)?\s+(?:of\s+)?"
        rf"(?P<m1>{_MON})\.?(?:(?:,|\sof)?\s+(?P<y1>\d{{4}})\b|{_YEAR})?",
        r"(?<![\d.,])(?P<n1>\d{1,2}) month (?P<d1>\d{1,2}) (?:day|number)\b(?:,? (?P<y1>\d{4})\b)?",
        rf"(?P<m2>{_MON})\.?,?\s+(?:the\s)?(?P<d3>\d{{1,2}}){_TH}?(?![\d.,:]*\d*\s?(?:%|percent|per cent|billion|million|points?\b))"
        rf"(?![\d:])(?:\s?(?P<j2>-|–|to|and|or|&|through)\s?(?P<m3>{_MON})?\s?(?P<d4>\d{{1,2}}){_TH}?\b"
        rf"(?!\s?(?:%|percent|per cent|points|days?|weeks?|months?|years?|billion|million|{_MON})))?(?:(?:,|\sof)?\s+(?P<y2>\d{{4}})\b|{_YEAR})?",
        r"(?:(?P<d5>\d{1,2})\s?(?:-|–|to|and)\s?)?(?<![\d/.])(?<!\d\s)(?P<d6>\d{1,2})/(?P<n1>\d{1,2})(?:/(?P<y3>\d{4}))?(?![\d/])",
        r"(?<![\d.])(?P<d9>\d{1,2})\.(?P<n4>\d{1,2})\.(?P<y5>\d{4})(?!\d|\.\d)",
        rf"(?:the\s)?(?P<o1>{_ORDINAL})\s+(?:day\s)?of\s+(?P<m7>{_MON})(?:,?\s+(?P<y6>\d{{4}})\b|{_YEAR})?",
        rf"(?P<rel>last|next|this|coming)\s+(?P<m4>{_MON})(?!\s\d)",
        rf"(?P<m5>{_MON})\.?,?\s+(?:of\s+)?(?P<y4>(?:19|20)\d\d)\b",
        rf"(?:a week from\s+(?P<plus>))?(?:(?P<relday>last|next|this|coming|the following)\s+)?(?P<w1>{WEEKDAY})\b"
        r"(?:(?:\sof)?\s(?P<wk>next week|this week|last week|week(?! of)|that comes|(?:next|last)(?=\s?[.,;:)]|\s?$)))?",
        r"(?P<day>today|yesterday|tomorrow|last night|tonight|this (?:morning|afternoon|evening)|the same day|that day)\b",
        r"(?P<next>the (?:next|following) day|a day later|one day later|the day after)\b(?! tomorrow)",
        r"(?P<prev>the (?:previous day|day before))\b(?! yesterday)",
        rf"\bin\s(?:another\s|about\s|just\s|only\s|less than\s)?(?P<in>{_NUM}|a fortnight)(?:\s+(?P<u3>day|week|month)s?)?"
        r"\b(?:'s?\stime)?(?!\s(?:of|a row|on end|for|to|since|after|before|ago|earlier)\b|\w|[-'])",
        rf"\b(?P<in2>{_NUM})\s+(?P<u4>day|week|month)s?\s+(?:from (?:now|today)|hence)\b",
        rf"\b(?P<n>{_NUM})\s+(?P<u2>day|week|month|year)s?\s+(?P<dir>earlier|ago|later|before)\b",
        r"(?P<wkend>(?:a|the|this|last)?\s?weekend)\b",
        rf"\b(?:in|of|since|until|till|from|by|late|early|mid|end|during|through|to|after|before|for|come)[\s-](?P<m6>{_MON})(?!\s\d)",
        rf"\b(?P<m8>{_MON})(?=\s(?:deadline|expiry|expiration|cut-?off|end date)\b)",
        rf"\b(?:on|until|till|by|through|from|before|to|for|since|as of|starting)\s(?:the\s(?P<d8>\d{{1,2}}(?={_TH})|{_LATE_ORDINAL}"
        rf"|(?:first|second|third)(?=\sof\s(?:this|next|last)\smonth))|(?P<d11>\d{{1,2}}(?={_TH}))){_TH}?\b"
        rf"(?:\sof\s(?P<rel8>this|next|last)\smonth)?{_AFTER_DAY}",
        r"(?P<rel2>last|next|this|previous)\s+(?P<unit>month|week|year)\b(?!')",
    ),
    "vi": (
        r"(?<!\d)(?P<iso>\d{4}-\d\d-\d\d)(?!\d)",
        r"(?:[Nn]gày\s+|(?:mùng|mồng)\s+)?(?P<d1>\d{1,2})(?:\s?(?P<j1>-|–|và|đến)\s?(?P<d2>\d{1,2}))?\s+tháng\s+(?P<n1>\d{1,2})"
        r"(?:(?:\s+năm|/|,)\s?(?P<y1>\d{4}))?",
        r"(?:[Nn]gày\s+)?(?:(?P<d5>\d{1,2})\s?(?:-|–|và|đến)\s?)?(?<![\d/.])(?P<d6>\d{1,2})/(?P<n2>\d{1,2})(?:/(?P<y3>\d{4}))?(?![\d/])",
        r"[Tt]háng\s+(?P<n3>\d{1,2})(?:(?:\s+năm\s+|/)(?P<y4>\d{4}|nay|ngoái|sau)|\s+(?P<relm>tới|này|vừa qua|trước))?",
        rf"(?:[Tt]hứ\s+(?=[HBTNS])|Thứ\s+|(?:{'|'.join(f'(?<={w} )' for w in _VI_DAY_AFTER)})thứ\s+)"
        r"(?P<w1>[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb]ảy)\b(?:\s+(?P<wk>tuần này|tuần tới|tuần sau|tuần trước|này|tới|vừa qua))?",
        r"(?P<w2>[Cc]hủ\s+[Nn]hật)(?:\s+(?P<wk>tuần này|tuần tới|tuần sau|tuần trước|này|tới|vừa qua))?",
        r"(?P<day>[Hh]ôm nay|[Hh]ôm qua|[Nn]gày mai|[Nn]gày kia|[Hh]ôm kia|[Cc]ùng ngày|[Đđ]êm qua)",
        rf"\b(?:trong|sau)\s(?P<in>{_VINUM})\s(?P<u3>ngày|tuần|tháng)\s(?:tới|nữa)\b",
        rf"\b(?P<in2>{_VINUM})\s(?P<u4>ngày|tuần|tháng)\snữa\b",
        rf"\b(?P<n>{_VINUM})\s(?P<u2>ngày|tuần|tháng|năm)\s(?P<dir>trước|sau đó)\b",
        r"(?P<wkend>cuối tuần)",
        r"\b[Nn]gày\s+(?P<d8>\d{1,2})(?![\d/]|\s+tháng)(?:\s(?P<rel8>tháng này|tháng tới|tháng trước))?",
        r"(?P<rel2>[Tt]háng trước|[Tt]háng tới|[Tt]háng sau|[Tt]háng này|[Tt]uần trước|[Tt]uần tới|[Tt]uần sau|[Nn]ăm ngoái|[Nn]ăm nay)",
    ),
    "zh": (
        r"(?P<y1>\d{4})年(?P<n1>\d{1,2})月(?P<d1>\d{1,2})日?(?:(?P<j1>至|到|-|—|和)(?P<d2>\d{1,2})日)?",
        r"(?P<rely>去年|今年|明年|次年)?(?P<n2>\d{1,2})月(?P<d3>\d{1,2})日?(?:(?P<j2>至|到|-|—|和)(?P<d4>\d{1,2})日)?(?<=日)",
        r"(?P<c1>[一二三四五六七八九十]{1,2})月(?P<c2>[一二三四五六七八九十廿]{1,3})[日号號]",
        r"(?<![\d/])(?P<d6>\d{1,2})/(?P<n5>\d{1,2})(?![\d/])",
        r"(?P<y2>\d{4})年(?P<n3>\d{1,2})月",
        r"(?P<rely2>去年|今年|明年|次年)?(?P<n4>\d{1,2})月(?!\d)",
        r"(?P<relw>上|下|本|这|這)?(?:个|個)?(?:周|星期|礼拜|禮拜|週)(?P<w1>[一二三四五六日天])(?!年|期)",
        r"(?P<rel2>上个?月|上個月|下个?月|下個月|本月|当月|上周|下周|上週|下週|去年)(?:(?P<d5>\d{1,2})日)?",
        r"(?P<day>今天|今日|今晨|今晚|昨天|昨日|昨晚|明天|明日|当天|当日|前天|后天|後天)",
        rf"(?P<in2>{_ZHNUM})(?P<u4>天|周|週|个星期|个月|個月)(?:之?后|之?後)(?=将|就|[，。到])",
        rf"(?P<n>{_ZHNUM})(?P<u2>天|周|週|个星期|个月|個月|年)(?P<dir>前)",
        r"(?P<wkend>周末|週末)",
        r"(?<![\d月.])(?P<d8>\d{1,2})日(?![内內间間元圆均后後])",
    ),
}


# what may be a time, and as often is something else: the model weighs it, the rules do not read it
UNCERTAIN = {
    "en": (
        rf"\b(?:the|on|of|until|till|by|from|before|since|to)\s(?P<d8>\d{{1,2}}(?={_TH})|{_ORDINAL}){_TH}?\b(?!-)"
        rf"(?:\sof\s(?P<rel8>this|next|last)\smonth)?(?:{_AFTER_DAY}|(?=\s(?:not|inconvenient|likelier|likely|suits?|instead|[a-z]+ed)\b))",
        rf"(?P<m6>{_MON})(?!\.?\s?\d)",
        rf"\b(?P<n>{_NUM})\s(?P<u2>day|week|month|year)s?\s(?P<dir>after|from)\b",
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
        """A part of the expression by the name of its group, None where it has none."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return dict(self.parts)

    def first(self, *names: str) -> str | None:
        """The first of several parts that the expression has."""
        return next((v for n in names if (v := self.get(n))), None)

    @property
    def is_ambiguous(self) -> bool:
        """Whether day and month could be exchanged and nothing says which comes first."""
        return self.get("order") == "unknown"


@dataclass(frozen=True)
class When:
    """A resolved time: iso is a day, a month or, with last, the first day of an interval."""

    iso: str
    last: str | None
    expr: Expr

    @property
    def span(self) -> str:
        """A day, a month, or an interval as first/last."""
        return f"{self.iso}/{self.last}" if self.last else self.iso

    @property
    def is_day(self) -> bool:
        """Whether the text gives a day."""
        return len(self.iso) == 10


@cache
def _uncertain(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.I) for p in UNCERTAIN.get(language, ()))


def uncertain(text: str, language: str = "en", offset: int = 0) -> list[Expr]:
    """Expressions that may be times: an ordinal alone, the name of a month, a length of time after something."""
    spans: list[Expr] = []
    for pattern in _uncertain(language):
        for m in pattern.finditer(text):
            parts = _parts(m, language)
            if parts is not None:
                spans.append(Expr(m.start() + offset, m.end() + offset, m.group(), tuple(parts.items())))
    return sorted(spans, key=lambda e: e.start)


@cache
def _patterns(language: str) -> tuple[list[re.Pattern[str]], Prefilter]:
    patterns = [re.compile(p, re.I if language == "en" else 0) for p in PATTERNS.get(language, PATTERNS["en"])]
    return patterns, Prefilter(patterns)


def spot(text: str, language: str = "en", offset: int = 0, month_first: bool | None = False) -> list[Expr]:
    """Expressions of time in reading order; of overlapping ones the first listed pattern wins.

    month_first: whether 11/10 is 10 November; None where nothing says so (it is read as 11 October and marked).
    """
    taken: list[Expr] = []
    patterns, prefilter = _patterns(language)
    for number in sorted(prefilter.of(text)):
        for m in patterns[number].finditer(text):
            a, b = m.span()
            if any(a < e.end - offset and e.start - offset < b for e in taken):
                continue
            parts = _parts(m, language)
            if parts is not None:
                taken += _split(m, _ordered(parts, month_first), offset)
    return _of_one_year(_with_weekdays(sorted(taken, key=lambda e: e.start), text, offset), text, offset)


SAME_DAY = re.compile(r",?\s(?:the\s)?|\s?[(（]")  # between a weekday and its date


def _with_weekdays(times: list[Expr], text: str, offset: int) -> list[Expr]:
    """Times of which a weekday and the date right behind it are one: on Thursday, June 5."""
    out: list[Expr] = []
    for time in times:
        before = out[-1] if out else None
        is_same = (
            before is not None and before.first("w1", "w2") is not None and time.first("d1", "d3", "d6") is not None
        )
        if before and is_same and SAME_DAY.fullmatch(text, before.end - offset, time.start - offset):
            words = text[before.start - offset : time.end - offset]
            out[-1] = Expr(before.start, time.end, words, time.parts)
        else:
            out.append(time)
    return out


JOINED = re.compile(r",?\s(?:and|or|và)\s(?:on\s)?|和|及|、|,\s")
STATED_YEAR = ("y1", "y2", "y3", "y4", "y5", "y6")


def _of_one_year(times: list[Expr], text: str, offset: int) -> list[Expr]:
    """Each day without a year that is joined to one with a year is of that year: 19 November and 21 December 2018."""
    for i in reversed(range(len(times) - 1)):
        day, following = times[i], times[i + 1]
        year = following.first(*STATED_YEAR)
        if (
            year is None
            or not _is_plain_day(day)
            or not JOINED.fullmatch(text[day.end - offset : following.start - offset])
        ):
            continue
        times[i] = replace(day, parts=(*day.parts, ("y1", year)))
    return times


def _is_plain_day(time: Expr) -> bool:
    """Whether a time is a day of a month, and nothing else is said of it."""
    names = {name for name, _ in time.parts}
    return bool(names & {"d1", "d3"}) and names <= {"d1", "m1", "d3", "m2", "n1"}


def _parts(m: re.Match[str], language: str) -> dict[str, str] | None:
    """What a pattern read, by the names of its groups; None where it is no time: may, march and sun are words."""
    parts = {k: v for k, v in m.groupdict().items() if v}
    if language == "en" and any(_is_word(k, v) for k, v in parts.items()) and not _is_date_in_small(m, parts):
        return None
    if "plus" in m.groupdict() and m.group().lower().startswith("a week from"):
        parts["plus"] = "week"
    return parts


def _is_word(name: str, text: str) -> bool:
    return name[0] in "mw" and name[1:].isdigit() and text[0].islower()


IN_SMALL = re.compile(r"\b(?:on|until|till|to|by|from|since|before|of|for|and|through)\s$", re.I)


def _is_date_in_small(m: re.Match[str], parts: dict[str, str]) -> bool:
    """Whether a month in small letters stands behind its day, as in a headline whose capitals were taken away."""
    if "m1" not in parts:
        return False
    is_verb = parts["m1"] in ("may", "march", "mar")
    return "y1" in parts or not is_verb or bool(IN_SMALL.search(m.string[max(0, m.start() - 9) : m.start()]))


def _ordered(parts: dict[str, str], month_first: bool | None) -> dict[str, str]:
    """Day and month of 11/10 in the order of the document; as 13 is no month, 10/13 needs no order."""
    name = next((n for n in ("n1", "n2", "n5") if n in parts), None)
    if "d6" not in parts or name is None or "d5" in parts:
        return parts
    day, month = int(parts["d6"]), int(parts[name])
    if (month > 12 and day <= 12) or (month_first and day <= 12):
        return parts | {"d6": parts[name], name: parts["d6"]}
    return parts | {"order": "unknown"} if month_first is None and day <= 12 and day != month else parts


def _split(m: re.Match[str], parts: dict[str, str], offset: int) -> list[Expr]:
    """One expression, or two where "and" joins days that do not follow one another: 1 and 10 November."""
    whole = Expr(m.start() + offset, m.end() + offset, m.group(), tuple(parts.items()))
    key, later = ("d1", "d2") if "d2" in parts else ("d3", "d4")
    if not _are_two(parts, parts.get(key), parts.get(later)):
        return [whole]
    cut, tail = m.end(key) - m.start(), m.start(later) - m.start()
    first = tuple((k, v) for k, v in parts.items() if k != later)
    second = tuple((k, parts[later] if k == key else v) for k, v in first)
    return [
        Expr(whole.start, whole.start + cut, whole.words[:cut], first),
        Expr(whole.start + tail, whole.end, whole.words[tail:], second),
    ]


def _are_two(parts: dict[str, str], first: str | None, second: str | None) -> bool:
    """Whether two days of a month are two days and not an interval."""
    joiner = (parts.get("j1") or parts.get("j2") or "").lower()
    if joiner not in ("and", "or", "&", "và", "和") or not first or not second or "m3" in parts:
        return False
    return joiner == "or" or int(second) != int(first) + 1


@lru_cache(maxsize=4096)
def resolve(expr: Expr, anchor: str | None, tense: str | None = None, current: str | None = None) -> When | None:
    """The time meant; tense is past, future or None (nearest), current the day the narrative stands at."""
    try:
        return _resolved(expr, _day(anchor), _day(current) or _day(anchor), tense)
    except (ValueError, OverflowError):  # 30 February, a day beyond the calendar
        return None


def _resolved(expr: Expr, day: date | None, now: date | None, tense: str | None) -> When | None:
    get = expr.get
    if get("iso"):
        return _when(expr, *_parse(get("iso")))
    if expr.first("n", "next", "prev"):
        return _counted(expr, now, day)
    month = _month_of(expr)
    if month is not None:
        return _calendar(expr, month, day, tense)
    return _relative(expr, day, now, tense) if day is not None else None


def _relative(expr: Expr, day: date, now: date | None, tense: str | None) -> When | None:
    """The time that an expression means which says only how far from a day it is."""
    if expr.first("w1", "w2"):
        return _weekday(expr, day, now, tense)
    if expr.first("in", "in2"):
        return _ahead(expr, day, tense)
    if word := expr.get("day"):
        return _near(expr, word.lower(), day, now)
    if expr.first("d8", "d11"):
        return _day_of_month(expr, day, tense)
    if word := expr.get("rel2"):
        return _unit(expr, word, expr.get("unit"), day)
    if expr.get("wkend"):
        saturday = day - timedelta(days=(day.weekday() - 5) % 7)
        ahead = 7 if tense == "future" and saturday < day else 0
        return _when(expr, saturday + timedelta(days=ahead), saturday + timedelta(days=ahead + 1))
    return None


def _month_of(expr: Expr) -> int | None:
    digits = expr.first("n1", "n2", "n3", "n4", "n5")
    if digits:
        return int(digits)
    if name := expr.first("m1", "m2", "m4", "m5", "m6", "m7", "m8"):
        return _month(name)
    return number(expr.get("c1"))


def _calendar(expr: Expr, month: int, day: date | None, tense: str | None) -> When | None:
    first = expr.first("d5", "d1", "d3", "d6", "d9") or _ordinal(expr)
    year = _stated_year(expr, day)
    if not 1 <= month <= 12 or (year is None and day is None):
        return None
    if first is None:
        return When(f"{year or _year_of_month(expr, month, day, tense):04d}-{month:02d}", None, expr)
    if year is None and day:
        year = _year_of(month, int(first), day, tense)
    a = _date(year, month, int(first))
    if expr.is_ambiguous and day:
        a = _exchanged(a, _date(year, int(first), month), day, tense)
    return _when(expr, a, _last(expr, a, year or 0, month))


def _year_of_month(expr: Expr, month: int, day: date | None, tense: str | None) -> int:
    rel = (expr.first("rel", "relm") or "").lower()
    near = {"last": "past", "next": "future", "coming": "future", "tới": "future", "trước": "past", "vừa qua": "past"}
    return _year_of(month, 15, day, near.get(rel, tense), strict=rel == "last", whole=True) if day else 0


def _exchanged(a: date | None, other: date | None, day: date, tense: str | None) -> date | None:
    """Of the two readings of 11/10 the second where the first is no day, or lies on the wrong side of the text's day."""
    is_wrong = a is None or (tense == "future" and a < day)
    return other if is_wrong and other and (tense != "future" or other >= day) else a


def _last(expr: Expr, a: date | None, year: int, month: int) -> date | None:
    """The last day of an interval."""
    second = expr.first("d2", "d4") or (expr.get("d6") if expr.get("d5") else None)
    if not second or a is None:
        return None
    later = _month(expr.get("m3") or "") or month
    b = _date(year + (later < month), later, int(second))
    return b if b and b > a else None


def _ordinal(expr: Expr) -> str | None:
    if word := expr.get("o1"):
        return str(ORDINALS.index(word.lower()) + 1)
    return str(number(expr.get("c2"))) if expr.get("c2") else None


YEARS = {"去年": -1, "明年": 1, "次年": 1, "ngoái": -1, "sau": 1, "next": 1, "last": -1}


def _stated_year(expr: Expr, day: date | None) -> int | None:
    text = expr.first("y1", "y2", "y3", "y4", "y5", "y6")
    if text and text.isdigit():
        return int(text)
    word = expr.first("rely", "rely2") or text
    if word and day:
        return day.year + YEARS.get(word.lower(), 0)
    return None


def _year_of(month: int, day: int, anchor: date, tense: str | None, strict: bool = False, whole: bool = False) -> int:
    here, now = (month, 0 if whole else day), (anchor.year, anchor.month, 0 if whole else anchor.day)
    years = _years(anchor.year, here)
    if tense == "past":
        return max(y for y in years if ((y, *here) < now if strict else (y, *here) <= now))
    if tense == "future":
        return min(y for y in years if (y, *here) >= now)
    return min(years, key=lambda y: abs((date(y, month, min(max(day, 1), 28)) - anchor).days))


def _years(year: int, day: tuple[int, int]) -> list[int]:
    """The years that a month and day may lie in: those beside, of 29 February the leap years."""
    return [y for y in range(year - 8, year + 9) if isleap(y)] if day == (2, 29) else [year - 1, year, year + 1]


WEEKS = {
    "next week": 7, "tuần tới": 7, "tuần sau": 7, "下": 7, "last week": -7, "tuần trước": -7, "上": -7, "this week": 0,
    "tuần này": 0,
}  # fmt: skip


def _weekday(expr: Expr, day: date, now: date | None, tense: str | None) -> When | None:
    index = _index(expr.get("w1"))
    if index is None:
        return None
    week = (expr.first("wk", "relw") or "").lower()
    if week in WEEKS:
        return _when(expr, day + timedelta(days=WEEKS[week] + index - day.weekday()), None)
    rel = (expr.get("relday") or week).lower()
    extra = 7 if expr.get("plus") or week == "week" else 0
    if extra or rel in NEXT or (tense == "future" and rel not in LAST):
        return _weekday_ahead(expr, index, day if rel or tense != "future" else now or day, bool(rel), extra)
    return _weekday_back(expr, index, day, rel == "last")


def _index(name: str | None) -> int | None:
    """The number of a weekday, Monday 0; an expression without a name of its own is the Vietnamese Sunday."""
    if name is None:
        return 6
    low = name.lower()
    return DAYS.index(low) if low in DAYS else VI_DAYS.get(low, ZH_DAYS.get(low))


NEXT, LAST = ("next", "coming", "that comes", "tới", "week"), ("last", "vừa qua")


def _weekday_back(expr: Expr, index: int, day: date, is_last: bool) -> When | None:
    back = (day.weekday() - index) % 7
    return _when(expr, day - timedelta(days=7 if is_last and back == 0 else back), None)


def _weekday_ahead(expr: Expr, index: int, base: date, is_next: bool, extra: int) -> When | None:
    ahead = (index - base.weekday()) % 7
    return _when(expr, base + timedelta(days=(ahead or (7 if is_next else 0)) + extra), None)


def _near(expr: Expr, word: str, day: date, now: date | None) -> When | None:
    if word in SAME:
        return _when(expr, now or day, None)
    return _when(expr, day + timedelta(days=SHIFT.get(word, (word in AHEAD) - (word in BACK))), None)


def _day_of_month(expr: Expr, day: date, tense: str | None) -> When | None:
    """The 10th: of this month or the one beside it, whichever the tense allows and is nearest."""
    rel = (expr.get("rel8") or "").split(" ")[-1].lower()
    steps = {"this": [0], "next": [1], "last": [-1], "này": [0], "tới": [1], "trước": [-1]}.get(rel, [-1, 0, 1])
    options, words = [], (expr.first("d8", "d11") or "0").lower()
    count = ORDINALS.index(words) + 1 if words in ORDINALS else int(words)
    for step in steps:
        year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
        if candidate := _date(year, month + 1, count):
            options.append(candidate)
    allowed = [d for d in options if tense is None or (d >= day if tense == "future" else d <= day)] or options
    return _when(expr, min(allowed, key=lambda d: abs((d - day).days)), None) if allowed else None


def _ahead(expr: Expr, day: date, tense: str | None) -> When | None:
    """In two weeks, ten days from now: counted from the day of the text, where the tense looks ahead."""
    word = (expr.first("in", "in2") or "").lower()
    unit = expr.first("u3", "u4")
    if tense == "past" or (unit is None and word != "a fortnight"):
        return None
    n, unit = (2, "week") if word == "a fortnight" else (number(word), UNITS.get(unit or "", (unit or "").lower()))
    return _shifted(expr, day, n, unit) if n else None


def _shifted(expr: Expr, base: date, n: int, unit: str) -> When | None:
    if unit in ("day", "week"):
        return _when(expr, base + timedelta(days=n * (7 if unit == "week" else 1)), None)
    if unit == "month":
        year, month = divmod(base.year * 12 + base.month - 1 + n, 12)
        return When(f"{year:04d}-{month + 1:02d}", None, expr)
    return None


def _unit(expr: Expr, word: str, unit: str | None, day: date) -> When | None:
    low = word.lower()
    step = 1 if low in ("next", "tháng tới", "tháng sau") or low.startswith("下") else 0
    step = -1 if low in ("last", "previous", "tháng trước") or low.startswith(("上", "去")) else step
    if unit == "month" or "tháng" in low or "月" in low:
        year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
        if d := expr.get("d5"):
            return _when(expr, _date(year, month + 1, int(d)), None)
        return When(f"{year:04d}-{month + 1:02d}", None, expr)
    return None


def _counted(expr: Expr, now: date | None, day: date | None) -> When | None:
    if expr.first("next", "prev"):
        return _when(expr, now + timedelta(days=1 if expr.get("next") else -1) if now else None, None)
    n, unit, way = number(expr.get("n")), expr.get("u2") or "", expr.get("dir")
    if n is None or day is None:
        return None
    sign = 1 if way in ("later", "after", "from", "sau đó") else -1
    base = (now or day) if way in ("later", "before", "after", "from", "sau đó") else day
    return _shifted(expr, base, sign * n, UNITS.get(unit, unit.lower()))


def number(word: str | None) -> int | None:
    """A number of at most four digits, in digits or in English, Vietnamese or Chinese words.

    >>> number("ninety"), number("one hundred and eighty"), number("九十"), number("chín mươi")
    (90, 180, 90, 90)
    """
    if word is None:
        return None
    if word.isdigit() and word.isascii():
        return int(word) if len(word) < 7 else None
    low = word.lower().strip()
    if low and {*low} <= {*ZH_DIGITS, *"十百"}:
        return _chinese(low)
    words = [w for w in re.split(r"[\s-]+", low) if w and w != "and"]
    is_english = bool(words) and words[0].isascii() and words[0] not in ("hai", "ba", "tư")
    return _english(words) if is_english else _vietnamese(words)


def _english(words: list[str]) -> int | None:
    total = 0
    for w in words:
        if w in ("a", "an", "another"):
            total += 1
        elif w in SMALL:
            total += SMALL.index(w)
        elif w in TENS:
            total += 20 + 10 * TENS.index(w)
        elif w == "hundred":
            total *= 100
        else:
            return None
    return total or None


def _chinese(text: str) -> int | None:
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        elif ZH_DIGITS[c] == 20:
            total += 20
        else:
            digit = ZH_DIGITS[c]
    return total + digit or None


def _vietnamese(words: list[str]) -> int | None:
    total = 0
    for w in words:
        if w == "mươi":
            total *= 10
        elif w == "trăm":
            total *= 100
        elif w in VI_DIGITS:
            total += VI_DIGITS[w]
        else:
            return None
    return total or None


@cache
def _duration() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\d.,])\b(?P<n>{_NUM}|another)[\s-]+(?:more |full |further |additional |calendar |consecutive |extra )*"
        r"(?P<u>days?|weeks?|months?|years?|fortnight)\b"
        r"|\b(?P<half>half a year|a year and a half|half-year)\b"
        rf"|(?<![\d.,])(?<!\w)(?P<vn>{_VINUM})\s(?:thêm )?(?P<vu>ngày|tháng|năm|tuần)\b(?!\s\d)"
        rf"|(?<![\d月.])(?P<zn>{_ZHNUM})(?P<zu>天|日内|日(?=[期的])|个月|個月|年|周|週|个星期)(?!\d)(?!前|以来)",
        re.I,
    )


def durations(text: str, offset: int = 0) -> list[tuple[int, int, int, str]]:
    """Lengths of time: start, end, number, unit (day, week, month, year)."""
    spans = []
    for m in _duration().finditer(text):
        if m.group("half"):
            spans.append((m.start() + offset, m.end() + offset, 18 if "and" in m.group() else 6, "month"))
            continue
        n = number(m.group("n") or m.group("vn") or m.group("zn"))
        unit = (m.group("u") or m.group("vu") or m.group("zu")).lower()
        if not n or (unit == "年" and n > 99):
            continue
        n = n * 2 if unit == "fortnight" else n
        if not re.match(r"\s(?:earlier|ago|later|before|old|from now)\b", text[m.end() : m.end() + 10]):
            spans.append((m.start() + offset, m.end() + offset, n, UNITS.get(unit, unit.rstrip("s"))))
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


FARTHEST = 3 * 366  # days; an end of a pause farther off than three years is more often misread than meant


def is_plausible(end: str, anchor: str | None, looks_ahead: bool = True, start: str | None = None) -> bool:
    """Whether a day can be the end of something: not before its own start, not far off, not past where it looks ahead."""
    last = _day(end)
    if last is None:
        return False
    begin, today = _day(start), _day(anchor)
    if begin is not None and last <= begin:
        return False
    if today is None:
        return True
    early = end < (anchor or "")[: len(end)] if looks_ahead else (today - last).days > FARTHEST
    return not early and (last - today).days <= FARTHEST


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
