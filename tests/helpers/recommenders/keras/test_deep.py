"""DeepFactorization, and the features that it shares with the two towers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.features.inputs import item_features, user_features
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders import Biases
from helpers.recommenders.keras.deep import DeepFactorization
from helpers.splits import random_split

GENRES = ["Comedy", "Drama", "Horror"]


@pytest.fixture(scope="module")
def planted() -> Interactions:
    """Stars of 150 users on 90 films, each with a taste for or against each of three genres."""
    generator = np.random.default_rng(2)
    genre = np.arange(90) % 3
    taste = generator.choice([-1.2, 1.2], size=(150, 3))
    user, item = np.nonzero(generator.random((150, 90)) < 0.25)
    stars = 3 + taste[user, genre[item]] + generator.normal(scale=0.3, size=len(user))
    ratings = pd.DataFrame(
        {"user_id": user, "movie_id": item, "rating": np.clip(np.round(stars), 1, 5)}
    )
    movies = pd.DataFrame(
        {
            "movie_id": range(90),
            "title": [f"Film {number} ({1950 + number % 40})" for number in range(90)],
            "genres": [GENRES[kind] for kind in genre],
        }
    )
    rows = generator.permutation(len(ratings))
    return Interactions.from_frames(ratings.iloc[rows], movies, rating_scale=(1, 5))


@pytest.fixture(scope="module")
def split(planted):
    return random_split(planted, random_state=0)


@pytest.fixture(scope="module")
def fitted(split) -> DeepFactorization:
    model = DeepFactorization(8, hidden=(32, 16), dropout=0.1, batch_size=128)
    return model.fit(split.train, split.validation)


def test_beats_the_biases_where_there_is_a_taste(fitted, split):
    pairs = split.test.user, split.test.item
    ours = rmse(split.test.rating, fitted.predict(*pairs))
    assert ours < 0.8 * rmse(split.test.rating, Biases().fit(split.train).predict(*pairs))


def test_unseen_users_and_films_get_the_biases(planted):
    train = planted.subset((planted.user > 0) & (planted.item > 0))
    model = DeepFactorization(4, hidden=(8,), epochs=1, patience=None).fit(train)
    users, items = [0, 5, -1, 10**6], [5, 0, 5, -1]
    np.testing.assert_array_equal(
        model.predict(users, items), Biases().fit(train).predict(users, items)
    )


def test_learns_from_indices_alone(split, make_world):
    model = DeepFactorization(4, hidden=(8,), epochs=1, features=False).fit(split.train)
    assert model.model_.count_params() == (150 + 90) * 5 + 12 * 8 + 8 + 8 + 1
    without_genres = make_world()
    DeepFactorization(4, hidden=(8,), epochs=1).fit(without_genres)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"dropout": 1}, "dropout"), ({"hidden": (8, 0)}, "hidden"), ({"l2_biases": -1}, "l2_biases")],
)
def test_impossible_hyper_parameters(wrong, message):
    with pytest.raises(ParameterError, match=message):
        DeepFactorization(**wrong)


def small(users: pd.DataFrame | None = None) -> Interactions:
    ratings = pd.DataFrame(
        {"user_id": [1, 1, 2], "movie_id": [10, 20, 20], "rating": [5.0, 3.0, 4.0]}
    )
    movies = pd.DataFrame(
        {
            "movie_id": [10, 20],
            "title": ["Lantern (1980)", "Harbour"],
            "genres": ["Comedy", "(no genres listed)"],
        }
    )
    return Interactions.from_frames(ratings, movies, users, rating_scale=(1, 5))


def test_features_by_hand():
    interactions = small()
    films = item_features(interactions)
    np.testing.assert_array_equal(films, [[1, 0], [0, 0]])
    # User 1 rated one comedy of two films, one star above her mean of 4; user 2 no comedy.
    profiles = user_features(interactions, films)
    np.testing.assert_allclose(profiles, [[0.5, 0, 0.5, 0], [0, 0, 0, 0]])
    assert profiles.dtype == np.float32


def test_profiles_come_from_training_only():
    films = item_features(small())
    without_second = user_features(small().subset(np.array([0])), films)
    np.testing.assert_allclose(without_second, [[1, 0, 0, 0], [0, 0, 0, 0]])


def test_demographics_are_indicators():
    users = pd.DataFrame({"user_id": [1, 2], "gender": ["F", "M"], "age": [1, 56]})
    np.testing.assert_array_equal(user_features(small(users), None), [[1, 0, 1, 0], [0, 1, 0, 1]])


def test_nothing_known_is_none(make_world):
    world = make_world()
    assert item_features(world) is None
    assert user_features(world, None) is None


def test_network_sees_both_vectors(fitted):
    # The source's hidden layers saw one number; these see two vectors, a product and features.
    assert fitted.model_.get_layer("both").output.shape == (None, 3 * 8 + 8 + 4)
    alone = training.predict(fitted.model_, [3], [4])
    np.testing.assert_allclose(training.predict(fitted.model_, [3, 9], [4, 1])[:1], alone)
