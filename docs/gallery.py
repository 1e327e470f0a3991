"""The charts of the gallery: the lines of docs/gallery.md, run in a folder that is then gone.

python docs/gallery.py FOLDER    # the same charts into a folder
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "gallery.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


def blocks() -> list[str]:
    """The Python of each chart, in the order of the page."""
    return BLOCK.findall(PAGE.read_text("utf-8"))


@cache
def charts() -> dict[str, bytes]:
    """{file: SVG} of every chart; made once in a process."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for block in blocks():
                exec(compile(block, str(PAGE), "exec"), {})
        finally:
            os.chdir(before)
        return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.svg"))}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, chart in charts().items():
        (target / name).write_bytes(chart)
