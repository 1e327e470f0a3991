"""The horizon that a question carries: near where a deadline lies within two years, else the long run."""

import pytest

from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import brief, what_if


@pytest.mark.parametrize(
    ("as_of", "horizon"),
    [
        ("2025-10-26", "near"),  # a truce ends two weeks later
        ("2026-05-30", "near"),  # a truce ends in November
        ("2024-06-03", "long"),  # no deadline on record
    ],
)
def test_a_deadline_within_two_years_makes_the_question_one_of_the_first_years(as_of, horizon):
    assert price_day(as_of=as_of, horizon=None).context.horizon == horizon


def test_a_horizon_that_is_asked_for_is_taken():
    assert price_day(as_of="2025-10-26", horizon="short").context.horizon == "short"


def test_a_world_without_sectors_has_the_long_run_alone():
    assert price_day(as_of="2025-10-26", world="world-2023", horizon=None).context.horizon == "long"


@pytest.fixture(scope="module")
def answer():
    return brief.brief(as_of="2025-10-26")


def test_the_brief_has_the_long_run_as_its_second_line(answer):
    assert answer.data["economy"]["horizon"]["name"] == "near"
    long = {row["name"]: row["long_run"]["real_income"] for row in answer.data["outcomes"]}
    asked = {
        row["name"]: row["real_income"] for row in brief.brief(as_of="2025-10-26", horizon="long").data["outcomes"]
    }
    for name, changes in long.items():
        for code, change in changes.items():
            assert change == pytest.approx(asked[name][code], abs=1e-6)


def test_what_if_is_priced_at_the_horizon_of_the_brief(answer):
    assert what_if.whatif({"us_on_china": 10}, as_of="2025-10-26").options["horizon"] == "near"
