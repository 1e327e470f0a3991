"""Where a group of actors with positions on several dimensions drifts, as an answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.bargain.files.ktab import SCALE, Scenario
from detente.bargain.spatial_bargaining import (
    LEAST_TURNS,
    MOST_TURNS,
    Bargain,
    SpatialActors,
    SpatialTurn,
    spatial_bargaining,
)

NOTES = (
    "positions, saliences and powers are those of the file, from 0 to 100; nothing here sources them",
    "in tests on European decisions the weighted mean of positions forecast best, so it comes first; the record of"
    " bargaining turn by turn is not known",
    "probabilities are the model's, that an actor's position beats every other in an election by power, not observed"
    " frequencies",
)


def of_scenario(scenario: Scenario) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The keys of the answer about a group of actors, and its notes."""
    actors = scenario.actors
    turns = spatial_bargaining(actors, scenario.terms)
    first, last = turns[0], turns[-1]
    came_to_rest = LEAST_TURNS <= len(turns) - 1 < MOST_TURNS
    data = {
        "kind": "positions",
        "title": scenario.title,
        "description": scenario.description,
        "dimensions": list(actors.dimensions),
        "words": _words(actors, turns),
        "settings": scenario.terms._asdict() | {"powers": list(scenario.terms.powers)},
        "actors": [_actor(scenario, k) for k in range(len(actors.names))],
        "mean": _point(actors, actors.mean_position()),
        "came_to_rest": came_to_rest,
        "values": _matrix(actors, first.value),
        "utilities": _matrix(actors, first.utility),
        "turns": [_turn(actors, number, turn) for number, turn in enumerate(turns)],
        "end": _actor_points(actors, last.position),
    }
    return data, (*NOTES, *(f"the file asks for {wish}, which is not solved; the usual setting was taken"
                            for wish in scenario.not_read))  # fmt: skip


def _words(actors: SpatialActors, turns: list[SpatialTurn]) -> str:
    start, end = turns[0], turns[-1]
    mean = ", ".join(f"{name} {SCALE * x:.1f}" for name, x in _named(actors, actors.mean_position()))
    likely = int(np.argmax(end.probability))
    at_last = ", ".join(f"{name} {SCALE * x:.1f}" for name, x in _named(actors, end.position[likely]))
    early = int(np.argmax(start.probability))
    return (
        f"The weighted mean is {mean}. Before any bargain the likeliest position is that of {actors.names[early]}"
        f" ({start.probability[early]:.0%}); after {len(turns) - 1} turns of bargaining it is {at_last}, held by"
        f" {actors.names[likely]} ({end.probability[likely]:.0%})"
        + (", and positions still move." if len(turns) > MOST_TURNS else ".")
    )


def _named(actors: SpatialActors, point: np.ndarray) -> list[tuple[str, float]]:
    return [(name, float(x)) for name, x in zip(actors.dimensions, point, strict=True)]


def _point(actors: SpatialActors, point: np.ndarray) -> dict[str, float]:
    """A point by dimension, on the scale of the files."""
    return {name: SCALE * x for name, x in _named(actors, point)}


def _actor_points(actors: SpatialActors, points: np.ndarray) -> dict[str, dict[str, float]]:
    return {name: _point(actors, point) for name, point in zip(actors.names, points, strict=True)}


def _by_actor(actors: SpatialActors, values: np.ndarray) -> dict[str, float]:
    return {name: float(x) for name, x in zip(actors.names, values, strict=True)}


def _matrix(actors: SpatialActors, values: np.ndarray) -> dict[str, dict[str, float]]:
    """What each actor's position is worth to each actor, a row an actor."""
    return {name: _by_actor(actors, row) for name, row in zip(actors.names, values, strict=True)}


def _actor(scenario: Scenario, k: int) -> dict[str, Any]:
    actors = scenario.actors
    return {
        "name": actors.names[k],
        "description": scenario.descriptions[k],
        "power": float(actors.capability[k]),
        "position": _point(actors, actors.position[k]),
        "salience": _point(actors, actors.salience[k]),
    }


def _turn(actors: SpatialActors, number: int, turn: SpatialTurn) -> dict[str, Any]:
    return {
        "turn": number,
        "positions": _actor_points(actors, turn.position),
        "risk": _by_actor(actors, turn.risk),
        "probability": _by_actor(actors, turn.probability),
        "bargains": [_bargain(actors, bargain) for bargain in turn.bargains],
        "moves": [
            {"actor": name, "by": actors.names[bargain.initiator], "with": actors.names[bargain.receiver]}
            for name, bargain in zip(actors.names, turn.chosen, strict=True)
            if bargain is not None
        ],
    }


def _bargain(actors: SpatialActors, bargain: Bargain) -> dict[str, Any]:
    return {
        "by": actors.names[bargain.initiator],
        "with": actors.names[bargain.receiver],
        "probability": bargain.probability,
        "gain": bargain.gain,
        "positions": [_point(actors, point) for point in bargain.positions],
    }
