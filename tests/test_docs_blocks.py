"""Every code block of the documents runs: files are written, commands print the lines shown, Python runs."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from detente.faces.terminal import cli

DOCS = Path(__file__).parents[1] / "docs"
ELSEWHERE = ("commands.md", "add-a-kind.md", "add-a-language.md", "add-a-negotiation.md")  # see test_development.py
PAGES = sorted(p for p in DOCS.rglob("*.md") if p.name not in ELSEWHERE and "```" in p.read_text("utf-8"))
BLOCK = re.compile(r'^```(\w*)(?: title="([\w.-]+)")?\n(.*?)^```$', re.M | re.S)


def squeezed(text):
    return " ".join(text.split())


def printed(line):
    """What a shown command prints; `> FILE` keeps its standard output, as in a shell."""
    words, file = shlex.split(line), None
    if ">" in words:
        words, file = words[: words.index(">")], words[words.index(">") + 1]
    assert words[0] == "detente"
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main(words[1:])
        except SystemExit as done:
            code = done.code or 0
    assert code == 0, f"{line}: {err.getvalue()}"
    if file:
        Path(file).write_text(out.getvalue(), "utf-8")
    return squeezed(out.getvalue() + err.getvalue())


def session(text):
    """Each command of a block runs, and prints every line shown below it."""
    told = ""
    for line in text.splitlines():
        if line.startswith("$ "):
            told = printed(line[2:])
        elif line != "...":
            assert squeezed(line) in told or squeezed(line).lower() in told.lower(), f"{line!r} is not in: {told[:400]}"


SLOW = ("gallery.md", "how-to/page.md", "how-to/price.md", "how-to/rerun.md")  # `make docs` runs them too


def pages():
    """The pages, those that take long marked so."""
    for page in PAGES:
        name = str(page.relative_to(DOCS))
        yield pytest.param(page, id=name, marks=[pytest.mark.slow] if name in SLOW else [])


@pytest.mark.parametrize("page", list(pages()))
def test_every_block_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    names: dict[str, object] = {}
    for kind, title, text in BLOCK.findall(page.read_text("utf-8")):
        if title:
            Path(title).write_text(text, "utf-8")
        elif kind == "console":
            session(text)
        elif kind == "python":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, str(page), "exec"), names)
        else:
            assert kind in ("json", "text", ""), f"{page.name}: a {kind} block without a title does not run"


def test_the_tutorial_shows_commands_and_python():
    kinds = [kind for kind, _, _ in BLOCK.findall((DOCS / "tutorial.md").read_text("utf-8"))]
    assert kinds.count("console") >= 5
    assert "python" in kinds


@pytest.mark.slow
def test_the_blocks_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example = Path(cli.__file__).parents[2] / "examples" / "kuala-lumpur.txt"
    Path("report.txt").write_text(example.read_text("utf-8"), "utf-8")
    ran = []
    for kind, _, text in BLOCK.findall((DOCS.parent / "README.md").read_text("utf-8")):
        if kind == "yaml":
            Path("scenario.yaml").write_text(text, "utf-8")
            assert "largest residual" in printed("detente price scenario.yaml --as-of 2025-10-26")
        elif kind == "python":
            exec(compile(text, "README.md", "exec"), {})
        ran.append(kind)
    assert {"yaml", "python"} <= set(ran)
