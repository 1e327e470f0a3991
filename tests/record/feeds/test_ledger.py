"""An act of a feed beside the ledger of duties: the act that it speaks of, what it adds, and what was known when."""

import feed_files as files
import pytest

from detente.record import duties, feeds, own_duties
from detente.record.feeds.ledger_match import end_of, root
from detente.record.feeds.ledger_rows import beside_ledger

TODAY = "2026-11-28"


def compared(*texts, ledger=None):
    update = feeds.from_bytes([(f"{k}.json", text.encode()) for k, text in enumerate(texts)])
    return beside_ledger(update, ledger or duties.shipped(), TODAY)


def added(home, *texts):
    """The user's own ledger after what the documents say was accepted."""
    for row in compared(*texts, ledger=own_duties.ledger(home)):
        own_duties.add(home, row.rows.acts, row.rows.rates)
    return own_duties.ledger(home)


def test_an_extension_moves_the_end_of_the_right_act_from_the_day_it_was_known(tmp_path):
    ledger = added(tmp_path, files.exclusions())
    assert end_of(ledger, "us-s301-exclusions", "2026-10-19") == "2026-11-09"
    assert end_of(ledger, "us-s301-exclusions", "2026-10-20") == "2027-11-10"
    assert [act for act in ledger.acts if act not in duties.shipped().acts] == ["us-s301-exclusions.until-2027-11-10"]


def test_an_extension_goes_on_levying_what_the_act_levied_and_nothing_before_it_was_known(tmp_path):
    ledger, shipped = added(tmp_path, files.surcharge()), duties.shipped()
    for partner in ("CHN", "JPN", "CAN"):
        of_act = {
            a: p for a, p in ledger.levied("USA", partner, "2026-08-01", "2026-07-15").points.items() if "s122" in a
        }
        before = shipped.levied("USA", partner, "2026-07-20", "2026-07-20").points["us-s122-10"]
        assert list(of_act) == ["us-s122-10.until-2026-12-31"]
        assert of_act["us-s122-10.until-2026-12-31"] <= before + 0.1
        unknown = ledger.levied("USA", partner, "2026-08-01", "2026-07-14")
        assert unknown.total == shipped.levied("USA", partner, "2026-08-01", "2026-07-14").total
        assert ledger.levied("USA", partner, "2027-01-01").total == shipped.levied("USA", partner, "2027-01-01").total


def test_a_second_extension_moves_the_end_again(tmp_path):
    added(tmp_path, files.exclusions())
    later = files.exclusions("November 10, 2027", "May 10, 2028", number="2027-20001", published="2027-10-01")
    ledger = added(tmp_path, later)
    ends = [end_of(ledger, "us-s301-exclusions", day) for day in ("2026-10-01", "2027-01-01", "2027-10-01")]
    assert ends == ["2026-11-09", "2027-11-10", "2028-05-10"]


def test_an_earlier_end_stops_what_is_levied(tmp_path):
    ledger = added(tmp_path, files.surcharge("June 30, 2026", published="2026-06-01"))
    assert "us-s122-10" in ledger.levied("USA", "JPN", "2026-07-10", "2026-05-31").points
    points = ledger.levied("USA", "JPN", "2026-07-10", "2026-06-01").points
    assert sum(x for act, x in points.items() if root(act) == "us-s122-10") == 0
    assert end_of(ledger, "us-s122-10", "2026-06-01") == "2026-06-30"


def test_what_the_ledger_holds_already_adds_nothing():
    (row,) = compared(files.exclusions("November 29, 2025", "November 10, 2026", published="2025-12-01"))
    assert (row.stands.relation, row.stands.of.id, row.rows.acts) == ("same", "us-s301-exclusions", ())


def test_accepting_twice_writes_nothing_new(tmp_path):
    first = added(tmp_path, files.surcharge())
    assert added(tmp_path, files.surcharge()).rates == first.rates


