"""What the reader makes of a sentence: who acts on whom, and whether it happened."""

import pytest

from detente.record.document import Document
from detente.record.propose import facts
from detente.record.propose.annotate import document as annotated
from detente.record.propose.annotate.text import simplified, unwrapped
from detente.record.propose.annotate.words import inflect
from detente.record.propose.relate.analysis import analyse


def analysis(text, language="en"):
    return analyse(annotated.read(Document(id="d", text=text, sha256="", published="2027-03-10", language=language)))


def first(text, concept, language="en"):
    """The first predicate of a concept in a text, with its analysis and sentence."""
    relations = analysis(text, language)
    sentence, predicate = next((s, p) for s, p in relations.each() if p.concept == concept)
    return relations, sentence, predicate


@pytest.mark.parametrize(
    ("text", "concept", "actor", "patient"),
    [
        ("Japan imposed a duty of 12 percent on steel from India.", "impose", "JPN", "IND"),
        ("India was hit with a duty of 12 percent by Japan.", "impose", "JPN", "IND"),
        ("A duty of 12 percent on Indian steel was imposed by Japan in May.", "impose", "JPN", "IND"),
        ("Brazil faces a tariff of 30 percent.", "face", "BRA", "BRA"),
        ("Goods from Canada and Mexico were hit with a new duty.", "impose", None, "CAN MEX"),
        ("The ministers of Canada met on Friday. They suspended the duties on Mexican goods.", "suspend", "CAN", "MEX"),
        ("In Geneva the European Union suspended its duties on Swiss cheese.", "suspend", "EU", "CHE"),
    ],
)
def test_the_side_that_acts_is_told_from_the_side_that_is_acted_on(text, concept, actor, patient):
    relations, sentence, predicate = first(text, concept)
    assert set(relations.actor(sentence, predicate).sides) == set((actor or "").split())
    assert set(relations.patient(sentence, predicate).sides) == set(patient.split())


@pytest.mark.parametrize(
    ("text", "concept", "modality"),
    [
        ("India extended the truce on Monday.", "extend", "asserted"),
        ("India did not extend the truce.", "extend", "negated"),
        ("India has never extended the truce.", "extend", "negated"),
        ("Neither side extended the truce.", "extend", "negated"),
        ("Brussels denied that it had extended the truce.", "extend", "denied"),
        ("India failed to extend the truce.", "extend", "negated"),
        ("India refused to extend the truce.", "extend", "negated"),
        ("India may refrain from extending the truce.", "extend", "negated"),
        ("India held back from extending the truce.", "extend", "negated"),
        ("India may extend the truce.", "extend", "possible"),
        ("India will extend the truce.", "extend", "planned"),
        ("India hopes to extend the truce.", "extend", "hoped"),
        ("India is considering extending the truce.", "extend", "considered"),
        ("If talks fail, India would extend the truce.", "extend", "conditional"),
        ("Unless India extends the truce, duties return.", "extend", "conditional"),
        ("India extended the truce?", "extend", "question"),
        ("India threatened to end the truce.", "end", "threatened"),
        ("India was to extend the truce on Friday.", "extend", "superseded"),
        ("The two sides reached no deal.", "agree", "negated"),
        ("India agreed to extend the truce.", "extend", "planned"),
        ("Delhi said India had extended the truce.", "extend", "asserted"),
        ("An extension of the truce is likely, India said.", "extend", "possible"),
        ("An extension of the truce is increasingly unlikely.", "extend", "negated"),
        ("An extension of the truce was agreed.", "extend", "asserted"),
        ("India agreed to work toward an extension of the truce.", "extend", "hoped"),
        ("India and Peru agreed on extending the truce.", "extend", "asserted"),
        ("India responded by extending the truce.", "extend", "asserted"),
        ("India will respond by extending the truce.", "extend", "planned"),
        ("India is looking at extending the truce.", "extend", "considered"),
        ("India dropped its plans to extend the truce.", "extend", "cancelled"),
    ],
)
def test_what_did_not_happen_is_told_from_what_did(text, concept, modality):
    relations, sentence, predicate = first(text, concept)
    assert relations.modality(sentence, predicate) == modality


