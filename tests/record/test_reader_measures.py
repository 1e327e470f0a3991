"""Measures and threats: what is a rate of duty, who imposes it on whom, and what has not happened."""

import pytest

from detente.record.document import read
from detente.record.propose import facts
from detente.record.propose.annotate.amounts import rates_in
from detente.record.propose.annotate.words import vocabulary


def test_a_rate_in_vietnamese_words_is_read():
    text = "chịu mức thuế ba mươi lăm phần trăm"
    assert [(r.key, r.value) for r in rates_in(text, 0, (), "vi")] == [("rate_pct", 35)]


def rates(text):
    return [(r.key, r.value) for r in rates_in(text, 0, vocabulary("en").terms(text)) if r.of in ("duty", "bare")]


@pytest.fixture
def proposed(tmp_path):
    def of(text, published="2025-06-02"):
        path = tmp_path / "report.txt"
        path.write_text(text + "\n", "utf-8")
        return [f for f in facts(read(path, published=published), judged=False) if f["kind"] in ("measure", "threat")]

    return of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a 25 percent duty on cars", [("rate_pct", 25)]),
        ("from 10 to 25 percent", [("rate_pct", 25)]),
        ("suspends 24 of the 34 points of its duty", [("rate_pp", 24)]),
        ("raised the duty by 25 percentage points", [("rate_pp", 25)]),
        ("one hundred and forty-five per cent on Chile", [("rate_pct", 145)]),
        ("a duty of thirty-eight and a half per cent", [("rate_pct", 38.5)]),
        ("a duty of 12 1/2 percent", [("rate_pct", 12.5)]),
        ("a tax of ten per centum", [("rate_pct", 10)]),
        ("the duty of 15 percents", [("rate_pct", 15)]),
        ("a zero percent tariff", [("rate_pct", 0)]),
        ("would go up to 25 percent on Friday", [("rate_pct", 25)]),
        ("a duty of up to 15 percent", []),
        ("duties of 7.8 to 35.3 percent", []),
        ("compliance rates of 89-91%", []),
        ("18 percent of the members", []),
        ("drops its digital services tax, and 3 percent of its revenue", []),
    ],
)
def test_a_percentage_is_a_rate_where_its_noun_or_construction_says_so(text, wanted):
    assert rates(text) == wanted


def test_a_denied_rise_is_no_measure(proposed):
    assert not proposed("Oslo denied a report that tariffs on Chile would be raised to 100 percent.")


def test_who_faces_a_duty_is_its_target_and_an_unnamed_imposer_stays_unnamed(proposed):
    (fact,) = proposed("Brazil faces a 50% tariff from August 1.")
    assert fact["value"]["target"] == "BRA"
    assert fact["value"]["imposer"] is None
    assert fact["value"]["status"] == "announced"


def test_a_duty_on_two_sides_is_a_measure_on_each(proposed):
    facts_of = proposed("Tariffs of 25% on Chile and Norway took effect on March 4, 2025.", "2025-03-04")
    assert {f["value"]["target"] for f in facts_of} == {"CHL", "NOR"}
    assert {(f["value"]["imposer"], f["value"]["rate_pct"], f["value"]["legal_from"]) for f in facts_of} == {
        (None, 25, "2025-03-04")
    }


def test_compliance_rates_are_no_duties(proposed):
    assert not proposed("These rates have stabilised at about 89-91%. Machinery remains at low levels (under 15%).")


def test_two_who_suspend_the_duties_of_one_of_them_are_not_both_imposers(proposed):
    facts_of = proposed("Prime Minister Mark Carney and President Trump agreed to suspend the 50% tariffs for 60 days.")
    assert not [f for f in facts_of if f["value"]["imposer"] == "CAN"]


