"""Pauses, their ends, and the stages of agreements: what a document says of them and what it does not."""

import pytest

from detente.record.document import Document
from detente.record.propose import facts


def proposed(text, kind, published="2025-10-27"):
    document = Document(id="d", text=text, sha256="", published=published)
    return [f["value"] for f in facts(document, judged=False) if f["kind"] == kind]


@pytest.mark.parametrize(
    "text",
    [
        "China has not agreed to extend the truce, the Commerce Ministry said.",
        "Treasury Secretary Scott Bessent did not say the truce had been extended.",
        "China and the United States discussed an extension of the truce.",
        "Japan hopes that the exemption will be extended.",
        "The truce could be extended, the minister said.",
        "A 90-day extension of the truce between Chile and Peru is likely, the minister said.",
        "Kenya has asked the United States to extend the trade act by 16 years.",
        "Chile and Peru agreed to work toward a 90-day extension of the truce.",
        "Chile and Peru agreed to go on talking, a step to avoid renewed tensions ahead of an August 12 deadline.",
    ],
)
def test_what_is_denied_wanted_or_discussed_is_no_extension(text):
    assert not proposed(text, "extension")


def test_a_truce_that_does_not_expire_on_a_day_has_no_such_expiry():
    assert not proposed("The truce does not expire on 9 November.", "truce")
    text = "The truce expires on 10 November, not 9 November as some media have reported, the Treasury said."
    assert [v["expiry"] for v in proposed(text, "truce")] == ["2025-11-10"]


def test_a_deadline_by_weekday_lies_ahead():
    text = "WASHINGTON, 29 October 2025. The truce expires on Friday."
    assert proposed(text, "truce", "2025-10-29")[0]["expiry"] == "2025-10-31"


def test_under_an_american_dateline_the_month_comes_first():
    text = "WASHINGTON, 3 November 2025. The truce ends on 11/10/2025."
    assert proposed(text, "truce", "2025-11-03")[0]["expiry"] == "2025-11-10"


@pytest.mark.parametrize(
    ("text", "published", "day"),
    [
        ("The truce was to expire on 12 August but was extended to 10 November.", "2025-08-12", "2025-11-10"),
        (
            "The truce of the US and China, which was due to end on Monday, has been extended to 10 November 2026.",
            "2025-11-03",
            "2026-11-10",
        ),
    ],
)
def test_a_replaced_expiry_gives_the_extension_alone(text, published, day):
    assert [v["new_expiry"] for v in proposed(text, "extension", published)] == [day]
    assert not proposed(text, "truce", published)


def test_no_agreement_is_no_stage():
    assert not proposed("There was no agreement on a framework, Bessent said.", "agreement_stage")
    assert not proposed("Canada and Japan have not reached a deal.", "agreement_stage")


def test_an_agreement_to_pause_or_to_meet_is_no_stage_beside_the_pause_or_the_meeting():
    assert not proposed("Canada and Japan agreed to suspend the duties for 90 days.", "agreement_stage")
    assert not proposed("Canada and Japan agreed to meet in Ottawa in May.", "agreement_stage")


def test_the_parties_of_the_agreement_of_three_are_three():
    text = (
        "Canada, Mexico and the United States reviewed the pact. Mexico and the United States spoke. Canada waited."
        "\nThe Agreement was signed."
    )
    assert proposed(text, "agreement_stage")[-1] == {"stage": "signed", "parties": ["CAN", "MEX", "USA"]}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Britain and India agreed a 90-day extension of the pause.", {"by_days": 90}),
        ("Canada announced a three-month extension to the exemption.", {"by_days": None, "duration": "3 months"}),
        ("The truce was given a further 60-day extension.", {"by_days": 60}),
    ],
)
def test_the_length_of_an_extension_may_stand_before_it(text, length):
    value = proposed(text, "extension")[0]
    assert {key: value.get(key) for key in length} == length


def test_the_end_of_a_pause_may_stand_in_the_chinese_clause_behind_it():
    document = Document(
        id="d", text="双方同意90天宽限期，预计8月12日到期。", sha256="", published="2025-08-01", language="zh"
    )
    assert [f["value"]["expiry"] for f in facts(document, judged=False) if f["kind"] == "truce"] == ["2025-08-12"]


def test_an_agreement_to_pursue_talks_is_talks():
    text = "Chile and Peru have agreed to pursue additional technical negotiations."
    assert [v["stage"] for v in proposed(text, "agreement_stage")] == ["talks"]
