"""World: a baseline economy, where it comes from, and its checks.

Axes: s sector, n importer, i exporter. A one-sector world has no sector axis.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import tokenize
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from detente.economy.arrays import namespace
from detente.errors import DataError, QuestionError
from detente.labels import base_sector

NEEDED = ("flows", "uses", "tariff")  # arrays of an input-output table
CHECKED = ("value_added", "final")  # arrays that it may carry, to be checked against the others
FINAL_USES = ("households", "investment")  # arrays that it may carry: shares of final demand
ARRAYS = (*NEEDED, *CHECKED, *FINAL_USES)


MOST_BYTES = 4e9  # that the arrays of a user's file may take
_DAMAGE = (  # what numpy and zipfile raise for a damaged file
    OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, SyntaxError, SystemError,
    TypeError, RecursionError, OverflowError, MemoryError, tokenize.TokenError,
)  # fmt: skip
HEADER = 65_536  # bytes of an array's header that are read


@dataclass(frozen=True)
class Origin:
    """Where a table comes from: year, unit, sources with licences, the hash of the file, the command that made it."""

    name: str
    year: int
    unit: str
    sources: tuple[str, ...]
    licence: str
    sha256: str = ""
    made_by: str = ""

    @property
    def million_usd(self) -> float | None:
        """Millions of USD in one unit of the table; None where the unit is not of dollars."""
        return {"thousand USD": 1e-3, "million USD": 1.0}.get(self.unit)


@dataclass(frozen=True, eq=False)
class TradeTable:
    """Raw observations: goods flows [n,i] without domestic sales, and gross domestic product [n], in one unit."""

    economies: tuple[str, ...]
    flows: np.ndarray
    gdp: np.ndarray
    origin: Origin


@dataclass(frozen=True, eq=False)
class InputOutput:
    """An input-output table in the plain layout, basic prices, one unit; what `calibrate` reads.

    flows [s,n,i]: what n buys of s from i for every use, before duty, domestic sales on the diagonal. uses [n,k,s]:
    what sector s of n buys of k, from wherever, before duty. tariff [s,n,i]: fraction. services: sectors that bear no
    duty. value_added, final [s,n]: only to be checked against the others; the world gets what they leave over.
    households, investment [s,n]: their shares of final demand, where they are known.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: np.ndarray
    uses: np.ndarray
    tariff: np.ndarray
    origin: Origin
    services: tuple[str, ...] = ()
    value_added: np.ndarray | None = None
    final: np.ndarray | None = None
    households: np.ndarray | None = None
    investment: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class World:
    """A baseline economy in which the model's equations hold exactly. With sectors, [s,...] leads where marked (s).

    share (s)[n,i] of n's spending that goes to i; spending (s)[n], income (of labour) and transfer [n] in
    `origin.unit`; tariff (s)[n,i] in force in the baseline, as a fraction; structure: the model's own parameters,
    documented there. final_uses: shares [s,n] of households and of investment in final demand, where a table of one's
    own has them.
    """

    name: str
    economies: tuple[str, ...]
    share: np.ndarray
    spending: np.ndarray
    income: np.ndarray
    transfer: np.ndarray
    tariff: np.ndarray
    structure: Any
    origin: Origin
    sectors: tuple[str, ...] = ()
    final_uses: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __repr__(self) -> str:
        """World('icio-2022': 81 economies, 28 sectors, 2022, million USD)."""
        sectors = f"{len(self.sectors)} sectors" if self.sectors else "one sector"
        origin = f"{self.origin.year}, {self.origin.unit}"
        return f"World({self.name!r}: {len(self.economies)} economies, {sectors}, {origin})"

    def to_pandas(self, table: str = "trade") -> Any:
        """A table as a pandas frame: `trade` (sector, importer, exporter), `economies` or `sectors`.

        Units, sources and licence stand in the frame's `attrs`. Needs the `table` extra. Raises QuestionError for
        another table.

        >>> world.to_pandas("economies").loc["DEU", "exports"]
        """
        from detente.economy import labelled

        return labelled.to_pandas(self, table)

    def to_xarray(self) -> Any:
        """Trade and duties by sector, importer and exporter, with totals, as an xarray Dataset; needs `table`.

        >>> world.to_xarray().trade.sel(importer="USA", exporter="CHN", sector="C26")
        """
        from detente.economy import labelled

        return labelled.to_xarray(self)

    @cached_property
    def duty_free(self) -> np.ndarray:
        """share / (1 + tariff) (s)[n,i]: what reaches the exporter of each unit spent."""
        no_tariff = isinstance(self.tariff, np.ndarray) and not self.tariff.any()
        return self.share if no_tariff else self.share / (1 + self.tariff)

    @cached_property
    def panels(self) -> np.ndarray:
        """share and, below it, duty_free [s,2n,i], in a world with sectors."""
        panels: np.ndarray = namespace(self.share).concatenate([self.share, self.duty_free], axis=1)
        return panels

    @cached_property
    def _cell_cache(self) -> dict[tuple[str, ...], list[tuple[int, ...]]]:
        """The cells of each key of duties that was looked up: outcomes ask for the same ones."""
        return {}

    @cached_property
    def _economy_index(self) -> dict[str, int]:
        return {code: n for n, code in enumerate(self.economies)}

    @cached_property
    def _sector_index(self) -> dict[str, int]:
        return {code: s for s, code in enumerate(self.sectors)}

    @cached_property
    def _kinds_of_sector(self) -> dict[str, list[int]]:
        """The indices of each sector that the world has once for every kind of buyer."""
        kinds: dict[str, list[int]] = {}
        for s, code in enumerate(self.sectors):
            if base_sector(code) != code:
                kinds.setdefault(base_sector(code), []).append(s)
        return kinds

    def index(self, economy: str) -> int:
        """The index of an economy on every axis. Raises QuestionError for an economy that the world does not have."""
        try:
            return self._economy_index[economy]
        except KeyError:
            raise QuestionError(
                f"{economy!r} is not an economy of {self.name} ({len(self.economies)} economies, ISO3 codes such as"
                f" {', '.join(self.economies[:3])}); {_suggestion(economy, self.economies)}"
            ) from None

    def imports(self, importer: str, exporter: str) -> float:
        """Imports of goods at the baseline, before duty, in `origin.unit`."""
        n, i = self.index(importer), self.index(exporter)
        if not self.sectors:
            return float(self.duty_free[n, i] * self.spending[n])
        return float((self.duty_free[:, n, i] * self.spending[:, n])[self.structure.goods].sum())

    def sector(self, code: str) -> int:
        """The index of a sector on the sector axis. Raises QuestionError for a sector that the world does not have."""
        try:
            return self._sector_index[code]
        except KeyError:
            known = ", ".join(self.sectors) or "none"
            raise QuestionError(f"{code!r} is not a sector of {self.name}; it has {known}") from None

    def sectors_of(self, code: str) -> list[int]:
        """The indices of a sector: one, or one for each kind of buyer where the world keeps their shares apart.

        Raises QuestionError as `sector` does.
        """
        return self._kinds_of_sector.get(code) or [self.sector(code)]


