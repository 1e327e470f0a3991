"""Whose words they are: verbs of saying, their speakers, and the stretch of text that each of them covers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from detente.record.fact import By
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import load, vocabulary
from detente.record.propose.relate import predicates as grammar
from detente.record.propose.relate.predicates import Predicate, Span
from detente.record.propose.relate.speaker import JOINT, NOBODY, Speaker, listed, speaker
from detente.record.propose.relate.turns import OPENS_STATEMENT, Turn, quotations, signature, turns

SPEECH = frozenset(["say", "announce", "confirm", "deny", "decline", "threaten", "promise", "propose", "ask"])
# verbs of speech that are themselves the act; what stands with the last three is not asserted by the speaker
ACTS = SPEECH - {"say", "ask"}
UNASSERTED = frozenset(["threaten", "promise", "propose", "ask"])
CLAUSE_OPENER = re.compile(
    r"(?:After|While|As|When|In|On|At|Speaking|Under|For|If|Meanwhile|According|Last|Earlier|Yesterday|Asked|Back|Before|With"
    r"|Since|Although|Though|Despite|Following|Unlike|Later|Until|Once)\b"
)
PARENTHESIS = re.compile(r",\s(?:who|which|(?:with|of|to|from|by) (?:whom|which))\b[^,;]*(?=,)")
PER = re.compile(
    r"\b(?:[Aa]ccording to|[Ii]n the words of|[Ii]n the (?:view|opinion|judgement|judgment|telling) of|[Aa]s told by)\s(?P<who>[^,.;:]{2,80})"
    r"|\b[Ii]n (?P<whose>[A-Z][\w.' ]{1,40}?)'s? (?:words|view|account|telling|version|reading|judgement|judgment|opinion|eyes)\b"
)
NO_VOICE = re.compile(r"\b(?:law|order|agreement|text|rules?|data|figures?|plan|schedule|deal|accord|treaty|notice)\b")
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
    there is none. concept: of the verb, or per (according to), quote, turn. is_complement: inside what another says.
    """

    sentence: int
    start: int
    end: int
    verb: int
    word: str
    concept: str
    speaker: Speaker
    direct: bool = False
    has_content: bool = True
    is_complement: bool = False

    @property
    def is_act(self) -> bool:
        """Whether the verb is itself the act: confirm, deny, announce, threaten, promise, propose, decline."""
        return self.concept in ACTS


class Mark(NamedTuple):
    """A verb of saying: its place, concept, verb, and the noun phrase before it; behind: the speaker, where he follows the
    verb; is_last: whether a clause stands before that may be what is said."""

    start: int
    end: int
    concept: str
    verb: str
    subject: Span | None
    form: str = "past"
    behind: Span | None = None
    is_last: bool = False


