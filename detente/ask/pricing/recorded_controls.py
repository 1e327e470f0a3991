"""The export controls that the record holds on a day, priced as scenarios: for the brief and for leverage."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from detente.ask.pricing import export_controls, scenario
from detente.ask.pricing.context import MULTI_SECTOR, PricingContext, equilibrium_proof, pricing_context
from detente.ask.pricing.export_controls import Limit
from detente.economy.policy import Policy
from detente.economy.products import spread
from detente.economy.solve import Equilibrium, solve
from detente.economy.world import World
from detente.record.state import State

MEASURES = {  # measure: (scenario, statuses in which it is a threat or a fact, what it is in words)
    "chn-controls-april-2025": ("rare-earths-april-2025", ("in_force",), "Licences of 4 April 2025, in force"),
    "chn-controls-october-2025": (
        "rare-earths-october-2025", ("announced", "suspended"), "Controls of 9 October 2025 take effect"),
}  # fmt: skip
BAN = ("rare-earths-near-ban", "Near-total ban, not on record: wedges past what the model can say")
CHIPS = (
    "chips-assumed", "US sales of electronics to China halved, standing in for chips, which overstates (assumption)"
)  # fmt: skip
ROWS = (*(name for name, _, _ in MEASURES.values()), BAN[0], CHIPS[0])
DRAWS = 5000  # of which bands.csv names two for each row


def limits(name: str, economies: Sequence[str], on: str) -> list[Limit]:
    """The quantity limits of a row."""
    if name == CHIPS[0]:
        return [Limit("C26", ("CHN",), "USA", 0.5, export_controls.MONTHS, None)]
    one = scenario.load(name)
    return export_controls.limits_of(one.written, one.name, economies, on)


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
    at = pricing_context(world, horizon="short") if pricing_context(world).model == MULTI_SECTOR else None
    if not asked or at is None or not {"C20", "C26", "C27"} <= set(at.world.sectors):
        return []
    at, ground = export_controls.base(world, "short", tuple(levels.items()))
    asked += [(*BAN, None)] if ban else []
    asked += [(*CHIPS, None)] if chips else []
    here = export_controls.world(ground, export_controls.mid())
    found = []
    for name, title, proof in asked:
        told = row(name, limits(name, ground.economies, state.as_of[:10]), at, ground, here)
        by = "USA" if name == CHIPS[0] else "CHN"
        found.append({"name": name, "title": title, "by": by, "evidence": [proof] if proof else [], **told})
    return found


def row(name: str, asked: Sequence[Limit], at: PricingContext, ground: World, here: World) -> dict[str, Any]:
    """One control priced, null where there is no equilibrium. here: the world at the middle of the priors."""
    v = export_controls.mid()
    values = [export_controls.draw(k, 0) for k in ends(name)]
    limited, to_importers, to_exporters = (
        export_controls.policy(here, asked, v, rent, {}) for rent in (v["magnet", "rent", ""], 0.0, 1.0)
    )
    one = solve(here, limited, options=export_controls.SOLVED, check=False)

    def said(found: Equilibrium) -> dict[str, float | None]:
        return {c: float(found.of("real_income", c)) if found.converged else None for c in ("USA", "CHN")}

    def if_kept(policy: Policy) -> dict[str, float | None]:
        return said(
            solve(here, policy, options=export_controls.COARSE, start=one if one.converged else None, check=False)
        )

    drawn = spread(
        lambda k: export_controls.split_and_limit(ground, asked, values[k], {}),
        len(values),
        said,
        near=here,
        options=export_controls.COARSE,
    )
    ends_of = {c: sorted(y for x in drawn if x and (y := x[c]) is not None) for c in ("USA", "CHN")}
    left = limited.limits
    return {
        "months": max(x.months for x in asked),
        "left": float(min(left.fraction)) if left is not None else 1.0,
        "real_income": {**said(one), "WLD": at.mean(one.report["real_income"]) if one.converged else None},
        "low": {c: x[0] if len(x) == 2 else None for c, x in ends_of.items()},
        "high": {c: x[1] if len(x) == 2 else None for c, x in ends_of.items()},
        "others_capped": export_controls.with_capped_rivals(here, asked, v, v["magnet", "rent", ""], {}),
        "rent_to_importers": if_kept(to_importers),
        "rent_to_exporters": if_kept(to_exporters),
        "draws": DRAWS,
        "solver": equilibrium_proof(one),
        "model": "critical-inputs",
        "horizon": "short",
    }