def test_the_order_of_a_government_is_its_own_act(tmp_path):
    path = tmp_path / "order.txt"
    path.write_text(
        "---\npublisher: The White House\nlanguage: en\n---\n"
        "The President raised the applicable duty rate for imports of the PRC to 20 percent.\n",
        "utf-8",
    )
    (fact,) = [f for f in facts(read(path, published="2025-03-04"), judged=False) if f["kind"] == "measure"]
    assert (fact["value"]["imposer"], fact["value"]["target"], fact["value"]["rate_pct"]) == ("USA", "CHN", 20)


def test_a_list_of_who_faces_which_rate_gives_each_side_its_own(proposed):
    facts_of = proposed("Chile raised its duties. Norwegian mills face 14 percent in Chile, Japanese ones 12 percent.")
    assert {(f["value"]["target"], f["value"].get("rate_pct")) for f in facts_of} >= {("NOR", 14), ("JPN", 12)}


def test_harm_on_a_condition_is_a_threat_and_no_measure(proposed):
    (fact,) = proposed("If no deal is reached by 1 August, Chile will impose a duty of 30 percent on Norwegian fish.")
    assert fact["kind"] == "threat"
    assert (fact["value"]["by_side"], fact["value"]["rate_pct"]) == ("CHL", 30)


def test_items_of_a_list_have_the_subject_of_its_heading(proposed):
    facts_of = proposed(
        "Chile will:\n- suspend its duty on Norwegian fish;\n- lower the tariff on Norwegian cheese to 8 percent;\n"
    )
    assert {(f["value"]["imposer"], f["value"]["status"]) for f in facts_of} == {
        ("CHL", "suspended"),
        ("CHL", "reduced"),
    }


def test_the_rows_of_a_table_are_measures_of_what_its_head_says(proposed):
    facts_of = proposed(
        "Canadian duties on partners, as published by Ottawa.\n\n"
        "Country      letter (threat)   rate now   promised\n"
        "Chile        25                15         $5bn\n"
        "Norway       30                12         -\n"
        "Canada imposed a duty of 15 percent on Chilean goods.\n"
    )
    rows = [f for f in facts_of if f["rule"] in ("measure.row", "threat.row")]
    assert {(f["kind"], f["value"].get("target"), f["value"].get("rate_pct")) for f in rows} >= {
        ("measure", "CHL", 15),
        ("threat", None, 25),
    }


def test_each_rate_of_a_list_is_a_measure_of_the_one_who_takes_the_first(proposed):
    facts_of = proposed("Kenya has put duties on Peru: 12 percent on fish, 8 on cement, 5 on copper wire.")
    listed = {f["value"]["rate_pct"] for f in facts_of if "rate_pct" in f["value"]}
    assert listed == {12, 8, 5}
    assert {(f["value"]["imposer"], f["value"]["target"]) for f in facts_of} == {("KEN", "PER")}


def test_a_list_of_shares_is_no_list_of_duties(proposed):
    assert not proposed("Peru sells 12 percent of its fish to Kenya, 8 to Chile and 5 to Bolivia.")


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("如果秘鲁不让步，肯尼亚将对秘鲁鱼粉加税。", "KEN"),
        ("If Peru kept retaliating, Kenya said, duties on more of its goods could come on top.", "KEN"),
    ],
)
def test_what_follows_from_a_condition_is_a_threat_of_the_one_who_would_act(proposed, text, side):
    assert [(f["kind"], f["value"]["by_side"]) for f in proposed(text)] == [("threat", side)]


def test_each_row_of_a_list_of_rates_is_a_duty_of_the_measure_before_it(proposed):
    facts_of = proposed("Chile imposed duties on Norwegian salmon.\n\nFjord Group: 17.5 %\nOther firms: 35 %\n")
    rows = [f["value"] for f in facts_of if f["rule"] == "measure.rated_row"]
    assert [(v["imposer"], v["target"], v["rate_pct"]) for v in rows] == [("CHL", "NOR", 17.5), ("CHL", "NOR", 35)]


