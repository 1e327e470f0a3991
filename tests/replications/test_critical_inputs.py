"""Our rows beside the ECB's are what the scenarios give."""

import pytest

from detente.ask import price
from detente.replications.critical_inputs.cases import OURS


@pytest.mark.parametrize(("name", "ours"), OURS.values())
def test_the_figure_in_the_table_is_the_one_the_scenario_gives(name, ours):
    (row,) = price.price([name], as_of="2025-10-26", draws=4).data["scenarios"]
    assert round(row["economies"]["USA"]["real_income"], 3) == ours
