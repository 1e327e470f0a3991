"""Forecasts without hindsight: what a day may use, what it may not, and how forecasts are scored."""

import csv
import json
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

import jsonschema
import pytest

from detente.ask.cases import case_of
from detente.ask.forecasting import track_record
from detente.ask.forecasting.points import forecast_point, open_points
from detente.ask.forecasting.resolution import resolutions
from detente.ask.questions import forecast as question
from detente.bargain.endings import BASE_RATE, HAZARD_AND_RIDGE, MODELS
from detente.errors import QuestionError, RecordError
from detente.faces.terminal import cli
from detente.record import history
from detente.record.fact import By, Statement
from detente.record.state.derive import derive
from detente.record.store import Record, shipped_dossiers

DAY = date(2025, 10, 26)


@pytest.fixture(scope="module")
def answer():
    return question.forecast(as_of="2025-10-26", known="2025-11-12")


def shipped_file(name):
    return (resources.files("detente") / "dossiers" / "history" / name).read_text("utf-8")


def trade():
    return track_record.of_trade(history.load())


def point_of(data, deadline):
    return next(p for p in data["points"] if p["deadline"] == deadline)


def test_json_meets_its_schema(answer):
    schema = json.loads((resources.files("detente.ask") / "schemas" / "forecast.json").read_text("utf-8"))
    jsonschema.validate(answer.to_json(), schema)


def test_the_deadline_of_10_november_is_open_on_26_october_and_carries_the_number_of_points_behind_it(answer):
    p = point_of(answer.data, "2025-11-10")
    assert p["n"] == sum(q.ended is not None and q.ended <= DAY for q in trade() if q.known <= DAY)
    assert p["days_left"] == 15
    assert sum(p["chance"].values()) == pytest.approx(1)
    assert all(p["interval"][c][0] <= p["chance"][c] <= p["interval"][c][1] for c in p["chance"])
    assert p["came"]["class"] == "extension"


@pytest.mark.parametrize(
    ("as_of", "deadline"),
    [("2018-12-15", "2019-03-01"), ("2019-05-07", "2019-05-10"), ("2019-06-15", "2019-06-29"),
     ("2019-12-01", "2019-12-15"), ("2020-01-02", "2020-01-07")],
)  # fmt: skip
def test_deadlines_of_2018_to_2020_are_forecast_from_what_was_known_then(as_of, deadline):
    day = date.fromisoformat(as_of)
    points = history.known_on(history.load(), day)
    (p,) = [q for q in open_points(points, day, case_of("us-china")).ahead if q.deadline.isoformat() == deadline][:1]
    n = forecast_point(points, p, day, BASE_RATE).n
    assert n == sum(q.ended is not None and q.ended <= day for q in trade())
    assert n < 40


def test_the_history_known_on_a_day_holds_nothing_later():
    early = history.known_on(history.load(), DAY)
    assert all(p.known <= DAY and (p.ended is None or p.ended <= DAY) for p in early)
    assert not any(p.new_deadline for p in early if p.ended is None)


def test_later_outcomes_change_no_earlier_forecast():
    early = history.known_on(history.load(), DAY)
    p = next(q for q in early if q.deadline == date(2025, 11, 10))
    changed = [
        replace(q, outcome="took_effect", at_stake="?", kind="", chain=None) if q.ended and q.ended > DAY else q
        for q in history.load()
        if q.known <= DAY
    ]
    changed = [q if q.id != p.id else p for q in changed]
    shown = forecast_point(early, p, DAY, HAZARD_AND_RIDGE)
    assert forecast_point(history.known_on(changed, DAY), p, DAY, HAZARD_AND_RIDGE).by_model == shown.by_model


def test_only_points_that_are_open_at_a_lead_time_are_scored_at_it():
    every = {p.id: p for p in history.load()}
    for s in track_record.shipped():
        p = every[s.id]
        assert p.known <= s.day < p.ended
        assert s.day == p.deadline - timedelta(days=s.lead_time)
        assert s.n == sum(q.ended is not None and q.ended <= s.day for q in trade() if q.id != p.id)


def test_the_shipped_track_record_is_what_the_history_gives():
    assert track_record.written(track_record.backtest(history.load())) == shipped_file("track_record.csv")


