"""Who says what: speech verbs, their subjects, and the stretch of text each of them covers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from detente.record.fact import By
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.speakers import speaker_of
from detente.record.propose.speech import (
    ADDRESSED,
    ADDRESSEE,
    OPENING,
    hushed,
    inverted_at,
    is_verb,
    outside,
    say_verbs,
)

FINITE = re.compile(r"\b(?:have|has|had|is|are|was|were|will|would|can|could|may|must|shall|does|did)\b")


@dataclass(frozen=True)
class Voice:
    """An utterance: its place, the verb's place, and whose it is. act: the verb is itself the act."""

    start: int
    end: int
    verb: int
    word: str
    name: str | None
    side: str | None
    described: str | None
    act: bool
    direct: bool
    whole: bool = False


@dataclass(frozen=True)
class Voices:
    """All utterances of a document, by sentence, and the words that rule where none is."""

    reading: Reading
    by_sentence: dict[int, tuple[Voice, ...]]
    ruling: dict[int, By]

    def speaker_at(self, sentence: Sentence, place: int) -> By:
        """Whose words stand at a place."""
        reading = self.reading
        if reading.official and not any(v.direct and v.name for v in self.by_sentence.get(sentence.number, ())):
            return reading.default_by()
        voices = [v for v in self.by_sentence.get(sentence.number, ()) if v.whole or v.start <= place + 2]
        if voices:
            v = voices[-1]
            if not (
                v.act
                and re.match(r"threaten|vow|promis|pledg|commit|propos|đe dọa|cam kết|đề xuất|威胁|承诺|提议", v.word)
            ):
                return By(v.name, v.side, "direct" if v.direct else "reported", reading.via)
        return self.ruling.get(sentence.number) or reading.default_by()


def attribute_speech(reading: Reading) -> Voices:
    """Find every utterance, sentence by sentence, carrying pronouns and rulings on."""
    by_sentence: dict[int, tuple[Voice, ...]] = {}
    ruling: dict[int, By] = {}
    last: tuple[str | None, str | None, str | None] = (None, None, None)
    standing: By | None = None
    line = -1
    monologue: tuple[str | None, str | None] | None = None
    readout: By | None = None
    for s in reading.sentences:
        text = s.piece.text
        if s.piece.line != line:
            line, standing, monologue = s.piece.line, None, _monologue(s)
        if monologue:
            by_sentence[s.number] = (
                Voice(s.piece.start, s.piece.end, s.piece.start, "", *monologue, None, False, True, True),
            )
            last = (*monologue, None)
            continue
        rule = _rule(reading, s, last)
        if rule:
            standing = rule
            if rule.side not in ("joint", None) and re.search(r"spokes|readout|ministry", text[:60], re.I):
                readout = rule
        voices, last = _sentence(reading, s, last)
        if not voices and s.people and s.people[0].begin - s.piece.start < 30:
            last = (s.people[0].name, s.people[0].side, None)
        by_sentence[s.number] = tuple(voices)
        if standing:
            ruling[s.number] = standing
        elif (readout and s.sides and s.sides[0].start == s.piece.start and s.sides[0].side == readout.side) or (
            readout
            and re.match(r"(?:美方|中方|双方|对)|(?:The|Both|China|Two)\b.{0,24}\b(?:sides?|teams|parties)\b", text)
        ):
            ruling[s.number] = readout
        if (
            voices
            and voices[-1].whole is False
            and not reading.official
            and voices[-1].described
            and re.search(r"spokes|发言人|商务部|外交部|Bộ", voices[-1].described or "")
        ):
            readout = By(voices[-1].name, voices[-1].side, "reported", reading.via)
    return Voices(reading, by_sentence, ruling)


def _monologue(s: Sentence) -> tuple[str | None, str | None] | None:
    """NAME, OFFICE: "..." opens a paragraph of direct speech."""
    for n in s.people[:2]:
        if n.begin - s.piece.start < 45 and re.match(
            r"\s?(?:\([^)]*\))?:\s?\"", s.piece.text[n.stop - s.piece.start :]
        ):
            return n.name, n.side
    return None


