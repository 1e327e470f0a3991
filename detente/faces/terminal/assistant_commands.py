"""`detente mcp`: the questions as tools for assistants."""

from __future__ import annotations

from cyclopts import App

from detente.ask import registry
from detente.errors import QuestionError

NAMES = ", ".join(question.tool.name for question in registry.QUESTIONS if question.tool)
HELP = f"""Answer an assistant's questions over standard input and output (MCP), read-only, until it disconnects.

Its tools: {NAMES}. No tool takes a path, writes, or asks another machine; days and points are bounded as on the page.
"""


def register(app: App) -> None:
    """Add the command to the command line."""
    app.command(mcp, help=HELP)


def mcp() -> None:
    """Answer an assistant's questions over standard input and output (MCP)."""
    try:
        from detente.faces.assistants import server
    except ImportError as error:
        raise QuestionError(f"the tools need {error.name}: pip install 'detente[mcp]'") from None
    server.run()
