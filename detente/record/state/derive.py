"""The state of the talks on a day as known on a day: statements in, typed rows out, nothing remembered.

How well a row is attested is derived here and never written into the record: announced_one_side, confirmed_both,
contested, reported (no official text at hand) and lapsed. Nothing is averaged: claims that differ are in `conflicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from detente.record.fact import Source, Statement, moment, plain
from detente.record.state import rows
from detente.record.state.after_truces import with_what_followed
from detente.record.state.agenda import derive_agenda
from detente.record.state.claims import SetAside, in_decision_order, is_valid_on, sorted_sides, unretracted
from detente.record.state.comparison import derive_flagged, derive_unmatched, set_aside_foreign
from detente.record.state.confirmations import Coverage, derive_confirmations
from detente.record.state.conflicts import derive_conflicts
from detente.record.state.events import derive_events
from detente.record.state.horizon import Horizon
from detente.record.state.measures import derive_measures
from detente.record.state.people import derive_people
from detente.record.state.remarks import derive_remarks
from detente.record.state.repetition import sort_key, without_repetitions
from detente.record.state.rounds import derive_rounds
from detente.record.state.stages import derive_stages
from detente.record.state.threats import derive_threats, split_by_view
from detente.record.state.truces import derive_truces
from detente.record.state.upcoming import derive_passed, derive_upcoming


@dataclass(frozen=True)
class State:
    """The talks on `as_of` as known on `known`.

    last_known: the day of the latest statement used; what happened after it is not in the record.
    unmatched: proposals that fit no row, and why. flagged: distorted claims beside the official text for the same end.
    history: superseded stages, past confirmations and past threats. statements: every statement used, by id.
    sources: those published by `known`; a statement whose source was printed later has none.
    """

    as_of: str
    known: str
    last_known: str | None
    rounds: tuple[rows.Round, ...]
    people: tuple[rows.PersonRow, ...]
    truces: tuple[rows.Truce, ...]
    stages: tuple[rows.Stage, ...]
    confirmations: tuple[rows.Confirmation, ...]
    agenda: tuple[rows.AgendaItem, ...]
    measures: tuple[rows.Measure, ...]
    threats: tuple[rows.Threat, ...]
    conflicts: tuple[rows.Conflict, ...]
    next: tuple[rows.NextDate, ...]
    passed: tuple[rows.PassedDate, ...]
    remarks: tuple[rows.Remark, ...]
    unmatched: tuple[rows.Unmatched, ...]
    flagged: tuple[rows.Flagged, ...]
    history: rows.History
    statements: Mapping[str, Statement] = field(repr=False, default_factory=dict)
    sources: Mapping[str, Source] = field(repr=False, default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Every row in JSON types, without the statements and sources behind them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in ("statements", "sources")}

    def evidence(self, ids: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
        """Statement id → the whole statement with its source, for all statements used or for the ids named."""
        return {i: self._with_source(i) for i in (self.statements if ids is None else ids)}

    def _with_source(self, identity: str) -> dict[str, Any]:
        statement = self.statements[identity]
        source = self.sources.get(statement.source)
        whole = {**statement.as_dict(), "id": identity, "source": plain(vars(source)) if source else None}
        return {**whole, "source_id": statement.source}


def derive(
    statements: Iterable[Statement],
    *,
    as_of: str,
    known: str,
    sources: Mapping[str, Source] | None = None,
    proposed: Collection[str] = (),
) -> State:
    """The state on `as_of` as one could know on `known`, from reviewed and proposed statements alike.

    A day is read to its end, UTC; days that a side names are read by that side's calendar. proposed: the ids of
    statements nobody has reviewed; they join rows that are there or are listed as unmatched. Raises RecordError for a
    date that cannot be read.

    >>> derive(record.statements(), as_of="2025-10-27", known="2025-10-27").truces[0].expiry
    '2025-11-10'
    """
    valid = [s for s in unretracted(statements, known) if is_valid_on(s, as_of)]
    last_known = max((s.known for s in valid if s.known), key=moment, default=None)
    used = without_repetitions(valid, as_of)
    return compose(used, as_of=as_of, known=known, last_known=last_known, sources=sources, proposed=proposed)


def compose(
    statements: list[Statement],
    *,
    as_of: str,
    known: str,
    last_known: str | None,
    sources: Mapping[str, Source] | None = None,
    proposed: Collection[str] = (),
) -> State:
    """The state from statements that are known, valid on the day, ordered and without repetitions."""
    everything, rankings = with_ranks(statements)
    proposed = _beside_record(everything, proposed)
    admitted, foreign = set_aside_foreign([s for s in everything if s.rank != "deprecated"], proposed)
    kinds = _by_kind(admitted)
    horizon = Horizon(_last_reviewed(everything, proposed) or last_known)
    truces = derive_truces(kinds("truce", "extension"), as_of, proposed, horizon)
    measures, no_measure = derive_measures(kinds("measure"), truces, as_of, proposed, horizon)
    rounds, no_round = derive_rounds(kinds("meeting"), as_of, proposed)
    stages, past_stages = derive_stages(kinds("agreement_stage"), as_of)
    truces = with_what_followed(truces, measures, stages)
    events, no_event = derive_events(kinds("planned_meeting", "confirmation"), rounds, as_of, proposed)
    parties = sorted_sides(p for t in truces for p in t.parties) or _parties(admitted)
    coverage = _coverage(admitted, parties, sources or {}, known)
    confirmations, past_confirmations = derive_confirmations(events, as_of, coverage)
    threats, no_threat = derive_threats(kinds("threat"), as_of, known, proposed)
    threats, past_threats = split_by_view(threats, as_of)
    set_aside = [*foreign, *no_measure, *no_round, *no_event, *no_threat]
    matched = _without(everything, set_aside)
    return State(
        as_of=as_of,
        known=known,
        last_known=last_known,
        rounds=tuple(rounds),
        people=tuple(derive_people(kinds("participant", "name_variant", "identity"), as_of, proposed)),
        truces=tuple(truces),
        stages=tuple(stages),
        confirmations=tuple(confirmations),
        agenda=tuple(derive_agenda(kinds("agenda_item"), as_of)),
        measures=tuple(measures),
        threats=tuple(threats),
        conflicts=tuple(derive_conflicts(matched, truces, stages, events, as_of, rankings)),
        next=tuple(derive_upcoming(truces, measures, threats, events, as_of, parties)),
        passed=tuple(derive_passed(events, as_of, horizon)),
        remarks=tuple(derive_remarks(kinds("statement"), as_of, proposed)),
        unmatched=tuple(derive_unmatched(set_aside)),
        flagged=tuple(derive_flagged(everything, proposed)),
        history=rows.History(tuple(past_stages), tuple(past_confirmations), tuple(past_threats)),
        statements={s.id: s for s in everything},
        sources=published_by(sources or {}, known),
    )


def _beside_record(statements: Iterable[Statement], proposed: Collection[str]) -> Collection[str]:
    """The ids of proposals that stand beside a record; none where there is no record to compare with."""
    return () if all(s.id in proposed for s in statements) else proposed


def with_ranks(statements: Iterable[Statement]) -> tuple[list[Statement], dict[str, Statement]]:
    """The statements with the rank that the latest line on each gives, and those lines by the id they rank."""
    statements = list(statements)
    lines = {s.value["of"]: s for s in in_decision_order(s for s in statements if s.kind == "rank")}
    ranked = [replace(s, rank=lines[s.id].value["rank"]) if s.id in lines else s for s in statements]
    return ranked, lines


def _by_kind(statements: Iterable[Statement]) -> Callable[..., list[Statement]]:
    """A function that gives the statements of the kinds named, in the one order."""
    by_kind: dict[str, list[Statement]] = {}
    for s in statements:
        by_kind.setdefault(s.kind, []).append(s)

    def kinds(*names: str) -> list[Statement]:
        chosen = [s for name in names for s in by_kind.get(name, ())]
        return sorted(chosen, key=sort_key) if len(names) > 1 else chosen

    return kinds


def _without(statements: Iterable[Statement], set_aside: Iterable[SetAside]) -> list[Statement]:
    excluded = {item.statement.id for item in set_aside}
    return [s for s in statements if s.id not in excluded]


def _last_reviewed(statements: Iterable[Statement], proposed: Collection[str]) -> str | None:
    """The last day on which the record itself learnt something, where a document's proposals stand beside it."""
    own = [s.known for s in statements if s.known and s.id not in proposed] if proposed else []
    return max(own, key=moment, default=None)


