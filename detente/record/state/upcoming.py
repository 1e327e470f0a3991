"""Next: the dates that lie ahead of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from detente.record.fact import days, has_started
from detente.record.state.claims import Row, asserted_on, cite, corroboration, sorted_sides
from detente.record.state.conflicts import shown_claim
from detente.record.state.events import Event, responses


def derive_upcoming(
    truces: list[Row], measures: list[Row], threats: list[Row], events: list[Event], at: str
) -> list[Row]:
    def ahead(day: str | None, side: str | None = None) -> bool:
        return day is not None and not has_started(day, at, side)

    rows = [
        *_next_truces(truces, ahead),
        *_next_measures(measures, ahead),
        *(
            _date(t["effective"], f"threat {t['threat']} is to take effect", "threat", t["status"], [t["by_side"]], t)
            for t in threats
            if t["status"] == "standing" and ahead(t["effective"], t["by_side"])
        ),
        *_next_meetings([e for e in events if e.held is None and ahead(e.day)]),
    ]
    latest = {(r["date"], r["kind"], r["what"]): r for r in rows}
    return sorted(latest.values(), key=lambda r: (days(r["date"])[0], r["kind"], r["what"]))


def _date(day: str, what: str, kind: str, status: str | None, sides: Iterable[str | None], cited: Row) -> Row:
    told = {"date": day, "what": what, "kind": kind, "status": status, "by_sides": sorted_sides(sides)}
    return {**told, "statement": cited["statement"]}


def _next_truces(truces: list[Row], ahead: Callable[..., bool]) -> Iterator[Row]:
    for t in truces:
        voiced = [c for c in t["chain"] if c["by_side"] not in (None, "press")] or t["chain"]
        for end in dict.fromkeys(c["new_expiry"] for c in voiced if ahead(c["new_expiry"], "USA")):
            if end >= t["expiry"]:
                claims = [c for c in voiced if c["new_expiry"] == end]
                sides = (c["by_side"] for c in claims)
                yield _date(
                    end, f"truce {t['truce']} ends unless extended", "deadline", claims[-1]["status"], sides, claims[-1]
                )


def _next_measures(measures: list[Row], ahead: Callable[..., bool]) -> Iterator[Row]:
    packages = {m["measure"] for m in measures if m["measure"]}
    for m in measures:
        name, imposer, sides = m["measure"] or f"{m['type']} of {m['imposer']}", m["imposer"], [m["by_side"]]
        if m["part_of"] in packages:
            continue
        followed = {c["legal_from"] for c in m["pending"]}
        for key, status, what, kind in (
            ("suspended_until", "suspended", f"end of the suspension of {name}", "suspension_ends"),
            ("until", "in_force", f"end of {name} by its term", "term_ends"),
            ("due", "committed", f"due: {name}", "commitment_due"),
            ("legal_from", "announced", f"start of {name}", "effect"),
        ):
            if m["status"] == status and m[key] not in followed and ahead(m[key], imposer):
                yield _date(m[key], what, kind, status, sides, m)
        for c in m["pending"]:
            if ahead(c["legal_from"], imposer):
                rate = f" at {c['rate_pct']:g} %" if c["rate_pct"] is not None else ""
                what = f"{name}: {c['status'].replace('_', ' ')}{rate}"
                yield _date(c["legal_from"], what, "effect", c["status"], [c["by_side"]], c)


def _next_meetings(events: list[Event]) -> Iterator[Row]:
    for event in events:
        claims = [(side, "confirmed", asserted_on(s)) for side, status, s in responses(event) if status == "confirmed"]
        sides = [side for side, _, _ in claims]
        parties = ["CHN", "USA"] if set(sides) <= {"CHN", "USA"} else sorted_sides(sides)
        cited = cite(shown_claim(event.dates)[1])
        yield _date(
            event.day or "",
            event.name or " and ".join(event.people),
            "meeting",
            corroboration(claims, parties),
            sides,
            cited,
        )
