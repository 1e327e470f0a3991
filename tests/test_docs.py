"""The README shows the true output; the pages of models, the gallery and the vendored files are what they say."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_readme_shows_what_the_brief_prints():
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "refresh.py"), "--check"], check=False)
    assert done.returncode == 0, "run `python docs/refresh.py`"


def test_every_command_that_the_readme_names_exists():
    told = set(re.findall(r"`detente ((?:record )?[a-z-]+)", (ROOT / "README.md").read_text("utf-8")))
    for command in told:
        done = subprocess.run(
            [sys.executable, "-m", "detente", *command.split(), "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, command


MODELS = sorted((ROOT / "docs" / "models").glob("*.md"))
EQUATION = re.compile(r"^\\\[\n(.*?)^\\\]$", re.M | re.S)


@pytest.mark.parametrize("page", MODELS, ids=lambda page: page.stem)
def test_every_model_has_a_typeset_equation_a_figure_of_the_gallery_and_a_worked_example(page):
    text = page.read_text("utf-8")
    equations = EQUATION.findall(text)
    assert equations
    for equation in equations:
        assert "\n\n" not in equation  # which would end the block
        assert equation.count("{") == equation.count("}")
        assert re.findall(r"\\begin\{(\w+)\}", equation) == re.findall(r"\\end\{(\w+)\}", equation)
    assert "assert" in text
    made = re.findall(r'\.save\("([\w-]+\.svg)"\)', (ROOT / "docs" / "gallery.md").read_text("utf-8"))
    figures = re.findall(r"\]\(\.\./gallery/([\w-]+\.svg)\)", text)
    assert figures
    assert set(figures) <= set(made)


def test_each_chart_of_the_gallery_is_made_by_three_lines_and_shown():
    text = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    assert len(blocks) >= 20
    for block in blocks:
        assert len([line for line in block.splitlines() if line]) == 3
        assert f"](gallery/{re.search(r'save[(].([^)]+).[)]', block)[1]})" in text


def test_the_vendored_files_of_the_site_are_those_that_were_published():
    folder = ROOT / "docs" / "vendor"
    rows = re.findall(r"^\| (katex\S+).*\| ([0-9a-f]{64}) \|$", (folder / "VENDOR.md").read_text("utf-8"), re.M)
    assert len(rows) == 3
    for name, digest in rows:
        files = sorted(folder.glob(name.rstrip(",")))
        assert hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest() == digest
