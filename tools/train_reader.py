"""Train the learned part of the reader: detente/record/propose/learned/weights.npz, and its scores in cross-validation.

    python tools/train_reader.py FOLDER... [--tuned LIST] [--others PREFIX...] [--passages FILE] [--newer FILE]
        [--always FILE] [--closed FOLDER] [--aim FOLDER] [--encoders FOLDER] [--page PAGE] [--dry]

A FOLDER has documents/ and gold/ as tests/record has. --tuned names the documents that the first rules were fitted
to, a file with a document a line: the others are scored apart. --others names how the documents begin that other
hands than the rules' wrote and annotated: they are scored apart as well, and so are those of the folder --aim, the
corpus on which the aim is set. --closed has documents that train nothing:
they are read by the models of all others, and scored. --encoders has 0.bin, 1.bin and 2.bin, each trained by
tools/train_encoder.py without a third of the documents; without them no encoder is used. --dry writes no weights. A
PAGE gets the scores between its marks. FILE has passages, a line of JSON each, which train and are not scored; those of
--newer, which no encoder of --encoders has seen, are dealt to the folds by themselves and scored, and those of --always
are in no fold and train the models of each.

Documents are dealt to FOLDS by a hash of their name. For each fold the models of kinds and keys are fitted to the other
documents; what they and the rules propose in it is then judged by a final model, which is fitted to the other folds and
gives the confidence; what reaches FACT is a fact. Deterministic: the same documents give the same weights.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import reader_report as report
import reader_score as scoring
from scipy import sparse
from scipy.optimize import minimize

from detente.record.document import Document, read
from detente.record.propose import run
from detente.record.propose.code.rules import Draft
from detente.record.propose.learned import encoder as encoding
from detente.record.propose.learned import judging, slots, suggest
from detente.record.propose.learned import weights as weighing
from detente.record.propose.learned.features import KINDS
from detente.record.propose.learned.frame import Frame

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "detente" / "record" / "propose" / "learned" / "weights.npz"
FOLDS = 6
ENCODERS = 3  # each trained without the documents of FOLDS / ENCODERS folds
FACT = 0.5  # the least confidence of a fact: from there on more are right than wrong
PENALTY = {"kind": 4.0, "closed": 2.0, "open": 3.0, "final": 10.0}  # ridge, in units of a document's row
ROUNDS = {"kind": 80, "closed": 50, "open": 50, "final": 150}  # of L-BFGS
MARKS = ("<!-- scores -->", "<!-- end of scores -->")  # of the page, between which they stand
ROOM = 5_000_000  # bytes of the encoder and the weights together
# shares of a model's largest weight below which a weight is dropped, tried in turn until the file fits
LEAST = (0.03, 0.033, 0.036, 0.04, 0.045, 0.05, 0.06)
NAMES = ("participant", "name_variant")
ALL_KINDS = (*KINDS, *NAMES)

Fact = dict[str, Any]


class Row(NamedTuple):
    """A stretch of a document: its features' places, and the records it is about."""

    name: str
    places: list[int]
    gold: list[Fact]


class Choice(NamedTuple):
    """What an open key may be in a stretch: the places of each value's features, which are right, and what is asked."""

    values: list[list[int]]
    right: list[bool]
    asked: str


class Question(NamedTuple):
    """An open key of records in a stretch: its name with the kind, whose target, the alternatives, which are right."""

    name: str
    slot: str
    imposer: str | None
    options: slots.Alternatives
    right: list[bool]
    records: list[Fact]


@dataclass
class Case:
    """A document with its records, analysis, what the rules propose, and its rows and choices.

    tuned: whether the first rules were fitted to it. by_others: whether other hands than the rules' wrote it. of_aim:
    whether it is of the corpus on which the aim is set. newer: whether no encoder of cross-validation has seen it.
    """

    name: str
    document: Document
    gold: list[Fact]
    analysis: Any
    drafts: list[Draft]
    tuned: bool
    by_others: bool = False
    of_aim: bool = False
    passage: bool = False
    newer: bool = False
    rows: list[Row] = field(default_factory=list)
    choices: dict[str, list[Choice]] = field(default_factory=dict)


