"""How an act that a feed tells of stands to the ledger of duties: the act it speaks of, and what differs.

The two name acts in different ways, so they are joined by what both give: instruments and citations, headings, days,
rates, goods and targets. The relations are those of `detente.record.match`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from detente.record.duties import ALL, Act, Ledger
from detente.record.feeds import dates
from detente.record.feeds.model import FeedAct, FeedSource
from detente.record.match import COMMON, WORD
from detente.record.own_duties import UNION

STEP = re.compile(
    r"\.(?:until|rate|ended)-\d{4}-\d\d-\d\d(?:-[a-z0-9-]+)?$"
)  # what the id of a later step adds to its act's
LEAST = 3.0  # score from which two are taken to be one act
FEW = 3  # words by which goods are told apart at least
MARGIN = 0.4  # score by which the best has to be ahead
NEAR = 3  # days within which two days are taken to be one
SAME_END = 1  # days by which `until`, `through` and `before` are written apart
CODE = re.compile(r"\b[A-Z]{3}\b|\bEU27\b")
CITATION = re.compile(r"\b(\d{2,3} FR \d{4,6})\b")
DOCUMENT = re.compile(r"\b((?:[A-Z]\d{1,2}-)?20\d\d-\d{4,6})\b")
CHINESE = re.compile(r"(\d{4})年第(\d+)号")
LISTED = re.compile(r"\b(\d{4}) No\. (\d+(?:, \d+)*)")
NUMBER = re.compile(r"(?<![\d.-])(\d{5}|\d{4}/\d{2,4})(?![\d-])")
HEADING = re.compile(r"\b(\d{4}\.\d\d)(?:\.(\d\d))?((?:(?:-|, ?)\.\d\d)*)")
PERCENT = re.compile(r"\d+(?:\.\d+)?")
MANY = 4  # numbers in the words of a rate from which on they are not compared


class Standing(NamedTuple):
    """How an act of a feed stands to the ledger: the relation, the act there, {key: (there, here)}, and why.

    also: other acts of the ledger that it could speak of nearly as well.
    """

    relation: str
    of: Act | None = None
    keys: Mapping[str, tuple[Any, Any]] = {}
    why: str = ""
    also: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """An act with the days and the marks by which it is compared.

    end: its last day. known: since when, as a day. marks: instruments, citations and headings. official: whether an
    official source tells of it.
    """

    act: FeedAct
    known: str
    end: str | None
    marks: frozenset[str]
    official: bool
    corrects: bool


def candidate(act: FeedAct, sources: Mapping[str, FeedSource], known: str) -> Candidate:
    """An act beside its sources; known: the day on which the file was at hand, where nothing gives another."""
    own = [sources[name] for name in act.sources if name in sources]
    return Candidate(
        act,
        (act.known or known)[:10],
        last_day(act),
        _marks_of_sources(act, own) | (_headings(act.id) if HEADING.fullmatch(act.id) else frozenset()),
        any(s.kind == "official" for s in own),
        any(s.corrects for s in own),
    )


def _marks_of_sources(act: FeedAct, sources: list[FeedSource]) -> frozenset[str]:
    texts = [act.instrument, act.quote, *(s.citation for s in sources), *(s.instrument for s in sources)]
    documents = {s.id.partition("-")[2] for s in sources}
    return frozenset(mark for text in texts if text for mark in _marks(text)) | documents


def last_day(act: FeedAct) -> str | None:
    """The last day on which an act, or the suspension that it is, has effect; None where the feed gives none."""
    if act.status == "ended":
        return act.legal_until or (dates.plus_days(act.legal_from, -1) if act.legal_from else None)
    if act.last_day:
        return act.last_day
    end = (act.suspended_until_text or act.suspended_until) if act.status == "suspended" else act.until
    return _before_midnight(end) if end else None


def _before_midnight(end: str) -> str:
    """The last day before a moment; one minute after midnight belongs to the day before."""
    return dates.plus_days(end[:10], -1) if "T" in end and end[11:16] <= "00:01" else end[:10]


def standing_of(here: Candidate, ledger: Ledger, apart: Container[str] = ()) -> Standing:
    """How the act stands to the ledger; apart: acts of the ledger of which other acts of its document speak.

    >>> standing_of(candidate(extension, sources, "2026-10-20"), duties.shipped()).relation
    'moves the end of'
    """
    imposer = _code(here.act.imposer)
    acts = [act for act in ledger.acts.values() if act.imposer == imposer and root(act.id) not in apart]
    scores = {act.id: _score(here, act, ledger) for act in acts}
    best = max(acts, key=lambda act: (scores[act.id], act.known), default=None)
    if best is None or scores[best.id] < LEAST:
        return Standing("new", why="the ledger holds no act that it could speak of")
    result = _relation(here, latest_step(ledger, best, here.act), ledger)
    return result if result.relation == "same" else _with_others(result, scores, best.id)


def _with_others(result: Standing, scores: Mapping[str, float], best: str) -> Standing:
    """The result with the other acts whose score is nearly as high."""
    least = max(LEAST, scores[best] - MARGIN)
    near = tuple(sorted({root(name) for name, score in scores.items() if score >= least} - {root(best)}))
    return result._replace(also=near, why=f"{result.why}; it may also be {', '.join(near)}") if near else result


@lru_cache(maxsize=4096)
def root(identity: str) -> str:
    """The id of the act of which an id is a later step, or the id itself."""
    return STEP.sub("", identity)


def steps(ledger: Ledger, identity: str) -> list[Act]:
    """An act of the ledger and its later steps, in the order in which they became known."""
    return sorted((a for a in ledger.acts.values() if root(a.id) == root(identity)), key=lambda a: (a.known, a.id))


def latest_step(ledger: Ledger, act: Act, here: FeedAct | None = None) -> Act:
    """The last word of the ledger on an act; with `here` the last on any of its targets."""
    rows = steps(ledger, act.id)
    fitting = [row for row in rows if here is None or _overlap(here, row)]
    return (fitting or rows or [act])[-1]


def end_of(ledger: Ledger, identity: str, known: str) -> str | None:
    """The last day of an act as known on a day, with the steps that moved it; None where it has none or is not known.

    >>> end_of(duties.shipped(), "us-s301-exclusions", "2026-10-01")
    '2026-11-09'
    """
    rows = [act for act in steps(ledger, identity) if act.known <= known]
    return (rows[-1].legal_until or rows[-1].suspended_until or None) if rows else None


# Whether two are one act


def _score(here: Candidate, act: Act, ledger: Ledger) -> float:
    """How much ties an act of a feed to one of the ledger; nothing where they cannot be one."""
    if root(act.id) in (here.act.id, slug(here.act.id)):
        return 10.0 if _overlap(here.act, act) else 0.0
    if not _may_be_one(here.act, act):
        return 0.0
    marks = marks_of(act)
    ends = (act.legal_until, act.suspended_until)
    old_end = any(_near(here.act.old_until, end) for end in ends)
    same_end = any(_near(here.end, end, SAME_END) for end in ends)
    alike = bool(here.act.targets) and _targets(here.act) == _listed(act)
    day = _near(here.act.legal_from, act.legal_from, 0) + 0.5 * _near(here.act.legal_from, act.legal_from)
    return (
        4.0 * bool(marks & here.marks)
        + 3.0 * old_end
        + 2.5 * (same_end and not old_end)
        + 1.5 * (not rates_of(act, ledger).isdisjoint(_rates(here.act)))
        + 1.5 * day
        + 2.0 * _goods(here.act, act)
        + 1.0 * alike
    )


def _may_be_one(here: FeedAct, act: Act) -> bool:
    """Whether targets, legal basis and kind allow that two acts of one imposer are one."""
    same_kind = (here.rate_kind == "exempt") == (act.rate_kind in ("exempt", "suspension"))
    bases = (here.authority or "").lower(), act.authority.lower()
    same_basis = not all(bases) or bases[0].startswith(bases[1]) or bases[1].startswith(bases[0])
    is_duty = here.type in ("tariff", "exemption")
    return is_duty and same_kind and same_basis and _overlap(here, act)


@lru_cache(maxsize=1024)
def marks_of(act: Act) -> frozenset[str]:
    """The numbers by which an act of the ledger can be named: instruments, citations, documents, headings."""
    texts = (act.instrument, act.source, act.url.replace("/", " "))
    headings = _headings(f"{act.scope} {act.instrument} {act.rate}")
    return frozenset(mark for text in texts for mark in _marks(text)) | headings | {act.id}


def _marks(text: str) -> Iterable[str]:
    """Numbers of instruments, citations and documents in a text."""
    yield from CITATION.findall(text)
    yield from DOCUMENT.findall(text)
    for year, number in CHINESE.findall(text):
        yield f"{year} No. {number}"
    for year, numbers in LISTED.findall(text):
        yield from (f"{year} No. {number.strip()}" for number in numbers.split(","))
    yield from NUMBER.findall(CITATION.sub(" ", text))


def _headings(text: str) -> frozenset[str]:
    """The headings that a text names, such as those of `9903.91.06-.08` and `9903.91.05, .11`."""
    headings = set()
    for match in HEADING.finditer(text):
        chapter, first, rest = match[1], match[2], match[3]
        numbers = [int(first)] if first else []
        for mark, number in re.findall(r"(-|,) ?\.(\d\d)", rest):
            low = numbers[-1] + 1 if mark == "-" and numbers else int(number)
            numbers += range(low, int(number) + 1)
        headings |= {f"{chapter}.{number:02d}" for number in numbers}
    return frozenset(headings)


def _code(side: str) -> str:
    return UNION.get(side, side)


def _targets(act: FeedAct) -> frozenset[str]:
    return frozenset(map(_code, act.targets))


@lru_cache(maxsize=1024)
def _listed(act: Act) -> frozenset[str]:
    """The codes on which an act of the ledger falls; ALL where it falls on everybody but those excepted."""
    whole, *_ = re.split(r"EXCEPT", act.target)
    return frozenset({ALL} if ALL in whole else CODE.findall(whole))


@lru_cache(maxsize=1024)
def _excepted(act: Act) -> frozenset[str]:
    _, *rest = re.split(r"EXCEPT", act.target)
    return frozenset(CODE.findall(" ".join(rest)))


def _overlap(here: FeedAct, act: Act) -> bool:
    """Whether an act may fall on one whom the other falls on; targets that are not named may be any."""
    mine, theirs = _targets(here), _listed(act)
    if not mine or not theirs:
        return True
    if ALL in theirs:
        return bool(mine - _excepted(act))
    return bool(mine & theirs)


def rates_of(act: Act, ledger: Ledger) -> frozenset[float]:
    """The rates that an act of the ledger levies, in percent; none where its words give too many to tell."""
    words = PERCENT.findall(re.sub(r"\d{4}-\d\d-\d\d", "", act.rate))
    return _priced(ledger).get(act.id) or frozenset(map(float, words) if len(words) < MANY else ())


@lru_cache(maxsize=8)
def _priced(ledger: Ledger) -> Mapping[str, frozenset[float]]:
    """{act: its rates in percent} of the acts that have some."""
    rates: dict[str, set[float]] = {}
    for rate in ledger.rates:
        if rate.kind != "exempt":
            rates.setdefault(rate.act, set()).add(rate.rate)
    return {act: frozenset(values) for act, values in rates.items()}


def _rates(act: FeedAct) -> tuple[float, ...]:
    return act.rate if isinstance(act.rate, tuple) else () if act.rate is None else (act.rate,)


def _goods(here: FeedAct, act: Act) -> float:
    """The share of the smaller one's words on goods that both have."""
    mine, theirs = (_words(text) for text in (f"{here.scope or ''} {here.quote or ''}", f"{act.scope} {act.quote}"))
    return len(mine & theirs) / max(FEW, min(len(mine), len(theirs)))


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.lower())) - COMMON


