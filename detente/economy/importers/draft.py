"""Draft: a table as its file has it, what is odd in it, and the plain layout that it becomes.

Axes: s or k sector, n buyer, i seller. Nothing is changed here; `mending` changes a draft, and only when asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from detente.economy.importers.classification import FINAL_USES, final_use
from detente.economy.sectors import is_service
from detente.economy.world import InputOutput, Origin
from detente.errors import DataError

BALANCE = 1e-4  # of an economy's output: what rounding of printed tables leaves, as `calibrate` allows
MOST_CELLS = 1e8  # of the arrays that a world keeps
LARGEST = 1e25  # of a cell's size; beyond it a sum of cells is no longer exact


class Label(NamedTuple):
    """What a row or a column holds: kind is sector, final, output, value_added or none."""

    kind: str
    economy: str = ""
    code: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.economy, self.code) if part) or self.kind


@dataclass(frozen=True)
class Finding:
    """What is odd in a table: its kind, how often, how large in the table's unit, and a sentence.

    blocking: whether the table is no economy unless it is mended.
    """

    kind: str
    count: int
    size: float
    text: str
    blocking: bool


@dataclass
class Tally:
    """How many cells of a kind there are, what they add up to, and the largest."""

    count: int = 0
    size: float = 0.0
    largest: float = 0.0
    where: str = ""

    def add(self, count: int, size: float, largest: float, where: str) -> None:
        """Count some more cells."""
        self.count += count
        self.size += size
        if not self.where or largest > self.largest:
            self.largest, self.where = largest, where


@dataclass(frozen=True)
class Source:
    """Where a table comes from: the file in words, its layout, year and unit."""

    name: str
    layout: str
    year: int = 0
    unit: str = "not stated"
    licence: str = "not stated"


@dataclass
class Draft:
    """A table as read. intermediate, final [s,n,i]: what n buys of s from i; uses [n,k,s]; tariff [s,n,i] or None.

    value_added (with taxes) and output [s,n] as the file states them, or None. by_user [s,k,n,i]: what s of n
    buys of k from i, where that is small enough to be kept. final_use [u,s,n]: purchases for each of FINAL_USES,
    where the file has more than one. empty, negative: cells of the file.
    left_out: what the file holds and the world does not. services: None where the sectors' codes say which they are.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    intermediate: np.ndarray
    final: np.ndarray
    uses: np.ndarray
    source: Source
    tariff: np.ndarray | None = None
    value_added: np.ndarray | None = None
    output: np.ndarray | None = None
    services: tuple[str, ...] | None = None
    by_user: np.ndarray | None = None
    final_use: np.ndarray | None = None
    empty: Tally = field(default_factory=Tally)
    negative: Tally = field(default_factory=Tally)
    left_out: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()

    @property
    def flows(self) -> np.ndarray:
        """What n buys of s from i for every use [s,n,i]."""
        return np.asarray(self.intermediate + self.final)

    def place(self, *cell: int) -> str:
        """A cell in words: its sector, then its economies."""
        return ", ".join([self.sectors[cell[0]], *(self.economies[n] for n in cell[1:])])


class _Columns:
    """Where the columns of a grid go: those of sectors by user, those of final demand by buyer, the stated total."""

    def __init__(self, labels: Sequence[Label], name: str):
        users = [label for label in labels if label.kind == "sector"]
        self.labels, self.users = labels, users
        self.economies = tuple(dict.fromkeys(label.economy for label in users))
        self.sectors = tuple(dict.fromkeys(label.code for label in users))
        check_size(name, len(self.economies), len(self.sectors))
        self.economy, self.sector = (dict(zip(x, range(len(x)), strict=True)) for x in (self.economies, self.sectors))
        self.user, end = self._places("sector"), self._places("final")
        self.end = [k for k in end if labels[k].economy in self.economy]
        self.total = next(iter(self._places("output")), None)
        cells = [self.economy[code] * len(self.sector) + self.sector[sector] for _, code, sector in users]
        self._cell = np.array(cells)
        self._buyer, self._use = self._final_demand()

    def _places(self, kind: str) -> list[int]:
        return [k for k, label in enumerate(self.labels) if label.kind == kind]

    def _final_demand(self) -> tuple[np.ndarray, np.ndarray]:
        """The buyer and the use of each column of final demand."""
        labels = [self.labels[k] for k in self.end]
        buyers = np.array([self.economy[label.economy] for label in labels], int)
        return buyers, np.array([FINAL_USES.index(final_use(label.code)) for label in labels], int)

    def by_use(self, values: np.ndarray) -> np.ndarray:
        """A row's cells by the sectors that use them [n,s]."""
        shape = (len(self.economies), len(self.sectors))
        return np.bincount(self._cell, values[self.user], math.prod(shape)).reshape(shape)

    @property
    def parts_final_demand(self) -> bool:
        """Whether final demand has columns for more than one use."""
        return len(np.unique(self._use)) > 1

    def by_final_use(self, values: np.ndarray) -> np.ndarray:
        """A row's cells for final demand by use and buyer [u,n]."""
        shape = (len(FINAL_USES), len(self.economies))
        return np.bincount(self._use * shape[1] + self._buyer, values[self.end], math.prod(shape)).reshape(shape)


