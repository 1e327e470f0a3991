"""détente: the state of trade talks, what every outcome is worth to every economy, and who says so.

The names below are all there is to import; each is loaded when it is first used, so importing the package is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.ask.answer import Answer
    from detente.ask.questions.brief import brief
    from detente.ask.questions.price import price
    from detente.ask.questions.replicate import replicate
    from detente.economy.equilibrium import Equilibrium, Options
    from detente.economy.policy import Policy, tariffs
    from detente.economy.solve import solve
    from detente.economy.world import World
    from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
    from detente.record.fact import Source, Statement
    from detente.record.propose import propose
    from detente.record.state import State
    from detente.record.store import Record

_HOME = {
    "Answer": "ask.answer",
    "DataError": "errors",
    "DetenteError": "errors",
    "Equilibrium": "economy.equilibrium",
    "NotConverged": "errors",
    "Options": "economy.equilibrium",
    "Policy": "economy.policy",
    "QuestionError": "errors",
    "Record": "record.store",
    "RecordError": "errors",
    "Source": "record.fact",
    "State": "record.state",
    "Statement": "record.fact",
    "World": "economy.world",
    "brief": "ask.questions.brief",
    "price": "ask.questions.price",
    "propose": "record.propose",
    "replicate": "ask.questions.replicate",
    "solve": "economy.solve",
    "tariffs": "economy.policy",
}

__all__ = [
    "Answer",
    "DataError",
    "DetenteError",
    "Equilibrium",
    "NotConverged",
    "Options",
    "Policy",
    "QuestionError",
    "Record",
    "RecordError",
    "Source",
    "State",
    "Statement",
    "World",
    "brief",
    "price",
    "propose",
    "replicate",
    "solve",
    "tariffs",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'detente' has no attribute {name!r}")
    return getattr(import_module(f"detente.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
