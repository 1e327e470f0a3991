"""Taxes on exports in scenarios: who levies them, what is printed, and what refuses them."""

from dataclasses import replace

import pytest

from detente.ask.pricing import scenario
from detente.ask.pricing.context import pricing_context
from detente.ask.questions.capital import capital
from detente.ask.questions.card import card
from detente.ask.questions.compare import compare
from detente.ask.questions.exposure import exposure
from detente.ask.questions.path import path
from detente.ask.questions.price import price
from detente.ask.questions.sweep import read_journal, sweep
from detente.ask.questions.what_if import by_moves, whatif
from detente.economy.calibrate import as_table, calibrate, shipped
from detente.economy.exposure import balanced
from detente.economy.policy import tariffs
from detente.economy.robustness import real_income_by_variant
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


def test_neither_a_baseline_nor_another_model_has_taxes_on_exports():
    with pytest.raises(QuestionError, match="by `detente compare`"):
        priced(DUTY, baseline=TAX)
    with pytest.raises(QuestionError, match="no taxes on exports"):
        priced(TAX, world="world-2023")
    with pytest.raises(QuestionError, match="limits on quantities"):
        priced(TAX, {"by": "CHN", "against": "USA", "products": "rare-earth-magnets", "rate": "-50 % volume"})


@pytest.fixture(scope="module")
def all_goods():
    """The shipped world without duties, deficits and services: where a duty on all imports is a tax on all exports."""
    table = as_table(shipped("icio-2022"))
    without = replace(table, tariff=0 * table.tariff, services=())
    return balanced(calibrate(without, shipped("icio-2022").structure.elasticity))


IMPORTS = {"by": "USA", "against": "all", "rate": "20 pp"}
EXPORTS = {**IMPORTS, "flow": "exports"}
BASE = "2022-06-01"  # a day before any duty of the record


def test_a_tax_on_all_exports_instead_of_a_duty_on_all_imports_changes_nothing(all_goods):
    rows = compare(EXPORTS, IMPORTS, world=all_goods, as_of=BASE).data["rows"]
    assert max(abs(row["real_income"]) for row in rows) < 1e-8
    alone = compare(EXPORTS, "none", world=all_goods, as_of=BASE).data["rows"]
    assert max(abs(row["real_income"]) for row in alone) > 0.1


def test_parts_of_a_tax_instead_of_a_duty_that_does_the_same_add_up_to_nothing(all_goods):
    data = compare(EXPORTS, IMPORTS, by="measure", world=all_goods, as_of=BASE).data
    assert len(data["parts"]) == 2
    assert max(abs(part["real_income"]["USA"]) for part in data["parts"]) > 0.1
    assert abs(sum(part["real_income"]["USA"] for part in data["parts"])) < 1e-5


@pytest.mark.parametrize("closure", ["fixed", "balanced", "capital"])
def test_lerner_s_symmetry_holds_in_every_closure_that_lets_wages_move(all_goods, closure):
    outcomes = {"duty": IMPORTS, "tax": EXPORTS}
    policies = {name: applied_to(all_goods, measure) for name, measure in outcomes.items()}
    grid = real_income_by_variant(
        all_goods, tariffs(all_goods, {}), policies, sets=["fontagne-2022"], horizons=["long"]
    )
    (values,) = (v for setting, v in zip(grid.settings, grid.values, strict=True) if setting.closure == closure)
    assert abs(values[0]).max() > 0.1
    assert values[1] == pytest.approx(values[0], abs=1e-6)  # of equilibria solved to 1e-8


def applied_to(world, measure):
    context = pricing_context(world)
    applied = scenario.load(measure).applied(context, {}, BASE)
    return context.policy(applied.levels, applied.exports)


def test_closures_side_by_side_have_the_numbers_of_each_alone(taxed):
    row = priced(TAX, closures=True)
    table = row["closures"]["real_income"]
    assert set(table) == {"fixed", "balanced", "held wages", "valuation", "capital"}
    for code in ("USA", "CHN"):
        assert table["fixed"][code] == pytest.approx(income(taxed, code), abs=1e-5)
        assert table["balanced"][code] == pytest.approx(income(priced(TAX, closure="balanced"), code), abs=1e-5)
        assert table["valuation"][code] == pytest.approx(income(priced(TAX, closure="valuation"), code), abs=1e-5)
        transfer = row["uses_of_revenue"]["transfer"][code]["real_income"]
        assert transfer == pytest.approx(income(taxed, code), abs=1e-6)


