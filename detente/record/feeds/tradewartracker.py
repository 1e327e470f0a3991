"""tradewartracker: the actions of its notebook, and its tables.

The notebook is read as data: the dictionaries of TARIFF_ACTIONS, value by value; nothing of it is run. Rates stand only
in its prose, and its days are those of announcement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedAct, FeedFile, FeedTable, Update, together
from detente.record.feeds.untrusted import columns, list_of_dicts, number, refuse, table

ACTIONS = "TARIFF_ACTIONS"
TABLES: tuple[tuple[str, set[str]], ...] = (
    ("by_country", {"date", "country_name", "effective tariff"}),
    ("daily", {"date", "import_weighted_avg_tariff"}),
    ("rates", {"Countries and Territories"}),
    ("codes", {"HTSUS"}),
)
NUMBER = r"(\d+(?:\.\d+)?)%"
EVERYBODY = re.compile(rf"all countries to {NUMBER}", re.I)
FROM_TO = re.compile(rf"^(?P<who>[^:]+?) (?:reciprocal |tariff )?from {NUMBER} to {NUMBER}")
SUM = re.compile(rf"^(?P<who>[^:]+?):? .*?= {NUMBER}")


def recognise(file: FeedFile) -> str:
    """notebook or one of the tables; empty for anything else."""
    if file.form == "json" and isinstance(file.value, Mapping) and isinstance(file.value.get("cells"), list):
        return "notebook" if ACTIONS in file.text else ""
    if file.form != "text":
        return ""
    header = columns(file)
    return next((name for name, needed in TABLES if needed <= header), "")


def read(files: Sequence[FeedFile]) -> Update:
    """The acts of notebooks and descriptions of tables."""
    readers = {"notebook": _notebook, "by_country": _by_country, "daily": _daily, "rates": _rates, "codes": _codes}
    return together(readers[recognise(file)](file) for file in files)


def _notebook(file: FeedFile) -> Update:
    source = catalogue.source(
        "tradewartracker", "tradewar-actions", "Tariff-by-Country-by-Time", note="days of announcement, not of law"
    )
    actions: list[dict[str, Any]] = []
    for cell in file.value["cells"]:
        text = _cell(cell)
        if re.search(rf"^{ACTIONS}\s*=", text, re.M):
            actions += list_of_dicts(file.path, text, ACTIONS)
    if not actions:
        refuse(file.path, f"no list {ACTIONS} that can be read", "take the notebook that assigns it")
    acts = [act for place, action in enumerate(actions, 1) if (act := _act(place, action, source.id))]
    remark = f"{file.path}: {len(actions) - len(acts)} actions give no rate that can be read: for review"
    return Update(sources=(source,), acts=tuple(acts), warnings=(remark,) if len(acts) < len(actions) else ())


def _cell(cell: Any) -> str:
    source = cell.get("source") if isinstance(cell, Mapping) and cell.get("cell_type") == "code" else ""
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _act(place: int, action: Mapping[str, Any], source: str) -> FeedAct | None:
    """The first rate that the description states for everybody or for a named country; its own day, as a tracker's."""
    text, day = str(action.get("description", "")), dates.iso_day(str(action.get("effective_date", "")))
    targets, rate = _stated(text)
    if day is None or not targets:
        return None
    return FeedAct(
        f"tradewar-{place}",
        catalogue.imposer("tradewartracker"),
        targets=targets,
        rate=rate,
        rate_kind="level",
        legal_from=day,
        until=dates.iso_day(str(action.get("end_date", ""))),
        authority=str(action["authority"]) if action.get("authority") else None,
        instrument=str(action["reference"]) if action.get("reference") else None,
        quote=text,
        tracker_day=True,
        verification="secondary",
        sources=(source,),
    )


def _stated(text: str) -> tuple[tuple[str, ...], float | None]:
    everybody, change = EVERYBODY.search(text), FROM_TO.search(text) or SUM.search(text)
    if everybody:
        return ("ALL",), float(everybody[1])
    return (catalogue.sides_in(change["who"])[:1], float(change.groups()[-1])) if change else ((), None)


def _by_country(file: FeedFile) -> Update:
    rows = table(file)
    facts = {f"{r['date']}/{catalogue.side(r['country_name'])}": number(r["effective tariff"]) for r in rows}
    return Update(tables=(FeedTable(file.path, "tariffs by country and day", len(rows), facts, "percent"),))


def _daily(file: FeedFile) -> Update:
    rows = table(file)
    facts = {row["date"]: number(row["import_weighted_avg_tariff"]) for row in rows}
    return Update(tables=(FeedTable(file.path, "average tariff by day", len(rows), facts, "percent"),))


def _rates(file: FeedFile) -> Update:
    rows = table(file)
    names = next(iter(rows[0])) if rows else ""
    facts = {row[names]: number(list(row.values())[-1].rstrip("%")) for row in rows}
    note = "the list has no day, authority or kind, so no act is made"
    return Update(tables=(FeedTable(file.path, "rates by country", len(rows), facts, note),))


def _codes(file: FeedFile) -> Update:
    codes = [row["HTSUS"] for row in table(file)]
    bad = [code for code in codes if not re.fullmatch(r"[\d.]{4,13}", code)]
    if bad:
        refuse(file.path, f"{bad[0]!r} is no tariff code", "keep the codes as text")
    note = "the list has no day, authority or kind, so no act is made"
    return Update(tables=(FeedTable(file.path, "tariff codes", len(codes), {"codes": codes}, note),))
