"""The room is a library: each public function is documented, exemplified and listed on the page."""

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

from detente import bargain
from detente.bargain import files

PAGE = (Path(__file__).parents[2] / "docs" / "models" / "bargaining.md").read_text("utf-8")
MODULES = [importlib.import_module(f"detente.bargain.{m.name}") for m in pkgutil.iter_modules(bargain.__path__)]
READERS = [importlib.import_module(m.name) for m in pkgutil.iter_modules(files.__path__, f"{files.__name__}.")]
FUNCTIONS = [
    f
    for module in MODULES
    for name, f in inspect.getmembers(module, inspect.isfunction)
    if f.__module__ == module.__name__ and not name.startswith("_")
]


def name_of(value):
    return value.__name__


@pytest.mark.parametrize("module", [*MODULES, *READERS], ids=name_of)
def test_the_examples_of_a_module_run(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
def test_a_public_function_is_listed_on_the_page_of_the_library(function):
    assert f"`{function.__name__}`" in PAGE.split("## The library", 1)[1]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_is_listed_in_the_docstring_of_the_room(module):
    assert f"`{module.__name__.rsplit('.', 1)[1]}`" in bargain.__doc__
