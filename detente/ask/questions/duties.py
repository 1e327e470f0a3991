"""The duties in force: what one economy levies on another's goods, by act, by day, and beside published averages."""

from __future__ import annotations

from typing import Any

from detente.ask.answer import Answer
from detente.ask.ledger import pairs, published
from detente.ask.ledger.pairs import Days, Pair
from detente.ask.ledger.steps import Step, steps
from detente.ask.talks.dossier import resolve_days
from detente.errors import QuestionError
from detente.record import own_duties
from detente.record.duties import READ_UNTIL, Act, Ledger


def duties(
    *,
    as_of: str | None = None,
    known: str | None = None,
    since: str | None = None,
    by: str | None = None,
    against: str | None = None,
    by_day: bool = False,
    compare: bool = False,
    home: str | None = None,
) -> Answer:
    """The additional duty in percentage points and the average duty in percent, pair by pair, with each act's part.

    by, against: ISO3 codes or EU; against may be WLD. since: the day from which the additional duty counts. by_day:
    also the steps by day of one pair. compare: also our averages beside published ones, the last by the day if one is
    given, else all. Raises QuestionError for a code or a day that cannot be, RecordError for own acts that cannot be
    read.
    """
    ledger = own_duties.ledger(home)
    days = _days(as_of, known, since)
    by = pairs.economy(by, "--by") if by else None
    against = pairs.economy(against, "--against", world=True) if against else None
    rows = pairs.all_pairs(ledger, days, by, against)
    data: dict[str, Any] = {
        **days._asdict(),
        "weights": pairs.WEIGHTS,
        "pairs": [row.to_json(days.known) for row in rows],
        "acts": {act.id: _act(act, days.known) for row in rows for act in row.acts},
    }
    if by_day:
        data["series"] = [step.to_json() for step in _series(ledger, by, against, days)]
    if compare:
        data["compare"] = published.compared(ledger, by, against, as_of and days.as_of, days.known)
    options = {**days._asdict(), "by": by, "against": against, "series": by_day, "compare": compare}
    return Answer("duties", data, _notes(days, rows), options)


def series(
    by: str,
    against: str,
    *,
    as_of: str | None = None,
    known: str | None = None,
    since: str | None = None,
    home: str | None = None,
) -> list[Step]:
    """The duty of one economy on another's goods by day, a step for each day on which it changes.

    Raises as `duties` does.
    """
    by, against = pairs.economy(by, "--by"), pairs.economy(against, "--against", world=True)
    return _series(own_duties.ledger(home), by, against, _days(as_of, known, since))


def _days(as_of: str | None, known: str | None, since: str | None) -> Days:
    """The days of a question, today by default. Raises QuestionError for a day that cannot be."""
    as_of, known = (pairs.plain_day(day) for day in resolve_days(as_of, known))
    return Days(as_of, known, pairs.resolve_since(as_of, pairs.plain_day(since) if since else None))


def _series(ledger: Ledger, by: str | None, against: str | None, days: Days) -> list[Step]:
    if not by or not against:
        raise QuestionError("--series is about one pair; name it with --by and --against")
    row = pairs.all_pairs(ledger, days, by, against)[0]
    if row.added is None:
        raise QuestionError(f"--series: {row.reasons['additional_pp']}; ask about the day alone")
    return steps(ledger, by, against, days)


def _act(act: Act, known: str) -> dict[str, Any]:
    """What an act is, beside what it adds on a pair."""
    return {
        "imposer": pairs.as_answered(act.imposer),
        "authority": act.authority,
        "instrument": act.instrument,
        "announced": act.announced or None,
        "from": act.legal_from or None,
        "until": act.legal_until if act.legal_until and act.legal_until <= known else None,
        "known": act.known,
        "rate": act.rate,
        "scope": act.scope,
        "note": act.note if known >= READ_UNTIL else "",  # written with all that was read
        **pairs.origin(act),
    }


def _notes(days: Days, rows: list[Pair]) -> tuple[str, ...]:
    """What a reader must know to read the numbers right."""
    counts = ", ".join(f"{n} {level}" for level, n in pairs.confidences(rows).items() if n)
    notes = [
        f"additional_pp counts from {days.since}, in percentage points; weights: {pairs.WEIGHTS}",
        "average_pct is the duty owed on 2024 imports without any act, plus what every act in force adds",
    ]
    if counts:
        notes.append(f"the acts named: {counts}")
    if max(days.as_of, days.known) > READ_UNTIL:
        notes.append(f"sources were read until {READ_UNTIL}; what came later is not in these numbers")
    return tuple(notes)
