"""Whose side the persons of a text are on, decided once for each person from all that the text says of him.

What stands with the name decides: an office of a country, a country that owns it. Where nothing does, the signs are
weighed: names that are common somewhere, the home of the text, the side named near by, offices that others hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from detente.record import people
from detente.record.propose.annotate import homes, places
from detente.record.propose.annotate.introduced import CALLED, LISTS, Introduction
from detente.record.propose.annotate.offices import Named
from detente.record.propose.annotate.words import load
from detente.record.spelling import unaccented

CUT = re.compile(
    r"^.*(?:(?<!counterpart)(?<!number)(?<!colleague)(?:[,;:()]|(?<![A-Z])\.)\s?|\b(?:and|with|by|that|when|between|from|while|told|said|to|met|meets|in|at|on)\s)",
    re.S,
)
ABROAD = re.compile(r"\b(?:to|in|at|with|on)\s.*", re.S)  # an ambassador to China is not China's
OWN = re.compile(r"\b(?:its|their|his|her)\s", re.I)
OUR = re.compile(r"\b(?:our|my)\s|\bhere\b", re.I)
OPPOSITE = re.compile(r"\b(?:counterpart|opposite number|colleague|homologue)\b")
WHOSE = re.compile(r"\bwhose\s[^,]*$")
SOLE = frozenset(["president", "premier", "vice premier", "vice president", "trade", "treasury", "commerce", "foreign"])
NAME, HOME, OFFICE, LEFT, PARTY, EXCLUDED = 1.5, 1.25, 1.0, 1.0, 0.25, 3.0  # weights, set on documents with records
OTHER, OWNER, NEAR = 2.0, 1.25, 0.75
LEAST, AHEAD = 1.0, 0.2  # what a side must reach without an office that names it, and by how much it must lead


class Text(NamedTuple):
    """The sides a text names in reading order, where the mentions end, its two parties, and where it is at home."""

    mentions: Sequence[places.Mention]
    ends: Sequence[int]
    parties: tuple[str, ...]
    home: str | None

    def named_before(self, place: int) -> Sequence[places.Mention]:
        """The mentions that end before a place, of the last few."""
        last = bisect_right(self.ends, place)
        return self.mentions[max(0, last - 50) : last]


def text_of(mentions: Sequence[places.Mention], home: str | None) -> Text:
    """The sides of a text, from its mentions of them."""
    mentions = [m for m in mentions if m.side not in places.bodies()]
    parties = tuple(side for side, _ in Counter(m.side for m in mentions).most_common(2))
    return Text(mentions, [m.end for m in mentions], parties, home)


def decide(persons: Mapping[str, Sequence[Introduction]], known: Iterable[Named], text: Text) -> dict[str, str]:
    """The side of each person; one whom nothing ties to a side is left out.

    persons: name → how the text introduces the person. known: the persons whose side is known.
    """
    sides = {name: side for name, group in persons.items() if (side := _stated(group, text))}
    cast = Cast(text)
    for n in known:
        cast.add(n.role, n.start, n.side)
    for name in sides:
        cast.add_all(persons[name], sides[name])
    for name, group in sorted(persons.items(), key=lambda item: _is_opposite(item[1])):
        if name not in sides and (side := cast.weighed(name, group)):
            sides[name] = side
            cast.add_all(group, side)
    return sides


def of_vietnamese(x: Introduction, text: Text) -> str:
    """The side that the office of a person in a Vietnamese text names, else the one where such a name is common, else
    the side named last before.
    """
    named = [*places.sides(_lead(x), "vi")[-1:], *places.sides(x.behind + " ", "vi")[:1]]
    bearers = _bearers_of(x.name)
    if not named and len(bearers) == 1:
        return next(iter(bearers))
    named += text.named_before(x.start)[-1:]
    return named[0].side if named else ""


def office(role: str) -> str | None:
    """The class of an office that one person of a side holds at a time."""
    kind = people.office(role)
    return kind if kind in SOLE and not re.search(r"\b(?:deputy|vice|former|assistant|adviser)\b", role, re.I) else None


def _stated(group: Sequence[Introduction], text: Text) -> str | None:
    """The side that the offices of a person name most often, the first of several."""
    stated = Counter(side for x in group if (side := _own(x, text)))
    return next((side for side, _ in stated.most_common(1)), None)


def _own(x: Introduction, text: Text) -> str | None:
    """The side that stands with a name: in the office before it or behind it, or before "whose"."""
    lead = _lead(x)
    if WHOSE.search(lead):
        return next((m.side for m in reversed(text.named_before(x.begin))), None)
    named = [*places.sides(lead, "en")[-1:], *places.sides(x.behind + " ", "en")[:1]]
    if named:
        return named[0].side
    return text.home if OUR.search(f"{lead} {x.behind}") else None


def _lead(x: Introduction) -> str:
    """The words of the office before a name and those that belong to it."""
    reach = len(x.before) - (x.start - x.begin)
    return CUT.sub("", x.before[:reach]) + ABROAD.sub("", x.before[reach:])


def _is_opposite(group: Sequence[Introduction]) -> bool:
    return any(OPPOSITE.search(_lead(x)) for x in group)


class Cast:
    """The persons of a text whose side is known, and what speaks for the sides of the others."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.candidates = sorted({*(m.side for m in text.mentions), *filter(None, [text.home])})
        self.offices: set[tuple[str, str]] = set()
        self.places: list[tuple[int, str]] = []

    def add(self, role: str, place: int, side: str) -> None:
        """A person in an office who is named at a place of the text."""
        if kind := office(role):
            self.offices.add((kind, side))
        insort(self.places, (place, side))

    def add_all(self, group: Sequence[Introduction], side: str) -> None:
        """A person with all introductions."""
        for x in group:
            self.add(x.role, x.start, side)

    def weighed(self, name: str, group: Sequence[Introduction]) -> str:
        """The side for which most speaks, empty where little does or two are as likely."""
        signs = _signs(name, group, frozenset(self.candidates))
        weights = {side: self._weight(side, signs) for side in self.candidates}
        for x in group:
            for side, weight in self._near(x).items():
                weights[side] = weights.get(side, 0.0) + weight / len(group)
        best = sorted(((weight, side) for side, weight in weights.items()), reverse=True)
        (most, first), (second, _) = (*best, (0.0, ""), (0.0, ""))[:2]
        return first if most >= LEAST and most - second >= AHEAD else ""

    def _weight(self, side: str, signs: Signs) -> float:
        """What speaks for a side wherever the person is named: the name, the office, the home of the text."""
        weight = HOME if side == self.text.home else PARTY if side in self.text.parties else 0.0
        weight += _of_name(side, signs) + _of_office(side, signs)
        weight += NAME if any(side in sides for sides in signs.called) else 0.0
        if any(self._is_excluded(side, x) for x in signs.offices):
            return weight - EXCLUDED
        others = [s for s in self.text.parties if s != side]
        return weight + (LEFT if len(others) == 1 and self._is_excluded(others[0], signs.offices[0]) else 0.0)

    def _is_excluded(self, side: str, of: tuple[str, str]) -> bool:
        """Whether a side has no such office, or another person holds it. of: class and words of the office."""
        return not homes.may_have(side, of[1]) or (of[0], side) in self.offices

    def _near(self, x: Introduction) -> dict[str, float]:
        """What the sides and persons named before a name speak for."""
        earlier, lead = self.text.named_before(x.begin), _lead(x)
        last = earlier[-1].side if earlier else ""
        if OPPOSITE.search(lead):
            last = self._person_before(x.begin) or last
            return {side: OTHER for side in self.text.parties if side != last} | {last: -OTHER}
        if OWN.search(lead):
            return {last: OWNER}
        inside = [m.side for m in earlier if m.start >= x.line.start]
        return {inside[-1]: NEAR} if len(set(inside)) == 1 else {}

    def _person_before(self, place: int) -> str | None:
        """The side of the person named last before a place."""
        index = bisect_left(self.places, (place, "")) - 1
        return self.places[index][1] if index >= 0 else None


