"""Damaged documents: whatever a file holds, reading and proposing end in facts or in a RecordError."""

import random
import sys

import odd_documents
import pytest
from hypothesis import HealthCheck, example, given, settings

from detente.errors import RecordError
from detente.record.document import from_bytes
from detente.record.kinds import check as check_statement
from detente.record.kinds import check_quote
from detente.record.propose import propose

HOSTILE = [
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xf0\x9f", "\u202e".encode(), "\u2066\u2069".encode(),
    "\u200b\ufeff".encode(), "e\u0301\u0301\u0301".encode(), b"<script>", b"</", b"<p <p <p", b"<!--", b"-->",
    b"<![CDATA[", b"&#x110000;", b"&#0;", b"&nbsp", b"&" * 50, b"<" * 200, b'"' * 99, "“”".encode() * 30, b"(" * 300,
    b"99/99/9999 ", b"31 February 2025 ", b"December 31, 9999 ", b"0000-00-00 ", b"from 10 to 10 to 10 percent ",
    b"1" * 400, b"9" * 5000,
    b"$" + b"7" * 400 + b" billion dollars ", b"from " + b"5" * 400 + b" to 6 percent ",
    b"for 9999 years, until 2025-02-31, the 999999999th round ",
    b"99999999999999999999% tariff ", b"\n---\n", b"published: 9999-99-99\n", b"\r\r\n\n\t", b" said " * 40,
    b"if " * 60, b"and " * 80, "，".encode() * 80, "说".encode() * 60, "ông ".encode() * 40, b"A" * 3000,
]  # fmt: skip


def damaged_bytes(data, dice):
    """One to six cuts, copies, swaps and insertions, also within a character."""
    for _ in range(dice.randint(1, 6)):
        a, b = sorted((dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)))
        b = min(b, a + 400)
        act = dice.randrange(5)
        if act == 0:
            data = data[:b] if dice.random() < 0.5 else data[a:]
        elif act == 1:
            data = data[:a] + data[b:]
        elif act == 2:
            data = data[:b] + data[a:b] * dice.randint(1, 4) + data[b:]
        else:
            data = data[:a] + dice.choice(HOSTILE) + data[a:]
    return data


def damaged_text(data, dice):
    return odd_documents.damaged(data.decode("utf-8"), dice).encode("utf-8", "replace")


def check(data, name="document.txt"):
    """Read and propose: statements that could be stored, quoted at their place, or a refusal in one line."""
    try:
        document = from_bytes(data, name)
        proposed = propose(document)
    except RecordError as refused:
        assert "\n" not in str(refused)  # noqa: PT017  a refusal is one of two good ends
        return
    for statement in proposed:
        assert statement.quote
        check_quote(check_statement(statement), document.text)


def survive(damage, seed, count):
    dice = random.Random(seed)
    for number in range(count):
        source = dice.choice(odd_documents.DOCUMENTS)
        data = damage(source.read_bytes(), dice)
        try:
            check(data, dice.choice(["a.txt", "a.txt", "a.md", "a.html"]))
        except Exception as error:
            pytest.fail(f"{source.name}, seed {seed}, document {number}: {type(error).__name__}: {error}")


@pytest.mark.parametrize("damage", [damaged_bytes, damaged_text])
def test_damaged_documents_give_facts_or_a_record_error(damage):
    survive(damage, seed=1, count=100)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [damaged_bytes, damaged_text])
def test_ten_thousand_damaged_documents_give_facts_or_a_record_error(damage):
    survive(damage, seed=2, count=5_000)


@pytest.mark.parametrize("extreme", odd_documents.EXTREMES, ids=lambda text: ascii(text[:20]))
def test_every_extreme_in_every_form_of_sentence_is_no_crash(extreme):
    for form in odd_documents.FORMS:
        usual = {"side": "China", "person": "Scott Bessent", "city": "Geneva", "day": "May 12", "number": "10",
                 "mark": "we agree"}  # fmt: skip
        for gap in usual:
            if f"{{{gap}}}" in form:
                check(("published: 2025-10-27\n---\n" + form.format(**{**usual, gap: extreme})).encode())


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(odd_documents.texts())
@example("published: 2025-10-27\n---\nThe truce ends on May 0.")
@example("published: 2025-10-27\n---\nThey met on Nov. 0 and on 31/02/2025 and on 99/99.")
@example("published: 2025-10-27\n---\nChina suspended its duty until December 31, 9999 and January 1, 0000.")
@example('published: 2025-10-27\n---\n"" said Scott Bessent.')
@example("published: 9999-12-31\n---\nThe truce was extended by 90 days on Monday. They meet tomorrow.")
@example("published: 0001-01-01\n---\nThe truce expired yesterday. They met two months ago.")
def test_sentences_with_odd_days_and_numbers_are_no_crash(text):
    check(text.encode("utf-8", "replace"))


def events(text):
    """How many calls reading a text takes, the same on every machine."""
    count = 0

    def step(*_):
        nonlocal count
        count += 1

    document = from_bytes(text.encode(), "a.txt", published="2025-10-27")
    before = sys.getprofile()
    sys.setprofile(step)
    try:
        propose(document)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", ["new_20250729_turnberry", "syn_20251027_kl_vi", "new_20250812_stockholm_zh"])
@pytest.mark.parametrize("end", ["\n", " "])
def test_ten_times_the_text_takes_at_most_twelve_times_the_work(name, end):
    path = next(path for path in odd_documents.DOCUMENTS if path.stem == name)
    body = from_bytes(path.read_bytes(), path.name).body.strip().replace("\n", end)
    events(body)  # what is loaded once
    short, long = (events((body + end) * times) for times in (2, 20))
    assert long < 12 * short


@pytest.mark.parametrize(
    "unit", ["He Lifeng and Scott Bessent, ", 'He said "yes". ', "TARIFF ", "10% tariffs on China and 20% on the EU, "]
)
def test_ten_times_a_repeated_phrase_takes_at_most_twelve_times_the_work(unit):
    events(unit)
    short, long = (events(unit * (size // len(unit))) for size in (3_000, 30_000))
    assert long < 12 * max(short, 1_000)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["new_20250729_turnberry", "syn_20251027_kl_vi", "new_20250812_stockholm_zh"])
def test_two_hundred_thousand_characters_take_at_most_twelve_times_the_work_of_twenty_thousand(name):
    path = next(path for path in odd_documents.DOCUMENTS if path.stem == name)
    body = from_bytes(path.read_bytes(), path.name).body
    events(body)
    short, long = (events(body * (size // len(body))) for size in (20_000, 200_000))
    assert long < 12 * short
