"""HTML: one file, no script, no request; every value is escaped by the template."""

from __future__ import annotations

from detente.ask.answer import Answer
from detente.faces import assets, words
from detente.faces.text import proof


def brief(answer: Answer) -> str:
    """The brief as one HTML page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(loader=PackageLoader("detente.faces"), autoescape=True, undefined=StrictUndefined)
    env.filters.update(
        day=words.day, number=words.number, standing=words.standing, side=words.stage, visible=words.visible,
        dated=words.dated,
    )  # fmt: skip
    env.globals["span"] = words.plain
    data = answer.data
    told = {"a": answer.to_json(), "data": data, "read": data["reading"], "proof": proof(data),
            "cite": assets.citation("Brief", data["as_of"], data["known"])}  # fmt: skip
    return env.get_template("brief.html").render(told)
