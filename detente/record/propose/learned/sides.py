"""Which side acts, is acted on, speaks, or is a party: the candidates of a stretch, each with its features."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from detente.record.propose.annotate import places
from detente.record.propose.learned.frame import Frame
from detente.record.propose.relate import parties
from detente.record.propose.relate.predicates import Span
from detente.record.propose.relate.speaker import owns_office

Side = str | None
Speaker = tuple[str | None, str | None]
NAMELESS: tuple[Speaker, ...] = ((None, "press"), (None, None), (None, "joint"))
SAYING = frozenset(["say", "announce", "threaten", "confirm", "deny"])
BACK = 3  # sentences in which an earlier speaker is looked for
UP = 6  # sentences back in which the sides of an agreement are looked for
HEAD, LONGEST_HEAD = 3, 300  # lines and characters that open a document and may say whose it is
RECENT = 3  # sides named before that may be a party with another
NAMED = frozenset([  # how the sides of a set are named in the sentence, the one before or the document as a whole
    "parties", "within", "sentence", "before", "parties and within", "sentence and before", "focus and by",
    "pair within", "pair beside", "focus and party",
])  # fmt: skip
MOST = 3  # mentions of a side within a stretch that are looked at


def candidates(frame: Frame, imposer: Side = None) -> list[str]:
    """The sides that a stretch may be about: those of its sentence, of the one before, of the document."""
    view, reading = frame.view, frame.reading
    before = [m.side for m in view.previous.sides][-2:] if view.previous else []
    near = [*(m[1] for m in view.sides), view.focus.side, view.focus.person_side, frame.by_side, reading.author]
    return [s for s in dict.fromkeys([*near, *reading.parties, *before]) if s and s != imposer]


def side_features(frame: Frame, side: str, imposer: Side = None) -> list[str]:
    """What speaks for a side, whatever its part."""
    within, beside = _mentions(frame, side)
    where = "in" if within else "out" if beside else "away"
    if side not in frame.of_sides:
        features = ["always", f"where:{where}", f"where:{bool(within)}{bool(beside)}"]
        features += [f for name in _relations(frame, side) for f in (name, f"{name}+{where}")]
        frame.of_sides[side] = [*features, *_order(frame, side), *_around(frame, within, beside), *_roles(frame, side)]
    return frame.of_sides[side] + (_beside_imposer(frame, side, imposer, where) if imposer is not None else [])


def _mentions(frame: Frame, side: str) -> tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]]:
    """The mentions of a side within the stretch and beside it."""
    mentions = [m for m in frame.view.sides if m[1] == side]
    return [m for m in mentions if frame.holds(m[0])], [m for m in mentions if not frame.holds(m[0])]


def _beside_imposer(frame: Frame, side: str, imposer: str, where: str) -> list[str]:
    inside = any(m[1] == imposer for m in frame.sides)
    return [f"imposer:{inside}+{where}", f"pair:{ {imposer, side} == set(frame.reading.parties) }"]


def _around(frame: Frame, within: list[tuple[int, str, str]], beside: list[tuple[int, str, str]]) -> list[str]:
    """What stands around the mentions of a side."""
    features = [f"I{f}" for i, _, sign in within[:MOST] for f in _mention(frame, i, sign)]
    for i, _, sign in beside[: MOST - 1]:
        features += [f"O{f}" for f in _mention(frame, i, sign)] + [f"O{'ahead' if i < frame.first else 'after'}"]
    return features


def _relations(frame: Frame, side: str) -> Iterator[str]:
    """What a side is to the sentence and to the document."""
    tests = _to_speaker(frame, side) | _to_document(frame, side)
    yield from (name for name, holds in tests.items() if holds)
    for pronoun in sorted(frame.pronouns):
        if side in (frame.view.focus.side, frame.view.focus.person_side):
            yield f"focus {pronoun}"
        if side in frame.reading.parties:
            yield f"party {pronoun}"


def _to_speaker(frame: Frame, side: str) -> dict[str, bool]:
    by, focus = frame.view.by(frame.end - 1), frame.view.focus
    return {
        "focus": focus.side == side, "focus of a person": focus.person_side == side, f"by:{by.mode}": by.side == side,
        "by name": by.side == side and by.name is not None, "joint": side == "joint",
    }  # fmt: skip


def _to_document(frame: Frame, side: str) -> dict[str, bool]:
    reading = frame.reading
    others = {m[1] for m in frame.sides} - {side}
    return {
        "author": reading.author == side, "first party": reading.parties[:1] == (side,),
        "second party": reading.parties[1:2] == (side,), "only": {m[1] for m in frame.sides} == {side},
        "only of sentence": {m[1] for m in frame.view.sides} == {side},
        "other party": side in reading.parties and bool(others & set(reading.parties)),
    }  # fmt: skip


def _order(frame: Frame, side: str) -> list[str]:
    features = []
    for name, mentions in (("order", frame.sides), ("order of sentence", frame.view.sides)):
        order = list(dict.fromkeys(m[1] for m in mentions))
        if side in order:
            features.append(f"{name}:{min(order.index(side), 3)}/{min(len(order), 4)}")
    return features


def _mention(frame: Frame, i: int, sign: str) -> list[str]:
    """What stands around a mention and on which side of verb and rate it is."""
    view = frame.view
    features = [f"sign:{sign}", *frame.around(i), *frame.to_verb(i)]
    if frame.reading.language == "en":
        lead = frame.reading.text[view.sentence.piece.start : view.words[i].start]
        features.append(f"prep:{parties.preposition(lead)}:{sign}")
    if i - frame.first < 3:
        features.append("starts")
    rates = frame.numbers("RATE")
    if rates:
        features.append("before the rate" if i < rates[0] else "behind the rate")
    return features


def _roles(frame: Frame, side: str) -> list[str]:
    """What the relations between verbs, nouns and sides say of it."""
    if not frame.of_roles:
        frame.of_roles.extend(_all_roles(frame))
    return [name for sides, names in frame.of_roles if side in sides for name in names]


def _all_roles(frame: Frame) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What the relations between verbs, nouns and sides say, with the sides of which they say it."""
    analysis, sentence = frame.view.analysis, frame.view.sentence
    for p in frame.predicates:
        yield analysis.actor(sentence, p).sides, ("acts", f"acts:{p.concept}:{p.voice}")
        yield analysis.patient(sentence, p).sides, ("is acted on", f"is acted on:{p.concept}")
    for term in sentence.terms:
        if frame.start <= term.start < frame.end and term.group in ("objects", "limits"):
            owner = parties.owner(frame.reading, sentence, term.start, Span(term.end, frame.end))
            yield owner.sides, ("owns", f"owns:{term.concept}")
    yield parties.target(frame.reading, sentence, Span(frame.start, frame.end)).sides, ("target",)


