"""The faster trainer of factorizations: the answer of ``model.fit``, and no model mistaken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import training
from helpers.interactions import Interactions
from helpers.recommenders.keras.architectures import (
    biased_dot_product_model,
    deep_factorization_model,
    dense_head_model,
    dot_product_model,
    head_on_dot_model,
    two_tower_model,
)
from helpers.training.by_rows import fit_by_rows
from helpers.training.recognition import recognised

N_USERS, N_ITEMS, DIM = 40, 60, 5


@pytest.fixture(scope="module")
def parts() -> tuple[Interactions, Interactions]:
    """900 ratings by 40 users of 60 films, most of them of a few, and 100 to validate by."""
    generator = np.random.default_rng(0)
    popular = 1 / np.arange(1, N_ITEMS + 1)
    pairs = generator.choice(
        N_USERS * N_ITEMS, 1000, replace=False, p=np.tile(popular / popular.sum() / N_USERS, 40)
    )
    user, item = np.divmod(pairs, N_ITEMS)
    stars = generator.integers(1, 6, 1000).astype(float)
    ratings = pd.DataFrame({"user_id": user, "movie_id": item, "rating": stars})
    interactions = Interactions.from_frames(ratings, rating_scale=(1, 5))
    return interactions.subset(np.arange(900)), interactions.subset(np.arange(900, 1000))


def built(parts: Any, kind: Any, *arguments: Any, **options: Any) -> Any:
    import keras

    training.set_seed(1)
    model = kind(parts[0].n_users, parts[0].n_items, DIM, *arguments, **options)
    model.compile(keras.optimizers.Adam(0.02), "mse")
    return model


def own_biased_model(n_users: int, n_items: int, dim: int) -> Any:
    """As a learner writes it: the parts in another order, no names, no penalty."""
    import keras
    from keras import layers

    user, item = (keras.Input((1,), dtype="int32") for _ in range(2))

    def rows(index: Any, size: int, width: int) -> Any:
        return layers.Flatten()(layers.Embedding(size, width)(index))

    bias = rows(item, n_items, 1)
    dot = layers.Dot(axes=1)([rows(item, n_items, dim), rows(user, n_users, dim)])
    return keras.Model([user, item], layers.Add()([bias, dot]))


KINDS = {
    "bare": (dot_product_model, (), {}),
    "biased": (biased_dot_product_model, (3.2,), {"l2_factors": 0.1, "l2_biases": 0.03}),
    "no price": (biased_dot_product_model, (3.2,), {}),
    "a learner's": (own_biased_model, (), {}),
}


@pytest.mark.parametrize(
    ("kind", "batch_size"),
    [("bare", 20), ("biased", 20), ("biased", 128), ("no price", 900), ("a learner's", 128)],
)
def test_same_answer_as_keras(parts, kind, batch_size):
    function, arguments, options = KINDS[kind]
    histories, models = [], []
    for engine in ("rows", "keras"):
        model = built(parts, function, *arguments, **options)
        assert recognised(model)
        size = {"epochs": 3, "batch_size": batch_size, "engine": engine}
        rounds = [training.fit(model, *parts, **size) for _ in range(2)]
        assert [log.attrs["engine"] for log in rounds] == [engine, engine]
        histories.append(pd.concat(rounds))
        models.append(model)
    np.testing.assert_allclose(histories[0], histories[1], rtol=2e-5)
    for ours, theirs in zip(models[0].weights, models[1].weights, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=2e-3, rtol=1e-3)
    ours, theirs = (model.optimizer for model in models)
    assert int(ours.iterations) == int(theirs.iterations) == 6 * -(-900 // batch_size)
    for mine, other in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_allclose(mine.numpy(), other.numpy(), atol=2e-4, rtol=1e-2)


def test_keras_goes_on_from_where_it_ended(parts):
    mixed, plain = (built(parts, dot_product_model) for _ in range(2))
    for model, engines in ((mixed, ("rows", "keras")), (plain, ("keras", "keras"))):
        for engine in engines:
            history = training.fit(model, *parts, epochs=2, batch_size=64, engine=engine)
        model.history = history
    np.testing.assert_allclose(mixed.history, plain.history, rtol=2e-5)


def test_with_a_seed_the_order_is_drawn_once():
    from helpers.training.by_rows import _orders

    training.set_seed(3)
    orders = _orders(50)
    np.testing.assert_array_equal(next(orders), next(orders))  # as in Keras itself
    assert sorted(next(orders)) == list(range(50))


def test_the_way_of_a_row_without_gradient():
    """Against the steps one by one: at every size of gradient, from far above ε to far below it."""
    import keras

    from helpers.training.by_rows import Adam

    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build([])
    adam = Adam(optimizer, 400)
    m = 10.0 ** np.arange(-9, 1)
    v = (m * 0.03) ** 2
    for last, steps in ((0, 1), (5, 3), (40, 300)):
        moved, left_m, left_v = np.zeros(len(m)), m.copy(), v.copy()
        for step in range(last, last + steps):
            left_m, left_v = 0.9 * left_m, 0.999 * left_v
            moved += adam.length[step] * left_m / (np.sqrt(left_v) + 1e-7)
        adam.step = last + steps
        near, scale, keep_1, keep_2 = (float(c[0, 0]) for c in adam.skipped(np.array([last])))
        np.testing.assert_allclose(near * m / (scale * np.sqrt(v) + 1e-7), moved, rtol=1e-4)
        np.testing.assert_allclose((keep_1 * m, keep_2 * v), (left_m, left_v), rtol=1e-5)


UNKNOWN = {
    "a head": (dense_head_model, (), {}),
    "hidden layers": (head_on_dot_model, (), {}),
    "deep": (deep_factorization_model, (3.0,), {}),
    "towers": (two_tower_model, (), {}),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_other_models_are_left_to_keras(parts, kind):
    function, arguments, options = UNKNOWN[kind]
    assert recognised(built(parts, function, *arguments, **options)) is None


def test_other_ways_to_compile_are_left_to_keras(parts):
    import keras

    model = built(parts, dot_product_model)
    assert recognised(model)
    adam = keras.optimizers.Adam
    for arguments in (
        {"optimizer": "sgd", "loss": "mse"},
        {"optimizer": "adamw", "loss": "mse"},
        {"optimizer": adam(clipnorm=1.0), "loss": "mse"},
        {"optimizer": adam(amsgrad=True), "loss": "mse"},
        {"optimizer": adam(keras.optimizers.schedules.CosineDecay(0.1, 9)), "loss": "mse"},
        {"optimizer": "adam", "loss": "mae"},
        {"optimizer": "adam", "loss": keras.losses.MeanSquaredError()},
        {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]},
        {"optimizer": "adam", "loss": "mse", "loss_weights": [2.0]},
    ):
        model.compile(**arguments)
        assert recognised(model) is None, arguments


def test_other_layers_are_left_to_keras(parts):
    import keras
    from keras import layers

    user, item = (keras.Input((1,), dtype="int32") for _ in range(2))
    size = parts[0].n_users, parts[0].n_items

    def model_of(output: Any) -> Any:
        model = keras.Model([user, item], output)
        model.compile("adam", "mse")
        return model

    def looked_up(index: Any, rows: int, **options: Any) -> Any:
        return layers.Flatten()(layers.Embedding(rows, 4, **options)(index))

    vectors = [looked_up(user, size[0]), looked_up(item, size[1])]
    dot = layers.Dot(axes=1)(vectors)
    assert recognised(model_of(dot))
    priced = looked_up(item, size[1], embeddings_regularizer="l2")
    same = layers.Embedding(60, 4)
    shared = [layers.Flatten()(same(index)) for index in (user, item)]
    for name, output in {
        "a scale": layers.Rescaling(2.0)(dot),
        "a cosine": layers.Dot(axes=1, normalize=True)(vectors),
        "a regularizer": layers.Dot(axes=1)([vectors[0], priced]),
        "two of users": layers.Dot(axes=1)([vectors[0], looked_up(user, size[0])]),
        "shared rows": layers.Dot(axes=1)(shared),
        "two dots": layers.Add()([dot, layers.Dot(axes=1)(vectors)]),
        "frozen": layers.Dot(axes=1)([vectors[0], looked_up(item, size[1], trainable=False)]),
    }.items():
        assert recognised(model_of(output)) is None, name


def test_a_model_with_its_own_step_is_left_to_keras(parts):
    import keras

    class Own(keras.Model):
        def train_step(self, data: Any) -> Any:
            return super().train_step(data)

    dot = dot_product_model(parts[0].n_users, parts[0].n_items, DIM)
    model = Own(dot.inputs, dot.outputs)
    model.compile("adam", "mse")
    assert recognised(model) is None


def test_callbacks_find_the_weights_of_each_epoch(parts):
    import keras

    model = built(parts, dot_product_model)
    seen = []
    watch = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda _epoch, _logs: seen.append(model.get_weights()[0].copy())
    )
    history = fit_by_rows(
        model, recognised(model), *parts, epochs=2, batch_size=64, callbacks=[watch]
    )
    assert len(history["loss"]) == len(seen) == 2
    assert np.abs(seen[1] - seen[0]).max() > 1e-3
    np.testing.assert_array_equal(seen[1], model.get_weights()[0])
