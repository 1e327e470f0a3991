"""The one reader of YAML: plain values, each key once, one line when it refuses."""

import ast
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import detente
from detente.errors import QuestionError, RecordError
from detente.safe_yaml import read_yaml, read_yaml_document

PACKAGE = Path(detente.__file__).parent
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.dates() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)

WithoutAnchors = type("WithoutAnchors", (yaml.SafeDumper,), {"ignore_aliases": lambda self, data: True})


@given(VALUES)
def test_what_yaml_writes_is_read_back_as_it_was(value):
    assert read_yaml(yaml.dump(value, Dumper=WithoutAnchors, allow_unicode=True)) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3", "f.yaml, line 3: the key 'a' stands twice"),
        ("- {1: a, '1': b}", "f.yaml, line 1: the key '1' stands twice"),
        ("a: {on: 1, true: 2}", "the key 'True' stands twice"),
        ("? [a]\n: b", "a key is a list or a mapping"),
        ("a: &x [1]\nb: *x", "f.yaml, line 1: anchors and aliases are not read"),
        ("a: &a [*a]", "anchors and aliases"),
        ("<<: {a: 1}\nb: 2", "<< merges mappings"),
        ("a:\n  b: .nan", "f.yaml, line 2: .nan is not a finite number"),
        ("[-.inf]", "-.inf is not a finite number"),
        ("x: 1.0e+999", "1.0e+999 is not a finite number"),
        ("x: " + "9" * 5000, "(5000 characters) is not a finite number"),
        ("day: 2025-13-45", "2025-13-45 is in no calendar"),
        ("- !!python/object/apply:os.system [a]", "tags are not read here"),
        ("x: !!int abc", "tags are not read here"),
        ("[" * 101 + "]" * 101, "nested deeper than 100 levels"),
        ("[" * 100_000, "nested deeper than 100 levels"),
        ("a: [", "not YAML: did not find expected node content"),
        ("a: b: c", "f.yaml, line 1: not YAML: mapping values are not allowed"),
        ("--- 1\n--- 2", "f.yaml, line 2: not YAML"),
        ("a: \0", "not YAML: control characters"),
        ("x" * 20_000, "f.yaml: 20000 bytes, at most 10000 are read"),
    ],
)
def test_yaml_that_is_not_read_is_refused_in_one_line_that_names_the_place(text, words):
    with pytest.raises(QuestionError) as refused:
        read_yaml(text, "f.yaml", size=10_000 if "at most" in words else 1_000_000)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_a_day_is_a_day_and_what_only_looks_like_a_number_in_base_sixty_is_a_text():
    assert read_yaml("{a: 2025-11-10, b: 1:30:00, c: 190:20:30.15, d: 0x_, e: 0101, f: 0}") == {
        "a": date(2025, 11, 10), "b": "1:30:00", "c": "190:20:30.15", "d": "0x_", "e": "0101", "f": 0,
    }  # fmt: skip


def test_parts_have_lines_and_the_caller_chooses_the_error():
    document = read_yaml_document("a: 1\nb:\n  - c: 2\n", "f.yaml")
    assert document.lines == {(): 1, ("a",): 1, ("b",): 3, ("b", 0): 3, ("b", 0, "c"): 3}
    with pytest.raises(RecordError, match=r"^f\.yaml, line 2: not YAML"):
        read_yaml("[", "f.yaml", error=RecordError)


def test_no_other_module_reads_yaml_json_or_tables_from_outside():
    """Shipped files are trusted: they are read by `record.shipped`, or as resources of the package."""
    readers = {"safe_yaml.py", "safe_io.py", "record/shipped.py", "record/feeds/catalogue.py", "record/index.py"}
    for path in PACKAGE.rglob("*.py"):
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        }
        odd = calls & {"yaml.load", "yaml.safe_load", "yaml.load_all", "json.loads", "json.load"}
        assert not odd or path.relative_to(PACKAGE).as_posix() in readers, f"{path}: {odd}"
