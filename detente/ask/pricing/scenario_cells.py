"""The cells that a measure of a scenario falls on: economies and blocs by code or name, sectors, HS codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from detente import labels
from detente.ask.pricing.context import PricingContext
from detente.economy.sectors import parts
from detente.economy.world import World
from detente.errors import QuestionError
from detente.record import goods
from detente.record.hs.codes import parse

HS = re.compile(r"\s*(?:HS\s*)?(\d{2}[\d.]{0,10})\s*", re.IGNORECASE)
BLOCS = {"EU27": "EU"}  # other names of blocs with members
SUGGESTED = 3
Cell = tuple[str, ...]


@dataclass(frozen=True)
class Goods:
    """Goods that a measure names: sectors taken whole, HS codes, or all; except_: those it leaves out."""

    sectors: tuple[str, ...]
    codes: tuple[str, ...]
    except_sectors: frozenset[str]
    except_codes: tuple[str, ...]


@dataclass(frozen=True)
class Covered:
    """{cell: the part of its trade that a measure falls on}; notes: what the parts rest on, in words."""

    cells: Mapping[Cell, float]
    notes: tuple[str, ...]


def covered(measure: Mapping[str, Any], context: PricingContext, where: str) -> Covered:
    """The cells of a measure. Raises QuestionError for what the world has not, and for a duty on oneself alone."""
    left_out, other = _split_exceptions(measure.get("except"), context, where)
    importers = _without(economies(measure.get("by"), context.world, where, "by"), left_out)
    exporters = _without(economies(measure.get("against"), context.world, where, "against"), left_out)
    pairs = [(by, against) for by in importers for against in exporters if by != against]
    if measure.get("flow") == "exports":  # whoever levies is the exporter then
        pairs = [(against, by) for by, against in pairs]
    if not pairs:
        raise QuestionError(f"{where}: {_why_no_pair(measure, importers, exporters)}")
    named = _goods(measure.get("products", "all"), other, context, where)
    cells: dict[Cell, float] = {}
    notes = _absent_notes(measure, context.world, where)
    for pair in pairs:
        for sector, part in _parts(named, pair, context, where, notes):
            if part > 0:
                cells[(*sector, *pair)] = part
    return Covered(cells, _short(tuple(dict.fromkeys(notes)), where))


def _short(notes: tuple[str, ...], where: str) -> tuple[str, ...]:
    """The first notes of a measure, and how many more pairs have one."""
    more = len(notes) - SUGGESTED
    return notes if more <= 1 else (*notes[:SUGGESTED], f"{where}: likewise for {more} more, each by its own trade")


def _why_no_pair(measure: Mapping[str, Any], importers: Sequence[str], exporters: Sequence[str]) -> str:
    if importers and importers == exporters:
        return f"by and against are both {', '.join(importers)}: an economy levies no duty on itself"
    return f"`except` leaves out everyone that by {measure.get('by')!r} and against {measure.get('against')!r} name"


def _without(codes: Iterable[str], left_out: frozenset[str]) -> list[str]:
    return [code for code in codes if code not in left_out]


def economies(written: Any, world: World, where: str, key: str) -> list[str]:
    """The economies that a value names, each once: codes, names, blocs, a list of them, or all."""
    names = written if isinstance(written, list) else [written]
    if names in ([], [None], [""]):
        raise QuestionError(f"{where}: {key} is empty; name an economy, a bloc, or all")
    absent = _absent(names, world)
    present = [name for name in names if name not in absent] or names
    return list(dict.fromkeys(code for name in present for code in _codes(name, world, where, key)))


def _absent(names: Sequence[Any], world: World) -> list[Any]:
    """Of several economies, those by code that the world does not have."""
    return (
        [name for name in names if isinstance(name, str) and name in labels.codes() and name not in world.economies]
        if len(names) > 1
        else []
    )


def outside_world(measures: Sequence[Mapping[str, Any]], world: World) -> tuple[frozenset[int], str]:
    """The numbers of measures, from 1, of which a side is an economy that the world does not have, and a note on them.

    None where that are all measures: then the first is refused by name.
    """
    sides = [(number, m.get(key)) for number, m in enumerate(measures, start=1) for key in ("by", "against")]
    absent = {
        number: side
        for number, side in sides
        if isinstance(side, str) and side in labels.codes() and side not in world.economies
    }
    if not absent or len(absent) == len(measures):
        return frozenset(), ""
    named = ", ".join(list(dict.fromkeys(absent.values()))[:SUGGESTED])
    return frozenset(absent), (
        f"{len(absent)} of {len(measures)} measures left out: {world.name} does not have their"
        f" economies, such as {named}"
    )


def _absent_notes(measure: Mapping[str, Any], world: World, where: str) -> list[str]:
    """What the lists of a measure name and the world does not have, in words."""
    lists = [written for key in ("by", "against") if isinstance(written := measure.get(key), list)]
    absent = [name for written in lists for name in _absent(written, world)]
    if not absent:
        return []
    more = f" and {len(absent) - SUGGESTED} more" if len(absent) > SUGGESTED else ""
    return [f"{where}: {world.name} does not have {', '.join(absent[:SUGGESTED])}{more}: left out of the measure"]


def _codes(name: Any, world: World, where: str, key: str) -> list[str]:
    if not isinstance(name, str):
        raise QuestionError(
            f"{where}: {key} is {name!r}; economies are ISO3 codes in letters, in quotes where YAML reads them as"
            " something else"
        )
    if name.lower() == "all":
        return list(world.economies)
    code = name if name in world.economies else _known(name)
    if code in world.economies:
        return [str(code)]
    if code == "EU":
        return [member for member in labels.members("EU") if member in world.economies]
    if code is not None:
        raise QuestionError(f"{where}: {world.name} has no economy of its own for {name}; {_has(world)}")
    raise QuestionError(f"{where}: {key} {name!r} is no economy known here{_suggestion(name)} {_has(world)}")


def named(measures: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The economies and blocs that measures name, in their order, each once; codes."""
    names = (measure.get(key) for measure in measures for key in ("by", "against"))
    listed = (name for each in names for name in (each if isinstance(each, list) else [each]))
    codes = (_known(name) for name in listed if isinstance(name, str))
    return tuple(dict.fromkeys(code for code in codes if code))


