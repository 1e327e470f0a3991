"""The state as a person reads it: headline, clock, who has confirmed what, garbled names, sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from detente import labels
from detente.ask.pricing import duties
from detente.ask.talks.dossier import Talks

JsonRow = dict[str, Any]

BEIJING = timezone(timedelta(hours=8))
CAPITAL = {"USA": "Washington", "CHN": "Beijing"}
STANDING = {
    "confirmed_both": "confirmed by both",
    "announced_one_side": "announced by one side",
    "contested": "the two sides differ",
    "reported": "reported only",
    "in_force": "in force",
    "lapsed": "lapsed",
}
LINK_KEYS = ("new_expiry", "by_side", "asserted", "status", "quote", "source", "instrument")
SOURCE_KEYS = ("id", "title", "publisher", "published", "kind", "url", "licence")


def summarise(talks: Talks, state: JsonRow, as_of: str) -> JsonRow:
    """The state as a person reads it: headline, clock, who has confirmed what, duties, garbled names, sources."""
    clock = clocks(state)
    return {
        "headline": headline(state, clock),
        "clock": clock,
        "matrix": matrix(state),
        "at_the_table": at_the_table(state),
        "rounds_this_year": sum(str(r.get("start") or "")[:4] == as_of[:4] for r in state["rounds"]),
        "suspended": [
            {"by": row.imposer, "on": row.target, "measure": row.measure, "points": row.rate_pp}
            for side in CAPITAL
            for row in duties.suspended(talks.state, side)
        ],
        "garbled": garbled_names(talks),
        "flagged": flagged_passages(talks),
        "sources": cited_sources(talks, state),
    }


def clocks(state: JsonRow) -> JsonRow | None:
    """The end of the truce in Washington, Beijing and UTC, and the days left; None where no truce is known."""
    if not state["truces"]:
        return None
    truce = state["truces"][0]
    chain = [{key: link.get(key) for key in LINK_KEYS} for link in truce["chain"]]
    return {
        "expiry": truce["expiry"],
        "reported_expiry": _reported_expiry(truce, chain),
        "text_expiry": truce.get("text_expiry"),
        "status": truce["status"],
        "standing": _standing(truce["status"]),
        "days_left": truce.get("days_left"),
        **_deadline((truce.get("deadline_at") or {}).get("USA")),
        "scope": truce.get("scope"),
        "note": truce.get("note") or None,
        "chain": chain,
    }


def _reported_expiry(truce: JsonRow, chain: list[JsonRow]) -> str | None:
    """The latest end that is reported, where it lies after the one that a text states."""
    reported = {str(link["new_expiry"]) for link in chain if link["status"] == "reported"}
    last = max(reported | {str(truce["expiry"])})
    return last if last > str(truce.get("text_expiry") or truce["expiry"]) else None


def _deadline(iso: str | None) -> dict[str, str | None]:
    """A moment in the time of Washington (as written), Beijing and UTC."""
    if not iso:
        return dict.fromkeys(("washington", "beijing", "utc"))
    moment = datetime.fromisoformat(iso)
    zones = {"washington": moment, "beijing": moment.astimezone(BEIJING), "utc": moment.astimezone(UTC)}
    return {name: f"{local:%Y-%m-%d %H:%M}" for name, local in zones.items()}


def _standing(status: str) -> str:
    return STANDING.get(status, status.replace("_", " "))


def headline(state: JsonRow, clock: JsonRow | None) -> str:
    """A few sentences: the clock, what the last talks reached, the leaders' meetings."""
    return " ".join([*_truce_sentences(state, clock), *_stage_sentences(state), *_event_sentences(state)])


def _truce_sentences(state: JsonRow, clock: JsonRow | None) -> list[str]:
    if clock is None:
        return ["No truce is known on this day."]
    if clock["status"] == "reported" and clock["text_expiry"]:
        passed = " and has passed" if clock["text_expiry"] <= state["as_of"][:10] else ""
        return [
            f"By the texts at hand the truce runs to {clock['text_expiry']}{passed}; {clock['expiry']} is reported and"
            " no official text at hand confirms it."
        ]
    if clock["status"] == "lapsed":
        return [f"The truce lapsed on {clock['expiry']}: no extension is known."]
    sentences = [f"The truce ends in {clock['days_left']} days, on {clock['expiry']}."]
    if clock["reported_expiry"]:
        sentences.append(f"{clock['reported_expiry']} is reported; no official text at hand confirms it.")
    return sentences


