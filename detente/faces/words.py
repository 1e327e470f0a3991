"""How every face writes numbers, days, names and identifiers: the one place that turns values into text."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from detente import labels, safe_io

SIDES = {"joint": "both jointly", "press": "press", None: "not stated"}  # sides that have no capital
UNKNOWN = "—"
EVERYBODY = "all economies"  # the target of a measure that is imposed on every partner
TYPES = {"tariff": "duty", "other": "measure"}  # of measures, where the word of the record is not the one to show
NAMED = 4  # measures named in one sentence
visible = safe_io.visible  # text with control and bidirectional characters made visible


def readable(identifier: str | None) -> str:
    """An identifier of the record in words: in_force becomes "in force"."""
    return str(identifier or "").replace("_", " ")


def measure(row: Mapping[str, Any]) -> str:
    """A measure of the record with its status: "Entity List (in force)"."""
    return f"{labels.measure(row['measure'])} ({readable(row['status'])})"


def measure_name(row: Mapping[str, Any]) -> str:
    """A measure of the record by its title; of one that has none, what kind it is and who imposes it on whom.

    >>> measure_name({"measure": "kor-duty-7", "type": "tariff", "imposer": "KOR", "target": "USA"})
    'duty of South Korea on US'
    """
    named = row.get("measure")
    title = labels.measure(named) if named else None
    if title and title != named:
        return title
    return f"{TYPES.get(row['type']) or readable(row['type'])} of {measure_pair(row)}"


def measure_pair(row: Mapping[str, Any]) -> str:
    """Who imposes a measure on whom: "US on China", "China on all economies", "China"."""
    by, on = economy(row["imposer"] or "somebody not named"), row["target"]
    return f"{by} on {EVERYBODY if on == 'ALL' else economy(on)}" if on else by


def rate(row: Mapping[str, Any]) -> str:
    """The rate of a duty: points that it adds, or its level in percent; empty where it has none."""
    if row.get("rate_pp") is not None:
        return f"+{row['rate_pp']:g} points"
    return "" if row.get("rate_pct") is None else f"{row['rate_pct']:g} %"


def some(names: Sequence[str]) -> str:
    """Names in a row; of many, the first and how many more there are in the data."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: NAMED - 1])} and {len(names) - NAMED + 1} more (in the JSON)"


def side_name(side: str | None) -> str:
    """The name of a side of the talks: the capital for a party, "press" for the press."""
    return SIDES[side] if side is None or side in SIDES else labels.capital(side)


def economy(code: str) -> str:
    """The name of an economy or bloc where columns are narrow: US, China, EU."""
    return labels.short(code)


def lower_first(text: str) -> str:
    """A title as it stands inside a sentence: "Truce expires, US alone" becomes "truce expires, US alone".

    A month, a name of an economy or a bloc, and what is written in capitals, stays.

    >>> lower_first("US +100 points"), lower_first("China drops its duties")
    ('US +100 points', 'China drops its duties')
    """
    first, _, _ = text.partition(" ")
    if first in calendar.month_name or (len(first) > 1 and first[:2].isalpha() and first[:2].isupper()):
        return text
    return text if text.startswith(tuple(map(labels.short, labels.codes()))) else text[:1].lower() + text[1:]


def shortened(text: str, length: int) -> str:
    """Text of at most so many characters, cut between words with "…"."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0].rstrip(',;')} …"


def with_count(count: int, noun: str) -> str:
    """A number of things: "1 sector", "28 sectors", "1,200 rows"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def day(iso: str | None) -> str:
    """2025-11-10 as "10 Nov 2025", 2025-11 as "Nov 2025", a/b as "a to b"; any other text is unchanged."""
    first, stroke, last = str(iso).partition("/")
    if stroke and first and last:
        return f"{day(first)} to {day(last)}"
    text = str(iso)[:10]
    try:
        if len(text) == len("2025-11"):
            return f"{date.fromisoformat(f'{text}-01'):%b %Y}"
        return f"{date.fromisoformat(text):%-d %b %Y}"
    except ValueError:
        return visible(str(iso or "not known"))


def day_near(iso: str | None, as_of: str) -> str:
    """A day without its year where that is the year of the day asked about: "10 Nov", else "10 Nov 2024"."""
    text = day(iso)
    return text.removesuffix(f" {as_of[:4]}") if len(str(iso)) >= len("2025-11-10") else text


def span_near(first: str, last: str, as_of: str) -> str:
    """Two days as one span: "9–12 Apr", "30 Mar – 2 Apr"."""
    if first[:7] == last[:7]:
        return f"{date.fromisoformat(first):%-d}–{day_near(last, as_of)}"
    return f"{day_near(first, as_of)} – {day_near(last, as_of)}"


def near_dates(text: str, as_of: str) -> str:
    """Text whose ISO dates are written out as `day_near` does, each kept on one line by no-break spaces."""
    pattern = r"\b\d{4}-\d\d(?:-\d\d)?\b"
    return re.sub(pattern, lambda match: day_near(match[0], as_of).replace(" ", "\u00a0"), text)


