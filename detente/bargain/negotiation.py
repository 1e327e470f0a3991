"""A negotiation over issues: every combination of their values is an outcome, and each party adds up what it gives.

Axes: i issue, v value of an issue, p party, k outcome (the last issue changes fastest).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from detente.bargain.outcomes import PayoffTable
from detente.errors import QuestionError

MOST_OUTCOMES = 200_000  # combinations of values
MOST_OF_MANY = 20_000  # combinations of values where there are more than two parties
DIGITS = 13  # of the largest utility that count
RESERVATION = "reservation"  # the name of the disagreement point: what each party has without a deal


@dataclass(frozen=True)
class Issue:
    """What is negotiated. kind: discrete, integer or real. values: in words; of a real issue, a grid over its range."""

    name: str
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Preferences:
    """What a party makes of the issues.

    weights [i]. evaluations [i][v]: of each value, before its weight. reservation: its utility without a deal, None
    where the file names none. discount: of its utility over the negotiation, None without one. constant: added to the
    sum. cap: utilities above it count as that much.
    """

    party: str
    weights: tuple[float, ...]
    evaluations: tuple[np.ndarray, ...]
    reservation: float | None = None
    discount: float | None = None
    constant: float = 0.0
    cap: float = math.inf


@dataclass(frozen=True)
class Negotiation:
    """Issues, and the parties' preferences over them."""

    title: str
    issues: tuple[Issue, ...]
    preferences: tuple[Preferences, ...]

    @property
    def size(self) -> int:
        """The number of outcomes."""
        return math.prod(len(issue.values) for issue in self.issues)


def check_size(negotiation: Negotiation) -> None:
    """Refuse more outcomes than are worked out. Raises QuestionError."""
    most = MOST_OUTCOMES if len(negotiation.preferences) <= 2 else MOST_OF_MANY
    if negotiation.size > most:
        sizes = " x ".join(str(len(issue.values)) for issue in negotiation.issues)
        raise QuestionError(
            f"{sizes} values make {negotiation.size:,} outcomes; at most {most:,} are worked out for"
            f" {len(negotiation.preferences)} parties; leave out values, or make grids coarser"
        )


def utilities(negotiation: Negotiation) -> np.ndarray:
    """What each outcome is worth to each party [k,p]: the sum of weight times evaluation over the issues.

    Sums that differ by rounding only are made equal, so that they are ties.

    >>> issues = (Issue("price", "discrete", ("low", "high")), Issue("day", "discrete", ("Mon", "Tue")))
    >>> buyer = Preferences("buyer", (0.5, 0.5), (np.array([1.0, 0.0]), np.array([0.2, 1.0])))
    >>> utilities(Negotiation("", issues, (buyer,)))[:, 0].tolist()
    [0.6, 1.0, 0.1, 0.5]
    """
    columns = []
    for own in negotiation.preferences:
        total = np.full(1, own.constant)
        for weight, evaluation in zip(own.weights, own.evaluations, strict=True):
            total = np.add.outer(total, weight * evaluation).ravel()
        columns.append(np.minimum(_rounded(total), own.cap))
    return np.stack(columns, axis=1)


def _rounded(total: np.ndarray) -> np.ndarray:
    """Numbers to so many digits of the largest of them."""
    largest = float(np.abs(total).max())
    if not 0 < largest < np.inf:
        return total
    rounded: np.ndarray = np.round(total, DIGITS - math.ceil(math.log10(largest)))
    return rounded


def outcome_table(negotiation: Negotiation) -> PayoffTable:
    """Every outcome with its utilities, and what the parties have without a deal (0 for one that names nothing).

    Raises QuestionError for fewer than two parties, too many outcomes and utilities that are not finite.
    """
    parties = tuple(own.party for own in negotiation.preferences)
    if len(parties) < 2:
        raise QuestionError(f"bargaining needs the preferences of at least two parties; there are {len(parties)}")
    check_size(negotiation)
    payoff = utilities(negotiation)
    if not np.isfinite(payoff).all():
        raise QuestionError("weights times evaluations are too large for a number; scale them down")
    names = tuple(", ".join(values) for values in product(*(issue.values for issue in negotiation.issues)))
    reservation = np.array([own.reservation or 0.0 for own in negotiation.preferences])
    return PayoffTable(parties, names, payoff, {RESERVATION: reservation})


def values_of(negotiation: Negotiation, outcome: int) -> dict[str, str]:
    """The value of each issue in an outcome, by its place in the table."""
    places = np.unravel_index(outcome, [len(issue.values) for issue in negotiation.issues])
    return {issue.name: issue.values[int(k)] for issue, k in zip(negotiation.issues, places, strict=True)}


def joined(domains: Sequence[Negotiation]) -> Negotiation:
    """One negotiation from the files of several parties: the same issues, everybody's preferences.

    Raises QuestionError where the issues differ.
    """
    first = domains[0]
    for other in domains[1:]:
        _check_same_issues(first, other)
    preferences = tuple(own for domain in domains for own in domain.preferences)
    parties = [own.party for own in preferences]
    twice = next((party for party in parties if parties.count(party) > 1), None)
    if twice is not None:
        raise QuestionError(f"two parties are named {twice!r}; name each file of preferences only once")
    return Negotiation(first.title, first.issues, preferences)


def _check_same_issues(first: Negotiation, other: Negotiation) -> None:
    if [issue.name for issue in first.issues] != [issue.name for issue in other.issues]:
        raise QuestionError(
            f"{other.title} has the issues {_listed(other)}, and {first.title} has {_listed(first)}; they must be the"
            " same, in the same order"
        )
    for a, b in zip(first.issues, other.issues, strict=True):
        if (a.kind, a.values) != (b.kind, b.values):
            raise QuestionError(f"the issue {a.name!r} has other values in {other.title} than in {first.title}")


def _listed(negotiation: Negotiation) -> str:
    return ", ".join(issue.name for issue in negotiation.issues)[:200]
