import json
import socket
from importlib import resources

import jsonschema
import pytest
from endpoint_server import facts, giving, message, serving

from detente.errors import RecordError
from detente.faces.terminal.cli import main
from detente.record.document import Document
from detente.record.propose import endpoint

SCHEMA = resources.files("detente") / "ask" / "schemas" / "proposals.json"
TEXT = "Washington will suspend the 24 percent tariff on Chinese goods for 90 days, Scott Bessent said in Geneva."
GOOD = {
    "kind": "measure",
    "quote": "Washington will suspend the 24 percent tariff on Chinese goods",
    "by": {"name": "Scott Bessent", "side": "USA", "mode": "reported"},
    "value": {"type": "tariff", "imposer": "USA", "target": "CHN", "rate_pct": 24, "status": "suspended"},
    "date": {"iso": None, "expr": None},
}


def document(text=TEXT):
    return Document(id="d", text=text, sha256="", published="2025-05-12")


def test_a_valid_answer_becomes_statements_with_offsets():
    with serving(facts(GOOD)) as (url, seen):
        found = endpoint.ask(document(), base_url=url, model="m", key="secret")
    (statement,) = found.statements
    assert TEXT[statement.start : statement.end] == statement.quote == GOOD["quote"]
    assert (statement.by.side, statement.value["rate_pct"], statement.coder) == ("USA", 24, "endpoint:m")
    assert not found.dropped
    assert found.requests == len(seen) == 2
    path, key, sent = seen[0]
    assert (path, key, sent["model"]) == ("/v1/chat/completions", "Bearer secret", "m")
    assert TEXT in sent["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"quote": "Washington will suspend the 25 percent tariff"}, "quote not in the text"),
        ({"quote": ""}, "quote not in the text"),
        ({"occurrence": 2}, "quote not in the text"),
        ({"kind": "rumour"}, "kind"),
        ({"kind": "rank"}, "kind"),
        ({"value": {**GOOD["value"], "status": "paused"}}, "value"),
        ({"value": {**GOOD["value"], "imposer": "Ruritania"}}, "value"),
        ({"value": {"type": "tariff"}}, "value"),
        ({"value": {**GOOD["value"], "rate_pct": 245}}, "a number the text does not bear"),
        ({"value": {**GOOD["value"], "rate_pct": True}}, "value"),
        ({"by": {"name": "x", "side": "Mars", "mode": "reported"}}, "value"),
        ({"value": None}, "no fact"),
    ],
)
def test_a_fact_that_fails_the_check_is_dropped_and_counted(change, why):
    with serving(facts(GOOD, {**GOOD, **change}, GOOD)) as (url, _):
        found = endpoint.ask(document(), base_url=url, model="m")
    assert found.kept == 1
    assert found.dropped == {why: 1, "told twice": 1}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (giving(b"<html>welcome</html>"), "not JSON"),
        (giving(message("I found no facts.")), "not JSON"),
        (giving(message(json.dumps({"facts": "none"}))), "not a list"),
        (giving(b"[" * 100_000), "not JSON"),
        (giving(b'{"choices": []}'), "not JSON"),
        (giving(b"no", 401), "HTTP 401"),
        (giving(b"", 302, [("Location", "http://127.0.0.1:9/elsewhere")]), "HTTP 302"),
    ],
    ids=["page", "prose", "no-list", "deep", "empty", "refused", "redirected"],
)
def test_an_invalid_answer_is_refused_in_one_line(answer, words):
    with serving(answer) as (url, _), pytest.raises(RecordError, match=words) as refused:
        endpoint.ask(document(), base_url=url, model="m")
    assert "\n" not in str(refused.value)


def test_an_unreachable_or_missing_address_is_refused(monkeypatch):
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"DETENTE_ENDPOINT_{name}", raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RecordError, match="cannot be asked"):
        endpoint.ask(document(), base_url=f"http://127.0.0.1:{port}", model="m")
    with pytest.raises(RecordError, match="DETENTE_ENDPOINT_URL"):
        endpoint.ask(document(), model="m")
    with pytest.raises(RecordError, match="not an http address"):
        endpoint.ask(document(), base_url="file:///etc/hosts", model="m")
    with pytest.raises(RecordError, match="DETENTE_ENDPOINT_MODEL"):
        endpoint.ask(document(), base_url="http://127.0.0.1:1")


