"""Many sectors where new duty is not spent but lent abroad: multi_sector with a smaller government deficit.

Axes as in multi_sector. Duty beyond the baseline's pays off debt, so that its economy spends less than it earns; the
others borrow it in proportion to their value added, as lenders receive in `valuation`:

    lent_n     = duty_n - baseline duty_n, fixed in world value added
    transfer_n = deficit_n - lent_n + share_n sum_m lent_m

real_income is what is spent today over prices: what is lent buys something later and is not counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.economy.models import multi_sector
from detente.economy.models.multi_sector import Prepared, Unknowns
from detente.economy.policy import Policy
from detente.economy.world import World

__all__ = ["preconditioner", "prepare", "report", "start", "step"]
CLOSURE = "new duty is lent abroad and not spent; deficits else fixed in world value added"
start, step = multi_sector.start, multi_sector.step
preconditioner = multi_sector.preconditioner


def prepare(world: World, policy: Policy) -> Prepared | None:
    """The policy in the form that the equations use, with the baseline's duty; None as in multi_sector."""
    prepared = multi_sector.prepare(world, policy)
    return None if prepared is None else prepared._replace(spent_duty=multi_sector.baseline_totals(world).duty)


def report(world: World, policy: Policy, prepared: Prepared, unknowns: Unknowns) -> dict[str, Any]:
    """The results of multi_sector, and what is lent [...,n], in the world's unit."""
    results = multi_sector.report(world, policy, prepared, unknowns)
    return {**results, "lent": results["duty"] - np.asarray(prepared.spent_duty)}
