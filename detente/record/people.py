"""Who a name in print is: officials with native script and offices by date, and the ways their names get garbled.

A surface form resolves to a person or stays unresolved; it is never overwritten. Office, side and date speak first,
string distance second. The garblings that are understood: Sino-Vietnamese readings, with or without diacritics and
mixed with pinyin; a character mistaken for one that sounds alike, or translated; a Western name read back through
Chinese; letters lost.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

NAMES = Path(__file__).parent / "names"
ACCEPT = 0.34  # mean cost of a match; the gazetteer's own names stay apart by more than this
MARGIN = 0.10  # how much better than the second person
CONFUSED = 0.25  # a syllable that is right for another character with the same stripped Sino-Vietnamese reading
OFFICE = 0.62  # cost allowed when side, office and date leave one person
TITLES = re.compile(
    r"^(?:mr|mrs|ms|mme|dr|sir|lord|ông|bà|anh|chị|ngài|president|presidents|premier|prime minister"
    r"|vice premier|minister"
    r"|secretary|ambassador|representative|the|chairman|chancellor|commissioner)\b\.?\s+",
    re.I,
)
OFFICES = (
    ("spokesperson", r"spokes(?:man|woman|person)|press secretary|người phát ngôn|发言人|發言人"),
    ("trade",
        r"trade (?:negotiat\w+ )?representative|trade negotiation representative|\bustr\b"
        r"|representative of commerc|trade (?:minister|secretary|commissioner|chief|envoy)"
     r"|international trade|minister (?:for|of) (?:\w+ )?trade|industry and trade"
         r"|đại diện (?:đàm phán )?thương mại|贸易代表|貿易代表|business and trade|commissioner"
     r"|trade delegation|negotiation (?:group|delegation|team)|chief negotiator|commerce consultant|trưởng đoàn"),
    ("vice premier", r"(?:vice|deputy)[- ]?(?:premier|prime minister)|phó thủ tướng|副总理|副總理"),
    ("vice president", r"vice[- ]president|phó tổng thống|副总统|副主席"),
    ("vice minister", r"(?:vice|deputy)(?: \w+)? minister|vice commerce|thứ trưởng|副部长|副部長"),
    ("treasury", r"treasury|financ|exchequer|tài chính|财政|財政|财长|財長"),
    ("commerce", r"commerce|thương mại|商务部|商務部|商务部长|economy,? trade"),
    ("foreign", r"foreign|state department|secretary of state|external affairs|ngoại giao|外交|国务卿|外长"),
    ("premier", r"premier|prime minister|thủ tướng|总理|總理|首相|chancellor"),
    ("president", r"president|chủ tịch|tổng thống|主席|总统|總統|\bleader\b|head of state"),
    ("ambassador", r"ambassador|đại sứ|大使"),
    ("adviser", r"advis[eo]r|economic council|cố vấn|顾问"),
)  # fmt: skip


@dataclass(frozen=True)
class Role:
    """An office held from a date to a date, as far as known."""

    title: str
    start: str = ""
    end: str = ""

    def held(self, on: str | None) -> bool:
        """Whether it was held on that day, with half a year of doubt where only the year is known."""
        if not on:
            return True
        after = not self.start or on >= self.start[: len(on)]
        return after and (not self.end or on[: len(self.end)] <= self.end)


@dataclass(frozen=True)
class Person:
    """An official: usual English name, native script, Sino-Vietnamese reading, side, other surface forms, offices."""

    name: str
    native: str
    traditional: tuple[str, ...]
    reading: str
    side: str
    aliases: tuple[str, ...]
    roles: tuple[Role, ...]
    verification: str

    @property
    def surname(self) -> str:
        return self.name.split()[0] if self.eastern else self.name.split()[-1]

    @property
    def eastern(self) -> bool:
        """Whether the family name comes first."""
        return self.side in ("CHN", "VNM", "KOR") or bool(self.reading)

    def role(self, on: str | None = None) -> Role | None:
        """The office held on that day, the latest begun, else none."""
        return max((r for r in self.roles if r.held(on)), key=lambda r: r.start, default=None)


@dataclass(frozen=True)
class Match:
    """Person or None, with the cost of the match, its margin over the next person, and how it was reached."""

    surface: str
    person: str | None
    cost: float = 1.0
    margin: float = 0.0
    mechanism: str = ""
    nearest: str | None = None


@cache
def people() -> tuple[Person, ...]:
    """The gazetteer, as shipped."""
    found = []
    for row in read_table("people.csv"):
        roles = []
        for title, start, end in re.findall(r"([^;\[]+?) \[([^.\]]*)\.\.([^\]]*)\]", row["roles"]):
            roles.append(Role(title.strip(), start, end))
        found.append(
            Person(
                row["name"],
                row["native"],
                tuple(x for x in row["traditional"].split("|") if x),
                row["reading"],
                row["side"],
                tuple(x for x in row["aliases"].split("|") if x),
                tuple(roles),
                row["verification"],
            )
        )
    return tuple(found)


def person(name: str) -> Person | None:
    """The gazetteer's entry for a usual English name."""
    return _by_name().get(name)


