"""The Beta distribution in plain floats agrees with SciPy's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, betaincinv

from detente.bargain import beta

SHAPES = st.floats(0.05, 2000)


@given(SHAPES, SHAPES, st.floats(0, 1))
def test_the_distribution_function_agrees_with_scipy(a, b, x):
    assert beta.cdf(a, b, x) == pytest.approx(betainc(a, b, x), rel=1e-9, abs=1e-12)


@given(SHAPES, SHAPES, st.floats(0.001, 0.999))
def test_a_quantile_inverts_the_distribution_function_and_agrees_with_scipy(a, b, q):
    x = beta.quantile(a, b, q)
    assert 0 <= x <= 1
    expected = betaincinv(a, b, q)
    if 1e-200 < expected < 1 - 1e-9:
        assert x == pytest.approx(expected, rel=1e-8)
        assert beta.cdf(a, b, x) == pytest.approx(q, rel=1e-8)
