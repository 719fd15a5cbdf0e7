"""The model of a user against several films, and its loss: by hand, and against Keras' own."""

import numpy as np
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.recommenders.keras.choice_models import choice_loss, choice_model

USERS, ITEMS = np.array([[0], [3], [4]], "int32"), np.array([[5, 1], [0, 5], [2, 2]], "int32")


def tables(model):
    names = ("user_factors", "item_factors", "item_bias")
    return [model.get_layer(name).get_weights()[0] for name in names]


def test_a_score_is_film_bias_plus_dot_product():
    training.set_seed(0)
    model = choice_model(5, 6, 4, candidates=2)
    model.get_layer("item_bias").set_weights([np.arange(6.0)[:, None]])
    user, item, bias = tables(model)
    expected = np.einsum("bd,bcd->bc", user[USERS[:, 0]], item[ITEMS]) + bias[ITEMS][:, :, 0]
    np.testing.assert_allclose(model([USERS, ITEMS]), expected, rtol=1e-5)
    assert not model.compiled


def test_with_one_wrong_answer_it_is_the_loss_of_bpr():
    scores = np.array([[1.0, 0.0], [-2.0, 3.0], [0.4, 0.4]], "float32")
    expected = -np.log(1 / (1 + np.exp(-(scores[:, 0] - scores[:, 1]))))
    np.testing.assert_allclose(choice_loss(np.zeros((3, 2)), scores), expected, rtol=1e-5)


def test_by_hand_with_correction():
    # exp(s) / q: 2 / 0.5 = 4 for the choice, 1 / 0.25 = 4 and 3 / 0.125 = 24 beside it.
    scores = np.log(np.array([[2.0, 1.0, 3.0]], "float32"))
    log_q = np.log([[0.5, 0.25, 0.125]])
    assert float(choice_loss(log_q, scores)[0]) == pytest.approx(np.log(32 / 4), rel=1e-5)


def test_an_equal_chance_for_all_corrects_nothing_and_only_differences_count():
    scores = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    plain = np.asarray(choice_loss(np.zeros((4, 5)), scores))
    np.testing.assert_allclose(choice_loss(np.full((4, 5), -7.0), scores), plain, rtol=1e-4)
    np.testing.assert_allclose(choice_loss(np.zeros((4, 5)), scores + 10), plain, rtol=1e-3)


def test_keras_finds_the_same():
    import keras

    scores = np.random.default_rng(1).normal(size=(6, 4)).astype("float32")
    theirs = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    expected = theirs(np.zeros(6, "int32"), scores)
    np.testing.assert_allclose(choice_loss(np.zeros((6, 4)), scores), expected, rtol=1e-5)


def test_the_penalty_falls_on_the_rows_that_are_looked_up():
    import keras

    training.set_seed(0)
    model = choice_model(5, 6, 4, candidates=2, l2=0.5)
    user, item, bias = tables(model)
    model.compile(keras.optimizers.SGD(0.0), choice_loss)
    found = model.train_on_batch([USERS, ITEMS], np.zeros((3, 2)))
    bare = np.mean(choice_loss(np.zeros((3, 2)), model([USERS, ITEMS])))
    lengths = [(user[USERS[:, 0]] ** 2).sum(-1), (item[ITEMS] ** 2).sum(-1), bias[ITEMS][..., 0]]
    price = 0.5 * (lengths[0].mean() + lengths[1].mean() + (lengths[2] ** 2).mean())
    assert found - bare == pytest.approx(price, rel=1e-4)


def test_it_learns_the_order_that_it_is_shown():
    import keras

    training.set_seed(0)
    model = choice_model(2, 3, 4, candidates=2)
    model.compile(keras.optimizers.Adam(0.1), choice_loss)
    users, films = np.array([[0], [1]]), np.array([[0, 1], [1, 0]])
    model.fit([users, films], np.zeros((2, 2)), epochs=60, verbose=0)
    scores = np.asarray(model([users, films]))
    assert (scores[:, 0] > scores[:, 1] + 1).all()


def test_an_empty_table_is_refused():
    with pytest.raises(ParameterError, match="cannot have 0 rows"):
        choice_model(0, 3, 2, candidates=2)