def test_a_head_says_whose_goods_pay_the_rates_below_it(proposed):
    facts_of = proposed("ON NORWEGIAN GOODS IN CHILE\n\n  Salmon    up to 34.9    since May\n  Cheese    12.0    -\n")
    rows = [f["value"] for f in facts_of if f["rule"] == "measure.rated_row"]
    assert [(v["imposer"], v["target"], v.get("rate_pct")) for v in rows] == [("CHL", "NOR", None), ("CHL", "NOR", 12)]


def test_a_headline_in_capitals_is_read_as_in_small_letters(proposed):
    (fact,) = proposed("0915 OSLO - CHILE BANS IMPORTS OF NORWEGIAN SALMON FROM TODAY")
    assert (fact["value"]["imposer"], fact["value"]["target"]) == ("CHL", "NOR")


def test_an_act_is_its_issuers_though_the_publisher_is_another(proposed):
    facts_of = proposed(
        "MINISTRY OF COMMERCE OF CHILE\nOrder No. 7\n\nA duty of 30 percent is hereby imposed on salmon of Norway.\n"
    )
    assert [(f["value"]["imposer"], f["value"]["target"]) for f in facts_of] == [("CHL", "NOR")]


KEYS = ("imposer", "target", "status", "rate_pct", "legal_from")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "On Thursday, 25% tariffs on car imports into Norway are set to take effect.",
            ("NOR", None, "announced", 25, "2025-06-05"),
        ),
        ("Duties of 10 percent on Thai goods coming into Turkey were lifted.", ("TUR", "THA", "ended", 10, None)),
        ("Norway cut its duty of 10 percent to zero for Chilean lamb.", ("NOR", "CHL", "reduced", 0, None)),
        (
            "Chile opened inquiries into Norwegian salmon on Nov. 19 and Dec. 21 of 2018.",
            ("CHL", "NOR", "in_force", None, "2018-11-19"),
        ),
    ],
)
def test_who_imposes_at_what_rate_and_from_when_is_read_from_the_words_around(proposed, text, wanted):
    values = [f["value"] for f in proposed(text)]
    assert wanted in [tuple(v.get(key) for key in KEYS) for v in values]


def test_who_is_given_a_pause_of_duties_is_their_target(proposed):
    text = "Norway levies 12 percent on Chilean lamb. Chile will get a one-month pause on the duties."
    (pause,) = [f["value"] for f in proposed(text) if f["value"].get("status") == "suspended"]
    assert (pause["imposer"], pause["target"]) == ("NOR", "CHL")


def test_a_threat_that_was_carried_out_is_no_threat(proposed):
    text = "Norway followed through on its threat to impose 12 percent duties on Chile."
    assert not [f for f in proposed(text) if f["kind"] == "threat"]


def test_the_rate_of_a_threat_is_the_one_that_duties_would_reach(proposed):
    (threat,) = proposed("If Chile does not sign, the 10% tariffs will be raised to 25%, Norway's ministry said.")
    assert threat["value"]["rate_pct"] == 25


@pytest.mark.parametrize(
    ("text", "legal_from"),
    [
        ("Japan raised its duty on Korean steel to 10 percent Monday.", "2025-06-02"),
        ("Japan will raise its duty on Korean steel to 10 percent next Monday.", "2025-06-09"),
        ("Japan raised its duty on Korean steel to 10 percent on Monday, effective June 20.", "2025-06-20"),
    ],
)
def test_a_duty_holds_from_the_day_that_the_words_say_though_no_preposition_stands_before_it(
    proposed, text, legal_from
):
    assert [f["value"].get("legal_from") for f in proposed(text)] == [legal_from]


def test_the_rate_of_what_a_measure_answers_is_not_its_own(proposed):
    text = "Canada imposed tariffs on Peru following Peru's decision to put 25 percent on Canadian steel."
    rates = {f["value"]["imposer"]: f["value"].get("rate_pct") for f in proposed(text)}
    assert rates == {"CAN": None, "PER": 25}


