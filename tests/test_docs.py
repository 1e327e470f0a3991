"""The README shows the true output and names only commands that are there."""

import re
import subprocess
import sys
from pathlib import Path

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
