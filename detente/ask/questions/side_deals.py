"""Deals of one economy with several others, pair by pair: what each adds given the others, and how it is split.

A deal drops every duty that the two added on each other since the base year. Every set of deals is priced; the joint
payoff of the parties is the change of their real income in bn USD. Horn and Wolinsky (1988): each pair splits what its
deal adds while all other deals stand. Shapley (1953): what a party adds, averaged over every order of joining. Without
payments, each pair exchanges duties over its own one-sided best responses: see `pair_exchange`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from detente import labels
from detente.ask.answer import Answer
from detente.ask.cases import case_of
from detente.ask.pricing import duties
from detente.ask.pricing.closures import FIXED, with_closure
from detente.ask.pricing.context import (
    DEFAULT_WORLD,
    PricedOutcome,
    PricingContext,
    pricing_context,
    solver_proof,
)
from detente.ask.pricing.duty_layers import DutyLayer
from detente.ask.pricing.exchange import setting_words, signed
from detente.ask.pricing.pair_exchange import pair_exchange, pair_exchange_json
from detente.ask.pricing.question_horizon import horizon_of
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.dossier import open_dossier, resolve_days
from detente.bargain import coalitions
from detente.errors import QuestionError
from detente.record.case import Case

SMALLEST = 0.05  # bn USD a year: a smaller change is printed as none
MAX_PARTNERS = 6  # the sets of deals double with each
Deals = frozenset[str]  # the partners that have a deal with the hub


def members(context: PricingContext, party: str) -> list[str]:
    """The economies of a party: itself, or those members of a bloc that the world has. Raises QuestionError."""
    codes = [context.world.economies[n] for n in context.economies_of(party)]
    if not codes:
        raise QuestionError(f"{party!r} is no economy of {context.name} and no bloc; write ISO3 codes or EU")
    return codes


def without_mutual_duties(layers: Sequence[DutyLayer], first: Sequence[str], second: Sequence[str]) -> list[DutyLayer]:
    """The layers of duties without those that the members of two parties levy on each other."""
    pairs = {(a, b) for a in first for b in second} | {(b, a) for a in first for b in second}
    return [x for x in layers if (x.by, x.against) not in pairs]


@dataclass(frozen=True)
class Payoffs:
    """Changes of real income in bn USD a year: of each party [party] under each set of deals."""

    hub: str
    partners: tuple[str, ...]
    by_deals: Mapping[Deals, Mapping[str, float]]

    @property
    def all_deals(self) -> Deals:
        """The set with every deal."""
        return frozenset(self.partners)

    def of(self, party: str, deals: Collection[str]) -> float:
        """The payoff of a party under a set of deals."""
        return self.by_deals[frozenset(deals)][party]

    def joint(self, deals: Collection[str], group: Iterable[str] | None = None) -> float:
        """The sum of payoffs under a set of deals, of a group or of all parties."""
        payoff = self.by_deals[frozenset(deals)]
        return sum(payoff[party] for party in (payoff if group is None else group))

    def shapley(self) -> dict[str, float]:
        """Shapley values; a group with the hub has the deals of its members, a group without it none."""

        def value(group: frozenset[str]) -> float:
            return self.joint(group - {self.hub}, group) if self.hub in group else 0.0

        return coalitions.shapley([self.hub, *self.partners], value)


@dataclass(frozen=True)
class PartnerRow:
    """What the deal of one partner brings, bn USD a year.

    alone, added: to all parties, without any other deal and on top of all others. pair: to the hub and the partner on
    top of all others. own, own_alone: the partner's payoff with all deals, and with its own only. left_out: its payoff
    when all others have a deal. split: its half of what the pair gains (Nash-in-Nash). shapley: its Shapley value.
    """

    party: str
    alone: float
    added: float
    pair: float
    own: float
    own_alone: float
    left_out: float
    split: float
    shapley: float

    @property
    def payment(self) -> float:
        """What the hub pays the partner for the split, negative where the partner pays."""
        return self.split - (self.own - self.left_out)

    def to_json(self) -> dict[str, Any]:
        """The row in the keys of an answer."""
        return {
            "party": self.party, "alone": self.alone, "added": self.added, "pair": self.pair, "own": self.own,
            "own_alone": self.own_alone, "left_out": self.left_out, "split": self.split, "payment": self.payment,
            "shapley": self.shapley,
        }  # fmt: skip


def side_deals(
    partners: Sequence[str],
    *,
    hub: str | None = None,
    as_of: str | None = None,
    known: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    world: str = DEFAULT_WORLD,
    horizon: str | None = None,
    closure: str = FIXED,
    home: str | None = None,
) -> Answer:
    """What each of the hub's deals adds, alone and beyond the others, with the Nash-in-Nash split and Shapley values.

    partners: 1 to 6 economies or blocs. hub: the first party of the dossier by default. as_of: today by default. known:
    as_of by default. closure: fixed deficits, balanced trade, or valuation. Amounts are in bn USD a year. Raises
    QuestionError for an unknown partner, an economy in two parties, or a pair without a duty to drop; RecordError,
    NotConverged.
    """
    as_of, known = resolve_days(as_of, known)
    record = open_dossier(dossier, home)
    state, case = record.as_of(as_of, known), case_of(dossier, home, record)
    context = with_closure(pricing_context(world, horizon=horizon_of(state, world, horizon)), closure)
    hub = hub or _first_party(case)
    parties = _parties(context, hub, partners)
    layers = duties.in_force(state, context.world.economies, case)
    _check_duties(layers, parties, hub, as_of)
    scenarios = _sets_of_deals(partners)
    priced = _price(context, layers, parties, hub, scenarios)
    payoffs = Payoffs(
        hub,
        tuple(partners),
        {deals: _in_dollars(context, p, parties) for deals, p in zip(scenarios, priced, strict=True)},
    )
    shapley = payoffs.shapley()
    rows = _partner_rows(payoffs, shapley)
    own = payoffs.of(hub, partners)
    first = {"party": hub, "own": own, "after": own - sum(row.payment for row in rows), "shapley": shapley[hub]}
    joint = payoffs.joint(partners)
    exchanged = pair_exchange_json(pair_exchange(context, context.levels(layers), parties, hub, partners))
    text = f"{words(hub, payoffs, rows, setting_words(context))} {exchange_words(exchanged)}"
    data = {
        "as_of": as_of, "known": known, "words": text, "hub": first, "joint": joint,
        "partners": [row.to_json() for row in rows], "members": parties,
        "exchange": exchanged, "proof": _proof(context, priced),
    }  # fmt: skip
    options = {"with": list(partners), "hub": hub, "as_of": as_of, "known": known, "world": context.name}
    setting = {"horizon": context.horizon, "closure": context.closed_by, "elasticity": context.elasticity}
    return Answer("side-deals", data, NOTES, {**options, **setting})


def _first_party(case: Case) -> str:
    """The hub where none is named: the first party of the dossier. Raises QuestionError."""
    if not case.parties:
        raise QuestionError(f"whose deals? the dossier {case.name!r} names no parties; give --hub")
    return case.parties[0]


def _parties(context: PricingContext, hub: str, partners: Sequence[str]) -> dict[str, list[str]]:
    """{party: its economies}, the hub first. Raises QuestionError."""
    if not 1 <= len(partners) <= MAX_PARTNERS:
        raise QuestionError(f"there are {len(partners)} partners; give from 1 to {MAX_PARTNERS}, as --with EU,JPN,KOR")
    names = (hub, *partners)
    parties = {party: members(context, party) for party in names}
    codes = [code for party in names for code in parties[party]]
    if repeated := {code for code in codes if codes.count(code) > 1}:
        raise QuestionError(f"{', '.join(sorted(repeated))} is in two parties; name each economy once")
    return parties


def _check_duties(layers: Sequence[DutyLayer], parties: Mapping[str, Sequence[str]], hub: str, as_of: str) -> None:
    for party, codes in parties.items():
        if party != hub and len(without_mutual_duties(layers, parties[hub], codes)) == len(layers):
            raise QuestionError(f"{hub} and {party} have added no duty on each other on {as_of}: no deal to price")


def _sets_of_deals(partners: Sequence[str]) -> list[Deals]:
    return [frozenset(s) for k in range(len(partners) + 1) for s in combinations(partners, k)]


def _price(
    context: PricingContext,
    layers: Sequence[DutyLayer],
    parties: Mapping[str, Sequence[str]],
    hub: str,
    scenarios: Sequence[Deals],
) -> Sequence[PricedOutcome]:
    """Each set of deals priced in one batch against the duties in force, which is the first set."""
    levels = []
    for deals in scenarios:
        remaining = list(layers)
        for party in deals:
            remaining = without_mutual_duties(remaining, parties[hub], parties[party])
        levels.append(context.levels(remaining))
    _, priced = context.price(levels[0], levels)
    return priced


def _in_dollars(
    context: PricingContext, priced: PricedOutcome, parties: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """The change of real income of each party in bn USD. Raises QuestionError for a world in another unit."""
    change = priced.change["real_income"]

    def amount(code: str) -> float:
        value: float | None = context.money(change, code)["bn_usd"]
        if value is None:
            raise QuestionError(f"{context.name} is not in US dollars, so gains of several parties cannot be added")
        return value

    return {party: sum(map(amount, codes)) for party, codes in parties.items()}


def _partner_rows(payoffs: Payoffs, shapley: Mapping[str, float]) -> list[PartnerRow]:
    everyone = payoffs.all_deals
    rows = []
    for party in payoffs.partners:
        others, pair = everyone - {party}, (payoffs.hub, party)
        surplus = payoffs.joint(everyone, pair) - payoffs.joint(others, pair)
        split = coalitions.nash_in_nash(
            payoffs.hub, [party], {frozenset[str](): 0.0, frozenset({party}): surplus}.__getitem__
        )
        rows.append(
            PartnerRow(
                party=party,
                alone=payoffs.joint({party}),
                added=payoffs.joint(everyone) - payoffs.joint(others),
                pair=surplus,
                own=payoffs.of(party, everyone),
                own_alone=payoffs.of(party, {party}),
                left_out=payoffs.of(party, others),
                split=split[party],
                shapley=shapley[party],
            )
        )
    return rows


def _proof(context: PricingContext, priced: Sequence[PricedOutcome]) -> dict[str, Any]:
    return {
        **context.metadata(),
        "closure": context.closure("lump_sum"),
        "scenarios": len(priced),
        "solver": solver_proof(
            max(p.residual for p in priced), max(p.iterations for p in priced), all(p.converged for p in priced)
        ),
    }  # fmt: skip


def words(hub: str, payoffs: Payoffs, rows: Sequence[PartnerRow], setting: str) -> str:
    """The answer in two or three sentences; setting: horizon and closure."""
    every, own = (signed(x, 1) for x in (payoffs.joint(payoffs.partners), payoffs.of(hub, payoffs.partners)))
    changes = f"the parties' real income by {every} bn USD a year ({hub} itself {own})"
    if len(rows) == 1:
        return f"Over {setting}, the deal of {hub} with {rows[0].party} changes {changes}."
    largest = max(rows, key=lambda row: row.added)
    losers = [row.party for row in rows if row.left_out < -SMALLEST]
    end = f" Left out of the others' deals, {labels.joined(losers)} would lose." if losers else ""
    return (
        f"Over {setting}, the {len(rows)} deals of {hub} together change {changes}; the deal with {largest.party} adds"
        f" most, {signed(largest.added, 1)} bn USD.{end}"
    )


def exchange_words(exchanged: Mapping[str, Any]) -> str:
    """In a sentence: which pairs exchange duties without payments, and whether the order of turns matters."""
    if exchanged["why"]:
        return f"Exchanges of duties without payments are not known: {exchanged['why']}."
    agreed = [" and ".join(row["pair"]) for row in exchanged["pairs"] if row["agreed"]]
    away = [" and ".join(row["pair"]) for row in exchanged["pairs"] if row["walks_away"]]
    who = f"only {', '.join(agreed)} add to what each can do by itself" if agreed else "no pair adds anything"
    left = f"; {', '.join(away)} would rather walk away, given the others" if away else ""
    apart = exchanged["orders_apart_points"]
    return f"By exchanges of duties without payments {who}{left} (two orders of turns end {apart:.1g} points apart)."


NOTES = (
    "bn USD of the base year a year, against the duties in force on the day; a deal drops every duty that the two added"
    " on each other since the base year, and nothing else",
    "split: each pair halves what its deal adds to the two while all other deals stand (Nash-in-Nash); payment: what"
    " the hub pays a partner for that split, negative where the partner pays; no payment is assumed to be agreed",
    "Shapley value: what a party adds to a group with the hub, averaged over every order of joining",
    "exchange: each side keeps any part of the duties it added on the other, from none to 1.5 times today's; a pair's"
    " disagreement point is the equilibrium of its own one-sided best responses while all other agreements stand, and a"
    " side that added no duty has none to set",
    "purchases, quotas, standards and export controls are not part of these deals",
)
