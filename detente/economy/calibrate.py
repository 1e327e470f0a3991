"""calibrate: an input-output table and elasticities to a World that is its own equilibrium.

Axes: s or k sector, n importer, i exporter. The layout of tables is world.InputOutput's. Tables are at basic prices and
the model spends at prices with duty: what a sector uses is marked up by its economy's average duty on the input, the
mark-up comes out of value added, and final demand is what remains of spending.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import permutations
from typing import Any

import numpy as np

from detente.economy import elasticities, tables
from detente.economy import world as worlds
from detente.economy.models import multi_sector
from detente.economy.policy import Policy
from detente.economy.world import InputOutput, World, check, place, purchase_shares, with_structure
from detente.errors import DataError, QuestionError

__all__ = [
    "aggregate",
    "as_table",
    "calibrate",
    "elasticity_of",
    "measures_in_force",
    "shipped",
    "validate",
    "with_elasticity",
    "with_tariffs",
]
BALANCE = 1e-4  # of an economy's output or final demand: what rounding of printed tables leaves
SHARE = 1e-9  # rounding of a share: by which it may exceed 1, or what counts as nothing
MATERIALS = ("links", "own sector", "none")
WORDS = {"final": "final demand", "value_added": "value added"}
GIVEN = "given by the caller"
Elasticity = str | elasticities.ElasticitySet | Mapping[str, float] | np.ndarray


def calibrate(
    table: InputOutput, elasticity: Elasticity, *, materials: str = "links", name: str | None = None
) -> World:
    """The world whose equilibrium is this table. Caliendo and Parro (2015), section 4.

    elasticity: a named set, {sector: theta} or theta [s]. materials: `links` as in the table; `own sector`: each
    sector's materials come from itself; `none`: labour only. Raises QuestionError for unknown names; DataError for a
    table that is not an economy, which says what, where, how far off and what to try.
    """
    if materials not in MATERIALS:
        raise QuestionError(f"materials is {materials!r}; it is one of {', '.join(MATERIALS)}")
    validate(table)
    theta, source = elasticity_of(table, elasticity)
    output = table.flows.sum(1)  # [s,i]
    paid = table.flows * (1 + table.tariff)
    spending, landed = paid.sum(2), table.flows.sum(2)
    markup = np.divide(spending, landed, out=np.ones_like(landed), where=landed > 0)
    used = _with_materials(table.uses * markup.T[:, :, None], materials)  # [n,k,s] with duty
    final = spending - used.sum(2).T
    value_added = output - used.sum(1).T
    _refuse_negative(table, final, value_added, rounding=materials != "links")
    divisor = np.where(output > 0, output, 1)
    income = final.sum(0)
    nothing = income <= SHARE * spending.sum(0)
    if nothing.any():
        code = table.economies[int(nothing.argmax())]
        raise DataError(f"{table.origin.name}: {code} buys nothing for final use; give its final demand, or drop it")
    wages = value_added.sum(0)
    structure = multi_sector.Structure(
        elasticity=theta,
        value_added=np.where(output > 0, value_added / divisor, 1.0),
        inputs=used / divisor.T[:, None, :],
        final=final / income,
        goods=np.array([sector not in table.services for sector in table.sectors], bool),
        elasticity_from=source,
    )
    world = World(
        name=name or table.origin.name,
        economies=table.economies,
        share=purchase_shares(paid, spending),
        spending=spending,
        income=wages,
        transfer=income - wages - (spending - landed).sum(0),
        tariff=table.tariff,
        structure=structure,
        origin=table.origin,
        sectors=table.sectors,
        final_uses=_final_uses(table),
    )
    return check(world)


def _final_uses(table: InputOutput) -> dict[str, np.ndarray]:
    """The shares of final uses that a table has. Raises DataError for a share above 1."""
    shares = {use: getattr(table, use) for use in worlds.FINAL_USES if getattr(table, use) is not None}
    for use, share in shares.items():
        if (share > 1 + SHARE).any():
            where = place(table, np.unravel_index(int(share.argmax()), share.shape))
            raise DataError(f"{table.origin.name}: the share of {use} in final demand of {where} is {share.max():.4g};"
                            " shares are fractions")  # fmt: skip
    return shares


def _with_materials(used: np.ndarray, materials: str) -> np.ndarray:
    """Uses [n,k,s] as they are, from the using sector alone, or none."""
    if materials == "none":
        return np.zeros_like(used)
    if materials == "own sector":
        return np.asarray(used.sum(1)[:, None, :] * np.eye(used.shape[1]))
    return used


def _refuse_negative(table: InputOutput, final: np.ndarray, value_added: np.ndarray, *, rounding: bool) -> None:
    """Raises DataError where final demand or value added [s,n] is negative, beyond rounding if that is allowed."""
    for what, cells, advice in (
        (
            "value added",
            value_added,
            "inputs with their duty exceed output; lower that sector's inputs or the duty on them",
        ),
        ("final demand", final, "sectors use more than the economy buys; lower uses or raise purchases"),
    ):
        low = cells.min(initial=0)
        if low < -BALANCE * np.abs(cells).sum(0).max() or (not rounding and low < 0):
            raise DataError(f"{_lowest(table, cells)}: {what} is negative ({low:.6g}); {advice}")


def _lowest(table: InputOutput, cells: np.ndarray) -> str:
    """The table's name and the place of the smallest of its cells, in words."""
    return f"{table.origin.name}: {place(table, np.unravel_index(int(cells.argmin()), cells.shape))}"


