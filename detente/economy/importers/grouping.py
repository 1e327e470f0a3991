"""A mapping file: which economies and sectors become one. A CSV with axis (economy or sector), code, group.

Codes that it does not name stay as they are; a column `service` with yes or no says which groups bear no duty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from detente.economy.importers import text
from detente.economy.importers.classification import economy_in
from detente.economy.importers.draft import Draft, services_of
from detente.errors import DataError

COLUMNS = ("axis", "code", "group")
AXES = ("economy", "sector")
ANSWERS = {"yes": True, "no": False, "": False}


def grouped(draft: Draft, path: Path) -> Draft:
    """The draft with the economies and sectors of a mapping file added up; tariffs are weighted by flows.

    Raises DataError for a file that is no such mapping, or names what the table does not have.
    """
    groups, services = _read(path, {"economy": draft.economies, "sector": draft.sectors})
    economies, of_economy = _membership(draft.economies, groups["economy"])
    sectors, of_sector = _membership(draft.sectors, groups["sector"])
    if len(economies) < 2:
        raise DataError(f"{path}: all economies become one; a world needs two")

    def by_pair(cells: np.ndarray) -> np.ndarray:
        return np.asarray(of_economy @ np.tensordot(of_sector, cells, 1) @ of_economy.T)

    def by_seller(cells: np.ndarray | None) -> np.ndarray | None:
        return None if cells is None else np.asarray(of_sector @ cells @ of_economy.T)

    goods = {groups["sector"].get(code, code) for code in set(draft.sectors) - set(services_of(draft))}
    own = tuple(name for name in sectors if services.get(name, name not in goods))
    uses = np.tensordot(of_economy, np.einsum("gk,nks,hs->ngh", of_sector, draft.uses, of_sector, optimize=True), 1)
    by_user = draft.by_user
    if by_user is not None:
        by_user = np.einsum("gs,skni->gkni", of_sector, by_user)
        by_user = np.stack([by_pair(cells) for cells in by_user])
    return replace(
        draft, by_user=by_user, economies=economies, sectors=sectors, services=own, uses=uses,
        intermediate=by_pair(draft.intermediate), final=by_pair(draft.final), tariff=_tariff(draft, by_pair),
        final_use=by_seller(draft.final_use), value_added=by_seller(draft.value_added), output=by_seller(draft.output),
        mends=(*draft.mends, f"economies and sectors grouped as in {path.name}"),
    )  # fmt: skip


def _tariff(draft: Draft, by_pair: Callable[[np.ndarray], np.ndarray]) -> np.ndarray | None:
    """The mean tariff of each group weighted by flows, the simple mean where nothing flows."""
    if draft.tariff is None:
        return None
    flows = np.maximum(draft.flows, 0)
    weight, simple = by_pair(flows), by_pair(np.ones_like(flows))
    duty = np.divide(by_pair(flows * draft.tariff), weight, out=np.zeros_like(weight), where=weight > 0)
    mean: np.ndarray = np.where(weight > 0, duty, by_pair(draft.tariff) / simple)
    return mean


def _membership(names: tuple[str, ...], groups: Mapping[str, str]) -> tuple[tuple[str, ...], np.ndarray]:
    """The groups in the order of their first members, and who belongs to which [group, member]."""
    own = [groups.get(name, name) for name in names]
    result = tuple(dict.fromkeys(own))
    return result, np.array([[name == group for name in own] for group in result], float)


def _read(path: Path, known: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, dict[str, str]], dict[str, bool]]:
    """{axis: {code: group}}, and whether a group of sectors is a service, where the file says so."""
    groups: dict[str, dict[str, str]] = {axis: {} for axis in AXES}
    services: dict[str, bool] = {}
    for where, written in text.records(path, COLUMNS, f"a mapping has {', '.join(COLUMNS)}, and perhaps service"):
        axis, code, group = _checked(written, known, where)
        if groups[axis].setdefault(code, group) != group:
            raise DataError(f"{where}: {code} is in {groups[axis][code]} and in {group}; choose one")
        answer = written.get("service", "").lower()
        if answer not in ANSWERS:
            raise DataError(f"{where}: service is {answer[:20]!r}; write yes or no")
        if axis == "sector" and answer:
            services[group] = ANSWERS[answer]
    return groups, services


def _checked(written: Mapping[str, str], known: Mapping[str, tuple[str, ...]], where: str) -> tuple[str, ...]:
    """Axis, code and group of a row. Raises DataError for those that the table does not have."""
    axis, code, group = (written[name] for name in COLUMNS)
    code = economy_in(code, known[axis]) if axis == "economy" else code
    if axis not in AXES:
        raise DataError(f"{where}: the axis {axis[:20]!r}; it is {' or '.join(AXES)}")
    if code not in known[axis]:
        raise DataError(f"{where}: {code!r} is no {axis} of the table; it has {', '.join(known[axis][:5])}")
    if not group:
        raise DataError(f"{where}: {code} has no group; name one, or leave the row out")
    return axis, code, group
