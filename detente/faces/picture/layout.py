"""Where everything in the picture stands: scales, lines, the fork's marks, the leaders to the rows of the table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from detente.faces import words
from detente.faces.first_screen.view import Level, Row, ScreenView
from detente.faces.picture.flags import LANE, Flag, Step, place
from detente.faces.picture.text_width import text_width

TEXT = 12.0  # px
AXIS = 26.0  # px under the plot, for the days
FAN, LEADER = 72.0, 44.0  # px of the fork, and of the lines to the rows
MARK_GAP, MARK_SHIFT = 8.5, 11.0  # marks of the fork nearer than the first move left by the second
MONTH = 44.0  # px that the name of a month needs
TOGETHER = 12.0  # px within which steps of duty are one event
TODAY_GAP = 6.0  # px that a month keeps from today's label
MOST_LINES = 4
LEAST_ROWS = 6  # of the table, that the height of the picture is taken from
GRID = 4  # steps of the axis


class Frame(NamedTuple):
    """The size of a picture in px: width and height, the left edge of the plot, how many lanes of texts, and whether
    leaders run to the rows of a table, of which one is `row` px high and the first title lies `first` px down.
    """

    width: float
    height: float
    left: float = 40.0
    lanes: int = 5
    leaders: bool = True
    row: float = 56.0
    first: float = 14.0


WIDE = Frame(540, 0)
SLIM = Frame(358, 300, left=42.0, lanes=4, leaders=False)
PRINT = Frame(660, 240, left=44.0, lanes=4, leaders=False)


@dataclass(frozen=True)
class Path:
    """The line of a party's duty: points of the part that is known, and of the part in force until the deadline."""

    party: int
    points: tuple[tuple[float, float], ...]
    ahead: tuple[tuple[float, float], ...]
    open_end: bool


@dataclass(frozen=True)
class Branch:
    """A distinct duty of a party after the deadline: from its line to a mark; likely where an outcome has a chance."""

    party: int
    start: tuple[float, float]
    end: tuple[float, float]
    mark: tuple[float, float]
    likely: bool
    dashed: bool
    level: float


@dataclass(frozen=True)
class Leader:
    """From the mark of the party whose duty changes most to the row of an outcome."""

    points: tuple[tuple[float, float], ...]
    likely: bool


@dataclass(frozen=True)
class Layout:
    """A picture to draw: everything in px. ticks: (y, label); days: (x, label, bold)."""

    frame: Frame
    plot: tuple[float, float, float, float]
    ticks: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str, bool], ...]
    paths: tuple[Path, ...]
    flags: tuple[tuple[Flag, float], ...]
    deadline: float | None
    reported: bool
    earlier: float | None
    record_end: float | None
    fan: tuple[float, float] | None
    branches: tuple[Branch, ...]
    leaders: tuple[Leader, ...]


def by_height(view: ScreenView) -> list[Row]:
    """The outcomes in the order of their marks, the highest first; later knowledge, then unknown levels, last."""
    return sorted(view.rows, key=lambda row: (height(row, view) is None, bool(row.later), -(height(row, view) or 0.0)))


def height(row: Row, view: ScreenView) -> float | None:
    """The duty of the party that changes it most under an outcome, percent; None where no duty is known."""
    party = _most_changed(row, view)
    return None if party is None else row.levels[party]


def _most_changed(row: Row, view: ScreenView) -> int | None:
    """The party whose duty changes most under an outcome; the one with the higher duty where none changes."""
    base = next((other.levels for other in view.rows if other.baseline), row.levels)
    known = [k for k, level in enumerate(row.levels) if level is not None and base[k] is not None]
    return max(known, key=lambda k: (_moved(row, base, k), row.levels[k] or 0.0), default=None)


def _moved(row: Row, base: Sequence[float | None], party: int) -> float:
    return round(abs((row.levels[party] or 0.0) - (base[party] or 0.0)), 6)


def layout(view: ScreenView, frame: Frame) -> Layout | None:
    """Where everything stands; None where no line is known."""
    if not any(level.steps for level in view.levels):
        return None
    rows = by_height(view)
    frame = _sized(frame, len(rows))
    has_fork = view.deadline is not None and len(rows) > 1
    right = frame.width - (FAN + LEADER * frame.leaders if has_fork else 16.0)
    x = _Days(view.window, frame.left, right)
    flags = place(_steps(view, x), 0.0, right - 6.0, frame.lanes)
    y = _Levels(_top(view), _lanes(flags) * LANE + 14.0, frame.height - AXIS)
    branches = _branches(view, rows, right, y) if has_fork else ()
    paths = tuple(_path(view, line, x, y) for line in _drawn(view))
    deadline, earlier = _rules(view, x)
    return Layout(
        frame=frame,
        plot=(frame.left, y.upper, right, y.lower),
        ticks=_ticks(y),
        days=tuple(_day_labels(view, x, right)),
        paths=paths,
        flags=_with_steps(flags, view, y),
        deadline=deadline,
        reported=view.deadline is not None and view.deadline.reported,
        earlier=earlier,
        record_end=_end_of(paths),
        fan=(right, right + FAN) if has_fork else None,
        branches=branches,
        leaders=tuple(_leaders(view, rows, branches, frame)),
    )


