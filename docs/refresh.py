"""Make what the documents show true: README's output and figure, and the page of commands.

python docs/refresh.py          # write
python docs/refresh.py --check  # exit 1 if README.md or commands.md is stale
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = 10  # source rows kept in the README
PLAIN = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}


def run(*argv: str) -> str:
    """What a command prints, without trailing blanks."""
    done = subprocess.run(
        [sys.executable, "-m", "detente", *argv], capture_output=True, text=True, check=True, env=PLAIN
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def output() -> str:
    """What `detente brief` prints, sources cut."""
    lines = run("brief").split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("SOURCES")) + 3
    end = next(n for n in range(start, len(lines)) if not lines[n])
    return "\n".join([*lines[: start + SOURCES], "  ...", *lines[end:]])


def block(readme: str, text: str) -> str:
    """The README with the block replaced."""
    before, rest = readme.split("<!-- output: detente brief -->\n")
    _, after = rest.split("<!-- end -->", 1)
    return f"{before}<!-- output: detente brief -->\n```\n{text}\n```\n<!-- end -->{after}"


def commands() -> str:
    """Every command's --help, one page."""
    parts = ["# Commands\n\nMade by `python docs/refresh.py` from --help."]
    queue = [()]
    while queue:
        name = queue.pop(0)
        told = run(*name, "--help")
        parts.append(f"## detente {' '.join(name)}".rstrip() + f"\n\n```\n{told}\n```")
        if "─ Commands ─" in told:
            table = told.split("─ Commands ─", 1)[1].split("╰", 1)[0]
            queue += [(*name, word) for word in re.findall(r"^│ ([a-z][a-z-]+) ", table, re.M)]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write, or with --check compare."""
    readme, page = ROOT / "README.md", ROOT / "docs" / "commands.md"
    old = readme.read_text("utf-8")
    new, told = block(old, output()), commands()
    if "--check" in sys.argv:
        return int(old != new or not page.exists() or page.read_text("utf-8") != told)
    readme.write_text(new, encoding="utf-8")
    page.write_text(told, encoding="utf-8")
    data = run("brief", "--json").encode()
    figure = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "figure.py")], input=data, capture_output=True, check=True
    )
    (ROOT / "docs" / "outcomes.svg").write_bytes(figure.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
