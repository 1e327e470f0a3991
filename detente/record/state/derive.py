"""State: the talks on a date, as one could know on a date, and who says so. Pure: statements in, rows out.

Words of a row's standing: announced_one_side, confirmed_both, contested, reported (no official text at hand).
They, and `lapsed`, are derived here and never typed. Nothing is averaged: claims that differ are in `conflicts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from detente.record.fact import Source, Statement, moment, plain
from detente.record.state.agenda import agenda_of
from detente.record.state.ahead import dates_ahead
from detente.record.state.claims import Row, holds, live, of_kind, when_said
from detente.record.state.conflicts import conflicts_among
from detente.record.state.events import confirmations_told, events_told
from detente.record.state.measures import measures_told
from detente.record.state.people import people_known
from detente.record.state.rounds import rounds_held
from detente.record.state.stages import stages_told
from detente.record.state.threats import threats_told
from detente.record.state.truces import truces_told


@dataclass(frozen=True)
class State:
    """The talks on `as_of` as known on `known`; the rows are plain dicts, to_json says them all.

    `last_known` is the day of the latest statement used: what happened after it is not in the record.
    A measure's `standing`: imposer (its own act or word), confirmed_both (a joint text), announced_one_side, reported.
    """

    as_of: str
    known: str
    last_known: str | None
    rounds: tuple[Row, ...]
    people: tuple[Row, ...]
    truces: tuple[Row, ...]
    stages: tuple[Row, ...]
    confirmations: tuple[Row, ...]
    agenda: tuple[Row, ...]
    measures: tuple[Row, ...]
    threats: tuple[Row, ...]
    conflicts: tuple[Row, ...]
    next: tuple[Row, ...]
    history: Mapping[str, tuple[Row, ...]]
    statements: Mapping[str, Statement] = field(repr=False, default_factory=dict)
    sources: Mapping[str, Source] = field(repr=False, default_factory=dict)

    def to_json(self) -> Row:
        """Every row in JSON types; `history` holds superseded stages and past confirmations."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in ("statements", "sources")}

    def evidence(self, ids: Iterable[str] | None = None) -> dict[str, Row]:
        """Statement id → the whole statement with its source, for all rows or the ids named."""
        wanted = self.statements.keys() if ids is None else ids
        found = {}
        for each in wanted:
            source = self.sources.get(self.statements[each].source)
            found[each] = {
                **self.statements[each].as_dict(),
                "id": each,
                "source": plain(vars(source)) if source else None,
            }
            found[each]["source_id"] = self.statements[each].source
        return found


def derive(
    statements: Iterable[Statement], *, as_of: str, known: str, sources: Mapping[str, Source] | None = None
) -> State:
    """The state on `as_of` as one could know on `known`, from reviewed and proposed statements alike.

    A bare date means the end of that day, UTC; days named by a side are read by its own calendar. Raises RecordError.
    """
    # one order, so that the order of the lines does not matter
    told = sorted(
        (s for s in live(statements, known) if holds(s, as_of)), key=lambda s: (when_said(s), s.start or 0, s.id)
    )
    truces = truces_told(of_kind(told, "truce", "extension"), as_of)
    measures = measures_told(of_kind(told, "measure"), truces, as_of)
    rounds = rounds_held(of_kind(told, "meeting"), as_of)
    stages, past_stages = stages_told(of_kind(told, "agreement_stage"), as_of)
    events = events_told(of_kind(told, "planned_meeting", "confirmation"), rounds, as_of)
    confirmations, past_confirmations = confirmations_told(events, as_of)
    threats = threats_told(of_kind(told, "threat"), measures, as_of, known)
    return State(
        as_of=as_of,
        known=known,
        last_known=max((s.known for s in told if s.known), key=moment, default=None),
        rounds=tuple(rounds),
        people=tuple(people_known(of_kind(told, "participant", "name_variant"), as_of)),
        truces=tuple(truces),
        stages=tuple(stages),
        confirmations=tuple(confirmations),
        agenda=tuple(agenda_of(of_kind(told, "agenda_item"), as_of)),
        measures=tuple(measures),
        threats=tuple(threats),
        conflicts=tuple(conflicts_among(told, truces, stages, measures, events, as_of)),
        next=tuple(dates_ahead(truces, measures, threats, events, as_of)),
        history={"stages": tuple(past_stages), "confirmations": tuple(past_confirmations)},
        statements={s.id: s for s in told},
        sources=dict(sources or {}),
    )
