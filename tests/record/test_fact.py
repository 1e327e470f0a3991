"""Statements: ids, dates, and the clock of each side."""

from dataclasses import replace
from datetime import date

import pytest

from detente.errors import RecordError
from detente.record.fact import By, Statement, days, has_started, moment, start_of_day

PAUSE = Statement(
    "truce", {"parties": ["CHN", "USA"], "expiry": "2025-08-12"}, By(side="joint"), "x", known="2025-05-12"
)


def test_the_same_claim_has_the_same_id_whoever_coded_it_and_when():
    assert replace(PAUSE, coder="someone", recorded_at="2026-01-01", confidence=0.5).id == PAUSE.id


def test_another_quote_value_or_claimant_gives_another_id():
    others = [replace(PAUSE, quote="q"), replace(PAUSE, value={}), replace(PAUSE, by=By(side="USA"))]
    assert len({PAUSE.id, *(o.id for o in others)}) == 4


def test_dates_and_whole_floats_in_a_value_equal_their_json_form():
    twin = replace(PAUSE, value={"parties": ("CHN", "USA"), "expiry": date(2025, 8, 12), "by_days": 90.0})
    assert twin.id == replace(PAUSE, value={"parties": ["CHN", "USA"], "expiry": "2025-08-12", "by_days": 90}).id


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-11-10", date(2025, 11, 10), date(2025, 11, 10)),
        ("2026-05", date(2026, 5, 1), date(2026, 5, 31)),
        ("2025-11-01~", date(2025, 11, 1), date(2025, 11, 1)),
        ("..2025-11-10", date.min, date(2025, 11, 10)),
        ("2025-06-09/2025-06-10", date(2025, 6, 9), date(2025, 6, 10)),
        ("2025-11-10T13:01+08:00", date(2025, 11, 10), date(2025, 11, 10)),
    ],
)
def test_an_edtf_date_spans_the_days_it_can_mean(text, first, last):
    assert days(text) == (first, last)


@pytest.mark.parametrize("text", ["10/11/2025", "2025-13", "2025-02-30", "soon"])
def test_an_invalid_date_is_refused(text):
    with pytest.raises(RecordError, match="is not a date"):
        days(text)


def test_a_bare_date_means_the_end_of_that_day_in_utc():
    assert moment("2025-10-26").isoformat() == "2025-10-26T23:59:59+00:00"
    with pytest.raises(RecordError, match="has no time zone"):
        moment("2025-10-26T10:00")


@pytest.mark.parametrize(
    ("day", "side", "start"),
    [
        (date(2025, 8, 12), "USA", "2025-08-12T00:01:00-04:00"),
        (date(2025, 11, 10), "USA", "2025-11-10T00:01:00-05:00"),
        (date(2025, 11, 2), "USA", "2025-11-02T00:01:00-04:00"),
        (date(2026, 3, 8), "USA", "2026-03-08T00:01:00-05:00"),
        (date(2026, 3, 9), "USA", "2026-03-09T00:01:00-04:00"),
        (date(2025, 11, 10), "CHN", "2025-11-10T00:01:00+08:00"),
    ],
)
def test_a_measure_takes_effect_one_minute_past_midnight_local_time(day, side, start):
    assert start_of_day(day, side).isoformat() == start


def test_bare_dates_compare_by_the_calendar_and_times_by_the_sides_clock():
    assert has_started("2025-11-10", "2025-11-10", "USA")
    assert not has_started("2025-11-10", "2025-11-09", "CHN")
    assert not has_started("2025-11-10", "2025-11-10T05:00+00:00", "USA")
    assert has_started("2025-11-10", "2025-11-10T05:01+00:00", "USA")
    assert has_started("2025-11-10", "2025-11-09T16:01+00:00", "CHN")
