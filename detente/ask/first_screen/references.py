"""Where a row of the first screen can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.record.fact import Source


def reference(source: str | None, sources: Mapping[str, Source]) -> dict[str, Any]:
    """{"title", "url"} of a source by id; None each where the record does not hold it."""
    known = sources.get(source or "")
    return {"title": known.title if known else None, "url": known.url if known else None}
