"""Sectors of published tables as those of icio-2022: codes of several classifications, names of EXIOBASE, their use."""

import csv
import doctest
from importlib import resources

import numpy as np
import pytest

from detente import labels
from detente.ask.pricing.duty_layers import DutyLayer
from detente.economy import elasticities, importers, sectors
from detente.economy.importers import tariff_file
from detente.economy.sectors import is_service, parts
from detente.errors import DataError

SHIPPED = resources.files("detente.economy.sectors")


def rows(name):
    return list(csv.DictReader(SHIPPED.joinpath(name).read_text("utf-8").splitlines()))


def known():
    return {row["code"] for row in csv.DictReader(
        resources.files("detente.economy.worlds").joinpath("icio-2022-sectors.csv").read_text("utf-8").splitlines()
    )}  # fmt: skip


def test_every_row_names_sectors_that_exist_and_a_reason():
    for row in rows("correspondence.csv"):
        assert {*row["sectors"].split()} <= known()
        assert row["reason"]


def test_exiobase_has_163_industries_and_200_products_and_each_has_a_sector_by_code_and_by_name():
    codes = [row["code"] for row in rows("exiobase.csv")]
    assert (sum(c[0] == "i" for c in codes), sum(c[0] == "p" for c in codes)) == (163, 200)
    for row in rows("exiobase.csv"):
        assert parts(row["code"])
        assert parts(row["name"]) == parts(row["code"])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("A01_02", "A01 A02"), ("B05_06", "B05 B06"), ("C10-C12", "C10T12"), ("C31_C32", "C31T33"),
        ("C24", "C24A C24B"), ("C30", "C301 C302T309"), ("E37-E39", "SERV"), ("G45T47", "SERV"), ("c1", "A01 A02 A03"),
        ("c9", "C20 C21"), ("c35", "SERV"),
        ("C01T05AGR", "A01 A02 A03"), ("C30T33XCEQ", "C26 C31T33"), ("C34MTR", "C29"),
        ("D10T12", "C10T12"), ("B", "B05 B06 B07 B08 B09"), ("U", "SERV"), ("C29 > final", "C29"),
        ("pdr", "A01"), ("crp", "C20 C21 C22"), ("dwe", "SERV"),
        ("manufacture of motor vehicles,  trailers and semi-trailers (34)", "C29"), ("food", ""), ("c36", ""), ("", ""),
        ("C99999", ""),
    ],
)  # fmt: skip
def test_a_code_of_another_classification_has_its_sectors(code, expected):
    assert parts(code) == tuple(expected.split())


def test_every_sector_of_icio_is_itself():
    assert {code: parts(code) for code in known()} == {code: (code,) for code in known()}


def test_an_elasticity_of_a_wider_sector_is_the_mean_over_its_parts_and_a_name_that_is_not_known_has_none():
    cp = elasticities.named("CP", ["C24A", "C24B"]).values
    assert elasticities.named("CP", ["C24"]).values == {"C24": pytest.approx((cp["C24A"] + cp["C24B"]) / 2)}
    assert elasticities.named(None, ["Pulp", "Construction (45)"]).name == "fontagne-2022"
    assert elasticities.named(None, ["Pulp", "things"]).name == "uniform-4"
    with pytest.raises(DataError, match="no elasticity for 1 of 2 sectors, first things"):
        elasticities.named("CP", ["Pulp", "things"])


HEAD = "economy\t\t{}\nsector\t\t{}\n"
NAMES = ("Cultivation of wheat", "Manufacture of other transport equipment (35)", "Education (80)")


@pytest.fixture
def table(tmp_path):
    """A folder as pymrio saves EXIOBASE, of two economies and three of its industries."""
    pairs = [(economy, name) for economy in ("US", "CN") for name in NAMES]
    economies, names = zip(*pairs, strict=True)
    flows = ["\t".join([*pair, *(["2.0"] * 6)]) for pair in pairs]
    demand = ["\t".join([*pair, "30.0", "4.0"]) for pair in pairs]
    head = "region\t\t" + "\t".join(economies) + "\nsector\t\t" + "\t".join(names) + "\nregion\tsector" + "\t" * 6
    (tmp_path / "Z.txt").write_text("\n".join([head, *flows]) + "\n", "utf-8")
    head = "region\t\tUS\tCN\ncategory\t\tfinal\tfinal\nregion\tsector\t\t"
    (tmp_path / "Y.txt").write_text("\n".join([head, *demand]) + "\n", "utf-8")
    (tmp_path / "unit.txt").write_text(
        "region\tsector\tunit\n" + "".join(f"{a}\t{b}\tM.EUR\n" for a, b in pairs), "utf-8"
    )
    return tmp_path


def test_tariffs_by_sector_reach_a_table_of_exiobase_and_its_services_bear_none(table, tmp_path):
    (tmp_path / "own.csv").write_text(
        "importer,exporter,sector,rate_pct\nUSA,CHN,A01,10\nUSA,CHN,C301,20\nUSA,CHN,C20,50\n", "utf-8"
    )
    tariffs = tariff_file.read(tmp_path / "own.csv")
    draft = importers.read_draft([str(table)], changes=importers.Changes(tariffs=tariffs))
    assert [is_service(code) for code in draft.sectors] == [False, False, True]
    usa, china = map(draft.economies.index, ("USA", "CHN"))
    assert draft.tariff[:, usa, china] == pytest.approx([0.10, 0.10, 0])  # ships are one of two parts of 35
    assert np.count_nonzero(draft.tariff) == 2
    assert draft.left_out == ("1 economies or sectors of own.csv are not in the table",)


def test_a_sector_that_the_file_names_itself_keeps_that_rate(table, tmp_path):
    (tmp_path / "own.csv").write_text(f"importer,sector,rate_pct\nUSA,C301,20\nUSA,{NAMES[1]},7\n", "utf-8")
    draft = importers.read_draft(
        [str(table)], changes=importers.Changes(tariffs=tariff_file.read(tmp_path / "own.csv"))
    )
    usa, china = map(draft.economies.index, ("USA", "CHN"))
    assert draft.tariff[1, usa, china] == pytest.approx(0.07)


def test_a_layer_of_the_ledger_falls_on_the_sectors_of_another_classification_by_their_parts():
    layer = DutyLayer("m", "USA", "CHN", 25.0, 0.5, "the ledger", profile={"C301": 1.0, "C29": 0.5})
    names = ["c15", "Motor vehicles, trailers and semi-trailers (34)", "c3", "C29"]
    shares = layer.sectors(names)
    assert shares == {"c15": pytest.approx((0.5 + 1) / 3), names[1]: 0.5, "C29": 0.5}


def test_the_examples_hold():
    assert doctest.testmod(sectors).failed == 0
    assert labels.base_sector("C29 > final") == "C29"
