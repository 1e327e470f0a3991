"""The keys of a fact: for each key of a kind the values it may have in a stretch, each with its features.

A closed key (type, status, stage, topic, contact) has the values of a list and is chosen by the words of the stretch; an
open one is chosen among what is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from detente.record.propose.annotate import amounts, dates, places
from detente.record.propose.annotate.document import FUTURE, Sentence
from detente.record.propose.learned import sides
from detente.record.propose.learned.frame import Frame
from detente.record.propose.learned.words import Word

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
FAR = 6  # sentences back in which a rate or a city named before is looked for
NEAR = 4  # words between a number without a unit and a rate beside which it stands
MOST_BESIDE = 3  # times of a sentence beside that are looked at
MOST_LENGTHS, MOST_TIMES = 8, 12  # of a sentence that are counted with
DAYS_OF = {"day": 1, "week": 7}
LONGEST_ROUND = 14  # days from the first to the last day of talks
SHORT = frozenset(["until", "by", "from", "end", "since", "of", "to", "on"])


@cache
def closed(kind: str) -> list[str]:
    """The closed keys of a kind."""
    return [key for k, key in CLOSED if k == kind]


def alternatives(frame: Frame, kind: str, slot: str, imposer: str | None = None) -> Alternatives:
    """The values an open key of a kind may have here, each with its features and what the rules say of it.

    imposer: of the measure whose target is asked for.
    """
    named = _named(frame, kind, slot, imposer)
    drafts = [d for d in frame.drafted if d.kind == kind and (slot != "target" or d.value.get("imposer") == imposer)]
    ruled = [(value_of(d.value, slot), d.rule) for d in drafts]
    return [(v, [*features, *_by_rules(kind, slot, v, ruled)]) for v, features in named] if ruled else named


def _by_rules(kind: str, slot: str, value: Any, ruled: list[tuple[Any, str | None]]) -> Iterator[str]:
    """Which rules give an open key a value, and which another."""
    givers = [rule for v, rule in ruled if value == v or (slot == "participants" and value in v)]
    yield from (f"drafted:{kind}.{slot}:{bool(givers)}", f"drafted:{slot}:{bool(givers)}")
    if givers:
        yield from (f"drafted by:{slot}:{rule}" for rule in givers)
    else:
        yield from (f"passed by:{slot}:{rule}" for _, rule in ruled)


def _named(frame: Frame, kind: str, slot: str, imposer: str | None) -> Alternatives:
    """What stands in the stretch or near it as values of an open key, each with its features."""
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
    values += [(("rate_pct", frame.view.words[i].mention[1]), ["by a percentage"]) for i in numbers if _is_by(frame, i)]
    more = _unmarked_rates(frame, {value for value, _ in values})
    left_open = ["none", f"none:{min(len(numbers), 3)}", f"none:{min(len(numbers), 2)}/{min(len(more), 2)}"]
    return [*values, *more, (None, [*left_open, *(frame.forms if numbers or more else ())])]


def _is_by(frame: Frame, i: int) -> bool:
    """Whether a percentage is read as a change for the "by" before it, and may be a level: hit by 50 percent."""
    word = frame.view.words[i]
    return word.mention[0] == "rate_pp" and not re.search(
        amounts.POINTS, frame.reading.text[word.start : word.end], re.I
    )


def _unmarked_rates(frame: Frame, marked: set[Any]) -> Alternatives:
    """Numbers without a unit, and words for no duty at all, where nothing marks that value as a rate."""
    values: dict[Any, list[str]] = {}
    spans = [span for span in frame.view.unmarked if frame.holds(span[0]) and span[2] not in marked]
    known = [(r.key, r.value) for s in frame.view.earlier(FAR) for r in s.rates] if spans else []
    for j, (first, last, value) in enumerate(spans):
        features = _unmarked_features(frame, first, last, f"{min(j, 3)}/{min(len(spans), 4)}", bool(marked))
        about = [f"bare known:{value in known}", f"bare rates before:{bool(known)}", f"bare nil:{value[1] == 0}"]
        values.setdefault(value, []).extend(f for f in (*features, *about) if f not in values.get(value, ()))
    return list(values.items())


def _unmarked_features(frame: Frame, first: int, last: int, order: str, marked: bool) -> list[str]:
    """How a number without a unit stands."""
    view = frame.view
    prev, after = view.form(first - 1), view.form(last + 1)
    duties = [abs(t.start - view.words[first].start) for t in view.sentence.terms if t.concept in ("duty", "fee")]
    written = "#" if view.words[first].form == "#" else "long" if last > first else "word"
    near = any(abs(first - i) < NEAR for i in frame.numbers("RATE"))
    verbs = [f"bare {f}" for f in frame.to_verb(first)[1:2]]
    return [
        "bare", f"bare:{written}", f"bare order:{order}", f"bare of:{marked}:{near}", f"bare prev:{prev}", f"bare next:{after}",
        f"bare beside:{prev} _ {after}", f"bare prev2:{view.form(first - 2)} {prev}", f"bare prev:{written}:{prev}",
        f"bare next2:{after} {view.form(last + 2)}", f"bare duty:{min(min(duties, default=99) // 20, 4)}", *verbs,
        *(f"bare ahead:{view.form(k)}" for k in range(first - 4, first)),
    ]  # fmt: skip


def _behind(frame: Frame) -> Sentence | None:
    """The sentence behind that of a frame, which may answer or complete it."""
    following = frame.view.sentence.number + 1
    return frame.reading.sentences[following] if following < len(frame.reading.sentences) else None


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
    """Days and months named in the sentence, each as past and as future, what a length of time leads to, days near by."""
    values: dict[str, list[str]] = {}
    for value, features in (*_named_times(frame), *_counted_times(frame), *_times_near(frame)):
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
            for tense, when in view.whens(word.mention):
                yield from _readings(frame, when, f"{tense}:{expected}:{frame.holds(i)}", features)
    yield from _uncertain_times(frame, inner)


def _uncertain_times(frame: Frame, inner: list[int]) -> Iterator[tuple[str, list[str]]]:
    """Expressions that may be times, each as past and as future."""
    view = frame.view
    for first, last, expr in view.uncertain:
        where, kind = "in" if frame.holds(first) else "out", "+".join(_sorts(expr))
        features = [
            f"unsure:{where}",
            f"unsure:{kind}",
            f"unsure:{kind}:{where}",
            f"unsure prev:{view.form(first - 1)}",
        ]
        features += [f"unsure next:{view.form(last + 1)}", f"unsure of:{min(len(inner), 2)}"]
        for tense, when in view.whens(expr):
            yield from _readings(frame, when, f"{tense}:unsure:{where}", features)


def _times_near(frame: Frame) -> Iterator[tuple[str, list[str]]]:
    """The days of the sentences beside, the day of the document, that of the narrative, and days counted from these."""
    view, reading, number = frame.view, frame.reading, frame.view.sentence.number
    within = min(sum(w.kind == "TIME" for w in view.words), 2)
    for name, day in (("anchor", reading.anchor), ("current", reading.current.get(number))):
        if day:
            yield day, [name, f"{name}:{within}", f"{name}:{frame.main.concept if frame.main else None}"]
    for name, sentence in _beside(frame):
        for expr in sentence.times[-MOST_BESIDE:] if name != "behind" else sentence.times[:MOST_BESIDE]:
            for tense, when in view.whens(expr, sentence.number):
                about = [name, f"{name}:{within}", f"{name}:{tense}:{when.is_day}", f"{name}:{view.is_question}"]
                yield when.iso, about
    yield from _moved_times(frame)


def _beside(frame: Frame) -> Iterator[tuple[str, Sentence]]:
    """The two sentences before that of a frame and the one behind it, with names."""
    yield from ((f"back:{back}", sentence) for back, sentence in enumerate(frame.view.earlier(2), 1))
    behind = _behind(frame)
    if behind:
        yield "behind", behind


def _moved_times(frame: Frame) -> Iterator[tuple[str, list[str]]]:
    """Times that are counted from another: the next day, two weeks later; weekdays ahead of the document's day."""
    anchor = frame.reading.anchor
    named = [w.mention for w in frame.view.words if w.kind == "TIME"] + [e for _, _, e in frame.view.uncertain]
    for expr in named[:MOST_LENGTHS]:
        if expr.first("w1", "w2") and (when := dates.resolve(expr, anchor, "future")):
            yield when.iso, ["ahead of document"]
        if expr.first("n", "next", "prev"):
            yield from _moved(frame, expr)


