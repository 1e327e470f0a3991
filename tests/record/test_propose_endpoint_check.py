"""The check of a fact against its text: what the text bears stays, what it does not bear never does."""

import pytest

from detente.record.document import Document
from detente.record.propose.endpoint import canonical, judge, messages, numerals, times
from detente.record.propose.endpoint.check import Checker
from detente.record.propose.endpoint.evidence import Text


def check(text, kind, value, date=None, *, quote=None, published="2031-05-15", language="en"):
    """The statements that one fact gives, and the checker."""
    document = Document(id="d", text=text, sha256="", published=published, language=language)
    checker = Checker(Text(document), messages.parties(document), "endpoint:m")
    by = {"name": None, "side": "press", "mode": "narrator"}
    fact = {"kind": kind, "quote": quote or text, "occurrence": 1, "by": by, "value": value, "date": date or {}}
    return checker.statements(fact, 0, len(text)), checker


def duty(rate, **more):
    return {"type": "tariff", "imposer": "NOR", "target": "CHE", "rate_pct": rate, "status": "in_force", **more}


@pytest.mark.parametrize(
    ("text", "language", "rate"),
    [
        ("a duty of 25 percent", "en", 25),
        ("a duty of twenty-five per cent", "en", 25),
        ("a duty of one hundred and forty-five percent", "en", 145),
        ("a duty of 7.5%", "en", 7.5),
        ("duties of 10, 15 and 20 percent", "en", 15),
        ("a duty between 10 and 15 percent", "en", 10),
        ("raised from 10% to 25%", "en", 25),
        ("the twenty-five stays", "en", 25),
        ("zero tariffs for salmon", "en", 0),
        ("24 percentage points", "en", 24),
        ("áp thuế hai mươi lăm phần trăm", "vi", 25),
        ("áp thuế một trăm bốn mươi lăm phần trăm", "vi", 145),
        ("mức thuế 7,5%", "vi", 7.5),
        ("miễn thuế cho cá hồi", "vi", 0),
        ("加征百分之二十五的关税", "zh", 25),
        ("加征百分之一百四十五的关税", "zh", 145),
        ("加徵二十五個百分點", "zh", 25),
        ("加征25％关税", "zh", 25),
        ("百分之三点五的关税", "zh", 3.5),
        ("实行零关税", "zh", 0),
    ],
)
def test_a_rate_is_read_in_digits_and_words_and_every_other_rate_is_refused(text, language, rate):
    assert check(text, "measure", duty(rate), language=language)[0]
    for other in (rate + 1, rate + 7, rate * 10 + 3, 0.5, 46):
        statements, checker = check(text, "measure", duty(other), language=language)
        assert (statements, checker.dropped) == ([], {"a number the text does not bear": 1})


def test_a_day_of_the_month_or_an_amount_of_money_is_no_rate():
    text = "On 12 May it put a duty on goods worth 30 billion dollars"
    for rate in (12, 30):
        assert not check(text, "measure", duty(rate))[0]
    assert check(text, "measure", {**duty(None), "usd_bn": 30})[0][0].value["usd_bn"] == 30


@pytest.mark.parametrize(
    ("text", "language", "key", "value"),
    [
        ("goods worth $60 million", "en", "usd_bn", 0.06),
        ("goods worth 1.5 trillion dollars", "en", "usd_bn", 1500),
        ("25 million tons of soybeans a year", "en", "quantity_mmt_per_year", 25),
        ("25 MMT of soybeans", "en", "quantity_mmt", 25),
        ("for ninety days", "en", "duration_days", 90),
        ("for two weeks", "en", "duration_days", 14),
        ("hàng hóa trị giá 2,5 tỷ USD", "vi", "usd_bn", 2.5),
        ("trong chín mươi ngày", "vi", "duration_days", 90),
        ("价值三千亿美元的商品", "zh", "usd_bn", 300),
        ("每年三十万吨", "zh", "quantity_mmt_per_year", 0.3),
        ("为期九十天", "zh", "duration_days", 90),
    ],
)
def test_every_other_number_is_checked_in_its_own_unit(text, language, key, value):
    (statement,), _ = check(text, "measure", duty(None, **{key: value}), language=language)
    assert statement.value[key] == value
    for other in (value + 1, value * 2, value * 10):
        statements, _ = check(text, "measure", duty(None, **{key: other}), language=language)
        assert all(key not in s.value for s in statements)


def test_an_additional_number_is_left_out_where_the_quote_says_nothing_about_it():
    statements, checker = check("Norway keeps 25 percent on cheese", "measure", duty(25, usd_bn=4))
    assert (statements[0].value, checker.removed) == (duty(25), {"usd_bn": 1})


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("it ends on 30 August 2031", "en", "2031-08-30"),
        ("it ends on August 30", "en", "2031-08-30"),
        ("it ends on the fourth of July", "en", "2031-07-04"),
        ("it ends next Tuesday", "en", "2031-05-20"),
        ("it ends tomorrow", "en", "2031-05-16"),
        ("it lasts ninety days, starting on 1 June 2031", "en", "2031-08-30"),
        ("it lasts three months from 1 June 2031", "en", "2031-09-01"),
        ("it ends in two weeks", "en", "2031-05-29"),
        ("it ends at the end of the year", "en", "2031-12-31"),
        ("hết hạn ngày 30/8", "vi", "2031-08-30"),
        ("hết hạn ngày 30 tháng Tám", "vi", "2031-08-30"),
        ("kéo dài chín mươi ngày kể từ ngày 1/6/2031", "vi", "2031-08-30"),
        ("8月30日到期", "zh", "2031-08-30"),
        ("八月三十日到期", "zh", "2031-08-30"),
        ("自6月1日起九十天", "zh", "2031-08-30"),
        ("下周二到期", "zh", "2031-05-20"),
    ],
)
def test_an_expiry_follows_from_the_text_and_every_other_day_is_refused(text, language, day):
    value = {"parties": ["NOR", "CHE"], "expiry": day}
    assert check(text, "truce", value, language=language)[0]
    year, rest = int(day[:4]), day[4:]
    for other in (f"{year + 1}{rest}", f"{year - 1}{rest}", day[:-2] + "09", "2031-06-17", "2031-11"):
        statements, checker = check(text, "truce", {**value, "expiry": other}, language=language)
        assert (statements, checker.dropped) == ([], {"a date the text does not bear": 1}), other


