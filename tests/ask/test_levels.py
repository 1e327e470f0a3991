"""A rate that takes the place of a duty in force adds the difference; one that comes on top adds all of it."""

import pytest

from detente.ask.cases import case_of
from detente.ask.pricing import duties
from detente.ask.pricing.possible_outcomes import on_the_table
from detente.record.fact import By, Statement
from detente.record.store import Record

ECONOMIES = ("USA", "JPN", "CHN", "DEU")


def announced(measure, rate, known, legal_from, status="announced"):
    value = {
        "measure": measure, "type": "tariff", "imposer": "USA", "target": "JPN", "status": status, "rate_pct": rate,
        "legal_from": legal_from,
    }  # fmt: skip
    return Statement("measure", value, By(side="USA", mode="document"), "s", asserted=known, known=known)


def table(day, *statements):
    record, case = Record.load("us-japan"), case_of("us-japan")
    state = record.as_of(day, day, also=statements)
    return on_the_table(record, state, ECONOMIES, case), state, case


def metals(layers):
    return sum(x.average for x in layers if x.measure == "usa-s232-metals" and (x.by, x.against) == ("USA", "JPN"))


def test_a_rise_announced_for_a_later_day_leaves_today_and_adds_the_difference():
    day = "2025-05-20"
    plain, _, _ = table(day)
    outcomes, _, _ = table(day, announced("usa-s232-metals", 60, day, "2025-06-20"))
    assert metals(plain[0].layers) > 0
    assert metals(outcomes[0].layers) == pytest.approx(metals(plain[0].layers))
    (pending,) = [outcome for outcome in outcomes if outcome.title.startswith("Pending: ")]
    assert {layer.points for layer in pending.changes} == {60 - 25}


def test_a_rate_on_record_from_a_later_day_than_the_ledger_takes_its_place():
    day = "2025-05-20"
    statement = announced("usa-s232-metals", 60, day, "2025-05-19", "in_force")
    _, state, case = table(day, statement)
    layers = [x for x in duties.in_force(state, ECONOMIES, case) if x.measure == "usa-s232-metals"]
    on_japan = [x.points for x in layers if (x.by, x.against) == ("USA", "JPN")]
    assert on_japan == [60]


def test_a_threatened_level_adds_what_it_is_above_the_duty_in_force():
    outcomes, _, _ = table("2025-07-10")
    (threat,) = [outcome for outcome in outcomes if outcome.name == "usa-letter-25"]
    assert {layer.points for layer in threat.changes} == {25 - 10}
    assert threat.title.startswith("US +15 points")
