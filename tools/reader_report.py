"""Where the reader is right and where it is wrong: per rule, kind and language, against hand-made records.

    reader_report.py [--corpus DIR]... [--only LIST] [--fold K/N] [--misses] [--kinds K,K] [--aggregate-only]
    reader_report.py --passages FILE [--judged] [--misses] [--aggregate-only]

Without --corpus the documents of tests/record are read; each --corpus DIR adds DIR/documents with DIR/gold. --passages
reads those of a file instead, whose records name no persons: the row "without names" counts. LIST is a file with a
document a line, or names with commas between. --misses lists what was missed and what is wrong, in context.
--aggregate-only prints counts alone, for documents that a writer of rules shall not look into. What the rules make of a
document is counted, however sure they are; --judged counts the facts alone, which the shipped model has chosen: it was
trained on these documents, so for it the scores in cross-validation of docs/models/reader.md count, not these.

A proposal that matches no record is one of: `span`, its fact is recorded, with another quote or already matched; `key`,
a record of its kind overlaps it and a key differs; `kind`, only records of other kinds overlap it; `none`, no record
does. All but the first are wrong facts. Precision is over documents whose header says that they are exhaustive.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from reader_score import KEYS, NAMES, Example, Fact, by_rules, differing, examples, match, names, overlap, passages

from detente.record.propose import facts

ROOT = Path(__file__).resolve().parents[1]
KNOWN = ROOT / "tests" / "record"
INDEPENDENT = 2  # documents in which a rule fires, or it is named
CONTEXT = 60  # characters on each side of a quote


class Verdict(NamedTuple):
    """A proposal judged: right, span, key, kind or none; the record it was judged by; the keys that differ."""

    outcome: str
    record: Fact | None = None
    keys: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether it asserts what no record does."""
        return self.outcome in ("key", "kind", "none")


class Row(NamedTuple):
    """Counts of one line of a table: records, records found, proposals, right ones, wrong ones."""

    wanted: int = 0
    hits: int = 0
    given: int = 0
    right: int = 0
    wrong: int = 0

    def text(self) -> str:
        """Records, recall, precision, F1 and the share of wrong facts."""
        precision = self.right / self.given if self.given else float("nan")
        recall = self.hits / self.wanted if self.wanted else float("nan")
        share = self.wrong / self.given if self.given else float("nan")
        f = 2 * precision * recall / (precision + recall) if self.right and self.hits else 0.0
        return f"{self.wanted:6} {self.given:6} {recall:7.2f} {precision:7.2f} {f:6.2f} {share:7.2f}"


def verdicts(example: Example) -> list[Verdict]:
    """What each proposal of a document is, against its records."""
    taken = {j: i for i, j in match(example.gold, example.proposals).items()}
    return [
        Verdict("right", example.gold[taken[j]]) if j in taken else _unmatched(example.gold, p)
        for j, p in enumerate(example.proposals)
    ]


def _unmatched(gold: list[Fact], proposal: Fact) -> Verdict:
    near = sorted((r for r in gold if overlap(r, proposal) > 0), key=lambda r: -overlap(r, proposal))
    alike = [r for r in near if r["kind"] == proposal["kind"]]
    same = next((r for r in alike if not differing(r, proposal)), None)
    if same is not None:
        return Verdict("span", same)
    if alike:
        nearest = min(alike, key=lambda r: len(differing(r, proposal)))
        return Verdict("key", nearest, differing(nearest, proposal))
    return Verdict("kind", near[0]) if near else Verdict("none")


def rule_of(fact: Fact) -> str:
    """The id of the rule or model that made a proposal, or its kind where none is given."""
    return str(fact.get("rule") or f"({fact['kind']})")


class Judged(NamedTuple):
    """A document with a verdict on each proposal and the numbers of the records found."""

    example: Example
    verdicts: list[Verdict]
    matched: frozenset[int]


