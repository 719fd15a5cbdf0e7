import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulation.users import (
    AGE_SHARES,
    OCCUPATION_SHARES,
    PUPIL,
    RETIRED,
    STUDENT,
    WOMEN,
    WOMEN_TIMES,
    draw_users,
    share_out,
)


@given(
    st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=30),
    st.integers(1, 40),
    st.floats(0, 1),
)
def test_the_ratings_are_shared_out_to_the_last(activity, n_movies, share):
    n = len(activity)
    n_ratings = round(n + share * (n * n_movies - n))
    counts = share_out(np.array(activity), n_ratings, n_movies)
    assert counts.sum() == n_ratings
    assert counts.min() >= 1
    assert counts.max() <= n_movies


def test_everybody_has_twenty_and_nobody_more_than_three_in_five():
    counts = share_out(np.array([1e-9, 1.0, 1.0, 1e9]), 700, 1_000)
    assert counts.tolist() == [20, 40, 40, 600]


def test_more_activity_means_more_ratings():
    counts = share_out(np.arange(1.0, 101.0), 10_000, 1_000)
    assert (np.diff(counts) >= 0).all()


def test_shares_of_occupations_can_be_met():
    assert len(OCCUPATION_SHARES) == len(WOMEN_TIMES) == 21
    assert (WOMEN * WOMEN_TIMES < 1).all()


def test_demographics():
    users = draw_users(np.random.default_rng(0), 20_000, 100, 400_000).table
    assert (users["gender"] == "F").mean() == pytest.approx(0.28, abs=0.015)
    shares = users["age"].value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(shares, AGE_SHARES / AGE_SHARES.sum(), atol=0.015)
    usual = users.groupby("age")["occupation"].agg(lambda codes: codes.mode()[0])
    assert (usual[1], usual[18], usual[56]) == (PUPIL, STUDENT, RETIRED)
    women = users.assign(woman=users["gender"] == "F").groupby("occupation")["woman"].mean()
    assert women[9] > 0.85
    assert women[12] < 0.2
