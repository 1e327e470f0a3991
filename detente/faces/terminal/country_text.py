"""What a day's negotiation means for one economy, on a terminal."""

from __future__ import annotations

from detente.ask.answer import Answer
from detente.faces.country_view import country_view
from detente.faces.terminal.layout import console, heading, laid_out, notes, safe_text, section


def country(answer: Answer) -> None:
    """The outcomes, then the sectors under the likeliest change, those that lose most output first."""
    out, data, view = console(), answer.data, country_view(answer)
    heading(out, f"{view.name}, {data['case']['title']}:", data)
    out.print(safe_text(view.headline, "bold"))
    section(out, "What each outcome means", laid_out(view.outcome_table()))
    if view.sectors:
        section(out, f"By sector: {view.chosen_title}", laid_out(view.sector_table()))
    out.print()
    for line in (view.unit, view.in_force, view.proof):
        out.print(safe_text(line, "dim"))
    notes(out, answer)
