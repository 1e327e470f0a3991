import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.record.propose.annotate import dates

CASES = [
    ("en", "until 30 June next year", "2027-03-01", None, "2028-06-30"),
    ("en", "on 1 July last year", "2029-04-17", None, "2028-07-01"),
    ("en", "signed on 16.01.2026.", "2026-01-19", None, "2026-01-16"),
    ("en", "ends on 29 February", "2027-11-08", None, "2028-02-29"),
    ("en", "sits on the thirteenth in", "2027-10-06", "future", "2027-10-13"),
    ("en", "on 9th in Beijing", "2019-01-09", "past", "2019-01-09"),
    ("en", "foreseen for the 18th of this month", "2028-02-17", None, "2028-02-18"),
    ("en", "1 month 15 day", "2025-12-20", "future", "2026-01-15"),
    ("en", "the Thursday that comes", "2026-06-10", "future", "2026-06-11"),
    ("en", "Friday of last week", "2028-03-09", None, "2028-03-03"),
    ("en", "visit on 30 may cancelled", "2028-05-24", None, "2028-05-30"),
    ("en", "duties to 7 feb 2031", "2030-06-05", None, "2031-02-07"),
    ("en", "the day before", "2024-05-03", "past", "2024-05-02"),
    ("en", "on November 10", "2025-10-27", None, "2025-11-10"),
    ("en", "on January 1, 2019", "2018-12-03", None, "2019-01-01"),
    ("en", "on June 9 and 10, 2025", "2025-08-11", "past", "2025-06-09/2025-06-10"),
    ("en", "the term “March, 4, 2025.”", "2025-02-03", None, "2025-03-04"),
    ("en", "25 and 26/10 at", "2025-10-28", "past", "2025-10-25/2025-10-26"),
    ("en", "ends on 10/11", "2025-10-28", None, "2025-11-10"),
    ("en", "31 January 2020", "2019-10-29", None, "2020-01-31"),
    ("en", "Last month, they", "2025-10-27", "past", "2025-09"),
    ("en", "put on ice last August", "2026-01-24", "past", "2025-08"),
    ("en", "last October", "2026-09-24", "past", "2025-10"),
    ("en", "in July,", "2025-10-27", "past", "2025-07"),
    ("en", "to lapse in November", "2026-09-24", None, "2026-11"),
    ("en", "five months earlier", "2019-05-11", "past", "2018-12"),
    ("en", "on Thursday", "2025-10-31", "past", "2025-10-30"),
    ("en", "on Thursday", "2025-10-28", "future", "2025-10-30"),
    ("en", "last Sunday", "2019-05-11", "past", "2019-05-05"),
    ("en", "after a weekend of", "2025-05-12", "past", "2025-05-10/2025-05-11"),
    ("en", "until 12:01 a.m. on November 10, 2026", "2025-11-04", None, "2026-11-10"),
    ("en", "8 November", "2025-10-11", "future", "2025-11-08"),
    ("vi", "từ ngày 1/11 nay", "2025-10-27", None, "2025-11-01"),
    ("vi", "hôm Chủ nhật khép lại", "2025-10-27", "past", "2025-10-26"),
    ("vi", "Tháng trước, hai", "2025-10-27", "past", "2025-09"),
    ("vi", "ngày 10 tháng 11 năm 2025", "2025-10-27", None, "2025-11-10"),
    ("zh", "协议周三在白宫签字", "2020-01-16", "past", "2020-01-15"),
    ("zh", "上月说过", "2020-01-16", "past", "2019-12"),
    ("zh", "去年9月起", "2020-01-16", "past", "2019-09"),
    ("zh", "7月28日至29日在", "2025-08-12", "past", "2025-07-28/2025-07-29"),
    ("zh", "2025年11月10日", None, None, "2025-11-10"),
    ("en", "in two weeks", "2025-10-29", "future", "2025-11-12"),
    ("en", "ten days from now", "2025-10-29", None, "2025-11-08"),
    ("en", "until the 10th, officials said", "2025-10-29", "future", "2025-11-10"),
    ("en", "on the 10th of next month", "2025-10-28", "future", "2025-11-10"),
    ("en", "at midnight on Sunday", "2025-10-29", "future", "2025-11-02"),
    ("en", "at 12:01 this morning", "2025-10-29", None, "2025-10-29"),
    ("en", "Friday next week", "2025-10-29", None, "2025-11-07"),
    ("en", "mid-November", "2025-10-29", "future", "2025-11"),
    ("en", "the tenth of November", "2025-10-29", "future", "2025-11-10"),
    ("en", "November 10 to January 10", "2025-10-03", "future", "2025-11-10/2026-01-10"),
    ("en", "on 10/26", "2025-11-03", "past", "2025-10-26"),
    ("vi", "thứ Sáu tuần tới", "2025-10-27", "future", "2025-11-07"),
    ("vi", "trong hai tuần tới", "2025-10-27", "future", "2025-11-10"),
    ("vi", "hết ngày 10", "2025-10-27", "future", "2025-11-10"),
    ("zh", "十一月十日到期", "2025-10-27", "future", "2025-11-10"),
    ("zh", "27日承认", "2025-10-28", "past", "2025-10-27"),
    ("zh", "下周五", "2025-10-28", "future", "2025-11-07"),
    ("zh", "10月下旬", "2025-10-28", "future", "2025-10"),
]


