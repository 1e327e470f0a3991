"""Damaged inputs for as long as you like: whatever comes in, an answer or a refusal in one line comes out.

python tools/fuzz.py [TARGET ...] [--minutes M | --count N] [--seed S]

A target is documents, scenarios, worlds, records, api or mcp; all of them in turn unless some are named. An input that
ends in anything else than a refusal is written to build/fuzz/, named in one line, and makes the exit status 1. Put it
under tests/fuzz_seeds/TARGET/ with the mending: it is then read by the fast tests.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import json
import random
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import accumulate, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "tests" / "fuzz_seeds"
KEPT = ROOT / "build" / "fuzz"
LONGEST = 20  # seconds of processor time for one input
WHOLE = 0.05  # of damaged documents that keep their length
STRETCH = 400  # bytes of the others, about a paragraph
TOKENS = [
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-1",
    b"0",
    b"9" * 400,
    b"null",
    b"true",
    b'""',
    b"[]",
    b"{}",
    b"[" * 200,
    b"{" * 50,
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\\ud83d",
    b"\xe2\x80\xae",
    b"\x1b[31m",
    b"\xe2\x80\xa8",
    b"&a ",
    b"*a",
    b"!!python/name:os",
    b"<<: ",
    b".nan",
    b".inf",
    b"1:30:00",
    b"2025-13-45",
    b"0001-01-01",
    b"9999-12-31",
    b"2025-05",
    b"../..",
    b"/etc/passwd",
    b"USA",
    b"CHN",
    b"EU",
    b"ALL",
    b"XXX",
    b"no",
    b"100 %",
    b"-101 %",
    b"24 pp",
    b"-80 % volume",
    b"C26",
    b"A" * 5000,
    b"<!DOCTYPE a>",
    b"&#0;",
    b"]]>",
    b"\r\n\r\n",
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"%00",
    b"{{7*7}}",
    b"us_on_china",
]
Check = Callable[[bytes, str], None]  # looks at an input with the name of its seed; raises where it does not end well


class Slow(BaseException):
    """The alarm."""


def damaged(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """One to six cuts, copies, swaps of bytes, tokens put in, and pieces of other seeds."""
    for _ in range(dice.randint(1, 6)):
        start = dice.randrange(len(data) + 1)
        end = min(len(data), start + dice.randint(0, 60))
        act = dice.randrange(6)
        if act == 0:
            data = data[:start] + data[end:]
        elif act == 1:
            data = data[:end] + data[start:end] * dice.randint(1, 5) + data[end:]
        elif act == 2:
            data = data[:start] + bytes(dice.randrange(256) for _ in range(dice.randint(1, 4))) + data[end:]
        elif act == 3:
            other = dice.choice(others)
            place = dice.randrange(len(other) + 1)
            data = data[:start] + other[place : place + dice.randint(1, 400)] + data[end:]
        else:
            data = data[:start] + dice.choice(TOKENS) + data[end if dice.random() < 0.5 else start :]
    return data[:200_000]


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    1e300,
    10**300,
    "",
    "x",
    "\u202e\x1b[31m",
    "x" * 5000,
    [],
    {},
    [None],
    {"a": 1},
    "2025-13-45",
    "0001-01-01",
    "9999-12-31",
    "2025-05-12T25:00",
    "..2025",
    "\x00",
    "../..",
    "EU",
    "ALL",
    "-101 %",
    "24 pp",
    ["CHN", "CHN"],
    "2025-05-12T10:00+99:00",
    1e-320,
    "NaN",
    "۲۴",
    "24\u00a0pp",
    "all",
    [["a"]],
    "85" * 40,
    "2025-11-10/2025-11-01",
]


def with_odd_values(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """JSON or YAML with one to three of its values or keys replaced or left out; damaged where it is neither."""
    import yaml

    if dice.random() < 0.5:
        return damaged(data, dice, others)
    try:
        value = yaml.safe_load(data)
        for _ in range(dice.randint(1, 3)):
            value = odd_within(value, dice)
        is_json = data.lstrip()[:1] in b"[{"
        return json.dumps(value).encode() if is_json else yaml.safe_dump(value, sort_keys=False).encode()
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, ValueError, RecursionError):
        return damaged(data, dice, others)


def odd_within(value: Any, dice: random.Random) -> Any:
    """A value with a part of it replaced by an odd one, doubled, or left out."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.1:
        return deepcopy(dice.choice(ODD))
    key = dice.choice(list(value) if isinstance(value, dict) else range(len(value)))
    act = dice.random()
    if act < 0.1:
        del value[key]
    elif act < 0.2 and isinstance(value, list):
        value.append(deepcopy(value[key]))
    elif act < 0.25 and isinstance(value, dict):
        value[dice.choice(["x", "", "by", "rate", "id", "note"])] = value.pop(key)
    else:
        value[key] = odd_within(value[key], dice)
    return value


