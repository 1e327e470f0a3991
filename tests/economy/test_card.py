"""The household card: its limits, its order, and an independent solver's numbers."""

from dataclasses import replace

import numpy as np
import pytest
from random_worlds import random_table

from detente.economy.calibrate import calibrate, shipped
from detente.economy.card import card
from detente.economy.final_uses import share_of_final_demand
from detente.economy.models import multi_sector
from detente.economy.policy import nothing, stack, tariffs
from detente.errors import DataError, QuestionError

LINES = ("price_direct", "price_before", "price_after", "price_equilibrium")


@pytest.fixture(scope="module")
def small():
    return calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]))


@pytest.fixture(scope="module")
def icio():
    return shipped("icio-2022")


@pytest.fixture(scope="module")
def on_all(icio):
    others = [code for code in icio.economies if code != "USA"]
    policy = tariffs(icio, {("USA", code): 0.10 for code in others}, added=True)
    return card(icio, policy, share_of_final_demand(icio, "households")[0])


def test_a_policy_that_changes_nothing_has_nothing_on_every_line(small):
    result = card(small, nothing(small), np.full(small.spending.shape, 0.6))
    assert max(np.abs(getattr(result, line)).max() for line in LINES) < 1e-7
    assert np.allclose(result.rate_base, result.rate_after)
    assert np.allclose(result.duty, result.duty_base)


def test_the_duty_of_economies_together_leaves_out_what_they_buy_from_each_other(small):
    policy = tariffs(small, {("A", "B"): 0.5, ("A", "C"): 0.2, ("B", "C"): 0.3})
    result, code = card(small, policy, np.full(small.spending.shape, 0.6)), small.index
    goods, flows = small.structure.goods, multi_sector.baseline_totals(small).flows
    bought = {(n, i): flows[goods, code(n), code(i)].sum() for n in "AB" for i in small.economies if i not in "AB"}
    levels = policy.tariff(small)
    duty = sum((flows * levels)[goods, code(n), code(i)].sum() for n, i in bought)
    assert result.rates_of([code("A"), code("B")])[1] == pytest.approx(100 * duty / sum(bought.values()))
    for n in range(len(small.economies)):
        assert result.rates_of([n])[1:] == pytest.approx([result.rate_before[n], result.rate_after[n]])


def test_prices_rise_less_after_substitution_and_not_at_all_below_zero(icio, on_all):
    usa = icio.index("USA")
    before, after = on_all.price_before[usa], on_all.price_after[usa]
    assert before > after > 0
    assert before > on_all.price_direct[usa] > 0
    assert on_all.rate_before[usa] == pytest.approx(on_all.rate_base[usa] + 10)
    assert on_all.rate_after[usa] > on_all.rate_base[usa]


def test_without_chains_of_inputs_prices_before_substitution_are_the_duties_themselves():
    plain = calibrate(random_table(), np.array([2.0, 5.0, 9.0, 4.0]), materials="none")
    result = card(plain, tariffs(plain, {("A", "B"): 0.3}), np.full(plain.spending.shape, 0.6))
    assert np.allclose(result.price_before, result.price_direct)
    share = (plain.share * (tariffs(plain, {("A", "B"): 0.3}).tariff(plain) - plain.tariff) / (1 + plain.tariff)).sum(2)
    assert np.allclose(result.price_direct, 100 * (plain.structure.final * share).sum(0))


def test_prices_at_the_wages_of_the_day_are_those_of_an_iteration_written_apart(small):
    policy = tariffs(small, {("A", "B"): 0.6, ("cars", "B", "A"): 0.4})
    levels, s = policy.tariff(small), small.structure
    price = np.ones_like(small.spending)
    for _ in range(2000):
        cost = np.exp(np.einsum("nks,kn->sn", s.inputs, np.log(price)))
        landed = (1 + levels) / (1 + small.tariff) * cost[:, None, :]
        price = (small.share * landed ** -s.elasticity[:, None, None]).sum(2) ** (-1 / s.elasticity[:, None])
    result = card(small, policy, np.full(small.spending.shape, 0.6))
    assert np.allclose(result.sector_price_after, 100 * np.log(price), atol=1e-7)


def test_new_duty_is_that_of_the_model(icio, on_all):
    report = on_all.equilibrium.report
    goods = multi_sector.baseline_totals(icio)
    assert np.allclose(on_all.duty, report["duty"], rtol=1e-8)
    assert np.allclose(on_all.duty_base, goods.duty, rtol=1e-8)


def test_the_base_of_the_reference_is_met(icio, on_all):
    usa = icio.index("USA")
    assert on_all.rate_base[usa] == pytest.approx(3.6, abs=0.05)
    assert on_all.duty_base[usa] / 1e3 == pytest.approx(89, abs=0.5)


def test_what_cannot_be_is_refused_in_one_line(small):
    two = stack(small, [nothing(small), tariffs(small, {("A", "B"): 0.1})])
    with pytest.raises(QuestionError, match="one policy"):
        card(small, two, np.full(small.spending.shape, 0.6))
    with pytest.raises(DataError, match="no shares of households"):
        share_of_final_demand(small, "households")
    with pytest.raises(DataError, match="no share of investment for A"):
        share_of_final_demand(replace(small, origin=replace(small.origin, name="icio-2022")), "investment")
