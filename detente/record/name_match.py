"""Who a name in print is. A form in print resolves to one person of the gazetteer or to nobody; it is never changed.

Office, side and date decide first, spelling second. Ways in which names get garbled and are recognised: Sino-Vietnamese
readings, with or without diacritics and mixed with pinyin; a character mistaken for one that sounds alike, or
translated; a Western name read back through Chinese; letters lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

from detente.record.people import Person, naming, office, people
from detente.record.spelling import edit_distance, is_pinyin, readings, sound_alikes, unaccented

ACCEPT = 0.34  # mean cost of a match; the gazetteer's own names lie further apart than this
ACCEPT_ALONE = 0.26  # the same, where neither side nor office nor a list of persons narrows the choice
MARGIN = 0.10  # how much better a match must be than the next one
OFFICE_COST = 0.62  # cost allowed where side, office and date leave one person
FAR = 0.75  # cost from which a person is not considered at all
CONFUSED = 0.25  # cost of a syllable that is right for another character with the same Sino-Vietnamese reading
LONGEST = 80  # characters of a name that are looked at
OTHER_SURNAME, OTHER_GIVEN = 0.6, 0.5  # edit distance of a surname and a given name from which they are others
LEAST_OF_SOUND = 5  # letters in which the beginning of a name read back is known again
REVERSED = 0.05  # added cost of the family name at the end
TITLES = re.compile(
    r"^(?:mr|mrs|ms|mme|dr|sir|lord|ông|bà|anh|chị|ngài|president|presidents|premier|prime minister"
    r"|vice premier|minister"
    r"|secretary|ambassador|representative|the|chairman|chancellor|commissioner)\b\.?\s+",
    re.I,
)
INITIAL = re.compile(r"\s[A-Z]\.?(?=\s)")
TRANSLATIONS = {
    "钢": ("steel",), "立": ("stand",), "峰": ("peak", "summit"), "平": ("flat", "peace"), "强": ("strong",),
    "山": ("mountain",), "文": ("text",), "鹤": ("crane",), "剑": ("sword",), "宁": ("peace",), "涛": ("wave",),
}  # fmt: skip
MISSPELT = "misspelt"
READ_BACK = "read back from Chinese"
SURNAME = "surname"
# ways in which the syllables were reached → how the whole name was garbled; the first that fits counts
GARBLINGS: tuple[tuple[set[str], str], ...] = (
    ({"sound-alike"}, "Sino-Vietnamese read again as pinyin"),
    ({"translation"}, "a character translated"),
    ({"Sino-Vietnamese", "pinyin"}, "Sino-Vietnamese mixed with pinyin"),
    ({"Sino-Vietnamese"}, "Sino-Vietnamese, misread"),
    (set(), MISSPELT),
)


@dataclass(frozen=True)
class Match:
    """Who a form in print names, or nobody: person is None.

    cost: 0 for an exact match, up to 1. margin: how much the next person costs more. mechanism: how the form arose, or
    why it stays open. nearest: the person that comes closest.
    """

    surface: str
    person: str | None
    cost: float = 1.0
    margin: float = 0.0
    mechanism: str = ""
    nearest: str | None = None


class Context(NamedTuple):
    """What is known of a person besides the name: side, class of office, day, and whether others are ruled out."""

    side: str | None
    office: str | None
    day: str | None
    is_closed: bool

    @property
    def narrows(self) -> bool:
        """Whether it rules anybody out."""
        return bool(self.side or self.office or self.is_closed)

    def fits(self, p: Person) -> bool:
        """Whether the person is of the side."""
        return self.side is None or p.side == self.side

    def is_holder(self, p: Person) -> bool:
        """Whether the person, of the side that is known, holds the office that is known on the day."""
        return bool(self.side and self.office) and self.fits(p) and p.holds(self.office or "", self.day)


class Candidate(NamedTuple):
    """A person a form may name, at which cost and by which mechanism."""

    cost: float
    person: Person
    mechanism: str


class Cost(NamedTuple):
    """The cost of a spelling, 0 to 1, and how it arose."""

    cost: float
    mechanism: str


def resolve(
    surface: str,
    *,
    side: str | None = None,
    role: str | None = None,
    on: str | None = None,
    among: Iterable[str] | None = None,
) -> Match:
    """Who a form in print is, given the side and office it stands with, the day, and the persons in question.

    >>> resolve("Ha Lap Phong", side="CHN").person
    'He Lifeng'
    """
    name = clean(surface)
    if not name:
        return Match(surface, None)
    in_question = None if among is None else set(among)
    candidates = [p for p in people() if in_question is None or p.name in in_question]
    context = Context(side, office(role), on, in_question is not None)
    return _exact_match(surface, name, candidates, context) or _approximate_match(surface, name, candidates, context)


def clean(surface: str) -> str:
    """The form without courtesy titles, possessive ending and stray signs."""
    name = re.sub(r"\s+", " ", surface.strip().strip(".,;:\"'“”()"))[:LONGEST]
    name = re.sub(r"['’]s?$", "", name)
    while (shorter := TITLES.sub("", name)) != name:
        name = shorter
    return name.strip()


# Exact forms.


def _exact_match(surface: str, name: str, candidates: Sequence[Person], context: Context) -> Match | None:
    """The match of a form that the gazetteer lists; None where it lists no such form."""
    forms = [(p, form) for p in _persons_by_form().get(_key(name), ()) if p in candidates if (form := _form(name, p))]
    whole = [p for p, form in forms if form != SURNAME]
    allowed = _allowed(forms, context)
    if whole and not allowed:
        return Match(surface, None, 1.0, 0.0, "the name of somebody on another side", whole[0].name)
    if len(allowed) > 1:
        return Match(surface, None, 0.0, 0.0, "several persons have this name", allowed[0][0].name)
    return next((Match(surface, p.name, 0.0, 1.0, form, p.name) for p, form in allowed), None)


def _key(name: str) -> str:
    return unaccented(INITIAL.sub("", name))


@cache
def _persons_by_form() -> dict[str, tuple[Person, ...]]:
    """Every form, unaccented → the persons it may name."""
    persons: dict[str, list[Person]] = {}
    for p in people():
        for form in {_key(spelling) for spelling in (*p.spellings(), p.surname)}:
            persons.setdefault(form, []).append(p)
    return {form: tuple(group) for form, group in persons.items()}


def _is_alias(name: str, p: Person) -> bool:
    return name in p.aliases or unaccented(name) in map(unaccented, p.aliases)


def _is_given_name(name: str, p: Person) -> bool:
    return _is_alias(name, p) and (naming(p.side).given_name_alone or name == p.name.split()[0])


# form of a name → whether a name in print has it; the first that fits counts
_FORMS: tuple[tuple[str, Callable[[str, Person], bool]], ...] = (
    ("own", lambda name, p: unaccented(name) == unaccented(p.name)),
    ("given name", _is_given_name),
    ("own, short", _is_alias),
    ("Chinese, simplified", lambda name, p: name == p.native),
    ("Chinese, traditional", lambda name, p: name in p.traditional),
    ("own, Vietnamese", lambda name, p: naming(p.side).own_reading and name == p.reading),
    ("Sino-Vietnamese", lambda name, p: name == p.reading),
    ("Sino-Vietnamese without diacritics", lambda name, p: unaccented(name) == unaccented(p.reading)),
    ("own, with initial", lambda name, p: _key(name) == unaccented(p.name)),
    (SURNAME, lambda name, p: unaccented(name) == unaccented(p.surname)),
)


def _form(name: str, p: Person) -> str:
    """Which form of the person's name this is; an empty text for none."""
    return next((form for form, fits in _FORMS if fits(name, p)), "")