def judge(read: Iterable[Example]) -> list[Judged]:
    """Each document with its verdicts."""
    return [Judged(e, verdicts(e), frozenset(match(e.gold, e.proposals))) for e in read]


def row(judged: Iterable[Judged], kinds: Iterable[str]) -> Row:
    """The counts over some kinds; precision and wrong facts over exhaustive documents alone."""
    chosen, counts = frozenset(kinds), Counter[str]()
    for document in judged:
        example = document.example
        for i, r in enumerate(example.gold):
            if r["kind"] in chosen:
                counts["wanted"] += 1
                counts["hits"] += i in document.matched
        for p, v in zip(example.proposals, document.verdicts, strict=True):
            if example.exhaustive and p["kind"] in chosen:
                counts["given"] += 1
                counts["right"] += v.outcome == "right"
                counts["wrong"] += v.wrong
    return Row(**counts)


def aggregate(judged: list[Judged]) -> list[str]:
    """The table by kind and by language."""
    acts = [k for k in KEYS if k not in NAMES]
    lines = [f"{'':<22} {'gold':>6} {'given':>6} {'recall':>7} {'precis.':>7} {'F1':>6} {'wrong':>7}"]
    lines += [f"{kind:<22} {row(judged, [kind]).text()}" for kind in KEYS]
    lines += [f"{'all kinds':<22} {row(judged, KEYS).text()}", f"{'without names':<22} {row(judged, acts).text()}", ""]
    languages = sorted({d.example.document.language for d in judged})
    for language in languages:
        part = [d for d in judged if d.example.document.language == language]
        lines.append(f"{f'{language}, {len(part)} documents':<22} {row(part, KEYS).text()}")
        lines.append(f"{'    without names':<22} {row(part, acts).text()}")
    return lines


def by_rule(judged: list[Judged]) -> list[str]:
    """Hits and precision of each rule, and the rules that fire in too few documents."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, set[str]] = defaultdict(set)
    for document in judged:
        for p, v in zip(document.example.proposals, document.verdicts, strict=True):
            counts[rule_of(p)][v.outcome] += 1
            where[rule_of(p)].add(document.example.document.id)
    lines = [f"{'rule':<44} {'docs':>5} {'hits':>5} {'right':>6} {'prec.':>6}   wrong: key kind none   span"]
    for rule in sorted(counts, key=lambda r: (r.split(".")[0], -sum(counts[r].values()))):
        c, total = counts[rule], sum(counts[rule].values())
        lines.append(
            f"{rule[:44]:<44} {len(where[rule]):5} {total:5} {c['right']:6} {c['right'] / total:6.2f}"
            f"{c['key']:13} {c['kind']:4} {c['none']:4} {c['span']:6}"
        )
    rare = [rule for rule in sorted(counts) if len(where[rule]) < INDEPENDENT]
    if rare:
        lines += ["", f"fire in fewer than {INDEPENDENT} documents: {', '.join(rare)}"]
    return lines


def _wrong(judged: Iterable[Judged]) -> Iterator[tuple[Fact, Verdict]]:
    for document in judged:
        if document.example.exhaustive:
            pairs = zip(document.example.proposals, document.verdicts, strict=True)
            yield from ((p, v) for p, v in pairs if v.wrong)


def confusion(judged: list[Judged]) -> list[str]:
    """For the wrong proposals of each kind: which kinds of records overlap them, and which keys differ."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    keys: dict[str, Counter[str]] = defaultdict(Counter)
    for p, v in _wrong(judged):
        kinds[p["kind"]][v.record["kind"] if v.record else "nothing"] += 1
        keys[p["kind"]].update(v.keys)
    lines = [f"{'wrong':<18} overlapped by a record of; the keys that differ"]
    for kind in KEYS:
        if kind in kinds:
            held = ", ".join(f"{k} {n}" for k, n in kinds[kind].most_common())
            differ = ", ".join(f"{k} {n}" for k, n in keys[kind].most_common())
            lines.append(f"{kind:<18} {held}" + (f"; {differ}" if differ else ""))
    return lines


