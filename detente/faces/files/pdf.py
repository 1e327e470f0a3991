"""The brief on two printed pages; nothing that a document names is fetched."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.faces.page import assets, render

SHORT = 180  # characters of a text in a narrow place
PAGES = 2
LISTED = (60, 50, 40, 32, 24, 18, 12, 6)  # sources tried, the most first, until two pages hold them


def refused(url: str, *args: Any, **more: Any) -> Any:
    """What the printer is told of every address."""
    raise ValueError("nothing is fetched")


def html(answer: Answer, count: int = LISTED[0]) -> str:
    """The page that is printed, with at most count of its sources."""
    data = answer.data
    cited = [e["source"] for e in data["evidence"] if isinstance(e.get("source"), dict)]
    sources = list({s["id"]: s for s in cited}.values())
    return (
        render.environment()
        .get_template("brief_print.html")
        .render(
            data=data, read=data["reading"], notes=answer.notes[:5], sources=sources[:count],
            more=len(sources) - count, cite=assets.citation("Brief", data["as_of"], data["known"]),
            meta=answer.to_json()["meta"], short=SHORT,
        )
    )  # fmt: skip


def brief(answer: Answer) -> bytes:
    """The brief as PDF, with as many sources as two pages hold. Raises QuestionError without WeasyPrint."""
    try:
        weasyprint = import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise QuestionError(f"a PDF needs WeasyPrint and Pango ({error}): pip install 'detente[pdf]'") from None
    for count in LISTED:
        laid = weasyprint.HTML(string=html(answer, count), url_fetcher=refused, base_url=None).render()
        if len(laid.pages) <= PAGES:
            break
    made = laid.write_pdf()
    assert isinstance(made, bytes)
    return made
