"""Run a model on JAX: compiled once for every shape, many scenarios mapped, on a CPU or a GPU.

Importing this module turns JAX's 64-bit mode on for the process, since an equilibrium needs it, and lets JAX keep what
it compiles in the user's cache folder (unless a folder is set already, or none can be written).

Axes: k scenario, m changed cell, u unknown. A scenario travels as its cells; its arrays are built inside the compiled
function. A world travels as numbers, so worlds of one shape share what was compiled. The method is the numpy engine's,
row by row; a row it does not bring home is walked there by Newton steps, and the count of such rows is reported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.engine import MEMORY, WORST, Found
from detente.economy.policy import Policy
from detente.economy.world import Origin, World
from detente.errors import QuestionError

try:
    import jax
    import jax.numpy as jnp
    from jax import lax
except ImportError as missing:
    raise QuestionError("this needs JAX, which is not installed: pip install 'detente[jax]'") from missing

FIELDS = ("share", "spending", "income", "transfer", "tariff")  # a world's arrays; the rest are its structure's
CELLS = {"cpu": engine.CELLS, "gpu": 4_000_000}  # unknowns side by side, by kind of device: history stays in its cache
RIDGE = 1e-6 * np.eye(MEMORY)  # on the scaled Gram matrix, as in the numpy engine
QUICK = 0.5  # seconds of compiling that are not worth a file


def kept() -> Path | None:
    """The folder where compiled functions are kept between processes; None where it cannot be written."""
    from platformdirs import user_cache_dir

    folder = Path(user_cache_dir("detente")) / "jax"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


jax.config.update("jax_enable_x64", True)
if jax.config.read("jax_compilation_cache_dir") is None and (_folder := kept()) is not None:
    jax.config.update("jax_compilation_cache_dir", str(_folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", QUICK)


class Frame(NamedTuple):
    """What a compiled function is made for, besides shapes: everything of a world and a policy that is not a number."""

    model: ModuleType
    structure: type
    words: tuple[tuple[str, Any], ...]  # fields of the structure that are no arrays, or that the model branches on
    economies: int
    sectors: int
    revenue: str


class Cells(NamedTuple):
    """A policy's numbers: rate, cost [...,m] and places [m]; None where the world or the policy has none."""

    importer: Any
    exporter: Any
    sector: Any
    rate: Any
    cost: Any


@dataclass(frozen=True, eq=False)
class Short:
    """One scenario's policy inside a compiled function: a Policy that does not look at its values."""

    importer: Any
    exporter: Any
    sector: Any
    rate: Any
    cost: Any
    revenue: str
    limits: None = None
    shape: tuple[()] = ()

    @property
    def cells(self) -> tuple[Any, ...]:
        """The changed cells as an index into a world's tariffs."""
        pair = (self.importer, self.exporter)
        return pair if self.sector is None else (self.sector, *pair)


def taken_apart(model: Any, world: World, policy: Policy) -> tuple[Frame, dict[str, np.ndarray], Cells]:
    """A world and a policy as a frame, the world's numbers by name, and cells; the rate and cost [k,m] where batched.

    Raises QuestionError for what JAX is not taught: quantity limits.
    """
    if policy.limits is not None:
        raise QuestionError("quantity limits are solved by the numpy engine; leave engine='jax' out")
    fixed = getattr(model, "BRANCHES", ())
    structure = world.structure._asdict()
    words = {k: v for k, v in structure.items() if k in fixed or not isinstance(v, np.ndarray | float)}
    numbers = {name: np.asarray(getattr(world, name), float) for name in FIELDS}
    numbers |= {k: np.asarray(v) for k, v in structure.items() if k not in words}
    try:
        frame = Frame(
            model,
            type(world.structure),
            tuple(sorted(words.items())),
            len(world.economies),
            len(world.sectors),
            policy.revenue,
        )
        hash(frame)
    except TypeError:
        raise QuestionError(f"{model.__name__} is not written for JAX; leave engine='jax' out") from None
    cost = policy.cost
    if world.sectors:
        cost = np.ones_like(policy.rate) if cost is None else np.broadcast_to(cost, policy.rate.shape)
    return frame, numbers, Cells(policy.importer, policy.exporter, policy.sector, policy.rate, cost)


