"""Shares of trade of a list of HS codes, by sector and partner, and what is not known of them."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import QuestionError
from detente.record import duties, goods
from detente.record.goods import coverage

PARTNERS = [name for by, name in goods._lines().rows if by == "USA"]
CODES = goods._lines().codes
LISTS = Path(__file__).parents[3] / "shared" / "data" / "duties" / "canada_338_lists.csv"
CELLS = {name: cells for (by, name), cells in duties.shipped().cells.items() if by == "USA"}

some_code = st.builds(lambda code, digits: code[:digits], st.sampled_from(CODES), st.sampled_from([2, 4, 6, 8]))
some_partner = st.sampled_from([*PARTNERS, "EU", "DEU", "IRL", "KEN", "WLD", "ROW"])


def totals(partner):
    return {sector: value / 1e6 for sector, value in goods._totals("USA", partner).items()}


@pytest.mark.parametrize("partner", [name for name in CELLS if name != "REST"])
def test_sums_by_sector_are_those_of_the_classes_of_goods(partner):
    of_cells = {}
    for cell in CELLS[partner]:
        of_cells[cell.sector] = of_cells.get(cell.sector, 0.0) + cell.value / 1e6
    of_lines = totals(partner)
    assert of_lines.keys() <= of_cells.keys()
    for sector, millions in of_cells.items():
        assert of_lines.get(sector, 0.0) == pytest.approx(millions, rel=0.01, abs=0.001), sector
    assert sum(of_lines.values()) == pytest.approx(sum(of_cells.values()), rel=1e-4)


@pytest.mark.parametrize("partner", ["CHN", "EU", "SVK", "KEN", "WLD"])
def test_all_chapters_cover_every_sector_wholly(partner):
    whole = coverage(["01-99"], "USA", partner)
    assert set(whole.sectors.values()) == {1.0}
    assert whole.sectors.keys() == goods._totals("USA", whole.mix).keys()
    assert whole.share == pytest.approx(1.0)


def test_no_code_covers_nothing():
    nothing = coverage([], "USA", "CHN")
    assert (dict(nothing.sectors), nothing.share, nothing.value) == ({}, 0.0, 0.0)
    assert nothing.words() == "no HS code: 0 % of imports from China in 2024"


@settings(max_examples=60, deadline=None)
@given(st.lists(some_code, max_size=8), some_partner)
def test_shares_lie_between_zero_and_one_and_grow_with_the_list(codes, partner):
    shares = coverage(codes, "USA", partner)
    assert all(0.0 < share <= 1.0 for share in shares.sectors.values())
    assert 0.0 <= shares.share <= 1.0 + 1e-12
    more = coverage([*codes, "84"], "USA", partner)
    assert more.share >= shares.share - 1e-12
    assert all(more.sectors[sector] >= share for sector, share in shares.sectors.items())


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(CODES), max_size=20), some_partner, st.randoms())
def test_lists_without_a_common_code_add_up(codes, partner, random):
    first = [code for code in sorted(codes) if random.random() < 0.5]
    second = sorted(codes - set(first))
    parts = [coverage(part, "USA", partner) for part in (first, second)]
    both = coverage(sorted(codes), "USA", partner)
    assert both.share == pytest.approx(parts[0].share + parts[1].share)
    for sector, share in both.sectors.items():
        assert share == pytest.approx(sum(part.sectors.get(sector, 0.0) for part in parts))


@settings(max_examples=60, deadline=None)
@given(some_code, some_partner)
def test_a_code_and_all_goods_without_it_are_all_goods(code, partner):
    shares = [coverage([text], "USA", partner).share for text in (code, f"-{code}")]
    assert sum(shares) == pytest.approx(1.0)


@settings(max_examples=40, deadline=None)
@given(some_code, some_code, some_partner)
def test_a_range_covers_at_least_what_its_ends_do(first, second, partner):
    if len(first) == len(second):
        first, second = sorted([first, second])
        ends = coverage([first, second], "USA", partner)
        assert coverage([f"{first}-{second}"], "USA", partner).share >= ends.share - 1e-12


def test_a_code_that_stands_twice_or_within_another_counts_once():
    once = coverage(["8703"], "USA", "JPN")
    assert coverage(["8703", "87.03", "8703.23"], "USA", "JPN").share == once.share


def test_codes_of_which_there_is_no_line_are_named_and_not_counted():
    some = coverage(["8703", "8799", "9903.01.25", "cars"], "USA", "JPN")
    assert some.unknown == ("8799", "9903.01.25", "cars")
    assert some.share == coverage(["8703"], "USA", "JPN").share
    assert some.words().endswith("; 8799, 9903.01.25, cars: not among the lines at hand, not counted")


def test_the_share_of_codes_that_are_all_unknown_is_unknown_and_not_zero():
    unknown = coverage(["9903.01.25"], "USA", "JPN")
    assert (unknown.share, unknown.value, dict(unknown.sectors)) == (None, None, {})
    assert "so the share of trade is unknown" in unknown.words()


def test_a_code_finer_than_the_lines_is_an_upper_bound_and_says_so():
    line, finer = coverage(["8703.23.01"], "USA", "JPN"), coverage(["8703.23.0190"], "USA", "JPN")
    assert finer.share == line.share
    assert (line.is_upper_bound, finer.is_upper_bound) == (False, True)
    assert finer.words().startswith("HS 8703.23.0190: at most ")


@pytest.mark.parametrize("code", ["8703.23.01.00", "8703230100", "87030000", "8703000000", "870323"])
def test_zeros_at_the_end_of_a_code_make_it_no_finer(code):
    exact = coverage([code], "USA", "JPN")
    assert exact.share == coverage([code.replace(".", "").rstrip("0")], "USA", "JPN").share
    assert not exact.is_upper_bound
    assert not exact.unknown


def test_part_of_a_heading_is_at_most_the_heading():
    part = coverage(["ex 8703"], "USA", "JPN")
    assert part.share == coverage(["8703"], "USA", "JPN").share
    assert (part.is_upper_bound, part.finer) == (True, ("ex 8703",))
    assert coverage(["87", "-ex 8703"], "USA", "JPN").share == coverage(["87"], "USA", "JPN").share


def test_a_line_of_another_year_stands_for_its_subheading():
    assert coverage(["8703.23.98"], "USA", "JPN").share == coverage(["8703.23"], "USA", "JPN").share
    assert coverage(["8703.23.98"], "USA", "JPN").is_upper_bound


def test_leaving_out_part_of_a_line_does_not_leave_out_the_line():
    whole = coverage(["8703"], "USA", "JPN")
    assert coverage(["8703", "-8703.23.0190"], "USA", "JPN").share == whole.share
    assert coverage(["8703", "-8703.23"], "USA", "JPN").share < whole.share


def test_members_of_a_union_have_its_goods_within_a_sector_and_their_own_mix_of_sectors():
    union, member = coverage(["30"], "USA", "EU"), coverage(["30"], "USA", "IRL")
    assert member.sectors == union.sectors
    assert member.share > 1.5 * union.share
    assert "by the goods of the European Union" in member.words()
    assert member.value is None


def test_partners_that_the_table_has_not_apart_have_the_goods_of_the_rest():
    kenya = coverage(["6109"], "USA", "KEN")
    assert kenya.sectors == coverage(["6109"], "USA", "ROW").sectors
    assert kenya.words().endswith("by the goods of the rest of the world")
    assert coverage(["6109"], "USA", "BGD").mix == "BGD"


def test_the_rest_are_the_partners_that_the_classes_of_goods_have_not_apart():
    part_of_rest = [name for name in PARTNERS if name not in CELLS]
    assert sum(totals("REST").values()) == pytest.approx(sum(sum(totals(name).values()) for name in part_of_rest))


def test_for_an_importer_without_weights_whole_sectors_are_an_upper_bound():
    unknown = coverage(["8703.23", "1201"], "CHN", "USA")
    assert unknown.sectors == {"A01": 1.0, "C29": 1.0}
    assert (unknown.share, unknown.value, unknown.mix, unknown.is_upper_bound) == (None, None, None, True)
    assert unknown.words().endswith("an upper bound: no imports of China by HS code are at hand")
    assert coverage(["8703.10.11"], "CHN", "USA").finer == ("8703.10.11",)


def test_for_an_importer_without_weights_goods_of_no_sector_of_goods_have_no_share():
    art = coverage(["9701"], "CHN", "USA")
    assert (dict(art.sectors), art.share, art.unknown) == ({}, None, ())
    assert art.words() == "HS 9701: these goods belong to no sector of goods, so the share of trade is unknown"
    assert coverage(["9701", "8703"], "CHN", "USA").sectors == {"C29": 1.0}


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["8703", "-870310"], "HS 8703 except 870310: "),
        (["-8703"], "all goods except HS 8703: "),
        (["ex 8703"], "HS ex 8703: at most "),
    ],
)
def test_words_name_what_is_covered_and_what_is_left_out(codes, words):
    assert coverage(codes, "USA", "JPN").words().startswith(words)


@pytest.mark.parametrize(("by", "against"), [("USA", "Japan"), ("XXX", "JPN"), ("USA", "")])
def test_an_unknown_economy_is_refused_in_one_line(by, against):
    with pytest.raises(QuestionError, match="is no economy: give an ISO3 code, EU or WLD"):
        coverage(["8703"], by, against)


def test_a_long_list_is_cut_short_in_words():
    words = coverage([f"{chapter:02}" for chapter in range(1, 25)], "USA", "BRA").words()
    assert words.startswith("HS 01, 02, 03, 04, 05, 06, 07, 08 and 16 more: ")


@pytest.mark.skipif(not LISTS.is_file(), reason="the shared lists of duties are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "scope", "finer"),
    [("b1 alcohol", "alcohol", 0), ("b3 vehicles", "vehicles", 0), ("b2 dairy", "dairy", 14)],
)
def test_a_published_list_covers_what_the_classes_of_goods_have_for_it(name, scope, finer):
    rows = [line for line in LISTS.read_text("utf-8").splitlines() if f",{name},2026-08-22" in line]
    listed = coverage(goods.codes_in("\n".join(["hts,list,from", *rows])), "USA", "CAN")
    value = sum(cell.value for cell in CELLS["CAN"] if f"s338_{scope}" in cell.classes)
    of_cells = value / sum(cell.value for cell in CELLS["CAN"])
    assert len(listed.codes) == len(rows)
    assert len(listed.finer) == finer
    assert listed.share == pytest.approx(of_cells, abs=5e-6 if finer == 0 else 1e-4)


def test_importing_it_reads_no_table():
    code = "from detente.record import goods; print(goods._lines.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
