"""Measures and threats in the rows of tables: who, on whom, at which rate, in which state, as the head of a column says."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from detente.record.propose.annotate import places
from detente.record.propose.annotate.amounts import money
from detente.record.propose.annotate.document import Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import Term
from detente.record.propose.code.policy import TYPES
from detente.record.propose.code.roles import Imposers
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis

HEADS = {
    "threat": r"threat|letter|proposed|envisaged|planned",
    "imposer": r"\bwho\b|imposer|importer|imposed by|\bby\b|actor|authority",
    "target": r"countr|partner|against|target|exporter|\bon\b|\bfrom whom\b",
    "money": r"money|invest|promis|pledg",
    "state": r"until|status|state|expir|note|since|from",
    "rate": r"rate|dut(?:y|ies)|tariff|agreed|deal|now|new|per ?cent|%|in force|applied|level",
    "what": r"what|measure|item|goods|product|act\b",
}
STATES = (
    ("suspended", r"suspend|paus|on hold|on ice|frozen|idem"),
    ("ended", r"\bended|lifted|removed|scrapped|withdrawn|gone|struck down"),
    ("reduced", r"reduced|cut|lowered|halved|→|->"),
    ("announced", r"announced|agreed|planned|to come"),
)
GAP = re.compile(r"\s{2,}|\t|\s*\|\s*")
CELL = re.compile(r"<t[dh]\b[^>]{0,200}>(?P<c>.{0,600}?)(?=</?t[dhr]\b|</table)", re.S | re.I)
ROW = re.compile(r"<tr\b[^>]{0,200}>.{0,4000}?(?:</tr>|(?=<tr\b)|</table>)", re.S | re.I)
FIRST_NUMBER = re.compile(
    r"^\W{0,3}(?P<n>\d{1,3}(?:\.\d{1,2})?)\s{0,8}(?:%|per ?cent)?(?!\s?(?:[A-Z]?[a-z]+ \d{4}|bn|billion|million|\d))"
)
LAST_RATE = re.compile(r"(?P<n>\d{1,3}(?:\.\d{1,2})?)\s{0,8}(?:%|per ?cent)(?!.*\d\s{0,8}(?:%|per ?cent))", re.S)


class Cell(NamedTuple):
    """A cell of a row: where it stands and what the head of its column says of it."""

    start: int
    end: int
    head: str


def find(analysis: Analysis, imposers: Imposers) -> list[Draft]:
    """The measures and threats of a document's tables."""
    return [d for row in _rows(analysis) for d in _drafts(analysis, imposers, row)]


RATED = re.compile(
    r"\W{0,3}(?P<label>[^\W\d_][^:|.;?!]{1,60}?)(?:\s?[:：]|\s{2,}|\t|\s?\|)\s*(?P<most>up to |at most )?"
    r"(?P<n>\d{1,3}(?:[.,]\d{1,2})?)\s?(?P<sign>%|per ?cent|pct)?(?=\s{2,}|\s?\(|[\s;.,|]*$)"
)
ABOVE = 5  # lines above a list of rates in which stands what they are


def rated(analysis: Analysis, before: Sequence[Draft]) -> Iterator[Draft]:
    """The rows of a list of rates, "Other firms: 35.3 %": each a duty of the sides of its head, else of the measure before.

    before: the measures and threats that are known, none of which has the row.
    """
    lines = analysis.reading.lines
    rows = [(line, m) if (m := RATED.match(line.text)) else None for line in lines]
    for first, last in _runs([row is not None for row in rows]):
        run = [row for row in rows[first:last] if row]
        if sides := _sides_of(analysis, run, lines[max(0, first - ABOVE) : first], before):
            yield from (_of_row(line.start, m, sides) for line, m in run)


