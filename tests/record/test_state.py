"""State: what could be known when, who says so, and what follows from the calendar."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from detente.record.fact import By, FactDate, Source, Statement
from detente.record.state import corroboration, derive

HERE = Path(__file__).parent
SIDES = {"US": "USA", "CN": "CHN", "US+CN": "joint", "press": "press", "US Supreme Court": "USA"}
BOTH = ["CHN", "USA"]
LEADERS = ["Donald Trump", "Xi Jinping"]


def say(kind, said_by, known, /, mode="document", source="src", asserted=None, **value):
    by = By(side=said_by, mode="narrator" if said_by == "press" else mode)
    return Statement(kind, value, by, source, asserted=asserted or known, known=known)


def rows(name):
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


# The fixture: claims and questions of the specification, in our kinds.


def as_statement(row):
    what, prop = row["subject"], row["prop"]
    known, side = row["known"], SIDES[row["claimant"]]
    origin = {"asserted": row["asserted"], "source": row["id"]}
    if (what, prop) == ("truce:geneva", "deadline"):
        return say("extension", side, known, truce="geneva", parties=BOTH, new_expiry=row["value"], **origin)
    if what == "deal:kl":
        stage = row["value"] if prop == "status" else "submitted_for_internal_approval"
        return say("agreement_stage", side, known, deal="kl", parties=BOTH, stage=stage, **origin)
    if what.startswith("meeting:"):
        meeting = {"parties": BOTH, "participants": LEADERS, "event": what, "date": row["value"]}
        return say("planned_meeting", side, known, status="announced_one_side", **meeting, **origin)
    if what == "measure:us-ieepa20":
        status = {"in_force": "in_force", "invalidated": "ended"}[row["value"]]
        reason = "invalidated" if row["value"] == "invalidated" else None
        duty = {"measure": "us-ieepa20", "type": "tariff", "imposer": "USA", "target": "CHN", "legal_from": row["vf"]}
        return say("measure", side, known, **duty, status=status, reason=reason, **origin)
    return None


def answer(state, subject):
    """Values and standing of one question, in the fixture's words."""
    if subject.startswith("truce:"):
        truce = next(t for t in state.truces if t.truce == "geneva")
        last = {}
        for claim in truce.chain:
            for side in BOTH if claim.by_side == "joint" else [claim.by_side]:
                last[side] = claim.new_expiry
        ends = {last[side] for side in BOTH}
        return ends, next(c.status for c in truce.chain if c.new_expiry == truce.expiry)
    if subject.startswith("deal:"):
        return {s.stage for s in state.stages}, state.stages[0].status
    if subject.startswith("meeting:"):
        rows = [c for c in state.confirmations if c.event == subject]
        both = {c.by_side for c in rows if c.status == "confirmed"} >= set(BOTH)
        return {c.date for c in rows}, "confirmed_both" if both else "announced_one_side"
    measure = state.measures[0]
    return {measure.reason or measure.status}, measure.status


@pytest.mark.parametrize("question", rows("fixture_questions.csv"), ids=lambda q: q["id"])
def test_the_questions_of_the_fixture_are_answered_as_of_and_as_known(question):
    statements = [s for s in map(as_statement, rows("fixture_statements.csv")) if s]
    state = derive(statements, as_of=question["as_of"], known=question["known"])
    values, status = answer(state, question["subject"])
    assert values == set(question["values"].split())
    # a measure of one imposer is `in_force` or `ended`; the fixture words that as a one-sided or a binding claim
    ours = {"announced_one_side": "in_force", "binding_unilateral": "ended"}
    expected = ours[question["status"]] if question["subject"].startswith("measure:") else question["status"]
    assert status == expected
    if question["disagrees"] == "press":
        assert any(c.by_side == "press" and c.value != r.shown for r in state.conflicts for c in r.claims)


# As-of laws.


def some_statements():
    statements = [s for s in map(as_statement, rows("fixture_statements.csv")) if s]
    return [
        *statements,
        say("threat", "USA", "2025-10-10", threat="t", by_side="USA", rate_pct=100, effective="2025-11-01"),
    ]


