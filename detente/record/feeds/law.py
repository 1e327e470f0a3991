"""Acts of duty in the formulas of US law: notices, proclamations, executive orders and customs messages.

Only operative formulas are read, each by one rule; recitals, plans, titles and reported speech match none. What no rule
reads waits for the document reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedAct, FeedSource
from detente.record.feeds.untrusted import flat

PERCENT = r"(\d+(?:\.\d+)?)(?: percent|%)"
HEADING = r"99\d\d\.\d\d\.\d\d"
START = re.compile(rf"on or after ({dates.TIME})")
TOTAL_NOTE = "the act says `duty rate`; that it takes the place of column 1 has to be confirmed by the schedule"
CLAUSE = 300  # characters that a formula may span
LONGEST = 500_000  # characters of one document that are read
MOST = 100  # acts that one rule may find in one document


@dataclass(frozen=True)
class Passage:
    """A text of one side's law: its title, its sentences on one line, and what its source says of it."""

    imposer: str
    title: str
    text: str
    source: str
    published: str | None = None
    known: str | None = None
    signed: str | None = None
    instrument: str | None = None
    agencies: tuple[str, ...] = ()

    @cached_property
    def authority(self) -> str | None:
        """The legal basis that the title names, else the text, else the act of that title, else the agency."""
        named = catalogue.instrument(self.title)
        return (
            catalogue.authority(self.title)
            or (named.authority if named else None)
            or catalogue.authority(self.text, self.agencies)
        )


def passage_of(source: FeedSource, text: str | None = None, agencies: tuple[str, ...] = ()) -> Passage:
    """The passage of a source: the text it carries, or another one of it, such as an abstract."""
    return Passage(
        imposer=source.side or "",
        title=source.title,
        text=source.text if text is None else text,
        source=source.id,
        published=source.published,
        known=source.known,
        signed=source.signed,
        instrument=source.instrument,
        agencies=agencies,
    )


def acts(passage: Passage) -> list[FeedAct]:
    """The acts that the passage makes, in the order of the rules.

    An act's signature and number are those of its source; where the source gives none, those of the presidential act of
    the same title.
    """
    clean = replace(passage, text=re.sub(r" ?\[\[Page \d+\]\] ?", " ", flat(passage.text[:LONGEST])))
    drafts = (draft for rule in RULES for draft in islice(rule(clean), MOST))
    return [_with_source(clean, draft) for draft in drafts]


def _with_source(passage: Passage, draft: FeedAct) -> FeedAct:
    named = catalogue.instrument(passage.title)
    return replace(
        draft,
        published=passage.published,
        known=passage.known,
        signed=passage.signed or (named.signed if named else None),
        instrument=draft.instrument or passage.instrument or (named.name if named else None),
        authority=draft.authority or passage.authority,
        sources=(passage.source,),
    )


def measure_id(imposer: str, authority: str | None, subject: str, targets: Iterable[str] = ()) -> str:
    """The id of a measure that has no heading: side, legal basis, subject, targets."""
    basis = (authority or "").lower().replace("section ", "s")
    words = [imposer.lower(), basis, subject, *(t.lower() for t in targets if t != "ALL")]
    return "-".join(re.sub(r"\W+", "-", word).strip("-") for word in words if word)


def _identity(passage: Passage, scope: str, targets: tuple[str, ...], subject: str) -> str:
    heading = catalogue.heading_for(passage.imposer, passage.authority, scope, targets)
    return heading.first if heading else measure_id(passage.imposer, passage.authority, subject, targets)


def _act(passage: Passage, identity: str, match: re.Match[str], **values: Any) -> FeedAct:
    return FeedAct(identity, passage.imposer, quote=match[0], **values)


def _start(passage: Passage, after: int = 0) -> dict[str, str | None]:
    """The day of effect: the first `on or after` that follows, else the first of the passage."""
    match = START.search(passage.text, after) or START.search(passage.text)
    if match is None:
        return {"legal_from": None, "legal_from_text": None}
    return {"legal_from": dates.day(match[1]), "legal_from_text": dates.eastern(match[1])}


