"""What the data files beside this module say: feeds, publishers, legal bases, headings and acts by title."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import yaml

from detente import labels
from detente.record import people
from detente.record.feeds.model import Feed, FeedSource

LONGEST = 5000  # characters of a clause in which economies are looked for


@dataclass(frozen=True)
class Publisher:
    """Who stands behind a document: a name, a side, the kind of source, and how far it may be copied."""

    name: str
    side: str | None
    kind: str
    prefix: str
    licence: str
    language: str = "en"


@dataclass(frozen=True)
class Heading:
    """What is known of a range of headings of a tariff schedule, apart from the schedule's own text."""

    imposer: str
    first: str
    last: str
    authority: str
    since: int
    targets: tuple[str, ...]
    subject: str
    rate: float | None
    rate_kind: str | None
    ended_on: str | None
    ended_by: str | None
    ended_known: str | None
    source: str


@dataclass(frozen=True)
class Instrument:
    """An act of law by its title: number, day of signature, and legal basis."""

    title: str
    name: str
    signed: str
    published: str
    authority: str


def _text(name: str) -> str:
    return (files("detente") / "record" / "feeds" / name).read_text("utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    lines = [line for line in _text(name).splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


@cache
def _feeds() -> Mapping[str, Mapping[str, Any]]:
    feeds: Mapping[str, Mapping[str, Any]] = yaml.safe_load(_text("feeds.yaml"))
    return feeds


def feed(name: str, part: str = "", prose: bool = False) -> Feed:
    """The feed of that name; part says which of its files."""
    return Feed(name, str(_feeds()[name]["title"]), part, prose)


def publisher(name: str) -> Publisher:
    """Who publishes a feed."""
    row = _feeds()[name]
    fields = ("publisher", "side", "kind", "prefix", "licence")
    who, its_side, kind, prefix, licence = (row[field] for field in fields)
    return Publisher(who, its_side, kind, prefix, licence, row.get("language", "en"))


def series(name: str) -> str:
    """The word by which a feed's documents are numbered."""
    return str(_feeds()[name].get("series", name))


def imposer(name: str) -> str:
    """The side whose acts a tracker or an office lists."""
    row = _feeds()[name]
    return str(row.get("imposer") or row["side"])


def addresses() -> dict[str, tuple[str, ...]]:
    """The official addresses of every feed that has one, by its name."""
    return {name: tuple(row["addresses"]) for name, row in _feeds().items() if row["addresses"]}


def source(name: str, identity: str, title: str, **values: Any) -> FeedSource:
    """A source of a feed: publisher, side, kind, language and licence as the feed's; `values` are the other fields."""
    who = publisher(name)
    usual = {
        "publisher": who.name, "kind": who.kind, "side": who.side, "language": who.language, "licence": who.licence,
        "published": None, "known": None,
    }  # fmt: skip
    return FeedSource(id=identity, title=" ".join(title.split()), **{**usual, **values})


@cache
def _hosts() -> tuple[Mapping[str, Any], ...]:
    return tuple(sorted(yaml.safe_load(_text("publishers.yaml")), key=lambda row: -len(row["host"])))


def publisher_of(address: str | None) -> Publisher:
    """Who publishes under an address; a host that is not known is press, of no side."""
    host = (urlsplit(address or "").hostname or "").removeprefix("www.")
    for row in _hosts():
        if ("." + host).endswith("." + row["host"].lstrip(".")):
            licence = row.get("licence", "cited, not copied")
            name = row.get("publisher") or urlsplit(address or "").hostname or ""
            return Publisher(name, row["side"], row["kind"], row.get("prefix", ""), licence)
    return Publisher(urlsplit(address or "").hostname or "unknown", None, "press", "", "cited, not copied")


@cache
def _authorities() -> tuple[tuple[str, str], ...]:
    return tuple((row["phrase"], row["authority"]) for row in _rows("authorities.csv"))


def authority(text: str, agencies: tuple[str, ...] = ()) -> str | None:
    """The legal basis that the words name, else the one that the issuing agency acts under."""
    for phrase, basis in _authorities():
        agency = phrase.partition("agency:")[2]
        if agency in agencies if agency else re.search(phrase, text, re.I):
            return basis
    return None


@cache
def headings() -> tuple[Heading, ...]:
    """What is known of headings, the narrowest range first."""
    rows = [_heading(row) for row in _rows("headings.csv")]
    return tuple(sorted(rows, key=lambda row: (_number(row.last) - _number(row.first), row.first)))


def _heading(row: Mapping[str, str]) -> Heading:
    return Heading(
        imposer=row["imposer"],
        first=row["first"],
        last=row["last"],
        authority=row["authority"],
        since=int(row["since"]),
        targets=tuple(row["target"].split()),
        subject=row["subject"],
        rate=float(row["rate"]) if row["rate"] else None,
        rate_kind=row["rate_kind"] or None,
        ended_on=row["ended_on"] or None,
        ended_by=row["ended_by"] or None,
        ended_known=row["ended_known"] or None,
        source=row["source"],
    )


def _number(heading: str) -> int:
    return int(heading.replace(".", ""))


def heading(number: str) -> Heading | None:
    """What is known of one heading, such as 9903.01.63."""
    return next((row for row in headings() if row.first <= number <= row.last), None)


def heading_for(imposing: str, basis: str | None, words: str, targets: tuple[str, ...]) -> Heading | None:
    """The one heading by which an act of that basis on those goods and targets is levied, where it is known."""
    for row in headings():
        same_act = row.imposer == imposing and row.authority == basis and row.targets == targets
        if same_act and row.first == row.last and row.subject and row.subject in words.lower():
            return row
    return None


@cache
def _instruments() -> Mapping[str, Instrument]:
    rows = [Instrument(*(r[k] for k in ("title", "instrument", "signed", "published", "authority")))
            for r in _rows("instruments.csv")]  # fmt: skip
    return {title_key(row.title): row for row in rows}


def instrument(title: str) -> Instrument | None:
    """The presidential act of that title, where it is known; case and the form of apostrophes do not matter."""
    return _instruments().get(title_key(title))


def title_key(title: str) -> str:
    """A title in small letters and plain apostrophes, as two publishers of one act share it."""
    return re.sub(r"[^\w]+", " ", title.lower().replace("’", "").replace("'", "")).strip()


@cache
def iso_codes() -> Mapping[str, str]:
    """ISO codes of two letters to codes of three; UK stands for GBR too, and EU for itself."""
    return {row["iso2"]: row["iso3"] for row in _rows("iso2.csv")}


@cache
def names() -> Mapping[str, str]:
    """Names of economies, in English and Chinese, to ISO3 or EU; the longest first."""
    table = {labels.name(code): code for code in labels.codes()}
    for row in people.read_table("sides.csv"):
        words = [*row["names"].split("|"), *row["adjectives"].split("|"), *row["zh"].split("|")]
        table.update({word: row["iso"] for word in words if len(word) > 1})
    for row in _rows("iso2.csv"):
        table.update({word: row["iso3"] for word in row["names"].split("|") if word})
    return dict(sorted(table.items(), key=lambda item: -len(item[0])))


@cache
def members_of_the_eu() -> frozenset[str]:
    """ISO3 codes of the members of the European Union."""
    return frozenset(labels.members("EU"))


@cache
def _name_pattern() -> re.Pattern[str]:
    latin = "|".join(re.escape(name) for name in names() if name[0].isascii())
    other = "|".join(re.escape(name) for name in names() if not name[0].isascii())
    return re.compile(rf"(?<![\w-])(?:{latin})(?![\w-])|{other}")


def sides_in(text: str) -> tuple[str, ...]:
    """The economies that a text names, in its order, each once."""
    return tuple(dict.fromkeys(names()[match[0]] for match in _name_pattern().finditer(text[:LONGEST])))


def side(word: str) -> str | None:
    """The ISO3 code of a name, of a code of two or three letters, or None; capitals do not matter."""
    word = word.strip()
    if word.upper() in iso_codes():
        return iso_codes()[word.upper()]
    if word.upper() in iso_codes().values():
        return word.upper()
    return names().get(word) or _lower_names().get(word.lower())


@cache
def _lower_names() -> Mapping[str, str]:
    return {name.lower(): code for name, code in names().items()}
