"""A sentence as the model sees it: words, with a sign in place of each side, person, city, time, rate and duration.

A model that never sees a name cannot learn that one country always acts and another is always acted on.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from detente.record.fact import By
from detente.record.propose.annotate import amounts, dates, places
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.parties import Focus
from detente.record.propose.relate.predicates import Predicate

TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,:/]\d+)*|[^\w\s]")
HAN = re.compile(r"[\u3400-\u9fff]")
CUT = re.compile(
    r"[,;:—–()，；：（）。、?]|\s-\s|\s(?:and|but|while|which|that|who|after|before|although|though|because|if|unless|và"
    r"|nhưng|rằng|nếu|khi)(?=\s)|(?<=[说称示出])，?|[\"“”「」](?=\S)",
    re.I,
)
OPENING = frozenset('"“「')
EDGES = frozenset(",;:—–()，；：（）。、.\"'“”「」-!?")
TAIL = frozenset(",;:—–-，；：。、.(")
SEGMENTS = 14  # of a sentence that are looked at
RUN = 3  # segments of the longest span that is not the whole sentence
QUOTES = ('"', "“", "「")


class Word(NamedTuple):
    """A word or a mention: where it stands, its form or sign, what kind of mention it is, and what it stands for."""

    start: int
    end: int
    form: str
    kind: str = "word"
    mention: Any = None


class Stretch(NamedTuple):
    """Words from one to another; run is the number of segments, 0 for the whole sentence."""

    first: int
    stop: int
    run: int


Span = tuple[int, int, Any]  # the first and the last of some words, and what they may stand for


class View:
    """A sentence with all that features are made of; drafts: what the rules make of it."""

    def __init__(self, analysis: Analysis, sentence: Sentence, drafts: Sequence[Draft] = ()) -> None:
        self.analysis, self.sentence, self.reading = analysis, sentence, analysis.reading
        self.drafts = sorted(drafts, key=attrgetter("start"))
        self.of_stretches: dict[Stretch, list[int]] = {}  # what features.py says of each stretch as a whole
        self._by: dict[int, By] = {}

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(_words(self.reading, self.sentence))

    @cached_property
    def starts(self) -> list[int]:
        """Where the words start."""
        return [w.start for w in self.words]

    def word_at(self, place: int) -> int:
        """The number of the first word that ends behind a place of the text, that of all words where none does."""
        return bisect_right(self.words, place, key=attrgetter("end"))

    @cached_property
    def predicates(self) -> tuple[Predicate, ...]:
        return self.analysis.predicates[self.sentence.number]

    @cached_property
    def focus(self) -> Focus:
        return self.analysis.focus[self.sentence.number]

    @cached_property
    def previous(self) -> Sentence | None:
        """The sentence before."""
        number = self.sentence.number
        return self.reading.sentences[number - 1] if number else None

    def earlier(self, most: int) -> list[Sentence]:
        """The sentences right before, the nearest first."""
        number = self.sentence.number
        return self.reading.sentences[max(0, number - most) : number][::-1]

    def whens(self, expr: dates.Expr, number: int | None = None) -> Iterator[tuple[str, dates.When]]:
        """What an expression means of the past and of the future. number: of the sentence it stands in, if another."""
        place = self.sentence.number if number is None else number
        for tense in ("past", "future"):
            if when := self.reading.when(expr, tense, place):
                yield tense, when

    @cached_property
    def sides(self) -> tuple[tuple[int, str, str], ...]:
        """Mentions of sides, by themselves or by a person: number of the word, side, sign."""
        return tuple(
            (i, w.mention.side, w.form)
            for i, w in enumerate(self.words)
            if w.kind in ("SIDE", "PERSON") and w.mention.side
        )

    def drafted(self, stretch: Stretch) -> list[Draft]:
        """The drafts of the rules that are about a stretch."""
        start, end = self.words[stretch.first].start, self.words[stretch.stop - 1].end
        first = bisect_left(self._draft_starts, start - _longest(end - start))
        near = self.drafts[first : bisect_left(self._draft_starts, end)]
        return [d for d in near if _is_about(d, start, end)]

    @cached_property
    def _draft_starts(self) -> list[int]:
        return [d.start for d in self.drafts]

    @cached_property
    def has_quote(self) -> bool:
        return any(q in self.sentence.piece.text for q in QUOTES)

    @cached_property
    def is_question(self) -> bool:
        return self.sentence.piece.text.rstrip("\"'”」 ").endswith(("?", "？"))

    @cached_property
    def days(self) -> list[tuple[int, str]]:
        """The words that are times, and whether they are past or future seen from the day of the document."""
        anchor, number = self.reading.anchor, self.sentence.number
        times = [(i, w.mention) for i, w in enumerate(self.words) if w.kind == "TIME"] if anchor else []
        resolved = ((i, self.reading.when(mention, None, number)) for i, mention in times)
        return [(i, "future" if when.iso > (anchor or "") else "past") for i, when in resolved if when]

    @cached_property
    def unmarked(self) -> list[Span]:
        """Numbers that may be rates though no unit stands behind them: their words, key and value."""
        piece, language = self.sentence.piece, self.reading.language
        numbers = amounts.unmarked(piece.text, piece.start, language)
        return [(*span, (n.key, n.value)) for n in numbers if (span := self._plain(n.start, n.end))]

    @cached_property
    def uncertain(self) -> list[Span]:
        """Expressions that may be times though the rules do not read them as such: their words, and what was read."""
        piece = self.sentence.piece
        exprs = dates.uncertain(piece.text, self.reading.language, piece.start)
        return [(*span, e) for e in exprs if (span := self._plain(e.start, e.end))]

    @cached_property
    def unlisted(self) -> list[Span]:
        """Names that may be cities no table lists: their words, name and what stands beside them."""
        piece = self.sentence.piece
        names = places.unlisted(piece.text, piece.start) if self.reading.language == "en" else []
        return [(*span, (name, about)) for start, end, name, about in names if (span := self._plain(start, end))]

    @cached_property
    def blocs(self) -> list[frozenset[str]]:
        """The members of each bloc that the sentence, the two before it or the title name."""
        texts = [s.piece.text for s in (self.sentence, *self.earlier(2))]
        named = (bloc for text in (*texts, self.reading.document.title or "") for bloc in places.blocs(text))
        return list(dict.fromkeys(named))

    def _plain(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and last word between two places of the text, None where one of them belongs to a mention."""
        first, last = self.word_at(start), bisect_left(self.starts, end) - 1
        is_plain = first <= last and all(w.kind == "word" for w in self.words[first : last + 1])
        return (first, last) if is_plain else None

    def by(self, place: int) -> By:
        """Whose words stand at a place of the text."""
        if place not in self._by:
            self._by[place] = self.analysis.by_at(self.sentence, place)
        return self._by[place]

    def form(self, i: int) -> str:
        """The form of a word, <> beyond the sentence."""
        return self.words[i].form if 0 <= i < len(self.words) else "<>"

    def stretches(self) -> list[Stretch]:
        """The stretches of the sentence that may hold a fact: runs of segments, and the whole."""
        by_words: dict[tuple[int, int], Stretch] = {}
        for stretch in self._runs():
            first, stop = self._trimmed(stretch.first, stretch.stop)
            if stop > first:
                by_words.setdefault((first, stop), Stretch(first, stop, stretch.run))
        return list(by_words.values())

    def _runs(self) -> Iterator[Stretch]:
        cuts = self._cuts()
        segments = list(pairwise(cuts))[:SEGMENTS]
        for i in range(len(segments)):
            for run in range(1, min(RUN, len(segments) - i) + 1):
                first, stop = segments[i][0], segments[i + run - 1][1]
                yield Stretch(first, stop, 0 if stop - first == len(self.words) else run)
        yield Stretch(0, len(self.words), 0)

    def _cuts(self) -> list[int]:
        piece, cuts = self.sentence.piece, {0, len(self.words)}
        for m in CUT.finditer(piece.text):
            edge = piece.start + (m.start() if m.group().strip().isalpha() else m.end())
            cuts.add(bisect_left(self.starts, edge))
        return sorted(cuts)

    def _trimmed(self, first: int, stop: int) -> tuple[int, int]:
        while first < stop and self.words[first].form in EDGES - OPENING:
            first += 1
        while stop > first and self.words[stop - 1].form in TAIL:
            stop -= 1
        return first, stop

    def stretch(self, start: int, end: int) -> Stretch:
        """The words of the sentence between two places of the text; at least one word."""
        first = min(self.word_at(start), len(self.words) - 1)
        stop = max(bisect_left(self.starts, end), first + 1)
        whole = first == 0 and stop >= len(self.words) - 1
        return Stretch(first, stop, 0 if whole else 1)


