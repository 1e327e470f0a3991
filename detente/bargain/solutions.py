"""Where a bargain ends: Nash, Kalai-Smorodinsky and egalitarian, on lists, on lotteries over lists, on settings.

Axes: k outcome, p party, m instrument. Gains are payoffs over the disagreement point; an outcome is feasible if it
leaves nobody below it. Nash (1950); Kalai and Smorodinsky (1975); Kalai (1977). On a list no lottery is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from detente.bargain.outcomes import PayoffTable
from detente.errors import NotConverged, QuestionError

SOLUTIONS = ("nash", "kalai-smorodinsky", "egalitarian")
TIES = 1e-12  # relative: objectives that differ by rounding only are equal
TINY = 1e-300
SLSQP = {"ftol": 1e-15, "maxiter": 500}
NELDER_MEAD = {"xatol": 1e-10, "fatol": 1e-15, "maxiter": 4000}


@dataclass(frozen=True, eq=False)
class Deal:
    """What a bargaining solution chooses.

    outcome: its name, None where no outcome leaves every party better off; why then says so. payoff, gain [p]: in
    levels and over the disagreement point. value: of the solution's objective. lottery: outcomes with probabilities.
    settings [m]: of the instruments. ties: other outcomes with the same value.
    """

    solution: str
    outcome: str | None
    payoff: np.ndarray | None = None
    gain: np.ndarray | None = None
    value: float | None = None
    why: str = ""
    lottery: tuple[tuple[str, float], ...] = ()
    settings: np.ndarray | None = None
    ties: tuple[str, ...] = ()


def bargaining_weights(weight: Sequence[float] | None, parties: int) -> np.ndarray:
    """Bargaining weights [p], all 1 by default. Raises QuestionError unless there is a positive one for each party."""
    weights = np.full(parties, 1.0) if weight is None else np.asarray(weight, dtype=float)
    if weights.shape != (parties,) or not np.isfinite(weights).all() or (weights <= 0).any():
        raise QuestionError(f"bargaining weights must be {parties} positive numbers, not {weight}")
    return weights


def _check_solution(solution: str) -> None:
    if solution not in SOLUTIONS:
        raise QuestionError(f"there is no solution {solution!r}; choose {', '.join(SOLUTIONS)}")


def solve(
    table: PayoffTable, disagreement_point: str, solution: str = "nash", *, weight: Sequence[float] | None = None
) -> Deal:
    """The deal on a list of outcomes.

    solution: one of SOLUTIONS. weight [p]: bargaining power, used by nash only. Of outcomes with the same value the one
    with the largest sum of gains is chosen. Raises QuestionError.

    >>> from detente.bargain.outcomes import Package, payoff_table
    >>> packages = [Package("x", {"a": 4, "b": 1}), Package("y", {"a": 2, "b": 3})]
    >>> solve(payoff_table(packages, {"status quo": {"a": 0, "b": 0}}), "status quo").outcome
    'y'
    """
    _check_solution(solution)
    weights = bargaining_weights(weight, len(table.parties))
    gain = table.gains(disagreement_point)
    better: np.ndarray = np.all(gain > 0, axis=1)
    if not better.any():
        some = "no outcome leaves every party better off" if (gain >= 0).all(1).any() else None
        why = f"{some or 'every outcome leaves somebody worse off'} than {disagreement_point}"
        return Deal(solution, None, why=why)
    objective = _objective(gain, better, solution, weights)
    best = objective.max()
    ties = np.flatnonzero(objective >= best - TIES * max(abs(best), 1))
    k, *others = sorted(ties, key=lambda j: (-gain[j].sum(), j))
    value = float(np.exp(best)) if solution == "nash" else float(best)
    return Deal(
        solution, table.names[k], table.payoff[k].copy(), gain[k], value, ties=tuple(table.names[j] for j in others)
    )


def _objective(gain: np.ndarray, better: np.ndarray, solution: str, weights: np.ndarray) -> np.ndarray:
    """What a solution maximises [k]; minus infinity where a party does not gain."""
    objective = np.full(len(gain), -np.inf)
    rows = gain[better]
    if solution == "nash":
        objective[better] = np.log(rows) @ weights
    elif solution == "egalitarian":
        objective[better] = rows.min(1)
    else:
        ideal = gain[(gain >= 0).all(1)].max(0)
        objective[better] = (rows / ideal).min(1)
    return objective


def weight_range(table: PayoffTable, disagreement_point: str, outcome: str) -> tuple[float, float] | None:
    """The lowest and highest weight of the first of two parties at which an outcome is the Nash deal; None if never.

    Weights sum to 1. The range says what one must believe about bargaining power for this deal to be the one agreed on.
    Raises QuestionError unless there are two parties.

    >>> from detente.bargain.outcomes import Package, payoff_table
    >>> packages = [Package("x", {"a": 4, "b": 1}), Package("y", {"a": 1, "b": 4})]
    >>> weight_range(payoff_table(packages, {"status quo": {"a": 0, "b": 0}}), "status quo", "x")
    (0.5, 1.0)
    """
    if len(table.parties) != 2:
        raise QuestionError(f"the range of weights is for two parties; there are {len(table.parties)}")
    gain = table.gains(disagreement_point)
    better: np.ndarray = np.all(gain > 0, axis=1)
    k = table.names.index(outcome)
    if not better[k]:
        return None
    logs = np.log(gain[better])
    own = np.log(gain[k])
    slope = (own[0] - logs[:, 0]) - (own[1] - logs[:, 1])  # the outcome wins where slope * weight + level >= 0
    level = own[1] - logs[:, 1]
    return _interval(slope, level)


def _interval(slope: np.ndarray, level: np.ndarray) -> tuple[float, float] | None:
    """The part of [0, 1] in which slope [k] * w + level [k] >= 0 for all k."""
    low, high = 0.0, 1.0
    for a, b in zip(slope, level, strict=True):
        if a > 0:
            low = max(low, -b / a)
        elif a < 0:
            high = min(high, -b / a)
        elif b < 0:
            return None
    return (float(low), float(high)) if low <= high + TIES else None


def weight_ranges(table: PayoffTable, disagreement_point: str, outcome: str) -> list[tuple[float, float]] | None:
    """The lowest and highest weight of each party at which an outcome is the Nash deal, as `weight_range` has it for
    the first of two; None if it never is.

    Of three or more parties, the weights at which an outcome is the deal form a polytope in the simplex: the range of a
    party is its shadow, with the other weights as suits the outcome best.

    >>> from detente.bargain.outcomes import Package, payoff_table
    >>> rows = {"x": (4, 1, 1), "y": (1, 4, 1), "z": (1, 1, 4)}
    >>> packages = [Package(name, dict(zip("abc", row))) for name, row in rows.items()]
    >>> ranges = weight_ranges(payoff_table(packages, {"status quo": dict.fromkeys("abc", 0)}), "status quo", "x")
    >>> [(round(low, 4), round(high, 4)) for low, high in ranges]
    [(0.3333, 1.0), (0.0, 0.5), (0.0, 0.5)]
    """
    if len(table.parties) == 2:
        span = weight_range(table, disagreement_point, outcome)
        return None if span is None else [span, (1 - span[1], 1 - span[0])]
    gain = table.gains(disagreement_point)
    better: np.ndarray = np.all(gain > 0, axis=1)
    k = table.names.index(outcome)
    if not better[k]:
        return None
    worse_by = np.log(gain[better]) - np.log(gain[k])  # [other, p]: the outcome wins where worse_by @ weights <= 0
    ends = [[_end_of_weights(worse_by, p, sign) for sign in (1, -1)] for p in range(len(table.parties))]
    ranges = [(low, high) for low, high in ends if low is not None and high is not None]
    return ranges if len(ranges) == len(ends) else None


def _end_of_weights(worse_by: np.ndarray, party: int, sign: int) -> float | None:
    """The lowest (sign 1) or highest (-1) weight of a party where worse_by [k,p] @ weights <= 0; None if nowhere."""
    from scipy.optimize import linprog

    objective = np.zeros(worse_by.shape[1])
    objective[party] = sign
    total = np.ones((1, len(objective)))
    result = linprog(objective, worse_by, np.zeros(len(worse_by)), total, [1.0], bounds=(0, 1), method="highs")
    return float(result.x[party]) if result.success else None


class _EdgePoint(NamedTuple):
    """A lottery over two outcomes: the second with probability `second`."""

    objective: float
    outcomes: tuple[int, int]
    second: float


def solve_lotteries(
    table: PayoffTable, disagreement_point: str, solution: str = "nash", *, weight: Sequence[float] | None = None
) -> Deal:
    """The deal of two parties that can agree on a lottery over outcomes: the solution on the convex hull.

    Arguments as for `solve`. The deal's lottery mixes at most two outcomes. Raises QuestionError.

    >>> from detente.bargain.outcomes import Package, payoff_table
    >>> packages = [Package("x", {"a": 1, "b": 0}), Package("y", {"a": 0, "b": 1})]
    >>> solve_lotteries(payoff_table(packages, {"status quo": {"a": 0, "b": 0}}), "status quo").lottery
    (('x', 0.5), ('y', 0.5))
    """
    if len(table.parties) != 2:
        raise QuestionError(f"lotteries are solved for two parties; there are {len(table.parties)}")
    _check_solution(solution)
    gain = table.gains(disagreement_point)
    weights = bargaining_weights(weight, 2)
    best = max(_edge_points(gain, solution, weights), key=lambda point: point.objective, default=None)
    if best is None:
        return Deal(
            solution, None, why=f"no lottery over the outcomes leaves both parties better off than {disagreement_point}"
        )
    i, j = best.outcomes
    mean = gain[i] + best.second * (gain[j] - gain[i])
    lottery = tuple((table.names[k], float(p)) for k, p in ((i, 1 - best.second), (j, best.second)) if p > 0)
    value = float(np.exp(best.objective)) if solution == "nash" else best.objective
    name = " or ".join(n for n, _ in lottery)
    return Deal(solution, name, mean + table.disagreement_point(disagreement_point), mean, value, lottery=lottery)


def _edge_points(gain: np.ndarray, solution: str, weights: np.ndarray) -> Iterator[_EdgePoint]:
    """Points on the efficient edge of the convex hull where the solution can lie, with its objective."""
    edge = _efficient_edge(gain)
    ideal = np.array([_ideal_on_edge(gain, edge, p) for p in (0, 1)])
    everybody = np.array([True])
    for i, j in list(pairwise(edge)) or [(edge[0], edge[0])]:
        step = gain[j] - gain[i]
        for t in _candidates(gain[i], step, solution, weights, ideal):
            point = gain[i] + t * step
            if (point <= 0).any():
                continue
            if solution == "kalai-smorodinsky":
                objective = float((point / ideal).min())
            else:
                objective = float(_objective(point[None], everybody, solution, weights)[0])
            yield _EdgePoint(objective, (i, j), t)


def _efficient_edge(gain: np.ndarray) -> list[int]:
    """Corners of the upper right edge of the convex hull, from the first party's best outcome to the second's."""
    start = max(range(len(gain)), key=lambda k: (gain[k, 0], gain[k, 1]))
    stop = max(range(len(gain)), key=lambda k: (gain[k, 1], gain[k, 0]))
    edge = [start]
    while edge[-1] != stop:
        last = gain[edge[-1]]
        higher = [k for k in range(len(gain)) if gain[k, 1] > last[1]]
        edge.append(min(higher, key=lambda k: ((last[0] - gain[k, 0]) / (gain[k, 1] - last[1]), -gain[k, 1])))
    return edge


def _ideal_on_edge(gain: np.ndarray, edge: list[int], party: int) -> float:
    """A party's best gain on the edge among points at which the other party is not worse off."""
    other, best = 1 - party, -np.inf
    for i, j in zip(edge, edge[1:] or edge, strict=False):
        a, b = gain[i], gain[j]
        for t in (0.0, 1.0):
            point = a + t * (b - a)
            if point[other] >= 0:
                best = max(best, float(point[party]))
        if a[other] * b[other] < 0:
            t = a[other] / (a[other] - b[other])
            best = max(best, float(a[party] + t * (b[party] - a[party])))
    return best


