"""The one reader of JSON, XML and tables, the one writer of files: bounded, whole or nothing, one line on refusal."""

import ast
import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import detente
from detente.errors import QuestionError, RecordError
from detente.safe_io import read_csv, read_file, read_json, read_json_lines, read_xml, write_file

PACKAGE = Path(detente.__file__).parent
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.integers(-(10**300), 10**300) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_what_json_writes_is_read_back_as_it_was(value, ascii_only, indent):
    assert read_json(json.dumps(value, ensure_ascii=ascii_only, indent=indent)) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "f.json, line 1, column 1: not JSON: expecting value"),
        ('{"a": 1,\n "b": }', "f.json, line 2, column 7: not JSON: expecting value"),
        ('[1, "NaN",\n NaN]', "f.json, line 2, column 2: NaN is not a finite number"),
        ('{"x": -Infinity}', "f.json, line 1, column 7: -Infinity is not a finite number"),
        ('["1e999", 1e999]', "f.json, line 1, column 11: 1e999 is not a finite number"),
        ("[" + "9" * 400 + "]", "999999999999... (400 characters) is not a finite number"),
        ("9" * 5000, "(5000 characters) is not a finite number"),
        ('{"a": {"b": 1, "c": "b",\n "b": 2}}', "f.json, line 2, column 2: the key 'b' stands twice in one object"),
        ('[{"a": 1}, {"\\u0061": 1, "a": 2}]', "f.json, line 1, column 26: the key 'a' stands twice in one object"),
        ('{"a": "\\ud83d"}', "f.json, line 1, column 8: \\ud83d is half of a surrogate pair"),
        ('"\\ude00"', "\\ude00 is half of a surrogate pair"),
        ('"\\ud83d\\u0041"', "\\ud83d is half of a surrogate pair"),
        ("[" * 101 + "]" * 101, "f.json, line 1, column 101: nested deeper than 100 levels"),
        ('{"a":' * 100_000, "nested deeper than 100 levels"),
        ("[" + "[]," * 101 + '"' + '\\"' * 1_000_000, "not JSON: unterminated string"),  # in one pass, not in hours
        (b"[1]\n\xff", "f.json, line 2: not UTF-8 text at byte 4"),
        ("x" * 2000, "f.json: 2000 bytes, at most 1000 are read"),
    ],
)
def test_json_that_is_not_read_is_refused_in_one_line_that_names_the_place(text, words):
    with pytest.raises(QuestionError) as refused:
        read_json(text, "f.json", size=1000 if words.endswith("are read") else 10_000_000)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_nesting_up_to_the_bound_and_brackets_in_text_are_read():
    assert read_json("[" * 100 + "]" * 100)
    assert read_json(json.dumps(["[{" * 500, '"[' * 500])) == ["[{" * 500, '"[' * 500]
    assert read_json(json.dumps([[]] * 5000)) == [[]] * 5000


def test_whole_characters_written_as_surrogate_pairs_are_read():
    assert read_json('"\\ud83d\\ude00 \\\\ud83d"') == "😀 \\ud83d"


def test_a_byte_order_mark_is_no_part_of_the_document():
    assert read_json(b"\xef\xbb\xbf[1]") == [1]


def test_the_caller_chooses_the_error_and_lines_are_counted_in_their_file():
    assert list(read_json_lines('\n{"a": "x\u2028y"}\n', "f.jsonl")) == [(2, {"a": "x\u2028y"})]
    with pytest.raises(RecordError, match=r"^f\.jsonl, line 3, column 2: not JSON"):
        list(read_json_lines("[1]\n\n{\n", "f.jsonl", error=RecordError))


TABLE = "name,rate\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "t.csv: an empty table; its first line names the columns name, rate"),
        ("name\nA\n", "t.csv, line 1: the column 'rate' is missing"),
        ("name,rate,name\nA,1,B\n", "t.csv, line 1: the column 'name' stands twice"),
        (TABLE + "A,1\nB\n", "t.csv, line 3: 1 cells where the first line has 2"),
        (TABLE + "A,1,2\n", "t.csv, line 2: 3 cells where the first line has 2"),
        (TABLE + 'A,"1\n', "t.csv, line 2: not CSV (unexpected end of data)"),
        (TABLE + "A,1\n" * 9, "t.csv: more than 6 rows"),
        (TABLE + "A," + "1" * 200_000, "t.csv, line 2: not CSV (field larger"),
    ],
)
def test_a_table_that_is_not_read_is_refused_in_one_line_that_names_the_place(text, words):
    with pytest.raises(QuestionError) as refused:
        read_csv(text, "t.csv", ["name", "rate"], rows=5)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_table_is_read_with_its_quoted_lines_blank_lines_and_empty_cells_at_the_end():
    text = '\ufeffname , rate\r\n\r\n"A\u2028\nb",1,,\r\n,\n'
    assert read_csv(text, "t.csv") == [{"name": "A\u2028\nb", "rate": "1"}]


def test_an_input_without_end_is_read_only_up_to_the_bound():
    with pytest.raises(QuestionError, match="/dev/zero: more than 1000 bytes, at most 1000 are read"):
        read_file("/dev/zero", size=1000)


def test_what_cannot_be_read_is_named_with_the_reason(tmp_path):
    (tmp_path / "long").write_bytes(b"x" * 11)
    for path, words in [
        (tmp_path / "none", "no such file"),
        (tmp_path, "a folder, not a file"),
        (tmp_path / "long" / "x", "Not a directory"),
        (tmp_path / "long", "11 bytes, at most 10 are read"),
    ]:
        with pytest.raises(RecordError, match=words):
            read_file(path, size=10, error=RecordError)


