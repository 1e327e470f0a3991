"""Files that go with the page: tables safe to open, a calendar entry, a feed, citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from detente.ask.talks.summary import first_deadline, truce_of_the_day
from detente.faces import words
from detente.faces.talks_view import party_codes, returns_sentence
from detente.faces.words import visible

if TYPE_CHECKING:
    from detente.faces.page.views import ViewModel, ViewQuery

JsonRow = dict[str, Any]
FEED_LENGTH = 40
CALENDAR_BYTES = 75  # of a line of a calendar file, RFC 5545
LICENCE = (
    "Numbers and text made by détente: MIT licence. Facts carry no licence; quotations are short and name their source."
    " World tables: see the licence of each in `meta` and in the package's documentation."
)


@dataclass(frozen=True)
class Citation:
    """How to cite what is shown."""

    bibtex: str
    apa: str


def citation(title: str, as_of: str, known: str) -> Citation:
    """How to cite what is shown, as BibTeX and in APA style."""
    version, today = metadata.version("detente"), date.today()
    full = f"{title}: talks of {as_of}, as known on {known}"
    return Citation(
        bibtex="@misc{detente-" + f"{title.lower().replace(' ', '-')}-{as_of}" + ",\n"
        f"  title = {{{full}}},\n  author = {{{{The détente authors}}}},\n  year = {{{today.year}}},\n"
        f"  note = {{détente {version}, seen {today.isoformat()}}}\n}}",
        apa=f"The détente authors. ({today.year}). {full} (Version {version}) [Computer software output]. Seen"
        f" {today.isoformat()}.",
    )


def readme(query: ViewQuery, model: ViewModel) -> str:
    """The README of a zip."""
    cite = citation(model.title, query.as_of, query.known)
    return "\n".join(
        [f"détente {metadata.version('detente')}: {model.title}", "", model.headline, "",
         f"talks of {query.as_of}, as known on {query.known}; address {query.url()}", "", "Repeat:",
         f"  {model.command}", f"  {model.python}", "", "Cite:", cite.apa, "", cite.bibtex, "", LICENCE, ""]
    )  # fmt: skip


def calendar(state: JsonRow, case: Mapping[str, Any]) -> str | None:
    """The end of the truce that counts on the day as an iCalendar entry, in UTC; None without such a truce."""
    truce = truce_of_the_day(state)
    if truce is None or not truce["expiry"]:
        return None
    parties = " and ".join(party["name"] for party in case["parties"])
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//detente//truce//EN", "BEGIN:VEVENT",
        f"UID:{truce['truce']}-{truce['expiry']}@detente", f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        _start(truce, case), f"SUMMARY:{_escape_ics(f'End of the truce, {parties}')}",
        f"DESCRIPTION:{_escape_ics(_description(truce, state['known']))}", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "\r\n".join(folded for line in lines for folded in _fold(line)) + "\r\n"


def _start(truce: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    """When the truce ends: the moment in UTC on the clock of the first party where it is known, else the day."""
    moment = first_deadline(truce, party_codes(case))
    if moment is None:
        return f"DTSTART;VALUE=DATE:{str(truce['expiry'])[:10].replace('-', '')}"
    return f"DTSTART:{datetime.fromisoformat(moment).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _description(truce: Mapping[str, Any], known: str) -> str:
    """What happens then, and the last text that gives this end."""
    text = f"As known on {words.day(known)}. {returns_sentence(truce['scope'])}".strip()
    links = [link for link in truce["chain"] if link["quote"] and link["new_expiry"] == truce["expiry"]]
    last = links[-1] if links else None
    return f"{text} Text: “{last['quote']}” ({last['source']})." if last else text


def _escape_ics(text: str) -> str:
    text = visible(text)
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _fold(line: str) -> list[str]:
    """Lines short enough that none has more than the 75 bytes the standard allows."""
    width = CALENDAR_BYTES - 15 if line.isascii() else 36  # room for the fold's blank, and for characters of two bytes
    parts = [line[start : start + width] for start in range(0, len(line), width)]
    return [parts[0], *(" " + part for part in parts[1:])]


def feed(root: str, dossier: str, home: str | None = None, count: int = FEED_LENGTH) -> str:
    """What the record learned last as RSS, the newest first."""
    from detente.ask.talks import dossier as record

    items = "".join(_item(row, root) for row in record.latest(dossier, count, home))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>détente: changes</title>'
        f"<link>{escape(root)}/record</link><description>What the reviewed record learned, by the day it became known"
        f"</description>{items}</channel></rss>"
    )


def _item(row: Mapping[str, Any], root: str) -> str:
    return (
        f"<item><title>{escape(visible(row['title']))}</title>"
        f"<link>{escape(root)}/record?asof={row['known'][:10]}</link>"
        f'<guid isPermaLink="false">{escape(row["id"])}</guid>{_published(row["known"])}'
        f"<description>{escape(visible(row['words']))}</description></item>"
    )


def _published(known: str) -> str:
    """The day in the feed's format; nothing where only a month is known."""
    try:
        return f"<pubDate>{datetime.fromisoformat(known[:10]):%a, %d %b %Y 00:00:00 GMT}</pubDate>"
    except ValueError:
        return ""


@cache
def static(name: str) -> str:
    """A file of the page."""
    return (resources.files("detente.faces.page") / "static" / name).read_text("utf-8")


@cache
def interpreter() -> str:
    """vega-interpreter as a classic script: the import and export of its module replaced by plain assignments."""
    text = static("vendor/vega-interpreter.js")
    text = text.replace("import { ascending, isString, DisallowedObjectProperties } from 'vega-util';",
                        "const { ascending, isString } = vega; const DisallowedObjectProperties ="
                        " vega.DisallowedObjectProperties || new Set(Object.getOwnPropertyNames(Object.prototype)"
                        ".filter(name => typeof Object.prototype[name] === 'function'));")  # fmt: skip
    text = text.replace("export { expression as expressionInterpreter };", "vega.expressionInterpreter = expression;")
    text = text.split("//# sourceMappingURL")[0]
    return f"(function () {{\n{text}\n}})();\n"