def validate(table: InputOutput) -> InputOutput:
    """The table itself, if it is an economy. Raises DataError with what, where, how far off, what to try."""
    n, s = len(table.economies), len(table.sectors)
    fields = {"flows": ("[s,n,i]", (s, n, n)), "tariff": ("[s,n,i]", (s, n, n)), "uses": ("[n,k,s]", (n, s, s))}
    optional = dict.fromkeys((*worlds.CHECKED, *worlds.FINAL_USES), ("[s,n]", (s, n)))
    for field, (axes, shape) in (fields | optional).items():
        cells = getattr(table, field)
        if cells is not None:
            _check_shape(table, field, cells, axes, shape)
            _check_values(table, field, cells)
    _check_tariffs(table)
    _check_output(table)
    _check_balance(table)
    return table


def _check_shape(table: InputOutput, field: str, cells: np.ndarray, axes: str, shape: tuple[int, ...]) -> None:
    if cells.shape == shape:
        return
    orders = permutations(range(cells.ndim))
    order = next((p for p in orders if tuple(cells.shape[k] for k in p) == shape), None)
    sizes = f"{len(table.economies)} economies and {len(table.sectors)} sectors need {shape}"
    hint = f"try .transpose{order}" if order else sizes
    raise DataError(f"{table.origin.name}: {field} has shape {cells.shape}, but its axes are {axes} = {shape}; {hint}")


def _check_values(table: InputOutput, field: str, cells: np.ndarray) -> None:
    """Every cell is finite, and not negative; tariffs are above -100 %."""
    name = table.origin.name
    bad = np.argwhere(~np.isfinite(cells))
    if bad.size:
        raise DataError(f"{name}: {field} at {bad[0].tolist()} is not a finite number; fill or drop it first")
    low = cells.min()
    if field == "tariff":
        if low <= -1:
            raise DataError(f"{name}: a tariff of {low:.0%} pays more than the good costs; give fractions such as 0.25")
    elif low < 0:
        cell = np.unravel_index(int(cells.argmin()), cells.shape)
        where = _use(table, cell) if field == "uses" else place(table, cell)
        what = WORDS.get(field, field)
        raise DataError(f"{name}: {what} of {where} is negative ({low:.6g}); net or rebalance it before calibrating")


def _use(table: InputOutput, cell: Sequence[Any]) -> str:
    """A cell (n,k,s) of uses in words."""
    n, k, s = cell
    return f"{table.sectors[k]} in {table.sectors[s]} of {table.economies[n]}"


def _check_tariffs(table: InputOutput) -> None:
    """Domestic sales and services bear no duty."""
    n = len(table.economies)
    own = table.tariff[:, np.arange(n), np.arange(n)]
    if own.any():
        where = place(table, np.argwhere(own)[0])
        raise DataError(
            f"{table.origin.name}: {where} bears a duty of {np.abs(own).max():.3g} on domestic sales; set the diagonal"
            " to 0"
        )
    taxed = [code for code in table.services if table.tariff[table.sectors.index(code)].any()]
    if taxed:
        raise DataError(f"{table.origin.name}: services bear duties ({', '.join(taxed)}); set their tariffs to 0")


