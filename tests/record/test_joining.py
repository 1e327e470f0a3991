"""What a proposal becomes in the record: its end, the act it speaks of, a name of its own; and who publishes it."""

from dataclasses import replace

import pytest

from detente import labels
from detente.errors import RecordError
from detente.record import case as cases
from detente.record.fact import By, Source, Statement
from detente.record.joining import join, with_end, with_goods
from detente.record.publishers import government
from detente.record.review import Decision, apply, compared
from detente.record.starting import own_names, start
from detente.record.store import Record


def said(kind, day, quote="", start=None, side="IND", **value):
    end = None if start is None else start + len(quote)
    return Statement(kind, value, By(side=side), "s", quote=quote, start=start, end=end, asserted=day, known=day)


def duty(day, quote="", start=None, **change):
    value = {"type": "tariff", "imposer": "IND", "target": "KOR", "status": "in_force", "rate_pct": 40, **change}
    return said("measure", day, quote, start, **{k: v for k, v in value.items() if v is not None})


SUSPENSION = duty("2027-05-01", "suspension is extended until 10 January", 10, status="suspended", rate_pct=None)


def test_a_suspension_takes_the_end_that_its_own_passage_gives():
    end = said("extension", "2027-05-01", "extended until 10 January", 24, new_expiry="2028-01-10")
    assert with_end(SUSPENSION, [SUSPENSION, end]).value["suspended_until"] == "2028-01-10"
    elsewhere = said("extension", "2027-05-01", "extended until 10 January", 240, new_expiry="2028-01-10")
    assert with_end(SUSPENSION, [elsewhere]) is SUSPENSION
    another = said("extension", "2027-05-01", "until 10 January", 30, new_expiry="2028-02-10")
    assert with_end(SUSPENSION, [end, another]) is SUSPENSION, "two ends in one passage are for a person to tell apart"


def test_a_new_act_gets_a_name_that_nobody_has():
    first = join(duty("2027-02-01", "a duty on steel"), [], [])
    assert first.statement.value["measure"] == "ind-kor-tariff-2027-02-01"
    second = join(duty("2027-02-01", "a duty on wheat", rate_pct=7), [], [first.statement])
    assert second.match.relation == "new"
    assert second.statement.value["measure"] == "ind-kor-tariff-2027-02-01-2"


@pytest.mark.parametrize(
    ("later", "relation"),
    [
        ("raised its tariff on steel of Korea to 50 percent from June 15, 2027", "changes the rate of"),
        ("imposed a tariff of 50 percent on wheat of Korea on June 15, 2027", "new"),
        ("raised its additional tariff on goods of Korea to 50 percent", "new"),
    ],
)
def test_duties_of_one_side_are_told_apart_by_their_goods(later, relation):
    steel = duty("2027-03-01", "imposed an additional tariff of 40 percent on steel of Korea on March 1", measure="x")
    assert join(duty("2027-06-15", later, rate_pct=50), [], [steel]).match.relation == relation


def test_duties_on_all_goods_are_one_act():
    everything = duty("2027-03-01", "imposed an additional tariff of 40 percent on goods of Korea", measure="x")
    change = duty("2027-06-15", "raised its tariff on goods of Korea to 50 percent", rate_pct=50)
    assert join(change, [], [everything]).match.relation == "changes the rate of"


def test_a_passage_that_names_the_instrument_speaks_of_that_act_as_it_stands_now():
    control = {"type": "export_control", "target": None, "rate_pct": None}
    act = duty("2027-01-01", measure="c-61", instrument="Announcement No. 61 of 2027", scope="magnets", **control)
    pause = duty("2027-02-01", measure="c-61", status="suspended", suspended_until="2027-06-30", **control)
    notice = duty(
        "2027-06-20", "the suspension of Announcement No. 61 of 2027 is extended", status="suspended",
        suspended_until="2027-12-31", **control,
    )  # fmt: skip
    joined = join(notice, [], [act, pause])
    assert (joined.match.relation, joined.match.of) == ("moves the end of", pause)
    assert joined.statement.value["measure"] == "c-61"


def test_facts_accepted_together_join_each_other(tmp_path):
    record = Record.start(tmp_path / "talks")
    source = Source("s", "A notice", "A ministry", "2027-02-01", "official")
    first, again = duty("2027-02-01", "a duty on steel"), duty("2027-02-01", "the duty of 40 on steel, again")
    decisions = [Decision(s.id, "accept", "A") for s in (first, again)]
    added = apply(record, [first, again], decisions, source=source)
    assert {s.value["measure"] for s in added} == {"ind-kor-tariff-2027-02-01"}
    assert compared(record, [first])[first.id].match.relation == "same"


