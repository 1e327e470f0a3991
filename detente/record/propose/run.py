"""Put the rules together: drafts in reading order become statements whose quotes are the text, byte for byte."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from detente.errors import RecordError
from detente.record.document import Document
from detente.record.fact import By, FactDate, Statement
from detente.record.propose.annotate import document as reading
from detente.record.propose.code import (
    agenda_item,
    agreement_stage,
    confirmation,
    extension,
    measure,
    meeting,
    participant,
    statement,
    threat,
    truce,
)
from detente.record.propose.code.rules import Draft
from detente.record.propose.learned import judge
from detente.record.propose.relate.analysis import Analysis, analyse
from detente.record.propose.twin import NO_TWIN, Twin, twin

# what reads each kind from the analysis; meetings and planned ones are read together. Every other one has about half of the
# work, and what it works out serves the next but one
FINDERS: tuple[Callable[[Analysis], list[Draft]], ...] = (
    confirmation.find,
    measure.find,
    statement.find,
    threat.find,
    meeting.find,
    agreement_stage.find,
    agenda_item.find,
    truce.find,
    participant.find,
    extension.find,
    participant.find_variants,
)
# words that a translation by characters makes of 共识 and 稀土
LITERAL = re.compile(r"\b(?:common sense|rare soils?)\b")


class Proposals(NamedTuple):
    """What a document says, in reading order: the facts, and what it possibly says but the reader is not sure of."""

    facts: tuple[Statement, ...]
    possible: tuple[Statement, ...]


def propose(document: Document) -> list[Statement]:
    """What the document says, as statements in reading order: kind, value, whose words, quote and place.

    Deterministic and offline. A quote is always text[start:end]; a key that the text does not support is left out or None.
    """
    return list(read(document).facts)


def read(document: Document, *, with_twin: bool = False) -> Proposals:
    """What the document says, parted by how sure it is: see learned/judging.py.

    with_twin: whether two processes share the work; for a long document, in a process with one thread.
    """
    with _uncollected():
        analysis = analyse(reading.read(document))
        with twin(with_twin) as pair:
            judgement = judge(analysis, _drafts(analysis, pair), pair)
        parts = judgement.facts, judgement.possible
        return Proposals(*(tuple(_statement(analysis, d) for d in part) for part in parts))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: reading makes millions of values and no cycle, and it would visit them over and over."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def analysed(document: Document) -> tuple[Analysis, list[Draft]]:
    """The analysis of a document, and what the rules make of it, in reading order."""
    analysis = analyse(reading.read(document))
    return analysis, _drafts(analysis)


def _drafts(analysis: Analysis, pair: Twin = NO_TWIN) -> list[Draft]:
    drafts = [draft for part in pair.spread(lambda find: find(analysis), FINDERS) for draft in part]
    drafts.sort(key=lambda d: (d.start, d.end, d.kind))
    return _without_threatened(_unique(drafts))


def facts(document: Document, *, judged: bool = True) -> list[dict[str, Any]]:
    """The facts as plain JSON types: kind, quote, start, end, by, value, date, flags, confidence, rule.

    judged: without it, everything that the rules make of the document, however sure they are.
    """
    if judged:
        return [s.as_proposal() for s in read(document).facts]
    analysis, drafts = analysed(document)
    return [_statement(analysis, d).as_proposal() for d in drafts if not _is_nobodys(d)]


def _is_nobodys(d: Draft) -> bool:
    """Whether a draft is a measure of which nobody is known who takes it: what the model may complete, and no fact as it is."""
    v = d.value
    return d.kind == "measure" and v["imposer"] is None and (v["target"] is None or v["type"] != "tariff")


def _without_threatened(drafts: list[Draft]) -> list[Draft]:
    """Without measures that are only threatened: the same side, in the words of the threat."""
    threats = [d for d in drafts if d.kind == "threat"]
    return [
        d
        for d in drafts
        if d.kind != "measure"
        or not any(
            t.start <= d.start and d.end <= t.end and t.value.get("by_side") == d.value.get("imposer") for t in threats
        )
    ]


def _unique(drafts: list[Draft]) -> list[Draft]:
    seen: set[tuple[Any, ...]] = set()
    out = []
    for d in drafts:
        key = (d.kind, d.start, d.end, repr(sorted(d.value.items(), key=lambda x: x[0])))
        if key not in seen and d.end > d.start:
            seen.add(key)
            out.append(d)
    return out


def _statement(analysis: Analysis, d: Draft) -> Statement:
    document = analysis.reading.document
    by = _by(analysis, d)
    end = _behind_entity(document.text, d)
    quote = document.text[d.start : end]
    if not quote:
        raise RecordError(f"{document.id}: a proposed quote at {d.start} is empty; please report the document")
    return Statement(
        kind=d.kind,
        value=d.value,
        by=by,
        source=document.id,
        quote=quote,
        start=d.start,
        end=end,
        date=FactDate(d.date[0], d.date[1], analysis.reading.anchor if d.date[1] else None),
        asserted=document.published,
        known=document.published,
        modality=d.modality,
        polarity=d.polarity,
        flags=tuple(dict.fromkeys([*d.flags, *_flags(analysis.reading.text, d, by)])),
        confidence=d.confidence,
        coder=d.rule,
    )


def _by(analysis: Analysis, d: Draft) -> By:
    """Whose words a draft is: who says the sentence, for names and for what only the clause before says, the document."""
    sentence, default = analysis.reading.sentence_at(d.start), analysis.reading.default_by()
    if d.kind in ("participant", "name_variant"):
        return default
    by = d.by or (default if sentence is None else analysis.by_at(sentence, d.end - 1))
    if d.kind != "meeting" or sentence is None or by.side in ("press", analysis.reading.author):
        return by
    is_said = sentence.number in analysis.attribution.rulings or analysis.attribution.within(sentence)
    return by if is_said else default


def _flags(text: str, d: Draft, by: By) -> Iterator[str]:
    """The reservations about a draft: one side alone says it, or a translation by characters garbled it."""
    if d.kind in ("measure", "agreement_stage", "extension") and by.side not in ("press", "joint", None):
        imposer = d.value.get("imposer")
        if (imposer and imposer != by.side) or d.value.get("stage") == "agreed":
            yield "one_side_only"
    if d.kind in ("agreement_stage", "agenda_item", "measure") and LITERAL.search(text[d.start : d.end]):
        yield "mistranslation"


def _behind_entity(text: str, d: Draft) -> int:
    """The end of a quote; an entity of HTML is not cut in two."""
    rest = re.match(r"[#\w]{0,9};", text[d.end : d.end + 12])
    is_cut = rest and re.search(r"&[#\w]{0,9}$", text[max(d.start, d.end - 10) : d.end])
    return d.end + rest.end() if rest and is_cut else d.end
