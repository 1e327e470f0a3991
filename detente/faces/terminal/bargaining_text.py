"""Deal, truce and leverage on a terminal: words first, then numbers, then what they rest on."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from detente import labels
from detente.ask.answer import Answer
from detente.faces.terminal.text import console, grid, safe_text, section
from detente.faces.words import day, number

SHORT = {"real_income": "real income", "government": "government", "government_unbound": "government, unbound"}
SOLUTION = {"nash": "Nash", "kalai-smorodinsky": "Kalai-Smorodinsky", "egalitarian": "egalitarian"}


def percent(value: float | None) -> str:
    """A signed percent to three digits."""
    return number(value, 3)


def start(out: Console, answer: Answer, title: str) -> None:
    """The question, the day, and the answer in words."""
    data = answer.data
    out.print(Text.assemble(("détente", "bold"), f"  {title}, {day(data['as_of'])}, as known {day(data['known'])}"))
    out.print()
    out.print(safe_text(data["words"], "bold"))


def finish(out: Console, answer: Answer) -> None:
    """Where the answer turns, how the payoffs were formed, the proof of the numbers, the notes."""
    data = answer.data
    proof = data["proof"]
    if data.get("flips"):
        section(out, "Where the answer turns", *(safe_text("· " + line) for line in data["flips"]))
    if data.get("weights"):
        section(out, "Government payoffs, inferred from behaviour and not observed", *fitted(data))
    solver, horizon = proof["solver"], proof["horizon"]
    lines = [
        f"{proof['scenarios']} scenarios solved at once: largest market miss {solver['gap']:.0e} (asked"
        f" {proof['tolerance']:.0e}) in {solver['steps']} steps or fewer; world {proof['world']},"
        f" {proof['economies']} economies, {proof['sectors']} sector{'s' if proof['sectors'] > 1 else ''},"
        f" {proof['model']}.",
        f"Closure: {proof['closure']['meaning']}.",
        f"Elasticities: {proof['elasticity']['source']}; horizon {horizon['name']}, {horizon['span']}.",
    ]
    if horizon["limits"]:
        lines.append(f"Limit of this horizon: {horizon['limits']}.")
    section(out, "Proof", *(safe_text(line) for line in lines))
    section(out, "Read this with the numbers", *(safe_text("· " + note) for note in answer.notes))


def fitted(data: dict[str, Any]) -> list[Text]:
    """The weights of each government payoff in words."""
    lines = []
    for payoff, sides in data["weights"].items():
        for side, told in sides.items():
            most = ", ".join(
                f"{row['name']} +{row['weight']:.1f}" for row in told["sectors"][:3] if row["weight"] > 0.05
            )
            extra = f"revenue +{told['revenue']:.1f}" if told["revenue"] > 0.05 else ""
            if told["best_response"]:
                end = "no tried change of duty pays more"
            else:
                end = f"yet {number(told['better_change_points'], 0)} points would pay more"
            what = ", ".join(x for x in (extra, most) if x) or "no weight fits"
            lines.append(safe_text(f"{SHORT[payoff]}, {side}: a point of income counts more in {what}; {end}"))
    return lines


def deal(answer: Answer) -> None:
    """Deals first, then the packages, ratification, and what each must believe."""
    out, data = console(), answer.data
    start(out, answer, "deal")
    if data["deals"]:
        table = grid("payoff", "fallback", "solution", "lands on", ">USA", ">CHN")
        for row, same in alike(data["deals"]):
            gain = row["gain"] or {"USA": None, "CHN": None}
            style = "" if row["disagreement"] == data["disagreement"] else "dim"
            table.add_row(
                safe_text(SHORT[row["payoff"]], style),
                safe_text(row["disagreement"], style),
                safe_text(same, style),
                safe_text(row["outcome"] or f"no deal: {row['why']}", style),
                percent(gain["USA"]),
                percent(gain["CHN"]),
            )
        section(out, "Where talks would land: percent of real income over the fallback", table)
        points = grid("fallback", "is", ">USA", ">CHN")
        for name, told in data["disagreements"].items():
            values = told["payoff"]["real_income"]
            points.add_row(safe_text(name), safe_text(told["outcome"]), percent(values["USA"]), percent(values["CHN"]))
        section(out, "Without a deal, by real income", points)
        packages(out, data)
        if data.get("continuous"):
            without_steps(out, data["continuous"])
        believed(out, data)
        passed(out, data)
        if data["by_elasticity"]:
            kinds = sorted({row["outcome"] or "no deal" for row in data["by_elasticity"]})
            count = len(data["by_elasticity"])
            told = "; ".join(
                f"{sum((r['outcome'] or 'no deal') == k for r in data['by_elasticity'])}: {k}" for k in kinds
            )
            section(out, "Other elasticities", safe_text(f"the Nash deal by real income under {count} sets: {told}"))
    finish(out, answer)


def without_steps(out: Console, told: dict[str, Any]) -> None:
    """Nash deals over any part of the added duties."""
    table = grid("payoff", "fallback", ">US duties", ">Chinese duties", "payment", ">USA", ">CHN")
    for row in told["deals"]:
        if not row["gain"]:
            table.add_row(
                safe_text(SHORT[row["payoff"]]),
                safe_text(row["disagreement"]),
                "—",
                "—",
                safe_text(row["why"]),
                "—",
                "—",
            )
            continue
        pays = "none" if row["payer"] else "not needed"
        if row["payer"] and row["payment_bn_usd"] is not None:
            pays = f"{row['payer']} pays {row['payment_bn_usd']:.0f} bn USD"
        table.add_row(
            safe_text(SHORT[row["payoff"]]), safe_text(row["disagreement"]),
            *(f"{100 * row['part'][s]:.0f} %, {number(row['points'][s], 0)} pts" for s in ("USA", "CHN")),
            safe_text(pays if row["payment_allowed"] else "not allowed"),
            percent(row["gain"]["USA"]), percent(row["gain"]["CHN"]),
        )  # fmt: skip
    off = max((row["off"] for row in told["deals"] if row["off"] is not None), default=0.0)
    section(
        out,
        "Without steps: the Nash deal over any part of the added duties, percent of real income over the fallback",
        table,
        safe_text(f"{told['note']}; each deal found is priced exactly, the search was off by {off:.4f} points at most"),
    )


def alike(deals: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """Solutions that land on one package as one row, with their names."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in deals:
        found.setdefault((row["payoff"], row["disagreement"], row["outcome"] or ""), []).append(row)
    return [
        (rows[0], "all three" if len(rows) == 3 else ", ".join(SOLUTION[r["solution"]] for r in rows))
        for rows in found.values()
    ]


