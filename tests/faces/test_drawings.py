"""Charts drawn by the server: what each says, that text and table agree with it, that nothing leaves its frame."""

import hashlib
import html
import importlib.util
import re
from importlib import resources
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from detente.errors import QuestionError
from detente.faces import words
from detente.faces.answers import DutySteps
from detente.faces.files import png
from detente.faces.page import charts, limits, pictures, server
from detente.faces.picture import world_map
from detente.faces.picture.axes import axis_of
from detente.faces.picture.chart import MARGIN, SLIM, WIDE, Caption, Chart
from detente.faces.picture.elements import DOT, fixed
from detente.faces.picture.lines import Line, Lines
from detente.faces.picture.plane import Plane, Point
from detente.faces.picture.rows import Row, Rows
from detente.faces.picture.text_width import text_width, wrapped

DAY = "asof=2025-10-26"
SVG = "{http://www.w3.org/2000/svg}"
CHARTS = {
    f"/?{DAY}": {"duties", "probabilities"},
    f"/what-if?{DAY}&us_on_china=24&map=1": {"economies", "sectors", "map"},
    f"/table?{DAY}": {"plane"},
    f"/country?{DAY}&economy=DEU": {"output"},
    f"/methods?{DAY}&paper=liberation-day": {"differences"},
}  # fmt: skip
WORLD = [
    {"economy": "USA", "name": "United States", "real_income": -0.2, "low": -0.3, "high": -0.1},
    {"economy": "CHN", "name": "China", "real_income": -0.05, "low": -0.1, "high": 0.02},
    {"economy": "VNM", "name": "Vietnam", "real_income": 0.1, "low": 0.08, "high": 0.2},
]


@pytest.fixture(scope="module")
def client():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "BURST", 1e6)
        yield TestClient(server.app(warm=False))


def figures(text):
    """{chart: its drawings, wide and slim} of a page."""
    bodies = re.findall(r'<figure class="chart" id="figure-([\w-]+)">(.*?)</figure>', text, re.S)
    return {
        name: [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", body, re.S)] for name, body in bodies
    }


def texts(drawing, tag="text"):
    return [each.text or "" for each in drawing.iter(f"{SVG}{tag}")]


@pytest.mark.parametrize("path", CHARTS)
def test_every_chart_says_what_it_shows_its_unit_its_day_its_source_and_licence(client, path):
    drawn = figures(client.get(path).text)
    assert set(drawn) == CHARTS[path] == set(pictures.CHARTS[path.split("?")[0].strip("/") or "now"])
    for wide, slim in drawn.values():
        assert (wide.get("width"), slim.get("width")) == (f"{WIDE:g}", f"{SLIM:g}")
        for drawing in (wide, slim):
            text = " ".join(texts(drawing))
            assert drawing.get("role") == "img"
            assert re.search("[Pp]ercent|[Pp]robability|digit", drawing.get("aria-label"))
            assert drawing.find(f"{SVG}desc").text
            assert "26\u00a0Oct\u00a02025" in text or path.startswith("/methods")
            assert "horizon" in text or path.startswith(("/?", "/methods"))
            assert re.search(r"Source: détente .*CC\u00a0BY\u00a04\.0$", text)


@pytest.mark.parametrize("path", CHARTS)
def test_tooltips_name_what_they_say_in_words(client, path):
    for wide, slim in figures(client.get(path).text).values():
        tips = texts(wide, "title")
        assert len(tips) > 3
        assert tips == texts(slim, "title")
        assert not re.search(r"\b(USA|CHN|DEU|KHM)\b|\d{4}-\d\d-\d\d|None|nan", " ".join(tips))


@pytest.mark.parametrize("path", CHARTS)
def test_no_text_and_no_mark_leaves_a_drawing_or_lies_on_its_frame(client, path):
    for name, drawings in figures(client.get(path).text).items():
        for drawing in drawings:
            width = float(drawing.get("width"))
            for text in drawing.iter(f"{SVG}text"):
                wide = text_width(text.text or "", float(text.get("font-size")), bold=text.get("font-weight") == "700")
                share = {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
                left = float(text.get("x")) - share * wide
                assert left >= -1, (name, text.text)
                assert left + wide <= width + 1, (name, text.text)
            marks = [float(mark.get("cx")) for mark in drawing.iter(f"{SVG}circle")]
            assert all(4 <= x <= width - 4 for x in marks), name


def test_text_table_and_chart_show_the_same_answer(client):
    text = client.get(f"/what-if?{DAY}&us_on_china=24&part=1").text
    tips = texts(figures(text)["economies"][0], "title")
    api = client.get(f"/api/what-if?{DAY}&us_on_china=24").json()
    income = next(r for r in api["economies"] if r["economy"] == "USA")["real_income"]
    assert f"United States: real income {words.signed(income, 3)} %" in tips
    assert f"US {words.signed(income)} %" in text


def test_the_page_draws_the_added_duties_of_the_parties_by_day_as_known(client):
    text = client.get("/?asof=2025-10-26&known=2025-05-01").text
    tips = texts(figures(text)["duties"][0], "title")
    last = [float(tip.split(": +")[1].split(" ")[0]) for tip in tips if tip.endswith("26 Oct 2025")]
    assert len(last) == 2
    assert min(last) > 100, "as known on 1 May 2025 the rates of April stay"
    assert any(tip.endswith("31 Dec 2017") for tip in tips)


@pytest.mark.parametrize("path", CHARTS)
def test_every_chart_is_a_file_that_stands_alone(client, path):
    text = client.get(path).text
    for name in CHARTS[path]:
        address = html.unescape(re.search(rf'href="(/download/[\w-]+/{name}\.svg[^"]*)"', text)[1])
        response = client.get(address)
        assert response.headers["content-type"] == "image/svg+xml"
        assert f"-{name}-2025-10-26.svg" in response.headers["content-disposition"]
        drawing = ElementTree.fromstring(response.text)
        assert drawing.find(f"{SVG}title").text
        assert not re.search(r"var\(|currentColor|class=|href=", response.text)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("now.svg?", ("26 Oct 2025", "Truce extended")),
        ("what-if.svg?us_on_china=24&", ("US on China +24 points", "Real income", "United States")),
        ("country.svg?economy=DEU&", ("Germany, output by sector: Truce expires, both sides", "volumes")),
        ("table.svg?fallback=war&", ("Pareto frontier", "Nash")),
    ],
)
def test_the_first_picture_of_a_view_has_an_address_of_its_own(client, address, expected):
    text = client.get(f"/download/{address}{DAY}").text.replace("\u00a0", " ")
    assert text.startswith("<svg")
    assert all(word in text for word in (*expected, "détente", "CC BY 4.0"))