def with_structure(world: World, structure: Any) -> World:
    """The same baseline with another structure; what was worked out from its flows is kept."""
    changed = replace(world, structure=structure)
    shared = ("duty_free", "panels")  # computed from fields that stay
    changed.__dict__.update({field: world.__dict__[field] for field in shared if field in world.__dict__})
    return changed


def sector_names(name: str) -> dict[str, str]:
    """A shipped world's sectors, {code: name}; a code is its own name where no names ship."""
    file = resources.files("detente.economy") / "worlds" / f"{name}-sectors.csv"
    if file.is_file():
        return {row["code"]: row["name"] for row in csv.DictReader(file.read_text("utf-8").splitlines())}
    return {code: code for code in getattr(table(name), "sectors", ())}


def _suggestion(code: str, economies: tuple[str, ...]) -> str:
    import difflib

    close = difflib.get_close_matches(code.upper(), economies, n=3, cutoff=0.5)
    return f"try {' or '.join(close)}" if close else "`detente price --help` says how economies are named"


def check(world: World, *, tolerance: float = 1e-9) -> World:
    """The world itself, if it is valid: finite, non-negative, shares that sum to one, transfers that sum to zero.

    Raises DataError naming the first economy that fails, by how much, and what to try.
    """
    n, lead = len(world.economies), (len(world.sectors),) if world.sectors else ()
    shapes = {"share": (*lead, n, n), "tariff": (*lead, n, n), "spending": (*lead, n), "income": (n,), "transfer": (n,)}
    for name, shape in shapes.items():
        _check_array(world, name, shape)
    for name in ("spending", "income"):
        array = np.asarray(getattr(world, name))
        array = array.sum(0) if array.ndim > 1 else array
        if (array == 0).any():
            raise DataError(f"{world.name}: {name} of {world.economies[int(np.argmin(array))]} is zero; drop it")
    _check_sums(world, tolerance)
    return world


