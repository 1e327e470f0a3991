"""Equilibria of games in strategic and extensive form, as answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from detente.bargain import extensive_form, reduced_form, several_players, strategic_form
from detente.bargain.extensive_form import ExtensiveGame
from detente.bargain.several_players import MixedEquilibria, MixedEquilibrium, TooLarge
from detente.bargain.strategic_form import Component, Equilibrium, Mixture, StrategicGame, mixed_in_words

MOST_LISTED = 1_000  # equilibria of one list in an answer
EXISTENCE = "every finite game has an equilibrium, in mixed strategies if not in pure ones (Nash 1951)"


def of_strategic_form(game: StrategicGame) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The keys of the answer about a game in strategic form, and its notes."""
    pure = strategic_form.pure_equilibria(game)
    data = {
        "kind": "strategic",
        "title": game.title,
        "players": list(game.players),
        "strategies": {player: list(names) for player, names in zip(game.players, game.strategies, strict=True)},
        "profiles": int(game.units[0].size),
        "mixed": None,
    }
    if len(game.players) > 2:
        several = several_players.mixed_equilibria(game)
        return data | _of_several(game, pure, several), tuple(_notes_of_several(pure, several))
    of_two = len(game.players) == 2
    components = strategic_form.all_equilibria(game) if of_two else None
    example = strategic_form.one_equilibrium(game) if of_two and components is None else None
    data |= {
        "words": in_words(pure, components, example),
        "example": None if example is None else _equilibrium(game, example),
        **_equilibria(game, pure, components),
    }
    return data, _notes(pure, components)


# Three players and more


def _of_several(
    game: StrategicGame, pure: Sequence[tuple[int, ...]], mixed: MixedEquilibria | TooLarge
) -> dict[str, Any]:
    """The keys about the equilibria of three or more players."""
    data = _equilibria(game, pure, None) | {"example": None, "words": _words_of_several(pure, mixed)}
    if isinstance(mixed, TooLarge):
        return data
    return data | {
        "is_complete": mixed.is_complete,
        "mixed": {
            "count": len(mixed.equilibria),
            "equilibria": [_approximate(game, e) for e in mixed.equilibria[:MOST_LISTED]],
            "largest_regret": max((e.regret for e in mixed.equilibria), default=None),
            "supports": mixed.supports,
            "undominated": mixed.solved,
            "paths": mixed.paths,
            "degenerate": mixed.degenerate,
            "unsolved": mixed.lost,
        },
    }


def _approximate(game: StrategicGame, equilibrium: MixedEquilibrium) -> dict[str, Any]:
    """An equilibrium in floating point, exactly where it is known, with its regret."""
    exact: Sequence[Sequence[Fraction | float]] = equilibrium.exact or equilibrium.probabilities
    pairs = list(zip(game.players, exact, equilibrium.probabilities, game.strategies, strict=True))
    return {
        "strategies": {
            player: {
                "words": mixed_in_words(mixture, names),
                "probabilities": {
                    name: {"value": q, "exact": str(p) if equilibrium.exact else None}
                    for name, p, q in zip(names, mixture, values, strict=True) if q
                },
            }
            for player, mixture, values, names in pairs
        },
        "payoffs": {
            player: {"value": float(x), "exact": str(x) if equilibrium.exact else None}
            for player, x in zip(game.players, equilibrium.payoff, strict=True)
        },
        "regret": equilibrium.regret,
        "dimension": equilibrium.dimension,
    }  # fmt: skip


def _words_of_several(pure: Sequence[tuple[int, ...]], mixed: MixedEquilibria | TooLarge) -> str:
    """How many equilibria three or more players have, of which kind, and whether these are all."""
    if isinstance(mixed, TooLarge):
        return in_words(pure, None, None)
    isolated = sum(e.dimension == 0 for e in mixed.equilibria)
    others = len(mixed.equilibria) - isolated
    kinds = f"{_count(isolated, 'isolated equilibrium')}, {_mixing(mixed)} of them in mixed strategies"
    if others:
        of = "is part of a continuum" if others == 1 else "are parts of continua"
        kinds = f"{kinds if isolated else 'No isolated equilibrium'}; {_count(others, 'equilibrium')} that {of}"
    end = "There are no others" if mixed.is_complete else "There can be others"
    return f"{kinds}. {end}."


def _mixing(mixed: MixedEquilibria) -> int:
    return sum(e.dimension == 0 and any(max(p) < 1 for p in e.probabilities) for e in mixed.equilibria)


