"""Answers that the page and the assistants' tools share: the days that may be asked for, a cache of the last few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache, wraps
from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from detente.ask.answer import Answer
from detente.ask.registry import DEFAULT_DOSSIER
from detente.errors import QuestionError, RecordError

if TYPE_CHECKING:
    from detente.ask.questions.what_if import Board
    from detente.faces.timeline_view import Entry

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
FIRST, LAST = "2018-01-01", "2100-12-31"  # days that may be asked for
Levers = tuple[tuple[str, float], ...]  # points by lever
Cells = tuple[tuple[tuple[str, str], float], ...]  # points by imposer and target


class Negotiation(NamedTuple):
    """The negotiation that the page and the one-file export show: its dossier, and the folder of the user's own."""

    dossier: str
    home: str | None = None


class DutySteps(NamedTuple):
    """The added duty of one party on another by day, a row for each day on which an act changes it."""

    by: str
    against: str
    rows: tuple[dict[str, Any], ...]


_first = Negotiation(DEFAULT_DOSSIER)  # shown where nobody chooses another
_chosen: ContextVar[Negotiation | None] = ContextVar("negotiation", default=None)  # by a request


def show(dossier: str, home: str | None = None) -> None:
    """Show another negotiation from now on. Raises RecordError if it is not there."""
    from detente.ask.talks.dossier import open_dossier

    global _first
    open_dossier(dossier, home)
    _first = Negotiation(dossier, home)


@contextmanager
def showing(dossier: str) -> Iterator[None]:
    """Show another negotiation in this block; an empty name is the one shown where nobody chooses.

    Raises QuestionError for a name that is not among `negotiations`.
    """
    from detente.ask.talks.listing import check_name

    if dossier and dossier != _first.dossier:
        check_name(dossier, negotiations())
    token = _chosen.set(Negotiation(dossier, _first.home) if dossier else None)
    try:
        yield
    finally:
        _chosen.reset(token)


def negotiations() -> Mapping[str, str]:
    """The negotiations that can be shown, {name: title}: the one shown where nobody chooses, the own, the shipped."""
    from detente.ask.talks.listing import titles

    return titles(*_first)


def version() -> tuple[Any, ...]:
    """What changes when another negotiation is shown, or when the files of the user's own change."""
    negotiation = shown()
    if negotiation.home is None:
        return negotiation
    from detente.ask.cases import own_files

    return (*negotiation, own_files(negotiation.dossier, negotiation.home))


