"""The people and sources of a record as FollowTheMoney entities, and decisions on names as judgements of nomenklatura.

An entity is an object with a schema and lists of texts; a judgement is a line of JSON: two ids, positive, negative or
unsure, a score, who judged, and when. A person of the record, and each name in print that somebody decided on, is an
entity of its own, so that judgements can join them. OpenSanctions documents both formats.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from detente.errors import RecordError
from detente.record.fact import Source, Statement
from detente.record.feeds.catalogue import iso_codes
from detente.record.feeds.followthemoney import SCHEMATA
from detente.record.state.rows import Office, PersonRow
from detente.safe_io import read_json, read_json_lines

JUDGEMENTS = {"same": "positive", "not_same": "negative", "unsure": "unsure"}
DECISIONS = {judgement: decision for decision, judgement in JUDGEMENTS.items()}
UNJUDGED = "no_judgement"
LANGUAGES = {"en": "eng", "zh": "zho", "vi": "vie", "fr": "fra", "es": "spa", "de": "deu", "ja": "jpn", "ko": "kor"}
MOST_LINES = 100_000
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")

Entity = dict[str, Any]


class Judgement(NamedTuple):
    """A decision that two names are one person, or not: the name in print, the person, who decided, on which day."""

    surface: str
    person: str
    decision: str
    who: str | None
    day: str | None
    score: float | None


def entities(
    dataset: str, people: Iterable[PersonRow], decisions: Iterable[Statement], sources: Iterable[Source]
) -> Iterator[Entity]:
    """The entities of a record: persons with their offices, names in print that were decided on, sources.

    dataset: the name of the dossier, which begins every id.
    """
    for row in people:
        yield from _person(dataset, row)
    for surface in dict.fromkeys(str(s.value["surface"]) for s in decisions):
        yield _entity(dataset, name_id(dataset, surface), "Person", name=[surface])
    for source in sources:
        yield _document(dataset, source)


def _entity(dataset: str, identity: str, schema: str, **properties: Sequence[str | None]) -> Entity:
    """An entity without the properties that are empty."""
    texts = {name: [text for text in values if text] for name, values in properties.items()}
    return {
        "id": identity, "schema": schema, "properties": {k: v for k, v in texts.items() if v}, "datasets": [dataset],
        "referents": [],
    }  # fmt: skip


def person_id(dataset: str, person: str) -> str:
    """The id of a person of the record."""
    return f"{dataset}-person-{_digest(person)}"


def name_id(dataset: str, surface: str) -> str:
    """The id of a name in print."""
    return f"{dataset}-name-{_digest(surface)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _person(dataset: str, row: PersonRow) -> Iterator[Entity]:
    identity, country = person_id(dataset, row.person), [_country(row.side)]
    alias = [surface for surface in row.surfaces if surface != row.person]
    yield _entity(dataset, identity, "Person", name=[row.person], alias=alias, country=country)
    for office in row.roles:
        yield from _office(dataset, identity, country, office)


def _office(dataset: str, holder: str, country: Sequence[str | None], office: Office) -> Iterator[Entity]:
    role = office.role
    post = f"{dataset}-post-{_digest(f'{country}{role}')}"
    start, end = _day(office.start), _day(office.end)
    yield _entity(dataset, post, "Position", name=[role], country=country)
    identity = f"{dataset}-occupancy-{_digest(f'{holder}{post}{start}{end}')}"
    yield _entity(dataset, identity, "Occupancy", holder=[holder], post=[post], startDate=[start], endDate=[end])


def _document(dataset: str, source: Source) -> Entity:
    return _entity(
        dataset, f"{dataset}-source-{source.id}", "Article" if source.kind == "press" else "Document",
        title=[source.title], publisher=[source.publisher], publishedAt=[_day(source.published)],
        sourceUrl=[source.url], language=[LANGUAGES.get(source.language)], country=[_country(source.side)],
    )  # fmt: skip


def _country(side: str | None) -> str | None:
    """The code of two letters of a side, in small ones."""
    return min((two.lower() for two, three in iso_codes().items() if three == side), default=None)


def _day(written: str | None) -> str | None:
    """The day, month or year that a date begins with."""
    match = _DAY.match(written or "")
    return match[0] if match else None


def judgement_line(dataset: str, decision: Statement) -> str:
    """A decision on a name as a line of nomenklatura."""
    value = decision.value
    pair = sorted((person_id(dataset, value["person"]), name_id(dataset, value["surface"])), reverse=True)
    row = [*pair, JUDGEMENTS[value["decision"]], None, decision.by.name, str(decision.known)]
    return json.dumps(row, ensure_ascii=False)


# In


def names_of(text: str, path: str) -> dict[str, str]:
    """The first name of every entity that a file of FollowTheMoney has, by its ids. Raises RecordError."""
    names: dict[str, str] = {}
    for number, value in _values(text, path):
        if not isinstance(value, Mapping) or value.get("schema") not in SCHEMATA or "id" not in value:
            raise RecordError(f"{path}, line {number}: no entity of FollowTheMoney: it needs id, schema and properties")
        properties = value.get("properties")
        listed = _list(properties.get("name")) if isinstance(properties, Mapping) else []
        if listed and isinstance(listed[0], str):
            names |= {str(identity): listed[0] for identity in (value["id"], *_list(value.get("referents")))}
    return names


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _values(text: str, path: str) -> Iterator[tuple[int, Any]]:
    """The values of a list of JSON, or of JSON lines, with their numbers."""
    if text.lstrip()[:1] == "[" and not text.lstrip().startswith('["'):
        value = read_json(text, path, error=RecordError)
        yield from enumerate(value if isinstance(value, list) else [value], 1)
    else:
        yield from read_json_lines(text, path, error=RecordError)


def read_judgements(
    text: str, path: str, names: Mapping[str, str], persons: Iterable[str]
) -> tuple[list[Judgement], list[str]]:
    """The judgements of a file of nomenklatura, and why others are left out.

    names: of entities by id; an id without one that is a name itself is taken as it is. persons: of the record; of a
    pair, the one that is among them is the person, else the first. Raises RecordError for a line that is no judgement.
    """
    known = {person.casefold() for person in persons}
    judgements, left_out = [], []
    for number, row in read_json_lines(text, path, error=RecordError):
        if number > MOST_LINES:
            raise RecordError(f"{path}: more than {MOST_LINES:,} lines; split it")
        ids, judgement, more = _fields(row, f"{path}, line {number}")
        why = _why_left_out(ids, judgement, more, names)
        if why:
            left_out.append(f"line {number}: {why}")
        else:
            judgements.append(_judgement([names.get(i, i) for i in ids], DECISIONS[judgement], more, known))
    return judgements, left_out


def _why_left_out(ids: Sequence[str], judgement: str, more: Sequence[Any], names: Mapping[str, str]) -> str:
    """Why a line is left out, empty where it counts."""
    if more[3] is not None:
        return "withdrawn"
    if judgement == UNJUDGED:
        return "not judged"
    unnamed = next((identity for identity in ids if identity not in names and not _is_name(identity)), None)
    return "" if unnamed is None else f"no entity has the id {unnamed[:60]!r}"


def _fields(row: Any, where: str) -> tuple[list[str], str, list[Any]]:
    """The ids, the judgement, and score, user, day and day of withdrawal of a line."""
    is_edge = isinstance(row, list) and 3 <= len(row) <= 7 and all(isinstance(x, str) and x for x in row[:3])
    if not is_edge or row[2] not in (*DECISIONS, UNJUDGED):
        raise RecordError(
            f"{where}: no judgement of nomenklatura; a line is [id, id, positive, negative or unsure, score, user, day]"
        )
    return row[:2], row[2], [*row[3:], None, None, None, None][:4]


def _is_name(identity: str) -> bool:
    """Whether an id is rather a name: it has a blank, or letters beyond ASCII."""
    return " " in identity.strip() or not identity.isascii()


def _judgement(pair: Sequence[str], decision: str, more: Sequence[Any], known: set[str]) -> Judgement:
    person, surface = pair if pair[0].casefold() in known or pair[1].casefold() not in known else reversed(pair)
    score, who, day, _ = more
    number = float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None
    known_on = _day(day) if isinstance(day, str) else None
    return Judgement(surface, person, decision, who if isinstance(who, str) else None, known_on, number)
