"""What a stranger gets from the wheel alone: installed without network, run in an empty folder, watched and measured.

python tests/wheel/check_wheel.py [--wheel FILE] [--wheels FOLDER] [--cold SECONDS]

The pinned wheels are fetched once into FOLDER (build/wheels); the installation itself reads nothing else. Every file
that a command opens outside the environment, the standard library and --home ends the check, and so does any socket.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))
from packages import needed  # noqa: E402

WHEEL_MB, INSTALL_MB, IMPORT_S, COLD_S = 12, 260, 0.2, 1.5
MUST = ("py.typed", "faces/page/static/detente.css", "faces/picture/vendor/world-110m.json",
        "faces/page/templates/brief.html",
        "faces/page/templates/page/", "ask/schemas/brief.json", "economy/worlds/icio-2022.npz", "dossiers/us-china/",
        "scenarios/uniform-10.yaml", "replications/liberation_day_2025/published.csv", "record/kinds/")  # fmt: skip
COMMANDS = (
    ("brief",),
    ("brief", "--json"),
    ("price", "uniform-10", "--json"),
    ("replicate", "liberation-day", "--json"),
    ("record", "show", "--json"),
    ("deal", "--json"),
)
WATCHED = """
import os, sys
home, folders = os.environ["DETENTE_HOME"], [os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, os.environ["DETENTE_HOME"])]
folders += [os.path.dirname(os.path.realpath(os.__file__)), "/proc", "/sys", "/dev", "/usr/share/zoneinfo", "/etc/localtime", "/etc/mime.types"]
out = []
def hook(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind"):
        out.append(f"{event} {args[1:]}")
    elif event == "open" and isinstance(args[0], (str, bytes)):
        path = os.path.realpath(os.fsdecode(args[0]))
        if not any(path == f or path.startswith(f + os.sep) for f in folders):
            out.append(f"open {path}")
sys.addaudithook(hook)
from detente.faces.terminal.cli import main
try:
    main(sys.argv[1:])
finally:
    if out:
        print(*sorted(set(out)), sep="\\n", file=sys.stderr)
        sys.stdout.flush()
        os._exit(99)
"""  # noqa: E501


def must(true: bool, why: str) -> None:
    """End the check where something does not hold."""
    if not true:
        sys.exit(f"the wheel: {why}")


def size(folder: Path) -> float:
    """MB of all files below a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def fetched(wheels: Path, extras: tuple[str, ...]) -> None:
    """Fetch the pinned wheels that are not in the folder yet."""
    wheels.mkdir(parents=True, exist_ok=True)
    lines = [p.line for p in needed(*extras)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download", "--only-binary=:all:"]
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", file.name, "-d", str(wheels)], check=True)


def installed(folder: Path, what: str, wheels: Path) -> Path:
    """The Python of a new environment that holds the wheel and nothing fetched."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-index", "--find-links", str(wheels), what], check=True)
    return python


def seconds(argv: list[str], cwd: Path, env: dict[str, str], times: int) -> tuple[float, float]:
    """(wall, processor) time of a fresh process, the fastest of a few: other work on the machine only adds."""
    wall, used = [], []
    for _ in range(times):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(argv, cwd=cwd, env=env, check=True, capture_output=True)
        wall.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(wall), min(used)


def served(python: Path, cwd: Path, env: dict[str, str]) -> None:
    """The page answers from an installation with the extra `page`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = subprocess.Popen([str(python), "-m", "detente", "serve", "--port", str(port)], cwd=cwd, env=env)
    try:
        for _ in range(100):
            time.sleep(0.2)
            try:
                body = urllib.request.urlopen(f"http://127.0.0.1:{port}/static/detente.css", timeout=5).read()
                told = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60).read().decode()
                must(bool(body) and "détente" in told, "the page lacks its style or its words")
                return
            except OSError:
                must(page.poll() is None, "detente serve stopped")
        must(False, "detente serve does not answer")
    finally:
        page.terminate()
        page.wait(10)


def main() -> None:
    """Check the newest wheel in dist/, print what was measured as JSON."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--wheel", type=Path)
    ask.add_argument("--wheels", type=Path, default=ROOT / "build" / "wheels")
    ask.add_argument("--cold", type=float, default=COLD_S, help="seconds that a cold brief may take; 0: not checked")
    asked = ask.parse_args()
    wheel = asked.wheel or max((ROOT / "dist").glob("detente-*.whl"), key=lambda p: p.stat().st_mtime)
    names = [n.removeprefix("detente/") for n in zipfile.ZipFile(wheel).namelist()]
    for part in MUST:
        must(any(n.startswith(part) for n in names), f"{part} is missing")
    must(not any(n.startswith(("tests/", "docs/")) for n in names), "it holds tests or documents")
    fetched(asked.wheels, ("page",))
    found: dict[str, object] = {"wheel_mb": round(wheel.stat().st_size / 1e6, 2)}
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        empty, home = here / "empty", here / "home"
        empty.mkdir()
        home.mkdir()
        env = {"PATH": os.defpath, "HOME": str(home), "DETENTE_HOME": str(home), "COLUMNS": "100", "LANG": "C.UTF-8"}
        python = installed(here / "core", str(wheel), asked.wheels)
        found["install_mb"] = round(size(here / "core" / "lib"))
        answers = {}
        for command in COMMANDS:
            words = [*command, *(() if command[0] == "replicate" else ("--home", str(home)))]
            argv = [str(python), "-c", WATCHED, *words]
            done = subprocess.run(argv, cwd=empty, env=env, capture_output=True, text=True)
            name = " ".join(command)
            must(done.returncode != 99, f"detente {name} reaches outside:\n{done.stderr}")
            must(done.returncode == 0, f"detente {name} ends with {done.returncode}: {done.stderr[-500:]}")
            answers[name] = json.loads(done.stdout) if "--json" in command else done.stdout
        must("% range" in answers["brief"] and "no change" in answers["brief"], "detente brief prices nothing")
        must(all(o["solver"]["converged"] for o in answers["brief --json"]["outcomes"]), "an outcome is not solved")
        must(not answers["replicate liberation-day --json"]["missed"], "a published cell is missed")
        must(not any(empty.iterdir()), "something was written into the folder")
        told = subprocess.run(
            [str(python), "-m", "detente", "serve"], cwd=empty, env=env, capture_output=True, text=True
        )
        must(told.returncode == 2 and "detente[page]" in told.stderr, "serve without its extra says nothing of use")
        bare = seconds([str(python), "-c", "pass"], empty, env, 9)[0]
        found["import_s"] = round(seconds([str(python), "-c", "import detente"], empty, env, 9)[0] - bare, 3)
        wall, used = seconds([str(python), "-m", "detente", "brief"], empty, env, 5)
        found |= {"brief_cold_s": round(wall, 2), "brief_processor_s": round(used, 2)}
        page = installed(here / "page", f"{wheel}[page]", asked.wheels)
        served(page, empty, env)
    print(json.dumps(found))
    must(found["wheel_mb"] < WHEEL_MB, f"it has {found['wheel_mb']} MB; under {WHEEL_MB} are allowed")
    must(found["install_mb"] < INSTALL_MB, f"installed it has {found['install_mb']} MB; under {INSTALL_MB} are allowed")
    must(found["import_s"] < IMPORT_S, f"its import takes {found['import_s']} s; under {IMPORT_S} are allowed")
    must(not asked.cold or found["brief_cold_s"] < asked.cold,
         f"a cold brief takes {found['brief_cold_s']} s; under {asked.cold} are allowed")  # fmt: skip


if __name__ == "__main__":
    main()
