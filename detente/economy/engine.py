"""The numpy engine: chord steps with one factored Jacobian, Anderson acceleration, Newton steps where those fail.

A model's state is a NamedTuple of arrays [...,n]; here it is one row x [...,u] of all unknowns. F(x) = step(x) - x is
the vector of residuals, and its norm max |F(x)| is "the residual": for the models of this package, the largest relative
excess demand of any market. A model with many unknowns brings a preconditioner of its own; Newton then solves by Krylov
steps.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from detente.economy.model import Model
from detente.economy.policy import Policy, nothing
from detente.economy.world import World

MEMORY = 5  # earlier steps that Anderson acceleration mixes
RIDGE = np.float32(1e-6) * np.eye(
    MEMORY, dtype=np.float32
)  # on the scaled Gram matrix: the rounding of single precision
MANY = 32  # scenarios from which a batch earns a Jacobian of its own
CHUNK = 32  # scenarios solved side by side, more of a small model: the history stays in the processor's cache
CELLS = 50_000  # unknowns side by side with which it still does
CHORD = 40  # chord steps before Newton is tried
NEWTON = 20  # Newton steps for one stride of the continuation
SHORTEST = 1e-3  # the shortest stride of the continuation
HALFWAY = 1e-6  # tolerance at points on the way, from which the continuation goes on
DIVERGED = 1e6  # a residual from which no chord step returns
LARGE = 1000  # unknowns from which Newton solves by Krylov steps
Residual = Callable[[np.ndarray], np.ndarray]  # rows [...,u] to F [...,u]
Preconditioner = Callable[[np.ndarray], np.ndarray]  # F [k,u] to what is added to x, in single precision
_preconditioners: WeakKeyDictionary[World, dict[Any, Preconditioner]] = WeakKeyDictionary()


class Solution(NamedTuple):
    """x [...,u], the best row that was reached; its residual [...]; iterations [...]; the model's report there."""

    x: np.ndarray
    residual: np.ndarray
    iterations: np.ndarray
    report: dict[str, np.ndarray] | None = None


def to_row(state: Any) -> np.ndarray:
    """One row of all unknowns."""
    return np.concatenate(state, axis=-1)


def to_state(model: Model, world: World, x: np.ndarray) -> Any:
    """The model's state from a row."""
    first = model.start(world)
    return type(first)(*np.split(x, np.cumsum([part.shape[-1] for part in first])[:-1], axis=-1))


def residual_function(model: Model, world: World, policy: Policy, prepared: Any) -> Residual:
    """F: x -> step(x) - x."""
    first = model.start(world)
    kind, ends = type(first), np.cumsum([part.shape[-1] for part in first]).tolist()
    slices = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]

    def residual(x: np.ndarray) -> np.ndarray:
        moved = model.step(world, policy, prepared, kind(*(x[..., s] for s in slices)))
        values: np.ndarray = to_row(moved) - x
        return values

    return residual


def inverse_jacobian(residual: Residual, x: np.ndarray, kind: type = float) -> np.ndarray:
    """Minus the inverse Jacobian of F at one row x [u], by forward differences in one batch: [u,u]."""
    width = 1e-7
    values = residual(x + width * np.vstack([np.zeros_like(x), np.eye(x.size)]))
    return -np.linalg.inv(((values[1:] - values[0]).T / width).astype(kind))


