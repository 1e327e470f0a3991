"""Customs messages (CSMS): the widget's list, and single bulletins.

A message is guidance, not law, and often the first public word on a day. The code in its address is its number in base
16, so the two forms of address lead to one source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.record.feeds import catalogue, dates, law
from detente.record.feeds.model import FeedFile, FeedSource, Update, together
from detente.record.feeds.untrusted import Page, first_object, flat, mappings, refuse, web_address

NUMBER = re.compile(r"CSMS ?# ?(\d{6,10})")
CODE = re.compile(r"bulletins/(?:gd/USDHSCBP-)?([0-9a-f]{5,9})\b")
SUBJECT = re.compile(r"^CSMS ?# ?\d+ ?[-–] ?")
HOUSEKEEPING = re.compile(r"\b(?:maintenance|outage|downtime|scheduled|deployment)\b", re.I)
SENT = re.compile(r"sent this bulletin at (\d\d/\d\d/\d{4} \d{1,2}:\d\d [AP]M [A-Z]{3})")
UPDATES = re.compile(r"(?:updates|amends|replaces|supersedes) CSMS ?# ?(\d+)", re.I)
ADDRESS = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/"


def recognise(file: FeedFile) -> str:
    """widget or bulletin; empty for anything else."""
    if file.form == "json" and isinstance(file.value, list) and file.value:
        return "widget" if {"subject", "pub_date", "href"} <= first_object(file.value).keys() else ""
    is_page = file.form == "html" and "USDHSCBP" in file.text and NUMBER.search(file.text[:4000])
    return "bulletin" if is_page else ""


def read(files: Sequence[FeedFile]) -> Update:
    """The sources of lists and bulletins, and the acts that bulletins state."""
    return together(_widget(file) if recognise(file) == "widget" else _bulletin(file) for file in files)


def _widget(file: FeedFile) -> Update:
    sources, remarks = [], []
    for item in mappings(file.path, file.value, "the list"):
        subject, sent = flat(str(item.get("subject"))), dates.customs_time(str(item.get("pub_date")))
        number = _number(subject, str(item.get("href")))
        if number is None or sent is None:
            remarks.append(f"{file.path}: {subject[:60]!r} has no number or no time that can be read; left out")
        elif not HOUSEKEEPING.search(subject):
            sources.append(_source(number, subject, sent))
    return Update(sources=tuple(sources), warnings=tuple(remarks))


def _number(subject: str, address: str) -> str | None:
    """The number in the subject; that of the address where the subject has none."""
    named, coded = NUMBER.search(subject), CODE.search(web_address(address) or "")
    if named:
        return named[1]
    return str(int(coded[1], 16)) if coded else None


def _source(number: str, subject: str, sent: str, updates: str | None = None, text: str = "") -> FeedSource:
    return catalogue.source(
        "csms",
        f"csms-{number}",
        SUBJECT.sub("", subject),
        published=sent[:10],
        known=sent,
        url=f"{ADDRESS}{int(number):x}",
        updates=updates,
        note="guidance of the customs service, not law",
        text=text,
    )


def _bulletin(file: FeedFile) -> Update:
    page = Page(file.text)
    text = page.text
    sent = SENT.search(text)
    moment = dates.customs_time(sent[1]) if sent else None
    number = _number(page.title, page.meta.get("og:url", ""))
    if number is None or moment is None:
        refuse(file.path, "a bulletin without a number or a time that can be read", "save the whole page again")
    older = UPDATES.search(flat(text))
    body = text[text.index(sent[0]) + len(sent[0]) :].strip() if sent else text
    source = _source(number, flat(page.title), moment, f"csms-{older[1]}" if older else None, body)
    return Update(sources=(source,), acts=tuple(law.acts(law.passage_of(source))), unread=(source.id,))
