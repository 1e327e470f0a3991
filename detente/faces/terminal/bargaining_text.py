"""Bargaining answers on a terminal: the answer in words, then its numbers, then what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console

from detente.ask.answer import Answer
from detente.faces import proof, words
from detente.faces.brief_view import controls_view
from detente.faces.deal_view import (
    PAYOFFS,
    ExchangeRow,
    PredictedDeal,
    disagreement_name,
    exchange_rows,
    item_name,
    item_price,
    items_views,
    predicted_deals,
)
from detente.faces.tables import Column, numbers
from detente.faces.terminal import controls_text
from detente.faces.terminal.layout import bullets, console, heading, notes, safe_text, section, table_of
from detente.faces.words import signed

MAIN_PAYOFFS = 2  # payoffs with columns of their own in the table of packages
Disagreement = tuple[str, str, Mapping[str, float]]  # its name, its outcome, {side: payoff}
Factors = dict[int, float | None]  # critical discount factors by the lag until a breach is seen
JsonRow = dict[str, Any]  # a row of an answer's data, in the keys of the command line


def deal(answer: Answer) -> None:
    """The exchange first, then the packages, and what each side must believe."""
    out, data = console(), answer.data
    _start(out, answer, "deal")
    _exchange(out, data["exchange"], _sides(data))
    if data["deals"]:
        _predicted(out, data)
        _without_deal(out, data["disagreements"])
        _packages(out, data)
        if data.get("continuous"):
            _continuous(out, data["continuous"], _sides(data))
        _beliefs(out, data["beliefs"])
    _items(out, data["items"])
    _finish(out, answer)


def _items(out: Console, groups: Sequence[JsonRow]) -> None:
    """What deals hold beside their duties: priced items in a table, the others under the reason why not."""
    for view in items_views(groups):
        table = [table_of(view.priced, ITEM_COLUMNS)] if view.priced else []
        section(out, view.title, *table, *bullets(view.not_priced))


def truce(answer: Answer) -> None:
    """What each side has under the truce, alone in breach and in war; then what would break it and what holds it."""
    out, data = console(), answer.data
    _start(out, answer, "truce")
    if all(row["verdict"] == "unknown" for row in data["sides"]):  # the words say that there is nothing to restore
        _finish(out, answer)
        return
    legend = (
        "C: the truce as it stands; D: this side alone restores its suspended duties; N: every side does. Best move:"
        " the change of its added duties that pays the side most while the others do not react."
    )
    section(
        out,
        "What each side has, percent of real income against the duties in force",
        table_of(data["sides"], TRUCE_COLUMNS),
        safe_text(legend, "dim"),
    )
    for row in data["sides"]:
        if row["table"]:
            _critical_discount_factors(out, row)
    until = f"The truce runs to {words.day(data['truce']['expiry'])}." if data["truce"] else "No truce is known."
    ends = bullets(f"{name}: {meaning}" for name, meaning in data["ends"].items())
    section(out, "Expiry and breach are not the same", safe_text(until), *ends)
    section(out, "What would break it, in this setting", *bullets(data["breaks"] or ["nothing priced here"]))
    section(out, "What holds it, in this setting", *bullets(data["holds"] or ["nothing priced here"]))
    if data["grid"]:
        section(out, "Counted over settings, by real income", *_counts(data["grid"]))
    _finish(out, answer)


def leverage(answer: Answer) -> None:
    """Threats with loss, cost and credibility; then what is not priced; then dependence."""
    out, data = console(), answer.data
    _start(out, answer, "leverage")
    section(
        out,
        "Threats of duties, percent of real income",
        table_of(data["threats"], THREAT_COLUMNS) if data["threats"] else safe_text("none on the table"),
        safe_text(
            "Net: what the target loses beyond what the sender pays. Credible: yes where carrying it out pays the"
            " sender in nearly all settings; otherwise not known, since yielding is not priced.",
            "dim",
        ),
    )
    if data["grid"]:
        section(out, "Counted over settings, by real income", *_counts(data["grid"]))
    controls = controls_view(data.get("controls"))
    if controls:
        controls_text.controls(out, controls)
    if data["not_priced"]:
        names = ", ".join(map(words.measure, data["not_priced"]))
        section(out, "Not in the duties above: controls, licences, listings on record", safe_text(names))
    _exposure(out, data)
    _finish(out, answer)


def _exposure(out: Console, data: JsonRow) -> None:
    """Where each side depends on the others, for the sides of which it is known."""
    for side, rows in data["exposure"].items():
        other = " and ".join(words.economy(code) for code in data["exposure"] if code != side)
        if rows:
            section(
                out,
                f"Where {words.economy(side)} depends on {other}, base year",
                safe_text(_concentration(data["concentration"][side], other)),
                table_of(rows, EXPOSURE_COLUMNS),
            )


def side_deals(answer: Answer) -> None:
    """Deals pair by pair: what each adds, and how it is split."""
    out, data = console(), answer.data
    _start(out, answer, "side deals")
    hub = data["hub"]
    last = {"party": hub["party"], "own": hub["own"], "split": hub["after"], "shapley": hub["shapley"]}
    title = "Each deal, bn USD a year: worth to all parties alone, and added to the others"
    section(out, title, table_of([*data["partners"], last], SIDE_DEAL_COLUMNS))
    if data["exchange"]["pairs"]:
        title = "Exchanges of duties without payments, each while the others stand: points, and gains in percent"
        section(out, title, table_of(data["exchange"]["pairs"], PAIR_COLUMNS))
    _finish(out, answer)


def positions(answer: Answer) -> None:
    """Where a group drifts: positions with their probabilities, the actors, the rounds of challenges."""
    out, data = console(), answer.data
    out.print(safe_text(data["words"], "bold"))
    title = "Positions, and the probability that the group ends at each"
    section(out, title, table_of(data["options"], POSITION_COLUMNS))
    section(out, "Who", table_of(data["actors"], ACTOR_COLUMNS))
    if data["rounds"]:
        section(out, "Rounds of challenges, expected utility", table_of(data["rounds"], ROUND_COLUMNS))
    if data["solver"]:
        solver = data["solver"]
        iterations = words.with_count(solver["steps"], "iteration")
        text = f"The probabilities settle to {words.scientific(solver['gap'])} in {iterations}."
        section(out, "Proof", safe_text(text))
    notes(out, answer)


def _start(out: Console, answer: Answer, title: str) -> None:
    """The question, the days, and the answer in words."""
    heading(out, f"{title},", answer.data)
    out.print()
    out.print(safe_text(answer.data["words"], "bold"))


def _finish(out: Console, answer: Answer) -> None:
    """Where the answer turns, how the payoffs were formed, the proof of the numbers, the notes."""
    data = answer.data
    if data.get("flips"):
        section(out, "Where the answer turns", *bullets(data["flips"]))
    section(out, "Proof", *(safe_text(line) for line in proof.of_scenarios(data["proof"])))
    notes(out, answer)


def _exchange(out: Console, exchange: JsonRow, sides: Sequence[str]) -> None:
    """What each side sets by itself, what is agreed, and what it adds; own moves apart from those of the others."""
    for row in exchange["deals"]:
        proven = row["proof"]
        section(
            out,
            f"The deal by {PAYOFFS[row['payoff']]}: added duties in points, gains in percent of real income",
            table_of(exchange_rows(row, sides), _exchange_columns(sides)),
            safe_text(
                f"No side would gain more than {words.decimal(proven['deviation'], 4)} % by leaving its best response;"
                f" each point is priced exactly, and the search was off by at most {words.decimal(proven['off'], 4)}"
                " points.",
                "dim",
            ),
        )


def _of_pair(row: JsonRow, key: str, digits: int) -> str:
    """The numbers of both sides of a pair."""
    return ", ".join(signed(row[key][side], digits) for side in row["pair"])


def _exchange_columns(sides: Sequence[str]) -> list[Column[ExchangeRow]]:
    return [
        Column("", lambda row: row.name),
        *(numbers(f"duty of {side}", _value(side, "points"), 1, unit=" pts", missing="") for side in sides),
        *(numbers(side, _value(side, "gain"), missing="") for side in sides),
    ]


def _value(side: str, name: str) -> Callable[[ExchangeRow], float | None]:
    def value(row: ExchangeRow) -> float | None:
        values: Mapping[str, float] = getattr(row, name)
        return values.get(side)

    return value


def _predicted(out: Console, data: JsonRow) -> None:
    """Where talks would land; deals from the other disagreement point are dimmed."""
    title = "Packages of whole measures: percent of real income above the disagreement point"
    rows = predicted_deals(data["deals"], data["disagreement"], data["disagreements"])
    section(out, title, table_of(rows, _deal_columns(_sides(data)), lambda row: "" if row.main else "soft"))


def _sides(data: JsonRow) -> list[str]:
    """The sides whose payoffs a deal's answer has, in its order."""
    payoffs = (row["payoff"]["real_income"] for row in data["disagreements"].values())
    return list(next(payoffs, {}))


