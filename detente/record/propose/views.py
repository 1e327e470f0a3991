"""Statements: words and views of speakers, of observers, of a narrator, and judgements in official texts."""

from __future__ import annotations

import re

from detente.record import people
from detente.record.fact import By
from detente.record.propose import lexicon
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.code.rules import Draft
from detente.record.propose.speech import OUTSIDE
from detente.record.propose.voices import Voice, Voices

THANKS = re.compile(
    r"\bthank|complete briefing|briefing tomorrow|be giving details tomorrow, and|good morning|good afternoon"
    r"|question(?:s)? now",
    re.I,
)
NARRATED = re.compile(
    r"\b(?:tensions?\b|instability|hard to lay side by side|different accounts|brought nothing|softer note"
    r"|harder (?:note|line)|cooling trend|warming|thaw|mood|climate|tone (?:of|was)|at odds|deadlock|stalemate"
    r"|breakthrough|[Aa]tmosphere|sincere|rift|bad blood|frank|constructive|cordial|icy|tense|optimism|pessimism"
    r"|goodwill|mistrust"
    r"|did not want to make progress|made (?:little|no|some|good) (?:progress|headway)|little progress"
    r"|no progress|surpris\w+|fragile|uneasy|hopes (?:rose|faded|grew)|little to show|far apart"
    r"|ended in (?:acrimony|failure)|without (?:a )?result|yielded (?:little|nothing)|empty-handed"
    r"|few (?:details|expect)|bitter|acrimon\w+|stuck|frosty|friendly|hardened|eased|escalat\w+)\b|căng thẳng"
    r"|bất đồng|thiện chí|紧张|分歧|僵局"
)
JUDGED = re.compile(
    r"\b(?:is (?:necessary|unacceptable|essential)|victory|historic (?:win|victory|achievement)|(?:have"
    r"|has) been constructive|sets? a (?:fair|strong)|will (?:drive|create|reduce|help|strengthen|enhance"
    r"|ensure|deliver|boost|support|put our|reinvigorate|benefit|level|open new|unleash|provide (?:American"
    r"|U\.S\.))|help remedy|built on each other|has taken immediate steps|further time is needed|represents? a"
    r"|reflects?|clearly indicates|no intention of|threatening United States|unfair (?:trade )?practices"
    r"|threatens|undermines|harms|distorts|hurts|must be|constitutes? a (?:concrete|landmark)|demonstrat\w+|serve as"
    r"|progress)\b",
    re.I,
)
SUBJECT = re.compile(
    r"(?i:\b(?:deal|agreement|arrangement|action|talks|discussions?|tariffs?|measures?|negotiations?|consensus"
    r"|framework|China|government|Government|trade relationship|commitments?|step|purchases?|aircraft|steps"
    r"|time|relationship|package|actions|EU|Japan|Korea|India|Canada|Mexico)\b)"
)
FOR_BOTH = re.compile(
    r"\b(?:both (?:countries|sides|governments)|both \w+ and \w+|the two (?:heads of state|leaders)) (?:\w+ly )?"
    r"(?:are|had|believe|want|hope|wish)\b",
    re.I,
)
STANCE = re.compile(
    r"(?:The )?[A-Z][\w.]*(?: \w+)? (?:(?:is|are|remains?|stands?) "
    r"(?:always )?(?:willing|ready|committed|prepared"
    r"|open|opposed)"
    r"|hopes?|opposes?|urges?|welcomes?|will never|firmly|calls on)\b|中方(?:愿|希望|反对|敦促|坚决)"
)
PRAISE = re.compile(
    r"trade deficit (?:with|was)|For too long|Other American Presidents|previous administration"
    r"|President \w+ (?:is|has|continues)|America First|Since Day One|hereby|unusual and extraordinary"
    r"|\$[\d.,]+ (?:billion|trillion) (?:trade )?deficit|national emergency",
    re.I,
)


def find(reading: Reading, voices: Voices, others: list[Draft]) -> list[Draft]:
    """All statements; a verb that is itself the act gives none."""
    out: list[Draft] = []
    table = reading.spread(others)
    for s in reading.sentences:
        others = table.get(s.number, [])
        here = voices.by_sentence.get(s.number, ())
        if here and here[0].word == "" and here[0].direct:
            out += _monologue(reading, s, here[0])
            continue
        spoken = [v for v in here if not v.act]
        for v in spoken:
            if reading.official and not (v.name or v.direct) and v.word != "according":
                continue
            if reading.official and v.name and not v.direct:
                continue
            kinds_with_topics = ("agreement_stage", "measure", "extension")
            if (
                v.word == "according"
                and v.described
                and any(d.kind in kinds_with_topics and v.start <= d.start < v.end for d in others)
            ):
                continue
            out += _spoken(reading, s, v)
        stance = STANCE.match(s.piece.text) if not here else None
        ruling = voices.ruling.get(s.number)
        if stance and ruling and ruling.side not in ("joint", None):
            q = s.piece
            out.append(_draft(reading, q.start, q.end - 1, ruling.name, ruling.side, q.text, ruling))
            continue
        if not here:
            draft = _official(reading, s, others) if reading.official else _narrated(reading, s, voices, others)
            if draft:
                out.append(draft)
    return out


