"""Published tables beside ours."""

from __future__ import annotations

from collections import defaultdict
from math import isfinite
from pathlib import Path
from typing import Any

from detente import replications
from detente.ask.answer import Answer


def papers() -> list[str]:
    """The papers that can be replicated."""
    return sorted(replications.PAPERS)


def replicate(paper: str, data: str | Path | None = None) -> Answer:
    """Theirs / ours / gap, a row a cell that the model can compute.

    data: a folder with what a paper's licence keeps out of the package; without it such cells have no value of ours.
    Raises QuestionError for an unknown paper, DataError where the folder does not hold the paper's data.
    """
    rows = list(replications.rows(paper, data))
    cells: list[dict[str, Any]] = [
        {
            "table": row.table,
            "case": row.case,
            "economy": row.economy,
            "quantity": row.quantity,
            "ours": row.ours if isfinite(row.ours) else None,
            "published": row.published,
            "digits": row.digits,
            "gap": row.ours - row.published if row.published is not None and isfinite(row.ours) else None,
            "unit": row.unit,
            "matches": row.matches,
            "missed": row.missed or None,
        }
        for row in rows
    ]
    told = [row for row in rows if row.published is not None]
    wide: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in told:
        if row.tolerance is not None and row.published is not None:
            wide[row.table, row.case, row.quantity].append(abs(row.ours - row.published))
    answer = {
        "paper": paper,
        "cells": len(rows),
        "published": len(told),
        "matched": sum(bool(row.matches) for row in told),
        "missed": sum(row.matches is False and not row.missed for row in told),
        "known_misses": sum(row.matches is False and bool(row.missed) for row in told),
        "full_precision": [
            {"table": t, "case": c, "quantity": q, "economies": len(gaps), "largest_gap": max(gaps)}
            for (t, c, q), gaps in wide.items()
        ],
        "rows": cells,
    }
    return Answer("replicate", answer, options={"paper": paper, "data": str(data) if data else None})