def _without_deal(out: Console, points: dict[str, JsonRow]) -> None:
    rows = [
        (disagreement_name(point, points), row["outcome"], row["payoff"]["real_income"])
        for point, row in points.items()
    ]
    section(
        out, "Without a deal, by real income", table_of(rows, _disagreement_columns(list(rows[0][2]) if rows else []))
    )


def _packages(out: Console, data: JsonRow) -> None:
    """Packages on the Pareto frontier under some payoff."""
    instruments = "; ".join(f"{x['title']} ({x['by']}): {x['today']}, or {x['moved']}" for x in data["instruments"])
    section(
        out,
        f"Pareto frontier of {len(data['packages'])} packages, against the duties in force",
        safe_text(f"Instruments: {instruments}"),
        table_of(
            [row for row in data["packages"] if any(row["pareto"].values())],
            _package_columns(data["payoffs"], _sides(data)),
        ),
    )


def _package_columns(payoffs: dict[str, str], sides: Sequence[str]) -> list[Column[JsonRow]]:
    shown = MAIN_PAYOFFS if len(sides) <= MAIN_PAYOFFS else 1  # a line has room for four columns of numbers
    pairs = [(payoff, side) for payoff in list(payoffs)[:shown] for side in sides]
    return [
        Column("package", lambda row: str(row["name"])),
        *(_payoff_of(payoff, side) for payoff, side in pairs),
        Column("on the frontier by", lambda row: ", ".join(PAYOFFS[key] for key in payoffs if row["pareto"][key])),
    ]


