"""The printed brief: two pages, nothing fetched, hostile text as text."""

import io

import pytest
from pypdf import PdfReader

from detente.ask.questions import brief
from detente.faces.files import html, pdf

HOSTILE = """---
title: <script>alert(1)</script> <img src="http://127.0.0.1:9/x.png"> {{ 7*7 }}
published: 2025-10-26
---
KUALA LUMPUR, Oct. 26 - "<b>a very</b> substantial framework \u202e", Scott Bessent said.
The truce expires on Nov. 10, 2025.
"""


@pytest.mark.parametrize("day", ["2025-10-26", "2026-10-05"])
def test_the_brief_prints_on_two_pages_with_sources_and_how_to_cite(day):
    document = PdfReader(io.BytesIO(pdf.brief(brief.brief(as_of=day))))
    assert len(document.pages) == 2
    text = "".join(page.extract_text() for page in document.pages).replace("\xa0", " ")
    for words in ("Sources", "Cite", "The détente authors", "Who has confirmed what"):
        assert words in text


def test_a_hostile_document_is_text_in_print_and_in_html(tmp_path):
    path = tmp_path / "report.md"
    path.write_text(HOSTILE + "word " * 20_000, "utf-8")
    answer = brief.brief(str(path))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.brief(answer))).pages)
    assert "<script>alert(1)</script>" in text.replace("\n", "")
    for page in (pdf.html(answer), html.brief(answer)):
        assert "<script>alert" not in page
        assert '<img src="http' not in page
        assert "\u202e" not in page
        assert "49 [s]markup" not in page  # what a template that ran it would have made of 7*7


def test_the_printer_fetches_nothing():
    with pytest.raises(ValueError, match="nothing is fetched"):
        pdf.refuse_fetch("http://127.0.0.1/")