@pytest.mark.parametrize(
    ("address", "words"),
    [("record.svg", "has no picture"), ("now/sectors.svg", "'sectors'; it has probabilities, duties")],
)
def test_a_picture_that_is_not_there_is_one_line(client, address, words):
    response = client.get(f"/download/{address}?{DAY}")
    assert response.status_code == 400
    assert words in response.json()["error"]


def test_a_png_is_drawn_at_twice_the_size_where_the_renderer_is_and_refused_in_a_line_elsewhere(monkeypatch):
    drawing = Chart(Caption("Title"), charts.economies(WORLD, ["USA", "CHN"])).file()
    if png.available():
        made = png.png(drawing)
        assert made.startswith(b"\x89PNG")
        assert int.from_bytes(made[16:20], "big") == 2 * (WIDE + 2 * MARGIN)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(png, "find_spec", lambda name: None)
    png.available.cache_clear()
    with pytest.raises(QuestionError, match=r"pip install 'detente\[page\]'"):
        png.png(drawing)
    png.available.cache_clear()


def test_parties_have_their_marks_in_every_chart_and_a_range_over_zero_makes_a_mark_hollow():
    rows = {row.label: row for row in charts.economies(WORLD, ["USA", "CHN"]).rows}
    assert [rows[name].shape for name in ("United States", "China", "Vietnam")] == [0, 1, DOT]
    assert [rows[name].hollow for name in ("United States", "China", "Vietnam")] == [False, True, False]
    svg = Chart(Caption("Title"), charts.economies(WORLD, ["USA", "CHN"])).svg()
    assert svg.count('fill="var(--paper, #ffffff)" stroke="var(--party1, #9a5600)"') == 1


def test_each_line_of_a_party_has_its_colour_and_dashes_that_tell_it_from_the_others():
    pairs = [("USA", "CAN"), ("USA", "MEX"), ("CAN", "USA"), ("MEX", "USA")]
    steps = [DutySteps(*pair, ({"day": "2025-02-01", "additional_pp": 10.0},)) for pair in pairs]
    looks = {(line.tone, line.dash) for line in charts.duties(steps, "2025-03-01", ["USA", "CAN", "MEX"]).lines}
    assert len(looks) == 4
    assert len({tone for tone, _ in looks}) == 3


@pytest.mark.parametrize("width", [WIDE, SLIM])
def test_names_in_the_plane_cover_no_point_and_no_other_name(width):
    kinds = charts.KINDS
    crowd = [Point(0.01 * k, 0.012 * k, kinds[charts.PACKAGE], "", f"package {k}") for k in range(12)]
    named = [Point(0.11, 0.1 + 0.01 * k, kinds[charts.DEAL], f"Solution {k}", f"deal {k}") for k in range(3)]
    _, parts = Plane([*crowd, *named], "US, percent", "China, percent").parts(width)
    drawing = ElementTree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>')
    boxes = [
        (float(t.get("x")), float(t.get("x")) + text_width(t.text, 12, bold=True), float(t.get("y")) - 4)
        for t in drawing.iter(f"{SVG}text") if t.get("font-weight") == "700"
    ]  # fmt: skip
    assert len(boxes) == 3
    marks = [(float(c.get("cx")), float(c.get("cy"))) for c in drawing.iter(f"{SVG}circle")]
    for left, right, y in boxes:
        assert not [mark for mark in marks if left < mark[0] < right and abs(mark[1] - y) < 8]
        others = [box for box in boxes if box != (left, right, y)]
        assert not [box for box in others if left < box[1] and box[0] < right and abs(box[2] - y) < 10]


