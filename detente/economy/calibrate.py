"""calibrate: an input-output table and elasticities to a World in which no shock moves nothing.

Axes: s or k sector, n importer, i exporter. The plain layout is world.InputOutput's. Tables are at basic prices, the
model spends at prices with duty: what a sector uses is marked up by its economy's average duty on the input, the
mark-up comes out of value added, and final demand is what remains of spending.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import permutations

import numpy as np

from detente.economy import elasticities
from detente.economy.models import multi_sector
from detente.economy.policy import Policy
from detente.economy.world import InputOutput, World, check, place, read, table
from detente.errors import DataError, QuestionError

BALANCE = 1e-4  # of an economy's output or final demand: printed tables are rounded, not unbalanced
MATERIALS = ("links", "own sector", "none")


def calibrate(
    table: InputOutput,
    elasticity: str | elasticities.Set | Mapping[str, float] | np.ndarray,
    *,
    materials: str = "links",
    name: str | None = None,
) -> World:
    """The world whose equilibrium is this table. Caliendo and Parro (2015), section 4.

    elasticity: a named set, {sector: theta} or theta [s]. materials: `links` as in the table; `own sector`: each
    sector's materials come from itself; `none`: labour only. Raises DataError where the table is not an economy,
    saying what, where, how far off and what to try.
    """
    if materials not in MATERIALS:
        raise QuestionError(f"materials is {materials!r}; it is one of {', '.join(MATERIALS)}")
    validate(table)
    theta, words = elasticity_of(table, elasticity)
    made = table.flows.sum(1)  # [s,i]
    paid = table.flows * (1 + table.tariff)
    spending, landed = paid.sum(2), table.flows.sum(2)
    markup = np.divide(spending, landed, out=np.ones_like(landed), where=landed > 0)
    used = table.uses * markup.T[:, :, None]  # [n,k,s] with duty
    if materials == "none":
        used = np.zeros_like(used)
    elif materials == "own sector":
        used = used.sum(1)[:, None, :] * np.eye(len(table.sectors))
    final = spending - used.sum(2).T
    earned = made - used.sum(1).T
    for what, cells, why in (
        ("value added", earned, "inputs with their duty exceed output; lower that sector's inputs or the duty on them"),
        ("final demand", final, "sectors use more than the economy buys; lower uses or raise purchases"),
    ):
        low = cells.min(initial=0)
        if low < -BALANCE * np.abs(cells).sum(0).max() or (materials == "links" and low < 0):
            raise DataError(f"{_at(table, cells)}: {what} is negative ({low:.6g}); {why}")
    divisor = np.where(made > 0, made, 1)
    income = final.sum(0)
    wages = earned.sum(0)
    structure = multi_sector.Structure(
        elasticity=theta,
        value_added=np.where(made > 0, earned / divisor, 1.0),
        inputs=used / divisor.T[:, None, :],
        final=final / income,
        goods=~np.isin(table.sectors, table.services),
        elasticity_from=words,
    )
    own = np.eye(len(table.economies))
    found = World(
        name=name or table.origin.name,
        economies=table.economies,
        share=np.where(spending[..., None] > 0, paid / np.where(spending > 0, spending, 1)[..., None], own),
        spending=spending,
        income=wages,
        transfer=income - wages - (spending - landed).sum(0),
        tariff=table.tariff,
        structure=structure,
        origin=table.origin,
        sectors=table.sectors,
    )
    return check(found)


def _at(table: InputOutput, cells: np.ndarray) -> str:
    return f"{table.origin.name}: {place(table, np.unravel_index(int(cells.argmin()), cells.shape))}"


def validate(table: InputOutput) -> InputOutput:
    """The table itself, if it is one. Raises DataError with what, where, how far off, what to try."""
    n, s, called = len(table.economies), len(table.sectors), table.origin.name
    shapes: dict[str, tuple[str, tuple[int, ...]]]
    shapes = {"flows": ("[s,n,i]", (s, n, n)), "tariff": ("[s,n,i]", (s, n, n)), "uses": ("[n,k,s]", (n, s, s))}
    shapes |= {"value_added": ("[s,n]", (s, n)), "final": ("[s,n]", (s, n))}
    for field, (axes, shape) in shapes.items():
        cells = getattr(table, field)
        if cells is None:
            continue
        if cells.shape != shape:
            turned = next(
                (p for p in permutations(range(cells.ndim)) if tuple(cells.shape[k] for k in p) == shape), None
            )
            hint = f"try .transpose{turned}" if turned else f"{n} economies and {s} sectors need {shape}"
            raise DataError(f"{called}: {field} has shape {cells.shape}, but its axes are {axes} = {shape}; {hint}")
        bad = np.argwhere(~np.isfinite(cells))
        if bad.size:
            raise DataError(f"{called}: {field} at {bad[0].tolist()} is not a finite number; fill or drop it first")
        low = cells.min()
        if field != "tariff" and low < 0:
            at = np.unravel_index(int(cells.argmin()), cells.shape)
            words = {"final": "final demand", "value_added": "value added"}.get(field, field)
            where = place(table, at) if field != "uses" else _use(table, at)
            raise DataError(
                f"{called}: {words} of {where} is negative ({low:.6g}); net or rebalance it before calibrating"
            )
        if field == "tariff" and low <= -1:
            raise DataError(
                f"{called}: a tariff of {low:.0%} pays more than the good costs; give fractions such as 0.25"
            )
    own = table.tariff[:, np.arange(n), np.arange(n)]
    if own.any():
        where = place(table, np.argwhere(own)[0])
        raise DataError(
            f"{called}: {where} bears a duty of {np.abs(own).max():.3g} on domestic sales; set the diagonal to 0"
        )
    taxed = [code for code in table.services if table.tariff[table.sectors.index(code)].any()]
    if taxed:
        raise DataError(f"{called}: services bear duties ({', '.join(taxed)}); set their tariffs to 0")
    _balanced(table)
    return table


def _use(table: InputOutput, at: tuple) -> str:
    n, k, s = at
    return f"{table.sectors[k]} in {table.sectors[s]} of {table.economies[n]}"


def _balanced(table: InputOutput) -> None:
    """Output, inputs, value added, purchases and final demand must agree. Raises DataError."""
    called = table.origin.name
    made, bought = table.flows.sum(1), table.flows.sum(2)  # [s,n]
    cost, used = table.uses.sum(1).T, table.uses.sum(2).T
    if (made.sum(0) <= 0).any():
        raise DataError(f"{called}: {table.economies[int(made.sum(0).argmin())]} has zero output; drop it")
    if (made.sum(1) <= 0).any():
        raise DataError(f"{called}: {table.sectors[int(made.sum(1).argmin())]} has zero output everywhere; drop it")
    claimed = cost + (table.value_added if table.value_added is not None else 0)
    idle = np.argwhere((made == 0) & (claimed > BALANCE * made.mean()))
    if idle.size:
        raise DataError(
            f"{called}: {place(table, idle[0])} has zero output but costs of {claimed[tuple(idle[0])]:.6g};"
            " drop its inputs and value added, or give its sales"
        )
    hint = "rebalance the table before calibrating"
    if 2 * _misfit(table, bought, made) < _misfit(table, made, bought):
        hint = "flows look turned: [s,n,i] is buyer before seller"
    for what, left, of in (
        ("value added", made - cost if table.value_added is None else None, made),
        ("final demand", bought - used if table.final is None else None, bought),
    ):
        if left is not None and left.min() < -BALANCE * of.sum(0).max():
            raise DataError(f"{_at(table, left)}: {what} is negative ({left.min():.6g}) as a residual; {hint}")
    for what, given, due in (
        ("output less inputs less value added", table.value_added, made - cost),
        ("purchases less uses less final demand", table.final, bought - used),
    ):
        if given is None:
            continue
        off = np.abs(due - given) / np.maximum(due.sum(0), 1e-300)
        if off.max() > BALANCE:
            k = np.unravel_index(int(off.argmax()), off.shape)
            raise DataError(
                f"{called}: {place(table, k)} does not balance: {what} leaves {(due - given)[k]:.6g}"
                f" ({off[k]:.2%} of the economy's total); {hint}"
            )


def _misfit(table: InputOutput, made: np.ndarray, bought: np.ndarray) -> float:
    """How far off the table is if this is what economies make and buy: stated parts missed, or residuals below zero."""
    earned, final = made - table.uses.sum(1).T, bought - table.uses.sum(2).T
    off = [
        np.minimum(left, 0) if stated is None else left - stated
        for left, stated in ((earned, table.value_added), (final, table.final))
    ]
    return float(np.abs(off).sum())


def elasticity_of(
    table: InputOutput | World, elasticity: str | elasticities.Set | Mapping[str, float] | np.ndarray
) -> tuple[np.ndarray, str]:
    """theta [s] and its source in words. Raises DataError where one is missing, not a number, or not positive."""
    words = "given by the caller"
    if isinstance(elasticity, str):
        elasticity = elasticities.named(elasticity, table.sectors)
    if isinstance(elasticity, elasticities.Set):
        words, elasticity = elasticity.words, dict(elasticity.values)
    if isinstance(elasticity, Mapping):
        missing = [code for code in table.sectors if code not in elasticity]
        if missing:
            raise DataError(
                f"{table.origin.name}: no elasticity for {len(missing)} of {len(table.sectors)} sectors, first"
                f" {missing[0]}; add them, or take a set of the table's classification"
            )
        elasticity = np.array([elasticity[code] for code in table.sectors])
    theta = np.asarray(elasticity, float)
    if theta.shape != (len(table.sectors),):
        raise DataError(
            f"{table.origin.name}: {theta.size} elasticities for {len(table.sectors)} sectors; give one each"
        )
    bad = np.flatnonzero(~(np.isfinite(theta) & (theta > 0)))
    if bad.size:
        raise DataError(
            f"{table.origin.name}: the elasticity of {table.sectors[bad[0]]} is {theta[bad[0]]:.4g}; theta must be a"
            " positive number (an estimate of tariff-exclusive flows is theta + 1: subtract one)"
        )
    return theta, words


def as_table(world: World) -> InputOutput:
    """The table a world with sectors is the equilibrium of, before duty: calibrating it gives the world back."""
    flows = world.duty_free * world.spending[..., None]
    landed = flows.sum(2)
    markup = np.divide(world.spending, landed, out=np.ones_like(landed), where=landed > 0)
    uses = world.structure.inputs * flows.sum(1).T[:, None, :] / markup.T[:, :, None]
    services = tuple(code for code, good in zip(world.sectors, world.structure.goods, strict=True) if not good)
    return InputOutput(world.economies, world.sectors, flows, uses, world.tariff, world.origin, services)


def with_tariffs(world: World, extra: Policy, *, name: str | None = None) -> World:
    """The world with these tariffs in its baseline, flows before duty unchanged: measures that shaped the flows."""
    tariff = extra.tariff(world)
    if extra.shape:
        raise QuestionError("one policy makes a baseline; pick one scenario")
    s = world.structure
    found = calibrate(replace(as_table(world), tariff=tariff), s.elasticity, name=name or world.name)
    return replace(found, structure=found.structure._replace(elasticity_from=s.elasticity_from))


def with_elasticity(
    world: World, elasticity: str | elasticities.Set | Mapping[str, float] | np.ndarray, *, words: str = ""
) -> World:
    """The same baseline with other elasticities, as for a nearer horizon; words: their source, if not the set's."""
    theta, source = elasticity_of(world, elasticity)
    found = replace(world, structure=world.structure._replace(elasticity=theta, elasticity_from=words or source))
    found.__dict__.update({kept: world.__dict__[kept] for kept in ("duty_free", "panels") if kept in world.__dict__})
    return found


