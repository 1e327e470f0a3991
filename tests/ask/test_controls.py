"""Export controls, priced on sourced priors: scenarios as a user writes them, limits that bind and others."""

import json
from importlib import resources

import jsonschema
import numpy as np
import pytest

from detente.ask.pricing import critical_input_priors, scenario
from detente.ask.questions import price
from detente.errors import QuestionError
from detente.faces.terminal import cli

DAY = "2025-10-26"
NAMES = [name for name in scenario.shipped() if name.startswith("rare-earths")]


def priced(*names, draws=8, **more):
    return price.price(names, as_of=DAY, draws=draws, **more).data["scenarios"]


def usa(row, key="real_income"):
    return row["economies"]["USA"][key]


def scenario_file(tmp_path, rate, **more):
    measure = {"by": "CHN", "against": "all", "products": "rare-earth-magnets", "rate": rate, **more}
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps([measure]), "utf-8")
    return str(path)


def test_every_prior_has_a_source_and_its_values_are_in_order():
    for key, p in critical_input_priors.priors().items():
        assert p.low <= p.mid <= p.high, key
        assert p.source
        assert p.verification


def test_draws_stay_within_their_priors():
    for k in range(50):
        for key, x in critical_input_priors.drawn_values(k, 1).items():
            p = critical_input_priors.priors()[key]
            assert p.low - 1e-12 <= x <= p.high + 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_rare_earths_scenario_can_be_read_and_limits_quantities(name):
    assert scenario.load(name).has_quantity_limits


def test_a_tighter_or_longer_limit_costs_the_buyer_more():
    ban, half, short = priced("rare-earths-near-ban", "rare-earths-partial-18-months", "rare-earths-partial-3-months")
    assert usa(ban) < usa(half) < usa(short) < 0
    assert all(row["solver"]["converged"] for row in (ban, half, short))
    assert ban["limits"][0]["wedge_percent"] > half["limits"][0]["wedge_percent"] > 0


def test_the_answer_with_limits_meets_the_schema_of_price(capsys):
    with pytest.raises(SystemExit) as exit_info:
        cli.main(["price", "rare-earths-partial-6-months", "--as-of", DAY, "--draws", "6", "--json"])
    assert exit_info.value.code == 0
    schema = json.loads((resources.files("detente.ask") / "schemas" / "price.json").read_text("utf-8"))
    answer = json.loads(capsys.readouterr().out)
    jsonschema.validate(answer, schema)
    assert answer["model"] == "critical-inputs"
    assert {"prior", "low", "mid", "high", "source", "verification"} <= answer["priors"][0].keys()


def test_a_limit_shorter_than_stocks_last_does_not_bind(tmp_path):
    (row,) = priced(scenario_file(tmp_path, "-50 % volume", **{"from": "2025-11-01", "until": "2025-12-01"}))
    assert not row["limits"][0]["binds"]
    assert usa(row) == pytest.approx(0, abs=1e-6)


def test_allies_that_are_exempt_lose_less_than_allies_that_are_not():
    usa_alone, with_allies = priced("rare-earths-usa-alone", "rare-earths-allies")
    assert usa_alone["economies"]["DEU"]["real_income"] > with_allies["economies"]["DEU"]["real_income"]


def test_the_real_income_of_the_sender_rises_with_the_part_of_the_rent_it_keeps():
    (row,) = priced("rare-earths-partial-18-months")
    china = row["economies"]["CHN"]
    assert china["rent_to_importers"] < china["real_income"] < china["rent_to_exporters"]
    assert china["rent_to_importers"] < 0


def test_in_the_long_run_other_suppliers_make_up_for_most_of_the_loss():
    (row,) = priced("rare-earths-near-ban")
    assert abs(row["with_time"]["USA"]) < abs(usa(row)) / 2


def test_the_second_order_approximation_understates_the_loss_from_a_near_ban():
    ban, short = priced("rare-earths-near-ban", "rare-earths-partial-3-months")
    assert usa(ban, "second_order") > usa(ban) * 0.5  # half of the loss or more is missed
    assert usa(short, "second_order") == pytest.approx(usa(short), rel=0.15)


def test_the_same_seed_gives_the_same_band_and_another_seed_gives_another():
    first, same, other = (priced("rare-earths-partial-6-months", seed=s)[0] for s in (1, 1, 2))
    assert usa(first, "real_income_low") == usa(same, "real_income_low")
    assert usa(first, "real_income_low") != usa(other, "real_income_low")


def test_a_duty_beside_a_limit_changes_its_effect(tmp_path):
    path = tmp_path / "both.yaml"
    path.write_text(
        "- {by: CHN, against: all, products: rare-earth-magnets, rate: -50 % volume}\n"
        "- {by: USA, against: CHN, products: all, rate: 10 pp}\n",
        "utf-8",
    )
    (both,), (limit_alone,) = priced(str(path)), priced(scenario_file(tmp_path, "-50 % volume"))
    assert usa(both) != pytest.approx(usa(limit_alone), abs=1e-3)
    assert np.isfinite(usa(both))


@pytest.mark.parametrize(
    ("rate", "more", "words"),
    [
        ("-100 % volume", {}, "leaves nothing"),
        ("50 % volume", {}, "a limit is written"),
        ("-5 pp volume", {}, "a limit is written"),
        ("-50 % volume", {"products": "all"}, "has no limit on quantities"),
        ("-50 % volume", {"products": "gallium"}, "has no limit on quantities"),
        ("-50 % volume", {"by": "all"}, "one exporter"),
        ("-50 % volume", {"against": "CHN"}, "no economy of the world is named"),
        ("-50 % volume", {"rent": "150 %"}, "not a share"),
    ],
)
def test_an_invalid_limit_is_refused_with_the_reason(tmp_path, rate, more, words):
    with pytest.raises(QuestionError, match=words):
        priced(scenario_file(tmp_path, rate, **more))


def test_a_one_sector_world_and_a_sweep_refuse_limits(tmp_path):
    with pytest.raises(QuestionError, match="icio-2022"):
        priced("rare-earths-near-ban", world="world-2023")
    from detente.ask.questions.sweep import sweep

    grid = tmp_path / "grid.yaml"
    grid.write_text("scenarios: [rare-earths-near-ban]\n", "utf-8")
    with pytest.raises(QuestionError, match="limit on quantities"):
        sweep(grid, tmp_path / "rows")


def test_a_band_needs_at_least_two_draws():
    with pytest.raises(QuestionError, match="at least two draws"):
        priced("rare-earths-april-2025", draws=1)
