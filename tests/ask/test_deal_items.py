"""What a deal holds beside its duties: priced by the model that can, or listed with the true reason."""

import json
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest

from detente.ask.pricing.deal_items import item_groups
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import deal
from detente.ask.questions.brief import brief
from detente.record.case import ControlScenario, bare
from detente.record.fact import By, Source, Statement
from detente.record.store import Record

DAY = "2026-03-10"
PARTIES = ("KOR", "AUS")


def statement(kind, by, status, **more):
    """A measure that is no duty, of one party."""
    value = {"type": kind, "imposer": by, "target": None, "rate_pct": None, "rate_pp": None, "status": status, **more}
    return Statement("measure", value, By(None, by), "gazette", asserted="2026-03-01", known="2026-03-01")


DUTY = Statement(
    "measure",
    {"type": "tariff", "imposer": "KOR", "target": "AUS", "rate_pct": 40, "status": "in_force", "measure": "duty"},
    By(None, "KOR"), "gazette", asserted="2026-03-01", known="2026-03-01",
)  # fmt: skip


def items_of(home, *statements, controls=(), **more):
    """{item: its row} of invented talks without a deal on the table."""
    record = Record.start(home / "talks")
    record.add_all([DUTY, *statements], sources=[Source("gazette", "Gazette", "Gazette", "2026-02-01", "official")])
    case = replace(bare("talks", PARTIES), controls=tuple(controls))
    day = price_day(as_of=DAY, opened=(record, record.as_of(DAY, DAY)), case=case, extra=package_set, **more)
    (group,) = item_groups(day)
    assert group.deal is None
    return {x.item.item: x.to_json() for x in group.items}


def promise(**more):
    return statement("purchase_commitment", "KOR", "committed", measure="promise", **more)


def test_a_promise_to_buy_goods_with_codes_is_a_quantity_beside_the_trade_of_the_base_year(tmp_path):
    row = items_of(tmp_path, promise(product="crops and animals, A01", usd_bn_per_year=6))["promise"]
    assert row["priced"]
    quantity = row["quantity"]
    assert quantity["sectors"] == {"A01": 1.0}
    assert quantity["times"] == pytest.approx(6 / quantity["flow"])
    assert quantity["flow"] > 0
    assert "6 bn USD a year" in row["instrument"]
    assert row["real_income"] is None  # no model has a floor under imports


def test_a_total_with_a_first_and_a_last_day_is_spread_over_its_years(tmp_path):
    terms = {"legal_from": "2026-03-01", "due": "2029-03-01"}
    row = items_of(tmp_path, promise(product="HS 2701", usd_bn=9, **terms))["promise"]
    assert row["quantity"]["years"] == pytest.approx(3, abs=0.01)
    assert row["quantity"]["usd_bn"] == pytest.approx(3, abs=0.01)


def test_a_total_without_a_term_is_counted_in_years_of_the_base_year(tmp_path):
    row = items_of(tmp_path, promise(product="HS 2701", usd_bn=9))["promise"]
    assert row["quantity"]["years"] is None
    assert "9 bn USD in all" in row["instrument"]


def test_a_quantity_of_goods_whose_own_trade_is_not_at_hand_is_at_least_so_much(tmp_path):
    whole = items_of(tmp_path / "a", promise(product="A01", usd_bn_per_year=6))["promise"]
    codes = items_of(tmp_path / "b", promise(product="HS 1201", usd_bn_per_year=6))["promise"]  # within A01
    assert whole["quantity"]["times"] == codes["quantity"]["times"]
    assert not whole["quantity"]["at_least"]
    assert codes["quantity"]["at_least"]
    assert "at least" in codes["instrument"]


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"product": "soybeans", "usd_bn": 3}, "names no HS code and no sector for 'soybeans'"),
        ({"usd_bn": 3}, "does not name the goods"),
        ({"product": "HS 1201", "quantity_mmt": 3}, "gives no amount in USD, and no price of a unit"),
    ],
)
def test_a_promise_without_goods_or_dollars_says_what_is_missing(tmp_path, terms, why):
    row = items_of(tmp_path, promise(**terms))["promise"]
    assert not row["priced"]
    assert row["instrument"].startswith("not priced: ")
    assert why in row["instrument"]


def test_an_exclusion_with_a_list_takes_the_added_duties_off_these_goods(tmp_path):
    with_list = statement("exemption", "KOR", "in_force", measure="listed", scope="HS 2701 and 0202")
    without = statement("exemption", "KOR", "in_force", measure="unlisted", scope="a process for exclusions")
    rows = items_of(tmp_path, with_list, without)
    assert rows["listed"]["real_income"]["AUS"] > 0  # its exporters of coal and beef gain
    assert "the added duties on Australia off" in rows["listed"]["instrument"]
    assert rows["unlisted"]["instrument"] == "not priced: the list of goods is not on record"


CONTROL = ControlScenario(
    "own", "KOR", "Sales of electronics halved", "control", ("in_force", "suspended"), ("C26", "AUS", 0.5),
    "assumption", "2026-01-01",
)  # fmt: skip


def test_a_control_that_the_case_names_is_priced_and_its_end_is_worth_what_it_costs(tmp_path):
    rows = {
        status: items_of(
            tmp_path / status, statement("export_control", "KOR", status, measure="control"), controls=[CONTROL]
        )["control"]
        for status in ("in_force", "suspended")
    }
    costs, worth = (rows[status]["real_income"] for status in ("in_force", "suspended"))
    assert costs["AUS"] < 0
    assert worth == {side: pytest.approx(-x) for side, x in costs.items()}
    assert rows["suspended"]["instrument"].startswith("away, by the model of critical inputs")


def test_a_control_without_a_scenario_or_in_a_world_without_critical_inputs_says_so(tmp_path):
    control = statement("export_control", "KOR", "in_force", measure="control")
    unnamed = items_of(tmp_path / "a", control)["control"]
    assert "names no scenario of critical inputs" in unnamed["instrument"]
    small = items_of(tmp_path / "b", control, controls=[CONTROL], world="world-2023")["control"]
    assert "no sectors to split critical inputs from" in small["instrument"]


@pytest.fixture(scope="module")
def busan():
    return deal.deal(as_of="2025-11-06", bands=False).data


def test_every_item_of_the_busan_deal_stands_beside_the_total_of_its_duties(busan):
    (group,) = busan["items"]
    assert group["deal"] == "busan-deal"
    assert group["of"] == len(group["rows"]) >= 15
    assert group["priced"] == sum(row["priced"] for row in group["rows"])
    duties = [row["real_income"] for row in group["rows"] if row["type"] == "tariff" and row["real_income"]]
    for side, total in group["real_income"].items():
        assert sum(income[side] for income in duties) == pytest.approx(total, abs=0.005)  # they hardly interact


def test_the_brief_has_the_same_items_and_shows_no_reason_that_a_price_contradicts(busan):
    data = brief(as_of="2025-11-06").data
    assert data["deal"]["items"] == busan["items"]
    items = next(row for row in data["outcomes"] if row["name"] == "busan-deal")["policy"]["items"]
    assert [item["instrument"] for item in items] == [row["instrument"] for row in busan["items"][0]["rows"]]


def test_items_meet_the_schema(busan):
    schema = json.loads((resources.files("detente.ask") / "schemas" / "deal.json").read_text("utf-8"))
    jsonschema.validate(busan["items"], schema["properties"]["items"])
