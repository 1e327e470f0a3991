"""The page without a browser: what it answers, what it refuses, what it never lets through."""

import csv
import html
import io
import json
import re
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import pytest
from starlette.testclient import TestClient

from detente.ask.tabular import saving
from detente.ask.tabular.rows import build
from detente.faces import words
from detente.faces.page import limits, server, upload, work
from detente.faces.page.view_query import PATHS
from detente.faces.terminal import cli

DAY = "asof=2025-10-26"
HOSTILE = (
    "---\ntitle: <script>alert(1)</script>\npublished: 2025-10-26\n---\n"
    'KUALA LUMPUR, Oct. 26 - "<img src=x onerror=alert(2)> a very substantial framework", Scott <b>Bessent</b> said.\n'
    "The truce expires on November 10, 2025\u202e reversed \u202c. {{ 7*7 }} [s]markup[/b]\n"
)


@pytest.fixture(scope="module")
def client():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "BURST", 1e6)
        yield TestClient(server.app(warm=False))


@pytest.mark.parametrize("path", list(PATHS.values()))
def test_every_view_has_a_heading_and_a_strict_content_security_policy(client, path):
    response = client.get(f"{path}?{DAY}")
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    text = response.text
    assert "<h1" in text
    assert not re.search(
        r'\son[a-z]+="|style="|javascript:', text
    )  # no inline handler or style: the policy forbids them
    assert 'src="http' not in text
    assert text.count("<script") == 1


def test_without_javascript_a_lever_gives_numbers_and_the_address_is_the_whole_state(client):
    response = client.get(f"/what-if?{DAY}&us_on_china=100&china_on_us=100")
    preset = client.get(f"/what-if?{DAY}&preset=plus-100-answered")
    headline = re.search(r'class="headline"[^>]*>([^<]+)', response.text)[1]
    assert headline == re.search(r'class="headline"[^>]*>([^<]+)', preset.text)[1]
    assert "US −0.28 %" in headline
    assert "United States" in response.text


def test_goods_with_fewer_points_than_are_taken_off_are_counted(client):
    (move,) = client.get(f"/api/what-if?{DAY}&USA-CAN=-5").json()["moves"]
    assert 0 < move["cells_at_zero"] < move["cells"]
    assert 0 < move["average_before_pct"] - move["average_after_pct"] < 5
    assert "end at zero" in client.get(f"/what-if?{DAY}&USA-CAN=-5&part=1").text
    assert "end at zero" not in client.get(f"/what-if?{DAY}&CHN-USA=-5&part=1").text.split("<details")[0]


def test_a_lever_shows_the_points_that_are_priced(client):
    text = client.get(f"/what-if?{DAY}&us_on_china=150.5&us_on_others=120").text
    for lever, points, most in (("us_on_china", "150.5", "200"), ("us_on_others", "120.0", "120.0")):
        slider = re.search(rf'<input type="range" name="{lever}"[^>]*>', text)[0]
        assert f'value="{points}"' in slider
        assert f'max="{most}"' in slider
    assert 'name="us_on_china" min="-40" max="200" step="any"' in text


