"""Whose official a person is whom no table lists."""

import pytest

from detente.record.document import Document
from detente.record.propose.annotate import document as annotated


def sides(text, **header):
    """Each person of an English text with a side."""
    reading = annotated.read(Document(id="d", text=text, sha256="", published="2031-03-10", language="en", **header))
    return {n.name: n.side for s in reading.sentences for n in s.people}


@pytest.mark.parametrize(
    ("text", "name", "side"),
    [
        ("Chile and Norway met. The Chilean trade minister, Aurelia Brandvik, flew home.", "Aurelia Brandvik", "CHL"),
        ("Chile and Norway met. Minister Aurelia Brandvik (Chile) flew home.", "Aurelia Brandvik", "CHL"),
        (
            "Chile and Norway met. Aurelia Brandvik, director in Chile's customs service, left.",
            "Aurelia Brandvik",
            "CHL",
        ),
        ("Norway asked Chile for more. Its chief negotiator, Aurelia Brandvik, left.", "Aurelia Brandvik", "CHL"),
        ("Chile wrote to Norway. Finance Minister Torbjorn Aasland is to answer.", "Torbjorn Aasland", "NOR"),
        ("OSLO, 3 March – Chile wants more. Trade minister Aurelia Brandvik refused.", "Aurelia Brandvik", "NOR"),
    ],
)
def test_the_side_of_an_unlisted_official_is_that_of_the_office_then_of_the_name_then_of_the_place(text, name, side):
    assert sides(text)[name] == side


def test_an_office_that_nothing_ties_to_a_side_names_nobody():
    assert "Aurelia Brandvik" not in sides("Chile and Norway met. Trade minister Aurelia Brandvik refused.")


def test_an_official_text_names_its_own_officials_without_their_side():
    text = "Chile has lowered its duties. Trade Minister Aurelia Brandvik welcomes it."
    assert sides(text, publisher="Government of Norway")["Aurelia Brandvik"] == "NOR"


def test_a_courtesy_title_and_the_parts_of_a_portfolio_belong_to_no_name():
    named = sides("Norway's Minister of Trade, Industry and Fisheries, Ms Aurelia Brandvik, met Chile.")
    assert list(named) == ["Aurelia Brandvik"]
