"""JAX and numpy give the same numbers and verdicts; derivatives are finite differences; what JAX cannot do it says."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("jax", reason="uses the jax extra")

import jax.numpy as jnp
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.economy import engine_jax
from detente.economy import world as worlds
from detente.economy.calibrate import calibrate, shipped, with_elasticity
from detente.economy.engine_jax import adjoint, frame, library, solver
from detente.economy.models import critical_inputs, fixed_firms, multi_sector, one_sector
from detente.economy.payoff_solver import PayoffSolver
from detente.economy.policy import Policy, limited, stack, tariffs
from detente.economy.solve import Options, solve
from detente.economy.world import InputOutput, Origin, TradeTable
from detente.errors import NotConverged, QuestionError

TIGHT = Options(tolerance=1e-13)
SAME = 1e-12  # of a quantity's size
WIDER = {"sector_exports": 1e-11}  # what is left of the residual is raised to the trade elasticity in small cells
SECTORAL = ("real_income", "exports", "real_wage", "revenue")
few = settings(max_examples=8, deadline=None)


def origin() -> Origin:
    return Origin("test", 2020, "million USD", ("made up",), "none")


@pytest.fixture(scope="module")
def small():
    """Five economies, three sectors (the last a service), with deficits, tariffs and sparse trade."""
    rng = np.random.default_rng(1)
    n, s = 5, 3
    flows = rng.lognormal(0, 1, (s, n, n)) * (rng.random((s, n, n)) > 0.2) + 6 * np.eye(n)
    uses = rng.uniform(0.05, 0.14, (n, s, s)) * np.minimum(flows.sum(2).T[:, :, None], flows.sum(1).T[:, None, :])
    tariff = rng.uniform(0, 0.3, (s, n, n)) * (1 - np.eye(n))
    tariff[-1] = 0
    table = InputOutput(tuple("ABCDE"), ("food", "cars", "rest"), flows, uses, tariff, origin(), ("rest",))
    return calibrate(table, np.array([2.0, 5.0, 4.0]))


@pytest.fixture(scope="module")
def firms():
    """Four economies and three sectors, a part of whose sales is profit, with political weights."""
    rng = np.random.default_rng(2)
    flows = rng.lognormal(0, 1, (3, 4, 4)) + 5 * np.eye(4)
    tariff = rng.uniform(0, 0.2, (3, 4, 4)) * (1 - np.eye(4))
    weight = rng.uniform(0.8, 1.2, (3, 4))
    theta = np.array([2.0, 3.5, 6.0])
    labour = theta / (1 + theta)
    return fixed_firms.calibrate(
        tuple("ABCD"), ("x", "y", "z"), flows, tariff, theta, origin(), labour=labour, weight=weight
    )


@pytest.fixture(scope="module")
def table():
    """Six economies, one sector; the paper's local shares need the USA among them."""
    rng = np.random.default_rng(3)
    flows = rng.lognormal(0, 0.5, (6, 6)) * (1 - np.eye(6))
    return TradeTable(("USA", *"ABCDE"), flows, 8 * flows.sum(0), origin())


def same(first, second) -> None:
    """Two equilibria report the same, to SAME or WIDER of a quantity's size, percentages of at least one percent."""
    assert first.report.keys() == second.report.keys()
    for name, values in first.report.items():
        size = max(1.0, float(np.abs(values).max()))
        assert np.abs(values - second.report[name]).max() <= WIDER.get(name, SAME) * size, name


def both(world, policy, model):
    equilibria = [solve(world, policy, model, options=TIGHT, engine=engine) for engine in ("numpy", "jax")]
    assert equilibria[1].engine == "jax"
    assert all(e.converged.all() for e in equilibria)
    return equilibria


def every_cell(world, rates=None) -> Policy:
    """All cells that may bear a duty, at the baseline's rates unless given."""
    goods = world.structure.goods[:, None, None] & ~np.eye(len(world.economies), dtype=bool)
    s, n, i = np.nonzero(goods)
    return Policy(n, i, (world.tariff if rates is None else rates)[s, n, i], sector=s)