def test_compare_and_price_agree_on_a_tax_on_exports(taxed):
    rows = {
        row["economy"]: row for row in compare({"baseline": "none", "measures": [TAX]}, "none", as_of=BASE).data["rows"]
    }
    for code in ("USA", "CHN"):
        assert rows[code]["real_income"] == pytest.approx(income(taxed, code), abs=1e-6)


@pytest.mark.parametrize("by", ["measure", "partner", "sector"])
def test_the_parts_of_a_package_with_taxes_on_exports_add_up_to_the_whole(by):
    data = compare({"measures": [DUTY, TAX]}, "in-force", by=by, as_of="2025-10-26").data
    for code, whole in data["whole"].items():
        assert sum(part["real_income"][code] for part in data["parts"]) == pytest.approx(whole, abs=1e-5)
    if by == "partner":
        assert {part["name"] for part in data["parts"]} == {"USA on CHN", "CHN on exports to USA"}


def test_on_top_a_tax_is_added_to_the_tax_that_the_other_scenario_has():
    options = {"as_of": "2025-10-26"}
    both = compare({"measures": [TAX]}, {"measures": [{**TAX, "rate": "10 pp"}]}, on_top=True, **options).data["rows"]
    level = compare({"measures": [TAX]}, {"measures": [{**TAX, "rate": "10 pp"}]}, **options).data["rows"]
    assert both[0]["real_income"] == pytest.approx(level[0]["real_income"], abs=1e-9)  # 20 % is the level in both


@pytest.fixture(scope="module")
def cards():
    options = {"as_of": "2025-10-26"}
    as_duty = {"by": "USA", "against": "CHN", "rate": "20 pp"}
    return [{row["economy"]: row for row in card({"measures": [m]}, **options).data["rows"]} for m in (TAX, as_duty)]


def test_the_card_says_who_collects_a_tax_on_exports_and_who_pays_it(cards):
    taxed = {code: cards[0][code]["export_taxes"] for code in ("USA", "CHN", "DEU")}
    assert taxed["CHN"]["export_tax_bn_usd"] == pytest.approx(taxed["USA"]["export_tax_paid_bn_usd"])
    assert taxed["CHN"]["export_tax_before_bn_usd"] > taxed["CHN"]["export_tax_bn_usd"] > 10
    assert taxed["USA"]["export_tax_bn_usd"] == taxed["CHN"]["export_tax_paid_bn_usd"] == 0
    assert taxed["DEU"]["export_tax_bn_usd"] == taxed["DEU"]["export_tax_paid_bn_usd"] == 0
    assert cards[0]["CHN"]["after_refund_usd_a_household"] > cards[1]["CHN"]["after_refund_usd_a_household"]


def test_buyers_of_taxed_exports_see_their_prices_rise_before_refund(cards):
    row = cards[0]["USA"]
    assert row["price_before"] > row["price_direct"] > 0
    assert row["before_refund_usd_a_household"] > 0 > row["after_refund_usd_a_household"]
    assert cards[0]["CHN"]["price_before"] == pytest.approx(0, abs=1e-9)


def test_an_import_duty_alone_has_no_line_on_taxes_on_exports(cards):
    assert cards[1]["USA"]["export_taxes"] is None


def test_a_duty_is_levied_on_the_value_with_the_exporter_s_tax(cards):
    taxed, row = cards[0]["USA"]["export_taxes"], cards[0]["USA"]
    assert row["duty_before_bn_usd"] > row["duty_base_bn_usd"]
    assert row["rate_before"] == pytest.approx(row["rate_base"], abs=1.0)
    assert taxed["export_tax_paid_bn_usd"] > 0


