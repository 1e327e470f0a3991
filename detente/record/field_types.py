"""What the fields of statements and sources may hold: texts, whole numbers, plain JSON; nothing that no line holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, NamedTuple

from detente.errors import RecordError
from detente.record.fact import By, FactDate, Source, Statement
from detente.safe_io import DIGITS

LONG = 100_000  # characters of one text
DEEP = 20  # levels of a value
SHOWN = 60  # characters of a value that a message repeats


class FieldType(NamedTuple):
    """Whether a value is of a type, and how the type is called."""

    fits: Callable[[Any], bool]
    name: str


def shown(value: Any) -> str:
    """A value in a message: cut where it is long.

    >>> shown("x" * 100)[-6:]
    "xxx..."
    """
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def check_types(item: Statement | Source) -> None:
    """Raise RecordError where a field holds what a line cannot, in words that name the field."""
    _check(item, "")
    if isinstance(item, Statement):
        _check(item.by, "by.")
        _check(item.date, "date.")
        _check_plain(item.value, "value")


def _check(item: Statement | Source | By | FactDate, prefix: str) -> None:
    for name, field_type in _TYPES[type(item)].items():
        value = getattr(item, name)
        if not field_type.fits(value):
            raise RecordError(f"{prefix}{name} is {shown(value)}, not {field_type.name}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONG and (value.isascii() or _is_unicode(value))


def _is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: no half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53


def is_number(value: Any) -> bool:
    """Whether a value is a number that JSON can hold: neither a truth value nor NaN nor infinite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value)


def is_finite(value: float) -> bool:
    """Whether a number is neither NaN nor infinite, nor too large for a float."""
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 10**DIGITS


def _is_date(value: Any) -> bool:
    return _is_text(value) or isinstance(value, date)


def _is_texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


_TEXT = FieldType(_is_text, f"a text of at most {LONG} characters in Unicode")
_OF_FIELDS = {
    "value": FieldType(lambda value: isinstance(value, Mapping), "an object with the keys of the kind"),
    "by": FieldType(lambda value: isinstance(value, By), "a claimant"),
    "date": FieldType(lambda value: isinstance(value, FactDate), "a date of the fact"),
    **dict.fromkeys(("flags", "carries"), FieldType(_is_texts, "a list of texts")),
    **dict.fromkeys(("start", "end"), FieldType(_is_whole, "a whole number")),
    **dict.fromkeys(
        ("asserted", "known", "valid_from", "valid_to", "published", "retrieved", "iso", "anchor", "recorded_at"),
        FieldType(_is_date, "a date; write it as 2025-11-10"),
    ),
    "confidence": FieldType(is_number, "a finite number"),
}


def _type_of(name: str, default: Any) -> FieldType:
    """The type of a field; one whose default is None may be None."""
    plain = _OF_FIELDS.get(name, _TEXT)
    return plain if default is not None else FieldType(lambda value: value is None or plain.fits(value), plain.name)


_TYPES = {
    kind: {field.name: _type_of(field.name, field.default) for field in fields(kind)}
    for kind in (Statement, Source, By, FactDate)
}


def _check_plain(value: Any, where: str, depth: int = DEEP) -> None:
    """Raise RecordError where a value, or one in it, is no plain JSON; dates are read as texts."""
    if depth == 0:
        raise RecordError(f"{where[:SHOWN]} is nested deeper than {DEEP} levels; flatten it")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not _is_text(key):
                raise RecordError(f"{where[:SHOWN]} has the key {shown(key)}, which is not a text")
            _check_plain(inner, f"{where}.{key}", depth - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            _check_plain(inner, where, depth - 1)
    elif not _is_plain(value):
        raise RecordError(f"{where[:SHOWN]} is {shown(value)}; write a text, a finite number, true, false or null")


def _is_plain(value: Any) -> bool:
    if value is None or isinstance(value, bool | date):
        return True
    return _is_text(value) or is_number(value) or hasattr(value, "to_json")
