"""Which HS codes a sentence, a list or a CSV names; years, amounts and percentages are none."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.record.goods import _lines, codes_in, coverage
from detente.record.hs.codes import parse

NAMED = [
    ("HS 8703, 8708 and 1201", "8703 8708 1201"),
    ("A duty on HS8703 and HS 87.08.", "8703 8708"),
    ("HTSUS subheadings 8507.60.00 and 8507.60.0010", "85076000 8507600010"),
    ("Goods of Chapter 72 are dutiable", "72"),
    ("Chapter 72", "72"),
    ("Chapters 1, 2 and 9 of the HTSUS", "01 02 09"),
    ("products of Chapters 01–24", "01-24"),
    ("steel of headings 7206 to 7229 from 2025", "7206-7229"),
    ("headings 7601, 7604-7609 and 7616.99.51", "7601 7604-7609 76169951"),
    ("HS 8703-05 and 7206-29", "8703-8705 7206-7229"),
    ("ex 8703.23 and ex 87.08", "ex_870323 ex_8708"),
    ("CN codes 8703 23 19, ex 8703 24 10", "87032319 ex_87032410"),
    ("HS6 codes 870323 and 870324", "870323 870324"),
    ("6-digit HS codes: 870323", "870323"),
    ("HS (cars) codes for passenger cars: 8703, 8704", "8703 8704"),
    ("codes (HS 2017): 8703, 8711", "8703 8711"),
    ("HS 8703 (cars), 8708 (parts)", "8703 8708"),
    ("wine (heading 2204) and whisky (2208.30.30)", "2204 22083030"),
    ("tariff item 0207.11.00 or statistical reporting number 0207.12.0020", "02071100 0207120020"),
    ("25 % on HS 8703 and 12.5 % on HS 8708 in 2024", "8703 8708"),
    ("HS 8703 at 25 percent in 2024 and 2009", "8703"),
    ("Harmonized Tariff Schedule of the United States heading 8471", "8471"),
    ("HS 8703 (except 8703.10) and 8704", "8703 -870310 8704"),
    ("HS 7206-7229 (iron and steel), except 7209", "7206-7229 -7209"),
    ("Chapter 72 other than 7201 and 7202; 7301", "72 -7201 -7202 7301"),
    ("all goods except HS 8703 and 8704", "-8703 -8704"),
    ("all articles, excluding those of heading 2709", "-2709"),
    ("The following subheadings:\n- 8703.23.01\n- 8703.24.01\n", "87032301 87032401"),
    ("juice under HTS 2009.11.00 since 2009.11.20", "20091100"),
    ("HS 8703, 8703 and 8703", "8703"),
    ("对税则号列84713000、8703.2301的商品加征25%的关税", "84713000 87032301"),
    ("税号：8703和8708，2025年起", "8703 8708"),
    ("thuế 20% với mã HS 8703 và 8708 từ năm 2025", "8703 8708"),
    ("las fracciones arancelarias 0203.12.01 y 0203.19.99, 20 %", "02031201 02031999"),
    ("Waren der Zolltarifnummern 8703 und 8704 seit 2009", "8703 8704"),
    ("heading 8799, which is none", "8799"),
]
LISTED = [
    ("8703, 8708", "8703 8708"),
    ("8703", "8703"),
    ("8703;8708.29;ex 1201", "8703 870829 ex_1201"),
    ("8703\n8708.29\n1201\n", "8703 870829 1201"),
    ("8703.23.01 Motor cars\n8703.24.01 Large motor cars", "87032301 87032401"),
    ("Code\tGoods\n8703\tCars\n2204\tWine of 2009", "8703 2204"),
    ("hts,list\n22030000,first\n2041000,second\n", "22030000 02041000"),
    ("partner;HS code;rate\nXX;8703;25\nYY;304.71;10\n", "8703 030471"),
    ("1,10071000,Seed corn\n2,2071100,Fresh chicken\n", "10071000 02071100"),
    ("exports,goods,hs-code\n72252603.0,Chickens,010511\n0.0,Ducks,010594\n", "010511 010594"),
    ("country,HS6\nXX,10121\nYY,870323\n", "010121 870323"),
]
NO_CODES = [
    "",
    "all goods",
    "imports of 8703 million in 2008",
    "In 2008 and 2009 duties fell; 1604 firms left",
    "2008",
    "2007, 2008, 2009",
    "2008,1500\n2009,1604\n",
    "year,value\n2008,1604\n2009,1605\n",
    "tariffs of 25 %, then 10 percent, then 5 points",
    "$8703.23 million under the HTS, then 8708.29 USD",
    "HS 2022 edition of the nomenclature",
    "HS 25 % and heading 10",
    "HS 12,345 items",
    "tariffs and Chapter 11 bankruptcy",
    "Chapter 3 of the report on tariffs",
    "see chapter 7 there",
    "Imports and duties: Chapter 2 looks at steel, Chapter 3 at tariffs on cars",
    "duties under chapter 27 of title 10 and 5 U.S.C. chapter 71, as headings say",
    "tariff lines entered under chapter 98 of the HTSUS or subheading 9802.00.80",
    "subchapter III of chapter 99 of the HTSUS, heading 9903.01.25",
    "duties since 2009.11.20 and 2009-11-20",
    "Section 232, Section 301, Article 2106",
    "phone 8703 2301",
    "A01, C29",
    "1, 2, 3",
    "2008年进口8703亿美元，关税25%",
    "trong năm 2008 nhập khẩu 8703 tỷ",
    "20091120,5\n20081120,6\n",
    "850760,XX\n123456,YY\n888777,ZZ\n",
    "heading 2012 of the HTS",
    "10 August 2026 at 8:30, 90 days, 54 %",
]


@pytest.mark.parametrize(("text", "codes"), [*NAMED, *LISTED])
def test_codes_are_read_where_a_text_names_them(text, codes):
    assert codes_in(text) == tuple(code.replace("_", " ") for code in codes.split())


@pytest.mark.parametrize("text", NO_CODES)
def test_numbers_that_are_no_codes_are_not_taken_for_codes(text):
    assert codes_in(text) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8703", "8703"), ("8703.23", "870323"), ("87.03", "8703"),
        ("ex 8703 23 10", "ex 87032310"), ("-ex 8703", "-ex 8703"), ("HS 30", "30"),
        ("8703.2301", "87032301"), ("8517.1", "85171"), ("7206-7229", "7206-7229"), ("01–24", "01-24"), ("1", "01"),
        ("-8703.10", "-870310"), ("8703.23.01-8703.24.01", "87032301-87032401"), ("8703;", "8703"),
    ],
)  # fmt: skip
def test_a_code_alone_is_read_in_all_its_forms(text, code):
    assert str(parse(text)) == code


@pytest.mark.parametrize(
    "text", ["", "-", "cars", "870", "87032", "8703231", "77", "00", "7229-7206", "25 %", "2026-10-08"]
)
def test_what_is_no_code_alone_is_none(text):
    assert parse(text) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(_lines().codes), min_size=1, max_size=10, unique=True), st.sampled_from([4, 6, 8]))
def test_a_list_of_codes_is_read_back_however_it_is_divided(codes, digits):
    listed = tuple(dict.fromkeys(code[:digits] for code in codes if not code.startswith(("98", "99", "19", "20"))))
    for mark in (", ", "\n", ";", " and "):
        assert codes_in(mark.join(listed)) == listed
    assert codes_in(f"duties on HS {', '.join(listed)} from 2025" if listed else "") == listed


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("HS HTS chapter heading ex except 870323.10 -,;()%$\n"), max_size=200)
    | st.text(max_size=100)
)
def test_no_text_stops_it_and_each_code_it_names_can_be_priced(text):
    codes = codes_in(text)
    assert all(str(parse(code)) == code for code in codes)
    coverage(codes, "USA", "CHN")


@pytest.mark.parametrize(
    "text", ["HS 8703, " * 20_000, "chapter 1 " * 20_000, "(" * 100_000, "HS (" * 30_000, "8703.23.01 x " * 10_000,
             "except " * 20_000, "HS 8703 except 8703.10 " * 8_000, "1.1." * 50_000, "9" * 200_000]
)  # fmt: skip
def test_a_long_text_takes_no_more_than_its_length(text):
    start = time.process_time()
    codes_in(text)
    assert time.process_time() - start < 5
