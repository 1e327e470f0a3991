"""The deal as an exchange of duties: its disagreement point, its reference numbers, and what was known on the day."""

import numpy as np
import pytest

from detente.ask.cases import case_of
from detente.ask.pricing import exchange
from detente.ask.pricing.duty_grid import DutyGrid, duty_grid
from detente.ask.pricing.landings import Landing, landings_json
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import cells_between, price_day, with_duty_change
from detente.ask.questions import deal as question
from detente.ask.questions.brief import bargaining_sections
from detente.ask.questions.truce import truce_section
from detente.economy.robustness import Variant
from detente.errors import QuestionError

SIDES = ("USA", "CHN")


@pytest.fixture(scope="module")
def medium():
    return price_day(as_of="2025-10-26", horizon="medium", extra=package_set)


@pytest.fixture(scope="module")
def answer(medium):
    return question.deal_section(medium, bands=False)


def the_deal(data):
    """The exchange by real income."""
    return next(row for row in data["exchange"]["deals"] if row["payoff"] == "real_income")


def test_the_deal_is_the_gain_over_one_sided_best_responses_and_splits_into_own_and_others_moves(answer):
    row = the_deal(answer)
    assert (answer["disagreement"], row["disagreement"]) == ("best-responses", "best-responses")
    for side in SIDES:
        deal, today = row["deal"], row["over_today"]
        assert deal["total"][side] == pytest.approx(today["total"][side] - row["best_responses"]["payoff"][side])
        for gain in (deal, today):
            assert gain["own"][side] + gain["others"][side] == pytest.approx(gain["total"][side])
        assert deal["own"][side] < 0 < deal["others"][side]  # it gives up its best duty for the other's cut


def test_no_side_gains_by_leaving_its_best_response_priced_exactly(medium, answer):
    grid, row = duty_grid(medium), the_deal(answer)
    parts = [row["best_responses"]["part"][side] for side in SIDES]
    for k, side in enumerate(SIDES):
        others = [[part if j == k else parts[j] for j in (0, 1)] for part in (0.0, 0.3, 0.6, 0.9, 1.2, 1.5)]
        worth = grid.payoffs("real_income", others)[:, k]
        assert worth.max() <= row["best_responses"]["payoff"][side] + 2e-4


def test_every_command_gives_the_same_deal(medium, answer):
    brief = bargaining_sections(medium)
    assert the_deal(brief["deal"]) == the_deal(answer)
    for truce in (brief["truce"], truce_section(medium, bands=False)):
        best = {row["side"]: row["best_change_points"] for row in truce["sides"] if row["payoff"] == "real_income"}
        assert best == the_deal(answer)["alone_points"]
    asked = question.deal(as_of="2025-10-26", horizon="medium", bands=False, without_steps=True).data
    assert the_deal(asked) == the_deal(answer)
    (continuous,) = (
        row for row in asked["continuous"]["deals"]
        if (row["payoff"], row["disagreement"], row["payment_allowed"]) == ("real_income", "best-responses", False)
    )  # fmt: skip
    assert continuous["gain"] == pytest.approx(the_deal(answer)["deal"]["total"], abs=1e-4)


def test_the_lottery_of_lapse_and_truce_is_the_war_with_the_chance_of_the_forecast(medium):
    data = question.deal_section(medium, question.disagreement_of(medium, "lottery"), bands=False)
    lapse, points = data["exchange"]["lapse"], data["disagreements"]
    assert 0 < lapse["probability"] < 1
    for side in SIDES:
        war = points["war"]["payoff"]["real_income"][side]
        assert the_deal(data)["without"][side] == pytest.approx(lapse["probability"] * war)


def test_a_lottery_is_refused_where_no_truce_ends():
    with pytest.raises(QuestionError, match="does not tell"):
        question.deal(as_of="2025-05-10", disagreement="lottery", bands=False)


def test_where_a_side_has_added_no_duty_the_truce_is_the_disagreement_point_and_the_answer_says_so():
    data = question.deal(as_of="2024-01-01", bands=False).data
    assert data["exchange"]["deals"] == []
    assert "added no duty on the others" in data["exchange"]["why"]
    assert data["disagreement"] == "truce"


BEFORE_GENEVA = "2025-05-10"


@pytest.mark.parametrize("horizon", ["long", "medium"])
def test_on_the_day_before_geneva_mutual_cuts_are_better_for_both_than_the_duties_in_force(horizon):
    day = price_day(as_of=BEFORE_GENEVA, known=BEFORE_GENEVA, horizon=horizon, extra=package_set)
    row = the_deal(question.deal_section(day, bands=False))
    where = row["agreed"] or row["best_responses"]
    assert all(x < -90 for x in where["points"].values())
    assert all(x > 0.02 for x in where["payoff"].values())
    cuts = [
        p for p in question.bargain_of(day).packages
        if all(day.payoff("real_income", side, p.key) > 0 for side in SIDES)
        and {x.by for x, moved in zip(day.packages.instruments, p.settings, strict=True) if moved} == set(SIDES)
    ]  # fmt: skip
    assert len(cuts) > 10  # packages of measures in force that both sides cut, and from which both gain


