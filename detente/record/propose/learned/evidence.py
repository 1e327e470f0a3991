"""What in the text bears out a draft: where its sides are named, what else they might have been, words of doubt, old days."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from detente.record import people
from detente.record.propose.code.rules import Draft
from detente.record.propose.learned import slots
from detente.record.propose.learned.features import KINDS
from detente.record.propose.learned.scorer import Scorer, Shares
from detente.record.propose.learned.weights import Features
from detente.record.propose.learned.words import View
from detente.record.propose.relate import parties

SIDES = {
    "statement": ("side",), "measure": ("imposer", "target"), "threat": ("by_side",), "confirmation": ("by_side",),
    "agreement_stage": ("parties",), "truce": ("parties",),
}  # fmt: skip
CUES = {
    "if": re.compile(r"\b(?:if|unless|should|whether|in case|were to)\b|如果|若|nếu", re.I),
    "not": re.compile(r"\b(?:not|no|never|nor|neither|without|un\w+ed)\b|n't|不|没|未|không|chưa", re.I),
    "would": re.compile(r"\b(?:would|could|may|might|can)\b|可能|có thể", re.I),
    "wants": re.compile(
        r"\b(?:wants?|hopes?|asks?|demands?|seeks?|considers?|plans?|proposes?)\b|希望|要求|muốn", re.I
    ),
    "had": re.compile(r"\b(?:had|last year|earlier|previous\w*|then|since|after)\b|此前|曾|trước", re.I),
    "list": re.compile(r"^\W*(?:\d+[.)]|[-*•|])"),
    "also": re.compile(r"\b(?:also|both|each|other|respective\w*|mutual\w*)\b|双方|hai bên", re.I),
}
PRONOUN = re.compile(r"\b(?:he|she|it|they|we|i|who|which)\b|[他她]|\bông\b|\bbà\b", re.I)
FREQUENT = (
    "statement",
    "measure",
    "confirmation",
)  # kinds of which enough is annotated to weigh evidence for each alone
OLD, FAR = 2, 3  # months before and behind the day of the document beyond which a day is old or far ahead
LEAD = 60  # characters before a quote in which a side may still be named for it
MOST_DAYS = 20  # of a sentence that are looked at
NEAR = 120  # characters before a mention in which its preposition is looked for

Item = TypeVar("Item")


class Surroundings:
    """What a sentence holds around its drafts, worked out once, so that many drafts of a long one cost time in their length."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.named = list(dict.fromkeys(side for _, side, _ in view.sides))
        self.before = view.previous.named_sides if view.previous else frozenset[str]()
        self.people = {(n.name, n.side) for n in view.sentence.people}
        self.cues = frozenset(cue for cue, pattern in CUES.items() if pattern.search(view.sentence.piece.text))
        self.finite = sum(p.is_finite for p in view.predicates)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where sides, predicates and people start, in reading order."""
        view = self.view
        return {
            "sides": [view.words[i].start for i, _, _ in view.sides],
            "predicates": [p.start for p in view.predicates],
            "people": [n.start for n in view.sentence.people],
        }

    def between(self, what: str, items: Sequence[Item], start: int, end: int) -> Sequence[Item]:
        """The items of a sort that start between two places of the text."""
        places = self._places[what]
        return items[bisect_left(places, start) : bisect_left(places, end)]

    @cached_property
    def days(self) -> list[tuple[int, str]]:
        """Where the days of the sentence stand, and how they lie to the day of the document."""
        view, anchor = self.view, self.view.reading.anchor
        words = [w for w in view.words if w.kind == "TIME"] if anchor else []
        resolved = ((w, view.reading.when(w.mention, None, view.sentence.number)) for w in words)
        return [(w.start, _age(anchor or "", when.iso)) for w, when in resolved if when]


def evidence(scorer: Scorer, around: Surroundings, d: Draft) -> Features:
    """Features of a draft that say how far the text bears it out, of a frequent kind each also for that kind alone."""
    row: dict[str, float] = {}
    for name in of_text(around, d):
        row[name] = 1.0
        if d.kind in FREQUENT:
            row[f"{d.kind}|{name}"] = 1.0
    return row | dict(_of_rivals(scorer, d)) if d.kind in KINDS else row


def of_text(around: Surroundings, d: Draft) -> Iterator[str]:
    """What the sentence says for and against a draft, whatever the model thinks of it."""
    for look in (_of_sides, _of_speaker, _of_place, _of_cues, _of_days):
        yield from look(around, d)


def _of_sides(around: Surroundings, d: Draft) -> Iterator[str]:
    """Where the sides of a draft are named, and how many others stand there."""
    mentions = around.between("sides", around.view.sides, d.start, d.end)
    inside = list(dict.fromkeys(side for _, side, _ in mentions))
    choice = f"of {min(len(inside), 3)} {min(len(around.named), 3)}"
    for key in SIDES.get(d.kind, ()):
        value = d.value.get(key)
        own = [x for x in (value if isinstance(value, list | tuple) else [value]) if x]
        if not own:
            yield f"{key} none {choice}"
        for side in own:
            yield from (f"{key} {x}" for x in _standing(around, side, inside, choice))
    if d.kind == "measure":
        yield from _of_roles(around, d)


def _standing(around: Surroundings, side: str, inside: list[str], choice: str) -> Iterator[str]:
    where, order = _where(around, side, inside), around.view.reading.parties
    yield from (where, f"{where} {choice}", f"focus {around.view.focus.side == side}")
    yield f"party {order.index(side) if side in order else 'none'}"


def _where(around: Surroundings, side: str, inside: list[str]) -> str:
    """How near a side is named: in the quote, in the sentence, in the one before, or nowhere near."""
    if side in ("press", "joint"):
        return side
    if side in inside:
        return "in the quote"
    if side in around.named:
        return "in the sentence"
    if side in around.before:
        return "before"
    return "author" if around.view.reading.author == side else "far"


def _of_roles(around: Surroundings, d: Draft) -> Iterator[str]:
    """Behind which preposition imposer and target stand, and which of them first."""
    view = around.view
    near = around.between("sides", view.sides, d.start - LEAD, d.end)
    places = {side: (view.words[i].start, sign) for i, side, sign in reversed(near)}
    for key in ("imposer", "target"):
        if d.value.get(key) in places:
            place, sign = places[d.value[key]]
            yield from (f"{key} behind {_governing(view, place)}", f"{key} sign {sign}")
    first, second = (places.get(str(d.value.get(key))) for key in ("imposer", "target"))
    yield f"order {first < second if first and second else 'of one'}"


def _governing(view: View, place: int) -> str:
    """The preposition before a mention, none, or unknown in languages that are read without one."""
    if view.reading.language != "en":
        return "unknown"
    return parties.preposition(view.reading.text[max(view.sentence.piece.start, place - NEAR) : place]) or "none"


def _of_speaker(around: Surroundings, d: Draft) -> Iterator[str]:
    """Whether the speaker is a person whom a table lists, and how the quote names one."""
    if d.kind not in ("statement", "confirmation"):
        return
    name, side = d.value.get("speaker"), d.value.get("side") or d.value.get("by_side")
    yield f"speaker {'none' if not name else 'listed' if people.person(str(name)) else 'spelt'}"
    named = bool(around.between("people", around.view.sentence.people, d.start, d.end))
    pronoun = bool(PRONOUN.search(around.view.reading.text[d.start : min(d.end, d.start + 40)]))
    yield f"speaker named {named} pronoun {pronoun} described {'speaker_described' in d.value}"
    yield f"speaker of side {(name, side) in around.people}"


def _of_place(around: Surroundings, d: Draft) -> Iterator[str]:
    """Which part of its sentence a draft is, and its first verb."""
    view, piece = around.view, around.view.sentence.piece
    yield f"begins {d.start - piece.start < 3} ends {piece.end - d.end < 3}"
    yield f"share {min(int(4 * (d.end - d.start) / max(1, piece.end - piece.start)), 4)}"
    yield f"verbs {min(around.finite, 4)}"
    for first in around.between("predicates", view.predicates, d.start, d.end)[:1]:
        yield from (f"verb {first.concept}", f"voice {first.voice} {first.tense}")
        yield f"modality {view.analysis.modality(view.sentence, first)}"


def _of_cues(around: Surroundings, d: Draft) -> Iterator[str]:
    """Words of doubt, denial and the past, in the quote and beside it."""
    for cue in CUES:
        if cue in around.cues:
            yield f"cue {cue} {'in' if CUES[cue].search(around.view.reading.text, d.start, d.end) else 'beside'}"


def _of_days(around: Surroundings, d: Draft) -> Iterator[str]:
    """Whether the days near by lie long ago or far ahead, seen from the day of the document."""
    if not around.view.reading.anchor:
        yield "no anchor"
    for place, age in around.days[:MOST_DAYS]:
        yield f"day {'in' if d.start <= place < d.end else 'beside'} {age}"


def _age(anchor: str, day: str) -> str:
    """How a day lies to the day of the document."""
    gap = 12 * (int(anchor[:4]) - int(day[:4])) + int(anchor[5:7] or 1) - int(day[5:7] or 1)
    return "old" if gap > OLD else "past" if day <= anchor else "ahead" if gap > -FAR else "far ahead"


def _of_rivals(scorer: Scorer, d: Draft) -> Iterator[tuple[str, float]]:
    """For each key whether the model would choose the draft's value, and how much surer it is of its own choice."""
    stretch = scorer.view.stretch(d.start, d.end)
    for key in slots.closed(d.kind):
        yield from _rival(f"{d.kind}|{key}", scorer.closed(d.kind, key, stretch), d.value.get(key, "none"))
    for slot in slots.OPEN.get(d.kind, ()):
        imposer = d.value.get("imposer") if slot == "target" else None
        shares = scorer.open(d.kind, slot, stretch, imposer)
        yield from _rival(f"{d.kind}|{slot}", shares, slots.value_of(d.value, slot))
        yield f"{d.kind}|options {slot}", min(len(shares), 6) / 6


def _rival(name: str, shares: Shares, value: Any) -> Iterator[tuple[str, float]]:
    if shares:
        yield f"{name} first {shares[0][0] == value}", 1.0
        yield f"{name} gap", shares[0][1] - next((share for other, share in shares if other == value), 0.0)