def _kept(count: int) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """A decorator that keeps the last answers, so long as the same negotiation is shown and its files do not change."""

    def decorate(question: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @lru_cache(maxsize=count)
        def ask(_: tuple[Any, ...], *arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
            return question(*arguments, **options)

        @wraps(question)
        def asked(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
            return ask(version(), *arguments, **options)  # type: ignore[arg-type]  # they are all hashable

        return asked

    return decorate


def case_option() -> str:
    """The option that a command needs to answer about the negotiation shown; empty for the one that needs none."""
    return "" if shown().dossier == DEFAULT_DOSSIER else f" --case {shown().dossier}"


def case_argument() -> str:
    """The argument that a function of the package needs for the same; empty for the one that needs none."""
    return "" if shown().dossier == DEFAULT_DOSSIER else f", dossier={shown().dossier!r}"


def shown() -> Negotiation:
    """The negotiation that is shown."""
    return _chosen.get() or _first


def chosen() -> str:
    """The name of the negotiation that a request chose; empty where it is the one shown anyway."""
    negotiation = _chosen.get()
    return negotiation.dossier if negotiation and negotiation != _first else ""


def parse_days(query: Mapping[str, str]) -> tuple[str, str]:
    """(as of, known on) of a query; as of is today unless given, known on is the same day unless given.

    Raises QuestionError for an invalid date.
    """
    from detente.ask.talks.dossier import resolve_days

    return resolve_days(parse_day(query, "asof"), parse_day(query, "known"))


def parse_day(query: Mapping[str, str], key: str) -> str:
    """A day of a query, empty where none is given. Raises QuestionError for an invalid date."""
    written = query.get(key, "").strip()
    if not written:
        return ""
    try:
        day = date.fromisoformat(written).isoformat()
        if day != written:
            raise ValueError
    except ValueError:
        raise QuestionError(f"{key} {written[:40]!r} is not a day; write it as 2025-10-27") from None
    if not FIRST <= day <= LAST:
        raise QuestionError(f"{key} {day}: from {FIRST} to {LAST}")
    return day


@_kept(16)
def parties() -> tuple[str, ...]:
    """The parties of the negotiation that the page and the one-file export show."""
    from detente.ask.cases import case_of

    return case_of(*shown()).parties


@_kept(16)
def board() -> Board:
    """What can be moved in it: its levers, presets and blocs."""
    from detente.ask.cases import case_of
    from detente.ask.questions import what_if as question

    return question.board(case_of(*shown()))


@_kept(16)
def levers() -> tuple[tuple[str, str], tuple[str, str]]:
    """The name and the title of the levers of its first two parties on each other."""
    from detente.ask.cases import case_of
    from detente.ask.talks.find_case import levers_between

    return levers_between(case_of(*shown()))


@_kept(32)
def brief(as_of: str, known: str) -> Answer:
    """The brief of a day, without a document."""
    from detente.ask.questions import brief as question

    return question.brief(as_of=as_of, known=known, **shown()._asdict())


@_kept(64)
def country(economy: str, as_of: str, known: str) -> Answer:
    """What the outcomes of a day mean for one economy."""
    from detente.ask.questions import country as question

    return question.country(economy, as_of=as_of, known=known, **shown()._asdict())


@_kept(8)
def leverage(as_of: str, known: str) -> Answer:
    """Who has leverage on a day, counted over every setting."""
    from detente.ask.questions import leverage as question

    return question.leverage(as_of=as_of, known=known, **shown()._asdict())


@_kept(8)
def truce(as_of: str, known: str) -> Answer:
    """Whether breaking the truce of a day pays, counted over every setting."""
    from detente.ask.questions import truce as question

    return question.truce(as_of=as_of, known=known, **shown()._asdict())


@_kept(32)
def duty_steps(as_of: str, known: str) -> tuple[DutySteps, ...]:
    """The duties of the parties on each other by day, those of the ledger; pairs of which it has none are left out."""
    from detente.ask.ledger import pairs
    from detente.ask.questions import duties as question

    rows = []
    for by, against in permutations(parties(), 2):
        try:
            steps = question.series(by, against, as_of=as_of, known=known, since=pairs.FIRST, home=shown().home)
        except QuestionError:  # the ledger has no rate between them
            continue
        if len(steps) > 1:
            rows.append(DutySteps(by, against, tuple(step.to_json() for step in steps)))
    return tuple(rows)


@_kept(16)
def levers_at_hand() -> frozenset[str]:
    """The levers of every negotiation that can be shown, which an address may keep from one to another."""
    return frozenset(name for dossier in negotiations() for name in _levers_of(dossier))


def _levers_of(dossier: str) -> list[str]:
    """The levers of a negotiation; none where its files cannot be read, as its own page says."""
    from detente.ask.cases import case_of

    try:
        return [lever.name for lever in case_of(dossier, shown().home).levers]
    except RecordError:
        return []


@_kept(8)
def timeline(as_of: str, known: str) -> Answer:
    """What happened up to a day, from the start of the record."""
    from detente.ask.talks import timeline as question

    return question.timeline(as_of=as_of, known=known, **shown()._asdict())


@_kept(8)
def timeline_entries(as_of: str, known: str) -> tuple[Entry, ...]:
    """The same in words, to choose from."""
    from detente.faces.timeline_view import entries

    return entries(timeline(as_of, known).data)


@_kept(32)
def forecast(as_of: str, known: str) -> Answer:
    """The forecast of a day."""
    from detente.ask.questions import forecast as question

    return question.forecast(as_of=as_of, known=known, **shown()._asdict())


@_kept(32)
def deal(as_of: str, known: str) -> Answer:
    """The deals of a day."""
    from detente.ask.questions import deal as question

    return question.deal(as_of=as_of, known=known, **shown()._asdict())


@_kept(256)
def what_if(
    levers: Levers,
    cells: Cells,
    exports: Cells,
    as_of: str,
    known: str,
    horizon: str | None,
    bands: bool,
    outcome: str | None = None,
) -> Answer:
    """Duties in force, or those of an outcome, moved by points and priced."""
    from detente.ask.questions import what_if as question

    return question.whatif(
        dict(levers),
        dict(cells),
        exports=dict(exports),
        as_of=as_of,
        known=known,
        horizon=horizon,
        bands=bands,
        outcome=outcome,
        dossier=shown().dossier,
        home=shown().home,
    )


@_kept(16)
def replication(paper: str) -> Answer:
    """A paper's published table beside ours."""
    from detente.ask.questions import replicate as question

    return question.replicate(paper, None)
