"""Whatever the streams, the home folder and the terminal are like: no traceback, but one line and a documented code."""

import contextlib
import io
import json
import os
import subprocess
import sys
from importlib import resources

import pytest

from detente.errors import DataError, DetenteError, NotConverged, QuestionError, RecordError
from detente.faces.terminal import cli, last_resort

REPORT = str(resources.files("detente") / "examples" / "kuala-lumpur.txt")
DAY = ("--as-of", "2025-10-26")
COMMANDS = {
    "brief": ("brief", "--world", "world-2023"),
    "price": ("price", "truce-lapses", "--world", "world-2023"),
    "deal": ("deal", "--world", "world-2023", *DAY),
    "forecast": ("forecast", *DAY),
    "show": ("record", "show", *DAY),
    "propose": ("record", "propose", REPORT),
    "replicate": ("replicate", "liberation-day"),
    "json": ("record", "show", *DAY, "--json"),
    "help": ("--help",),
    "bad": ("nonsense",),
}
STREAMS = ("ascii", "latin-1", "closed", "full", "gone")
NO_OUTPUT = {"closed": 1, "full": 1, "gone": 0}  # the exit code where what was printed did not arrive


def stream(name):
    if name == "closed":
        return None
    if name == "full":
        return open("/dev/full", "w", encoding="utf-8")
    if name == "gone":
        reader, writer = os.pipe()
        os.close(reader)
        return open(writer, "w", encoding="utf-8")
    return io.TextIOWrapper(io.BytesIO(), encoding=name)


def run(monkeypatch, argv, out):
    """(exit code, stderr) of one command in this process, with this standard output."""
    err = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(cli.app, "_fallback_console", None, raising=False)  # it stays quiet after a broken pipe
    try:
        cli.main(list(argv))
        return 0, err.getvalue()
    except SystemExit as ended:
        return ended.code, err.getvalue()
    finally:
        monkeypatch.undo()


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_ends_cleanly_on_every_output(monkeypatch, command, name):
    out = stream(name)
    code, err = run(monkeypatch, COMMANDS[command], out)
    assert code == (2 if command == "bad" else NO_OUTPUT.get(name, 0))
    assert "Traceback" not in err
    assert len(err.splitlines()) == (1 if code else 0)
    if code == 1:
        assert "the output could not be printed" in err
    if name in ("ascii", "latin-1") and command != "bad":
        out.flush()
        text = out.buffer.getvalue().decode(name)
        assert len(text) > 500
        if command == "json":
            assert json.loads(text)["meta"]["command"][0] == "detente"
    if name in ("full", "gone"):
        with contextlib.suppress(OSError):
            out.close()


def test_json_carries_every_character_on_an_ascii_stream(monkeypatch, tmp_path):
    path = tmp_path / "d.txt"
    path.write_text("何立峰 met Scott Bessent – “détente” 😀.\n", "utf-8")
    out = stream("ascii")
    run(monkeypatch, ("record", "text", str(path), "--json"), out)
    wide = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    run(monkeypatch, ("record", "text", str(path), "--json"), wide)
    texts = [json.loads(o.buffer.getvalue().decode())["text"] for o in (out, wide)]
    assert texts[0] == texts[1]
    assert not texts[0].isascii()


@pytest.mark.parametrize(
    ("text", "encoding", "printed"),
    [
        ("détente −5 – “x”", "ascii", 'detente -5 - "x"'),
        ("détente −5", "latin-1", "détente -5"),
        ("北京", "ascii", "\\u5317\\u4eac"),
    ],
)
def test_characters_a_stream_cannot_carry_become_plain_ones_or_escapes(monkeypatch, text, encoding, printed):
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    assert last_resort.run(lambda: print(text)) == 0
    monkeypatch.undo()
    assert out.buffer.getvalue().decode(encoding) == printed + "\n"


def shell(line, **env):
    """(exit code, stdout, stderr) of a line of bash in which `detente` is the command."""
    script = f'detente() {{ "{sys.executable}" -m detente "$@"; }}; set -o pipefail; {line}'
    told = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env={**os.environ, **env}, check=False
    )
    return told.returncode, told.stdout, told.stderr


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (f"detente record show {' '.join(DAY)} | head -1 > /dev/null", 0, ""),
        ("detente --help | head -1 > /dev/null", 0, ""),
        ("detente record text nothing.txt >&-", 5, "nothing.txt: no such file"),
        ("detente replicate liberation-day >&-", 1, "the standard output is closed"),
        ("detente replicate liberation-day > /dev/full", 1, "No space left on device"),
        ("detente nonsense 2>&-", 2, ""),
        ("detente nonsense 2> /dev/full", 2, ""),
        ("detente record add - --home nowhere --by me <&-", 5, "nothing to add"),
    ],
)
def test_a_shell_gets_the_code_and_no_traceback_whatever_is_closed(tmp_path, monkeypatch, line, code, words):
    monkeypatch.chdir(tmp_path)
    found, _, err = shell(line)
    assert found == code
    assert words in err
    assert len(err.splitlines()) == bool(words)
    assert os.listdir(tmp_path) == []


