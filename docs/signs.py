"""Do signs from the record help? What the state of each day said of every point, and the trial of it out of sample.

`docs/refresh.py` writes `docs/signs.csv` from it, which the trial reads.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import numpy as np

from detente.ask.cases import case_of
from detente.ask.forecasting.signs import NAMES, signs, values
from detente.ask.forecasting.track_record import ScoredForecast, of_trade, shipped, spells_of, to_spell
from detente.bargain.endings import BASE_RATE, HAZARD_AND_RIDGE, fit
from detente.bargain.forecast import LEAD_TIMES, Spell, open_on, resolved_by
from detente.record.history import CLASSES, Moves, load
from detente.record.store import Record, shipped_dossiers

FILE = Path(__file__).resolve().parent / "signs.csv"
WITH_SIGNS = "hazard and ridge with signs"
Key = tuple[str, int]  # a point and the days before its deadline


def read() -> dict[Key, tuple[float, ...]]:
    """The signs on file, the first dossier's where a point is of several."""
    rows = csv.DictReader(FILE.read_text("utf-8").splitlines())
    on_file: dict[Key, tuple[float, ...]] = {}
    for row in rows:
        on_file.setdefault((row["id"], int(row["ahead"])), tuple(float(row[name]) for name in NAMES))
    return on_file


def made() -> str:
    """The file: of every point of a dossier's negotiation, at every lead time at which it was open."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "ahead", "dossier", *NAMES))
    for dossier in shipped_dossiers():
        writer.writerows(rows_of(dossier))
    return out.getvalue()


def rows_of(dossier: str) -> Iterator[tuple[str, ...]]:
    """The rows of one dossier."""
    record, case = Record.load(dossier), case_of(dossier)
    points = [p for p in load() if case.history and p.negotiation.startswith(case.history) and p.ended]
    for point, ahead in product(points, LEAD_TIMES):
        day = point.deadline - timedelta(days=ahead)
        if open_on(to_spell(point, Moves(0, point.negotiation)), day.toordinal()):
            state = record.as_of(day.isoformat(), day.isoformat())
            read_off = values(signs(state, case, day))
            yield point.id, str(ahead), dossier, *(f"{x:.3f}" for x in read_off)


def trial() -> list[ScoredForecast]:
    """The base rate, the model that is shown, and the same with the signs in its regression, over points with signs.

    The regression learns from every point that had ended by the day, with zeros where the record says nothing.
    """
    on_file = read()
    by_key = {(f.id, f.lead_time, f.model): f for f in shipped()}
    every = spells_of(load())
    spells = {p.id: every[p.id] for p in of_trade(load())}
    forecasts = []
    for name, ahead in on_file:
        shown = by_key.get((name, ahead, HAZARD_AND_RIDGE))
        if shown is not None:
            ridge = _ridge(spells, name, ahead, on_file)
            hazard = by_key[name, ahead, "hazard"].probability
            both = tuple((h + r) / 2 for h, r in zip(hazard, ridge, strict=True))
            forecasts += [by_key[name, ahead, BASE_RATE], shown, replace(shown, model=WITH_SIGNS, probability=both)]
    return forecasts


def _ridge(spells: Mapping[str, Spell], name: str, ahead: int, on_file: Mapping[Key, Sequence[float]]) -> list[float]:
    """The regression with signs, learned from what had ended by the day of the forecast."""
    own = spells[name]
    examples = list(_examples({i: s for i, s in spells.items() if i != name}, own.deadline - ahead))
    features = np.array([_features(s, k, on_file.get((i, k))) for i, s, k, _ in examples])
    occurred = np.array([[float(s.outcome == c) for c in CLASSES] for _, s, _, _ in examples])
    fitted = fit(features, occurred, np.array([weight for *_, weight in examples]))
    return fitted.probabilities(np.array([_features(own, ahead, on_file.get((name, ahead)))]))[0].tolist()


def _examples(spells: Mapping[str, Spell], day: int) -> Iterator[tuple[str, Spell, int, float]]:
    """(id, spell, days left, weight) of what had ended by a day, at each lead time at which it was open."""
    for i, s in spells.items():
        times = [k for k in LEAD_TIMES if open_on(s, s.deadline - k)] if resolved_by([s], day) else []
        yield from ((i, s, k, 1 / len(times)) for k in times)


def _features(spell: Spell, days_left: int, of_point: Sequence[float] | None) -> list[float]:
    known = [0.0] * (len(NAMES) + 1) if of_point is None else [1.0, *of_point]
    return [*spell.features, math.log1p(max(days_left, 0)), float(days_left <= 1), *known]
