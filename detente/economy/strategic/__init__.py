"""Optimal, Nash and cooperative tariffs; every answer with its first-order conditions and sampled deviations.

Axes: s sector, n importer, i exporter. Governments maximise the model's `payoff`: real income, or Ossa's weighted
sector income. levers: what a player sets; search: first-order conditions and ascent; players: one's optimum, Nash;
talks: cooperation; closed_forms: the one-sector model's.
"""

from detente.economy.strategic.answers import SAMPLES, Proof, Strategic, answer, proven, reported
from detente.economy.strategic.bilateral import bilateral
from detente.economy.strategic.closed_forms import optimal_tariff, retaliation
from detente.economy.strategic.levers import BOUNDS, KINDS, Lever, free
from detente.economy.strategic.players import METHODS, STEADY, nash, optimal
from detente.economy.strategic.search import ascent, best_response, openings, settle, stationary
from detente.economy.strategic.talks import BASES, RULES, cooperative

__all__ = [
    "BASES", "BOUNDS", "KINDS", "METHODS", "RULES", "SAMPLES", "STEADY", "Lever", "Proof", "Strategic", "answer",
    "ascent", "best_response", "bilateral", "cooperative", "free", "nash", "openings", "optimal", "optimal_tariff",
    "proven", "reported", "retaliation", "settle", "stationary",
]  # fmt: skip