def test_the_order_of_the_lines_does_not_matter():
    statements = some_statements()
    first = derive(statements, as_of="2025-10-27", known="2025-10-27").to_json()
    for seed in range(5):
        shuffled = Random(seed).sample(statements, len(statements))
        assert derive(shuffled, as_of="2025-10-27", known="2025-10-27").to_json() == first


def test_what_becomes_known_later_does_not_change_earlier_answers():
    statements = some_statements()
    late = say(
        "extension", "CHN", "2026-03-01", truce="geneva", parties=BOTH, new_expiry="2030-01-01", asserted="2025-08-01"
    )
    before = derive(statements, as_of="2025-10-27", known="2025-10-27").to_json()
    assert derive([*statements, late], as_of="2025-10-27", known="2025-10-27").to_json() == before


def test_repeating_a_statement_changes_nothing():
    statements = some_statements()
    once = derive(statements, as_of="2025-10-27", known="2025-10-27")
    assert derive(statements * 2, as_of="2025-10-27", known="2025-10-27").to_json() == once.to_json()


def test_the_state_is_json():
    state = derive(some_statements(), as_of="2025-10-27", known="2025-10-27")
    assert json.loads(json.dumps(state.to_json()))["known"] == "2025-10-27"


def test_evidence_gives_the_whole_statement_and_its_source():
    statement = say("agenda_item", "USA", "2025-10-26", topic="rare_earths")
    source = Source("src", "t", "p", "2025-10-26", "press")
    state = derive([statement], as_of="2025-10-27", known="2025-10-27", sources={"src": source})
    (evidence,) = state.evidence(state.agenda[0].statements).values()
    assert evidence["value"] == {"topic": "rare_earths"}
    assert evidence["source"]["publisher"] == "p"


# Standing.


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], "reported"),
        ([("press", 1, "a")], "reported"),
        ([("USA", 1, "a")], "announced_one_side"),
        ([("joint", 1, "a")], "confirmed_both"),
        ([("USA", 1, "a"), ("CHN", 1, "b")], "confirmed_both"),
        ([("USA", 1, "a"), ("CHN", 2, "a")], "contested"),
        ([("USA", 1, "a"), ("CHN", 2, "b")], "contested"),
        ([("joint", 1, "a"), ("USA", 2, "b")], "announced_one_side"),
        ([("joint", 1, "a"), ("USA", 2, "b"), ("CHN", 3, "c")], "contested"),
        ([("joint", 1, "a"), ("USA", 2, "b"), ("CHN", 2, "c")], "confirmed_both"),
    ],
)
def test_silence_after_a_new_claim_is_not_a_contradiction(claims, expected):
    assert corroboration(claims, BOTH) == expected


# Rounds and people.


def test_a_round_dated_by_month_and_by_days_is_counted_once():
    statements = [
        say("meeting", "press", "2025-10-27", city="Stockholm", start="2025-07", country="SWE"),
        say("meeting", "joint", "2025-08-11", city="Stockholm", start="2025-07-28", end="2025-07-29", parties=BOTH),
        say("meeting", "joint", "2025-08-11", city="Stockholm", parties=BOTH),
        say("meeting", "press", "2025-08-01", country="SWE", start="2025-07-28", heads=["He Lifeng"]),
    ]
    (row,) = derive(statements, as_of="2025-10-27", known="2025-10-27").rounds
    assert (row.city, row.start, row.end) == ("Stockholm", "2025-07-28", "2025-07-29")
    assert row.country == "SWE"
    assert len(row.statements) == 4


def test_two_rounds_in_one_city_are_counted_separately():
    statements = [
        say("meeting", "press", "2019-01-31", city="Washington", start="2019-01-30", end="2019-01-31"),
        say("meeting", "press", "2019-02-22", city="Washington", start="2019-02-21", end="2019-02-22"),
        say("meeting", "press", "2019-02-22", city="Washington", start="2019-02-22", heads=["Donald Trump", "Liu He"]),
    ]
    assert len(derive(statements, as_of="2019-03-01", known="2019-03-01").rounds) == 2


