"""An endpoint that means ill, or is broken: it costs bounded time and memory, and the key goes nowhere else."""

import gzip
import json
import time

import pytest
from endpoint_server import facts, giving, message, serving, speaking

from detente.errors import RecordError
from detente.record.document import Document
from detente.record.propose import endpoint

TEXT = "Washington will suspend the 24 percent tariff on Chinese goods for 90 days, Scott Bessent said in Geneva."
SECONDS = 0.4
LATE = 3.0  # seconds; an answer by then was cut off by the deadline and not by the server's end
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def document(text=TEXT):
    return Document(id="d", text=text, sha256="", published="2025-05-12")


def repeat(piece, pause, lead=b""):
    def talk(connection, closing):
        connection.sendall(lead)
        while not closing.is_set():
            connection.sendall(piece)
            closing.wait(pause)

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        repeat(b"X", 0.02, b"HTTP/1.1 200 OK\r\nX-Slow: "),
        repeat(b"X: y\r\n", 0.05, b"HTTP/1.1 200 OK\r\n"),
        repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
        repeat(b" ", 0.02, HEAD + b"\r\n"),
        repeat(b"1\r\n \r\n", 0.02, HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
        repeat(b"", 0.05),
    ],
    ids=[
        "one-header-trickles",
        "headers-trickle",
        "endless-100-continue",
        "body-trickles",
        "chunks-trickle",
        "silence",
    ],
)
def test_the_deadline_holds_however_the_answer_trickles(talk):
    begun = time.monotonic()
    with speaking(talk) as url, pytest.raises(RecordError, match=r"within 0\.4 s"):
        endpoint.ask(document(), base_url=url, model="m", timeout=SECONDS)
    assert time.monotonic() - begun < LATE


@pytest.mark.parametrize(
    "talk",
    [
        repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0),
        repeat(b" " * 65536, 0, HEAD + b"\r\n"),
        repeat(b"10000\r\n" + b" " * 65536 + b"\r\n", 0, HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
    ],
    ids=["100-continue", "body", "chunks"],
)
def test_a_flood_is_cut_off_by_its_size(talk):
    with speaking(talk) as url, pytest.raises(RecordError, match="over 200000 bytes"):
        endpoint.ask(document(), base_url=url, model="m", timeout=20, limit=200_000)


def test_a_flood_of_headers_is_refused():
    with (
        speaking(repeat(b"X: y\r\n" * 1000, 0, b"HTTP/1.1 200 OK\r\n")) as url,
        pytest.raises(RecordError, match="no HTTP"),
    ):
        endpoint.ask(document(), base_url=url, model="m", timeout=20)


def test_a_compressed_answer_is_refused_and_never_unpacked():
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    answer = giving(bomb, headers=[("Content-Encoding", "gzip")])
    with serving(answer) as (url, _), pytest.raises(RecordError, match="'gzip', which was not asked for"):
        endpoint.ask(document(), base_url=url, model="m", limit=200_000)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_carries_neither_key_nor_text(code):
    with serving(facts()) as (other, reached):
        answer = giving(b"", code, [("Location", other)])
        with serving(answer) as (url, _), pytest.raises(RecordError, match=f"HTTP {code}"):
            endpoint.ask(document(), base_url=url, model="m", key="secret")
    assert not reached


def test_one_deadline_covers_both_passes_and_all_windows(monkeypatch):
    def slowly(handler):
        time.sleep(0.15)
        facts()(handler)

    monkeypatch.setattr(endpoint, "WINDOW", 60)
    begun = time.monotonic()
    with serving(slowly) as (url, seen), pytest.raises(RecordError, match=r"within 0\.4 s"):
        endpoint.ask(document((TEXT + "\n") * 10), base_url=url, model="m", timeout=SECONDS)
    assert 1 < len(seen) < 5
    assert time.monotonic() - begun < LATE


@pytest.mark.parametrize("sign", [" ", "{", "[", '"', "\\", "}", "```", "</think>", '{"', "\\u"])
@pytest.mark.parametrize("lead", ["", '{"facts": [', '{"facts": ["'])
def test_no_pattern_takes_long_on_an_answer(sign, lead):
    content = lead + sign * 100_000
    begun = time.monotonic()
    for body in (message(content), content.encode()):
        with serving(giving(body)) as (url, _), pytest.raises(RecordError, match="not JSON"):
            endpoint.ask(document(), base_url=url, model="m")
    assert time.monotonic() - begun < LATE


@pytest.mark.parametrize(
    "sign", [" ", "1 ", "1", "May 1, ", "twenty ", "一", "to ", "ten percent, ", "1/1/", "thousand "]
)
def test_no_pattern_takes_long_on_a_quote_or_a_document(sign):
    text = sign * (60_000 // len(sign))
    fact = {
        "kind": "measure",
        "quote": text[:20_000],
        "by": {"name": text[:20_000], "side": text[:20_000], "mode": "narrator"},
        "value": {"type": "tariff", "imposer": "USA", "target": "CHN", "rate_pct": 7, "status": text, "scope": text},
        "date": {"iso": text, "expr": text},
    }
    begun = time.monotonic()
    with serving(facts(fact, {**fact, "value": {**fact["value"], "status": "in_force"}})) as (url, _):
        endpoint.ask(document("x. " + text), base_url=url, model="m", passes=1)
    assert time.monotonic() - begun < 20


def test_four_hundred_facts_of_a_full_window_are_checked_in_seconds():
    text = (TEXT + " On 3 May 2025 they met. ") * 90
    good = {
        "kind": "measure",
        "quote": "Washington will suspend the 24 percent tariff",
        "by": {"name": None, "side": "USA", "mode": "reported"},
        "value": {"type": "tariff", "imposer": "USA", "target": "CHN", "rate_pct": 24, "status": "suspended"},
        "date": {"iso": "2025-05-03", "expr": None},
    }
    given = [{**good, "occurrence": n % 90 + 1} for n in range(500)]
    begun = time.monotonic()
    with serving(facts(*given)) as (url, _):
        found = endpoint.ask(document(text), base_url=url, model="m", passes=1)
    assert found.kept > 50
    assert time.monotonic() - begun < 20


def test_half_a_surrogate_in_the_document_or_the_answer_breaks_nothing():
    body = b'{"choices": [{"message": {"content": "{\\"facts\\": [{\\"quote\\": \\"\\ud83d\\"}]}"}}]}'
    with serving(giving(body)) as (url, _), pytest.raises(RecordError, match="not JSON"):
        endpoint.ask(document(TEXT), base_url=url, model="m")
    with serving(facts()) as (url, seen):
        assert endpoint.ask(document(TEXT + "\ud83d"), base_url=url, model="m").kept == 0
    assert json.dumps(seen[0][2])
