import json
import re
import time
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import RecordError
from detente.record.document import Document, read
from detente.record.propose import facts, propose

HERE = Path(__file__).parent
TALKS = HERE.parents[2] / "shared" / "data" / "talks"
DOCUMENTS = sorted((HERE / "documents").glob("*.txt"))
ACTS = (
    "meeting", "planned_meeting", "confirmation", "measure", "threat", "truce", "extension", "agreement_stage"
)  # fmt: skip
KEYS = {
    "meeting": ("city", "mode_of_contact", "start", "end"),
    "planned_meeting": ("participants", "date", "status"),
    "confirmation": ("by_side", "status"),
    "participant": ("person", "side"),
    "statement": ("speaker", "side"),
    "measure": ("type", "imposer", "target", "rate_pct", "rate_pp", "status"),
    "threat": ("by_side", "rate_pct", "effective"),
    "truce": ("parties", "expiry"),
    "extension": ("by_days", "new_expiry"),
    "agreement_stage": ("stage", "parties"),
    "agenda_item": ("topic",),
    "name_variant": ("surface", "person"),
}
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


def norm(value):
    if isinstance(value, list):
        return frozenset(norm(x) for x in value)
    if isinstance(value, str):
        plain = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
        return re.sub(r"\s+", " ", plain.casefold()).strip()
    return round(float(value), 6) if isinstance(value, int | float) and not isinstance(value, bool) else value


def place(text, quote, occurrence):
    at = -1
    for _ in range(occurrence or 1):
        at = text.index(quote, at + 1)
    return at, at + len(quote)


def score(names, documents, gold):
    """F1 by kind, over the eight acts and over all, and the share attributed to the right side; GUIDE.md's matching."""
    hits, wanted, given_, said = Counter(), Counter(), Counter(), Counter()
    for name in names:
        document = read(documents / f"{name}.txt")
        found = facts(document)
        records = [json.loads(line) for line in (gold / f"{name}.jsonl").read_text("utf-8").splitlines() if line]
        pairs = []
        for i, r in enumerate(records):
            a, b = (x + document.body_start for x in place(document.body, r["quote"], r.get("occurrence")))
            for j, f in enumerate(found):
                inter = min(b, f["end"]) - max(a, f["start"])
                short, long = sorted((b - a, f["end"] - f["start"]))
                if (
                    f["kind"] != r["kind"]
                    or inter <= 0
                    or inter < max(0.5 * short, 0.25 * (b - a))
                    or long > 3 * (b - a) + 60
                ):
                    continue
                bears = [k for k in KEYS[r["kind"]] if r["value"].get(k) not in (None, [], "")]
                if all(norm(r["value"][k]) == norm(f["value"].get(k)) for k in bears):
                    pairs.append((inter / max(b - a, f["end"] - f["start"]), i, j))
        taken = {}
        for _, i, j in sorted(pairs, reverse=True):
            if i not in taken and j not in taken.values():
                taken[i] = j
        wanted.update(r["kind"] for r in records)
        given_.update(f["kind"] for f in found)
        hits.update(records[i]["kind"] for i in taken)
        for i, j in taken.items():
            if records[i]["by"]["side"] is not None:
                said["all"] += 1
                said["right"] += records[i]["by"]["side"] == found[j]["by"]["side"]
    rate = lambda kinds: 2 * sum(hits[k] for k in kinds) / max(1, sum(wanted[k] + given_[k] for k in kinds))  # noqa: E731
    return {k: rate([k]) for k in KEYS} | {
        "acts": rate(ACTS),
        "all": rate(list(KEYS)),
        "side": said["right"] / said["all"],
    }


def names(prefix):
    return [p.stem for p in DOCUMENTS if p.stem.startswith(prefix)]


def test_the_synthetic_reports_are_read_as_annotated():
    # tuned on these: 0.98 over all, 0.97 of the sides; a little below, so that a new rule may trade
    found = score(names("syn_"), HERE / "documents", HERE / "gold")
    assert found["all"] >= 0.95, found
    assert found["acts"] >= 0.95, found
    assert found["side"] >= 0.95, found


def test_fresh_reports_are_read_nearly_as_well():
    # written after the rules and then used to mend them; at first sight they gave 0.80 and 0.82
    found = score(names("new_"), HERE / "documents", HERE / "gold")
    assert found["all"] >= 0.90, found
    assert found["acts"] >= 0.85, found
    assert found["side"] >= 0.90, found