def aggregate(table: InputOutput, sectors: Mapping[str, Sequence[str]]) -> InputOutput:
    """The table with sectors summed into groups {name: members}; tariffs weighted by flows, simple where none flow."""
    known = set(table.sectors)
    members = [code for group in sectors.values() for code in group]
    if sorted(members) != sorted(known):
        raise QuestionError(f"groups must hold each of {len(known)} sectors once; they hold {len(members)}")
    pick = np.array([[code in group for code in table.sectors] for group in sectors.values()], float)  # [g,s]
    flows = np.tensordot(pick, table.flows, 1)
    plain = np.tensordot(pick / pick.sum(1, keepdims=True), table.tariff, 1)
    duty = np.tensordot(pick, table.flows * table.tariff, 1)
    tariff = np.where(flows > 0, duty / np.where(flows > 0, flows, 1), plain)
    services = tuple(name for name, group in sectors.items() if set(group) <= set(table.services))
    uses = np.einsum("gk,nks,hs->ngh", pick, table.uses, pick)
    return InputOutput(table.economies, tuple(sectors), flows, uses, tariff, table.origin, services)


@cache
def shipped(name: str = "icio-2022", elasticity: str | None = None, *, measures: bool = True) -> World:
    """A shipped world with sectors, calibrated with a named set of elasticities (a default if not given).

    A name that ends in .npz is a file of the user's own. measures: what was in force on top of most-favoured-nation
    rates in the table's year enters the baseline tariffs, flows unchanged, where the world has a list of it.
    """
    raw = read(name) if name.endswith(".npz") else table(name)
    if not isinstance(raw, InputOutput):
        raise QuestionError(f"{name} has no sectors; calibrate it with models.one_sector")
    extra = in_force(name) if measures else []
    if extra:
        tariff = raw.tariff.copy()
        for row in extra:
            cell = (row["sector"], row["by"], row["against"])
            s, n, i = (axis.index(code) for axis, code in zip((raw.sectors, *[raw.economies] * 2), cell, strict=True))
            tariff[s, n, i] += float(row["points"]) / 100
        raw = replace(raw, tariff=tariff)
    return calibrate(raw, elasticities.named(elasticity, raw.sectors))


def in_force(name: str) -> list[dict[str, str]]:
    """Measures in force in a shipped world's year that its tariffs leave out: by, against, sector, points, source."""
    file = resources.files("detente.economy") / "worlds" / f"{name}-measures.csv"
    return list(csv.DictReader(file.read_text("utf-8").splitlines())) if file.is_file() else []
