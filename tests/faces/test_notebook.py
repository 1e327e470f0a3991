"""An answer in a notebook: short, with names and units, escaped; charts in SVG that draw what the table holds."""

import re
import shutil
from xml.etree import ElementTree

import pytest

import detente
from detente.ask.answer import Answer
from detente.ask.tabular.data_table import Field
from detente.ask.tabular.rows import build
from detente.faces.python.chart import Chart
from detente.faces.python.readable import digits_for, heading, readable

DAY = "2025-10-26"
CARS = {"by": "USA", "against": "EU", "products": "C29", "rate": "10 pp"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def cars():
    return detente.price(CARS, as_of=DAY, economies="DEU")


@pytest.fixture(scope="module")
def brief():
    return detente.brief(as_of=DAY)


def text_of(html):
    return re.sub(r"<[^>]+>", " ", html)


def bars(chart):
    """{label: its value} of a chart of bars, from the titles of the bars."""
    titles = [title.text for title in ElementTree.fromstring(chart.svg).iter(f"{SVG}title")][1:]  # the first: of all
    return {text.rpartition(": ")[0]: float(text.rpartition(": ")[2].replace("−", "-")) for text in titles}


def test_a_price_shows_names_units_bands_the_duty_before_and_after_and_its_proof(cars):
    html = cars._repr_html_()
    text = text_of(html)
    for words in ("10 pp by US on EU, C29", "Germany", "real income, %", "duty before, %", "residual", "icio-2022"):
        assert words in text
    assert re.search(r"−0\.\d+ \(−0\.\d+ to −0\.\d+\)", text)
    assert len(html) < 10_000
    ElementTree.fromstring(html)


def test_a_brief_shows_its_headline_and_each_outcome_for_the_parties_with_its_chance(brief):
    html = brief._repr_html_()
    text = text_of(html)
    assert "The truce ends in 15 days, on 10\u00a0Nov\u00a02025" in text
    assert text.index("Truce extended") < text.index("Truce expires, both sides")
    assert re.search(r"outcome\s+probability\s+US\s+China\s+World", text)
    assert "74 %" in text
    assert len(html) < 15_000
    ElementTree.fromstring(html)


@pytest.mark.parametrize("pattern", [r"−0\.0+(?![0-9])", r"\d{4}-\d\d-\d\d", r"truce-lapses", r"\\u00", r"e-1\d"])
def test_no_signed_zero_iso_day_identifier_or_tiny_number_is_shown(brief, cars, pattern):
    for html in (brief._repr_html_(), cars._repr_html_()):
        shown = re.sub(r"icio-2022|largest residual \S+|<code>.*?</code>", "", html)
        assert not re.search(pattern, text_of(shown)), re.search(pattern, text_of(shown))


def test_markup_in_names_is_shown_and_never_run():
    answer = detente.price({"name": "<script>alert(1)</script>\u202e", "measures": [CARS]}, as_of=DAY)
    html, svg = answer._repr_html_(), answer.plot().svg
    for made in (html, svg):
        assert "<script" not in made
        assert "&lt;script&gt;" in made
        assert "\u202e" not in made
        ElementTree.fromstring(made)


def test_several_scenarios_stand_below_each_other_with_the_parties_across():
    answer = detente.price(["uniform-10", "plus-100"], as_of=DAY)
    assert re.search(r"scenario\s+US\s+China\s+World\s+\w+", text_of(answer._repr_html_()))


@pytest.mark.parametrize(
    "call",
    [
        lambda: detente.duties(as_of=DAY, by="USA", against="CHN"), lambda: detente.forecast(as_of=DAY),
        lambda: detente.path("uniform-10", as_of=DAY), lambda: detente.record_show(as_of=DAY), lambda: detente.cases(),
        lambda: Answer("no question", {}), lambda: Answer("price", {"scenarios": []}),
    ],
)  # fmt: skip
def test_any_answer_is_shown_as_well_formed_html(call):
    ElementTree.fromstring(call()._repr_html_())


def test_bars_are_the_values_of_the_table(cars):
    drawn = bars(cars.plot("sectors", "output_pct", economy="DEU"))
    table = cars.table("sectors").where(economy="DEU")
    values = dict(zip(table.column("sector_name"), table.column("output_pct"), strict=True))
    assert drawn["motor vehicles"] == pytest.approx(values["motor vehicles"], abs=0.006)
    assert len(drawn) == 15
    assert list(drawn.values()) == sorted(drawn.values(), reverse=True)


def test_a_chart_over_time_has_a_line_for_each_of_the_parties():
    answer = detente.path("uniform-10", as_of=DAY)
    tree = ElementTree.fromstring(answer.plot(column="real_wage_pct").svg)
    lines = [
        group.find(f"{SVG}title").text for group in tree.iter(f"{SVG}g") if group.find(f"{SVG}polyline") is not None
    ]
    assert {"United States", "China"} <= set(lines)
    by_day = detente.duties(as_of=DAY, by="USA", against="CHN", by_day=True).plot()
    assert "US on China" in by_day.svg


def test_a_chart_has_a_title_a_unit_a_name_for_readers_and_how_it_was_made(cars):
    svg = cars.plot().svg
    tree = ElementTree.fromstring(svg)
    assert tree.get("role") == "img"
    assert "real income, %" in tree.get("aria-label")
    assert "world icio-2022" in svg
    assert "horizon long" in svg


def test_a_chart_is_saved_as_svg_and_shown_by_a_notebook(cars, tmp_path):
    chart = cars.plot()
    assert chart.save(tmp_path / "cars.svg") == str(tmp_path / "cars.svg")
    assert (tmp_path / "cars.svg").read_text("utf-8") == chart.svg + "\n"
    assert chart._repr_svg_() == chart.svg
    with pytest.raises(detente.QuestionError, match="name a file that ends in"):
        Chart("<svg/>").save(tmp_path / "cars.png")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda a: a.plot(column="economy_name"), "holds no numbers"),
        (lambda a: a.plot(economy="XXX"), "has no row with a value"),
        (lambda a: a.plot("nowhere"), "it has economies, sectors, duties"),
        (lambda a: Answer("x", {"rows": [{"a": "b"}]}).plot(), "has no numbers to draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(cars, call, words):
    with pytest.raises(detente.QuestionError, match=words):
        call(cars)


def test_headings_say_units_and_columns_have_the_digits_they_need():
    assert heading(Field("real_income_pct", unit="percent")) == "real income, %"
    assert heading(Field("points_pp", unit="percentage points")) == "points"
    assert heading(Field("duty_bn_usd", unit="billion USD")) == "duty, bn USD"
    assert [digits_for([x, None]) for x in (250, 25, 2.5, 0.25, 0.025, 0.0025)] == [0, 1, 2, 3, 4, 4]


def test_columns_that_are_alike_in_all_rows_are_left_out_of_the_view():
    table = build("x", "X", [{"same": "a", "x": 1.0, "zero": 1e-14}, {"same": "a", "x": 2.0, "zero": 0.0}])
    assert readable(table).headings == ("x",)


def test_a_brief_and_a_price_of_many_economies_fit_a_notebook_of_900_pixels(brief, cars, tmp_path):
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 700})
        for answer in (brief, cars):
            page.set_content(f"<body style='margin:8px'>{answer._repr_html_()}</body>")
            assert page.evaluate("document.documentElement.scrollWidth") <= 900
        browser.close()