def _candidates(a: np.ndarray, step: np.ndarray, solution: str, w: np.ndarray, ideal: np.ndarray) -> list[float]:
    """Where on a side a + t step of the edge, 0 <= t <= 1, a solution can lie."""
    candidates = [0.0, 1.0]
    if solution == "nash":
        if step[0] * step[1]:
            candidates.append(float(-(w[0] * step[0] * a[1] + w[1] * step[1] * a[0]) / (step[0] * step[1] * w.sum())))
    else:
        scale = ideal if solution == "kalai-smorodinsky" else np.ones(2)
        slope = step[0] / scale[0] - step[1] / scale[1]
        if slope:
            candidates.append(float((a[1] / scale[1] - a[0] / scale[0]) / slope))
    return [t for t in candidates if 0 <= t <= 1]


def solve_continuous(
    payoff: Callable[[np.ndarray], Any],
    bounds: Sequence[tuple[float, float]],
    disagreement_point: Sequence[float],
    solution: str = "nash",
    *,
    weight: Sequence[float] | None = None,
    starts: int = 5,
) -> Deal:
    """The deal over continuous settings of instruments.

    payoff: of settings x [m], for every party [p]. bounds: (low, high) of each instrument. disagreement_point: payoffs
    [p]. starts: points of an even grid an instrument; the search starts from the best of them. Raises QuestionError for
    invalid bounds or payoffs, NotConverged where no start ends at an optimum.

    >>> deal = solve_continuous(lambda x: (x[0] ** 0.5, 1 - x[0]), [(0, 1)], (0, 0))
    >>> deal.settings.round(4).tolist()
    [0.3333]
    """
    _check_solution(solution)
    point = np.asarray(disagreement_point, dtype=float)
    search = _Search(payoff, _checked_bounds(bounds), point, bargaining_weights(weight, len(point)), solution)
    grid = _start_grid(search.bounds, starts)
    gain = np.array([search.gains(x) for x in grid])
    scale = search.scale(grid, gain)
    if (scale <= 0).any():
        return Deal(solution, None, why="some party gains nothing in any package that leaves nobody worse off")
    order = np.argsort(-(gain / scale).min(1))[: max(starts, 3)]
    best = _best_result([search.run(grid[k], float((gain[k] / scale).min()), scale) for k in order])
    if best is None or (search.gains(best.x) <= 0).any():
        return Deal(solution, None, why="no package leaves every party better off than the disagreement point")
    return search.deal(best.x, scale)