def office(text: str | None) -> str | None:
    """The class of an office, in English, Vietnamese or Chinese words: president, treasury, trade, spokesperson, ..."""
    low = (text or "").lower()
    return next((name for name, pattern in OFFICES if re.search(pattern, low)), None)


def resolve(
    surface: str,
    *,
    side: str | None = None,
    role: str | None = None,
    on: str | None = None,
    among: Iterable[str] | None = None,
) -> Match:
    """Who a surface form is, given the side and office it stands with, the day, and the persons in question."""
    name = clean(surface)
    if not name:
        return Match(surface, None)
    wanted = None if among is None else set(among)
    pool = [p for p in people() if wanted is None or p.name in wanted]
    exact = [(p, how) for p in _index().get(_key(name), ()) if p in pool for how in [_exact(name, p)] if how]
    whole = [p for p, how in exact if how != "surname"]
    exact = _gate(exact, side, role, on)
    if whole and not exact:
        return Match(surface, None, 1.0, 0.0, "the name of somebody on another side", whole[0].name)
    if len(exact) == 1:
        found, how = exact[0]
        return Match(surface, found.name, 0.0, 1.0, how, found.name)
    if len(exact) > 1 and len({p.name for p, _ in exact}) > 1:
        return Match(surface, None, 0.0, 0.0, "several persons have this name", exact[0][0].name)
    return _fuzzy(surface, name, pool, side, role, on, among is not None)


def clean(surface: str) -> str:
    """Without courtesy titles, possessive and stray signs."""
    name = re.sub(r"\s+", " ", surface.strip().strip(".,;:\"'“”()"))[:80]
    name = re.sub(r"['’]s?$", "", name)
    while (shorter := TITLES.sub("", name)) != name:
        name = shorter
    return name.strip()


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """Lower case without diacritics."""
    if text.isascii():
        return text.lower()
    flat = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in flat if not unicodedata.combining(c)).casefold()


def surfaces() -> Iterator[tuple[str, Person]]:
    """Every form to look for in a text: full names, aliases, native script, Vietnamese readings."""
    for p in people():
        for form in (p.name, *p.aliases, p.native, *p.traditional, p.reading):
            if len(form) > 1:
                yield form, p


def _key(name: str) -> str:
    return bare(re.sub(r"\s[A-Z]\.?(?=\s)", "", name))


@cache
def _index() -> dict[str, tuple[Person, ...]]:
    """Every form in bare letters → the persons it may be."""
    found: dict[str, list[Person]] = {}
    for p in people():
        for form in {_key(x) for x in (p.name, p.surname, *p.aliases, p.native, *p.traditional, p.reading) if x}:
            found.setdefault(form, []).append(p)
    return {form: tuple(ps) for form, ps in found.items()}


def _exact(name: str, p: Person) -> str:
    if name == p.name or bare(name) == bare(p.name):
        return "own"
    if name in p.aliases or bare(name) in {bare(a) for a in p.aliases}:
        return "given name" if p.side == "CHN" or name == p.name.split()[0] else "own, short"
    if name == p.native:
        return "Chinese, simplified"
    if name in p.traditional:
        return "Chinese, traditional"
    if p.reading and name == p.reading:
        return "Sino-Vietnamese" if p.side != "VNM" else "own, Vietnamese"
    if p.reading and bare(name) == bare(p.reading):
        return "Sino-Vietnamese without diacritics"
    if bare(re.sub(r"\s[A-Z]\.?(?=\s)", "", name)) == bare(p.name):
        return "own, with initial"
    if bare(name) == bare(p.surname):
        return "surname"
    return ""