def test_a_long_document_is_sent_in_windows_with_correct_offsets(monkeypatch):
    monkeypatch.setattr(endpoint, "WINDOW", 200)
    text = ("Nothing is said here about any of it.\n" * 12) + TEXT + "\n"
    with serving(facts(GOOD)) as (url, seen):
        found = endpoint.ask(document(text), base_url=url, model="m")
    listings = [sent for _, _, sent in seen if "Facts to check" not in sent["messages"][-1]["content"]]
    assert found.requests == len(seen) == len(listings) + 1 > 3
    assert [text[s.start : s.end] for s in found.statements] == [GOOD["quote"]]
    monkeypatch.setattr(endpoint, "REQUESTS", 2)
    with pytest.raises(RecordError, match="split the document"):
        endpoint.ask(document(text), base_url="http://127.0.0.1:1", model="m")


def test_the_address_may_come_from_the_environment(monkeypatch):
    with serving(facts(GOOD)) as (url, seen):
        monkeypatch.setenv("DETENTE_ENDPOINT_URL", url)
        monkeypatch.setenv("DETENTE_ENDPOINT_MODEL", "m")
        monkeypatch.setenv("DETENTE_ENDPOINT_KEY", "k")
        assert endpoint.ask(document()).kept == 1
    assert seen[0][1] == "Bearer k"


def values(*given, text=TEXT, **options):
    with serving(facts(*given)) as (url, _):
        found = endpoint.ask(document(text), base_url=url, model="m", **options)
    return [s.value for s in found.statements], found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"mood": "good", "colour": 7}, {}),
        ({"imposer": "America", "target": "Trung Quốc"}, {}),
        ({"imposer": ["United States"], "target": "the PRC"}, {}),
        ({"status": "Suspended", "type": "Tariff"}, {}),
        ({"rate_pct": "24%"}, {}),
        ({"rate_pct": -24.0}, {}),
        ({"duration_days": 90}, {"duration_days": 90}),
        ({"duration_days": None}, {}),
        ({"authority": "none"}, {}),
    ],
)
def test_an_answer_is_brought_to_the_spellings_of_the_record(change, expected):
    (value,), found = values({**GOOD, "value": {**GOOD["value"], **change}})
    assert value == {**GOOD["value"], **expected}
    assert not found.dropped


def test_a_duty_of_both_sides_is_two_duties():
    text = "The United States and China each keep 10 percent on the other's goods."
    both = {"type": "tariff", "rate_pct": 10, "status": "in_force"}
    fact = {"kind": "measure", "quote": "each keep 10 percent", "by": {"side": "press"}}
    expected = [{**both, "imposer": "USA", "target": "CHN"}, {**both, "imposer": "CHN", "target": "USA"}]
    for imposer, target in ((["USA", "CHN"], ["CHN", "USA"]), ("both", "both"), ("both sides", ["USA", "CHN"])):
        given, found = values({**fact, "value": {**both, "imposer": imposer, "target": target}}, text=text)
        assert sorted(given, key=str) == sorted(expected, key=str)
        assert not found.dropped
    given, found = values({**fact, "value": {**both, "imposer": ["USA", "Ruritania"], "target": None}}, text=text)
    assert (given, found.dropped) == ([], {"value": 1})


def test_persons_and_cities_get_their_usual_names():
    text = "贝森特与何立峰在日内瓦举行会谈。"
    fact = {
        "kind": "meeting",
        "quote": "贝森特与何立峰在日内瓦举行会谈",
        "by": {"name": "新华社", "side": "press", "mode": "narrator"},
        "value": {"city": "日内瓦", "participants": ["贝森特", "何立峰", "somebody else"]},
    }
    (value,), _ = values(fact, text=text)
    assert value == {"city": "Geneva", "participants": ["Scott Bessent", "He Lifeng", "somebody else"]}


