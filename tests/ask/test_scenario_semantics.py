"""What a written scenario means: order, days, names, exceptions, levels that contradict each other, and cuts."""

import itertools
import json

import pytest

from detente.ask.pricing import scenario, scenario_rows
from detente.ask.pricing.context import pricing_context
from detente.ask.questions.card import card
from detente.ask.questions.compare import compare
from detente.errors import QuestionError
from detente.faces.terminal import cli

DAY = "2026-11-01"


@pytest.fixture(scope="module")
def context():
    return pricing_context()


def written(tmp_path, *measures, name="s"):
    path = tmp_path / f"{name}.yaml"
    path.write_text(json.dumps({"measures": list(measures)}), "utf-8")
    return scenario.load(str(path))


def measure(**more):
    return {"by": "USA", "against": "CHN", "rate": "10 pp", **more}


def test_the_order_of_measures_does_not_matter(tmp_path, context):
    measures = [measure(rate="30 %"), measure(rate="5 pp", products=["C26"]), measure(by="CHN", against="USA")]
    levels = [written(tmp_path, *p).levels(context, {}, DAY) for p in itertools.permutations(measures)]
    first = levels[0]
    assert first["C26", "USA", "CHN"] == pytest.approx(0.35)
    for other in levels[1:]:
        assert other == pytest.approx(first)


def test_two_levels_on_the_same_trade_are_refused_with_both_measures_named(tmp_path, context):
    twice = written(tmp_path, measure(rate="30 %"), measure(rate="20 %", products=["C26"]))
    with pytest.raises(
        QuestionError, match=r"measure 1 and measure 2 both set the level of USA on CHN in C26: 30 % and 20 %"
    ):
        twice.levels(context, {}, DAY)


def test_two_levels_on_parts_that_make_at_most_the_whole_are_taken_together(tmp_path, context):
    both = written(tmp_path, measure(rate="30 %", coverage="40 %"), measure(rate="20 %", coverage="60 %"))
    assert both.levels(context, {}, DAY)["C26", "USA", "CHN"] == pytest.approx(0.4 * 0.3 + 0.6 * 0.2)


def test_a_measure_holds_from_its_first_to_its_last_day_and_not_before_or_after(tmp_path, context):
    dated = written(
        tmp_path, measure(**{"from": "2026-03-01", "until": "2026-05-31"}), measure(by="CHN", against="USA")
    )
    held = {day: len(dated.applied(context, {}, day).effects) for day in ("2026-02-28", "2026-03-01", "2026-05-31")}
    assert held == {"2026-02-28": 1, "2026-03-01": 2, "2026-05-31": 2}
    assert "measure 1 ended on 2026-05-31" in dated.applied(context, {}, "2026-06-01").notes


def test_a_scenario_of_the_future_is_priced_as_on_its_first_day_and_says_so(tmp_path, context):
    answer = measure(by="CHN", against="USA", **{"from": "2027-06-01"})
    dated = written(tmp_path, measure(**{"from": "2027-01-01"}), answer)
    applied = dated.applied(context, {}, DAY)
    assert [effect.number for effect in applied.effects] == [1]
    assert applied.notes[0].startswith("priced as on 2027-01-01, the first day on which a measure holds")


def test_a_scenario_whose_measures_have_all_ended_is_refused(tmp_path, context):
    with pytest.raises(QuestionError, match="every measure has ended by 2026-11-01"):
        written(tmp_path, measure(until="2026-03-31")).levels(context, {}, DAY)


def test_names_blocs_and_codes_mean_the_same_economies(tmp_path, context):
    by_code = written(tmp_path, measure(against="EU")).levels(context, {}, DAY)
    by_name = written(tmp_path, measure(by="United States", against="European Union")).levels(context, {}, DAY)
    by_bloc = written(tmp_path, measure(against="EU27")).levels(context, {}, DAY)
    assert by_code == by_name == by_bloc
    assert ("C26", "USA", "DEU") in by_code


