"""What a visitor sees: nothing leaves the host, all can read it, text and charts agree, the address is the state."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from detente.faces.files import export

from .conftest import VIEWS, outside

PLOTTED = """() => [...document.querySelectorAll('#figure-economies .wide title')].map(title => title.textContent)
  .find(text => text.startsWith('United States: '))"""
CHANGED = "before => document.querySelector('#result .headline').innerText !== before"


def headline_number(page):
    """The USA's number in the headline."""
    return float(re.search(r"US ([+−]?\d+\.\d+)", page.inner_text("#result .headline"))[1].replace("−", "-"))


def plotted(page):
    """The USA's number in the chart that is on the page."""
    return float(re.search(r"[+−]?\d+\.\d+", page.evaluate(PLOTTED))[0].replace("−", "-"))


@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS)
def test_no_request_leaves_the_host_and_nothing_breaks(visit, site, path):
    page = visit(path)
    assert outside(page, site) == []
    assert page.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS)
def test_axe_finds_nothing(visit, path, theme):
    page = visit(path, theme=theme)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in violations] == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS)
def test_nothing_is_wider_than_the_screen(visit, path, width):
    page = visit(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS)
def test_without_javascript_there_are_words_numbers_and_tables(visit, path):
    page = visit(path, scripts=False)
    assert page.inner_text("h1")
    assert page.locator("table tbody tr").count() > 0
    assert re.search(r"\d", page.inner_text("main"))


def test_without_javascript_the_outcomes_are_drawn_in_the_colours_of_the_page(visit):
    page = visit("/?asof=2025-10-26", scripts=False)
    dots = page.locator(".wide-only svg circle")
    assert dots.count() > 3
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        colour = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--party0').trim()")
        fill = dots.first.evaluate("dot => getComputedStyle(dot).fill")
        assert fill == page.evaluate("c => { const s = new Option().style; s.color = c; return s.color }", colour)


def test_without_javascript_the_levers_are_a_form(visit):
    page = visit("/what-if?asof=2025-10-26", scripts=False)
    page.locator("button[value=plus-100]").click()
    assert "US −0.24 %" in page.inner_text("#result .headline")


def test_where_no_duty_is_moved_no_chart_of_zeros_is_drawn(visit):
    page = visit("/what-if?asof=2025-10-26", scripts=False)
    assert "No duty is moved" in page.inner_text("#result .headline")
    assert page.locator("#result figure, #result .plot").count() == 0
    assert "US on China" in page.inner_text("#result table")


def test_after_a_change_the_text_and_every_chart_agree(visit):
    page = visit(VIEWS["what-if"])
    before, words = headline_number(page), page.inner_text("#result .headline")
    page.evaluate(
        "() => { const x = document.querySelector('#levers [name=us_on_china]'); x.value = 100;"
        " x.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.wait_for_function(CHANGED, arg=words)
    assert headline_number(page) != before
    assert round(plotted(page), 2) == headline_number(page)
    row = page.locator("#result tbody tr", has_text="United States").first.locator("td").first.inner_text()
    assert round(float(row.replace("−", "-")), 2) == headline_number(page)
    jobs = page.locator("#figure-sectors")
    assert "United States" in jobs.locator(".wide svg").get_attribute("aria-label")
    assert "US on China +100 points" in jobs.locator(".wide svg text").all_text_contents()[1]


def test_the_back_button_and_a_shared_address_restore_the_state(visit):
    page = visit("/what-if?asof=2025-10-26")
    start = page.inner_text("#result .headline")
    page.locator("button[value=plus-100-answered]").click()
    page.wait_for_function(CHANGED, arg=start)
    after, address = headline_number(page), page.url
    words = page.inner_text("#result .headline")
    page.go_back()
    page.wait_for_function(CHANGED, arg=words)
    assert page.inner_text("#result .headline") == start
    assert page.locator("#levers [name=us_on_china]").input_value() == "0"
    other = visit(address)
    assert headline_number(other) == after
    assert other.locator("#levers [name=us_on_china]").input_value() == "100"


def test_a_preset_shows_new_numbers_within_a_blink(visit):
    page = visit("/what-if?asof=2025-10-26")
    before = page.inner_text("#result .headline")
    page.locator("button[value=plus-100]").click()
    page.wait_for_function(CHANGED, arg=before)
    assert "US −" in page.inner_text("#result .headline")


def test_the_chosen_theme_stays(visit):
    page = visit("/")
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_every_part_is_reached_by_keyboard(visit):
    page = visit(VIEWS["what-if"])
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.name || document.activeElement.className || document.activeElement.tagName"
            )
        )
    assert {"us_on_china", "preset", "horizon", "skip"} <= reached


def test_the_one_file_page_opens_from_a_disk_with_working_levers(visit, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(export.page("2025-10-26", "2025-10-26"), "utf-8")
    assert path.stat().st_size < 800_000
    page = visit(path.as_uri())
    page.wait_for_function("() => document.getElementById('income').innerText.includes('US ')")
    before = page.inner_text("#income")
    page.locator("[name=first]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.getElementById('o-first').innerText.startsWith('+34')")
    assert page.inner_text("#income") != before
    usa = float(re.search(r"US ([+−]?\d+\.\d+)", page.inner_text("#income"))[1].replace("−", "-"))
    assert round(plotted(page), 2) == usa
    assert [u for u in page.requested if not u.startswith(("file:", "data:", "blob:"))] == []
    assert page.errors == []
    again = visit(page.url)
    assert again.inner_text("#o-first") == "+34 pts"


def test_a_hostile_document_is_text_on_the_page(visit, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(
        "<title><script>window.hit = 1</script>A \u202e title</title><p>KUALA LUMPUR, Oct. 26, 2025 - &quot;"
        "&lt;img src=x onerror=window.hit=2&gt; a very substantial framework&quot;, Scott Bessent said.</p>",
        "utf-8",
    )
    page = visit("/")
    page.locator("input[type=file]").set_input_files(str(path))
    page.locator("form.upload button").click()
    page.wait_for_selector("text=/facts? proposed/")
    assert page.evaluate("window.hit") is None
    assert page.locator("main img, main script:not([type])").count() == 0
    assert "\u202e" not in page.content()
