"""The exchange of duties in `detente deal`, its parts, and the same for several pairs.

    python benchmarks/bench_exchange.py [AS_OF]

Every line is the shortest of three runs in one process; the packages of whole measures, which a deal has always priced,
stand beside what the exchange adds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from detente.ask.pricing import landings
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import price_day
from detente.ask.questions import deal
from detente.ask.questions.side_deals import side_deals

HORIZON = "near"
PARTNERS = ["CHN", "CAN", "EU", "JPN", "MEX"]


def least_seconds(action: Callable[[], object], rounds: int = 3) -> float:
    """The shortest of repeated calls."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> int:
    """Print a table."""
    as_of = sys.argv[1] if len(sys.argv) > 1 else "2025-10-26"
    day = price_day(as_of=as_of, horizon=HORIZON, extra=package_set)
    point = deal.disagreement_of(day)
    rows: dict[str, Callable[[], object]] = {
        "the day with its outcomes": lambda: price_day(as_of=as_of, horizon=HORIZON),
        "the same with the packages of whole measures": lambda: price_day(
            as_of=as_of, horizon=HORIZON, extra=package_set
        ),
        "best responses, their equilibrium and the grid": lambda: deal.disagreement_of(day),
        "the whole answer for a priced day": lambda: deal.deal_section(day, bands=False),
        "where talks land, by horizon and closure": lambda: landings.landings(day),
        "where talks land, with every elasticity set": lambda: landings.landings(day, all_sets=True),
        f"a hub with {len(PARTNERS)} partners, all of side-deals": lambda: side_deals(
            PARTNERS, as_of=as_of, horizon=HORIZON
        ),
    }
    for name, action in rows.items():
        print(f"{least_seconds(action):7.3f} s  {name}")
    proven = point.exchanges[0].to_json(day.sides)["proof"] if point.exchanges else {}
    print(f"proof of the exchange: {proven}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