def _known(name: str) -> str | None:
    """The code of an economy or a bloc by its code, another name of it, or its plain name; None for what is neither."""
    code = BLOCS.get(name, name)
    if code in labels.codes() or code in labels.BLOCS:
        return code
    return _by_name().get(name.strip().casefold())


@cache
def _by_name() -> dict[str, str]:
    """{plain name in small letters: code} of economies and blocs."""
    return {labels.name(code).casefold(): code for code in (*labels.BLOCS, *labels.codes())}


def _suggestion(name: str) -> str:
    """The nearest names, else the nearest codes, as a question; a semicolon where none is near."""
    near = [_by_name()[n] for n in get_close_matches(name.casefold(), _by_name(), SUGGESTED, 0.6)]
    near = near or get_close_matches(name.upper(), labels.codes(), SUGGESTED, 0.6)
    words = [f"{labels.name(code)} ({code})" for code in near]
    return f": do you mean {' or '.join(words)}?" if words else ";"


def _has(world: World) -> str:
    return f"{world.name} has {len(world.economies)} economies, such as {', '.join(world.economies[:SUGGESTED])}"


def _split_exceptions(written: Any, context: PricingContext, where: str) -> tuple[frozenset[str], list[str]]:
    """The economies that a measure leaves out, and the products."""
    names = [] if written is None else written if isinstance(written, list) else [written]
    left_out: set[str] = set()
    products: list[str] = []
    for name in names:
        if _is_number(name) or (isinstance(name, str) and (HS.fullmatch(name) or _sectors_of(name, context))):
            products.append(str(name))
        else:
            left_out |= set(economies(name, context.world, where, "except"))
    return frozenset(left_out), products


def _names_of_goods(written: Any, where: str) -> list[str]:
    """What `products` lists. Raises QuestionError where it is empty."""
    listed = written if isinstance(written, list) else [written]
    if listed in ([], [None], [""]):
        raise QuestionError(f"{where}: products is empty; leave the key out for all goods")
    return [str(name) for name in listed]


