"""Measures and threats: who does what to whose goods, at which rate, in which state."""

from __future__ import annotations

import re
from dataclasses import replace

from detente.record.propose import lexicon
from detente.record.propose.reading import Draft, Reading, Sentence
from detente.record.propose.text import Piece
from detente.record.propose.voices import Voices

RATE = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d+)?)\s?(?:-\s?)?(?P<u>percentage points?|percent\b|per cent\b|%|pp\b|points\b|phần trăm|điểm phần trăm|个百分点|個百分點)"
)
SPAN = re.compile(r"from (?:\d+[-–])?\d+(?:\.\d+)?\s?(?:%|percent)? to (?P<n>\d+(?:\.\d+)?)\s?(?:%|percent|per cent)")
MONEY = re.compile(
    r"(?:(?P<c>US\$|\$|€|£|¥)\s?)?(?P<n>\d+(?:[.,]\d+)?)\s?(?P<m>billion|bn|million|trillion|亿|tỷ)?\s?(?P<w>dollars?|euros?|pounds?|USD|美元|欧元)?",
    re.I,
)
PROMISE = re.compile(
    r"\b(?:will|shall|would|commit(?:s|ted|ting)?|agree[sd]?|pledge[sd]?|promise[sd]?|undertakes?|plans|intends?|has to|vowed)\b|sẽ|cam kết|将|承诺|同意"
)
TALKED = re.compile(
    r"\b(?:discuss\w*|talk(?:s|ed)? (?:about|on)|consider\w*|work(?:s|ed|ing)? for|would work|seek\w*|sought|want(?:s|ed)?|aim(?:s|ed)?|lobb\w+|call(?:s|ed)? for|urg\w+|negotiat\w*|"
    r"demand\w*|ask(?:s|ed)?|expects?|estimates?|hopes?|could|may|might|if|unless|whether|possib\w+|propos\w+|question of|debat\w+|prepar\w+ to|mull\w*|weigh\w*|to reopen|instead of|threaten\w*|warn\w*|focus\w*|in exchange for|issue of|believes?)\b|bàn|thảo luận|nguy cơ|讨论|考虑|如果"
)
HARM = re.compile(
    r"tariff|dut(?:y|ies)\b|lev(?:y|ies)|rate\b|tax|sanction|retaliat|counter-?measure|export control|\bban|strike back|hit back|respond|measures|consequence|restrict|percent|%|steps to address|fees?\b|thuế|trả đũa|关税|反制|加征|thương chiến",
    re.I,
)
THREAT = re.compile(
    r"\bthreat(?:en(?:s|ed|ing)?)?(?: of [^.]{0,60})? (?!with)|\bthreat(?:ened|ens|en|ening|s|)\b|\bvow(?:s|ed)? to\b|\bfailing (?:that|which)\b|\botherwise\b|\bor (?:else|face)\b|\bset to (?:rise|jump|return|double)\b"
    r"|\b(?:will|would) be (?:taxed|hit|tariffed)\b|\b(?:tariff|tax|dut\w+|levy)[^.]{0,40}\b(?:on|off|from) the table\b|\bshoot back up\b|\bsnap back\b|\bready to (?:retaliate|respond|strike)\b|đe dọa|dọa|nguy cơ|威胁|威脅"
)
IF = re.compile(
    r"\b(?:[Ii]f|[Uu]nless|[Ff]ailing|[Ss]hould (?:the|China|talks|no)|[Oo]therwise|in case|[Aa]bsent)\b|nếu|如果|否则|若"
)
CARRIES = re.compile(r"(?:It|They|He|She|Its|Additionally|Specifically|In addition|Also|There)\b")
KEPT = re.compile(r"(?:keep|kept|maintain|continu|extend|retain)\w*\b(?:(?!during).){0,90}?\bsuspen(?:ded|sion)", re.I)
NOT_THREAT = re.compile(
    r"threat(?:s)? (?:to the national|posed|described|with respect|has abated|of this kind)|unusual and extraordinary threat|that threat\b|such threats?|foreign policy|national emergency"
)


