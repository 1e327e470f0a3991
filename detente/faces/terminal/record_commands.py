"""`detente record`: documents, statements, the state of the talks."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from detente.errors import QuestionError
from detente.faces.terminal.common import Day, Dossier, Home, Json, days, home_folder, show, usual_home
from detente.safe_io import SIZE, read_json_lines, read_text

VIEWS = "record_text"

app = App(name="record", help="The record: documents, statements, the state of the talks.")

By = Annotated[str | None, Parameter(help="Who decides.")]
Why = Annotated[str | None, Parameter(help="The reason.")]
Url = Annotated[str | None, Parameter(help="Where the document can be read.")]
Known = Annotated[str | None, Parameter(help="Since when the decision counts as known (default: today).")]


def _home(given: str | None) -> str:
    """The folder to write to: the one given, or the usual one, made on the first write."""
    return home_folder(given) or usual_home()


def _view(as_of: str | None, known: str | None) -> tuple[str, str]:
    from datetime import date

    days(as_of=as_of, known=known)
    day = as_of or date.today().isoformat()
    return day, known or day


def _need(**given: str | None) -> None:
    for name, value in given.items():
        if not (value or "").strip():
            raise QuestionError(f"--{name} is missing; every decision says who took it and why")


@app.command(name="propose")
def record_propose(
    document: str,
    /,
    *,
    published: Day = None,
    url: Url = None,
    endpoint: Annotated[str | None, Parameter(help="Address of an OpenAI-compatible endpoint to ask instead.")] = None,
    model: Annotated[str | None, Parameter(help="The endpoint's model.")] = None,
    as_json: Json = False,
) -> None:
    """The facts that a document asserts, each with its quote and place.

    By rules, offline. With --endpoint a chat endpoint is asked; its key is read from DETENTE_ENDPOINT_KEY, and what it
    says is checked fact by fact.
    """
    from detente.ask.talks import dossier

    days(published=published)
    answer = dossier.proposals(document, published=published, url=url, endpoint=endpoint, model=model)
    show(answer, as_json, "proposals", VIEWS)


@app.command(name="text")
def record_text(document: str, /, *, as_json: Json = False) -> None:
    """The text of a document as read: what start and end of a fact index."""
    from detente.ask.talks import dossier

    show(dossier.text(document), as_json, "text", VIEWS)


@app.command(name="show")
def record_show(
    *, dossier: Dossier = "us-china", as_of: Day = None, known: Day = None, home: Home = None, as_json: Json = False
) -> None:
    """The state of the talks on a day as known on a day."""
    from detente.ask.talks import dossier as record

    day, seen = _view(as_of, known)
    show(record.show(dossier=dossier, as_of=day, known=seen, home=home_folder(home)), as_json, "state", VIEWS)


@app.command(name="add")
def record_add(
    file: Annotated[
        str, Parameter(help="A file with JSON, or - for the standard input.", allow_leading_hyphen=True)
    ] = "-",
    /,
    *,
    by: By = None,
    dossier: Dossier = "us-china",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Add statements and sources given as JSON: one object, a list, or one object a line; all or none.

    A statement has kind, value, by, source and known; its source is an id in the dossier or an object of its own.
    """
    from detente.ask.talks import curation

    show(curation.add(_input(file), dossier=dossier, home=_home(home), by=by), as_json, "added", VIEWS)


