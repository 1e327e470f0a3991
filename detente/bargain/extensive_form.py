"""Games in extensive form: their trees, who sees what, and backward induction where everything is seen.

A tree is a list of nodes in the order of the file, each before its children; payoffs at an inner node are added to
those below it. Subgame-perfect payoffs are sets, because ties leave a choice: Osborne and Rubinstein (1994), chapter 6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from detente.errors import QuestionError

CHANCE = -1
MOST_VALUES = 50  # payoffs of subgame-perfect equilibria that are kept at one node

Payoffs = tuple[Fraction, ...]  # one a player
InformationSetKey = tuple[int, int]  # player, number


class Node(NamedTuple):
    """A node of the tree.

    player: whose move it is, CHANCE, or None at an ending. number: of the information set, within its player. actions,
    children: the same length. probabilities: of the actions of chance. payoff: of the outcome that stands here.
    """

    name: str
    player: int | None
    number: int
    actions: tuple[str, ...]
    children: tuple[int, ...]
    probabilities: tuple[Fraction, ...]
    payoff: Payoffs


@dataclass(frozen=True)
class ExtensiveGame:
    """A tree with its players; labels: the names of information sets, where they have one."""

    title: str
    players: tuple[str, ...]
    nodes: tuple[Node, ...]
    labels: Mapping[InformationSetKey, str]

    @cached_property
    def information_sets(self) -> dict[InformationSetKey, tuple[int, ...]]:
        """The nodes of each information set of a player, in the order of the tree."""
        sets: dict[InformationSetKey, list[int]] = {}
        for place, node in enumerate(self.nodes):
            if node.player is not None and node.player != CHANCE:
                sets.setdefault((node.player, node.number), []).append(place)
        return {key: tuple(places) for key, places in sorted(sets.items())}

    @property
    def has_perfect_information(self) -> bool:
        """Whether every player always sees what was played: each information set is one node."""
        return all(len(places) == 1 for places in self.information_sets.values())

    @property
    def leaves(self) -> int:
        """The number of ends of the tree."""
        return sum(node.player is None for node in self.nodes)

    def label(self, key: InformationSetKey) -> str:
        """What an information set is called: by the file, or by its number."""
        return self.labels.get(key) or str(key[1])


# Perfect information


@dataclass(frozen=True)
class BackwardInduction:
    """Subgame-perfect play of a game of perfect information.

    choice: the place of the action at each node of a player, the first of the best. tied: nodes with several best
    actions. payoff: of this equilibrium. payoffs: of all pure subgame-perfect equilibria. is_complete: whether all of
    them were kept.
    """

    choice: Mapping[int, int]
    tied: Mapping[int, tuple[int, ...]]
    payoff: Payoffs
    payoffs: tuple[Payoffs, ...]
    is_complete: bool


def backward_induction(game: ExtensiveGame) -> BackwardInduction:
    """The subgame-perfect equilibria of a game of perfect information. Raises QuestionError for any other game."""
    if not game.has_perfect_information:
        raise QuestionError("backward induction needs perfect information; some information set has several nodes")
    induction = _Induction(game)
    for place in range(len(game.nodes) - 1, -1, -1):
        induction.solve(place)
    reached = tuple(sorted(induction.values[0], reverse=True))
    return BackwardInduction(induction.choice, induction.tied, induction.value[0], reached, induction.is_complete)


class _Induction:
    """What is known of the subgames solved so far: the payoffs of one equilibrium, and of all pure ones."""

    def __init__(self, game: ExtensiveGame) -> None:
        self.nodes = game.nodes
        self.value: dict[int, Payoffs] = {}
        self.values: dict[int, tuple[Payoffs, ...]] = {}
        self.choice: dict[int, int] = {}
        self.tied: dict[int, tuple[int, ...]] = {}
        self.is_complete = True

    def solve(self, place: int) -> None:
        """Solve the subgame at a node whose children are solved."""
        node = self.nodes[place]
        below = [self.value.pop(child) for child in node.children]
        sets = [self.values.pop(child) for child in node.children]
        zero = (Fraction(0),) * len(node.payoff)
        if node.player is None:
            value, reached = zero, [zero]
        elif node.player == CHANCE:
            value, reached = _means(node.probabilities, [[b] for b in below])[0], _means(node.probabilities, sets)
        else:
            value, reached = self._best(place, node.player, below), list(_chosen(node.player, sets))
        distinct = tuple(dict.fromkeys(_added(node.payoff, payoff) for payoff in reached))
        self.value[place] = _added(node.payoff, value)
        self.is_complete &= len(distinct) <= MOST_VALUES
        self.values[place] = distinct[:MOST_VALUES]

    def _best(self, place: int, player: int, below: Sequence[Payoffs]) -> Payoffs:
        """The payoffs after the first of the player's best actions."""
        most = max(payoff[player] for payoff in below)
        best = tuple(k for k, payoff in enumerate(below) if payoff[player] == most)
        self.choice[place] = best[0]
        if len(best) > 1:
            self.tied[place] = best
        return below[best[0]]


