"""Deals of one economy with several others, on the priced world."""

import json
from importlib import resources

import jsonschema
import numpy as np
import pytest

from detente.ask.cases import case_of
from detente.ask.pricing import duties, pair_exchange
from detente.ask.pricing.context import pricing_context
from detente.ask.questions.side_deals import side_deals
from detente.errors import QuestionError
from detente.record.store import Record

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


def test_the_sentence_names_horizon_and_closure_and_does_not_count_one_deal(answer):
    one = side_deals(["JPN"], as_of=DAY).data["words"]
    for words in (one, answer.data["words"]):
        assert words.startswith("Over ")
        assert "with fixed deficits, the " in words
    assert "the deal of USA with JPN changes the parties' real income by" in one
    assert "Left out" not in one
    assert "the 3 deals of USA together change" in answer.data["words"]


def test_who_loses_by_rounding_alone_is_not_said_to_lose(answer):
    left = {row["party"]: row["left_out"] for row in answer.data["partners"]}
    losers = answer.data["words"].partition("Left out")[2]
    assert {code: code in losers for code in left} == {code: change < -0.05 for code, change in left.items()}


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


@pytest.fixture(scope="module")
def market():
    """The pairs of the USA with China and Canada, which both have duties on it, at the horizon of a year or two."""
    context, case, record = pricing_context(horizon="near"), case_of("us-china"), Record.load("us-china")
    layers = duties.in_force(record.as_of("2025-10-26", "2025-10-26"), context.world.economies, case)
    members = {code: [code] for code in ("USA", "CHN", "CAN")}
    return pair_exchange.pair_exchange(context, context.levels(layers), members, "USA", ["CHN", "CAN"])


@pytest.fixture(scope="module")
def exchanged(market):
    return pair_exchange.pair_exchange_json(market)


def test_two_orders_of_turns_end_at_the_same_agreements(exchanged):
    assert exchanged["orders_apart_points"] < 2e-3
    assert all(rounds < 10 for rounds in exchanged["rounds"])


def test_each_agreement_is_the_pairs_own_solution_while_the_other_stands(market, exchanged):
    scale = market.points()
    settings = np.array(
        [[1 + row["points"][side] / scale[k, p] for p, side in enumerate(row["pair"])]
         for k, row in enumerate(exchanged["pairs"])]
    )  # fmt: skip
    for k in range(len(market.pairs)):
        again = market.solve_pair(k, settings)
        assert (np.abs(again.settings - settings[k]) * scale[k]).max() < 2e-3


def test_the_pair_that_exchanges_gains_over_walking_away_priced_exactly(exchanged):
    first = exchanged["pairs"][0]
    assert first["agreed"]
    assert not first["walks_away"]
    assert min(first["deal"].values()) > 0


def test_a_partner_without_duties_has_nothing_to_exchange(answer):
    (row,) = (row for row in answer.data["exchange"]["pairs"] if "MEX" in row["pair"])
    assert not row["agreed"]
    assert row["points"]["MEX"] == 0
