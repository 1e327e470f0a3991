"""`detente tariffs`: best, warring and agreed tariffs."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from detente.faces.common import Json, World, show

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
    from detente.ask import tariffs as question

    answer = question.optimal(
        codes(for_), world=world, model=model, elasticity=elasticity, kind=kind, against=codes(against)
    )
    show(answer, as_json, "tariffs", "text_tariffs")


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
    from detente.ask import tariffs as question

    answer = question.nash(
        codes(for_), world=world, model=model, elasticity=elasticity, kind=kind, against=codes(against)
    )
    show(answer, as_json, "tariffs", "text_tariffs")


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
    from detente.ask import tariffs as question

    answer = question.cooperative(
        codes(for_), world=world, model=model, elasticity=elasticity, kind=kind, against=codes(against),
        base=base, rule=rule,
    )  # fmt: skip
    show(answer, as_json, "tariffs", "text_tariffs")