def _best_result(results: Sequence[_SearchResult]) -> _SearchResult | None:
    if not any(r.finished for r in results):
        raise NotConverged("no start of the search ended at an optimum; narrow the bounds or smooth the payoffs")
    return max((r for r in results if r.feasible), key=lambda r: r.objective, default=None)


def _checked_bounds(bounds: Sequence[tuple[float, float]]) -> np.ndarray:
    box = np.asarray(bounds, dtype=float)
    if box.ndim != 2 or box.shape[1] != 2 or not np.isfinite(box).all() or (box[:, 0] > box[:, 1]).any():
        raise QuestionError(f"bounds must be a finite (low, high) for each instrument, not {list(bounds)}")
    return box


def _start_grid(bounds: np.ndarray, starts: int) -> np.ndarray:
    """An even grid [k,m] within the bounds, finer where there is one instrument and coarser where there are many."""
    count = max(3, min(starts, int(2000 ** (1 / len(bounds)))))
    axes = [np.linspace(low, high, count * 4 + 1 if len(bounds) == 1 else count) for low, high in bounds]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(bounds))


class _SearchResult(NamedTuple):
    """feasible: whether every party gains where the search ended. finished: whether it ended at an optimum."""

    x: np.ndarray
    objective: float
    feasible: bool
    finished: bool


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for a deal over settings x [m] within bounds [m,2]."""

    payoff: Callable[[np.ndarray], Any]
    bounds: np.ndarray
    disagreement_point: np.ndarray
    weights: np.ndarray
    solution: str

    def gains(self, x: np.ndarray) -> np.ndarray:
        """Gains [p] of settings. Raises QuestionError unless there is a finite one for each party."""
        gain: np.ndarray = np.asarray(self.payoff(x), dtype=float) - self.disagreement_point
        if gain.shape != self.disagreement_point.shape or not np.isfinite(gain).all():
            raise QuestionError(
                f"the package {x} has payoffs {gain + self.disagreement_point}; each party needs a finite number"
            )
        return gain

    def scale(self, grid: np.ndarray, gain: np.ndarray) -> np.ndarray:
        """What gains [p] are divided by: each party's best gain, 1, or for nash the largest on the grid."""
        if self.solution == "kalai-smorodinsky":
            return np.array([self._ideal(grid, gain, p) for p in range(gain.shape[1])])
        if self.solution == "egalitarian":
            return np.ones(gain.shape[1])
        largest: np.ndarray = np.maximum(np.abs(gain).max(0), TINY)
        return largest

    def run(self, start: np.ndarray, floor: float, scale: np.ndarray) -> _SearchResult:
        """Raise the smallest scaled gain from a start, at which it is `floor`; for nash go on to the best product."""
        x, success = self._maximin(start, floor, scale)
        smallest = float((self.gains(x) / scale).min())
        if self.solution != "nash":
            return _SearchResult(x, smallest, True, success or smallest > floor - TIES)
        if smallest <= 0:
            return _SearchResult(x, smallest, False, True)
        return self._maximise_product(x, scale)

    def deal(self, x: np.ndarray, scale: np.ndarray) -> Deal:
        """The deal at settings at which every party gains."""
        gain = self.gains(x)
        value = float(np.prod(gain**self.weights)) if self.solution == "nash" else float((gain / scale).min())
        return Deal(self.solution, "package", gain + self.disagreement_point, gain, value, settings=x)

    def _maximin(self, start: np.ndarray, floor: float, scale: np.ndarray) -> tuple[np.ndarray, bool]:
        """(settings, success): maximise t subject to every scaled gain being at least t, with t appended to x."""
        from scipy.optimize import minimize

        result = minimize(
            lambda z: -z[-1],
            np.append(start, floor),
            jac=lambda z: np.append(np.zeros(z.size - 1), -1.0),
            method="SLSQP",
            bounds=[*self._limits(), (None, None)],
            constraints=[{"type": "ineq", "fun": lambda z: self.gains(z[:-1]) / scale - z[-1]}],
            options=SLSQP,
        )
        return self._clip(result.x[:-1]), bool(result.success)

    def _maximise_product(self, x: np.ndarray, scale: np.ndarray) -> _SearchResult:
        """The best weighted log product uphill from settings at which every party gains."""
        from scipy.optimize import minimize, minimize_scalar

        def loss(z: np.ndarray) -> float:
            gain = self.gains(self._clip(z)) / scale
            return 1e6 * (1 - float(gain.min())) if (gain <= 0).any() else -float(np.log(gain) @ self.weights)

        if len(self.bounds) == 1:
            (limits,) = self._limits()
            precision = {"xatol": 1e-12 * max(1.0, float(np.abs(self.bounds).max()))}
            line = minimize_scalar(lambda t: loss(np.array([t])), bounds=limits, method="bounded", options=precision)
            return _SearchResult(np.array([float(line.x)]), -float(line.fun), True, True)
        result = minimize(loss, x, method="Nelder-Mead", bounds=self._limits(), options=NELDER_MEAD)
        return _SearchResult(self._clip(result.x), -float(result.fun), True, bool(result.success))

    def _ideal(self, grid: np.ndarray, gain: np.ndarray, party: int) -> float:
        """A party's best gain among settings that leave nobody worse off."""
        from scipy.optimize import minimize

        feasible = (gain >= 0).all(1)
        if not feasible.any():
            return -np.inf
        best = float(gain[feasible, party].max())
        for k in np.flatnonzero(feasible)[np.argsort(-gain[feasible, party])[:3]]:
            result = minimize(
                lambda x: -self.gains(x)[party],
                grid[k],
                method="SLSQP",
                bounds=self._limits(),
                constraints=[{"type": "ineq", "fun": self.gains}],
                options=SLSQP,
            )
            end = self.gains(self._clip(result.x))
            if (end >= -1e-9 * max(1.0, np.abs(end).max())).all():
                best = max(best, float(end[party]))
        return best

    def _limits(self) -> list[tuple[float, float]]:
        return [(row[0], row[1]) for row in self.bounds]

    def _clip(self, x: np.ndarray) -> np.ndarray:
        clipped: np.ndarray = np.clip(x, self.bounds[:, 0], self.bounds[:, 1])
        return clipped


