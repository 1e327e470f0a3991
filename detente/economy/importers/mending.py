"""Mends of a draft that is no economy as it stands; each leaves a sentence with its size for the world's provenance."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress

import numpy as np

from detente.economy.importers.classification import FINAL_USES
from detente.economy.importers.draft import Draft, findings, services_of

ALL_USES = np.ones(len(FINAL_USES), bool)
SAFE = 1 - 1e-6  # below 1 by more than single precision rounds, so that signs stay


def mend(draft: Draft) -> Draft:
    """The draft with empty cells as 0, no negative sales, no idle economies, and inputs that output and purchases bear.

    What is not changed is kept to the last digit. Value added and final demand are what the flows leave over, so a
    table whose columns miss the stated output is one after it.
    """
    for change in (_fill, _raise_negative, _drop_idle, _stop_idle, _lower_inputs, _take_remainders):
        draft = change(draft)
    return draft


def _noted(draft: Draft, sentence: str, **changes: object) -> Draft:
    return replace(draft, mends=(*draft.mends, sentence), **changes)  # type: ignore[arg-type]


def _fill(draft: Draft) -> Draft:
    if not draft.empty.count:
        return draft
    return _noted(draft, f"{draft.empty.count} empty cells taken as 0", empty=type(draft.empty)())


def _raise_negative(draft: Draft) -> Draft:
    """Sales that are negative over all their uses become 0; final sales bear it, for they hold the stocks."""
    flows = draft.flows
    low = flows < 0
    if not low.any():
        return draft
    sentence = f"{int(low.sum())} negative sales set to 0 ({-flows[low].sum():.6g} in all; falling stocks)"
    intermediate = np.maximum(draft.intermediate, 0)
    by_user = None if draft.by_user is None else np.maximum(draft.by_user, 0)
    uses = draft.uses
    if (draft.intermediate < 0).any() or (uses < 0).any():
        uses = np.maximum(uses, 0)
        sentence += "; negative inputs likewise"
    return _noted(
        draft, sentence, by_user=by_user, intermediate=np.where(low, intermediate, draft.intermediate), uses=uses,
        final=np.where(low, -intermediate, draft.final),
    )  # fmt: skip


def _drop_idle(draft: Draft) -> Draft:
    """Economies and sectors that sell nothing go."""
    output = draft.flows.sum(1)  # [s,n]
    economies, sectors = output.sum(0) > 0, output.sum(1) > 0
    if economies.all() and sectors.all():
        return draft
    kept = tuple(compress(draft.economies, economies)), tuple(compress(draft.sectors, sectors))
    dropped = sorted({*draft.economies, *draft.sectors} - {*kept[0], *kept[1]})
    by_pair = (sectors, economies, economies)
    axes = {
        "intermediate": by_pair, "final": by_pair, "tariff": by_pair, "value_added": by_pair[:2], "output": by_pair[:2],
        "uses": (economies, sectors, sectors), "final_use": (ALL_USES, *by_pair[:2]), "by_user": (sectors, *by_pair),
    }  # fmt: skip
    cut = {name: getattr(draft, name)[np.ix_(*of)] for name, of in axes.items() if getattr(draft, name) is not None}
    services = tuple(code for code in services_of(draft) if code in kept[1])
    return _noted(
        draft, f"dropped, for they sell nothing: {', '.join(dropped[:20])}", economies=kept[0], sectors=kept[1],
        services=services, **cut,
    )  # fmt: skip


def _stop_idle(draft: Draft) -> Draft:
    """Inputs of sectors without output become 0."""
    idle = (draft.flows.sum(1) <= 0).T  # [n,s]
    cost = draft.uses.sum(1)[idle]
    if not cost.any():
        return draft
    sentence = f"inputs of {np.count_nonzero(cost)} sectors without output set to 0 ({cost.sum():.6g} in all)"
    return _noted(draft, sentence, uses=draft.uses * ~idle[:, None, :])


def _lower_inputs(draft: Draft) -> Draft:
    """Inputs are lowered in proportion where output or purchases do not bear them."""
    tariff = np.zeros_like(draft.final) if draft.tariff is None else draft.tariff
    uses = scaled_uses(draft.flows, draft.uses, tariff)
    lowered = draft.uses.sum(1) - uses.sum(1)  # [n,s]
    if not (lowered > 0).any():
        return draft
    n, s = np.unravel_index(int(lowered.argmax()), lowered.shape)
    sentence = (
        f"inputs lowered in {int((lowered > 0).sum())} sectors where they exceed output or purchases"
        f" ({lowered.sum():.6g} in all, the most in {draft.sectors[s]} of {draft.economies[n]}: {lowered[n, s]:.6g})"
    )
    return _noted(draft, sentence, uses=uses)


def scaled_uses(flows: np.ndarray, uses: np.ndarray, tariff: np.ndarray) -> np.ndarray:
    """Uses [n,k,s] scaled down where inputs with their duty exceed output, and where uses exceed purchases."""
    landed = flows.sum(2)
    markup = np.divide((flows * (1 + tariff)).sum(2), landed, out=np.ones(flows.shape[:2]), where=landed > 0)
    output, purchases = flows.sum(1).T, landed.T  # [n,s]
    cost = (uses * markup.T[:, :, None]).sum(1)
    factor = np.divide(SAFE * output, cost, out=np.ones_like(output), where=cost > 0)
    uses = uses * np.minimum(1, factor)[:, None, :]
    factor = np.divide(SAFE * purchases, uses.sum(2), out=np.ones_like(purchases), where=uses.sum(2) > 0)
    return np.asarray(uses * np.minimum(1, factor)[:, :, None])


def _take_remainders(draft: Draft) -> Draft:
    """Stated output and value added that the flows do not meet are given up for what the flows leave over."""
    off = [each for each in findings(draft) if each.kind in ("rows_off_output", "columns_off_output")]
    if not off:
        return draft
    sentences = (f"value added taken as what sales leave over ({each.text})" for each in off)
    return replace(draft, mends=(*draft.mends, *sentences), value_added=None, output=None)
