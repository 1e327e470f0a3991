"""Import shares kept apart by buyer: Leontief's multipliers of the table, and prices where they must agree."""

import numpy as np
import pytest
import table_files as files

from detente.ask.questions.price import price
from detente.economy import calibrate, importers
from detente.economy import world as world_module
from detente.economy.importers.draft import to_table
from detente.economy.policy import tariffs
from detente.errors import DataError, QuestionError
from detente.labels import base_sector

SECTORS = ("A01", "C26", "D35")


@pytest.fixture
def table():
    made = files.Table(SECTORS, ("USA", "CHN", "DEU", "MEX"), seed=4)
    made.Y[..., 1] = np.abs(made.Y[..., 1])  # no falling stocks
    return made


def world_of(folder, table, shares):
    draft = importers.read_draft([str(files.pymrio(folder / "m", table))], changes=importers.Changes(shares=shares))
    return calibrate.calibrate(to_table(draft), "uniform-4")


def leontief(table):
    """The inverse [i,k,n,s] of a table in full: output of i's k for a unit of final sales of n's s."""
    size = len(table.economies) * len(table.sectors)
    inverse = np.linalg.inv(np.eye(size) - table.square() / table.output.ravel())
    return inverse.reshape(table.Z.shape)


def leontief_of(world):
    """The same from a world: inputs by share of seller, sectors added up over their kinds of buyer."""
    v, n = len(world.sectors), len(world.economies)
    inputs = np.einsum("nks,kni->ikns", world.structure.inputs, world.share)
    inverse = np.linalg.inv(np.eye(v * n) - inputs.reshape(v * n, v * n)).reshape(n, v, n, v)
    bases = list(dict.fromkeys(map(base_sector, world.sectors)))
    of = np.array([[base_sector(code) == base for code in world.sectors] for base in bases], float)
    first = [next(k for k, code in enumerate(world.sectors) if base_sector(code) == base) for base in bases]
    return np.einsum("bk,iknv->ibnv", of, inverse)[..., first]


def footprints(table, inverse):
    """Value added of i [i] embodied in the final demand of n [n]."""
    content = table.value_added / table.output
    return np.einsum("ik,ikjl,jlnf->in", content, inverse, table.Y)


def test_by_user_the_multipliers_of_the_world_are_those_of_the_table(tmp_path, table):
    world = world_of(tmp_path, table, "by-user")
    np.testing.assert_allclose(leontief_of(world), leontief(table), rtol=0, atol=1e-10)


def test_by_user_value_added_footprints_are_those_of_the_table_and_joint_shares_are_further_off_than_apart(
    tmp_path, table
):
    table.Z[0, 1, 1] *= 30  # China's producers buy American parts that its households do not
    true = footprints(table, leontief(table))
    errors = {}
    for shares in ("joint", "apart", "by-user"):
        world = world_of(tmp_path, table, shares)
        final = np.einsum("n,kn,kni->ikn", world.income + world.transfer, world.structure.final, world.share)
        of = np.array([[base_sector(code) == base for code in world.sectors] for base in SECTORS], float)
        demand = np.einsum("bk,ikn->ibn", of, final)
        content = table.value_added / table.output
        own = np.einsum("ik,ikjl,jln->in", content, leontief_of(world), demand)
        errors[shares] = np.abs(own / true - 1).max()
    assert errors["by-user"] < 1e-9
    assert errors["apart"] < errors["joint"] / 3


@pytest.mark.parametrize("shares", ["apart", "by-user"])
def test_flows_and_uses_are_the_same_in_all(tmp_path, table, shares):
    draft = importers.read_draft([str(files.pymrio(tmp_path / "m", table))], changes=importers.Changes(shares=shares))
    of = np.array([[base_sector(code) == base for code in draft.sectors] for base in SECTORS], float)
    np.testing.assert_allclose(np.tensordot(of, draft.flows, 1), table.flows)
    np.testing.assert_allclose(np.einsum("bk,nks,cs->nbc", of, draft.uses, of), table.uses)
    final = [code.endswith("> final") for code in draft.sectors]
    np.testing.assert_allclose(draft.flows[final], table.Y.sum(3).transpose(1, 2, 0), atol=1e-9)
    assert to_table(draft).services == tuple(code for code in draft.sectors if code.startswith("D35"))


@pytest.mark.parametrize("shares", ["apart", "by-user"])
def test_where_all_buyers_have_the_same_shares_keeping_them_apart_changes_no_price(tmp_path, table, shares):
    part = (table.Z.sum(3) + table.Y.sum(3)) / (table.Z.sum((0, 3)) + table.Y.sum((0, 3)))  # [i,k,n]
    table.Z = table.Z.sum(0)[None] * part[..., None]
    table.Y = table.Y.sum(0)[None] * part[..., None]
    (tmp_path / "s.yaml").write_text("- {by: USA, against: CHN, products: C26, rate: 25 pp}", "utf-8")
    incomes = []
    for kind in ("joint", shares):
        draft = importers.read_draft([str(files.pymrio(tmp_path / "m", table))], changes=importers.Changes(shares=kind))
        (tmp_path / f"{kind}.npz").write_bytes(world_module.packed(to_table(draft)))
        answer = price(str(tmp_path / "s.yaml"), world=str(tmp_path / f"{kind}.npz"), baseline="none").data
        incomes.append({code: row["real_income"] for code, row in answer["scenarios"][0]["economies"].items()})
    assert incomes[0]["CHN"] < -0.001
    assert incomes[1] == pytest.approx(incomes[0], abs=1e-7)


def test_a_sector_by_its_code_is_all_its_kinds_of_buyer(tmp_path, table):
    world = world_of(tmp_path, table, "apart")
    policy = tariffs(world, {("C26", "USA", "CHN"): 0.25})
    assert [world.sectors[s] for s in policy.cells[0]] == ["C26 > inputs", "C26 > final"]
    alone = tariffs(world, {("C26 > final", "USA", "CHN"): 0.25})
    assert [world.sectors[s] for s in alone.cells[0]] == ["C26 > final"]


def test_negative_sales_for_final_use_are_refused_or_set_to_nought_when_asked(tmp_path, table):
    table.Y[0, 1, 2] = [0, -3]
    path = str(files.pymrio(tmp_path / "m", table))
    with pytest.raises(DataError, match=r"negative in 1 places \(-3 in all, the most C26, DEU, USA"):
        importers.read_draft([path], changes=importers.Changes(shares="apart"))
    draft = importers.read_draft([path], changes=importers.Changes(shares="apart", mend=True))
    assert "set to 0" in draft.mends[0]
    calibrate.calibrate(to_table(draft), "uniform-4")


def test_another_choice_of_shares_is_refused(tmp_path, table):
    path = str(files.pymrio(tmp_path / "m", table))
    with pytest.raises(QuestionError, match="joint, apart, by-user"):
        importers.read_draft([path], changes=importers.Changes(shares="both"))
