"""Measures: who does what to whose goods, at which rate, in which state."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from detente.record.propose import lexicon
from detente.record.propose.actors import actor, imposer_of, target_of
from detente.record.propose.acts import COMES, KEPT, PROMISE, is_act, object_of
from detente.record.propose.annotate.amounts import MONEY, money, rates
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.code.rules import Draft
from detente.record.propose.rated import by_rate
from detente.record.propose.threats import find_threats
from detente.record.propose.voices import Voices

TALKED = re.compile(
    r"\b(?:discuss\w*|talk(?:s|ed)? (?:about|on)|consider\w*|work(?:s|ed|ing)? for|would work|seek\w*|sought"
    r"|float(?:s|ed)?|suggest(?:s|ed)?|want(?:s|ed)?|aim(?:s|ed)?|lobb\w+|call(?:s|ed)? for|urg\w+|negotiat\w*|"
    r"demand\w*|ask(?:s|ed)?|expects?|estimates?|hopes?|could|may|might|if|unless|whether|possib\w+|propos\w+"
    r"|question of|debat\w+|prepar\w+ to|mull\w*|weigh\w*|to reopen|instead of|threaten\w*|warn\w*|focus\w*"
    r"|in exchange for|issue of|believes?)\b|bàn|thảo luận|nguy cơ|sẵn sàng|讨论|考虑|如果"
)


JOINTLY = re.compile(r"\b(?:[Bb]oth|[Tt]he (?:two|parties)|[Ee]ach|[Tt]wo sides)\b|hai bên|双方|两国|中美")
CARRIES = re.compile(r"(?:It|They|He|She|Its|Additionally|Specifically|In addition|Also|There)\b")


def find(reading: Reading, voices: Voices) -> list[Draft]:
    """All measures and threats, in reading order."""
    drafts: list[Draft] = []
    memory: dict[str, Any] = {}
    subject: str | None = None
    line, header_side = -1, None
    for s in reading.sentences:
        if s.piece.line != line:
            line = s.piece.line
            header_side = _heading(s, header_side)
        if reading.language != "zh" and not CARRIES.match(s.piece.text):
            subject = None
        threats = find_threats(reading, s, voices, memory, subject)
        drafts += threats
        if threats and re.search(r"tariff|dut(?:y|ies)|levy|levies|tax|rate|关税|thuế", s.piece.text):
            memory["tariff"] = threats[-1].value["by_side"]
        new_drafts, subject = _measures(reading, s, voices, memory, subject or header_side, threats)
        drafts += new_drafts
    return drafts


def _heading(s: Sentence, now: str | None) -> str | None:
    """CHINESE ACTIONS: / commitments of one side introduce the list that follows."""
    text = s.piece.text
    if re.match(
        r"(?:CHINESE|Chinese) (?:ACTIONS|actions|commitments)|.*\b(?:includes?"
        r"|including) (?:the following )?Chinese commitments",
        text,
    ):
        return "CHN"
    if re.match(r"(?:AMERICAN|U\.S\.|American) (?:ACTIONS|actions|commitments)", text):
        return "USA"
    return now


OWNED = re.compile(r"\s(?:\w+\s)?(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|rates?)\b")


def _measures(
    reading: Reading, s: Sentence, voices: Voices, memory: dict[str, Any], subject: str | None, threats: list[Draft]
) -> tuple[list[Draft], str | None]:
    out: list[Draft] = []
    language = reading.language
    for x in s.sides:
        if x.form == "adjective" and OWNED.match(reading.text[x.end : x.end + 30]) and "tariff" not in memory:
            memory["tariff"] = x.side  # American duties: whose they are, said before what becomes of them
    for c in s.clauses:
        acts = actor(reading, s, c.start, c.end, None, subject_only=True)
        if any(t.start <= c.start and c.end <= t.end + 1 for t in threats):
            subject = acts or subject
            continue
        drafts: list[Draft] = []
        used = 0
        hits = [
            m
            for m in lexicon.verbs(language).finditer(c.text)
            if is_act(c.text, m, language) and not (m.group()[0].isupper() and m.start() > 2 and language == "en")
        ]
        skip_to = 0
        for index, m in enumerate(hits):
            if m.start() < skip_to:
                continue
            if (
                re.match(r"suspension", m.group(), re.I)
                and index
                and re.fullmatch(r"[\w\s'’-]{0,40}", c.text[hits[index - 1].end() : m.start()])
                and not lexicon.types(language).search(c.text[hits[index - 1].end() : m.start()])
            ) and re.match(r"maintain|keep|kept|extend|lift|remov|end", hits[index - 1].group()):
                continue
            after_end = hits[index + 1].start() if index + 1 < len(hits) else len(c.text)
            status = lexicon.label(m)
            if (
                KEPT.match(c.text[m.start() :])
                and index + 1 < len(hits)
                and re.match("suspen", hits[index + 1].group())
            ):
                after_end = hits[index + 2].start() if index + 2 < len(hits) else len(c.text)
                skip_to = hits[index + 1].end()
            if re.match(r"work (?:with|on|to)|approv", m.group()):
                after_end, skip_to = len(c.text), len(c.text)
            if (
                index + 1 < len(hits)
                and after_end - m.end() < 22
                and re.fullmatch(r"[\s,]*(?:(?:or|and|và|hoặc)\s)?(?:\w+ly\s)?", c.text[m.end() : after_end])
            ):
                after_end = hits[index + 2].start() if index + 2 < len(hits) else len(c.text)
                skip_to = hits[index + 1].end()
            draft = measure_from_verb(reading, s, c, m, status, after_end, used, acts or subject, memory, voices)
            if draft is None:
                continue
            if drafts and re.search(r"\bby\s(?:\w+ly\s)?$", c.text[: m.start()]) and m.group().endswith("ing"):
                if "rate_pp" in draft.value or "rate_pct" in draft.value:
                    drafts[-1] = replace(
                        drafts[-1], value={**draft.value, "status": drafts[-1].value["status"]}, end=draft.end
                    )
                continue
            used = draft.end - c.start
            drafts.append(draft)
        drafts = [x for d in _split(drafts, c) for x in _amounts(d, c)]
        for d in drafts:
            memory[d.value["type"]] = d.value["imposer"]
            memory["latest"] = d
        same = re.search(
            r"\b(?:do(?:es)?|did|also) (?:much )?(?:the )?same\b|\bfollow(?:s|ed)? suit\b|\bin kind\b|\blikewise\b",
            c.text,
        )
        if same and not drafts and acts and (model := (out or memory.get("last"))):
            d = model[-1] if isinstance(model, list) else model
            drafts = [
                replace(
                    d,
                    start=c.start,
                    end=c.end,
                    value={
                        "type": d.value["type"],
                        "imposer": acts,
                        "target": d.value["imposer"],
                        "status": d.value["status"],
                    },
                )
            ]
        if not drafts and no_threat_overlaps(threats, c) and (rated_draft := by_rate(reading, s, c, subject, memory)):
            drafts = [rated_draft]
            memory["tariff"] = rated_draft.value["imposer"]
        if not drafts and out and re.match(r"including\b", c.text):
            drafts = _included(c, out[-1])
        out += drafts
        subject = acts or subject
        if acts:
            memory["actor"] = acts
    if out:
        memory["last"] = out[0]
    return out, subject


def no_threat_overlaps(threats: list[Draft], c: Piece) -> bool:
    """Whether no threat covers the clause."""
    return not any(t.start < c.end and c.start < t.end for t in threats)


AMOUNT = re.compile(
    r"(?:,\s(?:and\s)?|\sand\s)(?=[a-z][\w ]{2,40}?\s(?:worth|of|for)\s[$€£]?\d[\d.,]* (?:billion"
    r"|million))"
)


def _amounts(d: Draft, c: Piece) -> list[Draft]:
    """Aircraft worth 3 billion, farm products worth 4 billion and energy worth 15 billion: a purchase each."""
    if d.value["type"] != "purchase_commitment":
        return [d]
    quote = c.cut(d.start, d.end)
    cuts = [quote.start, *(quote.start + m.end() for m in AMOUNT.finditer(quote.text)), quote.end]
    if len(cuts) < 3:
        return [d]
    out = []
    for a, b in pairwise(cuts):
        part = c.cut(a, b)
        text = re.sub(r"(?:,|\sand|,\sand)\s*$", "", part.text)
        kept = {k: v for k, v in d.value.items() if not k.endswith(("_bn", "_bn_per_year"))}
        out.append(replace(d, start=part.start, end=part.start + len(text), value=kept | money(text)))
    return out


def _included(c: Piece, parent: Draft) -> list[Draft]:
    m = re.match(r"including (?P<w>[^.]+)", c.text)
    kind = lexicon.types("en").search(m.group("w")) if m else None
    if m and kind and lexicon.label(kind) == "entity_listing":
        a = c.start + m.start("w")
        return [replace(parent, start=a, end=c.end, value={**parent.value, "type": "entity_listing"})]
    return []


def _split(drafts: list[Draft], c: Piece) -> list[Draft]:
    """Each measure's quote from its own subject or verb to the next one's."""
    out = []
    for i, d in enumerate(drafts):
        far = d.start - c.start >= 110 and d.end - d.start > 40
        start = d.start if i or far else c.start
        end = drafts[i + 1].start if i + 1 < len(drafts) else c.end
        q = c.cut(start, end)
        text = re.sub(r"[\s,;.]*(?:\b(?:and|or|while)\b)?[\s,;.]*$", "", q.text)
        out.append(replace(d, start=q.start, end=q.start + len(text)))
    return out


def measure_from_verb(
    reading: Reading, s: Sentence, c: Piece, m: re.Match[str], status: str, after_end: int, used: int,
    subject: str | None, memory: dict[str, Any], voices: Voices,
) -> Draft | None:  # fmt: skip
    language, text = reading.language, c.text
    jointly: str | None = None
    if language == "zh" and re.search(r"互相|相互", text):
        return None
    before, after = text[used : m.start()], text[m.end() : after_end]
    bought = re.fullmatch(lexicon.BUY[language], m.group(), re.I)
    kind, noun = object_of(language, before, after, m, status)
    if (
        kind is None
        and re.match(r"accept|fac|pay", m.group())
        and re.match(
            r"\s(?:\w+ )?\d+(?:\.\d+)? ?(?:%"
            r"|percent)",
            after,
        )
    ):
        kind = "tariff"
    if (
        kind is None
        and re.match(r"(?:remain|stay)", m.group())
        and re.fullmatch(r"[\s,]*(?:(?:will|would|shall|now|still|to|was|were)\s)*", before)
    ):
        back = list(lexicon.types(language).finditer(s.piece.text[: c.start - s.piece.start]))
        kind, noun = (lexicon.label(back[0]), back[0].group()) if back else (kind, noun)
    if kind is None and re.match(r"put", m.group()) and (inner := lexicon.types(language).search(m.group() + " on")):
        kind, noun = lexicon.label(inner), inner.group()
    if re.match(r"put", m.group()) and "under control" in m.group():
        kind = "other"
    if TALKED.search(text[max(0, m.start() - 70) : m.start()]) and not re.search(
        r"\b(?:agreed|committed|decided|determined)\b[^,]*$", before[-60:]
    ):
        return None
    promised = bool(PROMISE.search(text[: m.start()])) or bool(
        re.search(r"[Cc]ommitments to|^[A-Z]", text[: m.start() + 1]) and m.start() < 2
    )
    if m.start() < 6 and not promised:
        promised = bool(PROMISE.search(s.piece.text[: c.start - s.piece.start]))
    joint = [x.side for x in s.sides_within(c.start, c.start + m.start()) if x.form != "adjective"]
    if status == "committed" and len(set(joint[:2])) == 2 and re.search(r"\band\s(?:the\s)?[A-Z]", text[: m.start()]):
        return None
    if status == "committed" and re.search(r"\b(?:towards?|help\w* (?:\w+ )?to)\s(?:\w+\s)?$", text[: m.start()]):
        return None
    if bought or re.search(r"resum\w* purchas", m.group() + after[:12]):
        kind, status = "purchase_commitment", "committed"
        if not (
            promised
            or re.search(r"[$€£]\d|\d[\d,.]* (?:million|billion|metric|tons?|MMT|aircraft|[A-Z])|\d亿", after)
            or re.search(r"approved|accepted", before)
        ):
            return None
    elif status == "committed":
        if re.match(r"approv", m.group()) and re.search(r"\bpurchas", after):
            kind = "purchase_commitment"
        elif re.match(r"work", m.group()) and (deeper := lexicon.types(language).search(after)):
            kind = lexicon.label(deeper)
            if not promised:
                return None
        elif re.match(r"invest|put(?:s|ting)? up|spend", m.group(), re.I):
            kind = "other"
            if not (promised and MONEY.search(after)) and not re.search(r"\d+ (?:billion|million)|[$€]\d", after):
                return None
        elif re.match(r"begin", m.group()) and memory.get("latest"):
            kind = memory["latest"].value["type"]
        elif re.match(r"made", m.group()):
            kind = "other"
        elif (
            not (
                promised
                or (
                    subject
                    and re.fullmatch(
                        r"mở cửa|opens|halts|stops|adopts|joins|builds"
                        r"|controls",
                        m.group(),
                    )
                )
            )
            or (subject is None and m.start() > 14)
            or (
                re.match(
                    r"work|join|adopt|provid|recogni|allow|grant|enact|strengthen|approv|refrain|open|build|suppl"
                    r"|fund|acced",
                    m.group(),
                    re.I,
                )
                and kind is None
                and not _single(s, c, m)
                and not (subject and promised)
            )
        ):
            return None
        kind = kind or "other"
    if kind is None:
        return None
    if re.match(r"suspension|suspended", noun, re.I) and kind != "import_ban":
        kind = "tariff"
    future = re.search(
        r"\b(?:will|would|shall|to|plans? to|going to)\s(?:\w+ly\s|also\s|then\s)?$", text[: m.start()]
    ) or re.search(r"sẽ|将", before)
    if (
        status == "in_force"
        and re.match(
            r"impos|rais|hik|levy|doubl|increas|appl(?:y|ied)$|implement|slap|collect|charg|fac|ris|climb|jump|go up"
            r"|收取|加征|提高|上调|áp|đánh|nâng",
            m.group(),
            re.I,
        )
        and future
        and "instead" not in before
    ):
        status = "announced"
    if (
        status == "announced"
        and re.match(r"announc|unveil", m.group(), re.I)
        and re.match(r"\s(?:that\b|on \w+day that)", after)
    ):
        return None
    whole = text[m.end() : after_end]
    if KEPT.match(text[m.start() :]) or (
        re.match(r"stop|halt", m.group())
        and kind != "other"
        and re.search(
            r"\b(?:\d+|one|two) (?:year|month"
            r"|day)",
            after,
        )
    ):
        status = "suspended"
    if re.search(r"\b(?:that|which)\s(?:will|would|has|have)\b[^,]*$", before) and status == "committed":
        return None
    both = JOINTLY.search(text[: m.start()])
    if both and not bought and not actor(reading, s, c.start + both.end(), c.start + m.start(), None):
        owner = re.search(r"của (?=\S)", text[m.end() :])
        named = s.sides_within(c.start + m.end() + owner.end() - 1, c.end) if owner else []
        jointly = named[0].side if named else memory.get(kind) if kind == "tariff" else None
        if jointly is None:
            return None
    if (
        status in ("reduced", "in_force", "ended", "announced")
        and kind == "other"
        and noun in ("measures",)
        and not subject
    ):
        return None
    q_start, q_end = c.start + m.start(), c.start + after_end
    imposer = jointly or imposer_of(reading, s, c, m, subject, memory, kind, voices, noun)
    if imposer is None:
        return None
    accepted = re.match(r"accept|fac(?:es?|ed|ing)|pay", m.group(), re.I)
    target = target_of(reading, s, c, m, imposer, kind)
    if accepted and kind == "tariff":
        hit = [x.side for x in s.sides_within(c.start, c.start + m.start())]
        target = hit[-1] if hit else imposer
        other = [
            x.side
            for x in s.sides_within(c.start + m.end(), c.end)
            if x.side != target
            and (x.form != "adjective" or re.match(r"\s(?:tariff|dut|rate|lev)", reading.text[x.end :][:8]))
        ]
        imposer = other[0] if other else (imposer if imposer != target else reading.other(target, s) or "")
        status = "announced" if re.search(r"\b(?:will|would)\s$", text[: m.start()]) else status
        if not imposer:
            return None
    value: dict[str, Any] = {"type": kind, "imposer": imposer, "target": target, "status": status}
    scope = (
        text[used:after_end] if not re.search(r"\bby (?:remov|reduc|lower)", text[m.end() : m.end() + 200]) else whole
    )
    rates_named = rates(scope) if kind in ("tariff", "exemption") and not re.search(r"to zero", m.group()) else []
    if rates_named:
        value[rates_named[0][0]] = rates_named[0][1]
    value |= money(whole)
    when = _date(reading, s, c, m)
    if status == "in_force" and kind != "exemption" and _later(reading, when[0]) and re.search(COMES, s.piece.text):
        value["status"] = "announced"
    if re.search(r"\b(?:all|other|every|most|many) (?:countries|country|partners|nations)\b|worldwide", text):
        value["target"] = None
    return Draft("measure", q_start, q_end, value, when, (), 0.65)


def _later(reading: Reading, day: str | None) -> bool:
    """Whether a day lies after the document's own."""
    return bool(day and reading.anchor and len(day) == 10 and day > reading.anchor[:10])


