"""Claims of a visitor's report accepted into the dossier from the page: only where the server was started for it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from detente.ask.talks import reading_process
from detente.faces import answers
from detente.faces.page import accepting, limits, server
from detente.faces.page.accepting import Report, Reports
from detente.record.store import Record

REPORT = b"""---
title: Truce to run longer, officials say
publisher: Example Wire
published: 2025-10-26
---
KUALA LUMPUR, Oct. 26 - The truce expires on November 12, 2025, Treasury Secretary Scott Bessent said.
The United States will impose a tariff of 100 percent on Chinese goods from November 1, President Donald Trump said.
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """(client of a page that accepts claims, the report's token, the ids of its claims)."""
    monkeypatch.setattr(limits, "BURST", 1e6)
    before = answers.shown()
    answers.show("us-china", str(tmp_path))
    application = server.app(warm=False, accept=True)
    token = application.state.reports.keep(Report(REPORT, ".txt", None))
    report = application.state.reports.find(token)
    ids = [s.id for s in reading_process.read_here(report.body, report.name).proposed]
    yield TestClient(application), token, ids
    answers.show(*before)


def lines(tmp_path):
    path = tmp_path / "us-china" / "statements.jsonl"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def test_claims_are_accepted_from_the_page_of_the_report_and_the_record_shows_them(site, tmp_path):
    client, _, _ = site
    page = client.post("/read", files={"document": ("a report.txt", REPORT, "text/plain")})
    token = re.search(r'name="report" value="([^"]+)"', page.text)[1]
    ids = re.findall(r'type="checkbox" name="claim" value="([^"]+)"', page.text)
    assert "checked" not in page.text.split("<form", 2)[1]
    measure = next(i for i in ids if "100 percent" in page.text.split(i)[1].split("</tr>")[0])
    answer = client.post("/accept", data={"report": token, "claim": measure, "by": "Ann"})
    assert answer.status_code == 200
    assert "1 claim accepted into us-china" in answer.text
    fact = re.search(r"/record\?fact=([0-9a-f]+)", answer.text)[1]
    assert fact in client.get(f"/record?fact={fact}").text
    assert Record.load("us-china", tmp_path).find(fact).coder == "Ann"
    assert len(lines(tmp_path)) == 2


def test_claims_go_into_the_negotiation_that_the_address_chooses(site, tmp_path):
    client, _, _ = site
    page = client.post("/read?case=us-eu", files={"document": ("a report.txt", REPORT, "text/plain")})
    action = re.search(r'action="(/accept[^"]*)"', page.text)[1]
    token = re.search(r'name="report" value="([^"]+)"', page.text)[1]
    claim = re.search(r'type="checkbox" name="claim" value="([^"]+)"', page.text)[1]
    answer = client.post(action, data={"report": token, "claim": claim, "by": "Ann"})
    assert "1 claim accepted into us-eu" in answer.text
    assert 'href="/record?case=us-eu' in answer.text
    assert (tmp_path / "us-eu" / "statements.jsonl").is_file()
    assert lines(tmp_path) == []
    assert client.post("/accept?case=atlantis", data={"report": token, "claim": claim, "by": "A"}).status_code == 400


def test_a_pasted_text_is_read_like_a_file(site):
    client, _, _ = site
    page = client.post("/read", data={"text": REPORT.decode(), "published": ""})
    assert page.status_code == 200
    assert "Truce to run longer" in page.text
    assert 'name="claim"' in page.text


def test_accepting_twice_writes_nothing_more_and_says_who_did_it_before(site, tmp_path):
    client, token, ids = site
    first = client.post("/accept", data={"report": token, "claim": ids, "by": "Ann"})
    written = lines(tmp_path)
    again = client.post("/accept", data={"report": token, "claim": ids, "by": "Bob"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert "accepted by Ann" in again.text
    assert lines(tmp_path) == written


def test_a_claim_that_contradicts_the_record_is_shown_beside_what_it_contradicts(site):
    client, token, ids = site
    page = client.post("/accept", data={"report": token, "claim": ids, "by": "Ann"}).text
    differ = page.split("Claims that differ now")[1].replace("\xa0", " ")
    assert "12 Nov 2025" in differ
    assert "10 Nov 2025" in differ


def test_two_people_who_accept_at_once_write_each_claim_once(site, tmp_path):
    client, token, ids = site
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda by: client.post("/accept", data={"report": token, "claim": ids, "by": by}),
                              ("Ann", "Bob")))  # fmt: skip
    assert [page.status_code for page in pages] == [200, 200]
    assert len(lines(tmp_path)) == 2 * len(ids)
    assert len({json.loads(line)["coder"] for line in lines(tmp_path)}) == 1


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"},
     {"host": "elsewhere.example"}],
)  # fmt: skip
def test_a_page_of_another_site_accepts_nothing(site, tmp_path, headers):
    client, token, ids = site
    answer = client.post("/accept", data={"report": token, "claim": ids, "by": "Ann"}, headers=headers)
    assert answer.status_code in (400, 403)
    assert not lines(tmp_path)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"claim": "0" * 16}, 422, "makes no claim"),
        ({"claim": "<script>alert(1)</script>"}, 422, "makes no claim"),
        ({"claim": [""]}, 422, "makes no claim"),
        ({"claim": []}, 400, "no claim is chosen"),
        ({"report": "guessed"}, 410, "no longer at hand"),
        ({"report": ""}, 410, "no longer at hand"),
        ({"by": " "}, 400, "write your name"),
        ({"by": "x" * 1_000}, 400, "at most 200 characters"),
        ({"by": "x" * 20_000}, 400, ""),
        ({"claim": ["x"] * 3_000}, 400, ""),
    ],
)
def test_what_a_tampered_form_asks_for_is_refused_in_one_line_and_nothing_is_written(
    site, tmp_path, change, status, words
):
    client, token, ids = site
    answer = client.post("/accept", data={"report": token, "claim": ids[:1], "by": "Ann", **change})
    assert answer.status_code == status
    assert words in answer.text
    assert "<script>alert" not in answer.text
    assert not lines(tmp_path)


def test_facts_that_a_form_sends_along_are_not_what_is_written(site, tmp_path):
    client, token, ids = site
    forged = {"value": '{"expiry": "2099-01-01"}', "quote": "forged", "kind": "truce", "statement": "{}"}
    client.post("/accept", data={"report": token, "claim": ids[:1], "by": "Ann", **forged})
    assert lines(tmp_path)
    assert "2099" not in "".join(lines(tmp_path))
    assert "forged" not in "".join(lines(tmp_path))


def test_a_server_that_was_not_started_for_it_accepts_nothing_and_says_so(tmp_path):
    client = TestClient(server.app(warm=False))
    answer = client.post("/accept", data={"report": "x", "claim": "y", "by": "Ann"})
    assert answer.status_code == 403
    assert "detente serve --accept" in answer.text


def test_reports_are_kept_for_a_while_so_many_and_so_large_together_at_most(monkeypatch):
    monkeypatch.setattr(accepting, "REPORTS", 3)
    monkeypatch.setattr(accepting, "BYTES", 1_000)
    reports = Reports()
    tokens = [reports.keep(Report(bytes(300), ".txt", None)) for _ in range(5)]
    assert reports.bytes <= 1_000
    assert reports.find(tokens[-1]).body == bytes(300)
    with pytest.raises(Exception, match="no longer at hand"):
        reports.find(tokens[0])
    monkeypatch.setattr(accepting, "SECONDS", -1.0)
    with pytest.raises(Exception, match="no longer at hand"):
        reports.find(reports.keep(Report(b"", ".txt", None)))
