"""Tables as an Excel workbook (Office Open XML), written with the standard library: cells are numbers, days or text.

Text is written in place and typed as text, so that no cell is ever run as a formula.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from detente.ask.tabular.data_table import DataTable
from detente.errors import QuestionError
from detente.safe_io import visible

ROWS, COLUMNS, CHARACTERS = 1_048_576, 16_384, 32_767  # what a sheet and a cell can hold
WIDEST, NARROWEST = 48, 9  # characters of a column's width
SAMPLE = 200  # rows that a column's width is taken from
EPOCH, FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)  # day 0 of Excel; before the second it counts differently
PLAIN, BOLD, DAY = 0, 1, 2  # styles, by their place in STYLES
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/>'
    '</font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
Cells = Sequence[Sequence[Any]]


def written(tables: Sequence[DataTable], about: Sequence[tuple[str, str]] = ()) -> bytes:
    """The bytes of a workbook with a sheet for each table, one for their columns, and one that says what they are.

    Raises QuestionError for a table that no sheet can hold.
    """
    columns = [(t.name, f.name, f.unit, f.type, f.description) for t in tables for f in t.fields]
    sheets: list[tuple[str, Cells, tuple[str, ...]]] = [
        *((table.name[:31], [table.names, *table.rows], tuple(f.type for f in table.fields)) for table in tables),
        ("columns", [("table", "column", "unit", "type", "meaning"), *columns], ("string",) * 5),
        ("about", [("what", "text"), *about], ("string",) * 2),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in _parts([name for name, _, _ in sheets]):
            _add(folder, name, text)
        for number, (name, rows, types) in enumerate(sheets, start=1):
            _check_size(name, rows)
            _add(folder, f"xl/worksheets/sheet{number}.xml", _sheet(rows, types))
    return out.getvalue()


def _add(folder: zipfile.ZipFile, name: str, text: str) -> None:
    """Add a part; without the time of writing, so that equal tables make equal files."""
    folder.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)


def _check_size(name: str, rows: Cells) -> None:
    if len(rows) > ROWS or len(rows[0]) > COLUMNS:
        raise QuestionError(
            f"the table {name} has {len(rows) - 1} rows and {len(rows[0])} columns, and a sheet holds {ROWS - 1} and"
            f" {COLUMNS}; take CSV or Parquet"
        )


def _parts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts of a workbook beside its sheets."""
    numbered = list(enumerate(names, start=1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{SHEET}.worksheet+xml"/>' for n, _ in numbered
    )
    yield (
        "[Content_Types].xml",
        (
            f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
            ' ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{SHEET}.styles+xml"/>{overrides}</Types>'
        ),
    )
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    sheets = "".join(f'<sheet name="{_text(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    yield "xl/workbook.xml", (f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>')
    yield "xl/_rels/workbook.xml.rels", _relations([
        *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered),
        (f"rId{len(names) + 1}", "styles", "styles.xml"),
    ])  # fmt: skip
    yield "xl/styles.xml", STYLES


def _relations(rows: Sequence[tuple[str, str, str]]) -> str:
    lines = "".join(f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in rows)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _sheet(rows: Cells, types: Sequence[str]) -> str:
    """A sheet: the first row bold and always in view, columns as wide as what is in them."""
    widths = "".join(
        f'<col min="{k}" max="{k}" width="{_width(rows, k - 1)}" customWidth="1"/>' for k in range(1, len(types) + 1)
    )
    head = "".join(_cell(name, BOLD) for name in rows[0])
    styles = [DAY if kind == "date" else PLAIN for kind in types]
    body = "".join(f"<row>{''.join(map(_cell, row, styles))}</row>" for row in rows[1:])
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        f' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData><row>{head}'
        f"</row>{body}</sheetData></worksheet>"
    )


def _width(rows: Cells, column: int) -> int:
    longest = max(len(str(row[column])) for row in rows[:SAMPLE])
    return max(NARROWEST, min(WIDEST, longest + 2))


def _cell(value: Any, style: int) -> str:
    """A cell: empty, a truth value, a number with every digit, a day, or text."""
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    if style == DAY and date.fromisoformat(value) >= FIRST_DAY:
        return f'<c s="{DAY}"><v>{(date.fromisoformat(value) - EPOCH).days}</v></c>'
    marked = f' s="{BOLD}"' if style == BOLD else ""
    return f'<c t="inlineStr"{marked}><is><t xml:space="preserve">{_text(str(value))}</t></is></c>'


def _text(text: str) -> str:
    """Text as XML can hold it; longer than a cell, it ends in dots."""
    shown = visible(text)
    return escape(shown if len(shown) <= CHARACTERS else shown[: CHARACTERS - 3] + "...", {'"': "&quot;"})
