"""Verdicts: a claim counted over settings, and the words that the count earns.

A setting is an elasticity set, a horizon and a closure. A claim holds, does not, or has no answer in each. The words
are fixed: in all, in nearly all (nine tenths), in few (a tenth), in none; between them a claim turns with an axis that
is named with both answers, and no direction is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.errors import QuestionError

MOST, FEW = 0.9, 0.1  # shares from which a claim holds in nearly all, and up to which in few
NOTHING = 5e-4  # percent of real income: what is smaller counts as neither gain nor loss
AXES = ("horizon", "closure", "elasticity")
NAMED = 2  # combinations of horizon and closure that an exception may name
Variant = tuple[str, str, str]  # elasticity set, horizon, closure


@dataclass(frozen=True)
class Verdict:
    """A claim over settings: holds [c] is True, False, or None where the setting has no answer or is not asked.

    asked [c]: whether the claim may be read from the setting at all.
    """

    claim: str
    settings: tuple[Variant, ...]
    holds: tuple[bool | None, ...]
    asked: tuple[bool, ...]

    @property
    def count(self) -> int:
        """The settings in which the claim holds."""
        return sum(h is True for h in self.holds)

    @property
    def of(self) -> int:
        """The settings that answer."""
        return sum(h is not None for h in self.holds)

    @property
    def share(self) -> float:
        """The part of the settings that answer in which the claim holds; not a number where none answers."""
        return self.count / self.of if self.of else float("nan")

    @property
    def lost(self) -> tuple[Variant, ...]:
        """The settings that should answer and do not."""
        rows = zip(self.settings, self.holds, self.asked, strict=True)
        return tuple(s for s, h, asked in rows if asked and h is None)

    @property
    def word(self) -> str:
        """all, nearly all, split, few, none, or unknown."""
        if not self.of:
            return "unknown"
        if self.count == self.of:
            return "all"
        if self.count == 0:
            return "none"
        return "nearly all" if self.share >= MOST else "few" if self.share <= FEW else "split"

    @property
    def axis(self) -> str:
        """The axis whose values differ most in the share of settings in which the claim holds."""
        spread = {axis: _spread(self.by(axis)) for axis in AXES}
        return max(AXES, key=lambda axis: spread[axis])

    def by(self, axis: str) -> dict[str, tuple[int, int]]:
        """{value of an axis: (settings in which the claim holds, settings that answer)}, in order."""
        place = ("elasticity", "horizon", "closure").index(axis)
        counts: dict[str, tuple[int, int]] = {}
        for setting, holds in zip(self.settings, self.holds, strict=True):
            if holds is not None:
                k, n = counts.get(setting[place], (0, 0))
                counts[setting[place]] = (k + holds, n + 1)
        return counts

    def words(self) -> str:
        """The count in words, without the claim.

        >>> settings = (("a", "long", "fixed"), ("a", "short", "fixed"))
        >>> Verdict("costs its sender", settings, (True, False), (True, True)).words()
        'depends on the horizon (holds in 1 of 2 settings: long 1 of 1, short 0 of 1)'
        """
        match self.word:
            case "all":
                return f"in all {self.of} settings tried"
            case "nearly all":
                return f"in nearly all settings ({self.count} of {self.of}; not {self._where(False)})"
            case "few":
                return f"in few settings ({self.count} of {self.of}: {self._where(True)})"
            case "none":
                return f"in none of {self.of} settings"
            case "unknown":
                return "no setting answers"
        parts = ", ".join(f"{value} {k} of {n}" for value, (k, n) in self.by(self.axis).items())
        axis = AXIS_WORDS[self.axis]
        return f"depends on the {axis} (holds in {self.count} of {self.of} settings: {parts})"

    def _where(self, holds: bool) -> str:
        """The horizons and closures in which the exceptions lie."""
        rows = [s for s, h in zip(self.settings, self.holds, strict=True) if h is holds]
        pairs = list(dict.fromkeys((horizon, closure) for _, horizon, closure in rows))
        if len(pairs) <= NAMED:
            return " or ".join(f"with {CLOSURE_WORDS.get(closure, closure)} at the {h} horizon" for h, closure in pairs)
        horizons = list(dict.fromkeys(horizon for horizon, _ in pairs))
        return f"at the {' or '.join(horizons)} horizon, with some sets and closures"

    def to_json(self) -> dict[str, Any]:
        """The count, the words and every setting's answer."""
        return {
            "claim": self.claim, "word": self.word, "words": self.words(), "holds": self.count, "of": self.of,
            "share": self.share if self.of else None, "axis": self.axis if self.word == "split" else None,
            "by": {axis: {value: list(kn) for value, kn in self.by(axis).items()} for axis in AXES},
            "lost": [list(s) for s in self.lost],
        }  # fmt: skip


CLOSURE_WORDS = {"fixed": "fixed deficits", "balanced": "balanced trade"}
AXIS_WORDS = {"horizon": "horizon", "closure": "closure", "elasticity": "set of elasticities"}


def _spread(counts: Mapping[str, tuple[int, int]]) -> float:
    shares = [k / n for k, n in counts.values() if n]
    return max(shares) - min(shares) if shares else 0.0


def verdict(
    claim: str,
    settings: Sequence[Variant],
    values: np.ndarray,
    holds: Callable[[Any], bool],
    *,
    not_from: Sequence[str] = (),
) -> Verdict:
    """A claim counted over settings.

    values [c,...]: what `holds` decides each setting by; a setting with a value that is not finite has no answer.
    not_from: closures from which the claim must not be read. Raises QuestionError where settings and values differ in
    number.

    >>> verdict("gains", [("a", "long", "fixed")], np.array([[0.2]]), lambda x: x[0] > NOTHING).words()
    'in all 1 settings tried'
    """
    if len(settings) != len(values):
        raise QuestionError(f"{len(settings)} settings and {len(values)} rows of values; there must be as many")
    asked = tuple(closure not in not_from for _, _, closure in settings)
    answers = tuple(
        bool(holds(row)) if wanted and np.isfinite(row).all() else None
        for row, wanted in zip(values, asked, strict=True)
    )
    return Verdict(claim, tuple(settings), answers, asked)


def loses(change: float) -> bool:
    """Whether a change of real income, in percent, is a loss."""
    return bool(change < -NOTHING)


def gains(change: float) -> bool:
    """Whether a change of real income, in percent, is a gain."""
    return bool(change > NOTHING)
