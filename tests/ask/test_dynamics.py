"""Capital, paths, comparisons and exposure as questions."""

import numpy as np
import pytest

from detente import labels
from detente.ask.pricing.context import pricing_context
from detente.ask.questions.capital import capital
from detente.ask.questions.card import card
from detente.ask.questions.compare import compare
from detente.ask.questions.exposure import exposure
from detente.ask.questions.path import path
from detente.economy.models import capital as model
from detente.economy.policy import tariffs
from detente.economy.solve import solve
from detente.errors import DataError, QuestionError

DAY = {"as_of": "2025-11-15"}
OTHER = "2026-03-01"


def rows_of(answer, key="economy"):
    return {row[key]: row for row in answer.data["rows"]}


def test_capital_shows_now_the_long_run_and_the_whole_way_of_a_scenario():
    answer = capital("uniform-10", **DAY)
    rows = rows_of(answer)
    assert {"USA", "CHN"} <= set(rows)
    assert all({"now", "long_run", "whole_path", "long_run_by_share"} <= set(row) for row in rows.values())
    assert answer.data["solver"]["way"] < 1e-8
    assert any("not welfare" in note for note in answer.notes)


def test_the_duties_in_force_without_a_scenario_are_set_against_the_base_year():
    context = pricing_context()
    answer = capital(economies=["VNM"], **DAY)
    assert answer.data["baseline"] == "2022"
    from detente.ask.pricing.named_policies import day_asked, in_force

    levels = in_force(context, day_asked("2025-11-15", None, "us-china", None)).levels
    priced = model.with_capital(context.world)
    later = solve(priced, tariffs(context.world, levels), model.LONG_RUN, options=context.options)
    row = rows_of(answer)["VNM"]["long_run"]
    assert row["consumption"] == pytest.approx(float(later.of("consumption", "VNM")), abs=1e-6)


def test_a_world_without_shares_of_investment_or_sectors_is_refused():
    with pytest.raises(DataError, match="no shares of investment"):
        capital("uniform-10", world="wiod-2011", **DAY)
    with pytest.raises(QuestionError, match="one sector"):
        capital("uniform-10", world="world-2023", **DAY)
    with pytest.raises(QuestionError, match="'XYZ' is no economy"):
        capital("uniform-10", economies=["XYZ"], **DAY)


def test_a_path_has_a_row_a_year_and_economy_and_says_nothing_of_consumption():
    answer = path("uniform-10", until=2027, floor=0.984, **DAY)
    assert sorted({row["year"] for row in answer.data["rows"]}) == [2025, 2026, 2027]
    assert "consumption" not in answer.data["rows"][0]
    assert any("sign turns with the closure" in note for note in answer.notes)
    assert {(row["importer"], row["exporter"]) for row in answer.data["trade"]} == {("USA", "CHN"), ("CHN", "USA")}
    assert answer.data["solver"]["residual"] <= 1e-8


def test_a_path_of_the_duties_in_force_takes_each_years_mean_over_its_months():
    answer = path(until=2026, **DAY)
    duty = {(row["year"], row["economy"]): row["duty_bn_usd"] for row in answer.data["rows"]}
    assert duty[2025, "USA"] > 150
    trade = {(row["year"], row["importer"]): row["change"] for row in answer.data["trade"]}
    assert trade[2025, "USA"] < trade[2026, "USA"] < 0  # April and May of 2025 weigh on its mean


def test_years_that_cannot_be_are_refused():
    for until in (2024, 2200):
        with pytest.raises(QuestionError, match="the year of the day asked about"):
            path("uniform-10", until=until, **DAY)
    with pytest.raises(QuestionError, match="after the base year"):
        path(as_of="2019-01-01")
    with pytest.raises(QuestionError, match="mean elasticity above 0"):
        path("uniform-10", theta=-1, **DAY)


def test_one_policy_instead_of_another_is_the_inverse_of_the_other_way_round():
    there, back = (compare(*pair, known=OTHER, **DAY) for pair in (("in-force", OTHER), (OTHER, "in-force")))
    one, other = rows_of(there), rows_of(back)
    for code in ("USA", "CHN"):
        product = (1 + one[code]["real_income"] / 100) * (1 + other[code]["real_income"] / 100)
        assert product == pytest.approx(1, abs=1e-13)


def test_a_policy_instead_of_itself_is_nothing_and_on_top_is_another_question():
    same = rows_of(compare("uniform-10", "uniform-10", **DAY))
    assert all(abs(row["real_income"]) < 1e-12 for row in same.values())
    on_top = rows_of(compare("uniform-10", "uniform-10", on_top=True, **DAY))
    assert abs(on_top["USA"]["real_income"]) > 1e-3