def _monologue(reading: Reading, s: Sentence, v: Voice) -> list[Draft]:
    text = s.piece.text
    opened = text.find('"') + 1 if '":' not in text[:90] and re.search(r":\s?\"", text[:130]) else 0
    start = s.piece.start + opened
    q = s.piece.cut(start, s.piece.end)
    if THANKS.search(q.text) and not re.search(r"progress|productiv", q.text):
        return []
    if re.search(r"complete briefing|giving details", q.text) and "but" not in q.text:
        return []
    out = []
    pieces = re.split(r"(,\s(?:but|and)\s(?=I\b|we\b|we're))", q.text)
    position = q.start
    for piece in pieces:
        if len(piece) > 12 and not re.search(r"giving details", piece):
            p = s.piece.cut(position, position + len(piece))
            text_end = p.end - len(p.text) + len(p.text.rstrip('."'))
            out.append(
                _draft(reading, p.start, text_end, v.name, v.side, p.text, By(v.name, v.side, "direct", reading.via))
            )
        position += len(piece)
    return out


def _draft(
    reading: Reading, start: int, end: int, name: str | None, side: str | None, words: str, by: By, **more: str
) -> Draft:
    value = {"speaker": name, "side": side, "tone": lexicon.tone(words), **more}
    flags: tuple[str, ...] = ()
    if by.mode == "direct" and _translated(reading):
        flags, by = ("back_translated_quote",), By(by.name, by.side, "reported", by.via)
    if side not in ("press", "joint", None) and FOR_BOTH.search(words):
        flags += ("one_side_speaks_for_both",)
    return Draft("statement", start, end, value, (None, None), flags, 0.6, by=by)


def _translated(reading: Reading) -> bool:
    publisher = (reading.document.publisher or "").lower()
    return reading.language != "en" or "translat" in publisher or reading.garbled


def _spoken(reading: Reading, s: Sentence, v: Voice) -> list[Draft]:
    if re.match(r"said|says", v.word) and re.search(
        r"asked not to be named", s.piece.text[v.start - s.piece.start :][:20]
    ):
        return []
    q = s.piece.cut(v.start, v.end)
    text = re.sub(r"[\s,;]*(?:\band\b|\bwhile\b)?[\s,;.]*$", "", q.text)
    if len(text) < (5 if reading.language == "zh" else 12):
        return []
    side, name, described = v.side, v.name, v.described
    if (
        described
        and re.search(r"\b(?:texts?|statements?|version|ministry in)$", described)
        and v.word in ("say", "says")
    ):
        return []
    more = {}
    if described and name is None:
        more["speaker_described"] = re.sub(r"^(?:the|a|an|The|A|An)\s", "", described)
        if OUTSIDE.search(described):
            side = None
    both = re.match(r"[Bb]oth (?:presidents|leaders|sides)", described or "")
    by = By(name, side, "direct" if v.direct and '"' in text else "reported", reading.via)
    if both and "presidents" in (described or "") and len(reading.parties) == 2:
        heads = [n for n in _heads(reading) if n[1] in reading.parties]
        if len(heads) == 2:
            return [
                _draft(
                    reading, s.piece.start, q.start + len(text), n, side_, text, By(n, side_, "reported", reading.via)
                )
                for n, side_ in heads
            ]
    if side == "joint":
        side = None
    start = q.start
    out = []
    cut = re.search(r",?\sand that\s", text)
    for a, b in ((0, cut.start()), (cut.end(), len(text))) if cut and cut.start() > 20 else ((0, len(text)),):
        out.append(_draft(reading, start + a, start + b, name, side, text[a:b], by, **more))
    return out


def _heads(reading: Reading) -> list[tuple[str, str]]:
    heads: dict[str, str] = {}
    for s in reading.sentences:
        for n in s.people:
            p = people.person(n.name)
            role = p.role(reading.anchor) if p else None
            if role and re.match(r"President|Prime Minister", role.title):
                heads.setdefault(n.side, n.name)
    return [(n, side) for side, n in heads.items()]


def _narrated(reading: Reading, s: Sentence, voices: Voices, others: list[Draft]) -> Draft | None:
    m = NARRATED.search(s.piece.text)
    if not m:
        return None
    c = next((c for c in s.clauses if c.start <= s.piece.start + m.start() < c.end), s.piece)
    if any(d.kind in ("threat", "measure", "agreement_stage") and d.start < c.end and c.start < d.end for d in others):
        return None
    by = By(None, "press", "narrator", reading.via)
    ruling = voices.ruling.get(s.number)
    if ruling and ruling.side != "joint":
        return None
    text = c.text.rstrip(".")
    return _draft(reading, c.start, c.start + len(text), None, "press", text, by)


def _official(reading: Reading, s: Sentence, others: list[Draft]) -> Draft | None:
    text = s.piece.text
    if not JUDGED.search(text) or not SUBJECT.search(text) or PRAISE.search(text) or reading.author == "joint":
        return None
    if (
        re.match(r"(?:Recogni[sz]ing|Recalling|Reflecting|Noting|Taking note|Moving|By the authority|\(b\)|If )", text)
        or len(text) < 40
        or re.match(r"[A-Z ,'-]{18,}:?$", text)
    ):
        return None
    covered = [
        d
        for d in others
        if d.kind in ("measure", "extension", "truce", "threat", "meeting")
        and d.start < s.piece.end
        and s.piece.start < d.end
    ]
    if covered and not re.search(r"will (?:drive|help|reduce)|victory", text):
        return None
    head = re.match(r"[A-Z][A-Z ,.'&-]{14,}:\s", text)
    start = s.piece.start + (head.end() if head else 0)
    by = By(None, reading.author, "document", reading.via)
    return _draft(
        reading, start, start + len(text[head.end() if head else 0 :].rstrip(".")), None, reading.author, text, by
    )
