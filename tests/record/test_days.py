"""Days of the shipped dossiers: what the state has to hold on each, as known on it.

days.csv, one claim a row: the dossier, the day, the day by which it was known, the part of the state, which row of the
part, and what that row has to say; `none` where no row may fit. Claims are `key=value`, parted by semicolons; a value
in slashes is a regular expression, and `first` as the row means the first one of the part.
"""

import csv
import re
from pathlib import Path

import pytest

from detente.record.store import Record

with (Path(__file__).parent / "days.csv").open(encoding="utf-8", newline="") as file:
    CLAIMS = list(csv.DictReader(file))


def pairs(text):
    return [part.strip().partition("=")[::2] for part in text.split(";") if part.strip()]


def fits(row, key, value):
    actual = row.get(key)
    text = "" if actual is None else f"{actual:g}" if isinstance(actual, float) else str(actual)
    if value.startswith("/"):
        return re.search(value.strip("/"), text, re.IGNORECASE) is not None
    return text == value


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: f"{c['dossier']}-{c['day']}-{c['part']}-{c['which'][:30]}")
def test_the_state_of_a_day_holds_what_was_known(claim):
    state = Record.load(claim["dossier"]).as_of(claim["day"], claim["known"] or claim["day"]).to_json()
    rows = state[claim["part"]]
    if claim["which"] == "first":
        chosen = rows[:1]
    else:
        chosen = [r for r in rows if all(fits(r, *pair) for pair in pairs(claim["which"]))]
    if claim["has"] == "none":
        assert not chosen
    else:
        assert chosen, f"no row of {claim['part']} fits {claim['which']}"
        shown = [{key: row.get(key) for key, _ in pairs(claim["has"])} for row in chosen]
        assert any(all(fits(row, *pair) for pair in pairs(claim["has"])) for row in chosen), shown
