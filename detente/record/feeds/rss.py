"""RSS and Atom: items of the White House, USTR, the Federal Register, the Official Journal of the EU, and any other.

An item is known since it was first posted; a later edit changes nothing about that. Titles make no acts. Links that are
not of the web are dropped.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from detente.record.feeds import catalogue, dates, law
from detente.record.feeds.model import FeedFile, FeedSource, Update, together, unless_refused
from detente.record.feeds.untrusted import flat, flat_inline, refuse, web_address, without_tags

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
RDF = "{http://purl.org/rss/1.0/}"
IRRELEVANT = re.compile(r"nominations|appointments", re.I)
ITEMS = 10_000  # items of one feed


@dataclass(frozen=True)
class Item:
    """One item of a feed: its texts without escapes, and its times as written."""

    title: str
    link: str | None
    guid: str
    posted: str
    edited: str
    text: str
    categories: tuple[str, ...]
    host: str | None  # address of the whole feed, which tells the publisher of an item without a link


def recognise(file: FeedFile) -> str:
    """rss or atom; empty for anything else."""
    root = file.value
    if file.form != "xml" or not isinstance(root, ET.Element):
        return ""
    if root.tag == f"{ATOM}feed":
        return "atom"
    return "rss" if root.tag == "rss" or root.tag.endswith("}RDF") else ""


def read(files: Sequence[FeedFile]) -> Update:
    """The sources and acts of all feeds; an item that cannot be read is named and left out."""
    return together(
        unless_refused(file.path, partial(_read_item, f"{file.path}: item {number}", item))
        for file in files
        for number, item in enumerate(_items(file), 1)
    )


def _items(file: FeedFile) -> list[Item]:
    root: ET.Element = file.value
    is_atom = root.tag == f"{ATOM}feed"
    elements = root.findall(f"{ATOM}entry") if is_atom else [*root.iter("item"), *root.iter(f"{RDF}item")]
    if len(elements) > ITEMS:
        refuse(file.path, f"{len(elements):,} items, at most {ITEMS:,} are read", "ask for fewer pages")
    host = _atom_link(root) if is_atom else web_address(root.findtext("channel/link"))
    return [_atom_item(element, host) if is_atom else _rss_item(element, host) for element in elements]


def _rss_item(element: ET.Element, host: str | None) -> Item:
    def text(name: str) -> str:
        return element.findtext(name) or element.findtext(RDF + name) or ""

    return Item(
        title=unescaped(text("title")),
        link=web_address(text("link")) or web_address(text("guid")),
        guid=text("guid"),
        posted=text("pubDate"),
        edited="",
        text=without_tags(html.unescape(element.findtext(CONTENT) or text("description"))),
        categories=tuple(c.text or "" for c in element.findall("category")),
        host=host,
    )


def _atom_item(element: ET.Element, host: str | None) -> Item:
    def text(name: str) -> str:
        child = element.find(ATOM + name)
        return "" if child is None else "".join(child.itertext())

    return Item(
        title=unescaped(text("title")),
        link=_atom_link(element),
        guid=text("id"),
        posted=text("published") or text("updated"),
        edited=text("updated"),
        text=without_tags(html.unescape(text("content") or text("summary"))),
        categories=tuple(c.get("term", "") for c in element.findall(f"{ATOM}category")),
        host=host,
    )


def _atom_link(element: ET.Element) -> str | None:
    links = element.findall(f"{ATOM}link")
    fitting = [link for link in links if link.get("rel", "alternate") == "alternate"] or links
    return web_address(fitting[0].get("href")) if fitting else None


def unescaped(text: str) -> str:
    """A title with entities read, twice where a feed escapes twice, without tags, on one line."""
    return flat_inline(html.unescape(html.unescape(text)))


def _read_item(where: str, item: Item) -> Update:
    if not item.title:
        refuse(where, "has no title", "it is left out")
    moment = _moment(item.posted)
    if moment is None:
        refuse(where, f"has no date that can be read ({item.posted[:40]!r})", "it is left out")
    if any(IRRELEVANT.search(category) for category in item.categories):
        return Update()
    make = _maker(item)
    source = replace(make(item, moment), text=item.text)
    reads_law = source.kind == "official" and make in (_white_house, _ustr)
    return Update(
        sources=(source,),
        acts=tuple(law.acts(law.passage_of(source))) if reads_law else (),
        warnings=_zone_remark(where, item.posted),
        unread=(source.id,) if item.text else (),
    )


def _maker(item: Item) -> Maker:
    address = item.link or item.host or ""
    return next((make for pattern, make in MAKERS if pattern.search(address)), _other)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return dates.mail_time(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone_remark(where: str, posted: str) -> tuple[str, ...]:
    """Standard time in a month of daylight time: read as written, and said."""
    zone = re.search(r"\b([ECMP])ST\s*$", posted)
    moment = dates.mail_time(posted) if zone else None
    if moment is None or not 4 <= moment.month <= 10:
        return ()
    return (f"{where}: {posted.strip()!r} gives standard time in summer; read as written",)


# Who publishes: what the id, the day and the other fields are


def _white_house(item: Item, moment: datetime) -> FeedSource:
    post = re.search(r"[?&]p=(\d+)", item.guid)
    local = dates.in_washington(moment)
    return _published(item, local, f"wh-{post[1]}" if post else None, signed=dates.signed_day(flat(item.text)))


def _ustr(item: Item, moment: datetime) -> FeedSource:
    node = re.match(r"(\d+) at ", item.guid)
    return _published(item, dates.in_washington(moment), f"ustr-{node[1]}" if node else None)


def _register(item: Item, moment: datetime) -> FeedSource:
    """An item of the Federal Register, the same source as its JSON record; the time is midnight in Washington."""
    number = re.search(r"/documents/\d{4}/\d\d/\d\d/([\w-]+)/", item.link or "")
    if number is None:
        refuse(f"the item {item.title[:60]!r}", "has no document number in its address", "it is left out")
    day = dates.in_washington(moment).date().isoformat()
    return catalogue.source("federal_register", f"fr-{number[1]}", item.title, published=day, known=day, url=item.link)


CELEX = re.compile(r"CELEX:(\d{5}[A-Z]+\d{4})(?:R\((\d\d)\))?")
REGULATION = re.compile(rf"(Regulation|Decision|Directive) \(EU\) (\d{{4}}/\d+) of ({dates.DAY})")


def _official_journal(item: Item, moment: datetime) -> FeedSource:
    """An act of the Official Journal; a corrigendum bears the number of the act that it corrects."""
    day = moment.astimezone(UTC).date().isoformat()
    celex, act = CELEX.search(item.text), REGULATION.search(item.title)
    corrigendum = celex is not None and celex[2] is not None
    identity = f"celex-{celex[1]}" + (f"R{celex[2]}" if corrigendum else "") if celex else None
    return catalogue.source(
        "official_journal",
        identity or f"oj-{_digest(item)}",
        item.title,
        published=day,
        known=day,
        url=item.link,
        signed=dates.day(act[3]) if act else None,
        instrument=f"{act[1]} (EU) {act[2]}" if act else None,
        corrects=f"celex-{celex[1]}" if corrigendum and celex else None,
    )


def _other(item: Item, moment: datetime) -> FeedSource:
    edited = _moment(item.edited)
    return _published(item, moment, None, updated=edited.isoformat(timespec="seconds") if edited else None)


def _published(
    item: Item, moment: datetime, identity: str | None, signed: str | None = None, updated: str | None = None
) -> FeedSource:
    who = catalogue.publisher_of(item.link or item.host)
    return FeedSource(
        id=identity or f"{who.prefix or 'rss'}-{_digest(item)}",
        title=item.title,
        publisher=who.name,
        published=moment.date().isoformat(),
        known=moment.isoformat(timespec="seconds"),
        kind=who.kind,
        side=who.side,
        url=item.link,
        signed=signed,
        updated=updated,
        licence=who.licence,
    )


def _digest(item: Item) -> str:
    return sha256((item.guid.partition("#")[0] or item.link or item.title).encode()).hexdigest()[:8]


Maker = Callable[[Item, datetime], FeedSource]
MAKERS: tuple[tuple[re.Pattern[str], Maker], ...] = (
    (re.compile(r"^https?://(?:www\.)?whitehouse\.gov(?:/|$)"), _white_house),
    (re.compile(r"^https?://(?:www\.)?ustr\.gov(?:/|$)"), _ustr),
    (re.compile(r"^https?://(?:www\.)?federalregister\.gov/"), _register),
    (re.compile(r"^https?://eur-lex\.europa\.eu/"), _official_journal),
)
