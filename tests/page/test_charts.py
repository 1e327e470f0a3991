"""Charts beside their tables, pictures to take away, a job that can be cancelled, the brief as a file."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from detente.faces import answers
from detente.faces.files import export, html
from detente.faces.page import charts

from .conftest import VIEWS, outside

OVERLAPS = """() => {
  const seen = [...document.querySelectorAll('.screen figure svg')].filter(svg => svg.getBoundingClientRect().width);
  const wrong = [];
  for (const svg of seen) {
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    for (const [i, [a, p]] of texts.entries())
      for (const [b, q] of texts.slice(i + 1))
        if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
            && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 3) wrong.push([a, b]);
  }
  return [seen.length, wrong];
}"""
DAYS = ["2018-09-24", "2025-04-11", "2025-08-12", "2025-10-26", "2025-11-05", "2026-03-01", "2026-09-30", "2026-11-28"]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("day", DAYS)
def test_no_two_texts_of_the_picture_meet_on_any_day(visit, day, width):
    page = visit(f"/?asof={day}", width=width)
    pictures, overlaps = page.evaluate(OVERLAPS)
    assert pictures == 1
    assert overlaps == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_each_leader_of_the_picture_ends_at_its_row(visit):
    page = visit(VIEWS["now"], width=1280)
    ends = page.evaluate(
        """() => [...document.querySelectorAll('.wide-only svg > polyline')].map(line => {
          const points = line.points, box = line.ownerSVGElement.getBoundingClientRect();
          return points.length === 4 ? box.top + points[3].y : null;
        }).filter(y => y !== null)"""
    )
    rows = page.evaluate(
        "() => [...document.querySelectorAll('.outcomes tbody tr')].map(r => [r.getBoundingClientRect().top,"
        " r.getBoundingClientRect().bottom])"
    )
    assert len(ends) > 3
    assert all(top <= y <= bottom for y, (top, bottom) in zip(ends, rows, strict=False))


def test_an_outcome_opens_in_what_if_at_the_price_of_the_first_screen(visit):
    page = visit(VIEWS["now"], width=1280)
    row = page.locator(".outcomes tbody tr", has_text="Truce expires, both sides")
    percent = row.locator(".money .soft").first.inner_text().split(" ")[0]
    row.locator("a").click()
    page.wait_for_selector("text=Points are added to its duties")
    assert f"US {percent} %" in page.inner_text("main")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_chart_can_be_taken_away_as_a_picture(visit, site, kind):
    page = visit(VIEWS["now"])
    with page.expect_download() as download:
        page.locator(f"#figure-duties [data-save={kind}]").click()
    body = download.value.path().read_bytes()
    assert body.startswith(b"\x89PNG") if kind == "png" else b"<svg" in body[:300]
    assert download.value.suggested_filename == f"detente-duties.{kind}"
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


def test_differences_count_every_number_with_a_last_digit_once():
    rows = [{"gap": g, "digits": d} for g, d in ((0.001, 2), (-0.004, 2), (0.3, 2), (None, 2), (0.1, None))]
    values = charts.differences(rows)["data"]["values"]
    assert sum(v["count"] for v in values) == 3
    assert [v["tone"] for v in values] == ["@wld", "@wld", "@second"]
    assert charts.differences([]) is None
