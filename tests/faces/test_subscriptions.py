"""The calendar entry of the truce and the feed of what became known, as other programs read them."""

import re
from datetime import UTC, date, datetime

import feedparser
import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from detente.ask.answer import Answer
from detente.faces import answers
from detente.faces.page import limits, server, subscriptions
from detente.record.store import shipped_dossiers

DAY = "asof=2025-10-26"
HOSTILE = "<script>alert(1)</script> ]]> & \x00\x1b \u202e"


@pytest.fixture(scope="module")
def client():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "BURST", 1e6)
        yield TestClient(server.app(warm=False))


def entry(response):
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    return event


def test_the_calendar_entry_is_the_end_of_the_truce_in_utc(client):
    response = client.get(f"/truce.ics?{DAY}")
    assert entry(response).start == datetime(2025, 11, 10, 5, 1, tzinfo=UTC)
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))


def test_the_calendar_quotes_the_text_that_gives_the_end_that_counts(client):
    text = str(entry(client.get(f"/truce.ics?{DAY}"))["description"])
    assert "Nov. 9" not in text
    assert "As known on 26 Oct 2025" in text


def test_an_extension_moves_the_entry_of_the_calendar_instead_of_adding_another(client):
    before, after = (entry(client.get(f"/truce.ics?asof={day}")) for day in ("2025-10-26", "2025-12-01"))
    assert before["uid"] == after["uid"]
    assert before["sequence"] < after["sequence"]
    assert before.start < after.start


def test_a_truce_whose_hour_is_not_known_ends_on_a_day():
    truce = {"truce": "t;a,b", "expiry": "2026-03-01", "deadline_at": None, "scope": None, "status": "in_force",
             "chain": [{"quote": HOSTILE, "source": "s", "new_expiry": "2026-03-01"}]}  # fmt: skip
    case = {"name": "c", "parties": [{"code": "KOR", "name": "South Korea"}, {"code": "PER", "name": "Peru"}]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscriptions, "truce_of_the_day", lambda state: truce)
        (event,) = Calendar.from_ical(subscriptions.calendar({"known": "2026-01-01"}, case)).walk("VEVENT")
    assert event.start == date(2026, 3, 1)
    assert event["uid"] == "c-t;a,b@detente"
    assert "\x1b" not in event["description"]


@pytest.mark.parametrize("kind", subscriptions.KINDS)
def test_the_feed_is_valid_and_holds_the_newest_statements_with_titles_in_words(client, kind):
    response = client.get(f"/changes.{kind}")
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.version == {"rss": "rss20", "atom": "atom10"}[kind]
    assert len(feed.entries) == subscriptions.ITEMS
    assert len({item.id for item in feed.entries}) == subscriptions.ITEMS
    assert not [item.title for item in feed.entries if re.search(r"\b(usa|chn)-[a-z0-9]|_", item.title)]
    days = [item.published_parsed for item in feed.entries if "published_parsed" in item]
    assert days == sorted(days, reverse=True)


def test_an_item_of_the_feed_leads_to_the_fact_in_the_record(client):
    item = feedparser.parse(client.get("/changes.rss").content).entries[0]
    fact = item.link.partition("fact=")[2]
    page = client.get(item.link.removeprefix("http://testserver"))
    assert page.status_code == 200
    assert fact in page.text


def test_the_feeds_of_two_negotiations_have_ids_and_addresses_of_their_own(client):
    ours, theirs = (feedparser.parse(client.get(f"/changes.atom{of}").content) for of in ("", "?case=us-eu"))
    assert ours.feed.id != theirs.feed.id
    assert all("case=us-eu" in entry.link for entry in (theirs.feed, *theirs.entries))
    assert not any("case=" in entry.link for entry in (ours.feed, *ours.entries))


def test_a_feed_since_a_day_has_what_became_known_on_it_or_later(client):
    every = feedparser.parse(client.get("/changes.rss?since=2025-01-01").content).entries
    day = sorted({f"{item.published_parsed[0]}-{item.published_parsed[1]:02}-{item.published_parsed[2]:02}"
                  for item in every if "published_parsed" in item})[-3]  # fmt: skip
    newer = feedparser.parse(client.get(f"/changes.atom?since={day}").content).entries
    assert 0 < len(newer) < len(every)
    assert newer[-1].published.startswith(day)
    assert client.get("/changes.rss?since=soon").status_code == 400
    later = feedparser.parse(client.get("/changes.rss?since=2099-01-01").content)
    assert (later.bozo, later.entries) == (False, [])


def test_a_reader_that_has_the_feed_is_not_sent_it_again(client):
    first = client.get("/changes.rss")
    again = client.get("/changes.rss", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/changes.atom", headers={"if-none-match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("kind", subscriptions.KINDS)
def test_no_text_of_the_record_breaks_out_of_the_feed(kind):
    event = {
        "day": "2026-01-01", "kind": "statement", "status": None, "polarity": "affirms", "modality": "fact",
        "value": {"speaker": HOSTILE, "about": HOSTILE, "side": None}, "by_side": None, "by": HOSTILE,
        "known": "2026-01", "quote": HOSTILE, "note": None, "source": "s", "verification": None, "statement": "f1",
    }  # fmt: skip
    timeline = Answer("timeline", {"events": [event], "sources": [], "case": {"title": HOSTILE}, "as_of": "2026-01-02"})
    feed = feedparser.parse(subscriptions.feed("http://localhost", timeline, kind=kind))
    (item,) = feed.entries
    assert not feed.bozo
    assert "<script" not in item.title
    assert "<script" not in item.summary
    assert "published" not in item, "only the month is known"


@pytest.mark.parametrize("case", shipped_dossiers())
def test_the_feed_of_every_case_is_valid(case):
    known = "2026-11-20"
    before = answers.shown()
    answers.show(case)
    try:
        feed = feedparser.parse(subscriptions.feed("http://localhost", answers.timeline(known, known)))
    finally:
        answers.show(*before)
    assert not feed.bozo
    assert feed.entries
