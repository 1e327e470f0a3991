"""The words that the rules know, by language: verbs by concept, nouns by concept, small words that decide what happened.

A concept is named by an English verb or noun in every language, so that one set of rules serves all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from detente.record.shipped import reader_file, yaml_of

LANGUAGES = ("en", "vi", "zh")
UPPER = "".join(c for c in map(chr, range(0x1F00)) if c.isupper())  # capitals of every alphabet with accents


class Verb(NamedTuple):
    """A form of a verb: its concept, the verb, base, s, past, participle or ing, and the particles that follow."""

    concept: str
    verb: str
    form: str
    particles: tuple[str, ...]


class Term(NamedTuple):
    """A noun with a meaning for the rules: start, end, concept, and its group: objects, talks, agreements, limits, acts."""

    start: int
    end: int
    concept: str
    group: str


@dataclass(frozen=True)
class Vocabulary:
    """A language's words. verbs: first word of a form → readings, longest first. marks: the small words."""

    verbs: Mapping[str, tuple[Verb, ...]]
    nouns: re.Pattern[str]
    noun_of: Mapping[str, tuple[str, str]]
    marks: Mapping[str, Any]

    def terms(self, text: str, offset: int = 0) -> list[Term]:
        """The nouns of a text that stand for something, in reading order."""
        matches = []
        for m in self.nouns.finditer(text):
            concept, group = self.noun_of[m.group().lower()]
            matches.append(Term(m.start() + offset, m.end() + offset, concept, group))
        return matches


@cache
def load(language: str, name: str) -> Mapping[str, Any]:
    """A file of a language's folder, read once; empty where the language has none of that name."""
    file = reader_file("languages", language, name)
    return dict(yaml_of(file) or {}) if file.is_file() else {}


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language: en, vi or zh.

    >>> vocabulary("en").verbs["slapped"][0].concept
    'impose'
    """
    noun_of = dict(_nouns(language))
    edges = ("", "") if language == "zh" else (r"(?<![\w-])", r"(?![\w-])")
    pattern = re.compile(f"{edges[0]}{any_of(noun_of)}{edges[1]}", re.I)
    return Vocabulary(_verbs(language), pattern, noun_of, load(language, "marks.yaml"))


def any_of(words: Iterable[str]) -> str:
    """A pattern of words, the longest first, parted by their first letters: one look at a letter leaves few to try.

    >>> any_of(["ban", "bans", "fee"])
    '(?:b(?:ans|an)|f(?:ee))'
    """
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    groups = (f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
    return f"(?:{'|'.join(groups) or '(?!)'})"


def _nouns(language: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for group, concepts in load(language, "nouns.yaml").items():
        for concept, words in concepts.items():
            for word in split_list(words):
                for form in _numbers(word) if language == "en" else (word,):
                    yield form.lower(), (concept, group)


def split_list(words: str) -> list[str]:
    """Words of a list parted by ", "; a comma inside a word, as in "dut|y,ies", does not part."""
    return [w.strip() for w in re.split(r",\s", words) if w.strip()]


def _numbers(word: str) -> tuple[str, ...]:
    """Singular and plural: dut|y,ies gives duty and duties."""
    stem, bar, ends = word.partition("|")
    if bar:
        return tuple(stem + end for end in ends.split(","))
    if word.endswith("s"):
        return (word,)
    head, of, rest = word.partition(" of ") if " of " in word else word.partition(" on ")
    return word, plural(head) + of + rest


def plural(word: str) -> str:
    """The regular plural of a noun, or the third person of a verb."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", word) else "s")


@cache
def _verbs(language: str) -> dict[str, tuple[Verb, ...]]:
    irregular = load(language, "irregular.yaml")
    table: dict[str, list[Verb]] = {}
    for concept, words in load(language, "verbs.yaml").items():
        for verb in split_list(words):
            first, *particles = verb.split(" ") if language == "en" else [verb]
            forms = inflect(first, irregular.get(first)) if language == "en" else {verb: ("base",)}
            for form, names in forms.items():
                for name in names:
                    table.setdefault(form, []).append(Verb(concept, verb, name, tuple(particles)))
    return {form: tuple(sorted(verbs, key=lambda v: -len(v.particles))) for form, verbs in table.items()}


def inflect(base: str, irregular: list[str] | None = None) -> dict[str, tuple[str, ...]]:
    """The forms of an English verb, each with its names; doubled and single consonants are both accepted.

    >>> inflect("cut", ["cut"])["cut"]
    ('base', 'past', 'participle')
    """
    stem = base[:-1] if base.endswith("e") and not base.endswith(("ee", "ye")) else base
    doubled = [base + base[-1]] if re.search(r"[^aeiou][aeiou][bdgklmnprt]$", base) else []
    pasts = (
        [base[:-1] + "ied"] if re.search(r"[^aeiou]y$", base) else [base + "d" if base.endswith("e") else base + "ed"]
    )
    pasts += [d + "ed" for d in doubled]
    names: dict[str, list[str]] = {base: ["base"]}
    names.setdefault(plural(base), []).append("s")
    for ing in [stem + "ing", *(d + "ing" for d in doubled)]:
        names.setdefault(ing, []).append("ing")
    for past in [irregular[0]] if irregular else pasts:
        names.setdefault(past, []).append("past")
    for participle in [irregular[-1]] if irregular else pasts:
        names.setdefault(participle, []).append("participle")
    return {form: tuple(dict.fromkeys(x)) for form, x in names.items()}