def test_nothing_depends_on_which_row_a_point_is():
    points = [p for p in history.load() if p.deadline < date(2021, 1, 1)]
    renamed = [replace(p, id=f"x{k}", at_stake="", sources="") for k, p in enumerate(reversed(points))]

    def rows(of):
        return sorted((s.day, s.lead_time, s.model, s.outcome_class, s.probability) for s in track_record.backtest(of))

    before, after = rows(points), rows(renamed)
    assert [b[:4] for b in before] == [a[:4] for a in after]
    assert [x for b in before for x in b[4]] == pytest.approx([x for a in after for x in a[4]])


def with_score_of_the_richer_model(scores, *, high, negotiations):
    """Scores in which the interval of the richer model's gain has the upper end given."""
    return [
        replace(
            s,
            difference=s.difference._replace(
                high=high if s.model == HAZARD_AND_RIDGE else s.difference.high, clusters=negotiations
            ),
        )
        for s in scores
    ]


def test_the_richer_model_is_shown_for_the_shipped_history_since_it_clearly_beats_the_base_rate():
    scores = track_record.model_scores(track_record.shipped())
    richer = next(s for s in scores if s.model == HAZARD_AND_RIDGE)
    assert track_record.select_model(scores) == HAZARD_AND_RIDGE
    assert richer.relative_difference < -0.08
    assert richer.difference.high < 0
    assert richer.bite_relative_difference < -0.12
    assert richer.bite_difference.high < 0


def test_the_richer_model_beats_the_base_rate_when_it_learns_nothing_from_the_same_negotiation():
    hidden = track_record.model_scores(track_record.backtest(history.load(), exclude_same_negotiation=True))
    richer = next(s for s in hidden if s.model == HAZARD_AND_RIDGE)
    assert richer.relative_difference < -0.08
    assert richer.difference.high < 0


@pytest.mark.parametrize(
    ("high", "negotiations", "model"),
    [
        (-0.01, track_record.MIN_NEGOTIATIONS, HAZARD_AND_RIDGE),
        (0.01, track_record.MIN_NEGOTIATIONS, BASE_RATE),
        (-0.01, track_record.MIN_NEGOTIATIONS - 1, BASE_RATE),
    ],
)
def test_the_richer_model_is_shown_only_if_it_clearly_beats_the_base_rate_over_many_negotiations(
    high, negotiations, model
):
    scores = track_record.model_scores(track_record.shipped())
    changed = with_score_of_the_richer_model(scores, high=high, negotiations=negotiations)
    assert track_record.select_model(changed) == model


@pytest.mark.parametrize("name", [*MODELS])
def test_no_feature_uses_anything_after_the_day_of_the_forecast(name):
    """Whatever becomes of the points after a day, and whichever become known later, its forecasts stay the same."""
    rng = random.Random(name)
    points = history.load()
    for point in rng.sample([p for p in trade() if p.ended and p.known < p.deadline - timedelta(days=7)], 12):
        day = point.deadline - timedelta(days=7)
        known = history.known_on(points, day)
        own = next(p for p in known if p.id == point.id)
        later = [with_another_future(p, day, rng) for p in points]
        other_own = next(p for p in later if p.id == point.id)
        other_own = replace(other_own, outcome=None, ended=None, new_deadline="", kind=own.kind, chain=own.chain)
        before = forecast_point(known, own, day, name).by_model[name]
        after = forecast_point(later, other_own, day, name).by_model[name]
        assert after == pytest.approx(before, abs=1e-12)


def with_another_future(point, day, rng):
    """A point with what came after a day replaced: its outcome, the day of it, the new day; later points move."""
    if point.known > day:
        return replace(point, outcome="took_effect", ended=point.known, negotiation=f"x{rng.random()}")
    if point.ended is None or point.ended <= day:
        return point
    return replace(
        point, outcome=rng.choice(("deal", "extended", "withdrawn")), ended=day + timedelta(days=rng.randint(1, 90)),
        new_deadline=rng.choice(("", "2030-01-01")), sources="",
    )  # fmt: skip