def test_a_future_round_is_not_counted():
    statements = [say("meeting", "press", "2025-10-27", city="Busan", start="2025-10-30")]
    assert derive(statements, as_of="2025-10-29", known="2025-11-05").rounds == ()
    assert len(derive(statements, as_of="2025-10-30", known="2025-11-05").rounds) == 1


def test_he_lifeng_is_one_person_with_several_spellings():
    statements = [
        say("participant", "press", "2025-10-27", person="He Lifeng", side="CHN", role="Vice Premier"),
        say(
            "participant",
            "joint",
            "2025-05-12",
            person="He Lifeng",
            side="CHN",
            role="Vice Premier of the State Council",
        ),
        say("participant", "press", "2025-10-27", person="He Lap Phong", side="CHN"),
        say("name_variant", "press", "2025-10-27", surface="He Lap Phong", person="He Lifeng"),
        say("name_variant", "press", "2025-10-27", surface="Ha Lap Phong", person="He Lifeng"),
    ]
    (row,) = derive(statements, as_of="2025-10-27", known="2025-10-27").people
    assert [r.role for r in row.roles] == ["Vice Premier of the State Council"]
    assert set(row.surfaces) == {"He Lap Phong", "Ha Lap Phong"}
    assert len(row.statements) == 5


def test_an_office_is_held_between_its_dates():
    post = replace(
        say("participant", "press", "2017-05-15", person="Robert Lighthizer", side="USA", role="USTR"),
        valid_from="2017-05-15",
        valid_to="2021-01-20",
    )
    assert derive([post], as_of="2021-01-19", known="2022-01-01").people[0].roles
    assert derive([post], as_of="2021-01-20", known="2022-01-01").people == ()


# Truces.

PAUSE = say("truce", "joint", "2025-05-12", truce="g", parties=BOTH, start="2025-05-14", expiry="2025-08-12")


def truce(as_of, known, *more):
    return derive([PAUSE, *more], as_of=as_of, known=known).truces[0]


def test_a_truce_lapses_at_its_deadline_unless_an_extension_is_known():
    longer = say("extension", "joint", "2025-08-11", truce="g", parties=BOTH, new_expiry="2025-11-10")
    assert truce("2025-08-11", "2025-08-01", longer).status == "in_force"
    assert truce("2025-08-12", "2025-08-01", longer).status == "lapsed"
    assert truce("2025-08-12", "2025-08-11", longer).status == "in_force"
    assert truce("2025-08-12", "2025-08-11", longer).days_left == 90


def test_a_truce_lapses_at_the_minute_set_in_washington():
    assert truce("2025-08-12T04:00+00:00", "2025-08-01").status == "in_force"
    assert truce("2025-08-12T04:01+00:00", "2025-08-01").status == "lapsed"
    assert truce("2025-08-01", "2025-08-01").deadline_at["USA"] == "2025-08-12T00:01:00-04:00"


def ended(*more, as_of="2025-09-20"):
    return derive([PAUSE, *more], as_of=as_of, known=as_of).truces[0]


def levied(status, day, target="CHN", **more):
    about = {"measure": "new", "type": "tariff", "imposer": "USA", "target": target, "rate_pct": 30}
    return say("measure", "USA", day, status=status, **about, **more)


def test_duties_that_took_effect_after_a_truce_are_what_followed_it():
    row = ended(levied("in_force", "2025-08-10", legal_from="2025-08-20"))
    assert (row.status, row.after.kind, row.after.day, row.after.sides) == (
        "lapsed",
        "in_force",
        "2025-08-20",
        ("USA",),
    )
    assert "duties took effect on 2025-08-20 (US)" in row.note
    assert row.after.statements


def test_duties_that_are_announced_for_a_day_after_a_truce_are_said_to_be_announced():
    new = levied("announced", "2025-08-10", legal_from="2025-08-20")
    assert ended(new, as_of="2025-08-15").after.kind == "announced"


