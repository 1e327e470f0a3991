"""Optimal, Nash, cooperative and bilateral tariffs; every result carries first-order conditions and deviations.

Axes: s sector, n importer, i exporter. Governments maximise the model's `payoff`: real income, or Ossa's weighted
sector income. instruments: what a player sets; search: first-order conditions and ascent; players: one's optimum, Nash;
cooperation: all together; bilateral: pair by pair; closed_forms: the one-sector model's; results: what comes back.
"""

from detente.economy.strategic.bilateral import bilateral
from detente.economy.strategic.closed_forms import optimal_tariff, retaliation
from detente.economy.strategic.cooperation import BASES, RULES, cooperative
from detente.economy.strategic.instruments import BOUNDS, KINDS, Instrument, instrument, tariff_cells
from detente.economy.strategic.players import METHODS, nash, optimal
from detente.economy.strategic.results import Proof, StrategicTariffs
from detente.economy.strategic.search import ascent, stationary

__all__ = [
    "BASES",
    "BOUNDS",
    "KINDS",
    "METHODS",
    "RULES",
    "Instrument",
    "Proof",
    "StrategicTariffs",
    "ascent",
    "bilateral",
    "cooperative",
    "instrument",
    "nash",
    "optimal",
    "optimal_tariff",
    "retaliation",
    "stationary",
    "tariff_cells",
]
