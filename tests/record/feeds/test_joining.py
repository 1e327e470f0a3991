"""Several feeds that tell of one act give one act; what was known when can be asked of the record."""

import json
from dataclasses import replace

import pytest

from detente.record import feeds
from detente.record.feeds.joining import joined
from detente.record.feeds.model import KnownMeasure
from detente.record.store import Record


def five_feeds(own, values_of):
    """Norway's widgets: 10 % announced, listed; set to zero from 1 May, told on 2, 4 and 2 June."""
    same = values_of["same"]
    lower = {**values_of["schedule"][0], "general": f"{same} +0%", "special": f"{same} +0%"}
    return {
        "a2041HTSRev2__json": own["hts"],
        "b2041HTSRev3__json": json.dumps([lower, values_of["schedule"][1]]),
        "record__txt": "Change Record - 2041 HTS Revision 3\nPublished: June 2, 2041\n\n"
        "9903.99.21    Modified (rates of duty)    May 1, 2041    Notice\n",
        "bulletin__html": own["bulletin"],
        "register__json": own["federal_register"],
        "widget__js": own["csms"],
    }


def test_feeds_of_one_act_give_one_act_known_since_the_first(own, values_of, read):
    (act,) = [act for act in read(**five_feeds(own, values_of)).acts if act.id == "9903.99.21"]
    assert act.known == "2041-05-02T11:20-04:00"
    assert act.sources == ("csms-70000001", "fr-2041-00123", "usitc-2041HTSRev3")
    assert act.old_rate == 10.0


def test_the_order_of_files_does_not_matter_and_twice_is_once(own, values_of, read):
    files = five_feeds(own, values_of)
    update = read(**files)
    assert read(**dict(reversed(files.items()))) == update
    again = {f"again_{name}": text for name, text in files.items() if "HTSRev" not in name}
    twice = read(**files, **again)
    assert (twice.acts, twice.sources) == (update.acts, update.sources)


def test_the_record_answers_what_was_known_when(own, values_of, read, tmp_path):
    proposed = read(a__html=own["bulletin"])
    first = replace(
        proposed.acts[0],
        rate=10.0,
        old_rate=None,
        known="2041-03-01",
        published="2041-03-01",
        quote=None,
        sources=("s",),
    )
    source = replace(proposed.sources[0], id="s", known="2041-03-01", published="2041-03-01", text="")
    update = joined(replace(proposed, acts=(*proposed.acts, first), sources=(*proposed.sources, source)))
    record = Record.start(tmp_path / "case")
    record.add_all(feeds.proposals(update), sources=feeds.sources(update))

    def rate(known):
        (row,) = record.as_of("2041-05-01", known).measures
        return row.rate_pp

    assert (rate("2041-05-01"), rate("2041-05-02")) == (10.0, 0.0)


def test_an_import_twice_over_writes_nothing_new(own, values_of, read, tmp_path):
    update = read(**five_feeds(own, values_of))
    record = Record.start(tmp_path / "case")
    for _ in range(2):
        present = list(record.sources)
        record.add_all(feeds.proposals(update), sources=feeds.sources(update, present=present))
    assert len(record.statements()) == len(feeds.proposals(update))


def test_a_suspension_does_not_come_back_after_its_legal_basis_has_ended(own, read, tmp_path):
    ends = "<p>The duties imposed pursuant to IEEPA in Executive Order 15001 shall no longer be in effect.</p>"
    order = own["rss"].replace("Wed, 06 Mar 2041", "Thu, 06 Jun 2041").replace("<p>Articles", f"{ends}<p>Articles")

    def state(folder, **files):
        update = read(**files)
        record = Record.start(tmp_path / folder)
        record.add_all(feeds.proposals(update), sources=feeds.sources(update))
        return {row.measure: row.status for row in record.as_of("2042-01-11").measures}

    assert state("before", a__txt=own["register_text"])["9903.99.21"] == "unknown", "nothing is on record of that day"
    assert state("after", a__txt=own["register_text"], b__xml=order)["9903.99.21"] == "ended"


@pytest.mark.parametrize(("day", "field"), [("2041-01-05", "legal_from"), ("2041-01-02", "rate")])
def test_a_tracker_never_overrides_an_official_day_or_rate_and_both_are_shown(own, read, day, field):
    update = read(x__ipynb=own["tradewartracker"])
    rate = 12.0 if field == "legal_from" else 15.0
    law = KnownMeasure("m", "USA", "NOR", "Section 232", rate, day, "official-source")
    (conflict,) = joined(replace(update, existing=(law,))).conflicts
    assert (conflict.field, conflict.shown_by, conflict.other_by) == (field, "official-source", "tradewar-actions")


def test_an_update_beside_a_record_compares_with_its_measures(own, tmp_path, read):
    path = tmp_path / "x.ipynb"
    path.write_text(own["tradewartracker"], "utf-8")
    record = Record.load("us-china")
    update = feeds.update([path], record)
    assert any(measure.authority == "IEEPA" for measure in update.existing)
    assert update.acts == read(x__ipynb=own["tradewartracker"]).acts


def test_every_proposal_can_be_stored(own, feed, read, tmp_path):
    update = read(x__dat=own[feed])
    record = Record.start(tmp_path / "case")
    record.add_all(feeds.proposals(update, known="2041-12-31"), sources=feeds.sources(update, known="2041-12-31"))
    for statement in record.statements():
        text = update.by_id[statement.source].text
        if statement.start is not None:
            assert text[statement.start : statement.end] == statement.quote
