"""Whether something happened: one place decides it for every kind.

A predicate is asserted, negated, denied, hoped, conditional, possible, planned, considered, proposed, threatened,
suspended, superseded (it was due, and something else came), cancelled, or question. What a side says stays asserted: who says
it is another matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import Vocabulary, vocabulary
from detente.record.propose.relate.predicates import Predicate

MODAL = {
    "will": "planned", "shall": "planned", "would": "would", "should": "hoped", "must": "hoped",
    "can": "possible", "could": "possible", "may": "possible", "might": "possible", "cannot": "negated",
    "was to": "superseded", "should have": "superseded", "would have": "conditional", "could have": "conditional",
    "might have": "possible", "ca": "possible",
}  # fmt: skip
# a condition whose verb was not recognised; not "as if", nor "asked if"
IF = re.compile(r"(?<!as )(?<!asked )(?<!wonder )\b(?:if|unless)\b(?! so\b)|^(?:should|in case|in the event)\b", re.I)
# what was threatened and is done: followed through on his threat to
REALISED = re.compile(
    r"\b(?:follow\w* through|ma(?:de|ke|kes|king) good|act(?:ed|s|ing)?|carr(?:y|ies|ied|ying) out|fulfill?\w*|execut\w+|realis\w+|realiz\w+)"
    r"(?:\s\w+day)?(?:\son)?\s(?:his|her|its|their|the|a|this|that)\s(?:\w+\s){0,2}$", re.I,
)  # fmt: skip
THREAT = re.compile(r"threats?\s(?:to\s)?$", re.I)
NEGATIVE = ("negated", "denied")
LEAD = 20  # characters at the start of a clause in which a condition is looked for
MOST_GOVERNORS = 20  # predicates above one that count; a reader loses the thread long before
STRENGTH = ("asserted", "agreed", "planned", "would", "expected", "threatened", "proposed", "possible", "considered", "hoped",
            "suspended", "superseded", "conditional", "cancelled", "question", "denied", "negated")  # fmt: skip


def modality(predicate: Predicate, predicates: Sequence[Predicate], piece: Piece, language: str = "en") -> str:
    """What the sentence says of the predicate: asserted, negated, denied, hoped, conditional, planned and so on.

    predicates: those of its sentence, in reading order. piece: the sentence.
    """
    known = vocabulary(language)
    values = [_own(predicate, piece, known), _condition(predicate, predicates, piece, known)]
    seen, here = {predicate.number}, predicate
    while (place := _next_governor(here, seen, predicates)) is not None:
        above = predicates[place]
        seen.add(above.number)
        value = _from_governor(here, above, piece, known)
        if here is predicate and value in NEGATIVE and here.tense == "gerund" and not here.negated:
            values[0] = "asserted"  # "from" belongs to the verb above: to refrain from imposing is one negation
        values.append(value)
        here = above
    if piece.text.rstrip("\"' ").endswith("?"):
        values.append("question")
    return _combined(values)


def _next_governor(here: Predicate, seen: Collection[int], predicates: Sequence[Predicate]) -> int | None:
    """The place of the predicate that governs this one, unless it was seen or lies too deep."""
    place = here.governor
    if place is None or place in seen or place >= len(predicates) or len(seen) > MOST_GOVERNORS:
        return None
    return place


def _combined(values: list[str]) -> str:
    """The value that says least has happened; two negations do not make an assertion, they make a doubt."""
    strongest = max(values, key=STRENGTH.index)
    negative = sum(v in NEGATIVE for v in values)
    return "possible" if negative > 1 else strongest


def _own(predicate: Predicate, piece: Piece, known: Vocabulary) -> str:
    if predicate.negated or _has_negative_object(predicate, piece, known):
        return "negated"
    if predicate.modal:
        return MODAL.get(predicate.modal, "planned")
    before = piece.text[: predicate.start - piece.start]
    if predicate.relation == "to":
        return "asserted" if REALISED.search(THREAT.sub("", before)) else _attitude(before, known)
    if predicate.tense == "gerund" and re.search(r"\b(?:without|instead of|against|from)\s(?:\w+ly\s)?$", before):
        return "negated"
    if predicate.tense == "gerund" and re.search(r"\b(?:for|of|about|on|towards?|to)\s(?:\w+ly\s)?$", before):
        value = _attitude(before, known)
        return "considered" if value == "asserted" else value
    if predicate.tense == "infinitive":
        return "planned"
    return "asserted"


def _has_negative_object(predicate: Predicate, piece: Piece, known: Vocabulary) -> bool:
    if predicate.concept in ("say", "confirm", "deny"):
        return False
    lead = piece.text[predicate.object.start - piece.start : predicate.object.end - piece.start].split()[:1]
    return bool(lead) and lead[0].lower() in ("no", "neither", "nothing", "none", "nobody")


def _attitude(before: str, known: Vocabulary) -> str:
    """What the word before "to" makes of the act: a plan to, unable to, a threat to."""
    words = re.findall(r"[\w']+", before.lower())[-4:]
    for word in reversed(words):
        for value, attitudes in known.marks["attitudes"].items():
            if word in attitudes or word.rstrip("s") in attitudes:
                return "threatened" if value == "conditional" else str(value)
    return "asserted"


def _condition(predicate: Predicate, predicates: Sequence[Predicate], piece: Piece, known: Vocabulary) -> str:
    """conditional where the clause is a condition, or the consequence of one that has not happened."""
    conditions = tuple(f"{word} " for word in known.marks["conditional"])
    if _opens_condition(predicate, piece, conditions):
        return "conditional"
    if predicate.modal not in ("would", "could", "will", "may", "might", "shall"):
        return "asserted"
    others = [p for p in predicates if p.number != predicate.number and _opens_condition(p, piece, conditions)]
    return "conditional" if others or IF.search(piece.text) else "asserted"


def _opens_condition(predicate: Predicate, piece: Piece, conditions: tuple[str, ...]) -> bool:
    if predicate.opener in ("if", "unless", "whether"):
        return True
    start = predicate.clause.start - piece.start
    return piece.text[start:][:LEAD].lower().startswith(conditions)


def _from_governor(here: Predicate, above: Predicate, piece: Piece, known: Vocabulary) -> str:
    """What a governing predicate makes of its complement, its own negation included."""
    if above.concept == "threaten" and REALISED.search(piece.text[: above.start - piece.start]):
        return "asserted"
    word = above.verb.split(" ")[0]
    value = known.marks["not_asserting"].get(above.verb, known.marks["not_asserting"].get(word)) or known.marks[
        "embedding"
    ].get(above.concept, "asserted")
    if above.concept == "agree" and here.relation not in ("to", "that"):
        value = "asserted"
    if value in ("suspended", "cancelled") and here.relation == "main":
        value = "asserted"
    if above.negated or above.modal == "cannot":
        if above.concept in ("deny", "fail_to"):
            return "asserted"
        return "denied" if above.concept in ("say", "confirm", "announce") else "negated"
    if here.relation in ("to", "object", "ing") and above.concept not in ("say", "announce", "confirm"):
        own = MODAL.get(above.modal or "", "asserted")
        value = max(value, own, key=STRENGTH.index)
    return str(value)
