"""Who works on a request, and who waits: slots by kind of work, so that slow work never keeps quick answers waiting.

Work that is asked for twice at once is done once. A queue is bounded in length, and for each visitor.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

Result = TypeVar("Result")
Value = TypeVar("Value", bound="tuple[bytes, Any, Any]")  # of which the first part takes the room
LOOK = 0.25  # seconds between one look whether a visitor is still there and the next
QUEUE = 60  # pieces of work of one kind that wait at most
OF_ONE_VISITOR = 20  # of them
NOBODY = "nobody"  # whom work is for that no visitor waits for
KEY = 5_000  # bytes that a key takes, at most


class Gone(HTTPException):
    """A visitor who no longer waits; the answer goes nowhere."""

    def __init__(self) -> None:
        super().__init__(499, "the visitor has gone")


class Piece:
    """One piece of work, and how many requests wait for it; `abandoned` once none does."""

    def __init__(self) -> None:
        self.future: Future[Any] = Future()
        self.waiting = 1

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits for it."""
        return self.waiting == 0


class Slots:
    """Threads for one kind of work. Pieces wait in order for a free one; one that nobody waits for is left out."""

    def __init__(self, name: str, count: int, *, queue: int = QUEUE, of_one_visitor: int = OF_ONE_VISITOR):
        self.count, self.queue, self.of_one_visitor = count, queue, of_one_visitor
        self._threads = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._by_visitor: Counter[str] = Counter()
        self._under_way: dict[Hashable, Piece] = {}
        self._lock = threading.Lock()

    async def run(self, request: Request, key: Hashable, work: Callable[[Piece], Result]) -> Result:
        """What work gives. The same key at the same time is the same piece of work.

        Raises HTTPException 429 where this visitor waits for too many pieces, 503 where all visitors together do, and
        Gone where the visitor has left.
        """
        visitor = request.client.host if request.client else "local"
        piece = self._join(visitor, key, work)
        try:
            result: Result = await _unless_gone(request, piece.future)
            return result
        finally:
            with self._lock:
                piece.waiting -= 1
                if piece.abandoned:
                    piece.future.cancel()

    def behind(self, work: Callable[[Piece], Any]) -> bool:
        """Begin work that no visitor waits for and that is done anyway; False where there is no room for it."""
        try:
            self._join(NOBODY, object(), work)
        except HTTPException:
            return False
        return True

    def _join(self, visitor: str, key: Hashable, work: Callable[[Piece], Result]) -> Piece:
        """The piece of work under that key, begun where there is none."""
        with self._lock:
            piece = self._under_way.get(key)
            if piece is not None and not piece.future.cancelled():
                piece.waiting += 1
                return piece
            self._check_room(visitor)
            piece = self._under_way[key] = Piece()
            self._by_visitor[visitor] += 1
            self._threads.submit(self._do, piece, visitor, key, work)
        return piece

    def _check_room(self, visitor: str) -> None:
        if self._by_visitor[visitor] >= self.of_one_visitor:
            raise HTTPException(429, "you asked for much at once; wait for an answer before you ask for more")
        if len(self._under_way) >= self.count + self.queue:
            raise HTTPException(503, "many visitors ask for new answers; try again in a minute")

    def _do(self, piece: Piece, visitor: str, key: Hashable, work: Callable[[Piece], Result]) -> None:
        """Do a piece in a thread of the slots, unless everybody who waited for it has gone."""
        try:
            if piece.future.set_running_or_notify_cancel():
                piece.future.set_result(work(piece))
        except BaseException as error:  # it is raised where the piece is waited for
            piece.future.set_exception(error)
        finally:
            with self._lock:
                if self._under_way.get(key) is piece:
                    del self._under_way[key]
                self._by_visitor[visitor] -= 1
                self._by_visitor += Counter()  # drops those that wait for nothing


async def _unless_gone(request: Request, future: Future[Result]) -> Result:
    """The result of a future. Raises Gone once the visitor has left."""
    waiting = asyncio.wrap_future(future)
    while not (await asyncio.wait([waiting], timeout=LOOK))[0]:
        if await request.is_disconnected():
            raise Gone
    return waiting.result()


class Kept(Generic[Value]):
    """The last answers by key, so many bytes of them at most; the bytes of a value are its first part."""

    def __init__(self, size: int):
        self.size, self.bytes = size, 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """What is kept under a key."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value; those not asked for longest go."""
        with self._lock:
            self._remove(key)
            self.bytes += len(value[0]) + KEY
            self._values[key] = value
            while self.bytes > self.size:
                self._remove(next(iter(self._values)))

    def drop(self, key: Hashable) -> None:
        """Keep nothing under a key any more."""
        with self._lock:
            self._remove(key)

    def _remove(self, key: Hashable) -> None:
        value = self._values.pop(key, None)
        self.bytes -= 0 if value is None else len(value[0]) + KEY
