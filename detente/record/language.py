"""Which language a text is written in: by its script, and by function words where languages share one.

What is read, and the words of each language, stand in `languages.csv`. A text is refused only where the evidence is
plain: names, lists, tables and quotations in another language leave it readable.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from detente.errors import RecordError

SAMPLE, PIECES = 48_000, 8  # characters that are looked at, and in how many pieces spread over a longer text
BASIS = "en"  # the language of a text that gives no sign of another
LATIN, HAN, KANA = "latin", "han", "kana"
SCRIPTS = {"cjk": HAN, "hiragana": KANA, "katakana": KANA, "halfwidth": KANA, "fullwidth": LATIN}
WIDE = {HAN: 2.5, KANA: 2.5, "hangul": 2.5}  # Latin letters that one letter of a script is worth
WORD = re.compile(r"[^\W\d_]+")
MARKUP = re.compile(r"<[^<>]{0,400}>|&#?\w{1,10};|https?://\S{1,400}")
CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_]\w{1,20})*")
LETTERED = 0.015  # share of characters that are letters of one language alone; Vietnamese has about 0.1

KANA_SHARE = 0.3  # of a Japanese text's letters; a Chinese text that quotes Japanese has less
MOSTLY, PARTLY = 0.7, 0.4  # share of letters in another script: refused; refused unless the rest is prose that is read
CHINESE = 0.15  # Han letters a character of a text that is read as Chinese
READABLE, CLEARLY = 0.08, 0.2  # function words a word in a text partly, or clearly, in a language that is read
FOREIGN, KINDS, LEAST = 0.15, 4, 4  # function words a word, different ones, and all, of a text in another language
ACCENTED, FEW = 0.15, 3  # share of words with letters outside ASCII, from which so few words, all different, do
CONTENT = 0.12  # share of other words without a capital in prose; a list of names has hardly any
RIVALS = 0.4  # of another language's words: so many of a language that is read leave the text readable
SHORT = 14  # words below which a text does not show its language against what it says itself
OWN_WORDS = 3  # different words that no other language has: enough to tell a language without its accents
MANY_WORDS, NO_WORDS = 120, 0.04  # a text this long with hardly a function word known is in an unknown language
LOWER = 0.6  # share of words without a capital in prose; lists of names have less


@dataclass(frozen=True)
class Language:
    """A language: its code in ISO 639-1, English name, whether it is read, script, own letters and function words."""

    code: str
    name: str
    is_read: bool
    script: str
    letters: str
    words: frozenset[str]


class Profile(NamedTuple):
    """What a text shows of its language: weighted letters by script, all characters, and words of Latin script."""

    letters: Mapping[str, float]
    size: int
    words: Counter[str]
    text: str

    @property
    def word_count(self) -> int:
        """Words in all."""
        return sum(self.words.values())


def check_language(profile: Profile, stated: str | None, place: str) -> str:
    """The code of the language of a text, by its profile, where it is one that is read.

    stated: the code that the document gives itself; it is refused where it names a language that is not read, unless
    the text is plainly in one that is. place: what a message begins with. Raises RecordError with the language's name.

    >>> check_language(profile_of("The truce ends on November 10, the ministry said."), None, "a.txt")
    'en'
    """
    foreign = unread_language(profile)
    if foreign is not None:
        raise RecordError(f"{place}: this text seems to be {foreign}; {_readable()}; give a translation")
    seen, certain = _read_language(profile)
    given = languages().get(_code(stated))
    if given is None or given.code == seen or certain:
        return seen
    if given.is_read:
        return given.code if given.script == LATIN else seen
    raise RecordError(f"{place}: the document says that it is {given.name}; {_readable()}; give a translation")


def sample_of(text: str) -> str:
    """As much of a text as is looked at: all of it, or pieces spread evenly over it."""
    if len(text) <= SAMPLE:
        return text
    length, step = SAMPLE // PIECES, len(text) // PIECES
    return "\n".join(text[k * step : k * step + length] for k in range(PIECES))


def profile_of(text: str) -> Profile:
    """What a text shows of its language, in time linear in its sample."""
    sample = unicodedata.normalize("NFC", MARKUP.sub(" ", sample_of(text)))
    letters: Counter[str] = Counter()
    for letter, count in Counter(sample).items():
        if letter.isalpha():
            script = _script(letter)
            letters[script] += count
    weighted = {script: count * WIDE.get(script, 1.0) for script, count in letters.items()}
    words = Counter(WORD.findall(sample.lower()))
    return Profile(weighted, len(sample), words, sample)


def function_words(profile: Profile, languages_read: Iterable[Language]) -> float:
    """The largest share of a text's words that are function words of one of some languages."""
    return max((_hits(profile, language.words) for language in languages_read), default=0) / max(profile.word_count, 1)


def unread_language(profile: Profile) -> str | None:
    """The name of the language of a text that is plainly in one that is not read; None for any other text."""
    scripts = _foreign_scripts(profile)
    total = sum(profile.letters.values()) or 1.0
    share = sum(scripts.values()) / total
    if share > PARTLY and (share > MOSTLY or not _has_prose(profile)):
        return _of_script(max(scripts, key=lambda script: scripts[script]), profile)
    if profile.letters.get(LATIN, 0.0) < total / 2:
        return None
    return _of_latin(profile)


def _foreign_scripts(profile: Profile) -> dict[str, float]:
    """Letters of a text by script, of scripts in which no language is read; Han counts with a Japanese text."""
    kana, han = profile.letters.get(KANA, 0.0), profile.letters.get(HAN, 0.0)
    is_japanese = kana > KANA_SHARE * (kana + han)
    read = {language.script for language in languages().values() if language.is_read}
    read |= set() if is_japanese else {KANA}
    scripts = {script: count for script, count in profile.letters.items() if script not in read}
    if is_japanese:
        scripts[KANA] = kana + han
    return scripts


