"""A world whose baseline is an equilibrium of one scenario: what the `rebase` of every model does alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from detente.economy.access import PanelAccess
from detente.economy.policy import Policy
from detente.economy.world import World, check
from detente.errors import QuestionError

Prepared = TypeVar("Prepared")


def single(prepared: Prepared | None) -> Prepared:
    """What a model prepared for one scenario. Raises QuestionError where it is for many."""
    if prepared is None or not isinstance(getattr(prepared, "access", None), PanelAccess):
        raise QuestionError("a baseline is made from one scenario; pick one, as in policy[0]")
    return prepared


def new_baseline(
    world: World,
    policy: Policy,
    prepared: Any,
    markets: Any,
    name: str,
    *,
    income: np.ndarray,
    level: np.ndarray,
    **changes: Any,
) -> World:
    """The world in which goods markets [s,n] are the baseline, at the policy's tariffs.

    income [n]: what its factors earn. level [1]: the numeraire over its baseline; spending and income are divided by
    it. changes: other fields of the world. Raises QuestionError for taxes on exports, which a baseline has no place
    for, DataError for what is no economy.
    """
    if policy.export_tax is not None:
        raise QuestionError("a baseline has no taxes on exports; leave them out, or levy them in the scenario on top")
    gross = prepared.access.gross * markets.supply[:, None, :]
    return check(
        replace(
            world,
            name=name,
            share=gross / gross.sum(2, keepdims=True),
            spending=markets.expenditure / level,
            income=income / level,
            tariff=policy.tariff(world),
            **changes,
        )
    )