def test_a_suspension_that_an_order_moved_beyond_the_end_of_a_truce_is_said():
    moved = levied("suspended", "2025-08-10", legal_from="2025-05-14", suspended_until="2025-09-30")
    assert (ended(moved).after.kind, ended(moved).after.day) == ("suspended", "2025-09-30")


@pytest.mark.parametrize(
    "other",
    [
        levied("in_force", "2025-07-01", legal_from="2025-07-20"),  # before the end
        levied("in_force", "2025-08-10", legal_from="2025-08-20", target="VNM"),  # on somebody else
        levied("in_force", "2025-12-10", legal_from="2025-12-20"),  # long after
    ],
)
def test_duties_of_another_time_or_pair_do_not_follow_a_truce(other):
    row = ended(other, as_of="2026-01-10")
    assert (row.status, row.after) == ("lapsed", None)
    assert "no extension is known" in row.note


def test_nothing_follows_a_truce_that_runs():
    assert ended(levied("in_force", "2025-08-01", legal_from="2025-08-01"), as_of="2025-08-02").after is None


def test_an_agreement_of_the_same_parties_in_force_is_what_followed_a_truce():
    agreed = say("agreement_stage", "joint", "2025-08-20", stage="in_force", parties=BOTH, deal="treaty")
    assert (ended(agreed).after.kind, ended(agreed).after.day) == ("agreement", "2025-08-20")


def test_a_truce_is_only_announced_before_it_starts():
    assert truce("2025-05-13", "2025-05-13").status == "announced"


def test_an_extension_without_an_official_text_stays_reported():
    words = [
        say("extension", side, "2025-08-01", mode="reported", truce="g", parties=BOTH, new_expiry="2025-11-10")
        for side in BOTH
    ]
    assert truce("2025-08-05", "2025-08-05", *words).status == "in_force"
    row = truce("2025-08-20", "2025-08-20", *words)
    assert (row.status, row.expiry, row.text_expiry) == ("reported", "2025-11-10", "2025-08-12")


def test_a_truce_in_a_document_joins_the_one_with_the_same_date():
    loose = say("truce", "press", "2025-06-01", parties=BOTH, expiry="2025-08-12")
    assert len(derive([PAUSE, loose], as_of="2025-06-02", known="2025-06-02").truces) == 1


def test_a_document_does_not_move_a_truce_on_record():
    loose = say("extension", "USA", "2025-06-01", parties=BOTH, new_expiry="2026-12-31")
    truces = derive([PAUSE, loose], as_of="2025-06-02", known="2025-06-02").truces
    assert truces[0].expiry == "2025-08-12"
    assert len(truces) == 2


# Stages and confirmations.


def test_the_latest_deal_is_shown_and_the_older_ones_are_history():
    statements = [
        say("agreement_stage", "joint", "2025-05-12", deal="geneva", parties=BOTH, stage="agreed"),
        say("agreement_stage", "USA", "2025-10-26", deal="kl", parties=BOTH, stage="framework"),
    ]
    state = derive(statements, as_of="2025-10-27", known="2025-10-27")
    assert [(s.deal, s.status) for s in state.stages] == [("kl", "announced_one_side")]
    assert [s.deal for s in state.history.stages] == ["geneva"]


def test_internal_approval_is_the_next_step_of_the_side_that_names_it():
    statements = [
        say("agreement_stage", "CHN", "2025-10-26", mode="direct", parties=BOTH, stage="preliminary_consensus"),
        say(
            "agreement_stage", "CHN", "2025-10-26", mode="direct", parties=BOTH, stage="submitted_for_internal_approval"
        ),
    ]
    (row,) = derive(statements, as_of="2025-10-27", known="2025-10-27").stages
    assert (row.stage, row.next) == ("preliminary_consensus", "submitted_for_internal_approval")


