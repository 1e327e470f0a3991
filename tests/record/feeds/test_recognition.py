"""Files are recognised by their content, read within bounds, and never run."""

import json

import pytest

from detente.errors import RecordError
from detente.record import feeds

PARENTS = {"atom": "rss", "bulletin": "csms", "tariff_commission": "mofcom", "trains": "statistics",
           "census": "statistics", "posts": "markets"}  # fmt: skip
PROSE = {"register_text", "mofcom", "tariff_commission", "bulletin"}


def test_a_file_is_recognised_whatever_its_name(own, feed):
    recognised = feeds.recognise("holiday.jpg", own[feed].encode())
    assert recognised is not None
    assert recognised.name == PARENTS.get(feed, feed)


def test_the_document_reader_is_told_what_is_no_prose(own, feed):
    if feed in PROSE:
        feeds.refuse_data("x", own[feed].encode())
    else:
        with pytest.raises(RecordError, match="not prose"):
            feeds.refuse_data("x", own[feed].encode())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("JSON", '{"a": 1}'),
        ("a table", "date,event,place\n2041-01-01,talks,Oslo\n2041-01-02,talks,Oslo\n2041-01-03,rest,Oslo\n"),
        ("a list of tariff lines", "0302.11.00 Trout\n0302.13.00 Salmon\n0302.14.00 Other\n8481.80.10 Taps\n"),
        ("XML", "<?xml version='1.0'?><note><to>x</to></note>"),
    ],
)
def test_data_of_no_feed_is_not_read_as_sentences(name, text):
    assert feeds.not_prose("x", text.encode()) == name


@pytest.mark.parametrize(
    "text",
    [
        "BEIJING, 27 October. The ministry said, on Monday, that talks go on.\nIt gave no day.\nNothing else.\n",
        "title: A note\npublished: 2041-01-01\n---\nTalks resumed in Oslo, Norway, on Monday.\n",
        "[Notices] Talks resumed.\nA second line.\n",
        "<html><head><title>Talks</title></head><body><p>Talks resumed in Oslo.</p></body></html>",
        "1. Talks resumed.\n2. They ended, on Monday, in Oslo.\n3. Nobody said, or wrote, why.\n",
    ],
)
def test_prose_stays_prose(text, read):
    assert feeds.not_prose("x", text.encode()) is None
    update = read(note__txt=text)
    assert update.refused == ()
    assert len(update.unread) == 1


def test_nothing_of_a_notebook_is_run(own, read):
    update = read(x__ipynb=own["tradewartracker"])
    assert [(act.targets, act.rate, act.legal_from) for act in update.acts] == [(("NOR",), 12.0, "2041-01-02")]
    assert update.acts[0].verification == "secondary"
    assert "1 actions give no rate" in update.warnings[0]


def test_jsonp_is_cut_and_not_run(own, read):
    update = read(x__js=own["csms"])
    assert [source.id for source in update.sources] == ["csms-70000001"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"count": NaN, "results": []}', "NaN is not a finite number"),
        ('{"count": 1e999}', "1e999 is not a finite number"),
        ("[" * 100 + "]" * 100, "nested deeper than 64 levels"),
        ('{"results": [1, 2', "line 1, column 18: not JSON"),
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><rss/>", "DOCTYPE"),
        ("<?xml version='1.0'?><rss><channel>a & b</channel></rss>", "line 1: not well-formed XML (a bare &)"),
        ("<?xml version='1.0'?>" + "<a>" * 100 + "</a>" * 100, "nested more than 64"),
        ('<?xml version="1.0" encoding="utf-7"?><rss/>', "encoding 'utf-7'"),
        ("update([1, 2", "never ends"),
        ("section_122: &a [1]\nx: *a\n", "anchors and aliases are not read"),
        ("section_122: [" + "[" * 3000 + "\n", "nested deeper than 64 levels"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_one_line(text, reason, read):
    update = read(x__dat=text)
    assert len(update.refused) == 1
    assert reason in update.refused[0].reason
    assert "\n" not in update.refused[0].reason
    assert update.sources == update.acts == ()


def test_a_file_that_is_too_long_is_refused(monkeypatch, read):
    monkeypatch.setattr("detente.record.feeds.untrusted.LIMIT", 10)
    assert "at most 10 are read" in read(x__json='{"description": "x"}').refused[0].reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"status": 400, "message": "field x not valid"}', "status 400: field x not valid"),
        ('{"detail": "Authentication credentials were not provided."}', "Authentication credentials"),
        ('{"statusCode": 429, "message": "Rate limit is exceeded."}', "status 429"),
        (
            "<html><title>Just a moment...</title><body>Enable JavaScript and cookies</body></html>",
            "this is a web page",
        ),
        ("<html><title>Page Not Found | United States International Trade Commission</title></html>", "an HTS export"),
        ("<html><h2>A valid <em>key</em> must be included with each data API request.</h2></html>", "A valid key"),
    ],
)
def test_the_words_of_a_server_that_sends_nothing_are_passed_on(text, reason, read):
    update = read(x__json=text)
    assert reason in update.refused[0].reason
    with pytest.raises(RecordError):
        update.refuse_if_empty()


def test_an_empty_answer_is_no_trade_and_no_error(read):
    update = read(x__json="")
    assert update.refused == ()
    assert update.tables[0].rows == 0


def test_a_missing_path_is_named():
    with pytest.raises(RecordError, match="no such file or folder"):
        feeds.read(["/nowhere/at/all"])


def test_a_folder_is_read_without_hidden_files(tmp_path, own):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.json").write_text("{broken")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.json").write_text(own["federal_register"])
    update = feeds.read([tmp_path])
    assert update.refused == ()
    assert [source.id for source in update.sources] == ["fr-2041-00123"]


def test_links_of_other_schemes_are_dropped(own, read):
    hostile = own["rss"].replace(
        "https://www.whitehouse.gov/presidential-actions/2041/03/widgets/", "javascript:alert(1)"
    )
    assert [source.url for source in read(x__xml=hostile).sources] == [
        "https://www.whitehouse.gov/?post_type=presidential-actions&p=7001"
    ]


def test_a_long_schedule_is_read_in_seconds(values_of, read):
    rows = [values_of["heading"](f"9903.{i // 100 % 100:02}.{i % 100:02}", "except, " * 900, "5%") for i in range(1500)]
    assert read(_2041HTSRev1__json=json.dumps(rows)).refused == ()


def test_a_hostile_text_of_many_formulas_is_read_in_seconds(own, read):
    many = "duties on patented goods products of Norway is reduced to zero " * 20_000
    update = read(x__xml=own["rss"].replace("<p>Articles", f"<p>{many}"))
    assert len(update.sources) == 1
