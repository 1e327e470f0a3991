"""Persons whom an English text introduces: names that stand with an office, a courtesy, a label or a signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from detente.record.propose.annotate import places
from detente.record.propose.annotate.dates import WEEKDAY
from detente.record.propose.annotate.offices import ROLE_WORD
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import UPPER, load, vocabulary
from detente.record.spelling import unaccented

LISTS = load("en", "persons.yaml")
CALLED = {word: frozenset(sides.split()) for sides, words in LISTS["called"].items() for word in words.split()}
PARTICLE = "|".join(LISTS["particles"])
WORD = rf"[{UPPER}](?:\w|['’](?!s\b)(?=\w)|-(?=\w))*"
PART = rf"(?:(?:[{UPPER}]\.)+|Ma\.|(?:{'|'.join(LISTS['courtesies'])})\b\.|[JS]r\b\.?|(?:[ae]l|a[dnrstz]|ash|ul)-{WORD}|{WORD})"
RUN = re.compile(rf"(?<![\w'’.-]){PART}(?: (?:(?:{PARTICLE}) ){{0,3}}{PART})*")
TOKEN = re.compile(rf"(?:(?:{PARTICLE})\s)*(?P<word>{PART})")
COURTESY = rf"(?:(?:{'|'.join(LISTS['courtesies'])}|Ma(?=\.)|Tan Sri)\b\.?\s)"
HEAD = (
    rf"(?i:(?:{ROLE_WORD}|(?:director|secretary|consul)[\s-]general|rapporteur|homologue|commissar|opposite number)s?)"
)
BESIDE = rf"(?i:(?:{'|'.join(LISTS['portfolios'])}|vice|deputy|prime|chief|senior|acting|former|assistant)[\s-])*"
OF = rf"\s(?:of|for)\s(?:(?:the|and|of|for|its|our|their|{'|'.join(LISTS['portfolios'])}|[{UPPER}][\w-]*),?\s){{1,14}}?(?<!and\s)(?<!the\s)(?<!of\s)"
OFFICE = re.compile(
    rf"(?:^|(?<=[\s(\"'-]))(?P<head>{BESIDE}{HEAD})(?:,?\s|{OF}|\s(?:of|for|in|on|at|to)\s[^,.;:()]{{2,80}},\s)\(?{COURTESY}*$"
)
HELD = re.compile(rf"\b{HEAD}\b")
OFFICE_WORD = re.compile(rf"(?:(?:vice|director|secretary|under|governor)-)?(?:{HEAD}|General)", re.I)
COURTESIES = re.compile(rf",?\s?\(?{COURTESY}+$")
POLITE = re.compile(rf"(?<!\w){COURTESY}+$")
APART = re.compile(rf",\s{COURTESY}*$")
OWNED = re.compile(r"'s?\s$")
BEHIND = re.compile(
    rf",\s(?P<who>who(?: \w+)?\s(?:chairs|heads|leads|runs|negotiates|represents|speaks\sfor)\b[^,.;:()]{{0,50}})"
    rf"|,\s(?!whose\b|which\b|when\b|where\b|as\b|and\b|but\b|said\b)(?P<office>(?:(?!said|says|told|\w+ed\s)[\w'’-]+\s){{0,6}}?{HEAD}\b(?!['’-]|\s[{UPPER}](?!\w*\s(?:and|of)))[^,.;:()\"]{{0,50}})"
    rf"|\s\((?P<aside>[^)]*\b{HEAD}\b[^)]*|[^)]{{2,30}})\)"
)
ANOTHER = re.compile(rf",?\s(?:and\s)?[{UPPER}]")
PLURAL = re.compile(rf"{HEAD}(?<=s)$")
OFFICIAL = re.compile(r"\bofficial\s$", re.I)  # the official Xinhua agency is no person
ENDS = re.compile(r"['’]s\b|[,.;:)]|\s?$|\s(?:said|says|told|tells|has|had|is|was|will|would|spoke|called|let)\b")
CLOSING = re.compile(r"(?:Yours|Sincerely|Respectfully|Faithfully|(?:With )?(?:kind|best|warm) regards|Signed)\b", re.I)


class Introduction(NamedTuple):
    """A name in the text with the office it stands with, the words around it, and whether a text of one sort names it so."""

    start: int
    end: int
    name: str
    line: Piece
    role: str = ""
    begin: int = 0
    before: str = ""
    behind: str = ""
    sort: str = "office"


def find(lines: Sequence[Piece]) -> list[Introduction]:
    """The persons whom the lines of a text introduce, in reading order."""
    return [x for i, line in enumerate(lines) for x in _of_line(lines, i, line)]


def _of_line(lines: Sequence[Piece], number: int, line: Piece) -> Iterator[Introduction]:
    earlier: Introduction | None = None
    for start, end, words in _spelt(line):
        made = _introduced(line, start, end, words) or _beside(line, start, end, words, earlier)
        made = made or _signed(lines, number, line, start, end, words)
        if made:
            yield made
            earlier = made


def _spelt(line: Piece) -> Iterator[tuple[int, int, list[str]]]:
    """What may be a person's name: start and end in the line and its words."""
    sides = [(m.start, m.end) for m in places.sides(line.text, "en")]
    sides += [(c.start, c.end) for c in places.cities(line.text, "en")]
    for run in RUN.finditer(line.text):
        tokens = [(run.start() + t.start(), run.start() + t.end(), t) for t in TOKEN.finditer(run.group())]
        piece: list[tuple[int, int, str]] = []
        for start, end, t in tokens:
            if is_no_name(t.group("word")) or _is_place(t.group("word"), piece, start, sides):
                if piece and not _may_follow(t.group("word")):
                    piece = []
                yield from _whole(piece)
                piece = []
            else:
                word_start = start if piece else start + t.start("word") - t.start()
                piece.append((word_start, end, line.text[word_start:end]))
        yield from _whole(piece)


