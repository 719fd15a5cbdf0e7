"""Wrong answers: never a choice, drawn with the chances that are said, and the hardest of some."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.training import NegativeSampler, hardest


def chosen(pairs, n_films):
    """Users and films by index; films without a rating are in the catalogue."""
    table = pd.DataFrame(pairs, columns=["user_id", "movie_id"]).assign(rating=4.0)
    movies = pd.DataFrame({"movie_id": range(n_films), "title": "film"})
    return Interactions.from_frames(table, movies, rating_scale=(1, 5), keep_unrated=True)


# Films 0 to 3 have 1, 4, 2 and 0 ratings.
BY_HAND = chosen([(0, 0), (0, 1), (1, 1), (2, 1), (3, 1), (2, 2), (3, 2)], 4)


@pytest.mark.parametrize(
    ("popularity", "expected"),
    [(0, [1 / 3, 1 / 3, 1 / 3, 0]), (1, [1 / 7, 4 / 7, 2 / 7, 0]), (0.5, [1, 2, 2**0.5, 0])],
)
def test_shares_by_hand(popularity, expected):
    sampler = NegativeSampler(BY_HAND, popularity)
    expected = np.array(expected) / np.sum(expected)
    np.testing.assert_allclose(sampler.share, expected)
    np.testing.assert_allclose(sampler.log_q[:3], np.log(expected[:3]), rtol=1e-6)
    assert sampler.log_q[3] == 0


@pytest.mark.parametrize("popularity", [0, 1])
def test_drawn_as_often_as_said_among_what_the_user_has_not_chosen(popularity):
    sampler = NegativeSampler(BY_HAND, popularity)
    drawn = sampler.draw([1], 6_000, np.random.default_rng(0))[0]
    left = sampler.share[[0, 2]] / sampler.share[[0, 2]].sum()
    assert chisquare(np.bincount(drawn, minlength=4)[[0, 2]], 6_000 * left).pvalue > 0.01


@given(seed=st.integers(0, 10**6), popularity=st.sampled_from([0.0, 0.75, 1.0, 3.0]))
@settings(max_examples=40, deadline=None)
def test_a_choice_is_never_drawn_and_a_film_without_ratings_neither(seed, popularity):
    generator = np.random.default_rng(seed)
    n_films = int(generator.integers(2, 12))
    full = generator.random((6, n_films)) < generator.uniform(0.1, 0.9)
    full[full.all(axis=1), 0] = False
    pairs = np.argwhere(full)
    rated = full.any(axis=0)
    everything = (full | ~rated).all(axis=1).any()
    if not len(pairs) or everything:
        return
    train = chosen(pairs, n_films)
    users = generator.integers(0, train.n_users, 30)
    drawn = NegativeSampler(train, popularity).draw(users, 4, generator)
    assert drawn.shape == (30, 4) and drawn.dtype == np.int32
    matrix = train.matrix().toarray() > 0
    assert not matrix[users[:, None], drawn].any()
    assert rated[drawn].all()


def test_a_user_who_has_chosen_nearly_all_gets_what_is_left():
    # Film 3 is one rating in three thousand, and all that user 0 has not chosen.
    pairs = [(0, 0), (0, 1), (0, 2), (1, 3)] + [(user, 0) for user in range(1, 3_000)]
    train = chosen(pairs, 4)
    drawn = NegativeSampler(train, 2).draw([0, 0, 0], 5, np.random.default_rng(0))
    assert (drawn == 3).all()


def test_the_same_seed_draws_the_same():
    sampler = NegativeSampler(BY_HAND)
    twice = [sampler.draw([0, 1, 2], 5, np.random.default_rng(7)) for _ in range(2)]
    np.testing.assert_array_equal(*twice)


def test_nobody_to_draw_for():
    assert NegativeSampler(BY_HAND).draw([], 3, np.random.default_rng(0)).shape == (0, 3)


def test_the_hardest_of_each_row():
    candidates = np.array([[5, 7, 1], [2, 9, 4]])
    scores = np.array([[0.1, 0.4, 0.2], [2.0, -1.0, 2.0]])
    np.testing.assert_array_equal(hardest(candidates, scores), [[7], [2]])


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: NegativeSampler(BY_HAND, -1), ParameterError, "popularity = -1"),
        (lambda: NegativeSampler(BY_HAND, np.nan), ParameterError, "popularity = nan"),
        (lambda: NegativeSampler(BY_HAND.subset([])), DataError, "no film to draw"),
        (lambda: NegativeSampler(chosen([(0, 0), (0, 1)], 3)), DataError, "Every user"),
        (lambda: hardest(np.ones((2, 3)), np.ones((2, 2))), ParameterError, "do not pair up"),
        (lambda: hardest(np.ones(3), np.ones(3)), ParameterError, "do not pair up"),
    ],
)
def test_what_is_refused(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_who_has_chosen_everything_is_left_out_of_the_draws():
    train = chosen([(0, 0), (0, 1), (0, 2), (1, 0), (2, 2)], 3)
    sampler = NegativeSampler(train)
    part = sampler.with_wrong_answers(train)
    assert sorted(set(part.user.tolist())) == [1, 2]
    drawn = sampler.draw(part.user, 5, np.random.default_rng(0))
    assert not sampler.has_chosen(np.repeat(part.user, 5), drawn.ravel()).any()
    with pytest.raises(DataError, match="Leave such users out"):
        sampler.draw([0], 1, np.random.default_rng(0))
    assert NegativeSampler(BY_HAND).with_wrong_answers(BY_HAND) is BY_HAND
    with pytest.raises(DataError, match="Every user has chosen every film"):
        NegativeSampler(chosen([(0, 0), (0, 1)], 2))