def test_the_api_gives_what_the_command_line_prints(client, capsys):
    api = client.get(f"/api/forecast?{DAY}").json()
    with pytest.raises(SystemExit):
        cli.main(["forecast", "--as-of", "2025-10-26", "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert {k: v for k, v in api.items() if k != "meta"} == {k: v for k, v in printed.items() if k != "meta"}


@pytest.mark.parametrize("view", [name for name in PATHS if name not in ("methods", "country")])
def test_a_negotiation_of_the_address_is_shown_and_its_links_keep_it(client, view):
    text = html.unescape(client.get(f"{PATHS[view]}?case=us-canada&asof=2025-02-20").text)
    assert '<option value="us-canada" selected>' in text
    assert "Canada" in text
    main = text.split("<main")[1].split("<footer")[0]
    assert not re.search(
        r"\bChin(?:a|ese)\b", re.sub(r"<details.*?</details>|<script.*?</script>", "", main, flags=re.S)
    )
    links = re.findall(r'href="(/(?!static|api)[^"]*)"', text)
    assert all("case=us-canada" in link for link in links if link != "/changes.rss")
    assert "dossier='us-canada'" in text or "--case us-canada" in text


@pytest.mark.parametrize("path", ["/country?", "/country?economy=MEX&"])
def test_the_lines_that_repeat_a_page_of_economies_name_its_negotiation(client, path):
    text = html.unescape(client.get(f"{path}case=us-canada&asof=2025-02-20").text)
    command, python = re.findall(r"<pre[^>]*>(.+?)</pre>", text.split("Repeat it")[1])[:2]
    assert command.endswith("--as-of 2025-02-20 --known 2025-02-20 --case us-canada")
    assert python.endswith('as_of="2025-02-20", known="2025-02-20", dossier=\'us-canada\')')


def test_a_what_if_has_the_levers_and_presets_of_the_negotiation_shown(client):
    text = client.get("/what-if?case=us-canada&asof=2025-02-20&preset=all-plus-10").text
    ours = client.get("/api/what-if?case=us-canada&asof=2025-02-20&usa_on_can=10&can_on_usa=10").json()
    income = next(row for row in ours["economies"] if row["economy"] == "CAN")["real_income"]
    assert f"Canada {words.signed(income)} %" in text
    assert "us_on_china" not in text


def test_a_what_if_taxes_exports_on_the_page_and_in_its_address(client):
    ours = client.get("/api/what-if?asof=2025-10-26&CHN-to-USA=20").json()
    assert ours["export_taxes"] == [{"by": "CHN", "to": "USA", "points": 20.0}]
    text = client.get("/what-if?asof=2025-10-26&CHN-to-USA=20").text
    assert "China taxes its exports to US: 20.0 % of the seller" in text
    assert 'name="CHN-to-USA" value="20"' in text
    refused = client.get("/api/what-if?asof=2025-10-26&CHN-to-USA=-20")
    assert refused.status_code == 400
    assert "no tax on exports is in force" in refused.text


def test_visitors_of_two_negotiations_at_once_each_see_their_own(client, monkeypatch):
    paths = {case: f"/api/state?case={case}&asof=2025-02-20" for case in ("us-canada", "us-china", "us-eu")}
    alone = {case: client.get(path).json()["measures"] for case, path in paths.items()}
    monkeypatch.setattr(server, "kept", work.Kept(1_000_000))
    with ThreadPoolExecutor(6) as pool:
        asked = [(case, pool.submit(client.get, path)) for case, path in [*paths.items()] * 4]
        assert all(future.result().json()["measures"] == alone[case] for case, future in asked)


def test_a_view_with_a_picture_gives_the_figure_that_shows_it_elsewhere(client):
    text = client.get(f"/country?{DAY}&economy=DEU").text
    figure = html.unescape(
        text.split("<summary>Embed</summary>")[1].split("<pre")[1].split("</pre>")[0].split(">", 1)[1]
    )
    assert figure.startswith('<figure><img src="detente-country-2025-10-26.svg" alt="What it means for Germany: ')
    assert "The détente authors" in figure
    assert "/download/country.svg" in text
    assert "<summary>Embed</summary>" not in client.get(f"/methods?{DAY}").text


def test_time_travel_shows_nothing_that_became_known_later(client):
    before = client.get("/?asof=2025-10-26&known=2025-10-26").text
    after = client.get("/?asof=2025-10-26&known=2025-11-05").text
    assert "2026-11-10" not in re.sub(r"value=.*?>", "", before.split("<footer")[0])
    assert before != after


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/?asof=soon", 400, "is not a day"),
        ("/?asof=1900-01-01", 400, "from 2018-01-01"),
        ("/what-if?us_on_china=1e9", 400, "from -200 to 200"),
        ("/what-if?us_on_china=nan", 400, "write one from -200 to 200"),
        ("/what-if?us_on_china=1_0", 400, "is not a number"),
        ("/what-if?us_on_china=200.5", 400, "0.5 above the most"),
        (f"/what-if?{DAY}&us_on_china=-60", 400, "take off at most 40.7 points"),
        (f"/what-if?{DAY}&us_on_china=150&USA-CHN=100", 400, "50 above the most"),
        ("/what-if?us_on_chna=10", 400, "no parameter"),
        ("/what-if?us_on_china=10&us_on_china=20", 400, "more than once"),
        ("/what-if?bands=yes", 400, "1 for yes"),
        ("/what-if?us_on_china=lots", 400, "is not a number"),
        ("/what-if?preset=peace", 400, "no preset"),
        ("/what-if?horizon=never", 400, "horizon"),
        ("/table?fallback=peace", 400, "best-responses, truce or war"),
        ("/methods?paper=mine", 400, "no replication"),
        ("/?case=atlantis", 400, "no case is named"),
        ("/api/brief?case=../../etc", 400, "no case is named"),
        ("/changes.rss?case=atlantis", 400, "no case is named"),
        ("/nothing", 404, "no such page"),
        ("/api/what-if?us_on_china=lots", 400, "is not a number"),
        (f"/api/what-if?{DAY}&CHN-USA=-100", 400, "more than the average duty"),
        ("/download/now.exe", 404, "no such page"),
        ("/jobs/none", 404, "no such job"),
        ("/static/../serve.py", 404, ""),
        ("/?" + "x" * 5000, 414, "too long"),
    ],
)
def test_an_invalid_request_gets_one_line_and_never_a_trace(client, path, status, message):
    response = client.get(path)
    assert response.status_code == status
    assert message in response.text
    assert "Traceback" not in response.text


