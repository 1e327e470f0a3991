"""A user's .npz is refused before its arrays take memory: claims beyond the file, odd types, odd and doubled names."""

import io
import zipfile

import numpy as np
import pytest

from detente.economy import world
from detente.errors import DataError


def header(shape, kind="<f8"):
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": kind, "fortran_order": False, "shape": shape})
    return out.getvalue()


@pytest.fixture
def arrays():
    return {
        "economies": np.array(["AAA", "BBB"]),
        "sectors": np.array(["S"]),
        "flows": np.array([[[8.0, 2.0], [2.0, 8.0]]]),
        "uses": np.zeros((2, 1, 1)),
        "tariff": np.zeros((1, 2, 2)),
    }


def packed(path, arrays, **raw):
    np.savez(path, **arrays)
    with zipfile.ZipFile(path, "a") as archive:
        for name, data in raw.items():
            archive.writestr(f"{name}.npy", data)
    return path


def test_a_file_of_plain_arrays_is_read(tmp_path, arrays):
    table = world.read(packed(tmp_path / "w.npz", arrays))
    assert table.economies == ("AAA", "BBB")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (header((100_000, 100_000)), r"8e\+10 bytes with flows2"),
        (header((1 << 62, 1 << 62)), "bytes with flows2"),
        (header((1000, 10)), "claims 80000 bytes and holds"),
        (header((-1, 5)), "negative dimensions"),
        (header((2,), "<c16") + bytes(32), "holds complex128"),
        (header((2,), "|O") + bytes(32), "holds object"),
        (b"no array", "not an .npz file of arrays"),
        (b"", "not an .npz file of arrays"),
    ],
)
def test_an_array_that_cannot_be_read_is_refused_from_its_header(tmp_path, arrays, data, why):
    with pytest.raises(DataError, match=why):
        world.read(packed(tmp_path / "w.npz", arrays, flows2=data))


def test_a_file_that_unpacks_to_more_than_is_read_is_refused(tmp_path, arrays, monkeypatch):
    monkeypatch.setattr(world, "MOST_BYTES", 1e6)
    path = tmp_path / "w.npz"
    np.savez_compressed(path, **arrays, more=np.zeros(1_000_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="it unpacks to more than 1e\\+06 bytes"):
        world.read(path)


@pytest.mark.parametrize(
    ("names", "why"),
    [(["AAA", "AAA"], "'AAA' stands twice"), (["AAA", "\u202eB"], "is no name"), (["AAA", " "], "is no name")],
)
def test_names_that_are_doubled_or_cannot_be_printed_are_refused(tmp_path, arrays, names, why):
    with pytest.raises(DataError, match=why):
        world.read(packed(tmp_path / "w.npz", arrays | {"economies": np.array(names)}))


def test_a_file_that_is_not_there_and_a_file_of_text_are_refused(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        world.read(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("no zip", "utf-8")
    with pytest.raises(DataError, match=r"not an \.npz file of arrays"):
        world.read(tmp_path / "text.npz")


def test_an_array_that_stands_twice_and_a_header_of_megabytes_are_refused(tmp_path, arrays):
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = packed(tmp_path / "w.npz", arrays, flows=header((1, 2, 2)))
    with pytest.raises(DataError, match="stands twice in the file"):
        world.read(twice)
    bomb = b"\x93NUMPY\x02\x00" + (50_000_000).to_bytes(4, "little") + b" " * 50_000_000
    path = tmp_path / "v.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("flows.npy", bomb)
    with pytest.raises(DataError, match=r"not an \.npz file of arrays"):
        world.read(path)


@pytest.mark.parametrize("year", [np.array([2020, 2021]), np.array("last")])
def test_a_year_that_is_not_one_whole_number_is_refused(tmp_path, arrays, year):
    with pytest.raises(DataError, match="write one whole number"):
        world.read(packed(tmp_path / "w.npz", arrays | {"year": year}))
