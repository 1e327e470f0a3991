"""Put the rules together: drafts in reading order become statements whose quotes are the text, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from detente.errors import RecordError
from detente.record.document import Document
from detente.record.fact import FactDate, Statement
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
from detente.record.propose.relate.analysis import Analysis, analyse

# kind → the function of code/ that reads it from the analysis
CODED: dict[str, Callable[[Analysis], list[Draft]]] = {
    "confirmation": confirmation.find,
    "meeting": meeting.find,
    "planned_meeting": lambda _: [],
    "agenda_item": agenda_item.find,
    "participant": participant.find,
    "statement": statement.find,
    "name_variant": participant.find_variants,
    "measure": measure.find,
    "threat": threat.find,
    "agreement_stage": agreement_stage.find,
    "truce": truce.find,
    "extension": extension.find,
}
# words that a translation by characters makes of 共识 and 稀土
LITERAL = re.compile(r"\b(?:common sense|rare soils?)\b")


def propose(document: Document) -> list[Statement]:
    """What the document says, as statements in reading order: kind, value, whose words, quote and place.

    Deterministic and offline. A quote is always text[start:end]; a key that the text does not support is left out or None.
    """
    analysis = analyse(reading.read(document))
    drafts = [draft for find in CODED.values() for draft in find(analysis)]
    drafts.sort(key=lambda d: (d.start, d.end, d.kind))
    return [_statement(analysis, d) for d in _unique(drafts)]


def facts(document: Document) -> list[dict[str, Any]]:
    """The proposals as plain JSON types: kind, quote, start, end, by, value, date, flags, confidence."""
    return [
        {
            "kind": s.kind,
            "quote": s.quote,
            "start": s.start,
            "end": s.end,
            "by": {"name": s.by.name, "side": s.by.side, "mode": s.by.mode, "via": s.by.via},
            "value": dict(s.value),
            "date": {"iso": s.date.iso, "expr": s.date.expr, "anchor": s.date.anchor},
            "flags": list(s.flags),
            "confidence": s.confidence,
            "rule": s.coder,
        }
        for s in propose(document)
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
    document_reading = analysis.reading
    document = document_reading.document
    sentence = document_reading.sentence_at(d.start)
    by = d.by or (document_reading.default_by() if sentence is None else analysis.by_at(sentence, d.end - 1))
    flags = list(d.flags)
    if d.kind in ("participant", "name_variant"):
        by = document_reading.default_by()
    if (
        d.kind in ("meeting",)
        and by.side not in ("press", document_reading.author)
        and sentence
        and sentence.number not in analysis.attribution.rulings
    ):
        by = by if analysis.attribution.within(sentence) else document_reading.default_by()
    if d.kind in ("measure", "agreement_stage", "extension") and by.side not in ("press", "joint", None):
        imposer = d.value.get("imposer")
        if (imposer and imposer != by.side) or (d.kind == "agreement_stage" and d.value["stage"] == "agreed"):
            flags.append("one_side_only")
    if LITERAL.search(document_reading.text[d.start : d.end]) and d.kind in (
        "agreement_stage",
        "agenda_item",
        "measure",
    ):
        flags.append("mistranslation")
    anchor = document_reading.anchor if d.date[1] else None
    cut = re.match(r"[#\w]{0,9};", document.text[d.end : d.end + 12])
    if cut and re.search(r"&[#\w]{0,9}$", document.text[max(d.start, d.end - 10) : d.end]):
        d = replace(d, end=d.end + cut.end())  # an entity is not cut in two
    quote = document.text[d.start : d.end]
    if quote != document.text[d.start : d.end] or not quote:
        raise RecordError(f"{document.id}: a proposed quote at {d.start} is empty; please report the document")
    return Statement(
        kind=d.kind,
        value=d.value,
        by=by,
        source=document.id,
        quote=quote,
        start=d.start,
        end=d.end,
        date=FactDate(d.date[0], d.date[1], anchor),
        asserted=document.published,
        known=document.published,
        modality=d.modality,
        polarity=d.polarity,
        flags=tuple(dict.fromkeys(flags)),
        confidence=d.confidence,
        coder=d.rule,
    )
