"""The tariff schedule of the USITC: rates in words, the headings of one release, and what changed between two.

A listing is no proof of force: headings stay listed after their duties have ended. Neither JSON nor CSV says which
release it is; currentRelease.json, releaseList.json and the change record beside it, or the name of the file, do.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedAct, FeedFile, FeedSource, FeedTable, Refused, Update, refused
from detente.record.feeds.untrusted import first_object, flat_inline, mappings, refuse, table

NAME = re.compile(r"(\d{4})HTS(Rev(\d+)|Basic)")
CHAPTER = re.compile(r"99\d\d\.\d\d\.\d\d")
SAME = r"The duty provided in the applicable subheading"
CSV_NAMES = {
    "HTS Number": "htsno", "Indent": "indent", "Description": "description", "General Rate of Duty": "general",
    "Special Rate of Duty": "special", "Column 2 Rate of Duty": "other", "Additional Duties": "additionalDuties",
}  # fmt: skip
SCHEDULES = ("rows", "answer", "table")
LONGEST = 8000  # characters of a heading's text that are read
ASK = "put currentRelease.json beside it, or give the file the name of its release, such as 2026HTSRev15.json"


@dataclass(frozen=True)
class Rate:
    """A rate in the schedule's words: add, total, unchanged, specific, unknown or unreadable, and its percent.

    programmes: the codes of the programmes it is for, such as AU.
    """

    kind: str
    percent: float | None = None
    programmes: tuple[str, ...] = ()
    bare: bool = False  # the words name no number


UNREADABLE = Rate("unreadable")
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"no change\.?", re.I), "unchanged"),
    (re.compile(r"no additional dut(y|ies)", re.I), "none"),
    (re.compile(r"free", re.I), "free"),
    (re.compile(SAME, re.I), "same"),
    (re.compile(rf"(?:{SAME})?\s*(?:\+|plus)?\s*[$]?\d[\d.,]*\s*(?:¢|\$|cents?)?\s*/\s*\w+.*", re.I), "specific"),
    (re.compile(rf"{SAME}\s*(?:\+|plus)\s*(\d+(?:\.\d+)?)\s*%(?:\d+/)?\s*(?:\(([^)]*)\))?", re.I), "add"),
    (re.compile(r"(\d+(?:\.\d+)?)\s*%(?:\d+/)?\s*(?:\(([^)]*)\))?"), "total"),
)


def rate(text: str | None) -> Rate:
    """What a rate column says; two rates in one are unreadable, and left for review.

    >>> rate("The duty provided in the applicable subheading + 15%2/").percent
    15.0
    """
    words = flat_inline(text or "")
    if not words:
        return Rate("unknown")
    for pattern, kind in PATTERNS:
        match = pattern.fullmatch(words)
        if match:
            return _rate(kind, match)
    return UNREADABLE


def _rate(kind: str, match: re.Match[str]) -> Rate:
    if kind in ("unchanged", "specific"):
        return Rate(kind)
    if kind in ("none", "same"):
        return Rate("add", 0.0, bare=True)
    if kind == "free":
        return Rate("total", 0.0, bare=True)
    programmes = tuple(word.strip() for word in (match[2] or "").split(",") if word.strip())
    return Rate(kind, float(match[1]), programmes)


@dataclass(frozen=True)
class Row:
    """A heading of the schedule: its number, text and rates, without tags and footnotes."""

    number: str
    text: str
    general: Rate
    special: Rate
    additional: Rate
    words: tuple[str, ...]

    @property
    def rate(self) -> Rate:
        """The general rate, or the special one where the general says `no change`."""
        return self.special if self.column else self.general

    @property
    def column(self) -> str | None:
        """Where the rate stands, if not in the general column."""
        by_special = self.general.kind == "unchanged" and self.special.percent is not None and not self.special.bare
        return "special only; general is `no change`" if by_special else None

    @property
    def contradicts_itself(self) -> bool:
        """Whether one column adds a duty and another says that there is none."""
        return self.additional == Rate("add", 0.0, bare=True) and (self.rate.percent or 0) > 0

    @property
    def note(self) -> str:
        """What the compiler says of the heading: suspended, terminated, or nothing."""
        match = re.search(r"Compiler.s note:[^\]]*?\b(suspended|terminated|deleted|expired)", self.text, re.I)
        return match[1].lower() if match else ""


@dataclass(frozen=True)
class Release:
    """One release of the schedule as a file holds it; name is None where nothing says which it is."""

    path: str
    rows: Mapping[str, Row]
    name: str | None = None
    title: str = ""
    published: str | None = None
    remarks: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The day of the release; the first of its year where only that is known, and nothing where it has no name."""
        return self.published or (f"{self.name[:4]}-01-01" if self.name else "")

    @property
    def order(self) -> tuple[int, int, str]:
        """Releases in their order: year, number, and the file's name where there is none."""
        match = NAME.search(self.name or "")
        return (int(match[1]), int(match[3] or 0), "") if match else (0, 0, self.path)


