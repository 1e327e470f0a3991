"""The figure of outcomes as SVG: every number is where it should be, and no title can break out of it."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.faces.files import figure
from detente.faces.outcome_view import Estimate, OutcomeRow

SVG = "{http://www.w3.org/2000/svg}"
values = st.floats(-50, 50, allow_nan=False)


def row(title, value, low=None, high=None):
    return OutcomeRow(title, {code: Estimate(value, low, high) for code in ("USA", "CHN", "WLD")})


BASELINE = OutcomeRow("Truce extended", {code: Estimate(0.0) for code in ("USA", "CHN", "WLD")}, baseline=True)


def svg_of(rows, **options):
    return ElementTree.fromstring(figure.outcomes([BASELINE, *rows], **options))


def of_kind(svg, tag, kind):
    return [x for x in svg.iter(SVG + tag) if kind in x.get("class", "").split()]


@given(
    st.lists(st.tuples(st.text(max_size=80), st.tuples(values, values, values)), min_size=1, max_size=6),
    st.sampled_from([430, 760]),
)
def test_dots_stand_in_the_order_of_their_values_and_within_their_bands(outcomes, width):
    ordered = [(title, *sorted(values)) for title, values in outcomes]
    svg = svg_of([row(title, value, low, high) for title, low, value, high in ordered], width=width)
    marks = [x for x in svg.iter(SVG + "circle") if float(x.get("cy")) > 30]  # the key is above
    bands = of_kind(svg, "path", "band")
    assert len(marks) == len(bands) == 3 * len(ordered)
    for mark, band in zip(marks, bands, strict=True):
        start, end = map(float, re.fullmatch(r"M(\S+) \S+H(\S+)", band.get("d")).groups())
        assert 0 <= start <= float(mark.get("cx")) <= end <= width
    dots = sorted(zip([row[2] for row in ordered], [float(x.get("cx")) for x in marks[::3]], strict=True))
    assert [x for _, x in dots] == sorted(x for _, x in dots)


def test_a_band_across_zero_is_hollow_and_explained_in_the_key():
    unsure, sure = svg_of([row("a", 0.1, -0.1, 0.3)]), svg_of([row("a", 0.1, 0.05, 0.3)])
    assert len(of_kind(unsure, "circle", "hollow")) == 4  # three and the key
    assert not of_kind(sure, "circle", "hollow")
    assert "band crosses zero" in "".join(unsure.itertext())
    assert "band crosses zero" not in "".join(sure.itertext())


def test_titles_are_escaped_and_control_characters_shown():
    svg = figure.outcomes([BASELINE, row('</svg><script>"x"</script>\u202e', 1.0)], title="<b>")
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "\u202e" not in svg
    ElementTree.fromstring(svg)


def test_a_baseline_alone_gives_no_figure():
    assert figure.outcomes([BASELINE]) == ""


@pytest.mark.parametrize("size", [1e-9, 1e-3, 1.0, 1e3])
def test_ticks_are_few_and_enclose_all_values(size):
    svg = svg_of([row("up", size), row("down", -size / 3)])
    ticks = [float(x.get("d").split()[0][1:]) for x in [*of_kind(svg, "path", "grid"), *of_kind(svg, "path", "zero")]]
    dots = [float(x.get("cx")) for x in of_kind(svg, "circle", "dot")[3:]]
    assert 3 <= len(ticks) <= 11
    assert min(ticks) - 0.2 <= min(dots) <= max(dots) <= max(ticks) + 0.2
