"""Verdicts: words are earned by a count over settings, and by nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.bargain.verdicts import NOTHING, Verdict, gains, loses, verdict
from detente.errors import QuestionError

SETTINGS = [
    (s, h, c) for s in ("one", "two", "three") for h in ("long", "near", "short") for c in ("fixed", "balanced")
]


def counted(holds):
    return Verdict("costs its sender", tuple(SETTINGS), tuple(holds), (True,) * len(SETTINGS))


def test_a_claim_that_holds_everywhere_says_in_all():
    assert counted([True] * len(SETTINGS)).words() == "in all 18 settings tried"


@given(st.integers(0, len(SETTINGS) - 1))
def test_one_flipped_setting_never_yields_all_nor_none(place):
    for everywhere in (True, False):
        holds = [everywhere] * len(SETTINGS)
        holds[place] = not everywhere
        assert counted(holds).word not in ("all", "none")


@given(st.lists(st.booleans(), min_size=len(SETTINGS), max_size=len(SETTINGS)), st.randoms())
def test_the_order_of_the_settings_changes_no_count_and_no_word(holds, random):
    order = list(range(len(SETTINGS)))
    random.shuffle(order)
    shuffled = Verdict(
        "claim", tuple(SETTINGS[k] for k in order), tuple(holds[k] for k in order), (True,) * len(SETTINGS)
    )
    straight = counted(holds)
    assert (shuffled.count, shuffled.of, shuffled.word) == (straight.count, straight.of, straight.word)
    assert {a: dict(sorted(shuffled.by(a).items())) for a in ("horizon", "closure")} == {
        a: dict(sorted(straight.by(a).items())) for a in ("horizon", "closure")
    }


def test_a_claim_that_turns_with_the_horizon_names_it_with_both_answers_and_no_direction():
    claim = counted([horizon == "long" for _, horizon, _ in SETTINGS])
    assert claim.word == "split"
    assert claim.axis == "horizon"
    assert "long 6 of 6" in claim.words()
    assert "near 0 of 6" in claim.words()


def test_a_setting_without_an_equilibrium_is_named_and_counts_neither_way():
    values = np.full(len(SETTINGS), -1.0)
    values[3] = np.nan
    claim = verdict("loses", SETTINGS, values, loses)
    assert (claim.count, claim.of) == (17, 17)
    assert claim.lost == (SETTINGS[3],)


def test_a_claim_is_not_read_from_a_closure_that_cannot_bear_it():
    claim = verdict("gains", SETTINGS, np.full(len(SETTINGS), 1.0), gains, not_from=("balanced",))
    assert claim.of == 9
    assert claim.lost == ()


def test_what_is_next_to_nothing_is_neither_a_gain_nor_a_loss():
    assert not gains(NOTHING)
    assert not loses(-NOTHING)
    assert gains(2 * NOTHING)
    assert loses(-2 * NOTHING)


def test_without_any_answer_the_verdict_is_unknown():
    claim = verdict("gains", SETTINGS, np.full(len(SETTINGS), np.nan), gains)
    assert claim.word == "unknown"
    assert claim.to_json()["share"] is None


def test_values_must_match_the_settings_in_number():
    with pytest.raises(QuestionError, match="18 settings and 3 rows"):
        verdict("gains", SETTINGS, np.zeros(3), gains)
