"""Answers as Vega-Lite specifications: no number is made here. Colours are names; the page turns them into its own."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
TONE = {"USA": "@usa", "CHN": "@chn", "WLD": "@wld"}  # @: a colour of the page
SHOWN = 24  # economies in a ranked plot


def _spec(values: Sequence[dict[str, Any]], layers: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA, "width": "container", "data": {"values": list(values)}, "layer": list(layers),
        "autosize": {"type": "fit-x", "contains": "padding"}, **more,
    }  # fmt: skip


def _x(field: str, title: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, "axis": {"grid": True, "tickCount": 7}}


ZERO = {"mark": {"type": "rule", "strokeDash": [2, 2]}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}}
HOLLOW = {"condition": {"test": "datum.hollow", "value": "@paper"}, "legend": None}  # a dot whose band crosses zero
DOT = {"type": "point", "size": 64, "opacity": 1, "strokeWidth": 2}


def _lines(words: str, width: int = 24) -> str:
    """Words broken into the lines of an axis label; split again by LINES."""
    return "\n".join(textwrap.wrap(words, width))


LINES = "split(datum.label, '\\n')"


def outcomes(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Real income of the USA, China and the world under each outcome; hollow and grey where its band crosses zero."""
    values: list[dict[str, Any]] = []
    for row in rows[1:]:
        for code, who in (("USA", "USA"), ("CHN", "China"), ("WLD", "World")):
            low, high = (row[k][code] if row[k] else None for k in ("low", "high"))
            hollow = low is not None and high is not None and low < 0 < high
            values.append(
                {"outcome": row["title"], "label": _lines(row["title"]), "who": who, "x": row["real_income"][code],
                 "low": low, "high": high, "hollow": hollow, "tone": "band crosses zero" if hollow else who}
            )  # fmt: skip
    axis = {"labelLimit": 190, "labelExpr": LINES, "ticks": False, "domain": False, "labelPadding": 8}
    y = {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": axis}
    by = {"field": "who", "type": "nominal", "sort": ["USA", "China", "World"]}
    kinds = ["USA", "China", "World"] + ["band crosses zero"] * any(v["hollow"] for v in values)
    scale = {"domain": kinds, "range": ["@usa", "@chn", "@wld", "@unsure"][: len(kinds)]}
    tone = {"field": "tone", "type": "nominal", "scale": scale, "title": None,
            "legend": {"orient": "top", "symbolType": "circle", "symbolOpacity": 1}}  # fmt: skip
    tip = [{"field": f, "type": "quantitative", "format": "+.3f"} for f in ("x", "low", "high")]
    title = "percent of real income"
    return _spec(
        values,
        [
            ZERO,
            {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.4},
             "encoding": {"x": _x("low", title), "x2": {"field": "high"}, "y": y, "yOffset": by, "color": tone}},
            {"mark": DOT,
             "encoding": {"x": _x("x", title), "y": y, "yOffset": by, "stroke": {**tone, "legend": None},
                          "fill": {**HOLLOW, **{k: tone[k] for k in ("field", "type", "scale")}},
                          "tooltip": [{"field": "outcome"}, {"field": "who"}, *tip]}},
        ],
        height={"step": 14},
    )  # fmt: skip


