"""Towers that do without an id: cold films by their genre, newcomers by their profile."""

import numpy as np
import pandas as pd
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.features.inputs import item_features, profiles, user_features
from helpers.interactions import Interactions
from helpers.recommenders import HybridTwoTower, TwoTower
from helpers.recommenders.keras.architectures import two_tower_model
from helpers.splits import cold_item_split


def genres(users=None) -> Interactions:
    """Users of two tastes who choose nearly always within one of two genres."""
    generator = np.random.default_rng(3)
    rows = []
    for user in range(90):
        weight = np.where(np.arange(80) % 2 == user % 2, 12.0, 1.0) / (1 + np.arange(80) / 20)
        chosen = generator.choice(80, size=16, replace=False, p=weight / weight.sum())
        rows += [(user, item, float(generator.integers(1, 6))) for item in chosen]
    table = pd.DataFrame(rows, columns=["user_id", "movie_id", "rating"])
    titles = [f"Film {n} ({1950 + n % 7})" for n in range(80)]
    kinds = np.where(np.arange(80) % 2, "Drama", "Comedy")
    movies = pd.DataFrame({"movie_id": range(80), "title": titles, "genres": kinds})
    return Interactions.from_frames(table, movies, users, rating_scale=(1, 5))


@pytest.fixture(scope="module")
def split():
    return cold_item_split(genres())


@pytest.fixture(scope="module")
def fitted(split):
    model = HybridTwoTower(
        8, hidden=(16,), batch_size=128, learning_rate=0.02, epochs=12, random_state=1
    )
    return model.fit(split.train)


def right_genre(scores, cold):
    """Share of (user, cold film of their taste, cold film of the other) put in the right order."""
    user = np.arange(len(scores))[:, None] % 2
    liked, other = cold[cold % 2 == 1], cold[cold % 2 == 0]
    drama_first = scores[:, liked][:, :, None] > scores[:, other][:, None, :]
    return np.where(user[:, :, None] == 1, drama_first, ~drama_first).mean()


def test_films_that_nobody_chose_are_placed_by_their_genre(split, fitted):
    cold = np.unique(split.test.item)
    scores = fitted.scores(np.arange(90))
    assert right_genre(scores, cold) > 0.8
    pairs = fitted.predict(split.test.user, split.test.item)
    np.testing.assert_allclose(pairs, scores[split.test.user, split.test.item])


def test_two_towers_without_it_put_them_all_at_the_bottom(split):
    model = TwoTower(8, hidden=(16,), batch_size=128, epochs=2).fit(split.train)
    assert np.ptp(model.scores([0])[0, np.unique(split.test.item)]) == 0


def test_newcomers_are_placed_by_their_profile(split, fitted):
    table = np.zeros((2, 80))
    table[0, 0:20:2], table[1, 1:20:2] = 4, 4
    scores = fitted.scores_for(table)
    assert right_genre(scores, np.unique(split.test.item)) > 0.8
    # The same as a user of the data has, once the id is taken away.
    network = fitted.model_.get_layer("user_tower")
    factors = network.get_layer("user_factors")
    (before,) = factors.get_weights()
    factors.set_weights([np.zeros_like(before)])
    vectors = np.array(network(np.arange(90, dtype="int32")[:, None]), "float64")
    factors.set_weights([before])
    part = split.train
    known = user_features(fitted.train_, item_features(part))
    found = profiles(part.matrix(), item_features(part))
    np.testing.assert_allclose(found, known, atol=1e-6)
    expected = vectors @ fitted.item_vectors_.T
    aside = network.get_layer("user_features").get_weights()[0]
    same = np.flatnonzero(np.isclose(aside, known, atol=1e-6).all(axis=1))
    np.testing.assert_allclose(
        fitted.scores_for(part.matrix())[same], expected[same], rtol=1e-4, atol=1e-4
    )


def test_somebody_of_whom_nothing_is_known_gets_popular_films_then_the_likeliest(split, fitted):
    usual = fitted.user_vectors_[np.unique(split.train.user)].mean(axis=0)
    counts, liked = fitted.item_counts_, fitted.item_vectors_ @ usual
    expected = np.lexsort((-liked, -counts))
    assert fitted.rank([-1], 80)[0][0].tolist() == expected.tolist()
    np.testing.assert_array_equal(fitted.scores_for(np.zeros((1, 80))), fitted.scores([-1]))
    assert counts[expected[-1]] == 0 < counts.max()


def test_what_is_no_film_scores_below_all(fitted):
    assert fitted.predict([0, -1], [80, -1]).max() < fitted.scores([0, -1]).min()


def test_an_id_drops_out_whole_and_only_in_training():
    training.set_seed(0)
    model = two_tower_model(3, 4, dim=5, hidden=(), id_dropout=0.5)
    drop = model.get_layer("item_tower").get_layer("item_id_dropout")
    rows = np.ones((200, 5), "float32")
    kept = np.array(drop(rows, training=True))
    assert set(np.unique(kept)) == {0.0, 2.0}
    assert (kept == kept[:, :1]).all()
    assert 0.3 < (kept[:, 0] > 0).mean() < 0.7
    np.testing.assert_array_equal(np.array(drop(rows, training=False)), rows)


def test_where_age_is_known_a_user_without_ratings_is_no_stranger():
    users = pd.DataFrame({"user_id": range(90), "gender": ["F", "M"] * 45})
    whole = genres(users)
    train = whole.subset(whole.user > 9)
    options = {"batch_size": 128, "learning_rate": 0.02, "epochs": 8, "random_state": 1}
    model = HybridTwoTower(8, hidden=(16,), **options).fit(train)
    scores = model.scores(np.arange(10))
    assert not np.allclose(scores[0], scores[1])
    np.testing.assert_allclose(scores[[0]], model.scores([2]), rtol=1e-4)
    assert np.isfinite(model.scores_for(4 * np.eye(1, 80))).all()


def test_a_share_that_makes_no_sense():
    with pytest.raises(ParameterError, match="id_dropout = 1"):
        HybridTwoTower(id_dropout=1)
