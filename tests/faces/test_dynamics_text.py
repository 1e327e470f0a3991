"""Capital, paths, comparisons and exposure on the command line."""

import csv
import io


def test_rows_are_written_as_csv(run, tmp_path):
    code, _, err = run("exposure", "--of", "USA", "--csv", str(tmp_path / "rows.csv"))
    assert code == 0, err
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text("utf-8"))))
    assert len(rows) == 81
    assert set(rows[0]) == {"economy", "economy_name", "source", "effect_pct"}
