"""A real server with its real deadlines under hostile connections: what it refuses, what it takes, how others wait."""

import asyncio
import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from detente.faces.page import connections, limits

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="many loopback addresses, /proc")]
IDLE, OF_ONE = 1500, 100
HEAD = b"Host: 127.0.0.1\r\n"
CHUNK = b"10000\r\n" + b"x" * 65536 + b"\r\n"
FORM = (
    b"POST /read HTTP/1.1\r\n"
    + HEAD
    + b"Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def memory(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.fixture(scope="module")
def site():
    """(port, process id) of a server in a process of its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * IDLE if hard == resource.RLIM_INFINITY else min(2 * IDLE, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "detente", "serve", "--port", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.ConnectError):
                httpx.get(f"http://127.0.0.1:{port}/static/mark.svg")
                break
            time.sleep(0.1)
        for path in ("/", "/what-if", "/table"):  # so that the first answers are no part of what is measured
            httpx.get(f"http://127.0.0.1:{port}{path}", timeout=300)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def waits(port, seconds, host="127.0.9.9"):
    """How long another visitor waits for a static file, again and again, in seconds; infinite where it is refused."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.monotonic()
        try:
            with httpx.Client(transport=httpx.HTTPTransport(local_address=host), timeout=20) as visitor:
                visitor.get(f"http://127.0.0.1:{port}/static/mark.svg")
            times.append(time.monotonic() - start)
        except httpx.TransportError:
            times.append(float("inf"))
        time.sleep(0.05)
    return sorted(times)


def is_open(connection):
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_1500_idle_sockets_are_bounded_and_another_visitor_is_answered_all_the_while(site):
    port, pid = site
    before = memory(pid)
    with contextlib.ExitStack() as stack:
        idle = []
        for number in range(IDLE):
            connection = stack.enter_context(socket.socket())
            connection.bind((f"127.0.3.{number // OF_ONE + 1}", 0))
            connection.settimeout(20)
            with contextlib.suppress(OSError):
                connection.connect(("127.0.0.1", port))
            connection.setblocking(False)
            idle.append(connection)
        times = waits(port, 3)
        assert times[-1] < 2, "nobody is refused, nobody waits"
        assert sum(map(is_open, idle)) <= connections.CONNECTIONS
        assert memory(pid) - before < 40
        time.sleep(connections.HEAD + 2 * connections.LOOK)
        assert not any(map(is_open, idle))


async def send_slowly(port, host, data, every):
    """Seconds until the server closes a connection that sends a byte every so often."""
    start = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
    with contextlib.suppress(OSError):
        while not reader.at_eof() and not writer.transport.is_closing():
            writer.write(data)
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(65536), every)
    writer.transport.abort()
    return time.monotonic() - start


async def attack(port):
    """(how long slow senders, endless bodies and large headers last, how long others wait), in seconds."""
    slow = [
        send_slowly(port, f"127.0.4.{k % 5 + 1}", b"GET / HTTP/1.1\r\n" if k % 2 else b"X", 0.5) for k in range(200)
    ]
    endless = [send_endless(port, f"127.0.5.{k % 5 + 1}") for k in range(30)]
    headers = [send_headers(port, f"127.0.6.{k % 5 + 1}") for k in range(100)]
    others = asyncio.to_thread(waits, port, 8)
    lasting, sent, statuses, times = await asyncio.gather(
        asyncio.gather(*slow), asyncio.gather(*endless), asyncio.gather(*headers), others
    )
    return lasting, sent, statuses, times


async def send_endless(port, host):
    """Bytes that the server takes of a body in pieces that does not end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
    sent = 0
    with contextlib.suppress(OSError):
        writer.write(FORM + b"d\r\n--x\r\nContent-\r\n")
        while not reader.at_eof() and not writer.transport.is_closing() and sent < 100_000_000:
            writer.write(CHUNK)
            await writer.drain()
            sent += len(CHUNK)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(65536), 0.001)
    writer.transport.abort()
    return sent


async def send_headers(port, host):
    """The first line of the answer to headers of 100 kB; empty where the connection is closed before."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
    line = b""
    with contextlib.suppress(OSError):
        writer.write(b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\n")
        await writer.drain()
        line = await reader.readline()
    writer.transport.abort()
    return line


def test_slow_senders_endless_bodies_and_large_headers_end_in_time_and_take_no_memory(site):
    port, pid = site
    before = memory(pid)
    lasting, sent, lines, times = asyncio.run(attack(port))
    assert max(lasting) < connections.HEAD + 5
    assert max(sent) < limits.BODY + 20_000_000, "what is on its way in the buffers counts too"
    assert all(line == b"" or line.split()[1] in (b"400", b"431") for line in lines)
    assert times[len(times) // 2] < 0.5
    assert times[-1] < 3
    assert memory(pid) - before < 80
