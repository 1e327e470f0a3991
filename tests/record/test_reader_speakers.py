"""Whom the reader takes for the one who speaks, where a sentence leaves the name or the side to the text before it."""

import pytest

from detente.record.document import Document
from detente.record.propose.annotate import document as annotated
from detente.record.propose.relate.analysis import analyse


def speakers(text, language="en"):
    """Name and side of each who speaks in a text."""
    reading = annotated.read(Document(id="d", text=text, sha256="", published="2027-03-10", language=language))
    return [(u.speaker.name, u.speaker.side) for u in analyse(reading).attribution.utterances]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        (
            "The Kenyan department of commerce set the duties on Monday. They cover timber from Peru and Chile."
            " Ships are made of steel, the department said.",
            "KEN",
        ),
        (
            "A Peruvian trade ministry spokesman defended the ban. Kenya had called it unfair."
            " The spokesman said it was not aimed at anybody.",
            "PER",
        ),
        ("The commission in Brussels opened an inquiry. Peru protested. The commission said it had no choice.", "EU"),
        ("Officials of Peru met the Kenyan Treasury on Monday. The Treasury said it was content.", "KEN"),
    ],
)
def test_a_house_named_again_without_its_country_is_that_of_the_country_it_was_named_with(text, side):
    assert speakers(text)[-1] == (None, side)


def test_a_treasury_is_no_minister_of_finance():
    text = "The U.S. Treasury met Kenyan Finance Minister Njuguna Ndung'u. The Treasury said it was content."
    assert speakers(text) == [(None, "USA")]


def test_a_commissioner_is_the_one_named_before_and_no_commission():
    text = "Piyush Goyal met Maros Sefcovic, EU commissioner for trade, here. The EU commissioner said he was content."
    assert speakers(text) == [("Maroš Šefčovič", "EU")]


def test_a_headline_that_leaves_out_the_name_has_the_side_of_the_official_named_below():
    text = "Talks with Chile and Peru continue, says trade minister\n\nKenyan Trade Minister Ann Waweru met nobody."
    assert speakers(text)[0][1] == "KEN"


@pytest.mark.parametrize("owned", ["Trump administration officials", "Trump's chief trade adviser", "Trump aides"])
def test_those_who_speak_for_a_person_are_not_the_person(owned):
    assert speakers(f"Donald Trump met Xi Jinping. {owned} said the talks went on.") == [(None, "USA")]


def test_a_newspaper_called_by_its_country_speaks_for_no_side():
    assert speakers('Peru plans a duty, the Chilean newspaper "La Hora" reported.') == [(None, None)]


def test_the_ministers_of_two_sides_speak_for_both():
    assert speakers("The ministers of Peru and Chile called the accord historic.") == [(None, "joint")]


def test_a_country_behind_its_city_only_hosts():
    reading = annotated.read(
        Document(id="d", text="Peru and Chile met in Nairobi, Kenya, on Monday.", sha256="", published="2027-03-10")
    )
    assert [m.side for s in reading.sentences for m in s.sides] == ["PER", "CHL"]


def test_a_vietnamese_ministry_is_no_name():
    text = "Việt Nam gặp Chile. Theo Thứ trưởng Bộ Công Thương, hai bên đã ký hiệp định."
    assert speakers(text, "vi") == [(None, "VNM")]


def test_a_foreign_minister_in_a_vietnamese_text_is_not_vietnamese():
    text = "Việt Nam gặp Chile. Chile không đồng ý. Bộ trưởng cho biết hai bên chưa ký hiệp định."
    assert speakers(text, "vi") == [(None, "CHL")]


@pytest.mark.parametrize("aside", ["speaking in Ottawa", "answering questions on a call", "flanked by farmers"])
def test_where_a_speaker_stands_does_not_part_the_name_from_the_verb(aside):
    assert speakers(f"Mark Carney, {aside}, also said the duty would stay.") == [("Mark Carney", "CAN")]


def test_the_latter_and_the_former_are_the_sides_named_before():
    text = "Kenya met Tanzania and the latter said the ban would go. Kenya met Tanzania. The former said it would stay."
    assert speakers(text) == [(None, "TZA"), (None, "KEN")]