def _stage_sentences(state: JsonRow) -> list[str]:
    """How each capital names the stage, where they differ."""
    main = [row for row in state["stages"] if row.get("line", "main") == "main"]
    stage = {row["by_side"]: row["stage"].replace("_", " ") for row in main}
    if len(set(stage.values())) < 2 or not stage.keys() >= {"USA", "CHN"}:
        return []
    return [f"Washington speaks of a {stage['USA']}, Beijing of a {stage['CHN']}."]


def _event_sentences(state: JsonRow) -> list[str]:
    """Which capitals have confirmed an event: where they differ, or the event is still to come."""
    sentences = []
    for (event, day), confirmations in _by_event(state).items():
        confirmed, others = _capitals(confirmations, True), _capitals(confirmations, False)
        if confirmed and others:
            sentences.append(f"{event} on {day}: confirmed by {confirmed}, not by {others}.")
        elif confirmed and day and day >= state["as_of"][:10]:
            sentences.append(f"{event} on {day}: confirmed by {confirmed}.")
    return sentences


def _capitals(confirmations: Mapping[str, JsonRow], confirmed: bool) -> str:
    sides = [side for side, row in confirmations.items() if (row["status"] == "confirmed") is confirmed]
    return " and ".join(CAPITAL.get(side, side) for side in sides)


def matrix(state: JsonRow) -> list[JsonRow]:
    """Who has confirmed what: a subject, each capital's word with its date, and where the two stand together."""
    return [*_truce_rows(state), *_stage_rows(state), *_event_rows(state), *_threat_rows(state)]


def _by_event(state: JsonRow) -> dict[tuple[Any, Any], dict[str, JsonRow]]:
    """{(event, day): {side: its confirmation}}, the last one of each side."""
    events: dict[tuple[Any, Any], dict[str, JsonRow]] = {}
    for row in state["confirmations"]:
        events.setdefault((row["event"], row["date"]), {})[row["by_side"]] = row
    return events


def _sides(row: JsonRow) -> tuple[str, ...]:
    return ("USA", "CHN") if row["by_side"] == "joint" else (row["by_side"],)


def _truce_rows(state: JsonRow) -> list[JsonRow]:
    rows = []
    for truce in state["truces"]:
        words: dict[str, str] = {}
        for link in truce["chain"]:
            if link["new_expiry"] == truce["expiry"]:
                for side in _sides(link):
                    words.setdefault(side, f"states it ({link['asserted'][:10]}, {link['verification']})")
        rows.append(_subject(f"Truce to {truce['expiry']}", words, truce["status"]))
    return rows


def _stage_rows(state: JsonRow) -> list[JsonRow]:
    deals: dict[Any, list[JsonRow]] = {}
    for row in state["stages"]:
        deals.setdefault(row.get("deal") or row.get("object") or "talks", []).append(row)
    return [
        _subject(
            f"Stage: {labels.topic(str(name))}",
            {side: _stage_words(row) for row in stages for side in _sides(row)},
            stages[0]["status"],
        )
        for name, stages in deals.items()
    ]


def _stage_words(row: JsonRow) -> str:
    stage = row["stage"].replace("_", " ")
    step = f", next {row['next'].replace('_', ' ').replace('submitted for ', '')}" if row.get("next") else ""
    return f"{stage}{step}{_quotation(row)} ({row['asserted'][:10]})"


def _quotation(row: JsonRow) -> str:
    return f' "{row["quote"]}"' if row.get("quote") else ""


