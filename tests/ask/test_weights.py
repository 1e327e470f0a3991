"""The government weights inferred from the duties in force, compared with the political weights of Ossa (2014)."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from detente.ask.pricing.priced_day import price_day

PARAMETERS = Path(__file__).parents[3] / "shared" / "data" / "worlds" / "ossa2014" / "ossa_sector_params.csv"
SECTORS = {  # our sectors: the GTAP sectors of the same goods; those that Ossa omits are omitted
    "A01": "ric wht gro v_f osd pfb ocr ctl oap wol", "A02": "frs", "C10T12": "sug dry cmt omt vol ofd b_t",
    "C13T15": "tex wap lea", "C16": "lum", "C17_18": "ppp", "C20": "crp", "C21": "crp", "C22": "crp", "C23": "nmm",
    "C24A": "i_s", "C24B": "nfm", "C25": "fmp", "C26": "ele", "C27": "ome", "C28": "ome", "C29": "mvh",
    "C302T309": "otn", "C31T33": "omf",
}  # fmt: skip


@pytest.mark.skipif(not PARAMETERS.exists(), reason="uses the shared folder of the base year, which is absent")
@pytest.mark.parametrize(("side", "column", "expected"), [("USA", "lambda_US", 0.38), ("CHN", "lambda_China", 0.08)])
def test_the_rank_correlation_stated_in_the_note_is_the_computed_one(side, column, expected):
    rows = {row["sector"]: row for row in csv.DictReader(PARAMETERS.read_text("utf-8").splitlines())}
    weights = price_day(as_of="2025-10-26").weights["government"][side].sectors
    political = [np.mean([float(rows[g][column]) for g in goods.split()]) for goods in SECTORS.values()]
    assert round(spearmanr([weights[k] for k in SECTORS], political).statistic, 2) == expected
