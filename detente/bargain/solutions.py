"""Where a bargain lands: Nash, Kalai-Smorodinsky and egalitarian, on lists, on lotteries over lists, on packages.

Axes: k outcome, p party. Gains are payoffs over the disagreement point; only outcomes that leave nobody below it are
feasible. Nash (1950); Kalai and Smorodinsky (1975); Kalai (1977). A list admits no lottery unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from detente.bargain.outcomes import PayoffTable
from detente.errors import NotConverged, QuestionError

SOLUTIONS = ("nash", "kalai-smorodinsky", "egalitarian")
TIES = 1e-12  # relative: gains closer than rounding are one


@dataclass(frozen=True, eq=False)
class Deal:
    """solution; outcome: its name, None where no outcome leaves every party better off, and why says so.

    payoff, gain [p]: levels and gains over the point; value: what the solution maximises. mix: a lottery's outcomes and
    chances; package: the instruments' settings, for packages. ties: other outcomes that do as well.
    """

    solution: str
    outcome: str | None
    payoff: np.ndarray | None = None
    gain: np.ndarray | None = None
    value: float | None = None
    why: str = ""
    mix: tuple[tuple[str, float], ...] = ()
    package: np.ndarray | None = None
    ties: tuple[str, ...] = ()


def weights(given: Sequence[float] | None, parties: int) -> np.ndarray:
    """Bargaining weights [p], all one unless given. Raises QuestionError."""
    found = np.full(parties, 1.0) if given is None else np.asarray(given, dtype=float)
    if found.shape != (parties,) or not np.isfinite(found).all() or (found <= 0).any():
        raise QuestionError(f"bargaining weights are {parties} positive numbers; {given} are not")
    return found


def solve(
    given: PayoffTable, disagreement: str, solution: str = "nash", *, weight: Sequence[float] | None = None
) -> Deal:
    """The deal on a list of outcomes. Raises QuestionError for a solution that is none."""
    if solution not in SOLUTIONS:
        raise QuestionError(f"no solution is named {solution!r}; there is {', '.join(SOLUTIONS)}")
    w = weights(weight, len(given.parties))
    gain = given.gains(disagreement)
    able: np.ndarray = np.all(gain >= 0, axis=1)
    better: np.ndarray = np.all(gain > 0, axis=1)
    if not better.any():
        return Deal(solution, None, why=_none(able, disagreement, given))
    score = _scores(gain, better, solution, w)
    best = score.max()
    close = np.flatnonzero(score >= best - TIES * max(abs(best), 1))
    order = sorted(close, key=lambda k: (-gain[k].sum(), k))
    k = order[0]
    value = float(np.exp(best)) if solution == "nash" else float(best)
    others = tuple(given.names[j] for j in order[1:])
    return Deal(solution, given.names[k], given.payoff[k].copy(), gain[k], value, ties=others)


def _scores(gain: np.ndarray, better: np.ndarray, solution: str, w: np.ndarray) -> np.ndarray:
    """What a solution maximises [k]; minus infinity where a party does not gain."""
    found = np.full(len(gain), -np.inf)
    rows = gain[better]
    if solution == "nash":
        found[better] = np.log(rows) @ w
    elif solution == "egalitarian":
        found[better] = rows.min(1)
    else:
        ideal = gain[(gain >= 0).all(1)].max(0)
        found[better] = (rows / ideal).min(1)
    return found


def _none(able: np.ndarray, disagreement: str, given: PayoffTable) -> str:
    if not able.any():
        return f"every outcome leaves somebody worse off than {disagreement}"
    return f"no outcome leaves every party better off than {disagreement}"


def weight_range(given: PayoffTable, disagreement: str, outcome: str) -> tuple[float, float] | None:
    """The weights of the first of two parties, lowest and highest, at which `outcome` is the Nash deal; None if never.

    Read backwards: how strong one must believe each side to be for this deal to be where talks land.
    """
    if len(given.parties) != 2:
        raise QuestionError("the range of weights is for two parties")
    gain = given.gains(disagreement)
    better: np.ndarray = np.all(gain > 0, axis=1)
    k = given.names.index(outcome)
    if not better[k]:
        return None
    logs = np.log(gain[better])
    own = np.log(gain[k])
    slope = (own[0] - logs[:, 0]) - (own[1] - logs[:, 1])  # own beats others where slope * w + level >= 0
    level = own[1] - logs[:, 1]
    low, high = 0.0, 1.0
    for a, b in zip(slope, level, strict=True):
        if a > 0:
            low = max(low, -b / a)
        elif a < 0:
            high = min(high, -b / a)
        elif b < 0:
            return None
    return (float(low), float(high)) if low <= high + TIES else None


def on_lotteries(
    given: PayoffTable, disagreement: str, solution: str = "nash", *, weight: Sequence[float] | None = None
) -> Deal:
    """The deal of two parties when chances over outcomes can be agreed: the set is convex, solved on its upper edge."""
    if len(given.parties) != 2:
        raise QuestionError(f"lotteries are solved for two parties; there are {len(given.parties)}")
    if solution not in SOLUTIONS:
        raise QuestionError(f"no solution is named {solution!r}; there is {', '.join(SOLUTIONS)}")
    w = weights(weight, 2)
    gain = given.gains(disagreement)
    edge = _edge(gain)
    ends = list(pairwise(edge)) or [(edge[0], edge[0])]
    ideal = np.array([_reach(gain, edge, p) for p in (0, 1)])
    best: tuple[float, int, int, float] | None = None
    for i, j in ends:
        a, step = gain[i], gain[j] - gain[i]
        for t in _candidates(a, step, solution, w, ideal):
            at = a + t * step
            if (at <= 0).any():
                continue
            score = (
                float(_scores(at[None], np.array([True]), solution, w)[0])
                if solution != SOLUTIONS[1]
                else float((at / ideal).min())
            )
            if best is None or score > best[0]:
                best = (score, i, j, t)
    if best is None:
        return Deal(solution, None, why=f"no chance over the outcomes leaves both better off than {disagreement}")
    score, i, j, t = best
    at = gain[i] + t * (gain[j] - gain[i])
    mix = tuple((given.names[k], float(p)) for k, p in ((i, 1 - t), (j, t)) if p > 0)
    value = float(np.exp(score)) if solution == "nash" else score
    return Deal(solution, " or ".join(n for n, _ in mix), at + given.point(disagreement), at, value, mix=mix)


def _edge(gain: np.ndarray) -> list[int]:
    """Corners of the upper right edge of the hull, from the first party's best to the second's."""
    start = max(range(len(gain)), key=lambda k: (gain[k, 0], gain[k, 1]))
    stop = max(range(len(gain)), key=lambda k: (gain[k, 1], gain[k, 0]))
    edge = [start]
    while edge[-1] != stop:
        here = gain[edge[-1]]
        ahead = [k for k in range(len(gain)) if gain[k, 1] > here[1]]
        edge.append(min(ahead, key=lambda k: ((here[0] - gain[k, 0]) / (gain[k, 1] - here[1]), -gain[k, 1])))
    return edge


def _reach(gain: np.ndarray, edge: list[int], party: int) -> float:
    """A party's best gain on the edge, and below it, where the other is not worse off."""
    other, best = 1 - party, -np.inf
    for i, j in zip(edge, edge[1:] or edge, strict=False):
        a, b = gain[i], gain[j]
        for t in (0.0, 1.0):
            at = a + t * (b - a)
            if at[other] >= 0:
                best = max(best, float(at[party]))
        if a[other] * b[other] < 0:
            t = a[other] / (a[other] - b[other])
            best = max(best, float(a[party] + t * (b[party] - a[party])))
    return best


