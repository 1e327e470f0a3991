"""The Federal Register: documents and public inspection of its API, and the raw text of a document.

`documents` give the day of the issue; public inspection gives the minute of filing, which is when anybody could first
read a document. Rates and days of most acts stand only in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from detente.record.feeds import catalogue, dates, law
from detente.record.feeds.model import FeedAct, FeedFile, FeedSource, Update, together, unless_refused
from detente.record.feeds.untrusted import Page, first_object, flat, mappings, objects, refuse, web_address

CAP = 10_000  # where the server stops counting
NUMBER = re.compile(r"(?:[A-Z]\d{1,2}-)?\d{4}-\d{4,6}")
DESCRIBED = re.compile(r"(?:Public Inspection )?Documents\b|All (?:Public Inspection )?Documents")


def recognise(file: FeedFile) -> str:
    """Which file of the API it is: documents, document or error; empty for anything else."""
    value = file.value
    if file.form != "json" or not isinstance(value, Mapping):
        return ""
    if {"document_number", "publication_date"} <= value.keys():
        return "document"
    described = isinstance(value.get("description"), str) and bool(DESCRIBED.match(value["description"]))
    return "documents" if "count" in value and (described or _lists_documents(value)) else ""


def _lists_documents(value: Mapping[str, Any]) -> bool:
    return "document_number" in first_object(value.get("results"))


def recognise_text(file: FeedFile) -> str:
    """Whether a page is the text of one document, inside HTML, as the site serves it."""
    is_page = file.form in ("html", "text") and "[Federal Register Volume" in file.text[:4000]
    return "text" if is_page and "FR Doc" in file.text else ""


def read(files: Sequence[FeedFile]) -> Update:
    """The sources of all files and the acts that their metadata state."""
    return together(
        _document(file.path, file.value) if recognise(file) == "document" else _list(file) for file in files
    )


def _list(file: FeedFile) -> Update:
    """The documents of one page of a list; an item that cannot be read is named and left out."""
    value = file.value
    count = value.get("count")
    if isinstance(count, int) and count >= CAP:
        refuse(
            file.path,
            f"the count is exactly {CAP}, where the server stops, and what lies beyond cannot be seen",
            "ask for a narrower span of days",
        )
    items = mappings(file.path, value.get("results", []), "results")
    documents = (unless_refused(file.path, partial(_document, file.path, item)) for item in items)
    return together((Update(warnings=tuple(_remarks(file.path, value))), *documents))


def _remarks(path: str, value: Mapping[str, Any]) -> list[str]:
    remarks = []
    errors = value.get("errors")
    missing = errors.get("not_found") if isinstance(errors, Mapping) else None
    if isinstance(missing, list) and missing:
        remarks.append(f"{path}: not found: {', '.join(map(str, missing))}")
    results, following = value.get("results", []), web_address(value.get("next_page_url"))
    if following and isinstance(results, list):
        rest = f"{value['count'] - len(results)} more" if isinstance(value.get("count"), int) else "more"
        remarks.append(
            f"{path}: {len(results)} of {value.get('count')} documents; {rest} on the next page: {following}"
        )
    return remarks


def _document(path: str, item: Mapping[str, Any]) -> Update:
    source = _checked_source(path, item)
    if source.corrects:
        return Update(sources=(source,))
    stated = " ".join(_text(item, field) for field in ("abstract", "dates"))
    drafts = [] if "filed_at" in item else law.acts(law.passage_of(source, stated, _agencies(item)))
    effective = dates.iso_day(item.get("effective_on"))
    acts = tuple(_with_day(act, effective) for act in drafts)
    return Update(sources=(source,), acts=acts, unread=() if acts else (source.id,))


def _with_day(act: FeedAct, effective: str | None) -> FeedAct:
    """The act with the day of effect of its record; an end or an extension has days of its own."""
    return replace(act, legal_from=effective) if act.legal_from is None and act.status is None else act


def _checked_source(path: str, item: Mapping[str, Any]) -> FeedSource:
    number = item.get("document_number")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        refuse(path, f"{number!r} is not the number of a document", "download it again")
    published = dates.iso_day(item.get("publication_date"))
    title = item.get("title")
    if published is None or not isinstance(title, str) or not title.strip():
        refuse(path, f"document {number} has no title or no publication date", "ask for the field with fields[]")
    return _source(number, flat(title), published, item)


def _text(item: Mapping[str, Any], field: str) -> str:
    value = item.get(field)
    return value if isinstance(value, str) else ""


def _agencies(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The agencies by their short names, the one nearest to the document first."""
    slugs = [row.get("slug") for row in objects(item.get("agencies"))]
    return tuple(reversed([slug for slug in slugs if isinstance(slug, str)]))


