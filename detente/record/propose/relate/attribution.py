"""Whose words they are: verbs of saying, their speakers, and the stretch of text that each of them covers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from detente.record.fact import By
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.relate.predicates import Predicate, Span
from detente.record.propose.relate.speaker import JOINT, NOBODY, Speaker, listed, speaker
from detente.record.propose.relate.speech_verbs import ACTS, Mark, hushed, marks, unaddressed, verbs_that
from detente.record.propose.relate.turns import OPENS_STATEMENT, Turn, quotations, signature, turns

UNASSERTED = frozenset(["threaten", "promise", "propose", "ask"])
PER = re.compile(
    r"\b(?:[Aa]ccording to|[Ii]n the words of|[Ii]n the (?:view|opinion|judgement|judgment|telling) of|[Aa]s told by)\s(?P<who>(?:[^,.;:]|\.(?=[\w ])){2,80})"
    r"|\b[Ii]n (?P<whose>[A-Z][\w.' ]{1,40}?)'s? (?:words|view|account|telling|version|reading|judgement|judgment|opinion|eyes)\b"
)
NO_VOICE = re.compile(
    r"\b(?:law|order|agreement|text|rules?|data|figures?|plan|schedule|deal|accord|treaty|notice)\b"
    r"|声明$|协议|协定|统计|数据|安排|公告|条例|规定|方案|办法|计划$|^说|^此|bản ghi nhớ|tuyên bố chung|thỏa thuận|hiệp định|kế hoạch"
    r"|lịch trình|quy định|số liệu|thống kê|khuôn khổ|sắc lệnh|^đó\b|^dự kiến|^lộ trình"
)
JOINTLY = re.compile(
    r"^(?:Under|In|According to|Per|Through) (?:a|the|their) [Jj]oint (?:statement|communiqu|text)"
    r"|\b[Bb]oth (?:texts|sides|governments|capitals|statements) (?:say|said|announced|confirmed|published)"
    r"|发表联合声明|^(?:联合)?声明(?:说|称|指出)|联合声明"
)
VERSION = re.compile(
    r"(?:(?:The\s)?(?P<who>[\w.' ]{2,30}?)(?:'s?)?\s(?:own\s)?(?:version|account|readout|read-out|text|reading|statement|side)"
    r"\s?(?:says|:|,\saccording)|(?:In|According to)\s(?P<whose>[\w. ]{2,24}?)(?:'s?)\s(?:version|account|readout|read-out|telling))"
)


@dataclass(frozen=True)
class Utterance:
    """Words of a speaker. start, end: with the verb, as a reader would quote them. verb: where the verb stands, -1 where
    there is none. concept: of the verb, or per (according to), quote, turn.
    """

    sentence: int
    start: int
    end: int
    verb: int
    word: str
    concept: str
    speaker: Speaker
    direct: bool = False

    @property
    def is_act(self) -> bool:
        """Whether the verb is itself the act: confirm, deny, announce, threaten, promise, propose, decline."""
        return self.concept in ACTS


@dataclass(frozen=True)
class Attribution:
    """All utterances of a document, and whose words stand where nobody is quoted."""

    reading: Reading
    utterances: tuple[Utterance, ...] = ()
    rulings: dict[int, By] = field(default_factory=dict)
    turns: dict[int, Turn] = field(default_factory=dict)

    def within(self, sentence: Sentence) -> list[Utterance]:
        """The utterances of a sentence in reading order."""
        first = bisect_left(self.utterances, sentence.number, key=lambda u: u.sentence)
        last = bisect_left(self.utterances, sentence.number + 1, key=lambda u: u.sentence)
        return list(self.utterances[first:last])

    def by_at(self, sentence: Sentence, place: int) -> By:
        """Whose words stand at a place of a sentence."""
        reading = self.reading
        covering = [
            u for u in self.within(sentence) if u.start <= place + 2 <= u.end + 2 and u.concept not in UNASSERTED
        ]
        if reading.official:
            covering = [u for u in covering if u.direct and u.speaker.name]
        if covering:
            return self.claimant(covering[-1])
        return self.rulings.get(sentence.number) or self._floor(sentence) or reading.default_by()

    def claimant(self, utterance: Utterance) -> By:
        """The speaker of an utterance as the one who asserts what is in it."""
        who = utterance.speaker
        if who.itself:
            return self.reading.default_by()
        return By(who.name, who.side, "direct" if utterance.direct else "reported", self.reading.via)

    def _floor(self, sentence: Sentence) -> By | None:
        turn = self.turns.get(sentence.piece.line)
        if turn is None or turn.kind == "question":
            return None
        mode = "reported" if turn.kind == "side" else "direct"
        return By(turn.speaker.name, turn.speaker.side, mode, self.reading.via)


def attribute(reading: Reading, acts: Sequence[tuple[Predicate, ...]]) -> Attribution:
    """The utterances of a document, sentence by sentence; pronouns, turns and open quotations carry a speaker on.

    acts: the predicates of each sentence.
    """
    floor, quoted, author = turns(reading), quotations(reading), signature(reading)
    out: list[Utterance] = []
    rulings: dict[int, By] = {}
    carry = _Carry(reading, quoted)
    last = author or NOBODY
    line, standing = -1, None
    for s in reading.sentences:
        if s.piece.line != line:
            line, standing = s.piece.line, None
        turn = floor.get(line)
        if author is not None:
            own = [_whole(s, author, "turn", s.piece.start)]
        elif turn is not None and _has_floor(reading, s, turn):
            own = _turn(s, turn)
        else:
            start = turn.speaker if turn and turn.kind == "side" else last
            own, last = _sentence(reading, s, acts[s.number], quoted, start)
            own = carry.over(s, own, last)
        standing = _ruling(reading, s, last) or standing
        if standing:
            rulings[s.number] = standing
        last = _next(s, own, last)
        out += own
    _carry_readouts(reading, out, rulings)
    return Attribution(reading, tuple(out), rulings, floor)


def _has_floor(reading: Reading, s: Sentence, turn: Turn) -> bool:
    """Whether a sentence is the words of the turn's speaker."""
    return turn.kind in ("person", "answer") or (turn.kind == "entry" and _entry(reading, s, turn))


