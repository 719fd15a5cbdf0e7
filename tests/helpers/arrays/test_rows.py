import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.arrays import largest
from helpers.errors import ParameterError


@given(
    st.integers(0, 1000),
    st.integers(1, 12),
    st.integers(2, 300),
    st.sampled_from([12, 64, 200, 1003]),
    st.floats(0, 1),
)
def test_largest_marks_the_k_largest_and_prefers_the_lower_column(
    seed, k, different, columns, excluded
):
    generator = np.random.default_rng(seed)
    values = generator.integers(0, different, (6, columns)).astype("float64")
    values[0] = -np.inf
    values[1, generator.random(columns) < excluded] = -np.inf
    values[2] = np.arange(columns)
    mask = largest(values, k)
    for row, chosen in zip(values, mask, strict=True):
        expected = sorted(range(columns), key=lambda column: (-row[column], column))[:k]
        assert np.flatnonzero(chosen).tolist() == sorted(expected)


@pytest.mark.parametrize("k", [0, -1, 13, 1.5])
def test_an_impossible_k(k):
    with pytest.raises(ParameterError, match="not possible"):
        largest(np.zeros((1, 12)), k)


def test_the_largest_may_be_all():
    assert largest(np.array([[0.5, 0.9, 0.5]]), 3).tolist() == [[True, True, True]]