def test_a_host_that_is_not_ours_is_refused():
    assert TestClient(server.app(warm=False), base_url="http://evil.example").get("/").status_code == 400


@pytest.mark.parametrize(("host", "served"), [("[::1]:8000", True), ("10.0.0.7:80", True), ("evil.example", False)])
def test_a_server_on_every_address_serves_addresses_in_digits_but_no_unknown_name(host, served):
    client = TestClient(server.app(["*", "localhost"], warm=False))
    assert (client.get("/api/openapi.json", headers={"host": host}).status_code == 200) == served


@pytest.mark.parametrize("path", [f"{p}?{DAY}&known=2025-11-05" for p in PATHS.values()])
def test_the_python_that_a_view_prints_runs_by_itself_and_names_both_days(client, path):
    text = html.unescape(client.get(path + "&us_on_china=24").text)
    line = re.findall(r"<pre[^>]*>(.+?)</pre>", text)[1]
    if "methods" in path:
        line = line.partition("(")[0]  # the function alone: a replication takes long
    else:
        assert "2025-10-26" in line
        assert "2025-11-05" in line
    exec(compile(line, path, "exec"), {})


def test_a_visitor_who_asks_too_often_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(limits, "BURST", 5.0)
    monkeypatch.setattr(limits, "RATE", 0.0)
    hasty = TestClient(server.app(warm=False))
    assert [hasty.get("/api/openapi.json").status_code for _ in range(7)] == [200] * 5 + [429] * 2
    budgets = limits.Limits(None)
    assert all(budgets.spend(f"visitor {k}") for k in range(20))


def read(client, text, name="report.txt"):
    return client.post("/read", files={"document": (name, text.encode(), "text/plain")})


def test_a_hostile_document_is_shown_as_text(client):
    response = read(client, HOSTILE)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<img src=x" not in response.text
    assert "\u202e" not in response.text
    assert "&lt;" in response.text
    assert "49" not in re.findall(r"\{\{.*?\}\}|49", response.text)


def test_a_document_of_another_kind_or_too_long_is_refused(client):
    assert read(client, "x", "report.exe").status_code == 400
    assert read(client, "x" * (limits.DOCUMENT + 50_000)).status_code == 413
    assert client.post("/read", data={"document": "no file"}).status_code == 400


