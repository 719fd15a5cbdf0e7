import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.arrays import top_n
from helpers.errors import ParameterError


def slow_top_n(scores, n, excluded):
    ranked = []
    for row, hidden in zip(scores, excluded, strict=True):
        open_items = [i for i in range(len(row)) if not hidden[i] and row[i] > -np.inf]
        best = sorted(open_items, key=lambda i: (-row[i], i))[:n]
        ranked.append(best + [-1] * (n - len(best)))
    return ranked


@given(
    seed=st.integers(0, 10_000),
    items=st.integers(1, 12),
    levels=st.integers(1, 30),
    hidden=st.floats(0, 1),
    data=st.data(),
)
def test_top_n_agrees_with_sorting_row_by_row(seed, items, levels, hidden, data):
    n = data.draw(st.integers(1, items))
    generator = np.random.default_rng(seed)
    scores = generator.integers(0, levels, (6, items)).astype("float64")
    scores[generator.random(scores.shape) < 0.1] = np.nan
    excluded = generator.random(scores.shape) < hidden
    ranked = top_n(scores, n, excluded)
    assert ranked.dtype == "int32"
    assert ranked.tolist() == slow_top_n(scores, n, excluded)


def test_the_scores_are_left_alone():
    scores = np.array([[1.0, np.nan, 2.0]])
    top_n(scores, 2, np.array([[True, False, False]]))
    np.testing.assert_array_equal(scores, [[1.0, np.nan, 2.0]])


@pytest.mark.parametrize("kind", ["int64", "float32", "bool"])
def test_scores_of_any_real_type(kind):
    assert top_n(np.array([[0, 1, 1]]).astype(kind), 2).tolist() == [[1, 2]]


def test_no_row_is_no_list():
    assert top_n(np.empty((0, 4)), 2).shape == (0, 2)


@pytest.mark.parametrize("n", [0, -1, 4, 1.5])
def test_an_impossible_n(n):
    with pytest.raises(ParameterError, match="whole number from 1 to 3"):
        top_n(np.zeros((2, 3)), n)


def test_shapes_that_do_not_fit():
    with pytest.raises(ParameterError, match="matrix"):
        top_n(np.zeros(3), 1)
    with pytest.raises(ParameterError, match=r"mask has shape \(1, 3\)"):
        top_n(np.zeros((2, 3)), 1, np.zeros((1, 3), dtype=bool))
