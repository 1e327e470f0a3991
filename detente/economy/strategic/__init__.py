"""Optimal, Nash and cooperative tariffs; every answer with its first-order conditions and sampled deviations.

Axes: s sector, n importer, i exporter. Governments maximise the model's `payoff`: real income, or Ossa's weighted
sector income. levers: what a player sets; search: first-order conditions and ascent; players: one's optimum, Nash;
talks: cooperation; closed_forms: the one-sector model's.
"""

from detente.economy.strategic.answers import SAMPLES, Proof, Strategic, answer, reported, verify
from detente.economy.strategic.bilateral import bilateral
from detente.economy.strategic.closed_forms import optimal_tariff, retaliation
from detente.economy.strategic.levers import BOUNDS, KINDS, Lever, free
from detente.economy.strategic.players import METHODS, STEADY, nash, optimal
from detente.economy.strategic.search import ascent, best_response, initial_points, settle, stationary
from detente.economy.strategic.talks import BASES, RULES, cooperative

__all__ = [
    "BASES",
    "BOUNDS",
    "KINDS",
    "METHODS",
    "RULES",
    "SAMPLES",
    "STEADY",
    "Lever",
    "Proof",
    "Strategic",
    "answer",
    "ascent",
    "best_response",
    "bilateral",
    "cooperative",
    "free",
    "initial_points",
    "nash",
    "optimal",
    "optimal_tariff",
    "reported",
    "retaliation",
    "settle",
    "stationary",
    "verify",
]
