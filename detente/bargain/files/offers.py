"""A table of offers: CSV with a column of names, and a column of payoffs for each party.

A row named disagreement (or no deal, status quo, reservation) is what the parties have without a deal.
"""

from __future__ import annotations

from collections.abc import Sequence

from detente.bargain.files.cells import trimmed
from detente.bargain.files.numbers import finite
from detente.bargain.outcomes import Package, PayoffTable, payoff_table
from detente.errors import QuestionError

NAMES = ("offer", "offers", "outcome", "package", "deal", "option", "proposal")  # of the first column
WITHOUT_DEAL = ("disagreement", "no deal", "status quo", "reservation", "batna")  # of the row without a deal
MOST_ROWS = 20_000
MOST_PARTIES = 20


def is_offers(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table is one of offers: by the name of its first column, with two parties or more beside it."""
    return len(rows) > 1 and rows[0][0].lower() in NAMES and len([title for title in rows[0][1:] if title]) >= 2


def read_offers(rows: Sequence[Sequence[str]], name: str) -> tuple[PayoffTable, str | None]:
    """The offers with their payoffs, and the name of the row without a deal, None where there is none.

    rows: of the table, its header first. name: of the file, for messages. Raises QuestionError.

    >>> table, without_deal = read_offers([["offer", "A", "B"], ["x", "2", "1"], ["no deal", "0", "0"]], "x.csv")
    >>> table.names, table.payoff.tolist(), without_deal
    (('x',), [[2.0, 1.0]], 'no deal')
    """
    header, *body = [trimmed(row) for row in rows]
    parties = tuple(header[1:])
    _check_size(parties, len(body), name)
    packages = [_package(row, parties, f"{name}, row {k}") for k, row in enumerate(body, 2)]
    without = [package for package in packages if _is_without_deal(package)]
    if len(without) > 1:
        raise QuestionError(
            f"{name}: {without[0].name!r} and {without[1].name!r} both are what there is without a deal"
        )
    points = {package.name: package.payoff for package in without}
    try:
        table = payoff_table([package for package in packages if package not in without], points)
    except QuestionError as error:
        raise QuestionError(f"{name}: {error}") from None
    return table, next(iter(points), None)


def _is_without_deal(package: Package) -> bool:
    return package.name.lower() in WITHOUT_DEAL


def _check_size(parties: Sequence[str], count: int, name: str) -> None:
    if not 2 <= len(parties) <= MOST_PARTIES or len(set(parties)) < len(parties) or not all(parties):
        raise QuestionError(f"{name}: columns for 2 to {MOST_PARTIES} parties with names that differ are needed")
    if not 1 <= count <= MOST_ROWS:
        raise QuestionError(f"{name}: {count} offers; from 1 to {MOST_ROWS:,} are read")


def _package(row: Sequence[str], parties: Sequence[str], where: str) -> Package:
    if len(row) != len(parties) + 1 or not row[0]:
        raise QuestionError(f"{where}: a name and {len(parties)} payoffs are due, there are {len(row)} cells")
    payoffs = {p: finite(text, f"{where}, {p[:40]}") for p, text in zip(parties, row[1:], strict=True)}
    return Package(row[0], payoffs)
