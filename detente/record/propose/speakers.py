"""Whose words they are: the subject of a verb of saying, and the side of an office."""

from __future__ import annotations

import re
from typing import Any

from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.speech import FOREIGN, OUTSIDE, offices


def speaker_of(
    reading: Reading, s: Sentence, start: int, end: int, last: tuple[Any, ...], first: bool = False
) -> tuple[str | None, str | None, str | None]:
    """The subject between two places: a person, a pronoun, an office or a house; name, side, description."""
    text = s.piece.text[start - s.piece.start : end - s.piece.start]
    if re.search(r"\bwho\s(?:has\s|have\s|had\s|also\s)*$", text):
        near = [n for n in s.people if n.end <= end]
        if near:
            return near[-1].name, near[-1].side, None
    holes = [
        (s.piece.start + m.start(), s.piece.start + m.end())
        for m in re.finditer(r", (?:who|which)\b[^,]*,", s.piece.text)
    ]
    if not any(a <= start < b for a, b in holes):
        text = re.sub(r", (?:who|which)\b[^,]*,", lambda m: "_" * len(m.group()), text)
    else:
        holes = []
    candidates: list[tuple[int, int, tuple[str | None, str | None, str | None]]] = []
    for n in s.people:
        if start <= n.start and n.end <= end + 1 and not any(a <= n.start < b for a, b in holes):
            lead = s.piece.text[max(0, n.begin - s.piece.start - 9) : n.begin - s.piece.start]
            if (
                first
                or not re.search(r"\b(?:with|of|against|between|by|met|to|than|from)\s$", lead)
                or re.search(r"Theo ông|ccording to", lead + text[:14])
            ):
                candidates.append((n.start, 3, (n.name, n.side, None)))
    for m in re.finditer(r"\b(?:[Hh]e|[Ss]he|ông|Ông|bà|Bà|him|her|自己|他|她)\b(?!\s[A-ZĐ][a-zà-ỹ])", text):
        if any(n.start <= start + m.start() < n.end for n in s.people):
            continue
        own = [n for n in s.people if n.begin - s.piece.start < 12 and n.stop <= start + m.start()]
        if own and m.group().lower() in ("he", "she"):
            candidates.append(
                (start + m.start(), 2, (own[0].name, own[0].side, None))
            )  # Johnson sounded gloomier, he said
        elif last != (None, None, None):
            candidates.append((start + m.start(), 2, last))
    for m in offices().finditer(text):
        words = re.sub(
            r"^(?:According to|and|but|while|when|that|as|also|then|[Mm]eanwhile,?|[Hh]owever,?)\s", "", m.group()
        )
        if re.match(r"(?:for|of|at|in|on|from|by|with|to)\s", words) and candidates:
            continue  # a spokesperson for the ministry
        side = _office_side(reading, s, start + m.start(), start + m.end())
        lead = text[: m.start()]
        if re.search(r"\b(?:of|with|to|against|by|between|led|for|in)\s(?:the\s)?$", lead) and not first:
            continue
        if any(n.begin <= start + m.start() < n.stop for n in s.people):
            continue
        if any(re.fullmatch(r",\s(?:the\s|an?\s|who\s)?", reading.text[n.end : start + m.start()]) for n in s.people):
            continue  # NAME, the minister ...: the office of the person just named
        if (
            re.fullmatch(r"(?:the |The )?(?:ministry|spokes\w+|side|statement|officials?)", words)
            and side is None
            and last[1]
        ):
            side = last[1]
        if re.match(r"\s(?:on|from|of) both sides\b", text[m.end() :]):
            side = "joint"
        if side is None and re.search(r"[Oo]rder|[Dd]ecree", words):
            side = "USA" if "USA" in reading.parties else None
        if re.match(r"[Bb]oth (?:texts|sides|governments|capitals|briefings|statements)", words):
            side = "joint"
        if words.lower() == "the president" and "USA" in reading.parties and "president" not in (last[2] or ""):
            side = "USA"
        if (
            words.lower()
            in ("the president", "the minister", "the secretary", "the spokesperson", "the spokesman", "the speaker")
            and side is None
        ):
            side = last[1] or ("USA" if "president" in words.lower() and "USA" in reading.parties else None)
        if side is None and re.fullmatch(
            r"[Aa] spokes\w+|(?:[Tt]he |[Ii]ts |[Oo]pposition )+(?:government|ministry|cabinet|parliament|opposition"
            r"|lawmakers|leader)"
            r"|(?:[Oo]pposition )?(?:lawmakers|MPs|senators)",
            words,
        ):
            side = _latest(reading, s, start + m.start())
        if OUTSIDE.search(words + text[m.end() : m.end() + 40]):
            side = None
        candidates.append((start + m.start(), 1, (None, side, words)))
    for x in s.sides:
        if (
            start <= x.start
            and x.end <= end
            and x.form in ("metonym", "name")
            and not any(a <= x.start < b for a, b in holes)
        ):
            lead = s.piece.text[max(0, x.start - s.piece.start - 9) : x.start - s.piece.start]
            if re.search(r"\b(?:in|of|on|to|from|with|against|for|between|by|at|about|and|between the)\s$", lead):
                continue
            if any(a <= x.start <= a + 70 and what == 1 for a, what, _ in candidates):
                continue
            candidates.append((x.start, 0, (None, x.side, x.words)))
    if reading.language != "en":
        for m in FOREIGN.finditer(text):
            outside = re.search(r"phân tích|chuyên gia|quan sát|分析|专家|观察|经济学家", m.group())
            candidates.append(
                (start + m.start(), 2, (None, None if outside else _before(reading, s, start + m.start()), m.group()))
            )
        for x in s.sides:
            if start <= x.start and x.end <= end:
                candidates.append((x.start, 0, (None, x.side, x.words)))
        candidates = [f for f in candidates if f[1] >= 2] or candidates
    if not candidates:
        return (None, None, None)
    candidates.sort(key=lambda f: f[0])
    pair = [x for x in s.sides if start <= x.start and x.end <= end and x.form != "adjective"][-2:]
    if (
        len(pair) == 2
        and pair[0].side != pair[1].side
        and re.fullmatch(
            r"\s(?:and|và)\s(?:the\s)?", s.piece.text[pair[0].end - s.piece.start : pair[1].start - s.piece.start]
        )
    ) and re.fullmatch(r"\s(?:\w+\s){0,2}", s.piece.text[pair[1].end - s.piece.start : end - s.piece.start]):
        return None, "joint", None
    return candidates[0][2] if first else candidates[-1][2]


