"""Who acts and whom it hits: the side before a verb, the imposer of a measure, its target."""

from __future__ import annotations

import re
from typing import Any

from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.voices import Voices

STATE = re.compile(
    r"remain|stay|(?:take|took|taking|went|go|came|come)\w*\b|in (?:place|force)|no longer|be subject", re.I
)


def imposer_of(
    reading: Reading, s: Sentence, c: Piece, m: re.Match[str], subject: str | None, memory: dict[str, Any], kind: str,
    voices: Voices, noun: str,
) -> str | None:  # fmt: skip
    lead = c.text[: m.start()]
    if re.search(r"\b(?:I|[Ww]e)\s[^,]*$", lead) or (
        reading.author not in (None, "joint") and re.search(r"\bthe President\s[^,]*$", lead)
    ):
        by = voices.speaker_at(s, c.end - 1)
        if by.side not in ("press", "joint", None):
            return by.side
    if reading.author not in (None, "joint") and re.match(r"to\s", c.text) and re.search(r"\bI\b", s.piece.text):
        return reading.author
    passive = re.search(r"\b(?:shall|is|are|was|were|be|been)\s(?:\S+\s){0,3}$", lead) and not re.search(
        r"\b(?:has|have) (?:\w+ )?$", lead
    )
    if passive and reading.author not in (None, "joint") and re.search(r"hereby|shall|order\b", c.text):
        return reading.author
    pair = [x for x in s.sides_within(c.start, c.start + m.start()) if x.form != "adjective"][:2]
    if len(pair) == 2 and pair[0].side != pair[1].side and _paired(s, pair[0].start, pair[1].start):
        imposer = subject = None  # what A and B settle is imposed by the one whose partner's goods it hits
    else:
        imposer = actor(reading, s, c.start, c.start + m.start(), subject)
    own = [x for x in s.sides_within(c.start, c.end) if x.form == "adjective"]
    if imposer is None:
        for x in own:
            if reading.author not in (None, "joint") and passive:
                break
            tail = s.piece.text[x.end - s.piece.start : x.end - s.piece.start + 60]
            if re.search(r"\b(?:on|against|from|of|to|for)\s$", s.piece.text[: x.start - s.piece.start][-9:]):
                continue
            if not re.match(
                r"\s(?:\w+\s)?(?:goods|products|imports|exports|articles|market|companies|firms|soy|farm"
                r"|agricultural|energy)",
                tail,
            ):
                return x.side
    if imposer is None:
        agent = re.search(r"\bby (?:the )?(?P<w>[A-Z][\w. ]+)", c.text[m.end() :])
        sides = s.sides_within(c.start + m.end(), c.end) if agent else []
        imposer = sides[0].side if sides else None
    on_whose_goods = re.search(r"\bon (?!\w+day)(?:most |all |certain |some )?(?:imports (?:from|of) )?", c.text)
    aimed = [x.side for x in own if on_whose_goods and x.start > c.start + on_whose_goods.start()]
    if imposer is None and subject is None and kind == "tariff" and aimed and (partner := _partner(reading, aimed[0])):
        return partner
    if imposer is None and kind == "tariff" and (passive or STATE.match(m.group())):
        imposer = memory.get(kind) or _from_target(reading, s, c)
    if imposer is None and kind == "tariff" and reading.language != "en":
        imposer = _from_target(reading, s, c)
    if imposer is None and subject is None and re.search(r"\b(?:it|they)\s(?:\w+\s)?$", lead):
        imposer = memory.get("actor")
    imposer = imposer or subject or memory.get(kind) or (memory.get("tariff") if kind == "exemption" else None)
    if imposer is None and kind == "other":
        imposer = memory.get("actor")
    if imposer is None and reading.author not in (None, "joint"):
        imposer = reading.author
    if imposer is None:
        by = voices.speaker_at(s, c.start)
        imposer = by.side if by.side not in ("press", "joint", None) else None
    if imposer is None and kind == "tariff":
        imposer = _from_target(reading, s, c) or memory.get("other")
    return imposer


def _from_target(reading: Reading, s: Sentence, c: Piece) -> str | None:
    hit = hitting(reading, s, c)
    return _partner(reading, hit) if hit else None


def hitting(reading: Reading, s: Sentence, c: Piece) -> str | None:
    """The side whose goods a clause speaks of."""
    for x in s.sides_within(c.start, c.end):
        lead = reading.text[max(0, x.start - 14) : x.start]
        if reading.language == "en":
            goods = x.form == "adjective" or re.search(
                r"\b(?:goods|products|imports|articles|merchandise) (?:of"
                r"|from) (?:the )?$",
                lead,
            )
        elif reading.language == "vi":
            goods = re.search(r"(?:hàng|hàng hóa|hàng hoá|sản phẩm)(?: của| từ)? $", lead)
        else:
            goods = re.search(r"[对從从]$", lead) or re.match(
                r"的?(?:商品|货物|产品|农产品|汽车)", reading.text[x.end : x.end + 5]
            )
        if goods:
            return x.side
    return None