def _chosen(player: int, sets: Sequence[Sequence[Payoffs]]) -> Iterator[Payoffs]:
    """The payoffs below that some subgame-perfect play of the subgames makes the player's best."""
    worst = [min(payoff[player] for payoff in payoffs) for payoffs in sets]
    for k, payoffs in enumerate(sets):
        bound = max((w for other, w in enumerate(worst) if other != k), default=None)
        yield from (payoff for payoff in payoffs if bound is None or payoff[player] >= bound)


def _means(probabilities: Sequence[Fraction], sets: Sequence[Sequence[Payoffs]]) -> list[Payoffs]:
    """The expected payoffs of every way to play below a move of chance, up to some more than are kept."""
    totals: list[Payoffs] = [(Fraction(0),) * len(sets[0][0])]
    for probability, every in zip(probabilities, sets, strict=True):
        payoffs = every[:1] if len(totals) > MOST_VALUES else every
        sums = (
            tuple(t + probability * x for t, x in zip(total, payoff, strict=True))
            for total in totals
            for payoff in payoffs
        )
        totals = list(islice(dict.fromkeys(sums), MOST_VALUES + 1))
    return totals


def _added(payoff: Payoffs, other: Payoffs) -> Payoffs:
    return tuple(a + b for a, b in zip(payoff, other, strict=True)) if any(payoff) else other


# Information


class OwnStep(NamedTuple):
    """An action of a player itself, and the number of the way on which it is the last step."""

    key: InformationSetKey
    action: int
    way: int


class OwnWays:
    """What one player has done itself on the way to each of its information sets; way 0 is to have done nothing.

    steps: of each way, the next steps of the player. arrivals: of each information set, the ways there.
    """

    def __init__(self, game: ExtensiveGame, player: int) -> None:
        self.steps: list[dict[tuple[InformationSetKey, int], OwnStep]] = [{}]
        self.arrivals: dict[InformationSetKey, set[int]] = {}
        way_of = {0: 0}
        for place, node in enumerate(game.nodes):
            way = way_of.pop(place)
            if node.player == player:
                self.arrivals.setdefault((player, node.number), set()).add(way)
            for k, child in enumerate(node.children):
                way_of[child] = self._step(way, (player, node.number), k) if node.player == player else way

    def _step(self, way: int, key: InformationSetKey, action: int) -> int:
        step = self.steps[way].get((key, action))
        if step is None:
            step = OwnStep(key, action, len(self.steps))
            self.steps[way][key, action] = step
            self.steps.append({})
        return step.way


def has_perfect_recall(game: ExtensiveGame) -> bool:
    """Whether no player forgets: what it did itself on the way to an information set is the same at all its nodes."""
    players = range(len(game.players))
    return all(len(ways) == 1 for p in players for ways in OwnWays(game, p).arrivals.values())


def proper_subgames(game: ExtensiveGame) -> int:
    """The number of nodes below the root at which a game of its own begins: nobody confuses it with what is outside."""
    places = range(len(game.nodes))
    last, low, high = list(places), list(places), list(places)  # the last node below, and the reach of what is unseen
    for nodes in game.information_sets.values():
        for place in nodes:
            low[place], high[place] = nodes[0], nodes[-1]
    for place in reversed(places):
        for child in game.nodes[place].children:
            last[place] = max(last[place], last[child])
            low[place], high[place] = min(low[place], low[child]), max(high[place], high[child])
    return sum(_begins_subgame(game, k, low[k], high[k], last[k]) for k in places)


def _begins_subgame(game: ExtensiveGame, place: int, low: int, high: int, last: int) -> bool:
    return place > 0 and game.nodes[place].player is not None and low >= place and high <= last
