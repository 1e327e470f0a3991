"""The export controls that the record holds on a day, priced as scenarios: for the brief and for leverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detente.ask import controls, scenario
from detente.ask.economy import MULTI_SECTOR, setting
from detente.economy.nodes import spread
from detente.economy.solve import solve
from detente.errors import NotConverged
from detente.record.state import State

FEW = 6  # draws behind the band of a brief: `detente price NAME --draws N` has more
MEASURES = {  # measure: (scenario, statuses in which it is a threat or a fact, what it is in words)
    "chn-controls-april-2025": ("rare-earths-april-2025", ("in_force",), "Licences of 4 April 2025, in force"),
    "chn-controls-october-2025": (
        "rare-earths-october-2025", ("announced", "suspended"), "Controls of 9 October 2025 take effect"),
}  # fmt: skip
BAN = ("rare-earths-near-ban", "Near-total ban, not on record: wedges past what the model can say")
CHIPS = "US sales of electronics to China halved, standing in for chips, which overstates (assumption)"


def section(
    state: State,
    levels: Mapping[tuple[str, ...], float],
    world: str,
    *,
    draws: int = FEW,
    ban: bool = True,
    chips: bool = False,
) -> list[dict[str, Any]]:
    """A row a control on record: percent of real income with its band, over some months.

    ban: also the near-total ban, which is not on record. chips: also US sales of electronics to China halved, to set
    beside them. Empty where the record has no such control that day, or the world no sectors to split magnets from.
    """
    status = {m["measure"]: m for m in state.measures}
    asked: list[tuple[str, str, str | None]] = [
        (name, f"{title} ({status[measure]['status'].replace('_', ' ')} on record)", status[measure].get("statement"))
        for measure, (name, statuses, title) in MEASURES.items()
        if measure in status and status[measure]["status"] in statuses
    ]
    at = setting(world, horizon="short") if setting(world).model == MULTI_SECTOR else None
    if not asked or at is None or not {"C20", "C26", "C27"} <= set(at.world.sectors):
        return []
    at, ground = controls.base(world, "short", tuple(levels.items()))
    several = [controls.mid(), *(controls.draw(k, 0) for k in range(draws))]
    worlds = [controls.world(ground, v) for v in several]  # every row is priced on the same ones
    found = []
    for name, title, proof in [*asked, *([(*BAN, None)] if ban else [])]:
        one = scenario.load(name)
        limits = controls.limits_of(one.written, one.name, ground.economies, state.as_of[:10])
        found += row(name, title, "CHN", proof, limits, several, worlds, at)
    if chips:
        halved = controls.Limit("C26", ("CHN",), "USA", 0.5, controls.MONTHS, None)
        found += row("chips-assumed", CHIPS, "USA", None, [halved], several, worlds, at)
    return found


def row(
    name: str, title: str, by: str, proof: str | None, limits: Sequence[controls.Limit],
    several: Sequence[controls.Values], worlds: Sequence[Any], at: Any,
) -> list[dict[str, Any]]:  # fmt: skip
    """One control as a row; none where there is no equilibrium. worlds: of the mid priors first, then of draws."""

    def asked(k: int, kept: float | None = None) -> Any:
        v = several[k]
        return controls.policy(worlds[k], limits, v, v["magnet", "rent", ""] if kept is None else kept, {})

    places = {c: worlds[0].index(c) for c in ("USA", "CHN")}

    def said(values: Any) -> dict[str, float]:
        return {c: float(values[n]) for c, n in places.items()}

    try:
        one = solve(worlds[0], asked(0), options=controls.SOLVED)
        free, kept = (solve(worlds[0], asked(0, x), options=controls.READ) for x in (0.0, 1.0))
    except NotConverged:
        return []
    many = spread(
        lambda k: (worlds[k + 1], asked(k + 1)), len(worlds) - 1, lambda e: np.asarray(e.report["real_income"]),
        options=controls.READ,
    )  # fmt: skip
    good = np.array([x for x in many if x is not None] or [one.report["real_income"]])
    low, high = (said(np.percentile(good, q, axis=0)) for q in (5, 95))
    left = controls.policy(worlds[0], limits, several[0], 0.5, {}).limits
    return [
        {
            "name": name,
            "title": title,
            "by": by,
            "months": max(x.months for x in limits),
            "left": float(min(left.fraction)) if left is not None else 1.0,
            "real_income": {**said(one.report["real_income"]), "WLD": at.mean(one.report["real_income"])},
            "low": low,
            "high": high,
            "others_capped": controls.capped(worlds[0], limits, several[0], several[0]["magnet", "rent", ""], {}),
            "rent_to_importers": said(free.report["real_income"]),
            "rent_to_exporters": said(kept.report["real_income"]),
            "evidence": [proof] if proof else [],
            "draws": len(worlds) - 1,
            "solver": {"gap": float(one.gap), "steps": int(one.steps), "converged": bool(one.converged)},
            "model": "critical-inputs",
            "horizon": "short",
        }
    ]