def economies(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A ranked dot plot: the USA, China and the economies that move most, with bands where they are known."""
    order = sorted(rows, key=lambda r: -abs(r["real_income"]))
    first = [r for r in rows if r["economy"] in ("USA", "CHN")]
    shown = first + [r for r in order if r not in first][: SHOWN - len(first)]
    values = [
        {"name": r["name"], "x": r["real_income"], "low": r["low"], "high": r["high"],
         "hollow": r["low"] is not None and r["low"] < 0 < r["high"], "tone": TONE.get(r["economy"], "@other")}
        for r in sorted(shown, key=lambda r: -r["real_income"])
    ]  # fmt: skip
    values = [v | {"tone": "@unsure"} if v["hollow"] else v for v in values]
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 160}}
    tone = {"field": "tone", "type": "nominal", "scale": None}
    title = "percent of real income"
    layers: list[dict[str, Any]] = [ZERO]
    if any(v["low"] is not None for v in values):
        layers.append(
            {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.35},
             "encoding": {"x": _x("low", title), "x2": {"field": "high"}, "y": y, "color": tone}}
        )  # fmt: skip
    layers.append(
        {"mark": DOT,
         "encoding": {"x": _x("x", title), "y": y, "stroke": tone, "fill": {**HOLLOW, **tone},
                      "tooltip": [{"field": "name"}, {"field": "x", "type": "quantitative", "format": "+.3f"}]}}
    )  # fmt: skip
    return _spec(values, layers, height={"step": 16})


def sectors(rows: Sequence[dict[str, Any]], economy: str) -> dict[str, Any]:
    """Employment by sector of one economy, ranked."""
    values = sorted(
        ({"name": r["name"], "x": r["employment"], "tone": TONE.get(economy, "@other")}
         for r in rows if r["economy"] == economy),
        key=lambda v: -v["x"],
    )  # fmt: skip
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 220}}
    bar = {
        "mark": {"type": "bar", "height": 9},
        "encoding": {"x": _x("x", "percent of employment"), "y": y,
                     "color": {"field": "tone", "type": "nominal", "scale": None},
                     "tooltip": [{"field": "name"}, {"field": "x", "type": "quantitative", "format": "+.2f"}]},
    }  # fmt: skip
    return _spec(values, [bar, ZERO], height={"step": 16})


NUMBERS = {  # ISO 3166 numeric codes of economies whose shape the map has
    "AGO": 24, "ARE": 784, "ARG": 32, "AUS": 36, "AUT": 40, "BEL": 56, "BGD": 50, "BGR": 100, "BLR": 112, "BRA": 76,
    "BRN": 96, "CAN": 124, "CHE": 756, "CHL": 152, "CHN": 156, "CIV": 384, "CMR": 120, "COD": 180, "COL": 170,
    "CRI": 188, "CYP": 196, "CZE": 203, "DEU": 276, "DNK": 208, "EGY": 818, "ESP": 724, "EST": 233, "FIN": 246,
    "FRA": 250, "GBR": 826, "GRC": 300, "HRV": 191, "HUN": 348, "IDN": 360, "IND": 356, "IRL": 372, "ISL": 352,
    "ISR": 376, "ITA": 380, "JOR": 400, "JPN": 392, "KAZ": 398, "KHM": 116, "KOR": 410, "LAO": 418, "LTU": 440,
    "LUX": 442, "LVA": 428, "MAR": 504, "MEX": 484, "MMR": 104, "MYS": 458, "NGA": 566, "NLD": 528, "NOR": 578,
    "NZL": 554, "PAK": 586, "PER": 604, "PHL": 608, "POL": 616, "PRT": 620, "ROU": 642, "RUS": 643, "SAU": 682,
    "SEN": 686, "SVK": 703, "SVN": 705, "SWE": 752, "THA": 764, "TUN": 788, "TUR": 792, "TWN": 158, "UKR": 804,
    "USA": 840, "VNM": 704, "ZAF": 710,
}  # fmt: skip
STEPS = (-1.0, -0.3, -0.1, -0.03, 0.03, 0.1, 0.3, 1.0)
SHADES = ("@down4", "@down3", "@down2", "@down1", "@still", "@up1", "@up2", "@up3", "@up4")


def _bins() -> list[str]:
    """What each shade means, the lowest first."""
    inner = [f"{a:+g} to {b:+g}" for a, b in pairwise(STEPS)]
    return [w.replace("-", "−") for w in (f"below {STEPS[0]:+g}", *inner, f"above {STEPS[-1]:+g}")]


def world_map(rows: Sequence[dict[str, Any]], shapes: str | dict[str, Any]) -> dict[str, Any]:
    """Economies shaded in bins; those the map has no shape for are in the table."""
    bins = _bins()
    values = [
        {"id": f"{NUMBERS[r['economy']]:03d}", "x": r["real_income"], "name": r["name"],
         "bin": bins[sum(r["real_income"] >= step for step in STEPS)]}
        for r in rows if r["economy"] in NUMBERS
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
                                    "legend": {"title": "percent", "orient": "bottom", "columns": 3,
                                               "symbolType": "square", "symbolStrokeWidth": 0}},
                      "value": "@none"},
            "tooltip": [{"field": "name"}, {"field": "x", "type": "quantitative", "format": "+.3f"}],
        },
    }  # fmt: skip


def plane(deal: dict[str, Any], payoff: str, disagreement: str) -> dict[str, Any] | None:
    """Every package in the plane of both payoffs, the Pareto line, the fallback and the deals."""
    if not deal or not deal["packages"] or payoff not in deal["payoffs"]:
        return None
    point = deal["disagreements"].get(disagreement)
    deals: dict[str, list[str]] = {}
    for d in deal["deals"]:
        if (d["payoff"], d["disagreement"]) == (payoff, disagreement) and d["outcome"]:
            deals.setdefault(d["outcome"], []).append(d["solution"])
    values: list[dict[str, Any]] = []
    for row in deal["packages"]:
        on = row["pareto"][payoff]
        kind = "deal" if row["name"] in deals else "Pareto line" if on else "package"
        values.append({"name": row["name"], "x": row["payoff"][payoff]["USA"], "y": row["payoff"][payoff]["CHN"],
                       "kind": kind, "label": ", ".join(deals.get(row["name"], [])).title()})  # fmt: skip
    if point:
        here = point["payoff"][payoff]
        values.append({"name": f"fallback: {disagreement}", "x": here["USA"], "y": here["CHN"], "kind": "fallback",
                       "label": f"fallback ({disagreement})"})  # fmt: skip
    x = {
        "field": "x",
        "type": "quantitative",
        "title": "USA, percent",
        "scale": {"zero": False},
        "axis": {"tickCount": 7},
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "title": "China, percent",
        "scale": {"zero": False},
        "axis": {"tickCount": 6},
    }
    kinds = ["package", "Pareto line", "deal", "fallback"]
    tone = {"field": "kind", "type": "nominal", "title": None, "legend": {"orient": "top"},
            "scale": {"domain": kinds, "range": ["@other", "@wld", "@deal", "@chn"]}}  # fmt: skip
    shape = {**tone, "scale": {"domain": kinds, "range": ["circle", "circle", "diamond", "cross"]}}
    tip = [{"field": "name"}, *({"field": f, "type": "quantitative", "format": "+.3f"} for f in ("x", "y"))]
    line = {"transform": [{"filter": "datum.kind == 'Pareto line' || datum.kind == 'deal'"}],
            "mark": {"type": "line", "strokeWidth": 1, "opacity": 0.6},
            "encoding": {"x": x, "y": y, "order": {"field": "x", "type": "quantitative"}}}  # fmt: skip
    dots = {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
            "encoding": {"x": x, "y": y, "color": tone, "shape": shape, "tooltip": tip}}  # fmt: skip
    middle = (min(v["x"] for v in values) + max(v["x"] for v in values)) / 2
    words = [
        {"transform": [{"filter": f"datum.label != '' && datum.x {side} {middle}"}],
         "mark": {"type": "text", "align": align, "dx": dx, "dy": -9},
         "encoding": {"x": x, "y": y, "text": {"field": "label"}}}
        for side, align, dx in (("<=", "left", 9), (">", "right", -9))
    ]  # fmt: skip
    if point:
        home = point["payoff"][payoff]
        top = {f: max(v[f] for v in values) for f in ("x", "y")}
        quarter: list[dict[str, Any]] = [
            {
                "mark": {"type": "rect", "color": "@wld", "opacity": 0.12},
                "data": {"values": [{"x": home["USA"], "y": home["CHN"], "x2": top["x"], "y2": top["y"]}]},
                "encoding": {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
            },
            {"mark": {"type": "rule", "strokeDash": [2, 2]}, "encoding": {"x": {"datum": home["USA"]}}},
            {"mark": {"type": "rule", "strokeDash": [2, 2]}, "encoding": {"y": {"datum": home["CHN"]}}},
        ]
    else:
        quarter = []
    return _spec(values, [*quarter, line, dots, *words], height=380)


def chances(point: dict[str, Any]) -> dict[str, Any]:
    """The chance of each ending with its interval."""
    values = [
        {"ending": c, "x": 100 * x, "low": 100 * point["interval"][c][0], "high": 100 * point["interval"][c][1]}
        for c, x in sorted(point["chance"].items(), key=lambda kv: -kv[1])
    ]
    y = {"field": "ending", "type": "nominal", "sort": None, "title": None}
    x = {"type": "quantitative", "title": f"percent, n = {point['n']}", "scale": {"domain": [0, 100]}}
    return _spec(
        values,
        [
            {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.4},
             "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
            {"mark": {"type": "point", "filled": True, "size": 70, "color": "@usa"},
             "encoding": {"x": {**x, "field": "x"}, "y": y}},
        ],
        height={"step": 22},
    )  # fmt: skip


def gaps(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """How many numbers are how far from theirs, in units of the last digit they print; outer bars hold the rest."""
    counts: dict[float, int] = {}
    for r in rows:
        if r["gap"] is not None and r["digits"] is not None:
            at = max(-1.05, min(1.05, (math.floor(r["gap"] * 10 ** r["digits"] * 10) + 0.5) / 10))
            counts[round(at, 2)] = counts.get(round(at, 2), 0) + 1
    if not counts:
        return None
    values = [
        {"x": round(x - 0.05, 2), "x2": round(x + 0.05, 2), "count": n, "tone": "@wld" if abs(x) < 0.5 else "@chn"}
        for x, n in sorted(counts.items())
    ]
    bar = {
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {"x": {"field": "x", "bin": {"binned": True, "step": 0.1}, "scale": {"domain": [-1.1, 1.1]},
                           "title": "ours less theirs, in units of the last digit they print"},
                     "x2": {"field": "x2"}, "y": {"field": "count", "type": "quantitative", "title": "numbers"},
                     "color": {"field": "tone", "type": "nominal", "scale": None},
                     "tooltip": [{"field": "count", "type": "quantitative"}]},
    }  # fmt: skip
    return _spec(values, [bar], height=180)
