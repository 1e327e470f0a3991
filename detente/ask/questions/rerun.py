"""Repeat a stored output and say what differs: every number, text and row, by its place."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from detente.ask import registry
from detente.ask.answer import Answer
from detente.ask.registry import Question
from detente.errors import QuestionError
from detente.safe_io import read_file, read_json

DAY_OPTIONS = ("as_of", "known")

PACKAGE = Path(__file__).resolve().parents[2]
JsonObject = dict[str, Any]


def rerun(path: str | Path, repeat: Callable[[list[str]], JsonObject], *, tolerance: float = 1e-12) -> Answer:
    """Ask again what a stored output was asked, and compare the two.

    repeat: runs a command line, without the name of the program, and returns what it prints with --json. tolerance:
    numbers that differ by less count as equal, relative to the larger of the two or to one. Raises QuestionError where
    the file is not a stored output, or its command writes or asks another machine.
    """
    if not 0 <= tolerance < 1:
        raise QuestionError(f"--tolerance {tolerance}: it must be at least 0 and below 1")
    then = read_stored(path)
    return compare(path, then, repeat(command(then, str(path))), tolerance)


def read_stored(path: str | Path) -> JsonObject:
    """An output that was stored with --json. Raises QuestionError where the file holds none."""
    document = read_json(read_file(path), str(path))
    if not isinstance(document, dict) or not isinstance(document.get("meta"), dict):
        raise QuestionError(f"{path}: not an output of --json: it has no `meta`")
    return document


def command(document: JsonObject, where: str) -> list[str]:
    """The stored command with --json, for the days that it took from the calendar then. Raises QuestionError."""
    words = _stored_words(document, where)
    question = _repeatable(words, where)
    published = (document.get("document") or {}).get("published")  # a brief takes its day from its document
    days = [] if published or not question.of_a_day else _missing_days(words, document["meta"].get("options") or {})
    return [*(word for word in words if word != "--json"), *days, "--json"]


def _stored_words(document: JsonObject, where: str) -> list[str]:
    words = document["meta"].get("command")
    if not isinstance(words, list) or not all(isinstance(x, str) for x in words) or words[:1] != ["detente"]:
        raise QuestionError(f"{where}: `meta.command` does not say what was asked; store the output again with --json")
    return words[1:]


def _repeatable(words: Sequence[str], where: str) -> Question:
    """The question of a command, which must only read and answer, as must each of its options."""
    question = next((q for q in registry.QUESTIONS if tuple(words[: len(q.words)]) == q.words), None)
    if question is None or not question.repeatable:
        raise _refused(where, " ".join(words[:2]))
    flags = (flag for option in question.options if not option.remote for flag in option.flags)
    refused = _first_refused(words[len(question.words) :], {"--json", *flags})
    if refused is not None:
        raise _refused(where, refused)
    return question


def _first_refused(words: Sequence[str], allowed: Set[str]) -> str | None:
    """The first word that a stored command may not have: an option outside those, or a file, which it would read."""
    return next((w for w in words if _is_path(w) or (_is_option(w) and _flag(w) not in allowed)), None)


def _is_path(word: str) -> bool:
    """Whether a word, or the value of an option, names a file or a folder that does not ship with the package."""
    value = word.partition("=")[2] if _is_option(word) else word
    if not value or Path(value).resolve().is_relative_to(PACKAGE / "examples"):
        return False
    return os.sep in value or value.endswith(".py") or os.path.exists(value)


def _refused(where: str, what: str) -> QuestionError:
    return QuestionError(
        f"{where}: {what!r} is not repeated; only commands that answer from what ships and read no file are"
    )


def _flag(word: str) -> str:
    return word.split("=")[0]


def _is_option(word: str) -> bool:
    """Whether a word is an option, not a value; a negative number is a value."""
    return re.match(r"-(?![.\d])", word) is not None


def _missing_days(words: Sequence[str], options: Mapping[str, Any]) -> list[str]:
    """The days that the command did not give, as it took them from the calendar."""
    flags = {_flag(word) for word in words}
    days: list[str] = []
    for name in DAY_OPTIONS:
        flag = "--" + name.replace("_", "-")
        if isinstance(options.get(name), str) and flag not in flags:
            days += [flag, options[name]]
    return days


def differences(then: Any, now: Any, tolerance: float, place: str = "") -> Iterator[JsonObject]:
    """Places where two outputs differ; numbers by more than `tolerance`, relative to the larger or to one."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*then, *now]):
            yield from _difference_at(key, then, now, tolerance, f"{place}.{key}".removeprefix("."))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for k, (a, b) in enumerate(zip(then, now, strict=True)):
            yield from differences(a, b, tolerance, f"{place}[{k}]")
    elif not _equal(then, now, tolerance):
        yield {"at": place, "then": then, "now": now}


def _difference_at(key: Any, then: JsonObject, now: JsonObject, tolerance: float, place: str) -> Iterator[JsonObject]:
    if key in then and key in now:
        yield from differences(then[key], now[key], tolerance, place)
    else:
        yield {"at": place, "then": then.get(key), "now": now.get(key)}


def _equal(then: Any, now: Any, tolerance: float) -> bool:
    if _is_json_number(then) and _is_json_number(now):
        return math.isclose(then, now, rel_tol=tolerance, abs_tol=tolerance)
    return bool(then == now)


def _is_json_number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


def compare(path: str | Path, then: JsonObject, now: JsonObject, tolerance: float) -> Answer:
    """Whether two outputs are the same, what made each, and where they differ."""
    before, after = ({key: value for key, value in output.items() if key != "meta"} for output in (then, now))
    places = list(differences(before, after, tolerance))
    data = {
        "command": then["meta"]["command"],
        "same": not places,
        "tolerance": tolerance,
        "versions": {"then": then["meta"].get("version"), "now": now["meta"].get("version")},
        "commits": {"then": then["meta"].get("commit"), "now": now["meta"].get("commit")},
        "data": _changed_files(then["meta"].get("data") or {}, now["meta"].get("data") or {}),
        "differences": places,
    }
    return Answer("rerun", data, options={"file": Path(path).name, "tolerance": tolerance})


def _changed_files(then: Mapping[str, str], now: Mapping[str, str]) -> list[JsonObject]:
    rows = [{"file": name, "then": then.get(name), "now": now.get(name)} for name in sorted({*then, *now})]
    return [row for row in rows if row["then"] != row["now"]]
