"""Training on what is drawn anew: once an epoch, stopped on validation, else like ``fit``."""

import numpy as np
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.training import fit_redrawn


def model(rate=0.1, loss="mse"):
    import keras

    training.set_seed(0)
    made = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    made.compile(keras.optimizers.SGD(rate), loss)
    return made


X = np.linspace(-1, 1, 12)[:, None]


def test_each_epoch_is_drawn_anew():
    drawn = []

    def draw():
        drawn.append(len(drawn) + 1)
        return X, drawn[-1] * X

    history = fit_redrawn(model(), draw, epochs=3, batch_size=4)
    assert drawn == [1, 2, 3]
    assert history.columns.tolist() == ["epoch", "loss"]
    assert history["epoch"].tolist() == [1, 2, 3]


def test_where_nothing_changes_it_is_fit_of_keras():
    ours, theirs = model(), model()
    history = fit_redrawn(ours, lambda: (X, 2 * X), epochs=4, batch_size=5)
    expected = theirs.fit(X, 2 * X, epochs=4, batch_size=5, shuffle=False, verbose=0).history
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-6)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_it_stops_on_validation_and_goes_back_to_the_best():
    learner = model()
    targets = iter([2.0, 1.0, -5.0, -5.0, -5.0, -5.0])
    seen = []

    def draw():
        seen.append(learner.get_weights())
        return X, next(targets) * X

    history = fit_redrawn(learner, draw, epochs=6, batch_size=12, validation=(X, X), patience=2)
    best = int(history["val_loss"].argmin())
    assert len(history) == best + 3 < 6
    for kept, then in zip(learner.get_weights(), seen[best + 1], strict=True):
        np.testing.assert_array_equal(kept, then)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"epochs": 0}, "epochs = 0"),
        ({"batch_size": 0}, "batch_size = 0"),
        ({"patience": 0}, "patience = 0"),
        ({"patience": 1}, "needs a validation set"),
    ],
)
def test_what_is_refused(options, said):
    with pytest.raises(ParameterError, match=said):
        fit_redrawn(model(), lambda: (X, X), **({"epochs": 1, "batch_size": 4} | options))


def test_a_model_that_is_not_compiled():
    import keras

    bare = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ParameterError, match="not compiled"):
        fit_redrawn(bare, lambda: (X, X), epochs=1, batch_size=4)


def test_a_loss_that_is_no_number_any_more():
    with pytest.raises(ParameterError, match="steps are too long"):
        fit_redrawn(model(rate=1e30), lambda: (1e10 * X, X), epochs=3, batch_size=4)