@pytest.mark.parametrize(
    ("labour_share", "revenue"),
    [
        (one_sector.ROUNDABOUT, "income_tax_relief"),
        pytest.param(1.0, "income_tax_relief", marks=pytest.mark.slow),
        pytest.param(one_sector.ROUNDABOUT, "lump_sum", marks=pytest.mark.slow),
    ],
)
def test_jax_agrees_on_the_one_sector_model_and_its_branches(table, labour_share, revenue):
    world = one_sector.calibrate(table, labour_share=labour_share)
    rng = np.random.default_rng(0)
    dense = rng.uniform(0, 0.8, (3, 6, 6)) * (1 - np.eye(6))
    same(*both(world, tariffs(world, dense, revenue=revenue), one_sector))


@pytest.mark.slow
def test_jax_agrees_on_the_world_of_194_economies():
    world = one_sector.calibrate(worlds.table("world-2023"))
    same(*both(world, tariffs(world, {("USA", "CHN"): 0.6, ("CHN", "USA"): 0.3}), one_sector))


def test_jax_agrees_on_the_world_of_28_sectors():
    world = shipped("icio-2022")
    same(*both(world, tariffs(world, {("USA", "CHN"): 0.6, ("CHN", "USA"): 0.3}), multi_sector))


def test_jax_agrees_with_many_cells_and_iceberg_costs(small):
    rng = np.random.default_rng(0)
    rates = rng.uniform(0, 0.8, (4, *small.tariff.shape))
    policy = every_cell(small)
    costs = rng.uniform(1, 1.2, policy.rate.size)
    policy = replace(policy, rate=rates[:, policy.sector, policy.importer, policy.exporter], cost=costs)
    same(*both(small, policy, multi_sector))


@pytest.mark.slow
def test_jax_agrees_on_fixed_firms(firms):
    policies = [tariffs(firms, {(a, "B"): rate}) for a, rate in (("A", 0.5), ("C", 0.1), ("D", 0.0))]
    same(*both(firms, stack(firms, policies), fixed_firms))


@pytest.mark.slow
def test_a_batch_in_uneven_chunks_gives_the_same_as_each_scenario_alone(small, monkeypatch):
    policy = stack(small, [tariffs(small, {("A", "B"): 0.1 * k, ("C", "D"): 0.3}) for k in range(7)])
    monkeypatch.setitem(solver.CELLS, "cpu", 3 * 35)
    monkeypatch.setattr(solver.engine, "CHUNK", 1)
    assert solver.chunk(35, 7) == 3
    batch = solve(small, policy, multi_sector, options=TIGHT, engine="jax")
    for k in range(7):
        alone = solve(small, policy[k], multi_sector, options=TIGHT)
        for name, values in alone.report.items():
            size = max(1.0, float(np.abs(values).max()))
            assert np.abs(batch.report[name][k] - values).max() <= SAME * size, name


def random_policies(world, economies, count: int) -> Policy:
    """Duties and import subsidies, -90 % to 150 %, on one to eight random pairs of economies each."""
    rng = np.random.default_rng(7)

    def pair() -> tuple[str, str]:
        importer, exporter = rng.choice(economies, 2, replace=False)
        return str(importer), str(exporter)

    def rates() -> dict[tuple[str, str], float]:
        return {pair(): float(rng.uniform(-0.9, 1.5)) for _ in range(rng.integers(1, 9))}

    return stack(world, [tariffs(world, rates()) for _ in range(count)])


def agree_on_verdicts(world, policy, model, least: int) -> None:
    """Both engines solve the same scenarios, at least `least` of them, and report the same values to 1e-9."""
    ours, theirs = (solve(world, policy, model, engine=engine, check=False) for engine in ("numpy", "jax"))
    assert (ours.converged == theirs.converged).all()
    assert ours.converged.sum() >= least
    for equilibrium in (ours, theirs):
        assert (equilibrium.residual[equilibrium.converged] <= 1e-11).all()
        assert (equilibrium.residual >= 0).all()
    for name, values in ours.report.items():
        if name != "deficit":  # it divides by trade balances near zero
            solved = values[ours.converged]
            size = np.maximum(1.0, np.abs(solved).reshape(len(solved), -1).max(1)).reshape(-1, *[1] * (solved.ndim - 1))
            assert (np.abs(solved - theirs.report[name][ours.converged]) <= 1e-9 * size).all(), name


