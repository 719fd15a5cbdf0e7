import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders import Biases, Popularity
from helpers.splits import k_fold, random_split


def test_biases_by_hand():
    # With no regularization these four ratings are exactly mean 3, users ±1, films ±0.5.
    ratings = pd.DataFrame(
        {"user_id": [1, 1, 2, 2], "movie_id": [1, 2, 1, 2], "rating": [4.5, 3.5, 2.5, 1.5]}
    )
    model = Biases(0, 0).fit(Interactions.from_frames(ratings))
    assert model.mean_ == 3
    np.testing.assert_allclose(model.user_biases_, [1, -1], atol=1e-9)
    np.testing.assert_allclose(model.item_biases_, [0.5, -0.5], atol=1e-9)


@pytest.mark.parametrize("regularization", [0.5, 4])
def test_biases_are_the_ridge_regression_on_who_rated_what(world, regularization):
    model = Biases(regularization, regularization).fit(world)
    design = np.zeros((len(world), world.n_users + world.n_items))
    design[np.arange(len(world)), world.user] = 1
    design[np.arange(len(world)), world.n_users + world.item] = 1
    ridge = Ridge(alpha=regularization, fit_intercept=False)
    ridge.fit(design, world.rating - world.rating.mean(dtype="float64"))
    found = np.concatenate([model.user_biases_, model.item_biases_])
    np.testing.assert_allclose(found, ridge.coef_, atol=1e-4)


def test_biases_minimise_what_they_say(world):
    def loss(user_biases, item_biases):
        error = world.rating - model.mean_ - user_biases[world.user] - item_biases[world.item]
        return (error**2).sum() + 5 * (user_biases**2).sum() + 3 * (item_biases**2).sum()

    model = Biases().fit(world)
    least = loss(model.user_biases_, model.item_biases_)
    generator = np.random.default_rng(0)
    for _ in range(20):
        moved = loss(
            model.user_biases_ + generator.normal(0, 0.01, world.n_users),
            model.item_biases_ + generator.normal(0, 0.01, world.n_items),
        )
        assert moved > least


def test_what_is_known_of_the_other_still_counts(world):
    train = world.subset((world.user > 0) & (world.item > 0))
    model = Biases().fit(train)
    np.testing.assert_allclose(
        model.predict([5, -1, -1, 0], [-1, 5, -1, 0]),
        np.clip(
            [
                model.mean_ + model.user_biases_[5],
                model.mean_ + model.item_biases_[5],
                model.mean_,
                model.mean_,
            ],
            0.5,
            5,
        ),
    )
    assert model.user_biases_[0] == model.item_biases_[0] == 0


def test_the_bias_of_a_newcomer_is_that_of_a_user_with_these_ratings(world):
    model = Biases().fit(world)
    mine = world.user == 4
    bias = model.user_bias_of(world.item[mine], world.rating[mine])
    assert bias == pytest.approx(model.user_biases_[4], abs=1e-4)
    assert model.user_bias_of(np.array([], dtype=int), np.array([])) == 0


def test_biases_beat_the_mean_of_the_film(world):
    split = random_split(world, validation=0)
    truth = split.test.rating
    error = {
        type(model).__name__: rmse(
            truth, model.fit(split.train).predict(split.test.user, split.test.item)
        )
        for model in (Biases(), Popularity(by="mean", damping=0))
    }
    assert error["Biases"] < error["Popularity"]


@pytest.mark.parametrize("name", ["user_regularization", "item_regularization"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_impossible_regularization(name, value):
    with pytest.raises(ParameterError, match=name):
        Biases(**{name: value})


def test_published_error_on_movielens_latest_small(latest_small):
    tuned, default = [], []
    for split in k_fold(latest_small, 5, validation=0):
        for model, errors in ((Biases(), tuned), (Biases(15, 10), default)):
            model.fit(split.train)
            errors.append(rmse(split.test.rating, model.predict(split.test.user, split.test.item)))
    assert np.mean(tuned) == pytest.approx(0.8649, abs=0.001)
    assert np.mean(default) == pytest.approx(0.8727, abs=0.001)
