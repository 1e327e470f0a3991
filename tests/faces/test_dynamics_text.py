"""Capital, paths, comparisons and exposure on the command line."""

import csv
import io

import pytest

from detente.faces.page import render, views
from detente.faces.page.view_query import ViewQuery


def test_rows_are_written_as_csv(run, tmp_path):
    code, _, err = run("exposure", "--of", "USA", "--csv", str(tmp_path / "rows.csv"))
    assert code == 0, err
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text("utf-8"))))
    assert len(rows) == 81
    assert set(rows[0]) == {"economy", "economy_name", "source", "effect_pct"}


def test_the_section_card_of_a_brief_has_prices_dollars_and_revenue_with_their_setting(run):
    code, out, err = run("brief", "--as-of", "2026-11-20", "--section", "card")
    assert code == 0, err
    lines = " ".join(out.split())
    for line in ("prices before substitution", "a household before refund", "new duty in ten years", "US BY INCOME"):
        assert line in lines
    assert "long horizon" in lines
    assert "deficits fixed" in lines
    assert "OUTCOMES" not in lines


def test_the_page_shows_the_card_below_the_numbers_in_full():
    query = ViewQuery("now", "2026-11-20", "2026-11-20")
    html = render.page(query, views.now(query))
    assert html.index("The numbers in full") < html.index("What households pay") < html.index("What may happen")
    assert html.count("new duty in ten years") == 1


@pytest.mark.parametrize(
    "asked", [("compare", "in-force", "none"), ("capital", "uniform-10"), ("exposure", "--of", "USA")]
)
def test_numbers_stand_with_their_closure_elasticities_and_horizon(run, asked):
    days = () if asked[0] == "exposure" else ("--as-of", "2025-10-26")
    code, out, err = run(*asked, *days)
    assert code == 0, err
    lines = " ".join(out.split())
    assert "Closure: " in lines
    assert "Elasticities: fontagne-2022" in lines
    assert "horizon long, ten years and more" in lines


def test_nothing_instead_of_itself_has_no_parts(run):
    code, out, err = run("compare", "in-force", "in-force", "--by", "measure", "--as-of", "2025-10-26")
    assert code == 0, err
    assert "whole" in out


def test_a_reason_in_a_column_of_numbers_leaves_room_for_the_names(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "110")
    code, out, err = run("country", "EU", "--case", "us-eu", "--as-of", "2025-07-20")
    assert code == 0, err
    table = out[out.index("WHAT EACH OUTCOME MEANS") : out.index("BY SECTOR")]
    assert "Truce extended" in table
    assert "if …" in table
