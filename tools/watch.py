"""Run the linters and the tests that matter whenever a file changes: `make watch`, or once for FILES.

    python tools/watch.py [FILE ...]

A module is tested by the tests of its name (`record/store.py` by `tests/record/test_store.py` and `test_store_*.py`),
or else by all tests of its room; each change of the package also by the tests of its imports and names. Stop it with
Ctrl-C.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WATCHED = ("detente", "tests", "docs", "benchmarks", "examples", "tools")
ENDINGS = {".py", ".md", ".yaml", ".toml", ".csv", ".jsonl", ".html", ".css", ".js"}
SECONDS = 0.5  # between two looks
ALWAYS = ("tests/test_architecture.py", "tests/test_glossary.py")


def tests_for(file: str) -> list[str]:
    """The tests that matter after a change of a file, as paths from the root; none where no test reads it."""
    parts = Path(file).parts
    if parts[0] == "tests":
        return _tests(file)
    if parts[0] == "detente":
        return [*_tests_of_module(parts), *ALWAYS]
    if parts[0] == "docs" or len(parts) == 1:
        return ["tests/test_release.py", "tests/test_docs_blocks.py"]
    return ["tests/test_examples.py"] if parts[0] == "examples" else []


def _tests(file: str) -> list[str]:
    """A test file itself; for anything else the folder that it serves."""
    path = Path(file)
    if path.name.startswith("test_") and path.suffix == ".py":
        return [file] if (ROOT / file).is_file() else []
    return [str(path.parent)] if (ROOT / path.parent).is_dir() else []


def _tests_of_module(parts: tuple[str, ...]) -> list[str]:
    """Tests that carry the module's name, in the folder of its room; or that folder."""
    room = parts[1] if len(parts) > 2 else ""
    folder = ROOT / "tests" / room
    stem = Path(parts[-1]).stem.strip("_")
    own = [path for path in (folder / f"test_{stem}.py", *sorted(folder.glob(f"test_{stem}_*.py"))) if path.is_file()]
    if (own and own[0].stem == f"test_{stem}") or not room:
        return [str(path.relative_to(ROOT)) for path in own]
    return [str(folder.relative_to(ROOT))] if folder.is_dir() else []


def times() -> dict[str, float]:
    """When each watched file changed last."""
    files = [*ROOT.glob("*.toml"), *ROOT.glob("*.md")]
    for folder in WATCHED:
        files += [path for path in (ROOT / folder).rglob("*") if path.suffix in ENDINGS]
    return {str(path.relative_to(ROOT)): path.stat().st_mtime for path in files if path.is_file()}


def check(files: list[str]) -> bool:
    """Format, lint, types and tests of some files, until one fails."""
    python = [file for file in files if file.endswith(".py") and (ROOT / file).is_file()]
    tests = sorted({test for file in files for test in tests_for(file)})
    steps = []
    if python:
        steps += [["ruff", "format", "--check", *python], ["ruff", "check", *python]]
    if any(file.startswith("detente/") for file in python):
        steps.append(["mypy"])
    if tests:
        steps.append(["pytest", "-m", "not slow", "-x", *tests])
    return all(_run(step) for step in steps)


def _run(step: list[str]) -> bool:
    print("$", *step, flush=True)
    return subprocess.run([sys.executable, "-m", *step], cwd=ROOT, check=False).returncode == 0


def watch() -> None:
    """Look again and again; a change is checked at once."""
    print("watching; stop with Ctrl-C", flush=True)
    before = times()
    while True:
        time.sleep(SECONDS)
        now = times()
        changed = sorted(name for name in now if now[name] != before.get(name))
        before = now
        if changed:
            print("\nchanged:", ", ".join(changed))
            print("all well" if check(changed) else "not yet", flush=True)


def main(files: list[str]) -> int:
    """Check files once, or watch."""
    if files:
        return 0 if check([str(Path(file).resolve().relative_to(ROOT)) for file in files]) else 1
    try:
        watch()
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
