"""The examples in docstrings are what the functions return."""

import doctest
from importlib import import_module

import pytest

MODULES = (
    "calibrate",
    "elasticities",
    "models.gravity",
    "products",
    "second_order",
    "strategic.players",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_give_the_results_they_show(name):
    results = doctest.testmod(import_module(f"detente.economy.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
