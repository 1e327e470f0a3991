"""Whether a text is prose at all: numbers, tables, source code and encoded data are named for what they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from detente.record.language import HAN, KANA, LATIN, SHORT, Profile, function_words, languages

WORDY = 0.12  # share of function words from which a text is prose, whatever stands between its sentences
LETTERS = 0.25  # share of letters among the characters of prose that are not blank; tables within prose have less
LINES = 400  # lines that are looked at
CELLS, DIGITS, TABULAR = 3, 0.25, 0.8  # cells of a line of a table, share of them that are numbers, share of such lines
BRACKETS = 0.04  # share of signs of source code that no prose has
CODED = 0.5  # share of lines of source code, and of characters in runs of encoded data
VOWELS, RARE, GARBLED = 0.29, 0.07, 0.03  # shares of letters, and of function words, below and above which no word is
FEWEST = 60  # letters by which letters at random are told from words
PRINTED = 0.05  # share of control characters that a text may have

GAME = re.compile(r"\s*(?:NFG|EFG) [12] [RD]\b")
NUMBER = re.compile(r"\s*[-+(]?[$€£¥]?\d[\d.,/:  -]*(?:[eE][-+]?\d+)?[%)]?\s*|\s*")
HEXADECIMAL = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?![0-9A-Za-z])")
RUN = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
CODE = re.compile(
    r"\s*(?:(?:def|class|import|from|export|function|public|private|static|return|const|let|var|package|using|namespace"
    r"|struct|fn|func|impl|elif|else|try|except|for|while|if|switch|case|SELECT|INSERT|CREATE|UPDATE)\b.*[;:{(=)*]\s*$"
    r"|(?:SELECT|FROM|WHERE|INSERT INTO|UPDATE|SET|VALUES|(?:LEFT |INNER )?JOIN|GROUP BY|ORDER BY)\b(?! [a-z]+ [a-z]+ )"
    r"|import [\w.]+$|from [\w.]+ import |#include\b|#!/|//|@\w+|[{}()\[\]]+[;,]?$|</?\w[^>]*>\s*$"
    r"|[\w.\[\]\"'$*&]+\s*(?::\s*\w+\s*)?[-+*/|&]?=(?!=)\s*\S|[\w.]+\(.*\)[;:{,]?$"
    r"|[\w.#:@, >*-]+\{|--?[\w-]+:.*;$|[a-z-]+: [^;]*;$|return\b|[\w.]+:\s*$|\"[\w-]+\":\s)"
)
SETTING = re.compile(r"\s*(?:- )?[\"']?[a-z][\w-]{0,40}[\"']?:(?:\s|$)|\s*- |\s*#|\s+\S")
KEY = re.compile(r"\s*(?:- )?[\"']?[a-z][\w-]{0,40}[\"']?:(?:\s|$)")
BRACKET = re.compile(r"[{}=;|\\^~`]|\(\)|\[\]|&&")
VOWEL = re.compile("[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýăąęėěıőůű]")


class Form(NamedTuple):
    """A form that is no prose: its name, the test that knows it, and whether that holds whatever the words."""

    name: str
    fits: Callable[[Profile], bool]
    is_sure: bool = True


def not_prose(profile: Profile) -> str | None:
    """What a text is that is no prose, with an article; None for prose, of which a table or a list may be a part."""
    if GAME.match(profile.text):
        return "a game in Gambit's form"
    if profile.letters.get(HAN, 0) + profile.letters.get(KANA, 0) > sum(profile.letters.values()) / 2:
        return None
    is_wordy = profile.word_count >= SHORT and function_words(profile, languages().values()) > WORDY
    return next((form.name for form in FORMS if (form.is_sure or not is_wordy) and form.fits(profile)), None)


def _is_binary(profile: Profile) -> bool:
    """Whether many characters cannot be printed, or stand for bytes that could not be read."""
    strange = sum(1 for c in profile.text if c == "\ufffd" or (c < " " and c not in "\n\t\r\f\v"))
    return strange > PRINTED * profile.size


def _is_encoded(profile: Profile) -> bool:
    """Whether most of a text are long runs of letters and digits without blanks, as base64 gives."""
    runs = sum(len(run) for run in RUN.findall(profile.text) if re.search(r"\d", run) or not run.islower())
    return runs > CODED * len(profile.text)


def _is_numbers(profile: Profile) -> bool:
    """Whether most of a text are digits and signs, or bytes in hexadecimal."""
    visible = sum(1 for c in profile.text if not c.isspace())
    pairs = len(HEXADECIMAL.findall(profile.text))
    return sum(profile.letters.values()) < LETTERS * visible or 2 * pairs > TABULAR * visible


def _is_table(profile: Profile) -> bool:
    """Whether nearly all lines are cells, a good part of them numbers."""
    lines = _lines(profile)
    for mark in (",", "\t", ";", "|"):
        rows = [line.split(mark) for line in lines if line.count(mark) >= CELLS - 1]
        cells = [cell for row in rows for cell in row]
        numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in cells)
        if len(lines) > 1 and len(rows) >= TABULAR * len(lines) and numbers > DIGITS * len(cells):
            return True
    return False


def _is_code(profile: Profile) -> bool:
    """Whether most lines are statements of a programming language or of markup."""
    lines = _lines(profile)
    return len(lines) > 2 and sum(bool(CODE.match(line)) for line in lines) > CODED * len(lines)


def _is_dense(profile: Profile) -> bool:
    """Whether much of a text are signs that programs have and prose has not."""
    return len(BRACKET.findall(profile.text)) > BRACKETS * profile.size


def _is_settings(profile: Profile) -> bool:
    """Whether nearly all lines are a key with its value, or part of a list, as in a scenario."""
    lines = _lines(profile)
    keys = sum(bool(KEY.match(line)) for line in lines)
    is_keyed = len(lines) > 1 and lines[0][0].islower() and KEY.match(lines[0]) is not None
    return is_keyed and keys > CODED * len(lines) and all(map(SETTING.match, lines))


def _is_garbled(profile: Profile) -> bool:
    """Whether letters form no words: few vowels, many rare letters and no function word of any language."""
    letters = "".join(c for c in profile.text.lower() if c.isalpha())
    is_latin = profile.letters.get(LATIN, 0) > len(letters) / 2
    if not is_latin or len(letters) < FEWEST or function_words(profile, languages().values()) > GARBLED:
        return False
    vowels = len(VOWEL.findall(letters)) / len(letters)
    rare = sum(map(letters.count, "qxzj")) / len(letters)
    return vowels < VOWELS and rare > RARE


def _lines(profile: Profile) -> list[str]:
    return [line[:400] for line in profile.text.split("\n") if line.strip()][:LINES]


FORMS = (
    Form("binary data", _is_binary),
    Form("numbers or signs", _is_numbers),
    Form("encoded data, such as base64", _is_encoded),
    Form("a table", _is_table, is_sure=False),
    Form("a scenario or settings (YAML)", _is_settings),
    Form("source code", _is_code),
    Form("source code", _is_dense, is_sure=False),
    Form("letters that form no words", _is_garbled, is_sure=False),
)
