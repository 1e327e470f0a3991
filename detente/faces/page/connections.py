"""Connections that send or take too slowly, or are too many, are closed: each step of a request has a deadline."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 10.0  # seconds for the first line and the headers of a request, and for the first byte
BODY = 60.0  # seconds for the body of a request
ANSWER = 60.0  # seconds in which a visitor takes nothing of an answer
LOOK = 1.0  # seconds between one look at a connection and the next
DROPPED = 8_000_000  # bytes of a body that are taken after its answer
CONNECTIONS = 500  # open at once, of all visitors
OF_ONE_VISITOR = 100  # open at once, of one address
FILES = 200  # files that the server opens beside its connections


def allow_connections() -> None:
    """Let this process have as many open files as its connections take, where the system permits."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        needed = CONNECTIONS + FILES
        if soft != resource.RLIM_INFINITY and soft < needed:
            wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class BoundedConnection(H11Protocol):
    """A connection that is closed when a step of a request takes too long, and when there are too many."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._step: tuple[str, Any] = ("", None)  # what is waited for, of which request
        self.since = 0.0  # when it began to wait for that
        self._dropped = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Make room for a connection, or refuse it; begin to look at it."""
        super().connection_made(transport)
        if not self._has_room():
            transport.abort()
            return
        self._look()

    def data_received(self, data: bytes) -> None:
        """Drop what comes of a body after its answer, so that a browser can read that; close where too much comes."""
        cycle = self.cycle
        if cycle is not None and cycle.response_complete and cycle.more_body:
            self._dropped += len(data)
            if self._dropped > DROPPED:
                self.transport.abort()
                return
        super().data_received(data)

    def _has_room(self) -> bool:
        """Whether the connection can stay. Where too many are open, the one idle longest makes room for it."""
        others = self._open_ones()
        hosts = [other.client[0] for other in others if other.client]
        if self.client and hosts.count(self.client[0]) > OF_ONE_VISITOR:
            return False
        if len(others) <= CONNECTIONS:
            return True
        idle = [other for other in others if other is not self and other.waits_for()[0] == "head"]
        if idle:
            min(idle, key=lambda other: other.since).transport.abort()
        return bool(idle)

    def _open_ones(self) -> list[BoundedConnection]:
        """Every connection that is open, this one too."""
        ours = (other for other in self.connections if isinstance(other, BoundedConnection))
        return [other for other in ours if not other.transport.is_closing()]

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Close the connection if it waits for the visitor too long; look again in a while."""
        step, patience = self.waits_for()
        now = self.loop.time()
        if step != self._step[0] or self.cycle is not self._step[1]:
            self._step, self.since = (step, self.cycle), now
        if now - self.since > patience:
            self.transport.abort()
            return
        self._timer = self.loop.call_later(LOOK, self._look)

    def waits_for(self) -> tuple[str, float]:
        """What the visitor has to do next, and how long that may take."""
        cycle = self.cycle
        if cycle is None or (cycle.response_complete and not cycle.more_body):
            return "head", HEAD
        if cycle.more_body:
            return "body", HEAD if cycle.response_complete else BODY
        if self.flow.write_paused:
            return f"answer {self.transport.get_write_buffer_size()}", ANSWER
        return "work", float("inf")
