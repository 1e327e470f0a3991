"""The brief on two printed pages; nothing that a document names is fetched."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.faces.brief_view import brief_view
from detente.faces.first_screen.build import screen_view
from detente.faces.page import assets, render, screen_values

PAGES = 2
MOST_NOTES = 5
SOURCE_COUNTS = (60, 50, 40, 32, 24, 18, 12, 6, 4, 3, 2, 1, 0)  # sources tried, the most first, until PAGES hold them


def refuse_fetch(url: str, *args: Any, **options: Any) -> Any:
    """Refuse to fetch an address: the printer gets nothing from outside the page. Raises ValueError."""
    raise ValueError("nothing is fetched")


def html(answer: Answer, count: int = SOURCE_COUNTS[0]) -> str:
    """The page that is printed, with at most count of its sources."""
    view = brief_view(answer)
    values = {
        "brief": view, "notes": view.notes[:MOST_NOTES], "sources": view.evidence[:count],
        "omitted": len(view.evidence) - count, "meta": answer.to_json()["meta"],
        "citation": assets.citation("Brief", view.as_of, view.known),
    }  # fmt: skip
    return render.render("brief_print.html", values | screen_values.printed(screen_view(answer.data["first_screen"])))


def brief(answer: Answer) -> bytes:
    """The brief as PDF, with as many sources as two pages hold. Raises QuestionError without WeasyPrint."""
    try:
        weasyprint = import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise QuestionError(f"a PDF needs WeasyPrint and Pango ({error}): pip install 'detente[pdf]'") from None
    for count in SOURCE_COUNTS:
        document = weasyprint.HTML(string=html(answer, count), url_fetcher=refuse_fetch, base_url=None).render()
        if len(document.pages) <= PAGES:
            break
    content = document.write_pdf()
    assert isinstance(content, bytes)
    return content
