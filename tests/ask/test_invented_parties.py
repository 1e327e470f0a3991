"""Talks of invented parties: every question speaks of them alone, and a reviewed duty moves a price or says why not."""

import json
import re
from importlib import resources

import jsonschema
import pytest

from detente import labels
from detente.ask.cases import case_of
from detente.ask.pricing import duties, duty_goods
from detente.ask.questions import deal, leverage, price, truce, what_if
from detente.ask.questions.brief import brief
from detente.ask.questions.forecast import forecast
from detente.ask.talks.dossier import show
from detente.errors import QuestionError
from detente.record import goods
from detente.record.fact import By, Source, Statement
from detente.record.store import Record

DAY = "2026-03-10"
GROUPS = [("KOR", "PER"), ("EU", "ZAF"), ("COL", "NGA", "THA")]


def measure(by, on, rate, status="in_force", **more):
    """A statement of a duty of one party on another."""
    value = {"type": "tariff", "imposer": by, "target": on, "rate_pct": rate, "status": status, **more}
    return Statement("measure", value, By(None, by), "gazette", asserted="2026-03-01", known="2026-03-01")


def truce_of(parties):
    value = {"truce": "pause", "parties": list(parties), "start": "2026-02-01", "expiry": "2026-06-30"}
    return Statement("truce", value, By(None, "joint"), "gazette", asserted="2026-02-01", known="2026-02-01")


def start(home, name, statements):
    """A dossier of the user's own without a case file."""
    record = Record.start(home / name)
    record.add_all(statements, sources=[Source("gazette", "Gazette", "Gazette", "2026-02-01", "official")])
    return {"dossier": name, "home": str(home), "as_of": DAY, "known": DAY}


def circle(parties):
    """Each party and the next one."""
    return zip(parties, (*parties[1:], parties[0]), strict=True)


@pytest.fixture(scope="module", params=GROUPS, ids="-".join)
def talks(request, tmp_path_factory):
    parties = request.param
    statements = [
        truce_of(parties),
        *(measure(a, b, 40, measure=f"duty-{a.lower()}") for a, b in circle(parties)),
        *(measure(a, b, 15, "suspended", measure=f"rise-{a.lower()}") for a, b in circle(parties)),
    ]
    return parties, start(tmp_path_factory.mktemp("home"), "-".join(parties).lower(), statements)