@app.command(name="review")
def record_review(
    document: str,
    /,
    *,
    published: Day = None,
    url: Url = None,
    accept: Annotated[list[str] | None, Parameter(help="Accept a proposal by the start of its id, or all.")] = None,
    refuse: Annotated[list[str] | None, Parameter(help="Refuse a proposal, or all; needs --why.")] = None,
    edit: Annotated[str | None, Parameter(help="Accept a proposal with other values; needs --set and --why.")] = None,
    set_: Annotated[list[str] | None, Parameter(name="--set", help="KEY=VALUE of the value, for --edit.")] = None,
    decisions: Annotated[
        str | None,
        Parameter(
            help="JSON lines with proposal, decision, by, why and, for an edit, value; - for standard input.",
            allow_leading_hyphen=True,
        ),
    ] = None,
    list_: Annotated[bool, Parameter(name="--list", negative="", help="List what waits, and ask nothing.")] = False,
    by: By = None,
    why: Why = None,
    dossier: Dossier = "us-china",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Accept, edit or refuse what a document proposes; at a terminal one by one, elsewhere by flags or a file."""
    from detente.ask.talks import curation

    days(published=published)
    common: dict[str, Any] = {"published": published, "url": url, "dossier": dossier, "home": _home(home)}
    given = _decisions(accept, refuse, edit, set_, decisions, why)
    if given:
        show(curation.decide(document, given, by=by, **common), as_json, "reviewed", VIEWS)
        return
    waiting = curation.pending(document, **common)
    if as_json or list_ or not (sys.stdin.isatty() and sys.stdout.isatty()):
        show(waiting, as_json, "pending", VIEWS)
        return
    from detente.faces.terminal import record_text

    who = by or record_text.ask("who reviews? ")

    def decide(decision: dict[str, Any]) -> None:
        curation.decide(document, [decision], by=who, **common)

    record_text.walk(waiting, decide)


@app.command(name="retract")
def record_retract(
    statement: str,
    /,
    *,
    why: Why = None,
    by: By = None,
    known: Known = None,
    dossier: Dossier = "us-china",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say that a statement no longer stands, and why; what was known before stays as it was."""
    from detente.ask.talks import curation

    _need(why=why, by=by)
    days(known=known)
    answer = curation.retract(statement, why=str(why), by=str(by), known=known, dossier=dossier, home=_home(home))
    show(answer, as_json, "retracted", VIEWS)


@app.command(name="conflicts")
def record_conflicts(
    *,
    prefer: Annotated[str | None, Parameter(help="Show this claim, by its statement id; needs --why and --by.")] = None,
    deprecate: Annotated[str | None, Parameter(help="Show this claim last, and count it for nothing.")] = None,
    normal: Annotated[str | None, Parameter(help="Take an override back.")] = None,
    why: Why = None,
    by: By = None,
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Where sources differ: every claim, the one shown and why; an override is a line of its own, with a reason."""
    from detente.ask.talks import curation

    ranks = [(i, level) for i, level in ((prefer, "preferred"), (deprecate, "deprecated"), (normal, "normal")) if i]
    if len(ranks) > 1:
        raise QuestionError("give one of --prefer, --deprecate, --normal")
    if ranks:
        _need(why=why, by=by)
        days(known=known)
        told, level = ranks[0]
        folder = _home(home)
        answer = curation.rank(told, level, why=str(why), by=str(by), known=known, dossier=dossier, home=folder)
        show(answer, as_json, "ranked", VIEWS)
        return
    day, seen = _view(as_of, known)
    answer = curation.conflicts(dossier=dossier, home=home_folder(home), as_of=day, known=seen)
    show(answer, as_json, "conflicts", VIEWS)


@app.command(name="people")
def record_people(
    name: Annotated[str | None, Parameter(help="Only people whose name, in any form, contains this.")] = None,
    /,
    *,
    surface: Annotated[str | None, Parameter(help="A name in print to decide on.")] = None,
    person: Annotated[str | None, Parameter(help="The person it is, is not, or may be.")] = None,
    decision: Annotated[Literal["same", "not-same", "unsure"] | None, Parameter(help="What you decide.")] = None,
    why: Why = None,
    by: By = None,
    as_of: Day = None,
    known: Day = None,
    dossier: Dossier = "us-china",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Who: side, offices by date, names in print; and decisions on names, each by whom, when and why."""
    from detente.ask.talks import curation

    if surface or person or decision:
        _need(surface=surface, person=person, decision=decision, why=why, by=by)
        days(known=known)
        answer = curation.name(
            str(surface), str(person), str(decision).replace("-", "_"), why=str(why), by=str(by), known=known,
            dossier=dossier, home=_home(home),
        )  # fmt: skip
        show(answer, as_json, "named", VIEWS)
        return
    day, seen = _view(as_of, known)
    answer = curation.people(dossier=dossier, home=home_folder(home), as_of=day, known=seen, name=name)
    show(answer, as_json, "people", VIEWS)


@app.command(name="check")
def record_check(
    *,
    documents: Annotated[str | None, Parameter(help="A folder with the sources' files, named by source id.")] = None,
    dossier: Dossier = "us-china",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Lines against their kinds, quotes against texts, ladders, deadlines, legal basis; exit 1 where one is wrong."""
    from detente.ask.talks import curation

    answer = curation.check(dossier=dossier, home=home_folder(home), documents=documents)
    show(answer, as_json, "checked", VIEWS)
    if answer.data["wrong"]:
        sys.exit(1)


def _input(file: str) -> str:
    """The text of a file, or of the standard input for -. Raises QuestionError."""
    if file != "-":
        return read_text(file)
    try:
        text = sys.stdin.read(SIZE + 1)
    except UnicodeDecodeError as refused:
        raise QuestionError(f"-: not UTF-8 text at byte {refused.start}; save it as UTF-8") from None
    if len(text) > SIZE:
        raise QuestionError(f"-: more than {SIZE} characters on the standard input; split them")
    return text


def _decisions(
    accept: list[str] | None,
    refuse: list[str] | None,
    edit: str | None,
    set_: list[str] | None,
    decisions: str | None,
    why: str | None,
) -> list[dict[str, Any]]:
    """The decisions of flags and file together."""
    found: list[dict[str, Any]] = []
    for number, told in read_json_lines(_input(decisions), decisions) if decisions else ():
        if not isinstance(told, dict):
            raise QuestionError(f"{decisions}, line {number}: a decision is a JSON object")
        found.append(told)
    found += [{"proposal": i, "decision": "accept", "why": why} for i in _ids(accept)]
    found += [{"proposal": i, "decision": "refuse", "why": why} for i in _ids(refuse)]
    if edit:
        if not set_:
            raise QuestionError("--edit needs --set KEY=VALUE")
        from detente.faces.terminal import record_text

        found.append({"proposal": edit, "decision": "edit", "why": why, "value": record_text.pairs(set_)})
    elif set_:
        raise QuestionError("--set goes with --edit")
    if decisions and not found:
        raise QuestionError(f"{decisions}: no decision in it")
    return found


def _ids(given: list[str] | None) -> list[str]:
    return [part.strip() for each in given or [] for part in each.split(",") if part.strip()]
