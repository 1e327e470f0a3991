"""Names that the gazetteer does not list, where the text introduces them: who they are and on whose side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from detente.record import people
from detente.record.propose.annotate import allegiance, introduced, places
from detente.record.propose.annotate.introduced import Introduction
from detente.record.propose.annotate.offices import VI_ROLE, Named
from detente.record.propose.annotate.text import Piece
from detente.record.spelling import unaccented

_UP = r"[A-ZÀ-ÖØ-ÝĐƯƠ]"
_LOW = r"[\w'’-]"
VIETNAMESE = re.compile(
    rf"(?:{VI_ROLE})(?:\s(?:Bộ\s)?(?i:Công thương|Ngoại giao|Tài chính|Thương mại|Nông nghiệp|Kinh tế|Kế hoạch và Đầu tư|Nước|phía|thường trực|chính phủ))*\s(?!Bộ\s)"
    rf"(?P<n>{_UP}{_LOW}+(?:\s{_UP}{_LOW}+){{1,3}})|(?:[Ôô]ng|[Bb]à)\s(?P<m>{_UP}{_LOW}+(?:\s{_UP}{_LOW}+){{1,3}}),\s(?:{VI_ROLE})"
)


def find(
    lines: Sequence[Piece], taken: Mapping[int, list[tuple[int, int]]], language: str, home: str | None, known: Sequence[Named]
) -> list[Named]:  # fmt: skip
    """The persons whom a text introduces, each with a side; those of no side are left out.

    taken: by line, where known names stand. home: whose official text it is, or the country it is sent from.
    known: the persons of the gazetteer whom the text names.
    """
    text = allegiance.text_of([m for line in lines for m in places.sides(line.text, language, line.start)], home)
    every = introduced.find(lines) if language == "en" else _vietnamese(lines) if language == "vi" else ()
    free = [x for x in every if not any(x.start < b and a < x.end for a, b in taken.get(x.line.line, ()))]
    persons = _persons(free, known, text)
    sides = _sides(persons, known, text, language)
    return [_named(x, name, sides[name]) for name, group in persons.items() if sides.get(name) for x in group]


def _sides(
    persons: Mapping[str, Sequence[Introduction]], known: Sequence[Named], text: allegiance.Text, language: str
) -> dict[str, str]:
    """The side of each person: a listed person's own, else the one that the text gives."""
    if language == "vi":
        return {name: allegiance.of_vietnamese(group[0], text) for name, group in persons.items()}
    listed = {name: p.side for name in persons if (p := people.person(name))}
    return allegiance.decide(persons, known, text) | listed


def _named(x: Introduction, name: str, side: str) -> Named:
    mechanism = "unknown" if len(x.name.split()) > 1 else "surname"
    return Named(x.start, x.end, x.name, name, side, mechanism, x.role, x.begin, x.end)


def _persons(
    free: Sequence[Introduction], known: Sequence[Named], text: allegiance.Text
) -> dict[str, list[Introduction]]:
    """How the text introduces each person, by the fullest form of the name; a surname alone goes to who bears it."""
    persons: dict[str, list[Introduction]] = {}
    names, borne = _Names(), frozenset(word for n in known for word in unaccented(n.name).split())
    sides = frozenset(m.side for m in text.mentions)
    for x in sorted(free, key=lambda x: (-len(x.name.split()), x.name.isupper(), x.start)):
        name = names.of(x.name)
        if name is None:
            name = written(x.name) if len(x.name.split()) > 1 else _of_one_word(x, borne, sides)
        if name:
            names.add(name)
            persons.setdefault(name, []).append(x)
    # a side in brackets alone makes no person
    sure = {name: group for name, group in persons.items() if any(x.sort != "aside" for x in group)}
    return {name: sorted(group, key=lambda x: x.start) for name, group in sure.items()}


class _Names:
    """The names of a text by their words, so that the name of which another is a form is found without looking at all."""

    def __init__(self) -> None:
        self._by_word: dict[str, dict[str, None]] = {}

    def add(self, name: str) -> None:
        """Keep a name."""
        for word in unaccented(name).split():
            self._by_word.setdefault(word, {})[name] = None

    def of(self, form: str) -> str | None:
        """The first name kept that has all words of a form, which may begin with an initial."""
        words = unaccented(form).split()
        bearing = [self._by_word.get(word, {}) for word in words if not word.endswith(".")]
        return next((name for name in min(bearing, key=len, default={}) if _is_form(form, name)), None)


def _of_one_word(x: Introduction, borne: frozenset[str], sides: frozenset[str]) -> str | None:
    """Whom a surname alone names: nobody here where a known person of the text bears it, else one listed in the office.

    borne: the words of the names of known persons. sides: those that the text names.
    """
    word = unaccented(x.name)
    if x.sort == "courtesy" or word in borne:
        return None
    listed = [p for p in _by_surname().get(word, ()) if p.side in sides and _held(p, x.role)]
    return listed[0].name if len(listed) == 1 else written(x.name)


@cache
def _by_surname() -> dict[str, list[people.Person]]:
    """The persons of the gazetteer by their surname without accents."""
    table: dict[str, list[people.Person]] = {}
    for p in people.people():
        table.setdefault(unaccented(p.surname), []).append(p)
    return table


def _held(p: people.Person, role: str) -> bool:
    """Whether a person has had an office of the class of a role."""
    return any(allegiance.office(r.title) == allegiance.office(role) for r in p.roles)


def _is_form(form: str, name: str) -> bool:
    """Whether the words of a form are those of a name, some left out: the first one may be an initial."""
    short, full = unaccented(form).split(), unaccented(name).split()
    if short[0].endswith(".") and full[0].startswith(short[0][0]):
        short = short[1:]
    return bool(short) and short[-1] in full and all(w in full for w in short)


def written(name: str) -> str:
    """A name as the gazetteer has it, else as running text has it: in capitals only where each word begins.

    >>> written("BAE JIN-WOO")
    'Bae Jin-woo'
    """
    plain = " ".join(_titled(w) for w in name.split()) if name.isupper() else name
    if name.isupper() and " " in name:
        plain = GIVEN_IN_TWO.sub(lambda m: m.group().lower(), plain)
    return _listed().get(unaccented(name), plain)


GIVEN_IN_TWO = re.compile(r"(?<=-)\w{1,5}$")  # of a name in capitals, behind a family name: JIN-WOO


@cache
def _listed() -> dict[str, str]:
    """Names of the gazetteer, without accents and capitals."""
    return {unaccented(form): p.name for p in people.people() for form in (p.name, *p.aliases) if " " in form}


def _titled(word: str) -> str:
    return word.replace("İ", "I").title() if len(word) > 2 else word


def _vietnamese(lines: Sequence[Piece]) -> Iterator[Introduction]:
    """Names behind an office in a Vietnamese text, or behind a courtesy and before one."""
    for line in lines:
        for m in VIETNAMESE.finditer(line.text):
            group = "n" if m.group("n") else "m"
            a, b, name = m.start(group), m.end(group), m.group(group)
            if (
                any(m.start == 0 for m in places.sides(name, "vi"))
                or places.cities(f"in {name}", "vi")
                or name.split()[0] in places.table()["en"]
            ):
                continue
            before, behind = (line.text[: m.start("n")], "") if group == "n" else ("", line.text[b : m.end() + 50])
            role = line.text[m.start() : a].strip(" ,")
            yield Introduction(line.start + a, line.start + b, name, line, role, line.start + m.start(), before, behind)
