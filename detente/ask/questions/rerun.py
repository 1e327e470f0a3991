"""What differs between two outputs of one command: every number, text and row, by its place."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.errors import QuestionError

LIMIT = 100_000_000  # bytes of a stored output
DATED = {  # commands that answer for a day, which is today unless said: the day of the stored output is asked again
    ("brief",), ("deal",), ("truce",), ("leverage",), ("side-deals",), ("forecast",),
    ("record", "show"), ("record", "people"), ("record", "conflicts"),
}  # fmt: skip
READS = DATED | {
    ("price",), ("positions",), ("replicate",), ("record", "propose"), ("record", "text"), ("record", "check"),
    ("tariffs", "optimal"), ("tariffs", "nash"), ("tariffs", "cooperative"), ("tariffs", "bilateral"),
}  # fmt: skip
REFUSED = ("--html", "--pdf", "--endpoint", "--set", "--name", "-o", "--output", "--out")  # what writes or goes out


def stored(path: str | Path) -> dict[str, Any]:
    """An output that was stored with --json. Raises QuestionError where it is none."""
    try:
        if (size := Path(path).stat().st_size) > LIMIT:
            raise QuestionError(f"{path}: {size} bytes; an output of at most {LIMIT} is read")
        found = json.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise QuestionError(f"{path}: not an output of --json ({getattr(error, 'strerror', None) or error})") from None
    if not isinstance(found, dict) or not isinstance(found.get("meta"), dict):
        raise QuestionError(f"{path}: not an output of --json: it has no `meta`")
    return found


def command(document: dict[str, Any], where: str) -> list[str]:
    """What to ask again: the stored command, with the days that it took from the calendar. Raises QuestionError."""
    asked, options = document["meta"].get("command"), document["meta"].get("options") or {}
    if not isinstance(asked, list) or not all(isinstance(x, str) for x in asked) or asked[:1] != ["detente"]:
        raise QuestionError(f"{where}: `meta.command` does not say what was asked; store the output again with --json")
    asked = asked[1:]
    name = next((n for n in READS if tuple(asked[: len(n)]) == n), None)
    wrong = next((x for x in asked if x.split("=")[0] in REFUSED or x.endswith(".py")), None)  # a model file is code
    if name is None or wrong is not None:
        what = " ".join(asked[:2]) if name is None else wrong
        raise QuestionError(f"{where}: {what!r} is not run again: only what reads and answers is")
    of_document = (document.get("document") or {}).get("published")  # a brief takes its day from there
    if name in DATED and not of_document:
        for flag, key in (("--as-of", "as_of"), ("--known", "known")):
            if isinstance(options.get(key), str) and not any(x.split("=")[0] == flag for x in asked):
                asked += [flag, options[key]]
    return [*(x for x in asked if x != "--json"), "--json"]


def differences(then: Any, now: Any, tolerance: float, at: str = "") -> Iterator[dict[str, Any]]:
    """Places where two outputs differ; numbers by more than `tolerance`, relative to the larger or to one."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in [*then, *(k for k in now if k not in then)]:
            if key in then and key in now:
                yield from differences(then[key], now[key], tolerance, f"{at}.{key}" if at else str(key))
            else:
                yield {"at": f"{at}.{key}" if at else str(key), "then": then.get(key), "now": now.get(key)}
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for k, (a, b) in enumerate(zip(then, now, strict=True)):
            yield from differences(a, b, tolerance, f"{at}[{k}]")
    elif _number(then) and _number(now):
        if not math.isclose(then, now, rel_tol=tolerance, abs_tol=tolerance):
            yield {"at": at, "then": then, "now": now}
    elif then != now:
        yield {"at": at, "then": then, "now": now}


def _number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


def compared(path: str, then: dict[str, Any], now: dict[str, Any], tolerance: float) -> Answer:
    """The answer: whether the two are the same, what made each, and where they differ."""
    old, new = then["meta"], now["meta"]
    data = [
        {"file": name, "then": (old.get("data") or {}).get(name), "now": (new.get("data") or {}).get(name)}
        for name in sorted({*(old.get("data") or {}), *(new.get("data") or {})})
    ]
    before, after = ({k: v for k, v in one.items() if k != "meta"} for one in (then, now))
    found = list(differences(before, after, tolerance))
    return Answer(
        "rerun",
        {
            "command": old["command"],
            "same": not found,
            "tolerance": tolerance,
            "versions": {"then": old.get("version"), "now": new.get("version")},
            "commits": {"then": old.get("commit"), "now": new.get("commit")},
            "data": [row for row in data if row["then"] != row["now"]],
            "differences": found,
        },
        options={"file": Path(path).name, "tolerance": tolerance},
    )