def collect(columns: Sequence[Label], rows: Iterable[tuple[Label, np.ndarray]], source: Source) -> Draft:
    """The draft of a table in a grid: each row says what its seller, or its kind of cost, is in each column.

    Labels that are equal are added up. Raises DataError where rows and columns name other sectors, or a grid is too
    large.
    """
    grid = _Columns(columns, source.name)
    n, s = len(grid.economies), len(grid.sectors)
    flows, uses = (np.zeros((s, n, n)), np.zeros((s, n, n))), np.zeros((n, s, s))
    draft = Draft(grid.economies, grid.sectors, *flows, uses, source)
    draft.by_user = np.zeros((s, s, n, n)) if _cells(n, s * (s + 1)) <= MOST_CELLS else None
    draft.final_use = np.zeros((len(FINAL_USES), s, n)) if grid.parts_final_demand else None
    stated: dict[str, np.ndarray] = {}
    rows_of: set[Label] = set()
    for label, values in rows:
        _check_cells(source.name, label, values, columns)
        if label.kind == "sector":
            rows_of.add(label)
            _add_sales(draft, grid, label, values, stated)
        elif label.kind != "none":
            stated.setdefault(label.kind, np.zeros((s, n)))
            stated[label.kind] += grid.by_use(np.nan_to_num(values)).T
    _check_rows(source.name, grid.users, rows_of)
    draft.value_added, draft.output = stated.get("value_added"), stated.get("sales", stated.get("output"))
    return draft


def _add_sales(draft: Draft, grid: _Columns, label: Label, values: np.ndarray, stated: dict[str, np.ndarray]) -> None:
    """Add what a sector sells, by user and by buyer, and its stated total."""
    if label.economy not in grid.economy or label.code not in grid.sector:
        raise DataError(f"{draft.source.name}: the row {label} has no column of its own; every sector needs both")
    k, i = grid.sector[label.code], grid.economy[label.economy]
    _count(draft, label, values, grid)
    values = np.nan_to_num(values, nan=0.0)
    by_use = grid.by_use(values)
    draft.uses[:, k] += by_use
    draft.intermediate[k, :, i] += by_use.sum(1)
    if draft.by_user is not None:
        draft.by_user[:, k, :, i] += by_use.T
    by_final_use = grid.by_final_use(values)
    draft.final[k, :, i] += by_final_use.sum(0)
    if draft.final_use is not None:
        draft.final_use[:, k] += by_final_use
    if grid.total is not None:
        stated.setdefault("sales", np.zeros((len(grid.sectors), len(grid.economies))))[k, i] += values[grid.total]


def check_size(name: str, economies: int, sectors: int) -> None:
    """Raises DataError for a table of no or of a single economy, and for one whose arrays would not fit."""
    if economies < 2 or sectors < 1:
        raise DataError(
            f"{name}: {economies} economies and {sectors} sectors; a world needs two economies and a sector"
        )
    cells = _cells(economies, sectors)
    if cells > MOST_CELLS:
        raise DataError(
            f"{name}: {economies} economies by {sectors} sectors make {cells:.2g} cells; at most {MOST_CELLS:.0g} are"
            " kept, add economies or sectors up with --map"
        )


def _cells(economies: int, sectors: int) -> int:
    """The cells of the arrays of a table: flows for each use, tariffs and uses."""
    return sectors * economies * (3 * economies + sectors)


def _check_rows(name: str, columns: Sequence[Label], rows: set[Label]) -> None:
    missing = [label for label in columns if label not in rows]
    if missing:
        raise DataError(
            f"{name}: {len(missing)} of {len(columns)} sectors have a column and no row, first {missing[0]}; the file"
            " is cut, or its rows and columns are named in two ways"
        )


def _check_cells(name: str, label: Label, values: np.ndarray, columns: Sequence[Label]) -> None:
    """Raises DataError for a cell that is infinite or too large to be added up."""
    bad = np.flatnonzero(np.abs(values) > LARGEST)
    if bad.size:
        raise DataError(
            f"{name}: {label} to {columns[bad[0]]} is {values[bad[0]]:g}; cells are numbers below {LARGEST:g} in size"
        )


def _count(draft: Draft, label: Label, values: np.ndarray, grid: _Columns) -> None:
    """Count the cells of what a sector sells that are empty or negative."""
    place = [*grid.user, *grid.end]
    cells = values[place]
    empty, low = np.flatnonzero(np.isnan(cells)), np.flatnonzero(cells < 0)
    if empty.size:
        draft.empty.add(empty.size, 0.0, 0.0, f"{label} to {grid.labels[place[empty[0]]]}")
    if low.size:
        worst = int(low[cells[low].argmin()])
        size = float(-cells[low].sum())
        draft.negative.add(low.size, size, float(-cells[worst]), f"{label} to {grid.labels[place[worst]]}")


