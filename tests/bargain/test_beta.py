"""Quantiles of the Beta distribution in plain floats are those of SciPy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, betaincinv

from detente.bargain import beta

SHAPES = st.floats(0.05, 2000)


@given(SHAPES, SHAPES, st.floats(0, 1))
def test_the_chance_below_x_is_that_of_scipy(a, b, x):
    assert beta.cdf(a, b, x) == pytest.approx(betainc(a, b, x), rel=1e-9, abs=1e-12)


@given(SHAPES, SHAPES, st.floats(0.001, 0.999))
def test_a_quantile_has_its_chance_below_it_and_is_that_of_scipy(a, b, q):
    x = beta.quantile(a, b, q)
    assert 0 <= x <= 1
    told = betaincinv(a, b, q)
    if 1e-200 < told < 1 - 1e-9:
        assert x == pytest.approx(told, rel=1e-8)
        assert beta.cdf(a, b, x) == pytest.approx(q, rel=1e-8)
