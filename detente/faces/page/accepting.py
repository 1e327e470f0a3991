"""Accept claims of a visitor's report into the dossier that is shown: only where the server was started for it.

The report lies in memory for a while under a name that only its reader knows. What is accepted is read from it again:
a request names the claims and says nothing of what they are.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request

from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.faces import answers

SECONDS = 3600.0  # for which a report is kept
REPORTS, BYTES = 50, 20_000_000  # of all reports that are kept
CLAIMS = 2_000  # that one request may name
LETTERS = 200  # of a name and of a reason
NOT_STARTED = "this server accepts nothing into the record; start it with `detente serve --accept`"


@dataclass(frozen=True)
class Report:
    """A report as it was sent: its bytes, the ending of its file, the day of publication that was given."""

    body: bytes
    ending: str
    published: str | None

    @property
    def name(self) -> str:
        """A file's name made of the content, so that the same report is the same source."""
        return f"report-{hashlib.sha256(self.body).hexdigest()[:12]}{self.ending}"


@dataclass(frozen=True)
class Choice:
    """What a reader accepts: the report's token, the claims by their ids, who decides and why."""

    token: str
    claims: tuple[str, ...]
    by: str
    why: str


class Reports:
    """The last reports by token: so many, so large together, and for so long at most."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Report, float]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, report: Report) -> str:
        """The token under which a report is kept."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._kept[token] = report, time.monotonic() + SECONDS
            while self._kept and (len(self._kept) > REPORTS or self.bytes > BYTES or self._first_is_old()):
                self._kept.popitem(last=False)
        return token

    def _first_is_old(self) -> bool:
        return next(iter(self._kept.values()))[1] < time.monotonic()

    @property
    def bytes(self) -> int:
        """Of all reports together."""
        return sum(len(report.body) for report, _ in self._kept.values())

    def find(self, token: str) -> Report:
        """A report by its token. Raises HTTPException 410 for one that is not kept, or no longer."""
        with self._lock:
            report, until = self._kept.get(token, (None, 0.0))
        if report is None or until < time.monotonic():
            raise HTTPException(410, "that report is no longer at hand; read it again, then accept its claims")
        return report


def reports_of(request: Request) -> Reports | None:
    """The reports of a server that accepts claims; None for one that does not."""
    kept: Reports | None = request.app.state.reports
    return kept


async def read_choice(request: Request) -> Choice:
    """What a form chooses. Raises QuestionError."""
    async with request.form(max_files=0, max_fields=CLAIMS + 10, max_part_size=10_000) as form:
        texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    values = {name: value.strip() for name, value in texts}
    by, why = values.get("by", ""), values.get("why", "")
    if not by:
        raise QuestionError("nobody is named who accepts; write your name")
    if max(len(by), len(why)) > LETTERS:
        raise QuestionError(f"a name and a reason have at most {LETTERS} characters")
    return Choice(values.get("report", ""), tuple(value for name, value in texts if name == "claim"), by, why)


def accept(report: Report, choice: Choice) -> Answer:
    """Accept the claims chosen, which are read from the report again. Raises RecordError, QuestionError."""
    from detente.ask.talks import curation

    with tempfile.TemporaryDirectory(prefix="detente-") as folder:
        path = Path(folder) / report.name
        path.write_bytes(report.body)
        return curation.accept(
            path, choice.claims, by=choice.by, why=choice.why, published=report.published,
            dossier=answers.shown().dossier, home=answers.shown().home,
        )  # fmt: skip
