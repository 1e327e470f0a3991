"""Export controls, priced on sourced priors: scenarios as a user writes them, limits that bite, limits that do not."""

import json
from importlib import resources

import jsonschema
import numpy as np
import pytest

from detente.ask.pricing import export_controls, scenario
from detente.ask.questions import price
from detente.errors import QuestionError
from detente.faces.terminal import cli

DAY = "2025-10-26"
NAMES = [name for name in scenario.shipped() if name.startswith("rare-earths")]


def told(*names, draws=8, **more):
    return price.price(names, as_of=DAY, draws=draws, **more).data["scenarios"]


def usa(row, key="real_income"):
    return row["economies"]["USA"][key]


def written(tmp_path, rate, **more):
    measure = {"by": "CHN", "against": "all", "products": "rare-earth-magnets", "rate": rate, **more}
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps([measure]), "utf-8")
    return str(path)


def test_every_prior_says_where_it_is_from_and_lies_in_order():
    for key, p in export_controls.priors().items():
        assert p.low <= p.mid <= p.high, key
        assert p.source
        assert p.verification


def test_draws_stay_within_their_priors():
    for k in range(50):
        for key, x in export_controls.draw(k, 1).items():
            p = export_controls.priors()[key]
            assert p.low - 1e-12 <= x <= p.high + 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_can_be_read_and_is_a_limit(name):
    assert scenario.load(name).has_quantity_limits


def test_the_tighter_and_the_longer_the_limit_the_more_the_buyer_loses():
    near, half, short = told("rare-earths-near-ban", "rare-earths-partial-18-months", "rare-earths-partial-3-months")
    assert usa(near) < usa(half) < usa(short) < 0
    assert all(row["solver"]["converged"] for row in (near, half, short))
    assert near["limits"][0]["wedge_percent"] > half["limits"][0]["wedge_percent"] > 0


def test_the_answer_is_one_document_that_meets_the_schema(capsys):
    with pytest.raises(SystemExit) as done:
        cli.main(["price", "rare-earths-partial-6-months", "--as-of", DAY, "--draws", "6", "--json"])
    assert done.value.code == 0
    schema = json.loads((resources.files("detente.ask") / "schemas" / "price.json").read_text("utf-8"))
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema)
    assert found["model"] == "critical-inputs"
    assert {"prior", "low", "mid", "high", "source", "verification"} <= found["priors"][0].keys()


def test_stocks_that_last_longer_than_the_limit_keep_it_from_biting(tmp_path):
    (row,) = told(written(tmp_path, "-50 % volume", **{"from": "2025-11-01", "until": "2025-12-01"}))
    assert not row["limits"][0]["binds"]
    assert usa(row) == pytest.approx(0, abs=1e-6)


def test_spared_allies_lose_less_than_limited_ones():
    alone, allies = told("rare-earths-usa-alone", "rare-earths-allies")
    assert alone["economies"]["DEU"]["real_income"] > allies["economies"]["DEU"]["real_income"]


def test_who_keeps_the_rent_moves_the_sender_and_brackets_the_middle():
    (row,) = told("rare-earths-partial-18-months")
    china = row["economies"]["CHN"]
    assert china["rent_to_importers"] < china["real_income"] < china["rent_to_exporters"]
    assert china["rent_to_importers"] < 0


def test_with_time_other_suppliers_take_most_of_the_edge_off():
    (row,) = told("rare-earths-near-ban")
    assert abs(row["with_time"]["USA"]) < abs(usa(row)) / 2


def test_near_a_ban_the_second_order_approximation_falls_short_of_the_exact_loss():
    near, short = told("rare-earths-near-ban", "rare-earths-partial-3-months")
    assert usa(near, "second_order") > usa(near) * 0.5  # half of the loss or more is missed
    assert usa(short, "second_order") == pytest.approx(usa(short), rel=0.15)


def test_the_same_seed_gives_the_same_band_and_another_does_not():
    one, same, other = (told("rare-earths-partial-6-months", seed=s)[0] for s in (1, 1, 2))
    assert usa(one, "real_income_low") == usa(same, "real_income_low")
    assert usa(one, "real_income_low") != usa(other, "real_income_low")


def test_a_duty_beside_a_limit_moves_the_price_of_both(tmp_path):
    path = tmp_path / "both.yaml"
    path.write_text(
        "- {by: CHN, against: all, products: rare-earth-magnets, rate: -50 % volume}\n"
        "- {by: USA, against: CHN, products: all, rate: 10 pp}\n",
        "utf-8",
    )
    (both,), (alone,) = told(str(path)), told(written(tmp_path, "-50 % volume"))
    assert usa(both) != pytest.approx(usa(alone), abs=1e-3)
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
def test_a_limit_that_is_none_is_refused_with_its_measure(tmp_path, rate, more, words):
    with pytest.raises(QuestionError, match=words):
        told(written(tmp_path, rate, **more))


def test_a_world_without_sectors_and_a_sweep_refuse_limits(tmp_path):
    with pytest.raises(QuestionError, match="icio-2022"):
        told("rare-earths-near-ban", world="world-2023")
    from detente.ask.questions.sweep import sweep

    grid = tmp_path / "grid.yaml"
    grid.write_text("scenarios: [rare-earths-near-ban]\n", "utf-8")
    with pytest.raises(QuestionError, match="limit on quantities"):
        sweep(grid, tmp_path / "rows")


def test_one_draw_is_no_band():
    with pytest.raises(QuestionError, match="two draws at least"):
        told("rare-earths-april-2025", draws=1)
