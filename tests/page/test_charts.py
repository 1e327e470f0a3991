"""Charts beside their tables, pictures to take away, a job that can be cancelled, the brief as a file."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from detente.faces import answers
from detente.faces.files import export, html
from detente.faces.outcome_view import Estimate, OutcomeRow
from detente.faces.page import charts
from detente.faces.words import signed

from .conftest import VIEWS, outside

ROWS = """() => {
  const view = window.detente.charts.get('outcomes').view;
  for (const name of ['source_0', 'data_0', 'data_1'])
    try {
      const rows = view.data(name);
      if (rows.length && rows[0].who) return rows.map(r => [r.outcome, r.who, r.x]);
    } catch (e) { }
}"""


def test_every_dot_of_the_outcomes_stands_in_the_table_beside_it(visit):
    page = visit(VIEWS["now"])
    dots = page.evaluate(ROWS)
    assert len(dots) >= 12
    table = page.locator("[aria-label='Outcomes priced'] tbody tr")
    rows = {row.locator("th").inner_text().split("\n")[0]: row.inner_text() for row in table.all()}
    for outcome, _, x in dots:
        assert signed(x) in rows[outcome]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_chart_can_be_taken_away_as_a_picture(visit, site, kind):
    page = visit(VIEWS["now"])
    with page.expect_download() as download:
        page.locator(f"#figure-outcomes [data-save={kind}]").click()
    body = download.value.path().read_bytes()
    assert body.startswith(b"\x89PNG") if kind == "png" else b"<svg" in body[:300]
    assert download.value.suggested_filename == f"detente-outcomes.{kind}"
    assert outside(page, site) == []
    assert page.errors == []


def test_500_draws_show_their_progress_and_can_be_cancelled(visit):
    page = visit("/what-if?asof=2025-10-26")
    page.locator("#draws button[type=submit], #draws button:not([type])").first.click()
    page.wait_for_selector("#draws progress:not([hidden])")
    page.wait_for_function("() => / of 500$/.test(document.querySelector('#draws [role=status]').textContent)")
    page.locator("#draws button[type=button]").click()
    page.wait_for_function("() => document.querySelector('#draws [role=status]').textContent === 'cancelled'")


def test_the_map_is_loaded_only_when_asked_for_and_names_economies(visit):
    assert not [u for u in visit("/what-if?asof=2025-10-26").requested if "world-110m" in u]
    page = visit("/what-if?asof=2025-10-26&us_on_china=24&map=1", width=390)
    assert [u for u in page.requested if "world-110m" in u]
    assert page.locator("#figure-map svg").count() == 1
    assert "customs territories of their own" in page.inner_text("#result")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_print_is_dark_on_light_in_the_dark_theme_too(visit):
    page = visit(VIEWS["now"], theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert max(map(int, re.findall(r"\d+", ink))) < 80
    assert page.evaluate("getComputedStyle(document.querySelector('.top nav')).display") == "none"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_brief_as_a_file(visit, tmp_path, theme):
    path = tmp_path / "brief.html"
    path.write_text(html.brief(answers.brief("2025-10-26", "2025-10-26")), "utf-8")
    page = visit(path.as_uri(), theme=theme)
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page).response["violations"]] == []
    assert page.requested == [path.as_uri()]


def test_axe_finds_nothing_in_the_one_file_page(visit, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(export.page("2025-10-26", "2025-10-26"), "utf-8")
    page = visit(path.as_uri(), width=390, theme="dark")
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def outcome(low, high, *, baseline=False):
    return OutcomeRow("x", {code: Estimate(0.1, low, high) for code in ("USA", "CHN", "WLD")}, baseline=baseline)


def test_a_band_that_crosses_zero_is_hollow_and_named_in_the_legend():
    baseline = outcome(None, None, baseline=True)
    assert not any(value["hollow"] for value in charts.outcomes([baseline, outcome(0.05, 0.2)])["data"]["values"])
    spec = charts.outcomes([baseline, outcome(-0.1, 0.2)])
    assert all(value["hollow"] and value["tone"] == "band crosses zero" for value in spec["data"]["values"])
    assert "band crosses zero" in spec["layer"][1]["encoding"]["color"]["scale"]["domain"]


def test_differences_count_every_number_with_a_last_digit_once():
    rows = [{"gap": g, "digits": d} for g, d in ((0.001, 2), (-0.004, 2), (0.3, 2), (None, 2), (0.1, None))]
    values = charts.differences(rows)["data"]["values"]
    assert sum(v["count"] for v in values) == 3
    assert [v["tone"] for v in values] == ["@wld", "@wld", "@second"]
    assert charts.differences([]) is None
