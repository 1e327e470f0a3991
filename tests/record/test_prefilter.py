"""A text that the prefilter passes over is matched by none of the patterns, and most texts are passed over."""

import re
from pathlib import Path

import pytest

from detente.record.document import read
from detente.record.propose.annotate import dates
from detente.record.propose.annotate import document as annotate
from detente.record.propose.annotate.prefilter import Prefilter, needed_words
from detente.record.propose.code.rules import rules

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.txt"))
KINDS = [path.stem for path in (Path(annotate.__file__).parents[1] / "rules").glob("*.yaml")]
PATTERNS = [rule.pattern for kind in KINDS for rule in rules(kind) if rule.pattern]
PATTERNS += [re.compile(p, re.I) for patterns in dates.PATTERNS.values() for p in patterns]


def test_what_is_passed_over_matches_nowhere_and_little_is_tried_in_vain():
    prefilter, tried, matched = Prefilter(PATTERNS), 0, 0
    for sentence in (s for path in DOCUMENTS[::4] for s in annotate.read(read(path)).sentences):
        candidates = prefilter.of(sentence.piece.text)
        matching = {number for number, p in enumerate(PATTERNS) if p.search(sentence.piece.text)}
        assert matching <= candidates, sentence.piece.text
        tried, matched = tried + len(candidates), matched + len(matching)
    assert matched > 100
    assert tried < 10 * matched


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?:bann?ed|tariffs?) on", {"baned", "banned", "tariff"}),
        (r"\b(?:no|any) (?:word|comment)\b", {"word", "comment"}),
        ("(?:deal|deals|talks)(?= on)", {"deal", "talks"}),
        (r"[Nn]o\s+(?:date|day)", {"date", "day"}),
        ("(?:signed )?(?:accord)+", {"accord"}),
        ("(?:lift|cut)(?:ting)? .{3,9}duties|levy", {"duties", "levy"}),
        (r"(?:ban)?\d+", None),
        ("[a-f]+|ban", None),
    ],
)
def test_a_match_needs_one_of_a_few_words(pattern, words):
    assert needed_words(re.compile(pattern)) == (words and frozenset(words))


@pytest.mark.parametrize(("pattern", "text"), [("IS", "ı\u017f"), ("i", "İ"), ("k", "\u212a"), ("ÀÉ", "àé")])
def test_letters_that_match_without_regard_to_capitals_are_looked_up_alike(pattern, text):
    compiled = re.compile(pattern, re.I)
    assert compiled.search(text)
    assert Prefilter([compiled]).of(text) == {0}
