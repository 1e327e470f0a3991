"""Run a model on numpy: chord steps with one factored baseline Jacobian, Anderson acceleration, Newton where they fail.

A model's state is a NamedTuple of arrays [...,n]; here it is one row x [...,u] of all unknowns. The gap of a row is
max |step(x) - x|: for the models of this package the largest relative miss of any market. A model with many unknowns
brings a correction of its own (`steer`); Newton then solves by Krylov steps.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from detente.economy.policy import Policy, nothing
from detente.economy.world import World

MEMORY = 5  # past steps that Anderson acceleration mixes
RIDGE = np.float32(1e-6) * np.eye(
    MEMORY, dtype=np.float32
)  # on the scaled Gram matrix: the rounding of single precision
MANY = 32  # scenarios from which a batch earns a Jacobian of its own
CHUNK = 32  # scenarios solved side by side, more of a small model: the history stays in the processor's cache
CELLS = 50_000  # unknowns side by side that still do
CHORD = 40  # chord steps before Newton is tried
DIVERGED = 1e6  # a gap beyond which a row has left the room
LARGE = 1000  # unknowns from which Newton solves by Krylov steps
Preconditioner = Callable[[np.ndarray], np.ndarray]  # misses [k,u] to what is added to x, in single precision
_steer: WeakKeyDictionary[World, dict[Any, Preconditioner]] = WeakKeyDictionary()


class Solution(NamedTuple):
    """x [...,u] where the solver stood, its gap [...], steps [...], and the model's report there."""

    x: np.ndarray
    residual: np.ndarray
    iterations: np.ndarray
    report: dict[str, np.ndarray] | None = None


def to_row(state: Any) -> np.ndarray:
    """One row of all unknowns."""
    return np.concatenate(state, axis=-1)


def to_state(model: Any, world: World, x: np.ndarray) -> Any:
    """The model's state from a row."""
    first = model.start(world)
    return type(first)(*np.split(x, np.cumsum([part.shape[-1] for part in first])[:-1], axis=-1))


def residual_function(model: Any, world: World, policy: Policy, reach: Any) -> Callable[[np.ndarray], np.ndarray]:
    """x -> step(x) - x."""
    first = model.start(world)
    kind, ends = type(first), np.cumsum([part.shape[-1] for part in first]).tolist()
    slots = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]

    def move(x: np.ndarray) -> np.ndarray:
        return np.concatenate(model.step(world, policy, reach, kind(*(x[..., s] for s in slots))), axis=-1) - x

    return move


def inverse_jacobian(move: Callable[[np.ndarray], np.ndarray], x: np.ndarray, kind: type = float) -> np.ndarray:
    """Minus the inverse Jacobian of `move` at one row x [u], by forward differences in one batch: [u,u]."""
    width = 1e-7
    moved = move(x + width * np.vstack([np.zeros_like(x), np.eye(x.size)]))
    return -np.linalg.inv(((moved[1:] - moved[0]).T / width).astype(kind))


def dense(steer: np.ndarray, miss: np.ndarray) -> np.ndarray:
    """A correction [u,u] acting on rows from the right."""
    return miss.astype(np.float32) @ steer


def preconditioner(model: Any, world: World) -> Preconditioner:
    """The correction at the baseline, once for each world and model, in single precision: it only steers.

    A model with many unknowns gives its own, structured, by `steer`.
    """
    known = _steer.setdefault(world, {})
    if model not in known:
        known[model] = (
            model.preconditioner(world)
            if hasattr(model, "preconditioner")
            else dense_preconditioner(model, world, nothing(world))
        )
    return known[model]


def lazy_preconditioner(model: Any, world: World) -> Preconditioner:
    """The same, worked out when it is first asked for: never where the start is already right."""
    return lambda miss: preconditioner(model, world)(miss)


def inherit_preconditioner(world: World, other: World, model: Any) -> None:
    """Let a world be steered by the correction of another that is near it: it only steers."""
    _steer.setdefault(world, {})[model] = preconditioner(model, other)


def dense_preconditioner(model: Any, world: World, policy: Policy, x: np.ndarray | None = None) -> Preconditioner:
    """The correction at x, the baseline if not given, as a dense matrix."""
    move = residual_function(model, world, policy, model.prepare(world, policy))
    at = to_row(model.start(world)) if x is None else x
    return partial(dense, np.ascontiguousarray(inverse_jacobian(move, at, np.float32).T))


