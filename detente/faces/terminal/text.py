"""Answers on a terminal. Untrusted text reaches rich only as Text, control and bidirectional characters visible."""

from __future__ import annotations

import sys
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detente import labels
from detente.ask.answer import Answer
from detente.faces.words import day, number, plain, stage, standing, visible

WIDE = 110  # columns a brief is laid out for when the output is no terminal
LIMIT = 60  # rows of a long table shown without --json


def console() -> Console:
    """Where text goes: the terminal's width, or WIDE columns in a pipe."""
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, soft_wrap=False)


def safe_text(value: Any, style: str = "") -> Text:
    """Untrusted text, safe to show."""
    return Text(visible(str(value)), style=style)


def grid(*columns: str, **kwargs: Any) -> Table:
    """A plain table; a column named '>x' is right-aligned."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", **kwargs)
    for column in columns:
        right = column.startswith(">")
        table.add_column(column.lstrip(">"), justify="right" if right else "left", no_wrap=right)
    return table


def section(out: Console, title: str, *parts: Any) -> None:
    """A titled block."""
    out.print()
    out.print(Text(title.upper(), style="bold"))
    out.print(Padding(Group(*parts), (0, 0, 0, 2)))


def brief(answer: Answer) -> None:
    """The brief: clock, confirmations, outcomes priced, the document, what comes next, sources."""
    out, data = console(), answer.data
    state, read = data["state"], data["reading"]
    out.print(Text.assemble(("détente", "bold"), f"  talks of {day(data['as_of'])}, as known {day(data['known'])}"))
    out.print(safe_text(read["headline"], "bold"))
    clock(out, read["clock"])
    confirmed(out, read["matrix"])
    talks(out, state, read)
    priced(out, data)
    if data["controls"]:
        from detente.faces.terminal import bargaining_text

        bargaining_text.controlled(out, data["controls"])
    table(out, data)
    forecast_section(out, data)
    document(out, data, read)
    upcoming(out, state)
    conflicts(out, state)
    sources(out, read)
    section(out, "Read this with the numbers", *(safe_text("· " + note) for note in answer.notes))


def clock(out: Console, told: dict[str, Any] | None) -> None:
    """The end of the truce in three places, what happens then, the chain of extensions."""
    if told is None:
        section(out, "Clock", safe_text("no truce is known on this day"))
        return
    lines = []
    if told["washington"]:
        left = told["days_left"]
        when = (
            f"{left} days left"
            if left and left > 0
            else "the day has come"
            if left == 0
            else f"{-(left or 0)} days ago"
        )
        lines.append(
            Text.assemble(
                (f"{told['washington']} Washington", "bold"),
                f"  ·  {told['beijing']} Beijing  ·  {told['utc']} UTC  ·  ",
                (when, "bold yellow"),
                f"  ·  {told['standing']}",
            )
        )
    if told["scope"]:
        lines.append(safe_text(f"at zero: {told['scope']} come back, where their legal basis is alive"))
    if told["reported_expiry"]:
        words = f"texts at hand end it on {told['text_expiry']}; {told['reported_expiry']} is reported only"
        lines.append(safe_text(words, "yellow"))
    chain = grid("ends", "said by", "on", "standing", "words")
    for link in told["chain"]:
        words = f'"{link["quote"]}"' if link["quote"] else "(cited, not quoted)"
        chain.add_row(
            safe_text(link["new_expiry"]), safe_text(stage(link["by_side"])), safe_text(day(link["asserted"])),
            safe_text(standing(link["status"])), safe_text(words),
        )  # fmt: skip
    if told["note"]:
        lines.append(safe_text(told["note"], "yellow"))
    section(out, "Clock", *lines, chain)


def confirmed(out: Console, rows: list[dict[str, Any]]) -> None:
    """Who has confirmed what."""
    table = grid("", "Washington", "Beijing", "standing")
    for row in rows:
        style = {"each side has its own word": "yellow", "confirmed by both": "green"}.get(row["standing"], "")
        table.add_row(
            safe_text(row["what"], "bold"),
            safe_text(row["USA"]),
            safe_text(row["CHN"]),
            safe_text(row["standing"], style),
        )
    section(out, "Who has confirmed what", table)


def talks(out: Console, state: dict[str, Any], read: dict[str, Any]) -> None:
    """Rounds, agenda, duties suspended."""
    here = [r for r in state["rounds"] if str(r["start"])[:4] == state["as_of"][:4]]
    rounds = "  ·  ".join(f"{r['city'] or '?'} {plain(r['start'], r['end'])}" for r in here)
    earlier = len(state["rounds"]) - len(here)
    rounds += f"  ·  {earlier} in earlier years" if earlier else ""
    agenda = ", ".join(str(row["topic"]).replace("_", " ") for row in state["agenda"])
    people = ", ".join(f"{name} ({code})" for name, code in read["at_the_table"])
    back = ", ".join(map(suspended_duty, read["suspended"])) or "none"
    section(
        out,
        "The talks",
        safe_text(f"{read['rounds_this_year']} rounds this year: {rounds}" if rounds else "no round is known"),
        safe_text(f"at the table: {people or 'not known'}"),
        safe_text(f"agenda: {agenda or 'not known'}"),
        safe_text(f"suspended duties with a legal basis: {back}"),
    )


def suspended_duty(row: dict[str, Any]) -> str:
    """24 points of USA on CHN; without the points where the record does not say them."""
    points = f"{row['points']:g} points" if row["points"] is not None else "duties, points not known,"
    return f"{points} of {row['by']} on {row['on']}"


def priced(out: Console, data: dict[str, Any]) -> None:
    """Real income of each outcome with its band, and the proof of the numbers."""
    economy, rows = data["economy"], data["outcomes"]
    banded, relief = economy["bands"] is not None, economy["other_closure"] is not None
    columns = ["outcome", ">US→CN", ">CN→US", ">USA", ">CHN", ">World", "large others that move most"]
    table = grid(*columns, *([">USA*", ">CHN*"] if relief else []))
    for row in rows:
        income, duty = row["real_income"], row["policy"]["average_added_duty"]
        third = " ".join(f"{code} {number(income[code])}" for code in row["third"])
        late = f" (terms known since {day(row['known_since'])})" if row["known_since"] else ""
        other = [number(row["with_income_tax_relief"][code]) for code in ("USA", "CHN")] if relief else []
        table.add_row(
            safe_text(row["title"] + late),
            f"{duty['USA on CHN']:.1f}",
            f"{duty['CHN on USA']:.1f}",
            *(cell(row, code, banded and row is not rows[0]) for code in ("USA", "CHN", "WLD")),
            safe_text("baseline of the rows below", "dim") if row is rows[0] else safe_text(third),
            *other,
        )
    level = economy["baseline"]["real_income"]
    notes: dict[str, list[str]] = {}
    for row in rows:
        for note in row["notes"]:
            notes.setdefault(note, []).append(row["title"])
    section(
        out,
        "Outcomes priced",
        safe_text(
            f"Percent of real income against the duties in force on {day(data['as_of'])}."
            f" Duty: average points added since {economy['year']}."
        ),
        table,
        safe_text(
            f"The duties in force themselves, against {economy['year']}: USA {number(level['USA'])},"
            f" CHN {number(level['CHN'])}, World {number(level['WLD'])}."
        ),
        *(safe_text(line) for line in proof(data)),
        *money(data),
        *jobs(rows),
        *(safe_text(f"· {', '.join(titles)}: {note}", "dim") for note, titles in notes.items()),
    )
    for row in rows:
        if row["policy"]["items"]:
            items = grid("item", "by", "instrument")
            for item in row["policy"]["items"]:
                items.add_row(
                    safe_text(item["item"]),
                    safe_text(item["by"]),
                    safe_text(item["instrument"], "" if item["priced"] else "dim"),
                )
            section(out, f"{row['title']}, item by item", items)


def cell(row: dict[str, Any], code: str, banded: bool) -> Text:
    """A value with its band below; dim where the band crosses zero."""
    value = number(row["real_income"][code])
    if not banded:
        return Text(value)
    low, high = row["low"][code], row["high"][code]
    dim = "dim" if low < 0 < high else ""
    return Text(f"{value}\n{number(low)}…{number(high)}", style=dim)


def proof(data: dict[str, Any]) -> list[str]:
    """Closure, bands, solver, world, elasticities, horizon: what a number rests on."""
    economy = data["economy"]
    closure = f"Closure: {economy['closure']['meaning']}."
    if economy["other_closure"]:
        closure += f" * {economy['other_closure']['meaning']}."
    lines = [closure]
    if economy["bands"]:
        bands = economy["bands"]
        who = f" ({', '.join(bands['by'])})" if bands["by"] else f" ({bands['source']})"
        lines.append(f"Bands: {bands['meaning']}{who}.")
    steps = max(row["solver"]["steps"] for row in data["outcomes"])
    lines.append(
        f"Proof: largest market miss {economy['gap']:.0e} (asked {economy['tolerance']:.0e}) in {steps} steps or fewer;"
        f" world {economy['world']}, {economy['economies']} economies, {economy['sectors']} sector"
        f"{'s' if economy['sectors'] > 1 else ''}, {economy['model']}."
    )
    for flow in economy["baseline"]["trade"]:
        lines.append(
            f"Check: goods {flow['exporter']} to {flow['importer']} under the duties in force"
            f" {number(flow['change'], 0)} % from {flow['base_year']} in the model,"
            f" {number(flow['observed_change'], 0)} % observed in {flow['observed_year']}"
            f" ({flow['observed']:.0f} bn USD)."
        )
    horizon = economy["horizon"]
    lines.append(f"Elasticities: {economy['elasticity']['source']}; horizon {horizon['name']}, {horizon['span']}.")
    return [*lines, *([f"Limit of this horizon: {horizon['limits']}."] if horizon["limits"] else [])]


def money(data: dict[str, Any]) -> list[Text]:
    """The first outcome that changes anything, in money of the base year."""
    for row in data["outcomes"][1:2]:
        told = [
            f"{code} {number(x['bn_usd'], 1)} bn USD a year"
            + (f", {number(x['usd_a_household'], 0)} USD a household" if x["usd_a_household"] is not None else "")
            for code, x in row["money"].items()
            if x["bn_usd"] is not None
        ]
        if told:
            return [safe_text(f"In money of {data['economy']['year']}, {row['title'].lower()}: {'; '.join(told)}.")]
    return []


def jobs(rows: list[dict[str, Any]]) -> list[Text]:
    """The industries whose employment moves most under the first outcome that changes anything."""
    for row in rows[1:2]:
        if row.get("industries"):
            told = "; ".join(
                f"{code} " + ", ".join(f"{x['name']} {number(x['employment'], 1)}" for x in row["industries"][code])
                for code in ("USA", "CHN")
            )
            return [safe_text(f"Employment that moves most, {row['title'].lower()}: {told} (percent).")]
    return []


def table(out: Console, data: dict[str, Any]) -> None:
    """Where talks would land, whether the truce holds, who has leverage: in words; the commands have the numbers."""
    told = [(name, data[name]["words"]) for name in ("deal", "truce", "leverage") if data[name]]
    if told:
        lines = [Text.assemble((f"{name}: ", "bold"), safe_text(words)) for name, words in told]
        section(
            out,
            "At the table",
            *lines,
            safe_text("numbers, payoffs and assumptions: detente deal, truce, leverage", "dim"),
        )


def forecast_section(out: Console, data: dict[str, Any]) -> None:
    """How likely the endings of the next deadline are, and how good such forecasts were."""
    told = data["forecast"]
    if not told or not told["points"]:
        return
    lines = [safe_text(told["words"])]
    for row in data["outcomes"]:
        if row["probability"] is not None:
            lines.append(safe_text(f"· {row['title']}: {100 * row['probability']:.0f} % ({row['probability_from']})"))
    if told["track"]:
        one = next(r for r in told["track"] if r["model"] == told["model"])
        lines.append(
            safe_text(
                f"track record: Brier {one['brier']:.3f} over five classes, {one['n']} forecasts of {one['points']}"
                f" points of {one['negotiations']} negotiations; all of it: detente forecast",
                "dim",
            )
        )
    section(out, "How likely", *lines)


def document(out: Console, data: dict[str, Any], read: dict[str, Any]) -> None:
    """What the document at hand says, and how well."""
    told = data["document"]
    if told is None:
        return
    kinds: dict[str, int] = {}
    for fact in told["proposed"]:
        kinds[fact["kind"]] = kinds.get(fact["kind"], 0) + 1
    counts = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in sorted(kinds.items(), key=lambda k: -k[1]))
    lines = [
        safe_text(
            f"{told['title'] or told['id']}"
            f" ({told['publisher'] or 'publisher not named'}, {told['published'] or 'undated'})"
        ),
        safe_text(f"{len(told['proposed'])} facts proposed, none reviewed: {counts or 'nothing found'}"),
    ]
    for name in read["garbled"]:
        lines.append(safe_text(f'name: "{name["surface"]}" is {name["person"]}'))
    for row in read["flagged"]:
        why = f'; {row["why"]}, "{row["official"]}" ({row["source"]})' if row["why"] else ""
        lines.append(safe_text(f'flag {", ".join(row["flags"]).replace("_", " ")}: "{row["quote"]}"{why}', "yellow"))
    section(out, "The document", *lines)


def upcoming(out: Console, state: dict[str, Any]) -> None:
    """Dates after the day asked about."""
    if not state["next"]:
        return
    table = grid("date", "what", "standing", "by")
    for row in state["next"][:12]:
        sides = ", ".join(stage(side) for side in row["by_sides"])
        table.add_row(
            safe_text(day(row["date"])),
            safe_text(labels.spoken(row["what"])),
            safe_text(standing(row["status"])),
            safe_text(sides),
        )
    section(out, "Next dates", table)


def conflicts(out: Console, state: dict[str, Any]) -> None:
    """Claims that differ, side by side, and which one is shown."""
    if not state["conflicts"]:
        return
    table = grid("about", "claims", "shown, and why")
    for row in state["conflicts"]:
        seen: dict[str, list[str]] = {}
        for claim in row["claims"]:
            seen.setdefault(str(claim["value"]), []).append(f"{stage(claim['by_side'])} {day(claim['asserted'])}")
        claims = "\n".join(f"{value.replace('_', ' ')}: {', '.join(who)}" for value, who in seen.items())
        shown = row["shown"] if isinstance(row["shown"], str) else " | ".join(map(str, row["shown"] or []))
        table.add_row(
            safe_text(standing(labels.spoken(row["about"]))),
            safe_lines(claims),
            safe_text(f"{shown.replace('_', ' ')}: {row['why']}"),
        )
    section(out, "Where sources differ", table)


def safe_lines(value: str) -> Text:
    """Several lines of untrusted text."""
    return Text("\n").join(safe_text(line) for line in value.split("\n"))


def sources(out: Console, read: dict[str, Any]) -> None:
    """The documents behind the rows."""
    table = grid("published", "publisher", "title")
    for column in table.columns[1:]:
        column.no_wrap, column.overflow = True, "ellipsis"
    table.columns[1].max_width = 34
    for row in read["sources"]:
        table.add_row(safe_text(row["published"]), safe_text(row["publisher"]), safe_text(row["title"]))
    section(out, f"Sources ({len(read['sources'])})", table)


def price(answer: Answer) -> None:
    """Scenarios: the parties, the world, who moves most, and the proof."""
    out, data = console(), answer.data
    base = data["baseline"]
    since = f", duties in force on {day(base['as_of'])}" if base["as_of"] else f", {data['year']} without added duties"
    out.print(safe_text(f"{data['world']}, {data['model']}; percent changes against {base['name']}{since}", "bold"))
    keys = ("real_income", "welfare", "real_wage", "price", "gdp", "exports", "imports", "revenue")
    for row in data["scenarios"]:
        codes = [code for code in dict.fromkeys(["USA", "CHN", *row["third"]]) if code in row["economies"]]
        shown = [key for key in keys if key in row["economies"][codes[0]]]
        table = grid(
            "economy", *(">" + key.replace("_", " ") for key in shown), *([">low", ">high"] if data["bands"] else [])
        )
        for code in codes:
            values = row["economies"][code]
            band = [values["real_income_low"], values["real_income_high"]] if data["bands"] else []
            table.add_row(safe_text(code), *(number(values[key], 3) for key in shown), *(number(v, 3) for v in band))
        blank = len(shown) - 1 + (2 if data["bands"] else 0)
        table.add_row("World", number(row["economies"]["WLD"]["real_income"], 3), *[""] * blank)
        solver = row["solver"]
        section(
            out,
            visible(row["name"]),
            *([safe_text(row["note"])] if row["note"] else []),
            table,
            safe_text(f"proof: largest market miss {solver['gap']:.0e} after {solver['steps']} steps", "dim"),
        )
        if "limits" in row:
            from detente.faces.terminal import controls_text

            controls_text.limits(out, row)
    out.print()
    horizon = data["horizon"]
    out.print(safe_text(f"Closure: {data['closure']['meaning']}."))
    out.print(safe_text(f"Elasticities: {data['elasticity']['source']}; horizon {horizon['name']}, {horizon['span']}."))
    if horizon["limits"]:
        out.print(safe_text(f"Limit of this horizon: {horizon['limits']}."))
    if data["bands"]:
        out.print(safe_text(f"Low and high: {data['bands']['meaning']}; {data['bands']['source']}."))
    out.print(
        safe_text(
            "Revenue is in points of base-year income; exports and imports are nominal. Everything: --json.", "dim"
        )
    )


def replicate(answer: Answer) -> None:
    """Theirs / ours / gap for printed cells; full-precision columns by their largest gap; reasons below."""
    out, data = console(), answer.data
    reasons: dict[str, int] = {}
    table = grid("table", "case", "economy", "quantity", ">theirs", ">ours", ">gap", "")
    for row in data["rows"]:
        if row["published"] is None or row["digits"] is None:
            continue
        digits = row["digits"]
        if row["matches"]:
            mark = safe_text("ok", "green")
        elif row["missed"]:
            mark = safe_text(f"({reasons.setdefault(row['missed'], len(reasons) + 1)})", "yellow")
        else:
            mark = safe_text("MISS", "red")
        ours = (
            ("none", "") if row["ours"] is None else (f"{row['ours']:.{digits + 2}f}", f"{row['gap']:+.{digits + 2}f}")
        )
        names = (row["table"], row["case"], row["economy"], row["quantity"])
        table.add_row(*(safe_text(name) for name in names), f"{row['published']:.{digits}f}", *ours, mark)
    section(out, f"{data['paper']}: printed cells", table)
    if reasons:
        section(out, "why some differ", *(safe_text(f"({n}) {reason}") for reason, n in reasons.items()))
    if data["full_precision"]:
        wide = grid("case", "quantity", ">economies", ">largest gap")
        for row in data["full_precision"]:
            wide.add_row(
                safe_text(row["case"]), safe_text(row["quantity"]), str(row["economies"]), f"{row['largest_gap']:.1e}"
            )
        section(out, "every economy, at full precision", wide)
    ours_alone = data["cells"] - data["published"]
    out.print()
    out.print(
        safe_text(
            f"{data['matched']} of {data['published']} published cells match; {data['missed']} do not and should,"
            f" {data['known_misses']} do not for a known reason; {ours_alone} further cells are ours alone (--json).",
            "bold",
        )
    )
