"""Which tariffs are optimal for an economy, hold in a trade war, or would be agreed in talks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

import numpy as np

from detente.ask.answer import Answer
from detente.ask.pricing.context import DEFAULT_WORLD, MULTI_SECTOR, pricing_context
from detente.ask.pricing.own_elasticities import Elasticity
from detente.economy import nash_closed_form, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.strategic import Proof, StrategicTariffs
from detente.economy.world import World
from detente.errors import QuestionError

LABOUR = "labour-only"
ONE_STEP = "one-step"
MODELS = {
    MULTI_SECTOR: "input-output links, deficits fixed in world income",
    LABOUR: "no inputs, balanced trade",
    ONE_STEP: "no inputs, balanced trade, one rate an economy on all goods and services, all economies in one system",
}
MOST_PLAYERS = 12  # whose best responses are searched; more are left to the one-step model
CAVEAT = (
    "governments here maximise real income; what they in fact maximise is not observed, and actual tariffs are not"
    " best responses of this kind"
)
SMALL_ECONOMIES = "gains of small economies move with the deficits that the closure fixes"
ALL_LEVY = "all economies levy Nash tariffs, services included; players listed are a selection"

JsonRow = dict[str, Any]


class GameOptions(TypedDict, total=False):
    """What every question of this module takes, beside the economies.

    world: icio-2022 by default. model: multi-sector, labour-only, or for nash one-step. elasticity: a published set.
    kind: vector (a rate for each sector and partner), mfn (for each sector), uniform (one rate). against: only tariffs
    on these partners.
    """

    world: str | World | None
    model: str | None
    elasticity: Elasticity | None
    kind: str
    against: Sequence[str] | None


@dataclass(frozen=True, eq=False)
class TariffGame:
    """A question about tariffs: its world, its model (by name and as a module), its players and their tariffs."""

    question: str
    world_name: str
    elasticity: JsonRow
    model: str
    world: World
    module: Any
    kind: str
    players: tuple[str, ...]
    against: tuple[str, ...] | None

    def metadata(self) -> JsonRow:
        """World, model, players."""
        return {
            "world": self.world_name,
            "model": self.model,
            "model_words": MODELS[self.model],
            "elasticity": self.elasticity,
            "question": self.question,
            "kind": self.kind,
            "players": list(self.players),
            "against": list(self.against) if self.against else None,
        }

    def options(self, **more: Any) -> JsonRow:
        """What was asked."""
        return {"for": list(self.players), "world": self.world_name, "model": self.model, "kind": self.kind, **more}


def optimal(economies: Sequence[str], **options: Unpack[GameOptions]) -> Answer:
    """The tariffs that make each economy best off if nobody retaliates, one economy at a time; see GameOptions.

    Raises QuestionError, NotConverged.
    """
    game = _game("optimal", economies, **options)
    return _answer(game, [
        strategic.optimal(game.world, game.module, economy, kind=game.kind, partners=game.against)
        for economy in game.players
    ])  # fmt: skip


def nash(economies: Sequence[str], **options: Unpack[GameOptions]) -> Answer:
    """Tariffs that are each player's best response to the others', while all others keep the baseline's.

    See GameOptions. Raises QuestionError, NotConverged.
    """
    game = _game("nash", economies, **options)
    if game.model == ONE_STEP:
        return _one_step(game)
    return _answer(game, [strategic.nash(game.world, game.module, game.players, kind=game.kind, partners=game.against)])


def cooperative(
    economies: Sequence[str], *, base: str = "factual", rule: str = "equal gains", **options: Unpack[GameOptions]
) -> Answer:
    """Tariffs of the players on each other that give equal percentage gains, or the largest product of gains.

    base: what gains are measured from, factual, nash or free. rule: equal gains or nash product. See GameOptions.
    Raises QuestionError, NotConverged.
    """
    game = _game("cooperative", economies, **options)
    if len(game.players) < 2:
        raise QuestionError("talks need two economies or more; give --for USA,CHN")
    if base not in strategic.BASES:
        raise QuestionError(f"--base {base!r}; it is one of {', '.join(strategic.BASES)}")
    game = replace(game, against=game.against or game.players)
    result = strategic.cooperative(
        game.world, game.module, game.players, rule=rule, base=_base_tariffs(game, base), kind=game.kind,
        partners=game.against,
    )  # fmt: skip
    return _answer(game, [result], base=base, rule=rule)


def _base_tariffs(game: TariffGame, base: str) -> np.ndarray:
    """The tariffs [s,n,i] that gains are measured from: the world's, the Nash tariffs, or free trade of the players."""
    if base == "nash":
        return strategic.nash(game.world, game.module, game.players, kind=game.kind, partners=game.against).tariff
    if base == "factual":
        return game.world.tariff
    levels = game.world.tariff.copy()
    for player in game.players:
        levels[strategic.tariff_cells(game.world, game.world.index(player), game.against)] = 0
    return levels


def bilateral(
    economies: Sequence[str],
    *,
    mfn: bool = False,
    power: float = 0.5,
    cuts: bool = False,
    **options: Unpack[GameOptions],
) -> Answer:
    """Tariffs at which every pair's agreement is its Nash bargain given all others (Nash-in-Nash).

    mfn: a good's tariff is one for all partners, set by the importer and its principal supplier among the players.
    power: bargaining power of the first-named of each pair, 0 to 1. cuts: no tariff may rise above where it was. See
    GameOptions; `kind` and `against` follow from mfn. Raises QuestionError, NotConverged.
    """
    game = _game("bilateral", economies, **options)
    game = replace(game, kind="mfn" if mfn else "vector", against=None if mfn else game.players)
    result = strategic.bilateral(game.world, game.module, game.players, mfn=mfn, power=power, cuts=cuts)
    return _answer(game, [result], mfn=mfn, power=power, cuts=cuts)


