"""Strategic tariffs on a terminal."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.tables import Column, numbers
from detente.faces.terminal.layout import bullets, console, notes, safe_text, section, table_of

MOST_PLAYERS = 48  # players listed of each result without --json
MOST_THIRD = 12  # third economies, and players in the proof


def tariffs(answer: Answer) -> None:
    """Players' tariffs and gains, the third economies most affected, the proof."""
    out, data = console(), answer.data
    out.print(Text.assemble(("détente", "bold"), f"  {answer.question} on {data['world']}, {data['model']}"))
    out.print(safe_text(f"{data['model_words']}; elasticities {data['elasticity']['source']}", "dim"))
    if "base" in data:
        out.print(safe_text(f"gains measured from {data['base']} tariffs, {data['rule']}", "dim"))
    results = data["results"]
    players = [
        (player, result["tariffs"][player], result["economies"][player]["payoff"])
        for result in results
        for player in result["players"][:MOST_PLAYERS]
    ]
    section(out, "Tariffs and what they are worth", table_of(players, PLAYER_COLUMNS))
    if len(results) == 1:
        third = most_affected(results[0])
        section(out, "Other economies that gain or lose most", table_of(third, THIRD_COLUMNS))
    proofs = [row for result in results for row in list(result["proof"].items())[:MOST_THIRD]]
    section(out, "Proof", table_of(proofs, PROOF_COLUMNS))
    notes(out, answer)


def most_affected(result: dict[str, Any]) -> list[tuple[str, float]]:
    """The third economies whose payoff changes most, percent."""
    others = {code: row["payoff"] for code, row in result["economies"].items() if code not in result["players"]}
    return sorted(others.items(), key=lambda item: -abs(item[1]))[:MOST_THIRD]


def sweep(answer: Answer) -> None:
    """How many rows were solved, and where they are."""
    out, data = console(), answer.data
    out.print(
        safe_text(
            f"{words.with_count(data['rows'], 'row')} in {data['out']}/{data['file']}; {data['solved']} solved now"
        )
    )
    if data["lost"]:
        lost = words.with_count(data["lost"], "scenario")
        out.print(safe_text(f"{lost} without an equilibrium: converged is false in their rows", "yellow"))
    for line in bullets(answer.notes):
        out.print(line)


def _first_order(row: tuple[str, dict[str, Any]]) -> str:
    return f"{row[1].get('first_order', row[1].get('equations')):.1e}"


def _deviation(row: tuple[str, dict[str, Any]]) -> str:
    return f"{row[1]['deviation']:+.1e}" if "deviation" in row[1] else words.UNKNOWN


PLAYER_COLUMNS: tuple[Column[tuple[str, dict[str, float], float]], ...] = (
    Column("", lambda row: row[0], "name"),
    Column("tariff before, %", lambda row: words.decimal(100 * row[1]["mean_before"]), "number"),
    Column("tariff, %", lambda row: words.decimal(100 * row[1]["mean"]), "number"),
    Column("median, %", lambda row: words.decimal(100 * row[1]["median"]), "number"),
    numbers("real income, %", lambda row: row[2]),
)
THIRD_COLUMNS: tuple[Column[tuple[str, float]], ...] = (
    Column("", lambda row: row[0]),
    numbers("real income, %", lambda row: row[1]),
)
PROOF_COLUMNS: tuple[Column[tuple[str, dict[str, Any]]], ...] = (
    Column("", lambda row: row[0]),
    Column("first-order conditions", _first_order, "number"),
    Column("best sampled deviation, %", _deviation, "number"),
    Column("largest residual", lambda row: f"{row[1]['gap']:.1e}", "number"),
)
