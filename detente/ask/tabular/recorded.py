"""Tables of the talks: forecasts by ending, duties by act, pair or day, the lists of the record, rows of a sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from detente.ask.questions.sweep import JOURNAL, read_journal
from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.of_answer import of_lists
from detente.ask.tabular.priced import with_sides, without_lists
from detente.ask.tabular.rows import build
from detente.ask.tabular.sweeps import sweep_table
from detente.ask.tabular.units import PERCENT, POINTS

Data = Mapping[str, Any]
Row = dict[str, Any]


CHANCE = {
    "probability_low": Field("probability_low", unit="fraction", description="low end of its interval"),
    "probability_high": Field("probability_high", unit="fraction", description="high end of its interval"),
    "n": Field("n", description="cases that the model learned from"),
}


def forecast(data: Data) -> Iterator[DataTable]:
    """Of `forecast`: a row for each ending of each point; the track record; calibration; resolution."""
    keys = ("id", "ending")
    yield build("endings", "How likely each ending of each point is", _endings(data["points"]), keys, CHANCE)
    yield from of_lists({key: value for key, value in data.items() if key != "points"})


def _endings(points: list[Data]) -> Iterator[Row]:
    about = ("id", "negotiation", "at_stake", "deadline", "days_left", "known", "stake", "model", "n")
    for point in points:
        for ending, chance in (point.get("chance") or {}).items():
            low, high = (point.get("interval") or {}).get(ending) or (None, None)
            yield {
                **{key: point.get(key) for key in about}, "ending": ending, "probability": chance,
                "probability_low": low, "probability_high": high,
            }  # fmt: skip


ACT = {
    "points": Field("points_pp", unit=POINTS, description="points of the act on the goods it falls on"),
    "additional_pp": Field("additional_pp", unit=POINTS, description="added to the pair's average duty"),
    "average_pct": Field("average_pct", unit=PERCENT, description="average duty of the pair"),
    "act_additional_pp": Field("act_additional_pp", unit=POINTS, description="the act's part of it"),
}


AVERAGE = {
    "ours": Field("ours_pct", unit=PERCENT, description="our average duty"),
    "published": Field("published_pct", unit=PERCENT, description="the published average"),
    "gap": Field("gap_pp", unit=POINTS, description="ours less the published one"),
}


def duties(data: Data) -> Iterator[DataTable]:
    """Of `duties`: averages beside published ones, or steps by day, before the acts and the pairs."""
    if "compare" in data:
        keys = ("day", "by", "against", "series")
        yield build("averages", "Average duties beside published ones", data["compare"], keys, AVERAGE)
    pairs = data.get("pairs") or []
    if "series" in data:
        pair = {"by": pairs[0]["by"], "against": pairs[0]["against"]}
        steps = [{**pair, **step, "changed": [act["id"] for act in step["changed"]]} for step in data["series"]]
        yield build("days", "Duty by day", steps, ("by", "against", "day"), ACT)
    acts = [with_sides(row) for pair in pairs for row in _acts(data, pair)]
    yield build("acts", "Duties by pair and act", acts, ("by", "against", "act"), ACT)
    yield build("pairs", "Duties by pair", [with_sides(row) for row in without_lists(pairs)], ("by", "against"), ACT)


def _acts(data: Data, pair: Data) -> Iterator[Row]:
    """A row for each act of a pair: its points, or why it has none; the pair's own numbers stand in each."""
    own = {
        **{key: data[key] for key in ("as_of", "known", "since")},
        **{key: pair[key] for key in ("by", "against", "additional_pp", "average_pct", "weights")},
    }
    for row in (*pair["acts"], *pair["not_priced"]):
        yield {
            **own,
            "act": row["id"],
            "points": row.get("points"),
            "act_additional_pp": row.get("additional_pp"),
            "not_priced": row.get("reason", ""),
            **{key: row[key] for key in ("confidence", "source", "url")},
        }


def record(data: Data) -> Iterator[DataTable]:
    """Of `record show`: measures first, then the other lists of the state."""
    lists = {key: value for key, value in data.items() if key not in ("measures", "case", "reading")}
    yield from of_lists({"measures": data["measures"]})
    yield from of_lists(lists)


def sweep(data: Data) -> Iterator[DataTable]:
    """Of `sweep`: its rows, read from the journal of its folder."""
    yield sweep_table(list(read_journal(Path(data["out"]) / JOURNAL).values()))