@pytest.mark.parametrize("which", ["small", "table"])
def test_both_engines_solve_the_same_of_100_random_policies(which, request):
    data = request.getfixturevalue(which)
    world, model = (one_sector.calibrate(data), one_sector) if which == "table" else (data, multi_sector)
    agree_on_verdicts(world, random_policies(world, world.economies, 100), model, 90 if which == "table" else 40)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["icio-2022", "world-2023"])
def test_both_engines_solve_the_same_of_100_random_policies_on_a_shipped_world(name):
    sectors = name == "icio-2022"
    world = shipped(name) if sectors else one_sector.calibrate(worlds.table(name))
    policy = random_policies(world, ["USA", "CHN", "DEU", "JPN", "IND", "MEX", "CAN", "VNM", "GBR", "KOR"], 100)
    agree_on_verdicts(world, policy, multi_sector if sectors else one_sector, 60 if sectors else 100)


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_large_import_subsidies_are_solved_or_refused_alike(engine):
    world = shipped("icio-2022")
    policy = stack(world, [tariffs(world, {("USA", "CHN"): rate}) for rate in (-0.5, -0.6, -0.8, -0.9)])
    equilibria = solve(world, policy, multi_sector, engine=engine, check=False)
    assert equilibria.of("real_income", "USA")[:3] == pytest.approx([-12.852, -23.565, -95.221], abs=1e-3)
    assert equilibria.of("real_income", "CHN")[:3] == pytest.approx([6.117, 9.244, 25.824], abs=1e-3)
    assert equilibria.converged.tolist() == [True, True, True, False]  # the last would cost more than the USA earns


def test_worlds_of_the_same_shape_share_compiled_code(small):
    solve(small, every_cell(small), multi_sector, engine="jax")
    before = solver._run._cache_size()
    other = with_elasticity(small, np.array([3.0, 4.0, 6.0]))
    other = replace(other, name="other", structure=other.structure._replace(elasticity_from="another paper"))
    solve(other, every_cell(other, 1.5 * small.tariff), multi_sector, options=TIGHT, engine="jax")
    assert solver._run._cache_size() == before


def test_scenarios_that_jax_does_not_solve_are_left_to_numpy_and_counted(small, monkeypatch):
    monkeypatch.setattr(solver.engine, "CHORD", 4)
    policy = every_cell(small)
    policy = replace(policy, rate=policy.rate + np.array([[0.0], [0.9], [0.0], [0.0]]))
    equilibria = solve(small, policy, multi_sector, engine="jax")
    assert equilibria.converged.all()
    assert equilibria.engine == "jax, 1 of 4 by numpy"
    assert equilibria.iterations[1] > 4
    alone = solve(small, policy, multi_sector)
    assert np.allclose(equilibria.report["real_income"], alone.report["real_income"], atol=1e-8)


@pytest.mark.slow
def test_each_draw_is_solved_as_a_world_of_its_own(small):
    rng = np.random.default_rng(0)
    thetas = small.structure.elasticity * rng.uniform(0.7, 1.4, (3, 3))
    policy = stack(small, [tariffs(small, {("A", "B"): rate}) for rate in (0.3, 0.9)])
    draws = engine_jax.solve_draws(small, policy, {"elasticity": thetas}, "real_income", multi_sector, tolerance=1e-12)
    assert draws.residual.shape == (3, 2)
    for d, theta in enumerate(thetas):
        alone = solve(with_elasticity(small, theta), policy, multi_sector, options=TIGHT)
        assert np.abs(draws.values[d] - alone.report["real_income"]).max() < 1e-9
    with pytest.raises(QuestionError, match="no number named 'theta'"):
        engine_jax.solve_draws(small, policy, {"theta": thetas}, "real_income", multi_sector)
    with pytest.raises(QuestionError, match="reports no 'joy'"):
        engine_jax.solve_draws(small, policy, {"elasticity": thetas}, "joy", multi_sector)
    with pytest.raises(QuestionError, match=r"shape \(3, 2\)"):
        engine_jax.solve_draws(small, policy, {"elasticity": thetas[:, :2]}, "real_income", multi_sector)


