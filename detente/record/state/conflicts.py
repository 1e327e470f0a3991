"""Conflicts: claims that differ on one question, the one shown, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from detente.record.fact import Statement, has_started
from detente.record.state.claims import (
    OFFICIAL,
    PARTY,
    PREFERRED,
    PRESS,
    STEP_DAYS,
    asserted_on,
    cite,
    days_apart,
    filter_kinds,
    first_day,
    grouped,
    is_asserted_by,
    source_weight,
)
from detente.record.state.events import Event, concerns, meeting_date
from detente.record.state.rows import Claim, Conflict, Ranking, Stage, Truce
from detente.record.state.truces import expiry_of

FRESH_DAYS = 30  # days within which two official texts dispute a date, rather than move it
WHY = {
    PREFERRED: "a reviewer prefers it",
    OFFICIAL: "an official text stands before what parties say and the press reports",
    PARTY: "a party's own word stands before the press",
    PRESS: "the latest report is shown",
}

EACH_SIDES_WORD = "each side's own word is shown beside the other's"


class Answer(NamedTuple):
    """What one statement answers to a question."""

    value: Any
    statement: Statement


class Question(NamedTuple):
    """A question on which statements differ, their answers, the value shown and why."""

    about: str
    answers: list[Answer]
    shown: Any
    why: str


def derive_conflicts(
    statements: Iterable[Statement],
    truces: Iterable[Truce],
    stages: Iterable[Stage],
    events: Iterable[Event],
    as_of: str,
    rankings: Mapping[str, Statement] | None = None,
) -> list[Conflict]:
    """One row a question, open ones first; deprecated claims are listed too, and decide nothing.

    rankings: statement id → the line of a reviewer that ranks it.
    """
    by_id = {s.id: s for s in statements}
    deprecated = [s for s in by_id.values() if s.rank == "deprecated"]
    measures = [s for s in filter_kinds(by_id.values(), "measure") if s.value.get("measure")]
    asserted = [s for s in measures if is_asserted_by(s, as_of)]
    questions = [
        *_truce_ends(truces, by_id, deprecated),
        *_deal_stages(stages, by_id),
        *_meeting_dates(events, deprecated),
        *_denials(events),
        *_measure_dates(asserted),
        *_measure_statuses(asserted),
    ]
    rows = [_conflict(question, as_of, rankings or {}) for question in questions]
    return sorted(rows, key=lambda r: not r.open)


def _conflict(question: Question, as_of: str, rankings: Mapping[str, Statement]) -> Conflict:
    """The row of a question: the latest answer of each side for each value, the value shown first."""
    latest = {
        (a.value, a.statement.by.side): a for a in sorted(question.answers, key=lambda a: asserted_on(a.statement))
    }
    ordered = sorted(
        latest.values(),
        key=lambda a: (a.value != question.shown, -source_weight(a.statement), asserted_on(a.statement)),
    )
    claims = [_claim(answer, rankings.get(answer.statement.id)) for answer in ordered]
    preferred = (c.ranked for c in claims if c.ranked and c.rank == "preferred" and c.value == question.shown)
    ranking = next(preferred, None)
    return Conflict(
        about=question.about,
        claims=tuple(claims),
        shown=question.shown,
        why=f"preferred by {ranking.by}: {ranking.why}" if ranking else question.why,
        open=_is_open(claims, as_of),
    )


def _claim(answer: Answer, line: Statement | None) -> Claim:
    s = answer.statement
    return Claim(
        value=answer.value,
        citation=cite(s),
        note=s.note,
        rank=line.value["rank"] if line else "normal",
        ranked=Ranking(line.by.name, line.note, line.known, line.id) if line else None,
    )


def _is_open(claims: Iterable[Claim], as_of: str) -> bool:
    """Whether a day that is in dispute lies ahead; questions that are not about days stay open."""
    dates = [c.value for c in claims if re.match(r"\d{4}-", str(c.value))]
    return not dates or not all(has_started(day, as_of) for day in dates)


def shown_claim(answers: Iterable[tuple[Any, Statement]]) -> Answer:
    """The answer shown: not deprecated, of the weightiest source, the latest of these."""
    return Answer(*max(answers, key=lambda a: (a[1].rank != "deprecated", source_weight(a[1]), asserted_on(a[1]))))


def _truce_ends(
    truces: Iterable[Truce], by_id: Mapping[str, Statement], deprecated: list[Statement]
) -> Iterator[Question]:
    """Ends given for one step of a truce: those within STEP_DAYS of each other."""
    for truce in truces:
        answers = [Answer(link.new_expiry, by_id[link.statement]) for link in truce.chain if link.new_expiry]
        answers += [Answer(end, s) for s in deprecated if (end := expiry_of(s)) and s.value.get("truce") == truce.truce]
        for step in _by_step(answers):
            if len({answer.value for answer in step}) > 1:
                yield _by_weight(f"truce {truce.truce}: expiry", step, shown_claim(step))


def _by_weight(about: str, answers: list[Answer], best: Answer) -> Question:
    """A question on which the weightiest source is shown."""
    return Question(about, answers, best.value, WHY[source_weight(best.statement)])


def _by_step(answers: Iterable[Answer]) -> list[list[Answer]]:
    """The answers, which are days, in groups whose neighbours lie within STEP_DAYS."""
    steps: list[list[Answer]] = []
    for answer in sorted(answers, key=lambda a: a.value):
        if steps and days_apart(steps[-1][-1].value, answer.value) <= STEP_DAYS:
            steps[-1].append(answer)
        else:
            steps.append([answer])
    return steps


def _deal_stages(stages: Iterable[Stage], by_id: Mapping[str, Statement]) -> Iterator[Question]:
    for (_, deal), rows in grouped(stages, lambda row: (row.line, row.deal)).items():
        if any(row.status == "contested" for row in rows):
            answers = [Answer(row.stage, by_id[row.statement]) for row in rows]
            yield Question(f"deal {deal}: stage", answers, [row.stage for row in rows], EACH_SIDES_WORD)


def _meeting_dates(events: Iterable[Event], deprecated: list[Statement]) -> Iterator[Question]:
    for event in events:
        answers = [Answer(day, s) for day, s in event.standing_dates]
        answers += [Answer(day, s) for s in deprecated if (day := meeting_date(s)) and concerns(s, event)]
        if event.held_on is None and len({a.value for a in answers}) > 1:
            best = shown_claim(event.standing_dates)
            yield Question(f"{event.name}: date", answers, event.day, WHY[source_weight(best.statement)])


def _denials(events: Iterable[Event]) -> Iterator[Question]:
    """What one voice confirms and another denies; each side's own word is shown."""
    for event in events:
        words = [(status, s) for _, status, s in event.responses if s.kind == "confirmation"]
        answers = [Answer(status, s) for status, s in words if status in ("confirmed", "denied")]
        if event.held_on is None and len({a.value for a in answers}) > 1:
            shown = list(dict.fromkeys(a.value for a in answers))
            yield Question(f"{event.name}: whether it is so", answers, shown, EACH_SIDES_WORD)