def _is_about(draft: Draft, start: int, end: int) -> bool:
    """Whether a draft and a span share half of the shorter, and the longer is not much longer."""
    short, long = sorted((end - start, draft.end - draft.start))
    return 2 * (min(end, draft.end) - max(start, draft.start)) >= short and long <= _longest(short)


def _longest(length: int) -> int:
    """How long a span may be that is about one of a length, in characters."""
    return 3 * length + 60


def _words(reading: Reading, sentence: Sentence) -> Iterator[Word]:
    place = sentence.piece.start
    for mention in _mentions(sentence):
        yield from _plain(reading.text, place, mention.start)
        yield mention
        place = mention.end
    yield from _plain(reading.text, place, sentence.piece.end)


def _mentions(sentence: Sentence) -> list[Word]:
    """The mentions of a sentence that do not overlap an earlier or longer one."""
    start = sentence.piece.start
    mentions = [Word(m.start, m.end, sign, sign, m) for sign, group in _named(sentence) for m in group]
    mentions += [Word(m.start, m.end, f"SIDE.{m.form}", "SIDE", m) for m in sentence.sides]
    mentions += [Word(r.start, r.end, f"{r.key.upper()}.{r.of}", "RATE", (r.key, r.value)) for r in sentence.rates]
    lengths = dates.durations(sentence.piece.text, start)
    mentions += [Word(a, b, f"LENGTH.{unit}", "LENGTH", (n, unit)) for a, b, n, unit in lengths]
    out: list[Word] = []
    place = start
    for word in sorted(mentions, key=lambda w: (w.start, -w.end)):
        if word.start >= place and word.end <= sentence.piece.end:
            out.append(word)
            place = word.end
    return out


def _named(sentence: Sentence) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    return ("PERSON", sentence.people), ("CITY", sentence.cities), ("TIME", sentence.times)


def _plain(text: str, start: int, end: int) -> Iterator[Word]:
    for m in TOKEN.finditer(text, start, end):
        word = m.group()
        if HAN.search(word):
            yield from (Word(m.start() + i, m.start() + i + 1, sign) for i, sign in enumerate(word))
        else:
            yield Word(m.start(), m.end(), "#" if word[0].isdigit() else word.lower())