def _payoff_of(payoff: str, side: str) -> Column[JsonRow]:
    return numbers(f"{PAYOFFS[payoff]} {side}", lambda row: row["payoff"][payoff][side])


def _continuous(out: Console, continuous: JsonRow, sides: Sequence[str]) -> None:
    """Nash deals over any part of the additional duties."""
    deals = continuous["deals"]
    title = "Without steps: the Nash deal over any part of the additional duties"
    if not deals:
        section(out, title, safe_text(f"none: {continuous['why']}"))
        return
    error = max((row["off"] for row in deals if row["off"] is not None), default=0.0)
    section(
        out,
        f"{title}, percent of real income above the disagreement point",
        table_of(deals, _continuous_columns(sides)),
        safe_text(
            f"{continuous['note']}; each deal found is priced exactly, and the search was off by at most"
            f" {words.decimal(error, 4)} points."
        ),
    )


def _beliefs(out: Console, beliefs: list[JsonRow]) -> None:
    """The bargaining strength that each side must be believed to have for each deal."""
    lines = [
        safe_text(
            f"{PAYOFFS[row['payoff']]}: {row['outcome']}, if the bargaining strength of {row['side']} is"
            f" {words.decimal(row['weight_low'], 2)} to {words.decimal(row['weight_high'], 2)} of 1"
        )
        for row in beliefs
    ]
    title = "What each side must believe: the bargaining strength at which a package is the Nash deal"
    if len({row["side"] for row in beliefs}) > 1:
        title += ", the strength of the others as suits it best"
    if lines:
        section(out, title, *lines)


