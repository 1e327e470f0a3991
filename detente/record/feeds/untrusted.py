"""Files from elsewhere, read within bounds: size, depth, no document types or entities, and nothing is ever run."""

from __future__ import annotations

import ast
import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from detente.record.feeds.model import FeedFile, Refused
from detente.safe_io import read_csv, read_json, read_xml
from detente.safe_yaml import read_yaml

LIMIT = 20 * 1024 * 1024  # bytes of one file; the whole tariff schedule as JSON has 11 million
YAML_LIMIT = 256 * 1024  # bytes; the safe loader is slow
DEPTH = 64  # levels of nesting; the deepest feed known has 9
ROWS = 500_000  # rows of one table
CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "iso-8859-1": "cp1252",
          "windows-1252": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"}  # fmt: skip
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding=[\"']([\w.-]{1,40})|<meta[^>]{0,200}?charset=[\"']?([\w-]{1,40})")
HTML_TAGS = re.compile(
    "a|article|aside|b|blockquote|body|br|center|div|em|figure|font|footer|form|h[1-6]|head|header|html|i|iframe|img|li"
    "|link|main|meta|nav|ol|p|pre|q|s|script|section|small|span|strong|style|su[bp]|svg|table|title|ul?",
    re.IGNORECASE,
)
JSONP = re.compile(r"[A-Za-z_$][\w$.\[\]]{0,80}\(\s*(?=[\[{])")


def refuse(path: str, what: str, remedy: str) -> NoReturn:
    """Raise Refused with the one sentence that says what is wrong where, and what to try."""
    raise Refused(f"{path}: {what}; {remedy}")


def feed_file(path: str, data: bytes) -> FeedFile:
    """The file with its text and its form: json, lines, xml, html, text, empty or pdf.

    Raises Refused for a file that is too long or binary, or that starts like JSON or XML and is none.
    """
    if len(data) > LIMIT:
        refuse(path, f"{len(data):,} bytes, at most {LIMIT:,} are read", "ask the server for less, or split the file")
    if not data.strip():
        return FeedFile(path, data, "empty")
    if data[:5] == b"%PDF-":
        return FeedFile(path, data, "pdf")
    if b"\0" in data:
        refuse(path, f"binary, a NUL byte at {data.index(0)} of {len(data):,}", "give the file as text")
    text = decoded(path, data)
    form, value = _form(path, text.lstrip("\ufeff \t\r\n"))
    return FeedFile(path, data, form, text, value)


