"""Notices of the Ministry of Commerce and the State Council Tariff Commission of China, and lists of them.

Days are those of Beijing. A notice cites the notices that it changes by number and year. What a spokesperson answers is
no measure, and what a reporter asks is not even that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedAct, FeedFile, FeedSource, Link, Update, together
from detente.record.feeds.untrusted import Page, flat, refuse, web_address

ANSWERS = re.compile(r"答记者问|新闻发言人")
NUMBER = re.compile(r"(?:商务部|海关总署|税委会)?(?:、海关总署)?公告(\d{4})年第(\d+)号")
CITED = re.compile(r"(商务部|税委会)公告(\d{4})年第(\d+)号((?:、第\d+号)*)")
SERIES = {"商务部": "mofcom", "税委会": "tariff_commission"}
ISSUED = re.compile(rf"【发文日期】\s*({dates.CHINESE_DAY})")
BODIES = {"mofcom": r"\bart-con\b", "tariff_commission": r"\bTRS_(?:UEDITOR|Editor)\b"}
LISTS = re.compile(r"class=[\"']?[^\"'>]*\bpolicy-list\b")
NUMERAL = r"(?:百分之(?P<{0}c>[零一二三四五六七八九十百千两点]+)|(?P<{0}d>\d+(?:\.\d+)?)%)"
START = re.compile(rf"自({dates.CHINESE_TIME})起")
FROM_PUBLICATION = re.compile(r"本公告自(?:公布|发布)之日起")
IN_FORCE = re.compile(rf"本公告自({dates.CHINESE_TIME})起")
CONTROL = re.compile(r"(?:实施|实行)出口管制|出口管制管控名单")
LISTING = re.compile(r"列入不可靠实体清单|列入出口管制管控名单")
CODES = re.compile(r"海关商品编号[：:]\s*([\d、，,\s]+)")
ADJUSTED = re.compile(
    rf"(?P<series>商务部|税委会)公告(?P<year>\d{{4}})年第(?P<number>\d+)号[）)]?规定的加征关税税率，?由"
    rf"{NUMERAL.format('old')}调整为{NUMERAL.format('new')}"
)
PART = re.compile(
    r"其中，?(?P<points>\d+(?:\.\d+)?|[一二三四五六七八九十百]+)个百分点[^。；]{0,40}?在(?P<days>\d+)天内暂停实施"
)
ADDED = re.compile(rf"加征{NUMERAL.format('new')}(?:的)?关税")
STOPPED = re.compile(r"停止实施(?P<what>[^。；]{0,200})")
PAUSED = re.compile(
    rf"暂停实施(?P<what>[^。；]{{0,200}}?)(?:，|,)?(?:自(?P<from>{dates.CHINESE_DAY})起)?至(?P<to>{dates.CHINESE_DAY})"
)


def recognise(file: FeedFile) -> str:
    """list, mofcom or tariff_commission; empty for anything else."""
    if file.form != "html":
        return ""
    if LISTS.search(file.text):
        return "list"
    named = re.search(r"<meta[^>]+ArticleTitle", file.text) is not None
    if named and re.search(r"class=[\"'][^\"']*\bTRS_", file.text):
        return "tariff_commission"
    return "mofcom" if named and re.search(r"class=[\"'][^\"']*\bart-con\b", file.text) else ""


def read(files: Sequence[FeedFile]) -> Update:
    """The sources and acts of notices, and the addresses that lists name."""
    return together(_list(file) if (part := recognise(file)) == "list" else _notice(file, part) for file in files)


def _list(file: FeedFile) -> Update:
    who = catalogue.publisher("mofcom")
    base = catalogue.addresses()["mofcom"][0]
    links = []
    for item in re.split(r"<li\b", file.text)[1:]:
        page = Page("<li" + item.partition("</li>")[0])
        address = web_address(urljoin(base, page.links[0].address)) if page.links else None
        day = re.search(r"\d{4}-\d\d-\d\d", page.text)
        if address and day:
            title = flat(page.links[0].title or page.links[0].text)
            links.append(Link(address, title, dates.iso_day(day[0]), who.name))
    if not links:
        refuse(file.path, "a list of notices without an address and a day", "save the whole page again")
    return Update(links=tuple(links), warnings=(f"{file.path}: a list; save the {len(links)} notices it names",))


@dataclass(frozen=True)
class _Notice:
    """One notice: its source and its sentences on one line."""

    source: FeedSource
    text: str
    imposer: str

    def act(self, identity: str, quote: str, **values: Any) -> FeedAct:
        """An act of this notice."""
        usual = {"published": self.source.published, "known": self.source.known, "sources": (self.source.id,)}
        return FeedAct(identity, self.imposer, quote=quote, **{**usual, **values})


def _notice(file: FeedFile, feed: str) -> Update:
    page = Page(file.text, BODIES[feed])
    title, posted = flat(page.meta.get("articletitle", "")), dates.beijing(page.meta.get("pubdate"))
    if not title or posted is None or not page.text:
        refuse(file.path, "a notice without its title, day or text", "save the whole page again")
    text = page.text
    day = _issued(text) or posted[:10]
    remark = f"{file.path}: issued on {day} (发文日期), posted on {posted[:10]} (PubDate): both are kept"
    is_answer = bool(ANSWERS.search(title))
    number = None if is_answer else NUMBER.search(title) or NUMBER.search(text[:200])
    source = catalogue.source(
        feed,
        _identity(feed, number, title, posted),
        title,
        published=day,
        known=posted,
        instrument=number[0] if number else None,
        text=text,
    )
    acts = [] if is_answer else list(_acts(_Notice(source, flat(text), catalogue.imposer(feed)), feed))
    remarks = (remark,) if day != posted[:10] else ()
    return Update(sources=(source,), acts=tuple(acts), warnings=remarks, unread=(source.id,))


def _issued(text: str) -> str | None:
    match = ISSUED.search(text)
    return dates.chinese_day(match[1]) if match else None


def _identity(feed: str, number: re.Match[str] | None, title: str, posted: str) -> str:
    prefix = catalogue.publisher(feed).prefix
    if number:
        return f"{prefix}-{catalogue.series(feed)}-{number[1]}-{number[2]}"
    return f"{prefix}-{'qa' if ANSWERS.search(title) else catalogue.series(feed)}-{posted[:10]}"


def _acts(notice: _Notice, feed: str) -> Iterator[FeedAct]:
    yield from _controls(notice)
    if feed == "tariff_commission":
        yield from _adjusted(notice)
        yield from _added(notice)
    yield from _ended(notice)
    yield from _suspended(notice)


def _targets(notice: _Notice) -> tuple[str, ...]:
    """The economies in the title but the imposer; all where it names none."""
    named = tuple(side for side in catalogue.sides_in(notice.source.title) if side != notice.imposer)
    return named or ("ALL",)


def _effect(notice: _Notice) -> tuple[str | None, str | None]:
    """The day and the time from which the notice applies."""
    match = IN_FORCE.search(notice.text) or START.search(notice.text)
    if match is None and FROM_PUBLICATION.search(notice.text):
        return notice.source.published, None
    return (dates.chinese_day(match[1]), dates.chinese_time(match[1])) if match else (None, None)


def _controls(notice: _Notice) -> Iterator[FeedAct]:
    match = LISTING.search(notice.text) or CONTROL.search(notice.text)
    if match is None or CITED.match(notice.text[match.start() :]):
        return
    is_listing = bool(LISTING.search(notice.text))
    codes = [code for m in CODES.finditer(notice.text) for code in re.findall(r"\d{4,10}", m[1])]
    part = re.search(r"其中(第[一二三四五六七八九十]+条)自公布之日起", notice.text)
    yield notice.act(
        notice.source.id,
        match[0],
        targets=_targets(notice),
        rate_kind="listing" if is_listing else "control",
        type="entity_listing" if is_listing else "export_control",
        legal_from=_effect(notice)[0],
        instrument=notice.source.instrument,
        products=tuple(dict.fromkeys(codes)),
        note=f"{part[1]} begins on the day of publication" if part else "",
    )


def _number(match: re.Match[str], name: str) -> float | None:
    return dates.chinese_number(match[f"{name}c"] or match[f"{name}d"])


def _adjusted(notice: _Notice) -> Iterator[FeedAct]:
    """A rate of an earlier notice is adjusted; part of it may be suspended for a number of days."""
    start, instant = _effect(notice)
    for match in ADJUSTED.finditer(notice.text):
        measure = _cited(match["series"], match["year"], match["number"])
        yield notice.act(
            measure,
            match[0],
            targets=_targets(notice),
            rate=_number(match, "new"),
            rate_kind="level",
            legal_from=start,
            legal_from_text=instant,
            old_rate=_number(match, "old"),
            instrument=notice.source.instrument,
            scope="the list of goods is an annex that is not at hand" if "附件" in notice.text else None,
        )
        part = PART.search(notice.text, match.end(), match.end() + 200)
        if part:
            yield _part(notice, measure, part, start)


def _part(notice: _Notice, measure: str, part: re.Match[str], start: str | None) -> FeedAct:
    length = int(part["days"])
    return notice.act(
        f"{measure}-suspended",
        part[0],
        targets=_targets(notice),
        rate=dates.chinese_number(part["points"]),
        rate_kind="add",
        legal_from=start,
        status="suspended",
        by_days=length,
        suspended_until=dates.plus_days(start, length) if start else None,
        instrument=notice.source.instrument,
        verification="computed",
        note="the end of the suspension is computed from its length",
    )


def _added(notice: _Notice) -> Iterator[FeedAct]:
    """A new duty on top of the rates in force; a rate that another notice already bore is none."""
    start, instant = _effect(notice)
    for match in ADDED.finditer(notice.text):
        yield notice.act(
            notice.source.id,
            match[0],
            targets=_targets(notice),
            rate=_number(match, "new"),
            rate_kind="add",
            legal_from=start,
            legal_from_text=instant,
            instrument=notice.source.instrument,
        )
        return


def _cited(series: str, year: str, number: str) -> str:
    feed = SERIES[series]
    return f"{catalogue.publisher(feed).prefix}-{catalogue.series(feed)}-{year}-{number}"


def _measures(text: str) -> Iterator[tuple[str, str, str]]:
    """The notices that a clause cites: id, series and words, `第91号、第92号` one by one."""
    for match in CITED.finditer(text):
        for number in (match[3], *re.findall(r"\d+", match[4])):
            words = f"{match[1]}公告{match[2]}年第{number}号"
            yield _cited(match[1], match[2], number), match[1], words


def _changed(notice: _Notice, clause: str, quote: str, **values: Any) -> Iterator[FeedAct]:
    for identity, series, words in _measures(clause):
        is_control = SERIES[series] == "mofcom"
        yield notice.act(
            identity,
            quote,
            targets=_targets(notice),
            rate_kind="control" if is_control else "add",
            type="export_control" if is_control else "tariff",
            instrument=words,
            **values,
        )


def _ended(notice: _Notice) -> Iterator[FeedAct]:
    for match in STOPPED.finditer(notice.text):
        yield from _changed(notice, match["what"], match[0], legal_from=_effect(notice)[0], status="ended")


def _suspended(notice: _Notice) -> Iterator[FeedAct]:
    for match in PAUSED.finditer(notice.text):
        yield from _changed(
            notice,
            match["what"],
            match[0],
            status="suspended",
            suspended_from=dates.chinese_day(match["from"]),
            suspended_until=dates.chinese_day(match["to"]),
        )
