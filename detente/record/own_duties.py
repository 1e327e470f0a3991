"""A user's own acts: HOME/duties/acts.csv and rates.csv, with the columns of the shipped ledger, laid over it.

An own act with the id of a shipped one takes its place, and its rates take the place of the shipped rates. Rates alone
may name a shipped act: they count beside its own, and of several rates of a family on one good the latest counts.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from detente import labels
from detente.errors import RecordError
from detente.record import duties
from detente.record.duties import Act, Ledger, Rate
from detente.record.log_file import lock
from detente.record.starting import DUTIES
from detente.safe_io import read_text, reason, write_file

ACTS, RATES = "acts.csv", "rates.csv"
ACT_COLUMNS = (
    "id", "imposer", "target", "authority", "instrument", "announced", "signed", "legal_from", "legal_until",
    "suspended_from", "suspended_until", "ever_in_force", "known", "rate", "rate_kind", "scope", "source", "url",
    "quote", "confidence", "note",
)  # fmt: skip
RATE_COLUMNS = (
    "act", "family", "against", "needs", "without", "rate", "kind", "usmca", "part", "from", "until", "known",
    "end_known", "note",
)  # fmt: skip
CONFIDENCE = ("official text read", "tracker", "press", "general knowledge")  # most certain first
STATUS = ("yes", "no", "coming", "unknown")
KINDS = ("add", "total", "cap", "exempt")
PREFERENCE = ("none", "free", "content")
PARTS = ("whole", "mar25", "aug25")
WHOLE = {"needs": "", "without": "", "part": "whole"}  # how a rate on all goods and their whole value is written
UNION = {"EU": "EU27"}  # how a code is written here that the questions write otherwise
MAX_BYTES = 20_000_000
MAX_RATE = 1000.0  # percent: the highest rate in the shipped ledger is 200
_ID = re.compile(r"[a-z0-9][a-zA-Z0-9._-]{0,79}")
_CODE = re.compile(r"\b[A-Z]{3}\b|\bEU27\b")
_UNION = re.compile(r"\bEU\b")

Check = Callable[[str], str]  # what is wrong with the text of a column and what to try; empty where nothing is


class Place(NamedTuple):
    """Where a row stands: a file and a line, or the act that it belongs to."""

    name: str
    line: int | None = None

    def error(self, column: str, problem: str) -> RecordError:
        """The error of one column."""
        where = self.name if self.line is None else f"{self.name}, line {self.line}"
        return RecordError(f"{where}, column {column}: {problem}")


def ledger(home: str | Path | None) -> Ledger:
    """The shipped ledger with the acts in a home folder laid over it.

    Raises RecordError with file, line and column for a file that cannot be read or says what cannot be.
    """
    if home is None:
        return duties.shipped()
    folder = Path(home) / DUTIES
    return _with_own(folder, _stamp(folder / RATES), _stamp(folder / ACTS))


def add(home: str | Path, acts: Iterable[Act], rates: Iterable[Rate]) -> int:
    """Add acts and rates to those in a home folder; returns how many rows are new.

    A row that is there already is left as it is. Raises RecordError where a row says what cannot be, or an own act of
    the same id says something else; then nothing is written. Two processes at once lose nothing.
    """
    folder = Path(home) / DUTIES
    new = _Rows([_act_row(act) for act in acts], [_rate_row(rate) for rate in rates])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise RecordError(f"{folder}: cannot be made ({reason(problem)}); name another folder with --home") from None
    with lock(folder):
        stored = _read(folder)
        merged = _merged(stored, new, folder)
        check(merged.acts, merged.rates)
        written = len(merged.acts) + len(merged.rates) - len(stored.acts) - len(stored.rates)
        if written:
            _write(folder, stored, merged)
    return written


def check(acts: Sequence[Mapping[str, str]], rates: Sequence[Mapping[str, str]]) -> None:
    """Check rows of acts.csv and rates.csv against their columns and the shipped ledger. Raises RecordError."""
    _check_rows(
        [(Place(f"act {row['id']!r}"), row) for row in acts],
        [(Place(f"a rate of act {row['act']!r}"), row) for row in rates],
    )


def check_new(acts: Iterable[Act], rates: Iterable[Rate]) -> None:
    """As `check`, for acts and rates before they are written."""
    check([_act_row(act) for act in acts], [_rate_row(rate) for rate in rates])


class _Rows(NamedTuple):
    """Rows of the two files."""

    acts: list[dict[str, str]]
    rates: list[dict[str, str]]


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes with a file: its inode, its size and the time of its last change."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0
    return status.st_ino, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=4)
def _with_own(folder: Path, *_stamps: tuple[int, int, int]) -> Ledger:
    """The ledger for files that have not changed since they were read."""
    rows = _read(folder)
    if not rows.acts and not rows.rates:
        return duties.shipped()
    acts = [Act(**{name: row[name] for name in Act._fields}) for row in rows.acts]
    return duties.own(duties.shipped(), acts, [duties.read_rate(row) for row in rows.rates])


def _read(folder: Path) -> _Rows:
    """The checked rows of a folder. Rates are read first: whoever writes both writes the acts first."""
    rates = list(read_rows(folder / RATES, RATE_COLUMNS)) if (folder / RATES).exists() else []
    acts = list(read_rows(folder / ACTS, ACT_COLUMNS)) if (folder / ACTS).exists() else []
    _check_rows(acts, rates)
    return _Rows([row for _, row in acts], [row for _, row in rates])


def read_rows(
    path: str | Path, columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[Place, dict[str, str]]]:
    """(place, row) of a CSV file whose columns are those named; what `optional` names may be missing and is then empty.

    Raises RecordError for a file that cannot be read, is not CSV, or has other columns.
    """
    text = read_text(path, size=MAX_BYTES, error=RecordError)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_columns(Path(path), reader.fieldnames or (), columns, optional)
        for row in reader:
            place = Place(str(path), reader.line_num)
            if None in row or None in row.values():
                raise place.error(columns[0], f"the line has not the {len(reader.fieldnames or ())} values of its head")
            yield place, {name: _plain(name, row.get(name) or "") for name in (*columns, *optional)}
    except csv.Error as problem:
        raise RecordError(f"{path}, line {reader.line_num}: not CSV ({problem}); check its quotes") from None


def _check_columns(path: Path, names: Sequence[str], columns: Sequence[str], optional: Sequence[str]) -> None:
    problems = [
        *(f"lacks the column {name}" for name in columns if name not in names),
        *(f"has the unknown column {str(name)[:40]!r}" for name in names if name not in (*columns, *optional)),
        *(f"has the column {name} twice" for name in names if names.count(name) > 1),
    ]
    if problems:
        more = f", and may have {', '.join(optional)}" if optional else ""
        raise RecordError(f"{path}, line 1: {problems[0]}; the columns are {', '.join(columns)}{more}")


def _plain(column: str, text: str) -> str:
    """A value on one line, with the union's code as the ledger writes it."""
    plain = " ".join(text.split())
    return _UNION.sub(lambda match: UNION[match[0]], plain) if column in ("imposer", "target", "against") else plain


