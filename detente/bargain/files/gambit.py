"""Games of Gambit: .nfg in its payoff and its outcome form, and .efg with chance moves and information sets.

The format is described at gambitproject.readthedocs.io. Commas between payoffs are optional; an information set, and an
outcome, is described where it first stands and may be a number alone after that. A later description must agree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple, NoReturn

import numpy as np

from detente.bargain.extensive_form import CHANCE, ExtensiveGame, InformationSetKey, Node, Payoffs
from detente.bargain.files.numbers import exact
from detente.bargain.strategic_form import StrategicGame, check_shape, whole_numbers
from detente.errors import QuestionError

MOST_NODES = 200_000
MOST_DEPTH = 2_000
MOST_PLAYERS = 60
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([{}])|([^\s,{}"]+)|(["])', re.DOTALL)


class _Token(NamedTuple):
    """A piece of the file: kind is text (in quotes), word, { or }, or end."""

    kind: str
    text: str
    start: int


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 1
        yield _Token(("text", match[2], "word", "open")[group - 1], match[group], match.start())
    yield _Token("end", "the end of the file", len(text))


class _Reader:
    """The tokens of a file, taken one after the other."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self._tokens = _tokens(text)
        self._next = next(self._tokens)
        self._last = self._next

    def peek(self) -> _Token:
        """The next token, not taken."""
        return self._next

    def take(self) -> _Token:
        """The next token."""
        self._last = self._next
        if self._last.kind != "end":
            self._next = next(self._tokens)
        return self._last

    def where(self, token: _Token | None = None) -> str:
        """FILE, line 3."""
        start = (token or self._last).start
        return f"{self.name}, line {self.text.count(chr(10), 0, start) + 1}"

    def refuse(self, token: _Token, due: str, remedy: str) -> NoReturn:
        """Raise QuestionError: what stands there, and what is due."""
        if token.kind == "open":
            raise QuestionError(f"{self.where(token)}: a quotation mark that is never closed; close it")
        shown = token.text if token.kind == "end" else repr(token.text[:40])
        raise QuestionError(f"{self.where(token)}: {shown} where {due} is due; {remedy}")

    def expect(self, kind: str, due: str, remedy: str = "compare the file with Gambit's format") -> str:
        """The text of the next token, which must be of a kind."""
        token = self.take()
        if token.kind != kind:
            self.refuse(token, due, remedy)
        return token.text

    def optional_text(self) -> str:
        """A text in quotes, or nothing."""
        return self.take().text if self.peek().kind == "text" else ""

    def braced(self, due: str, kinds: Sequence[str]) -> list[_Token]:
        """The tokens of a list in braces."""
        self.expect("{", f"{{ before {due}")
        items = []
        while self.peek().kind != "}":
            token = self.take()
            if token.kind not in kinds:
                self.refuse(token, due, "or } to end the list")
            items.append(token)
        self.take()
        return items

    def whole(self, due: str) -> int:
        """A whole number that is not negative."""
        token = self.take()
        if token.kind != "word" or not re.fullmatch(r"\d{1,9}", token.text):
            self.refuse(token, due, "write a whole number")
        return int(token.text)

    def number(self, token: _Token) -> Fraction:
        """The number of a token."""
        try:
            return exact(token.text)
        except QuestionError as error:
            raise QuestionError(f"{self.where(token)}: {error}") from None

    def payoffs(self, players: int) -> Payoffs:
        """A list of payoffs in braces, one for each player."""
        opening = self.peek()
        tokens = self.braced("a payoff", ("word",))
        if len(tokens) != players:
            raise QuestionError(
                f"{self.where(opening)}: {len(tokens)} payoffs for {players} players; give one for each player"
            )
        return tuple(self.number(token) for token in tokens)

    def header(self, words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """The title and the players; words: NFG 1 or EFG 2, then R or D."""
        for word in words:
            token = self.take()
            if token.text != word:
                self.refuse(token, word, f"a file of this kind begins with {' '.join(words)} R")
        if self.expect("word", "R or D") not in ("R", "D"):
            self.refuse(self._last, "R or D", "numbers are rational (R) or decimal (D)")
        title = self.expect("text", "the title in quotes")
        players = tuple(token.text for token in self.braced("the name of a player in quotes", ("text",)))
        if not 1 <= len(players) <= MOST_PLAYERS:
            raise QuestionError(f"{self.where()}: {len(players)} players; from 1 to {MOST_PLAYERS} are read")
        return title, _distinct(players)

    def finish(self) -> None:
        """Refuse what follows the end of the game."""
        token = self.peek()
        if token.kind != "end":
            self.refuse(token, "the end of the file", "remove what follows the game, or correct the counts before it")


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names that differ: an empty one, and one that stands twice, gets its number."""
    counted = [name or str(k) for k, name in enumerate(names, 1)]
    return tuple(f"{n} ({k})" if counted.count(n) > 1 else n for k, n in enumerate(counted, 1))


# Strategic form


def read_nfg(text: str, name: str) -> StrategicGame:
    """A game in strategic form from the text of an .nfg file; name: for messages. Raises QuestionError.

    >>> game = read_nfg('NFG 1 R "coordination" { "A" "B" } { 2 2 } 1 1 0 0 0 0 1/2 .5', "x.nfg")
    >>> [str(x) for x in game.payoff((1, 1))]
    ['1/2', '1/2']
    """
    reader = _Reader(name, text)
    title, players = reader.header(("NFG", "1"))
    strategies = _strategies(reader, len(players))
    shape = tuple(map(len, strategies))
    try:
        check_shape(shape)
    except QuestionError as error:
        raise QuestionError(f"{name}: {error}") from None
    reader.optional_text()
    rows = _outcome_rows(reader, shape) if reader.peek().kind == "{" else _payoff_rows(reader, shape)
    reader.finish()
    columns = [whole_numbers([row[p] for row in rows]) for p in range(len(players))]
    units = np.stack([numbers.reshape(shape, order="F") for numbers, _ in columns])
    return StrategicGame(title, players, strategies, units, tuple(d for _, d in columns))


def _strategies(reader: _Reader, players: int) -> tuple[tuple[str, ...], ...]:
    """The strategies of each player, from their names or from their number."""
    reader.expect("{", "{ before the strategies")
    strategies: list[tuple[str, ...]] = []
    while reader.peek().kind != "}":
        if reader.peek().kind == "{":
            names = reader.braced("the name of a strategy in quotes", ("text",))
            strategies.append(_distinct([token.text for token in names]))
        else:
            count = reader.whole("the number of a player's strategies")
            check_shape([max(count, 1)])
            strategies.append(tuple(str(k) for k in range(1, count + 1)))
    reader.take()
    if len(strategies) != players or not all(strategies):
        raise QuestionError(
            f"{reader.where()}: strategies of {sum(map(bool, strategies))} players, and {players} players; list at"
            " least one strategy for each"
        )
    return tuple(strategies)


def _payoff_rows(reader: _Reader, shape: Sequence[int]) -> list[Payoffs]:
    """The payoffs of each profile, the first player's strategy changing fastest."""
    players = len(shape)
    tokens = []
    while reader.peek().kind == "word":
        tokens.append(reader.take())
    due = math.prod(shape) * players
    if reader.peek().kind == "end" and len(tokens) != due:
        raise QuestionError(
            f"{reader.where()}: {len(tokens)} payoffs where {' x '.join(map(str, shape))} strategies of {players}"
            f" players need {due}; {'add those that are missing' if len(tokens) < due else 'remove the last ones'}"
        )
    numbers = [reader.number(token) for token in tokens]
    return [tuple(numbers[k : k + players]) for k in range(0, due, players)]


def _outcome_rows(reader: _Reader, shape: Sequence[int]) -> list[Payoffs]:
    """The payoffs of each profile from a list of outcomes and their places; the place 0 is no payoff."""
    reader.take()
    zero = (Fraction(0),) * len(shape)
    outcomes: list[Payoffs] = [zero]
    while reader.peek().kind == "{":
        opening = reader.take()
        reader.optional_text()
        payoff = []
        while reader.peek().kind == "word":
            payoff.append(reader.number(reader.take()))
        reader.expect("}", "} after the payoffs of an outcome")
        if len(payoff) != len(shape):
            raise QuestionError(
                f"{reader.where(opening)}: an outcome with {len(payoff)} payoffs for {len(shape)} players; give each"
                " player one"
            )
        outcomes.append(tuple(payoff))
    reader.expect("}", "another outcome or } to end their list")
    rows: list[Payoffs] = []
    for _ in range(math.prod(shape)):
        place = reader.whole(f"the outcome of profile {len(rows) + 1} of {math.prod(shape)}")
        if place >= len(outcomes):
            raise QuestionError(
                f"{reader.where()}: outcome {place} of profile {len(rows) + 1}; there are {len(outcomes) - 1} outcomes"
            )
        rows.append(outcomes[place])
    return rows


# Extensive form


class _OpenNode(NamedTuple):
    """A node whose children are still to come."""

    place: int
    due: int


@dataclass
class _Tree:
    """What the nodes that have been read say: nodes, and what information sets and outcomes are."""

    reader: _Reader
    players: tuple[str, ...]
    nodes: list[Node] = field(default_factory=list)
    children: list[list[int]] = field(default_factory=list)
    actions: dict[InformationSetKey, tuple[str, ...]] = field(default_factory=dict)
    chances: dict[int, tuple[Fraction, ...]] = field(default_factory=dict)
    labels: dict[InformationSetKey, str] = field(default_factory=dict)
    outcomes: dict[int, Payoffs] = field(default_factory=dict)

    def add(self) -> int:
        """Read the next node; the number of its children."""
        token = self.reader.take()
        make: dict[str, Callable[[str], Node]] = {"c": self._chance, "p": self._personal, "t": self._terminal}
        if token.kind != "word" or token.text not in make:
            self.reader.refuse(token, "a node, c, p or t,", f"node {len(self.nodes) + 1} of the tree is missing")
        if len(self.nodes) >= MOST_NODES:
            raise QuestionError(f"{self.reader.where()}: more than {MOST_NODES:,} nodes; the tree is too large")
        self.nodes.append(make[token.text](self.reader.expect("text", "the name of a node in quotes")))
        self.children.append([])
        return len(self.nodes[-1].actions)

    def _terminal(self, name: str) -> Node:
        return Node(name, None, 0, (), (), (), self._outcome())

    def _chance(self, name: str) -> Node:
        key = (CHANCE, self.reader.whole("the number of a chance move"))
        label = self.reader.optional_text()
        if self.reader.peek().kind == "{":
            self._chance_actions(key)
        actions = self._known(key, label)
        return Node(name, CHANCE, key[1], actions, (), self.chances[key[1]], self._outcome())

    def _chance_actions(self, key: InformationSetKey) -> None:
        tokens = self.reader.braced("an action with its probability", ("text", "word"))
        if [token.kind for token in tokens] != ["text", "word"] * (len(tokens) // 2):
            raise QuestionError(
                f"{self.reader.where()}: the actions of a chance move are names in quotes, each with its probability"
            )
        names, numbers = tokens[::2], tokens[1::2]
        chances = tuple(self.reader.number(token) for token in numbers)
        if any(p < 0 for p in chances) or sum(chances) != 1:
            raise QuestionError(
                f"{self.reader.where()}: the probabilities of a chance move sum to {float(sum(chances)):.9g}; none may"
                " be negative, and they must sum to 1 (thirds are written 1/3)"
            )
        self._describe(key, tuple(token.text for token in names))
        if self.chances.setdefault(key[1], chances) != chances:
            raise QuestionError(f"{self.reader.where()}: chance move {key[1]} stands here with other probabilities")

    def _personal(self, name: str) -> Node:
        player = self.reader.whole("the number of a player")
        if not 1 <= player <= len(self.players):
            raise QuestionError(f"{self.reader.where()}: player {player}; there are {len(self.players)} players")
        key = (player - 1, self.reader.whole("the number of an information set"))
        label = self.reader.optional_text()
        if self.reader.peek().kind == "{":
            tokens = self.reader.braced("the name of an action in quotes", ("text",))
            self._describe(key, tuple(token.text for token in tokens))
        return Node(name, player - 1, key[1], self._known(key, label), (), (), self._outcome())

    def _describe(self, key: InformationSetKey, names: tuple[str, ...]) -> None:
        if not names:
            raise QuestionError(f"{self.reader.where()}: a move without an action; list its actions")
        if len(self.actions.setdefault(key, _distinct(names))) != len(names):
            raise QuestionError(
                f"{self.reader.where()}: information set {key[1]} has {len(names)} actions here and"
                f" {len(self.actions[key])} where it first stands; they must be the same"
            )

    def _known(self, key: InformationSetKey, label: str) -> tuple[str, ...]:
        """The actions of an information set that this node or an earlier one describes."""
        if key not in self.actions:
            raise QuestionError(
                f"{self.reader.where()}: information set {key[1]} stands here first and lists no actions; list them"
            )
        if label:
            self.labels.setdefault(key, label)
        return self.actions[key]

    def _outcome(self) -> Payoffs:
        """The payoffs of the outcome that stands at a node: none for the number 0."""
        zero = (Fraction(0),) * len(self.players)
        number = self.reader.whole("the number of an outcome")
        self.reader.optional_text()
        if self.reader.peek().kind == "{":
            payoff = self.reader.payoffs(len(self.players))
            if number and self.outcomes.setdefault(number, payoff) != payoff:
                raise QuestionError(
                    f"{self.reader.where()}: outcome {number} stands here with other payoffs than before"
                )
            return payoff
        if number and number not in self.outcomes:
            raise QuestionError(
                f"{self.reader.where()}: outcome {number} stands here first and has no payoffs; add them"
            )
        return self.outcomes.get(number, zero)


def read_efg(text: str, name: str) -> ExtensiveGame:
    """A game in extensive form from the text of an .efg file; name: for messages. Raises QuestionError.

    >>> text = 'EFG 2 R "entry" { "A" } p "" 1 1 "" { "in" "out" } 0 t "" 1 "" { 2 } t "" 2 "" { 1 }'
    >>> [node.actions for node in read_efg(text, "x.efg").nodes]
    [('in', 'out'), (), ()]
    """
    reader = _Reader(name, text)
    title, players = reader.header(("EFG", "2"))
    reader.optional_text()
    tree = _Tree(reader, players)
    open_nodes = [_OpenNode(0, tree.add())] if reader.peek().kind != "end" else []
    if not open_nodes:
        raise QuestionError(f"{name}: a game without a tree; add its nodes")
    while open_nodes:
        parent = open_nodes[-1]
        if len(tree.children[parent.place]) == parent.due:
            open_nodes.pop()
            continue
        if len(open_nodes) > MOST_DEPTH:
            raise QuestionError(f"{reader.where()}: the tree is deeper than {MOST_DEPTH} moves; it is not read")
        place = len(tree.nodes)
        due = tree.add()
        tree.children[parent.place].append(place)
        open_nodes.append(_OpenNode(place, due))
    reader.finish()
    nodes = tuple(node._replace(children=tuple(c)) for node, c in zip(tree.nodes, tree.children, strict=True))
    return ExtensiveGame(title, players, nodes, tree.labels)