def refused(error: BaseException) -> None:
    """Raise AssertionError unless an error is a refusal of ours in one line."""
    from detente.errors import DetenteError

    if not isinstance(error, DetenteError):
        raise error
    assert "\n" not in str(error), "a refusal of more than one line"
    assert len(str(error)) < 2000, "a refusal as long as a page"


def attempt(work: Callable[[], Any]) -> Any:
    """What work gives; None where it is refused."""
    try:
        return work()
    except Exception as error:
        refused(error)
        return None


# What is looked at


def check_document(data: bytes, name: str) -> None:
    """Read and propose; each proposal can be stored and written."""
    from detente.ask.talks import reading_process
    from detente.record import lines
    from detente.record.kinds import check, check_quote

    reading = attempt(lambda: reading_process.read_here(data, name, with_mentions=True))
    for statement in reading.proposed if reading else ():
        if statement.kind == "measure" and statement.value.get("imposer") is None:  # review asks whose it is
            statement = replace(statement, value={**statement.value, "imposer": "USA"})
        check_quote(check(statement), reading.document.text)
        lines.write(statement).encode()


def check_scenario(data: bytes, name: str) -> None:
    """A scenario, a grid or a case, as its name says."""
    from detente.ask.pricing import scenario
    from detente.ask.pricing.context import pricing_context
    from detente.ask.questions import sweep
    from detente.record import case

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        if name == "case.yaml":
            attempt(lambda: case.load(Path(folder), "mine"))
        elif name == "grid.yaml":
            attempt(lambda: sweep.grid(path))
        else:
            read = attempt(lambda: scenario.load(str(path)))
            if read:
                attempt(lambda: read.levels(pricing_context("icio-2022"), {}, "2025-12-01"))


def check_world(data: bytes, name: str) -> None:
    """A table in .npz."""
    from detente.economy import world

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        attempt(lambda: world.read(path))


def check_record(data: bytes, name: str) -> None:
    """JSON that is added to a record which must then open, check and show; feeds and tables likewise."""
    from detente.ask.questions import positions
    from detente.ask.talks import curation, dossier
    from detente.record import feeds

    with tempfile.TemporaryDirectory() as home:
        if name.endswith(".csv"):
            path = Path(home) / name
            path.write_bytes(data)
            attempt(lambda: positions.positions(path))
            return
        attempt(lambda: feeds.proposals(feeds.from_bytes([(name, data)]), known="2041-12-31"))
        text = data.decode("utf-8", "replace")
        if attempt(lambda: curation.add(text, dossier="us-china", home=home)):
            shown = dossier.show(dossier="us-china", home=home, as_of="2025-06-01", known="2026-01-01")
            json.dumps(shown.to_json(), allow_nan=False).encode()
            curation.check(dossier="us-china", home=home)
        folder = Path(home) / "lines"
        folder.mkdir()
        (folder / "statements.jsonl").write_bytes(data)
        attempt(lambda: curation.check(dossier=str(folder)))


@cache
def page() -> Any:
    """A client of the page."""
    from starlette.testclient import TestClient

    from detente.faces.page import limits, server

    limits.BURST = 1e9
    return TestClient(server.app(warm=False), raise_server_exceptions=True)


