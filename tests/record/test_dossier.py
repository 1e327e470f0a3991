"""The shipped dossier: every line valid, every quote verbatim, and the talks as they were known."""

import calendar
import json
import re
from pathlib import Path
from random import Random

import pytest

from detente.record.fact import By, FactDate, Statement, days
from detente.record.kinds import check, check_quote
from detente.record.state import derive
from detente.record.store import Record

TALKS = Path(__file__).parents[2].parent / "shared" / "data" / "talks"
RECORD = Record.load("us-china")
STATEMENTS = RECORD.statements()


def state(as_of, known=None):
    return RECORD.as_of(as_of, known)


def measure(name, as_of, known=None):
    return next((m for m in state(as_of, known).measures if m.measure == name), None)


def text_of(source):
    path = TALKS / "documents" / f"{source}.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def test_every_line_is_valid_against_its_kind():
    for statement in STATEMENTS:
        check(statement)
    assert RECORD.check() == []


def test_every_cited_source_exists_and_every_source_is_cited():
    assert {s.source for s in STATEMENTS} == set(RECORD.sources)


def test_no_synthetic_text_is_a_source():
    assert not [s for s in RECORD.sources.values() if s.id.startswith("syn_") or s.publisher == "synthetic"]


def test_every_statement_says_how_well_and_since_when_it_is_known():
    assert all(s.verification and s.known for s in STATEMENTS)


def test_a_note_mentions_nothing_that_was_not_yet_known():
    months = list(calendar.month_name)
    for statement in STATEMENTS:
        named = re.findall(r"\d{4}-\d\d-\d\d", statement.note)
        named += [
            f"{y}-{months.index(m):02}" for m, y in re.findall(rf"({'|'.join(months[1:])}) (\d{{4}})", statement.note)
        ]
        value = json.dumps(dict(statement.value))
        assert all(day in value or days(day)[0] <= days(statement.known)[1] for day in named), statement.note


def test_quotes_are_short():
    assert max(len(s.quote.split()) for s in STATEMENTS) <= 12


@pytest.mark.skipif(not TALKS.is_dir(), reason="the documents are not part of the package")
def test_every_quote_is_verbatim_at_its_offsets():
    placed = [s for s in STATEMENTS if s.start is not None]
    assert len(placed) > 50
    for statement in placed:
        text = text_of(statement.source)
        assert text is not None
        check_quote(statement, text)
    assert RECORD.check(text_of) == []


@pytest.mark.skipif(not TALKS.is_dir(), reason="the documents are not part of the package")
@pytest.mark.parametrize("gold", sorted((TALKS / "gold").glob("*.jsonl")), ids=lambda p: p.stem)
def test_the_facts_of_a_document_do_not_change_the_record(gold):
    proposed = []
    for line in gold.read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        day = f"{gold.stem[4:8]}-{gold.stem[8:10]}-{gold.stem[10:12]}"
        fields = {
            "source": gold.stem,
            "quote": fact["quote"],
            "date": FactDate(**fact["date"]),
            "asserted": day,
            "known": day,
        }
        proposed.append(check(Statement(fact["kind"], fact["value"], By(**fact["by"]), **fields)))
    derive(proposed, as_of=day, known=day).to_json()
    alone, beside = state(day), RECORD.as_of(day, also=proposed)
    for part, name in (("truces", "truce"), ("measures", "measure")):
        was = {getattr(r, name): r.status for r in getattr(alone, part) if getattr(r, name)}
        now = {getattr(r, name): r.status for r in getattr(beside, part) if getattr(r, name)}
        assert was.items() <= now.items()


@pytest.mark.parametrize("day", ["2018-12-05", "2025-04-20", "2025-10-27", "2025-11-05", "2026-11-24"])
def test_the_order_of_the_lines_does_not_matter(day):
    shuffled = Random(day).sample(STATEMENTS, len(STATEMENTS))
    assert derive(shuffled, as_of=day, known=day, sources=RECORD.sources).to_json() == state(day).to_json()


def test_five_rounds_are_counted_before_busan():
    rounds = [r for r in state("2025-10-27").rounds if r.start > "2025" and r.level == "delegations"]
    assert [r.city for r in rounds] == ["Geneva", "London", "Stockholm", "Madrid", "Kuala Lumpur"]
    assert [r.ordinal for r in rounds] == [1, 2, 3, 4, 5]


def test_after_kuala_lumpur_each_side_has_its_own_word():
    stages = {s.by_side: s for s in state("2025-10-27").stages if s.line == "main"}
    assert stages["USA"].stage == "framework"
    assert stages["CHN"].stage == "preliminary_consensus"
    assert stages["CHN"].next == "submitted_for_internal_approval"
    assert stages["USA"].status == stages["CHN"].status == "contested"


def test_the_summit_was_first_confirmed_by_one_side():
    def answers(day):
        return {r.by_side: r.status for r in state(day).confirmations if r.date == "2025-10-30"}

    assert answers("2025-10-26") == answers("2025-10-27") == {"USA": "confirmed", "CHN": "not_commented"}
    assert answers("2025-10-29") == {"USA": "confirmed", "CHN": "confirmed"}


