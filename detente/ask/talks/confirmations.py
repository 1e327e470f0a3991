"""Who has confirmed what: for each subject the word of each party, with its mark, day, quotation and source.

A subject is a truce, the stage of a deal, an event or a threat. The matrix of a reading prints these; the first screen
shows the same with links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from detente import labels
from detente.record.case import Case
from detente.record.fact import days

JsonRow = dict[str, Any]

ENDED = ("lapsed", "ended", "superseded")
LATELY = 90  # days for which a truce that has ended, or a threat that was withdrawn, is still spoken of

# Marks: what a party's word is worth.
SAYS_SO, IN_OTHER_WORDS, SILENT, DENIES, NOTHING = "says so", "in other words", "silent", "denies", "none found"
MARK_OF = {"not_commented": SILENT, "denied": DENIES, "withdrawn": DENIES, "rejected": DENIES, "invalidated": DENIES}
WORD_OF = {"not_commented": "silent"}  # how the status of a confirmation is written


@dataclass(frozen=True)
class Word:
    """What a party says of a subject.

    mark: one of the five above. words: its own word in the record's terms, such as "framework". quote: as quoted, or
    empty. day: on which it was said, None where the document gives none. more: how it was verified, or what was
    searched. looked_at: how many sources, for a silence. next: the step that it names as next. statement, source: the
    ids it rests on.
    """

    mark: str
    words: str
    day: str | None = None
    quote: str = ""
    more: str = ""
    next: str = ""
    source: str = ""
    statement: str = ""
    looked_at: int | None = None

    def spoken(self) -> str:
        """The word as the matrix writes it: the quotation in quotation marks, the day in brackets."""
        step = f", next {self.next}" if self.next else ""
        quote = f' "{self.quote}"' if self.quote else ""
        day = "; ".join(filter(None, (self.day, self.more)))
        return f"{self.words}{step}{quote}{f' ({day})' if day else ''}"


@dataclass(frozen=True)
class Subject:
    """A subject with the words of the parties that spoke of it.

    what: as the matrix names it. short: as the first screen does, without what its column says. kind: truce, stage,
    event or threat. status: of the record.
    """

    kind: str
    what: str
    short: str
    status: str
    words: Mapping[str, Word] = field(default_factory=dict)

    @property
    def latest(self) -> str:
        """The last day on which anybody spoke of it; empty where no day is known."""
        return max((word.day or "" for word in self.words.values()), default="")


def subjects(state: JsonRow, case: Case) -> list[Subject]:
    """Every subject of a state: truces that did not end long ago, stages of deals, events, threats."""
    return [*_truces(state, case), *_stages(state, case), *_events(state, case), *_threats(state)]


def by_event(state: JsonRow) -> dict[tuple[Any, Any], dict[str, JsonRow]]:
    """{(event, day): {side: its confirmation}}, the last one of each side."""
    events: dict[tuple[Any, Any], dict[str, JsonRow]] = {}
    for row in state["confirmations"]:
        events.setdefault((row["event"], row["date"]), {})[row["by_side"]] = row
    return events


def ended_lately(truce: JsonRow, state: JsonRow) -> bool:
    """Whether a truce that no longer runs ended within LATELY days: on its day, or when another took its place."""
    successors = [other for other in state["truces"] if other["truce"] == truce["superseded_by"]]
    ended = next((other["start"] for other in successors), truce["expiry"])
    return bool(ended) and is_recent(str(ended), state["as_of"])


def is_recent(day: str, as_of: str) -> bool:
    """Whether a date that is known to the day lies at most LATELY days back, or ahead."""
    first, last = days(day)
    return first == last and (date.fromisoformat(as_of[:10]) - first).days <= LATELY


def name_of_deal(row: JsonRow) -> str:
    """A deal in words: initials in capitals, and the talks of its parties, where it has no other name."""
    word = str(row.get("deal") or row.get("object") or "talks")
    if word.upper() == "".join(letter for letter in row.get("object") or "" if letter.isupper()):
        return word.upper()
    return f"Talks of {labels.topic(word)}" if labels.parties(word) else labels.topic(word)


def _sides(row: JsonRow, case: Case) -> tuple[str, ...]:
    """The parties for which a row speaks; a joint text speaks for those that it names, else for all."""
    if row["by_side"] != "joint":
        return (row["by_side"],)
    return tuple(party for party in case.parties if party in (row.get("parties") or case.parties))


def _word(row: JsonRow, mark: str, words: str, *, quoted: bool = True, more: str = "", step: str = "") -> Word:
    """A word with the day, the quotation and the ids of its row."""
    quote = str(row.get("quote") or "") if quoted else ""
    day = (row["asserted"] or "")[:10] or None
    return Word(mark, words, day, quote, more, step, row["source"], row.get("statement") or "")


def _truces(state: JsonRow, case: Case) -> Iterator[Subject]:
    """A subject a truce that did not end long ago."""
    for truce in state["truces"]:
        if truce["status"] in ENDED and not ended_lately(truce, state):
            continue
        words: dict[str, Word] = {}
        for link in truce["chain"]:
            if link["new_expiry"] == truce["expiry"]:
                word = _word(link, SAYS_SO, "states it", quoted=False, more=link["verification"] or "")
                for side in _sides({**link, "parties": truce["parties"]}, case):
                    words.setdefault(side, word)
        end = truce["expiry"]
        name = f"Truce to {end}" if end else f"{labels.topic(truce['truce'])} truce, no end named"
        yield Subject("truce", name, name, truce["status"], words)


def _stages(state: JsonRow, case: Case) -> Iterator[Subject]:
    """A subject a deal, with the stage that each side names."""
    deals: dict[Any, list[JsonRow]] = {}
    for row in state["stages"]:
        deals.setdefault(row.get("deal") or row.get("object") or "talks", []).append(row)
    for stages in deals.values():
        mark = IN_OTHER_WORDS if len({row["stage"] for row in stages}) > 1 else SAYS_SO
        words = {side: _stage_word(row, mark) for row in stages for side in _sides(row, case)}
        name = name_of_deal(stages[0])
        yield Subject("stage", f"Stage: {name}", name, stages[0]["status"], words)


def _stage_word(row: JsonRow, mark: str) -> Word:
    step = (row.get("next") or "").replace("_", " ").replace("submitted for ", "")
    return _word(row, MARK_OF.get(row["stage"], mark), row["stage"].replace("_", " "), step=step)


def _events(state: JsonRow, case: Case) -> Iterator[Subject]:
    """A subject an event; what is said jointly is said by every party."""
    for (event, day), confirmations in by_event(state).items():
        words = {side: _event_word(row, case) for side, row in confirmations.items()}
        count = sum(word.words == "confirmed" for word in words.values())
        joint = words.pop("joint", None)
        both = count > 1 or (joint is not None and joint.words == "confirmed")
        status = "confirmed_both" if both else "announced_one_side" if count else "reported"
        words |= dict.fromkeys(case.parties, joint) if joint else {}
        name = f"{event}, {day}" if day else str(event)
        yield Subject("event", name, name, status, words)


def _event_word(row: JsonRow, case: Case) -> Word:
    search = _search_words(row["searched"], case) if row.get("searched") else ""
    word = WORD_OF.get(row["status"], str(row["status"]))
    spoken = _word(row, MARK_OF.get(row["status"], SAYS_SO), word, quoted=False, more=search)
    return replace(spoken, looked_at=row["searched"]["looked_at"] if search else None)


def _search_words(search: JsonRow, case: Case) -> str:
    """How many of a side's sources, published since the event was first mentioned, report it."""
    since, until = search["since"], search["to"]
    span = f"on {until}" if since == until else f"{since} to {until}" if since else f"until {until}"
    capital = case.capital(search["side"])
    return (
        f"{search['speak_of_it']} of {search['looked_at']} sources from {capital} report it, {span}"
        f" ({search['in_record']} in the record by then)"
    )


def _threats(state: JsonRow) -> Iterator[Subject]:
    """A subject a threat that stands, or of which the last word was not long ago."""
    for threat in state["threats"]:
        spoken = threat["asserted"] or threat["known"]
        if threat["status"] != "standing" and spoken and not is_recent(spoken[:10], state["as_of"]):
            continue
        day = f" from {threat['effective']}" if threat.get("effective") else ""
        points = f"+{threat['rate_pct']:g} points" if threat.get("rate_pct") else "further duties"
        word = _word(threat, MARK_OF.get(threat["status"], SAYS_SO), threat["status"].replace("_", " "))
        name = f"{points}{day}"
        yield Subject("threat", f"Threat: {name}", name, threat["status"], {threat["by_side"]: word})
