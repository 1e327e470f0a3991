"""Duties named by their rate alone: 84 percent on American goods; the duty now stands at 125 percent."""

from __future__ import annotations

import re
from typing import Any

from detente.record.propose.actors import actor, hitting, target_of
from detente.record.propose.annotate.amounts import RATE, rates
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.code.rules import Draft

DUTY = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|(?<!interest )(?<!exchange )(?<!growth )rates?|tax(?:es)?|surcharge)\b"
    r"|thuế|关税|税率"
)
ON_GOODS = re.compile(
    r"征收\s?\d|"
    r"(?:%|percent|per cent) on (?!\w*day\b|average|year)|(?:%|percent|per cent) (?:for"
    r"|on) \w+ (?:goods|cars)"
)
ELSE = re.compile(
    r"\b(?:growth|grew|inflation|share|shares|stake|owned|deficit|surplus|GDP|stocks?|futures|prices?|yield|approval"
    r"|poll|exports (?:fell|rose|dropped|grew)|imports (?:fell|rose|dropped|grew)|of (?:all|world|global|its|their"
    r"|total)"
    r"|would have|had been|used to|used to be|previously|instead of|rather than|more than half|chance|probability"
    r"|float\w*|suggest\w*|if|unless|whether|may|might|could|would|threat\w*|propos\w*|discuss\w*|consider\w*"
    r"|demand\w*|wants?|not)\b"
    r"|如果|讨论|nếu|đề xuất"
)
IN_FORCE = re.compile(r"(?:%|percent|per cent)[^.,;]{0,30}\bin (?:force|effect|place)\b")
COMING = re.compile(r"\b(?:will|shall|is to|are to|from (?:next|the|\w+day|\d+)|starting|as of next)\b|将|sẽ|kể từ")
HELD = re.compile(r"\b(?:suspend|paus|froze|frozen|on hold|on ice|postpon|delay|defer)\w*|tạm|暂停|推迟")
DOWN = re.compile(r"\b(?:down|lower\w*|cut\w*|halv\w*|reduc\w*|drop\w*|fall\w*|fell|eas\w*)\b|giảm|xuống|降|下调|减")


def by_rate(reading: Reading, s: Sentence, c: Piece, subject: str | None, memory: dict[str, Any]) -> Draft | None:
    """The measure of a clause that names a duty and its rate, though none of the known acts."""
    text = c.text
    first = RATE.search(text)
    if reading.official or re.search(r"\b(?:agree|accept)", text):
        return None
    if (
        first is None
        or ELSE.search(text)
        or not (DUTY.search(text) or ON_GOODS.search(text) or _likewise(text) or IN_FORCE.search(text))
    ):
        return None
    rates_named = rates(text)
    if not rates_named:
        return None
    hit = hitting(reading, s, c)
    acts = actor(reading, s, c.start, c.start + first.start(), None)
    imposer = acts if acts and acts != hit else None
    imposer = imposer or (subject if subject != hit else None)
    if imposer is None and hit:
        rest = [p for p in reading.parties if p != hit]
        imposer = (
            memory.get("tariff") if memory.get("tariff") not in (None, hit) else rest[0] if len(rest) == 1 else None
        )
    imposer = imposer or memory.get("tariff")
    if imposer is None:
        return None
    status = "suspended" if HELD.search(text) else "reduced" if DOWN.search(text) else "in_force"
    status = "announced" if status == "in_force" and COMING.search(text[: first.end() + 40]) else status
    target = hit if hit != imposer else None
    target = target or target_of(reading, s, c, first, imposer, "tariff")
    value: dict[str, Any] = {"type": "tariff", "imposer": imposer, "target": target, "status": status}
    value[rates_named[0][0]] = rates_named[0][1]
    return Draft("measure", c.start, c.end, value, (None, None), (), 0.5)


def _likewise(text: str) -> bool:
    return bool(
        re.match(r"(?:as|so) (?:do|does|are|is|will)\b", text)
        or re.search(
            r"\b(?:steel|alumin"
            r"|cars)\b[^.]*, at \d",
            text,
        )
    )