def _check_output(table: InputOutput) -> None:
    """Every economy and sector has output, and what has none has no costs."""
    name, output, cost = table.origin.name, table.flows.sum(1), table.uses.sum(1).T  # [s,n]
    if (output.sum(0) <= 0).any():
        raise DataError(f"{name}: {table.economies[int(output.sum(0).argmin())]} has zero output; drop it")
    if (output.sum(1) <= 0).any():
        raise DataError(f"{name}: {table.sectors[int(output.sum(1).argmin())]} has zero output everywhere; drop it")
    claimed = cost + (table.value_added if table.value_added is not None else 0)
    idle = np.argwhere((output == 0) & (claimed > BALANCE * output.mean()))
    if idle.size:
        raise DataError(
            f"{name}: {place(table, idle[0])} has zero output but costs of {claimed[tuple(idle[0])]:.6g};"
            " drop its inputs and value added, or give its sales"
        )


def _check_balance(table: InputOutput) -> None:
    """Output, inputs, value added, purchases and final demand agree."""
    output, purchases = table.flows.sum(1), table.flows.sum(2)  # [s,n]
    value_added, remaining_demand = output - table.uses.sum(1).T, purchases - table.uses.sum(2).T
    hint = "rebalance the table before calibrating"
    if 2 * _imbalance(table, purchases, output) < _imbalance(table, output, purchases):
        hint = "flows look transposed: [s,n,i] is buyer before seller"
    for what, stated, remainder, total in (
        ("value added", table.value_added, value_added, output),
        ("final demand", table.final, remaining_demand, purchases),
    ):
        if stated is None and remainder.min() < -BALANCE * total.sum(0).max():
            low = remainder.min()
            raise DataError(f"{_lowest(table, remainder)}: {what} is negative ({low:.6g}) as a residual; {hint}")
    for what, stated, implied in (
        ("output less inputs less value added", table.value_added, value_added),
        ("purchases less uses less final demand", table.final, remaining_demand),
    ):
        if stated is not None:
            _check_identity(table, what, stated, implied, hint)


def _check_identity(table: InputOutput, what: str, stated: np.ndarray, implied: np.ndarray, hint: str) -> None:
    error = np.abs(implied - stated) / np.maximum(implied.sum(0), 1e-300)
    if not error.max() <= BALANCE:
        k = np.unravel_index(int(error.argmax()), error.shape)
        raise DataError(
            f"{table.origin.name}: {place(table, k)} does not balance: {what} leaves {(implied - stated)[k]:.6g}"
            f" ({error[k]:.2%} of the economy's total); {hint}"
        )


def _imbalance(table: InputOutput, output: np.ndarray, purchases: np.ndarray) -> float:
    """How far off the table is if this is what economies make and buy [s,n]: identities missed, negative remainders."""
    value_added, final = output - table.uses.sum(1).T, purchases - table.uses.sum(2).T
    errors = [
        np.minimum(remainder, 0) if stated is None else remainder - stated
        for remainder, stated in ((value_added, table.value_added), (final, table.final))
    ]
    return float(np.abs(errors).sum())


def elasticity_of(table: InputOutput | World, elasticity: Elasticity) -> tuple[np.ndarray, str]:
    """theta [s] and its source in words. Raises DataError where one is missing, not a number, or not positive."""
    source = GIVEN
    if isinstance(elasticity, str):
        elasticity = elasticities.named(elasticity, table.sectors)
    if isinstance(elasticity, elasticities.ElasticitySet):
        source, elasticity = elasticity.citation, dict(elasticity.values)
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
            f"{table.origin.name}: {theta.size} elasticities for {len(table.sectors)} sectors; give one for each"
        )
    bad = np.flatnonzero(~(np.isfinite(theta) & (theta > 0)))
    if bad.size:
        raise DataError(
            f"{table.origin.name}: the elasticity of {table.sectors[bad[0]]} is {theta[bad[0]]:.4g}; theta must be a"
            " positive number (an estimate of tariff-exclusive flows is theta + 1: subtract one)"
        )
    return theta, source


def as_table(world: World) -> InputOutput:
    """The table that a world with sectors is the equilibrium of, before duty: calibrating it gives the world back."""
    flows = world.duty_free * world.spending[..., None]
    landed = flows.sum(2)
    markup = np.divide(world.spending, landed, out=np.ones_like(landed), where=landed > 0)
    uses = world.structure.inputs * flows.sum(1).T[:, None, :] / markup.T[:, :, None]
    services = tuple(code for code, good in zip(world.sectors, world.structure.goods, strict=True) if not good)
    parts = dict(world.final_uses)
    return InputOutput(world.economies, world.sectors, flows, uses, world.tariff, world.origin, services, **parts)