def load(folders: Iterable[Path], tuned: frozenset[str], others: tuple[str, ...] = ()) -> list[Case]:
    """The documents of the folders that have gold, each once; tuned: those that rules were written for.

    others: how the names of those begin that other hands wrote.
    """
    cases: dict[str, Case] = {}
    for folder in folders:
        for name in scoring.names(folder / "gold"):
            if name not in cases:
                document = read(folder / "documents" / f"{name}.txt")
                gold = scoring.records(folder / "gold" / f"{name}.jsonl", document)
                analysis, drafts = run.analysed(document)
                cases[name] = Case(name, document, gold, analysis, drafts, name in tuned, name.startswith(others))
                _prepare(cases[name])
    return list(cases.values())


def load_passages(paths: Iterable[Path]) -> list[Case]:
    """The passages of the files: each a line with its text and records, a document of its own."""
    cases = []
    for document, gold in chain.from_iterable(map(scoring.passages, paths)):
        analysis, drafts = run.analysed(document)
        cases.append(Case(document.id, document, gold, analysis, drafts, tuned=False, passage=True))
        _prepare(cases[-1])
    return cases


def _prepare(case: Case) -> None:
    blank = weighing.Weights({}, 0.0)
    scorers = judging.Scorers(blank, case.analysis, case.drafts)
    for sentence in case.analysis.reading.sentences:
        scorer = scorers.of(sentence.number)
        for stretch in scorer.stretches:
            words = scorer.view.words
            span = {"start": words[stretch.first].start, "end": words[stretch.stop - 1].end}
            gold = [r for r in case.gold if scoring.same_span(r, span)]
            case.rows.append(Row(case.name, scorer.places(stretch), gold))
            for q in questions(scorer.frame(stretch), gold):
                about = [weighing.distinct(about) for _, about in q.options]
                asked = "/".join(sorted(r["quote"] for r in q.records))
                case.choices.setdefault(q.name, []).append(Choice(about, q.right, asked))


def questions(frame: Frame, records: Sequence[Fact]) -> Iterator[Question]:
    """The open keys of the records of a stretch that have a right alternative; the target for each imposer apart."""
    for kind in sorted({r["kind"] for r in records} & slots.OPEN.keys()):
        for slot in slots.OPEN[kind]:
            for imposer, asked in _by_imposer([r for r in records if r["kind"] == kind], slot):
                wanted = [_norm(slots.value_of(r["value"], slot)) for r in asked]
                if slot == "participants":
                    wanted = [person for group in wanted for person in group]
                options = slots.alternatives(frame, kind, slot, imposer)
                right = [_norm(value) in wanted for value, _ in options]
                if any(right):
                    yield Question(f"{kind}.{slot}", slot, imposer, options, right, asked)


def _by_imposer(records: list[Fact], slot: str) -> list[tuple[str | None, list[Fact]]]:
    """The records of which a key is asked for together: those of one imposer for a target, else all."""
    if slot != "target":
        return [(None, records)]
    imposers = sorted({r["value"].get("imposer") for r in records}, key=str)
    return [(imposer, [r for r in records if r["value"].get("imposer") == imposer]) for imposer in imposers]


def _norm(value: Any) -> Any:
    """A value in a form that can be compared: the person of a speaker, names without accents."""
    if isinstance(value, tuple):
        return tuple(_norm(v) for v in value)
    if isinstance(value, frozenset):
        return frozenset(_norm(v) for v in value)
    return scoring.norm(value)