def _subject(words: str) -> str:
    """The first noun that tells what an act is about, for an id."""
    for word in ("pharmaceutical", "onshoring", "semiconductor", "steel", "aluminum", "copper", "surcharge"):
        if word in words.lower():
            return word
    return "duties"


REDUCED = re.compile(
    rf"dut(?:y|ies) on (?P<goods>[^.;]{{3,{CLAUSE}}}?)(?: that are| which are)? products of (?P<who>[^.;]{{3,100}}?)"
    rf" (?:is|are) reduced to (?:(?P<zero>zero)|{PERCENT})"
)


def _reduced(passage: Passage) -> Iterator[FeedAct]:
    """Duties on goods of a side are reduced to a rate; the day is that of the notice."""
    for match in REDUCED.finditer(passage.text):
        targets = catalogue.sides_in(match["who"])
        day = START.search(passage.text)
        act = _act(
            passage,
            _identity(passage, match["goods"], targets, _subject(match["goods"])),
            match,
            targets=targets,
            rate=0.0 if match["zero"] else float(match[4]),
            rate_kind="add",
            scope=match["goods"],
            **_start(passage),
        )
        yield replace(act, quote=_sentence(passage.text, day.start()) if day else act.quote)


def _sentence(text: str, inside: int) -> str:
    """The sentence around a place: from after the last full stop and capital to the next full stop."""
    before = [
        m.end() for m in re.finditer(r"[.:?!] (?=[A-Z])", text[:inside]) if text[: m.start()][-2:] not in ABBREVIATED
    ]
    end = re.compile(r"(?<!\b[ap])(?<!\.m)\.(?= [A-Z]|$)").search(text, inside)
    return text[before[-1] if before else 0 : end.end() if end else len(text)].strip()


ABBREVIATED = (".S", ".m", "No", "Sec", "ec")
EXTENDED = re.compile(
    rf"(?:(?P<n>\d+) )?(?:product )?exclusions?\b[^.;]{{0,{CLAUSE}}}?\b(?:are|is|will be|shall be|have been) "
    rf"(?:hereby |further )?extended (?:through|until|to) (?P<new>{dates.TIME})"
    rf"|extend(?:s|ed|ing)? (?:the |these |those |certain )?(?:(?P<m>\d+) )?(?:\w+ )?exclusions?\b"
    rf"[^.;]{{0,{CLAUSE}}}?(?:through|until|to) (?P<to>{dates.TIME})"
)
EXPIRES = re.compile(rf"(?:scheduled|set|due) to (?:expire|end|terminate) (?:on |at )?({dates.TIME})")
HEDGED = re.compile(  # `may` in small letters alone: May is a month
    r"\b(?:(?i:whether|propos\w+|consider\w*|comments?|request\w*|could|would|might|if|not|should|recommend\w*)|may)\b"
)


