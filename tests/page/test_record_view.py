"""The record view: its timeline is chosen by a form, with JavaScript at once and without it by the address."""

from .conftest import VIEWS

SUMMARY = "#events [role=status]"


def test_without_javascript_the_form_chooses_and_the_address_keeps_the_choice(visit):
    page = visit(VIEWS["record"], scripts=False)
    every = page.inner_text(SUMMARY)
    page.fill("[name=q]", "escalation")
    page.select_option("[name=side]", "CHN")
    page.locator(".filters button").click()
    assert page.inner_text(SUMMARY) != every
    assert "Chinese escalation of April 2025" in page.inner_text("#events")
    assert "asof=2025-10-26" in page.url
    assert page.input_value("[name=q]") == "escalation"
    page.locator("#events a", has_text="Show all").click()
    assert page.inner_text(SUMMARY) == every


def test_without_javascript_the_pages_of_the_timeline_lead_to_its_first_day(visit):
    page = visit(VIEWS["record"], scripts=False)
    while page.locator("#events a[rel=next]").count():
        page.locator("#events a[rel=next]").click()
    assert page.locator("#events tbody tr").last.locator("td").first.inner_text() == "8 Mar 2018"


def test_with_javascript_a_search_shows_its_events_as_it_is_typed_and_stays_in_the_address(visit):
    page = visit(VIEWS["record"])
    before = page.inner_text(SUMMARY)
    page.evaluate("window.same = true")
    page.type("[name=q]", "geneva")
    page.wait_for_function(f"before => document.querySelector('{SUMMARY}').innerText !== before", arg=before)
    page.wait_for_function("() => location.search.includes('q=geneva')")
    assert page.evaluate("window.same")  # the page was not loaded again
    assert page.evaluate("document.activeElement.name") == "q"
    page.go_back()
    assert "about:blank" in page.url  # typing is no step in the history


def test_the_back_button_restores_the_choice(visit):
    page = visit(VIEWS["record"])
    before = page.inner_text(SUMMARY)
    page.select_option("[name=kind]", "threats")
    page.wait_for_function(f"before => document.querySelector('{SUMMARY}').innerText !== before", arg=before)
    page.go_back()
    page.wait_for_function(f"before => document.querySelector('{SUMMARY}').innerText === before", arg=before)
    assert page.input_value("[name=kind]") == ""