@pytest.mark.parametrize(("language", "text", "anchor", "tense", "day"), CASES)
def test_an_expression_means_the_day_the_guide_says(language, text, anchor, tense, day):
    found = dates.resolve(dates.spot(text, language)[0], anchor, tense)
    assert found is not None
    assert found.span == day


@pytest.mark.parametrize(
    "text",
    [
        "May 0",
        "of the firms 30 may leave",
        "12 1/2 percent",
        "in the second round",
        "99/99",
        "by the end of the month",
        "it may end",
        "the talks march on",
        "30 February 2025",
        "13/13",
        "at 12:01",
        "in the spring",
    ],
)
def test_ordinary_words_and_impossible_days_are_not_read_as_dates(text):
    assert all(dates.resolve(e, "2025-10-27") is None for e in dates.spot(text, "en"))


def test_days_joined_by_and_that_do_not_follow_one_another_are_two():
    days = [dates.resolve(e, "2025-10-29", "future").iso for e in dates.spot("1 and 10 November", "en")]
    assert days == ["2025-11-01", "2025-11-10"]


def test_the_order_of_day_and_month_is_that_of_the_document_else_what_the_tense_allows():
    first, unknown = (dates.spot("ends on 11/10/2025", "en", 0, order)[0] for order in (True, None))
    assert dates.resolve(first, "2025-11-03").iso == "2025-11-10"
    assert unknown.is_ambiguous
    assert dates.resolve(unknown, "2025-11-03", "future").iso == "2025-11-10"
    assert dates.resolve(unknown, "2025-11-03", "past").iso == "2025-10-11"


def test_an_end_before_its_start_or_in_the_past_of_what_looks_ahead_is_not_plausible():
    assert dates.is_plausible("2025-11-10", "2025-10-27")
    assert not dates.is_plausible("2025-10-11", "2025-10-27")
    assert not dates.is_plausible("2025-11-10", "2025-10-27", start="2025-11-10")
    assert not dates.is_plausible("2035-11-10", "2025-10-27")


def test_ninety_days_from_12_august_are_10_november():
    assert dates.add_duration("2025-08-12", 90, "day") == "2025-11-10"
    assert dates.add_duration("2025-11-10", 1, "year") == "2026-11-10"


def test_a_period_that_counts_back_is_not_read_as_a_duration():
    assert dates.durations("five months earlier") == []
    assert [x[2:] for x in dates.durations("another ninety days, a fortnight, 一百八十天")] == [
        (90, "day"),
        (2, "week"),
        (180, "day"),
    ]
    assert [x[2:] for x in dates.durations("a 90-day truce, for one more year")] == [(90, "day"), (1, "year")]


@given(
    st.text(max_size=200),
    st.sampled_from(["en", "vi", "zh"]),
    st.sampled_from([None, "2025-10-27", "0001-01-01", "9999-12-31"]),
)
def test_no_text_breaks_the_date_parser(text, language, anchor):
    for e in dates.spot(text, language):
        assert text[e.start : e.end] == e.words
        for tense in ("past", "future", None):
            dates.resolve(e, anchor, tense, anchor)