def no_target(frame: Frame, imposer: Side) -> list[str]:
    """What speaks for a measure that names no target."""
    within, all_ = ({m[1] for m in mentions} - {imposer} for mentions in (frame.sides, frame.view.sides))
    return ["none", f"none in:{min(len(within), 2)}", f"none of sentence:{min(len(all_), 2)}", *frame.forms]


def speakers(frame: Frame) -> list[tuple[Speaker, list[str]]]:
    """Who may have said it: persons and sides near by, the author, the narrator, nobody named."""
    named: dict[Speaker, list[str]] = {}
    for speaker, features in (*_named_here(frame), *_named_before(frame), *_of_utterances(frame), *_of_document(frame)):
        named.setdefault(speaker, []).extend(features)
    for speaker in NAMELESS:
        named.setdefault(speaker, []).append("nameless")
    nothing = _nothing_named(frame)
    for speaker in NAMELESS[:2]:
        named[speaker] += nothing
    return [(speaker, _of_type(frame, speaker, features)) for speaker, features in named.items()]


def _of_type(frame: Frame, speaker: Speaker, features: list[str]) -> list[str]:
    type_ = "person" if speaker[0] else "side" if speaker[1] not in ("press", "joint", None) else str(speaker[1])
    within = "within" in features
    features = [
        f"type:{type_}", *features, f"official:{frame.reading.official}:{type_}", f"quote:{frame.view.has_quote}:{type_}",
        f"lang:{frame.reading.language}:{type_}", f"pronoun:{frame.pronoun}:{type_}",
        f"mode:{frame.view.by(frame.end - 1).mode}:{type_}",
    ]  # fmt: skip
    if "by" in features:
        features += [f"by:{type_}", f"by:{within}"]
    return [f"of {speaker[1]}{f}" for f in features] if speaker in NAMELESS[:2] else features


def _named_here(frame: Frame) -> Iterator[tuple[Speaker, list[str]]]:
    view = frame.view
    starts = sorted(p.start for p in view.predicates if p.concept in SAYING)
    verbs = [i for i, w in enumerate(view.words) if bisect_left(starts, w.start) < bisect_left(starts, w.end)]
    persons = 0
    for i, word in enumerate(view.words):
        if word.kind not in ("PERSON", "SIDE"):
            continue
        near = min((abs(v - i) for v in verbs), default=9)
        features = [word.kind, "within" if frame.holds(i) else "beside", f"verb:{min(near, 6)}", *frame.around(i)[:3]]
        features += [f"place:{min(i, 5)}", f"place from end:{min(len(view.words) - i, 5)}"]
        if word.kind == "PERSON":
            name = None if owns_office(frame.reading, word.mention) else word.mention.name
            yield (name, word.mention.side), [*features, f"person number:{min(persons, 2)}"]
            persons += 1
        else:
            yield (None, word.mention.side), [*features, f"sign:{word.form}"]


