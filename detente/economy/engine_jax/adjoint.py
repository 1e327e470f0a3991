"""Derivatives of any reported number by one implicit adjoint that serves every model.

With x = step(x, p) at an equilibrium and a target T(x, p), the derivative of T to p is T_p + v step_p, where the
cotangent v = T_x + v step_x: a fixed point, solved as equilibria are, by the transposed preconditioner. Axes: m changed
cell, [...] scenarios, u unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from detente.economy import engine
from detente.economy.engine_jax.frame import Cells, as_batch, check_traceable, problem, take_apart
from detente.economy.engine_jax.library import jax, jnp
from detente.economy.engine_jax.solver import chord, chunk, for_one_row, map_rows, portable
from detente.economy.equilibrium import DEFAULT, Equilibrium, Options
from detente.economy.model import Model, check_model
from detente.economy.policy import Policy
from detente.economy.solve import solve
from detente.economy.world import World
from detente.errors import NotConverged, QuestionError

ADJOINT = 1e-11  # relative, of the adjoint's own equations
Target = tuple[str, str] | Mapping[tuple[str, str], float] | Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, eq=False)
class Gradient:
    """value [...] of the target; of: derivatives by name, `rate` and `cost` [...,m] of the policy's cells, the others
    shaped as the world's arrays; residual (relative), iterations, converged [...]: the proof of the adjoint, beside
    that of the equilibrium.
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
    model: Model,
    *,
    of: Sequence[str] | None = None,
    options: Options = DEFAULT,
    check: bool = True,
) -> Gradient:
    """Derivatives of a target at the equilibrium, to the policy's cells and to the world's numbers.

    target: (quantity, economy) of the report, several with weights, or a function of the report to a number, written
    with jax.numpy. of: names to differentiate by; `rate`, `cost`, and every array of the world and number of its
    structure if not given. Each cell and each number moves alone: a share's derivative lets its row no longer sum to
    one. options.max_iterations bounds the adjoint's iterations too. Raises NotConverged if the equilibrium or the
    adjoint does not converge (unless check is False), QuestionError for an unknown name.
    """
    check_model(model)
    frame, numbers, cells = take_apart(model, world, policy)
    names = _differentiable(numbers, cells, of)
    equilibrium = solve(world, policy, model, options=options, engine="jax", check=check)
    function, weights = _target_function(target, equilibrium)
    x = np.concatenate(equilibrium.state, axis=-1)
    if not policy.shape:
        cells, x = as_batch(cells), x[None]
    size = max(x.shape[-1], *(numbers[name].size for name in names if name in numbers), 0)
    precondition = portable(model, engine.preconditioner(model, world))
    limit = options.max_iterations
    with check_traceable(model):
        out = _gradients(frame, function, names, chunk(size, len(x)), limit, numbers, cells, weights, precondition, x)
    value, derivatives, residual, iterations = jax.tree.map(np.array, out)
    converged = residual <= ADJOINT
    for values in derivatives.values():
        converged = converged & np.isfinite(values).reshape(len(x), -1).all(-1)
    if check and not converged.all():
        raise NotConverged(
            f"{world.name}: the adjoint of {int(np.sum(~converged))} of {converged.size} scenarios has a residual of"
            f" up to {np.max(residual):.1e} (relative) after {limit} iterations, and {ADJOINT:.0e} is asked; try"
            " Options(max_iterations=...), or smaller rates: the policy is close to where there is no equilibrium",
            equilibrium,
        )
    proof = value, derivatives, residual, iterations, converged
    if not policy.shape:
        proof = jax.tree.map(lambda part: np.asarray(part[0]), proof)
    return Gradient(*proof, equilibrium)


def _differentiable(numbers: dict[str, np.ndarray], cells: Cells, of: Sequence[str] | None) -> tuple[str, ...]:
    """The names to differentiate by, all if not given. Raises QuestionError for an unknown one."""
    known = ["rate", *(["cost"] if cells.cost is not None else [])]
    known += [name for name, values in numbers.items() if values.dtype == float]
    names = tuple(known if of is None else of)
    if unknown := [name for name in names if name not in known]:
        raise QuestionError(f"no derivative by {unknown[0]!r}; there is {', '.join(known)}")
    return names


def _weighted_sum(weights: dict[str, Any], report: dict[str, Any]) -> Any:
    return sum((weight * report[quantity]).sum() for quantity, weight in weights.items())


class _CallersTarget(NamedTuple):
    """A target function of the caller's; the same function is compiled once."""

    target: Callable[..., Any]

    def __call__(self, weights: dict[str, Any], report: dict[str, Any]) -> Any:
        return self.target(report)


def _target_function(target: Target, equilibrium: Equilibrium) -> tuple[Any, dict[str, np.ndarray]]:
    """A function of weights and a report, and the weights [n] by quantity."""
    if callable(target):
        return _CallersTarget(target), {}
    terms = target if isinstance(target, Mapping) else {target: 1.0}
    weights: dict[str, np.ndarray] = {}
    for (quantity, economy), weight in terms.items():
        equilibrium.of(quantity, economy)  # raises for what is not reported
        row = weights.setdefault(quantity, np.zeros(len(equilibrium.world.economies)))
        row[equilibrium.world.index(economy)] += weight
    return _weighted_sum, weights


@partial(jax.jit, static_argnames=("frame", "function", "names", "chunk"))
def _gradients(frame, function, names, chunk, limit, numbers, cells, weights, precondition, x):
    """Value, derivatives by name, and the adjoint's residual and iterations, of every row of x [k,u]."""

    def differentiate(row: tuple[Any, Any, Any]) -> tuple[Any, Any, Any, Any]:
        rate, cost, x = row
        own = cells._replace(rate=rate, cost=cost)
        p = problem(frame, numbers, own)
        value, right = jax.value_and_grad(lambda x: function(weights, p.report(x)))(x)
        size = jnp.abs(right).max()
        right = right / jnp.where(size > 0, size, 1)
        _, step_vjp = jax.vjp(p.step, x)
        transpose = jax.linear_transpose(for_one_row(precondition), x)

        def preconditioned(values: Any) -> Any:
            return transpose(values.astype(jnp.float32))[0]

        adjoint = chord(lambda v: right + step_vjp(v)[0] - v, right, preconditioned, ADJOINT, limit)

        def step_and_target(named: dict[str, Any]) -> tuple[Any, Any]:
            of_world = {name: values for name, values in named.items() if name in numbers}
            of_cells = {name: values for name, values in named.items() if name not in numbers}
            other = problem(frame, numbers | of_world, own._replace(**of_cells))
            return other.step(x), function(weights, other.report(x))

        named = {name: numbers[name] if name in numbers else getattr(own, name) for name in names}
        _, vjp = jax.vjp(step_and_target, named)
        (derivatives,) = vjp((adjoint.x * size, jnp.ones_like(value)))
        return value, derivatives, adjoint.residual, adjoint.iterations

    return map_rows(differentiate, (cells.rate, cells.cost, x), chunk)