def _next(s: Sentence, own: list[Utterance], last: Speaker) -> Speaker:
    """Whom a pronoun of the next sentence stands for: who spoke last, else who opened the sentence."""
    if own:
        who = own[-1].speaker
        return last if who.itself or not who.is_known else who
    if s.people and s.people[0].begin - s.piece.start < 30:
        return Speaker(s.people[0].name, s.people[0].side or None)
    return last


def _whole(s: Sentence, who: Speaker, concept: str, start: int) -> Utterance:
    return Utterance(s.number, max(start, s.piece.start), s.piece.end, -1, "", concept, who, True)


def _turn(s: Sentence, turn: Turn) -> list[Utterance]:
    if s.people and s.people[0].name == turn.speaker.name and turn.start < s.people[0].begin < s.piece.start + 4:
        return []  # the reporter speaks of the speaker again
    start = max(turn.start, s.piece.start)
    return [_whole(s, turn.speaker, "turn", start)] if start < s.piece.end else []


def _entry(reading: Reading, s: Sentence, turn: Turn) -> bool:
    """Whether a sentence of a live blog's entry is the speaker's: the first behind the label, all of a quotation."""
    if reading.text[turn.start : turn.start + 1] == '"':
        return s.piece.start < reading.text.find('"', turn.start + 1) or s.piece.start < turn.start
    return s.piece.start <= turn.start


class _Carry:
    """Carries the speaker of a quotation over the sentences that it covers, and over paragraphs that go on with it."""

    def __init__(self, reading: Reading, quoted: list[Span]) -> None:
        self.reading, self.quoted = reading, quoted
        self.announced: Speaker | None = None

    def over(self, s: Sentence, own: list[Utterance], last: Speaker) -> list[Utterance]:
        """The utterances of a sentence, with the one that an open quotation makes of the whole sentence."""
        if any(not u.is_act or u.direct for u in own) or not self._is_quoted(s):
            self.announced = last if OPENS_STATEMENT.search(s.piece.text) else None
            return own
        who = self.announced or last
        return [_whole(s, who, "quote", s.piece.start)] if who.is_known else own

    def _is_quoted(self, s: Sentence) -> bool:
        """Whether a whole sentence stands in a quotation of more than a word."""
        index = bisect_left(self.quoted, s.piece.start + 3, key=lambda q: q.start) - 1
        around = self.quoted[index] if index >= 0 else None
        least = 6 if self.reading.language == "zh" else 12
        return around is not None and s.piece.end <= around.end + 3 and around.end - around.start >= least


