"""Where a group of stakeholders drifts, from a table of their positions: the mean as baseline, an election as main.

The table is a user's own CSV: name, position, salience (0 to 1 or 0 to 100), capability. No position is sourced here.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.bargain import spatial
from detente.errors import QuestionError
from detente.safe_io import read_text

COLUMNS = ("name", "position", "salience", "capability")
LIMIT = 1_000_000  # bytes of a table
ACTORS = 200
ROUNDS = 5  # of challenges that are shown at most
STILL = 1e-6  # of the span: positions that move by less stand still


def read(path: str | Path) -> spatial.Actors:
    """Actors from a CSV. Raises QuestionError saying which line is wrong and why."""
    try:
        rows = list(csv.DictReader(read_text(path, size=LIMIT).splitlines()))
    except csv.Error as error:
        raise QuestionError(f"{path}: not CSV ({error})") from None
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise QuestionError(f"{path}: a table of positions has a row an actor under the columns {', '.join(COLUMNS)}")
    if len(rows) > ACTORS:
        raise QuestionError(f"{path}: {len(rows)} actors, at most {ACTORS}")
    names = [str(row["name"] or "").strip() for row in rows]
    twice = next((n for k, n in enumerate(names) if not n or n in names[:k]), None)
    if twice is not None:
        raise QuestionError(f"{path}: the name {twice!r} is empty or stands twice")
    values = {c: np.array([_number(row[c], f"{path}: {c} of {n}") for row, n in zip(rows, names, strict=True)])
              for c in COLUMNS[1:]}  # fmt: skip
    return spatial.Actors(tuple(names), values["position"], values["capability"], values["salience"])


def _number(written: Any, where: str) -> float:
    try:
        found = float(written)
    except (TypeError, ValueError):
        found = np.nan
    if not np.isfinite(found):
        raise QuestionError(f"{where} is {written!r}; a finite number is needed")
    return found


def positions(path: str | Path, *, law: str = "linear") -> Answer:
    """The mean, the median, the chances of each position held, and rounds of challenges.

    law: how strength becomes a chance to win: linear, square or quartic. Raises QuestionError, NotConverged.
    """
    actors = read(path)
    span = float(np.ptp(actors.position))
    options = np.unique(actors.position)
    top = float(actors.salience.max())
    salience = actors.salience / top if top > 1 else actors.salience
    given = spatial.Actors(actors.names, actors.position, actors.capability, salience)
    mean, median = spatial.mean(given), spatial.median(given)
    if not span:
        chance, expected, found = np.ones(1), mean, None
        rounds: list[dict[str, Any]] = []
    else:
        utility = 1 - np.abs(options[None] - given.position[:, None]) / span
        found = spatial.condorcet(given.weight, utility, law=law)
        chance, expected = found.chance, float(found.chance @ options)
        rounds = challenged(given, span)
    held = [[n for n, x in zip(given.names, given.position, strict=True) if x == o] for o in options]
    likely = int(np.argmax(chance))
    data = {
        "words": f"The group drifts to {expected:.2f} by the election of positions (most likely {options[likely]:g},"
        f" chance {chance[likely]:.0%}); the weighted mean is {mean:.2f}, the median {median:g}.",
        "mean": mean,
        "median": median,
        "expected": expected,
        "options": [
            {"position": float(o), "held_by": names, "chance": float(c)}
            for o, names, c in zip(options, held, chance, strict=True)
        ],
        "rounds": rounds,
        "actors": [
            {
                "name": n,
                "position": float(x),
                "salience": float(s),
                "capability": float(c),
                "weight": float(w / given.weight.sum()),
            }
            for n, x, s, c, w in zip(
                given.names, given.position, given.salience, given.capability, given.weight, strict=True
            )
        ],
        "solver": None
        if found is None
        else {"gap": found.residual, "steps": found.iterations, "converged": found.converged},
    }
    notes = (
        "positions, salience and capability are the table's own; nothing here sources them",
        "weight is capability times salience; in tests on European decisions the weighted mean forecast best, so it"
        " stands first",
        f"chances: probabilistic Condorcet election, {law} victory; they are the model's, not frequencies",
        "challenges: expected-utility rounds, shown as an option; their record out of sample is poor",
    )
    return Answer("positions", data, notes, {"file": Path(path).name, "law": law})


def challenged(actors: spatial.Actors, span: float) -> list[dict[str, Any]]:
    """Rounds of challenges until positions stand still: the mean after each, and who moved where before whom."""
    found: list[dict[str, Any]] = []
    for number in range(1, ROUNDS + 1):
        one = spatial.challenges(actors, span=span)
        moved = float(np.abs(one.position - actors.position).max())
        actors = spatial.Actors(actors.names, one.position, actors.capability, actors.salience)
        offers = [{"actor": a, "to": b, "kind": kind, "position": x} for a, b, kind, x in one.offers]
        found.append({"round": number, "mean": spatial.mean(actors), "moves": offers})
        if moved <= STILL * span or not float(np.ptp(actors.position)) > STILL * span:
            break
    return found
