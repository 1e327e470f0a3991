"""How long something lasts: the end, the start and the length that a stretch of text gives, and whose it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from detente.record.propose.annotate import dates, places
from detente.record.propose.annotate.dates import Expr, When
from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.words import load
from detente.record.propose.code.rules import bare
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span

LOOK_BACK = 45  # characters before a day in which the word stands that says what the day is
BOTH_OTHERS = re.compile(r"\b(?:on|for|from|with|against|to) both\b|\bboth (?:neighbou?rs|partners)\b", re.I)
HOSTED = re.compile(r"(?:\b(?:in|at|near|tại|ở) (?:the )?|在)$")


@dataclass(frozen=True)
class Period:
    """ends: days named as ends; old: those they replace; starts; length: start, end, number and unit."""

    ends: tuple[When, ...] = ()
    old: tuple[When, ...] = ()
    starts: tuple[When, ...] = ()
    length: tuple[int, int, int, str] | None = None
    others: tuple[When, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether nothing says how long."""
        return not (self.ends or self.old or self.length)

    @property
    def end(self) -> str | None:
        """The end: as the text gives it, else counted from a stated start."""
        if self.ends:
            return self.ends[-1].last or self.ends[-1].iso
        if self.length and self.starts:
            return dates.add_duration(self.starts[0].iso, self.length[2], self.length[3])
        return None

    @property
    def stop(self) -> int:
        """Where the last expression of the period ends in the text."""
        spans = [w.expr.end for w in (*self.ends, *self.starts, *self.old)] + ([self.length[1]] if self.length else [])
        return max(spans, default=0)

    def date(self, end: str | None) -> tuple[str | None, str | None]:
        """The day of the fact with its words: the end, else the day on which it was done."""
        day = end or next((w.iso for w in self.others if w.is_day), None)
        return day, self.ends[-1].expr.words if self.ends else None

    def duration(self) -> dict[str, object]:
        """The length as keys of a value: duration_days, or duration in words."""
        if self.length is None:
            return {}
        n, unit = self.length[2], self.length[3]
        return {"duration_days": n} if unit == "day" else {"duration": f"{n} {unit}{'s' if n > 1 else ''}"}


@cache
def _words(language: str) -> Mapping[str, Any]:
    return load(language, "periods.yaml") or load("en", "periods.yaml")


def words(analysis: Analysis) -> Mapping[str, Any]:
    """The small words of a document's language that say what is an end, a start, a continuation."""
    return _words(analysis.reading.language)


def role(analysis: Analysis, sentence: Sentence, expr: Expr) -> str:
    """What a day is to a period: end, start, old, or other; by the word before it, in Chinese also the one behind."""
    known = words(analysis)["time_roles"]
    text = analysis.reading.text
    behind = words(analysis).get("time_roles_behind", {})
    for name, endings in behind.items():
        if text[expr.end : expr.end + 6].startswith(tuple(endings)):
            return str(name)
    if analysis.reading.language == "zh":
        lead = text[max(sentence.piece.start, expr.start - 6) : expr.start]
        return next((n for n in ("old", "end", "start") if lead.endswith(tuple(known[n]))), "other")
    lead = text[max(sentence.piece.start, expr.start - LOOK_BACK) : expr.start]
    return _role_by_words(known, lead, expr.words)


def _role_by_words(known: Mapping[str, Any], lead: str, own: str) -> str:
    """What the preposition of a day, its own or the last before it, makes of it."""
    parts = re.findall(r"[\w:]+|[^\w\s]", (lead + own).lower())
    cut = len(parts) - len(re.findall(r"[\w:]+|[^\w\s]", own.lower()))
    first, lead_in = "".join(parts[cut : cut + 1]), parts[:cut]
    if first in known["end"] and first not in known["filler"]:  # the expression holds its own preposition
        return "end"
    if lead_in[-1:] == ["on"] and lead_in[-2:-1] and lead_in[-2] in known["start"]:  # it began on that day
        return "start"
    last = next((word for word in reversed(lead_in) if word not in known["filler"]), None)
    return next((n for n in ("end", "start", "old") if last in known[n]), "other")


