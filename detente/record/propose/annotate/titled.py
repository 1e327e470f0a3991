"""Names that the gazetteer does not list, where an office stands with them: whose office it is says the side."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from detente.record.propose.annotate import homes, places
from detente.record.propose.annotate.offices import ROLE_WORD, VI_ROLE, Named
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import load
from detente.record.spelling import unaccented

_UP = r"[A-ZÀ-ÖØ-ÝĐƯƠ]"
_LOW = r"[\w'’-]"
TITLE = r"(?:(?:Mr|Mrs|Ms|Mme|Dr|Sir|Dame|Herr|Frau)\.?\s)?"
SPELT = rf"(?!(?:Mr|Mrs|Ms|Mme|Dr|Sir|Dame|Deputy|Vice)\b){_UP}{_LOW}+(?:\s(?:{_UP}\.|(?:van|von|de|der|da|dos|al|bin|el)(?:\s(?:der|la))?|{_UP}{_LOW}+)){{1,3}}"
LOOKED_BACK = 50  # mentions of sides before an office that say whose it may be
NO_NAME = re.compile(
    r"(?:The|In|On|At|But|And|After|January|February|March|April|May|June|July|August|September|October|November"
    r"|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|White|House|State|Council|Trade|Foreign|Ministry"
    r"|Commerce"
    r"|Minister|President|Secretary|Treasury|Executive|Order|Section|Joint|Statement|Agreement|Commission|Parliament"
    r"|National|Assembly|Court|European|Prime|Vice|Deputy|Department|Office|Union|Chief|General|World|Organi[sz]ation)$"
)
PORTFOLIO = (
    r"\s(?:of|for)\s(?:the\s)?[A-Z][\w-]+(?:,?\s(?:and\s)?[A-Z][\w-]+){0,6}"  # of Trade, Industry and Competition
)
TITLES = {
    "en": re.compile(
        rf"(?:\b(?:(?:Vice|Deputy|Prime|Foreign|Finance|Trade|Commerce|Economy|Coordinating|Agriculture|Industry|Energy"
        rf"|Chief|Assistant|Under|Cabinet|State|Interior)[\s-])*(?:President|Premier|Minister|Secretary|Ambassador|Commissioner"
        rf"|Chancellor|Senator|Governor|Representative|Congress(?:man|woman)|Undersecretary|Envoy|Negotiator|Spokes(?:man|woman|person))"
        rf"(?:\s(?:of|for)\s(?:the\s)?(?:[A-Z]\w+|and)(?:\s(?:and\s)?[A-Z]\w+)?)??|\b(?:{ROLE_WORD}|opposite number)(?:{PORTFOLIO},|[^,.;:()]{{0,40}}?,(?=\s(?![^,]*(?:{ROLE_WORD})){SPELT},))?)"
        rf",?\s{TITLE}(?P<n>{SPELT})"
        rf"|(?<![\w.])(?P<m>{SPELT}),\s(?:who\s(?:chairs|heads|leads|runs)|(?:the\s|an?\s|its\s|their\s)?(?:[\w'’-]+\s){{0,5}}?(?:{ROLE_WORD})\b)"
    ),
    "vi": re.compile(
        rf"(?:{VI_ROLE})(?:\s(?:Bộ\s)?(?:Công Thương|Ngoại giao|Tài chính|Thương mại|Nông nghiệp|Kinh tế|Nước|phía|thường trực|chính phủ))*\s"
        rf"(?P<n>{_UP}{_LOW}+(?:\s{_UP}{_LOW}+){{1,3}})|(?:[Ôô]ng|[Bb]à)\s(?P<m>{_UP}{_LOW}+(?:\s{_UP}{_LOW}+){{1,3}}),\s(?:{VI_ROLE})"
    ),
}
CUT = re.compile(
    r"^.*(?:(?<!counterpart)(?<!number)(?<!colleague)[,.;:()]\s?|\b(?:and|with|by|that|when|between|from|while|told|said|to|met|meets|in|at|on)\s)"
)
ASIDE = re.compile(
    r"\s?\((?P<aside>[^)]{2,30})\)|\s(?P<of>of\s(?:the\s)?[A-Z][\w ]{2,20})"
    rf"|,\s(?!and\b|who\b|\w+ed\s|the\s[\w-]+\s(?:side|delegation|team)\b)(?P<office>(?:[\w'’-]+\s){{0,5}}?(?:{ROLE_WORD})\b[^,.;:()]{{0,50}})"
)
OWN = re.compile(r"\b(?:its|their|his|her)\s", re.I)
OPPOSITE = re.compile(r"\b(?:counterpart|opposite number|colleague)\b")


class Around(NamedTuple):
    """What says whose office it is where the office does not: the sides named before, most often, and at home in the text."""

    before: tuple[str, ...]
    parties: tuple[str, ...]
    home: str | None


def find(
    lines: Sequence[Piece], taken: dict[int, list[tuple[int, int]]], language: str, home: str | None
) -> list[Named]:
    """Names behind a title or before an office, each with the side of the office; those of no side are left out.

    taken: by line, where known names stand. home: whose official text it is, or the country it is sent from.
    """
    pattern = TITLES.get(language)
    if pattern is None:
        return []
    names: list[Named] = []
    mentions = [m for line in lines for m in places.sides(line.text, language, line.start)]
    ends = [m.end for m in mentions]
    parties = tuple(side for side, _ in Counter(m.side for m in mentions).most_common(2))
    for line in lines:
        places_taken = taken.setdefault(line.line, [])
        for m, n in _free(pattern, line, places_taken):
            if n.name.split()[0] in places.table()["en"] or _is_place(n.name, language):
                continue
            last = bisect_right(ends, line.start + m.end())
            before = tuple(x.side for x in mentions[max(0, last - LOOKED_BACK) : last])
            side = _side(line.text, m, language, Around(before, parties, home))
            if side:
                places_taken.append((n.start, n.end))
                names.append(replace(n, side=side))
    return names


def _is_place(name: str, language: str) -> bool:
    return bool(places.sides(name, language) or places.cities(f"in {name}", language))


def _free(pattern: re.Pattern[str], line: Piece, taken: list[tuple[int, int]]) -> Iterator[tuple[re.Match[str], Named]]:
    """What a pattern takes for a name in a line, where no name is taken yet: the match, and the name of no side."""
    for m in pattern.finditer(line.text):
        group = "n" if m.group("n") else "m"
        start, end, name = line.start + m.start(group), line.start + m.end(group), m.group(group)
        is_taken = any(start < y and x < end for x, y in taken)
        if not is_taken and not any(NO_NAME.match(w) for w in name.split()):
            role = line.text[m.start() : m.start(group)].strip(" ,")
            yield m, Named(start, end, name, name, "", "unknown", role, min(start, line.start + m.start()), end)


def _side(text: str, m: re.Match[str], language: str, around: Around) -> str:
    """Whose office a name stands with: the side that the office names, else the last before "its", else the text's own."""
    words, behind = _office(text, m)
    named = [*places.sides(words, language)[-1:], *places.sides(behind + " ", language)[:1]]
    if named:
        return named[0].side
    if language != "en":
        return around.before[-1] if around.before else ""
    if OWN.search(words):
        last = around.before[-1] if around.before else ""
        return next((s for s in around.parties if s != last), "") if OPPOSITE.search(words) else last
    return _by_name(m.group("n") or m.group("m"), around) or _by_office(text, m, f"{words} {behind}", around)


