"""The rows beside the ECB's figures are what the scenarios give."""

from importlib import resources

import pytest

from detente import replications
from detente.ask.questions import price
from detente.replications import read
from detente.replications.critical_inputs.cases import OURS


@pytest.mark.parametrize("scenario", OURS.values(), ids=lambda scenario: scenario.name)
def test_our_figure_in_the_table_is_what_the_scenario_gives(scenario):
    (row,) = price.price([scenario.name], as_of="2025-10-26", draws=4).data["scenarios"]
    assert round(row["economies"]["USA"]["real_income"], 3) == scenario.real_income


def test_the_page_shows_the_measured_shares():
    folder = resources.files("detente.replications") / "critical_inputs"
    page = (folder / "README.md").read_text("utf-8")
    rows = [r for r in read("critical-inputs", "measured.csv") if r["quantity"] == "share inside"]
    assert len(rows) == 4
    for r in rows:
        assert f"{100 * float(r['value']):.1f} %" in page, r["case"]


def test_capping_other_producers_never_reduces_the_loss():
    usa = {r["case"]: float(r["value"]) for r in read("critical-inputs", "measured.csv")
           if r["table"] == "tightness" and r["quantity"] == "USA"}  # fmt: skip
    free = {case: x for case, x in usa.items() if case.endswith("capped 0")}
    assert len(free) == 8
    assert all(usa[case[:-1] + "1"] <= x + 1e-6 for case, x in free.items())


def test_the_closed_forms_of_what_if_match_the_printed_figures():
    closed_forms = [r for r in replications.rows("critical-inputs") if r.table == "What if?"]
    assert [r.published for r in closed_forms] == [-1.57, -2.34, -0.72]
    assert all(r.matches for r in closed_forms)
