"""The questions of `ask` as tools for assistants, read-only: no path goes in, nothing is written, nothing is fetched.

Which questions are tools, and with which options, stands in the registry. Days and points are bounded as on the page,
two questions are solved at a time, and every answer is the document that the command line prints with --json, so it
carries its sources, its solver's proof and `meta`.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version
from typing import Annotated, Any, Literal, NamedTuple

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

from detente.ask import registry
from detente.ask.answer import Answer
from detente.ask.registry import Option, Question, ValueType
from detente.ask.registry.options import DOSSIER
from detente.ask.talks.listing import check_shipped
from detente.errors import DetenteError
from detente.faces import answers

INSTRUCTIONS = """Trade talks between governments: what was said and agreed on a day as known on a day,
what outcomes are worth to economies in percent of real income, what can be agreed, whether the truce holds, how likely
endings are. The tool cases lists the negotiations; every other tool answers about the one named as case. Every number
is a model's answer: give it with its baseline, its source and the notes of the answer. A part that is null is not
known; do not fill it in."""
MOST_VALUES = 300  # of an option that takes several
MOST_NAMES = 20  # of scenarios in one question
MOST_CHARACTERS = 10  # of a day
MOST_CHARACTERS_SHOWN = 40  # of an argument's name that a message repeats
CASE = replace(DOSSIER, name="case", alias="", help="A shipped negotiation by name; the tool cases lists them.")
NAMES = Option("names", f"Shipped scenarios by name, {MOST_NAMES} at most.", required=True, many=True)
ECONOMIES = Option("economies", "ISO3 codes of the economies to keep; all if empty.", default=[], many=True)

solving = threading.BoundedSemaphore(2)

JsonObject = dict[str, Any]


class Special(NamedTuple):
    """What a tool does beyond asking: other options or other help, a check before, what it keeps of the answer."""

    options: tuple[Option, ...]
    check: Callable[[JsonObject], None]
    keep: Callable[[JsonObject, JsonObject], JsonObject]


def tool(question: Question) -> Callable[..., JsonObject]:
    """The function of a tool: its signature is that of the question's options, its docstring what it says it does."""
    assert question.tool is not None
    special = SPECIAL.get(question.name)
    options = {name: _shown(question.option(name)) for name in question.tool.options}
    own = {option.name: option for option in special.options} if special else {}
    parameters = [_parameter(option) for option in (options | own).values()]

    def run(**arguments: Any) -> JsonObject:
        if special:
            special.check(arguments)
        answer = _document(question, {name: arguments[option.name] for name, option in options.items()})
        if special:
            answer = special.keep(answer, arguments)
        return {**answer, "meta": {**answer["meta"], "tool": {"name": run.__name__, "arguments": arguments}}}

    run.__name__ = question.tool.name
    run.__doc__ = question.tool.description
    run.__signature__ = inspect.Signature(parameters, return_annotation=JsonObject)  # type: ignore[attr-defined]
    run.__annotations__ = {**{p.name: p.annotation for p in parameters}, "return": JsonObject}
    return run


def _shown(option: Option) -> Option:
    """An option as a tool shows it: the dossier is a case, by name alone."""
    return CASE if option.name == DOSSIER.name else option


def _parameter(option: Option) -> inspect.Parameter:
    """An option as a keyword argument with its bounds, described by its help."""
    default = inspect.Parameter.empty if option.required else option.default
    bounds: JsonObject = {"ge": option.minimum, "le": option.maximum}
    annotation: Any = option.type.python
    if option.many:
        annotation = list[str]
        bounds |= {"min_length": 1 if option.required else None, "max_length": MOST_VALUES}
    elif option.choices:
        annotation = Literal[option.choices]
    elif option.type is ValueType.DAY:
        default = ""
        bounds["max_length"] = MOST_CHARACTERS
    field = Field(description=option.help, **{name: bound for name, bound in bounds.items() if bound is not None})
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, field]
    )