def _by_office(text: str, m: re.Match[str], office: str, around: Around) -> str:
    """The home of the text if it may have such an office, else the one party that has it."""
    having = [s for s in around.parties if homes.may_have(s, office)]
    return homes.likeliest([around.home], office) or (having[0] if len(having) == 1 else "")


def _by_name(name: str, around: Around) -> str:
    """The side of the text whose people bear such a name: the one of home or the last of several, empty if there is none."""
    words, sides = name.split(), {*around.before, *around.parties, around.home}
    places_of = (("names", words[0]), ("family", words[-1]), ("names", words[-1]))
    known = next((k for where, w in places_of if (k := _bearers(where).get(unaccented(w), frozenset()) & sides)), None)
    if not known:
        return ""
    order = (around.home, *around.parties, *reversed(around.before))
    return next((s for s in order if s in known), "")


@cache
def _bearers(where: str) -> Mapping[str, frozenset[str]]:
    """Names, those that stand first or those that stand last, with the sides where they are common."""
    table: dict[str, frozenset[str]] = {}
    for group in load("", "names.yaml").values():
        for name in group.get(where, "").split():
            key = unaccented(name)
            table[key] = table.get(key, frozenset()) | frozenset(group["sides"])
    return table


def _office(text: str, m: re.Match[str]) -> tuple[str, str]:
    """The words of an office that stand before the name, or behind it with a comma, and what follows them."""
    if m.group("n"):
        before = CUT.sub("", text[max(0, m.start() - 60) : m.start()]) + text[m.start() : m.start("n")]
        aside = ASIDE.match(text, m.end("n"))
        return before, next(x for x in aside.groups() if x) if aside else ""
    rest = re.match(r"[^,.;:()]{0,50}", text[m.end() :])
    return text[m.end("m") : m.end()], rest.group() if rest else ""