def _is_operative(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence before a formula makes it so: no question, plan, condition or denial."""
    start = max(text.rfind(mark, 0, match.start()) for mark in (". ", "; ", ": "))
    return not HEDGED.search(text, start + 1, match.end())


def _old_end(text: str, match: re.Match[str]) -> str | None:
    """The day on which what is extended was to expire: inside the formula, else the last one named before it."""
    ends = [*EXPIRES.finditer(text, 0, match.end())]
    return dates.day(ends[-1][1]) if ends else None


def _exclusions(passage: Passage) -> Iterator[FeedAct]:
    """Exclusions from a duty are extended to a day; a document that says so twice makes one act."""
    matches = [m for m in islice(EXTENDED.finditer(passage.text), MOST) if _is_operative(passage.text, m)]
    for match in {dates.day(m["new"] or m["to"]): m for m in sorted(matches, key=_names_a_number)}.values():
        old, until = _old_end(passage.text, match), dates.day(match["new"] or match["to"])
        yield _act(
            passage,
            measure_id(passage.imposer, passage.authority, _exclusions_id(match)),
            match,
            targets=catalogue.sides_in(passage.title)[:1],
            rate_kind="exempt",
            type="exemption",
            until=until,
            old_until=old,
            by_days=_between(old, until),
            status="extended",
            verification="computed" if old else "",
        )


def _exclusions_id(match: re.Match[str]) -> str:
    number = match["n"] or match["m"]
    return f"exclusions-{number}" if number else "exclusions"


def _between(old: str | None, until: str | None) -> int | None:
    return dates.days_between(old, until) if old and until else None


def _names_a_number(match: re.Match[str]) -> bool:
    return bool(match["n"] or match["m"])


PROLONGED = re.compile(
    rf"(?:(?P<pause>suspension|pause) (?:of|on) )?(?:the |these )?(?:\w+ ){{0,3}}?"
    rf"(?P<what>(?:surcharge|dut(?:y|ies)|tariffs?)\b(?P<on>[^.;]{{0,{CLAUSE}}}?)),? (?:that (?:is|are|was|were) )?"
    rf"(?:scheduled|set|due) to (?:expire|end|terminate) on (?P<old>{dates.TIME}),? (?:is|are|will be|shall be) "
    rf"(?:hereby |further )?extended (?:through|until|to) (?P<new>{dates.TIME})"
)


def _prolonged(passage: Passage) -> Iterator[FeedAct]:
    """Duties that were to expire, or their suspension, are extended to a day; their rate is that of the act itself."""
    for match in PROLONGED.finditer(passage.text):
        if not _is_operative(passage.text, match):
            continue
        old, until = dates.day(match["old"]), dates.day(match["new"])
        targets = catalogue.sides_in(match["on"])
        end = {"status": "extended", "until": until}
        if match["pause"]:
            end = {"status": "suspended", "suspended_until": until}
        yield _act(
            passage,
            measure_id(passage.imposer, passage.authority, _subject(f"{match['what']} {passage.title}"), targets),
            match,
            targets=targets,
            old_until=old,
            by_days=_between(old, until),
            scope=match["what"],
            **end,
        )


ADDED = re.compile(
    r"adding (?P<n>\d[\d,]*) (?:Harmonized Tariff Schedule of the United States \(HTSUS\)|HTSUS) codes[^.]{0,300}"
)


def _codes_added(passage: Passage) -> Iterator[FeedAct]:
    """Tariff codes are added to a list that bears a duty."""
    match = ADDED.search(passage.text)
    if match:
        day = _start(passage)
        subject = "derivatives" if "derivative" in match[0] else "codes"
        yield _act(
            passage,
            measure_id(passage.imposer, passage.authority, f"{subject}-{(day['legal_from'] or '')[:7]}"),
            match,
            rate_kind="add",
            scope=match[0],
            scope_codes=int(match["n"].replace(",", "")),
            **day,
        )


SUSPENDED = re.compile(
    rf"Heading (?P<heading>{HEADING})(?P<between>.{{0,{CLAUSE}}}?) shall (?:continue to )?be suspended until"
    rf" (?P<until>{dates.TIME})"
)


def _heading_suspended(passage: Passage) -> Iterator[FeedAct]:
    """A heading is suspended to a day; its rate and target are those of the schedule."""
    for match in SUSPENDED.finditer(passage.text):
        known = catalogue.heading(match["heading"])
        note = f"rate and target from the schedule ({known.source}), not from this text" if known else ""
        yield _act(
            passage,
            match["heading"],
            match,
            targets=known.targets if known else (),
            rate=known.rate if known else None,
            rate_kind=(known.rate_kind if known else None) or "unknown",
            status="suspended",
            suspended_until=dates.day(match["until"]),
            suspended_until_text=dates.eastern(match["until"]),
            authority=known.authority if known else None,
            note=note,
        )


MOVED = re.compile(
    rf"effective date of the additional (?:ad valorem )?duties imposed in (?P<acts>Proclamations?[\d, and]+?)"
    rf" shall be (?P<new>{dates.TIME})"
)
DELETED = re.compile(rf"deleting the effective date [“\"](?P<old>{dates.DAY})[”\"]")


def _start_moved(passage: Passage) -> Iterator[FeedAct]:
    """The start of duties that were announced is moved to another day."""
    for match in MOVED.finditer(passage.text):
        old = DELETED.search(passage.text, match.start())
        targets = catalogue.sides_in(passage.title)[:1]
        numbers = re.findall(r"\d+", match["acts"])
        yield _act(
            passage,
            measure_id(passage.imposer, passage.authority, "duties", targets),
            match,
            targets=targets,
            rate_kind="add",
            status="announced",
            legal_from=dates.day(match["new"]),
            legal_from_text=dates.eastern(match["new"]),
            old_legal_from=dates.day(old["old"]) if old else None,
            instrument=f"Proclamation{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}",
        )


SUBJECT_TO = re.compile(rf"(?:subject to|impose) an? {PERCENT} (?:additional )?ad valorem (?:duty rate|rate of duty)")
FOR_FIRMS = re.compile(
    rf"shall be {PERCENT} for products of (?P<who>companies that [^.]{{0,{CLAUSE}}}?(?:e\.g\.[^.]{{0,{CLAUSE}}})?"
    rf"onshoring[^.]{{0,{CLAUSE}}})\."
)
FOR_SIDES = re.compile(rf"shall be {PERCENT} for products of (?P<who>(?!companies)[^.]{{0,{CLAUSE}}}?)(?=, unless|\.)")
OF_SIDE = re.compile(rf"for products of (?P<who>[^.;]{{3,60}}?) shall be {PERCENT}(?P<rest>[^.]{{0,{CLAUSE}}})")
RISES = re.compile(rf"{PERCENT} rate shall increase to {PERCENT} on ({dates.DAY})")
OTHERS = re.compile(
    rf"on or after {dates.TIME},? for the companies listed[^.]{{0,{CLAUSE}}}? and ({dates.DAY}), for (other companies)"
)
THROUGH = re.compile(rf"continue in effect through ({dates.TIME})")


def _ad_valorem(passage: Passage) -> Iterator[FeedAct]:
    """Rates of duty that a proclamation or order sets: on everybody, on firms, on named sides."""
    general = SUBJECT_TO.search(passage.text)
    clauses: list[tuple[re.Match[str], str, tuple[str, ...], str]] = []
    if general:
        clauses.append((general, general[1], ("ALL",), passage.title))
    clauses += [(m, m[1], ("ALL",), "onshoring") for m in FOR_FIRMS.finditer(passage.text)]
    clauses += [(m, m[1], catalogue.sides_in(m["who"]), passage.title) for m in FOR_SIDES.finditer(passage.text)]
    clauses += [(m, m[2], catalogue.sides_in(m["who"]), passage.title) for m in OF_SIDE.finditer(passage.text)]
    for match, rate, targets, scope in clauses:
        if targets:
            yield _clause(passage, match, float(rate), targets, scope)


def _clause(passage: Passage, match: re.Match[str], rate: float, targets: tuple[str, ...], scope: str) -> FeedAct:
    total = "surcharge" not in passage.title.lower() and "additional" not in match[0]
    act = _act(
        passage,
        _identity(passage, scope, targets, _subject(scope)),
        match,
        targets=targets,
        rate=rate,
        rate_kind="total" if total else "add",
        scope=scope,
        note=TOTAL_NOTE if total else "",
        confidence=0.6 if total else None,
        **_start(passage, match.end()),
    )
    return _with_end(passage, _with_later(passage, match, act))


def _with_later(passage: Passage, match: re.Match[str], act: FeedAct) -> FeedAct:
    others = OTHERS.search(passage.text)
    rises = RISES.search(passage.text, match.end())
    if others:
        act = replace(act, also_from={others[2]: dates.day(others[1]) or ""})
    if rises and float(rises[1]) == act.rate:
        act = replace(act, later={dates.day(rises[3]) or "": float(rises[2])})
    if "reduce to zero" in match[0]:
        act = replace(act, later="zero on a notice, no day")
    return act


def _with_end(passage: Passage, act: FeedAct) -> FeedAct:
    match = THROUGH.search(passage.text)
    if match is None:
        return act
    end, instant = dates.day(match[1]), dates.eastern(match[1])
    if end and instant and instant[11:16] <= "00:01":
        return replace(act, until=instant, last_day=dates.plus_days(end, -1))
    return replace(act, until=instant or end, last_day=end)


ENDED = re.compile(
    r"duties imposed pursuant to (?P<basis>IEEPA|[Ss]ection \d+)[^.]{0,1000}? shall no longer be in effect"
)
NOT_COLLECTED = re.compile(
    rf"duties imposed under (?P<basis>IEEPA|[Ss]ection \d+) will no longer be collected [^.]{{0,{CLAUSE}}}?"
    rf"on or after (?P<time>{dates.TIME})"
)


def _ended(passage: Passage) -> Iterator[FeedAct]:
    """All duties of a legal basis end; an order may leave the day open."""
    for match in ENDED.finditer(passage.text):
        yield _end(passage, match)
    for match in NOT_COLLECTED.finditer(passage.text):
        first_free = dates.day(match["time"])
        instant = dates.eastern(match["time"]) or first_free
        last = dates.plus_days(first_free, -1) if first_free else None
        yield replace(_end(passage, match), legal_until=last, note=f"collection ends {instant}; the order gives no day")


def _end(passage: Passage, match: re.Match[str]) -> FeedAct:
    basis = match["basis"][:1].upper() + match["basis"][1:]
    return _act(
        passage,
        measure_id(passage.imposer, basis, "duties"),
        match,
        targets=("ALL",),
        rate_kind="add",
        status="ended",
        authority=basis,
    )


RATE_OF_HEADING = re.compile(
    rf"(?P<heading>{HEADING}): (?P<goods>[^.;:]{{3,{CLAUSE}}}?) products? of (?P<who>[^.;:]{{3,100}}?):"
    rf" additional (?:rate of )?dut(?:y|ies) of {PERCENT}(?: \(was {PERCENT}\))?"
)


def _rate_of_heading(passage: Passage) -> Iterator[FeedAct]:
    """A customs message gives the rate of a heading."""
    for match in RATE_OF_HEADING.finditer(passage.text):
        known = catalogue.heading(match["heading"])
        yield _act(
            passage,
            match["heading"],
            match,
            targets=catalogue.sides_in(match["who"]),
            rate=float(match[4]),
            rate_kind="add",
            old_rate=float(match[5]) if match[5] else None,
            scope=match["goods"],
            authority=known.authority if known else None,
            **_start(passage),
        )


TAKE_EFFECT = re.compile(
    rf"[Aa]dditional duties of {PERCENT}(?: or {PERCENT})? on products of (?P<who>[^.;]{{3,100}}?) take effect on"
    rf" (?P<day>{dates.DAY})"
)


def _take_effect(passage: Passage) -> Iterator[FeedAct]:
    """A press release says which duties take effect on which day."""
    for match in TAKE_EFFECT.finditer(passage.text):
        targets = catalogue.sides_in(match["who"])
        rates = tuple(float(rate) for rate in (match[1], match[2]) if rate)
        subject = "forced-labor" if "forced labor" in passage.title.lower() else "duties"
        yield _act(
            passage,
            measure_id(passage.imposer, passage.authority, subject, targets),
            match,
            targets=targets,
            target_text=None if targets else match["who"],
            rate=rates if len(rates) > 1 else rates[0],
            rate_kind="add",
            legal_from=dates.day(match["day"]),
        )


Rule = Callable[[Passage], Iterator[FeedAct]]
RULES: tuple[Rule, ...] = (
    _reduced, _exclusions, _prolonged, _codes_added, _heading_suspended, _start_moved, _ad_valorem, _ended,
    _rate_of_heading, _take_effect,
)  # fmt: skip
