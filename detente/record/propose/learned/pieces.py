"""Words cut into the pieces of a vocabulary, as the encoder was trained on them: lower case, no accents, longest piece first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

UNKNOWN = "[UNK]"
LONGEST = 100  # characters of a word that is cut at all
INNER = "##"  # before a piece that goes on a word


class Piece(NamedTuple):
    """A piece of the vocabulary, by its number, and where it stands in the text."""

    number: int
    start: int
    end: int


def cut(text: str, vocabulary: Mapping[str, int]) -> list[Piece]:
    """The pieces of a text.

    vocabulary: the number of each piece; those within a word begin with ##.
    """
    return [piece for word in _words(text) for piece in _pieces(word, vocabulary)]


def _words(text: str) -> Iterator[list[tuple[str, int]]]:
    """Runs of letters and digits, and single marks: each a list of plain letters and where they stand."""
    word: list[tuple[str, int]] = []
    for i, sign in enumerate(text):
        plain, is_mark = _plain(sign)
        if is_mark or plain == " ":
            if word:
                yield word
            word = []
            if is_mark:
                yield [(plain, i)]
        else:
            word += [(letter, i) for letter in plain]
    if word:
        yield word


@lru_cache(maxsize=4096)
def _plain(sign: str) -> tuple[str, bool]:
    """A sign without accents and in lower case, a blank for a space, and whether it is a word of its own."""
    if sign.isspace():
        return " ", False
    if sign in "\0\ufffd" or unicodedata.category(sign) in ("Cc", "Cf", "Cn", "Co", "Cs"):
        return "", False
    if _is_mark(sign):
        return sign, True
    letters = unicodedata.normalize("NFD", sign)
    return "".join(x for x in letters if unicodedata.category(x) != "Mn").lower(), False


def _is_mark(sign: str) -> bool:
    """Whether a sign is punctuation or a character of Chinese, which are words by themselves."""
    code = ord(sign)
    is_ascii_mark = code < 128 and sign.isprintable() and not sign.isalnum()
    return is_ascii_mark or unicodedata.category(sign)[0] == "P" or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF


def _pieces(word: list[tuple[str, int]], vocabulary: Mapping[str, int]) -> list[Piece]:
    letters = "".join(letter for letter, _ in word)
    whole = [Piece(vocabulary[UNKNOWN], word[0][1], word[-1][1] + 1)]
    out: list[Piece] = []
    place = 0
    while place < len(word) <= LONGEST:
        stops = range(len(word), place, -1)
        head = INNER if place else ""
        stop = next((s for s in stops if head + letters[place:s] in vocabulary), None)
        if stop is None:
            return whole
        out.append(Piece(vocabulary[head + letters[place:stop]], word[place][1], word[stop - 1][1] + 1))
        place = stop
    return out or whole