def packages(out: Console, data: dict[str, Any]) -> None:
    """Packages that no other beats under some payoff."""
    keys = list(data["payoffs"])
    table = grid("package", *(f">{SHORT[k]} {s}" for k in keys[:2] for s in ("USA", "CHN")), "on the line of")
    for row in data["packages"]:
        if any(row["pareto"].values()):
            values = [percent(row["payoff"][k][s]) for k in keys[:2] for s in ("USA", "CHN")]
            line = ", ".join(SHORT[k] for k in keys if row["pareto"][k])
            table.add_row(safe_text(row["name"]), *values, safe_text(line))
    section(
        out,
        f"Pareto line of {len(data['packages'])} packages, against the duties in force",
        safe_text("instruments: " + "; ".join(f"{x['title']} ({x['by']}): {x['today']}, or {x['moved']}"
                                        for x in data["instruments"])),
        table,
    )  # fmt: skip


def believed(out: Console, data: dict[str, Any]) -> None:
    """The strength each side must be believed to have for each deal."""
    if not data["beliefs"]:
        return
    lines = [
        safe_text(
            f"{SHORT[row['payoff']]}: {row['outcome']}, if the strength of {row['side']} is"
            f" {row['weight_low']:.2f} to {row['weight_high']:.2f} of 1"
        )
        for row in data["beliefs"]
    ]
    section(out, "What each must believe: bargaining strength at which a package is the Nash deal", *lines)


def passed(out: Console, data: dict[str, Any]) -> None:
    """Margins at home of the deal by real income."""
    for side, told in data["ratification"].items():
        rules = "; ".join(
            f"{row['rule']}: {'passes' if row['passes'] else 'fails'}, turns if each sector insists on"
            f" {number(row['margin'], 2)} % employment or more ({row['pivot']})"
            for row in told["rules"]
        )
        against = ", ".join(f"{row['name']} {number(row['employment'], 1)} %" for row in told["most_against"])
        section(
            out,
            f"At home in {side}, if goods sectors voted",
            safe_text(f"{100 * told['support']:.0f} % of their value added does not lose. {rules}"),
            safe_text(f"most against: {against or 'none loses'}"),
        )