def _context(document_text: str, fact: Fact) -> str:
    start, end = fact["start"], fact["end"]
    before, after = document_text[max(0, start - CONTEXT) : start], document_text[end : end + CONTEXT]
    return f"…{before}[{document_text[start:end]}]{after}…".replace("\n", "⏎")


def _keys(fact: Fact) -> str:
    return ", ".join(
        f"{k}={fact['value'][k]}" for k in KEYS[fact["kind"]] if fact["value"].get(k) not in (None, "", [])
    )


def misses(judged: list[Judged], kinds: Iterable[str]) -> list[str]:
    """What was missed and what is wrong, in reading order, each in its context."""
    chosen, lines = frozenset(kinds), []
    for document in judged:
        entries = sorted([*_missed(document, chosen), *_not_right(document, chosen)])
        if entries:
            lines += [f"== {document.example.document.id}", *(line for _, line in entries)]
    return lines


def _missed(document: Judged, chosen: frozenset[str]) -> Iterator[tuple[int, str]]:
    text = document.example.document.text
    for i, r in enumerate(document.example.gold):
        if i not in document.matched and r["kind"] in chosen:
            yield r["start"], f"  MISSED {r['kind']}: {_keys(r)}\n      {_context(text, r)}"


def _not_right(document: Judged, chosen: frozenset[str]) -> Iterator[tuple[int, str]]:
    text = document.example.document.text
    for p, v in zip(document.example.proposals, document.verdicts, strict=True):
        if v.outcome != "right" and p["kind"] in chosen:
            record = f" <> {v.record['kind']}: {_keys(v.record)}" if v.record else ""
            head = f"  {v.outcome.upper()} {p['kind']}: {_keys(p)} [{rule_of(p)}]{record}"
            yield p["start"], f"{head}\n      {_context(text, p)}"


def _fold(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    return int(part), int(parts)


def _only(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    path = Path(text)
    return frozenset(path.read_text("utf-8").split() if path.exists() else text.split(","))


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpus", action="append", default=[], type=Path, metavar="DIR")
    parser.add_argument(
        "--passages", type=Path, metavar="FILE", help="those of a file, which bear no names, in place of documents"
    )
    parser.add_argument("--only", metavar="LIST", help="a file with a document a line, or names with commas between")
    parser.add_argument("--fold", type=_fold, metavar="K/N")
    parser.add_argument("--kinds", default=",".join(KEYS), help="for --misses: kinds with commas between")
    parser.add_argument("--judged", action="store_true")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--aggregate-only", action="store_true")
    options = parser.parse_args(arguments)
    if options.passages and not options.passages.is_file():
        parser.error(f"--passages {options.passages}: no such file; check the path")
    return options


def _read(options: argparse.Namespace) -> list[Example]:
    """The documents or passages to judge, with what the reader proposes."""
    reader, only = facts if options.judged else by_rules, _only(options.only)
    if options.passages:
        return [Example(document, True, gold, reader(document)) for document, gold in passages(options.passages)]
    read = []
    for folder in (KNOWN, *options.corpus):
        chosen = names(folder / "gold", only, options.fold)
        read += examples(chosen, folder / "documents", folder / "gold", reader)
    return read


def main(arguments: list[str]) -> int:
    """Print the report; exit code 2 where no document is left to read."""
    options = _arguments(arguments)
    read = _read(options)
    if not read:
        print("no document with gold is left by --only and --fold", file=sys.stderr)
        return 2
    judged = judge(read)
    parts = [[f"{len(judged)} documents"], aggregate(judged)]
    if not options.aggregate_only:
        parts = [parts[0], by_rule(judged), parts[1], confusion(judged)]
        if options.misses:
            parts.append(misses(judged, options.kinds.split(",")))
    print("\n\n".join("\n".join(part) for part in parts))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
