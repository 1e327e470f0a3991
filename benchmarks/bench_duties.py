"""The ledger of duties: every pair of economies on a day not asked before, beside the plain sum over classes of goods.

The plain sum goes through the classes of goods of a pair one by one; the ledger works out once what pairs and days have
in common. A test holds both to the same numbers.

Run: python benchmarks/bench_duties.py [DAYS]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from detente import labels
from detente.economy import world
from detente.record import duties
from detente.record.duties import Ledger
from detente.record.rates import points_on, shares_of_cell

FIRST, LAST = date(2018, 1, 1), date(2026, 10, 8)
WARM = 20  # days asked before the clock starts


def plain_points(book: Ledger, by: str, against: str, day: str, known: str) -> dict[str, float]:
    """{act: points} of one economy on another's goods, class by class."""
    active, rules = book._active(by, against, day, known), book._rules(day)
    points: dict[str, float] = {}
    total = 0.0
    for cell, value in book._trade(*book._basket(by, against)):
        total += value
        for rate, share in shares_of_cell(cell, active, rules):
            points[rate.act] = points.get(rate.act, 0.0) + value * share * points_on(rate, cell)
    return {act: x / total for act, x in points.items()}


def days(count: int) -> list[str]:
    """Days of the ledger, drawn without repetition."""
    drawn = random.Random(0).sample(range((LAST - FIRST).days), count)
    return [(FIRST + timedelta(day)).isoformat() for day in drawn]


def timed(levied: Callable[..., object], codes: tuple[str, ...], day: str, book: Ledger | None = None) -> float:
    """Milliseconds for all pairs; of a book by its plain sum."""
    start = time.perf_counter()
    for by in codes:
        for against in codes:
            levied(*([book] if book else []), by, against, day, day)
    return 1000 * (time.perf_counter() - start)


def main(count: int) -> None:
    """Print the medians, and their ratio."""
    drawn = days(WARM + count)
    for name, codes in (("icio-2022", tuple(world.table("icio-2022").economies)), ("world-2023", labels.codes())):
        book = duties.own(duties.shipped(), (), ())
        for day in drawn[:WARM]:
            timed(book.levied, codes, day)
        fast = [timed(book.levied, codes, day) for day in drawn[WARM:]]
        again = [timed(book.levied, codes, day) for day in drawn[WARM:]]
        print(
            f"{name}, {len(codes) * (len(codes) - 1)} pairs, a day not asked before:"
            f" median {median(fast):.1f} ms, largest {max(fast):.1f} ms; again {median(again):.1f} ms"
        )
        if name == "icio-2022":
            plain = [timed(plain_points, codes, day, book) for day in drawn[WARM : WARM + 5]]
            print(f"class by class: median {median(plain):.0f} ms, {median(plain) / median(fast):.0f} times as long")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
