"""How wide text is: the widths of Helvetica, which the fonts of the page come close to, with room to spare."""

from __future__ import annotations

SPARE, BOLD = 1.03, 1.06
# Thousandths of the font size; characters that are not named are as wide as a digit.
_WIDTHS = {
    278: " !,./:;\\[]ftI\u00a0",
    333: "()-`r", 222: "'ijl‘’", 355: '"', 889: "%", 667: "&ABEKPSVXY", 389: "*",
    584: "+<=>−",
    1015: "@", 722: "CDHNRUw", 611: "FTZ", 778: "GOQ", 500: "Jckvxyzs", 833: "Mm", 944: "W", 1000: "—…", 334: "{}",
}  # fmt: skip
_WIDTH = {character: width for width, characters in _WIDTHS.items() for character in characters}
_DIGIT = 556


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text in px.

    >>> round(text_width("26 Oct", 12))
    35
    """
    thousandths = sum(_WIDTH.get(character, _DIGIT) for character in text)
    return thousandths / 1000 * size * SPARE * (BOLD if bold else 1)


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """The lines of a text at most `width` px wide, broken between words; what no-break spaces join stays on one."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """A text cut with "…" where it is wider than `width` px."""
    if text_width(text, size, bold=bold) <= width:
        return text
    while text and text_width(f"{text}…", size, bold=bold) > width:
        text = text[:-1]
    return f"{text.rstrip(' ,;')}…"
