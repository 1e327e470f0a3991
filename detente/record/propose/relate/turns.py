"""Who has the floor: labels of speakers in transcripts, interviews and live blogs, and quotations over many sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cache, cached_property
from typing import NamedTuple

from detente.record import people, spelling
from detente.record.propose.annotate import places
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.offices import Named
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
LETTER = re.compile(  # from the address to the name under the closing
    r"^(?:Dear|Your Excellency|Excellency|(?:Mr|Madam|Mister) (?:Minister|President|Commissioner|Secretary))\b[^\n]{0,60}[,:]\s*$"
    r"[\s\S]*^(?:Yours|Sincerely|Respectfully|Faithfully|(?:With )?(?:kind|best|warm)(?:est)? regards)\b[^\n]{0,40}\n+(?P<name>[^\n]{5,60})",
    re.M,
)
OPENS_STATEMENT = re.compile(
    r"\b(?:statement|remarks?|wrote|posted|said|says|writes|posts|tweeted|following|declared|told)\b[^.!?]*:\s*$", re.I
)


ASIDE = re.compile(  # a line of minutes about the sitting itself
    r"The (?:Chair(?:man|woman|person)?|Speaker|moderator|sitting|meeting|session|hearing|briefing|conference) (?:then |next )?"
    r"(?:thank|welcom|rose|clos|adjourn|open|invit|call|end|gave|suspend|resum|interrupt|beg[au]n|conclud)\w*\b"
)


class Turn(NamedTuple):
    """A stretch of one speaker's words. kind: person, answer, question, side, or entry: one line of a
    live blog. start: where the words begin."""

    kind: str
    speaker: Speaker
    start: int


def turns(reading: Reading) -> dict[int, Turn]:
    """By line: who has the floor there, where a label says so; in a transcript a label holds until the next one."""
    named = _named_lines(reading)
    is_transcript = _is_transcript(named, len(reading.lines))
    out: dict[int, Turn] = {}
    here: Turn | None = None
    for line in reading.lines:
        own = named.get(line.line)
        if own is None and not (is_transcript and here and _goes_on(here, line)):
            here = None
        here = own or here
        if here:
            kind = "entry" if here.kind == "person" and not is_transcript else here.kind
            out[line.line] = Turn(kind, here.speaker, here.start if here is own else line.start)
    return out


def _named_lines(reading: Reading) -> dict[int, Turn]:
    """The lines that open with a label that names a speaker; sides only where there are two of them at least."""
    labels = _Labels(reading)
    named = {line.line: turn for line in reading.lines if (turn := labels.of(line))}
    if sum(t.kind == "side" for t in named.values()) < 2:
        return {number: t for number, t in named.items() if t.kind != "side"}
    return named


def _is_transcript(named: dict[int, Turn], size: int) -> bool:
    """Whether the labels are those of a talk: a question behind the first, or persons in most lines."""
    talk = [t for t in named.values() if t.kind in ("question", "answer", "person")]
    return any(t.kind == "question" for t in talk[1:]) or 2 < len(talk) > size / 2


def _goes_on(turn: Turn, line: Piece) -> bool:
    """Whether a line without a label belongs to the turn before it."""
    return turn.kind not in ("side", "entry") and not ASIDE.match(line.text)


class _Labels:
    """Whom the labels of a document name; what needs a look at the whole text is looked up once a label."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.speakers: dict[tuple[str, str], Speaker | None] = {}
        self.intro = next(
            (x.line for x in reading.lines if listed(reading.language, "questions").match(x.text)), len(reading.lines)
        )

    def of(self, line: Piece) -> Turn | None:
        """The label that opens a line, if it names who speaks."""
        row = self.reading.text.rfind("\n", 0, line.start) + 1
        lead = LEAD.search(self.reading.text[row : line.start])
        m = LABEL.match(line.text)
        if not lead and not m:
            return None
        label = lead.group("label") if lead else m.group("label").strip(" *#") if m else ""
        start = line.start if lead or not m else line.start + m.end()
        timed = re.search(r"\d[:.]\d\d\W*$", self.reading.text[row : line.start])
        is_entry = bool(timed) or label.endswith((" again", " adds"))
        return self._turn(line, re.sub(r"\s*\([^)]*\)", "", label).strip(), start, is_entry)

    def _turn(self, line: Piece, label: str, start: int, is_entry: bool) -> Turn | None:
        if self._is_listed(label, "questions"):
            return Turn("question", Speaker(), start)
        if person := self._person(line, label):
            return Turn("entry" if is_entry else "person", person, start)
        if self._is_listed(label, "answers"):
            who = self._once("answer", "", self._spokesman)
            return Turn("answer", who, start) if who else Turn("question", Speaker(), start)
        if office := self._once("office", label, self._office):
            return Turn("person", office, start)
        if _is_surname(label):
            return Turn("question", Speaker(), start)
        sides = [x for x in _sentence(self.reading, line).sides if x.start == line.start]
        is_side = bool(sides) and sides[0].end - sides[0].start >= len(label) - 2
        return Turn("side", Speaker(side=sides[0].side, described=label), start) if is_side else None

    def _once(self, sort: str, label: str, find: Callable[[str], Speaker | None]) -> Speaker | None:
        if (sort, label) not in self.speakers:
            self.speakers[sort, label] = find(label)
        return self.speakers[sort, label]

    def _is_listed(self, label: str, key: str) -> bool:
        pattern = listed(self.reading.language, key)
        if self.reading.language == "zh":
            m = pattern.search(label)
            return bool(m and m.end() == len(label) and (key == "questions" or len(label) < 14))
        words = re.sub(r"^(?:the|a)\s", "", label.lower())
        return bool(pattern.fullmatch(words) or (key == "questions" and pattern.match(words) and len(words) < 22))

    def _person(self, line: Piece, label: str) -> Speaker | None:
        """NAME, NAME (OFFICE), NAME, OFFICE or a surname in capitals."""
        for n in _sentence(self.reading, line).people:
            behind = label[n.stop - line.start :]
            opens = n.begin - line.start < 3 and n.end - line.start <= len(label) + 1
            if opens and re.fullmatch(r"(?:,[^:]{2,50})?(?: again| adds)?", behind):
                return Speaker(n.name, n.side or None)
        is_name = re.fullmatch(r"(?:[A-ZÀ-Ý][\w'.-]+\s){0,2}[A-ZÀ-Ý][\w'-]{3,}", label)
        if _is_surname(label) or (is_name and self._labels[label] > 1):
            return self._once("surname", label.upper(), self._surname)
        return None

    def _surname(self, label: str) -> Speaker | None:
        """The person of a surname in capitals: named in the text, else the one official of that name.

        Nobody where the text introduces the person without an office: a correspondent, a guest.
        """
        surname = spelling.unaccented(label.split()[-1])
        if n := self._named.get(surname):
            return Speaker(n.name, n.side or None)
        officials = _surnames().get(surname, ()) if " " in label or len(surname) > 3 else ()
        return Speaker(officials[0].name, officials[0].side) if len(officials) == 1 else None

    @cached_property
    def _named(self) -> dict[str, Named]:
        """The people whom the text names, the first by each first name, last name and form in the text."""
        named: dict[str, Named] = {}
        for n in (n for s in self.reading.sentences for n in s.people):
            words = n.name.split()
            for form in (words[0], words[-1], n.surface):
                named.setdefault(spelling.unaccented(form), n)
        return named

    @cached_property
    def _labels(self) -> Counter[str]:
        """How many lines begin with each label."""
        return Counter(re.findall(r"\n([^\n:]+):", self.reading.text))

    def _office(self, label: str) -> Speaker | None:
        """THE PRESIDENT, SENIOR ADMINISTRATION OFFICIAL: an office that speaks, and who holds it, where the text says so."""
        offices, words = listed(self.reading.language, "offices"), label.split()
        if not words or len(words) > 6 or BODY.fullmatch(label) or not offices.search(label):
            return None
        if not (label.isupper() or offices.fullmatch(words[-1])):
            return None
        stated = [x.side for x in places.sides(label, self.reading.language)]
        side = next(iter(stated), None) or self.reading.author or self._side_of_intro()
        return self._holder(label, side) or Speaker(side=side, described=label.lower())

    def _holder(self, label: str, side: str | None) -> Speaker | None:
        """The person in an office: named with it in the text, else the one who held it on the day."""
        kind = people.office(label)
        if kind is None or re.search(r"official|adviser", label, re.I):
            return None
        for n in (n for s in self.reading.sentences for n in s.people if n.role):
            if people.office(n.role) == kind:
                return Speaker(n.name, n.side or None)
        holders = [p for p in people.people() if p.side == side and p.holds(kind, self.reading.anchor)]
        return Speaker(holders[0].name, side) if len(holders) == 1 else None

    def _side_of_intro(self) -> str | None:
        """The side of the officials whom the lines above the talk name, else the first party."""
        offices = listed(self.reading.language, "offices")
        intro = [s for s in self.reading.sentences if s.piece.line < self.intro]
        named = [x.side for s in intro for x in s.sides if offices.search(self.reading.text[x.start : x.end + 40])]
        return next(iter([*named, *self.reading.parties]), None)

    def _spokesman(self, _: str) -> Speaker | None:
        """Who answers questions: the spokesman whom the lines above name, else the author's."""
        intro = [s for s in self.reading.sentences if s.piece.line < self.intro]
        named = (n for s in reversed(intro) for n in s.people)
        if n := next((n for n in named if self._speaks_for_side(n)), None):
            return Speaker(n.name, n.side or None)
        if not any(re.search(r"spokes|发言人|phát ngôn", s.piece.text, re.I) for s in intro):
            return None
        sides = [x.side for s in intro for x in s.sides]
        return Speaker(side=self.reading.author or next(iter(sides), None), described="spokesperson")

    def _speaks_for_side(self, n: Named) -> bool:
        """Whether a person is named as a spokesman, or was one on the day."""
        p = people.person(n.name)
        return people.office(n.role) == "spokesperson" or bool(p and p.holds("spokesperson", self.reading.anchor))


def _sentence(reading: Reading, line: Piece) -> Sentence:
    index = bisect_right(reading.sentences, line.start, key=lambda s: s.piece.start) - 1
    return reading.sentences[max(index, 0)]


def _is_surname(label: str) -> bool:
    words = label.split()
    if not words or len(words) > 4 or len(words[-1]) < 3:
        return False
    return words[-1].isupper() and not places.sides(label, "en")


@cache
def _surnames() -> dict[str, tuple[people.Person, ...]]:
    table: dict[str, tuple[people.Person, ...]] = {}
    for p in people.people():
        key = spelling.unaccented(p.surname)
        table[key] = (*table.get(key, ()), p)
    return table


def signature(reading: Reading) -> Speaker | None:
    """Who signed the whole document as its author: NAME (@handle), or the name under a letter."""
    m = SIGNED.search(reading.text, reading.document.body_start) or LETTER.search(
        reading.text, reading.document.body_start
    )
    if not m:
        return None
    named = [n for s in reading.sentences for n in s.people if m.start("name") <= n.start < m.end()]
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
