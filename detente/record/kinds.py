"""Kinds: what a statement can say. One YAML file a kind: its meaning, key fields, closed lists, optional keys.

The form of a field is a closed list of words, or the name of a form in FORMS; a trailing ? means that the field may be
left out or null.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from detente.errors import RecordError
from detente.record.fact import (
    MODALITIES,
    MODES,
    POLARITIES,
    RANKS,
    VERIFICATIONS,
    Source,
    Statement,
    days,
    is_ahead_of_utc,
    moment,
)
from detente.record.field_types import check_types, is_number, shown
from detente.record.shipped import yaml_of

SIDE = re.compile(r"[A-Z]{3}|EU|WTO|press|joint")
PLACEHOLDERS = ("ALL",)  # a measure against every partner
SOURCE_KINDS = ("official", "joint", "court", "press", "dataset")
DATES = ("asserted", "known", "valid_from", "valid_to")
SHOWN = 40  # characters of a quote that a message repeats


class AssertedAfterKnown(RecordError):
    """A statement that would have been known before anybody asserted it."""


@dataclass(frozen=True)
class Kind:
    """A kind of statement: its meaning, key fields (they decide whether two statements match) and optional keys.

    about: `talks`, or `record` for a decision on the record's own lines.
    """

    name: str
    meaning: str
    keys: Mapping[str, Any]
    optional: Mapping[str, Any]
    about: str = "talks"

    @property
    def fields(self) -> dict[str, Any]:
        """Key and optional fields together, each with its form."""
        return {**self.keys, **self.optional}

    @property
    def required(self) -> list[str]:
        """The key fields that cannot be left out."""
        return [name for name, form in self.keys.items() if not _may_be_null(form)]


@cache
def kinds() -> dict[str, Kind]:
    """All kinds, by name."""
    folder = files("detente").joinpath("record", "kinds")
    entries = [yaml_of(file) for file in folder.iterdir() if file.name.endswith(".yaml")]
    return {
        e["kind"]: Kind(e["kind"], e["meaning"], e["keys"], e.get("optional") or {}, e.get("about", "talks"))
        for e in entries
    }


def check(statement: Statement) -> Statement:
    """The statement itself, if it can be stored. Raises RecordError, which says what is wrong and what to try."""
    where = f"{str(statement.kind)[:SHOWN]} from {str(statement.source)[:SHOWN] or 'no source'}"
    _check_types(where, statement)
    kind = kinds().get(statement.kind)
    if kind is None:
        raise RecordError(f"{where}: no such kind; choose one of {', '.join(sorted(kinds()))}")
    if not statement.source:
        raise RecordError(f"{where}: source is empty; give the id of the source that the statement stands in")
    _check_value(where, kind, statement.value)
    _check_words(where, statement)
    for name in DATES:
        if getattr(statement, name) is not None:
            _check_form(where, name, getattr(statement, name), "date")
    if kind.about == "record" and not (statement.by.name and statement.note.strip()):
        raise RecordError(f"{where}: a decision needs who took it and why; give by.name and note")
    _check_order(where, statement)
    _check_span(where, statement)
    return statement


def check_quote(statement: Statement, text: str) -> Statement:
    """The statement itself, if its quote stands verbatim at its place in the text of its source; else RecordError."""
    quote, start, end = statement.quote, statement.start, statement.end
    if not quote:
        return statement
    where = f"{statement.kind} from {statement.source}"
    if start is None or end is None:
        raise RecordError(f"{where}: the quote {quote[:SHOWN]!r} has no place; give start and end")
    if text[start:end] != quote:
        position = text.find(quote)
        hint = f"it stands at {position}" if position >= 0 else "it stands nowhere in this text; quote it exactly"
        raise RecordError(f"{where}: {start}:{end} reads {text[start:end][:SHOWN]!r}, not {quote[:SHOWN]!r}; {hint}")
    return statement


def check_source(source: Source) -> Source:
    """The source itself, if it can be stored; else RecordError."""
    where = f"source {str(source.id)[:SHOWN] or '(no id)'}"
    _check_types(where, source)
    for name in ("id", "title", "publisher", "published"):
        if not getattr(source, name):
            raise RecordError(f"{where}: {name} is empty; a source needs an id, a title, a publisher and a date")
    _check_form(where, "published", source.published, "date")
    _check_choice(where, "kind", source.kind, SOURCE_KINDS)
    return source


def _check_types(where: str, item: Statement | Source) -> None:
    try:
        check_types(item)
    except RecordError as error:
        raise RecordError(f"{where}: {error}") from None


def _may_be_null(form: Any) -> bool:
    return isinstance(form, str) and form.endswith("?")


def _check_value(where: str, kind: Kind, value: Mapping[str, Any]) -> None:
    for name, form in kind.fields.items():
        if value.get(name) is not None:
            _check_form(where, name, value[name], form)
        elif name in kind.required:
            raise RecordError(f"{where}: {name} is missing; a {kind.name} needs {', '.join(kind.required)}")
    for name in value.keys() - kind.fields.keys():  # other keys are information and let through
        close = difflib.get_close_matches(name, kind.fields, n=1, cutoff=0.85)
        if close and close[0] not in value:
            raise RecordError(f"{where}: {name[:SHOWN]} is not a key of a {kind.name}; did you mean {close[0]}?")


def _check_words(where: str, statement: Statement) -> None:
    """The fields outside the value that allow only certain words."""
    by = statement.by
    _check_choice(where, "modality", statement.modality, MODALITIES)
    _check_choice(where, "polarity", statement.polarity, POLARITIES)
    _check_choice(where, "rank", statement.rank, RANKS)
    _check_choice(where, "by.mode", by.mode, MODES)
    if statement.verification:
        _check_choice(where, "verification", statement.verification, VERIFICATIONS)
    if by.side is not None and not SIDE.fullmatch(by.side):
        raise RecordError(f"{where}: by.side {shown(by.side)} is not a side; try USA, CHN, press or joint")


def _check_order(where: str, statement: Statement) -> None:
    for early, late in (("asserted", "known"), ("valid_from", "valid_to")):
        first, last = getattr(statement, early), getattr(statement, late)
        if first is None or last is None:
            continue
        days_late = (days(first)[0] - days(last)[1]).days
        # one day's leeway: what is said east of Greenwich on the 12th can bear the date of the 11th elsewhere
        if days_late > (early == "asserted" and is_ahead_of_utc(statement.by.side, days(first)[0])):
            refusal = AssertedAfterKnown if early == "asserted" else RecordError
            raise refusal(f"{where}: {early} {first} lies {days_late} days after {late} {last}; swap or correct them")


def _check_span(where: str, statement: Statement) -> None:
    start, end = statement.start, statement.end
    if (start is None) != (end is None):
        raise RecordError(f"{where}: start without end, or end without start; give both or neither")
    if start is not None and end is not None and end - start != len(statement.quote):
        difference = end - start - len(statement.quote)
        raise RecordError(
            f"{where}: start {start} and end {end} are {difference:+d} characters off the length of the quote"
        )


def _check_choice(where: str, name: str, value: Any, allowed: Sequence[str]) -> None:
    if value not in allowed:
        close = difflib.get_close_matches(str(value), allowed, n=1, cutoff=0.4)
        hint = f"did you mean {close[0]}?" if close else "choose one of " + ", ".join(allowed)
        raise RecordError(f"{where}: {name} is {shown(value)}; {hint}")


def _check_form(where: str, name: str, value: Any, form: Any) -> None:
    if isinstance(form, list):
        _check_choice(where, name, value, form)
        return
    known = FORMS.get(form.removesuffix("?"))
    if known is None:
        raise RecordError(f"{where}: the kind gives {name} the form {form!r}; choose one of {', '.join(FORMS)}")
    if not known.fits(value):
        raise RecordError(f"{where}: {name} is {shown(value)}{known.hint}")


def _is_side(value: Any) -> bool:
    return isinstance(value, str) and (value in PLACEHOLDERS or bool(SIDE.fullmatch(value)))


def _is_date(value: Any) -> bool:
    try:
        moment(value.isoformat() if isinstance(value, date) else value)
    except (RecordError, TypeError):
        return False
    return True


def _is_list_of(value: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, (list, tuple)) and all(map(fits, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


class Form(NamedTuple):
    """A form of values: whether a value has it, and the end of the message about one that has not."""

    fits: Callable[[Any], bool]
    hint: str


FORMS = {
    "text": Form(_is_text, ", not a text"),
    "texts": Form(lambda v: _is_list_of(v, _is_text), ", not a list of texts"),
    "side": Form(_is_side, ", not a side; try an ISO3 code such as USA, or EU, WTO, ALL"),
    "sides": Form(lambda v: _is_list_of(v, _is_side), ", not a list of sides; try [CHN, USA]"),
    "date": Form(_is_date, "; write an ISO date such as 2025-11-10"),
    "number": Form(is_number, ", not a number; give percent or percentage points, without a sign"),
    "integer": Form(lambda v: isinstance(v, int) and not isinstance(v, bool), ", not a whole number"),
    "values": Form(lambda v: isinstance(v, Mapping), ", not a mapping"),
    "rates": Form(
        lambda v: isinstance(v, Mapping) and all(map(is_number, v.values())), ", not a mapping of parts to percent"
    ),
}
