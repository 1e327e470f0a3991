"""Actors of KTAB's spatial model of politics: CSV and XML, positions and saliences from 0 to 100 on every dimension.

CSV: a line with name, description, number of actors, number of dimensions; perhaps a line of headings; a line an actor
with name, description, power, and a position and a salience for each dimension. Commas at the end are optional.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from detente.bargain.files.cells import trimmed
from detente.bargain.files.numbers import finite
from detente.bargain.spatial_bargaining import SpatialActors, SpatialTerms
from detente.errors import QuestionError

MOST = 10_000  # actors or dimensions that a first line may announce
SCALE = 100  # positions and saliences of files over those of the model
SETTINGS: Mapping[str, tuple[str, Mapping[str, object]]] = {  # by their names in XML: field, and what each value means
    "VictoryProbModel": ("law", {"Linear": "linear", "Square": "square", "Quartic": "quartic"}),
    "BigRRange": ("spread", {"Min": "min", "Mid": "mid", "Max": "max"}),
    "BigRAdjust": ("adjust", {
        "None": "none", "OneThird": "one-third", "Half": "half", "TwoThirds": "two-thirds", "Full": "full",
    }),
    "InterVecBrgn": ("powers", {"S1P1": (1, 1), "S2P2": (2, 2)}),
}  # fmt: skip
FIXED = {
    "VotingRule": "Prop", "PCEModel": "Conditional", "StateTransitions": "Deterministic",
    "ThirdPartyCommit": "SemiCommit", "BargnModel": "InitOnlyInterp",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Scenario:
    """Actors with the settings that the file asks for; not_read: settings that are not solved, in words."""

    title: str
    description: str
    actors: SpatialActors
    descriptions: tuple[str, ...]
    terms: SpatialTerms
    not_read: tuple[str, ...] = ()


def is_ktab(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table begins as one of KTAB does: two texts, two whole numbers, and then rows of that many numbers."""
    counts = _counts(rows[0]) if rows else None
    if counts is None or len(rows) < 2:
        return False
    body = rows[1 if _has_numbers(rows[1], counts[1]) else 2 :][:1]
    return bool(body) and _has_numbers(body[0], counts[1])


def _counts(row: Sequence[str]) -> tuple[int, int] | None:
    """The numbers of actors and dimensions that a first line announces."""
    for k in range(2, len(row) - 1):
        if row[k].isdecimal() and row[k + 1].isdecimal() and len(row[k]) <= 6 and len(row[k + 1]) <= 6:
            return int(row[k]), int(row[k + 1])
    return None


def _has_numbers(row: Sequence[str], dimensions: int) -> bool:
    """Whether a row ends in a power and two numbers for each dimension."""
    cells = trimmed(row)
    return len(cells) >= 3 + 2 * dimensions and _is_number(cells[-1 - 2 * dimensions])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_ktab_csv(rows: Sequence[Sequence[str]], name: str) -> Scenario:
    """The scenario of a table; name: of the file, for messages. Raises QuestionError.

    >>> rows = [["s", "about", "2", "1"], ["A", "", "10", "0", "50"], ["B", "", "5", "100", "25"]]
    >>> read_ktab_csv(rows, "x.csv").actors.position.ravel().tolist()
    [0.0, 1.0]
    """
    actors_due, dimensions = _announced(rows[0], name)
    headings = rows[1] if len(rows) > 1 and not _has_numbers(rows[1], dimensions) else None
    first = 2 if headings is None else 3  # the row of the first actor
    body = rows[first - 1 :]
    if len(body) != actors_due:
        raise QuestionError(f"{name}: {actors_due} actors in row 1, and {len(body)} rows of actors; correct either")
    read = [_actor(row, dimensions, f"{name}, row {first + k}") for k, row in enumerate(body)]
    numbers = np.array([numbers for _, _, numbers in read])
    actors = _actors([own for own, _, _ in read], _headings(headings or [], dimensions), numbers, name)
    return Scenario(rows[0][0], rows[0][1], actors, tuple(text for _, text, _ in read), SpatialTerms())


def _announced(row: Sequence[str], name: str) -> tuple[int, int]:
    """The numbers of actors and dimensions of a first line."""
    counts = _counts(row)
    if counts is None or not (1 <= counts[0] <= MOST and 1 <= counts[1] <= MOST):
        raise QuestionError(f"{name}, row 1: name, description, number of actors and of dimensions are due")
    return counts


def _headings(row: Sequence[str], count: int) -> tuple[str, ...]:
    """The names of the dimensions, from the headings of their positions; without headings, their numbers."""
    names = [text.removesuffix("Position").removesuffix("position").strip() or text for text in trimmed(row)[3::2]]
    if len(names) < count or len(set(names[:count])) < count:
        return tuple(f"dimension {k}" for k in range(1, count + 1))
    return tuple(names[:count])


