"""Capital, paths, comparisons and exposure on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.faces import proof, words
from detente.faces.card_view import CardView, card_view
from detente.faces.tables import Column, numbers
from detente.faces.terminal.layout import console, laid_out, notes, safe_text, section, table_of

JsonRow = dict[str, Any]
MOST = 15  # rows of exposures and parts without --json or --csv
ECONOMY = Column[JsonRow]("economy", lambda row: words.economy(row["economy"]))


def capital(answer: Answer) -> None:
    """Three blocks an economy: now, the long run, the whole way."""
    out, data = console(), answer.data
    _title(out, f"{data['name']}, percent against {data['baseline']}")
    now = ("consumption", "real_income", "real_gdp", "real_wage")
    section(out, "Now, with today's capital", table_of(data["rows"], [ECONOMY, *_of("now", now)]))
    later = ("consumption", "real_income", "capital", "real_gdp", "real_wage")
    section(out, "Long run, capital adjusted", table_of(data["rows"], [ECONOMY, *_of("long_run", later)]))
    others = [
        numbers(f"long run at {part}", lambda row, part=part: row["long_run_by_share"][part]["consumption"], 2)  # type: ignore[misc]
        for part in data["rows"][0]["long_run_by_share"]
    ]
    way = [numbers("whole way", lambda row: row["whole_path"]["consumption"], 2), *others]
    title = f"Consumption over the whole way, discounted at {100 * data['discount']:g} % a year"
    section(out, title, table_of(data["rows"], [ECONOMY, *way]))
    solver = data["solver"]
    out.print()
    out.print(
        safe_text(f"Proof: {proof.residual(solver['long_run']['residual'], tolerance=data['tolerance'])}.", "dim")
    )
    _rests_on(out, data)
    notes(out, answer)


def path(answer: Answer) -> None:
    """A table for each economy, a row a year; then what the parties buy from each other."""
    out, data = console(), answer.data
    _title(out, f"{data['name']}, percent against {data['baseline']}; {_assumed(data)}")
    columns = [
        Column[JsonRow]("year", lambda row: str(row["year"])),
        *(numbers(words.readable(key), lambda row, key=key: row[key], 2) for key in PATH_COLUMNS),  # type: ignore[misc]
        Column[JsonRow]("duty, bn USD", lambda row: words.decimal(row["duty_bn_usd"], 0), "number"),
    ]
    for code in dict.fromkeys(row["economy"] for row in data["rows"]):
        section(out, words.economy(code), table_of([r for r in data["rows"] if r["economy"] == code], columns))
    _trade(out, data["trade"])
    out.print(safe_text(f"Proof: {proof.residual(data['solver']['residual'])} in every year.", "dim"))
    out.print(safe_text(f"{proof.closure(data)} Elasticities: {data['elasticity']['source']}.", "dim"))
    notes(out, answer)


def _assumed(data: JsonRow) -> str:
    """Elasticity, buyers and wages of a path in words."""
    theta = "the set as published" if data["theta"] is None else f"mean elasticity {data['theta']:g}"
    floor = "wages fall freely" if data["floor"] is None else f"wages at least {data['floor']:g} of last year's"
    buyers = f"{data['stay']:g} of buyers keep their sources" if data["stay"] else "buyers choose anew each year"
    return f"{theta}; {buyers}; {floor}"


def _trade(out: Console, rows: list[JsonRow]) -> None:
    """A line for each pair of parties: what one buys from the other by year."""
    for pair in dict.fromkeys((row["importer"], row["exporter"]) for row in rows):
        changes = [row for row in rows if (row["importer"], row["exporter"]) == pair]
        line = ", ".join(f"{row['year']} {words.signed(row['change'], 0)} %" for row in changes)
        out.print(safe_text(f"Imports of {words.economy(pair[0])} from {words.economy(pair[1])}: {line}", "dim"))


def card(answer: Answer) -> None:
    """The card of each economy shown, side by side."""
    out, view = console(), card_view(answer.data, answer.data["shown"], answer.notes)
    _title(out, view.title)
    section(out, "Card", laid_out(view.lines))
    below_card(out, view)
    notes(out, answer)


def below_card(out: Console, view: CardView) -> None:
    """The tenths of households, what was collected, and what the lines above them rest on."""
    for name, table in view.by_income:
        section(out, f"{name} by income", laid_out(table))
    for line in view.collected:
        out.print(safe_text(line, "dim"))
    out.print(safe_text(view.setting, "dim"))


PATH_COLUMNS = ("real_gdp", "real_wage", "unemployment", "capital", "exports", "imports")


def compare(answer: Answer) -> None:
    """The ratio of two policies, then the parts of the difference."""
    out, data = console(), answer.data
    _title(out, f"{data['a']} {'on top of' if data['on_top'] else 'instead of'} {data['b']}, percent")
    nominal = {f"nominal {key}": key for key in ("gdp", "price", "exports", "imports")}
    named = {"real income": "real_income", "real wage": "real_wage", **nominal}
    columns = [numbers(heading, lambda row, key=key: row[key], 3) for heading, key in named.items()]  # type: ignore[misc]
    section(out, "Economies", table_of(data["rows"], [ECONOMY, *columns]))
    if data["by"]:
        _parts(out, data)
    out.print()
    out.print(safe_text(f"Proof: {proof.residual(data['solver']['residual'], tolerance=data['tolerance'])}.", "dim"))
    _rests_on(out, data)
    notes(out, answer)


def _rests_on(out: Console, data: JsonRow) -> None:
    """The closure, the set of elasticities and the horizon."""
    for line in (proof.closure(data), *proof.elasticities(data)):
        out.print(safe_text(line, "dim"))


def _parts(out: Console, data: JsonRow) -> None:
    """What each part contributes to the real income of the economies shown first."""
    codes = list(data["whole"])[:5]
    rows = [*data["parts"][:MOST], {"name": "whole", "real_income": data["whole"]}]
    columns = [numbers(code, lambda row, code=code: row["real_income"][code], 3) for code in codes]  # type: ignore[misc]
    if any("shapley" in part for part in data["parts"]):
        first = codes[0]
        columns += [
            numbers(f"{first}, {key}", lambda row, key=key: row.get(key, {}).get(first), 3, missing="")  # type: ignore[misc]
            for key in ("shapley", "alone", "last")
        ]
    name = Column[JsonRow]("part", lambda row: words.readable(row["name"]))
    section(out, f"By {data['by']}, percent of real income", table_of(rows, [name, *columns]))
    _more(out, len(data["parts"]))


EXPOSED_TO = {  # what rows are percent of real income for, and the heading of who does it
    "productivity": ("one percent more productivity", "source"),
    "duty": ("one point of duty on goods", "levied by"),
    "export-tax": ("one point of tax on the exports of goods", "sold to"),
}


def exposure(answer: Answer) -> None:
    """The largest exposures."""
    out, data = console(), answer.data
    what, source = EXPOSED_TO[data["to"]]
    of = f" of {words.economy(data['of'])}" if data["of"] else ""
    _title(out, f"{data['world']}: percent of real income for {what}{of}")
    columns = [
        ECONOMY,
        Column[JsonRow](source, lambda row: words.economy(row["source"])),
        numbers("effect", lambda row: row["effect"], 4),
    ]
    section(out, "Largest first", table_of(data["rows"][:MOST], columns))
    _more(out, len(data["rows"]))
    out.print(safe_text(f"Proof: the adjoint's relative error is {words.scientific(data['error'])}.", "dim"))
    _rests_on(out, data)
    notes(out, answer)


def _title(out: Console, text: str) -> None:
    out.print(safe_text(text, "bold"))


def _of(block: str, keys: tuple[str, ...]) -> list[Column[JsonRow]]:
    """One column a quantity of one block."""
    return [numbers(words.readable(key), lambda row, key=key: row[block][key], 2) for key in keys]  # type: ignore[misc]


def _more(out: Console, count: int) -> None:
    if count > MOST:
        out.print(safe_text(f"{count - MOST} more with --json or --csv", "dim"))
