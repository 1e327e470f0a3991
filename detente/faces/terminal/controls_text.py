"""Export controls on a terminal: what each limit does over time, beside the approximation that fails; the cliffs."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from detente.faces.terminal.text import grid, safe_text
from detente.faces.words import number

MANY = 1000.0  # percent over the price: beyond it no buyer would pay


def limits(out: Console, row: dict[str, Any]) -> None:
    """The limits of one scenario under its table of economies."""
    table = grid("limit", ">left", ">price over cost", ">rent, bn USD", "over time")
    for one in row["limits"]:
        when = "; ".join(f"months {a:.0f} to {b:.0f}: {100 * v:.0f} %" for a, b, v in one["profile"])
        on = "all" if one["on"] == ["*"] else ", ".join(one["on"][:6]) + (" …" if len(one["on"]) > 6 else "")
        wedge = f"+{one['wedge_percent']:.0f} %" if one["wedge_percent"] < MANY else "more than tenfold"
        table.add_row(
            safe_text(f"{one['product']}, {one['by']} to {on}"), f"{100 * one['left']:.0f} %",
            wedge if one["binds"] else "none", f"{one['rent_bn_usd']:.1f}", safe_text(when),
        )  # fmt: skip
    out.print(table)
    usa, chn = row["economies"]["USA"], row["economies"]["CHN"]
    if usa["second_order"] is not None:
        out.print(
            safe_text(f"second-order approximation, to see where it fails: USA {number(usa['second_order'], 3)} against"
                f" {number(usa['real_income'], 3)} exact; CHN {number(chn['second_order'], 3)} against"
                f" {number(chn['real_income'], 3)}")
        )  # fmt: skip
    out.print(
        safe_text(f"who keeps the scarcity rent: USA {number(usa['rent_to_importers'], 3)} if buyers do,"
            f" {number(usa['rent_to_exporters'], 3)} if sellers do; CHN {number(chn['rent_to_importers'], 3)} and"
            f" {number(chn['rent_to_exporters'], 3)}")
    )  # fmt: skip
    if row["others_capped"]:
        hard = row["others_capped"]
        out.print(
            safe_text(f"if other makers of magnets can add no more than {100 * (hard['at_most'] - 1):.0f} %: USA"
                f" {number(hard['USA'], 3)}, CHN {number(hard['CHN'], 3)}", "bold")
        )  # fmt: skip
    if row["with_time"]:
        far = row["with_time"]
        out.print(
            safe_text(f"if other suppliers answer as after years ({far['horizon']} elasticities): USA"
                f" {number(far['USA'], 3)}, CHN {number(far['CHN'], 3)}")
        )  # fmt: skip
    users = [c for c in row["cliffs"] if c["sector"] not in ("magnet", "compound")]
    hardest = max(users, key=lambda c: c["volume"], default=None)
    if hardest:
        out.print(
            safe_text(f"cliff: below {100 * hardest['volume']:.0f} % of the {hardest['product']} it uses,"
                f" {hardest['economy_name']}'s {hardest['sector_name']} falls one for one; the place of the"
                " cliff moves with the cost share and the substitution, both ranges")
        )  # fmt: skip
    told = ", ".join(f"{d['prior']} {d['rank_correlation']:+.2f}" for d in row["draws"]["drivers"][:3])
    out.print(safe_text(f"what moves US income over {row['draws']['count']} draws, rank correlation: {told}", "dim"))
