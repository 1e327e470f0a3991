"""The first screen of a day: where duties stand, when the deadline comes, what may follow and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from detente import labels
from detente.ask.first_screen.lines import LATER, Line, events, lines, window
from detente.ask.first_screen.outcomes import LAPSES, closure_turns, deadline_probabilities, outcome_rows, split
from detente.ask.first_screen.references import reference
from detente.ask.first_screen.report import report
from detente.ask.pricing.duty_layers import DutyLayer
from detente.ask.pricing.possible_outcomes import suspension_end
from detente.ask.talks import confirmations, summary
from detente.ask.talks.confirmations import Subject
from detente.ask.talks.talks_on_day import Talks
from detente.record.case import Case
from detente.record.duties import READ_UNTIL
from detente.record.state import State

JsonRow = dict[str, Any]

MOST_SUBJECTS, MOST_DISPUTES, MOST_CAUTIONS = 6, 3, 3
MOST_NAMED, LONGEST_NAME = 2, 40  # measures that are named of those without a price; characters of a name


class Priced(NamedTuple):
    """What the brief has worked out that the screen shows: the layers in force, the outcomes, the section on the
    economy, the forecast."""

    layers: Sequence[DutyLayer]
    outcomes: Sequence[JsonRow]
    economy: Mapping[str, Any]
    forecast: Mapping[str, Any] | None


def first_screen(talks: Talks, state: JsonRow, priced: Priced) -> JsonRow:
    """The first screen in plain data; days are ISO text, levels and changes percent, chances shares.

    state: that of the talks, in JSON types. What is not known is None, with the reason beside it.
    """
    case, as_of, known = talks.case, talks.state.as_of[:10], talks.state.known[:10]
    clock = summary.clocks(state, case)
    deadline = _deadline(clock, talks.state, priced.outcomes)
    ended = record_end(talks, as_of, known)
    first, last = window(case.ledger, case.pairs, (as_of, known), deadline["day"] if deadline else None)
    first = min(first, ended or first)
    starts = {row["measure"]: str(row["legal_from"])[:10] for row in state["measures"] if row["legal_from"]}
    drawn = lines(case, priced.economy["duties"], priced.layers, starts, (first, ended or as_of, known))
    sentences = summary.headline(state, clock, case)
    shown = deadline_probabilities(priced.outcomes, priced.forecast, deadline)
    return {
        "case": case.name,
        "title": case.title,
        "as_of": as_of,
        "known": known,
        "record_end": ended,
        "headline": sentences[0],
        "deck": " ".join(sentences[1:]),
        "parties": [_party(code, case) for code in case.parties],
        "lines": [line.to_json() for line in drawn],
        "window": [first, last],
        "events": events(drawn, state["truces"], case.ledger, talks.state.sources, first),
        "deadline": deadline,
        "outcomes": outcome_rows(priced.outcomes, shown, {(x.by, x.against): x.level for x in drawn}, case)
        if case.parties
        else [],
        "chances": shown,
        "split": split(priced.outcomes, case),
        "closure_turns": closure_turns(priced.outcomes),
        "confirmations": _confirmations(talks, state),
        "disputed": disputed(talks, state),
        "cautions": _cautions(talks, state, priced, ended, drawn),
        "report": report(talks),
        "units": _units(priced.economy),
    }


def record_end(talks: Talks, as_of: str, known: str) -> str | None:
    """The last day that the record or the ledger of duties reaches, where it lies before the day asked about."""
    statements = max((s.known or "" for s in talks.record.statements(LATER)), default="")[:10]
    last = min(max(statements, READ_UNTIL), known)
    return last if last < as_of else None


def _party(code: str, case: Case) -> JsonRow:
    return {"code": code, "name": labels.name(code), "short": labels.short(code), "capital": case.capital(code)}


def shown_probabilities(
    talks: Talks, outcomes: Sequence[JsonRow], forecast: Mapping[str, Any] | None
) -> JsonRow | None:
    """The chances of the outcomes that the first screen shows; None where no decision point is about the deadline."""
    clock = summary.clocks(talks.state.to_json(), talks.case)
    return deadline_probabilities(outcomes, forecast, _deadline(clock, talks.state, outcomes))


def _deadline(clock: JsonRow | None, state: State, outcomes: Sequence[JsonRow]) -> JsonRow | None:
    """The end of the truce that counts, or the day to which duties of the parties on each other are suspended.

    None where neither is on record: no outcome then has suspended duties collected again.
    """
    if clock and clock["expiry"] and clock["days_left"] is not None and len(clock["expiry"]) == len(LATER):
        keys = ("days_left", "local", "utc", "standing", "status", "reported_expiry", "text_expiry", "truce")
        return {"day": clock["expiry"], "kind": "truce", **{key: clock[key] for key in keys}}
    can_return = any(row["name"].startswith(LAPSES) for row in outcomes)
    end = suspension_end(state) if clock is None and can_return else None
    if end is None:
        return None
    left = summary.days_between(state.as_of, end)
    return {
        "day": end, "kind": "suspension", "days_left": left, "local": {}, "utc": None, "standing": "in force",
        "status": "in_force", "reported_expiry": None, "text_expiry": end, "truce": None,
    }  # fmt: skip


def _confirmations(talks: Talks, state: JsonRow) -> list[JsonRow]:
    """The subjects spoken of last, in the order of the matrix, with the word of each party."""
    every = [
        x for x in confirmations.subjects(state, talks.case) if any(side in x.words for side in talks.case.parties)
    ]
    latest = sorted(every, key=lambda subject: subject.latest, reverse=True)[:MOST_SUBJECTS]
    return [_confirmation(subject, talks) for subject in every if subject in latest]


def _confirmation(subject: Subject, talks: Talks) -> JsonRow:
    words = {party: _word(subject.words.get(party), talks) for party in talks.case.parties}
    return {"what": subject.short, "kind": subject.kind, "status": subject.status, "words": words}


def _word(word: confirmations.Word | None, talks: Talks) -> JsonRow | None:
    if word is None:
        return None
    source = talks.state.sources.get(word.source)
    return {
        "mark": word.mark, "words": word.words, "quote": word.quote, "day": word.day, "more": word.more,
        "next": word.next or None, "looked_at": word.looked_at, "statement": word.statement,
        "publisher": source.publisher if source else None, **reference(word.source, talks.state.sources),
    }  # fmt: skip


def disputed(talks: Talks, state: JsonRow) -> list[JsonRow]:
    """The open matters of late on which sources differ and one claim is shown, the one spoken of last first.

    A matter on which each side's own word is shown stands among the confirmations.
    """
    rows = [row for row in state["conflicts"] if row["open"] and not isinstance(row["shown"], list)]
    recent = [row for row in rows if confirmations.is_recent(_last_claim(row), state["as_of"])]
    recent.sort(key=_last_claim, reverse=True)
    return [
        {
            "about": labels.spoken(row["about"]),
            "shown": row["shown"],
            "why": row["why"],
            "claims": [_claim(claim, talks) for claim in row["claims"]],
        }
        for row in recent[:MOST_DISPUTES]
    ]


def _last_claim(row: JsonRow) -> str:
    return max((str(claim["asserted"] or "")[:10] for claim in row["claims"]), default="") or "0001-01-01"


def _claim(claim: JsonRow, talks: Talks) -> JsonRow:
    return {
        "value": claim["value"], "by_side": claim["by_side"], "day": (claim["asserted"] or "")[:10] or None,
        "quote": claim["quote"], "statement": claim.get("statement"),
        **reference(claim["source"], talks.state.sources),
    }  # fmt: skip


def _cautions(talks: Talks, state: JsonRow, priced: Priced, ended: str | None, drawn: Sequence[Line]) -> list[str]:
    """What changes how the numbers are used on this day, the weightiest first."""
    as_of, known, year = talks.state.as_of[:10], talks.state.known[:10], priced.economy["year"]
    candidates = (
        (ended is not None, f"nothing after {ended} is in the record, and nothing is assumed"),
        (known > as_of, f"facts of {as_of} as known later, on {known}"),
        (as_of < str(year), f"the economy is that of {year}, later than the day"),
        (any(line.level is None for line in drawn), _unknown_levels(drawn)),
        (bool(priced.economy["not_priced"]), _not_priced(priced.economy["not_priced"], state["measures"])),
    )
    return [words for holds, words in candidates if holds][:MOST_CAUTIONS]


def _unknown_levels(drawn: Sequence[Line]) -> str:
    unknown = [line for line in drawn if line.level is None]
    names = [f"{labels.short(line.by)} on {labels.short(line.against)}" for line in unknown]
    why = next((line.why or "" for line in unknown), "").partition(";")[0]
    return f"no duty level is known of {labels.joined(names)}: {why}"


def _not_priced(rows: Sequence[Mapping[str, Any]], measures: Sequence[JsonRow]) -> str:
    """The measures on record that are not in the numbers: the latest by name, the others by count."""
    started = {row["measure"]: str(row["legal_from"] or row["announced"] or "") for row in measures}
    every = dict.fromkeys(row["measure"] for row in rows)
    latest = sorted(every, key=lambda name: started.get(name, ""), reverse=True)
    named = list(_short_titles(latest))[:MOST_NAMED]
    examples = f", such as {labels.joined(named)}" if named else ""
    return f"not in these figures: {len(every)} {'measure' if len(every) == 1 else 'measures'} on record{examples}"


def _short_titles(names: Iterable[str]) -> Iterator[str]:
    """The titles of measures that have one and that fit; an id is no title."""
    for name in names:
        title = labels.measure(name)
        if title != name and len(title) <= LONGEST_NAME:
            yield title


def _units(economy: Mapping[str, Any]) -> JsonRow:
    """What the numbers are: horizon, closure, sets, the year of the dollars, the largest residual and its bound."""
    return {
        "horizon": economy["horizon"]["name"],
        "span": economy["horizon"]["span"],
        "closure": economy["closure"]["name"],
        "sets": len(economy["bands"]["by"] or ()) if economy["bands"] else 1,
        "bands": economy["bands"]["meaning"] if economy["bands"] else None,
        "year": economy["year"],
        "world": economy["world"],
        "residual": economy["residual"],
        "tolerance": economy["tolerance"],
    }