def _named_before(frame: Frame) -> Iterator[tuple[Speaker, list[str]]]:
    view, focus, pronoun = frame.view, frame.view.focus, frame.pronoun
    persons = sum(w.kind == "PERSON" for w in view.words)
    if focus.person:
        opening = f"focus:opens {view.sentence.opens}"
        about = ["focus", f"focus:{pronoun}", f"focus:{min(persons, 2)}", f"focus:quote {view.has_quote}", opening]
        yield (focus.person, focus.person_side), about
    if focus.side:
        yield (None, focus.side), ["side of focus", f"side of focus:{pronoun}"]
    if view.previous:
        last = view.analysis.by_at(view.previous, view.previous.piece.end - 1)
        yield (last.name, last.side), ["last", f"last:{pronoun}", f"last:opens {view.sentence.opens}"]
    yield from _further_back(frame)


def _further_back(frame: Frame) -> Iterator[tuple[Speaker, list[str]]]:
    here = frame.view.sentence
    for back, earlier in enumerate(frame.view.earlier(BACK), 1):
        for j, n in enumerate(earlier.people[:3]):
            line = f"back line:{earlier.piece.line == here.piece.line}"
            yield (n.name, n.side), [f"back:{back}", f"back:{back}:{frame.pronoun}", f"back:{back}:{j}", line]
        for m in earlier.sides[:2] if back < BACK else ():
            yield (None, m.side), [f"side back:{back}", f"side back:{back}:{frame.pronoun}"]


def _of_utterances(frame: Frame) -> Iterator[tuple[Speaker, list[str]]]:
    """Who speaks in the stretch by its verbs of saying, also where nothing is asserted: he urged, she asked."""
    for u in frame.view.analysis.attribution.within(frame.view.sentence):
        who = u.speaker
        if u.start < frame.end and frame.start < u.end and not who.itself:
            named = "name" if who.name else "described" if who.described else "side"
            holds = "holds" if u.start <= frame.start and frame.end <= u.end else "touches"
            yield (who.name, who.side), ["spoken", f"spoken:{named}", f"spoken:{holds}", f"spoken:{named}:{u.concept}"]


def _of_document(frame: Frame) -> Iterator[tuple[Speaker, list[str]]]:
    reading, by = frame.reading, frame.view.by(frame.end - 1)
    if reading.author:
        yield (None, reading.author), ["author"]
    for party in reading.parties:
        yield (None, party), ["party"]
    yield (by.name, by.side), ["by", f"by:{by.mode}", f"by:{by.side == 'press'}"]


def _nothing_named(frame: Frame) -> list[str]:
    view = frame.view
    pairs = [f"pair:{view.form(i)} {view.form(i + 1)}" for i in range(len(view.words))]
    counts = [f"{kind}:{min(sum(w.kind == kind for w in view.words), 2)}" for kind in ("PERSON", "SIDE")]
    says = any(p.concept in SAYING for p in view.predicates)
    return [*(f"w:{w.form}" for w in view.words), *pairs, *counts, f"says:{says}", f"quote:{view.has_quote}"]


def party_sets(frame: Frame) -> list[tuple[frozenset[str], list[str]]]:
    """The sets of sides that an agreement or a truce may be between."""
    within, all_ = ([m[1] for m in mentions] for mentions in (frame.sides, frame.view.sides))
    named: dict[frozenset[str], set[str]] = {}
    for members, source in (*_sets(frame, within, all_), *_sets_near(frame, within, all_)):
        group = frozenset(s for s in members if s and s not in ("press", "joint"))
        if len(group) > 1:
            named.setdefault(group, set()).add(source)
    return [(group, _set_features(frame, group, sources, within, all_)) for group, sources in named.items()]


