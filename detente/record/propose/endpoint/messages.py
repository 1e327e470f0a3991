"""What an endpoint is asked: the rules, the kinds, examples, what is known of the document's names, and its text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from detente.record import people
from detente.record.document import Document
from detente.record.fact import MODES, Statement
from detente.record.propose.annotate import places
from detente.record.propose.endpoint.check import told_kinds
from detente.record.shipped import reader_file, yaml_of

HEAD = 300  # characters of the beginning that stand before a later part of the document
PERSONS, NAMES = 60, 40  # entries of the name table at most
CHINESE = "\u2e80"  # the first character of Chinese script
PARTIES = 2  # sides that the document is taken to be about
FORMS: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "side": {"type": "string"},
    "sides": {"type": "array", "items": {"type": "string"}},
    "date": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "values": {"type": "object"},
    "rates": {"type": "object", "additionalProperties": {"type": "number"}},
}
LINK: Mapping[str, Any] = {"type": ["string", "null"]}
Messages = list[dict[str, str]]


def listing(document: Document, start: int, end: int) -> Messages:
    """The question for the facts of a part of a document."""
    return [{"role": "system", "content": _rules()}, {"role": "user", "content": _document(document, start, end)}]


def review(document: Document, start: int, end: int, statements: Sequence[Statement]) -> Messages:
    """The question whether facts of a part of a document are right."""
    facts = "\n".join(f"{n}. {_dump(_shown(s))}" for n, s in enumerate(statements, start=1))
    content = f"{_document(document, start, end)}\n\n=== Facts to check ===\n{facts}"
    return [{"role": "system", "content": f"{_file('review.md')}\n{_kinds()}"}, {"role": "user", "content": content}]


def _shown(s: Statement) -> dict[str, Any]:
    by = {"name": s.by.name, "side": s.by.side, "mode": s.by.mode}
    date = {"iso": s.date.iso, "expr": s.date.expr}
    return {"kind": s.kind, "quote": s.quote, "by": by, "value": dict(s.value), "date": date}


@cache
def _rules() -> str:
    shown = [
        f"Published: {e['published']}\n{e['text']}\n→ {_dump({'facts': [_with_count(f) for f in e['facts']]})}"
        for e in examples()
    ]
    return f"{_file('list.md')}{_kinds()}\n\nExamples (invented):\n\n" + "\n\n".join(shown)


def _with_count(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": fact["kind"], "quote": fact["quote"], "occurrence": 1, **fact}


@cache
def examples() -> list[dict[str, Any]]:
    """The examples that a model is shown: published, text, facts."""
    return list(yaml_of(reader_file("endpoint", "examples.yaml")))


def _kinds() -> str:
    return "\n".join(f"- {k.name}: {k.meaning} {_dump(k.fields)}" for k in told_kinds().values())


def _file(name: str) -> str:
    return reader_file("endpoint", name).read_text("utf-8")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _document(document: Document, start: int, end: int) -> str:
    """The part of a document that is asked about, and what is known of it."""
    known = [
        f"Published: {document.published or 'unknown'}. Publisher: {document.publisher or 'unknown'}."
        f" Language: {document.language}. Title: {document.title or 'none'}.",
        f"Sides named most: {', '.join(_sides(document)) or 'none'}.",
        *_names(document, start, end),
    ]
    head = document.text[document.body_start : document.body_start + HEAD] if start > document.body_start else ""
    before = f"=== Beginning, for orientation only ===\n{head}\n\n" if head else ""
    text = "\n".join(known) + f"\n\n{before}=== Text ===\n{document.text[start:end]}"
    return text.encode("utf-8", "replace").decode("utf-8")


def parties(document: Document) -> tuple[str, ...]:
    """The two sides that a document names most."""
    return _sides(document)[:PARTIES]


def _sides(document: Document) -> tuple[str, ...]:
    named = places.sides(f"{document.title or ''}\n{document.body}", document.language)
    return tuple(side for side, _ in Counter(m.side for m in named).most_common(NAMES))


def _names(document: Document, start: int, end: int) -> Iterable[str]:
    """The name table, as far as a part of a document uses it."""
    text = document.text[start:end]
    sides = dict.fromkeys(f"{m.words} = {m.side}" for m in places.sides(text, document.language))
    cities = dict.fromkeys(c.name for c in places.cities(text, document.language))
    surfaces = dict.fromkeys(m[0] for m in _persons().finditer(text))
    persons = dict.fromkeys(_person(surface, document.published) for surface in surfaces)
    for title, entries in (("Sides", sides), ("Cities", cities), ("Persons", persons)):
        if entries:
            yield f"{title} in the text: {'; '.join(list(entries)[: PERSONS if title == 'Persons' else NAMES])}."


@cache
def _by_surface() -> dict[str, people.Person]:
    persons: dict[str, people.Person] = {}
    for surface, p in people.surfaces():
        persons.setdefault(surface, p)
    return persons


@cache
def _persons() -> re.Pattern[str]:
    words = sorted(_by_surface(), key=len, reverse=True)
    latin = "|".join(re.escape(w) for w in words if w[0] < CHINESE)
    chinese = "|".join(re.escape(w) for w in words if w[0] >= CHINESE)
    return re.compile(rf"(?<!\w)(?:{latin})(?!\w)|{chinese}")


def _person(surface: str, day: str | None) -> str:
    p = _by_surface()[surface]
    role = p.role(day)
    shown = p.name if p.name == surface else f"{surface} = {p.name}"
    return f"{shown} ({p.side}{', ' + role.title if role else ''})"


@cache
def list_schema() -> dict[str, Any]:
    """The JSON schema of the list of facts."""
    facts = [_fact_schema(name) for name in told_kinds()]
    return _object({"facts": {"type": "array", "items": {"anyOf": facts}}}, ["facts"])


@cache
def review_schema() -> dict[str, Any]:
    """The JSON schema of the verdicts on facts."""
    keys = {
        "fact": {"type": "integer"},
        "verdict": {"enum": ["right", "drop", "mend"]},
        "kind": {"enum": list(told_kinds())},
        "value": {"type": "object"},
        **_about(),
    }
    check = _object(keys, ["fact", "verdict"])
    return _object({"checks": {"type": "array", "items": check}}, ["checks"])


def _fact_schema(name: str) -> dict[str, Any]:
    kind = told_kinds()[name]
    value = _object({key: _form(form) for key, form in kind.fields.items()}, kind.required)
    keys = {"kind": {"enum": [name]}, "quote": {"type": "string"}, "occurrence": {"type": "integer"}, "value": value}
    return _object({**keys, **_about()}, ["kind", "quote", "by", "value", "date"])


def _about() -> dict[str, Any]:
    by = _object({"name": LINK, "side": LINK, "mode": {"enum": list(MODES)}}, ["name", "side", "mode"])
    return {"by": by, "date": _object({"iso": LINK, "expr": LINK}, ["iso", "expr"])}


def _form(form: Any) -> dict[str, Any]:
    if isinstance(form, list):
        return {"enum": form}
    plain = dict(FORMS[form.removesuffix("?")])
    return {"anyOf": [plain, {"type": "null"}]} if form.endswith("?") else plain


def _object(properties: Mapping[str, Any], required: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
