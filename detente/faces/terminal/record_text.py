"""The record on a terminal: proposals, the state of the talks, review one by one, conflicts, people, checks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from detente.ask.answer import Answer
from detente.errors import DetenteError, QuestionError
from detente.faces.terminal.text import clock, confirmed, console, grid, safe_text, section, upcoming
from detente.faces.terminal.text import conflicts as differing
from detente.faces.words import day, stage, standing
from detente.safe_io import read_json

__all__ = [
    "added", "ask", "checked", "conflicts", "named", "pairs", "pending", "people", "proposals", "ranked", "retracted",
    "reviewed", "state", "text", "walk",
]  # fmt: skip

KEYS = "[a]ccept  [e]dit  [r]efuse  [s]kip  [q]uit"


def proposals(answer: Answer) -> None:
    """A document's facts."""
    out, data = console(), answer.data
    table = grid("kind", "by", "value", "quote", ">at")
    for fact in data["facts"]:
        by = fact["by"]["name"] or fact["by"]["side"] or "?"
        value = ", ".join(f"{k}={_short(v)}" for k, v in fact["value"].items() if v is not None)
        table.add_row(
            safe_text(fact["kind"].replace("_", " ")), safe_text(by), safe_text(value), safe_text(f'"{fact["quote"]}"'),
            f"{fact['start']}-{fact['end']}",
        )  # fmt: skip
    section(out, f"{len(data['facts'])} facts proposed, none reviewed", table)