def with_tariffs(world: World, policy: Policy, *, name: str | None = None) -> World:
    """The world with a policy's tariffs in its baseline and its flows before duty unchanged.

    For measures that were in force when the flows were observed, but that the table's tariffs leave out. Raises
    QuestionError for a policy of several scenarios, DataError where value added would turn negative.

    >>> from detente import tariffs
    >>> world = shipped("icio-2022", measures=False)
    >>> steel = tariffs(world, {("C24A", "USA", "CHN"): 0.25}, added=True)
    >>> (with_tariffs(world, steel).tariff - world.tariff).max().round(2)
    np.float64(0.25)
    """
    tariff = policy.tariff(world)
    if policy.shape:
        raise QuestionError("one policy makes a baseline; pick one scenario, as in policy[0]")
    s = world.structure
    calibrated = calibrate(replace(as_table(world), tariff=tariff), s.elasticity, name=name or world.name)
    return replace(calibrated, structure=calibrated.structure._replace(elasticity_from=s.elasticity_from))


def with_elasticity(world: World, elasticity: Elasticity, *, source: str = "") -> World:
    """The same baseline with other elasticities, as for a nearer horizon.

    elasticity: as for `calibrate`. source: in words, if not the set's. Raises DataError as `elasticity_of` does.
    """
    theta, known_source = elasticity_of(world, elasticity)
    return with_structure(world, world.structure._replace(elasticity=theta, elasticity_from=source or known_source))


def aggregate(table: InputOutput, sectors: Mapping[str, Sequence[str]]) -> InputOutput:
    """The table with sectors summed into groups.

    sectors: {group: its sectors}, every sector once. Tariffs are weighted by flows, simple means where nothing flows; a
    group bears no duty if all its sectors are services. Raises QuestionError where the groups are not a partition.

    >>> from detente.economy.world import table
    >>> raw = table("icio-2022")
    >>> groups = {"goods": [s for s in raw.sectors if s not in raw.services], "services": raw.services}
    >>> aggregate(raw, groups).flows.shape
    (2, 81, 81)
    """
    known = set(table.sectors)
    members = [code for group in sectors.values() for code in group]
    if sorted(members) != sorted(known):
        raise QuestionError(f"groups must hold each of {len(known)} sectors once; they hold {len(members)}")
    member = np.array([[code in group for code in table.sectors] for group in sectors.values()], float)  # [g,s]
    flows = np.tensordot(member, table.flows, 1)
    simple = np.tensordot(member / member.sum(1, keepdims=True), table.tariff, 1)
    duty = np.tensordot(member, table.flows * table.tariff, 1)
    tariff = np.where(flows > 0, duty / np.where(flows > 0, flows, 1), simple)
    services = tuple(name for name, group in sectors.items() if set(group) <= set(table.services))
    uses = np.einsum("gk,nks,hs->ngh", member, table.uses, member)
    return InputOutput(table.economies, tuple(sectors), flows, uses, tariff, table.origin, services)


@cache
def shipped(name: str = "icio-2022", elasticity: str | None = None, *, measures: bool = True) -> World:
    """A shipped world with sectors, calibrated with a named set of elasticities (a default if not given).

    name: one of world.worlds(), or the path of a table of the user's own. measures: whether what was in force on top of
    most-favoured-nation rates in the table's year enters the baseline tariffs, flows unchanged, where the world has a
    list of it. Raises QuestionError for an unknown name or a world without sectors, DataError as `calibrate` does.
    """
    table = tables.load(name)
    if not isinstance(table, InputOutput):
        raise QuestionError(f"{name} has no sectors; calibrate it with models.one_sector")
    rows = measures_in_force(name) if measures else []
    if rows:
        tariff = table.tariff.copy()
        for row in rows:
            s = table.sectors.index(row["sector"])
            n, i = (table.economies.index(row[side]) for side in ("by", "against"))
            tariff[s, n, i] += float(row["points"]) / 100
        table = replace(table, tariff=tariff)
    return calibrate(table, elasticities.named(elasticity, table.sectors))


def measures_in_force(name: str) -> list[dict[str, str]]:
    """Measures in force in a shipped world's year that its tariffs leave out: by, against, sector, points, source."""
    file = resources.files("detente.economy") / "worlds" / f"{name}-measures.csv"
    return list(csv.DictReader(file.read_text("utf-8").splitlines())) if file.is_file() else []