class Problem(NamedTuple):
    """One scenario as functions of its numbers, inside a compiled function."""

    world: World
    policy: Any
    reach: Any
    model: Any

    def shaped(self, x: Any) -> Any:
        """The model's state from a row of unknowns [u]."""
        first = self.model.start(self.world)
        ends = np.cumsum([0, *(part.shape[-1] for part in first)])
        return type(first)(*(x[a:b] for a, b in pairwise(ends)))

    def moved(self, x: Any) -> Any:
        """step(x) as a row."""
        return jnp.concatenate(self.model.step(self.world, self.policy, self.reach, self.shaped(x)), axis=-1)

    def report(self, x: Any) -> dict[str, Any]:
        """The model's report at a row."""
        return self.model.report(self.world, self.policy, self.reach, self.shaped(x))


def problem(frame: Frame, numbers: dict[str, Any], cells: Cells) -> Problem:
    """The problem that one scenario's numbers make."""
    structure = frame.structure(**dict(frame.words), **{k: v for k, v in numbers.items() if k not in FIELDS})
    world = World(
        name="a world on JAX",
        economies=tuple(str(n) for n in range(frame.economies)),
        **{name: numbers[name] for name in FIELDS},
        structure=structure,
        origin=Origin("", 0, "", (), ""),
        sectors=tuple(str(s) for s in range(frame.sectors)),
    )
    policy: Any = Short(*cells, frame.revenue)
    try:
        return Problem(world, policy, frame.model.prepare(world, policy), frame.model)
    except jax.errors.TracerArrayConversionError:
        raise QuestionError(f"{frame.model.__name__} is not written for JAX; leave engine='jax' out") from None


def chord(move: Callable, x: Any, steer: Callable, tolerance: Any, limit: int) -> Found:
    """Anderson-accelerated chord steps on one row x [u], as in the numpy engine."""

    def going(at: Any) -> Any:
        n, least, gap = at["n"], at["least"], at["gap"]
        return (least > tolerance) & (n <= limit) & ((n < 9) | (gap < WORST))

    def next_(at: Any) -> Any:
        x, n = at["x"], at["n"]
        miss = move(x)
        gap = jnp.abs(miss).max()
        better = gap < at["least"]  # false for a row that is not a number
        push = steer(miss)
        mixed, past = _mixed(at["past"], x, push, n)
        return {
            "n": n + 1,
            "x": mixed,
            "gap": gap,
            "best": jnp.where(better, x, at["best"]),
            "least": jnp.where(better, gap, at["least"]),
            "steps": jnp.where(better & (gap <= tolerance), n, at["steps"]),
            "past": past,
        }

    zero = jnp.zeros((MEMORY, x.size), jnp.float32)
    past = {"moves": zero, "drops": zero, "gram": jnp.zeros((MEMORY, MEMORY), jnp.float32), "push": 0 * x, "pushed": x}
    begin = {"n": 0, "x": x, "gap": jnp.inf, "best": x, "least": jnp.inf, "steps": limit, "past": past}
    at = lax.while_loop(going, next_, begin)
    return Found(at["best"], at["least"], at["steps"])