def findings(draft: Draft) -> list[Finding]:
    """What is odd in a draft, each with its size; the blocking ones must be mended before it is an economy."""
    result = _odd_cells(draft)
    flows, uses = draft.flows, draft.uses
    output, purchases = flows.sum(1), flows.sum(2)  # [s,n]
    unit = f" {draft.source.unit}" if draft.source.unit != "not stated" else ""
    size = max(float(np.abs(output).sum()), math.ulp(0.0))

    def add(kind: str, amount: np.ndarray, words: str, *, blocking: bool = True) -> None:
        """One finding over the cells where an amount is above zero."""
        if (amount > 0).any():
            worst = np.unravel_index(int(amount.argmax()), amount.shape)
            result.append(
                Finding(
                    kind, int((amount > 0).sum()), float(amount.sum()),
                    f"{words}: {int((amount > 0).sum())}, {amount.sum():.6g}{unit} in all"
                    f" ({100 * amount.sum() / size:.3g} % of output), the largest {draft.place(*map(int, worst))}"
                    f" by {amount[worst]:.6g}",
                    blocking,
                )
            )  # fmt: skip

    add("negative_sales", -np.minimum(flows, 0), "sales that are negative in all")
    scale = BALANCE * np.abs(output).sum(0)
    over = np.where(output + scale < uses.sum(1).T, uses.sum(1).T - output, 0)
    add("inputs_above_output", over, "sectors whose inputs exceed their output")
    over = np.where(purchases + scale < uses.sum(2).T, uses.sum(2).T - purchases, 0)
    add("uses_above_purchases", over, "goods of which sectors use more than the economy buys")
    if draft.output is not None:
        gap = np.abs(draft.output - output)
        add("rows_off_output", np.where(gap > scale, gap, 0), "rows that miss the stated output")
    if draft.output is not None and draft.value_added is not None:
        gap = np.abs(draft.output - uses.sum(1).T - np.nan_to_num(draft.value_added))
        add("columns_off_output", np.where(gap > scale, gap, 0), "columns that miss the stated output")
    return result + _without_output(draft, output)


def _odd_cells(draft: Draft) -> list[Finding]:
    """Cells of the file that are empty or negative."""
    result = []
    empty, low = draft.empty, draft.negative
    if empty.count:
        result.append(
            Finding("empty_cells", empty.count, 0.0, f"empty cells: {empty.count}, first {empty.where}", True)
        )
    if low.count:
        text = (
            f"negative cells (falling stocks, or corrections): {low.count}, {low.size:.6g} in all, the largest"
            f" {low.where} ({-low.largest:.6g})"
        )
        result.append(Finding("negative_cells", low.count, low.size, text, False))
    return result


def _without_output(draft: Draft, output: np.ndarray) -> list[Finding]:
    """Economies and sectors that sell nothing, and costs of sectors that do."""
    result = []
    for kind, names, total in (
        ("economies", draft.economies, output.sum(0)),
        ("sectors", draft.sectors, output.sum(1)),
    ):
        idle = [name for name, value in zip(names, total, strict=True) if not value > 0]
        if idle:
            text = f"{kind} without output: {len(idle)}, {', '.join(idle[:5])}"
            result.append(Finding(f"{kind}_without_output", len(idle), 0.0, text, True))
    return result


def services_of(draft: Draft) -> tuple[str, ...]:
    """The sectors of a draft that bear no duty: as stated, else by their codes."""
    return tuple(filter(is_service, draft.sectors)) if draft.services is None else draft.services


def to_table(draft: Draft) -> InputOutput:
    """The plain layout of a draft. Raises DataError for a draft that must be mended first."""
    blocking = [finding for finding in findings(draft) if finding.blocking]
    if blocking:
        more = f"; and {len(blocking) - 1} more, `detente world check` lists them" if len(blocking) > 1 else ""
        raise DataError(
            f"{draft.source.name}: {blocking[0].text}; `detente world import` with --mend changes this{more}"
        )
    services = services_of(draft)
    tariff = np.zeros_like(draft.final) if draft.tariff is None else draft.tariff.copy()
    tariff[[draft.sectors.index(code) for code in services]] = 0
    n = np.arange(len(draft.economies))
    tariff[:, n, n] = 0
    made_by = "; ".join((f"imported from a file of this kind: {draft.source.layout}", *draft.mends))
    source = draft.source
    origin = Origin(source.name, source.year, source.unit, (source.name,), source.licence, made_by=made_by)
    parts = _parts_of_final_demand(draft)
    return InputOutput(draft.economies, draft.sectors, draft.flows, draft.uses, tariff, origin, services, **parts)


def _parts_of_final_demand(draft: Draft) -> dict[str, np.ndarray]:
    """The shares [s,n] of households and of investment in final demand, without falling stocks; none if not known."""
    if draft.final_use is None:
        return {}
    used = np.maximum(draft.final_use, 0)
    total = used.sum(0)
    overall = used.sum(1) / np.maximum(used.sum((0, 1)), math.ulp(0.0))  # [u,n], where nothing of a sector is bought
    share = np.where(total > 0, used / np.where(total > 0, total, 1), overall[:, None])
    return {use: share[k] for k, use in enumerate(FINAL_USES[:-1])}
