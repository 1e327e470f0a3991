"""Threats: announced harm that hangs on a condition or a day to come."""

from __future__ import annotations

import re
from typing import Any

from detente.record.propose.actors import actor, first_named
from detente.record.propose.annotate import dates
from detente.record.propose.annotate.amounts import rates
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.code.rules import Draft
from detente.record.propose.voices import Voices

HARM = re.compile(
    r"tariff|dut(?:y|ies)\b|lev(?:y|ies)|rate\b|tax|sanction|retaliat|counter-?measure|export control|\bban"
    r"|exclusions?|reimposed|withdrawn|modify this|strike back|hit back|respond|measures|consequence|restrict"
    r"|percent|%|steps to address|fees?\b|thuế"
    r"|trả đũa|关税|反制|加征|thương chiến",
    re.I,
)


THREAT = re.compile(
    r"\bthreat(?:en(?:s|ed|ing)?)?(?: of [^.]{0,60})? (?!with)|\bthreat(?:ened|ens|en|ening|s|)\b|\bvow(?:s"
    r"|ed)? to\b|\bfailing (?:that|which)\b|\botherwise\b|\bor (?:else|face)\b|\bset to (?:rise|jump|return"
    r"|double)\b"
    r"|\b(?:was|were|had been) (?:due )?to (?:take effect|go up|rise|jump|be raised|kick in)\b"
    r"|\b(?:he|she|it|they|Trump|Washington|Beijing|Brussels) would (?:raise|impose|double|increase|slap|levy)\b"
    r"|\b(?:will|would) be (?:taxed|hit|tariffed)\b|\b(?:tariff|tax|dut\w+|levy)[^.]{0,40}\b(?:on|off"
    r"|from) the table\b|\bshoot back up\b|\bsnap back\b|\bready to (?:retaliate|respond|strike)\b|đe dọa|dọa"
    r"|nguy cơ|威胁|威脅"
)


IF = re.compile(
    r"\b(?:[Ii]f|[Uu]nless|[Ff]ailing|[Oo]therwise|in case|[Aa]bsent|[Ww]ithout (?:a|an|such an?)"
    r" (?:deal|agreement|accord|extension|solution))\b|(?:^|[,;:]\s)[Ss]hould\b|[Nn]ếu|如果|如不|否则|若|一旦"
)


NOT_THREAT = re.compile(
    r"threat(?:s)? (?:to the national|posed|described|with respect|has abated|of this kind)"
    r"|unusual and extraordinary threat|that threat\b|such threats?|foreign policy|national emergency"
)


def find_threats(
    reading: Reading, s: Sentence, voices: Voices, memory: dict[str, Any], subject: str | None
) -> list[Draft]:
    text, out = s.piece.text, []
    taken: list[tuple[int, int]] = []
    for m in THREAT.finditer(text):
        a = s.piece.start + m.start()
        if NOT_THREAT.search(text[max(0, m.start() - 26) : m.end() + 22]) or any(x <= a < y for x, y in taken):
            continue
        if not HARM.search(text[m.start() :]) and not re.search(r"vow|strike|retaliat", m.group()):
            continue
        start, end = around(s, a)
        if not HARM.search(s.piece.text[start - s.piece.start : end - s.piece.start]):
            end = s.piece.end
        if re.match(r"threat\b", m.group()):
            lead = re.search(r"\b(?:the |a |new |its |his )?$", text[: m.start()])
            start = s.piece.start + (lead.start() if lead else m.start())
        by = voices.speaker_at(s, a)
        side = (
            actor(reading, s, start, s.piece.start + m.end() + 40, None, first=True)
            if not re.search(
                r"failing|otherwise|be taxed|set to|to take effect|go up|rise|jump|be raised|kick in|nguy cơ|table",
                m.group(),
            )
            else None
        )
        side = (
            side
            or (memory.get("tariff") if not by.side or by.side in ("press", "joint") else by.side)
            or subject
            or by.side
        )
        if side in (None, "press", "joint"):
            side = (
                memory.get("tariff")
                or (reading.author if reading.author not in ("joint", None) else None)
                or first_named(s)
            )
        if side is None:
            continue
        taken.append((start, end))
        out.append(_threat(reading, s, start, end, side, voices))
    if not out and IF.search(text) and (harm := _conditional(reading, s)):
        by = voices.speaker_at(s, harm.start)
        until = re.search(r"\bif\b", harm.text)
        side = actor(reading, s, harm.start, harm.start + until.start() if until else harm.end, None, adjective=True)
        if side is None and re.search(r"\b(?:we|I|the President)\b", harm.text) and reading.author:
            side = reading.author
        side = (
            side
            or (by.side if by.side not in ("press", "joint") else None)
            or memory.get("tariff")
            or (reading.author if reading.author != "joint" else None)
        )
        if side:
            condition = IF.search(text)
            start = s.piece.start + condition.start() if condition else s.piece.start
            parted = start < harm.start and condition and re.search(r"[,;:，；]", text[: condition.start()])
            out.append(_threat(reading, s, start if parted else s.piece.start, s.piece.end, side, voices, harm))
    if (
        not out
        and not (reading.official and not re.search(r"\b(?:would|could)\b", text))
        and re.search(
            r"\b(?:would|will|could) go from \d+|(?:would|will|could|to) (?:rise|jump|return|snap back"
            r"|shoot) (?:back )?(?:up )?(?:from \d+ )?to \d+",
            text,
        )
        and HARM.search(text)
    ):
        rise = re.search(
            r"\b(?:would|will|could) go from|(?:would|will|could|to) (?:rise|jump|return|snap|shoot)", text
        )
        side = memory.get("tariff") or (voices.speaker_at(s, s.piece.start + rise.start()).side if rise else None)
        if side and side not in ("press", "joint") and rise:
            start, end = around(s, s.piece.start + rise.start())
            out.append(_threat(reading, s, start, end, side, voices))
    return out