def _is_place(word: str, piece: Sequence[tuple[int, int, str]], start: int, sides: Sequence[tuple[int, int]]) -> bool:
    """Whether a word opens a piece as part of a place; further in, and as a given name, it belongs to a name."""
    return not piece and any(a <= start < b for a, b in sides) and not given(word)


def _whole(piece: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, list[str]]]:
    if piece and len(piece) < 6:
        yield piece[0][0], piece[-1][1], [w for _, _, words in piece for w in words.split()]


@cache
def _not_names() -> frozenset[str]:
    marks = vocabulary("en").marks
    small = [w for key in ("adverbs", "subordinators", "negators", "modals") for w in marks[key]]
    return frozenset(w.lower() for w in (*LISTS["courtesies"], *LISTS["portfolios"], *LISTS["no_names"], *small))


def is_no_name(word: str) -> bool:
    """Whether a word in capitals is part of no person's name: an office, a body, a day."""
    return word.lower().rstrip(".") in _not_names() or _may_follow(word)


def _may_follow(word: str) -> bool:
    """Whether a word in a capital may stand right behind a name without being part of it: Ana Petrova Tuesday said."""
    return _is_office_word(word) or re.fullmatch(WEEKDAY, word) is not None


def _is_office_word(word: str) -> bool:
    return OFFICE_WORD.fullmatch(word) is not None


def _introduced(line: Piece, start: int, end: int, words: list[str]) -> Introduction | None:
    """A name with an office before it or behind it, with a courtesy, or behind a side that owns it."""
    before, text = line.text[max(0, start - 140) : start], line.text
    lead, is_polite = _office_before(before, text, end), bool(POLITE.search(before))
    after = _office_behind(text, end, words, lead is not None)
    if not (lead or is_polite or after):
        return _owned(line, start, end, words)
    if _is_parted(before, words, is_polite) or _is_of_several(before, words, text[end:]) or _is_verb(line, words):
        return None
    if len(words) < 2 and OFFICIAL.search(before):
        return None
    sort = "office" if lead or _is_office_behind(after, words) else "courtesy" if is_polite else "aside"
    begin = start - len(before) + lead.start() if lead else start
    behind = _aside(after) or _behind(text, end)
    a, b = line.start + start, line.start + end
    return Introduction(a, b, " ".join(words), line, _role(lead, after), line.start + begin, before, behind, sort)


def _role(lead: re.Match[str] | None, after: re.Match[str] | None) -> str:
    """The office before a name, else the one behind it in commas."""
    before = _bare(lead.string[lead.start() :]) if lead else ""
    return before or (_aside(after) if after and not after["aside"] else "")


def _is_of_several(before: str, words: Sequence[str], behind: str) -> bool:
    """Whether a single word stands behind an office of several and no other name behind it: ministers agree."""
    return len(words) < 2 and bool(PLURAL.search(before.rstrip())) and not ANOTHER.match(behind)


def _is_verb(line: Piece, words: Sequence[str]) -> bool:
    """Whether a single word is the verb of a headline in which most words have capitals."""
    if len(words) > 1 or words[0].lower() not in vocabulary("en").verbs:
        return False
    long = [w for w in line.text.split() if len(w) > 3]
    return sum(w[0].isupper() for w in long) > len(long) / 2


