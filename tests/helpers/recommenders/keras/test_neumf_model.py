"""GMF, MLP and NeuMF: each score worked out from the weights, with NumPy."""

import numpy as np
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.recommenders.keras.neumf_model import (
    among_candidates,
    gmf_model,
    mlp_model,
    neumf_model,
)

USERS, ITEMS = np.array([0, 3, 4, 4]), np.array([5, 1, 0, 5])


def weights(model, layer):
    return model.get_layer(layer).get_weights()


def product(model):
    user, item = weights(model, "user_factors")[0], weights(model, "item_factors")[0]
    return user[USERS] * item[ITEMS]


def deep(model, depth):
    user, item = weights(model, "user_inputs")[0], weights(model, "item_inputs")[0]
    values = np.hstack([user[USERS], item[ITEMS]])
    for layer in range(1, depth + 1):
        kernel, bias = weights(model, f"hidden_{layer}")
        values = np.maximum(values @ kernel + bias, 0)
    return values


@pytest.mark.parametrize("name", ["gmf", "mlp", "neumf"])
def test_the_score_is_the_formula_of_the_paper(name):
    training.set_seed(0)
    make = {"gmf": gmf_model, "mlp": mlp_model, "neumf": neumf_model}[name]
    options = {} if name == "gmf" else {"hidden": (6, 3)}
    model = make(5, 6, 4, **options)
    assert not model.compiled and model.name == name
    parts = {
        "gmf": lambda: product(model),
        "mlp": lambda: deep(model, 2),
        "neumf": lambda: np.hstack([product(model), deep(model, 2)]),
    }
    kernel, bias = weights(model, "score")
    expected = (parts[name]() @ kernel + bias)[:, 0]
    np.testing.assert_allclose(training.predict(model, USERS, ITEMS), expected, rtol=1e-5)


def test_with_all_weights_one_it_is_the_dot_product():
    model = gmf_model(5, 6, 4)
    model.get_layer("score").set_weights([np.ones((4, 1)), np.zeros(1)])
    expected = product(model).sum(axis=1)
    np.testing.assert_allclose(training.predict(model, USERS, ITEMS), expected, rtol=1e-5)


def test_the_penalty_falls_on_the_rows_that_are_looked_up():
    training.set_seed(0)
    plain, priced = (neumf_model(5, 6, 4, (3,), l2=l2) for l2 in (0, 0.5))
    priced.set_weights(plain.get_weights())
    for model in (plain, priced):
        model.compile("sgd", "mse")
    inputs = [USERS[:, None].astype("int32"), ITEMS[:, None].astype("int32")]
    losses = [model.train_on_batch(inputs, np.zeros((4, 1))) for model in (plain, priced)]
    tables = [("user_factors", USERS), ("item_factors", ITEMS)]
    tables += [("user_inputs", USERS), ("item_inputs", ITEMS)]
    training.set_seed(0)
    again = neumf_model(5, 6, 4, (3,), l2=0.5)
    rows = [weights(again, name)[0][index] for name, index in tables]
    price = 0.5 * sum((row**2).sum(axis=1).mean() for row in rows)
    assert losses[1] - losses[0] == pytest.approx(price, rel=1e-4)


def test_among_candidates_each_film_gets_the_score_of_the_model():
    training.set_seed(0)
    model = neumf_model(5, 6, 4, (3,))
    users, films = USERS[:, None].astype("int32"), np.array([[5, 0], [1, 1], [0, 2], [5, 4]])
    found = np.asarray(among_candidates(model, 2)([users, films]))
    for place in (0, 1):
        expected = training.predict(model, USERS, films[:, place])
        np.testing.assert_allclose(found[:, place], expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: mlp_model(2, 3, 2, hidden=()), "hidden is empty"),
        (lambda: neumf_model(2, 3, 2, hidden=()), "hidden is empty"),
        (lambda: gmf_model(0, 3, 2), "cannot have 0 rows"),
        (lambda: gmf_model(2, 3, 0), "of width 0"),
    ],
)
def test_what_is_refused(make, said):
    with pytest.raises(ParameterError, match=said):
        make()
