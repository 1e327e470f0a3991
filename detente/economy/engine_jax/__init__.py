"""Run a model on JAX: compiled once for every shape, many scenarios mapped, derivatives, on a CPU or a GPU.

Importing this package turns JAX's 64-bit mode on for the process, since an equilibrium needs it, and lets JAX keep what
it compiles in the user's cache folder (unless a folder is set already, or none can be written).

A scenario travels as its cells, a draw as its elasticities; arrays are built inside the compiled function. A world
travels as numbers, so worlds of one shape share what was compiled. Raises QuestionError where JAX is not installed.
"""

from detente.economy.engine_jax.adjoint import Gradient, gradient
from detente.economy.engine_jax.solver import Drawn, drawn, run

__all__ = ["Drawn", "Gradient", "drawn", "gradient", "run"]
