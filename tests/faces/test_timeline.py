"""The timeline of a record: all that happened by a day, in words, each with its words and source, as a reader chose."""

import re
from dataclasses import replace

import pytest

from detente.ask.talks.timeline import statuses, timeline
from detente.errors import QuestionError
from detente.faces.event_words import SENTENCES
from detente.faces.timeline_view import KIND_GROUPS, ON_A_PAGE, checks_in_words, entries, read_choice, timeline_view
from detente.record.fact import By, FactDate, Source, Statement
from detente.record.kinds import kinds
from detente.record.store import Record

PARTIES = ("KOR", "BRA")
SIDES = {"KOR": "South Korea", "BRA": "Brazil"}


def statement(kind, value, day, *, side="KOR", known=None, quote="", **more):
    return Statement(kind, value, By(side=side), "paper", quote=quote, date=FactDate(day), asserted=day,
                     known=known or day, verification="official read", **more)  # fmt: skip


def duty(day, rate, status="in_force", **value):
    return {"measure": "kor-levy-on-tea", "type": "tariff", "imposer": "KOR", "target": "BRA", "status": status,
            "rate_pct": rate, **value}  # fmt: skip


@pytest.fixture
def home(tmp_path):
    """A record of two countries over three years, with one duty that is raised, learned of late, and retracted."""
    record = Record.start(tmp_path / "tea")
    (tmp_path / "tea" / "case.yaml").write_text("title: Talks on tea\nparties: [KOR, BRA]\n", "utf-8")
    source = Source("paper", "An invented paper of 2027-01-04", "Gazette", "2024-02-01", "official",
                    url="https://example.org/tea")  # fmt: skip
    record.add_all(
        [
            statement("measure", duty("2024-03-01", 10, legal_from="2024-03-05"), "2024-03-01", quote="10 on CHN tea"),
            statement("measure", duty("2025-04-02", 30, scope="tea since 2025-04-01"), "2025-04-02"),
            statement("threat", {"threat": "t", "by_side": "BRA", "against": "KOR", "rate_pct": 50,
                                 "effective": "2025-06-01", "status": "standing"}, "2025-05-01", side="BRA"),
            statement("meeting", {"city": "Lima", "start": "2025-07-03", "end": "2025-07-04", "parties": list(PARTIES)},
                      "2025-07-10", side="joint"),
            statement("truce", {"truce": "kor-bra", "parties": list(PARTIES), "expiry": "2026-01-31"}, "2025-08-01",
                      side="joint", known="2025-09-15"),
        ],
        sources=[source],
    )  # fmt: skip
    return tmp_path


def view(home, day="2026-01-01", known=None, **chosen):
    answer = timeline(dossier="tea", as_of=day, known=known or day, home=str(home))
    return timeline_view(entries(answer.data), read_choice(chosen), PARTIES)


def titles(shown):
    return [entry.what for entry in shown.entries]


def test_the_timeline_goes_back_to_the_first_day_of_the_record_latest_first(home):
    assert titles(view(home)) == [
        "Truce of South Korea and Brazil to 31 Jan 2026",
        "Round in Lima",
        "Threat by Brazil: 50 % on South Korea",
        "Duty of South Korea on Brazil",
        "Duty of South Korea on Brazil",
    ]
    assert view(home).summary == "5 events on record since 1 Mar 2024."


def test_a_source_that_was_printed_after_the_day_of_knowledge_is_not_named(home):
    record = Record.load("tea", home)
    late = Source("late", "What came of it", "Gazette", "2026-03-01", "press")
    record.add_all([replace(statement("measure", duty("2025-11-03", 40), "2025-11-03"), source="late")], sources=[late])
    assert view(home).entries[0].voices[0].title == "a source printed later"
    (voice,) = view(home, known="2026-03-02").entries[0].voices
    assert (voice.title, voice.publisher) == ("What came of it", "Gazette")


@pytest.mark.parametrize("dossier", ["us-china", "uk-eu"])
def test_no_source_of_a_shipped_timeline_was_printed_after_the_day_of_knowledge(dossier):
    for day in ("2019-10-18", "2020-03-03", "2025-04-11", "2025-10-26"):
        assert all((s["published"] or "") <= day for s in timeline(dossier=dossier, as_of=day).data["sources"])


def test_the_shipped_record_shows_the_escalation_of_april_2025():
    shown = entries(timeline(dossier="us-china", as_of="2025-10-26").data)
    april = [entry for entry in shown if entry.day.startswith("2025-04")]
    assert {"84 %", "125 %"} <= set(re.findall(r"\d+ %", " ".join(entry.terms for entry in april)))


def test_what_became_known_later_or_lies_ahead_is_left_out(home):
    assert "Truce of South Korea and Brazil to 31 Jan 2026" not in titles(view(home, known="2025-09-01"))
    assert titles(view(home, "2024-12-31", "2026-01-01")) == ["Duty of South Korea on Brazil"]
    assert "Round in Lima" not in titles(view(home, "2025-07-02", "2026-01-01"))


def test_a_retracted_event_is_gone_from_the_day_of_its_retraction_on(home):
    record = Record.load(home / "tea")
    threat = next(s for s in record.statements() if s.kind == "threat")
    record.retract(threat.id, known="2025-12-01", why="misread")
    assert view(home, "2025-11-30", "2025-11-30").total == 5
    assert view(home, "2026-01-01").total == 4


