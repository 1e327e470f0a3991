"""The questions of `ask` as tools for assistants, read-only: no path goes in, nothing is written, nothing is fetched.

Days and points are bounded as on the page, two questions are worked out at a time, and every answer is the document
that the command line prints with --json, so it carries its sources, its solver's proof and `meta`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from detente.ask.answer import Answer
from detente.errors import DetenteError, QuestionError
from detente.faces import answers

TOLD = """Trade talks between the United States and China: what was said and agreed on a day as known on a day, what
outcomes are worth to economies in percent of real income, what can be agreed, whether the truce holds, how likely
endings are. Every number is a model's answer: give it with its baseline, its source and the notes of the answer. A part
that is null is not known; do not fill it in."""
LONGEST = 20  # scenarios of one question
solving = threading.BoundedSemaphore(2)

AsOf = Annotated[str, Field(description="The day that is asked about, YYYY-MM-DD; today if empty.", max_length=10)]
Known = Annotated[
    str, Field(description="Use only what was known by the end of this day, YYYY-MM-DD; as_of if empty.", max_length=10)
]
Points = Annotated[float, Field(description="Points added to the duties in force, from -200 to 200.", ge=-200, le=200)]
Horizon = Annotated[str, Field(description="How far trade has answered: short, medium or long.", max_length=10)]


def state(as_of: AsOf = "", known: Known = "") -> dict[str, Any]:
    """The talks on a day: truce and its clock, stages, who confirmed what, measures, threats, conflicts."""
    from detente.ask.talks import dossier

    a, k = days(as_of, known)
    return told(lambda: dossier.show(dossier=answers.DOSSIER, as_of=a, known=k))


def brief(as_of: AsOf = "", known: Known = "") -> dict[str, Any]:
    """The brief of a day: state, outcomes priced for every economy, deal, truce, leverage, evidence."""
    a, k = days(as_of, known)
    return told(lambda: answers.brief(a, k))


def price(
    names: Annotated[list[str], Field(description="Shipped scenarios by name.", min_length=1, max_length=LONGEST)],
    as_of: AsOf = "",
    known: Known = "",
    horizon: Horizon = "long",
    economies: Annotated[list[str], Field(description="ISO3 codes to keep; all if empty.", max_length=300)] = [],  # noqa: B006
) -> dict[str, Any]:
    """What shipped scenarios are worth to every economy, in percent against the duties in force on a day."""
    from detente.ask.pricing import scenario
    from detente.ask.questions import price as question

    a, k = days(as_of, known)
    unknown = next((n for n in names if n not in scenario.shipped()), None)
    if unknown is not None:
        raise ToolError(f"no scenario is named {unknown[:40]!r}; there is {', '.join(scenario.shipped())}")
    return kept(told(lambda: question.price(names, as_of=a, known=k, horizon=horizon)), economies)


def what_if(
    us_on_china: Points = 0.0,
    china_on_us: Points = 0.0,
    us_on_others: Points = 0.0,
    others_on_us: Points = 0.0,
    as_of: AsOf = "",
    known: Known = "",
    horizon: Horizon = "long",
    bands: Annotated[bool, Field(description="Low and high over every set of elasticities; slower.")] = False,
) -> dict[str, Any]:
    """What it is worth to every economy when today's duties of one side on the other move by points."""
    a, k = days(as_of, known)
    levers = {"us_on_china": us_on_china, "china_on_us": china_on_us,
              "us_on_others": us_on_others, "others_on_us": others_on_us}  # fmt: skip
    moved = tuple((name, points) for name, points in levers.items() if points)
    return told(lambda: answers.what_if(moved, (), a, k, horizon, bands))


def deal(as_of: AsOf = "", known: Known = "") -> dict[str, Any]:
    """Where talks would land: packages, what both gain, Nash, Kalai-Smorodinsky and egalitarian deals."""
    a, k = days(as_of, known)
    return told(lambda: answers.deal(a, k))


def truce(as_of: AsOf = "", known: Known = "") -> dict[str, Any]:
    """Whether the truce holds by itself: temptation, loss, and the patience each side needs."""
    from detente.ask.questions import truce as question

    a, k = days(as_of, known)
    return told(lambda: question.truce(as_of=a, known=k, dossier=answers.DOSSIER))


def leverage(as_of: AsOf = "", known: Known = "") -> dict[str, Any]:
    """Whose threat hurts whom, what it costs its sender, and whether it is credible."""
    from detente.ask.questions import leverage as question

    a, k = days(as_of, known)
    return told(lambda: question.leverage(as_of=a, known=k, dossier=answers.DOSSIER))


def forecast(as_of: AsOf = "", known: Known = "") -> dict[str, Any]:
    """How likely each ending of the open decision points is, with the cases behind it and the track record."""
    a, k = days(as_of, known)
    return told(lambda: answers.forecast(a, k))


TOOLS: tuple[Callable[..., dict[str, Any]], ...] = (
    state, brief, price, what_if, deal, truce, leverage, forecast,
)  # fmt: skip


def days(as_of: str, known: str) -> tuple[str, str]:
    """(as of, known), bounded as on the page. Raises ToolError."""
    try:
        return answers.parse_days({"asof": as_of, "known": known})
    except QuestionError as error:
        raise ToolError(str(error)) from None


def told(question: Callable[[], Answer]) -> dict[str, Any]:
    """An answer as JSON, two at a time. Raises ToolError with the one line that says what is wrong."""
    try:
        with solving:
            return question().to_json()
    except DetenteError as error:
        raise ToolError(" ".join(str(error).split())) from None


def kept(answer: dict[str, Any], economies: list[str]) -> dict[str, Any]:
    """The answer with these economies and the world alone; sectors go where some are named. Raises ToolError."""
    if not economies:
        return answer
    scenarios = []
    for row in answer["scenarios"]:
        missing = [code for code in economies if code not in row["economies"]]
        if missing:
            raise ToolError(f"{missing[0][:10]!r} is no economy of {answer['world']}; write ISO3, such as USA or VNM")
        mine = {code: row["economies"][code] for code in (*economies, "WLD")}
        scenarios.append({**{key: row[key] for key in row if key != "sectors"}, "economies": mine})
    return {**answer, "scenarios": scenarios}


def named(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The tool whose answer says in `meta.tool` that it was asked here."""

    @wraps(tool)
    def asked(**words: Any) -> dict[str, Any]:
        answer = tool(**words)
        return {**answer, "meta": {**answer["meta"], "tool": {"name": tool.__name__, "arguments": words}}}

    return asked


def server() -> MCPServer:
    """The server with its tools, each marked read-only and closed to the outside."""
    made = MCPServer("detente", instructions=TOLD, version=version("detente"), log_level="WARNING")
    hints = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    for tool in TOOLS:
        made.add_tool(named(tool), name=tool.__name__.replace("_", "-"), annotations=hints)
    return made


def run() -> None:
    """Serve on standard input and output until they close."""
    server().run("stdio")
