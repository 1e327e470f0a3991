"""After a write, visitors see the former view at once, marked and renewed once; who wrote sees the new one."""

import re
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from detente.faces import answers
from detente.faces.page import former, limits, server
from detente.faces.page.former import Made, Renewals
from detente.faces.page.work import Kept, Slots

from .test_accepting import REPORT

DAY = "asof=2025-10-26"
MARK = "before the last change of the record, and is being renewed"
SERVE = """
import sys, uvicorn
from detente.faces import answers
from detente.faces.page import server
answers.show("us-china", sys.argv[1])
uvicorn.run(server.app(warm=False, accept=True), port=int(sys.argv[2]), log_level="error")
"""


def waited_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not (outcome := condition()) and time.monotonic() < until:
        time.sleep(0.1)
    return outcome


def renewed(client, address):
    """The first page at an address that is not a former one."""
    pages = []

    def is_new():
        pages.append(client.get(address).text)
        return MARK not in pages[-1]

    assert waited_for(is_new, 120)
    return pages[-1]


def made(text, version, moment=None):
    return Made(former.gzip.compress(text.encode()), version, time.time() if moment is None else moment)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A client of the page on a home of its own whose view Record says how often it was made."""
    monkeypatch.setattr(limits, "BURST", 1e6)
    before, count, go = answers.shown(), [0], threading.Event()

    def page(query, model, *, part=False):
        if count[0]:
            assert go.wait(20)
        count[0] += 1
        return f"<main><!-- age -->{query.view} {query.as_of} {answers.shown().dossier}, made {count[0]}</main>"

    monkeypatch.setattr(server.render, "page", page)
    monkeypatch.setattr(server, "build_view", lambda query: None)
    monkeypatch.setattr(server, "kept", kept := Kept(1_000_000))
    monkeypatch.setattr(server, "renewals", Renewals(kept))
    answers.show("us-china", str(tmp_path))
    yield TestClient(server.app(warm=False)), tmp_path / "us-china", go
    answers.show(*before)


def write(folder):
    folder.mkdir(exist_ok=True)
    (folder / "note.txt").write_text(str(time.time_ns()), "utf-8")


def test_the_former_view_goes_out_at_once_and_is_renewed_once_for_all_visitors(home):
    client, folder, go = home
    first = client.get(f"/record?{DAY}").text
    assert MARK not in first
    write(folder)
    seen = [client.get(f"/record?{DAY}").text for _ in range(5)]  # while the new one waits for `go`
    assert {MARK in text for text in seen} == {True}
    assert {"made 1" in text for text in seen} == {True}
    go.set()
    assert "made 2" in renewed(client, f"/record?{DAY}")


def test_a_former_view_of_another_day_or_negotiation_is_never_shown(home):
    client, folder, go = home
    client.get(f"/record?{DAY}")
    write(folder)
    go.set()
    for query, words in (("asof=2025-10-27", "record 2025-10-27 us-china"), (f"{DAY}&case=us-eu", "2025-10-26 us-eu")):
        text = client.get(f"/record?{query}").text
        assert words in text
        assert MARK not in text


def test_answers_for_programs_wait_for_the_new_record(home, monkeypatch):
    client, folder, go = home
    go.set()
    values = iter(range(9))
    monkeypatch.setitem(server.ANSWERS, "state", lambda query: type("A", (), {"to_json": lambda self: next(values)})())
    assert client.get(f"/api/state?{DAY}").json() == 0
    assert client.get(f"/api/state?{DAY}").json() == 0
    write(folder)
    assert client.get(f"/api/state?{DAY}").json() == 1


def test_a_view_that_cannot_be_renewed_is_not_shown_for_ever():
    kept, slots, calls = Kept(1_000_000), Slots("test", 1), []
    renewals = Renewals(kept)
    kept.put("view", made("old", 1))

    def work(piece):
        calls.append(1)
        raise ValueError("the record is broken")

    for _ in range(3):
        renewals.start(slots, "view", work)
        assert waited_for(lambda: not renewals._under_way)
    assert kept.get("view") is None
    assert len(calls) == 3


def test_a_renewal_that_finds_no_room_is_begun_by_a_later_visitor(monkeypatch):
    slots = Slots("test", 1)
    renewals = Renewals(Kept(1_000))
    monkeypatch.setattr(slots, "_join", lambda *_: (_ for _ in ()).throw(HTTPException(503)))
    renewals.start(slots, "view", lambda piece: b"")
    assert not renewals._under_way
    monkeypatch.undo()
    done = threading.Event()
    renewals.start(slots, "view", lambda piece: done.set() or b"")
    assert done.wait(5)


def test_only_who_wrote_after_a_view_was_looked_at_waits_for_the_new_one():
    now = time.time()

    def seen(cookie, moment=now - 10):
        request = type("Request", (), {"cookies": {former.WROTE: cookie} if cookie else {}})()
        return former.may_see(request, made("", 1, moment))

    assert seen("")
    assert not seen(repr(now - 5))
    assert seen(repr(now - 20))
    for odd in ("x", "nan", "inf", "1e400", "-1"):
        assert seen(odd)


@pytest.mark.parametrize(
    ("seconds", "age"), [(0.2, "1 second"), (40, "40 seconds"), (130, "2 minutes"), (7300, "2 hours"), (1e5, "1 day")]
)
def test_the_age_of_a_former_view_is_said_in_words(seconds, age):
    page = former.gzip.decompress(former.marked(made("<main><!-- age --></main>", 1, time.time() - seconds))).decode()
    assert f"worked out {age} ago" in page


@pytest.fixture
def sites(tmp_path):
    """Addresses of two processes that serve one home."""
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    processes = [subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path), str(port)]) for port in ports]
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    for address in addresses:
        assert waited_for(lambda address=address: answers_there(address)), "the page did not start"
    yield addresses
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(20)


def answers_there(address):
    try:
        return httpx.get(f"{address}/static/detente.css", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_two_processes_on_one_home_show_former_views_marked_and_the_author_the_new_one(sites):
    first, _ = sites
    query = f"/record?{DAY}"
    with httpx.Client(timeout=120) as author, httpx.Client(timeout=120) as visitor:
        before = [visitor.get(site + query).text for site in sites]
        assert not any(MARK in text for text in before)
        page = author.post(f"{first}/read", files={"document": ("a.txt", REPORT, "text/plain")}).text
        token = re.search(r'name="report" value="([^"]+)"', page)[1]
        claims = re.findall(r'type="checkbox" name="claim" value="([^"]+)"', page)
        accepted = author.post(f"{first}/accept", data={"report": token, "claim": claims[:1], "by": "Ann"})
        fact = re.search(r"/record\?fact=([0-9a-f]+)", accepted.text)[1]
        for site in sites:
            assert MARK in visitor.get(site + query).text
        new = author.get(first + query).text
        assert MARK not in new
        assert fact in new
        for site in sites:
            assert fact in renewed(visitor, site + query)
