"""The text of bytes in any usual encoding: by mark, by what the file declares, else the first in which it makes sense.

UTF-8 that decodes is UTF-8, whatever a file declares. `encodings.csv` says which characters are frequent in what is
written in other encodings; one is taken only where most characters outside ASCII are among them.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from functools import cache
from importlib import resources
from typing import NamedTuple

from detente.errors import RecordError
from detente.record.language import WORD, languages, sample_of

HEAD = 4096  # bytes in which a declaration is looked for
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})|<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.I,
)
WIDER = {  # what browsers read where a file declares the first: a superset of it
    "ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "big5": "big5hkscs", "euc_kr": "cp949", "tis-620": "cp874", "iso8859-9": "cp1254",
}  # fmt: skip
SEVEN_BIT = (b"\x1b$B", b"\x1b$@", b"\x1b(J")  # escapes of ISO-2022-JP
BLANK = 0.7  # share of zero bytes at every second place in UTF-16 without a mark, of mostly Latin letters
BROKEN = 3  # sequences of UTF-8 for one byte that is not UTF-8: the file is UTF-8, and damaged

MIXED = re.compile(r"[A-Za-z](?=[^\x00-\xbf\u2000-\u2122])|(?<=[^\x00-\xbf\u2000-\u2122])[A-Za-z]")
SIGNS = frozenset("“”„‘’–—…•€£¥§°·«»©®™½¼¾²³±×´ªº¿¡")  # beside letters in a text in Latin letters
UNLIKELY = frozenset("ÿþÞðÐ")  # letters that bytes of binary data give more often than words do
LEAST = 3  # such characters in all: one letter says nothing
LATIN = 0.85  # share of letters and signs among its characters outside ASCII
MIXTURE = 0.2  # such places for each character outside ASCII, beyond which words would mix two scripts


class Encoding(NamedTuple):
    """An encoding: its codec, the least share of its frequent characters, whether its letters stand apart, and they."""

    codec: str
    share: float | None
    is_apart: bool
    characters: frozenset[str]


def decode(data: bytes, place: str) -> str:
    """The text of some bytes, line ends as \\n; a mark of UTF-8 at their start stays.

    place: what a message begins with. Raises RecordError for binary data, and where no encoding fits.

    >>> decode("关税休战延长九十天。".encode("gb18030"), "a.txt")
    '关税休战延长九十天。'
    """
    text = _text(data, place)
    if "\0" in text:
        raise RecordError(f"{place}: binary, a NUL byte at {text.index(chr(0))} of {len(text)}; give a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(data: bytes, place: str) -> str:
    codecs_known = (_marked(data), _unmarked(data), "iso2022_jp" if any(e in data for e in SEVEN_BIT) else None)
    for codec in filter(None, (*codecs_known, "utf-8")):
        if (text := _decoded(data, codec)) is not None:
            return text
    declared = _declared(data)
    text = _decoded(data, declared) if declared else None
    if text is None and not _is_damaged(data):
        text = _guessed(data)
    if text is None:
        raise RecordError(
            f"{place}: not UTF-8 text, byte {_bad_byte(data)} of {len(data)} does not decode, and no other encoding"
            " fits; convert it to UTF-8"
        )
    return unicodedata.normalize("NFC", text)


def _marked(data: bytes) -> str | None:
    """The encoding whose mark stands at the start."""
    return next((codec for mark, codec in MARKS if data.startswith(mark)), None)


def _bad_byte(data: bytes) -> int:
    """The place of the first byte that is no UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _unmarked(data: bytes) -> str | None:
    """UTF-16 without a mark, where every second byte is zero."""
    half = len(data) // 2
    if half and data[1::2].count(0) > BLANK * half and data[::2].count(0) < half / 100:
        return "utf-16-le"
    if half and data[::2].count(0) > BLANK * half and data[1::2].count(0) < half / 100:
        return "utf-16-be"
    return None


def _declared(data: bytes) -> str | None:
    """The codec that a page or an XML file declares, where Python knows it and it is no Unicode."""
    match = DECLARED.search(data[:HEAD])
    try:
        name = codecs.lookup((match[1] or match[2]).decode("ascii")).name if match else ""
    except LookupError:
        return None
    name = WIDER.get(name, name)
    known = {encoding.codec for encoding in _encodings()}
    return name if name in known or name.startswith(("iso8859", "cp125", "koi8", "iso2022", "euc", "mac")) else None


def _is_damaged(data: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few: then another encoding would only hide the damage."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(1 for c in text if c > "\x7f") - bad > BROKEN * bad


def _guessed(data: bytes) -> str | None:
    """The text in the encoding in which it makes most sense; None where it makes none in any."""
    texts = {
        e: unicodedata.normalize("NFC", text) for e in _encodings() if (text := _decoded(data, e.codec)) is not None
    }
    scores = {encoding: _score(sample_of(text), encoding) for encoding, text in texts.items()}
    best = max(scores, key=lambda encoding: scores[encoding], default=None)
    return texts[best] if best is not None and scores[best] > (0, 0) else None


def _score(sample: str, encoding: Encoding) -> tuple[float, int]:
    """How well a text fits an encoding: its frequent characters over the share that it must have, and known words."""
    outside = [c for c in sample if c > "\x7f" and not c.isspace()]
    if encoding.share is None:
        return _latin_score(sample, outside)
    frequent = sum(c in encoding.characters for c in outside)
    if frequent < LEAST or frequent < encoding.share * len(outside):
        return (0, 0)
    is_mixed = encoding.is_apart and len(MIXED.findall(sample)) > MIXTURE * len(outside)
    return (0, 0) if is_mixed else (frequent / len(outside) / encoding.share, 0)


def _latin_score(sample: str, outside: list[str]) -> tuple[float, int]:
    """The same for a language in Latin letters: most characters outside ASCII are letters, quotation marks or signs."""
    likely = sum((c.isalpha() and c not in UNLIKELY) or c in SIGNS for c in outside)
    return (1, _accented_words(sample)) if likely >= max(LATIN * len(outside), 1) else (0, 0)


def _accented_words(text: str) -> int:
    """How many words of a text are function words of some language with a letter outside ASCII."""
    known = {word for language in languages().values() for word in language.words if not word.isascii()}
    return sum(word in known for word in WORD.findall(text.lower()))


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


@cache
def _encodings() -> tuple[Encoding, ...]:
    """The encodings in the order in which they are tried."""
    text = (resources.files("detente.record") / "encodings.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Encoding(
            row["codec"],
            float(row["share"]) if row["share"] else None,
            row["apart"] == "yes",
            frozenset(row["characters"]),
        )
        for row in rows
    )
