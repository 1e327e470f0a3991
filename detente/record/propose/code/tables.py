"""Measures and threats in the rows of tables: who, on whom, at which rate, in which state, as the head of a column says."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from detente.record.propose.annotate.amounts import money
from detente.record.propose.annotate.document import Sentence
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
