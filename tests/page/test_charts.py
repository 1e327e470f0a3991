"""Charts beside their tables, pictures to take away, a job that can be cancelled, the brief as a file."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from detente.faces import answers
from detente.faces.files import export, html

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
MEETINGS = """svg => {
  const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]), wrong = [];
  for (const [i, [a, p]] of texts.entries())
    for (const [b, q] of texts.slice(i + 1))
      if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
          && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 4) wrong.push([a, b]);
  return wrong;
}"""
CHARTED = {
    "now": VIEWS["now"], "what-if": VIEWS["what-if"] + "&map=1", "table": VIEWS["table"], "methods": VIEWS["methods"],
    "country": "/country?asof=2025-10-26&economy=DEU", "three parties": "/?case=us-canada&asof=2025-03-10",
}  # fmt: skip
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


@pytest.mark.parametrize("view", ["now", "what-if", "table"])
def test_every_chart_is_there_to_take_away_as_svg_and_as_png(visit, view):
    page = visit(VIEWS[view], scripts=False)
    links = [a.get_attribute("href") for a in page.locator("main a[href^='/download/']").all()]
    charts = {kind: [x for x in links if urlsplit(x).path.endswith(f".{kind}")] for kind in ("svg", "png")}
    assert len(charts["png"]) == len(charts["svg"]) > 0
    for link in charts["png"]:
        body = page.request.get(urljoin(page.url, link)).body()
        width, height = (int.from_bytes(body[k : k + 4], "big") for k in (16, 20))
        assert body[:8] == b"\x89PNG\r\n\x1a\n"
        assert width > 1200
        assert height > 200


def test_500_draws_show_their_progress_and_can_be_cancelled(visit):
    page = visit("/what-if?asof=2025-10-26")
    page.locator("#draws button[type=submit], #draws button:not([type])").first.click()
    page.wait_for_selector("#draws progress:not([hidden])")
    page.wait_for_function("() => / of 500$/.test(document.querySelector('#draws [role=status]').textContent)")
    page.locator("#draws button[type=button]").click()
    page.wait_for_function("() => document.querySelector('#draws [role=status]').textContent === 'cancelled'")


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


@pytest.mark.parametrize("scripts", [True, False])
def test_a_chart_can_be_taken_away_as_a_picture(visit, site, scripts):
    page = visit(VIEWS["now"], scripts=scripts)
    with page.expect_download() as download:
        page.locator("#figure-duties .tools a", has_text="SVG").click()
    assert download.value.path().read_bytes().startswith(b"<svg")
    assert download.value.suggested_filename == "detente-now-duties-2025-10-26.svg"
    assert outside(page, site) == []
    assert page.errors == []


def test_the_chart_of_the_one_file_page_is_saved_without_a_server(visit, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(export.page("2025-10-26", "2025-10-26"), "utf-8")
    page = visit(path.as_uri() + "#first=24&second=0")
    with page.expect_download() as download:
        page.locator("#save").click()
    body = download.value.path().read_text("utf-8")
    assert body.startswith("<svg")
    assert "+24 points" in body
    assert "var(" not in body


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("view", CHARTED)
def test_each_chart_is_there_once_in_the_width_of_the_screen_and_no_two_of_its_texts_meet(visit, view, width):
    page = visit(CHARTED[view], width=width)
    for figure in page.locator("figure.chart").all():
        drawings = [svg for svg in figure.locator("svg").all() if svg.is_visible()]
        assert len(drawings) == 1
        assert drawings[0].evaluate(MEETINGS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_chart_follows_the_theme_without_being_drawn_again(visit):
    page = visit(VIEWS["what-if"])
    ground = page.locator("#figure-economies .wide svg > rect")
    light = ground.evaluate("ground => getComputedStyle(ground).fill")
    page.locator("#theme").click()
    assert ground.evaluate("ground => getComputedStyle(ground).fill") != light


def test_a_chart_in_print_is_the_wide_one_and_fits_the_sheet(visit):
    page = visit(VIEWS["table"], width=390)
    page.emulate_media(media="print")
    assert page.locator("#figure-plane .wide svg").is_visible()
    assert not page.locator("#figure-plane .slim svg").is_visible()