def _conditional(reading: Reading, s: Sentence) -> Piece | None:
    """The clause that carries the harm of a condition; a condition on how long an agreement lasts is not a threat."""
    text = s.piece.text
    if re.search(r"may (?:leave|withdraw)|have ratified|both approve|only if", text):
        return None
    strong = re.search(
        r"(?:tariffs?|exclusions?|exemptions?|duties|rate|levies|measures?|retaliat\w+|sanctions"
        r"|controls)\b[^.]{0,80}\b(?:will|would"
        r"|could|shall|may) (?:\w+ ){0,2}?(?:go|take effect|rise|shoot|return|snap|increase|be (?:imposed"
        r"|raised|applied|reimposed|withdrawn|revoked|reinstated|doubled|increased)|kick in|jump|double|come)"
        r"|\b(?:will|would|could|shall|may|might|can) (?:\w+ ){0,3}?(?:impose|raise|reimpose|reinstate|retaliate"
        r"|respond|hit|meet that|take (?:\w+ )?(?:\w+ )?(?:measures?|steps|action)|increase|face"
        r"|modify|strike|pursue|tax|punish|charge|ban\b|block|rise|go (?:up|back)|restore|answer|levy|double|apply)"
        r"|\b(?:faces?) (?:\w+ )?(?:tariffs|duties|rates|levies)\b"
        r"|\b(?:tariffs?|duties|rates?|levies)\b[^.,;]{0,40}\b(?:comes?|goes?|takes?|snaps?|rises?|returns?)\b"
        r"|(?:sẽ|có thể) (?:\w+ ){0,2}?(?:áp|tăng|đáp trả|trả đũa|đánh)"
        r"|[将可会能要](?:以|再|能|随时|会|重新|进一步|立即)*(?:加征|恢复|采取|反制|提高|上调)",
        text,
    )
    if not strong or not HARM.search(text):
        return None
    start, end = around(s, s.piece.start + strong.start())
    comma = max(text.rfind(x, start - s.piece.start, strong.start()) for x in (", ", "，"))
    return s.piece.cut(s.piece.start + comma + 2 if comma > 0 else start, end)


def _threat(
    reading: Reading, s: Sentence, start: int, end: int, side: str, voices: Voices, harm: Piece | None = None
) -> Draft:
    quote = s.piece.cut(start, end)
    value: dict[str, Any] = {"by_side": side}
    rates_named = rates(quote.text)
    if rates_named and rates_named[0][0] == "rate_pct":
        value["rate_pct"] = rates_named[0][1]
    iso, expr = None, None
    for e in s.within("times", *((harm.start, harm.end) if harm else (quote.start, quote.end))):
        lead = quote.text[: e.start - quote.start]
        if (
            e.get("w1")
            or re.search(
                r"(?:from|on|effective|starting|as of|by|beginning|until|từ(?: ngày)?|kể từ)\s(?:the\s)?$", lead
            )
            or reading.language == "zh"
        ):
            when = reading.when(e, "future", s.number)
            if e.get("w1") and (back := [t for t in s.times if t.end <= e.start and t.get("w1")]):
                base = reading.when(back[-1], "past", s.number)
                when = dates.resolve(e, reading.anchor, "future", base.iso if base else None)
            if when and when.is_day:
                iso, expr = when.iso, e.words
                value["effective"] = iso
                break
    return Draft("threat", quote.start, quote.end, value, (iso, expr), (), 0.6, modality="threat")


def around(s: Sentence, place: int) -> tuple[int, int]:
    """The clause a place stands in."""
    for c in s.clauses:
        if c.start <= place < c.end:
            return c.start, c.end
    return s.piece.start, s.piece.end
