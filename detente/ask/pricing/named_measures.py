"""What measures of the record are in the ledger of duties: the file measures.csv of detente/duties.

A measure is an act of a family of the ledger, which then prices it; or a duty that would fall on the goods of a family,
on goods that are named, or on a share of all goods; or one whose goods are not known, with the reason.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

from detente.record.duties import Ledger, Rate

ACT, COUNTED, LEVEL, UNKNOWN = "act", "counted", "level", "unknown"


class NamedMeasure(NamedTuple):
    """One row of measures.csv: what a measure of the record is in the ledger of duties.

    use: `act` of the family; `scope`, for the goods it falls on alone; `level`, a rate that would take the place of the
    family's on its goods; `counted` in the rates of others; or `unknown`. needs and without: classes of goods, where
    they are not those of the family. share: of all goods, where no classes are on file.
    """

    measure: str
    by: str
    family: str
    use: str
    needs: frozenset[str]
    without: frozenset[str]
    share: float | None
    note: str

    @property
    def scope(self) -> Rate | None:
        """A rate of the family on the goods that are named; None where they are those of the family."""
        if not self.needs and not self.without:
            return None
        return Rate(
            self.measure, self.family, frozenset(), frozenset(), self.needs, self.without, 1.0, "add", "none", "whole",
            "", "", "", "", self.note,
        )  # fmt: skip


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (resources.files("detente") / "duties" / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def _named_measures() -> dict[str, NamedMeasure]:
    return {row["measure"]: _named_measure(row) for row in _rows("measures.csv")}


def _named_measure(row: dict[str, str]) -> NamedMeasure:
    share = float(row["share"]) if row["share"] else None
    goods = frozenset(row["needs"].split()), frozenset(row["without"].split())
    return NamedMeasure(row["measure"], row["by"], row["family"], row["use"], *goods, share, row["note"])


def named_measure(measure: str, ledger: Ledger) -> NamedMeasure | None:
    """What a measure is in the ledger, by its name or as the act of that name; None if the ledger has neither."""
    row = _named_measures().get(measure)
    if row is not None or measure not in ledger.acts:
        return row
    family = next((rate.family for rate in ledger.rates if rate.act == measure), "")
    imposer = ledger.acts[measure].imposer
    return NamedMeasure(measure, imposer, family, ACT, frozenset(), frozenset(), None, "") if family else None


@cache
def measure_of(by: str, family: str) -> str | None:
    """The name in the record of a family of acts of an economy; None where it has none."""
    rows = _named_measures().values()
    return next((row.measure for row in rows if row.use == ACT and (row.by, row.family) == (by, family)), None)


def same_family(measure: str, ledger: Ledger) -> frozenset[str]:
    """A measure and the others of the record that are acts of its family in the ledger."""
    named = named_measure(measure, ledger)
    if named is None or named.use != ACT:
        return frozenset({measure})
    rows = _named_measures().values()
    return frozenset({measure, *(x.measure for x in rows if x.use == ACT and x[1:3] == named[1:3])})
