"""`detente record` as scripts and keepers rely on it: one JSON document, one line for bad input, nothing lost."""

import json
from importlib import resources

import pytest

from detente.faces.terminal import cli, record_text

REPORT = str(resources.files("detente") / "examples" / "kuala-lumpur.txt")
SOURCE = {"id": "note", "title": "A note", "publisher": "A ministry", "published": "2025-11-01", "kind": "official"}
CLAIM = {
    "kind": "agenda_item", "value": {"topic": "chips"}, "by": {"side": "CHN"}, "source": "note",
    "asserted": "2025-11-01", "known": "2025-11-01",
}  # fmt: skip


NOTHING_CHANGED = {
    "as_of": "2025-10-27", "known": "2025-10-27", "clock": {"before": None, "after": None}, "rows": [], "duties": [],
    "not_priced": [], "assumed": [], "without_effect": [], "ledger": [], "real_income": None,
}  # fmt: skip


def lines_in(run_record, dossier="us-china"):
    path = run_record.home / dossier / "statements.jsonl"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_add_takes_a_statement_with_its_source_and_says_where_it_is_written(run_record):
    code, answer, _ = run_record("add", "--json", stdin=json.dumps({**CLAIM, "source": SOURCE}))
    assert (code, len(answer["added"]), answer["sources"]) == (0, 1, ["note"])
    assert answer["folder"] == str(run_record.home / "us-china")
    assert "read-only" in answer["notes"][0]
    code, answer, _ = run_record("add", "--json", stdin=json.dumps(CLAIM))
    assert (code, answer["added"], len(answer["already_there"])) == (0, [], 1)
    assert len(lines_in(run_record)) == 1


def test_add_takes_json_lines_and_starts_a_new_dossier(run_record):
    text = "\n".join(map(json.dumps, (SOURCE, CLAIM, {**CLAIM, "value": {"topic": "tariffs"}})))
    code, answer, _ = run_record("add", "--dossier", "mine", "--json", stdin=text)
    assert (code, len(answer["added"])) == (0, 2)
    code, answer, _ = run_record("show", "--dossier", "mine", "--as-of", "2025-11-02", "--json")
    assert {row["topic"] for row in answer["agenda"]} == {"chips", "tariffs"}


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "nothing to add"),
        ("{", "not JSON"),
        ("[]", "nothing to add"),
        ("{}", "a statement (kind"),
        ("3", "JSON object"),
        (json.dumps(CLAIM), "add the source first"),
        (json.dumps({**CLAIM, "source": SOURCE, "known": None}), "known is missing"),
        (json.dumps({**CLAIM, "source": SOURCE, "value": {"topic": "weather"}}), "topic is"),
        (json.dumps({**CLAIM, "source": SOURCE, "value": "chips"}), "as an object"),
        (json.dumps({**CLAIM, "source": SOURCE, "colour": "red"}), "colour"),
        (json.dumps([{**CLAIM, "source": SOURCE}, {**CLAIM, "kind": "rumour"}]), "no such kind"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(run_record, stdin, says):
    exit_code, out, err = run_record("add", "--json", stdin=stdin)
    assert (exit_code, out) == (5, "")
    assert says in err
    assert err.count("\n") == 1
    assert not run_record.home.exists()


def test_an_unknown_dossier_is_a_usage_error(run_record):
    code, _, err = run_record("add", "--dossier", "us-mars", stdin=json.dumps(CLAIM))
    assert code == 2
    assert "us-china" in err


def test_review_without_a_terminal_lists_the_proposals_and_asks_nothing(run_record):
    code, answer, _ = run_record("review", REPORT, "--published", "2025-10-27", "--json")
    assert code == 0
    assert len(answer["pending"]) == answer["proposed"] > 10
    assert answer["decided"] == []
    assert not run_record.home.exists()


def waiting(run_record, kind):
    answer = run_record("review", REPORT, "--published", "2025-10-27", "--json")[1]
    return [row["proposal"] for row in answer["pending"] if row["kind"] == kind]


def test_review_by_flags_accepts_edits_and_refuses(run_record):
    item, threat = waiting(run_record, "agenda_item")[0], waiting(run_record, "threat")[0]
    review = ("review", REPORT, "--published", "2025-10-27", "--by", "A. Reader", "--json")
    code, answer, _ = run_record(*review, "--edit", item, "--set", "topic=other", "--why", "it is both")
    assert (code, answer["edited"][0]["why"], len(answer["added"])) == (0, "it is both", 1)
    code, answer, _ = run_record(*review, "--refuse", threat, "--why", "no condition is named")
    assert (code, answer["refused"][0]["decision"]) == (0, "refuse")
    code, answer, _ = run_record(*review, "--accept", "all")
    assert (code, answer["pending"]) == (0, 0)
    code, answer, _ = run_record("review", REPORT, "--published", "2025-10-27", "--json")
    assert answer["pending"] == []
    assert {row["by"] for row in answer["decided"]} == {"A. Reader"}
    assert run_record("check", "--json")[0] == 0


def test_review_takes_decisions_as_json_lines(run_record):
    first, second = waiting(run_record, "agenda_item")[:2]
    text = "\n".join(
        json.dumps(decision)
        for decision in (
            {"proposal": first, "decision": "accept", "by": "A"},
            {"proposal": second, "decision": "edit", "by": "B", "why": "it is this", "value": {"topic": "other"}},
        )
    )
    code, answer, _ = run_record(
        "review", REPORT, "--published", "2025-10-27", "--decisions", "-", "--json", stdin=text
    )
    assert (code, len(answer["accepted"]), len(answer["edited"])) == (0, 1, 1)


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (("--refuse", "all", "--by", "A"), 5, "needs a reason"),
        (("--accept", "all"), 5, "who took it"),
        (("--accept", "zzzz", "--by", "A"), 5, "0 proposals"),
        (("--edit", "all", "--by", "A"), 2, "--set"),
        (("--decisions", "-"), 2, "no decision"),
    ],
)
def test_a_decision_without_its_author_or_reason_is_refused_and_nothing_is_written(run_record, flags, code, says):
    exit_code, _, err = run_record("review", REPORT, "--published", "2025-10-27", *flags)
    assert exit_code == code
    assert says in err
    assert lines_in(run_record) == []