@pytest.mark.parametrize("width", [WIDE, SLIM, 288.0])
@pytest.mark.parametrize("values", [[0.0], [-0.2, 0.2], [1e-9, 3.0], [140.0, 139.9], [-7.0, -6.9]])
def test_the_first_and_last_tick_lie_inside_the_frame_and_hold_every_value(values, width):
    axis = axis_of(values, 40.0, width, most=6)
    places = [place for place, _ in axis.ticks()]
    assert 50.0 <= min(places) < max(places) <= width - 10.0
    assert all(min(places) <= axis.place(value) <= max(places) for value in values)
    assert len({label for _, label in axis.ticks()}) == len(places) <= 8


def test_a_value_stays_a_text_and_a_number_at_any_name():
    rows = [Row('<script>alert("1")</script> & a name that is long', 1.0, "+1"), Row("b", -1.0, "−1")]
    for width in (WIDE, SLIM):
        drawing = ElementTree.fromstring(Chart(Caption("<b>&", ("x" * 90,)), Rows(rows)).svg(width))
        assert not list(drawing.iter(f"{SVG}script"))
        assert texts(drawing, "title")[0].startswith("<script>")


def test_a_line_ends_at_its_last_day_and_holds_its_value_until_the_next():
    line = Line("US on China", [("2025-01-01", 0.0), ("2025-02-01", 10.0), ("2025-04-01", 10.0)], "black")
    _, parts = Lines([line], steps=True).parts(WIDE)
    points = [tuple(map(float, p.split(","))) for p in re.search(r'points="([^"]+)"', "".join(parts))[1].split()]
    assert points[0][1] == points[1][1] > points[2][1] == points[-1][1]
    assert points[1][0] == points[2][0]


def test_text_is_broken_between_words_and_only_there():
    lines = wrapped("as known on 26\u00a0Oct\u00a02025 or later", 12, 90)
    assert " ".join(lines) == "as known on 26\u00a0Oct\u00a02025 or later"
    assert "26\u00a0Oct\u00a02025" in " ".join(line for line in lines if "Oct" in line)
    assert max(text_width(line, 12) for line in lines) <= 110


def test_a_drawing_in_fixed_colours_has_the_colours_of_the_light_page():
    style = (resources.files("detente.faces.page") / "static" / "detente.css").read_text("utf-8")
    drawing = Chart(Caption("Title"), charts.world_map(WORLD)).svg()
    named = dict(re.findall(r"var\(--(\w+), (#\w+)\)", drawing))
    light = dict(re.findall(r"--(\w+): (#\w+);", style.split("@media")[0]))
    assert named.keys() <= light.keys()
    assert {name: value for name, value in named.items() if name != "paper"}.items() <= light.items()
    assert "var(" not in fixed(drawing)


def test_a_shape_that_crosses_180_degrees_stays_in_one_piece_and_every_economy_of_the_map_has_one():
    paths = world_map.paths()
    assert {f"{number:03d}" for number in charts.numbers().values()} <= set(paths)
    for ring in paths["643"].split("M")[1:]:  # Russia
        across = [int(point.split(" ")[0]) for point in ring.removesuffix("Z").split("L")]
        assert max(abs(b - a) for a, b in pairwise(across)) < 100


def test_the_projection_is_the_published_one():
    assert world_map._project(180, 0) == pytest.approx((2.7354, 0.0), abs=1e-4)
    assert world_map._project(0, 90)[1] == pytest.approx(1.4222, abs=1e-3)


def test_vendored_files_have_the_hashes_that_are_listed():
    folder = resources.files("detente.faces.picture") / "vendor"
    table = folder.joinpath("VENDOR.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", table, re.M))
    held = {f.name: f for f in folder.iterdir() if not f.name.startswith(("LICENSE", "VENDOR"))}
    assert {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in held.items()} == listed


def test_differences_count_every_number_with_a_last_digit_once():
    rows = [{"gap": g, "digits": d} for g, d in ((0.001, 2), (-0.004, 2), (0.3, 2), (None, 2), (0.1, None))]
    columns = charts.differences(rows).columns
    assert sum(column.height for column in columns) == 3
    assert [column.tip for column in columns] == [
        "1 number differs by −0.4 to −0.3 of the last digit", "1 number differs by +0.1 to +0.2 of the last digit",
        "1 number differs by above +1.0 of the last digit",
    ]  # fmt: skip
    assert columns[0].tone == columns[1].tone != columns[2].tone
    assert charts.differences([]) is None
