"""Whose official a person is whom no table lists."""

import pytest

from detente.record.document import Document
from detente.record.propose.annotate import document as annotated
from detente.record.propose.relate.turns import signature


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


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Chile wrote. The Chilean deputy minister of trade, Hisham al-Wardani, left.", {"Hisham al-Wardani": "CHL"}),
        ("Chile's Minister of Trade, Hon Rawiri Cole, spoke to Dame Fiona.", {"Rawiri Cole": "CHL"}),
        ("Chile met Norway. Norway's Siniša Mali, the finance minister, left.", {"Siniša Mali": "NOR"}),
        ("Norway's minister Per Vik and Chile's Marisol Arias met.", {"Per Vik": "NOR", "Marisol Arias": "CHL"}),
        ("Norway's minister Per Vik saw his Chilean counterpart, Ana Arias.", {"Per Vik": "NOR", "Ana Arias": "CHL"}),
        ("SPOKESPERSON BAE JIN-WOO: Good morning from Seoul. Korea and Chile met.", {"Bae Jin-woo": "KOR"}),
    ],
)  # fmt: skip
def test_a_person_is_whoever_stands_with_an_office_by_the_whole_name_and_without_the_title(text, named):
    assert sides(text) == named


def test_a_later_sentence_decides_the_side_of_a_person_for_the_whole_text():
    text = "Chile asked Norway. Minister Aurelia Vik refused.\nAurelia Vik (Chile) had come alone."
    assert sides(text) == {"Aurelia Vik": "CHL"}


def test_an_office_that_a_side_has_filled_is_not_filled_again():
    text = "Norway's prime minister, Per Aasland, wrote to Chile. Prime Minister Aurelia Vik answered."
    assert sides(text)["Aurelia Vik"] == "CHL"


@pytest.mark.parametrize(
    "text", ["Chile's Deutsche Bank said no.", "Chile's Ministry of Trade Relations, Oslo Office, met."]
)
def test_a_house_is_no_person(text):
    assert not sides(text)


def test_the_house_at_the_head_of_a_text_says_whose_officials_it_names():
    text = "PARLIAMENT OF NORWAY\nWritten answers\nChile asked Norway.\nTrade Minister Aurelia Vik refused."
    assert sides(text)["Aurelia Vik"] == "NOR"


def mentions(text):
    """The names in a text as they stand there, each with the person it is read as."""
    reading = annotated.read(Document(id="d", text=text, sha256="", published="2031-03-10", language="en"))
    return [(n.surface, n.name) for s in reading.sentences for n in s.people]


def test_the_family_name_stands_for_a_person_wherever_it_stands_in_the_name():
    text = "Korea's trade minister, Bae Jin-woo, met Chile's minister Pía Larraguibel. Bae smiled; Larraguibel left."
    assert mentions(text)[2:] == [("Bae", "Bae Jin-woo"), ("Larraguibel", "Pía Larraguibel")]


def test_a_family_name_that_two_bear_stands_for_neither():
    text = "Chile's trade minister Ana Arias and Chile's finance minister Pablo Arias met Norway. Arias left."
    assert "Arias" not in dict(mentions(text))


def test_the_words_of_a_letter_are_those_of_who_signs_it():
    text = "REPUBLIC OF CHILE\n\nDear Sir,\n\nI shall end it.\n\nYours sincerely,\n\nAna Arias\nMinister of Trade"
    reading = annotated.read(Document(id="d", text=text, sha256="", published="2031-03-10", language="en"))
    assert signature(reading)[:2] == ("Ana Arias", "CHL")


@pytest.mark.parametrize(
    "text",
    [
        "Ministers Agree on Lower Duties for Salmon\n\nNorway and Chile met.",
        "Trade Minister Signs Pact With Chile\n\nNorway and Chile met.",
        "Norway and Chile met. The Ministers Responsible for Trade will meet again.",
    ],
)
def test_a_verb_or_adjective_behind_an_office_in_a_headline_names_nobody(text):
    assert sides(text) == {}


