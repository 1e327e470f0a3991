"""The contract of a model: what is missing is named, and the example of the documentation is a model that works."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import root

from detente.economy.model import check_model, load_model
from detente.economy.models import critical_inputs, fixed_firms, multi_sector, one_sector
from detente.economy.policy import nothing, stack, tariffs
from detente.economy.solve import Options, solve
from detente.economy.world import Origin, TradeTable
from detente.errors import DataError, QuestionError

PAGE = Path(__file__).parents[2] / "docs" / "development" / "write-a-model.md"
TIGHT = Options(tolerance=1e-13)


def example() -> str:
    """The file of the worked example, as the page shows it."""
    block = re.search(r'^```python title="armington.py"\n(.*?)^```$', PAGE.read_text("utf-8"), re.M | re.S)
    assert block
    return block[1]


@pytest.fixture(scope="module")
def armington(tmp_path_factory):
    file = tmp_path_factory.mktemp("model") / "armington.py"
    file.write_text(example(), "utf-8")
    return load_model(file)


@pytest.fixture(scope="module")
def table():
    """Six economies, one sector, with deficits; one_sector's calibration needs the USA among them."""
    rng = np.random.default_rng(3)
    flows = rng.lognormal(0, 0.5, (6, 6)) * (1 - np.eye(6))
    return TradeTable(("USA", *"ABCDE"), flows, 8 * flows.sum(0), Origin("six", 2020, "USD", ("made up",), "none"))


@pytest.fixture(scope="module")
def world(armington, table):
    return armington.calibrate(table)


@pytest.fixture(scope="module")
def policies(world):
    rng = np.random.default_rng(0)
    rates = rng.uniform(-0.3, 0.8, (5, 6, 6)) * (1 - np.eye(6))
    return [tariffs(world, dense) for dense in rates]


def by_hand(world, tariff):
    """ln wages and spending [2n] that solve the textbook's equations in levels, by a solver that is not ours."""
    n = len(world.economies)

    def excess(z):
        wage, spending = np.exp(z[:n]), np.exp(z[n:]) * world.spending
        demand = world.share * ((1 + tariff) * wage) ** -world.structure.elasticity
        demand = demand / demand.sum(1, keepdims=True) * spending[:, None]
        labour = wage * world.income
        revenue = (demand * tariff / (1 + tariff)).sum(1)
        markets = (demand / (1 + tariff)).sum(0) / labour - 1
        markets[0] = labour.sum() / world.income.sum() - 1  # Walras: one market follows from the others
        return np.concatenate([markets, (labour + revenue + world.transfer) / spending - 1])

    solution = root(excess, np.zeros(2 * n), tol=1e-14)
    assert np.abs(excess(solution.x)).max() < 1e-12
    return solution.x


@pytest.mark.parametrize("model", [one_sector, multi_sector, fixed_firms, critical_inputs.Model()])
def test_the_shipped_models_keep_the_contract(model):
    assert check_model(model) is model


def without(function):
    names = ("start", "prepare", "step", "report")
    return type("Partial", (), {name: staticmethod(getattr(one_sector, name)) for name in names if name != function})()


@pytest.mark.parametrize("function", ["start", "prepare", "step", "report"])
def test_a_missing_function_is_named(function):
    with pytest.raises(QuestionError, match=rf"Partial.* is not a model: it has no {function}\("):
        check_model(without(function))


def test_what_is_no_function_is_named_with_what_it_is():
    model = without("none")
    model.rebase = 3
    with pytest.raises(QuestionError, match=r"its rebase is 3 \(int\), not a function rebase\(world, policy, state"):
        check_model(model)
    with pytest.raises(QuestionError, match=r"'one_sector' \(str\) is not a model: it has no start\(world\), no prep"):
        check_model("one_sector")


def test_a_model_that_cannot_be_hashed_is_refused():
    unhashable = type("List", (list,), dict(vars(type(without("none")))))()
    with pytest.raises(QuestionError, match="cannot be hashed"):
        check_model(unhashable)


def test_every_way_to_solve_checks_its_model(world, policies):
    model, batch = without("step"), stack(world, policies)
    with pytest.raises(QuestionError, match="has no step"):
        solve(world, policies[0], model)
    pytest.importorskip("jax", reason="uses the jax extra")
    from detente.economy import engine_jax

    with pytest.raises(QuestionError, match="has no step"):
        solve(world, policies[0], model, engine="jax")
    with pytest.raises(QuestionError, match="has no step"):
        engine_jax.gradient(("real_income", "A"), world, policies[0], model)
    with pytest.raises(QuestionError, match="has no step"):
        engine_jax.solve_draws(world, batch, {"elasticity": np.array([4.0])}, "real_income", model)


