"""Write docs/beside_others.md: our figures beside those of others for the same tariffs, and why they differ.

python docs/beside.py
"""

from __future__ import annotations

import csv
from pathlib import Path

from detente.ask import policy, scenario
from detente.ask.economy import setting
from detente.record.store import Record

HERE = Path(__file__).parent
OURS = {
    "output": "real_income",
    "output growth": "real_income",
    "consumer prices": "price",
    "exports": "exports",
}
WHY = """\
## Why they differ

- **What moves.** Ours is real income, absorption over consumer prices, of a static model: labour and capital stay,
  only where things are made and bought changes. Models with capital, expectations and unemployment (G-Cubed, the
  first year of KITE) add what investment and idle hands lose. Such figures come out about three times as large.
- **Terms of trade.** Where trade answers little, a large buyer pushes the price of what it buys down, and its duty is
  paid abroad: the gains of the USA at the short and medium horizon are that. They are what a low elasticity means in
  this model, with nobody answering, and not a forecast; pass-through seen since 2025 is close to full.
- **When.** KITE's headline is the first year, PIIE's and the IMF's a growth rate of one year; ours is a level, at the
  horizon named. The short horizon here has no fixed costs of adjustment.
- **Prices.** A numeraire has to be held: here world value added. Consumer prices of one economy are relative to that
  and no inflation forecast; the others hold a central bank's rule.
- **Which tariffs.** Where theirs is a published list we take the announced rates on all goods; where theirs is "all
  tariffs in force" we take the layers of that day on the trade they cover.
"""


def ours(name: str, horizon: str) -> dict[str, dict[str, float]]:
    """Percent changes by economy for one of the scenarios of the table, against the base year."""
    if name == "liberation-day":
        at = setting("world-2023") if horizon == "one sector" else setting(horizon=horizon)
        written = scenario.load("liberation-day")
        keep = []
        for measure in written.written:
            named = [code for code in measure["against"] if code in at.world.economies]
            if named:
                keep.append({**measure, "against": named})
        levels = scenario.Scenario("2 April 2025", tuple(keep)).levels(at, {}, "2025-04-02")
    elif name == "kiel-145":
        at = setting(horizon=horizon)
        measures = (
            {"by": "USA", "against": "all", "rate": "10 pp"},
            {"by": "USA", "against": "CHN", "rate": "135 pp"},
            {"by": "CHN", "against": "USA", "rate": "125 pp"},
        )
        levels = scenario.Scenario("145/125", measures).levels(at, {}, "2025-04-15")
    else:
        at, day = setting(horizon=horizon), name.split()[1]
        record = Record.load("us-china")
        levels = at.levels(policy.in_force(record.as_of(day, "2026-10-08"), at.world.economies))
    _, (found,) = at.price({}, [levels])
    return {
        code: {quantity: float(values[n]) for quantity, values in found.change.items()}
        for n, code in enumerate(at.world.economies)
    }


def page() -> str:
    """The page as Markdown."""
    rows = list(csv.DictReader((HERE / "beside_others.csv").read_text("utf-8").splitlines()))
    known = {
        (s, h): ours(s, h) for s in dict.fromkeys(r["scenario"] for r in rows) for h in ("short", "medium", "long")
    }
    lines = [
        "# Beside others",
        "",
        "Percent. Ours: world icio-2022, horizons as named there; our real income stands beside their output. Made by"
        " `python docs/beside.py` from beside_others.csv.",
        "",
        "| who | scenario | quantity | economy | theirs | span | ours, short | medium | long |",
        "|---|---|---|---|---:|---|---:|---:|---:|",
    ]
    for row in rows:
        quantity = OURS[row["quantity"]]
        values = [known[row["scenario"], h][row["economy"]][quantity] for h in ("short", "medium", "long")]
        told = " | ".join(f"{value:+.2f}" for value in values)
        head = (row["who"], row["scenario"], row["quantity"], row["economy"], row["theirs"], row["span"])
        lines.append(f"| {' | '.join(head)} | {told} |")
    lines += ["", WHY, "## Sources", ""]
    seen = dict.fromkeys(
        (r["who"], r["model"], r["published"], r["source"], r["verification"])
        for r in rows
        if r["source"] != "the same"
    )
    lines += [f"- {who}, {model}, {when}: {source} ({how})." for who, model, when, source, how in seen]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (HERE / "beside_others.md").write_text(page(), encoding="utf-8")
