"""The code of `ask` and `record` knows no country: facts are data, and what remains is listed here with its reason."""

import ast
import re
from pathlib import Path

import pytest

from detente import labels
from detente.ask import cases
from detente.labels import _rows
from detente.record import case

ASK = Path(cases.__file__).parent
RECORD = Path(case.__file__).parent
CODES = {*_rows()}
CAPITALS = {labels.capital(code) for code in (*CODES, "EU")} - CODES
SKIPPED = ("talks",)  # read by its own test
SKIPPED_OF_RECORD = ("feeds",)  # the importers have tests of their own
NAMES = {labels.name(code) for code in CODES} | {"Chinese", "US", "American"}
WORDS = re.compile(  # a name within a longer one counts too, hence the look ahead
    rf"\b(?=({'|'.join(re.escape(name) for name in sorted(CAPITALS | NAMES, key=len, reverse=True))})\b)"
)
# {file: {word: why it may stand}}
EXCEPTIONS = {
    "questions/side_deals.py": {"JPN": "an example of codes in a message", "KOR": "the same", "US": "US dollars"},
    "questions/tariffs.py": {"USA": "an example of codes in a message", "CHN": "the same"},
    "questions/brief.py": {"US": "the base of the shares on file: US imports of 2024"},
    "registry/options.py": {"us-china": "the dossier of a question that names none"},
    "registry/overview.py": {"USA": "an example of codes in a help text"},
}
EXCEPTIONS_OF_RECORD = {
    "case.py": {"IND": "an example of codes in a message", "KOR": "the same"},
    "kinds.py": {"USA": "an example of codes in a message", "CHN": "the same"},
    "name_match.py": {"Chinese": "a script and a language, in which a name is written or through which it was read"},
    "own_duties.py": {"VNM": "an example of codes in a message", "CAN": "the same"},
    "hs/codes.py": {"US": "US dollars, and HTSUS, a schedule by its name"},
    "hs/prose.py": {"US": "HTSUS, a schedule by its name"},
    "propose/annotate/amounts.py": {"US": "US dollars"},
}


def literals(path):
    """Every text of a module that is no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def countries_in(text):
    """ISO3 codes, names, capitals and ids of the shipped negotiations in a text."""
    codes = set(re.findall(r"\b[A-Z]{3}\b", text)) & CODES
    capitals = {m[1] for m in WORDS.finditer(text)}
    measures = set(re.findall(r"\b(?:usa|chn)-[a-z0-9-]+|\bus-china\b|\bus_on_china\b|\bchina_on_us\b", text))
    return codes | capitals | measures


def named_in(folder, skipped):
    """{module: countries, capitals and ids that its code names} of a folder."""
    named = {}
    for path in sorted(folder.rglob("*.py")):
        name = str(path.relative_to(folder))
        if not name.startswith(skipped):
            for text in literals(path):
                for word in countries_in(text):
                    named.setdefault(name, set()).add(word)
    return named


@pytest.mark.parametrize(
    ("folder", "skipped", "exceptions"),
    [(ASK, SKIPPED, EXCEPTIONS), (RECORD, SKIPPED_OF_RECORD, EXCEPTIONS_OF_RECORD)],
    ids=["ask", "record"],
)
def test_no_code_of_a_country_no_capital_and_no_measure_stands_in_the_code(folder, skipped, exceptions):
    assert named_in(folder, skipped) == {name: set(words) for name, words in exceptions.items()}