@pytest.mark.parametrize(
    ("text", "language", "concept", "modality"),
    [
        ("商务部否认双方达成协议。", "zh", "agree", "denied"),
        ("双方没有达成协议。", "zh", "agree", "negated"),
        ("双方将签署协议。", "zh", "sign", "planned"),
        ("美方可能取消关税。", "zh", "end", "possible"),
        ("若谈判破裂，美方将加征关税。", "zh", "collapse", "conditional"),
        ("美方有望在停战期结束前与印度达成协议。", "zh", "agree", "possible"),
        ("印度乐见双方达成协议。", "zh", "agree", "hoped"),
        ("印度对双方达成协议表示期待。", "zh", "agree", "hoped"),
        ("Hai bên chưa đạt được thỏa thuận.", "vi", "agree", "negated"),
        ("Hà Nội bác bỏ tin hai bên đã ký hiệp định.", "vi", "sign", "denied"),
        ("Hai bên sẽ ký hiệp định.", "vi", "sign", "planned"),
        ("Hai bên gặp nhau để đạt được thỏa thuận.", "vi", "agree", "hoped"),
        ("Nếu đàm phán đổ vỡ, Mỹ sẽ áp thuế.", "vi", "collapse", "conditional"),
        ("Mỹ sẽ gặp Ấn Độ trong năm nay nếu đạt được thỏa thuận.", "vi", "agree", "conditional"),
    ],
)
def test_small_words_of_chinese_and_vietnamese_decide_what_happened(text, language, concept, modality):
    relations, sentence, predicate = first(text, concept, language)
    assert relations.modality(sentence, predicate) == modality


def test_a_noun_phrase_in_commas_does_not_part_a_verb_from_its_subject():
    text = "Asha Rao, a spokeswoman for the Indian trade ministry, told reporters that the talks go on."
    relations, sentence, predicate = first(text, "say")
    assert relations.actor(sentence, predicate).sides == ("IND",)


def test_lines_that_were_broken_at_a_fixed_width_are_joined_and_short_lines_are_not():
    wrapped = (
        "The duty of twelve percent on steel from India takes effect on\n1 April 2027, the ministry said, and it\nends."
    )
    assert "\n" not in unwrapped(wrapped)[:70]
    listed = "Japan: 15 percent\nIndia: 25 percent\nBrazil: 50 percent"
    assert unwrapped(listed) == listed


def test_traditional_characters_keep_their_places():
    assert simplified("暫緩關稅談判") == "暂缓关税谈判"


def test_verbs_are_inflected_with_their_irregular_and_doubled_forms():
    assert "past" in inflect("agree")["agreed"]
    assert "ing" in inflect("cut", ["cut"])["cutting"]
    assert "past" in inflect("deny")["denied"]


def test_the_name_of_a_country_is_no_verb():
    assert not any(p.concept == "say" for _, p in analysis("United States\nThe tariff is halved.").each())


def people_of(text):
    reading = annotated.read(Document(id="d", text=text, sha256="", published="2027-03-10", language="en"))
    return {n.name: n.side for s in reading.sentences for n in s.people}


def test_a_minister_whom_no_table_lists_is_not_of_a_side_that_has_no_ministers():
    text = "Turkey and the United States met. Turkey praised the United States. Trade Minister Defne Kaya spoke."
    assert people_of(text)["Defne Kaya"] == "TUR"


def test_an_official_who_speaks_in_a_city_of_a_party_is_of_that_party():
    text = "Australia lifted its duty on China's towers. Trade Minister Ellen Marsh said in Sydney that China knew."
    assert people_of(text)["Ellen Marsh"] == "AUS"


def test_an_unlisted_official_has_the_side_that_stands_with_the_name_once_throughout():
    text = (
        "Japan spoke with India. Minister Ravi Menon of India said little. Japan waited. Minister Ravi Menon went home."
    )
    assert set(people_of(text).values()) == {"IND"}


@pytest.mark.parametrize(
    "text",
    [
        "The Peruvian side was led by Deputy Minister Rosa Quispe Rojas, the Korean side by Trade Minister Han Duk-ja.",
        "A Peruvian team headed by Trade Minister Rosa Quispe Rojas met a Korean team led by Minister Han Duk-ja.",
    ],
)
def test_who_leads_a_delegation_is_of_its_side_and_not_of_the_side_named_next(text):
    assert people_of(text) == {"Rosa Quispe Rojas": "PER", "Han Duk-ja": "KOR"}


def test_where_goods_originate_is_no_imposer():
    relations, sentence, predicate = first(
        "A duty is hereby imposed on imports of cars originating in Japan.", "impose"
    )
    assert relations.actor(sentence, predicate).sides == ()
    assert relations.patient(sentence, predicate).sides == ("JPN",)


def values(text, *kinds, language="en", published="2027-03-10"):
    """The values of the facts of these kinds in a text."""
    document = Document(id="d", text=text, sha256="", published=published, language=language)
    return [f["value"] for f in facts(document, judged=False) if f["kind"] in kinds]


def meetings(text):
    """Days and status of the meetings of an English text, past and planned."""
    rows = values(text, "meeting", "planned_meeting")
    return [tuple(row.get(k) for k in ("start", "end", "date", "status")) for row in rows]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("The next meeting shall be held in Lima in November 2028.", (None, None, "2028-11", "scheduled")),
        ("The two sides met in Oslo on Monday and Tuesday.", ("2027-03-08", "2027-03-09", None, None)),
        ("The hearing in Lima, set down for 3 April 2027, will not proceed.", (None, None, "2027-04-03", "cancelled")),
        ("The joint committee will meet in Oslo in May.", (None, None, "2027-05", "scheduled")),
    ],
)
def test_meetings_bear_the_days_and_the_state_that_the_sentence_gives_them(text, row):
    assert meetings(text) == [row]