def _has_prose(profile: Profile) -> bool:
    """Whether part of a text is prose in a language that is read."""
    return _is_chinese(profile) or function_words(profile, _latin(is_read=True)) > READABLE


def _of_script(script: str, profile: Profile) -> str | None:
    """The language of a script whose function words a text has most; the first of the list where it has none."""
    candidates = [language for language in languages().values() if language.script == script]
    if not candidates:
        return f"in a language in {script.capitalize()} letters"
    return max(candidates, key=lambda language: _hits(profile, language.words)).name


def _of_latin(profile: Profile) -> str | None:
    """The language of a text in Latin letters, where it is plainly none that is read."""
    if _by_letters(profile) is not None:
        return None
    weights = _weights()
    unread = _latin(is_read=False)
    best = max(unread, key=lambda language: sum(profile.words[word] * weights[word] for word in language.words))
    if _is_plainly(best, profile):
        return best.name
    return "in a language that détente does not know" if _is_unknown(profile) else None


def _is_plainly(language: Language, profile: Profile) -> bool:
    """Whether a text is prose with so many function words of a language, and so few of one that is read."""
    hits = _hits(profile, language.words - languages()[BASIS].words)
    rivals = max(_hits(profile, _telling(read) - language.words) for read in _latin(is_read=True))
    is_readable = rivals > RIVALS * hits or rivals > max(READABLE * profile.word_count, 2)
    return _has_enough(language, profile) and not is_readable and _has_content(profile, language.words)


def _has_enough(language: Language, profile: Profile) -> bool:
    """Whether function words of a language, and different ones, are as many as in any sentence of it."""
    own = language.words - languages()[BASIS].words
    hits, kinds = _hits(profile, own), sum(word in profile.words for word in own)
    accented = sum(number for word, number in profile.words.items() if not word.isascii())
    if accented > ACCENTED * profile.word_count:
        return hits >= FEW and kinds >= FEW and hits >= FOREIGN * profile.word_count
    return hits >= LEAST and kinds >= KINDS and hits >= FOREIGN * profile.word_count


def _has_content(profile: Profile, function: frozenset[str]) -> bool:
    """Whether a text has words without a capital beside function words, or is all in capitals."""
    words: list[str] = WORD.findall(profile.text)
    small = sum(word.islower() and word not in function for word in words)
    return small > CONTENT * len(words) or sum(map(str.isupper, words)) > LOWER * len(words)


def _is_unknown(profile: Profile) -> bool:
    """Whether a longer text is prose of which no function word is known."""
    if profile.word_count < MANY_WORDS or function_words(profile, languages().values()) > NO_WORDS:
        return False
    words: list[str] = WORD.findall(profile.text)
    return sum(word.islower() for word in words) > LOWER * len(words)


def _read_language(profile: Profile) -> tuple[str, bool]:
    """The language that is read in which a text is, and whether that is certain."""
    if _is_chinese(profile):
        return _first(HAN), True
    latin = _latin(is_read=True)
    by_letters = _by_letters(profile)
    if by_letters is not None:
        return by_letters, True
    for language in latin:
        if language.code != BASIS and sum(word in profile.words for word in _telling(language)) >= OWN_WORDS:
            return language.code, True
    return BASIS, profile.word_count >= SHORT and function_words(profile, [languages()[BASIS]]) > CLEARLY


def _is_chinese(profile: Profile) -> bool:
    han = profile.letters.get(HAN, 0.0)
    return han / WIDE[HAN] > CHINESE * profile.size or han > 0.5 * sum(profile.letters.values())


def _by_letters(profile: Profile) -> str | None:
    """The code of a language that is read and known by letters that hardly another has."""
    text = profile.text.lower()
    for language in _latin(is_read=True):
        count = sum(text.count(letter) for letter in language.letters)
        if count and count > LETTERED * profile.size:
            return language.code
    return None


def _hits(profile: Profile, words: Iterable[str]) -> int:
    return sum(profile.words[word] for word in words)


def _code(stated: str | None) -> str:
    match = CODE.fullmatch((stated or "").strip())
    return match[1].lower() if match else ""


def _readable() -> str:
    *names, last = (language.name for language in languages().values() if language.is_read)
    return f"détente reads {', '.join(names)} and {last}"


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "none").split()[0].lower().partition("-")[0]
    return SCRIPTS.get(name, name)


@cache
def languages() -> dict[str, Language]:
    """Every language that can be recognised, by code."""
    text = (resources.files("detente.record") / "languages.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["code"]: Language(
            row["code"],
            row["name"],
            row["read"] == "yes",
            row["script"],
            row["letters"],
            frozenset(row["words"].split()),
        )
        for row in rows
    }


@cache
def _latin(*, is_read: bool) -> tuple[Language, ...]:
    return tuple(x for x in languages().values() if x.script == LATIN and x.is_read == is_read)


def _first(script: str) -> str:
    return next(language.code for language in languages().values() if language.script == script and language.is_read)


@cache
def _weights() -> dict[str, float]:
    """How much a function word says: the fewer languages have it, the more."""
    counts = Counter(word for language in _latin(is_read=False) for word in language.words)
    return {word: 1.0 / count for word, count in counts.items()}


@cache
def _telling(language: Language) -> frozenset[str]:
    """The function words by which a language that is read is known; of others than BASIS those that no other has."""
    if language.code == BASIS:
        return language.words
    others = (x.words for x in languages().values() if x.script == LATIN and x != language)
    return language.words.difference(*others)
