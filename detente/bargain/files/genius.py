"""Domains and utility spaces of GENIUS: linear additive, with discrete, integer and real issues.

A file of preferences holds the issues too; a domain holds them alone. Evaluations of discrete issues are not scaled in
the file: GENIUS divides those of an issue by the largest of them, multiplies by the weight as it stands, and counts a
sum above 1 as 1 (class EvaluatorDiscrete and AdditiveUtilitySpace of GENIUS 9). With `as_written` they are taken as
they stand, which is how NegMAS reads these files. Hierarchies of objectives and non-linear spaces are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from detente.bargain.files.numbers import finite
from detente.bargain.negotiation import Issue, Negotiation, Preferences
from detente.errors import QuestionError

ROOTS = ("utility_space", "negotiation_template")
MOST_VALUES = 10_000  # of an integer issue
NOTHING = 1e-5  # GENIUS: an issue whose largest evaluation is below this counts nothing


class _IssueReading(NamedTuple):
    """An issue, the numbers behind its values (none for words), and its evaluations, None where it has none."""

    issue: Issue
    evaluations: np.ndarray | None
    number: str


def read_genius(root: Element, name: str, party: str, *, as_written: bool = False, grid: int = 21) -> Negotiation:
    """The issues of a file, and the preferences where it holds them.

    root: of the XML. name: of the file, for messages. party: whose preferences they are. as_written: evaluations are
    not divided by the largest of their issue. grid: points into which a real issue is cut. Raises QuestionError.
    """
    space = _space(root, name)
    objective = _objective(space, name)
    readings = [_issue(element, name, grid, as_written) for element in objective.findall("issue")]
    _check_names([reading.issue.name for reading in readings], name)
    issues, weights = tuple(reading.issue for reading in readings), _weights(objective, name)
    if not weights and all(reading.evaluations is None for reading in readings):
        return Negotiation(name, issues, ())
    return Negotiation(name, issues, (_preferences(space, readings, weights, name, party, as_written),))


def _check_names(names: Sequence[str], name: str) -> None:
    if not names:
        raise QuestionError(f"{name}: no issue in it; a domain lists its issues with their values")
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise QuestionError(f"{name}: two issues are named {twice[:40]!r}; rename one")


def _space(root: Element, name: str) -> Element:
    """The utility space of a file; that of a domain stands inside a template."""
    space = root.find("utility_space") if root.tag == "negotiation_template" else root
    if space is None or space.tag != "utility_space":
        raise QuestionError(f"{name}: <{root.tag[:40]}> holds no <utility_space>; a file of GENIUS has one")
    if space.find(".//utility_function") is not None or space.find(".//hyperRectangle") is not None:
        raise QuestionError(f"{name}: a non-linear utility space; only linear additive ones are read")
    return space


def _objective(space: Element, name: str) -> Element:
    objective = space.find("objective")
    if objective is None:
        raise QuestionError(f"{name}: no <objective> in it; the issues of a domain stand in one")
    if objective.find("objective") is not None:
        raise QuestionError(f"{name}: objectives inside objectives are not read; put all issues into one")
    return objective


def _issue(element: Element, name: str, grid: int, as_written: bool) -> _IssueReading:
    title = element.get("name") or ""
    kind = (element.get("vtype") or element.get("type") or "discrete").lower()
    where = f"{name}: issue {title[:40]!r}"
    if not title or kind not in READERS:
        raise QuestionError(
            f"{where} is of the kind {kind[:20]!r}; named issues that are {', '.join(READERS)} are read"
        )
    issue, evaluations = READERS[kind](element, where, title, grid, as_written)
    return _IssueReading(issue, evaluations, element.get("index") or "")


def _discrete(element: Element, where: str, title: str, grid: int, as_written: bool) -> tuple[Issue, np.ndarray | None]:
    items = element.findall("item")
    values = _item_names(items, where)
    written = [item.get("evaluation") for item in items]
    if all(text in (None, "null") for text in written):
        return Issue(title, "discrete", values), None
    evaluations = np.array([finite(t, f"{where}, value {v[:40]!r}") for t, v in zip(written, values, strict=True)])
    return Issue(title, "discrete", values), evaluations if as_written else _scaled(evaluations, where)


def _item_names(items: Sequence[Element], where: str) -> tuple[str, ...]:
    """The values of a discrete issue."""
    values = tuple(item.get("value") or "" for item in items)
    if not values or not all(values):
        raise QuestionError(f"{where} has no value, or one without a name; each <item> needs value=")
    if len(set(values)) < len(values):
        raise QuestionError(f"{where} has the value {next(v for v in values if values.count(v) > 1)[:40]!r} twice")
    return values


def _scaled(evaluations: np.ndarray, where: str) -> np.ndarray:
    """Evaluations over the largest of them, as GENIUS has it."""
    if (evaluations < 0).any():
        raise QuestionError(
            f"{where} has a negative evaluation, which GENIUS refuses; --evaluations as-written takes it"
        )
    largest = float(evaluations.max())
    scaled: np.ndarray = evaluations / largest if largest >= NOTHING else np.zeros(len(evaluations))
    return scaled


def _bounds(element: Element, where: str) -> tuple[float, float]:
    """The lowest and the highest value of a number, from <range> or from the issue itself."""
    within = element.find("range")
    holder = element if within is None else within
    low, high = (finite(holder.get(key), f"{where}, {key}") for key in ("lowerbound", "upperbound"))
    if low > high:
        raise QuestionError(f"{where}: lowerbound {low:g} is above upperbound {high:g}; exchange them")
    return low, high


def _integer(element: Element, where: str, title: str, grid: int, as_written: bool) -> tuple[Issue, np.ndarray | None]:
    low, high = _bounds(element, where)
    if low % 1 or high % 1 or high - low >= MOST_VALUES:
        raise QuestionError(
            f"{where}: from {low:g} to {high:g}; whole numbers, at most {MOST_VALUES:,} of them, are read"
        )
    numbers = np.arange(low, high + 1)
    issue = Issue(title, "integer", tuple(f"{x:.0f}" for x in numbers))
    evaluator = element.find("evaluator")
    if evaluator is None:
        return issue, None
    if evaluator.get("slope") is None:  # as older versions wrote it, over the value itself
        return issue, _by_function(evaluator, where, numbers, as_written)
    slope, offset = (finite(evaluator.get(key), f"{where}, {key}") for key in ("slope", "offset"))
    return issue, _clipped(offset + slope * (numbers - low), as_written)


def _real(element: Element, where: str, title: str, grid: int, as_written: bool) -> tuple[Issue, np.ndarray | None]:
    low, high = _bounds(element, where)
    numbers = np.linspace(low, high, grid) if high > low else np.array([low])
    issue = Issue(title, "real", tuple(f"{x:.6g}" for x in numbers))
    if len(set(issue.values)) < len(issue.values):
        raise QuestionError(f"{where}: from {low:g} to {high:g} is too narrow for {grid} points; give a smaller --grid")
    evaluator = element.find("evaluator")
    return issue, None if evaluator is None else _by_function(evaluator, where, numbers, as_written)


def _by_function(evaluator: Element, where: str, numbers: np.ndarray, as_written: bool) -> np.ndarray:
    """The evaluations of numbers by the function that the file names."""
    kind = (evaluator.get("ftype") or "linear").lower()
    if kind not in FUNCTIONS:
        raise QuestionError(f"{where}: the function {kind[:20]!r} is not read; {', '.join(FUNCTIONS)} are")
    count, function = FUNCTIONS[kind]
    parameters = [finite(evaluator.get(f"parameter{k}"), f"{where}, parameter{k}") for k in range(count)]
    return _clipped(function(numbers, parameters), as_written or kind == "constant")


def _clipped(evaluations: np.ndarray, as_written: bool) -> np.ndarray:
    clipped: np.ndarray = evaluations if as_written else np.clip(evaluations, 0, 1)
    return clipped


def _triangular(x: np.ndarray, parameters: list[float]) -> np.ndarray:
    low, high, top = parameters
    rise = (x - low) / (top - low) if top > low else np.ones(len(x))
    fall = (high - x) / (high - top) if high > top else np.ones(len(x))
    return np.where((x < low) | (x > high), 0.0, np.where(x <= top, rise, fall))


FUNCTIONS: Mapping[str, tuple[int, Callable[[np.ndarray, list[float]], np.ndarray]]] = {
    "linear": (2, lambda x, p: p[0] + p[1] * x),
    "constant": (1, lambda x, p: np.full(len(x), p[0])),
    "triangular": (3, _triangular),
}
READERS: Mapping[str, Callable[[Element, str, str, int, bool], tuple[Issue, np.ndarray | None]]] = {
    "discrete": _discrete,
    "integer": _integer,
    "real": _real,
}


def _weights(objective: Element, name: str) -> dict[str, float]:
    """The weights by the index of their issue."""
    weights: dict[str, float] = {}
    for element in objective.findall("weight"):
        index = element.get("index") or ""
        weight = finite(element.get("value"), f"{name}: weight {index[:20]!r}")
        if weight < 0 or index in weights:
            raise QuestionError(f"{name}: weight {index[:20]!r} is negative or stands twice; correct it")
        weights[index] = weight
    return weights


def _preferences(
    space: Element,
    readings: list[_IssueReading],
    weights: Mapping[str, float],
    name: str,
    party: str,
    as_written: bool,
) -> Preferences:
    missing = next((r.issue.name for r in readings if r.evaluations is None or r.number not in weights), None)
    if missing is not None:
        raise QuestionError(f"{name}: issue {missing[:40]!r} has no weight or no evaluation; preferences need both")
    reservation, discount = _values(space, "reservation", name), _values(space, "discount_factor", name)
    return Preferences(
        party,
        tuple(weights[reading.number] for reading in readings),
        tuple(reading.evaluations for reading in readings if reading.evaluations is not None),
        next(reservation, None),
        next(discount, None),
        cap=math.inf if as_written else 1.0,
    )


def _values(space: Element, tag: str, name: str) -> Iterator[float]:
    """The value of a tag, where the file has it."""
    for element in space.iter(tag):
        yield finite(element.get("value"), f"{name}: {tag}")
