"""Economies as shapes on a map of the world, shaded by value: shapes of Natural Earth in its projection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from math import radians
from typing import Any

from detente.faces.picture.chart import Key
from detente.faces.picture.elements import COLOURS, with_tip
from detente.safe_io import read_json

SOUTH, NORTH = -58.0, 84.0  # degrees that are drawn; Antarctica has no economy
EAST = 2.7354  # 180 degrees east on the equator, projected
UNITS = 1000  # of a shape, across the map


@dataclass(frozen=True)
class WorldMap:
    """Shapes by code with their shade and tooltip; keys: what each shade means."""

    shapes: Mapping[str, tuple[str, str]]
    keys: Sequence[Key]

    @property
    def words(self) -> str:
        """What is shown in a sentence."""
        return f"{len(self.shapes)} economies, shaded by value; each value is in the table."

    def legend(self, width: float) -> Sequence[Key]:
        """The keys, at any width."""
        return self.keys

    def parts(self, width: float) -> tuple[float, list[str]]:
        """The height, and the elements."""
        scale, height = width / UNITS, UNITS * (_project(0, NORTH)[1] - _project(0, SOUTH)[1]) / (2 * EAST)
        drawn = [self._shape(code, path) for code, path in paths().items()]
        stroke = f'stroke="{COLOURS["paper"]}" stroke-width="{0.6 / scale:.2g}" stroke-linejoin="round"'
        return height * scale + 4, [f'<g transform="scale({scale:g})" {stroke}>', *drawn, "</g>"]

    def _shape(self, code: str, path: str) -> str:
        tone, tip = self.shapes.get(code, (COLOURS["none"], ""))
        shape = f'<path d="{path}" fill="{tone}"/>'
        return with_tip(tip, shape) if tip else shape


@cache
def paths() -> dict[str, str]:
    """{ISO 3166 numeric code, or a name where there is none: the shape as an SVG path} of every economy on the map."""
    text = (resources.files("detente.faces.picture") / "vendor/world-110m.json").read_text("utf-8")
    topology = read_json(text, "world-110m.json")
    arcs = [list(_arc(arc, topology["transform"])) for arc in topology["arcs"]]
    shapes = topology["objects"]["countries"]["geometries"]
    drawn = {shape.get("id") or shape["properties"]["name"]: _outline(shape, arcs) for shape in shapes}
    return {code: path for code, path in drawn.items() if path}


def _outline(shape: Mapping[str, Any], arcs: Sequence[list[tuple[float, float]]]) -> str:
    """The rings of an economy as a path; what lies south of the map is left out."""
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    rings = [_ring(ring, arcs) for polygon in polygons for ring in polygon]
    return "".join(_path(ring) for ring in rings if max(latitude for _, latitude in ring) > SOUTH)


def _arc(steps: Sequence[Sequence[int]], transform: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """The degrees of an arc, which TopoJSON holds as steps on a grid."""
    (across, up), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in steps:
        x, y = x + dx, y + dy
        yield x * across + west, y * up + south


def _ring(numbers: Sequence[int], arcs: Sequence[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """The points of a ring of arcs; a negative number is an arc from its end.

    A ring that crosses 180 degrees goes on beyond, so that it stays one shape.
    """
    points: list[tuple[float, float]] = []
    for longitude, latitude in (point for n in numbers for point in (arcs[n] if n >= 0 else arcs[~n][::-1])):
        turns = round((points[-1][0] - longitude) / 360) if points else 0
        points.append((longitude + 360 * turns, latitude))
    return points


def _path(ring: Sequence[tuple[float, float]]) -> str:
    top, unit = _project(0, NORTH)[1], UNITS / (2 * EAST)
    places = [(round((x + EAST) * unit), round((top - y) * unit)) for x, y in (_project(*point) for point in ring)]
    points = [place for place, _ in groupby(places)]
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z" if len(points) > 2 else ""


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    """The Natural Earth projection of degrees. Šavrič, Patterson and Jenny (2011), table 2."""
    x, y = radians(longitude), radians(latitude)
    p = y * y
    return (
        x * (0.870700 - 0.131979 * p - 0.013791 * p**2 + 0.003971 * p**5 - 0.001529 * p**6),
        y * (1.007226 + 0.015085 * p - 0.044475 * p**3 + 0.028874 * p**4 - 0.005916 * p**5),
    )
