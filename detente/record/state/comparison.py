"""Proposals beside the record: what nobody has reviewed joins a row that is there, or is set aside with the reason.

A proposal never opens a second truce or round, and never moves what a reviewed statement says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from detente.record.fact import Statement
from detente.record.people import person
from detente.record.state.claims import (
    OFFICIAL,
    STEP_DAYS,
    Row,
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
from detente.record.state.truces import SAME_END_DAYS, expiry_of

DISTORTED = (
    "mistranslation", "sense_inverted", "translation_drift", "timing_imprecise", "wrong_scale", "wrong_currency",
    "quote_distorted", "fabricated",
)  # fmt: skip
HOSTILE = re.compile(
    r"\b(?:extend|prolong|continu)\w*\s+(?:the\s+|their\s+)?(?:\w+\s+){0,2}?(?:war|conflict|dispute|hostilit\w+|fight\w*)\b"
    r"(?!\s+(?:truce|ceasefire|pause))"
    r"|(?:gia hạn|kéo dài)\s+(?:cuộc\s+)?(?:chiến|xung đột)|延长\S{0,4}(?:贸易战|战争)",
    re.I,
)


EXCEPT = re.compile(r"\bexcept(?:ing| for| with| as)?\b|\bother than\b|\bexcluding\b", re.I)


BORNE = ("rate_pct", "rate_pp", "effective", "against", "threat")  # what makes a threat more than a mood


def set_aside(told: Sequence[Statement], proposed: Collection[str]) -> tuple[list[Statement], list[SetAside]]:
    """The statements that may take part, and the proposals that may not, each with the reason."""
    reviewed = [s for s in told if s.id not in proposed]
    if not reviewed or len(reviewed) == len(told):
        return list(told), []
    parties = _parties_of_record(reviewed)
    kept, left = [], []
    for s in told:
        why = _why_not(s, reviewed, parties) if s.id in proposed else ""
        if why:
            left.append((s, why))
        else:
            kept.append(s)
    return kept, left


def _parties_of_record(reviewed: list[Statement]) -> list[str]:
    """Whose talks these are: the parties named, and those that act on each other."""
    named = sorted_sides(
        p for s in filter_kinds(reviewed, "truce", "agreement_stage", "meeting") for p in parties_of(s)
    )
    acts = [(s.value["imposer"], s.value.get("target")) for s in filter_kinds(reviewed, "measure")]
    return named or sorted_sides(p for pair in acts if all(pair) for p in pair if p != "ALL")


def _why_not(s: Statement, reviewed: list[Statement], parties: list[str]) -> str:
    foreign = set(_sides_of(s)) - {*parties, "ALL", "joint", "press"}
    if parties and foreign and s.kind != "participant":
        return f"it speaks of {', '.join(sorted(foreign))}; this record is of {' and '.join(parties)}"
    if s.kind in ("meeting", "planned_meeting"):
        here = {p.side for name in people_of(s) for p in [person(name)] if p}
        if parties and here - set(parties) and not set(parties) <= here:
            return f"people of {', '.join(sorted(here - set(parties)))} meet in it"
    if s.kind in ("truce", "extension"):
        return _why_no_truce(s, filter_kinds(reviewed, "truce", "extension"), parties)
    if s.kind == "threat" and not any(s.value.get(k) for k in BORNE):
        near = [r for r in filter_kinds(reviewed, "threat") if r.value["by_side"] == s.value["by_side"]]
        if not any(
            days_apart(asserted_on(r), asserted_on(s)) <= STEP_DAYS for r in near if asserted_on(r) and asserted_on(s)
        ):
            return "it bears no rate, day or target, and fits no threat of the record"
    if s.kind == "agreement_stage":
        deals = [r for r in filter_kinds(reviewed, "agreement_stage") if r.value.get("deal")]
        near = [
            r for r in deals if fact_date(r) and fact_date(s) and days_apart(fact_date(r), fact_date(s)) <= STEP_DAYS
        ]
        return "" if near or not deals else f"no deal of the record has a stage within {STEP_DAYS} days"
    return ""


def _sides_of(s: Statement) -> list[str]:
    told = [s.value.get(k) for k in ("imposer", "target", "by_side", "against")]
    return sorted_sides([*parties_of(s), *told]) if s.kind != "statement" else []


def _why_no_truce(s: Statement, reviewed: list[Statement], record: list[str]) -> str:
    if EXCEPT.search(s.quote):
        return "its words leave somebody out; whose truce it is has to be read"
    if not reviewed and len(set(parties_of(s)) & set(record)) < 2:
        return "it does not say whose truce it is"
    if not reviewed and not expiry_of(s) and s.by.side in record:
        return "one side suspends without an end; that is no truce of two"
    ends = sorted({e for e in map(expiry_of, reviewed) if e})
    expiry = expiry_of(s)
    if not reviewed or any(expiry and days_apart(expiry, e) <= SAME_END_DAYS for e in ends):
        return ""
    if not expiry:
        named = [p for r in reviewed for p in [parties_of(r)] if p]
        return "" if parties_of(s) in named else "it gives no end, and does not say whose truce it is"
    later = s.kind == "extension" and bool(ends) and expiry > ends[-1] and parties_of(s) == sorted_sides(parties_of(s))
    if later and len(parties_of(s)) > 1 and asserted_on(s) > max(map(asserted_on, reviewed)):
        return ""
    return f"no truce of the record ends near {expiry}: a new extension, the term of another measure, or misread"


def unmatched_rows(left: Iterable[SetAside]) -> list[Row]:
    """What was set aside: kind, value, whose words, quote, and why."""
    return [{"kind": s.kind, "value": dict(s.value), **cite(s), "why": why} for s, why in left]


def flagged_rows(told: Iterable[Statement], proposed: Collection[str]) -> list[Row]:
    """Claims whose words are distorted, each with the official statement that says it right, where one is at hand."""
    told = list(told)
    ends = [s for s in told if s.kind in ("truce", "extension")]
    official = [s for s in ends if s.id not in proposed and source_weight(s) >= OFFICIAL]
    rows = []
    for s in told:
        if not s.flags and s.kind not in ("truce", "extension"):
            continue
        flags = [f for f in s.flags if f in DISTORTED]
        hostile = s.kind in ("truce", "extension") and HOSTILE.search(s.quote)
        flags += ["mistranslation"] if hostile and "mistranslation" not in flags else []
        if not flags or source_weight(s) >= OFFICIAL:
            continue
        right = _official_for(s, official)
        why = "the official text at hand for the same date says otherwise" if right else "no official text at hand"
        if right and hostile:
            why = f"what is extended to {expiry_of(s)} is the truce: official text of {right.asserted}"
        rows.append(
            {
                "flags": flags, "kind": s.kind, "value": dict(s.value), **cite(s), "why": why,
                "against": right.id if right else None,
                "official": cite(right) if right else None,
            }
        )  # fmt: skip
    return rows


def _official_for(s: Statement, official: list[Statement]) -> Statement | None:
    """The official statement of the same end: a joint one first, then one with the same length and kind."""
    expiry = expiry_of(s)
    if s.kind not in ("truce", "extension") or not expiry:
        return None
    same = [o for o in official if expiry_of(o) and days_apart(str(expiry_of(o)), expiry) <= SAME_END_DAYS]

    def fit(o: Statement) -> tuple[bool, bool, bool, bool, str]:
        days = s.value.get("by_days")
        return (
            bool(days) and o.value.get("by_days") == days, o.by.side == "joint", bool(o.quote), o.kind == s.kind, o.id,
        )  # fmt: skip

    return max(same, key=fit, default=None)
