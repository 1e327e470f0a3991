"""Put the rules together: drafts in reading order become statements whose quotes are the text, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from detente.errors import RecordError
from detente.record.document import Document
from detente.record.fact import FactDate, Statement
from detente.record.propose import measures, stages, truces, voices
from detente.record.propose.annotate import document as reading
from detente.record.propose.annotate.document import Reading
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

# kind → the function of code/ that reads it from the analysis; the others are still read by the modules here
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
ENDED = re.compile(r"expire|run(?:s)? out|laps|hết hạn|hết hạn|kéo dài đến|到期")


def propose(document: Document) -> list[Statement]:
    """What the document says, as statements in reading order: kind, value, whose words, quote and place.

    Deterministic and offline. A quote is always text[start:end]; a key that the text does not support is left out or None.
    """
    document_reading = reading.read(document)
    analysis = analyse(document_reading)
    heard = voices.attribute_speech(document_reading)
    acts = measures.find(document_reading, heard)
    drafts = acts + truces.find(document_reading, heard, acts)
    drafts = drop_overlaps(drafts, document_reading)
    drafts += stages.find(document_reading, heard, drafts)
    drafts = [d for d in drafts if d.kind not in CODED]  # of these kinds code/ reads alone
    for find in CODED.values():
        drafts += find(analysis)
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


def drop_overlaps(drafts: list[Draft], document_reading: Reading) -> list[Draft]:
    """Leave out measures that a threat covers, and meetings on days that are moved by law."""
    threats = document_reading.spread(d for d in drafts if d.kind == "threat")
    pauses = document_reading.spread(
        d for d in drafts if d.kind == "truce" and ENDED.search(document_reading.text[d.start : d.end])
    )
    out = []
    for d in drafts:
        sentence = document_reading.sentence_at(d.start)
        number = sentence.number if sentence else -1
        inside = any(t.start <= d.start and d.end <= t.end for t in threats.get(number, []))
        same = any(abs(t.start - d.start) < 40 and d.end <= t.end + 2 for t in pauses.get(number, []))
        if d.kind != "measure" or not (inside or (same and not document_reading.official)):
            out.append(d)
    return out


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