def _measure_dates(measures: Iterable[Statement]) -> Iterator[Question]:
    """Sources that give different days for one step of a measure."""
    phases: dict[tuple[Any, ...], list[Answer]] = {}
    for s in measures:
        for key in ("legal_from", "suspended_until", "until"):
            if s.value.get(key):
                phase = (s.value["measure"], key, s.value["status"], s.value.get("rate_pct"), s.value.get("rate_pp"))
                phases.setdefault(phase, []).append(Answer(s.value[key], s))
    for (name, key, *_), answers in phases.items():
        if len({a.value for a in answers}) > 1:
            for step in _by_step(answers):
                best = shown_claim(step)
                if any(_disputes(answer, best) for answer in step):
                    yield _by_weight(f"measure {name}: {key}", step, best)


def _measure_statuses(measures: Iterable[Statement]) -> Iterator[Question]:
    """Sides that give a measure another status than its imposer does, at about the same time."""
    voiced = [s for s in measures if source_weight(s) > PRESS and s.rank != "deprecated"]
    for name, group in grouped(voiced, lambda s: s.value["measure"]).items():
        ordered = sorted(group, key=asserted_on)
        latest = {s.by.side: s for s in ordered}
        own = latest.get(ordered[0].value["imposer"])
        others = _rival_statuses(own, latest.values()) if own else []
        if own and others:
            answers = [Answer(_status_words(s), s) for s in (own, *others)]
            yield Question(f"measure {name}: status", answers, _status_words(own), "the imposer's own act is shown")


def _rival_statuses(own: Statement, latest: Iterable[Statement]) -> list[Statement]:
    """The sides' last words with another status than the imposer's; none where all are long before or after it."""
    others = [s for s in latest if s.value["status"] != own.value["status"]]
    return others if any(_is_fresh(s, own) for s in others) else []


def _is_fresh(a: Statement, b: Statement) -> bool:
    first, second = asserted_on(a), asserted_on(b)
    return bool(first and second) and days_apart(first, second) <= FRESH_DAYS


def _disputes(answer: Answer, best: Answer) -> bool:
    """Whether another source gives another day at about the time; an official text of a month later moves a date."""
    s, top = answer.statement, best.statement
    if s.source == top.source or first_day(answer.value) == first_day(best.value):
        return False
    is_undated = not asserted_on(s) or not asserted_on(top)
    return is_undated or _is_fresh(s, top) or PRESS in (source_weight(s), source_weight(top))


def _status_words(s: Statement) -> str:
    end = s.value.get("suspended_until") or s.value.get("until")
    return f"{s.value['status']} until {end}" if end else str(s.value["status"])