def test_the_state_of_a_day_changes_as_more_becomes_known():
    def geneva(known):
        truce = state("2025-11-05", known).truces[0]
        ends = {c.new_expiry: c.status for c in truce.chain}
        return truce.expiry, ends.get("2026-11-10")

    assert geneva("2025-10-26") == ("2025-11-10", None)
    assert geneva("2025-11-02") == ("2025-11-10", "announced_one_side")
    assert geneva("2025-11-30") == ("2026-11-10", "confirmed_both")


def test_without_an_extension_the_24_points_return_on_10_november():
    for name in ("usa-ieepa-reciprocal-24", "chn-reciprocal-24"):
        assert measure(name, "2025-11-09", "2025-10-26").status == "suspended"
        assert measure(name, "2025-11-10", "2025-10-26").status == "in_force"
        assert measure(name, "2025-11-10", "2025-11-06").status == "suspended"


@pytest.mark.parametrize(
    ("name", "day", "status", "rate"),
    [
        ("usa-ieepa-fentanyl", "2025-02-04", "in_force", 10),
        ("usa-ieepa-fentanyl", "2025-03-04", "in_force", 20),
        ("usa-ieepa-fentanyl", "2025-11-09", "in_force", 20),
        ("usa-ieepa-fentanyl", "2025-11-10", "in_force", 10),
        ("usa-ieepa-fentanyl", "2026-02-20", "ended", None),
        ("usa-ieepa-reciprocal", "2025-04-05", "in_force", 10),
        ("usa-ieepa-reciprocal", "2026-02-20", "ended", None),
        ("usa-ieepa-reciprocal-escalation", "2025-04-09", "in_force", 84),
        ("usa-ieepa-reciprocal-escalation", "2025-05-13", "in_force", 125),
        ("usa-ieepa-reciprocal-escalation", "2025-05-14", "ended", None),
        ("chn-reciprocal-escalation", "2025-04-12", "in_force", 125),
        ("chn-farm", "2025-11-09", "in_force", 15),
        ("chn-farm", "2025-11-10", "ended", None),
        ("chn-energy", "2026-01-01", "in_force", 15),
        ("usa-s122", "2026-02-24", "in_force", 10),
        ("usa-s122", "2026-07-24", "ended", 10),
        ("usa-s301-forced-labour", "2026-07-24", "in_force", 12.5),
        ("usa-s301-lists", "2025-06-01", "in_force", 25),
        ("usa-s301-excess-capacity", "2026-10-01", "announced", 7.5),
        ("usa-affiliates-rule", "2026-01-01", "suspended", None),
        ("chn-controls-april-2025", "2026-01-01", "in_force", None),
        ("chn-controls-october-2025", "2025-10-27", "announced", None),
        ("chn-controls-october-2025", "2025-11-08", "suspended", None),
        ("chn-controls-october-2025-62", "2025-10-27", "in_force", None),
    ],
)
def test_each_measure_has_its_legal_status_and_rate_on_the_day(name, day, status, rate):
    row = measure(name, day)
    assert (row.status, row.rate_pct) == (status, rate)


def test_the_emergency_duties_ended_by_a_ruling():
    assert measure("usa-ieepa-fentanyl", "2026-02-21").reason == "invalidated"


def test_the_threat_of_100_percent_was_withdrawn_before_its_day():
    status = {d: state(d).threats[0].status for d in ("2025-10-25", "2025-10-26")}
    assert status == {"2025-10-25": "standing", "2025-10-26": "withdrawn"}


def test_the_extension_to_january_2027_is_reported_and_says_that_notices_were_pending():
    truce = state("2026-11-24").truces[0]
    assert (truce.status, truce.expiry, truce.text_expiry) == ("reported", "2027-01-10", "2026-11-10")
    assert "pending" in truce.note
    assert measure("chn-reciprocal-24", "2026-11-24").standing == "reported"


def test_texts_that_disagree_are_shown_side_by_side():
    about = {c.about: c for c in state("2026-11-24").conflicts}
    assert {c.value for c in about["measure chn-tariff-exclusions: until"].claims} == {"2026-11-10", "2026-12-31"}
    assert about["measure chn-farm: status"].shown == "ended"
    assert {c.value for c in about["measure usa-ieepa-fentanyl: legal_from"].claims} >= {
        "2025-03-04",
        "2025-02-04",
    }
    assert about["truce geneva: expiry"].shown == "2025-11-10"


def test_the_office_of_a_person_depends_on_the_day():
    def roles(day):
        li = next(p for p in state(day).people if p.person == "Li Chenggang")
        return {r.role for r in li.roles}

    assert "Ambassador to the WTO" in roles("2025-10-01")
    assert "Ambassador to the WTO" not in roles("2025-10-27")


def test_nothing_is_dated_after_what_is_known():
    assert max(s.known for s in STATEMENTS) <= "2026-10-08"


def test_the_second_canadian_list_was_paused_and_then_never_took_effect():
    canada = Record.load("us-canada")
    assert canada.check() == []
    days_and_status = {"2025-03-07": "suspended", "2025-04-03": "not_implemented", "2026-06-01": "not_implemented"}
    for day, status in days_and_status.items():
        by_name = {row.measure: row.status for row in canada.as_of(day).measures}
        assert by_name["can-surtax-125bn"] == status
    assert by_name["can-surtax-autos"] == "in_force"
