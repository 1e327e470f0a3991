"""Cases: a negotiation is a folder of data, checked when it is read."""

from importlib.resources import files

import pytest

from detente.errors import RecordError
from detente.record import case

SHIPPED = ("uk-eu", "us-canada", "us-china", "us-eu", "us-india", "us-japan")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_case_names_parties_capitals_and_clocks(name):
    shipped = case.load(files("detente") / "dossiers" / name, name)
    assert len(shipped.parties) >= 2
    for side in shipped.parties:
        assert shipped.capital(side) != side
        assert shipped.clock(side).key != "UTC"


def test_parties_alone_make_a_case_with_levers_for_every_pair():
    made = case.bare("three", ["IND", "KOR", "EU"])
    assert [made.capital(side) for side in made.parties] == ["New Delhi", "Seoul", "Brussels"]
    assert {(lever.by, lever.against) for lever in made.levers} == set(made.pairs)


def test_what_is_written_is_read_back():
    made = case.bare("pair", ["IND", "USA"])
    assert case.read(case.write(made), "pair").parties == made.parties


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("title: a\nparties: [USA]", "case.yaml, line 2: a negotiation has at least two"),
        ("title: a\nparties: [USA, USA]", "case.yaml, line 2: a negotiation has at least two"),
        ("title: a\nparties: [USA, XXX]", "case.yaml, line 2: 'XXX' is not an economy"),
        ("title: a\nparties: [USA, IND]\nfoo: 3", "case.yaml, line 3: 'foo' is not a key"),
        ("title: [", "not YAML"),
        ("- 3", "the file holds keys"),
        (
            "title: a\nparties: [USA, IND]\nplaces:\n  IND: {name: D, zone: Mars/X}",
            "case.yaml, line 4: 'Mars/X' is not a",
        ),
        ("title: &a x\nparties: [*a, *a]", "case.yaml, line 1: anchors and aliases"),
        ("title: a\nparties: [USA, IND]\nlevers:\n  - {name: x}", "case.yaml, line 4: by must be a text"),
        ("title: a\nparties: [USA, IND]\npresets:\n  - {name: x, title: y, levers: {x: .nan}}", "not a finite number"),
        ("title: a\nparties: [USA, IND]\nplaces: {IND: {name: 2025-99-01, zone: UTC}}", "is in no calendar"),
        ("x" * 300_000, "at most 200000 are read"),
        ("[" * 20_000, "case.yaml"),
    ],
)
def test_a_case_file_that_is_wrong_is_refused_with_its_line(text, where):
    with pytest.raises(RecordError, match=r"case\.yaml") as refused:
        case.read(text, "mine")
    assert where in str(refused.value)
    assert "\n" not in str(refused.value)