def check_api(data: bytes, name: str) -> None:
    """A request whose target is the input: no status of 500, and JSON where it says so."""
    target = "/" + quote(data[:2000].lstrip(b"/"), safe="/?&=%-._~:,+;@!$'()*[]|^`{}")
    answer = page().get(target)
    assert answer.status_code < 500, answer.status_code
    assert "Traceback" not in answer.text
    if answer.headers.get("content-type") == "application/json":
        json.loads(answer.content, parse_constant=lambda word: 1 / 0)


@cache
def tools() -> dict[str, Any]:
    """The tools of the MCP server by name."""
    from detente.ask import registry
    from detente.faces.assistants import server

    return {question.tool.name: server._strict(question, None) for question in registry.QUESTIONS if question.tool}


def check_mcp(data: bytes, name: str) -> None:
    """A call whose arguments are the input; the name of the seed is that of the tool."""
    from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError

    try:
        arguments = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(arguments, dict):
        return
    try:
        answer = asyncio.run(tools()[name].run(arguments, None))
        json.dumps(answer, allow_nan=False).encode()
    except UnexpectedToolError:
        raise
    except ToolError as error:
        if "\n" in str(error):
            raise ValueError("a refusal of more than one line") from None


# Where the inputs come from


def texts() -> list[tuple[str, bytes]]:
    """Documents of the tests and of the package."""
    folders = (ROOT / "tests" / "record" / "documents", ROOT / "detente" / "examples")
    files = [path for folder in folders for path in sorted(folder.glob("*.txt"))]
    page = "<html><head><title>A</title></head><body><p>{}</p><script>x</script></body></html>"
    found = [(path.name, path.read_bytes()) for path in files]
    return found + [(f"{name}.html", page.format(data.decode()).encode()) for name, data in found[:8]]


def world_seeds() -> list[tuple[str, bytes]]:
    """A small table, packed whole."""
    import numpy as np

    content = io.BytesIO()
    arrays = {
        "economies": np.array(["AAA", "BBB"]), "sectors": np.array(["S"]), "uses": np.zeros((2, 1, 1)),
        "flows": np.array([[[8.0, 2.0], [2.0, 8.0]]]), "tariff": np.zeros((1, 2, 2)),
    }  # fmt: skip
    np.savez(content, **arrays)
    return [("table.npz", content.getvalue())]