def strings(value):
    """Every text of an answer."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, x in value.items():
            yield key
            yield from strings(x)
    elif isinstance(value, list | tuple):
        for x in value:
            yield from strings(x)


def speaks_only_of(parties, data):
    """No capital of another economy, no shipped measure, and no missing value in words."""
    capitals = {labels.capital(code) for code in ("USA", "CHN", "CAN", "JPN", "IND", "GBR", "EU")}
    text = "\n".join(strings(data))
    others = capitals - {labels.capital(code) for code in parties}
    assert not re.findall(rf"\b({'|'.join(others)})\b", text)
    assert not re.search(r"Busan|Geneva|fentanyl|kuala", text, re.IGNORECASE)
    assert not re.search(r"\bNone\b", text)


def test_a_dossier_without_a_case_file_takes_its_parties_from_its_statements(talks):
    parties, asked = talks
    assert set(case_of(asked["dossier"], asked["home"], Record.load(asked["dossier"], asked["home"])).parties) == set(
        parties
    )


def test_the_brief_prices_the_duties_of_these_parties_on_all_goods_and_says_so(talks):
    parties, asked = talks
    answer = brief(**asked)
    assert set(answer.data["parties"]) == set(parties)
    levied = answer.data["outcomes"][0]["policy"]["average_added_duty"]
    for a, b in circle(parties):
        assert levied[f"{a} on {b}"] == pytest.approx(40)
        assert any(f"duty-{a.lower()}, 40 points: {duty_goods.ASSUMED}" in note for note in answer.notes)
    income = answer.data["economy"]["baseline"]["real_income"]
    assert all(abs(income[party]) > 1e-4 for party in parties)
    assert {row["name"] for row in answer.data["outcomes"]} >= {"truce-extended", "truce-lapses"}
    speaks_only_of(
        parties, {k: answer.data[k] for k in ("deal", "truce", "leverage", "controls", "outcomes", "forecast")}
    )
    json.dumps(answer.to_json())


@pytest.mark.parametrize("question", [deal.deal, truce.truce, leverage.leverage], ids=lambda f: f.__name__)
def test_deal_truce_and_leverage_speak_of_these_parties_alone(talks, question):
    parties, asked = talks
    answer = question(**asked)
    assert set(answer.data["parties"]) == set(parties)
    assert len(answer.data["words"]) > 20
    speaks_only_of(parties, answer.data)
    speaks_only_of(parties, list(answer.notes))


@pytest.mark.parametrize("question", [deal.deal, truce.truce, leverage.leverage, brief], ids=lambda f: f.__name__)
def test_the_json_of_these_parties_meets_the_schema_of_its_question(talks, question):
    schema = json.loads((resources.files("detente.ask") / "schemas" / f"{question.__name__}.json").read_text("utf-8"))
    jsonschema.validate(json.loads(json.dumps(question(**talks[1]).to_json())), schema)


def test_without_history_the_forecast_gives_the_base_rate_of_other_talks_and_says_so(talks):
    parties, asked = talks
    data = forecast(**asked).data
    (point,) = data["points"]
    assert point["deadline"] == "2026-06-30"
    assert point["points_if_nothing"] == 15
    assert point["n"] == data["base_rate"]["n"] > 0
    assert data["base_rate"]["of_these_talks"] == 0
    assert "All of them are of other talks." in data["words"]
    speaks_only_of(parties, data)


def test_the_levers_of_a_what_if_are_the_pairs_of_the_parties(talks):
    parties, asked = talks
    first, second = parties[:2]
    answer = what_if.whatif({f"{first}_on_{second}".lower(): 10}, **asked)
    assert set(answer.data["parties"]) == set(parties)
    assert {row["economy"]: row["real_income"] for row in answer.data["economies"]}[second] != 0
    with pytest.raises(QuestionError, match="no lever is named"):
        what_if.whatif({"us_on_china": 10}, **asked)


@pytest.mark.parametrize("points", [float("nan"), float("-inf"), 10**400, 200.001, -1e308, -199, "5", True, None])
def test_a_what_if_refuses_what_it_would_cut_to_fit(talks, points):
    parties, asked = talks
    lever = f"{parties[0]}_on_{parties[1]}".lower()
    with pytest.raises(QuestionError, match=r"write points from -200 to 200|take off at most"):
        what_if.whatif({lever: points}, **asked)


def test_a_what_if_after_an_edit_of_the_dossier_starts_from_the_duties_as_edited(tmp_path):
    asked = start(tmp_path, "mine", [measure("KOR", "PER", 40, measure="a"), measure("PER", "KOR", 5, measure="b")])
    move = {"kor_on_per": 10}
    before = what_if.whatif(move, **asked).data["economies"]
    Record.load("mine", tmp_path).add_all([measure("KOR", "PER", 60, measure="c")])
    after = what_if.whatif(move, **asked).data["economies"]
    assert before != after


def test_no_answer_about_three_parties_speaks_of_both_sides(talks):
    parties, asked = talks
    texts = [text for f in (deal.deal, truce.truce, brief) for text in strings(f(**asked).data)]
    assert any("both sides" in text for text in texts) == (len(parties) == 2)


def scenario(folder, by, on):
    file = folder / "more.yaml"
    file.write_text(f"name: more\nmeasures:\n  - {{by: {by}, against: {on}, rate: 10 pp}}\n")
    return str(file)


def test_a_scenario_is_priced_against_the_duties_of_the_dossier(talks, tmp_path):
    parties, asked = talks
    answer = price.price(scenario(tmp_path, *parties[:2]), **asked)
    assert set(answer.data["baseline"]["real_income"]) == set(parties)
    assert any(duty_goods.ASSUMED in note for note in answer.notes)


def test_a_reviewed_duty_raises_the_average_duty_and_moves_real_income(tmp_path):
    before = brief(as_of=DAY, home=str(tmp_path)).data
    start(tmp_path, "us-china", [measure("USA", "CHN", 40)])
    answer = brief(as_of=DAY, home=str(tmp_path))
    levied, was = (data["outcomes"][0]["policy"]["average_added_duty"] for data in (answer.data, before))
    assert levied["USA on CHN"] == pytest.approx(was["USA on CHN"] + 40, abs=0.01)
    income, old = (data["economy"]["baseline"]["real_income"] for data in (answer.data, before))
    assert abs(income["CHN"] - old["CHN"]) > 0.01
    assert any(duty_goods.ASSUMED in note for note in answer.notes)


def test_a_duty_that_a_document_names_on_some_goods_is_not_priced_on_all(tmp_path):
    asked = start(tmp_path, "mine", [truce_of(("KOR", "PER"))])
    report = tmp_path / "report.txt"
    sentence = "Peru imposed a tariff of 25 percent on rare minerals of South Korea on 9 March 2026."
    report.write_text(f"---\npublished: {DAY}\n---\n{sentence}\n")
    answer = brief(report, **asked)
    levied = answer.data["outcomes"][0]["policy"]["average_added_duty"]
    assert levied.get("PER on KOR", 0) == 0
    assert ["rare minerals" in row["why"] for row in answer.data["economy"]["not_priced"]] == [True]


@pytest.mark.parametrize("scope", ["HS 8703 and 8708", "sector C29"])
def test_a_duty_on_a_list_of_goods_is_priced_on_their_sectors_alone(tmp_path, scope):
    asked = start(tmp_path, "mine", [measure("KOR", "PER", 40, scope=scope), measure("PER", "KOR", 0, measure="none")])
    answer = brief(**asked)
    levied = answer.data["outcomes"][0]["policy"]["average_added_duty"]["KOR on PER"]
    share = duty_goods.sector_share(("C29",), "KOR", "PER")
    assert levied == pytest.approx(40 * share, abs=0.01)
    assert 0 < share < 0.5
    assert any("C29" in note or "all goods of motor vehicles" in note for note in answer.notes)


def test_a_duty_on_hs_codes_falls_on_their_imports_where_these_are_on_file(tmp_path):
    before = brief(as_of=DAY, home=str(tmp_path)).data
    start(tmp_path, "us-china", [measure("USA", "CHN", 40, measure="toys", scope="HS 9503 and 9504")])
    answer = brief(as_of=DAY, home=str(tmp_path))
    levied, was = (data["outcomes"][0]["policy"]["average_added_duty"]["USA on CHN"] for data in (answer.data, before))
    share = goods.coverage(("9503", "9504"), "USA", "CHN").share
    assert levied - was == pytest.approx(40 * share, abs=0.01)
    assert 0.01 < share < 0.1


def test_a_duty_that_cannot_be_priced_is_listed_with_the_true_reason(tmp_path):
    statements = [
        measure("KOR", "PER", 40, scope="63 lines of toys", measure="toys"),
        measure("KOR", "PER", None, measure="unsaid"),
        measure("PER", "KOR", 10, legal_from="2015-01-01", measure="old"),
        measure("PER", "KOR", 10, measure="all"),
    ]
    why = {
        row["measure"]: row["why"] for row in brief(**start(tmp_path, "mine", statements)).data["economy"]["not_priced"]
    }
    assert "63 lines of toys" in why["toys"]
    assert why["unsaid"] == duties.NO_RATE
    assert why["old"] == duty_goods.IN_BASE_YEAR
    assert "all" not in why


def test_a_party_that_the_world_lacks_is_named_in_a_line(tmp_path):
    asked = start(tmp_path, "far", [measure("BTN", "PER", 40, measure="far"), measure("PER", "BTN", 5, measure="back")])
    with pytest.raises(QuestionError, match="no economy of its own for Bhutan"):
        deal.deal(**asked)
    answer = brief(**asked)
    assert answer.data["deal"] is None
    assert any("Bhutan" in note for note in answer.notes)


def truce_named(name, start, expiry, parties=("KOR", "PER")):
    value = {"truce": name, "parties": list(parties), "start": start, "expiry": expiry}
    return Statement("truce", value, By(None, "joint"), "gazette", asserted=start, known=start)


@pytest.mark.parametrize(
    ("truces", "as_of", "shown"),
    [
        ([("old", "2019-02-01", "2019-06-30")], "2019-05-01", {"2019-06-30"}),
        ([("old", "2019-02-01", "2019-06-30")], "2019-09-01", {"2019-06-30"}),
        ([("old", "2019-02-01", "2019-06-30")], "2026-03-10", set()),
        ([("old", "2026-01-01", "2026-12-31"), ("new", "2026-03-01", "2026-10-31")], "2026-04-01",
         {"2026-12-31", "2026-10-31"}),
        ([("old", "2026-01-01", "2026-12-31"), ("new", "2026-03-01", "2026-10-31")], "2026-09-01", {"2026-10-31"}),
    ],
)  # fmt: skip
def test_a_truce_that_ended_or_was_replaced_leaves_the_matrix_on_later_days(tmp_path, truces, as_of, shown):
    asked = start(tmp_path, "mine", [truce_named(*truce) for truce in truces]) | {"as_of": as_of, "known": as_of}
    subjects = {row["what"] for row in show(**asked).data["reading"]["matrix"]}
    assert subjects == {f"Truce to {day}" for day in shown}


def test_a_truce_that_was_replaced_is_not_the_one_that_may_lapse(tmp_path):
    truces = [truce_named("old", "2026-01-01", "2026-12-31"), truce_named("new", "2026-03-01", "2026-10-31")]
    duties_ = [measure("KOR", "PER", 15, "suspended", measure="rise", truce="new", suspended_until="2026-10-31")]
    asked = start(tmp_path, "mine", [*truces, *duties_]) | {"as_of": "2026-04-01", "known": "2026-04-01"}
    assert truce.truce(**asked).data["truce"]["expiry"] == "2026-10-31"


def test_a_threat_that_was_withdrawn_long_ago_leaves_the_matrix(tmp_path):
    value = {"threat": "more", "by_side": "KOR", "against": "PER", "rate_pct": 30, "status": "withdrawn"}
    threat = Statement("threat", value, By(None, "KOR"), "gazette", asserted="2026-02-01", known="2026-02-01")
    asked = start(tmp_path, "mine", [threat, measure("KOR", "PER", 5, measure="old")])
    for as_of, count in (("2026-03-10", 1), ("2026-09-01", 0)):
        assert len(show(**{**asked, "as_of": as_of, "known": as_of}).data["reading"]["matrix"]) == count


def test_a_truce_without_an_end_can_be_broken_and_is_named_as_such(tmp_path):
    open_ended = truce_named("calm", "2026-01-01", None)
    suspended = [
        measure("KOR", "PER", 40, "suspended", measure="a", truce="calm"),
        measure("PER", "KOR", 10, "suspended", measure="b", truce="calm"),
    ]
    asked = start(tmp_path, "mine", [open_ended, *suspended])
    answer = brief(**asked)
    rows = {row["name"]: row for row in answer.data["outcomes"]}
    assert rows["truce-lapses"]["policy"]["average_added_duty"]["KOR on PER"] == pytest.approx(40)
    assert "no later day" in rows["truce-lapses"]["rule"]
    assert [row["what"] for row in answer.data["reading"]["matrix"]] == ["Calm truce, no end named"]
    assert all(row["verdict"] != "unknown" for row in truce.truce(**asked).data["sides"])
    speaks_only_of(("KOR", "PER"), answer.data["reading"])


def test_without_a_truce_suspended_duties_return_rather_than_a_truce_lapsing(tmp_path):
    rows = [measure("KOR", "PER", 40, "suspended", measure="a"), measure("PER", "KOR", 10, measure="b")]
    titles = {row["title"] for row in brief(**start(tmp_path, "mine", rows)).data["outcomes"]}
    assert "South Korea collects again" in titles


@pytest.mark.parametrize("scope", ["steel", "steel and aluminium", "imports of passenger cars"])
def test_a_duty_on_goods_named_by_words_falls_on_the_codes_of_their_titles_and_says_so(tmp_path, scope):
    asked = start(tmp_path, "mine", [measure("PER", "KOR", 40, scope=scope), measure("KOR", "PER", 0, measure="none")])
    answer = brief(**asked)
    levied = answer.data["outcomes"][0]["policy"]["average_added_duty"]["PER on KOR"]
    assert 0.1 < levied < 20
    assert "tariff" not in {row["measure"] for row in answer.data["economy"]["not_priced"]}
    assert any(f"{scope} taken for HS" in note and "estimate" in note for note in answer.notes)


def test_a_duty_on_goods_named_by_words_is_weighed_by_imports_where_these_are_on_file(tmp_path):
    before = brief(as_of=DAY, home=str(tmp_path)).data
    start(tmp_path, "us-china", [measure("USA", "CHN", 40, measure="toys", scope="toys")])
    answer = brief(as_of=DAY, home=str(tmp_path))
    levied, was = (data["outcomes"][0]["policy"]["average_added_duty"]["USA on CHN"] for data in (answer.data, before))
    assert levied - was == pytest.approx(40 * goods.coverage(("9503",), "USA", "CHN").share, abs=0.01)
    assert any("toys taken for HS 9503" in note for note in answer.notes)