def _sides_of(
    analysis: Analysis, run: Sequence[tuple[Piece, re.Match[str]]], above: Sequence[Piece], before: Sequence[Draft]
) -> tuple[str, str] | None:
    """Imposer and target of a list of rates: of the head above it, else of the duty before, where it is one of rates."""
    if head := _of_head(analysis, above):
        return head
    return _named_last(before, run[0][0].start) if all(m["sign"] for _, m in run) else None


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where two and more flags are set in a row: first and one behind the last."""
    start = 0
    for is_set, group in groupby(flags):
        size = len(list(group))
        if is_set and size > 1:
            yield start, start + size
        start += size


def _of_head(analysis: Analysis, above: Sequence[Piece]) -> tuple[str, str] | None:
    """Imposer and target that a line above names: on European goods in China."""
    for line in reversed(above):
        named = places.sides(line.text, analysis.reading.language)
        sides = list(dict.fromkeys(m.side for m in named))
        if len(sides) == 2 and re.search(r"\bon\s(?:the\s)?$", line.text[: named[0].start], re.I):
            return sides[1], sides[0]
    return None


def _named_last(before: Sequence[Draft], place: int) -> tuple[str, str] | None:
    """Imposer and target of the last duty before a place that has both."""
    duties = [d for d in before if d.start < place and d.kind == "measure" and d.value["type"] == "tariff"]
    known = [d for d in duties if d.value["imposer"] and d.value["target"]]
    last = max(known, key=lambda d: d.start, default=None)
    return (last.value["imposer"], last.value["target"]) if last else None


def _of_row(start: int, m: re.Match[str], sides: tuple[str, str]) -> Draft:
    rate = float(m["n"].replace(",", "."))
    value: dict[str, Any] = {"type": "tariff", "imposer": sides[0], "target": sides[1], "status": "in_force"}
    value |= {} if m["most"] else {"rate_pct": int(rate) if rate == int(rate) else rate}
    begin = start + m.start("label")
    return Draft("measure", begin, start + m.end(), value, confidence=0.6, rule="measure.rated_row")


def _rows(analysis: Analysis) -> Iterator[list[Cell]]:
    """The rows of each table below its head, with the head of each cell."""
    heads: list[str] = []
    for cells in _cut(analysis):
        words = [analysis.reading.text[a:b].lower() for a, b in cells]
        named = [_head(w) for w in words]
        if sum(bool(n) for n in named) > 1 and not any(re.search(r"\d", w) for w in words):
            heads = named
        elif heads and 1 < len(cells) <= len(heads):
            yield [Cell(a, b, head) for (a, b), head in zip(cells, heads, strict=False)]


def _head(words: str) -> str:
    """What a cell says of the column below it; empty where it says nothing known."""
    return next((head for head, pattern in HEADS.items() if re.search(pattern, words)), "")


def _cut(analysis: Analysis) -> Iterator[list[tuple[int, int]]]:
    text, start = analysis.reading.document.text, analysis.reading.document.body_start
    if "<tr" in text.lower():
        for row in ROW.finditer(text, start):
            yield [(row.start() + m.start("c"), row.start() + m.end("c")) for m in CELL.finditer(row.group())]
        return
    for line in analysis.reading.lines:
        cuts = [(0, 0), *((m.start(), m.end()) for m in GAP.finditer(line.text)), (len(line.text), len(line.text))]
        cells = [(line.start + a[1], line.start + b[0]) for a, b in pairwise(cuts) if b[0] > a[1]]
        if len(cells) > 1:
            yield cells


def _drafts(analysis: Analysis, imposers: Imposers, row: Sequence[Cell]) -> Iterator[Draft]:
    text = analysis.reading.text
    target = _side(analysis, row, "target")
    imposer = _imposer(analysis, imposers, row, target)
    if imposer is None or imposer == target:
        return
    terms = [t for c in row if c.head == "what" for t in _terms(analysis, c)]
    base = {"type": _type(terms), "imposer": imposer, "target": target, "status": _status(text, row)}
    drafts = list(filter(None, (_of_cell(text, row[0].start, cell, base) for cell in row)))
    yield from drafts
    if terms and not any(d.kind == "measure" and "rate_pct" in d.value for d in drafts):
        yield Draft("measure", row[0].start, row[-1].end, base, confidence=0.6, rule="measure.row")


def _imposer(analysis: Analysis, imposers: Imposers, row: Sequence[Cell], target: str | None) -> str | None:
    """Who acts in a row: who is named as such, else beside the goods, else who acts on the target elsewhere."""
    named = _side(analysis, row, "imposer") or _side(analysis, row, "what")
    return named or (imposers.against(target) if target else None)


def _type(terms: Sequence[Term]) -> str:
    return next((TYPES[t.concept] for t in terms if t.concept in TYPES), "tariff")


def _status(text: str, row: Sequence[Cell]) -> str:
    words = " ".join(text[c.start : c.end] for c in row)
    return next((status for status, pattern in STATES if re.search(pattern, words, re.I)), "in_force")


def _of_cell(text: str, start: int, cell: Cell, base: dict[str, Any]) -> Draft | None:
    """The rate, threat or sum of a cell, quoted from the start of its row; base: the measure of the row."""
    words = text[cell.start : cell.end]
    rate = _rate(words, cell.head)
    if cell.head == "threat" and rate is not None:
        value = {"by_side": base["imposer"], "rate_pct": rate}
        return Draft("threat", start, cell.end, value, confidence=0.6, rule="threat.row")
    if cell.head == "money" and base["target"] and (amount := money(words)):
        sides = {"imposer": base["target"], "target": base["imposer"]}
        value = {"type": "other", **sides, "status": "committed", **amount}
    elif rate is not None and base["type"] in ("tariff", "fee"):
        value = {**base, "rate_pct": rate}
    else:
        return None
    return Draft("measure", start, cell.end, value, confidence=0.6, rule="measure.row")


def _side(analysis: Analysis, row: Sequence[Cell], head: str) -> str | None:
    cells = [c for c in row if c.head == head]
    named = [m.side for c in cells for s in _sentences(analysis, c) for m in s.sides if c.start <= m.start < c.end]
    return named[0] if len(set(named)) == 1 else None


def _terms(analysis: Analysis, cell: Cell) -> list[Term]:
    return [t for s in _sentences(analysis, cell) for t in s.terms if cell.start <= t.start < cell.end]


def _sentences(analysis: Analysis, cell: Cell) -> list[Sentence]:
    """The sentences that reach into a cell."""
    sentences = analysis.reading.sentences
    first = max(bisect_right(sentences, cell.start, key=lambda s: s.piece.start) - 1, 0)
    return [s for s in sentences[first : first + 8] if s.piece.start < cell.end]


def _rate(words: str, head: str) -> float | None:
    m = LAST_RATE.search(words) or (FIRST_NUMBER.match(words) if head in ("rate", "threat") else None)
    value = float(m.group("n")) if m else None
    return value if value is None or value != int(value) else int(value)
