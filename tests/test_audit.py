"""Known advisories on pinned packages, read from a local file in the OSV format."""

import json
import sys
import zipfile

import audit
import pytest


def advisory(name="Some_Package", introduced="1.0", identity="PYSEC-1", **others):
    end = {key: others.pop(key) for key in ("fixed", "last_affected") if key in others}
    events = [{"introduced": introduced}, *([end] if end else [])]
    about = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": identity, "summary": "a fault", "aliases": ["CVE-1"], "affected": [about], **others}


@pytest.fixture(autouse=True)
def one_package(monkeypatch):
    monkeypatch.setattr(audit, "pins", lambda: {("some-package", "2.5"): ("core.txt", "test.txt")})


def run(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["audit.py", *map(str, arguments)])
    status = 0
    try:
        audit.main()
    except SystemExit as end:
        status = end.code
    return status, capsys.readouterr()


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        (advisory(), True),
        (advisory(fixed="2.5"), False),
        (advisory(fixed="2.5.1"), True),
        (advisory(last_affected="2.5"), True),
        (advisory(last_affected="2.4"), False),
        (advisory(introduced="2.6"), False),
        (advisory(introduced="0"), True),
        (advisory(name="another"), False),
        (advisory(affected=[{"package": {"ecosystem": "PyPI", "name": "some.package"}, "versions": ["2.5"]}]), True),
        (advisory(affected=[{"package": {"ecosystem": "npm", "name": "some-package"}, "versions": ["2.5"]}]), False),
        (advisory(withdrawn="2026-01-01T00:00:00Z"), False),
    ],
)  # fmt: skip
def test_an_advisory_counts_where_the_pinned_version_lies_in_its_range(tmp_path, entry, counts):
    path = tmp_path / "one.json"
    path.write_text(json.dumps(entry), "utf-8")
    assert bool(audit.hits(str(path))) == counts


def test_a_list_lines_and_a_zip_are_read_alike(tmp_path, monkeypatch, capsys):
    entries = [advisory(fixed="3.0"), advisory(identity="PYSEC-2", fixed="2.0")]
    (tmp_path / "list.json").write_text(json.dumps(entries), "utf-8")
    (tmp_path / "lines.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for entry in entries:
            archive.writestr(f"{entry['id']}.json", json.dumps(entry))
    for path in sorted(tmp_path.iterdir()):
        status, output = run(monkeypatch, capsys, path)
        assert status == 1
        assert "some-package 2.5 (core.txt, test.txt): PYSEC-1, CVE-1: a fault; mended in 3.0" in output.out
        assert f"packages pinned: 1; advisories of {path} that affect them: 1" in output.out


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": 1}', "PK\x03\x04 no zip"])
def test_a_file_that_holds_no_advisories_is_refused_in_one_line(tmp_path, monkeypatch, capsys, text):
    path = tmp_path / "bad.json"
    path.write_text(text, "utf-8")
    status, output = run(monkeypatch, capsys, path)
    assert status == 2
    assert output.err.startswith(f"audit: {path}")
    assert output.err.count("\n") == 1


def test_without_a_file_it_says_what_to_name(monkeypatch, capsys):
    status, output = run(monkeypatch, capsys)
    assert status == 0
    assert "make audit ADVISORIES=FILE" in output.out
