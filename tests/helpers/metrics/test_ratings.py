import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from sklearn import metrics as sklearn_metrics

from helpers.errors import DataError, ParameterError
from helpers.metrics import mae, mape, rmse

RATING_METRICS = (rmse, mae, mape)

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
        ([1, 2], [[1], [2]], ParameterError, "The prediction must be .*ravel"),
        ([[1], [2]], [1, 2], ParameterError, "The truth must be one-dimensional"),
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
