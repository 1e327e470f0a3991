"""What the tests of the faces share: a command in this process, and the JSON Schemas of answers."""

import io
import json
from importlib import resources

import pytest

from detente.faces.terminal import cli


@pytest.fixture
def run(capsys):
    """(exit code, stdout, stderr) of one command in this process."""

    def command(*argv):
        code = 0
        try:
            cli.main([str(word) for word in argv])
        except SystemExit as done:
            code = done.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def run_record(run, tmp_path, monkeypatch):
    """(exit code, stdout or its JSON, stderr) of one command of `detente record` with a home folder of its own."""

    def command(*argv, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code, out, err = run("record", *argv, "--home", command.home)
        return code, json.loads(out) if "--json" in argv and out else out, err

    command.home = tmp_path / "home"
    return command


@pytest.fixture(scope="session")
def schema():
    """A JSON Schema of an answer by the name of its file."""
    return lambda name: json.loads((resources.files("detente.ask") / "schemas" / f"{name}.json").read_text("utf-8"))
