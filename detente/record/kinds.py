"""Kinds: what a statement can say. One YAML file a kind: its meaning, key fields, closed lists, optional keys.

A field's form is a list (closed), or one of the words in FORMS; a trailing ? means it may be left out or null.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from detente.errors import RecordError
from detente.record.fact import MODALITIES, MODES, POLARITIES, RANKS, VERIFICATIONS, Source, Statement, days, moment

SIDE = re.compile(r"[A-Z]{3}|EU|WTO|press|joint")
PLACEHOLDERS = ("ALL",)  # a measure against every partner
SOURCE_KINDS = ("official", "joint", "court", "press", "dataset")


@dataclass(frozen=True)
class Kind:
    """A kind of statement: its meaning, key fields (they decide a match) and optional keys; forms as in the YAML."""

    name: str
    meaning: str
    keys: Mapping[str, Any]
    optional: Mapping[str, Any]
    about: str = "talks"  # or record: a decision on its lines

    @property
    def fields(self) -> dict[str, Any]:
        """Key and optional fields together."""
        return {**self.keys, **self.optional}


@cache
def kinds() -> dict[str, Kind]:
    """All kinds, by name."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    folder = files("detente").joinpath("record", "kinds")
    told = [
        yaml.load(file.read_text(encoding="utf-8"), loader) for file in folder.iterdir() if file.name[-5:] == ".yaml"
    ]
    return {
        k["kind"]: Kind(k["kind"], k["meaning"], k["keys"], k.get("optional") or {}, k.get("about", "talks"))
        for k in told
    }


def check(statement: Statement) -> Statement:
    """The statement, if it can be stored; else RecordError says what, where, how far off and what to try."""
    where = f"{statement.kind} from {statement.source or 'no source'}"
    kind = kinds().get(statement.kind)
    if kind is None:
        raise RecordError(f"{where}: no such kind; kinds are {', '.join(sorted(kinds()))}")
    if not statement.source:
        raise RecordError(f"{where}: source is empty; every statement says where it stands")
    _check_value(where, kind, statement.value)
    for name, allowed in (("modality", MODALITIES), ("polarity", POLARITIES), ("rank", RANKS)):
        _one_of(where, name, getattr(statement, name), allowed)
    _one_of(where, "by.mode", statement.by.mode, MODES)
    if statement.verification:
        _one_of(where, "verification", statement.verification, VERIFICATIONS)
    if statement.by.side is not None and not SIDE.fullmatch(statement.by.side):
        raise RecordError(f"{where}: by.side {statement.by.side!r} is not a side; try USA, CHN, press or joint")
    for name in ("asserted", "known", "valid_from", "valid_to"):
        if getattr(statement, name) is not None:
            _form(where, name, getattr(statement, name), "date")
    if kind.about == "record" and not (statement.by.name and statement.note.strip()):
        raise RecordError(f"{where}: a decision needs who took it and why; give by.name and note")
    _check_order(where, statement)
    _check_span(where, statement)
    return statement


def check_quote(statement: Statement, text: str) -> Statement:
    """The statement, if its quote stands verbatim at its place in the source's text; else RecordError."""
    if not statement.quote:
        return statement
    start, end = statement.start, statement.end
    where = f"{statement.kind} from {statement.source}"
    if start is None or end is None:
        raise RecordError(f"{where}: the quote {statement.quote[:40]!r} has no place; give start and end")
    if text[start:end] != statement.quote:
        at = text.find(statement.quote)
        try_this = f"it stands at {at}" if at >= 0 else "it stands nowhere in this text; quote byte for byte"
        raise RecordError(
            f"{where}: {start}:{end} reads {text[start:end][:40]!r}, not {statement.quote[:40]!r}; {try_this}"
        )
    return statement


def check_source(source: Source) -> Source:
    """The source, if it can be stored; else RecordError."""
    where = f"source {source.id or '(no id)'}"
    for name in ("id", "title", "publisher", "published"):
        if not getattr(source, name):
            raise RecordError(f"{where}: {name} is empty; every source says who published what, when")
    _form(where, "published", source.published, "date")
    _one_of(where, "kind", source.kind, SOURCE_KINDS)
    return source