def _ruling(reading: Reading, s: Sentence, last: Speaker) -> By | None:
    """Washington's version: ..., Under a joint statement, ...: whose words hold for the rest of the paragraph."""
    text = s.piece.text
    if reading.official:
        return None
    m = VERSION.match(text)
    if m and (sides := [x for x in s.sides if x.start - s.piece.start < m.end()]):
        return By(None, sides[0].side, "reported", reading.via)
    jointly = re.match(r"(?:The )?[\w. ]{0,30}\band [\w. ]{0,30}(?:jointly )?announced\b", text)
    if JOINTLY.search(text) or (jointly and len({x.side for x in s.sides[:2]}) == 2):
        return By(None, JOINT, "reported", reading.via)
    return _ruling_per(reading, s, last)


def _ruling_per(reading: Reading, s: Sentence, last: Speaker) -> By | None:
    """According to the ministry, at the head of a sentence."""
    m = re.match(r"(?:According to|As per|Theo|根据|据)\s?(?P<who>[^,，:]{2,60})[,，:]", s.piece.text)
    if m is None or re.search(r"law|order|agreement|text\b|文本", m.group("who")):
        return None
    who = speaker(reading, s, Span(s.piece.start + m.start("who"), s.piece.start + m.end("who")), last, first=True)
    return By(who.name, who.side, "reported", reading.via) if who.side or who.name else None


SPEAKS_FOR = re.compile(r"spokes|ministry|发言人|商务部|外交部|Bộ|phát ngôn", re.I)
GOES_ON = re.compile(r"双方|对|(?:The|Both|Two)\b.{0,24}\b(?:sides?|teams|parties)\b")


def _carry_readouts(reading: Reading, utterances: list[Utterance], rulings: dict[int, By]) -> None:
    """What a ministry's spokesman said goes on in sentences that begin with his side and name no other speaker."""
    if reading.official:
        return
    latest = {u.sentence: u for u in utterances}
    readout: By | None = None
    for s in reading.sentences:
        own = latest.get(s.number)
        if own:
            is_spokesman = own.verb >= 0 and SPEAKS_FOR.search(own.speaker.described or "")
            readout = By(own.speaker.name, own.speaker.side, "reported", reading.via) if is_spokesman else None
        elif readout and s.number not in rulings:
            opens = bool(s.sides) and s.sides[0].start == s.piece.start and s.sides[0].side == readout.side
            if opens or GOES_ON.match(s.piece.text):
                rulings[s.number] = readout


def _sentence(
    reading: Reading, s: Sentence, acts: Sequence[Predicate], quoted: list[Span], last: Speaker
) -> tuple[list[Utterance], Speaker]:
    """The utterances of a sentence, and who spoke last."""
    quiet = hushed(s.piece, quoted)
    verbs = marks(reading, s, acts, quoted)
    verbs = [m for i, m in enumerate(verbs) if not (i and _is_nested(quiet, verbs[i - 1], m))]
    out: list[Utterance] = []
    for index, mark in enumerate(verbs):
        who = _who(reading, s, mark, out, last)
        if not who.is_known:
            continue
        last = last if who.itself else who
        made = _covered(reading, s, quiet, mark, who, out, verbs[index + 1] if index + 1 < len(verbs) else None)
        if made:
            out = [*[replace(u, end=made.start) if u.start < made.start < u.end else u for u in out], made]
    return _without_verb(reading, s, quiet, [_with_quotation(u, quoted) for u in out], last)


def _without_verb(
    reading: Reading, s: Sentence, quiet: Piece, out: list[Utterance], last: Speaker
) -> tuple[list[Utterance], Speaker]:
    """The utterances of a sentence with those that have no verb: NAME: "..."; according to NAME."""
    labelled = None if out else _labelled(reading, s, quiet, last)
    if labelled:
        return [labelled], labelled.speaker
    per = _according(reading, s, quiet, last)
    if per and not any(u.start < per.end and per.start < u.end for u in out):
        return sorted([*out, per], key=lambda u: u.start), per.speaker
    return out, last


