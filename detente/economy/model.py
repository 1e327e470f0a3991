"""The contract between a model and the engines, and models that a user writes in a file of their own.

A model is a set of functions on numbers: a module, or an object with methods that can be hashed. The engines find the
equilibrium as a fixed point of `step`. Shapes: [...] are scenarios (none, or one axis), n economies, s sectors, u
unknowns. docs/development/write-a-model.md works through an example.
"""

from __future__ import annotations

import hashlib
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeVar

import numpy as np

from detente.economy.policy import Policy
from detente.economy.world import World
from detente.errors import DataError, DetenteError, QuestionError

REQUIRED = {
    "start": "start(world)",
    "prepare": "prepare(world, policy)",
    "step": "step(world, policy, prepared, state)",
    "report": "report(world, policy, prepared, state)",
}
OPTIONAL = {
    "preconditioner": "preconditioner(world)",
    "payoff": "payoff(world, prepared, state)",
    "vjp": "vjp(world, prepared, state, next_cotangent, payoff_cotangent)",
    "markets": "markets(world, prepared, state)",
    "rebase": "rebase(world, policy, state, name)",
    "calibrate": "calibrate(table)",
}


class Model(Protocol):
    """What every engine asks of a model. State: a NamedTuple of arrays whose last axes are the unknowns.

    A model may also have these functions:

    preconditioner(world) -> function. The function takes residuals [k,u] of k scenarios and returns the corrections
        [k,u] that are added to their states, in single precision: about minus the inverse Jacobian of the residual at
        the baseline. It needs one where there are too many unknowns to form that matrix (from about a thousand).
    payoff(world, prepared, state) -> array [...,n]. The natural logarithm of what each government maximises, up to a
        constant. Strategic tariffs need it.
    vjp(world, prepared, state, next_cotangent, payoff_cotangent) -> (state, cotangents). The vector-Jacobian product of
        `step` and `payoff`: from cotangents of their results (a state [...,u] and an array [...,n]) to those of the
        state, and to those of goods markets as in models.backward. Strategic tariffs need it.
    markets(world, prepared, state) -> the goods markets that models.backward reads. Strategic tariffs need it, and an
        `access` in what prepare returns, in whose place they put that of other tariffs.
    rebase(world, policy, state, name) -> World. The world whose baseline is this equilibrium of one scenario.
    calibrate(table) -> World. The world that a raw table makes, so that `detente price --model FILE.py` can ask it.
    """

    def start(self, world: World, /) -> Any:
        """The state at the baseline: a NamedTuple of arrays [u], usually zeros: logarithms of changes."""
        ...

    def prepare(self, world: World, policy: Policy, /) -> Any:
        """Whatever stays fixed while a policy is solved, such as its import weights.

        None for a policy of several scenarios that cannot be solved side by side: each is then solved alone.
        """
        ...

    def step(self, world: World, policy: Policy, prepared: Any, state: Any, /) -> Any:
        """The state moved by the residuals of the equations: at an equilibrium it comes back unchanged.

        state: arrays [...,u]. Where unknowns are logarithms, a residual is a relative excess demand.
        """
        ...

    def report(self, world: World, policy: Policy, prepared: Any, state: Any, /) -> dict[str, np.ndarray]:
        """Results by name, [...,n] or [...,s,n], all finite at an equilibrium.

        `real_income`, if reported, is in percent of the baseline's and above -100: nobody consumes less than nothing.
        """
        ...


AnyModel = TypeVar("AnyModel", bound=Any)


def model_name(model: Any) -> str:
    """What a model is called in messages: its module's last name, or its class."""
    if isinstance(model, ModuleType):
        return model.__name__.rpartition(".")[2]
    return type(model).__name__


def check_model(model: AnyModel, name: str | None = None) -> AnyModel:
    """The model itself, if it has the functions of the contract; name: what it is called in messages.

    Raises QuestionError that names each function that is missing, or present and not callable.
    """
    missing = [signature for function, signature in REQUIRED.items() if not hasattr(model, function)]
    problems = [f"it has no {', no '.join(missing)}"] if missing else []
    problems += [
        f"its {function} is {_described(getattr(model, function))}, not a function {signature}"
        for function, signature in {**REQUIRED, **OPTIONAL}.items()
        if hasattr(model, function) and not callable(getattr(model, function))
    ]
    try:
        hash(model)
    except TypeError:
        problems.append("it cannot be hashed, and what is worked out once for a world is kept by its model")
    if problems:
        raise QuestionError(f"{name or _described(model)} is not a model: {'; '.join(problems)}")
    return model


def check_report(model: Model, report: Mapping[str, Any] | None, scenarios: tuple[int, ...]) -> None:
    """Raises QuestionError where a report is not arrays with the scenarios of the policy in front."""
    if not isinstance(report, Mapping):
        raise QuestionError(f"{model_name(model)}: report returned {_described(report)}, not a dictionary of arrays")
    for name, values in report.items():
        shape = np.shape(values)
        if shape[: len(scenarios)] != scenarios or len(shape) == len(scenarios):
            raise QuestionError(
                f"{model_name(model)}: report[{name!r}] has shape {shape}; a policy of {scenarios or 'one'} scenarios"
                f" needs {(*scenarios, 'economies')}"
            )


def _described(thing: Any) -> str:
    """An object in the words of an error message."""
    if isinstance(thing, ModuleType):
        return f"the module {thing.__name__}"
    text = repr(thing)
    return f"{text[:60]}{'...' if len(text) > 60 else ''} ({type(thing).__name__})"


def load_model(path: str | Path) -> ModuleType:
    """The model in a Python file. The file is run with the rights of this process: load only files you trust.

    Every call runs the file anew. Raises QuestionError where the file is missing or lacks a function of the contract,
    DataError where Python cannot run it.
    """
    path = Path(path)
    if not path.is_file():
        raise QuestionError(f"{path}: no such file; --model takes a model by name, or a Python file")
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    module = ModuleType(f"detente_model_{digest}_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses and NamedTuples look their module up by name
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except SyntaxError as problem:
        raise DataError(f"{path}, line {problem.lineno}: {problem.msg}") from None
    except (Exception, SystemExit) as problem:
        raise DataError(_where(path, problem)) from problem
    return check_model(module, str(path))


@contextmanager
def errors_of_model(path: str | Path) -> Iterator[None]:
    """Turns what a model file raises into a QuestionError with the line that raised it."""
    try:
        yield
    except DetenteError:
        raise
    except Exception as problem:
        raise QuestionError(_where(path, problem)) from problem


def _where(path: str | Path, problem: BaseException) -> str:
    """An exception in one line, with the last line of the file that led to it."""
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
    return f"{path}{f', line {lines[-1]}' if lines else ''}: {type(problem).__name__}: {problem}"
