"""Every question as a function of the package: its signature, its help and its checks come from the registry."""

from __future__ import annotations

import inspect
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from numbers import Real
from typing import Any

from detente.ask import recognition
from detente.ask.answer import Answer
from detente.ask.registry import QUESTIONS, Option, Question, ValueType
from detente.errors import DetenteError, QuestionError
from detente.faces.python.words import argument_names, in_python

WIDTH = 100  # columns of a docstring
ADDED = {  # arguments that only Python has, in words
    "progress": "A function that is called while a long run goes on: with (done, count), in a sweep with (done, count,"
    " seconds left).",
    "bands": "Whether the answer also says what holds in every setting of the model; slower.",
    "seed": "Seed of the draws.",
    "day": "The day on which scenarios of the grid are read, YYYY-MM-DD.",
    "levers": "{lever of the case: percentage points added to the duties in force}.",
    "cells": "{(importer, exporter): percentage points added}, economies or blocs of the case.",
    "exports": "{(exporter, importer): percentage points of a tax that the exporter levies on what it sells}.",
    "world": "A world by name, a file, or one from detente.world.",
    "home": "Folder with your own dossiers (default: the user data folder).",
    "draws": "Draws of the elasticities behind low and high; 0 shows the spread over the published sets.",
}
KINDS = {  # what an argument takes, in words
    ValueType.DAY: "a date, or text YYYY-MM-DD", ValueType.CODES: "a list of codes, or text with commas between",
    ValueType.FILE: "a path", ValueType.FOLDER: "a path", ValueType.INTEGER: "a whole number",
    ValueType.NUMBER: "a number", ValueType.SWITCH: "True or False",
}  # fmt: skip


def names() -> tuple[str, ...]:
    """What the questions are called in Python."""
    return tuple(question.public_name for question in QUESTIONS)


@cache
def function(name: str) -> Callable[..., Answer]:
    """The question of a public name as a function. Raises KeyError."""
    question = {question.public_name: question for question in QUESTIONS}[name]
    answering = question.load_python()
    signature = _signature(question, answering)

    def ask(*given: Any, **named: Any) -> Answer:
        _check_names(question, signature, named)
        bound = _bound(question, signature, given, named)
        values: dict[str, Any] = {}
        try:
            values = dict(_checked(question, bound.arguments))
            return answering(**values, **_supplied(question, signature, values))
        except DetenteError as error:
            better = recognition.renamed(error, question.name, values)
            better.args = (in_python(str(better), question), *better.args[1:])
            raise better from None

    ask.__name__ = name
    ask.__module__ = "detente"
    ask.__doc__ = docstring(question, answering, signature)
    ask.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()} | {"return": Answer}
    ask.__signature__ = signature  # type: ignore[attr-defined]
    return ask


def _signature(question: Question, answering: Callable[..., Answer]) -> inspect.Signature:
    """The arguments of the function that answers; where it takes any, those of the question's options."""
    parameters = dict(inspect.signature(answering).parameters)
    if question.name == "rerun":
        del parameters["repeat"]  # this face repeats the command itself
    open_ended = [name for name, p in parameters.items() if p.kind is inspect.Parameter.VAR_KEYWORD]
    for rest in open_ended:
        del parameters[rest]
        for option in question.options:
            name = option.argument or option.name
            parameters.setdefault(name, _parameter(option, name))
    return inspect.Signature(list(parameters.values()), return_annotation=Answer)


def _parameter(option: Option, name: str) -> inspect.Parameter:
    annotation = {"codes": "Sequence[str]"}.get(option.type.value, option.type.python.__name__)
    optional = f"{annotation} | None" if option.default is None else annotation
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=optional)


def _check_names(question: Question, signature: inspect.Signature, named: Mapping[str, Any]) -> None:
    """Raises TypeError for an argument that there is not, with the one that is meant."""
    for name in named:
        if name in signature.parameters:
            continue
        of_options = argument_names(question)
        if name.rstrip("_") in of_options and of_options[name.rstrip("_")] in signature.parameters:
            advice = f"; in Python it is {of_options[name.rstrip('_')]}"
        else:
            close = get_close_matches(name, signature.parameters, n=1)
            advice = f"; did you mean {close[0]}?" if close else f"; it takes {', '.join(signature.parameters)}"
        raise TypeError(f"{question.public_name}() has no argument {name!r}{advice}")


def _bound(
    question: Question, signature: inspect.Signature, given: tuple[Any, ...], named: Mapping[str, Any]
) -> inspect.BoundArguments:
    """The arguments by name. Raises TypeError for one that is missing, or that is too many."""
    try:
        return signature.bind(*given, **named)
    except TypeError as error:
        raise TypeError(f"{question.public_name}(): {error}; see help(detente.{question.public_name})") from None


