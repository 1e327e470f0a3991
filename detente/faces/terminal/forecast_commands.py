"""`detente forecast`: how likely each ending of the decision points ahead is."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from detente.faces.terminal.common import Day, Dossier, Home, Json, days, home_folder, show


def register(app: App) -> None:
    """Add the command to the command line."""
    app.command(forecast)


def forecast(
    *,
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    points: Annotated[str | None, Parameter(help="CSV of decision points to score, in the history's columns.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """How likely deal, extension, lapse and breach are by the next deadlines, with reasons and the track record.

    Chances use only what was known on --as-of. With a later --known the rules say how it came out. Each number stands
    with its n; the base rate is shown unless a richer model beat it out of sample.
    """
    from detente.ask.questions import forecast as question

    days(as_of=as_of, known=known)
    answer = question.forecast(as_of=as_of, known=known, dossier=dossier, home=home_folder(home), points=points)
    show(answer, as_json, "forecast", "forecast_text")
