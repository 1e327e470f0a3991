"""Which tariffs are best for an economy, hold each other in a trade war, or would be agreed in talks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.ask.answer import Answer
from detente.ask.pricing.context import DEFAULT_WORLD, MULTI_SECTOR, pricing_context
from detente.economy import nash_closed_form, strategic
from detente.economy.models import fixed_firms, multi_sector
from detente.economy.strategic import StrategicTariffs
from detente.economy.world import World
from detente.errors import QuestionError

LABOUR = "labour-only"
ONE_STEP = "one-step"
MODELS = {
    MULTI_SECTOR: "input-output links, deficits fixed in world income",
    LABOUR: "no inputs, balanced trade",
    ONE_STEP: "no inputs, balanced trade, one rate an economy on all goods and services, all economies in one system",
}
ENOUGH = 12  # players whose best responses are searched; more are the one-step model's
CAVEAT = (
    "governments here maximise real income; what they in fact maximise is not observed, and actual tariffs are not"
    " best responses of this kind"
)
SMALL = "gains of small economies move with the deficits that the closure fixes"


def optimal(economies: Sequence[str], **options: Any) -> Answer:
    """The tariffs that make each economy best off if nobody answers, one economy at a time. See `Asked`."""
    at = TariffQuestion("optimal", economies, **options)
    found = [
        strategic.optimal(at.world, at.module, economy, kind=at.kind, partners=at.against) for economy in at.players
    ]
    return at.answer(found)


def nash(economies: Sequence[str], **options: Any) -> Answer:
    """Tariffs that are each player's best response to the others'; the others keep the baseline's. See `Asked`."""
    at = TariffQuestion("nash", economies, **options)
    if at.model == ONE_STEP:
        return at.one_step()
    return at.answer([strategic.nash(at.world, at.module, at.players, kind=at.kind, partners=at.against)])


def cooperative(
    economies: Sequence[str], *, base: str = "factual", rule: str = "equal gains", **options: Any
) -> Answer:
    """Tariffs of the players on each other that give equal percentage gains, or the largest product of gains.

    base: what gains are measured from, factual, nash or free. See `Asked`.
    """
    at = TariffQuestion("cooperative", economies, **options)
    if len(at.players) < 2:
        raise QuestionError("talks need two economies or more; give --for USA,CHN")
    if base not in strategic.BASES:
        raise QuestionError(f"--base {base!r}; it is one of {', '.join(strategic.BASES)}")
    against = at.against = at.against or at.players
    levels = at.world.tariff
    if base == "nash":
        levels = strategic.nash(at.world, at.module, at.players, kind=at.kind, partners=against).tariff
    elif base == "free":
        levels = levels.copy()
        for player in at.players:
            levels[strategic.tariff_cells(at.world, at.world.index(player), against)] = 0
    found = strategic.cooperative(
        at.world, at.module, at.players, rule=rule, base=levels, kind=at.kind, partners=against
    )
    return at.answer([found], base=base, rule=rule)


def bilateral(
    economies: Sequence[str], *, mfn: bool = False, power: float = 0.5, cuts: bool = False, **options: Any
) -> Answer:
    """Tariffs at which every pair's two-way agreement is its Nash deal given all others (Nash-in-Nash). See `Asked`.

    mfn: a good's tariff is one for all partners, set by the importer and its principal supplier among the players.
    cuts: no tariff may rise above where it was.
    """
    at = TariffQuestion("bilateral", economies, **options)
    at.kind = "mfn" if mfn else "vector"
    at.against = None if mfn else at.players
    found = strategic.bilateral(at.world, at.module, at.players, mfn=mfn, power=power, cuts=cuts)
    return at.answer([found], mfn=mfn, power=power, cuts=cuts)


