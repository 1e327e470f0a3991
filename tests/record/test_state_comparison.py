"""Proposals compared with the record, searches for silent sides, distorted claims and the official text."""

import pytest

from detente.record.fact import By, Source, Statement
from detente.record.state import derive
from detente.record.store import Record

BOTH = ["CHN", "USA"]
RECORD = Record.load("us-china")
DAY = "2025-10-27"


def say(kind, side="press", mode="narrator", flags=(), quote="", known=DAY, source="doc", **value):
    by = By(side=side, mode=mode)
    return Statement(kind, value, by, source, quote=quote, asserted=known, known=known, flags=flags, confidence=0.6)


def compared(*proposals, day=DAY):
    return RECORD.as_of(day, also=proposals)


ALONE = RECORD.as_of(DAY)


@pytest.mark.parametrize(
    ("proposal", "why"),
    [
        (say("truce", parties=BOTH, expiry="2026-03-01"), "no truce of the record ends near 2026-03-01"),
        (say("truce", parties=["CAN", "USA"], expiry="2025-11-10"), "it speaks of CAN"),
        (say("extension", new_expiry=None, by_days=90), "does not say whose truce"),
        (say("meeting", city="Kuala Lumpur", start="2025-10-12", participants=["Li Qiang"]), "no round of the record"),
        (say("meeting", city="Paris", start="2025-10-26", participants=["Li Qiang"]), "another place or other people"),
        (say("meeting", city=None, start=None), "no day and place"),
        (say("meeting", city="London", start="2025-10-29", participants=["Keir Starmer"]), ""),
        (say("confirmation", by_side="USA", status="denied"), "of which meeting"),
        (say("measure", known="2025-10-01", type="fee", imposer="USA", rate_pct=3, status="ended"), "no measure"),
        (say("measure", type="tariff", imposer="JPN", target="USA", status="ended"), "it speaks of JPN"),
    ],
)
def test_a_proposal_that_matches_nothing_adds_no_row_and_is_listed_with_the_reason(proposal, why):
    state = compared(proposal)
    for part in ("rounds", "truces", "threats", "measures"):
        assert len(getattr(state, part)) == len(getattr(ALONE, part))
    if why:
        (row,) = state.unmatched
        assert why in row.why
        assert row.statement == proposal.id


def test_the_same_proposals_add_rows_to_an_empty_record():
    proposals = [say("truce", parties=BOTH, expiry="2026-03-01"), say("meeting", city="Paris", start="2025-10-12")]
    state = derive(proposals, as_of=DAY, known=DAY, proposed={s.id for s in proposals})
    assert (len(state.truces), len(state.rounds), state.unmatched) == (1, 1, ())


def test_a_round_later_than_the_record_is_new():
    meeting = say("meeting", city="Paris", start="2026-12-01", participants=["He Lifeng"], known="2026-12-02")
    assert compared(meeting, day="2026-12-02").rounds[-1].city == "Paris"


def test_a_proposal_joins_the_truce_with_the_same_end_and_does_not_move_it():
    state = compared(say("truce", parties=BOTH, expiry="2025-11-10"))
    truce = state.truces[0]
    assert len(state.truces) == len(ALONE.truces)
    assert truce.expiry == ALONE.truces[0].expiry
    assert [c.reviewed for c in truce.chain].count(False) == 1


def test_an_office_in_a_report_does_not_replace_the_one_on_record():
    state = compared(say("participant", person="Li Chenggang", side="CHN", role="Ambassador to the WTO"))
    roles = next(p for p in state.people if p.person == "Li Chenggang").roles
    assert [r.role for r in roles] == ["China International Trade Representative and Vice Minister of Commerce"]


def test_an_extended_war_is_flagged_against_the_official_extension_of_the_truce():
    words = "the two sides agreed to extend the commercial war by 90 days, until November 10"
    proposal = say("extension", by_days=90, new_expiry="2025-11-10", quote=words)
    row = next(r for r in compared(proposal).flagged if r.statement == proposal.id)
    assert row.flags == ("mistranslation",)
    official = RECORD.find(row.against)
    assert (official.source, official.asserted) == ("off_20250811_wh_stockholm_joint_statement", "2025-08-11")
    assert row.official.quote == official.quote


def test_an_extended_truce_in_the_war_is_not_flagged():
    proposal = say("extension", by_days=90, new_expiry="2025-11-10", quote="extend the trade war truce by 90 days")
    assert proposal.id not in {r.statement for r in compared(proposal).flagged}


def test_a_silence_says_which_sources_were_searched():
    row = next(r for r in ALONE.confirmations if r.by_side == "CHN" and r.status == "not_commented")
    searched = row.searched
    assert (searched.speak_of_it, searched.to) == (0, DAY)
    assert searched.looked_at == len(searched.sources) > 0
    assert f"0 of {searched.looked_at} sources" in searched.words


def test_a_side_without_any_statement_has_a_row_of_its_own():
    plan = say("planned_meeting", "USA", "document", event="summit", date="2025-06-01", status="announced_one_side",
               known="2025-05-20", source="a")  # fmt: skip
    truce = say("truce", "joint", "document", truce="t", parties=BOTH, expiry="2025-08-12", known="2025-05-12")
    sources = {
        name: Source(name, name, "p", day, "official", side, carries=carries)
        for name, day, side, carries in (
            ("a", "2025-05-20", "USA", ()), ("b", "2025-05-21", "CHN", ()), ("c", "2025-05-22", None, ("CHN",)),
            ("d", "2025-05-30", "CHN", ()), ("doc", "2025-05-12", None, ()),
        )
    }  # fmt: skip
    state = derive([plan, truce], as_of="2025-05-25", known="2025-05-25", sources=sources)
    rows = {r.by_side: r for r in state.confirmations}
    assert rows["USA"].status == "confirmed"
    assert rows["CHN"].status == "not_commented"
    assert rows["CHN"].searched.sources == ("b", "c")
    assert "derived" in rows["CHN"].note
