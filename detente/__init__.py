"""détente: the state of trade talks, what every outcome is worth to every economy, and who says so.

The names below are all there is to import; each is loaded when it is first used, so importing the package is light.
Questions are functions of their own: `detente.price`, `detente.brief` and the others answer as the commands of the same
name do, and `help` says what each argument takes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.ask.answer import Answer
    from detente.ask.load_world import world
    from detente.ask.pricing.scenario import Scenario
    from detente.ask.questions.brief import brief
    from detente.ask.questions.capital import capital
    from detente.ask.questions.card import card
    from detente.ask.questions.compare import compare
    from detente.ask.questions.country import country
    from detente.ask.questions.deal import deal
    from detente.ask.questions.duties import duties
    from detente.ask.questions.exposure import exposure
    from detente.ask.questions.forecast import forecast
    from detente.ask.questions.frozen_forecasts import freeze as freeze_forecasts
    from detente.ask.questions.frozen_forecasts import score as score_forecasts
    from detente.ask.questions.game import game
    from detente.ask.questions.leverage import leverage
    from detente.ask.questions.own_acts import add as add_duties
    from detente.ask.questions.own_worlds import check as world_check
    from detente.ask.questions.own_worlds import describe as world_describe
    from detente.ask.questions.own_worlds import import_table as world_import
    from detente.ask.questions.own_worlds import listing as world_list
    from detente.ask.questions.own_worlds import template as world_template
    from detente.ask.questions.path import path
    from detente.ask.questions.positions import positions
    from detente.ask.questions.price import price
    from detente.ask.questions.replicate import replicate
    from detente.ask.questions.rerun import rerun
    from detente.ask.questions.side_deals import side_deals
    from detente.ask.questions.sweep import sweep
    from detente.ask.questions.tariffs import bilateral as tariffs_bilateral
    from detente.ask.questions.tariffs import cooperative as tariffs_cooperative
    from detente.ask.questions.tariffs import nash as tariffs_nash
    from detente.ask.questions.tariffs import optimal as tariffs_optimal
    from detente.ask.questions.truce import truce
    from detente.ask.questions.what_if import whatif as what_if
    from detente.ask.talks.curation import add as record_add
    from detente.ask.talks.curation import check as record_check
    from detente.ask.talks.curation import conflicts as record_conflicts
    from detente.ask.talks.curation import pending as record_review
    from detente.ask.talks.curation import people as record_people
    from detente.ask.talks.curation import retract as record_retract
    from detente.ask.talks.dossier import proposals as record_propose
    from detente.ask.talks.dossier import show as record_show
    from detente.ask.talks.dossier import text as record_text
    from detente.ask.talks.exchange import export as record_export
    from detente.ask.talks.exchange import judge as record_judgements
    from detente.ask.talks.listing import cases
    from detente.ask.talks.starting import new as record_new
    from detente.ask.talks.updating import update as record_update
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
    "Scenario": "ask.pricing.scenario",
    "Source": "record.fact",
    "State": "record.state",
    "Statement": "record.fact",
    "World": "economy.world",
    "propose": "record.propose",
    "solve": "economy.solve",
    "tariffs": "economy.policy",
    "world": "ask.load_world",
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
    "Scenario",
    "Source",
    "State",
    "Statement",
    "World",
    "add_duties",
    "brief",
    "capital",
    "card",
    "cases",
    "compare",
    "country",
    "deal",
    "duties",
    "exposure",
    "forecast",
    "freeze_forecasts",
    "game",
    "leverage",
    "path",
    "positions",
    "price",
    "propose",
    "record_add",
    "record_check",
    "record_conflicts",
    "record_export",
    "record_judgements",
    "record_new",
    "record_people",
    "record_propose",
    "record_retract",
    "record_review",
    "record_show",
    "record_text",
    "record_update",
    "replicate",
    "rerun",
    "score_forecasts",
    "side_deals",
    "solve",
    "sweep",
    "tariffs",
    "tariffs_bilateral",
    "tariffs_cooperative",
    "tariffs_nash",
    "tariffs_optimal",
    "truce",
    "what_if",
    "world",
    "world_check",
    "world_describe",
    "world_import",
    "world_list",
    "world_template",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"detente.{_HOME[name]}"), name)
    if name in __all__:
        from detente.faces.python import functions

        return functions.function(name)
    raise AttributeError(f"module 'detente' has no attribute {name!r}{_suggestion(name)}")


def _suggestion(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, __all__, n=1)
    return f"; did you mean {close[0]!r}?" if close and not name.startswith("_") else ""


def __dir__() -> list[str]:
    return list(__all__)
