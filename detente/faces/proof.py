"""What a number rests on, in sentences that every face shares: the solution's residual, the world, the closure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from detente import labels
from detente.faces.words import decimal, scientific, signed, with_count

# a name that holds one of these takes an article within a sentence
COMMON_NOUN = re.compile(r"\b(?:States|Kingdom|Union|Republic|Federation|Emirates|Islands|World)\b")


def residual(value: float, *, iterations: int | None = None, tolerance: float | None = None) -> str:
    """How closely the equilibrium solves its equations: the largest residual, its tolerance, the iterations taken."""
    text = f"largest residual {scientific(value)}"
    if tolerance is not None:
        text += f" (tolerance {scientific(tolerance)})"
    return text if iterations is None else f"{text} after {with_count(iterations, 'iteration')}"


def size(model: Mapping[str, Any]) -> str:
    """How many economies and sectors a world has."""
    return f"{model['economies']} economies, {with_count(model['sectors'], 'sector')}"


def elasticities(model: Mapping[str, Any]) -> list[str]:
    """The set of elasticities, the horizon, and what the horizon cannot say."""
    horizon = model["horizon"]
    lines = [f"Elasticities: {model['elasticity']['source']}; horizon {horizon['name']}, {horizon['span']}."]
    return [*lines, *([f"Limit of this horizon: {horizon['limits']}."] if horizon["limits"] else [])]


def closure(model: Mapping[str, Any]) -> str:
    """What the model holds fixed."""
    return f"Closure: {model['closure']['meaning']}."


def summary(model: Mapping[str, Any], value: float, *, iterations: int | None = None, scenarios: int = 0) -> str:
    """One line below a table: residual, size of the world, elasticities, closure."""
    parts = [
        *([with_count(scenarios, "scenario") + " solved"] if scenarios else []),
        residual(value, iterations=iterations, tolerance=model["tolerance"]),
        f"{size(model)}, {model['year']}",
        model["elasticity"]["source"],
        f"{model['horizon']['name']} horizon ({model['horizon']['span']})",
        model["closure"]["meaning"],
    ]
    return f"Proof: {'; '.join(parts)}."


def of_brief(economy: Mapping[str, Any], iterations: int) -> list[str]:
    """Everything that the outcomes of a brief rest on; iterations: the most that any of them took."""
    first = closure(economy)
    if economy["other_closure"]:
        first += f" * {economy['other_closure']['meaning']}."
    proof = residual(economy["gap"], tolerance=economy["tolerance"])
    return [
        first,
        *_bands(economy["bands"]),
        f"Proof: {proof}, at most {with_count(iterations, 'iteration')}; world {economy['world']}, {size(economy)},"
        f" {economy['model']}.",
        *(_comparison(flow) for flow in economy["baseline"]["trade"]),
        *elasticities(economy),
    ]


def of_scenarios(proof: Mapping[str, Any]) -> list[str]:
    """Everything that the payoffs of a deal, a truce or a threat rest on."""
    solver = proof["solver"]
    return [
        f"{with_count(proof['scenarios'], 'scenario')} solved at once:"
        f" {residual(solver['gap'], tolerance=proof['tolerance'])}, at most {with_count(solver['steps'], 'iteration')};"
        f" world {proof['world']}, {size(proof)}, {proof['model']}.",
        closure(proof),
        *elasticities(proof),
    ]


def _bands(bands: Mapping[str, Any] | None) -> list[str]:
    if not bands:
        return []
    source = ", ".join(bands["by"]) if bands["by"] else bands["source"]
    return [f"Bands: {bands['meaning']} ({source})."]


def _comparison(flow: Mapping[str, Any]) -> str:
    """Trade in the model beside trade as observed."""
    return (
        f"Check: under the duties in force, exports of goods from {place(flow['exporter'])} to"
        f" {place(flow['importer'])} change by {signed(flow['change'], 0)} % from {flow['base_year']} in the"
        f" model; {signed(flow['observed_change'], 0)} % was observed in {flow['observed_year']}"
        f" ({decimal(flow['observed'], 0)} bn USD)."
    )


def place(code: str) -> str:
    """An economy as it is named within a sentence."""
    name = labels.name(code)
    return f"the {name}" if COMMON_NOUN.search(name) else name