def test_ten_points_on_all_instead_of_twenty_five_on_one_gives_the_reference(tmp_path):
    files = []
    for name, against, rate in (("a", "all", "10 pp"), ("b", "CHN", "25 pp")):
        file = tmp_path / f"{name}.yaml"
        measure = f"  - {{by: USA, against: {against}, rate: {rate}}}"
        file.write_text(f"name: {name}\nbaseline: none\nmeasures:\n{measure}\n", "utf-8")
        files.append(str(file))
    rows = rows_of(compare(*files, **DAY))
    assert rows["USA"]["real_income"] == pytest.approx(0.264, abs=6e-4)
    assert rows["CHN"]["real_income"] == pytest.approx(0.094, abs=6e-4)


def test_the_closure_of_capital_is_named():
    fixed, balanced = (rows_of(capital("uniform-10", closure=c, **DAY)) for c in ("fixed", "balanced"))
    assert abs(fixed["USA"]["long_run"]["consumption"] - balanced["USA"]["long_run"]["consumption"]) > 1e-3
    with pytest.raises(QuestionError, match="one of fixed, balanced"):
        capital("uniform-10", closure="open", **DAY)


@pytest.mark.parametrize("by", ["measure", "partner", "sector"])
def test_parts_add_up_to_the_whole(by):
    answer = compare("in-force", "none", by=by, **DAY)
    data = answer.data
    for code, whole in data["whole"].items():
        assert sum(row["real_income"][code] for row in data["parts"]) == pytest.approx(whole, abs=2e-5)
        ratio = rows_of(answer)[code]["real_income"]
        assert 100 * np.log1p(ratio / 100) == pytest.approx(whole, abs=1e-5)


def test_up_to_ten_measures_have_shapley_values_that_add_up_too():
    data = compare("uniform-10", "in-force", by="measure", **DAY).data
    assert 0 < len(data["parts"]) <= 10
    for code, whole in data["whole"].items():
        assert sum(row["shapley"][code] for row in data["parts"]) == pytest.approx(whole, abs=1e-5)


def test_exposure_is_sorted_and_needs_an_economy_for_duties():
    answer = exposure("CHN")
    effects = [abs(row["effect"]) for row in answer.data["rows"]]
    assert effects == sorted(effects, reverse=True)
    assert len(effects) == len(answer.data["matrix"]) == 81
    with pytest.raises(QuestionError, match="needs --of"):
        exposure(to="duty")
    duties = exposure("CHN", to="duty").data["rows"]
    assert not [row for row in duties if row["source"] == "CHN"]


def test_every_economy_has_a_card_with_the_lines_its_data_carry():
    answer = card(economies=["CAN"], **DAY)
    rows = rows_of(answer)
    assert len(rows) == 81
    assert "CAN" in answer.data["shown"]
    usa, canada = rows["USA"], rows["CAN"]
    assert usa["rate_before"] > usa["rate_after"] > usa["rate_base"] > 0
    assert usa["new_duty_usd_a_household"] == pytest.approx(1e3 * usa["new_duty_bn_usd"] / usa["households_million"])
    assert canada["households_million"] == pytest.approx(15.0)
    assert rows["ISL"]["before_refund_usd_a_household"] is None
    assert canada["new_duty_bn_usd"] is not None
    assert len(answer.data["sectors"]) == 81


def test_what_was_last_collected_stands_beside_the_written_duty():
    usa = rows_of(card(as_of="2025-07-15"))["USA"]
    assert usa["collected"]["period"] == "2025-05"
    assert usa["collected"]["of_written"] == pytest.approx(usa["collected"]["rate"] / usa["collected"]["written"])
    assert usa["ten_years_collected_bn_usd"] < usa["ten_years_bn_usd"]
    assert rows_of(card(as_of="2024-07-15"))["CHN"]["collected"] is None


def test_a_card_of_nothing_has_zeros():
    usa = rows_of(card("none", **DAY))["USA"]
    names = ("price_before", "price_after", "price_equilibrium", "real_income", "new_duty_bn_usd")
    assert all(abs(usa[name]) < 1e-6 for name in names)


def test_a_bloc_has_a_card_of_its_members_together():
    answer = card(economies=["EU"], dossier="us-eu", **DAY)
    rows = rows_of(answer)
    members = [rows[code] for code in labels.members("EU") if code in rows]
    bloc = rows["EU"]
    assert bloc["duty_bn_usd"] == pytest.approx(sum(row["duty_bn_usd"] for row in members))
    prices = [row["price_after"] for row in members]
    assert min(prices) < bloc["price_after"] < max(prices)
    assert bloc["households_million"] > 100
