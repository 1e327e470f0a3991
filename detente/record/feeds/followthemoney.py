"""FollowTheMoney: entities as JSON lines, and statements as CSV.

There is no schema for a tariff; Sanction carries entity lists. Every value is a list. When the crawler saw a statement
says nothing about when the public could know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import (
    FeedAct,
    FeedFile,
    FeedPerson,
    FeedSource,
    FeedTable,
    Refusal,
    Refused,
    Update,
    together,
)
from detente.record.feeds.untrusted import mappings, refuse, table, web_address

SCHEMA_NAMES = """
Address Airplane Analyzable Article Assessment Asset Associate Audio BankAccount Call CallForTenders Company Contract
ContractAward CourtCase CourtCaseParty CryptoWallet Debt Directorship Document Documentation EconomicActivity Email
Employment Event Family Folder HyperText Identification Image Interest Interval LegalEntity License Membership Mention
Message Note Occupancy Organization Ownership Package Page Pages Passport Payment Person PlainText Position Post
Project ProjectParticipant PublicBody RealEstate Representation Sanction Security Similar Succession Table TaxRoll
Thing Trip UnknownLink UserAccount Value Vehicle Vessel Video Workbook
"""
SCHEMATA = frozenset(SCHEMA_NAMES.split())
DOCUMENTS = ("Document", "Article", "HyperText")
STATUSES = {"suspended": "suspended", "delisted": "ended", "ended": "ended", "expired": "ended"}


def recognise(file: FeedFile) -> str:
    """entities or statements; empty for anything else."""
    if file.form in ("lines", "json"):
        first = file.value[0] if isinstance(file.value, list) and file.value else file.value
        is_entity = isinstance(first, Mapping) and {"id", "schema", "properties"} <= first.keys()
        return "entities" if is_entity else ""
    is_table = file.form == "text" and {"canonical_id", "entity_id", "prop"} <= set(file.first_line.split(","))
    return "statements" if is_table else ""


def read(files: Sequence[FeedFile]) -> Update:
    """The sources, listings and persons of entity files, and a description of statement files."""
    return together(_entities(file) if recognise(file) == "entities" else _statements(file) for file in files)


@dataclass(frozen=True)
class _Entity:
    """One entity: its properties are lists of texts."""

    id: str
    schema: str
    properties: Mapping[str, Sequence[str]]
    former_ids: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a property."""
        return tuple(self.properties.get(name, ()))

    def first(self, name: str) -> str | None:
        """The first value of a property, or None."""
        return next(iter(self.all(name)), None)

    def side(self, *names: str) -> str | None:
        """The ISO3 code of the first of the properties that names a country."""
        return next((side for name in names if (side := catalogue.side(self.first(name) or ""))), None)


def _entity(path: str, place: int, value: Mapping[str, Any]) -> _Entity:
    where = f"{path}: line {place}"
    schema, properties = value.get("schema"), value.get("properties")
    if schema not in SCHEMATA:
        refuse(where, f"schema {schema} is not one of FollowTheMoney", "correct it, or leave the line out")
    if not isinstance(properties, Mapping):
        refuse(where, "properties is no mapping", "correct it")
    texts = {str(name): _texts(where, str(name), values) for name, values in properties.items()}
    lists = {key: tuple(map(str, value.get(key) or ())) for key in ("referents", "datasets")}
    return _Entity(str(value.get("id")), str(schema), texts, lists["referents"], lists["datasets"])


def _texts(where: str, name: str, values: Any) -> list[str]:
    if not isinstance(values, list):
        kind = "text" if isinstance(values, str) else type(values).__name__
        refuse(where, f"properties.{name} is {kind} where a list is due", "put the value into a list")
    return [str(value) for value in values if value is not None]


