"""Tables of what players do: the sides of a truce, deals, threats, optimal and negotiated tariffs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.priced import economy, sector
from detente.ask.tabular.rows import build
from detente.ask.tabular.units import PERCENT, POINTS

Data = Mapping[str, Any]


def _percent(name: str, description: str) -> Field:
    return Field(f"{name}_pct", unit=PERCENT, description=description)


SIDES = {
    "C": _percent("C", "real income while the truce is kept"),
    "D": _percent("D", "real income on breaking it alone"),
    "N": _percent("N", "real income in the war after"),
    "best_change_points": Field("best_change_pp", unit=POINTS, description="best change of the side's duty alone"),
    "best_change": _percent("best_change", "what that change is worth"),
}
THREATS = {
    "loss": _percent("loss", "real income that the target loses"),
    "cost": _percent("cost", "real income that the threat costs its sender"),
    "cost_if_answered": _percent("cost_if_answered", "the same where the target answers"),
    "net": _percent("net", "loss less cost"),
    "needed": _percent("needed", "what the demand must add for the threat to pay"),
}
EXPOSURE = {
    "share": Field("share", unit="fraction", description="of the sector's spending that goes to the other sides"),
    "of_imports": Field("share_of_imports", unit="fraction", description="of the sector's imports"),
    "cut_off": _percent("cut_off", "rise of the sector's price index without the other sides"),
}


def truce(data: Data) -> Iterator[DataTable]:
    """Of `truce`: a row a side and payoff."""
    yield build("sides", "What each side has under the truce", data["sides"], ("payoff", "side"), SIDES)


def deal(data: Data) -> Iterator[DataTable]:
    """Of `deal`: deals by payoff, disagreement point and solution; packages by party; settings of the model."""
    yield build("deals", "Where talks land", data["deals"], ("payoff", "disagreement", "solution"))
    packages = [
        {"package": row["name"], "payoff": payoff, **economy(code), "value": value, "pareto": row["pareto"][payoff]}
        for row in data["packages"]
        for payoff, values in row["payoff"].items()
        for code, value in values.items()
    ]
    worth = {"value": _percent("payoff", "payoff of the package against the duties of the day")}
    yield build("packages", "What each package is worth", packages, ("package", "payoff", "economy"), worth)
    settings = data["by_elasticity"] or []
    points = {f"points_{code}": Field(f"points_{code}_pp", unit=POINTS, description=f"change of the duty of {code}")
              for row in settings for code in row["points"] or ()}  # fmt: skip
    yield build("settings", "Where talks land in each setting", settings, ("set", "horizon", "closure"), points)


def leverage(data: Data) -> Iterator[DataTable]:
    """Of `leverage`: threats, and sectors in which a side depends on the others."""
    threats = [{key: value for key, value in row.items() if key != "solver"} for row in data["threats"]]
    yield build("threats", "Loss and cost of each threat", threats, ("threat", "target", "payoff"), THREATS)
    rows = [
        {**economy(side), **sector(row["sector"]), **{key: value for key, value in row.items() if key in EXPOSURE}}
        for side, listed in data["exposure"].items()
        for row in listed
    ]
    yield build("exposure", "Sectors that depend on the other sides", rows, ("economy", "sector"), EXPOSURE)


SPLITS = {
    "alone": "added a year by this deal alone", "added": "added beyond the others", "pair": "to the two sides",
    "own": "of it the partner's", "own_alone": "the partner's, of this deal alone", "left_out": "of all others",
    "split": "each side's part", "payment": "paid to the partner", "shapley": "Shapley value",
}  # fmt: skip


def side_deals(data: Data) -> Iterator[DataTable]:
    """Of `side-deals`: a row a partner."""
    own = {
        key: Field(f"{key}_bn_usd", unit="billion USD", description=f"a year, {text}") for key, text in SPLITS.items()
    }
    yield build("partners", "What each deal adds", data["partners"], ("party",), own)


def tariffs(data: Data) -> Iterator[DataTable]:
    """Of `tariffs ...`: rates of each player by sector, and what they are worth to every economy."""
    numbered = list(enumerate(data["results"], start=1))
    rates = [
        {"result": k, "player": player, **sector(code), "rate": 100 * rate}
        for k, result in numbered
        for player, levied in result["tariffs"].items()
        for code, rate in {"all": levied["mean"], **levied["sectors"]}.items()
        if rate is not None
    ]
    own = {"rate": _percent("rate", "mean tariff, weighted by flows")}
    yield build("rates", "Tariffs of each player by sector", rates, ("result", "player", "sector"), own)
    rows = [
        {"result": k, **economy(code), **row} for k, result in numbered for code, row in result["economies"].items()
    ]
    worth = {"payoff": _percent("payoff", "what the player maximises"),
             "revenue": Field("revenue", unit="fraction of baseline income", description="duty collected")}  # fmt: skip
    yield build("economies", "What it is worth", rows, ("result", "economy"), worth, changes=True)