@dataclass(frozen=True)
class Changed:
    """A line of the change record: what was done to a heading, and from which day."""

    line: str
    action: str
    effective: str | None


@dataclass(frozen=True)
class Context:
    """What the files beside a schedule say: the current release, the days of releases, the changes of each.

    unnamed: the only schedule whose file does not have the name of a release, which is then the current one.
    """

    current: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[tuple[str, str], Changed] = field(default_factory=dict)  # release and heading
    unnamed: str | None = None


# Recognition


def recognise(file: FeedFile) -> str:
    """Which file of the schedule it is: rows, current, releases, answer (with its address), changes or table."""
    if file.form == "json":
        return _recognise_json(file.value)
    if file.form == "text" and re.match(r"\s*Change Record\b", file.text):
        return "changes"
    is_table = file.form == "text" and {"HTS Number", "Indent"} <= set(re.findall(r"[\w ]+", file.first_line))
    return "table" if is_table else ""


def _recognise_json(value: Any) -> str:
    if isinstance(value, Mapping):
        if isinstance(value.get("asked"), Mapping) and _is_rows(value.get("body")):
            return "answer"
        return "current" if NAME.fullmatch(str(value.get("name", ""))) else ""
    if _is_rows(value):
        return "rows"
    return "releases" if NAME.fullmatch(str(first_object(value).get("name", ""))) else ""


def _is_rows(value: Any) -> bool:
    return "htsno" in first_object(value)


# Reading


def read(files: Sequence[FeedFile]) -> Update:
    """The sources and acts of all files of the schedule together.

    One release gives what it lists; two or more give what changed from each to the next. Releases without a name are
    compared with each other only.
    """
    context = _context(files)
    releases: list[Release] = []
    update = _described(context)
    for file in files:
        try:
            releases += _releases(file, context)
        except Refused as error:
            update += refused(file.path, error)
    named, same = _one_each(release for release in releases if release.name)
    update += Update(warnings=same)
    for group in (named, *_alike(release for release in releases if not release.name)):
        update += _compared(group, context)
    return update


def _alike(releases: Iterable[Release]) -> list[list[Release]]:
    """Releases without a name, those together that list mostly the same headings, in the order of their names."""
    groups: list[list[Release]] = []
    for release in sorted(releases, key=lambda r: r.order):
        last = groups[-1][-1].rows.keys() if groups else set()
        shared = len(last & release.rows.keys())
        if groups and 2 * shared >= min(len(last), len(release.rows)):
            groups[-1].append(release)
        else:
            groups.append([release])
    return groups


def _described(context: Context) -> Update:
    if not context.titles:
        return Update()
    facts = {"current": context.current, "releases": dict(context.titles), "published": dict(context.published)}
    return Update(tables=(FeedTable("", "USITC releases", len(context.titles), facts),))


def _compared(releases: Sequence[Release], context: Context) -> Update:
    update = Update(
        sources=tuple(_source(r) for r in releases if r.name),
        warnings=tuple(remark for r in releases for remark in r.remarks),
    )
    if len(releases) == 1:
        return update + (_listed(releases[0]) if releases[0].name else _asked(releases[0]))
    for older, newer in itertools.pairwise(releases):
        update += _difference(older, newer, context)
    return update


def _asked(release: Release) -> Update:
    table = FeedTable(release.path, "tariff schedule without a release", len(release.rows))
    return Update(tables=(table,), warnings=(f"{release.path}: the file does not say which release it is; {ASK}",))


def _one_each(releases: Iterable[Release]) -> tuple[list[Release], tuple[str, ...]]:
    """One file a release, in order; two files of one release that differ are named."""
    chosen: dict[str, Release] = {}
    remarks = []
    for release in sorted(releases, key=lambda r: (r.order, not r.path.endswith(".json"), r.path)):
        first = chosen.setdefault(release.name or "", release)
        if first is not release and first.rows != release.rows:
            remarks.append(f"{release.path}: differs from {first.path}, which is read; both say {release.name}")
    return list(chosen.values()), tuple(remarks)


