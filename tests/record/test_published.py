"""The day of publication that a document's own first lines state."""

import pytest

from detente.record.propose.annotate.published import day_of

STORY = "The two delegations met on 3 May 2024 and agreed to meet again by 10 November 2026."


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ("GENEVA, 12 May 2025 (Wire) - ", "en"),
        ("GENEVA, May 12, 2025 (Wire) -- ", "en"),
        ("Talks end in accord\n\nGENEVA, 12 May 2025 — ", "en"),
        ("Published: 2025-05-12\n\n", "en"),
        ("Published on 12 May 2025 at 10:30 GMT\n", "en"),
        ("A headline\nBy Jane Roe\nMonday, May 12, 2025\n", "en"),
        ("FOR IMMEDIATE RELEASE\nMay 12, 2025\n", "en"),
        ("Geneva, 12 May 2025\n\nDear Minister,\n", "en"),
        ("2025-05-12T10:30:00Z\n", "en"),
        ("Posted 12 May 2025 9:15 am EST\nLast updated 14 May 2025\n", "en"),
        ("Last updated: 12 May 2025\n", "en"),
        ("Hà Nội, ngày 12 tháng 5 năm 2025\n\n", "vi"),
        ("Thứ hai, 12/5/2025, 10:30\n", "vi"),
        ("新华社日内瓦2025年5月12日电 ", "zh"),
        ("发布时间：2025年5月12日 10:30\n", "zh"),
        ("2025年5月12日 星期一\n", "zh"),
    ],
)
def test_a_date_line_or_a_dateline_with_its_year_gives_the_day_of_publication(head, language):
    assert day_of(head + STORY, language) == "2025-05-12"


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ("", "en"),
        ("GENEVA, May 12 (Wire) - ", "en"),
        ("Truce to end on 10 November 2026\n", "en"),
        ("Deadline: 10 November 2026\n", "en"),
        ("Effective 1 August 2025\n", "en"),
        ("11/10/2025\n", "en"),
        ("12 May 2025\n14 May 2025\n", "en"),
        ("May 2025\n", "en"),
        ("Hạn chót: 10/11/2026\n", "vi"),
        ("截止日期：2026年11月10日\n", "zh"),
        ("中美双方2026年11月10日前将举行会谈\n", "zh"),
    ],
)
def test_a_day_in_a_sentence_under_another_head_or_without_its_year_is_no_day_of_publication(head, language):
    assert day_of(head + STORY, language) is None
