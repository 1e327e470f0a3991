"""Questions of forecast markets as decision points: what they ask, where they belong, scores of both, refusals."""

import json
from copy import deepcopy
from datetime import date
from importlib import resources

import jsonschema
import pytest

from detente.ask.forecasting import market_points
from detente.ask.questions.forecast import forecast
from detente.errors import DetenteError, QuestionError, RecordError

SHARES = {"outcomes": '["Yes", "No"]', "outcomePrices": '["0.4", "0.6"]'}
MARKET = {
    "id": "71", "question": "Truce extended by November 10?", "conditionId": "0x1", "slug": "truce", "closed": False,
    "description": "Yes if it is, by November 10, 2025, 11:59 PM ET.", "endDateIso": "2025-11-10",
    "startDate": "2025-09-01T00:00:00Z", "updatedAt": "2025-10-20T10:00:00Z", **SHARES,
}  # fmt: skip
QUESTION = {
    "id": 5, "title": "Will the duty take effect by 1 March 2026?", "open_time": "2025-08-01T00:00:00Z",
    "scheduled_close_time": "2026-03-01T00:00:00Z", "resolution": "no", "resolution_set_time": "2026-03-02T00:00:00Z",
    "status": "resolved", "resolution_criteria": "Yes if it is collected.", "aggregations": {"recency_weighted": {
        "history": [{"start_time": 1756684800.0, "centers": [0.3]}, {"start_time": 1764547200.0, "centers": [0.1]}]}},
}  # fmt: skip
POST = {"id": 8, "title": "Duty", "nr_forecasters": 3, "question": QUESTION}


@pytest.fixture
def saved(tmp_path):
    def save(value):
        path = tmp_path / "questions.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
        return path

    return save


def test_a_question_has_its_days_its_criterion_and_its_class(saved):
    (market,) = market_points.read(saved([MARKET]))
    assert (market.opened, market.deadline, market.event) == (date(2025, 9, 1), date(2025, 11, 10), "extension")
    assert market.criterion.startswith("Yes if it is")
    assert market.values == ((date(2025, 10, 20), 0.4),)
    (post,) = market_points.read(saved({"results": [POST]}))
    assert (post.event, post.happened, post.ended) == ("bite", False, date(2026, 3, 2))
    assert post.value_on(date(2025, 10, 1)) == (date(2025, 9, 1), 0.3)


@pytest.mark.parametrize(
    ("title", "event"),
    [
        ("Trade deal signed by 31 May?", "deal"), ("Trade agreement extended by June?", "extension"),
        ("Truce expires in November?", "bite"), ("Will the truce not be extended?", None), ("Who wins?", None),
        ("Threatened duty withdrawn by June?", "unexecuted"),
    ],
)  # fmt: skip
def test_the_class_of_a_title_is_that_of_the_first_words_that_fit(saved, title, event):
    assert market_points.read(saved([{**MARKET, "question": title}]))[0].event == event


def test_the_class_that_the_user_added_counts_before_that_of_the_title(saved):
    assert market_points.read(saved([{**MARKET, "event": "breach"}]))[0].event == "breach"


def test_a_question_joins_the_point_at_its_deadline_and_another_is_a_point_of_its_own(saved):
    later = {**MARKET, "id": "72", "question": "Truce extended by January 15, 2026?", "endDateIso": "2026-01-15",
             "description": ""}  # fmt: skip
    data = forecast(as_of="2025-10-26", questions=saved([MARKET, later])).data
    schema = json.loads((resources.files("detente.ask") / "schemas" / "forecast.json").read_text("utf-8"))
    jsonschema.validate({**data, "notes": [], "meta": {}}, schema)
    points = {point["id"]: point for point in data["points"]}
    first, second = data["questions"]
    assert points[first["point"]]["deadline"] == "2025-11-10"
    assert second["point"] == "polymarket-72"
    assert points["polymarket-72"]["at_stake"] == "Truce extended by January 15, 2026?"
    assert first["ours"] == pytest.approx(points[first["point"]]["chance"]["extension"])
    assert (first["theirs"], first["theirs_on"], first["happened"]) == (0.4, "2025-10-20", None)


def test_a_value_or_an_outcome_that_came_later_is_not_shown_and_then_scores_both(saved):
    path = saved({"results": [POST]})
    early = forecast(as_of="2025-10-01", questions=path).data["questions"][0]
    assert (early["theirs"], early["happened"], early["our_error"]) == (0.3, None, None)
    scored = forecast(as_of="2025-10-01", known="2026-04-01", questions=path).data["questions"][0]
    assert (scored["happened"], scored["their_error"]) == (False, pytest.approx(0.09))
    assert scored["our_error"] == pytest.approx(scored["ours"] ** 2)
    assert forecast(as_of="2026-03-05", questions=path).data["questions"][0]["our_error"] is None


def test_without_a_file_of_questions_the_answer_has_no_such_key():
    assert "questions" not in forecast(as_of="2025-10-26").data


def changed(**fields):
    return [{**MARKET, **fields}]


def without_day():
    post = deepcopy(POST)
    post["question"]["scheduled_close_time"] = None
    return {"results": [post]}


MALFORMED = {
    "no JSON": ("{", "JSON"),
    "another file": ({"a": 1}, "no questions of Polymarket or Metaculus"),
    "a list of nothing": ([], "no questions of Polymarket or Metaculus"),
    "no deadline": (without_day(), "metaculus-8: no deadline"),
    "no opening day": (changed(startDate=None), "polymarket-71: no opening day"),
    "a deadline before it was opened": (changed(startDate="2026-01-01T00:00:00Z"), "after its own deadline"),
    "no title": (changed(question=""), "polymarket-71: no title"),
    "an endless title": (changed(question="x" * 400), "a title of 400 characters"),
    "a class that is none": (changed(event="peace"), "event 'peace' is none of"),
    "prices that are no list": (changed(outcomePrices="0.4"), "no list"),
    "fewer prices than answers": (changed(outcomePrices='["1"]'), "2 outcomes and 1 prices"),
    "twice": ([MARKET, MARKET], "stands twice"),
    "not finite": ('[{"conditionId": 1, "outcomes": NaN, "question": ""}]', "NaN"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_file_is_refused_in_one_line(saved, kind):
    content, why = MALFORMED[kind]
    with pytest.raises(DetenteError, match=why) as refused:
        market_points.read(saved(content))
    assert isinstance(refused.value, RecordError)
    assert "\n" not in str(refused.value)


def test_questions_do_not_go_with_points_that_are_scored(saved, tmp_path):
    with pytest.raises(QuestionError, match="leave them out"):
        forecast(points=tmp_path / "points.csv", questions=saved([MARKET]))
