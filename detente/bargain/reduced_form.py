"""The reduced strategic form of a game in extensive form: strategies that differ only where they rule themselves out
are the same. Osborne and Rubinstein (1994), section 6.4.

Axes: p player. A plan is an action in each information set that the player's own earlier actions leave reachable.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from detente.bargain.extensive_form import CHANCE, ExtensiveGame, InformationSetKey, Node, OwnWays, Payoffs
from detente.bargain.strategic_form import INT64, MOST_PROFILES, StrategicGame, whole_numbers

MOST_PLANS = 5_000  # of one player
MOST_WORK = 5_000_000  # entries of plans that are copied on the way
MOST_CELLS = 20_000_000  # profiles times endings that are added up

Plan = dict[InformationSetKey, int]  # the place of the action in information sets of one player
Choices = tuple[Plan, ...]  # one a player


class Ending(NamedTuple):
    """An end of the tree, or the way to it: what each player must choose, its probability given that, its payoffs."""

    choices: Choices
    probability: Fraction
    payoff: Payoffs


def reduced_strategic_form(game: ExtensiveGame) -> StrategicGame | None:
    """The reduced strategic form; None where it is too large.

    A strategy is named by its actions in the order of the information sets: `H / l`, with a dot where its own earlier
    actions keep the player from moving.
    """
    strategies = _all_plans(game)
    if strategies is None:
        return None
    profiles, ends = math.prod(map(len, strategies)), endings(game)
    if profiles > MOST_PROFILES or profiles * len(ends) > MOST_CELLS:
        return None
    names = tuple(_plan_names(game, p, plans) for p, plans in enumerate(strategies))
    return StrategicGame(game.title, game.players, names, *_expected_payoffs(strategies, ends))


def _expected_payoffs(
    strategies: Sequence[Sequence[Plan]], ends: Sequence[Ending]
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Payoffs [p, s...] of every profile in whole numbers, and their denominators."""
    players = range(len(strategies))
    tables = [whole_numbers([end.probability * end.payoff[p] for end in ends]) for p in players]
    small = all(np.abs(numbers).max() < INT64 // len(ends) for numbers, _ in tables)
    units = np.zeros((len(strategies), *map(len, strategies)), dtype=np.int64 if small else object)
    for k, end in enumerate(ends):
        cells = _cells(strategies, end)
        for p in players:
            units[p][cells] += tables[p][0][k]
    return units, tuple(denominator for _, denominator in tables)


def _cells(strategies: Sequence[Sequence[Plan]], end: Ending) -> tuple[np.ndarray, ...]:
    """The profiles that reach an end, as an index."""
    played = [
        [k for k, plan in enumerate(own) if plan.items() >= choices.items()]
        for own, choices in zip(strategies, end.choices, strict=True)
    ]
    return tuple(np.ix_(*played))


def endings(game: ExtensiveGame) -> list[Ending]:
    """Every end of the tree that chance and the players can reach."""
    none: Choices = tuple({} for _ in game.players)
    ends, stack = [], [(0, Ending(none, Fraction(1), (Fraction(0),) * len(game.players)))]
    while stack:
        place, way = stack.pop()
        node = game.nodes[place]
        way = way._replace(payoff=tuple(a + b for a, b in zip(way.payoff, node.payoff, strict=True)))
        if node.player is None:
            ends.append(way)
        steps = [(child, _step(node, k, way)) for k, child in enumerate(node.children)]
        stack += [(child, step) for child, step in reversed(steps) if step is not None]
    return ends


def _step(node: Node, action: int, way: Ending) -> Ending | None:
    """The way on after an action; None where chance never takes it, or the player has chosen otherwise."""
    if node.player == CHANCE or node.player is None:
        probability = way.probability * node.probabilities[action]
        return way._replace(probability=probability) if probability else None
    own, key = way.choices[node.player], (node.player, node.number)
    if own.get(key, action) != action:
        return None
    choices = list(way.choices)
    choices[node.player] = {**own, key: action}
    return way._replace(choices=tuple(choices))


def _all_plans(game: ExtensiveGame) -> list[list[Plan]] | None:
    """The plans of every player; None where there are too many."""
    strategies: list[list[Plan]] = []
    for player in range(len(game.players)):
        plans = _plans(game, player)
        if plans is None:
            return None
        strategies.append(plans)
    return strategies


class _OpenPlan(NamedTuple):
    """A plan in the making: the ways that it leaves open, and the information sets that still need an action."""

    plan: Plan
    ways: frozenset[int]
    due: tuple[InformationSetKey, ...]


def _plans(game: ExtensiveGame, player: int) -> list[Plan] | None:
    """The plans of a player; None where there are too many."""
    own = OwnWays(game, player)
    keys_of: dict[int, list[InformationSetKey]] = {}
    for key, ways in sorted(own.arrivals.items()):
        for way in ways:
            keys_of.setdefault(way, []).append(key)
    plans, work, stack = [], 0, [_OpenPlan({}, frozenset({0}), tuple(keys_of.get(0, ())))]
    while stack:
        opened = stack.pop()
        work += len(opened.plan) + len(opened.ways) + len(opened.due)
        if not opened.due:
            plans.append(opened.plan)
        else:
            actions = game.nodes[game.information_sets[opened.due[0]][0]].actions
            stack += [_with_action(own, keys_of, opened, k) for k in range(len(actions) - 1, -1, -1)]
        if len(plans) + len(stack) > MOST_PLANS or work > MOST_WORK:
            return None
    return plans


def _with_action(
    own: OwnWays, keys_of: dict[int, list[InformationSetKey]], opened: _OpenPlan, action: int
) -> _OpenPlan:
    """The plan with an action in the next information set, and what that leaves open."""
    key, *due = opened.due
    plan = {**opened.plan, key: action}
    fresh = list(_opened_ways(own, plan, opened.ways, key))
    for way in fresh:
        due += [k for k in keys_of.get(way, ()) if k not in plan and k not in due]
    return _OpenPlan(plan, opened.ways.union(fresh), tuple(sorted(due)))


def _opened_ways(own: OwnWays, plan: Plan, ways: frozenset[int], key: InformationSetKey) -> Iterator[int]:
    """The ways that an action in an information set opens, with those that open behind them."""
    stack = [step.way for way in ways if (step := own.steps[way].get((key, plan[key])))]
    while stack:
        way = stack.pop()
        yield way
        stack += [step.way for step in own.steps[way].values() if plan.get(step.key) == step.action]


def _plan_names(game: ExtensiveGame, player: int, plans: Sequence[Plan]) -> tuple[str, ...]:
    """The actions of each plan in the order of the information sets; a set with one action goes without saying."""
    own = {key: game.nodes[places[0]].actions for key, places in game.information_sets.items() if key[0] == player}
    several = {key: actions for key, actions in own.items() if len(actions) > 1} or own
    return tuple(
        " / ".join(actions[plan[key]] if key in plan else "·" for key, actions in several.items()) or "no move"
        for plan in plans
    )