def date_range(start: str | None, end: str | None) -> str:
    """A range of days within a year: "25–26 Oct"."""
    if not start:
        return "(day not known)"
    if not end or end == start:
        return day(start)
    try:
        first, last = date.fromisoformat(start[:10]), date.fromisoformat(end[:10])
    except ValueError:
        return f"{day(start)} to {day(end)}"
    return f"{first:%-d}–{last:%-d %b}" if first.month == last.month else f"{first:%-d %b}–{last:%-d %b}"


def days_in_full(start: str | None, end: str | None) -> str:
    """One or two days with their year: "10 May 2025", "10–11 May 2025", "30 Dec 2025 to 2 Jan 2026"."""
    if not start or not end or start == end:
        return day(start or end) if start or end else ""
    if start[:7] == end[:7] and len(start) == len(end) == len("2025-11-10"):
        return f"{date.fromisoformat(start):%-d}–{day(end)}"
    return f"{day(start)} to {day(end)}"


KEPT = r"--[a-z-]+ \S+|\"[^\"]*\"|“[^”]*”|`[^`]*`"  # options with their values, quotations, code
ISO_DAY, CODE = r"(?<![\w/.-])(?:19|20)\d\d-(?:0\d|1[0-2])(?:-\d\d)?(?![\w-])", r"(?<![\w-])[A-Z]{3}(?![\w-])"
_MACHINE = re.compile(f"(?P<kept>{KEPT})|(?P<day>{ISO_DAY})|(?P<code>{CODE})")


def in_words(text: str) -> str:
    """Text for people: days written out, codes of economies as their short names; quotations and options stay.

    >>> in_words('duties of USA on CHN since 2025-05-14: "CHN"')
    'duties of US on China since 14 May 2025: "CHN"'
    """
    return _MACHINE.sub(_in_words, text)


def _in_words(match: re.Match[str]) -> str:
    if match["day"]:
        return day(match[0])
    code = match["code"]
    return labels.short(code) if code and not _among_capitals(match) else match[0]


def _among_capitals(match: re.Match[str]) -> bool:
    """Whether a word stands beside another in capitals, as in a headline, where it is no code."""
    around = match.string[: match.start()].split()[-1:] + match.string[match.end() :].split()[:1]
    return any(len(word) > 1 and word.isalpha() and word.isupper() and word not in labels.codes() for word in around)


def spell_dates(text: str) -> str:
    """Text for people, as `in_words` writes it, each day kept on one line by no-break spaces."""
    return re.sub(r"(?<=\d) (?=[A-Z][a-z]{2} \d{4})|(?<=[A-Z][a-z]{2}) (?=\d{4}\b)", "\u00a0", in_words(text))


def days_left(days: int) -> str:
    """The time until a day, or since it."""
    if days == 0:
        return "expires today"
    return f"{until(days)} left" if days > 0 else until(days)


def until(days: int) -> str:
    """The time until a deadline, or since it, short: "15 days", "today", "3 days ago"."""
    if days == 0:
        return "today"
    return with_count(days, "day") if days > 0 else f"{with_count(-days, 'day')} ago"


def level(value: float | None, unit: str = " %") -> str:
    """An average duty: whole percent, halves up; one decimal under 1 %; "?" where it is not known."""
    if value is None:
        return "?"
    rounded = f"{value:.1f}" if 0.05 <= value < 1 else f"{math.floor(value + 0.5):d}"
    return f"{rounded}{unit}".replace("-", "−")


def dollars(value: float | None) -> str:
    """Dollars a household: to 10, under 100 to 5, under 2.50 "about 0"; a dash where households are not counted."""
    if value is None:
        return UNKNOWN
    if abs(value) < 2.5:
        return "about 0"
    step = 10 if abs(value) >= 100 else 5
    rounded = step * math.floor(abs(value) / step + 0.5)
    return f"{'−' if value < 0 else '+'}{rounded:,}"


def with_dollar(text: str) -> str:
    """Dollars a household with their sign: "−110" becomes "−$110", "about 0" becomes "about $0"."""
    if text == UNKNOWN:
        return text
    return re.sub(r"(?=\d)", "$", text, count=1)


def signed(value: float | None, digits: int = 2) -> str:
    """A number with its sign and a true minus; zero has no sign; a dash where nothing is known."""
    if value is None:
        return UNKNOWN
    text = f"{value:+,.{digits}f}"
    return text[1:] if not text.strip("+-0.") else text.replace("-", "−")


def decimal(value: float | None, digits: int = 1) -> str:
    """A number without a plus sign; zero has no sign; a dash where nothing is known."""
    if value is None:
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text.replace("-", "−")


def interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """The two ends of a band: "−0.13 to −0.09"."""
    return f"{signed(low, digits)} to {signed(high, digits)}"


def percent(fraction: float, digits: int = 0) -> str:
    """A share or a probability: 0.46 becomes "46 %"."""
    return f"{decimal(100 * fraction, digits)} %"


def percent_interval(low: float, high: float) -> str:
    """The two ends of an interval of shares: "35 to 58 %"."""
    return f"{decimal(100 * low, 0)} to {percent(high)}"


def scientific(value: float) -> str:
    """A residual or a tolerance: 5e-10."""
    return f"{value:.0e}"
