import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from detente.errors import RecordError
from detente.record.document import Document
from detente.record.propose import endpoint

TEXT = "Washington will suspend the 24 percent tariff on Chinese goods for 90 days, Scott Bessent said in Geneva."
GOOD = {
    "kind": "measure",
    "quote": "Washington will suspend the 24 percent tariff on Chinese goods",
    "by": {"name": "Scott Bessent", "side": "USA", "mode": "reported"},
    "value": {"type": "tariff", "imposer": "USA", "target": "CHN", "rate_pct": 24, "status": "suspended"},
    "date": {"iso": None, "expr": None},
}


def document(text=TEXT):
    return Document(id="d", text=text, sha256="", published="2025-05-12")


def told(content):
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@contextmanager
def serving(answer):
    """A server on this machine that gives one answer; yields its address and what it was sent."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, self.headers.get("Authorization"), sent))
            with suppress(BrokenPipeError, ConnectionResetError):
                answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()


def giving(body, code=200, headers=()):
    def answer(handler):
        handler.send_response(code)
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def facts(*given):
    return giving(told(json.dumps({"facts": list(given)})))


def test_a_valid_answer_becomes_statements_with_offsets():
    with serving(facts(GOOD)) as (url, seen):
        found = endpoint.ask(document(), base_url=url, model="m", key="secret")
    (statement,) = found.statements
    assert TEXT[statement.start : statement.end] == statement.quote == GOOD["quote"]
    assert (statement.by.side, statement.value["rate_pct"], statement.coder) == ("USA", 24, "endpoint m")
    assert not found.dropped
    path, key, sent = seen[0]
    assert (path, key, sent["model"]) == ("/v1/chat/completions", "Bearer secret", "m")
    assert TEXT in sent["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"quote": "Washington will suspend the 25 percent tariff"}, "quote not in the text"),
        ({"quote": ""}, "quote not in the text"),
        ({"occurrence": 2}, "quote not in the text"),
        ({"kind": "rumour"}, "kind"),
        ({"kind": "rank"}, "kind"),
        ({"value": {**GOOD["value"], "status": "paused"}}, "value"),
        ({"value": {**GOOD["value"], "mood": "good"}}, "value"),
        ({"value": {**GOOD["value"], "imposer": "America"}}, "value"),
        ({"value": {"type": "tariff"}}, "value"),
        ({"value": {**GOOD["value"], "rate_pct": 245}}, "a number the text does not bear"),
        ({"value": {**GOOD["value"], "rate_pct": True}}, "value"),
        ({"by": {"name": "x", "side": "Mars", "mode": "reported"}}, "value"),
        ({"value": None}, "no fact"),
    ],
)
def test_a_fact_that_fails_the_check_is_dropped_and_counted(change, why):
    with serving(facts(GOOD, {**GOOD, **change}, GOOD)) as (url, _):
        found = endpoint.ask(document(), base_url=url, model="m")
    assert found.kept == 1
    assert found.dropped == {why: 1, "told twice": 1}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (giving(b"<html>welcome</html>"), "not JSON"),
        (giving(told("I found no facts.")), "not JSON"),
        (giving(told(json.dumps({"facts": "none"}))), "not a list"),
        (giving(b"[" * 100_000), "not JSON"),
        (giving(b'{"choices": []}'), "not JSON"),
        (giving(b"no", 401), "HTTP 401"),
        (giving(b"", 302, [("Location", "http://127.0.0.1:9/elsewhere")]), "HTTP 302"),
    ],
    ids=["page", "prose", "no-list", "deep", "empty", "refused", "redirected"],
)
def test_an_invalid_answer_is_refused_in_one_line(answer, words):
    with serving(answer) as (url, _), pytest.raises(RecordError, match=words) as refused:
        endpoint.ask(document(), base_url=url, model="m")
    assert "\n" not in str(refused.value)


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def flood(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(400):
        handler.wfile.write(b" " * 65536)


def test_an_endless_answer_is_cut_off_by_size_and_by_time():
    with serving(flood) as (url, _), pytest.raises(RecordError, match="over 200000 bytes"):
        endpoint.ask(document(), base_url=url, model="m", limit=200_000)
    with serving(drip) as (url, _), pytest.raises(RecordError, match=r"within 0\.3 s"):
        endpoint.ask(document(), base_url=url, model="m", timeout=0.3)


def test_a_server_that_does_not_answer_times_out():
    with serving(lambda _: time.sleep(0.6)) as (url, _), pytest.raises(RecordError, match=r"within 0\.2 s"):
        endpoint.ask(document(), base_url=url, model="m", timeout=0.2)


def test_an_unreachable_or_missing_address_is_refused(monkeypatch):
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"DETENTE_ENDPOINT_{name}", raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RecordError, match="cannot be asked"):
        endpoint.ask(document(), base_url=f"http://127.0.0.1:{port}", model="m")
    with pytest.raises(RecordError, match="DETENTE_ENDPOINT_URL"):
        endpoint.ask(document(), model="m")
    with pytest.raises(RecordError, match="not an http address"):
        endpoint.ask(document(), base_url="file:///etc/hosts", model="m")
    with pytest.raises(RecordError, match="DETENTE_ENDPOINT_MODEL"):
        endpoint.ask(document(), base_url="http://127.0.0.1:1")


def test_a_long_document_is_sent_in_windows_with_correct_offsets(monkeypatch):
    monkeypatch.setattr(endpoint, "WINDOW", 200)
    text = ("Nothing is said here about any of it.\n" * 12) + TEXT + "\n"
    with serving(facts(GOOD)) as (url, seen):
        found = endpoint.ask(document(text), base_url=url, model="m")
    assert found.requests == len(seen) > 2
    assert [text[s.start : s.end] for s in found.statements] == [GOOD["quote"]]
    monkeypatch.setattr(endpoint, "REQUESTS", 2)
    with pytest.raises(RecordError, match="split the document"):
        endpoint.ask(document(text), base_url="http://127.0.0.1:1", model="m")


def test_the_address_may_come_from_the_environment(monkeypatch):
    with serving(facts(GOOD)) as (url, seen):
        monkeypatch.setenv("DETENTE_ENDPOINT_URL", url)
        monkeypatch.setenv("DETENTE_ENDPOINT_MODEL", "m")
        monkeypatch.setenv("DETENTE_ENDPOINT_KEY", "k")
        assert endpoint.ask(document()).kept == 1
    assert seen[0][1] == "Bearer k"
