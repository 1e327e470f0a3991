"""Review: who, when, why; one line a decision, nothing overwritten, nothing written on failure."""

from dataclasses import replace

import pytest

from detente.errors import RecordError
from detente.record.fact import By, Source, Statement
from detente.record.review import Decision, apply, decided_on, names_decided, rank, same_person, undecided
from detente.record.store import Record

TEXT = "Washington and Beijing will extend the truce until November 10, 2025. Nobody else spoke."
REPORT = Source("report", "A report", "A paper", "2025-08-12", "press")
QUOTE = "extend the truce until November 10, 2025"
START = TEXT.find(QUOTE)
EXTENSION = Statement(
    "extension",
    {"new_expiry": "2025-11-10", "by_days": None},
    By(side="press", mode="narrator"),
    "report",
    quote=QUOTE,
    start=START,
    end=START + len(QUOTE),
    asserted="2025-08-12",
    known="2025-08-12",
    confidence=0.7,
)
TALKS = replace(EXTENSION, kind="agenda_item", value={"topic": "tariffs"}, quote="Nobody else spoke", start=70, end=87)
PROPOSALS = [EXTENSION, TALKS]


@pytest.fixture
def record(tmp_path):
    return Record.start(tmp_path / "talks")


def review(record, *decisions, on="2025-08-13"):
    return apply(record, PROPOSALS, decisions, source=REPORT, on=on, text=TEXT)


def test_an_accepted_proposal_is_recorded_with_its_reviewer_and_day(record):
    (added,) = review(record, Decision(EXTENSION.id, "accept", "A. Reader"))
    assert (added.coder, added.verification, added.quote) == ("A. Reader", "press read", QUOTE)
    line = decided_on(record)[EXTENSION.id]
    assert (line.value["decision"], line.by.name, line.known) == ("accept", "A. Reader", "2025-08-13")
    assert line.value["statement"] == added.id
    assert record.sources["report"] == REPORT


def test_an_edit_keeps_the_quote_and_what_was_proposed(record):
    (added,) = review(record, Decision(EXTENSION.id, "edit", "A", "the Geneva truce", {"value": {"truce": "geneva"}}))
    assert added.value["truce"] == "geneva"
    assert added.value["new_expiry"] == "2025-11-10"
    assert added.quote == QUOTE
    assert "truce" not in decided_on(record)[EXTENSION.id].value["value"]


def test_a_refusal_adds_no_fact_and_keeps_the_reason(record):
    assert review(record, Decision(TALKS.id, "refuse", "A", "no subject is named")) == []
    assert decided_on(record)[TALKS.id].note == "no subject is named"
    assert undecided(record, PROPOSALS) == [EXTENSION]


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        (Decision(EXTENSION.id, "refuse", "A"), "needs a reason"),
        (Decision(EXTENSION.id, "edit", "A", "why"), "changes nothing"),
        (Decision(EXTENSION.id, "edit", "A", "why", {"quote": "other words"}), "cannot be edited"),
        (Decision(EXTENSION.id, "edit", "A", "why", {"value": {"new_expiry": "soon"}}), "ISO date"),
        (Decision(EXTENSION.id, "accept", " "), "who took it"),
        (Decision("feed", "accept", "A"), "0 proposals"),
        (Decision(EXTENSION.id, "bless", "A"), "choose one of"),
    ],
)
def test_one_invalid_decision_stops_all_of_them(record, decision, says):
    with pytest.raises(RecordError, match=says):
        review(record, Decision(TALKS.id, "accept", "A"), decision)
    assert record.statements() == ()
    assert record.sources == {}


def test_a_quote_that_is_not_in_the_text_is_not_accepted(record):
    with pytest.raises(RecordError, match="quote it exactly"):
        apply(record, [EXTENSION], [Decision(EXTENSION.id, "accept", "A")], source=REPORT, text="another text")
    assert record.statements() == ()


def test_a_decision_can_be_taken_back(record):
    review(record, Decision(TALKS.id, "refuse", "A", "no subject"))
    record.retract(decided_on(record)[TALKS.id].id, known="2025-08-14", why="there is one", by=By(name="B"))
    assert TALKS in undecided(record, PROPOSALS)


def extension(record, side, expiry, known, source="report", mode="document"):
    value = {"truce": "geneva", "parties": ["CHN", "USA"], "new_expiry": expiry}
    return record.add(Statement("extension", value, By(side=side, mode=mode), source, asserted=known, known=known))