def _act_row(act: Act) -> dict[str, str]:
    values = act._asdict()
    return {name: _plain(name, str(values[name])) for name in ACT_COLUMNS}


def _rate_row(rate: Rate) -> dict[str, str]:
    against = [*(sorted(rate.against) or [duties.ALL]), *(f"-{code}" for code in sorted(rate.but))]
    values = (
        rate.act, rate.family, " ".join(against), " ".join(sorted(rate.needs)), " ".join(sorted(rate.without)),
        f"{rate.rate:.12g}", rate.kind, rate.usmca, rate.part, rate.start, rate.until, rate.known, rate.end_known,
        rate.note,
    )  # fmt: skip
    return {name: _plain(name, value) for name, value in zip(RATE_COLUMNS, values, strict=True)}


def _merged(stored: _Rows, new: _Rows, folder: Path) -> _Rows:
    """The stored rows with the new ones that are not there yet. Raises RecordError for an id that means two acts."""
    by_id = {row["id"]: row for row in stored.acts}
    acts = list(stored.acts)
    for row in new.acts:
        if row["id"] not in by_id:
            acts.append(row)
        elif by_id[row["id"]] != row:
            differs = next(name for name in ACT_COLUMNS if by_id[row["id"]][name] != row[name])
            raise RecordError(
                f"act {row['id']!r}: {folder / ACTS} holds another act of this id ({differs} differs); give it another"
                " id, or change the line there"
            )
        by_id[row["id"]] = row
    return _Rows(acts, [*stored.rates, *_without(new.rates, stored.rates)])


