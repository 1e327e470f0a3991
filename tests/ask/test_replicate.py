"""Replication answers are JSON also where a paper's data are not at hand."""

import json

from detente import replications
from detente.ask.questions.replicate import replicate
from detente.replications import Row


def test_a_cell_without_a_value_of_ours_is_null_and_in_no_largest_gap(monkeypatch):
    cells = [
        Row("1", "base", "USA", "tariff", float("nan"), 10.0, tolerance=1e-6),
        Row("1", "base", "CHN", "tariff", 10.5, 10.0, tolerance=1.0),
    ]
    monkeypatch.setattr(replications, "rows", lambda paper, data: iter(cells))
    data = replicate("lashkaripour").data
    json.dumps(data, allow_nan=False)
    assert [row["ours"] for row in data["rows"]] == [None, 10.5]
    assert [row["largest_gap"] for row in data["full_precision"]] == [0.5]
    assert (data["matched"], data["missed"]) == (1, 1)