def _before(reading: Reading, s: Sentence, place: int) -> str | None:
    """The side named most before a place of the document."""
    named = [x.side for t in reading.sentences[: s.number + 1] for x in t.sides if x.start < place]
    return max(named, key=named.count) if named else None


def _latest(reading: Reading, s: Sentence, before: int) -> str | None:
    """The side the paragraph spoke of last."""
    named = [
        x.side
        for t in reading.line_of(s)
        for x in t.sides
        if x.start < before
        and x.form != "adjective"
        and not re.search(r"\b(?:about|over|on|with|against)\s$", reading.text[max(0, x.start - 9) : x.start])
    ]
    return named[-1] if named else None


def _office_side(reading: Reading, s: Sentence, start: int, end: int) -> str | None:
    """The side of an office by its adjective, or by the place right after it."""
    inside = [x.side for x in s.sides if start <= x.start < end]
    if inside:
        return inside[-1]
    after = s.piece.text[end - s.piece.start : end - s.piece.start + 28]
    m = re.match(r"\s(?:in|of|for|from|at)\s", after)
    behind = [x.side for x in s.sides if m and end <= x.start <= end + m.end() + 5]
    if m and re.match(r"\sin\s(?:Beijing|Brussels|Washington|Ottawa|Tokyo|Seoul|New Delhi|London)", after):
        from detente.record.propose.annotate.places import table

        word = after.split("in ", 1)[1].split(",")[0].strip(" .")
        return next((v[0] for k, v in table()["en"].items() if word.startswith(k)), None)
    if behind:
        return behind[0]
    lead = s.piece.text[: start - s.piece.start]
    m = re.search(r"In the (\w+) capital(?: |, )(?:a )?$", lead)
    words = s.piece.text[max(0, start - s.piece.start - 18) : end - s.piece.start + 45].lower()
    if "CHN" in reading.parties and re.search(
        r"commerce ministry|ministry of commerce|foreign ministry|ministry of foreign affairs", words
    ):
        return "CHN"
    near = [x.side for x in s.sides if x.start < start and x.start > start - 30 and x.form == "adjective"]
    if near and "capital" in lead[-20:]:
        return near[-1]
    if "white house" in words:
        return "USA"
    return None
