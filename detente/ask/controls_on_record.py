"""The export controls that the record holds on a day, priced as scenarios: for the brief and for leverage."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from detente.ask import controls, scenario
from detente.ask.controls import Limit
from detente.ask.economy import MULTI_SECTOR, Setting, setting
from detente.economy.nodes import spread
from detente.economy.policy import Policy
from detente.economy.solve import Equilibrium, solve
from detente.economy.world import World
from detente.errors import NotConverged
from detente.record.state import State

MEASURES = {  # measure: (scenario, statuses in which it is a threat or a fact, what it is in words)
    "chn-controls-april-2025": ("rare-earths-april-2025", ("in_force",), "Licences of 4 April 2025, in force"),
    "chn-controls-october-2025": (
        "rare-earths-october-2025", ("announced", "suspended"), "Controls of 9 October 2025 take effect"),
}  # fmt: skip
BAN = ("rare-earths-near-ban", "Near-total ban, not on record: wedges past what the model can say")
CHIPS = ("chips-assumed", "US sales of electronics to China halved, standing in for chips, which overstates (assumption)")
ROWS = (*(name for name, _, _ in MEASURES.values()), BAN[0], CHIPS[0])
DRAWS = 1000  # of which bands.csv names two for each row


def limits(name: str, economies: Sequence[str], on: str) -> list[Limit]:
    """The quantity limits of a row."""
    if name == CHIPS[0]:
        return [Limit("C26", ("CHN",), "USA", 0.5, controls.MONTHS, None)]
    one = scenario.load(name)
    return controls.limits_of(one.written, one.name, economies, on)


@cache
def ends(name: str) -> tuple[int, ...]:
    """The two draws of the priors, of DRAWS, that stand at 5 and 95 % for both sides under the duties of 26 October
    2025: priced under the duties of another day they stand for its band, since the order of draws hardly turns."""
    text = (resources.files("detente") / "dossiers" / "critical-inputs" / "bands.csv").read_text("utf-8")
    return tuple(int(row["draw"]) for row in csv.DictReader(text.splitlines()) if row["control"] == name)


def section(
    state: State, levels: Mapping[tuple[str, ...], float], world: str, *, ban: bool = True, chips: bool = False
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
    asked += [(*BAN, None)] if ban else []
    asked += [(*CHIPS, None)] if chips else []
    here = controls.world(ground, controls.mid())
    found = []
    for name, title, proof in asked:
        told = row(name, limits(name, ground.economies, state.as_of[:10]), at, ground, here)
        by = "USA" if name == CHIPS[0] else "CHN"
        found += [{"name": name, "title": title, "by": by, "evidence": [proof] if proof else [], **told}] if told else []
    return found


def row(name: str, asked: Sequence[Limit], at: Setting, ground: World, here: World) -> dict[str, Any] | None:
    """One control priced; None where there is no equilibrium. here: the world at the middle of the priors."""
    mid = controls.mid()
    values = [mid, *(controls.draw(k, 0) for k in ends(name))]
    rent = mid["magnet", "rent", ""]

    def build(k: int) -> tuple[World, Policy]:
        world = controls.world(ground, values[k]) if k else here
        return world, controls.policy(world, asked, values[k], values[k]["magnet", "rent", ""], {})

    def said(found: Equilibrium) -> dict[str, float]:
        return {c: float(found.of("real_income", c)) for c in ("USA", "CHN")}

    one, *drawn = spread(build, len(values), lambda found: found, options=controls.SOLVED)
    if one is None:
        return None
    kept = [controls.policy(here, asked, mid, part, {}) for part in (0.0, 1.0)]
    try:
        to_importers, to_exporters = (solve(here, p, options=controls.READ, start=one) for p in kept)
    except NotConverged:
        return None
    both = [said(found) for found in drawn if found is not None]
    low, high = ({c: end(x[c] for x in both) if len(both) == 2 else None for c in ("USA", "CHN")} for end in (min, max))
    left = kept[0].limits
    return {
        "months": max(x.months for x in asked),
        "left": float(min(left.fraction)) if left is not None else 1.0,
        "real_income": {**said(one), "WLD": at.mean(one.report["real_income"])},
        "low": low,
        "high": high,
        "others_capped": controls.capped(here, asked, mid, rent, {}),
        "rent_to_importers": said(to_importers),
        "rent_to_exporters": said(to_exporters),
        "draws": DRAWS,
        "solver": {"gap": float(one.gap), "steps": int(one.steps), "converged": bool(one.converged)},
        "model": "critical-inputs",
        "horizon": "short",
    }
