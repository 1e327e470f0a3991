"""The outcomes on the table on a day, each with a resolution rule that is a query on the record, and its duties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from detente import labels
from detente.ask.pricing import duties
from detente.ask.pricing.duties import DutyLayer
from detente.record.state import State
from detente.record.store import Record

SIDES = ("USA", "CHN")
DEAL_SOURCE = "off_20251101_wh_busan_factsheet"
DEAL_KNOWN, DEAL_IN_FORCE = "2025-11-05", "2025-11-10"
MIRROR = "the answer is an assumption: the same points on all goods, as in April 2025"


@dataclass(frozen=True)
class Outcome:
    """name; rule: when it has happened; layers: every duty in force under it; changes: those that differ from today's.

    notes: what a reader must know; not_priced: items without an instrument, each with why; known_since: the day its
    terms could be known, where that is after the day asked about; evidence: statement ids.
    """

    name: str
    title: str
    rule: str
    layers: tuple[DutyLayer, ...]
    changes: tuple[DutyLayer, ...] = ()
    notes: tuple[str, ...] = ()
    items: tuple[dict[str, Any], ...] = ()
    known_since: str | None = None
    evidence: tuple[str, ...] = field(default=())


def on_the_table(record: Record, state: State, economies: Sequence[str]) -> list[Outcome]:
    """Every outcome that the record supports on the state's day, the status quo first."""
    base = tuple(duties.in_force(state, economies))
    known = set(economies)

    def only(layers: Sequence[DutyLayer]) -> tuple[DutyLayer, ...]:
        return tuple(layer for layer in layers if layer.by in known and layer.against in known)

    truce = state.truces[0] if state.truces else None
    found = [holds(truce, base)]
    if truce:
        found += lapses(state, truce, base, only)
        found += press_scenario(state, truce, base, only)
    found += threats(state, base, only)
    found += pending(state, base, only)
    found += deal(record, state, base, economies)
    return found


def holds(truce: dict[str, Any] | None, base: tuple[DutyLayer, ...]) -> Outcome:
    """The duties in force today stay: the truce is extended, or nothing changes."""
    if truce is None:
        return Outcome("status-quo", "Nothing changes", "no duty of either side changes", base)
    return Outcome(
        "truce-extended",
        "Truce extended",
        f"a text of both sides in force by {truce['expiry']} moves the end of the truce to a later day",
        base,
        evidence=tuple(link["statement"] for link in truce.get("chain", ())),
    )


def lapses(state: State, truce: dict[str, Any], base: tuple[DutyLayer, ...], only: Any) -> list[Outcome]:
    """What the official texts suspended comes back, on both sides or one; nothing else does."""
    day, found = state.as_of[:10], []
    back = {
        side: [x for row in duties.suspended(state, side) for x in duties.measure_layers(row, day)] for side in SIDES
    }
    proof = {side: tuple(row["statement"] for row in duties.suspended(state, side)) for side in SIDES}
    dead = [
        f"nothing of {labels.name(side)} comes back: no suspended duty of it has a legal basis on this day;"
        " another duty would be a new act"
        for side in SIDES
        if not back[side]
    ]
    cases: list[tuple[str, str, tuple[str, ...]]] = [("truce-lapses", "Truce lapses, both sides", SIDES)]
    cases += [(f"truce-lapses-{side.lower()}-alone", f"Truce lapses, {side} alone", (side,)) for side in SIDES]
    for name, title, sides in cases:
        changes = only([layer for side in sides for layer in back[side]])
        if not changes or (len(sides) == 2 and dead):
            continue
        alone = "" if len(sides) == 2 else "; the other side keeps its suspension"
        rule = f"no extension is in force after {truce['expiry']} and suspended duties are collected{alone}"
        ids = tuple(i for side in sides for i in proof[side])
        found.append(Outcome(name, title, rule, base + changes, changes, tuple(dead), evidence=ids))
    return found


def press_scenario(state: State, truce: dict[str, Any], base: tuple[DutyLayer, ...], only: Any) -> list[Outcome]:
    """The 145 and 125 % that newspapers name: the rates of April 2025, which Geneva removed rather than suspended."""
    day = state.as_of[:10]
    alive = any(r["measure"] == "usa-ieepa-reciprocal" and duties.is_levied(r, day) for r in state.measures)
    gone = [r for r in state.measures if r["measure"] in duties.CONTAINS and r["status"] == "ended"]
    if not alive or len(gone) < 2:
        return []
    changes = only([x for row in gone for x in duties.measure_layers(row, day, points=125.0)])
    kept = tuple(layer for layer in base if layer.measure not in duties.CONTAINS.values() or layer.by not in SIDES
                 or layer.against not in ("USA", "CHN", *labels.WITH_CHINA))  # fmt: skip
    return [
        Outcome(
            "press-145-125",
            "145 / 125 % as newspapers say",
            f"after {truce['expiry']} the rates of April 2025 are collected again on both sides",
            kept + changes,
            changes,
            (
                "press and official texts disagree: the joint statement of Geneva removed these rates and suspended 24"
                " points; 145 is 125 and the 20 on fentanyl",
            ),
            evidence=tuple(row["statement"] for row in gone),
        )
    ]


