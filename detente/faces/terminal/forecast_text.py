"""Forecasts on a terminal: words first, then chances with their n, reasons, rules, and the track record."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from detente.ask.answer import Answer
from detente.faces.terminal.text import console, grid, safe_text, section
from detente.faces.words import day, number


def chance(value: float) -> str:
    """A chance in percent."""
    return f"{100 * value:.0f} %"


def left(days: int) -> str:
    """How long until a day, or since."""
    return f"{days} days left" if days >= 0 else f"still open {-days} days after it"


def forecast(answer: Answer) -> None:
    """Open points, why, what would change it, how the rules stand, how good such forecasts were."""
    out, data = console(), answer.data
    if "as_of" in data:
        said = f"  forecast, {day(data['as_of'])}, as known {day(data['known'])}"
        out.print(Text.assemble(("détente", "bold"), said))
        out.print()
    out.print(safe_text(data["words"], "bold"))
    for point in data.get("points", ()):
        about(out, point, data["classes"])
    if data.get("path"):
        ahead(out, data["path"])
    if data.get("resolution"):
        rules(out, data["resolution"])
    if data.get("not_used"):
        lines = (safe_text(f"· {row['what']}") for row in data["not_used"])
        section(out, "On record, and not in the chances: the history has no dated values of it", *lines)
    scored(out, data["track"], data["model"])
    section(out, "Read this with the numbers", *(safe_text("· " + note) for note in answer.notes))


def about(out: Console, point: dict[str, Any], classes: list[str]) -> None:
    """One decision point."""
    table = grid("ending", f">chance (n = {point['n']})", ">90 % range", *(f">{name}" for name in point["others"]))
    for c in sorted(classes, key=lambda c: -point["chance"][c]):
        low, high = point["interval"][c]
        table.add_row(
            safe_text(c), chance(point["chance"][c]), f"{chance(low)} to {chance(high)}",
            *(chance(x[c]) for x in point["others"].values()),
        )  # fmt: skip
    stake = "" if point["points_if_nothing"] is None else f"; {number(point['points_if_nothing'], 0)} points if nothing"
    lines = [
        safe_text(f"{point['at_stake']}{stake}; set by {point['set_by']}, known since {day(point['known'])}"),
        table,
    ]
    for row in point["reference_classes"][1:]:
        most = max(row["rates"], key=lambda c: row["rates"][c]["mean"])
        told = row["rates"][most]
        lines.append(
            safe_text(f"· of {row['n']} with {row['name']}: {most} most often, {told['hits']}, {chance(told['low'])} to"
                f" {chance(told['high'])}")
        )  # fmt: skip
    if point["if_still_open"]:
        later = "; ".join(
            f"{row['days_left']} days before: extension {chance(row['extension'])}, lapse {chance(row['lapse'])}"
            for row in point["if_still_open"]
        )
        lines.append(safe_text(f"· what would change it, by the hazard model, if still open {later}"))
    if point.get("came"):
        lines.append(safe_text(f"· it came as {point['came']['class']} on {day(point['came']['on'])}", "bold"))
    title = f"{point['negotiation']}, by {day(point['deadline'])}, {left(point['days_left'])}, {point['model']}"
    section(out, title, *lines)


def ahead(out: Console, told: dict[str, Any]) -> None:
    """What the truce is worth on the path to come."""
    table = grid("if it ends in", ">USA", ">CHN", ">US duty", ">Chinese duty", ">rounds to a deal", ">to war")
    for row in told["ends"]:
        income, duty = row["real_income"], row["duty_points"]
        rounds = ("may never be" if row[k] is None else f"{row[k]:.1f}" for k in ("rounds_to_deal", "rounds_to_war"))
        table.add_row(
            safe_text(row["war"]), number(income["USA"], 3), number(income["CHN"], 3),
            *(f"{number(duty[s], 1)} pts" for s in ("USA", "CHN")), *(safe_text(x) for x in rounds),
        )  # fmt: skip
    war = {side: number(values[1], 3) for side, values in told["each"].items()}
    section(
        out,
        "The path to come: percent of real income against a truce that lasts, discounted",
        table,
        safe_text(
            f"war itself: USA {war['USA']}, CHN {war['CHN']}; a round is {told['round_days']} days; discount factor"
            f" {told['discount_a_year']} a year, an assumption; chances: {told['chances']['model']},"
            f" n = {told['chances']['n']}"
        ),
    )


def rules(out: Console, found: list[dict[str, Any]]) -> None:
    """Rules that are queries on the record."""
    table = grid("deadline", "rule", "status", "on", "means")
    for row in found:
        on = day(row["on"]) if row["on"] else ""
        table.add_row(
            day(row["deadline"]), safe_text(row["rule"]), safe_text(row["status"]), on, safe_text(row["meaning"])
        )
    section(out, "How an extension resolves, from the record", table)


def scored(out: Console, track: list[dict[str, Any]], model: str) -> None:
    """The track record."""
    if not track:
        section(out, "Track record", safe_text("none: too few decision points had ended by then"))
        return
    table = grid("model", ">n", ">Brier", ">log", ">less base rate", ">90 % range")
    for row in track:
        table.add_row(
            safe_text(row["model"], "bold" if row["model"] == model else ""), str(row["n"]), f"{row['brier']:.3f}",
            f"{row['log']:.2f}", f"{row['less_base_rate']:+.3f}", f"{row['low']:+.3f} to {row['high']:+.3f}",
        )  # fmt: skip
    first = track[0]
    section(
        out, "Track record: as known 1, 7, 14 and 30 days before, points still open", table,
        safe_text(f"{first['points']} points of {first['negotiations']} negotiations; the model in bold is shown"),
    )  # fmt: skip
