"""The ledger of frozen forecasts: it only grows, shows what was changed, loses nothing, and is scored in time."""

import json
import multiprocessing
import os
import signal
import time
from datetime import date
from importlib import resources

import jsonschema
import pytest

from detente.ask.forecasting import crowd, frozen
from detente.ask.forecasting.frozen import FILE, FOLDER, Frozen
from detente.ask.questions import frozen_forecasts as question
from detente.errors import QuestionError, RecordError
from detente.record import history
from detente.record.history import CLASSES

FORK = multiprocessing.get_context("fork")


def line_of(point_id="CN25-05", made="2025-10-20", deadline="2025-11-10", lapse=0.2, dossier="us-china"):
    chances = dict.fromkeys(CLASSES, (1 - lapse) / 4) | {"lapse": lapse}
    base = dict.fromkeys(CLASSES, 0.2)
    point = {
        "id": point_id, "negotiation": "Stockholm extension", "deadline": deadline, "at_stake": "24 points",
        "kind": "expiry", "stake": "harm",
    }  # fmt: skip
    forecasts = {"base rate": base, "hazard and ridge": chances}
    return Frozen(made, dossier, point, "hazard and ridge", 10, forecasts, {"deal by real income": {"USA": -1.5}})


def file_of(home):
    return home / FOLDER / FILE


def schema(name):
    return json.loads((resources.files("detente.ask") / "schemas" / f"{name}.json").read_text("utf-8"))


def test_a_forecast_is_frozen_once_a_day(tmp_path):
    assert len(frozen.freeze(tmp_path, [line_of(), line_of("CN25-06")])) == 2
    assert frozen.freeze(tmp_path, [line_of(lapse=0.9)]) == []
    assert len(frozen.freeze(tmp_path, [line_of(made="2025-10-21")])) == 1
    assert [line.made for line in frozen.own(tmp_path)] == ["2025-10-20", "2025-10-20", "2025-10-21"]


@pytest.mark.parametrize("change", ["number", "removed", "swapped", "added"])
def test_a_line_that_was_changed_removed_or_added_is_found(tmp_path, change):
    frozen.freeze(tmp_path, [line_of(point_id=f"p{k}") for k in range(4)])
    lines = file_of(tmp_path).read_text("utf-8").splitlines()
    changed = {
        "number": [lines[0], lines[1].replace('"lapse": 0.2', '"lapse": 0.3', 1), *lines[2:]],
        "removed": [lines[0], *lines[2:]],
        "swapped": [lines[1], lines[0], *lines[2:]],
        "added": [lines[0], lines[0], *lines[1:]],
    }[change]
    file_of(tmp_path).write_text("\n".join(changed) + "\n", "utf-8")
    with pytest.raises(RecordError, match="changed, added or taken out"):
        frozen.own(tmp_path)
    before = file_of(tmp_path).read_bytes()
    with pytest.raises(RecordError):
        frozen.freeze(tmp_path, [line_of(point_id="new")])
    assert file_of(tmp_path).read_bytes() == before


@pytest.mark.parametrize("text", ["{}", "[]", "not JSON", '{"schema": 1}', '{"schema": 2, "made": "2025-01-01"}'])
def test_what_is_no_frozen_forecast_is_refused_with_its_line(tmp_path, text):
    file_of(tmp_path).parent.mkdir()
    file_of(tmp_path).write_text(text + "\n", "utf-8")
    with pytest.raises(RecordError, match="line 1"):
        frozen.own(tmp_path)


def test_a_last_line_that_was_cut_off_does_not_count_and_is_moved_aside(tmp_path):
    frozen.freeze(tmp_path, [line_of(), line_of("CN25-06")])
    whole = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(whole[:-40])
    assert [line.point["id"] for line in frozen.own(tmp_path)] == ["CN25-05"]
    frozen.freeze(tmp_path, [line_of("CN25-06")])
    assert [line.point["id"] for line in frozen.own(tmp_path)] == ["CN25-05", "CN25-06"]
    assert file_of(tmp_path).with_name(FILE + ".torn").exists()


def test_a_last_line_that_lacks_its_newline_counts(tmp_path):
    frozen.freeze(tmp_path, [line_of()])
    file_of(tmp_path).write_bytes(file_of(tmp_path).read_bytes().rstrip(b"\n"))
    frozen.freeze(tmp_path, [line_of("CN25-06")])
    assert len(frozen.own(tmp_path)) == 2


def freeze_many(home, name, count):
    for k in range(count):
        frozen.freeze(home, [line_of(point_id=f"{name}-{k}")])


