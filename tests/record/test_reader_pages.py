"""What a report on a web page has around its text: links to other reports, the path to it, where it was sent from."""

import pytest

from detente.record.document import Document
from detente.record.propose import facts
from detente.record.propose.annotate import dateline
from detente.record.propose.annotate import document as annotated


def reading(text, published="2027-03-10", language="en"):
    return annotated.read(Document(id="d", text=text, sha256="", published=published, language=language))


@pytest.mark.parametrize("lead", ["ALSO READ: ", "Read more: ", "Related: ", "SEE ALSO | "])
def test_the_link_to_another_report_is_not_read(lead):
    text = f"Norway and Chile met in Oslo on Monday.\n{lead}Chile imposes a duty of 12 percent on Norwegian salmon\n"
    assert not [f for f in facts(Document(id="d", text=text, sha256="", published="2027-03-10"), judged=False)
                if f["kind"] == "measure"]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["Sign up to our newsletter for more signed deals", "© Norway Post", "Comments are closed."]
)
def test_invitations_and_notices_around_a_report_are_not_read(line):
    assert [s.piece.text for s in reading(f"Norway spoke.\n\n{line}\n").sentences] == ["Norway spoke."]


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("The minister speaks to reporters in Oslo. Photo: Norway Post", "en"),
        ("Norway's minister at the port of Oslo on Monday. NORWAY PRESS/Kari Berg", "en"),
        ("Bộ trưởng phát biểu tại Oslo ngày 9/3. Ảnh: Reuters.", "vi"),
        ("2027-03-10 06:21:15    中国青年网  参与评论()人", "zh"),
        ("责任编辑:王芳", "zh"),
    ],
)
def test_the_words_under_a_picture_and_the_stamp_of_a_page_are_not_read(line, language):
    assert not reading(f"{line}\n", language=language).sentences


def test_the_line_of_a_ticker_that_begins_with_its_time_is_read():
    assert len(reading("2027-03-10 14:05 Norway raised its duty on lamb").sentences) == 1


def test_a_sentence_that_begins_with_the_word_for_source_is_read():
    assert len(reading("来源地规则由双方商定。", language="zh").sentences) == 1


def test_a_report_that_ends_with_a_photographer_at_work_is_read():
    assert len(reading("Norway raised its duty, as the Photo Times reported on Monday.").sentences) == 1


def test_the_path_to_a_page_is_no_part_of_its_headline():
    first = reading("Home > World > Trade > Norway lowers its duty on lamb\n\nMore soon.").sentences[0]
    assert first.piece.text == "Norway lowers its duty on lamb"


@pytest.mark.parametrize(
    ("head", "city", "text"),
    [
        ("GENEVA, May 12 (Agency) — ", "Geneva", "The two sides met."),
        ("Seoul, 9 March 2027 (agency) - ", "Seoul", "The ministers met."),
        ("[OSLO] ", "Oslo", "The minister spoke."),
        ("New Delhi: ", "New Delhi", "The government agreed."),
    ],
)
def test_a_dateline_is_read_below_a_headline_and_the_time_of_day(head, city, text):
    read = reading(f"Talks go on\n\nUpdated: 14:05\n\n{head}{text}")
    assert read.place.name == city
    assert read.sentences[-1].piece.text == text


def test_cities_before_colons_that_label_who_speaks_are_no_dateline():
    lines = ["Oslo: The duty stays.", "Santiago: The duty has to go."]
    assert dateline.find(lines) is None


def test_of_sides_named_equally_often_those_named_first_are_the_parties():
    assert reading("Peru met Chile. Peru spoke of Chile. Peru had asked Brazil, and Brazil knew.").parties == (
        "PER",
        "CHL",
    )


def test_the_day_of_a_dateline_is_that_of_the_report():
    assert reading("Talks\n\nOslo, 9 March 2027 (agency) - Chile's minister spoke today.").anchor == "2027-03-09"