def threats(state: State, base: tuple[DutyLayer, ...], only: Any) -> list[Outcome]:
    """Each threatened duty whose day has not passed, carried out without an answer and with one."""
    found = []
    for row in state.threats:
        effective = row.get("effective")
        if not row.get("rate_pct") or row["status"] in ("expired", "carried_out") or (effective or "9") < state.as_of:
            continue
        changes = only(duties.measure_layers(row, state.as_of[:10]))
        if not changes:
            continue
        notes = [f"said to be withdrawn: {row['quote']!r}, {row.get('by') or row['by_side']}, {row['asserted'][:10]}"]
        notes = notes if row["status"] == "withdrawn" else []
        by, against, points = row["by_side"], row["against"], float(row["rate_pct"])
        mirror = only([DutyLayer(f"{row['threat']}-answered", against, by, points, 1.0, row["source"], MIRROR)])
        rule = f"{by} collects {points:g} points more on goods of {against} from {effective or 'a day not said'}"
        ids = tuple(row.get("statements", ()))
        title = f"Threat carried out: +{points:g} points"
        found.append(
            Outcome(row["threat"], f"{title}, no answer", rule, base + changes, changes, tuple(notes), evidence=ids)
        )
        if mirror:
            both = changes + mirror
            found.append(
                Outcome(
                    f"{row['threat']}-answered",
                    f"{title}, answered in kind",
                    f"{rule}, and {against} answers",
                    base + both,
                    both,
                    (*notes, MIRROR),
                    evidence=ids,
                )
            )
    return found


def pending(state: State, base: tuple[DutyLayer, ...], only: Any) -> list[Outcome]:
    """Duties announced or reported for a later day, each by itself."""
    found = []
    for row in state.measures:
        if row["type"] != "tariff" or row["status"] != "announced":
            continue
        if row.get("legal_from") and str(row["legal_from"])[:10] <= state.as_of[:10]:
            continue
        changes = only(duties.measure_layers(row, state.as_of[:10]))
        if changes:
            title = f"Pending: {row['measure']}, +{changes[0].points:g} points"
            rule = f"{row['imposer']} collects the duty announced as {row['measure']}"
            notes = ("reported, not decided",) if row.get("verification") == "secondary" else ()
            found.append(
                Outcome(row["measure"], title, rule, base + changes, changes, notes, evidence=(row["statement"],))
            )
    return found


def deal(record: Record, state: State, base: tuple[DutyLayer, ...], economies: Sequence[str]) -> list[Outcome]:
    """The Busan deal until it is in force: duties as it leaves them, and every item mapped or marked not priced."""
    day = state.as_of[:10]
    if DEAL_SOURCE not in record.sources or not "2025-10-09" <= day < DEAL_IN_FORCE:
        return []
    after = record.as_of(DEAL_IN_FORCE, DEAL_KNOWN)
    known = set(economies)
    parties = (*SIDES, *labels.WITH_CHINA)
    told = {row["measure"] for row in state.measures} | {row["measure"] for row in after.measures}
    theirs = [x for r in after.measures if duties.is_levied(r, DEAL_IN_FORCE) for x in duties.measure_layers(r, day)]
    kept = [x for x in base if not (x.measure in told and x.by in SIDES and x.against in parties)]
    layers = tuple(kept + [x for x in theirs if x.by in known and x.against in known])
    items = tuple(deal_items(record, base))
    before, now = duties.added_by_pair(base), duties.added_by_pair(layers)
    changed = [x for x in layers if now[x.by, x.against] != before.get((x.by, x.against)) and x not in base]
    return [
        Outcome(
            "busan-deal",
            "Busan deal",
            "the terms of the fact sheet of 1 November 2025 are in force on 10 November 2025",
            layers,
            tuple(changed),
            ("purchases, licences and fees of the deal move no price in this model",),
            items,
            known_since="2025-11-01" if state.known[:10] < "2025-11-01" else None,
            evidence=tuple(item["statement"] for item in items),
        )
    ]


def deal_items(record: Record, base: tuple[DutyLayer, ...]) -> list[dict[str, Any]]:
    """Every measure of the deal's fact sheet: the instrument that stands for it, or why none does."""
    rows = []
    for s in record.statements():
        if s.source != DEAL_SOURCE or s.kind != "measure":
            continue
        value = dict(s.value)
        name, kind = value["measure"], value["type"]
        here = [x for x in base if x.measure == name]
        if kind == "tariff" and value["status"] == "suspended" and value.get("rate_pp"):
            told = {"priced": True, "instrument": "stays suspended: the duties in force already leave it out"}
        elif kind == "tariff" and here:
            new = 0.0 if value["status"] in ("suspended", "ended") else float(value.get("rate_pct") or 0)
            points = f"{here[0].points:g} → {new:g} points on {here[0].share:.0%} of the trade"
            told = {"priced": True, "instrument": f"duty of {here[0].by} on {here[0].against}: {points}"}
        else:
            why = "already out of force" if kind == "tariff" else duties.WHY_NOT.get(kind, duties.WHY_NOT["other"])
            told = {"priced": False, "instrument": f"not priced: {why}"}
        rows.append({"item": name, "by": value["imposer"], "type": kind, **told, "quote": s.quote, "statement": s.id})
    return rows