def _sized(frame: Frame, rows: int) -> Frame:
    """The frame; beside a table without a height of its own, as high as the rows of the table."""
    return frame if frame.height else frame._replace(height=max(LEAST_ROWS, rows) * frame.row + AXIS)


def _lanes(flags: Sequence[Flag]) -> int:
    return max((flag.lane + 1 for flag in flags), default=0)


def _with_steps(flags: Sequence[Flag], view: ScreenView, y: _Levels) -> tuple[tuple[Flag, float], ...]:
    """Each text of an event with the height at which its hairline ends: that of the step."""
    return tuple((flag, y(view.events[flag.step.event].top or 0.0)) for flag in flags)


def _end_of(paths: Sequence[Path]) -> float | None:
    """Where the record ends; None where the lines go on."""
    return next((path.points[-1][0] for path in paths if path.open_end), None)


def _ticks(y: _Levels) -> tuple[tuple[float, str], ...]:
    """The grid lines with their labels; the top one carries the unit."""
    levels = [k * y.top / GRID for k in range(GRID + 1)]
    return tuple((y(level), f"{level:g}{' %' if level == levels[-1] else ''}") for level in levels)


def _rules(view: ScreenView, x: _Days) -> tuple[float | None, float | None]:
    """Where the deadline stands, and an earlier end that the texts give."""
    if view.deadline is None:
        return None, None
    earlier = view.deadline.earlier
    return x(min(view.deadline.day, view.window[1])), x(earlier) if _inside(earlier, view) else None


def _inside(day: str, view: ScreenView) -> bool:
    return bool(day) and view.window[0] <= day <= view.window[1]


class _Days:
    """The scale of days: ISO day to px."""

    def __init__(self, window: tuple[str, str], left: float, right: float) -> None:
        self.first, last = (date.fromisoformat(day) for day in window)
        self.left, self.per_day = left, (right - left) / max(1, (last - self.first).days)

    def __call__(self, day: str) -> float:
        return self.left + self.per_day * max(0, (date.fromisoformat(day[:10]) - self.first).days)


class _Levels:
    """The scale of duties: percent to px, from 0 at the bottom."""

    def __init__(self, top: float, upper: float, lower: float) -> None:
        self.top, self.upper, self.lower = top, upper, lower
        self.per_percent = (lower - upper) / top

    def __call__(self, level: float) -> float:
        return self.lower - self.per_percent * min(level, self.top)


def _top(view: ScreenView) -> float:
    levels = [step[1] for level in view.levels for step in level.steps]
    return nice_top([*levels, *(level for row in view.rows for level in row.levels if level is not None)])


def _steps(view: ScreenView, x: _Days) -> list[Step]:
    """The events in the window; steps of duty that lie nearer than 12 px to the one before are one event."""
    groups: list[list[int]] = []
    for index, event in enumerate(view.events):
        if not _inside(event.day, view):
            continue
        last = view.events[groups[-1][-1]] if groups else None
        if last and last.changes and event.changes and not last.name and x(event.day) - x(last.day) < TOGETHER:
            groups[-1].append(index)
        else:
            groups.append([index])
    return [_step(view, group, x) for group in groups]


def _step(view: ScreenView, group: Sequence[int], x: _Days) -> Step:
    """A group of events as one: under the name of the truce in it, else with the highest duties that they led to."""
    named = [index for index in group if view.events[index].name]
    chosen = named[0] if named else max(group, key=lambda index: view.events[index].size)
    event = view.events[chosen]
    if named or len(group) == 1:
        day, long, short = words.day_near(event.day, view.as_of), event.long, event.short
    else:
        day = words.span_near(view.events[group[0]].day, view.events[group[-1]].day, view.as_of)
        long, short = _highest([change for index in group for change in view.events[index].changes])
    return Step(x(event.day), day, long, short, event.size, chosen)


