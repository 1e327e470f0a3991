"""State: the talks on a date, as one could know on a date, and who says so. Pure: statements in, rows out.

Words of a row's standing: announced_one_side, confirmed_both, contested, reported (no official text at hand).
They, and `lapsed`, are derived here and never typed. Nothing is averaged: claims that differ are in `conflicts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from detente.record.fact import Source, Statement, begun, days, moment, opening, plain

Row = dict[str, Any]

LADDER = (
    "rejected", "terminated", "invalidated", "talks", "proposed", "framework", "preliminary_consensus",
    "submitted_for_internal_approval", "approved_internally", "text_pending", "announced", "agreed", "signed",
    "ratified", "in_force", "suspended",
)  # fmt: skip
APPROVAL = "submitted_for_internal_approval"
OFFICIAL, PARTY, PRESS = 3, 2, 1
HEARSAY = ("secondary", "general knowledge")
STEP = 60  # days within which two dates, or a deal and a stage, are taken to speak of the same step
RECENT = 120  # days a subject stays on the agenda after it was last named
FRESH = 30  # days within which two official texts dispute a date, rather than move it
SEEN = 90  # days an event's confirmations stay in view after it
YEAR = 365  # days a side line of the talks stays in view after it was last heard of


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
        (s for s in live(statements, known) if _holds(s, as_of)), key=lambda s: (_said(s), s.start or 0, s.id)
    )
    truces = _truces(_of(told, "truce", "extension"), as_of)
    measures = _measures(_of(told, "measure"), truces, as_of)
    rounds = _rounds(_of(told, "meeting"), as_of)
    stages, past_stages = _stages(_of(told, "agreement_stage"), as_of)
    events = _events(_of(told, "planned_meeting", "confirmation"), rounds, as_of)
    confirmations, past_confirmations = _confirmations(events, as_of)
    threats = _threats(_of(told, "threat"), measures, as_of, known)
    return State(
        as_of=as_of,
        known=known,
        last_known=max((s.known for s in told if s.known), key=moment, default=None),
        rounds=tuple(rounds),
        people=tuple(_people(_of(told, "participant", "name_variant"), as_of)),
        truces=tuple(truces),
        stages=tuple(stages),
        confirmations=tuple(confirmations),
        agenda=tuple(_agenda(_of(told, "agenda_item"), as_of)),
        measures=tuple(measures),
        threats=tuple(threats),
        conflicts=tuple(_conflicts(told, truces, stages, measures, events, as_of)),
        next=tuple(_next(truces, measures, threats, events, as_of)),
        history={"stages": tuple(past_stages), "confirmations": tuple(past_confirmations)},
        statements={s.id: s for s in told},
        sources=dict(sources or {}),
    )


def live(statements: Iterable[Statement], known: str) -> list[Statement]:
    """The claims known by then and neither retracted nor superseded by a statement known by then; each id once."""
    limit = moment(known)
    seen = {s.id: s for s in statements if s.known is None or moment(s.known) <= limit}
    undoing: dict[str, list[str]] = {}
    for s in seen.values():
        for target in (s.retracts, s.supersedes):
            if target:
                undoing.setdefault(target, []).append(s.id)

    def stands(each: str) -> bool:
        # a retraction can itself be retracted; ids are hashes, so no cycle can be written
        return not any(stands(by) for by in undoing.get(each, ()))

    return [s for i, s in seen.items() if s.retracts is None and stands(i)]


def verdict(claims: Sequence[tuple[str, Any, str]], parties: Sequence[str]) -> str:
    """How claims (side, value, said) on one question stand: confirmed_both, announced_one_side, contested or reported.

    A joint text speaks for every party. A party that has not spoken since the other moved on from a value both held
    is not contradicting it: that is announced_one_side.
    """
    ordered = sorted(claims, key=lambda c: c[2])
    voices = {p: [(v, said) for side, v, said in ordered if side in (p, "joint")] for p in parties}
    spoken = {p: told for p, told in voices.items() if told}
    if not spoken:
        return "reported"
    if len({told[-1][0] for told in spoken.values()}) == 1:
        return "confirmed_both" if len(spoken) == len(parties) and len(parties) > 1 else "announced_one_side"
    newest = max(spoken, key=lambda p: spoken[p][-1][1])
    for party, told in spoken.items():
        silent_since = told[-1][1] < spoken[newest][-1][1] and told[-1][0] in [v for v, _ in spoken[newest][:-1]]
        if party != newest and told[-1][0] != spoken[newest][-1][0] and not silent_since:
            return "contested"
    return "announced_one_side"


# What every part below uses.


def _of(told: Iterable[Statement], *kinds: str) -> list[Statement]:
    return [s for s in told if s.kind in kinds]


def _holds(s: Statement, at: str) -> bool:
    if s.kind == "participant":  # an office that ended still belongs to the person's row
        return True
    return (s.valid_from is None or begun(s.valid_from, at, s.by.side)) and not (
        s.valid_to is not None and begun(s.valid_to, at, s.by.side)
    )


def _said(s: Statement) -> str:
    return s.asserted or s.known or s.date.anchor or ""


def _spoken(s: Statement, at: str) -> bool:
    return not _said(s) or begun(_said(s), at, s.by.side)


def _happened(s: Statement) -> str:
    """When the fact was so: its own date where that lies before the day it was said."""
    said = _said(s)
    return s.date.iso if s.date.iso and (not said or days(s.date.iso)[1] < days(said)[0]) else said


def _rank(s: Statement) -> int:
    if s.by.side in (None, "press"):
        return PRESS
    return OFFICIAL if s.by.mode == "document" else PARTY


def _cite(s: Statement) -> Row:
    return {
        "by_side": s.by.side, "by": s.by.name, "asserted": s.asserted, "known": s.known, "quote": s.quote,
        "source": s.source, "verification": s.verification, "statement": s.id,
    }  # fmt: skip


def _fold(text: str | None) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text or "") if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", bare))


def _day(text: str) -> str:
    return days(text)[0].isoformat()


def _apart(a: str, b: str) -> int:
    """Days between two dates that may be months: 0 where they overlap."""
    (a0, a1), (b0, b1) = days(a), days(b)
    return max((b0 - a1).days, (a0 - b1).days, 0)


def _sides(values: Iterable[str | None]) -> list[str]:
    return sorted({v for v in values if v})


def _parties(s: Statement) -> list[str]:
    return _sides(s.value.get("parties") or ())


def _people_of(s: Statement) -> list[str]:
    return list(dict.fromkeys([*(s.value.get("heads") or ()), *(s.value.get("participants") or ())]))


def _sorted_sides(rows: Iterable[Row], *then: Callable[[Row], Any]) -> list[Row]:
    order = {"USA": 0, "CHN": 1, "joint": 2}
    return sorted(rows, key=lambda r: (*(t(r) for t in then), order.get(r.get("by_side") or "", 3)))


# Rounds: the same meeting named by city and month here and by days there is one.


def _rounds(told: list[Statement], at: str) -> list[Row]:
    groups: list[list[Statement]] = []
    for s in sorted(told, key=_vagueness):
        start = _start(s)
        if (start and not begun(start, at, s.by.side)) or (not start and not _spoken(s, at)):
            continue
        fitting = [g for g in groups if all(_could_be(s, o) for o in g) and any(_is_same(s, o) for o in g)]
        if fitting:
            min(fitting, key=lambda g: _days_before(g, s)).append(s)
        else:
            groups.append([s])
    return sorted((_round(g) for g in groups), key=lambda r: (r["start"] or "9999", r["city"] or ""))


def _start(s: Statement) -> str | None:
    iso = s.value.get("start") or s.date.iso
    return iso.partition("/")[0] if iso else None


def _end(s: Statement) -> str | None:
    iso = s.value.get("end") or s.date.iso
    return iso.rpartition("/")[2] if iso else None


def _vagueness(s: Statement) -> tuple[int, int, int]:
    return (-len(_start(s) or ""), s.value.get("city") is None, -len(_people_of(s)))


def _could_be(a: Statement, b: Statement) -> bool:
    """Nothing in the two says that they speak of different meetings."""
    for name in ("city", "country", "mode_of_contact"):
        one, other = a.value.get(name), b.value.get(name)
        if one and other and _fold(one) != _fold(other):
            return False
    people, others = {_fold(p) for p in _people_of(a)}, {_fold(p) for p in _people_of(b)}
    return (not people or not others or bool(people & others)) and _meeting_gap(a, b) is not False


def _is_same(a: Statement, b: Statement) -> bool:
    """Something in the two says that they speak of one meeting: the days, the city, or people met of late."""
    if _start(a) and _start(b):
        return _meeting_gap(a, b) is True
    people = {_fold(p) for p in _people_of(a)} & {_fold(p) for p in _people_of(b)}
    return _meeting_gap(a, b) is not False and (_same_city(a, b) or bool(people))


def _same_city(a: Statement, b: Statement) -> bool:
    return bool(a.value.get("city") and _fold(a.value["city"]) == _fold(b.value.get("city")))


def _meeting_gap(a: Statement, b: Statement) -> bool | None:
    """Whether the days fit; None where neither names a day. A city without a day is the round of the year before."""
    if _start(a) and _start(b):
        own, theirs = f"{_start(a)}/{_end(a) or _start(a)}", f"{_start(b)}/{_end(b) or _start(b)}"
        return _apart(own, theirs) <= (1 if _same_city(a, b) else 0)
    start, vague = (_start(a), b) if _start(a) else (_start(b), a)
    if start is None or not _said(vague):
        return None
    gap = (days(_said(vague))[1] - days(start)[0]).days
    return 0 <= gap <= (370 if _same_city(a, b) else STEP)


def _days_before(group: list[Statement], s: Statement) -> int:
    start = next((x for x in map(_start, group) if x), None)
    reference = _start(s) or s.date.anchor or _said(s)
    return abs((days(reference)[1] - days(start)[0]).days) if start and reference else 10**6


def _round(group: list[Statement]) -> Row:
    def first(name: str) -> Any:
        return next((s.value[name] for s in group if s.value.get(name) is not None), None)

    start = next((x for x in map(_start, group) if x), None)
    exact = next((s for s in group if _start(s) == start), group[0])
    return {
        "city": first("city"),
        "country": first("country"),
        "start": start,
        "end": _end(exact) or start,
        "parties": _sides(p for s in group for p in _parties(s)),
        "heads": list(dict.fromkeys(p for s in group for p in _people_of(s))),
        "ordinal": first("ordinal"),
        "mode_of_contact": first("mode_of_contact"),
        "level": first("level"),
        "event": first("event"),
        "statements": [s.id for s in group],
    }


# People: one row a person, however the name is spelt.


def _people(told: list[Statement], at: str) -> list[Row]:
    known_as = {
        _fold(s.value["surface"]): s.value["person"] for s in told if s.value.get("surface") and s.value.get("person")
    }
    people: dict[str, Row] = {}
    for s in told:
        name = s.value.get("person")
        if not name:
            continue
        name = known_as.get(_fold(name), name)
        new: Row = {"person": name, "side": None, "roles": [], "surfaces": [], "statements": [], "over": True}
        row = people.setdefault(_fold(name), new)
        row["side"] = row["side"] or s.value.get("side")
        surfaces = [s.value.get(k) for k in ("surface", "native_hans", "native_hant", "sino_vietnamese")]
        row["surfaces"] = list(dict.fromkeys([*row["surfaces"], *(x for x in surfaces if x)]))
        row["statements"].append(s.id)
        in_office = (s.valid_from is None or begun(s.valid_from, at, s.value.get("side"))) and not (
            s.valid_to and begun(s.valid_to, at, s.value.get("side"))
        )
        row["over"] &= s.kind == "participant" and not in_office
        if s.value.get("role") and in_office:
            _add_role(row["roles"], {"role": s.value["role"], "from": s.valid_from, "to": s.valid_to})
    shown = [{k: v for k, v in row.items() if k != "over"} for row in people.values() if not row["over"]]
    order = {"USA": 0, "CHN": 1}
    return sorted(shown, key=lambda r: (order.get(r["side"], 2), r["person"]))


def _add_role(roles: list[Row], new: Row) -> None:
    """Keep the fuller of two namings of one office: Secretary of Treasury is Secretary of the Treasury."""
    words = set(_fold(new["role"]).split()) - {"the", "of"}
    for old in roles:
        others = set(_fold(old["role"]).split()) - {"the", "of"}
        if words <= others:
            return
        if others <= words:
            old.update({**new, "from": new["from"] or old["from"], "to": new["to"] or old["to"]})
            return
    roles.append(new)


# Truces: a start, a chain of expiries, and what stands on the day.


def _truces(told: list[Statement], at: str) -> list[Row]:
    groups: dict[str, list[Statement]] = {}
    loose = []
    for s in told:
        if not _spoken(s, at):
            continue
        if s.value.get("truce"):
            groups.setdefault(s.value["truce"], []).append(s)
        else:
            loose.append(s)
    reviewed = set(groups)
    for s in sorted(loose, key=lambda s: (_expiry(s) is None, s.kind == "extension", _expiry(s) or "")):
        groups.setdefault(_truce_of(s, groups, reviewed), []).append(s)
    return [_truce(name, told, at) for name, told in groups.items()]


def _expiry(s: Statement) -> str | None:
    return s.value.get("expiry") or s.value.get("new_expiry")


def _truce_of(s: Statement, groups: Mapping[str, list[Statement]], reviewed: set[str]) -> str:
    """The truce a statement without an id speaks of: one that shares its date, else one of its own."""
    expiry, parties = _expiry(s), _parties(s)
    fitting = [
        name for name, told in groups.items()
        if not parties or not any(map(_parties, told)) or any(parties == _parties(t) for t in told)
    ]  # fmt: skip
    for name in fitting:
        ends = [e for e in map(_expiry, groups[name]) if e]
        if expiry and any(_apart(expiry, e) <= 3 for e in ends):
            return name
        # one document's truce and its extension; a term of a few weeks more is another measure's
        moves = s.kind == "extension" and name not in reviewed
        if not expiry or (moves and all(e < expiry and _apart(e, expiry) > STEP for e in ends)):
            return name
    named = "-".join(parties).lower() or (s.by.side or "unnamed").lower()
    return f"{named}-{expiry}" if expiry else named


def _truce(name: str, told: list[Statement], at: str) -> Row:
    told = sorted(told, key=lambda s: (_said(s), _rank(s)))
    parties = next((p for p in map(_parties, told) if p), [])
    # what a document proposes does not move a truce the record knows
    decisive = [s for s in told if s.value.get("truce")] or told
    ends: dict[str, list[Statement]] = {}
    for s in decisive:
        if _expiry(s):
            ends.setdefault(str(_expiry(s)), []).append(s)
    standing = {end: _standing_of_end(claims, parties) for end, claims in ends.items()}
    status, expiry = _truce_status(ends, standing, told, at)
    text = [end for end in ends if standing[end] == "confirmed_both"]
    return {
        "truce": name,
        "parties": parties,
        "start": next((s.value["start"] for s in told if s.value.get("start") and s.kind == "truce"), None),
        "expiry": expiry,
        "status": status,
        "days_left": max((days(expiry)[0] - days(at[:10])[0]).days, 0) if expiry else None,
        "deadline_at": {p: opening(days(expiry)[0], p).isoformat() for p in parties} if expiry else {},
        "text_expiry": max(text, default=None, key=lambda e: _said(ends[e][-1])),
        "scope": next((s.value["scope"] for s in told if s.value.get("scope")), None),
        "chain": [
            {
                "kind": s.kind, "new_expiry": _expiry(s), "by_days": s.value.get("by_days"), **_cite(s),
                "status": standing.get(_expiry(s) or "", "reported") if _rank(s) > PRESS else "reported",
                "instrument": s.value.get("instrument"),
            }
            for s in told
        ],
        "note": _truce_note(status, expiry, ends),
    }  # fmt: skip


def _standing_of_end(claims: list[Statement], parties: list[str]) -> str:
    """A date both parties give stands only on an official text; words that the press reports do not make it so."""
    if max(map(_rank, claims)) < OFFICIAL:
        return "reported"
    return verdict([(s.by.side or "", _expiry(s), _said(s)) for s in claims], parties)


def _truce_status(
    ends: Mapping[str, list[Statement]], standing: Mapping[str, str], told: list[Statement], at: str
) -> tuple[str, str | None]:
    if not ends:
        return ("reported" if max(map(_rank, told)) < OFFICIAL else "announced_one_side"), None
    voiced = [e for e in ends if any(s.by.side not in (None, "press") for s in ends[e])]
    by_time = sorted(voiced or ends, key=lambda e: _said(ends[e][-1]))
    agreed = [e for e in by_time if standing[e] == "confirmed_both"]
    if agreed and not begun(agreed[-1], at, "USA"):
        starts = [s.value["start"] for s in told if s.value.get("start") and s.kind == "truce"]
        return ("in_force" if not starts or begun(starts[0], at) else "announced"), agreed[-1]
    open_ends = [e for e in by_time if not begun(e, at, "USA")]
    if open_ends:
        best = max(open_ends, key=lambda e: (standing[e] != "reported", by_time.index(e)))
        return standing[best], best
    return "lapsed", max(by_time, key=lambda e: days(e)[1])


def _truce_note(status: str, expiry: str | None, ends: Mapping[str, list[Statement]]) -> str:
    said = {
        "lapsed": f"The deadline of {expiry} has passed and no extension is known.",
        "reported": f"{expiry} is reported; no official text at hand gives it." if expiry else "",
        "announced_one_side": f"One side has announced {expiry}; the other has not said so.",
        "contested": f"The sides give different dates; {expiry} is shown.",
    }
    doubted = [e for e in ends if e > (expiry or "") or (e == expiry and status != "in_force")]
    later = [s.note for e in doubted for s in ends[e] if s.note]
    return " ".join(x for x in [said.get(status, ""), *dict.fromkeys(later)] if x)


# Stages: where the latest deal of each line of talks stands, side by side.


def _stages(told: list[Statement], at: str) -> tuple[list[Row], list[Row]]:
    told = [s for s in told if _spoken(s, at) and (not _happened(s) or begun(_happened(s), at, s.by.side))]
    anchors = [s for s in told if s.value.get("deal")]
    deals: dict[tuple[str, str], list[Statement]] = {}
    for s in told:
        deals.setdefault(_deal_of(s, anchors), []).append(s)
    lines: dict[str, list[str]] = {}
    for line, deal in sorted(deals, key=lambda d: max(_happened(s) for s in deals[d])):
        lines.setdefault(line, []).append(deal)
    current, past = [], []
    for line, names in lines.items():
        for name in names:
            rows, older = _deal(line, name, deals[line, name])
            last = max(map(_happened, deals[line, name]))
            shown = name == names[-1] and (line == "main" or not last or _apart(last, at[:10]) <= YEAR)
            past += older if shown else [*rows, *older]
            current += rows if shown else []
    main_first = _sorted_sides(current, lambda r: r["line"] != "main", lambda r: r["line"])
    return main_first, sorted(past, key=lambda r: r["asserted"] or "")


def _line(s: Statement) -> str:
    return s.value.get("line") or ("tiktok" if "tiktok" in _fold(s.value.get("object")).split() else "main")


def _deal_of(s: Statement, anchors: list[Statement]) -> tuple[str, str]:
    """Line and deal; a stage without a deal's id belongs to the nearest one of its parties, within 60 days."""
    line = _line(s)
    if s.value.get("deal"):
        return line, s.value["deal"]
    near = [a for a in anchors if _line(a) == line and _parties(a) == _parties(s) and _happened(a) and _happened(s)]
    gaps = {a.id: _apart(_happened(a), _happened(s)) for a in near}
    best = min(near, key=lambda a: (gaps[a.id], a.id), default=None)
    if best and gaps[best.id] <= STEP:
        return line, best.value["deal"]
    return line, "-".join(_parties(s)).lower()


