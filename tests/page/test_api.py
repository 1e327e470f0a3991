"""The page against its own description: no request is answered with a 5xx, and every answer meets its schema.

Days that the page knows are few here, since each new one is worked out for seconds, and an address gets so many seconds
at most: on a slow machine fewer requests are tried, and at least one of each.
"""

import time
from collections import defaultdict
from datetime import date

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from detente.faces import answers
from detente.faces.page import limits, server
from detente.faces.page.jobs import DRAWS

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DAYS = ("2025-04-20", "2025-10-26")
SECONDS = 20.0  # for one address
spent: defaultdict[str, float] = defaultdict(float)

with pytest.MonkeyPatch.context() as patch:
    patch.setattr(limits, "BURST", 1e9)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", server.app(warm=False))


def known_day(written):
    """A day of a few instead of any that the page takes; what it refuses stays."""
    try:
        day = date.fromisoformat(str(written)).isoformat()
    except ValueError:
        return written
    return DAYS[int(day[-1]) % 2] if answers.FIRST <= day <= answers.LAST else written


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_description_has(case, monkeypatch):
    monkeypatch.setattr(limits, "BURST", 1e9)
    name = f"{case.operation.method} {case.operation.path}"
    if spent[name] > SECONDS:
        return
    if isinstance(case.query, dict):
        for key in {"asof", "known"} & case.query.keys():
            case.query[key] = known_day(case.query[key])
        if case.operation.path == "/jobs":
            case.query["draws"] = 1 if case.query.get("draws", 500) in range(1, DRAWS + 1) else case.query["draws"]
    start = time.monotonic()
    response = case.call(timeout=300)
    spent[name] += time.monotonic() - start
    case.validate_response(response, checks=CHECKS)
