"""The press corner of the European Commission: lists and documents of its API.

The key is refCode in lists and refCd in documents. A rate `up to` a number is an upper bound. A measure that was
suspended before its start never applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedAct, FeedFile, FeedSource, Update, together
from detente.record.feeds.untrusted import flat, mappings, refuse, without_tags

DAY = rf"(?:{dates.DAY}|{dates.DAY_WITHOUT_YEAR})"
SUSPENDS = re.compile(
    rf"suspends? (?:EU |the )?(?P<what>countermeasures|[^.]{{3,60}}? duties)"
    rf"(?: of (?P<bound>up to )?(?P<rate>\d+(?:\.\d+)?)%)?(?: on (?P<who>[^,.]{{2,80}}?) (?:goods|products))?"
    rf"(?:,? which were (?:due )?to (?:enter into force|start|apply) on (?P<start>{DAY}),?)?"
    rf"[^.]{{0,100}}? until (?P<until>{DAY})"
)
IN_FORCE = re.compile(rf"suspension (?:enters into force|applies|takes effect) on (?P<day>{DAY})")
ADDRESS = "https://ec.europa.eu/commission/presscorner/detail/en/"


def recognise(file: FeedFile) -> str:
    """news (a list) or document; empty for anything else."""
    if file.form != "json" or not isinstance(file.value, Mapping):
        return ""
    if "docuLanguageListResources" in file.value:
        return "news"
    return "document" if {"refCd", "docuLanguageResource"} <= file.value.keys() else ""


def read(files: Sequence[FeedFile]) -> Update:
    """The sources of lists and documents, and the acts that documents state."""
    return together(_document(file) if recognise(file) == "document" else _list(file) for file in files)


def _list(file: FeedFile) -> Update:
    sources = []
    for item in mappings(file.path, file.value["docuLanguageListResources"], "the list"):
        day = dates.iso_day(item.get("eventDate"))
        if not item.get("refCode") or not item.get("title") or day is None:
            refuse(file.path, f"an item without refCode, title or eventDate ({str(item)[:60]})", "download it again")
        sources.append(
            _source(str(item["refCode"]), str(item["title"]), day, day, str(item.get("languageCode") or "en"))
        )
    return Update(sources=tuple(sources))


def _document(file: FeedFile) -> Update:
    reference, body = str(file.value["refCd"]), file.value["docuLanguageResource"]
    if not isinstance(body, Mapping):
        refuse(
            file.path,
            f"{reference} has no text in this language (docuLanguageResource is null)",
            "ask with language=en, or a language that `languages` lists",
        )
    day = dates.iso_day(file.value.get("eventDate")) or dates.iso_day(file.value.get("publishDate"))
    if day is None or not isinstance(body.get("title"), str):
        refuse(file.path, f"{reference} has no title or no day", "download it again")
    text = without_tags(str(body.get("htmlContent") or ""))
    known = re.sub(r"\.\d+", "", str(file.value.get("publishDate") or day))
    source = _source(reference, body["title"], day, known, str(body.get("language") or "en").lower(), text)
    return Update(sources=(source,), acts=tuple(_acts(source)), unread=(source.id,))


def _source(reference: str, title: str, day: str, known: str, language: str, text: str = "") -> FeedSource:
    address = ADDRESS + reference.lower().replace("/", "_")
    return catalogue.source(
        "press_corner",
        f"ec-{reference}",
        title,
        published=day,
        known=known,
        language=language,
        url=address,
        text=text,
    )


def _acts(source: FeedSource) -> list[FeedAct]:
    """Countermeasures that the document suspends; days without a year are of the year of the document, or the next."""
    text = flat(source.text)
    match = SUSPENDS.search(text)
    if match is None:
        return []
    imposer, published = catalogue.imposer("press_corner"), source.published or ""
    year = int(published[:4])
    start, until = dates.day(match["start"], year), dates.day(match["until"], year)
    in_force = IN_FORCE.search(text)
    suspended = dates.day(in_force["day"], year) if in_force else None
    targets = catalogue.sides_in(match["who"] or "")
    return [
        FeedAct(
            "-".join([imposer.lower(), "countermeasures", *(t.lower() for t in targets)]),
            imposer,
            targets=targets,
            rate=float(match["rate"]) if match["rate"] else None,
            rate_kind="cap_total" if match["bound"] else "add",
            legal_from=start,
            status="suspended",
            suspended_from=suspended,
            suspended_until=until,
            published=source.published,
            known=source.known,
            quote=match[0],
            ever_in_force=not (start and suspended and suspended <= start),
            sources=(source.id,),
        )
    ]
