"""The pages for developers can be followed literally: each is followed here, in a copy of the package."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import detente

DOCS = Path(__file__).parents[1] / "docs" / "development"
PACKAGE = Path(detente.__file__).parent
PAGES = ("add-a-kind.md", "add-a-language.md", "add-a-negotiation.md")
BLOCK = re.compile(r'^```(\w*)(?: title="([\w./-]+)")?\n(.*?)^```$', re.M | re.S)


def squeezed(text):
    return " ".join(text.split()).lower()


def run(folder, *argv):
    """What a command prints, with the copy of the package in front of the installed one."""
    env = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "110"}
    done = subprocess.run([sys.executable, *argv], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{argv}: {done.stderr}"
    return done.stdout + done.stderr


def write(path, kind, text):
    """A block with a title: a new file, lines at the end of one that is there, or lines that replace others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "diff":
        lines = text.splitlines()
        old, new = ("\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
        before = path.read_text("utf-8")
        assert before.count(old) == 1, f"{path.name} does not have these lines once: {old}"
        path.write_text(before.replace(old, new), "utf-8")
        return
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(before + text, "utf-8")


def session(folder, text):
    """Each command runs and prints every line shown below it, in parts if the terminal breaks it."""
    printed = ""
    for line in text.splitlines():
        if line.startswith("$ "):
            program, *words = shlex.split(line[2:])
            printed = squeezed(run(folder, *(["-m", "detente"] if program == "detente" else []), *words))
        elif line != "...":
            assert squeezed(line) in printed, f"{line!r} is not in: {printed[:500]}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_developers_can_be_followed_literally(page, tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "detente", ignore=shutil.ignore_patterns("__pycache__"))
    for kind, title, text in BLOCK.findall((DOCS / page).read_text("utf-8")):
        if title:
            write(tmp_path / title, kind, text)
        elif kind == "console":
            session(tmp_path, text)
        else:
            assert kind == "python", f"{page}: a {kind} block without a title is not followed"
            run(tmp_path, "-c", text)


def test_every_file_that_the_pages_name_is_there():
    for page in DOCS.glob("*.md"):
        text = page.read_text("utf-8")
        made = {title for _, title, _ in BLOCK.findall(text) if title}
        for path in re.findall(r"`((?:detente|docs|tests|tools|\.ci)/[\w./-]+)`", text):
            if not any(path.endswith(title) for title in made):
                assert (DOCS.parents[1] / path).exists(), f"{page.name}: {path}"


def test_the_page_of_contracts_names_the_documented_exit_codes():
    from detente.faces.terminal.last_resort import RULES

    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (\d) \|$", (DOCS / "contracts.md").read_text("utf-8"), re.M))
    codes = {rule.kind.__name__: str(rule.code) for rule in RULES}
    assert len(rows) == 4
    assert rows == {name: codes[name] for name in rows}