def _notes_of_several(pure: Sequence[tuple[int, ...]], mixed: MixedEquilibria | TooLarge) -> Iterator[str]:
    yield "payoffs are read exactly, as fractions, so a tie is a tie and not rounding"
    if isinstance(mixed, TooLarge):
        yield f"only pure equilibria are worked out: {mixed.why}; there can be mixed ones beside them"
        if not pure:
            yield f"no pure equilibrium does not mean none: {EXISTENCE}"
        return
    yield (
        f"{mixed.supports:,} combinations of supports were tried: {mixed.solved:,} are not dominated, and"
        f" {mixed.paths:,} paths lead to the solutions of their equations; probabilities without a fraction are"
        " floating-point numbers, and the regret is the most that a player gains by another strategy"
    )
    if mixed.degenerate:
        yield (
            f"the game is degenerate: the equations of {mixed.degenerate:,} combinations of supports have a multiple"
            " solution or a continuum of them; these were searched from several points, one equilibrium of each is"
            " listed with the dimension of the continuum around it, and that there are no others is not shown"
        )
    if mixed.lost:
        yield f"{mixed.lost:,} combinations of supports were not solved to the end"


def _equilibria(
    game: StrategicGame, pure: Sequence[tuple[int, ...]], components: Sequence[Component] | None
) -> dict[str, Any]:
    constant = strategic_form.is_constant_sum(game)
    value = components[0].corners[0].payoff if constant and components else None
    return {
        "pure_count": len(pure),
        "pure": [_profile(game, profile) for profile in pure[:MOST_LISTED]],
        "is_complete": components is not None,
        "components": None if components is None else [_component(game, c) for c in components[:MOST_LISTED]],
        "value": None if value is None else by_player(game.players, value),
    }


def number(value: Fraction) -> dict[str, Any]:
    """A number in floating point, and exactly."""
    return {"value": float(value), "exact": str(value)}


def by_player(players: Sequence[str], payoff: Sequence[Fraction]) -> dict[str, Any]:
    """Payoffs by the names of the players."""
    return {player: number(x) for player, x in zip(players, payoff, strict=True)}


def _profile(game: StrategicGame, profile: Sequence[int]) -> dict[str, Any]:
    names = (own[k] for own, k in zip(game.strategies, profile, strict=True))
    return {
        "strategies": dict(zip(game.players, names, strict=True)),
        "payoffs": by_player(game.players, game.payoff(profile)),
    }


def _component(game: StrategicGame, component: Component) -> dict[str, Any]:
    return {
        "continuum": component.is_continuum,
        "corners": [_equilibrium(game, corner) for corner in component.corners[:MOST_LISTED]],
        "corners_count": len(component.corners),
        "parts": None if component.parts is None else [
            {
                game.players[p]: [_mixture(mixture, game.strategies[p]) for mixture in own]
                for p, own in enumerate((part.first, part.second))
            }
            for part in component.parts
        ],
    }  # fmt: skip


def _equilibrium(game: StrategicGame, equilibrium: Equilibrium) -> dict[str, Any]:
    pairs = zip(game.players, equilibrium.strategies, game.strategies, strict=True)
    return {
        "strategies": {player: _mixture(mixture, names) for player, mixture, names in pairs},
        "payoffs": by_player(game.players, equilibrium.payoff),
    }


def _mixture(mixture: Mixture, names: Sequence[str]) -> dict[str, Any]:
    played = {name: number(p) for name, p in zip(names, mixture, strict=True) if p}
    return {"words": mixed_in_words(mixture, names), "probabilities": played}


def in_words(
    pure: Sequence[tuple[int, ...]], components: Sequence[Component] | None, example: Equilibrium | None
) -> str:
    """How many equilibria of which kind there are."""
    if components is None:
        count = "no equilibrium" if not pure else _count(len(pure), "equilibrium")
        mixed = "mixed equilibria were not worked out"
        if example is not None:
            mixed = "mixed equilibria were not all worked out; one equilibrium is given as an example"
        return f"{count[:1].upper()}{count[1:]} in pure strategies; {mixed}."
    kinds = "; ".join(_kinds(len(pure), components))
    return f"{kinds[:1].upper()}{kinds[1:]}. There are no others."


def _kinds(pure: int, components: Sequence[Component]) -> Iterator[str]:
    """How many isolated equilibria there are, and how many continua; pure: equilibria in pure strategies."""
    isolated = [c.corners[0] for c in components if not c.is_continuum]
    own = sum(all(1 in mixture for mixture in corner.strategies) for corner in isolated)
    if isolated:
        mixed = len(isolated) - own
        yield f"{_count(len(isolated), 'isolated equilibrium')}, {own} in pure and {mixed} in mixed strategies"
    continua = len(components) - len(isolated)
    if continua:
        corners = sum(len(c.corners) for c in components if c.is_continuum)
        kind = "a continuum of equilibria" if continua == 1 else f"{continua} continua of equilibria"
        yield f"{kind}, spanned by {corners} corners, {pure - own} of them pure"


def _count(number_of: int, noun: str) -> str:
    return f"{number_of} {noun if number_of == 1 else noun.replace('equilibrium', 'equilibria')}"


