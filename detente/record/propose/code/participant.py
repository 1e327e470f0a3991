"""Participants, once a person with an office, and name variants, once a surface form."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from detente.record import people, spelling
from detente.record.propose.annotate.document import MISSPELT, Reading, Sentence
from detente.record.propose.annotate.offices import Named
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis

AFTER_TITLE = "given name used after a title"
PLAIN = ("own", "own, short", "surname", "own, with initial")  # ways of naming that garble nothing
HEAD = re.compile(r"head|captain|chief", re.I)


def find(analysis: Analysis) -> list[Draft]:
    """Who takes part: a person at the first mention with an office."""
    reading = analysis.reading
    drafts: dict[str, Draft] = {}
    for sentence in reading.sentences:
        groups = _groups(reading, sentence)
        for index, mention in enumerate(sentence.people):
            start, end, office = groups.get(index, (mention.begin, mention.stop, mention.role))
            if office and mention.name not in drafts and mention.mechanism != AFTER_TITLE:
                drafts[mention.name] = _participant(reading, mention, start, end)
    return list(drafts.values())


def _participant(reading: Reading, mention: Named, start: int, end: int) -> Draft:
    person = people.person(mention.name)
    value: dict[str, Any] = {"person": mention.name, "side": mention.side}
    if person is None:
        value["role"] = mention.role
        return Draft("participant", mention.begin, mention.stop, value, rule="participant.unknown", confidence=0.6)
    role = person.role(reading.anchor)
    flags: tuple[str, ...] = ("name_garbled",) if mention.mechanism.startswith(MISSPELT) else ()
    if mention.role:
        value["role"] = role.title if role else mention.role
    if mention.role and role and HEAD.search(mention.role) and not HEAD.search(role.title) and person.family_name_first:
        flags += ("role_conflict",)
    return Draft("participant", start, end, value, flags=flags, rule="participant.office", confidence=0.85)


def _groups(reading: Reading, sentence: Sentence) -> dict[int, tuple[int, int, str]]:
    """Presidents A and B share an office; A, B and C for one government share a side."""
    text, mentions = reading.text, sentence.people
    out: dict[int, tuple[int, int, str]] = {}
    for i, (n, m) in enumerate(pairwise(mentions)):
        is_plural = re.search(r"\b[Pp]residents|[Ll]eaders|[Mm]inisters$", n.role)
        if is_plural and text[n.end : m.begin or m.start].strip() == "and":
            out[i] = out[i + 1] = (n.begin, m.stop or m.end, n.role)
    run: list[int] = []
    for i, n in enumerate(mentions):
        follows = run and text[mentions[run[-1]].end : n.begin or n.start].strip() in (",", "and", ", and")
        run = [*run, i] if follows else [i]
        tail = re.match(r"\sfor\s(?:the\s)?[A-Z][\w. ]{2,20}?(?=[,.;]|$)", text[n.end : n.end + 40])
        if tail and len(run) > 1:
            for j in run:
                out[j] = (mentions[run[0]].start, n.end + tail.end(), "for " + n.side)
    return out


def find_variants(analysis: Analysis) -> list[Draft]:
    """Surface forms that are not the usual English name of a known person."""
    drafts: dict[tuple[str, str], Draft] = {}
    for sentence in analysis.reading.sentences:
        for mention in sentence.people:
            person = people.person(mention.name)
            surface = analysis.reading.document.text[mention.start : mention.end]
            if person is None or (surface, mention.name) in drafts or not _is_variant(mention, person):
                continue
            is_part = any(v != surface and surface in v.split() and who == mention.name for v, who in drafts)
            if not is_part:
                flags = ("name_garbled",) if surface.isascii() and mention.mechanism != AFTER_TITLE else ()
                value = {"surface": surface, "person": mention.name, "mechanism": mention.mechanism}
                drafts[surface, mention.name] = Draft(
                    "name_variant", mention.start, mention.end, value, flags=flags, rule="name_variant.surface",
                    confidence=0.9,
                )  # fmt: skip
    return list(drafts.values())


def _is_variant(mention: Named, person: people.Person) -> bool:
    surface = re.sub(r"'s$", "", mention.surface)
    usual = surface in (person.name, person.surname, *person.aliases)
    if mention.mechanism == "own, with initial" or (mention.mechanism in PLAIN and usual):
        return False
    if people.naming(person.side).own_reading and surface in (person.reading, person.name):
        return False
    return surface not in (person.name, person.surname) and spelling.unaccented(surface) != spelling.unaccented(
        person.name
    )
