"""The shipped records and the ledger of duties agree on what the parties levy on each other."""

from datetime import date, timedelta

import pytest

from detente.ask.cases import case_of
from detente.ask.pricing import duties, duty_layers
from detente.record.store import Record

CASES = ("us-china", "us-canada", "us-eu", "us-japan", "us-india")
LAST = date(2026, 11, 27)
DIFFER = (  # (first day, last day, why) on which they differ
    ("2026-02-20", "2026-02-23", "the order of 20 February ended the duties; they were collected until the 23rd"),
    ("2025-04-02", "2025-04-05", "that a second list of Canada did not take effect was known a day later"),
    ("2026-08-06", "2026-08-22", "what followed a suspension that ended after the last statement is not known"),
)


@pytest.mark.parametrize("name", CASES)
def test_the_record_and_the_ledger_give_the_same_average_duty_between_the_parties(name):
    record, case = Record.load(name), case_of(name)
    pairs = [(duties.economies_of(by)[0], duties.economies_of(on)[0]) for by, on in case.pairs]
    economies = {code for pair in pairs for code in pair}
    day = date(2018, 1, 5)
    while day <= LAST:
        asked = day.isoformat()
        day += timedelta(19)
        if any(first <= asked <= last for first, last, _ in DIFFER):
            continue
        priced = duties.in_force(record.as_of(asked, asked), economies, case)
        ledger = duty_layers.ledger_layers(economies, asked, asked, case.ledger)
        for pair in pairs:
            ours, theirs = (
                sum(x.average for x in layers if (x.by, x.against) == pair) for layers in (priced, ledger)
            )  # fmt: skip
            assert ours == pytest.approx(theirs, abs=0.05), (asked, pair)
