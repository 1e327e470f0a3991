"""Train the reader's encoder: detente/record/propose/learned/encoder.bin, or that of a part of the documents.

    python tools/train_encoder.py BASE FOLDER... --out FILE [--passages FILE] [--always FILE] [--without PART]
        [--epochs N]

BASE is a folder with model.safetensors and vocab.txt or tokenizer.json of all-MiniLM-L6-v2 (sentence-transformers,
Apache 2.0). Its lowest three layers are trained on, for English documents alone; pieces of its vocabulary that are rare
and that the documents hardly hold are left out first. A FOLDER and --passages are as in tools/train_reader.py.
--without PART (0, 1 or 2) leaves out a third of the documents, for the cross-validation of train_reader.py --encoders.

Needs torch and safetensors, which no environment of the project has; half an hour on one core. The same documents
and versions give the same file.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import random
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import train_reader
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence
from train_reader import Case, Fact

from detente.record.propose.learned import encoded, features, judging, slots, weights
from detente.record.propose.learned.encoder import HEADS, LANGUAGE, LAYERS, PLACES, Encoded, Encoder, width
from detente.record.propose.learned.features import KINDS
from detente.record.propose.learned.frame import Frame
from detente.record.propose.learned.pieces import INNER, UNKNOWN, cut
from detente.record.propose.learned.words import Stretch, View
from detente.safe_io import write_file

COMMON = 3000  # pieces at the beginning of the vocabulary, which is by frequency, that stay in any case
PIECES = 6060  # that stay in all: of rarer ones those that the documents hold most often; the file's size turns on it
SPECIAL = ("[PAD]", "[CLS]", "[SEP]", UNKNOWN)  # the first pieces: START and STOP are the numbers of the two marks
SIGNS = "‘’“”–—…•€£¥₩₹"  # beside Latin letters
POSITIONS = 224  # of a sentence with what stands ahead
WIDTH, INNER_WIDTH = 384, 1536  # of the states, and within a layer
UNITS, ASKED, ABOUT, WIDTHS = 256, 96, 48, 16  # of a stretch, a value, their hashed features; widths of a stretch
EPOCHS, BATCH, MIXED = 5, 24, 20  # MIXED: batches that share sentences of like length
RATE, HEAD_RATE, FEATURE_RATE = 2e-4, 2e-3, 4e-3  # the largest steps: of the layers, of what is new, of features
WARM, SLOW = 0.06, 0.02  # the share of training until the steps are largest, and the least share of the largest step
DROPOUT, DECAY, CLIPPED = 0.1, 0.01, 1.0
SHARES = (1.5, 2.0, 1.5)  # in the loss: of kinds, closed keys and open keys
SEED = 0
NEVER = -1e9  # the score of a value that a choice does not have
LEVELS = 7  # steps of a weight on either side of zero
BLOCKS = (64, 32, 16)  # weights of a row that share a scale
CLIPS = (1.0, 0.9, 0.8, 0.7)  # of a block's largest weight, of which the best in squares is taken
LARGE = 20_000  # weights of an array that is packed
OF_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "o": "attention.output.dense",
    "n1": "attention.output.LayerNorm", "i": "intermediate.dense", "u": "output.dense", "n2": "output.LayerNorm",
}  # fmt: skip
IN_BASE = {  # what the base calls the parts of the model that it has
    "word": "embeddings.word_embeddings", "pos": "embeddings.position_embeddings",
    "typ": "embeddings.token_type_embeddings", "n": "embeddings.LayerNorm",
    **{f"layers.{i}.{name}": f"encoder.layer.{i}.{theirs}" for i in range(LAYERS) for name, theirs in OF_LAYER.items()},
}  # fmt: skip
CLOSED = {f"{kind}/{key}": len(values.split()) for (kind, key), values in slots.CLOSED.items()}
OPEN = [f"{kind}/{slot}" for kind, asked in slots.OPEN.items() for slot in asked]

gelu = partial(functional.gelu, approximate="tanh")


class Label(NamedTuple):
    """A closed key in a stretch: which of its values are right."""

    name: str
    stretch: int
    right: list[float]
    weight: float = 1.0


class Choice(NamedTuple):
    """An open key in a stretch: for each value the pieces that name it and its features' places; which are right.

    given: the pieces that name who imposes the measure whose target is asked for.
    """

    name: str
    stretch: int
    values: list[tuple[list[int], list[int]]]
    right: list[float]
    given: list[int]
    weight: float = 1.0


class Example(NamedTuple):
    """A sentence: its pieces behind what stands ahead, its stretches, their features' places, and what they hold.

    base: the place of the first piece that is the sentence's own. spans: the mark before the sentence, the first piece
    of each stretch, the one behind its last, its width. kinds: stretches by kinds.
    """

    numbers: list[int]
    base: int
    spans: list[tuple[int, int, int, int]]
    about: list[list[int]]
    kinds: list[list[float]]
    labels: list[Label]
    choices: list[Choice]


class Cutter(Encoder):
    """The reader's encoder without weights: it keeps how it cut the last sentence, and works out nothing."""

    numbers: list[int]
    base: int
    words: list[tuple[int, int]]

    def encode(self, text: str, ahead: Sequence[str], words: Sequence[tuple[int, int]]) -> Encoded | None:
        """Cut a sentence; None where it has no piece."""
        sentence = super().encode(text, ahead, words)
        self.words = [(self.base + a, self.base + b) for a, b in sentence.words] if sentence else []
        return sentence

    def _states(self, numbers: Any, base: int) -> Any:
        self.numbers, self.base = numbers.tolist(), base
        return np.zeros((len(numbers), 0), np.float32)

    def pieces(self, words: Iterable[int]) -> list[int]:
        """The pieces of words of the last sentence."""
        return [p for i in words for p in range(*self.words[i])]