def _without(rows: Iterable[dict[str, str]], stored: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The rows that are not stored, each once."""
    known = {tuple(_same_end(row).values()) for row in stored}
    kept = {tuple(_same_end(row).values()): row for row in rows}
    return [row for key, row in kept.items() if key not in known]


def _same_end(row: Mapping[str, str]) -> dict[str, str]:
    """A row of a rate in which the day its end became known is written out."""
    return {**row, "end_known": row["end_known"] or row["known"], "rate": f"{float(row['rate'] or 'nan'):.12g}"}


def _write(folder: Path, stored: _Rows, merged: _Rows) -> None:
    """Write both files, acts first; where the second cannot be written, the first is put back."""
    changed = merged.acts != stored.acts
    if changed:
        write_file(folder / ACTS, _csv(ACT_COLUMNS, merged.acts), error=RecordError)
    try:
        if merged.rates != stored.rates:
            write_file(folder / RATES, _csv(RATE_COLUMNS, merged.rates), error=RecordError)
    except RecordError:
        if changed:
            write_file(folder / ACTS, _csv(ACT_COLUMNS, stored.acts), error=RecordError)
        raise


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _check_rows(
    acts: Sequence[tuple[Place, Mapping[str, str]]], rates: Sequence[tuple[Place, Mapping[str, str]]]
) -> None:
    """Check every column by itself, then what columns and rows say together."""
    own: dict[str, Mapping[str, str]] = {}
    for place, row in acts:
        _check_columns_of(place, row, ACT_CHECKS)
        _check_order(place, row, "legal_from", "legal_until")
        if row["id"] in own:
            raise place.error("id", f"{row['id']!r} stands twice; give one of them another id")
        own[row["id"]] = row
    for place, row in rates:
        _check_columns_of(place, row, RATE_CHECKS)
        _check_order(place, row, "from", "until")
        _check_rate(place, row, own)


def _check_columns_of(place: Place, row: Mapping[str, str], checks: Mapping[str, Check]) -> None:
    for column, problem in checks.items():
        wrong = problem(row[column])
        if wrong:
            raise place.error(column, f"{row[column][:60]!r} {wrong}")


def _check_order(place: Place, row: Mapping[str, str], first: str, last: str) -> None:
    if row[first] and row[last] and row[last] < row[first]:
        raise place.error(last, f"{row[last]} is before {first} {row[first]}; the last day is inclusive")


def _check_rate(place: Place, row: Mapping[str, str], own: Mapping[str, Mapping[str, str]]) -> None:
    """Check what a rate says together with its act and its kind."""
    shipped = duties.shipped()
    name = row["act"]
    if name not in own and name not in shipped.acts:
        raise place.error("act", f"{name!r} is no act of yours and none of the shipped ones; add the act first")
    imposer = own[name]["imposer"] if name in own else shipped.acts[name].imposer
    column = next((c for c, whole in WHOLE.items() if row[c] != whole), None)
    if column and not shipped.has_classes(imposer):
        raise place.error(
            column, f"imports of {imposer} are not known by class of goods; give the mean rate over all goods instead"
        )
    low, high = {"add": (-100.0, MAX_RATE), "exempt": (0.0, 1.0)}.get(row["kind"], (0.0, MAX_RATE))
    if not low <= float(row["rate"]) <= high:
        unit = "a share of the value" if row["kind"] == "exempt" else "percent"
        raise place.error("rate", f"{row['rate']} is not from {low:g} to {high:g}, {unit}; check the unit")


def _is_id(text: str) -> str:
    return "" if _ID.fullmatch(text) else "is no id; take letters, digits, hyphens and dots, 80 at most"


def _is_given(text: str) -> str:
    return "" if text else "is empty; say where it can be read"


def _is_day(text: str) -> str:
    try:
        valid = len(text) == 10 and "1900" <= text[:4] <= "2200" and bool(date.fromisoformat(text))
    except ValueError:
        valid = False
    return "" if valid else "is not a day; write it as 2025-10-27"


def _is_day_or_empty(text: str) -> str:
    return _is_day(text) if text else ""


def _is_number(text: str) -> str:
    try:
        valid = math.isfinite(float(text)) and "_" not in text
    except ValueError:
        valid = False
    return "" if valid else "is not a finite number; write percent, such as 25"


def _is_imposer(text: str) -> str:
    return "" if text in economies() else _no_economy(text)


def _no_economy(code: str) -> str:
    return f"names no economy with {code[:12]!r}; write an ISO3 code such as VNM, or EU27"


def _is_against(text: str) -> str:
    """ALL, ALL -CAN, or CHN HKG."""
    words = text.split()
    if not words:
        return "is empty; write ALL, ALL -CAN, or codes with spaces between"
    unknown = next((w for w in words if w != duties.ALL and w.removeprefix("-") not in economies()), None)
    return _no_economy(unknown) if unknown else ""


def _is_target(text: str) -> str:
    """ALL, ALL-EXCEPT CAN;MEX, or codes: what the act says of whom it falls on."""
    codes = _CODE.findall(text.replace(duties.ALL, ""))
    unknown = next((code for code in codes if code not in economies()), None)
    if unknown:
        return _no_economy(unknown)
    return "" if codes or duties.ALL in text else "names no economy; write ALL, ALL-EXCEPT CAN, or codes"


def _are_classes(text: str) -> str:
    classes = duties.shipped().classes
    unknown = next((name for name in text.split() if name not in classes), None)
    if unknown is None:
        return ""
    return f"names the unknown class of goods {unknown[:30]!r}; the classes are {', '.join(sorted(classes))}"


def _one_of(values: Sequence[str]) -> Check:
    return lambda text: "" if text in values else f"is none of {', '.join(values)}"


@lru_cache(maxsize=1)
def economies() -> frozenset[str]:
    """The codes that acts may name: economies with a name, those that shipped rates name, and the union."""
    named = frozenset(code for rate in duties.shipped().rates for code in rate.against | rate.but)
    return named | frozenset(labels.codes()) | frozenset(UNION.values())


ACT_CHECKS: Mapping[str, Check] = {
    "id": _is_id,
    "imposer": _is_imposer,
    "target": _is_target,
    **dict.fromkeys(
        ("announced", "signed", "legal_from", "legal_until", "suspended_from", "suspended_until"), _is_day_or_empty
    ),
    "ever_in_force": _one_of(STATUS),
    "known": _is_day,
    "source": _is_given,
    "confidence": _one_of(CONFIDENCE),
}
RATE_CHECKS: Mapping[str, Check] = {
    "act": _is_id,
    "family": _is_id,
    "against": _is_against,
    "needs": _are_classes,
    "without": _are_classes,
    "rate": _is_number,
    "kind": _one_of(KINDS),
    "usmca": _one_of(PREFERENCE),
    "part": _one_of(PARTS),
    "from": _is_day,
    "until": _is_day_or_empty,
    "known": _is_day,
    "end_known": _is_day_or_empty,
}


LINE_COLUMNS = ("id", "by", "against", "rate", "from", "known", "source")
LINE_DEFAULTS = {  # columns that a line may have beside those, and what stands for an empty one
    "until": "", "end_known": "", "needs": "", "without": "", "kind": "add", "usmca": "none", "part": "whole",
    "family": "", "authority": "", "instrument": "", "announced": "", "scope": "", "url": "",
    "confidence": "general knowledge", "note": "",
}  # fmt: skip
LINE_CHECKS: Mapping[str, Check] = {
    "id": _is_id,
    "by": _is_imposer,
    "rate": lambda text: _is_number(text) if text else "",
    **{name: RATE_CHECKS[name] for name in RATE_CHECKS if name not in ("act", "rate")},
    "announced": _is_day_or_empty,
    "source": _is_given,
    "confidence": ACT_CHECKS["confidence"],
}


def read_lines(path: str | Path) -> tuple[list[Act], list[Rate]]:
    """The acts and rates of a CSV in which a line is one rate of an act, with the columns of LINE_COLUMNS.

    The family of an act is its id unless the line names another, so that it adds to every duty. Several lines of one id
    are rates of one act. A line without a rate is an act whose rate is not known. Raises RecordError with file, line
    and column.
    """
    lines: dict[str, list[dict[str, str]]] = {}
    rates = []
    for place, written in read_rows(path, LINE_COLUMNS, tuple(LINE_DEFAULTS)):
        row = {name: value or LINE_DEFAULTS.get(name, "") for name, value in written.items()}
        row = {**row, "act": row["id"], "imposer": row["by"], "family": row["family"] or row["id"]}
        _check_columns_of(place, row, LINE_CHECKS)
        _check_order(place, row, "from", "until")
        same = lines.setdefault(row["id"], [])
        if same and same[0]["by"] != row["by"]:
            raise place.error("by", f"{row['by']}, and {same[0]['by']} in a line before; give the act another id")
        same.append(row)
        if row["rate"]:
            _check_rate(place, row, {row["id"]: row})
            rates.append(duties.read_rate(row))
    if not lines:
        raise RecordError(f"{path}: no act; write one a line below the head {','.join(LINE_COLUMNS)}")
    return [_act_of_lines(rows) for rows in lines.values()], rates


def _act_of_lines(rows: Sequence[Mapping[str, str]]) -> Act:
    """The act that some lines are rates of; what is said once for an act stands in its first line."""
    first = rows[0]
    lasts = [row["until"] for row in rows]
    text = dict.fromkeys(Act._fields, "") | {name: first[name] for name in Act._fields if name in first}
    text |= {
        "target": _target_of_lines(rows),
        "legal_from": min(row["from"] for row in rows),
        "legal_until": max(lasts) if all(lasts) else "",
        "known": min(row["known"] for row in rows),
        "ever_in_force": "yes",
        "rate": " / ".join(dict.fromkeys(row["rate"] for row in rows)),
        "rate_kind": first["kind"],
    }
    return Act(**text)


def _target_of_lines(rows: Sequence[Mapping[str, str]]) -> str:
    """Whom lines fall on together, as the target of an act says it."""
    words = [word for row in rows for word in row["against"].split()]
    if duties.ALL not in words:
        return "; ".join(dict.fromkeys(words))
    out = ";".join(dict.fromkeys(word[1:] for word in words if word.startswith("-")))
    return f"{duties.ALL}-EXCEPT {out}" if out and len(rows) == 1 else duties.ALL
