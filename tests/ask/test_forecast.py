"""Forecasts without hindsight: what a day may use, what it may not, and how it is scored."""

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

import jsonschema
import pytest

from detente.ask.forecasting import track_record
from detente.ask.questions import forecast as question
from detente.errors import QuestionError, RecordError
from detente.faces.terminal import cli
from detente.record import history

DAY = date(2025, 10, 26)


@pytest.fixture(scope="module")
def told():
    return question.forecast(as_of="2025-10-26", known="2025-11-12")


def point(found, deadline):
    return next(p for p in found["points"] if p["deadline"] == deadline)


def test_json_meets_its_schema(told):
    schema = json.loads((resources.files("detente.ask") / "schemas" / "forecast.json").read_text("utf-8"))
    jsonschema.validate(told.to_json(), schema)


def test_the_tenth_of_november_as_of_26_october_is_open_and_each_number_has_its_n(told):
    p = point(told.data, "2025-11-10")
    assert p["n"] == sum(q.ended is not None and q.ended <= DAY for q in history.load() if q.known <= DAY)
    assert p["days_left"] == 15
    assert sum(p["chance"].values()) == pytest.approx(1)
    assert all(p["interval"][c][0] <= p["chance"][c] <= p["interval"][c][1] for c in p["chance"])
    assert p["came"]["class"] == "extension"


@pytest.mark.parametrize(
    ("as_of", "deadline"),
    [("2018-12-15", "2019-03-01"), ("2019-05-07", "2019-05-10"), ("2019-06-15", "2019-06-29"),
     ("2019-12-01", "2019-12-15"), ("2020-01-02", "2020-01-07")],
)  # fmt: skip
def test_deadlines_of_2018_to_2020_are_forecast_with_what_was_known_then(as_of, deadline):
    day = date.fromisoformat(as_of)
    points = history.known_on(history.load(), day)
    (p,) = [q for q in question.open_points(points, day) if q.deadline.isoformat() == deadline][:1]
    found = question.one(points, p, day, track_record.BASE)
    assert found["n"] == sum(q.ended is not None and q.ended <= day for q in history.load())
    assert found["n"] < 20


def test_later_rows_vanish_from_the_fit_and_from_the_features_when_known_moves_back():
    early = history.known_on(history.load(), DAY)
    assert all(p.known <= DAY and (p.ended is None or p.ended <= DAY) for p in early)
    assert not any(p.new_deadline for p in early if p.ended is None)
    p = next(q for q in early if q.deadline == date(2025, 11, 10))
    changed = [
        replace(q, outcome="took_effect", at_stake="?") if q.ended and q.ended > DAY else q for q in history.load()
    ]
    assert question.one(history.known_on(changed, DAY), p, DAY, "hazard") == question.one(early, p, DAY, "hazard")


def test_only_points_still_open_k_days_before_are_scored_at_k():
    every = {p.id: p for p in history.load()}
    for s in track_record.shipped():
        p = every[s.id]
        assert p.known <= s.day < p.ended
        assert s.day == p.deadline - timedelta(days=s.ahead)
        assert s.n == sum(q.ended is not None and q.ended <= s.day for q in every.values() if q is not p)


def test_nothing_depends_on_which_row_a_point_is():
    points = history.load()
    renamed = [replace(p, id=f"x{k}", at_stake="", sources="") for k, p in enumerate(reversed(points))]
    before = sorted((s.day, s.ahead, s.model, s.came, s.chance) for s in track_record.shipped())
    after = sorted((s.day, s.ahead, s.model, s.came, s.chance) for s in track_record.track(renamed))
    assert [b[:4] for b in before] == [a[:4] for a in after]
    assert [x for b in before for x in b[4]] == pytest.approx([x for a in after for x in a[4]])


