"""HTML: one file, no script, no request; every value is escaped by the template."""

from __future__ import annotations

from detente.ask.answer import Answer
from detente.faces.page import assets, render
from detente.faces.terminal.text import proof


def brief(answer: Answer) -> str:
    """The brief as one HTML page."""
    data = answer.data
    told = {"a": answer.to_json(), "data": data, "read": data["reading"], "proof": proof(data),
            "cite": assets.citation("Brief", data["as_of"], data["known"])}  # fmt: skip
    text: str = render.environment().get_template("brief.html").render(told)
    return text
