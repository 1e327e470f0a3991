"""HTML: one file, no script, no request; every value is escaped by the template."""

from __future__ import annotations

from detente.ask.answer import Answer
from detente.faces.brief_view import brief_view
from detente.faces.first_screen.build import screen_view
from detente.faces.page import assets, render, screen_values


def brief(answer: Answer) -> str:
    """The brief as one HTML page."""
    view = brief_view(answer)
    citation = assets.citation("Brief", view.as_of, view.known)
    screen = screen_values.values(screen_view(answer.data["first_screen"]), links=False)
    values = {"brief": view, "citation": citation, "meta": answer.to_json()["meta"]}
    return render.render("brief.html", values | screen | {"style": assets.static("detente.css")})
