"""Names in words: every measure of the shipped record has one, and only the record's own words are replaced."""

from detente import labels
from detente.record.store import Record


def measures():
    state = Record.load("us-china", None).as_of("2026-11-20", "2026-11-20")
    return {m.measure for m in state.measures if m.measure}


def test_every_measure_of_the_shipped_record_has_a_name_in_words():
    assert {name for name in measures() if labels.measure(name) == name} == set()


def test_the_longest_matching_name_is_replaced_and_parts_of_words_are_not():
    assert labels.spoken("end of the suspension of usa-ieepa-reciprocal-24") == (
        "end of the suspension of 24 points of the US reciprocal duty"
    )
    assert labels.spoken("measure chn-farm: status") == "Chinese farm duties: status"
    assert labels.spoken("my-chn-farm, chn-farm-2 and usa-s122x") == "my-chn-farm, chn-farm-2 and usa-s122x"


def test_truces_and_deals_are_named_by_their_city_or_subject():
    assert labels.spoken("truce geneva ends unless extended") == "Geneva truce ends unless extended"
    assert labels.spoken("deal kuala-lumpur: stage") == "Kuala Lumpur deal: stage"
    assert labels.topic("tiktok") == "TikTok"
    assert labels.topic("us-japan-2025") == "US Japan 2025"


def test_a_deal_without_a_name_of_its_own_is_called_by_the_names_of_its_sides_not_their_codes():
    assert labels.topic("kor") == "South Korea"
    assert labels.topic("kor-usa") == "South Korea and United States"
    assert labels.spoken("truce kor-usa-truce-2027-02-01 ends") == "South Korea and United States truce ends"
    assert labels.parties("phase-one") == labels.parties("") == ()


def test_a_line_without_a_name_stays_as_it_is():
    assert labels.spoken("a deal between both; the truce holds") == "a deal between both; the truce holds"
    assert labels.measure("someone-elses-measure") == "someone-elses-measure"