def test_a_heading_that_numbers_a_meeting_is_no_meeting():
    assert meetings("Sixth Meeting of the Joint Committee\nBrazil lowered its duty on wine.") == []


def test_a_line_about_the_sitting_is_no_word_of_the_last_speaker():
    text = "\n\n".join(
        [
            "Q: Will the duty of India fall?",
            "MINISTER RAVI MENON: The duty will not fall.",
            "We will keep it.",
            "The Chair thanked the Minister.",
            "Q: And the tariff on steel?",
            "MINISTER RAVI MENON: It stays as well.",
        ]
    )
    relations = analysis(text)
    spoken = [u.sentence for u in relations.attribution.utterances if u.concept == "turn"]
    assert spoken == [1, 2, 5]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("中方乐见各方通过平等磋商解决分歧。", "zh"),
        ("Tại buổi họp báo ngày 29/1, Bộ trưởng Nguyễn Hồng Diên cập nhật thông tin về đàm phán với Ấn Độ.", "vi"),
    ],
)
def test_talks_as_a_means_and_a_press_conference_are_no_meetings(text, language):
    assert not values(text, "meeting", language=language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Indian and Chilean officials met in the Swedish capital, Stockholm, on Monday.", "en"),
        ("Indian and Chilean officials met in Stockholm on Monday.", "en"),
        ("Indian and Chilean officials met in Stockholm (Sweden) on Monday.", "en"),
        ("印度和智利官员周一在瑞典首都斯德哥尔摩举行会谈。", "zh"),
    ],
)
def test_a_country_named_for_its_city_only_hosts(text, language):
    rows = values(text, "meeting", language=language)
    assert [(row["city"], row["parties"]) for row in rows] == [("Stockholm", ["CHL", "IND"])]


def test_south_sudan_is_not_sudan():
    assert [m.side for s in analysis("South Sudan met Guinea-Bissau.").reading.sentences for m in s.sides] == [
        "SSD",
        "GNB",
    ]


@pytest.mark.parametrize(
    "days",
    [
        "from Nov. 3 to Nov. 7",
        "from November 3-7",
        "from 3 November until 7 November",
        "from Nov. 3 to 7",
        "on November 3-7",
    ],
)
def test_an_event_from_one_day_to_another_has_both(days):
    text = f"The fifth round of talks between India and New Zealand was held in Auckland {days}."
    rows = values(text, "meeting", published="2027-12-10")
    assert [(row["start"], row["end"]) for row in rows] == [("2027-11-03", "2027-11-07")]


def test_an_event_since_a_day_is_not_of_that_day_alone():
    text = "Talks between India and Chile have been held in Auckland from 3 November."
    assert all("start" not in row for row in values(text, "meeting", published="2027-12-10"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("India and Chile spoke by telephone on Thursday, June 5.", "en"),
        ("India and Chile spoke by telephone on Thursday (June 5).", "en"),
        ("印度和智利代表周六（6月5日）已在奥斯陆举行会谈。", "zh"),
        ("Đại diện Ấn Độ và Chile đã gặp nhau tại Oslo hôm thứ Bảy (5/6).", "vi"),
    ],
)
def test_a_weekday_with_its_date_is_that_date(text, language):
    rows = values(text, "meeting", language=language, published="2027-06-08")
    assert [row["start"] for row in rows] == ["2027-06-05"]


@pytest.mark.parametrize(
    ("text", "participants"),
    [
        ("Chilean President Gabriel Boric has invited Claudia Sheinbaum to Santiago.", ["Claudia Sheinbaum"]),
        (
            "Claudia Sheinbaum accepted an invitation from Chilean President Gabriel Boric to visit Santiago in May.",
            ["Claudia Sheinbaum"],
        ),
        ("Claudia Sheinbaum will visit Santiago in May, according to Gabriel Boric.", ["Claudia Sheinbaum"]),
    ],
)
def test_who_invites_or_only_says_so_does_not_travel(text, participants):
    assert [row["participants"] for row in values(text, "planned_meeting")] == [participants]


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("Peru and the Gulf Cooperation Council signed a free trade agreement, the bloc's first with Peru.", ["PER"]),
        ("Peru and the EU signed a free trade agreement, the bloc's first with Peru.", ["EU", "PER"]),
    ],
)
def test_the_bloc_is_the_one_that_the_text_names(text, parties):
    assert [row["parties"] for row in values(text, "agreement_stage")] == [parties]