@pytest.mark.parametrize(
    ("publisher", "code"),
    [
        ("Ministry of Commerce and Industry of India", "IND"),
        ("Government of Japan", "JPN"),
        ("Prime Minister of Canada", "CAN"),
        ("Joint press office of the governments of Japan and India", None),
        ("Ministry of Finance of Japan and Ministry of Finance of India", None),
        ("The Times of India", None),
        ("Ministry of Commerce", None),
        (None, None),
    ],
)
def test_a_public_body_that_names_one_economy_is_that_government(publisher, code):
    assert government(publisher) == code


@pytest.mark.parametrize("code", ["KEN", "CHL", "NOR", "VNM"])
def test_every_government_is_known_by_the_name_of_its_economy(code):
    assert government(f"Ministry of Trade of {labels.name(code)}") == code


def test_a_negotiation_starts_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cases.Path, "rename", refuse)
    with pytest.raises(RecordError, match="no negotiation can be started"):
        start("talks", ["IND", "KOR"], tmp_path)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert start("talks", ["IND", "KOR"], tmp_path).parties == ("IND", "KOR")
    assert cases.load(tmp_path / "talks", "talks").title == "Talks of India and South Korea"
    assert own_names(tmp_path) == ["talks"]


def test_a_rate_for_one_partner_is_an_act_of_its_own_beside_that_for_everybody():
    everybody = duty("2027-03-01", "imposed a tariff of 40 percent on steel", target="ALL", measure="x")
    same = duty("2027-06-15", "the tariff of 40 percent on steel of Korea")
    joined = join(same, [], [everybody])
    assert joined.match.relation == "same"
    assert (joined.statement.value["measure"], joined.statement.value["target"]) == ("x", "ALL")
    own = duty("2027-06-15", "a tariff of 15 percent on steel of Korea", rate_pct=15)
    assert join(own, [], [everybody]).match.relation == "new"


def test_an_act_keeps_the_terms_that_a_later_document_does_not_speak_of():
    pause = duty(
        "2027-02-01", measure="x", status="suspended", rate_pct=24, legal_from="2027-02-01", scope="steel",
        suspended_until="2027-06-30",
    )  # fmt: skip
    longer = duty("2027-06-20", "steel", status="suspended", rate_pct=None, suspended_until="2027-12-31")
    joined = join(longer, [], [pause])
    assert joined.match.relation == "moves the end of"
    kept = {key: joined.statement.value[key] for key in ("rate_pct", "legal_from", "suspended_until")}
    assert kept == {"rate_pct": 24, "legal_from": "2027-02-01", "suspended_until": "2027-12-31"}
    again = duty("2027-06-21", "steel", status="suspended", rate_pct=24)
    assert join(again, [], [pause]).statement.value["suspended_until"] == "2027-06-30"
    over = duty("2027-06-21", "steel", status="ended", rate_pct=24)
    assert "suspended_until" not in join(over, [], [pause]).statement.value


def test_a_report_does_not_renew_a_threat_that_its_author_withdrew():
    made = said("threat", "2027-02-01", "100 percent on cars", side="KOR", by_side="KOR", threat="cars", rate_pct=100)
    withdrawn = said("threat", "2027-03-01", side="KOR", by_side="KOR", threat="cars", status="withdrawn")
    report = said(
        "threat", "2027-03-02", "had threatened 100 percent on cars", side="press", by_side="KOR", rate_pct=100
    )
    joined = join(report, [], [made, withdrawn])
    assert (joined.statement.value["threat"], joined.statement.value["status"]) == ("cars", "withdrawn")
    renewed = said("threat", "2027-03-02", "100 percent on cars", side="KOR", by_side="KOR", rate_pct=100)
    renewed = replace(renewed, by=By(side="KOR", mode="direct"))
    assert "status" not in join(renewed, [], [made, withdrawn]).statement.value


@pytest.mark.parametrize(
    ("quote", "goods"),
    [
        ("India imposed an additional tariff of 25 percent on steel of Korea on March 10, 2026", "steel"),
        ("India raised its tariff on steel of Korea to 40 percent", "steel"),
        ("India announced a 25% duty on Korean steel and aluminium.", "steel and aluminium"),
        ("India imposed a tariff of 40 percent on goods of Korea", None),
        ("India suspended its 25 percent tariff on Korean goods on February 7", None),
        ("India imposed a 25 percent tariff on Monday", None),
        ("India will levy 10 percent on all imports from Korea", None),
        ("the tariff of 25 percent", None),
        ("India put a 25 percent duty on imports of Korean steel", "steel"),
        ("India's steel duty of 25 percent hits Korea", "steel"),
        ("India put 25 percent on all Korean goods, in answer to the steel duty", None),
        ("Ấn Độ áp thuế 25% đối với thép và nhôm Hàn Quốc", "thép, nhôm"),
        ("印度对韩国钢铁加征25%的关税", "钢铁"),
        ("印度对所有韩国商品加征25%的关税，以回应钢铁关税", None),
    ],
)
def test_a_duty_takes_the_goods_that_its_passage_names(quote, goods):
    assert with_goods(duty("2027-02-01", quote)).value.get("scope") == goods
