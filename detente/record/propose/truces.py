"""Truces and extensions: pauses with an end or a length, and ends that are moved."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from detente.record.propose.annotate import dates
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.code.rules import Draft
from detente.record.propose.voices import Voices

PAUSE = (
    r"(?:truce|cease-?fire|pause|suspension|moratorium|standstill|breathing space|(?:\w+ )?window|reprieve"
    r"|grace period|arrangement|tạm ngừng"
    r"|tạm dừng|停火|đình chiến|ngừng bắn|hưu chiến|休战|停战|暂停期|暂停|休兵)"
)
ENDS = (
    r"(?:expir(?:es?|ed|ing|y)|end(?:s|ed|ing)?\b|r[uau]n(?:s|ning)? (?:out|until|to|through)|laps(?:es?|ed|ing)"
    r"|clos(?:es?|ed|ing)|until|till|through|lasts?|hold(?:s)? until|due to (?:end|lapse|expire|run out)|before"
    r"|up on|hết hạn"
    r"|kết thúc|đến hết|kéo dài đến|đến ngày|tới ngày|到期|届满|结束|截止|为止)"
)
EXTEND = re.compile(
    r"\b(?:extend(?:s|ed|ing)?|extension|prolong(?:s|ed|ing)?|prolongation|renew(?:s|ed|ing|al)?|roll(?:s|ed"
    r"|ing)? over|push(?:es|ed|ing)? back|shift(?:s|ed|ing)?|mov(?:es?|ed|ing)|postpon(?:es?|ed|ing)|delay(?:s"
    r"|ed|ing)?"
    r"|longer|put(?:s|ting)? off|delay|ha(?:s|ve) until|continu(?:es?|ed|ing)|maintain(?:s|ed|ing)?|keep(?:s"
    r"|ing)?|kept|additional period|further period|inserting|another)\b|gia hạn|kéo dài thêm|延长|延期|展期|顺延"
    r"|推迟(?=到|至)"
)
STRONG = re.compile(
    r"\b(?:extend(?:s|ed|ing)?|prolong(?:s|ed|ing)?|extension|longer|roll(?:s|ed|ing)? over|renew(?:s|ed|al"
    r"|ing)?)\b|gia hạn|延长|延期|展期"
)
OBJECT = re.compile(
    r"truce|rates?\b|tax holiday|cease-?fire|pause|suspen\w+|deadline|period|expir\w+|exclusion|exemption"
    r"|war\b|article 50|deal|arrangement|transition|waiver|agreement|moratorium|ban day|\bit\b|date\b|tariff"
    r"|dut(?:y|ies)|term\b|heading|quota|benefit|grace|thỏa thuận|thoả thuận|đình chiến|tạm ngừng|thời hạn|休战"
    r"|停火|暂停|期限|豁免|关税|排除"
)
WANTED = re.compile(
    r"\b(?:discuss\w*|seek\w*|sought|want\w*|work(?:ed|ing)? for|would work|focus\w*|thirst\w*|eager|hope\w*"
    r"|talk(?:s|ed)? (?:about|on)|consider\w*|ask(?:ed|s)? for|call(?:ed|s)? for|press(?:ed|ing)? for"
    r"|possib\w+|mull\w*|whether|debat\w+|negotiat\w+ (?:an|the)|does nothing|open to|favou?r\w*|if it is not"
    r"|not be|without an?|unless|rule[sd]? out|could be|may be|might be|interest\w* in|push(?:ed|es"
    r"|ing)? for)\b|bàn|chưa|về việc|nếu|không được|thảo luận|mong muốn|muốn|讨论|希望|如果|商讨"
)
TO = re.compile(r"\b(?:until|till|to|through|on|by|inserting)\s|đến|tới|至|到")


def find(reading: Reading, voices: Voices, measures: list[Draft]) -> list[Draft]:
    """Truces and extensions, from suspended measures and from sentences about pauses."""
    out: list[Draft] = []
    last_truce: int | None = None
    table = reading.spread(measures)
    for s in reading.sentences:
        spans: list[tuple[int, int]] = []
        for c in _stretches(s, reading):
            if any(c.start < b and a < c.end for a, b in spans):
                continue
            draft = _extension(reading, s, c, out) or _truce(reading, s, c, last_truce)
            if draft is None:
                continue
            spans.append((draft.start, draft.end))
            out.append(draft)
        if re.search(PAUSE, s.piece.text, re.I):
            last_truce = s.number
        for d in table.get(s.number, []):
            if d.kind != "measure" or not (s.piece.start <= d.start < s.piece.end):
                continue
            if d.value["status"] != "suspended" or any(d.start < b and a < d.end for a, b in spans):
                continue
            draft = _from_measure(reading, s, d)
            if draft:
                out.append(draft)
                spans.append((draft.start, draft.end))
    return out


def _stretches(s: Sentence, reading: Reading) -> list[Piece]:
    """Clauses, and joined neighbours where the end stands in the next one."""
    merged: list[Piece] = []
    for c in s.clauses:
        if merged and _joins(c, merged[-1]):
            merged[-1] = s.piece.cut(merged[-1].start, c.end)
        else:
            merged.append(c)
    return merged


def _joins(c: Piece, before: Piece) -> bool:
    return (
        bool(re.match(r"(?:until|before|starting|currently|in lieu)\b", c.text)) and len(before.text) < 400
    ) or bool(
        re.search(r"striking the term", before.text)
        or (
            re.match(
                r"(?:expires?|ends?|runs? out|laps\w+|is due"
                r"|was due)\b",
                c.text,
            )
            and re.search(PAUSE + r"\W*$", before.text)
        )
    )


def _ends(reading: Reading, s: Sentence, c: Piece, *, moved: bool) -> list[tuple[dates.Expr, dates.When]]:
    """The days a stretch names as ends, read forward from the anchor where no year is given."""
    ends = []
    base = _told_day(reading, s, c) if moved else None
    for e in s.within("times", c.start, c.end):
        if base and e.words == base[1]:
            continue
        if moved and e.get("m2") and e.get("m3"):  # from March 29 to April 12: the later day is the end
            span = dates.resolve(e, reading.anchor, None, None)
            if span and span.last:
                ends.append((e, replace(span, iso=span.last, last=None)))
                continue
        lead = s.piece.text[max(0, e.start - s.piece.start - 60) : e.start - s.piece.start]
        ending = re.search(r"(?:laps\w*|expir\w*|end\w*|due|run out)\s?$", lead)
        if (
            e.get("m6")
            and re.match(r"(?:in|of|since|from|during|after|for|late|early|mid)\b", e.words, re.I)
            and not ending
        ):
            continue
        if (
            re.search(
                r"(?:since|starting on|starting|from|concluded in|agreed in|signed (?:in|on)|announced (?:in"
                r"|on)|struck (?:in|on)|of|[Ii]n|dated|taking effect on"
                r"|begin\w* on)\s(?:the\s)?(?:month of\s)?$",
                lead,
            )
            and not e.get("m3")
            and not re.search(r"(?:laps\w*|expir\w*|end\w*|due|run out) in\s$|hết hạn", lead)
        ):
            continue
        if e.get("day") or e.get("w1") or e.get("rel2") or e.get("next") or e.get("wkend"):
            continue
        when = dates.resolve(e, base[0] if base else reading.anchor, "future" if base else None, None)
        if when and (when.is_day or re.search(r"laps|expir|end|until|due|hết hạn|到期", lead) or moved):
            ends.append((e, when))
    return ends


def _told_day(reading: Reading, s: Sentence, c: Piece) -> tuple[str, str] | None:
    """At a summit on 21 March they shifted it: the ends named after it are counted from that day."""
    if not re.search(r"\b(?:shifted|moved|extended|pushed|postponed|agreed|decided|prolonged)\b", c.text):
        return None
    for e in s.times:
        lead = s.piece.text[: e.start - s.piece.start]
        placed = re.search(r"(?:^|\s)(?:[Oo]n|[Ii]n|At [\w ,]+ on)\s(?:the\s)?$", lead) or e.get("m6")
        if not placed or e.start >= c.start + 60 or re.search(r"until|agreed on\s$", lead[-14:]):
            continue
        when = dates.resolve(e, reading.anchor, "past")
        if when and (when.is_day or e.get("m6")):
            return when.iso, e.words
    return None


def _extension(reading: Reading, s: Sentence, c: Piece, out: list[Draft]) -> Draft | None:
    text = c.text
    m = next((m for m in EXTEND.finditer(text) if _extends(text, m, reading)), None)
    if m is None:
        return _settled(reading, s, c, out)
    ends = _ends(reading, s, c, moved=True)
    wanted = WANTED.search(s.piece.text[: c.start - s.piece.start + m.end()])
    done = re.search(
        r"\bagree[sd]?|decided|will (?:run|be (?:extended|put off)|further|propose)|would propose|adopted|approved",
        text,
    )
    asked = ends and re.search(r"\b(?:asked for|asks for|requested|proposed|sought)\b", text)
    if wanted and not (done or asked or m.group() in ("has until", "have until")):
        return None
    lengths = dates.durations(text, c.start)
    strong = STRONG.search(m.group())
    following = _next_end(reading, s) if strong and not ends else None
    if following and re.search(r"extension|extend|prolong", text):
        return _build_extension(reading, s, c.start, following[0], [following[1]], [], text)
    if (
        not ends
        and not lengths
        and not (
            strong
            and re.search(
                r"exclusion|exemption|propos|adopt|approv|agreed to (?:extend|prolong)|has (?:been )?extended"
                r"|quota|豁免|第",
                text,
            )
        )
    ):
        return None
    if not strong and not ends and not re.search(r"more|further|additional|another|thêm", text):
        return None
    start = c.start + m.start() if m.start() > 110 else c.start
    return _build_extension(reading, s, start, c.end, ends, lengths, text)


def _settled(reading: Reading, s: Sentence, c: Piece, out: list[Draft]) -> Draft | None:
    """In April they agreed on 31 October; it may end sooner, on 1 December: about an end mentioned just before."""
    if not any(d.kind == "extension" and reading.text.count("\n", d.end, max(d.end, c.start)) < 4 for d in out[-6:]):
        return None
    if not re.search(
        r"\bagreed (?:on|until)\b|\b(?:may|could|can) (?:leave|end|expire|lapse) (?:sooner|earlier)|settled on\b",
        c.text,
    ):
        return None
    whole = s.piece if re.search(r"sooner|earlier", c.text) else c
    ends = _ends(reading, s, whole, moved=True)
    if not ends:
        return None
    if re.search(r"sooner|earlier", whole.text):
        value: dict[str, Any] = {"by_days": None, "new_expiry": None, "alternative_dates": [w.iso for _, w in ends]}
        return Draft("extension", whole.start, whole.end, value, (None, ends[0][0].words), (), 0.5)
    return _build_extension(reading, s, c.start, c.end, ends, [], c.text)


def _extends(text: str, m: re.Match[str], reading: Reading) -> bool:
    word, rest, before = m.group().lower(), text[m.end() :], text[: m.start()]
    if word in ("another", "additional period", "further period"):
        return bool(re.search(r"suspen|paus|truce|extend", text, re.I)) and bool(
            re.match(r"\s(?:of\s)?(?:\d+|one|two|three|six|ninety|year)", rest)
        )
    if word in ("has until", "have until"):
        return reading.official is False and bool(
            re.search(
                r"extension|more time|delay|put off|deadline",
                reading.text[max(0, reading.text.find(text) - 400) : reading.text.find(text)],
            )
        )
    if word.startswith("put") or (word == "delay" and re.search(r"\ba(?: \w+)? $", before)):
        return bool(re.match(r"[^.]{0,30}\buntil\b", rest))
    if word == "推迟":
        return bool(re.search(r"原定|从|由", before))
    if re.match(r"mov|shift|push|postpon|delay", word):
        return bool(re.search(r"\bfrom\b[^.]{3,40}\bto\b", rest)) or bool(
            re.search(r"deadline|date|day|expir", rest[:60]) and re.search(r"\b(?:to|until|by)\b", rest)
        )
    if re.match(r"continu|maintain|keep|kept", word):
        return bool(re.search(r"suspen(?:sion|ded)|paused|on hold|on ice", text))
    if word == "inserting":
        return "striking" in text
    if word == "longer":
        return bool(re.search(r"(?:months?|days?|years?|weeks?) $", before)) or bool(re.search(r"until", rest))
    if re.match(r"extend|renew|extension|prolong", word):
        if re.search(
            r"expired listings|does nothing|olive branch|invitation|thanks|condolence|gratitude|renew(?:ing"
            r"|ed) (?:talks|expired|threat)",
            text,
        ):
            return False
        return bool(OBJECT.search(rest)) or bool(OBJECT.search(before))
    return True


def _next_end(reading: Reading, s: Sentence) -> tuple[int, tuple[dates.Expr, dates.When]] | None:
    """It now lasts until DAY: the end that stands in the next sentence."""
    following = next((x for x in reading.sentences if x.number == s.number + 1 and x.piece.line == s.piece.line), None)
    if following and re.match(
        r"(?:It|This|They|Both|The \w+)\b[^.]{0,120}?\b(?:until|through|to|on)\b", following.piece.text
    ):
        ends = _ends(reading, following, following.piece, moved=True)
        if ends:
            return following.piece.end, ends[-1]
    return None


def _build_extension(
    reading: Reading, s: Sentence, start: int, end: int,
    ends: list[tuple[dates.Expr, dates.When]], lengths: list[tuple[int, int, int, str]], text: str,
) -> Draft:  # fmt: skip
    value: dict[str, Any] = {"by_days": None, "new_expiry": None}
    days = next(((n, u) for _, _, n, u in lengths if u == "day"), None)
    if days:
        value["by_days"] = days[0]
    elif lengths:
        value["duration"] = f"{lengths[0][2]} {lengths[0][3]}{'s' if lengths[0][2] > 1 else ''}"
    fresh = [
        x
        for x in ends
        if x[0].get("m3")
        or not re.search(
            r"(?:from|expire on|expires on|striking the term \"?|instead of)\s?$",
            reading.text[max(0, x[0].start - 22) : x[0].start],
        )
    ]
    old = [x for x in ends if x not in fresh]
    expr = None
    if fresh:
        value["new_expiry"], expr = fresh[-1][1].iso, fresh[-1][0].words
        if old:
            value["old_expiry"] = old[0][1].iso
    elif lengths and (begin := _start(reading, s, start, end)):
        value["new_expiry"] = dates.add_duration(begin, lengths[0][2], lengths[0][3])
        expr = reading.text[lengths[0][0] : lengths[0][1]]
    return Draft("extension", start, end, value, (value["new_expiry"], expr), _odd(text), 0.7)


def _odd(text: str) -> tuple[str, ...]:
    """An extended war is an extended truce, mistranslated."""
    if re.search(r"(?:extend|prolong)\w* the (?:\w+ )?war\b", text):
        return ("mistranslation", "sense_inverted")
    return ()


def _start(reading: Reading, s: Sentence, start: int, end: int) -> str | None:
    for e in s.within("times", start, end):
        lead = reading.text[max(0, e.start - 24) : e.start]
        if re.search(
            r"(?:starting(?: on)?|beginning(?: on)?|effective|as of|from|with effect from|kể từ|自)\s?$", lead
        ):
            when = reading.when(e, None, s.number)
            if when and when.is_day:
                return when.iso
    return None


def _truce(reading: Reading, s: Sentence, c: Piece, last: int | None) -> Draft | None:
    text = c.text
    noun = re.search(PAUSE, text, re.I)
    ended = re.search(ENDS, text, re.I)
    ends = _ends(reading, s, c, moved=False)
    parties = reading.pair(s, c.start, c.end)
    if noun and ended and ends and ended.start() < ends[-1][0].start - c.start:
        if re.search(r"suspen|paus", noun.group(), re.I) and re.search(r"\b(?:maintain|continu)\w* ", text):
            return None
        flags = ("mistranslation",) if re.search(r"(?:ceasefire|truce) agreement on ", text) else ()
        expr, when = ends[-1]
        start = c.start
        lead = re.search(r"\bbefore the\b", text)
        if lead and lead.start() > 40:
            start = c.start + lead.start()
        return Draft(
            "truce", start, c.end, {"parties": parties, "expiry": when.iso}, (when.iso, expr.words), flags, 0.75
        )
    if noun and (ends or ended) and re.search(r"(?:ceasefire|truce) agreement on |ngừng.{0,30}hết hạn", text) and ends:
        expr, when = ends[-1]
        flags = ("mistranslation",) if reading.language == "en" else ()
        return Draft(
            "truce", c.start, c.end, {"parties": parties, "expiry": when.iso}, (when.iso, expr.words), flags, 0.7
        )
    lengths = dates.durations(text, c.start)
    made = re.search(
        r"\b(?:announce[sd]?|agree[sd]?(?: to| on)?|declare[sd]?|grant(?:s|ed)?|ordered|concluded|reached"
        r"|struck|call(?:s|ed)? (?:a|off)|gave|won)\b|đồng ý|nhất trí|公布|宣布|同意|达成",
        text,
    )
    if (
        noun
        and lengths
        and made
        and not re.search(r"\b(?:maintain|continu|extend|keep)\w*\b", text)
        and not WANTED.search(text)
    ):
        n, unit = lengths[0][2], lengths[0][3]
        value: dict[str, Any] = {"parties": parties, "expiry": None, **_length(n, unit)}
        begin = _start(reading, s, c.start, c.end)
        if begin:
            value["expiry"] = dates.add_duration(begin, n, unit)
        return Draft("truce", c.start, c.end, value, (value["expiry"] or reading.anchor, None), (), 0.65)
    pointed = re.match(r"(?:It|That|This|The (?:deal|arrangement|agreement|period))\b", s.piece.text)
    near = last is not None and s.number - last <= 2 and not noun and pointed
    if near and ended and ends and re.search(r"laps|expir|run out|end", ended.group()):
        expr, when = ends[-1]
        value = {"parties": parties, "expiry": when.iso}
        return Draft("truce", c.start, c.end, value, (when.iso, expr.words), (), 0.6)
    if (
        lengths
        and re.search(r"\bwithin\b|\bby\b", text)
        and re.search(r"\b(?:finish|conclude|complete|reach|agree)\b", text)
        and re.search(r"part(?:y|ies)|sides|teams|governments", text)
    ):
        before = next((x for x in reading.sentences if x.number == s.number - 1 and x.piece.line == s.piece.line), None)
        if before and re.search(
            r"stays? at|not (?:be )?raise|hold off|instead of going up|will not (?:impose|increase)", before.piece.text
        ):
            return Draft(
                "truce",
                before.piece.start,
                c.end,
                {"parties": sorted(reading.parties), "expiry": None, **_length(lengths[0][2], lengths[0][3])},
                (None, None),
                (),
                0.5,
            )
    return None


def _length(n: int, unit: str) -> dict[str, Any]:
    return {"duration_days": n} if unit == "day" else {"duration": f"{n} {unit}{'s' if n > 1 else ''}"}


def _from_measure(reading: Reading, s: Sentence, d: Draft) -> Draft | None:
    """A measure suspended until a day or for a time is a truce; suspended on, an extension."""
    quote = Piece(reading.text[d.start : d.end], d.start, d.end)
    ends = [
        x for x in _ends(reading, s, quote, moved=False)
        if re.search(
            r"(?:until|till|through|to|before|đến|tới|至|到)\s?(?:[\d:]+ [ap]\.?m\.? [\w ]{3,24} on )?$",
            reading.text[max(0, x[0].start - 50) : x[0].start],
        )
    ]  # fmt: skip
    lengths = [
        x
        for x in dates.durations(quote.text, d.start)
        if re.search(r"\bfor\b|period|trong|为期|期", reading.text[max(0, x[0] - 34) : x[0] + 1])
        or reading.language != "en"
    ]
    if not ends and not lengths:
        return None
    on = re.search(
        r"\b(?:continu\w*|maintain\w*|keep\w*|further|additional (?:period|\d+|year|month)|more (?:year|month"
        r"|day)s?|extend\w*)\b|继续|再|tiếp tục",
        quote.text,
    ) and not re.search(r"initial period", quote.text)
    if on:
        return _build_extension(reading, s, d.start, d.end, ends, lengths, quote.text)
    named = sorted([(m.start, m.side) for m in s.sides] + [(n.start, n.side) for n in s.people])
    parties = reading.listed(s, named) or sorted(
        {d.value["imposer"], d.value.get("target") or reading.other(d.value["imposer"]) or ""} - {""}
    )
    value: dict[str, Any] = {"parties": parties, "expiry": None}
    expr = None
    if ends:
        value["expiry"], expr = ends[-1][1].iso, ends[-1][0].words
    elif lengths:
        n, unit = lengths[0][2], lengths[0][3]
        value |= _length(n, unit)
        begin = _start(reading, s, d.start, d.end)
        if begin:
            value["expiry"] = dates.add_duration(begin, n, unit)
            expr = reading.text[lengths[0][0] : lengths[0][1]]
    return Draft("truce", d.start, d.end, value, (value["expiry"], expr), (), 0.65)
