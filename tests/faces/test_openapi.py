"""The description of the API: every address is in it, and live answers of several days and cases meet its schemas."""

import time

import jsonschema
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from detente.ask.questions import what_if
from detente.faces import answers
from detente.faces.page import limits, server
from detente.record.store import shipped_dossiers

DAYS = {"us-china": ("2025-04-20", "2025-10-26", "2026-11-20")}  # of each case; of the others one day
NO_API = ("/favicon.ico", "/static/{file:path}")


@pytest.fixture(scope="module")
def client():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "BURST", 1e6)
        yield TestClient(server.app(warm=False))


@pytest.fixture(scope="module")
def description(client):
    return client.get("/api/openapi.json").json()


@pytest.fixture
def show():
    """Show another negotiation, until the test ends."""
    before = answers.shown()
    yield answers.show
    answers.show(*before)


def check(description, path, response, method="get"):
    """Fail unless the response is one that the description has, and its JSON meets the schema."""
    responses = description["paths"][path][method]["responses"]
    assert str(response.status_code) in responses, response.text
    content = responses[str(response.status_code)]["content"]
    media = response.headers["content-type"].split(";")[0]
    assert media in content
    if media == "application/json":
        jsonschema.Draft202012Validator({**content[media]["schema"], "components": description["components"]}).validate(
            response.json()
        )


def test_every_address_of_the_page_is_described(description):
    paths = {route.path for route in server.app(warm=False).routes if isinstance(route, Route)}
    assert set(description["paths"]) == paths - set(NO_API)


def test_every_schema_is_a_valid_one_and_no_reference_leads_nowhere(description):
    def references(value):
        if isinstance(value, dict):
            yield from [value["$ref"]] if "$ref" in value else []
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            yield from references(inner)

    for schema in description["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in references(description):
        place = description
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        (name, day) for name in server.ANSWERS for day in DAYS["us-china"][: 1 if name == "deal" else 3]
    ],  # deals are slow
)
def test_live_answers_of_several_days_meet_the_description(client, description, name, day):
    response = client.get(f"/api/{name}?asof={day}")
    assert response.status_code == 200
    check(description, f"/api/{name}", response)


@pytest.mark.parametrize("case", [name for name in shipped_dossiers() if name not in DAYS])
def test_live_answers_of_every_case_meet_the_description_that_its_own_page_gives(client, show, case):
    show(case)
    description = client.get("/api/openapi.json").json()
    levers = [p["name"] for p in description["paths"]["/api/what-if"]["get"]["parameters"]]
    assert set(answers.board().levers) <= set(levers)
    for path in ("/api/state", "/api/what-if"):
        response = client.get(f"{path}?asof=2026-09-01")
        assert response.status_code == 200
        check(description, path, response)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/what-if", "us_on_china=lots"),
        ("/api/brief", "asof=soon"),
        ("/truce.ics", "asof=2018-01-01"),
        ("/download/{file}", "asof=soon"),
        ("/", "asof=soon"),
        ("/api/deal", "x=" + 5000 * "y"),
    ],
)
def test_a_refusal_meets_the_description(client, description, path, query):
    response = client.get(f"{path.replace('{file}', 'now.csv')}?{query}")
    assert 400 <= response.status_code < 500
    check(description, path, response)


def test_a_job_meets_the_description_from_its_start_to_its_answer(client, description):
    response = client.post("/jobs?draws=2&asof=2025-10-26&us_on_china=5")
    check(description, "/jobs", response, "post")
    path = f"/jobs/{response.json()['job']}"
    for _ in range(200):
        check(description, "/jobs/{job}", job := client.get(path))
        if job.json()["finished"]:
            break
        time.sleep(0.1)
    assert job.json()["answer"]["economies"]
    check(description, "/jobs/{job}", client.delete(path), "delete")


def test_a_download_of_answers_has_the_schema_of_each(client, description):
    check(description, "/download/{file}", response := client.get("/download/now.json?asof=2025-10-26"))
    assert set(response.json()) == {"brief", "forecast"}


def test_an_answer_that_loses_a_key_no_longer_meets_the_description(client, description, monkeypatch):
    day = "2025-10-27"
    answer = what_if.whatif(as_of=day)
    del answer.data["moves"]
    monkeypatch.setitem(server.ANSWERS, "what-if", lambda query: answer)
    with pytest.raises(jsonschema.ValidationError, match="moves"):
        check(description, "/api/what-if", client.get(f"/api/what-if?asof={day}"))
