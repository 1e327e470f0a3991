"""Whose text an official text is, by its own head."""

import pytest

from detente.record.document import Document
from detente.record.propose.annotate import document as annotated


def author(text):
    return annotated.read(Document(id="d", text=text, sha256="", published="2031-03-10", language="en")).author


@pytest.mark.parametrize(
    ("head", "side"),
    [
        ("Government of India\nMinistry of Textiles\nPRESS NOTE", "IND"),
        ("MINISTRY OF TRADE AND INDUSTRY\nOslo, 4 March 2031", "NOR"),
        ("PRESS RELEASE\nDepartment for Business\nLondon, 4 March 2031", "GBR"),
        ("TARIFF NOTICE No. 41/2031\nCustoms Department, Republic of Mauritius, 9 March 2031", "MUS"),
        ("Circulated at the request of the delegation of Chile.", "CHL"),
        ("JOINT PRESS RELEASE\nOslo and Santiago, 4 March 2031", "joint"),
        ("AGREED MINUTES", "joint"),
    ],
)
def test_a_letterhead_says_whose_text_it_is(head, side):
    assert author(f"{head}\nThe duty of 12 percent on salmon is suspended as of 1 April 2031.\n") == side


@pytest.mark.parametrize(
    "head",
    [
        "Ministry denies a new duty",
        "CHILE CUTS ITS DUTY ON SALMON",
        "OSLO, 4 March 2031 – The ministry spoke.",
        "LIVE | Norway and Chile",
        "Market note\nOslo, 4 March 2031",
    ],
)
def test_a_headline_or_the_place_of_a_report_is_no_letterhead(head):
    assert author(f"{head}\nThe duty of 12 percent on salmon is suspended as of 1 April 2031.\n") is None
