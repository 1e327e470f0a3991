"""The address is the state: levers, days and the way duties are shown stay when a reader moves between views."""

import re

import pytest

MOVED = "/what-if?asof=2025-10-26&known=2025-11-05&us_on_china=24"


@pytest.mark.parametrize("scripts", [True, False])
def test_levers_and_days_stay_from_one_view_to_another_and_back(visit, scripts):
    page = visit(MOVED, scripts=scripts)
    headline = page.inner_text("#result .headline")
    for name in ("Record", "Methods", "What if"):
        page.locator("nav[aria-label=Views] a", has_text=name).click()
        page.wait_for_url(re.compile("us_on_china=24"))
        assert "asof=2025-10-26" in page.url
        assert "known=2025-11-05" in page.url
    assert page.inner_text("#result .headline") == headline


def test_a_lever_that_was_just_moved_stays_too(visit):
    page = visit("/what-if?asof=2025-10-26")
    page.locator("button[value=plus-100]").click()
    page.wait_for_url(re.compile("us_on_china=100"))
    page.locator("nav[aria-label=Views] a", has_text="Record").click()
    page.wait_for_url(re.compile(r"/record\?.*us_on_china=100"))
    page.select_option(".filters [name=kind]", "threats")
    page.wait_for_url(re.compile("kind=threats"))
    page.locator("nav[aria-label=Views] a", has_text="What if").click()
    page.wait_for_selector("#levers")
    assert page.locator("#levers [name=us_on_china]").input_value() == "100"


def test_without_javascript_duties_are_shown_as_levels_or_as_changes(visit):
    page = visit("/?asof=2025-10-26", scripts=False)
    row = page.locator(".outcomes tbody tr", has_text="Truce expires, both sides").locator("td.duty")
    level = row.inner_text()
    page.locator(".outcomes a", has_text="show the changes").click()
    assert "duty=changes" in page.url
    assert row.inner_text() != level
    assert all(points.startswith("+") for points in row.inner_text().split())
    page.locator(".outcomes a", has_text="show the total averages").click()
    assert row.inner_text() == level


def test_a_paper_keeps_the_day(visit):
    page = visit("/methods?asof=2025-10-26", scripts=False)
    page.locator(".papers a").first.click()
    assert "asof=2025-10-26" in page.url
    assert page.input_value("[name=asof]") == "2025-10-26"
