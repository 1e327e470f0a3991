"""Every published cell of every paper, at its printed precision; known misses are xfail with their reason.

Cells that need a folder of their own (--data), and papers whose cells take minutes, have their own files.
"""

import math

import pytest

from detente import replications

SEPARATE = {"lashkaripour", "ossa"}


def cells():
    for paper in sorted(set(replications.PAPERS) - SEPARATE):
        for row in replications.rows(paper):
            if row.published is not None and row.digits is not None and not math.isnan(row.ours):
                marks = [pytest.mark.xfail(reason=row.missed, strict=True)] if row.missed else []
                name = f"{paper} table {row.table} {row.case} {row.economy} {row.quantity} {row.published}"
                yield pytest.param(row, id=name, marks=marks)


@pytest.mark.parametrize("row", list(cells()))
def test_a_published_cell_is_matched_at_its_printed_precision(row):
    assert row.matches, f"theirs {row.published}, ours {row.ours}"


def test_every_economy_agrees_with_the_full_precision_values():
    far = [r for r in replications.rows("liberation-day") if r.tolerance is not None and r.matches is False]
    exact = [r for r in replications.rows("liberation-day") if r.tolerance is not None and r.published is not None]
    assert len(exact) == 8148
    assert not far


def test_the_welfare_of_the_usa_in_table_one_is_reproduced():
    rows = {(r.case, r.economy, r.quantity): r for r in replications.rows("liberation-day") if r.table == "1"}
    cases = ("ustr_incometaxrelief_noretal", "ustr_lumpsum_noretal", "usoptimal_incometaxrelief_noretal")
    assert [round(rows[c, "USA", "welfare"].ours, 2) for c in cases] == [1.13, -0.01, 1.79]