def period(
    analysis: Analysis, sentence: Sentence, span: Span, tense: str | None, *, skip: tuple[Span, ...] = (),
    default: str = "other", anchor: str | None = None,
) -> Period:  # fmt: skip
    """What a stretch of a sentence says of a period.

    tense: that of its ends. skip: parts that speak of something else. default: what a day is that no word explains.
    anchor: the day from which ends are counted, if not that of the text.
    """
    groups: dict[str, list[When]] = {"end": [], "start": [], "old": [], "other": []}
    for expr in sentence.times:
        if span.start <= expr.start < span.end and not _lies_in(expr.start, skip):
            name = role(analysis, sentence, expr)
            name = default if name == "other" else name
            for kind, when in _days(analysis, expr, name, tense, anchor):
                groups[kind].append(when)
    lengths = dates.durations(analysis.reading.text[span.start : span.end], span.start)
    length = next((x for x in lengths if not _lies_in(x[0], skip)), None)
    ends, old, starts, others = (tuple(groups[k]) for k in ("end", "old", "start", "other"))
    return Period(ends, old, starts, length, others)


def _lies_in(place: int, spans: tuple[Span, ...]) -> bool:
    return any(s.start <= place < s.end for s in spans)


def _days(analysis: Analysis, expr: Expr, name: str, tense: str | None, anchor: str | None) -> list[tuple[str, When]]:
    """The days of an expression with what they are to the period; from one day to another gives both."""
    base = (name != "other" and anchor) or analysis.reading.anchor
    when = dates.resolve(expr, base, {"end": tense, "other": "past"}.get(name))
    if when is None or (name == "end" and expr.get("rel2")):
        return []
    if when.last and name != "other":
        return [("start", When(when.iso, None, expr)), ("end", When(when.last, None, expr))]
    return [(name, when)]


def day_of_act(analysis: Analysis, sentence: Sentence, predicate: Predicate) -> str | None:
    """The past day or month on which a sentence says that something was moved: ends are counted from there."""
    if predicate.tense not in ("past", "perfect"):
        return None
    for expr in sentence.times:
        when = dates.resolve(expr, analysis.reading.anchor, "past")
        if (
            when
            and role(analysis, sentence, expr) == "other"
            and (when.is_day or expr.get("m6"))
            and not expr.get("w1")
        ):
            return when.iso
    return None


def checked(analysis: Analysis, value: Period, looks_ahead: bool) -> tuple[str | None, tuple[str, ...]]:
    """The end of a period if it can be one, with the flags of a doubtful one."""
    end = value.end
    if end is None:
        return None, ()
    start = value.starts[0].iso if value.starts else None
    states_year = bool(value.ends) and value.ends[-1].expr.first("y1", "y2", "y3", "y4", "y5", "y6", "iso") is not None
    if not dates.is_plausible(end, analysis.reading.anchor, looks_ahead and not states_year, start):
        return None, ("timing_imprecise",)
    return end, ("timing_imprecise",) if value.ends and value.ends[-1].expr.is_ambiguous else ()


def parties_of(analysis: Analysis, sentence: Sentence, span: Span, predicate: Predicate | None = None) -> list[str]:
    """The sides a fact binds: those its stretch names, else its sentence, else those before it, else the document's."""
    reading = analysis.reading
    named = _named(analysis, sentence, span)
    if predicate is not None:
        for side in (*analysis.actor(sentence, predicate).sides, *analysis.patient(sentence, predicate).sides):
            if side not in named:
                named.append(side)
    named = [s for s in named if s not in ("press", "joint", *places.bodies())]
    if len(named) == 1 and BOTH_OTHERS.search(reading.text[span.start : span.end]):
        named += _before(analysis, sentence, set(named), 2)
    if len(named) >= 2:
        mentions = sorted({(m.start, m.side) for m in sentence.sides if m.start < span.end})
        listed = reading.listed(mentions)
        return listed if set(named) < set(listed) else sorted(named)
    if len(named) == 1:
        return _pair(analysis, sentence, named[0])
    return _pair_before(analysis, sentence)


def _pair(analysis: Analysis, sentence: Sentence, side: str) -> list[str]:
    """A side with its partner: the one named beside it, else the party the document is mostly about."""
    beside = [x for x in _named(analysis, sentence, Span(sentence.piece.start, sentence.piece.end)) if x != side]
    frequent = [p for p in (*analysis.once("frequent", _frequent), *analysis.reading.parties) if p != side]
    partner = beside[0] if len(beside) == 1 else next(iter(frequent), None)
    return sorted({side, partner or next(iter(_before(analysis, sentence, {side}, 1)), side)})