def _document(question: Question, values: JsonObject) -> JsonObject:
    """An answer as JSON, two at a time. Raises ToolError with the one line that says what is wrong."""
    try:
        if DOSSIER.name in values:
            check_shipped(values[DOSSIER.name])
        if question.of_a_day:
            as_of, known = answers.parse_days({"asof": values["as_of"], "known": values["known"]})
            values = {**values, "as_of": as_of, "known": known}
        with solving:
            return _answer(question.name, tuple((name, _hashable(value)) for name, value in values.items())).to_json()
    except DetenteError as error:
        raise ToolError(" ".join(str(error).split())) from None


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=64)
def _answer(question: str, values: tuple[tuple[str, Any], ...]) -> Answer:
    return registry.find(question).ask(dict(values))


def check_names(arguments: JsonObject) -> None:
    """Refuse a scenario that is not shipped, such as a path, and too many of them. Raises ToolError."""
    from detente.ask.pricing import scenario

    if len(arguments["names"]) > MOST_NAMES:
        raise ToolError(f"{len(arguments['names'])} names; at most {MOST_NAMES} scenarios are priced together")
    unknown = next((name for name in arguments["names"] if name not in scenario.shipped()), None)
    if unknown is not None:
        raise ToolError(f"no scenario is named {unknown[:40]!r}; there is {', '.join(scenario.shipped())}")


def keep_economies(answer: JsonObject, arguments: JsonObject) -> JsonObject:
    """The answer with some economies and the world alone, without sectors; all of it where none is named.

    Raises ToolError for an unknown economy.
    """
    codes: Sequence[str] = arguments["economies"]
    if not codes:
        return answer
    scenarios = []
    for row in answer["scenarios"]:
        unknown = next((code for code in codes if code not in row["economies"]), None)
        if unknown is not None:
            raise ToolError(
                f"{unknown[:10]!r} is not an economy of {answer['world']}; write ISO3 codes, such as USA or VNM"
            )
        economies = {code: row["economies"][code] for code in (*codes, "WLD")}
        scenarios.append({**{key: row[key] for key in row if key != "sectors"}, "economies": economies})
    return {**answer, "scenarios": scenarios}


def check_pair(arguments: JsonObject) -> None:
    """Refuse the duties of everybody on everybody, which are longer than an assistant reads. Raises ToolError."""
    if not arguments["by"] and not arguments["against"]:
        raise ToolError("name an imposer with `by` or a partner with `against`: all pairs together are too long")


SPECIAL = {
    "price": Special((NAMES, ECONOMIES), check_names, keep_economies),
    "duties": Special((), check_pair, lambda answer, _: answer),
}


class StrictTool(Tool):
    """A tool that refuses arguments it does not have, and says in one line which argument is wrong."""

    async def run(self, arguments: JsonObject, context: Any, convert_result: bool = False) -> Any:
        """The answer to a call. Raises ToolError."""
        try:
            return await super().run(arguments, context, convert_result=convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            raise ToolError(f"{self.name}: {_first_problem(error.__cause__, self.parameters)}") from None


def _first_problem(error: ValidationError, schema: JsonObject) -> str:
    """What is wrong with the first argument that is refused."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    name, *place = [str(part)[:MOST_CHARACTERS_SHOWN] for part in problem["loc"]] or ["the arguments"]
    if problem["type"] == "extra_forbidden":
        names = ", ".join(schema["properties"])
        return f"no argument is named {name!r}; " + (f"there is {names}" if names else "this tool takes none")
    message = problem["msg"]
    return f"{' '.join([name, *place])}: {message[:1].lower()}{message[1:]}"


def _strict(question: Question, hints: ToolAnnotations) -> StrictTool:
    """The tool of a question, whose schema allows no further argument."""
    assert question.tool is not None
    strict = StrictTool.from_function(tool(question), name=question.tool.name, annotations=hints)
    arguments = strict.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    strict.parameters = arguments.model_json_schema(by_alias=True)
    assert isinstance(strict, StrictTool)
    return strict


def server() -> MCPServer:
    """The server with its tools, each marked read-only and closed to the outside."""
    hints = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    tools: list[Tool] = [_strict(question, hints) for question in registry.QUESTIONS if question.tool is not None]
    return MCPServer("detente", instructions=INSTRUCTIONS, version=version("detente"), log_level="WARNING", tools=tools)


def run() -> None:
    """Serve on standard input and output until they close."""
    server().run("stdio")