def _deal(line: str, name: str, told: list[Statement]) -> tuple[list[Row], list[Row]]:
    """A row a side, and what it superseded; the reporters' own voice counts where no side has spoken."""
    spoken = [s for s in told if _rank(s) > PRESS]
    own = [s for s in spoken if s.value.get("deal")] or spoken or told
    parties = _sides(p for s in told for p in _parties(s))
    latest: dict[str, Statement] = {}
    awaiting: dict[str, Statement] = {}
    for s in sorted(own, key=lambda s: (_happened(s), LADDER.index(s.value["stage"]))):
        side = s.by.side or "press"
        if s.value["stage"] == APPROVAL and side in latest:
            awaiting[side] = s
        else:
            latest[side] = s
            awaiting.pop(side, None)
    parked = {s.id for s in awaiting.values()}
    status = verdict(
        [(s.by.side or "press", s.value["stage"], _happened(s)) for s in own if s.id not in parked], parties
    )
    if all(s.verification in HEARSAY for s in latest.values()):
        status = "reported"
    rows = []
    for side, s in latest.items():
        after = awaiting.get(side)
        alike = [t.id for t in told if t.value["stage"] == s.value["stage"] and t.by.side == s.by.side]
        rows.append(
            {
                "stage": s.value["stage"], "parties": parties, **_cite(s), "by_side": side, "status": status,
                "next": after.value["stage"] if after else None, "next_statement": after.id if after else None,
                "deal": name, "line": line, "object": s.value.get("object"), "note": s.note, "statements": alike,
            }
        )  # fmt: skip
    kept = {i for r in rows for i in (*r["statements"], r["next_statement"])}
    older = [
        {"stage": s.value["stage"], "parties": parties, **_cite(s), "deal": name, "line": line, "note": s.note}
        for s in told if s.id not in kept
    ]  # fmt: skip
    return rows, older