def _gate(
    found: list[tuple[Person, str]], side: str | None, role: str | None, on: str | None
) -> list[tuple[Person, str]]:
    """Keep those the side, and then the office on that day, allow."""
    found = [x for x in found if side is None or x[0].side == side]
    kind = office(role)
    if len(found) > 1:
        full = [x for x in found if x[1] != "surname"]
        found = full or found
    if len(found) > 1 and kind:
        fits = [x for x in found if any(office(r.title) == kind and r.held(on) for r in x[0].roles)]
        found = fits or found
    if len(found) > 1 and on:
        found = [x for x in found if x[0].role(on)] or found
    return found


def _fuzzy(
    surface: str, name: str, pool: list[Person], side: str | None, role: str | None, on: str | None, closed: bool
) -> Match:
    kind = office(role)
    ranked = []
    for p in pool:
        if side is not None and p.side != side:
            continue
        cost, how = _cost(name, p)
        if cost < 0.75:
            ranked.append((cost, p, how))
    ranked.sort(key=lambda x: x[0])
    if not ranked:
        return Match(surface, None)
    holders = [
        p
        for p in pool
        if kind and side and p.side == side and any(office(r.title) == kind and r.held(on) for r in p.roles)
    ]
    cost, best, how = ranked[0]
    margin = (ranked[1][0] if len(ranked) > 1 else 1.0) - cost
    held = [x for x in ranked if x[1] in holders]
    if held and held[0][0] <= OFFICE and (held[0][1] is best or held[0][0] - cost < MARGIN):
        cost, best, how = held[0]
        if len(held) == 1 or held[1][0] - cost >= MARGIN:
            return Match(surface, best.name, cost, margin, how or "office", best.name)
    elif len(holders) == 1 and held and held[0][0] <= OFFICE and cost > ACCEPT:
        return Match(surface, held[0][1].name, held[0][0], margin, "office", best.name)
    if best.eastern and how == "misspelt" and best not in holders and not closed and _another(name, best):
        return Match(surface, None, cost, margin, how, best.name)
    accept = ACCEPT if (side or kind or closed) else 0.26
    if cost <= accept and margin >= MARGIN:
        return Match(surface, best.name, cost, margin, how, best.name)
    return Match(surface, None, cost, margin, how, best.name)


def _another(name: str, p: Person) -> bool:
    """Whether a form is a Chinese name of its own, and not this one with a double letter written once."""
    plain, own = bare(name), bare(p.name)
    if re.sub(r"(.)\1|\s", r"\1", plain) == re.sub(r"(.)\1|\s", r"\1", own):
        return False
    return all(_is_pinyin(word) for word in re.split(r"[\s-]+", plain))


def _is_pinyin(word: str) -> bool:
    reach = {0}
    for end in range(1, len(word) + 1):
        if any(end - n in reach and word[end - n : end] in _syllables() for n in range(1, 7)):
            reach.add(end)
    return len(word) in reach


@cache
def _syllables() -> frozenset[str]:
    return frozenset(x for pinyin, _ in _table().values() for x in pinyin)


def _cost(name: str, p: Person) -> tuple[float, str]:
    """The cheapest way from a person to a surface form, 0 to 1, and its name."""
    plain = bare(name)
    options = [(_western(plain, p), "misspelt")]
    if p.native and all("\u4e00" <= c <= "\u9fff" for c in p.native):
        if p.eastern:
            options += [_eastern(plain, p)]
        else:
            sound = "".join(pinyin[0] for c in p.native if (pinyin := _readings(c)[0]))
            joined = plain.split()[-1]
            near = min(distance(plain.replace(" ", ""), sound), distance(joined, sound))
            options += [
                (near, "read back from Chinese"),
                (distance(joined, sound[: len(joined) + 1]) + 0.02, "read back from Chinese"),
            ]
    return min(options, key=lambda x: x[0])


def _western(plain: str, p: Person) -> float:
    own = bare(p.name)
    whole = distance(plain, own)
    if p.eastern:
        return min(whole * 2, 1.0)  # a letter more or less makes another Chinese name
    words, last = plain.split(), own.split()[-1]
    surname = distance(words[-1], last)
    if len(words) == 1:
        return surname + (0.1 if len(last) < 5 or words[0][0] != last[0] else 0.0)
    given = distance(words[0], own.split()[0])
    return min(whole + 0.1 * (surname > 0.4), 0.7 * surname + 0.3 * given if given <= 0.4 else 1.0)


