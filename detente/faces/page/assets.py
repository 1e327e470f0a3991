"""Files that go with the page: tables safe to open, a calendar entry, a feed, citations, the API's description."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata, resources
from typing import Any
from xml.sax.saxutils import escape

from detente.faces.words import visible

FORMULA = ("=", "+", "-", "@")  # how a cell starts that a spreadsheet would run
LICENCE = (
    "Numbers and text made by détente: MIT licence. Facts carry no licence; quotations are short and name their source."
    " World tables: see the licence of each in `meta` and in the package's documentation."
)


def cell(value: Any) -> str:
    """A cell of a CSV; text that a spreadsheet would run starts with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return repr(value) if isinstance(value, float) else str(value)
    text = visible(str(value))
    return "'" + text if text.lstrip().startswith(FORMULA) else text


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([cell(row.get(k)) for k in rows[0]] for row in rows)
    return out.getvalue()


def citation(title: str, as_of: str, known: str) -> dict[str, str]:
    """How to cite what is shown, as BibTeX and in APA style."""
    version, today = metadata.version("detente"), date.today()
    named = f"{title}: talks of {as_of}, as known {known}"
    return {
        "bibtex": "@misc{detente-" + f"{title.lower().replace(' ', '-')}-{as_of}" + ",\n"
        f"  title = {{{named}}},\n  author = {{{{The détente authors}}}},\n  year = {{{today.year}}},\n"
        f"  note = {{détente {version}, seen {today.isoformat()}}}\n}}",
        "apa": f"The détente authors. ({today.year}). {named} (Version {version}) [Computer software output]. Seen"
        f" {today.isoformat()}.",
    }


def about(wanted: Any, found: Any) -> str:
    """The README of a zip."""
    cite = citation(found.title, wanted.as_of, wanted.known)
    return "\n".join(
        [f"détente {metadata.version('detente')}: {found.title}", "", found.headline, "",
         f"talks of {wanted.as_of}, as known {wanted.known}; address {wanted.url()}", "", "Again:",
         f"  {found.command}", f"  {found.python}", "", "Cite:", cite["apa"], "", cite["bibtex"], "", LICENCE, ""]
    )  # fmt: skip


def calendar(truces: Sequence[dict[str, Any]], wanted: Any) -> str | None:
    """The end of the truce in force as an iCalendar entry, in UTC; None where there is none."""
    if not truces:
        return None
    truce = truces[0]
    at = datetime.fromisoformat(truce["deadline_at"]["USA"]).astimezone(UTC) if truce.get("deadline_at") else None
    start = f"DTSTART:{at:%Y%m%dT%H%M%SZ}" if at else f"DTSTART;VALUE=DATE:{str(truce['expiry'])[:10].replace('-', '')}"
    last = next((link for link in reversed(truce["chain"]) if link["quote"]), None)
    words = f"As known {wanted.known}. At zero: {truce['scope']} can come back."
    if last:
        words += f" Text: “{last['quote']}” ({last['source']})."
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//detente//truce//EN", "BEGIN:VEVENT",
        f"UID:{truce['truce']}-{truce['expiry']}@detente", f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}", start,
        "SUMMARY:End of the tariff truce, USA and China", f"DESCRIPTION:{_ics(words)}", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "\r\n".join(folded for line in lines for folded in _fold(line)) + "\r\n"


def _ics(text: str) -> str:
    text = visible(text)
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _fold(line: str) -> list[str]:
    """Lines of at most 60 characters, so that none has more than the 75 bytes the standard allows."""
    parts = [line[k : k + 36] for k in range(0, len(line), 36)] if not line.isascii() else [
        line[k : k + 60] for k in range(0, len(line), 60)]  # fmt: skip
    return [parts[0], *(" " + part for part in parts[1:])]


def feed(root: str, dossier: str, count: int = 40) -> str:
    """What the record learned last, the newest first."""
    from detente.ask.talks import dossier as record

    rows = record.latest(dossier, count)
    items = "".join(
        f"<item><title>{escape(visible(r['title']))}</title><link>{escape(root)}/record?asof={r['known'][:10]}</link>"
        f'<guid isPermaLink="false">{escape(r["id"])}</guid>'
        f"{_published(r['known'])}"
        f"<description>{escape(visible(r['words']))}</description></item>"
        for r in rows
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>détente: changes</title>'
        f"<link>{escape(root)}/record</link><description>What the reviewed record learned, by the day it was known"
        f"</description>{items}</channel></rss>"
    )


def _published(known: str) -> str:
    """The day in the feed's words; nothing where only a month is known."""
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
    """vega-interpreter as a classic script: its module with import and export put in other words."""
    text = static("vendor/vega-interpreter.js")
    text = text.replace("import { ascending, isString, DisallowedObjectProperties } from 'vega-util';",
                        "const { ascending, isString } = vega; const DisallowedObjectProperties ="
                        " vega.DisallowedObjectProperties || new Set(Object.getOwnPropertyNames(Object.prototype)"
                        ".filter(name => typeof Object.prototype[name] === 'function'));")  # fmt: skip
    text = text.replace("export { expression as expressionInterpreter };", "vega.expressionInterpreter = expression;")
    text = text.split("//# sourceMappingURL")[0]
    return f"(function () {{\n{text}\n}})();\n"


def openapi() -> dict[str, Any]:
    """The API in OpenAPI 3.1."""
    day = {"schema": {"type": "string", "format": "date"}, "in": "query", "required": False}
    days = [{"name": "asof", "description": "the day", **day}, {"name": "known", "description": "as known on", **day}]
    from detente.ask.questions.what_if import LEVERS, PRESETS

    number = {"type": "number", "minimum": -200, "maximum": 200}
    levers = [{"name": n, "in": "query", "required": False, "description": f"points added to {what}", "schema": number}
              for n, what in LEVERS.items()]  # fmt: skip
    preset = {"name": "preset", "in": "query", "required": False, "schema": {"enum": list(PRESETS)}}
    horizon = {"name": "horizon", "in": "query", "required": False, "schema": {"enum": ["short", "medium", "long"]}}
    what = {
        "/api/brief": ("the brief of a day", days), "/api/state": ("the state of the talks", days),
        "/api/forecast": ("chances of what comes", days), "/api/deal": ("deals of a day", days),
        "/api/what-if": ("duties moved by points, priced", [*days, *levers, preset, horizon]),
    }  # fmt: skip
    answer = {"description": "the answer, with meta", "content": {"application/json": {"schema": {"type": "object"}}}}
    wrong = {
        "description": "one clear line",
        "content": {"application/json": {"schema": {"type": "object", "required": ["error"],
                                                    "properties": {"error": {"type": "string"}}}}},
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "détente", "version": metadata.version("detente"), "license": {"name": "MIT"}},
        "paths": {
            path: {"get": {"summary": summary, "parameters": given,
                           "responses": {"200": answer, "400": wrong, "422": wrong, "429": wrong, "414": wrong}}}
            for path, (summary, given) in what.items()
        },
    }  # fmt: skip