def test_a_document_that_does_not_say_its_length_is_cut_off(client):
    def pieces():
        yield b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.txt"\r\n\r\n'
        for _ in range(20):
            yield b"y" * 500_000

    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/read", content=pieces(), headers=kind).status_code == 413


def test_a_job_that_fails_reports_an_error_and_makes_room_for_another(client, monkeypatch):
    from detente.ask.questions import what_if

    def fail(*levers, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(what_if, "whatif", fail)
    names = [client.post(f"/jobs?draws=5&{DAY}").json()["job"] for _ in range(2)]
    time.sleep(0.1)
    assert all("went wrong" in client.get(f"/jobs/{name}").json()["error"] for name in names)


@pytest.mark.parametrize("view", list(PATHS))
def test_downloads_of_every_view_open(client, view):
    paper = "&paper=lashkaripour" if view == "methods" else ""
    rows = list(csv.DictReader(client.get(f"/download/{view}.csv?{DAY}").text.splitlines()))
    assert rows or view == "methods"
    folder = zipfile.ZipFile(io.BytesIO(client.get(f"/download/{view}.zip?{DAY}").content))
    assert "README.txt" in folder.namelist()
    assert "MIT" in folder.read("README.txt").decode()
    json.loads(client.get(f"/download/{view}.json?{DAY}").text)
    parquet = client.get(f"/download/{view}.parquet?{DAY}{paper}")
    assert parquet.content[:4] == b"PAR1" or parquet.status_code == 400


@pytest.mark.parametrize(
    ("view", "columns"),
    [
        ("now", {"economy_name", "outcome", "real_income_pct", "low_pct", "high_pct", "probability"}),
        ("what-if", {"economy_name", "real_income_pct", "price_pct", "bn_usd", "revenue_pct_of_income"}),
        ("record", {"title", "imposer_name", "target_name", "rate_pct", "rate_pp", "source_title", "url"}),
    ],
)
def test_the_csv_of_a_view_has_names_and_its_columns_end_in_their_units(client, view, columns):
    rows = list(csv.DictReader(client.get(f"/download/{view}.csv?{DAY}").text.splitlines()))
    assert columns <= set(rows[0])
    assert any("United States" in row.values() for row in rows)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(1)", "\t=1+1"])
def test_a_cell_that_a_spreadsheet_would_run_starts_with_an_apostrophe(text):
    assert saving.as_csv(build("rows", "", [{"a": text}])).decode().splitlines()[1].startswith("'")


def test_draws_price_the_duties_that_the_levers_give(client):
    name = client.post(f"/jobs?draws=8&{DAY}&us_on_china=24").json()["job"]
    for _ in range(200):
        job = client.get(f"/jobs/{name}").json()
        if job["error"] or job["finished"]:
            break
        time.sleep(0.1)
    answer = job["answer"]
    (move,) = answer["moves"]
    assert (move["by"], move["on"], move["points"]) == ("USA", "CHN", 24.0)
    usa = next(row for row in answer["economies"] if row["economy"] == "USA")
    assert usa["low"] <= usa["high"] < 0
    assert client.post(f"/jobs?draws=8&{DAY}&us_on_china=lots").status_code == 400


def test_draws_start_from_the_outcome_that_is_chosen(client):
    name = client.get(f"/api/brief?{DAY}").json()["outcomes"][-1]["name"]
    job = client.post(f"/jobs?draws=2&{DAY}&outcome={name}").json()["job"]
    plain = client.post(f"/jobs?draws=2&{DAY}").json()["job"]
    for _ in range(200):
        answers = [client.get(f"/jobs/{number}").json()["answer"] for number in (job, plain)]
        if all(answers):
            break
        time.sleep(0.1)
    assert [row["real_income"] for row in answers[0]["economies"]] != [0.0] * len(answers[0]["economies"])
    assert all(abs(row["real_income"]) < 1e-6 for row in answers[1]["economies"])


def test_draws_are_a_job_that_can_be_cancelled(client):
    name = client.post(f"/jobs?draws=400&{DAY}").json()["job"]
    client.delete(f"/jobs/{name}")
    for _ in range(200):
        job = client.get(f"/jobs/{name}").json()
        if job["error"] or job["finished"]:
            break
        time.sleep(0.1)
    assert job["cancelled"]
    assert client.post("/jobs?draws=0").status_code == 400
    assert client.post("/jobs?draws=-5").status_code == 400


def test_the_first_page_and_everything_it_loads_are_below_80_kb():
    import gzip

    client = TestClient(server.app(warm=False))
    page = client.get(f"/?{DAY}").content
    static = resources.files("detente.faces.page") / "static"
    size = sum(len(gzip.compress(file.read_bytes())) for file in static.iterdir())
    assert size + len(gzip.compress(page)) < 80_000


def test_a_document_that_takes_too_long_is_refused_in_one_line(client, monkeypatch):
    monkeypatch.setattr(upload, "SECONDS", 0.01)
    response = read(client, "The truce ends on November 10, the ministry said.")
    assert response.status_code == 422
    assert "not read within 0.01 s" in response.text


def test_a_document_in_another_language_is_refused_by_its_name(client):
    response = read(client, "El ministro dijo que los aranceles del 24 % se suspenden hasta el 10 de noviembre.")
    assert response.status_code == 422
    assert "this text seems to be Spanish" in response.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://elsewhere.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_a_page_of_another_site_starts_no_job(client, headers, status):
    answer = client.post(f"/jobs?draws=2&{DAY}", headers=headers)
    assert (answer.status_code == 403) == (status == 403)


@pytest.mark.parametrize("written", ["2026-10-26T00:00", "20261026", "2026-W44-1", "2026-13-01"])
def test_a_day_is_written_in_one_way(client, written):
    assert client.get(f"/?asof={written}").status_code == 400


def test_a_country_page_has_every_outcome_every_sector_and_a_chooser_without_javascript(client):
    text = client.get(f"/country?{DAY}&known=2025-10-28&economy=DEU").text
    assert "What it means for Germany" in text
    assert text.split('<select name="economy"')[1].split("</select>")[0].count("<option value=") == 81
    assert "Motor vehicles" in text
    assert "Truce expires, both sides" in text
    assert 'name="known" value="2025-10-28"' in text
    assert not re.search(r">[^<]*\bDEU\b[^<]*<(?!/pre)", text)


def test_sectors_of_a_country_are_sorted_by_the_heading_asked_for(client):
    def shares(sort):
        text = client.get(f"/country?{DAY}&economy=DEU&sort={sort}").text
        rows = re.findall(r'<th scope="row">([^<]+)</th><td class="n">([\d.]+)</td>', text)
        return [name for name, _ in rows], [float(share) for _, share in rows]

    assert shares("share")[1] == sorted(shares("share")[1], reverse=True)
    assert shares("name")[0] == sorted(shares("name")[0])
    assert client.get(f"/country?{DAY}&economy=DEU&sort=height").status_code == 400


def test_the_csv_of_a_country_says_unit_residual_and_setting_of_each_number(client):
    text = client.get(f"/download/country.csv?{DAY}&economy=DEU").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["economy_name"] for row in rows} == {"Germany"}
    assert all(row["unit"] and row["residual"] and row["horizon"] and row["closure"] for row in rows)


def test_an_economy_that_the_table_lacks_is_one_line_on_the_page(client):
    response = client.get(f"/country?{DAY}&economy=FJI")
    assert response.status_code == 400
    assert "no economy of its own for Fiji" in response.text


def test_now_and_what_if_lead_to_the_page_of_an_economy_on_the_same_day(client):
    for view in ("/", "/what-if"):
        page = client.get(f"{view}?{DAY}&us_on_china=24").text
        assert re.search(r"/country\?asof=2025-10-26&amp;(?:us_on_china=24&amp;)?economy=", page)
