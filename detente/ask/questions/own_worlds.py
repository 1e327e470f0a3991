"""Worlds: a table of one's own imported, checked and described; the worlds that ship; a template to fill."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detente.ask import schedules
from detente.ask.answer import Answer
from detente.economy import calibrate, elasticities, engine, importers, tables
from detente.economy import world as worlds
from detente.economy.importers import plain
from detente.economy.importers.draft import Finding, findings, to_table
from detente.economy.importers.shares import JOINT
from detente.economy.models import multi_sector, one_sector
from detente.economy.world import InputOutput, World
from detente.errors import DataError, QuestionError
from detente.safe_io import write_file

SUFFIX = ".npz"


def import_table(
    files: str | Sequence[str],
    *,
    out: str,
    layout: str = importers.AUTO,
    mend: bool = False,
    shares: str = JOINT,
    groups: str | None = None,
    tariff_file: str | None = None,
    services: Sequence[str] | None = None,
    year: int | None = None,
    unit: str | None = None,
) -> Answer:
    """A table in a layout of the field as a world of one's own, written to an .npz that --world takes.

    shares: joint, apart or by-user, see `importers.shares`. groups, tariff_file: a mapping of economies and sectors,
    and tariffs by sector or by HS code, as CSV. Raises DataError for a table that cannot be read or is no economy,
    QuestionError for an option that cannot be; then nothing is written.
    """
    if Path(out).suffix != SUFFIX:
        raise QuestionError(f"--out {out}: a world is an {SUFFIX} file; name one, such as mine{SUFFIX}")
    if layout not in (importers.AUTO, *importers.LAYOUTS):
        raise QuestionError(f"--layout {layout!r}; it is one of auto, {', '.join(importers.LAYOUTS)}")
    changes = importers.Changes(
        mend, shares, groups, schedules.read(tariff_file), tuple(services) if services else None, year, unit
    )
    draft = importers.read_draft([files] if isinstance(files, str) else files, layout, changes)
    table = to_table(draft)
    world = calibrate.calibrate(table, elasticities.named(None, table.sectors))
    write_file(out, worlds.packed(table), error=DataError)
    data = {
        "out": out,
        "layout": draft.source.layout,
        "findings": [_finding(each) for each in findings(draft)],
        "changes": list(draft.mends),
        "left_out": list(draft.left_out),
        **_summary(table, world),
    }
    return Answer("world import", data, _notes(table), {"out": out, "layout": layout, "mend": mend, "shares": shares})


def check(name: str) -> Answer:
    """What is odd in a table, with its size, and whether it is an economy; the residual of its equations if so.

    name: a shipped world, an .npz, or a file in a layout of the field, as it stands. Raises DataError for a file that
    cannot be read, QuestionError for an unknown name.
    """
    odd: list[Finding] = []
    left_out: tuple[str, ...] = ()
    problem = ""
    data: dict[str, Any] = {}
    try:
        if not tables.is_shipped(name) and not name.endswith(SUFFIX) and importers.is_table(name):
            draft = importers.read_draft([name])
            odd, left_out = findings(draft), draft.left_out
            table: Any = to_table(draft)
        else:
            table = tables.load(name)
        data = _summary(table, _calibrated(table))
    except DataError as refused:
        problem = str(refused)
        if not odd:
            raise
    data |= {
        "world": name,
        "is_economy": not problem,
        "problem": problem,
        "findings": [_finding(each) for each in odd],
        "left_out": list(left_out),
    }
    return Answer("world check", data, _notes(table) if not problem else (), {"world": name})


def describe(name: str) -> Answer:
    """A world's economies and sectors with their size, trade and tariffs, and where it comes from.

    Raises QuestionError for an unknown name, DataError for a table that is no economy.
    """
    table = tables.load(name)
    world = _calibrated(table)
    flows = np.asarray(world.duty_free * world.spending[..., None])
    flows = flows if flows.ndim == 3 else flows[None]  # [s,n,i]
    own = np.diagonal(flows, axis1=1, axis2=2)  # [s,n]
    output, imports = flows.sum(1), flows.sum(2) - own
    duty = (flows * world.tariff).sum(2)
    rows = [
        {
            "code": code,
            "output": float(output[:, n].sum()),
            "exports": float((output - own)[:, n].sum()),
            "imports": float(imports[:, n].sum()),
            "average_duty_pct": _percent(duty[:, n].sum(), imports[:, n].sum()),
        }
        for n, code in enumerate(world.economies)
    ]
    theta = np.broadcast_to(np.asarray(world.structure.elasticity, float), len(flows))
    sectors = [
        {
            "code": code,
            "output": float(output[s].sum()),
            "traded_pct": _percent(imports[s].sum(), output[s].sum()),
            "average_duty_pct": _percent(duty[s].sum(), imports[s].sum()),
            "elasticity": float(theta[s]),
            "service": code in getattr(table, "services", ()),
        }
        for s, code in enumerate(world.sectors or ("all goods",))
    ]
    data = {"world": name, "economy_rows": rows, "sector_rows": sectors, **_summary(table, world)}
    return Answer("world describe", data, _notes(table), {"world": name})


def listing() -> Answer:
    """The worlds that ship, and the layouts from which one's own can be imported."""
    rows = []
    for name in worlds.worlds():
        table = worlds.table(name)
        sectors = getattr(table, "sectors", ())
        rows.append(
            {
                "name": name,
                "economies": len(table.economies),
                "sectors": max(len(sectors), 1),
                "year": table.origin.year,
                "unit": table.origin.unit,
                "licence": table.origin.licence,
            }
        )
    layouts = [{"name": each.name, "words": each.words} for each in importers.LAYOUTS.values()]
    return Answer("world list", {"worlds": rows, "layouts": layouts})


def template() -> Answer:
    """A small table in the plain layout, to be filled with one's own numbers."""
    return Answer("world template", {"text": plain.template()})


def _calibrated(table: Any) -> World:
    if isinstance(table, InputOutput):
        return calibrate.calibrate(table, elasticities.named(None, table.sectors))
    return one_sector.calibrate(table)


def _summary(table: Any, world: World) -> dict[str, Any]:
    """What import, check and description share."""
    sectors = getattr(table, "sectors", ())
    model: Any = multi_sector if sectors else one_sector
    chosen = elasticities.named(None, sectors).name if sectors else str(one_sector.ELASTICITY)
    return {
        "economies": list(table.economies),
        "sectors": list(sectors),
        "services": list(getattr(table, "services", ())),
        "year": table.origin.year or None,
        "unit": table.origin.unit,
        "output": float(table.flows.sum()),
        "elasticity": chosen,
        "residual": float(engine.baseline_residual(model, world)),
        "sources": list(table.origin.sources),
        "licence": table.origin.licence,
        "made_by": table.origin.made_by,
    }


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "count": each.count,
        "size": each.size,
        "text": each.text,
        "must_be_mended": each.blocking,
    }


def _percent(part: float, whole: float) -> float:
    return 100 * float(part) / float(whole) if whole else 0.0


def _notes(table: Any) -> tuple[str, ...]:
    """What a reader must know before pricing with a table."""
    if not isinstance(table, InputOutput):
        return ()
    notes = []
    if not table.tariff.any():
        notes.append("no tariffs in the table: its base year is without duties; --tariffs brings your own")
    if not table.services:
        notes.append(
            "no sector is known as a service, so duties may fall on all; --services names those that bear none"
        )
    if elasticities.named(None, table.sectors).name == elasticities.UNIFORM:
        notes.append("no published set of elasticities has these sectors: one value is used for all (uniform-4)")
    return tuple(notes)
