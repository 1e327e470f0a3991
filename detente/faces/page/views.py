"""What each view of the page shows: one answer of `ask` or a few, charts of them, and how to repeat and cite them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from detente.ask.answer import Answer
from detente.errors import QuestionError
from detente.faces.page import charts

VIEWS = {"now": "Now", "record": "Record", "what-if": "What if", "table": "Table", "methods": "Methods"}
PATHS = {"now": "/", "record": "/record", "what-if": "/what-if", "table": "/table", "methods": "/methods"}
FIRST, LAST = "2018-01-01", "2100-12-31"
DOSSIER = "us-china"


@dataclass(frozen=True)
class ViewQuery:
    """A view with its query: the days of time travel, and the view's own words."""

    view: str
    as_of: str
    known: str
    query: Mapping[str, str] = field(default_factory=dict)

    def url(self, **other: str) -> str:
        """The address of this state, or of it with some words changed."""
        words = {"asof": self.as_of, "known": self.known if self.known != self.as_of else "", **self.query, **other}
        return f"{PATHS[self.view]}?{urlencode({k: v for k, v in words.items() if v})}"

    @property
    def export(self) -> dict[str, str]:
        """The query in the names of the command line."""
        return {"as_of": self.as_of, "known": self.known}


@dataclass(frozen=True)
class ViewModel:
    """title; headline; the answers shown; charts by id; rows: a tidy table; command and python repeat it."""

    title: str
    headline: str
    answers: dict[str, Answer]
    charts: dict[str, dict[str, Any]]
    rows: list[dict[str, Any]]
    command: str
    python: str
    more: dict[str, Any] = field(default_factory=dict)


def days(query: Mapping[str, str]) -> tuple[str, str]:
    """(as of, known) of a query; today unless said. Raises QuestionError for a day that is none."""
    found = []
    for key in ("asof", "known"):
        written = query.get(key, "").strip()
        if written:
            try:
                written = date.fromisoformat(written[:10]).isoformat()
            except ValueError:
                raise QuestionError(f"{key} {written[:40]!r} is not a day; write it as 2025-10-27") from None
            if not FIRST <= written <= LAST:
                raise QuestionError(f"{key} {written}: from {FIRST} to {LAST}")
        found.append(written)
    as_of = found[0] or date.today().isoformat()
    return as_of, found[1] or as_of


@lru_cache(maxsize=32)
def briefed(as_of: str, known: str) -> Answer:
    """The brief of a day, without a document."""
    from detente.ask.questions import brief

    return brief.brief(as_of=as_of, known=known, dossier=DOSSIER)


@lru_cache(maxsize=32)
def forecast(as_of: str, known: str) -> Answer:
    """The forecast of a day."""
    from detente.ask.questions import forecast as question

    return question.forecast(as_of=as_of, known=known, dossier=DOSSIER)


@lru_cache(maxsize=32)
def dealt(as_of: str, known: str) -> Answer:
    """The deals of a day."""
    from detente.ask.questions import deal

    return deal.deal(as_of=as_of, known=known, dossier=DOSSIER)


@lru_cache(maxsize=256)
def priced(
    levers: tuple[tuple[str, float], ...], cells: Any, as_of: str, known: str, horizon: str, bands: bool
) -> Answer:
    """A what-if."""
    from detente.ask.questions.what_if import whatif

    return whatif(dict(levers), dict(cells), as_of=as_of, known=known, horizon=horizon, bands=bands, dossier=DOSSIER)


@lru_cache(maxsize=16)
def replicated(paper: str) -> Answer:
    """A paper's table of theirs and ours."""
    from detente.ask.questions import replicate

    return replicate.replicate(paper, None)


def now(asked: ViewQuery) -> ViewModel:
    """The headline, the clock, who confirmed what, the outcomes priced, how likely, the next dates."""
    answer, chances = briefed(asked.as_of, asked.known), forecast(asked.as_of, asked.known)
    data = answer.data
    drawn = {"outcomes": charts.outcomes(data["outcomes"])} if len(data["outcomes"]) > 1 else {}
    point = next((p for p in chances.data["points"] if p["stake"] == "harm"), None)
    if point:
        drawn["chances"] = charts.chances(point)
    rows = [
        {"outcome": o["name"], "economy": code, "real_income": x, "low": o["low"] and o["low"].get(code),
         "high": o["high"] and o["high"].get(code), "probability": o["probability"]}
        for o in data["outcomes"] for code, x in o["real_income"].items()
    ]  # fmt: skip
    command = f"detente brief --as-of {asked.as_of} --known {asked.known}"
    python = f'import detente; detente.brief(as_of="{asked.as_of}", known="{asked.known}")'
    both, headline = {"brief": answer, "forecast": chances}, data["reading"]["headline"]
    return ViewModel("Now", headline, both, drawn, rows, command, python, {"point": point})


