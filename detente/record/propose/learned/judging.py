"""How sure a draft is: the probability that its kind and keys are right, and which drafts are facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from detente.record.propose.code.rules import Draft
from detente.record.propose.learned import encoder as encoding
from detente.record.propose.learned import slots, suggest
from detente.record.propose.learned.evidence import Surroundings, evidence
from detente.record.propose.learned.features import KINDS
from detente.record.propose.learned.scorer import Scorer
from detente.record.propose.learned.weights import Features, Weights, logistic, places, shipped
from detente.record.propose.learned.words import View
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.twin import NO_TWIN, Twin

SENTENCES = 500  # at the beginning of a document, for which the model suggests drafts of its own
BLOCK = 1000  # characters of the stretches in which drafts are looked for
POSSIBLE = 0.2  # confidence below which a draft is not shown at all
FLOOR = 1e-3  # the share of a value that the model does not think of
SEVERAL = ("measure", "confirmation", "threat", "participant", "name_variant", "agenda_item")  # of one stretch
COMPARED = {"statement": ("speaker", "side")}


class Judgement(NamedTuple):
    """Drafts with their confidence: those sure enough to be facts, and those merely possible."""

    facts: tuple[Draft, ...]
    possible: tuple[Draft, ...]


def confidence(analysis: Analysis, drafts: list[Draft]) -> list[float]:
    """The probability that each draft is right; that of its rule where the package has no weights."""
    weights = shipped()
    if weights is None:
        return [d.confidence for d in drafts]
    return _probabilities(weights, Scorers(weights, analysis, drafts, encoding.shipped()), drafts)


def judge(analysis: Analysis, drafts: list[Draft], pair: Twin = NO_TWIN) -> Judgement:
    """The drafts of rules and of the model, parted into facts and possible ones; all are facts without weights.

    pair: the processes that share the work.
    """
    weights = shipped()
    if weights is None:
        return Judgement(tuple(drafts), ())
    scorers = Scorers(weights, analysis, drafts, encoding.shipped())
    everything = candidates(scorers, drafts, pair)
    chances = _probabilities(weights, scorers, everything, pair)
    return parted(list(map(suggest.with_confidence, everything, chances)), weights.threshold)


def parted(drafts: list[Draft], least: float) -> Judgement:
    """Drafts with their confidence as facts and possible ones; least: the confidence of a fact."""
    kept = without_rivals(drafts)
    facts = tuple(d for d in kept if d.confidence >= least)
    return Judgement(facts, tuple(d for d in kept if POSSIBLE <= d.confidence < least))


class Scorers:
    """The scorers of a document's sentences, made when asked for; drafts: what the rules make of the document."""

    def __init__(
        self, weights: Weights, analysis: Analysis, drafts: Sequence[Draft], encoder: encoding.Encoder | None = None
    ) -> None:
        self.weights, self.analysis, self.encoder = weights, analysis, encoder
        self._made: dict[int, Scorer] = {}
        self._around: dict[int, Surroundings] = {}
        self._ruled = self.starting([d for d in drafts if d.kind in KINDS])

    def of(self, number: int) -> Scorer:
        """The scorer of a sentence."""
        if number not in self._made:
            sentence = self.analysis.reading.sentences[number]
            self._made[number] = Scorer(self.weights, View(self.analysis, sentence, self._ruled[number]), self.encoder)
        return self._made[number]

    def surroundings(self, scorer: Scorer) -> Surroundings:
        """What the sentence of a scorer holds around its drafts."""
        number = scorer.view.sentence.number
        if number not in self._around:
            self._around[number] = Surroundings(scorer.view)
        return self._around[number]

    def around(self, draft: Draft) -> Scorer | None:
        """The scorer of the sentence in which a draft starts."""
        sentence = self.analysis.reading.sentence_at(draft.start)
        return self.of(sentence.number) if sentence else None

    def starting(self, drafts: Sequence[Draft]) -> list[list[Draft]]:
        """The drafts that start in each sentence, and at last those that start in none."""
        sentences = self.analysis.reading.sentences
        out: list[list[Draft]] = [[] for _ in range(len(sentences) + 1)]
        for d in drafts:
            sentence = self.analysis.reading.sentence_at(d.start)
            out[sentence.number if sentence else -1].append(d)
        return out


def candidates(scorers: Scorers, drafts: list[Draft], pair: Twin = NO_TWIN) -> list[Draft]:
    """The drafts of the rules, each also with a key as the model has it, and those of the model that say something else."""
    ruled = scorers.starting(drafts)

    def of_sentence(number: int) -> tuple[list[Draft], list[Draft]]:
        own = suggest.suggest(scorers.of(number)) if number < SENTENCES else []
        return own, [
            r for d in ruled[number] if scorers.of(number).view.words for r in suggest.revised(scorers.of(number), d)
        ]

    by_sentence = pair.spread(of_sentence, range(len(ruled) - 1))
    own = [d for part, _ in by_sentence for d in part]
    near = Neighbours(drafts)
    revised = [r for _, part in by_sentence for r in part if not any(_same(r, other) for other in near.of(r))]
    for r in revised:
        near.add(r)
    return [*drafts, *revised, *(d for d in own if not any(_same(d, other) for other in near.of(d)))]


