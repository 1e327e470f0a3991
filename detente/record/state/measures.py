"""Measures: the latest status of each, with five dates kept apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from detente.record.fact import Statement, has_started
from detente.record.state.claims import (
    PRESS,
    Row,
    SetAside,
    asserted_on,
    cite,
    first_day,
    is_asserted_by,
    normalized,
    source_weight,
)

_FIVE = ("announced", "signed", "legal_from", "suspended_until", "published")
_SHOWN = (
    "type", "imposer", "target", "rate_pct", "rate_pp", "rates", "status", "authority", "instrument", *_FIVE, "scope",
    "until", "due", "reason", "truce", "part_of", "product", "quantity_mmt", "quantity_mmt_per_year",
    "quantity_aircraft", "usd_bn", "usd_bn_per_year",
)  # fmt: skip
_LASTING = ("type", "imposer", "target", "authority", "scope", "product")


def derive_measures(
    told: list[Statement], truces: list[Row], at: str, proposed: Collection[str] = ()
) -> tuple[list[Row], list[SetAside]]:
    """One row a measure, and the proposals that fit none on record and are no news."""
    left: list[SetAside] = []
    last = max((asserted_on(s) for s in told if s.id not in proposed), default=None)
    groups: dict[str, list[Statement]] = {}
    loose = []
    for s in told:
        if s.value.get("measure"):
            groups.setdefault(s.value["measure"], []).append(s)
        else:
            loose.append(s)
    beside: dict[str, list[Statement]] = {}
    for s in loose:
        fits = _measures_of(s, groups)
        if len(fits) == 1:
            beside.setdefault(fits[0], []).append(s)
        elif s.id in proposed and last and not asserted_on(s) > last:
            named = f"it fits several: {', '.join(sorted(fits)[:6])}" if fits else "it fits no measure of the record"
            left.append((s, named))
        elif is_asserted_by(s, at):
            unnamed = "/".join(
                str(s.value.get(k)) for k in ("type", "imposer", "target", "rate_pct", "rate_pp", "status")
            )
            beside.setdefault(f"{unnamed}/{normalized(s.value.get('scope') or s.value.get('product'))}", []).append(s)
    rows = [_measure(name, group, beside.pop(name, []), truces, at) for name, group in groups.items()]
    rows += [_measure(None, group, [], truces, at) for group in beside.values()]
    order = {"USA": 0, "CHN": 1}
    found = [r for r in rows if r is not None]
    found.sort(key=lambda r: (r["measure"] is None, order.get(r["imposer"], 2), r["measure"] or "", r["type"]))
    return found, left


def _measures_of(s: Statement, groups: Mapping[str, list[Statement]]) -> list[str]:
    """The measures a statement without an id may speak of: those that fit its type, sides, rate and status.

    Of a package and its parts, the package; of several, those that share most words of the scope.
    """
    value = s.value
    rates = {value[k] for k in ("rate_pct", "rate_pp") if value.get(k) is not None}
    fits = []
    for name, group in groups.items():
        first = group[0].value
        held = {g.value.get(k) for g in group for k in ("rate_pct", "rate_pp")}
        same_target = not value.get("target") or not first.get("target") or value["target"] == first["target"]
        same = value["type"] == first["type"] and value["imposer"] == first["imposer"] and same_target
        if same and rates <= held and any(g.value["status"] == value["status"] for g in group):
            fits.append(name)
    whole = [n for n in fits if not any(g.value.get("part_of") in fits for g in groups[n])]
    words = {n: len(_words(s) & {w for g in groups[n] for w in _words(g)}) for n in whole}
    most = max(words.values(), default=0)
    return [n for n in whole if words[n] == most]


def _words(s: Statement) -> frozenset[str]:
    """The words of what it covers; of a proposal also those of its quote."""
    value = s.value
    told = [value.get(k) or "" for k in ("scope", "product", "authority", "instrument")]
    told += [(value.get("measure") or "").replace("-", " "), "" if value.get("measure") else s.quote]
    return frozenset(w for w in normalized(" ".join(told)).split() if len(w) > 3)


def _effect(s: Statement) -> str:
    """The day a status starts: the legal day, or for announcements and promises the day they were made."""
    if s.value["status"] in ("announced", "committed"):
        return s.value.get("announced") or asserted_on(s)
    return s.value.get("legal_from") or s.date.iso or asserted_on(s)


def _order(s: Statement) -> tuple[str, str, int, bool]:
    effect = _effect(s)
    return (first_day(effect) if effect else "", asserted_on(s), source_weight(s), bool(s.value.get("instrument")))


def _measure(
    name: str | None, group: list[Statement], beside: list[Statement], truces: list[Row], at: str
) -> Row | None:
    imposer = group[0].value["imposer"]
    pools = (
        [s for s in group if s.by.side in (imposer, "joint")],
        [s for s in group if source_weight(s) > PRESS],
        group,
    )
    pool = sorted(next(p for p in pools if p), key=_order)
    done = [s for s in pool if not _effect(s) or has_started(_effect(s), at, imposer)]
    begun_ids = {s.id for s in done}
    ahead = [s for s in pool if s.id not in begun_ids]
    if not done and not (ahead := [s for s in ahead if is_asserted_by(s, at)]):
        return None
    preferred = [s for s in done if s.rank == "preferred"]
    now = preferred[-1] if preferred else done[-1] if done else ahead[0]
    row: Row = {k: now.value.get(k) for k in _SHOWN}
    row["rate_pct"], row["rate_pp"] = now.value.get("rate_pct"), now.value.get("rate_pp")
    for k in _LASTING:
        row[k] = (
            row[k]
            if row[k] is not None
            else next((s.value[k] for s in [*reversed(done), *pool] if s.value.get(k)), None)
        )
    row["announced"] = row["announced"] or next((s.value["announced"] for s in pool if s.value.get("announced")), None)
    if not done:
        row["status"] = "announced"
    row |= {
        "measure": name,
        "derived": None,
        "standing": _measure_standing(now, imposer),
        **cite(now),
        "note": now.note,
    }
    _let_time_pass(row, now, truces, at)
    pooled = {s.id for s in pool}
    others = [s for s in group if s.id not in pooled and source_weight(s) > PRESS and is_asserted_by(s, at)]
    newer = [s for s in others if asserted_on(s) >= asserted_on(now)]
    row["claims"] = [_claim(s) for s in newer]
    row["pending"] = [_claim(s) for s in ahead if is_asserted_by(s, at) and s is not now]
    row["statements"] = [s.id for s in [*done, *ahead, *beside]]
    return row


def _measure_standing(s: Statement, imposer: str) -> str:
    if s.by.side == "joint":
        return "confirmed_both"
    if source_weight(s) == PRESS:
        return "reported"
    return "imposer" if s.by.side == imposer else "announced_one_side"


def _claim(s: Statement) -> Row:
    dates = {k: s.value.get(k) for k in (*_FIVE, "until")}
    return {
        "status": s.value["status"],
        "rate_pct": s.value.get("rate_pct"),
        "rate_pp": s.value.get("rate_pp"),
        **dates,
        **cite(s),
    }


def _let_time_pass(row: Row, now: Statement, truces: list[Row], at: str) -> None:
    """What follows from the calendar alone: a day of effect reached, a term or a suspension run out."""
    value, imposer = now.value, now.value["imposer"]

    def reached(name: str) -> bool:
        return bool(value.get(name)) and has_started(value[name], at, imposer)

    if value["status"] == "announced" and reached("legal_from"):
        row |= {"status": "in_force", "derived": f"announced for {value['legal_from']}, and the day has come"}
    if value["status"] == "suspended" and reached("suspended_until"):
        end = value["suspended_until"]
        truce = next((t for t in truces if t["truce"] == value.get("truce")), None)
        if (
            truce
            and truce["status"] in ("announced_one_side", "reported", "contested", "in_force")
            and truce["expiry"] > end
        ):
            row["derived"] = (
                f"the text suspends it until {end}; the truce to {truce['expiry']} is {truce['status']},"
                " and no notice for this measure is at hand"
            )
            row["standing"] = truce["status"]
        else:
            row |= {
                "status": "in_force",
                "legal_from": end,
                "derived": f"suspended until {end}, and no extension is known",
            }
    if value["status"] == "committed" and reached("due"):
        row["derived"] = f"it fell due on {value['due']}"
    if value["status"] in ("in_force", "reduced", "announced") and reached("until"):
        row |= {
            "status": "ended",
            "legal_from": value["until"],
            "derived": f"its term ended on {value['until']}, and no extension is known",
        }
