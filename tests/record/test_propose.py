import json
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_score import KEYS, examples, f1, match

from detente.errors import RecordError
from detente.record.document import Document, read
from detente.record.propose import facts, propose
from detente.record.propose.annotate.document import LIMIT

HERE = Path(__file__).parent
TALKS = HERE.parents[2] / "shared" / "data" / "talks"
DOCUMENTS_IN, GOLD = HERE / "documents", HERE / "gold"
DOCUMENTS = sorted(DOCUMENTS_IN.glob("*.txt"))
ACTS = (
    "meeting", "planned_meeting", "confirmation", "measure", "threat", "truce", "extension", "agreement_stage"
)  # fmt: skip
CLOSED = {
    ("planned_meeting", "status"): "possible scheduled announced_one_side confirmed_both cancelled",
    ("confirmation", "status"): "confirmed denied not_commented",
    ("statement", "tone"): "positive neutral negative",
    (
        "measure",
        "type",
    ): "tariff export_control import_ban purchase_commitment fee investigation entity_listing exemption other",
    ("measure", "status"): "announced in_force suspended reduced ended committed",
    ("agreement_stage", "stage"): "talks proposed framework preliminary_consensus submitted_for_internal_approval"
    " approved_internally announced agreed text_pending signed ratified in_force suspended terminated"
    " invalidated rejected",
    (
        "agenda_item",
        "topic",
    ): "truce_extension tariffs rare_earths export_controls fentanyl agriculture tiktok port_fees"
    " chips leaders_meeting framework market_access investment currency other",
}


def score(names, documents, gold):
    """F1 by kind, over the eight acts and over all, and the share attributed to the right side; GUIDE.md's matching."""
    hits, wanted, given_, attributed = Counter(), Counter(), Counter(), Counter()
    for example in examples(names, documents, gold):
        wanted.update(r["kind"] for r in example.gold)
        given_.update(f["kind"] for f in example.proposals)
        for i, j in match(example.gold, example.proposals).items():
            record, proposal = example.gold[i], example.proposals[j]
            hits[record["kind"]] += 1
            if record["by"]["side"] is not None:
                attributed["all"] += 1
                attributed["right"] += record["by"]["side"] == proposal["by"]["side"]
    rate = lambda kinds: f1(*(sum(counts[k] for k in kinds) for counts in (hits, wanted, given_)))  # noqa: E731
    return {k: rate([k]) for k in KEYS} | {
        "acts": rate(ACTS),
        "all": rate(list(KEYS)),
        "side": attributed["right"] / attributed["all"],
    }


def names(prefix):
    return [p.stem for p in DOCUMENTS if p.stem.startswith(prefix)]


# Regression: what the rules reach on documents that were open to those who wrote them, a little below what they gave
# when this was written. No measure of unseen text: docs/models/reader.md has those, cross-validated.
FLOORS = {"syn_": 0.83, "new_": 0.86, "sight_": 0.85, "more_": 0.85, "fresh_": 0.63}


@pytest.mark.parametrize("prefix", FLOORS)
def test_the_score_on_known_documents_does_not_fall(prefix):
    result = score(names(prefix), DOCUMENTS_IN, GOLD)
    assert result["all"] >= FLOORS[prefix], result
    assert result["side"] >= 0.90, result


@pytest.mark.skipif(not TALKS.exists(), reason="the official texts and the press report are not shipped")
def test_the_score_on_official_texts_and_the_press_report_does_not_fall():
    result = score([p.stem for p in sorted((TALKS / "gold").glob("*.jsonl"))], TALKS / "documents", TALKS / "gold")
    assert result["all"] >= 0.72, result
    assert result["side"] >= 0.93, result


@pytest.mark.skipif(not TALKS.exists(), reason="the official texts and the press report are not shipped")
def test_every_quote_from_a_shared_document_is_in_its_text():
    for path in sorted((TALKS / "documents").glob("*.txt")):
        check(read(path))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem)
