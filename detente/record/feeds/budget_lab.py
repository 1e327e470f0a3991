"""The Budget Lab at Yale: parameters, revisions, scenarios and series of its tariff-rate-tracker.

Rates there are fractions, and country codes are those of the US Census. Days of effect are modelling days: a dataset
never overrides an official source. The files are under the MIT licence, whose notice stays with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.record.feeds import catalogue, dates
from detente.record.feeds.model import FeedAct, FeedFile, FeedTable, Refused, Update, WhatIf, together
from detente.record.feeds.untrusted import number, objects, parsed_yaml, refuse, table
from detente.safe_io import csv_lines, rows_by_name

PARAMETERS = re.compile(r"^(?:section_122|section_232_annexes|authority_ranges|ieepa_invalidation_date):", re.M)
MODEL = re.compile(
    r"^(?:rate_panel|gtap_reference_date|gtap|bea_io_level|usd_offset|domestic_pricing|compliance_effect):", re.M
)
NAMED = re.compile(r"^scenarios:[ \t]*\n(?:[ \t]*(?:#.*)?\n)*[ \t]*-[ \t]+id:.*\n[ \t]+label:", re.M)
SCENARIOS = re.compile(r"^\w+:[ \t]*\n[ \t]+description:.*\n[ \t]+disable:[ \t]*\[", re.M)
TABLES = {
    "revisions": {"revision", "effective_date", "policy_effective_date", "policy_event"},
    "authorities": {"revision", "authority", "expected"},
    "daily": {"date", "country", "mean_total_rate", "revision"},
    "annexes": {"hts_prefix", "annex"},
}
NOT_AVAILABLE = ("NA", "")


def recognise(file: FeedFile) -> str:
    """parameters, model, scenarios, or one of the tables; empty for anything else."""
    if file.form != "text":
        return ""
    header = set(file.first_line.strip().split(","))
    for name, columns in TABLES.items():
        if columns <= header:
            return name
    patterns = (("parameters", PARAMETERS), ("model", MODEL), ("scenarios", SCENARIOS), ("named", NAMED))
    return next((name for name, pattern in patterns if pattern.search(file.text[:20000])), "")


def read(files: Sequence[FeedFile]) -> Update:
    """The acts of the parameters, the scenarios as what-ifs, and descriptions of the tables."""
    readers = {
        "parameters": _parameters, "model": _model, "scenarios": _scenarios, "named": _named, "revisions": _revisions,
        "authorities": _authorities, "daily": _daily, "annexes": _annexes,
    }  # fmt: skip
    return together(readers[recognise(file)](file) for file in files)


# The parameters


@dataclass(frozen=True)
class _Codes:
    """Census codes of countries to ISO3, as the file itself gives them."""

    census: Mapping[str, str]

    def sides(self, codes: Any) -> tuple[str, ...]:
        """The sides of a list of codes; a code that the file does not explain is left out."""
        rows = codes if isinstance(codes, list) else []
        return tuple(dict.fromkeys(self.census[str(c)] for c in rows if str(c) in self.census))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _codes(parameters: Mapping[str, Any]) -> _Codes:
    named = [
        *((code, str(name).removeprefix("CTY_")) for name, code in _mapping(parameters.get("country_codes")).items()),
        *((code, str(two)) for two, code in _mapping(parameters.get("iso_to_census")).items()),
        *((code, str(name)) for code, name in _mapping(parameters.get("eu27_codes")).items()),
    ]
    return _Codes({str(code): side for code, name in named if (side := catalogue.side(name))})


def percent(fraction: Any) -> float | None:
    """0.15 as 15; None for anything that is no number."""
    if isinstance(fraction, bool) or not isinstance(fraction, (int, float)):
        return None
    return round(float(fraction) * 100, 6)


def _day(value: Any) -> str | None:
    return dates.iso_day(str(value)) if value is not None else None


def _parameters(file: FeedFile) -> Update:
    parameters = parsed_yaml(file.path, file.text)
    if not isinstance(parameters, Mapping):
        refuse(file.path, "parameters that are no mapping", "take config/policy_params.yaml whole")
    source = catalogue.source("budget_lab", "yale-policy-params", "policy_params", note="days are modelling days")
    codes = _codes(parameters)
    acts = [
        act for rule in (_section_122, _ieepa, _annex_acts, _frameworks) for act in rule(parameters, codes, source.id)
    ]
    return Update(sources=(source,), acts=tuple(acts), changes=tuple(_for_review(parameters)))


def _tracked(identity: str, source: str, **values: Any) -> FeedAct:
    return FeedAct(
        f"yale-{identity}",
        catalogue.imposer("budget_lab"),
        tracker_day=True,
        verification="secondary",
        sources=(source,),
        **values,
    )


def _section_122(parameters: Mapping[str, Any], codes: _Codes, source: str) -> Iterator[FeedAct]:
    block = _mapping(parameters.get("section_122"))
    if percent(block.get("rate")) is not None and _day(block.get("effective_date")):
        yield _tracked(
            "s122",
            source,
            targets=("ALL",),
            rate=percent(block["rate"]),
            rate_kind="add",
            legal_from=_day(block["effective_date"]),
            last_day=_day(block.get("expiry_date")),
            authority="Section 122",
            note="" if block.get("finalized") else "ends on its last day unless something else is decided",
        )


def _ieepa(parameters: Mapping[str, Any], codes: _Codes, source: str) -> Iterator[FeedAct]:
    days = {"hts": "ieepa_invalidation_date", "policy": "ieepa_invalidation_policy_date"}
    named = {word: day for word, key in days.items() if (day := _day(parameters.get(key)))}
    if named:
        yield _tracked(
            "ieepa",
            source,
            targets=("ALL",),
            rate_kind="add",
            status="ended",
            tracker_days=named,
            authority="IEEPA",
        )


def _annex_acts(parameters: Mapping[str, Any], codes: _Codes, source: str) -> Iterator[FeedAct]:
    block = _mapping(parameters.get("section_232_annexes"))
    start = _day(block.get("effective_date"))
    for name, annex in _mapping(block.get("annexes")).items():
        yield from _annex(str(name), _mapping(annex), start, codes, source)


def _annex(name: str, annex: Mapping[str, Any], start: str | None, codes: _Codes, source: str) -> Iterator[FeedAct]:
    is_floor = annex.get("rate_type") == "floor"
    rate = percent(annex.get("floor_rate" if is_floor else "rate"))
    if rate is None or start is None:
        return
    shared: dict[str, Any] = {"legal_from": start, "authority": "Section 232", "scope": annex.get("label")}
    kind = "floor_total" if is_floor else "level"
    until = _day(annex.get("sunset_date"))
    yield _tracked(name, source, targets=("ALL",), rate=rate, rate_kind=kind, until=until, **shared)
    for key in annex:
        match = re.fullmatch(r"([a-z]{2})_rate", str(key))
        side, own = (catalogue.side(match[1]) if match else None), percent(annex[key])
        if side and own is not None:
            yield _tracked(f"{name}-{side.lower()}", source, targets=(side,), rate=own, rate_kind="level", **shared)


def _frameworks(parameters: Mapping[str, Any], codes: _Codes, source: str) -> Iterator[FeedAct]:
    """Frameworks of single countries, which end on their day unless they are finalized; the rate is the floor."""
    for key, block in parameters.items():
        frame = _mapping(block)
        targets = codes.sides(frame.get("countries"))
        if not str(key).endswith("_framework") or not targets:
            continue
        yield _tracked(
            str(key).removesuffix("_framework"),
            source,
            targets=targets,
            rate=percent(_mapping(parameters.get("floor_rates")).get("floor_rate")),
            rate_kind="floor_total",
            legal_from=_day(frame.get("effective_date")),
            until=None if frame.get("finalized") else _day(frame.get("expiry_date")),
        )


def _for_review(parameters: Mapping[str, Any]) -> Iterator[str]:
    listed = objects(parameters.get("section_301_rates"))
    if listed:
        numbers = ", ".join(f"{row.get('ch99_pattern')} at {percent(row.get('s301_rate'))} %" for row in listed)
        yield f"section_301_rates have no days, and a heading may be suspended: no acts, for review: {numbers}"
    solar = percent(_mapping(parameters.get("section_201")).get("solar_rate"))
    if solar is not None:
        yield f"section_201.solar_rate ({solar} %) has no day: no act"


# The other files


def _model(file: FeedFile) -> Update:
    parameters = _mapping(parsed_yaml(file.path, file.text))
    return Update(tables=(FeedTable(file.path, "parameters of a model run", len(parameters), note="no act"),))


def _scenarios(file: FeedFile) -> Update:
    rows = _mapping(parsed_yaml(file.path, file.text))
    scenarios = []
    for name, row in rows.items():
        disabled = _mapping(row).get("disable")
        if not isinstance(disabled, list):
            refuse(file.path, f"scenario {name} has no list `disable`", "correct it")
        scenarios.append(
            WhatIf(str(name), str(_mapping(row).get("description", "")), tuple(map(str, disabled)), file.path)
        )
    return Update(what_ifs=tuple(scenarios))


def _named(file: FeedFile) -> Update:
    """The names of the scenarios of a dashboard; what they change stands in other files."""
    named = objects(_mapping(parsed_yaml(file.path, file.text)).get("scenarios"))
    labels = {str(row.get("id")): str(row.get("label", "")) for row in named}
    note = "names alone, no act: what a scenario changes stands in other files"
    return Update(tables=(FeedTable(file.path, "scenarios of a dashboard", len(labels), facts=labels, note=note),))


def _available(text: str) -> str | None:
    return None if text.strip() in NOT_AVAILABLE else text.strip()


def _revisions(file: FeedFile) -> Update:
    """Days of revisions: of the schedule and of the policy; a row that waits for review is left out."""
    source = catalogue.source("budget_lab", "yale-revision-dates", "revision_dates", note="days are modelling days")
    (first, header), *lines = csv_lines(file.text, file.path, error=Refused)
    whole = [(first, header), *((number, _with_commas(cells, header)) for number, cells in lines)]
    rows = rows_by_name(whole, file.path, error=Refused)
    facts: dict[str, Any] = {}
    left_out = []
    for row in rows:
        if _available(row.get("needs_review", "")) == "TRUE":
            left_out.append(row["revision"])
            continue
        year = re.match(r"(\d{4})_", row["revision"])
        facts[row["revision"]] = {
            "year": int(year[1]) if year else 2025,
            "hts": _available(row["effective_date"]),
            "policy": _available(row["policy_effective_date"]),
            "event": _available(row["policy_event"]),
        }
    table = FeedTable(file.path, "revisions of the schedule", len(rows), facts, "events are prose: no act is made")
    remark = f"{file.path}: {', '.join(left_out)} waits for review there (needs_review): left out"
    return Update(sources=(source,), tables=(table,), warnings=(remark,) if left_out else ())


def _with_commas(row: list[str], header: list[str]) -> list[str]:
    """The row with the cells of an event that has commas and no quotes put together again."""
    extra, event = len(row) - len(header), header.index("policy_event")
    if extra <= 0:
        return row
    return [*row[:event], ",".join(row[event : event + extra + 1]), *row[event + extra + 1 :]]


def _authorities(file: FeedFile) -> Update:
    rows = table(file)
    facts = {f"{row['revision']}/{row['authority']}": row["expected"] for row in rows}
    return Update(tables=(FeedTable(file.path, "authorities expected to be active", len(rows), facts, "a check only"),))


def _daily(file: FeedFile) -> Update:
    rows = table(file)
    facts = {
        f"{row['date']}/{row['country']}": {
            "mean": number(row["mean_total_rate"]),
            "weighted": number(row.get("weighted_etr", "")),
            "revision": row["revision"],
        }
        for row in rows
    }
    note = "fractions; empty is unknown; a day can differ from its revision's, which follows the schedule"
    return Update(tables=(FeedTable(file.path, "daily rates by country", len(rows), facts, note),))


def _annexes(file: FeedFile) -> Update:
    rows = table(file)
    facts = {row["hts_prefix"]: row["annex"] for row in rows}
    bad = [prefix for prefix in facts if not re.fullmatch(r"\d{4,10}", prefix)]
    if bad:
        refuse(file.path, f"{bad[0]!r} is no prefix of 4 to 10 digits", "keep the codes as text")
    return Update(tables=(FeedTable(file.path, "products of the Section 232 annexes", len(rows), facts),))
