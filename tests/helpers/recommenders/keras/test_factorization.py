"""MatrixFactorization, and what every Keras estimator has from ``keras_recommender``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders import Biases
from helpers.recommenders.keras.factorization import MatrixFactorization
from helpers.splits import k_fold, random_split

QUICK: dict[str, Any] = {"dim": 4, "batch_size": 128, "learning_rate": 0.03, "epochs": 12}


@pytest.fixture(scope="module")
def planted(request) -> Interactions:
    """Stars of 120 users on 80 films, two tastes and little noise, half of the pairs."""
    generator = np.random.default_rng(1)
    user, item = np.nonzero(generator.random((120, 80)) < 0.5)
    taste = generator.normal(size=(120, 2)) @ generator.normal(size=(2, 80))
    stars = 3 + 0.7 * taste + generator.normal(scale=0.3, size=80)
    table = pd.DataFrame({"user_id": user, "movie_id": item, "rating": stars[user, item]})
    table["rating"] = np.clip(np.round(2 * table["rating"]) / 2, 0.5, 5)
    return Interactions.from_frames(table.sample(frac=1, random_state=0), rating_scale=(0.5, 5))


@pytest.fixture(scope="module")
def split(planted):
    return random_split(planted, random_state=0)


@pytest.fixture(scope="module")
def fitted(split) -> MatrixFactorization:
    return MatrixFactorization(l2_factors=0.01, **QUICK).fit(split.train, split.validation)


def test_beats_the_biases_where_there_is_a_taste(fitted, split):
    pairs = split.test.user, split.test.item
    ours = rmse(split.test.rating, fitted.predict(*pairs))
    assert ours < 0.8 * rmse(split.test.rating, Biases().fit(split.train).predict(*pairs))


def test_arrays_hold_what_the_network_computes(fitted, split):
    pairs = split.test.user, split.test.item
    by_network = np.clip(training.predict(fitted.model_, *pairs), 0.5, 5)
    np.testing.assert_allclose(fitted.predict(*pairs), by_network, atol=1e-5)
    scores = fitted.scores(split.test.user[:50])
    np.testing.assert_allclose(
        np.clip(scores[np.arange(50), split.test.item[:50]], 0.5, 5), by_network[:50], atol=1e-5
    )


def test_ends_with_the_epoch_that_was_best_on_validation(fitted, split):
    stars = training.predict(fitted.model_, split.validation.user, split.validation.item)
    best = fitted.history_["val_loss"].min()
    assert np.mean((stars - split.validation.rating) ** 2) == pytest.approx(best, rel=1e-4)


def test_other_ids_same_quality(planted, fitted, split):
    # Ids scattered at random: the rows of the tables change places, nothing else may.
    generator = np.random.default_rng(5)
    users, items = generator.permutation(10_000)[:120], generator.permutation(10_000)[:80]
    table = planted.to_frame()[["user", "item", "rating"]]
    table["user_id"], table["movie_id"] = users[table.pop("user")], items[table.pop("item")]
    scattered = random_split(Interactions.from_frames(table, rating_scale=(0.5, 5)), random_state=0)
    model = MatrixFactorization(l2_factors=0.01, **QUICK).fit(scattered.train, scattered.validation)
    errors = [
        rmse(part.test.rating, one.predict(part.test.user, part.test.item))
        for part, one in ((split, fitted), (scattered, model))
    ]
    assert errors[1] == pytest.approx(errors[0], rel=0.1)


def test_stops_by_a_share_of_the_training_ratings(split, monkeypatch):
    seen = {}

    def record(model, train, validation, **arguments):
        seen.update(train=train, validation=validation)
        return pd.DataFrame({"epoch": [1], "loss": [1.0]})

    monkeypatch.setattr(training, "fit", record)
    MatrixFactorization(validation_fraction=0.1, **QUICK).fit(split.train)
    n = len(split.train)
    assert len(seen["validation"]) == round(0.1 * n)
    assert len(seen["train"]) == n - round(0.1 * n)

    def pairs(part):
        return set(zip(part.user.tolist(), part.item.tolist(), strict=True))

    assert pairs(seen["train"]) | pairs(seen["validation"]) == pairs(split.train)
    MatrixFactorization(patience=None, **QUICK).fit(split.train)
    assert len(seen["train"]) == n
    assert seen["validation"] is None


def test_unseen_users_and_films_get_the_biases(planted):
    train = planted.subset((planted.user > 1) & (planted.item > 1))
    model = MatrixFactorization(patience=None, **{**QUICK, "epochs": 1}).fit(train)
    users, items = [0, 5, 0, -1, 5, 10**6], [5, 0, 0, 5, -1, 10**6]
    np.testing.assert_array_equal(
        model.predict(users, items), Biases().fit(train).predict(users, items)
    )
    assert not model.user_vectors_[:2].any()
    assert not model.item_offsets_[:2].any()


def test_film_rated_only_in_what_was_set_aside_counts_as_unseen(planted):
    model = MatrixFactorization(**{**QUICK, "epochs": 1}, validation_fraction=0.95).fit(planted)
    unseen = np.flatnonzero(model.user_counts_ == 0)
    assert len(unseen)
    np.testing.assert_array_equal(
        model.predict(unseen[:1], [3]), Biases().fit(planted).predict(unseen[:1], [3])
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"dim": 0},
        {"epochs": 0},
        {"batch_size": 2.5},
        {"patience": 0},
        {"learning_rate": 0},
        {"validation_fraction": 1},
        {"l2_factors": -1},
        {"l2_biases": np.nan},
    ],
)
def test_impossible_hyper_parameters(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        MatrixFactorization(**wrong)


def test_published_error_on_movielens_latest_small(latest_small):
    """Five folds; a validation set inside the training parts chose the number of epochs."""
    ours, baseline = [], []
    for split in k_fold(latest_small, 5, validation=0):
        pairs = split.test.user, split.test.item
        model = MatrixFactorization(epochs=8, patience=None).fit(split.train)
        ours.append(rmse(split.test.rating, model.predict(*pairs)))
        baseline.append(rmse(split.test.rating, Biases().fit(split.train).predict(*pairs)))
    assert np.mean(ours) <= 0.8497
    assert np.mean(ours) < np.mean(baseline) - 0.015
