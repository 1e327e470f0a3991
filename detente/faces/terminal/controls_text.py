"""Export controls on a terminal: those on record, and one scenario's limits over time, with rents and cliffs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from detente.faces import words
from detente.faces.brief_view import ControlsView
from detente.faces.outcome_view import control_columns
from detente.faces.tables import Column
from detente.faces.terminal.layout import safe_text, section, table_of
from detente.faces.words import signed

HIGHEST_WEDGE = 1000.0  # percent over cost: beyond it no buyer would pay, so no number is shown
PLACES = 6  # columns of the controls on record; the page has room for one more
TARGETS = 6  # economies named as targets of a limit
DRIVERS = 3  # priors named as what moves the result most
PRODUCTS = ("magnet", "compound")  # links of the chain itself, whose cliffs are not a user's


def controls(out: Console, view: ControlsView) -> None:
    """Export controls on record, priced by the model of critical inputs."""
    section(
        out,
        "Export controls: percent of real income, short horizon",
        table_of(view.rows, control_columns(view.rows)[:PLACES]),
        safe_text(f"{view.meaning} In full: detente price {view.scenario}", "dim"),
    )


def limits(out: Console, row: dict[str, Any]) -> None:
    """The limits of one scenario, and how its result depends on rents, rivals and time."""
    out.print(table_of(row["limits"], LIMIT_COLUMNS))
    parties = {code: row["economies"][code] for code in row["shown"] if code in row["economies"]}
    if all(changes["second_order"] is not None for changes in parties.values()):
        approximations = ", ".join(
            f"{code} {signed(changes['second_order'], 3)} (exact {signed(changes['real_income'], 3)})"
            for code, changes in parties.items()
        )
        out.print(safe_text(f"The second-order approximation, to show where it fails: {approximations}."))
    out.print(safe_text(_by_keeper_of_rent(parties)))
    capped, later = row["others_capped"], row["with_time"]
    if capped:
        increase = words.decimal(100 * (capped["at_most"] - 1), 0)
        out.print(safe_text(f"If other makers can add at most {increase} %: {_each(capped, row['shown'])}.", "bold"))
    if later:
        horizon = later["horizon"]
        out.print(safe_text(f"If other suppliers respond as over the {horizon} horizon: {_each(later, row['shown'])}."))
    _cliff(out, row["cliffs"])
    _drivers(out, row["draws"])


def _each(income: dict[str, Any], codes: Sequence[str]) -> str:
    return ", ".join(f"{code} {signed(income[code], 3)}" for code in codes if code in income)


def _by_keeper_of_rent(parties: dict[str, dict[str, float]]) -> str:
    buyers, sellers = (
        ", ".join(f"{code} {signed(changes[key], 3)}" for code, changes in parties.items())
        for key in ("rent_to_importers", "rent_to_exporters")
    )
    return f"If buyers keep the scarcity rent: {buyers}; if sellers do: {sellers}."


def _cliff(out: Console, cliffs: list[dict[str, Any]]) -> None:
    """The user that falls one for one with the product soonest."""
    users = [cliff for cliff in cliffs if cliff["sector"] not in PRODUCTS]
    first = max(users, key=lambda cliff: cliff["volume"], default=None)
    if first:
        out.print(
            safe_text(
                f"Cliff: below {words.percent(first['volume'])} of the {first['product']} that it uses, the sector"
                f" {first['sector_name']} ({first['economy_name']}) falls one for one with it. Where the cliff lies"
                " depends on the cost share and the elasticity of substitution, both known only as ranges."
            )
        )


def _drivers(out: Console, draws: dict[str, Any]) -> None:
    largest = ", ".join(f"{row['prior']} {signed(row['rank_correlation'])}" for row in draws["drivers"][:DRIVERS])
    count = words.with_count(draws["count"], "draw")
    out.print(safe_text(f"What moves income most over {count}, rank correlation: {largest}.", "dim"))


def _limit(row: dict[str, Any]) -> str:
    targets = row["on"]
    named = "all" if targets == ["*"] else ", ".join(targets[:TARGETS]) + (" …" if len(targets) > TARGETS else "")
    return f"{row['product']}, {row['by']} to {named}"


def _wedge(row: dict[str, Any]) -> str:
    if not row["binds"]:
        return "none"
    return f"+{row['wedge_percent']:.0f} %" if row["wedge_percent"] < HIGHEST_WEDGE else "more than tenfold"


def _profile(row: dict[str, Any]) -> str:
    return "; ".join(f"months {first:.0f} to {last:.0f}: {words.percent(part)}" for first, last, part in row["profile"])


LIMIT_COLUMNS: tuple[Column[dict[str, Any]], ...] = (
    Column("limit", _limit),
    Column("left", lambda row: words.percent(row["left"]), "number"),
    Column("price over cost", _wedge, "number"),
    Column("rent, bn USD", lambda row: words.decimal(row["rent_bn_usd"]), "number"),
    Column("over time", _profile),
)