@pytest.mark.parametrize(
    ("name", "guess"), [("Germny", "Germany (DEU)"), ("CNH", "CHN"), ("Untied States", "United States")]
)
def test_a_misspelt_economy_is_refused_with_a_suggestion(tmp_path, context, name, guess):
    with pytest.raises(QuestionError, match="no economy known here: do you mean") as caught:
        written(tmp_path, measure(against=name)).levels(context, {}, DAY)
    assert guess in str(caught.value)


def test_a_duty_on_oneself_is_refused(tmp_path, context):
    with pytest.raises(QuestionError, match="an economy levies no duty on itself"):
        written(tmp_path, measure(against="USA")).levels(context, {}, DAY)


def test_exceptions_leave_out_economies_sectors_and_hs_codes(tmp_path, context):
    whole = written(tmp_path, measure(against="all")).levels(context, {}, DAY)
    part = written(tmp_path, measure(against="all", **{"except": ["MEX", "C26", "8703"]})).levels(context, {}, DAY)
    assert not any(exporter == "MEX" or sector == "C26" for sector, _, exporter in part)
    cell = ("C29", "USA", "JPN")
    base = context.base_tariff(cell)
    assert 0 < part[cell] - base < whole[cell] - base


def test_hs_codes_carry_the_rate_to_their_part_of_a_sector(tmp_path, context):
    applied = written(tmp_path, measure(against="JPN", products=["HS 8703"])).applied(context, {}, DAY)
    added = applied.effects[0].added
    assert 0.03 < added["C29", "USA", "JPN"] < 0.1
    assert any("HS 8703" in note for note in applied.notes)


def test_what_is_neither_a_sector_nor_an_hs_code_is_refused(tmp_path, context):
    with pytest.raises(QuestionError, match="not a goods sector of icio-2022 and no HS code: do you mean C29"):
        written(tmp_path, measure(products=["C29X"])).levels(context, {}, DAY)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"from": "2026-05-01", "until": "2026-04-01"}, "measure 1: it ends on 2026-04-01, before it starts"),
        ({"from": [1]}, r"from is \[1\]; a date is written"),
        ({"rent": "50 %"}, "rent is of a limit on volume"),
        ({"rate": "9" * 400 + " %"}, "measure 1: rate '9+\\.\\.\\. is no number that can be priced"),
        ({"coverage": "−5 %"}, "is not a share"),
    ],
)
def test_a_measure_that_cannot_be_is_refused_when_it_is_read(broken, message):
    with pytest.raises(QuestionError, match=message):
        scenario.load({"measures": [measure(**broken)]})


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"by": []}, "by is empty"),
        ({"against": None}, "against is empty"),
        ({"products": []}, "products is empty"),
        ({"products": None}, "products is empty"),
        ({"products": "C26", "except": "C26"}, "leaves out all goods"),
        ({"products": 77}, "is no HS code; write a chapter, heading or line, in quotes"),
    ],
)
def test_a_measure_on_nobody_or_on_nothing_is_refused(context, broken, message):
    with pytest.raises(QuestionError, match=message) as caught:
        scenario.load({"measures": [measure(**broken)]}).applied(context, {}, DAY)
    assert "measure 1" in str(caught.value)


def test_a_share_of_nothing_with_a_typographic_minus_is_nothing(context):
    applied = scenario.load(measure(coverage="−0 %")).applied(context, {}, DAY)
    assert "it falls on no goods, so that it changes nothing" in applied.notes[0]


def test_a_measure_whose_goods_are_in_no_sector_is_said_to_change_nothing(context):
    notes = scenario.load(measure(products="9999")).applied(context, {}, DAY).notes
    assert any("it falls on no goods" in note for note in notes)


def test_an_hs_code_that_begins_with_zero_is_not_read_as_a_number_in_base_eight(tmp_path, context):
    file = tmp_path / "fish.yaml"
    file.write_text("- {by: USA, against: CHN, rate: 10 pp, products: 0304}\n", "utf-8")
    assert scenario.load(file).measures[0]["products"] == "0304"


def test_an_hs_code_that_was_read_as_a_number_can_be_left_out_too(context):
    by_number = scenario.load(measure(**{"except": 8703.23})).levels(context, {}, DAY)
    assert by_number == scenario.load(measure(**{"except": "8703.23"})).levels(context, {}, DAY)


