"""`detente serve` and `detente export`: the page, served or as one file."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter

from detente.ask.registry.options import AS_OF, DEFAULT_DOSSIER, DOSSIER, HOME, KNOWN
from detente.errors import QuestionError
from detente.faces import answers
from detente.faces.terminal.common import days, home_folder, writing_folder
from detente.safe_io import write_file

Dossier = Annotated[str, Parameter(name=("--case", "--dossier"), help=DOSSIER.help)]
Home = Annotated[str | None, Parameter(help=HOME.help)]


def register(app: App) -> None:
    """Add the commands to the command line."""
    app.command(serve)
    app.command(export)


def serve(
    *,
    port: Annotated[int, Parameter(help="Port to listen on.")] = 8000,
    host: Annotated[str, Parameter(help="Address to listen on; this machine alone by default.")] = "127.0.0.1",
    dossier: Dossier = DEFAULT_DOSSIER,
    home: Home = None,
    accept: Annotated[
        bool,
        Parameter(negative="", help="Let visitors accept claims of their reports into the dossier, in your --home."),
    ] = False,
) -> None:
    """Serve the page until stopped: now, record, what if, table, methods, and a JSON API.

    Nothing is asked of any other machine. It answers only requests to that host. It writes nothing unless started with
    --accept: then whoever can open the page can accept claims of a report into the dossier.
    """
    if not 1 <= port <= 65535:
        raise QuestionError(f"--port {port}: from 1 to 65535")
    try:
        from detente.faces.page import server as page
    except ImportError as error:
        raise QuestionError(f"the page needs {error.name}: pip install 'detente[page]'") from None
    answers.show(dossier, writing_folder(home) if accept else home_folder(home))
    if accept:
        _check_accepting(dossier)
    shown = f"[{host}]" if ":" in host else host
    print(f"détente on http://{shown}:{port}/ (stop with Ctrl-C)", file=sys.stderr, flush=True)
    try:
        page.run(host, port, accept=accept)
    except OSError as error:
        raise QuestionError(f"{host}:{port} cannot be listened on ({error.strerror}); take another --port") from None


def _check_accepting(dossier: str) -> None:
    """Say where accepted claims go. Raises QuestionError for a dossier that takes none."""
    from detente.ask.talks import curation

    curation.open_for_writing(*answers.shown())
    home = answers.shown().home
    print(f"claims of reports can be accepted into {dossier}, in {home}", file=sys.stderr, flush=True)


def export(
    file: Annotated[str, Parameter(help="Where to write the page.")],
    /,
    *,
    as_of: Annotated[str | None, Parameter(help=AS_OF.help)] = None,
    known: Annotated[str | None, Parameter(help=KNOWN.help)] = None,
    dossier: Dossier = DEFAULT_DOSSIER,
    home: Home = None,
) -> None:
    """Write the page as one HTML file that opens from a disk and asks for nothing; its levers work."""
    from datetime import date

    from detente.faces.files import export as one_file

    days(as_of=as_of, known=known)
    answers.show(dossier, home_folder(home))
    as_of = as_of or date.today().isoformat()
    write_file(file, one_file.page(as_of[:10], (known or as_of)[:10]))
    print(f"wrote {file}", file=sys.stderr)