def test_capital_and_the_path_know_taxes_on_exports():
    rows = {row["economy"]: row for row in capital({"measures": [TAX]}, as_of="2025-10-26").data["rows"]}
    assert rows["USA"]["now"]["real_income"] < 0 < rows["CHN"]["now"]["real_income"]
    years = path({"measures": [TAX]}, until=2026, as_of="2025-10-26").data["rows"]
    duty = {(row["year"], row["economy"]): row["duty_bn_usd"] for row in years}
    without = path({"measures": [DUTY]}, until=2026, as_of="2025-10-26").data["rows"]
    assert duty[2025, "CHN"] > next(row["duty_bn_usd"] for row in without if row["economy"] == "CHN")


def test_a_sweep_solves_taxes_on_exports_at_every_scale(tmp_path):
    file, grid = tmp_path / "tax.yaml", tmp_path / "grid.yaml"
    file.write_text("- {by: CHN, against: USA, flow: exports, rate: 20 %}\n", "utf-8")
    grid.write_text(f"scenarios: ['{file}']\nscale: [0, 0.5, 1]\n", "utf-8")
    sweep(grid, tmp_path / "out")
    rows = sorted(read_journal(tmp_path / "out" / "parts.jsonl").values(), key=lambda row: row["scale"])
    changes = [row["real_income"]["USA"] for row in rows]
    assert changes[0] == pytest.approx(0, abs=1e-6)
    assert changes[2] == pytest.approx(income(priced(TAX), "USA"), abs=1e-5)
    assert changes[2] < changes[1] < 0


def test_a_sweep_refuses_them_on_a_world_without_sectors_before_it_writes(tmp_path):
    file, grid = tmp_path / "tax.yaml", tmp_path / "grid.yaml"
    file.write_text("- {by: CHN, against: USA, flow: exports, rate: 20 %}\n", "utf-8")
    grid.write_text(f"scenarios: ['{file}']\nworlds: [world-2023]\n", "utf-8")
    with pytest.raises(QuestionError, match="no taxes on exports"):
        sweep(grid, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_what_if_taxes_exports_as_a_scenario_does():
    asked = {"as_of": "2025-10-26", "horizon": "long"}
    moved = whatif(exports={("CHN", "USA"): 20}, **asked)
    rows = {row["economy"]: row["real_income"] for row in moved.data["economies"]}
    scenario_row = priced({**TAX, "rate": "20 pp"}, baseline="in-force", as_of="2025-10-26")
    for code in ("USA", "CHN"):
        assert rows[code] == pytest.approx(income(scenario_row, code), abs=1e-9)
    assert moved.data["export_taxes"] == [{"by": "CHN", "to": "USA", "points": 20}]
    assert by_moves(moves=["CHN-to-USA=20"], **asked).data["economies"] == moved.data["economies"]


@pytest.mark.parametrize(
    ("exports", "message"),
    [
        ({("CHN", "USA"): -5}, "no tax on exports is in force, so that none can be taken off"),
        ({("CHN", "USA"): 201}, "1 above the most that is priced"),
        ({("CHN", "USA"): float("nan")}, "not a number of points"),
        ({("CHN", "CHN"): 5}, "not a pair of different blocs"),
        ({("CHN", "Mars"): 5}, "not a pair of different blocs"),
    ],
)
def test_a_what_if_cuts_no_tax_on_exports_to_fit(exports, message):
    with pytest.raises(QuestionError, match=message):
        whatif(exports=exports, as_of="2025-10-26")


def test_bands_of_a_what_if_hold_its_value_under_a_tax_on_exports():
    data = whatif(exports={("CHN", "USA"): 20}, as_of="2025-10-26", bands=True).data
    for row in data["economies"]:
        assert row["low"] - 1e-9 <= row["real_income"] <= row["high"] + 1e-9


def test_exposure_to_a_tax_on_exports_is_its_price_by_the_point():
    rows = exposure("CHN", to="export-tax", closure="fixed").data["rows"]
    point = priced({**TAX, "rate": "0.1 pp"})
    for code in ("USA", "CHN", "VNM"):
        effect = next(row["effect"] for row in rows if (row["economy"], row["source"]) == (code, "USA"))
        assert effect == pytest.approx(10 * income(point, code), rel=2e-2)
