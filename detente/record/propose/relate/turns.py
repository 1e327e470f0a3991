"""Who has the floor: labels of speakers in transcripts, interviews and live blogs, and quotations over many sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import NamedTuple

from detente.record import people, spelling
from detente.record.propose.annotate import places
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.relate.predicates import Span
from detente.record.propose.relate.speaker import Speaker, listed

BODY = re.compile(
    r"(?:agency|agencies|department|office|commission|ministry|government|team|texts?|statement|account|notices?|order|readout|customs"
    r"|party|chair|head|authority|people|report|capital)", re.I,
)  # fmt: skip
LABEL = re.compile(r"(?P<label>[^:：\n\"。！？]{1,70}?)\s?(?:\([^)]{1,60}\))?\s?[:：](?!\d)\s*")
LEAD = re.compile(r"(?P<label>[QA]|[A-Z][A-Z .'-]{3,60}?)(?:\s\([^)]{1,60}\))?[.:)]\s+$")
SIGNED = re.compile(r"^(?:[-—–]\s*)?(?P<name>[A-Z][\w.' -]{4,40}?)\s\(@\w+\)\s*$", re.M)
OPENS_STATEMENT = re.compile(
    r"\b(?:statement|remarks?|wrote|posted|said|says|writes|posts|tweeted|following|declared|told)\b[^.!?]*:\s*$", re.I
)


class Turn(NamedTuple):
    """A stretch of one speaker's words. kind: person, answer, question, side, or entry: one line of a
    live blog. start: where the words begin."""

    kind: str
    speaker: Speaker
    start: int


def turns(reading: Reading) -> dict[int, Turn]:
    """By line: who has the floor there, where a label says so; a label holds until the next one."""
    labels = {}
    for line in reading.lines:
        turn = _label(reading, line)
        if turn:
            labels[line.line] = turn
    talk = [t for t in labels.values() if t.kind in ("question", "answer", "person")]
    is_transcript = any(t.kind == "question" for t in talk[1:]) or (
        len(talk) > 2 and len(talk) * 2 > len(reading.lines)
    )
    sides = [t for t in labels.values() if t.kind == "side"]
    out: dict[int, Turn] = {}
    here: Turn | None = None
    for line in reading.lines:
        own = labels.get(line.line)
        if own is not None and (own.kind != "side" or len(sides) > 1):
            here = own
        elif not is_transcript or (here and here.kind in ("side", "entry")) or _is_bracketed(line.text):
            here = None
        if here:
            out[line.line] = here if here is own else here._replace(start=line.start)
            if here.kind == "person" and not is_transcript:
                out[line.line] = out[line.line]._replace(kind="entry")
    return out


def _is_bracketed(text: str) -> bool:
    return bool(re.match(r"[(（\[].*[)）\]]$", text.strip()))


def _label(reading: Reading, line: Piece) -> Turn | None:
    """The label that opens a line, if it names who speaks."""
    row = reading.text.rfind("\n", 0, line.start) + 1
    lead = LEAD.search(reading.text[row : line.start])
    m = LABEL.match(line.text)
    label = lead.group("label") if lead else m.group("label").strip(" *#") if m else None
    if label is None:
        return None
    start = line.start if lead or not m else line.start + m.end()
    bare = re.sub(r"\s*\([^)]*\)", "", label).strip()
    if _is_listed(reading, bare, "questions"):
        return Turn("question", Speaker(), start)
    person = _labelled_person(reading, line, bare)
    if person:
        timed = re.search(r"\d[:.]\d\d\W*$", reading.text[row : line.start])
        return Turn("entry" if timed or label.endswith((" again", " adds")) else "person", person, start)
    if _is_listed(reading, bare, "answers"):
        who = _spokesman(reading, line)
        return Turn("answer" if who.is_known else "question", who, start)
    if office := _labelled_office(reading, line, bare):
        return Turn("person", office, start)
    if _is_surname(bare):
        return Turn("question", Speaker(), start)
    sides = [x for x in _sentence(reading, line).sides if x.start == line.start and x.end - x.start >= len(bare) - 2]
    return Turn("side", Speaker(side=sides[0].side, described=bare), start) if sides else None


def _is_listed(reading: Reading, label: str, key: str) -> bool:
    pattern = listed(reading.language, key)
    if reading.language == "zh":
        m = pattern.search(label)
        return bool(m and m.end() == len(label) and (key == "questions" or len(label) < 14))
    words = re.sub(r"^(?:the|a)\s", "", label.lower())
    return bool(pattern.fullmatch(words) or (key == "questions" and pattern.match(words) and len(words) < 22))


def _sentence(reading: Reading, line: Piece) -> Sentence:
    index = bisect_right(reading.sentences, line.start, key=lambda s: s.piece.start) - 1
    return reading.sentences[max(index, 0)]


def _labelled_person(reading: Reading, line: Piece, label: str) -> Speaker | None:
    """NAME, NAME (OFFICE), NAME, OFFICE or a surname in capitals."""
    for n in _sentence(reading, line).people:
        inside = n.start - line.start
        if 0 <= inside < len(label) and n.end - line.start <= len(label) + 1:
            behind = label[n.stop - line.start :]
            if n.begin - line.start < 3 and re.fullmatch(r"(?:,[^:]{2,50})?(?: again| adds)?", behind):
                return Speaker(n.name, n.side or None)
    if _is_surname(label):
        return _in_capitals(reading, line, label.split())
    is_name = re.fullmatch(r"(?:[A-ZÀ-Ý][\w'.-]+\s){0,2}[A-ZÀ-Ý][\w'-]{3,}", label)
    if is_name and reading.text.count(f"\n{label}:") > 1 and reading.language == "en":
        return _in_capitals(reading, line, label.upper().split())
    return None


def _labelled_office(reading: Reading, line: Piece, label: str) -> Speaker | None:
    """THE PRESIDENT, SENIOR ADMINISTRATION OFFICIAL: an office that speaks, and who holds it, where the text says so."""
    offices = listed(reading.language, "offices")
    words = label.split()
    if (
        not offices.search(label)
        or BODY.fullmatch(label)
        or len(words) > 6
        or not (label.isupper() or offices.fullmatch(words[-1]))
    ):
        return None
    kind, side = people.office(label), next((x.side for x in places.sides(label, reading.language)), None)
    named = [
        n
        for s in reading.sentences
        for n in s.people
        if n.role and kind and people.office(n.role) == kind and n.start > line.end
    ]
    named += [n for s in reading.sentences for n in s.people if n.role and kind and people.office(n.role) == kind]
    if kind and kind != "adviser" and named:
        return Speaker(named[-1].name, named[-1].side or None)
    side = side or reading.author or _side_of_intro(reading, line)
    if kind and side and not re.search(r"official|adviser", label, re.I):
        holders = [p for p in people.people() if p.side == side and p.holds(kind, reading.anchor)]
        if len(holders) == 1:
            return Speaker(holders[0].name, side)
    return Speaker(side=side, described=label.lower())


def _side_of_intro(reading: Reading, line: Piece) -> str | None:
    """The side of the officials whom the lines above the talk name, else the first party."""
    for s in reading.sentences:
        if s.piece.line >= line.line:
            break
        for x in s.sides:
            if listed(reading.language, "offices").search(reading.text[x.start : x.end + 40]):
                return x.side
    return next(iter(reading.parties), None)


def _is_surname(label: str) -> bool:
    words = label.split()
    return (
        bool(words) and words[-1].isupper() and len(words[-1]) > 2 and len(words) < 5 and not places.sides(label, "en")
    )


def _in_capitals(reading: Reading, line: Piece, words: list[str]) -> Speaker | None:
    """The person of a surname in capitals: named in the text, else the one official of that name if a title stands before.

    Nobody where the text introduces the person without an office: a correspondent, a guest.
    """
    surname = words[-1]
    for s in reading.sentences:
        for n in s.people:
            forms = (n.name.upper().split()[-1], n.surface.upper(), n.name.upper().split()[0])
            if surname in forms or spelling.unaccented(surname) in [spelling.unaccented(form) for form in forms]:
                return Speaker(n.name, n.side or None)
    plain = re.escape(surname.title())
    m = re.search(
        rf"(?:[A-Z][\w'-]+\s){{1,2}}{plain}\b|\b{plain}\s[A-Z][\w-]+", reading.text[reading.document.body_start :]
    )
    if m:
        start, end = reading.document.body_start + m.start(), reading.document.body_start + m.end()
        around = reading.text[end : end + 40]
        in_brackets = re.match(r"\s?\([^)]*\)", around)
        sides = places.sides(in_brackets.group() if in_brackets else reading.text[max(0, start - 50) : end + 40], "en")
        lead = reading.text[max(0, start - 50) : end + 60]
        if sides and listed("en", "offices").search(lead):
            return Speaker(_bare(m.group()), sides[0].side)
    listed_people = _surnames().get(surname, ()) if len(words) > 1 or len(surname) > 3 else ()
    return Speaker(listed_people[0].name, listed_people[0].side) if len(listed_people) == 1 else None


def _bare(name: str) -> str:
    return re.sub(
        r"^(?:Minister|President|Secretary|Premier|Commissioner|Ambassador|Representative|Mr|Mrs|Ms|Dr)\.?\s", "", name
    )


@cache
def _surnames() -> dict[str, tuple[people.Person, ...]]:
    table: dict[str, tuple[people.Person, ...]] = {}
    for p in people.people():
        key = p.surname.upper()
        table[key] = (*table.get(key, ()), p)
    return table


def _spokesman(reading: Reading, line: Piece) -> Speaker:
    """Who answers questions: the person named last before the first question, else the author's spokesman."""
    for s in reversed([s for s in reading.sentences if s.piece.line < line.line]):
        for n in s.people:
            p = people.person(n.name)
            if people.office(n.role) == "spokesperson" or (p and p.holds("spokesperson", reading.anchor)):
                return Speaker(n.name, n.side or None)
    first = next((x for x in reading.lines if listed(reading.language, "questions").match(x.text)), line)
    before = reading.text[reading.document.body_start : min(first.start, line.start)]
    if not re.search(r"spokes|发言人|發言人|phát ngôn", before, re.I):
        return Speaker()
    side = reading.author or next(
        (x.side for s in reading.sentences if s.piece.line < line.line for x in s.sides), None
    )
    return Speaker(side=side, described="spokesperson")


def signature(reading: Reading) -> Speaker | None:
    """Who signed the whole document as its author: NAME (@handle)."""
    m = SIGNED.search(reading.text, reading.document.body_start)
    if not m:
        return None
    named = [n for s in reading.sentences for n in s.people if m.start() <= n.start < m.end()]
    return Speaker(named[0].name, named[0].side or None) if named else None


def quotations(reading: Reading) -> list[Span]:
    """Stretches in quotation marks, the marks included; one that a paragraph leaves open ends with it."""
    out: list[Span] = []
    for line in reading.lines:
        begin: int | None = None
        for m in re.finditer('"', line.text):
            if begin is None:
                begin = m.start()
            else:
                out.append(Span(line.start + begin, line.start + m.end()))
                begin = None
        if begin is not None and len(line.text) - begin > 20:
            out.append(Span(line.start + begin, line.end))
    return out