# Confirmations: for each planned event, what each side has said of it.


@dataclass
class _Event:
    name: str | None
    people: list[str]
    dates: list[tuple[str, Statement]]
    told: list[Statement]
    held: str | None = None

    @property
    def day(self) -> str | None:
        """The day it was held, else the one that the best and latest voice gives."""
        best = max(self.dates, key=lambda d: (_rank(d[1]), _said(d[1])), default=None)
        return self.held or (best[0] if best else None)


def _events(told: list[Statement], rounds: list[Row], at: str) -> list[_Event]:
    events: list[_Event] = []
    told = [s for s in told if _spoken(s, at)]
    for s in sorted(told, key=lambda s: (s.kind == "confirmation", not _date_of(s), _said(s))):
        event = next((e for e in events if _speaks_of(s, e)), None)
        if event is None:
            event = _Event(_name_of(s), [], [], [])
            events.append(event)
        event.people = event.people or _people_of(s)
        event.name = event.name or _name_of(s)
        event.told.append(s)
        when = _date_of(s)
        if when:
            event.dates.append((when, s))
    for event in events:
        event.held = next((row["start"] for row in rounds if _was_held(event, row)), None)
    return events


def _was_held(event: _Event, row: Row) -> bool:
    """A round of the same people near the day planned; for a plan without a day, in the half year after it was told."""
    people = {_fold(p) for p in event.people}
    if not people or not row["start"] or not people <= {_fold(p) for p in row["heads"]}:
        return False
    if event.dates:
        return min(_apart(d, row["start"]) for d, _ in event.dates) <= STEP
    gaps = [(days(row["start"])[0] - days(_said(s))[1]).days for s in event.told if _said(s)]
    return any(0 <= gap <= 200 for gap in gaps)


