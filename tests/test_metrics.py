import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from scipy import sparse
from sklearn import metrics as sklearn_metrics

from helpers.errors import DataError, ParameterError
from helpers.metrics import (
    hit_rate_at_k,
    mae,
    mape,
    ndcg_at_k,
    precision_at_k,
    recall_at_k,
    rmse,
)

RATING_METRICS = (rmse, mae, mape)
RANKING_METRICS = (precision_at_k, recall_at_k, hit_rate_at_k, ndcg_at_k)

# Three users, five items. The first has two relevant items and finds both; the second has three
# and finds one, in second place; the third has one, in third place.
RANKED = np.array([[0, 1, 2], [4, 2, 3], [3, 4, 2]])
RELEVANT = sparse.csr_matrix([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
SECOND, THIRD = 1 / np.log2(3), 1 / 2

stars = nps.arrays("float64", st.integers(1, 30), elements=st.floats(0.5, 5))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [(rmse, np.sqrt((0 + 1 + 4 + 1) / 4)), (mae, 1.0), (mape, (0 + 1 / 2 + 2 / 5 + 1) / 4)],
)
def test_rating_metrics_by_hand(metric, expected):
    assert metric([3, 2, 5, 1], [3, 3, 3, 2]) == pytest.approx(expected)


def test_rmse_is_over_ratings_and_not_a_mean_over_users():
    # User A has one rating that is off by 4, user B three that are right.
    per_user = np.mean([4.0, 0.0])
    assert rmse([5, 3, 3, 3], [1, 3, 3, 3]) == pytest.approx(np.sqrt(16 / 4))
    assert rmse([5, 3, 3, 3], [1, 3, 3, 3]) != pytest.approx(per_user * 2)


@given(stars, st.integers(0, 100))
def test_rating_metrics_agree_with_scikit_learn(truth, seed):
    prediction = np.random.default_rng(seed).uniform(0, 6, len(truth))
    oracles = {
        rmse: sklearn_metrics.root_mean_squared_error,
        mae: sklearn_metrics.mean_absolute_error,
        mape: sklearn_metrics.mean_absolute_percentage_error,
    }
    for metric, oracle in oracles.items():
        assert metric(truth, prediction) == pytest.approx(oracle(truth, prediction), rel=1e-9)


@given(stars)
def test_a_perfect_prediction_has_no_error_and_rmse_is_never_below_mae(truth):
    assert [metric(truth, truth) for metric in RATING_METRICS] == [0, 0, 0]
    prediction = truth[::-1]
    assert rmse(truth, prediction) >= mae(truth, prediction) - 1e-12


def test_mape_punishes_the_same_error_more_on_low_stars():
    assert mape([1.0], [2.0]) == pytest.approx(5 * mape([5.0], [4.0]))


@pytest.mark.parametrize("metric", RATING_METRICS)
@pytest.mark.parametrize(
    ("truth", "prediction", "error", "message"),
    [
        ([1, 2], [1, 2, 3], ParameterError, "2 true ratings and 3 predictions"),
        ([1, 2], [[1], [2]], ParameterError, "ravel"),
        ([], [], DataError, "no ratings"),
        ([1, np.nan], [1, 2], DataError, "truth are not finite"),
        ([1, 2], [1, np.inf], DataError, "prediction are not finite.*position 1"),
    ],
)
def test_rating_metrics_refuse_what_cannot_be_compared(metric, truth, prediction, error, message):
    with pytest.raises(error, match=message):
        metric(truth, prediction)


def test_mape_refuses_a_true_rating_of_zero():
    with pytest.raises(DataError, match="position 1 is 0"):
        mape([1, 0], [1, 1])


@pytest.mark.parametrize(
    ("metric", "k", "expected"),
    [
        (precision_at_k, 1, np.mean([1, 0, 0])),
        (precision_at_k, 2, np.mean([1, 1 / 2, 0])),
        (precision_at_k, 3, np.mean([2 / 3, 1 / 3, 1 / 3])),
        (recall_at_k, 1, np.mean([1 / 2, 0, 0])),
        (recall_at_k, 2, np.mean([1, 1 / 3, 0])),
        (recall_at_k, 3, np.mean([1, 1 / 3, 1])),
        (hit_rate_at_k, 1, 1 / 3),
        (hit_rate_at_k, 2, 2 / 3),
        (hit_rate_at_k, 3, 1),
        (ndcg_at_k, 1, 1 / 3),
        (ndcg_at_k, 2, np.mean([1, SECOND / (1 + SECOND), 0])),
        (ndcg_at_k, 3, np.mean([1, SECOND / (1 + SECOND + THIRD), THIRD])),
    ],
)
def test_ranking_metrics_by_hand(metric, k, expected):
    assert metric(RANKED, RELEVANT, k) == pytest.approx(expected)
    assert metric(RANKED, RELEVANT.toarray(), k) == pytest.approx(expected)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_users_without_a_relevant_item_do_not_count(metric):
    ranked = np.vstack([RANKED, [[0, 1, 2]]])
    relevant = sparse.vstack([RELEVANT, sparse.csr_matrix((1, 5))])
    assert metric(ranked, relevant, 2) == metric(RANKED, RELEVANT, 2)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_a_stored_zero_is_not_relevant_and_stars_weigh_no_more_than_one(metric):
    relevant = RELEVANT + sparse.csr_matrix(([9], ([1], [4])), shape=(3, 5))
    relevant.data = np.where(relevant.data == 9, 0, 4.5)
    assert relevant.nnz == RELEVANT.nnz + 1
    assert metric(RANKED, relevant, 2) == metric(RANKED, RELEVANT, 2)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_empty_places_are_misses_even_when_the_last_item_is_relevant(metric):
    relevant = sparse.csr_matrix([[1, 0, 0, 0, 1]])
    assert metric([[-1, -1]], relevant, 2) == 0
    assert metric([[0, -1]], relevant, 2) == metric([[0, 3]], relevant, 2) > 0


def brute_force(ranked, relevant, k):
    values = []
    for places, row in zip(ranked, relevant, strict=True):
        wanted = set(np.flatnonzero(row))
        if not wanted:
            continue
        gains = [1 if place in wanted else 0 for place in places[:k]]
        ideal = sum(1 / np.log2(p + 2) for p in range(min(k, len(wanted))))
        gained = sum(gain / np.log2(p + 2) for p, gain in enumerate(gains))
        values.append([sum(gains) / k, sum(gains) / len(wanted), max(gains), gained / ideal])
    return np.mean(values, axis=0)


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 8))
def test_ranking_metrics_agree_with_a_loop_over_users(seed, k, users):
    generator = np.random.default_rng(seed)
    relevant = generator.random((users, 8)) < 0.4
    relevant[0, 3] = True
    ranked = np.argsort(generator.random((users, 8)), axis=1)[:, :6]
    measured = [metric(ranked, relevant, k) for metric in RANKING_METRICS]
    assert measured == pytest.approx(brute_force(ranked, relevant, k))
    assert all(0 <= value <= 1 for value in measured)


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_ndcg_agrees_with_scikit_learn(seed, k):
    generator = np.random.default_rng(seed)
    relevant = generator.random((7, 9)) < 0.4
    relevant[:, 0] |= ~relevant.any(axis=1)
    scores = generator.random((7, 9))
    expected = sklearn_metrics.ndcg_score(relevant.astype(float), scores, k=k)
    assert ndcg_at_k(np.argsort(-scores, axis=1), relevant, k) == pytest.approx(expected)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_the_perfect_list_scores_one(metric):
    relevant = np.eye(4, 6, k=1) + np.eye(4, 6, k=2)
    ranked = np.argsort(-relevant, axis=1, kind="stable")
    assert metric(ranked, relevant, 2) == 1


@pytest.mark.parametrize("metric", RANKING_METRICS)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0, 1], RELEVANT, 1), ParameterError, r"\(users, places\)"),
        ((RANKED * 1.0, RELEVANT, 1), ParameterError, "float64"),
        ((RANKED[:2], RELEVANT, 1), ParameterError, "2 ranked lists and 3 rows"),
        ((RANKED, RELEVANT, 0), ParameterError, "k = 0"),
        ((RANKED, RELEVANT, 4), ParameterError, "3 places"),
        ((RANKED, RELEVANT, 1.5), ParameterError, "k = 1.5"),
        ((RANKED, RELEVANT[:, :4], 3), DataError, "catalogue has 0 to 3"),
        ((RANKED - 2, RELEVANT, 3), DataError, "from -2"),
        (([[0, 1, 1]] * 3, RELEVANT, 3), DataError, "twice in the list of row 0"),
        ((RANKED, RELEVANT * 0, 3), DataError, "No user has a relevant item"),
        ((RANKED, RELEVANT * np.nan, 3), DataError, "NaN"),
    ],
)
def test_ranking_metrics_refuse_what_makes_no_sense(metric, arguments, error, message):
    with pytest.raises(error, match=message):
        metric(*arguments)