class Signs(NamedTuple):
    """What speaks for the sides of a person, whatever the side: each empty where it ties him to none of the text.

    bearers: the sides where such a name is common. having: those that alone have the office. called: those whose people
    are called so. offices: class and words of each office.
    """

    bearers: frozenset[str]
    having: frozenset[str]
    called: Sequence[Iterable[str]]
    offices: Sequence[tuple[str, str]]


def _signs(name: str, group: Sequence[Introduction], candidates: frozenset[str]) -> Signs:
    """The signs of a person. candidates: the sides of the text."""
    words = name + " ; " + " ; ".join(f"{_lead(x)} {x.role} {x.behind}" for x in group)
    bearers, having = _bearers_of(name), _sides_having(words)
    return Signs(
        bearers if bearers & candidates else frozenset(),
        having if having & candidates else frozenset(),
        [sides for word, sides in CALLED.items() if f"{word} " in words],
        list(dict.fromkeys((office(x.role) or "", f"{x.role} {x.behind}") for x in group)),
    )


def _of_name(side: str, signs: Signs) -> float:
    """What a name that is common on some sides says of one; those of the EU have names of their countries."""
    if not signs.bearers:
        return 0.0
    return -NAME / 3 if side not in signs.bearers else NAME / 2 if side == "EU" else NAME


def _of_office(side: str, signs: Signs) -> float:
    """What an office that only some sides have says of one."""
    return OFFICE if side in signs.having else -OFFICE / 2 if signs.having else 0.0


def _sides_having(offices: str) -> frozenset[str]:
    """The sides that alone have one of the offices."""
    return frozenset(
        s for sides, pattern in LISTS["offices"].items() if re.search(pattern, offices) for s in sides.split()
    )


def _bearers_of(name: str) -> frozenset[str]:
    """The sides where such a name is common: its first word, its last one, how it ends."""
    words = name.split()
    for where, word in (("names", words[0]), ("family", words[-1]), ("names", words[-1])):
        if sides := _bearers(where).get(unaccented(word)):
            return sides
    ends = (sides for end, sides in _endings() if re.search(end, unaccented(name)))
    return next(ends, frozenset())


@cache
def _bearers(where: str) -> Mapping[str, frozenset[str]]:
    """Names, those that stand first or those that stand last, with the sides where they are common."""
    table: dict[str, frozenset[str]] = {}
    for group in load("", "names.yaml").values():
        for name in group.get(where, "").split():
            key = unaccented(name)
            table[key] = table.get(key, frozenset()) | frozenset(group["sides"])
    return table


@cache
def _endings() -> tuple[tuple[str, frozenset[str]], ...]:
    """How names end, as patterns of names without accents, with the sides where they end so."""
    return tuple((g["ends"], frozenset(g["sides"])) for g in load("", "names.yaml").values() if "ends" in g)