def _name_of(s: Statement) -> str | None:
    return s.value.get("event") or s.value.get("of")


def _date_of(s: Statement) -> str | None:
    return s.value.get("date") or (s.date.iso if s.kind == "planned_meeting" else None)


def _speaks_of(s: Statement, event: _Event) -> bool:
    people = {_fold(p) for p in _people_of(s)}
    known = {_fold(p) for p in event.people}
    when = _date_of(s) or _said(s)
    dates = [d for d, _ in event.dates] or [_said(t) for t in event.told if _said(t)]
    if when and dates and min(_apart(when, d) for d in dates) > STEP:
        return False
    name, its = _fold(_name_of(s)), _fold(event.name)
    if people and known:
        return people == known
    if name and known and all(p.split()[-1] in name.split() or p.split()[0] in name.split() for p in known):
        return True
    if name and its:
        words, others = set(name.split()), set(its.split())
        return len(words & others) >= 0.5 * len(words | others)
    return any(t.source == s.source for t in event.told)


def _answers(event: _Event) -> Iterator[tuple[str, str, Statement]]:
    """Side, status and statement, in the order they were said."""
    for s in sorted(event.told, key=_said):
        if s.kind == "confirmation":
            yield s.value["by_side"], s.value["status"], s
        elif s.value["status"] in ("announced_one_side", "confirmed_both") and _rank(s) > PRESS:
            for side in _parties(s) if s.by.side == "joint" else [s.by.side or "press"]:
                yield side, "confirmed", s
        elif s.value["status"] == "cancelled" and _rank(s) > PRESS:
            yield s.by.side or "press", "denied", s


