"""Whoever negotiates, two parties or three: every face speaks of them, and of no other capital."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import labels
from detente.ask.questions.brief import brief
from detente.ask.talks.dossier import show
from detente.ask.talks.find_case import is_party
from detente.faces.files import html, pdf
from detente.faces.terminal import brief_text, record_text
from detente.record.fact import By, FactDate, Source, Statement
from detente.record.store import Record

DAY = "2026-03-20"
PARTIES = sorted(code for code in (*labels.codes(), "EU") if is_party(code))
NAMES = {labels.name(code) for code in labels.codes()}
CAPITALS = {labels.capital(code) for code in PARTIES} - NAMES  # a city state is named after its capital


def invented(home, parties, with_case=True):
    """A negotiation of some parties, with a truce, stages that differ, duties, a threat, a meeting to come."""
    folder = home / "invented"
    record = Record.start(folder)
    if with_case:
        (folder / "case.yaml").write_text(f"title: Invented talks\nparties: [{', '.join(parties)}]\n", "utf-8")
    first, second, *_ = parties
    facts = [
        ("truce", {"truce": "pause", "parties": parties, "start": "2026-01-10", "expiry": "2026-06-30",
                   "scope": "12 points of duties on each side"}, "joint"),
        ("agreement_stage", {"stage": "agreed", "parties": parties, "deal": "tea"}, first),
        ("agreement_stage", {"stage": "submitted_for_internal_approval", "parties": parties, "deal": "tea"}, second),
        ("measure", {"measure": "levy", "type": "tariff", "imposer": first, "target": second, "status": "suspended",
                     "rate_pp": 12, "suspended_until": "2026-06-30", "truce": "pause"}, first),
        ("measure", {"measure": "answer", "type": "tariff", "imposer": second, "target": first, "status": "in_force",
                     "rate_pp": 5, "legal_from": "2026-02-01"}, second),
        ("threat", {"threat": "more", "by_side": first, "against": second, "rate_pct": 30, "effective": "2026-07-15",
                    "status": "standing"}, first),
        ("planned_meeting", {"event": "next round", "date": "2026-04-15", "status": "announced_one_side",
                             "parties": parties}, second),
        ("meeting", {"city": "Nowhere", "start": "2026-01-05", "end": "2026-01-06", "parties": parties}, "joint"),
    ]  # fmt: skip
    source = Source("paper", "An invented paper", "invented", "2026-02-01", "official", url="https://example.org")
    statements = [
        Statement(kind, value, By(side=side), "paper", date=FactDate("2026-02-01"), asserted="2026-02-01",
                  known="2026-02-01")
        for kind, value, side in facts
    ]  # fmt: skip
    record.add_all(statements, sources=[source])
    return folder


def foreign_capitals(text, parties):
    """The capitals in a text that are none of the parties'."""
    own = {labels.capital(code) for code in parties}
    return sorted(c for c in CAPITALS - own if re.search(rf"(?<!\w){re.escape(c)}(?!\w)", text))


parties_of_two_or_three = st.lists(st.sampled_from(PARTIES), min_size=2, max_size=3, unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parties_of_two_or_three, st.booleans())
def test_the_state_of_invented_talks_names_no_other_capital(tmp_path_factory, capsys, parties, with_case):
    home = tmp_path_factory.mktemp("home")
    invented(home, parties, with_case)
    answer = show(dossier="invented", as_of=DAY, home=str(home))
    capsys.readouterr()
    record_text.state(answer)
    printed = capsys.readouterr().out
    assert {party["code"] for party in answer.data["case"]["parties"]} == set(parties)
    assert set(answer.data["reading"]["clock"]["local"]) == set(parties)
    for text in (printed, json.dumps(answer.to_json(), ensure_ascii=False)):
        assert foreign_capitals(text, parties) == []
    flat = " ".join(printed.split())
    first, second = (labels.capital(code) for code in parties[:2])
    assert f"{first} speaks of an agreement, {second} of a text submitted for internal approval." in flat or (
        f"{second} speaks of a text submitted for internal approval, {first} of an agreement." in flat
    )
    assert "None" not in flat


@pytest.mark.parametrize(
    "parties",
    [["IND", "USA"], ["EU", "BRA"], ["KOR", "JPN"], ["NPL", "LKA"], ["CAN", "USA", "MEX"], ["VNM", "THA", "EU"]],
)
def test_the_brief_of_invented_talks_names_no_other_capital_in_any_face(tmp_path, capsys, parties):
    invented(tmp_path, parties)
    answer = brief(dossier="invented", as_of=DAY, home=str(tmp_path))
    brief_text.brief(answer)
    printed = capsys.readouterr().out
    page = html.brief(answer)
    for text in (printed, page, pdf.html(answer), json.dumps(answer.to_json(), ensure_ascii=False)):
        assert foreign_capitals(text, parties) == []
    for code in parties:
        assert labels.capital(code) in printed
        assert f'<th scope="col">{labels.capital(code)}</th>' in re.sub(r"\s*>\s*", ">", page)
    assert "China" not in printed
    assert "dossier invented" in page


def test_the_page_of_another_negotiation_names_its_capitals_alone():
    from detente.faces import answers
    from detente.faces.files import export

    answers.show("us-canada")
    try:
        page = export.page("2025-03-06", "2025-03-06")
    finally:
        answers.show("us-china")
    assert "Ottawa" in page
    assert "Beijing" not in page