def _actor(row: Sequence[str], dimensions: int, where: str) -> tuple[str, str, list[float]]:
    """Name, description, and power, positions and saliences of an actor; a description may hold commas."""
    cells = trimmed(row)
    if len(cells) < 2 + 1 + 2 * dimensions or not cells[0]:
        raise QuestionError(
            f"{where}: name, description, power, and a position and a salience for each of {dimensions} dimensions are"
            f" due, there are {len(cells)} cells"
        )
    start = len(cells) - 1 - 2 * dimensions
    return cells[0], ", ".join(cells[1:start]), [finite(text, where) for text in cells[start:]]


def _actors(
    names: Sequence[str],
    dimensions: Sequence[str],
    numbers: np.ndarray,
    name: str,
    adjustment: np.ndarray | None = None,
) -> SpatialActors:
    """Actors from their powers, positions and saliences [a, 1 + 2 d]."""
    _distinct(names, name, "actors")
    power, position, salience = numbers[:, 0], numbers[:, 1::2] / SCALE, numbers[:, 2::2] / SCALE
    try:
        return SpatialActors(tuple(names), tuple(dimensions), power, position, salience, adjustment)
    except QuestionError as error:
        raise QuestionError(f"{name}: {error}") from None


def _distinct(names: Sequence[str], name: str, what: str) -> Sequence[str]:
    """Names, checked to differ."""
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise QuestionError(f"{name}: two {what} are named {twice[:40]!r}; rename one")
    return names


# XML


def read_ktab_xml(root: Element, name: str) -> Scenario:
    """The scenario of a document of XML; name: of the file, for messages. Raises QuestionError."""
    elements = root.findall("Actors/Actor")
    titles = _distinct([_text(element, name) for element in root.findall("Dimensions/dName")], name, "dimensions")
    if root.tag != "Scenario" or not titles or not elements:
        raise QuestionError(f"{name}: a <Scenario> with <Dimensions> and <Actors> is due; compare it with one of KTAB")
    names = [_child(element, "name", name) for element in elements]
    rows = [_numbers(e, len(titles), f"{name}, {n[:40]!r}") for e, n in zip(elements, names, strict=True)]
    actors = _actors(names, titles, np.array(rows), name, _adjustment(root, names, name))
    descriptions = tuple(_optional(element, "description") for element in elements)
    return Scenario(_optional(root, "name"), _optional(root, "desc"), actors, descriptions, *_settings(root))


def _optional(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()


def _text(element: Element, where: str) -> str:
    text = (element.text or "").strip()
    if not text:
        raise QuestionError(f"{where}: <{element.tag}> is empty; fill it in")
    return text


def _child(element: Element, tag: str, where: str) -> str:
    child = element.find(tag)
    if child is None:
        raise QuestionError(f"{where}: <{element.tag}> without <{tag}>; add it")
    return _text(child, where)


def _numbers(element: Element, dimensions: int, where: str) -> list[float]:
    """Power, positions and saliences of an actor, in turn."""
    power = finite(_child(element, "capability", where), f"{where}, capability")
    columns = []
    for path in ("Position/dCoord", "Salience/dSal"):
        texts = [_text(e, where) for e in element.findall(path)]
        if len(texts) != dimensions:
            raise QuestionError(
                f"{where}: {len(texts)} numbers in {path.partition('/')[0]} for {dimensions} dimensions"
            )
        columns.append([finite(text, f"{where}, {path}") for text in texts])
    return [power, *(x for pair in zip(*columns, strict=True) for x in pair)]


def _settings(root: Element) -> tuple[SpatialTerms, tuple[str, ...]]:
    """The settings of a file, and what it asks for beyond those that are solved."""
    fields: dict[str, object] = {}
    not_read = []
    for element in root.findall("ModelParameters/*"):
        text = (element.text or "").strip()
        field, values = SETTINGS.get(element.tag, ("", {}))
        if text in values:
            fields[field] = values[text]
        elif FIXED.get(element.tag) != text:
            not_read.append(f"{element.tag} {text}"[:60])
    return SpatialTerms()._replace(**fields), tuple(not_read)  # type: ignore[arg-type]


def _adjustment(root: Element, names: Sequence[str], name: str) -> np.ndarray | None:
    """How ideals follow positions [a,a]; None where they follow their own alone."""
    pairs = root.findall("IdealAdjustment/iaPair")
    if not pairs:
        return None
    adjustment = np.eye(len(names))
    for pair in pairs:
        places = [_child(pair, tag, name) for tag in ("adjustingIdeal", "referencePos")]
        unknown = next((place for place in places if place not in names), None)
        if unknown is not None:
            raise QuestionError(f"{name}: <IdealAdjustment> names {unknown[:40]!r}, who is no actor")
        share = finite(_child(pair, "adjust", name), f"{name}: adjust")
        adjustment[names.index(places[0]), names.index(places[1])] = share
    if (adjustment < 0).any() or (adjustment.sum(1) > 1 + 1e-9).any():
        raise QuestionError(f"{name}: <IdealAdjustment> of an actor is negative or sums to more than 1; correct it")
    return adjustment