ADDRESSED = re.compile(r"(?:\s(?:với|trước|tại|hôm|sáng|chiều|trong) [^,.\"]{2,40})?[\s。.，,:：]{0,3}.{0,2}")
INLINE = re.compile(r"(?P<who>[^\":：。!?]{3,90}?)[:：]\s?\"")


def _labelled(reading: Reading, s: Sentence, quiet: Piece, last: Speaker) -> Utterance | None:
    """NAME, OFFICE: "...", without a verb."""
    m = INLINE.match(quiet.text)
    if not m or len(quiet.text) - m.end() < 8:
        return None
    who = speaker(reading, s, Span(s.piece.start, s.piece.start + m.end("who")), last, first=True)
    if not who.is_known or who.side == JOINT:
        return None
    return Utterance(s.number, s.piece.start, s.piece.end, -1, "", "quote", who, '"' in s.piece.text)


def _is_nested(quiet: Piece, outer: Mark, mark: Mark) -> bool:
    """Whether a verb of saying stands inside what another says: no sign and no "and" parts them."""
    if outer.concept in ACTS or (mark.behind and not mark.is_passive) or outer.behind:
        return False
    opening = mark.subject.start if mark.subject and outer.end <= mark.subject.start <= mark.start else mark.start
    between = quiet.text[outer.end - quiet.start : opening - quiet.start]
    return not re.search(r"[;,，；]|\b(?:and|while|but|as)\s*$|[.?!]\"", between)


def _with_quotation(u: Utterance, quoted: list[Span]) -> Utterance:
    first = max(bisect_left(quoted, u.start, key=lambda q: q.start) - 1, 0)
    near = quoted[first : bisect_left(quoted, u.end, key=lambda q: q.start)]
    return replace(u, direct=any(u.start < q.end and q.end - q.start > 3 for q in near))


def _who(reading: Reading, s: Sentence, mark: Mark, before: list[Utterance], last: Speaker) -> Speaker:
    """Who says it: behind the verb or before it; the speaker before where a verb shares his subject or has none."""
    if mark.behind:
        return speaker(reading, s, mark.behind, last, first=True)
    subject = mark.subject
    if before:
        is_shared = mark.form in ("gerund", "infinitive")
        if is_shared or (subject and subject.start < before[-1].verb):
            return before[-1].speaker
    who = speaker(reading, s, subject, last)
    if who.is_known:
        return who
    if before and not (subject and reading.text[subject.start : subject.end].strip(" ,，")):
        return before[-1].speaker
    return last if not subject and reading.language == "en" else NOBODY


def _covered(
    reading: Reading, s: Sentence, quiet: Piece, mark: Mark, who: Speaker, before: list[Utterance], following: Mark | None
) -> Utterance | None:  # fmt: skip
    """The stretch an utterance covers: behind its verb, or before it where what is said stands there."""
    text, base = quiet.text, s.piece.start
    own = mark.behind.end if mark.behind else mark.end
    opening = _opening(mark, before)
    end = _end(text, base, own, following, s.piece.end)
    is_post = bool(mark.behind)
    if mark.form != "gerund":
        is_post = is_post or _follows_content(reading, text, base, mark, opening, own, end)
    start = opening if mark.start - opening < 45 else mark.start
    if is_post:
        start = mark.subject.start if mark.is_passive and mark.subject else _start_of_content(text, base, mark, before)
    start += len(reading.text[start:end]) - len(reading.text[start:end].lstrip(" ,;，；"))
    end = start + len(re.sub(r"[\s,;，；]*(?:\b(?:and|while|but)\b)?[\s,;.，；。]*$", "", reading.text[start:end]))
    if end - start < (4 if reading.language == "zh" else 10) or (
        not is_post and end - mark.end < (2 if reading.language == "zh" else 3)
    ):
        return None
    return Utterance(s.number, start, end, mark.start, mark.verb, mark.concept, who)


