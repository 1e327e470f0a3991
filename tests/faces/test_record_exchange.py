"""Export of a record for other tools, and judgements from them, on the command line."""

import json

DAY = ("--as-of", "2025-10-26")


def decided(run_record):
    names = ("--surface", "Ha Lap Phong", "--person", "He Lifeng", "--decision", "same")
    return run_record("people", *names, "--why", "spelling", "--by", "Anna")


def test_a_decision_travels_to_another_home_by_files_and_counts_once(run_record, tmp_path):
    assert decided(run_record)[0] == 0
    files = tmp_path / "e.ftm.json", tmp_path / "j.ijson"
    code, _, err = run_record("export", "--entities", files[0], "--judgements", files[1])
    assert code == 0, err
    run_record.home = tmp_path / "other"
    code, answer, _ = run_record("judgements", files[1], "--entities", files[0], "--json")
    assert code == 0
    assert [(row["surface"], row["person"], row["decision"]) for row in answer["added"]] == [
        ("Ha Lap Phong", "He Lifeng", "same")
    ]
    again = run_record("judgements", files[1], "--entities", files[0], "--json")[1]
    assert (again["added"], again["already_there"]) == ([], 1)
    people = run_record("people", "He Lifeng", "--json")[1]["people"]
    assert "Ha Lap Phong" in people[0]["surfaces"]


def test_export_leaves_out_what_was_published_later(run_record, tmp_path):
    counts = [
        run_record("export", "--entities", tmp_path / "e", "--as-of", day, "--json")[1]["entities"]["count"]
        for day in ("2025-05-01", "2026-06-01")
    ]
    assert counts[0] < counts[1]
    rows = [json.loads(line) for line in (tmp_path / "e").read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == counts[1]


def test_nothing_is_written_where_nothing_is_named_or_nobody_judged(run_record, tmp_path):
    code, _, err = run_record("export", *DAY)
    assert (code, "nothing to write" in err) == (2, True)
    (tmp_path / "j").write_text('["He Lifeng", "Ho Lifeng", "positive"]', "utf-8")
    code, _, err = run_record("judgements", tmp_path / "j")
    assert (code, "say who with --by" in err) == (5, True)
    assert not run_record.home.exists()