def record(asked: ViewQuery) -> ViewModel:
    """Three lanes, conflicts, measures by legal status, where trackers differ."""
    answer = briefed(asked.as_of, asked.known)
    state = answer.data["state"]
    rows = [
        {k: m.get(k) for k in ("measure", "type", "imposer", "target", "status", "rate_pct", "rate_pp", "announced",
                               "signed", "legal_from", "suspended_until", "published", "source", "verification")}
        for m in state["measures"]
    ]  # fmt: skip
    legal: dict[str, list[dict[str, Any]]] = {}
    for m in state["measures"]:
        legal.setdefault(m["status"], []).append(m)
    n = len(state["conflicts"])
    headline = f"{len(state['measures'])} measures, {len(state['rounds'])} rounds, {n} points on which sources differ."
    command = f"detente record show --as-of {asked.as_of} --known {asked.known}"
    python = f'import detente; detente.Record.load("us-china").as_of("{asked.as_of}", "{asked.known}")'
    more = {"lanes": lanes(state), "legal": legal, "apart": apart(state["measures"])}
    return ViewModel("Record", headline, {"brief": answer}, {}, rows, command, python, more)


def apart(measures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Acts with more than one of their dates known, by the days between the first and the last of them."""
    found = []
    for m in measures:
        dates = {k: str(m[k])[:10] for k in ("announced", "signed", "legal_from", "published") if m.get(k)}
        if len(set(dates.values())) > 1 and all(len(d) == 10 for d in dates.values()):
            ends = [date.fromisoformat(d) for d in dates.values()]
            none = dict.fromkeys(("announced", "signed", "legal_from", "published"))
            found.append({"measure": m["measure"], **none, **dates, "apart": (max(ends) - min(ends)).days})
    return sorted(found, key=lambda r: -r["apart"])


def lanes(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Dated events of the talks, newest first, each in the lane of who says so: Washington, joint, Beijing."""
    found = []
    for r in state["rounds"]:
        if r["start"]:
            what = r["event"] or ("Round in " + r["city"] if r["city"] else "Meeting")
            found.append({"day": r["start"], "lane": "joint", "what": what, "quote": "", "kind": "round"})
    for truce in state["truces"]:
        for link in truce["chain"]:
            if link["by_side"] in ("USA", "CHN", "joint"):
                what = f"{'Truce' if link['kind'] == 'truce' else 'Extension'} to {link['new_expiry']}"
                found.append({"day": link["asserted"], "lane": link["by_side"], "what": what, "quote": link["quote"],
                              "kind": "truce"})  # fmt: skip
    for m in state["measures"]:
        lane = m["by_side"] if m["by_side"] in ("USA", "CHN", "joint") else m["imposer"]
        if lane in ("USA", "CHN", "joint"):
            what = f"{m['measure']}: {m['status'].replace('_', ' ')}"
            found.append({"day": m["asserted"], "lane": lane, "what": what, "quote": m["quote"], "kind": "measure"})
    for s in state["stages"]:
        lane = s["by_side"] if s["by_side"] in ("USA", "CHN", "joint") else None
        if lane:
            found.append({"day": s["asserted"], "lane": lane, "what": f"Stage: {s['stage'].replace('_', ' ')}",
                          "quote": s["quote"], "kind": "stage"})  # fmt: skip
    return sorted((e for e in found if e["day"]), key=lambda e: str(e["day"]), reverse=True)


def read_levers(query: Mapping[str, str]) -> tuple[dict[str, float], dict[tuple[str, str], float], str]:
    """(levers, cells, horizon) of a query. Raises QuestionError for a number that is none."""
    from detente.ask.questions.what_if import BLOCS, LEVERS, PRESETS

    preset = query.get("preset", "")
    if preset and preset not in PRESETS:
        raise QuestionError(f"no preset is named {preset[:40]!r}; there is {', '.join(PRESETS)}")
    levers = dict(PRESETS[preset][1]) if preset else {}
    for name in LEVERS:
        if query.get(name, "").strip() and not preset:
            levers[name] = _points(query[name], name)
    cells = {}
    for by in BLOCS:
        for on in BLOCS:
            written = query.get(f"{by}-{on}", "").strip()
            if by != on and written:
                cells[by, on] = _points(written, f"{by}-{on}")
    return {k: v for k, v in levers.items() if v}, {k: v for k, v in cells.items() if v}, query.get("horizon") or "long"


def _points(written: str, name: str) -> float:
    try:
        return float(written.replace("−", "-"))
    except ValueError:
        raise QuestionError(f"{name} {written[:40]!r} is no number of points") from None


def what_if(asked: ViewQuery) -> ViewModel:
    """Levers, presets and the matrix, priced; economies ranked, by sector, and a map."""
    levers, cells, horizon = read_levers(asked.query)
    bands = asked.query.get("bands") == "1"
    answer = priced(tuple(levers.items()), tuple(cells.items()), asked.as_of, asked.known, horizon, bands)
    data = answer.data
    who = asked.query.get("sectors") or "USA"
    drawn = {"economies": charts.economies(data["economies"])}
    if data["sectors"]:
        who = who if who in data["shown"] else data["shown"][0]
        drawn["sectors"] = charts.sectors(data["sectors"], who)
    if asked.query.get("map") == "1":
        drawn["map"] = charts.world_map(data["economies"], "/static/vendor/world-110m.json")
    at = {r["economy"]: r for r in data["economies"]}
    headline = (
        f"Real income: USA {at['USA']['real_income']:+.2f} %, China {at['CHN']['real_income']:+.2f} %, world"
        f" {data['world_mean']:+.2f} %, against the duties in force."
    ).replace("-", "−")
    url = asked.url().split("?", 1)[1]
    command = f"curl {shlex.quote('http://127.0.0.1:8000/api/what-if?' + url)}"
    python = (
        f"from detente.ask.questions.what_if import whatif; whatif({levers!r}, {cells!r}, as_of={asked.as_of!r},"
        f" known={asked.known!r}, horizon={horizon!r}, bands={bands})"
    )
    more = {"levers": levers, "cells": cells, "horizon": horizon, "bands": bands, "sectors_of": who,
            "map": "map" in drawn}  # fmt: skip
    return ViewModel("What if", headline, {"what-if": answer}, drawn, data["economies"], command, python, more)


def table(asked: ViewQuery) -> ViewModel:
    """The plane of payoffs, the deals, ratification, the truce, leverage; the fallback is a switch."""
    answer, brief = dealt(asked.as_of, asked.known), briefed(asked.as_of, asked.known)
    data = answer.data
    point = asked.query.get("fallback") or "truce"
    if point not in ("truce", "war"):
        raise QuestionError(f"fallback {point[:40]!r}: it is truce or war")
    payoff = asked.query.get("payoff") or "real_income"
    if payoff not in ("real_income", "government", "government_unbound"):
        raise QuestionError(f"payoff {payoff[:40]!r}: it is real_income, government or government_unbound")
    drawn = charts.plane(data, payoff, point)
    rows = [
        {"package": r["name"], "payoff": p, "USA": v["USA"], "CHN": v["CHN"], "pareto": r["pareto"][p]}
        for r in data["packages"] for p, v in r["payoff"].items()
    ]  # fmt: skip
    command = f"detente deal --as-of {asked.as_of} --known {asked.known} --disagreement {point}"
    days = f'as_of="{asked.as_of}", known="{asked.known}"'
    python = f'from detente.ask.questions.deal import deal; deal({days}, disagreement="{point}")'
    more = {"fallback": point, "payoff": payoff, "here": [
        d for d in data["deals"] if (d["payoff"], d["disagreement"]) == (payoff, point)
    ]}  # fmt: skip
    return ViewModel("Table", data["words"], {"deal": answer, "brief": brief}, {"plane": drawn} if drawn else {}, rows,
                 command, python, more)  # fmt: skip


def methods(asked: ViewQuery) -> ViewModel:
    """Theirs, ours and the gap for every table a paper printed, data hashes, limits, versions."""
    from detente.ask.questions import replicate

    papers = list(replicate.papers())
    paper = asked.query.get("paper") or ""
    if paper and paper not in papers:
        raise QuestionError(f"no replication is named {paper[:40]!r}; there is {', '.join(papers)}")
    answer = replicated(paper) if paper else None
    rows = [r for r in answer.data["rows"] if r["published"] is not None] if answer else []
    meta = forecast(asked.as_of, asked.known).to_json()["meta"]
    headline = "Every model stands beside a published table; misses stay visible, with their reason."
    if answer:
        missed = answer.data["missed"]
        headline = (
            f"{paper}: {len(rows):,} published numbers, {missed if isinstance(missed, int) else len(missed)} missed."
        )
    more = {"papers": papers, "paper": paper, "meta": meta, "shown": rows[:400], "count": len(rows)}
    command = f"detente replicate {paper}".rstrip()
    python = f"import detente; detente.replicate({paper!r})"
    if not paper:
        python = (
            "import detente; from detente.ask.questions.replicate import papers;"
            " [detente.replicate(p) for p in papers()]"
        )
    drawn = charts.gaps(rows)
    return ViewModel(
        "Methods",
        headline,
        {"replicate": answer} if answer else {},
        {"gaps": drawn} if drawn else {},
        rows,
        command,
        python,
        more,
    )


BUILDERS = {"now": now, "record": record, "what-if": what_if, "table": table, "methods": methods}