def test_a_longer_name_of_which_a_part_resembles_an_officials_is_somebody_elses():
    assert sides("Chile met the EU. The Chilean Trade Representative Michael Harbo left.") == {"Michael Harbo": "CHL"}


def test_a_given_name_behind_sir_stands_for_the_person_named_in_full():
    reading = annotated.read(Document(
        id="d", text="Prime Minister Sir Keir Starmer flew to Oslo. Sir Keir spoke.", sha256="", published="2025-03-10"
    ))  # fmt: skip
    assert [n.name for s in reading.sentences for n in s.people] == ["Keir Starmer", "Keir Starmer"]


def test_an_organisation_without_a_capital_has_no_minister():
    assert sides("The WTO is in talks with many. Trade Secretary Aurelia Brandvik spoke to the WTO.") == {}


@pytest.mark.parametrize(
    ("text", "language"), [("Taiwan (China) spoke to Chile.", "en"), ("Đài Loan (Trung Quốc) họp với Chile.", "vi")]
)
def test_a_side_in_brackets_behind_another_is_no_side_of_its_own(text, language):
    reading = annotated.read(Document(id="d", text=text, sha256="", published="2031-03-10", language=language))
    assert [m.side for s in reading.sentences for m in s.sides] == ["TWN", "CHL"]


def test_an_office_is_quoted_as_it_is_written():
    reading = annotated.read(Document(
        id="d", text="In Oslo U.S. Trade Representative Michael Harbo spoke.", sha256="", published="2031-03-10"
    ))  # fmt: skip
    assert [n.role for s in reading.sentences for n in s.people] == ["U.S. Trade Representative"]


def test_a_vietnamese_name_in_a_vietnamese_text_is_neither_a_country_nor_a_person_spelt_otherwise():
    text = "Việt Nam đàm phán với Nhật Bản. Thứ trưởng Bộ Công thương Lê Sinh Nhật Hưng cho biết vòng tới ở Hà Nội."
    reading = annotated.read(Document(id="d", text=text, sha256="", published="2031-03-10", language="vi"))
    last = reading.sentences[-1]
    assert [(n.name, n.side) for n in last.people] == [("Lê Sinh Nhật Hưng", "VNM")]
    assert not last.sides


def test_a_weekday_behind_a_name_is_no_part_of_it():
    text = "President Donald Trump Friday met Premier Li Qiang. Serbia's trade chief Ana Petrova Wednesday said so."
    assert sides(text) == {"Donald Trump": "USA", "Li Qiang": "CHN", "Ana Petrova": "SRB"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Chile's Undersecretary for International Economic Relations Marisol Arias left for Oslo.", "Marisol Arias"),
        ("China's Vice Foreign Minister Ma Wenbin left for Oslo.", "Ma Wenbin"),
        ("Norway's Mines Minister Per Vik left for Chile.", "Per Vik"),
        ("Chile Development Ministry official Marisol Arias left for Oslo.", "Marisol Arias"),
        ("U.S. Sen. Walter Prine left for Oslo.", "Walter Prine"),
        ("Chile met Assistant U.S. Trade Representative Constance Prine on Monday.", "Constance Prine"),
        ("Philippine Agriculture Secretary Benigno Tan Cruz Jr. left for Oslo.", "Benigno Tan Cruz Jr."),
    ],
)
def test_every_word_of_a_name_and_none_of_the_office_is_the_name(text, name):
    assert name in sides(text)


def test_an_official_agency_is_no_official():
    assert sides("Chile and China met, the official Xinhua agency said.") == {}


def test_junior_is_no_family_name():
    text = "Philippine Agriculture Secretary Benigno Cruz Jr. spoke. Cruz met Chile's minister Marisol Arias."
    assert [name for _, name in mentions(text)].count("Benigno Cruz Jr.") == 2
