"""State: the talks on a date, as one could know on a date, and who says so. Pure: statements in, rows out.

Words of a row's standing: announced_one_side, confirmed_both, contested, reported (no official text at hand).
They, and `lapsed`, are derived here and never typed. Nothing is averaged: claims that differ are in `conflicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from detente.record.fact import Source, Statement, moment, plain
from detente.record.state.agenda import derive_agenda
from detente.record.state.claims import Row, SetAside, in_decision_order, is_valid_on, sorted_sides, unretracted
from detente.record.state.comparison import flagged_rows, set_aside, unmatched_rows
from detente.record.state.conflicts import derive_conflicts
from detente.record.state.events import derive_confirmations, derive_events
from detente.record.state.measures import derive_measures
from detente.record.state.people import derive_people
from detente.record.state.repetition import sort_key, without_repetitions
from detente.record.state.rounds import derive_rounds
from detente.record.state.stages import derive_stages
from detente.record.state.threats import derive_threats
from detente.record.state.truces import derive_truces
from detente.record.state.upcoming import derive_upcoming


@dataclass(frozen=True)
class State:
    """The talks on `as_of` as known on `known`; the rows are plain dicts, to_json says them all.

    `last_known` is the day of the latest statement used: what happened after it is not in the record.
    `unmatched`: proposals that fit no row, and why; `flagged`: distorted claims beside the official text for one end.
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
    unmatched: tuple[Row, ...]
    flagged: tuple[Row, ...]
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
    statements: Iterable[Statement],
    *,
    as_of: str,
    known: str,
    sources: Mapping[str, Source] | None = None,
    proposed: Collection[str] = (),
) -> State:
    """The state on `as_of` as one could know on `known`, from reviewed and proposed statements alike.

    A bare date means the end of that day, UTC; days named by a side are read by its own calendar. `proposed`: the ids
    of statements nobody has reviewed; they join rows that are there or are listed as unmatched. Raises RecordError.
    """
    held = [s for s in unretracted(statements, known) if is_valid_on(s, as_of)]
    last = max((s.known for s in held if s.known), key=moment, default=None)
    return compose(
        without_repetitions(held, as_of), as_of=as_of, known=known, last_known=last, sources=sources, proposed=proposed
    )


def compose(
    told: list[Statement],
    *,
    as_of: str,
    known: str,
    last_known: str | None,
    sources: Mapping[str, Source] | None = None,
    proposed: Collection[str] = (),
) -> State:
    """The state from what is live on `as_of` and known by `known`, without echoes, in the one order."""
    everything, ranks = ranked(told)
    if all(s.id in proposed for s in everything):
        proposed = ()  # nothing on record to stand beside
    standing, left = set_aside([s for s in everything if s.rank != "deprecated"], proposed)
    kinds = _by_kind(standing)
    truces = derive_truces(kinds("truce", "extension"), as_of, proposed)
    measures, no_measure = derive_measures(kinds("measure"), truces, as_of, proposed)
    rounds, no_round = derive_rounds(kinds("meeting"), as_of, proposed)
    stages, past_stages = derive_stages(kinds("agreement_stage"), as_of)
    events, no_event = derive_events(kinds("planned_meeting", "confirmation"), rounds, as_of, proposed)
    voices = _voices(standing, truces, sources or {}, known)
    confirmations, past_confirmations = derive_confirmations(events, as_of, voices)
    threats, no_threat = derive_threats(kinds("threat"), as_of, known, proposed)
    left += [*no_measure, *no_round, *no_event, *no_threat]
    matched = _without(everything, left)
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
        conflicts=tuple(derive_conflicts(matched, truces, stages, events, as_of, ranks)),
        next=tuple(derive_upcoming(truces, measures, threats, events, as_of)),
        unmatched=tuple(unmatched_rows(left)),
        flagged=tuple(flagged_rows(everything, proposed)),
        history={"stages": tuple(past_stages), "confirmations": tuple(past_confirmations)},
        statements={s.id: s for s in everything},
        sources=dict(sources or {}),
    )


def ranked(told: Iterable[Statement]) -> tuple[list[Statement], dict[str, Statement]]:
    """The statements, each with the rank that the latest line on it gives, and those lines by the id they rank."""
    told = list(told)
    lines = {s.value["of"]: s for s in in_decision_order(s for s in told if s.kind == "rank")}
    if not lines:
        return told, {}
    return [replace(s, rank=lines[s.id].value["rank"]) if s.id in lines else s for s in told], lines


def _by_kind(told: list[Statement]) -> Callable[..., list[Statement]]:
    shelves: dict[str, list[Statement]] = {}
    for s in told:
        shelves.setdefault(s.kind, []).append(s)

    def kinds(*names: str) -> list[Statement]:
        found = [s for name in names for s in shelves.get(name, ())]
        return sorted(found, key=sort_key) if len(names) > 1 else found

    return kinds


def _without(told: list[Statement], left: Iterable[SetAside]) -> list[Statement]:
    out = {s.id for s, _ in left}
    return [s for s in told if s.id not in out]


def _voices(
    told: Iterable[Statement], truces: Iterable[Row], sources: Mapping[str, Source], known: str
) -> dict[str, dict[str, str]]:
    """Of each party to a truce, the sources at hand by `known` that carry its words, with the day of each."""
    parties = sorted_sides(p for t in truces for p in t["parties"])
    carried: dict[str, dict[str, str]] = {p: {} for p in parties}
    limit = moment(known)
    spoken = {(s.by.side, s.source) for s in told if s.by.side in carried or s.by.side == "joint"}
    pairs: list[tuple[str | None, str]] = [
        (p, name) for side, name in spoken for p in (parties if side == "joint" else [side])
    ]
    pairs += [(side, s.id) for s in sources.values() if s.side or s.carries for side in (s.side, *s.carries)]
    for side, name in sorted((str(side), name) for side, name in pairs):
        if side in carried and name in sources and moment(sources[name].published) <= limit:
            carried[side][name] = sources[name].published
    return carried