class Neighbours:
    """Drafts by kind and place, so that those which overlap one are looked for near it alone."""

    def __init__(self, drafts: Iterable[Draft] = ()) -> None:
        self.last: dict[str, int] = {}  # where the last draft of each kind starts
        self._blocks: dict[tuple[str, int], list[Draft]] = {}
        for d in drafts:
            self.add(d)

    def add(self, draft: Draft) -> None:
        """Keep a draft."""
        self.last[draft.kind] = max(draft.start, self.last.get(draft.kind, -1))
        for key in self._keys(draft):
            self._blocks.setdefault(key, []).append(draft)

    def of(self, draft: Draft) -> Iterator[Draft]:
        """The other drafts of the kind that overlap one."""
        seen: set[int] = set()
        for key in self._keys(draft):
            for other in self._blocks.get(key, ()):
                if other is not draft and id(other) not in seen and _overlap(draft, other):
                    seen.add(id(other))
                    yield other

    @staticmethod
    def _keys(draft: Draft) -> Iterator[tuple[str, int]]:
        blocks = range(draft.start // BLOCK, (max(draft.end, draft.start + 1) - 1) // BLOCK + 1)
        yield from ((draft.kind, block) for block in blocks)


def _overlap(a: Draft, b: Draft) -> bool:
    return min(a.end, b.end) > max(a.start, b.start)


@cache
def _keys(kind: str) -> tuple[str, ...]:
    return COMPARED.get(kind, ()) or tuple(_all_keys(kind))


def _all_keys(kind: str) -> Iterator[str]:
    yield from slots.closed(kind)
    for slot in slots.OPEN.get(kind, ()):
        yield from ("rate_pct", "rate_pp") if slot == "rate" else ("start", "end") if slot == "start" else (slot,)


def _same(a: Draft, b: Draft) -> bool:
    """Whether two drafts say the same of overlapping words."""
    return _overlap(a, b) and all(_plain(a.value.get(k)) == _plain(b.value.get(k)) for k in _keys(a.kind))


def _plain(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list | tuple) else value


def without_rivals(drafts: list[Draft]) -> list[Draft]:
    """Without drafts that overlap a surer one of their kind, unless both can be or rules made both; in their order."""
    kept: list[Draft] = []
    near = Neighbours()
    for d in sorted(drafts, key=lambda d: -d.confidence):
        if not any(_rival(d, other) for other in near.of(d)):
            kept.append(d)
            near.add(d)
    return sorted(kept, key=lambda d: (d.start, d.end, d.kind))


def _own(draft: Draft) -> bool:
    """Whether the model made it."""
    return (draft.rule or "").startswith("model.")


def _rival(draft: Draft, other: Draft) -> bool:
    """Whether of two drafts that overlap one alone can be kept."""
    same_stretch = (draft.start, draft.end) == (other.start, other.end)
    if suggest.is_revised(draft) or suggest.is_revised(other):
        return same_stretch or _own(draft) or _own(other)
    is_one = not same_stretch or draft.kind not in SEVERAL or _agree(draft, other)
    return (_own(draft) or _own(other)) and is_one


def _agree(draft: Draft, other: Draft) -> bool:
    """Whether two drafts have the same in every key that both have: one only says more."""
    a, b = ({k: _plain(d.value[k]) for k in _keys(d.kind) if d.value.get(k) is not None} for d in (draft, other))
    return all(a[k] == b[k] for k in a.keys() & b.keys())


def _probabilities(weights: Weights, scorers: Scorers, drafts: list[Draft], pair: Twin = NO_TWIN) -> list[float]:
    model, near, by_sentence = weights.columns["final"], Neighbours(drafts), scorers.starting(drafts)

    def score(d: Draft) -> float:
        row = _described(scorers, near, d)
        return float(np.add.accumulate(model.take(places(row)) * np.fromiter(row.values(), np.float32))[-1])

    scores = pair.spread(lambda number: [score(d) for d in by_sentence[number]], range(len(by_sentence)))
    of_draft = {id(d): s for part, row in zip(by_sentence, scores, strict=True) for d, s in zip(part, row, strict=True)}
    chances: list[float] = logistic(np.array([of_draft[id(d)] for d in drafts], np.float32)).tolist()
    return chances


def describe(scorers: Scorers, drafts: list[Draft]) -> list[Features]:
    """The features of each draft: its rule, what the model thinks of its kind and keys, what the others say."""
    near = Neighbours(drafts)
    return [_described(scorers, near, d) for d in drafts]


def _described(scorers: Scorers, near: Neighbours, d: Draft) -> Features:
    row: dict[str, float] = {"always": 1.0, f"kind:{d.kind}": 1.0}
    row |= _of_rule(d) | _of_others(d, near.of(d)) | _size(scorers.analysis) | of_headline(scorers.analysis, near, d)
    scorer = scorers.around(d)
    if scorer is not None and scorer.view.words:
        row |= _of_sentence(scorer, d)
        row |= evidence(scorer, scorers.surroundings(scorer), d)
        if d.kind in KINDS:
            row |= _of_model(scorer, d)
    return row


def _size(analysis: Analysis) -> dict[str, float]:
    """Whether the document is one sentence, a few or more: alone, a sentence has no other that it leans on."""
    count = len(analysis.reading.sentences)
    return {f"sentences:{'one' if count == 1 else 'few' if count < 4 else 'more'}": 1.0}


def of_headline(analysis: Analysis, near: Neighbours, d: Draft) -> dict[str, float]:
    """Whether a headline has it, and the text below has something of its kind: the guide records that alone."""
    body = analysis.reading.body
    is_said_again = d.start < body <= near.last.get(d.kind, -1)
    return {"headline": 1.0, f"headline:{d.kind}": 1.0} if is_said_again else {}


def _of_rule(d: Draft) -> dict[str, float]:
    rule, _, key = (d.rule or "none").partition(suggest.REVISED)
    source = "model" if _own(d) else "rule"
    row = {f"rule:{rule}": 1.0, f"source:{source}": 1.0, f"source:{source}:{d.kind}": 1.0}
    if key:
        row |= {"revised": 1.0, f"revised:{d.kind}:{key}": 1.0}
    if source == "rule":
        row |= {"own": d.confidence, f"own:{d.kind}": d.confidence}
    for key in ("status", "stage", "type", "topic"):
        if key in d.value:
            row[f"{d.kind}:{key}:{d.value[key]}"] = 1.0
    for key in (
        "rate_pct",
        "expiry",
        "new_expiry",
        "date",
        "start",
        "city",
        "effective",
        "imposer",
        "target",
        "speaker",
    ):
        if key in d.value:
            row[f"{d.kind}:{key}:{d.value[key] is not None}"] = 1.0
    return row


def _of_others(d: Draft, others: Iterable[Draft]) -> dict[str, float]:
    """Whether other drafts of the kind overlap it, and agree."""
    row: dict[str, float] = {}
    own = _own(d)
    for other in others:
        name = "agrees" if _same(d, other) else "rival"
        alike = own == _own(other)
        row |= {f"{name}:{own}:{alike}": 1.0, f"{name}:{own}:{alike}:{d.kind}": 1.0}
    return row


def _of_sentence(scorer: Scorer, d: Draft) -> dict[str, float]:
    view = scorer.view
    by = view.by(d.end - 1)
    stretch = view.stretch(d.start, d.end)
    return {
        f"lang:{view.reading.language}": 1.0, f"lang:{view.reading.language}:{d.kind}": 1.0,
        f"official:{view.reading.official}": 1.0, f"official:{view.reading.official}:{d.kind}": 1.0,
        f"by:{by.mode}": 1.0, f"by:{by.mode}:{d.kind}": 1.0, f"question:{view.is_question}": 1.0,
        f"whole:{stretch.run == 0}": 1.0, "long": min(stretch.stop - stretch.first, 40) / 20,
    }  # fmt: skip


def _of_model(scorer: Scorer, d: Draft) -> dict[str, float]:
    """What the model thinks of the draft: log-odds of its kind there, log shares of its keys."""
    stretch = scorer.view.stretch(d.start, d.end)
    number = KINDS.index(d.kind)
    chances = scorer.kinds([stretch])[0].tolist()
    odds = _log_odds(chances.pop(number))
    other = _log_odds(max(chances))
    row = {"odds": odds, f"odds:{d.kind}": odds, "other": other, f"other:{d.kind}": other}
    logs = dict(_shares(scorer, d, stretch))
    total = sum(logs.values())
    row |= {f"share:{slot}:{d.kind}": log for slot, log in logs.items()}
    row |= {"total": total, f"total:{d.kind}": total, "least": min(logs.values(), default=0.0)}
    return row


def _log_odds(chance: float) -> float:
    chance = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(chance / (1 - chance))


def _shares(scorer: Scorer, d: Draft, stretch: Any) -> Iterator[tuple[str, float]]:
    """For each key the logarithm of the share that the model gives to the draft's value."""
    for key in slots.closed(d.kind):
        value = d.value.get(key, "none")
        yield key, _log_share(scorer.closed(d.kind, key, stretch), value)
    for slot in slots.OPEN.get(d.kind, ()):
        imposer = d.value.get("imposer") if slot == "target" else None
        value = slots.value_of(d.value, slot)
        shares = scorer.open(d.kind, slot, stretch, imposer)
        if slot == "participants":
            yield slot, max((_log_share(shares, name) for name in value), default=math.log(0.5))
        else:
            yield slot, _log_share(shares, value)


def _log_share(shares: list[tuple[Any, float]], value: Any) -> float:
    share = next((s for v, s in shares if v == value), 0.0)
    return math.log(max(share, FLOOR))
