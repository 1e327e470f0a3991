"""A long dossier made by rule: a few thousand facts of eight years of talks, told again and again by many sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from detente.record.fact import By, Source, Statement

Fact = tuple[int, str, dict[str, Any]]  # day, kind, value

FIRST, DAYS = date(2018, 1, 1), 3100
BOTH = ["CHN", "USA"]
TOPICS = ("tariffs", "rare_earths", "fentanyl", "agriculture", "tiktok", "chips", "truce_extension", "port_fees")
CITIES = ("Geneva", "London", "Stockholm", "Madrid", "Kuala Lumpur", "Busan", "Beijing", "Washington")
STAGES = ("talks", "framework", "agreed", "signed", "in_force")


def day(n: float) -> str:
    """The n-th day of the talks."""
    return (FIRST + timedelta(days=int(n))).isoformat()


def sources(count: int = 2000) -> list[Source]:
    """The publishers."""
    return [Source(f"src{i}", f"Report {i}", f"Publisher {i % 90}", day(0), "press") for i in range(count)]


def facts(rng: Random) -> list[Fact]:
    """Day, kind and value of everything there is to say."""
    return [*_measures(rng), *_truces(), *_stages(), *_meetings(), *_people(rng), *_threats(), *_topics()]


def _measures(rng: Random) -> Iterator[Fact]:
    for m in range(120):
        start, side = rng.randrange(DAYS), rng.choice(BOTH)
        base = {"measure": f"m{m}", "type": "tariff", "imposer": side, "target": "CHN" if side == "USA" else "USA"}
        for step, status in enumerate(("announced", "in_force", "suspended", "ended")):
            value = {
                **base,
                "status": status,
                "rate_pct": 25,
                "authority": "law",
                "legal_from": day(start + 200 * step),
            }
            yield start + 200 * step - 10, "measure", value


def _truces() -> Iterator[Fact]:
    for t in range(12):
        for step in range(4):
            on = 250 * t + 90 * step
            yield on, "extension", {"truce": f"t{t}", "parties": BOTH, "new_expiry": day(on + 90)}


def _stages() -> Iterator[Fact]:
    for d in range(60):
        for k, stage in enumerate(STAGES):
            yield 50 * d + 9 * k, "agreement_stage", {"deal": f"d{d}", "parties": BOTH, "stage": stage}


def _meetings() -> Iterator[Fact]:
    for r in range(120):
        where = {"city": CITIES[r % 8], "start": day(25 * r), "end": day(25 * r + 1), "parties": BOTH, "ordinal": r + 1}
        yield 25 * r, "meeting", where
        name = {"event": f"round {r}", "date": day(25 * r)}
        yield 25 * r - 9, "planned_meeting", {**name, "status": "announced_one_side", "parties": BOTH}
        for side in BOTH:
            yield 25 * r - 6, "confirmation", {**name, "by_side": side, "status": "confirmed"}


def _people(rng: Random) -> Iterator[Fact]:
    for p in range(150):
        yield 20 * p, "participant", {"person": f"Person {p}", "side": rng.choice(BOTH), "role": "Minister"}
        yield 20 * p, "name_variant", {"surface": f"Persn {p}", "person": f"Person {p}"}


def _threats() -> Iterator[Fact]:
    for t in range(60):
        yield 50 * t, "threat", {"threat": f"th{t}", "by_side": "USA", "rate_pct": 50 + t}


def _topics() -> Iterator[Fact]:
    for n in range(DAYS // 30):
        for topic in TOPICS:
            yield 30 * n, "agenda_item", {"topic": topic}


def statements(count: int, seed: int = 1) -> Iterator[Statement]:
    """`count` statements: two in five are words of a speaker, the rest tell a fact, often not for the first time."""
    rng = Random(seed)
    there = facts(rng)
    for n in range(count):
        number = rng.randrange(len(there))
        at, kind, value = there[number]
        own = "joint" if kind in ("extension", "meeting") else BOTH[number % 2]
        by = rng.choice((By(side="press", mode="narrator"),) * 4 + (By(side=own), By(side=own, mode="reported")))
        if rng.random() < 0.4:
            kind, value = "statement", {"speaker": f"Person {rng.randrange(150)}", "side": "USA", "tone": "neutral"}
        said = day(min(max(at + rng.randrange(30), 0), DAYS))
        yield Statement(
            kind, value, by, f"src{rng.randrange(2000)}", quote=f"words number {n}", asserted=said, known=said,
            note=str(n), verification="press read",
        )  # fmt: skip