def find(reading: Reading, voices: Voices) -> list[Draft]:
    """All measures and threats, in reading order."""
    drafts: list[Draft] = []
    memory: dict[str, str] = {}
    subject: str | None = None
    line, header_side = -1, None
    for s in reading.sentences:
        if s.piece.line != line:
            line = s.piece.line
            header_side = _heading(s, header_side)
        if reading.language != "zh" and not CARRIES.match(s.piece.text):
            subject = None
        threats = _threats(reading, s, voices, memory, subject)
        drafts += threats
        if threats and re.search(r"tariff|dut(?:y|ies)|levy|levies|tax|rate|关税|thuế", s.piece.text):
            memory["tariff"] = threats[-1].value["by_side"]
        found, subject = _measures(reading, s, voices, memory, subject or header_side, threats)
        drafts += found
    return drafts


def _heading(s: Sentence, now: str | None) -> str | None:
    """CHINESE ACTIONS: / commitments of one side introduce the list that follows."""
    text = s.piece.text
    if re.match(
        r"(?:CHINESE|Chinese) (?:ACTIONS|actions|commitments)|.*\b(?:includes?|including) (?:the following )?Chinese commitments",
        text,
    ):
        return "CHN"
    if re.match(r"(?:AMERICAN|U\.S\.|American) (?:ACTIONS|actions|commitments)", text):
        return "USA"
    return now if len(text) < 240 and text[0].isupper() else now


def _threats(reading: Reading, s: Sentence, voices: Voices, memory: dict[str, str], subject: str | None) -> list[Draft]:
    text, out = s.piece.text, []
    taken: list[tuple[int, int]] = []
    for m in THREAT.finditer(text):
        a = s.piece.start + m.start()
        if NOT_THREAT.search(text[max(0, m.start() - 26) : m.end() + 22]) or any(x <= a < y for x, y in taken):
            continue
        if not HARM.search(text[m.start() :]) and not re.search(r"vow|strike|retaliat", m.group()):
            continue
        start, end = _around(s, a)
        if not HARM.search(s.piece.text[start - s.piece.start : end - s.piece.start]):
            end = s.piece.end
        if re.match(r"threat\b", m.group()):
            lead = re.search(r"\b(?:the |a |new |its |his )?$", text[: m.start()])
            start = s.piece.start + (lead.start() if lead else m.start())
        by = voices.at(s, a)
        side = (
            _actor(reading, s, start, s.piece.start + m.end() + 40, None, first=True)
            if not re.search(r"failing|otherwise|be taxed|set to|nguy cơ|table", m.group())
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
                memory.get("tariff") or (reading.author if reading.author not in ("joint", None) else None) or _first(s)
            )
        if side is None:
            continue
        taken.append((start, end))
        out.append(_threat(reading, s, start, end, side, voices))
    if not out and IF.search(text) and (harm := _conditional(reading, s)):
        by = voices.at(s, harm.start)
        until = re.search(r"\bif\b", harm.text)
        side = _actor(reading, s, harm.start, harm.start + until.start() if until else harm.end, None, adjective=True)
        if side is None and re.search(r"\b(?:we|I|the President)\b", harm.text) and reading.author:
            side = reading.author
        side = (
            side
            or (by.side if by.side not in ("press", "joint") else None)
            or memory.get("tariff")
            or (reading.author if reading.author != "joint" else None)
        )
        if side:
            out.append(_threat(reading, s, s.piece.start, s.piece.end, side, voices))
    if (
        not out
        and re.search(
            r"\b(?:would|will|could) go from \d+|(?:would|will|could|to) (?:rise|jump|return|snap back|shoot) (?:back )?(?:up )?(?:from \d+ )?to \d+",
            text,
        )
        and HARM.search(text)
    ):
        m = re.search(r"\b(?:would|will|could) go from|(?:would|will|could|to) (?:rise|jump|return|snap|shoot)", text)
        side = memory.get("tariff") or (voices.at(s, s.piece.start + m.start()).side if m else None)
        if side and side not in ("press", "joint") and m:
            start, end = _around(s, s.piece.start + m.start())
            out.append(_threat(reading, s, start, end, side, voices))
    return out


def _first(s: Sentence) -> str | None:
    named = sorted([(x.start, x.side) for x in s.sides] + [(n.start, n.side) for n in s.people])
    return named[0][1] if named else None