def _event_rows(state: JsonRow) -> list[JsonRow]:
    rows = []
    for (event, day), confirmations in _by_event(state).items():
        words = {side: _confirmation_words(row) for side, row in confirmations.items()}
        confirmed = sum(word.startswith("confirmed") for word in words.values())
        standing = "confirmed_both" if confirmed > 1 else "announced_one_side" if confirmed else "reported"
        rows.append(_subject(f"{event}, {day}" if day else str(event), words, standing))
    return rows


def _confirmation_words(row: JsonRow) -> str:
    word = {"not_commented": "silent"}.get(row["status"], row["status"])
    search = f"; {_search_words(row['searched'])}" if row.get("searched") else ""
    return f"{word} ({row['asserted'][:10]}{search})"


def _search_words(search: JsonRow) -> str:
    """How many of a side's sources, published since the event was first mentioned, report it."""
    capital = CAPITAL.get(search["side"], search["side"])
    since, until = search["since"], search["to"]
    days = f"on {until}" if since == until else f"{since} to {until}" if since else f"until {until}"
    return (
        f"{search['speak_of_it']} of {search['looked_at']} sources from {capital} report it, {days}"
        f" ({search['in_record']} in the record by then)"
    )


def _threat_rows(state: JsonRow) -> list[JsonRow]:
    rows = []
    for threat in state["threats"]:
        day = f" from {threat['effective']}" if threat.get("effective") else ""
        points = f"+{threat['rate_pct']:g} points" if threat.get("rate_pct") else "further duties"
        words = {threat["by_side"]: f"{threat['status']}{_quotation(threat)} ({threat['asserted'][:10]})"}
        rows.append(_subject(f"Threat: {points}{day}", words, threat["status"]))
    return rows


def _subject(what: str, words: dict[str, str], status: str) -> JsonRow:
    return {
        "what": what,
        "USA": words.get("USA", "none found"),
        "CHN": words.get("CHN", "none found"),
        "standing": _standing(status),
    }


def at_the_table(state: JsonRow) -> list[tuple[str, str]]:
    """Who headed or attended the rounds so far, most often first, with the side."""
    side = {row["person"]: row["side"] for row in state["people"]}
    count: dict[str, int] = {}
    for row in state["rounds"]:
        for name in row.get("heads") or []:
            count[name] = count.get(name, 0) + 1
    return [(name, side.get(name) or "?") for name in sorted(count, key=lambda name: (-count[name], name))]


def garbled_names(talks: Talks) -> list[dict[str, str]]:
    """Names in the document that are not printed the usual way, and who is meant."""
    return [
        {"surface": s.value["surface"], "person": s.value["person"]} for s in talks.proposed if s.kind == "name_variant"
    ]


def flagged_passages(talks: Talks) -> list[JsonRow]:
    """Passages of the document that carry a flag, with the official text that contradicts them if one is known."""
    contradicted = {row.statement: row for row in talks.state.flagged}
    passages = []
    for s in talks.proposed:
        if s.flags and s.kind not in ("name_variant", "participant"):
            row = contradicted.get(s.id)
            official = row.official if row else None
            passages.append(
                {
                    "quote": s.quote, "flags": list(s.flags), "kind": s.kind, "why": row.why if row else None,
                    "official": official.quote if official else None, "source": official.source if official else None,
                }
            )  # fmt: skip
    return passages


def cited_sources(talks: Talks, state: JsonRow) -> list[JsonRow]:
    """The sources behind the rows shown, in order of publication."""
    statements, sources = talks.state.statements, talks.state.sources
    names = {statements[i].source for i in cited_ids(state, [], set(statements))}
    cited = sorted((sources[name] for name in names if name in sources), key=lambda s: (s.published, s.id))
    return [{key: getattr(source, key) for key in SOURCE_KEYS} for source in cited]


def cited_ids(state: Any, rows: Any, known: set[str]) -> list[str]:
    """Every statement id that stands in the state or the outcomes, in order, once."""
    ids: dict[str, None] = {}
    stack = [rows, state]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(reversed(list(item.values())))
        elif isinstance(item, list | tuple):
            stack.extend(reversed(item))
        elif isinstance(item, str) and item in known:
            ids[item] = None
    return list(ids)
