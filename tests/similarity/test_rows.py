import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import ParameterError
from helpers.similarity import largest


@given(st.integers(0, 1000), st.integers(1, 12), st.integers(2, 30))
def test_largest_marks_the_k_largest_and_prefers_the_lower_column(seed, k, different):
    values = np.random.default_rng(seed).integers(0, different, (5, 12)).astype("float64")
    values[0] = -np.inf
    mask = largest(values, k)
    for row, chosen in zip(values, mask, strict=True):
        expected = sorted(range(12), key=lambda column: (-row[column], column))[:k]
        assert np.flatnonzero(chosen).tolist() == sorted(expected)


@pytest.mark.parametrize("k", [0, -1, 13, 1.5])
def test_an_impossible_k(k):
    with pytest.raises(ParameterError, match="not possible"):
        largest(np.zeros((1, 12)), k)


def test_the_largest_may_be_all():
    assert largest(np.array([[0.5, 0.9, 0.5]]), 3).tolist() == [[True, True, True]]
