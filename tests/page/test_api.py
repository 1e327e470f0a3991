"""The API against its own description: no request is answered with a 5xx."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from detente.faces.page import limits, server

with pytest.MonkeyPatch.context() as patch:
    patch.setattr(limits, "BURST", 1e9)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", server.app(warm=False))


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_api(case, monkeypatch):
    monkeypatch.setattr(limits, "BURST", 1e9)
    response = case.call(timeout=60)  # the first brief of a process is worked out cold
    assert response.status_code < 500, response.text
    assert response.headers["content-type"][0].startswith("application/json") or response.status_code in (404, 405)