def test_reviewed_facts_are_not_proposed_to_the_state_again(run_record, capsys):
    def state():
        argv = ["brief", REPORT, "--published", "2025-10-27", "--home", str(run_record.home), "--json"]
        with pytest.raises(SystemExit) as done:
            cli.main(argv)
        assert not done.value.code
        return json.loads(capsys.readouterr().out)["state"]

    before = state()
    run_record("review", REPORT, "--published", "2025-10-27", "--by", "A", "--accept", waiting(run_record, "truce")[0])
    after = state()
    assert [truce["truce"] for truce in after["truces"]] == [truce["truce"] for truce in before["truces"]]
    assert len(after["rounds"]) == len(before["rounds"])


def test_a_review_at_a_terminal_writes_each_decision_as_it_is_taken(monkeypatch, capsys):
    rows = [
        {"proposal": n, "kind": "agenda_item", "quote": "words", "value": {"topic": "chips"}, "flags": [],
         "by": {"name": None, "side": "CHN", "mode": "reported"},
         "match": {"relation": "same", "of": "1234", "why": "the record holds it already"}} for n in "abcd"
    ]  # fmt: skip
    typed = iter(["x", "a", "e", "topic=tariffs", "it is this", "r", "no", "q"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    decided = []

    class Pending:
        data = {"pending": rows}  # noqa: RUF012

    def decide(decision):
        decided.append(decision)
        return {"changed": NOTHING_CHANGED}

    record_text.walk(Pending(), decide)
    assert [d["decision"] for d in decided] == ["accept", "edit", "refuse"]
    assert decided[1]["value"] == {"topic": "tariffs"}
    printed = capsys.readouterr().out
    assert "stopped" in printed
    assert "same as 1234" in printed
    assert printed.count("Nothing changed") == 2


def test_a_retraction_says_who_when_and_why_and_changes_nothing_known_before(run_record):
    added = run_record("add", "--json", stdin=json.dumps({**CLAIM, "source": SOURCE}))[1]["added"][0]["statement"]
    assert run_record("retract", added, "--by", "A")[0] == 2
    code, answer, _ = run_record("retract", added, "--why", "misread", "--by", "A", "--known", "2025-11-05", "--json")
    assert (code, answer["retracted"], answer["by"]) == (0, added, "A")

    def topics(day):
        state = run_record("show", "--as-of", day, "--json")[1]
        return {i for row in state["agenda"] for i in row["statements"]}

    assert added in topics("2025-11-04")
    assert added not in topics("2025-11-05")


def test_an_override_of_a_conflict_needs_a_reason_and_can_be_taken_back(run_record):
    _, answer, _ = run_record("conflicts", "--as-of", "2025-10-27", "--json")
    row = next(r for r in answer["conflicts"] if r["about"] == "truce geneva: expiry")
    assert row["shown"] == "2025-11-10"
    assert {"2025-11-09", "2025-11-10"} == set(next(t for t in answer["trackers"] if t["act"] == row["about"])["days"])
    other = next(c["statement"] for c in row["claims"] if c["value"] == "2025-11-09")
    assert run_record("conflicts", "--prefer", other, "--by", "A")[0] == 2
    flags = ("--prefer", other, "--by", "A", "--why", "for the test", "--known", "2025-10-27")
    assert run_record("conflicts", *flags, "--json")[1]["rank"] == "preferred"
    _, answer, _ = run_record("conflicts", "--as-of", "2025-10-27", "--json")
    row = next(r for r in answer["conflicts"] if r["about"] == "truce geneva: expiry")
    assert (row["shown"], row["why"]) == ("2025-11-09", "preferred by A: for the test")
    assert run_record("conflicts", "--normal", other, "--by", "A", "--why", "done", "--known", "2025-10-27")[0] == 0
    _, answer, _ = run_record("conflicts", "--as-of", "2025-10-27", "--json")
    assert next(r for r in answer["conflicts"] if r["about"] == row["about"])["shown"] == "2025-11-10"


def test_people_have_offices_by_date_and_decisions_on_names_are_kept(run_record):
    _, answer, _ = run_record("people", "Chenggang", "--as-of", "2025-10-27", "--json")
    (person,) = answer["people"]
    assert person["side"] == "CHN"
    assert len(person["offices"]) > len(person["roles"])
    decision = ("--surface", "Li Zheng Qiang", "--person", "Li Chenggang", "--decision", "unsure")
    assert run_record("people", *decision, "--by", "A")[0] == 2
    assert run_record("people", *decision, "--by", "A", "--why", "one report", "--known", "2025-10-27")[0] == 0
    _, answer, _ = run_record("people", "--as-of", "2025-10-27", "--json")
    (row,) = answer["decisions"]
    assert (row["decision"], row["by"], row["why"], row["known"]) == ("unsure", "A", "one report", "2025-10-27")


def test_check_finds_a_quote_that_is_not_in_its_text(run_record, tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "note.txt").write_text("nothing of the kind", encoding="utf-8")
    quoted = {**CLAIM, "source": SOURCE, "quote": "chips", "start": 0, "end": 5}
    run_record("add", stdin=json.dumps(quoted))
    assert run_record("check", "--json")[0] == 0
    code, answer, _ = run_record("check", "--documents", str(texts), "--json")
    assert (code, answer["wrong"][0]["rule"]) == (1, "quote verbatim")
    assert run_record("check", "--documents", str(tmp_path / "none"))[0] == 2


@pytest.mark.parametrize(
    "argv", [("conflicts",), ("people",), ("check",), ("review", REPORT, "--published", "2025-10-27")]
)
def test_without_json_a_view_prints_text(run_record, argv):
    code, out, _ = run_record(*argv)
    assert code == 0
    assert len(out.splitlines()) > 3