def _eastern(plain: str, p: Person) -> tuple[float, str]:
    """Syllable by syllable, each free to be pinyin, Sino-Vietnamese, a sound-alike or a translation."""
    words = re.split(r"[\s-]+", plain)
    chars = list(p.native)
    joined = "".join(words)
    sounds = [_readings(c) for c in chars]
    first = min(distance(words[0], x) for x in (*sounds[0][0], *sounds[0][1]))
    whole = 1.0
    if first <= 0.34 and len(joined) > 5:
        mixes = product(*[sorted({s[0][0], *s[1][:1]}) for s in sounds])
        whole = min(distance(joined, "".join(mix)) for mix in mixes)
    best = (1.0, "")
    if whole <= 0.2:
        best = (whole * 1.5, "misspelt")
    if len(words) != len(chars):
        return best
    for order in (list(range(len(chars))), [*range(1, len(chars)), 0]):
        costs, ways = [], set()
        for word, index in zip(words, order, strict=True):
            cost, way = _syllable(word, chars[index])
            costs.append(cost)
            ways.add(way)
        if max(costs) > 0.67 or costs[order.index(0)] > 0.5:
            continue
        mean = sum(costs) / len(costs) + (0.05 if order[0] else 0.0)
        how = ways - {""}
        told = "Sino-Vietnamese read again as pinyin" if "sound-alike" in how else ""
        told = told or ("a character translated" if "gloss" in how else "")
        told = told or (
            "Sino-Vietnamese mixed with pinyin"
            if {"sv", "py"} <= how
            else "Sino-Vietnamese, misread"
            if "sv" in how
            else "misspelt"
        )
        best = min(best, (mean, told), key=lambda x: x[0])
    return best


def _syllable(word: str, char: str) -> tuple[float, str]:
    pinyin, viet = _readings(char)
    options = [(distance(word, x), "py") for x in pinyin] + [(distance(word, x), "sv") for x in viet]
    if word in _alike().get(char, frozenset()):
        options.append((CONFUSED, "sound-alike"))
    if word in GLOSSES.get(char, ()):
        options.append((CONFUSED, "gloss"))
    return min(options, key=lambda x: x[0]) if options else (1.0, "")


GLOSSES = {"钢": ("steel",), "立": ("stand",), "峰": ("peak", "summit"), "平": ("flat", "peace"), "强": ("strong",)}
GLOSSES |= {"山": ("mountain",), "文": ("text",), "鹤": ("crane",), "剑": ("sword",), "宁": ("peace",), "涛": ("wave",)}


@cache
def _readings(char: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _table().get(char, ((char,), ()))


@cache
def _table() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Character: pinyin readings, Sino-Vietnamese readings, both without marks."""
    text = (NAMES / "readings.csv").read_text(encoding="utf-8")
    table = {}
    for line in text.splitlines():
        if line and line[0] != "#":
            char, pinyin, viet = line.split(",")
            table[char] = (tuple(pinyin.split("|")), tuple(bare(v) for v in viet.split("|") if v))
    return table


@cache
def _alike() -> dict[str, frozenset[str]]:
    """Character in a name: the pinyin of other characters that share its stripped Sino-Vietnamese reading."""
    sounds: dict[str, set[str]] = {}
    for pinyin, viet in _table().values():
        for v in viet:
            sounds.setdefault(v, set()).update(pinyin)
    wanted = {c for p in people() for c in p.native}
    return {c: frozenset(x for v in _readings(c)[1] for x in sounds.get(v, ())) for c in wanted}


@cache
def _by_name() -> dict[str, Person]:
    return {p.name: p for p in people()}


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a table under names/, comment lines left out."""
    text = (NAMES / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))


@lru_cache(maxsize=65536)
def distance(a: str, b: str) -> float:
    """Edit distance with neighbouring letters swapped as one edit, over the longer length."""
    if a == b:
        return 0.0
    if not a or not b:
        return 1.0
    longer = max(len(a), len(b))
    if abs(len(a) - len(b)) > 0.7 * longer:
        return abs(len(a) - len(b)) / longer
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        older, before, row = before, row, [i + 1]
        for j, y in enumerate(b):
            best = min(before[j + 1] + 1, row[j] + 1, before[j] + (x != y))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                best = min(best, older[j - 1] + 1)
            row.append(best)
    return row[-1] / longer