def _context(files: Sequence[FeedFile]) -> Context:
    """What the files beside the schedules say together; a list of releases decides which one is current."""
    context = Context()
    for file in sorted(files, key=lambda f: recognise(f) == "releases"):
        reader = CONTEXTS.get(recognise(file))
        if reader:
            context = _both(context, reader(file))
    schedules = [f.path for f in files if recognise(f) in SCHEDULES and not NAME.search(PurePath(f.path).name)]
    return replace(context, unnamed=schedules[0] if len(schedules) == 1 else None)


def _both(first: Context, second: Context) -> Context:
    newer = second.current and _name_order(second.current) >= _name_order(first.current or "")
    return Context(
        current=second.current if newer else first.current,
        titles={**first.titles, **second.titles},
        published={**first.published, **second.published},
        changes={**first.changes, **second.changes},
    )


def _current(file: FeedFile) -> Context:
    name = str(file.value["name"])
    return Context(name, {name: str(file.value.get("title") or name)})


def _release_list(file: FeedFile) -> Context:
    items = list(mappings(file.path, file.value, "the list of releases"))
    days = [_dated(str(i.get("name")), dates.us_day(str(i.get("releaseStartDate") or i.get("date")))) for i in items]
    return Context(
        current=next((str(item.get("name")) for item in items if item.get("status") == "current"), None),
        titles={str(item.get("name")): str(item.get("title") or item.get("name")) for item in items},
        published={name: day for row in days for name, day in row.items()},
    )


def _changes(file: FeedFile) -> Context:
    name, day, lines = _change_record(file)
    return Context(published=_dated(name, day), changes={(name, number): line for number, line in lines.items()})


CONTEXTS: Mapping[str, Callable[[FeedFile], Context]] = {
    "current": _current,
    "releases": _release_list,
    "changes": _changes,
}


def _dated(name: str, day: str | None) -> dict[str, str]:
    return {name: day} if day else {}


def _name_order(name: str) -> tuple[int, int]:
    match = NAME.fullmatch(name)
    return (int(match[1]), int(match[3] or 0)) if match else (0, 0)


def _change_record(file: FeedFile) -> tuple[str, str | None, dict[str, Changed]]:
    """The release, its day, and the lines of a change record in text."""
    title = re.search(r"(\d{4}) HTS (?:Revision (\d+)|(Basic))", file.text)
    name = f"{title[1]}HTS{'Rev' + title[2] if title[2] else 'Basic'}" if title else ""
    day = re.search(rf"Published: ({dates.DAY})", file.text)
    lines = {}
    for line in file.text.splitlines():
        match = re.match(rf"({CHAPTER.pattern})\s{{2,}}(\S.*?)(?:\s{{2,}}({dates.DAY}).*)?$", line.strip())
        if match:
            lines[match[1]] = Changed(line.strip(), match[2], dates.day(match[3]))
    return name, dates.day(day[1]) if day else None, lines


def _releases(file: FeedFile, context: Context) -> list[Release]:
    part = recognise(file)
    if part not in SCHEDULES:
        return []
    rows = {row.number: row for row in map(_row, _items(file, part)) if row}
    if part == "answer":
        _check_answer(file, rows)
    name = _name(file.path, context)
    remarks = tuple(
        f"{file.path}: {row.number} says `No additional duty` and {row.words[0]!r} at once: a conflict, for review"
        for row in rows.values()
        if row.contradicts_itself
    )
    title = context.titles.get(name or "", _title(name))
    return [Release(file.path, rows, name, title, context.published.get(name or ""), remarks)]


def _items(file: FeedFile, part: str) -> Iterable[Mapping[str, Any]]:
    if part == "table":
        return [_from_csv(row) for row in table(file)]
    return mappings(file.path, file.value["body"] if part == "answer" else file.value, "the schedule")


def _from_csv(row: Mapping[str, str]) -> dict[str, str]:
    return {CSV_NAMES.get(name, name): value for name, value in row.items()}


def _name(path: str, context: Context) -> str | None:
    """The release by the file's own name, else the current one, if no other file can be meant."""
    match = NAME.search(PurePath(path).name)
    if match:
        return match[0]
    return context.current if path == context.unnamed else None


