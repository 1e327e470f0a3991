"""The first sentence of a day after a truce: what the record has of its end."""

from datetime import date, timedelta

import pytest

from detente.ask.cases import case_of
from detente.ask.talks import summary
from detente.ask.talks.dossier import open_dossier
from detente.ask.talks.listing import cases


def first_sentence(case, day):
    record = open_dossier(case, None)
    about = case_of(case, None, record)
    state = record.as_of(day, day).to_json()
    return summary.headline(state, summary.clocks(state, about), about)[0]


@pytest.mark.parametrize(
    ("case", "day", "words"),
    [
        ("us-eu", "2025-08-20", "The truce ended on 2025-08-01, and duties of Washington took effect on 2025-08-07."),
        ("us-japan", "2025-08-03", "duties of Washington stay suspended until 2025-08-06."),
        ("us-canada", "2025-03-20", "duties of Ottawa and Washington took effect that day."),
        ("us-china", "2019-08-24", "duties of Beijing and Washington are announced from 2019-09-01."),
        ("uk-eu", "2021-01-10", "an agreement of the same parties was in force on 2021-01-01."),
    ],
)
def test_what_followed_a_truce_stands_in_the_first_sentence(case, day, words):
    assert words in first_sentence(case, day)


def ended_truces():
    """(case, truce, the state a month after its end) of every truce on file that lapsed."""
    for row in cases().data["cases"]:
        record = open_dossier(row["name"], None)
        for truce in record.as_of(*2 * [row["last_known"]]).truces:
            if truce.status == "lapsed":
                day = (date.fromisoformat(truce.expiry) + timedelta(days=30)).isoformat()
                yield row["name"], truce.truce, record.as_of(day, day)


def test_no_truce_on_file_that_duties_of_its_parties_followed_is_said_to_have_merely_lapsed():
    rows = list(ended_truces())
    assert len(rows) > 4
    for case, name, state in rows:
        truce = next(t for t in state.truces if t.truce == name)
        new = [m for m in state.measures if {m.imposer, m.target} <= {*truce.parties} and m.status == "in_force"]
        if any(truce.expiry <= (m.legal_from or "") and m.type == "tariff" and not m.derived for m in new):
            assert "no extension is known" not in truce.note, (case, name)


def test_a_truce_that_a_record_ends_before_is_not_said_to_have_lapsed():
    clock = {"status": "lapsed", "expiry": "2025-08-01", "after": None, "not_known_since": "2025-07-20"}
    about = case_of("us-eu", None, open_dossier("us-eu", None))
    (words,) = summary._truce_sentences({"as_of": "2025-09-01"}, {**clock, "text_expiry": None}, about)
    assert "the record ends on 2025-07-20, so whether it was prolonged is not known" in words
