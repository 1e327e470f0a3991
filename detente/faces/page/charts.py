"""Answers as Vega-Lite specifications: no number is made here. Colours are names; the page turns them into its own."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from detente.faces import words
from detente.faces.answers import DutySteps
from detente.faces.deal_view import disagreement_name
from detente.faces.duties_view import pair_name
from detente.faces.forecast_view import DecisionPoint
from detente.faces.outcome_view import Estimate, tone_place

Spec = dict[str, Any]  # a Vega-Lite specification, or a part of one
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
PARTY_TONES, WORLD_TONE = ("@first", "@second", "@deal"), "@wld"  # @: a colour of the page
UNSURE = "@unsure"
UNSURE_WORDS, OTHERS = "band crosses zero", "other economies"  # in the legend
ROOM = 1.06  # of the highest level, so that no line is drawn on the frame
MARGIN = 12  # px between the frame and the points next to it
MOST_ECONOMIES = 24  # in a ranked plot
REAL_INCOME = "percent of real income"
ZERO: Spec = {"mark": {"type": "rule", "strokeDash": [2, 2]}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}}
TICKS = {"expr": "max(3, floor(width / 90))"}  # of an axis across, by the room there is
DOT: Spec = {"type": "point", "size": 64, "opacity": 1, "strokeWidth": 2}


def _spec(values: Iterable[Spec], layers: Iterable[Spec], **more: Any) -> Spec:
    return {
        "$schema": SCHEMA, "width": "container", "data": {"values": [_in_words(value) for value in values]},
        "layer": list(layers),
        "autosize": {"type": "fit-x", "contains": "padding"}, **more,
    }  # fmt: skip


def captioned(spec: Spec, title: str, *lines: str) -> Spec:
    """The chart with what it shows above it, and below that smaller lines: unit, days, horizon, source, licence.

    The page breaks them to its width.
    """
    return {**spec, "title": {"text": title, "subtitle": [line for line in lines if line]}}


def _in_words(value: Spec) -> Spec:
    """A value whose texts name days and economies in words; the day itself stays one that can be drawn."""
    return {key: words.in_words(x) if isinstance(x, str) and key != "day" else x for key, x in value.items()}


def _quantity(field: str, title: str) -> Spec:
    axis = {"grid": True, "tickCount": TICKS}
    return {"field": field, "type": "quantitative", "title": title, "axis": axis, "scale": {"padding": MARGIN}}


def _names(field: str, **axis: Any) -> Spec:
    """A row a name, in the order of the values."""
    return {"field": field, "type": "nominal", "sort": None, "title": None, **({"axis": axis} if axis else {})}


def _number(field: str, title: str, digits: int = 3) -> Spec:
    """A number of a tooltip."""
    return {"field": field, "type": "quantitative", "format": f"+.{digits}f", "title": title}


def _word(field: str, title: str) -> Spec:
    """A name of a tooltip."""
    return {"field": field, "type": "nominal", "title": title}


def _band(encoding: Spec, opacity: float, title: str = REAL_INCOME) -> Spec:
    """Lines from low to high."""
    return {"mark": {"type": "rule", "strokeWidth": 3, "opacity": opacity},
            "encoding": {"x": _quantity("low", title), "x2": {"field": "high"}, **encoding}}  # fmt: skip


def economies(rows: Sequence[dict[str, Any]], parties: Sequence[str]) -> Spec:
    """A ranked dot plot: the parties and the economies most affected, with bands where they are known.

    rows: economies of a what-if, with economy, name, real_income, low and high.
    """
    ranked = sorted(_most_affected(rows, parties), key=lambda row: -row["real_income"])
    values = [_economy(row, parties) for row in ranked]
    y = _names("name", labelLimit=160)
    colour = _colours(parties, any(value["hollow"] for value in values))
    banded = any(value["low"] is not None for value in values)
    bands = [_band({"y": y, "color": colour}, 0.35)] if banded else []
    ends = [_number("low", "lowest, %"), _number("high", "highest, %")] if banded else []
    encoding = {"x": _quantity("x", REAL_INCOME), "y": y, "color": colour,
                "tooltip": [_word("name", "economy"), _number("x", "real income, %"), *ends]}  # fmt: skip
    inside: dict[str, Spec] = {"!datum.hollow": {"filled": True}, "datum.hollow": {"fill": "@paper"}}
    dots: list[Spec] = [
        {"mark": {**DOT, **fill}, "encoding": encoding, "transform": [{"filter": which}]}
        for which, fill in inside.items()
    ]
    return _spec(values, [ZERO, *bands, *dots], height={"step": 16})


def _colours(parties: Sequence[str], unsure: bool) -> Spec:
    """The colour of a party, of other economies and, where there are any, of those whose band crosses zero."""
    tones = {_kind(code, parties): _tone(code, parties) for code in parties} | {OTHERS: "@other"}
    tones |= {UNSURE_WORDS: UNSURE} if unsure else {}
    scale = {"domain": list(tones), "range": list(tones.values())}
    legend = {"orient": "top", "title": None, "symbolType": "circle", "symbolOpacity": 1}
    return {"field": "kind", "type": "nominal", "scale": scale, "legend": legend}


def _most_affected(rows: Sequence[dict[str, Any]], parties: Sequence[str]) -> list[dict[str, Any]]:
    """The parties, then the others whose real income changes most."""
    first = [row for row in rows if row["economy"] in parties]
    others = sorted((row for row in rows if row["economy"] not in parties), key=lambda row: -abs(row["real_income"]))
    return first + others[: MOST_ECONOMIES - len(first)]


def _tone(code: str, parties: Sequence[str]) -> str | None:
    """The colour of a party, in turn; None for an economy that is not a party."""
    place = tone_place(code, parties)
    return None if place is None else PARTY_TONES[place % len(PARTY_TONES)]


def _kind(code: str, parties: Sequence[str]) -> str:
    """What an economy is called in the legend."""
    return words.economy(code) if code in parties else OTHERS


def _economy(row: dict[str, Any], parties: Sequence[str]) -> Spec:
    hollow = Estimate(row["real_income"], row["low"], row["high"]).sign_unknown
    kind = UNSURE_WORDS if hollow else _kind(row["economy"], parties)
    return {"name": row["name"], "x": row["real_income"], "low": row["low"], "high": row["high"], "hollow": hollow,
            "kind": kind}  # fmt: skip


def sectors(rows: Sequence[dict[str, Any]], economy: str, parties: Sequence[str], quantity: str = "employment") -> Spec:
    """A quantity by sector of one economy, ranked; rows have economy, name and the quantity, a percent change."""
    tone = _tone(economy, parties) or "@other"
    values = sorted(
        (
            {"name": row["name"][:1].upper() + row["name"][1:], "x": row[quantity], "tone": tone}
            for row in rows
            if row["economy"] == economy and row[quantity] is not None
        ),
        key=lambda value: -value["x"],
    )
    bar_layer = {
        "mark": {"type": "bar", "height": 9},
        "encoding": {"x": _quantity("x", f"percent of {quantity}"), "y": _names("name", labelLimit=250),
                     "color": {"field": "tone", "type": "nominal", "scale": None},
                     "tooltip": [_word("name", "sector"), _number("x", f"{quantity}, %")]},
    }  # fmt: skip
    return _spec(values, [bar_layer, ZERO], height={"step": 16})


STEPS = (-1.0, -0.3, -0.1, -0.03, 0.03, 0.1, 0.3, 1.0)
SHADES = ("@down4", "@down3", "@down2", "@down1", "@still", "@up1", "@up2", "@up3", "@up4")


@cache
def numbers() -> dict[str, int]:
    """ISO 3166 numeric codes of the economies whose shape the map has."""
    text = (resources.files("detente.faces.page") / "map_numbers.csv").read_text("utf-8")
    return {row["iso3"]: int(row["number"]) for row in csv.DictReader(text.splitlines())}


def _bins() -> list[str]:
    """What each shade means, the lowest first."""
    inner = [f"{low:+g} to {high:+g}" for low, high in pairwise(STEPS)]
    return [text.replace("-", "−") for text in (f"below {STEPS[0]:+g}", *inner, f"above {STEPS[-1]:+g}")]


def world_map(rows: Sequence[dict[str, Any]], shapes: str | dict[str, Any]) -> Spec:
    """Economies shaded in bins; those the map has no shape for are in the table. shapes: TopoJSON or its address."""
    bins, codes = _bins(), numbers()
    values = [
        {"id": f"{codes[row['economy']]:03d}", "x": row["real_income"], "name": row["name"],
         "bin": bins[sum(row["real_income"] >= step for step in STEPS)]}
        for row in rows if row["economy"] in codes
    ]  # fmt: skip
    data = {"url": shapes} if isinstance(shapes, str) else {"values": shapes}
    return {
        "$schema": SCHEMA, "width": "container", "height": "container",
        "data": {**data, "format": {"type": "topojson", "feature": "countries"}},
        "transform": [
            {"lookup": "id", "from": {"data": {"values": values}, "key": "id", "fields": ["x", "name", "bin"]}}
        ],
        "projection": {"type": "equalEarth"},
        "mark": {"type": "geoshape", "strokeWidth": 0.5},
        "encoding": {
            "color": {"condition": {"test": "isValid(datum.x)", "field": "bin", "type": "nominal",
                                    "scale": {"domain": bins, "range": list(SHADES)},
                                    "legend": {"title": "real income, percent", "orient": "bottom", "columns": 3,
                                               "symbolType": "square", "symbolStrokeWidth": 0}},
                      "value": "@none"},
            "tooltip": [_word("name", "economy"), _number("x", "real income, %")],
        },
    }  # fmt: skip


AXES = 2  # of the plane: one a party
KINDS = {  # of a point in the plane of payoffs: its colour and its shape
    "package": ("@other", "circle"), "Pareto frontier": ("@wld", "circle"), "deal": ("@deal", "diamond"),
    "disagreement point": ("@second", "cross"),
}  # fmt: skip
FRONTIER = "datum.kind == 'Pareto frontier' || datum.kind == 'deal'"


def plane(deal: dict[str, Any], payoff: str, disagreement: str, parties: Sequence[str]) -> Spec | None:
    """Every package in the plane of both payoffs, the Pareto frontier, the disagreement point and the deals.

    deal: the data of a deal's answer; parties: the two whose payoffs are the axes. None where it has no package, not
    this payoff, or where the parties are not two.
    """
    if not deal or not deal["packages"] or payoff not in deal["payoffs"] or len(parties) != AXES:
        return None
    point = deal["disagreements"].get(disagreement)
    home = point["payoff"][payoff] if point else None
    across, up = parties
    values = _packages(deal, payoff, disagreement, across, up)
    if home:
        name = disagreement_name(disagreement, deal["disagreements"])
        values.append({"name": f"disagreement point: {name}", "x": home[across], "y": home[up],
                       "kind": "disagreement point", "label": f"disagreement point ({name})"})  # fmt: skip
    names = [f"{words.economy(code)}, percent" for code in parties]
    axes = {"x": _axis("x", names[0], 7), "y": _axis("y", names[1], 6)}
    gains = _gains(values, (home[across], home[up]), axes) if home else []
    points = _points(axes, [f"{words.economy(code)}, real income in %" for code in parties])
    return _spec(values, [*gains, _frontier(axes), points, *_point_labels(values, axes)], height=380)


def _packages(deal: dict[str, Any], payoff: str, disagreement: str, across: str, up: str) -> list[Spec]:
    """A point a package, with the names of the solutions that pick it."""
    solutions: dict[str, list[str]] = {}
    for row in deal["deals"]:
        if (row["payoff"], row["disagreement"]) == (payoff, disagreement) and row["outcome"]:
            solutions.setdefault(row["outcome"], []).append(row["solution"])
    values = []
    for row in deal["packages"]:
        kind = "deal" if row["name"] in solutions else "Pareto frontier" if row["pareto"][payoff] else "package"
        worth = row["payoff"][payoff]
        label = ", ".join(solutions.get(row["name"], [])).title()
        values.append({"name": row["name"], "x": worth[across], "y": worth[up], "kind": kind, "label": label})
    return values


def _axis(field: str, title: str, ticks: int) -> Spec:
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": False, "padding": 2 * MARGIN},
            "axis": {"tickCount": ticks}}  # fmt: skip


def _frontier(axes: Spec) -> Spec:
    """The line through the packages that nobody can leave without a loss to somebody."""
    return {"transform": [{"filter": FRONTIER}], "mark": {"type": "line", "strokeWidth": 1, "opacity": 0.6},
            "encoding": {**axes, "order": {"field": "x", "type": "quantitative"}}}  # fmt: skip


def _points(axes: Spec, titles: Sequence[str]) -> Spec:
    """Every package, and the disagreement point; titles: of the axes, in the tooltip."""
    kinds = list(KINDS)
    kind: Spec = {"field": "kind", "type": "nominal", "title": None, "legend": {"orient": "top"}}
    colour = {**kind, "scale": {"domain": kinds, "range": [colour for colour, _ in KINDS.values()]}}
    shape = {**kind, "scale": {"domain": kinds, "range": [shape for _, shape in KINDS.values()]}}
    tooltip = [_word("name", "package"), _word("kind", "what it is"), _number("x", titles[0]), _number("y", titles[1])]
    return {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
            "encoding": {**axes, "color": colour, "shape": shape, "tooltip": tooltip}}  # fmt: skip


def _point_labels(values: Sequence[Spec], axes: Spec) -> list[Spec]:
    """Labels beside the deals, turned towards the middle of the chart."""
    middle = (min(value["x"] for value in values) + max(value["x"] for value in values)) / 2
    return [
        {"transform": [{"filter": f"datum.label != '' && datum.x {side} {middle}"}],
         "mark": {"type": "text", "align": align, "dx": dx, "dy": -9},
         "encoding": {**axes, "text": {"field": "label"}}}
        for side, align, dx in (("<=", "left", 9), (">", "right", -9))
    ]  # fmt: skip


def _gains(values: Sequence[Spec], home: tuple[float, float], axes: Spec) -> list[Spec]:
    """The quarter of the plane in which both sides gain over the disagreement point."""
    corner = {"x": home[0], "y": home[1], "x2": max(value["x"] for value in values),
              "y2": max(value["y"] for value in values)}  # fmt: skip
    line = {"type": "rule", "strokeDash": [2, 2]}
    return [
        {"mark": {"type": "rect", "color": "@wld", "opacity": 0.12}, "data": {"values": [corner]},
         "encoding": {**axes, "x2": {"field": "x2"}, "y2": {"field": "y2"}}},
        {"mark": line, "encoding": {"x": {"datum": home[0]}}},
        {"mark": line, "encoding": {"y": {"datum": home[1]}}},
    ]  # fmt: skip


def duties(pairs: Sequence[DutySteps], as_of: str) -> Spec:
    """The added duty of each party on each other by day, in points, as steps up to the day asked about."""
    values = [{"pair": pair_name(x._asdict()), **row} for x in pairs for row in _step_values(x, as_of)]
    names = list(dict.fromkeys(value["pair"] for value in values))
    tones = [PARTY_TONES[k % len(PARTY_TONES)] for k in range(len(names))]
    levels = [value["points"] for value in values]
    line = {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None, "axis": {"labelOverlap": True},
                  "scale": {"padding": MARGIN}},
            "y": {"field": "points", "type": "quantitative", "title": "percentage points",
                  "scale": {"domain": [min(0.0, *levels), ROOM * max(levels)], "nice": True}},
            "color": {"field": "pair", "type": "nominal", "scale": {"domain": names, "range": tones},
                      "legend": {"orient": "top", "title": None}},
            "tooltip": [_word("pair", "duty of"), {**_word("day", "since"), "type": "temporal", "format": "%-d %b %Y"},
                        _number("points", "points added", 1)],
        },
    }  # fmt: skip
    return _spec(values, [line], height=260)


def _step_values(pair: DutySteps, as_of: str) -> list[Spec]:
    """The steps of a pair, and the last one again on the day asked about, where its line ends."""
    rows = [{"day": row["day"], "points": row["additional_pp"]} for row in pair.rows]
    return [*rows, {**rows[-1], "day": as_of}]


def probabilities(point: DecisionPoint) -> Spec:
    """The probability of each ending with its interval."""
    values = [
        {"ending": ending.name, "x": 100 * ending.probability, "low": 100 * ending.low, "high": 100 * ending.high}
        for ending in point.endings
    ]
    y = _names("ending")
    x = {
        "type": "quantitative",
        "title": f"percent, n = {point.n}",
        "scale": {"domain": [0, 100], "padding": MARGIN, "nice": False},
    }
    lines = {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.4},
             "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}}  # fmt: skip
    ends = [{**_number(end, title, 0), "format": ".0f"}
            for end, title in (("x", "probability, %"), ("low", "lowest, %"), ("high", "highest, %"))]  # fmt: skip
    dots = {"mark": {"type": "point", "filled": True, "size": 70, "color": "@first"},
            "encoding": {"x": {**x, "field": "x"}, "y": y, "tooltip": [_word("ending", "ending"), *ends]}}  # fmt: skip
    return _spec(values, [lines, dots], height={"step": 22})


WIDEST = 1.05  # units of the last printed digit: the outer bars hold everything beyond


def differences(rows: Sequence[dict[str, Any]]) -> Spec | None:
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
    values = [
        {"x": round(x - 0.05, 2), "x2": round(x + 0.05, 2), "count": n, "tone": "@wld" if abs(x) < 0.5 else "@second"}
        for x, n in sorted(counts.items())
    ]
    bar_layer = {
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {"x": {"field": "x", "bin": {"binned": True, "step": 0.1}, "scale": {"domain": [-1.1, 1.1]},
                           "title": "ours less the published number, in units of its last digit"},
                     "x2": {"field": "x2"}, "y": {"field": "count", "type": "quantitative", "title": "numbers"},
                     "color": {"field": "tone", "type": "nominal", "scale": None},
                     "tooltip": [{"field": "count", "type": "quantitative", "title": "numbers"}]},
    }  # fmt: skip
    return _spec(values, [bar_layer], height=180)
