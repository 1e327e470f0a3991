"""Global Trade Alert: interventions of its API and of its CSV export, and the ticker of updates.

A state act is a source, an intervention is an act. An entry is known since the analyst published it, not since the
measure was announced. Product codes are numbers there, so leading zeros are put back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedAct, FeedFile, FeedSource, FeedTable, Update, together, unless_refused
from detente.record.feeds.untrusted import (
    columns,
    flat,
    mappings,
    number,
    objects,
    refuse,
    table,
    web_address,
    without_tags,
)

NO_ACT = "parameters of an estimate, without the law behind them: no act is made"
ESTIMATES = {
    "events": {"effective_date", "event_id", "rate_component", "affected_countries"},
    "rates": {"rate_type", "rate", "scenario", "effective_date"},
}
YEAR_ONLY = "31 December or 1 January may stand for a year without a day"
TYPES = (
    ("exemption", re.compile(r"exempt|exclusion", re.I)),
    ("export_control", re.compile(r"export (?:ban|licen|control|quota|tax)", re.I)),
    ("import_ban", re.compile(r"import ban", re.I)),
    ("tariff", re.compile(r"tariff|dut(?:y|ies)|anti-?dumping|countervailing|safeguard", re.I)),
)


def recognise(file: FeedFile) -> str:
    """interventions, ticker, table, or one of the tables of its tariff estimates; empty for anything else."""
    if file.form == "text":
        return _kind_of_table(file)
    if file.form != "json" or not isinstance(file.value, Mapping):
        return ""
    first = _first(file.value.get("results"))
    if "update_id" in first and "intervention_id" in first:
        return "ticker"
    return "interventions" if {"intervention_id", "state_act_id"} <= first.keys() else ""


def _kind_of_table(file: FeedFile) -> str:
    if all(name in file.first_line for name in ("State Act ID", "Intervention ID")):
        return "table"
    header = columns(file)
    return next((name for name, needed in ESTIMATES.items() if needed <= header), "")


def _events(file: FeedFile) -> Update:
    """The register of events behind its estimates of tariffs: days and names, for comparison."""
    rows = table(file)
    facts = {row["event_id"]: row["effective_date"] for row in rows}
    return Update(tables=(FeedTable(file.path, "events of tariff estimates, by day", len(rows), facts, NO_ACT),))


def _rates(file: FeedFile) -> Update:
    """The rates behind its estimates of tariffs, by scenario and day."""
    rows = table(file)
    facts = {"/".join((row["rate_type"], row["scenario"], row["effective_date"])): number(row["rate"]) for row in rows}
    return Update(tables=(FeedTable(file.path, "rates of tariff estimates", len(rows), facts, NO_ACT),))


def _first(results: Any) -> Mapping[str, Any]:
    while isinstance(results, list) and results:
        results = results[0]
    return results if isinstance(results, Mapping) else {}


def read(files: Sequence[FeedFile]) -> Update:
    """The sources and acts of all files."""
    readers = {"interventions": _interventions, "ticker": _ticker, "table": _table, "events": _events, "rates": _rates}
    return together(readers[recognise(file)](file) for file in files)


def _interventions(file: FeedFile) -> Update:
    value = file.value
    following = web_address(value.get("next"))
    remarks = (f"{file.path}: {value.get('count')} interventions in all; more on the next page: {following}",)
    items = mappings(file.path, value["results"], "results")
    acts = (unless_refused(file.path, partial(_intervention, file.path, item)) for item in items)
    return together((Update(warnings=remarks if following else ()), *acts))


def _intervention(path: str, item: Mapping[str, Any]) -> Update:
    known, title = dates.iso_day(item.get("date_published")), item.get("state_act_title")
    sides = _jurisdictions(item.get("implementing_jurisdictions"))
    name = f"intervention {item.get('intervention_id')}"
    if known is None or not isinstance(title, str):
        refuse(path, f"{name} has no date_published or no title", "ask the API for it again")
    if not sides:
        refuse(path, f"{name} names no implementing jurisdiction that is known", "ask the API for it again")
    source = _source(item, flat(title), known)
    acts = tuple(_act(item, side, len(sides) > 1, source) for side in sides)
    return Update(sources=(source,), acts=acts)


def _jurisdictions(value: Any) -> tuple[str, ...]:
    """ISO3 codes by the name or the code that the entry gives, not by its number; the EU for all its members."""
    codes = [str(row.get("iso") or "") for row in objects(value)]
    sides = tuple(dict.fromkeys(code for code in codes if re.fullmatch(r"[A-Z]{3}", code)))
    members = catalogue.members_of_the_eu()
    if len(sides) >= len(members) and members <= set(sides):
        return ("EU", *(side for side in sides if side not in members))
    return sides


def _source(item: Mapping[str, Any], title: str, known: str) -> FeedSource:
    rows = objects(item.get("intervention_description"))
    texts = [without_tags(str(row.get("description") or "")) for row in rows]
    return catalogue.source(
        "gta",
        f"gta-{item.get('state_act_id')}",
        title,
        published=known,
        known=known,
        url=web_address(item.get("state_act_url")),
        text="\n".join(texts),
    )


def _act(item: Mapping[str, Any], imposer: str, several: bool, source: FeedSource) -> FeedAct:
    identity = f"gta-{item.get('intervention_id')}" + (f"-{imposer.lower()}" if several else "")
    product = _product(item)
    start = dates.iso_day(item.get("date_implemented"))
    until = dates.iso_day(item.get("date_removed"))
    prior, new = number(product.get("prior_level")), number(product.get("new_level"))
    rate, kind = _rate(prior, new, source.title)
    return FeedAct(
        identity,
        imposer,
        targets=_jurisdictions(item.get("affected_jurisdictions")),
        rate=rate,
        rate_kind=kind,
        legal_from=start,
        until=until,
        announced=dates.iso_day(item.get("date_announced")),
        edited=dates.iso_day(item.get("last_updated")),
        status=_status(start, until),
        published=source.published,
        known=dates.iso_day(item.get("date_published")),
        type=next((name for name, words in TYPES if words.search(str(item.get("intervention_type")))), "other"),
        products=tuple(code(row.get("product_id")) for row in objects(item.get("affected_products"))),
        old_rate=prior if kind == "level" and prior else None,
        note=_note(start, until),
        sources=(source.id,),
    )


def _note(start: str | None, until: str | None) -> str:
    return YEAR_ONLY if (start or "").endswith("-12-31") or (until or "").endswith("-01-01") else ""


def _status(start: str | None, until: str | None) -> str | None:
    if until:
        return "ended"
    return None if start else "announced"


def _product(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(objects(item.get("affected_products"))), {})


def _rate(prior: float | None, new: float | None, title: str) -> tuple[float | None, str]:
    """The new level; the points added where additional duties raise a level that is known.

    A prior level of 0 often means that it is missing, as Global Trade Alert warns, so nothing is computed from it.
    """
    if new is not None and prior and new > prior and re.search(r"additional dut", title, re.I):
        return round(new - prior, 6), "add"
    return new, "level" if new is not None else "unknown"


def code(value: Any) -> str:
    """A product code of six digits, with the zero that a number loses."""
    digits = re.sub(r"\D", "", str(value))
    return digits.zfill(6) if len(digits) == 5 else digits


def _ticker(file: FeedFile) -> Update:
    """Updates in prose: named for review; nothing in them changes an act."""
    remarks = []
    for item in mappings(file.path, file.value["results"], "results"):
        text = flat(without_tags(str(item.get("description") or "")))
        day = dates.iso_day(item.get("modified")) or "an unknown day"
        remarks.append(f"gta-{item['intervention_id']} changed on {day}, for review: {text[:200]}")
    return Update(changes=tuple(remarks))


def _table(file: FeedFile) -> Update:
    """The CSV export: it lacks the day of publication, so nothing in it can be known since a day."""
    rows = table(file)
    ids = [f"gta-{row['Intervention ID']}" for row in rows]
    facts = {
        "interventions": ids,
        "state_acts": list(dict.fromkeys(f"gta-{row['State Act ID']}" for row in rows)),
        "products": {i: code(row.get("Affected product")) for i, row in zip(ids, rows, strict=True)},
        "implemented": {i: dates.iso_day(row.get("Date implemented")) for i, row in zip(ids, rows, strict=True)},
    }
    note = "it has no day of publication, so no act is made; take the entries from the API"
    return Update(tables=(FeedTable(file.path, "Global Trade Alert, interventions", len(rows), facts, note),))