def test_quotes_are_verbatim_and_values_are_from_the_closed_lists(path):
    check(read(path))


def check(document):
    for s in propose(document):
        assert s.quote == document.text[s.start : s.end]
        assert document.body_start <= s.start < s.end
        assert s.source == document.id
        assert s.kind in KEYS
        assert 0 <= s.confidence <= 1
        for (kind, key), allowed in CLOSED.items():
            if s.kind == kind:
                assert s.value[key] in allowed.split(), (s.kind, s.value)


def test_the_same_document_gives_the_same_facts_twice():
    document = read(DOCUMENTS[0])
    assert facts(document) == facts(document)
    assert json.loads(json.dumps(facts(document))) == facts(document)


def brief(text, published="2025-10-27", **more):
    return facts(Document(id="d", text=text, sha256="", published=published, **more), judged=False)


def only(found, kind):
    return [f for f in found if f["kind"] == kind]


def test_an_extended_war_is_flagged_as_an_extended_truce():
    found = only(
        brief("Washington and Beijing agreed to extend the trade war by 90 days, until November 10."), "extension"
    )
    assert found[0]["value"]["new_expiry"] == "2025-11-10"
    assert "sense_inverted" in found[0]["flags"]


def test_the_silence_of_one_side_is_a_fact_of_its_own():
    text = "The White House confirmed that Donald Trump would meet Xi on 30 October, but Beijing has yet to comment."
    found = [(f["value"]["by_side"], f["value"]["status"]) for f in only(brief(text), "confirmation")]
    assert found == [("USA", "confirmed"), ("CHN", "not_commented")]


def test_what_washington_says_about_beijing_is_attributed_to_washington():
    text = "Scott Bessent, the US Treasury Secretary, told reporters that China would buy 12 million tons of soybeans."
    found = only(brief(text), "measure")
    assert found[0]["value"]["imposer"] == "CHN"
    assert found[0]["by"]["side"] == "USA"
    assert "one_side_only" in found[0]["flags"]


def test_a_wish_to_extend_is_an_agenda_item_and_not_an_extension():
    found = brief("The delegations of China and the United States discussed an extension of the truce and rare earths.")
    assert not only(found, "extension")
    assert {f["value"]["topic"] for f in only(found, "agenda_item")} == {"truce_extension", "rare_earths"}


def test_a_document_without_a_date_leaves_weekdays_open():
    found = only(brief("Liu He met Steven Mnuchin in Washington on Thursday.", published=None), "meeting")
    assert found[0]["value"]["city"] == "Washington"
    assert found[0]["value"].get("start") is None


def test_text_about_other_things_gives_no_facts():
    assert brief("The library is open on weekdays. Bring your card, and return books in time.") == []


def test_since_may_does_not_date_a_round():
    found = only(brief("Scott Bessent and Li Chenggang met in Madrid. It was the fifth round since May."), "meeting")
    assert found[-1]["value"]["ordinal"] == 5
    assert "start" not in found[-1]["value"]


def test_the_goods_that_a_tariff_covers_are_not_a_threat():
    text = (
        "US Treasury Secretary Scott Bessent spoke after the talks with China. The threat of an additional 100% tariff"
        " on Chinese goods from November 1 is effectively off the table, he said."
    )
    found = only(brief(text), "threat")
    assert found[0]["value"] == {"by_side": "USA", "rate_pct": 100, "effective": "2025-11-01"}


def test_a_tariff_without_a_named_imposer_has_no_imposer():
    assert not only(
        brief("Tariffs of 20 percent on cars stay in place. The United States and China talked."), "measure"
    )


def test_a_truce_can_have_three_parties():
    found = only(brief("The United States, Canada and Mexico agreed on a truce until March 4, 2026."), "truce")
    assert found[0]["value"] == {"parties": ["CAN", "MEX", "USA"], "expiry": "2026-03-04"}