def read_vocabulary(base: Path) -> dict[str, int]:
    """The pieces of the base model with their numbers."""
    if (base / "vocab.txt").is_file():
        pieces = (base / "vocab.txt").read_text("utf-8").removesuffix("\n").split("\n")
        return {piece: number for number, piece in enumerate(pieces)}
    return dict(json.loads((base / "tokenizer.json").read_text("utf-8"))["model"]["vocab"])


def reduced(vocabulary: dict[str, int], texts: Iterable[str]) -> list[str]:
    """The pieces that stay: in Latin script, and common, of a single letter or among those most often in the texts."""
    often = Counter(piece.number for text in texts for piece in cut(text, vocabulary))

    def order(piece: str) -> tuple[bool, int, int]:
        number = vocabulary[piece]
        is_common = number < COMMON or len(piece.removeprefix(INNER)) == 1
        return not is_common, -often[number], number

    stay = sorted(filter(_is_latin, vocabulary), key=order)[: PIECES - len(SPECIAL)]
    return [*SPECIAL, *sorted(stay, key=vocabulary.__getitem__)]


def _is_latin(piece: str) -> bool:
    letters = piece.removeprefix(INNER)
    is_special = piece.startswith("[") and piece.endswith("]")
    return not is_special and all(ord(letter) < 0x250 or letter in SIGNS for letter in letters)


def examples(case: Case, cutter: Cutter) -> Iterator[Example]:
    """The sentences of a document that the encoder reads, with what they hold."""
    rows = iter(case.rows)
    scorers = judging.Scorers(weights.Weights({}, 0.0), case.analysis, case.drafts)
    for sentence in case.analysis.reading.sentences:
        view = scorers.of(sentence.number).view
        stretches = view.stretches() if view.words else []
        records = [next(rows).gold for _ in stretches]
        if stretches and encoded.encoded(cutter, view) is not None:
            yield _example(view, stretches, records, cutter)