def test_a_day_after_from_is_no_end_and_the_last_of_several_is_no_start():
    pause = {"parties": ["NOR", "CHE"], "expiry": "2031-06-01"}
    assert not check("a pause of ninety days from 1 June 2031", "truce", pause)[0]
    assert check("a pause until 1 June 2031", "truce", pause)[0]
    text = "they met in Bern from 12 to 14 May"
    assert check(text, "meeting", {"city": "Bern", "start": "2031-05-12", "end": "2031-05-14"})[0]
    assert not check(text, "meeting", {"city": "Bern", "start": "2031-05-14"})[0]
    assert not check(text, "meeting", {"city": "Bern", "start": "2031-05-12", "end": "2031-05-12"})[0]


def test_two_days_of_talks_that_ended_on_wednesday_began_on_tuesday():
    text = "they ended two days of talks on Wednesday"
    held = {"mode_of_contact": "in person", "start": "2031-05-13", "end": "2031-05-14"}
    date = {"iso": "2031-05-13/2031-05-14", "expr": "on Wednesday"}
    (statement,), _ = check(text, "meeting", held, date)
    assert statement.date.iso == date["iso"]


def test_a_meeting_that_was_held_lies_behind():
    assert not check("they met on 20 May", "meeting", {"start": "2031-05-20"})[0]
    assert check("they met on 10 May", "meeting", {"start": "2031-05-10"})[0]


def test_the_date_of_a_fact_is_left_out_where_nothing_bears_it_and_drops_the_fact_where_its_words_speak_against_it():
    text = "Norway keeps 25 percent on cheese"
    (statement,), checker = check(text, "measure", duty(25), {"iso": "2031-05-02", "expr": None})
    assert (statement.date.iso, checker.removed) == (None, {"date": 1})
    dated = text + " since 3 March"
    assert (
        check(dated, "measure", duty(25), {"iso": "2031-03-03", "expr": "since 3 March"})[0][0].date.iso == "2031-03-03"
    )
    statements, checker = check(dated, "measure", duty(25), {"iso": "2031-03-08", "expr": "since 3 March"})
    assert (statements, checker.dropped) == ([], {"a date the text does not bear": 1})


def test_figures_in_additional_words_stand_in_the_document_too():
    text = "The round was confirmed"
    value = {"by_side": "NOR", "status": "confirmed", "of": "the round on 9 June"}
    (statement,), checker = check(text, "confirmation", value)
    assert ("of" in statement.value, checker.removed) == (False, {"of": 1})
    (statement,), _ = check(text + ". It is on 9 June", "confirmation", value, quote=text)
    assert statement.value["of"] == "the round on 9 June"


def test_a_quote_must_stand_in_the_text_byte_for_byte():
    text = "Norway keeps 25 percent on cheese"
    for quote in (text + ".", text.lower(), text.replace(" ", "  "), text.replace("25", "26"), "x" * 3000, " "):
        assert check(text, "measure", duty(25), quote=quote)[1].dropped == {"quote not in the text": 1}


@pytest.mark.parametrize(
    "text", ["May 0", "Nov. 0", "31 February", "0/0", "99/99/9999", "13月40日", "ngày 0/0", "the 0th", "二月三十一日"]
)
def test_days_that_do_not_exist_break_nothing(text):
    for language in ("en", "vi", "zh"):
        read = times.read(text, language)
        assert not judge.bears("2031-02-29", read, judge.Clock(), judge.Expected())
        check(text, "truce", {"parties": [], "expiry": "2031-02-31"}, {"iso": "9999-99-99"}, language=language)


def test_loosely_written_dates_become_iso_and_what_is_no_date_is_refused():
    written = {
        "2031-8-1": "2031-08-01",
        "2031/08/01": "2031-08-01",
        "1 August 2031": "2031-08-01",
        "August 2031": "2031-08",
    }
    assert {given: canonical.day(given) for given in written} == written
    assert not check("it ends soon", "truce", {"parties": ["NOR"], "expiry": "soon"})[0]


def test_numbers_are_read_with_what_they_count():
    found = numerals.numbers("the third round: $550bn, 1,300 goods, 27.5%, 10 points", "en")
    assert [(n.value, n.unit) for n in found] == [
        (3, "ordinal"),
        (550e9, ""),
        (1300, ""),
        (27.5, "percent"),
        (10, "points"),
    ]


def test_the_examples_shown_to_a_model_pass_the_check_as_they_stand():
    languages = ["en"] * 5 + ["zh", "vi"]
    assert 6 <= len(messages.examples()) <= 8
    for example, language in zip(messages.examples(), languages, strict=True):
        for fact in example["facts"]:
            statements, checker = check(
                example["text"],
                fact["kind"],
                fact["value"],
                fact["date"],
                quote=fact["quote"],
                published=example["published"],
                language=language,
            )
            assert statements, (fact, checker.dropped)
            assert not checker.removed
            assert statements[0].date.iso == fact["date"]["iso"]
