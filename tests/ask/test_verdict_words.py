"""No sentence on leverage or the truce contradicts the settings it is counted from, on any day."""

import re

import numpy as np
import pytest

from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import leverage, truce
from detente.bargain.verdicts import NOTHING, Verdict
from detente.errors import QuestionError

FAST = [("us-china", "2025-05-20"), ("us-china", "2026-09-01"), ("us-eu", "2025-10-26")]
MONTHS = [f"{year}-{month:02d}-11" for year in (2025, 2026) for month in range(2, 10)]
SLOW = [(case, day) for case in ("us-china", "us-eu") for day in MONTHS]
CLAIMS = {
    "costs its sender": lambda s, t: s < -NOTHING,
    "pays its sender": lambda s, t: s > NOTHING,
    "hurts its target": lambda s, t: t < -NOTHING,
    "costs its sender more than its target": lambda s, t: t - s > NOTHING,
    "costs its target more than its sender": lambda s, t: s - t > NOTHING,
    "gains by breaking the truce alone": lambda d, n: d > NOTHING,
    "is better off in the war": lambda d, n: n > NOTHING,
}


def recounted(row, first, second, settings):
    """The claims of a row with their counts, made again from its numbers alone."""
    a, b = (np.array([np.nan if x is None else x for x in row[key]]) for key in (first, second))
    for claim in row["verdicts"]:
        asked = np.array(["more than" not in claim["claim"] or c != "held wages" for _, _, c in settings])
        known = asked & np.isfinite(a) & np.isfinite(b)
        holds = CLAIMS[claim["claim"]](a, b)
        made = Verdict(
            claim["claim"],
            tuple(map(tuple, settings)),
            tuple(bool(h) if k else None for h, k in zip(holds, known, strict=True)),
            tuple(asked),
        )
        yield claim, made


def check(case, day):
    try:
        priced = price_day(as_of=day, dossier=case, horizon=None)
    except QuestionError:
        return
    for section, rows, keys in (
        (leverage.leverage_section(priced), "threats", ("sender_change", "target_change")),
        (truce.truce_section(priced, {}), "sides", ("D", "N")),
    ):
        grid = section["grid"]
        if grid is None:
            assert not re.search(r"\b(?:all|nearly all|none|few) (?:of )?\d+", section["words"])
            continue
        counts = set()
        for row in grid[rows]:
            for claim, made in recounted(row, *keys, grid["settings"]):
                assert (claim["holds"], claim["of"], claim["word"]) == (made.count, made.of, made.word)
                assert claim["words"] == made.words()
                counts.add(made.of)
        pairs = re.findall(r"\bof (\d+) settings|all (\d+) settings tried", section["words"])
        assert {int(number) for pair in pairs for number in pair if number} <= counts


@pytest.mark.parametrize(("case", "day"), FAST)
def test_the_words_of_a_day_are_those_that_its_settings_earn(case, day):
    check(case, day)


@pytest.mark.slow
@pytest.mark.parametrize(("case", "day"), SLOW)
def test_the_words_of_every_month_are_those_that_their_settings_earn(case, day):
    check(case, day)
