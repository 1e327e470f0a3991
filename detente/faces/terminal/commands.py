"""Commands made from the registry of questions: parse the options, ask one question, print one Answer."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from keyword import iskeyword
from typing import Annotated, Any, NamedTuple

from cyclopts import App, Parameter

from detente.ask.answer import Answer
from detente.ask.registry import Option, Question, ValueType
from detente.errors import DataError, QuestionError, RecordError
from detente.faces.terminal.common import asked, days, home_folder, print_json, writing_folder

Values = dict[str, Any]  # what was given on the command line, by name of option

TABLES = (
    Option("csv", "Also write a table as CSV, with a description beside it.", ValueType.FILE),
    Option("parquet", "Also write a table as Parquet, with a description beside it.", ValueType.FILE),
    Option("xlsx", "Also write all tables as an Excel workbook, with a description beside it.", ValueType.FILE),
    Option("table", "Which table to write, by name; an unknown one lists them."),
)
JSON = Option("json", "Print one JSON document instead of text.", ValueType.SWITCH, default=False)


class Special(NamedTuple):
    """What a command does beyond asking and printing: its body, and options that only the command line has."""

    body: Callable[[Question, Values], None]
    options: tuple[Option, ...] = ()


def add(app: App, question: Question, special: Special | None = None) -> None:
    """Add the command of a question to the command line, or to one of its groups."""
    app.command(command(question, special), name=question.words[-1])


def command(question: Question, special: Special | None = None) -> Callable[..., None]:
    """The function that cyclopts runs: its signature and help are those of the question."""
    body, more = special or Special(ask_and_show)
    options = (*question.options, *more, *(TABLES if question.tables else ()), JSON)
    signature = inspect.Signature([_parameter(option) for option in options])

    def run(*arguments: Any, **named: Any) -> None:
        bound = signature.bind(*arguments, **named)
        bound.apply_defaults()
        values = _values(options, bound.arguments)
        try:
            body(question, values)
        except (DataError, QuestionError, RecordError) as error:
            from detente.ask import recognition

            raise recognition.renamed(error, question.name, values) from None

    run.__doc__ = "\n\n".join(filter(None, (question.summary, question.description)))
    run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    run.__signature__ = signature  # type: ignore[attr-defined]
    return run


def ask_and_show(question: Question, values: Values) -> None:
    """Ask the question and print its answer."""
    present(question, ask(question, values), values)


def ask(question: Question, values: Values, **supplied: Any) -> Answer:
    """The answer for what was given; supplied: arguments of the function that no option gives, such as `progress`."""
    own = {option.name: values[option.name] for option in question.options}
    if "home" in own:
        own["home"] = writing_folder(own["home"]) if question.writes else home_folder(own["home"])
    return question.ask(own, **supplied)


def present(question: Question, answer: Answer, values: Values, view: str = "") -> None:
    """Print an answer as JSON, or as text by the question's view or the one named, `module:function`.

    Before that, its tables are written where files are named for them.
    """
    write_tables(answer, values)
    if values["json"]:
        document = answer.to_json()
        document["meta"]["command"] = ["detente", *asked()]
        print_json(document)
        return
    module, function = (view or question.view).split(":")
    printer: Callable[[Answer], None] = getattr(import_module(f"detente.faces.terminal.{module}"), function)
    printer(answer)


def write_tables(answer: Answer, values: Values) -> None:
    """Write the tables of an answer to the files named. Raises QuestionError where it has none, or not that one."""
    named = {kind: values[kind] for kind in ("csv", "parquet", "xlsx") if values.get(kind) is not None}
    if values.get("table") and not named:
        raise QuestionError("--table says which table to write: give --csv, --parquet or --xlsx too")
    if len(set(named.values())) < len(named):
        raise QuestionError(f"--{', --'.join(named)}: one file for several formats; name a file for each")
    if named and not answer.tables:
        raise QuestionError(f"--{next(iter(named))}: the answer has no rows; ask about other economies or another day")
    for kind, path in named.items():
        for written in answer.save(path, values["table"], kind=kind):
            print(f"wrote {written}", file=sys.stderr)


def check_choice(option: Option, value: str | None) -> None:
    """Refuse a value that is not one of the option's choices. Raises QuestionError."""
    if value is not None and value not in option.choices:
        raise QuestionError(f"{option.flag} {value!r}; it is one of {', '.join(option.choices)}")


def annotation(option: Option) -> Any:
    """The type of an option with what cyclopts needs to know: its flag and its help."""
    base: Any = option.type.python
    if option.many and not option.positional:
        base = list[base]
    if option.default is None and not option.required and not (option.many and option.positional):
        base = base | None
    flags = None if option.positional else option.flags
    return Annotated[base, Parameter(flags, help=option.help, negative="", allow_leading_hyphen=option.stdin)]


def _parameter(option: Option) -> inspect.Parameter:
    name = f"{option.name}_" if iskeyword(option.name) else option.name
    if option.many and option.positional:
        return inspect.Parameter(name, inspect.Parameter.VAR_POSITIONAL, annotation=annotation(option))
    kind = inspect.Parameter.POSITIONAL_ONLY if option.positional else inspect.Parameter.KEYWORD_ONLY
    default = inspect.Parameter.empty if option.required else option.default
    return inspect.Parameter(name, kind, default=default, annotation=annotation(option))


def _values(options: Iterable[Option], arguments: dict[str, Any]) -> Values:
    """The values by name of option: days checked, lists of codes split. Raises QuestionError."""
    values: Values = {}
    for option, value in zip(options, arguments.values(), strict=True):
        values[option.name] = codes(value) if option.type is ValueType.CODES else value
    days(**{option.name: values[option.name] for option in options if option.type is ValueType.DAY})
    return values


def codes(text: str | None) -> list[str] | None:
    """The codes of 'USA,CHN'."""
    return None if text is None else [code.strip() for code in text.split(",") if code.strip()]
