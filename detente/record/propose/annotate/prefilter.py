"""Which of many patterns a text may match, known from words that their matches cannot do without.

Most texts match few of hundreds of patterns, and each pattern looks at every letter. The parts of a pattern say which
words there are of which a match holds one; a pattern is tried only on texts that hold such a word (Cox 2012, Regular
Expression Matching with a Trigram Index).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

PARSER: Any = import_module("re._parser")
MOST = 64  # words that are put together from parts of a pattern
LONG = 4  # letters of a word that tells texts apart
GRAM = 3  # letters by which a word is looked up

Words = frozenset[str]
NOTHING: Words = frozenset([""])


class Prefilter:
    """Patterns by the words that a match of each needs.

    >>> sorted(Prefilter([re.compile("(?:bann?ed|tariffs?) on"), re.compile("quota"), re.compile(r"\\d+")]).of("No quotas"))
    [1, 2]
    """

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._always: list[int] = []
        self._tables: dict[int, dict[str, list[tuple[str, int]]]] = {}
        for number, pattern in enumerate(patterns):
            words = needed_words(pattern)
            if words is None:
                self._always.append(number)
            for word in words or ():
                table = self._tables.setdefault(min(len(word), GRAM), {})
                table.setdefault(word[:GRAM], []).append((word, number))

    def of(self, text: str) -> set[int]:
        """The numbers of the patterns that may match somewhere in a text; the others match nowhere."""
        folded, out = _folded(text), set(self._always)
        for size, table in self._tables.items():
            for gram in table.keys() & {folded[i : i + size] for i in range(len(folded) - size + 1)}:
                out.update(number for word, number in table[gram] if word in folded)
        return out


def needed_words(pattern: re.Pattern[str]) -> Words | None:
    """Words in small letters of which every match of a pattern holds one; None where there is no such set.

    >>> sorted(needed_words(re.compile("(?:bann?ed|tariffs?) on", re.I)))
    ['baned', 'banned', 'tariff']
    """
    words = _Parts().add(PARSER.parse(pattern.pattern, pattern.flags)).best()
    return words and frozenset(w for w in words if not any(other in w for other in words if other != w))


def _folded(text: str) -> str:
    """A text in the letters by which patterns without regard to capitals match, one for one."""
    return (text if text.isascii() else text.replace("İ", "i").replace("ı", "i").replace("ſ", "s")).lower()


class _Parts:
    """The parts of a pattern, one behind the other: what a match of them all holds."""

    def __init__(self) -> None:
        self.whole: Words | None = NOTHING  # all that the parts can match, None where that is not a few words
        self._run: Words = NOTHING  # all that the parts since the last open one can match
        self._needed: list[Words] = []

    def add(self, items: Iterable[tuple[Any, Any]]) -> _Parts:
        """These parts, and further ones."""
        for operation, argument in items:
            whole, needed = _of_item(str(operation), argument)
            if needed:
                self._needed.append(needed)
            if whole is None or len(whole) * len(self._run) > MOST:
                self._needed.append(self._run)
                self._run, self.whole = whole or NOTHING, None
            else:
                self._run = frozenset(a + b for a in self._run for b in whole)
        self.whole = self._run if self.whole is not None else None
        return self

    def best(self) -> Words | None:
        """The words of which a match needs one that tell most texts apart: long ones, then few."""
        known = [words for words in (*self._needed, self._run) if "" not in words]
        return max(known, key=lambda words: (min(LONG, *map(len, words)), -len(words)), default=None)


def _of_item(operation: str, argument: Any) -> tuple[Words | None, Words | None]:
    """All that a part can match, where that is a few words, and words of which a match of it holds one."""
    if operation == "LITERAL":
        return frozenset([_folded(chr(argument))]), None
    if operation in ("AT", "ASSERT", "ASSERT_NOT"):
        return NOTHING, None
    if operation == "IN" and all(str(kind) == "LITERAL" for kind, _ in argument):
        return frozenset(_folded(chr(letter)) for _, letter in argument), None
    if operation == "BRANCH":
        return _of_branches([_Parts().add(branch) for branch in argument[1]])
    if operation == "SUBPATTERN":
        inner = _Parts().add(argument[-1])
        return inner.whole, inner.best()
    return _of_repeat(*argument) if operation in ("MAX_REPEAT", "MIN_REPEAT") else (None, None)


def _of_branches(branches: list[_Parts]) -> tuple[Words | None, Words | None]:
    wholes, needed = [b.whole for b in branches], [b.best() for b in branches]
    return _union(wholes), _union(needed)


def _union(sets: list[Words | None]) -> Words | None:
    known = [words for words in sets if words is not None]
    return frozenset().union(*known) if len(known) == len(sets) else None


def _of_repeat(least: int, most: int, items: Any) -> tuple[Words | None, Words | None]:
    inner = _Parts().add(items)
    if least == 0:
        return (inner.whole | NOTHING if most == 1 and inner.whole is not None else None), None
    return None, inner.best()
