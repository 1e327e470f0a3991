"""Who loses more by which threat, which threat is credible, and where each side depends on the other."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing import priced_day, recorded_controls
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.priced_day import OTHER, SIDES, PricedDay
from detente.bargain import leverage as model

MISSING = "not priced: no cost share of the product is at hand"
NO_QUANTITIES = ("export_control", "entity_listing", "import_ban")
SHOWN = 5


def leverage(
    *,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    world: str = DEFAULT_WORLD,
    horizon: str = "long",
    home: str | None = None,
    bands: bool = True,
) -> Answer:
    """Loss to the target, cost to the sender and credibility of each threat of duties, both ways.

    as_of defaults to today, known to as_of; bands: over elasticity sets. Raises QuestionError, RecordError,
    NotConverged.
    """
    as_of = as_of or date.today().isoformat()
    told = priced_day.price_day(as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, home=home)
    data = {"as_of": as_of, "known": known or as_of, **section(told, bands=bands)}
    data["controls"] = recorded_controls.section(told.state, told.levels[told.truce], world, chips=True)
    return Answer("leverage", data, notes(told), priced_day.day_options(told, as_of, known))


def section(told: PricedDay, *, bands: bool = True) -> dict[str, Any]:
    """The answer's data for a scene already priced: what a brief carries under `leverage`."""
    rows = [row(told, payoff, name, side) for name, side in threats(told) for payoff in told.payoffs]
    return {
        "words": words(rows),
        "payoffs": told.payoffs,
        "threats": rows,
        "not_priced": unpriced(told),
        "exposure": {side: exposure(told, side) for side in SIDES},
        "concentration": {side: concentration(told, side) for side in SIDES},
        "by_elasticity": by_elasticity(told) if bands else None,
        "weights": {p: {s: w.to_json() for s, w in by.items()} for p, by in told.weights.items()},
        "flips": flips(rows),
        "proof": told.proof(),
    }


def threats(told: PricedDay) -> list[tuple[str, str]]:
    """(outcome, sender) of everything on the table that one side can do alone."""
    found = [(name, side) for side, name in told.alone.items()]
    for outcome in told.table:
        senders = {layer.by for layer in outcome.changes}
        known = {name for name, _ in found}
        if len(senders) == 1 and outcome.name not in known and outcome.name != "busan-deal":
            (sender,) = senders
            if sender in SIDES and any(layer.against == OTHER[sender] for layer in outcome.changes):
                found.append((outcome.name, sender))
    return found


def row(told: PricedDay, payoff: str, name: str, sender: str) -> dict[str, Any]:
    """One threat under one payoff, in percent of real income against the duties in force."""
    target, outcome = OTHER[sender], told.outcome(name)
    one = model.weigh((0.0, told.worth(payoff, sender, name)), (0.0, told.worth(payoff, target, name)))
    answered = f"{name}-answered"
    after = told.worth(payoff, sender, answered) if answered in told.found else None
    if name in told.alone.values() and told.war is not None and told.war != name:
        after = told.worth(payoff, sender, told.war)
    return {
        "threat": name,
        "title": outcome.title,
        "sender": sender,
        "target": target,
        "payoff": payoff,
        "loss": one.loss,
        "cost": one.cost,
        "cost_if_answered": None if after is None else -after,
        "net": one.net,
        "credible": one.credible,
        "needed": one.needed,
        "demand": one.demand,
        "why": one.why,
        "notes": list(outcome.notes),
        "evidence": list(outcome.evidence),
        "solver": told.found[name].proof(),
    }


def words(rows: list[dict[str, Any]]) -> str:
    """The answer in a sentence or two, by real income."""
    here = [r for r in rows if r["payoff"] == "real_income"]
    if not here:
        return "No duty that one side could raise alone is on the table on this day."
    more = [r for r in here if r["net"] < 0]
    said = [f"{len(more)} of {len(here)} threats of duties cost their sender more than their target"]
    believed = [r for r in here if r["credible"]]
    said.append(
        "none is credible by real income alone: carrying each out costs the one who makes it"
        if not believed
        else f"credible by real income: {', '.join(r['title'].lower() for r in believed)}"
    )
    return "; ".join(said) + "."


def flips(rows: list[dict[str, Any]]) -> list[str]:
    """Threats whose credibility, or whose loser, turns with the payoff."""
    found = []
    for name in dict.fromkeys(r["threat"] for r in rows):
        here = [r for r in rows if r["threat"] == name]
        for key, meaning in (("credible", "credible"), ("net", "costs the target more than the sender")):
            seen = {r["payoff"]: bool(r[key] > 0) for r in here}
            if len(set(seen.values())) > 1:
                yes = ", ".join(p.replace("_", " ") for p, v in seen.items() if v)
                no = ", ".join(p.replace("_", " ") for p, v in seen.items() if not v)
                found.append(f"{here[0]['title']}: {meaning} by {yes}; not by {no}")
    return found


