"""Many sectors where duties also revalue what is owed abroad: multi_sector with one more flow between economies.

Axes as in multi_sector. An economy whose wage rises against the world's pays more, in the world's unit, on what it owes
abroad in its own currency; the lenders receive it in proportion to their value added:

    paid_n     = owed_n (ln wage_n - ln world value added)      owed_n = return * liabilities in own currency
    transfer_n = deficit_n - paid_n + share_n sum_m paid_m

The channel is that of Itskhoki and Mukhin (2025), in one line; their model is not replicated. Which economies owe in
their own currency, and how much, is data: `worlds/own-currency-liabilities.csv`.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Any

import numpy as np

from detente.economy.models import multi_sector
from detente.economy.models.multi_sector import Prepared
from detente.economy.policy import Policy
from detente.economy.world import World

__all__ = ["preconditioner", "prepare", "report", "start", "step"]
CLOSURE = "deficits fixed but for what a rise of wages adds to payments on liabilities in own currency"
LIABILITIES = "own-currency-liabilities.csv"
start, step, report = multi_sector.start, multi_sector.step, multi_sector.report
preconditioner = multi_sector.preconditioner


def prepare(world: World, policy: Policy) -> Prepared | None:
    """The policy in the form that the equations use, with what economies owe; None as in multi_sector."""
    prepared = multi_sector.prepare(world, policy)
    return None if prepared is None else prepared._replace(owed=owed(world))


def owed(world: World) -> Any:
    """Payments a year [n] on liabilities in own currency, in the world's unit: none for economies without a number."""
    lines = (resources.files("detente.economy") / "worlds" / LIABILITIES).read_text("utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    rate = {row["economy"]: float(row["share_of_gdp"]) * float(row["return"]) for row in rows}
    return np.array([rate.get(code, 0.0) for code in world.economies]) * world.income
