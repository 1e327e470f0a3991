"""The numpy engine's method row by row on JAX; a row that it does not solve is left to numpy's Newton steps.

Axes: k scenario, d draw, m changed cell, u unknown. As in the numpy engine, F(x) = step(x) - x, and "the residual" is
max |F(x)|.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.engine import DIVERGED, MEMORY, Solution
from detente.economy.engine_jax.frame import as_batch, check_traceable, problem, take_apart, unsupported_model
from detente.economy.engine_jax.library import jax, jnp, lax
from detente.economy.model import Model, check_model
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

CELLS = {"cpu": engine.CELLS, "gpu": 4_000_000}  # unknowns side by side, by kind of device
ROWS = "rows"  # the axis of scenarios side by side
RIDGE = 1e-6 * np.eye(MEMORY)  # on the scaled Gram matrix, as in the numpy engine


def map_rows(function: Callable[..., Any], rows: Any, side: int) -> Any:
    """function(row) of every row of the arrays of `rows`, about `side` of them side by side."""
    count = len(jax.tree.leaves(rows)[0])
    parts = -(-count // side)
    even = -(-count // parts)

    def cut(array: Any) -> Any:
        last = jnp.broadcast_to(array[-1:], (parts * even - count, *array.shape[1:]))
        return jnp.concatenate([array, last]).reshape(parts, even, *array.shape[1:])

    with jax.default_matmul_precision("highest"):
        results = lax.map(jax.vmap(function, axis_name=ROWS), jax.tree.map(cut, rows))
    return jax.tree.map(lambda part: part.reshape(parts * even, *part.shape[2:])[:count], results)


def chord(
    residual: Callable[..., Any], x: Any, precondition: Callable[..., Any], tolerance: Any, limit: Any
) -> Solution:
    """Anderson-accelerated chord steps on one row x [u], as in the numpy engine; inside `map_rows`.

    Rows side by side step until the last is solved or lost.
    """

    def goes_on(loop: Any) -> Any:
        lost = (loop["n"] >= 9) & ~(loop["norm"] < DIVERGED)
        return (loop["n"] <= limit) & lax.pmax((loop["least"] > tolerance) & ~lost, ROWS)

    def next_(loop: Any) -> Any:
        x, n = loop["x"], loop["n"]
        values = residual(x)
        norm = finite_norm(values)
        better = norm < loop["least"]
        least = jnp.where(better, norm, loop["least"])
        new, history = accelerate(loop["history"], x, precondition(values).astype(x.dtype), n)
        return {
            "n": n + 1,
            "x": jnp.where(least <= tolerance, x, new),
            "norm": norm,
            "best": jnp.where(better, x, loop["best"]),
            "least": least,
            "iterations": jnp.where(better & (norm <= tolerance) & (loop["least"] > tolerance), n, loop["iterations"]),
            "history": history,
        }

    zero = jnp.zeros((MEMORY, x.size), jnp.float32)
    gram = jnp.zeros((MEMORY, MEMORY), jnp.float32)
    history = {"points": zero, "updates": zero, "gram": gram, "update": 0 * x, "point": x}
    begin = {"n": 0, "x": x, "norm": jnp.inf, "best": x, "least": jnp.inf, "iterations": limit, "history": history}
    end = lax.while_loop(goes_on, next_, begin)
    return Solution(end["best"], end["least"], end["iterations"])


def finite_norm(values: Any) -> Any:
    """max |values|, infinite where any is not finite: on a CPU, XLA's own maximum passes over what is not a number."""
    return jnp.where(jnp.isfinite(values).all(), jnp.abs(values).max(), jnp.inf)


def accelerate(history: dict[str, Any], x: Any, update: Any, n: Any) -> tuple[Any, dict[str, Any]]:
    """The next x [u] by Anderson acceleration, and the history with this step in the place of the oldest."""
    point, later, slot = x + update, n > 0, (n - 1) % MEMORY
    change = jnp.where(later, update - history["update"], 0).astype(jnp.float32)
    updates = history["updates"].at[slot].set(change)
    points = history["points"].at[slot].set(jnp.where(later, point - history["point"], 0).astype(jnp.float32))
    inner = updates @ change
    gram = history["gram"].at[slot].set(inner).at[:, slot].set(inner)
    size = jnp.sqrt(jnp.diagonal(gram)).astype(x.dtype)
    size = jnp.where(size > 0, size, 1)
    right = (updates @ update.astype(jnp.float32)) / size
    weight = solve_small_system(gram / (size[:, None] * size) + RIDGE, right) / size
    new = point - weight.astype(jnp.float32) @ points
    return new, {"points": points, "updates": updates, "gram": gram, "update": update, "point": point}


def solve_small_system(a: Any, b: Any) -> Any:
    """A small positive definite system by elimination: batched, a few kernels and no library call for each row."""
    whole = jnp.concatenate([a, b[:, None]], axis=1)
    for k, unit in enumerate(np.eye(len(b))[:, :, None]):
        row = whole[k] / whole[k, k]
        whole = whole - (whole[:, k, None] - unit) * row
    return whole[:, -1]


def portable(model: Model, precondition: Any) -> Any:
    """A preconditioner of the numpy engine as JAX takes it: a function with its arrays beside it.

    Raises QuestionError for a model whose preconditioner is neither a NamedTuple of arrays nor a matrix.
    """
    if isinstance(precondition, partial):
        return jax.tree_util.Partial(precondition.func, *precondition.args)
    if not isinstance(precondition, tuple):
        raise unsupported_model(model)
    return precondition


def for_one_row(precondition: Any) -> Callable[..., Any]:
    """A preconditioner of rows [k,u], for one row [u]."""
    return lambda values: precondition(values[None])[0]


