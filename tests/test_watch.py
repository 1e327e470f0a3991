"""After a change the tests that matter run: those of the module's name, or of its room, and always those of imports."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import watch

ALWAYS = ["tests/test_architecture.py", "tests/test_glossary.py"]


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        (
            "detente/record/store.py",
            [
                "tests/record/test_store.py",
                "tests/record/test_store_index.py",
                "tests/record/test_store_obstacles.py",
                *ALWAYS,
            ],
        ),
        ("detente/economy/engine.py", ["tests/economy", *ALWAYS]),
        ("detente/bargain/spells.py", ["tests/bargain", *ALWAYS]),
        ("detente/safe_io.py", ["tests/test_safe_io.py", *ALWAYS]),
        ("detente/dossiers/us-china/names.csv", ALWAYS),
        ("tests/record/test_store.py", ["tests/record/test_store.py"]),
        ("tests/record/gone.csv", ["tests/record"]),
        ("docs/tutorial.md", ["tests/test_release.py", "tests/test_docs_blocks.py"]),
        ("benchmarks/bench_jax.py", []),
    ],
)
def test_a_change_is_tested_by_the_tests_that_matter(file, tests):
    assert watch.tests_for(file) == tests


def test_every_file_that_is_watched_has_a_time():
    assert {"pyproject.toml", "detente/safe_io.py", "tests/test_watch.py"} <= watch.times().keys()