def _confirmations(events: list[_Event], at: str) -> tuple[list[Row], list[Row]]:
    fresh: list[Row] = []
    past: list[Row] = []
    for event in events:
        latest: dict[str, tuple[str, Statement]] = {}
        for side, status, s in _answers(event):
            # silence cannot undo an answer
            if side not in latest or status != "not_commented" or latest[side][0] == "not_commented":
                latest[side] = (status, s)
        rows: list[Row] = []
        for side, (status, s) in latest.items():
            alike = [t.id for who, what, t in _answers(event) if (who, what) == (side, status)]
            rows.append(
                {
                    "event": event.name, "date": event.day, "participants": event.people, **_cite(s), "by_side": side,
                    "claimed_by": s.by.side, "status": status, "note": s.note, "statements": alike,
                }
            )  # fmt: skip
        last = event.day or max(map(_said, event.told))
        old = last and (days(at[:10])[0] - days(last)[1]).days > SEEN
        (past if old else fresh).extend(_sorted_sides(rows))

    def when(row: Row) -> str:
        return row["date"] or "9999"

    return _sorted_sides(fresh, when, lambda r: r["event"] or ""), _sorted_sides(past, when)


# Agenda: the subjects named of late.


def _agenda(told: list[Statement], at: str) -> list[Row]:
    told = [s for s in told if _spoken(s, at)]
    last = max((_said(s) for s in told if _said(s)), default=None)
    rows: dict[str, Row] = {}
    for s in sorted(told, key=_said):
        if last and _said(s) and _apart(_said(s), last) > RECENT:
            continue
        row = rows.setdefault(
            s.value["topic"], {"topic": s.value["topic"], "by_sides": [], "asserted": None, "statements": []}
        )
        row["by_sides"] = _sides([*row["by_sides"], s.by.side or "press"])
        row["asserted"] = _said(s) or row["asserted"]
        row["statements"].append(s.id)
    return sorted(rows.values(), key=lambda r: r["topic"])


# Measures: the latest status of each, with five dates kept apart.

_FIVE = ("announced", "signed", "legal_from", "suspended_until", "published")
_SHOWN = (
    "type", "imposer", "target", "rate_pct", "rate_pp", "rates", "status", "authority", "instrument", *_FIVE, "scope",
    "until", "due", "reason", "truce", "part_of", "product", "quantity_mmt", "quantity_mmt_per_year",
    "quantity_aircraft", "usd_bn", "usd_bn_per_year",
)  # fmt: skip
_LASTING = ("type", "imposer", "target", "authority", "scope", "product")