def fit(x: Any, y: Any, penalty: float, rounds: int, weight: Any = None) -> Any:
    """The weights of logistic models, one a column of y, with a ridge penalty."""
    columns = np.unique(x.indices)
    inner, outputs = x[:, columns].tocsr(), y.shape[1]
    back = inner.T.tocsr()
    w = np.ones((x.shape[0], 1)) if weight is None else weight[:, None]

    def loss(flat: Any) -> tuple[float, Any]:
        b = flat.reshape(len(columns), outputs)
        p = weighing.logistic(inner @ b)
        entropy = y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)
        return float(-(w * entropy).sum() + penalty / 2 * (b * b).sum()), (back @ (w * (p - y)) + penalty * b).ravel()

    return _spread(
        minimize(loss, np.zeros(len(columns) * outputs), jac=True, method="L-BFGS-B", options={"maxiter": rounds}),
        columns,
        outputs,
    )


def _spread(result: Any, columns: Any, outputs: int) -> Any:
    values = np.zeros((weighing.DIMENSION, outputs), np.float32)
    values[columns] = result.x.reshape(len(columns), outputs)
    return values


def fit_choices(choices: Sequence[Choice], penalty: float, rounds: int) -> Any:
    """The weights of a conditional logit: which of the values of each choice is right."""
    x = _matrix([p for c in choices for p in c.values])
    group = np.repeat(np.arange(len(choices)), [len(c.values) for c in choices])
    share = np.concatenate([np.array(c.right) / sum(c.right) for c in choices])
    often = Counter(c.asked for c in choices)
    weight = np.array([often[c.asked] ** -0.5 for c in choices])[group]
    columns = np.unique(x.indices)
    inner = x[:, columns].tocsr()
    back = inner.T.tocsr()

    def loss(b: Any) -> tuple[float, Any]:
        z = inner @ b
        top = np.full(len(choices), -np.inf)
        np.maximum.at(top, group, z)
        powers = np.exp(z - top[group])
        total = np.bincount(group, powers)
        logs = z - top[group] - np.log(total[group])
        gradient = back @ (weight * (np.exp(logs) - share)) + penalty * b
        return float(-(weight * share * logs).sum() + penalty / 2 * (b * b).sum()), gradient

    result = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    return _spread(result, columns, 1)


def _matrix(rows: Sequence[Sequence[int]]) -> Any:
    ends = np.cumsum([0, *(len(r) for r in rows)])
    places = np.fromiter((p for r in rows for p in r), np.int64, ends[-1])
    return sparse.csr_matrix((np.ones(len(places), np.float32), places, ends), (len(rows), weighing.DIMENSION))


def fit_models(cases: Sequence[Case]) -> dict[str, Any]:
    """The models of kinds and keys, without the final one."""
    rows = [row for case in cases for row in case.rows]
    x = _matrix([row.places for row in rows])
    y = np.array([[any(r["kind"] == kind for r in row.gold) for kind in KINDS] for row in rows], np.float32)
    models = {"kind": fit(x, y, PENALTY["kind"], ROUNDS["kind"])}
    for kind, key in slots.CLOSED:
        values = slots.CLOSED[kind, key].split()
        about = [i for i, row in enumerate(rows) if any(r["kind"] == kind for r in row.gold)]
        labels = [
            [any(r["kind"] == kind and r["value"].get(key, "none") == v for r in rows[i].gold) for v in values]
            for i in about
        ]
        asked = [(rows[i].name, "/".join(sorted(r["quote"] for r in rows[i].gold if r["kind"] == kind))) for i in about]
        often = Counter(asked)
        weight = np.array([often[a] ** -0.5 for a in asked])
        y_key = np.array(labels, np.float32)
        models[f"{kind}.{key}"] = fit(x[about], y_key, PENALTY["closed"], ROUNDS["closed"], weight)
    for kind, asked in slots.OPEN.items():
        for slot in asked:
            name = f"{kind}.{slot}"
            choices = [c for case in cases for c in case.choices.get(name, ())]
            models[name] = fit_choices(choices, PENALTY["open"], ROUNDS["open"])
    return models


