"""People: one row a person, however the name is spelt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from detente.record.fact import Statement
from detente.record.state.claims import (
    filter_kinds,
    grouped,
    ids,
    in_decision_order,
    normalized,
    reviewed,
    side_order,
    unique,
    within,
)
from detente.record.state.rows import NameDecision, Office, PersonRow

MENTIONS = ("participant", "name_variant")  # kinds of statements that name a person

Decisions = Mapping[tuple[str, str], Statement]  # (name in print, person), normalised → the latest decision on the pair


def derive_people(statements: Iterable[Statement], as_of: str, proposed: Collection[str] = ()) -> list[PersonRow]:
    """One row a person in office on the day or named without an office, with the reviewers' decisions on names."""
    statements = list(statements)
    decisions = _decisions(statements)
    statements = [s for s in statements if not _is_ruled_out(s, decisions)]
    mentions = [s for s in filter_kinds(statements, *MENTIONS) if s.value.get("person")]
    canonical = _canonical_names(mentions, decisions)
    in_record = _in_office(reviewed(mentions, proposed))
    by_person = grouped(mentions, lambda s: normalized(_canonical(s, canonical)))
    rows = []
    for key, group in by_person.items():
        if any(_is_current(s, as_of) for s in group):
            # an office that a document gives does not stand beside those on record
            offices = _offices(reviewed(group, proposed) if key in in_record else group, as_of)
            rows.append(_person(_canonical(group[0], canonical), group, offices, _decisions_on(key, decisions)))
    return sorted(rows, key=lambda r: (side_order(r.side), r.person))


def _in_office(mentions: Iterable[Statement]) -> set[str]:
    """The persons, in normalised spelling, that a statement gives an office."""
    return {normalized(s.value["person"]) for s in mentions if s.value.get("role")}


def _decisions_on(person: str, decisions: Decisions) -> list[Statement]:
    return [s for (_, decided), s in decisions.items() if decided == person]


def _canonical(s: Statement, canonical: Mapping[str, str]) -> str:
    """The name of the person that a statement mentions."""
    name = str(s.value["person"])
    return canonical.get(normalized(name), name)


def _decisions(statements: Iterable[Statement]) -> Decisions:
    lines = in_decision_order(filter_kinds(statements, "identity"))
    return {(normalized(s.value["surface"]), normalized(s.value["person"])): s for s in lines}


def _is_current(s: Statement, as_of: str) -> bool:
    """Whether it names a person without an office, or an office of the day."""
    return s.kind != "participant" or _is_in_office(s, as_of)


def _is_ruled_out(s: Statement, decisions: Decisions) -> bool:
    """Whether a reviewer decided that the name in print is not this person."""
    if s.kind not in MENTIONS:
        return False
    decision = decisions.get((normalized(s.value.get("surface")), normalized(s.value.get("person"))))
    return decision is not None and decision.value["decision"] == "not_same"


def _canonical_names(mentions: Iterable[Statement], decisions: Decisions) -> dict[str, str]:
    """Name in print, normalised → the person it is taken for; decisions come before what a text says."""
    names = {normalized(s.value["surface"]): s.value["person"] for s in mentions if s.value.get("surface")}
    same = {surface: s.value["person"] for (surface, _), s in decisions.items() if s.value["decision"] == "same"}
    return {**names, **same}


def _is_in_office(s: Statement, as_of: str) -> bool:
    return within(s.valid_from, s.valid_to, as_of, s.value.get("side"))


def _person(
    name: str, mentions: list[Statement], offices: Iterable[Office], decisions: Iterable[Statement]
) -> PersonRow:
    in_print = [s.value.get(k) for s in mentions for k in ("surface", "native_hans", "native_hant", "sino_vietnamese")]
    same = [s.value["surface"] for s in decisions if s.value["decision"] == "same"]
    return PersonRow(
        person=name,
        side=next((s.value["side"] for s in mentions if s.value.get("side")), None),
        roles=tuple(offices),
        surfaces=tuple(unique(filter(None, [*in_print, *same]))),
        decisions=tuple(
            NameDecision(s.value["surface"], s.value["decision"], s.by.name, s.note, s.known, s.id) for s in decisions
        ),
        statements=ids(mentions),
    )


def _offices(mentions: Iterable[Statement], as_of: str) -> list[Office]:
    """The offices of the day, of two namings of one office the fuller."""
    offices: list[Office] = []
    for s in mentions:
        if s.value.get("role") and _is_in_office(s, as_of):
            offices = _with_office(offices, Office(s.value["role"], s.valid_from, s.valid_to))
    return offices


def _with_office(offices: list[Office], new: Office) -> list[Office]:
    """Secretary of Treasury is Secretary of the Treasury: the naming with more words replaces the other."""
    for n, old in enumerate(offices):
        if _words(new) <= _words(old):
            return offices
        if _words(old) <= _words(new):
            merged = replace(new, start=new.start or old.start, end=new.end or old.end)
            return [*offices[:n], merged, *offices[n + 1 :]]
    return [*offices, new]


def _words(office: Office) -> set[str]:
    return set(normalized(office.role).split()) - {"the", "of"}
