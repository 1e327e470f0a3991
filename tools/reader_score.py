"""How far the reader's proposals agree with hand-made records: matching, as tests, report and training share it.

A folder of documents has a folder of gold beside it: one `NAME.jsonl` a document, a record a line. A proposal matches
a record of its kind when the quotes overlap by half of the shorter and a quarter of the record's, the longer quote is
not above three times as long as the record's (and 60 characters), and every key field that the record bears agrees.
One to one, the best overlap first.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from detente.record.document import Document, read
from detente.record.propose import facts

Fact = dict[str, Any]
Reader = Callable[[Document], list[Fact]]
KEYS = {
    "meeting": ("city", "mode_of_contact", "start", "end"),
    "planned_meeting": ("participants", "date", "status"),
    "confirmation": ("by_side", "status"),
    "participant": ("person", "side"),
    "statement": ("speaker", "side"),
    "measure": ("type", "imposer", "target", "rate_pct", "rate_pp", "status"),
    "threat": ("by_side", "rate_pct", "effective"),
    "truce": ("parties", "expiry"),
    "extension": ("by_days", "new_expiry"),
    "agreement_stage": ("stage", "parties"),
    "agenda_item": ("topic",),
    "name_variant": ("surface", "person"),
}
NAMES = ("participant", "name_variant")  # the kinds about persons, which are easy and many


class Example(NamedTuple):
    """A document with its records and what the reader proposes: spans index the text of the document."""

    document: Document
    exhaustive: bool
    gold: list[Fact]  # each with start and end
    proposals: list[Fact]


def norm(value: Any) -> Any:
    """A value as it is compared: lists as sets, letters without accents and case, numbers rounded."""
    if isinstance(value, list):
        return frozenset(norm(x) for x in value)
    if isinstance(value, str):
        plain = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
        return re.sub(r"\s+", " ", plain.casefold()).strip()
    return round(float(value), 6) if isinstance(value, int | float) and not isinstance(value, bool) else value


def place(text: str, quote: str, occurrence: int | None) -> tuple[int, int]:
    """Where the n-th occurrence of a quote starts and ends; ValueError where the text has none."""
    start = -1
    for _ in range(occurrence or 1):
        start = text.index(quote, start + 1)
    return start, start + len(quote)


def differing(record: Fact, proposal: Fact) -> tuple[str, ...]:
    """The key fields that the record bears and the proposal has otherwise."""
    value, proposed = record["value"], proposal["value"]
    borne = [k for k in KEYS[record["kind"]] if value.get(k) not in (None, [], "")]
    return tuple(k for k in borne if norm(value[k]) != norm(proposed.get(k)))


def overlap(a: Fact, b: Fact) -> int:
    """Characters that two quotes share; negative for the distance between them."""
    return int(min(a["end"], b["end"]) - max(a["start"], b["start"]))


def same_span(record: Fact, proposal: Fact) -> bool:
    """Whether the quotes overlap by enough to be about one fact."""
    shared, length = overlap(record, proposal), record["end"] - record["start"]
    short, long = sorted((length, proposal["end"] - proposal["start"]))
    return shared > 0 and shared >= max(0.5 * short, 0.25 * length) and long <= 3 * length + 60


def match(gold: list[Fact], proposals: list[Fact]) -> dict[int, int]:
    """The number of the proposal that each record is matched with, by the number of the record."""
    pairs = [
        (overlap(r, p) / max(r["end"] - r["start"], p["end"] - p["start"]), i, j)
        for i, r in enumerate(gold)
        for j, p in enumerate(proposals)
        if p["kind"] == r["kind"] and same_span(r, p) and not differing(r, p)
    ]
    taken: dict[int, int] = {}
    for _, i, j in sorted(pairs, reverse=True):
        if i not in taken and j not in taken.values():
            taken[i] = j
    return taken


def records(path: Path, document: Document) -> list[Fact]:
    """The records of a gold file, with the places of their quotes in the document."""
    out = []
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            r = json.loads(line)
            try:
                start, end = place(document.body, r["quote"], r.get("occurrence"))
            except ValueError:
                raise ValueError(f"{path}: the document has no such quote: {r['quote'][:70]!r}") from None
            out.append({**r, "start": start + document.body_start, "end": end + document.body_start})
    return out


def names(gold: Path, only: Collection[str] | None = None, fold: tuple[int, int] | None = None) -> Iterator[str]:
    """The documents that have gold: those named in only, and those that a hash of the name puts in fold K of N."""
    for path in sorted(gold.glob("*.jsonl")):
        part = int(hashlib.sha256(path.stem.encode()).hexdigest(), 16)
        if (only is None or path.stem in only) and (fold is None or part % fold[1] == fold[0] - 1):
            yield path.stem


def by_rules(document: Document) -> list[Fact]:
    """What the rules make of a document, however sure they are; the model that judges it knows these records."""
    return facts(document, judged=False)


def examples(chosen: Iterable[str], documents: Path, gold: Path, reader: Reader = by_rules) -> list[Example]:
    """The documents of a folder with their records and the reader's proposals."""
    out = []
    for name in chosen:
        document = read(documents / f"{name}.txt")
        exhaustive = document.header.get("exhaustive", "").strip().casefold() == "true"
        out.append(Example(document, exhaustive, records(gold / f"{name}.jsonl", document), reader(document)))
    return out


def passages(path: Path) -> Iterator[tuple[Document, list[Fact]]]:
    """The passages of a file, each a line with its text and records: as documents with the places of their quotes."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        row = json.loads(line)
        about = {key: row[key] for key in ("language", "published", "publisher")}
        document = Document(id=f"passage {number}", text=row["text"], sha256="", **about)
        spans = [place(row["text"], r["quote"], r.get("occurrence")) for r in row["records"]]
        yield document, [{**r, "start": a, "end": b} for r, (a, b) in zip(row["records"], spans, strict=True)]


def f1(hits: float, wanted: float, given: float) -> float:
    """The harmonic mean of recall and precision, from counts."""
    return 2 * hits / max(1, wanted + given)
