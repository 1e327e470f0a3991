"""Forecasts on a terminal: words first, then probabilities with their n, reasons, rules, and the track record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from detente import labels
from detente.ask.answer import Answer
from detente.faces import words
from detente.faces.forecast_view import (
    CALIBRATION_COLUMNS,
    ENDING_COLUMNS,
    Ending,
    calibration_rows,
    decision_point,
)
from detente.faces.tables import Cell, Column, numbers
from detente.faces.terminal.layout import bullets, console, heading, notes, safe_text, section, table_of
from detente.faces.words import day, percent, signed

NOT_USED = "Signs on record, not used in the probabilities: out of sample they made them worse"
CALIBRATION = "Calibration: how often endings came, by the probability that they were given"
TRACK = "Track record: as known 1, 7, 14 and 30 days before, for points still open"
BASE_RATE = "base rate"
JsonRow = dict[str, Any]  # a row of an answer's data, in the keys of the command line


def forecast(answer: Answer) -> None:
    """Open points, why, what would change it, how the rules stand, how good such forecasts were."""
    out, data = console(), answer.data
    if "as_of" in data:
        heading(out, "forecast,", data)
        out.print()
    out.print(safe_text(data["words"], "bold"))
    for point in data.get("points", ()):
        _point(out, point)
    if data.get("questions"):
        section(out, "Questions of forecast markets, beside ours", table_of(data["questions"], QUESTION_COLUMNS))
    if data.get("path"):
        _path(out, data["path"])
    if data.get("resolution"):
        title = "How an extension resolves, from the record"
        section(out, title, table_of(data["resolution"], RULE_COLUMNS))
    if data.get("signs"):
        section(out, NOT_USED, *bullets(f"{row['sign']}: {row['what']}" for row in data["signs"]))
    _passed(out, data.get("passed", ()))
    _track(out, data["track"], data["model"])
    _calibration(out, data.get("calibration", ()), data["model"])
    notes(out, answer)


def _on_a_point(row: JsonRow) -> str:
    return str(row["point"] or "no open point") if row["event"] else "class not known: add event to the question"


QUESTION_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("question", lambda row: safe_text(row["question"]).plain, "name"),
    Column("by", lambda row: day(row["deadline"])),
    Column("yes means", lambda row: str(row["event"] or "")),
    Column("point", _on_a_point),
    Column("theirs", lambda row: percent(row["theirs"]), "number"),
    Column("ours", lambda row: percent(row["ours"]), "number"),
    Column("came", lambda row: {True: "yes", False: "no", None: ""}[row["happened"]]),
)


def _point(out: Console, point: JsonRow) -> None:
    """One decision point."""
    view = decision_point(point)
    model = f"{view.model}, the same for every deadline" if view.model == BASE_RATE else view.model
    section(
        out,
        f"{view.negotiation}, by {day(view.deadline)}, {words.days_left(view.days)}, {model}",
        safe_text(_stake(point)),
        safe_text(_two_questions(point)),
        table_of(view.endings, _ending_columns(point)),
        *bullets(_reference_class(row) for row in point["reference_classes"][1:]),
        *bullets(_if_still_open(point["if_still_open"])),
        *bullets(map(_bargaining, point.get("bargaining", ()))),
        *bullets(_outcome(point.get("came")), "bold"),
    )


def _stake(point: JsonRow) -> str:
    rise = point["points_if_nothing"]
    stake = "" if rise is None else f"; {signed(rise, 0)} points if nothing is decided"
    return f"{labels.spoken(point['at_stake'])}{stake}; set by {point['set_by']}, known since {day(point['known'])}"


def _two_questions(point: JsonRow) -> str:
    """Whether what was announced comes by the day, and what becomes of the day otherwise."""
    otherwise = ", ".join(f"{word} {percent(value)}" for word, value in point["otherwise"].items())
    moved = words.with_count(point["moved"], "time")
    history = f", moved {moved} so far" if point["moved"] else ""
    return (
        f"{point['kind']}{history}: {percent(point['bite'])} that what was announced, or worse, comes by the day;"
        f" otherwise {otherwise}"
    )


def _ending_columns(point: JsonRow) -> list[Column[Ending]]:
    """The model's probabilities with n, then those of the other models."""
    name, probability, interval = ENDING_COLUMNS
    counted = Column(f"{probability.heading} (n = {point['n']})", probability.cell, "number")
    return [name, counted, interval, *(_other_model(*item) for item in point["others"].items())]


def _other_model(name: str, probabilities: dict[str, float]) -> Column[Ending]:
    return Column(name, lambda ending: percent(probabilities[ending.name]), "number")


def _reference_class(row: JsonRow) -> str:
    """What the points of a narrower class ended in most often."""
    name, rate = max(row["rates"].items(), key=lambda item: item[1]["mean"])
    hits = f"{rate['hits']} ({words.percent_interval(rate['low'], rate['high'])})"
    return f"of {words.with_count(row['n'], 'point')} with {row['name']}, the most frequent ending was {name}: {hits}"