def _opening(mark: Mark, before: list[Utterance]) -> int:
    """Where the phrase of the speaker begins, the verb itself where it shares the subject of a verb before."""
    if mark.behind or mark.subject is None or mark.subject.end > mark.start:
        return mark.start
    is_shared = mark.form in ("gerund", "infinitive") or mark.subject.start < before[-1].verb if before else False
    return mark.start if is_shared else mark.subject.start


def _start_of_content(text: str, base: int, mark: Mark, before: list[Utterance]) -> int:
    """Where what is said begins if it stands before its speaker: behind a semicolon, or behind another utterance."""
    floor = before[-1].verb + len(before[-1].word) if before else base
    parted = max((text.rfind(x, floor - base, mark.start - base) for x in ("; ", "；")), default=-1)
    return base + parted + 1 if parted >= 0 else base


def _end(text: str, base: int, content: int, following: Mark | None, stop: int) -> int:
    """Where what is said ends: before the next speaker and the words that link him, or at a semicolon."""
    if following is not None and not following.behind:
        opening = (
            following.subject.start if following.subject and following.subject.start > content else following.start
        )
        inner = text[content - base : opening - base]
        links = [m.start() for m in re.finditer(r",\s|\sand\s|\swhile\s|;\s|\sbut\s|[，；]", inner)]
        stop = content + links[-1] if links and len(inner) - links[-1] < 12 else opening
    cut = re.search(r";\s|；|,\swhile\s", text[content - base : stop - base])
    return content + cut.start() if cut else stop


def _follows_content(reading: Reading, text: str, base: int, mark: Mark, opening: int, own: int, end: int) -> bool:
    """Whether what is said stands before the speaker."""
    before, after = text[: opening - base], text[own - base : end - base]
    if reading.language != "en":
        return bool(re.search(r"[，,。！？.!?]?\"\s?$|[，,]\s?$", before)) and ADDRESSED.fullmatch(after) is not None
    if not re.search(r"(?:[,?!]\"?|\"|[-–—])\s*(?:but |and |as )?$", before):
        return False
    rest = unaddressed(after)
    if re.search(r"\"[,?!]\s(?:\w+ )*$", before):
        return not re.match(r"\s*(?:that\b|:)", rest)
    if re.match(r"\s*(?:that\b|:)", rest) or (re.match(r"\s*\"", rest) and not re.search(r"\"\s*$", before)):
        return False
    return _says_nothing(rest, before, mark)


def _says_nothing(rest: str, before: str, mark: Mark) -> bool:
    """Whether the words behind a verb are not what is said: none, a sign, or the when and where of it."""
    if not rest.strip(' ."'):
        return True
    if re.match(r"\s*(?:,|-|–|—|;)", rest):
        return mark.is_last
    if re.search(r"[,?!]\"\s*$|[,?!]\"\s", before):
        return True
    lead = re.match(r"\s*(?:on|in|at|after|before|during|when|while|following|late|last|earlier|of|to|by|as)\b", rest)
    return bool(lead) and mark.is_last and mark.verb not in verbs_that("of_object")


def _according(reading: Reading, s: Sentence, quiet: Piece, last: Speaker) -> Utterance | None:
    """According to a French official, ...; Theo ông, ...; 据知情人士，..."""
    text, base = quiet.text, s.piece.start
    words = listed(reading.language, "per").pattern
    per = (
        PER
        if reading.language == "en"
        else re.compile(rf"(?:^|[,，;；。]\s?){words}\s?(?P<who>[^,，.。;；]{{1,60}})", re.I)
    )
    m = per.search(text)
    if not m:
        return None
    name = "who" if m.group("who") else "whose"
    same = re.match(r"(?:this|that|the same) (?:person|source|official|man|woman|minister)|him\b|her\b", m.group(name))
    span = Span(base + m.start(name), base + m.end(name))
    who = last if same else speaker(reading, s, span, last, first=True)
    if not who.is_known or (NO_VOICE.search(m.group(name)) and not who.name):
        return None
    parted = text.rfind("; ", 0, m.start())
    start = base + (parted + 2 if parted >= 0 else 0)
    stop = re.search(r"; |, (?:although|though|while|but|and) ", text[m.end() :])
    end = base + (m.end() + stop.start() if stop else len(text.rstrip(". 。")))
    return Utterance(s.number, start, end, base + m.start(), "according to", "per", who, '"' in text[start - base :])