def test_the_second_pass_drops_and_mends_and_a_mended_fact_is_checked_as_any_other():
    other = {**GOOD, "quote": "the 24 percent tariff on Chinese goods"}
    third = {**GOOD, "quote": "suspend the 24 percent tariff"}
    fourth = {**GOOD, "quote": "24 percent tariff"}
    checks = [
        {"fact": 2, "verdict": "drop"},
        {"fact": 3, "verdict": "mend", "value": {**GOOD["value"], "status": "in_force"}},
        {"fact": 4, "verdict": "mend", "value": {**GOOD["value"], "rate_pct": 30}},
        {"fact": 9, "verdict": "drop"},
        "nonsense",
    ]
    with serving(facts(GOOD, other, third, fourth, checks=checks)) as (url, seen):
        found = endpoint.ask(document(), base_url=url, model="m")
    assert {(s.quote, s.value["status"]) for s in found.statements} == {
        (GOOD["quote"], "suspended"),
        (third["quote"], "in_force"),
    }
    assert found.dropped == {"dropped by the second pass": 1, "mended beyond the text": 1}
    assert "Facts to check" in seen[1][2]["messages"][1]["content"]


@pytest.mark.parametrize("checks", ["none", [{"n": 1, "keep": True}], ["right"]])
def test_an_unusable_second_answer_keeps_the_first_list_and_says_so(checks):
    body = message(json.dumps({"facts": [GOOD], "checks": checks}))
    with serving(giving(body)) as (url, _):
        found = endpoint.ask(document(), base_url=url, model="m")
    assert found.kept == 1
    assert len(found.notes) == 1
    assert "first list stands" in found.notes[0]


def test_one_pass_asks_once():
    with serving(facts(GOOD)) as (url, seen):
        assert endpoint.ask(document(), base_url=url, model="m", passes=1).kept == 1
    assert len(seen) == 1


@pytest.mark.parametrize("known", [{"json_object"}, set()])
def test_a_server_that_knows_no_schema_is_asked_more_simply(known):
    def answer(handler):
        form = seen[-1][2].get("response_format", {}).get("type")
        (facts(GOOD) if form is None or form in known else giving(b"unknown", 400))(handler)

    with serving(answer) as (url, seen):
        assert endpoint.ask(document(), base_url=url, model="m").kept == 1
    forms = [sent.get("response_format", {}).get("type") for _, _, sent in seen]
    assert forms == ["json_schema", "json_object", *(["json_object"] if known else [None, None])]


def test_the_question_holds_rules_kinds_examples_and_the_names_in_the_text():
    with serving(facts(GOOD)) as (url, seen):
        endpoint.ask(document(), base_url=url, model="m")
    system, user = (m["content"] for m in seen[0][2]["messages"])
    assert "agreement_stage" in system
    assert "salmon" in system
    assert "Scott Bessent (USA, Secretary of the Treasury)" in user
    assert "Washington = USA" in user
    schema = seen[0][2]["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["facts"]["items"]["anyOf"]


@pytest.mark.parametrize(
    "content",
    [
        '<think>{"facts": 3} perhaps</think>\n{"facts": []}',
        '```json\n{"facts": []}\n```',
        'Here it is: {"facts": []} Done.',
    ],
)
def test_thoughts_and_fences_around_the_object_are_passed_over(content):
    with serving(giving(message(content))) as (url, _):
        assert endpoint.ask(document(), base_url=url, model="m").kept == 0


def test_an_answer_that_was_cut_off_says_so():
    body = json.dumps({"choices": [{"message": {"content": '{"facts": [{"kind'}, "finish_reason": "length"}]}).encode()
    with serving(giving(body)) as (url, _), pytest.raises(RecordError, match="cut off at the longest answer"):
        endpoint.ask(document(), base_url=url, model="m")


def test_the_command_prints_what_was_dropped_and_names_the_model_as_the_rule(tmp_path, capsys):
    path = tmp_path / "note.txt"
    path.write_text(TEXT, encoding="utf-8")
    false = {**GOOD, "value": {**GOOD["value"], "rate_pct": 30}}
    command = ["record", "propose", str(path), "--published", "2025-05-12", "--model", "m", "--endpoint"]
    with serving(facts(GOOD, false)) as (url, _):
        for more in (["--json"], ["--passes", "1", "--timeout", "20"]):
            with pytest.raises(SystemExit) as ended:
                main([*command, url, *more])
            assert ended.value.code in (0, None)
    printed = capsys.readouterr().out
    answer, end = json.JSONDecoder().raw_decode(printed)
    assert [f["rule"] for f in answer["facts"]] == ["endpoint:m"]
    assert (answer["dropped"], answer["left_out"]) == ({"a number the text does not bear": 1}, {})
    jsonschema.validate(answer, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert "Dropped from the answer: 1 a number the text does not bear." in printed[end:]
