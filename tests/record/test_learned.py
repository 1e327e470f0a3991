import json
from pathlib import Path

import numpy as np
import pytest
import reader_score

from detente.record.document import Document, read
from detente.record.propose import facts, run
from detente.record.propose.code.rules import Draft
from detente.record.propose.learned import encoded, encoder, evidence, features, judging, slots, weights
from detente.record.propose.learned.frame import Frame
from detente.record.propose.learned.words import View

HERE = Path(__file__).parent
DOCUMENTS = sorted((HERE / "documents").glob("*.txt"))
PASSAGES = [json.loads(line) for line in (HERE / "passages.jsonl").read_text("utf-8").splitlines()]
LIMIT = 5_000_000  # bytes of weights and encoder, so that the package stays small


def without_weights(monkeypatch):
    monkeypatch.setattr(judging, "shipped", lambda: None)


def test_without_weights_every_draft_is_a_fact_with_the_confidence_of_its_rule(monkeypatch):
    without_weights(monkeypatch)
    analysis, drafts = run.analysed(read(DOCUMENTS[0]))
    assert judging.judge(analysis, drafts) == (tuple(drafts), ())
    assert judging.confidence(analysis, drafts) == [d.confidence for d in drafts]


@pytest.mark.skipif(weights.shipped() is None, reason="the package has no weights")
@pytest.mark.parametrize("path", DOCUMENTS[::12], ids=lambda p: p.stem)
def test_facts_are_surer_than_what_is_possible(path):
    document = read(path)
    least = weights.shipped().threshold
    proposals = run.read(document)
    assert proposals == run.read(document)
    assert all(s.confidence >= least for s in proposals.facts)
    assert all(judging.POSSIBLE <= s.confidence < least for s in proposals.possible)
    for s in (*proposals.facts, *proposals.possible):
        assert s.quote == document.text[s.start : s.end]


@pytest.mark.skipif(weights.shipped() is None, reason="the package has no weights")
def test_each_draft_of_a_rule_gets_a_probability():
    analysis, drafts = run.analysed(read(DOCUMENTS[0]))
    chances = judging.confidence(analysis, drafts)
    assert len(chances) == len(drafts)
    assert all(0 <= c <= 1 for c in chances)


def test_weights_and_encoder_are_small():
    files = [Path(weights.__file__).with_name(name) for name in (weights.FILE, encoder.FILE)]
    assert sum(f.stat().st_size for f in files if f.exists()) <= LIMIT


def test_weights_read_what_was_written_within_a_step(tmp_path):
    model = np.zeros((weights.DIMENSION, 2), np.float32)
    model[[3, 70, 4000]] = [[1.0, -0.5], [0.25, 0.0], [0.001, 0.001]]
    weights.save(tmp_path / "w.npz", weights.Weights({"kind": model}, 0.7), least=0.01)
    back = weights.read(tmp_path / "w.npz")
    assert back.threshold == pytest.approx(0.7)
    assert np.abs(back.models["kind"] - model).max() <= 1 / weights.STEPS
    assert not back.models["kind"][4000].any()


def draft(kind, start, end, confidence, rule, **value):
    return Draft(kind, start, end, value, confidence=confidence, rule=rule)


def test_of_rivals_the_surer_one_stays():
    weak = draft("meeting", 0, 40, 0.4, "meeting.met", city="Madrid")
    sure = draft("meeting", 10, 50, 0.8, "model.meeting", city="Geneva")
    apart = draft("meeting", 60, 90, 0.3, "model.meeting", city="London")
    assert judging.without_rivals([weak, sure, apart]) == [sure, apart]


def test_two_measures_of_one_stretch_are_no_rivals():
    both = [draft("measure", 0, 40, 0.6, "model.measure", imposer=side) for side in ("USA", "CHN")]
    assert judging.without_rivals(both) == both


def test_of_two_measures_of_one_stretch_of_which_one_only_says_more_the_surer_stays():
    less = draft("measure", 0, 40, 0.7, "measure.impose", imposer="USA", target="CHN")
    more = draft("measure", 0, 40, 0.6, "model.measure", imposer="USA", target="CHN", rate_pct=24)
    assert judging.without_rivals([less, more]) == [less]


