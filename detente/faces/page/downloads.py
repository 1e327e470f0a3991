"""What can be taken along from a view: its table and its answers as files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

from detente.ask.tabular import saving
from detente.ask.tabular.rows import build
from detente.faces.page import assets, pictures
from detente.faces.page.views import ViewModel, ViewQuery


def csv_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's table as CSV."""
    return saving.rows_as_csv(model.rows).encode()


def json_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's answers as one JSON document."""
    return json.dumps({key: a.to_json() for key, a in model.answers.items()}, ensure_ascii=False).encode()


def parquet_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's table as Parquet. Raises QuestionError where it cannot be written."""
    return saving.as_parquet(build("rows", model.title, model.rows or [{"empty": None}], ("empty",), nested=False))


def zip_file(query: ViewQuery, model: ViewModel) -> bytes:
    """A view's table and answers, with how to cite and repeat them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(f"{query.view}.csv", saving.rows_as_csv(model.rows))
        for key, answer in model.answers.items():
            folder.writestr(f"{key}.json", json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
        folder.writestr("README.txt", assets.readme(query, model))
    return out.getvalue()


FILES: dict[str, tuple[str, Callable[[ViewQuery, ViewModel], bytes]]] = {  # media type and writer of each download
    "csv": ("text/csv; charset=utf-8", csv_file),
    "json": ("application/json", json_file),
    "parquet": ("application/vnd.apache.parquet", parquet_file),
    "svg": ("image/svg+xml", pictures.svg),
    "zip": ("application/zip", zip_file),
}
