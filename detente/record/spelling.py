"""How names are spelt: letters without diacritics, edit distance, and the readings of Chinese characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

READINGS = Path(__file__).parent / "names" / "readings.csv"
LONGEST_SYLLABLE = 6
UNLIKE = 0.7  # share of letters that a difference in length alone leaves over; more is not looked at


class Readings(NamedTuple):
    """How a character is read, without tone marks: in pinyin and in Sino-Vietnamese, the usual reading first."""

    pinyin: tuple[str, ...]
    vietnamese: tuple[str, ...]


@lru_cache(maxsize=8192)
def unaccented(text: str) -> str:
    """Lower case without diacritics."""
    if text.isascii():
        return text.lower()
    flat = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in flat if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=65536)
def edit_distance(a: str, b: str) -> float:
    """Edits from one text to the other over the longer length, 0 to 1; swapping two neighbours is one edit.

    Damerau (1964), in the version that edits no part of a text twice (optimal string alignment).
    """
    if a == b:
        return 0.0
    longer, difference = max(len(a), len(b)), abs(len(a) - len(b))
    if difference > UNLIKE * longer:
        return difference / longer
    return _edits(a, b) / longer


def _edits(a: str, b: str) -> int:
    """Edits from one text to the other: a column of the table of distances is kept as bits, one for each letter of a.

    Hyyrö (2003). down and up: where the distance grows or falls from one letter of a to the next; same: where it is the
    distance of the diagonal neighbour.
    """
    every = (1 << len(a)) - 1
    places: dict[str, int] = {}
    for i, x in enumerate(a):
        places[x] = places.get(x, 0) | 1 << i
    down, up, same, before, edits = every, 0, 0, 0, len(a)
    for y in b:
        here = places.get(y, 0)
        swapped = ((~same & here) << 1) & before
        same = (((here & down) + down) ^ down) | here | up | swapped
        right, left = up | ~(same | down), same & down
        edits += (right >> (len(a) - 1) & 1) - (left >> (len(a) - 1) & 1)
        right = right << 1 | 1
        down, up = (left << 1 | ~(same | right)) & every, right & same & every
        before = here
    return edits


def readings(character: str) -> Readings:
    """The readings of a Chinese character; one that is not in the table stands for itself."""
    return _table().get(character, Readings((character,), ()))


@cache
def sound_alikes(character: str) -> frozenset[str]:
    """The pinyin of all characters that share a Sino-Vietnamese reading with this one."""
    return frozenset().union(*(_pinyin_of(reading) for reading in readings(character).vietnamese))


def _pinyin_of(vietnamese: str) -> frozenset[str]:
    return _pinyin_by_vietnamese().get(vietnamese, frozenset())


@cache
def _pinyin_by_vietnamese() -> dict[str, frozenset[str]]:
    sounds: dict[str, set[str]] = {}
    for pinyin, vietnamese in _table().values():
        for reading in vietnamese:
            sounds.setdefault(reading, set()).update(pinyin)
    return {reading: frozenset(pinyin) for reading, pinyin in sounds.items()}


def is_pinyin(text: str) -> bool:
    """Whether every word of an unaccented text is a row of pinyin syllables."""
    return all(map(_is_pinyin_word, re.split(r"[\s-]+", text)))


def _is_pinyin_word(word: str) -> bool:
    ends = {0}  # of the rows of syllables that the word starts with
    for end in range(1, len(word) + 1):
        starts = (end - n for n in range(1, LONGEST_SYLLABLE + 1))
        if any(start in ends and word[start:end] in _syllables() for start in starts):
            ends.add(end)
    return len(word) in ends


@cache
def _syllables() -> frozenset[str]:
    return frozenset(syllable for pinyin, _ in _table().values() for syllable in pinyin)


@cache
def _table() -> dict[str, Readings]:
    table = {}
    for line in READINGS.read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            character, pinyin, vietnamese = line.split(",")
            unmarked = tuple(unaccented(reading) for reading in vietnamese.split("|") if reading)
            table[character] = Readings(tuple(pinyin.split("|")), unmarked)
    return table