class Pool(NamedTuple):
    """What rules and model propose in a document, the features of each draft, and whether a record has it."""

    case: Case
    drafts: list[Draft]
    features: list[dict[str, float]]
    right: list[bool]


def pool(case: Case, models: dict[str, Any], encoder: encoding.Encoder | None = None) -> Pool:
    """The drafts of a document under models, and an encoder, that were fitted without it."""
    scorers = judging.Scorers(weighing.Weights(models, 0.0), case.analysis, case.drafts, encoder)
    drafts = judging.candidates(scorers, case.drafts)
    if case.passage:  # in passages names are not annotated
        drafts = [d for d in drafts if d.kind not in NAMES]
    features = [_marked(case, row) for row in judging.describe(scorers, drafts)]
    right = [
        any(r["kind"] == f["kind"] and scoring.same_span(r, f) and not scoring.differing(r, f) for r in case.gold)
        for f in map(_fact, drafts)
    ]
    return Pool(case, drafts, features, right)


def _marked(case: Case, row: weighing.Features) -> dict[str, float]:
    """The features of a draft; those of a rule's in a document that rules were written for count apart as well.

    There a rule is right more often than elsewhere: the copies take that up, and the reader never has them.
    """
    marked = dict(row)
    if case.tuned and "source:rule" in row:
        marked |= {f"tuned {name}": value for name, value in row.items()}
    return marked


def _fact(d: Draft) -> Fact:
    return {"kind": d.kind, "start": d.start, "end": d.end, "value": d.value, "rule": d.rule}


def fit_final(pools: Sequence[Pool]) -> Any:
    """The weights of the final model."""
    x = _final_matrix([row for p in pools for row in p.features])
    y = np.array([[r] for p in pools for r in p.right], np.float32)
    return fit(x, y, PENALTY["final"], ROUNDS["final"])


def _final_matrix(features: Sequence[dict[str, float]]) -> Any:
    ends = np.cumsum([0, *(len(row) for row in features)])
    places = [weighing.place(f) for row in features for f in row]
    values = np.array([v for row in features for v in row.values()], np.float32)
    return sparse.csr_matrix((values, places, ends), (len(features), weighing.DIMENSION))


def judged(p: Pool, final: Any) -> list[Draft]:
    """The drafts of a document with their confidence."""
    chances = weighing.logistic(_final_matrix(p.features) @ final)[:, 0] if p.features else []
    return [suggest.with_confidence(d, float(c)) for d, c in zip(p.drafts, chances, strict=True)]


def tally(
    pools: Iterable[tuple[Case, list[Draft]]], least: float | dict[str, float], kinds: Iterable[str]
) -> report.Row:
    """The counts of the facts at a threshold, or at one by document."""
    examples = []
    for case, drafts in pools:
        bound = least[case.name] if isinstance(least, dict) else least
        facts = [_fact(d) for d in judging.parted(drafts, bound).facts]
        examples.append(scoring.Example(case.document, True, case.gold, facts))
    return report.row(report.judge(examples), kinds)


def folds(cases: Sequence[Case]) -> dict[str, int]:
    """The fold of each document: by rank of a hash of its name."""
    ranked = sorted(cases, key=lambda c: hashlib.sha256(c.name.encode()).hexdigest())
    return {case.name: i % FOLDS for i, case in enumerate(ranked)}


def read_closed(
    cases: Sequence[Case], models: dict[str, Any], final: Any, encoder: encoding.Encoder | None
) -> list[tuple[Case, list[Draft]]]:
    """The drafts of documents that trained nothing, under the models of all others."""
    return [(case, judged(pool(case, models, encoder), final)) for case in cases]


def read_encoders(folder: Path | None) -> list[encoding.Encoder | None]:
    """The encoders of cross-validation, by the part of the documents that each never saw."""
    return [encoding.read((folder / f"{k}.bin").read_bytes()) if folder else None for k in range(ENCODERS)]


