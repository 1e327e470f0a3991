"""Days and times as the feeds write them: US legal English, customs messages, mail headers, Chinese notices."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
DAY = rf"(?:(?:{_MONTH})\s+\d{{1,2}},\s+\d{{4}}|\d{{1,2}}\s+(?:{_MONTH})\s+\d{{4}})"
DAY_WITHOUT_YEAR = rf"\d{{1,2}}\s+(?:{_MONTH})"
CLOCK = r"\d{1,2}:\d\d\s+[ap]\.?m\.?(?:\s+(?i:eastern(?:\s+(?:daylight|standard))?\s+time))?"
TIME = rf"(?:{CLOCK}\s+on\s+)?{DAY}"
EASTERN, BEIJING = ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")
US_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
CHINESE_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
CHINESE_TIME = rf"{CHINESE_DAY}(?:\d{{1,2}}时(?:\d{{1,2}}分)?)?"
ORDINAL_WORDS = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
UNIT_WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
ORDINALS = {word: number for number, word in enumerate(ORDINAL_WORDS.split(), 1)}
ORDINALS |= {f"twenty-{word}": 20 + ORDINALS[word] for word in list(ORDINALS)[:9]}
ORDINALS |= {"thirtieth": 30, "thirty-first": 31}
UNITS = {word: number for number, word in enumerate(UNIT_WORDS.split())}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
WITNESS = re.compile(rf"this ([\w-]+) day of ({_MONTH}),? in the year of our Lord two thousand(?: and)? ([\w-]+)", re.I)


def day(text: str | None, year: int | None = None) -> str | None:
    """The first day a text names, ISO: July 31, 2026 or 31 July 2026, or 31 July of the year given; else None."""
    if not text:
        return None
    for pattern in (rf"({_MONTH})\s+(\d{{1,2}}),\s+(\d{{4}})", rf"(\d{{1,2}})\s+({_MONTH})(?:\s+(\d{{4}}))?"):
        match = re.search(pattern, text)
        if match:
            month, number = (match[1], match[2]) if match[1] in MONTHS else (match[2], match[1])
            return _iso(int(match[3]) if match[3] else year, MONTHS.index(month) + 1, int(number))
    return None


def _iso(year: int | None, month: int, number: int) -> str | None:
    try:
        return date(year or 0, month, number).isoformat()
    except ValueError:
        return None


def eastern(text: str | None) -> str | None:
    """The instant that `12:01 a.m. eastern time on July 31, 2026` names, ISO with its zone; None without a time."""
    on, clock = day(text), re.search(r"(\d{1,2}):(\d\d)\s+([ap])\.?m", text or "", re.I)
    if on is None or clock is None:
        return None
    return _at(on, _hour(clock[1], clock[3]), int(clock[2]), EASTERN)


def _hour(text: str, half: str) -> int:
    """The hour of 24 that an hour of 12 and its a or p name."""
    return int(text) % 12 + (12 if half.lower() == "p" else 0)


def _at(on: str, hour: int, minute: int, zone: tzinfo) -> str:
    return minutes(datetime.fromisoformat(on).replace(hour=hour, minute=minute, tzinfo=zone))


def minutes(moment: datetime) -> str:
    """ISO to the minute, or to the second where there is one."""
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _date(iso: str) -> date:
    return date.fromisoformat(iso[:10])


def iso_day(text: str | None) -> str | None:
    """The day of an ISO date or time; None for anything else."""
    match = re.match(r"\d{4}-\d\d-\d\d", text or "") if isinstance(text, str) else None
    try:
        return _date(match[0]).isoformat() if match else None
    except ValueError:
        return None


def us_day(text: str | None) -> str | None:
    """The day of 08/03/2026, month first."""
    match = re.match(r"(\d\d)/(\d\d)/(\d{4})", text or "")
    return _iso(int(match[3]), int(match[1]), int(match[2])) if match else None


def customs_time(text: str) -> str | None:
    """The instant of `08/01/2026 11:20 AM EDT`, ISO with its zone."""
    match = re.search(r"(\d\d/\d\d/\d{4}) (\d{1,2}):(\d\d) ([AP])M ([A-Z]{3})", text)
    on = us_day(match[1]) if match else None
    if match is None or on is None or match[5] not in US_ZONES:
        return None
    zone = timezone(timedelta(hours=US_ZONES[match[5]]))
    return _at(on, _hour(match[2], match[4]), int(match[3]), zone)


def mail_time(text: str | None) -> datetime | None:
    """The instant of a mail header's date, as RSS writes it; None where it is none."""
    try:
        moment = parsedate_to_datetime((text or "").strip())
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_washington(moment: datetime) -> datetime:
    """The instant on the clocks of Washington."""
    return moment.astimezone(EASTERN)


def signed_day(text: str) -> str | None:
    """The day of `this eighteenth day of August, in the year of our Lord two thousand twenty-six`."""
    match = WITNESS.search(text)
    if match is None:
        return None
    tens, _, unit = match[3].lower().partition("-")
    year = UNITS.get(tens, TENS.get(tens, 0)) + UNITS.get(unit, 0)
    month = [name.lower() for name in MONTHS].index(match[2].lower()) + 1
    return _iso(2000 + year, month, ORDINALS.get(match[1].lower(), 0))


def chinese_day(text: str | None) -> str | None:
    """The first day of a Chinese text, ISO."""
    match = re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text or "")
    return _iso(int(match[1]), int(match[2]), int(match[3])) if match else None


def chinese_time(text: str | None) -> str | None:
    """The instant of 2031年5月14日12时01分, in Beijing; None without an hour."""
    on, clock = chinese_day(text), re.search(r"日(\d{1,2})时(?:(\d{1,2})分)?", text or "")
    if on is None or clock is None or int(clock[1]) > 23 or int(clock[2] or 0) > 59:
        return None
    return _at(on, int(clock[1]), int(clock[2] or 0), BEIJING)


def beijing(text: str | None) -> str | None:
    """The instant of 2031-03-04 10:00 on the clocks of Beijing, ISO with its zone; the day where there is no time."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return iso_day(text)
    if len((text or "").strip()) <= 10:
        return moment.date().isoformat()
    return minutes(moment.replace(tzinfo=moment.tzinfo or BEIJING))


def days_between(first: str, last: str) -> int:
    """Days from the first day to the last."""
    return (_date(last) - _date(first)).days


def plus_days(first: str, number: int) -> str:
    """The day that many days after the first."""
    return (_date(first) + timedelta(days=number)).isoformat()


CHINESE_TENS = "十百千"
CHINESE_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def chinese_number(text: str) -> float | None:
    """三十四 as 34, 十二点五 as 12.5, 34 as 34; None for anything else."""
    try:
        return float(text)
    except ValueError:
        pass
    whole, _, fraction = text.partition("点")
    if not whole or not set(whole + fraction) <= CHINESE_DIGITS.keys() | set(CHINESE_TENS):
        return None
    decimals = "".join(str(CHINESE_DIGITS[c]) for c in fraction if c in CHINESE_DIGITS)
    return float(f"{_chinese_integer(whole)}.{decimals or 0}")


def _chinese_integer(text: str) -> int:
    total, digit = 0, 0
    for character in text:
        if character in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[character]
        else:
            total += (digit or (1 if not total else 0)) * 10 ** (CHINESE_TENS.index(character) + 1)
            digit = 0
    return total + digit
