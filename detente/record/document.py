"""A document as read: its text, where the document proper starts, and who published it when.

Offsets index the text as read: the whole file, header included, for txt and md; the extracted text for html, pdf and
docx. Nothing a document names is fetched or run. What is no prose, or in a language that is not read, is refused.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from detente.errors import QuestionError, RecordError
from detente.record import encodings, formats
from detente.record.language import check_language, profile_of
from detente.record.prose import not_prose
from detente.safe_io import read_file, read_json

LIMIT = 20 * 1024 * 1024  # bytes; the text of a 200-page report is well under 1 MB
HEADER_LIMIT = 65536
TAG_LIMIT = 2000  # characters of a tag that are looked at
HTML = ("html", "htm", "xhtml")
PLAIN = ("txt", "md")  # endings of files whose markup is part of the text
PAGE = re.compile(r"\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)
PUBLISHED = ("article:published_time", "date", "dc.date", "pubdate")  # names of meta tags
LANGUAGE = re.compile(r"\blang\s*=\s*[\"']?([A-Za-z-]{2,10})")
ISO_DATE = re.compile(r"\s*(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d])")
DROPPED = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object"})
BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
])  # fmt: skip


@dataclass(frozen=True)
class Document:
    """One document: text, hashes, header, and the offset where the document proper starts.

    dated_by_text: published is the day in the first lines of the text, since neither header nor caller gave one.
    """

    id: str
    text: str
    sha256: str
    header: Mapping[str, str] = field(default_factory=dict)
    body_start: int = 0
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str = "en"
    url: str | None = None
    format: str = "txt"
    dated_by_text: bool = False

    @property
    def text_sha256(self) -> str:
        """The hash of the text that offsets index."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def body(self) -> str:
        """The document proper: what follows the header."""
        return self.text[self.body_start :]