def _title(name: str | None) -> str:
    match = NAME.fullmatch(name or "")
    if match is None:
        return ""
    return f"Revision {match[3]} ({match[1]})" if match[3] else f"Basic Edition ({match[1]})"


def _row(item: Mapping[str, Any]) -> Row | None:
    number = item.get("htsno")
    if not isinstance(number, str) or not number.strip():
        return None
    words = tuple(flat_inline(str(item.get(c) or "")) for c in ("general", "special", "other"))
    return Row(
        number.strip(),
        flat_inline(str(item.get("description") or "").replace("\u00ad", ""))[:LONGEST],
        rate(words[0]),
        rate(words[1]),
        rate(str(item.get("additionalDuties") or "")),
        words,
    )


def _check_answer(file: FeedFile, rows: Mapping[str, Row]) -> None:
    """Refuse an answer to a request for a release that cannot have held these headings."""
    asked = NAME.search(str(file.value["asked"].get("url", "")))
    if asked is None:
        return
    later = [(n, known.since) for n in rows if (known := catalogue.heading(n)) and known.since > int(asked[1])]
    if later:
        headings = ", ".join(number for number, _ in later)
        refuse(
            file.path,
            f"asked for {asked[0]}, got rows of {max(since for _, since in later)} ({headings}): the server ignores"
            " `release` and sends the current schedule",
            "take that release from the archive of usitc.gov",
        )


def _source(release: Release) -> FeedSource:
    name = release.name or ""
    note = "" if release.published else "day from releaseList.json; unknown without it"
    return catalogue.source(
        "hts",
        f"usitc-{name}",
        release.title,
        published=release.published,
        known=release.published,
        url="https://hts.usitc.gov/",
        note=note,
        paths=(release.path,),
    )


# What one release lists

PRODUCT = re.compile(
    r"\b(?:articles?|products?) (?:that are |which are )?(?:the )?products? of\b|\bproducts? of\b", re.I
)
EVERYBODY = re.compile(r"(?:the product )?of any country", re.I)
FROM_DAY = re.compile(rf"(?:entries|entered)[^,;]{{0,60}}? on or after ({dates.TIME})", re.I)
BEFORE_DAY = re.compile(rf"(?:entered|and|entries)\s+before ({dates.TIME})", re.I)
EXCEPTION = re.compile(r"(?:and )?except\b", re.I)
RESUMES = re.compile(r"(?:articles|products|patented|effective)\b|as provided for in (?:U\.S\. note|subdivision)", re.I)


def _listed(release: Release) -> Update:
    acts: list[FeedAct] = []
    remarks: list[str] = []
    for number, row in release.rows.items():
        if CHAPTER.fullmatch(number):
            act, remark = _listed_act(row, release)
            acts += [act] if act else []
            remarks += [f"{release.path}: {number} {remark}"] if remark else []
    return Update(acts=tuple(acts), changes=tuple(remarks))


def _listed_act(row: Row, release: Release) -> tuple[FeedAct | None, str]:
    """The act that a heading lists, or why it lists none."""
    if row.rate.bare or row.rate.kind in ("unknown", "unchanged"):
        return None, ""
    if row.rate.percent is None:
        return None, f"has a rate that gives no percent ({row.words[0]!r}): for review"
    reason = _not_in_force(row, release)
    if reason:
        return None, reason
    targets = targets_of(row)
    if targets is None:
        return None, "names neither a product's origin nor a U.S. note: listed, not known to be in force, for review"
    return _act(row, release, targets=() if row.column else targets, status="listed"), ""


def _not_in_force(row: Row, release: Release) -> str:
    if row.note:
        return f"is {row.note}, as the compiler notes, and still listed at {row.words[0]!r}"
    known = catalogue.heading(row.number)
    if known and known.ended_by and (release.published or "9999") > max(known.ended_on or "", known.ended_known or ""):
        return f"is listed at {row.words[0]!r}, ended by {known.ended_by}: last day {known.ended_on}"
    until = before_day(row)
    if until and until <= release.day:
        return f"is listed at {row.words[0]!r}, and its own text ends it before {until}"
    return ""


def _act(row: Row, release: Release, **values: Any) -> FeedAct:
    known = catalogue.heading(row.number)
    usual = {
        "rate": row.rate.percent, "rate_kind": row.rate.kind, "legal_from": from_day(row), "column": row.column,
        "known": release.published, "published": release.published, "authority": known.authority if known else None,
        "scope": row.text, "sources": (f"usitc-{release.name}",) if release.name else (), "paths": (release.path,),
    }  # fmt: skip
    return FeedAct(row.number, catalogue.imposer("hts"), **{**usual, **values})


