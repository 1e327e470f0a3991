"""Random worlds that several tests of the economy share."""

import numpy as np

from detente.economy.world import InputOutput, Origin


def random_table(seed: int = 1) -> InputOutput:
    """Five economies, four sectors (the last a service), random but with deficits, tariffs and sparse trade."""
    rng = np.random.default_rng(seed)
    n, s = 5, 4
    flows = rng.lognormal(0, 1, (s, n, n)) * (rng.random((s, n, n)) > 0.2) + 6 * np.eye(n)
    uses = rng.uniform(0.05, 0.14, (n, s, s)) * np.minimum(flows.sum(2).T[:, :, None], flows.sum(1).T[:, None, :])
    tariff = rng.uniform(0, 0.3, (s, n, n)) * (1 - np.eye(n))
    tariff[-1] = 0
    origin = Origin("test", 2020, "million USD", ("made up",), "none")
    return InputOutput(tuple("ABCDE"), ("food", "wood", "cars", "rest"), flows, uses, tariff, origin, ("rest",))
