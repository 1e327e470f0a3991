"""The state as a person reads it: headline, clock, who has confirmed what, garbled names, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from detente import labels
from detente.ask.pricing import duties
from detente.ask.talks.find_case import ALONE
from detente.ask.talks.talks_on_day import Talks
from detente.record.case import Case
from detente.record.fact import days

JsonRow = dict[str, Any]
MatrixRow = tuple[str, dict[str, str], str]  # a subject, {side: its words}, the status of the record

STANDING = {
    "confirmed_both": "confirmed by both",
    "announced_one_side": "announced by one side",
    "contested": "the two sides differ",
    "reported": "reported only",
    "in_force": "in force",
    "lapsed": "lapsed",
}
STANDING_OF_MANY = {"confirmed_both": "confirmed by all", "contested": "the sides differ"}  # of three parties or more
ENDED = ("lapsed", "ended", "superseded")
UNKNOWN = ("unknown", "not_known")
IN_FORCE = ("in_force", "reduced")
ALONE_SENTENCE = "The document belongs to no negotiation on record; what follows is what it says itself, not reviewed."
LATELY = 90  # days for which a truce that has lapsed is still spoken of
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
    return {"headline": headline(state, clock, case), "clock": clock, "matrix": matrix(state, case)}


def truce_of_the_day(state: JsonRow) -> JsonRow | None:
    """The truce that counts on the day: the last begun of those that run, else the last that ended, if not long ago.

    None where no truce runs and none ended within LATELY days.
    """
    truces: list[JsonRow] = state["truces"]
    running = [truce for truce in truces if truce["status"] not in ENDED]
    if running:
        return max(running, key=lambda truce: str(truce["start"] or truce["expiry"] or ""))
    ended = [truce for truce in truces if _ended_lately(truce, state)]
    return max(ended, key=lambda truce: str(truce["expiry"]), default=None)


def _ended_lately(truce: JsonRow, state: JsonRow) -> bool:
    """Whether a truce that no longer runs ended within LATELY days: on its day, or when another took its place."""
    successors = [other for other in state["truces"] if other["truce"] == truce["superseded_by"]]
    ended = next((other["start"] for other in successors), truce["expiry"])
    return bool(ended) and _is_recent(str(ended), state["as_of"])


def _is_recent(day: str, as_of: str) -> bool:
    """Whether a date that is known to the day lies at most LATELY days back, or ahead."""
    first, last = days(day)
    return first == last and (date.fromisoformat(as_of[:10]) - first).days <= LATELY


def _days_until_end(truce: JsonRow, as_of: str) -> int | None:
    """The days until the end of a truce, negative after it; None where the end is not known to the day."""
    if not truce["expiry"]:
        return None
    first, last = days(truce["expiry"])
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


def headline(state: JsonRow, clock: JsonRow | None, case: Case) -> str:
    """A few sentences: the clock, what the last talks reached, the leaders' meetings.

    Where no truce counts, the duties and the talks that are on record instead of the clock.
    """
    first = _truce_sentences(state, clock) if clock else _sentences_without_a_truce(state, case)
    alone = [ALONE_SENTENCE] if case.name == ALONE and case.parties else []
    return " ".join([*alone, *first, *_stage_sentences(state, case), *_event_sentences(state, case)])


def _truce_sentences(state: JsonRow, clock: JsonRow) -> list[str]:
    if not clock["expiry"]:
        return [f"A truce is {_WITHOUT_END.get(clock['status'], 'on record')}; the record does not say when it ends."]
    if clock["status"] == "reported" and clock["text_expiry"]:
        passed = " and has passed" if clock["text_expiry"] <= state["as_of"][:10] else ""
        return [
            f"By the texts at hand the truce runs to {clock['text_expiry']}{passed}; {clock['expiry']} is reported and"
            " no official text at hand confirms it."
        ]
    if clock["status"] in ENDED:
        return [f"The truce lapsed on {clock['expiry']}: no extension is known."]
    if clock["status"] in UNKNOWN:
        return [f"The truce was to end on {clock['expiry']}; what became of it is {clock['standing']}."]
    sentences = [f"The truce ends {_in_days(clock['days_left'])}on {clock['expiry']}."]
    if clock["reported_expiry"]:
        sentences.append(f"{clock['reported_expiry']} is reported; no official text at hand confirms it.")
    return sentences


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
        sentences.append(f"{_subject_of(row)}: {row['stage'].replace('_', ' ')}{_on_day(row)}.")
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


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _event_sentences(state: JsonRow, case: Case) -> list[str]:
    """Which capitals have confirmed a meeting, where they differ or it is to come; the matrix has other events."""
    sentences = []
    for (event, day), confirmations in _by_event(state).items():
        if any(row["participants"] for row in confirmations.values()):
            is_to_come = bool(day) and day >= state["as_of"][:10]
            about = _capitalised(f"{event} on {day}" if day else str(event))
            sentences += _meeting_sentence(about, confirmations, case, is_to_come=is_to_come)
    return sentences


def _meeting_sentence(about: str, confirmations: Mapping[str, JsonRow], case: Case, *, is_to_come: bool) -> list[str]:
    confirmed, others = _capitals(confirmations, case, True), _capitals(confirmations, case, False)
    if confirmed and others:
        return [f"{about}: confirmed by {confirmed}, not by {others}."]
    return [f"{about}: confirmed by {confirmed}."] if confirmed and is_to_come else []


def _capitals(confirmations: Mapping[str, JsonRow], case: Case, confirmed: bool) -> str:
    sides = [side for side, row in confirmations.items() if (row["status"] == "confirmed") is confirmed]
    names = ["both jointly" if side == "joint" else case.capital(side) for side in sides]
    return labels.joined(names)


def matrix(state: JsonRow, case: Case) -> list[JsonRow]:
    """Who has confirmed what: a subject, under each party's code its word with its date, and the standing."""
    rows = (*_truce_rows(state, case), *_stage_rows(state, case), *_event_rows(state, case), *_threat_rows(state))
    return [_subject(what, words, _standing(status, case), case) for what, words, status in rows]


