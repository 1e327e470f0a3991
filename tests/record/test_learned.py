import json
from pathlib import Path

import numpy as np
import pytest
import reader_score

from detente.record.document import Document, read
from detente.record.propose import facts, run
from detente.record.propose.code.rules import Draft
from detente.record.propose.learned import encoder, evidence, judging, weights
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


def test_the_model_sees_no_names():
    text = "On Monday Donald Trump raised the tariff on Chinese steel to 25 percent for 90 days, in Geneva."
    analysis, _ = run.analysed(Document("d", text, "", published="2025-06-02"))
    view = View(analysis, analysis.reading.sentences[0])
    forms = [w.form for w in view.words]
    assert {"TIME", "PERSON", "SIDE.adjective", "LENGTH.day", "CITY"} <= set(forms)
    assert any(f.startswith("RATE_PCT") for f in forms)
    assert not {"trump", "chinese", "geneva", "monday"} & set(forms)


@pytest.mark.parametrize("number", range(len(PASSAGES)))
def test_quotes_of_a_passage_stand_in_its_text_with_keys_of_its_kind(number):
    row = PASSAGES[number]
    for record in row["records"]:
        reader_score.place(row["text"], record["quote"], 1)
        assert set(record["value"]) <= {*reader_score.KEYS[record["kind"]], "target", "city", "by_days", "new_expiry"}


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
