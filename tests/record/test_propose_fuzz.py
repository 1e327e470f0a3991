"""Damaged documents: whatever a file holds, reading and proposing end in facts or in a RecordError."""

import random
from pathlib import Path

import pytest

from detente.errors import RecordError
from detente.record.document import read
from detente.record.propose import propose

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.txt"))
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


def damaged(data, dice):
    """One to six cuts, copies, swaps and insertions."""
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


def survive(tmp_path, seed, count):
    dice = random.Random(seed)
    path = tmp_path / "document"
    for _ in range(count):
        source = dice.choice(DOCUMENTS).read_bytes()
        file = path.with_suffix(dice.choice([".txt", ".txt", ".md", ".html"]))
        file.write_bytes(damaged(source, dice))
        try:
            document = read(file)
            found = propose(document)
        except RecordError as refused:
            assert "\n" not in str(refused)  # noqa: PT017  a refusal is one of two good ends
            continue
        assert all(s.quote == document.text[s.start : s.end] for s in found)


def test_two_hundred_damaged_documents_give_facts_or_a_record_error(tmp_path):
    survive(tmp_path, seed=1, count=200)


@pytest.mark.slow
def test_ten_thousand_damaged_documents_give_facts_or_a_record_error(tmp_path):
    survive(tmp_path, seed=2, count=10_000)
