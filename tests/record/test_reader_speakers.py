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


@pytest.mark.parametrize(
    "text",
    [
        '"We are content," said U.S. Trade Representative Jamieson Greer, who led the talks.',
        "Talks with Peru would go on, according to U.S. Trade Representative Jamieson Greer.",
        "The Peruvian offer was welcomed by U.S. Trade Representative Jamieson Greer as a first step.",
    ],
)
def test_the_dots_of_an_abbreviation_do_not_end_the_name_of_the_speaker(text):
    assert speakers(text) == [("Jamieson Greer", "USA")]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("The duty was criticised by Chile's trade ministry as unlawful.", "CHL"),
        ("Peru was told by Chile that the duty would stay.", "CHL"),
        ('"We agree," an official in Peru said by telephone.', "PER"),
        ("Peru's trade ministry said it had been informed by Chile that the duty would stay.", "PER"),
    ],
)
def test_what_was_said_by_somebody_is_his_and_not_that_of_whom_it_was_said(text, side):
    assert speakers(text) == [(None, side)]


def test_the_state_department_is_no_verb():
    assert speakers("A US State Department spokeswoman said the talks with Peru went on.") == [(None, "USA")]


def test_what_belongs_to_a_person_speaks_for_the_side_of_the_person():
    text = 'The talks with Peru had gone well, Donald Trump\'s order said. "Peru has taken steps," it added.'
    assert speakers(text) == [(None, "USA")] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Chile filed a complaint against Peru. It said the duty was unlawful.",
        "Chile's trade ministry accused Peru of delay. Peru had broken its word over and over, it said.",
        "The Chilean government sent Peru a letter. For Santiago, it said, an exemption made for Peru held for all.",
    ],
)
def test_it_is_who_spoke_or_the_subject_of_the_sentence_before_and_not_who_was_named_last(text):
    assert speakers(text)[-1] == (None, "CHL")


def test_a_pronoun_in_an_aside_is_not_the_speaker():
    text = 'Peru sent a paper. Ana Petrova, who signed it, calls it "one page".'
    assert speakers(text)[-1][0] == "Ana Petrova"


def test_who_is_named_behind_under_is_not_who_speaks():
    text = (
        "The ban was necessary, Finance Minister Zainab Ahmed of Nigeria said."
        ' Under President Bola Tinubu\'s instructions, "the ban stays", she said.'
    )
    assert [name for name, _ in speakers(text)] == ["Zainab Ahmed"] * 2


@pytest.mark.parametrize(
    ("text", "speaker"),
    [("Brazil's Lula", ("Luiz Inácio Lula da Silva", "BRA")), ("India’s Modi", ("Narendra Modi", "IND"))],
)
def test_a_family_name_behind_its_country_is_the_person(text, speaker):
    assert speakers(f"{text} said the talks went on.") == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('"It is too little," said Catherine Prine of the Canadian growers\' association.', ("Catherine Prine", None)),
        ('Chile met Peru. "We wait," said Maria Lopez of the trade ministry of Peru.', ("Maria Lopez", "PER")),
        ("Kenya met EU officials. A Commission spokesman said talks were going well.", (None, "EU")),
        ("Peru sued. A U.S. International Trade Commission official said talks were going well.", (None, "USA")),
        ('Chile and Spain met. Madrid said it was "content".', (None, "ESP")),
        ("Canada wants Chile to drop its duty on wheat. The embassy in Ottawa said it was too early.", (None, "CHL")),
        ('"There are no talks," Benigno Cruz Jr. told reporters in Manila.', ("Benigno Cruz Jr.", None)),
    ],
)
def test_who_speaks_for_a_body_is_named_and_has_its_side_alone(text, speaker):
    assert speakers(text)[-1] == speaker


def test_considering_is_no_saying():
    text = "Trade Minister Ana Arias of Chile spoke on Monday. Peru is considering cutting that too, she said."
    assert [name for name, _ in speakers(text)] == ["Ana Arias"]