def _measures(told: list[Statement], truces: list[Row], at: str) -> list[Row]:
    groups: dict[str, list[Statement]] = {}
    loose = []
    for s in told:
        if s.value.get("measure"):
            groups.setdefault(s.value["measure"], []).append(s)
        else:
            loose.append(s)
    beside: dict[str, list[Statement]] = {}
    for s in loose:
        name = _measure_of(s, groups)
        if name in groups:
            beside.setdefault(name, []).append(s)
        elif _spoken(s, at):
            unnamed = "/".join(
                str(s.value.get(k)) for k in ("type", "imposer", "target", "rate_pct", "rate_pp", "status")
            )
            beside.setdefault(f"{unnamed}/{_fold(s.value.get('scope') or s.value.get('product'))}", []).append(s)
    rows = [_measure(name, group, beside.pop(name, []), truces, at) for name, group in groups.items()]
    rows += [_measure(None, group, [], truces, at) for group in beside.values()]
    order = {"USA": 0, "CHN": 1}
    found = [r for r in rows if r is not None]
    return sorted(
        found, key=lambda r: (r["measure"] is None, order.get(r["imposer"], 2), r["measure"] or "", r["type"])
    )


def _measure_of(s: Statement, groups: Mapping[str, list[Statement]]) -> str | None:
    """The measure a statement without an id speaks of, if only one fits its type, sides and rate."""
    value = s.value
    rates = {value[k] for k in ("rate_pct", "rate_pp") if value.get(k) is not None}
    fits = []
    for name, group in groups.items():
        first = group[0].value
        held = {g.value.get(k) for g in group for k in ("rate_pct", "rate_pp")}
        same_target = not value.get("target") or not first.get("target") or value["target"] == first["target"]
        same = value["type"] == first["type"] and value["imposer"] == first["imposer"] and same_target
        if same and rates <= held and any(g.value["status"] == value["status"] for g in group):
            fits.append(name)
    return fits[0] if len(fits) == 1 else None


def _effect(s: Statement) -> str:
    """The day a status starts: the legal day, or for announcements and promises the day they were made."""
    if s.value["status"] in ("announced", "committed"):
        return s.value.get("announced") or _said(s)
    return s.value.get("legal_from") or s.date.iso or _said(s)


def _order(s: Statement) -> tuple[str, str, int, bool]:
    effect = _effect(s)
    return (_day(effect) if effect else "", _said(s), _rank(s), bool(s.value.get("instrument")))


def _measure(
    name: str | None, group: list[Statement], beside: list[Statement], truces: list[Row], at: str
) -> Row | None:
    imposer = group[0].value["imposer"]
    pools = (
        [s for s in group if s.by.side in (imposer, "joint")],
        [s for s in group if _rank(s) > PRESS],
        group,
    )
    pool = sorted(next(p for p in pools if p), key=_order)
    done = [s for s in pool if not _effect(s) or begun(_effect(s), at, imposer)]
    ahead = [s for s in pool if s not in done]
    if not done and not (ahead := [s for s in ahead if _spoken(s, at)]):
        return None
    now = done[-1] if done else ahead[0]
    row: Row = {k: now.value.get(k) for k in _SHOWN}
    row["rate_pct"], row["rate_pp"] = now.value.get("rate_pct"), now.value.get("rate_pp")
    for k in _LASTING:
        row[k] = (
            row[k]
            if row[k] is not None
            else next((s.value[k] for s in [*reversed(done), *pool] if s.value.get(k)), None)
        )
    row["announced"] = row["announced"] or next((s.value["announced"] for s in pool if s.value.get("announced")), None)
    if not done:
        row["status"] = "announced"
    row |= {
        "measure": name,
        "derived": None,
        "standing": _measure_standing(now, imposer),
        **_cite(now),
        "note": now.note,
    }
    _let_time_pass(row, now, truces, at)
    newer = [s for s in group if s not in pool and _rank(s) > PRESS and _spoken(s, at) and _said(s) >= _said(now)]
    row["claims"] = [_claim(s) for s in newer]
    row["pending"] = [_claim(s) for s in ahead if _spoken(s, at) and s is not now]
    row["statements"] = [s.id for s in [*done, *ahead, *beside]]
    return row


def _measure_standing(s: Statement, imposer: str) -> str:
    if s.by.side == "joint":
        return "confirmed_both"
    if _rank(s) == PRESS:
        return "reported"
    return "imposer" if s.by.side == imposer else "announced_one_side"


def _claim(s: Statement) -> Row:
    dates = {k: s.value.get(k) for k in (*_FIVE, "until")}
    return {
        "status": s.value["status"],
        "rate_pct": s.value.get("rate_pct"),
        "rate_pp": s.value.get("rate_pp"),
        **dates,
        **_cite(s),
    }


def _let_time_pass(row: Row, now: Statement, truces: list[Row], at: str) -> None:
    """What follows from the calendar alone: a day of effect reached, a term or a suspension run out."""
    value, imposer = now.value, now.value["imposer"]

    def reached(name: str) -> bool:
        return bool(value.get(name)) and begun(value[name], at, imposer)

    if value["status"] == "announced" and reached("legal_from"):
        row |= {"status": "in_force", "derived": f"announced for {value['legal_from']}, and the day has come"}
    if value["status"] == "suspended" and reached("suspended_until"):
        end = value["suspended_until"]
        truce = next((t for t in truces if t["truce"] == value.get("truce")), None)
        if (
            truce
            and truce["status"] in ("announced_one_side", "reported", "contested", "in_force")
            and truce["expiry"] > end
        ):
            row["derived"] = (
                f"the text suspends it until {end}; the truce to {truce['expiry']} is {truce['status']},"
                " and no notice for this measure is at hand"
            )
            row["standing"] = truce["status"]
        else:
            row |= {
                "status": "in_force",
                "legal_from": end,
                "derived": f"suspended until {end}, and no extension is known",
            }
    if value["status"] == "committed" and reached("due"):
        row["derived"] = f"it fell due on {value['due']}"
    if value["status"] in ("in_force", "reduced", "announced") and reached("until"):
        row |= {
            "status": "ended",
            "legal_from": value["until"],
            "derived": f"its term ended on {value['until']}, and no extension is known",
        }


