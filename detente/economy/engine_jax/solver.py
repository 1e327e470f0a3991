"""The numpy engine's method row by row on JAX; a row it does not bring home is walked by numpy's Newton steps.

Axes: k scenario, d draw, m changed cell, u unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.engine import DIVERGED, MEMORY, Solution
from detente.economy.engine_jax.frame import one_row, problem, taken_apart, unsupported_model, written_for
from detente.economy.engine_jax.library import jax, jnp, lax
from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import QuestionError

CELLS = {"cpu": engine.CELLS, "gpu": 4_000_000}  # unknowns side by side, by kind of device
ROWS = "rows"  # the axis of scenarios side by side
RIDGE = 1e-6 * np.eye(MEMORY)  # on the scaled Gram matrix, as in the numpy engine


def mapped(one: Callable, rows: Any, side: int) -> Any:
    """`one` of every row of the arrays of `rows`, about so many of them side by side."""
    count = len(jax.tree.leaves(rows)[0])
    parts = -(-count // side)
    even = -(-count // parts)

    def cut(array: Any) -> Any:
        last = jnp.broadcast_to(array[-1:], (parts * even - count, *array.shape[1:]))
        return jnp.concatenate([array, last]).reshape(parts, even, *array.shape[1:])

    with jax.default_matmul_precision("highest"):
        found = lax.map(jax.vmap(one, axis_name=ROWS), jax.tree.map(cut, rows))
    return jax.tree.map(lambda part: part.reshape(parts * even, *part.shape[2:])[:count], found)


def chord(move: Callable, x: Any, steer: Callable, tolerance: Any, limit: Any) -> Solution:
    """Anderson-accelerated chord steps on one row x [u], as in the numpy engine; inside `mapped`.

    Rows side by side step until the last has arrived or given up.
    """

    def going(at: Any) -> Any:
        lost = (at["n"] >= 9) & ~(at["gap"] < DIVERGED)
        return (at["n"] <= limit) & lax.pmax((at["least"] > tolerance) & ~lost, ROWS)

    def next_(at: Any) -> Any:
        x, n = at["x"], at["n"]
        miss = move(x)
        gap = jnp.abs(miss).max()
        better = gap < at["least"]  # false for a row that is not a number
        least = jnp.where(better, gap, at["least"])
        new, past = _mixed(at["past"], x, steer(miss).astype(x.dtype), n)
        return {
            "n": n + 1,
            "x": jnp.where(least <= tolerance, x, new),
            "gap": gap,
            "best": jnp.where(better, x, at["best"]),
            "least": least,
            "steps": jnp.where(better & (gap <= tolerance) & (at["least"] > tolerance), n, at["steps"]),
            "past": past,
        }

    zero = jnp.zeros((MEMORY, x.size), jnp.float32)
    past = {"moves": zero, "drops": zero, "gram": jnp.zeros((MEMORY, MEMORY), jnp.float32), "push": 0 * x, "pushed": x}
    begin = {"n": 0, "x": x, "gap": jnp.inf, "best": x, "least": jnp.inf, "steps": limit, "past": past}
    at = lax.while_loop(going, next_, begin)
    return Solution(at["best"], at["least"], at["steps"])


def _mixed(past: dict[str, Any], x: Any, push: Any, n: Any) -> tuple[Any, dict[str, Any]]:
    """The next x [u] by Anderson acceleration, and the past with this step in the oldest one's place."""
    pushed, seen, here = x + push, n > 0, (n - 1) % MEMORY
    drop = jnp.where(seen, push - past["push"], 0).astype(jnp.float32)
    drops = past["drops"].at[here].set(drop)
    moves = past["moves"].at[here].set(jnp.where(seen, pushed - past["pushed"], 0).astype(jnp.float32))
    inner = drops @ drop
    gram = past["gram"].at[here].set(inner).at[:, here].set(inner)
    size = jnp.sqrt(jnp.diagonal(gram)).astype(x.dtype)
    size = jnp.where(size > 0, size, 1)
    weight = _solved(gram / (size[:, None] * size) + RIDGE, (drops @ push.astype(jnp.float32)) / size) / size
    new = pushed - weight.astype(jnp.float32) @ moves
    return new, {"moves": moves, "drops": drops, "gram": gram, "push": push, "pushed": pushed}


def _solved(a: Any, b: Any) -> Any:
    """A small positive definite system by elimination: batched, a few kernels and no library call for each row."""
    whole = jnp.concatenate([a, b[:, None]], axis=1)
    for k, here in enumerate(np.eye(len(b))[:, :, None]):
        row = whole[k] / whole[k, k]
        whole = whole - (whole[:, k, None] - here) * row
    return whole[:, -1]


def portable(model: Any, push: Any) -> Any:
    """A correction of the numpy engine as JAX takes it: a function with its arrays beside it.

    Raises QuestionError for a model whose correction is none.
    """
    if isinstance(push, partial):
        return jax.tree_util.Partial(push.func, *push.args)
    if not isinstance(push, tuple):
        raise unsupported_model(model)
    return push


def on_row(steer: Any) -> Callable:
    """A correction of rows, on one row [u]."""
    return lambda miss: steer(miss[None])[0]