def _short(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def text(answer: Answer) -> None:
    """A document's text as read, verbatim."""
    sys.stdout.write(answer.data["text"])


def state(answer: Answer) -> None:
    """The state of the talks."""
    from detente.ask.talks.summary import clocks, headline, matrix

    out, data = console(), answer.data
    told = clocks(data, data["as_of"])
    out.print(safe_text(f"state on {day(data['as_of'])}, as known {day(data['known'])}", "bold"))
    out.print(safe_text(headline(data, told)))
    clock(out, told)
    confirmed(out, matrix(data))
    measures = grid("measure", "by", "on", ">rate", "status", "legal from", "suspended until", "authority")
    for row in data["measures"]:
        rate = row["rate_pp"] if row["rate_pp"] is not None else row["rate_pct"]
        measures.add_row(
            safe_text(row["measure"] or row["type"]), safe_text(row["imposer"]), safe_text(row["target"] or "all"),
            "" if rate is None else f"{rate:g}", safe_text(standing(row["status"])), safe_text(row["legal_from"] or ""),
            safe_text(row["suspended_until"] or ""), safe_text(row["authority"] or ""),
        )  # fmt: skip
    section(out, "Measures", measures)
    upcoming(out, data)
    differing(out, data)


def added(answer: Answer) -> None:
    """What was written, and where."""
    out, data = console(), answer.data
    for row in data["added"]:
        out.print(safe_text(f"added {row['statement']}  {standing(row['kind'])} from {row['source']}"))
    for row in data["already_there"]:
        out.print(safe_text(f"already there {row['statement']}  {standing(row['kind'])}", "dim"))
    for name in data["sources"]:
        out.print(safe_text(f"source {name}"))
    _foot(answer)


def retracted(answer: Answer) -> None:
    """What no longer stands."""
    data = answer.data
    console().print(safe_text(f"retracted {data['retracted']} from {data['known']} on, by {data['by']}: {data['why']}"))
    _foot(answer)


def pending(answer: Answer) -> None:
    """What waits for a decision."""
    out, data = console(), answer.data
    table = grid("proposal", "kind", "by", "value", "quote")
    for row in data["pending"]:
        by = row["by"]["name"] or row["by"]["side"] or "?"
        table.add_row(
            safe_text(row["proposal"]),
            safe_text(standing(row["kind"])),
            safe_text(by),
            safe_text(_value(row["value"])),
            safe_text(f'"{row["quote"]}"'),
        )
    section(out, f"{len(data['pending'])} of {data['proposed']} proposals wait for a decision", table)
    if data["decided"]:
        _decided(data["decided"], "decided before")
    _foot(answer)


def reviewed(answer: Answer) -> None:
    """What was decided, and what still waits."""
    out, data = console(), answer.data
    rows = [*data["accepted"], *data["edited"], *data["refused"]]
    _decided(rows, "decided")
    out.print(safe_text(f"{len(data['added'])} statements added; {data['pending']} proposals still wait"))
    _foot(answer)


def walk(answer: Answer, decide: Callable[[dict[str, Any]], None]) -> None:
    """One proposal after the other; each decision is written as it is taken."""
    out, rows = console(), answer.data["pending"]
    if not rows:
        out.print(safe_text("nothing waits for a decision"))
    for number, row in enumerate(rows, start=1):
        out.print()
        out.print(safe_text(f"{number} of {len(rows)}  {standing(row['kind'])}  {row['proposal']}", "bold"))
        out.print(safe_text(f'"{row["quote"]}"'))
        out.print(
            safe_text(
                f"{_value(row['value'])}  ·  {row['by']['name'] or stage(row['by']['side'])}, {row['by']['mode']}"
            )
        )
        if row["flags"]:
            out.print(safe_text(f"flags: {', '.join(row['flags']).replace('_', ' ')}", "yellow"))
        if not _one(out, row, decide):
            out.print(safe_text("stopped; what was decided is written", "dim"))
            return


def _one(out: Any, row: dict[str, Any], decide: Callable[[dict[str, Any]], None]) -> bool:
    """Ask until a decision can be written; False to stop."""
    while True:
        key = ask(f"{KEYS}: ").lower()[:1]
        if key in ("q", ""):
            return False
        if key == "s":
            return True
        told: dict[str, Any] = {"proposal": row["proposal"]}
        try:
            if key == "a":
                told |= {"decision": "accept", "why": ask("why (may be empty): ")}
            elif key == "e":
                told |= {"decision": "edit", "value": pairs(ask("key=value, separated by blanks: ").split())}
                told |= {"why": ask("why: ")}
            elif key == "r":
                told |= {"decision": "refuse", "why": ask("why: ")}
            else:
                continue
            decide(told)
            return True
        except DetenteError as refused:
            out.print(safe_text(str(refused), "red"))


def ask(question: str) -> str:
    """A line typed by the reviewer; the end of the input reads as q."""
    try:
        return input(question).strip()
    except EOFError:
        return "q"


def pairs(given: Iterable[str]) -> dict[str, Any]:
    """KEY=VALUE texts as a mapping; a value that is JSON is read as JSON. Raises QuestionError."""
    found: dict[str, Any] = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key.strip():
            raise QuestionError(f"{each!r} is no KEY=VALUE; write new_expiry=2026-11-10")
        try:
            found[key.strip()] = read_json(value)
        except QuestionError:
            found[key.strip()] = value
    return found


def conflicts(answer: Answer) -> None:
    """Every claim with who, when and where; the one shown and why; where trackers differ."""
    out, data = console(), answer.data
    out.print(safe_text(f"where sources differ on {day(data['as_of'])}, as known {day(data['known'])}", "bold"))
    if not data["conflicts"]:
        out.print(safe_text("nothing differs"))
    for row in data["conflicts"]:
        table = grid("", "value", "by", "on", "statement", "words")
        shown = row["shown"] if isinstance(row["shown"], list) else [row["shown"]]
        for claim in row["claims"]:
            mark = {"preferred": "preferred", "deprecated": "deprecated"}.get(claim["rank"], "")
            mark = mark or ("shown" if claim["value"] in shown else "")
            words = f'"{claim["quote"]}"' if claim["quote"] else "(cited, not quoted)"
            reason = f"  [{claim['ranked']['by']}: {claim['ranked']['why']}]" if claim["ranked"] else ""
            table.add_row(
                safe_text(mark),
                safe_text(standing(claim["value"])),
                safe_text(stage(claim["by_side"])),
                safe_text(day(claim["asserted"])),
                safe_text(claim["statement"]),
                safe_text(f"{words} {claim['source']}{reason}"),
            )
        section(
            out,
            row["about"] + ("" if row["open"] else " (past)"),
            table,
            safe_text(f"shown because {row['why']}", "dim"),
        )
    if data["trackers"]:
        table = grid("act", "day", "given by")
        for row in data["trackers"]:
            for number, (when, who) in enumerate(row["days"].items()):
                names = ", ".join(dict.fromkeys(str(w["publisher"] or w["source"]) for w in who))
                table.add_row(safe_text(row["act"] if not number else ""), safe_text(day(when)), safe_text(names))
        section(out, "Where trackers differ", table)
    _foot(answer)


def ranked(answer: Answer) -> None:
    """The override that was written."""
    data = answer.data
    console().print(
        safe_text(f"{data['of']} is {data['rank']} from {data['known']} on, by {data['by']}: {data['why']}")
    )
    _foot(answer)


def people(answer: Answer) -> None:
    """Who is who."""
    out, data = console(), answer.data
    table = grid("person", "side", "office on the day", "names in print")
    for row in data["people"]:
        roles = "; ".join(_office(r) for r in row["roles"])
        table.add_row(
            safe_text(row["person"]),
            safe_text(row["side"] or "?"),
            safe_text(roles),
            safe_text(", ".join(row["surfaces"])),
        )
    section(out, f"people on {data['as_of']}, as known {data['known']}", table)
    if data["decisions"]:
        told = grid("name in print", "is", "person", "by", "known", "why")
        for row in data["decisions"]:
            told.add_row(
                safe_text(row["surface"]),
                safe_text(standing(row["decision"])),
                safe_text(row["person"]),
                safe_text(row["by"]),
                safe_text(row["known"]),
                safe_text(row["why"]),
            )
        section(out, "decisions on names", told)
    _foot(answer)


def _office(role: dict[str, Any]) -> str:
    ends = f" to {role['to']}" if role["to"] else ""
    return role["role"] + (f" (from {role['from']}{ends})" if role["from"] else "")


def named(answer: Answer) -> None:
    """The decision on a name that was written."""
    data = answer.data
    word = {"same": "is", "not_same": "is not", "unsure": "may be"}[data["decision"]]
    console().print(safe_text(f'"{data["surface"]}" {word} {data["person"]}, by {data["by"]}: {data["why"]}'))
    _foot(answer)


def checked(answer: Answer) -> None:
    """What was found."""
    out, data = console(), answer.data
    quotes = data["quotes"]
    out.print(
        safe_text(
            f"{data['statements']} statements from {data['sources']} sources;"
            f" {quotes['held_against_a_text']} of {quotes['with_a_place']} placed quotes held against their text"
        )
    )
    for level, title in (("wrong", "wrong"), ("look", "to look at again")):
        if data[level]:
            table = grid("rule", "statement", "what")
            for row in data[level]:
                table.add_row(safe_text(row["rule"]), safe_text(row["statement"] or ""), safe_text(row["says"]))
            section(out, title, table)
    if not data["wrong"]:
        out.print(safe_text("nothing is wrong", "green"))
    _foot(answer)


def _decided(rows: Iterable[dict[str, Any]], title: str) -> None:
    table = grid("proposal", "decision", "kind", "by", "why", "statement")
    for row in rows:
        table.add_row(
            safe_text(row["proposal"]),
            safe_text(row["decision"]),
            safe_text(standing(row["kind"])),
            safe_text(row["by"]),
            safe_text(row["why"]),
            safe_text(row["statement"] or ""),
        )
    section(console(), title, table)


def _value(value: dict[str, Any]) -> str:
    told = ((k, v) for k, v in value.items() if v not in (None, [], ""))
    return ", ".join(f"{k}={'+'.join(map(str, v)) if isinstance(v, list) else v}" for k, v in told)


def _foot(answer: Answer) -> None:
    for note in answer.notes:
        print(f"note: {safe_text(note).plain}", file=sys.stderr)
