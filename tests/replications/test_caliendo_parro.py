"""Caliendo and Parro (2015): every published cell, from a base year that does not ship."""

from pathlib import Path

import numpy as np
import pytest

from detente.errors import DataError
from detente.replications import read, rows

DATA = Path(__file__).parents[3] / "shared" / "data" / "worlds" / "cp2015_nafta"
beside = pytest.mark.skipif(not DATA.exists(), reason="uses the shared folder of base years, which is absent")


@pytest.fixture(scope="module")
def cells():
    return {(r.table, r.case, r.economy, r.quantity): r for r in rows("caliendo-parro", DATA)}


@beside
def test_every_published_cell_rounds_to_what_is_printed(cells):
    published = read("caliendo-parro", "published.csv")
    assert len(published) == 267
    for r in published:
        cell = cells[r["table"], r["scenario"], r["country"], r["quantity_percent"]]
        assert cell.matches, cell


@beside
def test_mexicos_exact_gain_from_nafta_is_almost_zero(cells):
    exact = cells["exact versus linear", "nafta_only", "Mexico", "exact_real_income_nafta_only"]
    linear = cells["Table2", "NAFTA tariffs 1993->2005 only, others at 1993", "Mexico", "welfare_total"]
    assert exact.matches
    assert round(exact.ours, 3) == 0.007
    assert round(linear.ours, 2) == 1.31


@beside
def test_contributions_of_partners_and_sectors_add_up_to_the_total(cells):
    def of(table, quantity):
        return cells[table, case[table], "USA", quantity].ours

    case = {"Table2": "NAFTA tariffs 1993->2005 only, others at 1993", "Table3": "NAFTA only", "Table4": "NAFTA only"}
    assert of("Table3", "tot_nafta") + of("Table3", "tot_row") == pytest.approx(of("Table2", "terms_of_trade"))
    assert of("Table3", "vot_nafta") + of("Table3", "vot_row") == pytest.approx(of("Table2", "volume_of_trade"))
    shares = [c.ours for (t, _, e, q), c in cells.items() if t == "Table4" and e == "USA" and q.startswith("vot")]
    assert sum(shares) == pytest.approx(100, abs=0.5)  # services bear no duty


def test_without_the_base_year_every_cell_is_listed_as_missed_with_a_reason():
    cells = list(rows("caliendo-parro"))
    assert len(cells) == 267
    assert all("--data" in r.missed and np.isnan(r.ours) for r in cells)


def test_a_folder_without_the_base_year_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"raw_inputs\.npz"):
        list(rows("caliendo-parro", tmp_path))
