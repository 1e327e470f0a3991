"""The state as a person reads it: headline, clock, who has confirmed what, garbled names, sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from detente import labels
from detente.ask.pricing import duties
from detente.ask.talks.dossier import Read

BEIJING = timezone(timedelta(hours=8))
CAPITAL = {"USA": "Washington", "CHN": "Beijing"}
STANDING = {
    "confirmed_both": "confirmed by both",
    "announced_one_side": "announced by one side",
    "contested": "each side has its own word",
    "reported": "reported only",
    "in_force": "in force",
    "lapsed": "lapsed",
}


def reading(read: Read, state: dict[str, Any], as_of: str) -> dict[str, Any]:
    """The state as a person reads it: headline, clock, who has confirmed what, duties, garbled names, sources."""
    clock = clocks(state, as_of)
    return {
        "headline": headline(state, clock),
        "clock": clock,
        "matrix": matrix(state),
        "at_the_table": at_the_table(state),
        "rounds_this_year": sum(str(r.get("start") or "")[:4] == as_of[:4] for r in state["rounds"]),
        "suspended": [
            {"by": row["imposer"], "on": row["target"], "measure": row["measure"], "points": row["rate_pp"]}
            for side in ("USA", "CHN")
            for row in duties.suspended(read.state, side)
        ],
        "garbled": garbled(read),
        "flagged": flagged(read),
        "sources": cited(read, state),
    }


def clocks(state: dict[str, Any], as_of: str) -> dict[str, Any] | None:
    """The end of the truce in Washington, Beijing and UTC, and the days left; None where no truce is known."""
    if not state["truces"]:
        return None
    truce = state["truces"][0]
    at = (truce.get("deadline_at") or {}).get("USA")
    moment = datetime.fromisoformat(at) if at else None
    chain = [
        {key: link.get(key) for key in ("new_expiry", "by_side", "asserted", "status", "quote", "source", "instrument")}
        for link in truce["chain"]
    ]
    told = sorted({str(link["new_expiry"]) for link in chain if link["status"] == "reported"} | {str(truce["expiry"])})
    later = told[-1] if told[-1] > str(truce.get("text_expiry") or truce["expiry"]) else None
    return {
        "expiry": truce["expiry"],
        "reported_expiry": later,
        "text_expiry": truce.get("text_expiry"),
        "status": truce["status"],
        "standing": STANDING.get(truce["status"], truce["status"].replace("_", " ")),
        "days_left": truce.get("days_left"),
        "washington": f"{moment:%Y-%m-%d %H:%M}" if moment else None,
        "beijing": f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment else None,
        "utc": f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}" if moment else None,
        "scope": truce.get("scope"),
        "note": truce.get("note") or None,
        "chain": chain,
    }


def headline(state: dict[str, Any], clock: dict[str, Any] | None) -> str:
    """One or two sentences: the clock, what the last talks reached, the leaders."""
    parts = []
    if clock is None:
        parts.append("No truce is known on this day.")
    elif clock["status"] == "reported" and clock["text_expiry"]:
        passed = " and has passed" if clock["text_expiry"] <= state["as_of"][:10] else ""
        parts.append(
            f"By the texts at hand the truce runs to {clock['text_expiry']}{passed}; {clock['expiry']} is reported and"
            " no official text at hand confirms it."
        )
    elif clock["status"] == "lapsed":
        parts.append(f"The truce lapsed on {clock['expiry']}: no extension is known.")
    else:
        parts.append(f"The truce ends in {clock['days_left']} days, on {clock['expiry']}.")
        if clock["reported_expiry"]:
            parts.append(f"{clock['reported_expiry']} is reported; no official text at hand confirms it.")
    words = {r["by_side"]: r["stage"].replace("_", " ") for r in state["stages"] if r.get("line", "main") == "main"}
    if len(set(words.values())) > 1 and {"USA", "CHN"} <= words.keys():
        parts.append(f"Washington speaks of a {words['USA']}, Beijing of a {words['CHN']}.")
    rows: dict[tuple[Any, Any], dict[str, str]] = {}
    for row in state["confirmations"]:
        rows.setdefault((row["event"], row["date"]), {})[row["by_side"]] = row["status"]
    for (event, day), told in rows.items():
        yes = [CAPITAL.get(side, side) for side, status in told.items() if status == "confirmed"]
        no = [CAPITAL.get(side, side) for side, status in told.items() if status != "confirmed"]
        if yes and no:
            parts.append(f"{event} on {day}: confirmed by {' and '.join(yes)}, not by {' and '.join(no)}.")
        elif yes and day and day >= state["as_of"][:10]:
            parts.append(f"{event} on {day}: confirmed by {' and '.join(yes)}.")
    return " ".join(parts)


def matrix(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Who has confirmed what: a subject, each capital's word with its date, and how the two stand."""
    rows: list[dict[str, Any]] = []
    for truce in state["truces"]:
        told: dict[str, Any] = {}
        for link in truce["chain"]:
            if link["new_expiry"] == truce["expiry"]:
                sides = ("USA", "CHN") if link["by_side"] == "joint" else (link["by_side"],)
                for side in sides:
                    told.setdefault(side, f"states it ({link['asserted'][:10]}, {link['verification']})")
        rows.append(_subject(f"Truce to {truce['expiry']}", told, truce["status"]))
    deals: dict[Any, list[dict[str, Any]]] = {}
    for row in state["stages"]:
        deals.setdefault(row.get("deal") or row.get("object") or "talks", []).append(row)
    for name, stages in deals.items():
        told = {}
        for row in stages:
            word = row["stage"].replace("_", " ")
            word += f", next {row['next'].replace('_', ' ').replace('submitted for ', '')}" if row.get("next") else ""
            quote = f' "{row["quote"]}"' if row.get("quote") else ""
            for side in ("USA", "CHN") if row["by_side"] == "joint" else (row["by_side"],):
                told[side] = f"{word}{quote} ({row['asserted'][:10]})"
        rows.append(_subject(f"Stage: {labels.topic(str(name))}", told, stages[0]["status"]))
    events: dict[tuple[Any, Any], dict[str, str]] = {}
    for row in state["confirmations"]:
        word = {"not_commented": "silent"}.get(row["status"], row["status"])
        search = f"; {row['searched']['words']}" if row.get("searched") else ""
        events.setdefault((row["event"], row["date"]), {})[row["by_side"]] = f"{word} ({row['asserted'][:10]}{search})"
    for (event, day), told in events.items():
        yes = sum(word.startswith("confirmed") for word in told.values())
        standing = "confirmed_both" if yes > 1 else "announced_one_side" if yes else "reported"
        rows.append(_subject(f"{event}, {day}" if day else str(event), told, standing))
    for threat in state["threats"]:
        day = f" from {threat['effective']}" if threat.get("effective") else ""
        points = f"+{threat['rate_pct']:g} points" if threat.get("rate_pct") else "further duties"
        quote = f' "{threat["quote"]}"' if threat.get("quote") else ""
        told = {threat["by_side"]: f"{threat['status']}{quote} ({threat['asserted'][:10]})"}
        rows.append(_subject(f"Threat: {points}{day}", told, threat["status"]))
    return rows