def _partner(reading: Reading, hit: str) -> str | None:
    """Who hits the goods of a side: the other party of the document, if the side is one of its two."""
    rest = [p for p in reading.parties if p != hit]
    return rest[0] if len(rest) == 1 else None


def _skipped(language: str, lead: str, tail: str) -> bool:
    if language == "zh":
        return bool(
            re.match(r"的?(?:商品|货物|产品|企业|大豆|市场|农产品)", tail) or re.search(r"[对与和从向自]$", lead)
        )
    if language == "vi":
        return bool(
            re.search(
                r"(?:của|với|từ|sang|lên|vào|hàng|tại|ở|dầu|đến|ô tô|xe|máy bay|thị trường"
                r"|doanh nghiệp|công ty|nông sản|thép)\s$",
                lead,
            )
        )
    return False


def actor(
    reading: Reading, s: Sentence, start: int, end: int, fallback: str | None, *, first: bool = False,
    subject_only: bool = False, adjective: bool = False,
) -> str | None:  # fmt: skip
    """The side that acts between two places: a name, a house, a person or an adjective before an office."""
    text, base = s.piece.text, s.piece.start
    candidates: list[tuple[int, str]] = []
    for x in s.sides:
        if not (start <= x.start and x.end <= end):
            continue
        lead, tail = text[max(0, x.start - base - 22) : x.start - base], text[x.end - base : x.end - base + 40]
        if _skipped(reading.language, lead, tail):
            continue
        if re.search(
            r"\b(?:[Gg]overnment|[Pp]resident|[Mm]inistry|side|[Pp]eople|[Ss]pokes\w+"
            r"|[Dd]epartment) of (?:the )?$",
            lead,
        ):
            candidates.append((x.start, x.side))
            continue
        if re.search(
            r"\b(?:of|on|to|from|with|against|for|in|between|by|into|at|toward|towards|than|including"
            r"|follow\w+|than)\s(?:the\s)?(?:[\w ]+ and\s)?$",
            lead,
        ):
            continue
        office = re.match(
            r"\s?(?:\w+\s){0,2}(?:side|government|ministry|commission|administration|officials?|authorities"
            r"|state council|parliament|congress|president|cabinet|leaders?|delegation)\b",
            tail,
            re.I,
        )
        firm = re.match(r"\s(?:companies|firms|airlines|investors|carmakers|importers|buyers)\b", tail)
        if x.form == "adjective" and not office and not adjective and not (firm and x.start - start < 6):
            continue
        candidates.append((x.start, x.side))
    for n in s.people:
        lead = text[max(0, n.begin - base - 10) : n.begin - base]
        if (
            start <= n.start
            and n.end <= end
            and not re.search(r"\b(?:with|by|to|between|and|from|threat of)\s(?:Mr\s)?$", lead)
        ) or (start <= n.start and n.end <= end and re.search(r"threat of\s$", lead)):
            candidates.append((n.start, n.side))
    candidates.sort()
    sides = [x for _, x in candidates]
    if (
        subject_only
        and len(candidates) > 1
        and candidates[0][1] != candidates[1][1]
        and _paired(s, candidates[0][0], candidates[1][0])
    ):
        return None  # A and B together: neither alone
    if subject_only and len(set(sides)) > 1:
        verb = re.search(
            r"\b(?:will|has|have|had|was|were|is|are|said|agreed|committed|would)\b", text[start - base : end - base]
        )
        sides = [x for p, x in candidates if not verb or p < start + verb.start()] or sides
        return sides[-1] if len(set(sides)) == 1 else (sides[0] if sides else None)
    if not sides:
        return fallback
    return sides[0] if first else sides[-1]


def _paired(s: Sentence, first: int, second: int) -> bool:
    between = s.piece.text[first - s.piece.start : second - s.piece.start]
    return bool(re.fullmatch(r"(?:[Tt]he )?(?:[\w.']+\s){1,4}and\s(?:the\s)?(?:[A-Z][\w.]*\s){0,3}", between))


def first_named(s: Sentence) -> str | None:
    named = sorted([(x.start, x.side) for x in s.sides] + [(n.start, n.side) for n in s.people])
    return named[0][1] if named else None


def target_of(reading: Reading, s: Sentence, c: Piece, m: re.Match[str], imposer: str, kind: str) -> str | None:
    text, base = s.piece.text, s.piece.start
    for x in s.sides_within(c.start, c.end):
        if x.side == imposer:
            continue
        lead, tail = text[max(0, x.start - base - 32) : x.start - base], text[x.end - base : x.end - base + 44]
        if re.search(
            r"\b(?:on|against|from|of|to|for|with|targeting|in)\s(?:[\w-]+\s){0,2}(?:the\s)?$|对|购买|多买|với|từ|lên",
            lead,
        ):
            return x.side
        if re.match(
            r"\s?(?:\w+\s){0,2}(?:goods|products|imports|exports|articles|companies|firms|ships|vessels|soy\w*|farm"
            r"|agricultural"
            r"|energy|beef|markets?|企业|公司|船舶|商品|货物|产品|大豆)",
            tail,
        ):
            return x.side
    if kind in ("tariff", "other", "purchase_commitment", "import_ban", "exemption"):
        return reading.other(imposer, s)
    return None
