"""The goods that a duty of the record falls on: those named by HS codes or sectors, or all as an assumption."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from detente import labels
from detente.ask.pricing.duty_layers import BASE_DAY
from detente.record import goods
from detente.record.hs import words
from detente.record.state.rows import Measure, Threat

SECTOR = re.compile(r"\b[A-Z]\d{2}\w*")
SECTOR_WORLD = "icio-2022"  # whose trade weighs sectors
ASSUMED = "no list of goods on record: on all goods, an assumption"
IN_BASE_YEAR = "its terms are from before 2023: what was collected is in the tariffs of the base year already"


class Goods(NamedTuple):
    """What a duty falls on: the share of trade, by sector where that is on file, and what is assumed about it."""

    share: float
    profile: Mapping[str, float] | None
    note: str
    only: tuple[str, ...] = ()


def began(row: Measure | Threat) -> str:
    """The first day of the terms of a measure as the record has them."""
    days = (
        (row.first_asserted, row.asserted) if isinstance(row, Threat) else (row.legal_from, row.announced, row.asserted)
    )
    return next((str(day)[:10] for day in days if day), "")


def goods_on_record(row: Measure | Threat, pair: tuple[str, str], day: str) -> Goods | str:
    """What the record says of the goods: sectors or HS codes, or none and then all; else why it is not priced."""
    if began(row) and began(row) <= BASE_DAY < day:
        return IN_BASE_YEAR
    text = row.on if isinstance(row, Threat) else row.product or row.scope
    if not text or text.lower().startswith("all goods"):
        return Goods(1.0, None, ASSUMED)
    return _goods_in_words(text, pair)


def _goods_in_words(text: str, pair: tuple[str, str]) -> Goods | str:
    """The goods that a text names by HS codes, the codes of sectors or plain words; else why they are not priced."""
    codes = goods.codes_in(text)
    if codes:
        return _covered(goods.coverage(codes, *pair), pair)
    if by_words := words.codes_of(text):
        return _taken_for(text, by_words, pair)
    sectors = tuple(dict.fromkeys(code for code in SECTOR.findall(text) if labels.sector(code) != code))
    if sectors:
        return _whole_sectors(sectors, pair, f"on all goods of the sectors {', '.join(sectors)}")
    return f"it falls on {text}: no share of trade is at hand for these goods"


def _taken_for(text: str, codes: Sequence[str], pair: tuple[str, str]) -> Goods | str:
    """Goods by the codes under whose titles they come; without weights of the buyer, by another's purchases."""
    coverage = goods.coverage(codes, *pair)
    if coverage.mix is not None:
        known = _covered(coverage, pair)
        if isinstance(known, str):
            return known
        return known._replace(note=f"{text} taken for {known.note}", only=tuple(coverage.sectors))
    like = goods.estimate(codes, pair[1])
    share = sum(part * sector_share((sector,), *pair) for sector, part in like.sectors.items())
    if not share:
        return f"it falls on {text}: none of their trade is at hand for these goods"
    weights = f"weighed within each sector as in {labels.short(like.by)} imports"
    why = f"an estimate, since imports of {labels.name(pair[0])} by code are not at hand"
    note = f"{text} taken for HS {', '.join(codes)}, {weights}: {why}"
    return Goods(share, like.sectors, note, tuple(like.sectors))


def _covered(coverage: goods.Coverage, pair: tuple[str, str]) -> Goods | str:
    """What HS codes cover between two economies: by imports by tariff line, or whole sectors where none are on file."""
    if coverage.share is None and coverage.sectors:
        return _whole_sectors(tuple(coverage.sectors), pair, coverage.words())
    if not coverage.share:
        return coverage.words()
    bound = tuple(coverage.sectors) if coverage.is_upper_bound else ()
    return Goods(coverage.share, coverage.sectors, coverage.words(), bound)


def _whole_sectors(sectors: tuple[str, ...], pair: tuple[str, str], note: str) -> Goods:
    return Goods(sector_share(sectors, *pair), dict.fromkeys(sectors, 1.0), note, sectors)


@cache
def sector_share(sectors: tuple[str, ...], by: str, target: str) -> float:
    """The share of sectors in the goods that an economy buys from another; 1 where the shipped world lacks one."""
    from detente.economy import calibrate  # loads a world

    world = calibrate.shipped(SECTOR_WORLD, None)
    if not {by, target} <= set(world.economies):
        return 1.0
    flows = (world.duty_free * world.spending[:, :, None])[:, world.index(by), world.index(target)]
    goods = float(flows[world.structure.goods].sum())
    return sum(float(flows[world.sector(s)]) for s in sectors) / goods if goods else 0.0