def _rule(reading: Reading, s: Sentence, last: tuple[Any, ...]) -> By | None:
    """Washington's version: ... / Under a joint statement, ...: whose words hold for the paragraph."""
    text = s.piece.text
    m = re.match(
        r"(?:The\s)?(?P<who>[\w.' ]{2,30}?)(?:'s?)?\s(?:own\s)?(?:version|account|readout|read-out|text"
        r"|reading|statement|side)\s?(?:says|:|,\saccording)",
        text,
    )
    m = m or re.match(
        r"(?:In|According to)\s(?P<who>[\w. ]{2,24}?)(?:'s?)\s(?:version|account|readout|read-out|telling|reading)",
        text,
    )
    if m and (sides := [x for x in s.sides if x.start - s.piece.start < m.end()]):
        return By(None, sides[0].side, "reported", reading.via)
    if re.search(
        r"^(?:Under|In|According to|Per|Through) (?:a|the|their) [Jj]oint (?:statement|communiqu|text)"
        r"|[Bb]oth (?:texts|sides|governments|capitals|statements) (?:say|said|announced|confirmed|published)",
        text,
    ):
        return By(None, "joint", "reported", reading.via) if not reading.official else None
    if re.search(r"发表联合声明|^(?:联合)?声明(?:说|称|指出)|联合声明", text) and not reading.official:
        return By(None, "joint", "reported", reading.via)
    if (
        re.match(r"(?:The )?[\w. ]{0,30}\band [\w. ]{0,30}(?:jointly )?announced\b", text)
        and len({x.side for x in s.sides[:2]}) == 2
    ):
        return By(None, "joint", "reported", reading.via) if not reading.official else None
    m = re.match(r"(?:According to|As per|Theo|根据|据)\s?(?P<who>[^,，:]{2,60})[,，:]", text)
    if m and not re.search(r"law|order|agreement|text\b|文本", m.group("who")):
        name, side, _ = speaker_of(reading, s, s.piece.start, s.piece.start + m.end(), last)
        if side or name:
            return By(name, side, "reported", reading.via)
    return None


