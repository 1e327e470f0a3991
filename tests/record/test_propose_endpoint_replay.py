"""Recorded answers through the whole path: what is right in them stays, and what is false in them never does.

Three short documents with answers stand in endpoint_answers. Where the shared corpus is beside this checkout, its gold
serves as a perfect reader, and the answers of others as readers that err.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import util
from pathlib import Path

import pytest
from endpoint_server import giving, message, serving

from detente.record.document import read
from detente.record.propose import endpoint
from detente.record.propose.endpoint import messages
from detente.record.propose.endpoint.check import Checker
from detente.record.propose.endpoint.evidence import Text

KINDS = ("meeting", "truce", "confirmation", "threat")
OWN = Path(__file__).parent / "endpoint_answers"
DATA = Path(__file__).parents[3] / "shared" / "data"
CORPUS = next(
    (d / "corpus" for d in (DATA, DATA.parents[2] / "shared" / "data") if (d / "corpus").is_dir()), DATA / "corpus"
)
beside = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this checkout")


def recorded(name):
    return json.loads((OWN / f"{name}.json").read_text(encoding="utf-8"))


def replayed(name):
    with serving(giving(message(json.dumps(recorded(name))))) as (url, _):
        return endpoint.ask(read(OWN / f"{name}.txt"), base_url=url, model="m")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class Replay:
    """The check of the facts of one document, one by one."""

    def __init__(self, path):
        self.document = read(path)
        self.checker = Checker(Text(self.document), messages.parties(self.document), "endpoint:m")

    def statements(self, fact):
        return self.checker.statements(fact, self.document.body_start, len(self.document.text))

    def raw(self, fact):
        place = self.document.body_start - 1
        for _ in range(fact.get("occurrence") or 1):
            place = self.document.text.index(fact["quote"], place + 1)
        return {**fact, "start": place, "end": place + len(fact["quote"])}


# Faults put into right facts: each is a kind of fault, the field, and the fact with it.


def faults(fact):
    quote = fact["quote"]
    middle = len(quote) // 2
    yield (
        "quote",
        "quote",
        {**fact, "quote": quote[:middle] + ("x" if quote[middle] != "x" else "y") + quote[middle + 1 :]},
    )
    yield "quote", "quote", {**fact, "quote": quote + " never"}
    for key, given in fact["value"].items():
        for fault, changed in changes(given):
            yield fault, key, {**fact, "value": {**fact["value"], key: changed}}
    for fault, changed in changes((fact.get("date") or {}).get("iso")):
        yield fault, "iso", {**fact, "date": {**fact["date"], "iso": changed}}


def changes(given):
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        yield "number", given + 7
        yield "number", given + 3
        yield "number", given * 2 + 1
    elif isinstance(given, str) and given[:4].isdigit() and given[4:5] in ("-", ""):
        yield "year", shifted(given, lambda d: d.replace(year=d.year + 1))
        yield "year", shifted(given, lambda d: d.replace(year=d.year - 1))
        if len(given) >= 10:
            yield "day", shifted(given, lambda d: d + timedelta(days=17))
            yield "day", shifted(given, lambda d: d - timedelta(days=4))


def shifted(iso, move):
    return "/".join(
        move(date.fromisoformat((part + "-01-01")[:10])).isoformat()[: len(part)] for part in iso.split("/")
    )


def survives(fact, key, statement):
    if key == "iso":
        return statement.date.iso == fact["date"]["iso"]
    return key == "quote" or statement.value.get(key) == fact["value"].get(key) is not None


def survivors(replay, facts):
    """How many faults were put in, by kind, and those that were not noticed."""
    tried, missed = Counter(), []
    for fact in facts:
        for fault, key, wrong in faults(fact):
            tried[fault] += 1
            if any(survives(wrong, key, s) for s in replay.statements(wrong)):
                missed.append((fault, key, wrong["value"], wrong.get("date"), fact["quote"]))
    return tried, missed


# Our own documents, in every run.


def test_a_recorded_answer_replays_with_what_is_wrong_in_it_dropped_or_mended():
    found = replayed("cheese_round")
    assert found.dropped == {"a number the text does not bear": 1, "dropped by the second pass": 1}
    assert (found.kept, found.requests, found.notes) == (10, 2, ())
    assert {s.coder for s in found.statements} == {"endpoint:m"}
    values = {kind: [dict(s.value) for s in found.statements if s.kind == kind] for kind in KINDS}
    assert values == {
        "meeting": [{"city": "Bern", "start": "2031-05-13", "end": "2031-05-14", "parties": ["NOR", "CHE"]}],
        "truce": [{"parties": ["CHE", "NOR"], "expiry": "2031-08-30", "by_days": 90}],
        "confirmation": [{"by_side": "NOR", "status": "denied"}],
        "threat": [{"by_side": "NOR", "effective": "2031-09-01", "rate_pp": 10}],
    }
    assert [s.value["rate_pct"] for s in found.statements if s.kind == "measure"] == [25, 7.5, 12]


def test_recorded_answers_on_chinese_and_vietnamese_replay_whole():
    chinese = replayed("fish_pause")
    assert (chinese.kept, dict(chinese.dropped)) == (7, {})
    assert {s.value["by_side"] for s in chinese.statements if s.kind == "confirmation"} == {"VNM", "NOR"}
    vietnamese = replayed("rice_letter")
    assert (vietnamese.kept, dict(vietnamese.dropped)) == (3, {})
    assert "first list stands" in vietnamese.notes[0]
    assert vietnamese.statements[-1].value["city"] == "Hanoi"


@pytest.mark.parametrize("name", ["cheese_round", "fish_pause", "rice_letter"])
def test_no_fault_put_into_a_right_fact_of_our_own_documents_survives(name):
    replay = Replay(OWN / f"{name}.txt")
    right = [f for f in recorded(name)["facts"] if replay.statements(f)]
    tried, missed = survivors(replay, right)
    assert not missed
    assert sum(tried.values()) > 20


# The shared corpus, where it is at hand.


def gold():
    return {path.stem: lines(path) for path in sorted((CORPUS / "gold").glob("*.jsonl"))}


def answers():
    """reader → document → facts."""
    found = {}
    for path in sorted((CORPUS / "answers" / "answers").glob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault(answer["reader"], {})[answer["document"]] = answer["facts"]
    return found


def corpus_path(kind, name, suffix):
    path = CORPUS / "answers" / kind / f"{name}{suffix}"
    return path if path.is_file() else CORPUS / kind / f"{name}{suffix}"


def scored(predictions: Mapping[str, list]):
    """What the score of the shared data says of predictions: F1 over all kinds, and how many are right."""
    path = CORPUS.parent / "talks" / "score.py"
    spec = util.spec_from_file_location("score", path)
    score = util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    spec.loader.exec_module(score)
    sys.dont_write_bytecode = before
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / part for part in ("gold", "predictions", "documents")]
        for part in parts:
            part.mkdir()
        for name, facts in predictions.items():
            for kind, suffix, target in (("gold", ".jsonl", parts[0]), ("documents", ".txt", parts[2])):
                text = corpus_path(kind, name, suffix).read_text(encoding="utf-8")
                (target / f"{name}{suffix}").write_text(text, encoding="utf-8")
            (parts[1] / f"{name}.json").write_text(json.dumps({"facts": facts}), encoding="utf-8")
        result = score.score(*parts)
    row = result["kinds"]["all"]
    assert result["not_verbatim"] == 0
    return row["f1"], round(row["recall"] * row["gold"])


@beside
@pytest.mark.parametrize("reader", ["gold", "b", "c", "d", "e"])
def test_the_check_costs_a_strong_reader_at_most_one_right_fact_in_a_hundred(reader):
    given = gold() if reader == "gold" else answers()[reader]
    before, after = {}, {}
    for name, facts in given.items():
        replay = Replay(corpus_path("documents", name, ".txt"))
        before[name] = [replay.raw(f) for f in facts]
        after[name] = [s.as_dict() for f in facts for s in replay.statements(f)]
    (f1_before, right_before), (f1_after, right_after) = scored(before), scored(after)
    assert right_before - right_after <= 0.01 * right_before
    assert f1_after >= f1_before - 0.01


@beside
def test_faults_put_into_the_gold_do_not_survive():
    """All of quotes; of numbers and dates those alone for which the same passage bears the false value as well."""
    tried, missed = Counter(), Counter()
    for name, facts in gold().items():
        counts, survived = survivors(Replay(corpus_path("documents", name, ".txt")), facts)
        tried += counts
        missed += Counter(fault for fault, *_ in survived)
    assert tried["quote"] > 2000
    assert tried["number"] > 500
    assert tried["year"] + tried["day"] > 1500
    assert missed["quote"] == 0
    assert missed["number"] <= 0.002 * tried["number"]
    assert missed["year"] + missed["day"] <= 0.02 * (tried["year"] + tried["day"])
