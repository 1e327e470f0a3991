"""Scenarios of NegMAS as JSON: a file with the issues, and a file a party with its linear additive utility function.

Values of issues are lists, or two bounds of whole numbers (ContiguousIssue) or of reals (ContinuousIssue). A function
of values is a table or linear. Nothing is scaled: NegMAS takes the numbers as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from detente.bargain.files.genius import MOST_VALUES
from detente.bargain.files.numbers import finite
from detente.bargain.negotiation import MOST_OUTCOMES, RESERVATION, Issue, Preferences
from detente.bargain.outcomes import PayoffTable
from detente.errors import QuestionError

MOST_PARTIES = 20
DISCOUNTED = ("ExpDiscountedUFun", "LinDiscountedUFun")


def is_domain(value: Any) -> bool:
    """Whether a JSON document is the domain of a scenario: a list of issues with their values."""
    issues = value.get("issues") if isinstance(value, Mapping) else None
    return isinstance(issues, list) and bool(issues) and all(isinstance(i, Mapping) and "values" in i for i in issues)


def is_utility(value: Any) -> bool:
    """Whether a JSON document is a utility function: weights and functions of values, perhaps discounted."""
    inner = value.get("ufun", value) if isinstance(value, Mapping) else None
    return (
        isinstance(inner, Mapping) and isinstance(inner.get("values"), list) and isinstance(inner.get("weights"), list)
    )


def is_points(value: Any) -> bool:
    """Whether a JSON document is a list of outcomes by their utilities, `pts`, with reservation values, `rv`."""
    return isinstance(value, Mapping) and isinstance(value.get("pts"), list) and isinstance(value.get("rv"), list)


def read_points(value: Mapping[str, Any], name: str) -> PayoffTable:
    """The outcomes of a list of utilities, by their numbers, and the reservation values. Raises QuestionError.

    >>> read_points({"pts": [[1, 2], [3, 0]], "rv": [0, 0]}, "x.json").names
    ('1', '2')
    """
    parties = tuple(f"party {k}" for k in range(1, len(value["rv"]) + 1))
    if not 2 <= len(parties) <= MOST_PARTIES or not 1 <= len(value["pts"]) <= MOST_OUTCOMES:
        raise QuestionError(
            f"{name}: {len(value['pts'])} outcomes of {len(parties)} parties; up to {MOST_OUTCOMES:,} of 2 to"
            f" {MOST_PARTIES} are read"
        )
    rows = [_point(row, len(parties), f"{name}: outcome {k}") for k, row in enumerate(value["pts"], 1)]
    reservation = _point(value["rv"], len(parties), f"{name}: rv")
    names = tuple(str(k) for k in range(1, len(rows) + 1))
    return PayoffTable(parties, names, np.array(rows), {RESERVATION: np.array(reservation)})


def _point(values: Any, count: int, where: str) -> list[float]:
    if not isinstance(values, list) or len(values) != count:
        raise QuestionError(f"{where}: a list of {count} utilities is due, one for each reservation value")
    return [finite(x, where) for x in values]


def read_domain(value: Mapping[str, Any], name: str, *, grid: int = 21) -> tuple[Issue, ...]:
    """The issues of a domain; name: of the file; grid: points into which a real issue is cut. Raises QuestionError."""
    issues = tuple(_issue(issue, name, grid) for issue in value["issues"])
    names = [issue.name for issue in issues]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise QuestionError(f"{name}: two issues are named {twice[:40]!r}; rename one")
    return issues


def _issue(value: Mapping[str, Any], name: str, grid: int) -> Issue:
    title = str(value.get("name") or "")
    where = f"{name}: issue {title[:40]!r}"
    kind, values = str(value.get("type") or "").rpartition(".")[2], value["values"]
    if not title or not isinstance(values, list) or not values:
        raise QuestionError(f"{where} has no name or no values; an issue needs both")
    if kind == "ContiguousIssue":
        return _whole(title, *_bounds(values, where), where)
    if kind == "ContinuousIssue":
        return _real(title, *_bounds(values, where), where, grid)
    return _listed(title, values, where)


def _listed(title: str, values: Sequence[Any], where: str) -> Issue:
    words = tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values)
    if len(set(words)) < len(words):
        raise QuestionError(f"{where} has the value {next(v for v in words if words.count(v) > 1)[:40]!r} twice")
    return Issue(title, "discrete", words)


def _bounds(values: Sequence[Any], where: str) -> tuple[float, float]:
    if len(values) != 2:
        raise QuestionError(f"{where} has {len(values)} bounds; a range has two")
    low, high = finite(values[0], where), finite(values[1], where)
    if low > high:
        raise QuestionError(f"{where}: its lower bound {low:g} is above {high:g}; exchange them")
    return low, high


def _whole(title: str, low: float, high: float, where: str) -> Issue:
    if low % 1 or high % 1 or high - low >= MOST_VALUES:
        raise QuestionError(
            f"{where}: from {low:g} to {high:g}; whole numbers, at most {MOST_VALUES:,} of them, are read"
        )
    return Issue(title, "integer", tuple(f"{x:.0f}" for x in np.arange(low, high + 1)))


def _real(title: str, low: float, high: float, where: str, grid: int) -> Issue:
    values = tuple(f"{x:.6g}" for x in np.linspace(low, high, grid if high > low else 1))
    if len(set(values)) < len(values):
        raise QuestionError(f"{where}: from {low:g} to {high:g} is too narrow for {grid} points; give a smaller --grid")
    return Issue(title, "real", values)


def read_utility(value: Mapping[str, Any], issues: Sequence[Issue], name: str, party: str) -> Preferences:
    """A party's preferences over the issues of a domain. Raises QuestionError.

    >>> day = Issue("day", "discrete", ("Mon", "Tue"))
    >>> function = {"weights": [2], "values": [{"type": "TableFun", "mapping": {"Mon": 0, "Tue": 1}}]}
    >>> read_utility(function, [day], "x.json", "A").evaluations[0].tolist()
    [0.0, 1.0]
    """
    kind = str(value.get("type") or "").rpartition(".")[2]
    if "ufun" in value and kind not in DISCOUNTED:
        raise QuestionError(
            f"{name}: a utility function of the type {kind[:40]!r} is not read; linear additive ones are"
        )
    inner = value.get("ufun", value)
    functions, weights = inner["values"], inner["weights"]
    if not len(functions) == len(weights) == len(issues):
        raise QuestionError(
            f"{name}: {len(functions)} functions and {len(weights)} weights for {len(issues)} issues; each issue needs"
            " both"
        )
    where = [f"{name}: issue {issue.name[:40]!r}" for issue in issues]
    return Preferences(
        party,
        tuple(finite(weight, f"{w}, weight") for weight, w in zip(weights, where, strict=True)),
        tuple(_evaluations(f, issue, w) for f, issue, w in zip(functions, issues, where, strict=True)),
        _optional(inner.get("reserved_value"), f"{name}: reserved_value"),
        _optional(value.get("discount"), f"{name}: discount"),
        finite(inner.get("bias") or 0.0, f"{name}: bias"),
    )


def _optional(value: Any, where: str) -> float | None:
    return None if value is None else finite(value, where)


def _evaluations(function: Any, issue: Issue, where: str) -> np.ndarray:
    """The evaluation of each value of an issue."""
    kind = str(function.get("type") or "").rpartition(".")[2] if isinstance(function, Mapping) else ""
    if kind not in FUNCTIONS:
        raise QuestionError(f"{where}: the function {kind[:30]!r} is not read; {', '.join(FUNCTIONS)} are")
    return FUNCTIONS[kind](function, issue, where)


def _table(function: Mapping[str, Any], issue: Issue, where: str) -> np.ndarray:
    mapping = function.get("mapping")
    if not isinstance(mapping, Mapping):
        raise QuestionError(f"{where}: a table without a mapping; give a number for each value")
    missing = next((value for value in issue.values if value not in mapping), None)
    if missing is not None:
        raise QuestionError(f"{where}: the table has nothing for the value {missing[:40]!r}; add it")
    return np.array([finite(mapping[value], f"{where}, value {value[:40]!r}") for value in issue.values])


def _line(function: Mapping[str, Any], issue: Issue, where: str) -> np.ndarray:
    slope, bias = (finite(function.get(key) or 0.0, f"{where}, {key}") for key in ("slope", "bias"))
    return slope * _numbers(issue, where) + bias


def _constant(function: Mapping[str, Any], issue: Issue, where: str) -> np.ndarray:
    return np.full(len(issue.values), finite(function.get("bias"), f"{where}, bias"))


def _identity(function: Mapping[str, Any], issue: Issue, where: str) -> np.ndarray:
    return _numbers(issue, where)


def _numbers(issue: Issue, where: str) -> np.ndarray:
    """The values of an issue as numbers."""
    return np.array([finite(value, f"{where}, value {value[:40]!r}") for value in issue.values])


FUNCTIONS: Mapping[str, Callable[[Mapping[str, Any], Issue, str], np.ndarray]] = {
    "TableFun": _table,
    "LinearFun": _line,
    "AffineFun": _line,
    "ConstFun": _constant,
    "IdentityFun": _identity,
}
