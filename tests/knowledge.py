"""The shipped data as they stood on a day: a copy without what became known later, and questions answered from it.

Everything that answers read is cut: statements, sources, the facts of cases, acts and rates of duties, observed trade,
decision points and the offices of people. The code is the same for both; only the files that it reads differ.
"""

from __future__ import annotations

import csv
import importlib.resources
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

import detente
from detente.ask.pricing.duty_layers import BASE_DAY
from detente.errors import DetenteError
from detente.record import people
from detente.record.duties import TRADE_DAY
from detente.record.fact import moment

PACKAGE = Path(detente.__file__).parent
Row = dict[str, Any]
Rows = list[Row]
DATA_DAYS = (BASE_DAY, TRADE_DAY)
DATE = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")


def cut_copy(known: str, folder: Path) -> Path:
    """A copy of the package's data in a folder, without what became known after a day."""
    folder.mkdir(parents=True)
    for item in PACKAGE.iterdir():
        if item.name not in ("dossiers", "duties", "__pycache__"):
            (folder / item.name).symlink_to(item)
    for item in (PACKAGE / "dossiers").iterdir():
        (folder / "dossiers" / item.name).mkdir(parents=True)
        for file in item.iterdir():
            _cut_file(file, folder / "dossiers" / item.name / file.name, known)
    (folder / "duties").mkdir()
    for file in (PACKAGE / "duties").iterdir():
        _cut_file(file, folder / "duties" / file.name, known)
    _drop_unknown_measures(folder)
    names = folder / "names"
    names.mkdir()
    for file in people.NAMES.iterdir():
        _cut_file(file, names / file.name, known)
    return folder


def _cut_file(source: Path, target: Path, known: str) -> None:
    """Write what a file held on a day; a file without days of knowledge stays as it is."""
    cut = CUTS.get(source.name)
    if cut is None:
        target.symlink_to(source)
    else:
        target.write_text(cut(source.read_text("utf-8"), known), "utf-8")


def _lines_known(text: str, known: str, is_known: Callable[[Row, str], bool]) -> str:
    return "".join(line + "\n" for line in text.splitlines() if is_known(json.loads(line), known))


def _statements(text: str, known: str) -> str:
    return _lines_known(text, known, lambda row, day: moment(row["known"]) <= moment(day))


def _sources(text: str, known: str) -> str:
    return _lines_known(text, known, lambda row, day: str(row["published"] or row["retrieved"] or "")[:10] <= day)


def _case(text: str, known: str) -> str:
    return yaml.safe_dump(_known_part(yaml.safe_load(text), known), sort_keys=False, allow_unicode=True)


def _known_part(value: Any, known: str) -> Any:
    """A value of YAML without the rows that carry a later day of knowledge."""
    if isinstance(value, Mapping):
        return {key: _known_part(x, known) for key, x in value.items()}
    if isinstance(value, list):
        return [
            _known_part(x, known) for x in value if not (isinstance(x, Mapping) and str(x.get("known", "")) > known)
        ]
    return value


def _table(change: Callable[[Row, str], Row | None]) -> Callable[[str, str], str]:
    """The cut of a table: every row as it stood, None for one that was not known."""

    def cut(text: str, known: str) -> str:
        comments = [line for line in text.splitlines() if line.startswith("#")]
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        reader = csv.DictReader(lines)
        return _written(comments, reader.fieldnames or (), (change(row, known) for row in reader))

    return cut


def _written(comments: Iterable[str], columns: Iterable[str], rows: Iterable[Row | None]) -> str:
    from io import StringIO

    out = StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if row is not None)
    return "".join(line + "\n" for line in comments) + out.getvalue()


def _if_known(row: Row, known: str) -> Row | None:
    return row if row["known"] <= known else None


def _act(row: Row, known: str) -> Row | None:
    """An act of duty; those of the years of the world and of the trade that weighs duties are in these data."""
    return _if_known(row, max(known, *DATA_DAYS))


def _rate(row: Row, known: str) -> Row | None:
    """A row of rates; an end that was not known yet had not come."""
    known = max(known, *DATA_DAYS)
    if row["known"] > known:
        return None
    return row if (row["end_known"] or row["known"]) <= known else {**row, "until": "", "end_known": ""}


def _decision_point(row: Row, known: str) -> Row | None:
    """A decision point; an outcome that had not come yet is open, and its sources are those that were out."""
    if row["date_known"] > known:
        return None
    if row["outcome_date"] and row["outcome_date"] <= known:
        return row
    gone = ("outcome_date", "new_deadline", "detail")
    return {**row, **dict.fromkeys(gone, ""), "outcome": "pending", **_open_sources(row, known)}


def _open_sources(row: Row, known: str) -> Row:
    """The sources of an open point that were out; how its outcome was verified says nothing yet."""
    dated = [(part, DATE.search(part)) for part in row["sources"].split(";")]
    out = ";".join(part for part, match in dated if match and "-".join(match.groups()) <= known)
    point = ("known_source", "known_source_date", "known_verification")
    unpublished = dict.fromkeys(point, "") if row["known_source_date"] > known else {}
    return {"sources": out, "verification": "", "certainty": "", **unpublished}


