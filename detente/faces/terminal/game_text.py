"""A game on a terminal: its equilibria, or the bargains of a negotiation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.tables import Column
from detente.faces.terminal.layout import bullets, console, notes, safe_text, section, table_of

MOST_ROWS = 30  # rows of a table; all are in --json
MOST_DIMENSIONS = 4  # columns of dimensions; all are in --json
LONGEST_VALUES = 80  # characters of the values of an issue in a row
JsonRow = dict[str, Any]


def game(answer: Answer) -> None:
    """What the file holds, the answer in words, then the tables of its kind."""
    out, data = console(), answer.data
    out.print(safe_text(data["title"] or data["files"][0], "bold"))
    VIEWS[data["kind"]](out, data)
    notes(out, answer)


def _strategic(out: Console, data: JsonRow) -> None:
    counts = " x ".join(str(len(names)) for names in data["strategies"].values())
    out.print(safe_text(f"{', '.join(data['players'])}; {counts} strategies", "dim"))
    out.print()
    out.print(safe_text(data["words"], "bold"))
    _equilibria(out, data["players"], data)


def _equilibria(out: Console, players: Sequence[str], data: JsonRow) -> None:
    """Equilibria in tables: all of two players, of more the isolated ones and a point of each continuum."""
    if data["value"]:
        value = ", ".join(f"{player} {x['exact']}" for player, x in data["value"].items())
        section(out, "Value of the game", safe_text(f"{value}: what one player gains the other loses"))
    if data["components"] is not None:
        _components(out, players, data["components"])
        return
    if data["mixed"]:
        _mixed(out, players, data["mixed"]["equilibria"])
        return
    if data["pure"]:
        _listed(out, "Equilibria in pure strategies", data["pure"], _columns(players, _strategy))
    if data["example"]:
        _listed(out, "An equilibrium, by Lemke and Howson", [data["example"]], _columns(players, _mixture))


def _mixed(out: Console, players: Sequence[str], equilibria: Sequence[JsonRow]) -> None:
    """Equilibria of three or more players, those of continua apart."""
    isolated = [row for row in equilibria if row["dimension"] == 0]
    others = [row for row in equilibria if row["dimension"] != 0]
    columns = [*(_strategy_column(player, _short_mixture) for player in players), Column[JsonRow]("payoffs", _payoffs)]
    if isolated:
        regret = Column[JsonRow]("regret", lambda row: f"{row['regret']:.1g}", "number")
        _listed(out, "Isolated equilibria", isolated, [*columns, regret])
    if others:
        dimension = Column[JsonRow]("dimension", lambda row: str(row["dimension"] or "not known"), "number")
        _listed(out, "Equilibria that are part of a continuum", others, [*columns, dimension])


def _short_mixture(row: JsonRow, player: str) -> str:
    """A mixed strategy with short fractions or four digits."""
    played = row["strategies"][player]["probabilities"]
    if len(played) == 1:
        return str(next(iter(played)))
    return ", ".join(f"{name} {_short(p)}" for name, p in played.items())


def _short(probability: JsonRow) -> str:
    exact = str(probability["exact"] or "")
    return exact if 0 < len(exact) <= 5 else words.decimal(probability["value"], 4)


def _payoffs(row: JsonRow) -> str:
    return ", ".join(_number(x) for x in row["payoffs"].values())


def _components(out: Console, players: Sequence[str], components: Sequence[JsonRow]) -> None:
    isolated = [c["corners"][0] for c in components if not c["continuum"]]
    if isolated:
        _listed(out, "Isolated equilibria", isolated, _columns(players, _mixture))
    for number, component in enumerate((c for c in components if c["continuum"]), 1):
        _continuum(out, players, number, component)


def _continuum(out: Console, players: Sequence[str], number: int, component: JsonRow) -> None:
    """The corners of a continuum, and the parts that it is made of."""
    _listed(out, f"Corners of continuum {number}", component["corners"], _columns(players, _mixture))
    for part in (component["parts"] or ())[:MOST_ROWS]:
        section(out, "Every pair of", *bullets(f"{player}: {_any_mixture(own)}" for player, own in part.items()))


def _any_mixture(own: Sequence[JsonRow]) -> str:
    listed = [row["words"] for row in own]
    return listed[0] if len(listed) == 1 else f"any mixture of ({') and ('.join(listed)})"


def _strategy(row: JsonRow, player: str) -> str:
    return str(row["strategies"][player])


def _mixture(row: JsonRow, player: str) -> str:
    return str(row["strategies"][player]["words"])


def _columns(players: Sequence[str], strategy: Callable[[JsonRow, str], str]) -> list[Column[JsonRow]]:
    return [*(_strategy_column(player, strategy) for player in players), *map(_payoff_column, players)]


def _strategy_column(player: str, strategy: Callable[[JsonRow, str], str]) -> Column[JsonRow]:
    return Column(player, lambda row: strategy(row, player), "name")


def _payoff_column(player: str) -> Column[JsonRow]:
    return Column(f"payoff of {player}", lambda row: _number(row["payoffs"][player]), "number")


def _number(payoff: JsonRow) -> str:
    """A payoff: exactly where that is short."""
    exact = str(payoff["exact"] or "")
    return exact if 0 < len(exact) <= 9 and "/" not in exact else words.decimal(payoff["value"], 4)


def _listed(out: Console, title: str, rows: Sequence[JsonRow], columns: Sequence[Column[JsonRow]]) -> None:
    """A table of the first rows, and how many more there are."""
    parts: list[Any] = [table_of(rows[:MOST_ROWS], columns)]
    if len(rows) > MOST_ROWS:
        parts.append(safe_text(f"and {len(rows) - MOST_ROWS} more (in the JSON)", "dim"))
    section(out, title, *parts)


def _extensive(out: Console, data: JsonRow) -> None:
    sizes = (
        words.with_count(data["nodes"], "node"), words.with_count(data["endings"], "ending"),
        words.with_count(data["information_sets"], "information set"),
        words.with_count(data["chance_moves"], "chance move"),
    )  # fmt: skip
    seen = "perfect" if data["perfect_information"] else "imperfect"
    out.print(safe_text(f"{', '.join(data['players'])}; {', '.join(sizes)}; {seen} information", "dim"))
    out.print()
    out.print(safe_text(data["words"], "bold"))
    if data["subgame_perfect"]:
        _listed(out, "Subgame-perfect play, move by move", data["subgame_perfect"]["moves"], MOVE_COLUMNS)
    if data["strategic_form"]:
        _equilibria(out, data["players"], data["strategic_form"])


MOVE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("player", lambda row: row["player"], "name"),
    Column("information set", lambda row: row["information_set"]),
    Column("plays", lambda row: row["action"]),
    Column("as good", lambda row: ", ".join(row["also_best"])),
)


def _negotiation(out: Console, data: JsonRow) -> None:
    issues = words.with_count(len(data["issues"]), "issue") if data["issues"] else "a list of offers"
    who = ", ".join(data["parties"]) or "no parties"
    out.print(safe_text(f"{who}; {issues}, {words.with_count(data['outcomes'], 'outcome')}", "dim"))
    out.print()
    out.print(safe_text(data["words"], "bold"))
    parties = data["parties"]
    if data["issues"]:
        section(out, "Issues", table_of(data["issues"], ISSUE_COLUMNS))
    if data["ranges"]:
        section(out, "What is at stake", table_of(_stakes(data), STAKE_COLUMNS))
    if data["solutions"]:
        section(out, "Where bargaining ends", table_of(data["solutions"], _solution_columns(parties)))
    if data["pareto"]:
        _listed(out, f"Pareto line, {data['pareto_count']:,} outcomes", data["pareto"], _pareto_columns(parties))


def _stakes(data: JsonRow) -> list[JsonRow]:
    """A row a party: the range of its payoffs, and what it has without a deal."""
    without = data["disagreement"]["payoffs"] if data["disagreement"] else {}
    return [{"party": p, **span, "without": without.get(p)} for p, span in data["ranges"].items()]


def _payoff_of(party: str) -> Column[JsonRow]:
    return Column(party, lambda row: words.decimal((row["payoffs"] or {}).get(party), 4), "number")


def _solution_columns(parties: Sequence[str]) -> list[Column[JsonRow]]:
    return [*SOLUTION_COLUMNS, *map(_payoff_of, parties)]


def _pareto_columns(parties: Sequence[str]) -> list[Column[JsonRow]]:
    return [Column("outcome", lambda row: row["outcome"], "name"), *map(_payoff_of, parties)]


def _values(row: JsonRow) -> str:
    """The values of an issue: a few in words, of many the ends."""
    values = row["values"]
    few = ", ".join(values)
    return few if len(few) <= LONGEST_VALUES else f"{values[0]} … {values[-1]} ({len(values)})"


ISSUE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("issue", lambda row: row["name"], "name"),
    Column("kind", lambda row: row["kind"]),
    Column("values", _values),
)
STAKE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("party", lambda row: row["party"], "name"),
    Column("lowest payoff", lambda row: words.decimal(row["low"], 4), "number"),
    Column("highest", lambda row: words.decimal(row["high"], 4), "number"),
    Column("without a deal", lambda row: words.decimal(row["without"], 4), "number"),
)
SOLUTION_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("solution", lambda row: row["solution"], "name"),
    Column("outcome", lambda row: row["outcome"] or row["why"]),
    Column("ties", lambda row: str(len(row["ties"]) or ""), "number"),
)


def _positions(out: Console, data: JsonRow) -> None:
    counts = (
        f"{words.with_count(len(data['actors']), 'actor')}, {words.with_count(len(data['dimensions']), 'dimension')}"
    )
    out.print(safe_text(": ".join(filter(None, (counts, data["description"]))), "dim"))
    out.print()
    out.print(safe_text(data["words"], "bold"))
    _listed(out, "Who, at the start and at the end", _drift(data), _drift_columns(data["dimensions"]))
    turns = data["turns"][:-1]
    _listed(out, "Turns of bargaining", turns, TURN_COLUMNS)
    if not data["came_to_rest"]:
        section(
            out,
            "Not at rest",
            safe_text(f"Positions still move after {words.with_count(len(turns), 'turn')}.", "yellow"),
        )


def _drift(data: JsonRow) -> list[JsonRow]:
    """A row an actor: where it starts and ends, and the probability of its position."""
    first, last = data["turns"][0], data["turns"][-1]
    return [
        {**actor, "end": data["end"][actor["name"]], "first": first["probability"][actor["name"]],
         "last": last["probability"][actor["name"]]}
        for actor in data["actors"]
    ]  # fmt: skip


def _drift_columns(dimensions: Sequence[str]) -> list[Column[JsonRow]]:
    return [
        Column("actor", lambda row: row["name"], "name"),
        Column("power", lambda row: words.decimal(row["power"], 1), "number"),
        *map(_drift_column, dimensions[:MOST_DIMENSIONS]),
        Column("likely, start", lambda row: words.percent(row["first"], 1), "number"),
        Column("end", lambda row: words.percent(row["last"], 1), "number"),
    ]


def _drift_column(dimension: str) -> Column[JsonRow]:
    def cell(row: JsonRow) -> str:
        return f"{words.decimal(row['position'][dimension])} → {words.decimal(row['end'][dimension])}"

    return Column(dimension, cell, "number")


def _moves(row: JsonRow) -> str:
    """Who moves because of whom."""
    return "; ".join(
        f"{move['actor']} with {move['with'] if move['actor'] == move['by'] else move['by']}" for move in row["moves"]
    )


TURN_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("turn", lambda row: str(row["turn"] + 1), "number"),
    Column("challenges", lambda row: str(len(row["bargains"])), "number"),
    Column("who moves, with whom", lambda row: _moves(row) or "nobody"),
)
VIEWS = {"strategic": _strategic, "extensive": _extensive, "negotiation": _negotiation, "positions": _positions}
