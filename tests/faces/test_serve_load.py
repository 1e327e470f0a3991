"""Who waits for whom on the page: slots by kind of work, documents in processes, connections with deadlines."""

import asyncio
import contextlib
import os
import socket
import subprocess
import threading
import time

import httpx
import pytest
import uvicorn
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from detente.ask.talks import child_process
from detente.faces import answers
from detente.faces.page import connections, limits, server, upload
from detente.faces.page.work import KEY, Gone, Kept, Slots

DAY = "asof=2025-10-26"


class Visitor:
    """A request of one visitor, as far as slots look at it."""

    def __init__(self, host="a"):
        self.client, self.gone = type("Address", (), {"host": host})(), False

    async def is_disconnected(self):
        return self.gone


async def started(event):
    await asyncio.to_thread(event.wait, 5)


def test_the_same_work_at_the_same_time_is_done_once():
    slots, calls = Slots("test", 2), []

    def work(_):
        calls.append(1)
        time.sleep(0.1)
        return "answer"

    async def ask():
        return await asyncio.gather(*(slots.run(Visitor(), "key", work) for _ in range(5)))

    assert asyncio.run(ask()) == ["answer"] * 5
    assert len(calls) == 1


def test_a_queue_is_bounded_for_each_visitor_and_for_all():
    slots, finish = Slots("test", 1, queue=3, of_one_visitor=2), threading.Event()

    async def ask():
        waiting = [asyncio.create_task(slots.run(Visitor(host), k, lambda _: finish.wait(5)))
                   for k, host in enumerate("aabb")]  # fmt: skip
        await asyncio.sleep(0.05)
        refusals = []
        for host in "ac":
            with pytest.raises(HTTPException) as refused:
                await slots.run(Visitor(host), host, lambda _: None)
            refusals.append(refused.value.status_code)
        finish.set()
        return refusals, await asyncio.gather(*waiting), await slots.run(Visitor("a"), "again", lambda _: "free")

    assert asyncio.run(ask()) == ([429, 503], [True] * 4, "free")


def test_work_whose_visitors_have_gone_is_left_out_of_the_queue_and_told_to_stop(monkeypatch):
    monkeypatch.setattr("detente.faces.page.work.LOOK", 0.01)
    slots, running, done = Slots("test", 1), threading.Event(), []

    def first(piece):
        running.set()
        while not piece.abandoned:
            time.sleep(0.01)
        done.append("stopped")

    async def ask():
        visitors = [Visitor(), Visitor()]
        tasks = [asyncio.create_task(slots.run(visitors[0], 1, first))]
        await started(running)
        tasks.append(asyncio.create_task(slots.run(visitors[1], 2, lambda _: done.append("in vain"))))
        await asyncio.sleep(0.05)
        visitors[1].gone = True
        await asyncio.sleep(0.05)
        visitors[0].gone = True
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        return outcomes, await slots.run(Visitor(), 2, lambda _: "done anew")

    outcomes, answer = asyncio.run(ask())
    assert [type(outcome) for outcome in outcomes] == [Gone, Gone]
    assert done == ["stopped"]
    assert answer == "done anew"


def test_kept_answers_take_so_many_bytes_at_most_and_the_oldest_go_first():
    kept = Kept(3 * (KEY + 1000))
    for key in "abc":
        kept.put(key, (bytes(1000), 1, 0.0))
    kept.get("a")
    kept.put("a", (bytes(900), 2, 0.0))
    kept.put("d", (bytes(1000), 1, 0.0))
    assert [key for key in "abcd" if kept.get(key) is not None] == ["a", "c", "d"]
    assert kept.bytes <= kept.size


def test_static_files_and_views_seen_before_go_out_while_every_slot_is_taken(monkeypatch):
    monkeypatch.setattr(limits, "BURST", 1e6)
    client, finish = TestClient(server.app(warm=False)), threading.Event()
    paths = [f"/what-if?{DAY}", f"/what-if?{DAY}&us_on_china=24&part=1"]
    before = [client.get(path).content for path in paths]
    pool = [slots._threads.submit(finish.wait, 20) for slots in (server.quick, server.slow) for _ in range(9)]
    try:
        start = time.monotonic()
        assert [client.get(path).content for path in paths] == before
        assert client.get("/static/detente.css").status_code == 200
        assert time.monotonic() - start < 1
    finally:
        finish.set()
    assert all(work.result() for work in pool)


