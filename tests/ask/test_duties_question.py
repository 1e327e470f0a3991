"""The question about duties: pairs, reasons, days, and our averages beside published ones."""

from dataclasses import replace

import pytest

from detente.ask.ledger import published
from detente.ask.questions.duties import duties, series
from detente.errors import QuestionError
from detente.record import duties as ledger
from detente.record import own_duties

NOW = "2026-10-08"


def one_pair(by, against, **days):
    return duties(by=by, against=against, **days).data["pairs"][0]


def test_acts_add_up_to_the_two_numbers_of_a_pair():
    for against in ("CHN", "CAN", "EU", "DEU", "WLD", "NZL"):
        pair = one_pair("USA", against, as_of="2026-08-25")
        assert sum(row["additional_pp"] for row in pair["acts"]) == pytest.approx(pair["additional_pp"])
        points = sum(row["points"] for row in pair["acts"])
        assert points + pair["ordinary_pct"] == pytest.approx(pair["average_pct"])


def test_the_average_of_2024_is_what_was_owed_then():
    owed = {"CHN": 10.87, "CAN": 0.10, "MEX": 0.25, "EU": 1.23, "JPN": 1.51, "WLD": 2.36}
    for against, percent in owed.items():
        assert one_pair("USA", against, as_of="2024-12-31")["average_pct"] == pytest.approx(percent, abs=0.05)


@pytest.mark.parametrize(("day", "since"), [("2026-01-01", "2024-12-31"), ("2024-12-31", "2017-12-31")])
def test_the_day_from_which_added_duty_counts_is_named(day, since):
    answer = duties(as_of=day, by="USA", against="CHN")
    assert answer.data["since"] == since
    assert any(since in note for note in answer.notes)


def test_every_act_has_a_confidence_and_a_source():
    for row in duties(as_of=NOW).data["pairs"]:
        assert all(
            act["confidence"] in own_duties.CONFIDENCE and act["source"] for act in row["acts"] + row["not_priced"]
        )
        assert all(act["reason"] for act in row["not_priced"])


def test_what_is_not_known_is_null_with_its_reason():
    pair = one_pair("CHN", "CAN", as_of=NOW)
    assert pair["additional_pp"] is None
    assert pair["average_pct"] is None
    assert set(pair["reasons"]) == {"additional_pp", "average_pct"}
    assert {row["id"] for row in pair["not_priced"]} == {"cn-on-can-2025"}
    assert "ca-2026-338" in {row["id"] for row in one_pair("CAN", "USA", as_of=NOW)["not_priced"]}


def test_nobody_levies_on_a_partner_without_an_act():
    pair = one_pair("SGP", "FJI", as_of=NOW)
    assert (pair["additional_pp"], pair["acts"], pair["not_priced"]) == (0, [], [])
    assert duties(by="SGP", as_of=NOW).data["pairs"] == []


def test_without_a_pair_every_pair_has_points_or_an_act_that_names_it_and_no_union_levies_on_itself():
    rows = duties(as_of=NOW).data["pairs"]
    assert (rows[0]["by"], rows[0]["against"]) == ("USA", "WLD")
    assert all(row["by"] != row["against"] and row["acts"] + row["not_priced"] for row in rows)
    assert len({(row["by"], row["against"]) for row in rows}) == len(rows)


def test_a_member_of_a_union_levies_what_the_union_levies():
    ours, union = one_pair("DEU", "USA", as_of="2018-07-01"), one_pair("EU27", "USA", as_of="2018-07-01")
    assert union["by"] == "EU"
    assert ours["additional_pp"] == union["additional_pp"]
    assert {row["against"] for row in duties(by="DEU", as_of=NOW).data["pairs"]} >= {"USA", "CHN"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "XXX"}, "--by 'XXX' is no economy"),
        ({"against": "CHINA"}, "--against 'CHINA' is no economy; did you mean CHE"),
        ({"by": "WLD"}, "--by 'WLD' is no economy"),
        ({"by": "USA", "against": "usa"}, "both USA"),
        ({"as_of": "2017-06-01"}, "begins on 2017-12-31"),
        ({"as_of": "2025-02-30"}, "is not a day"),
        ({"since": "2026-12-31", "as_of": NOW}, "after the day asked about"),
        ({"by_day": True}, "name it with --by and --against"),
        ({"by_day": True, "by": "CHN", "against": "WLD"}, "imports of this economy by partner are not on file"),
        ({"by_day": True, "by": "CHN", "against": "CAN", "as_of": NOW}, "have no rate on file"),
    ],
)
def test_a_code_or_a_day_that_cannot_be_is_refused_in_one_line(arguments, message):
    with pytest.raises(QuestionError, match=message) as refused:
        duties(**arguments)
    assert "\n" not in str(refused.value)


