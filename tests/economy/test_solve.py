"""solve believes no engine: what counts is the residual of the model's own equations, and a report that is finite."""

import numpy as np
import pytest

from detente.economy import engine
from detente.economy import world as worlds
from detente.economy.models import one_sector
from detente.economy.policy import stack, tariffs
from detente.economy.solve import Options, solve
from detente.errors import NotConverged, QuestionError


@pytest.fixture(scope="module")
def world():
    return one_sector.calibrate(worlds.table("world-2023"))


def batch(world, *rates):
    return stack(world, [tariffs(world, {("USA", "CHN"): rate, ("CHN", "USA"): 0.1}) for rate in rates])


def with_report(change):
    """The one-sector model with another report."""

    def report(*arguments):
        return change(one_sector.report(*arguments))

    functions = {"start": one_sector.start, "prepare": one_sector.prepare, "step": one_sector.step, "report": report}
    return type("Changed", (), {name: staticmethod(function) for name, function in functions.items()})()


@pytest.mark.parametrize("claim", [-np.inf, 0.0])
@pytest.mark.parametrize("state", [np.nan, 0.0])
def test_a_scenario_that_an_engine_wrongly_takes_for_solved_is_solved_again(world, monkeypatch, claim, state):
    policy = batch(world, 0.3, 0.6)
    honest, run = solve(world, policy), engine.run

    def liar(model, world, policy, *arguments):
        solution = run(model, world, policy, *arguments)
        if policy.shape:
            solution.x[1], solution.residual[1] = state, claim
            solution.report["real_income"][1] = state
        return solution

    monkeypatch.setattr(engine, "run", liar)
    checked = solve(world, policy)
    assert checked.converged.all()
    assert np.abs(checked.report["real_income"] - honest.report["real_income"]).max() < 1e-8


def test_a_scenario_that_nobody_solves_is_not_converged_whatever_its_engine_claims(world, monkeypatch):
    run, few = engine.run, Options(max_iterations=2)
    monkeypatch.setattr(engine, "run", lambda *arguments: run(*arguments)._replace(residual=np.asarray(-np.inf)))
    refused = solve(world, tariffs(world, {("USA", "CHN"): 0.6}), options=few, check=False)
    assert not refused.converged
    assert refused.residual > 1e-11


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_report_that_is_not_finite_is_not_an_equilibrium(world, value):
    def spoil(report):
        report["wage"][..., 1, 5] = value
        return report

    model = with_report(spoil)
    solved = solve(world, batch(world, 0.3, 0.6), model, check=False)
    assert solved.converged.tolist() == [True, False]
    assert (solved.residual <= 1e-11).all()
    with pytest.raises(NotConverged, match="where markets clear, wage of some economy is not finite"):
        solve(world, batch(world, 0.3, 0.6), model)


def test_nobody_loses_all_real_income_or_more(world):
    model = with_report(lambda report: report | {"real_income": report["real_income"] - 99.9})
    with pytest.raises(NotConverged, match="real_income of some economy is not finite, and above -100 %"):
        solve(world, tariffs(world, {("USA", "CHN"): 0.9}), model)


def test_the_residual_is_that_of_the_state(world):
    for policy in (batch(world, 0.3, 0.6), tariffs(world, {("USA", "CHN"): 0.6})):
        solved = solve(world, policy)
        x = engine.to_row(solved.state)
        assert (solved.residual == engine.recomputed_residual(one_sector, world, policy, x)).all()


def test_a_tolerance_near_rounding_is_met_or_refused(world):
    solved = solve(world, batch(world, 0.3, 0.6), options=Options(1e-16, max_iterations=20), check=False)
    assert not solved.converged.any()
    assert (solved.residual < 1e-12).all()


def test_a_batch_without_scenarios_is_refused(world):
    with pytest.raises(QuestionError, match="at least one scenario"):
        solve(world, batch(world, 0.3)[:0])