def test_every_rule_of_classes_decides_its_example():
    by_id = {p.id: p for p in history.load()}
    for rule in history.classification_rules():
        if rule["example"]:
            p = by_id[rule["example"]]
            assert p.rule_of_class() is rule
            assert p.outcome_class == (rule["class"] or None)


def test_every_rule_of_kinds_decides_its_example():
    points = history.load()
    by_id, moves = {p.id: p for p in points}, history.moves(points)
    for rule in history.kind_rules():
        assert history.kind_rule(by_id[rule["example"]], moves[rule["example"]].times > 0) is rule


def point_with(**changes):
    """A threat of a duty with a day, changed."""
    p = next(p for p in history.load() if p.id == "CN18-01")
    return replace(p, **changes)


@pytest.mark.parametrize(
    ("changes", "outcome_class"),
    [
        ({"rate_change_pp": None, "harm": "restriction"}, "lapse"),
        ({"rate_change_pp": None, "harm": "sanctions", "outcome": "took_effect_partial"}, "lapse"),
        ({"rate_change_pp": None, "harm": ""}, "deal"),
        ({"outcome": "deal", "new_deadline": "2019-01-01"}, "extension"),
        ({"outcome": "slipped", "ended": date(2018, 7, 16)}, "lapse"),
        ({"outcome": "slipped", "ended": date(2018, 7, 17)}, "extension"),
        ({"outcome": "slipped", "ended": date(2018, 7, 16), "rate_change_pp": None, "harm": ""}, "deal"),
        ({"outcome": "took_effect", "ended": date(2018, 7, 17)}, "extension"),
    ],
)
def test_a_ban_that_comes_is_a_lapse_a_deal_that_moves_the_day_an_extension_and_ten_days_are_no_slip(
    changes, outcome_class
):
    assert point_with(**changes).outcome_class == outcome_class


def test_a_day_is_moved_only_by_what_had_ended_when_the_point_became_known():
    first = point_with(id="a", outcome="extended", ended=date(2018, 7, 1), new_deadline="2018-08-01")
    second = point_with(id="b", known=date(2018, 7, 1), deadline=date(2018, 8, 1), chain=None)
    earlier = point_with(id="c", known=date(2018, 6, 30), deadline=date(2018, 8, 1), chain=None)
    assert history.moves([first, second])["b"].times == 1
    assert history.moves([first, earlier])["c"].times == 0


def test_points_of_other_domains_are_on_file_and_in_no_forecast():
    others = [p for p in history.load() if p.domain != "trade"]
    assert len(others) > 20
    assert not {p.id for p in others} & {s.id for s in track_record.shipped()}


def test_a_day_that_has_passed_without_an_ending_on_file_is_named_and_not_forecast():
    points = history.load()
    p = next(p for p in points if p.id == "CN26-07")
    case = case_of("us-china")
    before = open_points(points, p.deadline, case)
    after = open_points(points, p.deadline + timedelta(days=1), case)
    assert p in before.ahead
    assert p in after.passed
    assert p not in after.ahead
    data = question.forecast(as_of="2027-01-20").data
    assert all(q["days_left"] >= 0 for q in data["points"])
    assert [q["id"] for q in data["passed"]] == ["CN26-07"]


@pytest.mark.parametrize(
    ("outcome", "stake", "unilateral", "outcome_class"),
    [
        ("lapsed", "harm", True, "unexecuted"),
        ("lapsed", "promise", False, "lapse"),
        ("took_effect", "promise", False, "deal"),
        ("took_effect", "harm", True, "lapse"),
    ],
)
def test_a_threat_not_carried_out_is_not_a_lapse_and_a_promise_kept_is_a_deal(
    outcome, stake, unilateral, outcome_class
):
    assert history.classify(outcome, stake, unilateral) == outcome_class


def test_an_unknown_outcome_has_no_class():
    with pytest.raises(RecordError, match="no class"):
        history.classify("vanished", "harm", True)