def _conditional(reading: Reading, s: Sentence) -> Piece | None:
    """The clause that carries the harm of a condition; a condition on an agreement's life is none."""
    text = s.piece.text
    if re.search(r"may (?:leave|withdraw)|have ratified|both approve|only if", text):
        return None
    strong = re.search(
        r"(?:tariffs?|duties|rate|levies|measures?|retaliat\w+|sanctions|controls)\b[^.]{0,80}\b(?:will|would|could|shall|may) (?:\w+ ){0,2}?(?:go|take effect|rise|shoot|return|snap|increase|be (?:imposed|raised|applied|reimposed|reinstated|doubled|increased)|kick in|jump|double|come)"
        r"|\b(?:will|would|could|shall|may|might) (?:\w+ ){0,3}?(?:impose|raise|reimpose|reinstate|retaliate|respond|hit|meet that|take (?:necessary|further|appropriate|additional|all necessary)|increase|modify|strike|pursue)"
        r"|sẽ (?:áp|tăng|đáp trả)|将(?:加征|恢复|采取|反制|提高)",
        text,
    )
    if not strong or not HARM.search(text):
        return None
    start, end = _around(s, s.piece.start + strong.start())
    comma = text.rfind(", ", start - s.piece.start, strong.start())
    return s.piece.cut(s.piece.start + comma + 2 if comma > 0 else start, end)


def _threat(reading: Reading, s: Sentence, start: int, end: int, side: str, voices: Voices) -> Draft:
    quote = s.piece.cut(start, end)
    value: dict = {"by_side": side}
    rates = _rates(quote.text)
    if rates and rates[0][0] == "rate_pct":
        value["rate_pct"] = rates[0][1]
    iso, expr = None, None
    for e in s.within("times", quote.start, quote.end):
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
                from detente.record.propose import dates

                when = dates.resolve(e, reading.anchor, "future", base.iso if base else None)
            if when and when.is_day:
                iso, expr = when.iso, e.words
                value["effective"] = iso
                break
    return Draft("threat", quote.start, quote.end, value, (iso, expr), (), 0.6, modality="threat")


def _around(s: Sentence, place: int) -> tuple[int, int]:
    """The clause a place stands in."""
    for c in s.clauses:
        if c.start <= place < c.end:
            return c.start, c.end
    return s.piece.start, s.piece.end


def _measures(
    reading: Reading, s: Sentence, voices: Voices, memory: dict[str, str], subject: str | None, threats: list[Draft]
) -> tuple[list[Draft], str | None]:
    out: list[Draft] = []
    language = reading.language
    for c in s.clauses:
        actor = _actor(reading, s, c.start, c.end, None, subject_only=True)
        if any(t.start <= c.start and c.end <= t.end + 1 for t in threats):
            subject = actor or subject
            continue
        found, used = [], 0
        hits = [
            m
            for m in lexicon.verbs(language).finditer(c.text)
            if _verb(c.text, m, language) and not (m.group()[0].isupper() and m.start() > 2 and language == "en")
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
            ):
                if re.match(r"maintain|keep|kept|extend|lift|remov|end", hits[index - 1].group()):
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
            draft = _one(reading, s, c, m, status, after_end, used, actor or subject, memory, voices)
            if draft is None:
                continue
            if found and re.search(r"\bby\s(?:\w+ly\s)?$", c.text[: m.start()]) and m.group().endswith("ing"):
                if "rate_pp" in draft.value or "rate_pct" in draft.value:
                    found[-1] = replace(
                        found[-1], value={**draft.value, "status": found[-1].value["status"]}, end=draft.end
                    )
                continue
            used = draft.end - c.start
            found.append(draft)
        found = _split(found, c)
        for d in found:
            memory[d.value["type"]] = d.value["imposer"]
            memory["latest"] = d  # type: ignore[assignment]
        same = re.search(r"\b(?:do(?:es)?|did) (?:much )?the same\b|\bfollow(?:s|ed)? suit\b", c.text)
        if same and not found and actor and (model := (out or memory.get("last"))):
            d = model[-1] if isinstance(model, list) else model
            found = [
                replace(
                    d,
                    start=c.start,
                    end=c.end,
                    value={
                        "type": d.value["type"],
                        "imposer": actor,
                        "target": d.value["imposer"],
                        "status": d.value["status"],
                    },
                )
            ]
        if not found and out and re.match(r"including\b", c.text):
            found = _included(c, out[-1])
        out += found
        subject = actor or subject
        if actor:
            memory["actor"] = actor
    if out:
        memory["last"] = out[0]  # type: ignore[assignment]
    return out, subject


