"""Draws of elasticities as jobs: a thread each, with progress, that a visitor may cancel."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import OrderedDict
from typing import Any

from detente.errors import DetenteError
from detente.faces import answers
from detente.faces.page import views
from detente.faces.page.view_query import ViewQuery

RUNNING, DRAWS = 4, 2000  # jobs that run at once, and draws of one job at most
REMEMBERED = 100  # jobs whose answers are kept


class Cancelled(Exception):
    """A job whose visitor no longer waits."""


class Job:
    """Draws of elasticities in a thread: how many are done, and the answer or why there is none."""

    def __init__(self, draws: int, query: ViewQuery):
        self.count, self.done, self.stop = draws, 0, False
        self.answer: dict[str, Any] | None = None
        self.error: str | None = None
        threading.Thread(target=self.run, args=(query,), daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether neither an answer nor an error is there yet."""
        return self.answer is None and self.error is None

    def progress(self, done: int, count: int) -> None:
        """Called after each draw; the place where a cancelled job ends."""
        self.done = done
        if self.stop:
            raise Cancelled

    def run(self, query: ViewQuery) -> None:
        """Price the duties that the levers give with drawn elasticities."""
        from detente.ask.questions import what_if

        try:
            with answers.showing(query.case):
                moves = views.read_levers(query.parameters)
                data = what_if.whatif(
                    moves.levers, moves.cells, exports=moves.exports, as_of=query.as_of, known=query.known,
                    **answers.shown()._asdict(), horizon=moves.horizon,
                    outcome=query.parameters.get("outcome") or None, draws=self.count, progress=self.progress,
                ).data  # fmt: skip
            rows = [row for code in data["shown"] for row in data["economies"] if row["economy"] == code]
            self.answer = {"economies": rows, "bands": data["bands"], "moves": data["moves"]}
        except Cancelled:
            self.error = "cancelled"
        except DetenteError as error:
            self.error = str(error)
        except Exception:  # whatever else ends the thread: unless it is noted, the job counts as running for good
            logging.getLogger(__name__).exception("a job of draws ended")
            self.error = "something went wrong; it is in the server's log"

    def to_json(self) -> dict[str, Any]:
        """How far it is."""
        return {"done": self.done, "count": self.count, "cancelled": self.error == "cancelled", "error": self.error,
                "finished": self.answer is not None, "answer": self.answer}  # fmt: skip


class Jobs:
    """The jobs of all visitors by name; the oldest are forgotten."""

    def __init__(self) -> None:
        self.by_name: OrderedDict[str, Job] = OrderedDict()

    @property
    def full(self) -> bool:
        """Whether as many run as may run at once."""
        return sum(job.running for job in self.by_name.values()) >= RUNNING

    def start(self, draws: int, query: ViewQuery) -> str:
        """Start a job; its name."""
        name = uuid.uuid4().hex
        self.by_name[name] = Job(draws, query)
        while len(self.by_name) > REMEMBERED:
            self.by_name.popitem(last=False)[1].stop = True
        return name
