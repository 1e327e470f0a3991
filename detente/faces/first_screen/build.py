"""The first screen of an answer, put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente import labels
from detente.faces import words
from detente.faces.first_screen.confirmations import dispute, links, subject
from detente.faces.first_screen.outcomes import chance_note, closure_note, rows_view, split_note, unit_note
from detente.faces.first_screen.report import report_view
from detente.faces.first_screen.sentences import sentence, with_days
from detente.faces.first_screen.view import Deadline, Event, Level, Party, Row, ScreenView

JsonRow = Mapping[str, Any]


def screen_view(screen: JsonRow) -> ScreenView:
    """The view of the first screen of an answer."""
    as_of = screen["as_of"]
    parties = tuple(
        Party(row["code"], row["name"], row["short"], row["capital"], place)
        for place, row in enumerate(screen["parties"])
    )
    rows = rows_view(screen, parties)
    return ScreenView(
        title=words.visible(screen["title"]),
        as_of=as_of,
        known=screen["known"],
        heading=_heading(screen),
        headline=with_days(screen["headline"], as_of),
        headline_with_hours=_with_hours(screen),
        deck=with_days(screen["deck"], as_of),
        parties=parties,
        levels=_levels(screen, parties),
        window=(screen["window"][0], screen["window"][1]),
        events=tuple(_event(event, as_of) for event in screen["events"]),
        deadline=_deadline(screen["deadline"], parties, as_of),
        rows=rows,
        shown_chances=screen["chances"] is not None,
        chance_note=chance_note(screen["chances"], rows, as_of),
        unit_note=unit_note(screen["units"]),
        split=_turns(screen, parties),
        subjects=tuple(subject(row, parties, as_of) for row in screen["confirmations"]),
        **_beside(screen),
        record_end=_ended(screen),
        ended=screen["record_end"] or "",
        report=report_view(screen["report"], as_of),
        alt=_alt(screen, rows),
    )


def _turns(screen: JsonRow, parties: Sequence[Party]) -> str:
    """What turns with the horizon, and what with the closure."""
    notes = split_note(screen["split"], parties), closure_note(screen.get("closure_turns"), parties)
    return " ".join(note for note in notes if note)


def _ended(screen: JsonRow) -> str:
    """The day on which the record ends, in words; empty where it goes on."""
    return words.day_near(screen["record_end"], screen["as_of"]) if screen["record_end"] else ""


def _heading(screen: JsonRow) -> str:
    """The case and the days: what was asked about, and as known when."""
    as_of, known, ended = screen["as_of"], screen["known"], screen["record_end"]
    text = f"{words.visible(screen['title'])} · as of {words.day(as_of)}"
    if ended:
        return f"{text}; the record ends on {words.day_near(ended, as_of)}"
    return f"{text}, as known that day" if known == as_of else f"{text}, as known on {words.day_near(known, as_of)}"


def _with_hours(screen: JsonRow) -> str:
    """The first sentence; after the day of the deadline, the hour in each capital."""
    text, deadline = with_days(screen["headline"], screen["as_of"]), screen["deadline"]
    capitals = {row["code"]: row["capital"] for row in screen["parties"]}
    clocks = [f"{moment[11:]} in {capitals[code]}" for code, moment in (deadline or {"local": {}})["local"].items()]
    day = with_days(deadline["day"], screen["as_of"]) if deadline else ""
    return text.replace(day, f"{day} ({', '.join(clocks)})", 1) if clocks and deadline["days_left"] >= 0 else text


def _beside(screen: JsonRow) -> dict[str, Any]:
    """What is disputed, with its links, and what to read with care."""
    as_of = screen["as_of"]
    return {
        "disputed": tuple(dispute(row, as_of) for row in screen["disputed"]),
        "dispute_links": tuple(links(row) for row in screen["disputed"]),
        "cautions": tuple(with_days(sentence(text), as_of) for text in screen["cautions"]),
    }


def _levels(screen: JsonRow, parties: Sequence[Party]) -> tuple[Level, ...]:
    return tuple(_level(line, parties) for line in screen["lines"])


def _level(line: JsonRow, parties: Sequence[Party]) -> Level:
    by = next(party for party in parties if party.code == line["by"])
    on = next(party for party in parties if party.code == line["against"])
    return Level(
        party=by,
        words=f"{by.name} on {on.name}",
        short=f"{by.short} on {on.short}",
        text=words.level(line["level"]),
        value=line["level"],
        steps=tuple((step["day"], step["level"]) for step in line["steps"]),
    )


def _deadline(row: JsonRow | None, parties: Sequence[Party], as_of: str) -> Deadline | None:
    if row is None:
        return None
    clocks = [(party, row["local"][party.code]) for party in parties if party.code in row["local"]]
    zones = tuple(f"{moment[11:]} in {party.capital}, {words.day_near(moment, as_of)}" for party, moment in clocks)
    left, day = row["days_left"], words.day_near(row["day"], as_of)
    hour = f", {clocks[0][1][11:]}" if clocks else ""
    return Deadline(
        day=row["day"],
        left=left,
        count=words.until(left),
        moment=f"to {day}{hour}" if left >= 0 else f"ended {day}",
        clocks=zones,
        reported=row["status"] == "reported",
        earlier=row["text_expiry"] if row["text_expiry"] and row["text_expiry"] != row["day"] else "",
    )


def _event(row: JsonRow, as_of: str) -> Event:
    tops = [level for change in row["levels"] for level in (change["after"], change["before"])]
    steps = [f"{labels.short(x['by'])} {words.level(x['after'])}" for x in row["levels"]]
    long, short = _event_texts(row, steps, as_of)
    return Event(
        day=row["day"],
        long=long,
        short=short,
        detail="; ".join(dict.fromkeys([long, *steps])) if row["name"] else long,
        size=row["size"],
        name=row["name"] or "",
        changes=tuple((labels.short(x["by"]), x["after"]) for x in row["levels"]),
        top=max(tops, default=None),
        url=row["url"] or "",
        title=row["title"] or "",
    )


def _event_texts(row: JsonRow, steps: Sequence[str], as_of: str) -> tuple[str, str]:
    """The long and the short text of an event: the truce, the later end, or the duties that a step led to."""
    if row["kind"] == "truce":
        return f"{labels.topic(row['name'])} truce", "truce"
    if row["kind"] == "extension":
        return f"extended to {words.day_near(row['until'], as_of)}", "extended"
    return ", ".join(steps), words.level(max(change["after"] for change in row["levels"]))


def _alt(screen: JsonRow, rows: Sequence[Row]) -> str:
    """The picture in one sentence: levels, their range, the deadline and the span of the outcomes."""
    parts = []
    for line in screen["lines"]:
        if line["steps"]:
            levels = [step["level"] for step in line["steps"]]
            name = f"{labels.short(line['by'])} on {labels.short(line['against'])}"
            between = f"between {words.level(min(levels))} and {words.level(max(levels))}"
            parts.append(f"{name}: {words.level(line['level'])}, {between} since {words.day(screen['window'][0])}")
    end = f" The deadline is {words.day(screen['deadline']['day'])}." if screen["deadline"] else ""
    heights = [level for row in rows for level in row.levels if level is not None]
    fork = (
        f" Outcomes: {len(rows)}, with duties from {words.level(min(heights))} to {words.level(max(heights))}."
        if heights
        else ""
    )
    return f"Average duties. {'; '.join(parts)}.{end}{fork}" if parts else "No average duty is known."
