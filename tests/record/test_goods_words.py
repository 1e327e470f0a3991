"""Goods that a text names by ordinary words, and the codes under whose titles they come."""

import pytest

from detente.record import goods
from detente.record.hs import words


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("steel", ("72",)),
        ("Steel products", ("72", "73")),
        ("imports of electric vehicles", ("870380",)),
        ("steel, aluminium and copper", ("72", "7601-7607", "74")),
        ("thép và nhôm", ("72", "7601-7607")),
        ("進口鋼鐵和鋁", ("72", "7601-7607")),
        ("63 lines of toys", ()),
        ("certain steel", ()),
        ("steel from three mills", ()),
        ("rare earths", ()),
        ("", ()),
    ],
)
def test_goods_have_codes_where_the_text_names_them_and_nothing_besides(text, codes):
    assert words.codes_of(text) == codes


def test_every_code_behind_a_name_has_lines_of_a_sector_of_goods():
    for name in words.names():
        covered = goods.coverage(words.codes_of(name), "USA", "WLD")
        assert covered.sectors, name
        assert not covered.unknown, name


def test_an_estimate_takes_the_exporters_own_goods_where_the_table_has_them():
    assert goods.estimate(["72"], "KOR").mix == "KOR"
    assert goods.estimate(["72"], "PRK").mix == goods.WORLD
    assert 0.5 < goods.estimate(["72"], "KOR").sectors["C24A"] <= 1