def test_a_fact_of_last_month_does_not_count_for_today():
    old = replace(
        say("agreement_stage", "press", "2025-10-27", parties=BOTH, stage="agreed"),
        date=FactDate("2025-09", "Last month"),
    )
    deals = [
        say("agreement_stage", "USA", "2025-09-15", deal="madrid", parties=BOTH, stage="framework"),
        say("agreement_stage", "USA", "2025-10-26", deal="kl", parties=BOTH, stage="framework"),
    ]
    state = derive([old, *deals], as_of="2025-10-27", known="2025-10-27")
    assert [s.deal for s in state.stages] == ["kl"]
    assert old.id in [s.statement for s in state.history.stages]


def confirmations(as_of, *statements):
    rows = derive(statements, as_of=as_of, known=as_of).confirmations
    return {r.by_side: r.status for r in rows}


def test_silence_has_a_row_and_does_not_undo_an_answer():
    event = {"event": "Trump-Xi meeting", "participants": LEADERS, "date": "2025-10-30"}
    plan = say("planned_meeting", "USA", "2025-10-26", status="announced_one_side", **event)
    silent = say("confirmation", "press", "2025-10-26", by_side="CHN", status="not_commented", of="Trump-Xi meeting")
    yes = say("confirmation", "CHN", "2025-10-29", by_side="CHN", status="confirmed", **event)
    late = say("confirmation", "press", "2025-10-29", by_side="CHN", status="not_commented", of="the Trump-Xi summit")
    assert confirmations("2025-10-27", plan, silent) == {"USA": "confirmed", "CHN": "not_commented"}
    assert confirmations("2025-10-29", plan, silent, yes, late) == {"USA": "confirmed", "CHN": "confirmed"}


# Measures and threats.


def duty(status, known, legal_from=None, side="USA", **more):
    value = {
        "measure": "m",
        "type": "tariff",
        "imposer": "USA",
        "target": "CHN",
        "status": status,
        "legal_from": legal_from,
        **more,
    }
    source = {key: value.pop(key) for key in ("source", "mode", "asserted") if key in value}
    return say("measure", side, known, **value, **source)


def measure(as_of, known, *statements):
    return derive(statements, as_of=as_of, known=known).measures[0]


def test_a_measure_has_the_status_of_its_latest_legal_act():
    statements = [
        duty("in_force", "2025-02-01", "2025-02-04", rate_pct=10),
        duty("in_force", "2025-03-03", "2025-03-04", rate_pct=20),
        duty("in_force", "2025-11-04", "2025-11-10", rate_pct=10),
    ]
    assert [measure(d, "2025-12-01", *statements).rate_pct for d in ("2025-03-03", "2025-11-09", "2025-11-10")] == [
        10,
        20,
        10,
    ]
    assert measure("2025-11-09", "2025-11-09", *statements).pending[0].legal_from == "2025-11-10"
    assert measure("2025-02-02", "2025-02-02", *statements).status == "announced"


def test_a_measure_returns_when_its_suspension_expires():
    paused = duty("suspended", "2025-05-12", "2025-05-14", suspended_until="2025-08-12", rate_pp=24)
    assert measure("2025-08-11", "2025-08-01", paused).status == "suspended"
    followed = say("agenda_item", "USA", "2025-08-01", topic="soybeans")
    back = measure("2025-08-12", "2025-08-01", paused, followed)
    assert (back.status, back.legal_from) == ("in_force", "2025-08-12")
    assert "no extension is known" in back.derived


def test_what_the_calendar_alone_would_change_after_the_record_ends_is_not_known():
    paused = duty("suspended", "2025-05-12", "2025-05-14", suspended_until="2025-08-12", rate_pp=24)
    row = measure("2025-08-12", "2025-08-12", paused)
    assert (row.status, row.last_status, row.not_known_since) == ("unknown", "suspended", "2025-05-12")
    assert row.derived.startswith("not known since 2025-05-12")


def test_an_announcement_that_no_act_followed_was_not_implemented():
    word = duty("announced", "2026-02-21", until="2026-07-24", rate_pct=15)
    without_day = duty("announced", "2026-01-02", rate_pct=15)
    later = say("agenda_item", "USA", "2026-07-20", topic="soybeans")
    assert measure("2026-07-25", "2026-07-25", word, later).status == "not_implemented"
    assert measure("2026-07-25", "2026-07-25", without_day, later).status == "not_implemented"