Forms = list[tuple[Person, str]]


def _allowed(forms: Forms, context: Context) -> Forms:
    """The forms that the side allows; of several, full names, then the office, then any office on the day decide."""
    allowed = [(p, form) for p, form in forms if context.fits(p)]
    for narrowed in (_full_names, _in_office, _serving):
        if len(allowed) > 1:
            allowed = narrowed(allowed, context) or allowed
    return allowed


def _full_names(forms: Forms, context: Context) -> Forms:
    return [(p, form) for p, form in forms if form != SURNAME]


def _in_office(forms: Forms, context: Context) -> Forms:
    return [(p, form) for p, form in forms if context.office and p.holds(context.office, context.day)]


def _serving(forms: Forms, context: Context) -> Forms:
    return [(p, form) for p, form in forms if context.day and p.role(context.day)]


# Garbled forms.


def _approximate_match(surface: str, name: str, candidates: Sequence[Person], context: Context) -> Match:
    """The match of the cheapest spelling, where it is cheap enough and clearly cheaper than the next."""
    ranked = _ranked(name, candidates, context)
    if not ranked:
        return Match(surface, None)
    margin = (ranked[1].cost if len(ranked) > 1 else 1.0) - ranked[0].cost
    holders = [p for p in candidates if context.is_holder(p)]
    choice = _by_office(ranked[0], [c for c in ranked if c.person in holders], is_only_holder=len(holders) == 1)
    is_accepted = choice.is_decided or (
        margin >= MARGIN and _is_acceptable(name, choice.candidate, context, choice.candidate.person in holders)
    )
    cost, person, mechanism = choice.candidate
    return Match(surface, person.name if is_accepted else None, cost, margin, mechanism, choice.nearest.name)