def _check_array(world: World, field: str, shape: tuple[int, ...]) -> None:
    """Raises DataError where an array has another shape, or a number that is not finite or too low."""
    array = np.asarray(getattr(world, field))
    if array.shape != shape:
        sizes = f"{len(world.economies)} economies" + (f" and {len(world.sectors)} sectors" if world.sectors else "")
        raise DataError(f"{world.name}: {field} has shape {array.shape}, but {sizes} need {shape}")
    if not np.isfinite(array).all():
        cell = np.argwhere(~np.isfinite(array))[0]
        raise DataError(f"{world.name}: {field} of {place(world, cell)} is not a finite number; fill or drop it first")
    low = array <= -1 if field == "tariff" else array < 0
    if field != "transfer" and low.any():
        cell = np.argwhere(low)[0]
        raise DataError(
            f"{world.name}: {field} of {place(world, cell)} is too low ({array[tuple(cell)]:.4g}); rebalance the table"
        )


def _check_sums(world: World, tolerance: float) -> None:
    """Raises DataError where shares do not sum to one, or transfers to zero."""
    error = np.abs(world.share.sum(-1) - 1)
    if error.max() > tolerance:
        cell = np.unravel_index(int(error.argmax()), error.shape)
        raise DataError(
            f"{world.name}: shares should sum to 1, but {place(world, cell)} is off by {error[cell]:.6f};"
            " divide its row by its sum before calibrating"
        )
    total = abs(world.transfer.sum()) / world.spending.sum()
    if total > tolerance:
        raise DataError(f"{world.name}: transfers should sum to 0, but sum to {total:.2e} of world spending")


def purchase_shares(paid: np.ndarray, spending: np.ndarray) -> np.ndarray:
    """Purchases (s)[n,i] over spending (s)[n]; domestic sales alone where nothing is spent."""
    spent = spending[..., None] > 0
    return np.where(spent, paid / np.where(spent, spending[..., None], 1), np.eye(spending.shape[-1]))


def place(table: World | InputOutput, cell: Any) -> str:
    """A cell in words: its economies, after its sector if it has one."""
    sectors = (table.sectors,) if table.sectors and len(cell) > 1 else ()
    axes = (*sectors, *[table.economies] * (len(cell) - len(sectors)))
    return ", ".join(axis[k] for axis, k in zip(axes, cell, strict=True))


def worlds() -> list[str]:
    """Names of the worlds that ship with the package."""
    folder = resources.files("detente.economy") / "worlds"
    return sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml"))


@cache
def about(name: str) -> dict[str, Any]:
    """What the file beside a shipped world says of it: year, unit, sources, licence, hash."""
    folder = resources.files("detente.economy") / "worlds"
    return tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))


@cache
def table(name: str) -> Any:
    """The raw table of a shipped world: a TradeTable, or an InputOutput where it has sectors.

    Raises QuestionError for an unknown name, DataError where the file was changed.
    """
    folder = resources.files("detente.economy") / "worlds"
    if name not in worlds():
        raise QuestionError(f"no world is named {name!r}; there is {', '.join(worlds())}")
    stated = dict(about(name))
    data = (folder / f"{name}.npz").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != stated["sha256"]:
        raise DataError(
            f"{name}.npz does not match its provenance file: sha256 {digest[:12]}..., expected"
            f" {stated['sha256'][:12]}...; reinstall the package"
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files}
    services = tuple(stated.pop("services", ()))
    origin = Origin(name=name, **stated | {"sources": tuple(stated["sources"])})
    if "sectors" not in arrays:
        return TradeTable(tuple(arrays["economies"].tolist()), arrays["flows"], arrays["gdp"], origin)
    return _input_output(arrays, origin, services)


def _input_output(arrays: dict[str, np.ndarray], origin: Origin, services: tuple[str, ...]) -> InputOutput:
    names = {key: tuple(str(code) for code in arrays[key].tolist()) for key in ("economies", "sectors")}
    numbers = {key: arrays[key].astype(float) for key in ARRAYS if key in arrays}
    return InputOutput(names["economies"], names["sectors"], **numbers, origin=origin, services=services)