def chord(move: Callable, x: np.ndarray, steer: Preconditioner, tolerance: float, limit: int) -> Solution:
    """Anderson-accelerated chord steps on rows x [k,u]."""
    past = AndersonHistory(*x.shape)
    best, least, steps = x, np.full(len(x), np.inf), np.full(len(x), limit)
    for n in range(limit + 1):
        miss = move(x)
        gap = np.abs(miss).max(-1)
        better = gap < least  # false for a row that is not a number
        best = x if better.all() else np.where(better[:, None], x, best)
        steps = np.where(better & (gap <= tolerance) & (least > tolerance), n, steps)
        least = np.where(better, gap, least)
        arrived = least <= tolerance
        if arrived.all() or n == limit or (n >= 8 and not (gap < DIVERGED).all()):
            break
        new = past.mixed(x, steer(miss))
        x = np.where(arrived[:, None], x, new) if arrived.any() else new
    return Solution(best, least, steps)


class AndersonHistory:
    """Anderson acceleration for rows side by side: the last MEMORY differences, in single precision (they only mix)."""

    def __init__(self, rows: int, size: int):
        self.moves, self.drops = np.zeros((2, rows, MEMORY, size), np.float32)
        self.gram = np.zeros((rows, MEMORY, MEMORY), np.float32)
        self.before: tuple[np.ndarray, np.ndarray] | None = None
        self.taken = 0

    def mixed(self, x: np.ndarray, push: np.ndarray) -> np.ndarray:
        """The next x [k,u]: x + push less the past pushes that least squares finds in it."""
        pushed = new = x + push
        if self.before is not None:
            at, deep = self.taken % MEMORY, min(self.taken + 1, MEMORY)
            self.drops[:, at], self.moves[:, at] = push - self.before[0], pushed - self.before[1]
            inner = (self.drops @ self.drops[:, at, :, None])[..., 0]
            self.gram[:, at], self.gram[:, :, at] = inner, inner
            gram = self.gram[:, :deep, :deep]
            size = np.sqrt(gram.diagonal(axis1=1, axis2=2))[..., None]
            right = (self.drops[:, :deep] @ push[..., None]) / size
            weight = np.linalg.solve(gram / (size * size.swapaxes(1, 2)) + RIDGE[:deep, :deep], right) / size
            new = pushed - (weight.swapaxes(1, 2) @ self.moves[:, :deep])[:, 0]
            self.taken += 1
        self.before = push, pushed
        return new


def krylov(move: Callable, x: np.ndarray, miss: np.ndarray, steer: Preconditioner) -> np.ndarray:
    """The Newton step at one row x [u] by GMRES on differences of `move`, steered."""
    from scipy.sparse.linalg import LinearOperator, gmres

    def along(v: np.ndarray) -> np.ndarray:
        width = 1e-7 / max(float(np.abs(v).max()), 1e-300)
        return (move(x + width * v) - miss) / width

    square = (x.size, x.size)
    slope = LinearOperator(square, matvec=along, dtype=float)
    ahead = LinearOperator(square, matvec=lambda v: -steer(v[None])[0].astype(float), dtype=float)
    return gmres(slope, -miss, M=ahead, rtol=1e-4, restart=40, maxiter=3)[0]


def newton(move: Callable, x: np.ndarray, tolerance: float, limit: int, steer: Preconditioner) -> Solution:
    """Newton with a fresh Jacobian and halved steps on one row x [u]: slow, for what the chord cannot reach."""
    miss = move(x)
    gap, steps = np.abs(miss).max(), 0
    while steps < limit and gap > tolerance:
        steps += 1
        try:
            push = krylov(move, x, miss, steer) if x.size > LARGE else inverse_jacobian(move, x) @ miss
        except np.linalg.LinAlgError:
            break
        push *= min(1.0, 2.0 / max(np.abs(push).max(), 1e-300))  # no hat moves by more than e^2 at once
        for halving in range(12):
            trial = x + push * 0.5**halving
            after = move(trial)
            if np.linalg.norm(after) < (1 - 1e-4 * 0.5**halving) * np.linalg.norm(miss):
                break
        else:
            break
        x, miss, gap = trial, after, np.abs(after).max()
    return Solution(x, np.asarray(gap), np.asarray(steps))


def continuation(model: Any, world: World, policy: Policy, tolerance: float, limit: int) -> Solution:
    """One scenario by Newton, walking from the baseline to the policy in strides that shorten where Newton fails."""
    x, done, stride, spent = to_row(model.start(world)), 0.0, 1.0, 0
    last = Solution(x, np.asarray(np.inf), np.asarray(0))
    while spent < limit and stride > 1e-3:
        to = min(1.0, done + stride)
        part = policy.scaled(world, to) if to < 1 else policy
        near = tolerance if to == 1 else 1e-6
        move = residual_function(model, world, part, model.prepare(world, part))
        tried = newton(move, x, near, min(20, limit - spent), preconditioner(model, world))
        spent += int(tried.iterations)
        if to == 1 and tried.residual < last.residual:
            last = tried
        if tried.residual > near:
            stride /= 4
        elif to == 1:
            break
        else:
            x, done, stride = tried.x, to, stride * 2
    return last._replace(iterations=np.asarray(spent))