def test_an_act_on_goods_that_the_ledger_cannot_tell_apart_gets_no_rate(tmp_path):
    (row,) = compared(files.notice())
    assert (row.stands.relation, row.rows.rates, len(row.rows.acts)) == ("new", (), 1)
    assert "no class of goods" in row.rows.why_not
    before = duties.shipped().levied("USA", "NOR", "2041-06-01").total
    assert added(tmp_path, files.notice()).levied("USA", "NOR", "2041-06-01").total == before


def test_a_duty_on_all_goods_of_a_partner_is_levied_from_its_day(tmp_path):
    words = "The additional duties on all goods that are products of Norway are reduced to 7.5 percent."
    starts = "It applies to goods entered on or after 12:01 a.m. eastern time on May 1, 2041."
    ledger = added(tmp_path, files.register("2041-00300", "2041-04-20", words, starts, title="Section 338: Norway"))
    points = {
        (day, known): ledger.levied("USA", "NOR", day, known).total
        for day, known in [("2041-06-01", "2041-04-19"), ("2041-04-30", "2041-04-20"), ("2041-06-01", "2041-04-20")]
    }
    assert points["2041-06-01", "2041-04-20"] == pytest.approx(points["2041-06-01", "2041-04-19"] + 7.5)
    assert points["2041-04-30", "2041-04-20"] == points["2041-06-01", "2041-04-19"]


def test_a_tracker_is_never_safe():
    rows = feeds.from_bytes([("policy.yaml", b"country_codes: {CTY_NORWAY: '4039'}\nsection_122: {effective_date: "
                              b"'2026-02-24', expiry_date: '2027-12-31', finalized: false, rate: 0.1}\n"
                              b"ieepa_invalidation_date: '2026-02-20'\n")])  # fmt: skip
    compared_rows = beside_ledger(rows, duties.shipped(), TODAY)
    assert compared_rows
    assert not any(row.is_safe for row in compared_rows)


def test_two_acts_of_one_document_are_not_taken_for_one_act_of_the_ledger():
    text = files.POST.replace(
        "duty of 10% on", "duty of 10% on or after May 2, 2041. 9903.99.22: gadgets that are products of Norway:"
        " additional rate of duty of 20% on"
    )  # fmt: skip
    update = feeds.from_bytes([("post.xml", text.encode())])
    rows = beside_ledger(update, duties.shipped(), TODAY)
    assert {row.act.id: row.stands.relation for row in rows} == {"9903.99.21": "new", "9903.99.22": "new"}


@pytest.mark.parametrize("reverse", [False, True])
def test_the_order_of_the_files_does_not_matter(reverse):
    texts = [files.exclusions(), files.surcharge()]
    rows = compared(*(reversed(texts) if reverse else texts))
    assert [row.stands.of.id for row in rows] == ["us-s122-10", "us-s301-exclusions"]


def test_an_extension_that_fits_several_acts_is_left_to_a_person():
    words = "The additional duties scheduled to expire on February 23, 2026, are extended through June 30, 2026."
    (row,) = compared(files.register("2026-02001", "2026-02-10", words, title="Order under IEEPA"))
    assert (row.stands.relation, row.is_safe) == ("moves the end of", False)
    assert len(row.stands.also) > 3
    assert "it may also be" in row.stands.why


def test_the_end_of_a_suspension_moves_and_levies_nothing(tmp_path):
    words = (
        "The suspension of the additional duties on products of China, scheduled to expire on November 10, 2026, is"
        " further extended until November 10, 2027."
    )
    text = files.register("2026-24100", "2026-10-25", words, title="Modifying Reciprocal Tariff Rates under IEEPA")
    (row,) = compared(text)
    assert (row.stands.of.id, row.stands.keys) == (
        "us-ieepa-recip-chn-10", {"suspended_until": ("2026-11-09", "2027-11-10")},
    )  # fmt: skip
    assert row.rows.rates == ()
    before = duties.shipped().levied("USA", "CHN", "2026-12-01").total
    assert added(tmp_path, text).levied("USA", "CHN", "2026-12-01").total == before
