"""Threats: announced harm that hangs on a condition, or that is threatened, considered or possible."""

from __future__ import annotations

from typing import Any

from detente.record.propose.annotate.document import Reading
from detente.record.propose.code import tables
from detente.record.propose.code.measure import day
from detente.record.propose.code.policy import CONDITION, Act, acts, hangs, is_condition, rate_of, trimmed
from detente.record.propose.code.roles import Imposers
from detente.record.propose.code.rules import Draft
from detente.record.propose.relate.analysis import Analysis

LONGEST = 240  # characters of a sentence that is quoted with its condition


def find(analysis: Analysis) -> list[Draft]:
    """The threats of a document in reading order, one for each sentence, side and rate."""
    ledger = Imposers(analysis)
    for act in acts(analysis, "measure"):
        ledger.learn(act)
    drafts: list[Draft] = []
    for act in acts(analysis, "threat"):
        draft = _draft(analysis.reading, act, ledger) if _is_threat(analysis, act) else None
        if draft and not any(_is_same(draft, d) for d in drafts[-4:]):
            drafts.append(draft)
    return drafts + [d for d in tables.find(analysis, ledger) if d.kind == "threat"]


def _is_threat(analysis: Analysis, act: Act) -> bool:
    if is_condition(analysis, act):
        return False
    if act.rule.gives.get("word"):
        return True
    return hangs(analysis, act) and act.modality not in ("negated", "denied", "hoped", "question")


def _is_same(a: Draft, b: Draft) -> bool:
    """Whether two drafts are one threat: of one side, in words that overlap."""
    return a.start < b.end and b.start < a.end and a.value["by_side"] == b.value["by_side"]


def _draft(reading: Reading, act: Act, ledger: Imposers) -> Draft | None:
    side = _side(reading, act, ledger)
    if side is None:
        return None
    sure = ledger.roles(act)[0].sure
    value: dict[str, Any] = {"by_side": side}
    rates = rate_of(reading, act)
    if rates:
        value[rates[0].key] = rates[0].value
    iso, words = day(reading, act)
    is_day = iso is not None and len(iso) == 10
    if is_day and (reading.anchor is None or str(iso) > reading.anchor[:10] or act.modality == "superseded"):
        value["effective"] = iso
    start, end = _span(reading, act)
    return Draft("threat", start, end, value, (iso, words) if is_day else (None, None), (), 0.7 if sure else 0.5,
                 modality="threat", rule=act.rule.id)  # fmt: skip


def _side(reading: Reading, act: Act, ledger: Imposers) -> str | None:
    """Who threatens: who would act; where the sentence does not say it, not the side that the condition is put to."""
    roles = ledger.roles(act)[0]
    if roles.sure:
        return roles.imposer
    asked, target = ledger.asked(act), roles.target
    if act.rule.gives.get("role") == "patient" and asked and asked != target:
        return asked
    speaker = ledger.speaker(act)
    if speaker and speaker not in (asked, target):
        return speaker
    if roles.imposer and roles.imposer != asked:
        return roles.imposer
    if asked is None:
        return None
    return ledger.against(asked, act.type)


def _span(reading: Reading, act: Act) -> tuple[int, int]:
    """The harm with its condition where the sentence is short, else the harm alone."""
    piece = act.sentence.piece
    m = CONDITION.search(piece.text)
    if m is None or piece.end - piece.start > LONGEST:
        return act.start, act.end
    return trimmed(reading.text, min(act.start, piece.start + m.start()), piece.end)
