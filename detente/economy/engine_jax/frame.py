"""A world and a policy as JAX takes them: their numbers, and a frame of everything else that compiling depends on.

Axes: k scenario, m changed cell, u unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from detente.economy.arrays import with_values
from detente.economy.engine_jax.library import jax, jnp
from detente.economy.model import Model
from detente.economy.policy import Policy
from detente.economy.world import Origin, World
from detente.errors import QuestionError

FIELDS = ("share", "spending", "income", "transfer", "tariff")  # a world's arrays; the rest are its structure's


class Frame(NamedTuple):
    """What a compiled function is made for, besides shapes: everything of a world and a policy that is not a number."""

    model: Any
    structure: type
    words: tuple[tuple[str, Any], ...]  # fields of the structure that are not arrays, or that the model branches on
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
class TracedPolicy:
    """One scenario's policy inside a compiled function: a Policy that does not look at its values."""

    importer: Any
    exporter: Any
    sector: Any
    rate: Any
    cost: Any
    revenue: str
    limits: None = None
    export_tax: None = None
    shape: tuple[()] = ()

    @property
    def cells(self) -> tuple[Any, ...]:
        """The changed cells as an index into a world's tariffs."""
        pair = (self.importer, self.exporter)
        return pair if self.sector is None else (self.sector, *pair)

    def tariff(self, world: World) -> Any:
        """Dense tariff levels [(s),n,i]."""
        return with_values(world.tariff, (self.cells, self.rate))


def take_apart(model: Any, world: World, policy: Policy) -> tuple[Frame, dict[str, np.ndarray], Cells]:
    """A world and a policy as a frame, the world's numbers by name, and cells; the rate and cost [k,m] where batched.

    Raises QuestionError for what the JAX engine does not solve: quantity limits, a model that cannot be compiled.
    """
    if policy.limits is not None:
        raise QuestionError("quantity limits are solved by the numpy engine; leave engine='jax' out")
    if policy.export_tax is not None:
        raise QuestionError("taxes on exports are solved by the numpy engine; leave engine='jax' out")
    numbers, words = numbers_and_words(world, getattr(model, "BRANCHES", ()))
    sizes = len(world.economies), len(world.sectors)
    frame = Frame(model, type(world.structure), tuple(sorted(words.items())), *sizes, policy.revenue)
    try:
        hash(frame)
    except TypeError:
        raise unsupported_model(model) from None
    cost = policy.cost
    if world.sectors:
        cost = np.ones_like(policy.rate) if cost is None else np.broadcast_to(cost, policy.rate.shape)
    return frame, numbers, Cells(policy.importer, policy.exporter, policy.sector, policy.rate, cost)


def numbers_and_words(world: World, branches: Sequence[str]) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """A world's arrays, its structure's numbers among them, by name; and those of its structure that are compiled in.

    The latter are what is not a number, and what the model branches on; sources leave no trace in what is compiled.
    """
    structure = world.structure._asdict()
    words = {k: v for k, v in structure.items() if k in branches or not isinstance(v, np.ndarray | float)}
    words |= {k: "" for k, v in words.items() if isinstance(v, str) and k not in branches}
    numbers = {name: np.asarray(getattr(world, name), float) for name in FIELDS}
    return numbers | {k: np.asarray(v) for k, v in structure.items() if k not in words}, words


def as_batch(cells: Cells) -> Cells:
    """A single policy's cells as a batch of one."""
    return cells._replace(rate=cells.rate[None], cost=None if cells.cost is None else cells.cost[None])


class Problem(NamedTuple):
    """One scenario as functions of its numbers, inside a compiled function."""

    world: World
    policy: Any
    prepared: Any
    model: Model

    def to_state(self, x: Any) -> Any:
        """The model's state from a row of unknowns [u]."""
        first = self.model.start(self.world)
        ends = np.cumsum([0, *(part.shape[-1] for part in first)])
        return type(first)(*(x[a:b] for a, b in pairwise(ends)))

    def step(self, x: Any) -> Any:
        """The model's step as a row [u]."""
        return jnp.concatenate(self.model.step(self.world, self.policy, self.prepared, self.to_state(x)), axis=-1)

    def residual(self, x: Any) -> Any:
        """F(x) = step(x) - x [u]."""
        return self.step(x) - x

    def report(self, x: Any) -> dict[str, Any]:
        """The model's report at a row."""
        return self.model.report(self.world, self.policy, self.prepared, self.to_state(x))


def problem(frame: Frame, numbers: dict[str, Any], cells: Cells) -> Problem:
    """One scenario's problem, from its numbers."""
    structure = frame.structure(**dict(frame.words), **{k: v for k, v in numbers.items() if k not in FIELDS})
    world = World(
        name="a world on JAX",
        economies=tuple(str(n) for n in range(frame.economies)),
        **{name: numbers[name] for name in FIELDS},
        structure=structure,
        origin=Origin("", 0, "", (), ""),
        sectors=tuple(str(s) for s in range(frame.sectors)),
    )
    policy: Any = TracedPolicy(*cells, frame.revenue)
    return Problem(world, policy, frame.model.prepare(world, policy), frame.model)


@contextmanager
def check_traceable(model: Any) -> Iterator[None]:
    """Raises QuestionError where a model asks for numpy by name, or branches on a value, and JAX cannot follow."""
    try:
        yield
    except (jax.errors.TracerArrayConversionError, jax.errors.TracerBoolConversionError):
        raise unsupported_model(model) from None


def unsupported_model(model: Any) -> QuestionError:
    """The error for a model that JAX cannot run."""
    name = getattr(model, "__name__", type(model).__module__)
    return QuestionError(f"{name.rpartition('.')[2]} is not written for JAX; leave engine='jax' out")