def truce(answer: Answer) -> None:
    """C, D and N by side and payoff, then what breaks and what holds."""
    out, data = console(), answer.data
    start(out, answer, "truce")
    table = grid("payoff", "side", ">C", ">D", ">N", "verdict", ">patience", ">best move", ">pays")
    for row in data["sides"]:
        patience = "" if row["patience"] is None else f"{row['patience']:.2f}"
        move = row.get("best_change_points")
        best = ("—", "—") if move is None else (f"{number(move, 0)} pts", percent(row["best_change"]))
        verdict = row["verdict"] + (f" ({row['why']})" if row["verdict"] == "unknown" else "")
        table.add_row(
            safe_text(SHORT[row["payoff"]]),
            safe_text(row["side"]),
            percent(row["C"]),
            percent(row["D"]),
            percent(row["N"]),
            safe_text(verdict),
            patience,
            *best,
        )
    legend = (
        "C: truce as it stands; D: this side alone restores its suspended duties; N: both do."
        " Best move: of its whole duty, the other side still."
    )
    section(
        out, "What each side has, percent of real income against the duties in force", table, safe_text(legend, "dim")
    )
    for row in data["sides"]:
        if row["table"]:
            more = grid("chance of lapse a round", ">lag 1", ">lag 2", ">lag 4")
            for lapse in dict.fromkeys(x["lapse"] for x in row["table"]):
                values = [x["patience"] for x in row["table"] if x["lapse"] == lapse]
                more.add_row(f"{lapse:.0%}", *("none" if v is None else f"{v:.2f}" for v in values))
            section(out, f"Patience {row['side']} needs, {SHORT[row['payoff']]}: lapse and rounds unseen", more)
    ends = [safe_text(f"· {key}: {value}") for key, value in data["ends"].items()]
    until = f"The truce runs to {day(data['truce']['expiry'])}." if data["truce"] else "No truce is known on this day."
    section(out, "Expiry and breach are not the same", safe_text(until), *ends)
    section(out, "What would break it", *(safe_text("· " + line) for line in data["breaks"] or ["nothing priced here"]))
    section(out, "What holds it", *(safe_text("· " + line) for line in data["holds"] or ["nothing priced here"]))
    if data["by_elasticity"]:
        seen: dict[str, dict[str, int]] = {}
        for row in data["by_elasticity"]:
            by = seen.setdefault(row["side"], {})
            by[row["verdict"]] = by.get(row["verdict"], 0) + 1
        told = "; ".join(f"{side}: " + ", ".join(f"{v} ({n} sets)" for v, n in by.items()) for side, by in seen.items())
        section(out, "Other elasticities, by real income", safe_text(told))
    finish(out, answer)


def controlled(out: Console, rows: list[dict[str, Any]]) -> None:
    """Export controls on record, by the model of critical inputs."""
    if not rows:
        return
    table = grid("control", ">left", ">USA", ">5 to 95 %", ">others capped", ">CHN, rent kept")
    for row in rows:
        table.add_row(
            safe_text(row["title"]), f"{100 * row['left']:.0f} %", percent(row["real_income"]["USA"]),
            safe_text(f"{percent(row['low']['USA'])} to {percent(row['high']['USA'])}"),
            percent(row["others_capped"] and row["others_capped"]["USA"]),
            percent(row["rent_to_exporters"]["CHN"]),
        )  # fmt: skip
    section(
        out,
        "Export controls on rare earths: percent of real income, short horizon",
        table,
        safe_text(
            "another model than the duties': quantity limits on magnets and compounds; 5 to 95 %: the two of"
            f" {rows[0]['draws']:,} draws of sourced priors, most of them assumptions, that stand there; others capped:"
            " other makers can add a fifth at most; rent kept: sellers keep the scarcity rent; left: mean over the"
            f" limit's months, stocks drawn first; all of it: detente price {rows[0]['name']}",
            "dim",
        ),
    )


