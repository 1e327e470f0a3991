"""Points in a plane of two quantities: marks by kind, names beside some, a line through others, a shaded quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detente.faces.picture.axes import Axis, axis_of
from detente.faces.picture.chart import TEXT, Key
from detente.faces.picture.elements import COLOURS, line_at, mark, rect, text_at, with_tip
from detente.faces.picture.text_width import text_width

HEIGHT, PHONE_HEIGHT, PHONE = 380.0, 320.0, 480.0  # px
TICK = 80.0  # px between two ticks at least
BESIDE, LINE = 9.0, 14.0  # px from a mark to its name, and from one name to another
DASH = ' stroke-dasharray="3 3"'


class Point(NamedTuple):
    """A point: its name, its place, how its kind is drawn, a name that stands beside it, and its tooltip."""

    x: float
    y: float
    kind: Key
    label: str
    tip: str


@dataclass(frozen=True)
class Plane:
    """Points, with the names of the axes. joined: those that a line joins; corner: the lower left corner of the quarter
    that is shaded, None for none.
    """

    points: Sequence[Point]
    across: str
    up: str
    joined: Sequence[Point] = ()
    corner: tuple[float, float] | None = None

    @property
    def words(self) -> str:
        """What is shown in a sentence."""
        named = [point.tip for point in self.points if point.label]
        return f"{len(self.points)} points. {'; '.join(named)}"

    def legend(self, width: float) -> Sequence[Key]:
        """The kinds of points that are there."""
        return list(dict.fromkeys(point.kind for point in self.points))

    def parts(self, width: float) -> tuple[float, list[str]]:
        """The height, and the elements."""
        height = HEIGHT if width >= PHONE else PHONE_HEIGHT
        y = axis_of([point.y for point in self.points], height, 22.0, most=6)
        left = max(text_width(label, TEXT) for _, label in y.ticks()) + 10
        most = max(3, int((width - left) / TICK))
        x = axis_of([point.x for point in self.points], left, width - 8, most=most)
        parts = [
            text_at(0, 12, f"↑ {self.up}", TEXT, COLOURS["soft"]),
            *self._quarter(x, y, width, height), *x.columns(22, height), *y.rows(left, width - 8),
            text_at(width, height + 34, f"{self.across} →", TEXT, COLOURS["soft"], anchor="end"),
            *self._line(x, y),
        ]  # fmt: skip
        order = {key: -number for number, key in enumerate(self.legend(width))}
        for point in sorted(self.points, key=lambda point: bool(point.label) or order[point.kind] / 100):
            place = x.place(point.x), y.place(point.y)
            sign = mark(*place, point.kind.sign, point.kind.tone, hollow=point.kind.hollow)
            field = rect(place[0] - 7, place[1] - 7, 14, 14, "none", ' pointer-events="all"')
            parts.append(with_tip(point.tip, sign, field))
        return height + 38, [*parts, *self._names(x, y, (left, width))]

    def _quarter(self, x: Axis, y: Axis, width: float, height: float) -> Iterator[str]:
        if self.corner is None:
            return
        left, low = x.place(self.corner[0]), y.place(self.corner[1])
        yield rect(left, 22, width - 8 - left, low - 22, COLOURS["wash"])
        yield line_at(left, 22, left, height, COLOURS["soft"], DASH)
        yield line_at(x.start, low, width - 8, low, COLOURS["soft"], DASH)

    def _line(self, x: Axis, y: Axis) -> Iterator[str]:
        places = sorted((x.place(point.x), y.place(point.y)) for point in self.joined)
        if len(places) > 1:
            points = " ".join(f"{across:.1f},{down:.1f}" for across, down in places)
            yield f'<polyline points="{points}" fill="none" stroke="{COLOURS["soft"]}"/>'

    def _names(self, x: Axis, y: Axis, ends: tuple[float, float]) -> Iterator[str]:
        """The names beside their points, where they cover no point and no other name."""
        named = [point for point in self.points if point.label]
        taken = [(x.place(p.x) - 6, x.place(p.x) + 6, y.place(p.y)) for p in self.points]
        for point in named:
            wide = text_width(point.label, TEXT, bold=True)
            places = _places(x.place(point.x), y.place(point.y), wide, ends)
            left, down = next((place for place in places if not _meets(place, wide, taken)), (ends[0], 0.0))
            taken.append((left, left + wide, down))
            if abs(down - y.place(point.y)) > BESIDE:
                end = min(max(x.place(point.x), left), left + wide)
                up = 6 if down > y.place(point.y) else -6
                yield line_at(x.place(point.x), y.place(point.y) + up, end, down - up, COLOURS["ink"])
            yield text_at(left, down + 4, point.label, TEXT, COLOURS["ink"], weight=700, halo=True)


def _places(x: float, y: float, wide: float, ends: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Where a name of that width may begin, and its height: left and right of a mark, ever further from it."""
    for step in range(60):
        down = y + (1 if step % 2 else -1) * 7 * ((step + 1) // 2)
        for left in (x - BESIDE - wide, x + BESIDE, x - wide / 2):
            if ends[0] <= left <= ends[1] - wide and (abs(down - y) > LINE or left != x - wide / 2):
                yield left, down


def _meets(place: tuple[float, float], wide: float, taken: Sequence[tuple[float, float, float]]) -> bool:
    left, y = place
    return any(left < end and start < left + wide and abs(y - other) < LINE - 3 for start, end, other in taken)
