"""Where a group of stakeholders drifts, from a table of their positions: the weighted mean, and an election of options.

The table is the user's own CSV with the columns name, position, salience (0 to 1 or 0 to 100) and capability. No
position in it is sourced here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.bargain import spatial
from detente.bargain.spatial import Actors, Election, Offer
from detente.errors import QuestionError
from detente.safe_io import read_csv, read_text

COLUMNS = ("name", "position", "salience", "capability")
MAX_BYTES = 1_000_000
MAX_ACTORS = 200
MAX_ROUNDS = 5  # of challenges that are shown
AT_REST = 1e-6  # of the span: positions that move by less have come to rest


@dataclass(frozen=True)
class Round:
    """A round of challenges: its number, the mean position after it, and who moved where because of whom."""

    number: int
    mean: float
    moves: tuple[Offer, ...]

    def to_json(self) -> dict[str, Any]:
        """The round in the keys of an answer."""
        return {"round": self.number, "mean": self.mean, "moves": [move._asdict() for move in self.moves]}


def read_actors(path: str | Path) -> Actors:
    """The actors of a CSV. Raises QuestionError that says what is wrong and where."""
    rows = _rows(path)
    names = [row["name"].strip() for row in rows]
    for k, name in enumerate(names):
        if not name or name in names[:k]:
            raise QuestionError(f"{path}: the name {name!r} is empty or appears twice")

    def column(title: str) -> np.ndarray:
        return np.array([_number(row[title], f"{path}: {title} of {n}") for row, n in zip(rows, names, strict=True)])

    return Actors(
        tuple(names), position=column("position"), salience=column("salience"), capability=column("capability")
    )


def _rows(path: str | Path) -> list[dict[str, str]]:
    header, line, body = read_text(path, size=MAX_BYTES).partition("\n")
    rows = read_csv(header.lower() + line + body, str(path), COLUMNS)  # headings differ by capitals only
    if not rows:
        raise QuestionError(f"{path}: no row; a table of positions has a row for each actor")
    if len(rows) > MAX_ACTORS:
        raise QuestionError(f"{path}: {len(rows)} actors; at most {MAX_ACTORS}")
    return rows


def _number(written: str, where: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise QuestionError(f"{where} is {written!r}; a finite number is needed")
    return value


def positions(path: str | Path, *, law: str = "linear") -> Answer:
    """The mean, the median, the probability of each position, and rounds of challenges.

    path: of the table. law: how strength becomes a probability of winning: linear, square or quartic. Raises
    QuestionError, NotConverged.
    """
    actors = _with_salience_as_fractions(read_actors(path))
    options = np.unique(actors.position)
    span = float(np.ptp(actors.position))
    mean, median = spatial.mean_position(actors), spatial.median_position(actors)
    election = _election(actors, options, span, law) if span else None
    probability = np.ones(1) if election is None else election.probability
    expected = mean if election is None else float(probability @ options)
    likeliest = int(np.argmax(probability))
    data = {
        "words": f"By the election of positions the group drifts to {expected:.2f} (most likely {options[likeliest]:g},"
        f" probability {probability[likeliest]:.0%}); the weighted mean is {mean:.2f}, the median {median:g}.",
        "mean": mean,
        "median": median,
        "expected": expected,
        "options": [
            {"position": float(o), "held_by": _supporters(actors, o), "chance": float(p)}
            for o, p in zip(options, probability, strict=True)
        ],
        "rounds": [r.to_json() for r in _challenge_rounds(actors, span)] if span else [],
        "actors": _actors_to_json(actors),
        "solver": None if election is None else _proof(election),
    }
    return Answer("positions", data, _notes(law), {"file": Path(path).name, "law": law})


def _with_salience_as_fractions(actors: Actors) -> Actors:
    """Salience as it is if at most 1, else divided by the largest."""
    largest = float(actors.salience.max())
    return replace(actors, salience=actors.salience / largest) if largest > 1 else actors


def _election(actors: Actors, options: np.ndarray, span: float, law: str) -> Election:
    utility = 1 - np.abs(options[None] - actors.position[:, None]) / span
    return spatial.probabilistic_condorcet(actors.weight, utility, law=law)


def _challenge_rounds(actors: Actors, span: float) -> list[Round]:
    """Rounds of challenges until the positions come to rest, or all are the same."""
    rounds: list[Round] = []
    for number in range(1, MAX_ROUNDS + 1):
        challenge = spatial.challenge_round(actors, span=span)
        largest_move = float(np.abs(challenge.position - actors.position).max())
        actors = replace(actors, position=challenge.position)
        rounds.append(Round(number, spatial.mean_position(actors), challenge.offers))
        if largest_move <= AT_REST * span or not float(np.ptp(actors.position)) > AT_REST * span:
            break
    return rounds


def _supporters(actors: Actors, position: float) -> list[str]:
    return [name for name, x in zip(actors.names, actors.position, strict=True) if x == position]


def _actors_to_json(actors: Actors) -> list[dict[str, Any]]:
    share = actors.weight / actors.weight.sum()
    columns = zip(actors.names, actors.position, actors.salience, actors.capability, share, strict=True)
    return [
        {
            "name": name,
            "position": float(x),
            "salience": float(salience),
            "capability": float(capability),
            "weight": float(w),
        }
        for name, x, salience, capability, w in columns
    ]


def _proof(election: Election) -> dict[str, Any]:
    return {
        "gap": election.residual,
        "steps": election.iterations,
        "residual": election.residual,
        "iterations": election.iterations,
        "converged": election.converged,
    }


def _notes(law: str) -> tuple[str, ...]:
    return (
        "positions, salience and capability are those of the table; nothing here sources them",
        "an actor's weight is its capability times its salience; in tests on European decisions the weighted mean"
        " forecast best, so it comes first",
        f"probabilities come from a probabilistic Condorcet election with {law} victory; they are the model's, not"
        " observed frequencies",
        "challenges are rounds of the expected-utility model, shown as an option; its record out of sample is poor",
    )
