"""Scenarios with every closure side by side, and for whom the sign turns."""

import json

import pytest

from detente.ask.pricing.by_closure import turning
from detente.ask.questions.price import price
from detente.errors import QuestionError

REFERENCE = {  # percent of real income of USA and CHN against the base year, by a solver written apart from this code
    "medium": {"fixed": (0.029, -0.320), "held wages": (-0.106, -0.005), "valuation": (-0.005, -0.306)},
    "long": {
        "fixed": (-0.190, -0.194),
        "balanced": (-0.161, -0.147),
        "held wages": (-0.239, -0.007),
        "valuation": (-0.201, -0.190),
    },
}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "more.yaml"
    path.write_text(json.dumps({"measures": [{"by": "USA", "against": "CHN", "rate": "24 pp"}]}), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def row(scenario):
    return priced(scenario, "medium")


def priced(scenario, horizon):
    return price(scenario, baseline="none", horizon=horizon, closures=True).data["scenarios"][0]


@pytest.mark.parametrize("horizon", REFERENCE)
def test_each_closure_gives_what_a_solver_written_apart_gives(scenario, horizon):
    table = priced(scenario, horizon)["closures"]["real_income"]
    assert {"fixed", "balanced", "held wages", "valuation"} <= set(table)
    for closure, (usa, chn) in REFERENCE[horizon].items():
        assert table[closure]["USA"] == pytest.approx(usa, abs=0.002), closure
        assert table[closure]["CHN"] == pytest.approx(chn, abs=0.002), closure


def test_fixed_deficits_give_the_number_of_the_answer_itself(row):
    for code in ("USA", "CHN"):
        alone = row["economies"][code]["real_income"]
        assert row["closures"]["real_income"]["fixed"][code] == pytest.approx(alone, abs=1e-5)


def test_who_gains_with_one_closure_and_loses_with_another_is_named(row):
    assert row["closures"]["turns_for"] == ["USA"]


def test_without_an_answer_in_a_closure_no_sign_is_read_from_it():
    assert turning({"fixed": {"USA": 0.2}, "balanced": {"USA": None}}) == []
    assert turning({"fixed": {"USA": 0.2}, "balanced": {"USA": -4e-4}}) == []


def test_closures_of_a_world_without_sectors_are_refused(scenario):
    with pytest.raises(QuestionError, match="model of many sectors"):
        price(scenario, world="world-2023", closures=True)