@pytest.mark.parametrize(
    ("text", "resolves"),
    [
        ("Li Chenguang spoke in Geneva on the trade talks.", False),
        ("Chinese official Li Chenguang spoke in Geneva on the trade talks.", False),
        ("China's trade representative Li Chenguang spoke in Geneva on the trade talks.", True),
    ],
)
def test_a_similar_name_resolves_only_with_its_office(text, resolves):
    assert bool(only(brief(text), "name_variant")) is resolves


def test_an_official_in_no_table_keeps_the_name_in_the_text():
    text = "Peter Mandelson, the British ambassador, said the talks with the United States went well. Mandelson smiled."
    found = brief(text)
    assert [f["value"]["person"] for f in only(found, "participant")] == ["Peter Mandelson"]
    assert only(found, "statement")[0]["by"] == {
        "name": "Peter Mandelson",
        "side": "GBR",
        "mode": "reported",
        "via": None,
    }


ANY = st.text(alphabet=st.characters(codec="utf-8"), max_size=300)
PARTS = st.lists(
    st.sampled_from(
        [
            "China ",
            "the United States ",
            "will suspend ",
            "tariffs ",
            "until ",
            "November 10 ",
            "\u202e",
            "\u200b",
            "<b>",
            "</p>",
            "&nbsp;",
            "&#x202e;",
            '"',
            "“",
            "said ",
            "Mr. ",
            "He Lap Phong ",
            "25%",
            ". ",
            "\n",
            "，",
            "。",
            "特朗普",
            "说",
            "ông ",
            "10/11 ",
            "if ",
            "threatened ",
            "met in Madrid ",
            "\x00",
            "\ud7ff",
            "— ",
            "99/99/9999 ",
            "December 31, 9999 ",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(ANY, PARTS), st.sampled_from(["en", "vi", "zh"]), st.sampled_from([None, "2025-10-27", "2025-10", "2025"])
)
def test_no_text_raises_an_error_and_every_quote_is_verbatim(text, language, published):
    check(Document(id="d", text=text, sha256="", language=language, published=published))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(DOCUMENTS), st.integers(0, 2000))
def test_a_truncated_document_gives_verbatim_quotes(path, length):
    whole = read(path)
    check(Document(id="d", text=whole.text[:length], sha256="", language=whole.language, published=whole.published))


RUNS = ["a", "<", "&amp;", "China ", "will suspend tariffs, and ", '"', "the ", "A", "1", " ", "中", "("]


def line_of(run, length):
    start = time.perf_counter()
    check(Document(id="d", text=run * (length // len(run)), sha256="", published="2025-10-27"))
    return time.perf_counter() - start


@pytest.mark.parametrize("run", ["will suspend tariffs, and ", "<", "中"])
def test_a_long_line_takes_bounded_time(run):
    assert line_of(run, 100_000) < 10  # seconds; under one on the machine this was written on


@pytest.mark.slow
@pytest.mark.parametrize("run", RUNS)
def test_a_line_of_ten_million_characters_takes_bounded_time(run):
    assert line_of(run, 10_000_000) < 30  # seconds; the aim


@pytest.mark.slow
def test_the_longest_text_read_takes_bounded_time():
    assert line_of("He Lifeng met Scott Bessent in Madrid. ", LIMIT) < 60  # seconds; some 20 where this was written


def test_a_text_beyond_the_bound_is_refused():
    with pytest.raises(RecordError, match="split the document"):
        line_of("He met Xi in Madrid. ", LIMIT + 1000)


@pytest.mark.slow
def test_two_hundred_pages_take_a_few_seconds():
    page = read(HERE / "documents" / "syn_20250512_geneva_agency.txt").body * 2
    start = time.perf_counter()
    found = facts(Document(id="d", text=page * 200, sha256="", published="2025-05-12"))
    assert time.perf_counter() - start < 20  # seconds; the aim is five
    assert found


def test_a_document_that_is_refused_raises_a_record_error(tmp_path):
    with pytest.raises(RecordError):
        facts(read(tmp_path / "none.txt"))
