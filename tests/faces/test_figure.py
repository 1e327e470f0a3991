"""The figure of outcomes as SVG: every number is where it should be, and what it is given cannot break out of it."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.faces.files import figure

SVG = "{http://www.w3.org/2000/svg}"
value = st.floats(-50, 50, allow_nan=False)


def row(title, at, low=None, high=None):
    def each(x):
        return None if x is None else dict.fromkeys(("USA", "CHN", "WLD"), x)

    return {"title": title, "real_income": each(at), "low": each(low), "high": each(high)}


def drawn(rows, **more):
    return ElementTree.fromstring(figure.outcomes([row("Truce extended", 0.0), *rows], **more))


def of_kind(svg, tag, kind):
    return [x for x in svg.iter(SVG + tag) if kind in x.get("class", "").split()]


@given(
    st.lists(st.tuples(st.text(max_size=80), st.tuples(value, value, value)), min_size=1, max_size=6),
    st.sampled_from([430, 760]),
)
def test_dots_stand_in_the_order_of_their_values_and_within_their_bands(told, wide):
    ordered = [(title, *sorted(x)) for title, x in told]
    svg = drawn([row(title, at, low, high) for title, low, at, high in ordered], wide=wide)
    marks = [x for x in svg.iter(SVG + "circle") if float(x.get("cy")) > 30]  # the key stands above
    bands = of_kind(svg, "path", "band")
    assert len(marks) == len(bands) == 3 * len(ordered)
    for mark, band in zip(marks, bands, strict=True):
        start, end = map(float, re.fullmatch(r"M(\S+) \S+H(\S+)", band.get("d")).groups())
        assert 0 <= start <= float(mark.get("cx")) <= end <= wide
    dots = sorted(zip([at for _, _, at, _ in ordered], [float(x.get("cx")) for x in marks[::3]], strict=True))
    assert [x for _, x in dots] == sorted(x for _, x in dots)


def test_a_band_across_zero_is_hollow_and_said_in_the_key():
    unsure, sure = drawn([row("a", 0.1, -0.1, 0.3)]), drawn([row("a", 0.1, 0.05, 0.3)])
    assert len(of_kind(unsure, "circle", "hollow")) == 4  # three and the key
    assert not of_kind(sure, "circle", "hollow")
    assert "band crosses zero" in "".join(unsure.itertext())
    assert "band crosses zero" not in "".join(sure.itertext())


def test_titles_are_escaped_and_control_characters_shown():
    svg = figure.outcomes([row("", 0.0), row('</svg><script>"x"</script>\u202e', 1.0)], title="<b>")
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "\u202e" not in svg
    ElementTree.fromstring(svg)


def test_nothing_but_the_truce_draws_nothing():
    assert figure.outcomes([row("Truce extended", 0.0)]) == ""


@pytest.mark.parametrize("size", [1e-9, 1e-3, 1.0, 1e3])
def test_ticks_are_few_and_hold_all_values(size):
    svg = drawn([row("up", size), row("down", -size / 3)])
    ticks = [float(x.get("d").split()[0][1:]) for x in [*of_kind(svg, "path", "grid"), *of_kind(svg, "path", "zero")]]
    dots = [float(x.get("cx")) for x in of_kind(svg, "circle", "dot")[3:]]
    assert 3 <= len(ticks) <= 11
    assert min(ticks) - 0.2 <= min(dots) <= max(dots) <= max(ticks) + 0.2
