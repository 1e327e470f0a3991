"""What a game that the user brings as a file comes to: equilibria, bargains of a negotiation, drift of a group."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from detente.ask.answer import Answer
from detente.ask.games import opening
from detente.errors import QuestionError

EVALUATIONS = ("genius", "as-written")
Keys = tuple[dict[str, Any], tuple[str, ...]]  # of the answer, and its notes


def game(files: str | Path | Sequence[str | Path], *, evaluations: str = "genius", grid: int = 21) -> Answer:
    """The answer about the game in a file, by its format.

    files: a path, or several; a negotiation may take several, any other game one. evaluations: of GENIUS files, scaled
    as GENIUS does or as written. grid: points into which a real issue is cut. Raises QuestionError with one line for a
    file that is no game, or a broken one.
    """
    paths = [str(files)] if isinstance(files, str | Path) else [str(path) for path in files]
    if evaluations not in EVALUATIONS:
        raise QuestionError(f"evaluations {evaluations!r}; it is one of {', '.join(EVALUATIONS)}")
    if not 2 <= grid <= 1001:
        raise QuestionError(f"grid {grid}; a real issue is cut into 2 to 1001 points")
    form, names, read = opening.open_game(paths, opening.Terms(evaluations == "as-written", grid))
    try:
        data, notes = _answer(form.name, names, read, evaluations == "as-written")
    except QuestionError as error:
        raise QuestionError(f"{paths[0]}: {error}") from None
    options = {"files": list(names), "evaluations": evaluations, "grid": grid}
    return Answer("game", {"format": form.name, "files": list(names), **data}, notes, options)


def _answer(form: str, names: Sequence[str], read: Any, as_written: bool) -> Keys:
    """The answer about what was read, by its format."""
    if form in ("gambit-nfg", "gambit-efg"):
        from detente.ask.games import equilibria

        solve = equilibria.of_strategic_form if form == "gambit-nfg" else equilibria.of_extensive_form
        return solve(read)
    if form.startswith("ktab"):
        from detente.ask.games import groups

        return groups.of_scenario(read)
    from detente.ask.games import bargains

    if form in ("genius", "negmas"):
        return bargains.of_negotiation(read, as_written and form == "genius")
    table, without_deal = read
    return bargains.of_offers(table, without_deal, names[0])
