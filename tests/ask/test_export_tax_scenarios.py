"""Taxes on exports in scenarios: who levies them, what is printed, and what refuses them."""

import pytest

from detente.ask.pricing import scenario
from detente.ask.questions.card import card
from detente.ask.questions.compare import compare
from detente.ask.questions.price import price
from detente.errors import QuestionError

TAX = {"by": "CHN", "against": "USA", "flow": "exports", "rate": "20 %"}
DUTY = {"by": "USA", "against": "CHN", "rate": "20 pp"}


def priced(*measures, **options):
    return price({"measures": list(measures)}, **{"baseline": "none", **options}).data["scenarios"][0]


@pytest.fixture(scope="module")
def taxed():
    return priced(TAX)


def income(row, code):
    return row["economies"][code]["real_income"]


def test_the_revenue_of_a_tax_on_exports_is_the_exporter_s(taxed):
    duty = priced(DUTY)
    assert income(taxed, "CHN") > income(duty, "CHN")
    assert income(taxed, "USA") < income(duty, "USA")
    assert taxed["economies"]["CHN"]["revenue"] > 0 > taxed["economies"]["USA"]["revenue"]


def test_a_measure_on_exports_has_its_rate_before_and_after(taxed):
    (row,) = taxed["duties"]
    assert (row["before"], row["after"]) == (0.0, pytest.approx(20.0))


def test_a_tax_on_exports_and_a_duty_on_the_same_goods_do_not_mix_whatever_their_order():
    rows = [priced(*measures) for measures in ((TAX, DUTY), (DUTY, TAX))]
    assert income(rows[0], "USA") == pytest.approx(income(rows[1], "USA"), abs=1e-9)
    after = {row["measure"]: row["after"] for row in rows[0]["duties"]}
    assert after[1] == pytest.approx(20.0)
    assert after[2] != pytest.approx(40.0)


def test_two_levels_of_a_tax_on_the_same_exports_are_refused():
    with pytest.raises(QuestionError, match="both set the level of CHN on its exports to USA"):
        priced(TAX, {**TAX, "rate": "10 %"})


def test_low_and_high_hold_the_value(taxed):
    row = taxed["economies"]["USA"]
    assert row["real_income_low"] <= row["real_income"] <= row["real_income_high"]


@pytest.mark.parametrize(
    ("measure", "message"),
    [({"flow": "sales"}, "imports or on exports"), ({"rate": "-50 % volume"}, "leave `flow` out")],
)
def test_a_flow_that_cannot_be_is_refused(measure, message):
    with pytest.raises(QuestionError, match=message):
        scenario.load({**TAX, **measure})


def test_what_knows_no_taxes_on_exports_refuses_them(tmp_path):
    file = tmp_path / "tax.yaml"
    file.write_text("- {by: CHN, against: USA, flow: exports, rate: 20 %}\n", "utf-8")
    with pytest.raises(QuestionError, match="by `detente price` alone"):
        priced(DUTY, baseline=str(file))
    with pytest.raises(QuestionError, match="by `detente price` alone"):
        compare(str(file), "none", as_of="2025-10-26")
    with pytest.raises(QuestionError, match="by `detente price` alone"):
        card(str(file), as_of="2025-10-26")
    with pytest.raises(QuestionError, match="no taxes on exports"):
        priced(TAX, world="world-2023")
    with pytest.raises(QuestionError, match="one closure"):
        priced(TAX, closures=True)
