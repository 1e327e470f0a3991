"""Codes in what is no prose: a CSV with a column of codes, or a list of codes, one a line or divided by commas."""

from __future__ import annotations

import csv
import re

from detente.record.hs.codes import FIRST_OF_LINE, Code, parse

YEAR = re.compile(r"(?:19|20)\d\d")
TIME = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?")  # a year, a month or a day
BEGINS_WITH_YEAR = re.compile(r"\s*(?:19|20)\d\d\b(?!\.)")
MARKS = ("\t", ";", "|", ",")
DIVISION = re.compile(r"[,;\t|]|\band\b|\bor\b")
CODE_COLUMN = re.compile(
    r"(?:hs|hts|htsus|cn|ncm|taric)[ _-]?\d{0,2}|.*\b(?:hs|hts|tariff|commodity|product)[ _-]?codes?", re.I
)
SHORTENED = re.compile(r"\d{3}(?:\.\d{2,6}){0,3}|\d|\d{5}|\d{7}|\d{9}")  # a leading zero was lost


def in_column(text: str, headings: frozenset[str]) -> list[Code]:
    """The codes of the column of a CSV that its head or its content shows to have codes; none if there is none."""
    rows = _rows(text)
    head = rows[0] if len(rows) > 1 else []
    columns = (_column(rows[1:], index) for index, name in enumerate(head) if CODE_COLUMN.fullmatch(name.strip()))
    for codes in columns:
        if codes:
            return codes
    by_content = (_column(rows, index) for index in range(len(head)) if len(head) > 1)
    return next((codes for codes in by_content if _are_lines(codes, headings)), [])


def _are_lines(codes: list[Code], headings: frozenset[str]) -> bool:
    """Whether a column of numbers without a head has codes: each of 6 or more digits, of headings that exist."""
    are_long = len(codes) > 1 and all(len(code.first) >= 6 and not YEAR.match(code.first) for code in codes)
    return are_long and all(code.exists(headings) for code in codes)


def _rows(text: str) -> list[list[str]]:
    """The rows of a CSV; none if it is no such table."""
    lines = [line for line in text.splitlines() if line.strip()]
    mark = next((mark for mark in MARKS if lines and mark in lines[0]), ",")
    try:
        return list(csv.reader(lines, delimiter=mark))
    except csv.Error:
        return []


def _column(rows: list[list[str]], index: int) -> list[Code]:
    """The codes of a column; none if a cell is no code."""
    cells = [row[index].strip() for row in rows if len(row) > index and row[index].strip()]
    return _all_codes([parse(f"0{cell}" if SHORTENED.fullmatch(cell) else cell) for cell in cells])


def in_list(text: str, headings: frozenset[str]) -> list[Code]:
    """The codes of a text that is a list of codes: each cell is one, or each line begins with one."""
    lines = [line for line in text.splitlines() if line.strip()]
    codes = _all_codes([parse(cell) for line in lines for cell in DIVISION.split(line) if cell.strip()])
    if len(lines) > 1:
        codes = codes or _first_of_lines(lines)
        codes = [] if all(map(BEGINS_WITH_YEAR.match, lines)) else codes
    return codes if _is_list(codes, headings) else []


def _first_of_lines(lines: list[str]) -> list[Code]:
    """The codes that all lines begin with, a head left aside; none if a line does not, or if they are years."""
    begun = [FIRST_OF_LINE.match(line) for line in lines]
    skipped = 1 if begun[0] is None else 0
    if all(map(BEGINS_WITH_YEAR.match, lines[skipped:])):
        return []
    return _all_codes([parse(match[1]) if match else None for match in begun[skipped:]])


def _all_codes(cells: list[Code | None]) -> list[Code]:
    """The codes of cells; none if one of them is no code."""
    codes = [code for code in cells if code]
    return codes if len(codes) == len(cells) else []


def _is_list(codes: list[Code], headings: frozenset[str]) -> bool:
    """Whether numbers are a list of codes: half of them exist, and they are not all days or years, or of two digits."""
    known = [code for code in codes if code.exists(headings)]
    has_code = any(len(code.first) > 2 and not TIME.fullmatch(code.first) for code in codes)
    return has_code and 2 * len(known) >= len(codes)
