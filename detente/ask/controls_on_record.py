"""The export controls that the record holds on a day, priced as scenarios: for the brief and for leverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.ask import controls, scenario
from detente.ask.economy import MULTI_SECTOR, setting
from detente.errors import NotConverged, QuestionError
from detente.record.state import State

FEW = 8  # draws behind the band of a brief: `detente price NAME --draws N` has more
SENDER, TARGET = "CHN", "USA"
MEASURES = {  # measure: (scenario, statuses in which it is a threat or a fact, what it is in words)
    "chn-controls-april-2025": ("rare-earths-april-2025", ("in_force",), "Licences of 4 April 2025, in force"),
    "chn-controls-october-2025": (
        "rare-earths-october-2025", ("announced", "suspended"), "Controls of 9 October 2025 take effect"),
}  # fmt: skip
BAN = ("rare-earths-near-ban", "Near-total ban on magnets and compounds")


def section(
    state: State, levels: Mapping[tuple[str, ...], float], world: str, *, draws: int = FEW
) -> list[dict[str, Any]]:
    """A row a control on record, and a near-total ban: percent of real income with its band, over some months.

    Empty where the record has no such control that day, or the world no sectors to split magnets from.
    """
    status = {m["measure"]: m for m in state.measures}
    asked = [
        (name, f"{title} ({status[measure]['status'].replace('_', ' ')} on record)", status[measure].get("statement"))
        for measure, (name, statuses, title) in MEASURES.items()
        if measure in status and status[measure]["status"] in statuses
    ]
    at = setting(world, horizon="short") if setting(world).model == MULTI_SECTOR else None
    if not asked or at is None or not {"C20", "C26", "C27"} <= set(at.world.sectors):
        return []
    at, ground = controls.base(world, "short", tuple(levels.items()))
    found = []
    for name, title, proof in [*asked, (*BAN, None)]:
        one = scenario.load(name)
        limits = controls.limits_of(one.written, one.name, ground.economies, state.as_of[:10])
        try:
            told = controls.priced(limits, at, ground, {}, draws=draws, brief=True)
        except (NotConverged, QuestionError):
            continue
        economies = told["economies"]
        found.append(
            {
                "name": name,
                "title": title,
                "by": SENDER,
                "months": max(x.months for x in limits),
                "left": min(row["left"] for row in told["limits"]),
                "real_income": {c: economies[c]["real_income"] for c in ("USA", "CHN", "WLD")},
                "low": {c: economies[c]["real_income_low"] for c in ("USA", "CHN")},
                "high": {c: economies[c]["real_income_high"] for c in ("USA", "CHN")},
                "rent_to_importers": {c: economies[c]["rent_to_importers"] for c in ("USA", "CHN")},
                "rent_to_exporters": {c: economies[c]["rent_to_exporters"] for c in ("USA", "CHN")},
                "evidence": [proof] if proof else [],
                "draws": told["draws"]["count"],
                "solver": told["solver"],
                "model": "critical-inputs",
                "horizon": "short",
            }
        )
    return found
