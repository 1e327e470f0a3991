"""Several feeds that tell of one document or one act: joined into one, with the earliest day on which it was known.

Official sources stand before datasets; where a dataset gives another day or rate, both are shown as a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from detente import labels
from detente.record.fact import moment
from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import Conflict, FeedAct, FeedSource, KnownMeasure, Update
from detente.record.match import COMMON, HEADING, WORD

NEAR = 60  # days between the days of effect that two sources give for one act
SAME_TITLE = 3  # other documents of one title that may tell of one act
SAME_ACT = (
    "id", "imposer", "targets", "target_text", "rate", "legal_from", "status", "until", "suspended_until",
    "legal_until", "column",
)  # fmt: skip

Row = TypeVar("Row", FeedSource, FeedAct)


def joined(update: Update) -> Update:
    """The update with one source for each id, one act for each stage of a measure, and what is twice once."""
    sources = _sources(update.sources)
    titles = _by_title(sources.values())
    rows = [_with_same_title(_known_first(act, sources), sources, titles) for act in update.acts]
    acts = _acts(_under_headings(rows))
    result = replace(
        update,
        sources=tuple(sources.values()),
        acts=acts,
        questions=_latest(update.questions),
        links=tuple(dict.fromkeys(update.links)),
        changes=tuple(dict.fromkeys(update.changes)),
        warnings=tuple(dict.fromkeys(update.warnings)),
        unread=tuple(dict.fromkeys(update.unread)),
        refused=tuple(dict.fromkeys(update.refused)),
    )
    return replace(result, conflicts=tuple(_conflicts(result)))


def _instant(known: str | None) -> float:
    """For sorting: what has no day comes last."""
    return moment(known).timestamp() if known else float("inf")


def _filled(first: Row, second: Row) -> Row:
    """The first, with what it leaves out taken from the second."""
    empty: tuple[Any, ...] = (None, "", (), {}, "unknown")
    values = {f.name: getattr(second, f.name) for f in fields(first) if getattr(first, f.name) in empty}
    return replace(first, **values)


def _sources(rows: Iterable[FeedSource]) -> dict[str, FeedSource]:
    """One source for each id: the one known first, filled up from the others; corrections linked both ways."""
    by_id: dict[str, FeedSource] = {}
    for row in sorted(rows, key=lambda s: (s.id, _instant(s.known), s.citation is None, not s.text)):
        by_id[row.id] = _one_source(by_id[row.id], row) if row.id in by_id else row
    for row in list(by_id.values()):
        corrected = by_id.get(row.corrects or "")
        if corrected and not corrected.corrected_by:
            by_id[corrected.id] = replace(corrected, corrected_by=row.id)
    return dict(sorted(by_id.items(), key=lambda item: (_instant(item[1].known), item[0])))


def _one_source(first: FeedSource, second: FeedSource) -> FeedSource:
    """The first, filled up, under the longer title: lists and previews shorten it."""
    title = max(first.title, second.title, key=len)
    return replace(_filled(first, second), title=title, paths=_paths(first, second))


def _paths(first: FeedSource | FeedAct, second: FeedSource | FeedAct) -> tuple[str, ...]:
    """The files that tell of either, in the order of their names."""
    return tuple(sorted({*first.paths, *second.paths}))


def _known_first(act: FeedAct, sources: Mapping[str, FeedSource]) -> FeedAct:
    """The act, known since its official source could first be read."""
    source = sources.get(act.sources[0]) if act.sources else None
    if source is None or source.kind != "official" or _instant(source.known) >= _instant(act.known):
        return act
    return replace(act, known=source.known)


Titles = Mapping[tuple[str | None, str], Sequence[FeedSource]]


def _by_title(sources: Iterable[FeedSource]) -> Titles:
    """Official sources by side and title."""
    rows: dict[tuple[str | None, str], list[FeedSource]] = {}
    for source in sources:
        if source.kind == "official":
            rows.setdefault(_title(source), []).append(source)
    return rows


def _title(source: FeedSource) -> tuple[str | None, str]:
    return source.side, catalogue.title_key(source.title)


def _with_same_title(act: FeedAct, sources: Mapping[str, FeedSource], titles: Titles) -> FeedAct:
    """The act with the other official source of the same title and side: a post and its printed act."""
    own = sources.get(act.sources[0]) if act.sources else None
    for other in _others(own, titles) if own else []:
        act = replace(
            act,
            sources=tuple(dict.fromkeys((*act.sources, other.id))),
            instrument=act.instrument or other.instrument,
            signed=act.signed or other.signed,
        )
    return act


def _others(own: FeedSource, titles: Titles) -> list[FeedSource]:
    """The other official sources of a source's title and side; none where many documents share the title."""
    rows = titles.get(_title(own), ()) if own.kind == "official" else ()
    others = [other for other in rows if other.id != own.id and _same_day(other, own)]
    return others if len(others) <= SAME_TITLE else []


def _same_day(other: FeedSource, own: FeedSource) -> bool:
    return None in (other.signed, own.signed) or other.signed == own.signed


def _under_headings(rows: Sequence[FeedAct]) -> list[FeedAct]:
    """The acts, those without a heading under the one of the only act that says the same of the same goods."""
    headings = [row for row in rows if HEADING.fullmatch(row.id)]
    return [row if HEADING.fullmatch(row.id) else _under_heading(row, headings) for row in rows]