def cross_validate(
    cases: Sequence[Case], encoders: Sequence[encoding.Encoder | None], always: Sequence[Case] = ()
) -> tuple[list[Pool], list[tuple[Case, list[Draft]]], dict[str, float]]:
    """For each document what is proposed by models that never saw it, and the least confidence of a fact.

    always: the passages that train the models of each fold.
    """
    part = folds([c for c in cases if not c.newer]) | folds([c for c in cases if c.newer])
    pools: list[Pool] = []
    for k in range(FOLDS):
        models = fit_models([*(c for c in cases if part[c.name] != k), *always])
        pools += [pool(c, models, encoders[k % ENCODERS]) for c in cases if part[c.name] == k]
        print(f"fold {k + 1} of {FOLDS}", file=sys.stderr)
    out: list[tuple[Case, list[Draft]]] = []
    bounds: dict[str, float] = {}
    for k in range(FOLDS):
        others = [p for p in pools if part[p.case.name] != k]
        final = fit_final(others)
        for p in pools:
            if part[p.case.name] == k:
                out.append((p.case, judged(p, final)))
                bounds[p.case.name] = FACT
    return pools, out, bounds


def summary(
    out: list[tuple[Case, list[Draft]]], closed: list[tuple[Case, list[Draft]]], bounds: dict[str, float]
) -> dict[str, Any]:
    """The scores by kind and language: of all documents, those of no first rule, by other hands, newest and closed."""
    whole = [x for x in out if not x[0].passage]
    parts = {
        "all": whole,
        "without the first rules' own": [x for x in whole if not x[0].tuned],
        "by other hands": [x for x in whole if x[0].by_others],
        "the corpus of the aim": [x for x in whole if x[0].of_aim],
        "the newest passages": [x for x in out if x[0].newer],
        "closed test": closed,
    }
    scores: dict[str, Any] = {}
    for name, part in parts.items():
        if not part:
            continue
        rows = {kind: tally(part, bounds, [kind]) for kind in ALL_KINDS}
        rows |= {f"without names at {t}": tally(part, t, KINDS) for t in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)}
        rows |= {"all kinds": tally(part, bounds, ALL_KINDS), "without names": tally(part, bounds, KINDS)}
        for language in sorted({c.document.language for c, _ in part}):
            inside = [x for x in part if x[0].document.language == language]
            rows[f"without names, {language}"] = tally(inside, bounds, KINDS)
        raw = [(c, c.drafts) for c, _ in part]
        rows["without names, rules unjudged"] = tally(raw, 0.0, KINDS)
        scores[name] = {"documents": len(part), "rows": {k: row._asdict() for k, row in rows.items()}}
    return scores


def text(scores: dict[str, Any]) -> str:
    """The scores as tables."""
    lines = []
    for name, part in scores.items():
        lines.append(f"{name}, {part['documents']} documents")
        lines.append(f"{'':<32} {'gold':>6} {'given':>6} {'recall':>7} {'precis.':>7} {'F1':>6} {'wrong':>7}")
        lines += [f"{row:<32} {report.Row(**counts).text()}" for row, counts in part["rows"].items()]
    return "\n".join(lines)


def calibration(out: list[tuple[Case, list[Draft]]]) -> list[tuple[float, int, float, float]]:
    """By tenth of confidence: drafts, mean confidence, share that a record has."""
    pairs = []
    for case, drafts in out:
        for d in judging.without_rivals(drafts):
            f = _fact(d)
            right = any(
                r["kind"] == d.kind and scoring.same_span(r, f) and not scoring.differing(r, f) for r in case.gold
            )
            pairs.append((d.confidence, right))
    table = []
    for tenth in range(10):
        inside = [(c, r) for c, r in pairs if tenth / 10 <= c < (tenth + 1) / 10 or (tenth == 9 and c == 1)]
        if inside:
            sure, right = zip(*inside, strict=True)
            table.append((tenth / 10, len(inside), sum(sure) / len(sure), sum(right) / len(right)))
    return table


