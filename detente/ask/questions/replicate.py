"""Published tables beside ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from detente import replications
from detente.ask.answer import Answer
from detente.replications import Row


def papers() -> list[str]:
    """The papers that can be replicated."""
    return sorted(replications.PAPERS)


def replicate(paper: str, data: str | Path | None = None) -> Answer:
    """Published values, ours and the gap between them, one row for each cell that the model can compute.

    data: a folder with what a paper's licence keeps out of the package; without it, such cells have no value of ours.
    Raises QuestionError for an unknown paper, DataError where the folder does not hold the paper's data.
    """
    rows = list(replications.rows(paper, data))
    published = [row for row in rows if row.published is not None]
    misses = [row for row in published if row.matches is False]
    answer = {
        "paper": paper,
        "cells": len(rows),
        "published": len(published),
        "matched": sum(bool(row.matches) for row in published),
        "missed": sum(not row.missed for row in misses),
        "known_misses": sum(bool(row.missed) for row in misses),
        "full_precision": _full_precision(published),
        "rows": [_cell(row) for row in rows],
    }
    return Answer("replicate", answer, options={"paper": paper, "data": str(data) if data else None})


def _cell(row: Row) -> dict[str, Any]:
    """One cell as JSON; a value of ours that is not finite is null."""
    ours = row.ours if isfinite(row.ours) else None
    return {
        "table": row.table,
        "case": row.case,
        "economy": row.economy,
        "quantity": row.quantity,
        "ours": ours,
        "published": row.published,
        "digits": row.digits,
        "gap": None if ours is None or row.published is None else ours - row.published,
        "unit": row.unit,
        "matches": row.matches,
        "missed": row.missed or None,
    }


def _full_precision(published: Sequence[Row]) -> list[dict[str, Any]]:
    """The largest gap of each quantity that is compared at full precision rather than at the printed digits.

    Cells without a value of ours, for want of the paper's data, are left out.
    """
    gaps: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in published:
        if row.tolerance is not None and row.published is not None and isfinite(row.ours):
            gaps[row.table, row.case, row.quantity].append(abs(row.ours - row.published))
    return [
        {"table": table, "case": case, "quantity": quantity, "economies": len(values), "largest_gap": max(values)}
        for (table, case, quantity), values in gaps.items()
    ]
