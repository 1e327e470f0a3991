"""Answers as charts: what is plotted of them, in words; no number is made here."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from detente.faces import words
from detente.faces.answers import DutySteps
from detente.faces.forecast_view import DecisionPoint
from detente.faces.outcome_view import tone_place
from detente.faces.picture.chart import BAR_SIGN, Key
from detente.faces.picture.columns import Column, Columns
from detente.faces.picture.elements import COLOURS, CROSS, DOT, PARTIES
from detente.faces.picture.lines import Line, Lines
from detente.faces.picture.plane import Plane, Point
from detente.faces.picture.rows import Row, Rows
from detente.faces.picture.world_map import WorldMap
from detente.faces.python.readable import digits_for

UNSURE_WORDS, OTHERS = "range crosses zero", "other economies"  # in the legend
MOST_ECONOMIES = 24  # in a ranked plot
DASHES = ("", "6 4", "2 3")  # of the lines of one party, by whom its duty is on
JsonRow = Mapping[str, Any]


def economies(rows: Sequence[JsonRow], parties: Sequence[str]) -> Rows:
    """A ranked dot plot: the parties and the economies most affected, with ranges where they are known.

    rows: economies of a what-if, with economy, name, real_income, low and high.
    """
    ranked = sorted(_most_affected(rows, parties), key=lambda row: -row["real_income"])
    digits = digits_for(row["real_income"] for row in ranked)
    drawn = [_economy(row, parties, digits) for row in ranked]
    keys = [Key(words.economy(code), *_look(code, parties)) for code in parties]
    keys.append(Key(OTHERS, COLOURS["soft"], DOT))
    if any(row.hollow for row in drawn):
        keys.append(Key(UNSURE_WORDS, COLOURS["soft"], DOT, hollow=True))
    return Rows(drawn, keys)


def _most_affected(rows: Sequence[JsonRow], parties: Sequence[str]) -> list[JsonRow]:
    """The parties, then the others whose real income changes most."""
    first = [row for row in rows if row["economy"] in parties]
    others = sorted((row for row in rows if row["economy"] not in parties), key=lambda row: -abs(row["real_income"]))
    return first + others[: MOST_ECONOMIES - len(first)]


def _look(code: str, parties: Sequence[str]) -> tuple[str, int]:
    """The colour and the mark of a party, in turn, or of any other economy."""
    place = tone_place(code, parties)
    return (COLOURS["soft"], DOT) if place is None else (COLOURS[f"party{place % PARTIES}"], place % PARTIES)


def _economy(row: JsonRow, parties: Sequence[str], digits: int) -> Row:
    tone, shape = _look(row["economy"], parties)
    low, high = row["low"], row["high"]
    tip = f"{row['name']}: real income {words.signed(row['real_income'], digits)} %"
    if low is not None:
        tip += f", {words.signed(low, digits)} to {words.signed(high, digits)} %"
    text = words.signed(row["real_income"], digits)
    return Row(row["name"], row["real_income"], text, low, high, tone, shape, tip)


def sectors(rows: Sequence[JsonRow], economy: str, parties: Sequence[str], quantity: str = "employment") -> Rows:
    """A quantity by sector of one economy, ranked; rows have economy, name and the quantity, a percent change."""
    known = [row for row in rows if row["economy"] == economy and row[quantity] is not None]
    digits = digits_for(row[quantity] for row in known)
    tone = _look(economy, parties)[0]
    drawn = [
        Row(
            row["name"][:1].upper() + row["name"][1:], row[quantity], words.signed(row[quantity], digits), tone=tone,
            tip=f"{row['name'][:1].upper()}{row['name'][1:]}: {quantity} {words.signed(row[quantity], digits)} %",
        )
        for row in sorted(known, key=lambda row: -row[quantity])
    ]  # fmt: skip
    return Rows(drawn, bars=True)


STEPS = (-1.0, -0.3, -0.1, -0.03, 0.03, 0.1, 0.3, 1.0)
SHADES = ("down4", "down3", "down2", "down1", "still", "up1", "up2", "up3", "up4")


@cache
def numbers() -> dict[str, int]:
    """ISO 3166 numeric codes of the economies whose shape the map has."""
    text = (resources.files("detente.faces.picture") / "map_numbers.csv").read_text("utf-8")
    return {row["iso3"]: int(row["number"]) for row in csv.DictReader(text.splitlines())}


def _bins() -> list[str]:
    """What each shade means, the lowest first."""
    inner = [f"{low:+g} to {high:+g}" for low, high in pairwise(STEPS)]
    return [text.replace("-", "−") for text in (f"below {STEPS[0]:+g}", *inner, f"above {STEPS[-1]:+g}")]


def world_map(rows: Sequence[JsonRow]) -> WorldMap:
    """Economies shaded in bins; those the map has no shape for are in the table."""
    shapes, codes = {}, numbers()
    for row in rows:
        if row["economy"] in codes:
            income = row["real_income"]
            tip = f"{row['name']}: real income {words.signed(income, 3)} %"
            shapes[f"{codes[row['economy']]:03d}"] = (COLOURS[SHADES[sum(income >= step for step in STEPS)]], tip)
    keys = [Key(text, COLOURS[shade], BAR_SIGN) for text, shade in zip(_bins(), SHADES, strict=True)]
    return WorldMap(shapes, [*keys, Key("not in the model", COLOURS["none"], BAR_SIGN)])


AXES = 2  # of the plane: one a party
PACKAGE, FRONTIER, DEAL, HOME = "package", "Pareto frontier", "deal", "disagreement point"
KINDS = {  # of a point in the plane of payoffs
    PACKAGE: Key(PACKAGE, COLOURS["hair"], DOT, hollow=True), FRONTIER: Key(FRONTIER, COLOURS["party0"], 0),
    DEAL: Key(DEAL, COLOURS["party1"], 2), HOME: Key(HOME, COLOURS["ink"], CROSS),
}  # fmt: skip


def plane(deal: JsonRow, payoff: str, disagreement: str, parties: Sequence[str], named: str) -> Plane | None:
    """Every package in the plane of both payoffs, the Pareto frontier, the disagreement point and the deals.

    deal: the data of a deal's answer; parties: the two whose payoffs are the axes; named: the point in words.
    None where it has no package, not this payoff, or where the parties are not two.
    """
    if not _has_plane(deal, payoff) or len(parties) != AXES:
        return None
    point = deal["disagreements"].get(disagreement)
    home = point["payoff"][payoff] if point else None
    across, up = parties
    points = _packages(deal, payoff, disagreement, parties)
    joined = [each for each in points if each.kind in (KINDS[FRONTIER], KINDS[DEAL])]
    if home:
        name = f"disagreement point ({named})"
        points.append(_point(KINDS[HOME], home, name, name, parties))
    names = [f"{words.economy(code)}, percent" for code in parties]
    return Plane(points, names[0], names[1], joined, (home[across], home[up]) if home else None)


def _has_plane(deal: JsonRow, payoff: str) -> bool:
    return bool(deal and deal["packages"] and payoff in deal["payoffs"])


def _packages(deal: JsonRow, payoff: str, disagreement: str, parties: Sequence[str]) -> list[Point]:
    """A point a package, with the names of the solutions that pick it."""
    solutions: dict[str, list[str]] = {}
    for row in deal["deals"]:
        if (row["payoff"], row["disagreement"]) == (payoff, disagreement) and row["outcome"]:
            solutions.setdefault(row["outcome"], []).append(row["solution"])
    points = []
    for row in deal["packages"]:
        kind = DEAL if row["name"] in solutions else FRONTIER if row["pareto"][payoff] else PACKAGE
        label = ", ".join(solutions.get(row["name"], [])).title()
        points.append(_point(KINDS[kind], row["payoff"][payoff], row["name"], label, parties))
    return points


def _point(kind: Key, worth: Mapping[str, float], name: str, label: str, parties: Sequence[str]) -> Point:
    gains = [f"{words.economy(code)} {words.signed(worth[code], 3)} %" for code in parties]
    title = f"{label}: {name}" if label and label != name else name
    across, up = parties
    return Point(worth[across], worth[up], kind, label, words.in_words(f"{title}: {', '.join(gains)}"))


def duties(pairs: Sequence[DutySteps], as_of: str, parties: Sequence[str]) -> Lines:
    """The added duty of each party on each other by day, in points, as steps up to the day asked about."""
    drawn, dashes = [], dict.fromkeys(parties, 0)
    for pair in pairs:
        tone = _look(pair.by, parties)[0]
        number = dashes[pair.by] = dashes.get(pair.by, 0) + 1
        points = [(row["day"], row["additional_pp"]) for row in pair.rows]
        points.append((as_of, points[-1][1]))
        name = f"{words.economy(pair.by)} on {words.economy(pair.against)}"
        drawn.append(Line(name, points, tone, DASHES[(number - 1) % len(DASHES)]))
    return Lines(drawn, "points", steps=True, digits=1)


def probabilities(point: DecisionPoint) -> Rows:
    """The probability of each ending with its range."""
    rows = []
    for ending in point.endings:
        name, middle = words.in_words(ending.name), words.percent(ending.probability)
        tip = f"{name}: {middle}, {words.percent_interval(ending.low, ending.high)}"
        low, high = 100 * ending.low, 100 * ending.high
        rows.append(Row(name, 100 * ending.probability, middle, low, high, COLOURS["ink"], 0, tip))
    return Rows(rows, axis=(0.0, 100.0, 20.0), signs=False)


WIDEST = 1.05  # units of the last printed digit: the outer columns hold everything beyond
ROUNDING = 0.5  # of the last digit


def differences(rows: Iterable[JsonRow]) -> Columns | None:
    """How many numbers differ by how much from the published ones, in units of the last digit that is printed.

    rows: of a replication, with gap and digits. None where no number has a last digit.
    """
    counts: dict[float, int] = {}
    for row in rows:
        if row["gap"] is not None and row["digits"] is not None:
            tenths = math.floor(row["gap"] * 10 ** row["digits"] * 10)
            middle = round(max(-WIDEST, min(WIDEST, (tenths + 0.5) / 10)), 2)
            counts[middle] = counts.get(middle, 0) + 1
    if not counts:
        return None
    same, other = COLOURS["party2"], COLOURS["party1"]
    columns = [
        Column(x - 0.05, x + 0.05, n, same if abs(x) < ROUNDING else other, _difference(x, n))
        for x, n in sorted(counts.items())
    ]
    keys = [Key("rounds to what is printed", same, BAR_SIGN)]
    if any(column.tone == other for column in columns):
        keys.append(Key("does not", other, BAR_SIGN))
    return Columns(columns, (-1.0, 1.0, 0.5), "ours less the published number, in units of its last digit", keys)


def _difference(middle: float, count: int) -> str:
    """A column in words."""
    low, high = (words.signed(middle + side, 1) for side in (-0.05, 0.05))
    between = f"{low} to {high}"
    if abs(middle) == WIDEST:
        between = f"below {high}" if middle < 0 else f"above {low}"
    return f"{words.with_count(count, 'number')} differ{'s' if count == 1 else ''} by {between} of the last digit"
