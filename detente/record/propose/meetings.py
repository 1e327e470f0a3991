"""Meetings held, meetings planned, and what a side confirms, denies or is silent on."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from detente.record.propose.annotate import dates
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.code.rules import Draft
from detente.record.propose.confirmations import confirmations
from detente.record.propose.voices import Voices

NOUN = (
    r"(?:talks?|meetings?|rounds?|consultations?|negotiations?|dinner|summit|phone calls?|telephone calls?"
    r"|video calls?|calls?|dialogue|state visit|visit|session|discussions?|encounter|đàm phán|cuộc gặp|hội đàm"
    r"|cuộc điện đàm|điện đàm|vòng đàm phán|会谈|磋商|会晤|会面|谈判|通话|晚宴)"
)


MET = re.compile(
    r"\b(?:met(?! with (?:criticism|approval))|sat down|sit down|held|chaired|closed|concluded|wrapped up"
    r"|hosted|spoke (?:by|on the|over the) (?:phone|telephone)|finished|gathered|convened|arrived|travell?ed"
    r"|visited|argued|talked|resumed|ended|took place|have met|had met)\b"
    r"|đã gặp|gặp nhau|khép lại|kết thúc|diễn ra|hội đàm|tổ chức|举行|会晤|会见|会谈|结束|通话|访问了"
)


PLAN = re.compile(
    r"\b(?:(?:is|are) to (?:meet|hold talks|hold a|visit|travel|speak|talk|resume|convene|fly|sit down)\b"
    r"|(?:flies|travels|heads|goes) to [^.,;]{3,40}? (?:on|in|next|this|later|tomorrow)\b"
    r"|\bwill (?:resume|reconvene|continue) (?:on|next|in|later)\b"
    r"|(?:is|are|was|were) expected (?:in|at) (?=[A-Z])"
    r"|\bmeets? (?:again )?[^.,;]{0,30}\b(?:today|tomorrow|next|on \w+day|this week)\b"
    r"|(?:will|may|could|might|plans? to|is to|are to) (?:\w+ )?sign (?:it|(?:the|an?) [^.,;]{2,24}?) (?:at|in|on)\b"
    r"|\binvit(?:es|ed) [A-Z]\w+(?: [A-Z]\w+)? to (?=[A-Z])"
    r"|expect(?:s|ed)? [^.,;]{3,50} to (?:meet|speak|talk|visit)\b|next time (?:\w+ )?(?:meet|talk|round)\w*"
    r"|(?:is|are|was|were) (?:scheduled|expected|due|set|slated|likely|planned) to (?:\w+ )?(?:meet|talk"
    r"|hold|visit|travel|speak|take place|sit down|arrive|host|attend|fly|resume|be held)"
    r"|(?:will|would|shall|plans? to|may|might|could|can|intends? to) (?:\w+ ){0,2}?(?:meet\b|visit\b|travel\b"
    r"|speak (?:by|on|with|again)|sit down|be held|be conducted|conduct (?:\S+ )?consultations"
    r"|hold (?:\w+ ){0,4}?(?:talks|meeting|round|summit|call|consultations)|host\b(?! families)"
    r"|welcome [^.]{3,60} (?:visit|for)|participate in meetings|take place|reconvene|pass telephone|eat\b"
    r"|fly to|go to|attend|call\b|receive\b|come to|resume (?:talks|negotiations)|gather)"
    r"|possibility of a (?:\w+ )?(?:dialogue|meeting|summit|call)|(?:next|further|new|fifth|another|sixth"
    r"|third|fourth|second|seventh) (?:\w+ )?(?:talks?|round|meeting|summit)[^.]{0,40}\b(?:will|would|may|is"
    r"|are|could|scheduled|planned)\b"
    r"|lead the discussions|(?:meeting|summit|talks|visit|call|round|review|session)\b[^.]{0,40}\b(?:planned|scheduled"
    r"|expected|slated|due|set) (?:for|on|in|to)\b)"
    r"|sẽ (?:(?:sang |tới |đến )?thăm|gặp|hội đàm|tổ chức|điện đàm|tới thăm)|dự kiến (?:gặp|hội đàm|thăm|diễn ra)"
    r"|将(?:于[^。，]{1,20})?(?:前往|赴|到访|率团|会晤|会面|访问|举行|会谈|通话|会见|出席)|计划(?:访问|会晤)"
    r"|(?:下周|下个?月|明[天日年]|稍后)[^。，]{0,20}(?:会面|会晤|会谈|磋商|见面|举行|访问)"
    r"|为[^。，]{2,30}(?:磋商|会谈|会晤)[作做]好?准备"
)


ORDINALS = {
    w: i + 1
    for i, w in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
        ]
    )
}


NTH = re.compile(
    rf"\b(?:the\s)?(?P<o>{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))\s(?:\w+\s){{0,3}}?(?:meeting|round|talk"
    rf"|talks|time|session|consultation|negotiation)|第(?P<z>[一二三四五六七八九十\d]+)(?:轮|次)|(?:lần"
    rf"|vòng)(?: \w+){{0,3}} thứ (?P<v>\w+)"
)


INTERNAL = re.compile(
    r"press (?:meeting|conference|briefing)|briefing|cabinet meeting|board meeting|meeting its"
    r"|working group meeting|joint statement|statement issued after|town hall|executive (?:order|session)"
)


def find(reading: Reading, voices: Voices) -> list[Draft]:
    """Meetings and planned meetings, then confirmations."""
    out: list[Draft] = []
    main_city: tuple[str, str] | None = (
        (reading.place.name, reading.place.country) if reading.place and _talks(reading) else None
    )
    for s in reading.sentences:
        planned = _planned(reading, s, voices)
        out += planned
        met = _met(reading, s, voices, planned, main_city)
        out += met
        if main_city is None and met and met[0].value.get("city"):
            main_city = (met[0].value["city"], met[0].value.get("country", ""))
        out += confirmations(reading, s, voices)
    return out


def _talks(reading: Reading) -> bool:
    return not re.search(
        r"WASHINGTON|BEIJING|BRUSSELS|TOKYO|OTTAWA|NEW DELHI|HANOI|SEOUL|LONDON", reading.lines[0].text[:30]
    )


def _met(
    reading: Reading, s: Sentence, voices: Voices, planned: list[Draft], main: tuple[str, str] | None
) -> list[Draft]:
    out: list[Draft] = []
    for c in _pieces(reading, s):
        if any(p.start < c.end and c.start < p.end for p in planned):
            continue
        noun = next(
            (
                m
                for m in re.finditer(rf"(?<![\w-]){NOUN}(?!\w)" if reading.language != "zh" else NOUN, c.text)
                if not INTERNAL.search(c.text[max(0, m.start() - 24) : m.end() + 6])
            ),
            None,
        )
        verb = MET.search(c.text)
        again = _again(s, c, out)
        if (
            not noun
            and not again
            and not (
                verb
                and re.match(
                    r"met|sat|spoke|have met|had met|đã gặp|gặp|arrived|visited|会|argued|talked|held", verb.group()
                )
            )
        ):
            continue
        if re.search(
            r"\b(?:will|would|if|whether|could|may|might|no)\b", c.text[: noun.start() if noun else 0][-24:]
        ) or re.search(r"sẽ|将", c.text):
            continue
        cities = s.within("cities", c.start, c.end)
        nth = NTH.search(c.text)
        value: dict[str, Any] = {}
        if re.search(r"\bcall\b|phone|telephone|điện đàm|通话", c.text) and not re.search(
            r"call(?:s|ed)? (?:for|the|it|this|on (?!\w+day))", c.text
        ):
            value["mode_of_contact"] = "call"
        if cities:
            value |= {"city": cities[0].name, "country": cities[0].country}
        begin, last, expr = _days(reading, s, c, "past")
        named = [n for n in s.people if c.start <= n.start < c.end]
        persons = list(dict.fromkeys(n.name for n in named))
        countries = _country(reading, s, c)
        if not value.get("city") and countries:
            value["country"] = countries
        if (
            not value.get("mode_of_contact")
            and not value.get("city")
            and main
            and (nth or (begin and re.search(r"delegations|two sides|teams|talks|round|đàm phán|negotiators", c.text)))
        ) and (not countries or countries == main[1]):
            value |= {"city": main[0], "country": main[1]}
        if begin:
            value["start"] = begin
        if last:
            value["end"] = last
        if nth:
            value["ordinal"] = _ordinal(nth)
        if persons:
            value["participants"] = persons
        visit = re.search(r"visit", noun.group()) if noun else None
        strong = (
            verb
            or nth
            or again
            or value.get("mode_of_contact")
            or (
                noun
                and re.search(
                    r"\b(?:their|the|a|an|my|our|its|this|these|last|that|over|two days of"
                    r"|weekend of)\s(?:[\w'-]+\s){0,6}?$|cuộc|vòng|đàm phán",
                    c.text[: noun.start()],
                )
            )
            or (noun and noun.start() < 28)
        )
        if not strong or not (
            value.get("city")
            or begin
            or last
            or nth
            or (value.get("mode_of_contact") and persons)
            or (len(persons) > 1 and verb)
            or (visit and nth)
        ):
            continue
        if visit and nth and value.get("country") and re.search(r"President", c.text):
            value.pop("ordinal", None)
        elif visit and not persons and not begin and not re.search(r"President", c.text):
            continue
        if not (noun or verb or again) or _reported_only(c.text, noun, cities, begin, nth):
            continue
        start, end = c.start, c.end
        if noun and not verb:
            lead = re.search(
                r"(?:(?:the|their|a|an|my|our|this|its|two|these)\s(?:[\w'.-]+\s){0,6}?)$", c.text[: noun.start()]
            )
            if lead and c.start + lead.start() <= min([x.start for x in cities] + [c.end]):
                start = c.start + lead.start()
        out.append(
            Draft(
                "meeting", start, end, value, (f"{begin}/{last}" if begin and last else begin or last, expr), (), 0.65
            )
        )
    return out


def _again(s: Sentence, c: Piece, out: list[Draft]) -> bool:
    """... and in Stockholm on 28 July: a second place of a sentence that speaks of meetings."""
    spoken = bool(out) or _place_before(s, c)
    placed = s.within("cities", c.start, c.end) and s.within("times", c.start, c.end)
    return bool(spoken and placed and re.match(r"(?:and |và )?(?:in|at|tại|ở)\s", c.text))


def _place_before(s: Sentence, c: Piece) -> bool:
    return bool(re.search(NOUN, s.piece.text[: c.start - s.piece.start]))


def _pieces(reading: Reading, s: Sentence) -> list[Piece]:
    """Clauses, cut further where a second city has its own preposition and day."""
    out = []
    for c in s.clauses:
        cities = [
            x
            for x in s.within("cities", c.start, c.end)
            if re.search(r"\b(?:in|at|tại|ở)\s(?:the\s)?$", reading.text[max(0, x.start - 8) : x.start])
        ]
        if len(cities) > 1 and len({x.name for x in cities}) > 1 and not re.search(r"between", c.text):
            begin = c.start
            for before, x in pairwise(cities):
                link = reading.text.rfind(" ", before.end, x.start - 3)
                cut = reading.text.rfind(",", before.end, x.start)
                cut = cut if cut > begin else link
                out.append(s.piece.cut(begin, max(cut, begin)))
                begin = max(cut, begin) + 1
            out.append(s.piece.cut(begin, c.end))
        else:
            out.append(c)
    return [c for c in out if c.text]


def _reported_only(text: str, noun: re.Match[str] | None, cities: list[Any], begin: str | None, nth: object) -> bool:
    """Whether it is only about a deal struck somewhere, or what was agreed there, which is not a meeting."""
    if re.search(
        r"\b(?:deal|agreement|agreed|consensus|framework|statement|truce|arrangement)\b[^,]{0,40}\b(?:struck"
        r"|reached|in|at)\b",
        text,
    ) and not (noun and (cities or begin)):
        return True
    return (
        bool(re.search(r"arrived back|met (?:its|the) (?:target|deadline|requirement|condition)|mechanism", text))
        and not cities
    )


def _country(reading: Reading, s: Sentence, c: Piece) -> str | None:
    for x in s.sides_within(c.start, c.end):
        lead = s.piece.text[max(0, x.start - s.piece.start - 6) : x.start - s.piece.start]
        if re.search(r"\b(?:in|to|tại|ở)\s(?:the\s)?$|在$", lead) and x.form == "name":
            side: str | None = x.side
            return side
    return None


OUTER = re.compile(r"(?:since|after|until|before|by|from)\b", re.I)


def _days(reading: Reading, s: Sentence, c: Piece, tense: str) -> tuple[str | None, str | None, str | None]:
    times = s.within("times", c.start, c.end)
    text = c.text
    if not times and tense == "past" and re.match(r"(?:after|following|during|at|in|with)\b", text):
        times = [e for e in s.times if e.get("w1") or e.get("d1") or e.get("d3")][
            :1
        ]  # the day the act behind it is told of
    mentions = []
    for e in times:
        lead = reading.text[max(0, e.start - 22) : e.start]
        if e.words.lower() in ("the same day", "that day") or OUTER.match(e.words):
            continue
        if not e.get("wkend") and re.search(
            r"\b(?:since|after|before|until|of this|announced on|taken since|by|than|since the spring of"
            r"|established|từ)\s(?:the\s)?$",
            lead,
        ):
            continue
        when = reading.when(e, tense, s.number)
        if when and not (e.get("rel2") and e.get("unit") in ("week", "year")):
            mentions.append(when)
    if not mentions:
        return None, None, None
    days = [w for w in mentions if w.is_day]
    if not days:
        return mentions[0].iso, None, mentions[0].expr.words
    if days[0].last:
        return days[0].iso, days[0].last, days[0].expr.words
    if len(days) > 1 and days[1].iso > days[0].iso and re.search(r"finish|until|ended|and|to|through", text):
        return days[0].iso, days[1].iso, days[0].expr.words
    if (n := re.search(r"\b(two|three|2|3)[- ]days?|(hai|ba) ngày|(两|三)天", text.lower())) and re.search(
        r"clos|conclud|end|wrap|finish|khép|kết thúc|结束", text
    ):
        word = next(g for g in n.groups() if g)
        length = dates.number(word) or 2
        first = dates.add_duration(days[0].iso, 1 - length, "day")
        return first, days[0].iso, days[0].expr.words
    if (
        tense == "past"
        and ROUND.search(text)
        and (e := CLOSED.search(text))
        and c.start + e.end() == days[0].expr.start
    ):
        return None, days[0].iso, days[0].expr.words
    return days[0].iso, None, days[0].expr.words


ROUND = re.compile(r"\b(?:talks|round|negotiations|consultations)\b|đàm phán|谈判|磋商")
CLOSED = re.compile(
    r"(?:\b(?:closed|ended|concluded|wrapped up|finished|came to an end)(?: on)?|kết thúc(?: vào| hôm)?)\s"
)


def _ordinal(m: re.Match[str]) -> int | None:
    word = m.group("o") or m.group("z") or m.group("v")
    if word in ORDINALS:
        return ORDINALS[word]
    digits = re.match(r"\d+", word)
    return dates.number(digits.group() if digits else word)


def _planned(reading: Reading, s: Sentence, voices: Voices) -> list[Draft]:
    out: list[Draft] = []
    for m in PLAN.finditer(s.piece.text):
        place = s.piece.start + m.start()
        c, last_c = s.clause_at(place), s.clause_at(s.piece.start + m.end() - 1)
        if last_c.end > c.end:
            c = s.piece.cut(
                place if re.match(r"next|further|new|fifth|sixth|another|third", m.group()) else c.start, last_c.end
            )
        if re.match(r"\s(?:in the middle|halfway|each other halfway)", s.piece.text[m.end() :]):
            continue
        if INTERNAL.search(m.group()) or any(d.start <= place < d.end for d in out):
            continue
        if (
            re.search(
                r"^\s?(?:that|this|these|those|its|the challenge)\b|conditions?|requirements?|targets?"
                r"|demands?|needs?|obligations|commitments|standards",
                s.piece.text[m.end() : m.end() + 40],
            )
            and "meet" in m.group()
        ):
            continue
        if re.search(
            r"visit|call|receive|attend|host|go to|come to|fly|take place|gather|travel|be held", m.group()
        ) and not (
            s.within("people", c.start, c.end)
            or re.search(NOUN, c.text)
            or re.search(r"delegation|leaders|negotiators|officials|president|minister", c.text)
        ):
            continue
        if re.search(r"\b(?:go to|come to|attend|receive|call)\b", m.group()) and re.search(
            r"percent|%|tariff|text|effect", c.text
        ):
            continue
        persons = list(dict.fromkeys(n.name for n in s.people if c.start <= n.start < c.end))
        if not persons and re.match(r"(?:自己|他|she|he)", c.text, re.I):
            by = voices.speaker_at(s, c.start)
            persons = [by.name] if by.name else []
        if not persons and re.search(r"自己|访问", c.text) and (by := voices.speaker_at(s, c.end - 1)).name:
            persons = [by.name]
        if re.match(r"(?:He|She)\b", c.text) and (back := voices.by_sentence.get(s.number - 1, ())) and back[-1].name:
            persons = list(dict.fromkeys([back[-1].name, *persons]))
        begin, last, expr = _days(reading, s, c, "future")
        cities = s.within("cities", c.start, c.end)
        if (
            re.search(
                r"\b(?:the|this|that) (?:meeting|talks|visit|summit|call|round)\b", c.text[: m.start()] + m.group()
            )
            and not persons
            and not cities
            and not begin
        ):
            continue
        if (
            len(persons) == 1
            and not (begin or cities or _country(reading, s, c))
            and not re.search(r"访问|visit", c.text)
        ):
            continue
        status = _status(reading, s, c, m, voices)
        value: dict[str, Any] = {"participants": persons, "event": _event(c.text, persons), "status": status}
        if begin:
            value["date"] = f"{begin}/{last}" if last else begin
        if cities:
            value |= {"city": cities[0].name, "country": cities[0].country}
        elif country := _country(reading, s, c):
            value["country"] = country
        start, end = c.start, c.end
        lead = re.search(r"\bthat\s(?=[A-Z]|the\b|he\b|both\b|two\b|so\b)", c.text[: m.start()])
        if lead:
            start = c.start + lead.end()
        out.append(
            Draft("planned_meeting", start, end, value, (value.get("date"), expr), (), 0.65, modality="intention")
        )
    return out


def _status(reading: Reading, s: Sentence, c: Piece, m: re.Match[str], voices: Voices) -> str:
    words = m.group()
    if re.search(r"cancel|called off", c.text):
        return "cancelled"
    if re.search(
        r"\b(?:may|expects?|might|could|expected|likely|possib\w+|can)\b|dự kiến|可能", words
    ) and not re.search(r"\bcan eat\b|scheduled", words):
        return "possible"
    by = voices.speaker_at(s, c.end - 1)
    if re.search(r"scheduled|slated|due to|is set|are set|planned", words) and by.side in ("press", None):
        return "scheduled"
    if by.side == "joint":
        return "confirmed_both"
    if by.side in ("press", None):
        return "scheduled"
    return "announced_one_side"


def _event(text: str, persons: list[str]) -> str:
    if len(persons) == 2:
        return "-".join("Xi" if p == "Xi Jinping" else p.split()[-1] for p in persons) + " meeting"
    noun = re.search(NOUN, text)
    return noun.group() if noun else "meeting"