def test_a_measure_whose_place_another_took_is_superseded():
    first = say("measure", "USA", "2025-04-02", measure="first", type="tariff", imposer="USA", status="announced")
    second = say("measure", "USA", "2025-04-08", measure="second", type="tariff", imposer="USA", target="CHN",
                 status="in_force", legal_from="2025-04-09", rate_pct=84, replaces=["first"])  # fmt: skip
    rows = {m.measure: m for m in derive([first, second], as_of="2025-04-09", known="2025-04-09").measures}
    assert (rows["first"].status, rows["first"].superseded_by) == ("superseded", "second")
    rows = {m.measure: m for m in derive([first, second], as_of="2025-04-08", known="2025-04-08").measures}
    assert rows["first"].status == "announced"


def test_a_suspension_under_a_truce_without_an_end_expires_on_its_own_day():
    pause = say("truce", "USA", "2025-05-12", truce="g", parties=BOTH)
    paused = duty("suspended", "2025-05-12", "2025-05-14", suspended_until="2025-08-12", truce="g")
    followed = say("agenda_item", "USA", "2025-08-01", topic="soybeans")
    state = derive([pause, paused, followed], as_of="2025-08-12", known="2025-08-01")
    assert (state.truces[0].status, state.truces[0].note) == ("announced_one_side", "")
    assert state.measures[0].status == "in_force"


def package(until, known, **more):
    return duty("suspended", known, measure="package", suspended_until=until, **more)


def part(until, known, **more):
    return duty("suspended", known, measure="part", part_of="package", suspended_until=until, **more)


def ends(as_of, known, *statements):
    state = derive(statements, as_of=as_of, known=known)
    return {row.measure: (row.status, row.suspended_until) for row in state.measures}


def test_the_parts_of_a_package_end_with_it_when_its_end_moves():
    sides = {"side": "FJI", "imposer": "FJI", "target": "TON"}
    first = [package("2026-11-10", "2025-11-07", **sides), part("2026-11-10", "2025-11-07", **sides)]
    moved = package("2027-01-10", "2026-10-20", **sides)
    assert ends("2026-12-01", "2026-12-01", *first, moved)["part"] == ("suspended", "2027-01-10")
    assert ends("2026-12-01", "2026-12-01", moved, *first)["part"] == ("suspended", "2027-01-10")
    assert ends("2026-10-19", "2026-10-19", *first, moved)["part"] == ("suspended", "2026-11-10"), "not known yet"
    (row,) = [
        r for r in derive([*first, moved], as_of="2026-12-01", known="2026-12-01").measures if r.measure == "part"
    ]
    assert moved.id in row.statements
    assert "from 2026-11-10 to 2027-01-10" in row.derived


@pytest.mark.parametrize(
    "own",
    [
        {"until": "2026-12-31", "known": "2025-11-07"},  # an end of its own
        {"until": "2026-11-10", "known": "2026-10-25"},  # said anew after the package moved
    ],
)
def test_a_part_with_words_of_its_own_does_not_move_with_its_package(own):
    whole = [package("2026-11-10", "2025-11-07"), package("2027-01-10", "2026-10-20")]
    assert ends("2026-11-01", "2026-11-01", *whole, part(**own))["part"] == ("suspended", own["until"])


def test_a_measure_that_ended_does_not_return_when_its_old_suspension_expires():
    paused = duty("suspended", "2025-11-04", "2025-11-10", suspended_until="2026-11-10")
    ended = duty("ended", "2026-02-20", "2026-02-20", reason="invalidated")
    assert measure("2026-12-01", "2026-12-01", paused, ended).status == "ended"


def test_a_term_set_by_law_ends_by_itself():
    surcharge = duty("in_force", "2026-02-20", "2026-02-24", until="2026-07-24")
    assert measure("2026-07-23", "2026-03-01", surcharge).status == "in_force"
    followed = say("agenda_item", "USA", "2026-07-01", topic="soybeans")
    assert measure("2026-07-24", "2026-07-24", surcharge, followed).status == "ended"


