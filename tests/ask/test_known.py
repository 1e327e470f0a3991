"""What became known only later changes no answer: duties of third economies, and trade that customs published."""

import pytest

from detente.ask.pricing import duties
from detente.ask.pricing.observed_trade import observed_trade
from detente.ask.questions.brief import brief


def levied(partner: str, day: str, known: str) -> dict[str, float]:
    return {layer.measure: layer.points for layer in duties.scheduled_layers([partner], day, known)}


@pytest.mark.parametrize(
    ("day", "known", "points"),
    [
        ("2025-08-10", "2025-08-10", 25.0),  # the joint statement of 21 August was not published yet
        ("2025-08-10", "2025-08-21", 14.0),  # 15 in total, from 1 August on
        ("2025-07-31", "2025-08-21", 25.0),
    ],
)
def test_a_duty_cut_with_retroactive_effect_is_known_from_its_publication_on(day, known, points):
    assert levied("DEU", day, known)["usa-s232-autos"] == points


def test_an_end_that_was_not_known_has_not_come():
    assert "usa-ieepa-reciprocal" in levied("VNM", "2026-03-01", "2026-02-19")
    assert "usa-ieepa-reciprocal" not in levied("VNM", "2026-03-01", "2026-02-20")
    assert "usa-s122" not in levied("VNM", "2026-03-01", "2026-02-19")
    assert "usa-s122" not in levied("VNM", "2026-08-01", "2026-02-20"), "it said itself when it ends"


def test_no_duty_is_known_before_it_was_published():
    for row in duties._schedule():
        assert row.known <= (row.end_known or "9")
        assert row.known[:4] >= "2025"
        assert not row.applies(row.start, "2024-12-31")


def test_observed_trade_is_known_from_its_publication_on():
    assert max(observed_trade("USA", "CHN", "2026-02-18")) < 2025
    assert max(observed_trade("USA", "CHN", "2026-02-19")) == 2025


def test_a_brief_compares_with_no_year_that_customs_had_not_published():
    trade = brief(as_of="2025-10-26").data["economy"]["baseline"]["trade"]
    assert trade
    assert all(row["observed_year"] == 2024 for row in trade)