def _person(row: Row, known: str) -> Row:
    """A person with the offices begun by a day; an end that had not come is open."""
    roles = re.findall(r"([^;\[]+?) \[([^.\]]*)\.\.([^\]]*)\]", row["roles"])
    kept = [(t.strip(), a, b if b[:10] <= known[: len(b)] else "") for t, a, b in roles if a <= known]
    return {**row, "roles": "; ".join(f"{title} [{start}..{end}]" for title, start, end in kept)}


CUTS: Mapping[str, Callable[[str, str], str]] = {
    "statements.jsonl": _statements,
    "sources.jsonl": _sources,
    "case.yaml": _case,
    "observed_trade.csv": _table(_if_known),
    "quotes.csv": _table(_if_known),
    "acts.csv": _table(_act),
    "rates.csv": _table(_rate),
    "deadlines.csv": _table(_decision_point),
    "people.csv": _table(_person),
}


def _drop_unknown_measures(folder: Path) -> None:
    """Leave out of the cases and the tables what names a measure of which no line of the copy knows."""
    named = _named_measures(folder)
    for dossier in (folder / "dossiers").iterdir():
        if (dossier / "case.yaml").is_file():
            case = yaml.safe_load((dossier / "case.yaml").read_text("utf-8"))
            for key in ("titles", "scheduled", "contains", "coverage"):
                if key in case:
                    case[key] = {name: x for name, x in case[key].items() if name in named}
            (dossier / "case.yaml").write_text(yaml.safe_dump(case, sort_keys=False, allow_unicode=True), "utf-8")
        if (dossier / "names.csv").is_file():
            _replace(dossier / "names.csv", lambda row, _: row if row["id"] in named else None)
    _replace(folder / "duties" / "rates.csv", _of_known_act(folder))


def _of_known_act(folder: Path) -> Callable[[Row, str], Row | None]:
    acts = {row["id"] for row in _rows_of(folder / "duties" / "acts.csv")}
    return lambda row, _: row if row["act"] in acts else None


def _replace(file: Path, change: Callable[[Row, str], Row | None]) -> None:
    text = file.read_text("utf-8")
    file.unlink()
    file.write_text(_table(change)(text, ""), "utf-8")


def _named_measures(folder: Path) -> set[str]:
    """The measures that the statements of the copy, or the rates of its ledger of duties, name."""
    named = {"usa-ieepa", "usa-s301"}
    for dossier in (folder / "dossiers").iterdir():
        if (dossier / "statements.jsonl").is_file():
            lines = (dossier / "statements.jsonl").read_text("utf-8").splitlines()
            values = [json.loads(line)["value"] for line in lines]
            named |= {str(value[key]) for value in values for key in ("measure", "threat") if value.get(key)}
    families = {row["family"] for row in _rows_of(folder / "duties" / "rates.csv")}
    return named | {row["measure"] for row in _rows_of(folder / "duties" / "measures.csv") if row["family"] in families}


def _rows_of(file: Path) -> Rows:
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


@contextmanager
def reading_from(folder: Path) -> Iterator[None]:
    """Within the block every question reads its data from a copy of the package's, and keeps nothing of it after."""
    original = importlib.resources.files
    names = people.NAMES

    def files(anchor: Any = None) -> Any:
        return folder if anchor == "detente" else original(anchor)

    _set_files(original, files)
    people.NAMES = folder / "names"
    forget()
    try:
        yield
    finally:
        _set_files(files, original)
        people.NAMES = names
        forget()


def _set_files(old: Any, new: Any) -> None:
    importlib.resources.files = new
    for name, module in list(sys.modules.items()):
        if name.startswith("detente.") and getattr(module, "files", None) is old:
            module.files = new  # type: ignore[attr-defined]


def forget() -> None:
    """Empty what the modules that read data have kept of them; worlds and their equilibria stay."""
    for name, module in list(sys.modules.items()):
        if re.match(r"detente\.(record|ask|labels)", name):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear") and value.__module__ == name and value.__name__ not in KEPT:
                    value.cache_clear()


KEPT = ("pricing_context", "sector_share")  # of worlds, whose data have no days


def outcome_of(question: Callable[[], Any]) -> Any:
    """The answer to a question without its `meta`, or the line that refuses it."""
    try:
        answer = question()
    except DetenteError as error:
        return f"{type(error).__name__}: {error}"
    return json.loads(json.dumps({**answer.data, "notes": list(answer.notes)}, sort_keys=True))


def differences(a: Any, b: Any, path: str = "") -> list[str]:
    """Where two answers differ: the path and both values."""
    pairs = _pairs(a, b, path)
    if pairs is None:
        return [] if a == b else [f"{path}: {str(a)[:300]} != {str(b)[:300]}"]
    return [line for place, x, y in pairs for line in differences(x, y, place)]


def _pairs(a: Any, b: Any, path: str) -> list[tuple[str, Any, Any]] | None:
    """The parts of two values of one form, each with its path; None where they have no parts that fit together."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [(f"{path}.{key}", a.get(key), b.get(key)) for key in sorted({*a, *b})]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [(f"{path}[{k}]", *pair) for k, pair in enumerate(zip(a, b, strict=True))]
    return None