def _by_event(state: JsonRow) -> dict[tuple[Any, Any], dict[str, JsonRow]]:
    """{(event, day): {side: its confirmation}}, the last one of each side."""
    events: dict[tuple[Any, Any], dict[str, JsonRow]] = {}
    for row in state["confirmations"]:
        events.setdefault((row["event"], row["date"]), {})[row["by_side"]] = row
    return events


def _sides(row: JsonRow, case: Case) -> tuple[str, ...]:
    """The parties for which a row speaks; a joint text speaks for those that it names, else for all."""
    if row["by_side"] != "joint":
        return (row["by_side"],)
    return tuple(party for party in case.parties if party in (row.get("parties") or case.parties))


def _truce_rows(state: JsonRow, case: Case) -> Iterator[MatrixRow]:
    """A row a truce that did not end long ago."""
    for truce in state["truces"]:
        if truce["status"] in ENDED and not _ended_lately(truce, state):
            continue
        words: dict[str, str] = {}
        for link in truce["chain"]:
            if link["new_expiry"] == truce["expiry"]:
                for side in _sides({**link, "parties": truce["parties"]}, case):
                    words.setdefault(side, f"states it ({_dated(link)})")
        name = (
            f"Truce to {truce['expiry']}" if truce["expiry"] else f"{labels.topic(truce['truce'])} truce, no end named"
        )
        yield name, words, truce["status"]


def _dated(row: JsonRow) -> str:
    """The day of a claim, and how it was verified where that is known."""
    return ", ".join(filter(None, ((row["asserted"] or "")[:10], row["verification"])))


def _stage_rows(state: JsonRow, case: Case) -> Iterator[MatrixRow]:
    deals: dict[Any, list[JsonRow]] = {}
    for row in state["stages"]:
        deals.setdefault(row.get("deal") or row.get("object") or "talks", []).append(row)
    for stages in deals.values():
        words = {side: _stage_words(row) for row in stages for side in _sides(row, case)}
        yield f"Stage: {_subject_of(stages[0])}", words, stages[0]["status"]


def _subject_of(row: JsonRow) -> str:
    """A deal in words: initials in capitals, and the talks of its parties, where it has no other name."""
    word = str(row.get("deal") or row.get("object") or "talks")
    if word.upper() == "".join(letter for letter in row.get("object") or "" if letter.isupper()):
        return word.upper()
    return f"Talks of {labels.topic(word)}" if labels.parties(word) else labels.topic(word)


def _stage_words(row: JsonRow) -> str:
    stage = row["stage"].replace("_", " ")
    step = f", next {row['next'].replace('_', ' ').replace('submitted for ', '')}" if row.get("next") else ""
    return f"{stage}{step}{_quotation(row)}{_on_day(row)}"


def _on_day(row: JsonRow, more: str = "") -> str:
    """The day on which it was said, and more, in brackets; the day is left out where a document does not give it."""
    words = "; ".join(filter(None, ((row["asserted"] or "")[:10], more)))
    return f" ({words})" if words else ""


def _quotation(row: JsonRow) -> str:
    return f' "{row["quote"]}"' if row.get("quote") else ""


def _event_rows(state: JsonRow, case: Case) -> Iterator[MatrixRow]:
    for (event, day), confirmations in _by_event(state).items():
        words = {side: _confirmation_words(row, case) for side, row in confirmations.items()}
        confirmed = sum(word.startswith("confirmed") for word in words.values())
        joint = words.pop("joint", None)
        both = confirmed > 1 or (joint or "").startswith("confirmed")
        standing = "confirmed_both" if both else "announced_one_side" if confirmed else "reported"
        words |= dict.fromkeys(case.parties, joint) if joint else {}
        yield f"{event}, {day}" if day else str(event), words, standing


def _confirmation_words(row: JsonRow, case: Case) -> str:
    word = {"not_commented": "silent"}.get(row["status"], row["status"])
    search = _search_words(row["searched"], case) if row.get("searched") else ""
    return f"{word}{_on_day(row, search)}"


def _search_words(search: JsonRow, case: Case) -> str:
    """How many of a side's sources, published since the event was first mentioned, report it."""
    since, until = search["since"], search["to"]
    days = f"on {until}" if since == until else f"{since} to {until}" if since else f"until {until}"
    capital = case.capital(search["side"])
    return (
        f"{search['speak_of_it']} of {search['looked_at']} sources from {capital} report it, {days}"
        f" ({search['in_record']} in the record by then)"
    )


def _threat_rows(state: JsonRow) -> Iterator[MatrixRow]:
    """A row a threat that stands, or of which the last word was not long ago."""
    for threat in state["threats"]:
        spoken = threat["asserted"] or threat["known"]
        if threat["status"] != "standing" and spoken and not _is_recent(spoken[:10], state["as_of"]):
            continue
        day = f" from {threat['effective']}" if threat.get("effective") else ""
        points = f"+{threat['rate_pct']:g} points" if threat.get("rate_pct") else "further duties"
        status = threat["status"].replace("_", " ")
        words = {threat["by_side"]: f"{status}{_quotation(threat)}{_on_day(threat)}"}
        yield f"Threat: {points}{day}", words, threat["status"]


def _subject(what: str, words: Mapping[str, str], standing: str, case: Case) -> JsonRow:
    return {"what": what, **{party: words.get(party, "none found") for party in case.parties}, "standing": standing}


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
