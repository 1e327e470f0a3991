"""Every view speaks in words: no code, id or ISO day, no residue of the solver, no number without its unit."""

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from detente.ask.cases import case_of
from detente.faces import answers
from detente.faces.page import limits, server
from detente.faces.page.view_query import PATHS
from detente.faces.words import in_words
from detente.record.store import Record

from ..visible_text import faults
from .test_parties import DAY, invented

INVENTED = ("KOR", "BRA")
FAST = [("us-china", "2025-10-26", "&us_on_china=24")]
SLOW = [
    ("us-china", "2025-04-11", "&us_on_china=24"), ("us-china", "2019-12-20", ""), ("us-china", "2026-11-20", ""),
    ("us-china", "2025-05-20", "&economy=DEU"), ("us-china", "2025-08-20", "&us_on_china=24&sectors=CHN&bands=1"),
    ("us-china", "2025-11-15", "&preset=plus-100&map=1"), ("us-china", "2024-06-01", ""),
    ("us-china", "2025-10-26", "&outcome=truce-lapses&duty=changes"), ("us-china", date.today().isoformat(), ""),
    ("us-eu", "2025-08-01", "&usa_on_eu=10"), ("us-eu", "2026-02-01", ""), ("us-eu", "2025-09-01", "&economy=VNM"),
    ("us-canada", "2025-07-20", ""), ("us-canada", "2025-09-01", ""), ("us-india", "2025-09-10", ""),
    ("us-japan", "2025-09-10", ""), ("uk-eu", "2021-02-01", ""),
]  # fmt: skip
NAMED = ("measure", "threat", "truce", "deal")


@pytest.fixture
def shown():
    """A client of the page, and what shows it another negotiation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "BURST", 1e6)
        yield TestClient(server.app(warm=False)), answers.show
    answers.show("us-china")


def ids(dossier, home=None):
    """The ids of a record and of its duties, as far as they are no words."""
    record = Record.load(dossier, home)
    named = {str(s.value[key]) for s in record.statements() for key in NAMED if s.value.get(key)}
    ledger = case_of(dossier, home).ledger
    named |= {*record.sources, *ledger.acts, *(rate.family for rate in ledger.rates)}
    return {name for name in named if len(name) > 4 and re.search(r"[-_]\w", name)}


def wrong(client, dossier, day, query="", home=None):
    named = ids(dossier, home)
    pages = {path: client.get(f"{path}?asof={day}{query}") for path in PATHS.values()}
    assert {page.status_code for page in pages.values()} == {200}
    return {path: found for path, page in pages.items() if (found := faults(page.text, named))}


@pytest.mark.parametrize(("dossier", "day", "query"), FAST)
def test_no_view_shows_a_code_an_id_a_residue_or_a_bare_number(shown, dossier, day, query):
    client, show = shown
    show(dossier)
    assert wrong(client, dossier, day, query) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("dossier", "day", "query"), SLOW)
def test_no_view_of_other_days_and_negotiations_does_either(shown, dossier, day, query):
    client, show = shown
    show(dossier)
    assert wrong(client, dossier, day, query) == {}


def test_no_view_of_an_invented_negotiation_does_either(shown, tmp_path):
    client, show = shown
    invented(tmp_path, INVENTED)
    show("invented", str(tmp_path))
    assert wrong(client, "invented", DAY, home=str(tmp_path)) == {}


def test_the_check_sees_what_it_is_there_for():
    page = """<main><p>duties of USA on 2025-04-02 by us-act-1: −0.00 %, in_force</p><q>USA 2025-04-02</q>
    <table><thead><tr><th>a</th><th>b, %</th></tr></thead><tr><td>1.5</td><td>2.5</td></tr></table>
    <svg><g><title>CHN</title><text>-6e-15</text></g></svg></main>"""
    kinds = " ".join(faults(page, {"us-act-1"}))
    for what in ("a code of an economy: duties", "an ISO day", "name of the machine", "residue", "id us-act-1", "CHN"):
        assert what in kinds
    assert "'a': 1.5" in kinds
    assert "2.5" not in kinds
    assert faults(page.replace("<p>", "<q>").replace("</p>", "</q>").split("<table>")[0]) == []


def test_months_are_words_too_but_numbers_that_look_like_them_stay():
    assert in_words("from 2020-02 to 2020-03-04") == "from Feb 2020 to 4 Mar 2020"
    assert in_words("FR 2026-20510, 2019-20, 10-2020, a-2020-02") == "FR 2026-20510, 2019-20, 10-2020, a-2020-02"