def payoff_interpolant(axes: Sequence[Sequence[float]], payoff: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """A function of settings [..., m] that gives payoffs [..., p]: the polynomial through a grid of them [...m,p].

    axes: the grid's settings of each instrument, rising. On an axis with n settings the polynomial has degree n - 1; it
    is exact at the nodes, and meant for few of them. Berrut and Trefethen (2004), SIAM Review 46(3).

    >>> grid = np.linspace(0, 1, 5)
    >>> payoff = np.stack(np.meshgrid(grid, grid, indexing="ij"), -1)
    >>> payoff_interpolant((grid, grid), payoff)(np.array([0.3, 0.6])).round(6).tolist()
    [0.3, 0.6]
    """
    nodes = [np.asarray(axis, dtype=float) for axis in axes]
    weights = [_barycentric_weights(x) for x in nodes]
    values = np.asarray(payoff, dtype=float)

    def interpolate(settings: np.ndarray) -> np.ndarray:
        where = np.asarray(settings, dtype=float)
        points = where.reshape(-1, len(nodes))
        result = np.tensordot(_lagrange(points[:, 0], nodes[0], weights[0]), values, 1)  # [k, ...m, p]
        for m in range(1, len(nodes)):
            result = np.einsum("kn,kn...->k...", _lagrange(points[:, m], nodes[m], weights[m]), result)
        return np.asarray(result.reshape(*where.shape[:-1], values.shape[-1]))

    return interpolate


def _barycentric_weights(nodes: np.ndarray) -> np.ndarray:
    """The weights [n] of the barycentric formula."""
    difference = nodes[:, None] - nodes
    np.fill_diagonal(difference, 1.0)
    return np.asarray(1 / difference.prod(1))


def _lagrange(x: np.ndarray, nodes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The Lagrange polynomials [k,n] of nodes [n] at points [k]."""
    difference = x[:, None] - nodes
    at_node = difference == 0
    terms = weights / np.where(at_node, 1.0, difference)
    terms = np.where(at_node.any(1, keepdims=True), at_node, terms)
    return np.asarray(terms / terms.sum(1, keepdims=True))