def test_a_report_of_another_shape_is_refused(world, policies):
    model = without("report")
    for values, words in ((np.zeros(3), r"report\['x'\] has shape \(3,\)"), (1.0, r"has shape \(\)")):
        model.report = lambda *arguments, values=values: {"x": values}
        with pytest.raises(QuestionError, match=words):
            solve(one_world(world), stack(world, policies), model)
    model.report = lambda *arguments: [1.0]
    with pytest.raises(QuestionError, match="not a dictionary of arrays"):
        solve(one_world(world), policies[0], model)


def one_world(world):
    """The world with the numbers that one_sector asks of its structure."""
    zero = np.zeros(len(world.economies))
    return replace(world, structure=one_sector.Structure(world.structure.elasticity, 0.0, 0.0, zero, zero + 1, 1.0))


def test_the_example_solves_the_equations_of_the_textbook(armington, world, policies):
    for policy in policies:
        solved = solve(world, policy, armington, options=TIGHT)
        assert np.abs(np.concatenate(solved.state) - by_hand(world, policy.tariff(world))).max() < 1e-9


def test_the_example_is_one_sector_with_fixed_labour_and_neither_scale_nor_entry(armington, world, policies):
    plain = one_world(world)
    for policy in policies:
        ours, theirs = solve(world, policy, armington, options=TIGHT), solve(plain, policy, one_sector, options=TIGHT)
        for name in ("real_income", "real_wage"):
            assert np.abs(ours.report[name] - theirs.report[name]).max() < 1e-9


def test_no_policy_changes_nothing_in_the_example(armington, world):
    solved = solve(world, nothing(world), armington)
    assert solved.iterations == 0
    assert max(np.abs(values).max() for values in solved.report.values()) < 1e-10


def test_a_batch_of_the_example_is_its_scenarios_alone(armington, world, policies):
    together = solve(world, stack(world, policies), armington, options=TIGHT)
    for k, policy in enumerate(policies):
        alone = solve(world, policy, armington, options=TIGHT)
        for name, values in alone.report.items():
            assert np.abs(together.report[name][k] - values).max() < 1e-9


def test_the_example_is_the_same_on_jax(armington, world, policies):
    pytest.importorskip("jax", reason="uses the jax extra")
    for policy in (policies[0], stack(world, policies)):
        numpy, jax = (solve(world, policy, armington, options=TIGHT, engine=engine) for engine in ("numpy", "jax"))
        assert jax.engine == "jax"
        for name, values in numpy.report.items():
            assert np.abs(jax.report[name] - values).max() < 1e-9


def test_a_gradient_of_the_example_is_a_finite_difference(armington, world, policies):
    pytest.importorskip("jax", reason="uses the jax extra")
    from detente.economy import engine_jax

    policy = policies[0]
    slope = engine_jax.gradient(("real_income", "A"), world, policy, armington, of=["rate"], options=TIGHT).of["rate"]
    ends = [replace(policy, rate=policy.rate + h) for h in (-1e-4, 1e-4)]
    low, high = (solve(world, end, armington, options=TIGHT).of("real_income", "A") for end in ends)
    assert slope.sum() == pytest.approx((high - low) / 2e-4, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("def start(world:\n", DataError, "model.py, line 1: "),
        ("x = 1\nx.y\n", DataError, "model.py, line 2: AttributeError: 'int' object has no attribute 'y'"),
        ("import sys\nsys.exit(3)\n", DataError, "model.py, line 2: SystemExit: 3"),
        ("start = prepare = step = len\n", QuestionError, r"model.py is not a model: it has no report\("),
    ],
)
def test_a_file_that_is_not_a_model_is_refused_in_one_line(tmp_path, text, error, words):
    (tmp_path / "model.py").write_text(text, "utf-8")
    with pytest.raises(error, match=words) as raised:
        load_model(tmp_path / "model.py")
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(QuestionError, match="no such file"):
        load_model(tmp_path / "model.py")


def test_a_file_is_run_anew_after_every_change(tmp_path):
    file = tmp_path / "model.py"
    for version in (1, 2):
        file.write_text(f"start = prepare = step = report = len\nversion = {version}\n", "utf-8")
        assert load_model(file).version == version


def test_two_files_of_one_name_are_two_models(tmp_path):
    files = [tmp_path / folder / "model.py" for folder in ("a", "b")]
    for file in files:
        file.parent.mkdir()
        file.write_text("start = prepare = step = report = len\n", "utf-8")
    first, second = map(load_model, files)
    assert first.__name__ != second.__name__
