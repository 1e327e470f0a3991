"""Uses of revenue in the model with sectors: what each changes, and what it is refused with."""

import pytest

from detente.ask.pricing.context import pricing_context
from detente.ask.questions.compare import compare
from detente.ask.questions.price import price
from detente.economy.models.multi_sector import baseline_totals
from detente.errors import QuestionError

MORE = {"measures": [{"by": "USA", "against": "CHN", "rate": "24 pp"}]}


def priced(**options):
    return price(MORE, baseline="none", **options)


@pytest.fixture(scope="module")
def by_use():
    return {use: priced(revenue=use).data["scenarios"][0]["economies"] for use in ("transfer", "labour-tax", "deficit")}


def test_a_transfer_is_what_is_priced_unless_another_use_is_asked_for(by_use):
    assert priced().data["scenarios"][0]["economies"] == by_use["transfer"]


def test_with_fixed_labour_a_lower_tax_on_it_moves_the_real_wage_after_tax_alone(by_use):
    for code, row in by_use["transfer"].items():
        relieved = dict(by_use["labour-tax"][code])
        after_tax = relieved.pop("real_wage_after_tax", None)
        assert relieved == row
        if code == "USA":
            assert after_tax > row["real_wage"]


def test_wages_after_tax_the_former_duty_and_the_deficit_are_what_households_spend(by_use):
    world, base = pricing_context().world, baseline_totals(pricing_context().world)
    for code in ("USA", "CHN", "DEU"):
        n, row = world.index(code), by_use["labour-tax"][code]
        price_level = 1 + row["price"] / 100
        spent = base.income[n] * (1 + row["real_income"] / 100) * price_level
        wages = world.income[n] * (1 + row["real_wage_after_tax"] / 100) * price_level
        assert spent == pytest.approx(wages + base.duty[n] + world.transfer[n], rel=1e-7)


def test_duty_that_pays_off_debt_is_not_spent(by_use):
    assert by_use["deficit"]["USA"]["real_income"] < by_use["transfer"]["USA"]["real_income"]


def test_a_scenario_may_say_what_its_duty_is_used_for_and_the_option_goes_before_it(by_use):
    written = {**MORE, "revenue": "deficit"}
    assert price(written, baseline="none").data["scenarios"][0]["economies"] == by_use["deficit"]
    asked = price(written, baseline="none", revenue="transfer")
    assert asked.data["scenarios"][0]["economies"] == by_use["transfer"]
    assert asked.options["revenue"] == "lump_sum"


def test_every_use_stands_beside_the_closures(by_use):
    answer = priced(closures=True)
    table = answer.data["scenarios"][0]["uses_of_revenue"]
    for use, economies in by_use.items():
        assert table[use]["USA"]["real_income"] == pytest.approx(economies["USA"]["real_income"], abs=1e-9)
    assert any("labour is fixed" in note for note in answer.notes)
    assert any("spent today" in note for note in answer.notes)


def test_the_answer_says_what_its_duty_is_used_for():
    for use, words in (("labour-tax", "tax on labour"), ("deficit", "government's deficit")):
        assert words in priced(revenue=use).data["closure"]["meaning"]
    assert "tax on labour" in priced(revenue="labour-tax", closure="balanced").data["closure"]["meaning"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"revenue": "half"}, "--revenue 'half'.*transfer, labour-tax, deficit"),
        ({"revenue": "deficit", "closure": "balanced"}, "the closure 'balanced' rules out"),
        ({"revenue": "deficit", "draws": 3}, "no band where new duty pays off debt"),
        ({"revenue": "deficit", "world": "world-2023"}, "no debt to pay off"),
    ],
)
def test_what_a_use_of_revenue_does_not_go_with_is_refused(options, message):
    with pytest.raises(QuestionError, match=message):
        priced(**options)


def test_a_comparison_does_not_silently_spend_what_a_scenario_lends():
    with pytest.raises(QuestionError, match="deficit"):
        compare({**MORE, "revenue": "deficit"}, "none", as_of="2025-10-26")
