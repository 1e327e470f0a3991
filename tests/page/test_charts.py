"""Charts beside their tables, pictures to take away, a job that can be cancelled, the brief as a file."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from detente.faces.files import html, one_page
from detente.faces.page import charts, views

from .conftest import VIEWS, outside

ROWS = """() => {
  const view = window.detente.drawn.get('outcomes').view;
  for (const name of ['source_0', 'data_0', 'data_1'])
    try {
      const rows = view.data(name);
      if (rows.length && rows[0].who) return rows.map(r => [r.outcome, r.who, r.x]);
    } catch (e) { }
}"""


def signed(x):
    text = f"{x:+.2f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def test_every_dot_of_the_outcomes_stands_in_the_table_beside_it(visit):
    page = visit(VIEWS["now"])
    dots = page.evaluate(ROWS)
    assert len(dots) >= 12
    table = page.locator("[aria-label='Outcomes priced'] tbody tr")
    told = {row.locator("th").inner_text().split("\n")[0]: row.inner_text() for row in table.all()}
    for outcome, _, x in dots:
        assert signed(x) in told[outcome]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_chart_can_be_taken_away_as_a_picture(visit, site, kind):
    page = visit(VIEWS["now"])
    with page.expect_download() as waited:
        page.locator(f"#figure-outcomes [data-save={kind}]").click()
    body = waited.value.path().read_bytes()
    assert body.startswith(b"\x89PNG") if kind == "png" else b"<svg" in body[:300]
    assert waited.value.suggested_filename == f"detente-outcomes.{kind}"
    assert outside(page, site) == []
    assert page.wrong == []


def test_500_draws_show_how_far_they_are_and_can_be_cancelled(visit):
    page = visit("/what-if?asof=2025-10-26")
    page.locator("#draws button[type=submit], #draws button:not([type])").first.click()
    page.wait_for_selector("#draws progress:not([hidden])")
    page.wait_for_function("() => / of 500$/.test(document.querySelector('#draws [role=status]').textContent)")
    page.locator("#draws button[type=button]").click()
    page.wait_for_function("() => document.querySelector('#draws [role=status]').textContent === 'cancelled'")


def test_the_map_is_loaded_only_when_asked_for_and_names_economies(visit):
    assert not [u for u in visit("/what-if?asof=2025-10-26").asked if "world-110m" in u]
    page = visit("/what-if?asof=2025-10-26&us_on_china=24&map=1", width=390)
    assert [u for u in page.asked if "world-110m" in u]
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
    path.write_text(html.brief(views.briefed("2025-10-26", "2025-10-26")), "utf-8")
    page = visit(path.as_uri(), theme=theme)
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page).response["violations"]] == []
    assert page.asked == [path.as_uri()]


def test_axe_finds_nothing_in_the_one_file_page(visit, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(one_page.page("2025-10-26", "2025-10-26"), "utf-8")
    page = visit(path.as_uri(), width=390, theme="dark")
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_band_that_crosses_zero_is_hollow_and_named_in_the_legend():
    row = {"title": "x", "real_income": dict.fromkeys(("USA", "CHN", "WLD"), 0.1)}
    sure = {"low": dict.fromkeys(row["real_income"], 0.05), "high": dict.fromkeys(row["real_income"], 0.2)}
    wide = {"low": dict.fromkeys(row["real_income"], -0.1), "high": dict.fromkeys(row["real_income"], 0.2)}
    assert not any(v["hollow"] for v in charts.outcomes([row, row | sure])["data"]["values"])
    spec = charts.outcomes([row, row | wide])
    assert all(v["hollow"] and v["tone"] == "band crosses zero" for v in spec["data"]["values"])
    assert "band crosses zero" in spec["layer"][1]["encoding"]["color"]["scale"]["domain"]


def test_gaps_count_every_number_with_a_last_digit_once():
    rows = [{"gap": g, "digits": d} for g, d in ((0.001, 2), (-0.004, 2), (0.3, 2), (None, 2), (0.1, None))]
    values = charts.gaps(rows)["data"]["values"]
    assert sum(v["count"] for v in values) == 3
    assert [v["tone"] for v in values] == ["@wld", "@wld", "@chn"]
    assert charts.gaps([]) is None
