"""Laws of the ledger of duties: two clocks, the same number by a longer way, unions, and where acts stand on a day."""

from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import labels
from detente.record import act_status, duties

BOOK = duties.shipped()
DAYS = sorted({day for rate in BOOK.rates for day in (rate.start, rate.until, rate.known, rate.end_known) if day})
PARTNERS = ("CHN", "EU", "DEU", "IRL", "CAN", "MEX", "JPN", "VNM", "IND", "CHE", "NZL", "WLD")
pairs = st.one_of(
    st.tuples(st.just("USA"), st.sampled_from(PARTNERS)),
    st.sampled_from([("CHN", "USA"), ("CAN", "USA"), ("DEU", "USA")]),
)
days = st.sampled_from(DAYS)


def benchmark():
    path = Path(__file__).parents[2] / "benchmarks" / "bench_duties.py"
    spec = spec_from_file_location("bench_duties", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_known(book, known):
    """The ledger without every act, rate and end that became known after a day."""
    rates = (rate for rate in book.rates if rate.known <= known)
    return replace(
        book,
        acts={name: act for name, act in book.acts.items() if act.known <= known},
        rates=tuple(replace(r, until="", end_known=r.known) if r.end_known > known else r for r in rates),
    )


@given(pairs, days, days)
def test_acts_rates_and_ends_known_later_change_no_duty(pair, day, known):
    trimmed = as_known(BOOK, known)
    assert trimmed.levied(*pair, day, known) == BOOK.levied(*pair, day, known)
    assert trimmed.changes(*pair, "2018-01-01", day, known) == BOOK.changes(*pair, "2018-01-01", day, known)


@given(days, days)
def test_acts_known_later_change_nothing_of_what_has_no_rate_is_announced_or_suspended(day, known):
    trimmed = as_known(BOOK, known)
    for status in (act_status.unpriced, act_status.announced, act_status.suspended):
        assert status(trimmed, day, known) == status(BOOK, day, known)


def test_the_ledger_gives_what_the_sum_over_classes_of_goods_gives():
    plain_points = benchmark().plain_points
    for day in ("2018-09-24", "2025-03-05", "2025-03-20", "2025-04-09", "2025-11-20", "2026-05-10", "2026-10-08"):
        for partner in (*PARTNERS[:-1], "REST"):
            levied = {act: x for act, x in BOOK.levied("USA", partner, day).points.items() if x}
            plain = {act: x for act, x in plain_points(BOOK, "USA", partner, day, day).items() if x}
            assert levied == pytest.approx(plain, abs=1e-12), (day, partner)


def test_parts_by_sector_add_up_to_what_is_levied():
    for partner in PARTNERS[:-1]:
        parts = BOOK.parts("USA", partner, "2026-08-25")
        assert sum(part.average for part in parts) == pytest.approx(BOOK.levied("USA", partner, "2026-08-25").total)


def test_a_rate_on_all_but_the_union_falls_on_none_of_its_members():
    for code in ("EU", *labels.members("EU")):
        assert BOOK.levied("USA", code, "2018-04-15").total == 0
        assert BOOK.levied("USA", code, "2018-06-15").total > 0


def test_a_union_levies_nothing_on_the_goods_of_its_members():
    everybody = duties.read_rate(
        {"act": "eu-steel-2026", "family": "own", "against": "ALL", "needs": "", "without": "", "rate": "5",
         "kind": "add", "usmca": "none", "part": "whole", "from": "2026-07-01", "until": "", "known": "2026-06-30",
         "end_known": "", "note": ""}
    )  # fmt: skip
    book = duties.own(BOOK, [], [everybody])
    points = {on: book.levied("DEU", on, "2026-08-01").points.get("eu-steel-2026", 0) for on in ("USA", "FRA", "EU")}
    assert points == {"USA": 5, "FRA": 0, "EU": 0}
    assert not BOOK.levied("USA", "USA", "2026-08-01").points


def test_the_duty_on_the_world_is_the_mean_over_partners():
    value = BOOK.imports("USA")
    mean = sum(BOOK.levied("USA", p, "2025-11-20").total * x for p, x in value.items()) / sum(value.values())
    assert BOOK.levied("USA", "WLD", "2025-11-20").total == pytest.approx(mean)


@pytest.mark.parametrize(
    ("day", "known", "points"),
    [
        ("2025-04-07", "2025-04-07", 10.75), ("2025-04-07", "2025-04-11", 9.76),
        ("2025-04-09", "2025-04-09", 25.96), ("2025-04-09", "2025-04-11", 21.28),
    ],
)  # fmt: skip
def test_the_world_as_known_on_two_days(day, known, points):
    levied = BOOK.levied("USA", "WLD", day, known).total - BOOK.levied("USA", "WLD", "2024-12-31").total
    assert levied == pytest.approx(points, abs=0.3)


def test_the_duty_that_no_act_adds_is_the_same_with_acts_of_ones_own():
    own = duties.own(BOOK, [BOOK.acts["us-s301-china-list1"]], [])
    assert own.ordinary("USA", "CHN") == BOOK.ordinary("USA", "CHN") == pytest.approx(1.31, abs=0.01)
    assert BOOK.ordinary("CHN", "USA") is None


def test_every_reason_is_that_of_an_act_without_a_rate():
    reasons = {row["id"] for row in duties.read_table("not_priced.csv")}
    assert reasons <= BOOK.acts.keys() - BOOK.rated(duties.READ_UNTIL)
    in_force = {row.act.id for day in DAYS for row in act_status.unpriced(BOOK, day, duties.READ_UNTIL)}
    assert in_force <= reasons | {"eu-2025-93"}, "an act whose suspension ended says so itself"


def test_an_announced_act_is_listed_until_its_day_and_then_has_a_rate_or_a_reason():
    def names(status, day, known=None):
        return {getattr(row, "act", row).id for row in status(BOOK, day, known or day)}

    assert "us-s232-pharma" in names(act_status.announced, "2026-07-30")
    assert "us-s232-pharma" in names(act_status.unpriced, "2026-07-31")
    assert "us-s232-pharma" not in names(act_status.unpriced, "2026-07-31", "2026-04-01")
    assert "ca-2026-338" not in names(act_status.unpriced, "2026-07-19")
    assert "ca-2026-338" in names(act_status.unpriced, "2026-07-20")


def test_a_suspension_whose_end_passed_without_news_is_not_known():
    reason = {row.act.id: row.reason for row in act_status.unpriced(BOOK, "2026-08-07", "2026-08-07")}["eu-2025-93"]
    assert "2026-08-06" in reason
    assert "eu-2025-93" in {act.id for act in act_status.suspended(BOOK, "2026-08-06", "2026-08-06")}