def _game(
    question: str,
    economies: Sequence[str],
    *,
    world: str | World | None = None,
    model: str | None = None,
    elasticity: Elasticity | None = None,
    kind: str = "vector",
    against: Sequence[str] | None = None,
) -> TariffGame:
    """The world, model and players of a question, checked. Raises QuestionError."""
    model = model or MULTI_SECTOR
    _check_model(model, question)
    if kind not in strategic.KINDS:
        raise QuestionError(f"--kind {kind!r}; it is one of {', '.join(strategic.KINDS)}")
    context = pricing_context(world or DEFAULT_WORLD, None, elasticity)
    if context.model != MULTI_SECTOR:
        raise QuestionError(
            f"{context.name} has one sector; strategic tariffs need a world with sectors, such as icio-2022"
        )
    with_inputs = model == MULTI_SECTOR
    solved = context.world if with_inputs else nash_closed_form.without_inputs(context.world)
    players = solved.economies if list(economies) == ["all"] else tuple(dict.fromkeys(economies))
    _check_players((*players, *(against or ())), players, solved, model)
    source = {"name": context.elasticity, "source": context.world.structure.elasticity_from}
    return TariffGame(
        question, context.name, source, model, solved, multi_sector if with_inputs else fixed_firms, kind,
        tuple(players), tuple(against) if against else None,
    )  # fmt: skip


def _check_model(model: str, question: str) -> None:
    models = [name for name in MODELS if name != ONE_STEP or question == "nash"]
    if model not in models:
        raise QuestionError(f"--model {model!r}; tariffs {question} runs {', '.join(models)}")


def _check_players(named: Sequence[str], players: Sequence[str], world: World, model: str) -> None:
    for code in named:
        world.index(code)
    if not players:
        raise QuestionError("whose tariffs? give --for with ISO3 codes, such as --for USA,CHN")
    if len(players) > MOST_PLAYERS and model != ONE_STEP:
        raise QuestionError(
            f"{len(players)} players: best responses are searched for at most {MOST_PLAYERS};"
            f" take `tariffs nash --model {ONE_STEP}`, which solves all economies at once"
        )


def _answer(game: TariffGame, results: Sequence[StrategicTariffs], **more: Any) -> Answer:
    """One answer of one or several searches."""
    data = {**game.metadata(), **more, "results": [_result(game, result) for result in results]}
    return Answer(f"tariffs {game.question}", data, (CAVEAT, SMALL_ECONOMIES), game.options(**more))


def _result(game: TariffGame, result: StrategicTariffs) -> JsonRow:
    """One search: tariffs of its players, what they do to every economy, and the proof."""
    economies = {
        code: {"payoff": float(result.payoff[n]), **{k: float(v[n]) for k, v in result.report.items()}}
        for n, code in enumerate(result.world.economies)
    }
    return {
        "players": list(result.players),
        "rounds": result.rounds,
        "tariffs": {player: _levied(game, result, player) for player in result.players},
        "economies": economies,
        "proof": {player: _proof_row(proof) for player, proof in result.proof.items()},
    }


def _proof_row(proof: Proof) -> JsonRow:
    return {
        "first_order": proof.first_order, "deviation": proof.deviation, "samples": proof.samples,
        "adjoint": proof.adjoint, "residual": proof.residual, "starts": proof.starts, "gap": proof.residual,
    }  # fmt: skip


def _levied(game: TariffGame, result: StrategicTariffs, player: str) -> JsonRow:
    """A player's tariffs: weighted with its imports before duty, before and after, and by sector."""
    world = result.world
    n = world.index(player)
    cells = strategic.tariff_cells(world, n, game.against)
    flows = _flows(world)
    by_sector = {s: cells[2][cells[0] == s] for s in np.unique(cells[0])}
    return {
        "mean": weighted_mean(result.tariff[cells], flows[cells]),
        "mean_before": weighted_mean(world.tariff[cells], flows[cells]),
        "median": float(np.median(result.tariff[cells])),
        "sectors": {
            world.sectors[s]: weighted_mean(result.tariff[s, n][exporters], flows[s, n][exporters])
            for s, exporters in by_sector.items()
        },
    }


def _one_step(game: TariffGame) -> Answer:
    """Nash tariffs of all economies by the closed form."""
    solution = nash_closed_form.nash(game.world)
    world = solution.world
    economies = {
        code: {
            "payoff": float(solution.real_income[n]), "real_income": float(solution.real_income[n]),
            "wage": float(solution.wage[n]),
        }
        for n, code in enumerate(world.economies)
    }  # fmt: skip
    proof = {"equations": solution.residual, "gap": solution.residual, "residual": solution.residual}
    flows = _flows(world)
    levied = {}
    for player in game.players:
        n = world.index(player)
        before = weighted_mean(np.delete(world.tariff[:, n], n, 1), np.delete(flows[:, n], n, 1))
        rate = float(solution.rate[n])
        levied[player] = {"mean": rate, "mean_before": before, "median": rate, "sectors": {}}
    result = {
        "players": list(game.players), "rounds": solution.iterations, "tariffs": levied, "economies": economies,
        "proof": {player: dict(proof) for player in game.players},
    }  # fmt: skip
    data = {**game.metadata(), "kind": "uniform", "results": [result]}
    return Answer("tariffs nash", data, (ALL_LEVY, CAVEAT), game.options())


def _flows(world: World) -> np.ndarray:
    """Imports [s,n,i] of the baseline before duty."""
    flows: np.ndarray = world.duty_free * world.spending[..., None]
    return flows


def weighted_mean(rates: np.ndarray, weight: np.ndarray) -> float:
    """The mean of rates, weighted."""
    return float((rates * weight).sum() / weight.sum())
