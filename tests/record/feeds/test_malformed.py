"""Ten ways in which a file can be broken, for every feed: each gives one clear line, or less, and never a traceback."""

import json
import re

import pytest

from detente.record import feeds


def truncated(text):
    return text[: len(text) // 2].encode()


def not_utf8(text):
    return text.encode()[:-20] + b"\xff\xfe\xfa" + text.encode()[-20:]


def with_a_nul(text):
    return text[:30].encode() + b"\0" + text[30:].encode()


def without_values(text):
    return re.sub(r'": "[^"]*"', '": null', text).encode()


def numbers_for_texts(text):
    return re.sub(r'": "[^"]*"', '": 7', text).encode()


def lists_for_texts(text):
    return re.sub(r'": "[^"]*"', '": [1]', text).encode()


def other_dates(text):
    return re.sub(r"20\d\d", "99", text).encode()


def doubled(text):
    return (text + text).encode()


def without_digits(text):
    return re.sub(r"\d", "", text).encode()


def objects_for_lists(text):
    return text.replace("[", '{"a":').replace("]", "}").encode()


BREAKS = [truncated, not_utf8, with_a_nul, without_values, numbers_for_texts, lists_for_texts, other_dates, doubled,
          without_digits, objects_for_lists]  # fmt: skip


@pytest.mark.parametrize("damage", BREAKS, ids=lambda f: f.__name__)
def test_a_broken_file_gives_one_clear_line(damage, feed, own, read):
    update = read(x__dat=damage(own[feed]))
    for refusal in update.refused:
        assert "\n" not in refusal.reason
        assert "Traceback" not in refusal.reason
        assert ";" in refusal.reason  # what is wrong; what to try
        assert len(refusal.reason) < 500
    for statement in feeds.proposals(update, known="2041-12-31"):
        assert statement.known
    feeds.sources(update, known="2041-12-31")


def test_a_text_that_never_ends_is_refused_in_one_pass(read):
    update = read(x__json='["' + '\\"' * 1_000_000)
    assert "line 1, column 2: not JSON: unterminated string" in update.refused[0].reason


def test_a_bad_item_among_good_ones_is_named_and_left_out(values_of, read):
    bad = {**values_of["register"], "publication_date": None}
    page = {"description": "Documents matching", "count": 2, "results": [bad, values_of["register"]]}
    update = read(x__json=json.dumps(page))
    assert [source.id for source in update.sources] == ["fr-2041-00123"]
    assert "2041-00123 has no title or no publication date" in update.refused[0].reason
    assert update.refuse_if_empty() is update


def test_a_file_of_another_structure_is_refused_and_others_are_read(own, read):
    broken = json.dumps({"cells": [{"cell_type": "code", "source": ["TARIFF_ACTIONS = (\n"]}]})
    update = read(a__ipynb=broken, b__json=own["federal_register"])
    assert len(update.refused) == 1
    assert len(update.sources) == 1