def _single(s: Sentence, c: Piece, m: re.Match[str]) -> bool:
    return len({x.side for x in s.sides_within(c.start, c.start + m.start())}) == 1


def _date(reading: Reading, s: Sentence, c: Piece, m: re.Match[str]) -> tuple[str | None, str | None]:
    times = s.within("times", c.start, c.end)
    begins = r"(?:from|effective|starting(?: on)?|beginning|as of|with effect from)\s(?:the\s)?$"
    times.sort(key=lambda e: not re.search(begins, s.piece.text[: e.start - s.piece.start].rstrip() + " "))
    for e in times:
        lead = s.piece.text[max(0, e.start - s.piece.start - 18) : e.start - s.piece.start]
        if re.search(r"until|till|since|by\s$|of\s$|through|before|announced on\s$|expire on", lead):
            continue
        after = e.start > c.start + m.start()
        when = reading.when(
            e, "future" if re.search(r"from|effective|starting|begin", lead) and after else None, s.number
        )
        if e.get("w1"):
            when = reading.when(e, "past" if not PROMISE.search(c.text) else "future", s.number)
        if when:
            return when.iso, e.words
    if reading.language == "zh" and s.times and re.match(r"起", reading.text[s.times[0].end :]):
        first = reading.when(s.times[0], "future", s.number)
        return (first.iso, s.times[0].words) if first else (None, None)
    return None, None