def unpriced(told: PricedDay) -> list[dict[str, str]]:
    """Limits on quantities in the record, which no payoff here carries: rare earths, chips, listings."""
    rows = []
    for measure in told.state.measures:
        if measure["measure"] in recorded_controls.MEASURES:
            continue
        if measure["type"] in NO_QUANTITIES and measure["status"] not in ("ended", "expired"):
            rows.append(
                {
                    "measure": measure["measure"] or measure["type"],
                    "by": measure["imposer"],
                    "status": measure["status"],
                    "why": MISSING,
                }
            )
    return rows


def exposure(told: PricedDay, side: str) -> list[dict[str, Any]]:
    """Goods sectors in which a side buys most from the other: the share, and the cost of losing it, base year.

    cut_off: percent rise of the sector's price index, -ln(1 - w) / theta, theta being the trade elasticity s - 1.
    """
    at, world = told.at, told.at.world
    if not world.sectors:
        return []
    n, i = world.index(side), world.index(OTHER[side])
    theta = np.asarray(world.structure.elasticity)
    rows: list[dict[str, Any]] = []
    for k, sector in enumerate(world.sectors):
        if sector not in at.goods:
            continue
        share, foreign = float(world.share[k, n, i]), float(1 - world.share[k, n, n])
        if not 0 < share < 1:
            continue
        rise = 100 * model.cut_off(share, float(theta[k]) + 1)
        own: dict[str, Any] = {"sector": sector, "name": labels.sector(sector), "share": share}
        of_imports = share / foreign if foreign > 0 else 0.0
        rows.append({**own, "of_imports": of_imports, "elasticity": float(theta[k]), "cut_off": rise})
    return sorted(rows, key=lambda r: float(r["cut_off"]), reverse=True)[:SHOWN]


def concentration(told: PricedDay, side: str) -> dict[str, float]:
    """How much of a side's imports and exports of goods is with the other, and Hirschman's index over all partners."""
    world, at = told.at.world, told.at
    n, i = world.index(side), world.index(OTHER[side])
    flows = world.duty_free * (world.spending[..., None] if world.sectors else world.spending[:, None])
    if world.sectors:
        flows = flows[[world.sector(s) for s in at.goods]].sum(0)
    others = np.arange(len(world.economies)) != n
    bought, sold = flows[n] * others, flows[:, n] * others
    return {
        "imports_from_other": float(bought[i] / bought.sum()),
        "exports_to_other": float(sold[i] / sold.sum()),
        "imports_index": model.concentration(list(bought / bought.sum())),
        "exports_index": model.concentration(list(sold / sold.sum())),
    }


def by_elasticity(told: PricedDay) -> list[dict[str, Any]] | None:
    """Loss and cost of each threat by real income, lowest and highest over the sets; None for a world of one sector."""
    pairs = threats(told)
    if not pairs:
        return None
    band = told.at.bands(told.levels[told.truce], {name: told.levels[name] for name, _ in pairs}, results=told.found)
    if band is None:
        return None
    found = []
    for name, sender in pairs:
        k = band.outcomes.index(name)
        loss, cost = (-band.values[:, k, told.at.world.index(x)] for x in (OTHER[sender], sender))
        net = loss - cost
        found.append(
            {
                "threat": name,
                "loss": [float(np.nanmin(loss)), float(np.nanmax(loss))],
                "cost": [float(np.nanmin(cost)), float(np.nanmax(cost))],
                "sender_loses_more": [str(s) for s, x in zip(band.by, net, strict=True) if x < 0],
                "target_loses_more": [str(s) for s, x in zip(band.by, net, strict=True) if x > 0],
            }
        )
    return found


def notes(told: PricedDay) -> tuple[str, ...]:
    """What a reader must know before citing a number."""
    return (
        "percent of real income against the duties in force; loss: to the target; cost: to the sender, of carrying it"
        " out",
        "a threat is credible here only if carrying it out beats the truce; `needed` is the price on its word, in the"
        " same unit, at which a sender would carry it out all the same, and no such price is sourced",
        "rare earths and chips are priced beside the duties under `controls`, by another model and over months; other"
        f" controls and listings: {MISSING}",
        "exposure: shares of the base year's spending; the cost of losing a supplier is convex in its share",
        "the government payoffs are inferred from behaviour, not observed",
        priced_day.model_limits(told.at),
        *told.notes,
    )
