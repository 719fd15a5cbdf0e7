"""Architectures: shapes, parameters, and formulas worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.errors import ParameterError
from helpers.recommenders.keras import architectures
from helpers.training import set_seed

SIZES = {"n_users": 7, "n_items": 5, "dim": 3}
MODELS = {
    "dot_product": (architectures.dot_product_model, 36),
    "dense_head": (architectures.dense_head_model, 38),
    "head_on_dot": (architectures.head_on_dot_model, 36 + 128 + 2080 + 33),
    "biased_dot_product": (architectures.biased_dot_product_model, 36 + 12),
    "deep_factorization": (architectures.deep_factorization_model, 48 + 640 + 2080 + 33),
    "two_tower": (architectures.two_tower_model, 36 + 2 * (4 * 64 + 65 * 3)),
}


@pytest.fixture(params=MODELS)
def named(request):
    set_seed(0)
    build, parameters = MODELS[request.param]
    return request.param, build(**SIZES), parameters


def pairs(*chosen: tuple[int, int]) -> list[np.ndarray]:
    users, items = np.array(chosen, "int32").T
    return [users[:, None], items[:, None]]


def test_inputs_outputs_and_parameters(named):
    name, model, parameters = named
    assert model.name == name
    assert not model.compiled
    assert [value.name for value in model.inputs] == ["user", "item"]
    assert [(value.shape, value.dtype) for value in model.inputs] == [((None, 1), "int32")] * 2
    assert model.output_shape == (None, 1)
    assert model.count_params() == parameters


def test_prediction_does_not_depend_on_batch_mates(named):
    _, model, _ = named
    alone = np.array(model(pairs((2, 3))))
    together = np.array(model(pairs((0, 0), (2, 3), (6, 4), (2, 3))))
    assert together.shape == (4, 1)
    np.testing.assert_allclose(together[1], alone[0], rtol=1e-6)
    np.testing.assert_allclose(together[3], alone[0], rtol=1e-6)


def test_gradient_reaches_only_the_rows_of_the_batch(named):
    import tensorflow as tf

    _, model, _ = named
    with tf.GradientTape() as tape:
        score = model(pairs((2, 3)))
    tables = {
        weight.path.split("/")[-2]: weight
        for weight in model.trainable_weights
        if "embeddings" in weight.path
    }
    gradients = tape.gradient(score, [table.value for table in tables.values()])
    for name, gradient in zip(tables, gradients, strict=True):
        assert list(np.array(gradient.indices)) == ([2] if name.startswith("user") else [3])


def test_dot_product_by_hand():
    model = architectures.dot_product_model(n_users=2, n_items=2, dim=2)
    model.set_weights([np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])])
    np.testing.assert_allclose(model(pairs((0, 0), (1, 1))), [[17], [53]])


def test_dense_head_is_a_slope_and_an_intercept():
    model = architectures.dense_head_model(n_users=2, n_items=2, dim=2)
    vectors = [np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])]
    model.set_weights([*vectors, np.array([[0.5]]), np.array([2.0])])
    np.testing.assert_allclose(model(pairs((0, 0), (1, 1))), [[10.5], [28.5]])


def biased(l2_factors: float = 0.0, l2_biases: float = 0.0):
    model = architectures.biased_dot_product_model(
        2, 2, 2, 3.5, l2_factors=l2_factors, l2_biases=l2_biases
    )
    weights = {
        "user_factors": [[1, 2], [3, 4]],
        "item_factors": [[5, 6], [7, 8]],
        "user_bias": [[0.25], [0.5]],
        "item_bias": [[-1], [-2]],
    }
    for name, values in weights.items():
        model.get_layer(name).set_weights([np.array(values)])
    return model


def test_biased_dot_product_by_hand():
    np.testing.assert_allclose(
        biased()(pairs((0, 0), (1, 1))), [[3.5 + 0.25 - 1 + 17], [3.5 + 0.5 - 2 + 53]]
    )


def test_penalty_is_that_of_the_rows_looked_up():
    model = biased(l2_factors=0.1, l2_biases=0.01)
    model(pairs((0, 0), (0, 1), (0, 1)), training=True)
    factors = (3 * 5 + 61 + 113 + 113) / 3
    biases = (3 * 0.0625 + 1 + 4 + 4) / 3
    assert sum(map(float, model.losses)) == pytest.approx(0.1 * factors + 0.01 * biases, rel=1e-6)


def test_penalty_is_absent_outside_training():
    model = biased(l2_factors=0.1, l2_biases=0.01)
    model(pairs((0, 0)))
    assert sum(map(float, model.losses)) == 0


def test_row_without_rating_is_not_shrunk():
    import keras

    model = biased(l2_factors=0.1, l2_biases=0.01)
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.train_on_batch(pairs((0, 0)), np.array([[4.0]]))
    np.testing.assert_array_equal(model.get_layer("user_factors").get_weights()[0][1], [3, 4])
    assert model.get_layer("user_factors").get_weights()[0][0, 0] != 1


def test_untrained_biased_models_start_near_the_mean():
    for build in (
        architectures.biased_dot_product_model,
        architectures.deep_factorization_model,
    ):
        set_seed(0)
        assert np.abs(np.array(build(**SIZES, mean=3.5)(pairs((1, 1)))) - 3.5) < 0.2


def test_deep_factorization_drops_out_in_training_only():
    set_seed(0)
    model = architectures.deep_factorization_model(**SIZES, dropout=0.5)
    twice = [np.array(model(pairs((1, 1)))) for _ in range(2)]
    np.testing.assert_array_equal(*twice)
    in_training = [float(model(pairs((1, 1)), training=True)[0, 0]) for _ in range(8)]
    assert len(set(in_training)) > 1


def test_model_survives_its_description():
    import keras

    model = biased(l2_factors=0.1, l2_biases=0.01)
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(pairs((0, 1))), model(pairs((0, 1))))
    assert again.get_layer("user_factors_penalty").l2 == pytest.approx(0.1)


@pytest.mark.parametrize("sizes", [(0, 5, 3), (7, 5, 0)])
def test_impossible_sizes(sizes):
    with pytest.raises(ParameterError, match="user_factors cannot have"):
        architectures.dot_product_model(*sizes)