@partial(jax.jit, static_argnames=("frame", "chunk"))
def _run(frame, chunk, limit, numbers, cells, precondition, first, tolerance):
    """The solution of every row of cells.rate [k,m]."""

    def solve_row(row: tuple[Any, Any]) -> Solution:
        p = problem(frame, numbers, cells._replace(rate=row[0], cost=row[1]))
        solution = chord(p.residual, first, for_one_row(precondition), tolerance, limit)
        return solution._replace(report=p.report(solution.x))

    return map_rows(solve_row, (cells.rate, cells.cost), chunk)


def chunk(unknowns: int, rows: int) -> int:
    """How many of so many scenarios are solved side by side on this process's device."""
    return min(rows, max(engine.CHUNK, CELLS.get(jax.default_backend(), CELLS["cpu"]) // unknowns))


def run(model: Model, world: World, policy: Policy, tolerance: float, limit: int) -> tuple[Solution, int]:
    """Every scenario of a policy, and how many of them were left to the numpy engine."""
    single = not policy.shape
    frame, numbers, cells = take_apart(model, world, policy)
    if single:
        cells = as_batch(cells)
        first, precondition = engine.to_row(model.start(world)), engine.preconditioner(model, world)
    else:
        first, precondition = warm_start(model, world, policy, tolerance)
    steps = min(limit, engine.CHORD)
    with check_traceable(model):
        side = chunk(first.size, len(cells.rate))
        out = _run(frame, side, steps, numbers, cells, portable(model, precondition), first, tolerance)
    solution = jax.tree.map(np.array, out)
    unsolved = np.flatnonzero(~(solution.residual <= tolerance))
    for k in unsolved:
        with np.errstate(all="ignore"):
            again = engine.solve_one(model, world, policy if single else policy[int(k)], tolerance, limit)
        iterations = solution.iterations[k] + again.iterations
        if again.residual < solution.residual[k]:
            engine.replace_scenario(solution, int(k), again)
        solution.iterations[k] = iterations
    return (jax.tree.map(lambda part: part[0], solution) if single else solution), unsolved.size


def warm_start(model: Model, world: World, policy: Policy, tolerance: float) -> tuple[np.ndarray, Any]:
    """Where a batch starts, and its preconditioner, as in the numpy engine."""
    with np.errstate(all="ignore"):  # a mean of policies that has no equilibrium is not used
        return engine.warm_start(model, world, policy, tolerance)


class Draws(NamedTuple):
    """values [d,k,...] of one reported quantity, NaN where there was no equilibrium; residual, iterations [d,k]."""

    values: np.ndarray
    residual: np.ndarray
    iterations: np.ndarray


@partial(jax.jit, static_argnames=("frame", "quantity", "chunk"))
def _solve_draws(frame, quantity, chunk, limit, numbers, varied, cells, precondition, first, tolerance):
    """The solution of every draw and scenario, in one row of pairs."""

    def solve_pair(pair: tuple[Any, Any]) -> tuple[Any, Any, Any]:
        draw, scenario = pair
        cost = None if cells.cost is None else cells.cost[scenario]
        drawn = numbers | {name: values[draw] for name, values in varied.items()}
        p = problem(frame, drawn, cells._replace(rate=cells.rate[scenario], cost=cost))
        solution = chord(p.residual, first, for_one_row(precondition), tolerance, limit)
        report = p.report(solution.x)
        if quantity not in report:
            raise QuestionError(f"the model reports no {quantity!r}; it reports {', '.join(sorted(report))}")
        values = jnp.where(solution.residual <= tolerance, report[quantity], jnp.nan)
        return values, solution.residual, solution.iterations

    draws, scenarios = len(next(iter(varied.values()))), len(cells.rate)
    pairs = tuple(part.ravel() for part in jnp.indices((draws, scenarios)))
    solutions = map_rows(solve_pair, pairs, chunk)
    return jax.tree.map(lambda part: part.reshape(draws, scenarios, *part.shape[1:]), solutions)


def solve_draws(
    world: World,
    policy: Policy,
    varied: dict[str, np.ndarray],
    quantity: str,
    model: Model,
    *,
    tolerance: float = 1e-8,
    limit: int = engine.CHORD,
) -> Draws:
    """A quantity of every scenario of a batch under every draw of some of the world's or its structure's numbers.

    varied: {name: [d,...]}, such as {"elasticity": theta}. Only names and draws travel; worlds are made where they are
    solved. Raises QuestionError for a name that is not one of the world's numbers, draws of another shape or number,
    and a single policy.
    """
    check_model(model)
    if not policy.shape or not varied:
        raise QuestionError("draws need a batch of policies (stack them, even one) and something that is drawn")
    frame, numbers, cells = take_apart(model, world, policy)
    arrays = {name: np.asarray(values, float) for name, values in varied.items()}
    for name, array in arrays.items():
        if name not in numbers:
            raise QuestionError(f"{world.name} has no number named {name!r}; it has {', '.join(sorted(numbers))}")
        need = (len(next(iter(arrays.values()))), *numbers[name].shape)
        if array.shape != need:
            raise QuestionError(f"draws of {name} have shape {array.shape}; {world.name} needs {need}")
    first, precondition = warm_start(model, world, policy, tolerance)
    with check_traceable(model):
        side = chunk(first.size, len(policy.rate) * len(next(iter(arrays.values()))))
        carried = portable(model, precondition)
        out = _solve_draws(frame, quantity, side, limit, numbers, arrays, cells, carried, first, tolerance)
    return Draws(*(np.asarray(part) for part in out))