# Threats.


def _threats(told: list[Statement], measures: list[Row], at: str, known: str) -> list[Row]:
    groups: dict[str, list[Statement]] = {}
    for s in sorted(told, key=lambda s: (s.value.get("threat") is None, _said(s))):
        if _spoken(s, at):
            groups.setdefault(s.value.get("threat") or _threat_of(s, groups), []).append(s)
    return [_threat(name, group, at, known) for name, group in groups.items()]


def _threat_of(s: Statement, groups: Mapping[str, list[Statement]]) -> str:
    def fits(group: list[Statement]) -> bool:
        near = not _said(s) or any(_said(g) and _apart(_said(g), _said(s)) <= STEP for g in group)
        same = all(
            s.value.get(k) is None or all(g.value.get(k) in (None, s.value[k]) for g in group)
            for k in ("by_side", "rate_pct", "effective", "against")
        )
        return near and same

    own = f"{s.value['by_side']}-{s.value.get('rate_pct') or s.id[:6]}".lower()
    return next((name for name, group in groups.items() if fits(group)), own)


def _threat(name: str, group: list[Statement], at: str, known: str) -> Row:
    by_side = group[0].value["by_side"]
    named = [s for s in group if s.value.get("threat")] or group
    own = [s for s in named if s.by.side == by_side] or named
    now = max(own, key=_said)
    first = {
        k: next((s.value[k] for s in named if s.value.get(k) is not None), None)
        for k in ("against", "rate_pct", "effective", "on")
    }
    status = now.value.get("status") or "standing"
    past = first["effective"] and begun(first["effective"], at, by_side) and begun(first["effective"], known, by_side)
    if status == "standing" and past:
        status = "expired"
    return {
        "threat": name, **_cite(now), "by_side": by_side, **first, "status": status, "made": _said(group[0]) or None,
        "note": now.note, "statements": [s.id for s in group],
    }  # fmt: skip


# Conflicts: claims that differ on one question, and which is shown.


def _conflicts(
    told: list[Statement], truces: list[Row], stages: list[Row], measures: list[Row], events: list[_Event], at: str
) -> list[Row]:
    by_id = {s.id: s for s in told}
    found = [
        *_truce_conflicts(truces, by_id),
        *_stage_conflicts(stages, by_id),
        *_date_conflicts(events),
        *_measure_conflicts(_of(told, "measure"), at),
    ]
    for row in found:
        dates = [c["value"] for c in row["claims"] if re.match(r"\d{4}-", str(c["value"]))]
        row["open"] = not dates or not all(begun(d, at) for d in dates)
    return sorted(found, key=lambda r: not r["open"])


def _conflict(about: str, claims: Iterable[tuple[Any, Statement]], shown: Any, why: str) -> Row:
    latest = {(v, s.by.side): (v, s) for v, s in sorted(claims, key=lambda c: _said(c[1]))}
    ordered = sorted(latest.values(), key=lambda c: (c[0] != shown, -_rank(c[1]), _said(c[1])))
    return {
        "about": about,
        "claims": [{"value": v, **_cite(s), "note": s.note} for v, s in ordered],
        "shown": shown,
        "why": why,
    }


def _best(claims: Iterable[tuple[Any, Statement]]) -> tuple[Any, Statement]:
    return max(claims, key=lambda c: (_rank(c[1]), _said(c[1])))


_WHY = {
    OFFICIAL: "an official text stands before what parties say and the press reports",
    PARTY: "a party's own word stands before the press",
    PRESS: "the latest report is shown",
}


def _truce_conflicts(truces: list[Row], by_id: Mapping[str, Statement]) -> Iterator[Row]:
    """Expiries within 60 days of each other speak of the same step."""
    for truce in truces:
        claims = [(c["new_expiry"], by_id[c["statement"]]) for c in truce["chain"] if c["new_expiry"]]
        for step in _steps(claims):
            if len({v for v, _ in step}) > 1:
                value, best = _best(step)
                yield _conflict(f"truce {truce['truce']}: expiry", step, value, _WHY[_rank(best)])


def _steps(claims: list[tuple[str, Statement]]) -> list[list[tuple[str, Statement]]]:
    steps: list[list[tuple[str, Statement]]] = []
    for value, s in sorted(claims, key=lambda c: c[0]):
        if steps and _apart(steps[-1][-1][0], value) <= STEP:
            steps[-1].append((value, s))
        else:
            steps.append([(value, s)])
    return steps


def _stage_conflicts(stages: list[Row], by_id: Mapping[str, Statement]) -> Iterator[Row]:
    for deal in dict.fromkeys((r["line"], r["deal"]) for r in stages if r["status"] == "contested"):
        rows = [r for r in stages if (r["line"], r["deal"]) == deal]
        claims = [(r["stage"], by_id[r["statement"]]) for r in rows]
        yield _conflict(
            f"deal {deal[1]}: stage",
            claims,
            [r["stage"] for r in rows],
            "each side's own word is shown beside the other's",
        )


def _date_conflicts(events: list[_Event]) -> Iterator[Row]:
    for event in events:
        if event.held is None and len({d for d, _ in event.dates}) > 1:
            _, best = _best(event.dates)
            yield _conflict(f"{event.name}: date", event.dates, event.day, _WHY[_rank(best)])


