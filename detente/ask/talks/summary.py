"""The state as a person reads it: headline, clock, who has confirmed what, garbled names, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from detente import labels
from detente.ask.pricing import duties
from detente.ask.talks import confirmations
from detente.ask.talks.confirmations import ENDED, Word, by_event, ended_lately, name_of_deal
from detente.ask.talks.find_case import ALONE
from detente.ask.talks.talks_on_day import Talks
from detente.record.case import Case
from detente.record.fact import days

JsonRow = dict[str, Any]

STANDING = {
    "confirmed_both": "confirmed by both",
    "announced_one_side": "announced by one side",
    "contested": "the two sides differ",
    "reported": "reported only",
    "in_force": "in force",
    "lapsed": "lapsed",
}
STANDING_OF_MANY = {"confirmed_both": "confirmed by all", "contested": "the sides differ"}  # of three parties or more
UNKNOWN = ("unknown", "not_known")
IN_FORCE = ("in_force", "reduced")
ALONE_SENTENCE = "The document belongs to no negotiation on record; what follows is what it says itself, not reviewed."
NO_PARTIES_SENTENCE = (
    "Fewer than two parties are known, so nothing is priced: name the negotiation that this belongs to."
)
STAGES = {  # what a capital speaks of
    "talks": "talks",
    "proposed": "a proposal",
    "framework": "a framework",
    "preliminary_consensus": "a preliminary consensus",
    "submitted_for_internal_approval": "a text submitted for internal approval",
    "approved_internally": "a text approved at home",
    "announced": "an announced agreement",
    "agreed": "an agreement",
    "text_pending": "an agreement whose text is pending",
    "signed": "a signed agreement",
    "ratified": "a ratified agreement",
    "in_force": "an agreement in force",
    "suspended": "a suspended agreement",
    "terminated": "a terminated agreement",
    "invalidated": "an invalidated agreement",
    "rejected": "a rejected agreement",
}
LINK_KEYS = ("new_expiry", "by_side", "asserted", "status", "quote", "source", "instrument")
SOURCE_KEYS = ("id", "title", "publisher", "published", "kind", "url", "licence")


def summarise(talks: Talks, state: JsonRow, as_of: str) -> JsonRow:
    """The state as a person reads it: headline, clock, who has confirmed what, duties, garbled names, sources."""
    return {
        **reading(state, talks.case),
        "at_the_table": at_the_table(state),
        "rounds_this_year": sum(
            str(row["start"] or "")[:4] == as_of[:4] and row["level"] != "leaders" for row in state["rounds"]
        ),
        "suspended": [
            {
                "by": row.imposer,
                "on": row.target,
                "measure": row.measure,
                "points": row.rate_pp,
                "rate_pct": row.rate_pct,
            }
            for side in talks.case.parties
            for row in duties.suspended(talks.state, side)
        ],
        "garbled": garbled_names(talks),
        "flagged": flagged_passages(talks),
        "sources": cited_sources(talks, state),
    }


def reading(state: JsonRow, case: Case) -> JsonRow:
    """What a state says at a glance: headline, clock, who has confirmed what."""
    clock = clocks(state, case)
    return {"headline": " ".join(headline(state, clock, case)), "clock": clock, "matrix": matrix(state, case)}


def truce_of_the_day(state: JsonRow) -> JsonRow | None:
    """The truce that counts on the day: the last begun of those that run, else the last that ended, if not long ago.

    None where no truce runs and none ended within LATELY days.
    """
    truces: list[JsonRow] = state["truces"]
    running = [truce for truce in truces if truce["status"] not in ENDED]
    if running:
        return max(running, key=lambda truce: str(truce["start"] or truce["expiry"] or ""))
    ended = [truce for truce in truces if ended_lately(truce, state)]
    return max(ended, key=lambda truce: str(truce["expiry"]), default=None)


def _days_until_end(truce: JsonRow, as_of: str) -> int | None:
    """The days until the end of a truce, negative after it; None where the end is not known to the day."""
    return days_between(as_of, truce["expiry"]) if truce["expiry"] else None


def days_between(as_of: str, end: str) -> int | None:
    """The days from a day to another, negative where that lies before it; None where it is not known to the day."""
    first, last = days(end)
    return (first - date.fromisoformat(as_of[:10])).days if first == last else None


def clocks(state: JsonRow, case: Case) -> JsonRow | None:
    """The end of the truce on the clock of every party and in UTC, and the days left; None where no truce counts."""
    truce = truce_of_the_day(state)
    if truce is None:
        return None
    chain = [{key: link.get(key) for key in LINK_KEYS} for link in truce["chain"]]
    return {
        "truce": truce["truce"],
        "expiry": truce["expiry"],
        "reported_expiry": _reported_expiry(truce, chain),
        "text_expiry": truce.get("text_expiry"),
        "status": truce["status"],
        "standing": _standing(truce["status"], case),
        "days_left": _days_left(truce, state["as_of"]),
        **_deadline(first_deadline(truce, case.parties), case),
        "scope": truce.get("scope"),
        "note": truce.get("note") or None,
        "after": truce.get("after"),
        "not_known_since": truce.get("not_known_since"),
        "chain": chain,
    }


def _days_left(truce: JsonRow, as_of: str) -> int | None:
    """The days until the end of a truce, negative after it; of an end not known to the day, those of the state."""
    left: int | None = _days_until_end(truce, as_of)
    return truce.get("days_left") if left is None else left


def _reported_expiry(truce: JsonRow, chain: list[JsonRow]) -> str | None:
    """The latest end that is reported, where it lies after the one that a text states."""
    if not truce["expiry"]:
        return None
    reported = {str(link["new_expiry"]) for link in chain if link["status"] == "reported" and link["new_expiry"]}
    last = max(reported | {str(truce["expiry"])})
    return last if last > str(truce.get("text_expiry") or truce["expiry"]) else None


def first_deadline(truce: Mapping[str, Any], parties: Sequence[str]) -> str | None:
    """The moment at which a truce ends, on the clock of the first party where it is known; None where no time is."""
    deadlines = truce.get("deadline_at") or {}
    return next((deadlines[party] for party in (*parties, *deadlines) if party in deadlines), None)


def _deadline(iso: str | None, case: Case) -> JsonRow:
    """A moment in the time of every party's capital, and in UTC: {"local": {party: moment}, "utc": moment}."""
    if not iso:
        return {"local": {}, "utc": None}
    moment = datetime.fromisoformat(iso)
    local = {party: f"{moment.astimezone(case.clock(party)):%Y-%m-%d %H:%M}" for party in case.parties}
    return {"local": local, "utc": f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"}


def _standing(status: str, case: Case) -> str:
    words = STANDING | (STANDING_OF_MANY if len(case.parties) > 2 else {})
    return words.get(status, status.replace("_", " "))


def headline(state: JsonRow, clock: JsonRow | None, case: Case) -> list[str]:
    """A few sentences: the clock, what the last talks reached, the leaders' meetings.

    Where no truce counts, the duties and the talks that are on record instead of the clock.
    """
    first = _truce_sentences(state, clock, case) if clock else _sentences_without_a_truce(state, case)
    alone = [ALONE_SENTENCE if case.parties else NO_PARTIES_SENTENCE] if case.name == ALONE else []
    more = [*_stage_sentences(state, case), *_event_sentences(state, case)]
    return [*alone, *first, *(more or (_talks_sentences(state, case) if clock else []))]


def _truce_sentences(state: JsonRow, clock: JsonRow, case: Case) -> list[str]:
    if not clock["expiry"]:
        return [f"A truce is {_WITHOUT_END.get(clock['status'], 'on record')}; the record does not say when it ends."]
    if clock["status"] == "reported" and clock["text_expiry"]:
        passed = " and has passed" if clock["text_expiry"] <= state["as_of"][:10] else ""
        return [
            f"By the texts at hand the truce runs to {clock['text_expiry']}{passed}; {clock['expiry']} is reported and"
            " no official text at hand confirms it."
        ]
    if clock["status"] in ENDED:
        return [_ended_sentence(clock, case)]
    if clock["status"] in UNKNOWN:
        return [f"The truce was to end on {clock['expiry']}; what became of it is {clock['standing']}."]
    sentences = [f"The truce ends {_in_days(clock['days_left'])}on {clock['expiry']}."]
    if clock["reported_expiry"]:
        sentences.append(f"{clock['reported_expiry']} is reported; no official text at hand confirms it.")
    return sentences


def _ended_sentence(clock: JsonRow, case: Case) -> str:
    """What became of a truce that has ended, as far as the record tells."""
    after, end, last = clock["after"], clock["expiry"], clock["not_known_since"]
    if last:
        return f"The truce was to end on {end}; the record ends on {last}, so whether it was prolonged is not known."
    if not after:
        return f"The truce lapsed on {end}: no extension is known."
    day = "that day" if after["day"] == end else f"on {after['day']}"
    sides = labels.joined([case.capital(side) for side in after["sides"]])
    words = AFTER[after["kind"]].format(sides=sides, when=day, day=after["day"])
    return f"The truce ended on {end}{words}."


AFTER = {  # what followed a truce, after the day of its end
    "in_force": ", and duties of {sides} took effect {when}",
    "announced": "; duties of {sides} are announced from {day}",
    "suspended": ", but duties of {sides} stay suspended until {day}",
    "agreement": "; an agreement of the same parties was in force {when}",
}
_WITHOUT_END = {"reported": "reported", "announced_one_side": "announced by one side"}


def _in_days(days: int | None) -> str:
    return "" if days is None else f"in {days} {'day' if days == 1 else 'days'}, "


def _sentences_without_a_truce(state: JsonRow, case: Case) -> list[str]:
    """The duties in force, where the talks stand and what comes next, as far as the record tells."""
    sentences = [*_duty_sentences(state, case), *_talks_sentences(state, case), *_next_sentences(state)]
    nothing = f"The record of the {_lower_first(case.title)} has no duty in force, round or agreement on this day."
    return sentences or [nothing]


def _lower_first(title: str) -> str:
    return title[:1].lower() + title[1:] if title.startswith("Talks") else title


def _duty_sentences(state: JsonRow, case: Case) -> list[str]:
    """How many duties of each party are in force: "Duties in force: 9 of Washington, 2 of Ottawa." """
    in_force = {party: _count_in_force(state, party) for party in case.parties}
    counts = [f"{count} of {case.capital(party)}" for party, count in in_force.items() if count]
    since = max((row["not_known_since"] for row in state["measures"] if row.get("not_known_since")), default=None)
    words = f"Duties in force as last known, on {since}" if since else "Duties in force"
    return [f"{words}: {', '.join(counts)}."] if counts else []


def _count_in_force(state: JsonRow, party: str) -> int:
    """How many duties of a party are in force, or were when last known."""
    rows = [row for row in state["measures"] if row["type"] == "tariff" and row["imposer"] == party]
    return sum((row.get("last_status") or row["status"]) in IN_FORCE for row in rows)


def _talks_sentences(state: JsonRow, case: Case) -> list[str]:
    """The last round, and the stage of the last agreement where nobody disagrees on it."""
    sentences = []
    rounds = [row for row in state["rounds"] if row["start"]]
    if rounds:
        last = max(rounds, key=lambda row: str(row["start"]))
        what = last["event"] or ("talks" if last["city"] else "a meeting")
        place = f" in {last['city']}" if last["city"] and last["city"] not in str(what) else ""
        sentences.append(f"Last on record: {what}{place}, {last['start']}.")
    if state["stages"] and not _stage_sentences(state, case):
        row = max(state["stages"], key=lambda row: str(row["asserted"]))
        sentences.append(f"{name_of_deal(row)}: {row['stage'].replace('_', ' ')}{_on_day(row)}.")
    return sentences


def _next_sentences(state: JsonRow) -> list[str]:
    """The next date on record."""
    return [f"Next on record: {labels.spoken(row['what'])}, {row['date']}." for row in state["next"][:1]]


def _stage_sentences(state: JsonRow, case: Case) -> list[str]:
    """How each capital names the stage, where they differ."""
    main = [row for row in state["stages"] if row.get("line", "main") == "main"]
    stage = {row["by_side"]: row["stage"] for row in main if row["by_side"] in case.parties}
    if len(set(stage.values())) < 2:
        return []
    first, *others = [
        f"{case.capital(side)}{{}} of {STAGES.get(word, 'another stage')}" for side, word in stage.items()
    ]
    return [", ".join([first.format(" speaks"), *(text.format("") for text in others)]) + "."]


def _event_sentences(state: JsonRow, case: Case) -> list[str]:
    """Which capitals have confirmed a meeting, where they differ or it is to come; the matrix has other events."""
    sentences = []
    for (event, day), said_by in by_event(state).items():
        if any(row["participants"] for row in said_by.values()):
            is_to_come = bool(day) and day >= state["as_of"][:10]
            about = labels.capital_first(f"{event} on {day}" if day else str(event))
            sentences += _meeting_sentence(about, said_by, case, is_to_come=is_to_come)
    return sentences


def _meeting_sentence(about: str, said_by: Mapping[str, JsonRow], case: Case, *, is_to_come: bool) -> list[str]:
    confirmed, others = _capitals(said_by, case, True), _capitals(said_by, case, False)
    if confirmed and others:
        return [f"{about}: confirmed by {confirmed}, not by {others}."]
    return [f"{about}: confirmed by {confirmed}."] if confirmed and is_to_come else []


def _capitals(said_by: Mapping[str, JsonRow], case: Case, confirmed: bool) -> str:
    sides = [side for side, row in said_by.items() if (row["status"] == "confirmed") is confirmed]
    names = ["both jointly" if side == "joint" else case.capital(side) for side in sides]
    return labels.joined(names)


def matrix(state: JsonRow, case: Case) -> list[JsonRow]:
    """Who has confirmed what: a subject, under each party's code its word with its date, and the standing."""
    return [
        {
            "what": subject.what,
            **{party: _spoken(subject.words.get(party)) for party in case.parties},
            "standing": _standing(subject.status, case),
        }
        for subject in confirmations.subjects(state, case)
    ]


def _spoken(word: Word | None) -> str:
    return word.spoken() if word else confirmations.NOTHING


def _on_day(row: JsonRow) -> str:
    """The day on which it was said, in brackets; empty where a document does not give it."""
    return f" ({row['asserted'][:10]})" if row["asserted"] else ""


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
        {"surface": s.value["surface"], "person": s.value["person"]}
        for s in talks.proposed
        if s.kind == "name_variant" and s.value.get("person")
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