def _mixed(past: dict[str, Any], x: Any, push: Any, n: Any) -> tuple[Any, dict[str, Any]]:
    """The next x [u] by Anderson acceleration, and the past with this step in front."""
    push = push.astype(x.dtype)
    pushed = x + push
    seen = n > 0
    drop = jnp.where(seen, push - past["push"], 0).astype(jnp.float32)
    drops = jnp.concatenate([drop[None], past["drops"][:-1]])
    moves = jnp.concatenate([jnp.where(seen, pushed - past["pushed"], 0).astype(jnp.float32)[None], past["moves"][:-1]])
    inner = drops @ drop
    gram = jnp.concatenate([inner[None], jnp.concatenate([inner[1:, None], past["gram"][:-1, :-1]], axis=1)])
    size = jnp.sqrt(jnp.diagonal(gram)).astype(x.dtype)
    size = jnp.where(size > 0, size, 1)
    weight = _solved(gram / (size[:, None] * size) + RIDGE, (drops @ push.astype(jnp.float32)) / size) / size
    new = pushed - weight.astype(jnp.float32) @ moves
    return new, {"moves": moves, "drops": drops, "gram": gram, "push": push, "pushed": pushed}


def _solved(a: Any, b: Any) -> Any:
    """A small positive definite system, written out: batched, it is one kernel and no library call for each row."""
    size = len(b)
    low = [[a[i, j] for j in range(size)] for i in range(size)]
    right = [b[i] for i in range(size)]
    for k in range(size):
        for i in range(k + 1, size):
            ratio = low[i][k] / low[k][k]
            right[i] = right[i] - ratio * right[k]
            low[i] = [low[i][j] - ratio * low[k][j] for j in range(size)]
    for k in reversed(range(size)):
        right[k] = (right[k] - sum(low[k][j] * right[j] for j in range(k + 1, size))) / low[k][k]
    return jnp.stack(right)


def portable(push: Any) -> Any:
    """A correction of the numpy engine as JAX takes it: a function with its arrays beside it."""
    return jax.tree_util.Partial(push.func, *push.args) if isinstance(push, partial) else push


def on_row(steer: Any) -> Callable:
    """A correction of rows, on one row [u]."""
    return lambda miss: steer(miss[None])[0]


@partial(jax.jit, static_argnames=("frame", "limit", "only", "chunk"))
def _run(frame, limit, only, chunk, numbers, cells, steer, first, tolerance):
    """Found of every row of cells.rate [k,m]."""

    def one(row: tuple[Any, Any]) -> Found:
        p = problem(frame, numbers, cells._replace(rate=row[0], cost=row[1]))
        found = chord(lambda x: p.moved(x) - x, first, on_row(steer), tolerance, limit)
        report = p.report(found.x)
        return found._replace(report={name: report[name] for name in only or report})

    with jax.default_matmul_precision("highest"):
        return lax.map(one, (cells.rate, cells.cost), batch_size=min(chunk, len(cells.rate)))


def chunk(unknowns: int) -> int:
    """How many scenarios are solved side by side on this process's device."""
    return max(1, CELLS.get(jax.default_backend(), CELLS["cpu"]) // unknowns)


def run(model: Any, world: World, policy: Policy, tolerance: float, limit: int) -> tuple[Found, int]:
    """Every scenario of a policy, and how many of them the numpy engine had to walk."""
    single = not policy.shape
    frame, numbers, cells = taken_apart(model, world, policy)
    first, steer = (engine.flat(model.start(world)), None) if single else engine.near(model, world, policy, tolerance)
    steer = engine.steering(model, world) if steer is None else steer
    if single:
        cells = cells._replace(rate=cells.rate[None], cost=None if cells.cost is None else cells.cost[None])
    out = _run(
        frame, min(limit, engine.CHORD), None, chunk(first.size), numbers, cells, portable(steer), first, tolerance
    )
    found = jax.tree.map(np.array, out)
    lost = np.flatnonzero(~(found.gap <= tolerance))
    for k in lost:
        f = engine.one(model, world, policy if single else policy[int(k)], tolerance, limit)
        if f.gap < found.gap[k] or np.isnan(found.gap[k]):
            found.x[k], found.gap[k], found.steps[k] = f.x, f.gap, f.steps + found.steps[k]
            for name, values in (f.report or {}).items():
                found.report[name][k] = values
    return (jax.tree.map(lambda part: part[0], found) if single else found), lost.size