def _example(view: View, stretches: list[Stretch], records: list[list[Fact]], cutter: Cutter) -> Example:
    choices = [_choices(Frame(view, stretch), i, records[i], cutter) for i, stretch in enumerate(stretches)]
    return Example(
        cutter.numbers,
        cutter.base,
        [_span(stretch, cutter.words) for stretch in stretches],
        [_places(features.stretch_features(view, stretch)) for stretch in stretches],
        [_kinds(about) for about in records],
        [label for i, about in enumerate(records) for label in _labels(i, about)],
        [choice for asked in choices for choice in asked],
    )


def _kinds(records: list[Fact]) -> list[float]:
    return [float(any(r["kind"] == kind for r in records)) for kind in KINDS]


def _span(stretch: Stretch, words: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    first = words[stretch.first][0]
    return 0, first, max(words[stretch.stop - 1][1], first + 1), width(*stretch)


def _places(about: list[str]) -> list[int]:
    return [place & (PLACES - 1) for place in weights.distinct(about)]


def _labels(stretch: int, records: list[Fact]) -> Iterator[Label]:
    for (kind, key), values in slots.CLOSED.items():
        if stated := {r["value"].get(key, "none") for r in records if r["kind"] == kind}:
            yield Label(f"{kind}.{key}", stretch, [float(value in stated) for value in values.split()])


def _choices(frame: Frame, stretch: int, records: list[Fact], cutter: Cutter) -> Iterator[Choice]:
    """The choices of open keys that have a right value."""
    for q in train_reader.questions(frame, records):
        named = [cutter.pieces(encoded.naming(frame.view, q.slot, value)) for value, _ in q.options]
        given = cutter.pieces(encoded.naming(frame.view, "imposer", q.imposer))
        about = [_places(about) for _, about in q.options]
        yield Choice(q.name, stretch, list(zip(named, about, strict=True)), list(map(float, q.right)), given)


class Layer(nn.Module):
    """A layer of the transformer."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in "qkvo")
        self.n1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.i, self.u = nn.Linear(WIDTH, INNER_WIDTH), nn.Linear(INNER_WIDTH, WIDTH)
        self.n2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """The next states. x: sentences by pieces by units. mask: which pieces there are, to attend to."""
        q, k, v = (part(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in (self.q, self.k, self.v))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2)
        x = self.n1(x + self.dropout(self.o(mixed)))
        return self.n2(x + self.dropout(self.u(gelu(self.i(x)))))


class Model(nn.Module):
    """The encoder as it is trained; its parts have the names of the file, with / for a dot within a key's name."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.word, self.pos, self.typ = (nn.Embedding(n, WIDTH) for n in (pieces, POSITIONS, 2))
        self.n = nn.LayerNorm(WIDTH, eps=1e-12)
        self.requires_grad_(False)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.sf, self.bag = (nn.Embedding(PLACES, ABOUT, sparse=True) for _ in range(2))
        self.st, self.width = nn.Linear(4 * WIDTH + WIDTHS + ABOUT, UNITS), nn.Embedding(WIDTHS, WIDTHS)
        self.kind = nn.Linear(UNITS, len(KINDS))
        self.cl = nn.ModuleDict({name: nn.Linear(UNITS, values) for name, values in CLOSED.items()})
        self.cand, self.ctx, self.imp = (nn.Linear(n, ASKED) for n in (WIDTH, UNITS, WIDTH))
        self.slot = nn.ParameterDict({name: nn.Parameter(torch.zeros(ASKED)) for name in OPEN})
        self.c1 = nn.Linear(3 * ASKED + ABOUT + 1, ASKED)
        self.c2 = nn.ModuleDict({name: nn.Linear(ASKED, 1) for name in OPEN})
        self.dropout = nn.Dropout(DROPOUT)
        for table in (self.sf, self.bag):  # rows of features that no example has stay zero
            nn.init.zeros_(table.weight)

    def states(self, batch: Sequence[Example]) -> Tensor:
        """The states of all pieces: sentences by pieces of the longest by units."""
        numbers = pad_sequence([torch.tensor(e.numbers) for e in batch], batch_first=True)
        places = torch.arange(numbers.shape[1])
        kinds = (places >= torch.tensor([[e.base] for e in batch])).long()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            x = self.n(self.word(numbers) + self.pos(places) + self.typ(kinds))
            for layer in self.layers:
                x = layer(x, (numbers != 0)[:, None, None])
        return x.float()

    def stretches(self, flat: Tensor, joined: Example) -> Tensor:
        """What the model makes of stretches: stretches by units. flat: the states, pieces by units."""
        whole, first, stop, widths = torch.tensor(joined.spans).T
        mean = means(flat, [range(first, stop) for _, first, stop, _ in joined.spans])
        about = means(self.sf.weight, joined.about, sparse=True)
        parts = [mean, flat[first], flat[stop - 1], flat[whole], self.width(widths), about]
        return self.dropout(gelu(self.st(torch.cat(parts, 1))))

    def open(self, flat: Tensor, vectors: Tensor, asked: Sequence[Choice]) -> tuple[Tensor, ...]:
        """For each choice of one open key the scores of its values. vectors: stretches by units."""
        name, counts = asked[0].name.replace(".", "/"), [len(c.values) for c in asked]
        given, pieces = [c.given for c in asked], [named for c in asked for named, _ in c.values]
        query = self.ctx(vectors[[c.stretch for c in asked]]) + self.slot[name]
        query = query + self.imp(means(flat, given)) * _is_any(given)
        query = query.repeat_interleave(torch.tensor(counts), 0)
        value = self.cand(means(flat, pieces)) * _is_any(pieces)
        about = means(self.bag.weight, [places for c in asked for _, places in c.values], sparse=True)
        parts = [value, query, value * query, about, _is_any(pieces)]
        return self.c2[name](gelu(self.c1(torch.cat(parts, 1))))[:, 0].split(counts)


def means(table: Tensor, groups: Sequence[Sequence[int]], sparse: bool = False) -> Tensor:
    """The mean of the rows of a table over each group of their numbers, zero of an empty one: groups by columns."""
    rows = torch.tensor([row for group in groups for row in group], dtype=torch.long)
    starts = torch.tensor([0, *np.cumsum([len(group) for group in groups])[:-1]])
    return functional.embedding_bag(rows, table, starts, mode="mean", sparse=sparse)


def _is_any(groups: Sequence[Sequence[int]]) -> Tensor:
    return torch.tensor([[float(bool(group))] for group in groups])


def started(base: Path, pieces: list[int]) -> Model:
    """The model before training: the base's embeddings, of the pieces alone, and its lowest layers."""
    states, model = load_file(base / "model.safetensors"), Model(len(pieces))
    embeddings = f"{IN_BASE['word']}.weight"
    states[embeddings] = states[embeddings][pieces]
    for name, theirs in IN_BASE.items():
        for what, parameter in model.get_submodule(name).named_parameters():
            parameter.data.copy_(states[f"{theirs}.{what}"][: len(parameter)])
    return model


def losses(model: Model, batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of kinds, of closed and of open keys, summed over sentences.

    What is asked of a sentence several times, in stretches that overlap, counts as the root of their number.
    """
    states = model.states(batch)
    flat, joined = states.flatten(0, 1), join(batch, states.shape[1])
    vectors = model.stretches(flat, joined)
    kinds = _entropy(model.kind(vectors), joined.kinds, [len(e.spans) ** -0.5 for e in batch for _ in e.spans])
    closed = [_closed_loss(model, vectors, labels) for labels in _by_name(joined.labels)]
    asked = [_open_loss(model.open(flat, vectors, choices), choices) for choices in _by_name(joined.choices)]
    return kinds, sum(closed, torch.zeros(())), sum(asked, torch.zeros(()))


def join(batch: Sequence[Example], length: int) -> Example:
    """Sentences of a length in pieces as one: with the numbers that their pieces and stretches have among all."""
    joined = Example([], 0, [], [], [], [], [])
    for i, e in enumerate(batch):
        piece, stretch = i * length, len(joined.spans)
        often = Counter(x.name for x in (*e.labels, *e.choices))
        joined.labels.extend(_moved(label, stretch, often) for label in e.labels)
        for choice in e.choices:
            values = [([piece + p for p in named], places) for named, places in choice.values]
            moved = choice._replace(values=values, given=[piece + p for p in choice.given])
            joined.choices.append(_moved(moved, stretch, often))
        joined.spans.extend((piece, piece + first, piece + stop, width) for _, first, stop, width in e.spans)
        joined.about.extend(e.about)
        joined.kinds.extend(e.kinds)
    return joined


def _moved(asked: Any, stretch: int, often: Counter[str]) -> Any:
    return asked._replace(stretch=stretch + asked.stretch, weight=often[asked.name] ** -0.5)


def _by_name(asked: Iterable[Any]) -> list[list[Any]]:
    return [list(group) for _, group in groupby(sorted(asked, key=attrgetter("name")), key=attrgetter("name"))]


def _entropy(scores: Tensor, right: list[list[float]], weight: list[float]) -> Tensor:
    entropy = functional.binary_cross_entropy_with_logits(scores, torch.tensor(right), reduction="none")
    return (torch.tensor(weight)[:, None] * entropy).sum()


def _closed_loss(model: Model, vectors: Tensor, labels: list[Label]) -> Tensor:
    scores = model.cl[labels[0].name.replace(".", "/")](vectors[[x.stretch for x in labels]])
    return _entropy(scores, [x.right for x in labels], [x.weight for x in labels])


def _open_loss(scores: tuple[Tensor, ...], choices: list[Choice]) -> Tensor:
    logs = functional.log_softmax(pad_sequence(scores, batch_first=True, padding_value=NEVER), 1)
    right = pad_sequence([torch.tensor(c.right) for c in choices], batch_first=True)
    return -(torch.tensor([c.weight for c in choices]) * (right * logs).sum(1) / right.sum(1)).sum()


def train(model: Model, data: Sequence[Example], epochs: int) -> None:
    """Train the layers and what stands on them; prints for each epoch the losses of kinds, closed and open keys."""
    order, steps = random.Random(SEED), epochs * math.ceil(len(data) / BATCH)
    new = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith(("layers.", "sf.", "bag."))]
    dense = [*model.layers.parameters(), *new]
    groups = [{"params": model.layers.parameters(), "lr": RATE}, {"params": new, "lr": HEAD_RATE}]
    adam = torch.optim.AdamW(groups, weight_decay=DECAY)
    sparse = torch.optim.SparseAdam([model.sf.weight, model.bag.weight], lr=FEATURE_RATE)
    pace = torch.optim.lr_scheduler.LambdaLR(adam, partial(_pace, steps=steps))
    model.train()
    for epoch in range(epochs):
        start, sums = time.perf_counter(), torch.zeros(3)
        for batch in _batches(data, order):
            parts = losses(model, batch)
            adam.zero_grad()
            sparse.zero_grad()
            (sum(share * part for share, part in zip(SHARES, parts, strict=True)) / len(batch)).backward()
            nn.utils.clip_grad_norm_(dense, CLIPPED)
            for step in (adam, sparse, pace):
                step.step()
            sums += torch.stack(parts).detach()
        means_of_parts = ", ".join(f"{loss:.3f}" for loss in (sums / len(data)).tolist())
        print(f"epoch {epoch + 1}: losses {means_of_parts}, {time.perf_counter() - start:.0f} s", flush=True)


def _pace(step: int, steps: int) -> float:
    """The share of the largest step: it rises at first, then falls to SLOW."""
    return min(1.0, (step + 1) / (WARM * steps)) * max(SLOW, 1 - step / steps)


def _batches(data: Sequence[Example], order: random.Random) -> list[list[Example]]:
    """The examples in a new order, those of a batch of like length."""
    shuffled = order.sample(data, len(data))
    batches = []
    for i in range(0, len(data), MIXED * BATCH):
        alike = sorted(shuffled[i : i + MIXED * BATCH], key=lambda e: len(e.numbers))
        batches += [alike[j : j + BATCH] for j in range(0, len(alike), BATCH)]
    order.shuffle(batches)
    return batches


def packed(model: Model, vocabulary: list[str]) -> bytes:
    """The file: large arrays in steps of 4 bits with a scale a block, the others as halves, and the vocabulary."""
    turned = {f"{name}.weight" for name, part in model.named_modules() if isinstance(part, nn.Linear)}
    short = {f"{name}.weight": name for name in ("word", "pos", "typ")}
    arrays: dict[str, Any] = {}
    for name, tensor in model.state_dict().items():
        values, key = (tensor.T if name in turned else tensor).numpy(), short.get(name, name.replace("/", "."))
        if values.ndim == 2 and values.size > LARGE:
            arrays[f"{key}.4"], arrays[f"{key}.scale"] = pack(values)
        else:
            arrays[key] = values.astype(np.float16)
    pieces = "\n".join(vocabulary).encode("utf-8")
    arrays["vocabulary"] = np.frombuffer(zlib.compress(pieces, 9), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def pack(values: Any) -> tuple[Any, Any]:
    """Weights in steps from -LEVELS to LEVELS, two a byte, and the scale of each block of a row."""
    rows, columns = values.shape
    blocks = values.reshape(rows, -1, next(size for size in BLOCKS if columns % size == 0))
    largest = np.abs(blocks).max(axis=-1, keepdims=True) / LEVELS
    scales = [np.maximum((largest * clip).astype(np.float16), np.float16(1e-7)) for clip in CLIPS]
    errors = [((_steps(blocks, scale) * scale - blocks) ** 2).sum(-1, keepdims=True) for scale in scales]
    scale = np.take_along_axis(np.stack(scales), np.argmin(errors, axis=0)[None], axis=0)[0]
    steps = (_steps(blocks, scale) + LEVELS + 1).astype(np.uint8).reshape(rows, columns)
    return steps[:, ::2] | steps[:, 1::2] << 4, scale[..., 0]


def _steps(blocks: Any, scale: Any) -> Any:
    return np.clip(np.rint(blocks / scale), -LEVELS, LEVELS)


def load(folders: Sequence[Path], passages: Sequence[Path], always: Sequence[Path], without: int | None) -> list[Case]:
    """The English documents and passages, without those of a part; always: passages that no part leaves out."""
    cases = train_reader.load(folders, frozenset())
    cases += train_reader.load_passages(passages)
    fold = train_reader.folds(cases)
    cases = [c for c in cases if fold[c.name] % train_reader.ENCODERS != without]
    return [c for c in [*cases, *train_reader.load_passages(always)] if c.document.language == LANGUAGE]


def main(arguments: list[str]) -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("base", type=Path, metavar="BASE")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--passages", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--always", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--without", type=int, choices=range(train_reader.ENCODERS), metavar="PART")
    parser.add_argument("--epochs", type=int, default=EPOCHS, metavar="N")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    cases = load(options.folders, options.passages, options.always, options.without)
    base = read_vocabulary(options.base)
    vocabulary = reduced(base, (case.analysis.reading.text for case in cases))
    cutter = Cutter({}, vocabulary)
    data = [example for case in cases for example in examples(case, cutter)]
    print(f"{len(cases)} documents, {len(data)} sentences, {len(vocabulary)} pieces", flush=True)
    model = started(options.base, [base[piece] for piece in vocabulary])
    train(model, data, options.epochs)
    write_file(options.out, packed(model, vocabulary))
    print(f"{options.out.name}: {options.out.stat().st_size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