def test_the_words_of_an_event_hold_no_code_and_no_iso_day_but_a_quotation_stays_verbatim(home):
    for entry in view(home).entries:
        assert not re.search(r"\b[A-Z]{3}\b|\d{4}-\d\d", f"{entry.what} {entry.terms}")
    quoted = view(home, order="oldest").entries[0].voices[0]
    assert quoted.quote == "10 on CHN tea"
    assert quoted.url == "https://example.org/tea"


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({"kind": "duties"}, 2), ({"kind": "truces"}, 1), ({"side": "BRA"}, 3), ({"side": "joint"}, 2),
        ({"status": "in_force"}, 2), ({"q": "LIMA"}, 1), ({"q": "10 on chn"}, 1), ({"q": "5 mar 2024"}, 1),
        ({"q": "gazette", "kind": "threats"}, 1), ({"q": "no such word"}, 0), ({"kind": "duties", "side": "BRA"}, 0),
    ],
)  # fmt: skip
def test_a_reader_chooses_by_kind_side_status_and_words(home, chosen, count):
    shown = view(home, **chosen)
    assert shown.matching == count
    assert shown.total == 5


def test_one_fact_is_shown_by_the_id_of_its_statement(home):
    (statement,) = view(home).entries[2].statements
    assert titles(view(home, fact=statement)) == ["Threat by Brazil: 50 % on South Korea"]


def test_what_several_say_of_one_event_is_one_entry_with_each_voice(home):
    Record.load(home / "tea").add_all(
        [statement("measure", duty("2025-04-02", 30, scope="tea since 2025-04-01"), "2025-04-02", side="BRA")]
    )
    same = next(entry for entry in view(home).entries if entry.day == "2025-04-02")
    assert [voice.speaker for voice in same.voices] == ["Seoul", "Brasilia"]
    assert same.sides == PARTIES


def test_the_subjects_that_one_source_gives_are_one_agenda(home):
    topics = ("port_fees", "rare_earths", "tiktok")
    Record.load(home / "tea").add_all([statement("agenda_item", {"topic": t}, "2025-10-01") for t in topics])
    agenda = view(home).entries[0]
    assert (agenda.what, agenda.terms) == ("On the agenda", "port fees, rare earths, TikTok")
    assert len(agenda.voices) == 1
    assert [titles(view(home, fact=name)) for name in agenda.statements] == [["On the agenda"]] * 3


def test_a_long_record_comes_in_pages_and_a_page_beyond_the_last_is_the_last(home):
    record = Record.load(home / "tea")
    record.add_all([statement("statement", {"speaker": f"Person {k}", "side": "KOR"}, "2025-10-01") for k in range(90)])
    first, beyond = view(home), view(home, page="99")
    assert len(first.entries) == ON_A_PAGE
    assert (first.pages, beyond.choice.page) == (3, 3)
    shown = [entry.what for page in "123" for entry in view(home, page=page).entries]
    assert len(shown) == len(set(shown)) + 1 == 95  # the two duties share their words


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"kind": "wars"}, "kind 'wars': it is duties, "),
        ({"side": "ATL"}, "side 'ATL': it is an economy's code"),
        ({"status": "lost"}, "status 'lost': it is "),
        ({"order": "random"}, "order 'random': it is newest"),
        ({"page": "0"}, "page '0': it is a number from 1"),
        ({"page": "²"}, "page '²'"),
        ({"page": "9" * 50}, "page '99999999999999999999'"),
    ],
)
def test_a_choice_that_there_is_not_is_refused_with_those_that_there_are(query, said):
    with pytest.raises(QuestionError, match=re.escape(said)):
        read_choice(query)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("extension", {"by_days": None, "new_expiry": None}, "Truce extended without a day of its end"),
        ("truce", {"parties": ["KOR", "BRA"], "expiry": "2025-01/2025-03"},
         "Truce of South Korea and Brazil to Jan 2025 to Mar 2025"),
        ("agreement_stage", {"stage": "talks", "parties": []}, "Deal: talks"),
        ("confirmation", {"by_side": "BRA", "status": "denied"}, "Brasilia denies: the report"),
        ("statement", {"speaker": None, "side": None}, "Not stated on the talks"),
        ("meeting", {"city": None, "mode_of_contact": "video_call", "start": None, "end": None}, "Video call"),
        ("planned_meeting", {"participants": None, "event": None, "date": None, "status": "possible"},
         "Planned: meeting"),
        ("threat", {"by_side": "KOR", "rate_pct": None, "effective": None}, "Threat by South Korea: measures"),
        ("measure", {"type": "fee", "imposer": "KOR", "target": None, "rate_pct": None, "rate_pp": None,
                     "status": "in_force"}, "Fee of South Korea"),
    ],
)  # fmt: skip
def test_an_event_that_leaves_out_all_that_it_may_still_has_its_words(home, kind, value, said):
    Record.load(home / "tea").add_all([statement(kind, value, "2025-12-01")])
    assert titles(view(home))[0] == said


def test_what_a_person_should_look_at_again_is_listed_as_far_as_it_is_known(home):
    (first, *_), earlier = (timeline(dossier="tea", as_of=day, home=str(home)).data["checks"]
                            for day in ("2026-01-01", "2024-02-01"))  # fmt: skip
    assert first["rule"] == "legal basis"
    assert earlier == []
    ((text, rule, statement), *_) = checks_in_words({"checks": [first]})
    assert "_" not in text + rule
    assert titles(view(home, fact=statement)) == ["Duty of South Korea on Brazil"]


def test_every_kind_of_event_has_words_and_a_group():
    named = {"measure", *KIND_GROUPS}
    assert named == set(SENTENCES)
    assert named == {name for name, kind in kinds().items() if kind.about == "talks"} - {"participant", "name_variant"}
    assert {"in_force", "denied", "cancelled", "carried_out", "signed"} <= set(statuses())