def _is_number(name: Any) -> bool:
    """Whether a name was read as a number: an HS code without quotes."""
    return isinstance(name, int | float) and not isinstance(name, bool)


def _goods(written: Any, left_out: Sequence[str], context: PricingContext, where: str) -> Goods:
    """The goods that a measure names. Raises QuestionError for what is neither a sector nor an HS code."""
    names = _names_of_goods(written, where)
    is_all = [name.lower() for name in names] == ["all"]
    if not context.goods and (not is_all or left_out):
        raise QuestionError(
            f"{where}: {context.name} has one sector and cannot tell {written!r} apart; leave products out and give"
            " `coverage`, the share of the trade to which the rate applies, or take the world icio-2022"
        )
    sectors, codes = _sorted(names, context, where) if not is_all else (context.goods, ())
    except_sectors, except_codes = _sorted(left_out, context, where)
    every = Goods(sectors, codes, frozenset(except_sectors), except_codes)
    _check_some_left(every, context, where)
    return every


def _check_some_left(named_goods: Goods, context: PricingContext, where: str) -> None:
    """Raises QuestionError where `except` leaves out every sector that a measure names."""
    if context.goods and not named_goods.codes and {*named_goods.sectors} <= named_goods.except_sectors:
        raise QuestionError(f"{where}: `except` leaves out all goods that `products` names")


def _sorted(names: Iterable[str], context: PricingContext, where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names parted into sectors and HS codes, in digits."""
    sectors, codes = [], []
    for name in names:
        match = HS.fullmatch(name)
        own = _sectors_of(name, context)
        if own:
            sectors += own
        elif match:
            codes.append(_hs(match[1], name, where))
        else:
            raise QuestionError(f"{where}: {name!r} is {_not_goods(name, context)}")
    return tuple(sectors), tuple(codes)


def _sectors_of(name: str, context: PricingContext) -> list[str]:
    """The sectors of the world that a name means: one, or one for each kind of buyer where it keeps them apart.

    In a world of another classification, those that are the sector of this name or a part of it.
    """
    if name in context.goods:
        return [name]
    own = [code for code in context.goods if labels.base_sector(code) == name]
    return own or [code for code in context.goods if parts(code) == (name,)]


def _hs(digits: str, name: str, where: str) -> str:
    if parse(digits) is None:
        raise QuestionError(
            f"{where}: {name!r} is no HS code; write a chapter, heading or line, in quotes: '87', '0304' or '8703.20'"
        )
    return digits


def _not_goods(name: str, context: PricingContext) -> str:
    near = get_close_matches(name, context.goods, 1, 0.6)
    guess = f": do you mean {near[0]}?" if near else ""
    return f"not a goods sector of {context.name} and no HS code{guess}; sectors are {', '.join(context.goods)}"


def _parts(
    named: Goods, pair: tuple[str, str], context: PricingContext, where: str, notes: list[str]
) -> Iterable[tuple[tuple[str, ...], float]]:
    """The sectors that goods are in between two economies, each with the part of its trade that they are."""
    if not context.goods:
        return [((), 1.0)]
    parts = dict.fromkeys(named.sectors, 1.0)
    if named.codes:
        coverage = goods.coverage(named.codes, *pair)
        notes.append(f"{where}: {coverage.words()}")
        covered = _by_sector(coverage.sectors, context)
        parts |= {sector: part for sector, part in covered.items() if sector not in parts}
    if named.except_codes:
        coverage = goods.coverage(named.except_codes, *pair)
        notes.append(f"{where}, left out: {coverage.words()}")
        outside = _by_sector(coverage.sectors, context)
        parts = {sector: max(part - outside.get(sector, 0.0), 0.0) for sector, part in parts.items()}
    return [((s,), part) for s, part in parts.items() if s not in named.except_sectors and s in context.goods]


def _by_sector(parts: Mapping[str, float], context: PricingContext) -> dict[str, float]:
    """Parts of the trade of sectors, for each sector of the world that they mean."""
    return {own: part for sector, part in parts.items() for own in _sectors_of(sector, context)}
