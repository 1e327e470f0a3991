"""What the reader makes of Vietnamese and Chinese sentences whose grammar is not that of English."""

import pytest

from detente.record.document import Document
from detente.record.propose import facts
from detente.record.propose.annotate.text import simplified
from detente.record.propose.annotate.words import LANGUAGES, vocabulary

KEYS = ("type", "imposer", "target", "status", "rate_pct", "rate_pp")


def proposed(text, language, kind):
    document = Document(id="d", text=text, sha256="", published="2027-03-10", language=language)
    return [fact["value"] for fact in facts(document, judged=False) if fact["kind"] == kind]


def measures(text, language):
    return [tuple(value.get(key) for key in KEYS) for value in proposed(text, language, "measure")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_small_word_is_listed_under_a_word(language):
    marks = vocabulary(language).marks
    assert all(isinstance(key, str) for table in (marks, marks.get("prepositions", {})) for key in table)


def test_a_verb_that_says_which_duties_are_meant_does_not_part_them_from_the_verb_that_acts():
    both = [("tariff", "CAN", "JPN", "ended", 40, None), ("tariff", "JPN", "CAN", "ended", 40, None)]
    text = "加拿大与日本周一会谈。双方取消了今年2月以来加征的40%关税。"
    assert sorted(measures(text, "zh")) == both
    text = "Canada và Nhật Bản họp hôm thứ Hai. Hai bên bãi bỏ mức thuế 40% áp dụng từ tháng 2."
    assert sorted(measures(text, "vi")) == both


def test_a_chinese_comma_before_a_digit_ends_a_clause():
    (first, second) = measures("巴西取消对印度纺织品的关税，3月1日起印度对巴西大豆加征12%的关税。", "zh")
    assert (first, second) == (
        ("tariff", "BRA", "IND", "ended", None, None),
        ("tariff", "IND", "BRA", "in_force", 12, None),
    )


def test_goods_of_one_economy_into_another_bear_the_duty_of_the_second():
    text = "Từ tháng 2, hàng Thái Lan vào Canada chịu thuế 14%."
    assert measures(text, "vi") == [("tariff", "CAN", "THA", "in_force", 14, None)]


def test_a_word_behind_a_vietnamese_percentage_makes_no_share_of_it():
    text = "Ấn Độ giảm thuế thép Hàn Quốc từ 30% xuống 12% kể từ tháng 2."
    assert measures(text, "vi") == [("tariff", "IND", "KOR", "reduced", 12, None)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("墨方已取消对印度钢材关税的传闻不属实。", "zh"),
        ("Tin Mexico bỏ thuế với hàng Ấn Độ bị Bộ Kinh tế nước này bác.", "vi"),
        ("如墨方恢复对印度征收12%的关税，印方将作出回应。", "zh"),
        ("Chưa có thuế nào được Mexico áp dụng với hàng Ấn Độ.", "vi"),
    ],
)
def test_a_rumour_a_condition_and_what_there_is_none_of_are_no_measures(text, language):
    assert measures(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("墨方希望扩大市场准入。", "zh", 0),
        ("墨西哥经济部长埃布拉德希望双方尽快达成协议。", "zh", 1),
        ("Ottawa muốn có văn bản trước mùa hè.", "vi", 0),
    ],
)
def test_what_a_side_wants_is_no_statement_unless_a_person_says_it(text, language, count):
    assert len(proposed(text, language, "statement")) == count


@pytest.mark.parametrize(
    ("text", "language", "want"),
    [
        ("墨西哥暂停对韩国汽车加征30%的关税。", "zh", ("tariff", "MEX", "KOR", "suspended", 30, None)),
        ("Mexico tạm hoãn áp thuế 30% lên ô tô Hàn Quốc.", "vi", ("tariff", "MEX", "KOR", "suspended", 30, None)),
        ("澳大利亚不再对泰国大米征收关税。", "zh", ("tariff", "AUS", "THA", "ended", None, None)),
        ("Thép Ấn Độ bị Canada áp thuế 15%.", "vi", ("tariff", "CAN", "IND", "in_force", 15, None)),
        ("Mức thuế 7% của Nhật Bản đối với cá hồi Chile được dỡ bỏ.", "vi", ("tariff", "JPN", "CHL", "ended", 7, None)),
        (
            "Hàn Quốc hạn chế xuất khẩu pin sang Nhật Bản.",
            "vi",
            ("export_control", "KOR", "JPN", "in_force", None, None),
        ),
        ("印尼承诺购买50架澳大利亚飞机。", "zh", ("purchase_commitment", "IDN", "AUS", "committed", None, None)),
        ("欧盟对巴西钢材征收的反倾销税税率为18.5%。", "zh", ("tariff", "EU", "BRA", "in_force", 18.5, None)),
        ("加拿大对墨西哥番茄征收百分之十七的反倾销税。", "zh", ("tariff", "CAN", "MEX", "in_force", 17, None)),
    ],
)
def test_a_measure_has_the_side_that_acts_the_state_and_the_rate_that_its_sentence_gives(text, language, want):
    assert measures(text, language) == [want]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("双方力争达成贸易协定。", "zh"),
        ("挪威仍将调查智利是否遵守了去年达成的协定。", "zh"),
        ("挪威与智利的贸易协定最快可以于下周进行签署。", "zh"),
    ],
)
def test_an_agreement_that_is_sought_due_or_of_last_year_is_no_stage_reached(text, language):
    assert not {v["stage"] for v in proposed(text, language, "agreement_stage")} & {"agreed", "signed"}


def test_what_a_spokesman_does_not_disclose_is_the_silence_of_his_side_alone():
    text = "挪威外交部发言人说,挪威智利双方将保持沟通,关于磋商的细节,目前没有更多信息可以透露。"
    assert [v["by_side"] for v in proposed(text, "zh", "confirmation")] == ["NOR"]


def test_a_traditional_character_is_read_as_the_simplified_one():
    assert simplified("第一階段協定的細節並未溝通") == "第一阶段协定的细节并未沟通"


def test_the_home_of_a_news_agency_in_brackets_is_no_party():
    text = "Theo Reuters (Anh) và AFP (Pháp), Việt Nam và Chile họp hôm thứ Hai."
    assert {v for f in proposed(text, "vi", "agreement_stage") for v in f["parties"]} <= {"VNM", "CHL"}


def test_how_an_exchange_goes_is_no_subject_of_it():
    text = "Hai bên đã thảo luận một cách thẳng thắn và mang tính xây dựng về đất hiếm."
    assert {v["topic"] for v in proposed(text, "vi", "agenda_item")} <= {"rare_earths"}
    text = "Norway and Chile engaged in free, frank and constructive discussions on rare earths."
    assert {v["topic"] for v in proposed(text, "en", "agenda_item")} <= {"rare_earths"}