def _subject(what: str, told: dict[str, str], standing: str) -> dict[str, Any]:
    return {
        "what": what,
        "USA": told.get("USA", "none found"),
        "CHN": told.get("CHN", "none found"),
        "standing": STANDING.get(standing, standing.replace("_", " ")),
    }


def at_the_table(state: dict[str, Any]) -> list[tuple[str, str]]:
    """Who headed or attended the rounds so far, most often first, with the side."""
    side = {row["person"]: row["side"] for row in state["people"]}
    count: dict[str, int] = {}
    for row in state["rounds"]:
        for name in row.get("heads") or []:
            count[name] = count.get(name, 0) + 1
    return [(name, side.get(name) or "?") for name in sorted(count, key=lambda name: (-count[name], name))]


def garbled(read: Read) -> list[dict[str, str]]:
    """Surface forms in the document that are not the usual name, and who is meant."""
    return [
        {"surface": s.value["surface"], "person": s.value["person"]} for s in read.proposed if s.kind == "name_variant"
    ]


def flagged(read: Read) -> list[dict[str, Any]]:
    """Passages of the document that carry a flag, with the official text that speaks against them if one is known."""
    against = {row["statement"]: row for row in read.state.to_json().get("flagged", ())}
    found = []
    for s in read.proposed:
        if s.flags and s.kind not in ("name_variant", "participant"):
            held = against.get(s.id, {})
            official = held.get("official") or {}
            told = {"why": held.get("why"), "official": official.get("quote"), "source": official.get("source")}
            found.append({"quote": s.quote, "flags": list(s.flags), "kind": s.kind, **told})
    return found


def cited(read: Read, state: dict[str, Any]) -> list[dict[str, Any]]:
    """The sources behind the rows shown, in order of publication."""
    ids = cited_ids(state, [], set(read.state.statements))
    names = {read.state.statements[i].source for i in ids}
    found = [read.state.sources[name] for name in names if name in read.state.sources]
    keys = ("id", "title", "publisher", "published", "kind", "url", "licence")
    return [{key: getattr(s, key) for key in keys} for s in sorted(found, key=lambda s: (s.published, s.id))]


def cited_ids(state: Any, rows: Any, known: set[str]) -> list[str]:
    """Every statement id that stands in the state or the outcomes, in order, once."""
    found: dict[str, None] = {}
    stack = [rows, state]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(reversed(list(item.values())))
        elif isinstance(item, list | tuple):
            stack.extend(reversed(item))
        elif isinstance(item, str) and item in known:
            found[item] = None
    return list(found)