@pytest.mark.parametrize("rate", ["-5 pp", "-10 %"])
def test_a_duty_that_comes_to_less_than_zero_is_said_to_be_a_subsidy(context, rate):
    applied = scenario.load(measure(rate=rate)).applied(context, {}, DAY)
    assert applied.effects[0].below_zero > 0
    assert any("that is a subsidy" in note for note in applied.notes)


def test_a_cut_of_a_higher_duty_is_no_subsidy(context):
    cell = ("C26", "USA", "CHN")
    applied = scenario.load(measure(rate="-5 pp", products="C26")).applied(context, {cell: 0.4}, DAY)
    assert (applied.effects[0].below_zero, applied.notes) == (0, ())


def test_a_level_below_the_duty_in_force_is_said_to_cut(tmp_path, context):
    cell = ("C26", "USA", "CHN")
    applied = written(tmp_path, measure(rate="10 %", products=["C26"])).applied(context, {cell: 0.4}, DAY)
    assert applied.effects[0].cut == 1
    assert any(
        "is below the duty in force (on average 40.0 % by trade of the base year)" in note for note in applied.notes
    )


def test_the_mean_duty_before_and_after_is_given_for_each_measure(tmp_path, context):
    cell = ("C26", "USA", "CHN")
    applied = written(tmp_path, measure(products=["C26"])).applied(context, {cell: 0.4}, DAY)
    assert (applied.effects[0].before, applied.effects[0].after) == pytest.approx((40.0, 50.0))


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text("- by: USA\n  against: CHN\n  by: CHN\n  rate: 10 pp\n", "utf-8")
    with pytest.raises(QuestionError, match="line 3: the key 'by' stands twice"):
        scenario.load(str(path))


def test_what_the_measures_add_sums_to_what_the_scenario_changes(tmp_path, context):
    measures = [measure(rate="30 %"), measure(rate="5 pp", products=["C26"]), measure(rate="3 pp", coverage="20 %")]
    applied = written(tmp_path, *measures).applied(context, {}, DAY)
    for cell, level in applied.levels.items():
        added = sum(effect.added.get(cell, 0.0) for effect in applied.effects)
        assert context.base_tariff(cell) + added == pytest.approx(level)


@pytest.mark.parametrize(
    ("measures", "shown"),
    [
        ([{"by": "EU", "against": "IND"}], ["EU", "IND"]),
        ([{"by": "Vietnam", "against": "all"}], ["VNM"]),
        ([{"by": "CHN", "against": "MEX"}], ["USA", "CHN", "MEX"]),
        ([{"by": "all", "against": "all"}], ["USA", "CHN"]),
    ],
)
def test_economies_that_a_scenario_names_are_shown_first_and_parties_where_it_names_one_or_nobody(measures, shown):
    assert scenario_rows.shown_first(measures, ("USA", "CHN")) == shown


def test_the_text_of_a_price_has_a_row_for_each_economy_that_the_scenario_names(capsys, tmp_path):
    file = tmp_path / "added.yaml"
    file.write_text("name: EU and India\nmeasures:\n  - {by: EU, against: IND, rate: 10 pp}\n", "utf-8")
    with pytest.raises(SystemExit):
        cli.main(["price", str(file), "--as-of", "2025-10-26"])
    rows = capsys.readouterr().out.splitlines()
    names = [row.split()[0] for row in rows if row.strip()]
    assert names.index("EU") < names.index("India") < names.index("World")
    assert not {"US", "China"} & set(names[: names.index("India")])


@pytest.mark.parametrize("ask", [card, lambda name, **options: compare(name, "none", **options)])
def test_what_a_scenario_says_of_its_world_and_baseline_is_not_passed_over(ask):
    mine = {"name": "mine", "measures": [measure()]}
    with pytest.raises(QuestionError, match="--on-top"):
        ask({**mine, "baseline": "plus-100"}, as_of=DAY)
    assert (
        "mine is made for the world wiod-2011 and priced on icio-2022"
        in ask({**mine, "world": "wiod-2011"}, as_of=DAY).notes
    )
