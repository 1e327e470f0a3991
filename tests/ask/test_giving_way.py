"""A duty that a deal takes away brings back the duties that gave way to it."""

import pytest

from detente.ask.cases import case_of
from detente.ask.pricing import duties
from detente.ask.pricing.context import pricing_context
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.possible_outcomes import on_the_table
from detente.record.store import Record

DAY = "2025-11-20"


@pytest.fixture(scope="module")
def day():
    record, case, context = Record.load("us-japan"), case_of("us-japan"), pricing_context("world-2023")
    state = record.as_of(DAY, DAY)
    outcomes = on_the_table(record, state, context.world.economies, case)
    return outcomes[0].layers, package_set(record, case, state, context, outcomes), state, case


def points(levels):
    return 100 * (levels["USA", "JPN"])


def priced(packages, *titles):
    """The US duty on Japan under the package that moves these duties and no other."""
    wanted = tuple(int(f"{x.title} {x.moved}" in titles) for x in packages.instruments)
    package = next(x for x in packages.packages if x.settings == wanted)
    return points(packages.levels[package.key])


def test_lifting_the_duty_on_cars_leaves_nearly_what_the_reciprocal_duty_takes_on_them(day):
    layers, packages, state, case = day
    today = priced(packages)
    cars = sum(x.average for x in layers if x.measure == "usa-s232-autos" and x.against == "JPN")
    returned = [x for layer in layers if layer.measure == "usa-s232-autos" and layer.against == "JPN"
                for x in duties.come_back(layer, state, case)]  # fmt: skip
    back = sum(x.average for x in returned)
    assert {x.measure for x in returned} == {"usa-ieepa-reciprocal", "usa-s232-metals"}
    assert back > 0.5 * cars
    assert priced(packages, "US duty on cars lifted") == pytest.approx(today - cars + back)


def test_what_comes_back_is_what_the_same_package_leaves_of_it(day):
    layers, packages, _, _ = day
    cars = priced(packages, "US duty on cars lifted")
    both = priced(packages, "US duty on cars lifted", "US reciprocal duty lifted")
    reciprocal = sum(x.average for x in layers if x.measure == "usa-ieepa-reciprocal" and x.against == "JPN")
    assert both < cars - reciprocal
