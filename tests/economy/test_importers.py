"""Tables of the field: each layout gives the flows that were written, what is odd is reported, mends are recorded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import table_files as files

from detente.economy import calibrate, importers, tables, world
from detente.economy.importers import har_file, tariff_file
from detente.economy.importers.draft import findings, to_table
from detente.economy.sectors import is_service
from detente.errors import DataError

ISIC = ("A01", "C10T12", "D35")


@pytest.fixture
def table():
    return files.Table(ISIC)


def same(draft, table):
    """Whether a draft has the flows and uses of a table, economies and sectors in the same order."""
    assert draft.economies == table.economies
    assert draft.sectors == table.sectors
    np.testing.assert_allclose(draft.flows, table.flows, rtol=1e-6)
    np.testing.assert_allclose(draft.uses, table.uses, rtol=1e-6)


@pytest.mark.parametrize("release", [2016, 2018, 2023])
def test_a_table_of_the_oecd_gives_its_flows_whatever_the_release(tmp_path, table, release):
    path = files.oecd(tmp_path / f"ICIO{release}_2010.csv", table, release)
    draft = importers.read_draft([str(path)])
    same(draft, table)
    assert draft.source.year == 2010
    np.testing.assert_allclose(draft.value_added, table.value_added.T)
    assert [each.kind for each in findings(draft)] == ["negative_cells"]
    assert to_table(draft).services == ("D35",)


def test_economies_that_a_release_splits_become_one_again(tmp_path, table):
    split = files.Table(ISIC, ("MEX", "MX1", "MX2", "CHN", "CN1", "CN2", "USA"))
    path = files.oecd(tmp_path / "table.csv", split)
    draft = importers.read_draft([str(path)])
    assert draft.economies == ("MEX", "CHN", "USA")
    parts = [[0, 1, 2], [3, 4, 5], [6]]
    together = np.array([[split.flows[:, n][:, :, i].sum((1, 2)) for i in parts] for n in parts]).transpose(2, 0, 1)
    np.testing.assert_allclose(draft.flows, together)


def test_a_table_of_figaro_gives_its_flows_in_euro_and_the_parts_of_final_demand(tmp_path):
    table = files.Table(ISIC, ("AT", "DE", "US", "CN", "FIGW1"))
    table.Y[..., 1] = np.abs(table.Y[..., 1])
    rows = [row[:-1] for row in files.oecd_rows(table)[:-1]]  # neither a column nor a row of output
    rows[0] = ["rowLabels", *(x.replace("HFCE", "P3_S14").replace("INVNT", "P5M") for x in rows[0][1:])]
    rows[-2][0], rows[-1][0] = "W2_D21X31", "W2_D1"
    path = files.write_rows(tmp_path / "matrix_eu-ic-io_ind-by-ind_23ed_2021.csv", rows)
    draft = importers.read_draft([str(path)])
    assert draft.economies == ("AUT", "DEU", "USA", "CHN", "FIGW1")
    assert (draft.source.year, draft.source.unit) == (2021, "million EUR")
    np.testing.assert_allclose(draft.flows, table.flows)
    used = table.Y.sum(0)
    np.testing.assert_allclose(to_table(draft).investment, used[..., 1] / used.sum(2))


@pytest.mark.parametrize("options", [{}, {"coefficients": True}, {"coefficients": True, "output": False}])
@pytest.mark.parametrize("parameters", [True, False])
def test_a_folder_of_pymrio_gives_its_flows_from_flows_or_coefficients(tmp_path, table, options, parameters):
    folder = files.pymrio(tmp_path / "mrio", table, parameters=parameters, **options)
    draft = importers.read_draft([str(folder)])
    same(draft, table)
    assert draft.source.unit == "million USD"
    assert draft.source.year == (2011 if parameters else 0)
    same(importers.read_draft([str(folder / "Y.txt")]), table)  # a file of the folder stands for it


def test_a_folder_of_parquet_gives_the_same_flows(tmp_path, table):
    pandas = pytest.importorskip("pandas")
    folder = files.pymrio(tmp_path / "mrio", table)
    for name in "ZY":
        frame = pandas.read_csv(folder / f"{name}.txt", sep="\t", header=[0, 1], index_col=[0, 1])
        frame.to_parquet(folder / f"{name}.parquet")
        (folder / f"{name}.txt").unlink()
    (folder / "file_parameters.json").unlink()
    same(importers.read_draft([str(folder)]), table)


@pytest.mark.parametrize("shared", [True, False])
def test_a_sheet_of_wiod_gives_its_flows_with_the_sectors_numbered(tmp_path, shared):
    table = files.Table(("AtB", "C", "15t16"))
    draft = importers.read_draft([str(files.xlsx(tmp_path / "wiot.xlsx", files.wiod_grid(table), shared))])
    assert draft.sectors == ("c1", "c2", "c3")
    np.testing.assert_allclose(draft.flows, table.flows)
    np.testing.assert_allclose(draft.value_added, table.value_added.T)
    assert draft.source.year == 2007


def test_tables_of_the_release_of_2016_keep_the_codes_of_isic(tmp_path):
    table = files.Table(("A01", "C10-C12", "G45"))
    draft = importers.read_draft([str(files.xlsx(tmp_path / "w.xlsx", files.wiod_grid(table, 2016)))])
    same(draft, table)
    as_text = importers.read_draft([str(files.write_rows(tmp_path / "w.csv", files.wiod_csv_rows(table)))])
    same(as_text, table)
    assert as_text.source.year == 2014
    np.testing.assert_allclose(as_text.value_added, table.value_added.T)
    assert to_table(as_text).services == ("G45",)


def test_gravity_data_are_a_world_of_one_sector_with_its_tariffs(tmp_path):
    draft = importers.read_draft([str(files.write_rows(tmp_path / "g.csv", files.gravity_rows(), ";"))])
    assert draft.sectors == ("goods",)
    assert draft.flows[0, 1, 0] == 7  # Brazil buys 5 + 0 + 2 from Australia
    assert draft.source.year == 2019
    table = to_table(draft)
    assert table.tariff[0, 0, 1] == 0.05
    assert table.tariff[0, 0, 0] == 0
    assert calibrate.calibrate(table, "uniform-4").transfer.sum() == pytest.approx(0, abs=1e-9)


def test_sales_at_home_are_output_less_exports_where_no_row_has_them(tmp_path):
    with_rows = importers.read_draft([str(files.write_rows(tmp_path / "a.csv", files.gravity_rows()))])
    without = importers.read_draft([str(files.write_rows(tmp_path / "b.csv", files.gravity_rows(home=False)))])
    np.testing.assert_allclose(with_rows.flows, without.flows)


def test_of_gravity_data_of_several_years_one_is_chosen(tmp_path):
    rows = files.gravity_rows()
    later = [[*row[:2], 2020, row[3] * 2, row[4]] for row in rows[1:]]
    path = str(files.write_rows(tmp_path / "g.csv", [*rows, *later]))
    with pytest.raises(DataError, match="rows of 2019 and 2020"):
        importers.read_draft([path])
    draft = importers.read_draft([path], changes=importers.Changes(year=2020))
    assert draft.flows[0, 1, 0] == 14


def test_the_template_is_an_economy_with_services_and_tariffs(tmp_path):
    (tmp_path / "t.csv").write_text(importers.plain.template(), "utf-8")
    table = importers.read(str(tmp_path / "t.csv"))
    assert table.services == ("services",)
    assert table.origin.unit == "million USD"
    assert table.tariff.max() == 0.05
    assert calibrate.calibrate(table, "uniform-4").economies == table.economies


@pytest.mark.parametrize("sparse", [True, False])
def test_a_header_array_file_gives_its_flows_and_tariffs(tmp_path, table, sparse):
    draft = importers.read_draft([str(files.har(tmp_path / "base.har", table, sparse=sparse))])
    same(draft, table)  # economies in small letters are known by their codes
    away = ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(draft.tariff[:, away], 0.1, rtol=1e-5)


def test_the_headers_of_a_file_are_listed_where_it_holds_no_flows(tmp_path, table):
    values = np.arange(12.0).reshape(3, 4)
    data = files.har_header("ABCD", values, ("ROW", "COL"), (("x", "y", "z"), ("a", "b", "c", "d")))
    (tmp_path / "a.har").write_bytes(data)
    array = har_file.array(har_file.headers(tmp_path / "a.har")["ABCD"], tmp_path)
    np.testing.assert_array_equal(array.values, values)
    assert array.elements[1] == ("a", "b", "c", "d")
    with pytest.raises(DataError, match=r"it holds ABCD \(RE, 3 x 4"):
        importers.read_draft([str(tmp_path / "a.har")])


def test_a_world_packed_and_read_again_is_the_same_with_its_provenance(tmp_path, table):
    imported = importers.read(str(files.oecd(tmp_path / "ICIO_2010.csv", table)))
    (tmp_path / "w.npz").write_bytes(world.packed(imported))
    again = world.read(tmp_path / "w.npz")
    np.testing.assert_array_equal(again.flows, imported.flows)
    assert again.services == imported.services
    assert again.origin.year == 2010
    assert again.origin.sources == ("ICIO_2010.csv",)
    assert "OECD" in again.origin.made_by


def test_a_file_given_as_a_world_is_read_again_when_it_changes(tmp_path, table):
    path = files.oecd(tmp_path / "t.csv", table)
    first = tables.load(str(path))
    assert tables.load(str(path)) is first
    files.oecd(path, files.Table((*ISIC, "G"), seed=1))
    assert tables.load(str(path)).sectors[-1] == "G"


# What is odd, and mends


def test_negative_stocks_are_reported_with_their_size_and_left_where_sales_stay_positive(tmp_path, table):
    draft = importers.read_draft([str(files.oecd(tmp_path / "t.csv", table))])
    (negative,) = findings(draft)
    assert negative.size == pytest.approx(-np.minimum(table.Y, 0).sum())
    assert not negative.blocking
    np.testing.assert_allclose(to_table(draft).flows, table.flows)


def test_sales_that_are_negative_in_all_are_mended_only_when_asked_and_recorded(tmp_path, table):
    table.Y[0, 1, 2] = [0, -100]  # AUS sells less than nothing of C10T12 to CHN
    path = str(files.oecd(tmp_path / "t.csv", table))
    low = table.flows[1, 2, 0]
    with pytest.raises(DataError, match=r"negative in all: 1, .*C10T12, CHN, AUS"):
        importers.read(path)
    mended = to_table(importers.read_draft([path], changes=importers.Changes(mend=True)))
    assert f"1 negative sales set to 0 ({-low:.6g} in all" in mended.origin.made_by
    expected = table.flows.copy()
    expected[1, 2, 0] = 0
    np.testing.assert_allclose(mended.flows, expected)


def test_empty_cells_are_counted_and_taken_as_nought_only_when_asked(tmp_path, table):
    rows = files.oecd_rows(table)
    rows[1][5], rows[2][4] = "", "NA"
    path = str(files.write_rows(tmp_path / "t.csv", rows))
    with pytest.raises(DataError, match="empty cells: 2, first AUS A01 to BRA C10T12"):
        importers.read(path)
    mended = importers.read_draft([path], changes=importers.Changes(mend=True))
    assert "2 empty cells taken as 0" in mended.mends
    assert mended.flows[0, 1, 0] == pytest.approx(table.flows[0, 1, 0] - table.Z[0, 0, 1, 1])


def test_columns_that_miss_the_stated_output_are_reported_with_the_largest(tmp_path, table):
    rows = files.oecd_rows(table)
    rows[-2][2] = str(float(rows[-2][2]) + 50)  # value added of AUS C10T12
    path = str(files.write_rows(tmp_path / "t.csv", rows))
    with pytest.raises(DataError, match=r"columns that miss the stated output: 1, 50 .*C10T12, AUS by 50"):
        importers.read(path)
    assert "value added taken" in importers.read_draft([path], changes=importers.Changes(mend=True)).mends[0]


def test_inputs_above_output_are_lowered_to_it(tmp_path, table):
    table.Z[:, :, 1, 0] *= 60
    table.Y[1, 0] = 0.0  # BRA sells little of A01 and uses much for it
    path = str(files.pymrio(tmp_path / "m", table))
    with pytest.raises(DataError, match="inputs exceed their output"):
        importers.read(path)
    mended = to_table(importers.read_draft([path], changes=importers.Changes(mend=True)))
    world = calibrate.calibrate(mended, "uniform-4")
    assert (world.structure.value_added >= 0).all()
    assert "inputs lowered in" in mended.origin.made_by


def test_an_economy_that_sells_nothing_is_dropped_only_when_asked(tmp_path):
    table = files.Table(ISIC, ("AUS", "BRA", "CHN", "DEU"))
    for cells in (table.Z, table.Y):
        cells[3], cells[:, :, 3] = 0, 0
    path = str(files.pymrio(tmp_path / "m", table))
    with pytest.raises(DataError, match="economies without output: 1, DEU"):
        importers.read(path)
    mended = importers.read_draft([path], changes=importers.Changes(mend=True))
    assert mended.economies == ("AUS", "BRA", "CHN")
    np.testing.assert_allclose(mended.flows, table.flows[:, :3, :3])


def test_a_mend_changes_nothing_in_a_table_that_is_an_economy(tmp_path, table):
    path = str(files.oecd(tmp_path / "t.csv", table))
    mended = importers.read_draft([path], changes=importers.Changes(mend=True))
    assert not mended.mends
    np.testing.assert_array_equal(mended.flows, importers.read_draft([path]).flows)


# Groups, tariffs, services


def test_groups_add_up_flows_and_weigh_tariffs(tmp_path, table):
    path = str(files.har(tmp_path / "b.har", table))
    rows = [
        ["axis", "code", "group", "service"],
        ["economy", "AUS", "SOUTH", ""],
        ["economy", "BRA", "SOUTH", ""],
        ["sector", "A01", "goods", "no"],
        ["sector", "C10T12", "goods", "no"],
        ["sector", "D35", "power", "yes"],
    ]
    mapping = files.write_rows(tmp_path / "map.csv", rows)
    draft = importers.read_draft([path], changes=importers.Changes(groups=str(mapping)))
    assert (draft.economies, draft.sectors, draft.services) == (("SOUTH", "CHN"), ("goods", "power"), ("power",))
    assert draft.flows.sum() == pytest.approx(table.flows.sum(), rel=1e-6)
    assert draft.uses[0, 0, 1] == pytest.approx(table.uses[:2, :2, 2].sum(), rel=1e-6)
    np.testing.assert_allclose(to_table(draft).tariff[0, [0, 1], [1, 0]], 0.1, rtol=1e-5)


def test_tariffs_of_a_file_hold_by_the_row_that_says_most(tmp_path, table):
    rows = [["importer", "exporter", "sector", "rate_pct"], ["CHN", "", "", "5"], ["CHN", "AUS", "", "10"],
            ["CHN", "AUS", "A01", "20"], ["JPN", "", "", "3"]]  # fmt: skip
    tariffs = files.write_rows(tmp_path / "tariffs.csv", rows)
    path = str(files.oecd(tmp_path / "t.csv", table))
    draft = importers.read_draft([path], changes=importers.Changes(tariffs=tariff_file.read(tariffs)))
    tariff = to_table(draft).tariff
    assert tariff[:, 2].tolist() == [[0.2, 0.05, 0], [0.1, 0.05, 0], [0, 0, 0]]  # services bear none
    assert not tariff[:, :2].any()
    assert draft.left_out == ("1 economies or sectors of tariffs.csv are not in the table",)


def test_services_of_ones_own_are_those_that_the_table_has(tmp_path, table):
    path = str(files.oecd(tmp_path / "t.csv", table))
    draft = importers.read_draft([path], changes=importers.Changes(services=("A01",)))
    assert to_table(draft).services == ("A01",)
    with pytest.raises(DataError, match="'XX' is no sector"):
        importers.read_draft([path], changes=importers.Changes(services=("XX",)))


@pytest.mark.parametrize(
    ("code", "expected"),
    [("A01_02", False), ("03", False), ("C33", False), ("35", True), ("C37OTM", False), ("C45CON", True),
     ("c16", False), ("c17", True), ("G", True), ("H49", True), ("R_S", True), ("T", True), ("C", False)],
)  # fmt: skip
def test_a_code_says_whether_a_sector_is_a_service(code, expected):
    assert is_service(code) is expected


# Parts of final demand


@pytest.mark.parametrize("layout", ["oecd", "pymrio", "wiod"])
def test_households_and_investment_are_known_from_the_columns_of_final_demand(tmp_path, table, layout):
    table.Y[..., 1] = np.abs(table.Y[..., 1])
    path = {
        "oecd": lambda: files.oecd(tmp_path / "t.csv", table),
        "pymrio": lambda: files.pymrio(tmp_path / "m", table),
        "wiod": lambda: files.xlsx(tmp_path / "w.xlsx", files.wiod_grid(table)),
    }[layout]()
    used = table.Y.sum(0)  # [k,n,f]
    imported = importers.read(str(path))
    if layout == "wiod":  # its second column is that of non-profits, which count as households
        assert imported.households is None
        return
    np.testing.assert_allclose(imported.households, used[..., 0] / used.sum(2))
    np.testing.assert_allclose(imported.investment, used[..., 1] / used.sum(2))


def test_falling_stocks_are_no_negative_share_of_investment(tmp_path, table):
    table.Y[..., 1] = -1
    imported = importers.read(str(files.oecd(tmp_path / "t.csv", table)))
    assert (imported.investment == 0).all()
    assert (imported.households == 1).all()


def test_parts_of_final_demand_are_kept_in_the_file_and_by_kind_of_buyer(tmp_path, table):
    table.Y[..., 1] = np.abs(table.Y[..., 1])
    path = str(files.oecd(tmp_path / "t.csv", table))
    apart = to_table(importers.read_draft([path], changes=importers.Changes(shares="apart")))
    (tmp_path / "w.npz").write_bytes(world.packed(apart))
    again = calibrate.calibrate(world.read(tmp_path / "w.npz"), "uniform-4")
    joint = importers.read(path)
    final = [k for k, code in enumerate(again.sectors) if code.endswith("> final")]
    np.testing.assert_allclose(again.final_uses["households"][final], joint.households)
    np.testing.assert_array_equal(calibrate.as_table(again).investment, again.final_uses["investment"])


def test_a_share_of_final_demand_above_one_is_refused(tmp_path, table):
    imported = importers.read(str(files.oecd(tmp_path / "t.csv", table)))
    with pytest.raises(DataError, match=r"share of households in final demand of A01, AUS is 1\.5"):
        calibrate.calibrate(replace(imported, households=np.full((3, 3), 1.5)), "uniform-4")


def test_the_plain_layout_may_part_final_demand(tmp_path):
    text = importers.plain.template().replace(
        "USA,goods,USA,final,40", "USA,goods,USA,households,30,\nUSA,goods,USA,investment,10"
    )
    (tmp_path / "t.csv").write_text(text, "utf-8")
    imported = importers.read(str(tmp_path / "t.csv"))
    assert imported.flows[0, 0, 0] == 70
    assert imported.households[0, 0] == pytest.approx(30 / 45)
    assert imported.investment[0, 0] == pytest.approx(10 / 45)


# Codes and files of others


def test_codes_of_two_letters_become_those_of_three_and_a_rest_of_the_world_stays(tmp_path):
    table = files.Table(ISIC, ("AT", "CN", "GB", "US", "WA"))
    path = str(files.pymrio(tmp_path / "m", table))
    assert importers.read_draft([path]).economies == ("AUT", "CHN", "GBR", "USA", "WA")
    rows = [["axis", "code", "group"], ["economy", "AT", "EUR"], ["economy", "GBR", "EUR"]]
    groups = str(files.write_rows(tmp_path / "map.csv", rows))
    tariffs = str(files.write_rows(tmp_path / "t.csv", [["importer", "exporter", "rate"], ["US", "CN", "0.1"]]))
    draft = importers.read_draft(
        [path], changes=importers.Changes(groups=groups, tariffs=tariff_file.read(Path(tariffs)))
    )
    assert draft.economies == ("EUR", "CHN", "USA", "WA")
    assert draft.tariff[0, 2, 1] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("name", "words"),
    [("ICIO.zip", "unpack it"), ("WIOT2014_Nov16_ROW.xlsb", "save it as .xlsx"), ("WIOT2014.RData", "write.csv")],
)
def test_a_file_in_a_form_that_is_not_read_says_what_to_do(tmp_path, name, words):
    (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(DataError, match=words):
        importers.read_draft([str(tmp_path / name)])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("delimiter", "mark"), [(",", ""), (";", "\ufeff"), ("\t", "")])
def test_a_table_is_read_whatever_its_line_ends_delimiter_and_byte_order_mark(tmp_path, table, ending, delimiter, mark):
    lines = [delimiter.join([f'"{row[0]}"', *map(str, row[1:])]) for row in files.oecd_rows(table)]
    path = tmp_path / "ICIO2010.csv"
    path.write_bytes((mark + ending.join([*lines, "", ""])).encode())
    same(importers.read_draft([str(path)]), table)


def test_an_economy_without_final_demand_is_refused(tmp_path, table):
    table.Y[:, :, 1] = 0
    with pytest.raises(DataError, match="BRA buys nothing for final use"):
        calibrate.calibrate(importers.read(str(files.pymrio(tmp_path / "m", table))), "uniform-4")


def test_a_name_that_cannot_be_printed_is_refused(tmp_path):
    table = files.Table(("A01", "C2\u202e6"))
    with pytest.raises(DataError, match="is no name of an economy or a sector"):
        importers.read_draft([str(files.pymrio(tmp_path / "m", table))])