def dense(matrix: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A preconditioner [u,u] that acts on rows from the right, of numpy or JAX."""
    corrections: np.ndarray = values.astype(np.float32) @ matrix
    return corrections


def preconditioner(model: Model, world: World) -> Preconditioner:
    """The preconditioner at the baseline, made once for each world and model; a model with many unknowns has its own.

    It is in single precision: it only says where to look, and the residual decides.
    """
    known = _preconditioners.setdefault(world, {})
    if model not in known:
        own = getattr(model, "preconditioner", None)
        known[model] = dense_preconditioner(model, world, nothing(world)) if own is None else own(world)
    return known[model]


def lazy_preconditioner(model: Model, world: World) -> Preconditioner:
    """The same, made when it is first used: never where the start is already an equilibrium."""
    return lambda values: preconditioner(model, world)(values)


def inherit_preconditioner(world: World, other: World, model: Model, like: Model | None = None) -> None:
    """Let a world use the preconditioner of a similar one, or of a similar model.

    Results do not depend on it beyond the tolerance.
    """
    _preconditioners.setdefault(world, {})[model] = preconditioner(like or model, other)


def dense_preconditioner(model: Model, world: World, policy: Policy, x: np.ndarray | None = None) -> Preconditioner:
    """The preconditioner at a row x, the baseline's if not given, as a dense matrix."""
    residual = residual_function(model, world, policy, model.prepare(world, policy))
    row = to_row(model.start(world)) if x is None else x
    return partial(dense, np.ascontiguousarray(inverse_jacobian(residual, row, np.float32).T))


def chord(residual: Residual, x: np.ndarray, precondition: Preconditioner, tolerance: float, limit: int) -> Solution:
    """Anderson-accelerated chord steps on rows x [k,u]: the best row that each reached."""
    history = AndersonHistory(*x.shape)
    best, least, iterations = x, np.full(len(x), np.inf), np.full(len(x), limit)
    for n in range(limit + 1):
        values = residual(x)
        norm = np.abs(values).max(-1)
        better = norm < least  # false for a row that is not finite
        best = x if better.all() else np.where(better[:, None], x, best)
        iterations = np.where(better & (norm <= tolerance) & (least > tolerance), n, iterations)
        least = np.where(better, norm, least)
        solved = least <= tolerance
        if solved.all() or n == limit or (n >= 8 and not (norm < DIVERGED).all()):
            break
        new = history.accelerate(x, precondition(values))
        x = np.where(solved[:, None], x, new) if solved.any() else new
    return Solution(best, least, iterations)


class AndersonHistory:
    """Anderson acceleration of rows side by side: the last MEMORY differences, in single precision, for they only mix.

    points [k,MEMORY,u]: differences of x + update; updates: differences of the update; gram: products of the latter.
    """

    def __init__(self, rows: int, size: int):
        self.points, self.updates = np.zeros((2, rows, MEMORY, size), np.float32)
        self.gram = np.zeros((rows, MEMORY, MEMORY), np.float32)
        self.previous: tuple[np.ndarray, np.ndarray] | None = None
        self.count = 0

    def accelerate(self, x: np.ndarray, update: np.ndarray) -> np.ndarray:
        """The next x [k,u]: x + update, less the part of it that a least-squares mix of earlier steps explains."""
        point: np.ndarray = x + update
        new = point
        if self.previous is not None:
            slot, depth = self.count % MEMORY, min(self.count + 1, MEMORY)
            self.updates[:, slot], self.points[:, slot] = update - self.previous[0], point - self.previous[1]
            inner = (self.updates @ self.updates[:, slot, :, None])[..., 0]
            self.gram[:, slot], self.gram[:, :, slot] = inner, inner
            gram = self.gram[:, :depth, :depth]
            size = np.sqrt(gram.diagonal(axis1=1, axis2=2))[..., None]
            right = (self.updates[:, :depth] @ update[..., None]) / size
            weight = np.linalg.solve(gram / (size * size.swapaxes(1, 2)) + RIDGE[:depth, :depth], right) / size
            new = point - (weight.swapaxes(1, 2) @ self.points[:, :depth])[:, 0]
            self.count += 1
        self.previous = update, point
        return new


def krylov(residual: Residual, x: np.ndarray, values: np.ndarray, precondition: Preconditioner) -> np.ndarray:
    """The Newton step at one row x [u], where F is `values`: preconditioned GMRES on differences of F."""
    from scipy.sparse.linalg import LinearOperator, gmres

    def jacobian_product(v: np.ndarray) -> np.ndarray:
        width = 1e-7 / max(float(np.abs(v).max()), 1e-300)
        product: np.ndarray = (residual(x + width * v) - values) / width
        return product

    square = (x.size, x.size)
    jacobian = LinearOperator(square, matvec=jacobian_product, dtype=float)
    inverse = LinearOperator(square, matvec=lambda v: -precondition(v[None])[0].astype(float), dtype=float)
    step, _ = gmres(jacobian, -values, M=inverse, rtol=1e-4, restart=40, maxiter=3)
    return np.asarray(step)


def newton(residual: Residual, x: np.ndarray, tolerance: float, limit: int, precondition: Preconditioner) -> Solution:
    """Newton with a fresh Jacobian and halved steps from one row x [u]: slow, for what the chord does not solve.

    Its residual is not a number where F is not one at the start.
    """
    values = residual(x)
    norm, iterations = np.abs(values).max(), 0
    while iterations < limit and norm > tolerance:
        iterations += 1
        try:
            step = (
                krylov(residual, x, values, precondition) if x.size > LARGE else inverse_jacobian(residual, x) @ values
            )
        except np.linalg.LinAlgError:
            break
        step *= min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))  # no change by more than a factor e^2 at once
        searched = line_search(residual, x, values, step)
        if searched is None:
            break
        x, values = searched
        norm = np.abs(values).max()
    return Solution(x, np.asarray(norm), np.asarray(iterations))