def test_an_extension_resolves_from_the_record(answer):
    rows = {(r["deadline"], r["rule"]): r for r in answer.data["resolution"]}
    assert rows["2025-11-10", "in force"]["status"] == "met"
    assert rows["2025-11-10", "in force"]["on"] >= rows["2025-11-10", "announced"]["on"]
    assert rows["2025-11-10", "mutual"]["evidence"]
    assert rows["2026-11-10", "announced"]["status"] == "open"
    before = {(r["deadline"], r["rule"]): r["status"] for r in question.forecast(as_of="2025-10-26").data["resolution"]}
    assert before["2025-11-10", "announced"] == "open"


def test_a_truce_that_may_lapse_is_worth_less_the_longer_a_war_would_last(answer):
    short, long = answer.data["path"]["ends"]
    for side in ("USA", "CHN"):
        assert long["real_income"][side] < short["real_income"][side]
    assert short["rounds_to_deal"] > 1 / point_of(answer.data, "2025-11-10")["chance"]["deal"]


def test_unseen_points_are_scored_and_need_only_the_required_columns(tmp_path):
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
    data = question.forecast(points=path).data
    assert {f["ahead"] for f in data["forecasts"]} == {"7", "14", "30"}
    assert data["track"][0]["n"] == 3


def file_of(path, points):
    """A file of decision points with the columns of a history that has neither kinds nor moves."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(shipped_file("deadlines.csv").splitlines()) if r["id"] in points]
        columns = [c for c in rows[0] if c not in ("kind", "chain", "harm", "meeting", "meeting_on")]
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_points_without_kinds_and_moves_are_forecast_by_the_rules_and_in_the_chain_of_those_on_file(tmp_path):
    data = question.forecast(points=file_of(tmp_path / "a.csv", ("TT20-02", "CL26-01"))).data
    by_id = {f["id"]: f for f in data["forecasts"]}
    assert {f["negotiation"] for f in by_id.values()} == {"TikTok divestiture 2020", "China canola seed"}
    shown = {(f["id"], f["ahead"]): f for f in data["forecasts"] if f["model"] == HAZARD_AND_RIDGE}
    shipped = {(s.id, s.lead_time): s for s in track_record.shipped() if s.model == HAZARD_AND_RIDGE}
    for (name, ahead), row in shown.items():
        of_file = shipped[name, int(ahead)]
        assert [float(row[c]) for c in history.CLASSES] == pytest.approx(of_file.probability, abs=2e-5)


def test_points_of_other_domains_in_a_file_are_not_forecast(tmp_path):
    data = question.forecast(points=file_of(tmp_path / "a.csv", ("FU21-02", "CL26-01"))).data
    assert {f["id"] for f in data["forecasts"]} == {"CL26-01"}
    assert "1 of 1 points of trade" in data["words"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "war"}, "is none of threat, expiry, target, ratification"),
        ({"chain": "twice"}, "is not a number of moves"),
        ({"outcome": "vanished"}, "no class"),
        ({"deadline": "soon"}, "not a date"),
        ({"date_known": "2027-01-01"}, "after its own deadline"),
        ({"outcome_date": ""}, "do not fit together"),
        ({"outcome_date": "2020-01-01"}, "before it was known"),
        ({"rate_change_if_lapse_pp": "ten"}, "is not a finite number"),
        ({"rate_change_if_lapse_pp": "nan"}, "is not a finite number"),
    ],
)
def test_an_invalid_row_is_refused_with_its_number(tmp_path, capsys, change, message):
    row = {
        "id": "a", "negotiation": "n", "parties": "US-CN", "date_known": "2026-03-01", "set_by": "US",
        "deadline": "2026-04-01", "at_stake": "x", "rate_change_if_lapse_pp": "", "outcome": "extended",
        "outcome_date": "2026-03-31", **change,
    }  # fmt: skip
    path = tmp_path / "points.csv"
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", "utf-8")
    with pytest.raises(SystemExit) as exit_:
        cli.main(["forecast", "--points", str(path)])
    err = capsys.readouterr().err
    assert exit_.value.code == 5
    assert message in err
    assert "row 2" in err


def test_a_dossier_without_parties_is_refused():
    with pytest.raises(QuestionError, match="names no parties"):
        question.forecast(as_of="2025-10-26", dossier="none")


@pytest.mark.parametrize(("dossier", "as_of"), [("uk-eu", "2019-03-25"), ("us-eu", "2026-03-01")])
def test_the_clocks_of_a_record_are_decision_points_with_their_source(dossier, as_of):
    data = question.forecast(as_of=as_of, dossier=dossier).data
    recorded = [p for p in data["points"] if p["statements"]]
    assert recorded
    for p in recorded:
        assert p["sources"].startswith(f"{dossier}/")
        assert p["known"] <= as_of < p["deadline"]
        assert p["n"] == data["base_rate"]["n"]


def test_a_deadline_that_the_history_has_is_not_counted_twice():
    deadlines = [p["deadline"] for p in question.forecast(as_of="2025-10-26").data["points"]]
    assert len(deadlines) == len(set(deadlines))


def test_without_an_open_deadline_the_base_rate_is_given_with_its_size():
    data = question.forecast(as_of="2026-03-01", dossier="uk-eu").data
    assert data["points"] == []
    n = sum(p.ended is not None and p.ended <= date(2026, 3, 1) for p in trade())
    assert data["base_rate"]["n"] == n
    assert f"Of the {n} decision points" in data["words"]


def test_every_source_of_a_point_was_out_before_its_deadline():
    sources = {}
    for dossier in shipped_dossiers():
        sources |= {f"{dossier}/{s.id}": s.published for s in Record.load(dossier).sources.values()}
    for point in history.load():
        assert bool(point.known_source) == (point.known_source_date is not None)
        if "/" in point.known_source:
            assert sources[point.known_source] == str(point.known_source_date)
        if point.known_source_date:
            assert point.known_source_date <= point.deadline


@pytest.mark.parametrize("as_of", ["2025-06-12", "2025-09-16", "2025-10-26"])
def test_an_open_point_names_no_source_that_came_later(as_of):
    for point in question.forecast(as_of=as_of).data["points"]:
        days = re.findall(r"20\d\d-?\d\d-?\d\d", point["sources"])
        assert all(day.replace("-", "") <= as_of.replace("-", "") for day in days)


def extension_by(*sides):
    """The resolutions of a truce of three that some of them, or all jointly, say is prolonged."""
    parties = ["BRA", "KOR", "ZAF"]
    value = {"truce": "pause", "parties": parties, "start": "2026-02-01", "expiry": "2026-03-31"}
    later = {"truce": "pause", "parties": parties, "old_expiry": "2026-03-31", "new_expiry": "2026-06-30"}
    statements = [
        Statement("truce", value, By(None, "joint"), "gazette", asserted="2026-02-01", known="2026-02-01"),
        *(
            Statement("extension", later, By(None, side), "gazette", asserted=f"2026-03-{day}", known=f"2026-03-{day}")
            for day, side in enumerate(sides, start=10)
        ),
    ]
    state = derive(statements, as_of="2026-04-10", known="2026-04-10")
    return {(r.deadline, r.rule): r for r in resolutions(state)}


def test_among_three_parties_an_extension_is_mutual_once_every_party_or_all_together_have_said_so():
    two, three, joint = extension_by("BRA", "KOR"), extension_by("BRA", "KOR", "ZAF"), extension_by("joint")
    assert two["2026-03-31", "mutual"].status == "not met"
    assert two["2026-03-31", "announced"].status == "met"
    assert (three["2026-03-31", "mutual"].status, three["2026-03-31", "mutual"].on) == ("met", "2026-03-12")
    assert joint["2026-03-31", "mutual"].status == "met"
    assert "every party" in three["2026-03-31", "mutual"].meaning


@pytest.mark.parametrize(("as_of", "count"), [("2026-05-30", 0), ("2026-05-31", 1)])
def test_a_market_quote_is_noted_once_its_outcome_is_known(as_of, count):
    notes = question.forecast(as_of=as_of, dossier="us-japan").notes
    assert sum("forecast market" in note for note in notes) == count


def test_a_duty_on_partners_beside_the_parties_is_no_decision_point_of_theirs():
    stakes = [p["at_stake"] for p in question.forecast(as_of="2025-06-12").data["points"]]
    assert not any("partners" in stake for stake in stakes)
    assert any(
        "usa-s122" in p["at_stake"] for p in question.forecast(as_of="2026-03-01", dossier="us-canada").data["points"]
    )
