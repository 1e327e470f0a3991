"""The drawn timeline: every event has its stroke in the lane of its side, and however many there are it stays small."""

import re
from datetime import date, timedelta
from itertools import pairwise

from detente.faces.picture.strip import LABELS, MOST_LANES, SLIM, WIDE, Stroke, strip

LANES = {"KOR": "South Korea", "BRA": "Brazil", "joint": "together"}
FIRST, LAST = date(2024, 3, 1), date(2026, 3, 1)


def strokes_of(drawing):
    """(x, top, pale) of each event drawn."""
    lines = re.findall(r'<line x1="([\d.]+)" y1="([\d.]+)"[^>]*stroke-width="2"([^>]*)/>', drawing)
    return [(float(x), float(y), "opacity" in rest) for x, y, rest in lines]


def drawn(*events, width=WIDE, lanes=LANES, last=LAST):
    return strip([Stroke(*event) for event in events], lanes, ("KOR", "BRA"), last, width)


def test_an_event_stands_at_its_day_in_the_lane_of_its_side_pale_unless_chosen():
    events = ((FIRST, "KOR", True), (FIRST + (LAST - FIRST) / 2, "BRA", False), (LAST, "joint", True))
    (a, b, c) = sorted(strokes_of(drawn(*events)))
    assert a[0] == LABELS
    assert c[0] == WIDE - 8
    assert abs(b[0] - (a[0] + c[0]) / 2) <= 1
    assert a[1] < b[1] < c[1]
    assert [pale for *_, pale in (a, b, c)] == [False, True, False]


def test_years_have_room_at_every_width():
    for width in (WIDE, SLIM):
        for years in (1, 3, 12, 80):
            first = date(2026 - years, 3, 1)
            text = drawn((first, "KOR", True), width=width)
            places = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="middle"', text)]
            assert all(b - a >= 40 for a, b in pairwise(places))


def test_a_long_record_draws_at_most_a_stroke_a_pixel():
    many = [(FIRST + timedelta(days=k % 700), "KOR", k % 2 == 0) for k in range(50_000)]
    assert len(drawn(*many, width=SLIM)) < 100_000


def test_of_many_sides_the_first_are_drawn_and_names_are_text():
    lanes = {f"S{k}": "<b>side</b>" for k in range(40)}
    text = drawn(*((FIRST, side, True) for side in lanes), lanes=lanes)
    assert len(strokes_of(text)) == MOST_LANES
    assert "<b>" not in text


def test_nothing_is_drawn_without_a_day_and_one_day_alone_is():
    assert drawn((date.min, "KOR", True)) == ""
    assert drawn((LAST + timedelta(days=1), "KOR", True)) == ""
    assert len(strokes_of(drawn((LAST, "KOR", True)))) == 1
