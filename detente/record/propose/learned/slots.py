"""The keys of a fact: for each key of a kind the values it may have in a stretch, each with its features.

A closed key (type, status, stage, topic, contact) has the values of a list and is chosen by the words of the stretch; an
open one is chosen among what is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from detente.record.propose.annotate import dates
from detente.record.propose.annotate.document import FUTURE
from detente.record.propose.learned import sides
from detente.record.propose.learned.frame import Frame

Alternatives = list[tuple[Any, list[str]]]
CLOSED = {
    (
        "measure",
        "type",
    ): "tariff export_control import_ban purchase_commitment fee investigation entity_listing exemption other",
    ("measure", "status"): "announced in_force suspended reduced ended committed",
    ("planned_meeting", "status"): "possible scheduled announced_one_side confirmed_both cancelled",
    ("confirmation", "status"): "confirmed denied not_commented",
    ("agreement_stage", "stage"): "talks proposed framework preliminary_consensus submitted_for_internal_approval"
    " approved_internally announced agreed text_pending signed ratified in_force suspended terminated invalidated"
    " rejected",
    (
        "agenda_item",
        "topic",
    ): "truce_extension tariffs rare_earths export_controls fentanyl agriculture tiktok port_fees"
    " chips leaders_meeting framework market_access investment currency other",
    ("meeting", "mode_of_contact"): "call none",
}
OPEN = {
    "statement": ("who",),
    "measure": ("rate", "imposer", "target"),
    "threat": ("rate", "by_side", "effective"),
    "confirmation": ("by_side",),
    "truce": ("parties", "expiry"),
    "extension": ("by_days", "new_expiry"),
    "agreement_stage": ("parties",),
    "planned_meeting": ("participants", "date"),
    "meeting": ("city", "start"),
}
TIMES = ("effective", "expiry", "new_expiry", "date", "start")
SHORT = frozenset(["until", "by", "from", "end", "since", "of", "to", "on"])


@cache
def closed(kind: str) -> list[str]:
    """The closed keys of a kind."""
    return [key for k, key in CLOSED if k == kind]


def alternatives(frame: Frame, kind: str, slot: str, imposer: str | None = None) -> Alternatives:
    """The values an open key of a kind may have here. imposer: of the measure whose target is asked for."""
    if slot == "target":
        return _targets(frame, imposer)
    if slot in ("imposer", "by_side"):
        return _actors(frame, "imposer" if slot == "imposer" else f"{kind} by")
    if slot in TIMES:
        return _times(frame, f"{kind} {slot}")
    return _parties(frame, kind) if slot == "parties" else OTHERS[slot](frame)


def _actors(frame: Frame, part: str) -> Alternatives:
    parts = (part, "actor")
    return [(s, _in_parts(frame, sides.side_features(frame, s), parts)) for s in sides.candidates(frame)]


def _parties(frame: Frame, kind: str) -> Alternatives:
    return [(g, [f"{part}|{f}" for part in (kind, "set") for f in fs]) for g, fs in sides.party_sets(frame)]


def _in_parts(frame: Frame, features: list[str], parts: tuple[str, ...]) -> list[str]:
    language = [f"{frame.reading.language}|{parts[0]}|{f}" for f in features[:6]]
    return [f"{part}|{f}" for part in parts for f in features] + language


def _targets(frame: Frame, imposer: str | None) -> Alternatives:
    named: Alternatives = [
        (s, _in_parts(frame, sides.side_features(frame, s, imposer), ("target",)))
        for s in sides.candidates(frame, imposer)
    ]
    return [*named, (None, [f"target|{f}" for f in sides.no_target(frame, imposer)])]


def _speakers(frame: Frame) -> Alternatives:
    return list(sides.speakers(frame))


def _rates(frame: Frame) -> Alternatives:
    numbers = frame.numbers("RATE")
    values: Alternatives = [
        (frame.view.words[i].mention, _rate_features(frame, numbers, j)) for j, i in enumerate(numbers)
    ]
    return [*values, (None, ["none", f"none:{min(len(numbers), 3)}", *(frame.forms if numbers else ())])]


def _rate_features(frame: Frame, numbers: list[int], j: int) -> list[str]:
    view, i = frame.view, numbers[j]
    word = view.words[i]
    duties = [abs(t.start - word.start) for t in view.sentence.terms if t.concept in ("duty", "fee")]
    features = [word.form, f"order:{min(j, 3)}/{min(len(numbers), 4)}", *frame.around(i)]
    features += [f"duty:{min(min(duties, default=99) // 20, 4)}", *(f"{word.form}&{f}" for f in features[1:4])]
    features += [f"ahead:{view.form(k)}" for k in range(i - 4, i)]
    features += [f"after:{view.form(k)}" for k in range(i + 1, i + 4)]
    close = [k for k in numbers if 0 < abs(k - i) <= 3]
    return features + [f"rate {'follows' if k > i else f'ahead:{view.form(i - 1)}'}" for k in close]


def _times(frame: Frame, part: str) -> Alternatives:
    """Days and months named in the sentence, each as past and as future, and what a length of time leads to."""
    values: dict[str, list[str]] = {}
    for value, features in (*_named_times(frame), *_counted_times(frame)):
        values.setdefault(value, []).extend(f for f in features if f not in values.get(value, ()))
    named: Alternatives = [(v, [f"{p}|{f}" for p in (part, "time") for f in fs]) for v, fs in values.items()]
    return [*named, (None, [f"{part}|{f}" for f in _no_time(frame)])]


def _no_time(frame: Frame) -> list[str]:
    within = len(frame.numbers("TIME"))
    everywhere = sum(w.kind == "TIME" for w in frame.view.words)
    signs = [f"none:{w.form}" for w in frame.words if w.kind != "word" or w.form in SHORT]
    return ["none", f"none in:{min(within, 2)}", f"none of sentence:{min(everywhere, 2)}", *signs]


def _named_times(frame: Frame) -> Iterator[tuple[str, list[str]]]:
    view, reading, inner = frame.view, frame.reading, frame.numbers("TIME")
    for i, word in enumerate(view.words):
        if word.kind == "TIME":
            expected = bool(FUTURE.search(reading.text[view.sentence.piece.start : word.start][-60:]))
            features = [*_time_features(frame, i, inner), f"{'in' if frame.holds(i) else 'out'}:{expected}"]
            for tense in ("past", "future"):
                if when := reading.when(word.mention, tense, view.sentence.number):
                    yield from _readings(frame, when, f"{tense}:{expected}:{frame.holds(i)}", features)


def _readings(frame: Frame, when: dates.When, tense: str, features: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A time as its first day, its last and both."""
    anchor = frame.reading.anchor
    for part, value in (("first", when.iso), ("last", when.last), ("both", when.span if when.last else None)):
        if value:
            side = "after" if anchor and value > anchor else "before"
            about = [f"tense:{tense}", f"part:{part}:{bool(when.last)}", f"day:{when.is_day}", f"side:{side}"]
            yield value, [*features, *about, f"side:{side}:{tense}"]