def difference(of, width=1e-4):
    """Central difference with Richardson's correction: off by width^4."""
    first, second = ((of(h) - of(-h)) / (2 * h) for h in (width, 2 * width))
    return (4 * first - second) / 3


def slopes(world, policy, model, target, seed, name):
    """The derivative along a random direction of one of the gradient's parts: by the adjoint, and by differences."""
    rng = np.random.default_rng(seed)
    gradient = engine_jax.gradient(target, world, policy, model, options=TIGHT)
    assert gradient.converged
    owner = policy if name in ("rate", "cost") else world if name in frame.FIELDS else world.structure
    base = getattr(owner, name)
    base = np.ones_like(policy.rate) if base is None else np.asarray(base, float)
    direction = rng.uniform(-1, 1, base.shape) * (1 if name in ("rate", "tariff", "cost") else base)

    def of(step):
        value = base + step * direction
        to_world, to_policy = world, policy
        if owner is policy:
            to_policy = replace(policy, **{name: value})
        elif owner is world:
            to_world = replace(world, **{name: value})
        else:
            value = value if value.ndim else float(value)
            to_world = replace(world, structure=world.structure._replace(**{name: value}))
        solved = solve(to_world, to_policy, model, options=TIGHT)
        return sum(weight * solved.of(*of_whom) for of_whom, weight in target.items())

    return float((gradient.of[name] * direction).sum()), float(difference(of))


def some_target(world, quantities, seed):
    """Every quantity of some economy, with random weights: one thing to compile."""
    rng = np.random.default_rng(seed)
    return {(quantity, str(rng.choice(world.economies))): rng.uniform(-1, 1) for quantity in quantities}


def agree(pair) -> None:
    """Differences of solutions at 1e-13 over a width of 1e-4 are good to about 1e-8 of a percent."""
    assert pair[0] == pytest.approx(pair[1], rel=1e-6, abs=1e-7)


@few
@given(
    seed=st.integers(0, 10_000),
    rates=st.lists(st.floats(-0.3, 1.5), min_size=24, max_size=24),
    name=st.sampled_from(["rate", "cost", "elasticity", "share", "tariff", "spending", "income", "inputs", "final"]),
)
def test_derivatives_with_sectors_are_finite_differences(small, seed, rates, name):
    policy = every_cell(small)
    policy = replace(policy, rate=np.resize(rates, policy.rate.size))
    agree(slopes(small, policy, multi_sector, some_target(small, SECTORAL, seed), seed, name))


@few
@given(
    seed=st.integers(0, 10_000),
    rates=st.lists(st.floats(0, 1.5), min_size=2, max_size=2),
    name=st.sampled_from(
        ["rate", "elasticity", "labour_supply", "scale", "local", "response", "share", "spending", "transfer"]
    ),
)
def test_derivatives_of_one_sector_are_finite_differences(table, seed, rates, name):
    world = one_sector.calibrate(table)
    policy = tariffs(world, {("USA", "A"): rates[0], ("A", "USA"): rates[1], ("C", "USA"): 0.2})
    target = some_target(world, ["real_income", "welfare", "imports_gdp"], seed)
    agree(slopes(world, policy, one_sector, target, seed, name))


@pytest.mark.slow
@few
@given(seed=st.integers(0, 10_000), name=st.sampled_from(["rate", "elasticity", "labour", "weight", "share"]))
def test_derivatives_of_fixed_firms_are_finite_differences(firms, seed, name):
    rates = np.random.default_rng(seed).uniform(0, 0.8, firms.tariff.shape)
    target = some_target(firms, ["government", "real_income"], seed)
    agree(slopes(firms, every_cell(firms, rates), fixed_firms, target, seed, name))


