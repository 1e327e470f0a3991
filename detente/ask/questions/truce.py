"""Is the truce self-enforcing: C, D and N of each side under each payoff, and what would break or hold it.

C is the truce as it stands, D what a side has by restoring its suspended duties alone, N what it has in the war after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from detente import labels
from detente.ask.answer import Answer
from detente.ask.pricing.closures import FIXED
from detente.ask.pricing.context import DEFAULT_WORLD
from detente.ask.pricing.exchange import BestResponses, best_responses_by_payoff, signed
from detente.ask.pricing.government_weights import NEGLIGIBLE
from detente.ask.pricing.possible_outcomes import running_truce
from detente.ask.pricing.priced_day import PricedDay, price_day
from detente.ask.pricing.scenario_keys import OutcomeKey, ScenarioKey
from detente.ask.pricing.verdict_grid import PartyGrid, numbers, party_grid
from detente.ask.registry import DEFAULT_DOSSIER
from detente.bargain import truce as game
from detente.bargain.truce import IncentiveConstraint
from detente.bargain.verdicts import Verdict, gains, verdict

LAPSES = (0.0, 0.1, 0.2)  # probabilities of a lapse a round
LAGS = (1, 2, 4)  # rounds a breach stays unanswered
UNKNOWN = "unknown"
ENDS = {
    "expiry": "the day passes with no new text: suspended duties return on every side, and no commitment is broken",
    "breach": "one side restores its duties before the day: this is D here, and the others answer after a lag",
}


@dataclass(frozen=True)
class RequiredDiscountFactor:
    """The critical discount factor at a probability of lapse a round and a lag in rounds; None where 1 is too low."""

    lapse: float
    lag: int
    value: float | None


@dataclass(frozen=True)
class SideIncentives:
    """Whether a side keeps the truce under a payoff, in percent of real income against the truce as it stands.

    deviation, war: D and N, None where not known. discount_factor: the critical one a round, None where the verdict
    has none. best_change: of the side's added duties, in points, the others' unchanged; best_payoff: its payoff.
    """

    payoff: str
    side: str
    verdict: str
    why: str
    deviation: float | None = None
    war: float | None = None
    discount_factor: float | None = None
    table: tuple[RequiredDiscountFactor, ...] = ()
    best_change: float | None = None
    best_payoff: float | None = None

    @property
    def basis(self) -> str:
        """The side and the payoff in words."""
        return f"{self.side}, {self.payoff.replace('_', ' ')}"

    def to_json(self) -> dict[str, Any]:
        """The row in the keys of `detente truce`."""
        row = {"payoff": self.payoff, "side": self.side, "C": 0.0, "D": self.deviation, "N": self.war}
        row |= {"verdict": self.verdict, "patience": self.discount_factor, "why": self.why}
        row["table"] = [{"lapse": x.lapse, "lag": x.lag, "patience": x.value} for x in self.table]
        if self.verdict == UNKNOWN:
            return row
        prefers_war = self.verdict == game.NO_TEMPTATION and self.war is not None and self.war >= 0
        return {
            **row, "also": game.NEVER_HOLDS if prefers_war else None, "best_change_points": self.best_change,
            "best_change": self.best_payoff,
        }  # fmt: skip


@dataclass(frozen=True)
class SideVerdicts:
    """What is claimed of a side by real income, each claim counted over settings; alone, war [c]: D and N."""

    side: str
    alone: np.ndarray
    war: np.ndarray
    pays: Verdict
    prefers_war: Verdict

    def to_json(self) -> dict[str, Any]:
        """The claims with their counts, and what they are counted from."""
        return {
            "side": self.side, "D": numbers(self.alone), "N": numbers(self.war),
            "verdicts": [self.pays.to_json(), self.prefers_war.to_json()],
        }  # fmt: skip


def truce(
    *, as_of: str | None = None, known: str | None = None, dossier: str = DEFAULT_DOSSIER, world: str = DEFAULT_WORLD,
    horizon: str | None = None, closure: str = FIXED, home: str | None = None, bands: bool = True,
) -> Answer:  # fmt: skip
    """What it takes for each side to keep the truce.

    as_of defaults to today, known to as_of. closure: fixed deficits, balanced trade, or valuation. bands: D and
    N in every setting too, and the words that their count earns. Raises QuestionError, RecordError, NotConverged.
    """
    day = price_day(as_of=as_of, known=known, dossier=dossier, world=world, horizon=horizon, closure=closure, home=home)
    return day.answer("truce", truce_section(day, bands=bands), NOTES)


def truce_section(
    day: PricedDay, alone: Mapping[str, BestResponses] | None = None, *, bands: bool = True
) -> dict[str, Any]:
    """The answer's data for a day already priced, which a brief also carries under `truce`.

    alone: the one-sided best responses by payoff, where they are known.
    """
    running = running_truce(day.state)
    moves = best_responses_by_payoff(day) if alone is None else alone
    rows = [_with_best_move(day, incentives(day, p, side), moves) for p in day.payoffs for side in day.sides]
    grid, counted = count_sides(day) if bands else (None, [])
    return {
        "words": summary(rows, running is not None, counted),
        "truce": {"expiry": running.expiry, "kind": "expiry: it ends on its date unless renewed"} if running else None,
        "outcomes": {"C": day.truce, "D": dict(day.lapse.unilateral), "N": day.lapse.war},
        "payoffs": day.payoffs,
        "sides": [row.to_json() for row in rows],
        "weights": day.weights_json(),
        "grid": grid and {**grid.to_json(), "sides": [c.to_json() for c in counted]},
        "breaks": what_breaks(day, rows),
        "holds": what_holds(rows),
        "ends": ENDS,
        "proof": day.proof(),
    }


def incentives(day: PricedDay, payoff: str, side: str) -> SideIncentives:
    """C, D and N of a side under a payoff, and the verdict that follows."""
    name, war = day.lapse.unilateral.get(side), day.lapse.war
    if name is None:
        return SideIncentives(payoff, side, UNKNOWN, f"{labels.name(side)} has no suspended duty to restore")
    if war is None:
        return SideIncentives(payoff, side, UNKNOWN, "the record does not tell what the war would be")
    d, n = day.outcome_payoff(payoff, side, name), day.outcome_payoff(payoff, side, war)
    constraint = game.incentive_constraint(0.0, d if abs(d) > NEGLIGIBLE else min(d, 0.0), n)
    return SideIncentives(
        payoff, side, constraint.verdict, reason(constraint, side, n), d, n, constraint.critical_discount_factor,
        required_discount_factors(constraint, d, n),
    )  # fmt: skip


def _with_best_move(day: PricedDay, row: SideIncentives, moves: Mapping[str, BestResponses]) -> SideIncentives:
    """The row with the change of its own duties that pays the side most while the others keep theirs."""
    if row.payoff not in moves or row.verdict == UNKNOWN:
        return row
    k, move = day.sides.index(row.side), moves[row.payoff]
    return replace(row, best_change=move.alone[k], best_payoff=move.alone_payoff[k])


def required_discount_factors(
    constraint: IncentiveConstraint, d: float, n: float
) -> tuple[RequiredDiscountFactor, ...]:
    """The critical discount factor at several probabilities of lapse and lags; none where the verdict has none."""
    if constraint.critical_discount_factor is None:
        return ()
    return tuple(
        RequiredDiscountFactor(
            lapse, lag, game.incentive_constraint(0.0, d, n, lapse=lapse, lag=lag).critical_discount_factor
        )
        for lapse in LAPSES
        for lag in LAGS
    )


def reason(constraint: IncentiveConstraint, side: str, war: float) -> str:
    """The verdict in words."""
    name = labels.name(side)
    if constraint.verdict == game.NO_TEMPTATION:
        gain = f", but the war would bring it {signed(war, 3)} %" if war > 0 else ""
        return f"{name} does not gain by restoring its duties alone{gain}"
    if constraint.verdict == game.NEVER_HOLDS:
        return f"{name} is at least as well off in the war as under the truce"
    if constraint.critical_discount_factor is None:
        return f"no discount factor is high enough for {name} to keep the truce"
    return (
        f"{name} keeps the truce if its discount factor a round is at least {constraint.critical_discount_factor:.2f}"
    )


def _breaches(day: PricedDay) -> list[ScenarioKey]:
    """The outcomes in which one side breaks the truce alone, and the war; none where the record does not tell it."""
    if day.lapse.war is None or not day.lapse.unilateral:
        return []
    return [OutcomeKey(name) for name in dict.fromkeys([*day.lapse.unilateral.values(), day.lapse.war])]


def count_sides(day: PricedDay) -> tuple[PartyGrid | None, list[SideVerdicts]]:
    """The day in every setting, and the claims on each side that can break the truce; nothing where it cannot be."""
    grid = party_grid(day, _breaches(day))
    return grid, [] if grid is None else [count_side(grid, day, side) for side in day.lapse.unilateral]


def count_side(grid: PartyGrid, day: PricedDay, side: str) -> SideVerdicts:
    """The claims on a side's incentives over every setting."""
    alone = grid.of(OutcomeKey(day.lapse.unilateral[side]), side)
    war = grid.of(OutcomeKey(str(day.lapse.war)), side)
    return SideVerdicts(
        side,
        alone,
        war,
        verdict("gains by breaking the truce alone", grid.settings, alone, gains),
        verdict("is better off in the war", grid.settings, war, gains),
    )