class TariffQuestion:
    """A question's world, model and players.

    model: multi-sector, labour-only, or for nash one-step. kind: vector (a rate a sector and partner), mfn (a sector),
    uniform (one). against: only tariffs on these partners. Raises QuestionError.
    """

    def __init__(
        self,
        question: str,
        economies: Sequence[str],
        *,
        world: str | None = None,
        model: str | None = None,
        elasticity: str | None = None,
        kind: str = "vector",
        against: Sequence[str] | None = None,
    ):
        self.question, self.kind, self.model = question, kind, model or MULTI_SECTOR
        if self.model not in MODELS or (self.model == ONE_STEP and question != "nash"):
            fits = [name for name in MODELS if name != ONE_STEP or question == "nash"]
            raise QuestionError(f"--model {self.model!r}; tariffs {question} runs {', '.join(fits)}")
        if kind not in strategic.KINDS:
            raise QuestionError(f"--kind {kind!r}; it is one of {', '.join(strategic.KINDS)}")
        at = pricing_context(world or DEFAULT_WORLD, None, elasticity)
        if at.model != MULTI_SECTOR:
            raise QuestionError(f"{at.name} has one sector; strategic tariffs need one with sectors, such as icio-2022")
        self.name, self.set = at.name, at.elasticity
        self.source = at.world.structure.elasticity_from
        self.world: World = at.world if self.model == MULTI_SECTOR else nash_closed_form.without_inputs(at.world)
        self.module: Any = multi_sector if self.model == MULTI_SECTOR else fixed_firms
        if list(economies) == ["all"]:
            economies = self.world.economies
        self.players = tuple(dict.fromkeys(economies))
        for code in (*self.players, *(against or ())):
            self.world.index(code)
        if not self.players:
            raise QuestionError("whose tariffs? give --for with ISO3 codes, such as --for USA,CHN")
        if len(self.players) > ENOUGH and self.model != ONE_STEP:
            raise QuestionError(
                f"{len(self.players)} players are searched one by one, at most {ENOUGH};"
                f" take `tariffs nash --model {ONE_STEP}`, which solves all economies at once"
            )
        self.against = tuple(against) if against else None

    def metadata(self) -> dict[str, Any]:
        """World, model, players."""
        return {
            "world": self.name,
            "model": self.model,
            "model_words": MODELS[self.model],
            "elasticity": {"name": self.set, "source": self.source},
            "question": self.question,
            "kind": self.kind,
            "players": list(self.players),
            "against": list(self.against) if self.against else None,
        }

    def answer(self, found: list[StrategicTariffs], **more: Any) -> Answer:
        """One answer of one or several searches."""
        results = [self.result(one) for one in found]
        data = {**self.metadata(), **more, "results": results}
        return Answer(f"tariffs {self.question}", data, (CAVEAT, SMALL), self.options(**more))

    def options(self, **more: Any) -> dict[str, Any]:
        """What was asked."""
        return {"for": list(self.players), "world": self.name, "model": self.model, "kind": self.kind, **more}

    def result(self, found: StrategicTariffs) -> dict[str, Any]:
        """One search: tariffs of its players, what they do to every economy, and the proof."""
        world = found.world
        economies = {
            code: {"payoff": float(found.payoff[n]), **{k: float(v[n]) for k, v in found.report.items()}}
            for n, code in enumerate(world.economies)
        }
        levied = {}
        for player in found.players:
            n = world.index(player)
            cells = strategic.tariff_cells(world, n, self.against)
            flows = world.duty_free * world.spending[..., None]
            levied[player] = {
                "mean": mean(found.tariff[cells], flows[cells]),
                "mean_before": mean(world.tariff[cells], flows[cells]),
                "median": float(np.median(found.tariff[cells])),
                "sectors": {
                    world.sectors[s]: mean(found.tariff[s, n][at], flows[s, n][at])
                    for s in np.unique(cells[0])
                    for at in (cells[2][cells[0] == s],)
                },
            }
        proof = {player: {**vars(one), "gap": one.residual} for player, one in found.proof.items()}
        return {"players": list(found.players), "rounds": found.rounds, "tariffs": levied, "economies": economies,
                "proof": proof}  # fmt: skip

    def one_step(self) -> Answer:
        """Nash tariffs of all economies by the closed form."""
        found = nash_closed_form.nash(self.world)
        world = found.world
        economies = {
            code: {"payoff": float(found.real_income[n]), "real_income": float(found.real_income[n]),
                   "wage": float(found.wage[n])}
            for n, code in enumerate(world.economies)
        }  # fmt: skip
        flows = world.duty_free * world.spending[..., None]
        levied = {}
        for player in self.players:
            n = world.index(player)
            before = mean(np.delete(world.tariff[:, n], n, 1), np.delete(flows[:, n], n, 1))
            rate = float(found.rate[n])
            levied[player] = {"mean": rate, "mean_before": before, "median": rate, "sectors": {}}
        result = {
            "players": list(self.players), "rounds": found.iterations, "tariffs": levied, "economies": economies,
            "proof": {
                player: {"equations": found.residual, "gap": found.residual, "residual": found.residual}
                for player in self.players
            },
        }  # fmt: skip
        data = {**self.metadata(), "kind": "uniform", "results": [result]}
        everyone = "all economies levy Nash tariffs, services included; players listed are a selection"
        return Answer("tariffs nash", data, (everyone, CAVEAT), self.options())


def mean(rates: np.ndarray, weight: np.ndarray) -> float:
    """A weighted mean."""
    return float((rates * weight).sum() / weight.sum())
