"""`detente mcp`: the questions as tools for assistants."""

from __future__ import annotations

from cyclopts import App

from detente.errors import QuestionError


def register(app: App) -> None:
    """Add the command to the command line."""
    app.command(mcp)


def mcp() -> None:
    """Answer an assistant's questions over standard input and output (MCP), read-only, until it hangs up.

    Its tools: state, brief, price, what-if, deal, truce, leverage, forecast. No tool takes a path, writes, or asks
    another machine; days and points are bounded as on the page.
    """
    try:
        from detente.faces.assistants import server
    except ImportError as error:
        raise QuestionError(f"the tools need {error.name}: pip install 'detente[mcp]'") from None
    server.run()
