"""What can be taken along from a view: its table and its answers as files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

from detente.ask.tabular import saving
from detente.ask.tabular.data_table import DataTable, Field
from detente.ask.tabular.priced import named
from detente.ask.tabular.rows import build
from detente.ask.tabular.units import PERCENT, REVENUE
from detente.faces.page import assets, pictures
from detente.faces.page.view_query import ViewQuery
from detente.faces.page.views import ViewModel

OWN = {
    "revenue": REVENUE,
    "gain": Field("payoff_pct", unit=PERCENT, description="payoff of the package for the economy, against no change"),
    "pareto": Field("pareto", description="whether nobody can leave the package without a loss to somebody"),
    "unit": Field("unit", description="of published, ours and gap"),
}  # fmt: skip


def table(model: ViewModel) -> DataTable:
    """A view's table: fields whose names end in their units, economies by code and by name."""
    rows = model.rows if "economy_name" in model.rows[0] else named(model.rows)
    return build("rows", model.title, rows, own=OWN, changes=True, nested=False)


def csv_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's table as CSV."""
    return saving.as_csv(table(model)) if model.rows else b""


def json_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's answers as one JSON document."""
    return json.dumps({key: a.to_json() for key, a in model.answers.items()}, ensure_ascii=False).encode()


def parquet_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's table as Parquet. Raises QuestionError where it cannot be written."""
    empty = build("rows", model.title, [{"empty": None}], ("empty",))
    return saving.as_parquet(table(model) if model.rows else empty)


def zip_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's table, answers and charts, with how to cite and repeat them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(f"{query.view}.csv", csv_file(query, model))
        for key, answer in model.answers.items():
            folder.writestr(f"{key}.json", json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
        for name, chart in model.charts.items():
            folder.writestr(f"{name}.svg", chart.file())
        folder.writestr("README.txt", assets.readme(query, model))
    return out.getvalue()


PICTURES: dict[str, tuple[str, Callable[[ViewQuery, ViewModel, str], bytes]]] = {  # of a chart of a view
    "svg": ("image/svg+xml", pictures.svg),
    "png": ("image/png", pictures.png),
}
FILES: dict[str, tuple[str, Callable[[ViewQuery, ViewModel], bytes]]] = {  # media type and writer of each download
    "csv": ("text/csv; charset=utf-8", csv_file),
    "json": ("application/json", json_file),
    "parquet": ("application/vnd.apache.parquet", parquet_file),
    "svg": ("image/svg+xml", pictures.svg),
    "png": ("image/png", pictures.png),
    "zip": ("application/zip", zip_file),
}