def table(scores: dict[str, Any], calibrated: list[tuple[float, int, float, float]]) -> str:
    """The scores as Markdown, for docs/models/reader.md."""
    lines = []
    for name, part in scores.items():
        lines += [f"**{name.capitalize()}: {part['documents']} documents**", ""]
        lines += ["| | records | proposed | recall | precision | F1 | wrong |", "|---|---|---|---|---|---|---|"]
        for title, counts in part["rows"].items():
            lines.append(f"| {title} | " + " | ".join(report.Row(**counts).text().split()) + " |")
        lines.append("")
    lines += ["**Confidence**", "", "| from | drafts | mean confidence | right |", "|---|---|---|---|"]
    lines += [f"| {low:.1f} | {count} | {mean:.2f} | {share:.2f} |" for low, count, mean, share in calibrated]
    return "\n".join(lines)


def save(weights: weighing.Weights) -> float:
    """Write the weights; the share of the largest below which they had to be dropped for the file to have room."""
    encoder = OUT.with_name("encoder.bin")
    room = ROOM - (encoder.stat().st_size if encoder.is_file() else 0)
    for least in LEAST:
        weighing.save(OUT, weights, least)
        if OUT.stat().st_size <= room:
            return least
    raise ValueError(f"{OUT.name}: over {room} bytes with weights from {LEAST[-1]} on; drop more")


def write_page(page: Path, scores: str) -> None:
    """Put the scores between the marks of a page."""
    head, _, rest = page.read_text("utf-8").partition(MARKS[0])
    page.write_text(f"{head}{MARKS[0]}\n\n{scores}\n\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8")


def main(arguments: list[str]) -> int:
    """Train, score and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--passages", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--newer", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--always", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--tuned", type=Path, metavar="LIST")
    parser.add_argument("--others", action="append", default=[], metavar="PREFIX")
    parser.add_argument("--closed", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--aim", type=Path, metavar="FOLDER")
    parser.add_argument("--encoders", type=Path, metavar="FOLDER")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--dry", action="store_true")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    tuned = frozenset(options.tuned.read_text("utf-8").split()) if options.tuned else frozenset[str]()
    cases = load(options.folders, tuned, tuple(options.others))
    aimed = frozenset(scoring.names(options.aim / "gold")) if options.aim else frozenset[str]()
    for case in cases:
        case.of_aim = case.name in aimed
    cases += load_passages(options.passages)
    newer = load_passages(options.newer)
    for case in newer:
        case.newer, case.name = True, f"newer {case.name}"
    cases += newer
    always = load_passages(options.always)
    pools, out, bounds = cross_validate(cases, read_encoders(options.encoders), always)
    whole = [x for x in out if not x[0].passage]
    others = [x for x in whole if x[0].by_others] or [x for x in whole if not x[0].tuned]
    models, final = fit_models([*cases, *always]), fit_final(pools)
    shipped = encoding.shipped() if options.encoders else None
    closed = read_closed(load(options.closed, frozenset()), models, final, shipped)
    scores = summary(out, closed, bounds | {case.name: FACT for case, _ in closed})
    print(text(scores))
    for low, count, mean, share in calibration(others):
        print(f"confidence from {low:.1f}: {count:5} drafts, mean {mean:.2f}, right {share:.2f}")
    if not options.dry:
        least = save(weighing.Weights(models | {"final": final}, FACT))
        print(f"{OUT.name}: {OUT.stat().st_size / 1024:.0f} kB, weights from {least}, threshold {FACT}")
    if options.page:
        write_page(options.page, table(scores, calibration(others)))
    records = sum(len(c.gold) for c in [*cases, *always])
    took = time.perf_counter() - start
    print(f"{len(cases) + len(always)} documents, {records} records, {took:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