class Choice(NamedTuple):
    """The person that office and spelling favour, whether the office decides for it, and who comes nearest."""

    candidate: Candidate
    is_decided: bool
    nearest: Person


def _by_office(cheapest: Candidate, in_office: Sequence[Candidate], *, is_only_holder: bool) -> Choice:
    """The holder of the office if its spelling is about the cheapest or nobody else is plausible; else the cheapest."""
    if not in_office or in_office[0].cost > OFFICE_COST:
        return Choice(cheapest, False, cheapest.person)
    first = in_office[0]
    if first.cost - cheapest.cost < MARGIN:
        is_clear = all(other.cost - first.cost >= MARGIN for other in in_office[1:])
        mechanism = (first.mechanism or "office") if is_clear else first.mechanism
        return Choice(first._replace(mechanism=mechanism), is_clear, first.person)
    if is_only_holder and cheapest.cost > ACCEPT:
        return Choice(first._replace(mechanism="office"), True, cheapest.person)
    return Choice(cheapest, False, cheapest.person)


def _ranked(name: str, candidates: Iterable[Person], context: Context) -> list[Candidate]:
    """The persons of the side that the form may name, the cheapest first."""
    costs = [(_cost(name, p), p) for p in candidates if context.fits(p)]
    plausible = [Candidate(cost, p, mechanism) for (cost, mechanism), p in costs if cost < FAR]
    return sorted(plausible, key=lambda c: c.cost)


def _is_acceptable(name: str, closest: Candidate, context: Context, is_holder: bool) -> bool:
    """Whether the spelling is cheap enough, and not that of another Chinese name."""
    is_free = not (is_holder or context.is_closed)
    if is_free and closest.mechanism == MISSPELT and _is_other_name(name, closest.person):
        return False
    return closest.cost <= (ACCEPT if context.narrows else ACCEPT_ALONE)


def _is_other_name(name: str, p: Person) -> bool:
    """Whether a form is a Chinese name of its own, and not this one with a double letter written once."""
    plain, own = unaccented(name), unaccented(p.name)
    if not p.family_name_first or _without_doubles(plain) == _without_doubles(own):
        return False
    return is_pinyin(plain)


def _without_doubles(plain: str) -> str:
    return re.sub(r"(.)\1|\s", r"\1", plain)


def _cost(name: str, p: Person) -> Cost:
    """The cheapest way from a person's name to a form in print."""
    plain = unaccented(name)
    options = [Cost(_latin_cost(plain, p), MISSPELT)]
    if p.native and all("\u4e00" <= c <= "\u9fff" for c in p.native):
        options += [_chinese_cost(plain, p)] if p.family_name_first else _read_back_costs(plain, p)
    return min(options, key=lambda option: option.cost)


