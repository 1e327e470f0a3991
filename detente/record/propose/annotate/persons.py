"""Persons in a text: gazetteer names, garbled names that resolve, and the office each is named with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from detente.record import name_match, people, spelling
from detente.record.propose.annotate import introduced, places, titled
from detente.record.propose.annotate.dates import WEEKDAY
from detente.record.propose.annotate.offices import HEADS, ROLE_WORD, Named, with_role
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import vocabulary

MARKS = vocabulary("en").marks
AMBIGUOUS = frozenset(MARKS["common_names"])  # surnames that are words: they need a title
CANDIDATES = 60  # fuzzy look-ups a document may cost
_UP = r"[A-ZÀ-ÖØ-ÝĐƯƠ]"
_LOW = r"[\w'’-]"
_NOT_DAY = rf"(?!{WEEKDAY}\b)"  # Trump Friday approved: the weekday is no part of the name
NAME = rf"{_UP}{_LOW}+(?:\s(?:{_UP}\.\s)?{_NOT_DAY}{_UP}{_LOW}+){{0,3}}"


@cache
def _forms() -> tuple[dict[str, list[tuple[str, people.Person]]], list[tuple[str, people.Person]]]:
    """Latin forms by their first word, longest first, and Chinese forms, longest first."""
    latin: dict[str, list[tuple[str, people.Person]]] = {}
    han: list[tuple[str, people.Person]] = []
    seen: set[str] = set()
    written = [*people.surfaces(), *((form, p) for p in people.people() for form in _orders(p))]
    for form, p in sorted(written, key=lambda x: -len(x[0])):
        if form in seen or form in AMBIGUOUS:
            continue
        seen.add(form)
        if form[0] >= "\u2e80":
            han.append((form, p))
        else:
            latin.setdefault(form.split()[0], []).append((form, p))
    return latin, han


def _orders(p: people.Person) -> set[str]:
    """A name in the other order, and with its surname in capitals: Lifeng He, HE Lifeng, BESSENT Scott."""
    words = p.name.split()
    if len(words) < 2:
        return set()
    given = words[1:] if p.family_name_first else words[:-1]
    first, last = " ".join(given), p.surname
    orders = {f"{last} {first}", f"{first} {last}"}
    return {x for order in orders for x in (order, order.replace(last, last.upper()))} - {p.name}


WORD = re.compile(r"[^\W\d_](?:[\w'-]|\.(?=[A-Z]))*\.?")


def _exact(text: str) -> Iterator[tuple[int, int, str, people.Person]]:
    """Gazetteer forms as they stand in a text: start, end, form without a middle initial, person."""
    latin, han = _forms()
    position = 0
    for word in WORD.finditer(text):
        if word.start() < position:
            continue
        for form, p in latin.get(word.group(), ()) or latin.get(word.group().split("-")[0].rstrip("."), ()):
            end = _form_end(text, word.start(), form)
            if end is not None:
                yield word.start(), end, form, p
                position = end
                break
    if any(c >= "\u2e80" for c in text):
        yield from _exact_han(text, han)


def _form_end(text: str, start: int, form: str) -> int | None:
    """Where a form that starts at a place ends, with or without a middle initial; None if it does not stand there."""
    head, _, last = form.rpartition(" ")
    end = start + len(form)
    if not text.startswith(form, start):
        middle, end = start + len(head), start + len(head) + 4 + len(last)
        initial = re.fullmatch(rf" [A-Z]\. {re.escape(last)}", text[middle:end])
        if not head or not text.startswith(head, start) or not initial:
            return None
    return None if re.match(r"\w|-\w", text[end : end + 2]) else end


def _exact_han(text: str, han: list[tuple[str, people.Person]]) -> Iterator[tuple[int, int, str, people.Person]]:
    taken: list[tuple[int, int]] = []
    for form, p in han:
        start = text.find(form)
        while start >= 0:
            if not any(a <= start < b for a, b in taken):
                taken.append((start, start + len(form)))
                yield start, start + len(form), form, p
            start = text.find(form, start + 1)


def find(lines: list[Piece], language: str, on: str | None, home: str | None = None) -> dict[int, list[Named]]:
    """By line: every mention of a person the gazetteer knows or the resolver finds, in reading order.

    home: the side whose offices a text names without their side.
    """
    names: list[Named] = []
    for line in lines:
        for a, b, form, p in _exact(line.text):
            if _names_person(line.text, a, b, form, p, language):
                surface = line.text[a:b]
                mechanism = name_match.resolve(surface, side=p.side).mechanism or "own"
                names.append(Named(line.start + a, line.start + b, surface, p.name, p.side, mechanism))
    names += _garbled(lines, language, on, names)
    names += titled.find(lines, _taken(lines, names), language, home, names)
    names += _surnames(lines, names)
    starts = [line.start for line in lines]
    table: dict[int, list[Named]] = {}
    for n in sorted(names, key=lambda n: n.start):
        line = lines[bisect_right(starts, n.start) - 1]
        table.setdefault(line.line, []).append(with_role(n, line, language))
    return table


def _names_person(text: str, start: int, end: int, form: str, p: people.Person, language: str) -> bool:
    """Whether a form stands for its person: not in an adjective, and a single word not beside another name."""
    if re.match(r"-(?:era|style)", text[end : end + 6]):
        return False
    if " " in form or not form.isascii():
        return True
    after = re.match(rf"\s{_NOT_DAY}{_UP}{_LOW}+", text[end:])
    before = re.search(rf"{_UP}{_LOW}+(?<!['’]s)\s$", text[max(0, start - 30) : start])  # Brazil's Lula is Lula
    is_part = before and not _is_role(before.group()) and not _follows_place(text[:start], language)
    if is_part or after:
        return False
    return p.name.split()[0] != form or p.family_name_first


def _follows_place(before: str, language: str) -> bool:
    """Whether the capitals before a surname are a place and no given name: In South Korea Trump lowered the duty."""
    m = re.search(
        rf"(?:^|[\s(])(?P<way>[Ii]n|[Aa]t|[Ff]rom|[Nn]ear|[Oo]utside|[Ff]or)\s(?P<place>(?:{_UP}[\w.]*\s){{1,4}})$",
        before,
    )
    if m is None or language != "en":
        return False
    named = [x for x in places.cities(f"in {m['place']}", "en") if x.end == len(f"in {m['place']}") - 1]
    return bool(named) or any(x.end == len(m["place"]) - 1 for x in places.sides(m["place"], "en"))


def _is_role(word: str) -> bool:
    return (
        bool(
            re.search(
                rf"(?:{ROLE_WORD}|{HEADS}|Treasury|Trade|Finance|Commerce|And|But|When|While|After|As|Both|In"
                rf"|On|To|From|With|If|That|Then|Last|By|Meanwhile|Yet|Theo|Khi)\s?$",
                word,
            )
        )
        or word.strip().isupper()
    )


def _garbled(lines: list[Piece], language: str, on: str | None, known: list[Named]) -> list[Named]:
    """Names that stand where an official's name stands and resolve to one, though spelt otherwise."""
    names: list[Named] = []
    if language == "zh":
        return names
    places_taken = _taken(lines, known)
    resolver = _Resolver(language, on)
    for line in lines:
        taken = places_taken.setdefault(line.line, [])
        for a, b, surface, has_title in _spots(line.text):
            start, end = line.start + a, line.start + b
            if _is_taken(start, end, taken) or not _may_be_official(surface, has_title):
                continue
            decision = resolver.decision(line.text, a, b)
            if decision is None:
                return names
            p = _official(decision, has_title)
            if p and not (people.naming(p.side).own_reading and _is_spelt_as_at_home(surface, p, language)):
                resolver.accepted[surface] = decision
                taken.append((start, end))
                names.append(Named(start, end, surface, p.name, p.side, decision.mechanism or "misspelt"))
    return names