def _included(c: Piece, parent: Draft) -> list[Draft]:
    m = re.match(r"including (?P<w>[^.]+)", c.text)
    kind = lexicon.types("en").search(m.group("w")) if m else None
    if m and kind and lexicon.label(kind) == "entity_listing":
        a = c.start + m.start("w")
        return [replace(parent, start=a, end=c.end, value={**parent.value, "type": "entity_listing"})]
    return []


def _split(found: list[Draft], c: Piece) -> list[Draft]:
    """Each measure's quote from its own subject or verb to the next one's."""
    out = []
    for i, d in enumerate(found):
        far = d.start - c.start >= 110 and d.end - d.start > 40
        start = d.start if i or far else c.start
        end = found[i + 1].start if i + 1 < len(found) else c.end
        q = c.cut(start, end)
        text = re.sub(r"[\s,;.]*(?:\b(?:and|or|while)\b)?[\s,;.]*$", "", q.text)
        out.append(replace(d, start=q.start, end=q.start + len(text)))
    return out


def _verb(text: str, m: re.Match[str], language: str) -> bool:
    """Whether a hit acts: not a noun of another meaning, not a reduced relative."""
    if language != "en":
        return True
    word, before, after = m.group().lower(), text[: m.start()], text[m.end() :]
    if word in (
        "increase",
        "increases",
        "cut",
        "cuts",
        "freeze",
        "pause",
        "delay",
        "control",
        "issue",
        "issues",
        "purchases",
        "buy",
        "drop",
        "stop",
        "levy",
        "open",
        "hike",
        "hikes",
        "raise",
        "reduction",
    ):
        if re.search(
            r"\b(?:the|a|an|these|this|of|any|its|their|such|previous|further|export|rare)\s(?:\w+\s)?$", before
        ) and not re.search(r"\b(?:to|will|and|or|must|shall)\s(?:\w+\s)?$", before):
            return word == "purchases" and bool(re.search(r"resum\w+\s$", before))
    if word in (
        "announced",
        "imposed",
        "taken",
        "applied",
        "introduced",
        "adopted",
        "issued",
        "increased",
        "raised",
        "opened",
        "implemented",
        "expanded",
        "approved",
        "provided",
    ):
        if not re.search(
            r"\b(?:has|have|had|I|we|it|he|they|was|were|be|been|is|are|and|also|ministry|Commission|government|[A-Z]\w+)\s(?:\w+ly\s|on \w+day\s|last \w+\s|also\s|then\s)?$",
            before,
        ):
            return False
        if re.search(r"\b(?:that|which)\s(?:it|they|he|\w+)\s(?:has\s|have\s|had\s)?$", before):
            return False
    if word in ("maintain", "remain", "keep", "stay", "apply", "increase", "end", "expand") and after.startswith(
        " ties"
    ):
        return False
    if re.match(r"(?:stay|remain|keep|kept)\w*", word) and re.match(
        r"\s(?:lower|low|high|stable|calm|silent|open|committed|moving)", after
    ):
        return False
    if word.startswith("address") and re.match(
        r"\s(?:the|its|their) (?:[\w'’]+ ){0,3}?(?:economic|consequences|national|emergency)", after
    ):
        return False
    return not re.search(r"\b(?:not|never|no)\s$", before)