def solve_one(model: Any, world: World, policy: Policy, tolerance: float, limit: int, start: Any = None) -> Solution:
    """One scenario: chord steps from a state, the baseline if not given, then Newton if they did not arrive; with the
    report."""
    reach = model.prepare(world, policy)
    first = to_row(model.start(world) if start is None else start)[None]
    found = chord(
        residual_function(model, world, policy, reach),
        first,
        lazy_preconditioner(model, world),
        tolerance,
        min(limit, CHORD),
    )
    tried = Solution(found.x[0], found.residual[0], found.iterations[0])
    if not tried.residual <= tolerance:
        again = continuation(model, world, policy, tolerance, limit)
        tried = (again if again.residual < tried.residual else tried)._replace(
            iterations=tried.iterations + again.iterations
        )
    return tried._replace(report=model.report(world, policy, reach, to_state(model, world, tried.x)))


def warm_start(model: Any, world: World, policy: Policy, tolerance: float) -> tuple[np.ndarray, Preconditioner]:
    """Where a batch starts and what steers it: at the mean of its policies if it is large, else at the baseline."""
    first, steer = to_row(model.start(world)), preconditioner(model, world)
    if len(policy.rate) < MANY:
        return first, steer
    cost = None if policy.cost is None else np.exp(np.log(policy.cost).reshape(-1, policy.rate.shape[-1]).mean(0))
    mean = replace(policy, rate=np.expm1(np.log1p(policy.rate).mean(0)), cost=cost)
    move = residual_function(model, world, mean, model.prepare(world, mean))
    found = chord(move, first[None], steer, tolerance, CHORD)
    if not found.residual[0] <= tolerance:
        return first, steer
    return found.x[0], steer if hasattr(model, "preconditioner") else dense_preconditioner(
        model, world, mean, found.x[0]
    )


def run(model: Any, world: World, policy: Policy, tolerance: float, limit: int, start: Any = None) -> Solution:
    """Every scenario of a policy, side by side where their access allows it, pieces of a batch on every core.

    start: where one scenario starts, as a solution of a similar one; a batch starts on its own.
    """
    with np.errstate(all="ignore"):  # a row that leaves the numbers is caught by its gap
        if not policy.shape:
            return solve_one(model, world, policy, tolerance, limit, start)
        if model.prepare(world, policy[:1]) is None:
            return concatenate(
                [_widen(solve_one(model, world, policy[k], tolerance, limit)) for k in range(len(policy.rate))]
            )
        first, steer = warm_start(model, world, policy, tolerance)
    many = len(policy.rate)
    size = -(-many // -(-many // max(CHUNK, CELLS // first.size)))  # as few pieces as fit, as even as can be
    pieces = [policy[at : at + size] for at in range(0, many, size)]
    solve = partial(solve_batch, model, world, first, steer, tolerance=tolerance, limit=limit)
    if len(pieces) == 1:
        return solve(pieces[0])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return concatenate(list(pool.map(solve, pieces)))


def solve_batch(
    model: Any, world: World, first: np.ndarray, steer: Preconditioner, piece: Policy, *, tolerance: float, limit: int
) -> Solution:
    """A piece of a batch solved; rows that the chord does not bring home are solved alone."""
    with np.errstate(all="ignore"):
        reach = model.prepare(world, piece)
        rows = np.tile(first, (len(piece.rate), 1))
        found = chord(residual_function(model, world, piece, reach), rows, steer, tolerance, min(limit, CHORD))
        report = model.report(world, piece, reach, to_state(model, world, found.x))
        for k in np.flatnonzero(~(found.residual <= tolerance)):
            f = solve_one(model, world, piece[int(k)], tolerance, limit)
            found.x[k], found.residual[k], found.iterations[k] = f.x, f.residual, f.iterations
            for name, values in (f.report or {}).items():
                report[name][k] = values
        return found._replace(report=report)


def _widen(found: Solution) -> Solution:
    report = {name: values[None] for name, values in (found.report or {}).items()}
    return Solution(found.x[None], np.asarray(found.residual)[None], np.asarray(found.iterations)[None], report)


def concatenate(parts: list[Solution]) -> Solution:
    """Several runs of scenarios as one."""
    if not parts:
        raise ValueError("a batch needs at least one scenario")
    report = {name: np.concatenate([p.report[name] for p in parts if p.report]) for name in parts[0].report or {}}
    x, gap, steps = (np.concatenate([np.asarray(p[k]) for p in parts]) for k in range(3))
    return Solution(x, gap, steps, report)
