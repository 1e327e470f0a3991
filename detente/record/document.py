"""A document as read: its text, where the document proper starts, and who published it when.

Offsets index the text as read: the whole file, header included, for txt and md; the extracted text for html and pdf.
Nothing a document names is fetched or run.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from detente.errors import QuestionError, RecordError
from detente.safe_io import read_file, read_json

LIMIT = 20 * 1024 * 1024  # bytes; the text of a 200-page report is well under 1 MB
HEADER_LIMIT = 65536
DROPPED = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object"})
BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
])  # fmt: skip


@dataclass(frozen=True)
class Document:
    """One document: text, hashes, header, and the offset where the document proper starts."""

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
    """The document in a file; what the caller says about it wins over its header.

    Raises RecordError for a file that is missing, empty, binary, too long, a pdf without text, or dated by no date.
    """
    path = Path(path)
    data = _bytes(path)
    told = published is not None
    if data[:5] == b"%PDF-" or path.suffix.lower() == ".pdf":
        return _pdf(path, data, published=published, url=url, publisher=publisher)
    try:
        text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")  # as Python reads text files
    except UnicodeDecodeError as error:
        raise RecordError(
            f"{path}: not UTF-8 text, byte {error.start} of {len(data)} does not decode; convert it to UTF-8"
        ) from None
    if "\0" in text:
        raise RecordError(f"{path}: binary, a NUL byte at {text.index(chr(0))} of {len(text)}; give a text file")
    found: dict[str, str] = {}
    kind = path.suffix.lower().lstrip(".") or "txt"
    if kind in ("html", "htm", "xhtml"):
        text, found = _extract(text)
        kind, start = "html", 0
    else:
        found, start = _header(text)
    if not text[start:].strip():
        raise RecordError(f"{path}: no text after the header, {len(text)} characters in all; give a document with text")
    day = _published(published if told else found.get("published"), path, told)
    return Document(
        id=path.stem,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        header=found,
        body_start=start,
        title=found.get("title"),
        publisher=publisher or found.get("publisher"),
        published=day,
        language=_language(found.get("language"), text[start : start + 20000]),
        url=url or found.get("url"),
        format=kind,
    )


def _pdf(path: Path, data: bytes, *, published: str | None, url: str | None, publisher: str | None) -> Document:
    from detente.record.pdf import pdf_text

    text = pdf_text(data, str(path))
    return Document(
        id=path.stem,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        publisher=publisher,
        published=_published(published, path, published is not None),
        language=_language(None, text[:20000]),
        url=url,
        format="pdf",
    )


def _bytes(path: Path) -> bytes:
    data = read_file(path, size=LIMIT, error=RecordError)
    if not data.strip():
        raise RecordError(f"{path}: empty, {len(data)} bytes; give a document with text")
    return data


def _header(text: str) -> tuple[dict[str, str], int]:
    """Flat `key: value` lines at the top, up to a line `---`; anything else is no header."""
    opened = re.match(r"\ufeff?(?:---[ \t]*\n)?", text)
    at = opened.end() if opened else 0
    found: dict[str, str] = {}
    while at < min(len(text), HEADER_LIMIT):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line, after = text[at:end].rstrip(" \t"), end + 1
        if line == "---" and found:
            return found, min(after, len(text))
        pair = re.match(r"([A-Za-z_][\w-]{0,40}):(?:[ \t]+|$)", line)
        if pair:
            found[pair.group(1).lower()] = _scalar(line[pair.end() :])
        elif line and not line[0].isspace() and line[0] not in "#-":
            break
        at = after
    return {}, 0


def _scalar(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return str(read_json(value))
        except QuestionError:
            return value[1:-1]
    return value[1:-1].replace("''", "'") if len(value) > 1 and value[0] == value[-1] == "'" else value


def _published(value: str | None, path: Path, told: bool) -> str | None:
    """The leading ISO date: a day, a month or a year."""
    if value is None or not value.strip():
        if told:
            raise RecordError(f"{path}: published is empty; give a date as 2025-10-27")
        return None
    iso = re.match(r"\s*(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d])", value)
    if iso:
        year, month, day = (int(x) if x else None for x in iso.groups())
        try:
            date(year or 0, month or 1, day or 1)
        except ValueError:
            iso = None
    if not iso:
        raise RecordError(f"{path}: published {value[:40]!r} is no date; give one as 2025-10-27")
    return "-".join(x for x in iso.groups() if x)


def _language(told: str | None, text: str) -> str:
    """What the header says, else a guess from the script: zh, vi or en."""
    if told and re.fullmatch(r"[A-Za-z]{2,3}([-_]\w+)?", told):
        return re.split("[-_]", told.lower())[0]
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    if han > 0.15 * len(text):
        return "zh"
    return "vi" if len(re.findall(r"[ăđơưạảấầậắặẹếềểễệịọốồộớờợụứừửữự]", text.lower())) > 0.02 * len(text) else "en"


def _extract(markup: str) -> tuple[str, dict[str, str]]:
    """Text without tags, scripts and styles, a line a block; one pass, whatever the markup."""
    out: list[str] = []
    found: dict[str, str] = {}
    at, skip, titled = 0, "", False
    for tag in re.finditer(r"<!--|<[/!?]?([A-Za-z][\w:-]{0,30})[^<>]*>", markup):
        if tag.start() < at:
            continue
        name, closing = (tag.group(1) or "").lower(), markup.startswith("</", tag.start())
        if not skip:
            piece = html.unescape(markup[at : tag.start()])
            out.append(piece)
            if titled and piece.strip():
                found.setdefault("title", " ".join(piece.split()))
        if tag.group() == "<!--":
            end = markup.find("-->", tag.end())
            at = len(markup) if end < 0 else end + 3
            continue
        at = tag.end()
        if skip:
            skip = "" if closing and name == skip else skip
        elif name in DROPPED and not closing and not tag.group().endswith("/>"):
            skip = name
        titled = name == "title" and not closing
        if name == "meta" and not skip:
            _meta(tag.group(), found)
        if name == "html" and (lang := re.search(r"\blang\s*=\s*[\"']?([A-Za-z-]{2,10})", tag.group()[:2000])):
            found.setdefault("language", lang.group(1))
        if name in BLOCKS:
            out.append("\n")
    if not skip:
        out.append(html.unescape(markup[at:]))
    text = re.sub(r"[ \t\r\f\v\u00a0]+", " ", "".join(out).replace("\0", ""))
    return "\n".join(line for line in (x.strip() for x in text.split("\n")) if line), found


def _meta(tag: str, found: dict[str, str]) -> None:
    pairs = {k.lower(): v for k, v in re.findall(r"([\w:-]{1,30})\s*=\s*\"([^\"]{0,300})\"", tag[:2000])}
    name, content = (pairs.get("property") or pairs.get("name") or "").lower(), pairs.get("content", "")
    if name in ("article:published_time", "date", "dc.date", "pubdate") and re.match(r"\d{4}-\d\d-\d\d", content):
        found.setdefault("published", content[:10])
    if name == "og:site_name":
        found.setdefault("publisher", html.unescape(content))
