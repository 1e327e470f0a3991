"""Fetching is bounded, obeys robots.txt, and is tested against a server on this machine only."""

import time

import feed_files as files
import pytest

from detente.record.feeds import catalogue
from detente.record.feeds.fetch import fetch


class Handler(files.Served):
    def do_GET(self):
        if self.path == "/robots.txt":
            self.answer(200, b"User-agent: *\nDisallow: /private\n")
        elif self.path == "/large.json":
            self.answer(200, b"x" * 5000)
        elif self.path == "/slow.json":
            time.sleep(1.5)
            self.answer(200, b"{}")
        elif self.path == "/moved.json":
            self.send_response(302)
            self.send_header("Location", "http://example.invalid/x")
            self.end_headers()
        elif self.path in ("/ok.json", "/private/x.json"):
            self.answer(200, b'{"name": "2041HTSRev2"}')
        else:
            self.answer(404, b"")


@pytest.fixture
def server():
    with files.serving(Handler) as address:
        yield address


def fetched(tmp_path, address, **bounds):
    (result,) = fetch(tmp_path / "files", {"hts": [address]}, **bounds)
    return result


def test_a_file_is_saved_and_never_written_over(server, tmp_path):
    first = fetched(tmp_path, f"{server}/ok.json")
    assert first.path.read_bytes() == b'{"name": "2041HTSRev2"}'
    assert "is there already" in fetched(tmp_path, f"{server}/ok.json").reason


@pytest.mark.parametrize(
    ("path", "bounds", "reason"),
    [
        ("/private/x.json", {}, "robots.txt forbids it"),
        ("/missing.json", {}, "the server answers 404"),
        ("/large.json", {"limit": 1000}, "more than 1,000 bytes"),
        ("/slow.json", {"timeout": 0.3}, "no answer"),
        ("/moved.json", {}, "another host"),
        ("/ok.json", {"deadline": 0.0}, "the deadline"),
    ],
)
def test_what_fails_says_why_and_saves_nothing(server, tmp_path, path, bounds, reason):
    result = fetched(tmp_path, server + path, **bounds)
    assert result.path is None
    assert reason in result.reason
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/plain,x"])
def test_only_addresses_of_the_web_are_fetched(tmp_path, address):
    assert "only http and https" in fetched(tmp_path, address).reason


def test_one_address_that_fails_stops_no_other(server, tmp_path):
    results = fetch(tmp_path, {"hts": [f"{server}/missing.json", f"{server}/ok.json"]})
    assert [result.path is None for result in results] == [True, False]


def test_the_official_addresses_are_data():
    addresses = [address for group in catalogue.addresses().values() for address in group]
    assert len(addresses) >= 10
    assert all(address.startswith("https://") for address in addresses)