def decoded(path: str, data: bytes) -> str:
    """The text; the declared encoding counts where it is a usual one, and GB2312 is read as GB18030."""
    declared = DECLARED.search(data[:4096])
    name = (declared[1] or declared[2]).decode("ascii").lower() if declared else "utf-8"
    if name not in CODECS:
        refuse(path, f"declares the encoding {name!r}", f"save it in one of {', '.join(sorted(set(CODECS)))}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        codec = CODECS[name]
        if codec == "utf-8":
            refuse(path, f"not UTF-8 text, byte {error.start} does not decode", "save it as UTF-8")
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        refuse(path, f"declares {name}, byte {error.start} does not decode", "save it as UTF-8")


def _form(path: str, text: str) -> tuple[str, Any]:
    if text[:1] in "[{" or JSONP.match(text):
        return _json_or_lines(path, text)
    if re.match(r"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!doctype html|<html|<head|<body)", text, re.I):
        return "html", None
    if text.startswith("<?xml") or re.match(r"<(rss|feed|rdf:RDF)\b|<!DOCTYPE\b|<!--", text) or _is_xml(text):
        return "xml", parsed_xml(path, text)
    return "text", None


def _is_xml(text: str) -> bool:
    """Whether a text is one element of XML, and none of those of a web page."""
    root = re.match(r"<([A-Za-z_][\w.:-]{0,60})[\s>]", text)
    return root is not None and not HTML_TAGS.fullmatch(root[1]) and text.rstrip().endswith(f"</{root[1]}>")


# JSON


def parsed_json(path: str, text: str, line: int | None = None) -> Any:
    """The JSON value; NaN, infinite numbers, keys that stand twice and deep nesting are refused, and JSONP is cut, not
    run.

    line: its number, where the text is one line of a file.
    """
    call = JSONP.match(text)
    if call:
        close = text.rfind(")")
        if close < call.end():
            refuse(path, "a JSONP call that never ends, the file may be cut off", "download it again")
        text = text[call.end() : close]
    return read_json(text, path, line=line, size=LIMIT, depth=DEPTH, error=Refused)


def _json_or_lines(path: str, text: str) -> tuple[str, Any]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > 1 and all(line[0] == "{" for _, line in lines) and lines[0][1].rstrip()[-1:] == "}":
        return "lines", [parsed_json(path, line, number) for number, line in lines[:ROWS]]
    if text[0] == "[" and re.match(r"\[[A-Z][^\"\]{}]*\]", text):
        return "text", None  # prose that opens with a bracket, such as [Notices]
    return "json", parsed_json(path, text)


# XML


def parsed_xml(path: str, text: str) -> ET.Element:
    """The root element; a document type or an entity is refused before anything is parsed."""
    return read_xml(text, path, depth=DEPTH, error=Refused)


# CSV, YAML, notebooks


def table(file: FeedFile) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of the first one."""
    return read_csv(file.text, file.path, rows=ROWS, error=Refused)


def columns(file: FeedFile) -> set[str]:
    """The names in the first line of a table, without quotation marks."""
    return {cell.strip().strip('"') for cell in file.first_line.split(",")}


def number(value: Any) -> float | None:
    """The number of a cell or a field; None where it is empty, NA or another word."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def parsed_yaml(path: str, text: str) -> Any:
    """The YAML value in plain types, within bounds."""
    return read_yaml(text, path, size=YAML_LIMIT, depth=DEPTH, error=Refused)


def list_of_dicts(path: str, source: str, name: str) -> list[dict[str, Any]]:
    """The dictionaries of the list that Python text assigns to `name`, read as data: values that are no literals are
    left out, and nothing is run."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        refuse(
            path,
            f"the cell that assigns {name} is not Python that can be read ({str(error) or type(error).__name__})",
            "correct it",
        )
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List) and _assigns(node, name):
            return [_literals(item) for item in node.value.elts if isinstance(item, ast.Dict)]
    return []


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _literals(item: ast.Dict) -> dict[str, Any]:
    pairs = {}
    for key, value in zip(item.keys, item.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and not isinstance(value, ast.Name):
            try:
                pairs[key.value] = ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue
    return pairs


# HTML

BLOCK_NAMES = """
address article blockquote br dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th
title tr ul
"""
BLOCKS = frozenset(BLOCK_NAMES.split())
HIDDEN = frozenset(["script", "style", "noscript", "template", "svg", "iframe", "object"])
OPEN = 200  # open elements that are kept track of
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


TAG = re.compile(r"<!--|<(/?)([A-Za-z][\w:-]{0,30})([^<>]*)>|<[!?][^<>]*>")
ATTRIBUTE = re.compile(r"([\w:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


@dataclass
class PageLink:
    """A link of a page: its address, its title attribute, and the text it is put on."""

    address: str
    title: str
    text: str = ""


class Page:
    """An HTML page as text, a line a block, with its meta data and links; scripts are dropped.

    within: a regular expression on the class attribute; only the text of the first element that fits is kept. One pass
    over the markup, whatever it is.
    """

    def __init__(self, markup: str, within: str | None = None):
        self.meta: dict[str, str] = {}
        self.links: list[PageLink] = []
        self.title = ""
        self._within = re.compile(within) if within else None
        self._parts: list[str] = []
        self._open: list[str] = []
        self._inside: int | None = None
        self._read(markup)

    @property
    def text(self) -> str:
        """The text: hard spaces as spaces, one line a block, empty lines left out."""
        return flat_lines("".join(self._parts))

    def _read(self, markup: str) -> None:
        position = 0
        for tag in TAG.finditer(markup):
            if tag.start() < position:
                continue
            self._data(html.unescape(markup[position : tag.start()]))
            position = tag.end()
            if tag[0] == "<!--":
                end = markup.find("-->", position)
                position = len(markup) if end < 0 else end + 3
            elif tag[2]:
                name = tag[2].lower()
                self._end(name) if tag[1] else self._start(name, tag[3])
        self._data(html.unescape(markup[position:]))

    def _start(self, tag: str, rest: str) -> None:
        values = _attributes(rest)
        if tag not in VOID and not rest.endswith("/") and len(self._open) < OPEN:
            self._open.append(tag)
        if self._within and self._inside is None and self._within.search(values.get("class", "")):
            self._inside = len(self._open)
        if tag in BLOCKS:
            self._parts.append("\n")
        self._note(tag, values)

    def _note(self, tag: str, values: Mapping[str, str]) -> None:
        """Keep what a meta element or a link says."""
        if tag == "meta":
            name = values.get("name") or values.get("property") or ""
            self.meta.setdefault(name.lower(), values.get("content", ""))
        if tag == "a":
            self.links.append(PageLink(values.get("href", ""), values.get("title", "")))

    def _end(self, tag: str) -> None:
        if tag in BLOCKS:
            self._parts.append("\n")
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if self._inside is not None and len(self._open) < self._inside:
            self._inside, self._within = None, re.compile(r"(?!)")

    def _data(self, data: str) -> None:
        if not data or not self._open:
            self._parts.append(data if self._within is None else "")
            return
        if "title" in self._open[-1:]:
            self.title += data
        if HIDDEN.intersection(self._open):
            return
        if "a" in self._open and self.links:
            self.links[-1].text += data
        if self._within is None or self._inside is not None:
            self._parts.append(data)


def _attributes(text: str) -> dict[str, str]:
    """The attributes of an element, by their names in small letters."""
    return {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(text[:4000])}


def flat_lines(text: str) -> str:
    """The text with every run of spaces, hard and full-width ones too, as one space, and without empty lines."""
    lines = (re.sub(r"[ \t\r\f\v\u00a0\u3000\u202f]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def flat(text: str) -> str:
    """The text on one line, every run of white space as one space."""
    return " ".join(text.split())


def flat_inline(markup: str) -> str:
    """A line of markup without its tags, which stand inside words and sentences there; entities stay."""
    return flat(re.sub(r"<[^<>]*>", "", markup))


def without_tags(text: str) -> str:
    """The text of an HTML fragment, a line a block."""
    return Page(text).text


def web_address(text: Any) -> str | None:
    """The address, if it is one of the web; any other scheme is dropped."""
    address = text.strip() if isinstance(text, str) else ""
    return address if re.match(r"https?://[^\s<>\"']+$", address) else None


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; anything else is left out."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def first_object(value: Any) -> Mapping[str, Any]:
    """The first item of a list, if it is an object; else an empty one."""
    return value[0] if isinstance(value, list) and value and isinstance(value[0], Mapping) else {}


def mappings(path: str, value: Any, what: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a list, lists inside it opened; anything else is refused with its place."""
    if not isinstance(value, list):
        refuse(path, f"{what} is {type(value).__name__}, not a list", "download it again")
    for number, item in enumerate(value, 1):
        for inner in item if isinstance(item, list) else [item]:
            if not isinstance(inner, Mapping):
                refuse(path, f"item {number} of {what} is {type(inner).__name__}, not an object", "download it again")
            yield inner
