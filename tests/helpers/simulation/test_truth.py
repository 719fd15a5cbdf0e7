import numpy as np
import pytest

from helpers.errors import ParameterError
from helpers.simulation import simulate
from helpers.simulation import truth as truth_module
from helpers.simulation.choices import draw_films_of


@pytest.fixture(scope="module")
def truth():
    return simulate(60, 80, 1_400, random_state=11).truth


def everything(truth):
    return np.arange(truth.n_users)[:, None], np.arange(truth.n_movies)[None, :]


def test_appeal_by_hand(truth):
    user, movie = 7, 13
    loads = truth.genres[movie] / np.sqrt(max(truth.genres[movie].sum(), 1))
    expected = (
        truth.base
        + truth.bias[user]
        + truth.quality[movie]
        + sum(truth.genre_taste[user] * loads)
        + sum(truth.user_factors[user] * truth.movie_factors[movie])
    )
    assert truth.appeal([user], [movie]) == pytest.approx([expected])
    assert truth.appeal(user, movie).shape == ()


def test_expected_is_the_mean_of_the_stars(truth):
    users, movies = everything(truth)
    chances = truth.star_probabilities(users, movies)
    assert chances.shape == (60, 80, 5)
    np.testing.assert_allclose(chances.sum(axis=-1), 1)
    assert (chances >= 0).all()
    np.testing.assert_allclose(chances @ np.arange(1, 6), truth.expected(users, movies))


def test_expected_agrees_with_a_million_throws(truth):
    user, movie = 3, 5
    noise = truth.noise_sd * np.random.default_rng(0).standard_normal(1_000_000)
    stars = 1 + np.digitize(truth.appeal(user, movie) + noise, truth.cut_points)
    assert truth.expected(user, movie) == pytest.approx(stars.mean(), abs=0.005)
    shares = np.bincount(stars, minlength=6)[1:] / 1_000_000
    np.testing.assert_allclose(truth.star_probabilities(user, movie), shares, atol=0.003)


def test_a_pair_does_not_depend_on_its_neighbours(truth, monkeypatch):
    users, movies = everything(truth)
    at_once = truth.appeal(users, movies), truth.propensity(users, movies)
    monkeypatch.setattr(truth_module, "PAIRS_AT_ONCE", 7)
    monkeypatch.setattr(truth_module, "CELLS_AT_ONCE", 200)
    np.testing.assert_allclose(truth.appeal(users, movies), at_once[0])
    np.testing.assert_allclose(truth.propensity(users, movies), at_once[1])
    assert truth.propensity(59, 79) == pytest.approx(at_once[1][59, 79])


def test_what_appeals_is_watched(truth):
    users, movies = everything(truth)
    watch = truth.watch_probability(users, movies)
    assert ((watch > 0) & (watch < 1)).all()
    assert np.corrcoef(watch.ravel(), truth.appeal(users, movies).ravel())[0, 1] > 0.6
    np.testing.assert_allclose(truth.choice_weights(np.arange(60)), truth.popularity * watch)


def test_propensities_sum_to_the_number_of_ratings(truth):
    propensity = truth.propensity(*everything(truth))
    assert ((propensity > 0) & (propensity <= 1)).all()
    np.testing.assert_allclose(propensity.sum(axis=1), truth.n_ratings, rtol=1e-6)


def test_propensity_agrees_with_many_samples(truth):
    users, movies = everything(truth)
    rng = np.random.default_rng(1)
    draws = 1_000
    seen = np.zeros((60, 80))
    for _ in range(draws):
        np.add.at(seen, draw_films_of(rng, truth, np.arange(60)), 1)
    error = seen / draws - truth.propensity(users, movies)
    assert np.abs(error.mean(axis=0)).max() < 0.015
    assert np.abs(error).max() < 0.015 + 4.5 * 0.5 / np.sqrt(draws)


def test_who_rates_everything_has_propensity_one():
    truth = simulate(3, 4, 12).truth
    np.testing.assert_array_equal(truth.propensity(*everything(truth)), np.ones((3, 4)))


def test_positions_are_checked(truth):
    with pytest.raises(ParameterError, match="No user has the position 60: they run from 0 to 59"):
        truth.expected([60], [0])
    with pytest.raises(ParameterError, match="No film has the position -1"):
        truth.expected([0], [-1])
    with pytest.raises(ParameterError, match="of type float64; pass whole numbers"):
        truth.propensity([0.0], [0])
    assert truth.expected([], []).shape == (0,)