def from_day(row: Row) -> str | None:
    """The day from which the heading's own text lets it apply to entries."""
    match = FROM_DAY.search(_own(row.text))
    return dates.day(match[1]) if match else None


def before_day(row: Row) -> str | None:
    """The day before which the heading's own text ends it."""
    match = BEFORE_DAY.search(_own(row.text))
    return dates.day(match[1]) if match else None


def _own(text: str) -> str:
    """The text without its exceptions: from `except` to the clause that speaks of the heading's own goods again."""
    own, is_exception = [], False
    for clause in text.split(", "):
        if EXCEPTION.match(clause):
            is_exception = True
        elif RESUMES.match(clause):
            is_exception = False
        if not is_exception:
            own.append(clause)
    return ", ".join(own)


def targets_of(row: Row) -> tuple[str, ...] | None:
    """The origins that the clause on products names, not those of exceptions; ALL for a U.S. note without one."""
    text = _own(row.text)
    product = PRODUCT.search(text)
    if product is None or EVERYBODY.search(text):
        return ("ALL",) if EVERYBODY.search(text) or "U.S. note" in text else None
    clause = re.split(
        r", (?:as provided|with an|where|or where|except)| as (?:provided|defined)|;", text[product.end() :]
    )[0]
    return catalogue.sides_in(clause)


# What changed between two releases


def _difference(older: Release, newer: Release, context: Context) -> Update:
    acts: list[FeedAct] = []
    remarks: list[str] = []
    for number in sorted(older.rows.keys() | newer.rows.keys()):
        if not CHAPTER.fullmatch(number):
            continue
        act, remark = _change(older.rows.get(number), newer.rows.get(number), newer)
        acts += [_with_record(act, newer, context)] if act else []
        remarks += [f"{newer.name or newer.path}: {number} {remark}"] if remark else []
    return Update(acts=tuple(acts), changes=tuple(remarks))


def _change(old: Row | None, new: Row | None, newer: Release) -> tuple[FeedAct | None, str]:
    """The act that a change of one heading makes, or what changed besides."""
    if new is None:
        return None, "is gone from the schedule; the day is unknown, for review"
    targets = targets_of(new) or ()
    if old is None:
        return _act(new, newer, targets=targets, status="new"), ""
    if old.note != new.note:
        return _noted(new, newer, targets)
    if (old.rate.kind, old.rate.percent) != (new.rate.kind, new.rate.percent):
        return _act(new, newer, targets=targets, **_old_rate(old, new)), ""
    if old.text != new.text:
        return _reworded(old, new, newer, targets)
    if old.words != new.words:
        return None, f"has other words for its rates: {new.words!r}, before {old.words!r}"
    return None, ""


def _noted(row: Row, newer: Release, targets: tuple[str, ...]) -> tuple[FeedAct | None, str]:
    status = {"suspended": "suspended", "": "listed"}.get(row.note, "ended")
    return _act(row, newer, targets=targets, status=status), ""


def _old_rate(old: Row, new: Row) -> dict[str, Any]:
    kind = old.rate.kind if old.rate.kind != new.rate.kind else None
    return {"old_rate": old.rate.percent, "old_rate_kind": kind}


def _reworded(old: Row, new: Row, newer: Release, targets: tuple[str, ...]) -> tuple[FeedAct | None, str]:
    """A day in the text that changed makes an act; other words do not."""
    before, until = before_day(old), before_day(new)
    if until and before and until != before:
        exempt = new.rate.bare
        act = _act(
            new,
            newer,
            targets=targets,
            until=until,
            old_until=before,
            by_days=dates.days_between(before, until),
            rate=None if exempt else new.rate.percent,
            rate_kind="exempt" if exempt else new.rate.kind,
            type="exemption" if exempt else "tariff",
            status="extended",
        )
        return act, ""
    if from_day(new) != from_day(old):
        return _act(new, newer, targets=targets, old_legal_from=from_day(old)), ""
    return None, "has other words in its text, and the same rates: no act"


def _with_record(act: FeedAct, newer: Release, context: Context) -> FeedAct:
    """The act with the day and the line that the change record gives."""
    change = context.changes.get((newer.name or "", act.id))
    if change is None:
        return act
    day = change.effective if act.legal_from is None else act.legal_from
    return replace(act, legal_from=day, quote=change.line)