def _near(one_day: str | None, other: str | None, within: int = NEAR) -> bool:
    if not one_day or not other or len(other) < 10:
        return False
    return abs(dates.days_between(one_day[:10], other[:10])) <= within


# What differs


def _relation(here: Candidate, act: Act, ledger: Ledger) -> Standing:
    """The first of end, rate and start that differs decides."""
    for compare in (_by_status, _by_end, _by_rate, _by_start):
        result = compare(here, act, ledger)
        if result is not None:
            return result
    return Standing("same", act, why=f"the ledger holds it as {act.id}")


def _by_status(here: Candidate, act: Act, ledger: Ledger) -> Standing | None:
    """An end or a suspension is compared with the end or the suspension that the ledger gives."""
    if here.act.status == "ended":
        return _moved(here, act, "legal_until", act.legal_until or None)
    if here.act.status == "suspended":
        return _moved(here, act, "suspended_until", act.suspended_until or None)
    return None


def _by_end(here: Candidate, act: Act, ledger: Ledger) -> Standing | None:
    """A term is compared with the term that the ledger gives; one that says nothing of an end keeps it."""
    if here.end is None or _near(here.end, act.legal_until, SAME_END):
        return None
    return _moved(here, act, "legal_until", act.legal_until or None)


def _moved(here: Candidate, act: Act, key: str, end: str | None) -> Standing | None:
    """What a last day says beside the ledger's: moves it, is superseded, or contradicts it."""
    if here.end is None or _near(here.end, end, SAME_END):
        return Standing("same", act, why=f"the ledger holds it as {act.id}")
    keys = {key: (end, here.end)}
    if here.known > act.known and here.official:
        word = "the suspension of " if key == "suspended_until" else ""
        return Standing("moves the end of", act, keys, f"{word}{act.id} ends on {here.end}, not {end or 'openly'}")
    return _earlier_or_other(here, act, keys, f"it ends on {end or 'no known day'} in the ledger, {here.end} here")


