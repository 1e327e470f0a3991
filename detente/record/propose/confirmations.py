"""What a side confirms, denies or is silent on."""

from __future__ import annotations

import re

from detente.record.fact import By
from detente.record.propose.actors import actor
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.code.rules import Draft
from detente.record.propose.speakers import speaker_of
from detente.record.propose.voices import Voices

CONFIRMED = re.compile(r"\b(?:confirm(?:s|ed)?)\b(?! cases| their shared)|xác nhận|确认|證實|证实")


DENIED = re.compile(
    r"\b(?:den(?:ied|ies|y)|refut(?:es|ed)|reject(?:s|ed) (?:the )?(?:claim|report|suggestion)|contradict(?:s"
    r"|ed))\b|bác bỏ|phủ nhận|否认|駁斥"
)


SILENT = re.compile(
    r"\b(?:has|have|had) (?:yet to|not(?: yet)?) (?:\w+ )?(?:confirm\w*|comment\w*|respond\w*|release\w*"
    r"|announce\w*|said|replied|react\w*|issue\w*|mention\w*|spoken|publish\w*)|declin(?:es|ed) to (?:comment"
    r"|confirm|say)|[Nn]o (?:word|comment|confirmation|response|reaction|statement)\b[^.]{0,20}\b(?:from|by)"
    r"|\bnot (?:yet )?(?:respond|comment|reply|answer)(?:ed|ing|s)?\b|(?:is|was|are|were) not mentioned|(?:did|does"
    r"|do|would) not (?:\w+ )?(?:mention|confirm|comment|respond"
    r"|reply)|neither confirmed nor denied|(?:was|remained|stayed|kept) silent|made no mention|said nothing"
    r"|chưa (?:lên tiếng|xác nhận|công bố|bình luận|phản hồi|đưa ra)|từ chối bình luận"
    r"|未(?:就[^，。]{1,18})?(?:予)?(?:置评"
    r"|证实|确认|回应"
    r"|公布)|没有(?:证实|回应|提及|确认)|拒绝置评|(?<!\w)without confirming"
)


def confirmations(reading: Reading, s: Sentence, voices: Voices) -> list[Draft]:
    out: list[Draft] = []
    text = s.piece.text
    for pattern, status in ((SILENT, "not_commented"), (DENIED, "denied"), (CONFIRMED, "confirmed")):
        m = pattern.search(text)
        if not m or (out and "neither" in text):
            continue
        if any(d.start <= s.piece.start + m.start() < d.end for d in out):
            continue
        if status == "confirmed" and re.search(
            r"\b(?:to|not|be|been|yet to|has not|if|until|without|is|are|was)\s$|chưa\s$|未$", text[: m.start()]
        ):
            continue
        if status == "denied" and re.search(r"nor\s$", text[: m.start()]):
            continue
        if status != "not_commented" and not re.match(
            r"\s(?:that|the|a|on|it|any|this|plans?|reports?|having|he|Mr|Vice|President|his|her|Tổng|rằng"
            r"|việc|cuộc)\b|\s?[A-ZĐ\u4e00-\u9fff了]",
            text[m.end() :],
        ):
            continue
        if (
            reading.official
            and status == "confirmed"
            and not re.search(r"meet|visit|talks|deal|extension|that (?:it|the)", text[m.end() : m.end() + 60])
        ):
            continue
        if reading.official and re.match(r"\s(?:that )?(?:it|they) (?:will|does|do|intends?)\b", text[m.end() :]):
            continue  # a promise in the manner of official texts
        c = s.clause_at(s.piece.start + m.start())
        side = _side(reading, s, c, s.piece.start + m.start(), s.piece.start + m.end(), voices)
        if side is None or side in ("press", "joint"):
            continue
        stop = re.search(r",?\s(?:but|while|although|though)\s|;\s|\.\s", text[m.end() :])
        end = (s.piece.start + m.end() + stop.start() if stop else s.piece.end) if status != "not_commented" else c.end
        value = {"by_side": side, "status": status}
        if body := _body(text):
            value["body"] = body
        who = next(
            (v.name for v in voices.by_sentence.get(s.number, ()) if abs(v.verb - s.piece.start - m.start()) < 3), None
        )
        silent = status == "not_commented"
        claimant = By(None, "press", "narrator", reading.via) if silent else By(who, side, "reported", reading.via)
        out.append(
            Draft(
                "confirmation",
                c.start,
                max(end, min(c.end, end)),
                value,
                (None, None),
                (),
                0.75,
                by=None if reading.official else claimant,
                polarity={"denied": "denies", "not_commented": "silent"}.get(status, "affirms"),
            )
        )
    return out


def _side(reading: Reading, s: Sentence, c: Piece, start: int, end: int, voices: Voices) -> str | None:
    for v in voices.by_sentence.get(s.number, ()):
        if abs(v.verb - start) < 3 and v.side:
            return v.side
    spoken = re.search(r"(?:from|by)\s(?:the\s)?", s.piece.text[start - s.piece.start : end - s.piece.start + 6])
    if spoken:
        after = [x.side for x in s.sides if start <= x.start < end + 40]
        if after:
            return after[0]
    side = actor(reading, s, c.start, start + 1, None) or actor(reading, s, s.piece.start, start + 1, None)
    if side:
        return side
    office = speaker_of(reading, s, c.start, start + 1, (None, None, None))
    if office[1]:
        return office[1]
    if reading.language != "en":
        near = [x.side for x in s.sides if x.start < start]
        if near:
            return near[-1]
    by = voices.ruling.get(s.number)
    if by:
        return by.side
    back = voices.by_sentence.get(s.number - 1, ())
    return back[-1].side if back else None


def _body(text: str) -> str | None:
    for pattern, name in (
        (r"White House|Nhà Trắng|白宫", "White House"),
        (r"[Cc]ommerce [Mm]inistry|Ministry of Commerce|MOFCOM|商务部", "Ministry of Commerce"),
        (r"[Ff]oreign [Mm]inistry|Ministry of Foreign Affairs|外交部", "Ministry of Foreign Affairs"),
        (r"European Commission", "European Commission"),
    ):
        if re.search(pattern, text):
            return name
    return None