def test_an_override_shows_the_preferred_claim_with_its_reason_and_can_be_taken_back(record):
    record.add_source(REPORT)
    extension(record, "USA", "2025-11-10", "2025-08-11")
    other = extension(record, "press", "2025-11-09", "2025-08-12", mode="narrator")
    assert record.as_of("2025-08-20").conflicts[0].shown == "2025-11-10"
    line = rank(record, other.id, "preferred", who="A. Reader", why="read in the gazette", known="2025-08-15")
    (row,) = record.as_of("2025-08-20").conflicts
    assert row.shown == "2025-11-09"
    assert row.why == "preferred by A. Reader: read in the gazette"
    assert record.as_of("2025-08-20").truces[0].expiry == "2025-11-09"
    assert record.as_of("2025-08-20", "2025-08-14").conflicts[0].shown == "2025-11-10"
    record.retract(line.id, known="2025-08-18", why="misread", by=By(name="A. Reader"))
    assert record.as_of("2025-08-20").conflicts[0].shown == "2025-11-10"


def test_a_deprecated_claim_is_shown_but_not_used(record):
    record.add_source(REPORT)
    first = extension(record, "USA", "2025-11-10", "2025-08-11")
    extension(record, "press", "2025-11-09", "2025-08-12", mode="narrator")
    rank(record, first.id, "deprecated", who="A", why="a draft", known="2025-08-15")
    state = record.as_of("2025-08-20")
    assert state.truces[0].expiry == "2025-11-09"
    claim = next(c for c in state.conflicts[0].claims if c.statement == first.id)
    assert claim.rank == "deprecated"
    assert claim.ranked.why == "a draft"


@pytest.mark.parametrize("why", ["", " "])
def test_an_override_needs_a_reason(record, why):
    record.add_source(REPORT)
    claim = extension(record, "USA", "2025-11-10", "2025-08-11")
    with pytest.raises(RecordError, match="why"):
        rank(record, claim.id, "preferred", who="A", why=why)
    assert len(record.statements()) == 1


def test_the_latest_decision_on_a_name_applies(record):
    record.add_source(REPORT)
    person = {"person": "Li Chenggang", "side": "CHN", "role": "Vice Minister"}
    record.add(Statement("participant", person, By(side="press"), "report", known="2025-08-12"))
    variant = {"surface": "Li Qiang", "person": "Li Chenggang"}
    record.add(Statement("name_variant", variant, By(side="press"), "report", known="2025-08-12"))

    def surfaces(day):
        return next(p for p in record.as_of(day).people if p.person == "Li Chenggang").surfaces

    assert surfaces("2025-08-12") == ("Li Qiang",)
    same_person(record, "Li Qiang", "Li Chenggang", "not_same", who="A", why="the premier", known="2025-08-14")
    assert surfaces("2025-08-12") == ("Li Qiang",)
    assert surfaces("2025-08-14") == ()
    same_person(record, "Li Qiang", "Li Chenggang", "same", who="B", why="the context says so", known="2025-08-16")
    assert surfaces("2025-08-16") == ("Li Qiang",)
    assert [s.value["decision"] for s in names_decided(record)] == ["not_same", "same"]
    assert [s.value["decision"] for s in names_decided(record, "2025-08-15")] == ["not_same"]


@pytest.mark.parametrize("decision", ["not_same", "unsure"])
def test_two_persons_stay_two_unless_a_decision_says_that_they_are_the_same(record, decision):
    record.add_source(REPORT)
    for person, role in (("Li Chenggang", "Vice Minister"), ("Li Qiang", "Premier")):
        value = {"person": person, "side": "CHN", "role": role}
        record.add(Statement("participant", value, By(side="press"), "report", known="2025-08-12"))
    same_person(record, "Li Qiang", "Li Chenggang", decision, who="A", why="the premier", known="2025-08-14")
    people = {row.person: [office.role for office in row.roles] for row in record.as_of("2025-08-14").people}
    assert people == {"Li Chenggang": ["Vice Minister"], "Li Qiang": ["Premier"]}


def test_an_uncertain_name_is_kept_with_its_reason(record):
    line = same_person(record, "Ha Lap Phong", "He Lifeng", "unsure", who="A", why="one source only")
    assert names_decided(record) == [line]