def _moved(frame: Frame, expr: dates.Expr) -> Iterator[tuple[str, list[str]]]:
    """What an expression means that counts from another day, for each day near by."""
    for start, features in _starts(frame):
        when = dates.resolve(expr, frame.reading.anchor, None, start) if start else None
        if when:
            yield when.iso, ["moved", f"moved {features[0]}", f"moved {features[-1]}"]


def _readings(frame: Frame, when: dates.When, tense: str, features: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A time as its first day, its last and both."""
    anchor = frame.reading.anchor
    for part, value in (("first", when.iso), ("last", when.last), ("both", when.span if when.last else None)):
        if value:
            side = "after" if anchor and value > anchor else "before"
            about = [f"tense:{tense}", f"part:{part}:{bool(when.last)}", f"day:{when.is_day}", f"side:{side}"]
            yield value, [*features, *about, f"side:{side}:{tense}"]


def _sorts(expr: dates.Expr) -> list[str]:
    """What sorts of parts an expression has, such as a month and a day."""
    return sorted({key.rstrip("0123456789") for key, _ in expr.parts})


def _time_features(frame: Frame, i: int, inner: list[int]) -> list[str]:
    view, word = frame.view, frame.view.words[i]
    features = ["in" if i in inner else "out", *frame.around(i), *(f"ahead:{view.form(k)}" for k in range(i - 4, i))]
    features.append("parts:" + "".join(_sorts(word.mention)))
    features.append(f"order:{min(inner.index(i), 3)}/{min(len(inner), 4)}" if i in inner else "order:out")
    if frame.main:
        modality = view.analysis.modality(view.sentence, frame.main)
        features += [f"modality:{modality}", *frame.to_verb(i)[1:2]]
    return features


def _counted_times(frame: Frame) -> Iterator[tuple[str, list[str]]]:
    """What a length of time leads to, ahead or back, from a day near by: within the stretch, else of the sentence."""
    inner = frame.numbers("LENGTH")
    every = inner or [i for i, w in enumerate(frame.view.words) if w.kind == "LENGTH"]
    starts = _starts(frame) if every else []
    for number, unit in (frame.view.words[i].mention for i in every[:MOST_LENGTHS]):
        for start, features in starts:
            yield from _led_to(start, number, unit, features, bool(inner))


def _led_to(start: str, number: int, unit: str, features: list[str], inner: bool) -> Iterator[tuple[str, list[str]]]:
    where = "" if inner else " beside"
    if day := dates.add_duration(start, number, unit):
        yield day, [f"{f}{where}" for f in (*features, f"{features[0]}:{unit}")]
    if unit == "day" and 1 < number <= LONGEST_ROUND and (day := dates.add_duration(start, 1 - number, unit)):
        yield day, ["lasted", f"lasted {features[0]}{where}", f"lasted {features[-1]}"]


def _starts(frame: Frame) -> list[tuple[str, list[str]]]:
    """The days that a length of time may be counted from, empty where one is not known."""
    view, reading = frame.view, frame.reading
    starts = [(reading.anchor or "", ["counted from anchor"])]
    for i, expr in _counted_from(frame):
        when = reading.when(expr, None, view.sentence.number)
        starts.append((when.iso if when else "", ["counted", f"counted prev:{view.form(i - 1)}"]))
    for back, sentence in enumerate(frame.view.earlier(2), 1):
        for expr in sentence.times[-2:]:
            when = reading.when(expr, None, sentence.number)
            starts.append((when.iso if when else "", [f"counted from back:{back}"]))
    starts.append((reading.current.get(view.sentence.number) or "", ["counted from current"]))
    return starts


def _counted_from(frame: Frame) -> list[tuple[int, dates.Expr]]:
    """The times of the sentence, with the numbers of their words; of very many those within the stretch."""
    times = [(i, w.mention) for i, w in enumerate(frame.view.words) if w.kind == "TIME"]
    return times if len(times) <= MOST_TIMES else [t for t in times if frame.holds(t[0])][:MOST_TIMES]


def _days(frame: Frame) -> Alternatives:
    values: dict[Any, list[str]] = {}
    for number, features in (*_days_here(frame), *_days_behind(frame)):
        values.setdefault(number, []).extend(features)
    return [*values.items(), (None, ["none", *(f for f in frame.forms if "LENGTH" in f)])]


def _days_here(frame: Frame) -> Iterator[tuple[int, list[str]]]:
    """Numbers of days of the sentence, weeks as days."""
    for i, word in enumerate(frame.view.words):
        number, unit = word.mention if word.kind == "LENGTH" else (0, "")
        if unit in DAYS_OF:
            features = ["named", *frame.around(i)] if unit == "day" else ["weeks"]
            yield number * DAYS_OF[unit], features if frame.holds(i) else ["beside"]


def _days_behind(frame: Frame) -> Iterator[tuple[int, list[str]]]:
    behind = _behind(frame)
    lengths = dates.durations(behind.piece.text) if behind else []
    yield from ((number, ["behind"]) for _, _, number, unit in lengths if unit == "day")


def _cities(frame: Frame) -> Alternatives:
    view, values = frame.view, dict[str | None, list[str]]()
    count = sum(word.kind == "CITY" for word in view.words)
    for value, features in (*_named_cities(frame), *_unlisted_cities(frame, count), *_cities_near(frame, count)):
        values.setdefault(value, []).extend(features)
    return [*values.items(), (None, ["none", f"none:{min(count, 2)}", *frame.forms])]


def _named_cities(frame: Frame) -> Iterator[tuple[str, list[str]]]:
    """Cities of the sentence, by their usual name and as they are written, and governments named by their seat."""
    count = 0
    for i, word in enumerate(frame.view.words):
        written = frame.reading.text[word.start : word.end].removeprefix("the ").removesuffix("'s").removesuffix("’s")
        if word.kind == "CITY":
            features = ["in" if frame.holds(i) else "out", *frame.around(i), f"order:{min(count, 2)}"]
            yield from _names_of(frame, word.mention, written, features)
            count += 1
        elif word.kind == "SIDE" and (seat := _seat(frame, word, written)):
            where = "metonym" if frame.holds(i) else "metonym out"
            yield seat, [where, *(f"{where} {f}" for f in frame.around(i))]


def _names_of(frame: Frame, city: places.City, written: str, about: list[str]) -> Iterator[tuple[str, list[str]]]:
    yield city.name, about
    if written != city.name and not city.described and frame.reading.language == "en":
        yield written, [*about, "as written"]


def _seat(frame: Frame, word: Word, written: str) -> str | None:
    """The city that a word for a side names; as it is written where no table lists it."""
    seat = places.city_named(written, frame.reading.language)
    return seat or (written if word.form == "SIDE.metonym" and frame.reading.language == "en" else None)


def _unlisted_cities(frame: Frame, count: int) -> Iterator[tuple[str, list[str]]]:
    """Names in the sentence that may be cities no table lists."""
    for first, last, (name, about) in frame.view.unlisted:
        where = "in" if frame.holds(first) else "out"
        beside = [f"unlisted prev:{frame.view.form(first - 1)}", f"unlisted next:{frame.view.form(last + 1)}"]
        features = ["unlisted", f"unlisted:{about}", f"unlisted:{about}:{where}", f"unlisted:{min(count, 2)}:{where}"]
        yield name, [*features, *beside, f"unlisted long:{last - first}"]


def _cities_near(frame: Frame, count: int) -> Iterator[tuple[str, list[str]]]:
    """The city of the dateline, those of the sentences beside, and the last one named further up."""
    some = min(count, 1)
    if frame.reading.place:
        yield frame.reading.place.name, ["dateline", f"dateline:{some}"]
    for name, sentence in _beside(frame):
        for city in sentence.cities:
            yield city.name, [name, f"{name}:{some}", f"{name}:{frame.view.is_question}"]
        for mention in sentence.sides:
            if seat := places.city_named(mention.words, frame.reading.language):
                yield seat, [f"metonym {name}", f"metonym {name}:{some}"]
    last = next((c for s in frame.view.earlier(FAR)[2:] for c in s.cities[-1:]), None)
    if last:
        yield last.name, ["further up", f"further up:{some}"]


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
