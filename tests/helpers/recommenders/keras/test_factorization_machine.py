"""Factorization machines: the pairwise term against all pairs, and what features are good for."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers import training
from helpers.errors import ParameterError
from helpers.features.inputs import item_indicators, user_indicators
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders import Biases, FactorizationMachine
from helpers.recommenders.keras.architectures import biased_dot_product_model
from helpers.recommenders.keras.factorization_machine import (
    factorization_machine_model,
    pairwise_sum,
)
from helpers.recommenders.keras.layers import pair_sum_layer
from helpers.splits import cold_item_split

vectors = st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays("float64", shape, elements=st.floats(-3, 3, width=32))
)


def all_pairs(values):
    """The same in time quadratic in the number of vectors, pair by pair."""
    return [sum(float(a @ b) for a, b in combinations(row, 2)) for row in values]


@given(vectors)
def test_the_linear_form_is_the_sum_over_all_pairs(values):
    expected = all_pairs(values)
    np.testing.assert_allclose(pairwise_sum(values), expected, atol=1e-9)
    layer = pair_sum_layer()()
    np.testing.assert_allclose(np.array(layer(values))[:, 0], expected, atol=1e-3)


def test_pairs_by_hand():
    # User (1, 0), film (1, 2), drama (0, 3): 1 + 0 + 6.
    assert pairwise_sum([[[1, 0], [1, 2], [0, 3]]]).tolist() == [7]
    assert pairwise_sum([[[4, 5]]]).tolist() == [0]


def test_without_features_it_is_the_biased_dot_product():
    machine, factors = factorization_machine_model(7, 5, 3, 3.5), biased_dot_product_model(7, 5, 3)
    training.set_seed(1)
    weights = {
        layer.name: np.random.default_rng(len(layer.name)).normal(size=layer.get_weights()[0].shape)
        for layer in factors.layers
        if layer.get_weights()
    }
    for model in (machine, factors):
        for name, values in weights.items():
            model.get_layer(name).set_weights([values])
    users, items = np.array([0, 3, 6]), np.array([4, 0, 2])
    np.testing.assert_allclose(
        training.predict(machine, users, items),
        training.predict(factors, users, items) + 3.5,
        rtol=1e-5,
    )


def test_a_batch_mate_changes_nothing():
    model = factorization_machine_model(4, 6, 3, item_features=np.eye(6))
    alone = training.predict(model, [2], [3])
    assert training.predict(model, [0, 2, 3], [1, 3, 5])[1] == pytest.approx(alone[0], abs=1e-6)


@pytest.fixture(scope="module")
def genres() -> Interactions:
    """Users of two tastes, films of two genres: whoever is of a genre's taste gives 2 more."""
    generator = np.random.default_rng(0)
    user, item = np.nonzero(generator.random((150, 120)) < 0.35)
    stars = 3 + np.where(user % 2 == item % 2, 1, -1) + 0.4 * generator.normal(size=len(user))
    table = pd.DataFrame({"user_id": user, "movie_id": item, "rating": np.clip(stars, 1, 5)})
    titles = [f"Film {n} ({1950 + n % 40})" for n in range(120)]
    kinds = np.where(np.arange(120) % 2, "Drama", "Comedy")
    movies = pd.DataFrame({"movie_id": range(120), "title": titles, "genres": kinds})
    return Interactions.from_frames(table, movies, rating_scale=(1, 5))


@pytest.fixture(scope="module")
def cold(genres):
    return cold_item_split(genres)


@pytest.fixture(scope="module")
def fitted(cold):
    return FactorizationMachine(
        8, l2_factors=0.02, learning_rate=0.02, batch_size=512, epochs=20
    ).fit(cold.train, cold.validation)


def test_films_that_nobody_rated_are_placed_by_their_genre(cold, fitted):
    test = cold.test
    ours = rmse(test.rating, fitted.predict(test.user, test.item))
    averages = Biases().fit(cold.train).predict(test.user, test.item)
    assert ours < 0.75
    assert rmse(test.rating, averages) > 0.9


def test_the_sides_add_up_to_what_the_network_says(cold, fitted):
    users, items = cold.test.user[:50], cold.test.item[:50]
    by_network = training.predict(fitted.model_, users, items).clip(1, 5)
    np.testing.assert_allclose(fitted.predict(users, items), by_network, rtol=1e-4)
    rows = fitted.scores(users)[np.arange(50), items].clip(1, 5)
    np.testing.assert_allclose(fitted.predict(users, items), rows, rtol=1e-5)


def test_a_film_without_a_rating_has_nothing_of_its_own(cold, fitted):
    table = fitted.model_.get_layer("item_factors").get_weights()[0]
    assert not table[np.unique(cold.test.item)].any()
    assert table[np.unique(cold.train.item)].any(axis=1).all()


def test_beyond_the_catalogue_the_biases_answer(cold, fitted):
    known = int(cold.train.item[0])
    found = fitted.predict([-1, 999], [known, known])
    expected = fitted.biases_.predict([-1, 999], [known, known])
    np.testing.assert_allclose(found, expected)


def test_without_features_it_still_learns(world):
    ratings = world.to_frame()[["user_id", "movie_id", "rating"]]
    plain = Interactions.from_frames(ratings, rating_scale=(0.5, 5))
    model = FactorizationMachine(2, epochs=2).fit(plain)
    assert np.isfinite(model.scores([0])).all()


def test_what_is_known_becomes_columns_of_one_and_zero():
    ratings = pd.DataFrame({"user_id": [1, 2], "movie_id": [5, 6], "rating": [4.0, 3.0]})
    titles = ["Lantern (1987)", "No Year"]
    movies = pd.DataFrame({"movie_id": [5, 6], "title": titles, "genres": ["War", ""]})
    users = pd.DataFrame({"user_id": [1, 2], "gender": ["F", "M"], "zip_code": ["1", "2"]})
    whole = Interactions.from_frames(ratings, movies, users, rating_scale=(1, 5))
    np.testing.assert_array_equal(item_indicators(whole), [[1, 1], [0, 0]])
    np.testing.assert_array_equal(user_indicators(whole), [[1, 0], [0, 1]])
    unknown = Interactions.from_frames(ratings, rating_scale=(1, 5))
    assert item_indicators(unknown) is None and user_indicators(unknown) is None


@pytest.mark.parametrize("setting", [{"dim": 0}, {"l2_factors": -1}, {"epochs": 0}])
def test_settings_that_make_no_sense(setting):
    with pytest.raises(ParameterError):
        FactorizationMachine(**setting)


@pytest.mark.parametrize("values", [[1.0, 2.0], [[1.0, 2.0]]])
def test_vectors_of_another_shape(values):
    with pytest.raises(ParameterError, match="must have the shape"):
        pairwise_sum(values)