def read(path: Path | str) -> InputOutput:
    """A user's own input-output table: an .npz of the plain layout's arrays, named as in InputOutput.

    `services` is a list of sector codes; `tariff` (if no duties are levied), `year`, `unit`, `sources`, `licence` and
    `made_by` are optional. Raises DataError where the file or one of its arrays is missing.
    """
    path = Path(path)
    try:
        _check_members(path)
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: _readable(file[key]) for key in file.files}
    except _DAMAGE as problem:
        reason = " ".join(str(problem).split())[:200]
        raise DataError(f"{path}: not an .npz file of arrays ({reason}); numpy.savez writes one") from None
    names = sorted(arrays)
    _check_names(path, arrays)
    arrays.setdefault("tariff", np.zeros_like(arrays["flows"]) if "flows" in arrays else np.zeros(0))
    missing = [key for key in ("economies", "sectors", *NEEDED) if key not in arrays]
    if missing:
        raise DataError(f"{path}: no array named {missing[0]!r}; it holds {', '.join(names)}")
    unit = str(arrays.get("unit", "not stated"))
    sources = tuple(str(line) for line in np.atleast_1d(arrays.get("sources", f"{path.name}, given by the user")))
    licence, made_by = (str(arrays.get(key, default)) for key, default in (("licence", "not stated"), ("made_by", "")))
    origin = Origin(path.stem, _year(path, arrays.get("year", 0)), unit, sources, licence, made_by=made_by)
    services = tuple(str(code) for code in arrays.get("services", np.zeros(0, str)).tolist())
    return _input_output(arrays, origin, services)


def _readable(array: np.ndarray) -> np.ndarray:
    """An array whose text, if it holds any, is text. Raises ValueError or SystemError for what no text is."""
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8")
    if array.dtype.kind == "U":
        "".join(array.ravel().tolist()).encode()
    return array


def packed(table: InputOutput) -> bytes:
    """The .npz of a table, which `read` reads, with where it comes from and what was changed in it."""
    origin, content = table.origin, io.BytesIO()
    numbers = {key: getattr(table, key) for key in ARRAYS if getattr(table, key) is not None}
    words = {key: np.array(getattr(table, key), str) for key in ("economies", "sectors", "services")}
    about = {key: np.array(getattr(origin, key)) for key in ("year", "unit", "sources", "licence", "made_by")}
    np.savez_compressed(content, **numbers, **words, **about)  # type: ignore[arg-type]
    return content.getvalue()


def _year(path: Path, written: Any) -> int:
    """The year of a table. Raises DataError for what is not one whole number."""
    try:
        return int(written)
    except (TypeError, ValueError):
        raise DataError(f"{path}: year is {written!r}; write one whole number, such as 2022") from None


def _check_members(path: Path) -> None:
    """Read the headers of an .npz before any of its arrays takes memory.

    Raises DataError for arrays that are not of numbers or text, or claim more than MOST_BYTES or than the file holds.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; name an .npz file of arrays")
    with zipfile.ZipFile(path) as archive:
        members, total = archive.infolist(), 0
        _check_sizes(path, members)
        for member in members:
            with archive.open(member) as stream:
                shape, kind = _header(stream)
            claimed = math.prod(shape) * kind.itemsize
            total += max(claimed, member.file_size)
            name = member.filename.removesuffix(".npy")
            if kind.hasobject or kind.kind not in "fiubUS":
                raise DataError(f"{path}: {name} holds {kind}; arrays of real numbers or text are read")
            if total > MOST_BYTES:
                raise DataError(
                    f"{path}: its arrays take {total:.3g} bytes with {name}; at most {MOST_BYTES:.3g} are read"
                )
            if claimed > member.file_size:
                raise DataError(f"{path}: {name} claims {claimed} bytes and holds {member.file_size}; the file is cut")


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Raises DataError for members that unpack to more than is read, stand twice, or are locked."""
    names = [member.filename for member in members]
    twice = next((name for k, name in enumerate(names) if name in names[:k]), None)
    if twice is not None:
        raise DataError(f"{path}: {twice} stands twice in the file; keep one")
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise DataError(f"{path}: it unpacks to more than {MOST_BYTES:.3g} bytes; aggregate it first")
    if any(member.flag_bits & 1 for member in members):
        raise DataError(f"{path}: the file is locked with a password; save it without one")


def _header(stream: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of an array in .npy format. Raises ValueError for what is not."""
    version = np.lib.format.read_magic(stream)
    stream = io.BytesIO(stream.read(HEADER))  # an array's header is some hundred bytes, whatever it claims
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(stream)
    if any(length < 0 for length in shape):
        raise ValueError("negative dimensions are not allowed")
    return shape, kind


def _check_names(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Raises DataError for economies or sectors that are not a list of text, or of which one stands twice."""
    for key in ("economies", "sectors"):
        names = [str(name) for name in np.atleast_1d(arrays.get(key, np.zeros(0, str))).ravel().tolist()]
        twice = next((name for k, name in enumerate(names) if name in names[:k]), None)
        if twice is not None:
            raise DataError(f"{path}: {twice!r} stands twice in {key}; give each a name of its own")
        odd = next((name for name in names if not name.strip() or not name.isprintable()), None)
        if odd is not None:
            raise DataError(f"{path}: {odd!r} in {key} is no name; use letters and digits")
