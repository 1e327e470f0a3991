"""Drafts of the model's own: stretches that are likely to hold a kind of fact, with the likeliest keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from detente.record.propose.code.rules import Draft
from detente.record.propose.learned import slots
from detente.record.propose.learned.features import KINDS
from detente.record.propose.learned.scorer import Scorer
from detente.record.propose.learned.words import Stretch

LEAST = 0.12  # probability of a kind below which nothing is suggested
SHARED = 0.34  # of the shorter of two stretches, above which they are about the same
MOST = 4  # stretches of a sentence with one kind
SECOND = {"imposer": 0.25, "target": 0.3, "by_side": 0.3, "who": 0.3}  # share from which a second value is tried too
TOGETHER = 0.6  # of the first person's share, from which another takes part too
REVISED = "~"  # between the rule of a draft and the key that the model put in it
REVISABLE = frozenset(["who", "imposer", "target", "by_side", "parties"])
REVISE, KEPT = 0.5, 0.25  # least share of a key that is put in a rule's draft, and the most of the one it replaces
DATED = ("expiry", "new_expiry", "effective", "date", "start")


def suggest(scorer: Scorer) -> list[Draft]:
    """What the model would propose for a sentence."""
    stretches = scorer.stretches
    if not stretches:
        return []
    chances = scorer.kinds(stretches)
    out: list[Draft] = []
    for number, kind in enumerate(KINDS):
        for stretch in _chosen(stretches, [float(c) for c in chances[:, number]]):
            frame = scorer.frame(stretch)
            for value in _values(scorer, kind, stretch):
                day = next((value[key] for key in DATED if value.get(key)), None)
                draft = Draft(kind, frame.start, frame.end, value, (day, None), rule=f"model.{kind}")
                out.append(draft)
    return out


def _chosen(stretches: list[Stretch], chances: list[float]) -> list[Stretch]:
    """The likeliest stretches that are about different things."""
    chosen: list[Stretch] = []
    for chance, stretch in sorted(zip(chances, stretches, strict=True), key=lambda x: (-x[0], x[1])):
        if chance < LEAST or len(chosen) == MOST:
            break
        if not any(_share(stretch, other) > SHARED for other in chosen):
            chosen.append(stretch)
    return chosen


def _share(a: Stretch, b: Stretch) -> float:
    return (min(a.stop, b.stop) - max(a.first, b.first)) / min(a.stop - a.first, b.stop - b.first)


def _values(scorer: Scorer, kind: str, stretch: Stretch) -> Iterator[dict[str, Any]]:
    """The likeliest keys of a kind in a stretch; more than one where two are nearly as likely."""
    value = {key: scorer.closed(kind, key, stretch)[0][0] for key in slots.closed(kind)}
    if value.get("mode_of_contact") == "none":
        del value["mode_of_contact"]
    for slot in slots.OPEN.get(kind, ()):
        if slot not in SECOND:
            value |= _single(scorer, kind, slot, stretch)
    yield from (value | actors for actors in _actors(scorer, kind, stretch))


def _actors(scorer: Scorer, kind: str, stretch: Stretch) -> Iterator[dict[str, Any]]:
    """Who speaks, acts and is acted on: the likeliest, and one that is nearly as likely."""
    if kind == "statement":
        for name, side in _likeliest(scorer, kind, "who", stretch):
            yield {"speaker": name, "side": side, "tone": "neutral"}
    elif kind == "measure":
        for imposer in _likeliest(scorer, kind, "imposer", stretch):
            for target in _likeliest(scorer, kind, "target", stretch, imposer):
                yield {"imposer": imposer, "target": target}
    elif kind in ("threat", "confirmation"):
        for side in _likeliest(scorer, kind, "by_side", stretch):
            yield {"by_side": side}
    else:
        yield {}


def _single(scorer: Scorer, kind: str, slot: str, stretch: Stretch) -> dict[str, Any]:
    """The key of a slot with its likeliest value."""
    shares = scorer.open(kind, slot, stretch)
    if not shares:
        return {}
    best = shares[0][0]
    if slot == "participants":
        return {slot: [name for name, share in shares if share >= TOGETHER * shares[0][1]]}
    return AS_KEYS[slot](best) if slot in AS_KEYS and best is not None else {slot: best} if slot in NULLABLE else {}


def _start(value: str) -> dict[str, Any]:
    first, _, last = value.partition("/")
    return {"start": first, "end": last or first}


def _same_key(slot: str) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {slot: value}


NULLABLE = frozenset(["by_days", "new_expiry"])
AS_KEYS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "rate": lambda value: {value[0]: value[1]},
    "start": _start,
    "parties": lambda value: {"parties": sorted(value)},
    **{slot: _same_key(slot) for slot in ("effective", "expiry", "new_expiry", "date", "by_days", "city")},
}


def _likeliest(scorer: Scorer, kind: str, slot: str, stretch: Stretch, imposer: str | None = None) -> list[Any]:
    shares = scorer.open(kind, slot, stretch, imposer)[:2]
    return [value for i, (value, share) in enumerate(shares) if i == 0 or share >= SECOND[slot]]


def revised(scorer: Scorer, draft: Draft) -> Iterator[Draft]:
    """A draft of a rule with who acts or speaks as the model has it, where the model is surer of another than the rule's.

    What happened and what did not is left to the rules.
    """
    if draft.kind not in KINDS or _is_of_nothing(scorer, draft):
        return
    stretch = scorer.view.stretch(draft.start, draft.end)
    if draft.kind == "measure":
        yield from _with_sides(scorer, draft, stretch)
    for slot in slots.OPEN.get(draft.kind, ()):
        if slot in REVISABLE:
            shares = scorer.open(draft.kind, slot, stretch, draft.value.get("imposer") if slot == "target" else None)
            if shares and _is_surer(shares, slots.value_of(draft.value, slot)):
                yield _with(draft, slot, _as_keys(slot, shares[0][0]))


def _is_of_nothing(scorer: Scorer, draft: Draft) -> bool:
    """Whether a measure names neither who takes it nor what it is: a decline of 10 percent applies to exports."""
    named = (t for t in scorer.view.sentence.terms if draft.start <= t.start < draft.end and t.group == "objects")
    return draft.kind == "measure" and draft.value.get("imposer") is None and not any(named)


def _with_sides(scorer: Scorer, draft: Draft, stretch: Stretch) -> Iterator[Draft]:
    """A measure of a rule with who acts on whom as the model has both."""
    imposers = scorer.open("measure", "imposer", stretch)
    if imposers and imposers[0][1] >= REVISE:
        imposer = imposers[0][0]
        targets = scorer.open("measure", "target", stretch, imposer)
        sides = {"imposer": imposer, "target": targets[0][0]}
        if imposer != draft.value.get("imposer") and sides["target"] != draft.value.get("target"):
            yield _with(draft, "sides", sides)


def _is_surer(shares: list[tuple[Any, float]], value: Any) -> bool:
    """Whether another value than one has most of the shares."""
    best, share = shares[0]
    mine = next((s for v, s in shares if v == value), 0.0)
    return best != value and share >= REVISE and mine < KEPT


def _as_keys(slot: str, value: Any) -> dict[str, Any]:
    """The keys of a fact for a value of a slot."""
    if slot == "who":
        return {"speaker": value[0], "side": value[1]}
    if value is None:
        return {"target": None} if slot == "target" else {}
    return AS_KEYS[slot](value) if slot in AS_KEYS else {slot: value}


def _with(draft: Draft, key: str, value: dict[str, Any]) -> Draft:
    return replace(draft, value=draft.value | value, rule=f"{draft.rule}{REVISED}{key}")


def is_revised(draft: Draft) -> bool:
    """Whether the model put another key in a draft of a rule."""
    return REVISED in (draft.rule or "")


def with_confidence(draft: Draft, confidence: float) -> Draft:
    """The draft with its confidence."""
    return replace(draft, confidence=round(confidence, 3))