def test_the_terms_of_geneva_price_as_the_reference_has_them_on_the_day_before():
    day = price_day(as_of=BEFORE_GENEVA, known=BEFORE_GENEVA)
    cut, levels = {"usa-ieepa-reciprocal": 10, "chn-reciprocal": 10}, []
    for layer in day.outcomes[0].layers:
        points = cut.get(layer.measure) if {layer.by, layer.against} == set(SIDES) else None
        levels.append(layer if points is None else layer.__class__(**{**vars(layer), "points": float(points)}))
    _, (priced,) = day.context.price(day.base_levels, [day.context.levels(levels)])
    gain = [day.worth("real_income", side, priced) for side in SIDES]
    assert gain == pytest.approx([0.31, 0.27], abs=0.03)


DAYS = ("2025-02-10", "2025-04-15", "2025-05-20", "2025-08-01", "2025-10-26", "2025-10-31")


@pytest.mark.parametrize("day", DAYS)
def test_no_answer_names_terms_of_a_deal_that_were_not_known(day):
    case = case_of("us-china")
    priced = price_day(as_of=day, known=day, extra=package_set)
    text = repr(question.deal_section(priced, bands=False))
    later = [deal for deal in case.deals if deal.known > day]
    assert later
    assert not any(deal.name in text or deal.title in text for deal in later)
    assert "cut to" not in text  # what known terms leave of a duty


REFERENCE = [  # day, horizon: one-sided best, agreed (points), gain over it, over the duties in force
    ("2025-10-26", "long", (-28.6, -19.8), (-29.4, -20.0), (0.000, 0.010), (0.221, 0.338)),
    ("2025-10-26", "near", (-17.3, -2.3), (-27.3, -20.0), (0.014, 0.064), (0.033, 0.162)),
    ("2025-10-26", "medium", (-8.5, 7.2), (-23.6, -20.0), (0.023, 0.093), (0.018, 0.147)),
    ("2025-05-20", "near", (-17.9, -2.1), (-28.2, -20.0), (0.014, 0.064), (0.034, 0.162)),
    ("2025-05-20", "medium", (-9.5, 7.4), (-24.8, -20.0), (0.023, 0.093), (0.019, 0.151)),
    ("2025-05-20", "long", (-29.1, -19.6), (-30.0, -20.0), (0.001, 0.011), (0.229, 0.346)),
]


def uniform(day):
    """The exchange of the reference: the same number of points on all goods, the USA from -30, China from -20."""
    axes = (tuple(np.linspace(-0.30, 0.24, 8)), tuple(np.linspace(-0.20, 0.28, 8)))

    def levels(points):
        base = day.base_levels
        for side, change in zip(day.sides, points, strict=True):
            base = with_duty_change(day.context, base, side, day.case.others(side), change)
        return base

    return DutyGrid(day, axes, (0.0, 0.0), levels)


@pytest.mark.slow
@pytest.mark.parametrize(("as_of", "horizon", "alone", "agreed", "deal", "today"), REFERENCE)
def test_reference_numbers_of_the_exchange_in_uniform_points(as_of, horizon, alone, agreed, deal, today):
    # made with the duties of an earlier ledger, with which the numbers are met; its means differ by up to 3 points
    grid = uniform(price_day(as_of=as_of, horizon=horizon))
    responses = exchange.best_responses(grid, "real_income")
    assert [100 * x for x in responses.point.alone] == pytest.approx(alone, abs=3.5)
    without = dict(zip(SIDES, responses.exact.tolist(), strict=True))
    row = exchange.duty_exchange(grid, "real_income", responses, "best-responses", without)
    found = row.agreed or row.best_responses
    assert [100 * x for x in found.part] == pytest.approx(agreed, abs=3)
    assert (row.deal.total if row.deal else (0, 0)) == pytest.approx(deal, abs=0.011)
    assert found.payoff == pytest.approx(today, abs=0.011)
    assert row.error < 5e-4


def test_where_talks_land_is_a_median_and_a_range_and_agreement_a_count_by_horizon():
    rows = [
        Landing(Variant("a", "long", "fixed"), (-30.0, -12.0), None),
        Landing(Variant("b", "long", "fixed"), (-29.0, -12.0), None),
        Landing(Variant("a", "medium", "fixed"), (-24.0, -12.0), (0.01, 0.06)),
        Landing(Variant("b", "medium", "fixed"), None, None, "no equilibrium"),
    ]  # fmt: skip
    lands = landings_json(rows, SIDES)
    assert lands["points"]["USA"] == {"median": -29.0, "low": -30.0, "high": -24.0}
    assert lands["agreed"]["by"]["horizon"] == {"long": [0, 2], "medium": [1, 1]}
    assert "depends on the horizon" in lands["words"]
    assert lands["agreed"]["lost"] == [["b", "medium", "fixed"]]
    assert (lands["cells"], lands["answered"]) == (4, 3)
    assert landings_json(list(reversed(rows)), SIDES)["points"] == lands["points"]
    assert landings_json([], SIDES) is None


def test_cells_between_the_sides_are_what_an_exchange_moves(medium):
    grid = duty_grid(medium)
    moved = grid.levels((0.0, 0.0))
    between = {c for side in SIDES for c in cells_between(medium.context, side, medium.case.others(side))}
    assert {c for c in moved if moved[c] != medium.base_levels[c]} <= between
    assert grid.points((0.0, 1.0))[1] == 0


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.00"), (-0.001, "0.00"), (0.004, "0.00"), (-0.25, "−0.25"), (1, "+1.00")]
)
def test_a_number_that_rounds_to_zero_has_no_sign(value, text):
    assert exchange.signed(value, 2) == text
