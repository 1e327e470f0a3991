"""Import shares kept apart by buyer: each sector once for every kind of buyer, with one technology.

An economy's producers of a good sell it to several markets, each with import shares of its own. The
varieties of a sector have the same inputs for each unit of output, so they have one cost, and the multi-sector model on
such a table is the model with one producer and several shares.

Axes: s or k sector, n buyer, i seller, g kind of buyer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from detente.economy.importers.draft import MOST_CELLS, Draft, services_of
from detente.errors import DataError, QuestionError
from detente.labels import SOLD_TO

JOINT, APART, BY_USER = "joint", "apart", "by-user"
CHOICES = (JOINT, APART, BY_USER)
INPUTS, FINAL = "inputs", "final"
ROUNDING = 1e-9  # of the largest sale
SPARE = 1e-12  # by which inputs are below the purchases for them, so that rounding leaves no negative final demand


def apart(draft: Draft, shares: str, *, mend: bool = False) -> Draft:
    """The draft with each sector once for final and once for intermediate use, or once for each using sector.

    shares: of CHOICES. mend: set negative sales for final use to 0. Raises DataError where sales for final use are
    negative, or the table is too large.
    """
    if shares not in CHOICES:
        raise QuestionError(f"--shares {shares!r}; it is one of {', '.join(CHOICES)}")
    if shares == JOINT:
        return draft
    inputs = _for_inputs(draft, shares)  # [g,k,n,i]
    final_sales = draft.flows - inputs.sum(0)
    raised = _raised(draft, final_sales, mend)
    markets = np.concatenate([inputs, np.maximum(final_sales, 0)[None]])
    kinds = [*(draft.sectors if shares == BY_USER else (INPUTS,)), FINAL]
    sold = [(k, g) for k in range(len(draft.sectors)) for g in range(len(kinds)) if markets[g, k].any()]
    of, kind = np.array(sold).T
    flows = markets[kind, of]  # [v,n,i]
    output = markets.sum((0, 2))  # [s,i]
    part = np.divide(flows.sum(1), output[of], out=np.zeros((len(of), output.shape[1])), where=output[of] > 0)  # [v,i]
    used = draft.uses[:, of][:, :, of] * part.T[:, None, :] * (1 - SPARE)
    own = kind[:, None] == (of if shares == BY_USER else np.zeros_like(of))  # whether a user buys in that market
    final = kind == len(kinds) - 1
    return replace(
        draft, tariff=_take(draft.tariff, of, 0), final_use=_take(draft.final_use, of, 1), uses=used * own,
        sectors=tuple(draft.sectors[k] + SOLD_TO + kinds[g] for k, g in sold),
        intermediate=np.where(final[:, None, None], 0, flows), final=np.where(final[:, None, None], flows, 0),
        services=_services(draft, sold, kinds), value_added=None, output=None, by_user=None,
        mends=(*draft.mends, *raised, f"import shares kept apart by kind of buyer ({shares})"),
    )  # fmt: skip


def _for_inputs(draft: Draft, shares: str) -> np.ndarray:
    """What is bought for inputs, by kind of buyer [g,k,n,i]: uses, in the proportions in which sellers supply them."""
    if shares == APART:
        bought, used = draft.intermediate[None], draft.uses.sum(2).T[None]  # [g,k,n,i], [g,k,n]
    elif draft.by_user is None:
        raise DataError(
            f"{draft.source.name}: {len(draft.economies)} economies by {len(draft.sectors)} sectors make more than"
            f" {MOST_CELLS:.0g} cells by user; take --shares apart, or group sectors with --map"
        )
    else:
        bought, used = draft.by_user, draft.uses.transpose(2, 1, 0)
    total = bought.sum(3, keepdims=True)
    supplied = np.divide(bought, total, out=np.zeros_like(bought), where=total > 0)
    return np.asarray(supplied * used[..., None])


def _take(cells: np.ndarray | None, of: np.ndarray, axis: int) -> np.ndarray | None:
    return None if cells is None else cells.take(of, axis)


def _raised(draft: Draft, final: np.ndarray, mend: bool) -> tuple[str, ...]:
    """What is said of sales for final use that are negative, beyond rounding, and become 0. Raises DataError."""
    low = final < -ROUNDING * np.abs(draft.flows).max()
    if not low.any():
        return ()
    k, n, i = (int(x) for x in np.unravel_index(int(final.argmin()), final.shape))
    words = (
        f"sales for final use negative in {int(low.sum())} places ({final[low].sum():.6g} in all, the most"
        f" {draft.place(k, n, i)}: {final[k, n, i]:.6g})"
    )
    if not mend:
        raise DataError(f"{draft.source.name}: {words}; take --shares joint, or --mend, which sets them to 0")
    return (f"{words} set to 0",)


def _services(draft: Draft, sold: list[tuple[int, int]], kinds: list[str]) -> tuple[str, ...]:
    known = services_of(draft)
    return tuple(draft.sectors[k] + SOLD_TO + kinds[g] for k, g in sold if draft.sectors[k] in known)