def _if_still_open(rows: list[JsonRow]) -> list[str]:
    if not rows:
        return []
    later = "; ".join(
        f"{words.with_count(row['days_left'], 'day')} before, extension {percent(row['extension'])} and lapse"
        f" {percent(row['lapse'])}"
        for row in rows
    )
    return [f"what would change it, if the point is still open: {later}"]


def _bargaining(row: JsonRow) -> str:
    """A bargaining answer as a forecast: its call, the likeliest endings, and the expected change of each duty."""
    likeliest = sorted(row["chance"], key=lambda name: -row["chance"][name])[:2]
    chances = ", ".join(f"{name} {percent(row['chance'][name])}" for name in likeliest)
    change = ", ".join(f"{side} {signed(points, 1)}" for side, points in row["duty_points"].items())
    return f"{row['name']}: {row['call']}; with the base rate {chances}; expected change of duties in points: {change}"


def _outcome(outcome: JsonRow | None) -> list[str]:
    return [f"it ended in {outcome['class']} on {day(outcome['on'])}"] if outcome else []


def _path(out: Console, path: JsonRow) -> None:
    """What the truce is worth on the path to come."""
    war = {side: signed(values[1], 3) for side, values in path["each"].items()}
    chances = path["chances"]
    section(
        out,
        "The path to come: percent of real income against a truce that lasts, discounted",
        table_of(path["ends"], _path_columns(list(war))),
        safe_text(
            f"War itself: {', '.join(f'{side} {value}' for side, value in war.items())}."
            f" A round is {words.with_count(path['round_days'], 'day')};"
            f" the discount factor, {path['discount_a_year']} a year, is an assumption. Probabilities:"
            f" {chances['model']}, n = {chances['n']}."
        ),
    )


def _passed(out: Console, points: Sequence[JsonRow]) -> None:
    """Points whose day has passed without an ending on file: nothing is forecast about them."""
    if points:
        title = "Not forecast: the day has passed, and how it ended is not on file"
        section(out, title, *bullets(f"{p['negotiation']}, by {day(p['deadline'])}" for p in points))


def _calibration(out: Console, rows: Sequence[JsonRow], model: str) -> None:
    """How often endings came, by the probability that the shown model gave them."""
    if rows:
        section(out, f"{CALIBRATION} by {model}", table_of(calibration_rows(rows), CALIBRATION_COLUMNS))


def _track(out: Console, track: list[JsonRow], model: str) -> None:
    """How good such forecasts were."""
    if not track:
        section(out, "Track record", safe_text("No forecast is scored: too few decision points had ended by then."))
        return
    first = track[0]
    points = words.with_count(first["points"], "point")
    negotiations = words.with_count(first["negotiations"], "negotiation")
    section(
        out,
        TRACK,
        table_of(track, TRACK_COLUMNS, lambda row: "strong" if row["model"] == model else ""),
        safe_text(
            f"{points} of {negotiations}; the model in bold is the one shown. Brier: the squared distance of the"
            " probabilities from what came, summed over the five endings (0 perfect, 2 certain and wrong). By the day:"
            " the same of whether what was announced came by the day. The base rate gives every deadline the same"
            " probabilities."
        ),
    )


def _rounds(heading: str, key: str) -> Column[JsonRow]:
    def text(row: JsonRow) -> str:
        return "may never be" if row[key] is None else words.decimal(row[key])

    return Column(heading, text, "number")


def _path_columns(sides: Sequence[str]) -> list[Column[JsonRow]]:
    def value(key: str, side: str) -> Callable[[JsonRow], float | None]:
        return lambda row: row[key].get(side)

    return [
        Column("if it ends in", lambda row: row["war"]),
        *(numbers(side, value("real_income", side)) for side in sides),
        *(numbers(f"duty of {side}", value("duty_points", side), 1, unit=" pts") for side in sides),
        _rounds("rounds to a deal", "rounds_to_deal"),
        _rounds("rounds to war", "rounds_to_war"),
    ]


RULE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("deadline", lambda row: day(row["deadline"]), "day"),
    Column("rule", lambda row: row["rule"]),
    Column("status", lambda row: row["status"]),
    Column("on", lambda row: day(row["on"]) if row["on"] else "", "day"),
    Column("meaning", lambda row: row["meaning"]),
)
TRACK_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("model", lambda row: Cell(row["model"])),
    Column("n", lambda row: str(row["n"]), "number"),
    Column("Brier", lambda row: words.decimal(row["brier"], 3), "number"),
    Column("log", lambda row: words.decimal(row["log"], 2), "number"),
    numbers("less base rate", lambda row: row["less_base_rate"]),
    Column("90 % range", lambda row: words.interval(row["low"], row["high"], 3), "number"),
    Column("by the day", lambda row: words.decimal(row["bite"]["brier"], 3), "number"),
    Column("its range", lambda row: words.interval(row["bite"]["low"], row["bite"]["high"], 3), "number"),
)