def _candidates(a: np.ndarray, step: np.ndarray, solution: str, w: np.ndarray, ideal: np.ndarray) -> list[float]:
    """Where on a stretch [0, 1] of the edge a solution can lie."""
    found = [0.0, 1.0]
    if solution == "nash":
        if step[0] * step[1]:
            found.append(float(-(w[0] * step[0] * a[1] + w[1] * step[1] * a[0]) / (step[0] * step[1] * w.sum())))
    else:
        scale = ideal if solution == "kalai-smorodinsky" else np.ones(2)
        slope = step[0] / scale[0] - step[1] / scale[1]
        if slope:
            found.append(float((a[1] / scale[1] - a[0] / scale[0]) / slope))
    return [t for t in found if 0 <= t <= 1]


def on_packages(
    payoff: Callable[[np.ndarray], Any],
    bounds: Sequence[tuple[float, float]],
    disagreement: Sequence[float],
    solution: str = "nash",
    *,
    weight: Sequence[float] | None = None,
    starts: int = 5,
) -> Deal:
    """The deal over continuous settings x [m] within bounds, payoff(x) giving every party's [p].

    Starts from the best points of an even grid, `starts` an instrument. Raises NotConverged where no start ends at an
    optimum, QuestionError for bounds or payoffs that are none.
    """
    from scipy.optimize import minimize

    d = np.asarray(disagreement, dtype=float)
    w = weights(weight, len(d))
    box = np.asarray(bounds, dtype=float)
    if box.ndim != 2 or box.shape[1] != 2 or not np.isfinite(box).all() or (box[:, 0] > box[:, 1]).any():
        raise QuestionError(f"bounds are a (low, high) an instrument; {list(bounds)} are not")
    if solution not in SOLUTIONS:
        raise QuestionError(f"no solution is named {solution!r}; there is {', '.join(SOLUTIONS)}")

    def gains(x: np.ndarray) -> np.ndarray:
        found = np.asarray(payoff(x), dtype=float) - d
        if found.shape != d.shape or not np.isfinite(found).all():
            raise QuestionError(f"the package {x} pays {found + d}; a finite number a party is needed")
        return found

    count = max(3, min(starts, int(2000 ** (1 / len(box)))))
    axes = [np.linspace(low, high, count * 4 + 1 if len(box) == 1 else count) for low, high in box]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(box))
    values = np.array([gains(x) for x in grid])
    scale = np.maximum(np.abs(values).max(0), 1e-300)
    if solution == "kalai-smorodinsky":
        scale = np.array([_ideal(gains, grid, values, box, p) for p in range(len(d))])
        if (scale <= 0).any():
            return Deal(solution, None, why="some party gains nothing in any package that leaves nobody worse off")
    elif solution == "egalitarian":
        scale = np.ones(len(d))
    order = np.argsort(-(values / scale).min(1))[: max(starts, 3)]
    best, finished = None, False
    limits = [tuple(row) for row in box]
    for k in order:
        floor = float((values[k] / scale).min())
        first = np.append(grid[k], floor)
        rule = {"type": "ineq", "fun": lambda z: gains(z[:-1]) / scale - z[-1]}
        found = minimize(
            lambda z: -z[-1], first, jac=lambda z: np.append(np.zeros(z.size - 1), -1.0), method="SLSQP",
            bounds=[*limits, (None, None)], constraints=[rule], options={"ftol": 1e-15, "maxiter": 500},
        )  # fmt: skip
        x, top = np.clip(found.x[:-1], box[:, 0], box[:, 1]), 0.0
        top = float((gains(x) / scale).min())
        if solution == "nash":
            if top <= 0:
                finished = True
                continue
            x, top, done = _nash_from(gains, x, box, w, scale)
            finished |= done
        else:
            finished |= bool(found.success) or top > floor - TIES
        if best is None or top > best[0]:
            best = (top, x)
    if not finished:
        raise NotConverged("no start of the package search came to an optimum; narrow the bounds or smooth the payoffs")
    if best is None or (gains(best[1]) <= 0).any():
        return Deal(solution, None, why="no package leaves every party better off than the disagreement point")
    gain = gains(best[1])
    value = float(np.prod(gain**w)) if solution == "nash" else float((gain / scale).min())
    return Deal(solution, "package", gain + d, gain, value, package=best[1])