def _is_parted(before: str, words: Sequence[str], is_polite: bool) -> bool:
    """Whether a comma parts a single word from the office before it, so that it may name something else."""
    return len(words) < 2 and not is_polite and bool(APART.search(before))


def _aside(after: re.Match[str] | None) -> str:
    """The words behind a name that say who the person is; empty if there are none."""
    return str(after["who"] or after["office"] or after["aside"]) if after else ""


def _is_office_behind(after: re.Match[str] | None, words: Sequence[str]) -> bool:
    """Whether what stands behind a name makes an office of it: a side in brackets does where the name is a person's."""
    if after is None:
        return False
    return not after["aside"] or given(words[0]) or bool(HELD.search(_aside(after)))


def _bare(role: str) -> str:
    """An office without the courtesy behind it."""
    return COURTESIES.sub("", f"{role} ").strip(" ,(")


def _office_before(before: str, text: str, end: int) -> re.Match[str] | None:
    """The office right before a name; where a comma parts the two, another sign or a verb has to follow the name."""
    lead = OFFICE.search(before)
    is_apart = lead and APART.search(before) and not POLITE.search(before)
    return None if is_apart and not ENDS.match(text, end) else lead


def _office_behind(text: str, end: int, words: Sequence[str], has_office: bool) -> re.Match[str] | None:
    """What stands behind a name if it is an office; a side in brackets is one where the name may be a person's."""
    after = BEHIND.match(text, end)
    if after is None or len(words) < 2:
        return None
    if after["aside"] and not HELD.search(after["aside"]):
        is_side = bool(places.sides(after["aside"] + " ", "en"))
        return after if is_side else None
    return None if has_office and not after["aside"] else after


def _behind(text: str, end: int) -> str:
    """The words behind a name that may say whose it is: of Chile, from the trade ministry, (Chile)."""
    m = re.match(r"\s(?:of|from|for)\s(?:the\s)?[^,.;:()]{2,40}|\s\([^)]{2,30}\)", text[end : end + 60])
    return m.group() if m else ""


def _owned(line: Piece, start: int, end: int, words: list[str]) -> Introduction | None:
    """A person named behind a side that owns him: Panama's Marisol Arias."""
    before = line.text[max(0, start - 40) : start]
    if len(words) < 2 or not given(words[0]) or not _owner(before):
        return None
    return Introduction(line.start + start, line.start + end, " ".join(words), line, "", line.start + start, before)


@cache
def _given() -> frozenset[str]:
    groups = load("", "names.yaml").values()
    return frozenset(unaccented(w) for g in groups for w in g.get("names", "").split())


def given(word: str) -> bool:
    """Whether a word is a common given name somewhere."""
    return unaccented(word) in _given() or unaccented(word.split("-")[0]) in _given()


def _beside(line: Piece, start: int, end: int, words: list[str], earlier: Introduction | None) -> Introduction | None:
    """The second of two who share an office: foreign ministers A and B; the minister A and Panama's B."""
    if earlier is None or len(words) < 2:
        return None
    between = line.text[earlier.end - line.start : start]
    shared = bool(PLURAL.search(earlier.role)) and re.fullmatch(r",?\sand\s|,\s", between)
    owned = re.match(r"\sand\s", between) and _owner(between)
    if not (shared or owned):
        return None
    before = line.text[max(0, start - 40) : start] if owned else earlier.before
    a, b, role = line.start + start, line.start + end, "" if owned else earlier.role
    return Introduction(a, b, " ".join(words), line, role, a, before, _behind(line.text, end))


def _owner(before: str) -> bool:
    """Whether the words before a name end with a side that owns it: Panama's."""
    return OWNED.search(before) is not None and any(x.end >= len(before) - 1 for x in places.sides(before, "en"))


def _signed(
    lines: Sequence[Piece], number: int, line: Piece, start: int, end: int, words: list[str]
) -> Introduction | None:
    """A name that stands alone under a letter, with the office in the next line."""
    if end - start < len(line.text) - 3:
        return None
    near = [x.text for x in lines[max(0, number - 3) : number]]
    if len(words) < 2 or number < len(lines) - 6 or not any(CLOSING.match(x) for x in near):
        return None
    below = lines[number + 1].text if number + 1 < len(lines) else ""
    role = below if HELD.search(below) else ""
    return Introduction(
        line.start + start, line.start + end, " ".join(words), line, role, line.start + start, "", below, "signature"
    )
