"""What became known only later changes no answer: duties of third economies, and trade that customs published."""

import json
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from random import Random

import pytest

from detente.ask.cases import case_of
from detente.ask.pricing import duties
from detente.ask.pricing.context import pricing_context
from detente.ask.pricing.observed_trade import observed_trade
from detente.ask.questions.brief import brief
from detente.record import duties as ledgers
from detente.record.fact import moment
from detente.record.store import Record, shipped_dossiers


def levied(partner: str, day: str, known: str) -> dict[str, float]:
    layers = duties.ledger_layers(["USA", partner], day, known, ledgers.shipped())
    return {layer.measure: layer.points for layer in layers}


@pytest.mark.parametrize(
    ("day", "known", "points"),
    [
        ("2025-08-10", "2025-08-10", 25.0),  # the notice of September was not published yet
        ("2025-08-10", "2025-09-25", 15.0),  # 15 in total, from 1 August on
        ("2025-07-31", "2025-09-25", 25.0),
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
    ledger = ledgers.shipped()
    for rate in ledger.rates:
        assert "2018-01-01" <= rate.known <= (rate.end_known or "9")
        earlier = (date.fromisoformat(rate.known) - timedelta(1)).isoformat()
        assert not rate.is_levied(max(rate.start, earlier), earlier)


def test_observed_trade_is_known_from_its_publication_on():
    assert max(observed_trade("USA", "CHN", "2026-02-18")) < 2025
    assert max(observed_trade("USA", "CHN", "2026-02-19")) == 2025


def test_a_brief_compares_with_no_year_that_customs_had_not_published():
    trade = brief(as_of="2025-10-26").data["economy"]["baseline"]["trade"]
    assert trade
    assert all(row["observed_year"] == 2024 for row in trade)


def as_recorded_by(day: str, dossier: str, folder: Path) -> Record:
    """The record with every line left out that became known after a day."""
    shipped = resources.files("detente") / "dossiers" / dossier
    folder.mkdir()
    for name, is_known in (
        ("statements.jsonl", lambda row: moment(row["known"]) <= moment(day)),
        ("sources.jsonl", published(day)),
    ):
        rows = (shipped / name).read_text("utf-8").splitlines()
        (folder / name).write_text("".join(row + "\n" for row in rows if is_known(json.loads(row))), "utf-8")
    return Record.load(folder)


def published(day: str):
    return lambda row: str(row.get("published") or row.get("retrieved") or "")[:10] <= day


@pytest.mark.parametrize("dossier", shipped_dossiers())
def test_no_line_that_became_known_later_changes_the_state_or_the_duties(dossier, tmp_path):
    record, random = Record.load(dossier), Random(dossier)
    days = sorted({str(moment(s.known))[:10] for s in record.statements()})
    economies = pricing_context("icio-2022").world.economies
    for k in range(200 // len(shipped_dossiers())):
        known = random.choice(days)
        as_of = (date.fromisoformat(known) + timedelta(random.randint(-120, 60))).isoformat()
        full, cut = (r.as_of(as_of, known) for r in (record, as_recorded_by(known, dossier, tmp_path / str(k))))
        assert cut.to_json() == full.to_json(), (as_of, known)
        levied_then, levied_now = (duties.in_force(state, economies, case_of(dossier)) for state in (cut, full))
        assert levied_then == levied_now
