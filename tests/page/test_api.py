"""The API against its own description: whatever it is asked, it never answers with a 5xx."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from detente.faces.page import server

with pytest.MonkeyPatch.context() as patch:
    patch.setattr(server, "BURST", 1e9)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", server.app(warm=False))


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_question_breaks_the_api(case, monkeypatch):
    monkeypatch.setattr(server, "BURST", 1e9)
    found = case.call(timeout=60)  # the first brief of a process is worked out cold
    assert found.status_code < 500, found.text
    assert found.headers["content-type"][0].startswith("application/json") or found.status_code in (404, 405)
