"""How likely each ending of the decision points ahead is, by what was known on the day, with its record beside it.

The chance shown is the base rate unless a richer model scored at least 15 % better out of sample before that day: the
track record says so, and is part of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.forecasting.path import path, truce_point
from detente.ask.forecasting.track_record import AHEAD, BASE, ENOUGH, chosen, reduced, rows, scores, shipped, track
from detente.ask.talks.dossier import open_dossier
from detente.bargain import forecast as games
from detente.bargain.forecast import MODELS
from detente.errors import QuestionError
from detente.record import history
from detente.record.history import CLASSES, DecisionPoint
from detente.record.state import State

RELATED = {"us-china": ("CN",)}  # codes in `parties` of the points that a dossier is about


def one(points: Sequence[DecisionPoint], point: DecisionPoint, day: date, model: str) -> dict[str, Any]:
    """The forecast of an open point on a day, from what had ended by then: chances, reasons, what would change it."""
    every = [reduced(p) for p in points if p.id != point.id]
    own = reduced(point)._replace(ended=None, outcome=None)
    now = day.toordinal()
    learned = games.known_on(every, now)
    chance = {name: made(every, own, now, CLASSES) for name, made in MODELS.items()}
    classes: list[dict[str, Any]] = []
    for depth in range(len(own.groups) + 1):
        alike = [p for p in learned if p.groups[:depth] == own.groups[:depth]]
        told = games.rates(alike, CLASSES)
        name = ", ".join(own.groups[:depth]) or "all decision points"
        classes.append({"name": name, "n": len(alike), "rates": {c: _rate(r) for c, r in told.items()}})
    shown = classes[0] if model == BASE else classes[-1]
    later = [
        {"day": (point.deadline - timedelta(days=k)).isoformat(), "days_left": k,
         **_by_class(games.by_hazard(every, own, own.deadline - k, CLASSES))}
        for k in AHEAD if point.deadline - timedelta(days=k) > day
    ]  # fmt: skip
    return {
        "id": point.id,
        "negotiation": point.negotiation,
        "at_stake": point.at_stake,
        "deadline": point.deadline.isoformat(),
        "days_left": (point.deadline - day).days,
        "known": point.known.isoformat(),
        "set_by": point.set_by,
        "stake": point.stake,
        "points_if_nothing": point.points,
        "model": model,
        "n": len(learned),
        "chance": _by_class(chance[model]),
        "interval": {c: [shown["rates"][c]["low"], shown["rates"][c]["high"]] for c in CLASSES},
        "interval_n": shown["n"],
        "reference_classes": classes,
        "others": {name: _by_class(x) for name, x in chance.items() if name != model},
        "if_still_open": later,
        "sources": point.sources,
        "certainty": point.certainty,
    }


def _rate(given: games.Rate) -> dict[str, float]:
    return {"mean": given.mean, "low": given.low, "high": given.high, "hits": given.hits}


def _by_class(chance: np.ndarray) -> dict[str, float]:
    return dict(zip(CLASSES, map(float, chance), strict=True))


def open_points(points: Sequence[DecisionPoint], day: date, dossier: str = "us-china") -> list[DecisionPoint]:
    """Points of a dossier's parties that were known and open on a day, the next first."""
    codes = RELATED.get(dossier, ())
    return sorted(
        (p for p in points if set(p.parties.split("-")) & set(codes) and games.open_on(reduced(p), day.toordinal())),
        key=lambda p: (p.deadline, p.id),
    )


def section(state: State, day: date, dossier: str) -> dict[str, Any]:
    """What a brief carries under `forecast`: the open points of a day with their chances, and the track record."""
    points = history.known_on(history.load(), day)
    told = scores([s for s in shipped() if s.ended <= day])
    model = chosen(told)
    found = [one(points, p, day, model) for p in open_points(points, day, dossier)]
    return {
        "words": words(found, model, told),
        "model": model,
        "classes": list(CLASSES),
        "points": found,
        "track": told,
        "resolution": resolution(state),
        "not_used": not_used(state),
    }


def words(found: Sequence[dict[str, Any]], model: str, told: Sequence[dict[str, Any]]) -> str:
    """The answer in two sentences."""
    if not found:
        return "No decision point of these talks is open on this day in the history at hand."
    most = [p for p in found if p["stake"] == "harm"] or list(found)
    p = max(most, key=lambda p: (abs(p["points_if_nothing"] or 0), -p["days_left"]))
    best = sorted(p["chance"], key=lambda c: -p["chance"][c])[:3]
    said = ", ".join(f"{c} {100 * p['chance'][c]:.0f} %" for c in best)
    first = (
        f"By {p['deadline']} ({p['negotiation']}): {said}, by the {model} of {p['n']} decision points that had ended."
    )
    if model == BASE and told:
        n = told[0]["n"]
        if told[0]["negotiations"] < ENOUGH:
            return f"{first} {n} earlier forecasts are too few to choose a richer model by, so it is what is shown."
        return f"{first} Over {n} earlier forecasts no richer model beat the base rate by 15 %, so it is what is shown."
    return first


def not_used(state: State) -> list[dict[str, Any]]:
    """What the record knows and no forecast uses, since the history has no dated values of it: summits and stages."""
    found = [
        {
            "what": f"{row['what']} on {row['date']}, {row['status'].replace('_', ' ')}",
            "statement": row.get("statement"),
        }
        for row in state.next
        if row["kind"] == "meeting"
    ]
    return found


RULES = {
    "announced": "a statement of either side, made by the deadline, moves the end of the truce past it",
    "mutual": "statements of both sides, or a joint one, made by the deadline, move the end of the truce past it",
    "in force": "an official instrument, issued by the deadline, moves the end of the truce past it",
}


