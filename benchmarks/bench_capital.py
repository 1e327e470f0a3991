"""What capital, a path, a card and exposure cost beside the model of many sectors, in the same run; one thread.

    OPENBLAS_NUM_THREADS=1 python benchmarks/bench_capital.py

icio-2022 under the schedule of 2 April 2025. Times are the best of several runs, in milliseconds of the processor.
"""

from __future__ import annotations

from bench_multi_sector import best

from detente.economy import engine, exposure
from detente.economy.calibrate import shipped
from detente.economy.card import card
from detente.economy.final_uses import share_of_final_demand
from detente.economy.models import capital, multi_sector, path
from detente.economy.solve import Options, solve
from detente.economy.transition import transition
from detente.economy.yearly import RIGID, years
from detente.replications.rodriguez_clare_2025.cases import policy

OPTIONS = Options(tolerance=1e-9)
YEARS = 5


def main() -> None:
    """Print a line for each model."""
    plain = shipped("icio-2022")
    world, schedule = capital.with_capital(plain), policy(plain)
    for name, where, model in (
        ("many sectors", plain, multi_sector),
        *((f"capital {stock.stock}", world, stock) for stock in (capital.NOW, capital.LONG_RUN)),
    ):
        engine.preconditioner(model, where)
        took, equilibrium = best(lambda: solve(where, schedule, model, options=OPTIONS))  # noqa: B023
        print(f"{name:18s} {took:7.1f} ms, {int(equilibrium.iterations)} steps, residual {equilibrium.residual:.0e}")
    households, _ = share_of_final_demand(plain, "households")
    took, _ = best(lambda: card(plain, schedule, households))
    print(f"household card     {took:7.1f} ms")
    took, result = best(lambda: exposure.exposure(plain))
    print(f"exposure, 81 by 81 {took:7.1f} ms, error of the adjoint {result.error:.0e}")
    after = schedule.tariff(plain)
    took, _ = best(
        lambda: exposure.attribution(plain, exposure.levels(plain.tariff), exposure.levels(after), ("USA", "CHN")), 3
    )
    print(f"attribution        {took:7.1f} ms, 8 points")
    took, _ = best(lambda: transition(world, schedule), 2)
    print(f"the way, 150 years {took:7.1f} ms")
    for stay, floor in ((0.0, None), (0.0, RIGID), (0.5, RIGID)):
        engine.preconditioner(path.Model(), path.begin(world, stay=stay, floor=floor))
        took, result = best(lambda: years(world, [schedule] * YEARS, stay=stay, floor=floor), 4)  # noqa: B023
        print(
            f"a year of the path {took / YEARS:7.1f} ms, stay {stay:g}, floor {floor or 'none'},"
            f" at most {int(result.iterations.max())} steps, residual {result.residual.max():.0e}"
        )


if __name__ == "__main__":
    main()
