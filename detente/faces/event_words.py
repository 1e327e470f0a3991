"""What happened, and on which terms, in words: one sentence for each kind of statement that the timeline shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from detente import labels
from detente.faces import words

JsonRow = Mapping[str, Any]
AGENDA = "on the agenda"  # what stands before the subjects that one source gives
Sentence = tuple[str, Iterable[str | None]]  # what happened, and its terms


def _measure(value: JsonRow) -> Sentence:
    scope = value.get("scope") or value.get("product")
    return words.measure_name(value), (
        words.readable(value["status"]),
        words.measure_pair(value),
        words.rate(value),
        *_amounts(value),
        scope,
        _from("from", value.get("legal_from")),
        _from("suspended until", value.get("suspended_until")),
        _from("by law until", value.get("until")),
        _from("due by", value.get("due")),
    )


AMOUNTS = {
    "quantity_mmt": "{:g} million tonnes", "quantity_mmt_per_year": "{:g} million tonnes a year",
    "quantity_aircraft": "{:g} aircraft", "usd_bn": "{:g} bn USD", "usd_bn_per_year": "{:g} bn USD a year",
}  # fmt: skip


def _amounts(value: JsonRow) -> Iterable[str]:
    return (form.format(value[key]) for key, form in AMOUNTS.items() if value.get(key) is not None)


def _threat(value: JsonRow) -> Sentence:
    target = f" on {words.economy(value['against'])}" if value.get("against") else ""
    what = f"Threat by {words.economy(value['by_side'])}: {words.rate(value) or 'measures'}{target}"
    status = value.get("status")
    return what, (status and words.readable(status), value.get("on"), value.get("scope"),
                  _from("from", value.get("effective")))  # fmt: skip


def _truce(value: JsonRow) -> Sentence:
    ends = f"to {words.day(value['expiry'])}" if value.get("expiry") else "without a day of its end"
    return f"{_named('truce', value)} {ends}", (_from("from", value.get("start")), value.get("scope"))


def _extension(value: JsonRow) -> Sentence:
    day = value.get("new_expiry")
    ends = f"to {words.day(day)}" if day else "without a day of its end"
    return f"{_named('truce', value)} extended {ends}", (value.get("instrument"), value.get("scope"))


def _stage(value: JsonRow) -> Sentence:
    return f"{_named('deal', value)}: {words.readable(value['stage'])}", (value.get("object"),)


def _named(kind: str, value: JsonRow) -> str:
    """A deal or a truce by its name, else by its parties: "Geneva truce", "Deal of US and EU", "Truce"."""
    name, parties = value.get(kind), value.get("parties") or ()
    if name and not labels.parties(name):
        topic = labels.topic(name)
        return topic if topic.lower().endswith(kind) else f"{topic} {kind}"
    sides = labels.topic(name) if name else labels.joined(list(map(words.economy, parties)))
    return f"{kind.capitalize()} of {sides}" if sides else kind.capitalize()


def _meeting(value: JsonRow) -> Sentence:
    contact = value.get("mode_of_contact")
    kind = words.readable(contact) if contact and contact != "in_person" else "round"
    place = f" in {value['city']}" if value.get("city") else ""
    level = {"leaders": "between leaders", "working": "at working level"}.get(value.get("level") or "", "")
    heads = value.get("heads") or value.get("participants") or []
    span = words.days_in_full(value.get("start"), value.get("end"))
    return value.get("event") or f"{kind}{place}", (level, span, ", ".join(heads))


def _plan(value: JsonRow) -> Sentence:
    people = value.get("participants") or []
    what = value.get("event") or f"meeting{' of ' + labels.joined(people) if people else ''}"
    city = value.get("city")
    return f"Planned: {what}", (
        words.readable(value["status"]).replace("announced one side", "announced by one side"),
        _from("for", value.get("date")),
        f"in {city}" if city else None,
    )


CONFIRMED = {"confirmed": "confirms", "denied": "denies", "not_commented": "has not commented on"}


def _confirmation(value: JsonRow) -> Sentence:
    subject = value.get("of") or value.get("event") or "the report"
    side = words.side_name(value["by_side"])
    return f"{side} {CONFIRMED[value['status']]}: {subject}", (value.get("body"),)


def _statement(value: JsonRow) -> Sentence:
    speaker = value.get("speaker") or value.get("speaker_described") or words.side_name(value.get("side"))
    about = value.get("about") or value.get("event") or "the talks"
    tone = value.get("tone")
    return f"{speaker} on {about}", (tone and f"tone: {tone}",)


def _agenda(value: JsonRow) -> Sentence:
    topic = labels.topic(value["topic"]) if value["topic"] in labels.WRITTEN else words.readable(value["topic"])
    return AGENDA, (": ".join(filter(None, (topic, value.get("object") or value.get("event")))),)


def _from(word: str, day: str | None) -> str | None:
    return f"{word} {words.day(day)}" if day else None


SENTENCES: Mapping[str, Callable[[JsonRow], Sentence]] = {
    "measure": _measure, "threat": _threat, "truce": _truce, "extension": _extension, "agreement_stage": _stage,
    "meeting": _meeting, "planned_meeting": _plan, "confirmation": _confirmation, "statement": _statement,
    "agenda_item": _agenda,
}  # fmt: skip