@pytest.mark.parametrize("which", ["small", pytest.param("firms", marks=pytest.mark.slow)])
def test_the_adjoint_agrees_with_the_hand_written_one(which, request):
    world = request.getfixturevalue(which)
    model, quantity = (multi_sector, "real_income") if which == "small" else (fixed_firms, "government")
    rates = np.random.default_rng(0).uniform(0, 0.6, world.tariff.shape)
    policy = every_cell(world, rates)
    weight = np.array([0.5, -1.0, 2.0, 0.3, 1.0])[: len(world.economies)]

    def target(report):
        return (weight * jnp.log1p(report[quantity] / 100)).sum()

    ours = engine_jax.gradient(target, world, policy, model, of=["rate"], options=TIGHT)
    theirs, off = PayoffSolver(world, model).solve(policy.tariff(world)).gradient(weight)
    assert off < 1e-9
    compiled = adjoint._gradients._cache_size()
    engine_jax.gradient(target, world, every_cell(world), model, of=["rate"], options=TIGHT)
    assert adjoint._gradients._cache_size() == compiled
    assert np.abs(ours.of["rate"] - theirs[policy.cells]).max() < 1e-9 * np.abs(theirs).max()


@pytest.mark.slow
def test_gradients_of_a_batch_are_those_of_each_scenario(small):
    policy = stack(small, [tariffs(small, {("A", "B"): rate, ("C", "A"): 0.4}) for rate in (0.1, 0.5, 0.9)])
    target = {("real_income", "A"): 1.0, ("real_income", "B"): -0.5}
    batch = engine_jax.gradient(target, small, policy, multi_sector, of=["rate", "elasticity"], options=TIGHT)
    assert batch.of["elasticity"].shape == (3, 3)
    for k in range(3):
        single = engine_jax.gradient(target, small, policy[k], multi_sector, of=["rate", "elasticity"], options=TIGHT)
        assert single.value == pytest.approx(batch.value[k], abs=1e-9)
        for name in single.of:
            assert np.abs(single.of[name] - batch.of[name][k]).max() < 1e-8


def test_an_adjoint_that_does_not_converge_raises_unless_check_is_off(small):
    unchanged = every_cell(small)  # at the baseline the equilibrium needs no step
    short, target = Options(tolerance=1e-9, max_iterations=1), some_target(small, SECTORAL, 0)
    with pytest.raises(NotConverged, match="the adjoint of 1 of 1"):
        engine_jax.gradient(target, small, unchanged, multi_sector, options=short)
    gradient = engine_jax.gradient(target, small, unchanged, multi_sector, options=short, check=False)
    assert not gradient.converged
    assert gradient.residual > 1e-9


def test_unknown_names_are_refused(small):
    policy = every_cell(small)
    with pytest.raises(QuestionError, match="no engine is named 'tpu'"):
        solve(small, policy, engine="tpu")
    with pytest.raises(QuestionError, match="no derivative by 'weather'"):
        engine_jax.gradient(("real_income", "A"), small, policy, multi_sector, of=["weather"])
    with pytest.raises(QuestionError, match="reports no 'joy'"):
        engine_jax.gradient(("joy", "A"), small, policy, multi_sector)


def test_models_not_written_for_jax_and_quantity_limits_are_refused(small):
    nested = critical_inputs.with_nests(small, outer=0.5)
    with pytest.raises(QuestionError, match="not written for JAX"):
        solve(nested, tariffs(nested, {("A", "B"): 0.2}), engine="jax")
    with pytest.raises(QuestionError, match="quantity limits"):
        solve(nested, limited(nested, {("cars", "A", "B"): 0.5}), engine="jax")


def test_without_jax_the_message_says_what_to_install():
    code = (
        "import sys; sys.modules['jax'] = None\n"
        "from detente.errors import QuestionError\n"
        "try:\n    import detente.economy.engine_jax\nexcept QuestionError as e:\n    print(e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'detente[jax]'" in done.stdout


def test_a_cache_folder_that_cannot_be_written_is_not_used(tmp_path, monkeypatch):
    import platformdirs

    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "file" / name))
    assert library.cache_folder() is None
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    assert library.cache_folder() == tmp_path / "detente" / "jax"
