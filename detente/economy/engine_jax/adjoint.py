"""Derivatives of any reported number by one implicit adjoint that serves every model.

With x = step(x, p) at an equilibrium and a target T(x, p), the derivative to p is T_p + bar * step_p, where
bar = T_x + bar * step_x: a fixed point solved as equilibria are, by the transposed correction. Axes: m changed cell,
[...] scenarios, u unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.engine_jax.frame import one_row, problem, taken_apart, written_for
from detente.economy.engine_jax.library import jax, jnp
from detente.economy.engine_jax.solver import chord, chunk, mapped, on_row, portable
from detente.economy.policy import Policy
from detente.economy.solve import DEFAULT, Equilibrium, Options, solve
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

ADJOINT = 1e-11  # relative, of the adjoint's own equations
Target = tuple[str, str] | Mapping[tuple[str, str], float] | Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, eq=False)
class Gradient:
    """value [...] of the target; of: derivatives by name, `rate` and `cost` [...,m] of the policy's cells, the others
    shaped as the world's arrays; gap (relative), steps, converged [...]: the adjoint's proof, the equilibrium's beside.
    """

    value: np.ndarray
    of: dict[str, np.ndarray]
    residual: np.ndarray
    iterations: np.ndarray
    converged: np.ndarray
    equilibrium: Equilibrium


def gradient(
    target: Target,
    world: World,
    policy: Policy,
    model: Any,
    *,
    of: Sequence[str] | None = None,
    options: Options = DEFAULT,
    check: bool = True,
) -> Gradient:
    """Derivatives of a target at the equilibrium, to the policy's cells and to the world's numbers.

    target: (quantity, economy) of the report, several with weights, or a function of the report to a number, written
    with jax.numpy. of: names to differentiate by; `rate`, `cost`, and every array of the world and number of its
    structure if not given. Each cell and each number moves alone: a share's derivative lets its row no longer sum to
    one. options.steps bounds the adjoint's steps too. Raises NotConverged if the equilibrium or the adjoint does
    (check), QuestionError for an unknown name.
    """
    frame, numbers, cells = taken_apart(model, world, policy)
    known = ["rate", *(["cost"] if cells.cost is not None else [])]
    known += [name for name, values in numbers.items() if values.dtype == float]
    names = tuple(known if of is None else of)
    if unknown := [name for name in names if name not in known]:
        raise QuestionError(f"no derivative by {unknown[0]!r}; there is {', '.join(known)}")
    found = solve(world, policy, model, options=options, engine="jax", check=check)
    goal, weights = _goal(target, found)
    x = np.concatenate(found.state, axis=-1)
    if not policy.shape:
        cells, x = one_row(cells), x[None]
    size = max(x.shape[-1], *(numbers[name].size for name in names if name in numbers), 0)
    steer = portable(model, engine.preconditioner(model, world))
    with written_for(model):
        out = _pulled(
            frame, goal, names, chunk(size, len(x)), options.max_iterations, numbers, cells, weights, steer, x
        )
    value, bars, gap, steps = jax.tree.map(np.array, out)
    if not policy.shape:
        value, bars, gap, steps = jax.tree.map(lambda part: part[0], (value, bars, gap, steps))
    converged = np.asarray(gap <= ADJOINT)
    if check and not converged.all():
        raise NotConverged(
            f"{world.name}: the adjoint of {int(np.sum(~converged))} of {converged.size} scenarios misses by up to"
            f" {np.max(gap):.1e} (relative) after {options.max_iterations} steps, asked {ADJOINT:.0e}; try"
            " Options(steps=...), or smaller rates: the equilibrium is close to where there is none",
            found,
        )
    return Gradient(value, bars, np.asarray(gap), np.asarray(steps), converged, found)


def _weighted(weights: dict[str, Any], report: dict[str, Any]) -> Any:
    return sum((weight * report[quantity]).sum() for quantity, weight in weights.items())


class _Called(NamedTuple):
    """A caller's target; the same function is compiled once."""

    target: Callable

    def __call__(self, weights: dict[str, Any], report: dict[str, Any]) -> Any:
        return self.target(report)


def _goal(target: Target, found: Equilibrium) -> tuple[Any, dict[str, np.ndarray]]:
    """A function of weights and a report, and the weights [n] by quantity."""
    if callable(target):
        return _Called(target), {}
    wanted = target if isinstance(target, Mapping) else {target: 1.0}
    weights: dict[str, np.ndarray] = {}
    for (quantity, economy), weight in wanted.items():
        found.of(quantity, economy)  # raises for what is not reported
        row = weights.setdefault(quantity, np.zeros(len(found.world.economies)))
        row[found.world.index(economy)] += weight
    return _weighted, weights


@partial(jax.jit, static_argnames=("frame", "goal", "names", "chunk"))
def _pulled(frame, goal, names, chunk, limit, numbers, cells, weights, steer, x):
    """Value, bars by name, and the adjoint's gap and steps of every row of x [k,u]."""

    def one(row: tuple[Any, Any, Any]) -> tuple[Any, Any, Any, Any]:
        rate, cost, x = row
        mine = cells._replace(rate=rate, cost=cost)
        p = problem(frame, numbers, mine)
        value, right = jax.value_and_grad(lambda x: goal(weights, p.report(x)))(x)
        size = jnp.abs(right).max()
        right = right / jnp.where(size > 0, size, 1)
        _, back = jax.vjp(p.moved, x)
        push = jax.linear_transpose(on_row(steer), x)

        def steered(miss: Any) -> Any:
            return push(miss.astype(jnp.float32))[0]

        found = chord(lambda bar: right + back(bar)[0] - bar, right, steered, ADJOINT, limit)

        def parts(given: dict[str, Any]) -> tuple[Any, Any]:
            other = {name: values for name, values in given.items() if name in numbers}
            cell = {name: values for name, values in given.items() if name not in numbers}
            at = problem(frame, numbers | other, mine._replace(**cell))
            return at.moved(x), goal(weights, at.report(x))

        given = {name: numbers[name] if name in numbers else getattr(mine, name) for name in names}
        _, pull = jax.vjp(parts, given)
        (bars,) = pull((found.x * size, jnp.ones_like(value)))
        return value, bars, found.residual, found.iterations

    return mapped(one, (cells.rate, cells.cost, x), chunk)
