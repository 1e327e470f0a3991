"""Make what the documents show true: README's output and figure, the pages of commands and of past forecasts.

python docs/refresh.py          # write
python docs/refresh.py --check  # exit 1 if any of them is stale
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import backtest
import signs

from detente.ask import registry
from detente.faces.files.screen_picture import screen_svg
from detente.faces.first_screen.build import screen_view
from detente.faces.terminal import cli

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
TRACK_RECORD = ROOT / "detente" / "dossiers" / "history" / "track_record.csv"
PLAIN = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}


def run(*argv: str) -> str:
    """What a command prints, without trailing blanks."""
    done = subprocess.run(
        [sys.executable, "-m", "detente", *argv], capture_output=True, text=True, check=True, env=PLAIN
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def output() -> str:
    """What `detente brief` prints."""
    return run("brief")


def block(readme: str, text: str) -> str:
    """The README with the block replaced."""
    before, rest = readme.split("<!-- output: detente brief -->\n")
    _, after = rest.split("<!-- end -->", 1)
    return f"{before}<!-- output: detente brief -->\n```\n{text}\n```\n<!-- end -->{after}"


def commands() -> str:
    """The page of commands: every question of the registry in a table, then the --help of every command."""
    head = "# Commands\n\nMade by `python docs/refresh.py` from the registry of questions, `detente/ask/registry`."
    parts = [head, question_table()]
    for name in [(), *command_names()]:
        parts.append(f"## detente {' '.join(name)}".rstrip() + f"\n\n```\n{run(*name, '--help')}\n```")
    return "\n\n".join(parts) + "\n"


def question_table() -> str:
    """Every question with its command, the JSON Schema of its answer, and its name as a tool for assistants."""
    lines = ["| question | command | JSON Schema | tool |", "|---|---|---|---|"]
    for question in registry.QUESTIONS:
        command = f"`detente {question.name}`" if question.command else "—"
        tool = f"`{question.tool.name}`" if question.tool else "—"
        lines.append(f"| {question.summary} | {command} | `{question.schema}` | {tool} |")
    return "\n".join(lines)


def command_names() -> list[tuple[str, ...]]:
    """The words of every command, groups before what they hold, each level in alphabetical order."""
    names, queue = [], [((), cli.app)]
    while queue:
        words, app = queue.pop(0)
        inner = [((*words, name), app[name]) for name in sorted(app) if not name.startswith("-")]
        names += [name for name, _ in inner]
        queue += inner
    return names


def drawn() -> str:
    """The first screen of the example as a picture."""
    return screen_svg(screen_view(json.loads(run("brief", "--json"))["first_screen"])) + "\n"


def sources() -> dict[Path, str]:
    """The files that the page of past forecasts is made from: the shipped track record, and the signs of each day."""
    return {TRACK_RECORD: backtest.track_record(), signs.FILE: signs.made()}


def _replace(path: Path, text: str) -> bool:
    """Whether a file was stale; it is written unless --check is given."""
    is_stale = not path.exists() or path.read_text("utf-8") != text
    if is_stale and "--check" not in sys.argv:
        path.write_text(text, encoding="utf-8")
    return is_stale


def main() -> int:
    """Write, or with --check compare; what the pages are made from first."""
    stale = [path.name for path, text in sources().items() if _replace(path, text)]
    readme = ROOT / "README.md"
    old = readme.read_text("utf-8")
    new = block(old, output())
    made = {
        "commands.md": commands(), "forecasts.md": backtest.page(), "forecasts.csv": backtest.data(),
        "outcomes.svg": drawn(),
    }  # fmt: skip
    if "--check" in sys.argv:
        stale += [
            name
            for name, text in made.items()
            if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != text
        ]
        print(*stale, *(["README.md"] if old != new else []))
        return int(old != new or bool(stale))
    readme.write_text(new, encoding="utf-8")
    for name, text in made.items():
        (DOCS / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