def _is_spelt_as_at_home(surface: str, p: people.Person, language: str) -> bool:
    """Whether a form in Latin letters is a name of its own: at home, or with all but one syllable of the person's."""
    words, own = (spelling.unaccented(name).split() for name in (surface, p.name))
    return language == "vi" or (len(words) == len(own) and sum(map(str.__ne__, words, own)) == 1)


TITLED = re.compile(rf"(?:{HEADS})\s(?P<n>{NAME})")
FREE = re.compile(rf"(?<![\w.])(?P<n>{_UP}{_LOW}+(?:\s{_NOT_DAY}{_UP}{_LOW}+){{1,8}})(?!\s{_NOT_DAY}{_UP}{_LOW})")


def _spots(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where a name may stand: start, end, name and whether a title stands before it; those with a title first."""
    for pattern in (TITLED, FREE):
        for m in pattern.finditer(text):
            start, end, surface = _trim(m.start("n"), m.end("n"), m.group("n"))
            if surface and (pattern is TITLED or len(surface.split()) in (2, 3)):
                yield start, end, surface, pattern is TITLED


def _may_be_official(surface: str, has_title: bool) -> bool:
    words = surface.split()
    if len(surface) < 4 or words[0] in places.table()["en"]:
        return False
    is_surname = len(words) > 1 and spelling.unaccented(words[0]) in _surname_set()
    return has_title or is_surname or resembles_western_surname(words)


def _official(decision: name_match.Match, has_title: bool) -> people.Person | None:
    """The person of a decision; without a title it has to be a close one, and by more than the surname."""
    if decision.person is None or (not has_title and (decision.cost > 0.26 or decision.mechanism == "surname")):
        return None
    return people.person(decision.person)


class _Resolver:
    """Looks names up with the side and office they stand with, each once, and no more of them than a document may cost."""

    def __init__(self, language: str, on: str | None) -> None:
        self.language, self.on = language, on
        self.seen: dict[tuple[str, str | None], name_match.Match] = {}
        self.accepted: dict[str, name_match.Match] = {}

    def decision(self, text: str, start: int, end: int) -> name_match.Match | None:
        """Who the name between two places of a line is; None when the look-ups are spent."""
        surface = text[start:end]
        context = re.split(r"[.;:]|\b(?:and|with|by|that|và|với)\b", text[max(0, start - 70) : start])[-1]
        side = _side_near(context, text[end : end + 60], self.language)
        role = context + _after_role(text[end : end + 90])
        if (surface, side) not in self.seen:
            if len(self.seen) >= CANDIDATES:
                return None
            office = role if people.office(role) else None
            self.seen[surface, side] = name_match.resolve(surface, side=side, role=office, on=self.on)
        decision = self.seen[surface, side]
        return decision if decision.person else self.accepted.get(surface, decision)


def _is_taken(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return any(start < y and x < end for x, y in taken)


def _taken(lines: list[Piece], known: list[Named]) -> dict[int, list[tuple[int, int]]]:
    starts = [line.start for line in lines]
    table: dict[int, list[tuple[int, int]]] = {}
    for n in known:
        table.setdefault(lines[bisect_right(starts, n.start) - 1].line, []).append((n.start, n.end))
    return table


NOT_IN_NAMES = re.compile(rf"(?:{HEADS}|{ROLE_WORD}|{'|'.join(map(re.escape, MARKS['not_in_names']))})")


def _trim(a: int, b: int, surface: str) -> tuple[int, int, str]:
    """Without leading role words that belong to the office and trailing words that belong to no name."""
    while surface and NOT_IN_NAMES.fullmatch(surface.split()[0].rstrip(".")):
        surface = surface[len(surface.split()[0]) :].lstrip()
        a = b - len(surface)
    return a, b, surface


@cache
def _surname_set() -> frozenset[str]:
    surnames = set()
    for p in people.people():
        if p.family_name_first and p.reading:
            surnames |= {
                spelling.unaccented(p.name.split()[0]),
                spelling.unaccented(p.reading.split()[0]) if p.reading else "",
            }
    return frozenset(surnames - {""})


def resembles_western_surname(words: list[str]) -> bool:
    last = spelling.unaccented(words[-1])
    return any(last[0] == s[0] and spelling.edit_distance(last, s) <= 0.25 for s in _western_surnames() if last)


@cache
def _western_surnames() -> tuple[str, ...]:
    return tuple(
        spelling.unaccented(p.surname) for p in people.people() if not p.family_name_first and len(p.surname) > 4
    )


def _side_near(before: str, after: str, language: str) -> str | None:
    sides_before = places.sides(before, language)
    if sides_before:
        return sides_before[-1].side
    lead = re.match(r"\s?,?\s?(?:of|của)\s", after)
    follow = places.sides(after[:30], language) if lead else []
    if follow:
        return follow[0].side
    role = re.match(r",\s(?:the\s)?([^,.;]{3,60})", after)
    behind = places.sides(role.group(1), language) if role else []
    return behind[0].side if behind else None


def _after_role(after: str) -> str:
    role = re.match(r",\s([^,.;]{3,60})", after)
    return " " + role.group(1) if role and people.office(role.group(1)) else ""


def _surnames(lines: list[Piece], known: list[Named]) -> list[Named]:
    """Bare family names and given names of persons the text has named in full."""
    short = _short_forms(known)
    if not short:
        return []
    places_taken = _taken(lines, known)
    body = "|".join(re.escape(s) for s in sorted(short, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{body})(?![\w-])(?!\s{_NOT_DAY}{_UP}{_LOW})")
    names = []
    for line in lines:
        taken = places_taken.get(line.line, [])
        for m in pattern.finditer(line.text):
            a, b = line.start + m.start(), line.start + m.end()
            n = short[m.group()]
            if (
                not n.name
                or _is_taken(a, b, taken)
                or _has_other_given_name(line.text[max(0, m.start() - 30) : m.start()], n)
            ):
                continue
            if m.group() not in NEEDS_TITLE or _acts_by_name(line.text, m):
                names.append(Named(a, b, m.group(), n.name, n.side, "surname"))
    return names + _given_names(lines, known)


GIVEN = re.compile(rf"(?<![\w.-])(?P<given>{_UP}{_LOW}+)\s$")


def _has_other_given_name(before: str, n: Named) -> bool:
    """Whether a given name before a family name is not that of the person: Kenji Abe is not Shinzo Abe."""
    m = GIVEN.search(before)
    words = spelling.unaccented(n.name).split()
    return m is not None and introduced.given(m["given"]) and spelling.unaccented(m["given"]) not in words


def _short_forms(known: list[Named]) -> dict[str, Named]:
    """Bare form → the person it stands for, without a name where it could be two; surnames that are words as well."""
    short: dict[str, Named] = {}
    for n in known:
        words = people.without_suffix(n.surface.split())
        p = people.person(n.name)
        if n.mechanism == "unknown":
            for form in _surnames_of(n):
                if short.setdefault(form, n).name != n.name:
                    short[form] = replace(n, name="")
        if p is None or (len(words) < 2 and not n.surface.isascii()):
            continue
        for form in _bare_forms(words, n, p):
            if short.setdefault(form, n).name != n.name:
                short[form] = replace(n, name="")
    for p in people.people():
        if p.surname in p.aliases and p.surname in AMBIGUOUS:
            short.setdefault(p.surname, Named(0, 0, p.surname, p.name, p.side))
    return short


def _surnames_of(n: Named) -> set[str]:
    """What stands for an unlisted person alone: the first word where the family name comes first, else the last ones."""
    words = people.without_suffix(n.name.split())
    if people.naming(n.side).own_reading:
        return {words[-1]}
    if people.naming(n.side).family_name_first or (len(words) == 2 and re.search(r"-[a-z]", words[-1])):
        return {words[0]}
    return {words[-1], " ".join(words[-2:])} - {n.name}


def _bare_forms(words: list[str], n: Named, p: people.Person) -> set[str]:
    """The words of a full name that may stand for it alone."""
    forms = {p.surname if not p.reading or n.surface == p.name else words[0]}
    forms.add(words[0] if p.family_name_first else words[-1])
    forms |= {alias for alias in p.aliases if alias in p.name.split()}
    is_misread = n.mechanism in MISREAD and not p.family_name_first
    return forms | {words[-1]} if is_misread or people.naming(p.side).own_reading else forms


MISREAD = ("misspelt", name_match.READ_BACK, "office")


NEEDS_TITLE = frozenset(MARKS["names_like_small_words"])


def _acts_by_name(text: str, m: re.Match[str]) -> bool:
    """Whether a surname that is also a word stands for a person: behind a title, or as the subject of an act."""
    if re.search(rf"(?:{HEADS})\s$", text[: m.start()]):
        return True
    acts = re.match(r"\s(?:said|told|[a-z]{3,}ed|had|has|was|is|will|says|called)\b", text[m.end() :])
    is_other = re.search(r"(?:[Ii]n|[Oo]f|[Ss]ince|[Bb]y|[Uu]ntil|[Ll]ast|[Tt]his|\d)\s$", text[: m.start()])
    return bool(acts and not is_other and m.group().lower() not in ("he", "to", "an", "day"))


def _given_names(lines: list[Piece], known: list[Named]) -> list[Named]:
    """Given names that stand after a title as if they were surnames: Ambassador Jamieson."""
    given = {p.name.split()[0]: p for p in people.people() if not p.family_name_first and " " in p.name}
    places_taken = _taken(lines, known)
    pattern = re.compile(
        rf"(?:Ambassador|Secretary|Mr\.?|Sir|Dame)\s(?P<n>{'|'.join(map(re.escape, given))})(?![\w-]|\s[A-Z])"
    )
    names = []
    for line in lines:
        for m in pattern.finditer(line.text):
            start, end = line.start + m.start("n"), line.start + m.end("n")
            if not _is_taken(start, end, places_taken.get(line.line, [])):
                p = given[m.group("n")]
                names.append(Named(start, end, m.group("n"), p.name, p.side, "given name used after a title"))
    return names
