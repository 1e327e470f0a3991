"""Put the rules together: drafts in reading order become statements whose quotes are the text, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from detente.errors import RecordError
from detente.record import people, spelling
from detente.record.document import Document
from detente.record.fact import FactDate, Statement
from detente.record.propose import measures, meetings, stages, truces, views, voices
from detente.record.propose.annotate import document as reading
from detente.record.propose.annotate.document import Reading
from detente.record.propose.code import agenda_item, meeting
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis, analyse

# kind → the function of code/ that reads it from the analysis; the others are still read by the modules here
CODED: dict[str, Callable[[Analysis], list[Draft]]] = {
    "meeting": meeting.find,
    "planned_meeting": lambda _: [],
    "agenda_item": agenda_item.find,
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
    drafts += meetings.find(document_reading, heard)
    drafts = drop_overlaps(drafts, document_reading)
    drafts += stages.find(document_reading, heard, drafts)
    drafts += views.find(document_reading, heard, drafts)
    drafts += _persons(document_reading)
    drafts = [d for d in drafts if d.kind not in CODED]  # of these kinds code/ reads alone
    for find in CODED.values():
        drafts += find(analysis)
    drafts.sort(key=lambda d: (d.start, d.end, d.kind))
    return [_statement(document_reading, heard, d) for d in _unique(drafts)]


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


def _statement(document_reading: Reading, heard: voices.Voices, d: Draft) -> Statement:
    document = document_reading.document
    sentence = document_reading.sentence_at(d.start)
    by = d.by or (document_reading.default_by() if sentence is None else heard.speaker_at(sentence, d.end - 1))
    flags = list(d.flags)
    if d.kind in ("participant", "name_variant"):
        by = document_reading.default_by()
    if (
        d.kind in ("meeting",)
        and by.side not in ("press", document_reading.author)
        and sentence
        and not heard.ruling.get(sentence.number)
    ):
        by = by if heard.by_sentence.get(sentence.number) else document_reading.default_by()
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


def _persons(document_reading: Reading) -> list[Draft]:
    """Participants, once a person with an office; name variants, once a surface form."""
    out: list[Draft] = []
    value: dict[str, Any]
    seen: set[str] = set()
    variants: set[tuple[str, str]] = set()
    for s in document_reading.sentences:
        group = _group(document_reading, s)
        for index, n in enumerate(s.people):
            p = people.person(n.name)
            if p is None:
                if n.name not in seen and n.mechanism == "unknown" and n.role:
                    seen.add(n.name)
                    value = {"person": n.name, "side": n.side, "role": n.role}
                    out.append(Draft("participant", n.begin, n.stop, value, (None, None), (), 0.6))
                continue
            start, end, office = group.get(index, (n.begin, n.stop, n.role))
            if n.name not in seen and office and n.mechanism != "given name used after a title":
                seen.add(n.name)
                role = p.role(document_reading.anchor)
                value = {"person": n.name, "side": n.side}
                if n.role:
                    value["role"] = role.title if role else n.role
                flags: tuple[str, ...] = ("name_garbled",) if n.mechanism.startswith(reading.MISSPELT) else ()
                if n.role and role and re.search(r"head of|captain|chief", n.role, re.I):
                    flags += (
                        ("role_conflict",)
                        if p.role(document_reading.anchor)
                        and not re.search(r"head|chief", role.title, re.I)
                        and n.side == "CHN"
                        else ()
                    )
                out.append(Draft("participant", start, end, value, (None, None), flags, 0.85))
            if (n.surface, n.name) not in variants and _is_variant(n, p):
                variants.add((n.surface, n.name))
                if not any(v != n.surface and n.surface in v.split() and who == n.name for v, who in variants):
                    garbled = n.surface.isascii() and n.mechanism not in ("given name used after a title",)
                    out.append(
                        Draft(
                            "name_variant",
                            n.start,
                            n.end,
                            {"surface": n.surface, "person": n.name, "mechanism": n.mechanism},
                            (None, None),
                            ("name_garbled",) if garbled else (),
                            0.9,
                        )
                    )
    return out


def _group(document_reading: Reading, s: reading.Sentence) -> dict[int, tuple[int, int, str]]:
    """Presidents A and B share an office; A, B and C for Washington share a side."""
    out: dict[int, tuple[int, int, str]] = {}
    for i, n in enumerate(s.people):
        if re.search(r"\b[Pp]residents|[Ll]eaders|[Mm]inisters$", n.role) and i + 1 < len(s.people):
            m = s.people[i + 1]
            if document_reading.text[n.end : m.begin or m.start].strip() == "and":
                out[i] = (n.begin, m.stop or m.end, n.role)
                out[i + 1] = (n.begin, m.stop or m.end, n.role)
    run: list[int] = []
    for i, n in enumerate(s.people):
        if run and document_reading.text[s.people[run[-1]].end : n.begin or n.start].strip() in (",", "and", ", and"):
            run.append(i)
        else:
            run = [i]
        tail = re.match(r"\sfor\s(?:the\s)?[A-Z][\w. ]{2,20}?(?=[,.;]|$)", document_reading.text[n.end : n.end + 40])
        if tail and len(run) > 1:
            for j in run:
                out[j] = (s.people[run[0]].start, n.end + tail.end(), "for " + n.side)
    return out


def _is_variant(n: Any, p: people.Person) -> bool:
    if n.mechanism in ("own", "own, short", "surname", "own, with initial") and (
        n.surface == p.name or n.surface == p.surname or n.surface in p.aliases or n.mechanism == "own, with initial"
    ):
        return False
    if p.side == "VNM" and n.surface in (p.reading, p.name):
        return False
    return n.surface not in (p.name, p.surname) and spelling.unaccented(n.surface) != spelling.unaccented(p.name)