def _entities(file: FeedFile) -> Update:
    rows, refused = _rows(file)
    by_id = {entity.id: entity for entity in rows}
    sources = tuple(map(_document, _of(rows, *DOCUMENTS)))
    sanctions = _of(rows, "Sanction")
    ids = [source.id for source in sources]
    acts = tuple(act for entity in sanctions if (act := _listing(entity, by_id, ids)))
    imposed = {act.id for act in acts}
    left_out = [entity.id for entity in sanctions if entity.id not in imposed]
    remarks = tuple(f"{file.path}: {name} names no country that imposes it: left out" for name in left_out)
    people = tuple(_person(entity, rows, by_id) for entity in _of(rows, "Person"))
    return Update(sources=sources, acts=acts, people=people, warnings=remarks, refused=tuple(refused))


def _of(rows: Sequence[_Entity], *schemata: str) -> list[_Entity]:
    return [entity for entity in rows if entity.schema in schemata]


def _rows(file: FeedFile) -> tuple[list[_Entity], list[Refusal]]:
    """The entities, and those that were left out."""
    value = file.value if isinstance(file.value, list) else [file.value]
    rows, refused = [], []
    for place, item in enumerate(mappings(file.path, value, "the entities"), 1):
        try:
            rows.append(_entity(file.path, place, item))
        except Refused as error:
            refused.append(Refusal(file.path, str(error)))
    return rows, refused


def _document(entity: _Entity) -> FeedSource:
    day = entity.first("publishedAt") or entity.first("date")
    published = dates.iso_day(day)
    return catalogue.source(
        "followthemoney",
        entity.id,
        entity.first("title") or entity.first("name") or entity.id,
        publisher=", ".join(entity.datasets) or "unknown",
        published=published,
        known=published,
        language={"zho": "zh", "eng": "en", "vie": "vi"}.get(entity.first("language") or "eng", "en"),
        url=web_address(entity.first("sourceUrl")),
    )


def _listing(entity: _Entity, by_id: Mapping[str, _Entity], sources: Sequence[str]) -> FeedAct | None:
    """An entry of an entity list; it is announced on its listing day and begins on its start."""
    imposer = entity.side("country", "jurisdiction")
    if imposer is None:
        return None
    names = [by_id[i].first("name") or i if i in by_id else i for i in entity.all("entity")]
    announced = dates.iso_day(entity.first("listingDate"))
    return FeedAct(
        entity.id,
        imposer,
        target_text=", ".join(names) or None,
        rate_kind="listing",
        type="entity_listing",
        announced=announced,
        legal_from=dates.iso_day(entity.first("startDate")),
        until=dates.iso_day(entity.first("endDate")),
        status=STATUSES.get((entity.first("status") or "").lower()),
        known=announced,
        authority=entity.first("authority"),
        scope=entity.first("program"),
        verification="secondary",
        sources=tuple(sources[:1]),
    )


def _person(entity: _Entity, rows: Sequence[_Entity], by_id: Mapping[str, _Entity]) -> FeedPerson:
    posts = [row for row in rows if row.schema == "Occupancy" and entity.id in row.all("holder")]
    post = by_id.get(posts[0].first("post") or "") if posts else None
    return FeedPerson(
        id=entity.id,
        names=entity.all("name"),
        aliases=entity.all("alias"),
        former_ids=entity.former_ids,
        office=post.first("name") if post else None,
        since=posts[0].first("startDate") if posts else None,
        side=entity.side("nationality", "country"),
    )


def _statements(file: FeedFile) -> Update:
    rows = table(file)
    unknown = [row["schema"] for row in rows if row["schema"] not in SCHEMATA]
    if unknown:
        refuse(file.path, f"schema {unknown[0]} is not one of FollowTheMoney", "correct it, or leave the row out")
    facts = {
        "entities": list(dict.fromkeys(row["canonical_id"] for row in rows)),
        "joined": {row["entity_id"]: row["canonical_id"] for row in rows},
        "unsure": [row["id"] for row in rows if row["external"] == "t"],
    }
    note = "first_seen is when the crawler saw it, not when it was known; external values are candidates only"
    return Update(tables=(FeedTable(file.path, "FollowTheMoney statements", len(rows), facts, note),))