def _by_rate(here: Candidate, act: Act, ledger: Ledger) -> Standing | None:
    rate, known_rates = here.act.rate, rates_of(act, ledger)
    if not isinstance(rate, float) or not known_rates or rate in known_rates:
        return None
    keys = {"rate": (_words_of(known_rates), rate)}
    if here.known > act.known and here.official:
        return Standing("changes the rate of", act, keys, f"the rate changes from {keys['rate'][0]} to {rate:g}")
    return _earlier_or_other(here, act, keys, f"rate {keys['rate'][0]} in the ledger, {rate:g} here")


def _words_of(rates: Iterable[float]) -> str:
    return " / ".join(f"{rate:g}" for rate in sorted(rates))


def _by_start(here: Candidate, act: Act, ledger: Ledger) -> Standing | None:
    start = here.act.legal_from
    if not start or not act.legal_from or start == act.legal_from or here.act.rate_kind == "exempt":
        return None
    keys = {"legal_from": (act.legal_from, start)}
    why = f"in force from {act.legal_from} in the ledger, {start} here"
    if here.official and here.known > act.known and _is_live(act, start):
        return Standing("corrects", act, keys, why) if here.act.old_legal_from else None
    return _earlier_or_other(here, act, keys, why)


def _is_live(act: Act, day: str) -> bool:
    return not act.legal_until or act.legal_until >= day


def _earlier_or_other(here: Candidate, act: Act, keys: Mapping[str, tuple[Any, Any]], why: str) -> Standing:
    """An official word that came before the ledger's was followed by it; a later one is another account."""
    if here.official and here.known < act.known:
        return Standing("new", act, keys, f"an earlier step of {act.id}: {why}")
    return Standing("corrects" if here.corrects else "contradicts", act, keys, why)


def slug(identity: str) -> str:
    """An id as the ledger writes it: small letters first, digits, hyphens and dots."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", identity).strip("-.")[:60]
    return plain[:1].lower() + plain[1:] or "act"
