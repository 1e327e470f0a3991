"""A world as labelled tables: its economies, its sectors and its trade, with units, for pandas and xarray.

Values are those of the baseline, before duty, in the unit of the world's source; duties are in percent. Needs the
`table` extra.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from detente import labels
from detente.errors import QuestionError

World = Any  # economy.world.World, whose methods call this module
GOODS = "all goods"  # the sector of a world that has one
PERCENT = "percent"


def flows(world: World) -> np.ndarray:
    """What importers buy from exporters [s,n,i], before duty, domestic sales on the diagonal."""
    values = np.asarray(world.duty_free * world.spending[..., None])
    return values if world.sectors else values[None]


def sectors_of(world: World) -> tuple[str, ...]:
    """The sectors; one for all goods in a world that has none."""
    return world.sectors or (GOODS,)


def economies(world: World) -> dict[str, tuple[Any, str]]:
    """{column: (values [n], unit)}: name, output, spending, exports, imports and balance of trade."""
    traded = flows(world) * (1 - np.eye(len(world.economies)))
    unit = world.origin.unit
    exports, imports = traded.sum((0, 1)), traded.sum((0, 2))
    return {
        "economy_name": ([labels.name(code) for code in world.economies], ""),
        "income": (np.asarray(world.income), unit),
        "final_spending": (np.asarray(world.income + world.transfer), unit),
        "sales": (flows(world).sum((0, 1)), unit),
        "exports": (exports, unit),
        "imports": (imports, unit),
        "balance": (exports - imports, unit),
    }


def sectors(world: World) -> dict[str, tuple[Any, str]]:
    """{column: (values [s], unit)}: name, sales, trade between economies, mean duty, elasticity, whether duty falls."""
    values = flows(world)
    abroad = values * (1 - np.eye(len(world.economies)))
    tariff = np.asarray(world.tariff) if world.sectors else np.asarray(world.tariff)[None]
    trade = abroad.sum((1, 2))
    duty = np.divide((abroad * tariff).sum((1, 2)), trade, out=np.zeros_like(trade), where=trade > 0)
    goods = np.asarray(getattr(world.structure, "goods", np.ones(len(trade), bool)))
    theta = np.broadcast_to(np.asarray(getattr(world.structure, "elasticity", np.nan), float), trade.shape)
    return {
        "sector_name": ([labels.sector(code) for code in sectors_of(world)], ""),
        "sales": (values.sum((1, 2)), world.origin.unit),
        "trade": (trade, world.origin.unit),
        "duty_pct": (100 * duty, PERCENT),
        "elasticity": (theta, "trade elasticity"),
        "bears_duty": (goods, ""),
    }


def to_xarray(world: World) -> Any:
    """The world as an xarray Dataset: trade and duty by sector, importer and exporter, and totals of economies."""
    import xarray

    tariff = np.asarray(world.tariff) if world.sectors else np.asarray(world.tariff)[None]
    cells = ("sector", "importer", "exporter")
    arrays: dict[str, Any] = {
        "trade": (cells, flows(world), {"units": world.origin.unit, "long_name": "purchases before duty"}),
        "duty_pct": (cells, 100 * tariff, {"units": PERCENT, "long_name": "duty in force in the base year"}),
    }
    for axis, columns in (("economy", economies(world)), ("sector", sectors(world))):
        for name, (values, unit) in columns.items():
            key = name if name.startswith(axis) or name not in ("sales", "trade", "duty_pct") else f"{name}_of_{axis}"
            arrays[key] = ((axis,), np.asarray(values), {"units": unit} if unit else {})
    codes = list(world.economies)
    coordinates = {"sector": list(sectors_of(world)), "importer": codes, "exporter": codes, "economy": codes}
    return xarray.Dataset(arrays, coordinates, attrs=attributes(world))


def to_pandas(world: World, table: str = "trade") -> Any:
    """A table of the world as a pandas frame: trade, economies or sectors; units stand in `attrs["units"]`.

    Raises QuestionError for another table.
    """
    import pandas

    if table not in TABLES:
        raise QuestionError(f"table={table!r}; a world has the tables {', '.join(TABLES)}")
    columns = TABLES[table](world)
    frame = pandas.DataFrame({name: values for name, (values, _) in columns.items()})
    if table == "trade":
        axes = [sectors_of(world), world.economies, world.economies]
        frame.index = pandas.MultiIndex.from_product(axes, names=["sector", "importer", "exporter"])
    else:
        codes = world.economies if table == "economies" else sectors_of(world)
        frame.index = pandas.Index(codes, name={"economies": "economy", "sectors": "sector"}[table])
    frame.attrs |= attributes(world) | {"units": {name: unit for name, (_, unit) in columns.items() if unit}}
    return frame


def trade(world: World) -> dict[str, tuple[Any, str]]:
    """{column: (values [s*n*i], unit)}: purchases before duty, and the duty in force in the base year."""
    tariff = np.asarray(world.tariff) if world.sectors else np.asarray(world.tariff)[None]
    return {"trade": (flows(world).ravel(), world.origin.unit), "duty_pct": (100 * tariff.ravel(), PERCENT)}


TABLES: dict[str, Callable[[World], dict[str, tuple[Any, str]]]] = {
    "trade": trade, "economies": economies, "sectors": sectors,
}  # fmt: skip


def attributes(world: World) -> dict[str, Any]:
    """Where the numbers come from: world, year, unit, sources, licence."""
    origin = world.origin
    return {
        "world": world.name, "year": origin.year, "unit": origin.unit, "sources": list(origin.sources),
        "licence": origin.licence,
    }  # fmt: skip
