"""What became known only later changes no answer, whatever the question, the day and the negotiation."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from random import Random

import pytest
from knowledge import cut_copy, differences, outcome_of, reading_from

from detente.ask.cases import case_of
from detente.ask.pricing import duties, duty_layers
from detente.ask.pricing.context import pricing_context
from detente.ask.pricing.observed_trade import observed_trade
from detente.ask.questions import deal, leverage, price, truce, what_if
from detente.ask.questions.brief import brief
from detente.ask.questions.forecast import forecast
from detente.ask.talks.dossier import show
from detente.record import duties as ledgers
from detente.record import history
from detente.record.fact import moment
from detente.record.store import Record, shipped_dossiers


def levied(partner: str, day: str, known: str) -> dict[str, float]:
    layers = duty_layers.ledger_layers(["USA", partner], day, known, ledgers.shipped())
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


def asked(dossier, as_of, known, folder):
    """{question: how to ask it} of a negotiation, a day and a day of knowledge."""
    case, words = case_of(dossier), {"dossier": dossier, "as_of": as_of, "known": known}
    by, against = case.parties[:2]
    more = folder / f"{dossier}.yaml"
    more.write_text(f"name: more\nmeasures:\n  - {{by: {by}, against: {against}, rate: 10 pp}}\n", "utf-8")
    return {
        "record show": lambda: show(**words),
        "brief": lambda: brief(**words),
        "forecast": lambda: forecast(**words),
        "what-if": lambda: what_if.whatif({case.levers[0].name: 10}, **words),
        "price": lambda: price.price(str(more), **words),
        "deal": lambda: deal.deal(**words),
        "truce": lambda: truce.truce(**words),
        "leverage": lambda: leverage.leverage(**words),
    }


def what_later_knowledge_changes(triples, folder, questions):
    """Where answers differ between all data and the data without what became known after each day of knowledge."""
    wrong = []
    for known, group in groupby(sorted(triples, key=itemgetter(2)), key=itemgetter(2)):
        same_known = [(dossier, as_of, asked(dossier, as_of, known, folder)) for dossier, as_of, _ in group]
        full = [{name: outcome_of(ask[name]) for name in questions} for _, _, ask in same_known]
        with reading_from(cut_copy(known, folder / known)):
            for (dossier, as_of, ask), answers in zip(same_known, full, strict=True):
                for name in questions:
                    found = differences(answers[name], outcome_of(ask[name]))
                    wrong += [f"{name} {dossier} --as-of {as_of} --known {known}: {line}" for line in found[:3]]
    return wrong


def random_triples(seed, count):
    """(dossier, day, day of knowledge), a negotiation after the other; a day lies up to 120 days either way."""
    random, dossiers = Random(seed), shipped_dossiers()
    days = {d: sorted({str(moment(s.known))[:10] for s in Record.load(d).statements()}) for d in dossiers}
    triples = []
    for k in range(count):
        dossier = dossiers[k % len(dossiers)]
        known = random.choice(days[dossier])
        as_of = date.fromisoformat(known) + timedelta(random.randint(-120, 120))
        triples.append((dossier, as_of.isoformat(), known))
    return triples


@cache
def ledger_known(known):
    """The shipped ledger without rates, and ends of rates, that became known after a day."""
    whole = ledgers.shipped()
    rates = [rate for rate in whole.rates if rate.known <= known]
    return replace(whole, rates=tuple(r if r.end_known <= known else replace(r, until="") for r in rates))


def test_what_became_known_later_changes_no_duty_of_the_ledger():
    random, ledger = Random("ledger"), ledgers.shipped()
    days = sorted({rate.known for rate in ledger.rates})
    pairs = [("USA", "CHN"), ("CHN", "USA"), ("USA", "CAN"), ("CAN", "USA"), ("USA", "DEU"), ("USA", "JPN")]
    for _ in range(200):
        by, against = random.choice(pairs)
        known = random.choice(days)
        day = (date.fromisoformat(known) + timedelta(random.randint(-200, 200))).isoformat()
        assert ledger_known(known).levied(by, against, day, known) == ledger.levied(by, against, day, known)


LIGHT = ("record show", "forecast", "what-if")
WHOLE = (*LIGHT, "brief", "price", "deal", "truce", "leverage")


def test_a_copy_without_later_knowledge_is_smaller_and_read_in_place_of_the_whole(tmp_path):
    with reading_from(cut_copy("2025-06-01", tmp_path / "cut")):
        cut = len(Record.load("us-china").statements())
        ends = [point.ended for point in history.load() if point.ended]
    assert 0 < cut < len(Record.load("us-china").statements())
    assert max(ends) <= date(2025, 6, 1) < max(point.ended for point in history.load() if point.ended)


def test_what_became_known_later_changes_no_state_forecast_or_what_if(tmp_path):
    assert what_later_knowledge_changes(random_triples("light", 12), tmp_path, LIGHT) == []


def test_what_became_known_later_changes_no_brief_with_its_deal_truce_and_leverage_and_no_price(tmp_path):
    triples = [("us-china", "2025-11-02", "2025-10-26"), ("us-eu", "2025-07-20", "2025-08-01")]
    assert what_later_knowledge_changes(triples, tmp_path, ("brief", "price")) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_what_became_known_later_changes_no_answer(seed, tmp_path):
    assert what_later_knowledge_changes(random_triples(seed, 20), tmp_path, WHOLE) == []