def _sets(frame: Frame, within: list[str], all_: list[str]) -> Iterator[tuple[Iterable[Side], str]]:
    reading, focus = frame.reading, frame.view.focus
    earlier = [m.side for m in frame.view.previous.sides] if frame.view.previous else []
    yield from ((reading.parties, "parties"), (within, "within"), (all_, "sentence"), (earlier, "before"))
    yield from (({*reading.parties, *within}, "parties and within"), ({*all_, *earlier}, "sentence and before"))
    yield {focus.side, frame.by_side}, "focus and by"
    near: set[Side] = {focus.side, focus.person_side, frame.by_side, reading.author, *reading.parties, *all_, *earlier}
    for side in dict.fromkeys(all_):
        yield from (
            ({side, other}, "pair within" if side in within else "pair beside")
            for other in sorted(near - {None, side}, key=str)
        )
    yield from (({focus.side, party}, "focus and party") for party in reading.parties)


def _sets_near(frame: Frame, within: list[str], all_: list[str]) -> Iterator[tuple[Iterable[Side], str]]:
    """Sets with a side that the sentence leaves to its reader: that of the document, one named further up, a bloc."""
    reading, earlier = frame.reading, _earlier_sides(frame)
    recent = list(dict.fromkeys(side for sides in earlier for side in sides))
    up: list[str] = next((sides for sides in earlier if len(sides) > 1), [])
    heading = _named_in(reading.document.title or "", reading.language)
    yield from ((heading, "of heading"), (recent[:3], "three further up"), (up, "further up"))
    groups = (("within", within), ("sentence", all_), ("further up", recent[:2]), ("set further up", up))
    yield from (({*heading, *group}, f"heading and {name}") for name, group in groups)
    homes, near = _homes(frame), list(dict.fromkeys([*all_, *recent[:RECENT]]))
    for side in near:
        yield from (({party, side}, "pair with party") for party in reading.parties)
    yield from _with_homes(homes, groups, near)
    yield from _with_blocs(frame, [*all_, *recent, *reading.parties, *homes])


def _with_homes(
    homes: list[str], groups: Iterable[tuple[str, list[str]]], near: list[str]
) -> Iterator[tuple[Iterable[Side], str]]:
    """The sides that a document may be at home with, each with sets named in it and with single sides."""
    for place, home in enumerate(homes):
        yield from (({home, *group}, f"home {place} and {name}") for name, group in groups)
        yield from (({home, side}, f"home {place} pair") for side in near)


def _homes(frame: Frame) -> list[str]:
    """The sides that a document may be at home with: its author's, its publisher's, those of its dateline and head."""
    reading = frame.reading
    head = "\n".join(x.text.title() if x.text.isupper() else x.text for x in reading.lines[:HEAD])[:LONGEST_HEAD]
    named = _named_in(reading.document.publisher or "", reading.language)
    place = reading.place.country if reading.place else None
    homes = [reading.author, *named[:1], place, *_named_in(head, reading.language)[:2]]
    return list(dict.fromkeys(side for side in homes if side and side not in ("press", "joint")))[:3]


def _earlier_sides(frame: Frame) -> list[list[str]]:
    """The sides named in each of the sentences before, the nearest first."""
    return [list(dict.fromkeys(m.side for m in s.sides)) for s in frame.view.earlier(UP)]


@lru_cache(maxsize=256)
def _named_in(text: str, language: str) -> tuple[str, ...]:
    """The sides that a short text names, or whose cities it names, in reading order."""
    named = [(m.start, m.side) for m in places.sides(text, language)]
    named += [(c.start, c.country) for c in places.cities(text, language)]
    return tuple(dict.fromkeys(side for _, side in sorted(named)))


def _with_blocs(frame: Frame, near: Sequence[Side]) -> Iterator[tuple[Iterable[Side], str]]:
    """The members of a bloc that the sentence, its neighbours or the title name, with each side near by."""
    for members in frame.view.blocs:
        yield members, "bloc"
        yield from ((members | {side}, "bloc and side") for side in dict.fromkeys(near) if side and side not in members)


def _set_features(
    frame: Frame, group: frozenset[str], sources: set[str], within: list[str], all_: list[str]
) -> list[str]:
    reading = frame.reading
    inner, outer, both = set(within), set(all_), frozenset(reading.parties)
    features = [
        "sources:" + "+".join(sorted(sources & NAMED)), *sorted(sources), f"near only:{not sources & NAMED}", f"size:{min(len(group), 4)}", f"holds:{inner <= group}",
        f"share:{len(inner & group)}/{min(len(inner), 3)}", f"holds sentence:{outer <= group}",
        f"share of sentence:{len(outer & group)}/{min(len(outer), 3)}", f"parties:{len(both & group)}",
        f"parties:{group == both}:{min(len(inner), 3)}", f"author:{reading.author in group}",
        f"by:{frame.by_side in group}", f"focus:{frame.view.focus.side in group}",
    ]  # fmt: skip
    return features + [f"pronoun:{p}:{group == both}" for p in sorted(frame.pronouns)]
