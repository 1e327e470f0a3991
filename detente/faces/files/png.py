"""A picture as PNG: resvg, of the extra `page`, draws the SVG with the fonts of the machine."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from detente.errors import QuestionError

ZOOM = 2  # pixels of the picture for one of the drawing
_LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="20"><text y="16">n</text></svg>'


@cache
def available() -> bool:
    """Whether pictures can be written as PNG here: the renderer is there, and a font."""
    if find_spec("resvg_py") is None:
        return False
    from resvg_py import svg_to_bytes

    blank = svg_to_bytes(svg_string=_LETTER, skip_system_fonts=True)
    return bool(svg_to_bytes(svg_string=_LETTER) != blank)


def png(svg: str) -> bytes:
    """An SVG drawing as PNG, at twice its size. Raises QuestionError where the renderer or a font is missing.

    >>> png(detente.price("uniform-10").plot().svg)[:4]
    b'\\x89PNG'
    """
    if not available():
        raise QuestionError("a PNG needs a font and resvg: pip install 'detente[page]', or take the SVG")
    from resvg_py import svg_to_bytes

    return bytes(svg_to_bytes(svg_string=svg, zoom=ZOOM, sans_serif_family="Liberation Sans"))
