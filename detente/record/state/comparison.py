"""A document compared with the record: what nobody has reviewed joins a row that is there or is set aside.

A proposal never opens a second truce or round, and never moves what a reviewed statement says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from detente.record.fact import Statement
from detente.record.people import person
from detente.record.state.claims import (
    OFFICIAL,
    STEP_DAYS,
    SetAside,
    asserted_on,
    cite,
    days_apart,
    fact_date,
    filter_kinds,
    parties_of,
    people_of,
    sorted_sides,
    source_weight,
)
from detente.record.state.rows import Flagged, Unmatched
from detente.record.state.truces import SAME_END_DAYS, expiry_of

DISTORTED = (
    "mistranslation", "sense_inverted", "translation_drift", "timing_imprecise", "wrong_scale", "wrong_currency",
    "quote_distorted", "fabricated",
)  # fmt: skip
# "extend the trade war" where the truce is extended: a mistranslation that turns the sense round
HOSTILE = re.compile(
    r"\b(?:extend|prolong|continu)\w*\s+(?:the\s+|their\s+)?(?:\w+\s+){0,2}?(?:war|conflict|dispute|hostilit\w+|fight\w*)\b"
    r"(?!\s+(?:truce|ceasefire|pause))"
    r"|(?:gia hạn|kéo dài)\s+(?:cuộc\s+)?(?:chiến|xung đột)|延长\S{0,4}(?:贸易战|战争)",
    re.I,
)
EXCEPTION = re.compile(r"\bexcept(?:ing| for| with| as)?\b|\bother than\b|\bexcluding\b", re.I)
SPECIFICS = ("rate_pct", "rate_pp", "effective", "against", "threat")  # what makes a threat more than a mood
NOT_PARTIES = ("ALL", "joint", "press")
TRUCE_KINDS = ("truce", "extension")


def set_aside_foreign(
    statements: Sequence[Statement], proposed: Collection[str]
) -> tuple[list[Statement], list[SetAside]]:
    """The statements that may take part in the state, and the proposals that may not, each with the reason."""
    reviewed = [s for s in statements if s.id not in proposed]
    if not reviewed or len(reviewed) == len(statements):
        return list(statements), []
    parties = _parties_of_record(reviewed)
    admitted, set_aside = [], []
    for s in statements:
        reason = _reason_against(s, reviewed, parties) if s.id in proposed else ""
        if reason:
            set_aside.append(SetAside(s, reason))
        else:
            admitted.append(s)
    return admitted, set_aside


def _parties_of_record(reviewed: list[Statement]) -> list[str]:
    """Whose talks these are: the parties named, else the sides that act on each other."""
    named = [p for s in filter_kinds(reviewed, "truce", "agreement_stage", "meeting") for p in parties_of(s)]
    acts = [(s.value["imposer"], s.value.get("target")) for s in filter_kinds(reviewed, "measure")]
    acting = [side for pair in acts if all(pair) for side in pair if side != "ALL"]
    return sorted_sides(named) or sorted_sides(acting)


def _reason_against(s: Statement, reviewed: list[Statement], parties: list[str]) -> str:
    """Why a proposal cannot be part of this record; an empty text where it can."""
    foreign = set(_sides_of(s)) - {*parties, *NOT_PARTIES}
    if parties and foreign and s.kind != "participant":
        return f"it speaks of {', '.join(sorted(foreign))}; this record is of {' and '.join(parties)}"
    rule = _RULES.get(s.kind)
    return rule(s, reviewed, parties) if rule else ""


def _sides_of(s: Statement) -> list[str]:
    named = [s.value.get(key) for key in ("imposer", "target", "by_side", "against")]
    return sorted_sides([*parties_of(s), *named]) if s.kind != "statement" else []


def _reason_against_meeting(s: Statement, reviewed: list[Statement], parties: list[str]) -> str:
    present = {entry.side for entry in map(person, people_of(s)) if entry}
    foreign = present - set(parties)
    if parties and foreign and not set(parties) <= present:
        return f"people of {', '.join(sorted(foreign))} meet in it"
    return ""


def _reason_against_threat(s: Statement, reviewed: list[Statement], parties: list[str]) -> str:
    if any(s.value.get(key) for key in SPECIFICS):
        return ""
    same_side = [r for r in filter_kinds(reviewed, "threat") if r.value["by_side"] == s.value["by_side"]]
    if _any_near(map(asserted_on, same_side), asserted_on(s)):
        return ""
    return "it gives no rate, day or target, and fits no threat of the record"


def _reason_against_stage(s: Statement, reviewed: list[Statement], parties: list[str]) -> str:
    deals = [r for r in filter_kinds(reviewed, "agreement_stage") if r.value.get("deal")]
    if not deals or _any_near(map(fact_date, deals), fact_date(s)):
        return ""
    return f"no deal of the record has a stage within {STEP_DAYS} days"


def _any_near(dates: Iterable[str], day: str) -> bool:
    return any(other and day and days_apart(other, day) <= STEP_DAYS for other in dates)


def _reason_against_truce(s: Statement, reviewed: list[Statement], parties: list[str]) -> str:
    if EXCEPTION.search(s.quote):
        return "its words leave somebody out; a person has to read whose truce it is"
    known = filter_kinds(reviewed, *TRUCE_KINDS)
    return _reason_against_extension(s, known) if known else _reason_against_first_truce(s, parties)


def _reason_against_first_truce(s: Statement, parties: list[str]) -> str:
    """Why a proposal cannot be the first truce of a record."""
    if len(set(parties_of(s)) & set(parties)) < 2:
        return "it does not say whose truce it is"
    if not expiry_of(s) and s.by.side in parties:
        return "one side suspends without an end; which is not a truce of both"
    return ""


def _reason_against_extension(s: Statement, known: list[Statement]) -> str:
    """Why a proposal concerns no truce of the record: no end near its own, and no new end after the last."""
    expiry, ends = expiry_of(s), sorted(set(filter(None, map(expiry_of, known))))
    if not expiry:
        is_named = parties_of(s) in [parties_of(r) for r in known if parties_of(r)]
        return "" if is_named else "it gives no end, and does not say whose truce it is"
    if any(days_apart(expiry, end) <= SAME_END_DAYS for end in ends) or _is_new_end(s, expiry, ends, known):
        return ""
    return f"no truce of the record ends near {expiry}: a new extension, the term of another measure, or misread"


def _is_new_end(s: Statement, expiry: str, ends: list[str], known: list[Statement]) -> bool:
    """Whether it is an extension by both parties, later than everything on record, beyond the last end."""
    if s.kind != "extension" or not ends or expiry <= ends[-1]:
        return False
    return len(parties_of(s)) > 1 and asserted_on(s) > max(map(asserted_on, known))


_RULES: Mapping[str, Callable[[Statement, list[Statement], list[str]], str]] = {
    "meeting": _reason_against_meeting,
    "planned_meeting": _reason_against_meeting,
    "truce": _reason_against_truce,
    "extension": _reason_against_truce,
    "threat": _reason_against_threat,
    "agreement_stage": _reason_against_stage,
}


def derive_unmatched(set_aside: Iterable[SetAside]) -> list[Unmatched]:
    """One row a proposal set aside: kind, value, whose words, quote, and why."""
    return [Unmatched(s.kind, dict(s.value), cite(s), reason) for s, reason in set_aside]


def derive_flagged(statements: Iterable[Statement], proposed: Collection[str]) -> list[Flagged]:
    """One row a claim whose words are distorted, with the official statement for the same end, if one is at hand."""
    statements = list(statements)
    official = [
        s for s in filter_kinds(statements, *TRUCE_KINDS) if s.id not in proposed and source_weight(s) >= OFFICIAL
    ]
    rows = []
    for s in statements:
        flags = _distortions(s)
        if flags and source_weight(s) < OFFICIAL:
            correct = _official_for(s, official)
            rows.append(
                Flagged(
                    flags=tuple(flags),
                    kind=s.kind,
                    value=dict(s.value),
                    citation=cite(s),
                    why=_reason_flagged(s, correct),
                    against=correct.id if correct else None,
                    official=cite(correct) if correct else None,
                )
            )
    return rows


def _is_hostile(s: Statement) -> bool:
    return s.kind in TRUCE_KINDS and bool(HOSTILE.search(s.quote))


def _distortions(s: Statement) -> list[str]:
    flags = [flag for flag in s.flags if flag in DISTORTED]
    if _is_hostile(s) and "mistranslation" not in flags:
        flags.append("mistranslation")
    return flags


def _reason_flagged(s: Statement, correct: Statement | None) -> str:
    if correct is None:
        return "no official text at hand"
    if _is_hostile(s):
        return f"what is extended to {expiry_of(s)} is the truce: official text of {correct.asserted}"
    return "the official text at hand for the same date says otherwise"


def _official_for(s: Statement, official: Iterable[Statement]) -> Statement | None:
    """The official statement of the same end: one with the same length first, then a joint one, quoted, of its kind."""
    expiry = expiry_of(s)
    if s.kind not in TRUCE_KINDS or not expiry:
        return None

    def likeness(other: Statement) -> tuple[bool, bool, bool, bool, str]:
        length = s.value.get("by_days")
        is_same_length = bool(length) and other.value.get("by_days") == length
        return (is_same_length, other.by.side == "joint", bool(other.quote), other.kind == s.kind, other.id)

    same_end = [o for o in official if (end := expiry_of(o)) and days_apart(end, expiry) <= SAME_END_DAYS]
    return max(same_end, key=likeness, default=None)
