"""Strategic tariffs on a terminal."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from detente.ask.answer import Answer
from detente.faces.terminal.text import console, grid, safe_text, section

SHOWN = 12  # sectors and third economies listed without --json


def tariffs(answer: Answer) -> None:
    """Players' tariffs and gains, the proof, who else moves."""
    out, data = console(), answer.data
    out.print(Text.assemble(("détente", "bold"), f"  {answer.question} on {data['world']}, {data['model']}"))
    out.print(safe_text(f"{data['model_words']}; elasticities {data['elasticity']['source']}", "dim"))
    if "base" in data:
        out.print(safe_text(f"gains measured from {data['base']} tariffs, {data['rule']}", "dim"))
    table = grid("", ">tariff before, %", ">tariff, %", ">median, %", ">real income, %")
    for result in data["results"]:
        for player in result["players"][: 4 * SHOWN]:
            levied, worth = result["tariffs"][player], result["economies"][player]
            rates = (levied["mean_before"], levied["mean"], levied["median"])
            table.add_row(
                safe_text(player, "bold"), *(f"{100 * rate:.1f}" for rate in rates), f"{worth['payoff']:+.3f}"
            )
    section(out, "Tariffs and what they are worth", table)
    for result in data["results"]:
        if len(data["results"]) == 1:
            section(out, "Others that gain or lose most", movers(result))
    section(out, "Proof", proofs(data["results"]))
    section(out, "Read this with the numbers", *(safe_text("· " + note) for note in answer.notes))


def movers(result: dict[str, Any]) -> Any:
    """Third economies, largest moves first."""
    table = grid("", ">real income, %")
    others = {code: row["payoff"] for code, row in result["economies"].items() if code not in result["players"]}
    for code in sorted(others, key=lambda c: -abs(others[c]))[:SHOWN]:
        table.add_row(safe_text(code), f"{others[code]:+.3f}")
    return table


def proofs(results: list[dict[str, Any]]) -> Any:
    """What each answer rests on."""
    table = grid("", ">first-order conditions", ">best sampled deviation, %", ">market gap")
    for result in results:
        for player, proof in list(result["proof"].items())[:SHOWN]:
            first = proof.get("first_order", proof.get("equations"))
            most = f"{proof['deviation']:+.1e}" if "deviation" in proof else "-"
            table.add_row(safe_text(player), f"{first:.1e}", most, f"{proof['gap']:.1e}")
    return table


def sweep(answer: Answer) -> None:
    """How many rows, where."""
    out, data = console(), answer.data
    out.print(safe_text(f"{data['rows']} rows in {data['out']}/{data['file']}; {data['solved']} solved now"))
    if data["lost"]:
        out.print(
            safe_text(f"{data['lost']} scenarios have no equilibrium: converged is false in their rows", "yellow")
        )
    for note in answer.notes:
        out.print(safe_text("· " + note))
