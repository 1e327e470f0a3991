"""Persons in a text: gazetteer names, garbled names that resolve, and the office each is named with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from detente.record import name_match, people, spelling
from detente.record.propose.annotate import places
from detente.record.propose.annotate.offices import HEADS, ROLE_WORD, VI_ROLE, Named, with_role
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import vocabulary

AMBIGUOUS = frozenset(vocabulary("en").marks["common_names"])  # surnames that are words: they need a title
CANDIDATES = 60  # fuzzy look-ups a document may cost
_UP = r"[A-ZÀ-ÖØ-ÝĐƯƠ]"
_LOW = r"[\w'’-]"
NAME = rf"{_UP}{_LOW}+(?:\s(?:{_UP}\.\s)?{_UP}{_LOW}+){{0,3}}"


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


def _exact(text: str) -> Iterator[tuple[int, int, str, people.Person]]:
    """Gazetteer forms as they stand in a text: start, end, form without a middle initial, person."""
    latin, han = _forms()
    position = 0
    for word in re.finditer(r"[^\W\d_](?:[\w'-]|\.(?=[A-Z]))*\.?", text):
        if word.start() < position:
            continue
        for form, p in latin.get(word.group(), ()) or latin.get(word.group().split("-")[0].rstrip("."), ()):
            head, _, last = form.rpartition(" ")
            end = word.start() + len(form)
            if not text.startswith(form, word.start()):
                end = word.start() + len(head) + 4 + len(last)
                initial = text[word.start() + len(head) : end - len(last)]
                if not head or not text.startswith(head, word.start()) or not re.fullmatch(r" [A-Z]\. ", initial):
                    continue
                if text[end - len(last) : end] != last:
                    continue
            if re.match(r"\w|-\w", text[end : end + 2]):
                continue
            yield word.start(), end, form, p
            position = end
            break
    taken: list[tuple[int, int]] = []
    for form, p in han if any(c >= "\u2e80" for c in text) else ():
        start = text.find(form)
        while start >= 0:
            if not any(a <= start < b for a, b in taken):
                taken.append((start, start + len(form)))
                yield start, start + len(form), form, p
            start = text.find(form, start + 1)


def find(lines: list[Piece], language: str, on: str | None) -> dict[int, list[Named]]:
    """By line: every mention of a person the gazetteer knows or the resolver finds, in reading order."""
    names: list[Named] = []
    for line in lines:
        text = line.text
        for a, b, form, p in _exact(text):
            if re.match(r"-(?:era|style)", text[b : b + 6]):
                continue
            if " " not in form and form.isascii():
                after = re.match(rf"\s{_UP}{_LOW}+", text[b:])
                before = re.search(rf"{_UP}{_LOW}+\s$", text[max(0, a - 30) : a])
                if (after and not _common(after.group())) or (before and not _is_role(before.group())):
                    continue
                if p.name.split()[0] == form and not p.family_name_first:
                    continue
            mechanism = name_match.resolve(text[a:b], side=p.side).mechanism or "own"
            names.append(Named(line.start + a, line.start + b, text[a:b], p.name, p.side, mechanism))
    names += _garbled(lines, language, on, names)
    if language == "en":
        names += _unknown(lines, names)
    names += _titled(lines, names, language)
    names += _surnames(lines, names)
    starts = [line.start for line in lines]
    table: dict[int, list[Named]] = {}
    for n in sorted(names, key=lambda n: n.start):
        line = lines[bisect_right(starts, n.start) - 1]
        table.setdefault(line.line, []).append(with_role(n, line, language))
    return table


def _common(word: str) -> bool:
    return word.strip() in ("The", "And", "Administration") or len(word.strip()) < 2


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
    places_taken = _taken(lines, known)
    names: list[Named] = []
    seen: dict[tuple[str, str | None], name_match.Match] = {}
    if language == "zh":
        return names
    surnames = _surname_set()
    titled = re.compile(rf"(?:{HEADS})\s(?P<n>{NAME})")
    free = re.compile(rf"(?<![\w.])(?P<n>{_UP}{_LOW}+(?:\s{_UP}{_LOW}+){{1,2}})")
    accepted: dict[str, name_match.Match] = {}
    for line in lines:
        taken = places_taken.setdefault(line.line, [])
        spots = [(m.start("n"), m.end("n"), m.group("n"), True) for m in titled.finditer(line.text)]
        spots += [(m.start("n"), m.end("n"), m.group("n"), False) for m in free.finditer(line.text)]
        for a, b, surface, has_title in spots:
            a, b, surface = _trim(a, b, surface)
            start, end = line.start + a, line.start + b
            if not surface or any(start < y and x < end for x, y in taken):
                continue
            words = surface.split()
            if (
                not has_title
                and (len(words) < 2 or spelling.unaccented(words[0]) not in surnames)
                and not resembles_western_surname(words)
            ):
                continue
            if places.table()["en"].get(words[0]) or len(surface) < 4:
                continue
            context = line.text[max(0, a - 70) : a]
            context = re.split(r"[.;:]|\b(?:and|with|by|that|và|với)\b", context)[-1]
            side, role = (
                _side_near(context, line.text[b : b + 60], language),
                context + _after_role(line.text[b : b + 90]),
            )
            key = (surface, side)
            if key not in seen:
                if len(seen) >= CANDIDATES:
                    return names
                seen[key] = name_match.resolve(surface, side=side, role=role if people.office(role) else None, on=on)
            decision = seen[key]
            if decision.person is None and surface in accepted:
                decision = accepted[surface]
            if decision.person is None or (not has_title and decision.cost > 0.26):
                continue
            p = people.person(decision.person)
            if p is None or (decision.mechanism == "surname" and not has_title):
                continue
            accepted[surface] = decision
            taken.append((start, end))
            names.append(Named(start, end, surface, p.name, p.side, decision.mechanism or "misspelt"))
    return names


SPELT = rf"{_UP}{_LOW}+(?:\s(?:{_UP}\.|(?:van|von|de|der|da|dos|al|bin|el)(?:\s(?:der|la))?|{_UP}{_LOW}+)){{1,3}}"
NO_NAME = re.compile(
    r"(?:The|In|On|At|But|And|After|January|February|March|April|May|June|July|August|September|October|November"
    r"|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|White|House|State|Council|Trade|Foreign|Ministry"
    r"|Commerce"
    r"|Minister|President|Secretary|Treasury|Executive|Order|Section|Joint|Statement|Agreement|Commission|Parliament"
    r"|National|Assembly|Court|European|Prime|Vice|Deputy|Department|Office|Union|Chief|General|World|Organi[sz]ation)$"
)


def _unknown(lines: list[Piece], known: list[Named]) -> list[Named]:
    """Names that the gazetteer does not list, where an office of a side stands with them: NAME, the British ambassador."""
    places_taken = _taken(lines, known)
    side = r"(?:[A-Z][\w.'-]+\s){0,2}[A-Z][\w.'-]+"
    own = rf"(?:[Ii]ts|[Tt]heir|[Tt]he)\s(?:[\w-]+\s){{0,4}}?(?:{ROLE_WORD}),?\s(?P<n>{SPELT})|(?P<m>{SPELT}),\s(?:its|their)\s(?:[\w-]+\s){{0,4}}?(?:{ROLE_WORD})\b"
    kinds = (
        re.compile(rf"(?P<n>{SPELT}),\s(?:the\s|an?\s)?(?P<s>{side})\s(?:[\w-]+\s){{0,4}}?(?:{ROLE_WORD})\b"),
        re.compile(rf"(?<![\w.])(?P<s>{side})\s(?:[\w-]+\s){{0,4}}?(?:{ROLE_WORD}),?\s(?P<n>{SPELT})"),
    )
    names = []
    for line in lines:
        taken = places_taken.setdefault(line.line, [])
        for pattern in kinds:
            for m in pattern.finditer(line.text):
                start, end, name = line.start + m.start("n"), line.start + m.end("n"), m.group("n")
                if any(start < y and x < end for x, y in taken) or any(NO_NAME.match(w) for w in name.split()):
                    continue
                sides = places.sides(m.group("s") + " ", "en")
                if sides and not places.sides(name, "en"):
                    taken.append((start, end))
                    names.append(Named(start, end, name, name, sides[0].side, "unknown"))
        names += _of_side_before(line, re.compile(own), taken)
    return names


TITLES = {
    "en": re.compile(
        rf"(?:\b(?:(?:Vice|Deputy|Prime|Foreign|Finance|Trade|Commerce|Economy|Coordinating|Agriculture|Industry|Energy"
        rf"|Chief|Assistant|Under|Cabinet|State|Interior)[\s-])*(?:President|Premier|Minister|Secretary|Ambassador|Commissioner"
        rf"|Chancellor|Senator|Governor|Representative|Congress(?:man|woman)|Undersecretary|Envoy|Negotiator|Spokes(?:man|woman|person))"
        rf"(?:\s(?:of|for)\s(?:the\s)?(?:[A-Z]\w+|and)(?:\s(?:and\s)?[A-Z]\w+)?)??|\b(?:{ROLE_WORD}|opposite number))(?:,(?=\s[A-Z]\w+\s[A-Z]\w+,))?\s(?P<n>{SPELT})"
        rf"|(?<![\w.])(?P<m>{SPELT}),\s(?:who\s(?:chairs|heads|leads|runs)|(?:the\s|an?\s|its\s|their\s)?(?:[\w-]+\s){{0,3}}(?:{ROLE_WORD})\b)"
    ),
    "vi": re.compile(
        rf"(?:{VI_ROLE})(?:\s(?:Bộ\s)?(?:Công Thương|Ngoại giao|Tài chính|Thương mại|Nông nghiệp|Kinh tế|Nước|phía|thường trực|chính phủ))*\s"
        rf"(?P<n>{_UP}{_LOW}+(?:\s{_UP}{_LOW}+){{1,3}})|(?:[Ôô]ng|[Bb]à)\s(?P<m>{_UP}{_LOW}+(?:\s{_UP}{_LOW}+){{1,3}}),\s(?:{VI_ROLE})"
    ),
}


def _titled(lines: list[Piece], known: list[Named], language: str) -> list[Named]:
    """Names that the gazetteer does not list, behind a title or before an office; of the side that was named last."""
    pattern = TITLES.get(language)
    places_taken = _taken(lines, known)
    names: list[Named] = []
    last = ""
    for line in lines if pattern else ():
        taken = places_taken.setdefault(line.line, [])
        for m in pattern.finditer(line.text) if pattern else ():
            group = "n" if m.group("n") else "m"
            start, end, name = line.start + m.start(group), line.start + m.end(group), m.group(group)
            if any(start < y and x < end for x, y in taken) or any(NO_NAME.match(w) for w in name.split()):
                continue
            before = places.sides(line.text[: m.end()], language)
            side = before[-1].side if before else last
            if side and not places.sides(name, language) and not places.table()["en"].get(name.split()[0]):
                taken.append((start, end))
                names.append(Named(start, end, name, name, side, "unknown"))
        inside = places.sides(line.text, language)
        last = inside[-1].side if inside else last
    return names


def _of_side_before(line: Piece, pattern: re.Pattern[str], taken: list[tuple[int, int]]) -> list[Named]:
    """Its negotiator NAME: of the side that the line named last before."""
    names = []
    for m in pattern.finditer(line.text):
        group = "n" if m.group("n") else "m"
        start, end, name = line.start + m.start(group), line.start + m.end(group), m.group(group)
        sides = places.sides(line.text[: m.start()], "en")
        if not sides or any(start < y and x < end for x, y in taken) or any(NO_NAME.match(w) for w in name.split()):
            continue
        if not places.sides(name, "en"):
            taken.append((start, end))
            names.append(Named(start, end, name, name, sides[-1].side, "unknown"))
    return names


def _taken(lines: list[Piece], known: list[Named]) -> dict[int, list[tuple[int, int]]]:
    starts = [line.start for line in lines]
    table: dict[int, list[tuple[int, int]]] = {}
    for n in known:
        table.setdefault(lines[bisect_right(starts, n.start) - 1].line, []).append((n.start, n.end))
    return table


def _trim(a: int, b: int, surface: str) -> tuple[int, int, str]:
    """Without leading role words that belong to the office and trailing words that belong to no name."""
    while surface:
        first = surface.split()[0]
        if re.fullmatch(
            rf"(?:{HEADS}|{ROLE_WORD}|Vice|Deputy|Trade|Treasury|Finance|Commerce|Foreign|Phó|State|The|In|On"
            rf"|At|And|But|U\.S|US|Ambassador|Nước)",
            first.rstrip("."),
        ):
            rest = surface[len(first) :].lstrip()
            a, surface = b - len(rest), rest
            continue
        break
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
    short: dict[str, Named] = {}
    for n in known:
        words = n.surface.split()
        p = people.person(n.name)
        if n.mechanism == "unknown":
            short.setdefault(words[-1], n)
        if p is None or (len(words) < 2 and n.surface.isascii() is False):
            continue
        forms = {
            p.surname if not p.reading or n.surface == p.name else words[0],
            words[-1] if not p.family_name_first else words[0],
        }
        forms |= {words[-1]} if people.naming(p.side).own_reading else set()
        forms |= {alias for alias in p.aliases if alias in p.name.split()}
        forms |= (
            {words[-1]}
            if n.mechanism in ("misspelt", "read back from Chinese", "office") and not p.family_name_first
            else set()
        )
        for form in forms:
            if form in short and short[form].name != n.name:
                short[form] = replace(n, name="")
            else:
                short.setdefault(form, n)
    for p in people.people():
        for alias in p.aliases:
            if alias == p.surname and alias in AMBIGUOUS:
                short.setdefault(alias, Named(0, 0, alias, p.name, p.side))
    if not short:
        return []
    places_taken = _taken(lines, known)
    body = "|".join(re.escape(s) for s in sorted(short, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{body})(?![\w-])(?!\s{_UP}{_LOW})")
    names = []
    for line in lines:
        taken = places_taken.get(line.line, [])
        for m in pattern.finditer(line.text):
            a, b = line.start + m.start(), line.start + m.end()
            n = short[m.group()]
            if not n.name or any(a < y and x < b for x, y in taken):
                continue
            if m.group() in NEEDS_TITLE and not _acts_by_name(line.text, m):
                continue
            names.append(Named(a, b, m.group(), n.name, n.side, "surname"))
    names += _given_names(lines, known)
    return names


NEEDS_TITLE = frozenset(vocabulary("en").marks["names_like_small_words"])


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
    pattern = re.compile(rf"(?:Ambassador|Secretary|Mr\.?)\s(?P<n>{'|'.join(map(re.escape, given))})(?![\w-]|\s[A-Z])")
    names = []
    for line in lines:
        for m in pattern.finditer(line.text):
            start, end = line.start + m.start("n"), line.start + m.end("n")
            if any(start < y and x < end for x, y in places_taken.get(line.line, [])):
                continue
            p = given[m.group("n")]
            names.append(Named(start, end, m.group("n"), p.name, p.side, "given name used after a title"))
    return names