def test_set_to_take_effect_is_no_duty_that_was_set(proposed):
    assert not proposed("Canada's tariffs, set to take effect Thursday, were discussed with Peru.")


def test_a_plan_that_was_cancelled_is_no_threat(proposed):
    assert not [f for f in proposed("Canada dropped its threat to tax Peruvian copper.") if f["kind"] == "threat"]


def test_imports_before_to_are_no_verb(proposed):
    rows = [f["value"] for f in proposed("China will cut its duties on U.S. imports to 10% from 125%.")]
    assert [(r["imposer"], r["target"], r["rate_pct"]) for r in rows] == [("CHN", "USA", 10)]


def test_what_kicks_in_on_a_weekday_is_to_come(proposed):
    text = "New American tariffs on Peruvian wood, announced last month, kick in on Thursday."
    assert [(f["value"]["status"], f["value"]["legal_from"]) for f in proposed(text)] == [("announced", "2025-06-05")]


def test_a_clause_in_commas_does_not_part_duties_from_their_verb(proposed):
    text = "The Chinese tariffs on American pork, which range from 10% to 15%, took effect on March 10."
    assert [(f["value"]["imposer"], f["value"]["target"]) for f in proposed(text)] == [("CHN", "USA")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Norway signed orders imposing 25% tariffs on goods from Chile and Peru and 10% on those from Kenya.",
            {("CHL", 25), ("PER", 25), ("KEN", 10)},
        ),
        ("Norway imposed a 10% duty on Chile and one of 15% on Peru.", {("CHL", 10), ("PER", 15)}),
        (
            "Norway imposed duties of 10% on salmon and 15% on trout from Peru and Chile.",
            {("CHL", 10), ("PER", 10), ("CHL", 15), ("PER", 15)},
        ),
    ],
)
def test_each_side_pays_the_rate_before_it_where_every_rate_has_its_own(proposed, text, wanted):
    assert {(f["value"]["target"], f["value"]["rate_pct"]) for f in proposed(text)} == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Peru signed an order Saturday imposing a 10% duty on Chilean wine, to take effect Tuesday.",
        "Peru raised its duty on Chilean wine to 10%, starting Tuesday.",
        "Peru imposed a 10% duty on Chilean wine, effective Tuesday.",
    ],
)
def test_a_duty_that_starts_on_a_weekday_is_to_come(proposed, text):
    (fact,) = proposed(text, published="2031-03-08")
    assert (fact["value"]["status"], fact["value"]["legal_from"]) == ("announced", "2031-03-11")


def test_a_duty_that_took_effect_on_a_weekday_is_in_force(proposed):
    (fact,) = proposed("The duties of Peru on Chilean wine took effect on Tuesday.", published="2031-03-08")
    assert (fact["value"]["status"], fact["value"]["legal_from"]) == ("in_force", "2031-03-04")


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("Duties of around 20 percent on Chilean wine are under consideration in Lima.", 0),
        ("A Peruvian duty of 20 percent on Chilean wine is unlikely.", 0),
        ("The Peruvian duty on Chilean wine is 20 percent.", 1),
        ("Chile asked Peru that the tariff on its wine be lowered to 15 percent.", 0),
        ("Chile demands that its wine be exempted from the tariff of Peru.", 0),
        ("Peru said that the tariff on Chilean wine had been lowered to 15 percent.", 1),
    ],
)
def test_a_duty_that_is_only_thought_of_or_a_cut_only_asked_for_is_none(proposed, text, measures):
    assert len(proposed(text)) == measures


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Peru lifts its tariffs on Chilean wine to 20%.", "in_force"),
        ("Peru lifted its tariffs of up to 20% on Chilean wine.", "ended"),
    ],
)
def test_a_duty_lifted_to_a_rate_is_raised(proposed, text, status):
    (fact,) = proposed(text)
    assert fact["value"]["status"] == status
