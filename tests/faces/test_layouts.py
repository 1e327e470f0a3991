"""What every face shows is written once: numbers in words, cells of a table, the brief in each layout."""

import re
from html import escape

import pytest

from detente.faces import answers, tables, words
from detente.faces.files import html, pdf
from detente.faces.first_screen.build import screen_view
from detente.faces.outcome_view import Estimate, estimate_cell
from detente.faces.talks_view import _suspended_duties, sign
from detente.faces.terminal.screen_text import screen_lines

DAY = "2025-10-26"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.00"), (-0.001, "0.00"), (0.126, "+0.13"), (-1.5, "−1.50"), (None, "—")]
)
def test_a_signed_number_has_a_true_minus_and_zero_has_no_sign(value, text):
    assert words.signed(value) == text


@pytest.mark.parametrize(
    ("days", "text"), [(15, "15 days left"), (1, "1 day left"), (0, "expires today"), (-3, "3 days ago")]
)
def test_the_time_left_is_counted_in_words(days, text):
    assert words.days_left(days) == text


def test_control_characters_are_made_visible_and_line_breaks_become_blanks():
    assert words.visible("a\u202eb\nc\x1b") == "a\\u202eb c\\u001b"


@pytest.mark.parametrize(("low", "high", "tone"), [(-0.1, 0.2, "unsure"), (0.1, 0.2, ""), (None, None, "")])
def test_a_value_whose_band_crosses_zero_is_marked_unsure(low, high, tone):
    assert estimate_cell(Estimate(0.1, low, high)).tone == tone


def test_a_band_without_width_is_not_shown():
    assert estimate_cell(Estimate(0.1, 0.1, 0.1)).band is None


def test_columns_are_picked_by_key_in_the_order_asked_for():
    columns = [tables.numbers(key, float, key=key) for key in ("a", "b", "c")]
    table = tables.build([1.0], tables.pick(columns, "c", "a"))
    assert [column.heading for column in table.columns] == ["c", "a"]
    assert table.rows[0][0].text == "+1.000"


@pytest.mark.parametrize(
    ("text", "name"),
    [("states it (2025-08-11)", "yes"), ("none found", "none"), ("silent (2025-10-26)", "silent"),
     ("denied (2025-10-26)", "no"), ("framework", "other")],
)  # fmt: skip
def test_the_symbol_of_a_confirmation_follows_its_words(text, name):
    assert sign(text).name == name


def test_terminal_html_and_print_show_the_same_values_for_every_outcome():
    answer = answers.brief(DAY, DAY)
    view = screen_view(answer.data["first_screen"])
    printed = [line.plain for line in screen_lines(view, 100)]
    pages = [re.sub(r"\s+", " ", page) for page in (html.brief(answer), pdf.html(answer))]
    for row in view.rows:
        values = [cell for cell in row.changes if cell.kind == "value"]
        (line,) = [line for line in printed if line.startswith(row.title)]
        assert all(cell.dollars in line and f"{cell.low}…{cell.high}" in line for cell in values)
        for page in pages:
            cells = re.split(rf'(?:class="title"|<b)>\s*{re.escape(escape(row.title))}', page)[1].split("</tr>")[0]
            assert all(words.with_dollar(cell.dollars) in cells and cell.range in cells for cell in values)
            assert not row.baseline or "no change" in cells


def test_suspended_duties_without_points_on_record_name_each_pair_once():
    rows = [
        {"by": by, "on": on, "points": None, "rate_pct": None}
        for by, on in (("AAA", "BBB"), ("AAA", "BBB"), ("BBB", "AAA"))
    ]
    assert _suspended_duties(rows) == "duties of AAA on BBB and of BBB on AAA, rate not on record"
    with_points = {"by": "AAA", "on": "BBB", "points": 24}
    assert _suspended_duties([with_points]) == "24 points of AAA on BBB"
    assert _suspended_duties([with_points, rows[2]]) == (
        "24 points of AAA on BBB; duties of BBB on AAA, rate not on record"
    )
