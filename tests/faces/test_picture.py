"""The picture of the first screen: texts keep clear of each other and of hairlines, leaders never cross."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.ask.questions.brief import brief
from detente.faces.first_screen.build import screen_view
from detente.faces.first_screen.view import ScreenView
from detente.faces.picture import flags, layout, svg
from detente.faces.picture.layout import nice_top
from detente.faces.picture.text_width import text_width

DAYS = [("us-china", "2025-10-26"), ("us-china", "2026-11-28"), ("us-eu", "2025-08-01"), ("us-canada", "2025-02-20")]
STEPS = st.lists(
    st.tuples(st.floats(40, 420), st.integers(0, 40), st.integers(1, 10), st.floats(1, 150)), max_size=25
).map(
    lambda rows: [
        flags.Step(x, "12 Apr", "x" * long, "y" * short, size, k) for k, (x, long, short, size) in enumerate(rows)
    ]
)


@pytest.fixture(scope="module", params=DAYS, ids=["-".join(day) for day in DAYS])
def view(request: pytest.FixtureRequest) -> ScreenView:
    case, day = request.param
    return screen_view(brief(dossier=case, as_of=day, known=day, screen_only=True).data["first_screen"])


def boxes(placed: list[flags.Flag]) -> list[tuple[float, float, float, float]]:
    return [(f.left, f.lane * flags.LANE, f.right, f.lane * flags.LANE + flags.LANE) for f in placed]


def test_a_line_of_text_is_as_wide_as_its_letters_and_wider_in_bold():
    assert text_width("", 12) == 0
    assert text_width("ii", 12) < text_width("WW", 12)
    assert text_width("26 Oct", 12) < text_width("26 Oct", 12, bold=True)
    assert text_width("26 Oct", 24) == pytest.approx(2 * text_width("26 Oct", 12))


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_no_two_texts_of_events_meet_and_none_leaves_the_plot(steps):
    placed = flags.place(steps, 0.0, 418.0, 5)
    assert len(placed) <= flags.MOST
    for a, b in combinations(boxes(placed), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    assert all(flag.left >= 0 and flag.right <= 418 and 0 <= flag.lane < 5 for flag in placed)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_no_hairline_runs_through_the_text_of_another_event(steps):
    placed = flags.place(steps, 0.0, 418.0, 5)
    for flag in placed:
        for other in placed:
            if other is not flag and other.lane >= flag.lane:
                assert not other.left < flag.step.x < other.right


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_the_same_events_are_placed_alike_in_any_order(steps):
    assert flags.place(steps, 0.0, 418.0, 5) == flags.place(steps[::-1], 0.0, 418.0, 5)


def test_an_event_that_finds_no_room_gives_way_to_a_larger_one():
    small, large = (flags.Step(60.0 + k, "1 Apr", "t" * 30, "t" * 30, size, k) for k, size in enumerate((2.0, 90.0)))
    placed = flags.place([small, large], 0.0, 300.0, 1)
    assert [flag.step.size for flag in placed] == [90.0]


@pytest.mark.parametrize("frame", [layout.WIDE, layout.SLIM, layout.PRINT], ids=["wide", "slim", "print"])
def test_everything_stands_inside_the_picture(view, frame):
    drawn = layout.layout(view, frame)
    assert drawn is not None
    points = [point for path in drawn.paths for point in (*path.points, *path.ahead)]
    points += [point for branch in drawn.branches for point in (branch.start, branch.mark)]
    points += [point for leader in drawn.leaders for point in leader.points]
    assert all(0 <= x <= drawn.frame.width and 0 <= y <= drawn.frame.height for x, y in points)


def test_days_on_the_axis_keep_apart(view):
    drawn = layout.layout(view, layout.WIDE)
    assert drawn is not None
    spans = sorted(
        (x - text_width(label, 12, bold=bold) / 2, x + text_width(label, 12) / 2) for x, label, bold in drawn.days
    )
    assert all(first[1] < second[0] for first, second in pairwise(spans))


def test_leaders_end_at_the_rows_in_their_order_and_do_not_cross(view):
    drawn = layout.layout(view, layout.WIDE)
    assert drawn is not None
    starts = [leader.points[0][1] for leader in drawn.leaders]
    ends = [leader.points[-1][1] for leader in drawn.leaders]
    assert ends == sorted(ends)
    known = [row for row in layout.by_height(view) if layout.height(row, view) is not None and not row.later]
    assert starts[: len(known)] == sorted(starts[: len(known)])


def test_each_duty_of_a_party_is_one_branch_and_marks_do_not_cover_each_other(view):
    drawn = layout.layout(view, layout.WIDE)
    assert drawn is not None
    ends = [(branch.party, round(branch.end[1])) for branch in drawn.branches]
    assert len(ends) == len(set(ends))
    for a, b in combinations([branch.mark for branch in drawn.branches], 2):
        assert abs(a[0] - b[0]) >= layout.MARK_GAP or abs(a[1] - b[1]) >= layout.MARK_GAP


def test_a_picture_without_a_known_line_is_empty(view):
    from dataclasses import replace

    unknown = replace(view, levels=tuple(replace(level, steps=(), value=None) for level in view.levels))
    assert svg.picture(unknown, layout.WIDE) == ""


def test_text_in_the_picture_is_escaped(view):
    from dataclasses import replace

    hostile = tuple(
        replace(event, long="<script>", short="<b>", detail="<i>&", url="javascript:x") for event in view.events
    )
    drawn = svg.picture(replace(view, events=hostile), layout.WIDE)
    assert "<script>" not in drawn
    assert "<i>" not in drawn
    assert "javascript:" not in drawn


@pytest.mark.parametrize(("values", "top"), [([0.2], 1), ([148.0, 33], 160), ([21], 30), ([60.0], 60), ([95], 100)])
def test_the_axis_ends_at_the_next_even_number(values, top):
    assert nice_top(values) == top
