"""Terms of the glossary as links: the first time a page uses one, it leads to its meaning and shows it on hovering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parent / "glossary.md"
TICK = "`"
ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)
KEPT = re.compile(r"<(a|code|pre|h[1-6]|script|style|th|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)  # stays as it is
COMMON = frozenset({  # words that pages use in their everyday sense too
    "agenda", "alone", "announced", "as of", "band", "case", "claim", "claimant", "confirmation", "deal", "dossier",
    "expires", "high", "in force", "iterations", "known on", "lapses", "layer", "low", "measure", "package", "percent",
    "percentage points", "policy", "quotation", "record", "revoked", "source", "stage", "state", "statement",
    "superseded", "suspended", "welfare", "world",
})  # fmt: skip


@cache
def terms() -> Mapping[str, str]:
    """{term: meaning} of the glossary, the longest term first; without everyday words."""
    rows = ROW.findall(GLOSSARY.read_text("utf-8"))
    every = {term.strip(): meaning for names, meaning in rows for term in names.split(", ") if names != "term"}
    known = {term: meaning for term, meaning in every.items() if term not in COMMON and not term.startswith("--")}
    return dict(sorted(known.items(), key=lambda item: -len(item[0])))


def anchor(term: str) -> str:
    """The name of a term's row in the glossary.

    >>> anchor("real income")
    'term-real-income'
    """
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def with_anchors(html: str) -> str:
    """The page of the glossary, each row named after its terms."""

    def named(match: re.Match[str]) -> str:
        names = [name for name in match[1].split(", ") if name in terms()]
        return "<td>" + "".join(f'<a id="{anchor(name)}"></a>' for name in names) + f"{match[1]}</td>"

    return re.sub(r"<td>([^<]+)</td>(?=\s*<td)", named, html)


def linked(html: str, glossary: str) -> str:
    """A page with the first use of each term as a link; glossary: its address from the page.

    Headings, code and links stay as they are.

    >>> linked("<p>Its real income falls.</p>", "../glossary/").count("term-real-income")
    1
    """
    left = dict(terms())
    parts, start = [], 0
    for tag in KEPT.finditer(html):
        parts += [_link(html[start : tag.start()], left, glossary), tag[0]]
        start = tag.end()
    return "".join([*parts, _link(html[start:], left, glossary)])


def _link(text: str, left: dict[str, str], glossary: str) -> str:
    """A piece of text with the terms that are left linked, each once."""
    pattern = "|".join(map(re.escape, left))
    if not text.strip() or not pattern:
        return text

    def link(match: re.Match[str]) -> str:
        meaning = left.pop(match[0], None)
        if meaning is None:
            return match[0]
        title = escape(meaning.replace(TICK, ""))
        return f'<a class="term" href="{glossary}#{anchor(match[0])}" title="{title}">{match[0]}</a>'

    return re.sub(rf"(?<![\w-])(?:{pattern})(?![\w-])", link, text)