def _critical_discount_factors(out: Console, row: JsonRow) -> None:
    """The patience a side needs, by the chance of lapse and the rounds for which a breach stays unseen."""
    factors: dict[float, Factors] = {}
    for cell in row["table"]:
        factors.setdefault(cell["lapse"], {})[cell["lag"]] = cell["patience"]
    lags = dict.fromkeys(cell["lag"] for cell in row["table"])
    columns = [Column("chance of lapse a round", _chance), *(_at_lag(lag) for lag in lags)]
    title = f"Discount factor that {row['side']} needs, {PAYOFFS[row['payoff']]}: by chance of lapse and rounds unseen"
    section(out, title, table_of(factors.items(), columns))


def _chance(row: tuple[float, Factors]) -> str:
    return words.percent(row[0])


def _at_lag(lag: int) -> Column[tuple[float, Factors]]:
    return Column(f"lag {lag}", lambda row: _factor(row[1][lag]), "number")


def _factor(value: float | None) -> str:
    return "none" if value is None else words.decimal(value, 2)


def _counts(grid: JsonRow) -> Iterator[Any]:
    """The claims on each threat, or each side, with their counts, and what a setting is."""
    for subject in grid.get("threats") or grid["sides"]:
        yield safe_text(f"{subject.get('title') or words.economy(subject['side'])}:")
        yield table_of(subject["verdicts"], VERDICT_COLUMNS)
    number = len(grid["settings"])
    meanings = "; ".join(f"{name}: {meaning}" for name, meaning in grid["closures"].items())
    yield safe_text(f"{number} settings: sets of elasticities by horizon by closure. {meanings}.", "dim")


def _concentration(row: JsonRow, other: str) -> str:
    return (
        f"{words.percent(row['imports_from_other'])} of goods imports and {words.percent(row['exports_to_other'])} of"
        f" goods exports are with {other}; Hirschman index of imports {words.decimal(row['imports_index'], 0)} and of"
        f" exports {words.decimal(row['exports_index'], 0)} of 100."
    )


def _verdict(row: JsonRow) -> str:
    return str(row["verdict"]) + (f" ({row['why']})" if row["verdict"] == "unknown" else "")


def _payment(row: JsonRow) -> str:
    """The side payment of a continuous deal; the reason where there is no deal."""
    if not row["gain"]:
        return str(row["why"])
    if not row["payment_allowed"]:
        return "not allowed"
    if row["received_bn_usd"] is None:
        return "none"
    paid = {side: -x for side, x in row["received_bn_usd"].items() if x < 0}
    digits = 0 if max(paid.values(), default=0.0) >= 1 else 2
    payments = ", ".join(f"{side} pays {words.decimal(x, digits)} bn USD" for side, x in paid.items())
    return payments or "not needed"


def _part(side: str) -> Column[JsonRow]:
    def text(row: JsonRow) -> str:
        if not row["gain"]:
            return words.UNKNOWN
        return f"{words.percent(row['part'][side])}, {signed(row['points'][side], 0)} pts"

    return Column(f"duties of {side}", text, "number")


def _payoff(row: JsonRow) -> str:
    return PAYOFFS[row["payoff"]]


def _value_of(heading: str, key: str, digits: int = 3) -> Column[JsonRow]:
    """A number of the row; nothing where the row has none."""
    return numbers(heading, lambda row: row.get(key), digits, missing="")


def _as_given(key: str) -> Column[JsonRow]:
    """A number of the user's own table, with the digits it was given."""
    return Column(key, lambda row: f"{row[key]:g}", "number")


def _moves(row: JsonRow) -> str:
    moves = (f"{x['actor']} to {x['position']:.2f} ({x['kind']} with {x['to']})" for x in row["moves"])
    return "; ".join(moves) or "nobody"


DEAL_COLUMNS: tuple[Column[PredictedDeal], ...] = (
    Column("payoff", lambda row: row.payoff),
    Column("disagreement", lambda row: row.disagreement),
    Column("solution", lambda row: row.solutions),
    Column("package", lambda row: row.package),
)


def _of_sides(sides: Sequence[str], values: Callable[[Any], Mapping[str, float | None]]) -> list[Column[Any]]:
    """A column of numbers for each side."""

    def value(side: str) -> Callable[[Any], float | None]:
        return lambda row: values(row).get(side)

    return [numbers(side, value(side)) for side in sides]