def test_what_the_other_side_says_of_a_measure_is_a_separate_claim():
    own = duty("in_force", "2025-03-03", "2025-03-04")
    other = duty("ended", "2025-11-01", side="CHN")
    row = measure("2025-11-02", "2025-11-02", own, other)
    assert row.status == "in_force"
    assert [(c.by_side, c.status) for c in row.claims] == [("CHN", "ended")]


def test_trackers_that_date_an_act_differently_are_a_conflict():
    own = duty("in_force", "2025-11-04", "2025-11-10", rate_pct=10)
    tracker = duty("in_force", "2025-11-05", "2025-11-01", rate_pct=10, side="press", source="tracker")
    state = derive([own, tracker], as_of="2025-11-12", known="2025-11-12")
    assert state.measures[0].legal_from == "2025-11-10"
    assert [(c.shown, c.claims[1].value) for c in state.conflicts] == [("2025-11-10", "2025-11-01")]


def threat(as_of, known, *more):
    announced = say("threat", "USA", "2025-10-10", threat="t", by_side="USA", rate_pct=100, effective="2025-11-01")
    return derive([announced, *more], as_of=as_of, known=known).threats[0].status


def test_a_threat_stands_until_it_is_withdrawn_or_its_day_has_passed():
    off = say("threat", "USA", "2025-10-26", threat="t", by_side="USA", status="withdrawn")
    assert threat("2025-10-25", "2025-10-25", off) == "standing"
    assert threat("2025-10-26", "2025-10-26", off) == "withdrawn"
    assert threat("2025-11-02", "2025-11-02") == "expired"
    assert threat("2025-11-02", "2025-10-20") == "standing"


def test_a_threat_without_a_day_expires_and_leaves_the_view_a_year_later():
    made = say("threat", "USA", "2025-01-10", threat="t", by_side="USA", rate_pct=100)
    assert derive([made], as_of="2025-07-01", known="2025-07-01").threats[0].status == "standing"
    assert derive([made], as_of="2025-07-15", known="2025-07-15").threats[0].status == "expired"
    state = derive([made], as_of="2026-02-01", known="2026-02-01")
    assert (state.threats, state.history.threats[0].threat) == ((), "t")


def test_the_running_truce_comes_first_and_the_one_it_replaced_is_superseded():
    open_one = say("truce", "USA", "2019-06-29", "document", truce="a", parties=BOTH, start="2019-06-29")
    rows = derive([open_one, PAUSE], as_of="2025-06-02", known="2025-06-02").truces
    assert [(t.status, t.superseded_by) for t in rows] == [("in_force", None), ("superseded", PAUSE.value["truce"])]


def test_a_truce_prolonged_without_a_day_outlives_its_first_end():
    longer = say("extension", "USA", "2025-08-11", "document", truce=PAUSE.value["truce"], parties=BOTH, term="open")
    row = truce("2025-09-01", "2025-09-01", longer)
    assert (row.status, row.expiry) == ("announced_one_side", None)


def test_a_day_that_was_called_off_is_not_the_day_of_a_meeting():
    plan = say("planned_meeting", "USA", "2026-02-20", "document", event="visit", date="2026-03-31", status="scheduled")
    off = say("planned_meeting", "USA", "2026-03-19", event="visit", date="2026-03-31", status="cancelled")
    new = say("planned_meeting", "USA", "2026-03-25", event="visit", date="2026-05-14", status="announced_one_side")
    state = derive([plan, off, new], as_of="2026-04-05", known="2026-04-05")
    assert {r.date for r in state.next} == {"2026-05-14"}
    assert not state.conflicts
    between = derive([plan, off, new], as_of="2026-03-20", known="2026-03-20")
    assert not between.next


def test_next_lists_only_dates_ahead_in_order():
    state = derive(some_statements(), as_of="2025-10-26", known="2025-10-26")
    assert [(r.date, r.kind) for r in state.next] == [
        ("2025-10-30", "meeting"),
        ("2025-11-01", "threat"),
        ("2025-11-10", "deadline"),
    ]