def test_a_file_is_written_and_replaced_and_keeps_its_mode(tmp_path):
    path = tmp_path / "a.txt"
    write_file(path, "é")
    assert path.read_bytes() == "é".encode()
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.chmod(0o640)
    write_file(str(path), b"2")
    assert path.read_bytes() == b"2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_symbolic_link_is_followed_and_stays(tmp_path):
    (tmp_path / "sub").mkdir()
    link = tmp_path / "link"
    link.symlink_to("sub/target")
    for content in ("new", "again"):  # first the link leads nowhere, then to a file
        write_file(link, content)
        assert link.is_symlink()
        assert (tmp_path / "sub" / "target").read_text() == content
    assert os.listdir(tmp_path / "sub") == ["target"]


def test_devices_are_written_to_and_stay_devices(tmp_path):
    write_file("/dev/null", "x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    (tmp_path / "link").symlink_to("/dev/null")
    write_file(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    with pytest.raises(QuestionError, match="the disk is full"):
        write_file("/dev/full", "x")


def test_a_fifo_gets_the_content_and_stays_a_fifo(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    received = []
    reader = threading.Thread(target=lambda: received.append(path.read_bytes()))
    reader.start()
    write_file(path, b"x" * 200_000)
    reader.join(10)
    assert received == [b"x" * 200_000]
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_written_to_whether_it_is_a_pipe_or_a_file(tmp_path, name):
    code = f"from detente.safe_io import write_file; write_file({name!r}, 'content')"
    piped = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert piped.stdout == "content"
    path = tmp_path / "out"
    with path.open("w") as out:
        out.write("before ")
        out.flush()
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert path.read_text() == "before content"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "it is a folder"),
        ("none/a", "its folder does not exist"),
        ("file/a", "a file, not a folder"),
        ("n" * 256, "the name is too long"),
        ("loop", "go round in a circle"),
        ("a\0b", "null"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line_and_nothing_is_left(tmp_path, name, words):
    (tmp_path / "file").write_text("kept")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(QuestionError, match=words) as refused:
        write_file(f"{tmp_path}/{name}", "x")
    assert "\n" not in str(refused.value)
    assert sorted(os.listdir(tmp_path)) == ["file", "loop"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_name_of_the_greatest_length_is_written(tmp_path):
    write_file(tmp_path / ("n" * 255), "x")
    assert os.listdir(tmp_path) == ["n" * 255]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_an_interrupt_or_a_full_disk_leaves_the_old_file_and_no_part(tmp_path, monkeypatch, call, problem):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*_):
        raise problem

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(KeyboardInterrupt if isinstance(problem, KeyboardInterrupt) else QuestionError):
        write_file(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_without_permission_to_write_is_not_replaced(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(QuestionError, match="permission denied"):
        write_file(path, "new")
    assert path.read_text() == "old"


ELSEWHERE = {  # who reads JSON or writes a file by other means, and why that is right
    "safe_io.py": "the reader and the writer themselves",
    "record/index.py": "reads what it packed itself, in a file that is rebuilt when it does not match",
    "record/feeds/untrusted.py": "other publishers' files: JSONP and lines too, bounded in their own words",
    "faces/page/accepting.py": "an upload in a temporary folder of its own, gone after it is read",
    "faces/page/server.py": "an upload in a temporary folder of its own, gone after it is read",
    "faces/terminal/last_resort.py": "/dev/null in place of a closed stream",
}


def by_other_means(path):
    """Lines that read JSON, or open or write a file for writing, without safe_io."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        modes = [value.value for value in given if isinstance(value, ast.Constant)]
        written = name.rpartition(".")[2] in ("write_text", "write_bytes") or name == "os.replace"
        opened = name.rpartition(".")[2] == "open" and any(mode in ("w", "wb", "x", "xb") for mode in modes)
        if name in ("json.load", "json.loads") or written or opened:
            yield f"line {node.lineno}: {name}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_json_is_read_and_files_are_written_in_one_place(path):
    assert str(path.relative_to(PACKAGE)) in ELSEWHERE or list(by_other_means(path)) == []


def test_a_pipe_into_which_nobody_writes_is_refused_after_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr("detente.safe_io.PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(QuestionError, match="a pipe into which nobody wrote"):
        read_file(tmp_path / "pipe")


def test_a_pipe_is_read_to_its_end(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(b"x" * 200_000), daemon=True)
    writer.start()
    assert read_file(path) == b"x" * 200_000
    writer.join()


def test_xml_is_read_whatever_encoding_it_declares():
    root = read_xml("<?xml version='1.0' encoding='latin-1'?>\n<a b='é'><c/></a>", "x.xml")
    assert (root.tag, root.get("b"), len(root)) == ("a", "é", 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "a DOCTYPE or an entity is not accepted"),
        ("<a>" * 200 + "</a>" * 200, "nested more than 100 levels"),
        ("<a>" + "<b/>" * 20 + "</a>", "more than 10 elements"),
        ("<a>\n<b></a>", "line 2: not well-formed"),
        ("<a>x & y</a>", "a bare &"),
        ("", "not well-formed"),
    ],
)
def test_xml_that_is_hostile_or_broken_is_refused_in_one_line(text, why):
    with pytest.raises(QuestionError, match=why) as error:
        read_xml(text, "x.xml", elements=10 if "elements" in why else 1000)
    assert "\n" not in str(error.value)
