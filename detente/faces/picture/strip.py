"""The timeline drawn: a lane for each side, a stroke for each event, darker for those that a reader chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from detente.faces.picture.elements import COLOURS, line_at, text_at

LABELS, RIGHT = 74.0, 8.0  # px left of the first day, for the names of the lanes, and right of the last
LANE, AXIS = 20.0, 22.0  # px: height of a lane, and of the years below them
SIZE = 12.0  # px of a text
ROOM = 44.0  # px between two years that are named
STEPS = (1, 2, 5, 10, 20, 50)  # years from one name to the next
WIDE, SLIM = 1136.0, 358.0
MOST_LANES = 8
PALE = ' opacity="0.22"'


class Stroke(NamedTuple):
    """An event of the drawing: its day, its side, and whether it is among those chosen."""

    day: date
    side: str
    chosen: bool


def strip(strokes: Sequence[Stroke], lanes: Mapping[str, str], parties: Sequence[str], last: date, width: float) -> str:
    """The drawing as an SVG element; empty where no event has a day.

    lanes: {side: its name}, from top to bottom, of which the first MOST_LANES are drawn. parties: those with a colour
    of their own. last: the day at the right edge. width: in px.
    """
    lanes = dict(list(lanes.items())[:MOST_LANES])
    drawn = [stroke for stroke in strokes if stroke.side in lanes and date.min < stroke.day <= last]
    if not drawn:
        return ""
    first = min(stroke.day for stroke in drawn)
    scale = (width - LABELS - RIGHT) / max(1, (last - first).days)
    height = LANE * len(lanes) + AXIS
    body = "".join(_parts(drawn, lanes, parties, (first, last), scale))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" aria-hidden="true" font-size="12">{body}</svg>'
    )


def _parts(
    strokes: Sequence[Stroke], lanes: Mapping[str, str], parties: Sequence[str], span: tuple[date, date], scale: float
) -> Iterator[str]:
    first, last = span
    bottom = LANE * len(lanes)
    for year in _years(first, last, scale):
        x = LABELS + (date(year, 1, 1) - first).days * scale
        yield line_at(x, 0, x, bottom, COLOURS["line"])
        yield text_at(x, bottom + 16, str(year), SIZE, COLOURS["soft"], anchor="middle")
    yield line_at(LABELS, bottom, LABELS + (last - first).days * scale, bottom, COLOURS["hair"])
    for lane, (side, name) in enumerate(lanes.items()):
        tone = COLOURS[f"party{parties.index(side) % 4}"] if side in parties else COLOURS["soft"]
        top = lane * LANE
        yield text_at(0, top + 14, name, SIZE, tone, weight=700 if side in parties else 400)
        own = {(round(LABELS + (s.day - first).days * scale), s.chosen) for s in strokes if s.side == side}
        for x, chosen in sorted(own, key=lambda place: (place[1], place[0])):  # a stroke a pixel, those chosen on top
            yield line_at(x, top + 3, x, top + LANE - 3, tone, ' stroke-width="2"' + ("" if chosen else PALE))


def _years(first: date, last: date, scale: float) -> Iterator[int]:
    """The years named below, as close as their names have room."""
    step = next((step for step in STEPS if step * 365 * scale >= ROOM), STEPS[-1])
    start = first.year if (first.month, first.day) == (1, 1) else first.year + 1
    for year in range(start, last.year + 1):
        x = (date(year, 1, 1) - first).days * scale
        if year % step == 0 and x <= (last - first).days * scale:
            yield year