def _sentence(reading: Reading, s: Sentence, last: tuple[Any, ...]) -> tuple[list[Voice], tuple[Any, ...]]:
    text, base = s.piece.text, s.piece.start
    quiet = re.sub(r"\"[^\"]*\"", hushed, text)
    quiet = re.sub(r", (?:who|which)\b[^,]*,", lambda m: "_" * len(m.group()), quiet)
    hits = [m for m in say_verbs(reading.language).finditer(quiet) if is_verb(quiet, m, reading.language)]
    if reading.language == "en":
        hits = [m for i, m in enumerate(hits) if not i or outside(quiet, hits[i - 1], m)]
    elif reading.language == "zh":
        spots = [n.start - base for n in s.people]
        hits = [
            m
            for i, m in enumerate(hits)
            if not i
            or m.group("act")
            or any(hits[i - 1].end() <= x < m.start() for x in spots)
            or hits[i - 1].group("act")
            or re.search(r"[；。]", quiet[hits[i - 1].end() : m.start()])
        ]
    voices: list[Voice] = []
    direct = bool(re.search(r"\"[^\"]{3,}\"", text))
    subject = None
    if (
        not hits
        and s.people
        and (again := re.match(r"[\w. ]{3,40}?(?: again| adds)?:\s(?!\")", text))
        and s.people[0].end - base <= again.end()
    ):
        n = s.people[0]
        return [Voice(base + again.end(), s.piece.end, base, "says", n.name, n.side, None, False, direct)], (
            n.name,
            n.side,
            None,
        )
    per = re.search(r"\b[Aa]ccording to (?P<who>[^,.;:]{2,60})|(?<!\w)[Tt]heo (?P<wo>ông|bà|[^,.;:]{2,80})", text)
    for index, m in enumerate(hits):
        act = bool(m.group("act"))
        before = base + (hits[index - 1].end() if index else 0)
        after = base + m.end()
        who = None
        inverted = inverted_at(quiet, m)
        if reading.language == "en" and inverted:
            who = speaker_of(reading, s, after, after + 70, last, first=True)
        chained = subject and re.search(r"(?:\band|while|but)\s(?:\w+ly\s|then\s|also\s)?$", quiet[: m.start()])
        if who is None and subject and (chained or m.group().endswith("ing")):
            who = subject
        if who is None or who == (None, None, None):
            who = speaker_of(reading, s, before, base + m.start(), last)
        if who == (None, None, None) and subject:
            who = subject
        if who == (None, None, None):
            continue
        subject = who
        last = who
        next_hit = base + hits[index + 1].start() if index + 1 < len(hits) else s.piece.end
        start, end, whole = base + m.start(), next_hit, False
        tail = text[m.end() :].strip(" .")
        attached = re.search(r",\"?\s(?!who|which|and|but|while)[\w\s.'’-]{1,70}$", quiet[: m.start()])
        tail = re.sub(ADDRESSEE, "", tail)
        circumstance = not tail or re.match(r"(?:on|in|at|to|after|before|during|as|when|while|following) |[,;]", tail)
        content = re.match(r"\s(?:that|the|it|he|she|they)\b", text[m.end() :])
        last_word = not tail.strip('" .')
        post = bool(
            (circumstance or len(tail) < 45)
            and attached
            and attached.start() > 20
            and (
                last_word
                or not OPENING.match(text)
                or re.search(r",\s.*,", text[: m.start()])
                or FINITE.search(text[: attached.start()])
            )
            and not (content and not ADDRESSED.match(text[m.end() :]))
        )
        post = post or bool(circumstance and re.match(r"\"_{8,}[,?!]\"\s[^\"]{2,90}$", quiet[: m.start()]))
        if post or inverted:
            whole = True
            start = base if index == 0 else base + hits[index - 1].start()
            parted = text.rfind("; ", hits[index - 1].end(), m.start()) if index else -1
            if parted > 0:
                start = base + parted + 2
                if voices and voices[-1].end > start:
                    voices[-1] = replace(voices[-1], end=base + parted)
            end = s.piece.end
            far = re.search(r"[,;]\s|\s(?:while|after|as|when|the day)\s", text[m.end() :]) if post else None
            if far and len(tail) > 45:
                end = base + m.end() + far.start()
        else:
            end = _end(reading, s, m.end() + base, next_hit, index + 1 < len(hits))
        voices.append(Voice(start, end, base + m.start(), m.group(), *who, act, direct and not act, whole))
    if not voices and per:
        same = re.match(
            r"(?:this|that|the same) (?:person|source|official|man|minister)|him\b"
            r"|her\b",
            per.group("who") or "",
        )
        who = last if same else speaker_of(reading, s, base + per.start(), base + per.end() + 40, last, first=True)
        if who != (None, None, None):
            last = who
            voices.append(Voice(s.piece.start, s.piece.end, base + per.start(), "according", *who, False, direct, True))
    return voices, last


def _end(reading: Reading, s: Sentence, content: int, limit: int, more: bool) -> int:
    """Where the content of a verb ends: before the next verb's subject and link words."""
    if not more:
        stop = re.search(
            r";\s|,\swhile\s|,\s(?:focus|discuss|add|refer|cit|warn|stress)\w*ing\b",
            s.piece.text[content - s.piece.start :],
        )
        return content + stop.start() if stop else s.piece.end
    inner = s.piece.text[content - s.piece.start : limit - s.piece.start]
    links = [m.start() for m in re.finditer(r",\s|\sand\s|\swhile\s|;\s|\sbut\s", inner)]
    return content + links[-1] if links and links[-1] > 5 else limit