@pytest.mark.skipif(not TALKS.exists(), reason="the official texts and the press report are not shipped")
def test_official_texts_and_the_press_report_are_read_as_annotated():
    found = score([p.stem for p in sorted((TALKS / "gold").glob("*.jsonl"))], TALKS / "documents", TALKS / "gold")
    assert found["all"] >= 0.95, found
    assert all(found[k] >= 0.85 for k in ACTS), found
    assert found["side"] >= 0.95, found


@pytest.mark.skipif(not TALKS.exists(), reason="the official texts and the press report are not shipped")
def test_no_shared_document_gives_a_quote_that_is_not_there():
    for path in sorted((TALKS / "documents").glob("*.txt")):
        check(read(path))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem)
def test_quotes_are_verbatim_and_values_keep_to_the_closed_lists(path):
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
    return facts(Document(id="d", text=text, sha256="", published=published, **more))


def only(found, kind):
    return [f for f in found if f["kind"] == kind]


def test_an_extended_war_is_flagged_as_an_extended_truce():
    found = only(
        brief("Washington and Beijing agreed to extend the trade war by 90 days, until November 10."), "extension"
    )
    assert found[0]["value"]["new_expiry"] == "2025-11-10"
    assert "sense_inverted" in found[0]["flags"]


def test_silence_of_one_side_is_a_record_of_its_own():
    text = "The White House confirmed that Donald Trump would meet Xi on 30 October, but Beijing has yet to comment."
    found = [(f["value"]["by_side"], f["value"]["status"]) for f in only(brief(text), "confirmation")]
    assert found == [("USA", "confirmed"), ("CHN", "not_commented")]


def test_a_fact_about_beijing_told_by_washington_stays_washingtons():
    text = "Scott Bessent, the US Treasury Secretary, told reporters that China would buy 12 million tons of soybeans."
    found = only(brief(text), "measure")
    assert found[0]["value"]["imposer"] == "CHN"
    assert found[0]["by"]["side"] == "USA"
    assert "one_side_only" in found[0]["flags"]


def test_a_wish_to_extend_is_an_agenda_item_and_no_extension():
    found = brief("The delegations of China and the United States discussed an extension of the truce and rare earths.")
    assert not only(found, "extension")
    assert {f["value"]["topic"] for f in only(found, "agenda_item")} == {"truce_extension", "rare_earths"}


def test_a_document_without_a_date_leaves_weekdays_open():
    found = only(brief("Liu He met Steven Mnuchin in Washington on Thursday.", published=None), "meeting")
    assert found[0]["value"]["city"] == "Washington"
    assert found[0]["value"].get("start") is None


def test_text_that_says_nothing_of_trade_gives_nothing():
    assert brief("The library is open on weekdays. Bring your card, and return books in time.") == []


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


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(ANY, PARTS), st.sampled_from(["en", "vi", "zh"]), st.sampled_from([None, "2025-10-27", "2025-10", "2025"])
)
def test_no_text_raises_anything_and_every_quote_is_verbatim(text, language, published):
    check(Document(id="d", text=text, sha256="", language=language, published=published))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(DOCUMENTS), st.integers(0, 2000))
def test_a_truncated_document_gives_verbatim_quotes(path, length):
    whole = read(path)
    check(Document(id="d", text=whole.text[:length], sha256="", language=whole.language, published=whole.published))


@pytest.mark.parametrize(
    "run", ["a", "<", "&amp;", "China ", "will suspend tariffs, and ", '"', "the ", "A", "1", " ", "中", "("]
)
def test_a_line_of_a_million_characters_takes_bounded_time(run):
    start = time.perf_counter()
    check(Document(id="d", text=run * (1_000_000 // len(run)), sha256="", published="2025-10-27"))
    assert time.perf_counter() - start < 60  # seconds; some 5 on the machine this was written on


def test_two_hundred_pages_take_a_few_seconds():
    page = read(HERE / "documents" / "syn_20250512_geneva_agency.txt").body * 2
    start = time.perf_counter()
    found = facts(Document(id="d", text=page * 200, sha256="", published="2025-05-12"))
    assert time.perf_counter() - start < 20  # seconds; the aim is five
    assert found


def test_a_document_refused_is_refused_with_a_record_error(tmp_path):
    with pytest.raises(RecordError):
        facts(read(tmp_path / "none.txt"))
