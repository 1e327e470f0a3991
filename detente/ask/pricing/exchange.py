"""Duties exchanged: what each side would set by itself, what an agreement adds, and which of it is an exchange.

Without an agreement each side still makes the moves that pay by themselves, so the disagreement point is the
equilibrium of one-sided best responses, and the deal is the gain over it. The gain over the duties in force stands
beside it: it also counts what each side could have had alone. Every point that is found between the nodes of the grid
is priced exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente import labels
from detente.ask.pricing.context import PricingContext
from detente.ask.pricing.continuous_packages import DisagreementPayoffs
from detente.ask.pricing.duty_grid import DutyGrid, Settings, duty_grid
from detente.ask.pricing.government_weights import NEGLIGIBLE
from detente.ask.pricing.priced_day import PricedDay
from detente.ask.pricing.scenario_keys import BEST_RESPONSES, LOTTERY
from detente.bargain import exchange as bargaining
from detente.economy import horizons

NOTE = (
    "an exchange of duties: each side keeps any part of the duties it added on the others, from none to 1.5 times"
    " today's; by itself each keeps the part that pays it most, whatever the others do, and the deal is what an"
    " agreement adds to that"
)


@dataclass(frozen=True)
class DutySetting:
    """One point of the exchange: the part of its added duties that each side keeps, what that changes in percentage
    points, and what it is worth to each, in percent of real income against the duties in force."""

    part: Settings
    points: Settings
    payoff: Settings

    def to_json(self, sides: Sequence[str]) -> dict[str, dict[str, float]]:
        """The point in JSON types."""
        return {name: dict(zip(sides, values, strict=True)) for name, values in vars(self).items()}


class SplitGain(NamedTuple):
    """A gain of each side, and its parts by the side's own move and by the moves of the others."""

    total: Settings
    own: Settings
    others: Settings

    def to_json(self, sides: Sequence[str]) -> dict[str, dict[str, float] | None]:
        """The gain in JSON types; null where it is not split."""
        return {
            name: dict(zip(sides, values, strict=True)) if values else None for name, values in self._asdict().items()
        }


@dataclass(frozen=True)
class DutyExchange:
    """The exchange by one payoff over one disagreement point.

    alone: each side's best response to the duties in force, in points. best_responses: their equilibrium. without: the
    payoffs without an agreement. agreed: None where nothing is agreed. deal: the gain over the disagreement point,
    split where that is a setting of duties. over_today: the gain over the duties in force. deviation: the most a side
    would gain by leaving the equilibrium, and rounds until it settled: its proof. error: the largest distance of the
    interpolated payoff from the exact one.
    """

    payoff: str
    disagreement: str
    alone: Settings
    best_responses: DutySetting
    without: Settings
    agreed: DutySetting | None
    deal: SplitGain | None
    over_today: SplitGain | None
    deviation: float
    rounds: int
    error: float
    why: str

    def to_json(self, sides: Sequence[str]) -> dict[str, Any]:
        """The exchange in the keys of `detente deal`."""
        split = {"deal": self.deal, "over_today": self.over_today}
        return {
            "payoff": self.payoff,
            "disagreement": self.disagreement,
            "alone_points": dict(zip(sides, self.alone, strict=True)),
            "best_responses": self.best_responses.to_json(sides),
            "without": dict(zip(sides, self.without, strict=True)),
            "agreed": None if self.agreed is None else self.agreed.to_json(sides),
            **{name: None if gain is None else gain.to_json(sides) for name, gain in split.items()},
            "proof": {"deviation": self.deviation, "rounds": self.rounds, "off": self.error},
            "why": self.why or None,
        }


@dataclass(frozen=True, eq=False)
class BestResponses:
    """The equilibrium of one-sided best responses by a payoff, by interpolation, and its exact payoffs [p].

    alone [p]: what each side's best response to the duties in force changes in points. alone_payoff [p]: what it is
    worth to that side, the other sides' duties unchanged, priced exactly.
    """

    point: bargaining.NashEquilibrium
    exact: np.ndarray
    alone: Settings
    alone_payoff: Settings


def best_responses(grid: DutyGrid, payoff: str) -> BestResponses:
    """What each side sets by itself by a payoff. Raises NotConverged."""
    point = bargaining.nash_equilibrium(grid.interpolant(payoff), grid.bounds, grid.start)
    moves = [_only(grid.start, k, float(part)) for k, part in enumerate(point.alone)]
    exact, *alone = grid.payoffs(payoff, [point.settings.tolist(), *moves])
    return BestResponses(
        point,
        exact,
        tuple(grid.points(move)[k] for k, move in enumerate(moves)),
        tuple(float(row[k]) for k, row in enumerate(alone)),
    )


def best_responses_by_payoff(day: PricedDay) -> dict[str, BestResponses]:
    """{payoff: the one-sided best responses}; empty where no side has added a duty. Raises NotConverged."""
    grid = duty_grid(day)
    return {} if grid is None else {payoff: best_responses(grid, payoff) for payoff in day.payoffs}


def disagreement_payoffs(
    day: PricedDay, by_payoff: Mapping[str, BestResponses], lapse: float | None = None
) -> DisagreementPayoffs:
    """What each side has without an agreement, at every disagreement point that the day has.

    by_payoff: the one-sided best responses, none where the sides have no duties to exchange. lapse: the probability
    that the truce lapses, for the lottery of lapse and truce.
    """
    points: dict[str, dict[str, dict[str, float]]] = {}
    if by_payoff:
        points[BEST_RESPONSES] = {
            payoff: dict(zip(day.sides, map(float, response.exact), strict=True))
            for payoff, response in by_payoff.items()
        }
    for name, outcome in day.disagreement_points.items():
        points[name] = {p: {s: day.outcome_payoff(p, s, outcome) for s in day.sides} for p in day.payoffs}
    if lapse is not None and "war" in points:
        points[LOTTERY] = {p: {s: lapse * x for s, x in points["war"][p].items()} for p in day.payoffs}
    return points