def _checked(question: Question, arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The arguments given, as the function takes them. Raises QuestionError."""
    options = {option.argument or option.name: option for option in question.options}
    for name, value in arguments.items():
        option = options.get(name)
        yield name, value if option is None or value is None else _value(option, name, value)


def _value(option: Option, name: str, value: Any) -> Any:
    """The value of an argument. Raises QuestionError for a day, a number or a choice that cannot be."""
    if option.choices and value not in option.choices:
        raise QuestionError(f"{name}={value!r}; it is one of {', '.join(map(repr, option.choices))}")
    read = READERS.get(option.type)
    return value if read is None else read(option, name, value)


def _codes(option: Option, name: str, value: Any) -> list[str]:
    listed = value.split(",") if isinstance(value, str) else list(value)
    return [str(code).strip() for code in listed if str(code).strip()]


def _path(option: Option, name: str, value: Any) -> Any:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _day(option: Option, name: str, value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    try:
        date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise QuestionError(f"{name}={str(value)[:40]!r} is not a day; give a date, or text as 2025-10-27") from None
    return str(value)


def _number(option: Option, name: str, value: Any) -> float:
    """A number given. Raises QuestionError for what is no number of the option's type, or outside its bounds."""
    whole = option.type is ValueType.INTEGER
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not math.isfinite(number) or (whole and not number.is_integer()):
        kind = "a whole number" if whole else "a finite number"
        raise QuestionError(f"{name}={str(value)[:40]!r} is not {kind}")
    if not _low(option) <= number <= _high(option):
        raise QuestionError(f"{name}={value}: it is {_bounds(option)}")
    return int(number) if whole else number


def _low(option: Option) -> float:
    return -math.inf if option.minimum is None else option.minimum


def _high(option: Option) -> float:
    return math.inf if option.maximum is None else option.maximum


READERS: dict[ValueType, Callable[[Option, str, Any], Any]] = {
    ValueType.DAY: _day, ValueType.CODES: _codes, ValueType.FILE: _path, ValueType.FOLDER: _path,
    ValueType.INTEGER: _number, ValueType.NUMBER: _number,
}  # fmt: skip


def _bounds(option: Option) -> str:
    low, high = option.minimum, option.maximum
    if low is not None and high is not None:
        return f"from {low:g} to {high:g}"
    return f"at least {low:g}" if low is not None else f"at most {high:g}"


def _supplied(question: Question, signature: inspect.Signature, values: Mapping[str, Any]) -> dict[str, Any]:
    """What this face adds: the folder of the user's own dossiers, as on the command line, and how to repeat one."""
    more: dict[str, Any] = {}
    if "home" in signature.parameters:
        from detente.faces.terminal.common import home_folder, writing_folder

        given = values.get("home")
        more["home"] = writing_folder(given) if question.writes else home_folder(given)
    if question.name == "rerun":
        from detente.faces.terminal.cli import app
        from detente.faces.terminal.rerun_commands import repeat

        more["repeat"] = lambda argv: repeat(app, argv)
    return more


def docstring(question: Question, answering: Callable[..., Answer], signature: inspect.Signature) -> str:
    """What the question asks, its arguments with what they take, what it returns and raises, and a call."""
    import textwrap

    own = inspect.getdoc(answering) or ""
    parts = [in_python(question.summary, question)]
    if question.description:
        parts.append(textwrap.fill(in_python(question.description, question), WIDTH))
    lines = [_argument(question, parameter.name, own) for parameter in signature.parameters.values()]
    if lines:
        parts.append("Args:\n" + "\n".join(_wrapped(line) for line in lines))
    command = f"of `detente {question.name}`" if question.command else f"that meets the schema {question.schema}"
    parts.append("Returns:\n" + _wrapped(f"Answer: its data are the JSON {command}."))
    raises = re.findall(r"\b(\w+Error|NotConverged)\b", own[own.rfind("Raises") :]) if "Raises" in own else []
    if raises:
        parts.append(
            "Raises:\n" + _wrapped(f"{', '.join(dict.fromkeys(raises))}: with one line that says what to try.")
        )
    return "\n\n".join(parts) + "\n"


def _wrapped(line: str) -> str:
    import textwrap

    return textwrap.fill(line, WIDTH, initial_indent="    ", subsequent_indent="        ")


def _argument(question: Question, name: str, own: str) -> str:
    """An argument in a line: its name, what it takes, what it means; own: the docstring of the function."""
    options = {option.argument or option.name: option for option in question.options}
    option = options.get(name)
    if option is None:
        return f"{name}: {ADDED.get(name) or _meaning(name, own)}"
    kind = KINDS.get(option.type, "")
    takes = ", ".join(map(repr, option.choices)) if option.choices else kind
    bounds = "" if option.minimum is None and option.maximum is None else f", {_bounds(option)}"
    meaning = option.python or in_python(option.help, question)
    return f"{name}{f' ({takes}{bounds})' if takes else ''}: {meaning}"


def _meaning(name: str, docstring: str) -> str:
    """What a docstring says of an argument: the sentence after its name, up to the next argument.

    >>> _meaning("cells", "levers, cells: percentage points, by lever. bands: low and high. Raises QuestionError.")
    'Percentage points, by lever.'
    """
    text = " ".join(docstring.split())
    match = re.search(rf"(?:^|[ ,]){name}(?:, \w+)*: (.+?)(?=\. (?:\w+(?:, \w+)*: |Raises )|\.?$)", text)
    return f"{match[1][:1].upper()}{match[1][1:]}." if match else "See the reference."