@partial(jax.jit, static_argnames=("frame", "chunk"))
def _run(frame, chunk, limit, numbers, cells, steer, first, tolerance):
    """Found of every row of cells.rate [k,m]."""

    def one(row: tuple[Any, Any]) -> Solution:
        p = problem(frame, numbers, cells._replace(rate=row[0], cost=row[1]))
        found = chord(lambda x: p.moved(x) - x, first, on_row(steer), tolerance, limit)
        return found._replace(report=p.report(found.x))

    return mapped(one, (cells.rate, cells.cost), chunk)


def chunk(unknowns: int, rows: int) -> int:
    """How many of so many scenarios are solved side by side on this process's device."""
    return min(rows, max(engine.CHUNK, CELLS.get(jax.default_backend(), CELLS["cpu"]) // unknowns))


def run(model: Any, world: World, policy: Policy, tolerance: float, limit: int) -> tuple[Solution, int]:
    """Every scenario of a policy, and how many of them the numpy engine had to walk."""
    single = not policy.shape
    if not single and not len(policy.rate):
        raise ValueError("a batch needs at least one scenario")
    frame, numbers, cells = taken_apart(model, world, policy)
    if single:
        cells, first, steer = one_row(cells), engine.to_row(model.start(world)), engine.preconditioner(model, world)
    else:
        first, steer = _near(model, world, policy, tolerance)
    with written_for(model):
        side = chunk(first.size, len(cells.rate))
        most = min(limit, engine.CHORD)
        out = _run(frame, side, most, numbers, cells, portable(model, steer), first, tolerance)
    found = jax.tree.map(np.array, out)
    lost = np.flatnonzero(~(found.residual <= tolerance))
    for k in lost:
        with np.errstate(all="ignore"):
            f = engine.solve_one(model, world, policy if single else policy[int(k)], tolerance, limit)
        found.iterations[k] += f.iterations
        if f.residual < found.residual[k]:
            found.x[k], found.residual[k] = f.x, f.residual
            for name, values in (f.report or {}).items():
                found.report[name][k] = values
    return (jax.tree.map(lambda part: part[0], found) if single else found), lost.size


def _near(model: Any, world: World, policy: Policy, tolerance: float) -> tuple[np.ndarray, Any]:
    with np.errstate(all="ignore"):  # a mean of policies that has no equilibrium is not used
        return engine.warm_start(model, world, policy, tolerance)


class Drawn(NamedTuple):
    """values [d,k,...] of one reported quantity, not numbers where there was no equilibrium; gap, steps [d,k]."""

    values: np.ndarray
    residual: np.ndarray
    iterations: np.ndarray


@partial(jax.jit, static_argnames=("frame", "quantity", "chunk"))
def _drawn(frame, quantity, chunk, limit, numbers, varied, cells, steer, first, tolerance):
    """Found of every draw and scenario, in one row of pairs."""

    def one(pair: tuple[Any, Any]) -> tuple[Any, Any, Any]:
        draw, scenario = pair
        cost = None if cells.cost is None else cells.cost[scenario]
        mine = numbers | {name: values[draw] for name, values in varied.items()}
        p = problem(frame, mine, cells._replace(rate=cells.rate[scenario], cost=cost))
        found = chord(lambda x: p.moved(x) - x, first, on_row(steer), tolerance, limit)
        report = p.report(found.x)
        if quantity not in report:
            raise QuestionError(f"the model reports no {quantity!r}; it reports {', '.join(sorted(report))}")
        return jnp.where(found.residual <= tolerance, report[quantity], jnp.nan), found.residual, found.iterations

    draws, scenarios = len(next(iter(varied.values()))), len(cells.rate)
    pairs = tuple(part.ravel() for part in jnp.indices((draws, scenarios)))
    found = mapped(one, pairs, chunk)
    return jax.tree.map(lambda part: part.reshape(draws, scenarios, *part.shape[1:]), found)


def drawn(
    world: World,
    policy: Policy,
    varied: dict[str, np.ndarray],
    quantity: str,
    model: Any,
    *,
    tolerance: float = 1e-8,
    limit: int = engine.CHORD,
) -> Drawn:
    """A quantity of every scenario of a batch under every draw of some of the world's or its structure's numbers.

    varied: {name: [d,...]}, such as {"elasticity": theta}. Only names and draws travel; worlds are made where they are
    solved. Raises QuestionError for a name that is none of the world's numbers, draws of another shape or number, and
    a single policy.
    """
    if not policy.shape or not varied:
        raise QuestionError("draws need a batch of policies (stack them, even one) and something that is drawn")
    frame, numbers, cells = taken_apart(model, world, policy)
    arrays = {name: np.asarray(values, float) for name, values in varied.items()}
    for name, array in arrays.items():
        if name not in numbers:
            raise QuestionError(f"{world.name} has no number named {name!r}; it has {', '.join(sorted(numbers))}")
        need = (len(next(iter(arrays.values()))), *numbers[name].shape)
        if array.shape != need:
            raise QuestionError(f"draws of {name} have shape {array.shape}; {world.name} needs {need}")
    first, steer = _near(model, world, policy, tolerance)
    with written_for(model):
        side = chunk(first.size, len(policy.rate) * len(next(iter(arrays.values()))))
        out = _drawn(frame, quantity, side, limit, numbers, arrays, cells, portable(model, steer), first, tolerance)
    return Drawn(*(np.asarray(part) for part in out))