def _parties(statements: Iterable[Statement]) -> list[str]:
    """The parties of the talks where no truce names them: those of the meetings, deals and truces spoken of."""
    kinds = ("meeting", "agreement_stage", "truce", "extension", "planned_meeting")
    return sorted_sides(party for s in statements if s.kind in kinds for party in s.value.get("parties") or ())


def published_by(sources: Mapping[str, Source], known: str) -> dict[str, Source]:
    """The sources published by a day: a later one shows what could be known, and could not be read.

    An undated one, such as a document that does not say its day, counts as published.
    """
    limit = moment(known)
    return {name: s for name, s in sources.items() if not s.published or moment(s.published) <= limit}


def _coverage(
    statements: Iterable[Statement], parties: list[str], sources: Mapping[str, Source], known: str
) -> Coverage:
    """Of each party, the sources published by `known` that carry its words, with the day of each."""
    published = {s.id: s.published for s in published_by(sources, known).values() if s.published}
    carriers = _carriers(statements, parties, sources.values())
    return {
        party: {name: published[name] for name in sorted(carriers.get(party, ())) if name in published}
        for party in parties
    }


def _carriers(statements: Iterable[Statement], parties: list[str], sources: Iterable[Source]) -> dict[str, set[str]]:
    """Side → the ids of the sources that carry its words, by their statements or by their own description."""
    carriers: dict[str, set[str]] = {}
    for speaker, source_id in {(s.by.side, s.source) for s in statements}:
        for side in parties if speaker == "joint" else [speaker or ""]:
            carriers.setdefault(side, set()).add(source_id)
    for source in sources:
        for side in filter(None, (source.side, *source.carries)):
            carriers.setdefault(side, set()).add(source.id)
    return carriers
