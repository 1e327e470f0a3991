"""Put the true output of the main job into README.md, and draw the figure from the same run.

python docs/refresh.py          # write
python docs/refresh.py --check  # exit 1 if README.md is stale
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = 10  # source rows kept in the README


def output() -> str:
    """What `detente brief` prints, without trailing blanks, sources cut."""
    done = subprocess.run([sys.executable, "-m", "detente", "brief"], capture_output=True, text=True, check=True)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    start = next(n for n, line in enumerate(lines) if line.startswith("SOURCES")) + 3
    end = next(n for n in range(start, len(lines)) if not lines[n])
    return "\n".join([*lines[: start + SOURCES], "  ...", *lines[end:]])


def block(readme: str, text: str) -> str:
    """The README with the block replaced."""
    before, rest = readme.split("<!-- output: detente brief -->\n")
    _, after = rest.split("<!-- end -->", 1)
    return f"{before}<!-- output: detente brief -->\n```\n{text}\n```\n<!-- end -->{after}"


def main() -> int:
    """Write, or with --check compare."""
    path = ROOT / "README.md"
    old = path.read_text("utf-8")
    new = block(old, output())
    if "--check" in sys.argv:
        return int(old != new)
    path.write_text(new, encoding="utf-8")
    data = subprocess.run([sys.executable, "-m", "detente", "brief", "--json"], capture_output=True, check=True).stdout
    figure = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "figure.py")], input=data, capture_output=True, check=True
    )
    (ROOT / "docs" / "outcomes.svg").write_bytes(figure.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
