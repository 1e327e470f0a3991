"""What of a sentence says which kinds of fact a stretch of it holds: features of words and of the stretch."""

from __future__ import annotations

from collections.abc import Iterator

from detente.record.propose.annotate.words import vocabulary
from detente.record.propose.code.agenda_item import topics_of
from detente.record.propose.learned.weights import places
from detente.record.propose.learned.words import Stretch, View

KINDS = (
    "meeting", "planned_meeting", "confirmation", "statement", "measure", "threat", "truce", "extension",
    "agreement_stage", "agenda_item",
)  # fmt: skip
CODED = ("type", "status", "stage", "topic", "mode_of_contact")
COUNTED = ("PERSON", "CITY", "TIME", "SIDE", "RATE", "LENGTH")


def word_features(view: View) -> tuple[list[list[int]], list[list[int]]]:
    """For each word of a sentence its places in the hash: of a word within a stretch, and of a word beside one."""
    within: list[list[int]] = []
    beside: list[list[int]] = []
    marks = _marks(view)
    earlier, before = "<>", "<>"
    chinese = view.reading.language == "zh"
    for i, word in enumerate(view.words):
        features = [f"w:{word.form}", f"b:{before} {word.form}"]
        features.append(f"t:{earlier}{before}{word.form}" if chinese else f"k:{earlier} _ {word.form}")
        context = [f"o:{word.form}", f"ob:{before}{word.form}"] if chinese else [f"o:{word.form}"]
        if not chinese and len(word.form) > 4 and word.kind == "word":
            features += [f"s5:{word.form[:5]}", f"s4:{word.form[:4]}"]
            context += [f"o5:{word.form[:5]}"]
        within.append(places(features + marks.get(i, [])))
        beside.append(places(context + [f"o{m}" for m in marks.get(i, []) if m[0] in "cn"]))
        earlier, before = before, word.form
    return within, beside


def _marks(view: View) -> dict[int, list[str]]:
    """By word: the concepts of verbs and nouns, and what the text says of a predicate."""
    marks: dict[int, list[str]] = {}
    known = vocabulary(view.reading.language)
    for i, word in enumerate(view.words):
        if word.kind == "word" and (verbs := known.verbs.get(word.form)):
            marks.setdefault(i, []).append(f"c:{verbs[0].concept}")
    for term in view.sentence.terms:
        marks.setdefault(view.word_at(term.start), []).append(f"n:{term.concept}")
    for p in view.predicates:
        modality = view.analysis.modality(view.sentence, p)
        marks.setdefault(view.word_at(p.start), []).extend(
            [f"p:{p.concept}:{modality}", f"p:{p.concept}:{p.voice}:{p.tense}", f"m:{modality}"]
        )
    return marks


def count(number: int) -> str:
    """A number in a few steps."""
    return str(number) if number < 3 else "3+" if number < 6 else "6+"


def stretch_features(view: View, stretch: Stretch) -> list[str]:
    """What is to be said of a stretch as a whole."""
    words, first, stop = view.words, stretch.first, stretch.stop
    by = view.by(words[stop - 1].end - 1)
    lead = view.reading.text[view.sentence.piece.start : words[first].start]
    quoted = lead.count('"') % 2 == 1 or lead.count("“") > lead.count("”")
    side = by.side if by.side in ("press", "joint", None) else "side"
    return [
        "always", f"lang:{view.reading.language}", f"run:{stretch.run}", f"long:{min((stop - first) // 3, 12)}",
        f"official:{view.reading.official}", f"first:{words[first].form}", f"last:{words[stop - 1].form}",
        f"opening:{words[0].form}", f"opens:{view.sentence.opens}", f"sentence:{min(len(words) // 8, 8)}",
        f"question:{view.is_question}", f"quoted:{quoted}", f"before:{view.form(first - 1)}",
        f"after:{view.form(stop)}", f"by:{by.mode}:{side}:{by.name is not None}", *_counts(view, stretch), *_days(view, stretch),
        *_topics(view, stretch), *_drafted(view, stretch),
    ]  # fmt: skip


def _topics(view: View, stretch: Stretch) -> Iterator[str]:
    """The topics that a stretch names: the first of the list, and each."""
    words = view.reading.text[view.words[stretch.first].start : view.words[stretch.stop - 1].end]
    named = list(topics_of(words, view.reading.language))
    yield f"topic first:{named[0] if named else None}"
    yield from (f"topic:{name}" for name in named)


def _drafted(view: View, stretch: Stretch) -> Iterator[str]:
    """What the rules make of a stretch: the kinds, the rules, the values of closed keys."""
    for draft in view.drafted(stretch):
        yield from (f"d:{draft.kind}", f"d:{draft.rule}")
        yield from (f"d:{draft.kind}.{key}:{draft.value[key]}" for key in CODED if key in draft.value)


def stretch_places(view: View, stretch: Stretch) -> list[int]:
    """The places in the hash of what is to be said of a stretch as a whole, worked out once."""
    if stretch not in view.of_stretches:
        view.of_stretches[stretch] = places(stretch_features(view, stretch))
    return view.of_stretches[stretch]


def _days(view: View, stretch: Stretch) -> Iterator[str]:
    """Whether the days named within and beside are past or to come, seen from the day of the document."""
    for where, inside in (("within", True), ("beside", False)):
        days = {day for i, day in view.days if (stretch.first <= i < stretch.stop) == inside}
        yield f"days {where}:{'+'.join(sorted(days))}"


def _counts(view: View, stretch: Stretch) -> Iterator[str]:
    signs = [w.kind for w in view.words[stretch.first : stretch.stop]]
    for sign in COUNTED:
        yield f"n{sign}:{count(signs.count(sign))}"