def _source(number: str, title: str, published: str, item: Mapping[str, Any]) -> FeedSource:
    corrections = item.get("corrections")
    corrected = _number_in(corrections[0]) if isinstance(corrections, list) and corrections else None
    filed = item.get("filed_at")
    return catalogue.source(
        "federal_register",
        f"fr-{number}",
        title,
        published=published,
        known=_filed(filed) or published,
        url=web_address(item.get("html_url")),
        signed=dates.iso_day(item.get("signing_date")),
        instrument=_instrument(item),
        citation=_text(item, "citation") or None,
        corrects=_number_in(item.get("correction_of")),
        corrected_by=corrected,
        note=flat(_text(item, "disposition_notes")),
    )


def _filed(text: Any) -> str | None:
    match = (
        re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", text)
        if isinstance(text, str)
        else None
    )
    return match[1] + match[2] if match else None


def _number_in(address: Any) -> str | None:
    match = re.search(rf"({NUMBER.pattern})", address) if isinstance(address, str) else None
    return f"fr-{match[1]}" if match else None


def _instrument(item: Mapping[str, Any]) -> str | None:
    for field, word in (("executive_order_number", "EO"), ("proclamation_number", "Proclamation")):
        number = item.get(field)
        if isinstance(number, (str, int)) and str(number).strip():
            return f"{word} {number}"
    return None


# The text of one document

FRAME = {
    "number": re.compile(r"\[FR Doc(?: No:|\.) ?([\w-]+)"),
    "published": re.compile(rf"Federal Register Volume \d+, Number \d+ \(\w+, ({dates.DAY})\)"),
    "volume": re.compile(r"Federal Register Volume (\d+)"),
    "page": re.compile(r"\[Pages? (\d+)"),
}
HEADLINE = re.compile(r"^(?:Executive Order|Proclamation) \d+ of .*$|^(?:\[Docket No.*|XRIN .*|RIN .*)$", re.M)


def read_text(files: Sequence[FeedFile]) -> Update:
    """The source and the acts of the raw text of documents."""
    return together(map(_read_text, files))


def _read_text(file: FeedFile) -> Update:
    text = Page(file.text).text if file.form == "html" else file.text
    frame = {name: next(iter(pattern.findall(text)), "") for name, pattern in FRAME.items()}
    published = dates.day(frame["published"])
    if not frame["number"] or published is None:
        refuse(file.path, "the text of a document without its number or day of issue", "download it again")
    instrument, signed = _presidential(text)
    citation = f"{frame['volume']} FR {frame['page']}" if frame["volume"] and frame["page"] else None
    body = re.sub(r"\n?\[\[Page \d+\]\]\n?", "\n", text)
    source = catalogue.source(
        "register_text",
        f"fr-{frame['number']}",
        _title(body),
        published=published,
        known=published,
        signed=signed,
        instrument=instrument,
        citation=citation,
        text=body,
    )
    return Update(sources=(source,), acts=tuple(law.acts(law.passage_of(source))), unread=(source.id,))


def _presidential(text: str) -> tuple[str | None, str | None]:
    """Number and day of a presidential document, from its headline; a cited order has other words on its line."""
    match = re.search(rf"^(Executive Order|Proclamation) (\d+) of ({dates.DAY})$", text, re.M)
    if match is None or "Presidential Documents" not in text[:1500]:
        return None, None
    return ("EO " if match[1] == "Executive Order" else "Proclamation ") + match[2], dates.day(match[3])


def _title(text: str) -> str:
    """The lines between the headline and the first paragraph, as one."""
    for match in reversed(list(HEADLINE.finditer(text[:4000]))):
        lines = text[match.end() :].strip().split("\n")
        title = []
        for line in lines:
            if re.match(r"By the|AGENCY:|\w+:|[-=]{5}", line):
                break
            title.append(line)
        if title:
            return flat(" ".join(title[:8]))
    return flat(text[:200])