def test_a_static_file_that_the_browser_has_is_not_sent_again():
    client = TestClient(server.app(warm=False))
    first = client.get("/static/detente.js")
    plain = client.get("/static/detente.js", headers={"accept-encoding": "identity"})
    assert first.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert first.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert first.text == plain.text
    again = client.get("/static/detente.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_of_ones_own_negotiation_changes_with_its_files(tmp_path):
    before = answers.shown()
    answers.show("us-china", str(tmp_path))
    try:
        (tmp_path / "us-china").mkdir()
        answers.show("us-china", str(tmp_path))
        first = answers.version()
        (tmp_path / "us-china" / ".lock").touch()
        assert answers.version() == first
        (tmp_path / "us-china" / "statements.jsonl").touch()
        assert answers.version() != first
    finally:
        answers.show(*before)


def readers():
    """How many processes that this one started read documents."""
    rows = subprocess.run(["ps", "-eo", "ppid=,args="], capture_output=True, text=True, check=False).stdout.splitlines()
    return sum(row.split()[0] == str(os.getpid()) and upload.__name__ in row for row in rows)


@pytest.mark.skipif(os.name != "posix", reason="needs processes that can be killed")
def test_a_document_that_is_no_longer_waited_for_ends_with_its_process():
    stop, seen = threading.Event(), []
    threading.Timer(0.3, lambda: (seen.append(readers()), stop.set())).start()
    with pytest.raises(child_process.Stopped):
        upload.brief("document.txt", b"The truce ends on November 10, the ministry said.\n" * 20_000, None,
                     stop=stop.is_set)  # fmt: skip
    assert (seen, readers()) == ([1], 0)


@pytest.fixture(scope="module")
def address():
    """(host, port) of a server whose deadlines are short."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HEAD": 0.4, "BODY": 0.6, "LOOK": 0.1, "OF_ONE_VISITOR": 20}.items():
            patch.setattr(connections, name, value)
        patch.setattr(limits, "BURST", 1e6)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = uvicorn.Config(
            server.app(warm=False), port=port, log_level="error", http=connections.BoundedConnection,
            h11_max_incomplete_event_size=limits.HEAD_LENGTH,
        )  # fmt: skip
        site = uvicorn.Server(config)
        thread = threading.Thread(target=site.run, daemon=True)
        thread.start()
        while not site.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield "127.0.0.1", port
        site.should_exit = True
        thread.join(10)


def closed_after(address, data=b"", then=b"", every=0.05):
    """Seconds until the server closes a connection that sends some bytes, then others again and again."""
    start = time.monotonic()
    with socket.create_connection(address, timeout=10) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(data)
        connection.settimeout(every)
        while time.monotonic() - start < 8:
            try:
                if not connection.recv(65536):
                    break
            except TimeoutError:
                connection.sendall(then)
    return time.monotonic() - start


HEAD = b"POST /read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"


@pytest.mark.parametrize(
    ("data", "then"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X: y\r\n"),
        (HEAD + b"Content-Length: 1000\r\n\r\n--x\r\n", b""),
        (HEAD + b"Content-Length: 1000\r\n\r\n", b"-"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n-\r\n"),
        (b"GET /static/mark.svg HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n-\r\n"),
    ],
    ids=["idle", "slow headers", "a body that stops", "a slow body", "a body without end", "a body nobody asked for"],
)
def test_a_connection_that_keeps_the_server_waiting_is_closed(address, data, then):
    assert closed_after(address, data, then) < 3


def test_a_connection_that_asks_again_and_again_stays_open(address):
    with httpx.Client(base_url=f"http://{address[0]}:{address[1]}") as visitor:
        start, ports = time.monotonic(), set()
        while time.monotonic() - start < 3 * connections.HEAD:
            answer = visitor.get("/static/mark.svg")
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1


def test_headers_of_100_kb_are_refused(address):
    with socket.create_connection(address, timeout=10) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n")
        assert connection.recv(12) in (b"HTTP/1.1 400", b"HTTP/1.1 431")


def test_idle_connections_of_one_address_leave_room_for_others(address):
    with contextlib.ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(socket.create_connection(address, timeout=5))
        transport = httpx.HTTPTransport(local_address="127.0.0.9")
        with httpx.Client(transport=transport, base_url=f"http://{address[0]}:{address[1]}") as other:
            assert other.get("/static/mark.svg").status_code == 200
    time.sleep(0.3)
    assert httpx.get(f"http://{address[0]}:{address[1]}/static/mark.svg").status_code == 200
