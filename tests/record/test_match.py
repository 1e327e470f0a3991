"""Joining: what a proposal is to the record, for any pair of parties."""

from dataclasses import replace

import pytest

from detente.record.fact import By, Statement
from detente.record.match import joined, match


def said(kind, day, side="IND", **value):
    return Statement(kind, value, By(side=side), "s", asserted=day, known=day)


def duty(day, **change):
    value = {
        "type": "tariff", "imposer": "IND", "target": "KOR", "status": "in_force", "rate_pct": 40,
        "legal_from": "2027-03-01", "scope": "steel coils and pipes", **change,
    }  # fmt: skip
    return said("measure", day, **{k: v for k, v in value.items() if v is not None})


HELD = duty("2027-02-20", measure="ind-steel", until="2027-09-01")
TRUCE = said("truce", "2027-01-10", "joint", truce="delhi", parties=["IND", "KOR"], expiry="2027-06-30")
RECORD = [
    TRUCE,
    HELD,
    said("meeting", "2027-01-10", city="Delhi", start="2027-01-08", end="2027-01-09"),
    said("threat", "2027-02-01", by_side="KOR", against="IND", rate_pct=15, effective="2027-05-01", on="cars"),
    said("agreement_stage", "2027-01-10", stage="framework", parties=["IND", "KOR"], deal="delhi"),
    said("participant", "2027-01-10", person="A B", side="IND", role="Minister"),
]


@pytest.mark.parametrize(
    ("proposal", "relation"),
    [
        (duty("2027-02-21"), "same"),
        (duty("2027-08-20", until="2028-01-10"), "moves the end of"),
        (duty("2027-08-20", rate_pct=25), "changes the rate of"),
        (duty("2027-02-20", legal_from="2027-04-01"), "contradicts"),
        (duty("2027-02-25", legal_from="2027-04-01"), "corrects"),
        (duty("2027-02-21", imposer="KOR", target="IND"), "new"),
        (duty("2027-02-21", target="JPN"), "new"),
        (duty("2027-02-21", scope="wheat", rate_pct=7, legal_from="2027-12-01"), "new"),
        (duty("2027-09-21", status="ended", legal_from="2027-09-20"), "new"),
        (said("extension", "2027-06-20", old_expiry="2027-06-30", new_expiry="2027-12-31"), "moves the end of"),
        (said("truce", "2027-01-10", parties=["IND", "KOR"], expiry="2027-06-30"), "same"),
        (said("truce", "2027-01-10", parties=["IND", "JPN"], expiry="2027-06-30"), "new"),
        (said("meeting", "2027-01-11", city="Delhi", start="2027-01-08"), "same"),
        (said("meeting", "2027-01-11", city="Seoul", start="2027-01-08"), "new"),
        (
            said("threat", "2027-03-01", "KOR", by_side="KOR", rate_pct=15, effective="2027-06-15", on="cars"),
            "corrects",
        ),
        (said("agreement_stage", "2027-01-11", stage="framework", parties=["IND", "KOR"]), "same"),
        (said("participant", "2027-02-10", person="A B", side="IND"), "same"),
        (said("participant", "2027-02-10", person="C D", side="IND"), "new"),
    ],
)
def test_a_proposal_is_told_apart_by_what_it_changes(proposal, relation):
    record = [replace(s, by=By(side="KOR")) if s.kind == "threat" else s for s in RECORD]
    assert match(proposal, record).relation == relation


def test_a_joined_proposal_takes_the_identity_of_the_act_it_moves():
    proposal = duty("2027-08-20", until="2028-01-10")
    assert joined(proposal, match(proposal, RECORD)).value["measure"] == "ind-steel"
    longer = said("extension", "2027-06-20", new_expiry="2027-12-31")
    assert joined(longer, match(longer, RECORD)).value["truce"] == "delhi"


def test_a_new_fact_stays_as_it_was_proposed():
    proposal = duty("2027-02-21", imposer="KOR", target="IND")
    assert joined(proposal, match(proposal, RECORD)) is proposal


def test_what_differs_is_given_key_by_key():
    found = match(duty("2027-08-20", rate_pct=25), RECORD)
    assert found.of is HELD
    assert found.keys["rate_pct"] == (40, 25)
    assert "40 to 25" in found.why
