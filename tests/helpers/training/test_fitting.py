"""Training: seeds, early stopping on validation, history, and what is refused."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import training
from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.keras.architectures import (
    biased_dot_product_model,
    dot_product_model,
    head_on_dot_model,
)


@pytest.fixture(scope="module")
def interactions() -> Interactions:
    """Stars of 12 users on 10 films that one taste explains, 90 of the 120 pairs."""
    generator = np.random.default_rng(0)
    stars = np.clip(3 + np.outer(generator.normal(size=12), generator.normal(size=10)), 1, 5)
    user, item = np.divmod(generator.permutation(120)[:90], 10)
    ratings = pd.DataFrame({"user_id": user, "movie_id": item, "rating": stars[user, item]})
    return Interactions.from_frames(ratings, rating_scale=(1, 5))


def compiled(interactions: Interactions, rate: float = 0.05, kind: Any = dot_product_model) -> Any:
    import keras

    training.set_seed(1)
    model = kind(interactions.n_users, interactions.n_items, 4)
    model.compile(keras.optimizers.Adam(rate), "mse")
    return model


def test_tensorflow_is_quiet_from_the_start():
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"]
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"]


def test_history_has_one_row_an_epoch(interactions):
    train, validation = interactions.subset(np.arange(70)), interactions.subset(np.arange(70, 90))
    model = compiled(interactions)
    history = training.fit(model, train, validation, epochs=3, batch_size=16)
    assert list(history.columns) == ["epoch", "loss", "val_loss"]
    assert list(history["epoch"]) == [1, 2, 3]
    stars = training.predict(model, validation.user, validation.item)
    assert history["val_loss"].iloc[-1] == pytest.approx(
        np.mean((stars - validation.rating) ** 2), rel=1e-5
    )


@pytest.mark.parametrize("kind", [dot_product_model, head_on_dot_model])
def test_same_training_as_plain_keras(interactions, kind):
    by_helper, by_hand = (compiled(interactions, kind=kind) for _ in range(2))
    training.set_seed(5)
    history = training.fit(by_helper, interactions, epochs=2, batch_size=16)
    training.set_seed(5)
    expected = by_hand.fit(
        [interactions.user, interactions.item],
        interactions.rating,
        batch_size=16,
        epochs=2,
        verbose=0,
    )
    np.testing.assert_allclose(history["loss"], expected.history["loss"], rtol=1e-6)


def test_same_seed_same_weights(interactions):
    models = [compiled(interactions) for _ in range(2)]
    for model in models:
        training.set_seed(3)
        training.fit(model, interactions, epochs=2, batch_size=16)
    for first, second in zip(models[0].get_weights(), models[1].get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_steps_per_execution_changes_no_result(interactions):
    import keras

    losses = []
    for steps in (1, training.STEPS_PER_EXECUTION):
        training.set_seed(1)
        model = head_on_dot_model(interactions.n_users, interactions.n_items, 4)
        model.compile(keras.optimizers.Adam(0.05), "mse", steps_per_execution=steps)
        losses.append(training.fit(model, interactions, epochs=2, batch_size=16)["loss"])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)


def test_early_stopping_ends_with_the_best_weights(interactions):
    train, validation = interactions.subset(np.arange(30)), interactions.subset(np.arange(30, 90))
    model = compiled(interactions, rate=0.3)
    history = training.fit(model, train, validation, epochs=25, batch_size=8, patience=2)
    best = history["val_loss"].idxmin()
    assert len(history) < 25
    assert best == len(history) - 3
    stars = training.predict(model, validation.user, validation.item)
    error = np.mean((stars - validation.rating) ** 2)
    assert error == pytest.approx(history["val_loss"][best], rel=1e-5)


def test_without_restoring_the_last_weights_stay(interactions):
    train, validation = interactions.subset(np.arange(30)), interactions.subset(np.arange(30, 90))
    model = compiled(interactions, rate=0.3)
    history = training.fit(
        model, train, validation, epochs=100, batch_size=8, patience=2, restore_best=False
    )
    stars = training.predict(model, validation.user, validation.item)
    error = np.mean((stars - validation.rating) ** 2)
    assert error == pytest.approx(history["val_loss"].iloc[-1], rel=1e-5)


def test_penalty_counts_in_training_only(interactions):
    import keras

    training.set_seed(1)
    model = biased_dot_product_model(
        interactions.n_users, interactions.n_items, 4, 3.0, l2_factors=100.0
    )
    model.compile(keras.optimizers.SGD(0.0), "mse")
    history = training.fit(model, interactions, interactions, epochs=1, batch_size=90)
    assert history["loss"][0] > history["val_loss"][0]


def test_progress_bar_leaves_no_trace(interactions, capsys):
    training.fit(compiled(interactions), interactions, epochs=2, batch_size=45, progress=True)
    assert capsys.readouterr().out == ""


def test_prediction_does_not_depend_on_the_batch_size(interactions):
    model = compiled(interactions)
    pairs = interactions.user, interactions.item
    whole = training.predict(model, *pairs)
    assert whole.dtype == np.float64
    assert whole.shape == (90,)
    np.testing.assert_allclose(training.predict(model, *pairs, batch_size=7), whole, rtol=1e-6)
    assert training.predict(model, [], []).shape == (0,)


def test_diverging_training_is_an_error(interactions):
    import keras

    model = compiled(interactions)
    model.compile(keras.optimizers.SGD(1e6), "mse")
    with pytest.raises(ParameterError, match="Lower the learning rate"):
        training.fit(model, interactions, epochs=20, batch_size=16)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"epochs": 0}, ParameterError, "epochs = 0"),
        ({"batch_size": 0}, ParameterError, "batch_size = 0"),
        ({"patience": 0}, ParameterError, "patience = 0"),
        ({"patience": 2}, ParameterError, "needs a validation set"),
        ({"target": "stars"}, ParameterError, "'stars'"),
        ({"engine": "numpy"}, ParameterError, "engine must be one of"),
    ],
)
def test_bad_arguments(interactions, changes, error, message):
    arguments: dict[str, Any] = {"epochs": 1, "batch_size": 16, **changes}
    with pytest.raises(error, match=message):
        training.fit(compiled(interactions), interactions, **arguments)


@pytest.mark.parametrize(
    ("kind", "engine", "used"),
    [
        (dot_product_model, "auto", "rows"),
        (dot_product_model, "rows", "rows"),
        (dot_product_model, "keras", "keras"),
        (head_on_dot_model, "auto", "keras"),
    ],
)
def test_the_history_says_which_engine_has_trained(interactions, kind, engine, used):
    model = compiled(interactions, kind=kind)
    history = training.fit(model, interactions, epochs=1, batch_size=45, engine=engine)
    assert history.attrs == {"engine": used}


def test_what_the_engine_of_rows_cannot_train_is_refused(interactions):
    with pytest.raises(ParameterError, match='engine="rows" cannot train this model'):
        training.fit(
            compiled(interactions, kind=head_on_dot_model),
            interactions,
            epochs=1,
            batch_size=45,
            engine="rows",
        )
    with pytest.raises(ParameterError, match='engine="rows" cannot train this model'):
        training.fit(
            compiled(interactions),
            interactions,
            epochs=1,
            batch_size=45,
            target="item",
            engine="rows",
        )


def test_empty_sets(interactions):
    nothing = interactions.subset(np.array([], dtype=int))
    with pytest.raises(DataError, match="training set is empty"):
        training.fit(compiled(interactions), nothing, epochs=1, batch_size=16)
    with pytest.raises(DataError, match="validation set is empty"):
        training.fit(compiled(interactions), interactions, nothing, epochs=1, batch_size=16)


def test_model_that_is_not_compiled(interactions):
    model = dot_product_model(interactions.n_users, interactions.n_items, 4)
    with pytest.raises(ParameterError, match="compile"):
        training.fit(model, interactions, epochs=1, batch_size=16)


def test_pairs_of_unequal_length(interactions):
    with pytest.raises(ParameterError, match="2 users and 1 items"):
        training.predict(compiled(interactions), [0, 1], [0])