def read(
    path: str | Path, *, published: str | None = None, url: str | None = None, publisher: str | None = None
) -> Document:
    """The document in a file; what the caller says about it replaces what its header says.

    Raises RecordError for a file that is missing, empty, no text or too long, for prose in a language that is not read,
    for a pdf or a Word file without text, and for a date of publication that cannot be read.
    """
    return from_bytes(read_bytes(path), path, published=published, url=url, publisher=publisher)


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a document. Raises RecordError for a file that is missing, empty or too long."""
    data = read_file(path, size=LIMIT, error=RecordError)
    if not data.strip():
        raise RecordError(f"{path}: empty, {len(data)} bytes; give a document with text")
    return data


def text_of(path: str | Path) -> str:
    """The text of a file whatever its language, as offsets index it. Raises RecordError."""
    return _content(Path(path), read_bytes(path)).text


def from_bytes(
    data: bytes,
    path: str | Path,
    *,
    published: str | None = None,
    url: str | None = None,
    publisher: str | None = None,
) -> Document:
    """As `read`, from the bytes of a file; its path gives the id and the ending, and stands in messages."""
    path = Path(path)
    content = _content(path, data)
    header = content.header
    stated = published if published is not None else header.get("published")
    body = content.text[content.body_start :]
    profile = profile_of(body)
    form = not_prose(profile)
    if form is not None:
        raise RecordError(f"{path}: {form}, not prose; give a document with sentences")
    return Document(
        id=path.stem,
        text=content.text,
        sha256=hashlib.sha256(data).hexdigest(),
        header=header,
        body_start=content.body_start,
        title=header.get("title"),
        publisher=publisher or header.get("publisher"),
        published=_published(stated, path, is_required=published is not None),
        language=check_language(profile, header.get("language"), str(path)),
        url=url or header.get("url"),
        format=content.format,
    )


class _Content(NamedTuple):
    """The text of a file, what it says about itself, where the document proper starts, and the format."""

    text: str
    header: dict[str, str]
    body_start: int
    format: str


def _content(path: Path, data: bytes) -> _Content:
    suffix = path.suffix.lower().lstrip(".") or "txt"
    form = formats.format_of(data, str(path)) or (formats.PDF if suffix == formats.PDF else None)
    if form == formats.PDF:
        from detente.record.pdf import pdf_text

        return _Content(pdf_text(data, str(path)), {}, 0, form)
    if form == formats.DOCX:
        from detente.record.docx import docx_text

        return _Content(*docx_text(data, str(path)), 0, form)
    if suffix == formats.DOCX:
        raise RecordError(f"{path}: named .docx, but no Word file; save it again, or name it .txt if it is text")
    text = encodings.decode(data, str(path))
    if suffix in HTML or (suffix not in PLAIN and PAGE.match(text)):
        return _with_text(path, _Content(*html_text(text), 0, "html"))
    header, body_start = _header(text)
    return _with_text(path, _Content(text, header, body_start, suffix))


def _with_text(path: Path, content: _Content) -> _Content:
    if not content.text[content.body_start :].strip():
        raise RecordError(
            f"{path}: no text after the header, {len(content.text)} characters in all; give a document with text"
        )
    return content


def _header(text: str) -> tuple[dict[str, str], int]:
    """Flat `key: value` lines at the top, up to a line `---`, and where they end; anything else is not a header."""
    opening = re.match(r"\ufeff?(?:---[ \t]*\n)?", text)
    position = opening.end() if opening else 0
    header: dict[str, str] = {}
    while position < min(len(text), HEADER_LIMIT):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line, after = text[position:end].rstrip(" \t"), end + 1
        if line == "---" and header:
            return header, min(after, len(text))
        pair = re.match(r"([A-Za-z_][\w-]{0,40}):(?:[ \t]+|$)", line)
        if pair:
            header[pair.group(1).lower()] = _scalar(line[pair.end() :])
        elif line and not line[0].isspace() and line[0] not in "#-":
            break
        position = after
    return {}, 0


def _scalar(value: str) -> str:
    """A value of the header without its quotation marks."""
    value = value.strip()
    mark = value[0] if len(value) > 1 and value[0] == value[-1] else ""
    if mark == "'":
        return value[1:-1].replace("''", "'")
    if mark != '"':
        return value
    try:
        return str(read_json(value))
    except QuestionError:
        return value[1:-1]


def _published(value: str | None, path: Path, *, is_required: bool) -> str | None:
    """The ISO date at the start of the value: a day, a month or a year; None where none is given."""
    if value is None or not value.strip():
        if is_required:
            raise RecordError(f"{path}: published is empty; give a date such as 2025-10-27")
        return None
    match = ISO_DATE.match(value)
    if not match or not _is_date(*match.groups()):
        raise RecordError(f"{path}: published {value[:40]!r} is not a date; give one such as 2025-10-27")
    return "-".join(filter(None, match.groups()))


def _is_date(year: str, month: str | None, day: str | None) -> bool:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def html_text(markup: str) -> tuple[str, dict[str, str]]:
    """The text of a page without tags, scripts and styles, a line a block, and what the page says about itself."""
    page = _Page(markup)
    for tag in re.finditer(r"<!--|<[/!?]?([A-Za-z][\w:-]{0,30})[^<>]*>", markup):
        page.read(tag)
    return page.text(), page.header


class _Page:
    """The text and header of a page, built up tag by tag in one pass, whatever the markup."""

    def __init__(self, markup: str) -> None:
        self.header: dict[str, str] = {}
        self._markup = markup
        self._parts: list[str] = []
        self._position = 0
        self._dropped = ""  # the element we are in whose content does not count
        self._in_title = False

    def read(self, tag: re.Match[str]) -> None:
        """Take the text before a tag, and what the tag itself says."""
        if tag.start() < self._position:  # inside a comment
            return
        self._take_text(tag.start())
        if tag.group() == "<!--":
            end = self._markup.find("-->", tag.end())
            self._position = len(self._markup) if end < 0 else end + 3
            return
        self._position = tag.end()
        name, is_closing = (tag.group(1) or "").lower(), tag.group().startswith("</")
        self._enter_or_leave(name, is_closing, is_empty=tag.group().endswith("/>"))
        self._in_title = name == "title" and not is_closing
        if name == "html":
            _read_language(tag.group(), self.header)
        if name == "meta" and not self._dropped:
            _read_meta(tag.group(), self.header)
        if name in BLOCKS:
            self._parts.append("\n")

    def text(self) -> str:
        """The text read, with what follows the last tag."""
        if not self._dropped:
            self._parts.append(html.unescape(self._markup[self._position :]))
        text = re.sub(r"[ \t\r\f\v\u00a0]+", " ", "".join(self._parts).replace("\0", ""))
        return "\n".join(filter(None, (line.strip() for line in text.split("\n"))))

    def _take_text(self, end: int) -> None:
        if self._dropped:
            return
        piece = html.unescape(self._markup[self._position : end])
        self._parts.append(piece)
        if self._in_title and piece.strip():
            self.header.setdefault("title", " ".join(piece.split()))

    def _enter_or_leave(self, name: str, is_closing: bool, is_empty: bool) -> None:
        """Note whether the content that follows counts."""
        if self._dropped:
            if is_closing and name == self._dropped:
                self._dropped = ""
        elif name in DROPPED and not is_closing and not is_empty:
            self._dropped = name


def _read_language(tag: str, header: dict[str, str]) -> None:
    language = LANGUAGE.search(tag[:TAG_LIMIT])
    if language:
        header.setdefault("language", language.group(1))


def _read_meta(tag: str, header: dict[str, str]) -> None:
    attributes = {k.lower(): v for k, v in re.findall(r"([\w:-]{1,30})\s*=\s*\"([^\"]{0,300})\"", tag[:TAG_LIMIT])}
    name = (attributes.get("property") or attributes.get("name") or "").lower()
    content = attributes.get("content", "")
    if name in PUBLISHED and re.match(r"\d{4}-\d\d-\d\d", content):
        header.setdefault("published", content[:10])
    if name == "og:site_name":
        header.setdefault("publisher", html.unescape(content))
