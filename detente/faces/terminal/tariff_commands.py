"""`detente tariffs`: best, warring and agreed tariffs."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter

from detente.faces.terminal.common import Json, World, show

app = App(name="tariffs", help="Tariffs that are best alone, hold each other in a war, or would be agreed in talks.")

For = Annotated[str, Parameter(name="--for", help="Whose tariffs: ISO3 codes with commas between; all.")]
Model = Annotated[
    str | None,
    Parameter(
        help="multi-sector (with input-output links), labour-only, or for nash one-step (all economies at once)."
    ),
]
Elasticity = Annotated[str | None, Parameter(help="A named set of elasticities.")]
Kind = Annotated[
    str, Parameter(help="vector (a rate a sector and partner), mfn (a rate a sector) or uniform (one rate).")
]
Against = Annotated[str | None, Parameter(help="Only tariffs on these partners, ISO3 codes with commas between.")]


def codes(written: str | None) -> list[str]:
    """ISO3 codes of 'USA,CHN'."""
    return [code.strip() for code in (written or "").split(",") if code.strip()]


@app.command
def optimal(
    *,
    for_: For,
    world: World | None = None,
    model: Model = None,
    elasticity: Elasticity = None,
    kind: Kind = "vector",
    against: Against = None,
    as_json: Json = False,
) -> None:
    """The tariffs that make each economy named best off if nobody answers.

    Every answer carries the size of its first-order conditions and the most that any sampled deviation would gain.
    """
    from detente.ask.questions import tariffs as question

    answer = question.optimal(
        codes(for_), world=world, model=model, elasticity=elasticity, kind=kind, against=codes(against)
    )
    show(answer, as_json, "tariffs", "tariff_text")


@app.command
def nash(
    *,
    for_: For,
    world: World | None = None,
    model: Model = None,
    elasticity: Elasticity = None,
    kind: Kind = "vector",
    against: Against = None,
    as_json: Json = False,
) -> None:
    """Tariffs that are each named economy's best response to the others'.

    Economies not named keep the baseline's tariffs; with --model one-step every economy plays.
    """
    from detente.ask.questions import tariffs as question

    answer = question.nash(
        codes(for_), world=world, model=model, elasticity=elasticity, kind=kind, against=codes(against)
    )
    show(answer, as_json, "tariffs", "tariff_text")


@app.command
def cooperative(
    *,
    for_: For,
    world: World | None = None,
    model: Model = None,
    elasticity: Elasticity = None,
    kind: Kind = "vector",
    against: Against = None,
    base: Annotated[str, Parameter(help="What gains are measured from: factual, nash or free.")] = "factual",
    rule: Annotated[str, Parameter(help="'equal gains' or 'nash product'.")] = "equal gains",
    as_json: Json = False,
) -> None:
    """Tariffs on each other that make all economies named better off.

    Gains are equal in percent, or their product is largest. Only tariffs that the players levy on each other move,
    unless --against says otherwise.
    """
    from detente.ask.questions import tariffs as question

    answer = question.cooperative(
        codes(for_), world=world, model=model, elasticity=elasticity, kind=kind, against=codes(against),
        base=base, rule=rule,
    )  # fmt: skip
    show(answer, as_json, "tariffs", "tariff_text")


@app.command
def bilateral(
    *,
    for_: For,
    world: World | None = None,
    model: Model = None,
    elasticity: Elasticity = None,
    mfn: Annotated[bool, Parameter(negative="", help="One tariff a good for all partners.")] = False,
    cuts: Annotated[bool, Parameter(negative="", help="Concessions only: no tariff may rise.")] = False,
    power: Annotated[float, Parameter(help="Bargaining power of the first-named of each pair, 0 to 1.")] = 0.5,
    as_json: Json = False,
) -> None:
    """Tariffs agreed pair by pair, each agreement best for its two while all others stand (Nash-in-Nash).

    A pair's fallback is its own tariffs as they are. With --mfn the importer and its principal supplier set a good's
    tariff for everybody.
    """
    from detente.ask.questions import tariffs as question

    answer = question.bilateral(
        codes(for_), world=world, model=model, elasticity=elasticity, mfn=mfn, power=power, cuts=cuts
    )
    show(answer, as_json, "tariffs", "tariff_text")


def sweep(
    grid: Annotated[str, Parameter(help="YAML: scenarios, worlds, elasticities, scale, each a list.")],
    /,
    *,
    out: Annotated[str, Parameter(help="Folder for the rows; made if it is not there.")],
    resume: Annotated[bool, Parameter(negative="", help="Go on with a sweep that was stopped.")] = False,
    dask: Annotated[str | None, Parameter(help="Address of a running Dask scheduler, tcp://host:8786.")] = None,
    as_json: Json = False,
) -> None:
    """Solve a grid of scenarios, one row each, against the base year; what is solved is on disk at once.

    A grid is YAML: `scenarios` (names or files), and optionally `worlds`, `elasticities` and `scale`, each a list;
    every combination is a row. `scale` may be a range, {from: 0, to: 2, count: 201}. Rows are keyed by what made them,
    so a sweep that was killed goes on with --resume. The result is Parquet where pyarrow is installed, else CSV.
    """
    from detente.ask.questions import sweep as question

    answer = question.sweep(grid, out, resume=resume, dask=dask, progress=left)
    show(answer, as_json, "sweep", "tariff_text")


def left(done: int, count: int, seconds: float) -> None:
    """How far a sweep is, on stderr."""
    live = sys.stderr.isatty()
    if live or not done % max(count // 10, 1):
        end = "\r" if live and done < count else "\n"
        print(f"{done} of {count}, {seconds:.0f} s left", end=end, file=sys.stderr, flush=True)
