"""Header array files of GEMPACK: what arrays a .har holds, and their numbers, sets and elements.

A file is a row of records, each between two counts of its bytes. A record of four letters names a header; the next says
its type, storage, description and dimensions; then come its sets, if it has any, and its data, in one or more records.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.errors import DataError
from detente.safe_io import read_file

MOST_BYTES = 1_500_000_000
MOST_CELLS = 200_000_000  # of one array
MOST_AXES = 7
ABOUT = 80  # bytes of a description: four blanks, type, storage, text
KINDS = {"1C": "text", "2I": "integers", "2R": "numbers", "RE": "numbers with sets", "RL": "numbers"}


class Header(NamedTuple):
    """One array: its name, type (a key of KINDS), storage, description, shape, and the records that hold the rest."""

    name: str
    kind: str
    storage: str
    description: str
    shape: tuple[int, ...]
    records: list[memoryview]


class Array(NamedTuple):
    """Numbers, the sets of their axes, and the elements of each set; no sets where the file names none."""

    values: np.ndarray
    sets: tuple[str, ...]
    elements: tuple[tuple[str, ...], ...]


def is_har(start: bytes) -> bool:
    """Whether a file begins as a header array file does: with a record of four printable bytes."""
    frame = b"\x04\x00\x00\x00"
    return len(start) >= 12 and start[:4] == frame == start[8:12] and start[4:8].decode("latin-1").isprintable()


def headers(path: Path) -> dict[str, Header]:
    """Every header of a file by name. Raises DataError for a file that is cut or is none."""
    data = memoryview(read_file(path, size=MOST_BYTES, error=DataError))
    if not is_har(bytes(data[:12])):
        raise DataError(f"{path}: not a header array file: it does not begin with the name of a header")
    result: dict[str, Header] = {}
    records = _records(data, path)
    starts = [k for k, record in enumerate(records) if len(record) == 4]
    for start, end in zip(starts, [*starts[1:], len(records)], strict=True):
        name = bytes(records[start]).decode("latin-1").strip()
        if name in result:
            raise DataError(f"{path}: the header {name} stands twice; keep one")
        if end > start + 1:
            result[name] = _header(name, records[start + 1], records[start + 2 : end], path)
    return result


def _records(data: memoryview, path: Path) -> list[memoryview]:
    records, place = [], 0
    while place < len(data):
        if place + 8 > len(data):
            raise DataError(f"{path}: the file ends within a record, at byte {place}; it is cut")
        (length,) = struct.unpack_from("<i", data, place)
        end = place + 4 + length
        if length < 0 or end + 4 > len(data) or struct.unpack_from("<i", data, end)[0] != length:
            raise DataError(f"{path}: the record at byte {place} claims {length} bytes and does not end there; the file"
                            " is cut or no header array file")  # fmt: skip
        records.append(data[place + 4 : end])
        place = end + 4
    return records


def _header(name: str, about: memoryview, records: list[memoryview], path: Path) -> Header:
    text = bytes(about[:ABOUT]).decode("latin-1")
    kind, storage = text[4:6], text[6:10]
    rank = _integers(about, ABOUT, 1)[0] if len(about) >= ABOUT + 4 else -1
    if kind not in KINDS or not 0 <= rank <= MOST_AXES or len(about) < ABOUT + 4 + 4 * rank:
        raise DataError(f"{path}: the header {name} is of type {kind!r}, which is not read; {', '.join(KINDS)} are")
    shape = tuple(_integers(about, ABOUT + 4, rank))
    if any(length < 0 for length in shape) or math.prod(shape) > MOST_CELLS:
        raise DataError(f"{path}: the header {name} claims the shape {shape}; at most {MOST_CELLS} cells are read")
    return Header(name, kind, storage, text[10:].strip(), shape, records)


def _integers(record: memoryview, start: int, count: int) -> list[int]:
    return list(struct.unpack_from(f"<{count}i", record, start))


def array(header: Header, path: Path) -> Array:
    """The numbers of a header of type RE, RL, 2R or 2I, axes as in the file. Raises DataError."""
    try:
        if header.kind in ("2R", "2I"):
            return Array(_matrix(header), (), ())
        if header.kind in ("RE", "RL"):
            return _real(header)
    except (struct.error, ValueError, IndexError) as problem:
        raise DataError(f"{path}: the header {header.name} cannot be read ({problem}); the file is cut") from None
    raise DataError(f"{path}: the header {header.name} holds {KINDS[header.kind]}, not numbers")


def _matrix(header: Header) -> np.ndarray:
    """Two axes in blocks, each with the rows and columns that it fills."""
    kind = "<f4" if header.kind == "2R" else "<i4"
    values = np.zeros(header.shape)
    for record in header.records:
        _, _, _, top, bottom, left, right = _integers(record, 4, 7)
        block = np.frombuffer(record, kind, offset=32).reshape((bottom - top + 1, right - left + 1), order="F")
        values[top - 1 : bottom, left - 1 : right] = block
    return values


def _real(header: Header) -> Array:
    """Up to seven axes; with sets in a record of names and one or more of elements for each distinct set."""
    records = list(header.records)
    sets, elements = _sets(records) if header.kind == "RE" else ([], {})
    values = (_sparse if header.storage == "SPSE" else _blocks)(records, header.shape)
    shape = header.shape[: len(sets)] if sets else header.shape
    known = tuple(elements.get(name, ()) for name in sets)
    lengths = tuple(len(members) for members in known)
    if math.prod(shape) != values.size or any(a and a != b for a, b in zip(lengths, shape, strict=False)):
        raise ValueError(f"the shape {shape} for sets of {', '.join(map(str, lengths))} elements")
    return Array(values.reshape(shape, order="F"), tuple(sets), known)


def _blocks(records: Sequence[memoryview], shape: tuple[int, ...]) -> np.ndarray:
    """An array in blocks, each after a record of the places that it fills; the dimensions come once more before."""
    values = np.zeros(shape, order="F")
    for place, data in zip(records[1::2], records[2::2], strict=True):
        limits = _integers(place, 8, 2 * len(shape))
        block = tuple(slice(low - 1, high) for low, high in zip(limits[::2], limits[1::2], strict=True))
        values[block] = np.frombuffer(data, "<f4", offset=8).reshape(values[block].shape, order="F")
    return values


def _sets(records: list[memoryview]) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The sets of the axes and the elements of each; takes their records off the list."""
    about = records.pop(0)
    distinct, _, rank = _integers(about, 4, 3)
    if not 0 <= rank <= MOST_AXES:
        raise ValueError(f"{rank} axes")
    names = [bytes(about[32 + 12 * k : 44 + 12 * k]).decode("latin-1").strip() for k in range(rank)]
    elements: dict[str, tuple[str, ...]] = {}
    for name in list(dict.fromkeys(names))[:distinct]:
        members: list[str] = []
        while True:
            record = records.pop(0)
            _, total, count = _integers(record, 4, 3)
            members += [bytes(record[16 + 12 * k : 28 + 12 * k]).decode("latin-1").strip() for k in range(count)]
            if len(members) >= total or not count:
                break
        elements[name] = tuple(members)
    return names, elements


def _sparse(records: Sequence[memoryview], shape: tuple[int, ...]) -> np.ndarray:
    """An array of which only the cells that are not zero stand in the file, by place and value."""
    values = np.zeros(math.prod(shape))
    for record in records[1:]:
        count = _integers(record, 4, 3)[2]
        place = np.frombuffer(record, "<i4", count, offset=16)
        values[place - 1] = np.frombuffer(record, "<f4", count, offset=16 + 4 * count)
    return values.reshape(shape, order="F")