def summary(rows: Sequence[SideIncentives], has_truce: bool, counted: Sequence[SideVerdicts] = ()) -> str:
    """The answer in words that the count over settings earns; without a count nothing is claimed."""
    if all(row.verdict == UNKNOWN for row in rows):
        without = "the record holds no suspended duty that a side could restore on this day"
        return f"Not known: {without}." if has_truce else f"No truce with an end runs on this day, and {without}."
    if not counted:
        return (
            "What a breach is worth is priced in one setting, which earns no verdict; detente truce counts over many."
        )
    lines = ["Does breaking the truce alone pay?", *(f"{labels.name(c.side)}: {_counted(c.pays)}." for c in counted)]
    wars = [c for c in counted if c.prefers_war.count]
    lines += ["Is a side better off in the war?"] if wars else []
    return " ".join([*lines, *(f"{labels.name(c.side)}: {_counted(c.prefers_war)}." for c in wars)])


def _counted(claim: Verdict) -> str:
    return f"it {claim.words()}" if claim.word == "split" else claim.words()


def what_breaks(day: PricedDay, rows: Iterable[SideIncentives]) -> list[str]:
    """What would break the truce, from the signs of the numbers."""
    lines = ["expiry on its date without a new text, which no payoff here prevents"] if day.lapse.war else []
    for row in rows:
        if row.verdict == game.HOLDS:
            lines.append(
                f"{row.basis}: a discount factor below {row.discount_factor:.2f} a round after allowing for the"
                " probability of a lapse; the longer a breach goes unnoticed, the higher this threshold"
            )
        elif row.verdict == game.NEVER_HOLDS:
            lines.append(f"{row.basis}: anything, because the war is worth {signed(row.war or 0.0, 3)} % to it")
    return lines


def what_holds(rows: Sequence[SideIncentives]) -> list[str]:
    """What would hold the truce."""
    lines = []
    for row in rows:
        if row.verdict == game.NO_TEMPTATION and row.payoff == "real_income" and row.deviation is not None:
            lines.append(f"{row.side} loses {-row.deviation:.3f} % of real income by restoring its duties alone")
        if row.verdict == game.NEVER_HOLDS:
            lines.append(f"{row.basis}: a side payment, or a concession on another issue, worth {row.war:.3f} %")
    if any(row.verdict == game.HOLDS for row in rows):
        lines.append(
            "quick detection of a breach and a certain answer: the critical discount factor rises with the lag"
        )
    return lines


NOTES = (
    "C: the truce as it stands; D: one side alone restores its suspended duties; N: every side does; all in percent"
    " of real income against C",
    "a round is the time in which a breach is detected and answered; no discount factor is sourced, so none is assumed",
)
