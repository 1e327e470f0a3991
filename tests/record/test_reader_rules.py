"""Every rule of the reader is tested by the examples and counter-examples that stand beside it."""

from pathlib import Path

import pytest

from detente.record.document import read
from detente.record.propose import facts
from detente.record.propose.code.rules import rules

RULES = Path(__file__).parents[2] / "detente" / "record" / "propose" / "rules"
KINDS = sorted(path.stem for path in RULES.glob("*.yaml"))
EXAMPLES = [(rule, example) for kind in KINDS for rule in rules(kind) for example in rule.examples]
COUNTEREXAMPLES = [(rule, example) for kind in KINDS for rule in rules(kind) for example in rule.counterexamples]


def proposed(tmp_path, example):
    """The facts of an example: a text, or a text with the day it was published and its language."""
    row = {"text": example} if isinstance(example, str) else example
    path = tmp_path / "example.txt"
    path.write_text(f"---\nlanguage: {row.get('language', 'en')}\n---\n{row['text']}\n", "utf-8")
    return facts(read(path, published=str(row.get("published", "2025-06-02"))), judged=False)


def name(case):
    return f"{case[0].id}: {case[1]['text'] if isinstance(case[1], dict) else case[1]}"[:70]


@pytest.mark.parametrize("case", EXAMPLES, ids=name)
def test_a_rule_gives_what_its_example_says(tmp_path, case):
    rule, example = case
    kind = rule.id.split(".")[0]
    wanted = {
        key: str(value) if key in ("date", "start", "expiry") else value for key, value in example["fact"].items()
    }
    found = [f["value"] for f in proposed(tmp_path, example) if f["kind"] == kind]
    assert any(all(value.get(k) == v for k, v in wanted.items()) for value in found), (wanted, found)


@pytest.mark.parametrize("case", COUNTEREXAMPLES, ids=name)
def test_a_rule_gives_nothing_for_its_counterexample(tmp_path, case):
    rule, example = case
    assert not [f for f in proposed(tmp_path, example) if f.get("rule") == rule.id]


def test_the_ids_of_rules_are_unique_and_begin_with_their_kind():
    ids = [(rule.id, kind) for kind in KINDS for rule in rules(kind)]
    assert len({i for i, _ in ids}) == len(ids)
    assert all(i.startswith(f"{kind}.") for i, kind in ids)


TALK = (
    "The Chair welcomed the Korean Trade Minister Yeo Han-koo.\nCHAIR: {question}\nYEO: {answer}\n"
    "CHAIR: And steel?\nYEO: Steel stays."
)


@pytest.mark.parametrize(
    ("answer", "status"),
    [("Yes.", "confirmed"), ("He did.", "confirmed"), ("No.", "denied"), ("There is no such plan.", "denied"),
     ("Ask the Foreign Ministry.", "not_commented"), ("I cannot answer that.", "not_commented")],
)  # fmt: skip
def test_the_answer_to_a_question_confirms_denies_or_leaves_open(tmp_path, answer, status):
    text = TALK.format(question="Did Canada agree to a round in May?", answer=answer)
    found = [f["value"] for f in proposed(tmp_path, text) if f["kind"] == "confirmation"]
    assert [(v["by_side"], v["status"]) for v in found] == [("KOR", status)]


def test_no_answer_says_yes_to_a_question_that_asks_when(tmp_path):
    text = (
        "CHAIR: When does the round begin?\nYEO HAN-KOO (trade minister of Korea): Yes, on Friday.\nCHAIR: Thank you."
    )
    assert not [f for f in proposed(tmp_path, text) if f["kind"] == "confirmation"]