def _notes(pure: Sequence[tuple[int, ...]], components: Sequence[Component] | None) -> tuple[str, ...]:
    notes = ["payoffs are read exactly, as fractions, so a tie is a tie and not rounding"]
    if components is None:
        notes.append("only pure equilibria are all worked out; there can be mixed ones beside them")
        if not pure:
            notes.append(f"no pure equilibrium does not mean none: {EXISTENCE}")
    elif any(c.is_continuum for c in components):
        notes.append(
            "the game is degenerate: in a continuum, any mixture of the strategies listed for the one player goes with"
            " any mixture of those listed for the other, part by part"
        )
    return tuple(notes)


# Extensive form


def of_extensive_form(game: ExtensiveGame) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The keys of the answer about a game in extensive form, and its notes."""
    seen, notes = game.has_perfect_information, []
    data: dict[str, Any] = {
        "kind": "extensive",
        "title": game.title,
        "players": list(game.players),
        "nodes": len(game.nodes),
        "endings": game.leaves,
        "information_sets": len(game.information_sets),
        "chance_moves": sum(node.player == extensive_form.CHANCE for node in game.nodes),
        "perfect_information": seen,
        "perfect_recall": seen or extensive_form.has_perfect_recall(game),
        "subgames": extensive_form.proper_subgames(game),
        "subgame_perfect": _subgame_perfect(game) if seen else None,
        "strategic_form": None,
    }
    words = [_subgame_perfect_words(game, data["subgame_perfect"])] if seen else []
    reduced = reduced_form.reduced_strategic_form(game)
    if reduced is None:
        notes.append("the strategic form is too large to list; no other equilibria were looked for")
    else:
        inner, more = of_strategic_form(reduced)
        data["strategic_form"] = {key: value for key, value in inner.items() if key not in ("kind", "title", "players")}
        words.append(f"Reduced strategic form: {inner['words']}")
        notes += more
    data["words"] = " ".join(words) or "The game is too large to be solved here."
    return data, (*_tree_notes(game, data), *notes)


def _subgame_perfect(game: ExtensiveGame) -> dict[str, Any]:
    solution = extensive_form.backward_induction(game)
    moves = [
        {
            "player": game.players[game.nodes[place].player or 0],
            "information_set": game.label((game.nodes[place].player or 0, game.nodes[place].number)),
            "action": game.nodes[place].actions[choice],
            "also_best": [game.nodes[place].actions[k] for k in solution.tied.get(place, ()) if k != choice],
        }
        for place, choice in sorted(solution.choice.items())
    ]
    return {
        "payoffs": by_player(game.players, solution.payoff),
        "unique": not solution.tied,
        "path": _path(game, solution),
        "moves": moves[:MOST_LISTED],
        "all_payoffs": [by_player(game.players, payoff) for payoff in solution.payoffs],
        "all_payoffs_complete": solution.is_complete,
    }


def _path(game: ExtensiveGame, solution: extensive_form.BackwardInduction) -> list[str]:
    """The actions that are played from the root until chance moves or the game ends."""
    place, actions = 0, []
    while place in solution.choice:
        choice = solution.choice[place]
        actions.append(game.nodes[place].actions[choice])
        place = game.nodes[place].children[choice]
    return actions


def _subgame_perfect_words(game: ExtensiveGame, solution: dict[str, Any]) -> str:
    payoffs = ", ".join(f"{player} {x['exact']}" for player, x in solution["payoffs"].items())
    played = f"{' – '.join(solution['path'])}: " if solution["path"] else ""
    if solution["unique"]:
        return f"The only subgame-perfect equilibrium: {played}{payoffs}."
    count = len(solution["all_payoffs"])
    number_of = str(count) if solution["all_payoffs_complete"] else f"more than {count}"
    others = "all have these payoffs" if number_of == "1" else f"pure ones have {number_of} different payoffs"
    return f"A subgame-perfect equilibrium: {played}{payoffs}; there are others, because of ties, and {others}."


def _tree_notes(game: ExtensiveGame, data: dict[str, Any]) -> list[str]:
    if data["perfect_information"]:
        notes = ["perfect information: subgame-perfect equilibria by backward induction"]
        if data["strategic_form"]:
            notes.append("the strategic form also has equilibria that rest on threats nobody would carry out")
        return notes
    notes = ["imperfect information: equilibria are those of the reduced strategic form, not by backward induction"]
    if not data["subgames"]:
        notes.append("no proper subgame begins below the root, so every equilibrium is subgame-perfect")
    else:
        notes.append(f"{data['subgames']} proper subgames; which equilibria are subgame-perfect was not checked")
    if not data["perfect_recall"]:
        notes.append("a player forgets what it knew: mixtures of whole strategies can do more than mixing move by move")
    return notes