def _time_features(frame: Frame, i: int, inner: list[int]) -> list[str]:
    view, word = frame.view, frame.view.words[i]
    features = ["in" if i in inner else "out", *frame.around(i), *(f"ahead:{view.form(k)}" for k in range(i - 4, i))]
    features.append("parts:" + "".join(sorted({key.rstrip("0123456789") for key, _ in word.mention.parts})))
    features.append(f"order:{min(inner.index(i), 3)}/{min(len(inner), 4)}" if i in inner else "order:out")
    if frame.main:
        modality = view.analysis.modality(view.sentence, frame.main)
        features += [f"modality:{modality}", *frame.to_verb(i)[1:2]]
    return features


def _counted_times(frame: Frame) -> Iterator[tuple[str, list[str]]]:
    """What a length of time in the stretch leads to, from a day that the sentence names or from the anchor."""
    lengths = [frame.view.words[i].mention for i in frame.numbers("LENGTH")]
    starts = _starts(frame) if lengths else []
    for number, unit in lengths:
        for start, features in starts:
            if day := dates.add_duration(start, number, unit):
                yield day, [*features, f"{features[0]}:{unit}"]


def _starts(frame: Frame) -> list[tuple[str, list[str]]]:
    """The days that a length of time may be counted from, empty where one is not known."""
    view, reading = frame.view, frame.reading
    starts = [(reading.anchor or "", ["counted from anchor"])]
    for i, word in enumerate(view.words):
        if word.kind == "TIME":
            when = reading.when(word.mention, None, view.sentence.number)
            starts.append((when.iso if when else "", ["counted", f"counted prev:{view.form(i - 1)}"]))
    return starts


def _days(frame: Frame) -> Alternatives:
    values: Alternatives = [(None, ["none", *(f for f in frame.forms if "LENGTH" in f)])]
    for i in frame.numbers("LENGTH"):
        number, unit = frame.view.words[i].mention
        if unit == "day":
            values.append((number, ["named", *frame.around(i)]))
    return values


def _cities(frame: Frame) -> Alternatives:
    view, values = frame.view, dict[str | None, list[str]]()
    count = 0
    for i, word in enumerate(view.words):
        if word.kind == "CITY":
            where = "in" if frame.holds(i) else "out"
            values.setdefault(word.mention.name, []).extend([where, *frame.around(i), f"order:{min(count, 2)}"])
            count += 1
        elif word.form == "SIDE.metonym" and frame.holds(i):
            name = frame.reading.text[word.start : word.end]
            values.setdefault(name, []).extend(["metonym", *(f"metonym {f}" for f in frame.around(i))])
    if frame.reading.place:
        values.setdefault(frame.reading.place.name, []).extend(["dateline", f"dateline:{min(count, 1)}"])
    for back in range(1, min(2, view.sentence.number) + 1):
        for city in frame.reading.sentences[view.sentence.number - back].cities:
            values.setdefault(city.name, []).extend([f"back:{back}", f"back:{back}:{min(count, 1)}"])
    return [*values.items(), (None, ["none", f"none:{min(count, 2)}", *frame.forms])]


def _persons(frame: Frame) -> Alternatives:
    view, focus, values = frame.view, frame.view.focus, dict[str, list[str]]()
    count = 0
    for i, word in enumerate(view.words):
        if word.kind == "PERSON":
            features = ["in" if frame.holds(i) else "out", *frame.around(i)[:3], f"order:{min(count, 3)}"]
            values.setdefault(word.mention.name, []).extend([*features, *frame.to_verb(i)[:2]])
            count += 1
    if focus.person:
        pronouns = [f"focus:{p}" for p in sorted(frame.pronouns)]
        values.setdefault(focus.person, []).extend(["focus", *pronouns, f"focus:{min(count, 2)}"])
    return list(values.items())


OTHERS: dict[str, Callable[[Frame], Alternatives]] = {
    "who": _speakers, "rate": _rates, "by_days": _days, "city": _cities, "participants": _persons,
}  # fmt: skip


def value_of(value: dict[str, Any], slot: str) -> Any:
    """What a fact has under an open key, in the form of an alternative."""
    if slot == "who":
        return value.get("speaker"), value.get("side")
    if slot == "rate":
        return next(((k, value[k]) for k in ("rate_pct", "rate_pp") if value.get(k) is not None), None)
    if slot == "start":
        return value.get("start") or value.get("end")
    if slot in ("parties", "participants"):
        return frozenset(value.get(slot) or ())
    return value.get(slot)