def test_days_far_ahead_say_how_far_sources_were_read():
    answer = duties(as_of="2030-01-01", by="USA", against="CHN")
    assert any("read until 2026-10-08" in note for note in answer.notes)
    assert "us-s232-wood-2027" in {row["id"] for row in answer.data["pairs"][0]["acts"]}


def test_a_moment_counts_as_its_day():
    assert one_pair("USA", "CHN", as_of="2026-02-23T12:00") == one_pair("USA", "CHN", as_of="2026-02-23")


def test_the_steps_by_day_are_the_duties_of_those_days():
    steps = series("USA", "CHN", as_of=NOW, since="2017-12-31")
    assert (steps[0].day, steps[0].added, steps[0].changed) == ("2017-12-31", 0, ())
    assert all(step.changed for step in steps[1:])
    assert [step.day for step in steps] == sorted({step.day for step in steps})
    for step in steps[1::7]:
        pair = one_pair("USA", "CHN", as_of=step.day, known=NOW, since="2017-12-31")
        assert step.added == pytest.approx(pair["additional_pp"])
        assert step.average == pytest.approx(pair["average_pct"])


def test_the_steps_as_known_on_a_day_hold_nothing_learnt_later():
    steps = series("USA", "JPN", as_of="2025-09-30", known="2025-08-31")
    assert "us-ieepa-recip-JPN" not in {change.act for step in steps for change in step.changed}


def test_averages_stand_beside_published_ones_of_many_days_and_all_six_partners():
    rows = duties(known=NOW, compare=True).data["compare"]
    for prefix in ("yale", "waugh"):
        theirs = [row for row in rows if row["series"].startswith(prefix) and row["by"] == "USA"]
        assert {row["against"] for row in theirs} >= {"WLD", "CHN", "CAN", "MEX", "EU", "JPN"}
    assert len({row["day"] for row in rows if row["by"] == "USA"}) >= 25
    assert all(row["source"] and row["concept"] and row["confidence"] for row in rows)


def test_every_gap_above_a_point_has_a_reason_or_is_said_to_have_none():
    rows = duties(known=NOW, compare=True).data["compare"]
    large = [row for row in rows if abs(row["gap"]) > 1]
    assert all(row["explanation"] != published.AGREES for row in large)
    assert all(row["explanation"] == published.AGREES for row in rows if abs(row["gap"]) <= 1)
    bare = {
        (row["series"], row["day"], row["against"]) for row in large if row["explanation"] == published.NOT_EXPLAINED
    }
    assert not bare, "a gap without a word on it"
    unexplained = {(x["series"], x["against"]) for x in large if x["explanation"].startswith(published.NOT_EXPLAINED)}
    assert ("yale-level", "CHN") in unexplained


def test_reasons_hold_for_days_between_the_published_ones():
    made = published.Average("yale-tracker", "2025-09-15", "USA", "MEX", 11.0)
    assert any(reason.fits(made, 4.2) for reason in published.gaps())
    assert not any(reason.fits(made, 40.0) for reason in published.gaps()), "no reason explains any gap at all"


def test_a_day_compares_with_the_last_averages_before_it():
    rows = duties(as_of="2025-11-20", by="USA", against="CHN", compare=True, known=NOW).data["compare"]
    assert rows
    assert all("2025-08-20" <= row["day"] <= "2025-11-20" for row in rows)
    assert len({row["series"] for row in rows}) == len(rows)


def test_an_average_made_before_its_day_is_compared_as_known_then():
    rows = duties(known=NOW, by="USA", against="CHN", compare=True).data["compare"]
    projected = next(row for row in rows if row["series"] == "yale-tracker" and row["day"] == "2026-07-24")
    assert projected["known"] == "2026-04-08"
    assert abs(projected["gap"]) < 1


@pytest.mark.parametrize(
    ("day", "known"),
    [("2018-07-06", "2018-06-20"), ("2025-04-09", "2025-04-09"), ("2025-09-01", "2025-05-11"),
     ("2025-11-20", "2025-11-20"), ("2026-08-25", "2026-02-19"), ("2026-08-25", "2026-08-25"),
     ("2027-03-01", "2026-08-14")],
)  # fmt: skip
def test_nothing_that_became_known_later_changes_an_answer(day, known, monkeypatch):
    book = ledger.shipped()
    rates = (rate for rate in book.rates if rate.known <= known)
    trimmed = replace(
        book,
        acts={name: act for name, act in book.acts.items() if act.known <= known},
        rates=tuple(replace(r, until="", end_known=r.known) if r.end_known > known else r for r in rates),
    )
    days = {"as_of": day, "known": known}
    full = duties(**days), duties(**days, by="USA", against="CHN", by_day=True, compare=True)
    monkeypatch.setattr(own_duties, "ledger", lambda _: trimmed)
    assert (duties(**days), duties(**days, by="USA", against="CHN", by_day=True, compare=True)) == full