def leverage(answer: Answer) -> None:
    """Threats with loss, cost and credibility; then what is not priced; then dependence."""
    out, data = console(), answer.data
    start(out, answer, "leverage")
    table = grid(
        "threat", "by", "payoff", ">target loses", ">sender pays", ">if answered", ">net", "credible", ">demand"
    )
    for row in data["threats"]:
        table.add_row(
            safe_text(row["title"]), safe_text(row["sender"]), safe_text(SHORT[row["payoff"]]), percent(row["loss"]),
            percent(row["cost"]), percent(row["cost_if_answered"]), percent(row["net"]),
            "yes" if row["credible"] else "no", percent(row["demand"]),
        )  # fmt: skip
    section(
        out,
        "Threats of duties, percent of real income",
        table if data["threats"] else safe_text("none on the table"),
        safe_text(
            "net: what the target loses beyond what the sender pays; demand: the most the target gives to avoid it.",
            "dim",
        ),
    )
    if data["by_elasticity"]:
        lines = []
        for row in data["by_elasticity"]:
            sets = len(row["sender_loses_more"]) + len(row["target_loses_more"])
            lines.append(
                safe_text(
                    f"{row['threat']}: target {number(row['loss'][0], 2)} to {number(row['loss'][1], 2)}, sender"
                    f" {number(row['cost'][0], 2)} to {number(row['cost'][1], 2)}; the sender loses more in"
                    f" {len(row['sender_loses_more'])} of {sets} sets"
                )
            )
        section(out, "Other elasticities, by real income", *lines)
    controlled(out, data.get("controls") or [])
    if data["not_priced"]:
        names = ", ".join(
            f"{labels.measure(row['measure'])} ({row['status'].replace('_', ' ')})" for row in data["not_priced"]
        )
        section(out, "Not in the duties above: controls, licences, listings on record", safe_text(names))
    for side, rows in data["exposure"].items():
        if rows:
            wide = grid("sector", ">share of spending", ">of imports", ">cost of a cut-off")
            for row in rows:
                wide.add_row(
                    safe_text(row["name"]), f"{row['share']:.0%}", f"{row['of_imports']:.0%}", f"{row['cut_off']:.1f} %"
                )
            own = data["concentration"][side]
            other = {"USA": "CHN", "CHN": "USA"}[side]
            lead = (
                f"{own['imports_from_other']:.0%} of goods imports and {own['exports_to_other']:.0%} of goods exports"
                f" are with {other}; Hirschman index {own['imports_index']:.0f} and {own['exports_index']:.0f} of 100"
            )
            section(out, f"Where {side} depends on {other}, base year", safe_text(lead), wide)
    finish(out, answer)


def side_deals(answer: Answer) -> None:
    """Deals pair by pair: what each adds, and how it is split."""
    out, data = console(), answer.data
    start(out, answer, "side deals")
    keys = ("alone", "added", "pair", "own", "left_out", "split", "payment", "shapley")
    said = ("alone", "added", "to the two", "own gain", "left out", "split", "payment", "Shapley")
    table = grid("party", *(">" + word for word in said))
    for row in data["partners"]:
        table.add_row(safe_text(row["party"]), *(number(row[k], 1) for k in keys))
    hub = data["hub"]
    shown = {"own": hub["own"], "split": hub["after"], "shapley": hub["shapley"]}
    table.add_row(safe_text(hub["party"]), *(number(shown[k], 1) if k in shown else "" for k in keys))
    section(out, "Each deal, bn USD a year: worth to all parties alone, and added to the others", table)
    finish(out, answer)


def positions(answer: Answer) -> None:
    """Where a group drifts: positions with their chances, the actors, the rounds of challenges."""
    out, data = console(), answer.data
    out.print(safe_text(data["words"], "bold"))
    table = grid(">position", ">chance", "held by")
    for row in data["options"]:
        table.add_row(f"{row['position']:g}", f"{100 * row['chance']:.1f} %", safe_text(", ".join(row["held_by"])))
    section(out, "Positions and the chance that each is where the group ends", table)
    actors = grid("actor", ">position", ">salience", ">capability", ">weight")
    for row in data["actors"]:
        actors.add_row(safe_text(row["name"]), *(f"{row[k]:g}" for k in ("position", "salience", "capability")),
                       f"{100 * row['weight']:.1f} %")  # fmt: skip
    section(out, "Who", actors)
    if data["rounds"]:
        rounds = grid(">round", ">mean after it", "who gives way")
        for row in data["rounds"]:
            moves = "; ".join(f"{m['actor']} to {m['position']:.2f} ({m['kind']} with {m['to']})" for m in row["moves"])
            rounds.add_row(str(row["round"]), f"{row['mean']:.3f}", safe_text(moves or "nobody"))
        section(out, "Rounds of challenges, expected utility", rounds)
    if data["solver"]:
        proof = data["solver"]
        section(out, "Proof", safe_text(f"chances settle to {proof['gap']:.0e} in {proof['steps']} steps"))
    section(out, "Read this with the numbers", *(safe_text("· " + note) for note in answer.notes))
