"""Goods that a text names by ordinary words, and the HS codes under whose titles they come: `goods_words.csv`."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "vi", "zh")
BESIDE = re.compile(  # what stands beside the names of goods and changes nothing
    r"\b(?:all|the|its|and|or|as well as|of|products?|articles?|goods|imports?|imported"
    r"|các|mặt hàng|hàng|sản phẩm|nhập khẩu|và)\b|进口|進口|商品|产品|產品|[和及与與、]",
    re.I,
)


def names_in(text: str) -> tuple[str, ...]:
    """The goods that a text names by words of the table, each once and as it spells them.

    >>> names_in("对韩国钢铁和铝加征25%的关税")
    ('钢铁', '铝')
    """
    return tuple(dict.fromkeys(_pattern().findall(text)))


def codes_of(text: str) -> tuple[str, ...]:
    """The HS codes of the goods that a text names by words; none unless it names such goods and nothing besides.

    >>> codes_of("steel and aluminium"), codes_of("63 lines of toys")
    (('72', '7601-7607'), ())
    """
    rest = BESIDE.sub(" ", _pattern().sub(" ", text))
    if re.search(r"\w", rest):
        return ()
    return tuple(dict.fromkeys(code for name in names_in(text) for code in _codes()[name.lower()]))


def names() -> tuple[str, ...]:
    """Every name of goods in the table, in lower case."""
    return tuple(_codes())


@cache
def _codes() -> dict[str, list[str]]:
    """{name in lower case: HS codes}."""
    rows = csv.DictReader((files("detente.record.hs") / "goods_words.csv").read_text("utf-8").splitlines())
    return {
        name.lower(): row["codes"].split()
        for row in rows
        for language in LANGUAGES
        for name in row[language].split("|")
    }


@cache
def _pattern() -> re.Pattern[str]:
    """Any of the names, the longest that fits; one in letters stands between the bounds of words."""
    words = (
        rf"\b{re.escape(name)}\b" if re.match(r"[a-zà-ỹ]", name) else re.escape(name)
        for name in sorted(_codes(), key=len, reverse=True)
    )
    return re.compile("|".join(words), re.I)