@dataclass(frozen=True)
class Attribution:
    """All utterances of a document, and whose words stand where nobody is quoted."""

    reading: Reading
    utterances: tuple[Utterance, ...] = ()
    rulings: dict[int, By] = field(default_factory=dict)
    turns: dict[int, Turn] = field(default_factory=dict)
    quotations: tuple[Span, ...] = ()

    def within(self, sentence: Sentence) -> list[Utterance]:
        """The utterances of a sentence in reading order."""
        first = bisect_left(self.utterances, sentence.number, key=lambda u: u.sentence)
        last = bisect_left(self.utterances, sentence.number + 1, key=lambda u: u.sentence)
        return list(self.utterances[first:last])

    def by_at(self, sentence: Sentence, place: int) -> By:
        """Whose words stand at a place of a sentence."""
        reading = self.reading
        covering = [
            u
            for u in self.within(sentence)
            if u.start <= place + 2 <= u.end + 2 and u.concept not in UNASSERTED and not u.is_complement
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

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether a stretch lies within quotation marks."""
        return any(q.start <= start and end <= q.end for q in self.quotations)


def attribute(reading: Reading, acts: Sequence[tuple[Predicate, ...]]) -> Attribution:
    """The utterances of a document, sentence by sentence; pronouns, turns and open quotations carry a speaker on.

    acts: the predicates of each sentence.
    """
    floor = turns(reading)
    quoted = quotations(reading)
    author = signature(reading)
    out: list[Utterance] = []
    rulings: dict[int, By] = {}
    carry = _Carry(reading, quoted, acts)
    last = author or NOBODY
    line, standing = -1, None
    for s in reading.sentences:
        if s.piece.line != line:
            line, standing = s.piece.line, None
        turn = floor.get(line)
        if author is not None:
            own = [_whole(s, author, "turn", s.piece.start)]
        elif turn is not None and (
            turn.kind in ("person", "answer") or (turn.kind == "entry" and _entry(reading, s, turn))
        ):
            own = _turn(s, turn)
        else:
            start = turn.speaker if turn and turn.kind == "side" else last
            own, last = _sentence(reading, s, acts[s.number], quoted, start)
            own = carry.over(s, own, last)
        standing = _ruling(reading, s, last) or standing
        if standing:
            rulings[s.number] = standing
        if own and own[-1].speaker.is_known and not own[-1].speaker.itself:
            last = own[-1].speaker
        elif not own and s.people and s.people[0].begin - s.piece.start < 30:
            last = Speaker(s.people[0].name, s.people[0].side or None)
        out += own
    _carry_readouts(reading, out, rulings)
    return Attribution(reading, tuple(out), rulings, floor, tuple(quoted))


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

    def __init__(self, reading: Reading, quoted: list[Span], acts: Sequence[tuple[Predicate, ...]]) -> None:
        self.reading, self.quoted, self.acts = reading, quoted, acts
        self.announced: Speaker | None = None

    def over(self, s: Sentence, own: list[Utterance], last: Speaker) -> list[Utterance]:
        """The utterances of a sentence, with the one that an open quotation makes of the whole sentence."""
        if any(not u.is_act or u.direct for u in own):
            self.announced = last if OPENS_STATEMENT.search(s.piece.text) else None
            return own
        around = next((q for q in self.quoted if q.start <= s.piece.start + 2 and s.piece.end <= q.end + 3), None)
        if around is None or around.end - around.start < 12:
            self.announced = _announced(self.reading, s, last) if OPENS_STATEMENT.search(s.piece.text) else None
            return own
        who = self.announced or self._ahead(s, around) or last
        return [_whole(s, who, "quote", s.piece.start)] if who.is_known else own

    def _ahead(self, s: Sentence, around: Span) -> Speaker | None:
        """The speaker who is named where the quotation ends, or in the sentence behind it: "..., ...," she said."""
        ahead = self.reading.sentences[s.number : s.number + 6]
        closing = next((t for t in ahead if t.piece.start <= around.end <= t.piece.end + 1), None)
        if closing is None:
            return None
        if closing.piece.end - around.end > 4:
            return speaker(self.reading, closing, Span(around.end, closing.piece.end), NOBODY, first=True)
        behind = self.reading.sentences[closing.number + 1 : closing.number + 2]
        if not behind or behind[0].piece.line != s.piece.line or behind[0].piece.text.startswith('"'):
            return None
        mark = next(iter(_marks(self.reading, behind[0], self.acts[behind[0].number], self.quoted)), None)
        if mark is None or mark.start - behind[0].piece.start > 60:
            return None
        return _who(self.reading, behind[0], mark, [], NOBODY)


def _announced(reading: Reading, s: Sentence, last: Speaker) -> Speaker | None:
    if s.people:
        return Speaker(s.people[0].name, s.people[0].side or None)
    return last if last.is_known else None


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
    m = re.match(r"(?:According to|As per|Theo|根据|据)\s?(?P<who>[^,，:]{2,60})[,，:]", text)
    if m and not re.search(r"law|order|agreement|text\b|文本", m.group("who")):
        who = speaker(reading, s, Span(s.piece.start + m.start("who"), s.piece.start + m.end("who")), last, first=True)
        if who.side or who.name:
            return By(who.name, who.side, "reported", reading.via)
    return None


SPEAKS_FOR = re.compile(r"spokes|ministry|发言人|商务部|外交部|Bộ|phát ngôn", re.I)
GOES_ON = re.compile(r"(?:美方|中方|双方|对)|(?:The|Both|China|Two)\b.{0,24}\b(?:sides?|teams|parties)\b")


def _carry_readouts(reading: Reading, utterances: list[Utterance], rulings: dict[int, By]) -> None:
    """What a ministry's spokesman said goes on in sentences that begin with his side and name no other speaker."""
    if reading.official:
        return
    table: dict[int, list[Utterance]] = {}
    for u in utterances:
        table.setdefault(u.sentence, []).append(u)
    readout: By | None = None
    for s in reading.sentences:
        own = table.get(s.number, [])
        opens = bool(s.sides) and s.sides[0].start == s.piece.start
        goes_on = (opens and readout and s.sides[0].side == readout.side) or GOES_ON.match(s.piece.text)
        if readout and goes_on and not own and s.number not in rulings:
            rulings[s.number] = readout
        if own and own[-1].verb >= 0 and SPEAKS_FOR.search(own[-1].speaker.described or ""):
            readout = By(own[-1].speaker.name, own[-1].speaker.side, "reported", reading.via)
        elif own:
            readout = None


def _sentence(
    reading: Reading, s: Sentence, acts: Sequence[Predicate], quoted: list[Span], last: Speaker
) -> tuple[list[Utterance], Speaker]:
    """The utterances of a sentence, and who spoke last."""
    quiet = _hushed(s.piece, quoted)
    marks = _marks(reading, s, acts, quoted)
    marks = [m for i, m in enumerate(marks) if not (i and _is_nested(quiet, marks[i - 1], m))]
    out: list[Utterance] = []
    for index, mark in enumerate(marks):
        who = _who(reading, s, mark, out, last)
        if not who.is_known:
            continue
        last = last if who.itself else who
        following = marks[index + 1] if index + 1 < len(marks) else None
        made = _covered(reading, s, quiet, mark, who, out, following)
        if made:
            if out and out[-1].start < made.start < out[-1].end:
                out[-1] = replace(out[-1], end=made.start)
            out.append(made)
    if not out and (labelled := _labelled(reading, s, quiet, last)):
        return [labelled], labelled.speaker
    per = _according(reading, s, quiet, out, last)
    if per and not any(u.start < per.end and per.start < u.end for u in out):
        return sorted([*out, per], key=lambda u: u.start), per.speaker
    return [_with_quotation(u, quoted) for u in out], last


def _marks(reading: Reading, s: Sentence, acts: Sequence[Predicate], quoted: list[Span]) -> list[Mark]:
    """The verbs of saying of a sentence that open an utterance, words in quotation marks left out."""
    quiet = _hushed(s.piece, quoted)
    return _english(quiet, s, acts, reading) if reading.language == "en" else _by_words(quiet, s, reading)


INLINE = re.compile(r"(?P<who>[^\":：。!?]{3,90}?)[:：]\s?\"")


def _labelled(reading: Reading, s: Sentence, quiet: Piece, last: Speaker) -> Utterance | None:
    """NAME, OFFICE: "...", without a verb."""
    m = INLINE.match(quiet.text)
    if not m or len(quiet.text) - m.end() < 8:
        return None
    who = speaker(reading, s, Span(s.piece.start, s.piece.start + m.end("who")), last, first=True)
    if not who.is_known or who.side == JOINT:
        return None
    return Utterance(s.number, s.piece.start, s.piece.end, -1, "", "quote", who, True)


def _is_nested(quiet: Piece, outer: Mark, mark: Mark) -> bool:
    """Whether a verb of saying stands inside what another says: no sign and no "and" parts them."""
    if outer.concept in ACTS or mark.behind or outer.behind:
        return False
    opening = mark.subject.start if mark.subject and outer.end <= mark.subject.start <= mark.start else mark.start
    between = quiet.text[outer.end - quiet.start : opening - quiet.start]
    return not re.search(r"[;,，；]|\b(?:and|while|but|as)\s*$|[.?!]\"", between)


def _with_quotation(u: Utterance, quoted: list[Span]) -> Utterance:
    direct = any(q.start < u.end and u.start < q.end and q.end - q.start > 3 for q in quoted)
    return Utterance(**{**u.__dict__, "direct": direct}) if direct != u.direct else u


def _hushed(piece: Piece, quoted: list[Span]) -> Piece:
    """The sentence with the words in quotation marks blanked, but for a sign at their end."""
    text = piece.text
    for q in quoted:
        a, b = max(q.start + 1, piece.start) - piece.start, min(q.end - 1, piece.end) - piece.start
        if a < b and b - a > 1:
            keep = text[b - 1] if text[b - 1] in ",.?!" else " "
            text = text[:a] + " " * (b - a - 1) + keep + text[b:]
    return Piece(text, piece.start, piece.end, piece.line)


def _english(quiet: Piece, s: Sentence, acts: Sequence[Predicate], reading: Reading) -> list[Mark]:
    """The verbs of saying of an English sentence that open an utterance."""
    text = PARENTHESIS.sub(lambda m: ", " + " " * (len(m.group()) - 2), quiet.text)
    if text != s.piece.text:
        acts = grammar.find(Piece(text, quiet.start, quiet.end, quiet.line), "en", list(s.terms))
    marks = []
    for p in acts:
        p = _plain_call(p, text, quiet.start)
        if p.concept in SPEECH and not p.is_noun:
            p = replace(p, subject=_subject(p, acts, text, quiet.start))
        if p.concept not in SPEECH or p.is_noun or not _opens_utterance(p, acts, text, quiet.start):
            continue
        behind = _behind(p, acts, text, quiet)
        if behind is None and not _has_complement(p, acts, text, quiet.start):
            continue
        marks.append(
            Mark(
                p.start,
                p.end,
                p.concept,
                p.verb,
                p.subject,
                p.tense,
                behind,
                _stands_behind(p, acts, text, quiet.start),
            )
        )
    return marks


def _plain_call(p: Predicate, text: str, base: int) -> Predicate:
    """ "Called the duty on cars a threat" is call and no "call on", whose particle stands right behind."""
    verb, _, particle = p.verb.partition(" ")
    behind = text[p.end - base :].lstrip()
    return (
        replace(p, concept="say", verb=verb)
        if verb == "call" and p.concept == "ask" and not behind.startswith(particle)
        else p
    )


QUOTED_AS = re.compile(r"\b(?:quot|cit|report)\w*\b[^,;]*\bas\s$")
PARTICIPIAL = r"\s(?:in|on|at|by|for|about|whether|if|as|to)\b"


def _opens_utterance(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> bool:
    """Whether somebody is said to say something here: no condition, no negation, no wish to say it."""
    before = text[: p.start - base]
    if (p.negated and p.verb not in VIEWS) or p.modal or p.opener in ("if", "unless", "whether", "should"):
        return False
    after = text[p.end - base :]
    if p.concept == "ask" and not re.match(r"\s(?:\w+\s){0,3}?(?:for|to|on)\b", after):
        return False
    if re.search(r",\s(?:once\s|long\s)?$", before) and p.verb in _verbs("of_object") and re.match(PARTICIPIAL, after):
        return False  # the delegation, expected in Paris on Monday, ...
    if p.tense == "infinitive":
        return bool(re.search(r"\b(?:careful|quick|keen|on|continued)\s$", before))
    if p.tense == "participle" or (p.voice == "passive" and not re.search(r"\bby\b", text[p.end - base :])):
        return False
    if p.tense == "gerund":
        return bool(re.search(r",\s(?:\w+ly\s|also\s)?$", before) or QUOTED_AS.search(before))
    return not (text.rstrip().endswith("?") and re.match(r"(?:did|does|do|has|have)\b", text[p.start - base :], re.I))


def _subject(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> Span | None:
    """The noun phrase before a verb; where the grammar saw one further off, the words between the last verb and it."""
    if p.subject is None or p.subject.end > p.start or p.tense in ("gerund", "infinitive"):
        return p.subject
    before = [q for q in acts if p.subject.end <= q.start and q.end < p.start and not q.is_noun]
    start = before[-1].end if before else p.subject.end
    gap = text[start - base : p.start - base]
    lead = re.match(r"(?:[^,\"]*(?:,\"?|\")\s)?\s*(?:,?\s*(?:and|but|while)\s)?", gap)
    words = gap[lead.end() :].strip(' ,"') if lead else ""
    if (
        len(words) < 4
        or re.fullmatch(r"(?:\w+ly|also|and|but|then|later|yesterday|today|again|\s)+", words)
        or "," not in gap
    ):
        return p.subject
    begin = start + gap.find(words)
    return Span(begin, begin + len(words))


def _behind(p: Predicate, acts: Sequence[Predicate], text: str, quiet: Piece) -> Span | None:
    """The speaker behind the verb: "..., said Li", else None."""
    if (
        p.concept != "say"
        or not p.is_finite
        or p.verb in (_verbs("of_object") - INVERTIBLE) | {"tell", "inform", "assure", "brief"}
    ):
        return None
    before, after = text[: p.start - quiet.start], text[p.end - quiet.start :]
    if not re.search(r"(?:[,?!]\"?|\"|[-–—])\s(?:\w+ly\s|so\s)?$", before):
        return None
    m = re.match(
        r"\s(?:the |an? |one |two |his |her |its |some |several )?[\w.'-][^,.;:\"]*(?:, (?:the|an?|its|his|her|who)\b[^,.;:\"]*)?",
        after,
    )
    if (
        not m
        or re.match(r"\s(?:that|he|she|it|they|there|in|on|at|to|so|after|before|of|about)\b", after)
        or _unaddressed(after) != after
    ):
        return None
    stop = p.end + m.end()
    if any(q.start < stop and q.start > p.end and q.is_finite and q.opener not in ("who", "which") for q in acts):
        return None
    name = re.match(r"[\w.' -]{3,40}, (?:the|an?|who)\b[^,]*,\s?$", before)
    if name and not re.match(r"[^,]*,", after):
        return None
    return Span(p.end, stop)


VIEWS = frozenset(["want", "wish", "expect", "believe", "think"])  # what is not wanted is a view too
INVERTIBLE = frozenset(
    ["explain", "admit", "concede", "stress", "emphasise", "emphasize", "complain", "repeat", "reveal", "predict"]
)


@cache
def _verbs(key: str) -> frozenset[str]:
    return frozenset(load("en", "speech.yaml").get(key, ()))


def _has_complement(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> bool:
    """Whether something is said: a clause, words in quotation marks, or for some verbs an object; or it stands before."""
    after = _unaddressed(text[p.end - base :])
    if re.match(r"\s*(?:that\b|[:,]?\s*\"|as much|otherwise|differently|so\b)", after):
        return True
    if _stands_behind(p, acts, text, base):
        return True
    if p.verb in _verbs("guarded"):
        return bool(re.match(r"\s(?:\w+ ){0,4}?that\b", after)) or ('"' in after[:60] and p.verb in _verbs("of_object"))
    if p.concept in ACTS or p.verb in _verbs("of_object"):
        return bool(after.strip(" .,"))
    clause = [
        q
        for q in acts
        if q.start > p.end and q.is_finite and q.opener not in ("who", "which", "after", "before", "when")
    ]
    words = after.split()
    return bool(clause) or '"' in after[:40] or (len(words) > 3 and words[0] not in ("nothing", "little", "no", "so"))


def _unaddressed(after: str) -> str:
    """What follows a verb, without whom it is told to, where and when."""
    m = re.match(r"\s(?:to\s)?(?:the\s|an?\s|his\s|her\s|its\s|their\s)?(?:[\w-]+\s){0,2}?$", after)
    lead = re.match(
        rf"\s(?:to\s)?(?:the\s|an?\s|his\s|her\s|its\s|their\s|me\b|us\b)?(?:[\w-]+\s)?{listed('en', 'addressees').pattern}",
        after,
        re.I,
    )
    rest = after[lead.end() :] if lead else after
    when = re.match(
        r"\s(?:in|on|at|after|before|late|earlier|last|this|yesterday|today)\b[^,.;\"]{0,40}?(?=\sthat\b|[,.;\"]|$)",
        rest,
    )
    return rest[when.end() :] if when and not m else rest


SUBORDINATE = frozenset(
    ["after", "before", "while", "as", "when", "since", "although", "though", "until", "once", "that", "which", "who", "because",
     "where", "whether", "despite", "following", "whose", "if"]
)  # fmt: skip


def _stands_behind(p: Predicate, acts: Sequence[Predicate], text: str, base: int) -> bool:
    """Whether what is said stands before the speaker: a main clause, words in quotation marks or a verbless phrase."""
    start = (p.subject.start if p.subject and p.subject.end <= p.start else p.start) - base
    before = text[:start]
    if not re.search(r"(?:[,?!]\"?|\"|[-–—;])\s*(?:but |and |as )?(?:the |an? )?$", before):
        return False
    if '"' in before:
        return True
    clauses = [q for q in acts if q.is_finite and q.end - base <= start]
    if not clauses:
        return len(before) > 25 and not CLAUSE_OPENER.match(text)
    return any(q.opener not in SUBORDINATE for q in clauses) or not CLAUSE_OPENER.match(text)


@cache
def _words(language: str) -> re.Pattern[str]:
    verbs = [
        v for form, readings in vocabulary(language).verbs.items() for v in readings if v.concept in SPEECH - {"ask"}
    ]
    body = "|".join(re.escape(v.verb) for v in sorted(verbs, key=lambda v: -len(v.verb)))
    return re.compile(f"(?:{body})" if language == "zh" else rf"(?<!\w)(?:{body})(?!\w)", re.I)


NOT_SAID = re.compile(r"(?:没有|未|尚未|不|拒绝|没|可以|如果[^，。]*|若[^，。]*|chưa|không|sẽ|để|bị)\s?$", re.I)
NOT_VERB = re.compile(
    r"发布会|公布的|宣布的|确认书|介绍会|回应的|希望(?:之|渺茫|的)|反对(?:意见|声)|说(?:法|明|服)|称(?:为|號|号)|报道说的|要求的|希望的|反对(?:党|派)|(?:tuyên bố|thông báo)(?: chung|\s?(?:của|này))|gọi (?:điện|là thỏa)|muốn ký"
)


def _by_words(quiet: Piece, s: Sentence, reading: Reading) -> list[Mark]:
    """The verbs of saying of a Vietnamese or Chinese sentence, each with the words before it back to a sign."""
    text, language = quiet.text, reading.language
    concepts = {v.verb: v.concept for readings in vocabulary(language).verbs.values() for v in readings}
    marks: list[Mark] = []
    for m in _words(language).finditer(text):
        if NOT_SAID.search(text[: m.start()]) or NOT_VERB.match(text[m.start() :]):
            continue
        if language == "zh" and re.match(r"[的了]?[，。]?(?:的)", text[m.end() : m.end() + 2]):
            continue
        concept = concepts[m.group().lower()]
        bound = (
            max((text.rfind(x, 0, m.start()) for x in ("，", "。", "；", "：", ",", ";", ":", "。", '"')), default=-1)
            + 1
        )
        begin = max(bound, marks[-1].end - quiet.start if marks else 0)
        subject = Span(quiet.start + begin, quiet.start + m.start())
        if re.search(r"(?:^|[，,。])\s*(?:此前|日前)?(?:有|Có)[^，,]{0,6}$", text[: m.start()], re.I) or (
            m.group() in ("要求", "希望", "muốn", "đòi") and text.rstrip().endswith(("？", "?"))
        ):
            continue
        if (
            marks
            and not _names_speaker(reading, s, subject)
            and not re.search("；|;", text[marks[-1].end - quiet.start : m.start()])
        ):
            continue
        if (
            language == "zh"
            and concept == "threaten"
            and not re.match("要|将|將|对|對|说|說|称|加|美|中|，|：|,|:", text[m.end() :])
        ):
            continue
        marks.append(Mark(subject.end, quiet.start + m.end(), concept, m.group(), subject, "past"))
    return marks


def _who(reading: Reading, s: Sentence, mark: Mark, before: list[Utterance], last: Speaker) -> Speaker:
    if mark.behind:
        return speaker(reading, s, mark.behind, last, first=True)
    subject = mark.subject
    if mark.form in ("gerund", "infinitive") and before and not _quoted_as(reading, mark):
        return before[-1].speaker
    if before and subject and subject.start < before[-1].verb:
        return before[-1].speaker
    who = speaker(reading, s, subject, last)
    if not who.is_known and before and not (subject and reading.text[subject.start : subject.end].strip(" ,，")):
        return before[-1].speaker
    if not who.is_known and not subject and last.is_known and reading.language == "en":
        return last
    return who


def _quoted_as(reading: Reading, mark: Mark) -> bool:
    return bool(QUOTED_AS.search(reading.text[max(0, mark.start - 60) : mark.start]))


def _covered(
    reading: Reading,
    s: Sentence,
    quiet: Piece,
    mark: Mark,
    who: Speaker,
    before: list[Utterance],
    following: Mark | None,
) -> Utterance | None:
    """The stretch an utterance covers: behind its verb, or before it where what is said stands there."""
    text, base = quiet.text, s.piece.start
    own = mark.behind.end if mark.behind else mark.end
    opening = mark.subject.start if mark.subject and mark.subject.end <= mark.start and not mark.behind else mark.start
    if before and (mark.form in ("gerund", "infinitive") or opening < before[-1].verb):
        opening = mark.start
    floor = before[-1].verb + len(before[-1].word) if before else base
    parted = max((text.rfind(x, floor - base, mark.start - base) for x in ("; ", "；")), default=-1)
    floor = max(base + parted + 1 if parted >= 0 else base, base)
    end = _end(text, base, own, following, s.piece.end)
    post = bool(mark.behind) or (
        mark.form != "gerund" and _follows_content(reading, text, base, mark, opening, own, end)
    )
    if post:
        start = floor if not before or parted >= 0 else _behind_link(text, base, before[-1], opening)
    else:
        start = opening if mark.start - opening < 45 else mark.start
    start += len(reading.text[start:end]) - len(reading.text[start:end].lstrip(" ,;，；"))
    end = start + len(re.sub(r"[\s,;，；]*(?:\b(?:and|while|but)\b)?[\s,;.，；。]*$", "", reading.text[start:end]))
    if end - start < (4 if reading.language == "zh" else 10) or (not post and end - mark.end < 3):
        return None
    return Utterance(s.number, start, end, mark.start, mark.verb, mark.concept, who, False)


def _names_speaker(reading: Reading, s: Sentence, subject: Span) -> bool:
    """Whether the words before a verb name a person, an office or an observer."""
    words = reading.text[subject.start : subject.end]
    persons = any(subject.start <= n.start < subject.end for n in s.people)
    sides = [x for x in s.sides if subject.start <= x.start < subject.end]
    alone = bool(sides) and sides[-1].start - subject.start < 3 and subject.end - sides[-1].end < 7
    return persons or alone or any(listed(reading.language, key).search(words) for key in ("offices", "observers"))


def _behind_link(text: str, base: int, outer: Utterance, opening: int) -> int:
    """Where the second of two utterances begins: behind the last "and", "but" or "while" between them."""
    links = list(re.finditer(r",?\s(?:and|but|while|as)\s", text[outer.verb - base : opening - base]))
    return outer.verb + links[-1].end() if links else outer.end


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
        return bool(re.search(r"[，,。！？.!?]?\"\s?$|[，,]\s?$", before)) and len(after.strip(" 。.，,:：")) < 3
    if not re.search(r"(?:[,?!]\"?|\"|[-–—])\s*(?:but |and |as )?$", before):
        return False
    if re.search(r"\"[,?!]\s(?:\w+ )*$", before):
        return not re.match(r"\s*(?:that\b|:)", _unaddressed(after))
    rest = _unaddressed(after)
    if re.match(r"\s*(?:that\b|:)", rest) or (re.match(r"\s*\"", rest) and not re.search(r"\"\s*$", before)):
        return False
    plain = rest.strip(' ."')
    if not plain or re.match(r"\s*(?:,|-|–|—|;)", rest):
        return mark.is_last or not plain
    if '"' in before and re.search(r"[,?!]\"\s*$|[,?!]\"\s", before):
        return True
    lead = re.match(r"\s*(?:on|in|at|after|before|during|when|while|following|late|last|earlier|of|to|by|as)\b", rest)
    return bool(lead) and mark.is_last and mark.verb not in _verbs("of_object")


def _according(reading: Reading, s: Sentence, quiet: Piece, own: list[Utterance], last: Speaker) -> Utterance | None:
    """According to a French official, ...; Theo ông, ...; 据知情人士，..."""
    text, base = quiet.text, s.piece.start
    if reading.language == "en":
        m = PER.search(text)
        name = "who" if m and m.group("who") else "whose"
    else:
        words = listed(reading.language, "per").pattern
        m = re.search(rf"(?:^|[,，;；。]\s?){words}\s?(?P<who>[^,，.。;；]{{1,60}})", text, re.I)
        name = "who"
    if not m:
        return None
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