def duty_exchange(
    grid: DutyGrid,
    payoff: str,
    alone: BestResponses,
    disagreement: str,
    without: Mapping[str, float],
) -> DutyExchange:
    """The exchange by a payoff over a disagreement point.

    alone: the one-sided best responses by the payoff. without: what each side has without an agreement. Raises
    NotConverged.
    """
    sides, between, start = grid.day.sides, grid.interpolant(payoff), np.array(grid.start)
    point = np.array([without[side] for side in sides])
    agreed = bargaining.agreement(between, grid.bounds, point.tolist(), negligible=NEGLIGIBLE)
    responses = alone.point.settings
    if agreed.settings is None:
        return _exchange(grid, payoff, alone, disagreement, point, agreed.why)
    end = agreed.settings
    exact = grid.payoffs(payoff, [end.tolist()])[0]
    if (exact - point <= NEGLIGIBLE).any():
        return _exchange(grid, payoff, alone, disagreement, point, bargaining.NO_GAIN)
    error = float(np.abs(exact - between(end)).max())
    over_today = _split(grid, payoff, start, end, np.zeros(len(sides)), exact)
    deal = SplitGain(_floats(exact - point), (), ())
    if disagreement == BEST_RESPONSES:
        deal = _split(grid, payoff, responses, end, point, exact)
    return _exchange(
        grid, payoff, alone, disagreement, point, "", _setting(grid, end, exact), deal, over_today, error
    )  # fmt: skip


def _exchange(
    grid: DutyGrid,
    payoff: str,
    alone: BestResponses,
    disagreement: str,
    point: np.ndarray,
    why: str,
    agreed: DutySetting | None = None,
    deal: SplitGain | None = None,
    over_today: SplitGain | None = None,
    error: float = 0.0,
) -> DutyExchange:
    responses = alone.point
    off = max(error, float(np.abs(alone.exact - responses.payoff).max()))
    return DutyExchange(
        payoff, disagreement, alone.alone, _setting(grid, responses.settings, alone.exact), _floats(point), agreed,
        deal, over_today, responses.deviation, responses.rounds, off, why,
    )  # fmt: skip


def _only(settings: Sequence[float], side: int, part: float) -> Settings:
    """Settings with one side's replaced."""
    return tuple(part if k == side else float(x) for k, x in enumerate(settings))


def _setting(grid: DutyGrid, settings: np.ndarray, exact: np.ndarray) -> DutySetting:
    return DutySetting(_floats(settings), grid.points(settings.tolist()), _floats(exact))


def _split(
    grid: DutyGrid, payoff: str, start: np.ndarray, end: np.ndarray, before: np.ndarray, after: np.ndarray
) -> SplitGain:
    """The change of payoffs between two settings, by own moves and those of the others."""
    at_corners = grid.payoffs(payoff, [x.tolist() for x in bargaining.corners(start, end)])
    parts = bargaining.decompose(before, after, at_corners)
    return SplitGain(_floats(after - before), _floats(parts.own), _floats(parts.others))


def _floats(values: np.ndarray) -> Settings:
    return tuple(map(float, values))


def exchange_words(
    exchange: DutyExchange, start: str, sides: Sequence[str], context: PricingContext, point: str
) -> str:
    """The exchange in two sentences; start: the payoff, as a sentence begins with it. context: whose horizon and
    closure are named. point: what its disagreement point is called."""
    alone = exchange.best_responses
    basis = (
        f"{start} over {setting_words(context)}, if each side does what is best for it alone, added duties"
        f" change by {_moves(alone.points, sides)} ({_gains(alone.payoff, sides)})"
    )
    is_over_alone = exchange.disagreement == BEST_RESPONSES
    if exchange.agreed is None or exchange.deal is None or exchange.over_today is None:
        return f"{basis}. {'Nothing is exchanged beyond that' if is_over_alone else f'There is no deal over {point}'}."
    return (
        f"{basis}. The deal, {_moves(exchange.agreed.points, sides)}, adds {_gains(exchange.deal.total, sides)} to"
        f" {'that' if is_over_alone else point}; against the duties in force it is worth"
        f" {_gains(exchange.over_today.total, sides)}."
    )


def setting_words(context: PricingContext) -> str:
    """The horizon and the closure."""
    return f"{horizons.horizon(context.horizon).span} with {labels.closure(context.closed_by)}"


def bound_words(exchange: DutyExchange, bounds: Sequence[tuple[float, float]], sides: Sequence[str]) -> list[str]:
    """A line for each side whose best response or agreed duty lies at the upper end of what was tried."""
    settings = [exchange.best_responses, *([exchange.agreed] if exchange.agreed else [])]
    ends = [s for k, s in enumerate(sides) if max(x.part[k] for x in settings) >= bounds[k][1] > bounds[k][0]]
    return [f"{side}: its duty lies at the end of the range tried, and might be higher still" for side in ends]


def _moves(points: Sequence[float], sides: Sequence[str]) -> str:
    return ", ".join(f"{side} {signed(x, 1)} points" for side, x in zip(sides, points, strict=True))


def _gains(gains: Sequence[float], sides: Sequence[str]) -> str:
    return ", ".join(f"{side} {signed(x, 3)} %" for side, x in zip(sides, gains, strict=True))


def signed(value: float, digits: int) -> str:
    """A number with its sign and so many digits, with a minus sign as in text; what rounds to zero has no sign."""
    text = f"{value:+.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else text[1:]