def line_search(
    residual: Residual, x: np.ndarray, values: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """The first of x + step, x + step / 2, ... where F is smaller, with F there; None after twelve trials."""
    for halving in range(12):
        trial = x + step * 0.5**halving
        after = residual(trial)
        if np.linalg.norm(after) < (1 - 1e-4 * 0.5**halving) * np.linalg.norm(values):
            return trial, after
    return None


def continuation(model: Model, world: World, policy: Policy, tolerance: float, limit: int) -> Solution:
    """One scenario by Newton, along the way from the baseline to the policy in strides that shorten where Newton fails.

    A stride fails too where the equations give no finite number at its end: a large subsidy can make an economy's
    income negative at the prices of the baseline, and not at those of the equilibrium. Iterations are those of all
    strides.
    """
    x, fraction, stride, spent = to_row(model.start(world)), 0.0, 1.0, 0
    best = Solution(x, np.asarray(np.inf), np.asarray(0))
    while spent < limit and stride > SHORTEST:
        target = min(1.0, fraction + stride)
        part = policy.scaled(world, target) if target < 1 else policy
        goal = tolerance if target == 1 else HALFWAY
        residual = residual_function(model, world, part, model.prepare(world, part))
        trial = newton(residual, x, goal, min(NEWTON, limit - spent), preconditioner(model, world))
        spent += int(trial.iterations)
        if target == 1 and trial.residual < best.residual:
            best = trial
        if not trial.residual <= goal:  # false for what is not a number, too
            stride /= 2
        elif target == 1:
            break
        else:
            x, fraction, stride = trial.x, target, stride * 2
    return best._replace(iterations=np.asarray(spent))


def solve_one(model: Model, world: World, policy: Policy, tolerance: float, limit: int, start: Any = None) -> Solution:
    """One scenario with its report: chord steps from a state, the baseline's if not given; the continuation if those
    do not reach an equilibrium."""
    prepared = model.prepare(world, policy)
    first = to_row(model.start(world) if start is None else start)[None]
    residual = residual_function(model, world, policy, prepared)
    rows = chord(residual, first, lazy_preconditioner(model, world), tolerance, min(limit, CHORD))
    solution = Solution(rows.x[0], rows.residual[0], rows.iterations[0])
    if not solution.residual <= tolerance:
        again = continuation(model, world, policy, tolerance, limit)
        solution = (again if again.residual < solution.residual else solution)._replace(
            iterations=solution.iterations + again.iterations
        )
    return solution._replace(report=model.report(world, policy, prepared, to_state(model, world, solution.x)))


def warm_start(model: Model, world: World, policy: Policy, tolerance: float) -> tuple[np.ndarray, Preconditioner]:
    """Where a batch starts, and its preconditioner: at the mean of a large one's policies, else at the baseline."""
    first, precondition = to_row(model.start(world)), preconditioner(model, world)
    if len(policy.rate) < MANY:
        return first, precondition
    cost = None if policy.cost is None else np.exp(np.log(policy.cost).reshape(-1, policy.rate.shape[-1]).mean(0))
    tax = None if policy.export_tax is None else np.expm1(np.log1p(policy.export_tax).mean(0))
    mean = replace(policy, rate=np.expm1(np.log1p(policy.rate).mean(0)), cost=cost, export_tax=tax)
    residual = residual_function(model, world, mean, model.prepare(world, mean))
    solution = chord(residual, first[None], precondition, tolerance, CHORD)
    if not solution.residual[0] <= tolerance:
        return first, precondition
    x = solution.x[0]
    return x, precondition if hasattr(model, "preconditioner") else dense_preconditioner(model, world, mean, x)


def run(model: Model, world: World, policy: Policy, tolerance: float, limit: int, start: Any = None) -> Solution:
    """Every scenario of a policy: side by side where their access allows it, the pieces of a batch on every core.

    start: the state from which one scenario starts, such as a similar one's solution; a batch has a start of its own.
    """
    with np.errstate(all="ignore"):  # what is not finite is caught by its residual
        if not policy.shape:
            return solve_one(model, world, policy, tolerance, limit, start)
        if not side_by_side(model, world, policy):
            return concatenate(
                [_as_batch(solve_one(model, world, policy[k], tolerance, limit)) for k in range(len(policy.rate))]
            )
        first, precondition = warm_start(model, world, policy, tolerance)
    solve = partial(solve_batch, model, world, first, precondition, tolerance=tolerance, limit=limit)
    return concatenate(in_threads(solve, [policy[piece] for piece in pieces(len(policy.rate), first.size)]))


def side_by_side(model: Model, world: World, policy: Policy) -> bool:
    """Whether the scenarios of a batch can be solved side by side."""
    return model.prepare(world, policy[:1]) is not None


def pieces(scenarios: int, unknowns: int) -> Iterator[slice]:
    """So many scenarios in as few pieces as keep the processor's cache, as even as can be."""
    size = -(-scenarios // -(-scenarios // max(CHUNK, CELLS // unknowns)))
    return (slice(begin, begin + size) for begin in range(0, scenarios, size))


def in_threads(work: Callable[[Any], Any], items: list[Any]) -> list[Any]:
    """[work(item), ...] on every core; a single item in this thread."""
    if len(items) == 1:
        return [work(items[0])]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def solve_batch(
    model: Model,
    world: World,
    first: np.ndarray,
    precondition: Preconditioner,
    piece: Policy,
    *,
    tolerance: float,
    limit: int,
) -> Solution:
    """A piece of a batch; each scenario that chord steps do not solve is solved again alone."""
    with np.errstate(all="ignore"):
        prepared = model.prepare(world, piece)
        rows = np.tile(first, (len(piece.rate), 1))
        residual = residual_function(model, world, piece, prepared)
        solution = chord(residual, rows, precondition, tolerance, min(limit, CHORD))
        report = model.report(world, piece, prepared, to_state(model, world, solution.x))
        solution = solution._replace(report=report)
        for k in np.flatnonzero(~(solution.residual <= tolerance)):
            replace_scenario(solution, int(k), solve_one(model, world, piece[int(k)], tolerance, limit))
        return solution


def replace_scenario(batch: Solution, place: int | tuple[int, ...], solution: Solution) -> None:
    """Put one scenario's solution in its place in a batch."""
    batch.x[place], batch.residual[place], batch.iterations[place] = solution.x, solution.residual, solution.iterations
    for name, values in (solution.report or {}).items():
        batch.report[name][place] = values  # type: ignore[index]


def _as_batch(solution: Solution) -> Solution:
    report = {name: values[None] for name, values in (solution.report or {}).items()}
    residual, iterations = np.asarray(solution.residual)[None], np.asarray(solution.iterations)[None]
    return Solution(solution.x[None], residual, iterations, report)


def concatenate(parts: list[Solution]) -> Solution:
    """The solutions of several batches as one. Raises ValueError for an empty list."""
    if not parts:
        raise ValueError("a batch needs at least one scenario")
    if len(parts) == 1:
        return parts[0]
    report = {name: np.concatenate([p.report[name] for p in parts if p.report]) for name in parts[0].report or {}}
    x, residual, iterations = (np.concatenate([np.asarray(part[k]) for part in parts]) for k in range(3))
    return Solution(x, residual, iterations, report)


def recomputed_residual(model: Model, world: World, policy: Policy, x: np.ndarray) -> np.ndarray:
    """The residual [...] of every scenario at its row x [...,u], by the equations alone: the proof of an equilibrium.

    Infinite where it is not a number. One step of the model for all scenarios, side by side where they can be.
    """
    if not policy.shape:
        return np.asarray(_norm(model, world, policy, x[None])[0])
    if not side_by_side(model, world, policy):
        return np.stack([_norm(model, world, policy[k], x[k][None])[0] for k in range(len(x))])
    parts = list(pieces(*x.shape))
    return np.concatenate(in_threads(lambda part: _norm(model, world, policy[part], x[part]), parts))


def baseline_residual(model: Model, world: World) -> float:
    """How far a world is from an equilibrium of the model without a policy: the residual at its start."""
    return float(recomputed_residual(model, world, nothing(world), to_row(model.start(world))))


def _norm(model: Model, world: World, policy: Policy, x: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        norm = np.abs(residual_function(model, world, policy, model.prepare(world, policy))(x)).max(-1)
    return np.where(np.isfinite(norm), norm, np.inf)
