import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from scipy import stats

from helpers.errors import DataError, ParameterError
from helpers.evaluation import resampling
from helpers.evaluation.resampling import Sums, bootstrap, holm, interval, swap_p_values


def of(values):
    return Sums.of_values(np.asarray(values, dtype="float64"))


def test_a_mean_is_over_those_who_count_and_an_error_over_ratings():
    assert of([1, 2, np.nan, 6]).value == 3
    error = Sums(np.array([16.0, 0]), np.array([1.0, 3]), "root")
    assert error.value == 2
    assert Sums(np.array([3.0, 1]), np.array([1.0, 1]), "lift").value == 1
    assert np.isnan(of([np.nan]).value)


def test_the_interval_of_a_mean_is_that_of_scipy():
    values = np.random.default_rng(1).exponential(size=200)
    low, high = interval(bootstrap([of(values)], 4000, 0), 0.9)
    oracle = stats.bootstrap(
        (values,), np.mean, confidence_level=0.9, method="percentile", n_resamples=4000, rng=1
    ).confidence_interval
    assert [low[0], high[0]] == pytest.approx([oracle.low, oracle.high], abs=0.01)


def test_an_interval_holds_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(0)
    held = []
    for trial in range(200):
        low, high = interval(bootstrap([of(generator.normal(size=60))], 200, trial), 0.9)
        held.append(low[0] <= 0 <= high[0])
    assert 0.83 <= np.mean(held) <= 0.95


def test_draws_are_seeded_paired_and_the_same_in_blocks(monkeypatch):
    values = np.arange(9.0)
    whole = bootstrap([of(values), of(values + 5)], 150, 4)
    np.testing.assert_allclose(whole[:, 1] - whole[:, 0], 5)
    np.testing.assert_array_equal(whole[:, 0], bootstrap([of(values)], 150, 4)[:, 0])
    assert (whole != bootstrap([of(values), of(values + 5)], 150, 5)).any()
    monkeypatch.setattr(resampling, "WEIGHTS_PER_BLOCK", 30)
    np.testing.assert_allclose(bootstrap([of(values), of(values + 5)], 150, 4), whole)


def test_the_p_value_is_that_of_every_possible_swap():
    generator = np.random.default_rng(2)
    first, second = generator.normal(0.4, 1, 10), generator.normal(0, 1, 10)

    def difference(x, y, axis):
        return np.mean(x, axis=axis) - np.mean(y, axis=axis)

    exact = stats.permutation_test(
        (first, second), difference, permutation_type="samples", n_resamples=np.inf
    ).pvalue
    found = swap_p_values([of(first)], [of(second)], 20_000, 0)[0]
    assert found == pytest.approx(exact, abs=0.01)


def test_the_p_value_of_an_error_swaps_the_ratings_of_a_user_together():
    # Two users: the four swaps give the differences ±1 (both kept or both swapped) and 0.
    first = Sums(np.array([4.0, 4.0]), np.array([1.0, 1.0]), "root")
    second = Sums(np.array([1.0, 1.0]), np.array([1.0, 1.0]), "root")
    assert swap_p_values([first], [second], 4000, 0)[0] == pytest.approx(0.5, abs=0.03)


def test_no_difference_has_p_value_one_and_a_clear_one_a_small_one():
    values = np.random.default_rng(0).random(50)
    assert swap_p_values([of(values)], [of(values)], 200, 0)[0] == 1
    assert swap_p_values([of(values + 1)], [of(values)], 999, 0)[0] == 1 / 1000


def test_p_values_of_equals_are_uniform():
    generator = np.random.default_rng(0)
    found = [
        swap_p_values([of(generator.random(30))], [of(generator.random(30))], 200, trial)[0]
        for trial in range(200)
    ]
    assert 0.01 <= np.mean(np.array(found) < 0.05) <= 0.1


def test_holm_by_hand():
    # 0.01 · 3, then 0.03 · 2, then 0.04 · 1, which may not fall below the one before.
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.6, 0.5]) == pytest.approx([1, 1])
    np.testing.assert_allclose(holm([0.02, np.nan, 0.01]), [0.02, np.nan, 0.02])
    assert len(holm([])) == 0


@given(nps.arrays("float64", st.integers(1, 12), elements=st.floats(0, 1)))
def test_holm_lies_between_no_correction_and_bonferroni(values):
    corrected = holm(values)
    assert (corrected >= values).all()
    assert (corrected <= np.minimum(1, values * len(values)) + 1e-12).all()
    order = np.argsort(values)
    assert (np.diff(corrected[order]) >= 0).all()


def test_what_makes_no_sense():
    with pytest.raises(DataError, match="between 0 and 1"):
        holm([1.2])
    with pytest.raises(ParameterError, match="resamples = 99"):
        bootstrap([of([1, 2])], 99, 0)
    with pytest.raises(ParameterError, match="confidence = 95"):
        interval(np.zeros((100, 1)), 95)