def test_the_model_sees_no_names():
    text = "On Monday Donald Trump raised the tariff on Chinese steel to 25 percent for 90 days, in Geneva."
    analysis, _ = run.analysed(Document("d", text, "", published="2025-06-02"))
    view = View(analysis, analysis.reading.sentences[0])
    forms = [w.form for w in view.words]
    assert {"TIME", "PERSON", "SIDE.adjective", "LENGTH.day", "CITY"} <= set(forms)
    assert any(f.startswith("RATE_PCT") for f in forms)
    assert not {"trump", "chinese", "geneva", "monday"} & set(forms)


@pytest.mark.parametrize("first", range(0, len(PASSAGES), 100))
def test_quotes_of_passages_stand_in_their_texts_with_keys_of_their_kinds(first):
    for row in PASSAGES[first : first + 100]:
        for record in row["records"]:
            reader_score.place(row["text"], record["quote"], record.get("occurrence") or 1)
            about = {*reader_score.KEYS[record["kind"]], "target", "city", "by_days", "new_expiry"}
            assert set(record["value"]) <= about


def test_facts_unjudged_are_those_of_the_rules():
    document = read(DOCUMENTS[0])
    _, drafts = run.analysed(document)
    assert len(facts(document, judged=False)) == len(drafts)


@pytest.mark.parametrize(
    ("side", "where"),
    [("JPN", "in the quote"), ("IND", "before"), ("CHE", "far"), ("press", "press")],
)
def test_the_confidence_knows_where_the_side_of_a_statement_is_named(side, where):
    text = "India met Japan in May. Japan said on Monday that it could wait."
    analysis, _ = run.analysed(Document("d", text, "", published="2025-06-02"))
    view = View(analysis, analysis.reading.sentences[-1])
    proposed = draft("statement", view.sentence.piece.start, view.sentence.piece.end, 0.5, "r", speaker=None, side=side)
    names = set(evidence.of_text(evidence.Surroundings(view), proposed))
    assert f"side {where}" in names
    assert "speaker none" in names
    assert "cue would in" in names


def tried(kind, slot, text, title="", number=-1):
    """The values tried for an open key of the last sentence, or of the one of a number, of a report of 10 June 2026."""
    analysis, _ = run.analysed(Document("d", text, "", published="2026-06-10", publisher="press", title=title))
    view = View(analysis, analysis.reading.sentences[number])
    frame = Frame(view, view.stretch(view.sentence.piece.start, view.sentence.piece.end))
    return [value for value, _ in slots.alternatives(frame, kind, slot)]


RATES = [
    ("Peru charges ten percent on rice, fifteen on maize and 22.5 on wheat.", (15, 22.5)),
    ("On steel it is still fifty.", (50,)),
    ("We will pay thirty-eight and a half until March.", (38.5,)),
    ("It was 12 1/2 before the deal.", (12.5,)),
    ("Wool enters at zero.", (0,)),
    ("Tea from Nepal is duty-free.", (0,)),
    ("Canadian steel is hit by 50 per cent.", (50,)),
]


@pytest.mark.parametrize(("text", "rates"), RATES)
def test_a_number_without_a_unit_is_tried_as_a_rate(text, rates):
    assert {("rate_pct", rate) for rate in rates} <= set(tried("measure", "rate", text))


@pytest.mark.parametrize(
    "text",
    [
        "Peru sends 40 trucks a day.",
        "The tax rests on section 232.",
        "3. The duty stays.",
        "The pact of 2019 holds.",
        "It costs $30 now.",
        "16.45 The ministers leave.",
        "Both sides met on 12 May.",
    ],
)
def test_a_number_that_counts_or_dates_something_is_not_tried_as_a_rate(text):
    assert tried("measure", "rate", text) == [None]


