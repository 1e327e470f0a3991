"""Capital, paths, comparisons and exposure on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.faces import proof, words
from detente.faces.tables import Column, numbers
from detente.faces.terminal.layout import console, notes, safe_text, section, table_of

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
    out.print(safe_text(proof.closure(data), "dim"))
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


CARD = (  # a line of the card: its words, its key, its digits, its unit
    ("average duty, base year", "rate_base", 1, " %"),
    ("average duty before substitution", "rate_before", 1, " %"),
    ("average duty after substitution", "rate_after", 1, " %"),
    ("prices before substitution", "price_before", 2, " %"),
    ("  of which the duties themselves", "price_direct", 2, " %"),
    ("prices after substitution", "price_after", 2, " %"),
    ("prices in equilibrium, over wages", "price_equilibrium", 2, " %"),
    ("a household before refund", "before_refund_usd_a_household", 0, " USD"),
    ("  after substitution", "after_substitution_usd_a_household", 0, " USD"),
    ("new duty a household, the refund", "new_duty_usd_a_household", 0, " USD"),
    ("a household after refund", "after_refund_usd_a_household", 0, " USD"),
    ("real income", "real_income", 2, " %"),
    ("consumption in the long run", "consumption_long_run", 2, " %"),
    ("real GDP now", "real_gdp_now", 2, " %"),
    ("real GDP in the long run", "real_gdp_long_run", 2, " %"),
    ("duty, base year", "duty_base_bn_usd", 1, " bn USD"),
    ("new duty a year", "new_duty_bn_usd", 1, " bn USD"),
    ("new duty in ten years", "ten_years_bn_usd", 0, " bn USD"),
    ("  as far as it is collected", "ten_years_collected_bn_usd", 0, " bn USD"),
)
LEVELS = ("rate_base", "rate_before", "rate_after", "duty_base_bn_usd")


def card(answer: Answer) -> None:
    """The card of each economy shown, side by side."""
    out, data = console(), answer.data
    _title(out, f"{data['name']} against {data['baseline']}; USD of {data['year']}")
    rows = {row["economy"]: row for row in data["rows"] if row["economy"] in data["shown"]}
    codes = [code for code in data["shown"] if code in rows][:MOST_CARDS]
    lines = [line for line in CARD if any(rows[code].get(line[1]) is not None for code in codes)]
    columns = [
        Column[Any]("", lambda line: line[0]),
        *(
            Column[Any](words.economy(code), lambda line, code=code: _line(rows[code].get(line[1]), line), "number")  # type: ignore[misc]
            for code in codes
        ),
    ]
    section(out, "Card", table_of(lines, columns))
    for code in codes:
        _by_income(out, rows[code])
        _collected(out, rows[code])
    out.print(safe_text(f"Proof: {proof.residual(data['solver']['residual'])}.", "dim"))
    notes(out, answer)


MOST_CARDS = 4
INCOME_COLUMNS: list[Column[JsonRow]] = [
    Column("tenth by income", lambda row: f"{row['group']} of {row['of']}"),
    Column("prices before substitution", lambda row: f"{words.signed(row['price'])} %", "number"),
    Column("a household before refund", lambda row: f"{words.signed(row['usd_a_household'], 0)} USD", "number"),
]


def _by_income(out: Console, row: JsonRow) -> None:
    """What each income group pays, where a table of spending by income is known."""
    groups = [group for group in row["by_income"] or () if group["usd_a_household"] is not None]
    if groups:
        section(out, f"{words.economy(row['economy'])} by income", table_of(groups, INCOME_COLUMNS))


def _line(value: float | None, line: tuple[str, str, int, str]) -> str:
    if value is None:
        return ""
    _, key, digits, unit = line
    return (words.decimal(value, digits) if key in LEVELS else words.signed(value, digits)) + unit


def _collected(out: Console, row: JsonRow) -> None:
    """What was last collected of the written duty, where it is published."""
    last = row["collected"]
    if last:
        share = words.percent(last["of_written"])
        text = (
            f"{words.economy(row['economy'])}, {last['period']}: {last['rate']:g} % collected, {share} of the written"
        )
        out.print(safe_text(f"{text} {words.decimal(last['written'], 1)} %", "dim"))


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
    out.print(safe_text(proof.closure(data), "dim"))
    notes(out, answer)


def _parts(out: Console, data: JsonRow) -> None:
    """What each part contributes to the real income of the economies shown first."""
    codes = list(data["whole"])[:5]
    rows = [*data["parts"][:MOST], {"name": "whole", "real_income": data["whole"]}]
    columns = [numbers(code, lambda row, code=code: row["real_income"][code], 3) for code in codes]  # type: ignore[misc]
    if "shapley" in data["parts"][0]:
        first = codes[0]
        columns += [
            numbers(f"{first}, {key}", lambda row, key=key: row.get(key, {}).get(first), 3, missing="")  # type: ignore[misc]
            for key in ("shapley", "alone", "last")
        ]
    name = Column[JsonRow]("part", lambda row: words.readable(row["name"]))
    section(out, f"By {data['by']}, percent of real income", table_of(rows, [name, *columns]))
    _more(out, len(data["parts"]))


def exposure(answer: Answer) -> None:
    """The largest exposures."""
    out, data = console(), answer.data
    what = "one percent more productivity" if data["to"] == "productivity" else "one point of duty on goods"
    of = f" of {words.economy(data['of'])}" if data["of"] else ""
    _title(out, f"{data['world']}: percent of real income for {what}{of}")
    source = "levied by" if data["to"] == "duty" else "source"
    columns = [
        ECONOMY,
        Column[JsonRow](source, lambda row: words.economy(row["source"])),
        numbers("effect", lambda row: row["effect"], 4),
    ]
    section(out, "Largest first", table_of(data["rows"][:MOST], columns))
    _more(out, len(data["rows"]))
    out.print(safe_text(f"Proof: the adjoint's relative error is {words.scientific(data['error'])}.", "dim"))
    notes(out, answer)


def _title(out: Console, text: str) -> None:
    out.print(safe_text(text, "bold"))


def _of(block: str, keys: tuple[str, ...]) -> list[Column[JsonRow]]:
    """One column a quantity of one block."""
    return [numbers(words.readable(key), lambda row, key=key: row[block][key], 2) for key in keys]  # type: ignore[misc]


def _more(out: Console, count: int) -> None:
    if count > MOST:
        out.print(safe_text(f"{count - MOST} more with --json or --csv", "dim"))