def between(axes: Sequence[Sequence[float]], payoff: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Payoffs [p] between the nodes of a grid over two settings, payoff [i,j,p]: cubic, and exact at the nodes."""
    from scipy.interpolate import RectBivariateSpline

    smooth = [RectBivariateSpline(axes[0], axes[1], payoff[..., p], s=0) for p in range(payoff.shape[-1])]
    return lambda x: np.array([float(f(x[0], x[1])[0, 0]) for f in smooth])


def _nash_from(gains: Any, x: np.ndarray, box: np.ndarray, w: np.ndarray, scale: np.ndarray) -> Any:
    """(x, log product, done) uphill from a package that everybody gains from."""
    from scipy.optimize import minimize, minimize_scalar

    def loss(z: np.ndarray) -> float:
        gain = gains(np.clip(z, box[:, 0], box[:, 1])) / scale
        return 1e6 * (1 - float(gain.min())) if (gain <= 0).any() else -float(np.log(gain) @ w)

    if len(box) == 1:
        found = minimize_scalar(lambda t: loss(np.array([t])), bounds=tuple(box[0]), method="bounded",
                                options={"xatol": 1e-12 * max(1.0, float(np.abs(box).max()))})  # fmt: skip
        return np.array([float(found.x)]), -float(found.fun), True
    found = minimize(loss, x, method="Nelder-Mead", bounds=[tuple(r) for r in box],
                     options={"xatol": 1e-10, "fatol": 1e-15, "maxiter": 4000})  # fmt: skip
    return np.clip(found.x, box[:, 0], box[:, 1]), -float(found.fun), bool(found.success)


def _ideal(gains: Any, grid: np.ndarray, values: np.ndarray, box: np.ndarray, party: int) -> float:
    """A party's best gain among packages that leave nobody worse off."""
    from scipy.optimize import minimize

    able = (values >= 0).all(1)
    if not able.any():
        return -np.inf
    best = float(values[able, party].max())
    for k in np.flatnonzero(able)[np.argsort(-values[able, party])[:3]]:
        found = minimize(
            lambda x: -gains(x)[party], grid[k], method="SLSQP", bounds=[tuple(r) for r in box],
            constraints=[{"type": "ineq", "fun": gains}], options={"ftol": 1e-15, "maxiter": 500},
        )  # fmt: skip
        at = gains(np.clip(found.x, box[:, 0], box[:, 1]))
        if (at >= -1e-9 * max(1.0, np.abs(at).max())).all():
            best = max(best, float(at[party]))
    return best