def _one(
    reading: Reading, s: Sentence, c: Piece, m: re.Match[str], status: str, after_end: int, used: int,
    subject: str | None, memory: dict[str, str], voices: Voices,
) -> Draft | None:  # fmt: skip
    language, text = reading.language, c.text
    before, after = text[used : m.start()], text[m.end() : after_end]
    bought = re.fullmatch(lexicon.BUY[language], m.group(), re.I)
    kind, noun = _object(language, before, after, m, status)
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
    joint = [x.side for x in s.within("sides", c.start, c.start + m.start()) if x.form != "adjective"]
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
        elif re.match(r"invest", m.group(), re.I):
            kind = "other"
            if not (promised and MONEY.search(after)) and not re.search(r"\d+ (?:billion|million)|[$€]\d", after):
                return None
        elif re.match(r"begin", m.group()) and memory.get("latest"):
            kind = memory["latest"].value["type"]  # type: ignore[attr-defined]
        elif re.match(r"made", m.group()):
            kind = "other"
        elif (
            not promised
            or (subject is None and m.start() > 14)
            or (
                re.match(
                    r"work|join|adopt|provid|recogni|allow|grant|enact|strengthen|approv|refrain|open", m.group(), re.I
                )
                and kind is None
                and not _single(s, c, m)
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
            r"impos|rais|hik|levy|doubl|increas|appl(?:y|ied)$|implement|slap|加征|提高|上调|áp|đánh|nâng",
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
    if KEPT.match(text[m.start() :]):
        status = "suspended"
    if re.search(r"\b(?:that|which)\s(?:will|would|has|have)\b[^,]*$", before) and status == "committed":
        return None
    if re.match(r"[Bb]oth\b|[Tt]he (?:two|parties)\b|[Ee]ach\b", text) and not s.within(
        "sides", c.start, c.start + m.start()
    ):
        return None
    if (
        status in ("reduced", "in_force", "ended", "announced")
        and kind == "other"
        and noun in ("measures",)
        and not subject
    ):
        return None
    q_start, q_end = c.start + m.start(), c.start + after_end
    imposer = _imposer(reading, s, c, m, subject, memory, kind, voices, noun)
    if imposer is None:
        return None
    accepted = re.match(r"accept|fac(?:es?|ed|ing)|pay", m.group(), re.I)
    target = _target(reading, s, c, m, imposer, kind)
    if accepted and kind == "tariff":
        hit = [x.side for x in s.within("sides", c.start, c.start + m.start())]
        target = hit[-1] if hit else imposer
        other = [x.side for x in s.within("sides", c.start + m.end(), c.end) if x.side != target]
        imposer = other[0] if other else (imposer if imposer != target else reading.other(target, s) or "")
        status = "announced" if re.search(r"\b(?:will|would)\s$", text[: m.start()]) else status
        if not imposer:
            return None
    value: dict = {"type": kind, "imposer": imposer, "target": target, "status": status}
    scope = (
        text[used:after_end] if not re.search(r"\bby (?:remov|reduc|lower)", text[m.end() : m.end() + 200]) else whole
    )
    rates = _rates(scope) if kind in ("tariff", "exemption") else []
    if rates:
        value[rates[0][0]] = rates[0][1]
    value |= _money(whole)
    when = _date(reading, s, c, m)
    return Draft("measure", q_start, q_end, value, when, (), 0.65)


def _single(s: Sentence, c: Piece, m: re.Match[str]) -> bool:
    return len({x.side for x in s.within("sides", c.start, c.start + m.start())}) == 1


def _object(language: str, before: str, after: str, m: re.Match[str], status: str) -> tuple[str | None, str]:
    """The type of what is acted on: the first such noun behind the verb, or before it in the passive."""
    near = lexicon.types(language).search(after[:150])
    verb = m.group()
    passive = re.search(
        r"\b(?:be|been|being|is|are|was|were|are, hereby,|is hereby|get|got)\s?(?:\w+ly\s|hereby,?\s|to be\s)*$", before
    ) or re.match(
        r"t(?:akes?|ook|aking) effect|remain|stay|(?:came|comes|went|goes|go|going|enter)|will (?:be|go|need|require)|would go|no longer|照旧|不再|减半|降至|生效|kick|in (?:place|force)|put|có hiệu lực|(?:will|would|shall) not be",
        verb,
    )
    if passive or language == "zh":
        back = [x for x in lexicon.types(language).finditer(before)]
        if back:
            if re.match(r"(?:go|goes|went|came|comes|enter|entered) into", verb) and re.search(
                r"agreement|deal|协议", before
            ):
                return None, ""
            return lexicon.label(back[0]), back[0].group()
        if re.match(r"will need|will require", verb) and near:
            return lexicon.label(near), near.group()
        if re.match(r"will be covered|put", verb):
            return (
                "export_control" if "cover" in verb else "other" if re.search(r"package|measures", before) else None
            ), ""
        if re.match(r"remain|stay", verb) and re.search(r"\d+\s?(?:%|percent)", before + after):
            return "tariff", ""
        if language != "zh":
            return None, ""
    if near:
        if re.match(r"\s?(?:in retaliation|pursuant|in response)", after):
            return None, ""
        return lexicon.label(near), near.group()
    if re.match(r"suspension|suspended", verb) and re.search(r"\d+\s?percentage", after):
        return "tariff", ""
    return None, ""


def _imposer(
    reading: Reading, s: Sentence, c: Piece, m: re.Match[str], subject: str | None, memory: dict[str, str], kind: str,
    voices: Voices, noun: str,
) -> str | None:  # fmt: skip
    lead = c.text[: m.start()]
    if re.search(r"\b(?:I|[Ww]e)\s[^,]*$", lead) or (
        reading.author not in (None, "joint") and re.search(r"\bthe President\s[^,]*$", lead)
    ):
        by = voices.at(s, c.end - 1)
        if by.side not in ("press", "joint", None):
            return by.side
    passive = re.search(r"\b(?:shall|is|are|was|were|be|been)\s(?:\S+\s){0,3}$", lead) and not re.search(
        r"\b(?:has|have) (?:\w+ )?$", lead
    )
    if passive and reading.author not in (None, "joint") and re.search(r"hereby|shall|order\b", c.text):
        return reading.author
    found = _actor(reading, s, c.start, c.start + m.start(), subject)
    own = [x for x in s.within("sides", c.start, c.end) if x.form == "adjective"]
    if found is None:
        for x in own:
            if reading.author not in (None, "joint") and passive:
                break
            tail = s.piece.text[x.end - s.piece.start : x.end - s.piece.start + 60]
            if not re.match(
                r"\s(?:\w+\s)?(?:goods|products|imports|exports|articles|market|companies|firms|soy|farm|agricultural|energy)",
                tail,
            ):
                return x.side
    if found is None:
        agent = re.search(r"\bby (?:the )?(?P<w>[A-Z][\w. ]+)", c.text[m.end() :])
        sides = s.within("sides", c.start + m.end(), c.end) if agent else []
        found = sides[0].side if sides else None
    told = re.search(r"\bon (?:most |all |certain |some )?(?:imports (?:from|of) )?", c.text)
    aimed = [x.side for x in own if told and x.start > c.start + told.start()]
    if (
        found is None
        and subject is None
        and kind == "tariff"
        and aimed
        and "USA" in reading.parties
        and aimed[0] != "USA"
    ):
        return "USA"
    found = found or subject or memory.get(kind)
    if found is None and kind == "other":
        found = memory.get("actor")
    if found is None and reading.author not in (None, "joint"):
        found = reading.author
    if found is None:
        by = voices.at(s, c.start)
        found = by.side if by.side not in ("press", "joint", None) else None
    if found is None and kind == "tariff":
        found = _from_target(reading, s, c) or ("USA" if "USA" in reading.parties else memory.get("other"))
    return found


def _from_target(reading: Reading, s: Sentence, c: Piece) -> str | None:
    for x in s.within("sides", c.start, c.end):
        if x.form == "adjective":
            return reading.other(x.side)
    return None


def _skipped(language: str, lead: str, tail: str) -> bool:
    if language == "zh":
        return bool(
            re.match(r"的?(?:商品|货物|产品|企业|大豆|市场|农产品)", tail) or re.search(r"[对与和从向自]$", lead)
        )
    if language == "vi":
        return bool(re.search(r"(?:của|với|từ|sang|lên|vào|hàng|tại|ở)\s$", lead))
    return False


def _actor(
    reading: Reading, s: Sentence, start: int, end: int, fallback: str | None, *, first: bool = False,
    subject_only: bool = False, adjective: bool = False,
) -> str | None:  # fmt: skip
    """The side that acts between two places: a name, a house, a person or an adjective before an office."""
    text, base = s.piece.text, s.piece.start
    found: list[tuple[int, str]] = []
    for x in s.sides:
        if not (start <= x.start and x.end <= end):
            continue
        lead, tail = text[max(0, x.start - base - 22) : x.start - base], text[x.end - base : x.end - base + 40]
        if _skipped(reading.language, lead, tail):
            continue
        if re.search(r"\b(?:[Gg]overnment|[Pp]resident|[Mm]inistry|side|[Pp]eople) of\s$", lead):
            found.append((x.start, x.side))
            continue
        if re.search(
            r"\b(?:of|on|to|from|with|against|for|in|between|by|into|at|toward|towards|than|including|follow\w+|than)\s(?:the\s)?(?:[\w ]+ and\s)?$",
            lead,
        ):
            continue
        office = re.match(
            r"\s?(?:\w+\s){0,2}(?:side|government|ministry|commission|administration|officials?|authorities|state council|parliament|congress|president|cabinet|leaders?|delegation)\b",
            tail,
            re.I,
        )
        if x.form == "adjective" and not office and not adjective:
            continue
        found.append((x.start, x.side))
    for n in s.people:
        lead = text[max(0, n.begin - base - 10) : n.begin - base]
        if (
            start <= n.start
            and n.end <= end
            and not re.search(r"\b(?:with|by|to|between|and|from|threat of)\s(?:Mr\s)?$", lead)
        ) or (start <= n.start and n.end <= end and re.search(r"threat of\s$", lead)):
            found.append((n.start, n.side))
    found.sort()
    sides = [x for _, x in found]
    if subject_only and len(set(sides)) > 1:
        verb = re.search(
            r"\b(?:will|has|have|had|was|were|is|are|said|agreed|committed|would)\b", text[start - base : end - base]
        )
        sides = [x for p, x in found if not verb or p < start + verb.start()] or sides
        return sides[-1] if len(set(sides)) == 1 else (sides[0] if sides else None)
    if not sides:
        return fallback
    return sides[0] if first else sides[-1]


def _target(reading: Reading, s: Sentence, c: Piece, m: re.Match[str], imposer: str, kind: str) -> str | None:
    text, base = s.piece.text, s.piece.start
    for x in s.within("sides", c.start, c.end):
        if x.side == imposer:
            continue
        lead, tail = text[max(0, x.start - base - 32) : x.start - base], text[x.end - base : x.end - base + 44]
        if re.search(
            r"\b(?:on|against|from|of|to|for|with|targeting|in)\s(?:[\w-]+\s){0,2}(?:the\s)?$|对|购买|多买|với|từ|lên",
            lead,
        ):
            return x.side
        if re.match(
            r"\s?(?:\w+\s){0,2}(?:goods|products|imports|exports|articles|companies|soy\w*|farm|agricultural|energy|beef|markets?|商品|货物|产品|大豆)",
            tail,
        ):
            return x.side
    if kind in ("tariff", "other", "purchase_commitment", "import_ban", "exemption"):
        return reading.other(imposer, s)
    return None


def _rates(text: str) -> list[tuple[str, float]]:
    """Rates as key and number: levels rate_pct, changes rate_pp."""
    if m := SPAN.search(text):
        return [("rate_pct", _number(m.group("n")))]
    out = []
    for m in RATE.finditer(text):
        if re.match(
            r"\s(?:of the value|or more|owned|of (?:all|world|global)|of (?:its|their) (?:exports|imports|gdp|sales|output))",
            text[m.end() :],
        ) or (re.search(r"(?:at|by) $", text[: m.start()]) and "owned" in text):
            continue
        key = (
            "rate_pp"
            if "point" in m.group("u") or m.group("u") in ("pp", "điểm phần trăm", "个百分点", "個百分點")
            else "rate_pct"
        )
        out.append((key, _number(m.group("n"))))
    return out


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    return int(value) if value == int(value) else value


def _money(text: str) -> dict:
    for m in MONEY.finditer(text):
        if m.group("m") and (m.group("c") or m.group("w")):
            n = float(m.group("n").replace(",", "."))
            scale = {"million": 0.001, "trillion": 1000.0, "亿": 0.1}.get(m.group("m").lower(), 1.0)
            euro = (m.group("c") or "") == "€" or "euro" in (m.group("w") or "").lower() or m.group("w") == "欧元"
            pound = (m.group("c") or "") == "£" or "pound" in (m.group("w") or "").lower()
            key = "eur_bn" if euro else "gbp_bn" if pound else "usd_bn"
            key += "_per_year" if re.match(r"\s(?:per year|a year|annually)", text[m.end() :]) else ""
            n = round(n * scale, 6)
            return {key: int(n) if n == int(n) else n}
    return {}


def _date(reading: Reading, s: Sentence, c: Piece, m: re.Match[str]) -> tuple[str | None, str | None]:
    for e in s.within("times", c.start, c.end):
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
    return None, None
