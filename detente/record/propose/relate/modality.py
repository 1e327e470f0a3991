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
DROPPED = re.compile(  # cancelled plans to impose
    r"\b(?:cancel\w*|scrap\w*|drop\w*|abandon\w*|shelv\w*|g[ai]ve up|withdr[ae]w\w*|called off|(?:back|step|walk)\w* (?:away |back |off )?from)"
    r"\s(?:\w+\s){0,3}(?:plans?|threats?|decisions?|intentions?|proposals?)\s(?:to\s)?$", re.I,
)  # fmt: skip
SETTLED = re.compile(r"\b(?:agree[ds]?|settle[ds]?|decide[ds]?) (?:up)?on\s(?:\w+ly\s)?$")  # agreed on extending
NOT_DONE = re.compile(r"\b(?:without|instead of|against|from)\s(?:\w+ly\s)?$")
SPOKEN_OF = re.compile(r"\b(?:for|of|about|on|at|into|towards?|to)\s(?:\w+ly\s)?$")
BY = re.compile(r"\bby\s(?:\w+ly\s)?$")  # responded by imposing
NEGATIVE = ("negated", "denied")
COPULA = re.compile(
    r"^(?:(?:be(?:en|ing)?|is|are|was|were|has|have|had|will|would|remain\w*|still|now|also|very|more|most|quite|highly|in\w+ingly)\s)*"
)
SUBJUNCTIVE = re.compile(  # asked that the duty be lowered
    r"\b(?:ask|request|demand|insist|urg|propos|recommend|suggest|want|call|press)\w*\b[^;]{0,60}?\bthat\b[^,;]*\s(?!(?:to|not)\b)\w+\s"
    r"(?:be\s)?(?:\w+ly\s)?$", re.I,
)  # fmt: skip
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
        value = of_subject(above, piece, known) if here.relation == "subject" else None
        value = value or _from_governor(here, above, piece, known)
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
        return _of_infinitive(before, known)
    if _is_subjunctive(predicate, before, piece):
        return "hoped"
    if predicate.tense == "gerund":
        return _of_gerund(before, known)
    return "planned" if predicate.tense == "infinitive" else "asserted"


def _is_subjunctive(predicate: Predicate, before: str, piece: Piece) -> bool:
    """Whether the verb is in the form of what is asked for: that the duty be lowered."""
    if predicate.voice != "passive" or predicate.is_noun:
        return False
    says_be = before.endswith(" be ") or piece.text[predicate.start - piece.start :].startswith("be ")
    return says_be and bool(SUBJUNCTIVE.search(before))


def _of_infinitive(before: str, known: Vocabulary) -> str:
    """What the words before "to" make of the act."""
    if DROPPED.search(before):
        return "cancelled"
    return "asserted" if REALISED.search(THREAT.sub("", before)) else _attitude(before, known)


def _of_gerund(before: str, known: Vocabulary) -> str:
    """What the preposition before a gerund makes of the act."""
    if NOT_DONE.search(before):
        return "negated"
    if SETTLED.search(before) or not SPOKEN_OF.search(before):
        return "asserted"
    value = _attitude(before, known)
    return "considered" if value == "asserted" else value


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


def of_subject(above: Predicate, piece: Piece, known: Vocabulary) -> str | None:
    """What "be" makes of what is its subject: an extension is likely, is out of the question."""
    if above.concept not in ("be", "remain") or above.negated:
        return None
    complement = COPULA.sub("", piece.text[above.start - piece.start : above.object.end - piece.start].lower())
    stated = ((value, word) for value, several in known.marks.get("complements", {}).items() for word in several)
    return next((value for value, word in stated if re.match(rf"{re.escape(word)}\b", complement)), None)


def _from_governor(here: Predicate, above: Predicate, piece: Piece, known: Vocabulary) -> str:
    """What a governing predicate makes of its complement, its own negation included; nothing of the means by which it was done."""
    if _is_means(here, above, piece):
        return MODAL.get(above.modal or "", "asserted")
    if above.concept == "threaten" and REALISED.search(piece.text[: above.start - piece.start]):
        return "asserted"
    if above.negated or above.modal == "cannot":
        return _of_negation(above)
    value = _embedded(here, above, known)
    if here.relation in ("to", "object", "ing") and above.concept not in ("say", "announce", "confirm"):
        own = _own(above, piece, known) if above.tense == "gerund" else MODAL.get(above.modal or "", "asserted")
        value = max(value, own, key=STRENGTH.index)
    return value


def _is_means(here: Predicate, above: Predicate, piece: Piece) -> bool:
    return here.tense == "gerund" and not above.negated and bool(BY.search(piece.text[: here.start - piece.start]))


def _of_negation(above: Predicate) -> str:
    """What a negated verb makes of its complement."""
    if above.concept in ("deny", "fail_to"):
        return "asserted"
    return "denied" if above.concept in ("say", "confirm", "announce") else "negated"


def _embedded(here: Predicate, above: Predicate, known: Vocabulary) -> str:
    """What the meaning of a verb makes of its complement."""
    word, marks = above.verb.split(" ")[0], known.marks
    value = marks["not_asserting"].get(above.verb, marks["not_asserting"].get(word))
    value = value or marks["embedding"].get(above.concept, "asserted")
    is_agreed = above.concept == "agree" and here.relation not in ("to", "that")
    is_main = value in ("suspended", "cancelled") and here.relation == "main"
    return "asserted" if is_agreed or is_main else str(value)