def _under_heading(row: FeedAct, headings: Iterable[FeedAct]) -> FeedAct:
    alike = {other.id for other in headings if _says_the_same(row, other)}
    return replace(row, id=alike.pop()) if len(alike) == 1 else row


def _says_the_same(row: FeedAct, other: FeedAct) -> bool:
    """Whether two acts give one side the same rate from the same day, on goods that share a word."""
    is_complete = row.rate is not None and row.legal_from is not None and bool(row.targets)
    return is_complete and _terms(row) == _terms(other) and not _goods(row).isdisjoint(_goods(other))


def _terms(row: FeedAct) -> tuple[Any, ...]:
    return row.imposer, row.targets, row.rate, row.legal_from, row.status, row.type


def _goods(row: FeedAct) -> frozenset[str]:
    """The words of what an act falls on, without the names of those it falls on."""
    sides = frozenset(WORD.findall(" ".join(map(labels.name, row.targets)).lower()))
    return frozenset(WORD.findall((row.scope or "").lower())) - COMMON - sides


def _acts(rows: Iterable[FeedAct]) -> tuple[FeedAct, ...]:
    """One act for each stage of a measure, in the order in which they became known."""
    by_stage: dict[tuple[Any, ...], FeedAct] = {}
    for row in sorted(rows, key=lambda a: (_instant(a.known), a.id, a.sources)):
        stage = tuple(getattr(row, name) for name in SAME_ACT)
        first = by_stage.get(stage)
        if first is None:
            by_stage[stage] = row
        else:
            together = tuple(dict.fromkeys((*first.sources, *row.sources)))
            by_stage[stage] = replace(_filled(first, row), sources=together, paths=_paths(first, row))
    return tuple(by_stage.values())


def _latest(rows: Iterable[Any]) -> tuple[Any, ...]:
    by_id: dict[str, Any] = {}
    for row in sorted(rows, key=lambda q: (q.id, q.as_of or "")):
        by_id[row.id] = row
    return tuple(by_id.values())


# Datasets beside official sources


def _conflicts(update: Update) -> Iterator[Conflict]:
    official = [act for act in update.acts if _is_official(act, update)]
    measures = [*(m for act in official for m in _measures(act)), *update.existing]
    for act in update.acts:
        if _is_complete(act) and not _is_official(act, update):
            yield from _against(act, [m for m in measures if _concerns(act, m)])


def _is_complete(act: FeedAct) -> bool:
    return bool(act.sources) and act.legal_from is not None and act.rate is not None


def _measures(act: FeedAct) -> Iterator[KnownMeasure]:
    rate = act.rate if isinstance(act.rate, float) else None
    for side in act.targets:
        source = act.sources[0] if act.sources else ""
        yield KnownMeasure(act.id, act.imposer, side, act.authority, rate, act.legal_from, source, act.instrument)


def _is_official(act: FeedAct, update: Update) -> bool:
    return any(update.by_id[s].kind == "official" for s in act.sources if s in update.by_id)


def _against(act: FeedAct, measures: Sequence[KnownMeasure]) -> Iterator[Conflict]:
    """The nearest official day for the same rate or the same instrument, if it is another; else another rate."""
    nearest = _nearest(act, [m for m in measures if m.rate == act.rate])
    nearest = nearest or _nearest(act, [m for m in measures if _names(act, m)])
    if nearest is None:
        yield from _other_rate(act, measures)
    elif _distance(act, nearest):
        yield _conflict(act, nearest, "legal_from", nearest.legal_from, act.legal_from)


def _other_rate(act: FeedAct, measures: Sequence[KnownMeasure]) -> Iterator[Conflict]:
    """Another rate from the same day; on single products several rates may begin on one day, so they are left out."""
    rated = [m for m in measures if m.rate is not None and not _distance(act, m)]
    if rated and not act.products:
        yield _conflict(act, rated[0], "rate", rated[0].rate, act.rate)


def _nearest(act: FeedAct, measures: Sequence[KnownMeasure]) -> KnownMeasure | None:
    return min(measures, key=lambda m: abs(_distance(act, m)), default=None)


def _names(act: FeedAct, measure: KnownMeasure) -> bool:
    """Whether the act names the instrument of the measure."""
    return measure.instrument is not None and measure.instrument in (act.instrument or "")


def _conflict(act: FeedAct, measure: KnownMeasure, field: str, shown: Any, other: Any) -> Conflict:
    return Conflict(act.id, field, str(shown), measure.source, str(other), act.sources[0])


def _concerns(act: FeedAct, measure: KnownMeasure) -> bool:
    if measure.legal_from is None:
        return False
    same_basis = act.authority is None or measure.authority is None or act.authority == measure.authority
    same_side = measure.target in act.targets or "ALL" in (measure.target, *act.targets)
    same_sides = act.imposer == measure.imposer and same_side
    return same_sides and same_basis and abs(_distance(act, measure)) <= NEAR


def _distance(act: FeedAct, measure: KnownMeasure) -> int:
    return dates.days_between(measure.legal_from or "", act.legal_from or "")
