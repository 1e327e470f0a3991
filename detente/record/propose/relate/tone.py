"""Whether words sound positive, neutral or negative."""

from __future__ import annotations

import re
from functools import cache

from detente.record.propose.annotate.words import load

REACH = {"en": r"\W+(?:[\w']+\W+){0,3}$", "vi": r"\s(?:\S+\s){0,2}$", "zh": r"[^，。]{0,3}$"}


def tone(words: str, language: str = "en") -> str:
    """positive, negative or neutral, by which words weigh more; a word that is negated does not count.

    >>> tone("There was no agreement on a framework")
    'neutral'
    """
    positive, negative, negators = _patterns(language)
    score = 0
    for m in positive.finditer(words):
        score += 0 if negators.search(words[: m.start()]) else 1
    for m in negative.finditer(words):
        score += 0 if negators.search(words[: m.start()]) else -1
    return "positive" if score > 0 else "negative" if score < 0 else "neutral"


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    table = load(language, "tone.yaml")
    edge = "" if language == "zh" else r"(?<!\w)"

    def body(key: str) -> str:
        forms = [re.escape(w.rstrip("*")) + (r"\w*" if w.endswith("*") else "") for w in table[key]]
        return (
            edge
            + "(?:"
            + "|".join(sorted(forms, key=len, reverse=True))
            + ")"
            + ("" if language == "zh" else r"(?!\w)")
        )

    negators = body("negators").replace(r"(?<!\w)", r"(?<![a-mo-z])") if language == "en" else body("negators")
    return (
        re.compile(body("positive"), re.I),
        re.compile(body("negative"), re.I),
        re.compile(negators + REACH[language], re.I),
    )
