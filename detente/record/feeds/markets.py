"""Forecast markets: Polymarket events and markets, Metaculus posts. Each question becomes a decision point.

A closed market is not resolved, an annulled question has no outcome, and a number that is not shown is unknown, not one
half. The deadline is that of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from detente.record.feeds import dates
from detente.record.feeds.model import FeedFile, FeedQuestion, Update, together, unless_refused
from detente.record.feeds.untrusted import first_object, mappings, number, parsed_json, refuse

LISTS = ("outcomes", "outcomePrices")
DEADLINE = re.compile(rf"by {dates.DAY},? \d{{1,2}}:\d\d [AP]M ET")
OUTCOMES = {"yes": "yes", "no": "no", "true": "yes", "false": "no"}


def recognise(file: FeedFile) -> str:
    """events, markets (Polymarket) or posts (Metaculus); empty for anything else."""
    if file.form != "json":
        return ""
    value = file.value
    rows = value.get("results") if isinstance(value, Mapping) else value
    first = first_object(rows)
    if {"question", "conditionId", "outcomes"} <= first.keys():
        return "markets"
    if isinstance(first.get("markets"), list) and "negRisk" in first:
        return "events"
    return "posts" if "nr_forecasters" in first else ""


def read(files: Sequence[FeedFile]) -> Update:
    """The questions of all files; one that cannot be read is named and left out."""
    return together(update for file in files for update in _answers(file))


def _answers(file: FeedFile) -> Iterator[Update]:
    part = recognise(file)
    rows = file.value["results"] if part == "posts" else file.value
    for item in mappings(file.path, rows, "the answer"):
        yield unless_refused(file.path, partial(_questions, READERS[part], file.path, item))


def _questions(reader: Reader, path: str, item: Mapping[str, Any]) -> Update:
    return Update(questions=tuple(reader(path, item)))


# Polymarket


def _event(path: str, event: Mapping[str, Any]) -> Iterator[FeedQuestion]:
    exclusive = event.get("negRisk") if isinstance(event.get("negRisk"), bool) else None
    for market in mappings(path, event["markets"], "markets"):
        yield from _market(path, market, str(event.get("title") or ""), exclusive)


def _market(
    path: str, market: Mapping[str, Any], group: str | None = None, exclusive: bool | None = None
) -> Iterator[FeedQuestion]:
    name = f"market {market.get('id')}"
    names, prices = (_inner(path, name, market.get(key)) for key in LISTS)
    if len(names) != len(prices):
        refuse(path, f"{name} has {len(names)} outcomes and {len(prices)} prices", "it is left out")
    by_name = {str(answer).lower(): _probability(price) for answer, price in zip(names, prices, strict=True)}
    status = _status(market)
    is_resolved = status == "resolved"
    rules = str(market.get("description") or "")
    yield FeedQuestion(
        id=f"polymarket-{market.get('id')}",
        title=str(market.get("question")),
        market="Polymarket",
        probability=None if market.get("closed") else by_name.get("yes"),
        as_of=_time(market.get("updatedAt")),
        deadline=_deadline(rules) or dates.iso_day(market.get("endDateIso")),
        status=status,
        opened=_time(market.get("startDate") or market.get("createdAt")),
        outcome=_outcome(by_name) if is_resolved else None,
        resolved=_time(market.get("closedTime")) if is_resolved else None,
        group=group,
        exclusive=exclusive,
        rules=rules,
        url=f"https://polymarket.com/market/{market.get('slug')}",
    )


def _status(market: Mapping[str, Any]) -> str:
    """What the oracle says, where it has said something; a closed market is not resolved."""
    return str(market.get("umaResolutionStatus") or ("closed" if market.get("closed") else "open"))


def _outcome(by_name: Mapping[str, float | None]) -> str | None:
    """The answer whose price is 1."""
    return next((OUTCOMES.get(name) for name, price in by_name.items() if price == 1), None)


def _inner(path: str, name: str, value: Any) -> list[Any]:
    """A list that is JSON inside a string."""
    inner = parsed_json(f"{path}: {name}", value) if isinstance(value, str) else value
    if not isinstance(inner, list):
        refuse(path, f"{name} has outcomes or prices that are no list", "it is left out")
    return inner


def _probability(value: Any) -> float | None:
    probability = number(value)
    return probability if probability is not None and 0 <= probability <= 1 else None


def _time(value: Any) -> str | None:
    """The instant in UTC, from 2026-09-01T10:00:00.654321Z or 2026-08-12 03:11:09+00."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).isoformat(timespec="seconds")


def _deadline(rules: str) -> str | None:
    """The last minute by which it must have happened, in the zone that the rules name."""
    match = DEADLINE.search(rules)
    return dates.eastern(match[0]) if match else None


# Metaculus


def _post(path: str, post: Mapping[str, Any]) -> Iterator[FeedQuestion]:
    """The one question of a post, or those of its group, by their own ids."""
    group = post.get("group_of_questions")
    single = post.get("question")
    address = f"https://www.metaculus.com/questions/{post.get('id')}/"
    if isinstance(single, Mapping):
        yield _question(single, f"metaculus-{post.get('id')}", None, address)
    elif isinstance(group, Mapping):
        for question in mappings(path, group.get("questions"), f"the group of post {post.get('id')}"):
            yield _question(question, f"metaculus-{question.get('id')}", str(post.get("title")), address)
    else:
        refuse(path, f"post {post.get('id')} holds neither a question nor a group", "it is left out")


def _question(question: Mapping[str, Any], identity: str, group: str | None, address: str) -> FeedQuestion:
    history = tuple(_forecasts(question))
    resolution = str(question.get("resolution") or "").lower()
    revealed = _time(question.get("cp_reveal_time"))
    return FeedQuestion(
        id=identity,
        title=str(question.get("title")),
        market="Metaculus",
        probability=history[-1][1] if history else None,
        as_of=history[-1][0] if history else None,
        deadline=_time(question.get("scheduled_close_time")),
        status=resolution if resolution in ("annulled", "ambiguous") else str(question.get("status") or "unknown"),
        opened=_time(question.get("open_time") or question.get("created_at")),
        outcome=OUTCOMES.get(resolution),
        resolved=_time(question.get("resolution_set_time")),
        history=history,
        public_since=revealed,
        group=group,
        rules=str(question.get("resolution_criteria") or ""),
        url=address,
        note=f"forecasts before {revealed} were not public" if revealed else "",
    )


def _forecasts(question: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The community's forecasts by the question's own method, each with its start in UTC."""
    aggregations = question.get("aggregations")
    method = question.get("default_aggregation_method") or "recency_weighted"
    rows = aggregations.get(method) if isinstance(aggregations, Mapping) else None
    history = rows.get("history") if isinstance(rows, Mapping) else None
    for row in history if isinstance(history, list) else []:
        start, probability = _forecast(row) if isinstance(row, Mapping) else (None, None)
        if start and probability is not None:
            yield start, probability


def _forecast(row: Mapping[str, Any]) -> tuple[str | None, float | None]:
    centers = row.get("centers")
    return _number_of_seconds(row.get("start_time")), _probability(centers[0]) if isinstance(
        centers, list
    ) and centers else None


def _number_of_seconds(value: Any) -> str | None:
    try:
        return datetime.fromtimestamp(float(value), UTC).isoformat(timespec="seconds")
    except (TypeError, ValueError, OverflowError, OSError):
        return None


Reader = Callable[[str, Mapping[str, Any]], Iterator[FeedQuestion]]
READERS: dict[str, Reader] = {"events": _event, "markets": _market, "posts": _post}