def _pair_before(analysis: Analysis, sentence: Sentence) -> list[str]:
    """Whom a sentence that names nobody speaks of: in a report on many, those named in its paragraph."""
    reading = analysis.reading
    frequent = analysis.once("frequent", _frequent)
    if len(frequent) == 3 and not sentence.sides and _is_trio(analysis):
        return sorted(frequent)
    if len(frequent) < 3 or reading.author == "joint":
        return sorted(reading.parties)
    for earlier in reversed(reading.sentences[max(0, sentence.number - 4) : sentence.number + 1]):
        nearby = _named(analysis, earlier, Span(earlier.piece.start, earlier.piece.end))
        if 1 < len(nearby) < 4:
            return sorted(nearby)
        answers = earlier.number and reading.sentences[earlier.number - 1].piece.text.endswith(("?", "？"))
        if earlier.opens and not answers:
            return _pair(analysis, earlier, nearby[0]) if len(nearby) == 1 else sorted(reading.parties)
    return sorted(reading.parties)


def _is_trio(analysis: Analysis) -> bool:
    """Whether a document is about three sides alike."""
    counts = [n for _, n in analysis.once("counts", _counts).most_common(4)]
    return len(counts) > 2 and counts[2] * 3 >= counts[0] * 2 and (len(counts) < 4 or counts[3] * 2 < counts[0])


def _frequent(analysis: Analysis) -> tuple[str, ...]:
    """The sides that a document names again and again, the most named first."""
    counts = analysis.once("counts", _counts)
    most = max(counts.values(), default=0)
    return tuple(side for side, n in counts.most_common() if n >= max(2, most / 4))


def _counts(analysis: Analysis) -> Counter[str]:
    """In how many sentences each side is named."""
    counts: Counter[str] = Counter()
    for s in analysis.reading.sentences:
        counts.update(sorted(set(_named(analysis, s, Span(s.piece.start, s.piece.end)))))
    return counts


def _named(analysis: Analysis, sentence: Sentence, span: Span) -> list[str]:
    text = analysis.reading.text
    mentions = [(m.start, m.side) for m in sentence.sides] + [(n.start, n.side) for n in sentence.people if n.side]
    inside = [
        side
        for start, side in sorted(mentions)
        if span.start <= start < span.end and not HOSTED.search(text[max(0, start - 8) : start])
    ]
    return list(dict.fromkeys(inside))


def _before(analysis: Analysis, sentence: Sentence, known: set[str], count: int) -> list[str]:
    """The sides named last before a sentence, other than those known; parties of the document where none is near."""
    sides: list[str] = []
    for earlier in reversed(analysis.reading.sentences[max(0, sentence.number - 3) : sentence.number]):
        for side in reversed(_named(analysis, earlier, Span(earlier.piece.start, earlier.piece.end))):
            if side not in known and side not in sides:
                sides.append(side)
    sides += [p for p in analysis.reading.parties if p not in known and p not in sides]
    return sides[:count]


def stretch(analysis: Analysis, sentence: Sentence, predicate: Predicate, stop: int = 0) -> Span:
    """The quote of a fact: from the subject of its verb to the end of its clause, or to where its last day stands."""
    text, begin = analysis.reading.text, sentence.piece.start
    start, subject = predicate.start, predicate.subject
    if subject and begin <= subject.start < predicate.start and predicate.start - subject.start < 160:
        start = subject.start
    if analysis.reading.language == "zh" and predicate.start - start < 12:
        start = _clause_before(text, begin, predicate.clause.start, start)
    end = min(max(stop, _end(analysis, sentence, predicate, start)), sentence.piece.end)
    return bare(text, start, stop if 0 < stop < end - 60 else end)


def _end(analysis: Analysis, sentence: Sentence, predicate: Predicate, start: int) -> int:
    """Where what a verb says ends: with its clause, or the clause that it governs, if they are not too long."""
    end = predicate.clause.end if predicate.clause.end - predicate.start < 220 else predicate.object.end
    complements = (p for p in analysis.predicates[sentence.number] if p.governor == predicate.number and not p.is_noun)
    ends = (p.clause.end for p in complements if p.relation in ("to", "that", "ing") and p.clause.end - start < 220)
    return max([end, *ends])


def _clause_before(text: str, begin: int, clause: int, start: int) -> int:
    """Where the clause before one begins that opens with its verb: its subject stands there."""
    before = text[begin : max(begin, clause - 1)]
    comma = max(before.rfind("，"), before.rfind(","), before.rfind("；"))
    return begin + comma + 1 if before.strip() and len(before) - comma < 120 else start