def test_a_richer_model_is_shown_only_where_it_beat_the_base_rate_out_of_sample():
    told = track_record.scores(track_record.shipped())
    assert track_record.chosen(told) == track_record.BASE  # on the history at hand; the page says so
    better = [{**r, "share": -0.2, "high": -0.01} if r["model"] == "hazard" else r for r in told]
    assert track_record.chosen(better) == "hazard"
    unsure = [{**r, "share": -0.2, "high": 0.01} if r["model"] == "hazard" else r for r in told]
    assert track_record.chosen(unsure) == track_record.BASE
    few = [{**r, "negotiations": track_record.ENOUGH - 1} for r in better]
    assert track_record.chosen(few) == track_record.BASE


def test_a_threat_left_undone_is_no_lapse_and_a_promise_kept_is_a_deal():
    assert history.sort("lapsed", "harm", True)[0] == "unexecuted"
    assert history.sort("lapsed", "promise", False)[0] == "lapse"
    assert history.sort("took_effect", "promise", False)[0] == "deal"
    assert history.sort("took_effect", "harm", True)[0] == "lapse"
    with pytest.raises(RecordError, match="no class"):
        history.sort("vanished", "harm", True)


def test_an_extension_resolves_itself_from_the_record(told):
    rows = {(r["deadline"], r["rule"]): r for r in told.data["resolution"]}
    assert rows["2025-11-10", "in force"]["status"] == "met"
    assert rows["2025-11-10", "in force"]["on"] >= rows["2025-11-10", "announced"]["on"]
    assert rows["2025-11-10", "mutual"]["evidence"]
    assert rows["2026-11-10", "announced"]["status"] == "open"
    before = {(r["deadline"], r["rule"]): r["status"] for r in question.forecast(as_of="2025-10-26").data["resolution"]}
    assert before["2025-11-10", "announced"] == "open"


def test_a_truce_that_may_lapse_is_worth_less_the_longer_war_lasts(told):
    short, long = told.data["path"]["ends"]
    for side in ("USA", "CHN"):
        assert long["real_income"][side] < short["real_income"][side]
    assert short["rounds_to_deal"] > 1 / point(told.data, "2025-11-10")["chance"]["deal"]


def test_unseen_points_are_scored_and_need_only_the_columns_of_the_history(tmp_path, capsys):
    path = tmp_path / "more.csv"
    row = {
        "id": "new-1", "negotiation": "n", "parties": "US-XX", "date_known": "2026-03-01", "set_by": "US",
        "deadline": "2026-04-01", "at_stake": "x", "rate_change_if_lapse_pp": "10", "outcome": "extended",
        "outcome_date": "2026-03-31",
    }  # fmt: skip
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    found = question.forecast(points=path).data
    assert {f["ahead"] for f in found["forecasts"]} == {"7", "14", "30"}
    assert found["track"][0]["n"] == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outcome": "vanished"}, "no class"),
        ({"deadline": "soon"}, "not a day"),
        ({"date_known": "2027-01-01"}, "after its own deadline"),
        ({"outcome_date": ""}, "do not fit together"),
        ({"outcome_date": "2020-01-01"}, "before it was known"),
        ({"rate_change_if_lapse_pp": "ten"}, "is no number"),
        ({"rate_change_if_lapse_pp": "nan"}, "is no number"),
    ],
)
def test_a_row_that_is_none_is_refused_with_its_number(tmp_path, capsys, change, words):
    base = {
        "id": "a", "negotiation": "n", "parties": "US-CN", "date_known": "2026-03-01", "set_by": "US",
        "deadline": "2026-04-01", "at_stake": "x", "rate_change_if_lapse_pp": "", "outcome": "extended",
        "outcome_date": "2026-03-31", **change,
    }  # fmt: skip
    path = tmp_path / "points.csv"
    path.write_text(",".join(base) + "\n" + ",".join(base.values()) + "\n", "utf-8")
    with pytest.raises(SystemExit) as done:
        cli.main(["forecast", "--points", str(path)])
    err = capsys.readouterr().err
    assert done.value.code == 5
    assert words in err
    assert "row 2" in err or words == "no class"


def test_a_dossier_without_history_is_refused():
    with pytest.raises(QuestionError, match="no history"):
        question.forecast(as_of="2025-10-26", dossier="none")