def _check_value(where: str, kind: Kind, value: Mapping[str, Any]) -> None:
    fields = kind.fields
    for name, form in fields.items():
        optional = name in kind.optional or (isinstance(form, str) and form.endswith("?"))
        if value.get(name) is None:
            if not optional:
                raise RecordError(f"{where}: {name} is missing; a {kind.name} needs {', '.join(_needed(kind))}")
        else:
            _form(where, name, value[name], form)
    for name in value.keys() - fields.keys():
        near = difflib.get_close_matches(name, fields, n=1, cutoff=0.85)
        if near and near[0] not in value:
            raise RecordError(f"{where}: {name} is no key of a {kind.name}; did you mean {near[0]}?")


def _needed(kind: Kind) -> list[str]:
    return [name for name, form in kind.keys.items() if not (isinstance(form, str) and form.endswith("?"))]


def _check_order(where: str, statement: Statement) -> None:
    for early, late in (("asserted", "known"), ("valid_from", "valid_to")):
        first, last = getattr(statement, early), getattr(statement, late)
        if first is None or last is None:
            continue
        gap = (days(first)[0] - days(last)[1]).days
        # a day's leeway: Beijing says on the 12th what Washington's date line reads on the 11th
        if gap > (1 if early == "asserted" and statement.by.side == "CHN" else 0):
            raise RecordError(f"{where}: {early} {first} lies {gap} days after {late} {last}; swap or correct them")


def _check_span(where: str, statement: Statement) -> None:
    start, end = statement.start, statement.end
    if (start is None) != (end is None):
        raise RecordError(f"{where}: start without end, or end without start; give both or neither")
    if start is not None and end is not None and end - start != len(statement.quote):
        off = end - start - len(statement.quote)
        raise RecordError(f"{where}: start {start} and end {end} are {off:+d} characters off the quote's length")


def _one_of(where: str, name: str, value: Any, allowed: tuple[str, ...] | list[str]) -> None:
    if value not in allowed:
        near = difflib.get_close_matches(str(value), allowed, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else "choose one of " + ", ".join(allowed)
        raise RecordError(f"{where}: {name} is {value!r}; {hint}")


def _form(where: str, name: str, value: Any, form: Any) -> None:
    if isinstance(form, list):
        _one_of(where, name, value, form)
        return
    word = form.removesuffix("?")
    if word not in FORMS:
        raise RecordError(f"{where}: the kind gives {name} the form {form!r}; forms are {', '.join(FORMS)}")
    if word == "date":
        try:
            moment(value.isoformat() if isinstance(value, date) else value)
        except (RecordError, TypeError) as refused:
            raise RecordError(f"{where}: {name} is {value!r}; write an ISO date such as 2025-11-10") from refused
    elif not FORMS[word](value):
        raise RecordError(f"{where}: {name} is {value!r}, not {ARTICLES[word]}")


def _is_side(value: Any) -> bool:
    return isinstance(value, str) and (value in PLACEHOLDERS or bool(SIDE.fullmatch(value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


FORMS: dict[str, Any] = {
    "text": lambda v: isinstance(v, str),
    "texts": lambda v: isinstance(v, (list, tuple)) and all(isinstance(x, str) for x in v),
    "side": _is_side,
    "sides": lambda v: isinstance(v, (list, tuple)) and all(_is_side(x) for x in v),
    "date": None,
    "number": _is_number,
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "values": lambda v: isinstance(v, Mapping),
    "rates": lambda v: isinstance(v, Mapping) and all(map(_is_number, v.values())),
}
ARTICLES = {
    "text": "a text",
    "texts": "a list of texts",
    "side": "a side; try an ISO3 code such as USA, or EU, WTO, ALL",
    "sides": "a list of sides; try [CHN, USA]",
    "number": "a number; rates are in percent or points, without a sign",
    "integer": "a whole number",
    "values": "a mapping",
    "rates": "a mapping of parts to percent",
}