def _read_back_costs(plain: str, p: Person) -> list[Cost]:
    """A Western name spelt by the pinyin of its Chinese characters, whole or the surname only."""
    sound = "".join(readings(c).pinyin[0] for c in p.native if readings(c).pinyin)
    last = plain.split()[-1]
    whole = min(edit_distance(plain.replace(" ", ""), sound), edit_distance(last, sound))
    start = edit_distance(last, sound[: len(last) + 1]) + 0.02 if len(last) >= LEAST_OF_SOUND else 1.0
    return [Cost(whole, READ_BACK), Cost(start, READ_BACK)]


def _latin_cost(plain: str, p: Person) -> float:
    """The cost of a form as a misspelling of the usual English name."""
    own = unaccented(p.name)
    whole = edit_distance(plain, own)
    if p.family_name_first:
        return min(whole * 2, 1.0)  # a letter more or less makes another Chinese name
    words, last = plain.split(), unaccented(p.surname)
    surname = edit_distance(words[-1], last)
    if len(words) == 1:
        return surname + (0.1 if len(last) < 5 or words[0][0] != last[0] else 0.0)
    given = min(edit_distance(words[0], name) for name in own.split()[:-1] or [own])
    if _is_anothers(words[0], own, surname, given):
        return 1.0
    by_parts = 0.7 * surname + 0.3 * given if given <= 0.4 else 1.0
    return min(whole + 0.1 * (surname > 0.4), by_parts)


def _is_anothers(first: str, own: str, surname: float, given: float) -> bool:
    """Whether one name of two is somebody else's: Katherine Hale is not Katherine Tai.

    surname, given: how far off each is.
    """
    return surname > OTHER_SURNAME or (given >= OTHER_GIVEN and first[:3] != own[:3])


def _chinese_cost(plain: str, p: Person) -> Cost:
    """The cost syllable by syllable, each of them pinyin, Sino-Vietnamese, a sound-alike or a translation."""
    words = re.split(r"[\s-]+", plain)
    count = len(p.native)
    options = [_joined_cost(words, p)]
    if len(words) == count:
        orders = (tuple(range(count)), (*range(1, count), 0))
        options += [_syllables_cost(words, p.native, order) for order in orders]
    return min(options, key=lambda option: option.cost)


def _joined_cost(words: Sequence[str], p: Person) -> Cost:
    """The cost of the name written in one word or cut elsewhere, each syllable by its usual readings."""
    sounds, joined = [readings(c) for c in p.native], "".join(words)
    first = min(edit_distance(words[0], sound) for sound in (*sounds[0].pinyin, *sounds[0].vietnamese))
    if first > 0.34 or len(joined) <= 5:
        return Cost(1.0, "")
    mixes = product(*[sorted({sound.pinyin[0], *sound.vietnamese[:1]}) for sound in sounds])
    whole = min(edit_distance(joined, "".join(mix)) for mix in mixes)
    return Cost(whole * 1.5, MISSPELT) if whole <= 0.2 else Cost(1.0, "")


def _syllables_cost(words: Sequence[str], native: str, order: Sequence[int]) -> Cost:
    """The mean cost of the syllables in an order of the characters, where none is far off, least the family name."""
    syllables = [_syllable_cost(word, native[index]) for word, index in zip(words, order, strict=True)]
    costs = [syllable.cost for syllable in syllables]
    if max(costs) > 0.67 or costs[order.index(0)] > 0.5:
        return Cost(1.0, "")
    ways = {syllable.mechanism for syllable in syllables}
    mean = sum(costs) / len(costs) + (REVERSED if order[0] else 0.0)
    return Cost(mean, next(garbling for needed, garbling in GARBLINGS if needed <= ways))


def _syllable_cost(word: str, character: str) -> Cost:
    pinyin, vietnamese = readings(character)
    options = [Cost(edit_distance(word, sound), "pinyin") for sound in pinyin]
    options += [Cost(edit_distance(word, sound), "Sino-Vietnamese") for sound in vietnamese]
    if word in sound_alikes(character):
        options.append(Cost(CONFUSED, "sound-alike"))
    if word in TRANSLATIONS.get(character, ()):
        options.append(Cost(CONFUSED, "translation"))
    return min(options, key=lambda option: option.cost, default=Cost(1.0, ""))
