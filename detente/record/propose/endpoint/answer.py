"""The JSON object in the answer of a model, which may think aloud before it or fence it; in time linear in its length."""

from __future__ import annotations

from typing import Any

from detente.errors import QuestionError, RecordError
from detente.safe_io import read_json

THOUGHT = "</think>"


def listed(body: bytes, key: str, url: str) -> list[Any]:
    """The list under a key of the JSON object that an answer holds. Raises RecordError where there is none."""
    try:
        choice = read_json(body)["choices"][0]
        content = _text(choice["message"]["content"]).rpartition(THOUGHT)[2]
        entries = read_json(content[max(content.find("{"), 0) : content.rfind("}") + 1])[key]
    except (QuestionError, LookupError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{url}: the answer is not JSON with {key} ({_problem(body, error)}, {len(body)} bytes); ask another model"
        ) from None
    if not isinstance(entries, list):
        raise RecordError(f"{url}: {key} is a {type(entries).__name__}, not a list; ask another model")
    return entries


def _text(content: Any) -> str:
    """The text of a message, which some servers send in parts."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return str(content) if isinstance(content, str) else ""


def _problem(body: bytes, error: Exception) -> str:
    return "cut off at the longest answer of the model" if _is_cut(body) else type(error).__name__


def _is_cut(body: bytes) -> bool:
    try:
        return bool(read_json(body)["choices"][0]["finish_reason"] == "length")
    except (QuestionError, LookupError, TypeError):
        return False
