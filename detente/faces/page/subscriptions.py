"""What a visitor subscribes to: the end of the truce as a calendar entry, and what became known as RSS or Atom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from html import escape
from typing import Any, NamedTuple

from detente.ask.answer import Answer
from detente.ask.talks.summary import first_deadline, truce_of_the_day
from detente.faces import timeline_view, words
from detente.faces.page.view_query import address
from detente.faces.talks_view import party_codes, returns_sentence
from detente.faces.words import visible

JsonRow = Mapping[str, Any]
KINDS = ("rss", "atom")
ITEMS, ITEMS_SINCE = 40, 400  # of a feed, and of one that begins on a day


class Item(NamedTuple):
    """One statement that became known: its title and text in words; known: ISO, to the month where no day is."""

    statement: str
    title: str
    text: str
    known: str


def calendar(state: dict[str, Any], case: JsonRow) -> bytes | None:
    """The end of the truce that counts on the day as an iCalendar entry, in UTC; None without such a truce.

    An extension moves the entry: it keeps its name, and its sequence grows.
    """
    from icalendar import Calendar, Event

    truce = truce_of_the_day(state)
    if truce is None or not truce["expiry"]:
        return None
    parties = " and ".join(party["name"] for party in case["parties"])
    entry, file = Event(), Calendar()
    entry.add("uid", f"{visible(case['name'])}-{visible(truce['truce'])}@detente")
    entry.add("sequence", max(len({link["new_expiry"] for link in truce["chain"]}) - 1, 0))
    entry.add("dtstamp", datetime.now(UTC))
    entry.add("dtstart", _start(truce, case))
    entry.add("summary", visible(f"End of the truce, {parties}"))
    entry.add("description", visible(_description(truce, state["known"])))
    file.add("prodid", "-//detente//truce//EN")
    file.add("version", "2.0")
    file.add_component(entry)
    return bytes(file.to_ical())


def _start(truce: JsonRow, case: JsonRow) -> date:
    """When the truce ends: the moment in UTC on the clock of the first party where it is known, else the day."""
    moment = first_deadline(truce, party_codes(case))
    if moment is None:
        return date.fromisoformat(str(truce["expiry"])[:10])
    return datetime.fromisoformat(moment).astimezone(UTC)


def _description(truce: JsonRow, known: str) -> str:
    """What happens then, and the last text that gives this end."""
    text = f"As known on {words.day(known)}. {returns_sentence(truce['scope'])}".strip()
    links = [link for link in truce["chain"] if link["quote"] and link["new_expiry"] == truce["expiry"]]
    last = links[-1] if links else None
    return f"{text} Text: “{last['quote']}” ({last['source']})." if last else text


def items(timeline: Answer, since: str = "") -> list[Item]:
    """What became known last, or on a day and later, the newest first.

    timeline: of the day, as `ask.talks.timeline` answers it. since: an ISO day; what is known to the month counts
    where the month is that of the day or later.
    """
    events = sorted(timeline.data["events"], key=lambda event: (event["known"] or "", event["statement"]), reverse=True)
    later = (event for event in events if (event["known"] or "")[:10] >= since[: len((event["known"] or "")[:10])])
    sources = timeline.data["sources"]
    chosen = [event for event, _ in zip(later, range(ITEMS_SINCE if since else ITEMS), strict=False)]
    return [item for event in chosen for item in _items(event, sources)]


def _items(event: JsonRow, sources: list[JsonRow]) -> Iterator[Item]:
    for entry in timeline_view.entries({"events": [event], "sources": sources}):
        (voice,) = entry.voices
        where = ", ".join(filter(None, (voice.publisher, voice.title)))
        quote = f": “{voice.quote}”" if voice.quote else ""
        claim = f"{', in '.join(filter(None, (voice.speaker, where)))}{quote}"
        text = ". ".join(filter(None, (entry.terms, claim)))
        yield Item(event["statement"], entry.what, text, (event["known"] or "")[:10])


def feed(root: str, timeline: Answer, *, kind: str = "rss", since: str = "", case: str = "") -> str:
    """What the record learned, the newest first.

    root: the address of the page. kind: rss or atom. since: a day, such as that of the last visit. case: the
    negotiation, where the addresses must name it.
    """
    from feedgenerator import Atom1Feed, Rss201rev2Feed

    title = visible(timeline.data["case"]["title"])
    text_since = f" since {words.day(since)}" if since else ""
    writer = (Atom1Feed if kind == "atom" else Rss201rev2Feed)(
        title=f"détente: {title}", language="en", link=address(f"{root}/record", case=case),
        feed_url=address(f"{root}/changes.{kind}", case=case, since=since),
        feed_guid=address(f"{root}/changes", case=case),
        description=f"What the reviewed record learned{text_since}, by the day it became known",
    )  # fmt: skip
    for item in items(timeline, since):
        day = _moment(item.known)
        as_of = item.known if day else timeline.data["as_of"]
        writer.add_item(
            title=item.title.replace("<", "‹").replace(">", "›"),
            link=address(f"{root}/record", case=case, asof=as_of, fact=item.statement),
            description=escape(item.text, quote=False), pubdate=day, updateddate=day,
            unique_id=f"urn:detente:{item.statement}", unique_id_is_permalink=False,
        )  # fmt: skip
    return str(writer.writeString("utf-8"))


def _moment(known: str) -> datetime | None:
    """The start of the day in UTC; None where only a month is known."""
    return datetime.fromisoformat(known).replace(tzinfo=UTC) if len(known) == 10 else None