def _highest(changes: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """The long and the short text of several steps: the highest duty of each party, and of all."""
    highest: dict[str, float] = {}
    for name, level in changes:
        highest[name] = max(level, highest.get(name, 0.0))
    return ", ".join(f"{name} {words.level(level)}" for name, level in highest.items()), words.level(
        max(highest.values())
    )


def nice_top(values: Sequence[float]) -> float:
    """The top of an axis from 0 that holds all values: 1, 2, 2.5, 5 or 10 times a power of ten, in four steps."""
    highest = max([*values, 1.0])
    power = 10 ** math.floor(math.log10(highest))
    return next(float(step * power) for step in (1, 1.6, 2, 3, 4, 6, 8, 10) if step * power >= highest)


def _drawn(view: ScreenView) -> list[Level]:
    """The lines that are drawn: those known; of more than four, the four that change most."""
    known = [line for line in view.levels if line.steps]
    most = sorted(known, key=lambda line: -_span(line))[:MOST_LINES]
    return [line for line in known if line in most]


def _span(line: Level) -> float:
    values = [value for _, value in line.steps]
    return max(values) - min(values)


def _path(view: ScreenView, level: Level, x: _Days, y: _Levels) -> Path:
    end = min(_last_known(view), view.window[1])
    points = [(x(level.steps[0][0]), y(level.steps[0][1]))]
    for day, value in level.steps[1:]:
        points += [(x(day), points[-1][1]), (x(day), y(value))]
    points.append((x(end), points[-1][1]))
    ahead = () if view.record_end or end >= view.window[1] else (points[-1], (x(view.window[1]), points[-1][1]))
    return Path(level.party.place, tuple(points), ahead, bool(view.record_end))


def _last_known(view: ScreenView) -> str:
    """The day to which the lines are known: that asked about, or the end of the record."""
    return view.ended or view.as_of


def _branches(view: ScreenView, rows: Sequence[Row], right: float, y: _Levels) -> tuple[Branch, ...]:
    """Each distinct duty of each party once, with a mark that keeps clear of the others."""
    today = {line.party.place: line.value for line in view.levels if line.value is not None}
    marks: list[tuple[float, float]] = []
    branches = []
    for (party, _), (level, likely, later) in sorted(_ends(rows, y).items(), key=lambda item: (-item[1][0], item[0])):
        mark = _clear((right + FAN - 8.0, y(level)), marks)
        marks.append(mark)
        start, dashed = y(today.get(party, level)), later or bool(view.record_end)
        branches.append(Branch(party, (right, start), (right + FAN, y(level)), mark, likely, dashed, level))
    return tuple(branches)


def _ends(rows: Sequence[Row], y: _Levels) -> dict[tuple[int, int], tuple[float, bool, bool]]:
    """{(party, px): (duty, whether an outcome with a chance ends there, whether only later knowledge does)}."""
    ends: dict[tuple[int, int], tuple[float, bool, bool]] = {}
    for row in rows:
        known = [(party, level) for party, level in enumerate(row.levels) if level is not None]
        for party, level in known:
            key = (party, round(y(level)))
            old = ends.get(key, (level, False, True))
            ends[key] = (level, old[1] or row.share is not None, old[2] and bool(row.later))
    return ends


def _clear(mark: tuple[float, float], marks: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """A mark moved left until it covers no other."""
    while any(abs(mark[0] - other[0]) < MARK_GAP and abs(mark[1] - other[1]) < MARK_GAP for other in marks):
        mark = (mark[0] - MARK_SHIFT, mark[1])
    return mark


def _leaders(view: ScreenView, rows: Sequence[Row], branches: Sequence[Branch], frame: Frame) -> Iterator[Leader]:
    for number, row in enumerate(rows if frame.leaders else ()):
        party, level = _most_changed(row, view), height(row, view)
        if party is None or level is None:
            continue
        branch = min((b for b in branches if b.party == party), key=lambda b: abs(b.level - level), default=None)
        if branch is not None:
            end = frame.first + number * frame.row
            start = (branch.mark[0] + 7.0, branch.mark[1])
            elbow = frame.width - LEADER + 6.0
            points = (start, (max(elbow, start[0]), start[1]), (frame.width - 8.0, end), (frame.width, end))
            yield Leader(points, row.share is not None)


def _day_labels(view: ScreenView, x: _Days, right: float) -> Iterator[tuple[float, str, bool]]:
    """Today in bold, and months as far apart as their names need."""
    today = words.day_near(view.as_of, view.as_of)
    half = text_width(today, TEXT, bold=True) / 2
    centre = min(max(x(view.as_of), x.left + half), right - half)
    if view.as_of <= view.window[1]:
        yield centre, today, True
    taken = [(centre - half - TODAY_GAP, centre + half + TODAY_GAP)]
    for month in _months(view.window, right - x.left):
        label = f"{month:%b %Y}" if month.month == 1 else f"{month:%b}"
        half, centre = text_width(label, TEXT) / 2, x(month.isoformat())
        if centre + half <= right and all(centre + half < low or centre - half > high for low, high in taken):
            taken.append((centre - half - TODAY_GAP, centre + half + TODAY_GAP))
            yield centre, label, False


def _months(window: tuple[str, str], width: float) -> Iterator[date]:
    """The first days of the months in a window: every one, second, third or sixth, by the room that there is."""
    first, last = (date.fromisoformat(day) for day in window)
    count = (last.year - first.year) * 12 + last.month - first.month
    stride = next((step for step in (1, 2, 3, 6) if count / step * MONTH <= width), 6)
    for k in range(1, count + 1):
        month = date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1)
        if (month.month - 1) % stride == 0:
            yield month
