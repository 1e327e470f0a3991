"""Deals of one economy with several others, on the priced world."""

import json
from importlib import resources

import jsonschema
import pytest

from detente.ask.questions.side_deals import side_deals
from detente.errors import QuestionError

DAY = "2026-10-01"


@pytest.fixture(scope="module")
def answer():
    return side_deals(["EU", "JPN", "MEX"], as_of=DAY)


def test_json_meets_its_schema(answer):
    schema = json.loads((resources.files("detente.ask") / "schemas" / "side_deals.json").read_text("utf-8"))
    jsonschema.validate(answer.to_json(), schema)


def test_shapley_values_sum_to_the_joint_payoff_and_payments_to_zero(answer):
    data = answer.data
    everyone = [*data["partners"], data["hub"]]
    assert sum(row["shapley"] for row in everyone) == pytest.approx(data["joint"])
    after = data["hub"]["after"] + sum(row["own"] + row["payment"] for row in data["partners"])
    assert after == pytest.approx(data["joint"])


def test_each_pair_halves_what_its_deal_adds_to_the_two(answer):
    for row in answer.data["partners"]:
        partner = row["own"] - row["left_out"] + row["payment"]
        assert partner == pytest.approx(row["pair"] / 2)


def test_with_one_partner_nothing_depends_on_other_deals(answer):
    (row,) = side_deals(["JPN"], as_of=DAY).data["partners"]
    assert row["alone"] == pytest.approx(row["added"])
    assert row["left_out"] == pytest.approx(0, abs=1e-6)
    (among_others,) = [r for r in answer.data["partners"] if r["party"] == "JPN"]
    assert row["own"] == pytest.approx(among_others["own_alone"], abs=1e-4)  # two batches, each to 1e-9 of every market


def test_the_members_of_a_bloc_are_in_one_deal(answer):
    assert {"DEU", "FRA", "ITA"} <= set(answer.data["members"]["EU"])


@pytest.mark.parametrize(
    ("partners", "message"),
    [
        ([], "give from 1 to 6"),
        (["XYZ"], "no economy of"),
        (["EU", "DEU"], "is in two parties"),
        (["USA"], "is in two parties"),
        (["JPN", "JPN"], "is in two parties"),
    ],
)
def test_unknown_repeated_or_missing_partners_are_refused(partners, message):
    with pytest.raises(QuestionError, match=message):
        side_deals(partners, as_of=DAY)


def test_a_day_without_duties_to_drop_is_refused():
    with pytest.raises(QuestionError, match="no duty on each other"):
        side_deals(["JPN"], as_of="2024-01-01")
