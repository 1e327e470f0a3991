"""What a reader of a page sees as text, without quotations and commands, and what of it nobody should have to read."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from detente import labels

HIDDEN = ("script", "style", "template")
VERBATIM = ("q", "pre", "code")  # words of sources, and what is typed
SPOKEN = ("title", "aria-label", "alt", "placeholder", "data-label")  # attributes that are shown or read out
VOID = ("meta", "link", "input", "br", "hr", "img", "wbr", "col", "source")
UNIT = re.compile(
    r"%|percent|points|bn usd|usd|dollar|days|number of|numbers|share|chance|probabilit|digits|how often|count|apart"
    r"|^n$|^table$",
    re.I,
)
CODES = {*labels.codes(), "WLD", "ROW"} - {"PNG"}  # PNG is a kind of picture
FAULTS = {
    "a code of an economy": re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(CODES))})(?![\w-])"),
    "an ISO day": re.compile(r"(?<![\w/])\d{4}-\d\d(?:-\d\d)?(?!\d)"),
    "a name of the machine": re.compile(r"\b[a-z]+_[a-z_]+\b|\b[0-9a-f]{16}\b|\b(?:None|nan|inf|True|False)\b"),
    "residue of a solver": re.compile(
        r"(?<![\d.])[−-]0(?:\.0+)?(?![\d.])|(?<![\w.])\d+(?:\.\d+)?[eE][−-]?\d|\d\.\d{7,}"
    ),
}  # fmt: skip


class Page(HTMLParser):
    """Texts of a page, with those of its charts and their tooltips; numbers of its tables that have no unit."""

    def __init__(self, html: str):
        super().__init__()
        self.texts: list[str] = []
        self.bare: list[str] = []
        self._open: list[tuple[str, dict]] = []
        self._headings: list[list[str]] = [[]]
        self._about = [""]
        self._cells = 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.texts += [given[name] for name in SPOKEN if given.get(name)]
        if tag in VOID:
            return
        if tag == "table":
            regions = [of.get("aria-label") or "" for name, of in self._open if name == "div"]
            self._headings.append([])
            self._about.append(" ".join(regions[-1:]))
        if tag == "tr":
            self._cells = 0
        self._open.append((tag, given))

    def handle_endtag(self, tag):
        while self._open:
            name, given = self._open.pop()
            if name in ("td", "th"):
                self._cells += int(given.get("colspan") or 1)
            if name == "table":
                self._headings.pop()
                self._about.pop()
            if name == tag:
                return

    def handle_data(self, data):
        names = [name for name, _ in self._open]
        if any(name in names for name in HIDDEN + VERBATIM) or not data.strip():
            return
        self.texts.append(" ".join(data.split()))
        self._note_number(names, data)

    def _note_number(self, names, data):
        if "caption" in names:
            self._about[-1] += data
        elif "thead" in names:
            headings = self._headings[-1]
            headings += [""] * (self._cells + 1 - len(headings))
            headings[self._cells] += data
        elif "td" in names and re.fullmatch(r"\s*[+−-]?[\d,]+(?:\.\d+)?(?: to [+−-]?[\d,.]+)?\s*", data):
            headings = self._headings[-1]
            heading = headings[self._cells] if self._cells < len(headings) else ""
            if not any(map(UNIT.search, (heading, self._about[-1]))):
                self.bare.append(f"{heading!r}: {data.strip()}")


def faults(html, ids=()):
    """What a reader would stumble over in a page: codes, days, ids, names of the machine, residues, bare numbers."""
    page = Page(html)
    named = re.compile(
        "|".join(rf"(?<![\w/-]){re.escape(name)}(?![\w-])" for name in sorted(ids, key=len, reverse=True))
    )
    wrong = [f"a number without a unit, {bare}" for bare in page.bare]
    texts = [text for text in page.texts if "residual" not in text]  # a proof gives it in powers of ten
    for text in texts:
        wrong += [f"{what}: {text[:160]}" for what, pattern in FAULTS.items() if pattern.search(text)]
        if ids and (match := named.search(text)):
            wrong.append(f"the id {match[0]}: {text[:160]}")
    return sorted(set(wrong))
