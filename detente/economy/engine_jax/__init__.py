"""Run a model on JAX: compiled once for every shape, many scenarios mapped, derivatives, on a CPU or a GPU.

Importing this package turns JAX's 64-bit mode on for the process, since an equilibrium needs it, and lets JAX keep what
it compiles in the user's cache folder (unless a folder is set already, or none can be written).

A scenario travels as its cells, a draw as its elasticities; arrays are built inside the compiled function. A world
travels as numbers, so worlds of one shape share what was compiled. Raises QuestionError where JAX is not installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from detente.economy.engine_jax import library  # turns 64 bits on, or says that JAX is missing

if TYPE_CHECKING:
    from detente.economy.engine_jax.adjoint import Gradient, gradient
    from detente.economy.engine_jax.solver import Draws, run, solve_draws

__all__ = ["Draws", "Gradient", "gradient", "library", "run", "solve_draws"]
_HOME = {"Draws": "solver", "Gradient": "adjoint", "gradient": "adjoint", "run": "solver", "solve_draws": "solver"}


def __getattr__(name: str) -> Any:  # the adjoint uses solve, which uses this package: each is loaded when it is used
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
