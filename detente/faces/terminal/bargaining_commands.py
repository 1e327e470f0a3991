"""The bargaining commands: deal, truce, leverage, side-deals, positions."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from detente.faces.terminal.common import Day, Dossier, Home, Horizon, Json, World, days, home_folder, show

VIEWS = "bargaining_text"
Fallback = Annotated[str, Parameter(help="What both have without a deal: the truce as it stands, or the war.")]


def register(app: App) -> None:
    """Add the commands to the command line."""
    for command in (deal, truce, leverage, side_deals, positions):
        app.command(command)


def deal(
    *,
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    world: World = "icio-2022",
    horizon: Horizon = "long",
    disagreement: Fallback = "truce",
    continuous: Annotated[
        bool, Parameter(negative="", help="Also deals over any part of the added duties, and with a payment.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Which packages both sides gain from, where talks would land, and how near they are to failing at home."""
    from detente.ask.questions import deal as question

    days(as_of=as_of, known=known)
    answer = question.deal(
        as_of=as_of,
        known=known,
        dossier=dossier,
        world=world,
        horizon=horizon,
        disagreement=disagreement,
        home=home_folder(home),
        without_steps=continuous,
    )
    show(answer, as_json, "deal", VIEWS)


def truce(
    *,
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    world: World = "icio-2022",
    horizon: Horizon = "long",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Whether the truce holds itself: what each side has under it, by breaking it alone, and in the war after."""
    from detente.ask.questions import truce as question

    days(as_of=as_of, known=known)
    answer = question.truce(
        as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, home=home_folder(home)
    )
    show(answer, as_json, "truce", VIEWS)


def leverage(
    *,
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    world: World = "icio-2022",
    horizon: Horizon = "long",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Who loses more by which threat, which threat is credible, and where each side depends on the other."""
    from detente.ask.questions import leverage as question

    days(as_of=as_of, known=known)
    answer = question.leverage(
        as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, home=home_folder(home)
    )
    show(answer, as_json, "leverage", VIEWS)


def side_deals(
    *,
    partners: Annotated[str, Parameter(name="--with", help="Partners: ISO3 codes or EU, with commas between.")],
    hub: Annotated[str, Parameter(help="Whose deals.")] = "USA",
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    world: World = "icio-2022",
    horizon: Horizon = "long",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What deals of one economy with several others add, pair by pair, and how each would be split."""
    from detente.ask.questions import side_deals as question

    days(as_of=as_of, known=known)
    answer = question.side_deals(
        [code.strip() for code in partners.split(",") if code.strip()],
        hub=hub, as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, home=home_folder(home),
    )  # fmt: skip
    show(answer, as_json, "side_deals", VIEWS)


def positions(
    file: Annotated[str, Parameter(help="CSV: name, position, salience, capability.")],
    /,
    *,
    law: Annotated[str, Parameter(help="How strength becomes a chance to win: linear, square or quartic.")] = "linear",
    as_json: Json = False,
) -> None:
    """Where a group of stakeholders drifts, from a table of your own: mean, median, chances, rounds of challenges."""
    from detente.ask.questions import positions as question

    show(question.positions(file, law=law), as_json, "positions", VIEWS)
