"""`detente record`: documents, statements, the state of the talks."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from detente.faces.common import Day, Dossier, Home, Json, days, home_folder, show

app = App(name="record", help="The record: documents, statements, the state of the talks.")


@app.command(name="propose")
def record_propose(
    document: str, /, *, published: Day = None, url: Annotated[str | None, Parameter()] = None, as_json: Json = False
) -> None:
    """The facts that a document asserts, each with its quote and place."""
    from detente.ask import record

    days(published=published)
    show(record.proposals(document, published=published, url=url), as_json, "proposals")


@app.command(name="text")
def record_text(document: str, /, *, as_json: Json = False) -> None:
    """The text of a document as read: what start and end of a fact index."""
    from detente.ask import record

    show(record.text(document), as_json, "text")


@app.command(name="show")
def record_show(
    *, dossier: Dossier = "us-china", as_of: Day = None, known: Day = None, home: Home = None, as_json: Json = False
) -> None:
    """The state of the talks on a day as known on a day."""
    from datetime import date

    from detente.ask import record

    days(as_of=as_of, known=known)
    day = as_of or date.today().isoformat()
    show(record.show(dossier=dossier, as_of=day, known=known or day, home=home_folder(home)), as_json, "state")