def _deal_columns(sides: Sequence[str]) -> list[Column[PredictedDeal]]:
    return [*DEAL_COLUMNS, *_of_sides(sides, lambda row: row.gain)]


def _disagreement_columns(sides: Sequence[str]) -> list[Column[Disagreement]]:
    return [
        Column("disagreement", lambda row: row[0]),
        Column("outcome", lambda row: row[1]),
        *_of_sides(sides, lambda row: row[2]),
    ]


def _continuous_columns(sides: Sequence[str]) -> list[Column[JsonRow]]:
    return [
        Column("payoff", _payoff),
        Column("disagreement", lambda row: row["disagreement"]),
        *(_part(side) for side in sides),
        Column("payment", _payment),
        *_of_sides(sides, lambda row: row["gain"] or {}),
    ]


TRUCE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("payoff", _payoff),
    Column("side", lambda row: row["side"]),
    *(_value_of(key, key) for key in ("C", "D", "N")),
    Column("verdict in this setting", _verdict),
    Column("discount factor", lambda row: "" if row["patience"] is None else _factor(row["patience"]), "number"),
    numbers("best move", lambda row: row.get("best_change_points"), 0, unit=" pts"),
    numbers("gain", lambda row: row.get("best_change")),
)
ITEM_COLUMNS: tuple[Column[Any], ...] = (
    Column("item", item_name),
    Column("by", lambda row: row["by"]),
    Column("priced as", lambda row: row["instrument"]),
    Column("real income", item_price),
)
THREAT_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("threat", lambda row: row["title"]),
    Column("by", lambda row: row["sender"]),
    Column("payoff", _payoff),
    numbers("target loses", lambda row: row["loss"]),
    numbers("sender pays", lambda row: row["cost"]),
    numbers("if answered", lambda row: row["cost_if_answered"]),
    numbers("net", lambda row: row["net"]),
    Column("credible", lambda row: "yes" if row["credible"] else "?"),
)
VERDICT_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("claim", lambda row: row["claim"]),
    Column("holds", lambda row: row["words"]),
)
EXPOSURE_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("sector", lambda row: row["name"]),
    Column("share of spending", lambda row: words.percent(row["share"]), "number"),
    Column("share of imports", lambda row: words.percent(row["of_imports"]), "number"),
    Column("cost of a cut-off", lambda row: f"{words.decimal(row['cut_off'])} %", "number"),
)
SIDE_DEAL_VALUES = {
    "alone": "alone", "added": "added", "to the two": "pair", "own gain": "own", "left out": "left_out",
    "split": "split", "payment": "payment", "Shapley": "shapley",
}  # fmt: skip
SIDE_DEAL_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("party", lambda row: row["party"]),
    *(_value_of(heading, key, 1) for heading, key in SIDE_DEAL_VALUES.items()),
)
PAIR_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("pair", lambda row: " and ".join(row["pair"])),
    Column("by itself", lambda row: _of_pair(row, "alone_points", 1)),
    Column("exchanged", lambda row: _of_pair(row, "points", 1) if row["agreed"] else "nothing"),
    Column("the deal", lambda row: _of_pair(row, "deal", 3) if row["agreed"] else ""),
    Column("walks away", lambda row: "yes" if row["walks_away"] else "no"),
)
POSITION_COLUMNS: tuple[Column[JsonRow], ...] = (
    _as_given("position"),
    Column("probability", lambda row: words.percent(row["chance"], 1), "number"),
    Column("held by", lambda row: ", ".join(row["held_by"])),
)
ACTOR_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("actor", lambda row: row["name"]),
    *(_as_given(key) for key in ("position", "salience", "capability")),
    Column("weight", lambda row: words.percent(row["weight"], 1), "number"),
)
ROUND_COLUMNS: tuple[Column[JsonRow], ...] = (
    Column("round", lambda row: str(row["round"]), "number"),
    Column("mean after it", lambda row: words.decimal(row["mean"], 3), "number"),
    Column("who gives way", _moves),
)