def test_two_processes_at_once_lose_nothing(tmp_path):
    processes = [FORK.Process(target=freeze_many, args=(tmp_path, name, 12)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert {line.point["id"] for line in frozen.own(tmp_path)} == {f"{n}-{k}" for n in "ab" for k in range(12)}


def test_a_process_killed_in_the_middle_loses_nothing_that_was_frozen(tmp_path):
    process = FORK.Process(target=freeze_many, args=(tmp_path, "a", 100_000))
    process.start()
    while not file_of(tmp_path).exists() or file_of(tmp_path).stat().st_size < 5000:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    before = [line.point["id"] for line in frozen.own(tmp_path)]
    assert before == [f"a-{k}" for k in range(len(before))]
    frozen.freeze(tmp_path, [line_of(point_id="after")])
    assert [line.point["id"] for line in frozen.own(tmp_path)] == [*before, "after"]


def test_the_shipped_ledger_is_whole_and_began_on_29_november_2026():
    lines = frozen.shipped()
    assert min(line.made for line in lines) == "2026-11-29"
    assert all(line.made < line.point["deadline"] for line in lines)


def test_todays_open_points_are_frozen_with_every_model_and_bargaining_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(question, "today", lambda: "2025-10-20")
    answer = question.freeze(home=str(tmp_path))
    jsonschema.validate(answer.to_json(), schema("frozen_forecasts"))
    point = next(row for row in answer.data["frozen"] if row["point"]["id"] == "CN25-05")
    assert {"base rate", "hazard and ridge", "truce by real income", "deal by real income"} <= set(point["forecasts"])
    assert set(point["duty_points"]["truce by real income"]) == {"USA", "CHN"}
    assert all(sum(p.values()) == pytest.approx(1, abs=1e-5) for p in point["forecasts"].values())
    assert question.freeze(home=str(tmp_path)).data["frozen"] == []


def test_a_frozen_forecast_is_scored_once_its_point_has_ended(tmp_path):
    frozen.freeze(tmp_path, [line_of(), line_of("CN26-07", deadline="2027-01-10")])
    before = question.score(known="2025-10-25", home=str(tmp_path))
    after = question.score(known="2025-11-30", home=str(tmp_path))
    jsonschema.validate(after.to_json(), schema("forecast_scores"))
    assert before.data["scored"] == []
    (row,) = after.data["scored"]
    assert (row["came"], row["on"]) == ("extension", "2025-10-30")
    assert row["brier"] == pytest.approx(0.8**2 + 4 * 0.2**2)
    assert row["bite_brier"] == pytest.approx(2 * 0.4**2)
    assert {t["model"]: t["brier"] for t in after.data["track"]}["base rate"] == pytest.approx(0.8)
    assert [r["id"] for r in after.data["open"]] == ["CN26-07"]


def test_a_point_that_had_ended_when_it_was_frozen_is_not_scored(tmp_path):
    frozen.freeze(tmp_path, [line_of(made="2025-10-30")])
    data = question.score(known="2025-11-30", home=str(tmp_path)).data
    assert (data["scored"], data["open"]) == ([], [])


def test_a_point_of_the_record_is_scored_by_the_history_s_point_at_its_deadline_or_by_the_record(tmp_path):
    lines = [
        line_of("us-china-2025-11-10"),
        line_of("us-china-2026-11-10", made="2026-09-01", deadline="2026-11-10"),
    ]
    frozen.freeze(tmp_path, lines)
    data = question.score(known="2026-10-10", home=str(tmp_path)).data
    assert [(row["id"], row["came"]) for row in data["scored"]] == [
        ("us-china-2025-11-10", "extension"),
        ("us-china-2026-11-10", "extension"),
    ]


def test_a_point_that_ships_and_is_frozen_at_home_on_the_same_day_counts_once(tmp_path):
    (first, *_) = frozen.shipped()
    ledger_line = line_of(str(first.point["id"]), made=first.made, deadline=first.point["deadline"])
    frozen.freeze(tmp_path, [ledger_line])
    rows = question.score(known=first.made, home=str(tmp_path)).data["open"]
    assert [row["id"] for row in rows].count(first.point["id"]) == 1


def test_endings_of_ones_own_count(tmp_path):
    row = next(p for p in history.load() if p.id == "CN26-07")
    columns = {
        "id": row.id, "negotiation": row.negotiation, "parties": row.parties, "date_known": str(row.known),
        "set_by": row.set_by, "deadline": str(row.deadline), "at_stake": "x", "rate_change_if_lapse_pp": "24",
        "outcome": "took_effect", "outcome_date": "2027-01-10",
    }  # fmt: skip
    path = tmp_path / "points.csv"
    path.write_text(",".join(columns) + "\n" + ",".join(columns.values()) + "\n", "utf-8")
    frozen.freeze(tmp_path, [line_of("CN26-07", made="2026-11-30", deadline="2027-01-10")])
    data = question.score(known="2027-02-01", points=path, home=str(tmp_path)).data
    assert {row["came"] for row in data["scored"]} == {"lapse"}


def test_a_crowd_s_value_stands_beside_the_last_forecast_frozen_by_its_day(tmp_path):
    frozen.freeze(tmp_path, [line_of(), line_of(made="2025-10-25", lapse=0.1)])
    path = tmp_path / "crowd.csv"
    path.write_text(
        "point,day,event,probability,source\nCN25-05,2025-10-22,bite,0.5,a market\nCN25-05,2025-10-01,lapse,0.5,x\n"
        "CN26-07,2026-12-01,deal,0.2,x\n",
        "utf-8",
    )
    first, early, other = question.score(known="2025-11-30", crowd_values=path, home=str(tmp_path)).data["crowd"]
    assert first["ours"] == pytest.approx(0.2 + 0.2)
    assert (first["happened"], first["their_error"]) == (False, 0.25)
    assert early["ours"] is None
    assert (other["happened"], other["their_error"]) == (None, None)


def test_a_question_set_of_forecastbench_counts_where_the_user_matched_its_questions(tmp_path):
    questions = [
        {"id": "1", "source": "metaculus", "url": "https://a.org/1", "freeze_datetime": "2025-10-22T00:00:00+00:00",
         "freeze_datetime_value": "0.35", "point": "CN25-05", "event": "extension"},
        {"id": "2", "source": "acled", "freeze_datetime_value": "7"},
    ]  # fmt: skip
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"questions": questions}), "utf-8")
    (value,) = crowd.read(path)
    assert (value.point, value.day, value.probability) == ("CN25-05", date(2025, 10, 22), 0.35)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("CN25-05,2025-10-22,peace,0.5,x", "is none of"),
        ("CN25-05,soon,deal,0.5,x", "not a date"),
        ("CN25-05,2025-10-22,deal,1.5,x", "not a number from 0 to 1"),
        ("CN25-05,2025-10-22,deal,nan,x", "not a number from 0 to 1"),
    ],
)
def test_a_wrong_value_of_a_crowd_is_refused_with_its_row(tmp_path, row, message):
    path = tmp_path / "crowd.csv"
    path.write_text(f"point,day,event,probability,source\n{row}\n", "utf-8")
    with pytest.raises(RecordError, match=f"row 2.*{message}"):
        crowd.read(path)


