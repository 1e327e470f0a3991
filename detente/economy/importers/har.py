"""A world from a header array file with the flows of the GTAP model, version 7 or classic.

Sales at home and abroad are at the seller's prices; what firms import is cut to that price in the proportion of an
economy's imports of the good. Sales to the pool of international transport count as sales at home.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.economy.importers.classification import economy_code
from detente.economy.importers.draft import Draft, Source, check_size
from detente.economy.importers.har_file import Array, Header, array, headers, is_har
from detente.errors import DataError


class Names(NamedTuple):
    """What a version of the model calls its flows: exports, imports at the border and with duty, purchases by user."""

    exports: str
    border: str
    with_duty: str
    firms: tuple[str, str]  # of home goods, of imports
    final: tuple[tuple[str, str], ...]


NAMES = (
    Names("VXSB", "VCIF", "VMSB", ("VDFB", "VMFB"), (("VDPB", "VMPB"), ("VDGB", "VMGB"), ("VDIB", "VMIB"))),
    Names("VXMD", "VIWS", "VIMS", ("VDFM", "VIFM"), (("VDPM", "VIPM"), ("VDGM", "VIGM"))),
)
POOL = "VST"


def recognises(path: Path) -> bool:
    """Whether a file is a header array file."""
    with path.open("rb") as file:
        return is_har(file.read(12))


def read(path: Path) -> Draft:
    """The draft of a file that holds the flows needed. Raises DataError that lists the headers where it does not."""
    known = headers(path)
    names = next((names for names in NAMES if names.exports in known), None)
    if names is None:
        listed = ", ".join(f"{h.name} ({h.kind}, {' x '.join(map(str, h.shape))})" for h in known.values())
        raise DataError(f"{path}: no header {' or '.join(names.exports for names in NAMES)}, exports by good and pair;"
                        f" it holds {listed[:900]}")  # fmt: skip
    return _draft(_Flows(path, known, names))


class _Flows:
    """The arrays of a file by what they are, checked against the sets of the exports."""

    def __init__(self, path: Path, known: dict[str, Header], names: Names):
        self.path, self.known, self.names = path, known, names
        exports = self._array(names.exports)
        if exports.values.ndim != 3 or len(exports.elements) != 3 or not all(exports.elements):
            raise DataError(f"{path}: {names.exports} has the axes {exports.sets}; it should have goods, seller, buyer")
        self.sectors, self.economies, buyers = exports.elements
        if self.economies != buyers:
            raise DataError(f"{path}: {names.exports} has other buyers than sellers; aggregate both alike")
        check_size(str(path), len(self.economies), len(self.sectors))
        self.exports = exports.values  # [s,i,n]

    def _array(self, name: str) -> Array:
        if name not in self.known:
            raise DataError(f"{self.path}: no header {name}; flows of {self.names.exports}'s version need it")
        return array(self.known[name], self.path)

    def by_pair(self, name: str) -> np.ndarray:
        """An array of goods, sellers and buyers [s,i,n]."""
        return self._fitting(name, self.exports.shape)

    def by_user(self, names: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
        """What users buy of home goods and of imports: [k,n], or [k,s,n] with firms; one more user is investment."""
        home, foreign = (self._array(name).values for name in names)
        if home.shape != foreign.shape:
            raise DataError(
                f"{self.path}: {names[0]} is {home.shape} and {names[1]} {foreign.shape}; they should agree"
            )
        return home, foreign

    def _fitting(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        values = self._array(name).values
        if values.shape != shape:
            raise DataError(f"{self.path}: {name} is {values.shape}, and the sets of {self.names.exports} need {shape}")
        return values

    def pool(self) -> np.ndarray:
        """Sales to international transport [s,n]; only goods that are margins have any."""
        sales = np.zeros((len(self.sectors), len(self.economies)))
        if POOL in self.known:
            written = self._array(POOL)
            goods = written.elements[0] if written.elements else ()
            if written.values.shape != (len(goods), len(self.economies)) or not set(goods) <= set(self.sectors):
                raise DataError(f"{self.path}: {POOL} has the axes {written.sets}; it should have goods and economies")
            sales[[self.sectors.index(good) for good in goods]] = written.values
        return sales


def _draft(flows: _Flows) -> Draft:
    home, foreign = flows.by_user(flows.names.firms)  # [k,s,n]
    s, n = len(flows.sectors), len(flows.economies)
    if home.shape not in ((s, s, n), (s, s + 1, n)):
        raise DataError(f"{flows.path}: {flows.names.firms[0]} is {home.shape}, and the sets of {flows.names.exports}"
                        f" need {(s, s, n)}, a firm for each good")  # fmt: skip
    users = list(map(flows.by_user, flows.names.final))
    users.append((home[:, s:].sum(1), foreign[:, s:].sum(1)))  # investment, where firms hold it
    if any(cells.shape != (s, n) for pair in users for cells in pair):
        raise DataError(f"{flows.path}: purchases for final use should have goods and economies, {(s, n)}")
    at_home, imported = (sum(pair[k] for pair in users) for k in (0, 1))
    bought = foreign[:, :s].sum(1) + imported  # imports with duty [k,n]
    landed = flows.exports.sum(1)  # [k,n]
    factor = np.divide(landed, bought, out=np.zeros_like(landed), where=bought > 0)
    uses = (home[:, :s] + foreign[:, :s] * factor[:, None]).transpose(2, 0, 1)
    part = np.divide(foreign[:, :s].sum(1), bought, out=np.zeros_like(landed), where=bought > 0)
    abroad = flows.exports.transpose(0, 2, 1)  # [s,n,i]
    own = np.eye(n)
    intermediate = abroad * part[:, :, None] + own * home[:, :s].sum(1)[:, :, None]
    final = abroad * (1 - part[:, :, None]) + own * (at_home + flows.pool())[:, :, None]
    border, with_duty = (flows.by_pair(name).transpose(0, 2, 1) for name in (flows.names.border, flows.names.with_duty))
    tariff = np.divide(with_duty, border, out=np.ones_like(border), where=border > 0) - 1
    return Draft(
        tuple(map(economy_code, flows.economies)), flows.sectors, intermediate, final, uses,
        Source(flows.path.name, "header array file (GTAP)", 0, "million USD"), tariff=tariff,
        final_use=np.array([sum(users[0]), sum(home + foreign for home, foreign in users[2:]), sum(users[1])]),
        left_out=("costs of transport between economies",) if POOL in flows.known else (),
    )  # fmt: skip
