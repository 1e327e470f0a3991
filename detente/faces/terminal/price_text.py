"""Scenarios priced, on a terminal: the parties, the world, the economies most affected, and the proof."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.faces import proof, tables, words
from detente.faces.tables import Column
from detente.faces.terminal import controls_text
from detente.faces.terminal.layout import bullets, console, safe_text, section, table_of

QUANTITIES = (
    "real_income",
    "welfare",
    "real_wage",
    "real_wage_after_tax",
    "price",
    "gdp",
    "exports",
    "imports",
    "revenue",
)
Changes = tuple[str, dict[str, float]]  # an economy and its percent changes by quantity
BAND = {"low": "real_income_low", "high": "real_income_high"}


def price(answer: Answer) -> None:
    """What each scenario is worth, and what the numbers rest on."""
    out, data = console(), answer.data
    out.print(safe_text(_title(data), "bold"))
    for row in data["scenarios"]:
        _scenario(out, row, banded=bool(data["bands"]))
    out.print()
    for line in (proof.closure(data), *proof.elasticities(data)):
        out.print(safe_text(line))
    if data["bands"]:
        out.print(safe_text(f"Low and high: {data['bands']['meaning']}; {data['bands']['source']}."))
    out.print(
        safe_text(
            "Price, GDP, exports and imports are nominal, in units of world value added; revenue is in points of"
            " base-year income. Everything: --json.",
            "dim",
        )
    )


def _title(data: dict[str, Any]) -> str:
    """The world, the model, and what changes are measured against."""
    base = data["baseline"]
    if base["name"] == "none":
        against = f"against {data['year']} without additional duties"
    elif base["name"] == "in-force":
        against = f"against the duties in force on {words.day(base['as_of'])}"
    else:
        against = f"on top of {base['name']}, with other duties as in force on {words.day(base['as_of'])}"
    return f"{data['world']}, {data['model']}; percent changes {against}"


def _scenario(out: Console, row: dict[str, Any], *, banded: bool) -> None:
    """One scenario: a row for every economy shown, then the world."""
    codes = [code for code in (*row["shown"], *row["third"]) if code in row["economies"]]
    quantities = [key for key in QUANTITIES if key in row["economies"][codes[0]]]
    section(
        out,
        row["name"],
        *([safe_text(row["note"])] if row["note"] else []),
        table_of([(code, row["economies"][code]) for code in (*codes, "WLD")], _columns(quantities, banded)),
        *([table_of(_duties(row), DUTY_COLUMNS)] if row.get("duties") else []),
        *_closures(row.get("closures")),
        *_uses(row.get("uses_of_revenue")),
        *bullets(row.get("notes", ()), "dim"),
        safe_text(f"Proof: {proof.residual(row['solver']['gap'], iterations=row['solver']['steps'])}.", "dim"),
    )
    if "limits" in row:
        controls_text.limits(out, row)


def _closures(closures: dict[str, Any] | None) -> list[Any]:
    """Real income of the parties with every closure, and for whom the sign turns with it."""
    if not closures:
        return []
    rows = list(closures["real_income"].items())
    turn = closures["turns_for"]
    return [
        table_of(rows, [Column("real income by closure", lambda row: row[0]), *map(_closure, rows[0][1])]),
        *bullets([f"the sign turns with the closure for {', '.join(turn)}"] if turn else ()),
    ]


def _uses(uses: dict[str, Any] | None) -> list[Any]:
    """Real income and the real wage after tax of the parties with every use of revenue."""
    if not uses:
        return []
    rows = list(uses.items())
    columns = [
        _use(code, quantity, heading)
        for code in rows[0][1]
        for quantity, heading in (("real_income", code), ("real_wage_after_tax", f"{code}, real wage after tax"))
    ]
    return [table_of(rows, [Column("real income by use of revenue", lambda row: row[0]), *columns])]


def _use(code: str, quantity: str, heading: str) -> Column[tuple[str, dict[str, dict[str, float | None]]]]:
    return tables.numbers(heading, lambda row: row[1][code][quantity], missing="")


def _closure(code: str) -> Column[tuple[str, dict[str, float | None]]]:
    return tables.numbers(code, lambda row: row[1][code], missing="")


def _duties(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What each measure does to the mean duty on the trade that it falls on, with the measure as written."""
    return [{**row["measures"][duty["measure"] - 1], **duty} for duty in row["duties"]]


def _sides(written: Any) -> str:
    named = written if isinstance(written, list) else [written]
    return ", ".join(map(str, named[:3])) + (", …" if len(named) > 3 else "")


def _target(row: dict[str, Any]) -> str:
    """Whose goods a measure falls on; of a tax on exports, whom they go to."""
    return f"{'its exports to ' if row.get('flow') == 'exports' else ''}{_sides(row['against'])}"


def _mean(value: float | None) -> str:
    return "nothing traded" if value is None else f"{words.decimal(value)} %"


DUTY_COLUMNS: list[Column[dict[str, Any]]] = [
    Column("measure", lambda row: f"{_sides(row['by'])} on {_target(row)}, {row['rate']}"),
    Column("mean duty before", lambda row: _mean(row["before"]), "number"),
    Column("after", lambda row: _mean(row["after"]), "number"),
    Column("weighted by", lambda row: row["weights"]),
]


def _columns(quantities: list[str], banded: bool) -> list[Column[Changes]]:
    """One column a quantity; of the world only real income is known."""
    keys = {words.readable(key): key for key in quantities} | (BAND if banded else {})
    return [
        Column("economy", lambda row: "World" if row[0] == "WLD" else row[0]),
        *(_quantity(heading, key) for heading, key in keys.items()),
    ]


def _quantity(heading: str, key: str) -> Column[Changes]:
    return tables.numbers(heading, lambda row: row[1].get(key), missing="")
