"""One against some that were drawn: worked by hand, ties by lot, and a library as oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from benchmarks.against_drawn import hit_rate_against_drawn_at_k, ndcg_against_drawn_at_k
from helpers.errors import DataError, ParameterError

METRICS = (hit_rate_against_drawn_at_k, ndcg_against_drawn_at_k)


def test_by_hand():
    # In place 1; tied with one for place 1; tied with two for place 1.
    relevant, drawn = [3, 2, 1], [[1, 2], [2, 0], [1, 1]]
    second = 1 / np.log2(3)
    assert hit_rate_against_drawn_at_k(relevant, drawn, 1) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert hit_rate_against_drawn_at_k(relevant, drawn, 2) == pytest.approx((1 + 1 + 2 / 3) / 3)
    assert ndcg_against_drawn_at_k(relevant, drawn, 2) == pytest.approx(
        (1 + (1 + second) / 2 + (1 + second) / 3) / 3
    )


@pytest.mark.parametrize("metric", METRICS)
def test_one_score_for_all_is_what_chance_achieves(metric):
    """Neither perfect nor nothing: the two results that a sort would give."""
    flat = metric(np.zeros(5), np.zeros((5, 99)), 10)
    gained = 10 if metric is hit_rate_against_drawn_at_k else (1 / np.log2(np.arange(2, 12))).sum()
    assert flat == pytest.approx(gained / 100)


@given(seed=st.integers(0, 10**6), k=st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_a_tie_is_worth_its_mean_over_all_orders(seed, k):
    generator = np.random.default_rng(seed)
    relevant, drawn = generator.integers(0, 3, 1), generator.integers(0, 3, (1, 7))
    found = {metric: metric(relevant, drawn, k) for metric in METRICS}
    above = int((drawn > relevant).sum())
    places = above + 1 + np.arange(int((drawn == relevant).sum()) + 1)
    assert found[METRICS[0]] == pytest.approx(np.mean(places <= k))
    gained = np.where(places <= k, 1 / np.log2(places + 1), 0)
    assert found[METRICS[1]] == pytest.approx(gained.mean())


@given(seed=st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_scikit_learn_finds_the_same(seed):
    """Its ``ignore_ties=False`` averages over ties too."""
    generator = np.random.default_rng(seed)
    relevant, drawn = generator.integers(0, 9, 12), generator.integers(0, 9, (12, 19))
    truth = np.hstack([np.ones((12, 1)), np.zeros((12, 19))])
    expected = ndcg_score(truth, np.hstack([relevant[:, None], drawn]), k=10)
    assert ndcg_against_drawn_at_k(relevant, drawn, 10) == pytest.approx(expected)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("relevant", "drawn", "k", "error", "said"),
    [
        ([1, 2], [[1, 2]], 1, ParameterError, "do not pair up"),
        ([1], [1, 2], 1, ParameterError, "do not pair up"),
        ([[1]], [[1, 2]], 1, ParameterError, "do not pair up"),
        ([1], [[1, 2]], 0, ParameterError, "k = 0"),
        ([1], [[1, 2]], 4, ParameterError, "from 1 to 3"),
        ([1], [[1, 2]], True, ParameterError, "k = True"),
        ([], np.empty((0, 3)), 1, DataError, "no test"),
        ([np.nan], [[1, 2]], 1, DataError, "finite"),
        ([1], [[1, -np.inf]], 1, DataError, "finite"),
    ],
)
def test_what_is_refused(metric, relevant, drawn, k, error, said):  # noqa: PLR0917
    with pytest.raises(error, match=said):
        metric(relevant, drawn, k)