def test_a_closed_stderr_does_not_send_its_lines_to_stdout(tmp_path):
    code, out, _ = shell(f"detente record show {' '.join(DAY)} --json --home {tmp_path}/none 2>&-")
    assert code == 0
    json.loads(out)


def test_the_c_locale_prints_text():
    code, out, err = shell("detente replicate liberation-day", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="")
    assert (code, err) == (0, "")
    assert out.isascii()


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("command", ["brief", "deal", "forecast", "show", "help"])
def test_text_fits_a_terminal_of_any_width(monkeypatch, command, width):
    class Terminal(io.TextIOWrapper):
        def isatty(self):
            return True

    out = Terminal(io.BytesIO(), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(monkeypatch, COMMANDS[command], out) == (0, "")
    out.flush()
    assert len(out.buffer.getvalue()) > 500


def read_only():
    """A folder in which nothing can be made, for root neither."""
    return "/proc/self" if os.path.isdir("/proc/self") else "/dev/null/x"


READS = [("record", "show", *DAY), ("price", "truce-lapses", "--world", "world-2023"), ("forecast", *DAY)]
WRITES = [
    ("record", "people", "--surface", "x", "--person", "y", "--decision", "same", "--by", "me", "--why", "it is"),
    ("record", "review", REPORT, "--accept", "all", "--by", "me"),
]


@pytest.mark.parametrize("argv", READS)
def test_a_home_that_is_missing_or_read_only_is_read_as_empty(monkeypatch, tmp_path, argv):
    for home in (str(tmp_path / "none"), read_only()):
        assert run(monkeypatch, (*argv, "--home", home), io.StringIO()) == (0, "")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("argv", WRITES)
def test_what_cannot_be_written_to_a_home_is_said_in_one_line(monkeypatch, argv):
    code, err = run(monkeypatch, (*argv, "--home", read_only()), io.StringIO())
    assert code == 5
    assert "no folder can be made here" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("argv", [*READS, *WRITES])
def test_a_file_in_place_of_a_home_is_refused(monkeypatch, tmp_path, argv):
    (tmp_path / "home").write_text("x")
    code, err = run(monkeypatch, (*argv, "--home", str(tmp_path / "home")), io.StringIO())
    assert code == 2
    assert "a file, not a folder" in err


def test_no_home_and_no_terminal_are_needed():
    told = subprocess.run(
        [sys.executable, "-m", "detente", "record", "show", *DAY], capture_output=True, text=True, check=False,
        env={k: v for k, v in os.environ.items() if k not in ("HOME", "TERM", "COLUMNS", "XDG_DATA_HOME")},
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (NotConverged("far off"), 3, "far off"),
        (DataError("no economy"), 4, "no economy"),
        (RecordError("no text\n in it"), 5, "no text in it"),
        (QuestionError("\x1b[31mwhat\u202e"), 2, "\\u001b[31mwhat\\u202e"),
        (DetenteError("other"), 1, "other"),
        (MemoryError(), 1, "out of memory; ask for fewer draws"),
        (RecursionError("deep"), 1, "nested too deeply"),
        (PermissionError(13, "Permission denied", "/x/y"), 1, "/x/y: Permission denied; check the path"),
        (OSError(28, "No space left on device"), 1, "the output could not be printed: No space left on device"),
        (OSError("odd"), 1, "odd; check the path"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), 1, "something in the input could not be read"),
        (ModuleNotFoundError("No module", name="pyarrow"), 1, "the package pyarrow is not installed"),
        (KeyError("x"), 1, "an unexpected error: KeyError: 'x'"),
        (KeyboardInterrupt(), 130, "stopped"),
        (BrokenPipeError(), 0, ""),
        (SystemExit(3), 3, ""),
        (SystemExit("said"), 1, "said"),
    ],
)
def test_each_kind_of_error_has_its_code_and_one_line(capsys, error, code, words):
    def command():
        raise error

    assert last_resort.run(command) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert len(err.splitlines()) == bool(words)


def test_the_line_names_the_place_and_debug_adds_the_traceback(capsys, monkeypatch):
    monkeypatch.setattr(cli, "app", lambda *_, **__: last_resort._replacement(TypeError("wrong")))
    for debug, traceback in (("", False), ("0", False), ("1", True)):
        monkeypatch.setenv("DETENTE_DEBUG", debug)
        with pytest.raises(SystemExit) as ended:
            cli.main([])
        err = capsys.readouterr().err
        assert ended.value.code == 1
        assert ("Traceback" in err) == traceback
        assert "unexpected error: TypeError: wrong (detente/faces/terminal/last_resort.py, line" in err
