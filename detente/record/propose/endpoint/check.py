"""The check of an answer: a fact stays where its quote stands and its numbers and dates follow from the text there.

A number or date that the text does not bear never stays. Where the fact depends on it the fact is dropped; where it is
additional and the quote says nothing about it, the key alone is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from detente.errors import RecordError
from detente.record.fact import By, FactDate, Statement
from detente.record.kinds import Kind, check, check_quote, kinds
from detente.record.propose.endpoint import canonical, judge, times
from detente.record.propose.endpoint.evidence import Passage, Text

NOT_A_FACT, KIND, QUOTE = "no fact", "kind", "quote not in the text"
VALUE, NUMBER, DATE, TWICE = "value", "a number the text does not bear", "a date the text does not bear", "told twice"
AHEAD = frozenset({"effective", "expiry", "new_expiry", "until", "suspended_until", "due", "date"})
ENDS = frozenset({"expiry", "new_expiry", "until", "suspended_until", "end"})
STARTS = frozenset({"start", "date", "effective"})
BEHIND = frozenset({"meeting"})  # kinds of what has happened
AHEAD_KINDS = frozenset({"truce", "extension", "threat", "planned_meeting"})  # their own date may lie ahead
AHEAD_STATUS = frozenset({"announced", "committed", "suspended"})  # so may that of a measure which is so
COUNTED_DAYS = frozenset({"by_days", "duration_days"})
RATES = frozenset({"rate_pct", "rate_pp"})
SCALES = (("_bn", 1e9), ("_bn_per_year", 1e9), ("_mmt", 1e6), ("_mmt_per_year", 1e6))
REPLACED = "old_expiry"
OWN = ""  # stands for the date of the fact itself among the keys
OCCURRENCES = 1000
LONGEST = 200  # characters of a name
LONGEST_QUOTE = 2000  # characters; a quote is as short as still carries its fact


class Refused(Exception):
    """A fact that is dropped; its text is the reason."""


@dataclass
class Checker:
    """Checks the facts of one document and counts those that it drops, by reason."""

    text: Text
    parties: tuple[str, ...]
    coder: str
    dropped: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)

    def statements(self, raw: Any, start: int, end: int) -> list[Statement]:
        """The statements of one fact whose quote stands between two places: none, one, or one for each side listed."""
        try:
            return list(self._checked(raw, start, end))
        except Refused as why:
            self.dropped[str(why)] += 1
        except (RecordError, TypeError, ValueError, RecursionError):
            self.dropped[VALUE] += 1
        return []

    def _checked(self, raw: Any, start: int, end: int) -> Iterator[Statement]:
        if not isinstance(raw, dict) or not isinstance(raw.get("quote"), str) or not isinstance(raw.get("value"), dict):
            raise Refused(NOT_A_FACT)
        kind = told_kinds().get(raw["kind"]) if isinstance(raw.get("kind"), str) else None
        if kind is None:
            raise Refused(KIND)
        passage = self._passage(raw["quote"], raw.get("occurrence"), start, end)
        expected = _expected(kind, OWN, raw["value"])
        by, day = self._by(_mapping(raw.get("by"))), self._date(_mapping(raw.get("date")), expected, passage)
        for value in canonical.spread(raw["value"], kind, self.parties):
            yield self._statement(kind, value, by, day, passage)

    def _statement(self, kind: Kind, value: dict[str, Any], by: By, day: FactDate, passage: Passage) -> Statement:
        document = self.text.document
        plain = canonical.values(value, kind, self.parties)
        statement = Statement(
            kind=kind.name,
            value=plain,
            by=by,
            source=document.id,
            quote=document.text[passage.start : passage.end],
            start=passage.start,
            end=passage.end,
            date=day,
            asserted=document.published,
            known=document.published,
            confidence=0.5,
            coder=self.coder,
        )
        checked = check_quote(check(statement), document.text)
        return replace(checked, value=self._borne(plain, kind, passage))

    def _passage(self, quote: str, nth: Any, start: int, end: int) -> Passage:
        is_count = isinstance(nth, int) and 0 < nth < OCCURRENCES
        is_quote = quote.strip() and len(quote) <= LONGEST_QUOTE
        place = _place(self.text.document.text, quote, nth if is_count else 1, start, end) if is_quote else None
        if place is None:
            raise Refused(QUOTE)
        return Passage(self.text, place, place + len(quote))

    def _by(self, by: Mapping[str, Any]) -> By:
        name, mode = _text(by.get("name")), _text(by.get("mode")) or "narrator"
        side = canonical.side(by.get("side"))
        side = "joint" if isinstance(side, list) else side
        return By(canonical.person(name) if name else None, _text(side), mode, self.text.document.publisher)

    def _date(self, given: Mapping[str, Any], expected: judge.Expected, passage: Passage) -> FactDate:
        """The date of the fact: left out where the text does not bear it; a reason to drop where it speaks against it."""
        published = self.text.document.published
        iso, expr = canonical.day(_text(given.get("iso"))), _text(given.get("expr"))
        if iso and not passage.bears_date(iso, expected, expr):
            if passage.speaks_against(expr):
                raise Refused(DATE)
            self.removed["date"] += 1
            iso = None
        if expr and expr not in self.text.document.text and not passage.bears_figures(expr):
            expr = None
        return FactDate(iso, expr, published)

    def _borne(self, value: dict[str, Any], kind: Kind, passage: Passage) -> dict[str, Any]:
        """The value without additional numbers and dates that the text does not bear. Raises Refused."""
        out = dict(value)
        for key, given in value.items():
            reason = _doubt(kind, key, value, passage)
            if not reason:
                continue
            if key in kind.keys or _speaks_against(key, given, reason, passage):
                raise Refused(reason)
            self.removed[key] += 1
            del out[key]
        return out


def _speaks_against(key: str, given: Any, reason: str, passage: Passage) -> bool:
    """Whether the quote itself has a date or number of the sort that an additional field gives wrongly."""
    if reason == DATE:
        return passage.names_dates()
    return not isinstance(given, (str, list)) and passage.names_amounts(key == "ordinal")


def told_kinds() -> dict[str, Kind]:
    """The kinds that a document on talks can tell, by name."""
    return {name: k for name, k in sorted(kinds().items()) if k.about == "talks"}


def _doubt(kind: Kind, key: str, value: Mapping[str, Any], passage: Passage) -> str:
    """Why a field is doubted; empty where the text bears it or it has neither number nor date."""
    form, given = str(kind.fields[key]).removesuffix("?"), value[key]
    if given is None:
        return ""
    if form == "date":
        return "" if passage.bears_date(given, _expected(kind, key, value)) else DATE
    return "" if _bears_numbers(form, key, given, passage) else NUMBER


def _bears_numbers(form: str, key: str, given: Any, passage: Passage) -> bool:
    if form in ("number", "integer"):
        return _bears_number(key, given, passage)
    if form == "rates":
        return all(map(passage.bears_rate, given.values()))
    words = {"text": [given], "texts": given}.get(form, [])
    return all(map(passage.bears_figures, words))


def _expected(kind: Kind, key: str, value: Mapping[str, Any]) -> judge.Expected:
    """What is known of the date in a field, or of the fact's own."""
    has_happened, ahead = kind.name in BEHIND, _looks_ahead(kind, key, value)
    back, on = judge.NEAR_YEAR, judge.NEAR_YEAR
    if key == REPLACED:
        back, on = judge.OTHER_YEAR, judge.SOON
    week = judge.NEXT_WEEK if ahead else judge.LAST_WEEK
    if ahead and (key == OWN or value.get("status") == "cancelled"):
        week = judge.EITHER_WEEK
    return judge.Expected(
        reach=(-judge.OTHER_YEAR if has_happened else -back, on),
        week=week,
        looks_ahead=ahead,
        has_happened=has_happened,
        begins=key == "start",
        not_role=_not_role(key, value),
    )


def _looks_ahead(kind: Kind, key: str, value: Mapping[str, Any]) -> bool:
    if key != OWN:
        return key in AHEAD
    return kind.name in AHEAD_KINDS or value.get("status") in AHEAD_STATUS


def _not_role(key: str, value: Mapping[str, Any]) -> str:
    if key in ENDS or (key == OWN and (value.get("expiry") or value.get("new_expiry"))):
        return times.BEGIN
    return times.END if key in STARTS else ""


def _bears_number(key: str, given: float, passage: Passage) -> bool:
    if key in RATES:
        return passage.bears_rate(given)
    if key in COUNTED_DAYS:
        return passage.bears_days(given)
    if key == "ordinal":
        return passage.bears_ordinal(given)
    return passage.bears_amount(given, next((scale for end, scale in SCALES if key.endswith(end)), 1.0))


def _place(text: str, quote: str, nth: int, start: int, end: int) -> int | None:
    place = start - 1
    for _ in range(nth):
        place = text.find(quote, place + 1, end)
        if place < 0:
            return None
    return place


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value[:LONGEST] if isinstance(value, str) and value else None
