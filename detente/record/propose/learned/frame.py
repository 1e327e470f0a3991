"""A stretch of a sentence that may hold a fact, with what the choice of its keys depends on."""

from __future__ import annotations

from functools import cached_property

from detente.record.propose.annotate.document import Reading
from detente.record.propose.code.rules import Draft
from detente.record.propose.learned.words import Stretch, View, Word
from detente.record.propose.relate.predicates import Predicate

PRONOUNS = frozenset(
    ["it", "its", "he", "she", "his", "they", "their", "we", "our", "i", "both", "其", "我", "他", "她", "双", "ông", "bà", "hai"]
)  # fmt: skip
HE = frozenset(["he", "she", "his", "her", "ông", "bà", "他", "她"])
IT = frozenset(["it", "its", "其"])
LIGHT = frozenset(["say", "other", "be", "have", "do"])


class Frame:
    """One stretch: its words, mentions, predicates and pronouns."""

    def __init__(self, view: View, stretch: Stretch) -> None:
        self.view, self.first, self.stop = view, stretch.first, stretch.stop
        self.reading: Reading = view.reading
        self.of_sides: dict[str, list[str]] = {}  # what sides.py says of each side
        self.of_roles: list[tuple[tuple[str, ...], tuple[str, ...]]] = []  # and of all sides together
        self.start, self.end = view.words[self.first].start, view.words[self.stop - 1].end

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return self.view.words[self.first : self.stop]

    @cached_property
    def drafted(self) -> list[Draft]:
        """The drafts of the rules that are about the stretch."""
        return self.view.drafted(Stretch(self.first, self.stop, 0))

    @cached_property
    def forms(self) -> list[str]:
        """The words of the stretch as features that say that something is left open."""
        return [f"none:{w.form}" for w in self.words]

    def holds(self, i: int) -> bool:
        """Whether a word of the sentence stands in the stretch."""
        return self.first <= i < self.stop

    @cached_property
    def sides(self) -> list[tuple[int, str, str]]:
        """The mentions of sides within: number of the word, side, sign."""
        return [m for m in self.view.sides if self.holds(m[0])]

    @cached_property
    def predicates(self) -> list[Predicate]:
        return [p for p in self.view.predicates if self.start <= p.start < self.end]

    @cached_property
    def main(self) -> Predicate | None:
        """The first finite predicate that is more than an auxiliary or a verb of saying, else the first."""
        full = (p for p in self.predicates if p.is_finite and p.concept not in LIGHT)
        return next(full, self.predicates[0] if self.predicates else None)

    @cached_property
    def pronouns(self) -> frozenset[str]:
        return frozenset(w.form for w in self.words) & PRONOUNS

    @cached_property
    def pronoun(self) -> str:
        """he, it or no: the pronoun of the sentence."""
        forms = {w.form for w in self.view.words}
        return "he" if forms & HE else "it" if forms & IT else "no"

    @cached_property
    def by_side(self) -> str | None:
        """The side whose words they are, press excepted."""
        side = self.view.by(self.end - 1).side
        return side if side != "press" else None

    def around(self, i: int) -> list[str]:
        """The words on either side of a word of the sentence."""
        form = self.view.form
        return [
            f"prev:{form(i - 1)}", f"next:{form(i + 1)}", f"next2:{form(i + 1)} {form(i + 2)}",
            f"prev2:{form(i - 2)} {form(i - 1)}",
        ]  # fmt: skip

    def to_verb(self, i: int) -> list[str]:
        """On which side of the main verb a word stands."""
        if self.main is None:
            return []
        where = "before" if self.view.words[i].start < self.main.start else "behind"
        return [where, f"{where}:{self.main.concept}", f"{where}:{self.main.voice}"]

    def numbers(self, kind: str) -> list[int]:
        """The numbers of the words within that are mentions of a kind."""
        return [i for i in range(self.first, self.stop) if self.view.words[i].kind == kind]
