"""Distances between spellings."""

import random

import pytest

from detente.record.spelling import edit_distance


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [
        ("Bessent", "Bessent", 0),
        ("Bessent", "Besent", 1),
        ("Bessent", "Bsesent", 1),
        ("Lutnick", "Ludnik", 2),
        ("ab", "ba", 1),
    ],
)
def test_a_letter_more_less_or_other_and_two_swapped_are_one_edit(a, b, edits):
    assert edit_distance(a, b) == edits / max(len(a), len(b))


def by_table(a, b):
    """The distance from the table of all beginnings of a and b."""
    table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            same = a[i - 1] == b[j - 1]
            best = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (not same))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                best = min(best, table[i - 2, j - 2] + 1)
            table[i, j] = best
    return table[len(a), len(b)]


def test_the_distance_is_that_of_the_whole_table():
    draw = random.Random(7)
    for _ in range(500):
        length = draw.randint(4, 12)
        a, b = ("".join(draw.choices("abcd", k=length + extra)) for extra in (0, draw.randint(0, 2)))
        assert edit_distance(a, b) == by_table(a, b) / max(len(a), len(b))