def damaged_world(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """The archive damaged, or one of its members, with a checksum that is right."""
    if dice.random() < 0.3:
        return damaged(data, dice, others)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(packed, "w") as after:
        hit = dice.choice(before.namelist())
        for name in before.namelist():
            member = before.read(name)
            after.writestr(name, damaged(member, dice, [member]) if name == hit else member)
    return packed.getvalue()


def damaged_document(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """Days, numbers and spans replaced, or bytes; of most documents a stretch, so that ten thousand take minutes."""
    import odd_documents

    data = data if dice.random() < WHOLE else stretch(data, dice)
    if dice.random() < 0.6:
        text = data.decode("utf-8", "replace")
        return odd_documents.damaged(text, dice).encode("utf-8", "replace")
    return damaged(data, dice, [stretch(other, dice) for other in dice.sample(others, 4)])


def stretch(data: bytes, dice: random.Random) -> bytes:
    """Some lines of a text that follow each other, about STRETCH bytes of them."""
    lines = data.splitlines(keepends=True)
    first = dice.randrange(len(lines) or 1)
    taken = list(takewhile(lambda sum_of: sum_of < STRETCH, accumulate(map(len, lines[first:]))))
    return b"".join(lines[first : first + len(taken) + 1])


def api_seeds() -> list[tuple[str, bytes]]:
    """Addresses of the page."""
    days = "asof=2025-10-26&known=2025-11-05"
    paths = [
        "what-if", "methods", "api/what-if", "api/state", "download/methods.csv", "download/what-if.zip", "changes.rss",
        "static/detente.css", "jobs/none", "api/openapi.json",
    ]  # the other views take seconds for each new day  # fmt: skip
    query = f"{days}&us_on_china=24&china_on_us=10.5&horizon=long&part=1&preset=plus-100&USA-CHN=5&sectors=USA"
    return [(path, f"{path}?{query}".encode()) for path in paths]


def mcp_seeds() -> list[tuple[str, bytes]]:
    """Arguments of the quick tools."""
    day = {"as_of": "2025-10-26", "known": "2025-11-05", "case": "us-china"}
    calls: dict[str, dict[str, Any]] = {
        "cases": {}, "state": day, "forecast": day,
        "what-if": {**day, "us_on_china": 24, "moves": ["us_on_china=10"], "horizon": "long"},
        "price": {"names": ["uniform-10"], "as_of": "2025-10-26", "economies": ["VNM"]},
        "duties": {"as_of": "2025-10-26", "by": "USA", "against": "CHN"},
    }  # fmt: skip
    return [(name, json.dumps(arguments).encode()) for name, arguments in calls.items() if name in tools()]


def stored(target: str) -> list[tuple[str, bytes]]:
    """The seeds of a target in the repository; a name is what follows the last two hyphens."""
    folder = SEEDS / target
    return [(path.name.rpartition("--")[2], path.read_bytes()) for path in sorted(folder.glob("*")) if path.is_file()]


Damage = Callable[[bytes, random.Random, list[bytes]], bytes]
TARGETS: dict[str, tuple[Check, Callable[[], list[tuple[str, bytes]]], Damage]] = {
    "documents": (check_document, texts, damaged_document),
    "scenarios": (check_scenario, list, with_odd_values),
    "worlds": (check_world, world_seeds, damaged_world),
    "records": (check_record, list, with_odd_values),
    "api": (check_api, api_seeds, damaged),
    "mcp": (check_mcp, mcp_seeds, with_odd_values),
}


def run(target: str, data: bytes, name: str) -> str | None:
    """What went wrong with one input; None where it ends well."""

    def ring(*_: object) -> None:
        raise Slow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, LONGEST, 0.5)
    try:
        TARGETS[target][0](data, name)
    except Slow:
        return f"no end within {LONGEST} s"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        cause = error.__cause__ or error
        place = traceback.extract_tb(cause.__traceback__)[-1]
        return f"{type(cause).__name__}: {str(cause)[:100]} ({Path(place.filename).name}, line {place.lineno})"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return None


def inputs(target: str, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """The seeds as they are, then damaged ones without end."""
    _, seeds, damage = TARGETS[target]
    pool = [*stored(target), *seeds()]
    yield from pool
    others = [data for _, data in pool]
    while True:
        name, data = dice.choice(pool)
        yield name, damage(data, dice, others)


def keep(target: str, name: str, data: bytes) -> Path:
    """Write an input that did not end well."""
    KEPT.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(data).hexdigest()[:12]
    path = KEPT / f"{target}-{digest}--{name.replace('/', '_') or 'root'}"
    path.write_bytes(data)
    return path


def fuzz(target: str, seconds: float, count: int | None, seed: int) -> int:
    """Look at damaged inputs for so long, or at so many; how many kinds of fault came up."""
    start, done, slowest = time.monotonic(), 0, 0.0
    faults: dict[str, Path] = {}
    for name, data in inputs(target, random.Random(f"{target} {seed}")):
        began = time.monotonic()
        fault = run(target, data, name)
        slowest = max(slowest, time.monotonic() - began)
        done += 1
        if fault and fault not in faults:
            faults[fault] = keep(target, name, data)
            print(f"{target}: {fault}: {faults[fault].relative_to(ROOT)}", flush=True)
        if done == count if count else time.monotonic() - start > seconds:
            break
    print(f"{target}: {done} inputs, {len(faults)} kinds of fault, slowest {slowest:.1f} s", flush=True)
    return len(faults)


def main() -> None:
    """Read the arguments and go through the targets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all unless some are named")
    parser.add_argument("--minutes", type=float, default=1.0, help="for all targets together")
    parser.add_argument("--count", type=int, help="inputs of each target, instead of a time")
    parser.add_argument("--seed", type=int, default=None, help="of the damage; printed, and new each time by default")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.randrange(10**6)
    targets = asked.targets or list(TARGETS)
    print(f"seed {seed}", flush=True)
    faults = sum(fuzz(target, 60 * asked.minutes / len(targets), asked.count, seed) for target in targets)
    sys.exit(1 if faults else 0)


sys.path.insert(0, str(ROOT / "tests"))
if __name__ == "__main__":
    main()
