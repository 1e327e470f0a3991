"""Stages: where the latest deal of each line of talks stands, in the words of each side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from detente.record.fact import Statement, has_started
from detente.record.state.claims import (
    HEARSAY,
    PRESS,
    STEP_DAYS,
    all_parties,
    cite,
    corroboration,
    days_apart,
    fact_date,
    grouped,
    is_asserted_by,
    normalized,
    parties_of,
    sort_by_side,
    source_weight,
)
from detente.record.state.rows import Stage, SupersededStage

LADDER = (
    "rejected", "terminated", "invalidated", "talks", "proposed", "framework", "preliminary_consensus",
    "submitted_for_internal_approval", "approved_internally", "text_pending", "announced", "agreed", "signed",
    "ratified", "in_force", "suspended",
)  # fmt: skip
APPROVAL = "submitted_for_internal_approval"
MAIN = "main"  # the line of talks that is always shown
VISIBLE_DAYS = 365  # how long another line of talks stays in view after it was last spoken of

Deal = tuple[str, str]  # the line of talks and the name of the deal


def derive_stages(statements: Iterable[Statement], as_of: str) -> tuple[list[Stage], list[Stage | SupersededStage]]:
    """A row a side for the latest deal of each line of talks, and the stages of the past."""
    deals = _by_deal([s for s in statements if _is_reached_by(s, as_of)])
    ordered = _in_line_order(deals)
    latest = dict(ordered)  # line → its last deal
    current: list[Stage] = []
    past: list[Stage | SupersededStage] = []
    for deal in ordered:
        rows, superseded = _deal(deal, deals[deal])
        is_shown = latest[deal[0]] == deal[1] and _is_in_view(deal, deals[deal], as_of)
        past += superseded if is_shown else [*rows, *superseded]
        current += rows if is_shown else []
    main_first = sort_by_side(current, lambda r: r.line != MAIN, lambda r: r.line)
    return main_first, sorted(past, key=lambda r: r.asserted or "")


def _is_reached_by(s: Statement, as_of: str) -> bool:
    """Whether the stage had been asserted, and reached, by the day."""
    day = fact_date(s)
    return is_asserted_by(s, as_of) and (not day or has_started(day, as_of, s.by.side))


def _by_deal(statements: list[Statement]) -> dict[Deal, list[Statement]]:
    anchors = [s for s in statements if s.value.get("deal")]
    return grouped(statements, lambda s: _deal_of(s, anchors))


def _in_line_order(deals: dict[Deal, list[Statement]]) -> list[Deal]:
    """The deals by the day they were last spoken of, all deals of one line together."""
    by_day = sorted(deals, key=lambda d: max(map(fact_date, deals[d])))
    lines = list(dict.fromkeys(line for line, _ in by_day))
    return sorted(by_day, key=lambda d: lines.index(d[0]))


def _is_in_view(deal: Deal, statements: list[Statement], as_of: str) -> bool:
    last = max(map(fact_date, statements))
    return deal[0] == MAIN or not last or days_apart(last, as_of[:10]) <= VISIBLE_DAYS


def _line(s: Statement) -> str:
    is_tiktok = "tiktok" in normalized(s.value.get("object")).split()
    return s.value.get("line") or ("tiktok" if is_tiktok else MAIN)


def _deal_of(s: Statement, anchors: list[Statement]) -> Deal:
    """Line and deal; a stage that names no deal belongs to the nearest one of its parties within STEP_DAYS."""
    line, day = _line(s), fact_date(s)
    if s.value.get("deal"):
        return line, s.value["deal"]
    dated = [a for a in anchors if fact_date(a) and _is_alike(a, s)] if day else []
    distance = {a.id: days_apart(fact_date(a), day) for a in dated}
    nearest = min(dated, key=lambda a: (distance[a.id], a.id), default=None)
    if nearest and distance[nearest.id] <= STEP_DAYS:
        return line, nearest.value["deal"]
    return line, "-".join(parties_of(s)).lower()


def _is_alike(a: Statement, b: Statement) -> bool:
    """Whether two stages belong to one line of talks and the same parties."""
    return _line(a) == _line(b) and parties_of(a) == parties_of(b)


@dataclass(frozen=True)
class _LastWords:
    """The stage each side gives last, and by side the approval it says is still to come."""

    stages: dict[str, Statement]
    awaiting: dict[str, Statement]


def _last_words(statements: Iterable[Statement]) -> _LastWords:
    stages: dict[str, Statement] = {}
    awaiting: dict[str, Statement] = {}
    for s in sorted(statements, key=lambda s: (fact_date(s), LADDER.index(s.value["stage"]))):
        side = s.by.side or "press"
        if side == "joint":  # a joint text speaks for every side, whatever it had said before
            stages, awaiting = {}, {}
        if s.value["stage"] == APPROVAL and side in stages:
            awaiting[side] = s
        else:
            stages[side] = s
            awaiting.pop(side, None)
    return _LastWords(stages, awaiting)


def _deal(deal: Deal, statements: list[Statement]) -> tuple[list[Stage], list[SupersededStage]]:
    """A row a side, and the stages it superseded."""
    decisive = _decisive(statements)
    parties = tuple(all_parties(statements))
    words = _last_words(decisive)
    status = _status(decisive, words, parties)
    rows = [_stage(deal, side, words, status, parties, statements) for side in words.stages]
    used = {i for row in rows for i in (*row.statements, row.next_statement)}
    superseded = [
        SupersededStage(s.value["stage"], parties, cite(s), deal[1], deal[0], s.note)
        for s in statements
        if s.id not in used
    ]
    return rows, superseded


def _decisive(statements: list[Statement]) -> list[Statement]:
    """What sides say of a deal by its name, else what they say without it, else what the press says."""
    spoken = [s for s in statements if source_weight(s) > PRESS]
    return [s for s in spoken if s.value.get("deal")] or spoken or statements


def _status(decisive: Iterable[Statement], words: _LastWords, parties: tuple[str, ...]) -> str:
    if all(s.verification in HEARSAY for s in words.stages.values()):
        return "reported"
    awaiting = {s.id for s in words.awaiting.values()}
    claims = [(s.by.side or "press", s.value["stage"], fact_date(s)) for s in decisive if s.id not in awaiting]
    return corroboration(claims, parties)


def _stage(
    deal: Deal, side: str, words: _LastWords, status: str, parties: tuple[str, ...], statements: Iterable[Statement]
) -> Stage:
    s, following = words.stages[side], words.awaiting.get(side)
    same = [t.id for t in statements if (t.value["stage"], t.by.side) == (s.value["stage"], s.by.side)]
    return Stage(
        stage=s.value["stage"],
        parties=parties,
        citation=cite(s, side),
        status=status,
        next=following.value["stage"] if following else None,
        next_statement=following.id if following else None,
        deal=deal[1],
        line=deal[0],
        object=s.value.get("object"),
        note=s.note,
        statements=tuple(same),
    )
