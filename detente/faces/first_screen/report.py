"""A report beside the record on the first screen: counts and claims in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.faces import words
from detente.faces.first_screen.sentences import with_days
from detente.faces.first_screen.view import Claim, Report

JsonRow = Mapping[str, Any]


def report_view(report: JsonRow | None, as_of: str) -> Report | None:
    """The report of a screen in words; None where there is none."""
    if report is None:
        return None
    counts = ", ".join(f"{count} {readable}" for readable, count in _counts(report["counts"]))
    publisher = f", {words.visible(report['publisher'])}" if report["publisher"] else ""
    published = words.day(report["published"]) if report["published"] else ""
    title = f"{words.visible(report['title'])}{publisher}"
    return Report(title, published, counts or "no claim read", tuple(_claim(row, as_of) for row in report["claims"]))


def _counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What is counted, in words that fit after a number."""
    names = {
        "agrees": "as on record", "differs": "other than on record", "new": "new",
        "mistranslated": "mistranslated",
    }  # fmt: skip
    return [(names[verdict], count) for verdict, count in counts.items() if count]


def _claim(row: JsonRow, as_of: str) -> Claim:
    pieces = [words.visible(row["quote"])]
    for surface in map(words.visible, row["doubtful"]):
        pieces = list(pieces[0].partition(surface)) if len(pieces) == 1 and surface in pieces[0] else pieces
    return Claim(
        verdict=row["verdict"],
        pieces=tuple(pieces),
        why=_why(row, as_of),
        record=words.visible(row["record"] or ""),
        day=words.day_near(row["day"], as_of) if row["day"] else "",
        title=words.visible(row["title"] or ""),
        url=row["url"] or "",
    )


def _why(row: JsonRow, as_of: str) -> str:
    """What the verdict on a claim rests on; nothing where the record's own words beside it say enough."""
    if row["verdict"] == "agrees":
        return "" if row["record"] or row["title"] else "as on record"
    if row["verdict"] == "new" and row["statement"] is None:
        return "not in the record"
    return words.readable(with_days(row["why"], as_of))