def _measure_conflicts(told: list[Statement], at: str) -> Iterator[Row]:
    """Two sources that give different days for one step of a measure, or two sides that give it another status."""
    groups: dict[tuple[Any, ...], list[tuple[str, Statement]]] = {}
    named = [s for s in told if s.value.get("measure") and _spoken(s, at)]
    for s in named:
        value = s.value
        for key in ("legal_from", "suspended_until", "until"):
            if value.get(key):
                phase = (value["measure"], key, value["status"], value.get("rate_pct"), value.get("rate_pp"))
                groups.setdefault(phase, []).append((value[key], s))
    for (name, key, *_), claims in groups.items():
        for step in _steps(claims):
            best = _best(step)
            if any(_rivals(c, best) for c in step):
                yield _conflict(f"measure {name}: {key}", step, best[0], _WHY[_rank(best[1])])
    for name in dict.fromkeys(s.value["measure"] for s in named):
        latest = {s.by.side: s for s in sorted(named, key=_said) if s.value["measure"] == name and _rank(s) > PRESS}
        own = latest.get(next(iter(latest.values())).value["imposer"]) if latest else None
        differ = [s for s in latest.values() if own and s.value["status"] != own.value["status"]]
        if own and any(_said(s) and _said(own) and _apart(_said(s), _said(own)) <= FRESH for s in differ):
            claims = [(_status_words(s), s) for s in (own, *differ)]
            yield _conflict(f"measure {name}: status", claims, _status_words(own), "the imposer's own act is shown")


def _rivals(claim: tuple[str, Statement], best: tuple[str, Statement]) -> bool:
    """Another source with another day; an official text of a month later moves a date, it does not dispute it."""
    (day, s), (shown, top) = claim, best
    near = not _said(s) or not _said(top) or _apart(_said(s), _said(top)) <= FRESH
    disputes = near or PRESS in (_rank(s), _rank(top))
    return s.source != top.source and _day(day) != _day(shown) and disputes


def _status_words(s: Statement) -> str:
    end = s.value.get("suspended_until") or s.value.get("until")
    return f"{s.value['status']} until {end}" if end else s.value["status"]


# Next: dates ahead.


def _next(truces: list[Row], measures: list[Row], threats: list[Row], events: list[_Event], at: str) -> list[Row]:
    def ahead(day: str | None, side: str | None = None) -> bool:
        return day is not None and not begun(day, at, side)

    rows = [
        *_next_truces(truces, ahead),
        *_next_measures(measures, ahead),
        *(
            _date(t["effective"], f"threat {t['threat']} is to take effect", "threat", t["status"], [t["by_side"]], t)
            for t in threats
            if t["status"] == "standing" and ahead(t["effective"], t["by_side"])
        ),
        *_next_meetings([e for e in events if e.held is None and ahead(e.day)]),
    ]
    latest = {(r["date"], r["kind"], r["what"]): r for r in rows}
    return sorted(latest.values(), key=lambda r: (days(r["date"])[0], r["kind"], r["what"]))


def _date(day: str, what: str, kind: str, status: str | None, sides: Iterable[str | None], cited: Row) -> Row:
    told = {"date": day, "what": what, "kind": kind, "status": status, "by_sides": _sides(sides)}
    return {**told, "statement": cited["statement"]}


def _next_truces(truces: list[Row], ahead: Callable[..., bool]) -> Iterator[Row]:
    for t in truces:
        voiced = [c for c in t["chain"] if c["by_side"] not in (None, "press")] or t["chain"]
        for end in dict.fromkeys(c["new_expiry"] for c in voiced if ahead(c["new_expiry"], "USA")):
            if end >= t["expiry"]:
                claims = [c for c in voiced if c["new_expiry"] == end]
                sides = (c["by_side"] for c in claims)
                yield _date(
                    end, f"truce {t['truce']} ends unless extended", "deadline", claims[-1]["status"], sides, claims[-1]
                )


def _next_measures(measures: list[Row], ahead: Callable[..., bool]) -> Iterator[Row]:
    packages = {m["measure"] for m in measures if m["measure"]}
    for m in measures:
        name, imposer, sides = m["measure"] or f"{m['type']} of {m['imposer']}", m["imposer"], [m["by_side"]]
        if m["part_of"] in packages:
            continue
        followed = {c["legal_from"] for c in m["pending"]}
        for key, status, what, kind in (
            ("suspended_until", "suspended", f"suspension of {name} ends", "suspension_ends"),
            ("until", "in_force", f"{name} ends by its term", "term_ends"),
            ("due", "committed", f"{name} falls due", "commitment_due"),
            ("legal_from", "announced", f"{name} takes effect", "effect"),
        ):
            if m["status"] == status and m[key] not in followed and ahead(m[key], imposer):
                yield _date(m[key], what, kind, status, sides, m)
        for c in m["pending"]:
            if ahead(c["legal_from"], imposer):
                rate = f" at {c['rate_pct']:g} %" if c["rate_pct"] is not None else ""
                what = f"{name}: {c['status'].replace('_', ' ')}{rate}"
                yield _date(c["legal_from"], what, "effect", c["status"], [c["by_side"]], c)


def _next_meetings(events: list[_Event]) -> Iterator[Row]:
    for event in events:
        claims = [(side, "confirmed", _said(s)) for side, status, s in _answers(event) if status == "confirmed"]
        sides = [side for side, _, _ in claims]
        parties = ["CHN", "USA"] if set(sides) <= {"CHN", "USA"} else _sides(sides)
        cited = _cite(_best(event.dates)[1])
        yield _date(
            event.day or "", event.name or " and ".join(event.people), "meeting", verdict(claims, parties), sides, cited
        )


__all__ = ["State", "derive", "live", "verdict"]
