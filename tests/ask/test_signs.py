"""Signs of how talks stand, read off the state of a day as known then."""

from datetime import date

import pytest

from detente.ask.cases import case_of
from detente.ask.forecasting.signs import NAMES, signs, values
from detente.ask.questions import forecast as question
from detente.record.store import Record


def signs_of(day, dossier="us-china"):
    state = Record.load(dossier).as_of(day, day)
    return {s.name: s for s in signs(state, case_of(dossier), date.fromisoformat(day))}


def test_a_meeting_announced_by_one_of_two_sides_counts_half():
    assert "meeting" not in signs_of("2025-07-29")
    meeting = signs_of("2025-10-27")["meeting"]
    assert meeting.value == 0.5
    assert "2025-10-30" in meeting.words


def test_an_extension_that_is_discussed_and_the_stage_of_the_last_deal_are_signs():
    read = signs_of("2025-10-27")
    assert read["extension"].value == 1
    assert 0 < read["stage"].value < 1
    assert "confirmed" not in read
    assert -1 <= read["tone"].value <= 1


def test_a_stage_of_more_than_120_days_ago_is_no_sign():
    assert "stage" not in signs_of("2019-02-20")


def test_every_sign_rests_on_statements_that_were_known_on_the_day():
    record = Record.load("us-china")
    for day in ("2025-07-29", "2025-10-27", "2026-09-17"):
        for sign in signs_of(day).values():
            assert sign.statements
            assert all(str(record.find(s).known)[:10] <= day for s in sign.statements)


def test_signs_without_a_value_are_zero():
    assert values([]) == (0.0,) * len(NAMES)
    assert values(signs_of("2025-10-27").values())[0] == 0.5


@pytest.mark.parametrize("day", ["2025-10-27", "2026-09-17"])
def test_an_answer_lists_the_signs_and_uses_none(day):
    data = question.forecast(as_of=day).data
    assert {s["sign"] for s in data["signs"]} == set(signs_of(day))