DAYS = [
    ("The team sits on the thirteenth in Quito.", "2026-06-13"),
    ("We propose the 16th.", "2026-06-16"),
    ("Seoul, October: possible.", "2026-10"),
    ("The ministers met on 4 June. Two days later they signed.", "2026-06-06"),
    ("The round ended on 5 June after five days.", "2026-06-01"),
    ("On 8 June the talks began. They went well.", "2026-06-08"),
    ("They spoke by phone at noon.", "2026-06-10"),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_that_a_sentence_leaves_to_its_reader_is_tried(text, day):
    assert day in tried("meeting", "start", text)


def test_a_day_counted_from_the_end_named_before_is_tried():
    text = "The waiver was to end on 30 June 2026. It has been given another two years."
    assert "2028-06-30" in tried("extension", "new_expiry", text)


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("The ministers met in Lubumbashi on Monday.", "Lubumbashi"),
        ("Shymkent, 8 June: the deputies met.", "Shymkent"),
        ("Talks opened in Quito. The first round ended on Friday.", "Quito"),
        ("Brussels was where they met.", "Brussels"),
    ],
)
def test_a_city_that_no_table_lists_or_an_earlier_sentence_names_is_tried(text, city):
    assert city in tried("meeting", "city", text)


@pytest.mark.parametrize(
    ("text", "title", "parties"),
    [
        ("Canada and Mercosur ended a round.", "", {"ARG", "BRA", "CAN", "PRY", "URY"}),
        ("The memorandum with Seoul is signed.", "Australia signs", {"AUS", "KOR"}),
        ("TRADE MINISTRY, CANBERRA\n\nThe memorandum with Seoul is signed.", "", {"AUS", "KOR"}),
        ("Fiji met Vanuatu and Tonga. The three agreed.", "", {"FJI", "TON", "VUT"}),
    ],
)
def test_parties_of_a_bloc_a_title_a_head_and_an_earlier_sentence_are_tried(text, title, parties):
    assert frozenset(parties) in tried("agreement_stage", "parties", text, title)


def test_the_encoder_sees_the_words_of_a_number_without_a_unit():
    analysis, _ = run.analysed(Document("d", "Pork stays at twenty-five.", "", published="2026-06-10"))
    view = View(analysis, analysis.reading.sentences[0])
    named = [view.form(i) for i in encoded.naming(view, "rate", ("rate_pct", 25))]
    assert named[0] == "twenty"
    assert named[-1] == "five"


def test_the_models_see_what_the_rules_make_of_a_stretch_and_of_no_other():
    text = "India imposed a 20 percent tariff on Japan, and its minister flew to Rome to see old friends."
    analysis, drafts = run.analysed(Document("d", text, "", published="2025-06-02"))
    view = View(analysis, analysis.reading.sentences[0], drafts)
    about = {d.kind for d in view.drafted(view.stretch(0, text.index(", and")))}
    assert "measure" in about
    assert "measure" not in {d.kind for d in view.drafted(view.stretch(text.index("its"), len(text)))}


def test_the_models_see_which_value_of_an_open_key_a_rule_gives():
    text = "India imposed a 20 percent tariff on Japan."
    analysis, drafts = run.analysed(Document("d", text, "", published="2025-06-02"))
    view = View(analysis, analysis.reading.sentences[0], drafts)
    options = slots.alternatives(Frame(view, view.stretch(0, len(text))), "measure", "imposer")
    given = {value: "drafted:imposer:True" in features for value, features in options}
    assert given == {"IND": True, "JPN": False}


def test_topics_that_a_stretch_names_are_features_of_it():
    text = "They spoke about rare earths, and about the weather in the capitals of both."
    analysis, _ = run.analysed(Document("d", text, "", published="2025-06-02"))
    view = View(analysis, analysis.reading.sentences[0])
    named = features.stretch_features(view, view.stretch(0, text.index(", and")))
    assert "topic first:rare_earths" in named
    assert "topic first:None" in features.stretch_features(view, view.stretch(text.index("about the"), len(text)))


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (
            "Peru lifts ban on Chilean wine\nLIMA, March 9 - Peru lifted its ban on Chilean wine on Sunday.",
            [True, False],
        ),
        ("Peru lifts ban on Chilean wine\nLIMA, March 9 - The minister of Peru went home on Sunday.", [False]),
        ("Peru lifts ban on Chilean wine.\nPeru lifted its ban on Chilean wine on Sunday.", [False, False]),
    ],
)
def test_the_confidence_knows_what_a_headline_says_and_the_text_says_again(text, marked):
    document = Document(id="d", text=text, sha256="", published="2031-03-10", language="en")
    analysis, drafts = run.analysed(document)
    measures = [d for d in drafts if d.kind == "measure"]
    near = judging.Neighbours(drafts)
    assert ["headline:measure" in judging.of_headline(analysis, near, d) for d in measures] == marked
