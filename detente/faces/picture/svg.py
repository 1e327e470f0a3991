"""The picture of the first screen as SVG, drawn from its layout."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from detente.faces.first_screen.view import ScreenView
from detente.faces.picture.elements import COLOURS, line_at, mark, rect, text_at
from detente.faces.picture.layout import TEXT, Branch, Frame, Layout, Path, layout

LANE_HEIGHT, TEXT_BASE = 18.0, 13.0


def picture(view: ScreenView, frame: Frame, *, links: bool = True) -> str:
    """The picture as an SVG element; empty where no line is known.

    links: whether texts of events lead to their sources, for pointers only; a list under the picture has them for all.
    """
    drawn = layout(view, frame)
    if drawn is None:
        return ""
    body = "".join(_parts(drawn, view, links))
    width, height = drawn.frame.width, drawn.frame.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" aria-hidden="true" font-size="12">{body}</svg>'
    )


def _parts(drawn: Layout, view: ScreenView, links: bool) -> Iterator[str]:
    _, top, _, bottom = drawn.plot
    if drawn.fan:
        yield rect(drawn.fan[0], top, drawn.fan[1] - drawn.fan[0], bottom - top, COLOURS["wash"])
    yield from _grid(drawn)
    yield from _flags(drawn, view, links)
    if drawn.record_end is not None and drawn.deadline is not None:
        yield from _hatching(drawn)
    for path in drawn.paths:
        yield from _line(path)
    yield from _rules(drawn)
    for branch in drawn.branches:
        yield from _branch(branch)
    for leader in drawn.leaders:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in leader.points)
        tone = COLOURS["ink"] if leader.likely else COLOURS["hair"]
        yield f'<polyline points="{points}" fill="none" stroke="{tone}"/>'
    for branch in drawn.branches:
        yield _mark(branch.mark, branch.party, hollow=branch.dashed)


def _grid(drawn: Layout) -> Iterator[str]:
    left, _, right, bottom = drawn.plot
    end = drawn.fan[1] if drawn.fan else right
    for y, label in drawn.ticks:
        tone = COLOURS["hair"] if y == bottom else COLOURS["line"]
        yield f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{end:.1f}" y2="{y:.1f}" stroke="{tone}"/>'
        yield text_at(left - 6, y + 4, label, TEXT, COLOURS["soft"], anchor="end")
    for x, label, bold in drawn.days:
        tone, weight = COLOURS["ink" if bold else "soft"], 700 if bold else 400
        yield text_at(x, bottom + 18, label, TEXT, tone, anchor="middle", weight=weight)
        if bold:
            yield line_at(x, bottom, x, bottom + 5, COLOURS["ink"])
    if drawn.fan:
        yield text_at(sum(drawn.fan) / 2, bottom + 18, "after", TEXT, COLOURS["soft"], anchor="middle")


def _flags(drawn: Layout, view: ScreenView, links: bool) -> Iterator[str]:
    """Each event: its hairline down to the step, its day in bold, its text, linked where it has an address."""
    for flag, step in drawn.flags:
        event, y = view.events[flag.step.event], flag.lane * LANE_HEIGHT + TEXT_BASE
        yield line_at(flag.step.x, flag.lane * LANE_HEIGHT + 2, flag.step.x, step, COLOURS["hair"])
        words = (
            f'<text x="{flag.left:.1f}" y="{y:.1f}" fill="{COLOURS["ink"]}"><tspan font-weight="700">'
            f"{escape(flag.step.day)}</tspan> {escape(flag.text)}</text>"
        )
        title = f"<title>{escape(event.detail)}</title>" if event.detail else ""
        if links and event.url.startswith(("https://", "http://")):
            yield f'<a href="{escape(event.url)}" tabindex="-1">{title}{words}</a>'
        else:
            yield f"<g>{title}{words}</g>"


def _hatching(drawn: Layout) -> Iterator[str]:
    """The days after the record's end, up to the deadline or to the edge of the plot."""
    _, top, right, bottom = drawn.plot
    start, end = drawn.record_end or 0.0, max(drawn.deadline or 0.0, drawn.record_end or 0.0)
    end = end if end > start else right
    x = start + 4.0
    while x < end:
        yield line_at(x, bottom, min(x + 8.0, end), top, COLOURS["line"])
        x += 8.0


def _line(path: Path) -> Iterator[str]:
    tone = COLOURS[f"party{path.party}"]
    known, ahead = (" ".join(f"{x:.1f},{y:.1f}" for x, y in part) for part in (path.points, path.ahead))
    yield f'<polyline points="{known}" fill="none" stroke="{tone}" stroke-width="2.25" stroke-linejoin="miter"/>'
    if ahead:
        yield f'<polyline points="{ahead}" fill="none" stroke="{tone}" stroke-width="2.25" stroke-dasharray="2 3"/>'
    if path.open_end:
        yield _mark(path.points[-1], path.party, hollow=True)


def _rules(drawn: Layout) -> Iterator[str]:
    bottom = drawn.plot[3]
    if drawn.deadline is not None:
        dash = ' stroke-dasharray="5 4"' if drawn.reported else ""
        yield line_at(drawn.deadline, 0, drawn.deadline, bottom, COLOURS["ink"], f' stroke-width="2"{dash}')
    if drawn.earlier is not None:
        yield line_at(drawn.earlier, drawn.plot[1], drawn.earlier, bottom, COLOURS["ink"])


def _branch(branch: Branch) -> Iterator[str]:
    (x1, y1), (x2, y2) = branch.start, branch.mark
    middle = (x1 + x2) / 2
    width, dash = 2.25 if branch.likely else 1.25, ' stroke-dasharray="4 3"' if branch.dashed else ""
    yield (
        f'<path d="M{x1:.1f},{y1:.1f}C{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f} {x2:.1f},{y2:.1f}" fill="none"'
        f' stroke="{COLOURS[f"party{branch.party}"]}" stroke-width="{width}"{dash}/>'
    )


def _mark(place: tuple[float, float], party: int, *, hollow: bool = False) -> str:
    return mark(*place, party, COLOURS[f"party{party}"], hollow=hollow)


def party_mark(party: int) -> str:
    """The mark of a party with a piece of its line, for the key."""
    line = line_at(0, 7, 22, 7, COLOURS[f"party{party}"], ' stroke-width="2.25"')
    return _small(22, 14, line + _mark((11, 7), party))


def _small(width: float, height: float, body: str) -> str:
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return f'<svg {size} aria-hidden="true">{body}</svg>'


def range_mark(changes: tuple[tuple[int, float, float, float], ...], ends: tuple[float, float]) -> str:
    """The ranges of one outcome on the scale of all rows: a line and a mark a party, hollow where zero is inside.

    changes: (party, value, low, high) in percent; ends: of the scale, which holds zero.
    """
    low, high = ends
    width, height = 84.0, 14.0 * max(1, len(changes)) + 8
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return 5 + (width - 10) * (value - low) / span

    parts = [line_at(x(0), 0, x(0), height, COLOURS["hair"])]
    for number, (party, value, lower, upper) in enumerate(changes):
        y = 11 + 14.0 * number
        parts.append(line_at(x(lower), y, x(upper), y, COLOURS[f"party{party}"], ' stroke-width="1.5"'))
        parts.append(_mark((x(value), y), party, hollow=lower < 0 < upper))
    return _small(width, height, "".join(parts))