def test_without_a_folder_or_parties_nothing_is_frozen(tmp_path):
    with pytest.raises(QuestionError, match="need a folder"):
        question.freeze()
    with pytest.raises(QuestionError, match="names no parties"):
        question.freeze(dossier="none", home=str(tmp_path))
    assert not (tmp_path / FOLDER).exists()


@pytest.mark.parametrize(
    "argv",
    [
        ("--freeze", "--as-of", "2025-10-26"),
        ("--freeze", "--score"),
        ("--crowd", "values.csv"),
        ("--score", "--as-of", "2025-10-26"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(argv, tmp_path, capsys):
    from detente.faces.terminal import cli

    with pytest.raises(SystemExit) as exit_:
        cli.main(["forecast", *argv, "--home", str(tmp_path)])
    assert exit_.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_freezing_and_scoring_from_the_command_line(tmp_path, capsys):
    from detente.faces.terminal import cli

    for argv in (["--freeze"], ["--freeze", "--json"], ["--score"], ["--score", "--json"]):
        with pytest.raises(SystemExit) as exit_:
            cli.main(["forecast", *argv, "--home", str(tmp_path)])
        assert exit_.value.code == 0
        assert "frozen" in capsys.readouterr().out


MARKET = {
    "id": "7", "question": "Extended by November 10?", "conditionId": "0x0", "slug": "extended", "description": "",
    "outcomes": '["Yes", "No"]', "outcomePrices": '["0.12", "0.88"]', "closed": False, "endDateIso": "2026-11-10",
    "updatedAt": "2026-09-01T10:00:00Z",
}  # fmt: skip
HISTORY = [{"start_time": 1781481600.0, "centers": [0.55]}, {"start_time": 1783296000.0, "centers": [0.64]}]
QUESTION = {"id": 9, "title": "Extended?", "status": "open", "aggregations": {"recency_weighted": {"history": HISTORY}}}
POST = {"id": 8, "title": "Truce", "nr_forecasters": 3, "question": QUESTION}
GIVEN = {"point": "CN25-07", "event": "extension"}


@pytest.mark.parametrize(
    ("content", "days"),
    [
        ([MARKET | GIVEN], ["2026-09-01"]),
        (
            [{"id": "1", "title": "t", "negRisk": False, "markets": [MARKET | GIVEN, MARKET | {"id": "8"}]}],
            ["2026-09-01"],
        ),
        ({"results": [POST | GIVEN]}, ["2026-06-15", "2026-07-06"]),
        ({"results": [POST | {"question": QUESTION | GIVEN}]}, ["2026-06-15", "2026-07-06"]),
        ([MARKET], []),
    ],
)
def test_questions_of_markets_count_where_a_point_and_an_event_were_added(tmp_path, content, days):
    (tmp_path / "questions.json").write_text(json.dumps(content), "utf-8")
    values = crowd.read(tmp_path / "questions.json")
    assert [value.day.isoformat() for value in values] == days
    assert all((value.point, value.event) == ("CN25-07", "extension") for value in values)


@pytest.mark.parametrize("content", [[], [1], {"results": []}, [{"a": 1}], [MARKET | GIVEN | {"event": "peace"}]])
def test_json_without_questions_or_with_an_unknown_event_is_refused(tmp_path, content):
    (tmp_path / "questions.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(RecordError, match=r"questions\.json"):
        crowd.read(tmp_path / "questions.json")