def resolution(state: State) -> list[dict[str, Any]]:
    """Each truce's next deadline with rules that are queries on the record, each met, open, or not met by its day."""
    found = []
    for truce in state.truces:
        chain = [link for link in truce["chain"] if link["by_side"] in ("USA", "CHN", "joint")]
        days = sorted({str(link["new_expiry"])[:10] for link in chain if link["new_expiry"]})
        for deadline in days:
            moved = [
                link
                for link in chain
                if str(link["new_expiry"] or "")[:10] > deadline and link["asserted"][:10] <= deadline
            ]
            by = {link["by_side"] for link in moved}
            proofs = {
                "announced": moved,
                "mutual": moved if "joint" in by or {"USA", "CHN"} <= by else [],
                "in force": [link for link in moved if link.get("instrument")],
            }
            over = state.known[:10] > deadline
            for rule, proof in proofs.items():
                found.append(
                    {
                        "truce": truce["truce"], "deadline": deadline, "rule": rule, "meaning": RULES[rule],
                        "status": "met" if proof else "not met" if over else "open",
                        "on": _since(proof, rule),
                        "evidence": [p["statement"] for p in proof],
                    }
                )  # fmt: skip
    return found


def _since(proof: Sequence[dict[str, Any]], rule: str) -> str | None:
    """The day on which a rule was met: for both sides, when the later of them had spoken."""
    if rule != "mutual":
        return min((p["asserted"][:10] for p in proof), default=None)
    by = {side: min((p["asserted"][:10] for p in proof if p["by_side"] == side), default=None) for side in
          ("USA", "CHN", "joint")}  # fmt: skip
    both = max(by["USA"], by["CHN"]) if by["USA"] and by["CHN"] else None
    return min((d for d in (both, by["joint"]) if d), default=None)


def probability(section: dict[str, Any], outcome: str, truce: dict[str, Any] | None, threats: Sequence[Any]) -> Any:
    """(chance, where from) of an outcome of the brief; (None, why) where no open decision point is about it."""
    which = {"truce-extended": "extension", "truce-lapses": "lapse"}.get(outcome)
    if which and truce:
        about = [p for p in section["points"] if p["deadline"] == str(truce["expiry"])[:10] and p["points_if_nothing"]]
    else:
        which = "lapse"
        days = {(str(t["effective"])[:10], t.get("rate_pct")) for t in threats if t["threat"] == outcome}
        about = [p for p in section["points"] if (p["deadline"], p["points_if_nothing"]) in days]
    if not about:
        return None, "no open decision point of the history is about this outcome on this day"
    p = about[0]
    return p["chance"][which], f"{which} by {p['deadline']}, {p['model']}, n = {p['n']}"


def forecast(
    *,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = "us-china",
    home: str | None = None,
    points: str | Path | None = None,
) -> Answer:
    """Chances of every open decision point on a day, from what was known then, with reasons and the track record.

    as_of defaults to today, known to as_of: rules are resolved as known then, chances never use more than was known on
    as_of. points: a file of more decision points, scored unseen beside the shipped ones. Raises QuestionError,
    RecordError.
    """
    if points is not None:
        return unseen(points)
    as_of = as_of or date.today().isoformat()
    known = known or as_of
    if dossier not in RELATED:
        raise QuestionError(f"no history of decision points goes with the dossier {dossier!r}; take us-china")
    record = open_dossier(dossier, home)
    day = date.fromisoformat(as_of[:10])
    then = record.as_of(as_of, as_of)
    data = section(then, day, dossier)
    next_end = truce_point(data["points"], then.truces)
    data["path"] = path(next_end, as_of=as_of, dossier=dossier, home=home) if next_end else None
    data["resolution"] = resolution(record.as_of(known, known))
    came = {p.id: p for p in history.known_on(history.load(), date.fromisoformat(known[:10]))}
    for row in data["points"]:
        p = came.get(row["id"])
        row["came"] = None if p is None or p.kind is None else {"class": p.kind, "on": str(p.ended), "code": p.outcome}
    return Answer(
        "forecast",
        {"as_of": as_of, "known": known, **data},
        NOTES,
        {"as_of": as_of, "known": known, "dossier": dossier},
    )


def unseen(path: str | Path) -> Answer:
    """The scores of decision points that no model has seen, each forecast from what had ended by the day."""
    mine = history.load(path)
    own = {p.id for p in mine}
    every = [p for p in history.load() if p.id not in own] + mine
    found = track(every, score=mine)
    told = scores(found)
    n = len({s.id for s in found})
    data = {
        "words": f"{n} of {len(mine)} points could be forecast before their day; base rate"
        f" Brier {told[0]['brier']:.3f} over {told[0]['n']} forecasts."
        if told
        else "None of these points could be forecast before its day: none had ended, or too little had before it.",
        "model": chosen(scores(shipped())),
        "track": told,
        "forecasts": [dict(r) for r in rows(found)],
        "classes": list(CLASSES),
    }
    return Answer("forecast", data, NOTES, {"points": Path(path).name})


NOTES = (
    "classes: deal; extension (the day is moved); lapse (the day passes and what was announced comes, or a promise"
    " ends); breach (a fresh act beyond it); unexecuted (a threat withdrawn or left undone)",
    "points are those somebody reported and this history holds: chosen, not sampled",
    "Brier scores are summed over five classes: 0 is perfect, 2 is certain and wrong",
    "an interval is the 90 % range of the class's own rate; a paired difference is resampled by whole negotiations",
    "one market quote is at hand, for another rule (a tariff agreement by 31 May 2026, 66.5 %, did not come: 0.442 on"
    " the two-class Brier score); no dated stakeholder positions are, so no salience-weighted mean is scored",
)
